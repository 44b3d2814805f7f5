"""The file that starts the dashboard: `streamlit run dashboard/app.py` draws the page by it, and
`python dashboard/app.py`, which `regime-sim dashboard` runs, starts the server on it. The only file
that arranges the path, so that the dashboard is a package in a checkout (`dashboard`) and in an
installed `regime_sim` (`regime_sim.dashboard`) alike.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from streamlit import runtime

FOLDER = Path(__file__).resolve().parent
INSTALLED = (FOLDER.parent / "__init__.py").is_file()
PACKAGE = f"{FOLDER.parent.name}.{FOLDER.name}" if INSTALLED else FOLDER.name
ROOT = str(FOLDER.parents[1] if INSTALLED else FOLDER.parent)


def arrange() -> None:
    """Let the package be imported by its name, and its modules by nothing else: whoever runs this
    file has put its folder on the path.
    """
    others = [place for place in sys.path if place != str(FOLDER)]
    # an installed package's root is on the path already, and not before the standard library
    wanted = others if INSTALLED and ROOT in others else [ROOT, *(o for o in others if o != ROOT)]
    if sys.path != wanted:
        sys.path[:] = wanted


def asked() -> str | None:
    """The scenario named on the command line, if this file is what was started."""
    return sys.argv[1] if len(sys.argv) > 1 and Path(sys.argv[0]).name == "app.py" else None


arrange()
if runtime.exists():
    import_module(f"{PACKAGE}.startup").begin()
    import_module(f"{PACKAGE}.page").show(asked())
elif __name__ != "__mp_main__":  # a process that multiprocessing starts runs this file first
    import_module(f"{PACKAGE}.server").main()
