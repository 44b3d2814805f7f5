"""Registered forecasts: frozen once, sealed against edits, scored beside the base rate; their place
in a scenario file.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from regime_sim.cli.ending import guarded
from regime_sim.ensemble.simulate import simulate
from regime_sim.facts.places import scenarios_folder
from regime_sim.history.registered import NotFrozen, base_rate, forecast, freeze, intact, score
from regime_sim.history.seal import content, seal, section, sources_and_seeds_hash
from regime_sim.scenario import Scenario, ScenarioError, load, loads, shipped_names
from regime_sim.scenario.json_schema import json_schema
from regime_sim.view.tables.registered import forecast_rows, score_document, score_text

SMALL = """\
schema: 1
id: small
title: A small forecast
start: 2026-11-23
horizon: 30 weeks
ruler: the ruler

levers: {rents: 0.2 to 0.5, foreign_support: 0.1 to 0.4, us_pressure: 0.5}
given: {generals.number: 16, rebels: {strength: 0.4 to 0.6, front: 0.3}}
resolve: {question: he is out, by: 2027-06-20}
"""
FROZEN = """\
registered:
  on: 2026-11-22
  replicates: 320
  seed: 1
  probability: 0.3
  low: 0.2
  high: 0.4
  model: "{0}"
  hash: "{0}"
""".format("ab" * 32)
DAY = date(2026, 11, 22)
ANSWER = "resolved: {on: 2027-03-01, happened: true, source: judgement}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture
def frozen(file: Path) -> Path:
    freeze(file, 320, on=DAY)
    return file


# ---- the file format
# -------------------------------------------------------------------------------------------------------


def test_a_forecast_and_its_answer_are_read_and_written_back() -> None:
    scenario = loads(
        SMALL + FROZEN + "resolved: {on: 2027-03-01, happened: void, source: [judgement]}\n"
    )
    assert scenario.registered is not None and scenario.resolved is not None
    assert (scenario.registered.on, scenario.registered.probability, scenario.registered.range) == (
        DAY,
        0.3,
        None,
    )
    assert scenario.resolved.happened is None
    again = loads(scenario.to_yaml())
    assert (
        again == scenario
        and again.registered == scenario.registered
        and again.resolved == scenario.resolved
    )


@pytest.mark.parametrize("happened", ["true", "false"])
def test_answers(happened: str) -> None:
    scenario = loads(SMALL + ANSWER.replace("true", happened))
    assert scenario.resolved is not None and scenario.resolved.happened is (happened == "true")
    assert loads(scenario.to_yaml()) == scenario


def test_a_changed_copy_has_no_forecast() -> None:
    scenario = loads(SMALL + FROZEN + ANSWER)
    changed = (
        scenario.vary(rents=0.1),
        scenario.at(week=2, event="strikes"),
        scenario.with_(horizon=20),
        scenario.fix(coup__success_odds=0.5),
    )
    assert all(one.registered is None and one.resolved is None for one in changed)
    assert scenario.registered is not None


def test_a_child_inherits_no_forecast(file: Path) -> None:
    file.write_text(SMALL + FROZEN, encoding="utf-8")
    child = file.with_name("child.yaml")
    child.write_text("schema: 1\nid: child\nextends: small.yaml\n", encoding="utf-8")
    assert load(child).registered is None and load(child).resolve is None


WRONG = {
    "a probability beyond one": (FROZEN.replace("0.3", "1.3"), "registered.probability"),
    "a probability outside its interval": (
        FROZEN.replace("0.3", "0.5"),
        "lies outside its interval",
    ),
    "no hash": ("".join(FROZEN.splitlines(keepends=True)[:-1]), "registered.hash: is missing"),
    "a short hash": (FROZEN.replace("ab" * 32, "ab"), "SHA-256"),
    "an outcome nobody knows": (FROZEN + "  outcomes: {cuop: 0.1}\n", "did you mean coup"),
    "a range that falls": (FROZEN + "  range: [0.5, 0.1]\n", "lower end first"),
    "half a range": (FROZEN + "  range: [0.5]\n", "registered.range"),
    "a day that is none": (FROZEN.replace("2026-11-22", "yesterday"), "registered.on"),
    "an answer that is none": (ANSWER.replace("true", "maybe"), "resolved.happened"),
    "an answer from nobody": (
        ANSWER.replace(", source: judgement", ""),
        "resolved.source: is missing",
    ),
    "an answer from somebody unknown": (ANSWER.replace("judgement", "hearsay"), "hearsay"),
    "an unknown question": ("", "leader_out, regime_falls or tutelage"),
}


@pytest.mark.parametrize("name", WRONG)
def test_mistakes_are_named(name: str) -> None:
    tail, message = WRONG[name]
    text = (
        SMALL.replace("by: 2027-06-20", "by: 2027-06-20, of: leader_in")
        if not tail
        else SMALL + tail
    )
    with pytest.raises(ScenarioError, match=message):
        loads(text)


def test_the_json_schema_knows_them() -> None:
    schema = json_schema()
    assert {"registered", "resolved"} <= set(schema["properties"])
    assert {"on", "probability", "low", "high", "model", "hash"} <= set(
        schema["$defs"]["RegisteredPart"]["required"]
    )


# ---- freezing
# --------------------------------------------------------------------------------------------------------------


def test_what_is_frozen_is_what_a_run_says(file: Path) -> None:
    said = freeze(file, 3200, seed=4, on=DAY)
    scenario = load(file)
    run = simulate(scenario, 3200, 4)
    assert scenario.registered == said and intact(file)
    assert said.probability == pytest.approx(float((run.leader_week > 0).mean()), abs=6e-5)
    assert 0.0 <= said.low <= said.probability <= said.high <= 1.0
    assert sum(chance for _, chance in said.outcomes) == pytest.approx(said.probability, abs=1e-3)
    assert said.range is not None and said.range[0] < said.probability < said.range[1]
    # what is not known is more than the dice of 3,200 worlds
    assert said.range[1] - said.range[0] > said.high - said.low
    assert said.model == sources_and_seeds_hash() and len(said.hash) == 64


def test_freezing_changes_nothing_else(frozen: Path) -> None:
    text = frozen.read_text(encoding="utf-8")
    assert text.startswith(SMALL) and content(text) == content(SMALL)
    assert not list(frozen.parent.glob(".*"))


def test_the_answer_counts_up_to_the_day_it_is_due(file: Path) -> None:
    file.write_text(SMALL.replace("2027-06-20", "2027-01-10"), encoding="utf-8")  # week 7 of 30
    scenario = load(file)
    run = simulate(scenario, 320, 1)
    assert forecast(scenario, 320, on=DAY).probability == pytest.approx(
        float(((run.leader_week > 0) & (run.leader_week <= 7)).mean()), abs=6e-5
    )


@pytest.mark.parametrize(("of", "state"), [("regime_falls", "falls"), ("tutelage", "tutelage")])
def test_a_question_may_be_about_the_regime(of: str, state: str) -> None:
    scenario = loads(SMALL.replace("by: 2027-06-20", f"by: 2027-06-20, of: {of}"))
    assert loads(scenario.to_yaml()) == scenario
    ends = simulate(scenario, 320, 1).outcomes("regime").set_index("outcome").probability
    dated = forecast(scenario, 320, on=DAY).probability
    assert dated == pytest.approx(ends[state], abs=6e-5)


REFUSED = {
    "twice": (SMALL + FROZEN, "holds a forecast of 2026-11-22 already"),
    "on another file": (
        "schema: 1\nid: x\nextends: no-pressure\nresolve: {question: q, by: 2026-11-25}\n",
        "extends another file",
    ),
    "after the day": (SMALL.replace("2027-06-20", "2026-11-21"), "and 2026-11-22 is later"),
    "beyond the horizon": (SMALL.replace("2027-06-20", "2027-11-22"), "set horizon"),
    "without a question": ("".join(SMALL.splitlines(keepends=True)[:-1]), "there is no question"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_frozen_is_refused_and_left_alone(name: str, file: Path) -> None:
    text, message = REFUSED[name]
    file.write_text(text, encoding="utf-8")
    with pytest.raises(NotFrozen, match=message):
        freeze(file, 32, on=DAY)
    assert file.read_text(encoding="utf-8") == text


# ---- the seal
# --------------------------------------------------------------------------------------------------------------

EDITS = {
    "an input": ("strength: 0.4 to 0.6", "strength: 0.4 to 0.5"),
    "the question": ("he is out", "he is in"),
    "a comment": ("id: small\n", "id: small  # x\n"),
    "the seed": ("seed: 1", "seed: 2"),
    "the day": ("2026-11-22", "2026-11-21"),
    "the model": ('model: "', 'model: "0'),
    "the date due": ("2027-06-20", "2027-06-19"),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_breaks_the_seal(name: str, frozen: Path) -> None:
    text = frozen.read_text(encoding="utf-8")
    old, new = EDITS[name]
    assert old in text
    edited = text.replace(old, new, 1)
    if name == "the model":
        edited = edited.replace(
            new, new[:-1] + ("1" if text[text.index(old) + len(old)] == "0" else "0"), 1
        )
        edited = edited[: edited.index('model: "') + 9] + text[text.index('model: "') + 9 :]
    frozen.write_text(edited, encoding="utf-8")
    assert not intact(frozen)
    assert score([frozen], today=DAY).forecasts[0].state == "altered"


@pytest.mark.parametrize("number", ["probability", "low", "high"])
def test_an_edited_number_breaks_the_seal(number: str, frozen: Path) -> None:
    scenario = load(frozen)
    assert scenario.registered is not None
    other = replace(scenario.registered, **{number: getattr(scenario.registered, number) + 1e-4})
    assert seal(SMALL, other) != scenario.registered.hash == seal(SMALL, scenario.registered)


def test_answers_and_line_ends_do_not_break_it(frozen: Path) -> None:
    text = frozen.read_text(encoding="utf-8")
    frozen.write_text(text + ANSWER, encoding="utf-8")
    assert intact(frozen)
    frozen.write_bytes((text + ANSWER + "\n\n").replace("\n", "\r\n").encode())
    assert intact(frozen)


def test_content_takes_out_two_sections_and_nothing_else() -> None:
    head, tail = "a: 1\nb:\n  registered: 3\n", "notes: >-\n  registered: no\n"
    assert content(head + FROZEN + tail + ANSWER) == head + tail
    assert content(FROZEN + head) == head
    assert content(head + "registered: {on: 2026-11-22,\n  seed: 1}\n\n" + tail) == head + tail
    assert content(head) == head


def test_a_section_reads_back(frozen: Path) -> None:
    said = load(frozen).registered
    assert said is not None
    assert loads(SMALL + section(said)).registered == said


def test_shipped_forecasts_are_as_they_were_frozen() -> None:
    for name in shipped_names():
        text = (scenarios_folder() / f"{name}.yaml").read_text(encoding="utf-8")
        assert intact(name) or "\nregistered:" not in text, name


# ---- scoring
# ---------------------------------------------------------------------------------------------------------------


def test_the_base_rate_is_the_observed_one() -> None:
    assert base_rate("leader_out", 52) == pytest.approx(
        1 - math.exp(-0.0933 * 52 / 52.1786), abs=0.002
    )
    assert base_rate("leader_out", 1) < base_rate("leader_out", 52) < base_rate("leader_out", 520)
    assert math.isnan(base_rate("tutelage", 52))


def test_open_due_known_and_void(frozen: Path) -> None:
    assert score([frozen], today=DAY).forecasts[0].state == "open"
    assert score([frozen], today=date(2027, 6, 21)).forecasts[0].state == "due"
    text = frozen.read_text(encoding="utf-8")
    frozen.write_text(text + ANSWER.replace("true", "void"), encoding="utf-8")
    card = score([frozen], today=DAY)
    assert card.forecasts[0].state == "void" and math.isnan(card.brier.value)
    frozen.write_text(text + ANSWER, encoding="utf-8")
    card = score([frozen], today=DAY)
    said = load(frozen).registered
    assert said is not None and card.forecasts[0].state == "known"
    assert card.brier.value == pytest.approx((1 - said.probability) ** 2) and card.brier.n == 1
    assert card.base_brier.value == pytest.approx((1 - base_rate("leader_out", 30)) ** 2)


def test_scores_over_several_with_answers_from_outside(tmp_path: Path) -> None:
    for k in range(3):
        path = tmp_path / f"f{k}.yaml"
        path.write_text(SMALL.replace("id: small", f"id: f{k}"), encoding="utf-8")
        freeze(path, 64, seed=k, on=DAY)
    (tmp_path / "plain.yaml").write_text(
        "schema: 1\nid: plain\nstart: 2026-01-01\n", encoding="utf-8"
    )
    card = score([tmp_path], known={"f0": True, "f2": False}, today=DAY)
    assert [(one.id, one.state) for one in card.forecasts] == [
        ("f0", "known"),
        ("f1", "open"),
        ("f2", "known"),
    ]
    chances = {one.id: one.probability for one in card.forecasts}
    assert card.brier.value == pytest.approx(((1 - chances["f0"]) ** 2 + chances["f2"] ** 2) / 2)
    assert card.brier.n == 2 and card.brier.low <= card.brier.value <= card.brier.high


def test_an_altered_forecast_is_not_scored(frozen: Path) -> None:
    frozen.write_text(
        frozen.read_text(encoding="utf-8").replace("rents: 0.2", "rents: 0.3") + ANSWER,
        encoding="utf-8",
    )
    card = score([frozen], today=DAY)
    assert card.forecasts[0].state == "altered" and card.brier.n == 0


def test_tables(frozen: Path) -> None:
    card = score([frozen], today=DAY)
    row = forecast_rows(card)[0]
    assert row["state"] == "open" and row["brier"] is None and row["happened"] is None
    assert json.loads(json.dumps(score_document(card), allow_nan=False))["scores"]["known"] == 0
    assert "none answered yet" in score_text(card)
    frozen.write_text(frozen.read_text(encoding="utf-8") + ANSWER, encoding="utf-8")
    text = score_text(score([frozen], today=DAY))
    assert "it happened, Brier" in text and "base rate" in text and "n = 1" in text
    assert "No registered forecasts" in score_text(score([scenarios_folder() / "raid.yaml"]))


# ---- the command
# -----------------------------------------------------------------------------------------------------------


def command(*arguments: object) -> int:
    """The exit status of `regime-sim score ...`."""
    from unittest.mock import patch

    from regime_sim.cli.commands import _command

    with patch("sys.argv", ["regime-sim", "score", *map(str, arguments)]):
        return guarded(_command)


def test_the_command_freezes_and_scores(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    late = SMALL.replace("2026-11-23", "2096-11-23").replace("2027-06-20", "2097-06-20")
    file.write_text(late, encoding="utf-8")
    assert command(file, "--freeze", "--replicates", 64) == 0
    assert "small  open" in capsys.readouterr().out and intact(file)
    assert command(file.parent, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["forecasts"][0]["state"] == "open"
    assert command(file, "--format", "csv") == 0
    assert capsys.readouterr().out.startswith("id,ruler,question")
    assert command(file, "--freeze") == 2
    assert "not frozen again" in capsys.readouterr().err


def test_the_command_lists_what_ships(capsys: pytest.CaptureFixture[str]) -> None:
    """Simulation error alone would flatter: the range over what is not known stands beside it, and
    is the frozen one.
    """
    assert command() == 0
    out = capsys.readouterr().out
    assert "cuba-2026" in out and "belarus-2026" in out
    frozen = load("cuba-2026").registered
    assert frozen is not None and frozen.range is not None
    assert f"{frozen.range[0]:.0%} to {frozen.range[1]:.0%} over what is not known" in out
    row = next(one for one in forecast_rows(score()) if one["id"] == "cuba-2026")
    assert (row["range_low"], row["range_high"]) == frozen.range
    assert (
        next(one for one in forecast_rows(score()) if one["id"] == "venezuela-2026")["range_low"]
        is None
    )


@pytest.mark.parametrize("arguments", [("--freeze",), ("--format", "xml"), ("nowhere.yaml",)])
def test_bad_input_has_status_two(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(*arguments) == 2
    assert capsys.readouterr().err.strip()


def test_a_registered_scenario_is_an_ordinary_one(frozen: Path) -> None:
    scenario: Scenario = load(frozen)
    assert (
        simulate(scenario, 32, 1, workers=1).digest()
        == simulate(loads(SMALL), 32, 1, workers=1).digest()
    )
