"""What a file says is text wherever it comes out: no name runs in an exported page, steers a
terminal, or is a formula in a spreadsheet. Every kind of page is opened in a browser where there is
one.
"""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from shutil import which

import doors
import pytest
from doors import ARTICLE, inside

import regime_sim as rs


def often(values, *by_default):
    """These values as parameters, those that are not tried by default marked slow."""
    return [
        one if one in by_default else pytest.param(one, marks=pytest.mark.slow) for one in values
    ]


HIT = "window.hit=(window.hit||0)+1"
SCRIPTS = (
    f"</script><script>{HIT}</script>",
    f"<!--<script>{HIT}</script>",
    f'"><img src=x onerror="{HIT}">',
    f"</title></style></textarea><svg onload={HIT}>",
    f"'-{HIT}-' \\u003cscript>{HIT}\\u003c/script>",
    f"]]><script>{HIT}</script>&lt;script&gt;",
    f"\u2028{HIT}//\u2029</SCRIPT ><ScRiPt>{HIT}</sCrIpT>",
)
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := which(name))),
    None,
)


@cache
def hostile(text: str = SCRIPTS[0]) -> rs.Scenario:
    """A scenario that says something hostile everywhere where a file may say what it likes."""
    q, source = json.dumps, re.sub(r"\s", "", text)[:100]
    return rs.loads(
        doors.TEXT.format(id="script")
        + f"title: {q(text)}\nruler: {q(text[:80])}\nnotes: {q(text)}\n"
        + f"sources: {{note: {{cite: {q(text)}}}, {q(source)}: {{cite: x}}}}\n"
        + "levers: {rents: {value: 0.5, source: note}}\n"
        + "patrons: {script: {commitment: 0.5, oil: 0.5}}\n"
        + "timeline: [{id: script, week: 2, event: strikes, intensity: 0.5, source: note}]\n"
        + "compare: {arms: [{id: script, set: {rents: 0.1}},"
        + " {id: onload, set: {foreign_support: 0.1}}]}\n"
        + f"checks: [{{it: {q(text)}, expect: {{leader_out: 0 to 1}}}}]\n"
        + f"resolve: {{question: {q(text)}, by: 2026-12-31}}\n"
    )


@cache
def ran(text: str = SCRIPTS[0]) -> rs.Ensemble:
    return rs.simulate(hostile(text), 32, seed=2, workers=1)


def _comparison(text: str) -> rs.Comparison:
    cut = hostile(text).vary(rents=0.1)
    return rs.compare(ran(text), rs.simulate(cut, 32, seed=2, workers=1))


PAGES: dict[str, Callable[[str], str]] = {
    **{
        kind: (lambda text, kind=kind: ran(text).plot(kind).to_html())
        for kind in ("survival", "causes", "incidence", "icons", "luck", "plotting")
    },
    "comparison": lambda text: _comparison(text).plot().to_html(),
    "differences": lambda text: _comparison(text).plot("differences").to_html(),
    "arms": lambda text: rs.compare(hostile(text), replicates=16, seed=2).plot().to_html(),
    "map": lambda text: (
        rs.sweep(hostile(text), rents=(0.2, 0.8), foreign_support=(0.1, 0.9), replicates=8, corps=8)
        .plot()
        .to_html()
    ),
    "curve": lambda text: (
        rs.sweep(hostile(text), rents=(0.2, 0.8), replicates=8, corps=8).plot().to_html()
    ),
    "tornado": lambda text: (
        rs.sensitivity(hostile(text), points=8, replicates=12, corps=8).plot().to_html()
    ),
    "tipping": lambda text: (
        rs.tipping(hostile(text), over=["rents"], replicates=256, corps=8).plot().to_html()
    ),
    "story lines": lambda text: rs.story(hostile(text), seed=2, replicate=1).plot().to_html(),
    "network": lambda text: rs.story(hostile(text), seed=2, replicate=1).animation().page(),
    "report": lambda text: rs.report(ran(text), history=False).html(),
}


@cache
def page_of(kind: str, text: str) -> str:
    return PAGES[kind](text)


ALL_AT_ONCE = "".join((SCRIPTS[0], SCRIPTS[1], SCRIPTS[3]))
assert len(ALL_AT_ONCE) <= 200


class Read(HTMLParser):
    """The scripts of a page as a browser cuts them out, what runs by itself, and what it may do."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[str] = []
        self.running: list[str] = []
        self.loaded: list[str] = []
        self.policy = ""
        self.early: list[str] = []
        self._inside = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if given.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = given.get("content", "")
        if tag in ("script", "style", "link", "img", "body") and not self.policy:
            self.early.append(tag)
        self.running += [
            f"{tag} {name}={value}" for name, value in given.items() if name.startswith("on")
        ]
        self.running += [
            f"{tag} {value}"
            for name, value in given.items()
            if name in ("href", "src") and value.strip().lower().startswith("javascript:")
        ]
        self.loaded += [
            value
            for name, value in given.items()
            if name in ("src", "href", "srcset", "action") and not value.startswith(("#", "data:"))
        ]
        self._inside = tag == "script"
        if self._inside:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts[-1] += data


def directives(policy: str) -> dict[str, list[str]]:
    return {words[0]: words[1:] for part in policy.split(";") if (words := part.split())}


PLAIN = often(PAGES, "survival", "icons", "network", "report")


@pytest.mark.few(2)
@pytest.mark.parametrize("kind", PLAIN)
def test_no_name_is_a_script_in_a_page(kind):
    pytest.importorskip("vl_convert")
    for text in (
        (ALL_AT_ONCE,)
        if kind not in ("icons", "network")
        else (ALL_AT_ONCE, SCRIPTS[4], SCRIPTS[6])
    ):
        found = Read(page_of(kind, text))
        assert not [script for script in found.scripts if script.lstrip(" \u2028").startswith(HIT)]
        assert not found.running
        assert not any("</script" in script.lower() or "<!--" in script for script in found.scripts)


@pytest.mark.parametrize("kind", PLAIN)
def test_every_page_carries_a_strict_policy(kind):
    pytest.importorskip("vl_convert")
    found = Read(page_of(kind, ALL_AT_ONCE))
    rules = directives(found.policy)
    assert rules.get("default-src") == ["'none'"]
    assert "'unsafe-inline'" not in rules.get("script-src", [])
    assert all(
        word.startswith(("'sha256-", "'sha384-", "'sha512-", "'unsafe-eval'"))
        for word in rules.get("script-src", [])
    )
    assert {"base-uri", "form-action"} <= set(rules)
    assert not any(
        "http:" in word or "https:" in word or word == "*"
        for words in rules.values()
        for word in words
    )
    assert found.early == [], "what stands before the policy is not bound by it"
    assert found.loaded == []


@pytest.mark.parametrize(
    "kind",
    often(
        ("survival", "causes", "icons", "comparison", "map", "tornado", "tipping", "story lines"),
        "survival",
    ),
)
def test_a_picture_holds_no_script(kind, monkeypatch):
    pytest.importorskip("vl_convert")
    monkeypatch.setattr(rs.Figure, "to_html", rs.Figure.to_svg)
    for text in (ALL_AT_ONCE, SCRIPTS[2]):
        root = ElementTree.fromstring(PAGES[kind](text))
        names = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert not names & {"script", "foreignObject", "iframe", "image", "a"}
        assert not [
            name
            for element in root.iter()
            for name in element.attrib
            if name.lower().startswith("on")
        ]


@pytest.mark.slow
@pytest.mark.parametrize("name", [*doors.MAKERS])
def test_what_a_notebook_shows_is_text(name):
    one = doors.record(name)
    shown = getattr(one, "_repr_html_", None)
    if shown is None or type(one).__module__.startswith("pandas"):
        pytest.skip("a notebook shows it as text")
    assert not Read(str(shown())).running


@pytest.mark.parametrize("text", often((ALL_AT_ONCE, SCRIPTS[2]), ALL_AT_ONCE))
def test_what_a_notebook_shows_of_a_hostile_scenario_is_text(text):
    for one in (
        hostile(text),
        ran(text),
        _comparison(text),
        rs.cite(hostile(text)),
        rs.story(hostile(text), seed=2, replicate=1),
        rs.report(ran(text), history=False),
    ):
        shown = getattr(one, "_repr_html_", None)
        found = Read(str(shown()) if shown is not None else "")
        assert not found.running and not found.scripts


# ---- in a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as play:
        running = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield running
        running.close()


def opened(browser, path: Path) -> None:
    """Open a page: nothing of it runs but what it is to run, nothing is asked of anybody, and it
    shows something.
    """
    page = browser.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda line: wrong.append(line.text) if line.type in ("error", "warning") else None,
    )
    page.on(
        "request",
        lambda asked: (
            wrong.append(asked.url)
            if not asked.url.startswith(("file:", "data:", "blob:"))
            else None
        ),
    )
    page.goto(path.as_uri())
    page.wait_for_function(
        "document.querySelector('svg, canvas, h1, h2') && document.readyState == 'complete'",
        timeout=20_000,
    )
    assert page.evaluate("window.hit") is None
    assert page.evaluate(
        "[...document.querySelectorAll('svg, canvas')]"
        ".some(one => one.getBoundingClientRect().height > 50)"
    )
    assert wrong == []
    page.close()


@pytest.mark.parametrize("kind", often(("survival", "network", "report"), "survival", "network"))
def test_a_page_runs_nothing_in_a_browser(browser, tmp_path, kind):
    path = tmp_path / "page.html"
    path.write_text(page_of(kind, ALL_AT_ONCE), encoding="utf-8")
    opened(browser, path)


@pytest.mark.slow
@pytest.mark.parametrize("kind", PAGES)
def test_no_page_runs_anything_in_a_browser(browser, tmp_path, kind):
    for place, text in enumerate(SCRIPTS):
        path = tmp_path / f"{place}.html"
        path.write_text(PAGES[kind](text), encoding="utf-8")
        opened(browser, path)


@pytest.mark.slow
def test_the_pages_of_the_commands_run_nothing_in_a_browser(browser, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(hostile().to_yaml(), encoding="utf-8")
    small = ("--replicates", 16, "--generals", 8)
    for name, arguments in {
        "compare": ("compare", file, *small),
        "sweep": ("sweep", file, "--over", "rents=0.2,0.8", *small),
        "tipping": ("tipping", file, "--over", "rents", "--replicates", 256, "--generals", 8),
        "sensitivity": ("sensitivity", file, "--points", 8, "--replicates", 12, "--generals", 8),
    }.items():
        page = tmp_path / f"{name}.html"
        assert inside(*arguments, "--figure", page).status == 0
        opened(browser, page)
    assert inside("story", file, "--replicate", 1, "-o", tmp_path / "story.html").status == 0
    assert (
        inside(
            "report", file, "--replicates", 16, "--no-history", "-o", tmp_path / "report.html"
        ).status
        == 0
    )
    for name in ("story", "report"):
        opened(browser, tmp_path / f"{name}.html")


# ---- a terminal

STEERING = "\x1b[31m\x1b]0;owned\x07\x9b2J\x85\x7f\rregime-sim: done\x08"
BIDI = "\u202eevil\u2066\u200f"


def inert(text: str) -> bool:
    """Whether nothing in a text steers a terminal: no control character but the end of a line, no
    turned writing.
    """
    return not re.search(
        r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", text
    )


def _case_file(folder: Path, *cells: dict[str, str]) -> Path:
    """A file of cases, each with these cells."""
    text = doors.cases_file(folder / "c.csv", max(2, len(cells))).read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    for row, given in zip(rows, cells, strict=False):
        row.update(given)
    out = io.StringIO()
    table = csv.DictWriter(out, list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    (folder / "c.csv").write_text(out.getvalue(), encoding="utf-8")
    return folder / "c.csv"


@pytest.mark.parametrize("steering", often((STEERING + BIDI, STEERING, BIDI), STEERING + BIDI))
@pytest.mark.parametrize(
    "column",
    often(
        (
            "case_id",
            "leader",
            "country",
            "split",
            "outcome",
            "start_date",
            "regime_outcome",
            "notes",
        ),
        *("case_id", "outcome", "notes"),
    ),
)
def test_a_file_of_cases_steers_no_terminal(tmp_path, column, steering):
    file = _case_file(
        tmp_path,
        {column: f"a{steering}b"}
        if column != "notes"
        else {"case_id": f"a{steering}b", "outcome": ""},
    )
    ended = inside("backtest", "--cases", file, "--replicates", 16, "--generals", 8)
    assert inert(ended.out) and inert(ended.err)


def test_a_header_of_cases_steers_no_terminal(tmp_path):
    file = tmp_path / "c.csv"
    file.write_text(
        doors.cases_file(file, 2).read_text().replace("case_id", f"case_id{STEERING}", 1),
        encoding="utf-8",
    )
    ended = inside("backtest", "--cases", file, "--replicates", 16, "--generals", 8)
    assert ended.status == 2 and inert(ended.err)


@pytest.mark.parametrize("steering", often((STEERING + BIDI, STEERING, BIDI), STEERING + BIDI))
@pytest.mark.parametrize(
    "where",
    [
        "title",
        "ruler",
        "notes",
        "id",
        "question",
        "it",
        "cite",
        "event",
        "lever",
        "extends",
        "arm",
        "patron",
        "unit",
    ],
)
@pytest.mark.parametrize(
    "command", often(("check", "run", "cite", "compare", "score"), "check", "run")
)
def test_a_scenario_file_steers_no_terminal(tmp_path, where, command, steering):
    said = json.dumps(f"a{steering}b")
    line = {
        "title": f"title: {said}\n",
        "ruler": f"ruler: {said}\n",
        "notes": f"notes: {said}\n",
        "id": f"id: {said}\n",
        "question": f"resolve: {{question: {said}, by: 2026-12-31}}\n",
        "it": f"checks: [{{it: {said}, expect: {{leader_out: 0 to 1}}}}]\n",
        "cite": f"sources: {{note: {{cite: {said}}}}}\n"
        "levers: {rents: {value: 0.5, source: note}}\n",
        "event": f"timeline: [{{id: a, week: 2, event: {said}}}]\n",
        "lever": f"levers: {{{said}: 0.5}}\n",
        "extends": f"extends: {said}\n",
        "arm": f"compare: {{arms: [{{id: {said}, set: {{rents: 0.1}}}}]}}\n",
        "patron": f"patrons: {{{said}: {{oil: 0.5}}}}\n",
        "unit": f"horizon: {said}\n",
    }[where]
    kept = [
        row
        for row in doors.TEXT.format(id="mine").splitlines()
        if row.split(":")[0] != line.split(":")[0]
    ]
    (tmp_path / "m.yaml").write_text("\n".join(kept) + "\n" + line, encoding="utf-8")
    more = {"run": doors.SMALL, "compare": ("isolation", "--replicates", 8, "--generals", 8)}.get(
        command, ()
    )
    ended = inside(command, tmp_path / "m.yaml", *more)
    assert inert(ended.out) and inert(ended.err)


@pytest.mark.few(1)
@pytest.mark.parametrize(
    "name",
    [f"a{STEERING.replace('/', '')}.yaml", f"a{BIDI}.yaml", "a\nregime-sim: done.yaml"],
    ids=["steering", "turned", "line"],
)
@pytest.mark.parametrize("there", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_the_name_of_a_file_steers_no_terminal(tmp_path, name, there):
    file = tmp_path / name
    if there:
        file.write_text("schema: 1\nextends: nothing\nlevers: {rentz: 3}\n", encoding="utf-8")
    plain = tmp_path / "mine.yaml"
    doors.scenario_file(plain)
    for arguments in (
        ("check", file),
        ("run", file, *doors.SMALL),
        ("cite", file),
        ("story", file),
        ("compare", file),
        ("resume", file),
        ("rerun", file),
        ("score", file),
        ("report", file, "-o", tmp_path / "p.html"),
        ("backtest", "--cases", file),
        ("odd", "--check", file),
        ("new", tmp_path / "n.yaml", "--from", file),
        ("dashboard", file, "--no-browser"),
        ("report", plain, "-o", file),
        ("sweep", plain, "--over", f"{name}=0:1:3"),
        ("run", plain, "--out", plain / name),
        ("run", plain, "--format", name),
        ("run", plain, "--engine", name),
        ("tipping", plain, "--over", name),
        ("discover", plain, "--outcome", name),
        (name,),
        ("run", plain, f"--{name}"),
        ("run", plain, "--seed", name),
        ("run", plain, "--cluster", name, *doors.SMALL),
    ):
        if arguments[0] == "run" and "--cluster" in arguments:
            continue  # a cluster is waited for ten seconds: see the tests of the cluster
        ended = inside(*arguments)
        assert ended.status != 0, arguments
        assert inert(ended.out) and inert(ended.err), arguments
        if "\n" in name:
            assert "regime-sim: done.yaml" not in ended.err.splitlines(), arguments


def test_who_holds_a_folder_steers_no_terminal(light_path):
    import fcntl

    folder = doors.run_folder(light_path / "b")
    with (folder / "lock").open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write(json.dumps({"pid": 1, "host": f"a{STEERING}b", "since": f"c{BIDI}d"}))
        held.flush()
        ended = inside("resume", folder)
    assert ended.status == 3 and inert(ended.err)


def test_a_run_folder_from_elsewhere_steers_no_terminal(light_path):
    folder = doors.run_folder(light_path / f"b{STEERING}")
    (folder / "chunks" / f"x{STEERING}").write_text("")
    for arguments in (
        ("resume", folder),
        ("rerun", folder),
        ("report", folder, "-o", light_path / "p.html", "--no-history"),
        ("run", "isolation", *doors.SMALL, "--out", folder),
    ):
        ended = inside(*arguments)
        assert inert(ended.out) and inert(ended.err), arguments


@pytest.mark.parametrize("column", ["case_id", "split"])
def test_no_case_makes_a_line_of_ours(tmp_path, column):
    file = _case_file(tmp_path, {column: "a\nregime-sim: done"})
    ended = inside("backtest", "--cases", file, "--replicates", 16, "--generals", 8)
    assert "a\\nregime-sim" in ended.out if ended.status == 0 else ended.err
    assert not re.search("^regime-sim: done", ended.out + ended.err, re.M)


def test_a_terminal_gets_our_colours_and_none_of_a_file(monkeypatch):
    """What a table is coloured by reaches it; the same signs from a file do not."""
    from rich.text import Text

    from regime_sim.cli import ending
    from regime_sim.cli.terminal import as_terminal

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    shown = Terminal()
    monkeypatch.setattr("sys.stdout", shown)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    found = as_terminal(Text.assemble(("ours", "bold red"), f" {STEERING}\ufdd0theirs"))
    ending.write(f"{found}\n\x1b[31mtheirs too")
    said = shown.getvalue()
    assert re.search("\x1b\\[[0-9;]+mours\x1b\\[0m", said)
    assert inert(re.sub("\x1b\\[[0-9;]+mours\x1b\\[0m", "", said))
    assert "\\x1b[31mtheirs too" in said and "\\x1b]0;owned" in said


@pytest.mark.parametrize("text", [STEERING, BIDI, "\u2028", "\U000e0041", "\ud800"])
def test_json_says_the_same_and_steers_nothing(text):
    from regime_sim.cli.output import as_json

    assert json.loads(as_json({text: [text, "é\t"]})) == {text: [text, "é\t"]}
    assert inert(as_json([text]))


# ---- a spreadsheet

FORMULAS = (
    "=cmd|'/c calc'!A0",
    "+1+cmd|x",
    "-1+cmd|x",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "=1",
    "＝1+1",
    '"=1',
)
LATER = ("a;=1+1", "a\n@SUM(1)", "x; +1", "＋1", "-x")


@pytest.mark.parametrize("text", [*FORMULAS, *LATER])
def test_a_cell_is_no_formula_however_it_is_cut(text):
    """In a spreadsheet whose separator is a semicolon, too."""
    from regime_sim.inert import cell

    for part in re.split("[;\n]", cell(text)):
        assert not _is_formula(part), part


@pytest.mark.parametrize("text", ["-0.5", "1e-3", "+2", "a-b", "2025-12", "x = y", "a; b", ""])
def test_a_cell_of_numbers_or_words_is_left_as_it_is(text):
    from regime_sim.inert import cell

    assert cell(text) == text


COMMANDS: dict[str, Callable[[Path], tuple[object, ...]]] = {
    "run": lambda file: ("run", file, *doors.SMALL),
    "compare": lambda file: ("compare", file, "--replicates", 8, "--generals", 8),
    "sweep": lambda file: (
        "sweep",
        file,
        "--over",
        "rents=0.2,0.8",
        "--replicates",
        8,
        "--generals",
        8,
    ),
    "sensitivity": lambda file: (
        "sensitivity",
        file,
        "--points",
        8,
        "--replicates",
        12,
        "--generals",
        8,
    ),
    "tipping": lambda file: (
        "tipping",
        file,
        "--over",
        "rents",
        "--replicates",
        256,
        "--generals",
        8,
    ),
    "discover": lambda file: ("discover", file, "--replicates", 2048, "--generals", 8),
    "ways": lambda file: ("ways", file, "--replicates", 64, "--generals", 8),
    "cite": lambda file: ("cite", file),
    "score": lambda file: ("score", file),
    "levers": lambda file: ("levers",),
    "levers --all": lambda file: ("levers", "--all"),
    "scenarios": lambda file: ("scenarios",),
}


def formulas(text: str) -> list[str]:
    """The cells of a CSV that a spreadsheet may take for a formula: not a number, and
    beginning like one.
    """
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    return [cell for cell in cells if _is_formula(cell)]


def _is_formula(cell: str) -> bool:
    if re.fullmatch(r"-?[\d.]+(e[-+]?\d+)?", cell):
        return False
    return cell.lstrip().startswith(
        ("=", "+", "-", "@", "＝", "＋", "－", "＠")
    ) or cell.startswith(("\t", "\r"))


@pytest.mark.few(2)
@pytest.mark.parametrize("command", often(COMMANDS, "run", "cite", "score", "levers"))
def test_no_command_writes_a_formula(tmp_path, command):
    for place, text in enumerate(FORMULAS if command in ("cite", "score") else FORMULAS[:1]):
        file = tmp_path / f"m{place}.yaml"
        said = json.dumps(text.strip("\t\r"))
        source = json.dumps(re.sub(r"\s", "", text))
        file.write_text(
            doors.TEXT.format(id="mine").replace("horizon: 4", "horizon: 20")
            + f"title: {said}\nruler: {said}\nsources: {{{source}: {{cite: {said}}}}}\n"
            + f"levers: {{rents: {{value: 0.5, source: {source}}}}}\n"
            + "compare: {arms: [{id: a, set: {rents: 0.1}}]}\n"
            + f"resolve: {{question: {said}, by: 2026-12-31}}\n"
            + f"checks: [{{it: {said}, expect: {{leader_out: 0 to 1}}}}]\n",
            encoding="utf-8",
        )
        ended = inside(*COMMANDS[command](file), "--format", "csv")
        assert ended.status == 0, ended.err
        assert len(ended.out.splitlines()) > 1
        assert formulas(ended.out) == []


@pytest.mark.parametrize("column", often(("case_id", "leader", "country", "split"), "leader"))
def test_no_case_is_a_formula(tmp_path, column):
    """One file with all of them, and one each, should the first be refused for one of them."""
    small = ("--replicates", 16, "--generals", 8, "--format", "csv")
    for texts in (FORMULAS, *([one] for one in FORMULAS[: 2 if column == "leader" else None])):
        file = _case_file(tmp_path, *({column: text} for text in texts))
        ended = inside("backtest", "--cases", file, *small)
        assert ended.status in (0, 2)
        assert formulas(ended.out) == []


def test_numbers_stay_numbers_and_json_stays_exact(tmp_path):
    file = doors.scenario_file(
        tmp_path / "m.yaml", more="compare: {arms: [{id: a, set: {rents: 0.9}}]}\n"
    )
    rows = list(
        csv.DictReader(
            io.StringIO(
                inside(
                    "compare", file, ARTICLE, "--replicates", 64, "--generals", 8, "--format", "csv"
                ).out
            )
        )
    )
    assert any(float(row["low"]) < 0 for row in rows if row["low"])
    cases = _case_file(tmp_path, {"case_id": "=cmd|x"})
    document = json.loads(
        inside(
            "backtest", "--cases", cases, "--replicates", 16, "--generals", 8, "--format", "json"
        ).out
    )
    assert document["cases"][0]["case_id"] == "=cmd|x"
