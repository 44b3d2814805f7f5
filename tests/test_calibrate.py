"""Calibration: emulators and sampler against known answers, and the shipped samples against the
model that they were made with.
"""

from __future__ import annotations

import numpy as np
import pytest

from regime_sim.calibration import fit as calibrate
from regime_sim.calibration import likelihood, rows, smoother
from regime_sim.calibration.design import COUNTED, LEARNED, Runs, Size, run_settings, worlds_of
from regime_sim.facts.parameters import PARAMETERS
from regime_sim.facts.posterior import DEFAULT, SAMPLES, posterior
from regime_sim.history.cases import read_cases, training_cases
from regime_sim.history.fold_samples import fold_samples
from regime_sim.history.forecasts import folds
from regime_sim.history.panel import read_panel
from regime_sim.statistics.emulator import better, binomial, elliptical_slice, poisson

RNG = np.random.default_rng(0)
SMALL = Size(8, 8, 8, 4)
ALIKE = np.ones(6)


def test_poisson_emulator_finds_log_rates_and_what_a_line_misses():
    z = RNG.standard_normal((3000, 3))
    rate = np.exp(1.0 + 0.8 * z[:, 0] - 0.3 * z[:, 2])
    bent = rate * np.exp(0.4 * RNG.standard_normal(3000) - 0.08)
    found = poisson(
        z,
        np.stack([RNG.poisson(4 * rate), RNG.poisson(4 * bent)], axis=1).astype(float),
        np.full((3000, 2), 4.0),
        ridge=0.01,
    )
    assert found.intercept == pytest.approx([1.0, 1.0], abs=0.05)
    assert found.slope[0] == pytest.approx([0.8, 0.0, -0.3], abs=0.03)
    assert found.residual[0] < 0.1
    assert found.residual[1] == pytest.approx(0.4, abs=0.08)


def test_binomial_emulator_finds_log_odds():
    z = RNG.standard_normal((3000, 2))
    p = 1 / (1 + np.exp(-(-0.5 + 1.2 * z[:, 0])))
    found = binomial(
        z, RNG.binomial(32, p)[:, None].astype(float), np.full((3000, 1), 32.0), ridge=0.01
    )
    assert found.intercept[0] == pytest.approx(-0.5, abs=0.03)
    assert found.slope[0] == pytest.approx([1.2, 0.0], abs=0.03)


def test_the_better_of_two_emulators_is_taken_output_by_output():
    z = RNG.standard_normal((2000, 2))
    events = RNG.poisson(np.exp(np.stack([0.5 * z[:, 0], 0.5 * z[:, 1] ** 2], axis=1))).astype(
        float
    )
    line = poisson(z, events, np.ones((2000, 2)))
    curve = poisson(np.column_stack([z, z[:, 1] ** 2])[:, 1:], events, np.ones((2000, 2)))
    chosen = better(line, curve)
    assert (chosen.slope[0] == line.slope[0]).all() and (chosen.slope[1] == curve.slope[1]).all()


def test_the_sampler_finds_a_normal_posterior():
    """Prior N(0, 1), one datum 2 with sd 0.5: posterior N(1.6, 0.2); a second set of chains has
    another datum.
    """
    datum = np.repeat([2.0, -1.0], 64)
    states = elliptical_slice(
        lambda z: -0.5 * ((z[:, 0] - datum) / 0.5) ** 2,
        np.zeros((128, 1)),
        200,
        np.random.default_rng(1),
        burn=100,
        thin=5,
    )
    for chains, mean in ((states[:, :64], 1.6), (states[:, 64:], -0.8)):
        assert chains.mean() == pytest.approx(mean, abs=0.03)
        assert chains.var() == pytest.approx(0.2, abs=0.02)
    assert likelihood.r_hat(states[:, :64, 0]) < 1.02
    assert likelihood.r_hat(states[:, :, 0]) > 1.5


def test_uniform_ranks_pass_and_a_boastful_fit_fails():
    honest = RNG.random((500, 8))
    boastful = np.where(RNG.random((500, 8)) < 0.2, RNG.choice([0.01, 0.99], (500, 8)), honest)
    assert likelihood.uniform_p(honest) > 0.01
    assert likelihood.uniform_p(boastful) < 1e-6


def episodes(n: int, seed: int) -> tuple[Runs, np.ndarray]:
    """Draws whose first two parameters decide how six episodes end, and six histories' ends."""
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((n, len(LEARNED)))
    p = 1 / (
        1
        + np.exp(
            -1.5
            * np.stack([z[:, 0], -z[:, 0], z[:, 1], -z[:, 1], 0 * z[:, 0], 0 * z[:, 0]], axis=1)
        )
    )
    out = (rng.random(p.shape) < p).astype(float)
    nothing = np.zeros((n, len(COUNTED)))
    return Runs(z, nothing, nothing, out, out * (rng.random(p.shape) < 0.7)), np.array(
        [True, False, False, True, True, False]
    )


def test_episodes_move_what_they_speak_of_and_nothing_else():
    runs, out = episodes(8000, 1)
    sample = smoother.cases_sample(runs, out, np.ones(6, np.bool_), ALIKE, 2000)
    mean = sample.mean(axis=0)
    assert mean[0] > 0.5 and mean[1] < -0.5
    assert np.abs(mean[2:]).max() < 0.15
    assert sample[:, 0].std() < 0.9 < sample[:, 5].std()
    blind = smoother.cases_sample(
        runs, out, np.array([False, False, True, True, True, True]), ALIKE, 2000
    ).mean(axis=0)
    assert abs(blind[0]) < 0.15 < -blind[1], "an episode left out says nothing"


def test_the_second_step_passes_its_check_and_a_boastful_twin_fails():
    (runs, out), (held, _) = episodes(8000, 1), episodes(500, 2)
    assert smoother.check_cases(runs, held, out) > 1e-3
    assert smoother.check_cases(runs, held, out, sharpen=4.0) < 1e-6


def test_weights_undo_the_over_sampling_of_exits():
    """Episodes drawn by rule count one each; of the famous ones a share of exits as at large."""
    cases = training_cases()
    weight = smoother.weights_of(cases)
    out, rule = smoother.endings_of(cases), np.array([case.split == "rule" for case in cases])
    assert (weight[rule] == 1.0).all() and weight.max() == 1.0
    famous = weight[~rule]
    assert famous[out[~rule]].sum() / famous.sum() == pytest.approx(smoother.SHARE_OUT)
    runs, ends = episodes(8000, 1)
    used = np.ones(6, np.bool_)
    regression = smoother.regress(runs.z, smoother.endings(runs, ends, used))
    light = smoother.history(regression, ends, used, np.where(ends, 0.1, 1.0))
    assert abs(light[0]) < abs(smoother.history(regression, ends, used, ALIKE)[0])


def test_groups_of_leader_years_are_disjoint_for_each_way_and_count_every_exit():
    panel = read_panel()
    for way in ("coup", "regular", "rebellion", "uprising"):
        among = [group for group in rows.GROUPS if group.way == way]
        held = sum(rows.members(panel, group, 1999).astype(int) for group in among)
        own = np.array([row.personalist for row in panel])
        assert held.max() == 1 and (held[own] == 1).all()
    groups = rows.groups_to(panel, 1999)
    found = {t.name: t for t in rows.targets_to(panel, groups, 1999)}
    exits = [row for row in panel if row.personalist and row.left.way == "rebellion"]
    size = {
        group.name: int(rows.members(panel, group, 1999).sum())
        for group in groups
        if group.way == "rebellion"
    }
    said = sum(np.exp(found[f"rebellion_{name}"].value) * n - 0.5 for name, n in size.items())
    assert said == pytest.approx(len(exits), abs=0.6)  # a row of unknown end is left out
    before = {t.name: t.value for t in rows.targets_to(panel, rows.groups_to(panel, 1964), 1964)}
    assert "coup_since_1990" not in before and before != {k: found[k].value for k in before}


def test_leader_years_are_counted_as_settings_have_them():
    panel = read_panel()[:40]
    z = np.zeros((3, len(LEARNED)))
    z[1, LEARNED.index("exits.regular")] = 3.0
    runs = rows.run_panel(panel, z)
    alone = rows.run_panel(panel, z[1:2], workers=1, first=1)
    assert (runs.kept[1] == alone.kept[0]).all()
    regular = runs.kept[:, :, rows.KEPT.index("regular")].sum(axis=1)
    assert regular[1] > 1.5 * regular[0]
    groups = rows.groups_to(read_panel(), 1999)
    events, number = rows.counts(runs, groups, 1999)
    assert (events <= number).all() and number.sum() > 0


def test_a_setting_is_run_the_same_alone_and_among_others():
    cases = [case for case in read_cases() if case.split == "calibration"][:3]
    z = np.random.default_rng(2).standard_normal((3, len(LEARNED)))
    worlds = worlds_of(cases)
    together, alone = (
        run_settings(worlds, z, SMALL),
        run_settings(worlds, z[1:2], SMALL, workers=1, first=1),
    )
    assert (together.events[1] == alone.events[0]).all() and (together.out[1] == alone.out[0]).all()
    assert (together.hit <= together.out).all()
    share = np.arange(len(COUNTED)) >= COUNTED.index("five_years")
    assert (together.events[:, share] <= together.exposure[:, share]).all()
    assert (together.exposure[:, ~share].sum(axis=1) > 0).all()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_shipped_sample_lies_in_its_ranges_and_passed_its_checks(name):
    sample = posterior(name)
    assert sample is not None and DEFAULT in SAMPLES
    assert set(sample.names) == set(LEARNED)
    for column, parameter in zip(sample.rows.T, sample.names, strict=True):
        row = PARAMETERS[parameter]
        assert row.low <= column.min() and column.max() <= row.high
    assert sample.about["simulation_based_p"] > 1e-4
    assert sample.about["over_confident_p"] < 1e-6
    assert set(sample.about["narrowed"]) | set(sample.about["not_identified"]) == set(LEARNED)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_ranks_of_a_shipped_sample_are_uniform(name: str) -> None:
    sample = posterior(name)
    assert sample is not None and sample.about["simulation_based_p"] > 0.01


def test_the_samples_of_the_parts_belong_to_the_folds():
    found = fold_samples()
    assert found is not None
    training = training_cases()
    assert found.fold == {
        case.id: int(k) for case, k in zip(training, folds(training), strict=True)
    }


def test_a_saved_sample_is_what_runs_draw_from(tmp_path, monkeypatch):
    import regime_sim as rs
    from regime_sim.engine.parameter_draws import one_world
    from regime_sim.facts import posterior as shipped
    from regime_sim.scenario.compile import compile_scenario

    calibrate.save(
        tmp_path / "posterior",
        "rates",
        np.random.default_rng(4).standard_normal((32, len(LEARNED))),
        {"model": "test"},
    )
    monkeypatch.setattr(shipped, "seeds_folder", lambda: tmp_path)
    shipped.posterior.cache_clear()
    try:
        base = rs.load("venezuela-2025")
        drawn = compile_scenario(base, "rates")
        assert drawn.joint is not None and drawn.joint.name == "rates"
        _, p = one_world(drawn, 1, 5)
        assert (drawn.joint.rows == p[drawn.joint.columns]).all(axis=1).any()
        own = compile_scenario(base.fix(coup__launch=0.5), "rates")
        assert own.joint is not None and own.joint.rows.shape[1] == len(LEARNED) - 1
        assert compile_scenario(base, "prior").joint is None
        ensemble = rs.simulate(base.with_(generals=16, horizon=8), 32, knowledge="rates")
        assert ensemble.provenance["knowledge"] == "rates" and ensemble.clustered
        with pytest.raises(rs.UnknownName):
            rs.simulate(base, 16, knowledge="gut feeling")
    finally:
        shipped.posterior.cache_clear()
