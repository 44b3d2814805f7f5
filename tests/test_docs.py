"""The documentation: its code runs, its names exist, and the site builds without a warning and
without the network.
"""

from __future__ import annotations

import json
import re
import runpy
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from doors import free_port

import regime_sim as rs
from regime_sim.view.door import FIGURES

BLOCK = re.compile(r"^```(python|sh|yaml)\n(.*?)^```$", re.M | re.S)


def blocks(path: Path) -> Iterator[tuple[str, str]]:
    """(language, code) of every block of a page, in order."""
    yield from BLOCK.findall(path.read_text("utf-8"))


def run_page(
    path: Path, folder: Path, cli: Callable[..., Any], space: dict[str, Any] | None = None
) -> int:
    """Run a page's blocks in a folder: files are written, commands called, Python executed in one
    namespace; how many were run.
    """
    space = {"__name__": "__page__"} if space is None else space
    count = 0
    for count, (language, text) in enumerate(blocks(path), start=1):
        if language == "yaml":
            name = re.match(r"# file: (\S+)\n", text)
            assert name, f"{path.name}: a file without a name"
            (folder / name[1]).write_text(text, "utf-8")
        elif language == "sh":
            for line in filter(None, text.splitlines()):
                words = line.split()
                assert words[0] == "regime-sim", line
                ended = cli(*words[1:])
                assert ended.status == 0, f"{line}: {ended.err}"
        else:
            exec(compile(text, str(path), "exec"), space)
    return count


@pytest.mark.parametrize(
    "name", ["tutorial_python", "tutorial_files", "extend", "own_case", "country_pack"]
)
def test_the_code_of_a_page_runs(
    name: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_page(root / "docs" / f"{name}.md", tmp_path, cli) >= 3
    for made in {
        "tutorial_python": ("survival.svg", "world.html", "report.html"),
        "tutorial_files": ("kept/manifest.json", "carrier.html"),
        "extend": (),
        "own_case": ("form.csv", "rules.md", "coup.forecast.yaml"),
        "country_pack": ("ruritania/form.csv",),
    }[name]:
        assert (tmp_path / made).stat().st_size > 0


@pytest.mark.slow
def test_the_answers_of_the_class_kit_hold(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    """What each answer says is what its lines show."""
    monkeypatch.chdir(tmp_path)
    space: dict[str, Any] = {"__name__": "__page__"}
    assert run_page(root / "docs" / "class_kit.md", tmp_path, cli, space) == 6

    def wide(one: Any) -> float:
        return float(one.high - one.low)

    runs, longer = space["runs"], space["longer"]
    assert max(run.out().low for run in runs) < min(run.out().high for run in runs)
    assert wide(longer.out()) < 0.5 * min(wide(run.out()) for run in runs)
    assert wide(longer.unknown()) > 3 * wide(longer.out())  # more futures do not take it away
    moved = {
        name: {way: one.change(way).value for way in rs.WAYS[1:]}
        for name, one in space["moved"].items()
    }
    assert max(moved["rents"], key=lambda way: abs(moved["rents"][way])) == "coup"
    pressure = max(moved["us_pressure"], key=lambda way: abs(moved["us_pressure"][way]))
    assert pressure in ("foreign_removal", "seized")
    alone, split = space["alone"], space["split"].together()
    parts = alone["isolated"].change().value + alone["cut"].change().value
    assert abs(alone["both"].change().value - parts - split.value) < 0.03
    assert wide(space["paired"]) < 0.7 * space["apart"]
    assert (tmp_path / "first.csv").stat().st_size and (tmp_path / "rules.md").stat().st_size


def recipes(root: Path, package: str = "") -> str:
    """The Python blocks of the recipes that need no package, and those that need this one."""
    code = [text for language, text in blocks(root / "docs" / "recipes.md") if language == "python"]
    needs = [re.match(r"# with: (\w+)\n", text) for text in code]
    assert len(code) >= 8 and sum(map(bool, needs)) >= 4
    return "\n".join(
        text for text, need in zip(code, needs, strict=True) if need is None or need[1] == package
    )


@pytest.mark.slow
@pytest.mark.parametrize("package", ["sklearn", "arviz", "xarray"])
def test_a_recipe_runs(
    package: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(package)
    monkeypatch.chdir(tmp_path)
    exec(compile(recipes(root, package), "recipes.md", "exec"), {"__name__": "__page__"})


@pytest.mark.slow
def test_the_recipe_for_r_runs(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where R and its package `survival` are; it reads as many futures as were written."""
    if shutil.which("Rscript") is None:
        pytest.skip("no Rscript on the path")
    monkeypatch.chdir(tmp_path)
    first = next(text for language, text in blocks(root / "docs" / "recipes.md"))
    exec(compile(first, "recipes.md", "exec"), {"__name__": "__page__"})
    page = (root / "docs" / "recipes.md").read_text("utf-8")
    code = re.findall(r"^```r\n(.*?)^```$", page, re.M | re.S)
    assert len(code) == 1
    (tmp_path / "page.R").write_text(code[0], "utf-8")
    ended = subprocess.run(["Rscript", "page.R"], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "n= 1600" in ended.stdout and "sender.resolve" in ended.stdout, ended.stdout


@pytest.mark.slow
def test_the_recipe_for_lifelines_runs(root: Path, tmp_path: Path) -> None:
    """With the pandas that it needs, put before the one that is installed here; its survival curve
    is ours.
    """
    command = ["uv", "pip", "install", "-q", "--target", str(tmp_path / "site")]
    got = subprocess.run(
        [*command, "--python", sys.executable, "lifelines>=0.30", "pyarrow"],
        capture_output=True,
        text=True,
        check=False,
    )
    if got.returncode:
        pytest.skip(f"lifelines cannot be had: {got.stderr.strip().splitlines()[-1]}")
    (tmp_path / "page.py").write_text(
        f"import sys\nsys.path[:0] = [{str(tmp_path / 'site')!r}, {str(root)!r}]\n"
        + recipes(root, "lifelines")
        + """
mine = result.survival("leader").set_index("week")["survival"]
theirs = curve.survival_function_["KM_estimate"]
assert abs(mine.loc[52] - theirs.loc[52]) < 1e-12
assert (mine.loc[theirs.index[1:]] - theirs.iloc[1:]).abs().max() < 1e-12
""",
        "utf-8",
    )
    ended = subprocess.run(
        [sys.executable, "page.py"], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert ended.returncode == 0, ended.stderr


def test_a_page_with_a_mistake_is_caught(tmp_path: Path, cli: Callable[..., Any]) -> None:
    page = tmp_path / "page.md"
    page.write_text("```sh\nregime-sim run no-such-scenario\n```\n", "utf-8")
    with pytest.raises(AssertionError, match="no-such-scenario"):
        run_page(page, tmp_path, cli)
    page.write_text("```python\nassert 1 == 2\n```\n", "utf-8")
    with pytest.raises(AssertionError):
        run_page(page, tmp_path, cli)


def test_every_command_is_in_the_table(root: Path) -> None:
    from regime_sim.cli.application import app

    known = {
        command.name or command.callback.__name__
        for command in app.registered_commands
        if command.callback
    }
    told = set(
        re.findall(
            r"`([a-z]+)`",
            "\n".join(
                line.split("|")[1]
                for line in (root / "docs" / "commands.md").read_text("utf-8").splitlines()
                if line.startswith("| `")
            ),
        )
    )
    assert told == known


NOTEBOOKS = ("first_answers", "own_case", "teaching")


@pytest.mark.slow
def test_the_reference_names_every_type_that_a_user_meets(root: Path) -> None:
    """Not only what is imported by name: also what questions return, with all that it can do."""
    conf = runpy.run_path(str(root / "docs" / "conf.py"))
    text = conf["reference"]()
    said = re.findall(r"^\.\. auto\w+:: (regime_sim\.\S+)$", text, re.M)
    assert len(set(said)) == len(said)
    tables = [name for name in rs.__all__ if name.isupper()]
    assert {f"regime_sim.{name}" for name in rs.__all__ if name not in tables} <= set(said)
    assert all(f"`regime_sim.{name}`" in text for name in tables)
    met = {name.rpartition(".")[2] for name in said}
    drawn = set(FIGURES) | {"Story", "Report", "Citation", "Claim", "Discovery", "Ways", "Spread"}
    assert drawn <= met, drawn - met


def test_the_gallery_has_a_picture_of_every_kind_of_figure(root: Path) -> None:
    page = (root / "docs" / "gallery.md").read_text("utf-8")
    shown = re.findall(r"^!\[([^\]]+)\]\((gallery/[^)]+)\)$", page, re.M)
    assert all(len(alt) > 40 for alt, _ in shown)
    files = [name for _, name in shown]
    there = sorted(f"gallery/{path.name}" for path in (root / "docs" / "gallery").iterdir())
    assert sorted(files) == there and len(set(files)) == len(files)
    calls = re.findall(r'^(.*)\.plot\("?(\w*)', page, re.M)
    asked = {kind for _, kind in calls} | ({"weekly"} if "plotting" in page else set())
    kinds = {kind for figures in FIGURES.values() for kind in figures}
    assert not kinds - asked, "no picture of these: write lines for it, run tools/gallery.py"
    assert len(files) >= len(kinds) + 1  # and that of a batch


@pytest.mark.slow
def test_the_gallery_run_again_shows_what_it_shows(root: Path, tmp_path: Path) -> None:
    """`python tools/gallery.py` renews it where the model's numbers have changed."""
    tool = runpy.run_path(str(root / "tools" / "gallery.py"))
    page = (root / "docs" / "gallery.md").read_text("utf-8")
    again, made = tool["written"](page, tmp_path)
    assert again == page
    for name, svg in made.items():
        assert svg.startswith(b"<svg") and len(svg) > 3000, name


def cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """The cells of code of a notebook."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def kept(notebook: dict[str, Any]) -> list[list[str]]:
    """What each cell says in words: prints, and the plain text of its last line."""
    return [
        ["".join(one.get("text") or one["data"]["text/plain"]) for one in cell["outputs"]]
        for cell in cells(notebook)
    ]


def test_every_notebook_carries_the_outputs_of_one_run(root: Path) -> None:
    """From top to bottom, so that it can be read where it cannot be run."""
    folder = root / "docs" / "notebooks"
    assert sorted(path.stem for path in folder.glob("*.ipynb")) == sorted(NOTEBOOKS)
    for name in NOTEBOOKS:
        notebook = json.loads((folder / f"{name}.ipynb").read_text("utf-8"))
        code = cells(notebook)
        assert [cell["execution_count"] for cell in code] == [*range(1, len(code) + 1)], name
        assert len(code) >= 5 and all(said and all(said) for said in kept(notebook)), name
        kinds = {kind for cell in code for one in cell["outputs"] for kind in one.get("data", {})}
        assert "text/html" in kinds, name
        ids = [cell["id"] for cell in notebook["cells"]]
        assert len(set(ids)) == len(ids), name


def shown(value: object) -> dict[str, Any]:
    """What a notebook would show of a value."""
    bundle = getattr(value, "_repr_mimebundle_", None)
    if bundle is not None:
        return dict(bundle())
    html = getattr(value, "_repr_html_", None)
    return {"text/plain": repr(value)} | ({"text/html": html()} if html is not None else {})


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    """One of every result that a public function returns."""
    from regime_sim.history.cases import read_cases

    base = rs.load("isolation-and-rents-cut").with_(horizon=20)
    few: dict[str, Any] = {"corps": 8}
    run = rs.simulate(base, 320, **few)
    changed = rs.compare(base, base.vary(rents=0.9), replicates=64, **few)
    return {
        "load": base,
        "simulate": run,
        "compare": changed,
        "several": rs.compare(
            base, base.vary(rents=0.9), base.vary(us_pressure=0.0), replicates=64, **few
        ),
        "sweep": rs.sweep(base, rents=[0, 1], replicates=64, **few),
        "tipping": rs.tipping(base, 0.5, over=["us_pressure"], replicates=128, **few),
        "sensitivity": rs.sensitivity(base, points=8, replicates=16, **few),
        "backtest": rs.backtest(read_cases()[:6], replicates=16, corps=8),
        "story": rs.story(base, replicate=1, **few),
        "report": rs.report(run, baseline=base, history=False, world=False),
        "cite": rs.cite(base),
        "plot": run.plot("icons"),
        "animation": rs.story(base, replicate=1, **few).animation(),
        "levers": rs.levers(),
        "scenarios": rs.scenarios(),
    }


def test_every_result_prints_and_shows_well(results: dict[str, Any]) -> None:
    for name, value in results.items():
        text = repr(value)
        assert 20 < len(text) < 60_000 and max(map(len, text.splitlines())) < 400, name
        assert not re.search(r"object at 0x|array\(\[|\bdtype=", text), name
        html = str(shown(value).get("text/html", shown(value).get("image/svg+xml", "")))
        assert len(html) > 50 and "<script>" not in html, name


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_run_again_says_what_it_says(
    root: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`python tools/notebooks.py` renews them where the model's numbers have changed."""
    monkeypatch.setenv("COLUMNS", "60")
    path = root / "docs" / "notebooks" / f"{name}.ipynb"
    run_notebook = runpy.run_path(str(root / "tools" / "notebooks.py"))["run_notebook"]
    found = run_notebook(path)
    assert kept(found) == kept(json.loads(path.read_text("utf-8")))
    if name == "first_answers":
        shows = [{kind for one in cell["outputs"] for kind in one["data"]} for cell in cells(found)]
        assert all({"text/html", "image/svg+xml"} & kinds for kinds in shows)


@pytest.mark.slow
def test_the_dashboard_of_the_tutorial_starts(root: Path) -> None:
    """The command of the page, on a free port: it answers, and stops when told to."""
    line = next(
        text
        for language, text in blocks(root / "docs" / "tutorial_dashboard.md")
        if language == "sh"
    ).split()[1:]
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "regime_sim.cli", *line, "--port", str(port)],
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 90
        while True:
            try:
                with urllib.request.urlopen(
                    f"http://127.0.0.1:{port}/_stcore/health", timeout=2
                ) as answer:
                    assert answer.read() == b"ok"
                    break
            except OSError:
                assert process.poll() is None and time.monotonic() < deadline, (
                    "the dashboard did not start"
                )
                time.sleep(0.5)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        finally:
            process.kill()


@pytest.mark.slow
def test_the_site_builds_without_a_warning(root: Path, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        "-W",
        "--keep-going",
        "-b",
        "html",
        "-d",
        str(tmp_path / "trees"),
        str(root / "docs"),
        str(tmp_path / "site"),
    ]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert ended.returncode == 0, ended.stderr
    reference = (tmp_path / "site" / "reference.html").read_text("utf-8")
    for name in rs.__all__:
        assert f"regime_sim.{name}" in reference, name
    for method in ("Ensemble.weekly", "Ensemble.outcomes", "Comparison.change", "Scenario.vary"):
        assert f'id="regime_sim.{method}"' in reference, method
    listed = (tmp_path / "site" / "names.html").read_text("utf-8")
    for name in (*rs.EVENTS, *rs.LEVERS, *rs.WAYS, *rs.PARAMETERS):
        assert f">{name}<" in listed, name
    known = json.loads((root / "schema" / "scenario-1.json").read_text("utf-8"))["properties"]
    for name in (
        *known,
        "timeline.deadline",
        "compare.arms.without",
        "resolve.of",
        "runs.stop_when",
    ):
        assert f">{name}<" in listed, name
    for page in (tmp_path / "site").glob("*.html"):
        assert not re.search(
            r'<(script|link|img)[^>]*(src|href)="https?://', page.read_text("utf-8")
        ), page.name
