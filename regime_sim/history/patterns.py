"""The patterns that the model must show, each as figures with intervals against what is known;
judges, and hides no miss.

Pattern-oriented modelling (Grimm et al. 2005): thirteen patterns of the brief and the extremes
here, those of the second edition in `court_patterns`; rates a year are of leader-years as they
stood (`population`), which until now were asked of one calm world. `patterns()` runs the worlds
each one needs and returns a row per claim; `markdown()` is the table that `docs/PATTERNS.md` holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np

from ..facts.outcomes import FATES, WAYS
from ..scenario import load
from ..statistics.intervals import mean, share
from .court_patterns import COURT_PATTERNS
from .kinds import FALLING, TOLD, falling_with_a_way_out, new_regime, of_power, ordinary
from .lab import (
    COUP,
    NEGOTIATED,
    SEIZED,
    UPRISING,
    Lab,
    Row,
    bare,
    between,
    by_way,
    exit_ratio,
    figure,
    mean_of,
    more,
)
from .panel import LeaderYear
from .panel_scores import TARGETS
from .population import population
from .rates import Rates, observed, rates

# of the figures of `rates` those that are counted on leader-years: by which ways (None: any)
EXITS_OF: dict[str, tuple[str, ...] | None] = {
    "leader_exit": None,
    "irregular": TARGETS["irregular"],
    "coup": TARGETS["coup"],
    "rebellion": ("rebellion",),
    "uprising": ("uprising",),
    "regular": ("regular",),
    "foreign_removal": TARGETS["foreign"],
}


def threats(lab: Lab) -> Iterator[Row]:
    """1: threats alone change little."""
    levers = {"us_pressure.deployment": 0.4, "us_pressure.ultimatum": 0.5, "sender.resolve": 0.4}
    quiet, threat = lab.run(ordinary(), 2), lab.run(ordinary(levers), 2)
    what = "hazard ratio of exit, threats and a build-up against none"
    yield between("1", what, exit_ratio(quiet, threat), 0.5, 2.0, quiet.replicates)


def exile_rare(lab: Lab) -> Iterator[Row]:
    """2: exile by choice is rare while the army is loyal."""
    offer = {"exile.offer": 0.9, "exile.credibility": 0.5, "regime.coup_proofing": 0.8}
    levers = ("rents", "foreign_support", "us_pressure.deployment", "us_pressure.sanctions")
    settings = product((0.6, 0.9), (0.3, 0.8), (0.2, 0.8), (0.2, 0.9))
    worlds = (ordinary(dict(zip(levers, one, strict=True)) | offer) for one in settings)
    worst = max(by_way(lab.run(world, 0.2), NEGOTIATED) for world in worlds)
    what = "exile within a year, army loyal, firm offer: the worst of 16 lever settings"
    yield Row("2", what, *worst, "under 0.05", worst[0] < 0.05, int(lab.replicates * 0.2))


def article(lab: Lab) -> Iterator[Row]:
    """3: isolation and an army cut off from its rents are both needed."""
    names = ("venezuela-2025", "isolation", "rents-cut", "isolation-and-rents-cut")
    runs = [lab.run(load(name).with_(horizon=52), 2) for name in names]
    for name, e in zip(names, runs, strict=True):
        yield Row("3", f"coup within a year: {name}", *by_way(e, COUP), "", True, e.replicates)
    coup = [(e.leader_way == COUP).astype(float) for e in runs]
    beyond = mean(coup[3] + coup[0] - coup[1] - coup[2], runs[0].cluster)
    what = "coup: both together beyond the sum of the two alone"
    yield Row("3", what, *figure(beyond), "above 0", beyond.low > 0, runs[0].replicates)


def waiting(lab: Lab) -> Iterator[Row]:
    """4: the waiting game."""
    world = load("venezuela-2025").with_(horizon=104)
    pressed = [
        mean_of(lab.run(world.vary({"public_opinion.us_opposition": o})), "pressure")
        for o in (0.2, 0.5, 0.8)
    ]
    what = "mean pressure over two years at outside opposition 0.2, less that at 0.8"
    less, falls = pressed[0] - pressed[2], pressed[0] > pressed[1] > pressed[2]
    yield Row("4", what, *bare(less), "above 0, 0.5 between", falls, lab.replicates)
    poor = load("isolation-and-rents-cut").with_(horizon=104)
    runs = [lab.run(poor.vary({"treasury.reserves": r})) for r in (4, 12, 40)]
    value = more(runs[2], runs[0])
    what = "out within two years when cut off: reserves of 4 weeks less 40 weeks"
    yield Row("4", what, *value, "above 0", value[1] > 0, lab.replicates)


def strikes(lab: Lab) -> Iterator[Row]:
    """5: strikes alone rarely remove; with rebels on the ground or a raid with insiders they do."""
    bombs = {"us_pressure.strikes": 0.8, "sender.resolve": 0.7}
    rebels = {"rebels.strength": 0.6, "rebels.front": 0.1}
    worlds = {
        "nothing": ordinary(),
        "strikes": ordinary(bombs),
        "rebels": ordinary(rebels),
        "strikes for rebels": ordinary(bombs | rebels | {"rebels.air_support": 1.0}),
        "strikes and a raid with an insider": ordinary(
            bombs | {"us_pressure.raid": 0.8, "force.insider": 1.0, "force.precision": 0.9}
        ),
    }
    runs = {name: lab.run(world) for name, world in worlds.items()}
    for name, e in runs.items():
        out = figure(share(e.leader_week > 0, e.cluster))
        yield Row("5", f"out within a year: {name}", *out, "", True, e.replicates)
    n = lab.replicates
    alone = more(runs["nothing"], runs["strikes"])
    yield Row("5", "strikes alone add", *alone, "under 0.15", alone[0] < 0.15, n)
    what, target = "strikes add where rebels fight on the ground", "over 0.15 and more than alone"
    on_ground = more(runs["rebels"], runs["strikes for rebels"])
    yield Row("5", what, *on_ground, target, on_ground[0] > max(0.15, alone[0]), n)
    raid = more(runs["strikes"], runs["strikes and a raid with an insider"])
    yield Row("5", "a raid with an insider adds", *raid, "over 0.15", raid[0] > 0.15, n)


def number(lab: Lab) -> Iterator[Row]:
    """6: the coup hazard is not monotone in the number of generals at a fixed pool: it rises as
    each gets less, then falls as more must be brought in.

    Under 200 generals it rises again, for few need to agree and one man's troops weigh more; that
    end is shown and not judged.
    """
    runs = {
        count: lab.run(ordinary({"generals.number": count}, 104), 4)
        for count in (50, 200, 800, 2000, 5000, 20000)
    }
    for count, e in runs.items():
        what = f"coup within two years with {count:,} generals"
        yield Row("6", what, *by_way(e, COUP), "", True, e.replicates)
    n = runs[5000].replicates
    rise, fall = more(runs[200], runs[5000], COUP), more(runs[5000], runs[20000], COUP)
    what = "5,000 generals instead of 200 add"
    yield Row("6", what, *rise, "over 0, interval and all", rise[1] > 0.0, n)
    what = "20,000 generals instead of 5,000 add"
    yield Row("6", what, *fall, "under 0, interval and all", fall[2] < 0.0, n)


def pay(lab: Lab) -> Iterator[Row]:
    """7: troops' pay falls: desertion rises, strength falls, fewer of the angry remain."""
    paid = load("no-pressure").vary({"troops.pay": 0.7}).with_(horizon=104)
    cuts = [paid.at(week=1, set={"troops.pay": 0.7 * (1 - cut)}) for cut in (0.0, 0.4, 0.8)]
    runs = [lab.run(cut, 0.25) for cut in cuts]
    n = runs[0].replicates
    last = [
        {name: float(e.weekly(name)["mean"].iloc[-1]) for name in ("ranks", "army", "ranks_anger")}
        for e in runs
    ]
    for name, words in (("ranks", "soldiers left"), ("army", "strength of the army")):
        v = [row[name] for row in last]
        what = f"{words} after two years, pay cut by 0.8 against not at all"
        falls = v[0] > v[1] > v[2]
        yield Row("7", what, *bare(v[2] / v[0]), "falls with each cut", falls, n)
    ranks, anger = (runs[2].weekly(name)["mean"] for name in ("ranks", "ranks_anger"))
    mass = [float(a * b) for a, b in zip(ranks, anger, strict=True)]
    what = "angry soldiers still in the ranks after a cut of 0.8, against their peak"
    left, falls = mass[-1] / max(mass), mass[-1] < max(mass)
    yield Row("7", what, *bare(left), "falls (under 1)", falls, n)


def guards(lab: Lab) -> Iterator[Row]:
    """8: guards cut coup and seizure success, not grievance."""
    base = load("venezuela-2025").vary({"us_pressure.raid": 0.6})
    runs = [lab.run(base.vary({"regime.coup_proofing": k}), 1.5) for k in (0.4, 0.65, 0.9)]
    n = runs[0].replicates
    for words, way in (("coups", COUP), ("seizures", SEIZED)):
        gap = more(runs[2], runs[0], way)
        yield Row("8", f"{words}: weak less strong guards", *gap, "above 0", gap[1] > 0, n)
    weak, strong = (e.weekly("grievance")["mean"].iloc[8] for e in (runs[0], runs[2]))
    differs, what = abs(float(weak - strong)), "grievance after eight weeks: difference"
    yield Row("8", what, *bare(differs), "under 0.01", differs < 0.01, n)


def base_rates(lab: Lab) -> Iterator[Row]:
    """9 and part of 10: yearly rates against what was observed: exits on personalists'
    leader-years, the rest in an ordinary world.
    """
    found = rates(lab.run(load("no-pressure").with_(horizon=260)), lab.run(new_regime(), 0.8))
    rows = population(lab)
    for name, (low, high, words) in observed().items():
        if name in EXITS_OF:
            rate, n = rows.rate(lambda row: row.personalist, EXITS_OF[name])
            yield between("9", f"{words}, on leader-years", rate, low, high, n)
        else:
            at = getattr(found, name)
            pattern = "10" if name.startswith("ratio") else "9"
            yield between(pattern, words, figure(at), low, high, int(at.n))


def _powered(row: LeaderYear) -> bool:
    """Whether a leader-year is a personalist's whose power is coded."""
    return row.personalist and "personalism" in row.known


def sanctions(lab: Lab) -> Iterator[Row]:
    """10: sanctions raise the hazard through the rents."""
    world = ordinary(horizon=208)
    quiet, pressed = lab.run(world, 2), lab.run(world.at(week=1, event="sanctions"), 2)
    value = exit_ratio(quiet, pressed)
    what = "hazard ratio of exit over four years, sanctions against none"
    met = 0.6 <= value[0] <= 3.2
    yield Row("10", what, *value, "0.6 to 3.2, about 1.4", met, quiet.replicates)


def exile_gate(lab: Lab) -> Iterator[Row]:
    """11: exile under an ultimatum is an AND-gate."""
    credible = ordinary(TOLD | {"exile.credibility": 0.8})
    imminent = ordinary(TOLD | FALLING | {"exile.credibility": 0.2})
    cases = (
        ("defeat not imminent, exile credible", credible, 0.0, 0.35),
        ("defeat imminent, exile not credible", imminent, 0.0, 0.3),
        ("defeat imminent, exile credible", falling_with_a_way_out(), 0.47, 0.91),
    )
    for words, world, low, high in cases:
        at = by_way(lab.run(world), NEGOTIATED)
        what = f"leaves for exile under an ultimatum: {words}"
        yield between("11", what, at, low, high, lab.replicates)


def troops_and_power(lab: Lab) -> Iterator[Row]:
    """12: a patron's troops; personal power."""
    crowd: dict[str, object] = {"public_opinion.home_opposition": 0.75, "street.crowd": 0.5}
    there = crowd | {
        "foreign_support.russia": 0.95,
        "patron.russia.troops": 1.0,
        "patron.russia.distraction": 0.0,
    }
    without, with_troops = lab.run(ordinary(crowd)), lab.run(ordinary(there))
    what = "uprisings within a year, a crowd out, no patron's troops"
    yield Row("12", what, *by_way(without, UPRISING), "", True, lab.replicates)
    at, what = by_way(with_troops, UPRISING), "the same with a patron's troops on the ground"
    yield Row("12", what, *at, "under 0.03", at[0] < 0.03, lab.replicates)
    rows = population(lab)
    power = [row.known["personalism"] for row in rows.rows if _powered(row)]
    thirds = np.quantile(power, (1 / 3, 2 / 3))
    parts: tuple[tuple[str, Callable[[LeaderYear], bool], float, float], ...] = (
        ("low", lambda row: _powered(row) and row.known["personalism"] <= thirds[0], 0.12, 0.21),
        ("high", lambda row: _powered(row) and row.known["personalism"] >= thirds[1], 0.04, 0.08),
    )
    for words, holds, low, high in parts:
        rate, n = rows.rate(holds)
        what = f"exits a year, {words} personal power (a third of leader-years)"
        yield between("12", what, rate, low, high, n)
    runs = [lab.run(world) for world in of_power()]
    for words, e, low, high in zip(("low", "high"), runs, (0.0, 0.2), (0.12, 0.36), strict=True):
        gone = (e.leader_week > 0) & (e.leader_way != WAYS.index("died"))
        dead = share((e.leader_fate == FATES.index("dead"))[gone])
        what = f"killed, of those who leave alive or by force, {words} personal power"
        yield between("12", what, figure(dead), low, high, int(gone.sum()))


def december(lab: Lab) -> Iterator[Row]:
    """13: December 2025 before the fact, not tuned to its end."""
    e = lab.run(load("venezuela-2025").with_(horizon=26), 4)
    for way, low, high in ((NEGOTIATED, 0.0, 0.1), (COUP, 0.0, 0.05), (SEIZED, 0.05, 0.3)):
        what = f"{WAYS[way]} within 26 weeks of 1 December 2025"
        yield between("13", what, by_way(e, way), low, high, e.replicates)
    taken = e.leader_way == SEIZED
    on = share((e.regime_after < 2)[taken])
    what, n = "regime goes on, given a seizure", int(taken.sum())
    yield Row("13", what, *figure(on), "over 0.5", on.value > 0.5, n)


def extremes(lab: Lab) -> Iterator[Row]:
    """Boundless rents and no grievance; every lever against him."""
    calm = {"public_opinion.home_opposition": 0.0, "regime.coup_proofing": 0.9}
    fat = lab.run(ordinary({"rents": 1.0, "foreign_support": 1.0} | calm))
    plotting = mean_of(fat, "plotting")
    what = "generals plotting, rents boundless and nobody aggrieved"
    yield Row("extremes", what, *bare(plotting), "under 0.01", plotting < 0.01, lab.replicates)
    doomed = ordinary(
        {
            "rents": 0.0,
            "foreign_support": 0.0,
            "us_pressure": 1.0,
            "public_opinion": 0.0,
            "regime.coup_proofing": 0.05,
            "rebels.strength": 1.0,
            "rebels.air_support": 1.0,
            "street.crowd": 0.8,
            "force.precision": 1.0,
            "force.insider": 1.0,
            "exile.offer": 1.0,
            "exile.credibility": 1.0,
            "sender.resolve": 1.0,
            "treasury.reserves": 0,
        },
        104,
    )
    e = lab.run(doomed)
    at = share(e.leader_week == 0, e.cluster)
    what = "in office after two years with every lever against him"
    yield Row("extremes", what, *figure(at), "under 0.02", at.value < 0.02, e.replicates)


PATTERNS: tuple[Callable[[Lab], Iterator[Row]], ...] = (
    threats,
    exile_rare,
    article,
    waiting,
    strikes,
    number,
    pay,
    guards,
    base_rates,
    sanctions,
    exile_gate,
    troops_and_power,
    december,
    extremes,
    *COURT_PATTERNS,
)


def patterns(lab: Lab | None = None) -> list[Row]:
    """All rows, in order."""
    lab = lab or Lab()
    return [row for pattern in PATTERNS for row in pattern(lab)]


def markdown(rows: list[Row]) -> str:
    """The table as Markdown; a miss is printed as a miss."""
    lines = ["| pattern | what | figure | 95% interval | should be | met | n |", "|---" * 7 + "|"]
    for r in rows:
        band = "" if np.isnan(r.low) else f"{r.low:.3g} to {r.high:.3g}"
        verdict = "" if not r.target else ("yes" if r.met else "**no**")
        lines.append(
            f"| {r.pattern} | {r.what} | {r.value:.3g} | {band} | {r.target} | {verdict} |"
            f" {r.n:,} |"
        )
    return "\n".join(lines) + "\n"


__all__ = ["PATTERNS", "Lab", "Rates", "Row", "markdown", "patterns"]
