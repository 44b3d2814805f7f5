"""The score on history and what stands around it: samples by fold, three laws, coding shifts, and
the card that says all of it.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from math import comb
from pathlib import Path

import numpy as np
import pytest

import regime_sim as rs
from regime_sim.facts import posterior as shipped
from regime_sim.facts.parameters import PARAMETERS
from regime_sim.facts.posterior import Posterior
from regime_sim.history import model_card as card_room
from regime_sim.history import recoding as shift_room
from regime_sim.history.cases import CODINGS, read_cases
from regime_sim.history.fold_samples import BadSample, fold_samples, save_fold_samples
from regime_sim.history.forecasters import laws
from regime_sim.history.forecasts import folds
from regime_sim.history.recoding import Rule, Shifts, shifted, shifts
from regime_sim.provenance import model_mark
from regime_sim.scenario.compile import compile_scenario
from regime_sim.view.figures.reliability import reliability_figure
from regime_sim.view.pages.model_card import figure_name, model_card

CASES = read_cases()
TRAINING = [case for case in CASES if case.split == "calibration"]
NAMES = ("coup.success_odds", "coup.launch")
FEW = ("shah78", "gaddafi86", "mobutu96", "hamad11", "maduro17", "bongo23")


def some(ids: tuple[str, ...] = FEW) -> list:
    return [replace(case, horizon=26) for case in CASES if case.id in ids]


def rows(n: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.stack(
        [
            PARAMETERS[name].low + (PARAMETERS[name].high - PARAMETERS[name].low) * rng.random(n)
            for name in NAMES
        ],
        axis=1,
    )


@pytest.fixture
def seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of samples of our own: rates and cases in full, and the cases sample refitted
    without each part.
    """
    folder = tmp_path / "posterior"
    folder.mkdir()
    for k, name in enumerate(("rates", "cases")):
        np.save(folder / f"{name}.npy", rows(16, k))
        (folder / f"{name}.json").write_text(
            json.dumps({"names": NAMES, "model": model_mark()}), encoding="utf-8"
        )
    fold = {case.id: int(part) for case, part in zip(TRAINING, folds(TRAINING), strict=True)}
    save_fold_samples(
        folder / "cases-folds.npz",
        NAMES,
        fold,
        np.stack([rows(8, 10 + k) for k in range(5)]),
        model_mark(),
    )
    monkeypatch.setattr(shipped, "seeds_folder", lambda: tmp_path)
    monkeypatch.setattr("regime_sim.history.fold_samples.seeds_folder", lambda: tmp_path)
    shipped.posterior.cache_clear()
    yield folder
    shipped.posterior.cache_clear()


# ---- a sample of one's own


def test_a_run_draws_from_the_sample_that_it_is_given():
    sample = Posterior(NAMES, rows(3), {}, "three rows")
    compiled = compile_scenario(rs.load("no-pressure"), sample)
    assert compiled.joint is not None and compiled.joint.name == "three rows"
    assert not {one.name for one in compiled.uncertain} & set(NAMES)
    small = rs.load("no-pressure").with_(generals=16, horizon=8)
    assert rs.simulate(small, 32, knowledge=sample).provenance["knowledge"] == "three rows"
    own = compile_scenario(rs.load("no-pressure").fix(coup__launch=0.5), sample)
    assert own.joint is not None and own.joint.rows.shape == (3, 1)


def test_a_sample_by_name_is_the_same_as_the_sample(seeds):
    small = rs.load("no-pressure").with_(generals=16, horizon=26)
    by_name, by_hand = (
        rs.simulate(small, 64, knowledge=one) for one in ("rates", shipped.posterior("rates"))
    )
    assert by_name.digest() == by_hand.digest() and by_name.provenance == by_hand.provenance
    assert rs.simulate(small, 64, knowledge="cases").digest() != by_name.digest()


# ---- samples by fold


def test_samples_by_fold_are_read_as_they_were_written(tmp_path):
    made = np.stack([rows(4, k) for k in range(2)])
    save_fold_samples(tmp_path / "x.npz", NAMES, {"a": 0, "b": 1, "c": 1}, made, "hash")
    held = fold_samples(tmp_path / "x.npz")
    assert held.model == "hash" and held.fold == {"a": 0, "b": 1, "c": 1}
    assert np.array_equal(held.without("c").rows, made[1]) and held.without("c") is held.without(
        "b"
    )
    assert held.without("a").names == NAMES and held.without("d") is None
    assert fold_samples(tmp_path / "none.npz") is None


@pytest.mark.parametrize(
    ("names", "fold", "shape", "words"),
    [
        (("coup.sucess",), {"a": 0}, (1, 4, 1), "no structural parameter"),
        (NAMES, {"a": 0}, (1, 4, 3), "shape"),
        (NAMES, {"a": 0}, (1, 0, 2), "shape"),
        (NAMES, {"a": 1}, (1, 4, 2), "expected 0 to 0"),
        (NAMES, {"a": -1}, (1, 4, 2), "expected 0 to 0"),
    ],
)
def test_samples_that_cannot_be_right_are_refused(tmp_path, names, fold, shape, words):
    with pytest.raises(BadSample, match=words):
        save_fold_samples(tmp_path / "x.npz", names, fold, np.ones(shape), "")
    assert not (tmp_path / "x.npz").exists()


def test_a_broken_file_of_samples_says_so(tmp_path):
    (tmp_path / "x.npz").write_bytes(b"PK no")
    with pytest.raises(rs.RegimeSimError, match=r"x\.npz: cannot be read"):
        fold_samples(tmp_path / "x.npz")
    np.savez(tmp_path / "y.npz", names=np.array(NAMES))
    with pytest.raises(BadSample, match="cannot be read"):
        fold_samples(tmp_path / "y.npz")


# ---- three laws


def test_no_calibration_case_is_judged_by_a_sample_that_saw_it(seeds):
    model, rates, cases = laws(CASES, TRAINING)
    own = {case.id: int(part) for case, part in zip(TRAINING, folds(TRAINING), strict=True)}
    for case, sample in zip(CASES, cases.samples, strict=True):
        if case.id in own:
            assert sample.about["without"] == own[case.id], case.id
        else:
            assert sample is shipped.posterior("cases"), case.id
    assert set(map(id, rates.samples)) == {id(shipped.posterior("rates"))}
    assert (cases.learned_from, cases.notes, rates.notes) == ("cases", (), ())
    assert model.learned_from == shipped.DEFAULT


def test_the_same_episode_under_another_name_is_out_of_fold_too(seeds):
    renamed = [
        replace(TRAINING[0], id="renamed"),
        replace(TRAINING[0], id="elsewhere", country="Ruritania"),
    ]
    cases = laws(renamed, TRAINING)[2]
    assert cases.samples[0].about["without"] == folds(TRAINING)[0]
    assert cases.samples[1] is shipped.posterior("cases")


def test_without_refitted_samples_the_law_says_that_it_saw_the_cases(seeds):
    (seeds / "cases-folds.npz").unlink()
    notes = laws(CASES, TRAINING)[2].notes
    assert len(notes) == 1 and "44 cases are judged by a law that was fitted to them" in notes[0]


def test_a_sample_of_another_model_is_named(seeds):
    (seeds / "rates.json").write_text(
        json.dumps({"names": NAMES, "model": "another"}), encoding="utf-8"
    )
    shipped.posterior.cache_clear()
    assert "another version of the model" in laws(CASES, TRAINING)[1].notes[0]


def test_without_samples_the_priors_stand_in_and_a_note_says_so(seeds):
    for path in seeds.iterdir():
        path.unlink()
    shipped.posterior.cache_clear()
    _, rates, cases = laws(CASES, TRAINING)
    assert set(rates.samples) == set(cases.samples) == {"prior"}
    assert (
        "no sample learned from rates is shipped" in rates.notes[0]
        and "from cases" in cases.notes[0]
    )
    assert rates.like(cases)


def test_the_backtest_scores_each_law_by_itself(seeds, monkeypatch):
    monkeypatch.setattr(shipped, "DEFAULT", "rates")
    found = rs.backtest(some(), replicates=128, seed=2, corps=16, workers=1)
    assert found.learned_from == {"model": "rates", "law_rates": "rates", "law_cases": "cases"}
    assert found.by_law["law_rates"] is found.by_law["model"] is found.predictions
    assert (found.probabilities["law_cases"] != found.probabilities["model"]).any()
    assert np.array_equal(found.probabilities["law_rates"], found.probabilities["model"])
    assert found.probabilities["mean"] == pytest.approx(
        (found.probabilities["model"] + found.probabilities["ridge_logit"]) / 2
    )
    document = found.to_document()
    assert document["about"]["learned_from"] == found.learned_from and document["about"][
        "model_is"
    ].endswith("rates")
    for k, case in enumerate(document["cases"]):
        assert case["laws"]["law_cases"]["p_leader_out"] == found.probabilities["law_cases"][k]
        assert sum(case["laws"]["law_cases"]["outcomes"].values()) == pytest.approx(1)
    heads = str(found).split("Scores, all")[1].splitlines()[3:6]
    assert "law," in " ".join(heads) and " ".join(heads).count("law") == 1, (
        "the model is the law on rates: no column of its own"
    )


# ---- coding shifts


def test_a_shift_moves_each_coding_by_a_step_or_not_at_all():
    rng = np.random.default_rng(5)
    moved = [(case, shifted(case, rng)) for _ in range(20) for case in CASES]
    steps = []
    for before, after in moved:
        assert (after.id, after.observed, after.confidence, after.start) == (
            before.id,
            before.observed,
            before.confidence,
            before.start,
        )
        for name in CODINGS:
            a, b = before.codes[name], after.codes[name]
            assert (a is None) == (b is None)
            if a is not None:
                assert 0.0 <= b <= 1.0
                assert (
                    min(abs(b - value) for value in (max(0.0, a - 0.1), a, min(1.0, a + 0.1)))
                    < 1e-9
                )
                if 0.1 <= a <= 0.9:
                    steps.append(round((b - a) / 0.1))
    counts = np.array([steps.count(k) for k in (-1, 0, 1)])
    expected = len(steps) / 3
    assert ((counts - expected) ** 2 / expected).sum() < 18.4  # chi-square, 2 degrees: p > 1e-4
    assert steps.count(-1) > 1000


def test_without_a_step_nothing_moves():
    found = shifts(2, 3, Rule(0.0, 8, 16), cases=some(), workers=1)
    for cases in found.n:
        for who in shift_room.FORECASTERS:
            at, low, middle, high = found.spread(cases, who, "brier")
            assert at == low == middle == high
    assert not any(one.flips for one in found.conclusions)


@pytest.fixture(scope="module")
def moved() -> Shifts:
    return shifts(3, 4, Rule(0.1, 8, 16), cases=some(), workers=2)


def test_shifts_are_those_of_the_seed_on_any_number_of_workers(moved):
    again = shifts(3, 4, Rule(0.1, 8, 16), cases=some(), workers=1)
    for cases in moved.n:
        for who in shift_room.FORECASTERS:
            assert np.array_equal(
                again.shifted[cases][who]["log_score"], moved.shifted[cases][who]["log_score"]
            )
    assert (
        np.ptp(moved.shifted["calibration"]["model"]["brier"]) > 0
        and np.ptp(moved.shifted["calibration"]["ridge_logit"]["brier"]) > 0
    )
    assert np.ptp(moved.shifted["calibration"]["base_rate"]["brier"]) == 0, (
        "the base rate reads no coding"
    )
    assert (moved.n, {one.cases for one in moved.conclusions}) == (
        {"calibration": 4, "development": 2},
        {"calibration", "development"},
    )


def test_flips_are_counted_and_only_flips():
    board = {
        who: {"brier": 0.2, "log_score": 0.5, "hit_rate": 0.4} for who in shift_room.FORECASTERS
    }
    good = {"calibration": board | {"model": {"brier": 0.1, "log_score": 0.3, "hit_rate": 0.5}}}
    bad = {"calibration": board | {"model": {"brier": 0.3, "log_score": 0.3, "hit_rate": 0.5}}}
    found = {one.words: one for one in shift_room._conclusions(good, [good, bad, bad, good, good])}
    base = found["the model's Brier score is better than the base rate's"]
    assert (base.holds, base.flips, base.number) == (True, 2, 5)
    assert found["the model names the way he went more often than the base rate does"].flips == 0
    assert (
        found["the model's Brier score is under 0.07"].holds,
        found["the model's Brier score is under 0.07"].flips,
    ) == (False, 0)
    assert all(one.cases == "calibration" for one in found.values())


@pytest.mark.parametrize("p", [0.1, 0.5, 0.93])
def test_the_brier_score_of_few_futures_is_corrected_for_their_noise(p):
    """Over all counts of 8 futures the corrected score of one case has the mean (p - y)^2;
    uncorrected it is larger by p (1 - p) / 8.
    """
    from regime_sim.history.forecasts import Forecasts

    case = next(case for case in TRAINING if case.observed.out)
    means = {"corrected": 0.0, "plain": 0.0}
    for k in range(9):
        chance, said = comb(8, k) * p**k * (1 - p) ** (8 - k), k / 8
        forecast = Forecasts(
            np.array([said]), np.full((1, 8), 1 / 8), np.zeros((1, 104)), np.zeros(1)
        )
        board = shift_room._board({"model": forecast}, [case], 8)
        means["corrected"] += chance * board["model"]["brier"]
        means["plain"] += chance * (said - 1) ** 2
    assert means["corrected"] == pytest.approx((p - 1) ** 2)
    assert means["plain"] - means["corrected"] == pytest.approx(p * (1 - p) / 8)


def test_bad_requests_for_shifts_are_refused():
    for number, futures in ((0, 8), (10_001, 8), (5, 1)):
        with pytest.raises(rs.RegimeSimError, match="shifts"):
            shifts(number, rule=Rule(futures=futures))


# ---- the picture and the card


@pytest.fixture(scope="module")
def evidence(moved) -> card_room.Evidence:
    from regime_sim.history import panel_references, second_edition
    from regime_sim.history.patterns import Lab

    found = rs.backtest(some(), replicates=64, seed=3, corps=16, workers=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(card_room, "shifts", lambda *_, **__: moved)
        patch.setattr(panel_references, "GROWN", 20)  # trees, and two of the four panels
        whole = second_edition.kept_panel
        patch.setattr(
            second_edition,
            "kept_panel",
            lambda own, to=None, since=None: whole(own, to, since) if own else None,
        )
        return card_room.gather(found, card_room.Sizes(3, 16, 160, Lab(160, 1, 16)), workers=1)


def test_the_picture_says_what_the_table_says(evidence):
    figure = reliability_figure(evidence.backtest, "calibration")
    bins = [one for one in evidence.card("calibration").reliability["model"] if one.n]
    for one in bins:
        assert (
            f"{100 * one.forecast:.0f} of 100, and {100 * one.observed:.0f} of 100 left ({one.n}"
            " case" in figure.alt
        )
    strokes = [
        row
        for name, layer in figure.spec["datasets"].items()
        if name.startswith("rule")
        for row in layer
        if abs(row["y2"] - row["y"]) == 14
    ]
    assert len(strokes) == 4, "a stroke for each known calibration case"
    assert "<svg" in figure.to_svg()


def test_the_card_names_forecasters_misses_flips_and_facts(evidence):
    page = model_card(evidence, "regime-sim backtest --card X.md", "0.0", figure_name("X.md"))
    for words in (
        "## Where it fails",
        "must not be used for",
        "hindsight",
        "base rate",
        "no contaminated codings",
        "PATTERNS.md",
        "X-reliability.svg",
        "re-weighted",
        "out of sample for the form",
    ):
        assert words in page, words
    known = [one for one in evidence.backtest.predictions if one.case.scored]
    missed = [one.case.id for one in known if abs(one.out.value - one.case.observed.out) > 0.5]
    table = page.split("## Where it fails")[1].split("Of ")[0]
    assert f"{len(missed)} of {len(known)} cases" in table
    assert all((f"`{one.case.id}`" in table) == (one.case.id in missed) for one in known)
    flips = [one for one in evidence.shifts.conclusions if one.flips]
    assert page.count("**flips in ") == len(flips)
    for fact in (evidence.december.happened, *evidence.december.markets):
        assert fact.statement in page
    assert "24.5%" in page and "5 or 6 cents" in page
    for end in evidence.claim.ends.values():
        assert f"{100 * end.beyond.value:+.1f} points".replace("-", "−") in page


def test_goals_are_judged_by_their_bounds(evidence):
    for goal in evidence.goals:
        score = goal.scores["model"]
        assert goal.met("model") == (goal.low < score.value < goal.high)
        assert not goal.clear("model") or goal.met("model")
    goal = card_room.Goal("x", "under 1", {"model": evidence.goals[0].scores["model"]}, -1.0, 2.0)
    assert goal.met("model") and goal.clear("model")
    assert {goal.cases for goal in evidence.goals} == {"calibration", "development"}


def test_a_card_is_stale_when_model_samples_or_cases_change(evidence, tmp_path, monkeypatch):
    from regime_sim.facts import evidence as facts
    from regime_sim.history import cases, marks

    page = model_card(evidence, "c", "0", "p.svg")
    assert not card_room.stale(page)
    assert card_room.stale("# a page without a mark")
    monkeypatch.setattr(card_room, "model_mark", lambda: "another law")
    assert card_room.stale(page)
    monkeypatch.undo()
    folder = tmp_path / "seeds"
    shutil.copytree(shipped.seeds_folder(), folder)
    monkeypatch.setattr(marks, "seeds_folder", lambda: folder)
    monkeypatch.setattr(cases, "seeds_folder", lambda: folder)
    assert not card_room.stale(page), "the same files elsewhere are the same"
    table, words = folder / "cases.csv", (folder / "cases.csv").read_bytes()
    assert b"0.9," in words
    table.write_bytes(words.replace(b"0.9,", b"0.8,", 1))
    assert card_room.stale(page)
    table.write_bytes(words)
    (folder / "posterior" / "rates.npy").write_bytes(b"another sample")
    assert card_room.stale(page)
    shutil.copy(shipped.seeds_folder() / "posterior" / "rates.npy", folder / "posterior")
    assert not card_room.stale(page)
    observed = facts.rates()
    first = next(one for one in observed.values() if one.low is not None)
    other = observed | {first.id: replace(first, low=first.low / 2)}
    monkeypatch.setattr(marks, "rates", lambda: other)
    assert card_room.stale(page)
    other = observed | {first.id: replace(first, statement="other words")}
    assert not card_room.stale(page)


# ---- commands


def test_the_command_shifts_and_checks(cli, tmp_path, monkeypatch):
    kept = tmp_path / "few.csv"
    lines = (shipped.seeds_folder() / "cases.csv").read_text(encoding="utf-8").splitlines()
    kept.write_text(
        "\n".join(
            [lines[0], *(line for line in lines if line.split(",")[0] in ("shah78", "gaddafi86"))]
        )
        + "\n",
        encoding="utf-8",
    )
    few = ("backtest", "--cases", kept, "--replicates", 32, "--corps", 16, "--shifts", 2)
    document = json.loads(cli(*few, "--format", "json").out)
    assert document["shifts"]["number"] == 2 and {"as_coded", "q05", "q95"} <= set(
        document["shifts"]["spread"]["calibration"]["model"]["brier"]
    )
    assert all(one["of"] == 2 for one in document["shifts"]["conclusions"])
    assert "Conclusions as coded" in cli(*few).out
    page = tmp_path / "card.md"
    page.write_text(f"<!-- fingerprint: {card_room.fingerprint()} -->\n", encoding="utf-8")
    assert cli("backtest", "--check", page).status == 0
    page.write_text(f"<!-- fingerprint: {'0' * 64} -->\n", encoding="utf-8")
    ended = cli("backtest", "--check", page)
    assert ended.status == 1 and len(ended.complaints) == 1
    assert cli("backtest", "--check", tmp_path / "none.md").status == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("backtest", "--shifts", -1), "--shifts -1"),
        (("backtest", "--corps", 3), "--corps 3"),
        (("backtest", "--card", "x.txt"), "ends in .md"),
        (("backtest", "--card", "x.md", "--cases", "y.csv"), "shipped cases"),
        (("claim", "--draws", 2), "--draws 2"),
        (("claim", "--format", "csv"), "one of table, json"),
        (("claim", "nowhere"), "nowhere"),
        (("score", "--replicates", 0), "--replicates 0"),
    ],
)
def test_bad_usage_ends_in_a_line(cli, arguments, words):
    ended = cli(*arguments)
    assert (
        (ended.status, ended.out) == (2, "") and words in ended.err and len(ended.complaints) == 1
    )


@pytest.mark.parametrize("column", ["start_date", "horizon_weeks", *CODINGS])
def test_any_bad_cell_is_named_by_row_and_column(cli, tmp_path, column):
    with (shipped.seeds_folder() / "cases.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))[:3]
    for bad in ("1e9", "-0.2", "about half", "0.5;0.6"):
        path = tmp_path / "bad.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(table[0]))
            writer.writeheader()
            writer.writerows(
                [row | {column: bad} if k == 1 else row for k, row in enumerate(table)]
            )
        ended = cli("backtest", "--cases", path)
        assert (ended.status, ended.out, len(ended.complaints)) == (2, "", 1), (
            column,
            bad,
            ended.err,
        )
        assert (
            f"row 2 ('{table[1]['case_id']}'), column {column}: " in ended.err and bad in ended.err
        )


def test_a_column_that_is_missing_is_named(cli, tmp_path):
    lines = (shipped.seeds_folder() / "cases.csv").read_text(encoding="utf-8").splitlines()
    for column in CODINGS:
        path = tmp_path / "bad.csv"
        path.write_text(
            "\n".join([lines[0].replace(f",{column},", ",renamed,"), *lines[1:]]), encoding="utf-8"
        )
        ended = cli("backtest", "--cases", path)
        assert (
            ended.status == 2
            and len(ended.complaints) == 1
            and f"header: column {column} is missing" in ended.err
        )


def test_a_card_without_a_folder_is_refused_before_the_work(cli, tmp_path):
    ended = cli("backtest", "--card", tmp_path / "none" / "card.md")
    assert ended.status == 4 and "no such folder" in ended.err
