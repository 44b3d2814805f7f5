"""The dashboard, run without a browser: what it shows, that levers and parts move together, files
in and out, what it refuses.
"""

from __future__ import annotations

import csv
import io
import json
import re
import time
import tomllib
from pathlib import Path

import pytest

pytest.importorskip("streamlit")
from streamlit.testing.v1 import AppTest

import regime_sim as rs
from dashboard import charts, levers, result_files, runs, state
from regime_sim.facts.declare import Kind
from regime_sim.facts.levers import LEVERS
from regime_sim.facts.parameters import PARAMETERS

FOLDER = Path(__file__).resolve().parent.parent / "dashboard"
DEFAULT = "venezuela-2025"


def start(**address: str) -> AppTest:
    app = AppTest.from_file(str(FOLDER / "app.py"), default_timeout=60)
    for name, value in address.items():
        app.query_params[name.replace("__", ".")] = value
    app.run()
    assert not app.exception
    return app


def opened(app: AppTest, *keys: str) -> AppTest:
    """Open doors (`open_save`) or the parts of levers (`parts_rents`), which hold nothing while
    they are closed.
    """
    for key in keys:
        app.session_state[key] = True
    app.run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    """All that the page says as HTML of its own, one after the other."""
    return "\n".join(
        element.proto.body
        for element in app.get("html")
        if not element.proto.body.startswith("<style>")
    )


def headline(app: AppTest) -> str:
    found = re.search(r'<h1 class="say" [^>]*>(.*?)</h1>', html(app))
    assert found
    return re.sub(r"<.*?>", "", found[1])


def paste(app: AppTest, text: str) -> AppTest:
    opened(app, "open_save")
    app.text_area(key="pasted").set_value(text)
    app.button(key="open_pasted").click().run()
    assert not app.exception
    return app


@pytest.fixture(autouse=True)
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few futures, refined by a few more: most tests look at the first answer."""
    monkeypatch.setattr(runs, "FIRST", 256)
    monkeypatch.setattr(runs, "FINE", 272)


@pytest.fixture(scope="module")
def page() -> AppTest:
    return start()


def test_it_opens_on_the_articles_scenario(page):
    assert re.match(
        r"In \d+ of 100 simulated futures Maduro is out of office by 30 November 2026\. In \w+ of"
        r" (those|100)",
        headline(page),
    )
    assert "not a forecast" in html(page)
    assert "every change is measured against it" in html(page)
    assert page.session_state["preset"] == DEFAULT
    assert dict(page.query_params) == {}


def test_every_shipped_scenario_can_be_chosen(page):
    pills = page.get("button_group")[0].proto.options
    more = page.selectbox(key="preset_more").options if len(pills) < len(rs.scenarios()) else []
    assert len(pills) + len(more) == len(rs.scenarios())


def test_a_case_without_a_pill_gets_one_when_it_is_chosen():
    app = start()
    others = [box.options for box in app.selectbox]
    if not others:
        pytest.skip("every shipped scenario has a pill")
    name = next(
        name for name in rs.scenarios()["id"] if name.replace("-", " ").capitalize() == others[0][0]
    )
    app.selectbox(key="preset_more").set_value(name).run()
    assert not app.exception
    assert app.session_state["preset"] == app.session_state["answer"].now.scenario.id == name
    assert app.query_params["scenario"] == name


def test_every_lever_and_part_has_a_slider_that_says_what_it_is():
    table, page = rs.levers(), opened(start(), *(f"parts_{lever}" for lever in rs.LEVERS))
    for name in table["name"]:
        slider = page.slider(key=f"slider_{name}")
        assert "Unit" in slider.help
        assert "Sources" in slider.help
        assert (slider.min, slider.max) == (0.0, 1.0)


def test_every_point_of_every_scale_has_words():
    """A raid at 0.22 read "None", beside 10 of 22 in which he is seized in one."""
    rows = [*LEVERS.values(), *(row for row in PARAMETERS.values() if row.kind is Kind.LEVER)]
    for row in rows:
        for k in range(101):
            said = levers.anchor(row.anchors, k / 100)
            assert not said[0].islower() and len(said) > 3, (row.name, k)
            none = "none" in (words for _, words in row.anchors or levers.PLAIN)
            assert said != "None" or k == 0 or none, (row.name, k)


def test_a_hundred_marks_and_all_the_ways(page):
    body = html(page)
    array = re.search(r'<div class="array".*?</div>', body)
    assert array and array[0].count("<i ") == 100
    assert 'role="img" aria-label="In ' in array[0]
    table = re.search(r'<table class="ways">.*?</table>', body)
    assert table and table[0].count("<tr") == len(rs.WAYS) + 2


def test_the_chart_is_drawn_for_both_widths_and_has_words():
    answer = start().session_state["answer"]
    for name, size in (("wide", charts.WIDE), ("narrow", charts.NARROW)):
        drawn = charts._survival(charts.survival_figure(answer, "light", size), name)
        assert (
            'aria-label="In ' in drawn
            and "of 100 simulated futures" in drawn
            and drawn.count("<svg") == 1
        )
        assert any(both[name] == drawn for both in charts._drawings.values())


def test_charts_carry_their_rows_and_have_words():
    app = start(tab="inside")
    charts = app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")
    assert len(charts) == 6
    for chart in charts:
        proto = chart.proto
        spec = json.loads(proto.spec)
        assert not proto.HasField("data") and not proto.datasets
        assert all(layer["data"]["values"] for layer in spec["layer"] if "data" in layer)
        assert "In this model, at these settings" in proto.alt


def test_the_finer_answer_replaces_the_first(monkeypatch):
    monkeypatch.setattr(runs, "FINE", 2000)
    app = start()
    if app.session_state["answer"].refining:
        assert "256 generals" in html(app)  # what the first number rests on is said
    for _ in range(100):
        if "2,000 futures" in html(app) and "refining" not in html(app):
            break
        time.sleep(0.2)
        app.run()
    answer = app.session_state["answer"]
    assert answer.futures == 2000
    assert not answer.corps
    assert answer.now.digest() == rs.simulate("venezuela-2025", 2000, 1).digest()


def test_a_lever_moves_its_parts_and_the_address():
    app = opened(start(), "parts_rents")
    app.slider(key="slider_rents").set_value(0.3).run()
    moved = rs.load("venezuela-2025").vary(rents=0.3).inputs()
    for part in ("rents.enterprises", "rents.mining"):
        assert app.slider(key=f"slider_{part}").value == round(moved[part], 2)
    assert app.query_params["rents"] == "0.3"
    assert "1 of 4 levers moved" in html(app)
    answer = app.session_state["answer"]
    hits = [run.leader_way > 0 for run in (answer.baseline, answer.now)]
    assert answer.changed.value == pytest.approx(float(hits[1].mean() - hits[0].mean()))
    assert answer.baseline.replicates == answer.now.replicates
    app.button(key="reset_rents").click().run()
    assert app.session_state["moves"] == {}
    assert app.slider(key="slider_rents").value == 0.8
    assert dict(app.query_params) == {}


def test_a_part_alone_makes_its_lever_mixed_and_moving_the_lever_ends_that():
    app = opened(start(scenario="isolation"), "parts_foreign_support")
    assert not app.session_state["base"].lever_values()["foreign_support"].mixed
    app.slider(key="slider_foreign_support.china").set_value(0.9).run()
    assert app.session_state["moves"] == {"foreign_support.china": 0.9}
    assert html(app).count("<b>mixed</b>") == 1
    assert html(app).count(">as in the article<") == 3
    app.slider(key="slider_foreign_support").set_value(0.5).run()
    assert app.session_state["moves"] == {"foreign_support": 0.5}
    assert app.slider(key="slider_foreign_support.china").value == 0.5
    app.button(key="reset_all").click().run()
    assert app.session_state["moves"] == {}


def test_no_clear_change_is_said_in_words():
    app = start(foreign_support__russia="0.46")
    answer = app.session_state["answer"]
    change = answer.changed
    assert change.low <= 0.0 <= change.high
    assert "<b>No clear change</b>" in html(app)


def test_the_address_opens_a_state_and_what_is_wrong_in_it_is_left_out():
    app = start(scenario="raid", rents="0.4", us_pressure__strikes="0.5", seed="3")
    assert app.session_state["preset"] == "raid"
    assert app.session_state["moves"] == {"rents": 0.4, "us_pressure.strikes": 0.5}
    assert app.session_state["answer"].now.seed == 3
    app = start(scenario="<script>", rents="7", seed="-1", public_opinion="nan")
    assert app.session_state["preset"] == DEFAULT
    assert app.session_state["moves"] == {}
    assert "rents: 7 is not a number from 0 to 1;" in html(app)
    assert "<script>" not in html(app)


def test_mistakes_in_a_file_are_lines_of_inert_text_and_the_old_result_stays(page):
    paste(
        page,
        "schema: 1\nextends: venezuela-2025\nlevers:\n  rnts: 0.3\n  '<img src=x"
        " onerror=alert(1)>': 7\n",
    )
    assert "&lt;pasted&gt;:4:3 levers.rnts: unknown lever - did you mean rents?" in html(page)
    assert "<img" not in html(page)
    assert page.session_state["preset"] == DEFAULT
    assert page.session_state["answer"].now.scenario.id == DEFAULT
    assert headline(page).startswith("In ")
    page.button(key="dismiss").click().run()
    assert "cannot be opened" not in html(page)


def test_a_scenario_goes_in_and_out():
    app = start()
    paste(
        app,
        'schema: 1\nid: mine\ntitle: "<b>mine</b>"\nextends: raid\nhorizon: 26 weeks\nlevers:'
        " {rents: 0.4}\n",
    )
    assert app.session_state["preset"] == "own"
    assert "&lt;b&gt;mine&lt;/b&gt;" in html(app)
    assert app.session_state["answer"].now.horizon == 26
    app.slider(key="slider_us_pressure").set_value(0.9).run()
    scenario = app.session_state["base"].vary(app.session_state["moves"])
    again = rs.loads(scenario.to_yaml(), "again.yaml")
    assert again.inputs() == scenario.inputs()
    assert state.OWN not in str(dict(app.query_params))


def test_results_go_out_as_csv(page):
    run = page.session_state["answer"].now
    rows = list(csv.DictReader(io.StringIO(result_files.outcomes_csv(run))))
    assert [row["outcome"] for row in rows] == [*rs.WAYS, *rs.REGIME]
    assert {row["seed"] for row in rows} == {"1"}
    weeks = list(csv.DictReader(io.StringIO(result_files.survival_csv(run))))
    assert len(weeks) == 2 * (run.horizon + 1)


def test_too_large_a_run_is_refused_and_the_answer_before_stays():
    app = start()
    before = headline(app)
    paste(
        app,
        "schema: 1\nextends: venezuela-2025\nhorizon: 520 weeks\ngiven: {generals.number: 20000}\n",
    )
    assert "Too large for this page" in html(app)
    assert "regime-sim run" in html(app)
    assert headline(app) == before
    assert app.button(key="run_fits").label == "Run 96 futures here"
    app.slider(key="slider_rents").set_value(0.1).run()
    assert not app.exception


def test_a_file_that_is_too_long_or_not_yaml_is_refused(page):
    paste(page, "a" * 200_001)
    assert "expected at most 200,000" in html(page)
    paste(page, "schema: [")
    assert "&lt;pasted&gt;:" in html(page)
    page.button(key="dismiss").click().run()


def test_its_settings_keep_it_on_this_machine():
    with (FOLDER / ".streamlit" / "config.toml").open("rb") as file:
        config = tomllib.load(file)
    assert config["server"]["address"] == "127.0.0.1"
    assert config["server"]["enableXsrfProtection"] is True
    assert config["server"]["enableCORS"] is True
    assert config["server"]["maxUploadSize"] == 1
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["showErrorDetails"] == "none"


def test_the_theme_is_the_palette():
    from regime_sim.view import palette

    with (FOLDER / ".streamlit" / "config.toml").open("rb") as file:
        theme = tomllib.load(file)["theme"]
    for name, look in palette.THEMES.items():
        assert theme[name]["backgroundColor"] == look.background
        assert theme[name]["textColor"] == look.ink
        assert theme[name]["chartCategoricalColors"] == [look.ways[way] for way in palette.ORDER]


def test_nothing_is_ever_laid_on_the_page_unescaped():
    for path in FOLDER.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "unsafe_allow" not in text, path.name
        assert "st.markdown" not in text, path.name
