"""Scenarios of how personalist regimes survive or fall under outside pressure: the public names,
each loaded when it is first used (`__init__.pyi` says from where).

Importing the package imports none of its rooms, so that a script or `--help` starts at once; it may
hold no logic.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, _names = lazy_loader.attach_stub(__name__, __file__)
__all__ = [name for name in _names if name not in ("__version__", "load_ipython_extension")]
