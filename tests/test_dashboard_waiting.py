"""What the page waits for comes, whatever is late, lost or forgotten on the way: answers that other
sessions push out, questions and messages that the connection loses or delays.
"""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from pathlib import Path

import pytest
from dashboard_pages import READY, ready, serving

import regime_sim as rs
from benchmarks import browser as cli_browser
from dashboard import answers, jobs, runs

pytest.importorskip("streamlit")
from streamlit.testing.v1 import AppTest

FOLDER = Path(__file__).resolve().parent.parent / "dashboard"


# every message of the server arrives so many milliseconds late, as on a machine under load
SLOW_WAY = """(delay) => { const Own = window.WebSocket; window.WebSocket = class extends Own {
  addEventListener(kind, heard, ...more) {
    const late = (event) => setTimeout(() => heard(event), delay);
    super.addEventListener(kind, kind === "message" ? late : heard, ...more);
  }
}; }"""
# the first question of a timer never leaves the browser
LOST = """() => {
  const Own = window.WebSocket; window.lost = 0;
  window.WebSocket = class extends Own {
    send(data) {
      const look = new TextDecoder().decode(data).includes('"event":"look"');
      if (look && !window.lost) { window.lost++; return; }
      super.send(data);
    }
  };
}"""


def page_of(**address: str) -> AppTest:
    app = AppTest.from_file(str(FOLDER / "app.py"), default_timeout=120)
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def refined(app: AppTest) -> bool:
    """Whether the page comes to show the finer answer, looking as its timer does."""
    for _ in range(50):
        if not app.session_state["answer"].refining:
            return True
        time.sleep(0.1)
        app.run()
    return False


def test_an_answer_that_other_sessions_pushed_out_is_still_this_sessions(monkeypatch):
    monkeypatch.setattr(runs, "FIRST", 16)
    monkeypatch.setattr(runs, "FINE", 32)
    monkeypatch.setattr(runs, "_KEPT", runs.Kept())
    app = page_of(rents="0.31")
    assert refined(app)
    for k in range(runs.KEPT):
        runs.kept().put(f"of another session {k}", 32, app.session_state["answer"].baseline)
    app.run()
    assert refined(app)
    assert app.session_state["answer"].futures == 32


def test_a_job_that_made_less_than_is_asked_now_is_begun_again(monkeypatch):
    own, scenario = jobs.SessionJobs(), rs.load("venezuela-2025")
    monkeypatch.setattr(runs, "FINE", 16)
    monkeypatch.setattr(answers, "PAUSE", 0.0)
    monkeypatch.setattr(runs, "_KEPT", runs.Kept())
    monkeypatch.setattr(jobs, "of_session", lambda: own)
    answers._refine("this", {"this": scenario}, 1)
    first = own.jobs["refine"]
    first.future.result(60)
    answers._refine("this", {"this": scenario}, 1)
    assert own.jobs["refine"] is first
    answers._refine("this", {"this": scenario, "that": scenario.vary({"rents": 0.5})}, 1)
    assert set(own.jobs["refine"].future.result(60)) == {"this", "that"}


def test_a_move_ends_the_work_on_why_the_last_one_changed(monkeypatch):
    """It went on on every core, every subset of what was moved, while the first answer was run."""
    own, begun = jobs.SessionJobs(), threading.Event()
    monkeypatch.setattr(jobs, "of_session", lambda: own)
    monkeypatch.setattr(runs, "FIRST", 16)
    monkeypatch.setattr(runs, "FINE", 32)
    monkeypatch.setattr(runs, "_KEPT", runs.Kept())

    def work(tell, cancel):
        begun.set()
        return cancel.wait(60)

    app = page_of(rents="0.34")
    assert refined(app)
    job = own.start("why", f"{app.session_state['answer'].key} and its baseline", work)
    assert begun.wait(60)
    app.run()
    assert not job.cancel.is_set()  # of what is on the page
    app.slider(key="slider_rents").set_value(0.35).run()
    assert job.cancel.is_set()


def test_a_page_whose_question_is_refused_waits_for_nothing(monkeypatch):
    monkeypatch.setattr(answers, "PAUSE", 5.0)
    monkeypatch.setattr(runs, "_KEPT", runs.Kept())
    app = page_of(rents="0.32")
    assert app.session_state["answer"].refining
    assert "ticks_refined" in app.session_state
    monkeypatch.setattr(runs, "BUDGET", 1)
    app.slider(key="slider_rents").set_value(0.33).run()
    ticks = app.session_state["ticks_refined"]
    app.run()
    assert "Too large for this page" in "".join(one.proto.body for one in app.get("html"))
    assert app.session_state["ticks_refined"] == ticks


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("dashboard")) as (url, _):
        yield url


def session(address: str):
    """A session as a browser opens it."""
    client = pytest.importorskip("websockets.sync.client")
    return client.connect(
        address.replace("http", "ws") + "/_stcore/stream",
        subprotocols=["streamlit"],
        origin=address,
        max_size=None,
        open_timeout=60,
    )


def question(query: str):
    """What a browser asks when it opens this address."""
    from streamlit.proto.BackMsg_pb2 import BackMsg

    message = BackMsg()
    message.rerun_script.query_string = query
    return message


def heard(socket, message) -> list:
    """Ask: all messages of the answer."""
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    socket.send(message.SerializeToString())
    found = []
    while (
        not found
        or found[-1].WhichOneof("type") != "script_finished"
        or found[-1].script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
    ):
        found.append(ForwardMsg())
        found[-1].ParseFromString(socket.recv(timeout=120))
    return found


def test_every_message_is_sent_whole(address):
    """A browser may have thrown a message away since it said that it had it; a message by name
    alone would then end the page.
    """
    message = question("rents=0.35")
    with session(address) as socket:
        message.rerun_script.cached_message_hashes.extend(
            one.hash for one in heard(socket, message) if one.WhichOneof("type") == "delta"
        )
        kinds = [one.WhichOneof("type") for one in heard(socket, message)]
    assert kinds.count("delta") > 50
    assert "ref_hash" not in kinds


def test_files_are_sent_at_once(address):
    """Not 40 ms after one another, as a server does that waits for an acknowledgement between the
    two parts of an answer.
    """
    connection, took = http.client.HTTPConnection(address.removeprefix("http://")), []
    for _ in range(40):
        begun = time.monotonic()
        connection.request("GET", "/index.html")
        assert connection.getresponse().read()
        took.append(time.monotonic() - begun)
    assert statistics.median(took) < 0.03


def test_a_kept_answer_is_sent_before_the_levers(address):
    for _ in range(2):  # the first of them makes the answer
        with session(address) as socket:
            elements = [one.delta.new_element for one in heard(socket, question("rents=0.36"))]
    survival = next(
        k
        for k, one in enumerate(elements)
        if one.bidi_component.component_name == "regime_sim_survival"
    )
    slider = next(k for k, one in enumerate(elements) if one.HasField("slider"))
    assert survival < slider


def test_a_move_that_is_sent_as_one_with_a_look_is_drawn(address):
    """The browser sends what happens in one moment as one question, for the fragment of what came
    first.
    """
    message = question("rents=0.38&tab=tipping&seed=41")
    with session(address) as socket:
        deltas = [one.delta for one in heard(socket, message)]
        timer = next(
            one for one in deltas if one.new_element.bidi_component.id.endswith("tick_tipping")
        )
        slider = next(
            one for one in deltas if one.new_element.slider.id.endswith("slider_rents")
        ).new_element.slider
        message.rerun_script.fragment_id = timer.fragment_id
        states = message.rerun_script.widget_states.widgets
        states.add(
            id=f"$$STREAMLIT_INTERNAL_KEY_{timer.new_element.bidi_component.id}__events"
        ).json_trigger_value = '[{"event": "look", "value": 2}]'
        states.add(id=slider.id).double_array_value.data.append(0.61)
        said = [one.delta.new_element.html.body for one in heard(socket, message)]
    assert any(one.startswith('<h1 class="say"') for one in said)


@pytest.fixture(scope="module")
def open_():
    pytest.importorskip("playwright.sync_api")
    if not any(map(cli_browser.shutil.which, cli_browser.CHROMIUM)):
        pytest.skip("no Chromium on this machine")
    with cli_browser.browser() as made:
        yield made


@pytest.mark.slow
def test_a_question_that_is_lost_is_asked_again(address, open_):
    page = open_(1280, 900, "light")
    page.add_init_script(f"({LOST})()")
    page.goto(f"{address}/?rents=0.37")
    ready(page, 60_000)
    assert page.evaluate("window.lost") == 1
    page.close()


@pytest.mark.slow
def test_a_lever_put_back_while_the_finer_answer_arrives_late(address, open_):
    page = open_(1280, 900, "light")
    page.add_init_script(f"({SLOW_WAY})(300)")
    page.goto(address)
    ready(page)
    slider = page.locator(".st-key-slider_rents input[type=range]")
    slider.focus()
    for k in range(24):
        slider.press("Home")
        page.wait_for_function(
            "() => document.querySelector('.st-key-slider_rents input').value === '0'"
        )
        ready(page, 30_000)
        slider.press("PageUp")
        for _ in range(k):
            slider.press("ArrowRight")
        page.wait_for_timeout(700 + 60 * (k % 12))
    slider.press("Home")
    page.wait_for_timeout(1000)
    page.wait_for_function(READY, timeout=30_000)
    assert page.locator("[role=dialog]").count() == 0
    page.close()
