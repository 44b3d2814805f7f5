"""The form of a scenario file, as pydantic models: which keys there are and what kind each holds;
names and ranges are read elsewhere.

The same models give the JSON Schema for editors. Sections whose names come from the parameter table
(levers, given, uncertain, patrons, principals, units) are mappings here; `settings` reads them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ..facts.limits import LARGEST_SEED, MOST_REPLICATES
from ..facts.outcomes import WAYS
from ..facts.pressing import LONGEST_NAME
from .problems import Findings, Path, show
from .timeline import DATE_FORM, ID, ID_FORM, WEEKS_FORM

Named = dict[str, Any]
Weeks = Annotated[
    Any, Field(description=WEEKS_FORM, json_schema_extra={"type": ["integer", "string"]})
]
Day = Annotated[
    Any,
    Field(
        description=DATE_FORM,
        json_schema_extra={
            "type": "string",
            "format": "date",
            "pattern": r"^(19\d\d|2[01]\d\d|2200)-\d\d-\d\d$",
        },
    ),
]
Ids = Annotated[
    Any,
    Field(
        description="the id of a source, or a list of them",
        json_schema_extra={"type": ["string", "array"]},
    ),
]
LINE = r"^[^\x00-\x1f\x7f-\x9f]*$"  # what is printed as it stands may not steer a terminal


def _whole(raw: object) -> object:
    """A number written as 1e6 is as whole as 1000000."""
    return int(raw) if isinstance(raw, float) and raw.is_integer() else raw


_NOT_ID = re.compile(r"[^a-z0-9_-]+")
SOURCE_ID = r"^[^\s\x00-\x1f\x7f-\x9f]{1,100}$"
SourceId = Annotated[str, Field(pattern=SOURCE_ID)]
Id = Annotated[str, Field(pattern=ID, description=ID_FORM)]
Moves = Annotated[
    Named | None, Field(description="a mapping of levers, parts or inputs to values or changes")
]
Outcome = Annotated[
    Literal["leader_out", "regime_falls", "tutelage"],
    Field(description="leader_out, regime_falls or tutelage"),
]

ANSWERS = ("leader_out", "regime_falls", "tutelage", *WAYS[1:])
if TYPE_CHECKING:
    _Word = str
else:
    _Word = Literal[ANSWERS]
Answer = Annotated[
    _Word, Field(description="leader_out, regime_falls, tutelage or an exit mode such as coup")
]


def _line(most: int, description: str) -> Any:
    """The field of a text on one line, of at most so many characters."""
    return Field(min_length=1, max_length=most, pattern=LINE, description=description)


class Part(BaseModel):
    """Base of all: no coercion, no unknown keys, nothing changes afterwards."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class EntryPart(Part):
    """One entry of the timeline."""

    id: Id
    week: Weeks = None
    date: Day = None
    when: Annotated[Any, Field(description="a condition such as us_opposition > 0.8")] = None
    event: Annotated[Any, Field(description="the name of an event")] = None
    intensity: Annotated[Any, Field(description="a number from 0 to 1")] = None
    of: Annotated[
        Any, Field(description="whom a defection or an amnesty_offer is about: a name")
    ] = None
    set: Moves = None
    lasts: Weeks = None
    deadline: Weeks = None
    over: Weeks = None
    source: Ids = None


Entries = Annotated[
    list[EntryPart] | None,
    Field(description="a list of entries {id, week | date | when, event | set}"),
]


class MovedPart(Part):
    """A lever that was moved as a whole from where its parts stood."""

    lever: Annotated[str, Field(description="the name of a lever")]
    start: Annotated[
        Any, Field(alias="from", description="a number from 0 to 1: where the lever stood")
    ]
    to: Annotated[Any, Field(description="a number from 0 to 1, an interval or a distribution")]
    but: Annotated[
        list[str] | None, Field(description="a list of parts that have been set since")
    ] = None


class StopPart(Part):
    """When a run may stop early."""

    half_width: Annotated[
        float,
        Field(gt=0, lt=0.5, description="half the width of the 95% interval, between 0 and 0.5"),
    ]
    of: Outcome = "leader_out"


class RunsPart(Part):
    """How the scenario is run unless the caller says otherwise."""

    replicates: Annotated[
        Annotated[int, Field(ge=1, le=MOST_REPLICATES), BeforeValidator(_whole)] | None,
        Field(description=f"a whole number, 1 to {MOST_REPLICATES:,}"),
    ] = None
    seed: Annotated[
        Annotated[int, Field(ge=0, le=LARGEST_SEED), BeforeValidator(_whole)] | None,
        Field(description=f"a whole number, 0 to {LARGEST_SEED}"),
    ] = None
    stop_when: Annotated[StopPart | None, Field(description="a mapping of half_width and of")] = (
        None
    )


class ArmPart(Part):
    """One arm of a comparison: the scenario with some inputs set from the first week, entries left
    out, and entries added.
    """

    id: Id
    set: Moves = None
    without: Annotated[list[str] | None, Field(description="a list of ids of the timeline")] = None
    timeline: Entries = None


class ComparePart(Part):
    """What the scenario is to be compared with."""

    baseline: Annotated[str | None, Field(description="the name of a scenario")] = None
    arms: Annotated[
        list[ArmPart] | None, Field(description="a list of arms {id, set, without}")
    ] = None


class CheckPart(Part):
    """A claim that a run of the file tests."""

    it: Annotated[str, _line(500, "the claim in words, on one line")]
    vary: Annotated[
        Named | None, Field(description="a mapping of levers or parts to lists of numbers")
    ] = None
    expect: Annotated[
        Named, Field(description="a mapping of outcomes to increasing, decreasing or [low, high]")
    ]
    tolerance: Annotated[float, Field(ge=0, le=1, description="a number from 0 to 1")] = 0.0


class ResolvePart(Part):
    """What would have to be known to score the scenario, and when."""

    question: Annotated[str, _line(500, "the question in words, on one line")]
    by: Day
    of: Answer = "leader_out"


Chance = Annotated[float, Field(ge=0, le=1, description="a number from 0 to 1")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="a SHA-256 in hexadecimal")]


class RegisteredPart(Part):
    """A forecast, frozen before its question was answered. Written by `regime-sim score --freeze`,
    not by hand.
    """

    on: Day
    replicates: Annotated[
        int, Field(ge=1, le=MOST_REPLICATES, description="a whole number of futures")
    ]
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED, description="a whole number from 0")]
    probability: Chance
    low: Chance
    high: Chance
    range: Annotated[
        list[Chance] | None,
        Field(min_length=2, max_length=2, description="two numbers [low, high]"),
    ] = None
    outcomes: Annotated[
        dict[str, Chance] | None, Field(description="a mapping of exit modes to probabilities")
    ] = None
    model: Digest
    hash: Digest


class ResolvedPart(Part):
    """How the question was answered."""

    on: Day
    happened: Annotated[
        bool | Literal["void"], Field(description="true, false, or void if it could not be asked")
    ]
    source: Ids


class SourcePart(Part):
    """A source of the file's own."""

    cite: Annotated[str, _line(2000, "who, what, when, on one line")]
    confidence: Annotated[
        Literal["high", "medium", "low"], Field(description="high, medium or low")
    ] = "medium"


class ScenarioPart(Part):
    """A scenario file."""

    model_config = ConfigDict(title="A scenario of regime_sim")

    version: Annotated[
        Literal[1], Field(alias="schema", description="1, the version of the file format")
    ]
    id: Annotated[str | None, Field(pattern=ID, description=ID_FORM)] = None
    title: Annotated[str | None, _line(200, "a line of text, 200 characters at most")] = None
    extends: Annotated[
        str | None,
        Field(description="the name of a shipped scenario, or a file in the same folder"),
    ] = None
    start: Day = None
    horizon: Weeks = None
    ruler: Annotated[str | None, _line(80, "the ruler's name, 80 characters at most")] = None
    pressing_power: Annotated[
        str | None,
        _line(
            LONGEST_NAME,
            "who presses from outside, as inside a sentence (NATO, the United States),"
            f" {LONGEST_NAME} characters at most",
        ),
    ] = None
    levers: Annotated[
        Named | None, Field(description="a mapping of levers or their parts to values")
    ] = None
    moved: Annotated[
        list[MovedPart] | None,
        Field(description="a list of levers that were moved as a whole {lever, from, to, but}"),
    ] = None
    given: Annotated[Named | None, Field(description="a mapping of inputs to values")] = None
    patrons: Annotated[
        Named | None, Field(description="a mapping of patrons to what they give")
    ] = None
    principals: Annotated[
        Named | None, Field(description="a mapping of principals to what they hold and are")
    ] = None
    units: Annotated[
        Named | None, Field(description="a mapping of branches to troops, rents and tie")
    ] = None
    uncertain: Annotated[
        Named | None, Field(description="a mapping of structural parameters to values")
    ] = None
    timeline: Entries = None
    without: Annotated[
        list[str] | None, Field(description="a list of ids of the timeline that it extends")
    ] = None
    compare: Annotated[ComparePart | None, Field(description="a mapping of baseline and arms")] = (
        None
    )
    runs: Annotated[
        RunsPart | None, Field(description="a mapping of replicates, seed and stop_when")
    ] = None
    checks: Annotated[
        list[CheckPart] | None, Field(description="a list of checks {it, vary, expect, tolerance}")
    ] = None
    resolve: Annotated[ResolvePart | None, Field(description="a mapping of question and by")] = None
    registered: Annotated[
        RegisteredPart | None, Field(description="a forecast frozen by `regime-sim score`")
    ] = None
    resolved: Annotated[
        ResolvedPart | None, Field(description="a mapping of on, happened and source")
    ] = None
    sources: Annotated[
        dict[SourceId, SourcePart] | None,
        Field(description="a mapping of ids to {cite, confidence}"),
    ] = None
    notes: Annotated[
        str | None, Field(max_length=20_000, description="text, 20,000 characters at most")
    ] = None


def check_form(tree: dict[str, Any], findings: Findings) -> bool:
    """Whether a file's content has the form of a scenario. Mistakes become findings."""
    _refuse_nothing(tree, (), findings)
    try:
        ScenarioPart.model_validate(tree)
        return True
    except ValidationError as error:
        for mistake in error.errors(include_url=False, include_context=False):
            path, model, expected = _place(mistake["loc"])
            if mistake["loc"][-1] == "[key]":
                expected = "an id without blanks, 100 characters at most"
            if mistake["type"] == "extra_forbidden" and model is not None:
                findings.unknown(path, "key", str(path[-1]), _keys(model))
            elif mistake["type"] == "missing":
                findings.add(path, f"is missing - expected {expected}")
            else:
                got, hint = mistake["input"], _meant(mistake["type"], mistake["input"], expected)
                findings.add(path, f"got {show(got)} - expected {expected}{hint}")
        return False


def _meant(kind: str, got: object, expected: str) -> str:
    """What to write where the meaning is plain: quotes around text, an id in the right letters."""
    if kind == "string_type" and isinstance(got, bool | int | float):
        return f'; write it in quotes, "{show(got)}"'
    if expected == ID_FORM and isinstance(got, str):
        near = _NOT_ID.sub("-", got.strip().lower()).strip("-_")[:64]
        return f" - did you mean {near}?" if near else ""
    return ""


def _refuse_nothing(value: object, path: Path, findings: Findings) -> None:
    """A key with nothing behind it is a slip, not a choice."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if inner is None:
                findings.add(
                    (*path, key), "nothing is given - expected a value, or leave the key out"
                )
            _refuse_nothing(inner, (*path, key), findings)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            _refuse_nothing(inner, (*path, place), findings)


def _keys(model: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()]


def _place(loc: tuple[int | str, ...]) -> tuple[Path, type[BaseModel] | None, str]:
    """A mistake's path, the model of its last key, what was expected (the field's description)."""
    model: type[BaseModel] | None = ScenarioPart
    expected = "something else"
    path: list[str | int] = []
    holder: type[BaseModel] | None = None
    if loc and loc[-1] == "[key]":
        loc = loc[:-1]
    for step in loc:
        path.append(step)
        holder = model
        fields = (
            {info.alias or name: info for name, info in model.model_fields.items()} if model else {}
        )
        if isinstance(step, str) and step in fields:
            expected = fields[step].description or expected
            model = _inner(fields[step].annotation)
    return tuple(path), holder, expected


def _inner(annotation: Any) -> type[BaseModel] | None:
    """The model inside `Model | None`, `list[Model] | None` or `dict[str, Model] | None`."""
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return annotation if issubclass(annotation, BaseModel) else None
    return next((found for one in get_args(annotation) if (found := _inner(one)) is not None), None)
