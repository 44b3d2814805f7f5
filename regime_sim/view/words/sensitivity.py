"""What a sensitivity analysis says, in lines and rows; computes nothing of its own."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ...questions.factors import Factor
from ...statistics.sobol import Indices
from ..tables.plain import columns_text

BAR = 20
SHOWN = 20


def rows_of(quantity: str, factors: Sequence[Factor], found: Indices) -> list[dict[str, Any]]:
    """One row for each factor."""
    return [
        {
            "quantity": quantity,
            "factor": factor.name,
            "first": a.value,
            "first_low": a.low,
            "first_high": a.high,
            "total": b.value,
            "total_low": b.low,
            "total_high": b.high,
            "parameters": len(factor.dimensions),
            "n": int(a.n),
        }
        for factor, a, b in zip(factors, found.first, found.total, strict=True)
    ]


def text_of(
    head: str, rows: Sequence[Mapping[str, Any]], split: Sequence[Mapping[str, Any]], words: str
) -> str:
    """The factors by total index, largest first, for both quantities, and the stacked bar of luck,
    ignorance and choice.
    """
    lines = [head]
    for quantity in dict.fromkeys(str(row["quantity"]) for row in rows):
        own = sorted(
            (row for row in rows if row["quantity"] == quantity),
            key=lambda row: -_order(row["total"]),
        )
        table = [
            (str(row["factor"]), _share(row, "first"), _share(row, "total"), _bar(row["total"]))
            for row in own[:SHOWN]
        ]
        lines += [
            "",
            columns_text(
                (quantity, "first order (95%)", "total (95%)", ""),
                [(*row[:3], row[3].ljust(BAR)) for row in table],
            ),
        ]
        if len(own) > SHOWN:
            lines.append(f"... and {len(own) - SHOWN} more in .frame()")
    return "\n".join([*lines, "", _stack(split), words])


def _share(row: Mapping[str, Any], name: str) -> str:
    value, low, high = (float(row[key]) for key in (name, f"{name}_low", f"{name}_high"))
    return "–" if math.isnan(value) else f"{value:.2f} ({low:.2f} to {high:.2f})"


def _bar(value: float) -> str:
    return "" if math.isnan(value) else "#" * round(BAR * min(1.0, max(0.0, value)))


def _order(value: float) -> float:
    return -math.inf if math.isnan(value) else value


def _stack(split: Sequence[Mapping[str, Any]]) -> str:
    """One bar of fifty signs: c for choice, i for ignorance, l for luck."""
    shares = [max(0.0, float(row["share"])) for row in split]
    if any(math.isnan(share) for share in shares) or sum(shares) == 0.0:
        return "[it never varies]"
    total, ends = sum(shares), [0]
    for k in range(len(shares)):
        ends.append(round(50 * sum(shares[: k + 1]) / total))
    return (
        "["
        + "".join(str(row["part"])[0] * (ends[k + 1] - ends[k]) for k, row in enumerate(split))
        + "]"
    )
