"""The second edition on the model card: for a journalist first, then tables, each beside the first
edition's figures; computes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...facts.outcomes import WAY_WORDS
from ..words.claim import markdown_table
from .first_edition import FIRST, GOALS

if TYPE_CHECKING:
    from ...history.panel_backtest import PanelBacktest, Target
    from ...history.second_edition import Judged, Miss, SecondEdition
    from ...statistics.resampling import Score

NOT_KEPT = (
    "What the law says of leader-years and episodes was not kept for this model: `regime-sim renew"
    " history` makes it, and `regime-sim renew card` this section."
)
WHO = {
    "model": "**law**",
    "blend": "**blend**",
    "mean": "mean of law and logit",
    "climatology": "training rate",
    "tenure_age": "logit, years and age",
    "logit": "logit, all columns",
    "logit_all": "the same, fitted on all autocracies",
    "forest": "random forest",
    "boosting": "gradient boosting",
}
EPISODES = {
    "law": "**law**",
    "blend": "**blend**",
    "logit": "logit on codings, exits not over-sampled",
    "rate": "ordinary rate of personalist rulers",
}


def journalist_lines(e: SecondEdition | None) -> Iterator[str]:
    """How often it is right, how far off, where it fails, three misses by name."""
    if e is None:
        yield NOT_KEPT
        return
    whole = e.panels[0].found
    target, rule = whole.targets["any"], e.episodes[0]
    law, blend = target.scores["model"], target.scores["blend"]
    rate = 100 * target.events / target.n
    top, bottom = target.bins["blend"][-1], target.bins["blend"][0]
    yield (
        f"- **How often it is right.** Take two rulers of the same years, one who left within the"
        f" year and one who did not: the law gave the higher chance to the one who left in"
        f" {_of_hundred(law['auc'])}, the blend in {_of_hundred(blend['auc'])}, a coin in 50."
    )
    yield (
        f"- **How far off.** Of {target.n:,} leader-years of personalists the law said"
        f" {100 * law['mean_p'].value:.1f} exits in 100, the blend"
        f" {100 * blend['mean_p'].value:.1f}; {rate:.1f} happened. Where the blend said least"
        f" ({100 * bottom.forecast:.0f} in 100), {100 * bottom.observed:.0f} in 100 left; where it"
        f" said most ({100 * top.forecast:.0f}), {100 * top.observed:.0f}."
    )
    went = 100 * rule.exits / rule.n
    few = f" {rule.exits} exits are few: whether it is too hot can be told, how it ranks hardly."
    yield (
        f"- **On crises that nobody picked for their end** ({rule.n} episodes drawn by a rule, two"
        f" years each) the law said {100 * rule.scores['law']['mean_p'].value:.0f} in 100, the"
        f" blend {100 * rule.scores['blend']['mean_p'].value:.0f}; {went:.0f} in 100 went."
        + (few if rule.exits < 10 else "")
    )
    yield f"- **Where it fails.** {_fails(whole)}"
    yield "- **Three misses by name.** " + " ".join(map(_miss, e.misses))
    yield (
        "- **Law and blend.** Every answer to *what would change if* is the law's. The blend is a"
        " forecast beside it: the law, a logit on what earlier rulers' years looked like, and the"
        " plain hazard of years and age, weighed by how they did before. It cannot say what a lever"
        " would do."
    )


def _of_hundred(s: Score) -> str:
    return f"{100 * s.value:.0f} of 100 pairs ({100 * s.low:.0f} to {100 * s.high:.0f})"


def _fails(b: PanelBacktest) -> str:
    """The groups of rulers, of fifty rows and more, in which the law is furthest off."""
    groups = [
        (abs(said - went), f"{dimension} {one.name}", 100 * said, 100 * went, one.n)
        for dimension, all_of in b.groups.items()
        for one in all_of
        if one.n >= 50 and "any" in one.shares
        for said, went in (one.shares["any"],)
        if math.isfinite(said) and math.isfinite(went)
    ]
    worst = sorted(groups, reverse=True)[:4]
    found = "; ".join(f"{name}: {said:.0f} said, {went:.0f}" for _, name, said, went, _ in worst)
    return f"Groups of leader-years where the law is furthest off, in 100: {found} went."


def _miss(one: Miss) -> str:
    end = one.case.observed
    what = "he stayed"
    if end is not None and end.out:
        week = "" if end.week is None else f" in week {end.week}"
        ways = " or ".join(WAY_WORDS[one] for one in end.ways)
        stands = ", and the regime went on" if end.regime == "stands" else ""
        what = f"he was gone{week}: {ways}{stands}"
    return (
        f"{one.case.leader}, {one.case.country}, {one.case.start.year}: the law said"
        f" {100 * one.law:.0f} in 100, the blend {100 * one.blend:.0f}; {what}."
    )


def edition_lines(e: SecondEdition | None) -> Iterator[str]:
    """First edition, second edition and goal, row by row."""
    if e is None:
        yield NOT_KEPT
        return
    now = dict(_measured(e))
    rows = [
        [words, first, now.get(words, "–"), GOALS.get(words, "–")] for words, first in FIRST.items()
    ]
    yield from markdown_table(["measure", "first edition", "second edition", "goal"], rows)


def _measured(e: SecondEdition) -> Iterator[tuple[str, str]]:
    """The second edition's figures by the words of FIRST."""
    windows, nineties = e.panels[0].found.targets, e.panels[1].found.targets
    for name, targets in (("1965 to 1999", windows), ("1990 to 1999", nineties)):
        for which, words in (("any", "any exit"), ("irregular", "irregular exits")):
            target = targets[which]
            said = "; ".join(
                f"{who} {_short(target, key)}"
                for key, who in (("model", "law"), ("blend", "blend"), ("logit", "logit"))
            )
            less = target.differences["blend"]["logit"]
            yield (
                f"personalists {name}, {words}",
                f"{said}; blend less logit {_points(less['skill'])}",
            )
    for judged, words in zip(
        e.episodes, ("episodes by rule", "old 44, out of fold", "old 11, development"), strict=True
    ):
        law, blend = judged.scores["law"], judged.scores["blend"]
        yield (
            words,
            f"law {_brier(law)}; blend {_brier(blend)};"
            f" {100 * judged.exits / judged.n:.0f} in 100 went",
        )
    yield "likeliest way right among exits, old 44", f"{e.episodes[1].modes.value:.2f}"


def _short(target: Target, who: str) -> str:
    s = target.scores[who]
    skill, said = 100 * s["skill"].value, 100 * s["mean_p"].value
    return f"{s['auc'].value:.2f}, {skill:+z.1f}% ({said:.1f} said)"


def _brier(s: dict[str, Score]) -> str:
    return f"{s['brier'].value:.3f} (AUC {s['auc'].value:.2f}, {100 * s['mean_p'].value:.0f} said)"


def panel_lines(e: SecondEdition | None) -> Iterator[str]:
    """Leader-years out of time, and how the parts of the blend count."""
    if e is None:
        yield NOT_KEPT
        return
    yield (
        "A row is a ruler on 1 January; everything that is fitted is fitted on earlier years. Skill"
        " is against the rate of the training years; intervals draw rulers again with all their"
        " years."
    )
    for panel in e.panels:
        for which, words in (("any", "any exit"), ("irregular", "irregular exits")):
            target = panel.found.targets[which]
            yield ""
            yield (
                f"**{panel.words}, {words}**: {target.n:,} rows, {target.events}"
                f" ({100 * target.events / target.n:.1f} in 100)"
            )
            yield ""
            rows = [
                [
                    name,
                    _plain(s["auc"]),
                    _points(s["skill"]),
                    f"{100 * s['mean_p'].value:.1f}",
                    _points(target.differences[who]["logit"]["skill"])
                    if who in target.differences
                    else "–",
                ]
                for who, name in WHO.items()
                if (s := target.scores.get(who)) is not None
            ]
            heads = ["", "AUC", "skill, in 100", "said, in 100", "skill less the logit's"]
            yield from markdown_table(heads, rows)
    yield ""
    yield "How the parts of the blend count (weights of log odds; personalists, any exit):"
    yield ""
    found = e.panels[0].found
    parts = list(found.blend[0]["any"].parts)
    rows = [
        [
            f"{span.first} to {span.last}",
            *(f"{weight:.2f}" for weight in weighed["any"].parts.values()),
            f"{weighed['any'].level:+z.2f}",
            f"{weighed['any'].rows:,}",
        ]
        for span, weighed in zip(found.spans, found.blend, strict=True)
    ]
    names = [WHO[one].strip("*") for one in parts]
    yield from markdown_table(["rows tested", *names, "level", "fitted on rows"], rows)


def episode_lines(e: SecondEdition | None) -> Iterator[str]:
    """Episodes: drawn by rule, and the old ones, which flatter."""
    if e is None:
        yield NOT_KEPT
        return
    yield (
        "Two years as a rule. Logit and blend are fitted without the episode's country; the law on"
        " old cases without the case's part. **The old cases flatter**: they are famous because"
        " they ended, two thirds of them in an exit, and whoever coded them knew how."
    )
    for judged in e.episodes:
        yield ""
        yield from _episode_table(judged)


def _episode_table(judged: Judged) -> Iterator[str]:
    rate = judged.exits / judged.n
    rows = [
        [
            EPISODES[who],
            _plain(s["brier"], 3),
            _plain(s["auc"]),
            f"{100 * s['mean_p'].value:.0f}",
        ]
        for who, s in judged.scores.items()
    ]
    rows.append(["their own rate, known afterwards", f"{rate * (1 - rate):.3f}", "0.50", "–"])
    heads = [f"{judged.words}: {judged.n}, {judged.exits} exits", "Brier", "AUC", "said, in 100"]
    yield from markdown_table(heads, rows)
    yield ""
    yield (
        f"{100 * rate:.0f} in 100 went; the likeliest way of leaving was right for"
        f" {_plain(judged.modes)} of the exits."
    )


def coder_lines(e: SecondEdition | None) -> Iterator[str]:
    """How far two coders are apart."""
    if e is None:
        yield NOT_KEPT
        return
    c = e.coders
    first, second, both = c.brier
    yield (
        f"{c.n} episodes were coded twice. Two codings of a cell differ by {c.coding:.2f} on"
        f" average, what the law says of an episode by {100 * c.law:.0f} points, what the blend"
        f" says by {100 * c.blend:.0f}. The blend's Brier score: {first:.3f} by the first coder,"
        f" {second:.3f} by the second, {both:.3f} by both averaged. The usual distance is part of"
        " every blend's range."
    )


def _plain(s: Score, digits: int = 2) -> str:
    if math.isnan(s.value):
        return "–"
    ends = "" if math.isnan(s.low) else f" ({s.low:.{digits}f} to {s.high:.{digits}f})"
    return f"{s.value:.{digits}f}{ends}"


def _points(s: Score) -> str:
    if math.isnan(s.value):
        return "–"
    ends = "" if math.isnan(s.low) else f" ({100 * s.low:+z.0f} to {100 * s.high:+z.0f})"
    return f"{100 * s.value:+z.1f}{ends}"


__all__ = ["coder_lines", "edition_lines", "episode_lines", "journalist_lines", "panel_lines"]
