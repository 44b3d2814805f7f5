"""Results and errors travel: pickled, copied, sent to other processes, kept by a page, they are
what they were, their arrays still closed to writing; a mistake in a worker is told as that mistake.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import importlib
import inspect
import pickle
import pkgutil
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import doors
import numpy as np
import pytest
from doors import ARTICLE, MAKERS, record, said, small

import regime_sim as rs

RECORDS = list(MAKERS)
WAYS: dict[str, Callable[[Any], Any]] = {
    **{
        f"pickle {protocol}": (
            lambda one, protocol=protocol: pickle.loads(pickle.dumps(one, protocol))
        )
        for protocol in (2, 4, pickle.HIGHEST_PROTOCOL)
    },
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


def inner(one: Any, seen: set[int] | None = None) -> Iterator[Any]:
    """A record and everything that it holds."""
    seen = set() if seen is None else seen
    if id(one) in seen or type(one).__module__.startswith("pandas"):
        return
    seen.add(id(one))
    yield one
    if dataclasses.is_dataclass(one) and not isinstance(one, type):
        held: Any = [getattr(one, field.name) for field in dataclasses.fields(one)]
    elif isinstance(one, Mapping):
        held = list(one.values())
    elif isinstance(one, (list, tuple)):
        held = one
    else:
        held = ()
    for part in held:
        yield from inner(part, seen)


def arrays(one: Any) -> list[Any]:
    return [part for part in inner(one) if isinstance(part, np.ndarray)]


def same(one: Any, other: Any) -> None:
    """Nothing is lost on the way: the type, what it says, every array bit for bit, and that none
    can be written to.
    """
    assert type(other) is type(one)
    assert said(other) == said(one)
    assert len(arrays(one)) == len(arrays(other))
    for before, after in zip(arrays(one), arrays(other), strict=True):
        assert (before.dtype, before.shape, before.tobytes()) == (
            after.dtype,
            after.shape,
            after.tobytes(),
        )
        assert not after.flags.writeable


HEAVY = ("Report", "Sensitivity", "Backtest", "Preview", "Discovery", "Claim", "Animation")
EACH = [pytest.param(name, marks=pytest.mark.slow) if name in HEAVY else name for name in RECORDS]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", EACH)
def test_a_record_is_the_same_on_the_other_side(name, way):
    same(record(name), WAYS[way](record(name)))


@pytest.mark.parametrize("name", EACH)
def test_no_array_of_a_record_can_be_written_to(name):
    assert [array for array in arrays(record(name)) if array.flags.writeable] == []


def closed(one: Any) -> list[bool]:
    """Of each mapping in a record whether it is closed to writing."""
    return [not hasattr(part, "__setitem__") for part in inner(one) if isinstance(part, Mapping)]


@pytest.mark.parametrize("name", EACH)
def test_what_is_closed_to_writing_stays_closed(name):
    for way in WAYS.values():
        assert closed(way(record(name))) == closed(record(name))


@pytest.mark.parametrize("name", ["Ensemble", "Ensemble that was read"])
def test_an_ensemble_keeps_its_digest(name):
    for way in WAYS.values():
        other = way(record(name))
        assert other.digest() == record(name).digest()
        assert other.to_document() == record(name).to_document()
        with pytest.raises(ValueError, match="read-only"):
            other.leader_week[0] = 3


def test_a_scenario_that_travelled_runs_to_the_same_numbers():
    for way in WAYS.values():
        other = way(doors.armed())
        assert other == doors.armed() and hash(other) == hash(doors.armed())
        assert other.to_yaml() == doors.armed().to_yaml()
        assert rs.simulate(other, 8).digest() == rs.simulate(doors.armed(), 8).digest()


def test_a_world_goes_on_from_where_it_was_copied():
    world = rs.RegimeModel(small(), seed=5, replicate=3)
    world.step()
    other = copy.deepcopy(world)
    third = pickle.loads(pickle.dumps(world))
    for one in (world, other, third):
        one.run()
    assert world.history == other.history == third.history
    assert (world.week, world.way) == (other.week, other.way) == (third.week, third.way)


# ---- errors


def _all() -> list[type[rs.RegimeSimError]]:
    import regime_sim

    for found in pkgutil.walk_packages(regime_sim.__path__, "regime_sim."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    kinds: list[type[rs.RegimeSimError]] = []
    rest = [rs.RegimeSimError]
    while rest:
        kind = rest.pop()
        if kind not in kinds:
            kinds.append(kind)
            rest += kind.__subclasses__()
    return sorted(kinds, key=lambda kind: kind.__name__)


def _made(kind: type[rs.RegimeSimError]) -> rs.RegimeSimError:
    """An error of this kind, its arguments by their annotations."""
    if not inspect.isfunction(kind.__init__):
        return kind("something is wrong")
    given = []
    for one in list(inspect.signature(kind).parameters.values()):
        about = str(one.annotation)
        if one.default is not inspect.Parameter.empty or one.kind in (
            one.VAR_POSITIONAL,
            one.VAR_KEYWORD,
        ):
            continue
        if "Problem" in about:
            given.append(_problem().problems)
        elif "Sequence" in about or "Iterable" in about or "tuple" in about:
            given.append(("first", "second"))
        else:
            given.append(3 if about == "int" else "something")
    return kind(*given)


def _problem() -> rs.ScenarioError:
    with pytest.raises(rs.ScenarioError) as caught:
        rs.loads("schema: 1\nlevers: {rentz: 2}\nhorizon: x\n")
    return caught.value


def told(error: BaseException) -> tuple[Any, ...]:
    return (
        type(error),
        str(error),
        error.args,
        {name: repr(value) for name, value in vars(error).items()},
    )


@pytest.mark.parametrize("kind", _all(), ids=lambda kind: kind.__name__)
def test_every_error_is_the_same_on_the_other_side(kind):
    error = _made(kind)
    for name, way in WAYS.items():
        assert told(way(error)) == told(error), name


RAISING: dict[str, Callable[[], object]] = {
    "unknown name": lambda: small().vary(rentz=0.3),
    "unknown part": lambda: small().vary({"foreign_support.russa": 0.3}),
    "out of range": lambda: small().vary(rents=3),
    "bad value": lambda: small().vary(rents="many"),
    "scenario": lambda: rs.loads("schema: 1\nlevers: {rentz: 2}\nhorizon: x\n"),
    "no such file": lambda: rs.load("nothing.yaml"),
    "unknown clock": lambda: record("Ensemble").outcomes("leadr"),
    "no run": lambda: rs.read_run("/nowhere"),
    "cases": lambda: rs.backtest("nothing.csv"),
    "figure": lambda: record("Figure").save("x.tiff"),
    "engine": lambda: rs.simulate(small(), 8, engine="kernal"),
    "replicates": lambda: rs.simulate(small(), 0),
    "story": lambda: rs.story(small(), which="tipical"),
    "source": lambda: rs.source("nothing-like-it"),
}


@pytest.mark.parametrize("name", RAISING)
def test_what_was_raised_is_the_same_on_the_other_side(name):
    with pytest.raises(rs.RegimeSimError) as caught:
        RAISING[name]()
    for label, way in WAYS.items():
        assert told(way(caught.value)) == told(caught.value), label


def _raise(name: str) -> object:
    return RAISING[name]()


def _give(name: str) -> object:
    return record(name)


def _take(one: object) -> str:
    return repr(said(one))


@contextlib.contextmanager
def fresh(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that know nothing of what was imported here, as on any system, and that are gone
    afterwards whatever became of them: a pool whose process is stuck would be waited for for ever.
    """
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    started: list[Any] = []
    try:
        pool.submit(int).result(120)
        started += pool._processes.values()
        yield pool
    finally:
        started += (pool._processes or {}).values()
        pool.shutdown(wait=False, cancel_futures=True)
        until = time.monotonic() + 20
        for one in started:
            one.join(max(0.1, until - time.monotonic()))
            if one.exitcode is None:
                one.kill()


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    with fresh(1) as pool:
        yield pool


LIGHT = [
    name
    for name in RECORDS
    if name
    not in (
        "Report",
        "Discovery",
        "Animation",
        "Ensemble that was read",
        "Claim",
        "Backtest",
        "Preview",
    )
]


@pytest.mark.slow
@pytest.mark.parametrize("name", RECORDS)
def test_a_process_gives_and_takes_every_record(processes, name):
    assert processes.submit(_take, record(name)).result(120) == repr(said(record(name)))
    assert said(processes.submit(_give, name).result(120)) == said(record(name))


@pytest.mark.slow
def test_a_process_gives_and_takes_records(processes):
    for name in ("Scenario", "Ensemble", "Comparison", "Sweep"):
        assert processes.submit(_take, record(name)).result(120) == repr(said(record(name)))
    same(record("Comparison"), processes.submit(_give, "Comparison").result(120))


def test_a_mistake_in_a_process_is_told_as_that_mistake(processes):
    for name in ("unknown name", "scenario", "out of range"):
        with pytest.raises(rs.RegimeSimError) as here:
            RAISING[name]()
        with pytest.raises(rs.RegimeSimError) as there:
            processes.submit(_raise, name).result(120)
        assert told(there.value)[:2] == told(here.value)[:2]


@pytest.mark.slow
@pytest.mark.parametrize("name", RAISING)
def test_every_mistake_in_a_process_is_told_as_that_mistake(processes, name):
    with pytest.raises(rs.RegimeSimError) as here:
        RAISING[name]()
    with pytest.raises(rs.RegimeSimError) as there:
        processes.submit(_raise, name).result(120)
    assert told(there.value)[:2] == told(here.value)[:2]


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["loky", "threading", "multiprocessing"])
def test_joblib_gives_and_takes_records(backend):
    joblib = pytest.importorskip("joblib")
    names = [
        name for name in LIGHT if backend != "multiprocessing" or name in ("Ensemble", "Scenario")
    ]
    with joblib.Parallel(n_jobs=2, backend=backend) as parallel:
        given = parallel(joblib.delayed(_give)(name) for name in names)
        taken = parallel(joblib.delayed(_take)(record(name)) for name in names)
    for name, one, text in zip(names, given, taken, strict=True):
        assert said(one) == said(record(name)) and text == repr(said(record(name)))
    if backend == "loky":
        with pytest.raises(rs.UnknownName, match="rents"):
            joblib.Parallel(n_jobs=2, backend=backend)([joblib.delayed(_raise)("unknown name")])


@pytest.mark.slow
def test_joblib_keeps_and_hashes_records(tmp_path):
    joblib = pytest.importorskip("joblib")
    for name in LIGHT:
        joblib.dump(record(name), tmp_path / "kept.pkl")
        same(record(name), joblib.load(tmp_path / "kept.pkl"))
        assert joblib.hash(record(name)) == joblib.hash(copy.deepcopy(record(name)))


@pytest.mark.slow
def test_dask_gives_and_takes_records():
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            silence_logs=50,
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        for name in LIGHT:
            assert said(client.submit(_give, name, pure=False).result(120)) == said(record(name))
            assert client.submit(_take, record(name), pure=False).result(120) == repr(
                said(record(name))
            )
        with pytest.raises(rs.UnknownName, match="rents"):
            client.submit(_raise, "unknown name", pure=False).result(120)


@pytest.mark.parametrize("name", EACH)
def test_a_page_keeps_every_record(name):
    """`st.cache_data` pickles what a function gives, and hashes what it is given."""
    streamlit = pytest.importorskip("streamlit")

    @streamlit.cache_data
    def keeps(key: str) -> Any:
        return record(key)

    same(record(name), keeps(name))
    same(record(name), keeps(name))


@pytest.mark.parametrize(
    "name",
    [
        *("Scenario", "Ensemble", "Comparison", "Sweep", "Story", "Estimate", "Parameter"),
        pytest.param("Claim", marks=pytest.mark.slow),
    ],
)
def test_a_page_is_given_every_record(name):
    """As an argument: the same one is met again, another one is not taken for it."""
    streamlit = pytest.importorskip("streamlit")
    calls = []

    @streamlit.cache_data(hash_funcs=None)
    def takes(one: Any) -> str:
        calls.append(1)
        return repr(said(one))

    assert (
        takes(record(name))
        == takes(pickle.loads(pickle.dumps(record(name))))
        == repr(said(record(name)))
    )
    assert len(calls) == 1
    if name == "Scenario":
        assert takes(record(name).vary(rents=0.123)) != takes(record(name))


def test_a_mistake_on_a_page_is_told_as_that_mistake():
    streamlit = pytest.importorskip("streamlit")

    @streamlit.cache_data
    def fails(name: str) -> object:
        return RAISING[name]()

    for _ in range(2):
        with pytest.raises(rs.UnknownName, match="rents"):
            fails("unknown name")


@pytest.mark.slow
def test_an_ensemble_from_processes_has_the_same_digest():
    with fresh(2) as pool:
        assert rs.simulate(small(), 64, executor=pool).digest() == rs.simulate(small(), 64).digest()
        with pytest.raises(rs.RegimeSimError):
            rs.simulate(small(), 64, executor=pool, engine="kernal")


def test_names_of_shipped_scenarios_travel():
    assert rs.load(ARTICLE) == pickle.loads(pickle.dumps(rs.load(ARTICLE)))
