"""The ensemble as a record: its tables, its digest and its document, on futures made up here with
known answers.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pytest

from regime_sim.ensemble.futures import ARRAYS, BINS
from regime_sim.ensemble.result import Ensemble
from regime_sim.errors import OutOfRange, UnknownName
from regime_sim.facts.outcomes import FATES, OBSERVABLES, REGIME, WAYS

H = 6


@dataclass(frozen=True)
class Scenario:
    """Just enough of a scenario."""

    id: str = "made-up"
    title: str = "a made-up world"
    start: date = date(2025, 12, 1)
    horizon: int = H
    ruler: str = "Maduro"
    ticks: tuple[tuple[object, ...], ...] = ()


def ensemble(
    week: list[int],
    way: list[str],
    regime: list[str],
    regime_week: list[int] | None = None,
    after: list[str] | None = None,
    clustered: bool = False,
    horizon: int = H,
    scenario: Scenario | None = None,
) -> Ensemble:
    """An ensemble from what happened in each future; the weekly variable `plotting` is week/horizon
    in every future still going.
    """
    n, gone = len(week), np.array(week)
    counts = np.array([int(((gone == 0) | (gone > k)).sum()) for k in range(horizon + 1)])
    sums = np.zeros((len(OBSERVABLES), horizon + 1), np.int64)
    bins = np.zeros((len(OBSERVABLES), horizon + 1, BINS), np.int64)
    for k, left in enumerate(counts):
        sums[0, k] = int(left * round(k / horizon * 2**32))
        bins[0, k, min(BINS - 1, int(BINS * k / horizon))] = left
    ways = [WAYS.index(name) for name in way]
    ends = [REGIME.index(name) for name in regime]
    when = regime_week or [w if r else 0 for w, r in zip(week, ends, strict=True)]
    decided = (
        [REGIME.index(name) for name in after]
        if after
        else [r if w else 0 for w, r in zip(week, ends, strict=True)]
    )
    fate = [FATES.index("exile") if w else 0 for w in week]
    known = {
        "leader_week": week,
        "leader_way": ways,
        "leader_fate": fate,
        "regime_week": when,
        "regime_fate": ends,
        "regime_way": [w if REGIME[r] == "falls" else 0 for w, r in zip(ways, ends, strict=True)],
        "regime_after": decided,
        "counts": counts,
        "sums": sums,
        "bins": bins,
    }
    named = {name: np.asarray(known.get(name, [0] * n)) for name in ARRAYS}
    return Ensemble(scenario or Scenario(horizon=horizon), 7, n, "kernel", clustered, **named)  # type: ignore[arg-type]


def small() -> Ensemble:
    """Ten futures: 6 stay, 3 coups in weeks 2, 3, 3 (one fells the regime), 1 seized in week 5
    (tutelage).
    """
    return ensemble(
        [0] * 6 + [2, 3, 3, 5],
        ["survived"] * 6 + ["coup"] * 3 + ["seized"],
        ["stands"] * 6 + ["falls", "stands", "stands", "tutelage"],
        regime_week=[0] * 6 + [4, 0, 0, 5],
        after=["stands"] * 9 + ["tutelage"],
    )


def large(
    n: int = 1_600,
    out: float = 0.3,
    seed: int = 1,
    clustered: bool = True,
    horizon: int = 52,
    scenario: Scenario | None = None,
) -> Ensemble:
    """Random futures in which about a share `out` go, a third of them with the regime, more in some
    clusters than in others.
    """
    rng = np.random.default_rng(seed)
    own = np.clip(
        out + np.repeat(rng.normal(0, 0.15 if 0 < out < 1 else 0, -(-n // 16)), 16)[:n], 0, 1
    )
    gone = rng.random(n) < own
    week = np.where(gone, rng.integers(1, horizon + 1, n), 0)
    shares = [0, 0.3, 0.1, 0.01, 0.09, 0.05, 0.3, 0.02, 0.08, 0.03, 0.02]
    way = np.where(gone, rng.choice(len(WAYS), n, p=shares), 0)
    regime = np.where(gone, rng.choice(3, n, p=[0.5, 0.2, 0.3]), 0)
    return ensemble(
        week.tolist(),
        [WAYS[k] for k in way],
        [REGIME[k] for k in regime],
        clustered=clustered,
        horizon=horizon,
        scenario=scenario,
    )


def test_outcomes_are_all_there_in_their_fixed_order() -> None:
    table = small().outcomes("leader")
    assert list(table.columns) == [
        "outcome",
        "probability",
        "low",
        "high",
        "median_week",
        "n",
        "luck",
        "ignorance",
    ]
    assert tuple(table["outcome"]) == WAYS
    assert table["probability"].tolist() == [0.6, 0.3, 0, 0, 0, 0, 0.1, 0, 0, 0, 0]
    rows = table.set_index("outcome")
    assert rows.loc["coup", "median_week"] == 3
    assert rows.loc["seized", "median_week"] == 5
    assert math.isnan(rows.loc["survived", "median_week"])
    assert rows.loc["uprising", ["low", "n"]].tolist() == [0.0, 10]
    assert rows.loc["uprising", "high"] == pytest.approx(0.2775, abs=1e-3)
    assert (rows.loc["coup", "luck"], rows.loc["coup", "ignorance"]) == (1.0, 0.0)
    regime = small().outcomes("regime")
    assert tuple(regime["outcome"]) == REGIME
    assert regime["probability"].tolist() == [0.8, 0.1, 0.1]
    assert regime["median_week"].tolist()[1:] == [5, 4]


def test_two_clocks_are_not_merged() -> None:
    leader, regime = small().survival("leader"), small().survival("regime")
    assert list(leader.columns) == ["week", "survival", "low", "high", "n"]
    assert leader["survival"].tolist() == [1, 1, 0.9, 0.7, 0.7, 0.6, 0.6]
    assert regime["survival"].tolist() == [1, 1, 1, 1, 0.9, 0.9, 0.9]  # tutelage is not a fall
    assert leader["week"].tolist() == list(range(H + 1))


def test_incidence_adds_up_with_survival() -> None:
    run = large()
    for clock in ("leader", "regime"):
        total = run.incidence(clock).groupby("week")["probability"].sum()  # type: ignore[arg-type]
        code = run.outcomes(clock).set_index("outcome")["probability"]  # type: ignore[arg-type]
        assert total.iloc[-1] == pytest.approx(1 - code.iloc[0])
    total = run.incidence("leader").groupby("week")["probability"].sum()
    assert np.allclose(total + run.survival("leader")["survival"].to_numpy(), 1.0)


def test_weekly_reads_mean_and_quantiles_and_says_nothing_of_nobody() -> None:
    table = small().weekly("plotting")
    assert list(table.columns) == [
        *("week", "mean", "q05", "q25", "q50", "q75", "q95"),
        *("n", "beyond"),
    ]
    assert not table["beyond"].any()  # the law bounds it
    assert table["mean"].tolist() == pytest.approx([k / H for k in range(H + 1)])
    assert (table["q50"] - table["mean"]).abs().max() < 2 / BINS
    assert table["n"].tolist() == [10, 10, 9, 7, 7, 6, 6]
    empty = ensemble([1, 1], ["coup"] * 2, ["falls"] * 2).weekly("plotting")
    assert empty.loc[1:, ["mean", "q05", "q95"]].isna().all().all()


def test_aftermath_apart_for_the_exit_and_for_the_horizon() -> None:
    now, later = (
        small().aftermath().set_index("outcome"),
        small().aftermath("horizon").set_index("outcome"),
    )
    assert now.loc["coup", ["goes_on", "n", "stands", "falls"]].tolist() == [1.0, 3, 1.0, 0.0]
    assert later.loc["coup", "goes_on"] == pytest.approx(2 / 3)
    assert later.loc["any", ["goes_on", "n"]].tolist() == [0.75, 4]
    assert later.loc["seized", "tutelage"] == 1.0
    assert math.isnan(later.loc["died", "goes_on"])
    assert tuple(now.index) == (*WAYS[1:], "any")


def test_frequencies_fates_and_single_numbers() -> None:
    run = small()
    whole = run.frequencies()
    assert (whole.out, whole.out_goes_on, whole.falls, whole.of("coup"), whole.regime) == (
        40,
        30,
        10,
        30,
        (80, 10, 10),
    )
    assert run.fates()["probability"].tolist() == [0.6, 0, 0.4, 0, 0]
    assert (
        run.out().value,
        run.stays().value,
        run.out("regime").value,
        run.out_goes_on().value,
    ) == (0.4, 0.6, 0.1, 0.3)
    assert run.restricted_mean().value == pytest.approx((6 * 6 + 2 + 3 + 3 + 5) / 10)
    assert math.isnan(run.median().value)
    assert run.median_week("coup").n == 3


def test_clustered_runs_say_less_and_split_luck_from_ignorance() -> None:
    run = large()
    loose = replace(run, clustered=False)
    assert run.out().value == loose.out().value
    assert run.out().high - run.out().low > 1.1 * (loose.out().high - loose.out().low)
    split = run.spread()
    assert (split.clusters, loose.spread().luck.value) == (100, 1.0)
    assert split.ignorance.low > 0.02


def test_digest_tells_any_change_and_is_the_same_on_any_machine() -> None:
    run = small()
    assert (
        run.digest()
        == small().digest()
        == "d6fd8a07a3c18a371273aaa41d3e15f5b43d28f2b49da3743455babbcf098fa1"
    )
    week = run.leader_week.copy()
    week[-1] = 4
    assert replace(run, leader_week=week).digest() != run.digest()
    swapped = replace(run, regime_way=run.successors, successors=run.regime_way)
    assert swapped.digest() != run.digest()
    big = replace(run, leader_week=run.leader_week.astype(">i4"), counts=run.counts.astype(">i8"))
    assert big.digest() == run.digest()


def test_arrays_are_checked_and_closed() -> None:
    run = small()
    with pytest.raises(ValueError, match="read-only"):
        run.leader_week[0] = 1
    with pytest.raises(OutOfRange, match="leader_way"):
        replace(run, leader_way=run.leader_way[:-1])
    with pytest.raises(OutOfRange, match="bins"):
        replace(run, bins=run.bins[:, :, :10])
    with pytest.raises(TypeError):
        run.provenance["seed"] = 1  # type: ignore[index]


def test_document_is_plain_json() -> None:
    document = json.loads(json.dumps(small().to_document(), allow_nan=False))
    assert {"scenario", "seed", "replicates", "engine", "horizon_weeks", "leader", "regime"} <= set(
        document
    )
    assert (document["scenario"], document["horizon_weeks"], document["replicates"]) == (
        "made-up",
        H,
        10,
    )
    first = document["leader"]["outcomes"][0]
    assert (first["outcome"], first["probability"], first["median_week"]) == ("survived", 0.6, None)
    assert [row["outcome"] for row in document["regime"]["outcomes"]] == list(REGIME)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda run: run.outcomes("leadr"), "did you mean leader"),
        (lambda run: run.survival("regimes"), "did you mean regime"),
        (lambda run: run.weekly("ploting"), "did you mean plotting"),
        (lambda run: run.plot("surival"), "did you mean survival"),
        (lambda run: run.median_week("cuop"), "did you mean coup"),
        (lambda run: run.aftermath("exits"), "did you mean exit"),
        (lambda run: run.spread("siezed"), "did you mean seized"),
        (lambda run: run.plot(theme="drak"), "did you mean dark"),
    ],
)
def test_unknown_names_name_the_nearest(call: object, message: str) -> None:
    with pytest.raises(UnknownName, match=message):
        call(small())  # type: ignore[operator]


def test_it_introduces_itself() -> None:
    assert "In 40 of 100 simulated futures Maduro is out of office by 12 January 2026" in repr(
        small()
    )
    assert "not a forecast" in repr(small())
    evil = replace(small(), scenario=Scenario(title="<script>x</script>"))
    assert "<script>" not in evil._repr_html_()


def test_one_future_and_extremes_do_not_break_any_table() -> None:
    for run in (
        ensemble([3], ["coup"], ["falls"]),
        ensemble([0], ["survived"], ["stands"], clustered=True),
        large(out=1.0),
        large(out=0.0),
    ):
        (
            run.outcomes(),
            run.outcomes("regime"),
            run.survival("regime"),
            run.incidence("regime"),
            run.aftermath(),
            run.fates(),
        )
        json.dumps(run.to_document(), allow_nan=False)
        assert repr(run)


def test_reading_loads_no_heavy_module_until_asked() -> None:
    code = (
        "import sys, regime_sim.ensemble.result; print([m for m in ('pandas', 'mesa', 'scipy',"
        " 'vl_convert', 'rich') if m in sys.modules])"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )
