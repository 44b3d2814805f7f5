"""What a run is asked for and who does the work, as one record; runs nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, fields
from functools import wraps
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any, TypedDict

from ..errors import RegimeSimError, nearest
from ..facts.limits import (
    FEWEST_GENERALS,
    LARGEST_SEED,
    LAST_REPLICATE,
    MOST_GENERALS,
    MOST_REPLICATES,
    MOST_WORKERS,
)
from ..facts.posterior import DEFAULT, SAMPLES, Posterior
from ..given import able, choice, whole

if TYPE_CHECKING:
    from ..engine.model import RegimeModel

ENGINES = ("kernel", "mesa")
KNOWLEDGE = ("prior", *SAMPLES)
Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labour:
    """Who does the work and who is told; no number depends on it. Raises OutOfRange,
    RegimeSimError.

    workers: threads of this process, by default one per core. executor: any
    `concurrent.futures.Executor` in place of threads; window: tasks that it holds at once.
    on_progress(done, total) is called as work is done. cancel: set this event to stop, which raises
    Cancelled. say: takes a line about what was found in a run folder.
    """

    workers: int | None = None
    executor: Executor | None = None
    window: int | None = None
    on_progress: Progress | None = None
    cancel: threading.Event | None = None
    say: Callable[[str], object] | None = None

    def __post_init__(self) -> None:
        if self.workers is not None:
            self._set("workers", whole("workers", self.workers, 1, MOST_WORKERS))
        able("executor", self.executor, "submit", "an Executor of concurrent.futures")
        able("on_progress", self.on_progress, "__call__", "a function of (done, total)")
        able("cancel", self.cancel, "is_set", "an Event of threading")

    def _set(self, name: str, value: object) -> None:
        """Keep an argument as a value of Python, whatever library it came from."""
        object.__setattr__(self, name, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort(Labour):
    """How much is simulated: replicates first ... first + replicates - 1 under one seed. Raises
    OutOfRange, UnknownName.

    engine: "kernel" or "mesa", the same numbers. corps: simulated generals, each standing for
    several of the scenario's; None for all. knowledge: what structural parameters are drawn from.
    model: a subclass of `RegimeModel` in place of it, by the engine "mesa".
    """

    replicates: int = 2000
    seed: int = 1
    first: int = 0
    engine: str = "kernel"
    corps: int | None = None
    knowledge: str | Posterior = DEFAULT
    model: type[Any] | None = None

    def __post_init__(self) -> None:
        Labour.__post_init__(self)
        self._set("replicates", whole("replicates", self.replicates, 1, MOST_REPLICATES))
        self._set("seed", whole("seed", self.seed, 0, LARGEST_SEED))
        self._set("first", whole("first", self.first, 0, LAST_REPLICATE + 1 - self.replicates))
        self._set("engine", choice("engine", self.engine, ENGINES))
        if self.model is not None:
            self._set("engine", "mesa")
            if self.executor is not None:
                raise RegimeSimError(
                    "model: a model of your own runs in this process - leave out executor"
                )
        if self.corps is not None:
            self._set("corps", whole("corps", self.corps, FEWEST_GENERALS, MOST_GENERALS))
        if not isinstance(self.knowledge, Posterior):
            self._set("knowledge", choice("knowledge", self.knowledge, KNOWLEDGE))


def further(told: Progress | None, before: int, total: int) -> Progress | None:
    """Progress of one part of a longer piece of work, told as that of all of it."""
    return told and (lambda done, _: told(before + done, total))


class WorkOptions(TypedDict, total=False):
    """Who does the work, as keywords (see `Labour`)."""

    workers: int | None
    on_progress: Progress | None
    cancel: threading.Event | None


class KnowledgeOptions(WorkOptions, total=False):
    """And what structural parameters are drawn from, as keywords (see `Effort`)."""

    knowledge: str | Posterior


class QuestionOptions(KnowledgeOptions, total=False):
    """How much a question simulates, as keywords (see `Effort`)."""

    seed: int
    corps: int | None


class ReplicatesOptions(QuestionOptions, total=False):
    """And how many futures, as keywords (see `Effort`)."""

    replicates: int


class RunTerms(TypedDict, total=False):
    """What an ensemble was run with besides its seed, as keywords (see `Effort`)."""

    first: int
    corps: int | None
    knowledge: str | Posterior


class RefineOptions(RunTerms, total=False):
    """What `refine` takes besides, as keywords (see `Effort`)."""

    on_progress: Progress | None
    cancel: threading.Event | None


class SimulateOptions(RefineOptions, total=False):
    """What `simulate` takes besides, as keywords (see `Effort`)."""

    executor: Executor | None
    model: type[RegimeModel] | None


def takes[**P, R](
    keywords: type[Any], **defaults: object
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """For a function that ends in `**effort: Unpack[keywords]`: its signature names each of them
    with its default (here, else that of `Effort`), and a name that is none is told with the nearest
    right one. Raises TypeError.
    """
    usual = {one.name: one.default for one in fields(Effort)}

    def taking(function: Callable[P, R]) -> Callable[P, R]:
        own = signature(function)
        named = [one for one in own.parameters.values() if one.kind is not Parameter.VAR_KEYWORD]
        names = {one.name for one in named}
        named += [
            Parameter(
                name,
                Parameter.KEYWORD_ONLY,
                default=defaults.get(name, usual[name]),
                annotation=getattr(kind, "__forward_arg__", kind),
            )
            for name, kind in keywords.__annotations__.items()
        ]
        names.update(keywords.__annotations__)

        @wraps(function)
        def checked(*args: P.args, **given: P.kwargs) -> R:
            for name in given:
                if name not in names:
                    raise TypeError(
                        f"{function.__name__}() got an unexpected keyword argument"
                        f" {name!r}{nearest(name, sorted(names))}"
                    )
            return function(*args, **{**defaults, **given})  # type: ignore[arg-type]

        checked.__signature__ = own.replace(parameters=named)  # type: ignore[attr-defined]
        return checked

    return taking
