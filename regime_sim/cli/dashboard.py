"""The commands of the dashboard: starts it as a process of its own, on this machine only, and fits
what it previews; knows nothing of what it shows.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from .ending import BAD_INPUT, INTERRUPTED, NOT_WRITTEN, TERMINATED, Stop, Terminated, write
from .output import progress

_PACKAGE = Path(__file__).resolve().parent.parent
# glibc gives what a run is done with back to the system, whichever thread it was in
TIED = {"REGIME_SIM_DASHBOARD_TIED": "1"}  # the server ends when its standard input is closed
SPARING = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "1000000"}


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(preview)


def preview(
    scenarios: Annotated[
        list[str],
        typer.Argument(
            metavar="SCENARIO...", help="Shipped names (see `scenarios`) or YAML files."
        ),
    ],
    settings: Annotated[
        int, typer.Option(help="Settings of the levers that it learns from.")
    ] = 1024,
    replicates: Annotated[int, typer.Option(help="Worlds at each setting.")] = 512,
    held: Annotated[
        int, typer.Option(help="Movements of a lever that it does not see and is judged on.")
    ] = 64,
    exact: Annotated[
        int, typer.Option(help="Worlds at both ends of each of those, all generals one by one.")
    ] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same emulator.")] = 1,
    workers: Annotated[int | None, typer.Option(help="Threads. [default: all cores]")] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FOLDER",
            help="Write SCENARIO.npz there instead of into the user's cache.",
        ),
    ] = None,
    again: Annotated[
        bool,
        typer.Option("--again", help="Fit even where there is one for this model and scenario."),
    ] = False,
) -> None:
    """Fit what the dashboard shows while a lever is dragged (some minutes a scenario), and say how
    far off it is on movements it has not seen.
    """
    from ..previews.preview import Preview
    from ..previews.preview import preview as fitted
    from .run import load_all

    for name, value, least, most in (
        ("--settings", settings, 32, 65_536),
        ("--replicates", replicates, 16, 100_000),
        ("--held", held, 4, 4096),
        ("--exact", exact, 16, 1_000_000),
    ):
        if not least <= value <= most:
            raise Stop(BAD_INPUT, [f"regime-sim: {name} {value}: must be from {least} to {most}"])
    for scenario in load_all(scenarios):
        made = None if again or output is not None else Preview.find(scenario)
        # the dashboard may have fitted a small one
        if (
            made is None
            or made.settings < settings
            or made.replicates < replicates
            or made.error()["n"] < held
        ):
            with progress() as begin:
                made = fitted(
                    scenario,
                    settings,
                    replicates,
                    seed,
                    held=held,
                    exact=exact,
                    workers=workers,
                    on_progress=begin(scenario.id),
                )
            try:
                path = made.keep(None if output is None else output / f"{scenario.id}.npz")
            except OSError as error:
                raise Stop(
                    NOT_WRITTEN, [f"regime-sim: could not write the preview: {error}"]
                ) from error
            write(f"{path}")
        e, far = made.error(), made.error(far=True)
        write(
            f"{scenario.id}: {made.settings:,} settings x {made.replicates:,} worlds; error of"
            f" P(out) over {e['n']:.0f} movements it had not seen: {e['mean']:.1f} points on"
            f" average, 95% within {e['p95']:.1f}, largest {e['largest']:.1f}; several levers away"
            f" at once: {far['mean']:.1f}, {far['p95']:.1f}, {far['largest']:.1f}"
        )


def serve(scenario: str | None, port: int | None, browser: bool | None) -> int:
    """Run the app until it is stopped; returns its exit status. Raises Stop for a bad scenario,
    port, or installation, and for an interrupt, which is how a page is ended.
    """
    if port is not None and not 1 <= port <= 65535:
        raise Stop(BAD_INPUT, [f"regime-sim: --port {port}: must be from 1 to 65535"])
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
    options = {
        "server.port": None if port is None else str(port),
        "server.headless": None if browser is None else str(not browser).lower(),
    }
    flags = [
        word
        for name, value in options.items()
        if value is not None
        for word in (f"--{name}", value)
    ]
    tail = ["--", _checked(scenario)] if scenario else []
    return [sys.executable, str(_app()), *flags, *tail]


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
    from .run import load_all

    load_all([scenario])
    return str(Path(scenario).resolve()) if Path(scenario).is_file() else scenario
