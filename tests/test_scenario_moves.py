"""What a timeline may do to the inputs: stocks, relative and uncertain changes, events about
somebody; and whole levers, which move their parts from where these stand. Both engines, bit for
bit.
"""

from __future__ import annotations

import numpy as np
import pytest

from regime_sim import RegimeModel, Scenario, load
from regime_sim.engine.parameter_draws import worlds
from regime_sim.engine.records import STATE_NAMES
from regime_sim.engine.replicates import drawn, no_weeks, run_block, trace
from regime_sim.errors import RegimeSimError
from regime_sim.facts.levers import LEVERS
from regime_sim.facts.parameters import INPUT_NAMES, PARAMETERS
from regime_sim.facts.stocks import STOCKS
from regime_sim.law import events
from regime_sim.scenario import loads, shipped_names
from regime_sim.scenario.compile import compile_scenario

HEAD = "schema: 1\nid: t\nstart: 2025-12-01\nhorizon: 20\n"


@pytest.fixture(scope="module")
def base() -> Scenario:
    return load("venezuela-2025").with_(generals=60, horizon=16)


def both(scenario: Scenario, replicate: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """States and inputs of one future, week by week, the same by both engines; the file too."""
    compiled = compile_scenario(scenario)
    ledger, kept = trace(compiled, 7, replicate)
    model = RegimeModel(compiled, 7, replicate)
    for week in range(compiled.horizon):
        if model.fallen:
            break
        model.step()
        assert model.state() == kept.state[week].tolist(), f"week {week + 1}"
        assert model._vector == kept.inputs[week].tolist(), f"week {week + 1}"
    assert model.ledger == ledger.tolist()
    for a, b in zip(drawn(compiled, 7, 0, 5), worlds(compiled, 7, 0, 5, inner=1), strict=True):
        assert a.tobytes() == b.tobytes()
    for text in (scenario.to_yaml(), scenario.to_yaml(resolved=True)):
        assert loads(text) == scenario
    return kept.state, kept.inputs


def of(inputs: np.ndarray, name: str) -> np.ndarray:
    return inputs[:, INPUT_NAMES.index(name)]


# ---- stocks


@pytest.mark.parametrize("name", STOCKS)
def test_a_stock_that_is_set_moves_its_state_in_that_week(base: Scenario, name: str) -> None:
    row, at = PARAMETERS[name], STATE_NAMES.index(STOCKS[name])
    plain, inputs = both(base)
    assert inputs[4, INPUT_NAMES.index(name)] == plain[3, at], "the input is the state"
    aim = (
        float(round(row.low + 0.37 * (row.high - row.low)))
        if name == "generals.number"
        else (row.low + 0.37 * (row.high - row.low))
    )
    states, inputs = both(base.at(week=5, set={name: aim}))
    assert states[:4].tobytes() == plain[:4].tobytes()
    assert of(inputs, name)[4] == pytest.approx(aim) and states[4, at] != plain[4, at]
    assert of(inputs, name)[5] == states[4, at], "never again"


def test_nothing_that_is_not_moved_changes_by_a_bit(base: Scenario) -> None:
    plain = both(base)[0]
    still = base.at(week=5, set={name: {"multiply": 1} for name in STOCKS})
    assert both(still)[0].tobytes() == plain.tobytes()


@pytest.mark.parametrize(
    ("how", "value", "share", "wanted"),
    [
        (events.TO, 0.9, 1.0, [0.3, 0.5, 0.7, 0.9, 0.9]),
        (events.TO, 0.9, 0.5, [0.3, 0.4, 0.5, 0.6, 0.6]),
        (events.MULTIPLY, 4.0, 1.0, [0.3, 0.6, 0.9, 1.2, 1.2]),
        (events.MULTIPLY, 0.0, 1.0, [0.3, 0.2, 0.1, 0.0, 0.0]),
        (events.ADD, -0.3, 1.0, [0.3, 0.2, 0.1, 0.0, 0.0]),
    ],
)
def test_a_stock_goes_by_equal_steps_and_gives_nothing_back(
    how: int, value: float, share: float, wanted: list[float]
) -> None:
    level, seen = 0.3, [0.3]
    for week in range(4, 8):
        level = events.stock(float(week), 4.0, 3.0, how, value, share, level, 0.0, 2.0)
        seen.append(level)
    assert seen == pytest.approx(wanted)
    before = events.stock(0.0, -1.0, 3.0, how, value, share, 0.3, 0.0, 2.0)
    assert before == pytest.approx(wanted[2]), "two of three steps lie before the start"


# ---- relative and uncertain changes


def test_changes_relative_to_what_is_there(base: Scenario) -> None:
    name = "patron.china.oil"
    plain = of(both(base)[1], name)
    half = of(both(base.at(week=3, set={name: {"multiply": 0.5}}, over=2, lasts=6))[1], name)
    assert half.tolist() == pytest.approx(
        [*plain[:2], *(0.75 * plain[2:3]), *(0.5 * plain[3:8]), *plain[8:]]
    )
    less = of(both(base.at(week=3, set={name: {"add": -2 / 3}}))[1], name)
    assert less[2] == pytest.approx(max(0.0, plain[2] - 2 / 3))
    more = base.at(week=3, set={name: {"add": 0.9}}).at(week=5, set={name: {"multiply": 0.5}})
    assert of(both(more)[1], name).tolist() == pytest.approx([*plain[:2], 1.0, 1.0, *[0.5] * 12])


def test_an_uncertain_change_is_drawn_once_and_alike_everywhere(base: Scenario) -> None:
    entry = {"week": 3, "set": {"patron.china.oil": "0.2 to 0.6"}, "id": "cut"}
    one, other = base.at(**entry), base.vary(us_pressure=0.9).at(**entry)
    values = []
    for scenario in (one, other):
        seen = []
        for replicate in (0, 1, 41):
            inputs = both(scenario, replicate)[1]
            lived = inputs[inputs.any(axis=1)]  # nothing is kept of the weeks after a fall
            assert len(lived) > 3, "it is seen for more than one week"
            seen.append(of(lived, "patron.china.oil")[2:])
        assert all(len(set(inputs.tolist())) == 1 for inputs in seen)
        values.append([inputs[0] for inputs in seen])
    assert values[0] == values[1]
    assert values[0][0] == values[0][1] != values[0][2], "sixteen futures share a draw"
    many = drawn(compile_scenario(one), 7, 0, 4000)[0][:, len(INPUT_NAMES)]
    assert np.quantile(many, [0.05, 0.5, 0.95]) == pytest.approx([0.2, 0.4, 0.6], abs=0.02)


@pytest.mark.parametrize(
    "moves",
    [
        {"rents": {"multiply": "0.2 to 1.2"}},
        {"us_pressure": "0.3 to 0.9", "us_pressure.strikes": {"add": 0.1}},
        {"us_pressure": {"add": {"triangular": {"low": -0.6, "mode": 0.0, "high": 0.6}}}},
        {"street.crowd": {"value": "0.2 to 0.4", "source": "judgement"}},
        {"treasury.reserves": {"multiply": {"beta": {"a": 2, "b": 3}}, "source": "judgement"}},
    ],
)
@pytest.mark.parametrize(
    "when", [{"week": 3}, {"when": "plotting > 0.001"}, {"date": "2025-11-20"}]
)
def test_both_engines_make_the_same_of_it(
    base: Scenario, moves: dict[str, object], when: dict[str, object]
) -> None:
    both(base.at(**when, set=moves, over=3, lasts=8))
    whole = loads(HEAD + "levers: {us_pressure: 0.4, rents: 0.3 to 0.5}\n").with_(generals=40)
    both(whole.at(**when, set=moves, over=3, lasts=8))


def test_arms_take_them_too() -> None:
    text = HEAD + (
        "given: {patron.china.oil: 0.8, patron.russia.oil: 0.1 to 0.3}\n"
        "compare:\n  arms:\n"
        "    - {id: half, set: {patron.china.oil: {multiply: 0.5}}}\n"
        "    - {id: open, set: {patron.china.oil: 0.2 to 0.4}}\n"
        "    - {id: less, set: {patron.russia.oil: {multiply: 0.5}}}\n"
    )
    arms = dict(loads(text).arms())
    assert arms["half"].value("patron.china.oil") == 0.4 and arms["half"].timeline == ()
    assert dict(arms["open"].values)["patron.china.oil"].interval == (0.2, 0.4)
    x = drawn(compile_scenario(arms["less"]), 7, 0, 1)[0][0]
    inputs = both(arms["less"].with_(generals=40), 0)[1]
    at = INPUT_NAMES.index("patron.russia.oil")
    assert of(inputs, "patron.russia.oil").tolist() == pytest.approx([0.5 * x[at]] * 20)


def test_there_is_room_for_sixteen(base: Scenario) -> None:
    for k in range(17):
        base = base.at(week=3, set={"patron.china.oil": "0.2 to 0.6"}, id=f"e{k}")
    with pytest.raises(RegimeSimError, match="more than 16 numbers to draw"):
        compile_scenario(base)


# ---- events about somebody


def test_a_defection_and_an_amnesty_are_about_somebody(base: Scenario) -> None:
    turned = both(base.at(week=4, event="defection", of="air", intensity=0.8))[1]
    assert of(turned, "unit.air.turns").tolist() == [0.0] * 3 + [0.8] + [0.0] * 12
    assert of(turned, "shock.defection")[3] == 0.8
    named = loads(HEAD + "principals: {cabello: {exit: 0.2}}\n").with_(generals=40)
    turned = both(named.at(week=4, event="defection", of="cabello"))[1]
    assert of(turned, "principal.principal1.turns")[3] == of(turned, "shock.defection")[3] == 1.0
    spared = both(named.at(week=4, event="amnesty_offer", of="cabello", intensity=0.5))[1]
    assert of(spared, "principal.principal1.exit")[2:4].tolist() == pytest.approx([0.2, 0.6])
    assert not of(spared, "amnesty.credibility").any()
    assert of(both(named.at(week=4, event="amnesty_offer"))[1], "amnesty.credibility")[3] == 1.0


def test_an_ultimatum_has_a_deadline() -> None:
    text = HEAD + "timeline: [{id: a, week: 2, event: ultimatum, deadline: 3 weeks}]\n"
    assert loads(text).timeline[0].lasts == 3
    assert loads(text) == loads(text.replace("deadline", "lasts"))
    with pytest.raises(RegimeSimError, match="deadline: has no meaning without event: ultimatum"):
        loads(text.replace("ultimatum", "strikes"))
    with pytest.raises(RegimeSimError, match="deadline and lasts together"):
        loads(text.replace("deadline", "lasts: 2, deadline"))
    with pytest.raises(RegimeSimError, match="of: got 'gard' - did you mean guard"):
        loads(HEAD + "timeline: [{id: a, week: 2, event: defection, of: gard}]\n")


# ---- levers move from where they stand


@pytest.mark.parametrize("name", shipped_names())
def test_a_lever_at_its_place_changes_nothing_and_a_nudge_little(name: str) -> None:
    base = load(name)
    x = compile_scenario(base).x
    for lever, stands in base.lever_values().items():
        here = base.vary({lever: stands.value})
        assert compile_scenario(here).plain() == compile_scenario(base).plain()
        same_in_time = base.at(week=1, set={lever: stands.value}).with_(generals=40, horizon=3)
        inputs = trace(compile_scenario(same_in_time), 1, 0)[1].inputs
        before = trace(compile_scenario(base.with_(generals=40, horizon=3)), 1, 0)[1].inputs
        assert inputs.tobytes() == before.tobytes()
        for nudge in (-0.02, 0.02):
            to = min(1.0, max(0.0, stands.value + nudge))
            parts = base.vary({lever: to}).inputs()
            for part in base.names.parts(lever):
                change = parts[part.name] - base.inputs()[part.name]
                rising = part.at_one >= part.at_zero
                assert abs(change) < 0.13
                assert change * nudge >= 0.0 if rising else change * nudge <= 0.0
    assert compile_scenario(base).x.tobytes() == x.tobytes()


def test_parts_go_the_straight_way_and_keep_their_draws(base: Scenario) -> None:
    stands = base.value("us_pressure")
    low, high = base.vary(us_pressure=0.5 * stands), base.vary(us_pressure=0.5 + 0.5 * stands)
    for part in base.names.parts("us_pressure"):
        own = base.inputs()[part.name]
        assert low.inputs()[part.name] == pytest.approx(0.5 * own)
        assert high.inputs()[part.name] == pytest.approx(own + 0.5 * (1.0 - own))
    at = INPUT_NAMES.index("us_pressure.strikes")
    for replicate in (0, 20, 40):
        own, half = (both(one.without("airspace"), replicate)[1][0, at] for one in (base, low))
        assert half == pytest.approx(0.5 * own)
    assert base.vary(us_pressure=0.0).inputs()["us_pressure.bounty"] == 0.0
    assert low.vary(us_pressure=stands) == base
    assert low.value("us_pressure") == 0.5 * stands
    assert loads(HEAD + "levers: {us_pressure: 0.6}\n").vary(us_pressure=0.5).moved == ()


def test_a_part_that_is_set_later_is_no_longer_moved(base: Scenario) -> None:
    moved = base.vary(us_pressure=0.8)
    apart = moved.vary({"us_pressure.strikes": 0.9})
    assert apart.value("us_pressure.strikes") == 0.9
    assert apart.value("us_pressure.raid") == moved.value("us_pressure.raid")
    again = apart.vary(us_pressure=0.4)
    assert again.value("us_pressure.strikes") == pytest.approx(0.45)
    assert again.value("us_pressure.bounty") == pytest.approx(
        0.5 * moved.value("us_pressure.bounty")
    )
    for scenario in (moved, apart, again, base.vary(us_pressure="0.4 to 0.9")):
        both(scenario)


def test_in_time_a_lever_goes_out_and_comes_back(base: Scenario) -> None:
    stands = base.value("rents")
    there = base.at(week=3, set={"rents": 0.2}).at(week=6, set={"rents": stands}, over=2)
    plain, inputs = both(base)[1], both(there)[1]
    mining = of(inputs, "rents.mining") / of(plain, "rents.mining")
    assert mining[:8].tolist() == pytest.approx(
        [1, 1, *[0.2 / stands] * 3, 0.5 + 0.1 / stands, 1, 1]
    )
    assert of(inputs, "rents.mining")[7] == of(plain, "rents.mining")[7]


def test_a_file_may_say_that_a_lever_was_moved(tmp_path) -> None:  # type: ignore[no-untyped-def]
    text = (
        "schema: 1\nid: t\nextends: venezuela-2025\nmoved: [{lever: rents, from: 0.8, to: 0.4}]\n"
    )
    scenario = loads(text)
    assert scenario.to_yaml() == text
    assert scenario.value("rents.mining") == pytest.approx(0.4)
    (tmp_path / "a.yaml").write_text(text)
    child = tmp_path / "b.yaml"
    for more, wanted in (
        ("", (0.4, ())),
        ("levers: {rents: {mining: 0.7}}\n", (0.7, ("mining",))),
        ("levers: {rents: 0.3}\n", (0.3, None)),
        ("moved: []\n", (0.8, None)),
    ):
        child.write_text(f"schema: 1\nextends: a.yaml\n{more}")
        found = load(child)
        but = found.moved[0].but if found.moved else None
        assert (found.value("rents.mining"), but) == (pytest.approx(wanted[0]), wanted[1])
        assert loads(found.to_yaml()) == found
    for bad, said in (
        ("{lever: rent, from: 0.8, to: 0.4}", "moved[1].lever: unknown lever - did you mean rents"),
        ("{lever: rents, to: 0.4}", "from: is missing"),
        ("{lever: rents, from: 0.8, to: 4}", "to: 4 is out of range"),
        ("{lever: rents, from: 0.8, to: 0.4, but: [minning]}", "did you mean mining"),
    ):
        with pytest.raises(RegimeSimError) as caught:
            loads(f"schema: 1\nextends: venezuela-2025\nmoved: [{bad}]\n")
        assert said in str(caught.value)


def test_every_lever_has_an_answer_without_a_leap(base: Scenario) -> None:
    """P(out) under common draws at the lever's place is the base's own, and near it close by."""

    def out(scenario: Scenario) -> float:
        compiled = compile_scenario(scenario)
        ledgers = run_block(compiled, 1, 0, 512, no_weeks(compiled.horizon))[0]
        return float((ledgers[:, 0] > 0).mean())

    here = out(base)
    for lever in LEVERS:
        assert out(base.vary({lever: base.value(lever)})) == here
        for nudge in (-0.02, 0.02):
            assert abs(out(base.vary({lever: base.value(lever) + nudge})) - here) < 0.03
