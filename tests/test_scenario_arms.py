"""Arms of a comparison: what they are, and that two scenarios live through the same weeks, bit for
bit, until the first in which they differ.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from random_scenarios import case

from regime_sim.engine.replicates import Trace, trace
from regime_sim.errors import RegimeSimError
from regime_sim.facts.parameters import EVENTS
from regime_sim.scenario import (
    Compiled,
    Scenario,
    ScenarioError,
    compile_scenario,
    load,
    loads,
    shipped_names,
)
from regime_sim.scenario.differences import first_difference

HEAD = "schema: 1\nid: mine\nstart: 2025-12-01\nhorizon: 30 weeks\ngiven: {generals.number: 40}\n"
COMPARED = [name for name in shipped_names() if load(name).compare]


def small(scenario: Scenario) -> Compiled:
    return compile_scenario(scenario.with_(generals=40))


def same_until(one: Trace, other: Trace, week: int) -> bool:
    """Whether two traces have the same bits in every week before `week`."""
    kept = [
        getattr(one, name)[: week - 1].tobytes() == getattr(other, name)[: week - 1].tobytes()
        for name in ("state", "inputs", "status", "private")
    ]
    return all(kept)


class TestArms:
    TEXT = (
        HEAD
        + "levers: {rents: 0.6}\ntimeline:\n  - {id: raid, week: 4, event: raid}\n  - {id: cut,"
        " week: 9, set: {rents: 0.2}}\ncompare:\n  arms:\n    - {id: as-it-is}\n    - {id: poor,"
        " set: {rents: 0.1, rents.mining: 0.5}}\n    - {id: no-raid, without: [raid]}\n    - {id:"
        " other, without: [raid], timeline: [{id: cut, week: 12, set: {rents: 0.3}}, {id: late,"
        " week: 20, event: strikes}]}\nchecks:\n  - {it: a claim, expect: {coup: [0, 1]}}\n"
    )

    def test_arms_are_scenarios_of_their_own(self) -> None:
        scenario = loads(self.TEXT)
        arms = dict(scenario.arms())
        assert list(arms) == ["as-it-is", "poor", "no-raid", "other"]
        assert (arms["poor"].value("rents.illicit"), arms["poor"].value("rents.mining")) == (
            0.1,
            0.5,
        )
        assert [entry.id for entry in arms["no-raid"].timeline] == ["cut"]
        assert [(entry.id, entry.week) for entry in arms["other"].timeline] == [
            ("cut", 12),
            ("late", 20),
        ]
        assert all(
            arm.id == name
            and name in arm.title
            and not arm.compare
            and not arm.checks
            and not arm.arms()
            for name, arm in arms.items()
        )
        assert loads(scenario.to_yaml(resolved=True)) == scenario

    def test_without_a_baseline_it_is_the_file_itself(self) -> None:
        scenario = loads(self.TEXT)
        assert scenario.baseline().values == scenario.values and scenario.baseline().arms() == ()
        assert (
            first_difference(
                compile_scenario(scenario.baseline()),
                compile_scenario(dict(scenario.arms())["as-it-is"]),
            )
            is None
        )
        assert loads(HEAD).arms() == () and loads(HEAD).baseline().id == "mine"

    @pytest.mark.parametrize("name", COMPARED)
    def test_shipped_arms_compile(self, name: str) -> None:
        scenario = load(name)
        assert scenario.arms() and scenario.baseline().horizon > 0
        for _, arm in scenario.arms():
            assert compile_scenario(arm).horizon == scenario.horizon

    def test_the_arms_of_the_claim_are_its_halves(self) -> None:
        arms = dict(load("isolation-and-rents-cut").arms())
        assert (
            arms["isolation-alone"].value("rents") == 0.8
            and arms["isolation-alone"].value("foreign_support") == 0.1
        )
        assert load("isolation-and-rents-cut").baseline() == load("venezuela-2025")

    def test_a_baseline_in_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "sub").mkdir()
        (tmp_path / "sub" / "base.yaml").write_text(
            "schema: 1\nextends: raid\nlevers: {rents: 0.3}\n"
        )
        (tmp_path / "mine.yaml").write_text(
            "schema: 1\nextends: raid\ncompare: {baseline: sub/base.yaml, arms: [{id: a}]}\n"
        )
        scenario = load(tmp_path / "mine.yaml")
        assert scenario.baseline().value("rents") == 0.3 and scenario.baseline().id == "base"
        assert scenario.vary(rents=0.5).baseline().value("rents") == 0.3
        with pytest.raises(RegimeSimError, match="was not read from a file"):
            loads(scenario.to_yaml()).baseline()

    def test_a_baseline_that_cannot_be_is_a_mistake_of_the_file(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.yaml"
        (tmp_path / "bad.yaml").write_text("schema: 1\nextends: raid\nlevers: {rents: 3}\n")
        for baseline, text in (
            ("none.yaml", "no such file"),
            ("../up.yaml", "leads out of the folder"),
            ("/etc/x.yaml", "leads out"),
            ("bad.yaml", "out of range"),
        ):
            path.write_text(f"schema: 1\nextends: raid\ncompare: {{baseline: {baseline}}}\n")
            with pytest.raises(ScenarioError, match=text):
                load(path)

    def test_mistakes_of_an_arms_timeline_have_their_place(self) -> None:
        with pytest.raises(
            ScenarioError,
            match=(
                r"<text>:3:\d+ compare.arms\[1\].timeline\[1\].event: unknown event 'rai' - did you"
                r" mean raid\?"
            ),
        ):
            loads(
                "schema: 1\nextends: raid\ncompare: {arms: [{id: a, timeline: [{id: b, week: 2,"
                " event: rai}]}]}\n"
            )


class TestFirstDifference:
    def difference(self, change: Scenario, base: Scenario | None = None) -> int | None:
        base = loads(HEAD) if base is None else base
        found = first_difference(compile_scenario(base), compile_scenario(change))
        assert found == first_difference(compile_scenario(change), compile_scenario(base))
        return found

    def test_known_answers(self) -> None:
        base = loads(HEAD)
        late = base.at(week=12, event="strikes")  # lasts 4 weeks
        assert self.difference(base) is None
        assert self.difference(base.with_(id="b", title="c", horizon=10)) is None
        assert self.difference(base.vary(rents=0.123)) == 1
        assert self.difference(base.fix(coup__success_odds=0.5)) == 1
        assert self.difference(late) == 12
        assert self.difference(base.at(week=31, event="strikes")) is None
        assert self.difference(base.at(date=base.start - timedelta(days=3), event="strikes")) == 1
        assert (
            self.difference(base.at(week=12, event="strikes", lasts=9), late)
            == 12 + EVENTS["strikes"].lasts
        )
        assert self.difference(base.at(week=14, event="strikes"), late) == 12
        assert (
            self.difference(
                base.at(week=12, set={"rents": 0.1}, over=8), base.at(week=12, set={"rents": 0.1})
            )
            == 12
        )
        assert self.difference(base.at(when="crowd > 0.5", event="raid")) == 1
        assert self.difference(late.at(week=5, event="rally", id="x"), late) == 5
        both = base.at(when="crowd > 0.5", event="raid", id="r")
        assert self.difference(both.at(week=7, event="rally"), both) == 7

    def test_an_entry_that_is_over_before_the_start_makes_none(self) -> None:
        base = loads(HEAD)
        assert (
            self.difference(base.at(date=base.start - timedelta(weeks=20), event="strikes")) is None
        )


def check(one: Compiled, other: Compiled, seed: int, replicate: int) -> tuple[int | None, bool]:
    """The first week of difference, and whether the traces agree before it."""
    week = first_difference(one, other)
    a, b = trace(one, seed, replicate)[1], trace(other, seed, replicate)[1]
    return week, same_until(a, b, min(one.horizon, other.horizon) + 1 if week is None else week)


@pytest.mark.parametrize("name", COMPARED)
def test_shipped_arms_share_every_week_before(name: str) -> None:
    scenario = load(name)
    baseline = small(scenario.baseline())
    arms = [small(arm) for _, arm in scenario.arms()]
    for one in arms:
        for other in (baseline, *arms):
            assert check(one, other, 3, 11)[1], (name, one.id, other.id)


def late_arm(number: int) -> tuple[Compiled, Compiled, int, int]:
    """A random scenario and an arm of it that differs from a random week on."""
    found = case(number, most_generals=40, most_weeks=40)
    rng = np.random.default_rng([7, number])
    week = int(rng.integers(2, found.scenario.horizon))
    arm = found.scenario.at(
        week=week,
        event=str(rng.choice(sorted(EVENTS))),
        intensity=float(rng.uniform(0.2, 1.0)),
        id="late",
    )
    return (
        found.compiled,
        compile_scenario(arm, found.compiled.joint.name if found.compiled.joint else "prior"),
        found.seed,
        found.replicate,
    )


@pytest.mark.parametrize("numbers", [range(k, k + 6) for k in range(0, 24, 6)], ids=str)
def test_random_arms_share_every_week_before(numbers: range) -> None:
    later = 0
    for number in numbers:
        one, other, seed, replicate = late_arm(number)
        week, same = check(one, other, seed, replicate)
        assert week is not None and same, number
        later += week > 1
    assert later == len(numbers)


def test_the_proof_would_see_a_week_too_late() -> None:
    """Negative twin: claim the difference one week later than it is, and most traces show it."""
    base = loads(HEAD + "levers: {us_pressure: 0.6}\n")
    seen = 0
    for replicate in range(12):
        one, other = compile_scenario(base), compile_scenario(base.at(week=9, event="strikes"))
        a, b = trace(one, 1, replicate)[1], trace(other, 1, replicate)[1]
        assert same_until(a, b, 9)
        seen += not same_until(a, b, 10)
    assert seen >= 10


@pytest.mark.slow
@pytest.mark.parametrize("numbers", [range(k, k + 20) for k in range(24, 424, 20)], ids=str)
def test_many_random_arms_share_every_week_before(numbers: range) -> None:
    for number in numbers:
        one, other, seed, replicate = late_arm(number)
        assert check(one, other, seed, replicate)[1], number


def test_what_the_documents_show_can_be_asked_for(root: Path) -> None:
    page = (root / "docs" / "scenario_files.md").read_text(encoding="utf-8")
    block = re.search(r"```yaml\n# file: arms.yaml\n(.*?)```", page, re.DOTALL)
    assert block is not None
    scenario = loads(block.group(1))
    assert [name for name, _ in scenario.arms()] == ["isolation", "no-airspace", "strikes"]
    assert len(scenario.checks) == 2 and scenario.runs.stop_half_width == 0.01
