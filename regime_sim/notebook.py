"""Names in quotes complete in IPython and Jupyter after `%load_ext regime_sim`: scenarios, events,
weekly variables, figures, exit modes, levers and parameters. Knows where a name may stand, and asks
the tables which there are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .facts.outcomes import OBSERVABLES, WAYS
from .facts.parameters import EVENTS
from .scenario.names import names_for
from .scenario.shipped import shipped_names
from .view.door import FIGURES

WORD = re.compile(r"[A-Za-z_][\w.]*$")


def _weekly() -> list[str]:
    return [one.name for one in OBSERVABLES]


def _figures() -> list[str]:
    return [*dict.fromkeys(kind for kinds in FIGURES.values() for kind in kinds), *_weekly()]


def _clocks() -> tuple[str, ...]:
    return ("leader", "regime")


def _ways() -> tuple[str, ...]:
    return WAYS


def _inputs() -> list[str]:
    ordinary = names_for()
    return [*ordinary.levers, *ordinary.given]


def _structure() -> list[str]:
    return [*names_for().structural]


def _all() -> list[str]:
    return [*_inputs(), *_structure()]


Names = Callable[[], Iterable[str]]
_SCENARIOS = (
    "attribute cite claim compare discover load preview sensitivity simulate story sweep tipping"
    " ways"
)
# the names that may stand in quotes as an argument of a call
CALLS: Mapping[str, Names] = {
    **dict.fromkeys(_SCENARIOS.split(), shipped_names),
    **dict.fromkeys(("incidence", "outcomes", "survival"), _clocks),
    **dict.fromkeys(("change", "share"), _ways),
    "plot": _figures,
    "value": _all,
    "weekly": _weekly,
}
KEYWORDS: Mapping[str, Names] = {"clock": _clocks, "event": lambda: EVENTS}
# the names that may be keys of a mapping in a call, and keywords of it
KEYS: Mapping[str, Names] = {
    "at": _inputs,
    "attribute": _inputs,
    "fix": _structure,
    "sweep": _all,
    "vary": _inputs,
}
# and those that may stand in a list in a call
LISTS: Mapping[str, Names] = {"sensitivity": _all, "tipping": _inputs}


@dataclass
class _Open:
    """A bracket that is still open: its sign, what stands before it, and what came last in it."""

    sign: str
    name: str = ""
    last: str = ""


def completions(code: str) -> tuple[str, list[str]]:
    """What stands before the end of the code that is yet to be completed, and the names that go on
    from there. Nothing where no name of ours is meant.
    """
    stack, quote, word = _read(code)
    if quote is None:
        call = stack[-1] if stack else _Open("")
        known = KEYS.get(call.name) if call.sign == "(" and call.name in ("vary", "fix") else None
        if known is None or not word or call.last not in ("", ","):
            return "", []
        return word, _fitting(word, (f"{one.replace('.', '__')}=" for one in known()))
    found = _meant(stack)
    return quote, _fitting(quote, () if found is None else found())


def _meant(stack: list[_Open]) -> Names | None:
    """The names that are meant by an open quote inside these brackets."""
    if not stack:
        return None
    here = stack[-1]
    if here.sign == "(":
        keyword = re.fullmatch(r"(\w+)=", here.last)
        return KEYWORDS.get(keyword[1]) if keyword else CALLS.get(here.name)
    if here.last not in ("", ",") or here.name:
        return None
    call = next((one.name for one in reversed(stack) if one.sign == "("), "")
    return (KEYS if here.sign == "{" else LISTS).get(call)


def _read(code: str) -> tuple[list[_Open], str | None, str]:
    """The open brackets at the end of the code, the beginning of the quote that is open there, and
    the word that is.
    """
    stack: list[_Open] = []
    at, word = 0, ""
    while at < len(code):
        sign = code[at]
        if sign in "\"'":
            long = code[at : at + 3] == sign * 3
            mark = sign * 3 if long else sign
            end = _end_of_quote(code, at + len(mark), mark)
            if end is None:
                return stack, code[at + len(mark) :], ""
            at, word = end, '"'
        elif sign == "#":
            line = code.find("\n", at)
            at = len(code) if line < 0 else line
            continue
        elif sign in "([{":
            stack.append(_Open(sign, word.rpartition(".")[2]))
            word = ""
        elif sign in ")]}":
            if stack:
                stack.pop()
            word = sign
        elif sign.isalnum() or sign in "_.":
            word = word + sign if not code[at - 1 : at].isspace() else sign
        elif not sign.isspace():
            if stack:
                stack[-1].last = f"{word}=" if sign == "=" else sign
            word = ""
        at += 1
    return stack, None, word if WORD.fullmatch(word) else ""


def _end_of_quote(code: str, at: int, mark: str) -> int | None:
    """Where a quote ends that began before `at`; None if it is open."""
    while at < len(code):
        if code[at] == "\\":
            at += 2
            continue
        if code.startswith(mark, at):
            return at + len(mark) - 1
        if code[at] == "\n" and len(mark) == 1:
            return at
        at += 1
    return None


def _fitting(start: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(start)]


def load_ipython_extension(shell: Any) -> None:
    """Complete names in quotes in this IPython or Jupyter: `%load_ext regime_sim`."""
    from IPython.core.completer import SimpleCompletion  # only there is it at hand

    def matcher(context: Any) -> dict[str, Any]:
        lines = context.full_text.split("\n")[: context.cursor_line]
        start, names = completions(
            "\n".join([*lines, context.line_with_cursor[: context.cursor_position]])
        )
        found = [SimpleCompletion(text=name, type="name") for name in names]
        return {"completions": found, "matched_fragment": start, "suppress": bool(found)}

    matcher.matcher_api_version = 2  # type: ignore[attr-defined]
    matcher.matcher_identifier = "regime_sim"  # type: ignore[attr-defined]
    shell.Completer.custom_matchers.append(matcher)
