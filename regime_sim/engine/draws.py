"""The one door to randomness: keyed uniforms by Philox4x32-10, a pure function of seed, replicate,
week, position and channel; no state.

The same bits whatever the chunking, the number of workers or the scenario (Salmon et al. 2011,
Random123). A word becomes a uniform in (0, 1) by (word + 1/2) / 2^32. Counter: (position // 4,
week, replicate, channel); key: the 64-bit seed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..law.chance import CHANNEL_GENERAL, CHANNEL_PRIOR, CHANNEL_PRIVATE, CHANNEL_WEEK, WEEK_LENGTH

MULTIPLIER_0, MULTIPLIER_1 = 0xD2511F53, 0xCD9E8D57
WEYL_0, WEYL_1 = 0x9E3779B9, 0xBB67AE85
ROUNDS = 10
LOW = 0xFFFFFFFF
UNIT = 2.0**-32
Words = NDArray[np.uint64]


def philox(counter: tuple[int, int, int, int], seed: int) -> tuple[int, int, int, int]:
    """One Philox4x32-10 block in plain integers: four 32-bit words. Known answer for zeros:
    6627e8d5 e169c58d bc57ac4c 9b00dbd8.
    """
    a, b, c, d = counter
    k0, k1 = seed & LOW, seed >> 32
    for _ in range(ROUNDS):
        p0, p1 = MULTIPLIER_0 * a, MULTIPLIER_1 * c
        a, b, c, d = (p1 >> 32) ^ b ^ k0, p1 & LOW, (p0 >> 32) ^ d ^ k1, p0 & LOW
        k0, k1 = (k0 + WEYL_0) & LOW, (k1 + WEYL_1) & LOW
    return a, b, c, d


def _rounds(a: Words, b: Words, c: Words, d: Words, seed: int) -> tuple[Words, Words, Words, Words]:
    """Philox4x32-10 over arrays of 32-bit words held in 64 bits."""
    low, shift = np.uint64(LOW), np.uint64(32)
    k0, k1 = seed & LOW, seed >> 32
    for _ in range(ROUNDS):
        p0, p1 = np.uint64(MULTIPLIER_0) * a, np.uint64(MULTIPLIER_1) * c
        a, b, c, d = (
            (p1 >> shift) ^ b ^ np.uint64(k0),
            p1 & low,
            (p0 >> shift) ^ d ^ np.uint64(k1),
            p0 & low,
        )
        k0, k1 = (k0 + WEYL_0) & LOW, (k1 + WEYL_1) & LOW
    return a, b, c, d


def words(positions: int, week: int, replicate: int, channel: int, seed: int) -> Words:
    """`positions` 32-bit words, shape (positions,), for one (seed, replicate, week, channel);
    Philox over arrays.
    """
    groups = (positions + 3) // 4
    a = np.arange(groups, dtype=np.uint64)
    b, c, d = (np.full(groups, v & LOW, np.uint64) for v in (week, replicate, channel))
    a, b, c, d = _rounds(a, b, c, d, seed)
    return np.stack([a, b, c, d], axis=1).reshape(-1)[:positions]


def uniforms(block: NDArray[np.uint64]) -> list[float]:
    """Words to uniforms in (0, 1)."""
    return ((block.astype(np.float64) + 0.5) * UNIT).tolist()  # type: ignore[no-any-return]


def week_uniforms(seed: int, replicate: int, week: int) -> list[float]:
    """The week's vector of `law.chance` for one world; week 0 is the start."""
    return uniforms(words(WEEK_LENGTH, week, replicate, CHANNEL_WEEK, seed))


def general_uniforms(seed: int, replicate: int, week: int, number: int) -> list[float]:
    """One uniform per general for this week."""
    return uniforms(words(number, week, replicate, CHANNEL_GENERAL, seed))


def private_loyalties(seed: int, replicate: int, number: int) -> list[int]:
    """Private loyalty of each general at the start: four 14-bit uniforms summed (Irwin-Hall) less
    their centre, in [-32766, 32766].

    Whole numbers, so that 16 bits hold them; times PRIVATE_SCALE they have unit variance.
    """
    first = words(number, 0, replicate, CHANNEL_PRIVATE, seed)
    second = words(number, 1, replicate, CHANNEL_PRIVATE, seed)
    mask, shift = np.uint64(0x3FFF), np.uint64(16)
    total = (
        (first & mask) + ((first >> shift) & mask) + (second & mask) + ((second >> shift) & mask)
    )
    return (total.astype(np.int64) - PRIVATE_CENTRE).tolist()  # type: ignore[no-any-return]


PRIVATE_CENTRE = 32766
PRIVATE_SCALE = 1.7320508075688772 / 16384.0


def prior_uniforms(seed: int, draws: range, keys: Sequence[int]) -> NDArray[np.float64]:
    """The uniforms of uncertain parameters in these draws of the priors (53 bits), shape
    (len(keys), len(draws)).
    """
    number = np.arange(draws.start, draws.stop, dtype=np.uint64)
    key = np.array([one & LOW for one in keys], dtype=np.uint64)[:, None]
    zero = np.zeros((len(keys), len(number)), dtype=np.uint64)
    a, b, _, _ = _rounds(zero + key, zero, zero + number, zero + np.uint64(CHANNEL_PRIOR), seed)
    high, low = (a >> np.uint64(5)).astype(np.float64), (b >> np.uint64(6)).astype(np.float64)
    return (high * 67108864.0 + low + 0.5) / 9007199254740992.0


def prior_uniform(seed: int, draw: int, key: int) -> float:
    """The uniform of one uncertain parameter in one draw of the priors."""
    return float(prior_uniforms(seed, range(draw, draw + 1), [key])[0, 0])
