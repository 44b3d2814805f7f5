"""Who is answered: requests to this machine's own names and to those that were asked for, and pages
that this server sent itself. A page from elsewhere that makes its own name lead here (DNS
rebinding) is not; knows nothing of the page.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

type Scope = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
type Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
type App = Callable[[Scope, Receive, Send], Awaitable[None]]

OWN = frozenset({"localhost", "127.0.0.1"})
EVERYWHERE = ("0.0.0.0", "::")  # addresses that stand for all of a machine's
HOST = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", re.ASCII)
WORDS = "This address does not lead to the dashboard. Open it by the address that it printed."


class Door:
    """The hosts that are answered. Where the server listens on all addresses of the machine, any
    address in numbers is one: what a rebinding page asks for is a name.
    """

    def __init__(self, address: str = "", others: Iterable[str] = ()) -> None:
        named = {urlsplit(one).hostname or one for one in others if one}
        self.numbers = address in EVERYWHERE
        self.hosts = OWN | {one.lower() for one in (*named, address) if one}
        self.origins = {one.rstrip("/").lower() for one in others if "//" in one}
        if self.numbers:
            self.hosts -= {address}

    def opens(self, host: str) -> bool:
        """Whether a request for this host is answered."""
        found = HOST.fullmatch(host.lower())
        name = found[1].strip("[]") if found else ""
        return name in self.hosts or (self.numbers and _address(name))

    def opens_for(self, origin: str | None, host: str) -> bool:
        """Whether a page of this origin may ask: it is none, or was sent by this very server."""
        if origin is None:
            return True
        said = origin.lower()
        return said in self.origins or said in (f"http://{host.lower()}", f"https://{host.lower()}")


def _address(name: str) -> bool:
    try:
        return not ipaddress.ip_address(name).is_unspecified
    except ValueError:
        return False


class OnlyOwnHosts:
    """The door as a layer around an ASGI application, for pages and live connections alike."""

    def __init__(self, app: App, door: Door) -> None:
        self.app = app
        self.door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or self._opens(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()  # the request to connect
            await send({"type": "websocket.close", "code": 1008})  # answered with 403
        else:
            kind = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 403, "headers": kind})
            await send({"type": "http.response.body", "body": WORDS.encode()})

    def _opens(self, scope: Scope) -> bool:
        sent = [(name, value.decode("latin-1")) for name, value in scope["headers"]]
        hosts = [value for name, value in sent if name == b"host"]
        origins = [value for name, value in sent if name == b"origin"]
        if len(hosts) != 1 or len(origins) > 1 or not self.door.opens(hosts[0]):
            return False
        return self.door.opens_for(origins[0] if origins else None, hosts[0])


def of_settings() -> Door:
    """The door that Streamlit's own settings ask for."""
    from streamlit import config

    others = [*config.get_option("server.corsAllowedOrigins")]
    if config.is_manually_set("browser.serverAddress"):
        others.append(config.get_option("browser.serverAddress"))
    return Door(config.get_option("server.address") or "::", others)
