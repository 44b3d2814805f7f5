"""Answers that the dashboard keeps on disk: what is kept comes back as it was; what is damaged, or
made by hand, or of another model is not taken; first answers rest on what they say.
"""

from __future__ import annotations

import io
import json
import threading

import numpy as np
import pytest

import regime_sim as rs

pytest.importorskip("streamlit")

from dashboard import answer_files, kept_answers, long_work, runs
from dashboard.tabs import claim


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    """A cache of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.fixture(scope="module")
def base():
    return rs.load("venezuela-2025")


@pytest.fixture(scope="module")
def asked(base):
    """Small answers of every kind of record."""
    grid = rs.sweep(base, rents=(0.1, 1.0), foreign_support=(0.1, 1.0), replicates=32, corps=16)
    return [
        claim.Claim(grid, grid),
        rs.tipping(base, over=["rents"], replicates=128, corps=16),
        rs.sensitivity(base, points=8, replicates=12, corps=16),
        rs.discover(base, replicates=512, corps=16),
    ]


def place(base, **more):
    return answer_files.Place("test", "key", base, **more)


def test_what_is_kept_comes_back_as_it_was(base, asked):
    for one in asked:
        assert place(base).write(one)
        back = place(base).read()
        assert type(back) is type(one)
        if isinstance(one, claim.Claim):
            assert back.corners.interaction() == one.corners.interaction()
            assert str(back.grid.frame()) == str(one.grid.frame())
            assert back.grid.scenario is base
        else:
            assert str(back.rows()) == str(one.rows())
            assert str(back) == str(one)


def test_an_answer_of_other_settings_code_or_model_is_not_taken(base, asked, monkeypatch):
    assert place(base).write(asked[1])
    assert answer_files.Place("test", "another key", base).read() is None
    assert place(base, rooms=()).read() is None
    content = place(base).own.read_bytes()
    monkeypatch.setattr(answer_files, "mark", lambda *rooms: "another model")
    other = place(base)
    other.own.write_bytes(content)  # under the name that it would have
    assert other.read() is None


def _file(tree: object) -> bytes:
    out = io.BytesIO()
    np.savez(out, tree=np.frombuffer(json.dumps(tree).encode(), np.uint8))
    return out.getvalue()


@pytest.mark.parametrize(
    "answer",
    [
        {"record": "os:stat_result", "holds": {}},
        {"record": "subprocess:Popen", "holds": {"args": "true"}},
        {"record": "regime_sim.questions.sweep:np", "holds": {}},
        {"record": "regime_sim.questions.sweep:Sweep", "holds": {"scenario": None}},
        {"array": "missing", "kind": "<i8"},
        {"tuple": 3},
        {},
    ],
)
def test_a_file_made_by_hand_makes_nothing_else(base, answer):
    one = place(base)
    one.own.parent.mkdir(parents=True, exist_ok=True)
    one.own.write_bytes(_file({"of": one.said, "answer": answer}))
    assert one.read() is None


def test_damaged_files_are_as_good_as_none(base, asked):
    one = place(base)
    assert one.write(asked[3])
    whole = one.own.read_bytes()
    for content in (b"", b"PK", whole[: len(whole) // 2], whole[:-9], _file([]), _file(None)):
        one.own.write_bytes(content)
        assert one.read() is None


def test_nothing_but_plain_records_is_kept(base):
    for one in (object(), threading.Event(), {1, 2}, np.array([object()]), base.vary):
        assert not place(base).write(one)
    assert not answer_files.Place("test", "key").write(base)  # a scenario where none is known


def test_the_oldest_files_go(base, monkeypatch):
    monkeypatch.setattr(answer_files, "MOST", 3)
    for k in range(6):
        answer_files.Place("test", str(k), base).write(k)
    assert len(list(place(base).own.parent.iterdir())) == 3
    assert answer_files.Place("test", "5", base).read() == 5


def test_a_lasting_answer_is_found_by_the_next_process(base, monkeypatch):
    from dashboard import jobs

    own = jobs.SessionJobs()
    monkeypatch.setattr(jobs, "of_session", lambda: own)
    question = long_work.Question(
        "test", "of a lasting one", "", lambda tell, cancel: (1, 2), scenario=base, lasting=True
    )
    assert question.kept() is None
    question.start().future.result(60)
    kept_answers.forget()  # as in another process
    assert question.kept() == (1, 2)


def test_first_answers_rest_on_fewer_futures_while_sessions_wait(base, monkeypatch):
    monkeypatch.setattr(runs, "FIRST", 2000)
    store = runs.Kept()
    sizes = []
    for waiting in range(6):
        store.asked = waiting
        sizes.append(store.first_size("this"))
    assert sizes[0] == 2000
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] == runs.QUICK
    store.put("this", 992, rs.simulate(base, 16, corps=16), runs.CORPS)
    assert store.first_size("this") == 992  # what is kept is not run again


def test_pages_that_are_being_drawn_count_as_waiting_and_refining_stands_back(monkeypatch):
    monkeypatch.setattr(runs, "FIRST", 2000)
    store = runs.Kept()
    with store.drawing():
        assert store.first_size("own page") == 2000
        with store.drawing(), store.drawing(), store.drawing():
            assert store.first_size("fourth page") == runs.QUICK
    assert store.drawn == 0
    with pytest.raises(RuntimeError), store.drawing():
        raise RuntimeError("a page that is broken off")
    assert store.drawn == 0
    over = threading.Event()

    def refine() -> None:
        store.stand_back(1, 2)
        over.set()

    with store.drawing():
        threading.Thread(target=refine).start()
        assert not over.wait(0.2)
    assert over.wait(5)


def test_a_scenario_is_written_out_once_for_its_key(base, monkeypatch):
    one, same, other = base.vary(rents=0.31), base.vary(rents=0.31), base.vary(rents=0.32)
    found = runs.key(one, 1)
    assert found == runs.key(same, 1)
    assert len({found, runs.key(one, 2), runs.key(other, 1)}) == 3

    def written(*_: object, **__: object) -> str:
        raise AssertionError("written out again")

    monkeypatch.setattr(type(base), "to_yaml", written)
    assert runs.key(one, 1) == found


@pytest.mark.slow
def test_few_generals_say_what_all_of_them_say():
    """Within a point over the same futures: what lets a first answer stand for the finer one."""
    both = {"rents": 0.1, "foreign_support": 0.1}
    for name, moves in (("venezuela-2025", {"us_pressure": 0.9}), ("venezuela-2025", both)):
        scenario = rs.load(name).vary(moves)
        few = rs.simulate(scenario, runs.FIRST, corps=runs.CORPS).out()
        fine = rs.simulate(scenario, runs.FINE).out()
        assert abs(few.value - fine.value) < 0.01
        assert few.low <= fine.value <= few.high
