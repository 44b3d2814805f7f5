"""The command line `regime-sim`: registers every command, runs the one that the arguments name
and ends with its status.

Whatever is heavy is imported inside the command that needs it, or by a room that loads a module
when it is first used (`__init__.pyi` of `history`, `questions`, `view.tables`): `regime-sim --help`
starts without NumPy. Exit status: 0 done, 1 a check failed, 2 bad input, 3 folder in use, 4 could
not write, 130 interrupted, 141 the reader of a pipe went away, 143 terminated.
"""

from __future__ import annotations

from typing import Annotated

import typer

import regime_sim as rs

from ..errors import RegimeSimError
from ..store import disk
from .attribute import attribute
from .backtest import backtest
from .bench import bench
from .calibrate import calibrate
from .claim import claim
from .coding import coding
from .compare import compare
from .dashboard import dashboard
from .discover import discover
from .documents import episodes, odd, patterns
from .elicit import elicit
from .ending import (
    BAD_INPUT,
    DONE,
    INTERRUPTED,
    OutputFailed,
    Stop,
    flush,
    guarded,
    stopped_by,
    write,
)
from .files import check, new, schema
from .listings import cite, levers, scenarios
from .options import laid_out
from .preview import preview
from .renew import renew
from .report import report
from .resume import rerun, resume
from .run import run
from .score import score
from .sensitivity import sensitivity
from .story import story
from .sweep import sweep
from .tipping import tipping
from .ways import ways

COMMANDS = (  # as `--help` lists them
    *(run, compare, attribute, ways, sweep, sensitivity, tipping, discover, claim, story, report),
    *(check, new, elicit, schema, scenarios, levers, cite, resume, rerun, dashboard, preview),
    *(coding, backtest, score, episodes, patterns, odd, calibrate, renew, bench),
)

app = typer.Typer(
    name="regime-sim",
    help=(
        "Scenarios of how personalist regimes survive or fall under outside pressure.\n\nTwo"
        " clocks, the ruler's and the regime's; always distributions with intervals, never a point"
        " forecast."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for one in COMMANDS:
    app.command()(laid_out(one))


def _version(asked: bool) -> None:
    if asked:
        write(f"regime-sim {rs.__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_version, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Options that stand before the command; the help text above is the application's own."""


def main() -> None:
    """The entry point: run a command and leave with its exit status."""
    raise SystemExit(guarded(command))


def _refused(error: OSError) -> Exception:
    """What the system refused, as an ending: without a file's name it was the output."""
    if not disk.standing_somewhere():
        return Stop(BAD_INPUT, ["regime-sim: the folder that this was started in is gone"])
    why = error.strerror or str(error)
    if error.filename is None:
        return OutputFailed(why)
    return Stop(BAD_INPUT, [f"regime-sim: {error.filename}: {why}"])


def command() -> int:
    """Run the command named; bad usage and the package's own errors end in lines."""
    try:
        status = app(prog_name="regime-sim", standalone_mode=False)
        flush()
    except RegimeSimError as error:
        raise stopped_by(error, prefix="") from error
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _refused(error) from error
    except typer.Abort as error:
        raise KeyboardInterrupt from error
    except Exception as error:
        # bad usage, by whichever parser typer is built on
        usage = getattr(error, "format_message", None)
        if usage is None:
            raise
        text = " ".join(usage().split())
        raise Stop(BAD_INPUT, [f"regime-sim: {text}"] if text else []) from error
    if status == INTERRUPTED:
        raise KeyboardInterrupt
    return status if isinstance(status, int) else DONE
