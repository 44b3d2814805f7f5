"""Our statistics held to other people's, on the same numbers: statsmodels, scikit-learn, ArviZ,
scoringrules, EMA workbench's PRIM (SciPy's Sobol' indices and SALib's Morris are held in the tests
of the questions, lifelines in those of the recipes).
"""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import regime_sim as rs
from regime_sim.calibration import likelihood
from regime_sim.statistics import logit, scores


@pytest.fixture(scope="module")
def result():
    base = rs.load("isolation-and-rents-cut").with_(generals=32, horizon=26)
    return rs.simulate(base, 400, seed=7)


def test_survival_is_that_of_kaplan_and_meier(result):
    from statsmodels.duration.survfunc import SurvfuncRight

    table = result.to_frame()
    for clock, time, event in (
        ("leader", "time", "event"),
        ("regime", "regime_time", "regime_event"),
    ):
        theirs = SurvfuncRight(table[time], table[event])
        mine = result.survival(clock).set_index("week")["survival"]
        assert len(theirs.surv_times) > 5
        assert mine.loc[theirs.surv_times].to_numpy() == pytest.approx(theirs.surv_prob, abs=1e-12)


def test_incidence_is_that_of_aalen_and_johansen(result):
    from statsmodels.duration.survfunc import CumIncidenceRight

    table = result.to_frame()
    theirs = CumIncidenceRight(table["time"].to_numpy(), table["cause"].to_numpy())
    mine = result.incidence("leader").set_index(["outcome", "week"])["probability"]
    happened = [code for code in sorted(table["cause"].unique()) if code]
    assert len(happened) >= 3
    for code, curve in zip(happened, (theirs.cinc[k - 1] for k in happened), strict=True):
        for week, probability in zip(theirs.times, curve, strict=True):
            assert mine[(rs.WAYS[code], int(week))] == pytest.approx(probability, abs=1e-12)


def test_scores_are_those_of_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(5)
    p = rng.uniform(0.01, 0.99, 500)
    y = (rng.random(500) < p).astype(float)
    assert scores.brier(p, y).mean() == pytest.approx(metrics.brier_score_loss(y, p))
    # ours moves a forecast two hundredths towards the uniform one first, and says so
    theirs = metrics.log_loss(y, scores.shrunk(p))
    assert scores.log_score(p, y).mean() == pytest.approx(theirs)
    several = rng.dirichlet(np.ones(4), 300)
    seen = np.array([rng.choice(4, p=row) for row in several])
    theirs = metrics.log_loss(seen, scores.shrunk(several, 1 / 4), labels=range(4))
    assert scores.category_log(several, np.eye(4, dtype=bool)[seen]).mean() == pytest.approx(theirs)


def test_the_ridge_logit_is_that_of_scikit_learn():
    linear = pytest.importorskip("sklearn.linear_model")
    rng = np.random.default_rng(6)
    x = rng.normal(size=(300, 3)) * [1.0, 5.0, 0.2] + [0.0, 2.0, -1.0]
    y = (rng.random(300) < 1 / (1 + np.exp(-x[:, 0] - 0.3 * x[:, 1]))).astype(float)
    mine = logit.fit(x, y, penalty=3.0)
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    theirs = linear.LogisticRegression(C=1 / 3.0, tol=1e-10, max_iter=1000).fit(z, y)
    assert np.allclose(mine.coefficients, theirs.coef_[0], atol=1e-5)
    assert mine.intercept == pytest.approx(theirs.intercept_[0], abs=1e-5)


def test_the_mean_over_draws_is_that_of_arviz(result):
    az = pytest.importorskip("arviz")
    chains = result.to_xarray(chains=True)
    theirs = az.summary(chains[["p_leader_out"]], kind="stats", round_to="none")
    assert float(theirs["mean"].iloc[0]) == pytest.approx(result.out().value, abs=1e-9)


def test_r_hat_is_that_of_arviz():
    az = pytest.importorskip("arviz")
    rng = np.random.default_rng(8)
    for apart in (0.0, 0.5):
        chains = rng.normal(size=(200, 4)) + apart * np.arange(4)
        theirs = az.rhat(az.from_dict({"posterior": {"x": chains.T}}), method="split")["x"]
        assert likelihood.r_hat(chains) == pytest.approx(float(theirs), abs=1e-9)


OTHERS = """
import sys, warnings
warnings.simplefilter("ignore")
sys.path[:0] = [{root!r}]
sys.path.append({site!r})  # after what is installed here: only what is missing comes from there
import numpy as np
import pandas as pd
"""
SCORES = """
import scoringrules
from regime_sim.statistics import scores

rng = np.random.default_rng(4)
p = rng.dirichlet(np.ones(5), 200)
seen = np.array([rng.choice(5, p=row) for row in p])
mine = scores.ranked_probability(p, np.eye(5, dtype=bool)[seen])  # theirs is the sum of four cuts
assert np.allclose(4 * mine, scoringrules.rps_score(seen + 1, p))
y, q = (rng.random(200) < 0.4).astype(float), rng.random(200)
assert np.allclose(scores.brier(q, y), scoringrules.brier_score(y, q))
weeks, last = np.arange(1, 53), 52
drawn, came = rng.integers(1, 80, size=(50, 400)), rng.integers(1, 80, size=50)
gone = (drawn[:, :, None] <= weeks).mean(axis=1)
mine = scores.crps(gone, np.where(came <= last, came, 0), np.full(50, last))
ends = [np.minimum(one, last + 1).astype(float) for one in (came, drawn)]
assert np.allclose(mine, scoringrules.crps_ensemble(*ends))
"""
BOXES = """
from ema_workbench.analysis.prim import Prim, PRIMObjectiveFunctions
from regime_sim.statistics import prim

for seed in range(3):
    rng = np.random.default_rng(seed)
    x = rng.random((3000, 3))
    hit = rng.random(3000) < np.where((x[:, 0] > 0.6) & (x[:, 1] < 0.5), 0.8, 0.1)
    theirs = Prim(
        pd.DataFrame(x, columns=[*"abc"]),
        hit,
        obj_function=PRIMObjectiveFunctions.ORIGINAL,
        peel_alpha=0.05,
        mass_min=0.05,
    ).find_box()
    path = theirs.peeling_trajectory.astype(float)
    mine = [prim.measure(box, x, hit) for box in prim.trajectory(x, hit, 0.05, 0.05)]
    at = np.interp([one.mass for one in mine], path["mass"][::-1], path["density"][::-1])
    assert np.abs(at - [one.density for one in mine]).max() < 0.05  # ties are cut differently
    lead = path["coverage"] - path["mass"]
    assert abs(lead.max() - max(one.lead for one in mine)) < 1e-12
    best, found = theirs.box_lims[int(lead.argmax())], prim.find(x, hit)[0]
    assert best["a"][0] == found.low[0] and best["b"][1] == found.high[1]
    assert not np.isfinite([found.low[1], found.high[0], found.low[2], found.high[2]]).any()
"""


@pytest.mark.slow
@pytest.mark.parametrize(("package", "code"), [("scoringrules", SCORES), ("ema-workbench", BOXES)])
def test_numbers_are_those_of_a_package_that_is_fetched_for_it(root, tmp_path, package, code):
    """Its licence need not be ours (scoringrules: Apache 2, EMA workbench: BSD): nothing of it is
    kept.
    """
    site = str(tmp_path / "site")
    command = ["uv", "pip", "install", "-q", "--target", site, "--python", sys.executable, package]
    got = subprocess.run(command, capture_output=True, text=True, check=False)
    if got.returncode:
        pytest.skip(f"{package} cannot be had: {got.stderr.strip().splitlines()[-1]}")
    said = OTHERS.format(root=str(root), site=site) + code
    ended = subprocess.run(
        [sys.executable, "-c", said], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert ended.returncode == 0, ended.stderr
