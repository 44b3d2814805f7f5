"""Every public function and method, with arguments that are right and small."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import doors

import regime_sim as rs

ARTICLE = doors.ARTICLE
Target = tuple[Callable[..., Any], dict[str, Any]]

# the methods that are called, by type
METHODS: dict[str, tuple[str, ...]] = {
    "Scenario": ("vary", "fix", "at", "without", "with_", "horizon_weeks", "value", "to_yaml"),
    "Ensemble": (
        "outcomes",
        "survival",
        "incidence",
        "weekly",
        "aftermath",
        "out",
        "share",
        "median_week",
        "median",
        "restricted_mean",
        "spread",
        "survival_curve",
        "frequencies",
        "plot",
        "to_frame",
        "to_xarray",
    ),
    "Attribution": (
        "alone",
        "together",
        "fair",
        "shares",
        "change",
        "rows",
        "frame",
        "plot",
    ),
    "Comparison": (
        "change",
        "shares",
        "turned",
        "apart",
        "restricted_mean",
        "rows",
        "frame",
        "plot",
    ),
    "Comparisons": ("rows", "frame", "weeks", "plot", "__getitem__"),
    "Sweep": ("values", "weeks", "change", "interaction", "plot", "text"),
    "Ways": ("counted", "averaged", "gain", "probability"),
    "Figure": ("save",),
    "Report": ("html", "save"),
    "Story": ("animation", "save", "plot"),
    "Frequencies": ("of",),
    "Preview": ("predict", "keep", "error", "outputs", "ramps"),
    "Sensitivity": ("plot",),
    "Tipping": ("plot",),
}
# arguments that are right, where any are needed
RIGHT: dict[str, dict[str, Any]] = {
    "Scenario.at": {"week": 2, "event": "strikes"},
    "Ensemble.weekly": {"name": "plotting"},
    "Attribution.alone": {"name": "rents"},
    "Attribution.fair": {"name": "rents"},
    "Ensemble.share": {"way": "coup"},
    "Ensemble.median_week": {"outcome": "coup"},
    "Sweep.change": {"before": {"rents": 0.2}, "after": {"rents": 0.8}},
    "Figure.save": {"path": "new.svg"},
    "Report.save": {"path": "new.html"},
    "Story.save": {"path": "new.html"},
    "Preview.keep": {"path": "new.npz"},
    "Frequencies.of": {"way": "coup"},
    "Comparisons.__getitem__": {"arm": 0},
    "Scenario.horizon_weeks": {"weeks": 4},
    "Scenario.value": {"name": "rents"},
    "Ways.probability": {"way": "coup"},
    "Ways.counted": {"way": "coup"},
    "Ways.averaged": {"way": "coup"},
    "Ways.gain": {"way": "coup"},
    "Scenario.vary": {"levers": {"rents": 0.2}},
}


def targets() -> dict[str, Target]:
    """Every public function and every public method of what they give, with arguments that are
    right and small.
    """
    methods = {
        f"{kind}.{name}": (getattr(doors.record(kind), name), RIGHT.get(f"{kind}.{name}", {}))
        for kind, names in METHODS.items()
        for name in names
    }
    return _functions() | methods


def _functions() -> dict[str, Target]:
    s = doors.small(4)
    return {
        "load": (rs.load, {"name_or_path": ARTICLE}),
        "loads": (rs.loads, {"text": doors.TEXT.format(id="a")}),
        "simulate": (rs.simulate, {"scenario": s, "replicates": 4, "workers": 1, "corps": 8}),
        "refine": (
            lambda *a, **k: list(rs.refine(*a, **k)),
            {"scenario": s, "steps": (2, 4), "corps": 8},
        ),
        "compare": (rs.compare, {"first": s, "replicates": 4, "corps": 8}),
        "sweep": (
            rs.sweep,
            {"scenario": s, "over": {"rents": (0.2, 0.8)}, "replicates": 4, "corps": 8},
        ),
        "sensitivity": (
            rs.sensitivity,
            {"scenario": s, "over": ["rents"], "points": 8, "replicates": 12, "corps": 8},
        ),
        "tipping": (rs.tipping, {"scenario": s, "over": ["rents"], "replicates": 64, "corps": 8}),
        "discover": (rs.discover, {"scenario": s, "replicates": 256, "corps": 8}),
        "story": (rs.story, {"scenario": s, "replicate": 1, "replicates": 4, "corps": 8}),
        "attribute": (
            rs.attribute,
            {"base": s, "moved": {"rents": 0.2}, "replicates": 16, "corps": 8},
        ),
        "ways": (rs.ways, {"scenario": s, "replicates": 8, "corps": 8}),
        "cite": (rs.cite, {"scenario": s}),
        "claim": (rs.claim, {"scenario": s, "draws": 16, "inner": 2, "corps": 8, "weeks": 4}),
        "report": (rs.report, {"run": doors.record("Ensemble"), "history": False, "world": False}),
        "preview": (
            rs.preview,
            {"scenario": s, "settings": 32, "replicates": 16, "held": 4, "exact": 16, "corps": 8},
        ),
        "grid": (rs.grid, {"low": 0.0, "high": 1.0, "number": 3}),
        "read_run": (rs.read_run, {"folder": "run"}),
        "source": (rs.source, {"name": "rent_streams"}),
        "backtest": (rs.backtest, {"cases": "cases.csv", "replicates": 16, "corps": 8}),
        "levers": (rs.levers, {}),
        "scenarios": (rs.scenarios, {}),
        "RegimeModel": (rs.RegimeModel, {"scenario": s, "seed": 1, "replicate": 0}),
    }
