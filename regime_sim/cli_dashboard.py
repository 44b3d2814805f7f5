"""Starts the dashboard as a process of its own, on this machine only; knows nothing of what it shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .cli_exit import BAD_INPUT, Stop

_PACKAGE = Path(__file__).resolve().parent


def serve(scenario: str | None, port: int, browser: bool) -> int:
    """Run the app until it is stopped; returns its exit status. Raises Stop for a bad scenario, port, or installation."""
    if not 1 <= port <= 65535:
        raise Stop(BAD_INPUT, [f"regime-sim: --port {port}: must be from 1 to 65535"])
    server = subprocess.Popen(command(scenario, port, browser))
    try:
        return server.wait()
    except BaseException:
        server.terminate()
        server.wait()
        raise


def command(scenario: str | None, port: int, browser: bool) -> list[str]:
    """The command that starts the app: bound to 127.0.0.1, usage statistics off, no question asked on the terminal."""
    options = {
        "server.address": "127.0.0.1",
        "server.port": str(port),
        "server.headless": "false" if browser else "true",
        "server.showEmailPrompt": "false",
        "browser.gatherUsageStats": "false",
        "browser.serverAddress": "127.0.0.1",
    }
    flags = [word for name, value in options.items() for word in (f"--{name}", value)]
    tail = ["--", _checked(scenario)] if scenario else []
    return [sys.executable, "-m", "streamlit", "run", str(_app()), *flags, *tail]


def _app() -> Path:
    """The app's file: inside the package when it was installed from a wheel, beside it in a checkout."""
    for place in (_PACKAGE / "dashboard" / "app.py", _PACKAGE.parent / "dashboard" / "app.py"):
        if place.is_file():
            return place
    raise Stop(BAD_INPUT, ["regime-sim: the dashboard is not part of this installation"])


def _checked(scenario: str) -> str:
    """The scenario as the app shall load it: a shipped name as it is, a file by its full path."""
    from .cli_run import load_all

    load_all([scenario])
    return str(Path(scenario).resolve()) if Path(scenario).is_file() else scenario
