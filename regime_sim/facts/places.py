"""Where files lie: seeds and scenarios that ship with the package, and the user's cache; reads none
of them.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from ..errors import RegimeSimError

_PACKAGE = Path(__file__).resolve().parent.parent


def seeds_folder() -> Path:
    """The folder of the evidence files (`facts.yaml`, ...). Raises RegimeSimError if missing."""
    return _shipped("seeds")


def scenarios_folder() -> Path:
    """The folder of the shipped scenarios. Raises RegimeSimError if it is not installed."""
    return _shipped("scenarios")


def cache_folder() -> Path:
    """The folder for what can be made again: `regime_sim` in the user's cache (XDG_CACHE_HOME, or
    ~/.cache), or in the temporary folder of a user without a home.
    """
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "regime_sim"
    except RuntimeError:
        return Path(tempfile.gettempdir()) / "regime_sim"


def _shipped(name: str) -> Path:
    """Inside the package when it was installed from a wheel, beside it in a checkout."""
    places = (_PACKAGE / name, _PACKAGE.parent / name)
    for place in places:
        if place.is_dir():
            return place
    raise RegimeSimError(
        f"the folder {name!r} is missing: looked for {places[0]} and {places[1]}; install the"
        " package again"
    )
