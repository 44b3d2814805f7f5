"""The dashboard's door: who is answered, what the user's own settings of the server decide, how it
ends, and what an address that cannot be read is told.
"""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import doors
import pytest
from doors import free_port, until

pytest.importorskip("streamlit")
from streamlit.testing.v1 import AppTest

import regime_sim as rs
from dashboard import address as page_address
from dashboard import server as started
from dashboard import state
from dashboard.door import Door

HEALTH = "/_stcore/health"


class Server:
    """A dashboard as a user starts it, in a process of its own."""

    def __init__(self, folder: Path, *arguments: object, **more: str) -> None:
        self.log = folder / "log.txt"
        self.folder = folder
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                doors.argv("dashboard", *arguments),
                cwd=folder,
                env=doors.environment(**more),
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # it would inherit that an interrupt is ignored, as in the background of a shell
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def up(self, port: int, seconds: float = 60) -> bool:
        """Whether it answers at this port."""
        return (
            until(seconds, lambda: self.process.poll() is not None or ask(port, HEALTH)[0] == 200)
            and self.process.poll() is None
        )

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


@contextmanager
def serving(folder: Path, *arguments: object, **more: str) -> Iterator[Server]:
    server = Server(folder, *arguments, **more)
    try:
        yield server
    finally:
        server.end()


def ask(
    port: int, path: str, host: str | None = None, method: str = "GET", **headers: str
) -> tuple[int, str]:
    """The status and the beginning of an answer; 0 where nobody answers."""
    try:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        link.putrequest(method, path, skip_host=host is not None)
        if host is not None:
            link.putheader("Host", host)
        for name, value in headers.items():
            link.putheader(name.replace("_", "-"), value)
        link.endheaders()
        answer = link.getresponse()
        return answer.status, answer.read(2000).decode(
            errors="replace"
        ) if answer.status != 101 else ""
    except (OSError, http.client.HTTPException):
        return 0, ""


def upgrade(port: int, host: str, origin: str) -> int:
    """The status of the answer to a page of `origin` that asks for the live connection, through
    which everything goes.
    """
    return ask(
        port,
        "/_stcore/stream",
        host,
        Origin=origin,
        Connection="Upgrade",
        Upgrade="websocket",
        Sec_WebSocket_Version="13",
        Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==",
        Sec_WebSocket_Protocol="streamlit",
    )[0]


def gone(port: int, seconds: float = 8) -> bool:
    return until(seconds, lambda: ask(port, HEALTH)[0] == 0)


# ---- the door by itself

STRANGE_TO_A_DOOR = (
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


@pytest.mark.parametrize("host", STRANGE_TO_A_DOOR)
def test_a_door_stays_shut(host):
    assert not Door("127.0.0.1").opens(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8501", "LOCALHOST:1", "127.0.0.1:65535"])
def test_a_door_opens_to_this_machine(host):
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


# ---- who is answered


@pytest.fixture(scope="module")
def port(tmp_path_factory) -> Iterator[int]:
    at = free_port()
    with serving(tmp_path_factory.mktemp("door"), "--port", at, "--no-browser") as server:
        assert server.up(at), server.said()
        yield at


STRANGERS = (
    "evil.example",
    "evil.example:{port}",
    "127.0.0.1.evil.example:{port}",
    "localhost.evil.example",
    "127.0.0.1@evil.example:{port}",
    "evil.example#127.0.0.1:{port}",
    "0.0.0.0:{port}",
    "192.168.1.7:{port}",
    "[::ffff:7f00:1]:{port}",
    "127.0.0.1:{port}.evil.example",
    "",
)
PATHS = (
    "/",
    HEALTH,
    "/_stcore/host-config",
    "/media/x.png",
    "/static/js/x.js",
    "/_stcore/allowed-message-origins",
    "/component/x/index.html",
)


@pytest.mark.parametrize("host", STRANGERS)
def test_a_strange_host_is_not_answered(port, host):
    named = host.format(port=port)
    for path in PATHS:
        status, text = ask(port, path, named)
        assert status in (400, 403, 421), (path, status)
        assert "<script" not in text
    assert upgrade(port, named, f"http://{named}") in (400, 403, 421)


def test_an_own_host_is_answered(port):
    for host in (
        f"127.0.0.1:{port}",
        f"localhost:{port}",
        "127.0.0.1",
        "localhost",
        f"LOCALHOST:{port}",
    ):
        assert ask(port, "/", host)[0] == 200, host
    for host in (f"127.0.0.1:{port}", f"localhost:{port}"):
        assert upgrade(port, host, f"http://{host}") == 101, host


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://evil.example:{port}",
        "null",
        "http://127.0.0.1.evil.example:{port}",
        "http://localhost:1",
        "file://",
    ],
)
def test_a_page_from_elsewhere_gets_no_live_connection(port, origin):
    assert upgrade(port, f"127.0.0.1:{port}", origin.format(port=port)) in (400, 403, 421)


def test_nobody_from_elsewhere_uploads(port):
    for host, origin in (
        ("evil.example", "http://evil.example"),
        (f"127.0.0.1:{port}", "http://evil.example"),
    ):
        status = ask(
            port, "/_stcore/upload_file/a/b", host, "PUT", Origin=origin, Content_Length="0"
        )[0]
        assert status in (400, 403, 404, 405, 421)


@pytest.mark.slow
def test_only_this_machine_is_listened_to(port):
    outer = [info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    for address in {*outer, "127.0.0.2"} - {"127.0.0.1"}:
        with socket.socket() as one:
            one.settimeout(2)
            assert one.connect_ex((address, port)) != 0, address


# ---- what the user has set


def opener(folder: Path) -> str:
    """A folder of programs in which each that opens a browser leaves a mark instead: a PATH."""
    programs = folder / "programs"
    programs.mkdir()
    for name in (
        "xdg-open",
        "open",
        "sensible-browser",
        "x-www-browser",
        "www-browser",
        "firefox",
        "chromium",
        "google-chrome",
    ):
        (programs / name).write_text(f"#!/bin/sh\necho \"$@\" >> '{folder}/opened'\n")
        (programs / name).chmod(0o755)
    return f"{programs}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.slow
def test_a_port_that_is_given_goes_before_the_environment(tmp_path):
    at, other = free_port(), free_port()
    with serving(
        tmp_path, "--no-browser", "--port", at, STREAMLIT_SERVER_PORT=str(other)
    ) as server:
        assert server.up(at), server.said()
        assert ask(other, HEALTH)[0] == 0


@pytest.mark.slow
def test_the_users_settings_file_is_used(tmp_path):
    at = free_port()
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "config.toml").write_text(
        f"[server]\nport = {at}\nheadless = true\n"
    )
    with serving(tmp_path, PATH=opener(tmp_path), DISPLAY=":9") as server:
        assert server.up(at), server.said()
        time.sleep(1)
        assert not (tmp_path / "opened").exists(), (
            "the file says headless, and no flag says otherwise"
        )


@pytest.mark.slow
def test_headless_in_the_environment_opens_no_browser(tmp_path):
    at = free_port()
    with serving(
        tmp_path,
        "--port",
        at,
        PATH=opener(tmp_path),
        DISPLAY=":9",
        STREAMLIT_SERVER_HEADLESS="true",
    ) as server:
        assert server.up(at), server.said()
        time.sleep(1)
        assert not (tmp_path / "opened").exists()


@pytest.mark.slow
def test_a_browser_is_opened_where_nothing_says_otherwise_and_only_then(tmp_path):
    at = free_port()
    with serving(tmp_path, "--port", at, PATH=opener(tmp_path), DISPLAY=":9") as server:
        assert server.up(at), server.said()
        assert until(5, (tmp_path / "opened").exists), server.said()
        assert f":{at}" in (tmp_path / "opened").read_text()
    (tmp_path / "opened").unlink()
    with serving(
        tmp_path, "--port", at, "--no-browser", PATH=os.environ["PATH"], DISPLAY=":9"
    ) as server:
        assert server.up(at), server.said()
        assert not (tmp_path / "opened").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    "more",
    [
        {},
        {"STREAMLIT_SERVER_HEADLESS": "true"},
        {"STREAMLIT_BROWSER_GATHER_USAGE_STATS": "true"},
        {"STREAMLIT_SERVER_ADDRESS": "127.0.0.1"},
    ],
)
def test_nobody_outside_is_asked_anything(tmp_path, more):
    """Whoever is to be asked is asked through a proxy that only takes notes."""
    notes: list[str] = []
    with socket.socket() as proxy:
        proxy.bind(("127.0.0.1", 0))
        proxy.listen()
        proxy.settimeout(0.2)
        stop = threading.Event()

        def take() -> None:
            while not stop.is_set():
                with suppress(OSError):
                    link, _ = proxy.accept()
                    link.settimeout(2)
                    notes.append(link.recv(300).decode(errors="replace").splitlines()[0])
                    link.close()

        thread = threading.Thread(target=take)
        thread.start()
        address = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        at = free_port()
        names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
        through = dict.fromkeys(names, address) | {"NO_PROXY": "127.0.0.1,localhost"}
        with serving(tmp_path, "--port", at, "--no-browser", **through, **more) as server:
            assert server.up(at), server.said()
            ask(at, "/")
            time.sleep(2)
            said = server.said()
        stop.set()
        thread.join()
    assert notes == []
    assert "External URL" not in said and "Network URL" not in said


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


# ---- how it begins and ends


@pytest.mark.parametrize("given", ["option", pytest.param("environment", marks=pytest.mark.slow)])
def test_a_taken_port_is_named(tmp_path, given):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        at = held.getsockname()[1]
        arguments = ("--port", at) if given == "option" else ()
        more = {} if given == "option" else {"STREAMLIT_SERVER_PORT": str(at)}
        ended = doors.process(
            "dashboard",
            "--no-browser",
            *arguments,
            cwd=tmp_path,
            env=doors.environment(**more),
            timeout=60,
        )
    assert ended.returncode == 2
    assert str(at) in ended.stderr and len(ended.stderr.splitlines()) == 1
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("sent", "status"),
    [(signal.SIGINT, 130), pytest.param(signal.SIGTERM, 143, marks=pytest.mark.slow)],
)
def test_the_words_at_its_end_are_those_of_a_page(tmp_path, sent, status):
    at = free_port()
    with serving(tmp_path, "--port", at, "--no-browser") as server:
        assert server.up(at), server.said()
        server.process.send_signal(sent)
        assert server.process.wait(15) in (0, status)
        said = server.said()
        assert gone(at)
    assert not re.search(r"nothing was saved|same numbers|same results|resume", said, re.I), said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "sent", [signal.SIGKILL, pytest.param(signal.SIGHUP, marks=pytest.mark.slow)]
)
def test_the_server_ends_with_the_command(tmp_path, sent):
    """At a port that the user's environment names."""
    at = free_port()
    with serving(tmp_path, "--no-browser", STREAMLIT_SERVER_PORT=str(at)) as server:
        assert server.up(at), server.said()
        assert "External" not in server.said() and "Network" not in server.said()
        server.process.send_signal(sent)
        server.process.wait(10)
        assert gone(at), "the server goes on without the command that started it"


@pytest.mark.slow
def test_it_ends_while_it_begins(tmp_path):
    at = free_port()
    with serving(tmp_path, "--port", at, "--no-browser") as server:
        time.sleep(0.8)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(15) in (0, 143)
        assert gone(at)
        assert "Traceback" not in server.said()


@pytest.mark.parametrize(
    "arguments",
    [("--port", 0), ("--port", 65536), ("--port", "many"), ("nothing-like-it",), ("missing.yaml",)],
)
def test_bad_input_starts_no_server(arguments):
    ended = doors.inside("dashboard", *arguments, "--no-browser")
    assert ended.status == 2 and len(ended.err.splitlines()) == 1


# ---- the address


def page(**address: str) -> AppTest:
    app = AppTest.from_file(str(doors.DASHBOARD), default_timeout=120)
    for name, value in address.items():
        app.query_params[name.replace("__", ".")] = value
    app.run()
    assert not app.exception
    return app


def notice(app: AppTest) -> str:
    """What the page says in its notices, as text."""
    shown = "\n".join(element.proto.body for element in app.get("html"))
    found = re.findall(r'<div class="wrong"[^>]*>(.*?)</div>', shown, re.S)
    import html

    return html.unescape(re.sub(r"<[^>]+>", " ", " ".join(found)))


def test_a_good_address_is_taken_without_a_word():
    app = page(rents="0.3", seed="7", foreign_support__russia="0.25")
    assert notice(app) == ""
    assert (
        app.session_state.moves == {"rents": 0.3, "foreign_support.russia": 0.25}
        and app.session_state.seed == 7
    )


SEEDS = (
    "abc",
    "123456789012345",
    "-1",
    "1.5",
    "1e3",
    "",
    "٣",
    "99999999999999999999",
    "4294967296",
    "0x10",
    "1_0",
)


@pytest.mark.parametrize(
    "text",
    [text if text in SEEDS[:2] else pytest.param(text, marks=pytest.mark.slow) for text in SEEDS],
)
def test_a_seed_that_cannot_be_read_is_said_to_be_a_seed(text):
    app = page(seed=text)
    assert app.session_state.seed == 1
    said = notice(app)
    assert "seed" in said and "0 to 1" not in said and "whole number" in said
    assert text in said


NEAREST = {
    "rentz": "rents",
    "foreign_support__russa": "russia",
    "us_presure": "us_pressure",
    "Rents": "rents",
    "sed": "seed",
    "scenari0": "scenario",
}


def test_a_name_that_nothing_has_is_named():
    """All at once; a name that is like no other is named too."""
    app = page(rents="0.2", **dict.fromkeys((*NEAREST, "zzzz"), "0.3"))
    said = notice(app)
    for name, nearest in {**NEAREST, "zzzz": ""}.items():
        assert re.search(rf"{re.escape(name.replace('__', '.'))}\W.*{nearest}", said), name
    assert app.session_state.moves == {"rents": 0.2}


def test_a_number_is_read_in_full_or_left_out_and_said():
    texts = (
        "2",
        "-0.1",
        "nan",
        "inf",
        "many",
        "",
        "0.5.5",
        "1.0000001",
        "0,5",
        "1e400",
        "0.3000000000000000000000000000x",
        "0." + "1" * 30 + "abc",
    )
    names = [name for name in rs.load("venezuela-2025").names.levers if "." in name][: len(texts)]
    app = page(**{name.replace(".", "__"): text for name, text in zip(names, texts, strict=True)})
    assert app.session_state.moves == {}
    said = notice(app)
    assert (
        all(re.search(rf"{re.escape(name)}(?![.\w])", said) for name in names) and "0 to 1" in said
    )


def test_a_long_number_is_read_in_full():
    texts = {
        "0.30000000000000000000000000000": 0.3,
        "1e-1": 0.1,
        "1.0000000000000004": 1.0,
        "-0.0000000000000001": 0.0,
        "0" * 30 + "1": 1.0,
        ".25": 0.25,
    }
    names = [name for name in rs.load("venezuela-2025").names.levers if "." in name][: len(texts)]
    app = page(**{name.replace(".", "__"): text for name, text in zip(names, texts, strict=True)})
    assert notice(app) == ""
    assert app.session_state.moves == {
        name: pytest.approx(value, abs=1e-4)
        for name, value in zip(names, texts.values(), strict=True)
    }


def test_numbers_are_read_in_full_or_not_at_all():
    for text, value in {
        "0.3": 0.3,
        ".25": 0.25,
        "1e-1": 0.1,
        "0.30000000000000000000000000000": 0.3,
        "1.0000000000000004": 1.0,
        "-0.0000000000000001": 0.0,
        "0.12345678": 0.12345678,
    }.items():
        assert page_address._number(text) == value
    for text in ("", "2", "-0.1", "nan", "inf", "0.5.5", "0,5", "1_0", "٠", "0." + "3" * 60 + "x"):
        assert page_address._number(text) is None


OTHERS: tuple[dict[str, str], ...] = (
    {"pins": "nothing~rents~0.3,isolation~rentz~0.4", "tab": "nothing"},
    {"pins": "isolation~rents~7"},
    {"pins": ""},
    {"tab": "nothing"},
    {"scenario": "nothing-like-it"},
    {"file": "!!"},
    {"v": "0.0"},
)


@pytest.mark.parametrize(
    "address", [OTHERS[0], *(pytest.param(one, marks=pytest.mark.slow) for one in OTHERS[1:])]
)
def test_whatever_else_cannot_be_read_is_said(address):
    said = notice(page(**address))
    for name, text in address.items():
        assert name in said or (text and text in said) or "version" in said, name


def test_all_that_is_wrong_is_said_at_once_and_what_is_right_is_kept():
    app = page(
        rents="0.2",
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
    said = notice(app)
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
        assert words in " ".join(said.split()), words
    assert app.session_state.moves == {"rents": 0.2}


@pytest.mark.slow
def test_a_hostile_address_is_shown_as_text(tmp_path):
    text = "<script>window.hit=1</script><img src=x onerror=window.hit=1>"
    for name, value in (
        ("seed", text),
        (text, "0.3"),
        ("scenario", text),
        ("rents", text),
        ("pins", text),
        ("tab", text),
    ):
        app = AppTest.from_file(str(doors.DASHBOARD), default_timeout=120)
        app.query_params[name] = value
        app.run()
        assert not app.exception
        for element in (*app.get("html"), *app.get("markdown")):
            assert (
                "<script>window" not in element.proto.body
                and "<img src=x" not in element.proto.body
            )


@pytest.mark.slow
def test_the_address_of_what_is_shown_is_good_again():
    app = page(rents="0.35", seed="9")
    again = page(
        **{
            name.replace(".", "__"): value[0] if isinstance(value, list) else value
            for name, value in dict(app.query_params).items()
        }
    )
    assert again.session_state.moves == app.session_state.moves and again.session_state.seed == 9
    assert rs.__version__


def test_a_process_of_multiprocessing_serves_nothing(root):
    """It runs the main module first, which in a page is this file."""
    code = (
        f"import runpy; runpy.run_path({str(root / 'dashboard/app.py')!r}, run_name='__mp_main__')"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root, timeout=60)
