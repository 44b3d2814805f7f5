"""The mark of the model is taken over meaning: words, layout and places leave it, numbers and calls
change it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from regime_sim import meaning, provenance
from regime_sim.engine.native import mark as built


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the law and the engine, which `mark` reads in place of the package's own."""
    package = tmp_path / "regime_sim"
    for room in provenance.ROOMS:
        shutil.copytree(provenance.PACKAGE / room, package / room)
    for module in (meaning, provenance):
        monkeypatch.setattr(module, "PACKAGE", package)
    native = package / "engine" / "native"
    places = {"HERE": native, "LAW": package / "law", "ENGINE": native / "engine.c"}
    for name, place in places.items():
        monkeypatch.setattr(built, name, place)
    monkeypatch.setattr(provenance, "law_mark", built.law_mark.__wrapped__)
    return package


def mark() -> str:
    """The mark of the copy, freshly taken."""
    return provenance.model_mark.__wrapped__()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_words_and_layout_leave_the_mark(copy: Path) -> None:
    before = mark()
    edit(copy / "law" / "coup.py", '"""', '"""Other words. ')
    edit(copy / "law" / "street.py", "\n\n\n", "\n\n\n# a comment\n\n\n")
    edit(copy / "engine" / "draws.py", '"""', '"""Other words. ')
    assert mark() == before


def move_logistic(package: Path) -> None:
    """Move a function of the law into a file of its own, and bend every import of it."""
    arithmetic = package / "law" / "arithmetic.py"
    text = arithmetic.read_text(encoding="utf-8")
    start = text.index("def logistic(")
    end = text.index("\n\n\ndef ", start)
    moved = "from .arithmetic import exp\n\n\n" + text[start:end] + "\n"
    (package / "law" / "moved.py").write_text(moved, encoding="utf-8")
    arithmetic.write_text(text[:start] + text[end + 3 :], encoding="utf-8")
    for path in (package / "law").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.name != "moved.py" and "logistic" in text and "from .arithmetic import" in text:
            text = text.replace("    logistic,\n", "").replace(", logistic", "")
            text = text.replace("import logistic, ", "import ")
            text = text.replace("from .arithmetic import logistic\n", "")
            at = text.index("from ", text.index("__future__") + 10)
            path.write_text(
                text[:at] + "from .moved import logistic\n" + text[at:], encoding="utf-8"
            )


def test_a_moved_function_leaves_the_mark(copy: Path) -> None:
    before, law = mark(), built.law_mark.__wrapped__()
    move_logistic(copy)
    assert mark() == before and built.law_mark.__wrapped__() == law


def test_what_calls_a_module_is_in_no_mark_and_what_makes_it_is(copy: Path) -> None:
    before = mark()
    for driver in ("ctypes_driver", "wasm_driver", "modules", "door", "build", "about"):
        path = copy / "engine" / "native" / f"{driver}.py"
        path.write_text(path.read_text(encoding="utf-8") + "\nCHANGED = 1\n", encoding="utf-8")
    edit(copy / "engine" / "native" / "engine.c", "/*", "/* another word")
    assert mark() == before
    edit(copy / "engine" / "native" / "engine.c", "return", "return 0 +")
    changed = mark()
    assert changed != before
    edit(copy / "engine" / "native" / "statements.py", 'return ["return;"]', 'return ["break;"]')
    assert mark() != changed


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("law/arithmetic.py", "0.5", "0.6"),
        ("law/coup.py", "1.0 + sat", "1.0 - sat"),
        ("law/patrons.py", "PATRONS = 6", "PATRONS = 5"),
        ("engine/draws.py", "PRIVATE_CENTRE = 32766", "PRIVATE_CENTRE = 32767"),
    ],
)
def test_a_change_of_the_law_changes_the_mark(copy: Path, file: str, old: str, new: str) -> None:
    before = mark()
    edit(copy / file, old, new)
    assert mark() != before


def test_an_import_bent_to_another_function_changes_the_mark(copy: Path) -> None:
    before = mark()
    edit(
        copy / "law" / "week.py",
        "from . import ",
        "from . import coup as street_before\nfrom . import ",
    )
    assert mark() == before, "an import that nobody uses says nothing"
    edit(copy / "law" / "coup.py", "import exp, power", "import log as exp, power")
    assert mark() != before


def test_the_tables_count_in_numbers_not_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from regime_sim.facts import parameters

    before = mark()
    row = parameters.PARAMETERS["coup.success_odds"]
    monkeypatch.setitem(parameters.PARAMETERS, row.name, replace(row, meaning="other words"))
    assert mark() == before
    monkeypatch.setitem(parameters.PARAMETERS, row.name, replace(row, high=row.high + 0.1))
    assert mark() != before
