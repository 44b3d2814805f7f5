"""Mutation testing: small errors put into law, engine, statistics and scenario reading one at a
time (cosmic-ray's), and the tests that must notice.

    python -m tools.mutation                               # every mutant of every room: hours
    python -m tools.mutation law --sample 200              # a random sample of one room
    python -m tools.mutation law --sample 200 --round 2    # another one, of other mutants
    python -m tools.mutation law --survivors               # again, after tests were added
    python -m tools.mutation --write                       # docs/MUTATION.md from what has been run

A sample is the same one each time.

The built engine stays as it was; how a mutant is judged, tools/mutation_judge.py tells. What came
of it is kept in build/mutation.jsonl, the first verdict and later ones, and is not run again while
the module stays as it is.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import importlib
import json
import math
import os
import re
import tempfile
import time
import tomllib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tools.mutation_judge import Judge

ROOT = Path(__file__).resolve().parent.parent
CONFIG = tomllib.loads((ROOT / "tools" / "mutation.toml").read_text(encoding="utf-8"))
KEPT = ROOT / "build" / "mutation.jsonl"
PAGE = ROOT / "docs" / "MUTATION.md"
LIBRARIES = (
    "numpy",
    "scipy.stats",
    "scipy.optimize",
    "scipy.special",
    "scipy.linalg",
    "pandas",
    "pydantic",
    "ruamel.yaml",
    "networkx",
    "mesa",
    "pytest",
    "hypothesis",
    "rich.table",
    "typer",
    "statsmodels.duration.survfunc",
    "SALib",
    "jsonschema",
)


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
        return (
            f"{self.module} {self.operator} {self.occurrence}"
            f" {hashlib.sha256(self.source.encode()).hexdigest()[:12]}"
        )


@dataclass(frozen=True)
class Verdict:
    """What the tests said: survived, killed (by which test), or out of time."""

    outcome: str
    by: str
    seconds: float
    round: int = 1


# ---- mutants


class Bare(ast.NodeTransformer):
    """A tree without what cannot change what code does: annotations (never evaluated here),
    docstrings.
    """

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
    return {
        name: get_operator(name)()
        for name in sorted(operator_names())
        if not any(one.search(name) for one in left_out)
    }


def modules(room: str) -> list[Path]:
    rules = CONFIG["rooms"][room]
    return [
        path
        for path in sorted((ROOT / rules["path"]).glob("*.py"))
        if not any(path.match(one) for one in rules.get("without", []))
    ]


def candidates(room: str, path: Path, these: dict[str, object]) -> list[Mutant]:
    """Every place of a module where an operator applies; the mutated source is made when it is
    needed.
    """
    from cosmic_ray.ast import ast_nodes, get_ast

    code = path.read_text(encoding="utf-8")
    nodes, lines, functions = list(ast_nodes(get_ast(code))), code.splitlines(), places(code)
    found = []
    for name, operator in these.items():
        where = [start[0] for node in nodes for start, _ in operator.mutation_positions(node)]  # type: ignore[attr-defined]
        found += [
            Mutant(
                room,
                path.relative_to(ROOT).as_posix(),
                name.removeprefix("core/"),
                occurrence,
                functions.get(line, ""),
                line,
                lines[line - 1].strip(),
                "",
                code,
            )
            for occurrence, line in enumerate(where)
        ]
    return found


def made(one: Mutant, these: dict[str, object]) -> Mutant | None:
    """The mutant with its own source; None where what the code does is not changed (annotations,
    what the type checker alone reads).
    """
    from cosmic_ray.mutating import mutate_code

    source = mutate_code(one.source, these[f"core/{one.operator}"], one.occurrence)
    try:
        if "TYPE_CHECKING" in one.before or bare(source) == bare(one.source):
            return None
    except SyntaxError:
        return None
    changed = [
        (a, b) for a, b in zip(one.source.splitlines(), source.splitlines(), strict=False) if a != b
    ]
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


def of(room: str, these: dict[str, object], number: int = 1) -> list[Mutant]:
    """All candidates of a room in the number-th of several orders that are random but always the
    same, so that the first n are a sample.
    """
    every = [one for path in modules(room) for one in candidates(room, path, these)]
    return sorted(
        every,
        key=lambda one: hashlib.sha256(
            f"{number} {one.module} {one.operator} {one.occurrence}".encode()
        ).digest(),
    )


# ---- many


def kept() -> dict[str, list[tuple[dict[str, Any], Verdict]]]:
    """What has been run, by mutant: its first verdict, and those after it was tried again."""
    found: dict[str, list[tuple[dict[str, Any], Verdict]]] = {}
    for line in KEPT.read_text(encoding="utf-8").splitlines() if KEPT.exists() else []:
        row = json.loads(line)
        found.setdefault(row["key"], []).append((row["mutant"], Verdict(**row["verdict"])))
    return found


def keep(one: Mutant, mutant: Mutant, verdict: Verdict) -> None:
    KEPT.parent.mkdir(exist_ok=True)
    row = {
        "key": one.key,
        "mutant": {k: v for k, v in asdict(mutant).items() if k != "source"},
        "verdict": asdict(verdict),
    }
    with KEPT.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def wilson(killed: int, number: int) -> tuple[float, float]:
    """95% interval of a share."""
    z, share = 1.959964, killed / number
    middle, half = (
        share + z * z / (2 * number),
        z * math.sqrt(share * (1 - share) / number + z * z / (4 * number * number)),
    )
    return (middle - half) / (1 + z * z / number), (middle + half) / (1 + z * z / number)


def share(killed: int, number: int) -> str:
    """A share of so many with its interval, as text."""
    low, high = wilson(killed, number)
    return f"{killed / number:.1%} ({low:.1%} to {high:.1%})"


def main() -> None:
    """Run mutants, or write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rooms", nargs="*", default=list(CONFIG["rooms"]))
    parser.add_argument("--sample", type=int, default=0, help="so many of each room; 0 all")
    parser.add_argument(
        "--round",
        type=int,
        default=1,
        help="which sample: a later one takes mutants that no earlier one had",
    )
    parser.add_argument(
        "--survivors",
        action="store_true",
        help="only those that survived before, and for no known reason",
    )
    parser.add_argument(
        "--module", default="", help="only mutants whose module's path has this in it"
    )
    parser.add_argument("--minutes", type=float, default=math.inf, help="stop after so long")
    parser.add_argument("--count", action="store_true", help="only count the mutants")
    parser.add_argument("--write", action="store_true", help="write docs/MUTATION.md")
    asked = parser.parse_args()
    if asked.write:
        from tools.mutation_page import page

        PAGE.write_text(page(), encoding="utf-8")
        return
    if asked.count:
        these = operators()
        for room in asked.rooms:
            print(f"{room}: {len(of(room, these))} places where an operator applies", flush=True)
        return
    os.environ |= {
        "MUTANTS": "1",  # see tests/conftest.py
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    for name in LIBRARIES:
        importlib.import_module(name)
    until = time.monotonic() + 60 * asked.minutes
    with tempfile.TemporaryDirectory(prefix="mutation-") as scratch:
        os.environ["XDG_CACHE_HOME"] = scratch
        judge = Judge(CONFIG["run"]["tests"], scratch)
        for room in asked.rooms:
            run_room(room, asked, until, judge)
        judge.end()


def chosen(room: str, asked: argparse.Namespace, these: dict[str, object]) -> list[Mutant]:
    """The mutants asked for, less those that have been run; of survivors those that no rule gives a
    reason for.
    """
    from tools.mutation_page import reason

    done = kept()
    every = [one for one in of(room, these, asked.round) if asked.module in one.module]
    if asked.survivors:
        return [
            one
            for one in every
            if one.key in done
            and done[one.key][-1][1].outcome == "survived"
            and not reason(done[one.key][-1][0])
        ]
    every = [
        one for one in every if one.key not in done or done[one.key][0][1].round >= asked.round
    ]
    return [
        one for one in (every[: asked.sample] if asked.sample else every) if one.key not in done
    ]


def run_room(room: str, asked: argparse.Namespace, until: float, judge: Judge) -> None:
    these, said = operators(), []
    here = chosen(room, asked, these)
    print(f"{room}: {len(here)} mutants to run", flush=True)
    for one in here:
        if time.monotonic() > until:
            break
        mutant = made(one, these)
        found = (
            judge.verdict(mutant.module, one.source, mutant.line, mutant.source)
            if mutant
            else ("no change", "", 0.0)
        )
        verdict = Verdict(*found, asked.round)
        keep(one, mutant or one, verdict)
        if mutant:
            said.append(verdict.outcome)
        if mutant and verdict.outcome == "survived":
            print(
                f"  {one.module}:{one.line} {one.operator} {verdict.seconds:.1f} s\n    -"
                f" {mutant.before}\n    + {mutant.after}",
                flush=True,
            )
    if said:
        print(f"{room}: of {len(said)} killed {share(said.count('killed'), len(said))}", flush=True)


if __name__ == "__main__":
    main()
