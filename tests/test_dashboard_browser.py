"""The dashboard in a real browser: charts are drawn, keys move levers, the address follows, nothing
is sent to other hosts.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from dashboard_pages import serving

CHROMIUM = next(
    (
        path
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (path := shutil.which(name))
    ),
    None,
)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
READY = (
    "() => /^2,000 futures(?!.*refining)/m.test(document.querySelector('.ruler .note')?.textContent"
    " ?? '')"
)

pytest.importorskip("streamlit")
sync_api = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard of its own on a free port, started from another folder, by the command that users
    type.
    """
    with serving(tmp_path_factory.mktemp("dashboard")) as (url, _):
        yield url


def test_the_page_in_a_browser(address):
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        try:
            _desktop(browser, address)
            _phone(browser, address)
        finally:
            browser.close()


def _desktop(browser, address):
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    page.wait_for_selector(".array", timeout=60_000)
    page.wait_for_function(READY, timeout=60_000)
    assert page.locator(".array i").count() == 100
    _is_drawn(page, ".survival-wide")
    slider = page.locator(".st-key-slider_rents input[type=range]")
    assert slider.get_attribute("aria-label") == "Loyalty rents"
    slider.focus()
    slider.press("Home")
    page.wait_for_url("**rents=0**", timeout=20_000)
    page.wait_for_function(
        "() => /than in the article|No clear"
        " change/.test(document.querySelector('.under').textContent)",
        timeout=20_000,
    )
    assert page.locator(".st-key-reset_rents").inner_text() == "↺ was 0.80"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert not errors
    hosts = {urlsplit(url).netloc for url in asked if url.startswith(("http", "ws"))}
    assert hosts == {urlsplit(address).netloc}
    page.close()


def _is_drawn(page, selector):
    """The lines are there, not only the axes: dark pixels in every quarter of the plot's width (a
    missing frame draws nothing).
    """
    from PIL import Image

    chart = page.locator(f"{selector} svg").first
    chart.wait_for(timeout=20_000)
    page.wait_for_timeout(500)
    image = Image.open(io.BytesIO(chart.screenshot())).convert("L")
    wide, tall = image.size
    assert wide > 300 and tall > 250
    for k in range(4):
        left = 40 + k * 70
        part = image.crop((left, 20, left + 60, tall - 60))
        assert sum(count for level, count in enumerate(part.histogram()) if level < 80) > 60, (
            f"nothing drawn in quarter {k + 1}"
        )


def _phone(browser, address):
    page = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
    page.goto(f"{address}/?scenario=raid&rents=0.4")
    page.wait_for_selector(".array", timeout=60_000)
    page.wait_for_function(READY, timeout=60_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    places = [
        page.locator(name).bounding_box()
        for name in (".say", ".ruler", ".array", ".st-key-levers", ".st-key-survival", ".ways")
    ]
    assert all(place and place["x"] >= 0 and place["x"] + place["width"] <= 390 for place in places)
    assert [place["y"] for place in places] == sorted(place["y"] for place in places)
    assert page.locator(".dock").is_visible()
    assert page.locator(".survival-narrow").is_visible()
    assert page.locator(".survival-wide").count() == 0
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
        == "rgb(20, 23, 28)"
    )
    page.close()
