"""Scenarios of past episodes and of rulers of today: they load, run, cite what exists, and know
nothing that came after them.
"""

from __future__ import annotations

import calendar
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from test_scenario import SHIPPED, same

from regime_sim import simulate
from regime_sim.facts.evidence import Fact, source
from regime_sim.facts.levers import GIFTS, PRINCIPAL_SLOTS
from regime_sim.facts.parameters import INPUT_NAMES
from regime_sim.facts.places import scenarios_folder
from regime_sim.scenario import Scenario, compile_scenario, load, loads, shipped_names
from regime_sim.scenario.timeline import Entry

# id: (the way he went, the day on which he was out): what happened afterwards, which no file may
# know
HISTORY = {
    "iraq-2003": ("foreign_removal", date(2003, 4, 9)),
    "libya-2011": ("rebellion", date(2011, 8, 23)),
    "yemen-2011": ("negotiated_exit", date(2011, 11, 23)),
    "panama-1989": ("foreign_removal", date(1989, 12, 20)),
    "philippines-1986": ("uprising", date(1986, 2, 25)),
    "serbia-2000": ("uprising", date(2000, 10, 6)),
    "zimbabwe-2017": ("palace_coup", date(2017, 11, 21)),
}
TODAY = ("belarus-2026", "burkina-2026", "cuba-2026", "iran-2026", "nicaragua-2026", "russia-2026")
NEXT = ("eritrea-2027", "north-korea-2027", "south-sudan-2027", "sudan-2027", "zimbabwe-2027")
ALL = (*HISTORY, *TODAY, *NEXT)
# what a timeline may move: the outside world, and days that were fixed beforehand
SENDER = re.compile(r"^(us_pressure|exile|foreign_support|rebels\.air_support|public_opinion\.us_)")
FIXED = {"vote", "midterms", "new_president"}
EVENTS = FIXED | {"ultimatum", "freeze", "indictment", "amnesty_offer", "war_powers_vote"}
# the one event of a ruler's own camp, a fact of its day: in Yemen the offer came after it
OWN_CAMP = {("yemen-2011", "split")}


def last_day(text: str) -> date:
    """The last day that a fact's date may mean: "2011", "2011-03" or "2011-03-17"."""
    year, month, day = (*map(int, text.split("-")), 0, 0)[:3]
    month = month or 12
    return date(year, month, day or calendar.monthrange(year, month)[1])


def facts_of(ids: tuple[str, ...]) -> list[Fact]:
    return [
        row
        for row in map(source, (one for one in ids if one != "judgement"))
        if isinstance(row, Fact)
    ]


@pytest.fixture(params=ALL)
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return load(request.param)


def test_these_and_the_december_files_are_all_that_ships() -> None:
    second = {f"{name}-second" for name in TODAY}
    assert set(shipped_names()) == {*SHIPPED, *ALL, *second}


def test_loads_compiles_and_comes_back(scenario: Scenario) -> None:
    assert scenario.title and len(scenario.title) <= 30 and scenario.notes
    assert loads(scenario.to_yaml()) == scenario
    same(compile_scenario(scenario), compile_scenario(loads(scenario.to_yaml())))


@pytest.mark.parametrize("name", ALL)
def test_passes_every_check_of_a_users_file(name: str, tmp_path: Path) -> None:
    copy = Path(shutil.copy(scenarios_folder() / f"{name}.yaml", tmp_path / "copy.yaml"))
    same(compile_scenario(load(copy)), compile_scenario(load(name)))


def test_runs(scenario: Scenario) -> None:
    result = simulate(scenario, 64, seed=3, corps=16, workers=1)
    ends = result.outcomes()
    assert ends.probability.sum() == pytest.approx(1.0)
    assert result.horizon == scenario.horizon
    assert np.isfinite(result.sums).all()


# the parts of the outside world that there were when these files were written: each names them
# all. A part that came later is not there (0) unless a file says so.
OUTSIDE = (
    *(f"rents.{name}" for name in ("enterprises", "hard_currency", "illicit", "mining")),
    *(f"foreign_support.{name}" for name in ("russia", "china", "cuba")),
    *(f"us_pressure.{name}" for name in ("ultimatum", "sanctions", "seizures", "bounty")),
    *(f"us_pressure.{name}" for name in ("deployment", "airspace", "blockade", "strikes")),
    *("us_pressure.raid", "us_pressure.invasion", "public_opinion.us_opposition"),
    *("public_opinion.us_approval", "public_opinion.home_opposition"),
    *("generals.number", "leader.age", "leader.tenure", "sender.resolve"),
)


def test_every_value_of_the_outside_world_is_said(scenario: Scenario) -> None:
    """None of it stays at the ordinary value of the table."""
    said = {name for name, _ in scenario.values}
    assert not [name for name in OUTSIDE if name not in said]


NEW_PART = """    _part(
        "us_pressure.embargo",
        "i_emb",
        0.0,
        "ladder",
        "judgement",
        "a part that no shipped file names",
        (0.5, "half"),
        (1.0, "all"),
    ),
"""


@pytest.mark.slow
def test_a_new_lever_part_leaves_every_shipped_file_as_it_is(tmp_path: Path, root: Path) -> None:
    """In a copy with one more part of a lever: every scenario, coded case and frozen forecast
    loads, means what it meant, and no seal breaks.
    """
    code = """
import json
from pathlib import Path
from regime_sim.facts.places import seeds_folder
from regime_sim.history import frozen
from regime_sim.history.cases import read_cases
from regime_sim.history.coding_map import scenario_of
from regime_sim.scenario import load, loads, shipped_names
said = {name: load(name).inputs() for name in shipped_names()}
said |= {case.id: scenario_of(case).inputs() for case in read_cases()}
for path in sorted((seeds_folder() / "forecasts").glob("*.yaml")):
    held = frozen.read(path)
    assert held.intact, path
    said[f"frozen {path.stem}"] = loads(held.resolved).inputs()
print(json.dumps(said))
"""
    shutil.copytree(
        root / "regime_sim", tmp_path / "regime_sim", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("seeds", "scenarios"):
        (tmp_path / name).symlink_to(root / name)

    def read() -> dict[str, dict[str, float]]:
        ended = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    before = read()
    table = tmp_path / "regime_sim" / "facts" / "levers.py"
    text = table.read_text(encoding="utf-8")
    at = text.index('    _part("us_pressure.strikes"')
    table.write_text(text[:at] + NEW_PART + text[at:], encoding="utf-8")
    after = read()
    assert len(before) > 80
    assert all(one.pop("us_pressure.embargo") == 0.0 for one in after.values())
    assert after == before


def test_no_value_rests_on_what_came_later(scenario: Scenario) -> None:
    for name, value in scenario.values:
        for fact in facts_of(value.source):
            assert not fact.date or last_day(fact.date) <= scenario.start, (name, fact.id)


@pytest.mark.parametrize("name", HISTORY)
def test_every_entry_is_sourced_and_known_on_its_day(name: str) -> None:
    scenario = load(name)
    assert scenario.timeline
    for entry in scenario.timeline:
        assert entry.date is not None and entry.source, entry.id
        assert scenario.start < entry.date, entry.id
        for fact in facts_of(entry.source):
            assert fact.date and date.fromisoformat(fact.date) <= entry.date, (entry.id, fact.id)


@pytest.mark.parametrize("name", HISTORY)
def test_a_timeline_holds_only_what_the_outside_world_did(name: str) -> None:
    """No coup, no exit, no crowd, nothing on a day after he was gone: those are for the model."""
    for entry in load(name).timeline:
        assert (
            entry.event in EVENTS
            or (name, entry.id) in OWN_CAMP
            or (entry.event is None and all(SENDER.match(moved) for moved, _ in entry.moves))
        ), entry.id
        assert entry.date is not None and (
            entry.date <= HISTORY[name][1] or entry.event in FIXED
        ), entry.id


@pytest.mark.parametrize("name", HISTORY)
def test_what_happened_lies_within_the_horizon_and_is_told_apart(name: str) -> None:
    scenario, (_, gone) = load(name), HISTORY[name]
    assert scenario.start < gone and (gone - scenario.start).days <= 7 * scenario.horizon
    assert scenario.notes.startswith("What happened afterwards, no input:")
    assert str(gone.year) in scenario.notes or str(gone.year - 1) in scenario.notes


@pytest.mark.parametrize("name", HISTORY)
def test_it_can_be_taken_apart(name: str) -> None:
    scenario = load(name)
    assert scenario.compare is not None and len(scenario.compare.arms) >= 2
    known = {entry.id for entry in scenario.timeline}
    assert all(set(arm.without) <= known for arm in scenario.compare.arms)


def test_every_file_names_its_men_and_what_its_patrons_give(scenario: Scenario) -> None:
    """None of these files stands on the usual court or on the neutral gifts of a patron."""
    assert 5 <= len(scenario.principals) <= 12
    assert all(one.title for one in scenario.principals)
    said = {name for name, _ in scenario.values}
    for part in (name for name in said if name.startswith("foreign_support.")):
        if scenario.value(part) > 0.0:
            patron = part.removeprefix("foreign_support.")
            assert {f"patron.{patron}.{gift}" for gift in GIFTS} <= said, part
    compiled = compile_scenario(scenario)
    armies = [
        compiled.x[INPUT_NAMES.index(f"principal.{slot}.army")]
        for slot in PRINCIPAL_SLOTS[: len(scenario.principals)]
    ]
    assert 0.4 <= sum(armies) <= 1.0


@pytest.mark.parametrize("name", TODAY)
def test_a_forecast_asks_a_question_that_its_run_can_answer(name: str) -> None:
    scenario = load(name)
    assert scenario.start == date(2026, 11, 23) and not scenario.timeline
    assert scenario.resolve is not None and scenario.resolve.by == date(2027, 11, 22)
    assert (scenario.resolve.by - scenario.start).days == 7 * scenario.horizon
    text = (scenarios_folder() / f"{name}.yaml").read_text(encoding="utf-8")
    assert "Known to this file" in text and "the question is void" in text


@pytest.mark.parametrize("name", NEXT)
def test_the_next_forecasts_ask_about_the_year_2027(name: str) -> None:
    scenario = load(name)
    assert scenario.start == date(2026, 12, 1) and scenario.horizon == 52
    assert scenario.resolve is not None and scenario.resolve.by == date(2027, 11, 30)
    assert all(entry.event in FIXED for entry in scenario.timeline)
    text = (scenarios_folder() / f"{name}.yaml").read_text(encoding="utf-8")
    said = " ".join(line.lstrip("# ") for line in text.splitlines())
    assert "Known to this file" in said and "before the start, the question is void" in said


@pytest.mark.parametrize("name", (*TODAY, *NEXT))
def test_what_is_hardly_known_is_wide(name: str) -> None:
    """Four inputs in ten or more are intervals; most of them are not narrower than 0.15. Who the
    men around him are and what his friends give are points, said to be judgements.
    """
    points = ("generals.number", "principal.", "unit.", "patron.")
    cells = [value.interval for key, value in load(name).values if not key.startswith(points)]
    widths = [high - low for low, high in (cell for cell in cells if cell is not None)]
    assert len(widths) >= 0.4 * len(cells)
    assert np.median(widths) >= 0.15


def test_the_twin_a_file_that_knows_too_much_is_caught() -> None:
    """... and the check on dates does catch one."""
    late = load("iraq-2003").vary(
        {"us_pressure.invasion": {"value": 1.0, "source": "iraq_invasion2003"}}
    )
    assert any(
        last_day(fact.date) > late.start
        for _, value in late.values
        for fact in facts_of(value.source)
    )
    assert not SENDER.match("street.crowd") and not SENDER.match("shock.failed_coup")
    assert Entry("x", event="crowd").event not in EVENTS


def test_the_page_of_the_episodes_belongs_to_the_coded_cases(root):
    """Its ways and weeks are those of the cases file, read once more."""
    from regime_sim.history import episodes
    from regime_sim.history.cases import read_cases

    page = (root / "docs" / "EPISODES.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name, _, _ in episodes.EPISODES)
    coded = {case.id: case for case in read_cases()}
    for name, case in (
        ("iraq-2003", "saddam02"),
        ("libya-2011", "gaddafi11"),
        ("yemen-2011", "saleh11"),
        ("panama-1989", "noriega88"),
        ("philippines-1986", "marcos85"),
        ("serbia-2000", "milosevic00"),
    ):
        way, week = next((way, week) for known, way, week in episodes.EPISODES if known == name)
        seen = coded[case].observed
        assert way in seen.ways and abs(week - seen.week) <= 3


def test_what_the_page_says_is_what_a_run_says():
    import regime_sim as rs
    from regime_sim.history import episodes

    told = {one.scenario: one for one in episodes.episodes(64, 3, 16)}
    ensemble = rs.simulate(rs.load("libya-2011"), 64, 3, corps=16)
    assert told["libya-2011"].out.value == (ensemble.leader_way > 0).mean()
    assert "Tripoli" in episodes.markdown(list(told.values()), "x")
