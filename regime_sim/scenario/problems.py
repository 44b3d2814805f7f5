"""What is wrong with a scenario file, all at once, each problem with its place; reads nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..errors import RegimeSimError, nearest
from ..inert import one_line

Path = tuple[str | int, ...]
Place = tuple[int, int]

SHOWN = 100  # problems that a message lists
HINTS = 20  # problems of a file for which the nearest right name is looked for
_LONGEST = 80  # characters of a name that a message repeats


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: `file:line:col path: text`; line and col from 1, line 0 is the whole file."""

    file: str
    line: int
    col: int
    path: str
    text: str

    def __str__(self) -> str:
        file, text = one_line(self.file), one_line(self.text)
        if self.line == 0:
            return f"{file}: {text}"
        path = f" {one_line(self.path)}:" if self.path else ""
        return f"{file}:{self.line}:{self.col}{path} {text}"


class ScenarioError(RegimeSimError, ValueError):
    """A scenario cannot be used; `problems` holds every mistake, by file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            lines.append(f"... and {len(self.problems) - SHOWN} more")
        super().__init__("\n".join(lines))


@dataclass(slots=True)
class Findings:
    """Collects the problems of one file. `places` maps paths to (line, col), both from 1."""

    file: str
    places: dict[Path, Place] = field(default_factory=dict)
    found: list[Problem] = field(default_factory=list)
    hints: int = 0
    seen: set[tuple[str, int, int]] = field(default_factory=set)

    def add(self, path: Path, text: str) -> None:
        """Note a problem, once, at the place of `path` or of the nearest thing above it."""
        shown = spell(path)
        above = path
        while above and above not in self.places:
            above = above[:-1]
        line, col = self.places.get(above, (1, 1))
        if (shown, line, col) in self.seen:
            return
        self.seen.add((shown, line, col))
        self.found.append(Problem(self.file, line, col, shown, text))

    def unknown(
        self,
        path: Path,
        what: str,
        name: str,
        allowed: Iterable[str],
        listed: Iterable[str] | None = None,
    ) -> None:
        """Note a name that does not exist, with the nearest one that does."""
        self.add(path, f"unknown {what}{self.hint(name, allowed, listed)}")

    def hint(self, name: str, allowed: Iterable[str], listed: Iterable[str] | None = None) -> str:
        """The nearest right name, for the first mistakes of a file; a search takes milliseconds."""
        few = self.still_hints(name)
        self.hints += 1
        return nearest(name, allowed, listed) if few else ""

    def still_hints(self, name: str) -> bool:
        """Whether a name is looked for: a file may be nothing but mistakes."""
        return self.hints < HINTS and len(name) <= _LONGEST

    def where(self, path: Path) -> str:
        """`file:line` of a path."""
        return f"{self.file}:{self.places.get(path, (1, 1))[0]}"

    def stop_if_any(self) -> None:
        """Raise ScenarioError with everything found so far, in the order of the lines."""
        if self.found:
            raise ScenarioError(sorted(self.found, key=lambda problem: (problem.line, problem.col)))


def spell(path: Path) -> str:
    """A path as a user reads it: `levers.us_pressure`, `timeline[2].when` (the second entry)."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f"{'.' if text else ''}{clean(part)}"
    return text


def clean(text: str, longest: int = _LONGEST) -> str:
    """Text from a file, safe to print on one line: escaped where unprintable, cut when long."""
    safe = one_line(text)
    return safe if len(safe) <= longest else f"{safe[:longest]}..."


def show(value: object) -> str:
    """A value from a file as a message repeats it."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{clean(value)}'"
    return clean(repr(value))
