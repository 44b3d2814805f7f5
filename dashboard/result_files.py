"""Results out as CSV, Parquet, pictures and a report. What a scenario says is text there, never
markup or a formula; keeps nothing itself.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

import regime_sim as rs
from regime_sim.inert import cell

from . import charts
from .answers import Answer

if TYPE_CHECKING:
    import pandas as pd

EXPORTED = (560, 380)  # pixels of the plot in a file


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that an answer can be saved as; `ending` follows the answer's own name."""

    label: str
    make: Callable[[Answer], str | bytes]
    ending: str
    media_type: str
    key: str


def offer(answer: Answer) -> None:
    """Save the answer that is shown; every file is made when it is asked for."""
    for kind in KINDS:
        st.download_button(
            kind.label,
            lambda kind=kind: kind.make(answer),
            f"{answer.stem}{kind.ending}",
            kind.media_type,
            key=kind.key,
            on_click="ignore",
            width="stretch",
        )
    st.html(
        f'<p class="note">{answer.futures:,} futures, seed {answer.now.seed}. Save the scenario'
        " too, and anybody can repeat this. The report takes some seconds.</p>"
    )


def outcomes_frame(run: rs.Ensemble) -> pd.DataFrame:
    """Both clocks, one row for each outcome: clock, outcome, probability, low, high, median_week,
    n, and what was run.
    """
    import pandas as pd

    about = {
        "scenario": run.scenario.id,
        "seed": run.seed,
        "replicates": run.replicates,
        "horizon_weeks": run.horizon,
    }
    frames = [run.outcomes(clock).assign(clock=clock, **about) for clock in ("leader", "regime")]  # type: ignore[arg-type]
    names = ["clock", "outcome", "probability", "low", "high", "median_week", "n", *about]
    return pd.concat(frames, ignore_index=True)[names]


def survival_frame(run: rs.Ensemble) -> pd.DataFrame:
    """Both clocks, one row for each week: clock, week, survival, low, high, n."""
    import pandas as pd

    frames = [run.survival(clock).assign(clock=clock) for clock in ("leader", "regime")]  # type: ignore[arg-type]
    return pd.concat(frames, ignore_index=True)[["clock", "week", "survival", "low", "high", "n"]]


def outcomes_csv(run: rs.Ensemble) -> str:
    """The outcomes as CSV."""
    return _csv(outcomes_frame(run))


def survival_csv(run: rs.Ensemble) -> str:
    """The survival as CSV."""
    return _csv(survival_frame(run))


def _csv(frame: pd.DataFrame) -> str:
    """A frame as CSV in which no text can be taken for a formula: one that begins like a formula
    gets an apostrophe in front.
    """
    safe = frame.copy()
    for name in safe.columns:
        if safe[name].dtype.kind not in "ifb":
            safe[name] = [cell(str(value)) for value in safe[name]]
    return safe.to_csv(index=False, lineterminator="\n")


def parquet(frame: pd.DataFrame, answer: Answer) -> bytes:
    """A frame as Parquet, with what was run in its metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False)
    about = {
        "scenario": answer.now.scenario.to_yaml(resolved=True),
        "seed": str(answer.now.seed),
        "replicates": str(answer.futures),
        "sha256": answer.now.digest(),
        "model": rs.__version__,
    }
    table = table.replace_schema_metadata(
        {**(table.schema.metadata or {}), **{f"regime_sim.{k}": v for k, v in about.items()}}
    )
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


def picture(answer: Answer, suffix: str) -> bytes:
    """The survival chart as a file of its own, in the light look."""
    with tempfile.TemporaryDirectory() as folder:
        return (
            charts.survival_figure(answer, "light", EXPORTED)
            .save(Path(folder) / f"chart{suffix}")
            .read_bytes()
        )


def report(answer: Answer) -> bytes:
    """The package's report on this answer as one HTML file, without the long parts."""
    other = None if answer.same else answer.baseline
    return rs.report(answer.now, other, history=False).html().encode()


PARQUET = "application/vnd.apache.parquet"
KINDS = (
    Kind(
        "Outcomes (CSV)",
        lambda answer: outcomes_csv(answer.now),
        "-outcomes.csv",
        "text/csv",
        "save_outcomes",
    ),
    Kind(
        "Survival by week (CSV)",
        lambda answer: survival_csv(answer.now),
        "-survival.csv",
        "text/csv",
        "save_survival",
    ),
    Kind(
        "Outcomes (Parquet)",
        lambda answer: parquet(outcomes_frame(answer.now), answer),
        "-outcomes.parquet",
        PARQUET,
        "save_outcomes_parquet",
    ),
    Kind(
        "Survival by week (Parquet)",
        lambda answer: parquet(survival_frame(answer.now), answer),
        "-survival.parquet",
        PARQUET,
        "save_survival_parquet",
    ),
    Kind(
        "Chart (SVG)",
        lambda answer: picture(answer, ".svg"),
        ".svg",
        "image/svg+xml",
        "save_svg",
    ),
    Kind("Chart (PNG)", lambda answer: picture(answer, ".png"), ".png", "image/png", "save_png"),
    Kind(
        "Report (one HTML file)", lambda answer: report(answer), ".html", "text/html", "save_report"
    ),
)
