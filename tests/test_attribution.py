"""Why a change came: parts that add up, fair shares, exits, refusals, the command."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys

import numpy as np
import pytest

import regime_sim as rs
from regime_sim.questions.attribution import moved_names
from regime_sim.view.words import attribution as words

THREE = {"rents": 0.1, "foreign_support": 0.1, "us_pressure": 0.9}


@pytest.fixture(scope="module")
def base():
    return rs.load("venezuela-2025").with_(generals=64, horizon=30)


@pytest.fixture(scope="module")
def found(base):
    return rs.attribute(base, THREE, replicates=320, seed=3, workers=1)


def test_every_subset_is_the_run_that_it_says(base, found):
    assert found.names == tuple(THREE)
    for row in (0, 1, 2, 5, 7):
        some = {name: THREE[name] for k, name in enumerate(THREE) if row >> k & 1}
        run = rs.simulate(base.vary(some) if some else base, 320, 3, workers=1)
        assert np.array_equal(found.futures.leader_week[row], run.leader_week)
        assert np.array_equal(found.futures.leader_way[row], run.leader_way)


@pytest.mark.parametrize("of", ["leader_out", "coup", "seized", "regime_falls"])
def test_parts_and_fair_shares_add_up_to_the_change(found, of):
    change = found.change(of).value
    alone = sum(found.alone(name, of).value for name in found.names)
    assert alone + found.together(of).value == pytest.approx(change)
    assert sum(found.fair(name, of).value for name in found.names) == pytest.approx(change)


def test_the_exits_of_a_step_add_up_to_it(found):
    for name in found.names:
        ways = sum(found.alone(name, way).value for way in rs.WAYS[1:])
        assert ways == pytest.approx(found.alone(name).value)


def test_fair_shares_by_the_definition(found):
    """The mean over all six orders of what each adds when its turn comes."""
    from itertools import permutations

    share = found.futures.happens("leader_out").mean(axis=1)
    for place, name in enumerate(found.names):
        added = []
        for order in permutations(range(3)):
            before = sum(1 << one for one in order[: order.index(place)])
            added.append(share[before | 1 << place] - share[before])
        assert found.fair(name).value == pytest.approx(np.mean(added))


def test_of_two_each_has_half_of_what_comes_together(base):
    two = rs.attribute(base, {"rents": 0.1, "foreign_support": 0.1}, replicates=160, seed=3)
    half = two.together().value / 2
    for name in two.names:
        assert two.fair(name).value == pytest.approx(two.alone(name).value + half)


def test_another_scenario_gives_the_same_as_its_levers(base, found):
    same = rs.attribute(base, base.vary(THREE), replicates=320, seed=3, workers=1)
    assert same.names == found.names
    assert np.array_equal(same.futures.leader_way, found.futures.leader_way)


def test_ensembles_are_taken_as_they_are(base, found):
    runs = [rs.simulate(one, 320, 3, workers=1) for one in (base, base.vary(THREE))]
    again = rs.attribute(*runs, workers=1)
    assert again.seed == 3 and again.replicates == 320
    assert np.array_equal(again.futures.leader_way, found.futures.leader_way)
    with pytest.raises(rs.RegimeSimError, match="same seed"):
        rs.attribute(runs[0], rs.simulate(base.vary(THREE), 320, 4), workers=1)


def test_what_else_differs_is_one_more_part():
    before, after = rs.load("venezuela-2025"), rs.load("raid").vary(rents=0.2)
    assert moved_names(before, after)[0] == "rents"
    assert len(moved_names(before, after)) == 2
    assert moved_names(before, before) == ()
    assert moved_names(before, before.vary(rents=before.value("rents"))) in ((), ("rents",))


def test_levers_that_slide_are_told_apart_from_what_else_differs(base):
    """Each subset is the scenario that one would have made by hand, whichever of the two it is
    made from.
    """
    slid = {"rents": 0.1, "foreign_support": 0.3}
    after = base.vary(rents=0.5).vary(slid).vary({"regime.military": 0.3})
    assert moved_names(base, after) == (*slid, "given settings")
    found = rs.attribute(base, after, replicates=160, seed=3, workers=1)
    for row in range(8):
        some = {name: at for k, (name, at) in enumerate(slid.items()) if row >> k & 1}
        some |= {"regime.military": 0.3} if row & 4 else {}
        run = rs.simulate(base.vary(some) if some else base, 160, 3, workers=1)
        assert np.array_equal(found.futures.leader_week[row], run.leader_week), row


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        ({}, "nothing is moved"),
        ({"rnts": 0.1}, "did you mean rents"),
        ({"rents": 7}, "rents"),
        ("iraq-2003", "patrons or start"),
        (
            dict.fromkeys(("rents.illicit", "rents.mining", "rents.enterprises"), 0.1)
            | dict.fromkeys(("us_pressure", "foreign_support", "public_opinion"), 0.1),
            "at most 5",
        ),
    ],
)
def test_what_cannot_be_split_is_refused(base, moved, said):
    with pytest.raises(rs.RegimeSimError, match=said):
        rs.attribute("venezuela-2025", moved, replicates=16)


def test_whole_numbers_add_up(found):
    parts, shared, total = words.whole(found)
    before, after = found.ends()
    assert sum(parts) + shared == total == after - before
    assert words.rounded([0.4, 0.4, 0.4], 1) == [1, 0, 0]
    assert sum(words.rounded([3.6, -1.2, 5.5], 8)) == 8
    assert words.rounded([3.6, -1.2, 5.5], 8) == [4, -1, 5]


def test_words_name_each_part_and_the_exits(found):
    said = words.sentence(found)
    assert said.startswith(f"Of {words.whole(found)[2]} more: rents alone ")
    assert "foreign support alone" in said and "US pressure alone" in said and " by " in said
    assert "fair share" in str(found) and "Shapley" in str(found)


def test_no_change_is_not_split(base):
    none = rs.attribute(base, {"public_opinion": base.value("public_opinion")}, replicates=32)
    assert words.sentence(none) == "No clear change, and so nothing to split."
    assert none.plot().alt


def test_the_waterfall_is_drawn(found):
    from regime_sim.view import drawing

    figure = found.plot()
    assert words.sentence(found).rstrip(".") in figure.alt
    drawn = drawing.svg(figure)
    before, after = found.ends()
    for text in (f"{before} before", f"{after} now", "Rents", "alone", "fair share"):
        assert text in drawn
    assert drawing.svg(found.plot(theme="dark", width=340))


def test_the_command(tmp_path):
    command = [sys.executable, "-m", "regime_sim.cli", "attribute", "venezuela-2025"]
    few = ["--replicates", "32", "--corps", "16", "--generals", "64"]
    done = subprocess.run(
        [*command, "--set", "rents=0.1", "--set", "foreign_support=0.1", *few, "--format", "csv"],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {row["part"] for row in rows} == {"alone", "together", "fair", "change"}
    done = subprocess.run(
        [*command, "isolation", *few, "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
    )
    about = json.loads(done.stdout)
    assert about["baseline"] == "venezuela-2025" and "foreign_support" in about["moved"]
    wrong = subprocess.run([*command, *few], capture_output=True, text=True)
    assert wrong.returncode == 2 and "--set NAME=VALUE" in wrong.stderr
    wrong = subprocess.run([*command, "--set", "rents", *few], capture_output=True, text=True)
    assert wrong.returncode == 2 and "rents=0.2" in wrong.stderr
