"""What the pages about other projects and for classes say of this one exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import regime_sim as rs
from regime_sim.cli.application import COMMANDS


@pytest.mark.parametrize("page", ["beside", "class_kit", "own_case", "country_pack"])
def test_every_name_of_ours_exists(root: Path, page: str) -> None:
    text = (root / "docs" / f"{page}.md").read_text("utf-8")
    names = set(re.findall(r"`rs\.(\w+)", text))
    commands = set(re.findall(r"`regime-sim (\w+)", text))
    assert names <= set(rs.__all__), names - set(rs.__all__)
    known = {one.__name__ for one in COMMANDS}
    assert commands <= known, commands - known
    assert names or commands


def test_the_table_has_a_cell_for_every_project(root: Path) -> None:
    text = (root / "docs" / "beside.md").read_text("utf-8").partition("## Feature by feature")[2]
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    assert {len(row) for row in rows} == {9} and len(rows) > 12
    cells = [cell.strip() for row in rows[2:] for cell in row[1:]]
    assert all(re.match(r"(yes|no|partly)\b", cell) for cell in cells)
    ours = [row[-1].strip() for row in rows[2:]]
    assert sum(cell.startswith("no") for cell in ours) >= 4  # where others are better is said


def test_six_exercises_each_with_an_answer(root: Path) -> None:
    text = (root / "docs" / "class_kit.md").read_text("utf-8")
    parts = re.split(r"^## \d\. ", text, flags=re.M)[1:]
    assert len(parts) == 6 and all(part.count("Answer") == 1 for part in parts)
