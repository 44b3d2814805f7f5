"""One door for every value: types of other libraries, numbers at a bound, names or paths alike,
arguments that are named when they are wrong, words that say what is meant, and ranges that hold.
"""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import fractions
import json
import re
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import doors
import numpy as np
import pandas as pd
import pytest
from doors import ARTICLE, good, inside, record, small

import regime_sim as rs

DAY = datetime.date(2026, 1, 5)


def some(names: Iterable[str], kept: Iterable[str] = ()) -> list[Any]:
    """All names as parameters, of which the default run takes those kept."""
    return [name if name in kept else pytest.param(name, marks=pytest.mark.slow) for name in names]


# ---- dates


DATES = {
    "Timestamp": pd.Timestamp("2026-01-05"),
    "datetime": datetime.datetime(2026, 1, 5),
    "datetime64[D]": np.datetime64("2026-01-05"),
    "datetime64[ns]": np.datetime64("2026-01-05", "ns"),
    "a cell of a frame": pd.DataFrame({"day": pd.to_datetime(["2026-01-05"])}).loc[0, "day"],
    "an element of an index": pd.date_range("2026-01-05", periods=1)[0],
    "text of NumPy": np.str_("2026-01-05"),
    "Period": pd.Period("2026-01-05", "D"),
}


@pytest.mark.parametrize("kind", DATES)
def test_a_date_of_another_library_is_that_day(kind):
    plain = small().at(date=DAY, event="strikes", id="a")
    other = small().at(date=DATES[kind], event="strikes", id="a")
    assert other == plain and hash(other) == hash(plain)
    assert other.to_yaml() == plain.to_yaml() and rs.loads(other.to_yaml()) == rs.loads(
        plain.to_yaml()
    )
    assert rs.simulate(other, 8).digest() == rs.simulate(plain, 8).digest()
    assert small().with_(start=DATES[kind]) == small().with_(start=DAY)
    assert rs.loads(small().with_(start=DATES[kind]).to_yaml(resolved=True)).start == DAY


WRONG_DATES = {
    "NaT": pd.NaT,
    "NaT of NumPy": np.datetime64("NaT", "D"),
    "None in text": "NaT",
    "year": 2026,
    "month": np.datetime64("2026-01"),
    "too early": datetime.date(1066, 1, 5),
    "too late": pd.Timestamp("2262-01-05"),
    "last": datetime.date.max,
    "a time of the day": datetime.time(3),
    "a span": datetime.timedelta(3),
    "list": [2026, 1, 5],
    "bytes": b"2026-01-05",
}


@pytest.mark.parametrize("kind", WRONG_DATES)
def test_what_is_no_day_is_refused_by_name(kind):
    with pytest.raises(rs.RegimeSimError, match=r"date.*expected"):
        small().at(date=WRONG_DATES[kind], event="strikes")
    with pytest.raises(rs.RegimeSimError, match=r"start.*expected"):
        small().with_(start=WRONG_DATES[kind])


@pytest.mark.parametrize(
    "moment",
    [
        datetime.datetime(2026, 1, 5, 12),
        pd.Timestamp("2026-01-05 23:00", tz="America/Caracas"),
        np.datetime64("2026-01-05T23:59:59"),
    ],
    ids=str,
)
def test_a_moment_is_its_day_or_refused(moment):
    """And nothing else: not the day after as seen from another zone, and no moment of a day."""
    try:
        made = small().at(date=moment, event="strikes", id="a")
    except rs.RegimeSimError as error:
        assert "date" in str(error)
    else:
        assert (
            made == small().at(date=DAY, event="strikes", id="a")
            and rs.loads(made.to_yaml()) == made
        )
        rs.simulate(made, 4)


# ---- numbers of other libraries

WHOLE: dict[str, Callable[[int], Any]] = {
    "int64": np.int64,
    "int8": np.int8,
    "uint8": np.uint8,
    "int32 cell": lambda n: np.array([n], np.int32)[0],
    "0-d array": lambda n: np.array(n),
    "Series": lambda n: pd.Series([n])[0],
    "Int64": lambda n: pd.array([n], dtype="Int64")[0],
}


@pytest.mark.parametrize("kind", some(WHOLE, ("int64", "0-d array")))
def test_a_whole_number_of_another_library_is_one(kind):
    n = WHOLE[kind]
    plain = small().at(week=22, event="strikes", lasts=5, over=2, id="a")
    assert small().at(week=n(22), event="strikes", lasts=n(5), over=n(2), id="a") == plain
    assert small().with_(horizon=n(26)) == small().with_(horizon=26) and small().with_(
        generals=n(16)
    ) == small().with_(generals=16)
    assert small().horizon_weeks(n(26)) == small().with_(horizon=26)
    a = rs.simulate(small(), n(16), seed=n(3), workers=n(1), first=n(4), corps=n(8))
    assert a.digest() == rs.simulate(small(), 16, seed=3, workers=1, first=4, corps=8).digest()
    json.dumps(a.to_document())
    assert [e.replicates for e in rs.refine(small(), np.array([4, 8]), n(3))] == [4, 8]
    assert rs.simulate(small(), 16).frequencies(n(100)) == rs.simulate(small(), 16).frequencies(100)
    rs.RegimeModel(small(), seed=n(3), replicate=n(2))


NUMBERS: dict[str, Callable[[float], Any]] = {
    "float64": np.float64,
    "float32": np.float32,
    "float16": np.float16,
    "0-d array": lambda x: np.array(x),
    "Decimal": lambda x: decimal.Decimal(str(x)),
    "Fraction": fractions.Fraction,
    "Series": lambda x: pd.Series([x])[0],
    "Float64": lambda x: pd.array([x], dtype="Float64")[0],
}


@pytest.mark.parametrize("kind", some(NUMBERS, ("float64", "Decimal", "Fraction")))
def test_a_number_of_another_library_is_one(kind):
    x = NUMBERS[kind]
    assert small().vary(rents=x(0.25)) == small().vary(rents=0.25)
    assert small().fix(coup__success_odds=x(0.5)) == small().fix(coup__success_odds=0.5)
    assert small().at(week=2, event="strikes", intensity=x(0.5), id="a") == small().at(
        week=2, event="strikes", intensity=0.5, id="a"
    )
    assert small().at(week=2, set={"rents": x(0.25)}, id="a") == small().at(
        week=2, set={"rents": 0.25}, id="a"
    )
    assert rs.loads(small().vary(rents=x(0.25)).to_yaml()) == rs.loads(
        small().vary(rents=0.25).to_yaml()
    )
    assert rs.grid(x(0.0), x(1.0), 3) == rs.grid(0, 1, 3)
    assert (
        rs.sweep(small(), rents=[x(0.25)], replicates=8, corps=8).rows()
        == rs.sweep(small(), rents=[0.25], replicates=8, corps=8).rows()
    )


def test_a_series_is_a_mapping_and_a_column_is_a_list():
    both = {"rents": 0.25, "us_pressure.strikes": 0.5}
    assert small().vary(pd.Series(both)) == small().vary(both)
    assert small().vary(pd.DataFrame([both]).iloc[0]) == small().vary(both)
    assert small().vary(foreign_support=pd.Series({"russia": 0.25})) == small().vary(
        foreign_support={"russia": 0.25}
    )
    assert small().fix(pd.Series({"coup.success_odds": 0.5})) == small().fix(
        {"coup.success_odds": 0.5}
    )
    assert small().at(week=2, set=pd.Series({"rents": 0.25}), id="a") == small().at(
        week=2, set={"rents": 0.25}, id="a"
    )
    wanted = rs.sweep(small(), rents=(0.25, 0.5), replicates=8, corps=8).rows()
    for values in (
        pd.Series([0.25, 0.5]),
        np.array([0.25, 0.5]),
        pd.Index([0.25, 0.5]),
        iter([0.25, 0.5]),
        {0.25: 1, 0.5: 2}.keys(),
    ):
        assert rs.sweep(small(), rents=values, replicates=8, corps=8).rows() == wanted
    assert (
        rs.sweep(small(), pd.Series({"rents": (0.25, 0.5)}), replicates=8, corps=8).rows() == wanted
    )
    assert len(rs.tipping(small(), over=pd.Index(["rents"]), replicates=256, corps=8).rows()) == 1


# ---- at a bound

NEAR_ONE = (1.0000000000000004, 1.0 + 9e-10, float(np.arange(0.1, 1.05, 0.05)[-1]))
NEAR_NOUGHT = (-1e-17, -9e-10, 0.1 + 0.2 - 0.30000000000000004 - 1e-16)


@pytest.mark.parametrize("near", NEAR_ONE)
def test_a_rounding_beyond_a_bound_is_the_bound(near):
    for varied in (small().vary(rents=near), small().vary({"us_pressure.strikes": near})):
        assert (
            1.0 in varied.inputs().values()
            and max(
                value
                for name, value in varied.inputs().items()
                if name in rs.LEVERS or "us_pressure" in name
            )
            <= 1.0
        )
    assert small().vary(rents=near) == small().vary(rents=1.0)
    assert small().at(week=2, event="strikes", intensity=near, id="a") == small().at(
        week=2, event="strikes", intensity=1.0, id="a"
    )
    assert small().at(week=2, set={"rents": near}, id="a") == small().at(
        week=2, set={"rents": 1.0}, id="a"
    )
    assert small().vary(rents=f"0.4 to {near!r}") == small().vary(rents="0.4 to 1.0")
    assert small().vary(rents={"uniform": {"low": 0.4, "high": near}}) == small().vary(
        rents={"uniform": {"low": 0.4, "high": 1.0}}
    )
    assert small().vary(
        rents={"normal": {"mean": 0.4, "sd": 0.1}, "bounds": [0.1, near]}
    ) == small().vary(rents={"normal": {"mean": 0.4, "sd": 0.1}, "bounds": [0.1, 1.0]})
    a, b = (
        rs.sweep(small(), rents=(0.5, end), replicates=8, corps=8).rows() for end in (near, 1.0)
    )
    assert a == b
    rs.simulate(small().vary(rents=near), 8)


@pytest.mark.parametrize("near", NEAR_NOUGHT)
def test_a_rounding_below_a_bound_is_the_bound(near):
    assert small().vary(rents=near) == small().vary(rents=0.0)
    assert small().vary(rents=f"{near:.20f} to 0.4") == small().vary(rents="0 to 0.4")
    assert small().at(week=2, event="strikes", intensity=near, id="a") == small().at(
        week=2, event="strikes", intensity=0.0, id="a"
    )


def test_every_parameter_takes_its_bounds_with_a_rounding():
    s = small()
    for name, row in s.names.inputs.items():
        if name not in ("generals.number",) and name in (*s.names.levers, *s.names.given):
            assert s.vary({name: row.high + 5e-10}) == s.vary({name: row.high}), name
            assert s.vary({name: row.low - 5e-10}) == s.vary({name: row.low}), name
    for name, row in s.names.structural.items():
        if not name.startswith("generals."):
            assert s.fix({name: row.high + 5e-10}) == s.fix({name: row.high}), name


@pytest.mark.parametrize("value", [1.000000002, 1.0000001, -0.000000002, 1.00001, 1e300, -1e-8])
def test_beyond_a_bound_the_exact_value_is_shown(value, tmp_path):
    with pytest.raises(rs.RegimeSimError, match=re.escape(repr(value))):
        small().vary(rents=value)
    with pytest.raises(rs.RegimeSimError, match=re.escape(repr(value))):
        small().at(week=2, event="strikes", intensity=value)
    with pytest.raises(rs.RegimeSimError, match=re.escape(repr(value))):
        rs.sweep(small(), rents=(0.5, value), replicates=8)
    file = doors.scenario_file(tmp_path / "m.yaml", more=f"levers: {{rents: {value!r}}}\n")
    ended = inside("check", file)
    assert ended.status == 2 and repr(value) in ended.err
    ended = inside(
        "sweep", ARTICLE, "--over", f"rents=0.5,{value!r}", "--replicates", 8, "--corps", 8
    )
    assert ended.status == 2 and repr(value) in ended.err


def test_a_rounding_beyond_a_bound_in_a_file_is_the_bound(tmp_path):
    near = "1.0000000000000004"
    file = doors.scenario_file(
        tmp_path / "m.yaml",
        more=(
            f"levers: {{rents: {near}}}\n"
            f"timeline: [{{id: a, week: 2, event: strikes, intensity: {near}}},"
            f" {{id: b, week: 2, set: {{rents: {near}}}}}]\n"
            f"compare: {{arms: [{{id: a, set: {{foreign_support: {near}}}}}]}}\n"
            f"checks: [{{it: x, vary: {{rents: [0.1, {near}]}}, expect: {{coup: [0, {near}]}}}}]\n"
        ),
    )
    good("check", file)
    good("run", file, *doors.SMALL)
    good("compare", file, "--replicates", 8, "--corps", 8)
    found = rs.load(file)
    assert found.value("rents") == 1.0 and found.timeline[-1].moves == (("rents", 1.0),)
    good(
        "sweep",
        ARTICLE,
        "--over",
        "rents=0.1:1.0000000000000002:3",
        "--replicates",
        8,
        "--generals",
        8,
    )


# ---- what is called good

CORNERS = {
    "empty set": "timeline: [{id: a, week: 3, set: {}}]\n",
    "empty arm": "compare: {arms: [{id: a, set: {}}]}\n",
    "bare arm": "compare: {arms: [{id: a}]}\n",
    "no arms": "compare: {arms: []}\n",
    "empty compare": "compare: {}\n",
    "baseline alone": f"compare: {{baseline: {ARTICLE}}}\n",
    "arm without": "compare: {arms: [{id: a, without: []}]}\n",
    "arm with its own": "compare: {arms: [{id: a, timeline: []}]}\n",
    "arm with an empty set": "compare: {arms: [{id: a, timeline: [{id: b, week: 2, set: {}}]}]}\n",
    "no timeline": "timeline: []\n",
    "no levers": "levers: {}\n",
    "no given": "patrons: {}\n",
    "no uncertain": "uncertain: {}\n",
    "no runs": "runs: {}\n",
    "no stop": "runs: {stop_when: {}}\n",
    "no checks": "checks: []\n",
    "no sources": "sources: {}\n",
    "no notes": "notes: ''\n",
    "without nothing": "without: []\n",
    "claim of a level": "checks: [{it: x, expect: {leader_out: 0 to 1}}]\n",
    "claim that varies nothing": "checks: [{it: x, vary: {}, expect: {leader_out: 0 to 1}}]\n",
    "claim of nothing": "checks: [{it: x, expect: {}}]\n",
    "claim of a trend": (
        "checks: [{it: x, vary: {rents: [0.2, 0.8]}, expect: {coup: decreasing}, tolerance: 1}]\n"
    ),
    "bare patron": "patrons: {iran: {}}\n",
    "patron on": "patrons: {on: {oil: 0.5}}\n",
    "patron null": "patrons: {null: {oil: 0.5}}\n",
    "patron yes": "patrons: {yes: {oil: 0.5}}\n",
    "patron true": "patrons: {true: {oil: 0.5}}\n",
    "patron y": "patrons: {y: {commitment: 0.5}, n: {oil: 0.1}}\n",
    "whole number as text": "horizon: 4 weeks\n",
    "one week": "horizon: 1\n",
    "as a float": "horizon: 4.0\n",
    "hexadecimal": "runs: {seed: 0x10}\n",
    "first day": "start: 1900-01-01\n",
    "last day": "start: 2200-12-31\n",
    "leap day": "start: 2028-02-29\n",
    "day as text": "start: '2026-01-05'\n",
    "long before": "timeline: [{id: a, date: 1900-01-01, event: strikes}]\n",
    "long after": "timeline: [{id: a, date: 2200-12-31, event: strikes}]\n",
    "no intensity": "timeline: [{id: a, week: 2, event: strikes, intensity: 0}]\n",
    "ramp of nothing": "timeline: [{id: a, week: 2, set: {rents: 0.2}, over: 0}]\n",
    "as long as can be": "timeline: [{id: a, week: 520, event: strikes, lasts: 520}]\n",
    "condition": "timeline: [{id: a, when: us_opposition > 0.5, event: withdraw}]\n",
    "every word a name": (
        "timeline: [{id: 'null', week: 2, event: strikes}, {id: 'true', week: 2, event: raid},"
        " {id: '1e3', week: 3, event: strikes}]\n"
    ),
    "fewest generals": "given: {generals.number: 8}\n",
    "interval at a bound": "levers: {rents: 0 to 1}\n",
    "value in a value": "levers: {rents: {value: {uniform: {low: 0, high: 1}}}}\n",
    "bounds": "levers: {rents: {normal: {mean: 0.5, sd: 0.1}, bounds: [0.4, 0.6]}}\n",
    "largest seed": f"runs: {{seed: {2**63 - 1}}}\n",
    "stop": "runs: {replicates: 256, stop_when: {half_width: 0.4, of: tutelage}}\n",
    "sources as a list": "levers: {rents: {value: 0.5, source: [judgement]}}\n",
    "null": "title: null\n",
    "tilde": "ruler: ~\n",
    **{
        f"title {text!r}": f"title: {json.dumps(text)}\n"
        for text in (
            "a: b",
            "a #b",
            "# a",
            "null",
            "~",
            "yes",
            "1e6",
            "0x10",
            ".inf",
            "=",
            "<<",
            "2025-01-01",
            "1:30",
            " a",
            "a ",
            "- a",
            "? a",
            "|",
            ">",
            "'",
            '"',
            "\\",
            "{",
            "[a",
            "%TAG",
            "&a",
            "*a",
            "!a",
            "@a",
            "`a",
            "a\u2028b",
            "\u00a0",
            "é🙂",
            "a" * 200,
            "\ufeffa",
            "a\u0301",
            "\ud7ff",
        )
    },
    **{
        f"notes {place}": f"notes: {json.dumps(text)}\n"
        for place, text in enumerate(
            (
                "a\nb",
                "\n",
                " a\n b\n\n",
                "a\r\nb",
                "a\tb",
                "---",
                "...",
                "#",
                "a\u0085b",
                "\u2029",
                "🙂" * 100,
            )
        )
    },
    **{
        f"ruler {text!r}": f"ruler: {json.dumps(text)}\n"
        for text in ("no", "n: o", "é", "  x  ", "1")
    },
}


def _with(more: str) -> str:
    mine = more.split(":")[0]
    return (
        "\n".join(
            line for line in doors.TEXT.format(id="mine").splitlines() if line.split(":")[0] != mine
        )
        + "\n"
        + more
    )


FIRST = ("empty set", "bare arm", "no stop", "patron null", "every word a name", "stop")


@pytest.mark.parametrize("name", some(CORNERS, FIRST))
def test_what_check_calls_good_runs_and_comes_back(light_path, name):
    file = light_path / "m.yaml"
    file.write_text(_with(CORNERS[name]), encoding="utf-8")
    checked = inside("check", file)
    if checked.status != 0:
        assert checked.status == 2 and re.search(r"m\.yaml:\d+:\d+", checked.err)
        return
    scenario = rs.load(file)
    for text in (
        scenario.to_yaml(),
        scenario.to_yaml(resolved=True),
        scenario.vary(rents=0.3).vary(rents=scenario.value("rents")).to_yaml(resolved=True),
    ):
        again = rs.loads(text)
        assert rs.loads(again.to_yaml(resolved=True)) == again
    assert rs.loads(scenario.to_yaml()) == scenario == rs.loads(scenario.to_yaml(resolved=True))
    changed = scenario.with_(title="Another").vary(rents=0.123)
    assert rs.loads(changed.to_yaml()) == changed == rs.loads(changed.to_yaml(resolved=True))
    few = ("--replicates", 8, "--workers", 1, "--format", "json")
    in_memory, kept = (
        inside("run", file, *few),
        inside("run", file, *few, "--out", light_path / "b"),
    )
    assert in_memory.status in (0, 1) and kept.status == in_memory.status, kept.err
    assert kept.out == in_memory.out
    assert rs.read_run(light_path / "b").digest() == json.loads(in_memory.out)["sha256"]
    assert inside("check", light_path / "b" / "scenario.yaml").status == 0
    assert inside("cite", file).status == 0


@pytest.mark.parametrize(
    "name", [name for name in CORNERS if name.startswith(("title", "notes", "ruler"))]
)
def test_every_text_comes_back(name):
    try:
        scenario = rs.loads(_with(CORNERS[name]))
    except rs.ScenarioError:
        return
    changed = scenario.vary(rents=0.123)
    assert rs.loads(scenario.to_yaml()) == scenario == rs.loads(scenario.to_yaml(resolved=True))
    assert rs.loads(changed.to_yaml()) == changed == rs.loads(changed.to_yaml(resolved=True))


NAMES = (
    "n: #x.yaml",
    "#x.yaml",
    "a b.yaml",
    '"q".yaml',
    "it's.yaml",
    "é.yaml",
    "-x.yaml",
    "{y}.yaml",
    "[z].yaml",
    "null.yaml",
    "%x.yaml",
    "a\\b.yaml",
    "&a.yaml",
    "*a.yaml",
    "!a.yaml",
    "a\nlevers: {rents: 7}.yaml",
    "a\tb.yaml",
    "a\u2028b.yaml",
    "1e6.yaml",
    "true.yaml",
    "x.yaml.yml",
    "🙂.yaml",
    " .yaml",
)


@pytest.mark.parametrize("place", some(("beside", "elsewhere", "below"), ("beside",)))
@pytest.mark.parametrize("name", some(NAMES, NAMES[:2] + NAMES[13:18:2]))
def test_new_writes_what_check_calls_good(tmp_path, name, place):
    file = {
        "beside": tmp_path / name,
        "elsewhere": tmp_path / "other" / name,
        "below": tmp_path / "mine" / "sub" / name,
    }[place]
    doors.scenario_file(file)
    (tmp_path / "mine").mkdir(exist_ok=True)
    target = tmp_path / "m.yaml" if place == "beside" else tmp_path / "mine" / "m.yaml"
    with doors.standing_in(target.parent):
        source = file.relative_to(target.parent) if place != "elsewhere" else file
        ended = inside("new", target.name, f"--from={source}")
        if ended.status != 0:
            assert ended.status == 2 and not target.exists()
            return
        good("check", target.name)
        assert rs.load(target).inputs() == rs.load(file).inputs()


@pytest.mark.parametrize("name", some(NAMES, NAMES[:1] + NAMES[-2:]))
def test_new_writes_good_files_of_any_name(tmp_path, name):
    with doors.standing_in(tmp_path):
        ended = inside("new", f"./{name}", "--from", ARTICLE)
        if ended.status == 0:
            good("check", f"./{name}")
            assert rs.load(tmp_path / name).inputs() == rs.load(ARTICLE).inputs()
        else:
            assert ended.status == 2 and not (tmp_path / name).exists()


# ---- a scenario, a name or a path

ASKING: dict[str, Callable[[Any], Any]] = {
    "load": rs.load,
    "simulate": lambda s: rs.simulate(s, 4, corps=8),
    "refine": lambda s: next(iter(rs.refine(s, (4,), corps=8))),
    "compare": lambda s: rs.compare(s, s, replicates=4, corps=8),
    "sweep": lambda s: rs.sweep(s, rents=(0.2, 0.8), replicates=4, corps=8),
    "sensitivity": lambda s: rs.sensitivity(s, points=8, replicates=12, corps=8),
    "tipping": lambda s: rs.tipping(s, over=["rents"], replicates=128, corps=8),
    "discover": lambda s: rs.discover(s, replicates=2048, corps=8),
    "story": lambda s: rs.story(s, replicate=2, corps=8),
    "cite": rs.cite,
    "claim": lambda s: rs.claim(s, draws=16, inner=2, corps=8, weeks=4),
    "ways": lambda s: rs.ways(s, 16, corps=8),
    "preview": lambda s: rs.preview(s, 32, 16, held=4, exact=16, corps=8),
    "report": lambda s: rs.report(s, replicates=8, history=False, world=False),
    "report with a baseline": lambda s: rs.report(s, s, replicates=8, history=False, world=False),
    "RegimeModel": lambda s: rs.RegimeModel(s, seed=3).run().history,
    "Preview.find": rs.Preview.find,
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kept") / "mine.yaml"
    path.write_text(
        doors.TEXT.format(id="mine").replace("horizon: 4", "horizon: 20"), encoding="utf-8"
    )
    return path


HEAVY = (
    *("sensitivity", "discover", "claim", "preview", "report", "report with a baseline"),
    *("story", "tipping", "ways", "RegimeModel"),
)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow) if name in HEAVY else name for name in ASKING],
)
def test_a_scenario_a_name_and_a_path_are_taken_alike(name, kept):
    wanted = doors.said(ASKING[name](rs.load(kept)))
    assert doors.said(ASKING[name](str(kept))) == wanted
    assert doors.said(ASKING[name](kept)) == wanted


@pytest.mark.parametrize("name", [name for name in ASKING if name not in (*HEAVY, "sweep")])
def test_a_shipped_name_is_taken(name):
    assert doors.said(ASKING[name](ARTICLE)) == doors.said(ASKING[name](rs.load(ARTICLE)))


@pytest.mark.parametrize("name", ASKING)
def test_an_unknown_name_is_told_with_the_nearest(name):
    with pytest.raises(rs.RegimeSimError, match=r"venezuela-2025"):
        ASKING[name]("venezuela-225")


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        3,
        0.5,
        True,
        b"venezuela-2025",
        ["venezuela-2025"],
        {"a": 1},
        object(),
        rs.Scenario,
        pd.Series([1]),
    ],
    ids=lambda one: type(one).__name__,
)
@pytest.mark.parametrize("name", ASKING)
def test_what_is_no_scenario_is_told(name, wrong):
    with pytest.raises((rs.RegimeSimError, TypeError)) as caught:
        ASKING[name](wrong)
    assert re.search(r"scenario", str(caught.value)), caught.value
    assert re.search(r"expected|name|path", str(caught.value)), caught.value


# ---- wrong arguments

ENSEMBLE = lambda: record("Ensemble")  # noqa: E731
WRONG: dict[str, Callable[[], object]] = {
    **{
        f"workers={value!r}": (lambda value=value: rs.simulate(small(), 8, workers=value))
        for value in ("2", 1.5, 0, -1, True, 10**9, [2])
    },
    **{
        f"corps={value!r}": (lambda value=value: rs.simulate(small(6, 64), 8, corps=value))
        for value in ("9", 8.5, 0, 7, -1, True, [8], float("nan"))
    },
    **{
        f"first={value!r}": (lambda value=value: rs.simulate(small(), 8, first=value))
        for value in (1.5, "1", -1, True, 2**32, None)
    },
    **{
        f"knowledge={value!r}": (lambda value=value: rs.simulate(small(), 8, knowledge=value))
        for value in (None, 3, "pirors", ["prior"], True)
    },
    **{
        f"replicates={value!r}": (lambda value=value: rs.simulate(small(), value))
        for value in ("8", 8.0, 0, -1, True, None, [8], float("inf"))
    },
    **{
        f"seed={value!r}": (lambda value=value: rs.simulate(small(), 8, seed=value))
        for value in ("7", 1.5, -1, True, None, 2**64, [1])
    },
    **{
        f"engine={value!r}": (lambda value=value: rs.simulate(small(), 8, engine=value))
        for value in ("kernal", None, 3, ["mesa"])
    },
    **{
        f"on_progress={value!r}": (lambda value=value: rs.simulate(small(), 8, on_progress=value))
        for value in (3, "x")
    },
    **{
        f"cancel={value!r}": (lambda value=value: rs.simulate(small(), 8, cancel=value))
        for value in (True, "x")
    },
    **{
        f"executor={value!r}": (lambda value=value: rs.simulate(small(), 8, executor=value))
        for value in (2, "processes")
    },
    **{
        f"out={value!r}": (lambda value=value: rs.simulate(small(), 8, out=value))
        for value in (3, True, "", "a\0b")
    },
    **{
        f"steps={value!r}": (lambda value=value: list(rs.refine(small(), value)))
        for value in ((), (8, 4), 8, "8", (4, "8"), (4.5,), None, (4, 4))
    },
    **{
        f"rents={value!r}": (lambda value=value: rs.sweep(small(), rents=value, replicates=8))
        for value in (0.3, "0.3", (), None, (0.2, "x"), [[0.1]], float("nan"))
    },
    **{
        f"whole={value!r}": (lambda value=value: ENSEMBLE().frequencies(value))
        for value in (1.5, 0, -1, "100", True, None, 10**12)
    },
    **{
        f"seed of a world={value!r}": (lambda value=value: rs.RegimeModel(small(), seed=value))
        for value in (2**64, 1.5, True, "7", -1, [1.5], ["x"])
    },
    **{
        f"replicate={value!r}": (lambda value=value: rs.RegimeModel(small(), replicate=value))
        for value in (1.7, 2**32, -1, "1", True, None)
    },
    **{
        f"story replicate={value!r}": (lambda value=value: rs.story(small(), replicate=value))
        for value in (1.7, 2**32, -1, "1", True)
    },
    **{
        f"which={value!r}": (lambda value=value: rs.story(small(), which=value, replicates=8))
        for value in ("tipical", 3, True, [])
    },
    **{
        f"points={value!r}": (lambda value=value: rs.sensitivity(small(), points=value))
        for value in (9, 8.0, "8", 0, -8, True, None)
    },
    **{
        f"of={value!r}": (lambda value=value: rs.sensitivity(small(), of=value, points=8))
        for value in ("leader_ot", None, 3, ["coup"])
    },
    **{
        f"over={value!r}": (lambda value=value: rs.sensitivity(small(), value, points=8))
        for value in ("levrs", 3, None, (), ("rentz",), {"rents": (1, 0)}, {"rents": 3})
    },
    **{
        f"target={value!r}": (lambda value=value: rs.tipping(small(), value))
        for value in ("0.5", 0, 1, -1, True, None, float("nan"), [0.5])
    },
    **{
        f"tipping over={value!r}": (
            lambda value=value: rs.tipping(small(), over=value, replicates=128)
        )
        for value in ("rents", 3, (), ["rentz"], [3], [None])
    },
    **{
        f"outcome={value!r}": (lambda value=value: rs.discover(small(), value, replicates=2048))
        for value in ("leader_ot", None, 3)
    },
    **{
        f"draws={value!r}": (lambda value=value: rs.claim(draws=value))
        for value in ("16", 16.5, 0, True, None)
    },
    **{
        f"inner={value!r}": (lambda value=value: rs.claim(draws=16, inner=value))
        for value in ("2", 2.5, 1, True, None)
    },
    **{
        f"weeks={value!r}": (lambda value=value: rs.claim(draws=16, inner=2, weeks=value))
        for value in (0, -1, 1.5, 521, True)
    },
    **{
        f"population={value!r}": (lambda value=value: rs.backtest(population=value))
        for value in ("0.5", 0, 1, None, True)
    },
    **{
        f"cases={value!r}": (lambda value=value: rs.backtest(value))
        for value in (3, [3], [], "nothing.csv", b"x", {})
    },
    **{
        f"settings={value!r}": (lambda value=value: rs.preview(small(), value, 16))
        for value in ("32", 32.5, 8, True, None)
    },
    **{
        f"held={value!r}": (lambda value=value: rs.preview(small(), 32, 16, held=value))
        for value in ("4", 4.5, 2, True, None)
    },
    **{
        f"exact={value!r}": (lambda value=value: rs.preview(small(), 32, 16, held=4, exact=value))
        for value in ("16", 16.5, 0, True, None)
    },
    **{
        f"clock={value!r}": (lambda value=value: ENSEMBLE().outcomes(value))
        for value in ("leadr", None, 3, ["leader"])
    },
    **{
        f"weekly name={value!r}": (lambda value=value: ENSEMBLE().weekly(value))
        for value in ("plottng", None, 3)
    },
    **{f"kind={value!r}": (lambda value=value: ENSEMBLE().plot(value)) for value in ("survivl", 3)},
    **{
        f"theme={value!r}": (lambda value=value: ENSEMBLE().plot(theme=value))
        for value in ("drak", None, 3)
    },
    **{
        f"way={value!r}": (lambda value=value: ENSEMBLE().share(value))
        for value in ("cup", None, 3)
    },
    **{
        f"at={value!r}": (lambda value=value: ENSEMBLE().aftermath(value))
        for value in ("exot", None, 3)
    },
    **{
        f"path={value!r}": (lambda value=value: record("Figure").save(value))
        for value in (None, 3, "", "x.tiff", "a\0.svg", "/nowhere/x.svg")
    },
    **{
        f"folder={value!r}": (lambda value=value: rs.read_run(value))
        for value in (None, 3, "", "/nowhere", "a\0b")
    },
    **{
        f"name={value!r}": (lambda value=value: rs.source(value))
        for value in (None, 3, "", "rent_steams")
    },
    **{
        f"text={value!r}": (lambda value=value: rs.loads(value))
        for value in (None, 3, b"schema: 1", "", Path("x"))
    },
    **{
        f"number={value!r}": (lambda value=value: rs.grid(0, 1, value))
        for value in ("3", 1, 0, 2.5, True, None, 5_000_000)
    },
    **{
        f"low={value!r}": (lambda value=value: rs.grid(value, 1, 3))
        for value in ("0", None, float("nan"), True)
    },
    **{
        f"week={value!r}": (lambda value=value: small().at(week=value, event="strikes"))
        for value in (0, 1.5, "x", True, 521, [2], float("nan"))
    },
    **{
        f"event={value!r}": (lambda value=value: small().at(week=2, event=value))
        for value in ("strkes", 3, ["strikes"], True)
    },
    **{
        f"when={value!r}": (lambda value=value: small().at(when=value, event="strikes"))
        for value in ("x", 3, "plottng > 0.5", "plotting >= 0.5", "plotting > 7")
    },
    **{
        f"set={value!r}": (lambda value=value: small().at(week=2, set=value))
        for value in ({}, {"rentz": 1}, 3, "rents", {"rents": "x"}, {3: 4}, ["rents"])
    },
    **{
        f"lasts={value!r}": (lambda value=value: small().at(week=2, event="strikes", lasts=value))
        for value in (0, "x", 1.5, True)
    },
    **{
        f"source={value!r}": (lambda value=value: small().at(week=2, event="strikes", source=value))
        for value in (3, ["nothing"], "nothing", [3])
    },
    **{
        f"id={value!r}": (lambda value=value: small().with_(id=value))
        for value in (3, "", "A B", "../x", True)
    },
    **{
        f"title={value!r}": (lambda value=value: small().with_(title=value))
        for value in (3, "", "a\nb", "x" * 201, b"x")
    },
    **{
        f"horizon={value!r}": (lambda value=value: small().with_(horizon=value))
        for value in (0, 521, "x", 1.5, True, float("nan"))
    },
    **{
        f"generals={value!r}": (lambda value=value: small().with_(generals=value))
        for value in (7, "x", 8.5, True, 10**9)
    },
    **{
        f"rents to {value!r}": (lambda value=value: small().vary(rents=value))
        for value in (None, "x", [0.1, 0.2], True, float("nan"), {"normal": {}}, {}, b"1", 1j)
    },
    **{
        f"vary {value!r}": (lambda value=value: small().vary(value))
        for value in (3, "rents", ["rents"], {"rentz": 1}, {3: 0.5}, {"us_pressure.strkes": 1})
    },
    **{
        f"fix {value!r}": (lambda value=value: small().fix(value))
        for value in (3, "coup.success_odds", {"rents": 0.2}, {"coup.succes_odds": 1}, {3: 1})
    },
    **{
        f"without {value!r}": (lambda value=value: small().without(value))
        for value in (3, None, "nothing", ["a"])
    },
    **{
        f"value of {value!r}": (lambda value=value: small().value(value))
        for value in (3, None, "rentz", "us_pressure.strkes")
    },
    **{
        f"baseline={value!r}": (
            lambda value=value: rs.report(ENSEMBLE(), value, history=False, world=False)
        )
        for value in (3, "nothing-like-it", True)
    },
    **{
        f"history={value!r}": (
            lambda value=value: rs.report(ENSEMBLE(), history=value, world=False)
        )
        for value in ("yes", 3)
    },
    "nothing to compare": lambda: rs.compare(small()),
    "no sweep": lambda: rs.sweep(small()),
    "three of a sweep": lambda: rs.sweep(
        small(), rents=(0, 1), us_pressure=(0, 1), foreign_support=(0, 1)
    ),
    "at nothing": lambda: small().at(event="strikes"),
    "at twice": lambda: small().at(week=2, date=DAY, event="strikes"),
}
SAID = {
    "seed of a world": "seed",
    "story replicate": "replicate",
    "weekly name": "weekly variable|name",
    "tipping over": "over|lever|name|rent",
    "rents to": "rents",
    "vary": "vary|lever|input|part",
    "fix": "fix|structural|vary",
    "without": "without|entry|timeline",
    "value of": "parameter|name",
    "nothing to compare": "compar",
    "no sweep": "sweep",
    "three of a sweep": "sweep",
    "at nothing": "week",
    "at twice": "week",
    "kind": "figure|kind",
    "way": "way|outcome",
    "at": "moment|at",
    "path": "path|figure format|No such|null|not write",
    "folder": "folder|run|path",
    "name": "name|source",
    "text": "text|schema",
    "cases": "cases|case",
    "over": "over|lever|name|group|rents",
    "number": "number|grid",
    "low": "low|grid",
    "of": "of|outcome",
    "which": "which|world|future",
    "baseline": "baseline|scenario",
    "set": "set|event|lever|input|rents",
    "rents": "rents|values",
    "out": "out|path|null",
    "whole": "whole",
    "steps": "steps|replicates",
    "id": "id",
    "event": "event",
    "population": "population",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_argument_is_named(name):
    """And nothing that is wrong runs on for long."""
    with (
        doors.at_most(10),
        pytest.raises((rs.RegimeSimError, TypeError, FileNotFoundError)) as caught,
    ):
        WRONG[name]()
    key = next(
        (key for key in SAID if name == key or name.startswith((f"{key}=", f"{key} "))),
        name.partition("=")[0],
    )
    said = str(caught.value)
    assert isinstance(caught.value, rs.RegimeSimError) or name.startswith("path="), repr(
        caught.value
    )
    assert re.search(SAID.get(key, key), said, re.I), said
    assert "\n" not in said and len(said) < 1000


@pytest.mark.parametrize(
    "name",
    [
        "simulate",
        "compare",
        "sweep",
        "sensitivity",
        "tipping",
        "discover",
        "story",
        "ways",
        "claim",
        "preview",
        "refine",
    ],
)
@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("seed", "7"),
        ("seed", -1),
        ("seed", 2**64),
        ("seed", True),
        ("workers", "2"),
        ("workers", 0),
        ("corps", "9"),
        ("corps", 8.5),
        ("corps", 3),
        ("knowledge", None),
        ("knowledge", "pirors"),
        ("replicates", 0),
        ("replicates", "8"),
        ("replicates", 1.5),
    ],
)
def test_the_same_mistake_is_told_the_same_everywhere(name, option, value):
    import inspect

    call = getattr(rs, name)
    if option not in inspect.signature(call).parameters:
        pytest.skip("it has no such argument")
    needed: dict[str, Any] = {
        "sweep": {"rents": (0.2, 0.8)},
        "refine": {"steps": (8,)},
        "compare": {},
    }.get(name, {})
    others = (small(6, 64), small(6, 64).vary(rents=0.1)) if name == "compare" else (small(6, 64),)
    with doors.at_most(10), pytest.raises(rs.RegimeSimError) as caught:
        found = call(*others, **needed, **{option: value})
        if name == "refine":
            list(found)
    assert option in str(caught.value)


@pytest.mark.parametrize("number", [10_000_000, 10_000_001, 2**31 - 1, 2**31, 0, 1])
def test_the_limits_of_replicates_are_the_same_everywhere(tmp_path, number):
    """In YAML, as an option and in Python; whatever is in range is broken off at once."""
    file = tmp_path / "m.yaml"
    file.write_text(
        doors.TEXT.format(id="m") + f"runs: {{replicates: {number}}}\n", encoding="utf-8"
    )
    in_yaml = inside("check", file).status == 0
    as_option = (
        "--replicates"
        not in inside("run", ARTICLE, "--replicates", number, "--format", "nothing").err
    )
    cancel = threading.Event()
    cancel.set()
    try:
        rs.simulate(small(), number, cancel=cancel)
    except rs.RegimeSimError as error:
        in_python = "replicates:" not in str(error)
    assert in_yaml == as_option == in_python


@pytest.mark.parametrize("seed", [2**63 - 1, 2**63, 2**64 - 1, 2**64, 0])
def test_the_limits_of_the_seed_are_the_same_everywhere(tmp_path, seed):
    file = tmp_path / "m.yaml"
    file.write_text(doors.TEXT.format(id="m") + f"runs: {{seed: {seed}}}\n", encoding="utf-8")
    in_yaml = inside("check", file).status == 0
    as_option = "--seed" not in inside("run", ARTICLE, "--seed", seed, "--format", "nothing").err
    try:
        rs.simulate(small(), 4, seed=seed)
        in_python = True
    except rs.RegimeSimError:
        in_python = False
    assert in_yaml == as_option == in_python


@pytest.mark.parametrize(
    ("option", "key", "numbers"),
    [
        ("--horizon", "horizon", (1, 520, 521, 0)),
        ("--generals", "given: {generals.number", (8, 7, 20_000, 20_001)),
    ],
)
def test_the_limits_of_horizon_and_generals_are_the_same_everywhere(tmp_path, option, key, numbers):
    for number in numbers:
        file = tmp_path / "m.yaml"
        file.write_text(
            f"schema: 1\nextends: {ARTICLE}\n{key}: {number}{'}' if '{' in key else ''}\n",
            encoding="utf-8",
        )
        in_yaml = inside("check", file).status == 0
        assert in_yaml == (
            option not in inside("run", ARTICLE, option, number, "--format", "nothing").err
        ), number


# ---- words

CORPS = (
    "run",
    "compare",
    "ways",
    "sweep",
    "sensitivity",
    "tipping",
    "discover",
    "patterns",
    "episodes",
    "backtest",
    "claim",
)


@pytest.mark.parametrize("command", CORPS)
def test_simulated_generals_are_asked_for_by_corps_everywhere(command):
    text = good(command, "--help").out
    assert "--corps" in text
    assert ("--generals" in text) == (command not in ("patterns", "episodes", "backtest"))


def test_generals_are_the_scenarios_and_corps_the_simulated_ones():
    few = ("--replicates", 64, "--seed", 3, "--format", "json")
    base = rs.load(ARTICLE).with_(horizon=8)
    wanted = rs.simulate(base.with_(generals=64), 64, seed=3)
    found = json.loads(good("run", ARTICLE, *few, "--horizon", 8, "--generals", 64).out)
    assert found["sha256"] == wanted.digest()
    found = json.loads(
        good("run", ARTICLE, *few, "--horizon", 8, "--generals", 64, "--corps", 16).out
    )
    assert found["sha256"] == rs.simulate(base.with_(generals=64), 64, seed=3, corps=16).digest()
    assert found["provenance"]["simulated_generals"] == 16 and found["provenance"]["generals"] == 64


def test_compare_and_run_mean_the_same_by_generals(tmp_path):
    for name, lever in (("a", 0.8), ("b", 0.1)):
        doors.scenario_file(tmp_path / f"{name}.yaml", name, f"levers: {{rents: {lever}}}\n")
    files = [tmp_path / "a.yaml", tmp_path / "b.yaml"]
    for generals in (16, 64):
        runs = [rs.simulate(rs.load(file).with_(generals=generals), 64) for file in files]
        wanted = rs.compare(*runs).rows()
        found = json.loads(
            good(
                "compare", *files, "--replicates", 64, "--generals", generals, "--format", "json"
            ).out
        )["rows"]
        assert [row["change"] for row in found] == [row["change"] for row in wanted]
    smaller = rs.compare(
        *(rs.load(file).with_(generals=64) for file in files), replicates=64, corps=16
    ).rows()
    found = json.loads(
        good(
            "compare",
            *files,
            "--replicates",
            64,
            "--generals",
            64,
            "--corps",
            16,
            "--format",
            "json",
        ).out
    )["rows"]
    assert [row["change"] for row in found] == [row["change"] for row in smaller]


def test_a_run_folder_keeps_the_corps(light_path):
    good("run", ARTICLE, *doors.SMALL, "--generals", 64, "--corps", 16, "--out", light_path / "b")
    assert rs.read_run(light_path / "b").provenance["simulated_generals"] == 16


@pytest.mark.parametrize("replicates", [1, pytest.param(2, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "command",
    some(("run", "compare", "ways", "sweep", "story", "report"), ("run", "compare", "ways")),
)
def test_nothing_is_nan_or_certain_of_one_future(tmp_path, command, replicates):
    file = doors.scenario_file(tmp_path / "m.yaml")
    arguments = {
        "run": ("run", file, "--replicates", replicates),
        "compare": ("compare", file, "isolation", "--replicates", replicates),
        "ways": ("ways", file, "--replicates", replicates),
        "sweep": ("sweep", file, "--over", "rents=0.2,0.8", "--replicates", replicates),
        "story": ("story", file, "--replicates", replicates),
        "report": (
            "report",
            file,
            "--replicates",
            replicates,
            "--no-history",
            "-o",
            tmp_path / "p.html",
        ),
    }[command]
    ended = inside(*arguments)
    assert ended.status in (0, 2), ended.err
    page = (tmp_path / "p.html").read_text() if (tmp_path / "p.html").is_file() else ""
    text = (ended.out + page).replace(str(tmp_path), "")
    text = re.sub(r"<script.*?</script>", "", text, flags=re.S)
    assert not re.search(r"(?<![a-z])nan(?![a-z])", text, re.I)
    assert not zero_width(text), zero_width(text)


def zero_width(text: str) -> list[str]:
    """Intervals from a number to the same number."""
    return [
        found.group() for found in re.finditer(r"([-+]?\d+(?:\.\d+)?)%? to \1%?(?![.\d])", text)
    ]


@pytest.mark.parametrize("rows", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_one_case_gives_no_interval_of_zero_width(tmp_path, rows):
    file = doors.cases_file(tmp_path / "c.csv", rows)
    text = good("backtest", "--cases", file, "--replicates", 16, "--corps", 8).out
    assert not re.search(r"(?<![a-z])nan(?![a-z])", text, re.I)
    if rows == 1:
        assert not zero_width(text), zero_width(text)
    document = json.loads(
        good("backtest", "--cases", file, "--replicates", 16, "--corps", 8, "--format", "json").out
    )
    for who, scores in document["scores"].items():
        for name, score in scores.items():
            if rows == 1 and isinstance(score, dict) and score.get("value") is not None:
                assert score["low"] is None or score["low"] < score["high"], (who, name)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in doors.MAKERS
        if name not in ("levers", "scenarios", "Curve", "Spread", "PARAMETERS", "LEVERS", "EVENTS")
    ],
)
def test_no_record_says_nan(name):
    assert not re.search(r"(?<![a-z])nan(?![a-z])", str(record(name)), re.I)


def test_an_estimate_that_cannot_be_known_is_words():
    none = rs.simulate(small(1), 8).median_week("coup")
    assert not re.search(r"(?<![a-z])nan(?![a-z])", f"{none}{none!r}", re.I)


COMMENTED = """# yaml-language-server: $schema=../schema/scenario-1.json
# mine, since last week
schema: 1
id: mine
extends: venezuela-2025
levers:
  rents: 0.4          # half of what was paid in 2013
  us_pressure: {strikes: 0.2, deployment: 0.8}   # carriers since November
horizon: 4            # a month
timeline:
  - {id: a, week: 2, event: strikes, intensity: 0.5}   # the second week
given: {generals.number: 8}
"""


def test_a_comment_does_not_stand_beside_another_value(tmp_path):
    (tmp_path / "m.yaml").write_text(COMMENTED, encoding="utf-8")
    base = rs.load(tmp_path / "m.yaml")
    for changed, gone, kept in (
        (base.vary(rents=0.2), "half of what", "carriers since"),
        (base.vary({"us_pressure.strikes": 0.9}), "carriers since", "half of what"),
        (base.with_(horizon=9), "a month", "half of what"),
        (base.at(week=3, event="raid", id="a"), "the second week", "carriers since"),
        (base.without("a"), "the second week", "a month"),
    ):
        text = changed.to_yaml()
        assert rs.loads(text) == changed
        assert not re.search(rf"#\s*{gone}", text)  # after "was 0.4:" it says what it was beside
        assert kept in text and "mine, since last week" in text
    assert base.to_yaml() == COMMENTED.partition("\n")[2]  # all but the line of the schema


def test_a_schema_that_leads_nowhere_is_not_kept(tmp_path):
    (tmp_path / "m.yaml").write_text(COMMENTED, encoding="utf-8")
    for scenario in (
        rs.load(tmp_path / "m.yaml").vary(rents=0.2),
        rs.load(ARTICLE).vary(rents=0.2),
    ):
        for found in re.findall(r"\$schema=(\S+)", scenario.to_yaml()):
            assert re.match(r"https?://", found) or (
                found.startswith("file://") and Path(found[7:]).is_file()
            ), found


FEW: dict[str, tuple[Callable[[], object], tuple[str, ...]]] = {
    "clock": (lambda: ENSEMBLE().outcomes("leadr"), ("leader", "regime")),
    "way": (lambda: ENSEMBLE().share("cop"), rs.WAYS),
    "moment": (lambda: ENSEMBLE().aftermath("exot"), ("exit", "horizon")),
    "engine": (lambda: rs.simulate(small(), 8, engine="kernal"), ("kernel", "mesa")),
    "knowledge": (lambda: rs.simulate(small(), 8, knowledge="pirors"), ("prior", "rates", "cases")),
    "world": (
        lambda: rs.story(small(), which="tipical", replicates=8),
        ("typical", "luckiest", "worst"),
    ),
    "theme": (lambda: ENSEMBLE().plot(theme="drak"), ("dark", "light")),
    "theme of a story": (lambda: record("Story").animation("drak").page(), ("dark", "light")),
    "theme of a report": (lambda: record("Report").html("drak"), ("dark", "light")),
    "format": (lambda: record("Figure").save("x.svgg"), (".svg", ".png", ".html", ".json", ".pdf")),
    "lever": (lambda: small().vary(rentz=0.3), ("rents",)),
    "patron": (lambda: small().vary({"foreign_support.russa": 0.3}), ("russia", "china", "cuba")),
    "outcome": (
        lambda: rs.sensitivity(small(), of="leader_ot", points=8),
        ("leader_out", "regime_falls", "tutelage"),
    ),
    "arm": (lambda: record("Comparisons")["venezuela"], record("Comparisons").names),
    "over": (lambda: rs.sensitivity(small(), "levrs", points=8), ("levers", "parameters")),
    "kind of a comparison": (
        lambda: record("Comparison").plot("survivl"),
        ("survival", "differences"),
    ),
    "entry": (lambda: small().at(week=2, event="strikes", id="mine").without("mne"), ("mine",)),
    "event": (lambda: small().at(week=2, event="strkes"), ("strikes",)),
    "variable": (lambda: ENSEMBLE().weekly("plottng"), ("plotting",)),
    "figure": (lambda: ENSEMBLE().plot("survivl"), ("survival",)),
    "source": (lambda: rs.source("rent_steams"), ("rent_streams",)),
    "scenario": (lambda: rs.load("isolaton"), ("isolation",)),
    "name in this sweep": (
        lambda: record("Sweep").change({"rentz": 0.2}, {"rents": 0.8}),
        ("rents",),
    ),
    "way of rare": (lambda: record("Ways").probability("cop"), ("coup",)),
}


@pytest.mark.parametrize("name", FEW)
def test_an_unknown_name_is_told_with_the_nearest_and_if_few_with_all(name):
    call, names = FEW[name]
    with pytest.raises(rs.RegimeSimError) as caught:
        call()
    said = str(caught.value)
    assert all(known in said for known in names), said
    assert re.search(r"did you mean|one of|expected|is it", said), said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("rnu", ARTICLE), ("rnu", "run")),
        (("sweeep", ARTICLE), ("sweep",)),
        (("run", ARTICLE, "--replicate", 5), ("--replicates",)),
        (("run", ARTICLE, "--sead", 5), ("--seed",)),
        (("run", "isolaton"), ("isolation",)),
        (("run", ARTICLE, "--engine", "kernal"), ("kernel", "mesa")),
        (("run", ARTICLE, "--format", "jsn"), ("json", "table", "csv")),
        (("story", ARTICLE, "--which", "tipical"), ("typical", "luckiest", "worst")),
        (("story", ARTICLE, "--format", "jsn"), ("json", "text")),
        (("sensitivity", ARTICLE, "--method", "sobl"), ("sobol", "morris")),
        (("sensitivity", ARTICLE, "--over", "levrs"), ("levers", "parameters")),
        (("sensitivity", ARTICLE, "--of", "leader_ot"), ("leader_out",)),
        (("sweep", ARTICLE, "--over", "rentz=0:1:3"), ("rents",)),
        (("tipping", ARTICLE, "--over", "rentz"), ("rents",)),
        (("discover", ARTICLE, "--outcome", "cop"), ("coup",)),
        (("compare", ARTICLE, "isolaton"), ("isolation",)),
        (("claim", "isolaton"), ("isolation",)),
        (("claim", "--format", "jsn"), ("json", "table")),
        (("dashboard", "isolaton", "--no-browser"), ("isolation",)),
        (("new", "m.yaml", "--from", "isolaton"), ("isolation",)),
        (("report", "isolaton", "-o", "x.html"), ("isolation",)),
        (("cite", "isolaton"), ("isolation",)),
        (("levers", "--format", "jsn"), ("json",)),
        (("preview", "isolaton"), ("isolation",)),
        (("bench", "isolaton"), ("isolation",)),
        (("compare", ARTICLE, "isolation", "--figure", "x.svgg"), (".svg",)),
        (("score", "venezuela-2062"), ("venezuela-2026",)),
    ],
)
def test_an_unknown_word_on_the_command_line_is_told_with_the_nearest(tmp_path, arguments, words):
    with doors.standing_in(tmp_path):
        small_ = ("--replicates", 8, "--corps", 8) if arguments[0] == "compare" else ()
        ended = inside(*arguments, *small_)
    assert ended.status == 2, ended.out
    assert all(word in ended.err for word in words), ended.err


@pytest.mark.parametrize(
    ("cells", "hint"),
    [
        ({"header": "CASE_ID"}, r"CASE_ID"),
        ({"header": "Case ID"}, r"Case ID"),
        ({"header": "caseid"}, r"caseid"),
        ({"start_date": "NaT"}, r"start_date.*(blank|missing|needed|no date)"),
        ({"start_date": "nat"}, r"start_date.*(blank|missing|needed|no date)"),
        ({"start_date": "2011/02/15"}, r"2011-02-15"),
        ({"start_date": "2011-02-15 00:00:00"}, r"start_date.*2011-02-15"),
        ({"horizon_weeks": "NaN"}, r"horizon_weeks.*(blank|missing|needed)"),
        ({"horizon_weeks": "<NA>"}, r"horizon_weeks"),
        ({"outcome": "Coup "}, None),
        ({"outcome": "coupe"}, r"coup"),
        ({"rents_to_elite": "0,5"}, r"0\.5|rents_to_elite.*number"),
        ({"case_id": "NaT"}, None),
        ({"outcome_date": "NaT"}, None),
        ({"weeks_to_outcome": "None"}, None),
    ],
)
def test_a_slip_in_a_file_of_cases_gets_the_right_hint(tmp_path, cells, hint):
    import csv
    import io

    rows = list(
        csv.DictReader(
            io.StringIO(doors.cases_file(tmp_path / "c.csv", 2).read_text(encoding="utf-8"))
        )
    )
    name = cells.get("header", "case_id")
    rows[0].update({key: value for key, value in cells.items() if key != "header"})
    text = io.StringIO()
    table = csv.DictWriter(text, [name if column == "case_id" else column for column in rows[0]])
    table.writeheader()
    table.writerows(
        [
            {name if column == "case_id" else column: value for column, value in row.items()}
            for row in rows
        ]
    )
    (tmp_path / "c.csv").write_text(text.getvalue(), encoding="utf-8")
    ended = inside("backtest", "--cases", tmp_path / "c.csv", "--replicates", 16, "--corps", 8)
    if hint is None:
        assert ended.status == 0, ended.err
    else:
        assert ended.status == 2 and re.search(hint, ended.err), ended.err
        assert "header" not in cells or "case_id" in ended.err


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("id: 2025\n", r"id:.*quot|\"2025\"|'2025'"),
        ("id: 1e3\n", r"quot|'1e3'|\"1e3\""),
        ("id: Venezuela\n", r"venezuela"),
        ("id: my case\n", r"my-case"),
        ("title: 2025\n", r"quot|'2025'|\"2025\""),
        ("ruler: 1\n", r"quot|'1'|\"1\""),
        ("id: true\n", r"quot|'true'|\"true\""),
        ("timeline: [{id: 3, week: 2, event: strikes}]\n", r"quot|'3'|\"3\""),
        ("start: 2025-13-01\n", r"2025-12|month"),
        ("start: 5.1.2026\n", r"2025|YYYY"),
        ("horizon: 4 months\n", r"weeks"),
        ("compare: {arms: [{id: 1, set: {rents: 0.1}}]}\n", r"quot|'1'|\"1\""),
        ("levers: {rents: 40%}\n", r"0\.4"),
        ("levers: {rents: '0.4'}\n", r"without (the )?quot|0\.4"),
    ],
)
def test_a_slip_in_a_scenario_file_gets_the_right_hint(tmp_path, line, hint):
    (tmp_path / "m.yaml").write_text(_with(line), encoding="utf-8")
    ended = inside("check", tmp_path / "m.yaml")
    assert ended.status == 2 and re.search(hint, ended.err), ended.err


# ---- weekly ranges


def corner(rng: np.random.Generator) -> rs.Scenario:
    """A scenario with its inputs at their bounds, as far as a file may set them."""
    s = rs.Scenario(id="corner", title="corner", start=DAY, horizon=12)
    inputs = {
        name: float(rng.choice([row.low, row.high]))
        for name, row in s.names.inputs.items()
        if name in (*s.names.levers, *s.names.given)
        and name != "generals.number"
        and rng.random() < 0.7
    }
    fixed = {
        name: float(rng.choice([row.low, row.high]))
        for name, row in s.names.structural.items()
        if not name.startswith(("generals.", "time.")) and row.low < row.high and rng.random() < 0.5
    }
    s = (
        s.vary({name: value for name, value in inputs.items() if not name.startswith("shock.")})
        .fix(fixed)
        .with_(generals=8)
    )
    return s.at(week=2, event=str(rng.choice(sorted(rs.EVENTS))), intensity=1.0)


@pytest.mark.parametrize("corners", [60, pytest.param(1000, marks=pytest.mark.slow)])
def test_every_weekly_variable_keeps_its_range_or_says_so(corners):
    """One future of each of many corners of the table, so that a mean is the value itself. Where a
    variable leaves its range, a column says in how many futures; no histogram clips in silence.
    """
    rng = np.random.default_rng(20251201)
    beyond: dict[str, float] = {}
    for _ in range(corners):
        scenario = corner(rng)
        ensemble = rs.simulate(
            scenario, 1, seed=int(rng.integers(0, 2**32)), knowledge="prior", workers=1
        )
        weeks = np.flatnonzero(ensemble.counts)
        for place, (name, (low, high)) in enumerate(doors.RANGES.items()):
            value = ensemble.sums[place, weeks] / 2.0**32
            worst = float(np.max(np.maximum(value - high, low - value)))
            if worst > 1e-6:
                table = ensemble.weekly(name)
                if "beyond" not in table or not (table["beyond"] > 0).any():
                    beyond[name] = max(beyond.get(name, 0.0), worst)
    assert beyond == {}


def test_a_figure_says_how_many_futures_are_above_its_top():
    ensemble = record("Ensemble")
    assert "Values above" not in " ".join(ensemble.plot("army").spec["title"]["subtitle"])
    bins, place = ensemble.bins.copy(), list(doors.RANGES).index("army")
    bins[place, 2], bins[place, 2, -1] = 0, ensemble.counts[2]
    above = dataclasses.replace(ensemble, bins=bins)
    assert above.weekly("army")["beyond"].tolist()[:3] == [0, 0, ensemble.counts[2]]
    assert not above.weekly("fear")["beyond"].any()
    said = " ".join(above.plot("army").spec["title"]["subtitle"])
    number = f"{ensemble.counts[2]:,}"
    assert f"Values above 200% are drawn as 200%: up to {number} of {number}" in said
