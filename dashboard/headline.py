"""What is said first: the sentence, the change against the article's world, and how precise both
are. Computes no result.
"""

from __future__ import annotations

import re
from html import escape

import streamlit as st
from runs import FINE, FIRST, Answer

from regime_sim.view import palette
from regime_sim.view.words import sentences


def show(answer: Answer) -> None:
    """The headline in serif, its two numbers marked by a pale underlay, and the line below it."""
    st.html(
        f'<h1 class="say" data-answer="{answer.mark}">{marked(answer)}</h1><p'
        f' class="under">{_below(answer)}</p>'
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
    if answer.same:
        change = f"This is {answer.other}, against which every change is measured."
    else:
        change = sentences.change(answer.changed, answer.other)
        change = re.sub(r"^That is ([^(]+?) than", r"That is <b>\1</b> than", escape(change))
        change = re.sub(r"^No clear change", "<b>No clear change</b>", change)
    return f"{change} {escape(sentences.CAVEAT)}"


def ruler(answer: Answer) -> None:
    """The interval on an axis, the article's world dashed, faint ticks where the interval was
    before it was refined.
    """
    out, before, was = answer.out, answer.before.out(), answer.earlier
    edges = [100 * one for e in (out, before, *was) for one in (e.low, e.high)]
    low, high = max(0.0, min(edges) - 4), min(100.0, max(edges) + 4)

    def at(value: float) -> str:
        return f"left:{100 * (100 * value - low) / (high - low):.1f}%"

    step = next(step for step in (1, 2, 5, 10, 20, 50) if (high - low) / step <= 6)
    first = -(-int(low) // step) * step
    ticks = "".join(
        f'<u style="{at(k / 100)}"><em>{k}</em></u>'
        for k in range(first, int(high) + 1, step)
        if k >= low
    )
    ghosts = "".join(f'<s style="{at(one)}"></s>' for e in was for one in (e.low, e.high))
    whisker = f'<b style="{at(out.low)};width:{100 * 100 * (out.high - out.low) / (high - low):.1f}%"></b>'
    count = answer.whole.out
    dashed = "" if answer.same else f'<q style="{at(before.value)}"></q>'
    said = f"{sentences.short(out.value, count)} of 100, 95% range {sentences.interval(out, count)}"
    more = f" · refining to {FINE:,}" if answer.refining else ""
    words = f"{said}; {sentences.counted(answer.futures)}{more}"
    if not answer.same:
        words += f"; dashed, {answer.other}: {round(100 * before.value)}"
    key = "" if answer.same else f" · dashed: {answer.other}"
    st.html(
        f'<div class="ruler" role="img" aria-label="{escape(words)}"><p><span>Out:'
        f" <strong>{escape(said)}</strong></span></p><div"
        f' class="axis">{ticks}{ghosts}{dashed}{whisker}<i style="{at(out.value)}"></i></div><p'
        f' class="note">{answer.futures:,} futures{more}{key}</p></div>'
    )


def dock(answer: Answer) -> None:
    """On a phone, the answer in one line at the foot of the screen, in sight while a lever is
    moved.
    """
    out = answer.out
    range_ = sentences.interval(out, answer.whole.out)
    change = answer.changed
    clear = not answer.same and not change.low <= 0.0 <= change.high
    signed = f"{round(100 * change.value):+d} · ".replace("-", "−") if clear else ""
    whole = answer.whole
    strip = "".join(
        f'<i class="m-{way}" style="flex:{whole.of(way)}"></i>'
        for way in palette.GONE
        if whole.of(way)
    )
    st.html(
        f'<div class="dock"><p><b>{sentences.short(out.value, answer.whole.out)}</b>'
        f' out<br><small>{signed}{range_}</small></p><div class="ten" aria-hidden="true">{strip}<i'
        f' class="rest" style="flex:{whole.stays}"></i></div><a href="#levers">Levers</a></div>'
    )


def waiting() -> None:
    """What a cold start waits for, in the layout that is to come."""
    st.html(
        '<h1 class="say quiet">Running the first futures.</h1><p class="under">The first time on a'
        f" machine the model is compiled, which takes about a minute. After that, {FIRST:,} futures"
        " take about half a second.</p>"
    )
