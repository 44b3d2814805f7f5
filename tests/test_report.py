"""The report as a reader gets it: its numbers are the library's, its page asks nobody for anything,
and nothing in it is alive that came from a file.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import regime_sim as rs
from regime_sim.history.cases import read_cases
from regime_sim.reports.report import Report, report
from regime_sim.view.figure import MissingExtra

CORPS, N, SEED = 16, 160, 7


class Page(HTMLParser):
    """Tables of a page by id: {row name: [exact values]}; texts of elements by id; all
    attributes.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: dict[str, dict[str, list[float | None]]] = {}
        self.texts: dict[str, str] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.at: list[str] = []
        self.table = self.row = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.tags.append((tag, known))
        if tag == "table":
            self.table = str(known.get("id"))
        if tag == "tr":
            self.row = str(known.get("data-row", ""))
        if tag == "td":
            value = known.get("data-value")
            self.tables.setdefault(self.table, {}).setdefault(self.row, []).append(
                None if value is None else float(value)
            )
        if known.get("id"):
            self.at.append(str(known["id"]))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("pre", "p", "section") and self.at:
            self.at.pop()

    def handle_data(self, text: str) -> None:
        if self.at:
            self.texts[self.at[-1]] = self.texts.get(self.at[-1], "") + text


@pytest.fixture(scope="module")
def made() -> Report:
    run = rs.simulate(rs.load("isolation-and-rents-cut"), N, SEED, corps=CORPS)
    history = rs.backtest(read_cases()[:12], replicates=16, corps=8)
    return report(run, history=history)


@pytest.fixture(scope="module")
def html(made: Report) -> str:
    return made.html()


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_numbers_are_the_librarys(made: Report, page: Page) -> None:
    e = made.ensemble
    for name, clock in (("leader", "leader"), ("regime", "regime")):
        for row in e.outcomes(clock).itertuples():
            shown = page.tables[name][str(row.outcome)]
            assert shown[1] == row.probability and shown[2] == row.low
            assert shown[3] == (row.median_week if row.median_week == row.median_week else None)
    assert page.tables["leader"]["any"][1] == e.out().value
    assert {row.fate: row.probability for row in e.fates().itertuples()} == {
        fate: cells[1] for fate, cells in page.tables["fates"].items()
    }


def test_words_are_those_of_the_library(made: Report, html: str) -> None:
    from markupsafe import escape

    from regime_sim.view.words import sentences

    for words in (
        sentences.finding(made.ensemble),
        sentences.ways(made.ensemble),
        sentences.luck(made.ensemble),
        sentences.CAVEAT,
    ):
        assert str(escape(words)) in html
    assert html.count("not a forecast") > 3


def test_the_comparison_is_paired_and_the_librarys_own(made: Report, page: Page) -> None:
    other = rs.simulate(rs.load("venezuela-2025"), N, SEED, corps=CORPS)
    pair = rs.compare(other, made.ensemble)
    assert isinstance(pair, rs.Comparison)
    for end in ("out", "coup", "seized"):
        d = pair.change(None if end == "out" else end)
        assert page.tables["difference"][end][3:5] == [d.value, d.low]
    assert page.tables["difference"]["falls"][3] == pair.change(clock="regime").value
    # the arm that is the run itself is not told twice
    assert set(page.tables["arms"]) == {"isolation-alone", "rents-cut-alone"}
    alone = rs.load("isolation-and-rents-cut").vary(rents=0.8)
    d = rs.compare(other, rs.simulate(alone, N, SEED, corps=CORPS)).change()  # type: ignore[union-attr]
    assert page.tables["arms"]["isolation-alone"][2] == d.value


def test_skill_on_history_is_the_backtests(made: Report, page: Page) -> None:
    assert made.history is not None
    card = made.history.scorecards[0]
    shown = page.tables[f"scores-{card.cases}"]["brier"]
    assert shown[1:] == [
        card.scores[who]["brier"].value for who in ("model", "blend", "base_rate", "ridge_logit")
    ]


def test_assumptions_name_their_sources(made: Report, page: Page, html: str) -> None:
    levers = page.tables["levers"]
    assert levers["rents"][1] == pytest.approx(0.15) and levers["us_pressure.strikes"][
        1
    ] == pytest.approx(0.2)
    for entry in made.citation.entries:
        assert f"<dt>{entry.id}</dt>" in html
    assert f"{len(made.citation.judged)} of the {made.citation.numbers} numbers" in html


def test_what_it_says_to_do_gives_the_same_fingerprint(
    made: Report, page: Page, tmp_path: Path
) -> None:
    (tmp_path / "isolation-and-rents-cut.yaml").write_text(page.texts["scenario"], "utf-8")
    line = page.texts["python"].replace('rs.load("', f'rs.load("{tmp_path}/')
    assert eval(line, {"rs": rs}) == page.texts["digest"].strip() == made.ensemble.digest()
    assert "command" not in page.texts  # the command line cannot take fewer generals


def test_the_command_repeats_a_run_of_all_generals(tmp_path: Path, cli: Callable[..., Any]) -> None:
    import json

    small = rs.load("no-pressure").with_(generals=64, horizon=10, id="small")
    found = Page(report(rs.simulate(small, 32, 5), history=False, world=False).html())
    (tmp_path / "small.yaml").write_text(found.texts["scenario"], "utf-8")
    words = found.texts["command"].replace("small.yaml", str(tmp_path / "small.yaml")).split()[1:]
    assert (
        json.loads(cli(*words, "--format", "json").out)["sha256"] == found.texts["digest"].strip()
    )


def test_the_page_asks_nobody_for_anything(html: str, page: Page) -> None:
    loads = {"src", "href", "xlink:href", "srcset", "data", "action", "poster", "background"}
    for tag, attributes in page.tags:
        assert tag not in (
            "link",
            "iframe",
            "object",
            "embed",
            "base",
            "form",
            "img",
            "use",
            "image",
        ), tag
        for name in loads & set(attributes):
            assert str(attributes[name]).startswith(("#", "data:")), (tag, attributes)
        assert not any(name.startswith("on") for name in attributes)
    assert not re.search(r"url\((?!#)|@import", html)
    policy = next(
        str(attributes["content"])
        for tag, attributes in page.tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert (
        policy.startswith("default-src 'none'")
        and "script-src 'sha256-" in policy
        and "unsafe-eval" not in policy
    )
    assert "@media print" in html


def test_files_cannot_speak_through_the_page() -> None:
    bad = (
        "</style></script><script>alert(1)</script><img src=x onerror=alert(2)>\"'>{{ 7 * 7 }}{%"
        " raw %}"
    )
    base = (
        rs.load("isolation-and-rents-cut")
        .with_(generals=64, horizon=12)
        .at(week=3, event="strikes", id="strikes")
    )
    scenario = replace(base, title=bad, ruler=bad, notes=bad)
    html = report(
        rs.simulate(scenario, 32, SEED), baseline=replace(base, title=bad), history=False
    ).html()
    found = Page(html)
    # the data of the picture, and its one script
    assert sum(tag == "script" for tag, _ in found.tags) == 2
    assert "<script>alert" not in html and "<img" not in html and "&lt;script&gt;alert(1)" in html
    assert "{{ 7 * 7 }}" in html and not any(
        "onerror" in attributes for _, attributes in found.tags
    )
    assert html.count("</style>") == html.count("<style>")


def test_parts_can_be_left_out(made: Report) -> None:
    html = report(
        rs.simulate(rs.load("no-pressure").with_(generals=64, horizon=10), 16, 5),
        history=False,
        world=False,
    ).html("dark")
    found = Page(html)
    assert (
        "comparison" not in found.texts
        and "history" not in found.texts
        and not any(tag == "script" for tag, _ in found.tags)
    )
    assert "script-src" not in html and "#14171C" in html


def test_saves_only_pages_and_says_what_is_missing(
    made: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert made.save(tmp_path / "r.html").stat().st_size > 100_000
    with pytest.raises(rs.UnknownName, match=r"\.html"):
        made.save(tmp_path / "r.pdf")
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtra, match=r"regime-sim\[report\]"):
        made.html()


def test_an_ensemble_of_no_scenario_is_refused() -> None:
    from test_result import large

    with pytest.raises(rs.RegimeSimError, match="no scenario"):
        report(large(32), history=False)
    with pytest.raises(rs.RegimeSimError, match="expected a function of a line"):
        report(large(32), history=False, say=[8, 16])


def test_the_command_reads_a_folder_and_a_scenario(cli: Callable[..., Any], tmp_path: Path) -> None:
    small = tmp_path / "small.yaml"
    small.write_text(
        rs.load("no-pressure").with_(generals=64, horizon=10, id="small").to_yaml(), "utf-8"
    )
    assert cli("run", small, "--replicates", 32, "--seed", 5, "--out", tmp_path / "run").status == 0
    ended = cli("report", tmp_path / "run", "-o", tmp_path / "a.html", "--no-history")
    assert ended.status == 0, ended.err
    assert (
        cli(
            "report",
            small,
            "-o",
            tmp_path / "b.html",
            "--no-history",
            "--replicates",
            32,
            "--seed",
            5,
        ).status
        == 0
    )
    one, other = (Page((tmp_path / name).read_text("utf-8")) for name in ("a.html", "b.html"))
    assert (
        one.texts["digest"] == other.texts["digest"]
        and one.tables["leader"] == other.tables["leader"]
    )
    assert "regime-sim rerun" in (tmp_path / "a.html").read_text("utf-8")


def test_the_command_refuses_in_lines(cli: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert cli("report", tmp_path / "empty", "-o", tmp_path / "a.html").status == 2
    assert cli("report", "raid", "-o", "a.pdf").status == 2
    ended = cli("report", tmp_path / "empty", "-o", tmp_path / "a.html", "--seed", 1)
    assert ended.status == 2 and "run folder" in ended.err


@pytest.mark.slow
def test_the_deep_part_shows_the_librarys_answers() -> None:
    run = rs.simulate(rs.load("isolation-and-rents-cut"), 160, SEED, corps=CORPS)
    made = report(run, deep=True, history=False, world=False)
    found = Page(made.html())
    assert made.deep is not None
    for row in made.deep.sensitivity.rows():
        if row["quantity"] == "probability":
            assert found.tables["sensitivity"][row["factor"]][1] == row["first"]
            assert found.tables["sensitivity"][row["factor"]][3] == row["total"]
    for row in made.deep.tipping.rows():
        shown = found.tables["tipping"][row["what"]][3]
        assert shown == row["change"] if row["change"] == row["change"] else shown is None
    told = next(
        float(str(attributes["data-value"]))
        for _, attributes in found.tags
        if attributes.get("id") == "interaction"
    )
    assert told == made.deep.grid.interaction().value
