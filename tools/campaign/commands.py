"""Random argument lists over every command, each in a user's folder."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import time
from pathlib import Path
from typing import Any

import doors
import hypothesis
from hypothesis import strategies as st

from .totals import PATIENCE, Hang, Totals, at_most, where
from .words import argument_list, commands_of, outputs, too_much
from .yard import home_of, of_the_users, yard

STATUSES = frozenset((0, 1, 2, 3, 4))


def commands(number: int, seed: int) -> Totals:
    """Random argument lists over every command, each in a user's folder."""
    totals = Totals("argument lists")
    known = commands_of()
    tried: set[tuple[str, ...]] = set()

    @hypothesis.settings(
        max_examples=number,
        deadline=None,
        database=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.seed(seed)
    @hypothesis.given(st.data())
    def each(data: Any) -> None:
        words = argument_list(data, known)
        hypothesis.assume(not too_much(words) and tuple(words) not in tried)
        tried.add(tuple(words))
        folder = home / f"{len(tried)}"
        shutil.copytree(home / "pattern", folder, symlinks=True)
        try:
            attempt(words, folder, totals)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    with home_of() as home:
        yard(home / "pattern")
        each()
    return totals


def attempt(words: list[str], folder: Path, totals: Totals) -> None:
    """One command line in a folder; what is wrong with how it ended is noted."""
    what = f"regime-sim {shlex.join(words)}"
    before = of_the_users(folder)
    started = time.monotonic()
    problems = []
    try:
        with doors.standing_in(folder), at_most(PATIENCE):
            ended = doors.inside(*words)
        how = f"status {ended.status}"
        problems += wrong_ending(ended)
    except (Exception, Hang) as error:
        how = type(error).__name__
        problems.append(where(error))
    named = {Path(os.path.normpath(one)).as_posix() for one in outputs(words) if one}
    changed = [
        name
        for name, was in before.items()
        if of_the_users(folder).get(name) != was and name not in named
    ]
    if changed:
        problems.append(f"changed files of the user's: {', '.join(changed[:5])}")
    totals.found += [f"{what}: {one}" for one in problems]
    totals.note(how, what, time.monotonic() - started)


def wrong_ending(ended: doors.Ended) -> list[str]:
    """What a user should not have seen."""
    found = []
    if ended.status not in STATUSES:
        found.append(f"status {ended.status} is not documented")
    if ended.status not in (0, 1) and not ended.err.strip():
        found.append(f"status {ended.status} without a word")
    if "Traceback" in ended.err or re.search(r"^\w*(Error|Exception): ", ended.err, re.M):
        found.append(f"a traceback: {ended.err.strip().splitlines()[-1][:160]}")
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", ended.out + ended.err):
        found.append("control characters on the terminal")
    if re.search(
        r"\b(object has no attribute|not supported between|NoneType|unexpected keyword|list index"
        r"|embedded null)\b",
        ended.err,
    ):
        found.append(f"raw words: {ended.err.strip()[:160]}")
    return found
