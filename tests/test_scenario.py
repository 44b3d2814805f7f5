"""Scenarios: shipped ones, the grammar of values, inheritance, changes in Python, and the arrays
they compile to.
"""

from __future__ import annotations

import math
import pickle
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from regime_sim.errors import OutOfRange, RegimeSimError, UnknownName
from regime_sim.facts.declare import Prior
from regime_sim.facts.evidence import source
from regime_sim.facts.limits import MOST_DRAWN
from regime_sim.facts.parameters import (
    EVENTS,
    INPUT_NAMES,
    LEVERS,
    OBSERVABLES,
    PARAMETERS,
    PATRON_SLOTS,
    STRUCTURAL_NAMES,
)
from regime_sim.facts.places import scenarios_folder
from regime_sim.scenario import Compiled, Scenario, compile_scenario, load, loads, shipped_names
from regime_sim.scenario.json_schema import json_schema
from regime_sim.scenario.values import Z95

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = (
    "exile-offer",
    "isolation",
    "isolation-and-rents-cut",
    "no-pressure",
    "raid",
    "rents-cut",
    "strikes-only",
    "venezuela-2025",
    "venezuela-2026",
    "waiting-game",
)
HEAD = "schema: 1\nid: mine\nstart: 2025-12-01\n"
X = {name: place for place, name in enumerate(INPUT_NAMES)}


@pytest.fixture(scope="module")
def base() -> Scenario:
    return load("venezuela-2025")


def same(a: Compiled, b: Compiled) -> None:
    """Two scenarios compile to the same arrays, to the last bit."""
    assert (a.horizon, a.generals, a.patrons, a.start, a.event_names) == (
        b.horizon,
        b.generals,
        b.patrons,
        b.start,
        b.event_names,
    )
    assert a.uncertain == b.uncertain
    for one, other in ((a.x, b.x), (a.p, b.p)):
        assert one.tobytes() == other.tobytes()
    for column in a.events.__dataclass_fields__:
        assert getattr(a.events, column).tobytes() == getattr(b.events, column).tobytes()


def x_of(scenario: Scenario, name: str) -> float:
    return float(compile_scenario(scenario).x[X[name]])


class TestShipped:
    def test_names(self) -> None:
        assert set(SHIPPED) <= set(shipped_names())  # the others: test_history_scenarios

    @pytest.mark.parametrize("name", SHIPPED)
    def test_loads_compiles_and_comes_back(self, name: str) -> None:
        scenario = load(name)
        assert scenario.id == name and scenario.title
        same(compile_scenario(scenario), compile_scenario(loads(scenario.to_yaml())))
        assert loads(scenario.to_yaml()) == scenario

    @pytest.mark.parametrize("name", SHIPPED)
    def test_passes_every_check_of_a_users_file(self, name: str, tmp_path: Path) -> None:
        copy = shutil.copy(scenarios_folder() / f"{name}.yaml", tmp_path / "copy.yaml")
        same(compile_scenario(load(Path(copy))), compile_scenario(load(name)))

    @pytest.mark.parametrize("name", SHIPPED)
    def test_cites_only_what_exists(self, name: str) -> None:
        scenario = load(name)
        own = [one for _, value in scenario.values for one in value.source] + [
            one for entry in scenario.timeline for one in entry.source
        ]
        for one in own:
            assert one == "judgement" or source(one)

    @pytest.mark.parametrize("name", [name for name in SHIPPED if name != "venezuela-2026"])
    def test_nothing_is_known_after_the_start(self, name: str) -> None:
        later = {
            "blockade2025",
            "market_peak2025",
            "market_before_raid2025",
            "approval_december2025",
            "ladder_blockade2025",
            "ladder_raid2025",
        }
        scenario = load(name)
        own = {one for _, value in scenario.values for one in value.source} | {
            one for entry in scenario.timeline for one in entry.source
        }
        assert not own & later
        assert not [one for one in own if one.endswith("2026")]
        assert all(
            entry.date is None or entry.date <= scenario.start or entry.event == "midterms"
            for entry in scenario.timeline
        )

    def test_december_2025_is_the_articles(self, base: Scenario) -> None:
        assert base.start == date(2025, 12, 1) and base.horizon == 52 and base.ruler == "Maduro"
        assert base.value("public_opinion.us_opposition") == 0.70
        assert base.value("generals.number") == 2000
        assert base.value("patron.china.oil") == 0.84
        assert base.value("sender.weeks") == 22
        assert base.value("us_pressure.bounty") == 1.0
        # two days before the start, and twelve weeks before 3 November 2026
        assert compile_scenario(base).events.week.tolist() == [0.0, 37.0]

    def test_the_claim_is_its_two_halves(self) -> None:
        both, alone, cut = (
            load(name) for name in ("isolation-and-rents-cut", "isolation", "rents-cut")
        )
        assert both.value("rents") == cut.value("rents") == 0.15
        assert both.value("foreign_support") == alone.value("foreign_support") == 0.1

    def test_loaded_once(self) -> None:
        assert load("isolation") is load("isolation")

    def test_a_shipped_scenario_needs_no_heavy_package(self) -> None:
        heavy = "{'mesa', 'pandas', 'scipy', 'streamlit', 'pydantic'}"
        code = (
            "import sys, regime_sim.scenario as s; s.compile_scenario(s.load('isolation'));"
            f" print({heavy} & set(sys.modules))"
        )
        ended = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
        )
        assert ended.stdout == "set()\n"

    def test_files_are_small(self) -> None:
        assert all(path.stat().st_size < 8_000 for path in scenarios_folder().glob("*.yaml"))


class TestValues:
    @pytest.mark.parametrize(
        ("text", "point", "prior"),
        [
            ("0.4", 0.4, None),
            ("1", 1.0, None),
            ("5e-1", 0.5, None),
            ("{value: 0.4, source: judgement}", 0.4, None),
            ("0.55 to 0.75", 0.65, Prior("normal", (0.65, 0.1 / Z95))),
            ("{value: 0.55 to 0.75, source: judgement}", 0.65, Prior("normal", (0.65, 0.1 / Z95))),
            ("{uniform: {low: 0.2, high: 0.6}}", 0.4, Prior("uniform", (0.2, 0.6))),
            ("{normal: {sd: 0.1, mean: 0.5}}", 0.5, Prior("normal", (0.5, 0.1))),
            ("{lognormal: {median: 0.6, sigma: 0.4}}", 0.6, Prior("lognormal", (0.6, 0.4))),
            ("{beta: {a: 2, b: 6}}", 0.25, Prior("beta", (2, 6))),
            (
                "{triangular: {low: 0, mode: 0.3, high: 0.9}}",
                0.4,
                Prior("triangular", (0, 0.3, 0.9)),
            ),
            ("{loguniform: {low: 0.1, high: 0.4}}", 0.2, Prior("loguniform", (0.1, 0.4))),
            ("{value: {beta: {a: 2, b: 6}}, source: [judgement]}", 0.25, Prior("beta", (2, 6))),
        ],
    )
    def test_grammar(self, text: str, point: float, prior: Prior | None) -> None:
        scenario = loads(f"{HEAD}levers: {{rents: {text}}}\n")
        value = dict(scenario.values)["rents"]
        assert value.point == pytest.approx(point)
        assert (value.prior is None) == (prior is None)
        if prior and value.prior:
            assert value.prior.family == prior.family and value.prior.args == pytest.approx(
                prior.args
            )
        assert value.where == "<text>:4"

    def test_bounds_truncate(self) -> None:
        own = compile_scenario(
            loads(
                f"{HEAD}levers: {{rents.mining: {{normal: {{mean: 0.5, sd: 0.3}}, bounds: [0.2,"
                " 0.9]}}\n"
            )
        ).uncertain[0]
        assert (own.low, own.high, own.targets, own.vector) == (
            0.2,
            0.9,
            ((X["rents.mining"], None),),
            "x",
        )

    def test_numbers_are_read_as_written(self) -> None:
        scenario = loads(
            f"{HEAD}title: no\nnotes: 'on'\nruns: {{seed: 012}}\ngiven: {{generals.number: 1e3}}\n"
        )
        assert (scenario.title, scenario.notes, scenario.runs.seed) == ("no", "on", 12)
        assert compile_scenario(scenario).generals == 1000

    def test_nested_and_dotted_are_the_same(self) -> None:
        a = loads(
            f"{HEAD}levers: {{us_pressure: {{strikes: 0.3}}}}\ngiven: {{leader: {{age: 70}},"
            " patron: {cuba: {guards: 0.5}}}\n"
        )
        b = loads(
            f"{HEAD}levers: {{us_pressure.strikes: 0.3}}\ngiven: {{leader.age: 70,"
            " patron.cuba.guards: 0.5}\n"
        )
        assert a.values == b.values


class TestLevers:
    def test_a_whole_lever_moves_its_parts(self) -> None:
        scenario = loads(f"{HEAD}levers: {{us_pressure: 0.5, public_opinion: 0.7}}\n")
        for lever, at in (("us_pressure", 0.5), ("public_opinion", 0.7)):
            for part in LEVERS[lever].parts:
                assert x_of(scenario, part.name) == part.value(at)
            assert scenario.lever_values()[lever].value == at
            assert not scenario.lever_values()[lever].mixed

    def test_a_part_beside_its_lever_stands_apart(self) -> None:
        scenario = loads(f"{HEAD}levers: {{rents.mining: 0.1, rents: 0.5 to 0.7}}\n")
        assert x_of(scenario, "rents.mining") == 0.1 and x_of(
            scenario, "rents.illicit"
        ) == pytest.approx(0.6)
        own = compile_scenario(scenario).uncertain[0]
        assert [place for place, _ in own.targets] == [
            X["rents.enterprises"],
            X["rents.hard_currency"],
            X["rents.illicit"],
        ]
        assert all(part is not None for _, part in own.targets)
        assert scenario.lever_values()["rents"].mixed

    @pytest.mark.parametrize("lever", LEVERS)
    @pytest.mark.parametrize("at", [0.0, 0.15, 0.5, 0.85, 1.0])
    def test_parts_that_agree_give_the_lever_back(self, lever: str, at: float) -> None:
        parts = {part.name: part.value(at) for part in LEVERS[lever].parts}
        reading = loads(HEAD).vary(parts).lever_values()[lever]
        assert reading.value == pytest.approx(at, abs=1e-9) and not reading.mixed

    def test_child_replaces_parts_by_a_lever_and_a_lever_by_a_part(self, base: Scenario) -> None:
        whole = loads("schema: 1\nextends: venezuela-2025\nlevers: {rents: 0.3}\n")
        assert [name for name, _ in whole.values if name.startswith("rents")] == ["rents"]
        part = loads("schema: 1\nextends: venezuela-2025\nlevers: {rents.mining: 0.3}\n")
        assert part.value("rents.mining") == 0.3 and part.value("rents.illicit") == base.value(
            "rents.illicit"
        )


class TestPatrons:
    TEXT = (
        f"{HEAD}patrons:\n  iran: {{commitment: 0.3, oil: 0.1, finance: 0.2, source: judgement}}\n "
        " china: {oil: 0.5}\n"
    )

    def test_a_new_patron_takes_a_free_slot(self) -> None:
        scenario = loads(self.TEXT)
        compiled = compile_scenario(scenario)
        assert compiled.patrons == ("russia", "china", "cuba", "iran", "", "")
        assert len(compiled.patrons) == len(PATRON_SLOTS)
        assert (
            x_of(scenario, "foreign_support.patron4") == 0.3
            and x_of(scenario, "patron.patron4.oil") == 0.1
        )
        assert x_of(scenario, "patron.china.oil") == 0.5
        assert scenario.value("foreign_support.iran") == 0.3

    def test_it_follows_the_lever(self) -> None:
        base = loads(self.TEXT)
        stands = base.lever_values()["foreign_support"].value
        alone = base.vary(foreign_support=0.1)
        assert x_of(alone, "foreign_support.patron4") == pytest.approx(0.3 * 0.1 / stands)
        assert x_of(base.vary(foreign_support=0.0), "foreign_support.patron4") == 0.0
        assert x_of(alone.vary(foreign_support={"iran": 0.4}), "foreign_support.patron4") == 0.4
        moved = compile_scenario(loads(self.TEXT).at(week=3, set={"foreign_support": 0.0})).events
        assert moved.target.tolist() == [X[f"foreign_support.{slot}"] for slot in PATRON_SLOTS[:4]]

    def test_slots_have_no_names_of_their_own(self, base: Scenario) -> None:
        with pytest.raises(UnknownName):
            base.vary({"foreign_support.patron4": 0.4})

    def test_it_comes_back(self) -> None:
        scenario = loads(self.TEXT)
        same(compile_scenario(scenario), compile_scenario(loads(scenario.to_yaml())))


class TestUncertain:
    def test_every_prior_counts_unless_fixed(self, base: Scenario) -> None:
        with_prior = [name for name in STRUCTURAL_NAMES if PARAMETERS[name].prior is not None]
        drawn = [one.name for one in compile_scenario(base, "prior").uncertain if one.vector == "p"]
        assert drawn == with_prior
        fixed = base.fix({with_prior[0]: PARAMETERS[with_prior[0]].default})
        assert [
            one.name for one in compile_scenario(fixed, "prior").uncertain if one.vector == "p"
        ] == with_prior[1:]
        assert with_prior[0] not in [
            STRUCTURAL_NAMES[k] for k in compile_scenario(fixed).joint.columns
        ]

    def test_own_prior_replaces_the_tables(self) -> None:
        name = "coup.success_odds"
        scenario = loads(
            f"{HEAD}uncertain:\n  {name}: {{lognormal: {{median: 0.6, sigma: 0.4}}, bounds: [0.2,"
            " 1.5]}\n"
        )
        own = next(one for one in compile_scenario(scenario).uncertain if one.name == name)
        assert (own.prior, own.low, own.high) == (Prior("lognormal", (0.6, 0.4)), 0.2, 1.5)
        assert compile_scenario(scenario).p[STRUCTURAL_NAMES.index(name)] == 0.6

    def test_keys_depend_on_the_name_alone(self, base: Scenario) -> None:
        a = {one.name: one.key for one in compile_scenario(base).uncertain}
        b = {one.name: one.key for one in compile_scenario(load("no-pressure")).uncertain}
        assert all(a[name] == b[name] for name in a.keys() & b.keys())
        assert len(set(a.values())) == len(a)

    def test_point_values(self, base: Scenario) -> None:
        compiled = compile_scenario(base)
        assert compiled.x.shape == (len(INPUT_NAMES) + MOST_DRAWN,)
        assert compiled.p.shape == (len(STRUCTURAL_NAMES),)
        for place, name in enumerate(STRUCTURAL_NAMES):
            assert compiled.p[place] == PARAMETERS[name].default
        for place, name in enumerate(INPUT_NAMES):
            assert PARAMETERS[name].low <= compiled.x[place] <= PARAMETERS[name].high
        assert not compiled.x.flags.writeable


class TestTimeline:
    def test_dates_become_weeks(self) -> None:
        scenario = loads(HEAD)
        days = {
            "2025-11-23": -1,
            "2025-11-24": 0,
            "2025-11-30": 0,
            "2025-12-01": 1,
            "2025-12-07": 1,
            "2025-12-08": 2,
            "2026-11-29": 52,
        }
        for day in days:
            scenario = scenario.at(date=day, event="rally")
        assert compile_scenario(scenario).events.week.tolist() == list(days.values())

    def test_event_with_intensity(self) -> None:
        events = compile_scenario(loads(HEAD).at(week=22, event="strikes", intensity=0.4)).events
        assert (events.target[0], events.value[0], events.share[0]) == (
            X["us_pressure.strikes"],
            0.4,
            1.0,
        )
        assert (events.lasts[0], events.over[0], events.variable[0]) == (
            EVENTS["strikes"].lasts,
            0.0,
            -1,
        )

    def test_event_that_acts_on_what_it_finds(self) -> None:
        events = compile_scenario(
            loads(HEAD).at(when="us_opposition > 0.8", event="withdraw", intensity=0.5)
        ).events
        assert len(events) == len(EVENTS["withdraw"].sets)
        assert (
            (events.share == 0.5).all()
            and (events.value == 0.0).all()
            and np.isnan(events.week).all()
        )
        assert OBSERVABLES[events.variable[0]].name == "us_opposition"
        assert (
            events.above.all() and (events.threshold == 0.8).all() and np.isinf(events.lasts).all()
        )

    def test_a_ramp_of_a_lever_and_a_part(self) -> None:
        scenario = loads(
            f"{HEAD}timeline:\n  - {{id: cut, week: 20, set: {{rents.mining: 0.1, rents: 0.3}},"
            " over: 8 weeks}\n"
        )
        events = compile_scenario(scenario).events
        assert dict(zip(events.target.tolist(), events.value.tolist(), strict=True)) == {
            X["rents.enterprises"]: 0.3,
            X["rents.hard_currency"]: 0.3,
            X["rents.illicit"]: 0.3,
            X["rents.mining"]: 0.1,
        }
        assert (
            (events.over == 8).all() and (events.week == 20).all() and np.isinf(events.lasts).all()
        )

    def test_child_appends_replaces_and_removes(self, tmp_path: Path) -> None:
        (tmp_path / "base.yaml").write_text(
            f"{HEAD}timeline:\n  - {{id: a, week: 1, event: rally}}\n  - {{id: b, week: 2, event:"
            " rally}\n  - {id: c, week: 3, event: rally}\n"
        )
        (tmp_path / "child.yaml").write_text(
            "schema: 1\nextends: base.yaml\nwithout: [a]\ntimeline:\n  - {id: b, week: 9, event:"
            " strikes}\n  - {id: d, week: 4, event: rally}\n"
        )
        child = load(tmp_path / "child.yaml")
        assert [(entry.id, entry.week) for entry in child.timeline] == [
            ("b", 9),
            ("c", 3),
            ("d", 4),
        ]
        assert [entry.id for entry in child.without("c").timeline] == ["b", "d"]

    def test_no_timeline_is_an_empty_table(self) -> None:
        events = compile_scenario(loads(HEAD)).events
        assert (
            len(events) == 0 and events.target.dtype == np.int64 and events.above.dtype == np.bool_
        )


class TestInheritance:
    def test_key_by_key(self, tmp_path: Path) -> None:
        (tmp_path / "base.yaml").write_text(
            f"{HEAD}horizon: 30 weeks\nruler: X\nnotes: n\nruns: {{replicates: 10, seed:"
            " 3}\nsources: {mine: {cite: me}}\npatrons: {iran: {commitment:"
            " 0.3}}\nuncertain: {coup.success_odds: 0.5}\ngiven: {leader.age: 70}\n"
        )
        (tmp_path / "child.yaml").write_text(
            "schema: 1\nextends: base.yaml\nruns: {seed: 4}\ngiven: {leader: {tenure: {value: 3,"
            " source: mine}}}\nlevers: {foreign_support: {iran: 0.4}}\npatrons: {belarus: {arms:"
            " 0.2}}\n"
        )
        child = load(tmp_path / "child.yaml")
        assert (child.id, child.title, child.horizon, child.ruler, child.notes) == (
            "child",
            "child",
            30,
            "X",
            "",
        )
        assert (child.runs.replicates, child.runs.seed) == (10, 4)
        assert child.patrons == ("iran", "belarus")
        assert (
            child.value("foreign_support.iran") == 0.4 and child.value("coup.success_odds") == 0.5
        )
        assert child.value("leader.age") == 70 and child.value("leader.tenure") == 3
        assert child.sources()[0] == "mine"
        same(compile_scenario(child), compile_scenario(loads(child.to_yaml())))

    def test_a_changed_file_is_read_again(self, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_text(f"{HEAD}levers: {{rents: 0.5}}\n")
        assert load(path).value("rents") == 0.5
        path.write_text(f"{HEAD}levers: {{rents: 0.25}}\n")
        assert load(path).value("rents") == 0.25


class TestChanges:
    def test_four_spellings(self, base: Scenario) -> None:
        a = base.vary(us_pressure__strikes=0.4)
        assert (
            a == base.vary({"us_pressure.strikes": 0.4}) == base.vary(us_pressure={"strikes": 0.4})
        )
        assert a.value("us_pressure.strikes") == 0.4 and a != base

    def test_values_of_every_kind(self, base: Scenario) -> None:
        varied = base.vary(
            rents="0.2 to 0.4",
            foreign_support={"normal": {"mean": 0.3, "sd": 0.1}},
            leader__age=np.float32(70),
        )
        assert (
            varied.value("rents") == pytest.approx(0.3) and varied.value("foreign_support") == 0.3
        )
        assert varied.value("leader.age") == 70

    def test_the_base_is_left_alone(self, base: Scenario) -> None:
        before = base.to_yaml()
        base.vary(rents=0.1).at(week=3, event="raid").fix(coup__success_odds=0.5).with_(
            horizon=10, generals=100
        )
        assert base.to_yaml() == before

    def test_with(self, base: Scenario) -> None:
        changed = base.with_(
            id="other", title="Other", horizon="104 weeks", start="2026-01-01", generals=300
        )
        compiled = compile_scenario(changed)
        assert (
            compiled.id,
            compiled.title,
            compiled.horizon,
            compiled.start,
            compiled.generals,
        ) == (
            "other",
            "Other",
            104,
            date(2026, 1, 1),
            300,
        )
        assert base.horizon_weeks(13).horizon == 13

    @pytest.mark.parametrize(
        ("change", "error", "text"),
        [
            (
                lambda s: s.vary(rens=0.2),
                UnknownName,
                "unknown lever or input 'rens' - did you mean rents?",
            ),
            (
                lambda s: s.vary(us_pressure={"strike": 0.2}),
                UnknownName,
                "unknown part of us_pressure 'us_pressure.strike'"
                " - did you mean us_pressure.strikes?",
            ),
            (
                lambda s: s.vary(leader__aeg=60),
                UnknownName,
                "unknown lever or input 'leader.aeg' - did you mean leader.age?",
            ),
            (
                lambda s: s.vary(rents=1.4),
                OutOfRange,
                "rents: 1.4 is out of range - expected 0 to 1",
            ),
            (
                lambda s: s.vary(rents=math.nan),
                RegimeSimError,
                "rents: got nan - expected a finite number",
            ),
            (lambda s: s.vary(rents=True), RegimeSimError, "rents: got true - expected a number"),
            (
                lambda s: s.vary(rents=None),
                RegimeSimError,
                "rents: got nothing - expected a number",
            ),
            (
                lambda s: s.vary(coup__success_odds=0.4),
                RegimeSimError,
                "use fix(coup__success_odds=...)",
            ),
            (
                lambda s: s.vary(rents={"value": 0.3, "source": "nobody"}),
                RegimeSimError,
                "unknown source 'nobody'",
            ),
            (
                lambda s: s.fix(coup__sucess_odds=0.4),
                UnknownName,
                "did you mean coup.success_odds?",
            ),
            (
                lambda s: s.fix(rents=0.4),
                RegimeSimError,
                "rents is not structural - use vary(rents=...)",
            ),
            (
                lambda s: s.at(week=3, event="strike"),
                UnknownName,
                "unknown event 'strike' - did you mean strikes?",
            ),
            (
                lambda s: s.at(week=-3, event="strikes"),
                OutOfRange,
                "week: -3 is out of range - expected 1 to 520 weeks",
            ),
            (
                lambda s: s.at(week=3, event="strikes", intensity=2),
                OutOfRange,
                "intensity: 2 is out of range - expected 0 to 1",
            ),
            (
                lambda s: s.at(week=3, event="strikes", over=9),
                OutOfRange,
                "the ramp of 9 weeks is longer than the 4 weeks",
            ),
            (lambda s: s.at(week=3), RegimeSimError, "expected either event or set"),
            (
                lambda s: s.at(event="strikes"),
                RegimeSimError,
                "expected exactly one of week, date and when",
            ),
            (lambda s: s.at(week=3, set={"rens": 0.1}), UnknownName, "did you mean rents?"),
            (lambda s: s.at(week=3, set={"rents": 3}), OutOfRange, "rents: 3 is out of range"),
            (
                lambda s: s.at(week=3, set={"rents": "0.2 to 0.1"}),
                RegimeSimError,
                "rents: got '0.2 to 0.1' - expected the lower end first",
            ),
            (
                lambda s: s.at(week=3, set={"rents": {"multiply": 11}}),
                OutOfRange,
                "rents.multiply: 11 is out of range - expected 0 to 10",
            ),
            (
                lambda s: s.at(week=3, set={"rents": {"add": "-2 to 0.1"}}),
                OutOfRange,
                "rents.add: -2 is out of range - expected -1 to 1",
            ),
            (
                lambda s: s.at(week=3, set={"rents": {"multiply": 0.5, "add": 0.1}}),
                RegimeSimError,
                "multiply and add together",
            ),
            (
                lambda s: s.at(week=3, set={"generals.number": 30.5}),
                RegimeSimError,
                "expected a whole number",
            ),
            (
                lambda s: s.at(week=3, event="defection", of="gard"),
                RegimeSimError,
                "of: got 'gard' - did you mean guard?",
            ),
            (
                lambda s: s.at(week=3, event="strikes", of="guard"),
                RegimeSimError,
                "strikes is about nobody in particular",
            ),
            (
                lambda s: s.at(week=3, event="strikes", deadline=3),
                RegimeSimError,
                "has no meaning without event: ultimatum",
            ),
            (
                lambda s: s.at(when="us_oposition > 0.8", event="raid"),
                RegimeSimError,
                "did you mean us_opposition?",
            ),
            (lambda s: s.at(week=3, event="raid", id="A b"), RegimeSimError, "id: got 'A b'"),
            (
                lambda s: s.at(week=3, event="raid", source="nobody"),
                RegimeSimError,
                "unknown source 'nobody'",
            ),
            (
                lambda s: s.with_(horizon=0),
                OutOfRange,
                "horizon: 0 is out of range - expected 1 to 520 weeks",
            ),
            (
                lambda s: s.with_(generals=4),
                OutOfRange,
                "generals.number: 4 is out of range - expected 8 to 20000",
            ),
            (
                lambda s: s.without("nothing"),
                UnknownName,
                "unknown entry of the timeline 'nothing'",
            ),
            (lambda s: s.value("rens"), UnknownName, "did you mean rents"),
        ],
    )
    def test_mistakes(
        self,
        base: Scenario,
        change: Callable[[Scenario], object],
        error: type[Exception],
        text: str,
    ) -> None:
        with pytest.raises(error) as caught:
            change(base)
        assert isinstance(caught.value, RegimeSimError)
        assert text in str(caught.value)

    def test_frozen_hashable_and_portable(self, base: Scenario) -> None:
        with pytest.raises(AttributeError):
            base.horizon = 3  # type: ignore[misc]
        assert pickle.loads(pickle.dumps(base)) == base
        assert hash(base) == hash(loads(base.to_yaml()))


@pytest.mark.parametrize("seed", range(40))
def test_random_scenarios_come_back_to_the_last_bit(seed: int) -> None:
    chance = random.Random(seed)
    scenario = loads(f"{HEAD}patrons: {{iran: {{commitment: 0.2}}}}\n")
    names = scenario.names
    for name in chance.sample([*names.levers, *names.given], 12):
        low, high = names.range(name)
        a, b = sorted((chance.uniform(low, high), chance.uniform(low, high)))
        kinds = [
            a,
            f"{a!r} to {b!r}",
            {"uniform": {"low": a, "high": b}},
            {"normal": {"mean": a, "sd": b - a}, "bounds": [low, high]},
        ]
        scenario = scenario.vary({name: 100 if name == "generals.number" else chance.choice(kinds)})
    for week in chance.sample(range(1, 60), 4):
        name = chance.choice(names.levers)
        low, high = names.range(name)
        scenario = scenario.at(
            week=week,
            set={name: chance.uniform(low, high)},
            over=chance.choice([0, 4]),
            lasts=chance.choice([None, 9]),
        )
        scenario = scenario.at(
            when=f"crowd > {chance.random()!r}",
            event=chance.choice(list(EVENTS)),
            intensity=chance.random(),
        )
    scenario = scenario.with_(
        title=chance.choice(
            ["a: b", "#x", "no", "é☃", '"\\', "1e3", " lead", "\u2028x", "{a}", "- b"]
        )
    )
    again = loads(scenario.to_yaml())
    assert again == scenario
    same(compile_scenario(scenario), compile_scenario(again))


class TestRequests:
    TEXT = """\
schema: 1
id: carrier-standoff
title: The carrier stays
extends: venezuela-2025
horizon: 104 weeks
levers:
  rents: 0.70
  foreign_support: {russia: 0.4, china: 0.8, cuba: 0.55 to 0.75}
  us_pressure: {bounty: 0.5, deployment: 0.8}
  public_opinion: {us_opposition: {value: 0.70, source: us_opposition}}
uncertain:
  coup.success_odds: {lognormal: {median: 0.6, sigma: 0.4}, bounds: [0.1, 2.0]}
timeline:
  - {id: airspace, date: 2025-11-29, event: airspace_closed, lasts: 12 weeks,
     source: airspace_closed}
  - {id: cut, week: 20, set: {rents: 0.3}, over: 8 weeks}
  - {id: blink, when: us_opposition > 0.8, event: withdraw}
compare:
  baseline: venezuela-2025
  arms:
    - {id: isolation, set: {foreign_support: 0.1}}
    - {id: cut-off, set: {rents: 0.1}}
    - {id: both, set: {foreign_support: 0.1, rents: 0.1}}
    - {id: no-airspace, without: [airspace]}
runs: {replicates: 10000, seed: 1, stop_when: {half_width: 0.01, of: leader_out}}
checks:
  - {it: more rents never raise the coup risk, vary: {rents: [0.2, 0.8]},
     expect: {coup: decreasing}, tolerance: 0.01}
resolve: {question: leader out of office, by: 2026-12-31}
sources:
  my-note: {cite: "who, what, when", confidence: medium}
"""

    def test_everything_a_file_may_ask_for(self) -> None:
        scenario = loads(self.TEXT)
        assert scenario.compare and [arm.id for arm in scenario.compare.arms] == [
            "isolation",
            "cut-off",
            "both",
            "no-airspace",
        ]
        assert scenario.compare.arms[3].without == ("airspace",) and scenario.compare.arms[2].moves[
            0
        ] == (
            "foreign_support",
            0.1,
        )
        assert scenario.checks[0].vary == (("rents", (0.2, 0.8)),) and scenario.checks[
            0
        ].expect == (("coup", "decreasing"),)
        assert scenario.resolve and scenario.resolve.by == date(2026, 12, 31)
        assert (scenario.runs.stop_half_width, scenario.runs.stop_of) == (0.01, "leader_out")
        assert scenario.own_sources[0].cite == "who, what, when"
        assert loads(scenario.to_yaml()) == scenario

    def test_a_child_does_not_inherit_them(self, tmp_path: Path) -> None:
        (tmp_path / "parent.yaml").write_text(self.TEXT)
        (tmp_path / "child.yaml").write_text("schema: 1\nextends: parent.yaml\n")
        child = load(tmp_path / "child.yaml")
        assert child.compare is None and child.checks == () and child.resolve is None
        assert child.runs.stop_half_width == 0.01


def test_the_schema_for_editors_names_everything() -> None:
    schema = json_schema()
    levers = schema["properties"]["levers"]["properties"]
    assert set(LEVERS) <= set(levers) and "us_pressure.strikes" in levers
    # built once for all scenarios, set by none
    corps = {name for name in STRUCTURAL_NAMES if name.startswith("generals.")}
    assert set(schema["properties"]["uncertain"]["properties"]) >= set(STRUCTURAL_NAMES) - corps
    assert schema["$defs"]["EntryPart"]["properties"]["event"]["enum"] == list(EVENTS)
    assert schema["additionalProperties"] is False and "schema" in schema["required"]
