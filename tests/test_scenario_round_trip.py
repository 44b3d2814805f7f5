"""A scenario written back into its file: equal when read again, comments and untouched lines as
they were, edits in their place.
"""

from __future__ import annotations

import random
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regime_sim.facts.parameters import EVENTS, LEVERS, STRUCTURAL_NAMES
from regime_sim.facts.places import scenarios_folder
from regime_sim.scenario import Scenario, load, loads, shipped_names

SHIPPED = shipped_names()


# what a change writes into the comment beside it
NOTE = r"(?:[\w.]+ )?was (?:\{(?:[^{}]|\{[^{}]*\})*\}|[^:{,]+)|before the change"


def comments(text: str) -> list[str]:
    """Every comment of a text that has no # inside quotes, sorted; without what a change wrote into
    it, and without the line for editors.
    """
    found = (line.split("#", 1)[1] for line in text.splitlines() if "#" in line)
    plain = (re.sub(rf"^ ?(?:(?:{NOTE})(?:, |: ))+", " ", one) for one in found)
    return sorted(one for one in plain if "yaml-language-server" not in one)


def source(name: str) -> str:
    """A shipped file without its first line, by which editors find the schema."""
    text = (scenarios_folder() / f"{name}.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../schema/")
    return text.split("\n", 1)[1]


@pytest.mark.parametrize("name", SHIPPED)
def test_what_nobody_changed_is_the_file_itself(name: str) -> None:
    scenario = load(name)
    assert scenario.to_yaml() == source(name)
    assert loads(scenario.to_yaml()) == scenario == loads(scenario.to_yaml(resolved=True))


@pytest.mark.parametrize("name", SHIPPED)
def test_one_change_changes_one_line(name: str) -> None:
    scenario = load(name).vary(us_pressure__strikes=0.37)
    text = scenario.to_yaml()
    assert loads(text) == scenario and comments(text) == comments(source(name))
    before, after = source(name).splitlines(), text.splitlines()
    other = [line for line in after if line not in before]
    assert 1 <= len(other) <= 3 and any("0.37" in line for line in other)
    if load(name).registered is None:
        assert [line for line in before if line not in after and "strikes" not in line] == []


def test_a_change_keeps_the_comment_of_its_line() -> None:
    text = (
        load("venezuela-2025")
        .vary({"us_pressure.airspace": 0.5, "leader.age": 64})
        .at(week=9, event="raid")
        .with_(title="Mine: a copy")
        .to_yaml()
    )
    line = (
        "    airspace: 0.5        # was {value: 0.8, source: airspace_closed}: airlines stay away"
        " even where nobody patrols\n"
    )
    assert line in text
    age = next(line for line in text.splitlines() if line.startswith("    age: "))
    assert age.startswith("    age: 64.0  ") and age.endswith(": born in November 1962")
    assert "# was {value: 63, source: judgement}: born" in age
    assert 'title: "Mine: a copy"\n' in text
    assert (
        "source: us_election_day}   # 3 November 2026, fixed by law\n"
        "  - {id: raid, week: 9, event: raid, intensity: 1.0}\n\nruns:" in text
    )
    assert comments(text) == comments(source("venezuela-2025"))


def test_a_comment_beside_a_changed_value_says_what_it_was() -> None:
    text = (
        "schema: 1\nid: a\nstart: 2025-12-01   # a Monday\nhorizon: 52\nlevers:\n"
        "  rents: 0.5   # as usual\n"
        "  us_pressure: {strikes: 0.1, raid: 0.2}  # few\ngiven: {leader.age: 60}   #old\n"
    )
    base = loads(text)
    changed = base.vary(rents=0.7, us_pressure__raid=0.3, leader__age=61).with_(start="2026-01-05")
    assert changed.to_yaml() == (
        "schema: 1\nid: a\nstart: 2026-01-05   # was 2025-12-01: a Monday\nhorizon: 52\nlevers:\n"
        "  rents: 0.7   # was 0.5: as usual\n"
        "  us_pressure: {strikes: 0.1, raid: 0.3}  # raid was 0.2: few\n"
        "given: {leader.age: 61.0}   #leader.age was 60: old\n"
    )
    once = loads(base.vary(rents=0.7).to_yaml())
    assert "  rents: 0.9   # was 0.5: as usual\n" in once.vary(rents=0.9).to_yaml()
    assert base.vary(rents=0.5).to_yaml() == text


def test_a_line_for_editors_that_leads_nowhere_is_left_out(tmp_path: Path) -> None:
    plain = "schema: 1\nid: a\nstart: 2025-12-01\nhorizon: 52\nlevers: {rents: 0.5}\n"
    for address, kept in (("../schema/x.json", False), ("https://example.org/x.json", True)):
        line = f"# yaml-language-server: $schema={address}\n"
        scenario = loads(line + plain)
        for one in (scenario, scenario.vary(rents=0.6)):
            assert one.to_yaml().startswith(line) is kept
            assert one.to_yaml().endswith(f"levers: {{rents: {one.value('rents')}}}\n")


def test_a_whole_lever_is_moved_with_its_parts() -> None:
    base = load("venezuela-2025")
    scenario, stands = base.vary(rents=0.3), base.value("rents")
    text = scenario.to_yaml()
    assert f"moved: [{{lever: rents, from: {stands}, to: 0.3}}]\n" in text
    assert loads(text) == scenario and comments(text) == comments(base.to_yaml())
    assert scenario.vary(rents=stands) == base
    apart = scenario.vary(rents__mining=0.1)
    assert loads(apart.to_yaml()) == apart and comments(apart.to_yaml()) == comments(text)


def test_what_is_inherited_and_gone_is_left_out() -> None:
    scenario = load("isolation").without("midterms")
    text = scenario.to_yaml()
    assert "\nwithout: [midterms]\n" in text and loads(text) == scenario
    back = scenario.at(week=5, event="midterms", id="midterms")
    assert loads(back.to_yaml()) == back and comments(back.to_yaml()) == comments(
        source("isolation")
    )


def test_a_file_that_extends_a_file_is_written_out_with_its_comments(tmp_path: Path) -> None:
    shutil.copy(scenarios_folder() / "serbia-2000.yaml", tmp_path / "base.yaml")
    child = (
        "# mine\nschema: 1\nextends: base.yaml   # a file\n\nlevers:\n  # how poor\n  rents: 0.2  "
        " # poorer\n\ngiven: {leader.age: 60}\n"
    )
    (tmp_path / "child.yaml").write_text(child)
    scenario = load(tmp_path / "child.yaml")
    text = scenario.to_yaml()
    assert loads(text) == scenario and "extends" not in text
    assert {" mine", " how poor", " poorer"} <= set(comments(text))


@pytest.mark.parametrize("parent", ["rents-cut", "isolation", "no-pressure"])
@pytest.mark.parametrize("lever", LEVERS)
def test_parts_of_a_lever_that_the_parent_sets_as_a_whole_stay_in_the_file(
    parent: str, lever: str
) -> None:
    part = LEVERS[lever].parts[0].name.split(".")[-1]
    heading = f"# mine\nschema: 1\nextends: {parent}\nid: a\n"
    text = f"{heading}levers:\n  {lever}:  # by parts\n    {part}: 0.25\n"
    scenario = loads(text)
    assert scenario.to_yaml() == text
    for moved in (scenario.vary({lever: 0.4}), scenario.vary({f"{lever}.{part}": 0.6})):
        again = moved.to_yaml()
        assert loads(again) == moved and f"extends: {parent}" in again
        assert {" mine", " by parts"} <= set(comments(again))


@pytest.mark.parametrize(
    "text",
    [
        (
            '{"schema": 1, "id": "a", "start": "2025-12-01", "levers": {"rents": 0.5}, "timeline":'
            ' [{"id": "b", "week": 1, "event": "raid"}]}'
        ),
        "schema: 1\nid: a\nstart: 2025-12-01\nlevers: {rents: 0.5}   # no line break at the end",
        (
            "schema: 1\nid: a\nstart: 2025-12-01\nlevers:\n\n  # first\n  rents:\n    # inner\n   "
            " mining: 0.5\n# below\n"
        ),
        (
            "schema: 1\nid: a\nstart: 2025-12-01\ntimeline:\n- id: b   # one\n  week: 3\n  event:"
            " raid\n- id: c   # two\n  week: 4\n  set:\n    rents: 0.5\n"
        ),
        (
            "schema: 1\nid: a\nstart: 2025-12-01\nlevers:\n    rents: {mining: 0.5, illicit: 0.2}  "
            " # two\nnotes: |\n  a\n\n  b   # no comment\n\nruns: {seed: 3}\n"
        ),
        (
            "schema: 1\nid: a\nstart: 2025-12-01\nlevers:\n  rents.mining: 0.5\n  rents.illicit:"
            " 0.2\n  foreign_support: 0.4   # kept\n"
        ),
        "schema: 1\nstart: 2025-12-01\n",
        (
            "---\nschema: 1\nid: a\r\nstart: 2025-12-01\r\nlevers:\r\n  rents: 0.5   #"
            " windows\r\n...\n"
        ),
    ],
)
def test_layouts(text: str) -> None:
    base = loads(text)
    assert loads(base.to_yaml()) == base
    changes = [
        base.vary(rents=0.7),
        base.vary(rents__mining=0.1, us_pressure__raid="0.1 to 0.2"),
        base.at(week=8, event="raid"),
        base.vary(leader__age=50),
        base.with_(id="other", horizon=9, start="2026-01-01"),
        base.fix(coup__success_odds=0.5),
        *(base.without(entry.id) for entry in base.timeline),
        base.without(*(entry.id for entry in base.timeline)),
    ]
    for changed in changes:
        assert loads(changed.to_yaml()) == changed
        whole = [c for c in comments(text) if c not in (" one", " two", " inner", " no comment")]
        assert [c for c in whole if c not in comments(changed.to_yaml())] == []


@st.composite
def edits(draw: st.DrawFn) -> list[tuple[str, object]]:
    """A list of changes, as (method, what)."""
    share = st.floats(0, 1, allow_nan=False).map(lambda value: round(value, 3))
    names = [
        *LEVERS,
        *(part.name for lever in LEVERS.values() for part in lever.parts),
        "leader.age",
        "force.insider",
        "patron.china.oil",
        "treasury.reserves",
    ]
    low_high = (
        st.tuples(share, share)
        .filter(lambda pair: pair[0] < pair[1])
        .map(lambda pair: f"{pair[0]} to {pair[1]}")
    )
    one = st.one_of(
        st.tuples(st.just("vary"), st.sampled_from(names), st.one_of(share, low_high)),
        st.tuples(st.just("at"), st.integers(1, 60), st.sampled_from(sorted(EVENTS))),
        st.tuples(st.just("set"), st.integers(1, 60), st.sampled_from(names)),
        st.tuples(
            st.just("fix"),
            st.sampled_from(
                [name for name in STRUCTURAL_NAMES if not name.startswith("generals.")]
            ),
            st.none(),
        ),
        st.tuples(st.just("without"), st.integers(0, 3), st.none()),
        st.tuples(st.just("horizon"), st.integers(1, 520), st.none()),
    )
    return draw(st.lists(one, max_size=6))


def edited(scenario: Scenario, changes: list[tuple[str, object, object]]) -> Scenario:
    for what, a, b in changes:
        if what == "vary":
            wide = scenario.names.range(a) if a not in LEVERS else (0.0, 1.0)
            scenario = scenario.vary(
                {a: b if wide == (0.0, 1.0) else wide[0] + (wide[1] - wide[0]) * 0.25}
            )
        elif what == "at":
            scenario = scenario.at(week=a, event=b)
        elif what == "set":
            scenario = scenario.at(week=a, set={b: scenario.names.range(b)[0]})
        elif what == "fix":
            scenario = scenario.fix({a: scenario.names.structural[a].default})
        elif what == "without" and scenario.timeline:
            scenario = scenario.without(scenario.timeline[a % len(scenario.timeline)].id)
        elif what == "horizon":
            scenario = scenario.with_(horizon=a)
    return scenario


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.sampled_from(SHIPPED), edits())
def test_any_edits_come_back_and_keep_the_comments(
    name: str, changes: list[tuple[str, object, object]]
) -> None:
    scenario = edited(load(name), changes)
    text = scenario.to_yaml()
    assert loads(text) == scenario
    assert text.startswith(source(name).split("schema: 1")[0])  # the heading
    assert text != scenario.to_yaml(resolved=True)
    if not any(what == "without" or a in LEVERS for what, a, _ in changes):
        assert comments(text) == comments(source(name))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(500))
def test_many_edits_come_back(seed: int) -> None:
    chance = random.Random(seed)
    scenario = load(chance.choice(SHIPPED))
    names = scenario.names
    for _ in range(chance.randint(1, 12)):
        name = chance.choice([*names.levers, *names.given])
        low, high = names.range(name)
        if name != "generals.number":
            scenario = chance.choice(
                [
                    lambda s: s.vary({name: chance.uniform(low, high)}),
                    lambda s: s.at(week=chance.randint(1, 50), set={name: low}),
                ]
            )(scenario)
    assert loads(scenario.to_yaml()) == scenario
    assert scenario.to_yaml() != scenario.to_yaml(resolved=True)


@pytest.mark.parametrize("ruler", ["Abel", "von Zar"])
def test_what_another_file_said_is_written_out_beside_the_files_own_words(
    tmp_path: Path, ruler: str
) -> None:
    """A file that extends a file of its folder: alone it has to say all that it inherited, and its
    own lines and comments stand as they were.
    """
    base = (
        "schema: 1\nid: base\ntitle: Base\nstart: 2025-12-01\nhorizon: 30 weeks\nruler:"
        f" {ruler}\nlevers: {{rents: 0.3}}\ngiven: {{leader.age: 60}}\nuncertain:"
        " {coup.success_odds: 0.4}\ntimeline:\n  - {id: a, week: 3, event: raid, source:"
        " own_2020}\n  - {id: b, week: 5, event: raid}\nruns: {replicates: 5000, seed:"
        " 3}\nsources: {own_2020: {cite: 'Own, 2020'}}\n"
    )
    (tmp_path / "base.yaml").write_text(base)
    (tmp_path / "child.yaml").write_text(
        "# mine\nschema: 1\nid: child\nextends: base.yaml\nlevers: {foreign_support: 0.2}   #"
        " few\nwithout: [b]\n"
    )
    text = load(tmp_path / "child.yaml").to_yaml()
    assert (
        text == "# mine\nschema: 1\nid: child\nstart: 2025-12-01\nhorizon: 30 weeks\nruler:"
        f" {ruler}\nlevers: {{foreign_support: 0.2, rents: 0.3}}   # few\n\ngiven:\n "
        " leader.age: 60.0\n\nuncertain:\n  coup.success_odds: 0.4\n\ntimeline:\n  - {id: a,"
        " week: 3, event: raid, intensity: 1.0, source: own_2020}\nruns: {replicates: 5000,"
        ' seed: 3}\n\nsources:\n  own_2020: {cite: "Own, 2020", confidence: medium}\n'
    )
    assert loads(text) == load(tmp_path / "child.yaml")
    last = load(tmp_path / "child.yaml").with_(horizon=1).to_yaml()
    assert "\nhorizon: 1\n" in last and comments(last) == comments(text)


def test_what_a_patron_gives_is_written_under_his_name() -> None:
    text = (
        "schema: 1\nid: a\nstart: 2025-12-01\npatrons: {iran: {commitment: 0.3, oil: 0.1}, cuba:"
        " {guards: 0.4}}\n"
    )
    written = loads(text).to_yaml(resolved=True)
    assert (
        "patrons:\n  iran: {commitment: 0.3, oil: 0.1}\n" in written
        and "given:\n  patron.cuba.guards: 0.4\n" in written
        and loads(written) == loads(text)
    )


def test_a_file_that_stands_alone_has_the_whole_and_the_parts_of_a_lever(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(
        "schema: 1\nid: base\nstart: 2025-01-01\nhorizon: 9 weeks\nlevers: {rents: 0.5}\n"
    )
    (tmp_path / "child.yaml").write_text(
        "# mine\nschema: 1\nid: child\nextends: base.yaml\nlevers:\n  rents:  # by parts\n"
        "    illicit: 0.2\n"
    )
    scenario = load(tmp_path / "child.yaml")
    text = scenario.to_yaml()
    assert loads(text) == scenario and "extends" not in text
    assert {" mine", " by parts"} <= set(comments(text))


def test_what_no_edit_can_say_is_written_out_whole() -> None:
    scenario = load("venezuela-2025")
    first, *others = scenario.principals
    other = replace(scenario, principals=(replace(first, title="another office"), *others))
    assert loads(other.to_yaml()) == other


def test_two_long_values_of_a_line_are_noted_once() -> None:
    old = "{normal: {mean: 0.50000000, sd: 0.10000000}, source: judgement}"
    line = f"levers: {{rents: {{illicit: {old}, mining: {old}}}}}   # two of them\n"
    scenario = loads(f"schema: 1\nid: a\nstart: 2025-12-01\nhorizon: 9 weeks\n{line}")
    moved = scenario.vary({"rents.illicit": 0.3, "rents.mining": 0.4})
    text = moved.to_yaml()
    assert loads(text) == moved and text.count("before the change") == 1
