"""Results out as CSV, Parquet, pictures and a report. What a scenario says is text there, never
markup or a formula; keeps nothing itself.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

import regime_sim as rs
from regime_sim.inert import cell
from regime_sim.view.pages import card
from regime_sim.view.words import attribution, sentences

from . import caption, charts, why
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
    answer = caption.linked(answer)
    for kind in KINDS:
        st.download_button(
            kind.label,
            lambda kind=kind: kind.make(answer),
            f"{caption.stem(answer)}{kind.ending}",
            kind.media_type,
            key=kind.key,
            on_click="ignore",
            width="stretch",
        )
    st.html(
        f'<p class="note">{escape(caption.line(answer, where=False))}. Save the scenario'
        " too, and anybody can repeat this. The report takes some seconds.</p>"
    )


def outcomes_frame(run: rs.Ensemble, more: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Both clocks, one row for each outcome: clock, outcome, probability, low, high (chance),
    unknown_low, unknown_high (what we do not know; the leader's exits), median_week, n, and what
    was run.
    """
    import pandas as pd

    about = {
        "scenario": run.scenario.id,
        "seed": run.seed,
        "replicates": run.replicates,
        "horizon_weeks": run.horizon,
        **(more or {}),
    }
    frames = [run.outcomes(clock).assign(clock=clock, **about) for clock in ("leader", "regime")]  # type: ignore[arg-type]
    frames[0] = frames[0].assign(
        **{
            f"unknown_{end}": [getattr(run.unknown(way), end) for way in frames[0]["outcome"]]
            for end in ("low", "high")
        }
    )
    names = ["clock", "outcome", "probability", "low", "high", "unknown_low", "unknown_high"]
    return pd.concat(frames, ignore_index=True)[[*names, "median_week", "n", *about]]


def survival_frame(run: rs.Ensemble, more: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Both clocks, one row for each week: clock, week, survival, low, high (chance), unknown_low,
    unknown_high (what we do not know), n, and what was run.
    """
    import pandas as pd

    about = {"scenario": run.scenario.id, "seed": run.seed, **(more or {})}
    frames = []
    for clock in ("leader", "regime"):
        wide = run.unknown_curve(clock)  # type: ignore[arg-type]
        columns = {"clock": clock, "unknown_low": wide.low, "unknown_high": wide.high, **about}
        frames.append(run.survival(clock).assign(**columns))  # type: ignore[arg-type]
    names = ["clock", "week", "survival", "low", "high", "unknown_low", "unknown_high", "n"]
    return pd.concat(frames, ignore_index=True)[[*names, *about]]


def outcomes_csv(run: rs.Ensemble, more: Mapping[str, str] | None = None) -> str:
    """The outcomes as CSV."""
    return _csv(outcomes_frame(run, more))


def survival_csv(run: rs.Ensemble, more: Mapping[str, str] | None = None) -> str:
    """The survival as CSV."""
    return _csv(survival_frame(run, more))


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
        "scenario": caption.named(answer).to_yaml(resolved=True),
        "caption": caption.line(answer),
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
            caption.under(charts.survival_figure(answer, "light", EXPORTED), answer)
            .save(Path(folder) / f"chart{suffix}")
            .read_bytes()
        )


def report(answer: Answer) -> bytes:
    """The package's report on this answer as one HTML file, without the long parts."""
    other = None if answer.same else answer.baseline
    run = replace(answer.now, scenario=caption.named(answer))
    return rs.report(run, other, history=False).html().encode()


def share_card(answer: Answer) -> bytes:
    """One picture for a chat or a post, 1200 x 630."""
    more = []
    if not answer.same and not answer.changed.low <= 0.0 <= answer.changed.high:
        word = "more" if answer.more > 0 else "fewer"
        more.append(f"{abs(answer.more)} {word} than in {answer.baseline_name}")
    found = why.found(answer)
    if found is not None:
        more.append(f"{attribution.by_exit(found).capitalize()}.")
    more.append(f"In {answer.of_100.out_goes_on} the regime goes on.")
    if answer.unknown is not None:
        wide = sentences.interval(answer.unknown, answer.of_100.out)
        more.append(f"{wide}, counting what we do not know")
    drawn = card.card(answer.now, caption.line(answer, where=False), tuple(more))
    return card.picture(drawn)


PARQUET = "application/vnd.apache.parquet"
KINDS = (
    Kind(
        "Outcomes (CSV)",
        lambda answer: outcomes_csv(answer.now, caption.about(answer)),
        "-outcomes.csv",
        "text/csv",
        "save_outcomes",
    ),
    Kind(
        "Survival by week (CSV)",
        lambda answer: survival_csv(answer.now, caption.about(answer)),
        "-survival.csv",
        "text/csv",
        "save_survival",
    ),
    Kind(
        "Outcomes (Parquet)",
        lambda answer: parquet(outcomes_frame(answer.now, caption.about(answer)), answer),
        "-outcomes.parquet",
        PARQUET,
        "save_outcomes_parquet",
    ),
    Kind(
        "Survival by week (Parquet)",
        lambda answer: parquet(survival_frame(answer.now, caption.about(answer)), answer),
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
    Kind(
        "Card for sharing (PNG)",
        lambda answer: share_card(answer),
        "-card.png",
        "image/png",
        "save_card",
    ),
    Kind("Chart (PNG)", lambda answer: picture(answer, ".png"), ".png", "image/png", "save_png"),
    Kind(
        "Report (one HTML file)", lambda answer: report(answer), ".html", "text/html", "save_report"
    ),
)
