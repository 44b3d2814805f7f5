"""The checklist of a release, as a program: `python tools/release.py --url https://.../regime_sim`.

It copies what is committed, puts the repository's public address into the package's metadata and
makes the README's links absolute (a package index shows no relative ones), builds, checks the
metadata with twine, installs the wheel into an empty environment with nothing of the development
group, and there runs the README's first command and its Python lines. It uploads nothing. What is
left to do by hand is printed at the end.

Needs git and uv.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?:|#)([^)]+)\)")
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)
BY_HAND = (
    "`pytest -m slow tests/test_docs.py`: renew with `tools/notebooks.py` and `tools/gallery.py`",
    "the suite on Python 3.13, and on `uv pip install --resolution lowest-direct .` with 3.12",
    "CHANGELOG.md: `Unreleased` becomes version and day; that section is the release notes",
    "CITATION.cff and pyproject.toml: the same version",
    "git tag vVERSION, push the tag, upload the two files with `uv publish`",
    "tools/conda/recipe.yaml: the version and the SHA-256 of the sdist that is printed above",
)


def run(*command: str, cwd: Path | None = None) -> str:
    """Run a command; its output. Ends the program where it fails."""
    ended = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if ended.returncode:
        sys.exit(f"{' '.join(command)}:\n{ended.stdout}{ended.stderr}")
    return ended.stdout


def absolute(text: str, url: str) -> str:
    """Markdown with links into the repository made absolute, at HEAD."""
    return LINK.sub(
        lambda found: (
            f"{found[1]}[{found[2]}]({url}/{'raw' if found[1] else 'blob'}/HEAD/{found[3]})"
        ),
        text,
    )


def prepared(folder: Path, url: str | None) -> None:
    """What is committed, in a folder; with a public address in metadata and README."""
    archive = folder / "source.tar"
    run("git", "archive", "-o", str(archive), "HEAD", cwd=ROOT)
    run("tar", "-xf", archive.name, cwd=folder)
    archive.unlink()
    if url is None:
        return
    readme, project = folder / "README.md", folder / "pyproject.toml"
    readme.write_text(absolute(readme.read_text("utf-8"), url), "utf-8")
    urls = f'[project.urls]\nSource = "{url}"\nChangelog = "{url}/blob/HEAD/CHANGELOG.md"\n\n'
    text = project.read_text("utf-8")
    project.write_text(text.replace("[project.optional", f"{urls}[project.optional", 1), "utf-8")


def tried(wheel: Path, readme: str, folder: Path) -> str:
    """The README's first command and Python lines, from the wheel alone; the first lines said."""
    run("uv", "venv", "-q", "--python", sys.executable, str(folder / "env"))
    python = str(folder / "env" / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    run("uv", "pip", "install", "-q", "--python", python, str(wheel))
    empty = folder / "empty"
    empty.mkdir()
    command = re.search(r"regime-sim (run \S+)", readme)
    code = PYTHON.search(readme)
    if command is None or code is None:
        sys.exit("README.md: no command, or no Python lines")
    said = run(python, "-m", "regime_sim.cli", *command[1].split(), cwd=empty)
    return said.splitlines()[0] + "\n" + run(python, "-c", code[1], cwd=empty).splitlines()[1]


def slim(wheel: Path, page: str, folder: Path) -> str:
    """The slim install of the page, and runs in it; its size."""
    packages = re.search(r"^pip install (numpy .+)$", page, re.M)
    if packages is None:
        sys.exit("docs/start.md: no slim install")
    run("uv", "venv", "-q", "--python", sys.executable, str(folder / "slim"))
    python = str(folder / "slim" / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    install = ("uv", "pip", "install", "-q", "--python", python)
    run(*install, "--no-deps", str(wheel))
    run(*install, *packages[1].split())
    code = "import regime_sim as rs; print(rs.simulate('no-pressure', 100).to_frame(draws=True))"
    run(python, "-m", "regime_sim.cli", "compare", "no-pressure", "raid", "--replicates", "100")
    run(python, "-c", code)
    size = sum(path.stat().st_size for path in (folder / "slim").rglob("*") if path.is_file())
    return f"slim install: runs, {size / 1e6:.0f} MB"


def main() -> None:
    """Build, check, try."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", help="public address of the repository; none yet: leave it out")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where the files go")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source"
        source.mkdir()
        prepared(source, asked.url and asked.url.rstrip("/"))
        run("uv", "build", "-q", "-o", str(asked.out), cwd=source)
        version = re.search(r'^version = "(.+)"', (source / "pyproject.toml").read_text(), re.M)
        made = sorted(asked.out.glob(f"regime_sim-{version[1] if version else ''}*"))
        strict = ("--strict",) if asked.url else ()
        print(run("uv", "tool", "run", "-q", "twine", "check", *strict, *map(str, made)).strip())
        wheel = next(path for path in made if path.suffix == ".whl")
        print(tried(wheel, (source / "README.md").read_text("utf-8"), folder))
        print(slim(wheel, (source / "docs" / "start.md").read_text("utf-8"), folder))
    for path in made:
        print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path}")
    print("\nBy hand:\n" + "\n".join(f"- {line}" for line in BY_HAND))
    if asked.url is None:
        print("- --url: without it the metadata name no address, and README pictures do not show")


if __name__ == "__main__":
    main()
