"""Patterns 14 to 34 of the law's second edition: every actor acts, with the sign that its source
expects and of the size that was observed.

Observed intervals are rows of `seeds/rates.yaml`. Where a target is a judgement of the brief it is
written as a number here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ..ensemble.result import Ensemble
from ..facts.evidence import rates as observed_rates
from ..facts.outcomes import FATES, WAYS
from ..scenario import load
from ..statistics.intervals import share
from .kinds import FALLING, of_type, ordinary
from .lab import (
    COUP,
    FOREIGN,
    NEGOTIATED,
    PALACE,
    REBELLION,
    REGULAR,
    SEIZED,
    UPRISING,
    Figure,
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
from .population import population
from .rates import YEAR

YEAR_WEEKS = 52
PRESSED: dict[str, object] = {
    "us_pressure.sanctions": 0.8,
    "us_pressure.deployment": 0.7,
    "sender.resolve": 0.6,
}


def interval(name: str) -> tuple[float, float]:
    """The 95% interval of an observed rate. Raises KeyError, ValueError."""
    row = observed_rates()[name]
    if row.low is None or row.high is None:
        raise ValueError(f"{name} has no interval")
    return row.low, row.high


def _yearly(e: Ensemble) -> Figure:
    """Exits a year, with a Poisson interval."""
    years = np.where(e.leader_week > 0, e.leader_week, e.horizon).sum() / YEAR
    events = float((e.leader_week > 0).sum())
    half = 1.96 * np.sqrt(max(events, 1.0)) / years
    return events / years, max(0.0, events / years - half), events / years + half


def _within(pattern: str, what: str, at: Figure, name: str, n: int) -> Row:
    """A claim that the figure's interval meets an observed one."""
    low, high = interval(name)
    met = at[1] <= high and at[2] >= low
    return Row(pattern, what, *at, f"meets {low:.3g} to {high:.3g}", met, n)


def _acts(pattern: str, what: str, gap: Figure, sign: int, n: int) -> Row:
    """A claim that a paired difference has this sign, interval and all."""
    met = gap[1] > 0.0 if sign > 0 else gap[2] < 0.0
    return Row(pattern, what, *gap, "above 0" if sign > 0 else "below 0", met, n)


def events_act(lab: Lab) -> Iterator[Row]:
    """15: a deal, an indictment, a freeze of funds and a guerrilla each act."""
    told = PRESSED | {"exile.offer": 0.9, "exile.credibility": 0.6, "leader.culpability": 0.2}
    poor = {"us_pressure.sanctions": 0.9, "treasury.reserves": 40, "rents": 0.5}
    cases = (
        ("deal", ordinary(PRESSED, 104), "deal", "pressure", -1),
        ("freeze", ordinary(poor, 104), "freeze", "reserves", -1),
        ("guerrilla", ordinary({}, 104), "guerrilla", "army", -1),
    )
    for name, world, event, seen, sign in cases:
        runs = [lab.run(world, 0.5), lab.run(world.at(week=2, event=event), 0.5)]
        gap = mean_of(runs[1], seen) - mean_of(runs[0], seen)
        what = f"{name}: change in mean {seen.replace('_', ' ')}"
        met = gap * sign > 0.0
        yield Row(
            "15", what, *bare(gap), "below 0" if sign < 0 else "above 0", met, runs[0].replicates
        )
    falling = ordinary(told | FALLING, 52)
    runs = [lab.run(falling), lab.run(falling.at(week=1, event="indictment"))]
    fewer = more(runs[0], runs[1], NEGOTIATED)
    yield _acts("15", "indictment: negotiated exits with defeat near", fewer, -1, lab.replicates)


def day_after(lab: Lab) -> Iterator[Row]:
    """16: the day after a coup, the heirs, and the regime after a natural death."""
    e = lab.run(load("no-pressure").with_(horizon=260), 4)
    coup = np.isin(e.leader_way, (COUP, PALACE)) & (e.regime_after < 2)
    seen = coup & (e.leader_week <= e.horizon - YEAR_WEEKS)
    fell = (e.regime_fate == 2) & (e.regime_week <= e.leader_week + YEAR_WEEKS)
    at = figure(share(fell[seen]))
    what = "regime falls within a year of a coup that it survived"
    yield Row("16", what, *at, "under 0.15", at[0] <= 0.15, int(seen.sum()))
    died = e.leader_way == WAYS.index("died")
    five = lab.run(load("no-pressure").vary({"leader.age": 78}).with_(horizon=400), 2)
    died = (five.leader_way == WAYS.index("died")) & (five.leader_week <= five.horizon - 260)
    lost = (five.regime_fate == 2) & (five.regime_week <= five.leader_week + 260)
    at = figure(share(~lost[died]))
    what = "regime still there five years after a natural death"
    yield between("16", what, at, 0.65, 0.85, int(died.sum()))


def after_seizure(lab: Lab) -> Iterator[Row]:
    """17: after a seizure the bounty acts no more; the pressing power decides again."""
    world = load("venezuela-2025").vary({"us_pressure.raid": 0.9, "force.insider": 0.8})
    world = world.with_(horizon=104)
    e = lab.run(world)
    taken = (e.leader_way == SEIZED) & (e.leader_week <= 52)
    stands = taken & (e.regime_after < 2)
    ousted = (e.successors > 1) | (e.regime_fate == 2)
    at = figure(share(ousted[stands]))
    what = "heir or regime gone within the year after a seizure (59% in the first edition)"
    yield Row("17", what, *at, "under 0.35", at[0] < 0.35, int(stands.sum()))


def rebellions(lab: Lab) -> Iterator[Row]:
    """18: armed conflict over government."""
    e = lab.run(of_type("personalist", {"rebels.strength": 0.0, "rebels.front": 0.0}, 260), 2)
    weeks = np.where(e.leader_week > 0, e.leader_week, e.horizon)
    began = e.rebellion_week > 0
    exposed = np.where(began, e.rebellion_week, weeks).sum() / YEAR
    events = float(began.sum())
    half = 1.96 * np.sqrt(events) / exposed
    at = (events / exposed, events / exposed - half, events / exposed + half)
    what = "onsets of armed conflict a year"
    yield _within("18", what, at, "panel.personalist.conflict_onset", e.replicates)
    war = lab.run(of_type("personalist", {"rebels.strength": {"value": "0.1 to 0.5"}}, 260))
    for way, words, name in (
        (REBELLION, "rebels win within five years of an onset", "rebellion"),
        (0, "ruler in office five years after an onset", "in_office_five_years_on"),
    ):
        at = by_way(war, way)
        yield _within("18", words, at, f"panel.personalist.onset_five_years.{name}", war.replicates)


def invasion(lab: Lab) -> Iterator[Row]:
    """19: an overwhelming invasion removes, a half-hearted one against a paid army does not."""
    weak = {"rents": 0.4, "troops.pay": 0.3, "sender.resolve": 0.9}
    full = ordinary(weak | {"us_pressure.deployment": 1.0}, 20)
    built = full.at(week=1, set={"us_pressure.invasion": 0.9}).at(
        week=10, set={"us_pressure.invasion": 1.0}
    )
    e = lab.run(built)
    out = (e.leader_week > 0) & (e.leader_week <= 20)
    at = figure(share(out, e.cluster))
    what = "out within ten weeks of a full invasion"
    yield Row("19", what, *at, "at least 0.9", at[0] >= 0.9, e.replicates)
    dead = float(e.weekly("casualties")["mean"].max())
    yield Row("19", "its dead are counted (log)", *bare(dead), "above 0", dead > 0.0, e.replicates)
    half = ordinary({"rents": 0.8, "troops.pay": 0.9, "us_pressure.invasion": 0.5}, 52)
    at = by_way(lab.run(half), FOREIGN)
    what = "removed by a half-hearted invasion against a paid army within a year"
    yield Row("19", what, *at, "under 0.1", at[0] < 0.1, lab.replicates)
    iraq = lab.run(load("iraq-2003"))
    there = (iraq.leader_week == 0) | (iraq.leader_week > 28 + 15)
    begun = (iraq.leader_week == 0) | (iraq.leader_week >= 28)
    at = figure(share(there[begun]))
    what = "iraq-2003: in office at week 15 of the war, of those there when it began"
    yield Row("19", what, *at, "at most 0.05", at[0] <= 0.05, int(begun.sum()))


def _of_kind(name: str) -> Callable[[LeaderYear], bool]:
    """Whether a leader-year is of a regime of this type."""
    if name == "personalist":
        return lambda row: row.personalist
    return lambda row: row.regime == name


def types(lab: Lab) -> Iterator[Row]:
    """20: coups by regime type in the observed order; party and collective regimes are safe."""
    found, rows = {}, population(lab)
    for name in ("military", "personalist", "party", "monarchy"):
        found[name], n = rows.rate(_of_kind(name), ("coup", "palace_coup"))
        what = f"coups and palace coups a year: {name}, on leader-years"
        yield _within("20", what, found[name], f"panel.{name}.coup", n)
    v = [found[name][0] for name in ("military", "personalist", "party", "monarchy")]
    what = "coups by type: military, personalist, party, monarchy"
    ordered = v[0] > v[1] > v[2] > v[3]
    yield Row("20", what, *bare(v[0] / v[3]), "in that order", ordered, lab.replicates)
    for name in ("cuba-2026", "iran-2026"):
        at = by_way(lab.run(load(name).with_(horizon=52)), COUP)
        yield Row(
            "20", f"coup within a year: {name}", *at, "under 0.1", at[0] < 0.1, lab.replicates
        )


def starved(lab: Lab) -> Iterator[Row]:
    """21: a sanctioned, starved personalist; ranks' pay falls before generals'."""
    poor: dict[str, object] = {
        "us_pressure.sanctions": 0.9,
        "rents": 0.4,
        "public_opinion.home_opposition": 0.55,
        "leader.personalism": 0.85,
        "treasury.customary": 0.5,
    }
    e = lab.run(ordinary(poor, 208))
    at = _yearly(e)
    what = "exits a year of a sanctioned, starved personalist"
    yield _within("21", what, at, "panel.personalist.sanctions.exits", e.replicates)
    ranks, rents = e.weekly("pay")["mean"], e.weekly("rents")["mean"]
    lost = float(ranks.iloc[52] / ranks.iloc[0]), float(rents.iloc[52] / rents.iloc[0])
    what = "what is left after a year of the ranks' pay against the rents"
    yield Row("21", what, *bare(lost[0] - lost[1]), "below 0", lost[0] < lost[1], e.replicates)


def sanctions_by_power(lab: Lab) -> Iterator[Row]:
    """22: sanctions act most on personalists."""
    gaps = []
    for power in (0.1, 0.9):
        base: dict[str, object] = {
            "leader.personalism": power,
            "treasury.reserves": 5,
            "treasury.customary": 0.6,
        }
        quiet = lab.run(ordinary(base, 156), 2)
        hard = lab.run(ordinary(base | {"us_pressure.sanctions": 0.95}, 156), 2)
        gaps.append(exit_ratio(quiet, hard))
        what = f"hazard ratio of exit, sanctions against none, personal power {power}"
        yield Row("22", what, *gaps[-1], "", True, quiet.replicates)
    what = "ratio at 0.9 over that at 0.1"
    value = gaps[1][0] / gaps[0][0]
    spread = np.sqrt(sum(np.log(g[2] / g[0]) ** 2 for g in gaps))
    at = (value, value * float(np.exp(-spread)), value * float(np.exp(spread)))
    yield Row("22", what, *at, "above 1, interval and all", at[1] > 1.0, lab.replicates)


def purges(lab: Lab) -> Iterator[Row]:
    """23: purges follow strength."""
    strong = lab.run(ordinary({"leader.personalism": 0.9}).at(week=1, event="failed_coup"))
    weak: dict[str, object] = {"leader.personalism": 0.9, "street.crowd": 0.4}
    beset = lab.run(ordinary(weak | FALLING).at(week=1, event="failed_coup"))
    ratio = []
    for e in (strong, beset):
        purged = float(e.weekly("purged")["mean"].iloc[2:14].sum())
        plots = float(e.weekly("plotting")["mean"].iloc[1:13].sum())
        ratio.append(purged / max(plots, 1e-9))
    what = "plotters purged a week, strong ruler less beset ruler, after a failed coup"
    yield Row(
        "23", what, *bare(ratio[0] - ratio[1]), "above 0", ratio[0] > ratio[1], lab.replicates
    )


def size_of_the_corps(lab: Lab) -> Iterator[Row]:
    """24: more generals lower the coup hazard over the range that rulers choose, and cost pay."""
    few, many = (
        lab.run(ordinary({"generals.number": n, "leader.personalism": 0.4}, 104), 4)
        for n in (300, 3000)
    )
    gap = more(few, many, COUP)
    yield _acts("24", "coups: 3,000 generals instead of 300", gap, -1, few.replicates)


def proofing(lab: Lab) -> Iterator[Row]:
    """25: coup-proofing lowers coups and lowers strength in the field."""
    settings: dict[str, object] = {"leader.personalism": 0.4}
    low, high = (
        lab.run(ordinary(settings | {"regime.coup_proofing": k}, 104), 2) for k in (0.2, 0.9)
    )
    yield _acts(
        "25", "coups, proofing 0.9 instead of 0.2", more(low, high, COUP), -1, low.replicates
    )
    gap = mean_of(high, "army") - mean_of(low, "army")
    what = "strength in the field, proofing 0.9 instead of 0.2"
    yield Row("25", what, *bare(gap), "below 0", gap < 0.0, low.replicates)


def word_and_ships(lab: Lab) -> Iterator[Row]:
    """26: ultimatum and deployment change the next move; a lapsed bluff lowers later threats."""
    base: dict[str, object] = {"sender.resolve": 0.6, "us_pressure.sanctions": 0.5}
    worlds = {
        "nothing": ordinary(base | {"us_pressure.deployment": 0.1}, 52),
        "an ultimatum": ordinary(
            base | {"us_pressure.deployment": 0.1, "us_pressure.ultimatum": 1.0}, 52
        ),
        "a deployment": ordinary(base | {"us_pressure.deployment": 1.0}, 52),
    }
    found = {name: lab.run(world) for name, world in worlds.items()}
    for name in ("an ultimatum", "a deployment"):
        gap = mean_of(found[name], "strikes") - mean_of(found["nothing"], "strikes")
        what = f"mean strikes in the year with {name}, less without"
        yield Row("26", what, *bare(gap), "above 0", gap > 0.0, lab.replicates)
    quiet = ordinary(base | {"sender.resolve": 0.1, "us_pressure.deployment": 0.2}, 52)
    bluff = quiet.at(week=2, event="ultimatum", lasts=6)
    e = lab.run(bluff)
    value = e.weekly("credibility")["mean"]
    gap = float(value.iloc[12] - value.iloc[0])
    what = "credibility after an ultimatum that lapsed, less before"
    yield Row("26", what, *bare(gap), "below 0", gap < 0.0, e.replicates)


def calendar(lab: Lab) -> Iterator[Row]:
    """27: midterms and a War Powers vote show in the step-down hazard."""
    base: dict[str, object] = {
        "us_pressure": 0.75,
        "public_opinion.us_opposition": 0.7,
        "sender.resolve": 0.5,
    }
    plain = lab.run(ordinary(base, 40))
    for event, weeks in (("midterms", 20), ("war_powers_vote", 1)):
        e = lab.run(ordinary(base, 40).at(week=4, event=event, lasts=weeks))
        gap = float(
            e.weekly("pressure")["mean"].iloc[24] - plain.weekly("pressure")["mean"].iloc[24]
        )
        what = f"pressure at week 24 with {event.replace('_', ' ')}, less without"
        yield Row("27", what, *bare(gap), "below 0", gap < 0.0, e.replicates)


def patron_guards(lab: Lab) -> Iterator[Row]:
    """28: a patron's guards cut a raid's success by at least a third."""
    base: dict[str, object] = {
        "us_pressure.raid": 0.8,
        "sender.resolve": 0.8,
        "force.precision": 0.8,
        "patron.cuba.guards": 1.0,
        "patron.cuba.distraction": 0.0,
    }
    without, full = (lab.run(ordinary(base | {"foreign_support.cuba": c}), 2) for c in (0.0, 1.0))
    a, b = by_way(without, SEIZED), by_way(full, SEIZED)
    value = b[0] / max(a[0], 1e-9)
    what = "seizures with full patron guards, against none"
    yield Row("28", what, *bare(value), "at most 0.67", value <= 0.67, without.replicates)


def flown_out(lab: Lab) -> Iterator[Row]:
    """29: a patron may fly him out when defeat is near, and none does when he is safe."""
    there: dict[str, object] = {
        "foreign_support.russia": 0.9,
        "patron.russia.guards": 0.8,
        "patron.russia.distraction": 0.0,
    }
    losing = there | FALLING | {"foreign_support.russia": 0.9, "rebels.front": 0.75}
    alone = FALLING | {"rebels.front": 0.75, "foreign_support": 0.0}
    with_, without = (lab.run(ordinary(one, 52)) for one in (losing, alone))
    exile = FATES.index("exile")
    gone = [e.leader_week > 0 for e in (with_, without)]
    shares = [
        share((e.leader_fate == exile)[g]) for e, g in zip((with_, without), gone, strict=True)
    ]
    gap = shares[0].value - shares[1].value
    what = "exile among those who go with a front near: a patron in place, less none"
    yield Row("29", what, *bare(gap), "above 0", gap > 0.0, lab.replicates)
    safe = lab.run(ordinary(there, 52))
    at = by_way(safe, NEGOTIATED)
    what = "leaves with that patron while he is safe"
    yield Row("29", what, *at, "under 0.01", at[0] < 0.01, safe.replicates)


def yemen_and_palace(lab: Lab) -> Iterator[Row]:
    """30: Yemen's likeliest way is negotiated; a palace coup is the likeliest somewhere."""
    e = lab.run(load("yemen-2011"))
    counts = np.bincount(e.leader_way[e.leader_week > 0], minlength=len(WAYS))
    what = f"yemen-2011: negotiated exits (likeliest way: {WAYS[int(counts.argmax())]})"
    met = int(counts.argmax()) == NEGOTIATED
    yield Row("30", what, *by_way(e, NEGOTIATED), "the likeliest way", met, e.replicates)
    stays = e.leader_way == NEGOTIATED
    on = share((e.regime_after < 2)[stays])
    yield Row(
        "30", "and the party is kept", *figure(on), "over 0.5", on.value > 0.5, int(stays.sum())
    )
    z = lab.run(load("zimbabwe-2017"))
    counts = np.bincount(z.leader_way[z.leader_week > 0], minlength=len(WAYS))
    what = f"zimbabwe-2017: palace coups (likeliest way: {WAYS[int(counts.argmax())]})"
    met = int(counts.argmax()) == PALACE
    yield Row("30", what, *by_way(z, PALACE), "the likeliest way", met, z.replicates)


def amnesty(lab: Lab) -> Iterator[Row]:
    """31: amnesty to one principal matters by his base; a unit's defection takes its troops."""
    base = ordinary(FALLING | {"rebels.strength": 0.3, "rebels.front": 0.2}, 52)
    gone = {}
    for slot, words in (("defence", "defence"), ("guard", "guard")):
        safe = base.vary({f"principal.{slot}.exit": 1.0})
        gap = mean_of(lab.run(safe), "split") - mean_of(lab.run(base), "split")
        gone[words] = gap
    ok = gone["defence"] > gone["guard"] - 1e-9 and gone["defence"] > 0.0
    what = "troops lost after an amnesty to the defence minister, less one to the guard's commander"
    yield Row("31", what, *bare(gone["defence"] - gone["guard"]), "above 0", ok, lab.replicates)
    quiet = ordinary({}, 26)
    for unit in ("land", "navy"):
        e = lab.run(quiet.at(week=2, event="defection", of=unit), 0.5)
        lost = float(e.weekly("split")["mean"].iloc[3])
        yield Row(
            "31", f"troops lost when the {unit} forces turn", *bare(lost), "above 0",
            lost > 0.0, e.replicates,
        )  # fmt: skip


def votes(lab: Lab) -> Iterator[Row]:
    """32: a vote removes by how many are against him."""
    for opposed, aim in ((0.1, "under 0.05"), (0.9, "over 0.5")):
        settings: dict[str, object] = {
            "public_opinion.home_opposition": opposed,
            "regime.repression": 0.15,
            "vote.fraud": 0.4,
        }
        plain = lab.run(ordinary(settings, 6))
        e = lab.run(ordinary(settings, 6).at(week=3, event="vote"))
        gap = more(plain, e, REGULAR)
        met = gap[0] < 0.05 if opposed < 0.5 else gap[0] > 0.5
        what = f"a vote removes, opposition {opposed}, weak repression"
        yield Row("32", what, *gap, aim, met, e.replicates)


def crowds(lab: Lab) -> Iterator[Row]:
    """33: the size of a crowd matters."""
    found = []
    for size in (0.05, 0.15, 0.3, 0.5):
        settings: dict[str, object] = {
            "street.crowd": size,
            "public_opinion.home_opposition": 0.6,
        }
        e = lab.run(ordinary(settings, 52))
        found.append(by_way(e, UPRISING))
        what = f"uprising within a year, a crowd of {size} out"
        yield Row("33", what, *found[-1], "", True, e.replicates)
    value = found[-1][0] / max(found[0][0], 1e-9)
    yield Row(
        "33", "crowd of 0.5 against 0.05", *bare(value), "over 3", value > 3.0, lab.replicates
    )
    campaign: dict[str, object] = {"street.crowd": {"value": "0.1 to 0.5"}}
    at = figure(share(lab.run(load("no-pressure").vary(campaign)).leader_week > 0))
    name = "panel.personalist.nonviolent_campaign_last_year.exits"
    yield _within("33", "out in a year that begins with a campaign", at, name, lab.replicates)
    panama = load("panama-1989")
    with_, without = lab.run(panama), lab.run(panama.vary({"street.crowd": 0.0}))
    gap = figure(share(with_.leader_way == UPRISING)), figure(share(without.leader_way == UPRISING))
    differs = gap[0][0] - gap[1][0]
    what = "panama-1989: uprisings with its crowd, less without"
    yield Row("33", what, *bare(differs), "above 0", differs > 0.0, with_.replicates)


COURT_PATTERNS: tuple[Callable[[Lab], Iterator[Row]], ...] = (
    events_act,
    day_after,
    after_seizure,
    rebellions,
    invasion,
    types,
    starved,
    sanctions_by_power,
    purges,
    size_of_the_corps,
    proofing,
    word_and_ships,
    calendar,
    patron_guards,
    flown_out,
    yemen_and_palace,
    amnesty,
    votes,
    crowds,
)

__all__ = ["COURT_PATTERNS", "interval"]
