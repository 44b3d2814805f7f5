"""A world told: the model's own numbers, the reasons given for its end, how it was chosen, and the
page that shows it.
"""

from __future__ import annotations

import ast
import base64
import json
import math
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import regime_sim as rs
from regime_sim.engine.replicates import trace
from regime_sim.ensemble.blocks import prepared
from regime_sim.ensemble.futures import ARRAYS
from regime_sim.facts.levers import PATRON_SLOTS
from regime_sim.facts.outcomes import WAYS
from regime_sim.facts.posterior import DEFAULT
from regime_sim.law import ledger, palace
from regime_sim.stories import abroad as story_abroad
from regime_sim.stories import choice as story_choice
from regime_sim.stories import court as story_court
from regime_sim.stories import events as story_events
from regime_sim.stories.causes import KINDEST, WINDOW, moves
from regime_sim.stories.story import Story, worlds
from regime_sim.stories.watched import watch
from regime_sim.view.embedded import script_hash
from regime_sim.view.pages import network
from regime_sim.view.words import story as story_words
from regime_sim.view.words import story_events as story_sentences

CORPS = 16


@pytest.fixture(scope="module")
def base() -> rs.Scenario:
    return rs.load("isolation-and-rents-cut")


@pytest.fixture(scope="module")
def told(base: rs.Scenario) -> list[Story]:
    """Worlds of several kinds."""
    crisis = rs.load("philippines-1986")
    war = (
        rs.load("raid")
        .at(week=4, set={"us_pressure.raid": 1.0, "us_pressure.blockade": 0.8})
        .at(when="plotting > 0.1", event="crowd", intensity=0.5)
    )
    return [
        rs.story(scenario, seed=7, replicate=k, corps=CORPS)
        for scenario in (base, crisis, war)
        for k in range(8)
    ]


def test_the_world_is_the_one_that_both_engines_live(base: rs.Scenario) -> None:
    compiled = prepared(base, CORPS, DEFAULT)
    for replicate in (0, 3):
        world = watch(compiled, 7, replicate)
        out, kept = trace(compiled, 7, replicate)
        assert world.ledger == tuple(out.tolist())
        assert (world.states[1:] == kept.state[: world.last]).all() and not kept.state[
            world.last :
        ].any()
        assert (world.codes[1:] == kept.status[: world.last]).all()
    alone = rs.simulate(base, 1, seed=7, first=3, corps=CORPS)
    assert (world.week_out, WAYS[world.ledger[ledger.LEADER_WAY]]) == (
        int(alone.leader_week[0]),
        WAYS[alone.leader_way[0]],
    )


def test_stories_run_in_order_from_the_opening_to_an_end(told: list[Story]) -> None:
    kinds = set()
    for story in told:
        weeks = [one.week for one in story.happenings]
        assert weeks == sorted(weeks) and weeks[-1] == story.world.last
        assert story.happenings[0].kind == "opening"
        assert sum(one.kind == "exit" for one in story.happenings) == bool(story.world.week_out)
        assert len(story.happenings) <= story_events.MOST
        kinds |= {one.kind for one in story.happenings}
    assert len(kinds) >= 12, kinds  # the worlds above have something to tell


def test_every_sentence_is_plain_and_says_a_number(told: list[Story]) -> None:
    for story in told:
        for _, bold, rest in story.lines():
            assert bold[0].isupper() or bold[0].isdigit()
            assert not re.search(r"nan|None|_|\binf\b|  ", bold + rest), (bold, rest)
            assert rest.endswith(".") and ".." not in rest
        assert max(map(len, str(story).splitlines())) <= story_words.WIDTH
        assert "not a forecast" in str(story)
        json.dumps(story.to_document(), allow_nan=False)


def test_every_kind_of_happening_has_its_words() -> None:
    calls = (
        node.args[1]
        for of in (story_events, story_court, story_abroad)
        for node in ast.walk(ast.parse(Path(of.__file__).read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "one"
    )
    kinds = {
        part.value for call in calls for part in ast.walk(call) if isinstance(part, ast.Constant)
    } | {"purge", "flight", "ultimatum_lapsed", "ultimatum_kept", "patron_leaves", "patron_gone"}
    assert len(kinds) > 40
    assert kinds - {"entry", "exit"} <= set(story_sentences.WORDS)


def test_crossings_and_bursts_known_answers() -> None:
    assert list(story_events.crossings(np.array([0.0, 0.05, 0.3, 0.1, 0.4]), (0.1, 0.2, 0.4))) == [
        (2, 0.2),
        (4, 0.4),
    ]
    # met in week 0 already
    assert list(story_events.crossings(np.array([0.5, 0.1, 0.5]), (0.4,))) == []
    assert list(
        story_events.bursts(np.array([0.0, 0.02, 0.01, 0.029, 0.01, 0.031, 0.0]), 0.01)
    ) == [1, 5]


def test_numbers_in_the_story_are_those_of_the_model(told: list[Story]) -> None:
    seen = 0
    for story in told:
        for one in story.happenings:
            if "command" in one.numbers and one.kind in ("plotting", "exit", "plot_fades"):
                assert one.numbers["command"] == story.world.observed("plotting_command")[one.week]
                seen += 1
    assert seen > 10


def test_a_raid_that_failed_left_its_dead(told: list[Story]) -> None:
    """The story finds it by the law's condition; the state shows it by the pressing power's
    casualties.
    """
    found = 0
    for story in told:
        w = story.world
        p = rs.RegimeModel(w.compiled, w.seed, w.replicate).parameters
        dead = w["outside.dead"]
        extra = np.diff(dead) - p.opinion_strike_dead * w["sender.strikes"][1:]
        told_weeks = {one.week for one in story.happenings if one.kind == "failed_raid"}
        for week in range(1, w.last + 1):
            went = week == w.week_out or w["regime.rulers"][week] > w["regime.rulers"][week - 1]
            if not went:
                assert (week in told_weeks) == (extra[week - 1] > p.force_raid_dead / 2), week
        found += len(told_weeks)
    assert found > 0


def test_hazards_are_added_up_over_the_last_weeks(told: list[Story]) -> None:
    for story in told:
        why, w = story.why, story.world
        first, last = why.window
        assert last == w.lasts and last - first < WINDOW
        for way, summed in why.hazards:
            assert summed == pytest.approx(w[f"exits.{way}"][first : last + 1].sum(), abs=1e-15)
        assert why.cause == max(dict(why.hazards), key=dict(why.hazards).__getitem__)
        whole = sum(w[f"exits.{way}"][1 : last + 1].sum() for way, _ in why.hazards)
        assert why.chance == pytest.approx(1 - math.exp(-whole))
        assert (why.draw < why.enough) == bool(w.week_out)


def test_levers_are_judged_by_living_the_same_world_again(base: rs.Scenario) -> None:
    story = next(
        one
        for one in (rs.story(base, seed=7, replicate=k, corps=CORPS) for k in range(20))
        if one.world.week_out
    )
    for again in story.why.again[:4]:
        assert again.setting == KINDEST[again.what]
        kept = [entry.id for entry in base.timeline if moves(entry, again.what)]
        changed = rs.simulate(
            base.without(*kept).vary({again.what: again.setting}),
            1,
            seed=7,
            first=story.replicate,
            corps=CORPS,
        )
        assert (again.week, again.way) == (int(changed.leader_week[0]), WAYS[changed.leader_way[0]])
        assert again.decisive == (again.week == 0)
    without = rs.simulate(base.without("airspace"), 1, seed=7, first=story.replicate, corps=CORPS)
    assert story.why.again[4].what == "airspace" and story.why.again[4].week == int(
        without.leader_week[0]
    )
    decisive = {one.what for one in story.why.again if one.decisive and one.setting is not None}
    assert set(story.why.levers) == decisive if decisive else len(story.why.levers) <= 1


def test_the_kindest_settings_are_those_of_the_four_levers() -> None:
    assert (
        set(KINDEST)
        == set(rs.LEVERS)
        == set(story_words.LEVERS)
        == set(story_words.BEST)
        == set(story_words.HARD)
    )


def test_kind_levers_keep_him_more_often_than_harsh_ones(base: rs.Scenario) -> None:
    kind = rs.simulate(base.vary(KINDEST), 320, corps=CORPS).out()
    harsh = rs.simulate(
        base.vary({name: 1 - value for name, value in KINDEST.items()}), 320, corps=CORPS
    ).out()
    assert kind.high < harsh.low


def test_rules_of_choice(base: rs.Scenario) -> None:
    run = rs.simulate(base, 200, seed=5, corps=CORPS)
    typical, luckiest, worst = worlds(run)
    code = run.leader_way.astype(int) * 8 + run.regime_fate
    assert code[typical.replicate] == np.bincount(code).argmax()
    assert run.leader_way[luckiest.replicate] == 0
    gone = run.leader_week[run.leader_week > 0]
    assert run.leader_week[worst.replicate] == gone.min()
    assert (
        typical.of == 200
        and typical.rule == story_words.RULES["typical"]
        and typical.rule in " ".join(str(typical).split())
    )
    stays = np.flatnonzero(run.leader_way == 0)[: story_choice.CANDIDATES]
    chances = [rs.story(run, replicate=int(k)).why.chance for k in stays[:6]]
    assert luckiest.why.chance >= max(chances) - 1e-12
    again = rs.story(base, seed=5, which="typical", replicates=200, corps=CORPS)
    assert (
        again.replicate == typical.replicate
        and again.to_document()["weeks"] == typical.to_document()["weeks"]
    )


def test_an_ensemble_that_starts_later_keeps_its_numbers(base: rs.Scenario) -> None:
    run = rs.simulate(base, 64, seed=5, first=1000, corps=CORPS)
    story = rs.story(run, which="worst")
    assert 1000 <= story.replicate < 1064
    assert story.world.week_out == run.leader_week[story.replicate - 1000]


def test_replicates_that_failed_do_not_shift_the_numbers(base: rs.Scenario) -> None:
    from dataclasses import replace

    run = rs.simulate(base, 64, seed=5, corps=CORPS)
    kept = np.arange(64) != 0
    names = [name for name, (_, shape) in ARRAYS.items() if shape == "n"]
    fewer = replace(
        run,
        replicates=63,
        which=np.flatnonzero(kept),
        **{name: getattr(run, name)[kept] for name in names},
    )
    story = rs.story(fewer, which="worst")
    assert (
        story.world.week_out
        == run.leader_week[story.replicate]
        == run.leader_week[1:][run.leader_week[1:] > 0].min()
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"replicate": 3, "which": "worst"}, "not both"),
        ({"which": "wurst"}, "did you mean worst"),
        ({"replicate": -1}, "from 0"),
        ({"replicate": 1, "corps": 2}, "from 8 to 20000"),
    ],
)
def test_bad_requests_are_refused(base: rs.Scenario, options: dict[str, Any], words: str) -> None:
    with pytest.raises(rs.RegimeSimError, match=words):
        rs.story(base, **options)


def test_another_seed_than_the_ensembles_is_refused(base: rs.Scenario) -> None:
    with pytest.raises(rs.RegimeSimError, match="seed 5"):
        rs.story(rs.simulate(base, 16, seed=5, corps=CORPS), seed=6)


# ---- what is shown


def hostile(base: rs.Scenario) -> rs.Scenario:
    from dataclasses import replace

    return replace(
        base, title="</script><script>alert(1)</script>", ruler="<img src=x onerror=alert(2)>"
    )


def test_html_and_pages_are_inert(base: rs.Scenario, tmp_path: Path) -> None:
    story = rs.story(hostile(base), seed=7, replicate=3, corps=CORPS)
    page = story.save(tmp_path / "world.html").read_text("utf-8")
    for text in (page, story._repr_html_(), story.animation()._repr_html_()):
        assert "<script>alert" not in text and "<img" not in text
    assert page.count("<script") == 2  # the data, and the one script that the policy names
    assert script_hash(story.animation().script) in page
    assert not re.search(r"https?:|//[a-z]|url\(|@import|eval\(|innerHTML", page)
    assert "default-src 'none'" in page and "prefers-reduced-motion" in page
    assert 'sandbox="allow-scripts"' in story.animation()._repr_html_()
    with pytest.raises(rs.UnknownName, match="html"):
        story.save(tmp_path / "world.gif")


class Scripts(HTMLParser):
    """The data of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.found = False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "script" and dict(attrs).get("type") == "application/json"

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, text: str) -> None:
        self.found += text if self.inside else ""


def test_the_page_carries_every_status_of_every_general(base: rs.Scenario) -> None:
    story = rs.story(base, seed=7, replicate=3, corps=18)
    reader = Scripts()
    reader.feed(story.animation().page())
    content = json.loads(reader.found)
    packed = np.frombuffer(base64.b64decode(content["codes"]), np.uint8).reshape(
        story.world.last + 1, -1
    )
    codes = np.stack([packed >> 2 * k & 3 for k in range(4)], axis=2).reshape(len(packed), -1)[
        :, :18
    ]
    meaning = np.array([0, 1, 16, 32])
    assert (meaning[codes] == story.world.codes).all()
    peers = np.frombuffer(base64.b64decode(content["peers"]), "<u2").reshape(18, -1)
    assert (peers == story.world.peers).all()


@pytest.mark.parametrize("number", [8, 16, 64, 500, 2000])
def test_no_dot_lies_over_another_and_all_lie_inside(number: int) -> None:
    from regime_sim.engine.population import corps

    x, y, r = (np.array(part) for part in network.spiral(corps(number).troops))
    far = np.hypot(x[:, None] - x, y[:, None] - y) - (r[:, None] + r)
    np.fill_diagonal(far, 1.0)
    assert far.min() > -0.8  # drawn to a tenth of a pixel, the least radius is 0.6
    assert (np.hypot(x - network.HALF, y - network.HALF) + r).max() <= network.HALF
    assert (np.hypot(x - network.HALF, y - network.HALF) - r).min() >= network.HOLE * 0.6


@pytest.mark.slow
def test_the_page_runs_in_a_browser_and_moves_only_when_asked(
    base: rs.Scenario, tmp_path: Path
) -> None:
    sync = pytest.importorskip("playwright.sync_api")
    chromium = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or pytest.skip("no Chromium here")
    )
    story = rs.story(base, seed=7, replicate=3, corps=CORPS)
    path = story.save(tmp_path / "world.html")
    with sync.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for motion in ("no-preference", "reduce"):
            page = browser.new_page(reduced_motion=motion)
            said: list[str] = []
            page.on("console", lambda message, said=said: said.append(message.text))
            page.on("pageerror", lambda error, said=said: said.append(str(error)))
            page.on(
                "request",
                lambda request, said=said: (
                    said.append(request.url) if not request.url.startswith("file:") else None
                ),
            )
            page.goto(path.as_uri())
            assert page.is_visible("text=Play") == (motion == "no-preference")
            first = page.inner_text(".said")
            page.wait_for_timeout(600)
            assert page.inner_text(".said") == first  # nothing plays by itself
            page.locator("input").press("Home")
            for week in range(1, 4):
                page.click("text=Week on")
                share = 100 * story.world["plot.command"][week]
                assert page.inner_text(".said").startswith(
                    f"Week {week}: plotters command {round(share, 1):g}%"
                )
            page.locator("ol button").last.click()
            assert page.inner_text(".said").startswith(f"Week {story.happenings[-1].week}:")
            if motion == "no-preference":
                page.locator("input").press("Home")
                page.click("text=Play")
                page.wait_for_timeout(900)
                assert not page.inner_text(".said").startswith("Week 0:")
            assert said == []
        browser.close()


def test_the_lines_of_a_story_are_a_figure(told: list[Story]) -> None:
    for theme in ("light", "dark"):
        figure = told[0].plot(theme=theme)
        assert figure.title == told[0].headline().rstrip(".")
        assert "not a forecast" in figure.alt
    frame = told[0].frame()
    assert len(frame) == told[0].world.last + 1
    assert frame["rents"].iloc[-1] == told[0].world.observed("rents")[-1]


# ---- the command


def test_the_command_tells_and_writes(
    cli: Callable[..., Any], base: rs.Scenario, tmp_path: Path
) -> None:
    small = tmp_path / "small.yaml"
    small.write_text(base.with_(generals=64, horizon=20).to_yaml(), "utf-8")
    ended = cli("story", small, "--seed", 7, "--replicate", 3)
    assert ended.status == 0 and ended.out.startswith("Future 3: ")
    document = json.loads(
        cli(
            "story",
            small,
            "--which",
            "worst",
            "--replicates",
            64,
            "--format",
            "json",
            "-o",
            tmp_path / "w.html",
        ).out
    )
    assert document["which"] == "worst" and document["of"] == 64
    assert (tmp_path / "w.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_the_command_refuses_all_at_once(cli: Callable[..., Any], tmp_path: Path) -> None:
    ended = cli(
        "story", "raid", "--which", "wurst", "--replicate", -1, "--format", "xml", "-o", "a.gif"
    )
    assert ended.status == 2 and len(ended.complaints) == 5
    assert cli("story", "no-such-scenario").status == 2
    assert cli("story", "raid", "--replicate", 1, "-o", tmp_path / "no" / "a.html").status == 4


def court_story(
    base: rs.Scenario, seed: int = 7, replicate: int = 0
) -> tuple[Story, dict[str, list[Any]]]:
    """A future, and what is told of it by kind: (happening, its sentence)."""
    story = rs.story(base, seed=seed, replicate=replicate, corps=CORPS, knowledge="prior")
    kinds: dict[str, list[Any]] = {}
    for one, (_, bold, rest) in zip(story.happenings, story.lines(), strict=True):
        kinds.setdefault(one.kind, []).append((one, f"{bold}. {rest}"))
    return story, kinds


def test_men_and_branches_that_change_sides_are_named() -> None:
    base = (
        rs.load("venezuela-2025")
        .at(week=3, event="defection", of="padrino")
        .at(week=5, event="defection", of="guard")
    )
    found = 0
    for replicate in range(6):
        story, kinds = court_story(base, replicate=replicate)
        w = story.world
        for one, text in kinds.get("principal_leaves", []):
            slot = next(slot for slot, title in w.principals() if title == one.numbers["who"])
            assert w[f"{slot}.there"][one.week] == 0.0 < w[f"{slot}.there"][one.week - 1]
            assert (str(one.numbers["who"]) in text and "Padrino" in text) or one.week != 3
            found += one.week == 3 and one.numbers["ordered"] == 1.0
        for one, text in kinds.get("unit_turns", []):
            loyal = w[f"{one.numbers['unit']}.loyal"]
            assert loyal[one.week] < loyal[one.week - 1]
            assert "against him" in text
        assert "Vladimir Padrino changes sides" in " ".join(text for _, text in kinds["entry"])
        # a unit that is named is not told a second time without a name
        assert not {one.week for one, _ in kinds.get("defection", [])} & {
            one.week for one, _ in kinds.get("principal_leaves", []) + kinds.get("unit_turns", [])
        }
    assert found >= 2


def test_who_leads_a_palace_coup_and_who_follows() -> None:
    """The leader is the man whose standing the law took; the heir is the man it puts in office."""
    base = rs.load("zimbabwe-2017")
    ended = rs.simulate(base, 48, seed=5, corps=CORPS, knowledge="prior")
    inside = [int(k) for k in np.flatnonzero(ended.leader_way == WAYS.index("palace_coup"))[:3]]
    assert inside
    for replicate in inside:
        story, kinds = court_story(base, 5, replicate)
        (one, text), w = kinds["exit"][0], story.world
        slots = {title: slot for slot, title in w.principals()}
        leads = slots[str(one.numbers["leads"])]
        best = {
            slot: palace.standing(
                story_court._man(w, slot, one.week, float(w[f"{slot}.there"][one.week - 1]))
            )
            for slot in slots.values()
        }
        assert leads == max(best, key=lambda slot: best[slot])
        assert str(one.numbers["leads"]) in text and "His own circle" in text
        if one.numbers["heir"]:
            heir = slots[str(one.numbers["heir"])]
            assert w[f"{heir}.there"][one.week] == 0.0
            assert w[f"{heir}.heir"][one.week] > 0.0
        assert "palace coup" in story.headline()


def test_the_word_of_an_ultimatum_is_told_as_it_was_kept() -> None:
    base, seen = rs.load("venezuela-2026").vary(us_pressure__ultimatum=0.0), set()
    base = base.at(week=4, event="ultimatum", deadline=5)
    for replicate in range(8):
        story, kinds = court_story(base, replicate=replicate)
        for one, text in kinds.get("ultimatum", []):
            assert (one.week, one.numbers["deadline"]) == (4, 8.0) and "until week 8" in text
            seen.add("given")
        for kind, sign in (("ultimatum_lapsed", -1), ("ultimatum_kept", 1)):
            for one, _ in kinds.get(kind, []):
                assert one.week == 9 and one.numbers["stood"] == 5.0
                word = story.world["sender.credibility"]
                assert np.sign(word[one.week] - word[one.week - 1]) == sign
                seen.add(kind)
        assert "Ultimatum for 5 weeks" in " ".join(text for _, text in kinds["entry"])
    assert {"given", "ultimatum_lapsed"} <= seen, seen


def test_deals_patrons_arrests_and_votes_are_told_from_the_state() -> None:
    seen = set()
    scenarios = (
        rs.load("raid")
        .vary({"sender.terms": 1.0})
        .fix({"deal.rate": 10.0})
        .at(week=3, event="opposition_arrest"),
        rs.load("zimbabwe-2017"),
        rs.load("iran-2026"),
    )
    for base in scenarios:
        for replicate in range(0, 64, 16):
            story, kinds = court_story(base, 5, replicate)
            w = story.world
            conceded, crowd = w["regime.concession"], w["street.crowd"]
            for kind, told in kinds.items():
                for one, text in told:
                    week, n = one.week, one.numbers
                    if kind == "deal":
                        assert conceded[week] > conceded[week - 1]
                    elif kind == "deal_broken":
                        assert conceded[week] < conceded[week - 1] / 2
                    elif kind == "patron_gives_up":
                        slot = PATRON_SLOTS[w.compiled.patrons.index(str(n["patron"]))]
                        assert w[f"{slot}.left"][week] == 1.0 > w[f"{slot}.left"][week - 1]
                        assert text.startswith(str(n["patron"]).capitalize()[:4])
                    elif kind == "arrest":
                        leader = w["opposition.leader"]
                        assert leader[week] < leader[week - 1]
                    elif kind == "stolen_vote":
                        assert crowd[week] > 0.0 and n["stolen"] > 0.0
                    else:
                        continue
                    seen.add(kind)
    assert {"deal", "patron_gives_up", "arrest"} <= seen, seen
