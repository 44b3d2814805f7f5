"""The JSON Schema that ships: as the definitions make it, passed by every good file, and refusing
what a schema can refuse; and the file that `new` writes.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from regime_sim.facts.parameters import EVENTS, LEVERS
from regime_sim.facts.places import scenarios_folder
from regime_sim.scenario import (
    Compiled,
    ScenarioError,
    compile_scenario,
    load,
    loads,
    shipped_names,
)
from regime_sim.scenario.json_schema import URN, json_schema, schema_path, schema_text
from regime_sim.scenario.names import names_for
from regime_sim.scenario.reader import read_text
from regime_sim.scenario.values import FAMILIES

BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))

# What a schema of one file cannot see, and why; every other bad file must be refused by it.
UNSEEN = {
    "the bytes or the YAML, which an editor's parser reports or lets pass before any schema": {
        "a_list",
        "a_word",
        "alias",
        "alias_bomb",
        "anchor",
        "bad_escape",
        "bad_indent",
        "binary_tag",
        "complex_key",
        "deep",
        "directive",
        "document_end_and_more",
        "duplicate_key",
        "duplicate_section",
        "empty",
        "local_tag",
        "merge_key",
        "merge_of_defaults",
        "not_yaml",
        "null_key",
        "number_as_key",
        "python_tag",
        "set_tag",
        "tab",
        "tag",
        "timestamp_tag",
        "true_key",
        "two_documents",
        "unclosed_quote",
    },
    "two places of the file at once": {
        "defection_of_nobody",
        "patron_set_twice",
        "ramp_too_long",
        "same_arm_twice",
        "same_id",
        "set_twice",
        "trend_without_vary",
        "unequal_steps",
    },
    "the order of numbers beside one another, or the range of a number inside a distribution": {
        "arm_uncertain",
        "bounds_of_a_number",
        "bounds_reversed",
        "bounds_too_wide",
        "expect_list_reversed",
        "uncertain_move",
        "interval_reversed",
        "mean_outside",
        "pert_mode_outside",
        "trapezoid_unordered",
        "uniform_reversed",
    },
    "ids: of sources, of entries, of files that are or are not there": {
        "arm_unknown_entry",
        "baseline_missing",
        "extends_address",
        "extends_home",
        "extends_itself",
        "extends_missing",
        "unknown_entry",
        "unknown_source",
    },
    "what is inherited counts too": {"too_many_patrons"},
    "numbers inside text, and what is no number in JSON": {
        "condition_beyond_range",
        "expect_beyond_one",
        "expect_reversed",
        "interval_out_of_range",
        "not_finite",
    },
}


@pytest.fixture(scope="module")
def validator() -> Any:
    return jsonschema.Draft7Validator(
        json_schema(), format_checker=jsonschema.FormatChecker(formats=["date"])
    )


def as_an_editor_reads(text: str) -> object:
    """Plain values, dates as text; the reader refuses no more here than the YAML that it does."""
    return read_text(text, "").tree


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(json_schema())


def test_it_names_no_host_but_the_dialects() -> None:
    assert json_schema()["$id"] == URN and URN.startswith("urn:")
    assert re.findall(r"https?://[^/\"]+", schema_text()) == ["http://json-schema.org"]


@pytest.mark.parametrize("name", shipped_names())
def test_shipped_scenarios_pass(validator: Any, name: str) -> None:
    tree = read_text((scenarios_folder() / f"{name}.yaml").read_text(encoding="utf-8"), name).tree
    assert [error.message for error in validator.iter_errors(tree)] == []
    resolved = read_text(load(name).to_yaml(resolved=True), name).tree
    assert [error.message[:300] for error in validator.iter_errors(resolved)] == []


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_files_are_refused(validator: Any, path: Path) -> None:
    unseen = {stem for stems in UNSEEN.values() for stem in stems}
    if path.stem in unseen:
        pytest.skip(next(why for why, stems in UNSEEN.items() if path.stem in stems))
    text = path.read_text(encoding="utf-8")
    try:
        tree = as_an_editor_reads(text)
    except ScenarioError:
        pytest.fail("the parser refuses it: list it as unseen")
    assert list(validator.iter_errors(tree)), (
        "the schema lets it pass: say why in UNSEEN, or mend the schema"
    )


def test_unseen_files_exist_and_are_unseen(validator: Any) -> None:
    stems = {path.stem: path for path in BAD}
    for why, names in UNSEEN.items():
        for name in names:
            assert name in stems, name
            if not why.startswith("the bytes"):
                assert not list(
                    validator.iter_errors(
                        as_an_editor_reads(stems[name].read_text(encoding="utf-8"))
                    )
                ), f"{name} is seen"


HEAD: dict[str, object] = {"schema": 1, "id": "a", "start": "2025-12-01"}


@pytest.mark.parametrize(
    "cells",
    [
        {
            "levers": {
                "rents": 0.5,
                "rents.mining": "0.1 to 0.2",
                "foreign_support": {"russia": 0.1, "iran": 0.3},
            },
            "patrons": {"iran": {"oil": 0.2, "source": "x"}},
        },
        {
            "levers": {"us_pressure": {"value": 0.5, "source": ["a", "b"]}},
            "given": {
                "leader": {"age": 70},
                "patron": {"china.oil": 0.5},
                "patron.cuba": {"guards": 0.2},
            },
        },
        {
            "uncertain": {
                "coup": {"success_odds": 0.5},
                "coup.launch": {"lognormal": {"median": 0.2, "sigma": 0.3}, "bounds": [0.1, 1.0]},
            }
        },
        {
            "timeline": [
                {"id": "x", "week": "3 weeks", "set": {"rents": {"mining": 0.1}}, "over": 0},
                {"id": "y", "when": "crowd > 0.1", "event": "raid", "intensity": 1},
            ]
        },
        {
            "compare": {
                "baseline": "folder/base.yaml",
                "arms": [
                    {
                        "id": "x",
                        "set": {"rents": 0},
                        "without": ["y"],
                        "timeline": [{"id": "z", "date": "2025-12-24", "event": "raid"}],
                    }
                ],
            }
        },
        {
            "checks": [
                {
                    "it": "x",
                    "vary": {"rents": [0.1, 0.2, 0.3]},
                    "expect": {"leader_out": "0.1 to 0.2", "coup": "flat", "tutelage": [0, 1]},
                    "tolerance": 0,
                }
            ]
        },
        {
            "runs": {
                "replicates": 1e6,
                "seed": 1,
                "stop_when": {"half_width": 0.01, "of": "tutelage"},
            }
        },
    ],
)
def test_the_grammar_passes(validator: Any, cells: dict[str, object]) -> None:
    assert [error.message[:300] for error in validator.iter_errors(HEAD | cells)] == []


@pytest.mark.parametrize("family", FAMILIES)
def test_every_distribution_passes_and_no_other(validator: Any, family: str) -> None:
    arguments = dict(
        zip(FAMILIES[family], (2, 3) if family == "beta" else (0.1, 0.2, 0.3, 0.4), strict=False)
    )
    for value in ({family: arguments}, {"value": {family: arguments}, "source": "judgement"}):
        assert not list(validator.iter_errors(HEAD | {"levers": {"rents": value}}))
    assert list(
        validator.iter_errors(HEAD | {"levers": {"rents": {family: arguments | {"loc": 1}}}})
    )
    assert list(validator.iter_errors(HEAD | {"levers": {"rents": {f"{family}x": arguments}}}))


def test_it_explains_what_it_offers() -> None:
    schema = json_schema()
    usual = ("principal.",)  # by patterns: men go by any name
    named = (*LEVERS, *names_for().levers, *names_for().given)
    for name in (one for one in named if not one.startswith(usual)):
        text = schema["$defs"][name]["description"]
        low, high = names_for().range(name)
        assert f"{low:g} to {high:g})" in text
    event = schema["$defs"]["EntryPart"]["properties"]["event"]
    assert event["enum"] == list(EVENTS) and len(event["enumDescriptions"]) == len(EVENTS)


def test_the_command_prints_it_and_says_whether_it_is_stale(
    cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import regime_sim.scenario.json_schema as module

    assert json.loads(cli("schema").out) == json_schema()
    assert cli("schema", "-o", tmp_path / "s.json").status == 0
    assert (tmp_path / "s.json").read_text() == schema_text()
    monkeypatch.setattr(module, "schema_path", lambda: tmp_path / "s.json")
    assert cli("schema", "--check").status == 0


def test_a_stale_schema_ends_with_status_1(
    cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import regime_sim.scenario.json_schema as module

    (tmp_path / "old.json").write_text("{}\n")
    monkeypatch.setattr(module, "schema_path", lambda: tmp_path / "old.json")
    ended = cli("schema", "--check")
    assert ended.status == 1 and "is out of date" in ended.err


# ---- the file that `new` writes


def same(a: Compiled, b: Compiled) -> bool:
    events = all(
        getattr(a.events, column).tobytes() == getattr(b.events, column).tobytes()
        for column in a.events.__dataclass_fields__
    )
    return events and (
        a.x.tobytes(),
        a.p.tobytes(),
        a.uncertain,
        a.horizon,
        a.generals,
        a.start,
        a.event_names,
    ) == (
        b.x.tobytes(),
        b.p.tobytes(),
        b.uncertain,
        b.horizon,
        b.generals,
        b.start,
        b.event_names,
    )


@pytest.mark.parametrize("name", shipped_names())
def test_a_new_file_is_good_and_the_same_world(
    cli: Any, validator: Any, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "My file.yaml"
    ended = cli("new", path, "--from", name)
    assert (ended.status, ended.err) == (0, "")
    assert cli("check", path).status == 0
    assert same(compile_scenario(load(path)), compile_scenario(load(name)))
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=") and not list(
        validator.iter_errors(as_an_editor_reads(text))
    )
    opened = re.sub(r"^# (?=[ a-z]+[\w.]*:|  +- )", "", text, flags=re.MULTILINE).replace(
        "yaml-language-server", "# yaml-language-server", 1
    )
    whole = loads(opened)  # every line that it offers is good as it stands
    for one in (*whole.names.levers, *whole.names.given):
        if one not in LEVERS:
            assert whole.value(one) == load(name).value(one)
    assert whole.compare is not None and whole.checks and len(whole.timeline) == 2
    assert not list(validator.iter_errors(as_an_editor_reads(opened)))


def test_new_never_overwrites(cli: Any, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("precious\n")
    ended = cli("new", path, "--from", "isolation")
    assert ended.status == 2 and ended.complaints == [
        f"regime-sim: {path} exists already and was not changed - expected a new name"
    ]
    assert path.read_text() == "precious\n"


def test_new_says_what_it_cannot_do(cli: Any, tmp_path: Path) -> None:
    assert cli("new", tmp_path / "a.txt", "--from", "isolation").status == 2
    assert "did you mean isolation?" in cli("new", tmp_path / "a.yaml", "--from", "isolaton").err
    assert cli("new", tmp_path / "no" / "a.yaml", "--from", "isolation").status == 4
    assert list(tmp_path.iterdir()) == []


def test_new_from_a_file(cli: Any, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "base.yaml").write_text("schema: 1\nid: base\nextends: raid\nlevers: {rents: 0.3}\n")
    for place, extends in (
        (tmp_path / "above.yaml", True),
        (inner / "beside.yaml", True),
        (tmp_path / "other" / "apart.yaml", False),
    ):
        place.parent.mkdir(exist_ok=True)
        assert cli("new", place, "--from", inner / "base.yaml").status == 0
        assert ("\nextends: " in place.read_text()) == extends
        assert same(compile_scenario(load(place)), compile_scenario(load(inner / "base.yaml")))


def test_inside_the_project_the_schema_is_found_by_a_relative_path(cli: Any) -> None:
    from regime_sim.scenario.template import template

    text = template(load("isolation"), "isolation", scenarios_folder() / "mine.yaml")
    assert text.splitlines()[0] == "# yaml-language-server: $schema=../schema/scenario-1.json"
    for name in shipped_names():
        first = (scenarios_folder() / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=../schema/scenario-1.json"


def test_the_first_lines_of_a_new_file(tmp_path: Path) -> None:
    """Its own name as id, what it begins as, and start, horizon and levers as comments, their
    explanations below one another.
    """
    from regime_sim.scenario.template import template

    short = loads(
        "schema: 1\nid: one\ntitle: 'One: short'\nstart: 2025-12-01\nhorizon: 1\nlevers: {rents:"
        " 0.25}\npatrons: {iran: {commitment: 0.3}}\n"
    )
    text = template(short, "raid", tmp_path / "-My File!.yaml")
    lines = text.splitlines()
    assert lines[
        0
    ] == f"# yaml-language-server: $schema={schema_path().resolve().as_uri()}" and lines[
        1
    ].startswith("# Begins as raid: ")
    assert lines[3:9] == [
        "schema: 1",
        "id: my-file",
        'title: "One: short"',
        "extends: raid",
        "# start: 2025-12-01",
        "# horizon: 1 week",
    ]
    levers = [line for line in lines if "# or one number for all of it" in line]
    assert (
        [line.index("# or") for line in levers] == [36] * 4
        and levers[0].startswith("#   rents:")
        and ", now about 0.25: " in levers[0]
    )
    parts = [line for line in lines if line.startswith("#     ") and "(share, 0 to 1)" in line]
    assert {line.index(" # ") for line in parts} == {40} and {
        line[6:].split(":")[0] for line in parts
    } >= {"mining", "iran", "raid", "us_approval"}
    assert "#     iran: 0.3                          # commitment of iran (share, 0 to 1)" in lines
    assert "# horizon: 2 weeks" in template(
        short.with_(horizon=2), "raid", tmp_path / "a.yaml"
    ) and not any("shock." in line for line in lines)
    assert (
        "# without" not in text
        and "# without: [airspace, midterms, go]   # entries that it inherits and leaves out"
        in template(load("raid"), "raid", tmp_path / "a.yaml")
    )
    for stem, name in (("x" * 70, "x" * 64), ("---", "scenario")):
        assert f"\nid: {name}\n" in template(short, "raid", tmp_path / f"{stem}.yaml")
