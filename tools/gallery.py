"""Make the pictures of the gallery from the lines on its page: `python tools/gallery.py`.

`docs/gallery.md` holds the lines. They are run from top to bottom in one namespace; the picture of
a block's last line goes into the file that is named below it, its sentence into the page.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent.parent / "docs"
BLOCK = re.compile(
    r"^```(?P<language>python|sh)\n(?P<code>.*?)^```$(?:\n\n!\[(?P<alt>[^\]]*)\]\((?P<file>[^)]+)\))?",
    re.M | re.S,
)


def pictures(page: str, folder: Path) -> Iterator[tuple[re.Match[str], str, bytes]]:
    """Run the page's blocks in a folder: for every block with a picture the block, the sentence of
    the picture and its SVG.
    """
    space: dict[str, Any] = {"__name__": "__page__"}
    for block in BLOCK.finditer(page):
        if block["language"] == "sh":
            for line in block["code"].splitlines():
                command = [sys.executable, "-m", "regime_sim.cli", *line.split()[1:]]
                subprocess.run(command, check=True, cwd=folder, capture_output=True)
            made = next(folder.rglob(Path(block["file"]).name))
            yield block, "One bar for each scenario, in parts by exit mode.", made.read_bytes()
            continue
        tree = ast.parse(block["code"])
        last = tree.body.pop() if block["file"] else None
        exec(compile(tree, "gallery.md", "exec"), space)
        if isinstance(last, ast.Expr):
            figure = eval(compile(ast.Expression(last.value), "gallery.md", "eval"), space)
            yield block, figure.alt, figure.to_svg().encode()


def written(page: str, folder: Path) -> tuple[str, dict[str, bytes]]:
    """The page with the sentences of its pictures, and the pictures by file."""
    made: dict[str, bytes] = {}
    for block, alt, svg in pictures(page, folder):
        made[block["file"]] = svg
        said = " ".join(alt.replace("[", "(").replace("]", ")").split())
        page = page.replace(f"![{block['alt']}]({block['file']})", f"![{said}]({block['file']})")
    return page, made


def main() -> None:
    """Write the page and its pictures."""
    path = DOCS / "gallery.md"
    with tempfile.TemporaryDirectory() as folder:
        page, made = written(path.read_text("utf-8"), Path(folder))
    (DOCS / "gallery").mkdir(exist_ok=True)
    for old in (DOCS / "gallery").iterdir():
        old.unlink()
    for name, svg in made.items():
        (DOCS / name).write_bytes(svg)
    path.write_text(page, "utf-8")
    print(f"{len(made)} pictures, {sum(map(len, made.values())) // 1024} kB")


if __name__ == "__main__":
    main()
