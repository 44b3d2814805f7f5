"""Write the names of the tables as types for editors: `python tools/literals.py`."""

from __future__ import annotations

from pathlib import Path

from regime_sim.facts.outcomes import OBSERVABLES
from regime_sim.facts.parameters import EVENTS
from regime_sim.scenario.shipped import shipped_names
from regime_sim.view.door import FIGURES

FILE = Path(__file__).resolve().parent.parent / "regime_sim" / "literals.py"
HEAD = '''"""The names of the tables as types, so that editors complete them; written by
`tools/literals.py`, kept by a test. Any other name stays possible: these stand beside `str`.
"""

from typing import Literal
'''


def names() -> dict[str, tuple[str, ...]]:
    """The names by type."""
    figures = dict.fromkeys(kind for kinds in FIGURES.values() for kind in kinds)
    return {
        "ScenarioName": tuple(shipped_names()),
        "EventName": tuple(EVENTS),
        "WeeklyName": tuple(one.name for one in OBSERVABLES),
        "OwnFigure": tuple(figures),
    }


def text() -> str:
    """The file."""
    parts = [
        f"{name} = Literal[\n" + "".join(f'    "{one}",\n' for one in every) + "]\n"
        for name, every in names().items()
    ]
    # a weekly variable is a figure too
    return HEAD + "\n" + "".join(parts) + "FigureName = OwnFigure | WeeklyName\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
