"""The backtest: its document keeps the promised shape, references never see the case that they
judge, and the map never sees the end.
"""

from __future__ import annotations

import csv
import io
import json
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import regime_sim as rs
from regime_sim.errors import Cancelled
from regime_sim.facts.outcomes import REGIME, WAYS
from regime_sim.history import backtest as room
from regime_sim.history.cases import Case, Observed, read_cases
from regime_sim.history.forecasts import (
    LOGITS,
    Forecasts,
    folds,
    folds_of,
    references,
    seen_categories,
)
from regime_sim.history.scoring import SCORES, scorecard

TRAINING = [case for case in read_cases() if case.split == "calibration"]
FEW = ("shah78", "gaddafi86", "noriega88", "mobutu96", "hamad11", "milosevic99")
FORECASTERS = [
    "model",
    "law_rates",
    "law_cases",
    "mean",
    "mean_without_contaminated",
    "base_rate",
    *LOGITS,
    "blend",
]


@pytest.fixture(scope="module")
def some() -> tuple[Case, ...]:
    """Six training cases, one of them with its end struck out, at short horizons."""
    picked = [
        replace(case, horizon=26) if case.id == "hamad11" else case
        for case in TRAINING
        if case.id in FEW
    ]
    return tuple(replace(case, observed=None) if case.id == "mobutu96" else case for case in picked)


@pytest.fixture(scope="module")
def found(some: tuple[Case, ...]) -> room.Backtest:
    return rs.backtest(some, replicates=64, seed=3, corps=16, workers=1)


# ---- what comes out


def test_the_document_has_the_promised_shape(found, some):
    document = json.loads(json.dumps(found.to_document(), allow_nan=False))
    assert [case["case_id"] for case in document["cases"]] == [case.id for case in some]
    for case in document["cases"]:
        assert set(case["outcomes"]) == set(WAYS) and set(case["regime"]) == set(REGIME)
        assert sum(case["outcomes"].values()) == pytest.approx(1) and sum(
            case["regime"].values()
        ) == pytest.approx(1)
        assert case["p_leader_out"] == pytest.approx(1 - case["outcomes"]["survived"])
        assert case["low"] <= case["p_leader_out"] <= case["high"]
        assert case["observed"] is None or {"leader", "week", "regime"} <= set(case["observed"])
        assert case["p_out_by_week"][str(case["horizon_weeks"])] == pytest.approx(
            case["p_leader_out"]
        )
        weeks = [week for week in case["week_quantiles_if_out"].values() if week is not None]
        assert weeks == sorted(weeks) and all(1 <= week <= case["horizon_weeks"] for week in weeks)
    assert list(document["scores"]) == FORECASTERS
    for scores in document["scores"].values():
        assert list(scores) == list(SCORES)
        for score in scores.values():
            assert set(score) == {"value", "low", "high", "n"}
    assert {case["case_id"]: case["observed"] for case in document["cases"]}["mobutu96"] is None
    assert document["by_split"]["calibration"]["n"] == 5
    assert document["weighted"]["calibration"]["population_exits"] == 0.5


def test_the_table_names_every_case_and_forecaster(found):
    text = str(found)
    assert all(name in text for name in FEW)
    assert all(words in text for words, _ in SCORES.values())
    assert "noriega88" in text and "invasion" in text and "not said" in text
    assert max(map(len, text.splitlines())) <= 130


def test_the_frame_has_a_row_a_case(found, some):
    frame = found.to_frame()
    assert list(frame["case_id"]) == [case.id for case in some]
    assert {
        "p_leader_out",
        "p_ridge_logit",
        "way_coup",
        "regime_falls",
        "week_q50",
        "observed_leader",
    } <= set(frame.columns)


def test_the_same_seed_gives_the_same_document(found, some):
    assert (
        rs.backtest(some[:2], 64, 3, 16, workers=2).to_document()["cases"][0]
        == found.to_document()["cases"][0]
    )


def test_neither_name_nor_end_reaches_the_map(found, some):
    """By the sample that has seen no episode: by the other, a known case is judged by a fit without
    it, and for that it must be known.
    """
    disguised = [
        replace(case, id=f"x{k}", leader="", country="", split="y", observed=None)
        for k, case in enumerate(some[:2])
    ]
    again = rs.backtest(disguised, 64, 3, 16, workers=1)
    assert [one.outcomes for one in again.by_law["law_rates"]] == [
        one.outcomes for one in found.by_law["law_rates"][:2]
    ]
    assert again.scorecards == () and again.to_document()["scores"] == {}
    assert "Predicted and not scored" in str(again)


def test_bad_requests_are_refused(some):
    with pytest.raises(rs.RegimeSimError, match="population"):
        rs.backtest(some, population=1.0)
    with pytest.raises(rs.RegimeSimError, match="at least one"):
        rs.backtest([])
    with pytest.raises(TypeError, match="did you mean knowledge"):
        rs.backtest(some, knowlege="prior")
    for wrong in (bytearray(b"x"), "pior"):
        with pytest.raises(rs.UnknownName, match="knowledge"):
            rs.backtest(some, knowledge=wrong)


def test_it_can_be_cancelled(some):
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        rs.backtest(some, replicates=16, corps=16, cancel=stop)


# ---- references


def test_a_reference_never_sees_the_case_that_it_judges(monkeypatch):
    """Turn the end of one training case round: what is said of its own fold stays to the last bit,
    what is said of the others moves.
    """
    fold = folds(TRAINING)
    monkeypatch.setattr("regime_sim.history.forecasts.folds", lambda _: fold)
    turned = [
        replace(
            TRAINING[0], observed=Observed("survived", ("survived",), None, "stands", "in_office")
        ),
        *TRAINING[1:],
    ]
    before, after = (references(TRAINING, cases) for cases in (TRAINING, turned))
    own = fold == fold[0]
    for name in ("base_rate", *LOGITS):
        for what in ("out", "categories", "gone_by", "falls"):
            assert np.array_equal(getattr(before[name], what)[own], getattr(after[name], what)[own])
        assert (before[name].out[~own] != after[name].out[~own]).all()


def test_a_strange_case_is_judged_by_a_fit_on_all():
    stranger = replace(TRAINING[0], id="new", country="Ruritania")
    same_episode = replace(TRAINING[0], id="renamed")
    assert folds_of([stranger, same_episode, TRAINING[0]], TRAINING).tolist()[0] == -1
    assert folds_of([same_episode], TRAINING)[0] == folds_of([TRAINING[0]], TRAINING)[0] >= 0


def test_references_are_probabilities_at_their_own_horizon():
    short = [replace(case, horizon=13) for case in TRAINING]
    long, brief = references(TRAINING, TRAINING, 0.5), references(short, TRAINING, 0.5)
    for name, said in long.items():
        assert said.categories.sum(axis=1) == pytest.approx(1)
        assert (np.diff(said.gone_by, axis=1) >= 0).all()
        assert said.gone_by[:, -1] == pytest.approx(said.out)
        assert (brief[name].out <= said.out + 1e-12).all() and (
            brief[name].out < said.out - 0.01
        ).any()
    assert long["base_rate"].out.mean() == pytest.approx(0.5, abs=0.02)
    assert references(TRAINING, TRAINING)["base_rate"].out.mean() == pytest.approx(
        31 / 44, abs=0.02
    )


def test_contaminated_codings_do_not_reach_the_clean_logit():
    changed = [
        replace(
            case,
            codes={
                **case.codes,
                "exile_offer": 1.0,
                "exile_credibility": 0.0,
                "home_public_opposition": 0.5,
            },
        )
        for case in TRAINING
    ]
    before, after = (references(cases, TRAINING) for cases in (TRAINING, changed))
    assert np.array_equal(
        before["ridge_logit_without_contaminated"].out,
        after["ridge_logit_without_contaminated"].out,
    )
    assert not np.array_equal(
        before["ridge_logit_without_exile"].out, after["ridge_logit_without_exile"].out
    )


# ---- scores


def oracle(cases: list[Case], sure: float) -> Forecasts:
    """A forecaster who knows the end, and says it with this probability."""
    out = np.array([sure if case.observed.out else 1 - sure for case in cases])
    seen = seen_categories(cases)
    categories = np.where(
        seen,
        sure / seen.sum(axis=1, keepdims=True),
        (1 - sure) / (~seen).sum(axis=1, keepdims=True),
    )
    weeks = np.arange(1, 105)
    gone_by = np.array(
        [
            sure * (weeks >= case.observed.week) if case.observed.out else np.zeros(104)
            for case in cases
        ]
    )
    return Forecasts(
        out,
        categories,
        gone_by,
        np.array([float(case.observed.regime == "falls") for case in cases]),
    )


def test_who_knows_the_end_scores_perfectly_and_who_errs_on_purpose_does_not():
    said = {
        "knows": oracle(TRAINING, 1.0),
        "lies": oracle(TRAINING, 0.0),
        "base_rate": references(TRAINING, TRAINING)["base_rate"],
    }
    card = scorecard("x", TRAINING, said, ["base_rate"])
    knows, lies = card.scores["knows"], card.scores["lies"]
    assert [
        knows[name].value
        for name in ("brier", "ranked_probability_score", "crps_weeks", "regime_brier")
    ] == pytest.approx([0] * 4)
    assert [
        knows[name].value for name in ("auc", "hit_rate", "survivals_below_exits")
    ] == pytest.approx([1] * 3)
    assert (
        lies["brier"].value == pytest.approx(1)
        and lies["auc"].value == 0
        and lies["hit_rate"].value == 0
    )
    assert (
        card.differences["knows"]["base_rate"]["brier"].high
        < 0
        < card.differences["lies"]["base_rate"]["brier"].low
    )
    assert (card.n, card.exits) == (44, 31)


def test_weights_undo_the_oversampling_of_exits():
    said = {"all out": Forecasts(np.ones(44), np.eye(8)[[3] * 44], np.ones((44, 104)), np.ones(44))}
    plain, weighted = (
        scorecard("x", TRAINING, said, [], share).scores["all out"] for share in (None, 0.3)
    )
    assert plain["brier"].value == pytest.approx(13 / 44)
    assert weighted["brier"].value == pytest.approx(0.7)


# ---- the command


def test_the_command_scores_a_file_never_seen(cli, tmp_path: Path):
    with (Path(rs.__file__).parent.parent / "seeds" / "cases.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        rows = [row for row in csv.DictReader(file) if row["case_id"] in ("shah78", "gaddafi86")]
    path = tmp_path / "unseen.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(
            file, [name for name in rows[0] if not name.endswith("_why")], extrasaction="ignore"
        )
        table.writeheader()
        table.writerows(
            row | {"case_id": f"new {k}", "country": "x", "split": ""} for k, row in enumerate(rows)
        )
    few = ("backtest", "--cases", path, "--replicates", 32)
    ended = cli(*few, "--format", "json")
    assert (ended.status, ended.err) == (0, "")
    document = json.loads(ended.out)
    assert [case["fold"] for case in document["cases"]] == [None, None]
    assert list(document["by_split"]) == ["given"]
    assert {"model", "base_rate", "ridge_logit"} <= set(document["scores"])
    assert len(list(csv.DictReader(io.StringIO(cli(*few, "--format", "csv").out)))) == 2
    assert "Scores, given: 2 cases" in cli(*few).out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--replicates", 0), "--replicates 0"),
        (("--format", "xml"), "unknown format"),
        (("--cases", "none.csv"), "no such file"),
        (
            ("--cases", Path(__file__).parent / "bad_cases" / "too_high.csv"),
            "row 2 ('gaddafi86'), column patron_support",
        ),
    ],
)
def test_bad_usage_ends_in_a_line(cli, arguments, words):
    ended = cli("backtest", *arguments)
    assert ended.status == 2 and ended.out == ""
    assert len(ended.complaints) == 1 and words in ended.err
