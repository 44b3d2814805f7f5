"""Scenario reading part by part: what is refused with which word, the middle of each distribution,
edits of a file's text at its corners.
"""

from __future__ import annotations

import errno
import math
import os
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import regime_sim as rs
from regime_sim.errors import OutOfRange, RegimeSimError, UnknownName
from regime_sim.facts import evidence
from regime_sim.facts.declare import Prior
from regime_sim.scenario import loads, reader, text_edits, values, writer
from regime_sim.scenario.compile import compile_scenario
from regime_sim.scenario.requests import Registered, Resolve, Resolved, Runs
from regime_sim.scenario.scenario import Scenario
from regime_sim.scenario.timeline import read_condition, read_date
from regime_sim.scenario.values import BadValue


def written(tmp_path: Path, body: str, name: str = "mine.yaml") -> Path:
    path = tmp_path / name
    path.write_text(
        "schema: 1\nid: mine\ntitle: Mine\nextends: venezuela-2025\n" + body, encoding="utf-8"
    )
    return path


def refused(tmp_path: Path, body: str) -> str:
    with pytest.raises(RegimeSimError) as said:
        rs.load(written(tmp_path, body))
    return str(said.value)


# ---- values


def known(prior: Prior) -> object:
    """SciPy's distribution."""
    a, b = prior.args[0], prior.args[-1]
    return {
        "uniform": lambda: stats.uniform(a, b - a),
        "loguniform": lambda: stats.loguniform(a, b),
        "normal": lambda: stats.norm(a, b),
        "lognormal": lambda: stats.lognorm(b, scale=a),
        "beta": lambda: stats.beta(a, b),
        "halfnormal": lambda: stats.halfnorm(scale=a),
        "exponential": lambda: stats.expon(scale=a),
        "weibull": lambda: stats.weibull_min(b, scale=a),
        "triangular": lambda: stats.triang((prior.args[1] - a) / (b - a), a, b - a),
        "trapezoid": lambda: stats.trapezoid(
            (prior.args[1] - a) / (b - a), (prior.args[2] - a) / (b - a), a, b - a
        ),
        "pert": lambda: stats.beta(
            1 + 4 * (prior.args[1] - a) / (b - a), 1 + 4 * (b - prior.args[1]) / (b - a), a, b - a
        ),
    }[prior.family]()


@pytest.mark.parametrize(
    "prior",
    [
        Prior("uniform", (0.2, 0.6)),
        Prior("loguniform", (0.1, 3.0)),
        Prior("normal", (0.4, 0.2)),
        Prior("lognormal", (0.6, 0.5)),
        Prior("beta", (2.0, 6.0)),
        Prior("triangular", (0.1, 0.3, 0.9)),
        Prior("trapezoid", (0.1, 0.2, 0.5, 0.9)),
        Prior("pert", (0.1, 0.3, 0.9)),
        Prior("halfnormal", (0.4,)),
        Prior("exponential", (2.5,)),
        Prior("weibull", (2.0, 1.5)),
    ],
    ids=lambda prior: prior.family,
)
def test_the_middle_of_a_distribution_is_its_median_or_its_mean(prior: Prior) -> None:
    one = known(prior)
    expected = (
        one.mean() if prior.family in ("beta", "triangular", "trapezoid", "pert") else one.median()
    )  # type: ignore[attr-defined]
    assert values.middle(prior) == pytest.approx(expected, rel=1e-9)
    assert values.middle(Prior("logitnormal", (0.3, 0.7))) == 0.3


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (10**400, "expected a finite number"),
        (math.inf, "expected a finite number"),
        (True, "got true"),
        ("x", "got"),
        (1.5, "1.5 is out of range - expected 0 to 1"),
    ],
)
def test_what_is_no_number_in_the_range_is_refused(raw: object, said: str) -> None:
    with pytest.raises(BadValue, match=said):
        values.number(raw, 0.0, 1.0)
    assert (values.number(0, 0.0, 1.0), values.number(1, 0.0, 1.0)) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("0.4 to 0.4", "expected the lower end first"),
        ("0.6 to 0.4", "expected the lower end first"),
        ("some", "expected"),
        ("{uniform: {low: 0.1, high: 0.5}, bounds: [0.4]}", "expected two numbers such as [0, 1]"),
        ("{uniform: {low: 0.1, high: 0.5}, bounds: [0.4, 0.4]}", "expected the lower bound first"),
        ("{value: 0.4, bounds: [0.1, 0.9]}", "bounds have no meaning for a plain number"),
        ("{beta: {a: 0.5, b: 2}}", "expected a number from 1 to"),
        ("{weibull: {scale: 0.4, shape: 0.05}}", "expected a number from 0.1 to 100"),
        ("{weibull: {scale: 0.4, shape: 101}}", "expected a number from 0.1 to 100"),
        ("{normal: {mean: 0.4, sd: 0}}", "got 0 - expected a number above 0"),
        ("{lognormal: {median: 0, sigma: 1}}", "got 0 - expected a number above 0"),
        ("{logitnormal: {median: 1, sigma: 1}}", "expected a number between 0 and 1"),
        ("{logitnormal: {median: 0, sigma: 1}}", "expected a number between 0 and 1"),
        ("{triangular: {low: 0.5, mode: 0.2, high: 0.9}}", "expected low < mode < high"),
        ("{uniform: {low: 0.5, high: 0.5}}", "expected low < high"),
        ("{halfnormal: {sd: 9}}", "its middle 6.0704"),
        ("{exponential: {mean: 0}}", "expected a number above 0"),
    ],
)
def test_a_cell_that_means_nothing_is_refused_by_name(tmp_path: Path, cell: str, said: str) -> None:
    found = refused(tmp_path, f"levers: {{foreign_support: {{china: {cell}}}}}\n")
    assert said in found and "china" in found


def test_the_narrowest_shapes_are_taken(tmp_path: Path) -> None:
    for cell in (
        "{normal: {mean: 0.4, sd: 1.0e-9}}",
        "{normal: {mean: 0.4, sd: 1.0e+9}}",
        "{weibull: {scale: 0.4, shape: 0.1}}",
        "{weibull: {scale: 0.4, shape: 100}}",
        "{beta: {a: 1, b: 1}}",
        "{triangular: {low: 0, mode: 0, high: 1}}",
    ):
        assert rs.load(written(tmp_path, f"levers: {{foreign_support: {{china: {cell}}}}}\n"))


# ---- the timeline


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (3, "expected a condition such as"),
        ("crowd = 0.3", "expected a condition"),
        ("crowds > 0.3", "crowd"),
        ("crowd > 7", "the threshold 7 is out of range"),
        ("crowd > lots", "expected"),
        ("crowd > 1e", "expected"),
        ("crowd > 0.1.2", "expected"),
    ],
)
def test_a_condition_that_cannot_hold_is_refused(raw: object, said: str) -> None:
    with pytest.raises(BadValue, match=said):
        read_condition(raw)
    assert (
        str(read_condition("crowd < 0.3")) == "crowd < 0.3" and read_condition("crowd > 0.3").above
    )


def test_what_a_timeline_sets_is_checked(tmp_path: Path) -> None:
    body = "timeline:\n  - {id: a, week: 3, set: {%s}}\n"
    for cell, said in (
        ("generals.number: 50.5", "set.generals.number: got 50.5 - expected a whole number"),
        ("rents: 0.3 to 0.1", "set.rents: got '0.3 to 0.1' - expected the lower end first"),
        ("rents: {multiply: 11}", "set.rents.multiply: 11 is out of range - expected 0 to 10"),
        ("rents: {multiply: 1, ad: 1}", "set.rents.ad: unknown key of a change - did you mean add"),
        ("rents: {add: x}", "set.rents.add: got 'x' - expected a number"),
    ):
        assert said in refused(tmp_path, body % cell)


def test_dates_lie_between_1900_and_2200() -> None:
    assert [read_date(text) for text in ("1900-01-01", "2200-12-31")] == [
        date(1900, 1, 1),
        date(2200, 12, 31),
    ]
    for text in ("1899-12-31", "2201-01-01", "2026-02-30", 20260301):
        with pytest.raises(BadValue, match="expected a date such as 2025-12-01"):
            read_date(text)


def plain(**changes: object) -> Scenario:
    return Scenario(id="plain", title="plain", start=date(2025, 12, 1), horizon=20)


def test_an_entry_says_when_and_what() -> None:
    base = plain()
    with pytest.raises(RegimeSimError, match="exactly one of week, date and when"):
        base.at(week=3, when="crowd > 0.3", event="strikes")
    with pytest.raises(RegimeSimError, match="exactly one of week, date and when"):
        base.at(event="strikes")
    with pytest.raises(RegimeSimError, match="either event or set"):
        base.at(week=3)
    with pytest.raises(RegimeSimError, match="either event or set"):
        base.at(week=3, event="strikes", set={"rents": 0.1})
    with pytest.raises(RegimeSimError, match="no meaning without event"):
        base.at(week=3, set={"rents": 0.1}, intensity=0.5)
    with pytest.raises(UnknownName):
        base.at(week=3, event="strike")


def test_every_entry_becomes_rows_of_the_table() -> None:
    """By week, by date, on a condition: a row for each input that is moved, in the order of the
    timeline.
    """
    scenario = (
        plain()
        .at(week=4, set={"rents.mining": 0.2}, over=3, lasts=5)
        .at(date=date(2025, 12, 15), set={"rents.mining": 0.4})
        .at(when="crowd > 0.25", set={"rents.mining": 0.6})
    )
    table = compile_scenario(scenario).events
    assert (
        table.value.tolist() == [0.2, 0.4, 0.6]
        and table.over.tolist()[0] == 3.0
        and table.lasts.tolist()[0] == 5.0
    )
    assert table.week[:2].tolist() == [4.0, 3.0] and np.isnan(table.week[2])
    assert (table.variable.tolist()[:2], bool(table.above[2]), table.threshold[2]) == (
        [-1, -1],
        True,
        0.25,
    )
    assert table.share.tolist() == [1.0, 1.0, 1.0]


# ---- what a scenario says of itself


def test_a_scenario_shows_itself() -> None:
    base = rs.load("no-pressure")
    assert (
        repr(base) == f"<Scenario no-pressure: {base.title}; {base.horizon} weeks from"
        f" {base.start.isoformat()}, {len(base.timeline)} on the timeline>"
    )
    shown = base._repr_html_()
    assert (
        shown.startswith("<p>&lt;Scenario no-pressure") and "<pre>" in shown and base.title in shown
    )


def test_names_are_ids_and_titles_are_lines() -> None:
    base = plain()
    assert base.with_(id="other", title="x" * 200).title == "x" * 200
    for title in ("", "x" * 201, "two\nlines", "bell\x07", "\x9b"):
        with pytest.raises(RegimeSimError, match="expected a line of text, 200 characters at most"):
            base.with_(title=title)
    for name in ("", "Two Words", "-a", "a" * 65):
        with pytest.raises(RegimeSimError, match="expected lower-case letters"):
            base.with_(id=name)


def test_a_source_must_be_known() -> None:
    with pytest.raises(RegimeSimError, match="nobody_1999"):
        plain().at(week=3, event="strikes", source="nobody_1999")
    assert plain().at(week=3, event="strikes", source=compile_source()).timeline[0].source == (
        compile_source(),
    )


# ---- forecasts and answers in files


FORECAST = """resolve: {question: Is he out?, by: 2026-12-31, of: regime_falls}
registered: {on: 2025-12-01, replicates: 1000, seed: 7, probability: 0.4, low: 0.3, high: 0.5,
  range: [0.1, 0.8], outcomes: {coup: 0.2}, model: abc, hash: def}
resolved: {on: 2026-05-01, happened: true, source: brookings_a_note}
"""


def with_forecast(answer: bool | None = True) -> Scenario:
    base = rs.load("no-pressure")
    source = compile_source()
    return replace(
        base,
        origin=None,
        resolve=Resolve("Is he out?", date(2026, 12, 31), "leader_out"),
        registered=Registered(
            date(2025, 12, 1), 1000, 7, 0.4, 0.3, 0.5, (0.1, 0.8), (("coup", 0.2),), "abc", "def"
        ),
        resolved=Resolved(date(2026, 5, 1), answer, (source,)),
        runs=Runs(),
    )


def compile_source() -> str:
    return next(iter(evidence.works()))


@pytest.mark.parametrize(
    ("answer", "word"),
    [(True, "happened: true"), (False, "happened: false"), (None, "happened: void")],
)
def test_a_forecast_and_its_answer_are_written(answer: bool | None, word: str) -> None:
    text = with_forecast(answer).to_yaml()
    assert (
        word in text
        and "registered:" in text
        and "resolve:" in text
        and "of:" not in text.split("resolve:")[1].split("registered:")[0]
    )
    assert "range: [0.1, 0.8]" in text and "outcomes: {coup: 0.2}" in text


def test_a_change_of_the_scenario_drops_its_forecast() -> None:
    changed = with_forecast().vary(rents=0.1)
    assert (
        changed.registered is None
        and changed.resolved is None
        and with_forecast().registered is not None
    )


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("low: 0.3", "low: 0.45", "0.4 lies outside its interval 0.45 to 0.5"),
        ("high: 0.5", "high: 0.35", "0.4 lies outside its interval 0.3 to 0.35"),
        ("coup: 0.2", "coups: 0.2", "unknown outcome"),
        ("[0.1, 0.8]", "[0.8, 0.1]", "expected the lower end first"),
        ("by: 2026-12-31", "by: tomorrow", "date"),
        ("on: 2026-05-01", "on: soon", "date"),
        ("brookings_a_note", "nobody_1999", "nobody_1999"),
    ],
)
def test_a_forecast_that_contradicts_itself_is_refused(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    text = (
        FORECAST.replace("brookings_a_note", compile_source())
        .replace("abc", "a" * 64)
        .replace("def", "d" * 64)
    )
    changed = (
        text.replace(before, after)
        if before != "brookings_a_note"
        else text.replace(compile_source(), after)
    )
    assert changed != text
    assert said in refused(tmp_path, changed)


def test_a_forecast_may_stand_at_the_ends_of_its_interval(tmp_path: Path) -> None:
    text = (
        FORECAST.replace("brookings_a_note", compile_source())
        .replace("abc", "a" * 64)
        .replace("def", "d" * 64)
    )
    for low, high in ((0.4, 0.5), (0.3, 0.4), (0.4, 0.4)):
        found = rs.load(
            written(
                tmp_path,
                text.replace("low: 0.3, high: 0.5", f"low: {low}, high: {high}").replace(
                    "range: [0.1, 0.8]", f"range: [{low}, {low}]"
                ),
            )
        ).registered
        assert found is not None and (found.low, found.probability, found.high) == (low, 0.4, high)


# ---- files


def test_circles_through_shipped_and_own_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("schema: 1\nid: a\ntitle: A\nextends: b.yaml\n")
    (tmp_path / "b.yaml").write_text("schema: 1\nid: b\ntitle: B\nextends: a.yaml\n")
    with pytest.raises(RegimeSimError, match="circular `extends`"):
        rs.load(tmp_path / "a.yaml")


def test_a_folder_that_cannot_be_followed_is_out_of_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("schema: 1\nid: mine\ntitle: Mine\nextends: base.yaml\n")
    true = Path.resolve

    def resolve(self: Path, strict: bool = False) -> Path:
        if self.name == "base.yaml":
            raise RuntimeError("a loop of links")
        return true(self, strict)

    monkeypatch.setattr(Path, "resolve", resolve)
    with pytest.raises(RegimeSimError, match="leads out of the folder"):
        rs.load(path)


def test_a_file_that_breaks_off_while_it_is_read_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, "horizon: 20 weeks\n")

    def fails(handle: int, size: int) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "read", fails)
    with pytest.raises(RegimeSimError, match=r"cannot be read: Input/output error"):
        rs.load(path)


def test_a_file_is_read_anew_when_it_changes_and_few_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "_KEPT", 2)
    for k in range(5):
        assert (
            rs.load(written(tmp_path, f"horizon: {20 + k} weeks\n", f"f{k}.yaml")).horizon == 20 + k
        )
        assert len(reader._read) <= 2
    path = written(tmp_path, "horizon: 31 weeks\n", "f4.yaml")
    os.utime(path, ns=(1, 1))
    assert rs.load(path).horizon == 31


def test_a_parser_that_gives_up_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def gives_up(*_: object) -> None:
        raise RecursionError("maximum recursion depth exceeded")

    monkeypatch.setattr(reader._Builder, "node", gives_up)
    with pytest.raises(RegimeSimError, match="not YAML: maximum recursion depth exceeded"):
        reader.read_text("schema: 1\n", "mine.yaml")


def test_a_shipped_scenario_that_leads_back_to_itself_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "isolation.yaml"
    path.write_text("schema: 1\nid: isolation\ntitle: A\nextends: isolation\n")
    monkeypatch.setattr(sys.modules["regime_sim.scenario.load"], "shipped_path", lambda name: path)
    with pytest.raises(
        RegimeSimError, match="circular `extends`: 'isolation' extends this scenario"
    ):
        rs.load(path)


def test_a_baseline_that_is_gone_since_is_one_line(tmp_path: Path) -> None:
    base = written(tmp_path, "", "base.yaml")
    scenario = rs.load(
        written(tmp_path, "compare: {baseline: base.yaml, arms: [{id: a, set: {rents: 0.1}}]}\n")
    )
    assert scenario.baseline().id == "mine"
    base.unlink()
    with pytest.raises(RegimeSimError, match=r"no such file 'base.yaml'"):
        scenario.baseline()


def test_a_file_is_128_kb_at_most(tmp_path: Path) -> None:
    head = (tmp_path / "mine.yaml", "schema: 1\nid: mine\ntitle: Mine\nextends: venezuela-2025\n# ")
    head[0].write_text(head[1] + "x" * (reader.LARGEST - len(head[1])))
    assert rs.load(head[0]).id == "mine"
    head[0].write_text(head[1] + "x" * (reader.LARGEST - len(head[1]) + 1))
    with pytest.raises(RegimeSimError, match="at most 128 kB"):
        rs.load(head[0])
    # it has grown since it was looked at
    with pytest.raises(RegimeSimError, match="the file is too large - at most 128 kB"):
        reader._decode(b"#" * (reader.LARGEST + 1), "mine.yaml")


def test_what_is_set_twice_or_has_no_source_is_refused(tmp_path: Path) -> None:
    assert "rents.mining is set twice" in refused(
        tmp_path,
        "timeline:\n  - {id: a, week: 3, set: {rents: {mining: 0.1}, rents.mining: 0.2}}\n",
    )
    assert "patrons.turkey.source" in refused(
        tmp_path, "patrons: {turkey: {commitment: 0.4, source: 3}}\n"
    )
    answer = (
        FORECAST.split("resolved:")[0] + "resolved: {on: 2026-05-01, happened: true, source: 3}\n"
    )
    assert "resolved.source" in refused(
        tmp_path, answer.replace("abc", "a" * 64).replace("def", "d" * 64)
    )


def test_a_file_keeps_its_words_where_its_timeline_changes(tmp_path: Path) -> None:
    body = (
        "timeline:\n  - {id: b, week: 3, event: raid}   # one\n  - {id: c, week: 4, event: raid}  "
        " # two\nsources:\n  mine_1999: {cite: 'Me, Mine, 1999'}\n"
    )
    base = rs.load(written(tmp_path, body))
    gone = base.without("b")
    assert (
        "# two" in gone.to_yaml()
        and "id: b" not in gone.to_yaml()
        and loads(gone.to_yaml()) == gone
    )
    later = base.at(week=7, event="raid", id="c")
    assert (
        loads(later.to_yaml()) == later
        and "# one" in later.to_yaml()
        and ": two\n" in later.to_yaml()
        and "week: 7" in later.to_yaml()
    )
    turned = base.without("b").at(week=3, event="raid", id="b")
    assert [entry.id for entry in turned.timeline][-2:] == ["c", "b"] and loads(
        turned.to_yaml()
    ) == turned
    sourced = base.at(week=5, event="raid", id="d", source="mine_1999")
    assert loads(sourced.to_yaml()) == sourced and sourced.to_yaml().count("mine_1999") == 2


def test_when_to_stop_and_what_is_asked_are_written() -> None:
    base = plain()
    stops = replace(
        base,
        runs=Runs(5000, 3, 0.01, "tutelage"),
        resolve=Resolve("Does it fall?", date(2026, 12, 31), "regime_falls"),
    )
    assert (
        loads(stops.to_yaml()) == stops
        and "half_width: 0.01" in stops.to_yaml()
        and "of: regime_falls" in stops.to_yaml()
    )


def test_words_that_yaml_could_take_for_something_else_are_quoted() -> None:
    """Plain words stand as they are; signs that no screen shows, and those beyond the first 55,296,
    are written by their numbers.
    """
    assert [writer.quoted(word) for word in ("Caracas", "yes", "12", "a: b")] == [
        "Caracas",
        '"yes"',
        '"12"',
        '"a: b"',
    ]
    assert writer.quoted('# "a"\\b\nc') == '"# \\"a\\"\\\\b\\nc"'
    assert (
        writer.quoted("# é \ud7a3 \x85 \u2028 \ufb00 \uffff \U00010000 \U0001f600")
        == '"# é \ud7a3 \\x85 \\u2028 \\ufb00 \\uffff \\U00010000 \\U0001f600"'
    )


def test_one_source_is_written_as_a_word_and_more_as_a_list() -> None:
    one, two = sorted(evidence.works())[:2]
    said = [
        plain().at(week=3, event="strikes", source=source).to_yaml(resolved=True)
        for source in (one, [one, two])
    ]
    assert f"source: {one}" in said[0] and f"source: [{one}, {two}]" in said[1]


# ---- edits of a text


def edited(text: str, act: object, order: tuple[str, ...] = ("a", "b", "c", "d")) -> str:
    root = text_edits.spans(text)
    one = text_edits.TextEdits(text, root, order)
    act(one, root)  # type: ignore[operator]
    return one.done()


def test_values_are_replaced_where_they_stand() -> None:
    assert (
        edited("a: 1 # one\nb: [1, 2]\n", lambda s, r: s.replace(r.part("a"), "9"))
        == "a: 9 # was 1: one\nb: [1, 2]\n"
    )
    assert edited("a:\n  x: 1\nb: 2\n", lambda s, r: s.replace(r.part("a"), "9")) == "a: 9\nb: 2\n"
    assert (
        edited("a: # note\n\n  # more\n  x: 1\nb: 2\n", lambda s, r: s.replace(r.part("a"), "9"))
        == "a: 9 # note\n\n  # more\nb: 2\n"
    )
    assert edited(
        "a:\n  - x: 1\n    y: 2\n  - z: 3\n",
        lambda s, r: s.replace(r.part("a").parts[0][2], "{q: 9}"),
    ).startswith("a:\n  - {q: 9}")


def test_parts_are_taken_out_of_lists_on_one_line() -> None:
    def without(*places: int) -> str:
        return edited(
            "a: [p, q, r, s]\nb: 1\n", lambda s, r: [s.take_out(r.part("a"), k) for k in places]
        )

    assert (without(0), without(3), without(1, 2), without(0, 1), without(0, 2), without(2, 3)) == (
        "a: [q, r, s]\nb: 1\n",
        "a: [p, q, r]\nb: 1\n",
        "a: [p, s]\nb: 1\n",
        "a: [r, s]\nb: 1\n",
        "a: [q, s]\nb: 1\n",
        "a: [p, q]\nb: 1\n",
    )
    assert without(0, 1, 2, 3) == "b: 1\n", "a list that nothing is left of goes too"
    emptied = edited(
        "a: [p]\nb: 1\n", lambda s, r: (s.take_out(r.part("a"), 0), s.add(r.part("a"), "z"))
    )
    assert emptied == "a: [z]\nb: 1\n"


def test_parts_are_added_at_the_end() -> None:
    assert edited("a: {x: 1}\n", lambda s, r: s.add(r.part("a"), "y: 2")) == "a: {x: 1, y: 2}\n"
    assert (
        edited("a:\n  x: 1\nb: 2\n", lambda s, r: s.add(r.part("a"), "y: 2"))
        == "a:\n  x: 1\n  y: 2\nb: 2\n"
    )
    assert (
        edited("a:\n  - p\nb: 2", lambda s, r: s.add(r.part("a"), "q")) == "a:\n  - p\n  - q\nb: 2"
    )
    assert edited("a:\n  - p", lambda s, r: s.add(r.part("a"), "q")) == "a:\n  - p\n  - q\n"


def test_a_new_section_stands_where_its_key_belongs() -> None:
    assert edited("a: 1\nc: 3\n", lambda s, r: s.section("b", "2")) == "a: 1\nb: 2\nc: 3\n"
    assert edited("c: 3\nx: 0\n", lambda s, r: s.section("a", "1")) == "c: 3\na: 1\nx: 0\n"
    assert (
        edited("a: 1", lambda s, r: s.section("d", ["x: 1", "y: 2"]))
        == "a: 1\n\nd:\n  x: 1\n  y: 2\n"
    )
    assert edited("{a: 1}", lambda s, r: s.section("b", "2")) == "{a: 1, b: 2}"
    assert (
        edited("{a: 1}", lambda s, r: s.section("b", ["x: 1", "y: 2"])) == "{a: 1, b: {x: 1, y: 2}}"
    )


def test_edits_that_overlap_or_have_no_key_are_an_error() -> None:
    with pytest.raises(ValueError, match="two edits overlap"):
        edited(
            "a: [p, q]\n",
            lambda s, r: (s.replace(r.part("a"), "1"), s.replace(r.part("a").parts[0][2], "2")),
        )
    with pytest.raises(ValueError, match="a block value without a key"):
        edited("x: 1\ny: 2\n", lambda s, r: s.replace(r, "9"))


def test_spans_of_a_text() -> None:
    empty = text_edits.spans("")
    assert (empty.start, empty.end, empty.parts) == (0, 0, [])
    text = "a: |\n  one\n  two\nb: {x: [1, 2]}\n"
    root = text_edits.spans(text)
    block, inner = root.part("a"), root.part("b").part("x")  # type: ignore[union-attr]
    assert text[block.start : block.end].endswith("two") and block.block and root.block  # type: ignore[union-attr]
    assert text[inner.start : inner.end] == "[1, 2]" and [
        text[v.start : v.end] for _, _, v in inner.parts
    ] == ["1", "2"]  # type: ignore[union-attr]
    assert root.part("missing") is None and root.end == len(text) - 1


def test_a_mistake_in_a_part_of_a_value_is_said_with_its_place() -> None:
    with pytest.raises(BadValue, match=r"^rents\.normal\.sd: got 0 - expected a number above 0$"):
        plain().vary(rents={"normal": {"mean": 0.5, "sd": 0.0}})
    with pytest.raises(BadValue, match=r"^intensity: got 'x' - expected a number$"):
        plain().at(week=3, event="strikes", intensity="x")  # type: ignore[arg-type]
    with pytest.raises(OutOfRange, match=r"^leader\.age: 300 is out of range"):
        plain().vary({"leader.age": 300})
