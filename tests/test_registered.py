"""Registered forecasts: frozen once into files of their own, sealed, scored beside the base rate;
those that stand in a scenario file are still read.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from regime_sim.cli.ending import guarded
from regime_sim.facts.places import scenarios_folder, seeds_folder
from regime_sim.history import frozen as record
from regime_sim.history.registered import NotFrozen, base_rate, forecast, freeze, intact, score
from regime_sim.history.registered_document import forecast_rows, score_document
from regime_sim.history.seal import content, seal
from regime_sim.provenance import model_mark
from regime_sim.runs import simulate
from regime_sim.scenario import Scenario, ScenarioError, load, loads
from regime_sim.scenario.json_schema import json_schema
from regime_sim.view.tables.registered import score_text

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


@pytest.fixture
def old(file: Path) -> Path:
    """A forecast inside its scenario file, as older versions froze it."""
    bare = loads(SMALL + FROZEN).registered
    assert bare is not None
    file.write_text(SMALL + FROZEN.replace(f'hash: "{"ab" * 32}"', f'hash: "{seal(SMALL, bare)}"'))
    return file


# ---- the file format


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
    "an unknown question": ("", "leader_out, regime_falls, tutelage or an exit mode"),
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


def test_what_is_frozen_is_what_a_run_says(file: Path) -> None:
    said = freeze(file, 3200, seed=4, on=DAY)
    run = simulate(load(file), 3200, 4)
    held = record.read(record.place_of(file))
    assert held.numbers == said and held.intact and intact(file)
    assert said.probability == pytest.approx(float((run.leader_week > 0).mean()), abs=6e-5)
    assert 0.0 <= said.low <= said.probability <= said.high <= 1.0
    assert sum(chance for _, chance in said.outcomes) == pytest.approx(said.probability, abs=1e-3)
    assert said.range is not None and said.range[0] < said.probability < said.range[1]
    # parameter uncertainty is more than simulation error over 3,200 futures
    assert said.range[1] - said.range[0] > said.high - said.low
    assert said.model == model_mark() and said.on == DAY
    assert held.base_rate == pytest.approx(base_rate("leader_out", 30), abs=5e-5)


def test_freezing_leaves_the_scenario_alone_and_is_done_once(frozen: Path) -> None:
    assert frozen.read_text(encoding="utf-8") == SMALL
    place = record.place_of(frozen)
    before = place.read_bytes()
    with pytest.raises(NotFrozen, match="not frozen again"):
        freeze(frozen, 320, on=DAY)
    with pytest.raises(NotFrozen, match="not frozen again"):
        record.write(place, "other")
    assert place.read_bytes() == before
    assert {one.name for one in frozen.parent.iterdir()} == {"small.yaml", "small.forecast.yaml"}


def test_a_frozen_forecast_stands_alone(frozen: Path, tmp_path: Path) -> None:
    """Moved elsewhere, its scenario gone or changed: the same forecast."""
    place = record.place_of(frozen)
    before = repr(score([frozen], today=DAY))
    frozen.write_text(SMALL.replace("rents: 0.2", "rents: 0.3"), encoding="utf-8")
    assert repr(score([frozen], today=DAY)) == before
    frozen.unlink()
    elsewhere = tmp_path / "deep"
    elsewhere.mkdir()
    place.rename(elsewhere / "kept.forecast.yaml")
    assert repr(score([elsewhere], today=DAY)) == before
    held = record.read(elsewhere / "kept.forecast.yaml")
    assert held.written == SMALL
    assert (
        simulate(loads(held.resolved), 32, 1, workers=1).digest()
        == simulate(loads(SMALL), 32, 1, workers=1).digest()
    )


def test_what_it_inherits_is_frozen_with_it(frozen: Path) -> None:
    child = frozen.with_name("child.yaml")
    text = "schema: 1\nid: child\nextends: small.yaml\nresolve: {question: q, by: 2027-06-20}\n"
    child.write_text(text, encoding="utf-8")
    said = freeze(child, 320, on=DAY)
    assert said.probability == record.read(record.place_of(frozen)).numbers.probability
    frozen.write_text(SMALL.replace("front: 0.3", "front: 0.9"), encoding="utf-8")
    held = record.read(record.place_of(child))
    assert intact(child) and "rebels.front: 0.3" in held.resolved and held.written == text


def test_todays_model_stands_beside_the_frozen_number(frozen: Path) -> None:
    place = record.place_of(frozen)
    before = place.read_bytes()
    one = score([frozen], today=DAY, now=True).forecasts[0]
    assert one.now is not None and round(one.now.value, 4) == one.probability
    frozen.write_text(SMALL.replace("0.4 to 0.6", "0.9 to 1.0"), encoding="utf-8")
    other = score([frozen], today=DAY, now=True).forecasts[0]
    assert other.now is not None and other.now.value != one.now.value
    assert other.probability == one.probability and other.state == "open"
    assert place.read_bytes() == before


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

EDITS = {
    "an input": ("strength: 0.4 to 0.6", "strength: 0.4 to 0.5"),
    "the question": ("he is out", "he is in"),
    "a comment": ("# A forecast", "# The forecast"),
    "the seed": ("seed: 1", "seed: 2"),
    "the day": ("2026-11-22", "2026-11-21"),
    "the model": ('model: "', 'model: "0'),
    "the date due": ("2027-06-20", "2027-06-19"),
    "a way": ("coup: 0", "coup: 1"),
    "the range": ("range: [0.", "range: [0.0"),
    "the seal": ('seal: "', 'seal: "0'),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_breaks_the_seal(name: str, frozen: Path) -> None:
    place = record.place_of(frozen)
    text = place.read_text(encoding="utf-8")
    old, new = EDITS[name]
    assert old in text and intact(frozen)
    place.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert not intact(frozen)
    assert score([frozen], today=DAY).forecasts[0].state == "altered"


def test_the_seal_is_that_of_an_ordinary_tool(frozen: Path) -> None:
    lines = record.place_of(frozen).read_bytes().splitlines(keepends=True)
    digest = hashlib.sha256(b"".join(lines[:-1])).hexdigest()
    assert lines[-1].decode() == f'seal: "{digest}"\n'


def test_a_file_that_is_no_frozen_forecast_is_named(frozen: Path) -> None:
    place = record.place_of(frozen)
    for text in (
        "",
        "a: 1\n",
        "- [",
        place.read_text().replace("probability: 0", "probability: x"),
    ):
        place.write_text(text, encoding="utf-8")
        with pytest.raises(NotFrozen, match="is no frozen forecast"):
            score([frozen], today=DAY)


def test_a_forecast_inside_its_scenario_file_still_counts(old: Path) -> None:
    """As older versions froze them: read, checked, scored, and not frozen again."""
    assert intact(old) and score([old], today=DAY).forecasts[0].state == "open"
    with pytest.raises(NotFrozen, match="not frozen again"):
        freeze(old, 32, on=DAY)
    text = old.read_text(encoding="utf-8")
    for was, now in (("strength: 0.4 to 0.6", "strength: 0.4 to 0.5"), ("seed: 1", "seed: 2")):
        old.write_text(text.replace(was, now, 1), encoding="utf-8")
        assert not intact(old)
        assert score([old], today=DAY).forecasts[0].state == "altered"


@pytest.mark.parametrize("number", ["probability", "low", "high"])
def test_an_edited_number_breaks_the_old_seal(number: str, old: Path) -> None:
    said = load(old).registered
    assert said is not None
    other = replace(said, **{number: getattr(said, number) + 1e-4})
    assert seal(SMALL, other) != said.hash == seal(SMALL, said)


def test_answers_and_line_ends_do_not_break_it(frozen: Path, tmp_path: Path) -> None:
    frozen.write_bytes((SMALL + ANSWER + "\n\n").replace("\n", "\r\n").encode())
    assert intact(frozen) and score([frozen], today=DAY).forecasts[0].state == "known"


def test_an_answer_in_an_old_file_does_not_break_it(old: Path) -> None:
    text = old.read_text(encoding="utf-8")
    old.write_bytes((text + ANSWER + "\n\n").replace("\n", "\r\n").encode())
    assert intact(old)


def test_content_takes_out_two_sections_and_nothing_else() -> None:
    head, tail = "a: 1\nb:\n  registered: 3\n", "notes: >-\n  registered: no\n"
    assert content(head + FROZEN + tail + ANSWER) == head + tail
    assert content(FROZEN + head) == head
    assert content(head + "registered: {on: 2026-11-22,\n  seed: 1}\n\n" + tail) == head + tail
    assert content(head) == head


# the numbers that were frozen on the first day of the questions; they never change
SHIPPED = {
    "belarus-2026": 0.0452,
    "burkina-2026": 0.44,
    "cuba-2026": 0.6424,
    "iran-2026": 0.5503,
    "nicaragua-2026": 0.1767,
    "russia-2026": 0.0457,
}
# the same questions asked of the law's second edition, a week later; they never change either
SECOND = {
    "belarus-2026-second": 0.0411,
    "burkina-2026-second": 0.592,
    "cuba-2026-second": 0.4212,
    "iran-2026-second": 0.3921,
    "nicaragua-2026-second": 0.1374,
    "russia-2026-second": 0.0367,
}
FOR_2027 = {
    "eritrea-2027": 0.098,
    "north-korea-2027": 0.0174,
    "south-sudan-2027": 0.44,
    "sudan-2027": 0.4409,
    "zimbabwe-2027": 0.1386,
}


def test_shipped_forecasts_are_as_they_were_frozen() -> None:
    folder = seeds_folder() / "forecasts"
    held = {one.stem: record.read(one) for one in sorted(folder.glob("*.yaml"))}
    assert {name: one.numbers.probability for name, one in held.items()} == (
        SHIPPED | SECOND | FOR_2027
    )
    for name, one in held.items():
        assert one.intact and intact(name) and one.id == name
        day = date(2026, 11, 23) if name in SHIPPED else date(2026, 11, 30)
        assert one.numbers.on == day and one.question == load(name).resolve
        assert load(name).registered is None, "the scenario file is free to change"
        assert dict(loads(one.resolved).values) == dict(loads(one.written).values)


# ---- scoring


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
    said = record.read(record.place_of(frozen)).numbers
    assert card.forecasts[0].state == "known"
    assert card.brier.value == pytest.approx((1 - said.probability) ** 2) and card.brier.n == 1
    expected = (1 - base_rate("leader_out", 30)) ** 2
    assert card.base_brier.value == pytest.approx(expected, abs=2e-4)  # frozen to four digits


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
    place = record.place_of(frozen)
    place.write_text(place.read_text().replace("rents: 0.2", "rents: 0.3"), encoding="utf-8")
    frozen.write_text(SMALL + ANSWER, encoding="utf-8")
    card = score([frozen], today=DAY)
    assert card.forecasts[0].state == "altered" and card.brier.n == 0


def test_an_answer_to_another_question_is_none(frozen: Path) -> None:
    frozen.write_text(SMALL.replace("he is out", "he is in") + ANSWER, encoding="utf-8")
    one = score([frozen], today=DAY).forecasts[0]
    assert one.state == "open" and one.happened is None and one.question == "he is out"


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


def command(*arguments: object) -> int:
    """The exit status of `regime-sim score ...`."""
    from unittest.mock import patch

    from regime_sim.cli.application import command as _command

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
    assert command(file, "--now", "--format", "json") == 0
    row = json.loads(capsys.readouterr().out)["forecasts"][0]
    assert row["now_low"] <= row["now"] <= row["now_high"]
    assert command(file, "--freeze") == 2
    assert "not frozen again" in capsys.readouterr().err


def test_the_command_lists_what_ships(capsys: pytest.CaptureFixture[str]) -> None:
    """Simulation error alone would flatter: the range over what is not known stands beside it, and
    is the frozen one.
    """
    assert command() == 0
    out = capsys.readouterr().out
    assert "cuba-2026" in out and "belarus-2026" in out
    frozen = record.read(seeds_folder() / "forecasts" / "cuba-2026.yaml").numbers
    assert frozen.range is not None
    assert f"{frozen.range[0]:.0%} to {frozen.range[1]:.0%} over the parameter uncertainty" in out
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
