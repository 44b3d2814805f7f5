"""The six historical scenarios: what happened, and what the model says; fits and writes nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..facts.outcomes import WAY_WORDS
from ..facts.posterior import DEFAULT
from ..provenance import model_mark
from ..runs import simulate
from ..scenario import load
from ..statistics.intervals import Estimate

# the article's three, then three for teaching: how he went (an exit mode), and in which week after
# the start
EPISODES: tuple[tuple[str, str, int], ...] = (
    ("iraq-2003", "foreign_removal", 30),
    ("libya-2011", "rebellion", 25),
    ("yemen-2011", "negotiated_exit", 43),
    ("panama-1989", "foreign_removal", 98),
    ("philippines-1986", "uprising", 16),
    ("serbia-2000", "uprising", 2),
    ("zimbabwe-2017", "palace_coup", 2),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What happened (way, week, words); the model's P(out), P(that way), likeliest, median week."""

    scenario: str
    title: str
    horizon: int
    way: str
    week: int
    words: str
    out: Estimate
    so: Estimate
    likeliest: str
    median: float


def episodes(replicates: int = 4096, seed: int = 1, corps: int | None = 256) -> list[Told]:
    """Simulate each episode; corps: simulated generals (None: all). Raises OutOfRange."""
    found = []
    for name, way, week in EPISODES:
        scenario = load(name)
        e = simulate(scenario, replicates, seed, corps=corps)
        rows = {row["outcome"]: row for row in e.outcome_rows("leader")}
        ways = [row for key, row in rows.items() if key != "survived"]
        likeliest = max(ways, key=lambda row: row["probability"])["outcome"]
        gone = e.leader_week[e.leader_week > 0]
        so = rows[way]
        found.append(
            Told(
                name,
                scenario.title,
                scenario.horizon,
                way,
                week,
                " ".join(scenario.notes.split()),
                e.out(),
                Estimate(so["probability"], so["low"], so["high"], so["n"]),
                likeliest,
                float(np.median(gone)) if len(gone) else float("nan"),
            )
        )
    return found


def fingerprint() -> str:
    """What the page depends on: the model and which sample it draws from."""
    return f"{model_mark()[:16]}-{DEFAULT}"


def markdown(told: list[Told], command: str) -> str:
    """The episodes as a page of Markdown."""
    lines = [
        "# Seven episodes with their timelines",
        "",
        f"<!-- model: {fingerprint()} -->",
        (
            f"Written by `{command}`. Each file ships (`regime-sim run iraq-2003`), with its"
            " timeline as it was known then and its sources; what happened afterwards is in its"
            " notes alone and is no input."
        ),
        (
            "The files were written by people who knew the end, so that this shows what the model"
            " makes of a well-told case, and is no score: for that see the [model"
            " card](MODEL_CARD.md)."
        ),
        "",
        (
            "| episode | weeks | what happened | model: out by the end | model: out in that way |"
            " likeliest way out | median week of those out |"
        ),
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{t.scenario}` | {t.horizon} | {WAY_WORDS[t.way]}, week {t.week} | {_points(t.out)} |"
        f" {_points(t.so)} |"
        f" {WAY_WORDS[t.likeliest]}{'' if t.likeliest == t.way else ' (**another**)'} |"
        f" {t.median:.0f} |"
        for t in told
    ]
    for t in told:
        lines += ["", f"## {t.title}", "", t.words]
    return "\n".join(lines) + "\n"


def _points(p: Estimate) -> str:
    return f"{100 * p.value:.0f} of 100 ({100 * p.low:.0f} to {100 * p.high:.0f})"


__all__ = ["EPISODES", "Told", "episodes", "fingerprint", "markdown"]
