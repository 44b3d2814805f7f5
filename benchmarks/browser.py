"""The dashboard in a headless browser: how fast it answers, and pictures of it; drives the page as
a reader would and computes nothing.

    python -m benchmarks.browser                     # latencies beside their goals
    python -m benchmarks.browser --pictures FOLDER   # three pictures

Needs Playwright (a development tool) and a Chromium on the machine; starts a server of its own on a
free port and stops it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import regime_sim as rs
from regime_sim.cli.dashboard import SPARING, command
from regime_sim.cli.ending import BAD_INPUT, Stop, finish, guarded
from regime_sim.cli.output import writing
from regime_sim.errors import RegimeSimError

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 120_000  # milliseconds
READY = (
    "() => /^2,000 futures(?!.*refining)/.test(document.querySelector('.ruler .note')?.textContent"
    " ?? '') && !document.querySelector('[data-stale=true]')"
)
DRAWN = (
    "() => { const c = document.querySelector('.survival-wide svg'); return c &&"
    " c.getBoundingClientRect().height > 100; }"
)
PICTURES = (
    ("dashboard.png", "?scenario=isolation-and-rents-cut", 1280, 960, "light"),
    ("dashboard-dark.png", "?scenario=raid&rents=0.5", 1280, 960, "dark"),
    ("dashboard-phone.png", "?scenario=isolation-and-rents-cut", 390, 844, "light"),
)
MOVES = 25
STARTS = 5  # of the server
# the answer of a tab that was not there before
TOLD = (
    "() => document.querySelector('.st-key-open_tab .lead:not(#old)') &&"
    " !document.querySelector('.going')"
)
# what follows runs in the page: times of a release, of the first exact headline and curves after it
# with no preview over them, of all else, of the refined ones, and of each preview's frame
STOPWATCH = """() => {
  const w = window.stopwatch = {
    release: 0, first: 0, whole: 0, refined: 0, previews: [], moved: 0, was: '', foot: '',
    preview: null, said: null, finally: null
  };
  const label = () => document.querySelector('.foot')?.textContent ?? '';
  const shown = () => {
    const said = document.querySelector('.say')?.dataset.answer;
    const drawn = document.querySelector('.drawn')?.dataset.answer;
    const previewing = document.body.classList.contains('previewing');
    return said && said === drawn && !previewing ? said : '';
  };
  const out = () => document.querySelector('.say').dataset.out.split(' ').map(Number);
  addEventListener('pointerup', () => {
    const seen = window.regimeSimPreview;
    w.preview = seen?.on ? 1 - seen.shares[seen.em.horizon - 1] : null;
    w.release = performance.now();
    w.first = w.whole = w.refined = 0;
    w.foot = label();
  }, true);
  addEventListener('pointerdown', () => { w.was = shown(); }, true);
  addEventListener('pointermove', (e) => { w.moved = e.timeStamp; }, true);
  const own = window.regimeSimPreview;
  if (own) {
    const draw = own.draw;
    own.draw = function () {
      const t = w.moved;
      draw.call(this);
      requestAnimationFrame(() => w.previews.push(performance.now() - t));
    };
  }
  const look = () => {
    const now = shown(), t = performance.now() - w.release;
    if (w.release && now && now !== w.was) {
      if (!w.first) { w.first = t; w.said = out(); }
      if (!w.whole && label() !== w.foot) w.whole = t;
      if (!w.refined && now.endsWith('-2000') && /^2,000/.test(label())) {
        w.refined = t;
        w.finally = out();
      }
    }
    requestAnimationFrame(look);
  };
  look();
}"""


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of one thing, and what was hoped for."""

    name: str
    values: tuple[float, ...]
    goal: float | None

    def line(self) -> str:
        """Median, 95th percentile, goal and their ratio."""
        if not self.values:
            return f"{self.name:<44} none was seen"
        middle, high = statistics.median(self.values), _percentile(self.values, 0.95)
        goal = (
            f"{'-':>6}      {'-':>6}"
            if self.goal is None
            else f"{self.goal:6.0f} ms   {middle / self.goal:6.2f}"
        )
        return f"{self.name:<44} {middle:8.0f} ms {high:8.0f} ms   {goal}   {len(self.values):>4}"


@dataclass(slots=True)
class Jumps:
    """By how many points the number that the page shows moved until it was refined: from the
    preview at the release, and from the first simulated one; how often the refined one lay outside
    the interval that the first one showed.
    """

    previews: list[float] = field(default_factory=list)
    firsts: list[float] = field(default_factory=list)
    outside: int = 0

    def add(self, preview: float | None, said: list[float], refined: list[float]) -> None:
        """A release: the preview's number, then value, low and high of the first answer and of the
        refined one.
        """
        value, low, high = said
        if preview is not None:
            self.previews.append(100 * abs(refined[0] - preview))
        self.firsts.append(100 * abs(refined[0] - value))
        self.outside += not low <= refined[0] <= high

    def lines(self) -> list[str]:
        """Medians and largest, beside the goal."""
        rows = (("preview at the release", self.previews), ("first simulated number", self.firsts))
        return [
            f"move from the {name} to the refined one: median {statistics.median(moves):.2f} points"
            f" (goal under 1), largest {max(moves):.2f}, over {len(moves)} drags"
            for name, moves in rows
            if moves
        ] + [f"refined numbers outside the first one's interval: {self.outside} (goal 0)"]


def bench(moves: int = MOVES) -> str:
    """Latencies of the page in a browser on this machine, and the emulator's held-out error. Raises
    Stop where there is no browser.
    """
    with browser() as open_, contextlib.ExitStack() as stack:
        page = open_(1280, 900, "light")
        # what a first start on this machine leaves behind is there from here on
        with server(None) as (url, _):
            page.goto(url)
            page.wait_for_function(READY, timeout=PATIENCE)
        starts = []
        for _ in range(STARTS):
            stack.close()  # the one before
            url, started = stack.enter_context(server(None))
            page.goto(url)
            page.wait_for_function(DRAWN, timeout=PATIENCE)
            starts.append(1000 * (time.monotonic() - started))
            page.wait_for_function(READY, timeout=PATIENCE)
        page.close()
        cold = [_cold(open_, url) for _ in range(5)]
        page = open_(1280, 900, "light")
        page.goto(url)
        page.wait_for_function(READY, timeout=PATIENCE)
        with contextlib.suppress(Exception):
            page.wait_for_function("() => window.regimeSimPreview?.shift", timeout=PATIENCE)
        page.evaluate(STOPWATCH)
        first, whole, refined, jumps = _moves(page, moves)
        previews = page.evaluate("() => window.stopwatch.previews")
        page.close()
        tabs = [_tabs(open_, url) for _ in range(2)]
    timings = (
        Timing("first exact result after a release", tuple(first), 300),
        Timing("the same, with the rest of the page", tuple(whole), None),
        Timing("preview while dragging", tuple(previews), 60),
        Timing("refined result after a release", tuple(refined), 1500),
        Timing("cold page to first chart", tuple(cold), 3000),
        Timing("the same, with the start of the server", tuple(starts), 3000),
        *(
            Timing(f"tab {name}, {when}", (took[name],), 1000)
            for name in tabs[0]
            for when, took in zip(("cold", "kept"), tabs, strict=True)
        ),
    )
    head = (
        f"{'dashboard, in Chromium on this machine':<44} {'median':>11} {'95%':>11} {'goal':>11}  "
        f" {'ratio':>6}   {'n':>4}"
    )
    return "\n".join([head, *(one.line() for one in timings), *jumps.lines(), _emulator()])


def _emulator() -> str:
    made = rs.Preview.find(rs.load("venezuela-2025"))
    if made is None:
        return "emulator: none fitted for this model (regime-sim preview venezuela-2025)"
    e, far = made.error(), made.error(far=True)
    return (
        f"emulator, error of P(out) on {e['n']:.0f} movements it had not seen: mean {e['mean']:.2f}"
        f" points (goal 1.5), 95% within {e['p95']:.2f} (goal 3); several levers away from where it"
        f" is anchored: {far['mean']:.2f}, {far['p95']:.2f}"
    )


def _cold(open_: Callable[..., Any], url: str) -> float:
    page = open_(1280, 900, "light")
    begun = time.monotonic()
    page.goto(url)
    page.wait_for_function(DRAWN, timeout=PATIENCE)
    page.close()
    return 1000 * (time.monotonic() - begun)


def _tabs(open_: Callable[..., Any], url: str) -> dict[str, float]:
    """From the click on each tab of the article's scenario to its answer, in a new session: the
    first one finds the answers that ship, or works them out; the next what that one has left.
    """
    page = open_(1280, 900, "light")
    page.goto(f"{url}/?pins=venezuela-2025,isolation")
    page.wait_for_function(READY, timeout=PATIENCE)
    tabs, found = page.locator(".st-key-tabs [role=radiogroup] button"), {}
    for k in range(tabs.count()):
        page.evaluate("() => { for (const e of document.querySelectorAll('.lead')) e.id = 'old'; }")
        begun = time.monotonic()
        tabs.nth(k).click()
        page.wait_for_function(TOLD, timeout=PATIENCE)
        found[tabs.nth(k).inner_text()] = 1000 * (time.monotonic() - begun)
        page.wait_for_timeout(1000)
    page.close()
    return found


def _moves(page: Any, moves: int) -> tuple[list[float], list[float], list[float], Jumps]:
    """Drag the four levers in turn to places they have not been, each after the last answer is
    refined: times of the first answer, of all the page with it, of the refined one; and by how much
    the number moved between them.
    """
    jumps = Jumps()
    first: list[float] = []
    whole: list[float] = []
    refined: list[float] = []
    for k in range(moves):
        drag(
            page,
            ("rents", "foreign_support", "us_pressure", "public_opinion")[k % 4],
            ((k + 1) * 0.382) % 0.9 + 0.05,
        )
        page.wait_for_function("() => window.stopwatch.refined", timeout=PATIENCE)
        times = page.evaluate(
            "() => [window.stopwatch.first, window.stopwatch.whole, window.stopwatch.refined]"
        )
        for kept, took in zip((first, whole, refined), times, strict=True):
            kept.append(took)
        jumps.add(*page.evaluate("() => [stopwatch.preview, stopwatch.said, stopwatch.finally]"))
        page.wait_for_function(READY, timeout=PATIENCE)
    return first, whole, refined, jumps


def drag(page: Any, name: str, share: float, steps: int = 12) -> None:
    """Drag the thumb of a lever or part to a share of its rail, at a hand's pace, and let go."""
    key = name.replace(".", "-")
    slider = page.locator(f".st-key-slider_{key} [role=group]")
    slider.scroll_into_view_if_needed()
    rail = page.locator(f".st-key-slider_{key} [role=group] > div").bounding_box()
    thumb = page.locator(
        f".st-key-slider_{key} [role=group] [style*=translate]"
    ).first.bounding_box()
    x, y = thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(1, steps + 1):
        page.mouse.move(x + (rail["x"] + share * rail["width"] - x) * k / steps, y)
        page.wait_for_timeout(30)
    page.mouse.up()


def pictures(folder: Path, scale: int = 1) -> list[Path]:
    """Three pictures of the page, light, dark and on a phone. Raises Stop where there is no
    browser, or a file cannot be written.
    """
    made = []
    with server(None) as (url, _), browser() as open_:
        for name, address, width, height, look in PICTURES:
            page = open_(width, height, look)
            page.goto(f"{url}/{address}")
            page.wait_for_function(READY, timeout=PATIENCE)
            # why it changed is drawn last
            page.locator(".st-key-waterfall svg").wait_for(state="attached", timeout=PATIENCE)
            page.wait_for_timeout(1500)
            with writing(folder / name):
                folder.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=str(folder / name), animations="disabled")
            made.append(folder / name)
            page.close()
    return made


@contextlib.contextmanager
def server(scenario: str | None) -> Iterator[tuple[str, float]]:
    """A dashboard of its own on a free port: its address, and when it was started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        running = subprocess.Popen(
            command(scenario, port, False),
            cwd=folder,
            env=SPARING | os.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health", running)
            yield f"http://127.0.0.1:{port}", started
        finally:
            running.terminate()
            running.wait(timeout=20)


def _wait(url: str, running: subprocess.Popen[bytes]) -> None:
    for _ in range(3000):
        if running.poll() is not None:
            break
        with contextlib.suppress(OSError), urlopen(url, timeout=2):
            return
        time.sleep(0.02)
    raise RegimeSimError("the dashboard did not start")


@contextlib.contextmanager
def browser() -> Iterator[Callable[[int, int, str], Any]]:
    """A headless Chromium; gives what opens a page of this width, height and look. Raises Stop
    where there is none.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise Stop(
            BAD_INPUT, ["regime-sim: this needs Playwright: pip install playwright"]
        ) from error
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        raise Stop(
            BAD_INPUT, [f"regime-sim: this needs a Chromium on the path ({', '.join(CHROMIUM)})"]
        )
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=found, args=list(QUIET))
        try:
            yield lambda width, height, look: running.new_context(
                viewport={"width": width, "height": height},
                color_scheme=look,  # type: ignore[arg-type]
            ).new_page()
        finally:
            running.close()


def _percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def main() -> int:
    """What the command says; its status."""
    if sys.argv[1:2] == ["--pictures"] and len(sys.argv) == 3:
        finish(("\n".join(map(str, pictures(Path(sys.argv[2])))), 0))
    else:
        finish((bench(), 0))
    return 0


if __name__ == "__main__":
    raise SystemExit(guarded(main))
