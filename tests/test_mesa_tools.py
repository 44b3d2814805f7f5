"""Mesa's own tools on `RegimeModel`, as a user of Mesa would write them."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from mesa.batchrunner import batch_run

import regime_sim as rs
from regime_sim.engine.model import Patron


@pytest.fixture(scope="module")
def base():
    return rs.load("venezuela-2025").with_(generals=32, horizon=30)


def test_batch_run_over_levers_replicates_and_seeds(base):
    """Each row is the future that an ensemble of the same seed and levers has at that replicate."""
    rows = batch_run(
        rs.RegimeModel,
        parameters={"base": [base], "rents": [0.1, 0.9], "replicate": range(4)},
        rng=[7, None],
        display_progress=False,
    )
    table = pd.DataFrame(rows)
    assert len(table) == 16
    assert table["seed"].notna().all() and table["seed"].nunique() == 9  # 7, and eight fresh ones
    for rents in (0.1, 0.9):
        found = rs.simulate(base.vary(rents=rents), 4, seed=7)
        mine = table[(table["rents"] == rents) & (table["seed"] == 7)].sort_values("replicate")
        assert mine["way"].tolist() == [rs.WAYS[way] for way in found.leader_way]
        assert (mine["leader_out"] == (found.leader_week > 0)).all()
        assert mine["Step"].tolist() == mine["week"].tolist()
    assert ((table["week"] == 30) | table["fallen"]).all()


def test_iterations_and_every_week(base):
    with pytest.warns(DeprecationWarning):
        rows = batch_run(
            rs.RegimeModel,
            {"base": [base]},
            iterations=2,
            data_collection_period=1,
            display_progress=False,
        )
    table = pd.DataFrame(rows)
    assert table.groupby("RunId")["week"].apply(lambda w: w.tolist() == [*range(len(w))]).all()


@pytest.mark.slow
def test_batch_run_in_processes(tmp_path):
    """The script of Mesa's documentation, with `number_processes`."""
    (tmp_path / "study.py").write_text(
        "import regime_sim as rs\nfrom mesa.batchrunner import batch_run\nif __name__ =="
        " '__main__':\n    base = rs.load('no-pressure').with_(generals=32, horizon=10)\n    rows ="
        " batch_run(rs.RegimeModel, {'base': [base], 'replicate': range(4)}, rng=[3],"
        " number_processes=2, display_progress=False)\n    print(len(rows), {row['seed'] for row in"
        " rows})\n"
    )
    ended = subprocess.run(
        [sys.executable, "study.py"], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert ended.stdout.strip() == "4 {3}", ended.stderr


def test_the_collector_holds_the_history_and_on_demand_the_agents(base):
    model = rs.RegimeModel(base, seed=7, replicate=1, collect="agents").run()
    weeks = model.datacollector.get_model_vars_dataframe()
    assert len(weeks) == model.week + 1 and not model.running
    wanted = [name for name in model.observations if name != "rents"]
    at = [list(model.observations).index(name) for name in wanted]
    assert np.array_equal(weeks[wanted].to_numpy(float), np.array(model.history)[:, at])
    corps = model.datacollector.get_agenttype_vars_dataframe(rs.General)
    assert len(corps) == 32 * len(weeks)
    plotting = corps["status"].eq("plotting").groupby("Step").mean()
    assert plotting.tolist() == weeks["plotting"].tolist()
    assert "commitment" in model.datacollector.get_agenttype_vars_dataframe(Patron)
    model.step()  # over: nothing happens, nothing is collected
    assert len(model.datacollector.get_model_vars_dataframe()) == len(weeks)
    assert rs.RegimeModel(base, collect=False).datacollector is None
    with pytest.raises(rs.UnknownName, match="agents"):
        rs.RegimeModel(base, collect="agent")


def test_selections_of_agents(base):
    model = rs.RegimeModel(base, seed=7, replicate=1).run()
    generals = model.agents_by_type[rs.General]
    plotters = generals.select(lambda man: man.status == "plotting")
    assert len(plotters) == round(model.observations["plotting"] * len(generals))
    assert generals.agg("troops", sum) == model.troops


def test_seeds_as_mesa_takes_them(base):
    seeds = [rs.RegimeModel(base, seed=None).dice_seed for _ in range(3)]
    assert len(set(seeds)) == 3
    for seed in (5, np.int64(5), [1, 2], np.random.SeedSequence(3)):
        one, two = (rs.RegimeModel(base, rng=seed).dice_seed for _ in range(2))
        assert one == two
    assert rs.RegimeModel(base, rng=5).dice_seed == 5
    generator = np.random.default_rng(1)
    assert rs.RegimeModel(base, rng=generator).dice_seed != seeds[0]


def test_a_scenario_of_ours_and_one_of_mesas(base):
    """SolaraViz hands Mesa's own Scenario to every model that takes keywords."""
    from mesa.experimental.scenarios import Scenario

    model = rs.RegimeModel(base=base, scenario=Scenario(), rents=0.3)
    assert model.played.value("rents") == pytest.approx(0.3)
    assert model.scenario is not model.played
    assert rs.RegimeModel(scenario=base).played == base
    with pytest.raises(rs.RegimeSimError, match="no scenario"):
        rs.RegimeModel(scenario=Scenario())
    with pytest.raises(rs.UnknownName, match="rents"):
        rs.RegimeModel(base, rent=0.3)


class Loyal(rs.RegimeModel):
    """No coups."""

    def hazards(self, luck):
        super().hazards(luck)
        self.exits.coup = 0.0


class Same(rs.RegimeModel):
    """A constructor of its own, the law as it is."""

    def __init__(self, base, seed=1, replicate=0, note="mine"):
        super().__init__(base, seed, replicate)
        self.note = note


def test_a_subclass_as_an_ensemble(base, tmp_path):
    base = base.vary(rents=0.05, foreign_support=0.1)
    plain = rs.simulate(base, 48, seed=7)
    loyal = rs.simulate(base, 48, seed=7, model=Loyal)
    coups = rs.WAYS.index("coup")
    assert (plain.leader_way == coups).any() and not (loyal.leader_way == coups).any()
    assert "Loyal" in str(loyal) and loyal.provenance["own_model"].endswith(".Loyal")
    assert rs.simulate(base, 8, seed=7, model=Same).digest() == rs.simulate(base, 8, 7).digest()
    change = rs.compare(plain, loyal).change("coup")  # paired: the same chance in both
    assert change.value == -plain.outcomes().set_index("outcome").probability["coup"]
    for bad in (int, Loyal(base), "Loyal"):
        with pytest.raises(rs.RegimeSimError, match="subclass of RegimeModel"):
            rs.simulate(base, 4, model=bad)
    with pytest.raises(rs.RegimeSimError, match="run folder"):
        rs.simulate(base, 4, model=Loyal, out=tmp_path / "run")


@pytest.mark.slow
def test_the_viewer_steps_and_resets(root, monkeypatch):
    solara = pytest.importorskip("solara")
    monkeypatch.setitem(os.environ, "MPLBACKEND", "agg")
    import ipyvuetify

    spec = importlib.util.spec_from_file_location("viewer", root / "examples" / "viewer.py")
    viewer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(viewer)
    _, shown = solara.render(solara.AppLayout(children=[viewer.page]), handle_error=False)

    def press(label):
        buttons = shown.find(ipyvuetify.Btn).widgets
        next(one for one in buttons if one.children == [label]).click()

    def clock():
        said = [str(one.children) for one in shown.find().widgets if hasattr(one, "children")]
        found = (re.search(r"(?:Time|Step): (\d+)", text) for text in said)  # Mesa 3.5.1, 3.5.0
        return int(next(filter(None, found))[1])

    for label, wanted in (("Step", 1), ("Step", 2), ("Reset", 0), ("Step", 1)):
        press(label)
        assert clock() == wanted
        assert not shown.find(ipyvuetify.Alert).widgets
