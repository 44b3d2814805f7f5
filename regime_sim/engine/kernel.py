"""The fast engine: world after world, compiled from the same functions of `law/` that the Mesa
model calls; knows no file, no statistics.

A general whose uniform says that he neither reconsiders nor is lost this week stays what he is, so
only the others are asked: they are picked out, and what they see is laid side by side, so that a
vector unit takes several of them at a time. What a general sees of his trusted peers is kept up to
date by those who change, who are few. No fastmath, no parallel=True: both would break equality or
the process (numba #8563).
"""

from __future__ import annotations

# first: it keys the cache folder by the sources, and makes the law callable
from . import compiled_law  # noqa: F401  # isort: skip

import numpy as np
from numba import njit

from ..law import chance, counterintelligence, events, exits, ledger, week
from ..law.arithmetic import log
from ..law.general import FLED, PLOTTING, PURGED, fate
from ..law.loyalty import loyalty
from ..law.plotting import belief, response
from .draws import (
    MULTIPLIER_0,
    MULTIPLIER_1,
    PRIVATE_CENTRE,
    PRIVATE_SCALE,
    ROUNDS,
    UNIT,
    WEYL_0,
    WEYL_1,
)
from .records import FIXED_POINT, GIVES_AT, OBSERVED_AT, OBSERVED_LOG, SUPPORT_AT

U8, U32, U64, I32 = np.uint8, np.uint32, np.uint64, np.int32
YES, SEEN = U8(PLOTTING), U8(15)  # of a status code: he plots; of its sum over peers: how many do
FEW = U8(1)  # trusted peers who plot: what most generals see at most
ODDS = 6.0  # any number over 0 gives the same worlds; this one is fast
WILL = 32.0 * (ODDS ** (1.0 / 32.0) - 1.0)  # minus the argument at which odds_against is ODDS
M0, M1 = np.uint64(MULTIPLIER_0), np.uint64(MULTIPLIER_1)
W0, W1 = np.uint32(WEYL_0), np.uint32(WEYL_1)
LOW, SHIFT = np.uint64(0xFFFFFFFF), np.uint64(32)
LAST_WORD = 4294967295.0
PATRONS = week.PATRONS
GIVES = 6
SEEN_AT, SEEN_LOG = np.array(OBSERVED_AT), np.array(OBSERVED_LOG)


@njit(inline="always", error_model="numpy")
def philox_block(a, b, c, d, k0, k1):
    """One Philox4x32-10 block: four words. Words are held in 64 bits, whose upper halves mean
    nothing: one multiplication a word, and no narrowing between rounds.
    """
    a, b, c, d = U64(a), U64(b), U64(c), U64(d)
    for _ in range(ROUNDS):
        p0 = M0 * (a & LOW)
        p1 = M1 * (c & LOW)
        a = (p1 >> SHIFT) ^ b ^ U64(k0)
        b = p1
        c = (p0 >> SHIFT) ^ d ^ U64(k1)
        d = p0
        k0 = U32(k0 + W0)
        k1 = U32(k1 + W1)
    return U32(a), U32(b), U32(c), U32(d)


@njit(error_model="numpy")
def philox_words(ident, when, replicate, channel, k0, k1, words):
    """One word for every general, a block for each group of four."""
    for group in range(ident.size):
        a, b, c, d = philox_block(
            U32(ident[group]), U32(when), U32(replicate), U32(channel), k0, k1
        )
        words[4 * group] = a
        words[4 * group + 1] = b
        words[4 * group + 2] = c
        words[4 * group + 3] = d


@njit(error_model="numpy")
def private_start(ident, replicate, k0, k1, words, again, private):
    """Private loyalties at the start (see draws.private_loyalties)."""
    mask, half = U32(0x3FFF), U32(16)
    philox_words(ident, 0, replicate, chance.CHANNEL_PRIVATE, k0, k1, words)
    philox_words(ident, 1, replicate, chance.CHANNEL_PRIVATE, k0, k1, again)
    for i in range(private.size):
        a, b = words[i], again[i]
        total = I32(a & mask) + I32((a >> half) & mask) + I32(b & mask) + I32((b >> half) & mask)
        private[i] = np.int16(total - I32(PRIVATE_CENTRE))


@njit(error_model="numpy")
def loyalties(rent_share, complicity, tie, private, shared, loyal):
    """Every general's loyalty this week."""
    rent, k_rent, half, k_complicity, k_tie, common, spread = shared[:7]
    scale = spread * PRIVATE_SCALE
    for i in range(private.size):
        loyal[i] = loyalty(
            rent * rent_share[i],
            complicity[i],
            tie[i],
            np.float64(private[i]),
            k_rent,
            half,
            k_complicity,
            k_tie,
            common,
            scale,
        )


@njit(error_model="numpy")
def beliefs(inverse, shared, believed):
    """Belief that a coup would carry, by the number of trusted peers who plot."""
    for plotters in range(believed.size):
        believed[plotters] = belief(np.float64(plotters) * inverse, shared[7], shared[8])


@njit(error_model="numpy")
def word_of(uniform):
    """The word of this uniform, or a neighbour of it, as a real number in [0, 2^32 - 1]."""
    return min(max(np.floor(uniform / UNIT), 0.0), LAST_WORD)


@njit(error_model="numpy")
def choose(words, status, around, loyal, keen, shared, may, chosen):
    """Who may change this week, into `chosen`: all others surely stay what they are. Returns how
    many.

    A plotter may where his uniform is under the rate at which men reconsider, or from `stays` on.
    Another may where it is under that rate; but if he sees FEW plotters or less and is too loyal to
    plot at odds better than ODDS even at the belief of who sees FEW (`keen`), only where it is
    under rate / (1 + odds). Rounding keeps the order of numbers, so nobody is left out; a word or
    two too many at a bound do no harm, since the law itself decides about the chosen.
    """
    prize, cost, _, beta, rate, _, stays = shared[9:]
    steadfast = keen * (prize + cost) - cost + WILL / beta
    odds = response(keen, steadfast, 0.0, prize, cost, beta)
    under, rarely = (
        U32(min(word_of(rate) + 2.0, LAST_WORD)),
        U32(min(word_of(rate / (1.0 + odds)) + 2.0, LAST_WORD)),
    )
    beyond = U32(max(word_of(stays) - 2.0, 0.0))
    for i in range(status.size):
        may[i] = U8(loyal[i] < steadfast) | U8((around[i] & SEEN) > FEW) | status[i]
    for i in range(status.size):
        w = words[i]
        may[i] = (U8(w <= rarely) | (U8(w <= under) & may[i]) | (U8(w >= beyond) & status[i])) & YES
    many = 0
    for i in range(status.size):
        chosen[many] = i
        many += may[i]
    return many


@njit(error_model="numpy")
def look_around(chosen, many, words, loyal, status, around, believed, sight, word, plots, alarm):
    """What the chosen generals are and see, side by side: loyalty and belief in the rows of
    `sight`, their word, whether they plot, their peers' alarm.
    """
    loyalty_here, belief_here = sight[0], sight[1]
    for k in range(many):
        i = U64(chosen[k])
        word[k] = words[i]
        plots[k] = status[i] & PLOTTING
        loyalty_here[k] = loyal[i]
        belief_here[k] = believed[around[i] & SEEN]
        alarm[k] = around[i] >> 4


@njit(error_model="numpy")
def answers(many, sight, word, plots, alarm, inverse, shared, code):
    """The chosen generals' answer: each one's status code after this week."""
    prize, cost, k_alarm, beta, rate, kept, stays = shared[9:]
    loyal, believed, against = sight[0], sight[1], sight[2]
    for k in range(many):
        against[k] = response(
            believed[k],
            loyal[k],
            k_alarm * (np.float64(I32(alarm[k])) * (0.5 * inverse)),
            prize,
            cost,
            beta,
        )
    for k in range(many):
        code[k] = np.uint8(
            I32(
                fate(
                    (np.float64(word[k]) + 0.5) * UNIT,
                    np.float64(I32(plots[k])),
                    against[k],
                    rate,
                    kept,
                    stays,
                )
            )
        )


@njit(error_model="numpy")
def turn(i, now, status, around, trusting, begins):
    """Let general `i` have this status code from now on, before the eyes of those who trust him."""
    step = np.uint8(now - status[i])
    status[i] = now
    for k in range(U64(begins[i]), U64(begins[i + U64(1)])):
        around[U64(trusting[U64(k)])] += step


@njit(error_model="numpy")
def take_effect(
    many,
    chosen,
    plots,
    code,
    troops,
    trusting,
    begins,
    status,
    around,
    private,
    changes,
    lost,
    tally,
):
    """Let the chosen generals' codes take effect, after last week's losses are forgotten; where one
    is lost, the next man is promoted into his place.

    tally: plotting, troops that they command, purged, fled, and how many are lost, whose places are
    in `lost`.
    """
    for k in range(tally[4]):
        turn(U64(lost[k]), np.uint8(0), status, around, trusting, begins)
    tally[2:] = 0
    changed = 0
    for k in range(many):
        changes[changed] = k
        changed += code[k] != plots[k]
    for c in range(changed):
        k = U64(changes[c])
        i, now = U64(chosen[k]), code[k]
        turn(i, now, status, around, trusting, begins)
        step = I32(now & PLOTTING) - I32(plots[k])
        tally[0] += step
        tally[1] += step * troops[i]
        if now >= FLED:
            private[i] = np.int16(counterintelligence.promoted(np.float64(private[i])))
            tally[2 if now >= PURGED else 3] += 1
            lost[tally[4]] = i
            tally[4] += 1


@njit(error_model="numpy")
def draw_week(when, replicate, k0, k1, out):
    """The world's vector of uniforms for this week (see law.chance)."""
    for group in range(out.size // 4):
        a, b, c, d = philox_block(
            U32(group), U32(when), U32(replicate), U32(chance.CHANNEL_WEEK), k0, k1
        )
        out[4 * group] = (np.float64(a) + 0.5) * UNIT
        out[4 * group + 1] = (np.float64(b) + 0.5) * UNIT
        out[4 * group + 2] = (np.float64(c) + 0.5) * UNIT
        out[4 * group + 3] = (np.float64(d) + 0.5) * UNIT


@njit(error_model="numpy")
def inputs_of_week(when, base, table, fired, seen, out, patrons):
    """Step 1: this week's inputs, and what they say of each patron."""
    events.apply(when, base, table, fired, seen, out)
    for k in range(PATRONS):
        patron = patrons[k]
        patron.support = out[SUPPORT_AT + k]
        at = GIVES_AT + GIVES * k
        patron.oil = out[at]
        patron.finance = out[at + 1]
        patron.arms = out[at + 2]
        patron.guards = out[at + 3]
        patron.troops = out[at + 4]
        patron.distraction = out[at + 5]


@njit(error_model="numpy")
def observe(state, seen):
    """The weekly variables from a world's flat state, in the order of the table of observables."""
    for k in range(seen.size):
        value = state[SEEN_AT[k]]
        seen[k] = log(1.0 + value) if SEEN_LOG[k] else value


@njit(error_model="numpy")
def record(seen, low, high, counts, sums, bins, when):
    """Add one world's week to the counts, the fixed-point sums and the histograms: integers, so
    that order does not matter.
    """
    counts[when] += 1
    size = bins.shape[2]
    for k in range(seen.size):
        v = seen[k]
        sums[k, when] += np.int64(np.floor(v * FIXED_POINT))
        at = np.int64((v - low[k]) / (high[k] - low[k]) * size)
        bins[k, when, min(max(at, 0), size - 1)] += 1


@njit(error_model="numpy")
def start_world(
    world, state, replicate, k0, k1, x, p, table, start_weeks, fired, seen, inputs, inputs_flat, u
):
    """Week 0 of one world: its luck, the inputs that events before the start have left, every actor
    at rest.
    """
    fired[:] = start_weeks
    draw_week(0, replicate, k0, k1, u)
    inputs_of_week(0, x, table, fired, seen, inputs_flat, world.patrons)
    week.start(world, inputs, p, u)
    observe(state, seen)


@njit(error_model="numpy")
def generals_week(when, replicate, k0, k1, corps, shared, men, work, tally):
    """All generals' week: their status codes, and the world's tally (see take_effect)."""
    troops, rent_share, complicity, tie, peers, trusting, begins, ident = corps
    status, around, private, lost = men
    words, loyal, may, chosen, sight, word, plots, alarm, code, changes, believed = work
    inverse = 1.0 / peers
    philox_words(ident, when, replicate, chance.CHANNEL_GENERAL, k0, k1, words)
    loyalties(rent_share, complicity, tie, private, shared, loyal)
    beliefs(inverse, shared, believed)
    many = choose(words, status, around, loyal, max(believed[: FEW + 1]), shared, may, chosen)
    look_around(chosen, many, words, loyal, status, around, believed, sight, word, plots, alarm)
    answers(many, sight, word, plots, alarm, inverse, shared, code)
    take_effect(
        many,
        chosen,
        plots,
        code,
        troops,
        trusting,
        begins,
        status,
        around,
        private,
        changes,
        lost,
        tally,
    )


@njit(nogil=True, cache=True, error_model="numpy")
def run(
    first,
    seed,
    horizon,
    x,
    p,
    corps,
    table,
    start_weeks,
    actors,
    state,
    inputs,
    inputs_flat,
    low,
    high,
    out,
    counts,
    sums,
    bins,
    chances,
    traced,
    trace_state,
    trace_status,
    trace_private,
    trace_inputs,
):
    """Run x.shape[0] worlds from replicate `first` on into `out` (worlds, ledger.LENGTH) and the
    weekly counts.

    x (worlds, inputs) and p (worlds,) records are each world's own numbers; `corps` the population
    (see Population.arrays); `actors` records over `state` (any number, fields), which worlds use in
    turn and where they leave their last states; `inputs` records over `inputs_flat`, as many.
    `chances` (worlds, 9) takes each world's summed chances of each exit mode (no rows: not asked
    for); `traced` is the world whose every state is kept (-1 none).
    """
    troops, ident = corps[0], corps[7]
    number, total = troops.size, troops.sum()
    k0, k1 = U32(U64(seed) & LOW), U32(U64(seed) >> SHIFT)
    status, around, private, lost = (
        np.zeros(number, np.uint8),
        np.zeros(number, np.uint8),
        np.zeros(number, np.int16),
        np.zeros(number, np.uint32),
    )
    words, again, tally = (
        np.zeros(4 * ident.size, np.uint32),
        np.zeros(4 * ident.size, np.uint32),
        np.zeros(5, np.int64),
    )
    # one place more than there are generals: a list is written one place beyond its end
    chosen, changes, may = (
        np.zeros(number + 1, np.uint32),
        np.zeros(number + 1, np.uint32),
        np.zeros(number, np.uint8),
    )
    word, plots, alarm, code = (
        np.zeros(number, np.uint32),
        np.zeros(number, np.uint8),
        np.zeros(number, np.uint8),
        np.zeros(number, np.uint8),
    )
    loyal, sight, believed = np.zeros(number), np.zeros((3, number)), np.zeros(SEEN + 1)
    men, work = (
        (status, around, private, lost),
        (
            words,
            loyal,
            may,
            chosen,
            sight,
            word,
            plots,
            alarm,
            code,
            changes,
            believed,
        ),
    )
    u, seen, fired = np.zeros(chance.WEEK_LENGTH), np.zeros(low.size), np.zeros(start_weeks.size)
    for row in range(x.shape[0]):
        at, replicate = row % state.shape[0], U32(first + row)
        world, given, flat = actors[at], inputs[at], inputs_flat[at]
        private_start(ident, replicate, k0, k1, words, again, private)
        status[:] = 0
        around[:] = 0
        tally[:] = 0
        state[at, :] = 0.0
        start_world(
            world,
            state[at],
            replicate,
            k0,
            k1,
            x[row],
            p[row],
            table,
            start_weeks,
            fired,
            seen,
            given,
            flat,
            u,
        )
        record(seen, low, high, counts, sums, bins, 0)
        for when in range(1, horizon + 1):
            draw_week(when, replicate, k0, k1, u)
            inputs_of_week(when, x[row], table, fired, seen, flat, world.patrons)
            shared = week.before_generals(world, given, p[row], u)
            generals_week(when, replicate, k0, k1, corps, shared, men, work, tally)
            way = week.after_generals(
                world,
                given,
                p[row],
                u,
                tally[0] / number,
                tally[1] / total,
                tally[2] / number,
                tally[3] / number,
            )
            if chances.shape[0] > 0 and out[row, ledger.LEADER_WEEK] == 0:
                exits.weigh(world.exits, chances[row])
            ledger.settle(world, way, when, p[row], out[row])
            observe(state[at], seen)
            if out[row, ledger.LEADER_WEEK] == 0:
                record(seen, low, high, counts, sums, bins, when)
            if row == traced:
                trace_state[when - 1, :] = state[at]
                trace_inputs[when - 1, :] = flat
                trace_status[when - 1, :] = status
                trace_private[when - 1, :] = private
            if out[row, ledger.REGIME_FATE] == 2:
                break
        ledger.close(world.regime, p[row], out[row])
