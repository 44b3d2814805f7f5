"""Names complete: as types in editors, in quotes in IPython and Jupyter."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import regime_sim as rs
from regime_sim.notebook import CALLS, KEYS, KEYWORDS, LISTS, completions


def test_the_types_are_those_of_the_tables(root: Path) -> None:
    """`python tools/literals.py` writes them."""
    tool = runpy.run_path(str(root / "tools" / "literals.py"))
    assert (root / "regime_sim" / "literals.py").read_text("utf-8") == tool["text"]()
    for function, name in (
        (rs.load, "ScenarioName"),
        (rs.Scenario.at, "EventName"),
        (rs.Ensemble.weekly, "WeeklyName"),
        (rs.Ensemble.plot, "FigureName"),
    ):
        assert name in " ".join(map(str, function.__annotations__.values()))


@pytest.mark.parametrize(
    ("code", "start", "wanted"),
    [
        ('rs.load("ven', "ven", {"venezuela-2025"}),
        ("from regime_sim import load\nload('isolation", "isolation", {"isolation-and-rents-cut"}),
        ('result.weekly("us_op', "us_op", {"us_opposition"}),
        ('rs.load("raid").plot("in', "in", {"incidence", "income"}),
        ('base.at(week=3, event="str', "str", {"strikes"}),
        ('base.at(\n    date="2026-01-01",  # soon (or "later\n    event="', "", set(rs.EVENTS)),
        ('base.at(week=3, set={"street.cr', "street.cr", {"street.crowd"}),
        ('base.vary({"rents": 0.1, "us_pressure.de', "us_pressure.de", {"us_pressure.deployment"}),
        ("base.vary(rents=0.1, us_pressure__dep", "us_pressure__dep", {"us_pressure__deployment="}),
        ("base.fix(street__ref", "street__ref", {"street__refusal="}),
        ('rs.tipping(base, 0.5, over=["rents", "us_pressure.ra', "us_pressure.ra", set()),
        ('rs.tipping(base, 0.5, over=["ren', "ren", {"rents"}),
        ('rs.compare(base, "iso', "iso", {"isolation"}),
        ('change.change("pal', "pal", {"palace_coup"}),
        ("result.outcomes('re", "re", {"regime"}),
    ],
)
def test_what_may_stand_there_is_offered(code: str, start: str, wanted: set[str]) -> None:
    begun, names = completions(code)
    assert begun == start and wanted <= set(names), names
    assert all(name.startswith(start) for name in names)


@pytest.mark.parametrize(
    "code",
    [
        'open("ven',
        'rs.load("venezuela-2025")',
        'result.weekly("plotting").plot(x="we',
        'base.vary({"rents": "0.1',
        'found["cu',
        "base.vary(x.re",
        "base.vary(rents=re",
        'rs.simulate(found["iso',
        '# rs.load("ven',
        'text = "rs.load(',
        ")]}'",
        "",
    ],
)
def test_nothing_is_offered_elsewhere(code: str) -> None:
    assert completions(code)[1] == []


def test_every_offer_belongs_to_a_public_door() -> None:
    of = {name for one in (rs, rs.Ensemble, rs.Comparison, rs.Scenario) for name in dir(one)}
    assert set(CALLS) | set(KEYS) | set(LISTS) <= of
    assert all(list(names()) for names in (*CALLS.values(), *KEYS.values(), *KEYWORDS.values()))


@pytest.mark.slow
def test_ipython_offers_them(tmp_path: Path) -> None:
    """The shell's own completer, in a process of its own."""
    pytest.importorskip("IPython")
    code = """
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "regime_sim")
shell.run_cell("import regime_sim as rs\\nbase = rs.load('raid')")
for text in ('rs.load("rents', "x = 1\\nbase.at(week=2, event='strik", "base.vary(foreign_s"):
    with provisionalcompleter():
        print([one.text for one in shell.Completer.completions(text, len(text))])
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    said = ended.stdout.splitlines()
    assert len(said) == 3, ended.stderr
    assert said[0] == "['rents-cut']" and said[1] == "['strikes']"
    assert "foreign_support=" in said[2]
