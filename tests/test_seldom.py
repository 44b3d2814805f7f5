"""What is seldom met: odd corners of scenario reading, of experts' numbers, of the engine's
readable half and of statistics, each with what it must give or say.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

import regime_sim as rs
from regime_sim.engine.parameter_draws import named_draws
from regime_sim.engine.population import Build, _serving
from regime_sim.facts.declare import Prior
from regime_sim.facts.posterior import Posterior
from regime_sim.scenario import compile_scenario, loads
from regime_sim.scenario.elicitation import MOST_ROWS, form, read_forms
from regime_sim.scenario.experts import _log_density
from regime_sim.scenario.slides import ways
from regime_sim.statistics.controls import steadied
from regime_sim.statistics.nested import _inverse, drivers

HEAD = "schema: 1\nid: a\nstart: 2025-12-01\nhorizon: 20 weeks\n"
QUIET = HEAD + "levers: {rents: 0.5, foreign_support: 0.5, us_pressure: 0, public_opinion: 0.5}\n"


def refused(text: str) -> str:
    with pytest.raises(rs.ScenarioError) as told:
        loads(text)
    return str(told.value)


def test_a_compiled_scenario_has_no_levers_to_move() -> None:
    with pytest.raises(rs.RegimeSimError, match="compiled scenario"):
        rs.RegimeModel(compile_scenario(loads(QUIET)), rents=0.2)


def test_a_sample_of_another_law_is_refused_by_the_name_it_has_too_much() -> None:
    sample = Posterior(("coup.moonshine",), np.zeros((4, 1)), {})
    with pytest.raises(rs.RegimeSimError, match=r"names coup\.moonshine"):
        compile_scenario(loads(QUIET), sample)


def test_draws_by_name_are_the_priors_own_where_no_sample_is_drawn_from() -> None:
    compiled = compile_scenario(loads(QUIET.replace("rents: 0.5", "rents: 0.2 to 0.6")), "prior")
    drawn = named_draws(compiled, 1, range(64))
    assert compiled.joint is None and set(drawn) == {one.name for one in compiled.uncertain}
    assert 0.2 < np.median(drawn["rents"]) < 0.6 and np.ptp(drawn["rents"]) > 0.1


def test_a_corps_without_branches_serves_in_the_first() -> None:
    nothing = Build(units=tuple((0.0, 1.0, 0.5) for _ in Build().units))
    assert not _serving(50, nothing).any() and _serving(50, Build()).any()
    with pytest.raises(AttributeError):
        _ = nothing.moonshine


def test_so_many_times_nothing_is_nothing() -> None:
    entry = "timeline: [{id: b, week: 3, set: {us_pressure: {HOW}}}]\n"
    times, same = (
        compile_scenario(loads(QUIET + entry.replace("HOW", how)))
        for how in ("multiply: 3", "add: 0")
    )
    assert times.events.value.tolist() == same.events.value.tolist()


def test_a_form_of_a_scenario_that_knows_everything() -> None:
    known = loads(QUIET)
    with pytest.raises(rs.ScenarioError, match="nothing in it is uncertain"):
        form(known)


def test_what_a_form_holds_too_much_or_wrongly() -> None:
    scenario, first = loads(QUIET), "input,weight,q05,q50,q95\n"
    row = "leader.age,{weight},60,65,{last}\n"

    def said(text: str) -> str:
        with pytest.raises(rs.ScenarioError) as told:
            read_forms(scenario, {"ana.csv": text})
        return str(told.value)

    assert "weight is no number" in said(first + row.format(weight="two", last=70))
    assert "leader.age" in said(first + row.format(weight=1, last=64))
    assert f"more than {MOST_ROWS} lines" in said(first + "\n" * (MOST_ROWS + 1))
    assert "0.3, with a point" in said(first + row.format(weight=1, last="many"))
    good = first + row.format(weight=2, last=70)
    assert read_forms(scenario, {"ana.csv": good})["leader.age"]
    with pytest.raises(rs.ScenarioError, match=r"leader\.age: .*20"):
        read_forms(scenario, {f"{k}.csv": good for k in range(21)})


def test_densities_end_where_their_families_end() -> None:
    outside = {
        "lognormal": ((1.0, 0.5), -0.1),
        "logitnormal": ((0.4, 0.5), 1.0),
        "beta": ((2.0, 3.0), 1.0),
        "uniform": ((0.2, 0.6), 0.7),
        "triangular": ((0.2, 0.3, 0.6), 0.1),
    }
    for family, (args, x) in outside.items():
        assert _log_density(Prior(family, args), x) is None, family
    assert _log_density(Prior("uniform", (0.2, 0.6)), 0.3) == 0.0


def test_a_mixture_says_how_many_it_is_of() -> None:
    cells = "{mixture: [{uniform: {low: 0.1, high: 0.3}}, {uniform: {low: 0.4, high: 0.6}}]}"
    value = dict(loads(QUIET.replace("rents: 0.5", f"rents: {cells}")).values)["rents"]
    assert "2 experts" in str(value.prior)


def test_scipys_trapezoid_is_ours_and_endless_numbers_are_refused() -> None:
    base = loads(QUIET)
    moved = base.vary(rents=stats.trapezoid(0.25, 0.5, loc=0.2, scale=0.4))
    assert dict(moved.values)["rents"].prior.args == pytest.approx((0.2, 0.3, 0.4, 0.6))
    with pytest.raises(rs.RegimeSimError, match="not finite"):
        base.vary(rents=stats.uniform(0.0, math.inf))


def test_a_registered_forecast_needs_its_day() -> None:
    marks = f"model: '{'0' * 64}', hash: '{'0' * 64}'"
    body = f"probability: 0.2, low: 0.1, high: 0.3, replicates: 100, seed: 1, {marks}"
    assert "registered.on" in refused(QUIET + f"registered: {{on: soon, {body}}}\n")


def test_both_a_length_and_a_deadline() -> None:
    with pytest.raises(rs.RegimeSimError, match="deadline and lasts together"):
        loads(QUIET).at(week=2, event="ultimatum", lasts=3, deadline=4)


def test_a_name_of_another_section_is_shown_its_place() -> None:
    said = refused(QUIET.replace("rents: 0.5,", "rents: 0.5, leader.agee: 60,"))
    assert "leader.age" in said and "under given" in said


def test_a_principals_wrong_source_is_told_once() -> None:
    said = refused(QUIET + "principals: {ana: {army: 1, source: [[]]}}\n")
    assert said.count("source") >= 1 and "principals.ana" in said


def test_a_lever_that_is_one_number_goes_by_its_map() -> None:
    scenario = loads(QUIET)
    found = ways("us_pressure", dict(scenario.values), (), scenario.names)
    parts = scenario.names.parts("us_pressure")
    assert found == {one.name: ((one.start, one.end), (one.at_zero, one.at_one)) for one in parts}


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("{lever: rents, from: 2, to: 0.3}", "moved[1].from"),
        ("{lever: rents, from: 0.2, to: 3}", "moved[1].to"),
        ("rents", "moved[1]"),
        ("{lever: rents, to: 0.3}", "moved[1]"),
    ],
)
def test_what_moved_cannot_be(cells: str, said: str) -> None:
    text = HEAD + f"levers: {{rents: {{illicit: 0.4}}}}\nmoved: [{cells}]\n"
    assert said in refused(text)


def test_few_numbers_stay_as_they_are() -> None:
    y = np.arange(4.0)[None]
    assert steadied(y, np.ones((1, 4, 1))) is y


def test_nothing_drives_what_never_varies() -> None:
    assert drivers(["a"], np.ones((8, 1)), np.arange(8.0), np.ones(8)) == ()
    assert _inverse(np.zeros((2, 2))) == pytest.approx(np.zeros((2, 2)))
