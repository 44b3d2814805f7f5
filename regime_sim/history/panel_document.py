"""A backtest on leader-years as plain values; scripts rely on names and shapes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .panel_map import VERSION
from .panel_run import EXITS
from .panel_scores import MAIN, SCORES, TARGETS

if TYPE_CHECKING:
    from ..statistics.reliability import Bin
    from ..statistics.resampling import Score
    from .panel_backtest import PanelBacktest, Target
    from .panel_strata import Stratum


def document(b: PanelBacktest) -> dict[str, Any]:
    """`{rows, exits, targets: {any: {model: {auc, brier, skill, log_score, mean_p, ratio, bins},
    climatology, tenure_age, logit, forest, boosting, mean, blend}, irregular: ..., coup: ...}}` and
    more; each figure is {value, low, high}.

    differences[target][model, mean or blend][reference]: the one's scores less the other's;
    blend[window][target]: how its parts count; strata: what the model said and what happened, by
    group.
    """
    anything = b.targets.get("any")
    return {
        "rows": 0 if anything is None else anything.n,
        "exits": 0 if anything is None else anything.events,
        "predicted": len(b.rows_tested),
        "targets": {name: _scores(target) for name, target in b.targets.items()},
        "events": {name: {"rows": t.n, "events": t.events} for name, t in b.targets.items()},
        "differences": {
            name: {who: _less(others) for who, others in target.differences.items()}
            for name, target in b.targets.items()
        },
        "strata": {
            dimension: [_stratum(one) for one in groups] for dimension, groups in b.groups.items()
        },
        "windows": [
            {
                "train_to": span.train_to,
                "first": span.first,
                "last": span.last,
                "training_rows": span.trained,
                "training_exits": span.exits,
            }
            for span in b.spans
        ],
        "blend": [
            {
                target: {
                    "weights": dict(w.parts),
                    "level": w.level,
                    "fitted_rows": w.rows,
                    "fitted_exits": w.events,
                }
                for target, w in weighed.items()
            }
            for weighed in b.blend
        ],
        "about": {
            **b.about,
            "map_version": VERSION,
            "ways_of_target": {name: list(ways) for name, ways in TARGETS.items()},
            "lower_is_better": dict(SCORES),
            "notes": list(b.notes),
        },
    }


def _scores(target: Target) -> dict[str, Any]:
    return {
        who: {
            **{name: _figure(s) for name, s in scores.items()},
            "bins": [_bin(one) for one in target.bins.get(who, ())],
        }
        for who, scores in target.scores.items()
    }


def _less(others: Mapping[str, Mapping[str, Score]]) -> dict[str, Any]:
    return {
        other: {one: _figure(s) for one, s in scores.items()} for other, scores in others.items()
    }


def _stratum(one: Stratum) -> dict[str, Any]:
    said = {target: {"said": s, "happened": h} for target, (s, h) in one.shares.items()}
    return {"group": one.name, "rows": one.n, **said}


def _figure(s: Score) -> dict[str, float | None]:
    return {"value": _number(s.value), "low": _number(s.low), "high": _number(s.high)}


def _bin(one: Bin) -> dict[str, float | int | None]:
    return {
        "from": one.low,
        "to": one.high,
        "rows": one.n,
        "forecast": _number(one.forecast),
        "happened": _number(one.observed),
        "low": _number(one.observed_low),
        "high": _number(one.observed_high),
    }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def rows(b: PanelBacktest) -> list[dict[str, Any]]:
    """A flat row for each leader-year, the same columns in all."""
    found = []
    for k, row in enumerate(b.rows_tested):
        one: dict[str, Any] = {
            "country": row.country,
            "leader": row.leader,
            "obsid": row.spell,
            "year": row.year,
            "regime": row.regime,
            "out": None if row.left.out is None else int(row.left.out),
            "irregular": None if row.left.irregular is None else int(row.left.irregular),
            "way": row.left.way,
        }
        for target in MAIN:
            one |= {f"{target}_{who}": float(p[k]) for who, p in b.said[target].items()}
        one |= {f"way_{way}": float(b.ways[k, at]) for at, way in enumerate(EXITS)}
        found.append(one)
    return found
