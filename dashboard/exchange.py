"""Scenarios in and out as YAML, results out as CSV, Parquet, pictures and a report. What a file
says is shown as text, never as markup; keeps nothing itself.
"""

from __future__ import annotations

import io
import tempfile
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import charts
import state
import streamlit as st
from runs import FINE, Answer

import regime_sim as rs

if TYPE_CHECKING:
    import pandas as pd

EXPORTED = (560, 380)  # pixels of the plot in a file
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
SHOWN = 12  # problems that the page lists


def scenario_door() -> None:
    """Open a file or a text, save the scenario as it stands, set the seed."""
    st.file_uploader(
        "Open a scenario file", type=["yaml", "yml"], key="upload", on_change=_uploaded
    )
    st.text_area(
        "Or paste one",
        key="pasted",
        height=140,
        placeholder="schema: 1\nextends: venezuela-2025\nlevers:\n  rents: 0.3",
    )
    st.button("Open this text", key="open_pasted", on_click=_pasted, type="secondary")
    now = state.scenario()
    name = f"{now.id}.yaml"
    st.download_button(
        "Save scenario (YAML)",
        lambda: now.to_yaml(),
        name,
        "application/yaml",
        key="save_yaml",
        on_click="ignore",
    )
    # a key of its own: a popover that was never opened forgets a value set from here
    seed = st.session_state.seed
    st.number_input(
        "Seed",
        0,
        state.LARGEST_SEED,
        seed,
        1,
        key=f"seed_{seed}",
        on_change=_seeded,
        args=(f"seed_{seed}",),
        help="The same seed gives the same futures.",
    )


def results_door(answer: Answer) -> None:
    """Save the answer that is shown; every file is made when it is asked for."""
    run, stem = answer.now, answer.stem
    kinds = (
        (
            "Outcomes (CSV)",
            lambda: outcomes_csv(run),
            f"{stem}-outcomes.csv",
            "text/csv",
            "save_outcomes",
        ),
        (
            "Survival by week (CSV)",
            lambda: survival_csv(run),
            f"{stem}-survival.csv",
            "text/csv",
            "save_survival",
        ),
        (
            "Outcomes (Parquet)",
            lambda: parquet(outcomes_frame(run), answer),
            f"{stem}-outcomes.parquet",
            "application/vnd.apache.parquet",
            "save_outcomes_parquet",
        ),
        (
            "Survival by week (Parquet)",
            lambda: parquet(survival_frame(run), answer),
            f"{stem}-survival.parquet",
            "application/vnd.apache.parquet",
            "save_survival_parquet",
        ),
        (
            "Chart (SVG)",
            lambda: picture(answer, ".svg"),
            f"{stem}.svg",
            "image/svg+xml",
            "save_svg",
        ),
        ("Chart (PNG)", lambda: picture(answer, ".png"), f"{stem}.png", "image/png", "save_png"),
        (
            "Report (HTML, one file)",
            lambda: report(answer),
            f"{stem}.html",
            "text/html",
            "save_report",
        ),
    )
    for label, make, name, kind, key in kinds:
        st.download_button(label, make, name, kind, key=key, on_click="ignore", width="stretch")
    st.html(
        f'<p class="note">{run.replicates:,} futures, seed {run.seed}. Save the scenario too, and'
        " anybody can repeat it. The report takes some seconds.</p>"
    )


def problems() -> None:
    """Mistakes of the last file, one line each, and what the page does instead."""
    found: list[str] = st.session_state.problems
    if found:
        more = f"\n… and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        lines = escape("\n".join(found[:SHOWN]) + more)
        st.html(
            '<div class="wrong" role="alert"><p>This scenario cannot be opened, so the one before'
            f" it stays. {len(found)} "
            f"mistake{'s' if len(found) > 1 else ''}:</p><pre>{lines}</pre></div>"
        )
        st.button("Dismiss", key="dismiss", type="tertiary", on_click=_dismiss)
    elif st.session_state.notice:
        st.html(f'<div class="wrong" role="status"><p>{escape(st.session_state.notice)}</p></div>')


def refused(error: rs.RegimeSimError, fits: int, name: str) -> None:
    """Why a run was refused, what would fit, and the command for the rest."""
    world = state.scenario()
    st.html(
        f'<div class="wrong" role="alert"><p><b>Too large for this page.</b> {escape(str(error))}'
        " What you see below is the answer before. On the command line it runs as it"
        f" is:</p><pre>regime-sim run {escape(world.id)}.yaml --replicates {FINE} --seed"
        f" {st.session_state.seed}</pre></div>"
    )
    if fits:
        st.button(
            f"Run {fits:,} futures here",
            key="run_fits",
            on_click=lambda: st.session_state.most.update({name: fits}),
        )


def outcomes_frame(run: rs.Ensemble) -> pd.DataFrame:
    """Both clocks, one row an outcome: clock, outcome, probability, low, high, median_week, n, and
    what was run.
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
    """Both clocks, one row a week: clock, week, survival, low, high, n."""
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
            safe[name] = [inert(str(value)) for value in safe[name]]
    return safe.to_csv(index=False, lineterminator="\n")


def inert(text: str) -> str:
    """Text that no spreadsheet runs."""
    return f"'{text}" if text[:1] in FORMULA else text


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
    other = None if answer.same else answer.before
    return rs.report(answer.now, other, history=False).html().encode()


def _uploaded() -> None:
    file = st.session_state.upload
    if file is None:
        return
    shown = "".join(letter for letter in file.name if letter.isprintable())[:80] or "file"
    try:
        text = file.getvalue().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        st.session_state.problems = [f"{shown}: not UTF-8 text (byte {error.start + 1})"]
        return
    state.open_text(text, shown)


def _pasted() -> None:
    state.open_text(st.session_state.pasted, "<pasted>")


def _seeded(key: str) -> None:
    if st.session_state[key] is not None:
        st.session_state.seed = int(st.session_state[key])


def _dismiss() -> None:
    st.session_state.update(problems=[], notice="")
