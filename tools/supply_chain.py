"""What the project stands on: the licence of every installed package, and a look-up of known
vulnerabilities where the network allows it.

    python tools/supply_chain.py licences    a table; status 1 where one is unexpected
    python tools/supply_chain.py audit       `pip-audit` on the locked versions; status 2 without it

Permissive licences are expected. Any other has to be named in NAMED, with the reason why it may
stay; users' installations hold none that asks more than to keep its own files open.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = "regime-sim"
EXTRAS = ("figures", "analysis", "report", "cluster", "viewer", "xarray", "altair")
PERMISSIVE = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|CC0|Zlib|Unlicense|HPND|Public"
    r" Domain)\b",
    re.IGNORECASE,
)
COPYLEFT = re.compile(r"\b(A?GPL|LGPL|MPL|EPL|CDDL|GNU|Mozilla|copyleft)", re.IGNORECASE)
NAMED = {  # package: why its licence is no surprise
    "certifi": "MPL-2.0: its list of certificates, used unchanged",
    "docutils": "public domain and BSD; one file for an editor is GPL and is not run",
    "hypothesis": "MPL-2.0: draws test cases; development only",
    "pathspec": "MPL-2.0: comes with mypy; development only",
    "ptyprocess": "ISC, by its classifier; comes with Solara: the viewer and development",
    "rich-click": "MIT, by its licence file; comes with Solara: the viewer and development",
    "tqdm": "MPL-2.0 AND MIT: progress bars of a library, used unchanged",
    "yattag": "LGPL: writes a report of cosmic-ray; development only, not linked to",
}


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package. used: "users" (comes with the project or an extra), else
    "development".
    """

    name: str
    version: str
    licence: str
    used: str

    @property
    def problem(self) -> str:
        """What a contributor would not expect; empty where nothing is."""
        if self.name in NAMED:
            return ""
        if not self.licence:
            return "says no licence"
        if COPYLEFT.search(self.licence):
            return f"{self.licence} and is not named in tools/supply_chain.py"
        return "" if PERMISSIVE.search(self.licence) else f"unknown licence: {self.licence}"


def licence(about: metadata.PackageMetadata) -> str:
    """The licence that a package states: as an expression, a word, or a classifier; where it puts
    the whole text, what its classifiers say.
    """
    expression = about.get("License-Expression")
    if expression:
        return str(expression)
    classes = [
        line.rpartition("::")[2].strip()
        for line in about.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    said = str(about.get("License") or "").strip()
    return said if said and "\n" not in said and len(said) < 60 else ", ".join(classes)


def with_project(names: Iterable[str] = (PROJECT,)) -> set[str]:
    """The names of all that an installation with every extra brings."""
    known: set[str] = set()
    waiting = [canonicalize_name(name) for name in names]
    while waiting:
        name = waiting.pop()
        if name in known:
            continue
        known.add(name)
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        extras = EXTRAS if name == PROJECT else ()
        for need in map(Requirement, needs):
            marker = need.marker
            if marker is None or any(marker.evaluate({"extra": one}) for one in ("", *extras)):
                waiting.append(canonicalize_name(need.name))
    return known


def packages() -> list[Package]:
    """Every installed package, by name."""
    users = with_project()
    found = {}
    for one in metadata.distributions():
        name = canonicalize_name(one.metadata["Name"])
        used = "users" if name in users else "development"
        found[name] = Package(name, one.version, licence(one.metadata), used)
    return [found[name] for name in sorted(found)]


def licences() -> int:
    """Print the table; 1 where a licence is unexpected."""
    found = packages()
    for one in found:
        print(f"{one.name:32} {one.version:14} {one.used:12} {NAMED.get(one.name, one.licence)}")
    wrong = [f"{one.name}: {one.problem}" for one in found if one.problem]
    sys.stderr.write("".join(f"{line}\n" for line in wrong))
    return 1 if wrong else 0


def audit() -> int:
    """Look the locked versions up; 1 where one is vulnerable, 2 where not all could be asked."""
    with tempfile.TemporaryDirectory() as folder:
        listed, found = Path(folder) / "requirements.txt", Path(folder) / "found.json"
        try:
            _uv("export", "--all-extras", "--no-emit-project", "--no-hashes", "-o", str(listed))
            options = ("--no-deps", "--disable-pip", "--format", "json", "-o", str(found))
            _uv("tool", "run", "pip-audit", *options, "-r", str(listed))
            answer = json.loads(found.read_text("utf-8"))["dependencies"]
        except OSError as error:
            sys.stderr.write(f"nothing was looked up, uv or the network is missing: {error}\n")
            return 2
    for one in answer:
        for hole in one.get("vulns", ()):
            print(f"{one['name']} {one['version']}: {hole['id']}, mended in {hole['fix_versions']}")
    skipped = [one["name"] for one in answer if "skip_reason" in one]
    print(f"{len(answer) - len(skipped)} of {len(answer)} packages were looked up")
    return 1 if any(one.get("vulns") for one in answer) else 2 if skipped else 0


def _uv(*words: str) -> None:
    """Run uv, as a program or as a module. Raises OSError where there is neither."""
    program = shutil.which("uv")
    command = [program] if program else [sys.executable, "-m", "uv"]
    subprocess.run([*command, *words], cwd=ROOT, check=False, capture_output=True)


def main() -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("what", choices=("licences", "audit"))
    return licences() if asked.parse_args().what == "licences" else audit()


if __name__ == "__main__":
    sys.exit(main())
