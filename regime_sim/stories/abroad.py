"""What the outside does in one future: the ladder and why it is climbed, ultimatums and what the
word is worth, deals struck and broken, patrons who stay, go or fly him out; finds no words for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ..facts.parameters import INPUT_NAMES, PATRON_SLOTS
from .court import went
from .telling import Happening, crossings, one, sign, states
from .watched import World, first_weeks

ABOUT = "sender.resolve sender.pressure outside.opposition sender.credibility sender.deployment"


def _ladder(w: World) -> Iterator[Happening]:
    """Steps up and down, and what made them likely: a vote, elections, an ultimatum, the odds."""
    rung, posture = np.rint(6.0 * w["sender.escalation"]), w["sender.posture"]
    for week in range(1, w.last + 1):
        up = rung[week] > rung[week - 1] + 0.5
        down = posture[week] < posture[week - 1] - 1e-9
        if up or down:
            told = states(w, week, ABOUT)
            told |= {
                "rung": rung[week],
                "before": rung[week - 1],
                "own": w["sender.step_up"][week],
                "elections": w.input("calendar.midterms")[week],
                "voted": w.input("calendar.war_powers")[week],
                "ultimatum": w["sender.ultimatum"][week],
                "odds": _odds(w, week, float(rung[week])),
                "weeks": w["sender.weeks"][week],
                "killed": w["outside.dead"][week],
            }
            yield one(week, "climb" if up else "blink", 60.0, **told)


def _odds(w: World, week: int, rung: float) -> float:
    """The odds, as the pressing power sees them, that a rung ends his rule (see `law.ladder`)."""
    if rung < 4.5:
        return w.parameter("ladder.hope") * rung / 6.0
    if rung < 5.5:
        return float(w.input("force.precision")[week]) * w.parameter("ladder.hope_raid")
    built = w["force.built"][week - 1] > 0.1
    return float(w["force.share"][week - 1]) if built else w.parameter("ladder.hope_ground")


def _word(w: World) -> Iterator[Happening]:
    """An ultimatum that is given, and what becomes of it: kept, or lapsed."""
    waited, word, given = w["sender.waited"], w["sender.credibility"], 0
    level = w.input("us_pressure.ultimatum")
    for week in range(1, w.last + 1):
        if waited[week] > 0.0 and waited[week - 1] <= 0.0:
            given = week
            told = {"level": level[week], "credibility": word[week], "since": float(week == 1)}
            new = level[week] > level[0] + 1e-9  # one that stood at the start is no news
            if new:
                yield one(week, "ultimatum", 57.0, **told, deadline=float(_deadline(w, week)))
        if waited[week] <= 0.0 and waited[week - 1] > 0.0:
            word = w["sender.credibility"]
            kind = "ultimatum_lapsed" if word[week] < word[week - 1] else "ultimatum_kept"
            stood = float(week - given)
            told = {"stood": stood, "credibility": word[week], "before": word[week - 1]}
            yield one(week, kind, 64.0, **told, **states(w, week, "sender.resolve"))


def _deadline(w: World, week: int) -> int:
    """The last week of an ultimatum given this week, as the timeline has it; 0 without one."""
    events, ultimatum = w.compiled.events, INPUT_NAMES.index("us_pressure.ultimatum")
    ends = [
        week + int(events.lasts[row]) - 1
        for entry, first in first_weeks(w).items()
        for row in np.flatnonzero((events.event == entry) & (events.target == ultimatum))
        if first == week and np.isfinite(events.lasts[row])
    ]
    return max(ends, default=0)


def _deals(w: World) -> Iterator[Happening]:
    """Deals that the two sides strike and break by themselves."""
    conceded, left = w["regime.concession"], w.parameter("deal.left")
    for week in range(1, w.last + 1):
        if went(w, week):
            continue
        told = states(w, week, "regime.concession regime.relief sender.settles leader.belief")
        told |= states(w, week, "sender.pressure outside.opposition sender.resolve")
        told |= {"before": conceded[week - 1]}
        if conceded[week] > conceded[week - 1] + 0.02:
            yield one(week, "deal", 76.0, **told)
        elif conceded[week - 1] > 0.02 and conceded[week] < conceded[week - 1] * (left + 1) / 2.0:
            yield one(week, "deal_broken", 74.0, **told)


def _patrons(w: World) -> Iterator[Happening]:
    """Patrons whose commitment sinks, and those who give him up."""
    for slot, name in zip(PATRON_SLOTS, w.compiled.patrons, strict=True):
        commitment, gave_up = w[f"{slot}.commitment"], w[f"{slot}.left"]
        level, start = commitment[: w.lasts + 1], commitment[0]
        if not name or start < 0.15:
            continue  # no patron to lose
        weeks_left = [k for k in range(1, w.last + 1) if gave_up[k] > gave_up[k - 1]]
        for week in weeks_left:
            told = {"commitment": commitment[week], "before": start, "patron": name}
            told |= {"pressure": w["sender.pressure"][week], "others": _silence(w, week)}
            yield one(week, "patron_gives_up", 66.0, **told, **sign(w, week - 1))
        for week, mark in crossings(-level, (-start / 2.0, -0.05)):
            gone, guards = mark == -0.05, w["court.guards"][week]
            left = {"commitment": level[week], "before": start, "guards": guards}
            kind, late = "patron_gone" if gone else "patron_leaves", bool(weeks_left)
            yield one(week, kind, 37.0 if late else 55.0, patron=name, **left)


def _silence(w: World, week: int) -> float:
    """How many of the other patrons had given him up before this week."""
    return float(sum(w[f"{slot}.left"][week - 1] > 0.5 for slot in PATRON_SLOTS))


def _rescue(w: World) -> Iterator[Happening]:
    """A way out by air that opens while he is still there."""
    before = w.week_out or w.last + 1
    for week, _ in crossings(w["leader.rescued"][:before], (0.02,)):
        told = states(w, week, "leader.rescued leader.belief sender.airspace")
        yield one(week, "aircraft", 54.0, patron=_nearest(w, week), **told)


def _nearest(w: World, week: int) -> str:
    """The patron who could best bring him out (see `law.patrons.rescue`); empty if none could, or
    if the timeline sends an aircraft and does not say whose.
    """
    if w.input("shock.evacuation")[week] > w["court.rescue"][week]:
        return ""
    found = {}
    for slot, name in zip(PATRON_SLOTS, w.compiled.patrons, strict=True):
        reach = w[f"{slot}.guards"][week] + w[f"{slot}.troops"][week]
        reach = min(1.0, float(reach + 0.5 * w[f"{slot}.arms"][week]))
        stays = 1.0 - float(w[f"{slot}.left"][week])
        if name:
            found[name] = float(w[f"{slot}.commitment"][week]) * reach * stays
    best = max(found, key=lambda name: found[name], default="")
    return best if best and found[best] > 0.0 else ""


def flown_out_by(w: World, week: int, way: str) -> str:
    """The patron who flew him out in his last week; empty where most of the hazard by which he
    went was another.
    """
    street = float(w["street.hazard"][week])
    without = {
        "negotiated_exit": float(w["leader.exile"][week]),
        "rebellion": float(w["rebels.hazard"][week]),
        "uprising": street - float(w["exits.coup"][week] - w["court.coup_hazard"][week]),
    }
    hazard = float(w[f"exits.{way}"][week])
    flown = way in without and w["leader.rescued"][week] > 0.0 and without[way] < hazard / 2.0
    return (_nearest(w, week) or "a patron") if flown else ""


TELLERS: tuple[Callable[[World], Iterator[Happening]], ...] = (
    _ladder,
    _word,
    _deals,
    _patrons,
    _rescue,
)
