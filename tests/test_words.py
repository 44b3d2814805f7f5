"""Words that no reader meets: odd phrases of the first edition are held out of every text that the
package, its pages, its scenarios and its dashboard show.

A row of WORST is a pattern and what to write instead; ALLOWED names the files where it may stand,
each with the reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROSE = (".md", ".yaml", ".yml", ".js", ".html", ".j2", ".css", ".json", ".ipynb")
PLACES = (
    *("regime_sim", "dashboard", "docs", "scenarios", "schema", "benchmarks"),
    *("README.md", "CONTRIBUTING.md"),
)
WRITTEN = ("docs/site",)  # not text of our own

WORST = {  # pattern, ignoring case: what to write instead
    r"\bways? to go\b": "exit mode; how he leaves",
    r"\bas steady as\b|\bsteadier than\b": "as precise as",
    r"\bluck of the dice\b|\bsame dice\b|\bby the dice\b": "chance; the same draws",
    r"\bspared by the dice\b": "survived by chance",
    r"\bno byte depends\b|\bnumbers do not depend on it\b": "does not affect results",
    r"\bevery byte is that of\b": "identical to X, byte for byte",
    r"\bexpected no circle\b|\bleads back to a scenario\b": "circular `extends`",
    r"\bextend one another\b": "`extends` chain longer than 8",
    r"\bnot said here is said there\b": "anything not set here is inherited",
    r"\banew\b": "again",
    r"\bnought\b": "zero",
    r"\bin vain\b": "without effect",
    r"\bwholly\b": "completely",
    r"\bthereof\b|\btherein\b|\bhitherto\b": "of it; in it; until now",
    r"\ba folder a scenario\b|\bfolder a run\b": "one subfolder per scenario",
    r"\ba row a \w+|\ba bar a \w+|\bminutes a scenario\b|\b(worlds|futures) a (cell|draw|file)\b": (
        "one row per ...; per scenario"
    ),
    r"\bcan be broken off\b": "an interrupted run can be resumed",
    r"\bbegun with other code\b|\bmade with other code\b|\bthe code .{0,20} was another\b": (
        "a different version of regime_sim"
    ),
    r"\bthe same command gives the same numbers\b": "run it again for the same results",
    r"\bfewer where fewer decide\b": "fewer if the answer is clear sooner",
    r"\bluck and ignorance\b|\bis not knowing the parameters\b": "chance; parameter uncertainty",
    r"\bone half\b(?= of| chance|$)|\bexit to one half\b": "a 50% chance",
    r"\bit is no file of\b": "not a file of this run",
    r"\bin the dark\]|\bon a phone\]": "Dark mode, phone",
    r"\bmost often he goes by\b": "most common exits",
    r"\b1 weeks\b": "1 week",
    r"\bof \d+ worlds\b|\beverywhere in \{": "futures",
    r"\bdice\b": "chance; draws",
    r"\bweekly chances of\b": "weekly probabilities in N futures",
    r"\bkeep everything in\b": "save results in DIR",
    r"\bbroken off\b": "interrupted",
    r"\bput the other way\b|\bwould have ended him\b": "set the other way; removed him",
    r"\bis called one\b": "is labelled",
    r"\bbrings? his exit\b": "makes his exit a 50% chance",
    r": good\b(?! 1952)|\bgood \(id\)": "OK",
    r"\bsuch futures lie in\b": "this region holds N% of futures",
    r"\balso if the code\b": "re-run even if the code has changed",
    r"\b\d+%: \d+ to \d+\b": "95% interval",
    r"\b(forthwith|whilst|whence|whereof|whereby|heretofore|albeit|amongst|ere|oft|lest|"
    r"henceforth|hereby|hereto|perchance|naught|betwixt|upon)\b": "today's words",
    r"\bbehavior|\bneighbor|\bhonor(ed|ing)?\b|\bmodeling\b": ("British spelling, as everywhere"),
}
ALLOWED: dict[str, dict[str, str]] = {  # pattern: {file: why}
    r"\bbehavior|\bneighbor|\bhonor(ed|ing)?\b|\bmodeling\b": {
        "dashboard/keeper.js": "the browser's own name of an option",
        "docs/notebooks/first_answers.ipynb": "titles of works that it cites",
    },
}


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of all that a reader may meet in a file: of Python its strings, joined as they
    are shown, but not the docstrings of the law.
    """
    content = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield from enumerate(content.splitlines(), start=1)
        return
    tree = ast.parse(content)
    law = "regime_sim/law" in path.as_posix()
    silent = set(docstrings(tree)) if law else set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [one.value if isinstance(one, ast.Constant) else "{}" for one in node.values]
            yield node.lineno, " ".join("".join(map(str, parts)).split())
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in silent:
            yield node.lineno, " ".join(node.value.split())


def docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    """The docstrings of a module and of all in it."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and body:
            first = body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield first.value


@cache
def everything() -> tuple[tuple[str, int, str], ...]:
    """(file, line, text) of all that is shown."""
    found = []
    for place in PLACES:
        root = ROOT / place
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            name = path.relative_to(ROOT).as_posix()
            ours = path.suffix in (*PROSE, ".py") and not name.startswith(WRITTEN)
            if path.is_file() and ours and "__pycache__" not in name:
                found += [(name, line, text) for line, text in texts(path)]
    return tuple(found)


@pytest.mark.parametrize("pattern", WORST)
def test_no_reader_meets(pattern: str) -> None:
    word = re.compile(pattern, re.IGNORECASE)
    allowed = ALLOWED.get(pattern, {})
    found = sorted(
        {
            f"{name}:{line}: {match[0]!r}"
            for name, line, text in everything()
            if name not in allowed and (match := word.search(text))
        }
    )
    assert not found, f"write {WORST[pattern]!r} instead of\n" + "\n".join(found)


def test_every_allowance_is_needed() -> None:
    for pattern, files in ALLOWED.items():
        word = re.compile(pattern, re.IGNORECASE)
        for name in files:
            assert any(word.search(text) for one, _, text in everything() if one == name), name


def test_help_speaks_of_futures() -> None:
    """No help text calls a simulated future a world."""
    import typer

    from regime_sim.cli import app

    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        shown = [command.help or "", *(getattr(one, "help", "") or "" for one in command.params)]
        assert not [text for text in shown if re.search(r"\bworlds?\b", text)], name


def test_a_planted_word_is_found(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(
        '"""Nothing."""\nx = ("the com"\n     f"monest way {1} to go", "a way " "to go")\n'
    )
    shown = [text for _, text in texts(planted)]
    assert [text for text in shown if re.search(next(iter(WORST)), text)] == ["a way to go"]
