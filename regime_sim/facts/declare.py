"""The kinds of row in the parameter table; holds no number of the model, knows no scenario."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Who may move a parameter: the user by a lever, the scenario, or nobody (structure)."""

    LEVER = "lever"
    EXOGENOUS = "exogenous"
    STRUCTURAL = "structural"


@dataclass(frozen=True, slots=True)
class Prior:
    """A distribution by family and arguments, always truncated to the bounds of the parameter that
    carries it.

    Families: uniform(low, high), normal(mean, sd), lognormal(median, sigma), beta(a, b),
    triangular(low, mode, high), loguniform(low, high), and those of `engine.distributions` that
    scenario files may name.
    """

    family: str
    args: tuple[float, ...]

    def __str__(self) -> str:
        return f"{self.family}({', '.join(f'{a:g}' for a in self.args)})"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the model, declared once.

    source: ids of facts, works or rates, or `("judgement",)`. The default of a lever part that is
    added now is the value at which it does nothing, which files written before it mean.
    """

    name: str
    symbol: str
    unit: str
    low: float
    high: float
    default: float
    prior: Prior | None
    kind: Kind
    acts_in: str
    source: tuple[str, ...]
    meaning: str
    anchors: tuple[tuple[float, str], ...] = ()

    @property
    def field(self) -> str:
        """The name as an attribute of the records that the law reads: dots become underscores."""
        return self.name.replace(".", "_")


@dataclass(frozen=True, slots=True)
class LeverPart:
    """How a lever moves one part: at_zero + (at_one - at_zero) * clamp((lever - start) / (end -
    start), 0, 1).
    """

    name: str
    at_zero: float = 0.0
    at_one: float = 1.0
    start: float = 0.0
    end: float = 1.0

    def value(self, lever: float) -> float:
        """The part's value when the whole lever stands at `lever` (0 to 1)."""
        share = (lever - self.start) / (self.end - self.start)
        return self.at_zero + (self.at_one - self.at_zero) * min(1.0, max(0.0, share))


@dataclass(frozen=True, slots=True)
class Lever:
    """One of the four numbers in [0, 1] that a user sees first, and the parts that it moves."""

    name: str
    meaning: str
    parts: tuple[LeverPart, ...]
    anchors: tuple[tuple[float, str], ...]
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamedEvent:
    """A named event; `sets` gives (parameter, value at intensity 0, value at intensity 1)."""

    name: str
    meaning: str
    sets: tuple[tuple[str, float, float], ...]
    lasts: float
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor that exists once in every future, and the numbers that are its state."""

    name: str
    meaning: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Observable:
    """A weekly variable that is recorded, and that a condition of the timeline may watch.

    reads: the state that it is, as `actor.field` or `patron.field`. log: it is ln(1 + state).
    unbounded: `high` is where its histogram ends, and no bound of the law.
    """

    name: str
    reads: str
    unit: str
    low: float
    high: float
    meaning: str
    log: bool = False
    unbounded: bool = False
