"""The entry of the dashboard (`regime-sim dashboard`, or `streamlit run dashboard/app.py`): opens
the page, and does nothing else.
"""

from __future__ import annotations

import sys
from pathlib import Path

FOLDER = str(Path(__file__).resolve().parent)
if FOLDER not in sys.path:  # Streamlit's own runner adds it, its test runner does not
    sys.path.insert(0, FOLDER)

import page  # noqa: E402
import warm  # noqa: E402


def asked() -> str | None:
    """The scenario named on the command line, if this file is what was started."""
    return sys.argv[1] if len(sys.argv) > 1 and Path(sys.argv[0]).name == "app.py" else None


warm.begin()
page.show(asked())
