"""Two to four scenarios that the reader pinned: one chart, both ranges, one table of exits, under
the same draws; has them run in the background and computes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

import regime_sim as rs
from regime_sim.view import palette
from regime_sim.view.figures.overlay import LETTERS
from regime_sim.view.words import sentences
from regime_sim.view.words.attribution import BY

from .. import elements, jobs, long_work, presets, runs, state
from ..answers import Answer
from ..style import mark, theme

CLOCKS = {"leader": "He is in office", "regime": "The regime stands"}
WIDE, NARROW = (470, 300), (196, 260)


def show(answer: Answer) -> None:
    """What is pinned, each against the first."""
    pins: list[state.Pin] = st.session_state.pins
    if not pins:
        elements.lead(
            "Nothing is pinned yet",
            "Set the levers and pin the settings; change them and pin again. Two to four scenarios"
            " are then laid over one another, under the same draws.",
        )
        _pin_button(pins)
        return
    found = _found([state.pinned(pin) for pin in pins], st.session_state.seed)
    ready = found is not None and len(found) == len(pins)
    together = rs.compare(*found) if ready and found and len(found) > 1 else None
    each: Sequence[rs.Comparison] = () if together is None else together.each
    names = [called(pin) for pin in pins]
    elements.lead(*_said(each, names))
    _cards(pins, found if ready else None, each)
    if together is None:
        return
    left, right = st.columns([640, 540], gap="large")
    with left:
        clock = st.segmented_control(
            "What is drawn",
            list(CLOCKS),
            default="leader",
            key="compare_clock",
            format_func=CLOCKS.get,
            label_visibility="collapsed",
            required=True,
        )
        wide, narrow = (
            together.plot(
                "overlay", names=names, clock=clock, theme=theme(), width=width, height=height
            )
            for width, height in (WIDE, NARROW)
        )
        elements.drawn(wide, "compare_chart", "compared", narrow)
    with right:
        _ranges(found or [], names, each)
    _exits(found or [], names, each)


def called(pin: state.Pin) -> str:
    """The name of a pin: the reader's, else that of its preset and what was moved."""
    return pin.name or presets.label(pin.preset) + ("*" if pin.moves else "")


def _pin_button(pins: list[state.Pin]) -> None:
    full = state.is_pinned() or len(pins) >= state.MOST_PINS
    st.button("Pin these settings", key="pin", on_click=state.pin, disabled=full)
    st.html(f'<p class="note">{len(pins)} of {state.MOST_PINS} pinned</p>')


def _found(scenarios: list[rs.Scenario], seed: int) -> list[rs.Ensemble] | None:
    """The futures of the pinned scenarios, once they are there."""
    question = long_work.Question(
        "compare",
        " ".join(runs.key(scenario, seed) for scenario in scenarios),
        f"{len(scenarios)} scenarios, {runs.FINE:,} futures each",
        _work(scenarios, seed),
        always=True,
    )
    found: list[rs.Ensemble] | None = long_work.ask(question)
    return found


def _work(scenarios: list[rs.Scenario], seed: int) -> jobs.Work:
    """Simulate all of them over the shortest of their horizons."""
    horizon = min(scenario.horizon for scenario in scenarios)
    level = [scenario.horizon_weeks(horizon) for scenario in scenarios]
    store = runs.kept()

    def work(tell: jobs.Tell, cancel: object) -> object:
        found = []
        for scenario in level:
            runs.check_budget(scenario, runs.FINE)
            name = runs.key(scenario, seed)
            found.append(store.run(name, scenario, runs.FINE, seed, workers=1, cancel=cancel))
            tell(len(found), len(level))
        return found

    return work


def _said(each: Sequence[rs.Comparison], names: list[str]) -> tuple[str, str]:
    """The largest difference in words, and what all were run with."""
    below = (
        f"{runs.FINE:,} futures each, seed {st.session_state.seed}, the same draws in all; changes"
        " are paired, against A."
    )
    if len(names) > 1 and not each:
        return f"Running the {len(names)} pinned scenarios", below
    if not each:
        return "One scenario is pinned", "Change the levers and pin again to compare."
    k = max(range(len(each)), key=lambda at: abs(each[at].change().value))
    change = each[k].change()
    if change.low <= 0.0 <= change.high:
        return "No clear difference in how often he is out", below
    more = "more" if change.value > 0 else "fewer"
    exits = [(way, each[k].change(way)) for way in palette.GONE]
    most = max(exits, key=lambda pair: pair[1].value * (1 if change.value > 0 else -1))
    low, high = sorted((abs(round(100 * change.low)), abs(round(100 * change.high))))
    counts = [one.frequencies().out for one in (each[k].before, each[k].after)]
    return (
        f"{names[k + 1]}: out in {abs(counts[1] - counts[0])} {more} of 100 futures than"
        f" {_inside(names[0])} (paired 95% interval {low} to {high}), most of it by"
        f" {BY[most[0]]}",
        below,
    )


def _inside(name: str) -> str:
    """A name as it stands inside a sentence."""
    return f"the {name[4:]}" if name.startswith("The ") else name


def _cards(
    pins: list[state.Pin], found: list[rs.Ensemble] | None, each: Sequence[rs.Comparison]
) -> None:
    """A card for each: letter, name, what is set, how often he is out; and the button that pins."""
    with st.container(key="compare_cards"):
        places = st.columns([1] * len(pins) + [0.6], gap="medium")
        for at, (pin, place) in enumerate(zip(pins, places, strict=False)):
            with place:
                _card(
                    at,
                    pin,
                    None if found is None else found[at],
                    each[at - 1] if at and each else None,
                )
        with places[-1]:
            _pin_button(pins)


def _card(at: int, pin: state.Pin, run: rs.Ensemble | None, against: rs.Comparison | None) -> None:
    moved = " · ".join(
        f"{name.replace('_', ' ').replace('.', ', ')} {value:g}" for name, value in pin.moves
    )
    key = f"pin_name_{at}_{hash(pin.what) & 0xFFFFFF}"
    with st.container(key=f"card_{at}", gap=None):
        with st.container(key=f"card_head_{at}", horizontal=True, vertical_alignment="center"):
            st.html(f'<b class="letter{" first" if not at else ""}">{LETTERS[at]}</b>')
            st.text_input(
                f"Name of {LETTERS[at]}",
                pin.name or called(pin),
                key=key,
                max_chars=state.LONGEST_NAME,
                label_visibility="collapsed",
                on_change=lambda: state.name_pin(at, st.session_state[key]),
            )
            _step("←", at, -1, "earlier" if at > 1 else "to the first place, the baseline")
            _step("→", at, 1, "later")
            st.button(
                "✕",
                key=f"unpin_{at}",
                type="tertiary",
                on_click=state.unpin,
                args=(at,),
                help=f"Unpin {LETTERS[at]}",
            )
        number = ""
        if run is not None:
            whole = run.frequencies()
            change = "" if against is None else f" · {_short(against)}"
            number = (
                f'<p class="figure"><b>{sentences.short(run.out().value, whole.out)}</b> of 100'
                f" out{escape(change)}</p>"
            )
        st.html(f'<p class="sub">{escape(moved or "as it stands")}</p>{number}')


def _step(sign: str, at: int, by: int, where: str) -> None:
    """A button that moves a pin among the others."""
    off = not 0 <= at + by < len(st.session_state.pins)
    st.button(
        sign,
        key=f"pin_{'earlier' if by < 0 else 'later'}_{at}",
        type="tertiary",
        disabled=off,
        on_click=state.move_pin,
        args=(at, by),
        help=f"Move {LETTERS[at]} {where}",
    )


def _short(one: rs.Comparison) -> str:
    change = one.change()
    if change.low <= 0.0 <= change.high:
        return "no clear change from A"
    more = one.after.frequencies().out - one.before.frequencies().out
    return f"{abs(more)} {'more' if change.value > 0 else 'fewer'} than A"


def _ranges(found: list[rs.Ensemble], names: list[str], each: Sequence[rs.Comparison]) -> None:
    """A row for each with both ranges on one axis, and what the overlap does not mean."""
    wide = [run.unknown() for run in found]
    edges = [
        100 * edge
        for run, w in zip(found, wide, strict=True)
        for edge in (*_ends(run.out()), *_ends(w))
    ]
    low, high = 10 * (min(edges) // 10), min(100.0, -10 * (-max(edges) // 10))
    rows = "".join(
        _range(LETTERS[k], name, run, w, low, high)
        for k, (name, run, w) in enumerate(zip(names, found, wide, strict=True))
    )
    ticks = f"<span>{low:.0f}</span><span>{(low + high) / 2:.0f}</span><span>{high:.0f}</span>"
    st.html(
        '<h2 class="title">Out, with both ranges</h2><p class="sub">Futures of 100. Inner: chance'
        " (95% interval). Outer: what we do not know (90% of parameter draws).</p>"
        f'<table class="ranges"><caption>How often he is out in each, with both ranges</caption>'
        f'<tbody>{rows}</tbody></table><div class="ticks">{ticks}</div>'
    )
    said = []
    for k, one in enumerate(each):
        over = one.unknown()
        if over is not None:
            said.append(
                f"{LETTERS[k + 1]} is above A in {100 * over.above[0]:.0f} of 100 parameter draws,"
                f" by {100 * over.quantiles[0]:+z.0f} to {100 * over.quantiles[2]:+z.0f}."
            )
    if said:
        st.html(
            '<p class="aside"><b>How to read two ranges.</b> Outer ranges may overlap and the'
            " difference still be clear: all are run with the same draws."
            f" {escape(' '.join(said)).replace('-', '−')}</p>"
        )


def _ends(one: rs.Estimate) -> tuple[float, ...]:
    return () if one.low != one.low else (one.low, one.high)


def _range(
    letter: str, name: str, run: rs.Ensemble, wide: rs.Estimate, low: float, high: float
) -> str:
    out = run.out()

    def span(one: rs.Estimate) -> str:
        left = 100 * (100 * one.low - low) / (high - low)
        return f"left:{left:.1f}%;width:{100 * 100 * (one.high - one.low) / (high - low):.1f}%"

    pale = f'<small style="{span(wide)}"></small>' if _ends(wide) else ""
    said = f"{100 * wide.low:.0f} to {100 * wide.high:.0f}" if _ends(wide) else "–"
    at = 100 * (100 * out.value - low) / (high - low)
    return (
        f'<tr><th scope="row" title="{escape(name)}">{letter}</th><td><div class="span both"'
        f' role="img" aria-label="{100 * out.low:.0f} to {100 * out.high:.0f} by chance, {said}'
        f' with what we do not know">{pale}<b style="{span(out)}"></b><i style="left:{at:.1f}%">'
        f'</i></div></td><td class="n">{said}</td></tr>'
    )


def _exits(found: list[rs.Ensemble], names: list[str], each: Sequence[rs.Comparison]) -> None:
    """One table of exits by scenario: of 100 in each, and the paired change against A."""
    heads = "".join(
        f'<th scope="col" class="n" title="{escape(name)}">{LETTERS[k]}</th>'
        + ("" if not k else f'<th scope="col">{LETTERS[k]} − A, paired 95%</th>')
        for k, name in enumerate(names)
    )
    whole = [run.frequencies() for run in found]
    rows = []
    for way in (*palette.ORDER, None):
        cells = []
        for k, run in enumerate(found):
            share = run.out() if way is None else run.share(way)
            count = whole[k].out if way is None else whole[k].of(way)
            cells.append(f'<td class="n">{sentences.short(share.value, count)}</td>')
            if k:
                stays = way == "survived"
                change = each[k - 1].change(None if stays else way)
                cells.append(f'<td class="change">{_change(change, stays)}</td>')
        head = (
            '<th scope="row"><span>Out, any exit</span></th>'
            if way is None
            else f'<th scope="row">{mark(way)}<span>{escape(palette.label(way))}</span></th>'
        )
        rows.append(f"<tr{' class=total' if way is None else ''}>{head}{''.join(cells)}</tr>")
    st.html(
        '<div class="scroll" tabindex="0" role="region" aria-label="How he leaves, in each"><table'
        ' class="ways compared"><caption>How he leaves, of 100 futures, in each scenario</caption>'
        f'<thead><tr><th scope="col">How he leaves, of 100</th>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _change(change: rs.Estimate, turned: bool) -> str:
    """A paired change in futures of 100 with its interval; a dot where none is clear."""
    value, low, high = change.value, change.low, change.high
    if turned:
        value, low, high = -value, -high, -low
    if low <= 0.0 <= high:
        return '<span title="no clear change">·</span>'
    digits = 0 if abs(100 * value) >= 0.95 else 1
    said = f"<b>{100 * value:+.{digits}f}</b> {100 * low:+.{digits}f} to {100 * high:+.{digits}f}"
    return said.replace("-", "−")
