"""Run the notebooks of the documentation and keep what their cells show: `python tools/notebooks.py
[NAME...]`. A small runner of its own: the last line of a cell is shown, prints are kept, every
notebook has one namespace. Pictures stay as SVG, so that a notebook can be read without running it.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "notebooks"
LONGEST = 400_000  # characters of one output
KINDS = ("text/html", "image/svg+xml", "text/plain")


def shown(value: object) -> dict[str, Any]:
    """What a notebook shows of a value, by kind."""
    bundle = getattr(value, "_repr_mimebundle_", None)
    if bundle is not None:
        found = {kind: text for kind, text in dict(bundle()).items() if kind in KINDS}
    else:
        html = getattr(value, "_repr_html_", None)
        found = {"text/plain": repr(value)} | ({"text/html": html()} if html is not None else {})
    return {kind: text for kind, text in found.items() if len(str(text)) <= LONGEST}


def run_cell(source: str, space: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """What a cell prints, and what it shows of its last line (None: nothing)."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    said = io.StringIO()
    value: object = None
    with contextlib.redirect_stdout(said):
        exec(compile(tree, "<cell>", "exec"), space)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), space)  # type: ignore[attr-defined]
    return said.getvalue(), None if value is None else shown(value)


def run_notebook(path: Path) -> dict[str, Any]:
    """The notebook with the outputs of a run from top to bottom, tables 100 letters wide."""
    os.environ["COLUMNS"] = "100"
    notebook: dict[str, Any] = json.loads(path.read_text("utf-8"))
    space: dict[str, Any] = {"__name__": "__notebook__"}
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(code, start=1):
        said, data = run_cell("".join(cell["source"]), space)
        outputs: list[dict[str, Any]] = []
        if said:
            outputs.append({"output_type": "stream", "name": "stdout", "text": lines(said)})
        if data is not None:
            kept = {kind: lines(str(text)) for kind, text in data.items()}
            outputs.append(
                {
                    "output_type": "execute_result",
                    "execution_count": number,
                    "data": kept,
                    "metadata": {},
                }
            )
        cell["outputs"], cell["execution_count"] = outputs, number
    return notebook


def lines(text: str) -> list[str]:
    """A text as notebooks keep it."""
    return text.splitlines(keepends=True)


def main() -> None:
    """Run the notebooks that are named, or all."""
    for path in sorted(FOLDER.glob("*.ipynb")):
        if len(sys.argv) == 1 or path.stem in sys.argv[1:]:
            found = json.dumps(run_notebook(path), indent=1, ensure_ascii=False) + "\n"
            path.write_text(found, "utf-8")
            print(f"{path.name}: {len(found) // 1024} kB")


if __name__ == "__main__":
    main()
