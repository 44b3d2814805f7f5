"""Starts Streamlit's server on the page, as `streamlit run app.py` does, and gets it ready
meanwhile.
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import Any

from . import startup

APP = Path(__file__).resolve().with_name("app.py")


def main() -> None:
    """Serve until stopped, with Streamlit's own flags."""
    from streamlit.web.cli import main as streamlit

    startup.begin()
    _promptly()
    sys.argv = ["streamlit", "run", str(APP), *sys.argv[1:]]
    streamlit(prog_name="streamlit")


def _promptly() -> None:
    """Have every answer sent at once. Streamlit's own socket waits with the second part of each
    until the browser has acknowledged the first: 40 ms for each of a hundred files, and in many a
    move.
    """
    try:
        from streamlit.web.server.starlette import starlette_server as server

        # its own name, which another version may not have: then it is as slow as it was
        bind = server._bind_server_socket
    except (ImportError, AttributeError):
        return

    def bound(*asked: Any) -> Any:
        made = bind(*asked)
        made[0].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # connections inherit it
        return made

    server._bind_server_socket = bound
