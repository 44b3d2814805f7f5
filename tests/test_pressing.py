"""The pressing power in a scenario's own words: read, inherited, checked, written, and shown on
every surface where a person reads of it; no number and no digest rests on it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import regime_sim as rs
from regime_sim.facts.parameters import EVENTS, LEVERS, OBSERVABLES, PARAMETERS
from regime_sim.facts.pressing import OUTSIDE, UNNAMED, Power, note, part_words, told, told_row
from regime_sim.provenance import inputs_mark
from regime_sim.reports.report import report
from regime_sim.scenario.compile import compile_scenario
from regime_sim.scenario.template import blank, template
from regime_sim.view.figures.events import entry_words
from regime_sim.view.figures.plot import name_words
from regime_sim.view.pages import report as report_page
from regime_sim.view.tables.levers import lever_rows
from regime_sim.view.tables.report import levers_table
from regime_sim.view.words import sentences, story_court, story_events

NATO, GULF, BOTH = Power("NATO"), Power("the Gulf states"), Power("the US and Britain")
US, NOBODY = Power("the United States"), Power()
START = "schema: 1\nid: mine\nstart: 2025-01-06\n"
CORPS = 16


@pytest.fixture(scope="module")
def libya() -> rs.Scenario:
    return rs.load("libya-2011")


@pytest.fixture(scope="module")
def unnamed() -> rs.Scenario:
    return rs.loads(START + "levers: {us_pressure: 0.6}\n")


@pytest.fixture(scope="module")
def run(libya: rs.Scenario) -> rs.Ensemble:
    return rs.simulate(libya.horizon_weeks(4), 16, seed=1, corps=CORPS)


# ---- the field


def test_a_file_says_it_and_another_inherits_it(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(START + "pressing_power: the Arab League\n")
    (tmp_path / "child.yaml").write_text("schema: 1\nid: child\nextends: base.yaml\n")
    own = "schema: 1\nid: own\nextends: base.yaml\npressing_power: France\n"
    (tmp_path / "own.yaml").write_text(own)
    assert rs.load(tmp_path / "child.yaml").pressing_power == "the Arab League"
    assert rs.load(tmp_path / "own.yaml").pressing_power == "France"
    assert rs.load("raid").pressing_power == rs.load("venezuela-2025").pressing_power
    assert rs.load("no-pressure").pressing_power == ""


@pytest.mark.parametrize(
    "said", ['""', "12", f'"{"x" * 81}"', '"a\\nb"', '"\\x1b[31mred"', "[NATO]", "{name: NATO}"]
)
def test_what_is_no_name_is_refused_where_it_stands(said: str) -> None:
    with pytest.raises(rs.ScenarioError) as refused:
        rs.loads(f"{START}pressing_power: {said}\n")
    (problem,) = refused.value.problems
    assert (problem.line, problem.path) == (4, "pressing_power")
    assert "80 characters" in str(refused.value)


def test_python_takes_it_and_refuses_the_same(unnamed: rs.Scenario) -> None:
    named = unnamed.with_(pressing_power="NATO")
    assert named.pressing_power == "NATO" and unnamed.pressing_power == ""
    assert named.vary(rents=0.3).with_(title="More").pressing_power == "NATO"
    for bad in ("", "x" * 81, "a\nb", 3):
        with pytest.raises(rs.RegimeSimError, match="pressing_power"):
            unnamed.with_(pressing_power=bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["NATO", "the US and Britain", 'A: "quoted" # {x}', "yes"])
def test_yaml_says_it_both_ways(unnamed: rs.Scenario, libya: rs.Scenario, name: str) -> None:
    for scenario in (unnamed, libya, rs.load("raid")):
        named = scenario.with_(pressing_power=name)
        assert rs.loads(named.to_yaml()) == named
        assert rs.loads(named.to_yaml(resolved=True)) == named
    assert libya.with_(pressing_power=name).to_yaml().count("\npressing_power:") == 1


def test_nothing_rests_on_it(unnamed: rs.Scenario) -> None:
    """Old files, run folders and digests stay: what is not said is not written, and no number moves
    where it is said.
    """
    assert "pressing_power" not in unnamed.to_yaml(resolved=True)
    marks = {inputs_mark(compile_scenario(unnamed.with_(pressing_power=n))) for n in ("NATO", "X")}
    assert marks == {inputs_mark(compile_scenario(unnamed))}
    frozen = [path.stem for path in Path("seeds/forecasts").glob("*.yaml")]
    assert frozen and not any(rs.load(name).pressing_power for name in frozen)


def test_new_files_offer_it(libya: rs.Scenario, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    assert "# pressing_power: who presses" in blank(path)
    assert "\n# pressing_power: NATO\n" in template(libya, "libya-2011", path)
    assert "how much NATO wants him gone" in template(libya, "libya-2011", path)


# ---- the words


def test_grammar_follows_the_name() -> None:
    several = (GULF, BOTH, Power("France, Britain and NATO"), Power("its neighbours"))
    one = (
        NATO,
        US,
        NOBODY,
        Power("the United Nations"),
        Power("the Organization of American States"),
    )
    assert all(power.several for power in several) and not any(power.several for power in one)
    assert [p.of for p in (NATO, US, NOBODY)] == [
        "NATO's",
        "the United States'",
        "the pressing power's",
    ]
    assert [p.pressure("US pressure") for p in (NATO, US, NOBODY, GULF, Power("the EU"))] == [
        "NATO pressure",
        "US pressure",
        "US pressure",
        "pressure by the Gulf states",
        "EU pressure",
    ]


def test_every_text_of_the_table_is_told() -> None:
    """No text of the table keeps the table's own word for the power or its public once one is
    named, and none changes where nobody is.
    """
    rows = (*PARAMETERS.values(), *LEVERS.values())
    assert all(told_row(row, NOBODY) is row for row in rows)
    texts = [row.meaning for row in (*rows, *EVENTS.values(), *OBSERVABLES)]
    texts += [words for row in rows for _, words in row.anchors]
    assert sum(told(text, NATO) != text for text in texts) > 15
    for power in (NATO, GULF):
        said = [told(text, power) for text in texts]
        for words in ("pressing power", "outside public", "Americans"):
            assert not [text for text in said if words in text]
    assert told(LEVERS["us_pressure"].meaning, GULF).startswith(
        "how far the Gulf states have climbed their ladder"
    )


def test_names_as_a_reader_sees_them() -> None:
    assert name_words("us_pressure.strikes", NATO) == "NATO pressure: strikes"
    assert name_words("us_pressure.strikes") == "US pressure: strikes"
    assert name_words("us_pressure", GULF) == "pressure by the Gulf states"
    assert name_words("sender.resolve", GULF) == "Gulf states: resolve"
    assert name_words("sender.resolve") == "sender: resolve"
    assert name_words("rents.mining", NATO) == "rents: mining"
    assert part_words("us_opposition", NATO) == "opposition of NATO's public"
    assert part_words("us_approval", BOTH) == "approval of the US and Britain's leaders"
    assert part_words("us_approval", US) == "US approval"


# ---- the surfaces


def test_stories_name_it(libya: rs.Scenario, unnamed: rs.Scenario) -> None:
    """With named men at court and with the usual court."""
    few = unnamed.horizon_weeks(4)
    for scenario in (libya.horizon_weeks(4), few.with_(pressing_power="NATO")):
        found = " ".join(str(rs.story(scenario, seed=1, replicate=3, corps=CORPS)).split())
        assert "of NATO's own public is against force" in found
        assert "The pressing power is NATO. In this model" in found
        assert "NATO pressure" in found
        assert OUTSIDE not in found and "outside pressure" not in found and UNNAMED not in found
    plain = " ".join(str(rs.story(few, seed=1, replicate=3, corps=CORPS)).split())
    assert f"of {OUTSIDE} is against force" in plain and "outside pressure" in plain


class _Numbers(dict[str, Any]):
    """Numbers of any happening: 1 where none is said."""

    def __missing__(self, key: str) -> float:
        return 1.0


ABROAD = (
    "climb",
    "blink",
    "ultimatum",
    "ultimatum_lapsed",
    "ultimatum_kept",
    "deal",
    "deal_broken",
    "opening",
    "opposition",
)


@pytest.mark.parametrize("kind", ABROAD)
def test_every_sentence_of_it_fits_the_name(kind: str) -> None:
    say = story_events.WORDS[kind]
    for own in (0.0, 1.0):
        told_ = {p: " ".join(say(_Numbers(power=p, own=own))) for p in (NATO, GULF, NOBODY)}
        if kind != "opening" or own:
            assert "NATO" in told_[NATO] and "the gulf states" in told_[GULF].lower()
        assert UNNAMED in told_[NOBODY].lower() or OUTSIDE in told_[NOBODY].lower()
        assert UNNAMED not in told_[NATO].lower() and OUTSIDE not in told_[NATO].lower()
        for wrong in (
            " its public",
            "its resolve",
            " it sees",
            " it has",
            "states climbs",
            " it would",
        ):
            assert wrong not in told_[GULF]
    assert kind in story_court.WORDS or kind in ("opening", "opposition")


def test_a_run_and_its_figures_name_it(run: rs.Ensemble) -> None:
    assert "The pressing power is NATO. In this model" in sentences.headline(run)
    assert sentences.caveat(rs.load("raid")) == sentences.CAVEAT  # the fields already say the US
    drawn = run.plot("weekly", name="us_opposition")
    assert drawn.alt.startswith("NATO's own public opposed to military action")


def test_events_name_it(libya: rs.Scenario) -> None:
    entry = libya.at(week=3, event="midterms").timeline[-1]
    assert entry_words(entry, power=NATO) == "Elections near in NATO"
    moved = libya.at(week=3, set={"us_pressure.strikes": 0.5}).timeline[-1]
    assert entry_words(moved, power=NATO) == "NATO pressure: strikes to 0.5"


def test_a_report_names_it(run: rs.Ensemble) -> None:
    """What the page says, without its pictures."""
    made = report(run, world=False, history=False)
    assert "under pressure from NATO: is Gaddafi out" in report_page._question(made)
    assert report_page._presses(made) == "NATO, which presses it"
    rows = [row[0]["text"] for row in levers_table(made)["rows"]]
    assert "NATO pressure" in rows and "· opposition of NATO's public" in rows


def test_answers_name_it(libya: rs.Scenario) -> None:
    small: dict[str, Any] = {"replicates": 128, "seed": 1, "corps": 8}
    short = libya.horizon_weeks(2)
    found = rs.attribute(short, {"us_pressure.strikes": 0.6}, **small)
    assert "NATO pressure: strikes" in str(found)
    tips = rs.tipping(short, 0.5, over=["us_pressure"], **small)
    assert note(NATO, ["us_pressure"]) in tips.notes()
    assert "The pressing power is NATO, whatever" in str(tips)
    assert "NATO pressure" in str(tips.plot().spec)
    swept = rs.sweep(short, {"us_pressure": [0.2, 0.8]}, **small)
    assert "The pressing power is NATO" in str(swept) and "NATO pressure" in swept.plot().alt
    other = rs.sweep(short, {"rents": [0.2, 0.8]}, **small)
    assert "NATO" not in str(other)


def test_citations_name_it(unnamed: rs.Scenario) -> None:
    assert "The pressing power is NATO, whatever the names of fields say." in str(
        rs.cite("libya-2011")
    )
    assert "The pressing power" not in str(rs.cite(unnamed))


def test_the_table_of_levers_is_told(cli: Callable[..., Any]) -> None:
    rows = {row["name"]: row["meaning"] for row in lever_rows(NATO)}
    assert rows["public_opinion.us_approval"] == "approval of NATO's own leader at home"
    shown = cli("levers", "libya-2011").out
    assert "how far NATO has climbed" in shown and UNNAMED not in shown
    assert UNNAMED in cli("levers").out
    assert list(rs.levers("libya-2011")["meaning"]) == list(rows.values())


def test_sliders_name_it() -> None:
    pytest.importorskip("streamlit")
    from dashboard.levers import called, short

    libya = rs.load("libya-2011")
    assert called("us_pressure", libya) == "NATO pressure"
    assert called("us_pressure", rs.load("venezuela-2025")) == "US pressure"
    assert called("us_pressure", rs.load("no-pressure")) == "US pressure"
    assert called("us_pressure", libya.with_(pressing_power="[x](y)")) == r"\[x\]\(y\) pressure"
    assert short("public_opinion.us_opposition", NATO) == "Opposition of NATO's public"
    assert short("public_opinion.us_opposition") == "US opposition"
