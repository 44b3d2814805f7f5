"""Tests judge one mutant: those that run its line, quickest first, each in a process of its own
that starts with everything in memory.

Two processes wait. The warm one has the package imported and the tests collected; for a mutant it
is copied (fork), the functions that changed get their new code in place, what functools remembers
is forgotten, and the tests that run the mutated statement are run, no others: those could not
notice. The cold one has the libraries in memory but nothing of this package: it is for statements
that run while package or tests are imported (constants, tables, what tests compute before they
start), and there every test is run, with the mutated module handed to the import system from
memory. No file is changed, and a test that reads sources reads the true ones. Which test runs which
line is measured once and kept in build/ as long as package and tests stay as they are.
"""

from __future__ import annotations

import ast
import functools
import gc
import hashlib
import importlib.abc
import importlib.machinery
import json
import os
import re
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ROOT / "build" / "mutation_tests.json"
TOOL = 4  # of sys.monitoring


# ---- which lines


def head(node: ast.stmt | ast.ExceptHandler | ast.match_case) -> range:
    """The lines of a statement; of one that holds others, of its head alone."""
    body = getattr(node, "body", None)
    first = (
        node.pattern.lineno
        if isinstance(node, ast.match_case)
        else min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
    )
    last = max(first, body[0].lineno - 1) if body else getattr(node, "end_lineno", first)
    return range(first, last + 1)


def together(code: str, line: int) -> set[int]:
    """The lines of the statements that `line` is of."""
    return {k for one in statements(code) if line in one.lines for k in one.lines}


@dataclass(frozen=True)
class Statement:
    """A statement's head: its lines, the words in it, the names it binds (with the class it stands
    in), and whether it stands in a function.
    """

    lines: frozenset[int]
    words: frozenset[str]
    bound: frozenset[str]
    inner: bool


@functools.cache
def statements(code: str) -> list[Statement]:
    """Every statement of a module."""
    text, found = code.splitlines(), []

    def visit(node: ast.AST, classes: tuple[str, ...], inner: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case)):
                lines = head(child)
                bound = {
                    one.id
                    for one in ast.walk(child)
                    if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
                }
                bound |= {
                    one.asname or one.name for one in ast.walk(child) if isinstance(one, ast.alias)
                } | set(classes)
                if isinstance(child, (ast.FunctionDef, ast.ClassDef)):
                    bound = {child.name, *classes}
                words = re.findall(r"\w+", " ".join(text[k - 1] for k in lines))
                found.append(Statement(frozenset(lines), frozenset(words), frozenset(bound), inner))
            visit(
                child,
                (*classes, child.name) if isinstance(child, ast.ClassDef) else classes,
                inner or isinstance(child, (ast.FunctionDef, ast.Lambda)),
            )

    visit(ast.parse(code), (), False)
    return found


def speaks(path: Path, module: str, names: set[str]) -> bool:
    """Whether one of these names stands in a file of tests, or it imports the module."""
    found = statements(path.read_text(encoding="utf-8"))
    return any(
        one.words & names or (module in one.bound and "import" in one.words) for one in found
    )


class Lines:
    """The lines of the package that have been run since it was last asked."""

    def __init__(self) -> None:
        self.now: dict[str, set[int]] = {}
        monitoring = sys.monitoring
        monitoring.use_tool_id(TOOL, "mutation")
        monitoring.register_callback(TOOL, monitoring.events.LINE, self._ran)
        monitoring.set_events(TOOL, monitoring.events.LINE)

    def _ran(self, code: CodeType, line: int) -> object:
        name = code.co_filename
        if name.startswith(PACKAGE):
            self.now.setdefault(name[len(PACKAGE) - len("regime_sim/") :], set()).add(line)
        return sys.monitoring.DISABLE

    def take(self) -> dict[str, list[int]]:
        taken, self.now = {module: sorted(lines) for module, lines in self.now.items()}, {}
        sys.monitoring.restart_events()
        return taken

    def end(self) -> None:
        sys.monitoring.free_tool_id(TOOL)


PACKAGE = f"{ROOT}/regime_sim/"


# ---- the mutated code


class Mutated(importlib.abc.MetaPathFinder, importlib.machinery.SourceFileLoader):
    """Hands the import system the mutated source of one module."""

    def __init__(self, module: str, source: str) -> None:
        self.fullname = module.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        importlib.machinery.SourceFileLoader.__init__(self, self.fullname, str(ROOT / module))
        self.source = source

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self.fullname:
            return None
        spec = importlib.machinery.ModuleSpec(
            name, self, origin=self.path, is_package=self.path.endswith("__init__.py")
        )
        spec.has_location = True
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(str(Path(self.path).parent))
        return spec

    def exec_module(self, module: Any) -> None:
        exec(compile(self.source, self.path, "exec", dont_inherit=True), module.__dict__)


def inside(code: CodeType) -> Iterator[CodeType]:
    """A code object and those in it, in order."""
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from inside(one)


class Memory:
    """The functions of this process, and what remembers something in it, looked up once."""

    def __init__(self) -> None:
        things = gc.get_objects()
        gc.freeze()
        self.functions: dict[str, list[FunctionType]] = {}
        for one in things:
            if type(one) is FunctionType and one.__code__.co_filename.startswith(PACKAGE):
                self.functions.setdefault(one.__code__.co_filename, []).append(one)
        self.caches = [
            one
            for one in things
            if type(one) is functools._lru_cache_wrapper
            and str(getattr(one, "__module__", "")).split(".")[0] in HOME
        ]

    def forget(self) -> None:
        """Empty what functions of the package and of the tests remember: functools' caches, and the
        files that were read.
        """
        sys.modules["regime_sim.scenario.reader"]._read.clear()
        for one in self.caches:
            one.cache_clear()

    def put_in_place(self, module: str, source: str) -> bool:
        """Give every function of the module in memory the code it has in `source`, and forget what
        was remembered; False if that cannot be done here.
        """
        path = str(ROOT / module)
        old, new = (
            list(inside(compile(text, path, "exec", dont_inherit=True)))
            for text in ((ROOT / module).read_text(encoding="utf-8"), source)
        )
        if [one.co_qualname for one in old] != [one.co_qualname for one in new]:
            return False
        changed = [
            (a, b) for a, b in zip(old, new, strict=True) if a != b and a.co_name != "<module>"
        ]
        if any(a.co_freevars != b.co_freevars for a, b in changed):
            return False
        placed = [
            (function, b)
            for a, b in changed
            for function in self.functions.get(path, [])
            if function.__code__ == a
        ]
        for function, code in placed:
            function.__code__ = code
        self.forget()
        return bool(placed)


HOME = {"regime_sim", *(path.stem for path in (ROOT / "tests").glob("*.py"))}


# ---- processes


def copied(work: Callable[[int], None]) -> tuple[bytes, int, float]:
    """Do `work` in a copy of this process: what it wrote to the pipe it was given, how it ended,
    processor seconds.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(read)
            work(write)
        finally:
            os._exit(1)
    os.close(write)
    said = b""
    while part := os.read(read, 1 << 20):
        said += part
    os.close(read)
    _, status, used = os.wait4(child, 0)
    return said, os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime


def limit(seconds: float) -> None:
    """End this process after so many processor seconds, or where it waits for what never comes."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.alarm(int(120 + 20 * seconds))


LATE = (-signal.SIGPROF, -signal.SIGALRM)


class Noticed:
    """Remembers the first test that failed."""

    first = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.first:
            self.first = report.nodeid


class Warm(Noticed):
    """Collects the tests, then answers requests instead of running them."""

    def __init__(self, read: int, write: int) -> None:
        self.read, self.write, self.lines = os.fdopen(read, "r"), os.fdopen(write, "w"), Lines()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {one.nodeid: one for one in session.items}
        at_import = self.lines.take()
        self.lines.end()
        self.memory = Memory()
        for line in self.read:
            asked = json.loads(line)
            said, how, seconds = copied(
                functools.partial(self.try_out, asked)
                if "module" in asked
                else functools.partial(self.measure, at_import, set(asked["known"]))
            )
            self.write.write(json.dumps([said.decode(), how, seconds]) + "\n")
            self.write.flush()
        os._exit(0)

    def measure(self, at_import: dict[str, list[int]], known: set[str], pipe: int) -> None:
        """Every test that is not known, alone: its seconds, whether it fails, and the lines it
        runs.
        """
        found = {}
        lines = Lines()
        for one in (one for name, one in self.items.items() if name not in known):
            self.memory.forget()
            lines.take()
            self.first, started = "", time.process_time()
            one.config.hook.pytest_runtest_protocol(item=one, nextitem=None)
            found[one.nodeid] = {
                "seconds": time.process_time() - started,
                "failed": bool(self.first),
                "lines": lines.take(),
            }
        with os.fdopen(pipe, "w") as file:
            json.dump({"import": at_import, "tests": found}, file)
        os._exit(0)

    def try_out(self, asked: dict[str, Any], pipe: int) -> None:
        """Put the mutant in place and run the tests named, until one fails."""
        resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
        if not self.memory.put_in_place(asked["module"], asked["source"]):
            os.write(pipe, json.dumps([False, ""]).encode())
            os._exit(0)
        chosen = [self.items[name] for name in asked["tests"]]
        for one, following in zip(chosen, [*chosen[1:], None], strict=True):
            limit(5 + 5 * asked["tests"][one.nodeid])
            one.config.hook.pytest_runtest_protocol(item=one, nextitem=following)
            if self.first:
                break
        os.write(pipe, json.dumps([True, self.first]).encode())
        os._exit(0)


class Ordered(Noticed):
    """Runs the tests named (with the seconds that each takes), in their order, and no others."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self.seconds, self.place = seconds, {name: k for k, name in enumerate(seconds)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (one for one in items if one.nodeid in self.place),
            key=lambda one: self.place[one.nodeid],
        )

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        limit(5 + 5 * self.seconds[nodeid])


def started(plugin: object, files: Sequence[str], scratch: str) -> int:
    """pytest on these files, its words to a file."""
    sink = os.open(Path(scratch, "output"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    arguments = [
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        "--no-header",
        "-W",
        "ignore",
        "--timeout",
        "0",  # the clock is that of `limit`
        "-m",
        "not slow",
        f"--basetemp={scratch}/tmp",
    ]
    return int(pytest.main([*arguments, *files], plugins=[plugin]))


class Judge:
    """Says of a mutant which test notices it, if any. To be made in a process that has imported
    nothing of the package.
    """

    def __init__(self, files: Sequence[str], scratch: str) -> None:
        assert not any(name.split(".")[0] == "regime_sim" for name in sys.modules)
        self.files, self.scratch = files, scratch
        to_warm, from_warm = os.pipe(), os.pipe()
        self.warm = os.fork()
        if self.warm == 0:
            os.close(to_warm[1])
            os.close(from_warm[0])
            try:
                started(Warm(to_warm[0], from_warm[1]), files, scratch)
            finally:
                os._exit(1)
        os.close(to_warm[0])
        os.close(from_warm[1])
        self.ask, self.answer = os.fdopen(to_warm[1], "w"), os.fdopen(from_warm[0], "r")
        self.import_lines, self.tests = self._measured()

    def _asked(self, request: dict[str, Any]) -> tuple[str, int, float]:
        self.ask.write(json.dumps(request) + "\n")
        self.ask.flush()
        if not (line := self.answer.readline()):
            raise SystemExit(
                f"the tests cannot be collected\n{Path(self.scratch, 'output').read_text()[-3000:]}"
            )
        said, how, seconds = json.loads(line)
        return said, how, seconds

    def _measured(self) -> tuple[dict[str, set[int]], dict[str, dict[str, Any]]]:
        """What was measured of the tests, or is now (of those in files that changed): lines run at
        import, and every sound test with its seconds and lines, quickest first.
        """
        digest = hashlib.sha256()
        own: dict[str, str] = {}
        for path in sorted([*(ROOT / "regime_sim").rglob("*.py"), *(ROOT / "tests").glob("*.py")]):
            if path.name.startswith("test_"):
                own[path.relative_to(ROOT).as_posix()] = hashlib.sha256(
                    path.read_bytes()
                ).hexdigest()
            else:
                digest.update(path.read_bytes())
        before = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}
        known = before["files"] if before.get("of") == digest.hexdigest() else {}
        kept = {
            name: one
            for name, one in before.get("tests", {}).items()
            if known.get(name.split("::")[0]) == own.get(name.split("::")[0])
        }
        said, how, seconds = self._asked({"known": sorted(kept)})
        if how:
            raise SystemExit(
                "the tests cannot be run:"
                f" {how}\n{Path(self.scratch, 'output').read_text()[-3000:]}"
            )
        found = json.loads(said)
        print(f"{len(found['tests'])} tests measured in {seconds:.0f} s", flush=True)
        found = {
            "of": digest.hexdigest(),
            "files": own,
            "import": found["import"],
            "tests": kept | found["tests"],
        }
        MEASURED.parent.mkdir(exist_ok=True)
        MEASURED.write_text(json.dumps(found), encoding="utf-8")
        if failing := [name for name, one in found["tests"].items() if one["failed"]]:
            print("left out, for they fail without any mutant:", *failing, sep="\n  ", flush=True)
        sound = sorted(
            (one["seconds"], name) for name, one in found["tests"].items() if not one["failed"]
        )
        tests = {
            name: {
                "seconds": seconds,
                "lines": {
                    module: set(lines) for module, lines in found["tests"][name]["lines"].items()
                },
            }
            for seconds, name in sound
        }
        return {module: set(lines) for module, lines in found["import"].items()}, tests

    def is_cold(self, module: str, code: str, line: int) -> bool:
        """Whether the statement of this line is run while package or tests are imported."""
        return bool(together(code, line) & self.import_lines.get(module, set()))

    def concerned(self, module: str, code: str, line: int) -> list[str]:
        """Tests that may notice a change of a statement that is run at import, quickest first."""
        lines = {module: together(code, line)}
        own = [one for one in statements(code) if line in one.lines]
        if any(not one.inner for one in own):
            package = {
                path.relative_to(ROOT).as_posix(): statements(path.read_text(encoding="utf-8"))
                for path in (ROOT / "regime_sim").rglob("*.py")
            }
            names, before = {name for one in own for name in one.bound}, -1
            while len(names) != before:
                before = len(names)
                names |= {
                    name
                    for found in package.values()
                    for one in found
                    if not one.inner and one.words & names
                    for name in one.bound
                }
            for path, found in package.items():
                lines.setdefault(path, set()).update(
                    k for one in found if one.inner and one.words & names for k in one.lines
                )
            speaking = {
                path.relative_to(ROOT).as_posix()
                for path in (ROOT / "tests").glob("*.py")
                if speaks(path, Path(module).stem, names)
            }
        else:
            speaking = set()
        return [
            name
            for name, one in self.tests.items()
            if name.split("::")[0] in speaking
            or any(set(one["lines"].get(path, ())) & own_lines for path, own_lines in lines.items())
        ]

    def verdict(self, module: str, code: str, line: int, source: str) -> tuple[str, str, float]:
        """Outcome (survived or killed), by which test, and processor seconds."""
        span = together(code, line)
        at_import = self.is_cold(module, code, line)
        if not at_import or all(one.inner for one in statements(code) if line in one.lines):
            named = {
                name: one["seconds"]
                for name, one in self.tests.items()
                if span & one["lines"].get(module, set())
            }
            said, how, seconds = self._asked({"module": module, "source": source, "tests": named})
            if not said and not at_import:
                return "killed", "out of time" if how in LATE else "the process ended", seconds
            placed, first = json.loads(said) if said else (False, "")
            if placed and not (at_import and first):
                return ("killed" if first else "survived"), first, seconds
            if (
                first
                and (confirmed := self._cold(module, source, [first]))[0] == "killed"
                and confirmed[1]
            ):
                return confirmed[0], confirmed[1], seconds + confirmed[2]
        return self._cold(module, source, self.concerned(module, code, line))

    def _cold(self, module: str, source: str, names: Sequence[str]) -> tuple[str, str, float]:
        """The verdict of these tests in a process that imports everything again."""

        def work(pipe: int) -> None:
            resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
            limit(60)  # to import and collect
            sys.meta_path.insert(0, Mutated(module, source))
            plugin = Ordered({name: self.tests[name]["seconds"] for name in names})
            status = started(
                plugin,
                sorted({name.split("::")[0] for name in names}) or self.files[:1],
                self.scratch,
            )
            os.write(pipe, json.dumps([status, plugin.first]).encode())
            os._exit(0)

        said, how, seconds = copied(work)
        if not said:
            return "killed", "out of time" if how in LATE else "the process ended", seconds
        status, first = json.loads(said)
        if status in (0, int(pytest.ExitCode.NO_TESTS_COLLECTED)):
            return "survived", "", seconds
        return "killed", first or "could not be imported", seconds

    def end(self) -> None:
        self.ask.close()
        os.waitpid(self.warm, 0)
