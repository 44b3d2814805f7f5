"""Text made harmless for a terminal, one line, JSON or a spreadsheet cell; plain text stays."""

from __future__ import annotations

import json
import re
import unicodedata

# what moves the cursor, colours, rings, or turns the writing round; the end of a line is kept
_STEERING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# what a spreadsheet reads as the beginning of a formula: in a cell, and in one that another
# separator than ours would make of its rest
_FORMULA = re.compile(r"(^|[;\n])(\s*)(?=[=+@-])")
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*", re.ASCII | re.IGNORECASE)


def inert(text: str) -> str:
    """Text that steers no terminal: control and direction signs show as `\\x1b`; lines stay."""
    return _STEERING.sub(lambda found: _escape(found[0]), text)


def one_line(text: str) -> str:
    """Inert text on one line: no name makes a line that looks like one of ours."""
    return inert(text).replace("\n", "\\n")


def inert_json(text: str) -> str:
    """A JSON document that steers no terminal and says the same."""
    return _STEERING.sub(
        lambda found: found[0] if found[0] == "\t" else json.dumps(found[0])[1:-1], text
    )


def cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes first. Numbers stay."""
    safe = inert(text)
    if _NUMBER.fullmatch(safe):
        return safe
    plain = "".join(unicodedata.normalize("NFKC", sign)[:1] or sign for sign in safe)
    for found in reversed([*_FORMULA.finditer(plain)]):
        safe = f"{safe[: found.end()]}'{safe[found.end() :]}"
    return safe


def _escape(sign: str) -> str:
    if sign in "\t\r":
        return "\\t" if sign == "\t" else "\\r"
    code = ord(sign)
    return (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
    )
