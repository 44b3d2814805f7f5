"""Random calls over every public function and method."""

from __future__ import annotations

import contextlib
import inspect
import io
import random
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import doors
import numpy as np

import regime_sim as rs

from .targets import targets
from .totals import PATIENCE, Hang, Totals, at_most, where
from .values import neighbours
from .yard import home_of, yard


def parameters(call: Callable[..., Any], given: dict[str, Any]) -> list[inspect.Parameter]:
    try:
        return [
            one
            for one in inspect.signature(call).parameters.values()
            if one.name not in ("args", "kwargs")
        ] or []
    except (TypeError, ValueError):
        return [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in given]


HUGE = {
    "replicates",
    "points",
    "settings",
    "held",
    "exact",
    "draws",
    "inner",
    "number",
    "steps",
    "whole",
    "horizon",
}


def asks_for_much(name: str, value: Any) -> bool:
    """Whether a right value asks for more than ten seconds of work."""
    number = (
        isinstance(value, (int, np.integer))
        and not isinstance(value, bool)
        and abs(int(value)) > 10_000
    )
    return (
        (name in HUGE and number)
        or (name in ("deep", "history") and value is True)
        or (name in ("cases", "over", "corps", "knowledge") and value is None)
    )


def arguments(
    call: Callable[..., Any], given: dict[str, Any], rng: random.Random
) -> tuple[list[Any], dict[str, Any], str]:
    """The arguments of one call: right ones, of which one to three were put out, and what to
    call it.
    """
    chosen = dict(given)
    known = parameters(call, given) or [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in given
    ]
    wrong = []
    for one in rng.sample(known, min(len(known), rng.choice((1, 1, 1, 2, 3)))):
        value = rng.choice(neighbours(rng))
        if not asks_for_much(one.name, value):
            chosen[one.name] = value
            wrong.append(f"{one.name}={_shown(value)}")
    return *_in_order(known, chosen, rng), ", ".join(wrong)


def _in_order(
    known: list[inspect.Parameter], chosen: dict[str, Any], rng: random.Random
) -> tuple[list[Any], dict[str, Any]]:
    """What is given by place and what by name."""
    before: list[Any] = []
    named: dict[str, Any] = {}
    for one in known:
        if one.name not in chosen:
            continue
        if one.kind in (one.VAR_POSITIONAL, one.POSITIONAL_ONLY):
            before.append(chosen[one.name])
        elif one.kind is one.VAR_KEYWORD:
            key = rng.choice(("rents", "rentz", "us_pressure__strikes", "theme"))
            named[key] = chosen[one.name]
        else:
            named[one.name] = chosen[one.name]
    if any(one.kind is one.VAR_POSITIONAL and one.name in chosen for one in known):
        for one in known:  # what stands before it cannot be named any more
            if one.kind is one.POSITIONAL_OR_KEYWORD and one.name in named:
                before.insert(0, named.pop(one.name))
    return before, named


def _shown(value: Any) -> str:
    return " ".join(repr(value).split())[:60]


def names_the_argument(
    error: BaseException, call: Callable[..., Any], given: dict[str, Any]
) -> bool:
    """Whether a message names one of the arguments, as Python's own TypeError of a call does."""
    words = {one.name for one in parameters(call, given)} | set(given)
    return any(re.search(rf"\b{re.escape(word)}\b", str(error)) for word in words)


def calls(number: int, seed: int) -> Totals:
    """Random calls over every public function and method, with values of wrong and of
    neighbouring types.
    """
    totals = Totals("calls")
    many = targets()
    rng = random.Random(seed)
    names = sorted(many)
    with home_of() as home:
        yard(home / "yard")
        before = doors.tree(home / "yard")
        for at in range(number):
            name = names[at % len(names)]
            call, given = many[name]
            first, named, wrong = arguments(call, given, rng)
            what = f"{name}({wrong})"
            started = time.monotonic()
            how, problem = _called(call, first, named, given, home / "yard")
            if problem:
                totals.found.append(f"{what}: {problem}")
            totals.note(how, what, time.monotonic() - started)
            _tidied(home / "yard", before, totals, what)
    return totals


def _called(
    call: Callable[..., Any],
    first: list[Any],
    named: dict[str, Any],
    given: dict[str, Any],
    folder: Path,
) -> tuple[str, str]:
    """How a call ended, and what is wrong with that."""
    try:
        with (
            doors.standing_in(folder),
            at_most(PATIENCE),
            contextlib.redirect_stderr(io.StringIO()),
            contextlib.redirect_stdout(io.StringIO()),
        ):
            found = call(*first, **named)
            str(found)
        return "a result", ""
    except rs.RegimeSimError as error:
        return "RegimeSimError", "" if "\n" not in str(error) or isinstance(
            error, rs.ScenarioError
        ) or len(str(error)) < 2000 else f"a long message: {str(error)[:80]}"
    except TypeError as error:
        return "TypeError", "" if names_the_argument(error, call, given) and _of_the_call(
            error
        ) else where(error)
    except OSError as error:
        return "OSError", "" if "path" in named or "out" in named or "folder" in named else where(
            error
        )
    except (Exception, Hang) as error:
        return type(error).__name__, where(error)


def _of_the_call(error: BaseException) -> bool:
    """Whether a TypeError is about how the call was made, and not from somewhere within."""
    return bool(re.search(r"argument|expected", str(error)))


def _tidied(folder: Path, before: dict[str, str], totals: Totals, what: str) -> None:
    """Note what of the user's has changed, and take away what was made."""
    after = doors.tree(folder)
    changed = [
        name
        for name, was in before.items()
        if after.get(name) != was
        and not re.match(r"(run|batch|unfinished)(/(?!diary|notes|chunks/mine)|$)", name)
    ]
    if changed:
        totals.found.append(f"{what}: changed files of the user's: {', '.join(changed[:5])}")
    if after != before:
        shutil.rmtree(folder)
        yard(folder)
