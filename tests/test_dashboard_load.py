"""The dashboard under load: twenty sessions at once over the websocket, minutes of moves, a
thousand random sequences of widget actions. All slow.

REGIME_SIM_MINUTES sets how long the moves go on (10 unless told), REGIME_SIM_SEQUENCES how many
random sequences are tried (1,000).
"""

from __future__ import annotations

import os
import random
import threading
import time
from pathlib import Path

import pytest
from dashboard_pages import memory, serving

import regime_sim as rs
from dashboard import runs

pytest.importorskip("streamlit")
pytestmark = pytest.mark.slow

FOLDER = Path(__file__).resolve().parent.parent / "dashboard"
SESSIONS = 20
# what is promised: the 95th percentile of twenty, resident memory, growth in ten minutes (MB)
SECONDS, MEGABYTES, GROWTH = 5.0, 600, 50
MINUTES = float(os.environ.get("REGIME_SIM_MINUTES", "10"))
SEQUENCES = int(os.environ.get("REGIME_SIM_SEQUENCES", "1000"))


def session(url: str, query: str) -> float:
    """Open a session as a browser does, by websocket, and wait until its script has run: the
    seconds that took.
    """
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from websockets.sync.client import connect

    begun = time.monotonic()
    address = url.replace("http", "ws") + "/_stcore/stream"
    with connect(
        address, subprotocols=["streamlit"], origin=url, max_size=None, open_timeout=60
    ) as socket:  # type: ignore[arg-type]
        message = BackMsg()
        message.rerun_script.query_string = query
        socket.send(message.SerializeToString())
        seen = False
        while True:
            back = ForwardMsg()
            back.ParseFromString(socket.recv(timeout=120))
            kind = back.WhichOneof("type")
            if kind == "delta" and back.delta.new_element.html.body.startswith('<h1 class="say" '):
                seen = True
            if kind == "script_finished":
                assert seen
                return time.monotonic() - begun


def test_twenty_sessions_at_once(tmp_path):
    pytest.importorskip("websockets")
    rs.simulate(rs.load("venezuela-2025"), 16)
    with serving(tmp_path) as (url, server):
        session(url, "rents=0.55")  # which loads the law, as the first page alone need not
        took: list[float] = []
        failed: list[BaseException] = []

        def one(k: int) -> None:
            try:
                took.append(session(url, f"rents={0.02 * k:.2f}"))
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=one, args=(k,)) for k in range(SESSIONS)]
        for thread in threads:
            thread.start()
        most = 0
        while any(thread.is_alive() for thread in threads):
            most = max(most, memory(server))
            time.sleep(0.1)
        most = max(most, memory(server))
    took.sort()
    print(
        f"\n{len(took)} of {SESSIONS} sessions, median {took[len(took) // 2]:.1f} s, 95%"
        f" {took[int(0.95 * (len(took) - 1))]:.1f} s, memory {most / 2**20:,.0f} MB"
    )
    assert not failed
    assert len(took) == SESSIONS
    assert took[int(0.95 * (len(took) - 1))] < SECONDS
    assert most < MEGABYTES * 2**20


def test_minutes_of_moves_do_not_grow(tmp_path):
    from benchmarks import browser as cli_browser

    rs.simulate(rs.load("venezuela-2025"), 16)
    dice = random.Random(5)
    with serving(tmp_path) as (url, server), cli_browser.browser() as open_:
        page = open_(1280, 900, "light")
        page.goto(url)
        page.wait_for_function(cli_browser.READY, timeout=120_000)
        end, settle, sizes, moves = (
            time.monotonic() + 60 * MINUTES,
            time.monotonic() + 15 * MINUTES,
            [],
            0,
        )
        while time.monotonic() < end:
            slider = page.locator(
                f".st-key-slider_{dice.choice(list(rs.LEVERS))} input[type=range]"
            )
            slider.focus()
            for _ in range(dice.randint(1, 6)):
                slider.press(
                    dice.choice(["ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End"])
                )
            page.wait_for_timeout(400)
            moves += 1
            if time.monotonic() > settle:  # the store of kept answers is full by then
                sizes.append(memory(server))
        page.wait_for_function(cli_browser.READY, timeout=120_000)
    fifth = max(1, len(sizes) // 5)
    growth = (sorted(sizes[-fifth:])[fifth // 2] - sorted(sizes[:fifth])[fifth // 2]) / 2**20
    print(
        f"\n{moves} moves in {MINUTES:g} minutes, growth {growth:+.0f} MB, at the end"
        f" {sizes[-1] / 2**20:,.0f} MB"
    )
    assert growth < GROWTH


def test_random_sequences_of_actions_never_raise(monkeypatch):
    from streamlit.testing.v1 import AppTest

    monkeypatch.setattr(runs, "FIRST", 16)
    monkeypatch.setattr(runs, "FINE", 32)
    texts = [
        "schema: 1\nextends: raid\nhorizon: 12 weeks\n",
        "schema: [",
        "levers: {rnts: 3}",
        "schema: 1\nextends: nowhere\n",
        "",
    ]
    doors = (
        "open_save",
        "results",
        "survival_table",
        "outcomes_table",
        *(f"parts_{lever}" for lever in rs.LEVERS),
    )
    for k in range(SEQUENCES):
        dice = random.Random(k)
        if k % 50 == 0:
            app = AppTest.from_file(str(FOLDER / "app.py"), default_timeout=120)
            app.run()
            for door in doors:  # what is behind a closed one is not there to be used
                app.session_state[door] = True
            app.run()
        done = []
        for _ in range(dice.randint(1, 4)):
            action = dice.randrange(7)
            if action <= 2:
                slider, value = dice.choice(list(app.slider)), round(dice.random(), 2)
                done.append((slider.key, value))
                slider.set_value(value)
            elif action == 3:
                done.append("preset")
                pills = next(
                    group for group in app.get("button_group") if group.key == "preset_pills"
                )
                pills.set_value(dice.choice(["venezuela-2025", "raid", "iraq-2003", "no-pressure"]))
            elif action == 4:
                done.append("paste")
                app.text_area(key="pasted").set_value(dice.choice(texts))
                app.button(key="open_pasted").click()
            elif action == 5:
                done.append("tab")
                tabs = next(group for group in app.get("button_group") if group.key == "tab_bar")
                tabs.set_value(dice.choice(["inside", "sources", "compare"]))
            elif not app.button(key="reset_all").disabled:
                done.append("reset")
                app.button(key="reset_all").click()
            app.run()
            assert not app.exception, (k, done, app.exception[0].message)
