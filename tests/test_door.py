"""The one door to words and figures: every result is in its tables; readers meet plain words."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

from regime_sim.errors import RegimeSimError, UnknownName
from regime_sim.shown import Shown
from regime_sim.view import door

PACKAGE = Path(door.__file__).parents[1]
ROOMS = ("view", "questions", "stories", "previews", "reports")
# words that no reader should meet; `dice` and `luck` remain as names of fields and columns
WORST = re.compile(
    r"\b(ways? to go|anew|nought|in vain|thereof|wholly|as steady|most often he goes by)\b"
    r"|luck of the dice|the dice|(generals|simulated) one by one",
    re.IGNORECASE,
)


def results() -> set[str]:
    """The names of all classes of the package that show themselves."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and any(
                isinstance(base, ast.Name) and base.id == Shown.__name__ for base in node.bases
            ):
                found.add(node.name)
    return found


def test_every_result_has_its_words() -> None:
    assert results() == set(door.WORDS)


@pytest.mark.parametrize("name", sorted(door.WORDS))
def test_the_module_of_each_type_makes_its_text(name: str) -> None:
    module = importlib.import_module(f"regime_sim.view.{door.WORDS[name]}")
    assert callable(module.text)


@pytest.mark.parametrize(
    "place", sorted({place for kinds in door.FIGURES.values() for place in kinds.values()})
)
def test_every_figure_is_there(place: str) -> None:
    module, function = place.split(".")
    assert callable(getattr(importlib.import_module(f"regime_sim.view.figures.{module}"), function))


def test_what_the_view_does_not_know_is_said() -> None:
    with pytest.raises(RegimeSimError, match="no words for this type"):
        door.text(object())


def test_a_result_without_a_figure_says_so() -> None:
    class Citation(Shown):
        """A result known by its name."""

    with pytest.raises(RegimeSimError, match="no figure"):
        Citation().plot()


def test_an_unknown_figure_names_the_nearest() -> None:
    class Sensitivity(Shown):
        """A result known by its name."""

    with pytest.raises(UnknownName, match="did you mean tornado"):
        Sensitivity().plot("tornadoo")


def test_a_text_is_escaped_where_a_notebook_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Citation(Shown):
        """A result known by its name."""

    words = importlib.import_module("regime_sim.view.words.citation")
    monkeypatch.setattr(words, "text", lambda found: "<b>")
    assert Citation()._repr_html_() == "<pre>&lt;b&gt;</pre>"


@pytest.mark.parametrize("room", ROOMS)
def test_readers_meet_plain_words(room: str) -> None:
    for path in sorted((PACKAGE / room).rglob("*")):
        if path.suffix in (".md", ".j2"):
            texts = [path.read_text("utf-8")]
        elif path.suffix == ".py":
            tree = ast.parse(path.read_text("utf-8"))
            texts = [
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            ]
        else:
            continue
        for text in texts:
            found = WORST.search(" ".join(text.split()))
            assert found is None, f"{path.name}: {found[0]}: {text[:80]}"
