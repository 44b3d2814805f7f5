"""The page in Firefox, as a reader goes through it: a lever by keyboard, Back, why it changed, a
tab, a phone. Slow; skipped where there is no Firefox.
"""

from __future__ import annotations

import firefox
import pytest
from dashboard_pages import BUILD, READY, serving

pytest.importorskip("streamlit")
pytestmark = pytest.mark.slow
SAID = "document.querySelector('.say')?.textContent ?? ''"
RENTS = "document.querySelector('.st-key-slider_rents input[type=range]')"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with (
        serving(tmp_path_factory.mktemp("served")) as (url, _),
        firefox.opened(tmp_path_factory.mktemp("profile")) as opened,
    ):
        opened.size(1440, 900)
        opened.open(url)
        ready(opened)
        yield opened


def ready(page: firefox.Page) -> None:
    page.wait(f"({READY})()", 90)


def test_the_first_screen_is_drawn_and_fits(page):
    assert page.evaluate(SAID).startswith("In ")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    assert page.evaluate("document.querySelectorAll('.array .m').length") == 100
    drawn = page.evaluate("document.querySelector('.survival-broad svg').getBoundingClientRect()")
    assert drawn["width"] > 500 and drawn["height"] > 400
    assert page.evaluate("[...document.fonts].filter((one) => one.status == 'loaded').length") >= 2
    page.keep(BUILD / "firefox-first.png")


def test_a_lever_by_keyboard_is_answered_and_back_takes_it_back(page):
    before = page.evaluate(SAID)
    page.evaluate(f"{RENTS}.focus()")
    page.press("Home")
    page.wait("location.search.includes('rents=0')")
    ready(page)
    page.wait(f"({SAID}) != {before!r}")
    page.wait("document.querySelector('.st-key-waterfall svg')")
    # why it changed is on the first screen: over the row of tabs
    low, tabs = (
        page.evaluate(f"document.querySelector('{one}').getBoundingClientRect()")
        for one in (".st-key-waterfall .drawing", ".st-key-tabs")
    )
    assert low["top"] < tabs["top"] <= 900
    page.keep(BUILD / "firefox-moved.png")
    page.back()
    page.wait("!location.search.includes('rents')")
    page.wait(f"({SAID}) == {before!r}")
    ready(page)


def test_a_tab_is_gone_to(page):
    page.click(".st-key-tabs [role=radiogroup] button:nth-child(3)")
    page.wait("document.querySelector('.st-key-open_tab .lead')")
    page.wait("!document.querySelector('.going')")
    page.wait(
        "Math.abs(document.querySelector('.st-key-open_tab').getBoundingClientRect().top - 86) < 40"
    )
    page.wait("document.querySelectorAll('.st-key-open_tab svg').length >= 3")
    assert page.evaluate("document.querySelectorAll('.st-key-open_tab .wrong').length") == 0
    page.keep(BUILD / "firefox-tab.png")


def test_on_a_phone(page):
    page.open(page.evaluate("location.origin") + "/?rents=0.2")
    page.size(390, 844)
    ready(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    dock = page.evaluate("document.querySelector('.dock').getBoundingClientRect()")
    assert dock["height"] > 30 and dock["bottom"] <= 845
    page.keep(BUILD / "firefox-phone.png")
