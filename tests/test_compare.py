"""Paired comparison: the same futures twice, differences with their own intervals."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import regime_sim as rs
from regime_sim.engine.replicates import trace
from regime_sim.ensemble import blocks
from regime_sim.ensemble.failures import Failure
from regime_sim.ensemble.futures import ARRAYS
from regime_sim.facts.outcomes import REGIME
from regime_sim.facts.parameters import INPUT_NAMES
from regime_sim.scenario.compile import compile_scenario

SMALL = {"generals": 64, "horizon": 30}
EACH = len(rs.WAYS) + len(REGIME)  # rows: out and every exit mode; the regime's fall and fates


@pytest.fixture(scope="module")
def pair():
    base = rs.load("venezuela-2025").with_(**SMALL)
    return rs.compare(base, base.vary(rents=0.1, foreign_support=0.1), replicates=640, seed=3)


def test_the_difference_is_over_pairs(pair):
    before, after = pair.before.leader_way > 0, pair.after.leader_way > 0
    d = pair.change()
    assert d.value == pytest.approx(after.mean() - before.mean())
    assert d.low <= d.value <= d.high
    on, off = pair.turned()
    assert on - off == round(640 * d.value)
    ways = [pair.change(way).value for way in rs.WAYS[1:]]
    assert sum(ways) == pytest.approx(d.value)


def test_pairs_are_narrower_than_two_separate_runs():
    base = rs.load("venezuela-2025").with_(**SMALL)
    near = rs.compare(base, base.vary(rents=0.6), replicates=640, seed=3)
    a, b = near.before.out(), near.after.out()
    apart = np.hypot(a.high - a.low, b.high - b.low)
    assert near.change().high - near.change().low < 0.8 * apart


def test_nothing_changes_against_itself(pair):
    same = rs.compare(pair.before, pair.before)
    assert same.change().value == 0.0 and same.turned() == (0, 0)


def test_the_print_says_what_changed(pair):
    text = str(pair)
    assert "out within 30 weeks" in text and "paired 95%" in text and "points" in text


def test_frame_has_both_clocks_every_outcome_and_several_weeks(pair):
    frame = pair.frame()
    assert list(frame.columns) == [
        "baseline",
        "arm",
        "clock",
        "outcome",
        "week",
        "before",
        "after",
        "change",
        "low",
        "high",
        "n",
        "turned_on",
        "turned_off",
        "apart",
    ]
    assert list(frame["week"].unique()) == [8, 15, 22, 30] and len(frame) == 4 * EACH
    assert (frame["low"] <= frame["change"]).all() and (frame["change"] <= frame["high"]).all()
    assert (frame["after"] - frame["before"] - frame["change"]).abs().max() < 1e-12
    assert (
        (frame["turned_on"] - frame["turned_off"]) / frame["n"] - frame["change"]
    ).abs().max() < 1e-12
    last = frame[frame["week"] == 30]
    ways = last[(last["clock"] == "leader") & (last["outcome"] != "out")]["change"].sum()
    assert ways == pytest.approx(pair.change().value)
    assert last[last["clock"] == "regime"]["change"].sum() == pytest.approx(0.0)
    assert pair.change(week=30) == pair.change() and pair.change("falls", "regime") == pair.change(
        clock="regime"
    )
    assert len(pair.frame(weeks=[3])) == EACH


def test_differences_are_of_the_ensembles_own_numbers(pair):
    for way, clock, name in (
        (None, "leader", "out"),
        ("coup", "leader", "coup"),
        ("falls", "regime", "falls"),
        ("tutelage", "regime", "tutelage"),
        ("stands", "regime", "stands"),
    ):
        before, after = pair.shares(way, clock)
        rows = [
            e.outcomes(clock).set_index("outcome")["probability"] for e in (pair.before, pair.after)
        ]
        want = (
            [e.out().value for e in (pair.before, pair.after)]
            if name == "out"
            else [float(row[name]) for row in rows]
        )
        assert (before, after) == pytest.approx(tuple(want))
    stay = pair.restricted_mean()
    assert stay.value == pytest.approx(
        pair.after.restricted_mean().value - pair.before.restricted_mean().value
    )
    weeks = pair.weeks()
    assert weeks[(weeks["clock"] == "leader") & (weeks["week"] == 30)][
        "change"
    ].item() == pytest.approx(stay.value)
    assert pair.restricted_mean("regime").value == pytest.approx(
        pair.after.restricted_mean("regime").value - pair.before.restricted_mean("regime").value
    )


def test_separate_runs_would_cost_more(pair):
    assert pair.apart() > 1.0
    # the twin: worlds paired with other worlds have nothing to share
    separate = np.random.default_rng(1).permutation(40)
    before, after = (
        pair.before.leader_way > 0,
        (pair.after.leader_way > 0).reshape(40, 16)[separate].ravel(),
    )
    from regime_sim.statistics import pairing

    assert pairing.apart(before, after, pair.cluster) < pair.apart()
    assert f"{round(pair.apart() * 640):,} futures of each" in str(pair)


def test_wrong_names_and_other_futures_are_refused(pair):
    with pytest.raises(rs.UnknownName, match="did you mean coup"):
        pair.change("cop")
    with pytest.raises(rs.UnknownName, match="did you mean falls"):
        pair.change("fals", "regime")
    with pytest.raises(rs.UnknownName, match="clock"):
        pair.change(clock="ruler")
    with pytest.raises(rs.RegimeSimError, match="1 to 30"):
        pair.change(week=31)
    with pytest.raises(rs.RegimeSimError, match="same seed"):
        rs.compare(
            pair.before, rs.simulate(rs.load("isolation").with_(**SMALL), replicates=640, seed=4)
        )
    with pytest.raises(rs.RegimeSimError, match="no arms"):
        rs.compare(rs.load("no-pressure"))


def states(scenario: rs.Scenario, replicate: int) -> tuple[np.ndarray, ...]:
    ledger, kept = trace(compile_scenario(scenario), 5, replicate)
    last = int(ledger[0]) if ledger[0] else scenario.horizon
    return kept.state[:last], kept.inputs[:last], kept.status[:last], kept.private[:last]


@pytest.mark.parametrize("week", [2, 9, 17])
def test_arms_are_equal_bit_for_bit_in_every_week_before_they_first_differ(week):
    base = rs.load("venezuela-2025").with_(**SMALL)
    arm = base.at(week=week, event="strikes", intensity=0.9)
    assert rs.compare(base, arm, replicates=16).differs_from() == week
    parted = 0
    for replicate in range(24):
        for before, after in zip(states(base, replicate), states(arm, replicate), strict=True):
            common = min(len(before), len(after), week - 1)
            assert (
                common == min(week - 1, len(before))
                and before[:common].tobytes() == after[:common].tobytes()
            )
        inputs = [states(one, replicate)[1] for one in (base, arm)]
        parted += (
            min(map(len, inputs)) >= week
            and inputs[0][week - 1].tobytes() != inputs[1][week - 1].tobytes()
        )
    assert parted > 12  # and from that week on they do differ


def test_the_same_scenario_never_differs_and_says_so():
    base = rs.load("venezuela-2025").with_(**SMALL)
    same = rs.compare(base, base.with_(title="Another name"), replicates=32)
    assert same.differs_from() is None and same.turned() == (0, 0)
    assert "the two are identical in every week" in str(same) and "without common draws" not in str(
        same
    )
    frame = same.frame()
    assert frame["apart"].isna().all() and (frame["low"] < 0).all() and (frame["high"] > 0).all()


def test_several_against_the_first_and_the_arms_of_a_file():
    base = rs.load("venezuela-2025").with_(**SMALL)
    found = rs.compare(
        base,
        base.vary(rents=0.1),
        base.vary(rents=0.3),
        base.with_(id="other"),
        replicates=64,
        corps=16,
    )
    assert found.names == ("venezuela-2025", "venezuela-2025-2", "other") and len(found) == 3
    assert found["other"].change().value == 0.0 and found[0].after.seed == found.before.seed
    assert set(found.frame()["arm"]) == set(found.names) and len(str(found).splitlines()) == 5
    with pytest.raises(rs.UnknownName, match="did you mean other"):
        found["othr"]
    arms = rs.compare(rs.load("isolation"), replicates=32, corps=8)
    assert arms.names == ("isolation", "later") and arms.before.scenario.id == "venezuela-2025"
    assert all(one.after.provenance["simulated_generals"] == 8 for one in arms.each)


def test_an_arm_ends_where_the_first_one_does():
    base = rs.load("venezuela-2025").with_(**SMALL)
    assert rs.compare(base, base.with_(horizon=60), replicates=16, corps=8).after.horizon == 30


def test_a_notebook_shows_inert_html():
    base = rs.load("venezuela-2025").with_(**SMALL)
    found = rs.compare(
        base,
        base.with_(title="<script>alert(1)</script>", id="odd").vary(rents=0.1),
        replicates=16,
        corps=8,
    )
    assert "<script>" not in found._repr_html_() and "&lt;script&gt;" in found._repr_html_()
    several = rs.compare(base, base, base, replicates=16, corps=8)
    assert several._repr_html_().count("<tr>") == 1 + 2 * EACH


def test_progress_counts_all_runs():
    seen: list[tuple[int, int]] = []
    base = rs.load("venezuela-2025").with_(**SMALL)
    rs.compare(
        base,
        base.vary(rents=0.1),
        replicates=256,
        corps=8,
        workers=1,
        on_progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(128, 512), (256, 512), (384, 512), (512, 512)]


def kept(ensemble: rs.Ensemble, which: np.ndarray) -> rs.Ensemble:
    """The ensemble as it would be had all but these replicates failed."""
    arrays = {
        name: getattr(ensemble, name)[which]
        for name, (_, letters) in ARRAYS.items()
        if letters == "n"
    }
    failures = tuple(
        Failure(int(k), "planted") for k in np.setdiff1d(np.arange(ensemble.replicates), which)
    )
    return replace(ensemble, replicates=which.size, which=which, failures=failures, **arrays)


def test_futures_that_failed_in_one_are_left_out_of_both(pair):
    numbers = np.arange(640)
    before, after = (
        kept(pair.before, numbers[numbers % 7 != 0]),
        kept(pair.after, numbers[numbers % 5 != 0]),
    )
    both = (numbers % 7 != 0) & (numbers % 5 != 0)
    found = rs.compare(before, after)
    assert (
        found.numbers.tolist() == numbers[both].tolist()
        and found.cluster.tolist() == (numbers[both] // 16).tolist()
    )
    out = [(one.leader_way > 0)[both] for one in (pair.before, pair.after)]
    assert (
        found.change().value == pytest.approx(out[1].mean() - out[0].mean())
        and int(found.change().n) == both.sum()
    )
    assert rs.compare(before, pair.after).numbers.size == before.replicates
    assert found.left_out == 640 - both.sum() and (pair.left_out, "left out" in str(pair)) == (
        0,
        False,
    )
    assert (
        str(found).splitlines()[-1]
        == f"futures that failed in one of the two are left out of both: {found.left_out} of 640"
    )
    assert f"({both.sum()} paired futures" in str(found)
    lines = str(rs.compare(pair.before, after, pair.after)).splitlines()
    assert (
        lines[-1]
        == "futures that failed in one of the two are left out of both: 128 (venezuela-2025) of 640"
    )
    with pytest.raises(rs.RegimeSimError, match="no future came through in both"):
        rs.compare(kept(pair.before, numbers[:10]), kept(pair.after, numbers[10:]))
    with pytest.raises(rs.RegimeSimError, match="same seed"):
        rs.compare(before, rs.simulate(pair.after.scenario, 600, 3))


def fail_in(monkeypatch, rents: float, bad: set[int]) -> None:
    """Let these replicates raise an error in the scenario whose rents are this low, and in no
    other.
    """
    original = blocks.block_of
    at = INPUT_NAMES.index("rents.illicit")

    def run_in(engine, stop=None):
        def run(compiled, seed, first, number, weekly):
            rows = original(engine, stop)(compiled, seed, first, number, weekly)
            hit = sorted(bad & set(range(first, first + number)))
            events = compiled.events
            slid = events.value[(events.event == -1) & (events.target == at)]
            if hit and np.isclose([compiled.x[at], *slid], rents).any():
                raise ZeroDivisionError(f"planted in {hit[0]}")
            return rows

        return run

    monkeypatch.setattr(blocks, "block_of", run_in)


def test_replicates_that_raise_in_one_arm_leave_the_other_pairs_as_they_were(
    pair, cli, tmp_path, monkeypatch
):
    """Pairs go by number, never by place: without the two that fail, every difference is that of
    the other 638.
    """
    base = rs.load("venezuela-2025").with_(**SMALL)
    fail_in(monkeypatch, 0.1, {17, 250})
    found = rs.compare(base, base.vary(rents=0.1, foreign_support=0.1), replicates=640, seed=3)
    rest = np.delete(np.arange(640), [17, 250])
    expected = rs.compare(kept(pair.before, rest), kept(pair.after, rest))
    assert found.frame().equals(expected.frame()) and found.weeks().equals(expected.weeks())
    assert found.left_out == 2 and str(found).endswith("left out of both: 2 of 640")
    # the ensemble with failures first: the other is run over as many numbers
    again = rs.compare(found.after, base)
    assert again.left_out == 2 and again.change().value == -found.change().value
    (tmp_path / "a.yaml").write_text(
        "schema: 1\nid: a\nextends: venezuela-2025\ngiven: {generals.number: 64}\nhorizon:"
        f" {SMALL['horizon']} weeks\ncompare: {{arms: [{{id: poor, set: {{rents: 0.1}}}}]}}\n"
    )
    (tmp_path / "b.yaml").write_text("schema: 1\nid: b\nextends: a.yaml\nlevers: {rents: 0.1}\n")
    arms = cli("compare", tmp_path / "a.yaml", "--replicates", 640, "--seed", 3)
    assert arms.status == 0 and "left out of both: 2 of 640" in arms.out
    assert arms.complaints == [
        f"regime-sim: poor: replicate {k} failed (seed 3): ZeroDivisionError: planted in {k};"
        f" to repeat: regime-sim compare {tmp_path / 'a.yaml'} --seed 3 --replicates {k + 1}"
        for k in (17, 250)
    ]
    files = cli(
        "compare",
        tmp_path / "a.yaml",
        tmp_path / "b.yaml",
        "--replicates",
        640,
        "--seed",
        3,
        "--format",
        "json",
    )
    assert files.status == 0 and {row["n"] for row in json.loads(files.out)["rows"]} == {638}
    assert (
        f"alone: regime-sim run {tmp_path / 'b.yaml'} --seed 3 --first 17 --replicates 1"
        in files.complaints[0]
    )


def test_an_ensemble_that_knows_its_scenario_by_name_only_is_compared_all_the_same(pair):
    class Named:
        id, title, start, horizon, ruler = (
            "named",
            "Named",
            pair.before.scenario.start,
            30,
            "the ruler",
        )

    found = rs.compare(replace(pair.before, scenario=Named()), pair.after)
    assert found.change() == pair.change() and "week before" not in str(found)
    with pytest.raises(rs.RegimeSimError, match="in full"):
        found.differs_from()


# ---- arms by keyword, one type whatever their number, run folders


def test_arms_named_by_keyword():
    base = rs.load("venezuela-2025").with_(generals=32, horizon=20)
    cut, alone = base.vary(rents=0.1), base.vary(foreign_support=0.1)
    one = rs.compare(base, cut=cut, replicates=64)
    two = rs.compare(base, cut=cut, alone=alone, replicates=64)
    mixed = rs.compare(base, cut.with_(id="by-id"), alone=alone, replicates=64)
    assert type(one) is type(two) is type(two["cut"]) is rs.Comparison
    assert (one.names, two.names, mixed.names) == (("cut",), ("cut", "alone"), ("by-id", "alone"))
    assert one.frame().equals(two["cut"].frame())
    assert list(one.frame().columns) == list(two.frame().columns)
    assert set(two.frame()["arm"]) == {"cut", "alone"} == set(two.weeks()["arm"])
    assert [arm.change().value for arm in two] == [two[0].change().value, two[1].change().value]
    assert one.change().value == two["cut"].change().value
    assert "cut" in str(two) and "alone" in two.plot().to_json()
    with pytest.raises(rs.RegimeSimError, match=r"2 arms \(cut, alone\).*found\['cut'\]"):
        two.change()
    with pytest.raises(rs.UnknownName, match="cut"):
        two["cutt"]


def test_a_mistyped_option_is_no_arm():
    with pytest.raises(rs.RegimeSimError, match="did you mean replicates"):
        rs.compare("no-pressure", "venezuela-2025", replicate=100)
    base = rs.load("no-pressure").with_(generals=32, horizon=8)
    with pytest.raises(rs.RegimeSimError, match="two arms of one name: cut, cut"):
        rs.compare(base, base.with_(id="cut"), cut=base, replicates=16)


def test_run_folders_are_compared(tmp_path):
    base = rs.load("venezuela-2025").with_(generals=32, horizon=20)
    cut = base.vary(rents=0.1)
    first = rs.simulate(base, 64, seed=3, out=tmp_path / "base")
    second = rs.simulate(cut, 64, seed=3, out=tmp_path / "cut")
    found = rs.compare(str(tmp_path / "base"), cut=tmp_path / "cut")
    assert (
        found.frame()
        .drop(columns="arm")
        .equals(rs.compare(first, second).frame().drop(columns="arm"))
    )
    from_folder = rs.compare(tmp_path / "base", cut)  # a scenario is run as the folder was
    assert from_folder.change().value == found.change().value


def test_run_folders_on_the_command_line(tmp_path, cli):
    base = rs.load("venezuela-2025").with_(generals=32, horizon=20)
    rs.simulate(base, 64, seed=3, out=tmp_path / "base")
    rs.simulate(base.vary(rents=0.1), 64, seed=3, out=tmp_path / "cut")
    ended = cli("compare", tmp_path / "base", tmp_path / "cut")
    assert ended.status == 0 and "64 paired futures, seed 3" in ended.out, ended.err
    page = tmp_path / "page.html"
    words = ("report", tmp_path / "cut", "--baseline", tmp_path / "base", "--no-history")
    assert cli(*words, "-o", page).status == 0
    made = rs.report(tmp_path / "cut", baseline=str(tmp_path / "base"), history=False, world=False)
    assert made.baseline is not None and made.baseline.seed == 3
    (tmp_path / "cut" / "weekly.parquet").unlink()
    ended = cli("compare", tmp_path / "base", tmp_path / "cut")
    assert (ended.status, len(ended.complaints)) == (2, 1) and "missing" in ended.err
