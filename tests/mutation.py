"""Mutation testing: small errors put into law, engine, statistics and scenario reading one at a time (cosmic-ray's), and the tests that must notice.

    python -m tests.mutation                       # every mutant of every room: hours
    python -m tests.mutation law --sample 200      # a random sample of one room (the same one each time)
    python -m tests.mutation law --survivors       # those that survived, again: after tests were added
    python -m tests.mutation --write               # docs/MUTATION.md from what has been run so far

Compiled code is off. Each mutant is a fork of one process that has the libraries in memory but nothing of this package; the mutated module is handed to the
import system from memory, so no file is changed and a test that reads sources reads the true ones. What came of it is kept in build/mutation.jsonl and is
not run again while module and tests stay as they are.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import importlib
import importlib.abc
import importlib.machinery
import json
import math
import os
import re
import signal
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONFIG = tomllib.loads((ROOT / "tests" / "mutation.toml").read_text(encoding="utf-8"))
KEPT = ROOT / "build" / "mutation.jsonl"
PAGE = ROOT / "docs" / "MUTATION.md"
LIBRARIES = ("numpy", "scipy.stats", "scipy.optimize", "scipy.special", "scipy.linalg", "pandas", "pydantic", "ruamel.yaml", "networkx", "mesa", "numba",
             "numba.extending", "pytest", "hypothesis", "rich.table", "typer", "sksurv.nonparametric", "SALib", "jsonschema")  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One small error: which operator, where, and what the line becomes."""

    room: str
    module: str
    operator: str
    occurrence: int
    function: str
    line: int
    before: str
    after: str
    source: str = ""

    @property
    def key(self) -> str:
        return f"{self.module} {self.operator} {self.occurrence} {hashlib.sha256(self.source.encode()).hexdigest()[:12]}"


@dataclass(frozen=True)
class Verdict:
    """What the tests said: survived, killed (by which test), or out of time."""

    outcome: str
    by: str
    seconds: float


# ---- mutants


class Bare(ast.NodeTransformer):
    """A tree without what cannot change what code does: annotations (never evaluated here), docstrings."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns = None
        self.generic_visit(node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        self.generic_visit(node)
        node.annotation = ast.Constant(0)
        return node


def bare(code: str) -> str:
    return ast.dump(Bare().visit(ast.parse(code)))


def operators() -> dict[str, object]:
    """cosmic-ray's operators, less those that the configuration leaves out."""
    from cosmic_ray.plugins import get_operator, operator_names

    left_out = [re.compile(pattern) for pattern in CONFIG["operators"]]
    return {name: get_operator(name)() for name in sorted(operator_names()) if not any(one.search(name) for one in left_out)}


def modules(room: str) -> list[Path]:
    rules = CONFIG["rooms"][room]
    return [path for path in sorted((ROOT / rules["path"]).glob("*.py")) if not any(path.match(one) for one in rules.get("without", []))]


def candidates(room: str, path: Path, these: dict[str, object]) -> list[Mutant]:
    """Every place of a module where an operator applies; the mutated source is made when it is needed."""
    from cosmic_ray.ast import ast_nodes, get_ast

    code = path.read_text(encoding="utf-8")
    nodes, lines, functions = list(ast_nodes(get_ast(code))), code.splitlines(), places(code)
    found = []
    for name, operator in these.items():
        where = [start[0] for node in nodes for start, _ in operator.mutation_positions(node)]  # type: ignore[attr-defined]
        found += [
            Mutant(room, path.relative_to(ROOT).as_posix(), name.removeprefix("core/"), occurrence, functions.get(line, ""), line, lines[line - 1].strip(), "", code)
            for occurrence, line in enumerate(where)
        ]
    return found


def made(one: Mutant, these: dict[str, object]) -> Mutant | None:
    """The mutant with its own source; None where what the code does is not changed (annotations, what the type checker alone reads)."""
    from cosmic_ray.mutating import mutate_code

    source = mutate_code(one.source, these[f"core/{one.operator}"], one.occurrence)
    try:
        if "TYPE_CHECKING" in one.before or bare(source) == bare(one.source):
            return None
    except SyntaxError:
        return None
    changed = [(a, b) for a, b in zip(one.source.splitlines(), source.splitlines(), strict=False) if a != b]
    before, after = changed[0] if changed else (one.before, "")
    return replace(one, before=before.strip(), after=after.strip(), source=source)


def places(code: str) -> dict[int, str]:
    """The function that each line stands in."""
    found: dict[int, str] = {}
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                found[line] = node.name
    return found


def of(room: str, these: dict[str, object]) -> list[Mutant]:
    """All candidates of a room in an order that is random but always the same, so that the first n are a sample."""
    every = [one for path in modules(room) for one in candidates(room, path, these)]
    return sorted(every, key=lambda one: hashlib.sha256(f"1 {one.module} {one.operator} {one.occurrence}".encode()).digest())


# ---- one mutant


class Mutated(importlib.abc.MetaPathFinder, importlib.machinery.SourceFileLoader):
    """Hands the import system the mutated source of one module."""

    def __init__(self, mutant: Mutant) -> None:
        self.fullname = mutant.module.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        importlib.machinery.SourceFileLoader.__init__(self, self.fullname, str(ROOT / mutant.module))
        self.source = mutant.source

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if name != self.fullname:
            return None
        spec = importlib.machinery.ModuleSpec(name, self, origin=self.path, is_package=self.path.endswith("__init__.py"))
        spec.has_location = True
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(str(Path(self.path).parent))
        return spec

    def exec_module(self, module: object) -> None:
        exec(compile(self.source, self.path, "exec", dont_inherit=True), module.__dict__)


class Noticed:
    """Remembers the first test that failed."""

    first = ""

    def pytest_runtest_logreport(self, report: object) -> None:
        if report.failed and not self.first:  # type: ignore[attr-defined]
            self.first = report.nodeid  # type: ignore[attr-defined]


def in_the_child(mutant: Mutant, tests: list[str], scratch: str, pipe: int) -> None:
    """Run the tests on the mutant and write what they said to the pipe."""
    import resource

    import pytest

    sink = os.open(Path(scratch, "output"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (CONFIG["run"]["timeout"],) * 2)
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    sys.meta_path.insert(0, Mutated(mutant))
    noticed = Noticed()
    arguments = ["-k", CONFIG["rooms"][mutant.room].get("choose", ""), "-q", "-x", "-p", "no:cacheprovider", "--no-header", "-W", "ignore", "-m", "not slow and not compiled", f"--basetemp={scratch}/tmp"]
    status = int(pytest.main([*arguments, *tests], plugins=[noticed]))
    os.write(pipe, json.dumps([status, noticed.first]).encode())
    os._exit(0)


def judge(mutant: Mutant, scratch: str) -> Verdict:
    """Fork, run the room's tests with the mutant in place, and say what came of it."""
    tests = CONFIG["rooms"][mutant.room]["tests"]
    started = time.monotonic()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            in_the_child(mutant, tests, scratch, write)
        finally:
            os._exit(1)
    os.close(write)
    said = b""
    while part := os.read(read, 65536):
        said += part
    os.close(read)
    how = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    seconds = round(time.monotonic() - started, 2)
    if not said:
        return Verdict("killed", "out of time" if how in (-signal.SIGXCPU, -signal.SIGKILL) else "the process ended", seconds)
    status, first = json.loads(said)
    return Verdict("survived" if status == 0 else "killed", first or ("" if status == 0 else "could not be imported"), seconds)


# ---- many


def kept() -> dict[str, tuple[dict[str, object], Verdict]]:
    """What has been run, by mutant; a later line holds over an earlier one."""
    found = {}
    for line in KEPT.read_text(encoding="utf-8").splitlines() if KEPT.exists() else []:
        row = json.loads(line)
        found[row["key"]] = (row["mutant"], Verdict(**row["verdict"]))
    return found


def keep(one: Mutant, mutant: Mutant, verdict: Verdict) -> None:
    KEPT.parent.mkdir(exist_ok=True)
    row = {"key": one.key, "mutant": {k: v for k, v in asdict(mutant).items() if k != "source"}, "verdict": asdict(verdict)}
    with KEPT.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def wilson(killed: int, number: int) -> tuple[float, float]:
    """95% interval of a share."""
    z, share = 1.959964, killed / number
    middle, half = share + z * z / (2 * number), z * math.sqrt(share * (1 - share) / number + z * z / (4 * number * number))
    return (middle - half) / (1 + z * z / number), (middle + half) / (1 + z * z / number)


def main() -> None:
    """Run mutants, or write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rooms", nargs="*", default=list(CONFIG["rooms"]))
    parser.add_argument("--sample", type=int, default=0, help="so many of each room; 0 all")
    parser.add_argument("--survivors", action="store_true", help="only those that survived before")
    parser.add_argument("--module", default="", help="only mutants whose module's path has this in it")
    parser.add_argument("--minutes", type=float, default=math.inf, help="stop after so long")
    parser.add_argument("--count", action="store_true", help="only count the mutants")
    parser.add_argument("--write", action="store_true", help="write docs/MUTATION.md")
    asked = parser.parse_args()
    if asked.write:
        from tests.mutation_page import page

        PAGE.write_text(page(), encoding="utf-8")
        return
    if not asked.count:
        os.environ |= {"NUMBA_DISABLE_JIT": "1", "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        for name in LIBRARIES:
            importlib.import_module(name)
    until = time.monotonic() + 60 * asked.minutes
    with tempfile.TemporaryDirectory(prefix="mutation-") as scratch:
        os.environ["REGIME_SIM_CACHE"] = scratch
        for room in asked.rooms:
            run_room(room, asked, until, scratch)


def run_room(room: str, asked: argparse.Namespace, until: float, scratch: str) -> None:
    these = operators()
    every = of(room, these)
    chosen = [one for one in (every[: asked.sample] if asked.sample else every) if asked.module in one.module]
    print(f"{room}: {len(every)} mutants, {len(chosen)} chosen", flush=True)
    if asked.count:
        return
    done = kept()
    if not asked.survivors:
        whole = Mutant(room, modules(room)[0].relative_to(ROOT).as_posix(), "none", 0, "", 0, "", "", modules(room)[0].read_text(encoding="utf-8"))
        sound = judge(whole, scratch)
        if sound.outcome != "survived":
            raise SystemExit(f"{room}: the tests fail without any mutant: {sound.by}\n{Path(scratch, 'output').read_text()[-3000:]}")
        print(f"{room}: its tests take {sound.seconds} s", flush=True)
    for one in chosen:
        if time.monotonic() > until:
            break
        before = done.get(one.key)
        if (before is None) if asked.survivors else (before is not None):
            continue
        if before is not None and before[1].outcome != "survived":
            continue
        mutant = made(one, these)
        verdict = judge(mutant, scratch) if mutant else Verdict("no change", "", 0.0)
        keep(one, mutant or one, verdict)
        if verdict.outcome == "survived":
            assert mutant
            print(f"  {one.module}:{one.line} {one.operator} {verdict.seconds} s\n    - {mutant.before}\n    + {mutant.after}", flush=True)
    done = kept()
    now = [done[one.key][1] for one in chosen if one.key in done and done[one.key][1].outcome != "no change"]
    killed = sum(one.outcome == "killed" for one in now)
    if now:
        low, high = wilson(killed, len(now))
        print(f"{room}: {killed} of {len(now)} killed, {killed / len(now):.1%} ({low:.1%} to {high:.1%}), of {len(every)} in all", flush=True)


if __name__ == "__main__":
    main()
