"""The command `dashboard`: starts it as its own process, on this machine only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from ..store import disk
from . import options
from .bench import development
from .ending import BAD_INPUT, DONE, INTERRUPTED, TERMINATED, Stop, Terminated
from .inputs import load

_PACKAGE = Path(__file__).resolve().parent.parent
# glibc gives what a run is done with back to the system, whichever thread it was in
TIED = {"REGIME_SIM_DASHBOARD_TIED": "1"}  # the server ends when its standard input is closed
SPARING = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "1000000"}


def dashboard(
    scenario: Annotated[
        str | None, typer.Argument(metavar="[SCENARIO]", help="What to open with.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(help="Port on this machine.", show_default="8501, or the next free one"),
    ] = None,
    browser: Annotated[
        bool | None,
        typer.Option(
            "--browser/--no-browser",
            help="Open a browser window.",
            show_default="where there is one",
        ),
    ] = None,
    pictures: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Write three pictures of it to FOLDER instead (needs the source repository).",
        ),
    ] = None,
) -> None:
    """Open the dashboard on this machine (127.0.0.1 only, nothing is sent anywhere)."""
    if pictures is not None:
        return development("browser", "--pictures", str(pictures))
    options.check(port=port)
    status = serve(scenario, port, browser)
    if status != DONE:
        raise Stop(status)


def serve(scenario: str | None, port: int | None, browser: bool | None) -> int:
    """Run the app until stopped: status. Raises Stop (scenario, port, installation, interrupt)."""
    # the server reads that its standard input is closed when this process ends, however it does
    server = subprocess.Popen(
        command(scenario, port, browser), env=SPARING | os.environ | TIED, stdin=subprocess.PIPE
    )
    try:
        return server.wait()
    except KeyboardInterrupt:
        _end(server)
        raise Stop(INTERRUPTED, ["regime-sim: dashboard stopped"]) from None
    except Terminated:
        _end(server)
        raise Stop(TERMINATED, ["regime-sim: dashboard stopped"]) from None
    except BaseException:
        _end(server)
        raise


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    server.wait()


def command(scenario: str | None, port: int | None, browser: bool | None) -> list[str]:
    """The command that starts the app, with flags for what was asked for and no others: the rest is
    the user's own settings of Streamlit, or the file of settings beside the app (this machine only,
    usage statistics off).
    """
    given = {
        "server.port": None if port is None else str(port),
        "server.headless": None if browser is None else str(not browser).lower(),
    }
    flags = [
        word for name, value in given.items() if value is not None for word in (f"--{name}", value)
    ]
    tail = [] if scenario is None else ["--", _checked(scenario)]
    return [sys.executable, str(_app()), *flags, *tail]


def _app() -> Path:
    """The app's file: inside the package in a wheel, beside it in a checkout."""
    for place in (_PACKAGE / "dashboard" / "app.py", _PACKAGE.parent / "dashboard" / "app.py"):
        if place.is_file():
            return place
    raise Stop(BAD_INPUT, ["regime-sim: the dashboard is not part of this installation"])


def _checked(scenario: str) -> str:
    """The scenario as the app shall load it: a shipped name as it is, a file by its full path."""
    load(scenario)
    return str(Path(scenario).resolve()) if disk.is_file(scenario) else scenario
