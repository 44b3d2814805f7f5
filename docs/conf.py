"""The documentation site: Sphinx with MyST, built without the network; pages are Markdown, the
reference comes from the docstrings.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
project = "regime_sim"
author = "The regime_sim maintainers"
try:
    version = release = metadata.version("regime-sim")
except metadata.PackageNotFoundError:  # a checkout that was never installed
    version = release = "unreleased"

extensions = ["myst_parser", "sphinx.ext.autodoc"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "notebooks"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "regime_sim"
html_static_path: list[str] = []
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#17616E",
        "color-brand-content": "#17616E",
        "color-background-primary": "#FCFBF8",
    },
    "dark_css_variables": {
        "color-brand-primary": "#7CC4CC",
        "color-brand-content": "#7CC4CC",
        "color-background-primary": "#14171C",
    },
}
html_show_copyright = False
templates_path: list[str] = []
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
# defaults by value: those of shared keywords stand in no function's own source
autodoc_preserve_defaults = False
# pages written by commands begin their headings where they need to
suppress_warnings = ["myst.header"]
nitpicky = False

# how a type is written down: with what it has from its own bases, without what it has from Mesa's
CLASS = (
    "    :members:",
    "    :inherited-members: Model, Agent, tuple, dict",
    "    :exclude-members: __init__, __new__",
)
# pages that a command writes and that are not always there
WRITTEN = ("MODEL_CARD", "LARGE_RUNS")
TABLES = {
    "EVENTS": "events that a timeline may call by name",
    "FATES": "what may become of the ruler",
    "LEVERS": "the four levers with their parts, anchors and sources",
    "PARAMETERS": "every number of the model: unit, range, prior, source",
    "REGIME": "what may become of the regime",
    "WAYS": "the exit modes, survived first",
}


def fill_in(app: Any, name: str, source: list[str]) -> None:
    """Name in the contents those of the written pages that exist, and in the reference every public
    name.
    """
    there = [page for page in WRITTEN if (HERE / f"{page}.md").is_file()]
    source[0] = source[0].replace("%WRITTEN%", "\n".join(there))
    if "%NAMES%" in source[0]:
        source[0] = source[0].replace("%NAMES%", names())
    if "%REFERENCE%" in source[0]:
        source[0] = source[0].replace("%REFERENCE%", reference())


def names() -> str:
    """Fields of files, levers with parts, events, weekly variables, outcomes and parameters, from
    the schema and the tables.
    """
    import regime_sim as rs
    from regime_sim.facts.outcomes import FATES, OBSERVABLES, REGIME, WAY_WORDS

    def table(title: str, heads: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
        lines = [heads, ("---",) * len(heads), *rows]
        cells = [
            "| " + " | ".join(str(cell).replace("|", "/") for cell in row) + " |" for row in lines
        ]
        return f"## {title}\n\n" + "\n".join(cells) + "\n"

    def tick(name: object) -> str:
        return f"`{name}`"

    return "\n".join(
        [
            table("Fields of a scenario file", ("field", "what it holds"), fields()),
            table(
                "Levers",
                ("lever", "what it is", "parts"),
                [
                    (tick(one.name), one.meaning, ", ".join(tick(part.name) for part in one.parts))
                    for one in rs.LEVERS.values()
                ],
            ),
            table(
                "Events of a timeline",
                ("event", "what happens", "moves", "weeks"),
                [
                    (
                        tick(one.name),
                        one.meaning,
                        ", ".join(tick(moved[0]) for moved in one.sets),
                        "for good" if one.lasts in (None, float("inf")) else one.lasts,
                    )
                    for one in rs.EVENTS.values()
                ],
            ),
            table(
                "Weekly variables",
                ("variable", "what it is", "unit"),
                [(tick(one.name), one.meaning, one.unit) for one in OBSERVABLES],
            ),
            table("Exit modes", ("name", "in words"), [(tick(k), v) for k, v in WAY_WORDS.items()]),
            table(
                "Fates",
                ("of", "names"),
                [
                    ("the regime", ", ".join(map(tick, REGIME))),
                    ("the ruler", ", ".join(map(tick, FATES))),
                ],
            ),
            table(
                "Inputs and parameters",
                ("name", "what it is", "unit", "range"),
                [
                    (tick(one.name), one.meaning, one.unit, f"{one.low:g} to {one.high:g}")
                    for one in rs.PARAMETERS.values()
                ],
            ),
        ]
    )


def fields() -> list[tuple[str, str]]:
    """Every field of a scenario file, those inside another one with its name before them; from the
    schema that editors read.
    """
    schema = json.loads((HERE.parent / "schema" / "scenario-1.json").read_text("utf-8"))
    rows: list[tuple[str, str]] = []

    def add(whole: str, properties: dict[str, Any]) -> None:
        for name, one in properties.items():
            if "description" not in one:
                continue
            rows.append((f"`{whole}{name}`", one["description"]))
            inner = f"{whole}{name}."
            form = one.get("items", one)
            if isinstance(one.get("additionalProperties"), dict):  # names of the reader's own
                form, inner = one["additionalProperties"], f"{inner}NAME."
            part = re.fullmatch(r"#/\$defs/(\w+Part)", form.get("$ref", ""))
            if part and (part[1] != "EntryPart" or not whole):
                form = schema["$defs"][part[1]]
            add(inner, form.get("properties", {}))

    add("", schema["properties"])
    return rows


def returned() -> list[type]:
    """The package's own types that public functions, and methods of what they return, give back
    and that are not public names themselves; in alphabetical order.
    """
    import regime_sim

    known = package_types()
    public = [getattr(regime_sim, name) for name in regime_sim.__all__]
    errors = {one for one in known.values() if issubclass(one, BaseException)}
    todo, found = list(public), set[type]()
    while todo:
        thing = todo.pop()
        if isinstance(thing, dict):
            fresh = {type(one) for one in thing.values()}
        else:
            fresh = {one for part in (thing, *members(thing)) for one in gives(part, known)}
        fresh -= found | errors
        found |= fresh
        todo += fresh
    shown = {one for one in found if one not in public and not one.__name__.startswith("_")}
    return sorted(shown, key=lambda one: one.__name__)


def members(thing: object) -> list[Any]:
    """The public methods and properties of a type of ours."""
    if not isinstance(thing, type):
        return []
    names = (name for name in dir(thing) if not name.startswith("_"))
    parts = (inspect.getattr_static(thing, name) for name in names)
    plain = (getattr(one, "fget", None) or getattr(one, "__func__", one) for one in parts)
    return [one for one in plain if str(getattr(one, "__module__", "")).startswith("regime_sim")]


def gives(thing: object, known: dict[str, type]) -> list[type]:
    """The types of ours that a function says it returns."""
    said = (
        "" if isinstance(thing, type) else getattr(thing, "__annotations__", {}).get("return", "")
    )
    own = vars(sys.modules.get(getattr(thing, "__module__", None) or "", re))
    words = (word for word in re.findall(r"\w+", str(said)) if word in known)
    return [own[word] if isinstance(own.get(word), type) else known[word] for word in words]


def package_types() -> dict[str, type]:
    """The types that the package's modules define, by name."""
    import regime_sim

    found: dict[str, type] = {}
    for module in pkgutil.walk_packages(regime_sim.__path__, "regime_sim."):
        if module.name.split(".")[1] in ("cli", "bench", "renewal", "calibration", "law"):
            continue
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, type) and thing.__module__ == module.name:
                found.setdefault(thing.__name__, thing)
    return found


def reference() -> str:
    """Every public name under the heading of its kind."""
    import regime_sim

    kinds: dict[str, list[str]] = {
        "Functions": [],
        "Results and models": [],
        "Errors": [],
        "Tables": [],
    }
    for name in regime_sim.__all__:
        thing = getattr(regime_sim, name)
        if name.isupper():
            kinds["Tables"].append(f"`regime_sim.{name}`: {TABLES[name]}\n")
        elif isinstance(thing, type) and issubclass(thing, Exception):
            kinds["Errors"].append(directive("autoexception", name, "    :show-inheritance:"))
        elif isinstance(thing, type):
            kinds["Results and models"].append(directive("autoclass", name, *CLASS))
        else:
            kinds["Functions"].append(directive("autofunction", name))
    kinds["What they return"] = [
        directive("autoclass", f"{one.__module__}.{one.__name__}".split(".", 1)[1], *CLASS)
        for one in returned()
    ]
    return "\n".join(f"## {kind}\n\n" + "\n".join(parts) for kind, parts in kinds.items())


def directive(kind: str, name: str, *options: str) -> str:
    """A block of the reference."""
    return "\n".join(["```{eval-rst}", f".. {kind}:: regime_sim.{name}", *options, "```", ""])


def plain_docstring(
    app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Docstrings are plain text: names in backquotes become code, and no other sign means
    anything.
    """
    for k, line in enumerate(lines):
        indent, text = re.match(r"( *)(.*)", line, re.S).groups()  # type: ignore[union-attr]
        parts = re.split(r"(`[^`]+`)", text)
        lines[k] = indent + "".join(
            f"`{part}`" if part.startswith("`") else re.sub(r"([\\*|_`])", r"\\\1", part)
            for part in parts
        )
    if lines and lines[-1]:
        lines.append("")


def setup(app: Any) -> None:
    """Connect what is filled in and changed above."""
    app.connect("source-read", fill_in)
    app.connect("autodoc-process-docstring", plain_docstring)
