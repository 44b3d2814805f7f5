"""What is said first: the sentence, the change against the baseline, and how precise both are;
computes no result.
"""

from __future__ import annotations

import re
from html import escape

import streamlit as st

from regime_sim.view import palette
from regime_sim.view.words import sentences

from . import caption, presets
from .answers import Answer


def show(answer: Answer) -> None:
    """The headline in serif, its two numbers marked by a pale underlay, and the line below it."""
    few = " data-coarse" if answer.coarse else ""
    out = answer.out
    st.html(
        f'<h1 class="say" aria-live="polite" data-answer="{answer.id}"'
        f' data-out="{out.value:.5f} {out.low:.5f} {out.high:.5f}"{few}>{marked(answer)}</h1>'
        f'<p class="under">{_below(answer)}</p>'
    )


def marked(answer: Answer) -> str:
    """The finding as HTML: its interval goes to the line below, its two numbers get an underlay."""
    text = re.sub(r"\s*\(95%[^)]*\);\s*in\b", ". In", sentences.finding(answer.now))
    text = escape(text)
    text = re.sub(r"^In ((?:(?:fewer|more) than )?[\d,]+ of 100)", r"In <mark>\1</mark>", text)
    return re.sub(
        r"In ((?:(?:fewer|more) than )?[\d,]+|none|all) of (those|100)",
        r"In <mark>\1</mark> of \2",
        text,
    )


def _below(answer: Answer) -> str:
    """The change, the range of what we do not know, and that it is no forecast."""
    change = _changed(answer)
    wide = ""
    if answer.unknown is not None:
        wide = f" <b>{_wide(answer)}</b> counting what we do not know."
    return f"{change}{wide} {escape(sentences.caveat(answer.now.scenario))}"


def _changed(answer: Answer) -> str:
    if answer.same:
        return f"This is {answer.baseline_name}: every change is measured against it."
    change = escape(sentences.change(answer.changed, answer.baseline_name))
    # of the whole numbers that stand beside it, so that they add up
    change = re.sub(r"^That is \d+ ", f"That is {abs(answer.more)} ", change)
    change = re.sub(r"^That is ([^(]+?) than", r"That is <b>\1</b> than", change)
    return re.sub(r"^No clear change", "<b>No clear change</b>", change)


def _wide(answer: Answer) -> str:
    """The range of what we do not know, in futures of a hundred."""
    return str(sentences.interval(answer.unknown, answer.of_100.out)) if answer.unknown else ""


def ruler(answer: Answer) -> None:
    """Three lengths on one axis: what the reader chose (an arrow from the baseline), what we do not
    know (pale), chance (dark); faint ticks where the interval was before it was refined.
    """
    out, count = answer.out, answer.of_100.out
    said = f"{sentences.short(out.value, count)} of 100"
    more = " · refining" if answer.refining else ""
    words = [f"{said}; chance (95% interval) {_interval(answer)}"]
    if answer.unknown is not None:
        words.append(f"what we do not know {_wide(answer)}")
    if not answer.same:
        was = answer.baseline.frequencies().out
        words.append(f"{answer.baseline_name}: {was}")
    few = f", {answer.corps} generals" if answer.corps else ""
    words.append(
        ", ".join(filter(None, (sentences.counted(answer.futures), caption.generals(answer))))
        + more
    )
    st.html(
        f'<div class="ruler" role="img" aria-label="{escape("; ".join(words))}"><p><span>Out:'
        f" <strong>{escape(said)}</strong> · chance <strong>{_interval(answer)}</strong></span>"
        f'<span class="note">{answer.futures:,} futures{few}{more}</span></p>'
        f'<div class="axis">{_axis(answer)}</div>{_key(answer)}</div>'
    )


def _key(answer: Answer) -> str:
    """What the three lengths of the ruler are."""
    parts = []
    if not answer.same:
        parts.append('<span class="chose"></span>what you chose')
    parts.append('<span class="chance"></span>chance')
    if answer.unknown is not None:
        parts.append(f'<span class="unknown"></span>what we do not know <b>{_wide(answer)}</b>')
    return f'<p class="note lengths">{" ".join(f"<em>{part}</em>" for part in parts)}</p>'


def _axis(answer: Answer, bare: bool = False) -> str:
    """What lies on the ruler, as HTML: ticks, ranges, baseline, arrow, estimate."""
    out, before, was, wide = answer.out, answer.baseline.out(), answer.earlier, answer.unknown
    ranges = (out, before, *was, *((wide,) if wide is not None else ()))
    edges = [100 * one for e in ranges for one in (e.low, e.high)]
    # in steps of ten, so that the axis stays while a lever is moved
    low = max(0.0, 10 * ((min(edges) - 2) // 10))
    high = min(100.0, -10 * (-(max(edges) + 2) // 10))

    def at(value: float) -> str:
        return f"left:{100 * (100 * value - low) / (high - low):.1f}%"

    def span(first: float, last: float) -> str:
        return f"{at(first)};width:{100 * 100 * (last - first) / (high - low):.1f}%"

    step = next(step for step in (5, 10, 20, 50) if (high - low) / step <= 6)
    ticks = "".join(
        f'<u style="{at(k / 100)}"><em>{k}</em></u>'
        for k in range(-(-int(low) // step) * step, int(high) + 1, step)
        if not bare
    )
    ghosts = "".join(f'<s style="{at(one)}"></s>' for e in was for one in (e.low, e.high))
    pale = "" if wide is None else f'<small style="{span(wide.low, wide.high)}"></small>'
    dashed = arrow = ""
    if not answer.same:
        dashed = f'<q style="{at(before.value)}"></q>'
        way = "" if out.value >= before.value else ' class="less"'
        ends = sorted((before.value, out.value))
        arrow = f'<ins{way} style="{span(*ends)}"></ins>'
    whisker = f'<b style="{span(out.low, out.high)}"></b>'
    return f'{ticks}{pale}{ghosts}{dashed}{whisker}{arrow}<i style="{at(out.value)}"></i>'


def _interval(answer: Answer) -> str:
    return str(sentences.interval(answer.out, answer.of_100.out))


def dock(answer: Answer) -> None:
    """On a phone, the answer in one line at the foot of the screen, in sight while a lever is
    moved.
    """
    change, whole = answer.changed, answer.of_100
    clear = not answer.same and not change.low <= 0.0 <= change.high
    signed = f"{answer.more:+d} · ".replace("-", "−") if clear else ""
    strip = "".join(
        f'<i class="m-{way}" style="flex:{whole.of(way)}"></i>'
        for way in palette.GONE
        if whole.of(way)
    )
    st.html(
        f'<div class="dock"><p><b>{sentences.short(answer.out.value, whole.out)}</b>'
        f" out<br><small>{signed}{_interval(answer)}</small></p>"
        f'<div class="ten" aria-hidden="true">{strip}<i class="rest"'
        f' style="flex:{whole.stays}"></i></div><a href="#levers" data-do="levers">Levers</a></div>'
    )


def strip(answer: Answer) -> None:
    """The answer in one line above the tabs, shown once the headline is out of sight: what is
    looked at, how often he is out, a way back to the levers, undo and redo.
    """
    whole, moved = answer.of_100, "*" if st.session_state.moves else ""
    title = presets.label(st.session_state.preset)
    st.html(
        f'<div class="strip-top"><p><b>{escape(title)}{moved}</b> <strong>'
        f"{sentences.short(answer.out.value, whole.out)} of 100</strong> out,"
        f' {_interval(answer)}</p><div class="axis" aria-hidden="true">{_axis(answer, bare=True)}'
        f"</div><span>{_do('undo', '↶', 'Undo')}{_do('redo', '↷', 'Redo')}"
        '<a href="#levers" data-do="levers">Levers</a></span></div>'
    )


def _do(what: str, sign: str, words: str) -> str:
    """A button that the page's own script answers."""
    kept = {"undo": "undone", "redo": "redone"}[what]
    off = "" if st.session_state.get(kept) else " disabled"
    return (
        f'<button type="button" data-do="{what}" title="{words}" aria-label="{words}"{off}>'
        f"{sign}</button>"
    )


def waiting() -> None:
    """What a cold start waits for, in the layout that is to come."""
    st.html(
        '<h1 class="say quiet">Simulating the first futures.</h1><p class="under">It takes a second'
        " or two.</p>"
    )
