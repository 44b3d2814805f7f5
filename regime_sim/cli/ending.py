"""How a command ends: one line for each problem, the right exit status, no traceback."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn, TextIO

from ..errors import FolderInUse, NotWritten, RegimeSimError
from ..inert import inert, one_line

DONE, CHECK_FAILED, BAD_INPUT, FOLDER_IN_USE, NOT_WRITTEN = 0, 1, 2, 3, 4
INTERRUPTED, BROKEN_PIPE, TERMINATED = 130, 141, 143
PATIENCE = 1.7  # seconds that a command has to end by itself once it is asked to
AGAIN = "nothing was saved. Run it again for the same results"
# stands for the escape character in what we colour ourselves; no file can say it
OWN_ESCAPE = f"\ufdd0{os.urandom(8).hex()}"


class Stop(Exception):
    """End the command with this status and these lines on standard error."""

    def __init__(self, status: int, lines: Iterable[str] = ()) -> None:
        self.status = status
        self.lines = tuple(lines)
        super().__init__(status, *self.lines)


class Terminated(BaseException):
    """The system asked the process to end; no Exception, so that nothing takes it for a failure."""


class OutputFailed(Exception):
    """Standard output could not be written."""


class ReaderGone(Exception):
    """The reader of output is gone; not BrokenPipeError: for that typer has its own exit status."""


def write(text: str) -> None:
    """Write to standard output, at once. Raises OutputFailed (disk full, closed) or ReaderGone."""
    _hand_over(text if text.endswith("\n") else text + "\n")


def flush() -> None:
    """Write what is still held back, where a failure can be told. Errors as `write`."""
    _hand_over("")


def _hand_over(text: str) -> None:
    if sys.stdout is None:
        raise OutputFailed("standard output is closed")
    text = inert(text).replace(OWN_ESCAPE, "\x1b")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError as error:
        raise ReaderGone from error
    except (OSError, ValueError) as error:
        raise OutputFailed(getattr(error, "strerror", None) or str(error)) from error


def complain(lines: Iterable[str]) -> None:
    """Write to standard error, one line each whatever a name says; silent where it is gone."""
    if sys.stderr is None:
        return
    try:
        for line in lines:
            sys.stderr.write(one_line(line) + "\n")
        sys.stderr.flush()
    except OSError:
        pass


def finish(found: tuple[str, int]) -> None:
    """Write what was found, and end with its status."""
    text, status = found
    if text:
        write(text)
    if status:
        raise Stop(status)


def stopped_by(error: RegimeSimError, prefix: str = "regime-sim: ") -> Stop:
    """The end that an error of the package means: its lines, and the status of its kind."""
    kinds = {FolderInUse: FOLDER_IN_USE, NotWritten: NOT_WRITTEN, RegimeSimError: BAD_INPUT}
    status = next(status for kind, status in kinds.items() if isinstance(error, kind))
    text = str(error)
    for word in sys.argv[1:]:
        if "\n" in word:  # else the rest of a name would be a line of its own
            text = text.replace(word, one_line(word))
    return Stop(status, [f"{prefix}{line}" for line in text.split("\n")])


def guarded(command: Callable[[], int]) -> int:
    """Run `command`, return the exit status; every foreseen ending is a line, not a traceback."""
    _tolerate_narrow_terminals()
    try:
        with _ended_by_signals():
            return command()
    except Stop as stop:
        complain(stop.lines)
        return stop.status
    except KeyboardInterrupt:
        complain([f"regime-sim: Interrupted; {AGAIN}"])
        return INTERRUPTED
    except Terminated:
        complain([f"regime-sim: Terminated; {AGAIN}"])
        return TERMINATED
    except (ReaderGone, BrokenPipeError):
        _silence(sys.stdout)
        return BROKEN_PIPE
    except OutputFailed as error:
        complain([f"regime-sim: could not write the results: {error}"])
        _silence(sys.stdout)
        return NOT_WRITTEN


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Interrupts and requests to terminate end the command soon with their status, no traceback."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    watch: list[threading.Timer] = []

    def end(number: int, _: object) -> NoReturn:
        word, status, ending = (
            ("Interrupted", INTERRUPTED, KeyboardInterrupt)
            if number == signal.SIGINT
            else ("Terminated", TERMINATED, Terminated)
        )
        if not watch:
            watch.append(threading.Timer(PATIENCE, _give_up, (word, status)))
            watch[0].daemon = True
            watch[0].start()
        raise ending

    # a shell's `nohup ... &` has it ignored
    asked = [signal.SIGTERM]
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        asked.append(signal.SIGINT)
    before = {one: signal.signal(one, end) for one in asked}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
        for timer in watch:
            timer.cancel()


def _give_up(word: str, status: int) -> NoReturn:
    """End the process as it stands: what a folder has been given is whole at every instant."""
    complain([f"regime-sim: {word}"])
    os._exit(status)


def _tolerate_narrow_terminals() -> None:
    """A terminal that cannot show a sign gets a question mark instead of a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _silence(stream: TextIO | None) -> None:
    """Point an unwritable stream at the null device: the interpreter's last flush says nothing."""
    if stream is None:
        return
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
    except (OSError, ValueError):
        pass
