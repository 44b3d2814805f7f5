"""A report as one HTML page: words, tables and pictures of finished results, all escaped, nothing
loaded; computes no result.

The page is made for a reader who never saw the project, on screen and on paper. Every number in a
table stands beside its exact value (`data-value`).
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ...errors import MissingExtra
from ...facts.pressing import power_of
from ...questions.compare import Comparison
from .. import palette
from ..embedded import policy
from ..figure import Figure
from ..tables.report import (
    arms_table,
    assumed_table,
    difference_table,
    fates_table,
    indices_table,
    interaction,
    leader_table,
    levers_table,
    regime_table,
    timeline_table,
    tipping_table,
    why_table,
)
from ..words import sentences
from ..words.phrases import weeks
from .network import Animation
from .report_history import history

if TYPE_CHECKING:
    from ...reports.report import Report


def text(report: Report) -> str:
    """A line on the run, and how the page is written."""
    return f"<Report: {sentences.headline(report.ensemble)} save(path) writes it.>"


def html(report: Report) -> str:
    """What a notebook shows: the run in short."""
    return sentences.html(report.ensemble)


def page(report: Report, theme: str = "light") -> str:
    """The report as a page. Raises MissingExtra where jinja2 or vl-convert is not installed."""
    try:
        from jinja2 import Environment, StrictUndefined
        from markupsafe import Markup
    except ImportError as error:
        raise MissingExtra("a report", "report") from error
    look = palette.theme(theme)
    world = None if report.story is None else Animation(report.story, theme)
    room = files("regime_sim.view.pages")
    script = "" if world is None else world.script
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    style = (room / "report.css").read_text("utf-8")
    style = style.replace("SANS", palette.SANS).replace("SERIF", palette.SERIF)
    colours = {
        name: getattr(look, name)
        for name in ("background", "panel", "rule", "ink", "ink2", "ink3", "edge", "accent", "warn")
    }
    named = "".join(f"--{name}: {value};" for name, value in colours.items())
    return environment.from_string((room / "report.html.j2").read_text("utf-8")).render(
        title=report.scenario.title,
        theme=theme,
        policy=policy(script) if script else policy(),
        script=Markup(script),
        style=Markup(f":root {{{named}}}\n{style}{'' if world is None else world.style}"),
        world=None if world is None else Markup(world.fragment(3)),
        **content(report, theme),
    )


def content(report: Report, theme: str) -> dict[str, Any]:
    """Everything that the page says, as plain text, tables and pictures."""
    e = report.ensemble
    parts: dict[str, Any] = {
        "question": _question(report),
        "finding": sentences.finding(e),
        "caveat": sentences.caveat(report.scenario),
        "presses": _presses(report),
        "ways": sentences.ways(e),
        "luck": f"{sentences.unknown(e)} {sentences.luck(e)}".strip(),
        "about": sentences.about(e),
        "ruler": sentences.name(e),
        "by": sentences.long_date(sentences.last_day(e)),
        "tables": {
            "leader": leader_table(report),
            "regime": regime_table(report),
            "fates": fates_table(report),
        },
        "pictures": {name: picture(figure) for name, figure in _figures(report, theme).items()},
        "compared": (
            {
                "text": str(report.comparisons[0]).splitlines(),
                "table": difference_table(report.comparisons[0]),
            }
            if report.comparisons
            else None
        ),
        "why_table": None if report.why is None else why_table(report.why),
        "arms": arms_table(report.comparisons[1:]) if report.comparisons[1:] else None,
        "interaction": interaction(report),
        "before": report.baseline.scenario.title if report.baseline else "",
        "story": report.story,
        "deep": report.deep,
        "tipping": tipping_table(report),
        "sensitivity": indices_table(report),
        "split": report.deep.sensitivity.split_words() if report.deep else "",
        "levers": levers_table(report),
        "timeline": timeline_table(report),
        "assumed": assumed_table(report),
        "notes": report.scenario.notes,
        "history": None if report.history is None else history(report.history),
        "sources": _sources(report),
        "citation": report.citation,
        "repeat": repeat(report),
        "yaml": report.scenario.to_yaml(resolved=True),
        "digest": e.digest(),
        "provenance": sorted(e.provenance.items()),
    }
    return parts


def picture(figure: Figure) -> Any:
    """A figure as inline SVG, with its sentence for those who cannot see it."""
    from markupsafe import Markup, escape

    svg = figure.to_svg()
    if not svg:
        return escape(figure.alt)
    hidden = Markup(svg.replace("<svg ", '<svg aria-hidden="true" ', 1))
    return Markup('<figure role="img" aria-label="{}">{}</figure>').format(figure.alt, hidden)


def _question(report: Report) -> str:
    """What was asked, in one sentence."""
    e, s = report.ensemble, report.scenario
    pressed = f", under pressure from {power.name}" if (power := power_of(s)).name else ""
    return (
        f"Starting on {sentences.long_date(s.start)}{pressed}: is {sentences.name(e)} out of office"
        f" by {sentences.long_date(sentences.last_day(e))}, {weeks(e.horizon)} later, how does he"
        " leave, and does his regime go on?"
    )


def _presses(report: Report) -> str:
    """The power that presses, as one of those who act in the model."""
    power = power_of(report.scenario)
    if not power.name:
        return "the outside power that presses it"
    return f"{power.name}, which {power.verb('presses', 'press')} it"


def _figures(report: Report, theme: str) -> dict[str, Figure]:
    """The pictures by name."""
    e, before = report.ensemble, report.baseline
    made = {
        "icons": e.plot("icons", theme=theme),
        "survival": e.plot("survival", baseline=before, theme=theme, unknown=True),
        "causes": e.plot("causes", baseline=before, theme=theme),
        "incidence": e.plot("incidence", theme=theme),
        "luck": e.plot("luck", theme=theme),
        **{
            name: e.plot(name, baseline=before, theme=theme)
            for name in ("plotting_command", "rents", "reserves")
        },
    }
    if report.why:
        made["why"] = report.why.plot(theme=theme)
    if report.comparisons:
        made["differences"] = report.comparisons[0].plot("differences", theme=theme)
    if report.comparisons[1:]:
        first, arms = report.comparisons[0].before, (one.after for one in report.comparisons)
        made["arms"] = Comparison.of(first, *arms).plot(theme=theme)
    if report.story:
        made["story"] = report.story.plot(theme=theme)
    if report.deep:
        made |= {
            "tornado": report.deep.sensitivity.plot(theme=theme),
            "shares": report.deep.sensitivity.plot("luck", theme=theme),
            "tips": report.deep.tipping.plot(theme=theme),
            "map": report.deep.grid.plot(theme=theme),
        }
    if report.history:
        made["reliability"] = report.history.plot(theme=theme)
    return made


def _sources(report: Report) -> list[dict[str, Any]]:
    """The sources by kind, each with what rests on it."""
    return [
        {
            "title": title,
            "entries": [
                {"id": one.id, "text": one.text, "rests": _first(one.rests)} for one in entries
            ],
        }
        for title, entries in report.citation.by_kind()
    ]


def _first(names: Sequence[str], most: int = 8) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def repeat(report: Report) -> dict[str, str]:
    """How the run is repeated: by a command where there is one, and always by lines of Python."""
    e, s = report.ensemble, report.scenario
    simulated, number = e.provenance.get("simulated_generals"), e.provenance.get("generals")
    knowledge = e.provenance.get("knowledge")
    corps = f", corps={simulated}" if simulated is not None and simulated != number else ""
    first = f", first={e.first}" if e.first else ""
    python = (
        f'rs.simulate(rs.load("{s.id}.yaml"), {e.replicates}, seed={e.seed}{corps}{first},'
        f' knowledge="{knowledge}").digest()'
    )
    whole = (
        ""
        if corps or e.failures
        else f"regime-sim run {s.id}.yaml --replicates {e.replicates} --seed {e.seed}"
        + (f" --first {e.first}" if e.first else "")
    )
    folder = f"regime-sim rerun {report.folder}" if report.folder else ""
    return {"file": f"{s.id}.yaml", "command": whole, "python": python, "folder": folder}
