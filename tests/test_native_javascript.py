"""The engine from JavaScript, in Node: the bits that Python gets, drawn in the module or sent to
it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from native_side_by_side import by
from random_scenarios import case

import regime_sim as rs
from regime_sim.engine.native import modules
from regime_sim.engine.native.door import scenario_json
from regime_sim.engine.native.modules import engine
from regime_sim.engine.parameter_draws import _drawn
from regime_sim.scenario.compile import compile_scenario
from regime_sim.scenario.compiled import Compiled
from regime_sim.scenario.shipped import shipped_names

HERE = Path(__file__).resolve().parent
DRIVER = modules.BUILT.parent / "engine.mjs"


class Node:
    """A Node process that runs blocks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        command = ["node", str(HERE / "native_node.mjs"), DRIVER.as_uri()]
        self.process = subprocess.Popen(
            [*command, str(modules.BUILT / "engine.wasm")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, text: str, what: str = "run", **asked: Any) -> dict[str, str]:
        """The SHA-256 of every array of a block of the scenario whose JSON is `text`."""
        path = self.folder / "scenario.json"
        path.write_text(text, encoding="utf-8")
        assert self.process.stdin and self.process.stdout
        said = {"scenario": str(path), "what": what, "asked": asked}
        self.process.stdin.write(json.dumps(said) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    if shutil.which("node") is None:
        pytest.skip("needs node")
    one = Node(tmp_path_factory.mktemp("node"))
    yield one
    assert one.process.stdin
    one.process.stdin.close()
    try:
        assert one.process.wait(10) == 0
    finally:
        one.process.kill()


def hashed(arrays: dict[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(array).hexdigest() for name, array in arrays.items()}


def both(node: Node, compiled: Compiled, seed: int, first: int, number: int) -> None:
    """The same block in Node and in Python, every array of it."""
    expected = hashed(by(engine(), compiled, seed, first, number, traced=1))
    asked = {"seed": str(seed), "first": first, "number": number, "bins": 500, "traced": 1}
    text = scenario_json(compiled)
    assert node.ask(text, **asked) == expected
    assert node.ask(text, "sent", **asked) == expected, "the same numbers, sent to it"


@pytest.mark.few(8)
@pytest.mark.parametrize("name", shipped_names())
def test_shipped_scenarios_have_pythons_bits(node: Node, name: str) -> None:
    compiled = compile_scenario(rs.load(name).with_(generals=130))
    both(node, compiled, 2**63 + 7, 1000, 20)


def test_random_scenarios_have_pythons_bits(node: Node) -> None:
    """All families of priors, conditions, corps of odd sizes, the largest seeds and replicates."""
    for number in range(40):
        here = case(number)
        both(node, here.compiled, here.seed, here.replicate, 3)


@pytest.mark.parametrize("name", ["venezuela-2025", "belarus-2026", "waiting-game"])
def test_draws_of_the_priors_have_pythons_bits(node: Node, name: str) -> None:
    compiled = compile_scenario(rs.load(name))
    x, p = _drawn(compiled, 9, range(5, 70))
    found = node.ask(scenario_json(compiled), "draw", seed="9", first=5, draws=65)
    assert found == hashed({"x": x.tobytes(), "p": p.tobytes()})


def test_blocks_add_up_in_any_order(node: Node) -> None:
    compiled = compile_scenario(rs.load("libya-2011").with_(generals=64))
    whole = hashed(by(engine(), compiled, 3, 40, 32))
    found = node.ask(scenario_json(compiled), "parts", seed="3", first=40, bins=500)
    assert found == {name: whole[name] for name in ("counts", "sums", "bins")}


def test_a_scenario_of_another_law_and_a_foreign_file_are_refused(node: Node) -> None:
    compiled = compile_scenario(rs.load("libya-2011").with_(generals=16))
    said = json.loads(scenario_json(compiled))
    other = json.dumps(said | {"mark": "0" * 64})
    asked = {"seed": "1", "first": 0, "number": 1}
    error = node.ask(other, **asked)["error"]
    assert error.startswith("the scenario was compiled for another law: its mark is 000000000000")
    assert node.ask("{}", **asked)["error"] == "not a compiled scenario of regime_sim"
