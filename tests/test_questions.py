"""The questions asked of a scenario: sweep, sensitivity, tipping, discovery; held against plain
runs, against orderings that must hold, and against mistakes.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
import threading
from types import SimpleNamespace

import numpy as np
import pytest

import regime_sim as rs
from regime_sim.engine.replicates import trace
from regime_sim.ensemble.common_draws import ledgers, prepared
from regime_sim.ensemble.effort import Effort
from regime_sim.errors import Cancelled
from regime_sim.facts.posterior import Posterior
from regime_sim.law.ledger import LEADER_WAY, LEADER_WEEK
from regime_sim.questions import factors as varied
from regime_sim.questions.morris import screen
from regime_sim.questions.quantities import OUTCOMES, of_ensemble
from regime_sim.questions.settings import set_to

FEW = {"corps": 16}


@pytest.fixture(scope="module")
def base() -> rs.Scenario:
    return rs.load("venezuela-2025").with_(horizon=26)


@pytest.fixture(scope="module")
def hard(base) -> rs.Scenario:
    """Under pressure, so that much happens in few futures."""
    return base.vary(us_pressure=0.9)


# ---- many settings


def test_every_setting_is_its_own_ensemble_bit_for_bit(base):
    cells = [
        base,
        base.vary(rents=0.2),
        base.vary(us_pressure=0.8),
        base.fix(coup__success_odds=0.7),
    ]
    for group in (cells, cells[1:2]):
        found = ledgers(
            [prepared(one, 16) for one in group],
            Effort(replicates=300, seed=4, first=16, workers=2),
        )
        for one, row in zip(group, found, strict=True):
            alone = rs.simulate(one, 300, 4, first=16, corps=16)
            assert np.array_equal(row[:, LEADER_WEEK], alone.leader_week) and np.array_equal(
                row[:, LEADER_WAY], alone.leader_way
            )


def test_settings_that_leave_the_same_open_share_their_draws_and_change_nothing(base):
    compiled = prepared(base, 8)
    points = varied.points_at(
        compiled,
        [one for f in varied.factors_of(base, compiled, "levers") for one in f.dimensions],
        np.array([[0.2, 0.5, 0.5, 0.5], [0.9, 0.1, 0.7, 0.2]]),
    )
    assert points[0].uncertain is points[1].uncertain
    for k in range(2):
        both, one = (
            ledgers(some, Effort(replicates=64), 4) for some in (points, points[k : k + 1])
        )
        assert np.array_equal(both[k], one[0])


def test_a_cancelled_question_ends_at_once(base):
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        rs.sweep(base, rents=(0.1, 0.2), replicates=16, cancel=stop, **FEW)


# ---- sweep


def test_a_cell_is_the_plain_run(base):
    found = rs.sweep(
        base,
        {"rents": (0.8, 0.1), "us_pressure.strikes": [0.0, 0.5, 1.0]},
        replicates=96,
        seed=3,
        corps=None,
    )
    assert (
        found.names == ("rents", "us_pressure.strikes")
        and found.grids[0] == (0.1, 0.8)
        and found.shape == (2, 3)
    )
    plain = rs.simulate(base.vary({"rents": 0.1, "us_pressure.strikes": 0.5}), 96, 3)
    frame = found.frame()
    cell = frame[(frame["rents"] == 0.1) & (frame["us_pressure.strikes"] == 0.5)].set_index(
        "outcome"
    )
    out, falls = plain.out(), plain.out("regime")
    assert tuple(cell.loc["leader_out", ["probability", "low", "high"]]) == pytest.approx(
        (out.value, out.low, out.high)
    )
    assert tuple(cell.loc["regime_falls", ["probability", "low", "high"]]) == pytest.approx(
        (falls.value, falls.low, falls.high)
    )
    for row in plain.outcome_rows():
        if row["outcome"] != "survived":
            assert cell.loc[row["outcome"], "probability"] == pytest.approx(row["probability"])
    stay = plain.restricted_mean()
    assert [part[0, 1] for part in found.weeks()] == pytest.approx(
        [stay.value, stay.low, stay.high]
    )
    assert len(frame) == 6 * 13 and (frame["n"] == 96).all()


def test_sweep_says_what_it_is(base):
    found = rs.sweep(
        base, rents=rs.grid(0, 1, 21), foreign_support=(0.2, 0.9), replicates=16, **FEW
    )
    text = str(found)
    assert (
        "16 simulated generals of 2,000" in text
        and "95% intervals reach at most" in text
        and "every cell of 42" in text
    )
    assert len(text.splitlines()) == 1 + 1 + 11 + 1
    one = rs.sweep(
        base.with_(title="<b>"), us_pressure__deployment=(0.0, 1.0), replicates=32, **FEW
    )
    assert str(one).splitlines()[1].split() == [
        "us_pressure.deployment",
        "of",
        "100",
        "95%",
        "interval",
    ]
    assert "&lt;b&gt;" in one._repr_html_() and "<b>" not in one._repr_html_()
    assert "coup" in one.text("coup")


def test_sweep_differences_and_interaction_are_paired(base):
    found = rs.sweep(
        base, rents=(0.1, 0.5, 0.9), foreign_support=(0.1, 0.9), replicates=320, seed=2, **FEW
    )
    p = found.values()[0]
    inter = found.interaction()
    assert (
        inter.value == pytest.approx((p[0, 0] - p[0, -1]) - (p[-1, 0] - p[-1, -1]))
        and inter.low < inter.value < inter.high
    )
    change = found.change(
        {"rents": 0.9, "foreign_support": 0.9}, {"rents": 0.1, "foreign_support": 0.9}
    )
    pair = rs.compare(
        set_to(base, {"rents": 0.9, "foreign_support": 0.9}),
        set_to(base, {"rents": 0.1, "foreign_support": 0.9}),
        replicates=320,
        seed=2,
        **FEW,
    )
    assert change.value == pytest.approx(pair.change().value)
    assert p[0, 0] > p[-1, -1]  # unpaid and alone he falls more often than rich and held
    with pytest.raises(rs.RegimeSimError, match="no cell"):
        found.change({"rents": 0.2}, {"rents": 0.1})
    with pytest.raises(rs.UnknownName, match="did you mean rents"):
        found.change({"rents": 0.1}, {"rent": 0.1})
    with pytest.raises(rs.RegimeSimError, match="two levers"):
        rs.sweep(base, rents=(0.1, 0.2), replicates=16, **FEW).interaction()


def test_sweep_refuses_what_it_cannot_do(base):
    for arguments, words in (
        ({}, "one or two"),
        ({"rents": (0, 1), "foreign_support": (0, 1), "us_pressure": (0, 1)}, "one or two"),
        ({"rens": (0, 1)}, "did you mean rents"),
        ({"rents": (0, 2)}, "from 0 to 1"),
        ({"rents": ()}, "no value"),
    ):
        with pytest.raises(rs.RegimeSimError, match=words):
            rs.sweep(base, arguments, replicates=16)
    with pytest.raises(rs.RegimeSimError, match="number: 1 - expected a whole number from 2"):
        rs.grid(0, 1, 1)
    with pytest.raises(rs.RegimeSimError, match="replicates"):
        rs.sweep(base, rents=(0, 1), replicates=0)
    assert rs.grid(0, 1, 5) == (0.0, 0.25, 0.5, 0.75, 1.0)


def test_what_is_asked_of_futures(base):
    futures = of_ensemble(rs.simulate(base, 320, corps=16))
    ways = sum(futures.happens(way).sum() for way in rs.WAYS[1:])
    assert ways == futures.happens().sum() == 320 - futures.happens("survived").sum()
    assert (futures.happens(week=5) <= futures.happens(week=20)).all()
    assert (futures.lasts(week=9) == np.minimum(futures.lasts(), 9)).all()
    with pytest.raises(rs.UnknownName, match="did you mean leader_out"):
        futures.happens("leaderout")
    assert set(OUTCOMES) > set(rs.WAYS)


# ---- sensitivity


def test_a_design_point_is_the_scenario_with_those_values(base):
    compiled = prepared(base, 8)
    factors = varied.factors_of(
        base,
        compiled,
        {
            "rents": (0.0, 1.0),
            "patrons": ["foreign_support.china", "foreign_support.cuba"],
            "coup.success_odds": (0.2, 0.8),
        },
    )
    compiled, factors = varied.opened(base, compiled, factors, lambda one: prepared(one, 8))
    dimensions = [one for factor in factors for one in factor.dimensions]
    assert [len(factor.dimensions) for factor in factors] == [1, 2, 1]
    (point,) = varied.points_at(compiled, dimensions, np.array([[0.3, 0.5, 0.9, 0.5]]))
    china, cuba = (
        float(one.values(np.array([u]))[0])
        for one, u in zip(dimensions[1:3], (0.5, 0.9), strict=True)
    )
    plain = prepared(
        set_to(
            base,
            {
                "rents": 0.3,
                "foreign_support.china": china,
                "foreign_support.cuba": cuba,
                "coup.success_odds": 0.5,
            },
        ),
        8,
    )
    for replicate in (0, 20):  # rents slide from where they stand, with their own draws
        inputs = [trace(one, 5, replicate)[1].inputs[0] for one in (point, plain)]
        assert inputs[0].tolist() == pytest.approx(inputs[1].tolist(), abs=1e-12)
    assert point.p.tolist() == pytest.approx(plain.p.tolist(), abs=1e-12)
    assert {one.name for one in point.uncertain} == {one.name for one in plain.uncertain}
    # by the file's own intervals, at their middle and near their upper end
    assert 0.7 < china < 0.9 < 1.0 and cuba > 0.65


def test_priors_are_met_at_their_quantiles(base):
    compiled = prepared(base, 8)
    (factor,) = varied.factors_of(base, compiled, "leader.personalism")
    low, high = factor.dimensions[0].values(np.array([0.05, 0.95]))
    assert (low, high) == (pytest.approx(0.7, abs=0.01), pytest.approx(0.9, abs=0.01))


def test_sensitivity_gives_indices_with_intervals_and_a_split_that_adds_up(hard):
    found = rs.sensitivity(hard, points=32, replicates=32, seed=2, **FEW)
    assert found.names == tuple(rs.LEVERS) and found.runs == 6 * 32 * 32
    frame = found.frame()
    assert (
        list(frame["quantity"].unique()) == ["probability", "weeks in office"] and len(frame) == 8
    )
    moves = frame["first"] != 0.0
    assert (frame["first_low"] < frame["first"])[moves].all() and moves.sum() >= 6
    # the total is over pairs of futures of one setting: nothing where no two of them change
    seen = frame["total"] != 0.0
    assert (frame["total"] < frame["total_high"])[seen].all() and seen.sum() >= 4
    assert sum(row["share"] for row in found.split_rows()) == pytest.approx(1.0)
    assert [row["part"] for row in found.split_rows()] == ["choice", "ignorance", "luck"]
    best = frame[frame["quantity"] == "probability"].set_index("factor")["total"].idxmax()
    assert best == "us_pressure"
    text = str(found)
    assert (
        "is chance" in text
        and text.splitlines()[-2].startswith("[#")
        and "16 simulated generals of 2,000" in text
    )
    assert "<table>" in found._repr_html_()
    assert str(rs.sensitivity(hard, points=32, replicates=32, seed=2, workers=1, **FEW)) == text


def test_a_parameter_without_effect_has_an_index_of_exactly_nothing(hard):
    found = rs.sensitivity(
        hard,
        {"us_pressure": (0.0, 1.0), "afterwards": ["aftermath.seized", "aftermath.institutions"]},
        points=16,
        replicates=16,
        **FEW,
    )
    assert found.names == ("us_pressure", "afterwards") and found.over == "the factors named"
    # what becomes of the regime afterwards does not decide whether he goes
    assert found.weeks.total[1].value == 0.0 == found.probability.total[1].value
    assert found.probability.total[0].value > 0.5


def test_sensitivity_over_parameters_has_no_choice_in_it(hard):
    found = rs.sensitivity(
        hard.with_(horizon=12), "parameters", points=8, replicates=8, corps=8, knowledge="prior"
    )
    assert [row["part"] for row in found.split_rows()] == ["ignorance", "luck"]
    assert "force" in found.names and sum(
        len(factor.dimensions) for factor in found.factors
    ) == len(prepared(hard, None, "prior").uncertain)
    assert "more in .frame()" in str(found)


def test_sensitivity_refuses_what_it_cannot_do(base):
    for options, words in (
        ({"points": 100}, "power of two"),
        ({"replicates": 30}, "multiple of 4"),
        ({"of": "cop"}, "did you mean coup"),
        ({"over": ["rens"]}, "did you mean rents"),
        ({"over": {"rents": (0.8, 0.2)}}, "range inside"),
        ({"over": {"group": []}}, "list of names"),
        ({"over": []}, "nothing to vary"),
        ({"points": 2**20}, "in all"),
    ):
        with pytest.raises(rs.RegimeSimError, match=words):
            rs.sensitivity(base, **options)


def test_morris_lists_what_matters_first_and_what_does_nothing_last(hard):
    pytest.importorskip("SALib")
    found = screen(
        hard,
        ["us_pressure.raid", "force.raid_rate", "us_pressure.invasion", "aftermath.seized"],
        trajectories=12,
        replicates=32,
        **FEW,
    )
    frame = found.frame().set_index("parameter")
    assert (
        frame.index[0] in ("us_pressure.raid", "force.raid_rate", "us_pressure.invasion")
        and frame.index[-1] == "aftermath.seized"
    )
    # what becomes of the regime afterwards does not decide whether he goes
    assert frame.iloc[-1]["effect"] == 0.0 == frame.iloc[-1]["without_luck"]
    assert (
        (frame["low"] <= frame["effect"]).all()
        and (frame["effect"] <= frame["high"]).all()
        and frame.iloc[0]["effect"] > 0.05
    )
    assert re.search("[12] of 4 parameters changed no future at all", str(found))  # by its design
    with pytest.raises(rs.RegimeSimError, match="multiple of 4"):
        screen(hard, replicates=3)


# ---- tipping


def test_the_tipping_point_is_where_the_probability_is(base):
    found = rs.tipping(base, 0.5, over=["us_pressure"], replicates=512, seed=2, **FEW)
    row = found.frame().iloc[0]
    assert (row["what"], row["kind"], row["verdict"]) == ("us_pressure", "lever", "reached")
    assert row["low"] <= abs(row["change"]) <= row["high"]
    to = float(found.found[0].best[0][1])
    assert to == pytest.approx(base.value("us_pressure") + row["change"], abs=1e-6)
    there = rs.simulate(base.vary(us_pressure=to), 512, 2, corps=16).out()
    assert there.low <= 0.5 <= there.high and there.value == pytest.approx(0.5, abs=0.06)
    nearer = rs.simulate(base.vary(us_pressure=to - 0.1), 512, 2, corps=16).out().value
    assert nearer < there.value
    assert "us_pressure: the scenario sets its parts separately" in str(found)


def test_no_setting_reaches_it_is_an_answer_given_early(base):
    found = rs.tipping(
        base, 0.98, over=["rents.mining", "foreign_support"], replicates=4096, pairs=False, **FEW
    )
    assert (
        list(found.frame()["verdict"]) == ["not reached"] * 2
        and found.frame()["change"].isna().all()
    )
    assert "no setting reaches it" in str(found)
    assert found.runs < 2 * 12 * 512 + 4096  # most of the replicates were not spent


def test_pairs_need_no_larger_steps_than_either_alone(hard):
    found = (
        rs.tipping(hard, 0.9, over=["rents", "us_pressure"], replicates=256, **FEW)
        .frame()
        .set_index("what")
    )
    pair = found[found["kind"] == "pair"].iloc[0]
    alone = found[(found["kind"] == "lever") & (found["verdict"] == "reached")]["change"].abs()
    assert len(found) == 3
    if pair["verdict"] == "reached" and len(alone):
        assert pair["change"] <= alone.min() + 0.1


def test_tipping_goes_down_too(hard):
    p = rs.simulate(hard, 256, corps=16).out().value
    found = rs.tipping(hard, p / 2.0, over=["us_pressure"], replicates=256, **FEW)
    assert found.frame().iloc[0]["change"] < 0.0 and found.frame().iloc[0]["verdict"] == "reached"


def test_tipping_tries_all_levers_parts_and_pairs_unless_told(base):
    seen: list[tuple[int, int]] = []
    short = base.with_(horizon=6)
    found = rs.tipping(
        short,
        0.9,
        replicates=128,
        corps=8,
        on_progress=lambda done, total: seen.append((done, total)),
    )
    kinds = found.frame()["kind"].value_counts()
    parts = sum(name not in rs.LEVERS for name in short.names.levers)
    assert (kinds["lever"], kinds["pair"], kinds["part"]) == (4, 6, parts)
    assert seen[-1] == (len(found.found), len(found.found))


def test_tipping_refuses_what_it_cannot_do(base):
    for arguments, words in (
        ({"target": 1.0}, "between 0 and 1"),
        ({"over": ["rens"]}, "did you mean rents"),
        ({"of": "cop"}, "did you mean coup"),
        ({"replicates": 10}, "at least"),
    ):
        with pytest.raises(rs.RegimeSimError, match=words):
            rs.tipping(base, **arguments)


# ---- discovery


def test_discovery_finds_what_decides_and_says_it(hard):
    told = hard.fix({"force.raid_rate": {"uniform": {"low": 0.1, "high": 9.0}}}).vary(
        {"us_pressure.raid": 1.0, "us_pressure.invasion": 0.0}
    )
    found = rs.discover(told, "seized", replicates=4000, corps=8)
    assert (
        found.clear
        and found.restrictions[0].name == "force.raid_rate"
        and found.restrictions[0].low > 0.2
        and math.isinf(found.restrictions[0].high)
    )
    assert found.density.low > found.base.value and 0.0 < found.mass < 1.0
    assert (
        "A raid seizes him" in found.words()
        and "force.raid_rate >" in found.words()
        and "95%" in found.words()
    )
    steps = found.steps()
    assert (
        steps["mass"].iloc[0] == 1.0 == steps["coverage"].iloc[0]
        and steps["mass"].is_monotonic_decreasing
    )
    assert list(found.frame().columns) == ["parameter", "low", "high", "p", "clear", "meaning"]
    assert "tested on the other" in str(found) and "<table>" in found._repr_html_()


def test_discovery_claims_nothing_where_only_luck_decides(base):
    rows = base.names.structural
    settled = base.fix(
        {name: base.value(name) for name, row in rows.items() if row.prior is not None}
    )
    plain = settled.vary(
        {name: base.value(name) for name, value in base.values if value.prior is not None}
    )
    # what becomes of the regime once he is gone
    later = ("aftermath.seized", "aftermath.institutions", "aftermath.regular")
    loose = plain.fix(
        {name: {"uniform": {"low": rows[name].low, "high": rows[name].high}} for name in later}
    )
    found = rs.discover(loose, "leader_out", replicates=3000, corps=8)
    assert not found.clear and "No region of the uncertain parameters" in found.words()
    with pytest.raises(rs.RegimeSimError, match="nothing is uncertain"):
        rs.discover(plain, replicates=200, corps=8)


def test_discovery_refuses_what_it_cannot_do(base):
    with pytest.raises(rs.UnknownName, match="did you mean coup"):
        rs.discover(base, "cop")
    with pytest.raises(rs.RegimeSimError, match="30 with and 30 without"):
        rs.discover(base.with_(horizon=2), "assassinated", replicates=200, corps=8)


# ---- the commands


QUICK = ("--corps", 8, "--seed", 3)


def test_compare_by_command(cli):
    ended = cli("compare", "venezuela-2025", "isolation", "--replicates", 32, *QUICK)
    assert ended.status == 0 and "out within 52 weeks" in ended.out
    document = json.loads(
        cli("compare", "isolation", "--replicates", 32, *QUICK, "--format", "json").out
    )
    assert (document["baseline"], document["replicates"], document["seed"]) == (
        "venezuela-2025",
        32,
        3,
    )
    assert {row["arm"] for row in document["rows"]} == {"isolation", "later"} and {
        row["clock"] for row in document["rows"]
    } == {"leader", "regime"}
    alone = cli("compare", "no-pressure")
    assert alone.status == 2 and alone.complaints == [
        "compare: no-pressure has no arms - expected a second scenario"
    ]


def test_sweep_by_command(cli):
    rows = list(
        csv.DictReader(
            io.StringIO(
                cli(
                    "sweep",
                    "venezuela-2025",
                    "--over",
                    "rents=0:1:3",
                    "--over",
                    "foreign_support=0.1,0.9",
                    "--replicates",
                    16,
                    *QUICK,
                    "--format",
                    "csv",
                ).out
            )
        )
    )
    assert len(rows) == 6 * 13 and {row["rents"] for row in rows} == {"0.0", "0.5", "1.0"}
    for wrong in ("rents", "rents=0:1", "rents=0:1:1", "rents=a,b", "=1,2"):
        ended = cli("sweep", "venezuela-2025", "--over", wrong)
        assert (
            ended.status == 2 and len(ended.complaints) == 1 and "NAME=LOW:HIGH:NUMBER" in ended.err
        )
    assert cli("sweep", "venezuela-2025", "--over", "rens=0,1").complaints == [
        "unknown lever or parameter 'rens' - did you mean rents?"
    ]


def test_sensitivity_by_command(cli):
    document = json.loads(
        cli(
            "sensitivity",
            "venezuela-2025",
            "--over",
            "rents",
            "--over",
            "us_pressure",
            "--points",
            8,
            "--replicates",
            16,
            *QUICK,
            "--format",
            "json",
        ).out
    )
    assert {row["factor"] for row in document["rows"]} == {"rents", "us_pressure"} and [
        one["part"] for one in document["split"]
    ] == ["choice", "ignorance", "luck"]
    assert cli("sensitivity", "venezuela-2025", "--method", "fast").status == 2
    pytest.importorskip("SALib")
    ended = cli(
        "sensitivity",
        "venezuela-2025",
        "--method",
        "morris",
        "--over",
        "rents",
        "--over",
        "us_pressure",
        "--points",
        16,
        "--replicates",
        8,
        *QUICK,
    )
    assert ended.status == 0 and "Morris, 2 trajectories" in ended.out


def test_tipping_by_command(cli):
    rows = list(
        csv.DictReader(
            io.StringIO(
                cli(
                    "tipping",
                    "venezuela-2025",
                    "--over",
                    "us_pressure",
                    "--target",
                    0.6,
                    "--replicates",
                    128,
                    *QUICK,
                    "--format",
                    "csv",
                ).out
            )
        )
    )
    assert len(rows) == 1 and rows[0]["what"] == "us_pressure"
    assert cli("tipping", "venezuela-2025", "--target", 2).complaints == [
        "target: 2 - expected a share between 0 and 1, neither 0 nor 1"
    ]


def test_discover_by_command(cli):
    ended = cli("discover", "venezuela-2025", "--replicates", 1000, *QUICK, "--format", "json")
    document = json.loads(ended.out)
    assert (
        ended.status == 0
        and document["outcome"] == "leader_out"
        and set(document["coverage"]) == {"value", "low", "high"}
    )
    assert cli("discover", "venezuela-2025", "--outcome", "cop").status == 2
    assert cli("discover", "venezuela-2025", "--replicates", 0).complaints == [
        "regime-sim: --replicates 0: must be a whole number from 1 to 2147483647"
    ]


@pytest.mark.slow
def test_the_bench_of_the_questions_says_what_figure_and_goal():
    from benchmarks import questions as bench_questions

    rows = bench_questions.rows(
        rs.load("venezuela-2025").with_(horizon=4, generals=8), replicates=32, cells=3, rounds=1
    )
    assert len(rows) == 4 * 2 + 1 + 2 + 1
    assert [row.goal for row in rows] == [30.0, None] * 4 + [
        2.2,
        180.0,
        None,
        60.0,
    ] and "sweep 3 x 3, 16 replicates each" in rows[9].what
    before, after = (SimpleNamespace(out=lambda p=p: SimpleNamespace(value=p)) for p in (0.5, 0.25))
    assert bench_questions._one_way(SimpleNamespace(before=before, after=after)) == pytest.approx(
        (0.25 + 0.1875) / 0.1875
    )  # type: ignore[arg-type]


def test_every_question_draws_itself(hard):
    pytest.importorskip("vl_convert")
    found = [
        rs.sweep(hard, rents=(0.1, 0.5, 0.9), replicates=16, corps=8),
        rs.sweep(hard, rents=(0.1, 0.9), us_pressure=(0.1, 0.9), replicates=16, corps=8),
        rs.sensitivity(hard, points=8, replicates=16, corps=8),
        rs.tipping(hard, 0.6, over=["us_pressure"], replicates=128, corps=8),
    ]
    for one in found:
        assert one.plot().to_svg().startswith("<svg")


# ---- parameters drawn together


@pytest.fixture(scope="module")
def sample(hard) -> Posterior:
    """A calibrated sample of two parameters, one the mirror of the other."""
    share = np.linspace(0.05, 0.95, 64)
    rows = hard.names.structural
    names = ("force.raid_rate", "loyalty.rent")
    columns = [
        rows[name].low + at * (rows[name].high - rows[name].low)
        for name, at in zip(names, (share, 1.0 - share), strict=True)
    ]
    return Posterior(names, np.column_stack(columns), {"name": "two"})


def test_a_calibrated_sample_is_one_factor_and_its_parameters_can_still_be_named(hard, sample):
    compiled = prepared(hard, 8, sample)
    groups = varied.factors_of(hard, compiled, "parameters")
    joint = next(factor for factor in groups if factor.name == varied.JOINT)
    assert not any(one.name in sample.names for factor in groups for one in factor.dimensions)
    (point,) = varied.points_at(compiled, joint.dimensions, np.array([[0.5]]))
    assert (
        point.joint is None and point.p[compiled.joint.columns].tolist() == sample.rows[32].tolist()
    )
    (alone,) = varied.points_at(
        compiled,
        varied.factors_of(hard, compiled, ["loyalty.rent"])[0].dimensions,
        np.array([[0.5]]),
    )
    assert alone.joint is not None and alone.joint.rows.shape == (64, 1)
    found = rs.sensitivity(
        hard.with_(horizon=8), ["loyalty.rent"], points=8, replicates=16, corps=8, knowledge=sample
    )
    assert [row["part"] for row in found.split_rows()] == ["ignorance", "luck"] and sum(
        row["share"] for row in found.split_rows()
    ) == pytest.approx(1.0)
    single = varied.single_factors(hard, compiled, "parameters")
    assert (
        set(sample.names) < {factor.name for factor in single}
        and len(single) == sum(len(factor.dimensions) for factor in groups) - 1 + 2
    )
    assert all(one.draw is not None for factor in single for one in factor.dimensions)


def test_questions_take_a_calibrated_sample(hard, sample):
    cell = rs.sweep(hard, rents=(0.2, 0.8), replicates=64, corps=8, knowledge=sample).values()[0][0]
    assert cell == pytest.approx(
        rs.simulate(hard.vary(rents=0.2), 64, corps=8, knowledge=sample).out().value
    )
    found = rs.discover(
        hard.vary({"us_pressure.raid": 1.0, "us_pressure.invasion": 0.0}),
        "seized",
        replicates=2000,
        corps=8,
        knowledge=sample,
    )
    assert found.clear and {one.name for one in found.restrictions if one.clear} & set(sample.names)
