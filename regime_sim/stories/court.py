"""What his own side does in one future: men who leave him or follow him, branches that turn, a
palace coup, and what he chooses himself; finds no words for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace

from ..engine.draws import week_uniforms
from ..facts.levers import HOLDS
from ..facts.outcomes import WAYS
from ..law import chance, ledger, palace
from ..law.arithmetic import chance as chance_of
from .telling import Happening, bursts, crossings, one, sign, states
from .watched import Reals, World

# ways after which nobody of the circle follows by right (see `law.aftermath.successor`)
OUTSIDERS = ("coup", "uprising")


def went(w: World, week: int) -> bool:
    """Whether a ruler goes this week, the first or one of his successors."""
    rulers, fallen = w["regime.rulers"], w["regime.fallen"]
    fell = fallen[week] > 0.5 > fallen[week - 1]
    return bool(week == w.week_out or rulers[week] > rulers[week - 1] or fell)


def _man(w: World, slot: str, week: int, there: float) -> SimpleNamespace:
    """A principal as the law's record has him, as far as `there` says that he is there."""
    held = {name: float(w[f"{slot}.{name}"][week]) for name in HOLDS}
    return SimpleNamespace(**held, there=there)


def _before(w: World, slot: str, week: int) -> float:
    """How far a man was there this week before he went: his place fills a little every week."""
    there = float(w[f"{slot}.there"][week - 1])
    return there + (1.0 - there) / w.parameter("principals.weeks")


def heir(w: World, week: int) -> str:
    """Who of the circle takes over this week, empty where nobody of it does: of the men who are
    gone from their places, the one with the best claim, if nobody who stays had a better one.
    """
    rulers = w["regime.rulers"]
    if rulers[week] <= rulers[week - 1]:
        return ""
    if week == w.week_out and WAYS[w.ledger[ledger.LEADER_WAY]] in OUTSIDERS:
        return ""
    claims = {
        title: float(w[f"{slot}.heir"][week]) * _before(w, slot, week)
        for slot, title in _empty(w, week)
    }
    best = max(claims, key=lambda title: claims[title], default="")
    stay = max(
        (float(w[f"{slot}.heir"][week] * w[f"{slot}.there"][week]) for slot, _ in w.principals()),
        default=0.0,
    )
    return best if best and claims[best] > 0.0 and claims[best] >= stay else ""


def _empty(w: World, week: int) -> list[tuple[str, str]]:
    """The men whose places become empty this week."""
    return [
        (slot, title)
        for slot, title in w.principals()
        if w[f"{slot}.there"][week] == 0.0 and w[f"{slot}.there"][week - 1] > 0.0
    ]


def leads(w: World, week: int) -> str:
    """Who stands best placed for a palace coup this week: the man whose standing the law took."""
    best = float(w["circle.best"][week])
    found: dict[str, float] = {}
    for slot, title in w.principals():
        for there in (float(w[f"{slot}.there"][week]), _before(w, slot, week)):
            off = abs(palace.standing(_man(w, slot, week, there)) - best)
            found[title] = min(off, found.get(title, off))
    return min(found, key=lambda title: found[title], default="")


def from_within(w: World, week: int) -> bool:
    """Whether the coup that failed this week was one of the circle: the law's order is asked, same
    uniforms.
    """
    u = week_uniforms(w.seed, w.replicate, week)
    if w.input("shock.failed_coup")[week] > 0.0:
        return False
    if u[chance.COUP_FAILS] < chance_of(float(w["court.failure_hazard"][week])):
        return False
    return bool(u[chance.PALACE_FAILS] < chance_of(float(w["circle.failure"][week])))


def turned(w: World, week: int) -> bool:
    """Whether a man of the circle left this week, or a branch turned."""
    return bool(_left(w, week)) or any(_turns(loyal, week) for _, loyal in w.units())


def _turns(loyal: Reals, week: int) -> bool:
    return bool(loyal[week] < loyal[week - 1] - 1e-9)


def _left(w: World, week: int) -> list[tuple[str, str]]:
    """The men who leave this week; not the one who takes over."""
    follows = heir(w, week)
    return [(slot, title) for slot, title in _empty(w, week) if title != follows]


def _principals(w: World) -> Iterator[Happening]:
    """Men of the circle who leave, and new men who have grown into their places."""
    gone: dict[str, int] = {}
    for week in range(1, w.last + 1):
        for slot, title in _left(w, week):
            again = float(slot in gone)
            gone[slot] = week
            held = {name: w[f"{slot}.{name}"][week] for name in ("army", "party", "police")}
            ordered = float(w.input(f"principal.{slot}.turns")[week] > 0.0)
            told = states(w, week, "treasury.rents street.grievance sender.bounty")
            most = max(float(share) for share in held.values())
            yield one(
                week,
                "principal_leaves",
                62.0 + 30.0 * most,
                who=title,
                again=again,
                ordered=ordered,
                **held,
                **told,
                **sign(w, week - 1),
            )
        for slot, title in w.principals():
            there = w[f"{slot}.there"]
            if slot in gone and there[week] >= 0.5 > there[week - 1]:
                since = float(week - gone[slot])
                yield one(week, "replaced", 30.0, who=title, since=since, there=there[week])


def _units(w: World) -> Iterator[Happening]:
    """Branches that turn."""
    whole = sum(float(w[f"{slot}.troops"][0]) for slot, _ in w.units())
    for slot, loyal in w.units():
        for week in range(1, w.last + 1):
            if _turns(loyal, week):
                part = float(w[f"{slot}.troops"][week]) / whole
                told = states(w, week, "army.split street.refusal street.crowd rebels.front")
                yield one(
                    week,
                    "unit_turns",
                    70.0,
                    unit=slot,
                    left=loyal[week],
                    troops=part * float(loyal[week - 1] - loyal[week]),
                    ordered=float(w.input(f"unit.{slot}.turns")[week] > 0.0),
                    **told,
                )


def _choices(w: World) -> Iterator[Happening]:
    """What he chooses: repression, purges, promotions, whom to pay last."""
    before = w.week_out or w.last + 1  # what is chosen later, a successor chooses
    repression = w["leader.repression"][:before]
    for week, _ in crossings(repression - repression[0], (0.1, 0.2, 0.3)):
        told = states(w, week, "leader.repression street.crowd leader.belief street.grievance")
        yield one(week, "represses", 44.0, before=repression[0], **told)
    for week, _ in crossings(repression[0] - repression, (0.1, 0.2, 0.3)):
        told = states(w, week, "leader.repression treasury.arrears")
        yield one(week, "represses_less", 40.0, before=repression[0], **told)
    for week in bursts(w["leader.purge"][:before], 0.1):
        told = states(w, week, "leader.purge leader.personalism leader.belief plot.memory")
        yield one(week, "chooses_purge", 41.0, **told)
    number, adapted = w["court.number"][:before], w["court.adapted"][:before]
    for week, _ in crossings(number / number[0], (1.03, 1.1, 1.2)):
        told = states(w, week, "court.number leader.belief")
        yield one(week, "promotes", 36.0, before=number[0], **told)
    for week, _ in crossings(number[0] - number, (0.03 * number[0], 0.1 * number[0])):
        told = states(w, week, "court.number treasury.arrears")
        yield one(week, "retires", 36.0, before=number[0], **told)
    for week, _ in crossings(adapted, (0.15, 0.4)):
        told = states(w, week, "army.pay treasury.rents treasury.arrears")
        yield one(week, "pays_few", 43.0, **told)


def outrage(w: World, week: int) -> bool:
    """Whether a vote of this week is stolen and brings people out: the law's condition is asked,
    same uniform.
    """
    if w.input("calendar.vote")[week] <= 0.0:
        return False
    stolen = w.parameter("vote.outrage") * float(w["opposition.stolen"][week])
    return bool(week_uniforms(w.seed, w.replicate, week)[chance.THEFT] < stolen)


def _at_home(w: World) -> Iterator[Happening]:
    """The opposition's leader taken or freed, and votes that are stolen."""
    leader, crowd = w["opposition.leader"], w["street.crowd"]
    for week in range(1, w.last + 1):
        if leader[week] < leader[week - 1] - 0.1:
            told = {"leader": leader[week], "before": leader[week - 1], "crowd": crowd[week]}
            yield one(week, "arrest", 60.0, **told, **states(w, week, "street.grievance"))
    for week, _ in crossings(-leader, (-leader[0] / 2.0,)):
        if leader[0] > 0.1 and leader[week] >= leader[week - 1] - 0.1:
            repression = w["leader.repression"][week]
            worn = {"leader": leader[week], "before": leader[0], "repression": repression}
            yield one(week, "silenced", 40.0, **worn)
    for week, _ in crossings(leader - leader[0], (0.15, 0.4)):
        concession = w["regime.concession"][week]
        freed = {"leader": leader[week], "before": leader[0], "concession": concession}
        yield one(week, "freed", 46.0, **freed)
    for week in range(1, w.last + 1):
        if w.input("calendar.vote")[week] > 0.0 and not went(w, week):
            stolen = float(w["opposition.stolen"][week])
            out = outrage(w, week)
            told = states(w, week, "opposition.share street.crowd leader.repression")
            fraud = w.input("vote.fraud")[week]
            yield one(
                week,
                "stolen_vote" if out else "vote_held",
                72.0 if out else 50.0,
                stolen=stolen,
                fraud=fraud,
                **told,
            )


TELLERS: tuple[Callable[[World], Iterator[Happening]], ...] = (
    _principals,
    _units,
    _choices,
    _at_home,
)
