"""What a page that keeps its answers in files needs of the rooms below: folders, the disk, and the
mark of what an answer rests on; draws nothing.
"""

from __future__ import annotations

from functools import cache

from ..facts.places import cache_folder, seeds_folder
from ..history.marks import cases_mark, code_mark, samples_mark
from ..provenance import PACKAGE, canonical, model_mark, sha256
from ..store import disk
from ..travel import Closed


@cache
def mark(*rooms: str) -> str:
    """What an answer depends on beside its scenario: the model, its samples, the coded cases, and
    the code of the rooms that it is asked by; without rooms, every file of the package.
    """
    about = [model_mark(), samples_mark(), cases_mark()]
    if rooms:
        files = (one for room in rooms for one in sorted((PACKAGE / room).glob("*.py")))
        about.append(code_mark(*(str(one.relative_to(PACKAGE)) for one in files)))
    else:
        about += [one.read_text(encoding="utf-8") for one in sorted(PACKAGE.rglob("*.py"))]
    return sha256(canonical(about).encode())


__all__ = ["Closed", "cache_folder", "disk", "mark", "seeds_folder", "sha256"]
