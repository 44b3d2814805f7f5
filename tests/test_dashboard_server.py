"""The server of the dashboard: who is answered, which settings of Streamlit are the user's, how it
ends, and what is said of an address that cannot be read.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import unescape
from pathlib import Path

import pytest

from dashboard import server as started
from dashboard import state
from dashboard.door import Door

pytest.importorskip("streamlit")
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parent.parent
HEALTH = "/_stcore/health"
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol": "streamlit",
}


# ---- the door by itself

STRANGE = (
    "",
    "evil.example",
    "evil.example:8501",
    "127.0.0.1.evil.example",
    "localhost.evil.example:8501",
    "127.0.0.1@evil.example",
    "evil.example#127.0.0.1",
    "127.0.0.1:8501.evil.example",
    "0.0.0.0:8501",
    "192.168.1.7",
    "localhost:8501:8501",
    "locaLhoſt",
)


@pytest.mark.parametrize("host", STRANGE)
def test_a_strange_host_is_not_let_in(host):
    assert not Door("127.0.0.1").opens(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8501", "LOCALHOST:1", "127.0.0.1:65535"])
def test_this_machine_is_let_in(host):
    assert Door("127.0.0.1").opens(host)


def test_hosts_that_were_asked_for_are_let_in_and_no_others():
    asked = Door("192.168.1.7", ["https://lab.example", "page.example"])
    for host in ("192.168.1.7:8501", "lab.example", "page.example:8501", "localhost"):
        assert asked.opens(host)
    assert not asked.opens("192.168.1.8")
    assert asked.opens_for("https://lab.example", "lab.example:8501")
    everywhere = Door("0.0.0.0")
    assert everywhere.opens("192.168.1.7:8501") and everywhere.opens("[fe80::1]:8501")
    assert not everywhere.opens("evil.example") and not everywhere.opens("0.0.0.0")


def test_only_pages_of_this_server_may_ask():
    own = Door("127.0.0.1")
    assert own.opens_for(None, "localhost:8501")
    assert own.opens_for("http://localhost:8501", "localhost:8501")
    for origin in ("null", "file://", "http://localhost:1", "http://evil.example", ""):
        assert not own.opens_for(origin, "localhost:8501")


# ---- the server as a user starts it


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(folder: Path, *words: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """The command in a process of its own; what it says goes to log.txt in the folder."""
    with (folder / "log.txt").open("w") as log:
        command = subprocess.Popen(
            [sys.executable, "-m", "regime_sim.cli", "dashboard", *words],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | settings,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield command
    finally:
        with suppress(ProcessLookupError):
            os.killpg(command.pid, signal.SIGKILL)
        command.wait(10)


def ask(port: int, path: str, host: str, **more: str) -> int:
    """The status of the answer; 0 where nobody answers."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        link.putrequest("GET", path, skip_host=True)
        for name, value in {"Host": host, **more}.items():
            link.putheader(name, value)
        link.endheaders()
        return link.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        link.close()


def comes(port: int, wanted: int, seconds: float = 60.0) -> bool:
    """Whether the server comes to answer so; 0: to be gone."""
    until = time.monotonic() + seconds
    while (found := ask(port, HEALTH, "localhost")) != wanted and time.monotonic() < until:
        time.sleep(0.1)
    return found == wanted


def test_own_hosts_are_answered_and_the_server_ends_with_a_killed_command(tmp_path):
    """At a port that the user's environment names."""
    port = free_port()
    with serving(tmp_path, "--no-browser", STREAMLIT_SERVER_PORT=str(port)) as command:
        assert comes(port, 200), (tmp_path / "log.txt").read_text()
        for path in ("/", HEALTH, "/_stcore/host-config", "/media/x.png"):
            assert ask(port, path, f"evil.example:{port}") == 403, path
        own, evil = f"127.0.0.1:{port}", f"evil.example:{port}"
        stream = "/_stcore/stream"
        assert ask(port, stream, evil, Origin=f"http://{evil}", **UPGRADE) == 403
        assert ask(port, stream, own, Origin=f"http://{evil}", **UPGRADE) == 403
        assert ask(port, stream, own, Origin=f"http://{own}", **UPGRADE) == 101
        said = (tmp_path / "log.txt").read_text()
        assert str(port) in said and "External" not in said and "Network" not in said
        command.kill()
        command.wait(10)
        assert comes(port, 0, 10)


def test_the_words_at_its_end_are_those_of_a_page(tmp_path):
    port = free_port()
    with serving(tmp_path, "--no-browser", "--port", str(port)) as command:
        assert comes(port, 200), (tmp_path / "log.txt").read_text()
        command.send_signal(signal.SIGINT)
        assert command.wait(15) == 130
        assert comes(port, 0, 10)
    said = (tmp_path / "log.txt").read_text()
    assert "regime-sim: dashboard stopped" in said
    assert "saved" not in said and "Traceback" not in said


def test_a_taken_port_is_named(tmp_path):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = str(held.getsockname()[1])
        with serving(tmp_path, "--no-browser", "--port", port) as command:
            assert command.wait(60) == 2
    (line,) = (tmp_path / "log.txt").read_text().splitlines()
    assert line.startswith(f"regime-sim: port {port} is taken")


def test_nobody_elsewhere_is_asked_for_an_address(monkeypatch):
    from streamlit import net_util

    def asked(*_: object, **__: object) -> None:
        raise AssertionError("a server elsewhere was asked")

    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)
    monkeypatch.setattr(net_util, "_make_blocking_http_get", asked)
    with pytest.raises(AssertionError):
        net_util.get_external_ip()
    started._ask_nobody()
    assert net_util.get_external_ip() is None


# ---- the address


def said_of(**address: str) -> str:
    """What the page says of an address."""
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=120)
    for name, value in address.items():
        app.query_params[name.replace("__", ".")] = value
    app.run()
    assert not app.exception
    return unescape(app.session_state["notice"])


def test_all_that_an_address_has_wrong_is_named():
    said = said_of(
        seed="abc",
        rentz="0.3",
        foreign_support__russa="0.3",
        us_pressure="1.0001",
        scenario="raidd",
        tab="storys",
        pins="raid~rents~7",
        zzzz="1",
        v="0.0",
    )
    for words in (
        "scenario: raidd is not a shipped one (did you mean raid?)",
        f"seed: abc is not a whole number from 0 to {state.LARGEST_SEED}",
        "rentz: unknown (did you mean rents?)",
        "foreign_support.russa: unknown (did you mean foreign_support.russia?)",
        "us_pressure: 1.0001 is not a number from 0 to 1",
        "tab: there is no tab storys",
        "pins: raid~rents~7 is not a scenario with its levers",
        "zzzz: unknown",
        "another version",
    ):
        assert words in said


def test_numbers_are_read_in_full_or_not_at_all():
    from dashboard import address

    for text, value in {
        "0.3": 0.3,
        ".25": 0.25,
        "1e-1": 0.1,
        "0.30000000000000000000000000000": 0.3,
        "1.0000000000000004": 1.0,
        "-0.0000000000000001": 0.0,
        "0.12345678": 0.12345678,
    }.items():
        assert address._number(text) == value
    for text in ("", "2", "-0.1", "nan", "inf", "0.5.5", "0,5", "1_0", "٠", "0." + "3" * 60 + "x"):
        assert address._number(text) is None
