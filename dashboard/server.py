"""Starts Streamlit's server on the page, as `streamlit run app.py` does, gets it ready meanwhile,
and ends it with the command that started it.

It changes five things of Streamlit's own, each by a name that another version may not have; where
one is missing the server is as Streamlit made it:

- who is answered (`door`);
- the first page has this page's measures in it (`first_sheet`);
- a port that is taken ends the server with status 2 and one line, where a certain one was asked
  for;
- every answer is sent at once. Streamlit's socket waits with the second part of each until the
  browser has acknowledged the first: 40 ms for each of a hundred files, and in many a move;
- nobody outside is asked for this machine's external address.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

from . import door, first_sheet, startup

APP = Path(__file__).resolve().with_name("app.py")
BAD_INPUT = 2
TAKEN = (errno.EADDRINUSE, errno.EACCES)
# set by the command: standard input is open as long as it lives
TIED = "REGIME_SIM_DASHBOARD_TIED"
PATIENCE = 3.0  # seconds that the server has to end by itself


def main() -> None:
    """Serve until stopped, with Streamlit's own flags."""
    if os.environ.pop(TIED, ""):
        threading.Thread(target=_end_with_command, name="tied", daemon=True).start()
    from streamlit.web.cli import main as streamlit

    startup.begin()
    with contextlib.suppress(ImportError, AttributeError):
        _guard()
    with contextlib.suppress(ImportError, AttributeError):
        _bind_promptly()
    with contextlib.suppress(ImportError, AttributeError):
        _ask_nobody()
    sys.argv = ["streamlit", "run", str(APP), *sys.argv[1:]]
    streamlit(prog_name="streamlit")


def _end_with_command() -> None:
    """Wait until the command is gone, however it ended, and end too."""
    with contextlib.suppress(OSError, ValueError):
        while os.read(0, 1024):
            pass
    signal.raise_signal(signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(0)


def _guard() -> None:
    """Put the door before the server's application."""
    from streamlit.web.server.starlette import starlette_server as server

    create = server.create_starlette_app

    def guarded(runtime: Any) -> Any:
        made = create(runtime)
        made.add_middleware(first_sheet.FirstSheet)
        made.add_middleware(door.OnlyOwnHosts, door=door.of_settings())
        return made

    server.create_starlette_app = guarded


def _bind_promptly() -> None:
    """Have every answer sent at once, and a taken port named."""
    from streamlit import config
    from streamlit.web.server.starlette import starlette_server as server

    bind = server._bind_server_socket

    def bound(configured: str, address: str, port: int, backlog: int) -> Any:
        try:
            made = bind(configured, address, port, backlog)
        except OSError as error:
            if error.errno in TAKEN and config.is_manually_set("server.port"):
                _refuse(port)
            raise
        made[0].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # connections inherit it
        return made

    server._bind_server_socket = bound


def _refuse(port: int) -> None:
    sys.stderr.write(
        f"regime-sim: port {port} is taken by another program; choose another with --port\n"
    )
    sys.stderr.flush()
    os._exit(BAD_INPUT)


def _ask_nobody() -> None:
    """Streamlit asks a server elsewhere for the external address, to print it and to compare the
    origin of a page with it.
    """
    from streamlit import net_util

    net_util.get_external_ip = lambda: None
