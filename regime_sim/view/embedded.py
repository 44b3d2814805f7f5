"""What an exported page holds beside its words: data, scripts, its policy; knows no figure."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

# what could end the element that the data stands in, or a line of a script
_UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def embedded(content: Mapping[str, Any]) -> str:
    """Data as JSON that can stand inside a page: no text in it ends its element."""
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.translate(_UNSAFE)


def policy(*scripts: str) -> str:
    """What a page may do: show itself and run exactly these scripts. It asks nobody anything."""
    allowed = f" script-src {' '.join(map(script_hash, scripts))};" if scripts else ""
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:;{allowed} base-uri 'none';"
        " form-action 'none'"
    )


def script_hash(script: str) -> str:
    """A script as a content security policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
