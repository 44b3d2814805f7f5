"""What is worth a sentence in one future: weeks in which something happens, with its numbers; finds
no words for it.

A level is told when it first crosses a mark, a burst (purges, flights) when it is half as large
again as the last one told. Weeks in which little moves are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..engine.draws import week_uniforms
from ..facts.outcomes import FATES, REGIME, WAYS
from ..facts.parameters import INPUT_NAMES
from ..law import chance, ledger
from ..law.arithmetic import chance as chance_of
from ..travel import Closed
from .watched import Reals, World

Number = float | str
MOST = 28  # sentences of a story
SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened: week, kind (what finds words for it), weight (what is left out first
    where a story is too long), numbers by name.
    """

    week: int
    kind: str
    weight: float
    numbers: Mapping[str, Number]


def happenings(world: World) -> tuple[Happening, ...]:
    """All that is told of one future, in order, no more than MOST; the opening and all ends are
    always told.
    """
    found = [one for tell in TELLERS for one in tell(world)]
    kept = sorted(range(len(found)), key=lambda k: (-found[k].weight, found[k].week, k))[:MOST]
    return tuple(found[k] for k in sorted(kept, key=lambda k: (found[k].week, k)))


def _one(week: int, kind: str, weight: float, **numbers: Number) -> Happening:
    return Happening(int(week), kind, weight, Closed(numbers))


def crossings(level: Reals, marks: Sequence[float]) -> Iterator[tuple[int, float]]:
    """(week, mark) where a level first reaches a mark from below; of several in a week the highest.
    Marks already met in week 0 are not told.
    """
    reached = -1
    for week in range(len(level)):
        at = max((k for k, mark in enumerate(marks) if level[week] >= mark), default=-1)
        if at > reached:
            if week > 0:
                yield week, marks[at]
            reached = at


def bursts(level: Reals, least: float) -> Iterator[int]:
    """Weeks of local peaks of at least `least` that are half as large again as any told before."""
    told = 0.0
    for week in range(1, len(level)):
        peak = level[week] >= level[week - 1] and (
            week + 1 == len(level) or level[week] >= level[week + 1]
        )
        if peak and level[week] >= max(least, 1.5 * told):
            told = float(level[week])
            yield week


def _opening(w: World) -> Iterator[Happening]:
    t = "treasury."
    yield _one(
        0,
        "opening",
        99.0,
        rents=w[t + "rents"][0],
        reserves=w[t + "reserves"][0],
        exports=w[t + "exports"][0],
        pressure=w["sender.pressure"][0],
        opposition=w["outside.opposition"][0],
        grievance=w["street.grievance"][0],
        generals=w.codes.shape[1],
    )


def _entries(w: World) -> Iterator[Happening]:
    for entry, week in sorted(w.first_weeks().items(), key=lambda pair: pair[1]):
        yield _one(
            max(0, week),
            "entry",
            90.0,
            entry=w.compiled.event_names[entry],
            pressure=w["sender.pressure"][max(0, week)],
        )


def _ladder(w: World) -> Iterator[Happening]:
    rung, posture = np.rint(6.0 * w["sender.escalation"]), w["sender.posture"]
    for week in range(1, w.last + 1):
        up = rung[week] > rung[week - 1] + 0.5
        down = posture[week] < posture[week - 1] - 1e-9
        if up or down:
            yield _one(
                week,
                "climb" if up else "blink",
                60.0,
                rung=rung[week],
                resolve=w["sender.resolve"][week],
                pressure=w["sender.pressure"][week],
                opposition=w["outside.opposition"][week],
            )


def _treasury(w: World) -> Iterator[Happening]:
    reserves, arrears, rents = (
        w["treasury." + name][: w.lasts + 1] for name in ("reserves", "arrears", "rents")
    )
    for week, _ in crossings(reserves[0] / 2.0 - reserves, (0.0,)):
        if reserves[0] >= 2.0:
            yield _one(
                week,
                "reserves_half",
                40.0,
                reserves=reserves[week],
                before=reserves[0],
                rents=rents[week],
            )
    for week, _ in crossings(-reserves, (-1.0,)):
        yield _one(
            week,
            "reserves_out",
            70.0,
            reserves=reserves[week],
            rents=rents[week],
            arrears=arrears[week],
        )
    for week, _ in crossings(arrears, (0.1, 0.25, 0.5, 0.75)):
        yield _one(
            week,
            "arrears",
            45.0,
            arrears=arrears[week],
            rents=rents[week],
            income=w["treasury.income"][week],
        )


def _patrons(w: World) -> Iterator[Happening]:
    for name, commitment in w.patrons():
        level, start = commitment[: w.lasts + 1], commitment[0]
        if start < 0.15:
            continue  # no patron to lose
        for week, mark in crossings(-level, (-start / 2.0, -0.05)):
            gone = mark == -0.05
            yield _one(
                week,
                "patron_gone" if gone else "patron_leaves",
                55.0,
                patron=name,
                commitment=level[week],
                before=start,
                guards=w["court.guards"][week],
            )


def _plotters(w: World) -> Iterator[Happening]:
    command, plotting = w["plot.command"][: w.lasts + 1], w["plot.plotting"]
    for week, mark in crossings(command, SHARES):
        yield _one(
            week,
            "plotting",
            30.0 + 30.0 * mark,
            command=command[week],
            plotting=plotting[week],
            weak=w["plot.weak"][week],
        )
    highest = 0.0
    for week in range(1, len(command)):
        highest = max(highest, float(command[week]))
        if highest >= 0.1 and command[week] < highest / 2.0:
            yield _one(
                week,
                "plot_fades",
                42.0,
                command=command[week],
                before=highest,
                fear=w["street.fear"][week],
            )
            highest = 0.0


def _purges(w: World) -> Iterator[Happening]:
    # generals that each one stands for
    each = float(w.compiled.x[INPUT_NAMES.index("generals.number")]) / w.codes.shape[1]
    for kind, code in (("purge", 32), ("flight", 16)):
        count = (w.codes[: w.lasts + 1] == code).sum(axis=1)
        for week in bursts(count / w.codes.shape[1], 0.01):
            yield _one(
                week,
                kind,
                44.0,
                number=float(count[week]) * each,
                fear=w["street.fear"][week],
                command=w["plot.command"][week],
            )


def _attempts(w: World) -> Iterator[Happening]:
    attempts = w["plot.attempts"]
    for week in range(1, w.last + 1):
        if attempts[week] > attempts[week - 1] and (
            week <= w.lasts or attempts[week - 1] == attempts[w.lasts]
        ):
            yield _one(
                week,
                "failed_coup",
                80.0,
                number=attempts[week],
                command=w["plot.command"][week],
                after=float(week > w.lasts),
            )


def _raids(w: World) -> Iterator[Happening]:
    """A raid that failed leaves no mark of its own in the state: the law's own condition is put
    again, with the same uniform.
    """
    failing, rulers = w["force.raid_fails"], w["regime.rulers"]
    for week in range(1, w.last + 1):
        went = (
            week == w.week_out or rulers[week] > rulers[week - 1] or w["regime.fallen"][week] > 0.5
        )
        if (
            not went
            and failing[week] > 0.0
            and week_uniforms(w.seed, w.replicate, week)[chance.RAID_FAILS]
            < chance_of(float(failing[week]))
        ):
            yield _one(
                week,
                "failed_raid",
                80.0,
                chance=w["force.seizure"][week] / (w["force.seizure"][week] + failing[week]),
                guards=w["court.guards"][week],
            )


def _street(w: World) -> Iterator[Happening]:
    crowd, refusal = w["street.crowd"][: w.lasts + 1], w["street.refusal"][: w.lasts + 1]
    for week in range(1, len(crowd)):
        if crowd[week] > 0.0 and crowd[week - 1] == 0.0 and week != w.week_out:
            yield _one(
                week, "crowd", 58.0, crowd=crowd[week], grievance=w["street.grievance"][week]
            )
        if crowd[week] == 0.0 and crowd[week - 1] > 0.0 and week != w.week_out:
            yield _one(week, "crowd_gone", 35.0, fear=w["street.fear"][week])
    for week, mark in crossings(crowd, (0.2, 0.4, 0.6)):
        if crowd[week - 1] > 0.0:
            yield _one(
                week, "crowd_grows", 48.0 + 20.0 * mark, crowd=crowd[week], refusal=refusal[week]
            )
    for week, _ in crossings(refusal, (0.5,)):
        yield _one(
            week,
            "stand_aside",
            66.0,
            refusal=refusal[week],
            crowd=crowd[week],
            anger=w["army.anger"][week],
        )
    for week in range(1, len(crowd)):
        if w["plot.defection"][week] > w["plot.defection"][week - 1]:
            yield _one(week, "defection", 68.0, crowd=crowd[week], command=w["plot.command"][week])


def _rebels(w: World) -> Iterator[Happening]:
    strength, front = w["rebels.strength"][: w.lasts + 1], w["rebels.front"][: w.lasts + 1]
    for week in range(1, len(strength)):
        if strength[week] > 0.0 and strength[week - 1] == 0.0:
            yield _one(week, "rebels", 58.0, strength=strength[week], army=w["army.strength"][week])
    for week, mark in crossings(front, (0.25, 0.5, 0.75)):
        yield _one(week, "front", 50.0 + 20.0 * mark, front=front[week], strength=strength[week])


def _outside(w: World) -> Iterator[Happening]:
    opposition = w["outside.opposition"][: w.lasts + 1]
    for week, _ in crossings(opposition, (0.5, 0.6, 0.7, 0.8, 0.9)):
        if opposition[week] >= opposition[0] + 0.05:
            yield _one(week, "opposition", 38.0, opposition=opposition[week], before=opposition[0])


def _ruler(w: World) -> Iterator[Happening]:
    before = w.week_out or w.last + 1  # the state of the week of exit is his successor's
    for week, _ in crossings(-w["leader.belief"][:before], (-0.75, -0.5, -0.25)):
        yield _one(week, "belief", 46.0, belief=w["leader.belief"][week])
    for week, _ in crossings(w["exits.negotiated_exit"][:before], (0.05,)):
        yield _one(
            week,
            "exile",
            52.0,
            hazard=w["exits.negotiated_exit"][week],
            belief=w["leader.belief"][week],
        )


def _ends(w: World) -> Iterator[Happening]:
    out = w.ledger
    if w.week_out:
        way, fate, after = (
            WAYS[out[ledger.LEADER_WAY]],
            FATES[out[ledger.LEADER_FATE]],
            REGIME[out[ledger.REGIME_AFTER]],
        )
        command = w["plot.command"][w.week_out]
        yield _one(
            w.week_out,
            "exit",
            99.0,
            way=way,
            fate=fate,
            after=after,
            command=command,
            chance=chance_of(float(w["exits." + way][w.week_out])),
        )
    rulers = w["regime.rulers"]
    for week in range(w.week_out + 1, w.last + 1):
        if w.week_out and rulers[week] > rulers[week - 1]:
            yield _one(week, "successor", 85.0, number=rulers[week])
    if out[ledger.REGIME_FATE] == REGIME.index("falls") and out[ledger.REGIME_WEEK] != w.week_out:
        yield _one(out[ledger.REGIME_WEEK], "fall", 99.0, way=WAYS[out[ledger.REGIME_WAY]])
    if w.last == w.compiled.horizon and out[ledger.REGIME_FATE] != REGIME.index("falls"):
        yield _one(
            w.last,
            "horizon",
            99.0,
            regime=REGIME[out[ledger.REGIME_FATE]],
            in_office=float(not w.week_out),
            command=w["plot.command"][w.last],
            reserves=w["treasury.reserves"][w.last],
            rents=w["treasury.rents"][w.last],
            attempts=w["plot.attempts"][w.last],
        )


TELLERS: tuple[Callable[[World], Iterator[Happening]], ...] = (
    _opening,
    _entries,
    _ladder,
    _treasury,
    _patrons,
    _outside,
    _plotters,
    _purges,
    _attempts,
    _raids,
    _street,
    _rebels,
    _ruler,
    _ends,
)
