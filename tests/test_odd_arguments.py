"""Odd values for the arguments of results, figures and pages: each is refused in words that name
the argument, and nothing raw comes out.
"""

from __future__ import annotations

import dataclasses
import decimal
import re
import shlex
import subprocess
from collections.abc import Callable
from typing import Any

import doors
import numpy as np
import pandas as pd
import pytest

import regime_sim as rs
from regime_sim.cli.ending import Stop
from regime_sim.cli.listings import levers
from regime_sim.engine.population import corps_of
from regime_sim.errors import typed
from regime_sim.scenario.compile import compile_scenario

SERIES = pd.Series([1, 2])
ARRAY = np.array([0.2, 0.8])
HALF = '{"a" : 1, "\\ud800": 1}'


def ensemble():
    return doors.record("Ensemble")


def figure(**options):
    return ensemble().plot("survival", **options)


REFUSED = {
    "no list of weeks": (lambda: doors.record("Comparison").rows(weeks=3.5), "weeks: "),
    "a week that is none": (lambda: doors.record("Comparison").frame(weeks=["x"]), "weeks: "),
    "an unknown way": (lambda: rs.ways(doors.small(), replicates=64).counted("coop"), "coup"),
    "columns of draws": (lambda: ensemble().to_frame(SERIES), "draws: "),
    "no flag": (lambda: ensemble().to_frame(draws="yes"), "draws: "),
    "every week": (lambda: ensemble().to_xarray(ARRAY), "trajectories: "),
    "chains": (lambda: ensemble().to_xarray(chains=pd.NA), "chains: "),
    "sources": (lambda: doors.small().at(week=2, event="strikes", source=ARRAY), "source"),
    "a table of sources": (
        lambda: doors.small().at(week=2, event="strikes", source=pd.DataFrame({"a": [1]})),
        "source",
    ),
    "a signaling nan": (lambda: doors.small().vary(rents=decimal.Decimal("sNaN")), "rents"),
    "figure": (lambda: ensemble().plot(SERIES), "unknown figure"),
    "figure of two": (lambda: doors.record("Comparison").plot(SERIES), "unknown figure"),
    "an option": (lambda: figure(baselin=None), "option of the figure survival 'baselin' - did"),
    "baseline": (lambda: figure(baseline=3), "baseline: got 3 - expected an Ensemble, or None"),
    "ticks": (lambda: figure(ticks=3), "ticks: got 3 - expected a list of events"),
    "a tick": (lambda: figure(ticks=[(1, 2)]), "ticks: got "),
    "an empty tick": (lambda: figure(ticks=[()]), "ticks: got "),
    "a long tick": (lambda: figure(ticks=[(1, "a", 2, 3)]), "ticks: got "),
    "width": (lambda: figure(width="wide"), "width: 'wide' - expected a number"),
    "height": (lambda: figure(height=-1), "height: -1 - expected a number"),
    "nan wide": (lambda: figure(width=float("nan")), "width: nan"),
    "unknown": (lambda: figure(unknown=ARRAY), "unknown: "),
    "theme": (lambda: figure(theme=SERIES), "theme"),
    "happened": (lambda: figure(happened=("coop", 3, "x")), "exit mode 'coop' - did you mean coup"),
    "what happened": (lambda: figure(happened=4), "happened: got 4"),
    "columns": (lambda: ensemble().plot("icons", columns=0), "columns: 0"),
    "name": (lambda: ensemble().plot("weekly", name=ARRAY), "weekly variable"),
    "names": (lambda: doors.record("Comparison").plot("overlay", names=[1]), "names: "),
    "front": (lambda: doors.record("Comparison").plot("overlay", front="x"), "front: "),
    "clock": (lambda: doors.record("Comparison").plot("overlay", clock="ruler"), "clock"),
    "quantity": (lambda: doors.record("Sensitivity").plot(quantity=ARRAY), "quantity"),
    "side": (lambda: doors.record("Sweep").plot(side="x"), "side"),
    "an exit mode": (lambda: ensemble().frequencies().of(ARRAY), "unknown exit mode"),
    "another exit mode": (lambda: ensemble().frequencies().of("coop"), "did you mean coup"),
    "words of a sweep": (lambda: doors.record("Sweep").text(of=len), "outcome"),
    "a run": (lambda: doors.record("Preview").outputs("regime"), "run: got 'regime'"),
    "ramps": (lambda: doors.record("Preview").ramps(0.2), "scenario: got 0.2"),
    "where to keep": (lambda: doors.record("Preview").keep(len), "path: got "),
    "where a report goes": (lambda: doors.record("Report").save(float("nan")), "path: got nan"),
    "where a story goes": (lambda: doors.record("Story").save(range(3)), "path: got "),
    "shown": (lambda: rs.loads("schema: 1", shown=3), "shown: got 3"),
    "half a sign": (lambda: rs.loads(HALF), "the key \\ud800 holds half a sign"),
    "model": (lambda: rs.simulate(doors.small(), 2, model=10**400), "model: got 1000000"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_odd_argument_is_refused_by_name(name):
    call, said = REFUSED[name]
    with pytest.raises(rs.RegimeSimError) as refused:
        call()
    assert said in str(refused.value) and len(str(refused.value)) < 500


def test_an_unknown_name_is_not_repeated_without_end():
    with pytest.raises(rs.UnknownName) as refused:
        ensemble().plot("é" * 5_000)
    assert len(str(refused.value)) < 1_000 and refused.value.name == "é" * 5_000


@pytest.mark.parametrize("several", [2, 3])
def test_what_too_few_draws_cannot_say_is_words(several, tmp_path):
    """Sixteen futures are one draw: no interval of what comes only together."""
    moved = dict(list({"rents": 0.2, "foreign_support": 0.1, "us_pressure": 0.3}.items())[:several])
    found = rs.attribute(doors.small(), moved, replicates=16, corps=8)
    said = found.plot().save(tmp_path / "why.svg").read_text(encoding="utf-8")
    assert "unknown" in said and "nan" not in said.lower()
    assert "(interval unknown)" in str(found) and "unknown to unknown" not in str(found)


def test_the_format_is_checked_before_a_minute_of_work():
    with pytest.raises(Stop) as stopped:
        levers(effects=True, format="xml")
    assert stopped.value.status == 2 and "--format xml" in stopped.value.lines[0]


@pytest.mark.parametrize(
    "name",
    ["-x.yaml", "--blank", "a\nb.yaml", "a\x1b[31m.yaml", "it's \x07\\n.yaml", "é 1", "a\x85b"],
)
def test_a_path_is_typed_as_bash_reads_it(name):
    spoken = typed(name)
    assert spoken.isprintable() and not spoken.startswith("-")
    ended = subprocess.run(
        ["bash", "-c", f"printf %s {spoken}"], capture_output=True, check=True, timeout=30
    )
    assert ended.stdout.decode().removeprefix("./") == name


def test_a_plain_path_is_typed_as_it_is():
    assert typed("runs/mine.yaml") == "runs/mine.yaml"
    assert shlex.split(typed("my runs/é.yaml")) == ["my runs/é.yaml"]


def test_new_says_one_line_of_any_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ended = doors.inside("new", "a\nb.yaml", "--blank")
    assert ended.status == 0 and ended.out.count("\n") == 1


# ---- a corps that is given


def _corps(**wrong: Any) -> Any:
    return dataclasses.replace(corps_of(compile_scenario(doors.small())), **wrong)


CORPS: dict[str, tuple[Callable[[], Any], str]] = {
    "text": (lambda: "x", "population"),
    "no text": (lambda: "", "population"),
    "zero": (lambda: 0, "population"),
    "a list": (lambda: [1], "population"),
    "an array": (lambda: np.array([1, 2]), "population"),
    "a table": (lambda: pd.DataFrame({"a": [1]}), "population"),
    "missing": (lambda: pd.NA, "population"),
    "the kind itself": (lambda: type(_corps()), "population"),
    "too short": (lambda: _corps(tie=_corps().tie[:3]), "population.tie"),
    "none of it": (lambda: _corps(tie=None), "population.tie"),
    "not a number": (lambda: _corps(complicity=np.full(8, np.nan)), "population.complicity"),
    "words": (lambda: _corps(rent_share=np.array(["a"] * 8)), "population.rent_share"),
    "nobody": (lambda: _corps(troops=_corps().troops[:0]), "population.troops"),
    "no troops": (lambda: _corps(troops=_corps().troops * 0), "population.troops"),
    "no peers": (lambda: _corps(peers=_corps().peers[:, :0]), "population.peers"),
    "one axis": (lambda: _corps(peers=_corps().peers[:, 0]), "population.peers"),
    "ragged": (lambda: _corps(peers=[[1], [1, 2]]), "population.peers"),
    "strangers": (lambda: _corps(peers=_corps().peers + 100), "population.peers"),
    "one stranger": (
        lambda: _corps(peers=_corps().peers * 0 + len(_corps().troops)),
        "population.peers",
    ),
    "halves": (lambda: _corps(peers=_corps().peers.astype(float)), "population.peers"),
    "no such unit": (lambda: _corps(unit=_corps().unit + 100), "population.unit"),
    "one block": (lambda: _corps(ident=_corps().ident[:1]), "population.ident"),
    "no such block": (lambda: _corps(ident=_corps().ident - 5), "population.ident"),
}


@pytest.mark.parametrize("name", CORPS)
def test_a_corps_that_is_none_is_refused_by_name(name):
    make, said = CORPS[name]
    with pytest.raises(rs.RegimeSimError, match=re.escape(said) + ": ") as told:
        rs.RegimeModel(doors.small(), population=make())
    assert "expected" in str(told.value)


def test_a_corps_that_is_given_is_used():
    by_itself = rs.RegimeModel(doors.small(), 3).run()
    given = rs.RegimeModel(doors.small(), 3, population=_corps()).run()
    assert given.history == by_itself.history
    assert given.ledger == by_itself.ledger


RAW = {
    "an arm that is not there": (lambda: doors.record("Comparisons")[np.array(8)], "arm: "),
    "no flag for defaults": (lambda: doors.small().to_yaml(True, {3: 4}), "defaults: "),
    "a table as a flag": (lambda: doors.small().to_yaml(resolved=pd.DataFrame({"a": [0]})), "res"),
    "an array of no dimension": (
        lambda: doors.record("Comparisons").frame(weeks=np.array(8)),
        "weeks: ",
    ),
    "a series as a flag": (
        lambda: doors.record("Preview").error(far=pd.Series([0.2, 0.8])),
        "far: ",
    ),
    "no settings": (lambda: doors.record("Preview").predict("0.2 to 0.4", exact="x.svg"), "x: "),
}


@pytest.mark.parametrize("name", RAW)
def test_what_the_campaign_found_is_refused_by_name(name):
    call, said = RAW[name]
    with pytest.raises(rs.RegimeSimError, match=said):
        call()
