"""The built engine against the readable one: every result, bit for bit, in each instruction set
that runs here and in WebAssembly.
"""

from __future__ import annotations

import tempfile
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from native_side_by_side import by, by_block, differing, engines, probe
from random_scenarios import at_the_bounds, case, difference, mesa_trace

import regime_sim as rs
from regime_sim.engine import replicates as block
from regime_sim.engine.model import RegimeModel, run_block
from regime_sim.engine.native import modules
from regime_sim.engine.native.ctypes_driver import Native
from regime_sim.engine.native.job import Stop, run_job
from regime_sim.engine.native.modules import engine
from regime_sim.engine.native.prior_job import draw_job
from regime_sim.engine.native.targets import Level, Target
from regime_sim.engine.parameter_draws import worlds
from regime_sim.engine.population import corps, corps_of
from regime_sim.facts.parameters import WAYS
from regime_sim.law import general
from regime_sim.scenario.compile import compile_scenario
from regime_sim.scenario.compiled import Compiled
from regime_sim.scenario.shipped import shipped_names

ENGINES = engines()


def traced(
    name: str, compiled: Compiled, seed: int, replicate: int
) -> tuple[list[int], block.Trace]:
    """One replicate by a built engine: its ledger and its trace."""
    x, p = worlds(compiled, seed, replicate, 1)
    people = corps_of(compiled)
    kept = block.no_trace(compiled.horizon, people.number)
    weekly = block.no_weeks(compiled.horizon)
    job = run_job(compiled, seed, replicate, x, p, weekly, people, kept, traced=0)
    engine(name).run(job)
    return job.outputs["ledger"][0].tolist(), kept


def test_the_engines_that_are_compared() -> None:
    assert "wasm" in ENGINES and len(ENGINES) >= 2


@pytest.mark.few(4)
@pytest.mark.parametrize("scenario", shipped_names())
def test_shipped_scenarios_have_the_same_bits_in_every_engine(scenario: str) -> None:
    """Ledgers, weekly counts, sums, histograms, chances and the trace of one world, whole corps."""
    compiled = compile_scenario(rs.load(scenario))
    expected = by_block(compiled, 20251218, 30, 6, traced=3)
    for name in ENGINES:
        assert not differing(by(engine(name), compiled, 20251218, 30, 6, traced=3), expected), name


@pytest.mark.parametrize("name", ENGINES)
def test_random_scenarios_have_the_bits_of_the_mesa_model(name: str) -> None:
    for number in range(ENGINES.index(name), 60, 2 * len(ENGINES)):
        here = case(number)
        mesa = mesa_trace(here.compiled, here.seed, here.replicate)
        said = difference(mesa, traced(name, here.compiled, here.seed, here.replicate))
        assert not said, f"case({number}): {said}"


@pytest.mark.slow
@pytest.mark.parametrize("hundred", range(20))
def test_two_thousand_random_scenarios_have_the_bits_of_the_mesa_model(hundred: int) -> None:
    for number in range(5000 + 100 * hundred, 5100 + 100 * hundred):
        here = case(number, 200, 80)
        mesa = mesa_trace(here.compiled, here.seed, here.replicate)
        for name in ENGINES:
            said = difference(mesa, traced(name, here.compiled, here.seed, here.replicate))
            assert not said, f"case({number}, 200, 80) by {name}: {said}"


def test_worlds_at_the_bounds_have_the_bits_of_the_mesa_model() -> None:
    for number in range(40):
        compiled, name = at_the_bounds(1000 + number, 40), ENGINES[number % len(ENGINES)]
        said = difference(mesa_trace(compiled, 1, number), traced(name, compiled, 1, number))
        assert not said, f"{number} by {name}: {said}"


def cheap_failure(rents: float, **changes: float) -> Compiled:
    """So few generals that leaving costs less than nothing: prize and cost together would be below
    nought if the law let them.
    """
    scenario = rs.load("no-pressure").with_(generals=64, horizon=20).vary({"rents": rents})
    corner = {"patronage.selectorate": 1.0, "plotting.prize": 0.5, "plotting.cost": 0.2}
    return compile_scenario(scenario.fix(corner | changes))


def test_where_a_failed_coup_costs_nothing_the_engines_agree() -> None:
    """The corner in which men were once left out whom the law would change (replicate 169): the
    cost is held at nought. The last worlds can win nothing either, so that belief decides nothing.
    """
    bankrupt = {"plotting.poor": 1.0, "plotting.base": 2.0}
    for compiled, won in (
        (cheap_failure(1.0), 0.5),
        (cheap_failure(0.0, **bankrupt), 0.0),
    ):
        for replicate in (0, 16, 169):
            model = RegimeModel(compiled, 1, replicate)
            model.step()
            assert (model.terms.prize, model.terms.cost) == (pytest.approx(won), 0.0)
            mesa = mesa_trace(compiled, 1, replicate)
            assert (mesa[1].status == general.PLOTTING).any()
            for name in ENGINES:
                assert not difference(mesa, traced(name, compiled, 1, replicate)), (name, replicate)


@pytest.mark.few(8)
@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("generals", [8, 9, 63, 64, 65, 127, 130])
def test_corps_of_any_size_have_the_bits_of_the_mesa_model(name: str, generals: int) -> None:
    compiled = compile_scenario(rs.load("venezuela-2025").with_(generals=generals, horizon=25))
    mesa = mesa_trace(compiled, 7, 11)
    assert not difference(mesa, traced(name, compiled, 7, 11))


def test_any_number_of_trusted_peers_and_a_relabelled_corps() -> None:
    people = corps(20)
    own = np.arange(20)[:, None]
    for number in (1, 2, 4, 5, 7):
        peers = ((own + 1 + np.arange(number)) % 20).astype(np.int32)
        ident = np.array([3, 0, 4, 1, 2], np.int32)
        relabelled = replace(people, peers=peers, ident=ident)
        compiled = compile_scenario(rs.load("venezuela-2025").with_(generals=20, horizon=40))
        model = RegimeModel(compiled, 5, 3, relabelled).run()
        for name in ENGINES:
            found = by(engine(name), compiled, 5, 3, 1, population=relabelled)
            assert np.frombuffer(found["ledger"], np.int16).tolist() == model.ledger


def test_a_block_by_mesa_adds_up_to_the_same_weekly_counts() -> None:
    compiled = compile_scenario(rs.load("libya-2011").with_(generals=24, horizon=30))
    weekly = block.no_weeks(30)
    ledgers = run_block(compiled, 6, 33, 20, weekly)
    assert len(set(ledgers[:, 1].tolist())) > 1, "one way to go only: nothing would be seen"
    for name in ENGINES:
        found = by(engine(name), compiled, 6, 33, 20)
        assert found["ledger"] == ledgers.tobytes()
        assert found["counts"] == weekly.counts.tobytes()
        assert found["sums"] == weekly.sums.tobytes() and found["bins"] == weekly.bins.tobytes()


@pytest.mark.parametrize("name", ENGINES)
def test_chances_are_those_of_the_mesa_models_hazards(name: str) -> None:
    compiled = compile_scenario(rs.load("venezuela-2025").with_(generals=24, horizon=30))
    found = np.frombuffer(by(engine(name), compiled, 3, 0, 3)["chances"]).reshape(3, len(WAYS) - 1)
    for replicate in range(3):
        model, expected = RegimeModel(compiled, 3, replicate), np.zeros(len(WAYS) - 1)
        while not model.leader_out and model.week < model.horizon:
            model.step()
            hazards = np.array([getattr(model.exits, way) for way in WAYS[1:]])
            expected += (1.0 - np.exp(-hazards.sum())) * hazards / hazards.sum()
        assert found[replicate] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("name", ENGINES)
def test_blocks_add_up_whatever_their_order_and_rows_may_be_shared(name: str) -> None:
    """Four blocks in a mixed order into one set of counts; one row of numbers for 16 replicates."""
    compiled = compile_scenario(rs.load("waiting-game").with_(generals=32))
    whole = by(engine(name), compiled, 9, 8, 40, traced=-1)
    weekly, people = block.no_weeks(compiled.horizon), corps_of(compiled)
    ledgers = np.zeros((40, 11), np.int16)
    for at, size in ((25, 15), (0, 5), (12, 13), (5, 7)):
        x, p = worlds(compiled, 9, 8 + at, size)
        shared = np.unique(np.arange(8 + at, 8 + at + size) // 16, return_index=True)[1]
        kept = block.no_trace(0, 32)
        given = (compiled, 9, 8 + at, x[shared], p[shared], weekly, people, kept)
        job = run_job(*given, number=size, every=16)
        engine(name).run(job)
        ledgers[at : at + size] = job.outputs["ledger"]
    assert whole["ledger"] == ledgers.tobytes() and whole["bins"] == weekly.bins.tobytes()
    assert whole["sums"] == weekly.sums.tobytes() and whole["counts"] == weekly.counts.tobytes()


@pytest.mark.parametrize("name", ENGINES)
def test_weeks_that_nobody_reads_are_not_counted_and_change_no_future(name: str) -> None:
    compiled = compile_scenario(rs.load("libya-2011").with_(generals=24, horizon=30))
    x, p = worlds(compiled, 6, 33, 20)
    weekly, people = block.unread_weeks(30), corps_of(compiled)
    job = run_job(compiled, 6, 33, x, p, weekly, people, block.no_trace(0, 24))
    engine(name).run(job)
    assert job.outputs["ledger"].tobytes() == by(engine(name), compiled, 6, 33, 20)["ledger"]
    assert not weekly.counts.any() and not weekly.sums.any() and weekly.bins.size == 0


@pytest.mark.parametrize("name", ENGINES)
def test_a_run_can_be_stopped_from_another_thread(name: str) -> None:
    """What is done by then is kept, and the next run is not touched."""
    compiled = compile_scenario(rs.load("venezuela-2025"))
    x, p = worlds(compiled, 1, 0, 1)
    x, p, stop = np.repeat(x, 4000, axis=0), np.repeat(p, 4000, axis=0), Stop()
    weekly, kept = block.no_weeks(compiled.horizon), block.no_trace(0, compiled.generals)
    job = run_job(compiled, 1, 0, x, p, weekly, corps_of(compiled), kept, stop=stop)
    done: list[int] = []
    thread = threading.Thread(target=lambda: done.append(engine(name).run(job)))
    thread.start()
    time.sleep(0.1)
    begin = time.perf_counter()
    stop.set()
    thread.join(5.0)
    assert time.perf_counter() - begin < 0.5 and 0 < done[0] < 4000
    ledgers = job.outputs["ledger"]
    assert weekly.counts[0] == done[0] and not ledgers[done[0] :].any()
    assert engine(name).run(job) == 0, "a stop lasts"
    few = min(done[0], 4)
    again = by(engine(name), compiled, 1, 0, few)["ledger"]
    assert again == ledgers[:few].tobytes(), "another run is not touched by it"


@pytest.mark.parametrize("name", ENGINES)
def test_threads_at_once_give_the_bits_of_one(name: str) -> None:
    compiled = compile_scenario(rs.load("libya-2011").with_(generals=200))
    alone = [by(engine(name), compiled, 2, first, 12) for first in (0, 50, 100, 150)]
    found: dict[int, object] = {}

    def run(first: int) -> None:
        found[first] = by(engine(name), compiled, 2, first, 12)

    threads = [threading.Thread(target=run, args=(first,)) for first in (0, 50, 100, 150)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[first] for first in (0, 50, 100, 150)] == alone


def test_arrays_that_do_not_fit_are_refused_before_anything_runs() -> None:
    """The module believes its table, so that a wrong shape must not reach it."""
    scenario = rs.Scenario(id="a", title="a", start=date(2025, 12, 1), horizon=4)
    compiled = compile_scenario(scenario.with_(generals=12))
    x, p = worlds(compiled, 1, 0, 2)
    weekly, people, kept = block.no_weeks(4), corps(12), block.no_trace(0, 12)
    with pytest.raises(ValueError, match=r"p has shape \(1, \d+\), expected \(2, \d+\)"):
        run_job(compiled, 1, 0, x, p[:1], weekly, people, kept)
    with pytest.raises(ValueError, match=r"counts has shape \(4,\), expected \(5,\)"):
        run_job(compiled, 1, 0, x, p, block.no_weeks(3), people, kept)
    with pytest.raises(TypeError, match="chances must be an array of float64"):
        run_job(
            compiled,
            1,
            0,
            x,
            p,
            weekly,
            people,
            kept,
            chances=np.zeros((2, len(WAYS) - 1), np.float32),
        )


@pytest.mark.slow
def test_nothing_undefined_is_reached() -> None:
    """The engine built so that the first undefined operation (a number too large to be made whole,
    a shift beyond the width, an overflow, a bad alignment or place) ends the process: none does.
    """
    target = modules.own_target()
    if target is None:
        pytest.skip("no native module for this system")
    strict = Level(
        "",
        target.levels[0].processor,
        target.levels[0].name,
        1,
        ("-fno-wrapv", "-fsanitize=undefined,float-cast-overflow", "-fsanitize-trap=all"),
    )
    module = probe("", Target(target.file, target.platform, (strict,), target.link))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / target.file
        path.write_bytes(module)
        one = Native(path, (strict,))
        for number in range(60):
            here = case(number)
            expected = by(engine(), here.compiled, here.seed, here.replicate, 3)
            assert not differing(by(one, here.compiled, here.seed, here.replicate, 3), expected)
            compiled = at_the_bounds(number)
            assert not differing(by(one, compiled, 1, 0, 3), by(engine(), compiled, 1, 0, 3))
            one.draw(draw_job(here.compiled, here.seed, 0, 20))


@pytest.mark.parametrize("name", [one for one in ENGINES if one != "wasm"])
@pytest.mark.parametrize("generals", [8, 61, 64, 129])
def test_nothing_is_written_beside_the_arrays(name: str, generals: int) -> None:
    """Every array of a job lies between bytes that must still be there afterwards."""
    compiled = compile_scenario(rs.load("venezuela-2025").with_(generals=generals, horizon=30))
    x, p = worlds(compiled, 4, 0, 5)
    kept, weekly = block.no_trace(30, generals), block.no_weeks(30)
    given = (compiled, 4, 0, x, p, weekly, corps_of(compiled), kept)
    job = run_job(*given, traced=4, chances=np.zeros((5, len(WAYS) - 1)))
    rooms = []

    def fenced(array: np.ndarray) -> np.ndarray:
        room = np.full(array.nbytes + 256, 0xA5, np.uint8)
        inside = room[128 : 128 + array.nbytes].view(array.dtype).reshape(array.shape)
        inside[...] = array
        rooms.append(room)
        return inside

    for arrays in (job.inputs, job.outputs):
        arrays.update({key: fenced(array) for key, array in arrays.items()})
    engine(name).run(job)
    for room in rooms:
        assert (room[:128] == 0xA5).all() and (room[-128:] == 0xA5).all()
    assert job.outputs["ledger"].tobytes() == by(engine("wasm"), compiled, 4, 0, 5)["ledger"]
