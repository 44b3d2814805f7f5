"""The page's own measures in the very first file that a browser gets: Streamlit's page begins in
other ones, and all of it would move when ours arrive. A layer around the server's application.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import cache
from importlib import import_module
from typing import Any

from .door import App, Receive, Scope, Send

END = b"</head>"
SHEET = (
    b'<style>[data-testid="stMainBlockContainer"]{max-width:1280px!important;'
    b"margin:0 auto!important;padding:10px 32px 40px!important}@media (max-width:900px){"
    b'[data-testid="stMainBlockContainer"]{padding:8px 16px 90px!important}}</style>'
)


class FirstSheet:
    """Adds the measures to the server's first page, and leaves every other answer as it is."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope.get("path") != "/":
            await self.app(scope, receive, send)
            return
        plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        head: MutableMapping[str, Any] = {}
        parts: list[bytes] = []

        async def hold(message: MutableMapping[str, Any]) -> None:
            """Keep the page until it is whole."""
            if message["type"] == "http.response.start":
                head.update(message)
                return
            if message["type"] != "http.response.body":
                await send(message)
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body"):
                whole = b"".join(parts)
                body = whole.replace(END, sheet() + END, 1) if END in whole else whole
                kept = [pair for pair in head["headers"] if pair[0].lower() != b"content-length"]
                long = len(body) if whole else _length(head["headers"])
                size = [(b"content-length", str(long).encode())] if long is not None else []
                await send({**head, "headers": [*kept, *size]})
                await send({"type": "http.response.body", "body": body})

        await self.app({**scope, "headers": plain}, receive, hold)


@cache
def sheet() -> bytes:
    """The page's styles in the look that the browser prefers, until the page has been told it."""
    style = import_module(f"{__package__}.style")
    return SHEET + f"<style>{style.first()}</style>".encode()


def _length(headers: list[tuple[bytes, bytes]]) -> int | None:
    """The length that an answer without a body says it has."""
    return next((int(value) for name, value in headers if name.lower() == b"content-length"), None)
