"""Results in other people's tools: one row per future, draws, arrays, charts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import regime_sim as rs
from regime_sim.engine.replicates import worlds
from regime_sim.facts.parameters import INPUT_NAMES, STRUCTURAL_NAMES
from regime_sim.scenario.compile import compile_scenario


@pytest.fixture(scope="module")
def base():
    return rs.load("venezuela-2025").with_(generals=32, horizon=26)


@pytest.fixture(scope="module")
def result(base):
    return rs.simulate(base, 200, seed=7)


def test_one_row_per_future_agrees_with_the_tables(result):
    table = result.to_frame()
    assert len(table) == 200 and table["scenario"].eq("venezuela-2025").all()
    shares = result.outcomes().set_index("outcome").probability
    for way in rs.WAYS:
        assert table["exit"].eq(way).mean() == pytest.approx(shares[way], abs=1e-12)
    assert (table["event"] == table["exit"].ne("survived")).all()
    assert (table["time"] == table["week"].fillna(26)).all()
    falls = result.outcomes("regime").set_index("outcome").probability["falls"]
    assert table["regime_event"].mean() == pytest.approx(falls, abs=1e-12)
    assert table.loc[table["regime_event"] == 1, "regime_time"].max() <= 26
    assert table["cause"].map(dict(enumerate(rs.WAYS))).eq(table["exit"]).all()


def test_the_draws_are_those_that_the_engine_ran(base, result):
    """Inputs and parameters of the fast engine's own worlds, by name."""
    x, p = worlds(compile_scenario(base), 7, 0, 200)
    table = result.to_frame(draws=True)
    names = result.draws().columns[1:]
    inputs = [name for name in names if name in INPUT_NAMES]
    structural = [name for name in names if name in STRUCTURAL_NAMES]
    assert len(inputs) >= 10 and len(structural) >= 100
    for found, wanted, known in ((inputs, x, INPUT_NAMES), (structural, p, STRUCTURAL_NAMES)):
        at = [known.index(name) for name in found]
        assert np.array_equal(table[found].to_numpy(), wanted[:, at])
    assert table.groupby("draw").size().max() == 16


def test_a_whole_lever_that_is_drawn_is_a_column(base):
    drawn = rs.simulate(base.vary(rents="0.2 to 0.8"), 64, seed=1).draws()
    assert drawn["rents"].between(0, 1).all() and drawn["rents"].nunique() == 4
    # its parts are uncertain of their own: what was drawn for them before the lever slides them
    assert drawn["rents.mining"].equals(rs.simulate(base, 64, seed=1).draws()["rents.mining"])


def test_part_of_a_run_has_its_own_draws(base, result):
    part = rs.simulate(base, 20, seed=7, first=40).to_frame(draws=True)
    whole = result.to_frame(draws=True).iloc[40:60].reset_index(drop=True)
    pd.testing.assert_frame_equal(part, whole)


def test_a_run_folder_holds_the_draws(base, result, tmp_path):
    rs.simulate(base, 200, seed=7, out=tmp_path / "run")
    outcomes = pd.read_parquet(tmp_path / "run" / "outcomes.parquet")
    drawn = pd.read_parquet(tmp_path / "run" / "draws.parquet")
    joined = outcomes.merge(drawn, on="draw")
    assert len(joined) == 200
    names = list(result.draws().columns)
    assert list(drawn.columns) == names
    assert np.array_equal(drawn.to_numpy(float), result.draws().to_numpy(float))


def test_draws_that_cannot_be_known_are_refused(base):
    class Mine(rs.RegimeModel):
        pass

    own = rs.simulate(base, 4, model=Mine)
    assert len(own.to_frame()) == 4
    with pytest.raises(rs.RegimeSimError, match="model of your own"):
        own.to_frame(draws=True)


def test_arrays_with_named_dimensions(base, result):
    pytest.importorskip("xarray")
    found = result.to_xarray(trajectories=True)
    assert found["trajectory"].dims == ("future", "week", "variable")
    mean = found["trajectory"].sel(variable="plotting").mean("future").to_numpy()
    assert mean == pytest.approx(result.weekly("plotting")["mean"], abs=1e-8)
    alone = rs.RegimeModel(base, seed=7, replicate=17).run()
    last = int(found["time"][17])
    path = found["trajectory"].sel(future=17, variable="belief").to_numpy()[:last]
    at = list(alone.observations).index("belief")
    assert path == pytest.approx([week[at] for week in alone.history[:last]], abs=1e-8)
    mine = found["weekly"].sel(variable="pay", statistic="q95").to_numpy()
    assert np.array_equal(mine, result.weekly("pay")["q95"], equal_nan=True)


def test_chains_and_draws(result):
    pytest.importorskip("xarray")
    found = result.to_xarray(chains=True)
    assert found["p_leader_out"].dims == ("chain", "draw")
    weights = result.to_frame().groupby("draw").size().to_numpy()
    whole = np.average(found["p_leader_out"].to_numpy()[0], weights=weights)
    assert whole == pytest.approx(result.out().value, abs=1e-12)


def test_a_figure_as_an_altair_chart(result):
    altair = pytest.importorskip("altair")
    figure = result.plot("survival")
    chart = figure.to_altair()
    assert isinstance(chart, altair.TopLevelMixin)
    changed = chart.properties(width=300).to_dict(validate=False)
    assert changed["width"] == 300
    assert changed["layer"] == figure.spec["layer"]
    assert changed["datasets"] == figure.spec["datasets"]
