"""The command `dashboard`: starts it as a process of its own, on this machine only; does not know
what it shows.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from . import options
from .bench import development
from .ending import BAD_INPUT, DONE, Stop
from .inputs import load

_PACKAGE = Path(__file__).resolve().parent.parent
# glibc gives what a run is done with back to the system, whichever thread it was in
SPARING = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "1000000"}


def dashboard(
    scenario: Annotated[
        str | None, typer.Argument(metavar="[SCENARIO]", help="What to open with.")
    ] = None,
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 8501,
    browser: Annotated[bool, typer.Option(help="Open a browser window.")] = True,
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


def serve(scenario: str | None, port: int, browser: bool) -> int:
    """Run the app until it is stopped; returns its exit status. Raises Stop for a bad scenario or
    installation.
    """
    server = subprocess.Popen(command(scenario, port, browser), env=SPARING | os.environ)
    try:
        return server.wait()
    except BaseException:
        server.terminate()
        server.wait()
        raise


def command(scenario: str | None, port: int, browser: bool) -> list[str]:
    """The command that starts the app: bound to 127.0.0.1, usage statistics off, no question asked
    on the terminal.
    """
    settings = {
        "server.address": "127.0.0.1",
        "server.port": str(port),
        "server.headless": "false" if browser else "true",
        "server.showEmailPrompt": "false",
        "browser.gatherUsageStats": "false",
        "browser.serverAddress": "127.0.0.1",
    }
    flags = [word for name, value in settings.items() for word in (f"--{name}", value)]
    tail = ["--", _checked(scenario)] if scenario else []
    return [sys.executable, str(_app().with_name("serve.py")), *flags, *tail]


def _app() -> Path:
    """The app's file: inside the package when it was installed from a wheel, beside it in a
    checkout.
    """
    for place in (_PACKAGE / "dashboard" / "app.py", _PACKAGE.parent / "dashboard" / "app.py"):
        if place.is_file():
            return place
    raise Stop(BAD_INPUT, ["regime-sim: the dashboard is not part of this installation"])


def _checked(scenario: str) -> str:
    """The scenario as the app shall load it: a shipped name as it is, a file by its full path."""
    load(scenario)
    return str(Path(scenario).resolve()) if Path(scenario).is_file() else scenario
