"""Our statistics held to other people's, on the same numbers: statsmodels, scikit-learn, ArviZ
(SciPy's Sobol' indices and SALib's Morris are held in the tests of the questions, lifelines in
those of the recipes).
"""

from __future__ import annotations

import numpy as np
import pytest

import regime_sim as rs
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
