"""The version of the package, as it was installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("regime-sim")
except PackageNotFoundError:  # read from a checkout that was never installed
    __version__ = "0+unknown"
