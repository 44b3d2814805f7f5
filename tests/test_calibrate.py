"""Calibration: emulators and sampler against known answers, and the shipped samples against the model that they were made with."""

from __future__ import annotations

import numpy as np
import pytest

from regime_sim.analysis import calibrate
from regime_sim.analysis.cases import read_cases
from regime_sim.analysis.design import LEARNED, TARGETS, run_settings, worlds_of
from regime_sim.engine.compiled_law import model_hash
from regime_sim.facts.parameters import PARAMETERS
from regime_sim.facts.posterior import DEFAULT, SAMPLES, posterior
from regime_sim.statistics.emulator import binomial, elliptical_slice, linear

RNG = np.random.default_rng(0)


def test_linear_emulator_finds_a_line():
    z = RNG.standard_normal((400, 3))
    y = np.stack([1 + 2 * z[:, 0], 0.5 - z[:, 2] + 0.3 * RNG.standard_normal(400)], axis=1)
    found = linear(z, y, ridge=0.01)
    assert found.intercept == pytest.approx([1, 0.5], abs=0.05)
    assert found.slope[0] == pytest.approx([2, 0, 0], abs=0.01)
    assert found.residual == pytest.approx([0, 0.3], abs=0.04)


def test_binomial_emulator_finds_log_odds():
    z = RNG.standard_normal((3000, 2))
    p = 1 / (1 + np.exp(-(-0.5 + 1.2 * z[:, 0])))
    found = binomial(z, RNG.binomial(32, p)[:, None].astype(float), np.full((3000, 1), 32.0), ridge=0.01)
    assert found.intercept[0] == pytest.approx(-0.5, abs=0.03)
    assert found.slope[0] == pytest.approx([1.2, 0.0], abs=0.03)


def test_the_sampler_finds_a_normal_posterior():
    """Prior N(0, 1), one datum 2 with sd 0.5: posterior N(1.6, 0.2)."""
    chain = elliptical_slice(lambda z: -0.5 * ((z[0] - 2) / 0.5) ** 2, 1, 20_000, np.random.default_rng(1))
    assert chain[500:].mean() == pytest.approx(1.6, abs=0.03)
    assert chain[500:].var() == pytest.approx(0.2, abs=0.02)


def test_uniform_ranks_pass_and_a_boastful_fit_fails():
    honest = RNG.random((500, 8))
    boastful = np.where(RNG.random((500, 8)) < 0.2, RNG.choice([0.01, 0.99], (500, 8)), honest)
    assert calibrate.uniform_p(honest) > 0.01
    assert calibrate.uniform_p(boastful) < 1e-6


def test_weights_undo_the_over_sampling_of_exits():
    cases = [case for case in read_cases() if case.split == "calibration"]
    data = calibrate.observed_data(cases, with_cases=True)
    assert data.weight.sum() == pytest.approx(len(cases))
    assert data.weight[data.out].sum() / data.weight.sum() == pytest.approx(calibrate.SHARE_OUT)
    assert not calibrate.observed_data(cases, with_cases=False).weight.any()


def test_a_setting_is_run_the_same_alone_and_among_others():
    cases = [case for case in read_cases() if case.split == "calibration"][:3]
    z = np.random.default_rng(2).standard_normal((3, len(LEARNED)))
    worlds = worlds_of(cases)
    together, alone = run_settings(worlds, z, ordinary=16, episode=8), run_settings(worlds, z[1:2], ordinary=16, episode=8, workers=1)
    assert (together.figures[1] == alone.figures[0]).all() and (together.out[1] == alone.out[0]).all()
    assert (together.hit <= together.out).all() and len(together.figures[0]) == len(TARGETS)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_shipped_sample_belongs_to_this_model(name):
    """A sample of another model is never shipped; none is shipped before one passes its checks."""
    sample = posterior(name)
    if sample is None:
        assert DEFAULT == "prior"
        return
    assert sample.about["model"] == model_hash(), "the law, engine, tables or map changed: regime-sim calibrate"
    assert set(sample.names) == set(LEARNED)
    for column, parameter in zip(sample.rows.T, sample.names, strict=True):
        row = PARAMETERS[parameter]
        assert row.low <= column.min() and column.max() <= row.high
    assert sample.about["simulation_based_p"] > 1e-3
    assert sample.about["over_confident_p"] < 1e-6
    assert set(sample.about["narrowed"]) | set(sample.about["not_identified"]) == set(LEARNED)


def test_a_saved_sample_is_what_runs_draw_from(tmp_path, monkeypatch):
    import regime_sim as rs
    from regime_sim.engine.worlds import one_world
    from regime_sim.facts import posterior as shipped
    from regime_sim.scenario.compile import compile_scenario

    calibrate.save(tmp_path / "posterior", "rates", np.random.default_rng(4).standard_normal((32, len(LEARNED))), {"model": "test"})
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
