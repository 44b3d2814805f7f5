"""The fast engine: many worlds side by side in lanes, compiled from the same functions of `law/` that the Mesa model calls; knows no file, no statistics.

Generals run in blocks of four (one Philox block each) over all lanes, arithmetic and selection only, so that a vector unit takes several worlds at a time.
What exists once per world is scalar. No fastmath, no parallel=True: both would break equality or the process (numba #8563).
"""

from __future__ import annotations

from . import compiled_law  # noqa: F401  # isort: skip  (first: it keys the cache folder by the sources, and makes the law callable)

import numpy as np
from numba import njit

from ..law import chance, counterintelligence, events, exits, ledger, week
from ..law.general import FLED, PURGED, fate
from ..law.loyalty import loyalty
from ..law.plotting import belief, response
from .draws import MULTIPLIER_0, MULTIPLIER_1, PRIVATE_CENTRE, PRIVATE_SCALE, ROUNDS, UNIT, WEYL_0, WEYL_1
from .records import FIXED_POINT, GIVES_AT, SUPPORT_AT

U32, U64, I32 = np.uint32, np.uint64, np.int32
M0, M1 = np.uint64(MULTIPLIER_0), np.uint64(MULTIPLIER_1)
W0, W1 = np.uint32(WEYL_0), np.uint32(WEYL_1)
LOW, SHIFT = np.uint64(0xFFFFFFFF), np.uint64(32)
TERMS = week.TERMS
PATRONS = week.PATRONS
GIVES = 6
STEP = 32  # lanes that are given up together: what a vector unit takes in one turn of an unrolled loop

@njit(inline="always", error_model="numpy")
def philox_block(a, b, c, d, k0, k1):
    """One Philox4x32-10 block: four words. Words are held in 64 bits, whose upper halves mean nothing: one multiplication a word, and no narrowing between rounds."""
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


@njit(inline="always", error_model="numpy")
def philox_lanes(lanes, group, when, replicates, channel, k0, k1, words):
    """One block for each lane; lane l is the replicate replicates[l]. `words` is (4, lanes)."""
    w0, w1, w2, w3 = words[0], words[1], words[2], words[3]
    for lane in range(lanes):
        a, b, c, d = philox_block(U32(group), U32(when), replicates[lane], U32(channel), k0, k1)
        w0[lane] = a
        w1[lane] = b
        w2[lane] = c
        w3[lane] = d


@njit(error_model="numpy")
def private_start(lanes, number, ident, replicates, k0, k1, words, again, private):
    """Private loyalties at the start (see draws.private_loyalties), into `private` (number, lanes)."""
    mask, half = U32(0x3FFF), U32(16)
    for block in range(ident.size):
        philox_lanes(lanes, ident[block], 0, replicates, chance.CHANNEL_PRIVATE, k0, k1, words)
        philox_lanes(lanes, ident[block], 1, replicates, chance.CHANNEL_PRIVATE, k0, k1, again)
        for j in range(min(4, number - 4 * block)):
            row = private[4 * block + j]
            a, b = words[j], again[j]
            for lane in range(lanes):
                total = I32(a[lane] & mask) + I32((a[lane] >> half) & mask) + I32(b[lane] & mask) + I32((b[lane] >> half) & mask)
                row[lane] = np.int16(total - I32(PRIVATE_CENTRE))


@njit(inline="always", error_model="numpy")
def add_rows(lanes, a, b, c, count):
    """Add three peers' codes at once: one pass over the counts instead of three."""
    for lane in range(lanes):
        count[lane] += a[lane] + b[lane] + c[lane]


@njit(inline="always", error_model="numpy")
def count_peers(lanes, own_peers, status, count):
    """Add up the status codes of a general's trusted peers, lane by lane."""
    for lane in range(lanes):
        count[lane] = 0
    many = own_peers.size
    threes = many - many % 3
    for k in range(0, threes, 3):
        add_rows(lanes, status[own_peers[k]], status[own_peers[k + 1]], status[own_peers[k + 2]], count)
    for k in range(threes, many):
        row = status[own_peers[k]]
        for lane in range(lanes):
            count[lane] += row[lane]


@njit(inline="always", error_model="numpy")
def belief_lanes(lanes, count, inverse, terms, believed):
    """One general's belief that a coup would carry, in every lane, from the status codes summed over his trusted peers."""
    for lane in range(lanes):
        believed[lane] = belief(np.float64(I32(count[lane]) & I32(15)) * inverse, terms[7, lane], terms[8, lane])


@njit(inline="always", error_model="numpy")
def loyalty_lanes(lanes, rent_share, complicity, tie, private, terms, loyal):
    """One general's loyalty in every lane."""
    for lane in range(lanes):
        loyal[lane] = loyalty(terms[0, lane] * rent_share, complicity, tie, np.float64(private[lane]), terms[1, lane], terms[2, lane], terms[3, lane],
                              terms[4, lane], terms[5, lane], terms[6, lane])  # fmt: skip


@njit(inline="always", error_model="numpy")
def response_lanes(lanes, believed, loyal, count, inverse, terms, against):
    """The odds against one general's plotting if he reconsiders, in every lane."""
    for lane in range(lanes):
        alarmed = np.float64(I32(count[lane]) >> I32(4)) * (0.5 * inverse)
        against[lane] = response(believed[lane], loyal[lane], terms[11, lane] * alarmed, terms[9, lane], terms[10, lane], terms[12, lane])


@njit(inline="always", error_model="numpy")
def status_lanes(lanes, words, old, against, terms, new):
    """One general's new status code in every lane."""
    for lane in range(lanes):
        u = (np.float64(words[lane]) + 0.5) * UNIT
        new[lane] = np.uint8(I32(fate(u, np.float64(I32(old[lane]) & I32(1)), against[lane], terms[13, lane], terms[14, lane], terms[15, lane])))


@njit(inline="always", error_model="numpy")
def tally_lanes(lanes, new, troops, plotting, command):
    """Add one general to the worlds' tallies; returns how many of him are gone, over all lanes."""
    gone = U32(0)
    for lane in range(lanes):
        code = I32(new[lane])
        plots = code & I32(1)
        plotting[lane] += plots
        command[lane] += plots * troops
        gone += U32(code >> I32(4))
    return gone


@njit(error_model="numpy")
def replace_lanes(lanes, new, private, purged, fled):
    """Where a general is purged or has fled, count him and promote the next man into the place."""
    for lane in range(lanes):
        code = I32(new[lane])
        taken, lost = I32(code >= PURGED), I32(code >= FLED)
        before = I32(private[lane])
        private[lane] = np.int16(before + lost * (I32(counterintelligence.promoted(np.float64(before))) - before))
        purged[lane] += taken
        fled[lane] += lost - taken


@njit(error_model="numpy")
def generals_week(
    lanes, number, when, replicates, k0, k1, ident, peers, rent_share, complicity, tie, troops, old, new, private, words, count, kept, terms,
    plotting, command, purged, fled,
):  # fmt: skip
    """All generals' week in every lane; leaves status codes in `new` and the tallies of each world."""
    inverse = 1.0 / peers.shape[1]
    for lane in range(lanes):
        plotting[lane] = 0
        command[lane] = 0
        purged[lane] = 0
        fled[lane] = 0
    for block in range(ident.size):
        philox_lanes(lanes, ident[block], when, replicates, chance.CHANNEL_GENERAL, k0, k1, words)
        for j in range(min(4, number - 4 * block)):
            i = 4 * block + j
            count_peers(lanes, peers[i], old, count)
            belief_lanes(lanes, count, inverse, terms, kept[0])
            loyalty_lanes(lanes, rent_share[i], complicity[i], tie[i], private[i], terms, kept[1])
            response_lanes(lanes, kept[0], kept[1], count, inverse, terms, kept[2])
            status_lanes(lanes, words[j], old[i], kept[2], terms, new[i])
            if tally_lanes(lanes, new[i], troops[i], plotting, command) > 0:
                replace_lanes(lanes, new[i], private[i], purged, fled)


@njit(error_model="numpy")
def draw_week(when, replicate, k0, k1, out):
    """The world's vector of uniforms for this week (see law.chance)."""
    for group in range(out.size // 4):
        a, b, c, d = philox_block(U32(group), U32(when), U32(replicate), U32(chance.CHANNEL_WEEK), k0, k1)
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
def record(seen, low, high, counts, sums, bins, when):
    """Add one world's week to the counts, the fixed-point sums and the histograms: integers, so that order does not matter."""
    counts[when] += 1
    size = bins.shape[2]
    for k in range(seen.size):
        v = seen[k]
        sums[k, when] += np.int64(np.floor(v * FIXED_POINT))
        at = np.int64((v - low[k]) / (high[k] - low[k]) * size)
        bins[k, when, min(max(at, 0), size - 1)] += 1


@njit(error_model="numpy")
def start_world(world, replicate, k0, k1, x, p, table, start_weeks, fired, seen, inputs, inputs_flat, u):
    """Week 0 of one world: its luck, the inputs that events before the start have left, every actor at rest."""
    fired[:] = start_weeks
    draw_week(0, replicate, k0, k1, u)
    inputs_of_week(0, x, table, fired, seen, inputs_flat, world.patrons)
    week.start(world, inputs, p, u)
    week.observe(world, seen)


@njit(error_model="numpy")
def begin_week(when, world, replicate, k0, k1, x, p, table, fired, seen, inputs, inputs_flat, u, lane, terms):
    """Steps 1-5 of one world's week; leaves what its generals share in the lane's column of `terms`."""
    draw_week(when, replicate, k0, k1, u)
    inputs_of_week(when, x, table, fired, seen, inputs_flat, world.patrons)
    shared = week.before_generals(world, inputs, p, u)
    for k in range(TERMS):
        terms[k, lane] = shared[k]
    terms[6, lane] *= PRIVATE_SCALE


@njit(error_model="numpy")
def keep_week(when, lane, state, inputs_flat, status, private, trace_state, trace_inputs, trace_status, trace_private):
    """Keep every state of the traced world this week."""
    trace_state[when - 1, :] = state[lane]
    trace_inputs[when - 1, :] = inputs_flat[lane]
    for i in range(status.shape[0]):
        trace_status[when - 1, i] = status[i, lane]
        trace_private[when - 1, i] = private[i, lane]


@njit(error_model="numpy")
def exchange(state, a, b):
    """Exchange two worlds' states."""
    for k in range(state.shape[1]):
        state[a, k], state[b, k] = state[b, k], state[a, k]


@njit(error_model="numpy")
def in_order(lanes, begin, rows, state):
    """Put the worlds' last states back in the order of the worlds."""
    for lane in range(lanes):
        while rows[lane] != begin + lane:
            to = rows[lane] - begin
            exchange(state, lane, to)
            rows[lane], rows[to] = rows[to], rows[lane]


@njit(error_model="numpy")
def close_ranks(lanes, rows, replicates, out, state, inputs_flat, seen, fired, status, private):
    """Move worlds that still run into the lanes of those whose regime has fallen; returns how many run, which then fill the first lanes."""
    low, high = 0, lanes - 1
    while True:
        while low < lanes and out[rows[low], ledger.REGIME_FATE] != 2:
            low += 1
        while high >= 0 and out[rows[high], ledger.REGIME_FATE] == 2:
            high -= 1
        if low >= high:
            return low
        rows[low], rows[high] = rows[high], rows[low]
        replicates[low], replicates[high] = replicates[high], replicates[low]
        exchange(state, low, high)
        inputs_flat[low, :] = inputs_flat[high]
        seen[low, :] = seen[high]
        fired[low, :] = fired[high]
        for i in range(status.shape[0]):
            status[i, low] = status[i, high]
            private[i, low] = private[i, high]


@njit(nogil=True, cache=True, error_model="numpy")
def run(
    lanes, first, seed, horizon, x, p, corps, table, start_weeks, actors, state, inputs, inputs_flat, low, high, out, counts, sums, bins,
    chances, traced, trace_state, trace_status, trace_private, trace_inputs,
):  # fmt: skip
    """Run x.shape[0] worlds from replicate `first` on, `lanes` at a time, into `out` (worlds, ledger.LENGTH) and the weekly counts.

    x (worlds, inputs) and p (worlds,) records are each world's own numbers; `corps` the population's arrays; `actors` records (lanes,) over
    `state` (lanes, fields); `inputs` records over `inputs_flat` (lanes, inputs). `chances` (worlds, 9) takes each world's summed chances of each way to go
    (no rows: not asked for); `traced` is the world whose every state is kept (-1 none).
    When the regimes of STEP lanes have fallen, those that still run close ranks and the empty lanes are computed no more; at the end `state` holds the
    last states of the last worlds, in their order.
    """
    troops, rent_share, complicity, tie, peers, ident = corps
    number, total = troops.size, troops.sum()
    k0, k1 = U32(U64(seed) & LOW), U32(U64(seed) >> SHIFT)
    old, new = np.zeros((number, lanes), np.uint8), np.zeros((number, lanes), np.uint8)
    private = np.zeros((number, lanes), np.int16)
    words, again = np.zeros((4, lanes), np.uint32), np.zeros((4, lanes), np.uint32)
    count, kept, terms = np.zeros(lanes, np.uint8), np.zeros((3, lanes)), np.zeros((TERMS, lanes))
    plotting, command = np.zeros(lanes, np.int32), np.zeros(lanes, np.int32)
    purged, fled = np.zeros(lanes, np.int32), np.zeros(lanes, np.int32)
    rows, replicates = np.zeros(lanes, np.int64), np.zeros(lanes, np.uint32)
    u, seen, fired = np.zeros((lanes, chance.WEEK_LENGTH)), np.zeros((lanes, low.size)), np.zeros((lanes, start_weeks.size))
    for begin in range(0, x.shape[0], lanes):
        here = min(lanes, x.shape[0] - begin)
        for lane in range(lanes):
            rows[lane] = begin + min(lane, here - 1)
            replicates[lane] = U32(first + begin + lane)
        private_start(lanes, number, ident, replicates, k0, k1, words, again, private)
        old[:, :] = 0
        state[:, :] = 0.0
        for lane in range(here):
            row = rows[lane]
            start_world(actors[lane], replicates[lane], k0, k1, x[row], p[row], table, start_weeks, fired[lane], seen[lane], inputs[lane],
                        inputs_flat[lane], u[lane])  # fmt: skip
            record(seen[lane], low, high, counts, sums, bins, 0)
        alive, wide = here, min(lanes, (here + STEP - 1) // STEP * STEP)
        for when in range(1, horizon + 1):
            for lane in range(here):
                row = rows[lane]
                if out[row, ledger.REGIME_FATE] != 2:
                    begin_week(when, actors[lane], replicates[lane], k0, k1, x[row], p[row], table, fired[lane], seen[lane], inputs[lane],
                               inputs_flat[lane], u[lane], lane, terms)  # fmt: skip
            generals_week(wide, number, when, replicates, k0, k1, ident, peers, rent_share, complicity, tie, troops, old, new, private, words,
                          count, kept, terms, plotting, command, purged, fled)  # fmt: skip
            old, new = new, old
            for lane in range(here):
                row = rows[lane]
                if out[row, ledger.REGIME_FATE] == 2:
                    continue
                way = week.after_generals(actors[lane], inputs[lane], p[row], u[lane], plotting[lane] / number, command[lane] / total,
                                          purged[lane] / number, fled[lane] / number)  # fmt: skip
                if chances.shape[0] > 0 and out[row, ledger.LEADER_WEEK] == 0:
                    exits.weigh(actors[lane].exits, chances[row])
                ledger.settle(actors[lane], way, when, p[row], out[row])
                week.observe(actors[lane], seen[lane])
                if out[row, ledger.LEADER_WEEK] == 0:
                    record(seen[lane], low, high, counts, sums, bins, when)
                alive -= 1 if out[row, ledger.REGIME_FATE] == 2 else 0
                if row == traced:
                    keep_week(when, lane, state, inputs_flat, old, private, trace_state, trace_inputs, trace_status, trace_private)
            if alive == 0:
                break
            if alive <= wide - STEP:
                here = close_ranks(here, rows, replicates, out, state, inputs_flat, seen, fired, old, private)
                wide = (alive + STEP - 1) // STEP * STEP
        in_order(min(lanes, x.shape[0] - begin), begin, rows, state)
        for lane in range(min(lanes, x.shape[0] - begin)):
            ledger.close(actors[lane].regime, p[begin + lane], out[begin + lane])
