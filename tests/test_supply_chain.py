"""No package comes with a licence that a contributor would not expect."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parent.parent / "tools" / "supply_chain.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("supply_chain", TOOL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["supply_chain"] = module
    spec.loader.exec_module(module)
    return module


def test_what_users_install_is_permissive(tool: ModuleType) -> None:
    found = {one.name: one for one in tool.packages() if one.used == "users"}
    assert {"mesa", "wasmtime", "streamlit", "vl-convert-python", "distributed"} <= set(found)
    assert [f"{one.name}: {one.problem}" for one in found.values() if one.problem] == []
    assert not [one.name for one in found.values() if "GPL" in one.licence]


def test_development_declares_no_surprise(tool: ModuleType) -> None:
    """Of what the project itself asks for; another tool in the same environment is not its own."""
    import tomllib

    declared = tomllib.loads((TOOL.parent.parent / "pyproject.toml").read_text("utf-8"))
    groups = declared["dependency-groups"]
    asked = [one for group in groups.values() for one in group if isinstance(one, str)]
    names = tool.with_project(tool.Requirement(one).name for one in asked)
    found = [one for one in tool.packages() if one.name in names]
    assert len(found) > 30
    assert [f"{one.name}: {one.problem}" for one in found if one.problem] == []


@pytest.mark.parametrize(
    ("licence", "problem"),
    [
        ("GPL-3.0-or-later", "GPL-3.0-or-later and is not named"),
        ("GPLv3", "GPLv3 and is not named"),
        ("MIT AND LGPL-2.1", "is not named"),
        ("", "says no licence"),
        ("Ours Alone", "unknown licence"),
        ("BSD-3-Clause", ""),
        ("Apache License 2.0", ""),
    ],
)
def test_a_surprise_is_named(tool: ModuleType, licence: str, problem: str) -> None:
    said = tool.Package("planted", "1", licence, "development").problem
    assert problem in said and bool(problem) == bool(said)
