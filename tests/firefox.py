"""Firefox by its own WebDriver BiDi, over a websocket: one page of it, driven as a reader would;
tests nothing. Where there is no Firefox whoever asks for it is skipped.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from doors import free_port

NAMES = ("firefox", "firefox-esr")
KEYS = {"Home": "\ue011", "End": "\ue010", "ArrowLeft": "\ue012", "ArrowRight": "\ue014"}
PATIENCE = 60.0  # seconds


class Page:
    """The page that is open."""

    def __init__(self, link: Any) -> None:
        self.link, self.asked = link, 0
        self.ask("session.new", capabilities={})
        self.here = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """What the browser answers to one command."""
        self.asked += 1
        self.link.send(json.dumps({"id": self.asked, "method": method, "params": params}))
        while True:
            found = json.loads(self.link.recv(timeout=PATIENCE))
            if found.get("id") == self.asked:
                assert found["type"] == "success", found
                return dict(found["result"])

    def size(self, width: int, height: int) -> None:
        viewport = {"width": width, "height": height}
        self.ask("browsingContext.setViewport", context=self.here, viewport=viewport)

    def open(self, url: str) -> None:
        self.ask("browsingContext.navigate", context=self.here, url=url, wait="complete")

    def back(self) -> None:
        self.ask("browsingContext.traverseHistory", context=self.here, delta=-1)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression of JavaScript that JSON can hold."""
        found = self.ask(
            "script.evaluate",
            expression=f"JSON.stringify({expression})",
            target={"context": self.here},
            awaitPromise=False,
        )
        assert found["type"] == "success", found
        value = found["result"].get("value")
        return None if value is None else json.loads(value)

    def wait(self, expression: str, seconds: float = PATIENCE) -> None:
        """Wait until an expression is true."""
        until = time.monotonic() + seconds
        while not self.evaluate(f"Boolean({expression})"):
            assert time.monotonic() < until, expression
            time.sleep(0.1)

    def press(self, key: str) -> None:
        value = KEYS[key]
        strokes = [{"type": kind, "value": value} for kind in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keys", "actions": strokes})

    def click(self, where: str) -> None:
        """Click the middle of the first element of a selector."""
        self.evaluate(f"document.querySelector({where!r}).scrollIntoView({{block: 'center'}})")
        at = self.evaluate(
            f"(({{x, y, width, height}}) => [x + width / 2, y + height / 2])"
            f"(document.querySelector({where!r}).getBoundingClientRect())"
        )
        steps: list[dict[str, Any]] = [
            {"type": "pointerMove", "x": round(at[0]), "y": round(at[1])},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._act({"type": "pointer", "id": "mouse", "actions": steps})

    def _act(self, actions: dict[str, Any]) -> None:
        self.ask("input.performActions", context=self.here, actions=[actions])

    def keep(self, path: Path) -> None:
        """A screenshot as a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        shot = self.ask("browsingContext.captureScreenshot", context=self.here)
        path.write_bytes(b64decode(shot["data"]))


@contextmanager
def opened(folder: Path) -> Iterator[Page]:
    """Firefox with a profile of its own in `folder`, and its page."""
    connect = pytest.importorskip("websockets.sync.client").connect
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("no Firefox on this machine")
    port = free_port()
    command = [program, "--headless", "--no-remote", "--profile", str(folder)]
    browser = subprocess.Popen(
        [*command, "--remote-debugging-port", str(port), "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        link = _linked(connect, f"ws://127.0.0.1:{port}/session", browser)
        with link:
            yield Page(link)
    finally:
        browser.terminate()
        try:
            browser.wait(timeout=20)
        except subprocess.TimeoutExpired:
            browser.kill()


def _linked(connect: Any, url: str, browser: subprocess.Popen[bytes]) -> Any:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return connect(url, max_size=None, open_timeout=PATIENCE)
        except OSError:
            assert browser.poll() is None, "Firefox ended"
            assert time.monotonic() < until, "Firefox does not answer"
            time.sleep(0.2)
