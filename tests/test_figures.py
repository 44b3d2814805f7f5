"""Figures, words and tables as a reader gets them: colours tell apart, labels do not collide, files
stand alone.
"""

from __future__ import annotations

import io
import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_result import Scenario, ensemble, large

import regime_sim as rs
from regime_sim.errors import NotWritten, UnknownName
from regime_sim.facts.levers import EVENTS
from regime_sim.facts.outcomes import WAY_WORDS, WAYS
from regime_sim.statistics.intervals import Estimate
from regime_sim.view import palette
from regime_sim.view.figure import MissingExtra
from regime_sim.view.figures import contours, events, labels, plot
from regime_sim.view.figures.survival import CLOCKS, edges, heights
from regime_sim.view.palette import THEMES, Theme
from regime_sim.view.tables import ensemble as terminal
from regime_sim.view.tables import scorecard
from regime_sim.view.words import attribution, phrases, sentences, story_events

KINDS = ("survival", "causes", "incidence", "icons", "weekly", "luck")
# simulation of colour blindness at full severity: Machado, Oliveira & Fernandes 2009, IEEE TVCG
# 15(6)
VISION = {
    "all cones": np.eye(3),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def linear(colour: str) -> np.ndarray:
    """Linear sRGB of #RRGGBB."""
    value = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""
    a, b = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (b + 0.05) / (a + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIELAB (D65) of linear sRGB."""
    matrix = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    t = matrix @ np.clip(rgb, 0, 1) / [0.95047, 1.0, 1.08883]
    f = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def ciede2000(one: np.ndarray, other: np.ndarray) -> float:
    """Colour difference: Sharma, Wu & Dalal 2005, Color Research & Application 30."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(mean**7 / (mean**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    dl, dc, dh = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    lm, cm = (l1 + l2) / 2, (c1 + c2) / 2
    hm = (
        h1 + h2
        if c1 * c2 == 0
        else (
            (h1 + h2) / 2
            if abs(h1 - h2) <= 180
            else ((h1 + h2 + 360) / 2 if h1 + h2 < 360 else (h1 + h2 - 360) / 2)
        )
    )
    t = (
        1
        - 0.17 * np.cos(np.radians(hm - 30))
        + 0.24 * np.cos(np.radians(2 * hm))
        + 0.32 * np.cos(np.radians(3 * hm + 6))
        - 0.2 * np.cos(np.radians(4 * hm - 63))
    )
    sl = 1 + 0.015 * (lm - 50) ** 2 / np.sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * cm, 1 + 0.015 * cm * t
    rt = (
        -2
        * np.sqrt(cm**7 / (cm**7 + 25**7))
        * np.sin(np.radians(60 * np.exp(-(((hm - 275) / 25) ** 2))))
    )
    return float(
        np.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * (dc / sc) * (dh / sh))
    )


def apart(colours: list[str]) -> float:
    """The smallest difference between any two colours for any reader."""
    seen = [[lab(matrix @ linear(c)) for c in colours] for matrix in VISION.values()]
    return min(
        ciede2000(eyes[i], eyes[j]) for eyes in seen for i in range(len(colours)) for j in range(i)
    )


def test_ciede2000_known_answers() -> None:
    assert ciede2000(
        np.array([50, 2.6772, -79.7751]), np.array([50, 0, -82.7485])
    ) == pytest.approx(2.0425, abs=1e-4)
    assert ciede2000(np.array([50, 2.5, 0]), np.array([58, 24, 15])) == pytest.approx(
        19.4535, abs=1e-4
    )


@pytest.mark.parametrize("look", THEMES.values(), ids=list(THEMES))
def test_colours_stand_out_and_apart_for_every_reader(look: Theme) -> None:
    assert all(contrast(colour, look.background) >= 3.0 for colour in look.ways.values())
    assert all(
        contrast(ink, ground) >= 4.5
        for ink in (look.ink, look.ink2, look.ink3)
        for ground in (look.background, look.panel)
    )
    assert apart(list(look.ways.values())) > 11.0
    swapped = [*list(look.ways.values())[1:], "#2D7A3A" if look.name == "light" else "#B8503A"]
    assert apart(swapped) < 11.0  # the audit would see a careless colour


def test_every_way_has_its_own_mark() -> None:
    assert set(palette.ORDER) == set(WAYS)
    assert len(
        {(palette.GLYPHS.get(way, ""), way in palette.HOLLOW) for way in palette.ORDER}
    ) == len(WAYS)
    assert len(set(palette.SIGNS.values())) == len(WAYS)
    assert palette.ORDER[-1] == "survived"


def test_every_way_has_words_wherever_ways_are_worded() -> None:
    for worded in (phrases.OUTCOMES, scorecard.SHORT, attribution.BY, story_events.EXITS):
        assert set(worded) >= set(palette.GONE)


def test_events_are_named_with_whom_they_are_about() -> None:
    scenario = (
        rs.load("venezuela-2025")
        .at(week=2, event="defection", of="cabello")
        .at(week=3, event="defection", of="air")
        .at(week=4, event="amnesty_offer", of="principal.padrino", intensity=0.5)
        .at(week=5, event="ultimatum", deadline=3)
        .at(week=6, event="war_powers_vote")
        .at(week=7, set={"treasury.reserves": {"multiply": 0.5}})
    )
    assert [tick.label for tick in events.timeline_ticks(scenario) if 2 <= tick.week <= 7] == [
        "Diosdado Cabello changes sides",
        "The air force changes sides",
        "Amnesty offered to Vladimir Padrino at 0.5",
        "Ultimatum for 3 weeks",
        "Parliament votes on the use of force",
        "Treasury: reserves times 0.5",
    ]
    assert set(events.EVENT_WORDS) <= set(EVENTS)


def words_on(spec: Any) -> list[str]:
    """All texts that are drawn."""
    return [row["text"] for rows in spec["datasets"].values() for row in rows if "text" in row]


def layers(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return list(spec["layer"])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("theme", list(THEMES))
def test_specifications_hold_their_data_by_name(kind: str, theme: str) -> None:
    figure = large(320).plot(kind, theme=theme)
    spec = json.loads(figure.to_json())
    assert spec["config"]["background"] == THEMES[theme].background
    assert spec["title"]["text"] and spec["title"]["subtitle"]
    assert spec["description"] == figure.alt and "not a forecast" in figure.alt
    assert spec["config"]["legend"]["disable"]
    for layer in layers(spec):
        assert set(layer["data"]) == {"name"}
        assert layer["data"]["name"] in spec["datasets"]
    assert all(rows for name, rows in spec["datasets"].items())


def test_shares_are_always_drawn_from_nought_to_a_hundred() -> None:
    for kind in ("survival", "incidence"):
        scales = [
            layer["encoding"]["y"]["scale"]
            for layer in layers(dict(large(320).plot(kind).spec))
            if "y" in layer["encoding"]
        ]
        scales = [scale for scale in scales if scale is not None]  # pieces at pixels have none
        assert scales
        assert all(scale == {"domain": [0, 100.0], "nice": False} for scale in scales)


def test_a_hundred_marks_that_agree_with_the_headline() -> None:
    run = large(800)
    futures = run.plot("icons").spec["datasets"]["futures"]
    whole = run.frequencies()
    assert len(futures) == 100
    assert sum(row["way"] != "survived" for row in futures) == whole.out
    assert sum(row["regime falls"] for row in futures) == whole.falls
    assert len({(row["x"], row["y"]) for row in futures}) == 100


def test_all_drawings_survive_extremes() -> None:
    runs = [
        large(64, out=0.0),
        large(64, out=1.0),
        large(64, clustered=False),
        ensemble([3], ["coup"], ["falls"]),
        large(64, horizon=520),
    ]
    for run in runs:
        for kind in KINDS:
            json.loads(run.plot(kind).to_json())
    assert large(64).plot("weekly", name="plotting").spec == large(64).plot("plotting").spec


@given(
    st.lists(st.tuples(st.floats(-20, 104), st.text("abc ", min_size=1, max_size=60)), max_size=9),
    st.sampled_from([300.0, 520.0]),
)
def test_event_labels_meet_neither_each_other_nor_a_stem(
    timeline: list[tuple[float, str]], width: float
) -> None:
    placed = events.lanes([events.Tick(week, text) for week, text in sorted(timeline)], width, 104)
    assert len(placed) == len(timeline)
    boxes = [(x + 5, x + 5 + plot.text_width(tick.label, 12.5), lane) for x, lane, tick in placed]
    for k, (left, right, lane) in enumerate(boxes):
        for other, (x, tall, _) in enumerate(placed):
            if other != k:
                assert not (tall >= lane and left < x < right), "a stem crosses a label"
                assert lane != tall or right < boxes[other][0] or boxes[other][1] < left, (
                    "two labels meet"
                )


def test_many_events_become_numbers_with_a_list() -> None:
    ticks = tuple((k, f"event {k}") for k in range(9))
    spec = large(320).plot("survival", ticks=ticks).spec
    texts = words_on(spec)
    assert "event 8" in texts and "9" in texts
    few = words_on(large(320, scenario=Scenario(ticks=ticks[:2], horizon=52)).plot("survival").spec)
    assert "event 1" in few and "2" not in few


def test_nothing_is_cut_and_nothing_leaves_the_sheet() -> None:
    long = (
        "A very long event whose words go on and on until nobody can read them any more on a line "
        + "x" * 90
    )
    run = large(320, scenario=Scenario(title=long, horizon=52))
    figure = large(320).plot("survival", ticks=((3, long),), baseline=run)
    texts = (
        words_on(figure.spec)
        + figure.spec["title"]["subtitle"]
        + figure.spec["title"]["text"].split("\n")
    )
    assert not any("…" in text for text in texts)
    assert all(plot.text_width(text, 12.5) <= plot.WIDTH + plot.RIGHT + 20 for text in texts)
    for shown in (words_on(figure.spec), figure.spec["title"]["subtitle"]):
        assert "x" * 90 in "".join(shown).replace(" ", "")  # broken over lines, not cut
    assert "\n" not in figure.title and figure.to_html().count("<title>") == 1


def test_a_timeline_is_marked_in_words_without_being_asked() -> None:
    base = (
        rs.load("venezuela-2025")
        .at(week=20, set={"rents": 0.3}, over=8)
        .at(week=30, event="strikes", intensity=0.4)
        .at(when="us_opposition > 0.8", event="withdraw")
    )
    run = rs.simulate(base, 32, corps=8)
    texts = words_on(run.plot("survival").spec)
    assert {"Airspace closed", "Rents to 0.3", "Strikes at 0.4"} <= set(texts)
    assert not any("ithdraw" in text for text in texts)  # it waits for a condition and has no week
    assert "Strikes at 0.4" not in words_on(run.plot("survival", ticks=()).spec)


def test_titles_state_what_was_found() -> None:
    run = large(1_600)
    whole = run.frequencies()
    assert (
        run.plot("survival").title
        == f"He is out in {whole.out} of 100 futures, the regime falls in {whole.falls}"
    )
    assert f"He is out in {whole.out} of 100 futures; most common exit" in run.plot("icons").title
    week = int(run.plot("incidence").title.rsplit(" ", 1)[1])
    gone = np.sort(run.leader_week[run.leader_week > 0])
    assert abs(week - gone[len(gone) // 2]) <= 1
    for kind in ("survival", "causes", "incidence", "icons"):
        assert (
            "in every future" in large(64, out=0.0).plot(kind).title
            or "in 0" in large(64, out=0.0).plot(kind).title
        )


def test_contours_known_answers() -> None:
    lines = contours.joined(contours.segments([[i + j for j in range(3)] for i in range(3)], 1.5))
    assert len(lines) == 1
    assert {lines[0][0], lines[0][-1]} == {(0.0, 1.5), (1.5, 0.0)}
    assert all(i + j == pytest.approx(1.5) for i, j in lines[0])
    hill = [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]
    ring = contours.joined(contours.segments(hill, 0.5))
    assert len(ring) == 1 and ring[0][0] == ring[0][-1] and len(ring[0]) == 5
    assert contours.joined(contours.segments(hill, 2.0)) == []


@pytest.fixture(scope="module")
def questions() -> dict[str, Any]:
    """One small answer of each kind."""
    base = rs.load("venezuela-2025").with_(horizon=20)
    few = {"corps": 8, "seed": 3}
    return {
        "curve": rs.sweep(base, rents=rs.grid(0, 1, 3), replicates=64, **few),
        "map": rs.sweep(
            base, rents=rs.grid(0, 1, 3), foreign_support=rs.grid(0, 1, 3), replicates=64, **few
        ),
        "which": rs.sensitivity(base, points=8, replicates=144, **few),
        "tips": rs.tipping(base, 0.5, over=["us_pressure", "rents"], replicates=128, **few),
        "pair": rs.compare(base, base.vary(us_pressure=1.0), replicates=64, **few),
        "arms": rs.compare(
            base, base.vary(us_pressure=1.0), base.vary(rents=0.0), replicates=64, **few
        ),
    }


@pytest.mark.parametrize("theme", list(THEMES))
def test_every_answer_has_a_picture_in_both_themes(
    questions: dict[str, Any], theme: str, tmp_path: Path
) -> None:
    drawn = {
        "curve": questions["curve"].plot(theme=theme),
        "map": questions["map"].plot(theme=theme),
        "which": questions["which"].plot(theme=theme),
        "shares": questions["which"].plot("luck", theme=theme),
        "tips": questions["tips"].plot(theme=theme),
        "pair": questions["pair"].plot("differences", theme=theme),
        "arms": questions["arms"].plot(theme=theme),
    }
    for name, figure in drawn.items():
        spec = json.loads(figure.to_json())
        assert spec["config"]["background"] == THEMES[theme].background
        assert "not a forecast" in figure.alt and spec["description"] == figure.alt
        assert not any("…" in text or "nan" in text for text in words_on(spec)), name
        assert figure.save(tmp_path / f"{name}.svg").stat().st_size > 1_000


def test_a_map_shows_the_numbers_of_its_cells(questions: dict[str, Any]) -> None:
    found = questions["map"]
    value = found.values()[0]
    cells = found.plot().spec["datasets"]["cells"]
    assert len(cells) == 9
    for cell in cells:
        i, j = found.grids[0].index(cell["first"]), found.grids[1].index(cell["second"])
        # rounded to one decimal
        assert cell["of 100"] == pytest.approx(100 * value[i, j], abs=0.0501)
        assert cell["colour"] == palette.LIGHT.ramp[min(9, int(10 * value[i, j]))]
    upper_right = max(cells, key=lambda cell: (cell["x"], -cell["y"]))
    lower_left = min(cells, key=lambda cell: (cell["x"], -cell["y"]))
    assert upper_right["of 100"] >= lower_left["of 100"]


def test_the_title_of_a_map_is_a_sentence(questions: dict[str, Any]) -> None:
    """It read "in 9 at 1 and 1", which says nothing to who does not know the scales."""
    found = questions["map"]
    cells = 100 * found.values()[0]
    title = found.plot().title
    first, last = (f"{cells[k, k]:.0f}" for k in (0, -1))
    assert title == (
        f"He is out in {first} of 100 futures with rents and foreign support both at their lowest"
        f" (0), in {last} with both at their highest (1)"
    )


def test_a_tornado_shows_what_is_not_known_where_enough_draws_tell_it(
    questions: dict[str, Any],
) -> None:
    found = questions["which"]
    rows = {row["factor"]: row for row in found.rows() if row["quantity"] == "probability"}
    top = max(rows.values(), key=lambda row: row["total"])
    assert top["draws"] >= 32
    assert top["unknown_low"] <= top["total_low"] and top["unknown_high"] >= top["total_high"]
    spec = found.plot(width=500).spec
    assert "what we do not know" in " ".join(spec["title"]["subtitle"])
    bands = _pale(spec)
    assert len(bands) == sum(not math.isnan(row["unknown_low"]) for row in rows.values())
    assert not _pale(found.plot(width=500, unknown=False).spec)
    few = rs.sensitivity(found.scenario, points=8, replicates=16, corps=8, seed=3)
    assert all(math.isnan(row["unknown_low"]) for row in few.rows())
    assert "Too few draws" in " ".join(few.plot().spec["title"]["subtitle"])


def _pale(spec: Any) -> list[Any]:
    """The outer bands of a tornado."""
    outer = palette.LIGHT.outer
    layers = [one for one in spec["layer"] if one["mark"].get("opacity") == outer]
    return [row for one in layers for row in spec["datasets"][one["data"]["name"]]]


def test_a_curve_and_its_band_are_the_sweeps_own(questions: dict[str, Any]) -> None:
    found = questions["curve"]
    value, low, high = found.values("leader_out")
    rows = found.plot().spec["datasets"]["curve"]
    assert [row["x"] for row in rows] == list(found.grids[0])
    assert np.allclose(
        [[row[key] / 100 for row in rows] for key in ("value", "low", "high")], [value, low, high]
    )


def test_a_difference_that_is_not_clear_says_so() -> None:
    base = rs.load("venezuela-2025").with_(horizon=10)
    same = rs.compare(base, base.with_(id="the-same"), replicates=32, corps=8)
    assert same.plot("differences").title.startswith("No clear change")


@pytest.mark.parametrize("out", [0.0, 0.02, 0.3, 0.6, 0.97])
def test_line_labels_cross_no_line(out: float) -> None:
    run, width, height = large(640, out=out), plot.WIDTH, plot.HEIGHT
    curves = {clock: run.survival_curve(clock) for clock in CLOCKS}
    lines = {
        f"{clock}{edge}": heights(values, height)
        for clock, curve in curves.items()
        for edge, values in edges(curve)
    }
    for clock in CLOCKS:
        spot = labels.place(clock, lines, 110.0, 13.0, width, height, [])
        if spot is not None:
            inside = [k for k in range(53) if spot.left <= width * k / 52 <= spot.right]
            assert not any(
                spot.top < line[k] < spot.bottom for line in lines.values() for k in inside
            )


def test_labels_pushed_apart_keep_order_and_distance() -> None:
    moved = plot.apart([300.0, 5.0, 301.0, 299.0], 15, 6, 306)
    assert np.argsort(moved).tolist() == [1, 3, 0, 2]
    assert min(np.diff(sorted(moved))) >= 15
    assert min(moved) >= 6 and max(moved) <= 306


def test_saves_every_format_and_html_stands_alone(tmp_path: Path) -> None:
    figure = large(320).plot("survival", baseline=large(320, out=0.2, seed=2))
    starts = {
        ".png": b"\x89PNG",
        ".svg": b"<svg",
        ".pdf": b"%PDF",
        ".json": b"{",
        ".html": b"<!DOCTYPE html>",
    }
    for suffix, start in starts.items():
        path = figure.save(tmp_path / f"figure{suffix}")
        assert path.read_bytes().lstrip().startswith(start)
    page = (tmp_path / "figure.html").read_text("utf-8")
    assert '<html lang="en">' in page
    assert 'src="http' not in page and "cdn.jsdelivr" not in page.split("<body>")[0][:2_000]
    assert "Maduro" in (tmp_path / "figure.svg").read_text("utf-8")
    with pytest.raises(UnknownName, match=r"\.png"):
        figure.save(tmp_path / "figure.gif")
    with pytest.raises(NotWritten, match="nowhere"):
        figure.save(tmp_path / "nowhere" / "figure.json")


@pytest.mark.parametrize("theme", list(THEMES))
def test_pictures_show_their_words(theme: str, tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    path = large(320).plot("causes", theme=theme).save(tmp_path / "figure.png")
    pixels = np.asarray(image.open(io.BytesIO(path.read_bytes())).convert("RGB")).astype(int)
    ink = np.array([int(THEMES[theme].ink[k : k + 2], 16) for k in (1, 3, 5)])
    title = pixels[20:80]
    assert (np.abs(title - ink).sum(axis=2) < 60).sum() > 400


def test_without_the_extra_the_error_names_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    figure = large(64).plot("icons")
    with pytest.raises(MissingExtra, match=r"regime-sim\[figures\]"):
        figure.save(tmp_path / "figure.png")
    figure.save(tmp_path / "figure.json")
    assert set(figure._repr_mimebundle_()) == {"application/vnd.vegalite.v5+json", "text/plain"}


def test_notebooks_get_the_figure_and_a_picture() -> None:
    assert "image/svg+xml" in large(64).plot("icons")._repr_mimebundle_()


# ---- words


def said(out: list[int], n: int, falls: int = 0) -> str:
    """The headline for n futures of which `out` weeks are exits and the first `falls` of them take
    the regime along.
    """
    stay = n - len(out)
    way = ["coup"] * len(out) + ["survived"] * stay
    return sentences.finding(
        ensemble(out + [0] * stay, way, ["falls"] * falls + ["stands"] * (n - falls))
    )


@pytest.mark.parametrize(
    ("out", "n", "falls", "words"),
    [
        (
            290,
            1000,
            80,
            (
                "In 29 of 100 simulated futures Maduro is out of office by 12 January 2026 (95%"
                " interval 26"
                " to 32 of 100); in 21 of those 29 the regime goes on."
            ),
        ),
        (290, 1000, 0, "in all of those 29 the regime goes on."),
        (290, 1000, 290, "in none of those 29 does the regime go on."),
        (
            0,
            1000,
            0,
            (
                "In all of the 1,000 simulated futures Maduro is in office until 12 January 2026"
                " (95% interval for being out: fewer than 1 of 100). The regime falls in none of"
                " them."
            ),
        ),
        (
            3,
            1000,
            1,
            (
                "In fewer than 1 of 100 simulated futures Maduro is out of office by 12 January"
                " 2026 (95% interval 1 or fewer of 100); in 2 of those 3 (of 1,000) the regime"
                " goes on."
            ),
        ),
        (1, 1000, 1, "in that one (of 1,000) the regime falls."),
        (
            1000,
            1000,
            300,
            (
                "In all of the 1,000 simulated futures Maduro is out of office by 12 January 2026"
                " (95% interval more than 99 of 100); in 70 of 100 the regime goes on."
            ),
        ),
        (998, 1000, 0, "In more than 99 of 100 simulated futures Maduro is out"),
        (
            1,
            1,
            1,
            (
                "In the one simulated future Maduro is out of office by 12 January 2026 (95%"
                " interval 21 to"
                " 100 of 100); in that one the regime falls."
            ),
        ),
    ],
)
def test_headlines(out: int, n: int, falls: int, words: str) -> None:
    assert words in said([2] * out, n, falls)


def test_every_headline_says_that_it_is_no_forecast() -> None:
    for out in (0.0, 0.001, 0.3, 1.0):
        assert sentences.headline(large(320, out=out)).endswith(
            "In this model, at these settings; not a forecast."
        )


def test_a_nameless_ruler_is_the_ruler() -> None:
    assert "the ruler is out of office" in sentences.headline(
        large(320, scenario=Scenario(ruler="", horizon=52))
    )


@pytest.mark.parametrize(
    ("low", "value", "high", "words"),
    [
        (0.12, 0.14, 0.16, "That is 14 more than in X (paired 95% interval 12 to 16 more)."),
        (-0.16, -0.14, -0.12, "That is 14 fewer than in X (paired 95% interval 12 to 16 fewer)."),
        (-0.01, 0.01, 0.03, "No clear change against X (paired 95% interval −1 to +3 of 100)."),
    ],
)
def test_changes(low: float, value: float, high: float, words: str) -> None:
    assert sentences.change(Estimate(value, low, high, 1_000), "X") == words


@given(st.integers(1, 3_000), st.data())
def test_the_interval_shown_holds_the_number_shown(n: int, more: st.DataObject) -> None:
    from regime_sim.statistics.intervals import wilson

    estimate = wilson(more.draw(st.integers(0, n)), n)
    count = round(100 * estimate.value)
    words = sentences.interval(estimate, count)
    numbers = [
        int(word)
        for word in words.replace("fewer than 1", "0").replace("more than 99", "100").split()
        if word.isdigit()
    ]
    if "or" in words:
        numbers += [0 if "fewer" in words else 100]
    assert min(numbers) <= count <= max(numbers) or "than" in words
    assert words != "0" or estimate.high == 0.0


def test_ways_that_few_futures_show_are_named_with_what_measures_them_better() -> None:
    run = large(1_600)
    counts = {way: int((run.leader_way == WAYS.index(way)).sum()) for way in WAYS[1:]}
    said = sentences.rare(run, few=30)
    scarce = [way for way, count in counts.items() if 0 < count < 30]
    assert scarce and len(scarce) < sum(count > 0 for count in counts.values())
    for way, count in counts.items():
        assert (f"{WAY_WORDS[way]} ({count})" in said) == (way in scarce)
    assert "regime-sim ways" in said and sentences.rare(run, few=1) == ""


def test_rare_ways_are_told_by_their_weekly_chances_where_those_are_steadier() -> None:
    """Numbers and what they are worth are those of `rs.ways`; a measure that is worth no more than
    the run itself is not told.
    """
    run = rs.simulate(rs.load("venezuela-2025"), 1_600, seed=2, corps=64)
    rows = {row["outcome"]: row for row in run.outcome_rows()}
    for futures in (800, 160):
        measured, told = rs.ways(run.scenario, futures, seed=2, corps=64), []
        said = sentences.rare(run, 60, measured)
        for way in sentences.scarce(run, 60):
            found = measured.averaged(way)
            worth = 1_600 * ((rows[way]["high"] - rows[way]["low"]) / (found.high - found.low)) ** 2
            text = (
                f"{WAY_WORDS[way]} {1000 * found.value:.2g} of 1,000 (95% interval"
                f" {1000 * found.low:.2g} to {1000 * found.high:.2g}; as precise as counting "
            )
            assert (text in said) == (worth >= 1.5 * 1_600)
            told.append(text in said)
        assert any(told) and not all(told)
        assert said.count(" of 1,000 (") == sum(told)


def test_terminal_report_fits_eighty_columns_and_cuts_nothing() -> None:
    from rich.console import Console

    shown = Console(width=80, file=io.StringIO(), record=True)
    shown.print(terminal.report(large(1_600), ["24 facts and 11 papers"], theme="dark"))
    text = shown.export_text()
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 80
    for words in (
        "Vote or succession",
        "Still in office",
        "Out, any exit",
        "stands, under tutelage",
        "24 facts",
        "not a forecast",
        "is chance and",
    ):
        assert words in " ".join(text.split())


def test_what_a_page_draws_by_hand_is_what_the_figure_says() -> None:
    """Every point of every line lies where the axes put it, every word is there once more, and
    nothing reaches beyond the edges.
    """
    import xml.etree.ElementTree as tree

    from regime_sim.view import drawing

    figure = large(320).plot(
        "survival",
        baseline=large(320, out=0.2, seed=2),
        ticks=[(3, "A <first> event"), (9, "Another")],
        width=330,
        height=326,
    )
    root = tree.fromstring(drawing.svg(figure))
    name = "{http://www.w3.org/2000/svg}"
    rows, words = figure.spec["datasets"], [element.text for element in root.iter(f"{name}text")]
    paths = [
        path.attrib["d"] for path in root.iter(f"{name}path") if path.attrib.get("fill") == "none"
    ]
    lines = [[tuple(map(float, pair.split())) for pair in path[1:].split("L")] for path in paths]
    for line in ("leader", "regime", "before-leader", "before-regime"):
        at = [
            (330 * row["week"] / 52, 326 * (1 - row["value"] / 100))
            for row in rows["curves"]
            if row["line"] == line
        ]
        assert any(np.allclose(at, other, atol=0.06) for other in lines)
    for key, under in rows.items():
        assert not key.startswith("text") or all(row["text"] in words for row in under)
    assert len(list(root.iter(f"{name}title"))) == 53 and root.attrib["aria-label"] == figure.alt
    left, top, wide, tall = map(float, root.attrib["viewBox"].split())
    placed = [(float(e.attrib["x"]), float(e.attrib["y"])) for e in root.iter(f"{name}text")]
    assert all(left <= x <= left + wide and top <= y <= top + tall for x, y in placed)


def test_what_cannot_be_drawn_by_hand_is_refused() -> None:
    from regime_sim.errors import RegimeSimError
    from regime_sim.view import drawing
    from regime_sim.view.figure import Sheet

    sheet = Sheet(palette.LIGHT, 100, 100)
    sheet.piece({"type": "arc"}, x=1, y=2)
    with pytest.raises(RegimeSimError, match="arc is not drawn by hand"):
        drawing.svg(sheet.figure("t", [], "a", {}))
