"""The package from outside: its public names, what importing it costs, what the wheel carries, and
what no file may name.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile

import pytest

import regime_sim as rs
from regime_sim.engine.native.targets import TARGETS

HEAVY = (
    "mesa",
    "pandas",
    "scipy",
    "numpy",
    "streamlit",
    "rich",
    "pydantic",
    "ruamel",
    "typer",
)


def test_public_names_are_sorted_few_and_there():
    assert rs.__all__ == sorted(rs.__all__)
    assert len(rs.__all__) <= 42
    for name in rs.__all__:
        assert getattr(rs, name) is not None
    assert set(rs.__all__) <= set(dir(rs))
    assert rs.__version__


def test_a_name_that_is_not_there_says_so():
    with pytest.raises(AttributeError, match="regime_sim attribute simulat"):
        _ = rs.simulat  # type: ignore[attr-defined]


def test_importing_loads_nothing_heavy(root):
    code = f"import sys, regime_sim; print(sorted({set(HEAVY)!r} & set(sys.modules)))"
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    )
    assert ended.stdout.strip() == "[]"


def test_the_street_is_one_way(root):
    """import-linter's contracts hold, among them that every room is named in the street."""
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=root
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_dashboard_uses_public_names_only(root):
    for path in sorted((root / "dashboard").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            assert not [
                name
                for name in modules
                if name.startswith("regime_sim.") and name.split(".")[1] not in ("view", "inert")
            ], f"{path}:{node.lineno}"  # type: ignore[attr-defined]


def test_every_source_of_the_table_is_in_the_seeds():
    from regime_sim.errors import UnknownName
    from regime_sim.facts.evidence import source
    from regime_sim.facts.parameters import EVENTS, LEVERS, PARAMETERS
    from regime_sim.questions.citation import JUDGEMENT

    missing = []
    for row in (*PARAMETERS.values(), *LEVERS.values(), *EVENTS.values()):
        for one in row.source:
            try:
                assert one == JUDGEMENT or source(one)
            except UnknownName as error:
                missing.append(f"{row.name}: {error}")
    assert not missing, "\n".join(missing)


def test_the_table_of_levers_is_a_frame():
    table = rs.levers()
    assert list(table["name"][table["lever"] == ""]) == [
        "rents",
        "foreign_support",
        "us_pressure",
        "public_opinion",
    ]
    assert table["unit"].all()
    assert table["source"].all()


def test_the_shipped_scenarios_all_load():
    names = list(rs.scenarios()["id"])
    assert "venezuela-2025" in names
    for name in names:
        assert rs.load(name).id == name


def test_the_readme_does_what_it_says(root, capsys):
    """Its Python runs (with fewer replicates) and prints what the page shows; it stays short."""
    text = (root / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 95
    code, answer = re.findall(r"```python\n(.*?)```\n\n```\n(.*?)```", text, re.DOTALL)[0]
    exec(compile(code.replace("2000", "32"), "README.md", "exec"), {})
    said = capsys.readouterr().out
    for line in answer.splitlines()[:3]:
        shape = re.sub(r"[\d,.]+", "N", line)
        assert shape.split("N")[0] in said, line


def test_citation_and_project_agree_on_the_version(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    assert f"version: {project['version']}" in (root / "CITATION.cff").read_text()


def test_the_conda_recipe_asks_for_what_the_package_asks_for(root):
    from ruamel.yaml import YAML

    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    recipe = YAML(typ="safe", pure=True).load((root / "tools/conda/recipe.yaml").read_text())
    assert recipe["context"]["version"] == project["version"]
    wanted = [one.replace(" ", "") for one in recipe["requirements"]["run"]]
    ours = [one.replace("wasmtime>", "wasmtime-py>") for one in project["dependencies"]]
    assert sorted(wanted) == sorted([f"python{project['requires-python']}", *ours])


def test_the_versions_of_python_are_those_that_the_suite_was_run_on(root):
    """3.12 by every run, 3.13 by hand before a release; none is promised that nobody tried."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    of = [one.split(" :: ")[-1] for one in project["classifiers"] if "Python :: 3" in one]
    assert of == ["3.12", "3.13"] and project["requires-python"] == ">=3.12"


def test_the_citation_file_is_well_formed(root):
    from ruamel.yaml import YAML

    cff = YAML(typ="safe", pure=True).load((root / "CITATION.cff").read_text())
    assert cff["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "license", "version"} <= set(cff)


def test_files_name_no_registry_and_no_path_of_one_machine(root):
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    words = [
        "py" + "pi.org",
        "python" + "hosted",
        "/" + "root/",
        "/" + "work/",
        "/" + "home/",
        "/" + "tmp/",
    ]
    for name in listed.stdout.splitlines():
        path = root / name
        if path.suffix in {".png", ".parquet", ".npz", ".woff2"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not [word for word in words if word in text], name


@pytest.mark.slow
def test_the_wheel_works_in_an_empty_folder(root, tmp_path):
    """Seeds, scenarios and the dashboard travel inside the package: built by way of the sdist,
    unpacked, run from elsewhere.
    """
    built = subprocess.run(
        ["uv", "build", "--out-dir", str(tmp_path / "dist")],
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
    )
    assert built.returncode == 0, built.stderr
    wheel = next((tmp_path / "dist").glob("*.whl"))
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    names = {str(path.relative_to(site)) for path in site.rglob("*") if path.is_file()}
    native = "regime_sim/engine/native"
    for wanted in (
        *(f"{native}/{name}" for name in ("engine.c", "engine.mjs", "engine.d.ts")),
        *(f"{native}/built/{one.file}" for one in TARGETS),
        "regime_sim/py.typed",
        "regime_sim/seeds/facts.yaml",
        "regime_sim/scenarios/venezuela-2025.yaml",
    ):
        assert wanted in names
    assert not [
        name for name in names if name.startswith(("tests/", "docs/", "seeds/", "scenarios/"))
    ]
    empty = tmp_path / "empty"
    empty.mkdir()
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r})\n"
        "import regime_sim as rs, pathlib\n"
        f"assert pathlib.Path(rs.__file__).is_relative_to({str(site)!r}), rs.__file__\n"
        "print(rs.cite(rs.load('venezuela-2025')))\n"
        "print(rs.simulate(rs.load('venezuela-2025'), replicates=16).outcomes('leader'))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=empty
    )
    assert ended.returncode == 0, ended.stderr
    assert "survived" in ended.stdout


@pytest.mark.slow
def test_the_wheel_runs_without_compiler_home_or_a_place_to_write(root, tmp_path):
    """Installed by uv into an environment of its own that is then made read-only."""
    steps = (
        ["uv", "build", "--wheel", "--out-dir", str(tmp_path)],
        ["uv", "venv", "--python", sys.executable, str(tmp_path / "venv")],
    )
    for step in steps:
        subprocess.run(step, check=True, capture_output=True, cwd=root)
    wheel, python = str(next(tmp_path.glob("*.whl"))), tmp_path / "venv" / "bin" / "python"
    subprocess.run(
        ["uv", "pip", "install", "--python", str(python), wheel], check=True, capture_output=True
    )
    code = "import importlib.util as i; print([n for n in ('numba', 'ziglang') if i.find_spec(n)])"
    site = next((tmp_path / "venv" / "lib").glob("python*")) / "site-packages"
    for folder in (site, site / "regime_sim", site / "regime_sim" / "engine" / "native" / "built"):
        folder.chmod(0o555)
    empty = tmp_path / "empty"
    empty.mkdir(mode=0o555)
    bare = {"PATH": "", "PYTHONDONTWRITEBYTECODE": "1"}

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [str(python), *arguments], capture_output=True, text=True, cwd=empty, env=bare
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert run("-c", code).strip() == "[]"
    said = run("-m", "regime_sim.cli", "run", "venezuela-2025", "--replicates", "200")
    assert said.startswith("200 simulated futures of Venezuela")
    assert not list(empty.iterdir())


NEXT_MESA = "4.0.0a0"


@pytest.mark.slow
def test_the_readable_engine_is_the_same_on_the_next_mesa(root, tmp_path):
    """The alpha of Mesa 4, put before the installed one: on every shipped scenario the ledgers and
    weekly sums are the kernel's, to the bit.
    """
    site = tmp_path / "mesa"
    got = subprocess.run(
        [
            "uv",
            "pip",
            "install",
            "--no-deps",
            "--prerelease=allow",
            "--target",
            str(site),
            "--python",
            sys.executable,
            f"mesa=={NEXT_MESA}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if got.returncode:
        pytest.skip(f"mesa {NEXT_MESA} cannot be had: {got.stderr.strip().splitlines()[-1]}")
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r})\nimport mesa; assert mesa.__version__ =="
        f" {NEXT_MESA!r}, mesa.__version__\nimport regime_sim as rs\nfor name in"
        " rs.scenarios()['id']:\n    scenario = rs.load(name).with_(generals=60)\n    mesa_,"
        " kernel = (rs.simulate(scenario, 4, 3, engine).digest() for engine in ('mesa',"
        " 'kernel'))\n    assert mesa_ == kernel, name\n    print(name)\nmodel ="
        " rs.RegimeModel(scenario, rng=3, collect='agents', rents=0.2).run()\nassert not"
        " model.running and len(model.datacollector.get_model_vars_dataframe()) == model.week + 1\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert ended.returncode == 0, ended.stderr
    assert len(ended.stdout.split()) >= 20
