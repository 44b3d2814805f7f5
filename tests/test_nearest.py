"""The nearest right name, wherever a name is looked up: the whole name that works in that place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import doors
import pytest

import regime_sim as rs
from regime_sim.errors import closest

HEAD = "schema: 1\nid: a\nextends: venezuela-2025\n"
DOTTED = {"regime.represion": "regime.repression", "coup.condemnaton": "coup.condemnation"}
AS_WRITTEN = {
    "given: {%s: 0.3}": "",
    "timeline: [{id: a, week: 2, set: {%s: 0.3}}]": "",
    "compare: {arms: [{id: a, set: {%s: 0.3}}]}": "",
    "levers: {%s: 0.3}": ", under given",
    "uncertain: {%s: 0.3}": ", under given",
}
PYTHON: dict[str, Callable[[rs.Scenario, str], object]] = {
    "vary": lambda s, name: s.vary({name: 0.3}),
    "fix": lambda s, name: s.fix({name: 0.3}),
    "at": lambda s, name: s.at(week=2, set={name: 0.3}),
    "value": lambda s, name: s.value(name),
    "sweep": lambda s, name: rs.sweep(s, {name: (0.2, 0.3)}, replicates=8, corps=8),
    "sensitivity": lambda s, name: rs.sensitivity(s, over=[name], corps=8),
    "tipping": lambda s, name: rs.tipping(s, over=[name], replicates=128, corps=8),
    "attribute": lambda s, name: rs.attribute(s, {name: 0.3}, replicates=8, corps=8),
}


@pytest.mark.parametrize("name", DOTTED)
@pytest.mark.parametrize("door", PYTHON)
def test_python_names_the_whole_name(door: str, name: str) -> None:
    with pytest.raises(rs.UnknownName) as told:
        PYTHON[door](doors.small(), name)
    assert f"did you mean {DOTTED[name]}?" in str(told.value)


@pytest.mark.parametrize("name", DOTTED)
@pytest.mark.parametrize("line", AS_WRITTEN)
def test_a_file_names_the_whole_name_and_its_place(line: str, name: str) -> None:
    with pytest.raises(rs.ScenarioError) as told:
        rs.loads(HEAD + line % name)
    assert f"did you mean {DOTTED[name]}{AS_WRITTEN[line]}?" in str(told.value)


def test_below_its_family_a_part_is_named_as_it_is_written_there() -> None:
    with pytest.raises(rs.ScenarioError, match=r"did you mean repression\?"):
        rs.loads(HEAD + "given: {regime: {represion: 0.3}}")


@pytest.mark.parametrize("over", ["regime.represion=0:1:3", "coup.condemnaton=0:1:3"])
def test_a_command_names_the_whole_name(tmp_path: Path, over: str) -> None:
    with doors.standing_in(tmp_path):
        ended = doors.inside("sweep", doors.ARTICLE, "--over", over, "--replicates", 8)
    assert ended.status == 2
    assert f"did you mean {DOTTED[over.split('=')[0]]}?" in ended.err


@pytest.mark.parametrize(
    ("name", "right", "meant"),
    [
        ("represion", ("force.precision", "regime.repression"), "regime.repression"),
        ("strikes", ("us_pressure", "us_pressure.strikes"), "us_pressure.strikes"),
        ("coup.condemnaton", ("coup.condemned", "coup.condemnation"), "coup.condemnation"),
        ("regime.represion", ("street.repression", "regime.repression"), "regime.repression"),
        ("us_presure.strikes", ("us_pressure", "us_pressure.strikes"), "us_pressure.strikes"),
        ("rentz", ("rents", "loyalty.rent"), "rents"),
        ("qqqq", ("rents", "coup.rent"), None),
        ("", ("rents",), None),
    ],
)
def test_the_nearest(name: str, right: tuple[str, ...], meant: str | None) -> None:
    assert closest(name, right) == meant
    assert closest(name, right[::-1]) == meant


def test_there_is_one_search(root: Path) -> None:
    files = [path for path in (root / "regime_sim").rglob("*.py") if "difflib" in path.read_text()]
    assert [path.name for path in files] == ["errors.py"]
