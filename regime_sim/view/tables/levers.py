"""The levers and parameters as text and rows, from the parameter table; computes nothing."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ...facts.parameters import LEVERS, PARAMETERS
from ...facts.pressing import NOBODY, Power, power_of, told_row
from ...shown import framed

if TYPE_CHECKING:
    import pandas as pd

    from ...facts.declare import Lever, LeverPart, Parameter
    from ...scenario import Scenario

Row = dict[str, Any]
WIDTH = 100


def levers(scenario: Scenario | str | None = None) -> pd.DataFrame:
    """The four levers and their parts as a table; of a scenario (or its name), in its words for the
    pressing power.

    Columns: name, lever (the lever that moves the part; empty for the lever itself), unit, low,
    high, default (of a part), at_zero and at_one (the part's value with the lever at 0 and at 1),
    meaning, anchors (value and words), source (ids).
    """
    if scenario is None:
        return framed(lever_rows(NOBODY))
    from ...scenario import load  # NumPy: the command that lists the levers starts without it

    return framed(lever_rows(power_of(load(scenario))))


def lever_rows(power: Power = NOBODY) -> list[Row]:
    """The rows of `levers()`: each lever, then its parts, in table order."""
    rows: list[Row] = []
    for lever in LEVERS.values():
        rows.append(_lever_row(told_row(lever, power)))
        rows.extend(_part_row(lever, part, _row(part, power)) for part in lever.parts)
    return rows


def _row(part: LeverPart, power: Power) -> Parameter:
    row: Parameter = told_row(PARAMETERS[part.name], power)
    return row


def parameter_rows(power: Power = NOBODY) -> list[Row]:
    """Every row of the parameter table, as plain values."""
    return [
        {
            "name": p.name,
            "symbol": p.symbol,
            "unit": p.unit,
            "low": p.low,
            "high": p.high,
            "default": p.default,
            "prior": str(p.prior) if p.prior else "",
            "kind": str(p.kind),
            "acts_in": p.acts_in,
            "meaning": p.meaning,
            "anchors": _anchor_text(p.anchors),
            "source": " ".join(p.source),
        }
        for p in (told_row(row, power) for row in PARAMETERS.values())
    ]


def levers_text(power: Power = NOBODY) -> str:
    """The four levers, each with its meaning, anchors, sources and parts, for a terminal."""
    blocks = [
        "Each lever is one number from 0 to 1; setting it moves its parts together. Any part may be"
        " set by itself."
    ]
    for lever in (told_row(row, power) for row in LEVERS.values()):
        lines = [
            f"{lever.name}  (share, 0 to 1)",
            *_wrap(lever.meaning, 2),
            *_wrap(_anchor_text(lever.anchors), 2),
        ]
        lines += [*_wrap(f"source: {', '.join(lever.source)}", 2), ""]
        lines += _aligned(_part_cells(part, _row(part, power)) for part in lever.parts)
        blocks.append("\n".join(lines))
    blocks.append(
        "`regime-sim levers --all` shows every parameter, `regime-sim cite SCENARIO` the sources in"
        " full."
    )
    return "\n\n".join(blocks)


def parameters_text(power: Power = NOBODY) -> str:
    """Every parameter under the law file that it acts in, for a terminal."""
    rooms: dict[str, list[Parameter]] = {}
    for parameter in (told_row(row, power) for row in PARAMETERS.values()):
        rooms.setdefault(parameter.acts_in, []).append(parameter)
    blocks = [f"{len(PARAMETERS)} parameters, by the file of the law that they act in."]
    for room, parameters in rooms.items():
        lines = [line for p in parameters for line in _parameter_lines(p)]
        blocks.append("\n".join([room, *lines]))
    return "\n\n".join(blocks)


def span(low: float, high: float) -> str:
    """A range in words: `0 to 1`."""
    return f"{low:g} to {high:g}"


def _lever_row(lever: Lever) -> Row:
    return {
        "name": lever.name,
        "lever": "",
        "unit": "share",
        "low": 0.0,
        "high": 1.0,
        "default": None,
        "at_zero": None,
        "at_one": None,
        "meaning": lever.meaning,
        "anchors": _anchor_text(lever.anchors),
        "source": " ".join(lever.source),
    }


def _part_row(lever: Lever, part: LeverPart, parameter: Parameter) -> Row:
    return {
        "name": part.name,
        "lever": lever.name,
        "unit": parameter.unit,
        "low": parameter.low,
        "high": parameter.high,
        "default": parameter.default,
        "at_zero": part.value(0.0),
        "at_one": part.value(1.0),
        "meaning": parameter.meaning,
        "anchors": _anchor_text(parameter.anchors),
        "source": " ".join(parameter.source),
    }


def _part_cells(part: LeverPart, parameter: Parameter) -> tuple[str, str, str, str, str]:
    moved = f"{part.value(0.0):g} -> {part.value(1.0):g}"
    if (part.start, part.end) != (0.0, 1.0):
        moved += f" (lever {part.start:g} to {part.end:g})"
    source = f"source: {', '.join(parameter.source)}"
    words = filter(None, (parameter.meaning, _anchor_text(parameter.anchors), source))
    range_ = span(parameter.low, parameter.high)
    return part.name, parameter.unit, range_, moved, "\n".join(words)


def _aligned(cells: Iterable[tuple[str, str, str, str, str]]) -> list[str]:
    """Columns under one head; the last cell of each row goes below it, wrapped."""
    rows = [("part", "unit", "range", "moved by the lever", ""), *cells]
    widths = [max(len(row[k]) for row in rows) for k in range(4)]
    lines: list[str] = []
    for *columns, words in rows:
        cut = (cell.ljust(width) for cell, width in zip(columns, widths, strict=True))
        lines.append(f"  {'  '.join(cut).rstrip()}")
        lines.extend(line for word in words.splitlines() for line in _wrap(word, 6))
    return lines


def _parameter_lines(p: Parameter) -> Iterator[str]:
    default = f"prior {p.prior}" if p.prior else f"default {p.default:g}"
    yield f"  {p.name}  [{p.symbol}]  {p.unit}, {span(p.low, p.high)}, {default}, {p.kind}"
    yield from _wrap(p.meaning, 6)
    if p.anchors:
        yield from _wrap(_anchor_text(p.anchors), 6)
    yield from _wrap(f"source: {', '.join(p.source)}", 6)


def _anchor_text(anchors: tuple[tuple[float, str], ...]) -> str:
    return "; ".join(f"{value:g} = {words}" for value, words in anchors)


def _wrap(text: str, indent: int) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * indent)
