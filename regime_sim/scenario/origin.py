"""Where a scenario was read from, kept with it: its text as written, and the folder that files
named in it lie in; reads nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .scenario import Scenario


@dataclass(frozen=True, slots=True)
class Origin:
    """The text of the file that a scenario was read from, and the folder in which its
    `compare.baseline` may lie (None: no file may).

    portable: whether the text means the same in any folder, because it extends nothing but a
    shipped scenario. verbatim: the scenario that the text is by itself, with its name; None where a
    text alone would be called otherwise.
    """

    text: str
    folder: str | None
    portable: bool
    verbatim: Scenario | None = None
