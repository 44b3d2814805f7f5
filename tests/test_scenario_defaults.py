"""What nobody has set: how many inputs are defaults, which matter, and the form to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import regime_sim as rs
from regime_sim.questions.defaults import ranked
from regime_sim.scenario import loads
from regime_sim.scenario.compile import compile_scenario
from regime_sim.scenario.readings import settable

HEAD = "schema: 1\nid: t\nstart: 2025-12-01\n"


def test_defaults_are_what_nobody_has_set() -> None:
    bare = loads(HEAD)
    every = settable(bare.names)
    assert bare.defaults() == every and "principal.defence.tie" in every and "unit.air.tie" in every
    assert not any(name.startswith(("shock.", "calendar.")) or "turns" in name for name in every)
    one = loads(HEAD + "levers: {rents: 0.4}\nprincipals: {cabello: {tie: 0.1}}\n")
    assert not any(name.startswith("rents.") for name in one.defaults())
    assert "principal.cabello.exit" in one.defaults()
    assert "principal.cabello.tie" not in one.defaults()
    assert len(every) - len(bare.vary(rents=0.3).defaults()) == 4, "moved together"


def test_the_resolved_file_says_every_input() -> None:
    scenario = rs.load("no-pressure")
    text = scenario.to_yaml(resolved=True)
    assert loads(text) == scenario and text.startswith(scenario.to_yaml(True, defaults=False))
    for name in scenario.defaults():
        assert f"\n#   {name}: {scenario.value(name)!r}\n" in text


def test_a_blank_form_is_good_as_it_is_and_filled_in(cli: Any, tmp_path: Path) -> None:
    path = tmp_path / "my-country.yaml"
    assert cli("new", path, "--blank").status == 0
    text = path.read_text(encoding="utf-8")
    empty = rs.load(path)
    assert empty.id == "my-country" and len(empty.defaults()) == len(settable(empty.names))
    assert "0.1: no firm left in military hands" in text and "# principals:" in text
    form = [line[2:] if line.startswith("#   ") else line for line in text.splitlines()]
    heads = ("# levers:", "# given:", "# patrons:", "# principals:", "# units:", "# sources:")
    form = [line[2:] if line in heads else line for line in form]
    filled = loads("\n".join(form).replace(", confidence", ", confidence"))
    assert filled.defaults() == ()
    assert compile_scenario(filled).x.tolist() == compile_scenario(empty).x.tolist()
    assert "a country's" not in text
    for asked in ((), ("--blank", "--from", "isolation")):
        ended = cli("new", tmp_path / "b.yaml", *asked)
        assert ended.status == 2 and "either --from NAME or --blank" in ended.err


def test_the_defaults_that_matter_are_named_first() -> None:
    base = rs.load("venezuela-2025").with_(horizon=26)
    found = ranked(base, replicates=32)
    assert {one.name for one in found} == {*base.defaults()} - {"generals.number"}
    sizes = [one.matters for one in found]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] > 0.0
    assert ranked(base, replicates=32) == found
    assert all(one.low <= one.value <= one.high and one.low < one.high for one in found)


def test_check_and_run_say_how_many(cli: Any) -> None:
    said = cli("check", "isolation").out
    number = len(rs.load("isolation").defaults())
    assert f"isolation: OK, {number} of " in said and "inputs are defaults" in said


@pytest.mark.slow
def test_check_names_them(cli: Any) -> None:
    said = cli("check", "isolation", "--inputs").out.splitlines()
    assert said[1].startswith("defaults that matter") and 3 <= len(said) <= 12
