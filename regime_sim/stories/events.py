"""What is worth a sentence in one future: weeks in which something happens, with its numbers; finds
no words for it.

A level is told when it first crosses a mark, a burst (purges, flights) when it is half as large
again as the last one told. Weeks in which little moves are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..engine.draws import week_uniforms
from ..facts.outcomes import FATES, REGIME, WAYS
from ..facts.parameters import INPUT_NAMES
from ..law import chance, ledger
from ..law.arithmetic import chance as chance_of
from . import abroad, court
from .telling import Happening, Number, bursts, crossings, one, sign, states
from .watched import World, first_weeks

MOST = 34  # sentences of a story
SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def happenings(world: World) -> tuple[Happening, ...]:
    """What is told of one future, in order, at most MOST; the opening and all ends always."""
    found = [told for tell in TELLERS for told in tell(world)]
    kept = sorted(range(len(found)), key=lambda k: (-found[k].weight, found[k].week, k))[:MOST]
    return tuple(found[k] for k in sorted(kept, key=lambda k: (found[k].week, k)))


def _opening(w: World) -> Iterator[Happening]:
    told = (
        "treasury.rents treasury.reserves treasury.exports"
        " sender.pressure outside.opposition street.grievance"
    )
    yield one(0, "opening", 99.0, **states(w, 0, told), generals=w.codes.shape[1])


def _entries(w: World) -> Iterator[Happening]:
    for entry, week in sorted(first_weeks(w).items(), key=lambda pair: pair[1]):
        name, at = w.compiled.event_names[entry], max(0, week)
        yield one(at, "entry", 90.0, entry=name, pressure=w["sender.pressure"][at])


def _treasury(w: World) -> Iterator[Happening]:
    reserves, arrears = (w["treasury." + name][: w.lasts + 1] for name in ("reserves", "arrears"))
    start, rents = reserves[0], w["treasury.rents"]
    for week, _ in crossings(start / 2.0 - reserves, (0.0,)):
        if start >= 2.0:
            left = {"reserves": reserves[week], "before": start, "rents": rents[week]}
            yield one(week, "reserves_half", 40.0, **left)
    for week, _ in crossings(-reserves, (-1.0,)):
        told = states(w, week, "treasury.reserves treasury.rents treasury.arrears")
        yield one(week, "reserves_out", 70.0, **told)
    for week, _ in crossings(arrears, (0.1, 0.25, 0.5, 0.75)):
        told = states(w, week, "treasury.arrears treasury.rents treasury.income")
        yield one(week, "arrears", 45.0, **told)


def _plotters(w: World) -> Iterator[Happening]:
    command = w["plot.command"][: w.lasts + 1]
    for week, mark in crossings(command, SHARES):
        told = states(w, week, "plot.command plot.plotting plot.weak")
        yield one(week, "plotting", 30.0 + 30.0 * mark, **told)
    highest = 0.0
    for week in range(1, len(command)):
        highest = max(highest, float(command[week]))
        if highest >= 0.1 and command[week] < highest / 2.0:
            fear = w["street.fear"][week]
            yield one(week, "plot_fades", 42.0, command=command[week], before=highest, fear=fear)
            highest = 0.0


def _purges(w: World) -> Iterator[Happening]:
    # generals that each one stands for
    each = float(w.compiled.x[INPUT_NAMES.index("generals.number")]) / w.codes.shape[1]
    for kind, code in (("purge", 32), ("flight", 16)):
        count = (w.codes[: w.lasts + 1] == code).sum(axis=1)
        for week in bursts(count / w.codes.shape[1], 0.01):
            told = states(w, week, "street.fear plot.command")
            yield one(week, kind, 44.0, number=float(count[week]) * each, **told)


def _attempts(w: World) -> Iterator[Happening]:
    attempts = w["plot.attempts"]
    for week in range(1, w.last + 1):
        if attempts[week] > attempts[week - 1] and (
            week <= w.lasts or attempts[week - 1] == attempts[w.lasts]
        ):
            told = {"number": attempts[week], "after": float(week > w.lasts)}
            command = w["plot.command"][week]
            if court.from_within(w, week):
                who = court.leads(w, week)
                told |= states(w, week, "leader.personalism")
                yield one(week, "failed_palace_coup", 80.0, who=who, **told, **sign(w, week - 1))
            else:
                yield one(week, "failed_coup", 80.0, command=command, **told)


def _raids(w: World) -> Iterator[Happening]:
    """A failed raid leaves no mark in the state: the law's condition is asked, same uniform."""
    failing = w["force.raid_fails"]
    for week in range(1, w.last + 1):
        if (
            not court.went(w, week)
            and failing[week] > 0.0
            and week_uniforms(w.seed, w.replicate, week)[chance.RAID_FAILS]
            < chance_of(float(failing[week]))
        ):
            success = w["force.seizure"][week]
            odds = success / (success + failing[week])
            yield one(week, "failed_raid", 80.0, chance=odds, **states(w, week, "court.guards"))


def _street(w: World) -> Iterator[Happening]:
    crowd, refusal = w["street.crowd"][: w.lasts + 1], w["street.refusal"][: w.lasts + 1]
    for week in range(1, len(crowd)):
        new = crowd[week] > 0.0 and crowd[week - 1] == 0.0 and not court.outrage(w, week)
        if new and week != w.week_out:
            yield one(week, "crowd", 58.0, **states(w, week, "street.crowd street.grievance"))
        if crowd[week] == 0.0 and crowd[week - 1] > 0.0 and week != w.week_out:
            yield one(week, "crowd_gone", 35.0, fear=w["street.fear"][week])
    for week, mark in crossings(crowd, (0.2, 0.4, 0.6)):
        if crowd[week - 1] > 0.0:
            told = states(w, week, "street.crowd street.refusal")
            yield one(week, "crowd_grows", 48.0 + 20.0 * mark, **told)
    for week, _ in crossings(refusal, (0.5,)):
        told = states(w, week, "street.refusal street.crowd army.anger")
        yield one(week, "stand_aside", 66.0, **told)
    for week in range(1, len(crowd)):
        more = w["plot.defection"][week] > w["plot.defection"][week - 1]
        if more and not court.turned(w, week) and not w.input("shock.defection")[week]:
            yield one(week, "defection", 68.0, crowd=crowd[week], command=w["plot.command"][week])


def _rebels(w: World) -> Iterator[Happening]:
    strength, front = w["rebels.strength"][: w.lasts + 1], w["rebels.front"][: w.lasts + 1]
    for week in range(1, len(strength)):
        if strength[week] > 0.0 and strength[week - 1] == 0.0:
            yield one(week, "rebels", 58.0, strength=strength[week], army=w["army.strength"][week])
    for week, mark in crossings(front, (0.25, 0.5, 0.75)):
        yield one(week, "front", 50.0 + 20.0 * mark, front=front[week], strength=strength[week])


def _outside(w: World) -> Iterator[Happening]:
    opposition = w["outside.opposition"][: w.lasts + 1]
    for week, _ in crossings(opposition, (0.5, 0.6, 0.7, 0.8, 0.9)):
        if opposition[week] >= opposition[0] + 0.05:
            yield one(week, "opposition", 38.0, opposition=opposition[week], before=opposition[0])


def _ruler(w: World) -> Iterator[Happening]:
    before = w.week_out or w.last + 1  # the state of the week of exit is his successor's
    for week, _ in crossings(-w["leader.belief"][:before], (-0.75, -0.5, -0.25)):
        yield one(week, "belief", 46.0, belief=w["leader.belief"][week])
    for week, _ in crossings(w["exits.negotiated_exit"][:before], (0.05,)):
        hazard, belief = w["exits.negotiated_exit"][week], w["leader.belief"][week]
        yield one(week, "exile", 52.0, hazard=hazard, belief=belief)


def _ends(w: World) -> Iterator[Happening]:
    out = w.ledger
    if w.week_out:
        way, fate = WAYS[out[ledger.LEADER_WAY]], FATES[out[ledger.LEADER_FATE]]
        after = REGIME[out[ledger.REGIME_AFTER]]
        ended = {"way": way, "fate": fate, "after": after} | states(w, w.week_out, "plot.command")
        odds = chance_of(float(w["exits." + way][w.week_out]))
        by: dict[str, Number] = {
            "chance": odds,
            "heir": court.heir(w, w.week_out),
            "leads": "",
            "patron": "",
        }
        by["voted"] = float(way == "regular" and w.input("calendar.vote")[w.week_out] > 0.0)
        street = (
            way == "coup" and w["court.coup_hazard"][w.week_out] < w["exits.coup"][w.week_out] / 2
        )
        by["forced"] = float(w["street.crowd"][w.week_out - 1]) if street else 0.0
        if way == "palace_coup":
            by["leads"] = court.leads(w, w.week_out)
            by |= states(w, w.week_out - 1, "leader.personalism") | sign(w, w.week_out - 1)
        if fate == "exile":
            by["patron"] = abroad.flown_out_by(w, w.week_out, way)
        yield one(w.week_out, "exit", 99.0, **ended, **by)
    rulers = w["regime.rulers"]
    for week in range(w.week_out + 1, w.last + 1):
        if w.week_out and rulers[week] > rulers[week - 1]:
            yield one(week, "successor", 85.0, number=rulers[week], heir=court.heir(w, week))
    if out[ledger.REGIME_FATE] == REGIME.index("falls") and out[ledger.REGIME_WEEK] != w.week_out:
        yield one(out[ledger.REGIME_WEEK], "fall", 99.0, way=WAYS[out[ledger.REGIME_WAY]])
    if w.last == w.compiled.horizon and out[ledger.REGIME_FATE] != REGIME.index("falls"):
        regime, stays = REGIME[out[ledger.REGIME_FATE]], float(not w.week_out)
        told = states(w, w.last, "plot.command treasury.reserves treasury.rents plot.attempts")
        yield one(w.last, "horizon", 99.0, regime=regime, in_office=stays, **told)


TELLERS: tuple[Callable[[World], Iterator[Happening]], ...] = (
    _opening,
    _entries,
    *abroad.TELLERS,
    _treasury,
    _outside,
    _plotters,
    _purges,
    _attempts,
    _raids,
    _street,
    _rebels,
    _ruler,
    *court.TELLERS,
    _ends,
)
