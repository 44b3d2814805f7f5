"""The emulator behind the page's preview: known answers of the regression, what it emulates against
the ensemble's own numbers, its file, its key.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import regime_sim as rs
from regime_sim.errors import Damaged, OutOfRange
from regime_sim.previews import files as preview_file
from regime_sim.previews import preview as lab
from regime_sim.statistics import gaussian_process as gp

DASHBOARD = Path(__file__).resolve().parent.parent / "dashboard"


@pytest.fixture(scope="module")
def base() -> rs.Scenario:
    return rs.load("venezuela-2025").horizon_weeks(26)


@pytest.fixture(scope="module")
def made(base: rs.Scenario) -> rs.Preview:
    return rs.preview(base, 64, 64, held=4, exact=64)


def test_a_straight_line_is_found_and_nothing_else():
    rng = np.random.default_rng(3)
    x = rng.random((80, 3))
    y = np.stack([1 + 2 * x[:, 0] - x[:, 2], 0.5 * x[:, 1]], 1)
    fitted = gp.fit(x, y)
    new = rng.random((40, 3))
    assert (
        np.abs(fitted.at(new) - np.stack([1 + 2 * new[:, 0] - new[:, 2], 0.5 * new[:, 1]], 1)).max()
        < 1e-6
    )
    assert np.abs(fitted.line - np.array([[1, 0], [2, 0], [0, 0.5], [-1, 0]])).max() < 1e-6


def test_a_curve_is_followed_and_an_input_that_does_nothing_is_seen_to():
    rng = np.random.default_rng(4)
    x, new = rng.random((160, 3)), rng.random((60, 3))
    truth = lambda at: np.sin(4 * at[:, :1]) + at[:, 1:2] ** 2  # noqa: E731
    fitted = gp.fit(x, truth(x), leading=1)
    assert np.abs(fitted.at(new) - truth(new)).max() < 0.02
    assert fitted.lengths[2] > 3 * fitted.lengths[0]


def test_the_gradient_of_the_likelihood_is_its_slope():
    rng = np.random.default_rng(1)
    x = rng.random((40, 3))
    y = np.stack([np.sin(3 * x[:, 0]) + x[:, 1], x[:, 2] ** 2], 1)
    at = np.array([0.1, 0.3, 0.5, -2.0])
    slope = [
        (gp._surprise(at + e, x, y)[0] - gp._surprise(at - e, x, y)[0]) / 2e-5
        for e in 1e-5 * np.eye(4)
    ]
    assert np.allclose(gp._surprise(at, x, y)[1], slope, rtol=1e-5)


def test_what_is_emulated_is_what_the_ensemble_says(base):
    run = rs.simulate(base, 128, 3, corps=64)
    found = lab.exact_outputs(run)
    h = base.horizon
    assert found.shape == (2 * h + 11,)
    assert np.allclose(found[:h], run.survival("leader")["survival"].to_numpy()[1:])
    assert np.allclose(found[h : 2 * h], run.survival("regime")["survival"].to_numpy()[1:])
    assert np.allclose(found[2 * h : 2 * h + 10], run.outcomes()["probability"].to_numpy()[1:])
    assert found[-1] == pytest.approx(run.out_goes_on().value)


def test_the_design_stays_on_the_scales_and_holds_the_scenario_often(base):
    names = lab.parts_of(base)
    start, x = lab.setting_of(base, names), lab.design(base, 256, 5)
    assert x.min() >= 0.0 and x.max() <= 1.0
    assert 0.2 < (x == start).mean() < 0.7
    assert np.array_equal(x, lab.design(base, 256, 5))
    assert not np.array_equal(x, lab.design(base, 256, 6))


def test_a_whole_lever_moves_its_parts_as_the_scenario_does(base):
    places = {name: k for k, name in enumerate(lab.parts_of(base))}
    for lever, parts in lab.ramps(base).items():
        moved = base.vary({lever: 0.37}).inputs()
        for at, settings, values in parts:
            name = next(one_name for one_name, place in places.items() if place == at)
            assert np.interp(0.37, settings, values) == pytest.approx(moved[name])


def test_movements_change_one_slider(base):
    rest = lab.design(base, 12, 5)
    moved = lab.movements(base, rest, 7)
    changed = [(rest[k] != moved[k]).sum() for k in range(12)]
    assert all(count == 1 for count in changed[1::2])
    assert max(changed[::2]) > 1


def test_anchored_it_says_what_is_known_there(made, base):
    exact = lab.exact_outputs(rs.simulate(base, 64, 1))
    said = made.predict(made.start[None, :], made.start, exact)[0]
    assert np.abs(said - np.clip(exact, made.least, 1 - made.least)).max() < 1e-9
    assert made.errors.shape == made.far.shape == (4, 2 * base.horizon + 11)
    assert made.band.shape == (2 * base.horizon + 11,)


def test_it_knows_the_direction_of_raids(made, base):
    """From raids as soon as they can be done to none: the emulator and the model agree that he is
    out less often. (Rents move this world by a point at most, less than so small an emulator sees.)
    """
    name = "us_pressure.raid"
    high, low = (lab.setting_of(base.vary({name: value}), made.names) for value in (0.9, 0.0))
    out = 1 - made.predict(np.vstack([high, low]))[:, base.horizon - 1]
    assert out[0] > out[1]


def test_the_one_that_ships_is_of_this_model_and_as_good_as_promised():
    """`regime-sim preview venezuela-2025 --settings 1024 --again --output seeds/preview` renews it.
    Held-out errors under 1.5 points on average and 3 for 95% of movements, as the file says; and
    here, on movements of its own, against the model.
    """
    base = rs.load("venezuela-2025")
    ships = rs.Preview.read(preview_file.shipped(base.id))
    assert ships.key == lab.key_of(base)
    said = ships.error()
    assert said["n"] >= 64 and said["mean"] <= 1.5 and said["p95"] <= 3.0
    here = lab.exact_outputs(rs.simulate(base, 2000, 11))
    misses = []
    for settings in ({"rents": 0.3}, {"us_pressure.deployment": 0.1}, {"foreign_support": 0.9}):
        moved = base.vary(settings)
        guess = ships.predict(lab.setting_of(moved, ships.names)[None, :], ships.start, here)[0]
        misses.append(
            100 * abs(guess - lab.exact_outputs(rs.simulate(moved, 2000, 11)))[base.horizon - 1]
        )
    assert np.mean(misses) < 3.0, misses  # three movements only: twice the promised mean


def test_it_comes_back_from_its_file_and_only_for_the_same_scenario(
    made, base, tmp_path, monkeypatch
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert rs.Preview.find(base) is None
    path = made.keep()
    found = rs.Preview.find(base)
    assert found is not None
    assert path.is_relative_to(tmp_path)
    assert found.names == made.names and found.error() == pytest.approx(made.error(), abs=1e-4)
    assert (
        np.abs(found.predict(made.start[None, :]) - made.predict(made.start[None, :])).max() < 1e-4
    )
    assert rs.Preview.find(base.vary(rents=0.5)) is None
    path.write_bytes(path.read_bytes()[:200])
    assert rs.Preview.find(base) is None
    with pytest.raises(Damaged):
        rs.Preview.read(path)
    (mine := tmp_path / "mine.yaml").write_text("id: mine\n")
    with pytest.raises(Damaged, match=r"mine\.yaml"):
        made.keep(mine)
    assert mine.read_text() == "id: mine\n"


def test_bad_sizes_are_refused(base):
    with pytest.raises(OutOfRange):
        rs.preview(base, 8)


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node on this machine")
def test_the_browser_computes_the_same(made, base, tmp_path):
    """emulator.js and the library give the same shares at the same sliders, whole levers and
    parts.
    """
    import base64

    def packed(values: np.ndarray) -> str:
        return base64.b64encode(np.ascontiguousarray(values, dtype="<f4").tobytes()).decode()

    p = made.process
    arrays = {
        "mean": made.mean,
        "basis": made.basis,
        "line": p.line,
        "points": p.points / p.lengths,
        "weights": p.weights,
        "lengths": p.lengths,
        "band": made.band,
        "start": made.start,
    }
    levers = {lever: reading.value for lever, reading in base.lever_values().items()}
    data = {
        "key": "k",
        "horizon": made.horizon,
        "names": made.names,
        "least": made.least,
        "ramps": made.ramps(base),
        "levers": levers,
        "arrays": {k: packed(v) for k, v in arrays.items()},
    }
    inputs = base.inputs()
    was = levers | {name: inputs[name] for name in made.names}
    exact = lab.exact_outputs(rs.simulate(base, 64, 1))
    moved = {"rents": 0.2, "us_pressure.strikes": 0.9}
    script = (
        (DASHBOARD / "emulator.js").read_text()
        + f"""
const data = {json.dumps(data)}, em = new Emulator(data);
const at = decode({json.dumps(packed(made.start))}), exact = decode({json.dumps(packed(exact))});
const x = em.setting(at, {json.dumps(was)}, {json.dumps(moved)});
console.log(JSON.stringify(Array.from(em.predict(x, em.shift(at, exact)))));
"""
    )
    file = tmp_path / "run.mjs"
    file.write_text(script)
    said = np.array(
        json.loads(
            subprocess.run(["node", str(file)], capture_output=True, text=True, check=True).stdout
        )
    )
    x = lab.setting_of(base.vary(moved), made.names)
    assert np.abs(said - made.predict(x[None, :], made.start, exact)[0]).max() < 2e-4
