"""What is made from the law, the priors and the seeds is not out of date; words and places leave it
so, numbers do not; `renew` makes what is stale, keeps what is finished, and says what moved.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from renew_golden import PINNED as GOLDEN_RUNS

from regime_sim.errors import UnknownName
from regime_sim.renewal import checking, parts
from regime_sim.renewal.checking import check, figures_mark, record, recorded, skeleton, state_of
from regime_sim.renewal.moved import moved
from regime_sim.renewal.parts import PARTS, Part
from regime_sim.renewal.renew import NotMade, accept, renew
from regime_sim.renewal.stamps import restamp

COPIED = ("regime_sim", "seeds", "scenarios", "schema", "docs", "tests")


def test_nothing_in_the_repository_is_out_of_date() -> None:
    """The one test on what was made: where it fails, `regime-sim renew` makes it again."""
    assert not [str(one) for one in check() if one.wrong], "regime-sim renew"


def test_every_file_that_is_made_is_in_the_table(root: Path) -> None:
    made = {name for part in PARTS for name in part.files}
    kept = [
        *(root / "seeds" / "posterior").iterdir(),
        *(root / "seeds" / "preview").iterdir(),
        *(root / "docs").glob("*.png"),
        *(root / "docs").glob("*.svg"),
        *(root / "schema").iterdir(),
        *(root / "tests").glob("golden*.json"),
        *(
            one
            for one in (root / "docs").glob("*.md")
            if "ritten by `regime-sim" in one.read_text()
        ),
    ]
    assert {str(one.relative_to(root)) for one in kept} <= made
    assert parts.PINNED == tuple(name for name, _, _ in GOLDEN_RUNS)


# ---- words, places and numbers, in a copy of the checkout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A copy of what the check reads."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in COPIED:
        shutil.copytree(
            root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "test_*")
        )
    return folder


def states(copy: Path) -> dict[str, str]:
    """What the check says in a copy, in a process of its own."""
    code = (
        "from regime_sim.renewal.checking import check\n"
        "for one in check(): print(one.part.name, one.state)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(line.split(" ", 1) for line in ended.stdout.splitlines())


def edit(copy: Path, name: str, old: str, new: str) -> Callable[[], object]:
    """Edit a file of the copy; returns what takes the edit back."""
    path = copy / "regime_sim" / name
    text = path.read_text(encoding="utf-8")
    assert old in text, (name, old)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return lambda: path.write_text(text, encoding="utf-8")


def test_words_places_and_help_leave_it_green(copy: Path) -> None:
    """A reworded docstring of the law, a help text, a function moved to another file of the law."""
    law = (copy / "regime_sim" / "law" / "troops.py").read_text(encoding="utf-8")
    function = law[law.index("\ndef pay(") : law.index("\ndef desertion(")].rstrip()
    undo = [
        edit(copy, "law/coup.py", '"""Coup:', '"""A coup, in 3 other words:'),
        edit(copy, "cli/renew.py", "Only say what is out of date", "Say only what is stale"),
        edit(copy, "law/troops.py", function, "\nfrom .treasury import pay"),
    ]
    treasury = copy / "regime_sim" / "law" / "treasury.py"
    before = treasury.read_text(encoding="utf-8")
    treasury.write_text(f"{before}\n{function}\n", encoding="utf-8")
    found = states(copy)
    treasury.write_text(before, encoding="utf-8")
    for one in undo:
        one()
    owed = {part.name for part in PARTS if part.needs}  # what a checkout may be unable to make
    kept = {state for name, state in found.items() if name not in owed}
    assert kept <= {"up to date", "words"} and found["odd"] == "words", found


def test_a_number_of_the_law_makes_all_that_is_simulated_stale(copy: Path) -> None:
    undo = edit(copy, "law/treasury.py", "1.0 -", "1.1 -")
    found = states(copy)
    undo()
    simulated = {part.name for part in PARTS if part.written is None}
    assert {name for name, state in found.items() if state == "stale"} == simulated


@pytest.mark.slow
def test_a_number_of_the_tables_makes_the_pages_stale_too(copy: Path) -> None:
    undo = edit(copy, "facts/levers.py", "start=0.55", "start=0.56")
    whole = states(copy)
    undo()
    table = "regime_sim/facts/table.py"
    text = (copy / table).read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if "normal(0.25" in line or "0.25," in line)
    (copy / table).write_text(text.replace(line, line.replace("0.25", "0.26")), encoding="utf-8")
    page = states(copy)
    (copy / table).write_text(text, encoding="utf-8")
    assert whole["samples"] == "stale" and page["samples"] == page["odd"] == "stale"


# ---- the record


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A small checkout of three parts; marks and makers are plain values that a test may change."""
    for name in ("docs", "tests", "seeds"):
        (tmp_path / name).mkdir()
    marks = {"first": "1", "second": "1", "third": "1"}
    made: list[str] = []

    def part(name: str, needs: str = "") -> Part:
        return Part(
            name,
            f"the {name}",
            (f"docs/{name}.md",),
            (name,),
            "a second",
            lambda: {"mark": marks[name]},
            needs=needs,
        )

    def run(command: tuple[str, ...], root: Path) -> int:
        made.append(command[0])
        (root / f"docs/{command[0]}.md").write_text(f"| a | {marks[command[0]]}.5 (0 to 9) |\n")
        return 0

    table = (part("first"), part("second"), part("third", needs="no_such_module"))
    monkeypatch.setattr(checking, "PARTS", table)
    return {"root": tmp_path, "marks": marks, "made": made, "run": run, "table": table}


def test_only_what_is_out_of_date_is_made(shop: dict[str, Any]) -> None:
    said: list[str] = []
    again = {"say": said.append, "root": shop["root"], "run": shop["run"]}
    assert [one.name for one in renew(**again)] == ["first", "second"] == shop["made"]
    assert any("skipped: needs no_such_module" in line for line in said)
    assert renew(**again) == []
    shop["marks"]["second"] = "2"
    found = check(root=shop["root"])
    assert [one.state for one in found] == ["up to date", "stale", "stale"]
    assert (
        found[1].why == "changed since it was made: mark" and found[1].wrong and not found[2].wrong
    )
    assert [one.name for one in renew(**again)] == ["second"]
    assert any("a: 1.5 (0 to 9) -> 2.5 (0 to 9)" in line for line in said)
    assert [one.name for one in renew(["first"], **again)] == ["first"]
    with pytest.raises(UnknownName, match="first"):
        renew(["frist"], **again)


def test_finished_parts_are_kept_when_one_fails_or_is_interrupted(shop: dict[str, Any]) -> None:
    def failing(command: tuple[str, ...], root: Path) -> int:
        return 1 if command == ("second",) else int(shop["run"](command, root))

    def stopped(command: tuple[str, ...], root: Path) -> int:
        raise KeyboardInterrupt

    with pytest.raises(NotMade, match="second: not made"):
        renew(say=str, root=shop["root"], run=failing)
    with pytest.raises(KeyboardInterrupt):
        renew(say=str, root=shop["root"], run=stopped)
    assert set(recorded(shop["root"])) == {"first"}
    assert [one.name for one in renew(say=str, root=shop["root"], run=shop["run"])] == ["second"]
    assert shop["made"] == ["first", "second"]


def test_a_figure_edited_by_hand_shows_and_a_word_does_not(shop: dict[str, Any]) -> None:
    renew(say=str, root=shop["root"], run=shop["run"])
    page = shop["root"] / "docs" / "first.md"
    page.write_text("Other words, 7 of them.\n| b | 1.5 (0 to 9) |\n")
    assert state_of(shop["table"][0], recorded(shop["root"]), shop["root"]).state == "up to date"
    page.write_text("| a | 1.6 (0 to 9) |\n")
    assert [one.state for one in check(["first"], shop["root"])] == ["edited"]
    accept(["first"], str, shop["root"])
    assert [one.state for one in check(["first"], shop["root"])] == ["up to date"]
    page.unlink()
    assert [one.state for one in check(["first"], shop["root"])] == ["stale"]


@pytest.fixture
def stamped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A part whose three files say its mark: a page, a text in an archive, a document in bytes."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "seeds").mkdir()
    now = {"mark": "a" * 64}
    names = ("docs/page.json", "seeds/text.npz", "seeds/bytes.npz")
    (tmp_path / names[0]).write_text(json.dumps({"model": now["mark"]}))
    told = json.dumps({"key": now["mark"], "n": 7}).encode()
    np.savez_compressed(tmp_path / names[1], rows=np.eye(3), model=np.array(now["mark"]))
    np.savez_compressed(tmp_path / names[2], about=np.frombuffer(told, np.uint8))
    marks = {"mark": lambda: dict(now)}
    one = Part("one", "", names, ("one",), "", marks["mark"], carries=marks["mark"])
    kept = Part("kept", "", names[:1], ("kept",), "", marks["mark"], remade=True)
    monkeypatch.setattr(checking, "PARTS", (one, kept))
    record(one, tmp_path)
    record(kept, tmp_path)
    return {"root": tmp_path, "now": now, "part": one, "names": names}


def state_in(stamped: dict[str, Any]) -> tuple[str, str]:
    found = check(["one"], stamped["root"])[0]
    return found.state, found.why


def test_a_part_that_is_accepted_says_the_present_marks(stamped: dict[str, Any]) -> None:
    root = stamped["root"]
    assert state_in(stamped)[0] == "up to date"
    stamped["now"]["mark"] = "b" * 64
    assert state_in(stamped) == ("stale", "changed since it was made: mark")
    accept(["one"], str, root)
    assert state_in(stamped)[0] == "up to date"
    with np.load(root / "seeds/text.npz") as text, np.load(root / "seeds/bytes.npz") as about:
        assert str(text["model"]) == "b" * 64 and (text["rows"] == np.eye(3)).all()
        assert json.loads(about["about"].tobytes()) == {"key": "b" * 64, "n": 7}


@pytest.mark.parametrize("name", [0, 1, 2])
def test_a_file_that_says_the_marks_of_another_model_is_stale(
    stamped: dict[str, Any], name: int
) -> None:
    """Though its record agrees: whoever reads the file goes by what it says of itself."""
    file = stamped["names"][name]
    restamp(stamped["root"] / file, {"mark": "a" * 64}, {"mark": "c" * 64})
    made = json.loads((stamped["root"] / checking.RECORD).read_text())
    made["parts"]["one"]["files"][file] = figures_mark(stamped["root"] / file)
    (stamped["root"] / checking.RECORD).write_text(json.dumps(made))
    assert state_in(stamped) == ("stale", f"{file} carries the marks of another model")
    with pytest.raises(NotMade, match=f"one: {file} carries marks that cannot be set"):
        accept(["one"], str, stamped["root"])


def test_files_under_keys_of_their_own_are_made_and_not_accepted(stamped: dict[str, Any]) -> None:
    with pytest.raises(NotMade, match=r"kept: .* make it instead: regime-sim renew kept"):
        accept(["kept"], str, stamped["root"])


def test_a_record_that_is_none_is_named(shop: dict[str, Any]) -> None:
    (shop["root"] / checking.RECORD).write_text("[1]")
    with pytest.raises(checking.RegimeSimError, match=r"made\.json: cannot be read"):
        check(root=shop["root"])
    with pytest.raises(checking.NoCheckout, match="no checkout"):
        check(root=shop["root"] / "docs")


def test_a_page_that_is_written_at_once_is_compared(shop: dict[str, Any]) -> None:
    fresh = "Words.\n\n| `a.b` | 0 to 1 | a share |\n| `c` | 2 |\n"
    one = Part("odd", "", ("docs/odd.md",), (), "", written=lambda: fresh)
    page = shop["root"] / "docs" / "odd.md"
    for held, state in (
        (fresh, "up to date"),
        ("Other words, 3.\n\n| `c` | 2 |\n| `a.b` | 0 to 1 | the share |\n", "words"),
        (fresh.replace("0 to 1", "0 to 2"), "stale"),
        (fresh.replace("`c`", "`d`"), "stale"),
        (fresh.replace("| `c` | 2 |\n", ""), "stale"),
    ):
        page.write_text(held)
        assert state_of(one, {}, shop["root"]).state == state, held
    record(one, shop["root"])
    assert recorded(shop["root"]) == {}
    schema = json.dumps({"description": "a", "const": 1, "items": [{"title": "b", "maximum": 2}]})
    assert skeleton(schema) == skeleton(schema.replace('"a"', '"x"').replace('"b"', '"y"'))
    assert skeleton(schema) != skeleton(schema.replace("2", "3"))


def test_pictures_have_no_figures(tmp_path: Path) -> None:
    for name in ("a.png", "a.svg"):
        (tmp_path / name).write_bytes(b"1")
        assert figures_mark(tmp_path / name) == ""
    (tmp_path / "a.npy").write_bytes(b"1")
    (tmp_path / "b.npy").write_bytes(b"2")
    assert figures_mark(tmp_path / "a.npy") != figures_mark(tmp_path / "b.npy")


# ---- what moved


def array(save: Callable[..., None], *values: Any, **named: Any) -> bytes:
    file = io.BytesIO()
    save(file, *values, **named)
    return file.getvalue()


def test_what_moved_in_a_page() -> None:
    page = "| what | figure |\n|---|---|\n| Brier | 0.073 (0.04 to 0.12) |\n| exits | −2 |\n"
    assert moved("p.md", page.encode(), page.encode()) == ["p.md: the same, byte for byte"]
    assert moved("p.md", b"", page.encode()) == ["p.md: new"]
    assert moved("p.md", page.encode(), f"Words.\n{page}".encode()) == ["p.md: only words moved"]
    other = page.replace("0.073", "0.070").replace("−2", "−4") + "| more | 1 |\n"
    assert moved("p.md", page.encode(), other.encode()) == [
        "p.md: 2 of 3 rows moved, 1 are in one edition only",
        "p.md:   Brier: 0.073 (0.04 to 0.12) -> 0.070 (0.04 to 0.12)",
        "p.md:   exits: −2 -> −4",
    ]


def test_what_moved_in_samples_and_digests() -> None:
    before = np.array([[0.0, 1.0], [2.0, 3.0]])
    shifted = before + np.array([0.0, 2.0])
    line = moved("s.npy", array(np.save, before), array(np.save, shifted))[0]
    assert "1.00 standard deviations on average, at most by 2.00 (column 1: 2 -> 4)" in line
    folds = [array(np.savez, rows=one[None], model=np.array("x")) for one in (before, shifted)]
    assert "at most by 2.00" in moved("f.npz", *folds)[0]
    wider = array(np.save, np.ones((2, 3)))
    assert "2 parameters -> 3" in moved("s.npy", array(np.save, before), wider)[0]
    errors = [array(np.savez, errors=np.full((3, 2), one)) for one in (0.01, 0.02)]
    assert moved("e.npz", *errors) == [
        "e.npz: mean error on movements not seen 1.00 -> 2.00 points"
    ]
    old, new = (
        {"sha256": {"a": x}, "out": {"a": p, "b": 0.5}} for x, p in (("x", 0.1), ("y", 0.3))
    )
    assert moved("g.json", json.dumps(old).encode(), json.dumps(new).encode()) == [
        "g.json: 2 of 3 entries moved",
        "g.json:   out.a: 0.1 -> 0.3",
    ]


# ---- the command


def test_the_command_checks_and_refuses(cli: Callable[..., Any]) -> None:
    ended = cli("renew", "--check", "odd", "schema")
    assert ended.status == 0 and ended.out.startswith("odd ")
    assert cli("renew", "--check", "smaples").status == 2
    assert cli("renew", "--accept").status == 2


def test_the_command_says_what_is_out_of_date(
    cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "recorded", lambda _: {})
    ended = cli("renew", "--check", "patterns")
    assert ended.status == 1 and "patterns  stale" in ended.out and len(ended.complaints) == 1
