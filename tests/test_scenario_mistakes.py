"""Every mistake that a scenario file can hold: the message says where, what was expected, and the
nearest right name.
"""

from __future__ import annotations

import copy
import json
import os
import pickle
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from regime_sim.errors import RegimeSimError
from regime_sim.scenario import ScenarioError, load, loads
from regime_sim.scenario.reader import LARGEST, read_text

BAD = Path(__file__).parent / "bad"
FILES = sorted(BAD.glob("*.yaml"))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def complaint(name: str | Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        load(name)
    assert isinstance(caught.value, RegimeSimError)
    return str(caught.value)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_one_mistake_one_message(path: Path, here: Path) -> None:
    shutil.copy(path, here / path.name)
    expected = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    assert complaint(path.name) == f"{path.name}:{expected}"


def test_there_is_a_file_for_many_mistakes() -> None:
    assert len(FILES) > 80


def test_all_mistakes_at_once_in_the_order_of_the_lines(here: Path) -> None:
    (here / "carrier.yaml").write_text(
        "schema: 1\nid: Carrier\nextends: venezuela-2025\nhorizn: 104 weeks\nhorizon:"
        " long\nlevers:\n  rents: 1.4\n  rents: 0.5\n  us_presure: 0.5\ntimeline:\n  - {id: a,"
        " week: -1, event: strike, lasts: soon, foo: 1}\n  - {id: a, week: 2, set: {rents:"
        " 3}}\nwithout: [nothing]\nruns: {replicates: x}\n"
    )
    lines = complaint("carrier.yaml").splitlines()
    assert [int(line.split(":")[1]) for line in lines] == [
        2,
        4,
        5,
        7,
        8,
        9,
        11,
        11,
        11,
        11,
        12,
        12,
        13,
        14,
    ]
    assert (
        "carrier.yaml:9:3 levers.us_presure: unknown lever - did you mean us_pressure? (one of"
        " rents, foreign_support, us_pressure, public_opinion)"
    ) in lines
    assert "carrier.yaml:4:1 horizn: unknown key - did you mean horizon?" in lines


def test_the_parents_mistakes_come_with_the_childs(here: Path) -> None:
    (here / "base.yaml").write_text("schema: 1\nextends: venezuela-2025\nlevers: {rents: 2}\n")
    (here / "child.yaml").write_text(
        "schema: 1\nextends: base.yaml\nlevers: {foreign_support: 2}\nwithout: [maybe]\n"
    )
    assert complaint("child.yaml").splitlines() == [
        "base.yaml:3:10 levers.rents: 2 is out of range - expected 0 to 1",
        "child.yaml:3:10 levers.foreign_support: 2 is out of range - expected 0 to 1",
    ]


def test_an_arm_cannot_leave_out_what_the_file_has_left_out() -> None:
    with pytest.raises(ScenarioError, match="unknown entry 'airspace' of the timeline"):
        loads(
            "schema: 1\nextends: raid\nwithout: [airspace]\ncompare: {arms: [{id: a, without:"
            " [airspace]}]}\n"
        )


def test_problems_are_records_and_survive_a_pickle() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads("schema: 1\nextends: venezuela-2025\nlevers: {rents: 2}\n", "a file")
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.problems == caught.value.problems
    assert (again.problems[0].line, again.problems[0].col, again.problems[0].path) == (
        3,
        10,
        "levers.rents",
    )


def test_a_name_from_the_file_cannot_write_to_the_terminal() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads('schema: 1\nextends: venezuela-2025\nlevers: {"\\e[31mred": 1}\n')
    assert "\x1b" not in str(caught.value) and "\\x1b" in str(caught.value)


def test_thousands_of_mistakes_are_cut_and_quick() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(
            "schema: 1\nextends: venezuela-2025\nlevers:\n"
            + "".join(f"  rens{i}: 1\n" for i in range(1900))
        )
    assert len(caught.value.problems) == 1900
    assert str(caught.value).endswith("... and 1800 more")


class TestWhatIsNotAFile:
    def test_missing(self, here: Path) -> None:
        assert complaint("none.yaml") == "none.yaml: no such file"
        assert complaint(Path("none")) == "none: no such file"

    def test_missing_name_gets_the_nearest_shipped_one(self, here: Path) -> None:
        assert (
            complaint("venezuela2025")
            == "venezuela2025: no shipped scenario has this name, and there is no such file - did"
            " you mean venezuela-2025?"
        )

    def test_folder(self, here: Path) -> None:
        (here / "folder.yaml").mkdir()
        assert complaint("folder.yaml") == "folder.yaml: is a folder - expected a YAML file"
        assert complaint(here) == f"{here}: is a folder - expected a YAML file"

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFO on this system")
    def test_fifo_does_not_hang(self, here: Path) -> None:
        os.mkfifo(here / "pipe.yaml")
        assert complaint("pipe.yaml") == "pipe.yaml: is not a regular file - expected a YAML file"

    @pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no /dev/zero on this system")
    def test_device(self) -> None:
        assert complaint("/dev/zero") == "/dev/zero: is not a regular file - expected a YAML file"

    def test_too_large(self, here: Path) -> None:
        (here / "large.yaml").write_bytes(b"#" * 10_000_000)
        assert complaint("large.yaml") == "large.yaml: the file has 9,766 kB - at most 128 kB"

    def test_no_file_name_at_all(self) -> None:
        assert "cannot be opened" in complaint("a\0b.yaml")
        assert "cannot be opened" in complaint("x" * 5000 + ".yaml")
        assert "no shipped scenario" in complaint("")


class TestWhatIsNotText:
    @pytest.mark.parametrize(
        ("content", "text"),
        [
            (
                b"\xef\xbb\xbfschema: 1\n",
                ":1:1 the file begins with a byte order mark - expected UTF-8 without one",
            ),
            (
                "schema: 1\n".encode("utf-16"),
                ":1:1 the file begins with a byte order mark - expected UTF-8 without one",
            ),
            (b"schema: 1\nid: a\0b\n", ":2:1 a NUL byte - expected UTF-8 text"),
            (b"schema: 1\ntitle: caf\xe9\n", ":2:1 not UTF-8 text"),
            (b"schema: 1\ntitle: a\x07b\n", ":2:9 not YAML: a character that may not be printed"),
        ],
    )
    def test_bytes(self, here: Path, content: bytes, text: str) -> None:
        (here / "odd.yaml").write_bytes(content)
        assert complaint("odd.yaml") == f"odd.yaml{text}"

    @pytest.mark.parametrize(
        "text",
        ["[" * 100_000, "{a: " * 50_000, "- " * 100_000, "a: " * 1000, "? " * 10_000, "!" * 99_999],
    )
    def test_deep_and_long_nests_end_quickly(self, text: str) -> None:
        with pytest.raises(ScenarioError):
            loads(text)

    def test_many_values(self) -> None:
        with pytest.raises(ScenarioError, match="more than 4,000 keys and values"):
            loads("[" + "1," * 20_000 + "]")

    def test_long_digits_are_not_numbers(self) -> None:
        with pytest.raises(ScenarioError, match="expected a number"):
            loads(f"schema: 1\nextends: venezuela-2025\nlevers: {{rents: {'9' * 10_000}}}\n")
        with pytest.raises(ScenarioError, match="expected a finite number"):
            loads("schema: 1\nextends: venezuela-2025\nlevers: {rents: 1e999}\n")


class TestWhereExtendsMayLead:
    def test_two_files_in_a_circle(self, here: Path) -> None:
        (here / "one.yaml").write_text("schema: 1\nextends: two.yaml\n")
        (here / "two.yaml").write_text("schema: 1\nextends: one.yaml\n")
        assert "two.yaml:2:1 extends: circular `extends`: 'one.yaml'" in complaint("one.yaml")

    def test_eight_deep_and_no_more(self, here: Path) -> None:
        (here / "s0.yaml").write_text("schema: 1\nextends: venezuela-2025\n")
        for i in range(1, 9):
            (here / f"s{i}.yaml").write_text(f"schema: 1\nextends: s{i - 1}.yaml\n")
        assert load("s6.yaml").start.year == 2025
        assert "`extends` chain longer than 8" in complaint("s7.yaml")

    def test_a_link_out_of_the_folder(self, here: Path) -> None:
        inner = here / "inner"
        inner.mkdir()
        (here / "secret.yaml").write_text("schema: 1\nextends: venezuela-2025\n")
        (inner / "link.yaml").symlink_to(here / "secret.yaml")
        (inner / "child.yaml").write_text("schema: 1\nextends: link.yaml\n")
        assert "leads out of the folder" in complaint(inner / "child.yaml")

    def test_a_folder_below_is_inside(self, here: Path) -> None:
        (here / "sub").mkdir()
        (here / "sub" / "base.yaml").write_text(
            "schema: 1\nextends: venezuela-2025\nlevers: {rents: 0.3}\n"
        )
        (here / "child.yaml").write_text("schema: 1\nextends: sub/base.yaml\n")
        assert load("child.yaml").value("rents") == 0.3

    def test_text_may_extend_shipped_scenarios_only(self) -> None:
        assert loads("schema: 1\nextends: isolation\n").value("foreign_support") == 0.1
        with pytest.raises(ScenarioError, match=r"unknown scenario 'base\.yaml'"):
            loads("schema: 1\nextends: base.yaml\n")


ODD: list[object] = [
    None,
    [],
    {},
    0.5,
    -1,
    True,
    "x",
    {"a": 1},
    [1, 2],
    "",
    10**400,
    "0.2 to 0.4",
    {"value": 1},
    {"value": {"value": 1}},
    {"normal": 3},
    {"normal": {"mean": "x", "sd": [1]}},
    "a\0b\x1b",
    [{}],
    [None],
    {"bounds": 1},
    {"source": {}},
    2**70,
    "us_opposition > 0.5",
]
WHOLE = {
    "schema": 1,
    "id": "a",
    "extends": "venezuela-2025",
    "horizon": 9,
    "levers": {"rents": {"mining": {"value": 0.3, "source": "bounty"}}},
    "patrons": {"iran": {"commitment": 0.3}},
    "given": {"leader": {"age": "60 to 70"}},
    "uncertain": {"coup.success_odds": 0.5},
    "timeline": [
        {"id": "b", "week": 3, "event": "raid", "over": 2},
        {"id": "c", "when": "crowd > 0.1", "set": {"rents": 0.2}},
    ],
    "compare": {"baseline": "raid", "arms": [{"id": "d", "set": {"rents": 0.1}, "without": ["b"]}]},
    "checks": [{"it": "e", "vary": {"rents": [0.1, 0.9]}, "expect": {"coup": "flat"}}],
    "without": ["airspace"],
    "runs": {"seed": 1, "stop_when": {"half_width": 0.1}},
    "resolve": {"question": "f", "by": "2026-12-31"},
    "sources": {"g": {"cite": "h"}},
}


def spots(tree: object) -> Iterator[tuple[Any, Any]]:
    """Every place of a tree, as its holder and its key."""
    cells = (
        list(tree.items())
        if isinstance(tree, dict)
        else list(enumerate(tree))
        if isinstance(tree, list)
        else []
    )
    for key, inner in cells:
        yield tree, key
        yield from spots(inner)


@pytest.mark.parametrize("seed", range(6))
def test_nothing_in_a_file_ends_in_another_error(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(25):
        tree = copy.deepcopy(WHOLE)
        for _ in range(chance.choice([1, 1, 3])):
            holder, key = chance.choice(list(spots(tree)))
            holder[key] = copy.deepcopy(chance.choice(ODD))
        try:
            scenario = loads(json.dumps(tree))
        except ScenarioError as error:
            assert all(problem.text for problem in error.problems)
        else:
            assert loads(scenario.to_yaml()) == scenario


def test_sources_are_looked_up_in_every_section() -> None:
    """Also in those that come after `sources` in the alphabet; of a list the first that is unknown
    is said.
    """
    with pytest.raises(ScenarioError) as caught:
        loads(
            "schema: 1\nextends: raid\ntimeline: [{id: q, week: 3, event: raid, source:"
            " nobody_1999}]\nuncertain: {coup.success_odds: {value: 0.5, source: [judgement,"
            " nobody_1998, nobody_1997]}}\nsources: {source: {cite: x}}\nlevers: {rents: {value:"
            " 0.4, source: source}}\n"
        )
    assert [(problem.path, problem.text.split(" - ")[0]) for problem in caught.value.problems] == [
        ("timeline[1].source", "unknown source 'nobody_1999'"),
        ("uncertain.coup.success_odds.source", "unknown source 'nobody_1998'"),
    ]


def test_twenty_mistakes_get_the_nearest_name() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads("schema: 1\nextends: raid\nlevers:\n" + "".join(f"  rens{i}: 1\n" for i in range(22)))
    assert [problem.text for problem in caught.value.problems] == [
        "unknown lever - did you mean rents? (one of rents, foreign_support, us_pressure,"
        " public_opinion)"
    ] * 20 + ["unknown lever"] * 2


def test_eighty_letters_of_a_name_are_said_again() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(f"schema: 1\nextends: raid\n{'x' * 80}: 1\n{'y' * 81}: 1\n")
    assert [problem.path for problem in caught.value.problems] == ["x" * 80, "y" * 80 + "..."]


class TestNamesOfFiles:
    def test_a_path_is_a_path_whatever_its_letters(self, here: Path) -> None:
        assert (
            complaint("a/zzz") == "a/zzz: no such file"
            and complaint("zz/aa") == "zz/aa: no such file"
        )

    def test_a_file_that_is_missing_gets_the_nearest_beside_it(self, here: Path) -> None:
        (here / "base.yaml").write_text("schema: 1\nextends: raid\n")
        (here / "bass2.yaml").write_text("schema: 1\nextends: bass.yaml\n")
        assert (
            complaint("bass2.yaml")
            == "bass2.yaml:2:1 extends: no such file 'bass.yaml' - did you mean base.yaml?"
        )

    def test_a_file_without_an_id_is_called_by_its_name(self, here: Path) -> None:
        found = {}
        for stem in ("Mine Own!", "x" * 70, "---"):
            (here / f"{stem}.yaml").write_text("schema: 1\nstart: 2025-12-01\n")
            scenario = load(f"{stem}.yaml")
            found[scenario.id] = (scenario.title, scenario.horizon, scenario.ruler)
        assert found == {
            name: (name, 52, "the ruler") for name in ("mine-own", "x" * 64, "scenario")
        }


class TestLimitsOfTheReader:
    def test_twelve_deep_and_no_more(self) -> None:
        def nest(n: int) -> str:
            return "a: " + "{a: " * (n - 1) + "1" + "}" * (n - 1) + "\n"

        assert list(read_text(nest(12), "x").tree) == ["a"]
        with pytest.raises(ScenarioError, match="x:1:48 nested more than 12 deep"):
            read_text(nest(13), "x")

    def test_four_thousand_keys_and_values_and_no_more(self) -> None:
        """The mapping, its key and the list count too."""
        assert len(read_text("a: [" + "1," * 3997 + "]", "x").tree["a"]) == 3997
        with pytest.raises(ScenarioError, match="more than 4,000 keys and values"):
            read_text("a: [" + "1," * 3998 + "]", "x")

    def test_a_text_is_128_thousand_signs_at_most(self) -> None:
        assert read_text("a: 1\n#" + "x" * (LARGEST - 6), "x").tree == {"a": 1}
        with pytest.raises(ScenarioError, match="the text is too large - at most 128 kB"):
            read_text("a: 1\n#" + "x" * (LARGEST - 5), "x")

    def test_words_numbers_and_nothing_by_the_core_schema(self) -> None:
        text = (
            "[0x1F, 0o17, -3, +4, .5, 1., 1e3, 1.5e-3, .inf, +.INF, -.INF, ~, null, NULL, yes, 1_0,"
            " '1', 0b1, 1e, 00, true, True, TRUE, false, False, FALSE, 'true']"
        )
        inf = float("inf")
        expected = [
            31,
            15,
            -3,
            4,
            0.5,
            1.0,
            1000.0,
            0.0015,
            inf,
            inf,
            -inf,
            None,
            None,
            None,
            "yes",
            "1_0",
            "1",
            "0b1",
            "1e",
            0,
            True,
            True,
            True,
            False,
            False,
            False,
            "true",
        ]
        found = read_text(f"a: {text}\n", "x").tree["a"]
        assert found == expected and [type(one) for one in found] == [type(one) for one in expected]
        assert str(read_text("a: [.nan, .NaN, .NAN]\n", "x").tree["a"]) == "[nan, nan, nan]"


def test_what_is_wrong_with_a_file_as_a_whole_has_no_line(here: Path) -> None:
    (here / "folder.yaml").mkdir()
    for name in ("venezuela2025", "none.yaml", "folder.yaml", "a\0b.yaml"):
        with pytest.raises(ScenarioError) as caught:
            load(name)
        assert [(problem.line, problem.col, problem.path) for problem in caught.value.problems] == [
            (0, 0, "")
        ]
