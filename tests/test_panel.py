"""Leader-years: bad files say where, the map never sees an end, scores are what they are called,
and references see no row that they judge.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from regime_sim.errors import MissingExtra, OutOfRange
from regime_sim.facts.places import seeds_folder
from regime_sim.history import panel_references as references
from regime_sim.history import panel_scores as scores
from regime_sim.history.cases import read_cases
from regime_sim.history.coding_map import scenario_of as episode
from regime_sim.history.panel import LeaderYear, Left, PanelFileError, parse_panel, read_panel
from regime_sim.history.panel_backtest import Asked, PanelBacktest, Span, backtest_panel, split
from regime_sim.history.panel_map import coup_memory, scenario_of, vote
from regime_sim.history.panel_run import Drawn, chances

SMALL = Asked(worlds=16, corps=32, knowledge="prior", workers=2)


@pytest.fixture(scope="module")
def shipped() -> tuple[LeaderYear, ...]:
    return read_panel()


@pytest.fixture(scope="module")
def found(shipped: tuple[LeaderYear, ...]) -> PanelBacktest:
    """Sixty rows by lot of 1973 to 1974, references fitted on 1968 to 1972."""
    few = tuple(row for row in shipped if 1968 <= row.year <= 1974)
    return backtest_panel(few, replace(SMALL, train_to=1972, sample=60))


# ---- reading


def test_columns_may_be_missing_and_cells_blank():
    (row,) = parse_panel("year,tenure_years,nobody\n1970,,x\n")
    assert row == LeaderYear(1970) and row.left == Left()
    (row,) = parse_panel("leader,year,regime,way\nX,1970,party-personal,coup\n")
    assert row.personalist and row.left == Left(True, True, "coup")
    (row,) = parse_panel("year,out,civil_gov\n1970,0,NA\n")
    assert row.left == Left(False, False, None) and not row.known


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("year;age\n1970;5", "expected commas"),
        ("Year,age\n1970,50", "is it 'year'? Name it year"),
        ("year,leader\n1970,X", "no column says anything of a ruler"),
        ("year,age,age\n1970,50,51", "age is there 2 times"),
        ("year,age\n", "a header and no rows"),
        ("year,age\n1970", "row 1: 1 cells - expected 2"),
        ("year,age\n,50", "row 1 ('no name'), column year: blank"),
        ("year,age\n1970.5,50", "expected a whole year"),
        ("year,age,leader\n1970,500,X", "row 1 ('X 1970'), column age: '500' is out of range"),
        ("year,gdp_growth\n1970,'2,5'\n", "row 1: 3 cells"),
        ('year,gdp_growth\n1970,"2,5"\n', "write 2.5"),
        ("year,regime\n1970,milatary", "unknown type 'milatary' - did you mean military"),
        ("year,age,way\n1970,50,koup", "unknown way 'koup' - did you mean coup"),
        ("year,age,out,way\n1970,50,0,coup", "but out is 0"),
        ("year,age,out\n1970,50,0.5", "expected 0 or 1"),
    ],
)
def test_a_bad_file_says_where(text: str, words: str):
    with pytest.raises(PanelFileError) as caught:
        parse_panel(text, "my.csv")
    assert words in str(caught.value) and str(caught.value).startswith("my.csv: ")


def test_what_is_no_file_says_so(tmp_path: Path):
    for path, words in ((tmp_path, "not a file"), (tmp_path / "none.csv", "no such file")):
        with pytest.raises(PanelFileError, match=words):
            read_panel(path)


def test_the_shipped_rows_are_as_documented(shipped: tuple[LeaderYear, ...]):
    own = [row for row in shipped if row.personalist]
    assert (len(shipped), sum(bool(row.left.out) for row in shipped)) == (3842, 399)
    assert (len(own), sum(bool(row.left.out) for row in own)) == (1591, 143)
    assert {row.year for row in shipped} == set(range(1955, 2000))
    text = (seeds_folder() / "panel.md").read_text("utf-8")
    with (seeds_folder() / "panel.csv").open(encoding="utf-8") as file:
        assert [one for one in next(csv.reader(file)) if f"`{one}`" not in text] == []


# ---- the map


def test_the_map_sees_neither_names_nor_ends(shipped: tuple[LeaderYear, ...]):
    for row in shipped[:2000:250]:
        other = replace(row, leader="?", country="?", spell="?", left=Left(True, True, "foreign"))
        assert scenario_of(row).to_yaml() == scenario_of(other).to_yaml()


def test_what_is_not_known_is_the_ordinary_world():
    blank = scenario_of(LeaderYear(1970))
    assert (blank.start.isoformat(), blank.horizon, blank.timeline) == ("1970-01-01", 52, ())
    assert blank.value("leader.personalism") == 0.6 and blank.value("rebels.strength") > 0.0
    calm = scenario_of(LeaderYear(1970, known={"civil_gov": 0.0}))
    war = scenario_of(LeaderYear(1970, known={"civil_gov": 2.0}))
    land = scenario_of(LeaderYear(1970, known={"civil_terr": 2.0}))
    strength = [one.value("rebels.strength") for one in (calm, land, war)]
    assert strength == [0.0, 0.19, 0.38]
    junta = scenario_of(LeaderYear(1970, regime="military-personal"))
    assert (junta.value("regime.military"), junta.value("regime.party")) == (0.5, 0.15)


@pytest.mark.parametrize(
    ("known", "memory"),
    [
        ({}, 0.0),
        ({"years_since_coup": 0, "tenure_years": 5}, 0.65),
        ({"years_since_coup": 3, "tenure_years": 5}, 0.05),
        # the coup that brought him in is no failure of one
        ({"years_since_coup": 0, "tenure_years": 0.5, "entry_irregular": 1}, 0.0),
        ({"years_since_coup": 0, "tenure_years": 0.5, "entry_irregular": 0}, 0.65),
        ({"years_since_coup": 4, "tenure_years": 2}, 0.0),
    ],
)
def test_a_coup_is_remembered_that_failed_against_him(known: dict[str, float], memory: float):
    assert coup_memory(known) == memory
    assert len(scenario_of(LeaderYear(1970, known=known)).timeline) == (memory > 0)


def test_a_vote_weighs_less_on_personal_power():
    due = {"election_exec_due": 1.0}
    later = [vote(due | {"personalism": k}, 1995) for k in (0.2, 0.5, 1.0)]
    assert later == [0.5, 0.5, 0.33]
    assert vote(due, 1980) == 0.3 < vote(due, 1990) == 0.5
    assert vote({}, 1995) == 0.0


def test_an_episode_reads_the_facts_of_its_first_day():
    case = read_cases()[0]
    plain = episode(replace(case, facts={}, regime=()))
    facts = {"leader_age": 70.0, "tenure_years": 3.0, "personalism": 0.3}
    told = episode(replace(case, facts=facts, regime=("military",)))
    read = ("leader.age", "leader.tenure", "leader.personalism", "regime.military")
    assert [told.value(name) for name in read] == [70.0, 3.0, 0.3, 1.0]
    assert [plain.value(name) for name in read] == [61, 8.0, 0.6, 0.0]


def test_the_rule_drawn_episodes_are_as_documented():
    rule, second = (
        read_cases(seeds_folder() / f"{name}.csv") for name in ("cases_rule", "cases_rule_second")
    )
    ends = [case.observed.out for case in rule if case.observed is not None]
    assert (len(ends), sum(ends), len(second)) == (49, 6, 8)
    assert {case.id for case in second} <= {case.id for case in rule}
    assert all(len(case.facts) == 3 and case.regime for case in (*rule, *second))


# ---- simulation


def test_a_row_does_not_depend_on_the_others(shipped: tuple[LeaderYear, ...]):
    drawn = Drawn(32, 3, 32, "prior", 2)
    rows = shipped[:1600:40]
    together = chances(rows, drawn)
    assert np.array_equal(together[[7, 35]], chances([rows[7], rows[35]], drawn))
    assert (together > 0.0).sum(axis=1).min() >= 5 and together.sum(axis=1).max() < 1.0
    assert not np.array_equal(together[:1], chances(rows[:1], replace(drawn, seed=4)))


# ---- scores


def _judged(y: list[float], rate: float = 0.25, window: list[int] | None = None) -> scores.Judged:
    n = len(y)
    drawn = scores.drawn_again([f"r{k}" for k in range(n)], draws=200)
    return scores.Judged(
        np.array(y), np.full(n, rate), np.array(window or [0] * n, np.int64), drawn
    )


def _scored(p: object, by: scores.Judged) -> dict[str, scores.Score]:
    return scores.score(scores.by_draw(p, by))


def test_scores_by_hand():
    by = _judged([1, 0])
    got = _scored([0.5, 0.5], by)
    assert got["brier"].value == 0.25 and got["skill"].value == pytest.approx(0.2)
    assert got["log_score"].value == pytest.approx(np.log(2)) and got["auc"].value == 0.5
    assert (got["mean_p"].value, got["ratio"].value) == (0.5, 1.0)
    four = _scored([0.9, 0.4, 0.4, 0.1], _judged([1, 1, 0, 0]))
    assert four["auc"].value == 0.875
    by = _judged([1, 1, 0, 0])
    less = scores.difference(*(scores.by_draw(p, by) for p in ([0.9, 0.4, 0.4, 0.1], [0.5] * 4)))
    assert less["auc"].value == 0.375
    assert less["brier"].value == pytest.approx((0.01 + 0.36 + 0.16 + 0.01) / 4 - 0.25)
    assert scores.mean_log_odds([0.5], [0.9])[0] == pytest.approx(0.75)


def test_auc_compares_rows_of_one_window():
    y, window = [1, 0, 1, 0], [0, 0, 1, 1]
    p = [0.2, 0.1, 0.9, 0.8]
    assert _scored(p, _judged(y, window=window))["auc"].value == 1.0
    assert _scored(p, _judged(y))["auc"].value == 0.75


def test_scores_agree_with_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(1)
    p = rng.integers(1, 20, 300) / 20
    y = (rng.random(300) < p).astype(float)
    weights = rng.integers(0, 4, 300).astype(float)
    mine = scores.auc(p, y, np.zeros(300, int), np.stack([np.ones(300), weights]))
    assert mine[0] == pytest.approx(metrics.roc_auc_score(y, p))
    assert mine[1] == pytest.approx(metrics.roc_auc_score(y, p, sample_weight=weights))
    got = _scored(p, _judged(y.tolist()))
    assert got["brier"].value == pytest.approx(metrics.brier_score_loss(y, p))
    assert got["log_score"].value == pytest.approx(metrics.log_loss(y, p))


def test_rulers_are_drawn_with_all_their_years():
    drawn = scores.drawn_again(["a", "b", "a", "", ""], draws=300)
    assert np.array_equal(drawn[:, 0], drawn[:, 2])
    assert not np.array_equal(drawn[:, 3], drawn[:, 4])
    assert drawn[:, [0, 1, 3, 4]].sum(axis=1).tolist() == [4.0] * 300


def test_bins_hold_every_row_once():
    p = np.linspace(0.01, 0.5, 53)
    got = scores.bins(p, (p > 0.3).astype(float))
    assert sum(one.n for one in got) == 53 and len(got) == 6
    assert got[-1].observed == 1.0 and got[0].observed == 0.0


# ---- references


def test_the_logit_is_scikit_learns(shipped: tuple[LeaderYear, ...]):
    linear = pytest.importorskip("sklearn.linear_model")
    rows = shipped[:900]
    names, x = references.table(rows)
    keep = np.isfinite(x).all(axis=0) & (x.std(axis=0) > 0)
    x, names = x[:, keep], [one for one, k in zip(names, keep, strict=True) if k]
    y = np.array([float(bool(row.left.out)) for row in rows])
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    other = linear.LogisticRegression(C=1 / 20, max_iter=5000, tol=1e-10).fit(z, y)
    mine = references.fitted("logit", names, x, y)(x)
    assert len(names) > 10
    assert np.abs(mine - other.predict_proba(z)[:, 1]).max() < 1e-5


def test_a_reference_takes_what_there_is():
    names = ("years", "age", "old")
    x = np.array([[1.0, np.nan, np.nan], [2.0, np.nan, np.nan], [3.0, np.nan, np.nan]] * 4)
    y = np.array([0.0, 0.0, 1.0] * 4)
    for one in ("logit", "tenure_age", "forest", "boosting"):
        p = references.fitted(one, names, x, y)(np.array([[3.0, 50.0, 0.0], [np.nan] * 3]))
        assert np.isfinite(p).all(), one
    assert references.fitted("logit", names, x, np.zeros(12))(x).tolist() == [0.0] * 12
    assert references.fitted("climatology", names, x, y)(x[:1]).tolist() == [pytest.approx(1 / 3)]


def test_without_scikit_learn_trees_are_left_out(
    shipped: tuple[LeaderYear, ...], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(references, "has_trees", lambda: False)
    few = tuple(row for row in shipped if 1968 <= row.year <= 1973)
    got = backtest_panel(few, replace(SMALL, train_to=1972, sample=10))
    assert set(got.said["any"]) == {
        *("model", "blend", "mean", "climatology", "tenure_age", "logit")
    }
    assert any('pip install "regime-sim[history]"' in note for note in got.notes)
    with pytest.raises(MissingExtra):
        references.fitted("forest", ("years",), np.ones((9, 1)), np.array([0.0, 1, 1] * 3))


# ---- out of time


def test_what_is_tested_on_what(shipped: tuple[LeaderYear, ...]):
    assert split(shipped, replace(SMALL, train_to=1989)) == (Span(1989, 1990, 1999),)
    spans = split(shipped, replace(SMALL, windows_from=1965))
    assert [(span.train_to, span.first, span.last) for span in spans] == [
        (year - 1, year, year + 4) for year in range(1965, 2000, 5)
    ]
    assert split(shipped, SMALL)[0] == Span(1964, 1965, 1969)
    later = (LeaderYear(2003), LeaderYear(2007))
    assert split(later, SMALL) == (Span(1999, 2000, 2007),)
    for wrong in (replace(SMALL, train_to=1999), replace(SMALL, windows_from=2010)):
        with pytest.raises(OutOfRange, match="no row to be tested"):
            split(shipped, wrong)
    with pytest.raises(OutOfRange, match="of a personalist"):
        backtest_panel((LeaderYear(1970, regime="party"),), replace(SMALL, personalists=True))


def test_a_reference_never_sees_later_rows(shipped: tuple[LeaderYear, ...], found: PanelBacktest):
    def other_end(row: LeaderYear) -> LeaderYear:
        return row if row.year <= 1972 else replace(row, left=Left(not row.left.out, None, None))

    few = tuple(other_end(row) for row in shipped if 1968 <= row.year <= 1974)
    turned = backtest_panel(few, replace(SMALL, train_to=1972, sample=60))
    for who, p in found.said["any"].items():
        assert np.array_equal(p, turned.said["any"][who]), who
    assert turned.targets["any"].events == 60 - found.targets["any"].events


def test_rows_without_an_end_are_predicted_by_the_shipped_panel(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(references, "has_trees", lambda: False)
    later = (LeaderYear(2003, regime="personal"), LeaderYear(2004, regime="party"))
    got = backtest_panel(later, SMALL)
    document = got.to_document()
    assert (document["rows"], document["predicted"], document["targets"]) == (0, 2, {})
    assert document["windows"][0]["training_rows"] == 3842
    assert got.said["any"]["climatology"][0] == pytest.approx(399 / 3842)
    assert "2 of 2 rows have no known end" in str(got)


def test_the_document_has_the_promised_shape(found: PanelBacktest):
    document = json.loads(json.dumps(found.to_document(), allow_nan=False))
    assert (document["rows"], document["predicted"]) == (60, 60)
    assert document["exits"] == found.targets["any"].events
    assert list(document["targets"]) == list(scores.TARGETS)
    who = {"model", "mean", "climatology", "tenure_age", "logit", "forest", "boosting"} | {"blend"}
    for target in ("any", "irregular"):
        assert set(document["targets"][target]) == who
    for figures in document["targets"]["any"].values():
        for name in scores.SCORES:
            assert set(figures[name]) == {"value", "low", "high"}, name
    model = document["targets"]["any"]["model"]
    assert model["brier"]["low"] <= model["brier"]["value"] <= model["brier"]["high"]
    assert sum(one["rows"] for one in model["bins"]) == 60
    assert set(document["differences"]["any"]) == {"model", "blend", "mean"}
    assert document["windows"][0]["training_exits"] >= 20
    assert document["strata"]["type"][0].keys() >= {"group", "rows", "any"}
    table = found.to_frame()
    assert len(table) == 60 and table.any_model.between(0, 1).all()
    ways = table.filter(like="way_").sum(axis=1)
    assert np.allclose(ways, table.any_model)


# ---- the command


def test_the_command_reads_a_file_of_ones_own(cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(references, "has_trees", lambda: False)  # some seconds each
    path = tmp_path / "own.csv"
    lines = [
        "year,leader,country,regime,out",
        *(f"2001,L{k},C,personal,{k % 5 == 0:d}" for k in range(20)),
    ]
    path.write_text("\n".join(lines), "utf-8")
    few = ("backtest", "--panel", path, "--replicates", 16, "--corps", 32, "--knowledge", "prior")
    ended = cli(*few, "--format", "json")
    assert (ended.status, ended.err) == (0, "")
    document = json.loads(ended.out)
    assert (document["rows"], document["exits"]) == (20, 4)
    assert len(list(csv.DictReader(io.StringIO(cli(*few, "--format", "csv").out)))) == 20
    said = cli(*few, "--sample", 12).out
    assert "12 leader-years, 2001 to 2001" in said and "boosting are left out" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--sample", 5), "--sample goes with --panel"),
        (("--panel", "none.csv"), "no such file"),
        (("--panel", "x.csv", "--cases", "y.csv"), "--cases does not go with --panel"),
        (("--panel", "x.csv", "--sample", 0), "--sample 0: must be"),
        (("--panel", "x.csv", "--knowledge", "priors"), "did you mean prior"),
        (("--panel", "x.csv", "--train-to", 1989, "--windows-from", 1965), "expected one of them"),
        (("--panel", "x.csv", "--train-to", 5), "--train-to 5: must be"),
    ],
)
def test_bad_usage_ends_in_a_line(cli, arguments, words):
    ended = cli("backtest", *arguments)
    assert ended.status == 2 and ended.out == ""
    assert len(ended.complaints) == 1 and words in ended.err


# ---- the tool that adds columns


@pytest.fixture(scope="module")
def tool():
    path = Path(__file__).resolve().parent.parent / "tools" / "panel_columns.py"
    spec = importlib.util.spec_from_file_location("panel_columns", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_columns_of_ones_own_are_added(tool, tmp_path: Path, capsys):
    own, to = tmp_path / "own.csv", tmp_path / "mine.csv"
    own.write_text("iso3,year,sanctions,age\nCUB,1965,0.8,\n", "utf-8")
    assert tool.main([str(own), "--to", str(to)]) == 0
    row = next(one for one in read_panel(to) if (one.country, one.year) == ("Cuba", 1965))
    assert row.known["sanctions"] == 0.8 and row.known["age"] == 38
    assert "for 1 of 3,842 leader-years" in capsys.readouterr().out
    for text, words in (
        ("iso3,year,out\nCUB,1965,1\n", "out is an outcome"),
        ("year,sanctions\n1965,1\n", "no column says the country"),
        ("iso3,year,sanction\nCUB,1965,1\n", "did you mean sanctions"),
        ("iso3,year,sanctions\nXXX,1965,1\n", "no row met"),
    ):
        own.write_text(text, "utf-8")
        assert tool.main([str(own), "--to", str(to)]) == 2
        assert words in capsys.readouterr().err


# ---- all of it


@pytest.mark.slow
def test_the_law_tells_exits_from_stays_on_all_shipped_rows(shipped: tuple[LeaderYear, ...]):
    """A law that knew nothing would have AUC 0.5; one twice as hot as this one a ratio over 2."""
    got = backtest_panel(shipped, Asked(knowledge="prior", windows_from=1965, worlds=128))
    for target, least in (("any", 0.65), ("irregular", 0.62)):
        model = got.targets[target].scores["model"]
        assert model["auc"].low > least, target
        assert 0.5 < model["ratio"].value < 2.0, target
    assert got.targets["any"].n == 3246
