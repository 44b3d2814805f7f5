"""The command line as a user meets it: results on standard output, one clear line for each mistake,
the right exit status.
"""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

import regime_sim as rs
from regime_sim.view.words.defaults import count

SHIPPED = "venezuela-2025"
FEW = ("--replicates", 32, "--horizon", 8)
COMMANDS = ("run", "check", "levers", "scenarios", "cite", "odd", "backtest", "bench", "dashboard")


@pytest.fixture
def bad_file(tmp_path: Path) -> Path:
    path = tmp_path / "bad.yaml"
    path.write_text(
        "schema: 1\nid: bad\ntitle: Bad\nextends: venezuela-2025\nlevers:\n  us_presure: 0.5\n "
        " rents: 7\n"
    )
    return path


@pytest.fixture
def good_file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "schema: 1\nid: mine\ntitle: Mine\nextends: venezuela-2025\nlevers:\n  rents: 0.4\n"
    )
    return path


# ---- run


def test_json_is_one_document(cli):
    ended = cli("run", SHIPPED, *FEW, "--seed", 7, "--format", "json")
    assert (ended.status, ended.err) == (0, "")
    document = json.loads(ended.out)
    assert {"scenario", "seed", "replicates", "engine", "horizon_weeks", "leader", "regime"} <= set(
        document
    )
    assert (
        document["scenario"],
        document["seed"],
        document["replicates"],
        document["horizon_weeks"],
    ) == (SHIPPED, 7, 32, 8)
    leader = document["leader"]["outcomes"]
    assert {"outcome", "probability", "low", "high", "median_week"} <= set(leader[0])
    assert sum(row["probability"] for row in leader) == pytest.approx(1)
    assert [row["outcome"] for row in document["regime"]["outcomes"]] == [
        "stands",
        "tutelage",
        "falls",
    ]
    assert all(row["low"] <= row["probability"] <= row["high"] for row in leader)


def test_several_files_are_a_list_in_the_order_asked_for(cli, good_file):
    documents = json.loads(cli("run", good_file, SHIPPED, *FEW, "--format", "json").out)
    assert [document["scenario"] for document in documents] == ["mine", SHIPPED]


def test_same_seed_same_bytes_on_any_number_of_workers(cli):
    one, two = (
        cli("run", SHIPPED, *FEW, "--seed", 3, "--workers", n, "--format", "csv").out
        for n in (1, 2)
    )
    assert one == two
    assert cli("run", SHIPPED, *FEW, "--seed", 4, "--format", "csv").out != one


def test_both_engines_give_the_same_numbers(cli):
    small = ("--replicates", 4, "--horizon", 6, "--generals", 16, "--seed", 5, "--format", "json")
    kernel, mesa = (
        json.loads(cli("run", SHIPPED, *small, "--engine", engine).out)
        for engine in ("kernel", "mesa")
    )
    assert (kernel["engine"], mesa["engine"]) == ("kernel", "mesa")
    assert (kernel["leader"], kernel["regime"], kernel["sha256"]) == (
        mesa["leader"],
        mesa["regime"],
        mesa["sha256"],
    )


def test_csv_has_a_row_for_each_clock_and_outcome(cli):
    rows = list(csv.DictReader(io.StringIO(cli("run", SHIPPED, *FEW, "--format", "csv").out)))
    assert len(rows) == 11 + 3
    assert {row["clock"] for row in rows} == {"leader", "regime"}
    assert all(float(row["low"]) <= float(row["probability"]) <= float(row["high"]) for row in rows)


def test_the_table_names_both_clocks(cli):
    ended = cli("run", SHIPPED, *FEW)
    assert ended.status == 0
    assert "regime" in ended.out.lower()
    assert "Coup" in ended.out
    assert "The regime" in ended.out


def test_generals_and_horizon_override_the_file(cli):
    ended = cli("run", SHIPPED, *FEW, "--generals", 16, "--format", "json")
    assert ended.status == 0
    assert json.loads(ended.out)["horizon_weeks"] == 8


@pytest.mark.parametrize(
    "arguments",
    [
        ("--replicates", "0"),
        ("--replicates", "-5"),
        ("--replicates", "1e9"),
        ("--replicates", str(2**31)),
        ("--replicates", "many"),
        ("--seed", "-1"),
        ("--seed", str(2**64)),
        ("--workers", "0"),
        ("--horizon", "0"),
        ("--horizon", "-4"),
        ("--horizon", "1000000"),
        ("--generals", "3"),
        ("--generals", "1000000"),
        ("--engine", "kernal"),
        ("--format", "jsn"),
        ("--replicate", "5"),
    ],
)
def test_a_bad_option_is_one_clear_line(cli, arguments):
    ended = cli("run", SHIPPED, *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert len(ended.complaints) == 1
    assert arguments[0].lstrip("-") in ended.err
    assert "Traceback" not in ended.err


def test_all_problems_of_options_and_files_are_told_at_once(cli, bad_file):
    ended = cli("run", bad_file, "no-such-scenario", "--replicates", 0, "--engine", "kernal")
    assert (ended.status, ended.out) == (2, "")
    assert "--replicates" in ended.err
    assert "did you mean kernel?" in ended.err
    assert f"{bad_file}:6:3" in ended.err
    assert f"{bad_file}:7:" in ended.err
    assert "did you mean us_pressure?" in ended.err
    assert "no-such-scenario" in ended.err


def test_an_unknown_command_names_the_nearest(cli):
    ended = cli("rnu", SHIPPED)
    assert ended.status == 2
    assert len(ended.complaints) == 1


# ---- check, and the tables


def test_check_says_ok_or_lists_every_mistake(cli, good_file, bad_file):
    good = cli("check", good_file, SHIPPED)
    assert (good.status, good.err) == (0, "")
    assert good.out.splitlines() == [
        f"{name}: OK, {count(rs.load(name))}" for name in (good_file, SHIPPED)
    ]
    bad = cli("check", good_file, bad_file)
    assert (bad.status, bad.out) == (2, "")
    assert len(bad.complaints) == 2


def test_levers_show_parts_units_anchors_and_sources(cli):
    text = cli("levers").out
    for word in (
        "rents.enterprises",
        "foreign_support.china",
        "us_pressure.raid",
        "us_opposition",
        "0 to 1",
        "source:",
        "price on his head",
    ):
        assert word in text
    assert max(map(len, text.splitlines())) <= 120


def test_levers_all_shows_every_parameter(cli):
    from regime_sim.facts.parameters import PARAMETERS

    rows = json.loads(cli("levers", "--all", "--format", "json").out)
    assert [row["name"] for row in rows] == list(PARAMETERS)
    text = cli("levers", "--all").out
    assert all(name in text for name in PARAMETERS)


def test_scenarios_lists_what_is_shipped(cli):
    ended = cli("scenarios")
    assert ended.status == 0
    assert SHIPPED in ended.out
    assert SHIPPED in [row["id"] for row in json.loads(cli("scenarios", "--format", "json").out)]


def test_cite_lists_what_this_very_scenario_rests_on(cli, good_file):
    ended = cli("cite", SHIPPED)
    assert ended.status == 0
    assert "Forbes" in ended.out
    assert "judgement" in ended.out
    assert cli("cite", good_file).status == 0


def test_odd_has_its_three_parts_and_checks_a_file(cli, tmp_path):
    page = cli("odd").out
    for title in ("## Overview", "## Design concepts", "## Details", "#### street"):
        assert title in page
    path = tmp_path / "ODD.md"
    assert cli("odd", "-o", path).status == 0
    assert path.read_text() == page
    assert cli("odd", "--check", path).status == 0
    path.write_text(page + "more\n")
    assert cli("odd", "--check", path).status == 1
    assert cli("odd", "--check", tmp_path / "none.md").status == 2
    assert cli("odd", "-o", tmp_path / "none" / "ODD.md").status == 4


# ---- endings


def test_help_of_every_command(cli):
    assert all(name in cli("--help").out for name in COMMANDS)
    for name in COMMANDS:
        assert cli(name, "--help").status == 0


def test_help_and_levers_start_without_heavy_modules(shell, root):
    code = (
        "import sys; sys.argv = ['regime-sim', *{arguments}]\nfrom regime_sim.cli import main\ntry:"
        " main()\nexcept SystemExit: pass\nprint(sorted({{'numpy', 'pandas', 'scipy',"
        " 'mesa', 'streamlit'}} & set(sys.modules)), file=sys.stderr)"
    )
    for arguments in (["--help"], ["run", "--help"], ["levers"]):
        command = [sys.executable, "-c", code.format(arguments=arguments)]
        ended = subprocess.run(
            command, capture_output=True, text=True, check=True, cwd=root, timeout=60
        )
        assert ended.stderr.strip() == "[]", arguments


def test_a_reader_that_goes_away_ends_it_silently(root):
    command = [sys.executable, "-m", "regime_sim", "levers", "--all"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=root
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(60) in (0, 141)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_a_full_disk_is_status_4(shell):
    with Path("/dev/full").open("w") as full:
        ended = shell("levers", stdout=full, stderr=subprocess.PIPE, capture_output=False)
    assert ended.returncode == 4
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.few(1)
@pytest.mark.skipif(os.name == "nt", reason="signals of another kind")
@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_is_one_line(root, sent, status):
    command = [
        sys.executable,
        "-m",
        "regime_sim.cli",
        "run",
        SHIPPED,
        "--replicates",
        "5000000",
        "--generals",
        "2000",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=root
    ) as running:
        try:
            time.sleep(4)
            running.send_signal(sent)
            out, err = running.communicate(timeout=180)
        finally:
            running.kill()
    # Python ends itself by the signal if it came in an `exec` of an import; shells call both 130
    assert running.returncode in (status, -sent), err
    assert out == ""
    assert len(err.splitlines()) == 1, err


@pytest.mark.few(1)
@pytest.mark.skipif(os.name == "nt", reason="signals of another kind")
@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_command_that_does_not_end_by_itself_is_ended(sent, status):
    """Work that waits for its threads, and would for a minute, is given up in two seconds, with one
    line.
    """
    code = (
        "import time; from regime_sim.cli.ending import guarded\ndef work():\n try:\n "
        " print('begun', flush=True); time.sleep(60)\n finally:\n "
        " time.sleep(60)\nraise SystemExit(guarded(work))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        try:
            assert running.stdout and running.stdout.readline() == "begun\n"
            begun = time.monotonic()
            running.send_signal(sent)
            _, err = running.communicate(timeout=50)
        finally:
            running.kill()
    assert running.returncode == status
    assert time.monotonic() - begun < 10  # two seconds, and a busy machine
    assert err == f"regime-sim: {'Interrupted' if sent == signal.SIGINT else 'Terminated'}\n"


def test_rare_ways_are_measured_only_in_worlds_that_the_run_came_through():
    """Another world, or one that failed, could end the command after all was computed."""
    from regime_sim.cli.run_words import measured
    from regime_sim.ensemble.failures import Failure

    scenario = rs.load(SHIPPED).with_(generals=8)
    run = rs.simulate(scenario, 320, seed=2)
    found = measured(run, scenario)
    assert found is not None and len(found.way) == 320
    assert found.way.tolist() == run.leader_way.tolist()
    assert measured(rs.simulate(scenario, 320, seed=2, first=16), scenario) is None
    assert measured(replace(run, failures=(Failure(3, "planted"),)), scenario) is None


def test_a_terminal_without_signs_is_no_reason_to_fail(shell):
    ended = shell(
        "levers",
        env=os.environ
        | {
            "PYTHONIOENCODING": "ascii",
            "PYTHONPATH": str(Path(__file__).parent.parent),
        },
    )
    assert ended.returncode == 0


# ---- options, declared once


def test_ranges_are_those_of_the_table_and_of_scenario_files():
    from regime_sim.cli.options import RANGES
    from regime_sim.cli.story import RULES
    from regime_sim.facts.limits import LONGEST
    from regime_sim.stories import choice

    corps = rs.PARAMETERS["generals.number"]
    assert RANGES["generals"] == RANGES["corps"] == (corps.low, corps.high)
    assert RANGES["horizon"] == (1, LONGEST)
    assert tuple(choice.CHOICES) == RULES


def test_an_option_has_one_declaration(root):
    """What two commands say in the same words is declared in `options`, once."""
    import ast
    from collections import Counter

    said = Counter()
    for path in sorted((root / "regime_sim" / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "help":
                said[ast.unparse(node.value)] += 1
    assert not [text for text, times in said.items() if times > 1 and "'" in text]


def test_every_option_says_what_it_is():
    import typer

    from regime_sim.cli import app

    for name, command in typer.main.get_command(app).commands.items():
        for option in command.params:
            assert option.help, f"{name} {option.name}"
            assert "[default" not in option.help, "terminals drop it: use show_default"


def test_no_module_is_hidden_from_others(cli):
    """What a command leaves in the process is whole: `distributed` needs yaml, SciPy its linalg."""
    assert cli("run", SHIPPED, *FEW).status == 0
    assert not [name for name, module in sys.modules.items() if module is None]


@pytest.mark.parametrize(
    "arguments",
    [("bench", "--dashboard"), ("bench", "--cluster"), ("dashboard", "--pictures", "x")],
)
def test_what_needs_the_repository_says_so(cli, tmp_path, monkeypatch, arguments):
    from regime_sim.cli import bench

    monkeypatch.setattr(bench, "BENCHMARKS", tmp_path)
    ended = cli(*arguments)
    assert (ended.status, ended.out, len(ended.complaints)) == (2, "", 1)
    assert "clone of the source repository" in ended.err


# ---- dashboard


def test_the_dashboard_passes_on_what_was_asked_for_and_nothing_else(tmp_path, monkeypatch):
    from regime_sim.cli import dashboard as cli_dashboard

    monkeypatch.setattr(cli_dashboard, "_app", lambda: tmp_path / "app.py")
    words = cli_dashboard.command(SHIPPED, 8600, browser=False)
    options = dict(pairwise(words))
    assert options["--server.port"] == "8600"
    assert options["--server.headless"] == "true"
    assert words[-2:] == ["--", SHIPPED]
    assert cli_dashboard.command(None, None, None)[1:] == [str(tmp_path / "app.py")]


def test_the_dashboard_refuses_a_bad_scenario_and_a_bad_port(cli):
    assert cli("dashboard", "no-such-scenario").status == 2
    assert cli("dashboard", "--port", 0).status == 2
