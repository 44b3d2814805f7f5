"""Forms, cases and panels as spreadsheets and editors really write them: read as they are meant, or
refused in one line that names file and place; never a traceback, a formula or a steered terminal.
"""

from __future__ import annotations

import re
from pathlib import Path

import doors
import pytest

FORM = "input,expert,q05,q50,q95,weight\nrents.mining,ann,0.2,0.3,0.5,1\n"
PANEL = "year,age,way\n1970,50,coup\n"
SAME = {
    "a byte order mark": lambda text: "\ufeff" + text,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "blank lines at the end": lambda text: text + "\n\n",
    "a formula as a name": lambda text: text.replace("ann", "=cmd|' /C calc'!A0"),
    "escape characters": lambda text: text.replace("ann", "\x1b[31mann"),
}
BAD_FORM = {
    "nothing": ("", ":1:1 expected a first line"),
    "blank": ("\n\n", ":1:1 expected a first line"),
    "a header alone": (FORM.split("\n")[0] + "\n", ": no row is filled in"),
    "a column twice": (FORM.replace("expert", "q50"), ":1:1 the column q50 is there 2 times"),
    "more cells than columns": (FORM.replace(",1\n", ",1,9\n"), ":2:1 7 cells - expected 6"),
    "an open quote": (FORM.replace("ann", '"ann'), ":2:1 not CSV"),
    "a huge cell": (FORM.replace("ann", "a" * 200_000), ":2:1 not CSV"),
    "a huge header": ("a" * 200_000, ":1:1 not CSV"),
    "infinite": (FORM.replace("0.3", "inf"), ":2:1 rents.mining: got inf"),
    "too large": (FORM.replace("0.3", "1e400"), ":2:1 rents.mining: got inf"),
    "no number": (FORM.replace("0.3", "nan"), ":2:1 rents.mining: got nan"),
    "a weight below zero": (FORM.replace(",1\n", ",-1\n"), ":2:1 rents.mining: weight"),
    "a whole lever": (FORM.replace("rents.mining", "rents"), ":2:1 rents is a whole lever"),
    "a wrong name": (FORM.replace("mining", "minning"), "did you mean rents.mining?"),
    "a steering name": (FORM.replace("rents", "\x1b[31mrents"), ":2:1 unknown input"),
    "bytes": (bytes(range(256)), "not UTF-8 text"),
    "UTF-16": (FORM.encode("utf-16"), "not UTF-8 text"),
}
TABLES = {
    "nothing": "",
    "blank": "\n\n",
    "semicolons": PANEL.replace(",", ";"),
    "a column twice": "year,age,age,way\n1970,50,50,coup\n",
    "an open quote": PANEL.replace("coup", '"coup'),
    "a huge cell": PANEL.replace("50", "5" * 200_000),
    "escape characters": PANEL.replace("coup", "\x1b[31m").replace("year", "y\x1b[31mear"),
    "a formula": PANEL.replace("coup", "=cmd|x"),
    "NUL": PANEL.replace("coup", "c\0up"),
    "bytes": bytes(range(256)),
    "UTF-16": PANEL.encode("utf-16"),
}
MISTAKE = r"expected|one of|t\.csv:\d+: not a CSV table|not UTF-8|is there 2 times|is missing"
STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def put(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("name", SAME)
def test_a_form_is_read_as_it_is_meant(tmp_path: Path, name: str) -> None:
    file = doors.scenario_file(tmp_path / "s.yaml")
    form = put(tmp_path / "f.csv", SAME[name](FORM))
    ended = doors.good("elicit", file, form)
    assert "rents.mining: {quantiles: {0.05: 0.2, 0.5: 0.3, 0.95: 0.5}" in ended.out
    assert not STEERING.search(ended.out)


def test_a_form_with_semicolons_and_decimal_commas(tmp_path: Path) -> None:
    file = doors.scenario_file(tmp_path / "s.yaml")
    form = put(tmp_path / "f.csv", FORM.replace(",", ";").replace("0.", "0,"))
    assert "quantiles: {0.05: 0.2, 0.5: 0.3, 0.95: 0.5}" in doors.good("elicit", file, form).out


@pytest.mark.parametrize("name", BAD_FORM)
def test_a_form_that_is_none_is_refused_with_its_place(tmp_path: Path, name: str) -> None:
    file = doors.scenario_file(tmp_path / "s.yaml")
    text, said = BAD_FORM[name]
    ended = doors.inside("elicit", file, put(tmp_path / "f.csv", text))
    assert ended.status == 2
    assert "f.csv" in ended.err and said in ended.err
    assert len(ended.err) < 1000 and not STEERING.search(ended.err)


@pytest.mark.parametrize(
    "words", ["coding {f} {f}", "backtest --panel {f}", "backtest --cases {f}"]
)
@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_is_none_is_refused_by_name(tmp_path: Path, name: str, words: str) -> None:
    file = put(tmp_path / "t.csv", TABLES[name])
    ended = doors.inside(*words.format(f=file).split())
    assert ended.status == 2
    assert ended.err.startswith(str(file)) and re.search(MISTAKE, ended.err)
    assert not STEERING.search(ended.err)


@pytest.mark.parametrize("words", ["coding {f} {f}", "elicit {s} {f}", "backtest --panel {f}"])
@pytest.mark.parametrize("what", ["folder", "device", "link to nowhere", "nothing there"])
def test_what_is_no_file_is_refused_by_name(tmp_path: Path, words: str, what: str) -> None:
    file = Path("/dev/zero") if what == "device" else tmp_path / "f.csv"
    if what == "folder":
        file.mkdir()
    elif what == "link to nowhere":
        file.symlink_to("nowhere.csv")
    scenario = doors.scenario_file(tmp_path / "s.yaml")
    with doors.at_most(20):
        ended = doors.inside(*words.format(f=file, s=scenario).split())
    assert ended.status == 2 and str(file) in ended.err


@pytest.mark.parametrize("name", ["@x.yaml", "'q'.yaml", "a\nb.yaml", "null.yaml", "\x1b[31m.yaml"])
def test_the_file_of_experts_extends_a_file_of_any_name(tmp_path: Path, name: str) -> None:
    doors.scenario_file(tmp_path / name)
    put(tmp_path / "f.csv", FORM.replace("ann", '"a\nb: # c"'))
    with doors.standing_in(tmp_path):
        doors.good("elicit", f"./{name}", "f.csv", "-o", "e.yaml")
        doors.good("check", "e.yaml")


def test_a_name_that_no_file_can_extend_is_refused(tmp_path: Path) -> None:
    doors.scenario_file(tmp_path / "n: #x.yaml")
    put(tmp_path / "f.csv", FORM)
    with doors.standing_in(tmp_path):
        ended = doors.inside("elicit", "n: #x.yaml", "f.csv", "-o", "e.yaml")
    assert ended.status == 2 and "no file can extend this name" in ended.err
    assert not (tmp_path / "e.yaml").exists()


@pytest.mark.parametrize(
    "words",
    [("coding", "--rules", "x.csv"), ("score", "--export", "metaculus", "--format", "json")],
)
def test_options_that_do_not_go_together_are_refused(words: tuple[str, ...]) -> None:
    ended = doors.inside(*words)
    assert ended.status == 2 and words[1] in ended.err
