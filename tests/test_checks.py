"""Claims of a file, runs that stop when enough is known, and the families of distributions, end to
end.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import special, stats

import regime_sim as rs
from regime_sim.engine.parameter_draws import _ready, quantile, share_below, worlds
from regime_sim.ensemble.effort import Effort
from regime_sim.ensemble.result import Ensemble
from regime_sim.ensemble.stopping import Rule, enough, happened, looks
from regime_sim.facts.declare import Prior
from regime_sim.facts.parameters import INPUT_NAMES
from regime_sim.questions.checks import FAILS, HOLDS, NOT_REFUTED, judge, verdict_of, verdicts
from regime_sim.runs import run
from regime_sim.scenario import Scenario, compile_scenario, loads
from regime_sim.scenario.requests import Check
from regime_sim.scenario.values import FAMILIES, middle
from regime_sim.statistics.intervals import Estimate, share

HEAD = (
    "schema: 1\nid: mine\nextends: venezuela-2025\nhorizon: 16 weeks\ngiven: {generals.number:"
    " 32}\n"
)


def scenario(checks: str) -> Scenario:
    return loads(f"{HEAD}checks:\n  - {checks}\n")


# ---- the rule, on futures made by hand


@pytest.fixture(scope="module")
def blank() -> Ensemble:
    """512 independent futures in which nothing has happened."""
    ensemble = rs.simulate(loads(HEAD), 512, 1)
    return replace(ensemble, clustered=False)


def with_coups(blank: Ensemble, hits: np.ndarray) -> Ensemble:
    return replace(blank, leader_way=np.where(hits, rs.WAYS.index("coup"), 0))


def claim(expect: str | tuple[float, float], tolerance: float = 0.0, steps: int = 2) -> Check:
    return Check(
        "a claim",
        (
            (("rents", tuple(np.linspace(0.1, 0.9, steps).tolist())),)
            if isinstance(expect, str)
            else ()
        ),
        (("coup", expect),),
        tolerance,
    )


@pytest.mark.parametrize(
    ("before", "after", "expect", "tolerance", "verdict"),
    [
        (0.5, 0.3, "decreasing", 0.0, HOLDS),
        (0.3, 0.5, "decreasing", 0.0, FAILS),
        (0.3, 0.5, "decreasing", 0.3, HOLDS),
        (0.3, 0.32, "decreasing", 0.01, NOT_REFUTED),
        (0.3, 0.5, "increasing", 0.0, HOLDS),
        (0.5, 0.3, "increasing", 0.0, FAILS),
        (0.3, 0.3, "flat", 0.1, HOLDS),
        (0.3, 0.5, "flat", 0.1, FAILS),
        (0.3, 0.4, "flat", 0.1, NOT_REFUTED),
    ],
)
def test_a_trend_fails_only_where_the_interval_lies_beyond_the_tolerance(
    blank: Ensemble, before: float, after: float, expect: str, tolerance: float, verdict: str
) -> None:
    order = np.random.default_rng(4).permutation(512) / 512
    ensembles = [with_coups(blank, order < share) for share in (before, after)]
    found = judge(claim(expect, tolerance), ensembles)
    assert found.verdict == verdict and found.failed == (verdict == FAILS)
    assert (
        f"check {verdict}: a claim" in str(found)
        and "n = 512" in str(found)
        and "paired 95%" in str(found)
    )


@pytest.mark.parametrize(
    ("expect", "tolerance", "verdict"),
    [
        ((0.2, 0.5), 0.0, HOLDS),
        ((0.5, 0.6), 0.0, FAILS),
        ((0.4, 0.6), 0.06, NOT_REFUTED),
        ((0.5, 0.6), 0.3, HOLDS),
    ],
)
def test_a_range_fails_only_where_the_interval_lies_outside(
    blank: Ensemble, expect: tuple[float, float], tolerance: float, verdict: str
) -> None:
    found = judge(claim(expect, tolerance), [with_coups(blank, np.arange(512) < 0.3 * 512)])
    assert found.verdict == verdict


def test_a_slow_drift_against_the_claim_is_found_between_the_ends(blank: Ensemble) -> None:
    """Each step alone could be nothing; from the first setting to the last it is not."""
    rng = np.random.default_rng(1)
    ensembles = [with_coups(blank, rng.permutation(512) / 512 < 0.3 + 0.05 * k) for k in range(5)]
    found = judge(claim("decreasing", steps=5), ensembles)
    steps = [
        reading.verdict
        for reading in found.readings
        if reading.settings[1] == reading.settings[0] + 1
    ]
    assert FAILS not in steps and found.failed
    assert len(found.readings) == 10 and all(
        reading.level == pytest.approx(99.5) for reading in found.readings
    )


def test_true_claims_are_seldom_failed_and_wrong_ones_often(blank: Ensemble) -> None:
    """Of 400 claims on the edge of truth (no difference, settings 4) at most 5% fail; the twin, 12
    points wrong, nearly always does.
    """
    rng = np.random.default_rng(9)
    failed = {0.0: 0, 0.12: 0}
    for wrong in failed:
        for _ in range(200):
            both = rng.random(512)  # common luck, with some of each setting's own
            rows = [
                np.where(rng.random(512) < 0.5, rng.random(512), both) < 0.4 + wrong * k / 3
                for k in range(4)
            ]
            failed[wrong] += judge(
                claim("decreasing", steps=4), [with_coups(blank, row) for row in rows]
            ).failed
    assert stats.binomtest(failed[0.0], 200, 0.05, alternative="greater").pvalue > 1e-4
    assert failed[0.12] > 100


def test_nan_is_not_taken_for_anything() -> None:
    nothing = Estimate(float("nan"), float("nan"), float("nan"), 0)
    assert verdict_of(nothing, 0.0, 1.0) == NOT_REFUTED


# ---- on the model


def test_claims_are_tested_under_common_draws() -> None:
    checked = scenario(
        "{it: a, vary: {rents: [0.2, 0.8], leader.age: [40, 60]}, expect: {leader_out: flat, coup:"
        " decreasing}, tolerance: 0.02}"
    )
    found = verdicts(checked, 160, 5)[0]
    low, high = (
        rs.simulate(checked.vary(rents=rents, leader__age=age), 160, 5)
        for rents, age in ((0.2, 40), (0.8, 60))
    )
    for reading in found.readings:
        expected = happened(high, reading.outcome).mean() - happened(low, reading.outcome).mean()
        assert reading.estimate.value == pytest.approx(float(expected), abs=1e-12)
        assert (
            reading.estimate.low <= reading.estimate.value <= reading.estimate.high
            and reading.level == 97.5
        )
    assert verdicts(checked, 160, 5, workers=1) == verdicts(checked, 160, 5, workers=2)


def test_what_is_done_is_not_run_again_and_gives_the_same() -> None:
    checked = scenario("{it: a, expect: {survived: 0 to 1, died: [0, 0.9]}}")
    done = rs.simulate(checked, 96, 7)
    assert verdicts(checked, done=done) == verdicts(checked, 96, 7)
    assert [reading.estimate.n for reading in verdicts(checked, done=done)[0].readings] == [96, 96]


Call = Callable[..., Any]
TRUE = "{it: shares are shares, expect: {leader_out: 0 to 1}}"
FALSE = "{it: he always leaves, expect: {leader_out: 0.999 to 1}}"


def run_with(cli: Call, path: Path, claims: str, *more: object) -> Any:
    path.write_text(f"{HEAD}checks: [{claims}]\n")
    return cli("run", path, "--replicates", 64, *more)


def test_run_says_what_became_of_each_claim_and_fails_on_a_false_one(
    cli: Call, tmp_path: Path
) -> None:
    path = tmp_path / "a.yaml"
    good, bad = run_with(cli, path, TRUE), run_with(cli, path, f"{TRUE}, {FALSE}")
    assert good.status == 0 and "check holds: shares are shares" in good.out
    assert (
        bad.status == 1
        and "Still in office" in bad.out
        and "check fails: he always leaves" in bad.out
    )
    assert [line for line in bad.complaints if "he always leaves" in line] and len(
        bad.complaints
    ) == 1


def test_json_and_csv_keep_their_form(cli: Call, tmp_path: Path) -> None:
    document = run_with(cli, tmp_path / "a.yaml", f"{TRUE}, {FALSE}", "--format", "json")
    assert document.status == 1
    assert [one["verdict"] for one in json.loads(document.out)["checks"]] == [HOLDS, FAILS]
    table = run_with(cli, tmp_path / "a.yaml", FALSE, "--format", "csv")
    assert table.status == 1 and "check" not in table.out and "check fails" in table.err


def test_a_run_into_a_folder_tests_them_too_and_again_when_it_is_there_already(
    cli: Call, tmp_path: Path
) -> None:
    first = run_with(cli, tmp_path / "a.yaml", f"{TRUE}, {FALSE}", "--out", tmp_path / "out")
    again = run_with(cli, tmp_path / "a.yaml", f"{TRUE}, {FALSE}", "--out", tmp_path / "out")
    assert first.status == again.status == 1
    assert (
        [line for line in first.out.splitlines() if "check " in line]
        == [line for line in again.out.splitlines() if "check " in line]
        != []
    )


# ---- stopping


def test_looks_are_fixed_few_and_in_whole_blocks() -> None:
    assert looks(100) == [100] and looks(512) == [512] and looks(513) == [512, 513]
    steps = looks(10**6)
    assert steps[-1] == 10**6 and len(steps) < 45 and all(step % 128 == 0 for step in steps[:-1])
    assert all(b - a <= max(128, a / 4) for a, b in pairwise(steps))


def test_it_stops_at_the_first_look_that_knows_enough_on_any_number_of_workers() -> None:
    base = loads(HEAD)
    found = [
        run(base, Effort(replicates=3000, seed=3, workers=workers), stop=Rule("leader_out", 0.035))
        for workers in (1, 2)
    ]
    assert found[0].replicates == found[1].replicates and found[0].provenance == found[1].provenance
    n = found[0].replicates
    assert n in looks(3000) and n == len(found[0].leader_way)
    whole = rs.simulate(base, 3000, 3)
    assert (whole.leader_way[:n] == found[0].leader_way).all()
    known = {step: share(whole.leader_way[:step] > 0, whole.cluster[:step]) for step in looks(3000)}  # type: ignore[index]
    assert enough(known[n], 0.035) or n == 3000
    assert not any(enough(known[step], 0.035) for step in looks(3000) if step < n)


def test_a_run_that_never_knows_enough_is_a_whole_one() -> None:
    found = run(loads(HEAD), Effort(replicates=600, seed=2), stop=Rule("leader_out", 0.0001))
    assert found.replicates == 600 and found.provenance["stopped"]["reached"] > 0.0001
    with pytest.raises(rs.RegimeSimError, match="did you mean leader_out"):
        Rule("leder_out", 0.1)
    with pytest.raises(rs.RegimeSimError, match="half_width"):
        Rule("leader_out", 0.7)


def test_run_says_where_it_stopped(cli: Call, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        f"{HEAD}runs: {{replicates: 4000, seed: 1, stop_when: {{half_width: 0.2, of: tutelage}}}}\n"
    )
    ended = cli("run", path, "--format", "json")
    assert ended.status == 0 and json.loads(ended.out)["replicates"] == 512
    assert ended.complaints[0].startswith(
        "regime-sim: mine: stopped after 512 of at most 4,000 futures: tutelage is known to within "
    )


def test_intervals_still_cover_after_stopping() -> None:
    """Independent futures with a known share, stopped by the rule 2,000 times: the interval holds
    the truth about as often as it says.
    """
    rng = np.random.default_rng(3)
    covered = 0
    for _ in range(2000):
        truth = 0.3
        hits = rng.random(4000) < truth
        for step in looks(4000):
            known = share(hits[:step])
            if enough(known, 0.02):
                break
        covered += known.low <= truth <= known.high
    assert 0.935 < covered / 2000 < 0.965


# ---- distributions


def _logitnormal(median: float, sigma: float) -> Any:
    return type(
        "logitnormal",
        (),
        {
            "ppf": staticmethod(
                lambda u: special.expit(special.logit(median) + sigma * stats.norm.ppf(u))
            ),
            "cdf": staticmethod(
                lambda x: stats.norm.cdf((special.logit(x) - special.logit(median)) / sigma)
            ),
        },
    )


KNOWN: dict[str, tuple[tuple[float, ...], Any]] = {
    "uniform": ((0.2, 0.7), stats.uniform(0.2, 0.5)),
    "normal": ((0.4, 0.2), stats.norm(0.4, 0.2)),
    "lognormal": ((0.3, 0.5), stats.lognorm(0.5, scale=0.3)),
    "beta": ((2.0, 5.0), stats.beta(2, 5)),
    "triangular": ((0.1, 0.3, 0.9), stats.triang(0.25, 0.1, 0.8)),
    "loguniform": ((0.05, 0.8), stats.loguniform(0.05, 0.8)),
    "pert": ((0.1, 0.3, 0.9), stats.beta(2, 4, loc=0.1, scale=0.8)),
    "trapezoid": ((0.1, 0.2, 0.5, 0.9), stats.trapezoid(0.125, 0.5, 0.1, 0.8)),
    "halfnormal": ((0.3,), stats.halfnorm(scale=0.3)),
    "logitnormal": ((0.3, 0.8), _logitnormal(0.3, 0.8)),
    "exponential": ((0.3,), stats.expon(scale=0.3)),
    "weibull": ((0.4, 1.7), stats.weibull_min(1.7, scale=0.4)),
}


def test_about_a_dozen_and_none_without_a_reference() -> None:
    assert set(KNOWN) == set(FAMILIES) and len(FAMILIES) == 12


@pytest.mark.parametrize("family", KNOWN)
def test_quantiles_and_shares_are_scipys(family: str) -> None:
    args, known = KNOWN[family]
    prior = Prior(family, args)
    u = np.linspace(0.002, 0.998, 499)
    exact = 2e-4 if family in ("beta", "pert") else 2e-8  # those two by a table of 1,024 cells
    assert np.abs(quantile(prior, u) - known.ppf(u)).max() < exact
    assert (
        max(
            abs(share_below(prior, x) - float(known.cdf(x)))
            for x in np.linspace(0.02, 0.98, 60).tolist()
        )
        < exact
    )
    middles = {"beta": known, "triangular": known, "pert": known, "trapezoid": known}
    expected = float(known.mean()) if family in middles else float(known.ppf(0.5))
    assert middle(prior) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("family", KNOWN)
def test_drawn_from_a_file_as_declared(family: str) -> None:
    """A lever part with the distribution, in a file: the worlds hold draws of it, cut off at the
    range; a distribution a little aside is refused.
    """
    args, known = KNOWN[family]
    cells = ", ".join(f"{name}: {arg}" for name, arg in zip(FAMILIES[family], args, strict=True))
    found = loads(f"{HEAD}levers:\n  rents.mining: {{{family}: {{{cells}}}, source: judgement}}\n")
    assert dict(found.values)["rents.mining"].prior == Prior(family, args)
    drawn = worlds(compile_scenario(found, "prior"), 5, 0, 1500, inner=1)[0][
        :, INPUT_NAMES.index("rents.mining")
    ]
    low, high = float(known.cdf(0.0)), float(known.cdf(1.0))
    assert drawn.min() >= 0.0 and drawn.max() <= 1.0
    u = (known.cdf(drawn) - low) / (high - low)
    assert stats.kstest(u, "uniform").pvalue > 1e-4
    assert (
        stats.kstest(
            (known.cdf(np.clip(drawn * 1.1 + 0.02, 0.0, 1.0)) - low) / (high - low), "uniform"
        ).pvalue
        < 1e-4
    )


def test_an_interval_holds_ninety_percent() -> None:
    found = loads(f"{HEAD}levers: {{rents.mining: 0.4 to 0.6}}\n")
    drawn = worlds(compile_scenario(found, "prior"), 5, 0, 4000, inner=1)[0][
        :, INPUT_NAMES.index("rents.mining")
    ]
    inside = int(((drawn >= 0.4) & (drawn <= 0.6)).sum())
    assert stats.binomtest(inside, 4000, 0.9).pvalue > 1e-4
    assert stats.binomtest(inside, 4000, 0.95).pvalue < 1e-4


def test_a_draw_is_the_same_alone_and_in_a_block() -> None:
    for family, (args, _) in KNOWN.items():
        what = replace(
            compile_scenario(
                loads(f"{HEAD}levers: {{rents.mining: 0.2 to 0.4}}\n"), "prior"
            ).uncertain[-1],
            prior=Prior(family, args),
            low=0.01,
            high=0.99,
        )
        u = np.linspace(0.001, 0.999, 101)
        together = _ready(what).values(u)
        assert (
            together.tobytes()
            == np.array([_ready(what).values(u[k : k + 1])[0] for k in range(101)]).tobytes()
        ), family


def test_own_sources_are_cited() -> None:
    text = (
        HEAD
        + 'levers: {rents: {value: 0.2 to 0.4, source: my-note}}\nsources: {my-note: {cite: "A.'
        ' Analyst, a note, 2025", confidence: low}}\n'
    )
    found = loads(text)
    assert "my-note" in found.sources()
    assert "A. Analyst, a note, 2025" in str(rs.cite(found))
