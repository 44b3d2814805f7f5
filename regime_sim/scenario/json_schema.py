"""The JSON Schema of a scenario file, for editors: from the models of `schema`, the parameter table
and the grammar of values; checks nothing itself.

Draft 7, which editors' language servers read. It offers every name with its meaning, unit and
range, and refuses most of what the reader refuses; what depends on two places of a file at once
(ids, sources, inheritance) or on the bytes of the file is left to `regime-sim check`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..facts.limits import LONGEST
from ..facts.outcomes import WAYS
from ..facts.places import scenarios_folder
from .names import (
    CORPS,
    EVENTS,
    GENERALS,
    GIFTS,
    KINDS,
    LEVERS,
    OBSERVABLES,
    PARAMETERS,
    PRINCIPAL_KIND,
    ROLES,
    SUPPORT,
    Names,
    Slots,
    names_for,
)
from .requests import TRENDS
from .schema import SOURCE_ID, ScenarioPart
from .shipped import shipped_names
from .timeline import WEEKS_FORM
from .values import BETA_MOST, DRAWN, FAMILIES, MOST_EXPERTS, MOST_QUANTILES, MOST_TIMES

URN = "urn:regime-sim:scenario:1"
_NUMBER = r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d{1,3})?"
_PATRON = "^[a-z_][a-z0-9_]{0,39}$"
_FILE = r"^(?!/)(?![A-Za-z]:)(?!(.*/)?\.\.(/|$))[^\\\x00]*\.ya?ml$"
_PLACES = ("low", "left", "mode", "right", "high", "mean", "median")
_ABOUT = {
    "uniform": "every number from low to high alike",
    "normal": "bell around mean",
    "lognormal": "median, and sigma of the logarithm",
    "beta": "a share, one peak at (a - 1) / (a + b - 2)",
    "triangular": "peak at mode, nothing beyond low and high",
    "loguniform": "every order of magnitude from low to high alike",
    "pert": "smooth peak at mode, nothing beyond low and high",
    "trapezoid": "flat from left to right, falling off to low and high",
    "halfnormal": "from 0, falling off like a bell of this sd",
    "logitnormal": "a share: median, and sigma of the log-odds",
    "exponential": "from 0, with this mean",
    "weibull": "from 0: scale, and shape (1 is the exponential)",
}
Schema = dict[str, Any]
Leaf = Callable[[float, float, Schema], Schema]


def schema_path() -> Path:
    """Where the shipped schema lies, beside the shipped scenarios."""
    return scenarios_folder().parent / "schema" / "scenario-1.json"


def schema_text() -> str:
    """The schema as it is shipped: JSON, one indent a level, a line break at the end."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def json_schema() -> Schema:
    """The JSON Schema of a scenario file, with names, units and ranges from the table."""
    form: Schema = _plain(ScenarioPart.model_json_schema(by_alias=True))
    defs: Schema = form["$defs"]
    defs |= {"interval": _interval(), "sources": _sources(), "spread": _spread()}
    names = names_for()
    _sections(form["properties"], names, defs)
    _requests(form["properties"], names, defs)
    head = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": URN,
        "title": "A scenario of regime_sim",
    }
    return head | form | {"anyOf": [{"required": ["start"]}, {"required": ["extends"]}]}


def _sections(top: Schema, names: Names, defs: Schema) -> None:
    """The sections whose names come from the parameter table."""
    structural = tuple(names.structural)
    for section, allowed in (
        ("levers", names.levers),
        ("given", names.given),
        ("uncertain", structural),
    ):
        # inputs have groups of the same names as parameters
        apart = "uncertain_" if section == "uncertain" else ""
        top[section] |= _Tree(apart, allowed, names, defs, _value).mapping()
    for kind in KINDS.values():
        top[kind.section] |= _actors(kind, names, defs)
    top["sources"] = {
        "description": top["sources"]["description"],
        "type": "object",
        "propertyNames": {"pattern": SOURCE_ID},
        "additionalProperties": {"$ref": "#/$defs/SourcePart"},
    }


def _actors(kind: Slots, names: Names, defs: Schema) -> Schema:
    """A section whose keys are actors: each a mapping of its inputs, and of texts if any."""
    cells: Schema = {}
    if kind.texts:
        cells["title"] = {"type": "string", "maxLength": 80, "description": "what he is called"}
        cells["role"] = {
            "enum": list(ROLES),
            "description": "gives the default of what is not written",
        }
    for cell in kind.cells:
        row = PARAMETERS[kind.name(kind.table[0], cell)]
        meaning = row.meaning.partition(": ")[2] or row.meaning
        if cell == "commitment":
            meaning = "how far the patron stands by the ruler"
        cells[cell] = {
            "description": f"{meaning} ({row.unit}, {row.low:g} to {row.high:g})",
            "allOf": [{"$ref": f"#/$defs/{_ranged(row.low, row.high, defs)}"}],
        }
    each = _closed(cells | {"source": {"$ref": "#/$defs/sources"}})
    if not kind.free:
        return _closed(dict.fromkeys(kind.table, each))
    forbidden = f"^({'|'.join(kind.free)})$"
    return {
        "propertyNames": {"pattern": _PATRON, "not": {"pattern": forbidden}},
        "additionalProperties": each,
        "maxProperties": len(kind.table),
    }


def _requests(top: Schema, names: Names, defs: Schema) -> None:
    """What entries, arms and checks may name, and the other scenarios that a file may."""
    movable = (*names.levers, *names.given)
    defs["times"] = _relative("multiply", 0.0, MOST_TIMES, defs)
    set_ = _Tree("set_", movable, names, defs, _change).mapping()
    vary = _Tree(
        "vary_",
        movable,
        names,
        defs,
        lambda low, high, _: {"type": "array", "items": _number(low, high), "minItems": 2},
    ).mapping()
    defs |= {"set": set_, "vary": vary}
    for holder, key in (("EntryPart", "set"), ("ArmPart", "set"), ("CheckPart", "vary")):
        cells = defs[holder]["properties"]
        said = cells[key]["description"]
        cells[key] = {"description": said, "allOf": [{"$ref": f"#/$defs/{key}"}]}
    _entry(defs["EntryPart"])
    moved = defs["MovedPart"]["properties"]
    moved["lever"] |= {"enum": list(LEVERS)}
    moved["from"] |= _number(0.0, 1.0)
    moved["to"] |= _value(0.0, 1.0, defs)
    defs["CheckPart"]["properties"]["expect"] |= _expect()
    top["horizon"] = _weeks()
    scenario = {"anyOf": [{"enum": list(shipped_names())}, {"type": "string", "pattern": _FILE}]}
    for cells, key in ((top, "extends"), (defs["ComparePart"]["properties"], "baseline")):
        cells[key] = {"description": cells[key]["description"], **scenario}


def _change(low: float, high: float, defs: Schema) -> Schema:
    """What an entry may do to an input: a value, or a change relative to what is there."""
    name = f"change_within_{low:g}_to_{high:g}"
    if name not in defs:
        value = {"$ref": f"#/$defs/{_ranged(low, high, defs)}"}
        more = _relative("add", low - high, high - low, defs)
        defs[name] = {"anyOf": [value, {"$ref": "#/$defs/times"}, more]}
    return {"allOf": [{"$ref": f"#/$defs/{name}"}]}


def _relative(how: str, low: float, high: float, defs: Schema) -> Schema:
    """A change by a factor, or by so much."""
    cells = {how: _value(low, high, defs), "source": {"$ref": "#/$defs/sources"}}
    return _closed(cells, required=[how])


def _closed(cells: Schema, **more: Any) -> Schema:
    """A mapping of these keys and no others."""
    return {"type": "object", "properties": cells, **more, "additionalProperties": False}


def _value(low: float, high: float, defs: Schema) -> Schema:
    return {"allOf": [{"$ref": f"#/$defs/{_ranged(low, high, defs)}"}]}


def _ranged(low: float, high: float, defs: Schema) -> str:
    """The definition's name of a value in [low, high], bare or in a mapping with its source."""
    name = f"value_from_{low:g}_to_{high:g}"
    number = _number(low, high)
    held = {
        "allOf": [{"$ref": "#/$defs/spread"}],
        "properties": {"value": {"anyOf": [{"not": {"type": "number"}}, number]}},
    }
    defs[name] = {"anyOf": [number, {"$ref": "#/$defs/interval"}, held]}
    return name


def _spread() -> Schema:
    """A value in a mapping: a distribution, or `value` with its source."""
    families = {family: _family(family) for family in FAMILIES}
    families["quantiles"] = _quantiles()
    alone = dict(families)
    families["mixture"] = _mixture(alone)
    inner = _closed(families, minProperties=1, maxProperties=1)
    bounds = {
        "type": "array",
        "items": {"type": "number"},
        "minItems": 2,
        "maxItems": 2,
        "description": "the prior is cut off at these",
    }
    value = {
        "anyOf": [{"type": "number"}, {"$ref": "#/$defs/interval"}, inner],
        "description": 'a number, an interval such as "0.4 to 0.6", or a distribution',
    }
    cells = {"value": value, **families, "source": {"$ref": "#/$defs/sources"}, "bounds": bounds}
    chosen = [{"required": [key]} for key in ("value", *DRAWN)]
    return _closed(cells, oneOf=chosen)


def _quantiles() -> Schema:
    """Shares below, each with its value."""
    share = r"^(0?\.\d+|0|1|1\.0*|0\.)$|^\d(\.\d*)?[eE]-\d{1,2}$"
    return {
        "type": "object",
        "description": "shares below to values, such as {0.05: 0.1, 0.5: 0.3, 0.95: 0.6}; 0 and 1"
        " are the least and the greatest value",
        "patternProperties": {share: {"type": "number"}},
        "minProperties": 2,
        "maxProperties": MOST_QUANTILES,
        "additionalProperties": False,
    }


def _mixture(alone: Schema) -> Schema:
    """Several experts, each with a distribution and a weight."""
    interval: Schema = {"$ref": "#/$defs/interval"}
    inner = _closed(alone, minProperties=1, maxProperties=1)
    pair = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
    cells = {
        "value": {"anyOf": [interval, inner]},
        **alone,
        "bounds": pair,
        "weight": {"type": "number", "exclusiveMinimum": 0, "description": "1 if not given"},
    }
    chosen = [{"required": [key]} for key in ("value", *alone)]
    return {
        "type": "array",
        "description": "several experts: each a distribution with a weight",
        "items": {"anyOf": [interval, _closed(cells, oneOf=chosen)]},
        "minItems": 2,
        "maxItems": MOST_EXPERTS,
    }


def _family(family: str) -> Schema:
    """The named arguments of a distribution."""
    arguments = {name: _argument(family, name) for name in FAMILIES[family]}
    return {
        "type": "object",
        "description": _ABOUT[family],
        "properties": arguments,
        "required": list(arguments),
        "additionalProperties": False,
    }


def _argument(family: str, name: str) -> Schema:
    """What one argument may be, as far as that does not depend on the parameter."""
    if family == "beta":
        return _number(1.0, BETA_MOST)
    if name == "shape":
        return _number(0.1, 100.0)
    if family == "logitnormal" and name == "median":
        return {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}
    anywhere = name in _PLACES and family not in ("exponential", "lognormal", "loguniform")
    return {"type": "number"} if anywhere else {"type": "number", "exclusiveMinimum": 0}


def _number(low: float, high: float) -> Schema:
    return {"type": "number", "minimum": low, "maximum": high}


def _fixed(number: Schema) -> Schema:
    """One number for all futures, bare or in a mapping with its source."""
    cells = {"value": number, "source": {"$ref": "#/$defs/sources"}}
    return {"anyOf": [number, _closed(cells, required=["value"])]}


def _interval() -> Schema:
    return {
        "type": "string",
        "pattern": rf"^\s*{_NUMBER}\s+to\s+{_NUMBER}\s*$",
        "description": "a 90% interval, such as 0.4 to 0.6",
    }


def _sources() -> Schema:
    one = {"type": "string", "pattern": r"\S"}
    return {
        "anyOf": [one, {"type": "array", "items": one, "minItems": 1}],
        "description": "the id of a source, or a list of them: of the project, or under sources",
    }


class _Tree:
    """Mappings of names, nested or dotted, each defined once; `kind` keeps grammars apart."""

    def __init__(
        self, kind: str, allowed: tuple[str, ...], names: Names, defs: Schema, leaf: Leaf
    ) -> None:
        head = f"{PRINCIPAL_KIND.one}."  # men go by any name: patterns
        self.allowed = tuple(name for name in allowed if not name.startswith(head))
        self.court = len(self.allowed) < len(allowed)
        self.kind, self.names, self.defs, self.leaf = kind, names, defs, leaf

    def mapping(self, before: str = "") -> Schema:
        """What may stand below `before` ("" at the top, else a name and a dot)."""
        tails = [name[len(before) :] for name in self.allowed if name.startswith(before)]
        steps = dict.fromkeys(
            tail.rsplit(".", cut)[0] for tail in tails for cut in range(tail.count("."), -1, -1)
        )
        properties = {
            step: self.step(before + step)
            for step in sorted(steps, key=lambda step: step.count("."))
        }
        form: Schema = {
            "type": "object",
            "minProperties": 1,
            "properties": properties,
            "additionalProperties": False,
        }
        patterns = self.patterns(before)
        return form | ({"patternProperties": patterns} if patterns else {})

    def step(self, name: str) -> Schema:
        """One key: a value, a mapping of what is below it, or either."""
        known = self.kind + name
        if known not in self.defs:
            nested = any(other.startswith(f"{name}.") for other in self.allowed)
            below = self.mapping(f"{name}.") if nested else None
            own = self.own(name) if name in self.allowed else None
            self.defs[known] = (
                {"description": own.pop("description"), "anyOf": [own, below]}
                if own and below
                else own or below or {}
            )
        return {"$ref": f"#/$defs/{known}"}

    def own(self, name: str) -> Schema:
        """The form of a name's value, with the table's meaning, unit, range and anchors."""
        low, high = self.names.range(name)
        row = self.names.inputs.get(name) or self.names.structural.get(name)
        about = LEVERS[name] if row is None else row
        anchors = "".join(f"; {at:g}: {text}" for at, text in about.anchors)
        form = self.leaf(low, high, self.defs)
        if name in self.names.structural and name.startswith(CORPS):
            form = _fixed(_number(low, high))
        if name == GENERALS and self.kind != "vary_":
            form = _fixed(_number(low, high) | {"multipleOf": 1})
            if self.kind == "set_":
                more = _relative("add", low - high, high - low, self.defs)
                form["anyOf"] += [{"$ref": "#/$defs/times"}, more]
        said = f"{about.meaning} ({self.names.unit(name)}, {low:g} to {high:g}){anchors}"
        return {"description": said, **form}

    def patterns(self, before: str) -> Schema:
        """Keys for added patrons: among the parts of foreign support, and among the patrons."""
        one = "[a-z_][a-z0-9_]{0,39}"
        share = self.leaf(0.0, 1.0, self.defs)
        found: Schema = {}
        if f"{SUPPORT}.russia" in self.allowed and before in ("", f"{SUPPORT}."):
            found[rf"^{'' if before else SUPPORT + '[.]'}{one}$"] = share
        if "patron.russia.oil" in self.allowed and before in ("", "patron."):
            head = "" if before else "patron[.]"
            found[rf"^{head}{one}[.]({'|'.join(GIFTS)})$"] = share
            found[rf"^{head}{one}$"] = _closed(dict.fromkeys(GIFTS, share))
        if self.court and not before:
            cells = PRINCIPAL_KIND.cells
            men = _closed({}, patternProperties={f"^{one}$": _closed(dict.fromkeys(cells, share))})
            found[r"^principal$"] = men
            found[rf"^principal[.]{one}$"] = _closed(dict.fromkeys(cells, share))
            found[rf"^principal[.]{one}[.]({'|'.join(cells)})$"] = share
        return found


def _weeks(least: int = 1) -> Schema:
    """A number of weeks from `least` to 520, or text such as "12 weeks"."""
    digits = "|".join((f"[{least}-9]", "[1-9][0-9]", "[1-4][0-9][0-9]", "5[01][0-9]", "520"))
    return {
        "description": WEEKS_FORM,
        "anyOf": [
            {"type": "integer", "minimum": least, "maximum": LONGEST},
            {"type": "string", "pattern": rf"^\s*0*({digits})\s*weeks?\s*$"},
        ],
    }


def _entry(part: Schema) -> None:
    """The cells of an entry of the timeline, as the reader takes them."""
    cells = part["properties"]
    for key, least in (("week", 1), ("lasts", 1), ("deadline", 1), ("over", 0)):
        cells[key] = _weeks(least)
    observables = "|".join(one.name for one in OBSERVABLES)
    cells["when"] |= {
        "type": "string",
        "pattern": rf"^\s*({observables})\s*[<>]\s*{_NUMBER}\s*$",
        "examples": ["us_opposition > 0.8"],
    }
    cells["event"] |= {
        "enum": list(EVENTS),
        "enumDescriptions": [event.meaning for event in EVENTS.values()],
    }
    cells["intensity"] |= _number(0.0, 1.0)
    part["allOf"] = [
        {"oneOf": [{"required": [key]} for key in ("week", "date", "when")]},
        {"oneOf": [{"required": ["event"]}, {"required": ["set"]}]},
    ]
    cells["of"] |= {"type": "string"}
    about = {"event": {"enum": ["defection", "amnesty_offer"]}}
    late = {"event": {"enum": ["ultimatum"]}, "lasts": False}
    part["dependencies"] = {
        "intensity": ["event"],
        "of": {"properties": about, "required": ["event"]},
        "deadline": {"properties": late, "required": ["event"]},
    }


def _expect() -> Schema:
    share = _number(0.0, 1.0)
    wanted = {
        "anyOf": [
            {"enum": list(TRENDS)},
            {"$ref": "#/$defs/interval"},
            {"type": "array", "items": share, "minItems": 2, "maxItems": 2},
        ]
    }
    return {
        "properties": dict.fromkeys(("leader_out", "regime_falls", "tutelage", *WAYS), wanted),
        "additionalProperties": False,
        "minProperties": 1,
    }


def _plain(form: Any, names: bool = False) -> Any:
    """A schema without empty alternatives, null defaults, made-up titles. names: keys are names."""
    if isinstance(form, list):
        return [_plain(one) for one in form]
    if isinstance(form, float) and form.is_integer():
        return int(form)  # the same number to JSON; pydantic writes 1.0 before 2.10 and 1 after
    if not isinstance(form, Mapping):
        return form
    kept = {
        key: _plain(inner, names=not names and key in ("properties", "$defs"))
        for key, inner in form.items()
        if names or not _says_nothing(key, inner)
    }
    if not names and "const" in kept:
        kept.pop("enum", None)  # which pydantic before 2.10 writes beside it
    if not names and len(
        choices := [one for one in kept.get("anyOf", ()) if one != {"type": "null"}]
    ) < len(kept.get("anyOf", ())):
        del kept["anyOf"]
        kept |= (
            {key: inner for key, inner in choices[0].items() if key not in kept}
            if len(choices) == 1
            else {"anyOf": choices}
        )
    return kept


def _says_nothing(key: str, inner: object) -> bool:
    return (
        (key == "default" and inner is None)
        or (key == "title" and isinstance(inner, str))
        or (key == "additionalProperties" and inner is True)
    )
