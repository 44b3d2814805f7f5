"""Results and registries as rows and as text; computes no result.

A module that `__init__.pyi` names is loaded when it is first used.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
