"""Questions about a scenario: what changes, decides or supports the answer; prints nothing.

A module that `__init__.pyi` names is loaded when it is first used.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
