"""Where the files that ship with the package lie: seeds and scenarios; reads none of them."""

from __future__ import annotations

from pathlib import Path

from ..errors import RegimeSimError

_PACKAGE = Path(__file__).resolve().parent.parent


def seeds_folder() -> Path:
    """The folder of the evidence files (`facts.yaml`, ...). Raises RegimeSimError if missing."""
    return _shipped("seeds")


def scenarios_folder() -> Path:
    """The folder of the shipped scenarios. Raises RegimeSimError if it is not installed."""
    return _shipped("scenarios")


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
