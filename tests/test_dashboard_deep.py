"""The dashboard in a real browser, at length: every preset, every lever by keyboard and by drag,
address, files in and out, tabs, probes. Screenshots go to build/dashboard.
"""

from __future__ import annotations

import csv
import io
import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from dashboard_pages import keep, ready, serving

import regime_sim as rs
from benchmarks import browser as cli_browser
from dashboard import state

pytest.importorskip("streamlit")
pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.slow

PRESETS = [
    "venezuela-2025",
    "isolation",
    "rents-cut",
    "isolation-and-rents-cut",
    "strikes-only",
    "raid",
    "exile-offer",
    "no-pressure",
    "venezuela-2026",
    "iraq-2003",
    "libya-2011",
    "yemen-2011",
]
RESET = (
    "() => !location.search && document.querySelector('.st-key-reset_all button').disabled &&"
    " !document.querySelector('[data-stale=true]')"
)
GOOD = "schema: 1\nid: mine\ntitle: My own\nextends: venezuela-2025\nlevers: {rents: 0.4}\n"
BROKEN = "schema: 1\nextends: venezuela-2025\nlevers:\n  rnts: 0.3\n"
HOSTILE = " ".join(
    (
        "<script>window.hit=1</script>",
        "<img src=x onerror='window.hit=1'>",
        "[click](javascript:window.hit=1)",
    )
)
NASTY = f"""schema: 1
id: nasty
title: "=HYPERLINK(\\"http://evil.example\\") {HOSTILE}"
extends: venezuela-2025
notes: "=cmd|' /C calc'!A0 <svg onload='window.hit=1'>"
levers: {{rents: 0.4}}
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("dashboard")) as (url, _):
        yield url


@pytest.fixture(scope="module")
def open_():
    try:
        with cli_browser.browser() as made:
            yield made
    except Exception as error:
        if "needs" in str(error):
            pytest.skip(str(error))
        raise


@pytest.fixture
def page(open_):
    page = open_(1280, 960, "light")
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    yield page
    assert page.problems == []
    page.close()


def slider(page, name):
    return page.locator(f".st-key-slider_{name.replace('.', '-')} input[type=range]")


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset(page, address, name):
    page.goto(f"{address}/?scenario={name}")
    ready(page)
    assert page.locator(".array").first.locator("i").count() == 100
    assert f"{rs.load(name).ruler}" in page.locator(".say").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    keep(page, f"preset-{name}")


def test_every_lever_and_part_by_keyboard(page, address):
    page.goto(address)
    ready(page)
    for lever in rs.LEVERS:
        page.locator(f".st-key-parts_{lever} summary").click()
    for name in rs.levers()["name"]:
        at = slider(page, name)
        at.focus()
        before = float(at.input_value())
        at.press("ArrowLeft" if before > 0.5 else "ArrowRight")
        page.wait_for_function(
            "name => new URLSearchParams(location.search).has(name)", arg=name, timeout=60_000
        )
        assert float(at.input_value()) == pytest.approx(before + (-0.01 if before > 0.5 else 0.01))
        page.locator(".st-key-reset_all button").click()
        page.wait_for_function(RESET, timeout=60_000)
    ready(page)


@pytest.mark.parametrize("lever", list(rs.LEVERS))
def test_every_lever_by_drag_with_a_preview_that_is_marked(page, address, lever):
    page.goto(address)
    ready(page)
    page.wait_for_function("() => window.regimeSimPreview?.shift", timeout=240_000)
    ready(page)
    page.evaluate(
        "() => { const own = window.regimeSimPreview, draw = own.draw; window.drawn = []; own.draw"
        " = function () { draw.call(this);"
        " window.drawn.push([document.querySelector('.say').innerText,"
        " document.body.classList.contains('previewing')]); }; }"
    )
    cli_browser.drag(page, lever, 0.2 if lever != "us_pressure" else 0.9)
    drawn = page.evaluate("window.drawn")
    assert len(drawn) >= 3
    assert all("≈" in words and marked for words, marked in drawn)
    page.wait_for_function(
        "lever => new URLSearchParams(location.search).has(lever)", arg=lever, timeout=60_000
    )
    ready(page)
    page.wait_for_function("() => !document.body.classList.contains('previewing')", timeout=20_000)
    assert "≈" not in page.locator(".say").inner_text()
    keep(page, f"dragged-{lever}")


def test_the_address_goes_round(page, address):
    page.goto(
        f"{address}/?scenario=raid&rents=0.4&us_pressure.strikes=0.5&seed=3&tab=inside&pins=venezuela-2025,raid~rents~0.2"
    )
    ready(page)
    page.wait_for_selector(".st-key-open_tab .lead")
    said, url = page.locator(".say").inner_text(), page.url
    page.goto(url)
    ready(page)
    assert page.locator(".say").inner_text() == said
    assert page.url == url
    assert float(slider(page, "rents").input_value()) == 0.4
    result = rs.simulate(rs.load("raid").vary({"rents": 0.4, "us_pressure.strikes": 0.5}), 2000, 3)
    assert f"In {result.frequencies().out} of 100" in said


def test_a_good_file_a_broken_one_and_the_address_of_a_file(page, address):
    page.goto(address)
    ready(page)
    page.locator(".st-key-open_save button").click()
    page.locator(".st-key-upload input[type=file]").set_input_files(
        {"name": "bad.yaml", "mimeType": "application/yaml", "buffer": BROKEN.encode()}
    )
    page.wait_for_selector(".wrong pre")
    assert (
        "bad.yaml:4:3 levers.rnts: unknown lever - did you mean rents?"
        in page.locator(".wrong pre").first.inner_text()
    )
    keep(page, "broken-file")
    page.locator(".st-key-upload input[type=file]").set_input_files(
        {"name": "mine.yaml", "mimeType": "application/yaml", "buffer": GOOD.encode()}
    )
    page.wait_for_function("() => /My own/.test(document.querySelector('.brand').textContent)")
    page.wait_for_function("() => new URLSearchParams(location.search).has('file')")
    ready(page)
    said, url = page.locator(".say").inner_text(), page.url
    page.goto(url)
    ready(page)
    assert page.locator(".say").inner_text() == said
    assert page.locator(".brand").inner_text().endswith("My own")


def test_what_goes_out_is_what_the_library_gives(page, address, tmp_path):
    import pandas as pd

    page.goto(f"{address}/?scenario=isolation&seed=5")
    ready(page)
    run = rs.simulate(rs.load("isolation"), 2000, 5)
    page.locator(".st-key-results button").first.click()

    def saved(key: str) -> Path:
        with page.expect_download(timeout=120_000) as found:
            page.locator(f".st-key-{key} button").click()
        target = tmp_path / found.value.suggested_filename
        found.value.save_as(target)
        assert target.name.startswith("isolation-seed5-n2000")
        return target

    rows = list(csv.DictReader(io.StringIO(saved("save_outcomes").read_text())))
    wanted = {
        row["outcome"]: row for clock in ("leader", "regime") for row in run.outcome_rows(clock)
    }
    assert all(
        float(row["probability"]) == pytest.approx(wanted[row["outcome"]]["probability"])
        for row in rows
    )
    assert len(rows) == len(wanted)
    frame = pd.read_parquet(saved("save_survival_parquet"))
    assert (
        frame[frame.clock == "leader"]["survival"].tolist()
        == run.survival("leader")["survival"].tolist()
    )
    assert len(list(csv.DictReader(io.StringIO(saved("save_survival").read_text())))) == 2 * (
        run.horizon + 1
    )
    assert pd.read_parquet(saved("save_outcomes_parquet"))["n"].min() >= 1
    assert saved("save_svg").read_text().startswith("<svg")
    assert saved("save_png").read_bytes().startswith(b"\x89PNG")
    report = saved("save_report").read_text()
    assert report.startswith("<!DOCTYPE html>") and f"In {run.frequencies().out} of 100" in report
    page.keyboard.press("Escape")
    page.locator(".st-key-open_save button").click()
    with page.expect_download() as found:
        page.locator(".st-key-save_yaml button").click()
    saved = Path(found.value.path()).read_text(encoding="utf-8")
    assert rs.loads(saved).inputs() == rs.load("isolation").inputs()


@pytest.mark.parametrize("tab", state.TABS)
def test_every_tab_opens_and_answers(page, address, tab):
    pins = "&pins=venezuela-2025,isolation-and-rents-cut" if tab == "compare" else ""
    page.set_viewport_size({"width": 1280, "height": 2000})
    page.goto(f"{address}/?tab={tab}{pins}")
    ready(page)
    page.wait_for_selector(".st-key-open_tab .lead", timeout=400_000)
    page.wait_for_function("() => !document.querySelector('.going')", timeout=400_000)
    page.wait_for_timeout(1500)
    assert page.locator(".st-key-open_tab .wrong").count() == 0
    keep(page, f"tab-{tab}")


def test_long_work_can_be_cancelled_and_the_page_stays_usable(page, address):
    page.goto(f"{address}/?tab=tipping&seed=77")
    page.wait_for_selector(".going", timeout=60_000)
    slider(page, "rents").focus()
    slider(page, "rents").press("Home")
    page.wait_for_url("**rents=0**", timeout=60_000)
    ready(page)  # else what is cancelled may be the work on the question before
    page.locator(".st-key-cancel_tipping button").click()
    page.wait_for_selector(".st-key-restart_tipping button", timeout=60_000)
    assert "Cancelled" in page.locator(".st-key-open_tab .wrong").first.inner_text()


@pytest.mark.parametrize("look", ["light", "dark"])
def test_on_a_phone(open_, address, look):
    page = open_(390, 844, look)
    page.goto(f"{address}/?scenario=isolation-and-rents-cut")
    ready(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    places = [
        page.locator(name).first.bounding_box()
        for name in (".say", ".ruler", ".array", ".st-key-levers", ".st-key-survival", ".ways")
    ]
    assert [place["y"] for place in places] == sorted(place["y"] for place in places)
    assert page.locator(".dock").is_visible()
    cut = page.evaluate(
        "() => [...document.querySelectorAll('.ways .n, .ruler strong, .dock b, .ways"
        " td')].filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)"
    )
    assert cut == []
    keep(page, f"phone-{look}")
    page.close()


def test_markup_and_formulas_in_a_file_stay_text(page, address, tmp_path):
    page.goto(address)
    ready(page)
    page.locator(".st-key-open_save button").click()
    page.locator(".st-key-upload input[type=file]").set_input_files(
        {
            "name": "<img src=x onerror=window.hit=1>.yaml",
            "mimeType": "application/yaml",
            "buffer": NASTY.encode(),
        }
    )
    page.wait_for_function("() => /HYPERLINK/.test(document.querySelector('.brand').textContent)")
    ready(page)
    for tab in ("inside", "sources"):
        page.goto(page.url.split("&tab=")[0] + f"&tab={tab}")
        ready(page)
        page.wait_for_selector(".st-key-open_tab .lead")
    assert page.evaluate("window.hit") is None
    assert (
        page.locator(".brand script, .brand img, .st-key-open_tab img, a[href^=javascript]").count()
        == 0
    )
    page.locator(".st-key-results button").first.click()
    with page.expect_download(timeout=120_000) as found:
        page.locator(".st-key-save_report button").click()
    found.value.save_as(tmp_path / "report.html")
    report = tmp_path / "report.html"
    other = page.context.new_page()
    other.goto(report.as_uri())
    assert other.evaluate("window.hit") is None
    assert other.locator("a[href^=javascript]").count() == 0
    other.close()
    with page.expect_download() as found:
        page.locator(".st-key-save_outcomes button").click()
    found.value.save_as(tmp_path / "out.csv")
    for row in csv.reader(io.StringIO((tmp_path / "out.csv").read_text())):
        assert not any(cell[:1] in "=+@\t\r" for cell in row if cell)


def _status(url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> int:
    request = urllib.request.Request(
        url,
        data=body,
        method=method,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_an_upload_without_a_token_is_refused(address):
    assert _status(f"{address}/_stcore/upload_file/a/b", "PUT", b"x") in (400, 401, 403, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/..%2f..%2f..%2fetc/passwd",
        "/static/../../pyproject.toml",
        "/media/../../../etc/passwd",
        "/app/static/..%2f..%2fpyproject.toml",
    ],
)
def test_no_path_leads_out(address, path):
    request = urllib.request.Request(f"{address}{path}")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read(4000).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        text = error.read(4000).decode("utf-8", "replace")
    assert "root:" not in text and "[build-system]" not in text


def test_a_foreign_page_gets_no_websocket(address):
    client = pytest.importorskip("websockets.sync.client")
    from websockets.exceptions import InvalidStatus

    stream = address.replace("http", "ws") + "/_stcore/stream"
    with client.connect(stream, origin=address, subprotocols=["streamlit"], open_timeout=20) as own:
        assert own.state.name == "OPEN"
    with pytest.raises(InvalidStatus, match="403"):
        client.connect(
            stream, origin="http://evil.example", subprotocols=["streamlit"], open_timeout=20
        )


def test_it_listens_on_this_machine_only(address):
    import socket

    port = int(address.rsplit(":", 1)[1])
    others = {
        info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    } - {"127.0.0.1", "127.0.1.1"}
    for other in others:
        with socket.socket() as client:
            client.settimeout(2)
            assert client.connect_ex((other, port)) != 0


def test_its_headers_send_nothing_to_others(address):
    with urllib.request.urlopen(f"{address}/_stcore/host-config", timeout=10) as answer:
        config = json.loads(answer.read())
    assert "allowedOrigins" in config
