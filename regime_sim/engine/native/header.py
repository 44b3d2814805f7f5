"""The C header that engine.c stands on: records, constants and the law, all read from the package;
writes text and compiles nothing.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterable
from types import FunctionType
from typing import Any

from ...facts.parameters import INPUT_NAMES, OBSERVABLES, STRUCTURAL_NAMES
from ...law import chance, general, ledger
from .. import draws, records
from . import layout, quantiles
from .kinds import (
    NARROW,
    REAL,
    SHORT,
    TRUTH,
    WHOLE,
    Array,
    Fields,
    Kind,
    Record,
    c_name,
    c_number,
    c_type,
)
from .translate import Translation

LAW = __name__.removesuffix("engine.native.header") + "law"
ODDS = 6.0  # against plotting, from which on a man is not asked at once; decides no number
ROOMS = (f"{LAW}.", quantiles.__name__)

_W, _X, _P = Record("world"), Record("inputs"), Record("structural")
_U = Array(REAL, str(chance.WEEK_LENGTH))
_EVENTS: dict[str, Kind] = {  # in the order that law.events takes them
    "target": WHOLE,
    "value": REAL,
    "share": REAL,
    "over": REAL,
    "lasts": REAL,
    "variable": WHOLE,
    "above": TRUTH,
    "threshold": REAL,
    "how": WHOLE,
    "place": WHOLE,
    "least": REAL,
    "most": REAL,
    "stock": TRUTH,
}
_OUT = Array(REAL, written=True)
_LEDGER = Array(SHORT, written=True)
ROOTS: tuple[tuple[str, str, tuple[Kind, ...]], ...] = (
    (f"{LAW}.events", "apply", (WHOLE, Record("events"), _OUT, *(Array(REAL),) * 2, *(_OUT,) * 2)),
    (f"{LAW}.week", "start", (_W, _X, _P, _U)),
    (f"{LAW}.week", "before_generals", (_W, _X, _P, _U)),
    (f"{LAW}.week", "after_generals", (_W, _X, _P, _U, REAL, REAL, REAL, REAL)),
    (f"{LAW}.arithmetic", "log", (REAL,)),
    (f"{LAW}.exits", "weigh", (Record("exits"), _OUT)),
    (f"{LAW}.ledger", "settle", (_W, WHOLE, WHOLE, _P, _LEDGER)),
    (f"{LAW}.ledger", "close", (Record("regime"), _P, _LEDGER)),
    (f"{LAW}.general", "answer", (REAL,) * 19),
    (f"{LAW}.general", "fate", (REAL,) * 6),
    (f"{LAW}.loyalty", "loyalty", (NARROW,) * 10),
    (f"{LAW}.plotting", "belief", (REAL,) * 3),
    (f"{LAW}.plotting", "response", (REAL,) * 6),
    (f"{LAW}.counterintelligence", "promoted", (REAL,)),
    (quantiles.__name__, "quantile", (WHOLE, *(REAL,) * 5, Array(REAL))),
    (quantiles.__name__, "inside", (REAL,) * 3),
    (quantiles.__name__, "bounded", (REAL,) * 3),
    (quantiles.__name__, "lever_part", (REAL,) * 5),
)


def terms() -> tuple[str, ...]:
    """What all generals of a world share in a week, in order: `answer`'s numbers, then `fate`'s."""
    shared = [*inspect.signature(general.answer).parameters][6:]
    shared += [*inspect.signature(general.fate).parameters][3:]
    assert len(shared) == len(records.Shared._fields)
    return tuple(shared)


def fields() -> Fields:
    """The records that the law names, each with its fields in order."""
    actors = {
        **records.ACTORS,
        "patron": records.PATRON_FIELDS,
        "principal": records.PRINCIPAL_FIELDS,
        "unit": records.UNIT_FIELDS,
    }
    names: dict[str, tuple[str, ...]] = {
        **actors,
        "inputs": records.INPUT_FIELDS,
        "structural": records.STRUCTURAL_FIELDS,
    }
    found: Fields = {name: dict.fromkeys(own, REAL) for name, own in names.items()}
    found["world"] = {name: Record(name) for name in records.ACTORS}
    found["world"]["patrons"] = Array(Record("patron"), str(records.PATRONS))
    found["world"]["principals"] = Array(Record("principal"), str(records.PRINCIPALS))
    found["world"]["units"] = Array(Record("unit"), str(records.UNITS))
    found["events"] = {"rows": WHOLE}
    found["events"] |= {name: Array(kind) for name, kind in _EVENTS.items()}
    return found


def numbers() -> dict[str, float]:
    """The constants that engine.c names, from the modules that hold them."""
    lengths: dict[str, float] = {
        "INPUTS": len(INPUT_NAMES),
        "ROW": records.ROW,
        "STOCKS": len(records.STOCK_AT),
        "STRUCTURAL": len(STRUCTURAL_NAMES),
        "OBSERVED": len(OBSERVABLES),
        "STATE": len(records.STATE_NAMES),
        "LEDGER": ledger.LENGTH,
        "PATRONS": records.PATRONS,
        "GIVES": len(records.GIFTS),
        "PRINCIPALS": records.PRINCIPALS,
        "HELD": len(records.HOLDS),
        "UNITS": records.UNITS,
        "HAS": len(records.UNIT_HAS),
        "EXITS": len(records.ACTORS["exits"]),
        "TERMS": len(terms()),
        "WILL": 32.0 * (ODDS ** (1.0 / 32.0) - 1.0),  # minus where `odds_against` gives ODDS
    }
    taken: tuple[tuple[Any, str], ...] = (
        (records, "FIXED_POINT SUPPORT_AT GIVES_AT HOLDS_AT UNITS_AT"),
        (chance, "WEEK_LENGTH CHANNEL_WEEK CHANNEL_GENERAL CHANNEL_PRIVATE CHANNEL_PRIOR"),
        (ledger, "LEADER_WEEK REGIME_FATE"),
        (draws, "MULTIPLIER_0 MULTIPLIER_1 WEYL_0 WEYL_1 ROUNDS UNIT"),
        (draws, "PRIVATE_CENTRE PRIVATE_SCALE"),
        (general, "PLOTTING FLED PURGED"),
        (quantiles, "GRID"),
    )
    constants = {name: getattr(of, name) for of, names in taken for name in names.split()}
    return lengths | constants


def translation(roots: tuple[tuple[str, str, tuple[Kind, ...]], ...] = ROOTS) -> Translation:
    """The law, translated from its roots down. Raises Refused."""
    made = Translation(fields(), ROOMS)
    for module, name, kinds in roots:
        code = getattr(importlib.import_module(module), name)
        assert isinstance(code, FunctionType)
        made.function(code, kinds)
    return made


def header(about: str) -> str:
    """The whole header; `about` is what the module says of itself (see `about.text`)."""
    lines = ["/* made from the law and the tables by regime_sim.engine.native; do not edit */"]
    lines += _structs(fields())
    lines += [f"#define {name} {_macro(value)}" for name, value in numbers().items()]
    lines += [f"enum {{ {', '.join(f'TERM_{name.upper()}' for name in terms())} }};"]
    for prefix, names in (("RUN", layout.RUN), ("DRAW", layout.DRAW)):
        lines += [f"enum {{ {', '.join(f'{prefix}_{name.upper()}' for name in names)} }};"]
    lines += [_places("STOCK_AT", records.STOCK_AT), _places("STOCK_IS", records.STOCK_IS)]
    lines += [_places("OBSERVED_AT", records.OBSERVED_AT)]
    lines += [_places("OBSERVED_LOG", map(int, records.OBSERVED_LOG))]
    lines += [f"#define ABOUT {_c_string(about)}", "", *translation().lines]
    return "\n".join(lines)


def _places(name: str, values: Iterable[int]) -> str:
    return f"static const int32_t {name}[] = {{{', '.join(map(str, values))}}};"


def _structs(these: Fields) -> list[str]:
    lines = []
    for name, own in these.items():
        lines += [f"struct {name} {{", *(f"    {_member(one, k)}" for one, k in own.items()), "};"]
    return lines


def _member(name: str, kind: Kind) -> str:
    if isinstance(kind, Record):
        return f"struct {kind.name} {c_name(name)};"
    if isinstance(kind, Array) and isinstance(kind.of, Record):
        return f"struct {kind.of.name} {c_name(name)}[{kind.length}];"
    return f"{c_type(kind)} {c_name(name)};"


def _macro(value: float) -> str:
    if isinstance(value, int):
        return f"{value}u" if value >= 2**31 else str(value)
    return c_number(value)


def _c_string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
