"""The dashboard in use: address and history both ways, undo, tabs that are gone to, words while a
lever moves, comparison, files that say what they are, why it changed. In a browser; most are slow.
"""

from __future__ import annotations

import csv
import io
import re
import statistics
from urllib.parse import parse_qsl, urlsplit

import pytest
from dashboard_pages import keep, ready, serving
from test_dashboard_browser import CHROMIUM, QUIET

import regime_sim as rs

pytest.importorskip("streamlit")
from dashboard import state

sync_api = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
LONG = ("claim", "tipping", "drives", "futures", "compare", "history")
SHIFTS = (
    "window.shifted = 0; new PerformanceObserver((list) => { for (const one of list.getEntries())"
    " if (!one.hadRecentInput) window.shifted += one.value; }).observe({type: 'layout-shift',"
    " buffered: true});"
)
HEIGHTS = (  # those that the row of tabs and why it changed have, from now on
    "() => { window.heights = new Set(); const look = () => { for (const name of ['tabs', 'why'])"
    " { const found = document.querySelector(`.st-key-${name}`); if (found) window.heights.add("
    "`${name} ${Math.round(found.getBoundingClientRect().height)}`); }"
    " requestAnimationFrame(look); }; look(); }"
)
PLACES = (
    "() => ['.st-key-tabs', '.st-key-open_tab'].map((one) => {"
    " const at = document.querySelector(one).getBoundingClientRect(); return [at.top, at.bottom];"
    " })"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("dashboard")) as (url, _):
        yield url


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as play:
        made = play.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield made
        made.close()


@pytest.fixture
def page(browser):
    made = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
    made.add_init_script(SHIFTS)
    problems = []
    made.on("pageerror", lambda error: problems.append(str(error)))
    yield made
    assert not problems
    made.close()


def said(page) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(page.url).query))


def slider(page, name):
    return page.locator(f".st-key-slider_{name.replace('.', '-')} input[type=range]")


def stands(page, name, value):
    page.wait_for_function(
        "([at, value]) => document.querySelector(at)?.value === value",
        arg=[f".st-key-slider_{name.replace('.', '-')} input[type=range]", value],
        timeout=20_000,
    )


@pytest.mark.slow
def test_back_forth_undo_and_a_preset_that_drops_moves(page, address):
    page.goto(address)
    ready(page)
    assert page.evaluate("window.shifted") < 0.1
    entries = page.evaluate("history.length")
    rents = slider(page, "rents")
    rents.focus()
    for _ in range(5):
        rents.press("ArrowLeft")
    page.wait_for_url("**rents=0.75**", timeout=20_000)
    ready(page)
    assert page.evaluate("history.length") == entries + 1  # one entry, not five
    page.wait_for_timeout(1100)
    slider(page, "us_pressure").press("ArrowRight")
    page.wait_for_url("**us_pressure=0.57**", timeout=20_000)
    ready(page)
    page.go_back()
    stands(page, "us_pressure", "0.56")
    assert said(page)["rents"] == "0.75"
    page.go_back()
    stands(page, "rents", "0.8")
    assert said(page) == {}
    page.go_forward()
    stands(page, "rents", "0.75")
    ready(page)
    page.keyboard.press("Control+z")
    stands(page, "rents", "0.8")
    page.keyboard.press("Control+Shift+z")
    stands(page, "rents", "0.75")
    ready(page)
    page.locator(".st-key-pills button", has_text="Raid").click()
    toast = page.locator(".st-key-toast")
    toast.wait_for(timeout=20_000)
    assert "Your change was dropped." in toast.inner_text()
    assert said(page)["scenario"] == "raid"
    page.locator(".st-key-undo_drop button").click()
    stands(page, "rents", "0.75")
    page.wait_for_function("() => !location.search.includes('raid')", timeout=20_000)
    assert said(page)["rents"] == "0.75"


@pytest.mark.slow
def test_late_answers_to_one_move_are_one_entry_of_the_history(page, address):
    """On a busy machine five presses of a key became four entries: the rest between two moves was
    that between their answers.
    """
    page.goto(address)
    ready(page)
    entered = page.evaluate(
        """async () => {
          const under = (from) => [...from.querySelectorAll("*")].flatMap((one) =>
            [one, one.shadowRoot, ...(one.shadowRoot ? under(one.shadowRoot) : [])]);
          const rest = () => new Promise((done) => setTimeout(done, 1100));
          let keeper; // it is there once the page's own script has been loaded
          while (!(keeper = under(document).map((one) => one?.regimeSimKeeper).find(Boolean)))
            await rest();
          const press = () => document.body.dispatchEvent(
            new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
          const begun = history.length, found = [];
          const answer = (query) => { keeper.address(query); found.push(history.length - begun); };
          await rest(); press(); press(); press();
          answer("rents=0.79"); await rest(); answer("rents=0.78"); await rest();
          answer("rents=0.77"); press(); answer("rents=0.76");
          return found;
        }"""
    )
    assert entered == [1, 1, 1, 2]


@pytest.mark.slow
def test_a_tab_is_gone_to_and_the_answer_stays_in_sight(page, address):
    page.goto(address)
    ready(page)
    first = page.evaluate("() => document.querySelector('.st-key-tabs').getBoundingClientRect()")
    assert 0 < first["top"] and first["bottom"] <= 901  # at the foot of the first screen
    page.locator(".st-key-tabs button", has_text="Inside").click()
    page.wait_for_selector(".st-key-open_tab .lead", timeout=60_000)
    page.wait_for_timeout(3500)
    tabs, held = page.evaluate(PLACES)
    assert 0 <= tabs[0] < 60 and abs(held[0] - tabs[1]) < 40
    assert page.locator(".strip-top").is_visible()
    assert re.search(r"\d+ of 100", page.locator(".strip-top").inner_text())
    keep(page, "whole-tab")
    page.locator(".strip-top [data-do=levers]").click()
    page.wait_for_timeout(1500)
    assert page.evaluate("document.activeElement.type") == "range"


@pytest.mark.slow
def test_parts_that_are_opened_leave_the_results_in_view_and_their_values(page, address):
    """In one of eight tries a part showed 0 when it was opened as the finer answer came."""
    for k in range(8):
        page.goto(f"{address}/?rents=0.{30 + k}")
        page.wait_for_function(
            "() => /refining/.test(document.querySelector('.ruler .note')?.textContent ?? '')",
            timeout=60_000,
        )
        page.wait_for_timeout(250 + 100 * k)
        page.locator(".st-key-parts_rents summary").click()
        ready(page)
        page.wait_for_timeout(500)
        values = page.evaluate(
            "() => [...document.querySelectorAll('.st-key-levers input')].map((one) => one.value)"
        )
        assert len(values) > 4 and "0" not in values
    page.locator(".st-key-parts_us_pressure summary").click()
    slider(page, "us_pressure.raid").wait_for(timeout=20_000)
    tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    assert tall < 1300  # they scroll inside their column


@pytest.mark.slow
def test_words_follow_the_thumb(page, address):
    page.goto(address)
    ready(page)
    page.evaluate(
        "() => { window.heard = []; new MutationObserver(() => window.heard.push("
        "document.querySelector('.st-key-lever_rents .anchor').textContent)).observe("
        "document.querySelector('.st-key-lever_rents .anchor'), {childList: true, characterData:"
        " true, subtree: true}); }"
    )
    rents = slider(page, "rents")
    rents.focus()
    rents.press("Home")
    page.wait_for_function("() => window.heard.includes('Unpaid')", timeout=2000)
    ready(page)


@pytest.mark.slow
def test_pins_run_by_themselves_with_names_and_own_files_in_the_link(page, address, browser):
    page.goto(f"{address}/?tab=compare&pins=venezuela-2025,isolation!Alone%20at%20sea")
    ready(page)
    page.wait_for_selector(".compared", timeout=120_000)
    assert "Alone at sea" in page.content()
    page.locator(".st-key-pills button", has_text="Raid").click()
    page.wait_for_url("**scenario=raid**", timeout=20_000)
    ready(page)
    page.locator(".st-key-pin button").click()
    page.wait_for_function(
        "() => document.querySelectorAll('.compared thead th.n').length === 3", timeout=120_000
    )
    runs = [rs.simulate(rs.load(name), 2000, 1) for name in ("venezuela-2025", "raid")]
    change = rs.compare(*runs).change()
    assert f"{100 * change.value:+.0f}" in page.locator(".compared .total").inner_text()
    name = page.locator(".st-key-card_1 input")
    name.fill("Cut off")
    name.press("Enter")
    page.wait_for_function("() => location.search.includes('Cut')", timeout=20_000)
    link = page.url
    page.goto(link)
    ready(page)
    page.wait_for_selector(".compared", timeout=120_000)
    named = "() => document.querySelector('.st-key-card_1 input')?.value === 'Cut off'"
    page.wait_for_function(named, timeout=20_000)
    keep(page, "whole-compare")


@pytest.mark.slow
def test_files_say_what_they_are(page, address, tmp_path):
    page.goto(f"{address}/?scenario=raid&rents=0.3&seed=3")
    ready(page)
    page.locator(".st-key-results button").first.click()

    def saved(key: str):
        with page.expect_download(timeout=90_000) as waiting:
            page.locator(f".st-key-{key} button").click()
        target = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(target)
        return target

    table = saved("save_outcomes")
    assert table.name.startswith("raid-changed-")
    rows = list(csv.DictReader(io.StringIO(table.read_text())))
    assert {row["moved"] for row in rows} == {"rents 0.3"}
    assert {row["seed"] for row in rows} == {"3"}
    assert all("not a forecast" in row["caveat"] and row["version"] for row in rows)
    assert all("rents=0.3" in row["address"] for row in rows)
    out = next(row for row in rows if row["outcome"] == "survived")
    assert float(out["unknown_low"]) <= float(out["low"]) < float(out["high"])
    drawing = saved("save_svg").read_text()
    for part in ("changed: rents 0.3", "2,000 futures, seed 3", "not a forecast"):
        assert part in re.sub(r"<[^>]*>", " ", drawing).replace("  ", " ") or part in drawing
    from PIL import Image

    assert Image.open(saved("save_card")).size == (1200, 630)
    page.keyboard.press("Escape")
    page.locator(".st-key-open_save button").first.click()
    again = rs.load(saved("save_yaml"))
    assert again.id.startswith("raid-changed-") and again.runs.seed == 3
    assert again.inputs() == rs.load("raid").vary(rents=0.3).inputs()


@pytest.mark.slow
def test_why_it_changed_is_told_and_drawn(page, address):
    page.goto(f"{address}/?scenario=isolation-and-rents-cut")
    ready(page)
    page.wait_for_selector(".st-key-waterfall svg", timeout=120_000)
    words = page.locator(".st-key-why").inner_text()
    found = re.search(
        r"Of (\d+) more: rents alone (\d+), foreign support alone (\d+), (\d+)", words
    )
    assert found
    whole, *parts = map(int, found.groups())
    assert whole == sum(parts)
    assert f"{whole} more" in page.locator(".st-key-top .under").inner_text()
    # all of it on the first screen, over the row of tabs
    foot = page.locator(".st-key-waterfall svg text", has_text=" now").first.bounding_box()
    tabs = page.locator(".st-key-tabs").bounding_box()
    assert foot["y"] + foot["height"] <= tabs["y"] <= 900
    keep(page, "whole-why")


@pytest.mark.slow
def test_what_lies_below_does_not_move_when_answers_come(page, address):
    """Else a click there hits nothing: from the first answer to why it changed, and where the
    answer in one line comes into sight.
    """
    page.goto(f"{address}/?tab=compare&pins=venezuela-2025,isolation&rents=0.33&seed=31")
    page.wait_for_selector(".st-key-pin button", timeout=60_000)
    page.evaluate(HEIGHTS)
    ready(page)
    page.wait_for_selector(".st-key-waterfall svg", timeout=120_000)
    page.locator(".st-key-pin button").scroll_into_view_if_needed()
    page.mouse.wheel(0, 600)
    page.wait_for_function("() => document.body.classList.contains('below')", timeout=10_000)
    page.wait_for_timeout(500)
    seen = page.evaluate("() => [...window.heights]")
    assert len(seen) == 2, seen  # one height each


@pytest.mark.slow
def test_what_happened_in_a_past_case_is_marked(page, address):
    page.goto(f"{address}/?scenario=libya-2011")
    ready(page)
    assert "What happened: rebels win, August 2011" in page.locator(".happened").inner_text()
    keep(page, "whole-libya")


@pytest.mark.slow
def test_a_long_answer_is_kept_for_the_next_session(page, address, browser):
    import time

    page.goto(f"{address}/?tab=tipping")
    page.wait_for_selector(".st-key-open_tab .lead", timeout=200_000)
    other = browser.new_page()
    other.goto(address)
    ready(other)
    other.wait_for_timeout(1500)
    begun = time.monotonic()
    other.locator(".st-key-tabs button", has_text="What would change").click()
    other.wait_for_selector(".st-key-open_tab .lead", timeout=20_000)
    assert time.monotonic() - begun < 3.0
    other.close()


@pytest.mark.slow
def test_pins_of_one_scenario_are_compared_and_change_places(page, address):
    """Three pins broke the tab once; the first place is what the others are compared against."""
    pins = "venezuela-2025,venezuela-2025~rents~0.1!Unpaid,venezuela-2025~rents~0.4!Half%20paid"
    page.goto(f"{address}/?tab=compare&pins={pins}")
    ready(page)
    page.wait_for_selector(".compared", timeout=200_000)
    # each is there twice: with its words on hover and, for small screens, without
    assert page.locator(".st-key-pin_earlier_0 button").first.is_disabled()
    assert page.locator(".st-key-pin_later_2 button").first.is_disabled()
    page.locator(".st-key-pin_earlier_2 button:visible").click()
    page.wait_for_function(
        "() => document.querySelector('.st-key-card_1 input')?.value === 'Half paid'",
        timeout=60_000,
    )
    kept = said(page)["pins"].split(",")
    assert [one.partition("!")[2] for one in kept] == ["", "Half%20paid", "Unpaid"]
    page.wait_for_selector(".compared", timeout=200_000)
    assert page.locator("[data-testid=stException]").count() == 0


@pytest.mark.slow
def test_what_stands_together_says_the_same(page, address):
    """Headline, chart and table by one answer: a drawing of the first once stayed beside the finer
    headline.
    """
    page.goto(f"{address}/?scenario=isolation-and-rents-cut&rents=0.1")
    ready(page)
    page.wait_for_timeout(500)
    head = re.search(r"In (\d+) of 100", page.locator(".say").inner_text())[1]
    assert f"{head} of 100" in page.locator(".st-key-survival .title").first.inner_text()
    assert page.locator(".ways .total .n").first.inner_text() == head
    drawn = page.locator(".drawn").first.get_attribute("data-answer")
    assert drawn == page.locator(".say").get_attribute("data-answer")


@pytest.mark.slow
@pytest.mark.parametrize("wide", [1440, 1280, 820, 390])
def test_nothing_jumps_on_load_and_nothing_is_wider_than_the_page(browser, address, wide):
    page = browser.new_page(viewport={"width": wide, "height": 900})
    page.add_init_script(SHIFTS)
    page.goto(f"{address}/?rents=0.45")
    ready(page)
    page.wait_for_timeout(1500)
    assert page.evaluate("window.shifted") < 0.1
    assert page.evaluate("document.documentElement.scrollWidth") <= wide
    # a title's own words, beside the door to its table
    under = page.evaluate(
        """() => ["survival", "array"].filter((name) => {
          const place = document.querySelector(`.st-key-${name}`);
          const door = place.querySelector("[class*=_table] button").getBoundingClientRect();
          const title = [...place.querySelectorAll(".title")].find((one) => one.offsetParent);
          const words = document.createRange();
          words.selectNodeContents(title);
          return [...words.getClientRects()].some((one) => one.right > door.left &&
            one.left < door.right && one.bottom > door.top && one.top < door.bottom);
        })"""
    )
    assert under == []
    page.close()


@pytest.mark.slow
def test_a_story_is_set_in_the_pages_own_fonts(page, address):
    """Its frame may ask nobody for anything, and fell back to Times."""
    page.goto(f"{address}/?tab=future")
    ready(page)
    page.wait_for_selector(".st-key-open_tab iframe", timeout=120_000)
    loaded = "() => [...document.fonts].filter((one) => one.status === 'loaded').length === 2"
    frame = next(one for one in page.frames if one is not page.main_frame)
    frame.wait_for_function(loaded, timeout=60_000)
    assert "font-src data:" in frame.content() and "script-src 'sha256" in frame.content()


@pytest.mark.slow
def test_first_answers_do_not_jump(browser):
    """Over 25 drags; prints what the bench does."""
    from benchmarks import browser as bench

    with bench.server(None) as (url, _):
        page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
        page.goto(url)
        page.wait_for_function(bench.READY, timeout=bench.PATIENCE)
        page.wait_for_function("() => window.regimeSimPreview?.shift", timeout=bench.PATIENCE)
        page.evaluate(bench.STOPWATCH)
        jumps = bench._moves(page, 25)[-1]
        page.close()
    print("\n" + "\n".join(jumps.lines()))
    assert len(jumps.firsts) == 25
    assert statistics.median(jumps.firsts) < 1.0
    assert jumps.previews
    assert statistics.median(jumps.previews) < 1.0
    assert jumps.outside == 0


@pytest.mark.slow
@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("wide", [1440, 390])
def test_axe_finds_nothing_serious_or_moderate(browser, address, look, wide):
    """On every tab. Skipped where axe is not installed: it is no dependency of the package."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = browser.new_page(viewport={"width": wide, "height": 900}, color_scheme=look)
    for tab in ("", *state.TABS):
        # long questions are asked of the world as it ships, whose answers may be at hand
        world = "pins=venezuela-2025,raid" if tab in LONG else "scenario=raid&rents=0.4"
        page.goto(f"{address}/?{world}" + (f"&tab={tab}" if tab else ""))
        ready(page)
        if tab:
            page.wait_for_selector(".st-key-open_tab .lead", timeout=400_000)
        page.wait_for_timeout(1500)
        found = axe.Axe().run(page).response["violations"]
        wrong = [one["id"] for one in found if one["impact"] in ("moderate", "serious", "critical")]
        assert not wrong, (tab, wrong)
        keep(page, f"tab-{tab or 'first'}-{look}-{wide}")
    page.close()
