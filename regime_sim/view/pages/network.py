"""The generals' network of trust in one future, week by week beside the sentences: a page that
stands alone, loads nothing and moves only when asked.

Generals lie on a spiral outwards from the ruler in order of command, so that those near in command,
who trust each other most, lie side by side; the area of a dot is the troops under the general. Ties
are drawn among plotters only.
"""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from functools import cached_property
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import UnknownName
from ...given import path as given_path
from ...store import disk
from .. import palette
from ..embedded import embedded, policy
from ..words import story as story_words

if TYPE_CHECKING:
    from ...stories.story import Story

# half the width of the picture, the radius kept free for the ruler, in pixels
HALF, HOLE = 270.0, 40.0
TRACK, TALL = 540.0, 54.0  # width and height of the curve above the slider
# status as in `law.general`, in two bits: loyal, plotting, fled, purged
CODES = {0: 0, 1: 1, 16: 2, 32: 3}


@dataclass(frozen=True)
class Animation:
    """The network of one story: shown in notebooks, saved as one HTML file."""

    story: Story
    theme: str = "light"

    @cached_property
    def script(self) -> str:
        """The script of the page; it is the same for every story."""
        return (files("regime_sim.view.pages") / "network.js").read_text("utf-8")

    @property
    def style(self) -> str:
        """The style of the page in this theme."""
        look = palette.theme(self.theme)
        colours = {
            "paper": look.background,
            "panel": look.panel,
            "rule": look.rule,
            "ink": look.ink,
            "ink2": look.ink2,
            "edge": look.edge,
            "accent": look.accent,
            "loyal": look.edge,
            "plot": look.ways["coup"],
        }
        named = "".join(f"--{name}: {value};" for name, value in colours.items())
        text = (files("regime_sim.view.pages") / "network.css").read_text("utf-8")
        text = text.replace("SANS", palette.SANS).replace("SERIF", palette.SERIF)
        return f".one-world {{ {named} }}\n{text}"

    def fragment(self, level: int = 2) -> str:
        """The picture as part of a page that brings `style` and `script`. level: its heading."""
        s = self.story
        rows = "".join(
            f'<li data-week="{week}"><button type="button"><span'
            f' class="week">{week}</span><span><b>{escape(bold)}.</b>'
            f" {escape(rest)}</span></button></li>"
            for week, bold, rest in s.lines()
        )
        ended = "Why it ended so" if s.why.week else "Why he is still there"
        why = "".join(f"<li>{escape(reason)}</li>" for reason in s.reasons())
        return (
            f'<section class="one-world"><h{level}>{escape(s.headline())}</h{level}><p'
            f' class="about">{escape(story_words.about(s))}</p><div><ol aria-label="The story, week'
            f' by week">{rows}</ol></div><div class="stage"><p class="key"><span>loyal</span><span'
            ' class="plots">plotting, and a tie of trust</span><span'
            ' class="purged">purged</span><span class="fled">fled</span></p><p>Generals around the'
            ' ruler in order of command; area: troops commanded.</p><canvas width="540"'
            ' height="540" role="img"'
            f' aria-label="{escape(s.headline())}"></canvas>{self._track()}<input type="range"'
            f' min="0" max="{s.world.last}" value="0" step="1" aria-label="Week" style="width:'
            f' {100 * s.world.last / s.world.compiled.horizon:.2f}%"><div class="controls"><button'
            ' type="button" class="play">Play</button><button type="button" class="back">Week'
            ' back</button><button type="button" class="on">Week on</button></div><p class="said"'
            ' aria-live="polite"></p></div><div'
            f' class="why"><h{level + 1}>{ended}</h{level + 1}><ul>{why}</ul>'
            f"<p>{escape(story_words.RULE)}</p></div><script"
            f' type="application/json">{self.payload()}</script></section>'
        )

    def payload(self) -> str:
        """The data of the picture as JSON that can stand inside a page."""
        world = self.story.world
        x, y, r = spiral(world.troops)
        command = [round(100 * float(share), 1) for share in world["plot.command"]]
        peers = world.peers.astype("<u2").tobytes()
        name = (self.story.scenario.ruler or "the ruler").strip()
        content: dict[str, Any] = {
            "n": len(x),
            "weeks": world.last,
            "horizon": world.compiled.horizon,
            "half": HALF,
            "hole": HOLE,
            "track": TRACK,
            "out": world.week_out,
            "first": max(0, world.lasts - 1) if world.week_out else world.last,
            "initial": name[:1].upper(),
            "x": x,
            "y": y,
            "r": r,
            "command": command,
            "peersEach": int(world.peers.shape[1]),
            "peers": base64.b64encode(peers).decode(),
            "codes": base64.b64encode(packed(world.codes)).decode(),
        }
        return embedded(content)

    def _track(self) -> str:
        """The share of troops under plotters over the weeks, above the slider."""
        world = self.story.world
        most = max(0.05, float(world["plot.command"].max()))
        at = [
            (TRACK * week / world.compiled.horizon, TALL - 4 - (TALL - 12) * float(v) / most)
            for week, v in enumerate(world["plot.command"])
        ]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
        end = f"{at[-1][0]:.1f},{TALL - 4}"
        return (
            f'<svg class="track" viewBox="0 0 {TRACK:g} {TALL:g}" preserveAspectRatio="none"'
            f' aria-hidden="true"><polygon points="0,{TALL - 4} {line} {end}" fill="var(--plot)"'
            f' opacity="0.2"/><polyline points="{line}" fill="none" stroke="var(--plot)"'
            f' stroke-width="2" vector-effect="non-scaling-stroke"/><line x1="0" x2="{TRACK:g}"'
            f' y1="{TALL - 4}" y2="{TALL - 4}" stroke="var(--edge)"/><line class="mark" x1="0"'
            f' x2="0" y1="0" y2="{TALL:g}" stroke="var(--ink)" stroke-width="2"'
            ' vector-effect="non-scaling-stroke"/></svg>'
        )

    def page(self) -> str:
        """The whole page. Its policy allows the one script in it and no request at all."""
        s, look = self.story, palette.theme(self.theme)
        space = "margin: 0; padding: 24px 32px;"
        body = f"body {{ {space} background: {look.background}; max-width: 1216px; }}"
        return (
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta'
            f' http-equiv="Content-Security-Policy" content="{policy(self.script)}">'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><meta'
            f' name="color-scheme" content="{self.theme}"><title>{escape(s.headline())}</title>'
            f"<style>{body}\n{self.style}</style></head><body>{self.fragment()}"
            f"<script>{self.script}</script></body></html>\n"
        )

    def save(self, path: str | Path) -> Path:
        """Write the page to a file. Raises UnknownName (not .html), NotWritten: all as it was."""
        target = given_path("path", path)
        if target.suffix.lower() != ".html":
            raise UnknownName("animation format", target.suffix or target.name, (".html",))
        return disk.write_file(target, self.page())

    def __repr__(self) -> str:
        return f"<Animation: {self.story.headline()}>"

    def _repr_html_(self) -> str:
        return (
            f'<iframe title="{escape(self.story.headline())}" sandbox="allow-scripts" style="width:'
            f' 100%; height: 860px; border: 0" srcdoc="{escape(self.page())}"></iframe>'
        )


def packed(codes: Any) -> bytes:
    """Statuses (weeks, N) as two bits each, four a byte, lowest first; each week a new byte."""
    two = np.zeros((codes.shape[0], -(-codes.shape[1] // 4) * 4), np.uint8)
    for status, code in CODES.items():
        two[:, : codes.shape[1]][codes == status] = code
    four = two.reshape(codes.shape[0], -1, 4)
    bits = four[..., 0] | four[..., 1] << 2 | four[..., 2] << 4 | four[..., 3] << 6
    return bytes(bits.astype(np.uint8).tobytes())


def spiral(troops: Any) -> tuple[list[float], list[float], list[float]]:
    """Centres and radii of the dots in pixels: outwards in the order given, none over another,
    filling the picture.

    The scale is found by halving: the largest at which the last dot still lies inside.
    """
    root = np.sqrt(np.asarray(troops, dtype=np.float64) / max(1, int(np.max(troops))))
    low, high = 0.0, HALF
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _reach(root * middle) <= HALF - 3 else (low, middle)
    wound = _wound(root * low)
    x = [round(HALF + rho * math.cos(angle), 1) for rho, angle, _ in wound]
    y = [round(HALF + rho * math.sin(angle), 1) for rho, angle, _ in wound]
    return x, y, [round(max(0.6, r), 2) for _, _, r in wound]


def _reach(radii: Any) -> float:
    """How far from the middle the outermost edge of a dot lies."""
    return max(rho + r for rho, _, r in _wound(radii))


def _wound(radii: Any) -> list[tuple[float, float, float]]:
    """(distance, angle, radius) of each dot: full rings, each as wide as its largest dot."""
    placed: list[tuple[float, float, float]] = []
    k, inner = 0, HOLE
    while k < len(radii):
        widest = float(radii[k])  # dots come in falling order of command
        rho, angle = inner + widest, 0.0
        while k < len(radii):
            step = 2.3 * float(radii[k]) / rho
            if angle + step > 2 * math.pi:
                break
            placed.append((rho, angle + step / 2, float(radii[k])))
            angle, k = angle + step, k + 1
        if angle == 0.0:  # a dot wider than its ring: it has the ring to itself
            placed.append((rho, 0.0, float(radii[k])))
            k += 1
        inner = rho + 1.2 * widest
    return placed
