"""What a sensitivity analysis says, in lines; computes nothing of its own."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...facts.pressing import note, power_of
from ..tables.plain import columns_text, html_table
from .phrases import OUTCOMES, PARTS, rounding, simulated, weeks

if TYPE_CHECKING:
    from ...questions.sensitivity import Sensitivity

BAR = 20
SHOWN = 20
SIGNS = {"choice": "#", "ignorance": "=", "luck": "."}


def text(found: Sensitivity) -> str:
    """The factors by total index, for both quantities; the variance split as bar and sentence."""
    lines, rows = [_head(found)], found.rows()
    for quantity in dict.fromkeys(str(row["quantity"]) for row in rows):
        own = sorted(
            (row for row in rows if row["quantity"] == quantity),
            key=lambda row: -_order(row["total"]),
        )
        table = [
            (
                str(row["factor"]),
                _share(row, "first"),
                _share(row, "total"),
                _bar(row["total"]).ljust(BAR),
            )
            for row in own[:SHOWN]
        ]
        head = (quantity, "first order (95% interval)", "total (95% interval)", "")
        lines += ["", columns_text(head, table)]
        if len(own) > SHOWN:
            lines.append(f"... and {len(own) - SHOWN} more in .frame()")
    return "\n".join([*lines, "", _stack(found.split_rows()), split_words(found), *_presses(found)])


def html(found: Sensitivity) -> str:
    """Both quantities and every factor."""
    return html_table(f"{_head(found)} {split_words(found)}", found.rows())


def _presses(found: Sensitivity) -> list[str]:
    """Who presses, where a factor's name would say another."""
    said = note(power_of(found.scenario), (str(row["factor"]) for row in found.rows()))
    return [said] if said else []


def split_words(found: Sensitivity) -> str:
    """Chance, parameter uncertainty and choice in one sentence."""
    parts = [
        f"{_within(row['share'])} is {PARTS[row['part']]} (95% interval {_within(row['low'])} to"
        f" {_within(row['high'])})"
        for row in found.split_rows()
    ]
    listed = " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
    return f"Of the spread in whether {OUTCOMES[found.of]}, {listed}.{rounding(found.split_rows())}"


def _head(found: Sensitivity) -> str:
    s = found.scenario
    return (
        f"{s.title}: what decides whether {OUTCOMES[found.of]} within {weeks(s.horizon)}, by"
        f" {found.over} ({found.runs:,} futures at {(len(found.factors) + 2) * found.points:,}"
        f" settings, seed {found.seed}{simulated(found.simulated, s.value('generals.number'))})"
    )


def _within(share: float) -> str:
    """A share in percent, between none and all; a dash where it does not exist."""
    return "–" if math.isnan(share) else f"{min(1.0, max(0.0, share)):.0%}"


def _share(row: Mapping[str, Any], name: str) -> str:
    value, low, high = (float(row[key]) for key in (name, f"{name}_low", f"{name}_high"))
    return "–" if math.isnan(value) else f"{value:.2f} ({low:.2f} to {high:.2f})"


def _bar(value: float) -> str:
    return "" if math.isnan(value) else "#" * round(BAR * min(1.0, max(0.0, value)))


def _order(value: float) -> float:
    return -math.inf if math.isnan(value) else value


def _stack(split: Sequence[Mapping[str, Any]]) -> str:
    """One bar of fifty signs, with its key."""
    shares = [max(0.0, float(row["share"])) for row in split]
    if any(math.isnan(share) for share in shares) or sum(shares) == 0.0:
        return "[it never varies]"
    ends = [0, *(round(50 * sum(shares[: k + 1]) / sum(shares)) for k in range(len(shares)))]
    signs = [SIGNS[str(row["part"])] for row in split]
    bar = "".join(sign * (ends[k + 1] - ends[k]) for k, sign in enumerate(signs))
    key = ", ".join(
        f"{sign} {PARTS[str(row['part'])]}" for sign, row in zip(signs, split, strict=True)
    )
    return f"[{bar}]  {key}"
