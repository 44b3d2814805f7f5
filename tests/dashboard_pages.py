"""What the tests of the dashboard share: a server of its own, a browser, and how a page is waited
for and a lever moved; tests nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from doors import free_port

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "dashboard"
READY = (
    "() => /^2,000 futures(?!.*refining)/.test(document.querySelector('.ruler .note')?.textContent"
    " ?? '') && !document.querySelector('[data-stale=true]')"
)


@contextmanager
def serving(folder: Path, *more: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A dashboard on a free port, started from another folder, by the command that users type: its
    address and its process.
    """
    port = free_port()
    log = folder / "log.txt"
    command = [
        sys.executable,
        "-m",
        "regime_sim.cli",
        "dashboard",
        *more,
        "--port",
        str(port),
        "--no-browser",
    ]
    with log.open("w") as out:
        server = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server, log)
            yield f"http://127.0.0.1:{port}", server
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            finally:
                server.kill()


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert server.poll() is None, log.read_text()
        try:
            with urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(log.read_text())


def memory(server: subprocess.Popen[bytes]) -> int:
    """Resident bytes of the server and its children."""
    pids = {server.pid}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                parent = int((path / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError, ValueError):
                continue
            if parent in pids:
                pids.add(int(path.name))
    total = 0
    for pid in pids:
        try:
            total += int((Path("/proc") / str(pid) / "statm").read_text().split()[1]) * os.sysconf(
                "SC_PAGE_SIZE"
            )
        except OSError:
            continue
    return total


def ready(page, timeout: int = 90_000) -> None:
    page.wait_for_function(READY, timeout=timeout)


def keep(page, name: str) -> None:
    """A screenshot among the artefacts of the run."""
    BUILD.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(BUILD / f"{name}.png"), animations="disabled")
