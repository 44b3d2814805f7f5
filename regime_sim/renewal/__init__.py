"""What follows from law, priors and seeds and is kept: says what is out of date, and makes it.

A module that `__init__.pyi` names is loaded when it is first used.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
