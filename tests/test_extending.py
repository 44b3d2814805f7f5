"""What CONTRIBUTING.md promises to whoever changes the model: a new actor or lever part in as many
files as it says, in both engines; and the hooks of the Mesa model.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from native_side_by_side import rebuilt

import regime_sim as rs
from regime_sim.engine.model import General
from regime_sim.engine.records import Shared

PACKAGE = Path(rs.__file__).parent
SMALL = {"generals": 16, "horizon": 6}

# file: (text that is there, text that takes its place)
DEPUTY = {
    "facts/actors.py": (
        "ACTOR_ROWS = (\n",
        'ACTOR_ROWS = (\n    _actor("deputy", "the man behind him", "ambition"),\n',
    ),
    "facts/outcomes.py": (
        "OBSERVABLES = (\n",
        'OBSERVABLES = (\n    Observable("ambition", "deputy.ambition", "share", 0.0, 1.0, "x"),\n',
    ),
    "facts/table.py": (
        "STRUCTURAL = [\n",
        'STRUCTURAL = [\n    Row("deputy.growth", "d_g", "share", 0, 1, uniform(0.1, 0.3),'
        ' JUDGEMENT, "growth of his ambition"),\n',
    ),
    "law/week.py": (
        "    plotting.start(world.plot, x.generals_number)\n",
        "    plotting.start(world.plot, x.generals_number)\n    deputy.start(world.deputy)\n",
    ),
}
LAW = '''"""Deputy: his ambition grows as power concentrates."""

from __future__ import annotations


def start(deputy) -> None:
    """Week 0: he serves."""
    deputy.ambition = 0.1


def week(deputy, leader, p) -> None:
    """One week: ambition grows with the ruler's personal power."""
    deputy.ambition = deputy.ambition + p.deputy_growth * (leader.personalism - deputy.ambition)
'''
RUN = """
import json
import regime_sim as rs
from regime_sim.engine.records import STATE_NAMES
scenario = rs.load("venezuela-2025").with_(generals=16, horizon=6)
model = rs.RegimeModel(scenario, 3, 1)
states = []
while model.week < model.horizon and not model.fallen:
    model.step()
    states.append(model.state())
print(json.dumps({"names": STATE_NAMES, "states": states, "seen": model.observations}))
"""
FAST = """
from regime_sim.engine.replicates import trace
from regime_sim.scenario import compile_scenario
kept = trace(compile_scenario(scenario), 3, 1)[1].state
assert kept[:len(states)].tolist() == states
"""


def copy_of_the_package(folder: Path) -> Path:
    """The package with its seeds and scenarios, to be edited."""
    left_out = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, folder / "regime_sim", ignore=left_out)
    for room in ("seeds", "scenarios"):
        (folder / room).symlink_to(PACKAGE.parent / room)
    return folder / "regime_sim"


def edit(package: Path, edits: dict[str, tuple[str, str]]) -> None:
    for name, (old, new) in edits.items():
        text = (package / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, name
        (package / name).write_text(text.replace(old, new), encoding="utf-8")


def run(folder: Path, code: str) -> dict[str, object]:
    environment = os.environ | {"PYTHONPATH": str(folder), "XDG_CACHE_HOME": str(folder / "c")}
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=environment,
    )
    assert ended.returncode == 0, ended.stderr
    found: dict[str, object] = json.loads(ended.stdout)
    return found


def with_a_deputy(folder: Path) -> Path:
    package = copy_of_the_package(folder)
    edit(package, DEPUTY)
    (package / "law" / "deputy.py").write_text(LAW, encoding="utf-8")
    for old, new in (
        ("    coup,\n    deal,\n", "    coup,\n    deal,\n    deputy,\n"),
        (
            "    coup.hazards(plot,",
            "    deputy.week(world.deputy, leader_, p)\n    coup.hazards(plot,",
        ),
    ):
        edit(package, {"law/week.py": (old, new)})
    return package


@pytest.mark.parametrize("code", [RUN, pytest.param(RUN + FAST, marks=pytest.mark.slow)])
def test_an_actor_with_state_takes_five_files(tmp_path: Path, code: str) -> None:
    """Table of actors, its own law, its call in the week, one parameter, one observable; the fast
    engine has it too.
    """
    with_a_deputy(tmp_path)
    if code != RUN:
        rebuilt(tmp_path)
    found = run(tmp_path, code)
    states, names, seen = found["states"], found["names"], found["seen"]
    assert isinstance(states, list) and isinstance(names, list) and isinstance(seen, dict)
    ambition = [state[names.index("deputy.ambition")] for state in states]
    assert ambition[0] > 0.1 and ambition == sorted(ambition)
    assert seen["ambition"] == ambition[-1]


CYBER = {
    "facts/levers.py": (
        "PRESSURE = [\n",
        'PRESSURE = [\n    _part("us_pressure.cyber", "i_cy", 0.0, "ladder", "judgement",'
        ' "his accounts and ships are attacked by computer"),\n',
    ),
    "law/ladder.py": (
        "sender.seizures = x.us_pressure_seizures * keep",
        "sender.seizures = max(x.us_pressure_seizures * keep, x.us_pressure_cyber)",
    ),
}
LEVER = (
    '(LeverPart("us_pressure.ultimatum"',
    '(LeverPart("us_pressure.cyber", start=0.2, end=0.6), LeverPart("us_pressure.ultimatum"',
)
PRESSED = """
import json
import regime_sim as rs
from regime_sim.scenario import shipped_names
found = {}
for name in ("serbia-2000", "iran-2026", "venezuela-2025"):
    found[name] = rs.RegimeModel(rs.load(name).with_(generals=16, horizon=4), 3, 1).run().history
try:
    lever = rs.load("no-pressure").vary(us_pressure__cyber=0.7)
    assert rs.load("no-pressure").vary(us_pressure=0.6).inputs()["us_pressure.cyber"] == 1.0
    found["cyber"] = rs.RegimeModel(lever.with_(generals=16, horizon=4), 3, 1).run().history
except rs.RegimeSimError:
    pass
print(json.dumps(found))
"""


def test_a_lever_part_takes_two_files_and_leaves_all_scenarios_as_they_were(tmp_path: Path) -> None:
    """The table and one law file. Files that do not name the part mean its neutral value, and give
    the same futures to the last bit.
    """
    before = run(PACKAGE.parent, PRESSED)
    package = copy_of_the_package(tmp_path)
    edit(package, CYBER)
    edit(package, {"facts/levers.py": LEVER})
    after = run(tmp_path, PRESSED)
    cyber = after.pop("cyber")
    assert "cyber" not in before and after == before and cyber


class Calm(rs.RegimeModel):
    """Nobody can remove him."""

    def hazards(self, luck: list[float]) -> None:
        super().hazards(luck)
        for name in rs.WAYS[1:]:
            setattr(self.exits, name, 0.0)


class Doomed(rs.RegimeModel):
    """A coup is certain."""

    def hazards(self, luck: list[float]) -> None:
        super().hazards(luck)
        self.exits.__dict__["coup"] = 1e6


class Timid(General):
    """A general who never plots."""

    def consider(self) -> None:
        self.next_code = 0


class Docile(rs.RegimeModel):
    """A corps of the timid."""

    general_class = Timid


class Penniless(rs.RegimeModel):
    """No rents arrive, whatever the treasury says."""

    def before_generals(self, luck: list[float]) -> Shared:
        return super().before_generals(luck)._replace(rent=0.0)


def test_the_hooks_of_the_model_do_what_they_say() -> None:
    scenario = rs.load("isolation-and-rents-cut").with_(**SMALL)
    assert not Calm(scenario, seed=2).run().leader_out
    doomed = Doomed(scenario, seed=2).run()
    assert doomed.way == "coup" and doomed.ledger[0] == 1
    docile = Docile(scenario, seed=2).run()
    assert {type(man) for man in docile.generals} == {Timid}
    assert max(week[0] for week in docile.history) == 0.0
    many = rs.load("venezuela-2025").with_(generals=64, horizon=20)
    plain, poor = rs.RegimeModel(many, seed=5), Penniless(many, seed=5)
    plain.run(), poor.run()
    assert poor.history[1][0] >= plain.history[1][0]
    assert sum(week[0] for week in poor.history) > sum(week[0] for week in plain.history)


def test_every_actor_is_an_attribute_of_the_model() -> None:
    from regime_sim.facts.actors import ACTOR_ROWS

    model = rs.RegimeModel(rs.load("no-pressure").with_(**SMALL))
    for row in ACTOR_ROWS:
        actor = getattr(model, row.name)
        assert actor is getattr(model.world, row.name) and type(actor).__doc__ == row.meaning
        assert all(isinstance(getattr(actor, field), float) for field in row.fields)
