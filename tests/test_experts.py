"""Experts' numbers: quantiles, mixtures, pairs and scipy's distributions mean what they say, in a
file and in Python, and are drawn to the same bits by every engine; forms go out and come back.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from scipy import stats

import regime_sim as rs
from regime_sim.engine import parameter_draws, replicates
from regime_sim.facts.declare import Prior
from regime_sim.facts.parameters import INPUT_NAMES, STRUCTURAL_NAMES
from regime_sim.scenario import compile_scenario, loads
from regime_sim.scenario.elicitation import as_file, form
from regime_sim.scenario.experts import (
    GRID,
    ByTable,
    Expert,
    Mixture,
    Quantiles,
    ends,
    table,
)
from regime_sim.scenario.json_schema import json_schema
from regime_sim.scenario.values import Value, read_value

HEAD = "schema: 1\nid: x\ntitle: X\nextends: venezuela-2025\n"
POINTS = {0.05: 0.1, 0.5: 0.3, 0.95: 0.6}
MIXED = {"mixture": [{"quantiles": POINTS, "weight": 3}, "0.6 to 0.8"]}
# families with arguments, and scipy's of the same name
KNOWN: list[tuple[Prior, Any]] = [
    (Prior("uniform", (0.2, 0.7)), stats.uniform(0.2, 0.5)),
    (Prior("normal", (0.4, 0.1)), stats.norm(0.4, 0.1)),
    (Prior("lognormal", (0.3, 0.5)), stats.lognorm(0.5, scale=0.3)),
    (Prior("beta", (2.0, 5.0)), stats.beta(2, 5)),
    (Prior("triangular", (0.1, 0.3, 0.9)), stats.triang(0.25, 0.1, 0.8)),
    (Prior("triangular", (0.1, 0.1, 0.9)), stats.triang(0.0, 0.1, 0.8)),
    (Prior("loguniform", (0.05, 0.8)), stats.loguniform(0.05, 0.8)),
    (Prior("pert", (0.1, 0.3, 0.9)), stats.beta(2, 4, loc=0.1, scale=0.8)),
    (Prior("trapezoid", (0.1, 0.2, 0.5, 0.9)), stats.trapezoid(0.125, 0.5, 0.1, 0.8)),
    (Prior("halfnormal", (0.3,)), stats.halfnorm(scale=0.3)),
    (Prior("logitnormal", (0.3, 0.8)), None),
    (Prior("exponential", (0.3,)), stats.expon(scale=0.3)),
    (Prior("weibull", (0.4, 1.7)), stats.weibull_min(1.7, scale=0.4)),
]


def at(prior: Prior, shares: list[float]) -> list[float]:
    part = ByTable("x", prior=prior)
    return [part.value(share) for share in shares]


def test_quantiles_are_kept_and_the_ends_lie_a_tenth_further_out() -> None:
    value = read_value({"quantiles": POINTS}, -1.0, 1.0)
    assert isinstance(value.prior, Quantiles) and value.point == pytest.approx(0.3)
    assert ends(value.prior) == pytest.approx((0.05, 0.65))
    found = at(value.prior, [0.05, 0.25, 0.5, 0.95])
    assert found == pytest.approx([0.1, 0.1 + 0.2 * 0.2 / 0.45, 0.3, 0.6], abs=0.6 / GRID)
    assert at(value.prior, [0.0, 1.0]) == pytest.approx([0.05, 0.65])
    cut = read_value({"quantiles": {0.05: 0.02, 0.5: 0.3, 1: 0.6}}, 0.0, 1.0).prior
    assert cut and ends(cut) == (0.0, 0.6)  # the range, and the greatest value that was given
    at_the_bound = read_value({"quantiles": {0.05: 0.0, 0.5: 0.3, 0.95: 1.0}}, 0.0, 1.0).prior
    assert at_the_bound and at(at_the_bound, [0.04, 0.5]) == pytest.approx([0.0, 0.3], abs=1 / GRID)
    assert table(at_the_bound)[-1] == 1.0


@pytest.mark.parametrize(("prior", "known"), KNOWN, ids=[str(one) for one, _ in KNOWN])
def test_an_expert_of_a_mixture_is_the_distribution_he_names(prior: Prior, known: Any) -> None:
    """Two who say the same are one: cut off at the bounds, as the engine draws it, and scipy's."""
    twice = Mixture("mixture", (0.02, 0.95), (Expert(1.0, prior), Expert(2.0, prior)))
    shares = np.linspace(0.01, 0.99, 99)
    low, high = (parameter_draws.share_below(prior, x) for x in (0.02, 0.95))
    ours = parameter_draws.quantile(prior, low + shares * (high - low))
    found = at(twice, shares.tolist())
    assert np.abs(np.array(found) - ours).max() < 2.0 / GRID
    if known is not None:
        least, most = known.cdf([0.02, 0.95])
        assert np.abs(found - known.ppf(least + shares * (most - least))).max() < 2.0 / GRID


def test_a_mixture_is_the_weighted_mean_of_what_experts_say() -> None:
    value = read_value(MIXED, 0.0, 1.0)
    assert isinstance(value.prior, Mixture)
    assert value.point == pytest.approx((3 * 0.3 + 0.7) / 4)
    drawn = np.array(at(value.prior, ((np.arange(20_000) + 0.5) / 20_000).tolist()))
    one, two = stats.norm(0.7, 0.1 / 1.6448536), np.interp
    for x in (0.1, 0.3, 0.5, 0.65, 0.7, 0.8):
        first = float(two(x, [0.05, 0.1, 0.3, 0.6, 0.65], [0, 0.05, 0.5, 0.95, 1]))
        assert (drawn < x).mean() == pytest.approx(0.75 * first + 0.25 * one.cdf(x), abs=2e-3)
    heavier = read_value({"mixture": [{"quantiles": POINTS}, "0.6 to 0.8"]}, 0.0, 1.0).prior
    assert heavier and at(heavier, [0.5])[0] > at(value.prior, [0.5])[0] + 0.05


@pytest.fixture(scope="module")
def told() -> Any:
    """A scenario with all that experts may say: of a part, a whole lever, a parameter, an entry."""
    base = rs.load("venezuela-2025").with_(generals=16, horizon=5)
    return (
        base.vary(
            rents__mining={"quantiles": POINTS},
            us_pressure__sanctions=MIXED,
            public_opinion=(0.2, 0.4),
            leader__tenure=stats.gamma(3, scale=4),
        )
        .fix(coup__success_odds={"quantiles": {0.05: 0.3, 0.5: 0.5, 0.95: 1.2}})
        .at(week=3, set={"treasury.economy": {"add": {"quantiles": {0: -0.3, 0.5: -0.1, 1: 0.0}}}})
        .at(week=4, set={"foreign_support": MIXED})
    )


def test_the_engines_draw_the_same_bits(told: Any) -> None:
    compiled = compile_scenario(told)
    fast = replicates.worlds(compiled, 3, 0, 800, 1)
    plain = parameter_draws.worlds(compiled, 3, 0, 800, 1)
    assert fast[0].tobytes() == plain[0].tobytes() and fast[1].tobytes() == plain[1].tobytes()
    mining = plain[0][:, INPUT_NAMES.index("rents.mining")]
    assert stats.binomtest(int((mining < 0.3).sum()), 800, 0.5).pvalue > 1e-4
    assert stats.binomtest(int((mining < 0.1).sum()), 800, 0.05).pvalue > 1e-4
    odds = plain[1][:, STRUCTURAL_NAMES.index("coup.success_odds")]
    assert stats.binomtest(int((odds < 0.5).sum()), 800, 0.5).pvalue > 1e-4
    assert len({one.tobytes() for one in plain[0]}) == 800


def test_the_webassembly_module_draws_the_same_bits(
    told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("wasmtime")
    from regime_sim.engine.native import modules

    compiled = compile_scenario(told)
    here = replicates.drawn(compiled, 5, 0, 64)
    monkeypatch.setenv("REGIME_SIM_ENGINE", "wasm")
    modules.engine.cache_clear()
    try:
        there = replicates.drawn(compiled, 5, 0, 64)
    finally:
        monkeypatch.undo()
        modules.engine.cache_clear()
    assert here[0].tobytes() == there[0].tobytes() and here[1].tobytes() == there[1].tobytes()


def test_whole_futures_agree_and_tables_have_the_values(told: Any) -> None:
    fast = rs.simulate(told, replicates=20, seed=7)
    slow = rs.simulate(told, replicates=20, seed=7, engine="mesa")
    assert fast.to_frame().equals(slow.to_frame())
    draws = fast.draws()
    compiled = compile_scenario(told)
    x, p = parameter_draws.worlds(compiled, 7, 0, 2, 1)
    assert draws["rents.mining"].tolist() == x[:, INPUT_NAMES.index("rents.mining")].tolist()
    odds = draws["coup.success_odds"]
    assert odds.tolist() == p[:, STRUCTURAL_NAMES.index("coup.success_odds")].tolist()
    found = rs.sensitivity(told, over=["rents.mining"], points=8, replicates=16)
    assert "rents.mining" in str(found)


def test_it_is_written_and_read_as_it_was(told: Any) -> None:
    whole, short = loads(told.to_yaml(resolved=True)), loads(told.to_yaml())
    for found in (whole, short):
        assert (found.values, found.structure) == (told.values, told.structure)
        assert found.timeline == told.timeline
    text = told.to_yaml(resolved=True)
    assert "rents.mining: {quantiles: {0.05: 0.1, 0.5: 0.3, 0.95: 0.6}}" in text
    assert "weight: 3.0" in text and "to: 0.2 to 0.4" in text

    assert str(dict(told.values)["rents.mining"].prior) == "5%: 0.1, 50%: 0.3, 95%: 0.6"


def test_a_file_and_python_mean_the_same() -> None:
    cell = "{quantiles: {0.05: 0.1, 5e-1: 0.3, 0.95: 0.6}, bounds: [0, 0.8], source: judgement}"
    found = loads(f"{HEAD}levers: {{rents.mining: {cell}}}\n")
    own = {"quantiles": {"0.05": 0.1, "0.5": 0.3, 0.95: 0.6}, "bounds": (0, 0.8)}
    base = rs.load("venezuela-2025")
    assert found.values == base.vary(rents__mining=own | {"source": "judgement"}).values
    assert base.vary(rents=(0.4, 0.6)).values == base.vary(rents="0.4 to 0.6").values
    nested = loads(f"{HEAD}levers: {{rents: {{mining: {cell}}}}}\n")
    assert nested.values == found.values


@pytest.mark.parametrize(
    ("frozen", "wanted"),
    [
        (stats.norm(0.4, 0.1), {"normal": {"mean": 0.4, "sd": 0.1}}),
        (stats.norm(loc=0.4, scale=0.1), {"normal": {"mean": 0.4, "sd": 0.1}}),
        (stats.uniform(0.25, 0.5), {"uniform": {"low": 0.25, "high": 0.75}}),
        (stats.beta(2, 6), {"beta": {"a": 2, "b": 6}}),
        (stats.lognorm(0.5, scale=0.3), {"lognormal": {"median": 0.3, "sigma": 0.5}}),
        (stats.loguniform(0.1, 0.4), {"loguniform": {"low": 0.1, "high": 0.4}}),
        (stats.halfnorm(scale=0.2), {"halfnormal": {"sd": 0.2}}),
        (stats.expon(scale=0.2), {"exponential": {"mean": 0.2}}),
        (stats.weibull_min(1.7, scale=0.4), {"weibull": {"scale": 0.4, "shape": 1.7}}),
        (
            stats.triang(0.25, 0.1, 0.8),
            {"triangular": {"low": 0.1, "mode": 0.1 + 0.2, "high": 0.9}},
        ),
        (stats.uniform(0.0, 0.8), {"uniform": {"low": 0.0, "high": 0.8}}),
    ],
    ids=lambda one: getattr(getattr(one, "dist", None), "name", ""),
)
def test_scipys_families_are_ours(frozen: Any, wanted: dict[str, Any]) -> None:
    found, known = read_value(frozen, 0.0, 1.0), read_value(wanted, 0.0, 1.0)
    assert (found.prior, found.point) == (known.prior, known.point)


@pytest.mark.parametrize(
    "frozen",
    [
        *(stats.gamma(3, scale=0.1), stats.beta(0.9, 3), stats.norm(0.4, 0.2).dist(0.9, 0.3)),
        *(stats.t(3, 0.5, 0.1), stats.lognorm(0.5, 0.1, 0.3), stats.Normal(mu=0.4, sigma=0.2)),
    ],
    ids=["gamma", "beta", "normal", "t", "shifted", "new-style"],
)
def test_any_other_of_scipy_is_near_enough(frozen: Any) -> None:
    prior = read_value(frozen, 0.0, 1.0).prior
    assert prior is not None
    if prior.family == "normal":
        return
    least, most = float(frozen.cdf(0.0)), float(frozen.cdf(1.0))
    inverse = getattr(frozen, "ppf", None) or frozen.icdf
    shares = np.array([0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95])
    wanted = [float(inverse(least + share * (most - least))) for share in shares]
    assert at(prior, shares.tolist()) == pytest.approx(wanted, abs=3.0 / GRID)


BAD: list[tuple[str, str]] = [
    ("{quantiles: {0.05: 0.1}}", "expected a mapping of shares below to values"),
    ("{quantiles: 0.3}", "expected a mapping of shares below to values"),
    ("{quantiles: {0.05: 0.4, 0.95: 0.3}}", "expected values that rise with the shares"),
    ("{quantiles: {0.05: 0.1, 0.050: 0.2, 0.95: 0.3}}", "is given twice"),
    ("{quantiles: {0.05: 0.1, 0.95: 3}}", "out of range - expected 0 to 1"),
    ("{quantiles: {0.05: 0.1, 95: 0.3}}", "expected a share from 0 to 1"),
    ("{quantiles: {low: 0.1, 0.95: 0.3}}", "expected a share from 0 to 1"),
    ("{quantiles: {0.25: 0.1, 0.75: 0.3}}", "0 and 1 are the least and the greatest value"),
    ("{quantiles: {0.05: 0.1, 0.5: 0.1001, 0.95: 0.9}}", "too close beside"),
    ("{quantile: {0.05: 0.1, 0.95: 0.3}}", "shares stand under quantiles"),
    ("{mixture: [0.2 to 0.4]}", "a list of 2 to 20"),
    ("{mixture: {a: 0.2 to 0.4}}", "a list of 2 to 20"),
    ("{mixture: [0.2 to 0.4, 0.3]}", "mixture[2]: expected an interval or a distribution"),
    ("{mixture: [0.2 to 0.4, {beta: {a: 2}}]}", "b is missing"),
    ("{mixture: [0.2 to 0.4, {value: 0.3 to 0.4, weight: 0}]}", "expected a number above 0"),
    ("{mixture: [0.2 to 0.4, {value: 0.3 to 0.4, wait: 2}]}", "did you mean weight?"),
    ("{mixture: [0.2 to 0.4, {value: 0.3 to 0.4, source: judgement}]}", "stands beside it"),
    ("{mixture: [0.1 to 0.9, {normal: {mean: 0.3, sd: 0.0001}}]}", "too narrow beside"),
    ("{mixture: [0.2 to 0.4, {mixture: [0.2 to 0.4, 0.3 to 0.5]}]}", "one in another"),
]


@pytest.mark.parametrize(("cell", "said"), BAD)
def test_a_mistake_is_told_with_its_place(cell: str, said: str, tmp_path: Path, cli: Any) -> None:
    (tmp_path / "x.yaml").write_text(f"{HEAD}levers:\n  rents.mining: {cell}\n")
    ended = cli("check", str(tmp_path / "x.yaml"))
    assert ended.status == 2 and said in ended.err
    assert re.search(r"x\.yaml:6:\d+ (the key|levers\.rents\.mining)", ended.err)
    assert len(ended.err.splitlines()) == 1


def test_python_says_so_too() -> None:
    base = rs.load("venezuela-2025")
    for raw, said in (
        ((0.6, 0.4), "lower end first"),
        ((0.1, 0.2, 0.3), "two numbers"),
        ((0.1, 7.0), "out of range"),
        (stats.poisson(3), "a discrete distribution"),
        (stats.beta, "not frozen"),
        (stats.norm(3.0, 0.1).dist(50.0, 0.001), "out of range"),
        (stats.gamma(3, loc=7), "nothing from 0 to 1"),
    ):
        with pytest.raises(rs.RegimeSimError, match=re.escape(said)):
            base.vary(rents__mining=raw)
    with pytest.raises(rs.RegimeSimError, match="whole number"):
        base.vary(generals__number=(100, 200))


def test_the_schema_takes_them_and_refuses_others() -> None:
    validator = jsonschema.Draft7Validator(json_schema())
    head = {"schema": 1, "id": "x", "title": "X", "extends": "venezuela-2025"}

    def errors(cell: object) -> int:
        cell = json.loads(json.dumps(cell))
        return len(list(validator.iter_errors(head | {"levers": {"rents.mining": cell}})))

    for good in (
        {"quantiles": POINTS, "source": "judgement"},
        {"quantiles": {"0": 0, ".5": 0.2, "1": 1}, "bounds": [0, 0.9]},
        MIXED | {"source": "judgement"},
        {"mixture": [{"beta": {"a": 2, "b": 3}, "weight": 0.5}, {"value": "0.2 to 0.3"}]},
        {"value": {"quantiles": POINTS}, "source": "judgement"},
    ):
        assert not errors(good), good
    for bad in (
        {"quantiles": {"0.05": 0.1}},
        {"quantiles": {"5%": 0.1, "0.95": 0.3}},
        {"quantiles": {"0.05": "x", "0.95": 0.3}},
        {"mixture": ["0.2 to 0.3"]},
        {"mixture": [0.2, "0.2 to 0.3"]},
        {"mixture": [{"beta": {"a": 2, "b": 3}, "weight": 0}, "0.2 to 0.3"]},
        {"mixture": [{"beta": {"a": 2, "b": 3}, "wait": 2}, "0.2 to 0.3"]},
    ):
        assert errors(bad), bad


# ---- forms


def test_a_form_goes_out_and_comes_back(tmp_path: Path, cli: Callable[..., Any]) -> None:
    empty = tmp_path / "form.csv"
    assert cli("elicit", "venezuela-2025", "--of", "rents", "-o", empty).status == 0
    lines = empty.read_text().splitlines()
    assert lines[0].startswith("input,what,unit,least,greatest,now,expert,weight,q05,q50,q95")
    assert len(lines) == 5 and "gold sold freely" in lines[4]
    filled = "\n".join([*lines[:4], lines[4].replace(",,,,,,", ",,2,.1,.3,.6,")]) + "\n"
    (tmp_path / "anna.csv").write_text(filled)
    (tmp_path / "ben.csv").write_text(
        "\ufeffinput;expert;q05;q50;q95;q100\nrents.mining;Ben;0,3;0,4;0,7;0,9\n"
        "force.precision;Ben;0,5;0,6;0,8;\n"
    )
    forms = [tmp_path / "anna.csv", tmp_path / "ben.csv"]
    made = tmp_path / "mine.yaml"
    assert cli("elicit", "venezuela-2025", *forms, "-o", made).status == 0
    found = dict(rs.load(made).values)
    mining = found["rents.mining"].prior
    assert isinstance(mining, Mixture) and [one.weight for one in mining.experts] == [2.0, 1.0]
    second = mining.experts[1].prior
    assert isinstance(second, Quantiles)
    assert second.given == ((0.05, 0.3), (0.5, 0.4), (0.95, 0.7), (1.0, 0.9))
    assert isinstance(found["force.precision"].prior, Quantiles)
    assert found["force.precision"].source == ("judgement",)
    assert "# anna, weight 2" in made.read_text() and "# Ben, weight 1" in made.read_text()


def test_every_mistake_of_a_form_is_told(tmp_path: Path, cli: Callable[..., Any]) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(
        "input,q05,q50,q95,weight\nrents.minning,1,2,3,\nrents.mining,0.3,0.2,0.5,\n"
        "rents.illicit,0.3,x,0.9,\nrents.illicit,0.3,0.4,0.9,-1\nrents,0.1,0.2,0.3,\n"
    )
    ended = cli("elicit", "venezuela-2025", bad)
    assert ended.status == 2 and len(ended.err.splitlines()) == 5
    for line, said in ((2, "did you mean rents.mining?"), (3, "rise"), (4, "q50"), (5, "weight")):
        assert re.search(rf"bad\.csv:{line}:1 .*{re.escape(said)}", ended.err), said
    bad.write_text("a,b\n1,2\n")
    assert "expected a first line with" in cli("elicit", "venezuela-2025", bad).err
    bad.write_text("input,q05,q50,q95\nrents.mining,,,\n")
    assert "no row is filled in" in cli("elicit", "venezuela-2025", bad).err
    bad.write_text("input,q05,q50,q95\n" + 2 * "rents.mining,0.1,0.2,0.3\n")
    assert "twice" in cli("elicit", "venezuela-2025", bad).err
    assert "did you mean rents" in cli("elicit", "venezuela-2025", "--of", "rent").err


def test_an_experts_name_adds_nothing_to_the_file() -> None:
    base = rs.load("venezuela-2025")
    text = 'input,expert,q05,q50,q95\nrents.mining,"a\nruler: Mallory",0.1,0.3,0.6\n'
    made = as_file(base, "venezuela-2025", {"x\nruler: M.csv": text})
    assert not re.search(r"^ruler", made, re.M) and loads(made).ruler == base.ruler
    assert all(row["input"] in dict(base.values) for row in form(base))
    assert isinstance(dict(loads(made).values)["rents.mining"], Value)
    assert os.linesep not in form(base)[0]["what"]
