"""Principals and units in scenario files: names, defaults by role, inheritance, round trips."""

from __future__ import annotations

import pytest

from regime_sim import RegimeSimError
from regime_sim.facts.levers import HOLDS, PRINCIPAL_SLOTS, ROLES, USUAL_COURT
from regime_sim.facts.parameters import INPUT_NAMES
from regime_sim.scenario import Scenario, loads
from regime_sim.scenario.compile import compile_scenario

HEAD = "schema: 1\nid: t\nstart: 2025-12-01\n"
COURT = """principals:   # who counts
  cabello: {title: Diosdado Cabello, role: interior, army: 0.05, party: 0.3 to 0.4, tie: 0.7}
  padrino: {role: defence, source: military_is_key, exit: 0.6}   # the minister
  nobody: {}
units:
  guard: {troops: 0.15, rents: 1.3, source: military_is_key}
"""


def held(scenario: Scenario, place: int) -> tuple[float, ...]:
    x = compile_scenario(scenario).x
    at = INPUT_NAMES.index(f"principal.{PRINCIPAL_SLOTS[place]}.army")
    return tuple(x[at : at + len(HOLDS)].tolist())


def test_named_men_have_what_is_written_then_their_role_and_empty_places_nothing() -> None:
    scenario = loads(HEAD + COURT)
    compiled = compile_scenario(scenario)
    assert compiled.principals[:4] == ("cabello", "padrino", "nobody", "")
    assert compiled.titles == ("Diosdado Cabello", "padrino", "nobody")
    assert held(scenario, 0) == (
        0.05,
        0.35,
        *ROLES["interior"][2:4],
        0.7,
        *ROLES["interior"][5:],
        0,
    )
    assert held(scenario, 1) == (*ROLES["defence"][:7], 0.6, 0.0)
    assert held(scenario, 2) == (*ROLES["other"], 0.0)
    assert not any(any(held(scenario, place)) for place in range(3, 12))
    assert [one.name for one in compiled.uncertain if one.vector == "x"] == [
        "principal.cabello.party"
    ]
    assert scenario.value("unit.guard.troops") == 0.15 and "military_is_key" in scenario.sources()


def test_a_scenario_that_names_nobody_has_the_usual_court() -> None:
    scenario = loads(HEAD)
    for place, role in enumerate(USUAL_COURT):
        assert held(scenario, place) == (*ROLES[role], 0.0)
    assert compile_scenario(scenario).principals[:2] == USUAL_COURT[:2]
    assert scenario.vary({"principal.defence.tie": 0.1}).value("principal.defence.tie") == 0.1


def test_a_man_may_be_moved_in_python_and_in_time() -> None:
    scenario = loads(HEAD + COURT)
    moved = scenario.vary({"principal.cabello.tie": 0.1}).at(
        week=5, set={"principal": {"padrino": {"exit": 0.9}}}
    )
    assert held(moved, 0)[4] == 0.1 and loads(moved.to_yaml()) == moved
    assert "# who counts" in moved.to_yaml() and "# the minister" in moved.to_yaml()
    assert compile_scenario(moved).events.target.tolist() == [
        INPUT_NAMES.index(f"principal.{PRINCIPAL_SLOTS[1]}.exit")
    ]
    with pytest.raises(RegimeSimError, match="turns"):
        scenario.vary({"principal.cabello.turns": 1.0})


@pytest.mark.parametrize("resolved", [False, True])
def test_it_is_written_as_it_is_read(resolved: bool) -> None:
    scenario = loads(HEAD + COURT)
    assert loads(scenario.to_yaml(resolved=resolved)) == scenario
    bare = scenario.vary({"principal.padrino.exit": 0.2})  # a value without the source of the man
    assert loads(bare.to_yaml(resolved=resolved)) == bare


def test_a_child_changes_men_and_adds_some(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from regime_sim import load

    (tmp_path / "base.yaml").write_text(HEAD + COURT)
    child = tmp_path / "child.yaml"
    child.write_text(
        "schema: 1\nextends: base.yaml\nprincipals: {cabello: {role: party}, rival: {tie: 0.1}}\n"
    )
    scenario = load(child)
    assert compile_scenario(scenario).principals[:5] == (
        "cabello",
        "padrino",
        "nobody",
        "rival",
        "",
    )
    assert scenario.principals[0].title == "Diosdado Cabello"
    assert held(scenario, 0)[2] == ROLES["party"][2] and held(scenario, 0)[4] == 0.7


def test_what_is_said_of_the_usual_court_goes_with_it(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from regime_sim import load

    base, child = tmp_path / "base.yaml", tmp_path / "child.yaml"
    base.write_text(HEAD + "given: {principal.defence.tie: 0.3}\n")
    child.write_text("schema: 1\nextends: base.yaml\nprincipals: {cabello: {}}\n")
    assert dict(load(child).values) == {}
    base.write_text(HEAD + "timeline: [{id: a, week: 1, set: {principal.defence.tie: 0.3}}]\n")
    with pytest.raises(RegimeSimError, match="nobody has this name now - expected without"):
        load(child)
    child.write_text(child.read_text() + "without: [a]\n")
    assert load(child).timeline == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("principals: {a: {role: interiour}}", "unknown role 'interiour' - did you mean interior"),
        ("principals: {a: {tye: 1}}", "a.tye: unknown key of a principal - did you mean tie"),
        ("principals: {a: {tie: 2}}", "a.tie: 2 is out of range - expected 0 to 1"),
        ("principals: {a: {title: [1]}}", "expected a line of text, 80 characters"),
        ("principals: {a: {source: nowhere}}", "unknown source 'nowhere'"),
        ("principals: {principal3: {}}", "not a name for a principal"),
        ("principals: {a: 3}", "got 3 - expected a mapping of title, role, army"),
        ("principals: {" + ", ".join(f"m{k}: {{}}" for k in range(13)) + "}", "at most 12"),
        (
            "principals: {a: {tie: 0.1}}\ngiven: {principal.a.tie: 0.2}",
            "set twice: under principals",
        ),
        ("units: {gard: {troops: 1}}", "unknown unit - did you mean guard"),
        ("units: {guard: {tie: 0.7}}", "0.7 is out of range - expected -0.5 to 0.5"),
        ("given: {principal.cabelo.tie: 0.1}", "principal.cabelo"),
    ],
)
def test_a_mistake_is_told(text: str, said: str) -> None:
    with pytest.raises(RegimeSimError) as caught:
        loads(HEAD + text + "\n")
    assert said in str(caught.value)
