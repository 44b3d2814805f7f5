"""One future over its weeks, a strip per variable, events marked above; computes no result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...facts.outcomes import WAY_WORDS
from .. import palette
from ..figure import Figure, Sheet, pixel
from ..words.story import headline
from .events import Tick, mark_events
from .plot import RIGHT, WIDTH, closed, month_marks, nice

if TYPE_CHECKING:
    from ...stories.story import Story

STRIP, GAP = 58, 26
Strip = tuple[str, str, float, str, float]
# weekly variable, what the strip is called, what it is multiplied by, its unit, the least top of
# its axis
STRIPS: tuple[Strip, ...] = (
    ("plotting_command", "Troops under plotting generals", 100.0, "%", 20.0),
    ("rents", "Rents paid to the generals", 100.0, "of 100", 100.0),
    ("reserves", "Reserves", 1.0, "weeks", 4.0),
    ("crowd", "Crowd in the streets", 100.0, "%", 20.0),
    ("pressure", "Military pressure", 100.0, "of 100", 100.0),
    ("belief", "His own belief that he will last", 100.0, "%", 100.0),
)
MARKED = (
    "climb",
    "blink",
    "reserves_out",
    "patron_gone",
    "failed_coup",
    "failed_palace_coup",
    "failed_raid",
    "patron_gives_up",
    "deal",
    "principal_leaves",
    "unit_turns",
    "stolen_vote",
    "defection",
    "crowd",
    "rebels",
    "stand_aside",
    "exit",
    "fall",
    "successor",
)


def story_lines(story: Story, theme: str = "light", width: int = WIDTH) -> Figure:
    """Six strips over one time axis; after his exit the lines go on, faint, under his successor."""
    sheet = Sheet(palette.theme(theme), width, (STRIP + GAP) * len(STRIPS) - 8)
    horizon = story.world.compiled.horizon
    mark_events(sheet, _ticks(story), horizon)
    for place, strip in enumerate(STRIPS):
        _strip(sheet, story, place, strip)
    _months(sheet, story, horizon)
    if story.world.week_out:
        x = width * story.world.week_out / horizon
        sheet.line(x, 0, x, sheet.height, sheet.look.ink, 1.4)
        sheet.token(story.why.way, x, sheet.height - STRIP / 2, 18)
        right = x < width * 0.7
        sheet.text(
            WAY_WORDS[story.why.way],
            x + (14 if right else -14),
            sheet.height - STRIP / 2,
            "left" if right else "right",
            weight=600,
            halo=True,
        )
    note = f"One future of {story.scenario.title}, seed {story.seed}; no likelier than any other."
    if story.world.week_out and story.world.last > story.world.week_out:
        note += " Faint: under his successor."
    about = {"scenario": story.scenario.id, "seed": story.seed, "replicate": story.replicate}
    title, alt = headline(story).rstrip("."), f"{headline(story)} {story.reasons()[0]}"
    return closed(sheet, title, [note], alt, RIGHT, about)


def _strip(sheet: Sheet, story: Story, place: int, strip: Strip) -> None:
    """One variable: its name, its line, the top of its axis and its value at his last week."""
    name, words, times, unit, least = strip
    values = [times * float(v) for v in story.world.observed(name)]
    lasts, horizon = story.world.lasts, story.world.compiled.horizon
    if name == "belief" and story.world.week_out:
        values[lasts] = values[lasts - 1]  # that of the week of exit is his successor's
    look, top, low = sheet.look, (STRIP + GAP) * place + 16, (STRIP + GAP) * place + 16 + STRIP
    most = max(least, nice(max(values), 1e9))
    points = [
        (sheet.width * week / horizon, low - STRIP * value / most)
        for week, value in enumerate(values)
    ]
    sheet.line(0, low, sheet.width, low, look.rule)
    sheet.line(0, top, sheet.width, top, look.rule, strokeDash=[2, 3])
    sheet.text(words, 0, top - 9, weight=600, size=12.5, halo=True)
    sheet.text(f"{most:g}", -6, top, "right", look.ink2, size=11)
    sheet.text("0", -6, low, "right", look.ink2, size=11)
    at: dict[str, Any] = {"x": pixel("x"), "y": pixel("y")}
    for part_of, part, colour, thick in (
        (f"his{place}", points[: lasts + 1], look.ink, 2.2),
        (f"after{place}", points[lasts:], look.edge, 1.2),
    ):
        if len(part) > 1:
            sheet.datasets[part_of] = [{"x": round(x, 1), "y": round(y, 1)} for x, y in part]
            sheet.layer(
                part_of,
                {"type": "line", "color": colour, "strokeWidth": thick, "strokeJoin": "round"},
                at,
            )
    x, y = points[lasts]
    sheet.dot(x, y, look.ink, 34)
    number = f"{values[lasts]:.0f}{'' if unit == '%' else ' '}{unit}"
    sheet.text(number, x + 10, y, weight=600, size=13, halo=True)


def _ticks(story: Story) -> list[Tick]:
    """What is marked above the strips: the gravest events, each kind once, in the story's words."""
    kinds: set[str] = set()
    found = []
    for one, (week, words, _) in zip(story.happenings, story.lines(), strict=True):
        if (one.kind in MARKED and one.kind not in kinds and week) or one.kind == "entry":
            kinds.add(one.kind)
            found.append(Tick(float(week), words))
    return found


def _months(sheet: Sheet, story: Story, horizon: int) -> None:
    """The names of the months under the last strip."""
    for week, name in month_marks(story.scenario.start, horizon, sheet.width):
        x = sheet.width * week / horizon
        sheet.line(x, sheet.height + 8, x, sheet.height + 12, sheet.look.ink3)
        sheet.text(name, x, sheet.height + 21, "center", sheet.look.ink2, size=12)
