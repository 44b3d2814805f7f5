"""How a command ends: one line for each problem, the right exit status, no traceback; knows no
command.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn, TextIO

from ..errors import FolderInUse, NotWritten, RegimeSimError

DONE, CHECK_FAILED, BAD_INPUT, FOLDER_IN_USE, NOT_WRITTEN = 0, 1, 2, 3, 4
INTERRUPTED, BROKEN_PIPE, TERMINATED = 130, 141, 143
PATIENCE = 1.7  # seconds that a command has to end by itself once it is asked to
AGAIN = "nothing was saved. Run it again for the same results"


class Stop(Exception):
    """End the command with this status and these lines on standard error."""

    def __init__(self, status: int, lines: Iterable[str] = ()) -> None:
        self.status = status
        self.lines = tuple(lines)
        super().__init__(status, *self.lines)


class Terminated(BaseException):
    """The system asked the process to end. As KeyboardInterrupt no Exception, so that nothing on
    the way takes it for a failure of its own.
    """


class OutputFailed(Exception):
    """Standard output could not be written."""


class ReaderGone(Exception):
    """The reader of standard output went away. Not a BrokenPipeError: typer would end the command
    for it, with its own status.
    """


def write(text: str) -> None:
    """Write to standard output, at once. Raises OutputFailed (disk full, closed) or ReaderGone."""
    _hand_over(text if text.endswith("\n") else text + "\n")


def flush() -> None:
    """Write what is still held back, where a failure can be told. Errors as `write`."""
    _hand_over("")


def _hand_over(text: str) -> None:
    if sys.stdout is None:
        raise OutputFailed("standard output is closed")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError as error:
        raise ReaderGone from error
    except (OSError, ValueError) as error:
        raise OutputFailed(getattr(error, "strerror", None) or str(error)) from error


def complain(lines: Iterable[str]) -> None:
    """Write lines to standard error; a standard error that is gone is no reason to fail twice."""
    if sys.stderr is None:
        return
    try:
        for line in lines:
            sys.stderr.write(line + "\n")
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
    status = (
        FOLDER_IN_USE
        if isinstance(error, FolderInUse)
        else NOT_WRITTEN
        if isinstance(error, NotWritten)
        else BAD_INPUT
    )
    return Stop(status, [f"{prefix}{line}" for line in str(error).splitlines()])


def guarded(command: Callable[[], int]) -> int:
    """Run `command` and return the exit status; every ending that was foreseen becomes a line, not
    a traceback.
    """
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


def leave(status: int) -> NoReturn:
    """End the process. After an interrupt at once: a thread that is still compiling would hold it
    up for half a minute.
    """
    others = [
        thread
        for thread in threading.enumerate()
        if thread is not threading.main_thread() and not thread.daemon
    ]
    if status in (INTERRUPTED, TERMINATED) and others:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError, AttributeError):
                stream.flush()
        os._exit(status)
    raise SystemExit(status)


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """An interrupt, and a request to terminate, end the command with a status of their own and no
    traceback; and soon, whatever is still at work by then.
    """
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
    asked = [signal.SIGTERM] + [signal.SIGINT] * (
        signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
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
    """Point a stream that cannot be written at the null device, so that the interpreter's last
    flush says nothing.
    """
    if stream is None:
        return
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
    except (OSError, ValueError):
        pass
