"""A new scenario file that begins from another: what it inherits as comments, ready to be
uncommented and changed; writes no file itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import date as Date
from pathlib import Path

from ..facts.pressing import told
from .json_schema import schema_path
from .load import HORIZON, leads_out
from .names import (
    EVENTS,
    FREE_SLOTS,
    LEVERS,
    PATRON_KIND,
    PRINCIPAL_KIND,
    UNIT_KIND,
    USUAL,
    Names,
    Slots,
)
from .problems import clean
from .readings import HAPPENS
from .scenario import Scenario
from .shipped import shipped_names
from .writer import as_cell, quoted

_WIDE = 34
_ACTORS = (f"{PRINCIPAL_KIND.one}.", f"{UNIT_KIND.one}.")


def template(scenario: Scenario, source: str, path: Path) -> str:
    """The text of a file at `path` that says what `scenario` says, by extending `source` (its name
    or file), and shows in comments what can be changed.

    A file that does not lie in the folder of `path` or below cannot be extended: all that it says
    is then written out.
    """
    parent = _parent(source, path)
    if parent is None:
        return "\n".join(
            [
                _editor_line(path),
                (
                    f"# Written out from {clean(Path(source).name)}. `regime-sim check` says what"
                    " is wrong with a file."
                ),
                scenario.to_yaml(resolved=True),
            ]
        )
    return "\n".join(_lines(scenario, parent, path)) + "\n"


def blank(path: Path) -> str:
    """A form of a file at `path`: every input that a country's coder should fill in, with its
    meaning, range and anchors, as comments that hold the default.
    """
    scenario = Scenario(id=_id_of(path), title="A country", start=Date(2026, 1, 5), horizon=HORIZON)
    names = scenario.names
    lines = [
        _editor_line(path),
        "# A form. Remove a `#` and the blank after it where you know better than the default that"
        " stands there;",
        "# `regime-sim check` finds mistakes, and says how many inputs are still defaults.",
        "schema: 1",
        f"id: {quoted(scenario.id)}",
        f"title: {quoted(scenario.title)}",
        "# ruler: the name of the ruler",
        "# pressing_power: who presses from outside, as inside a sentence (NATO, the Gulf states)",
        f"start: {scenario.start.isoformat()}",
        f"horizon: {HORIZON} weeks",
        "\n# Levers, part by part: a number, an interval (0.4 to 0.6 holds 90%), or a distribution,"
        " each best with its source:",
        "# {value: 0.4 to 0.6, source: my-note}",
        "# levers:",
    ]
    for lever in LEVERS:
        lines += [f"#   {lever}:", *_anchored(scenario, _parts(lever, names), "    ", names)]
    given = (
        name
        for name in names.given
        if not name.startswith((*HAPPENS, *_ACTORS, f"{PATRON_KIND.one}."))
    )
    lines += ["\n# What lies outside the levers and is given.", "# given:"]
    lines += _anchored(scenario, given, "  ", names)
    lines += ["\n# What each patron gives when fully committed; a name of your own adds one."]
    lines += ["# patrons:"]
    for patron in (slot for slot in names.slots if slot):
        gifts = (PATRON_KIND.name(patron, cell) for cell in PATRON_KIND.cells[1:])
        lines += [f"#   {patron}:", *_anchored(scenario, gifts, "    ", names)]
    lines += _court(scenario, names)
    lines += [
        "\n# sources:",
        '#   my-note: {cite: "who, what, when", confidence: medium}',
    ]
    return "\n".join(lines) + "\n"


def _parts(lever: str, names: Names) -> Iterator[str]:
    return (part for part in names.levers if part.startswith(f"{lever}."))


def _anchored(
    scenario: Scenario, inputs: Iterable[str], indent: str, names: Names
) -> Iterator[str]:
    """Inputs as comments, each with what its values mean where the table says so."""
    for name in inputs:
        shown = name if indent == "  " else name.rpartition(".")[2]
        line = _cell(scenario, name, names, indent, shown)
        anchors = "; ".join(f"{at:g}: {text}" for at, text in names.inputs[name].anchors)
        yield f"{line}; {anchors}" if anchors else line


def _id_of(path: Path) -> str:
    letters = (c if c.isascii() and (c.isalnum() or c in "_-") else "-" for c in path.stem.lower())
    return "".join(letters).strip("-_")[:64] or "scenario"


def _parent(source: str, path: Path) -> str | None:
    """What `extends` has to say, None where no file at `path` may extend that scenario."""
    if source in shipped_names():
        return source
    try:
        inside = _real(source).relative_to(_real(path).parent)
    except ValueError:
        return None
    name, itself = inside.as_posix(), _real(path) == _real(source)
    is_file = inside.suffix in (".yaml", ".yml")
    return name if is_file and not itself and not leads_out(name) else None


def _real(path: str | Path) -> Path:
    """Where a path leads; a link that leads back to itself leads nowhere and is no error here."""
    return Path(os.path.realpath(path))


def _editor_line(path: Path) -> str:
    """The line by which an editor's language server finds the schema: a relative path inside one
    project, else the address of the file.
    """
    schema, folder = schema_path().resolve(), _real(path).parent
    near = folder.is_relative_to(schema.parent.parent)
    return (
        "# yaml-language-server:"
        f" $schema={Path(os.path.relpath(schema, folder)).as_posix() if near else schema.as_uri()}"
    )


def _lines(scenario: Scenario, parent: str, path: Path) -> Iterator[str]:
    names = scenario.names
    own = _id_of(path)
    yield _editor_line(path)
    yield (
        f"# Begins as {clean(parent)}: anything not set here is inherited. Remove a `#` and the"
        " blank after it to change a line;"
    )
    yield "# `regime-sim levers --all` explains every name, `regime-sim check` finds mistakes."
    yield "schema: 1"
    yield f"id: {quoted(own)}"
    yield f"title: {quoted(scenario.title)}"
    yield f"extends: {quoted(parent)}"
    yield f"# start: {scenario.start.isoformat()}"
    yield f"# horizon: {scenario.horizon or HORIZON} {'weeks' if scenario.horizon > 1 else 'week'}"
    if scenario.pressing_power:
        yield f"# pressing_power: {quoted(scenario.pressing_power)}"
    yield (
        "\n# Levers: a number from 0 to 1, an interval (0.4 to 0.6 holds 90%), or a distribution;"
        " whole, or part by part."
    )
    yield "# levers:"
    for lever in LEVERS:
        yield from _lever(lever, scenario, names)
    yield "\n# What lies outside the levers and is given."
    yield "# given:"
    # shocks are events; actors have sections of their own
    yield from (
        _cell(scenario, name, names, "  ")
        for name in names.given
        if not name.startswith(("shock.", *_ACTORS))
    )
    yield from _court(scenario, names)
    yield from _examples(scenario, parent)


def _examples(scenario: Scenario, parent: str) -> Iterator[str]:
    """The sections timeline, compare, checks and runs, as comments."""
    yield (
        "\n# What happens when: in a week, on a date, or on a condition; an event, or inputs that"
        " are set."
    )
    yield "# timeline:"
    yield (
        f"#   - {{id: later, week: 20, event: {next(iter(EVENTS))}, intensity: 0.5, lasts: 8"
        " weeks}"
    )
    yield "#   - {id: cut, week: 26, set: {rents: 0.2}, over: 8 weeks}"
    if scenario.timeline:
        yield (
            f"# without: [{', '.join(entry.id for entry in scenario.timeline)}]   # entries that it"
            " inherits and leaves out"
        )
    yield (
        "\n# Arms that `regime-sim compare` runs against the baseline, and claims that `regime-sim"
        " run` tests."
    )
    yield "# compare:"
    yield f"#   baseline: {quoted(parent)}"
    yield "#   arms:"
    yield "#     - {id: isolation, set: {foreign_support: 0.1}}"
    yield "# checks:"
    yield (
        "#   - {it: richer rents do not raise the risk of a coup, vary: {rents: [0.2, 0.8]},"
        " expect: {coup: decreasing}, tolerance: 0.01}"
    )
    yield "# runs: {replicates: 10000, seed: 1}"


def _court(scenario: Scenario, names: Names) -> Iterator[str]:
    """The sections principals and units, as comments."""
    yield (
        "\n# The court: at most twelve men by name. `role` gives what is not said; a file that"
        " names one has no others but those it names."
    )
    yield "# principals:"
    for one in scenario.principals or USUAL:
        yield f"#   {one.name}:"
        yield f"#     title: {quoted(one.called)}"
        yield f"#     role: {one.role}"
        yield from _cells(scenario, PRINCIPAL_KIND, one.name, names)
    yield "\n# Branches of the armed forces, and a region's garrisons."
    yield "# units:"
    for unit in UNIT_KIND.table:
        yield f"#   {unit}:"
        yield from _cells(scenario, UNIT_KIND, unit, names)


def _lever(lever: str, scenario: Scenario, names: Names) -> Iterator[str]:
    """A lever's parts as comments; the whole lever too, once more, since it would replace them."""
    yield (
        f"#   {lever}:{'':{_WIDE - len(lever) - 3}}# or one number for all of it, now about"
        f" {scenario.value(lever):.2g}: {told(LEVERS[lever].meaning, names.power)}"
    )
    yield from (
        _cell(scenario, part, names, "    ", part.split(".", 1)[1])
        for part in names.levers
        if part.startswith(f"{lever}.")
    )


def _cells(scenario: Scenario, kind: Slots, who: str, names: Names) -> Iterator[str]:
    """What a scenario says of one actor, a line each."""
    return (_cell(scenario, kind.name(who, cell), names, "    ", cell) for cell in kind.cells)


def _cell(
    scenario: Scenario, name: str, names: Names, indent: str, shown: str | None = None
) -> str:
    """One value as it stands, with what the table says of it."""
    row = names.inputs[name]
    own = dict(scenario.values).get(name)
    value = as_cell(own) if own else repr(scenario.value(name))
    meaning = row.meaning
    if name.startswith(_ACTORS):
        meaning = meaning.partition(": ")[2]
    for slot, patron in zip(FREE_SLOTS, scenario.patrons, strict=False):
        meaning = meaning.replace(f"{slot}:", f"{patron}:").replace(
            f"a further patron that a scenario names (slot {slot[-1]})", patron
        )
    return (
        f"# {indent}{f'{shown or name}: {value}':<{_WIDE}} # {meaning} ({row.unit}, {row.low:g} to"
        f" {row.high:g})"
    )
