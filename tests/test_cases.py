"""Files of cases: the shipped one is what it says, others are read as documented, and every mistake
names its row and column.
"""

from __future__ import annotations

import csv
import io
import pickle
from datetime import date
from pathlib import Path

import pytest

from regime_sim.errors import RegimeSimError
from regime_sim.facts.outcomes import FATES, WAYS
from regime_sim.facts.places import seeds_folder
from regime_sim.history.cases import CODINGS, Case, CaseFileError, parse_cases, read_cases
from regime_sim.history.outcome_words import CATEGORIES, OUTCOME_WAYS, fate_of, regime_of, ways_of

BAD = Path(__file__).parent / "bad_cases"
# file: what each of its complaints must hold, in order
COMPLAINTS: dict[str, tuple[str, ...]] = {
    "too_high": (
        (
            "row 2 ('gaddafi86'), column patron_support: '1.5' is out of range - expected a coding"
            " from 0 to 1"
        ),
    ),
    "negative": ("row 1 ('shah78'), column armed_rebels: '-0.1' is out of range",),
    "a_word_for_a_coding": ("row 1 ('shah78'), column rents_to_elite: 'high' is not a number",),
    "infinite": ("row 2 ('gaddafi86'), column crowd_in_streets: 'inf' is not a number",),
    "comma_decimal": ("row 2 ('gaddafi86'), column exile_offer: '0,3' is not a number",),
    "unknown_outcome": (
        (
            "row 1 ('shah78'), column outcome: unknown outcome 'insider_cuop' - did you mean"
            " insider_coup?"
        ),
    ),
    "strange_outcome": ("row 2 ('gaddafi86'), column outcome: unknown outcome 'victory'",),
    "bad_date": (
        (
            "row 1 ('shah78'), column start_date: '1978-13-08' is not a date - expected one such as"
            " 2011-02-15"
        ),
    ),
    "date_by_slashes": ("row 2 ('gaddafi86'), column start_date: '24/03/1986' is not a date",),
    "no_date": ("row 2 ('gaddafi86'), column start_date: blank - it is needed",),
    "outcome_before_start": (
        "row 1 ('shah78'), column outcome_date: 1977-01-16 is before the start, 1978-09-08",
    ),
    "bad_outcome_date": ("row 1 ('shah78'), column outcome_date: 'January 1979' is not a date",),
    "half_a_week": (
        "row 2 ('gaddafi86'), column horizon_weeks: '10.5' - expected whole weeks, 1 to 520",
    ),
    "no_weeks": (
        "row 2 ('gaddafi86'), column horizon_weeks: '0' is out of range - expected whole weeks",
    ),
    "blank_horizon": ("row 1 ('shah78'), column horizon_weeks: blank - it is needed",),
    "bad_confidence": (
        "row 1 ('shah78'), column armed_rebels_conf: unknown confidence 'X' - one of H, M, L",
    ),
    "no_id": ("row 1 (no id), column case_id: blank - it is needed",),
    "twice": ("row 2 ('shah78'), column case_id: 'shah78' is in row 1 already",),
    "bad_weeks": ("row 1 ('shah78'), column weeks_to_outcome: 'soon' is not a number",),
    "missing_column": ("header: column sanctions_isolation is missing",),
    "misspelt_column": ("header: column exile_offer is missing - is it 'exile_ofer'?",),
    "empty": ("empty - expected a header with case_id, start_date, horizon_weeks",),
    "blank_lines": ("empty - expected a header",),
    "header_only": ("a header and no rows",),
    "semicolons": ("expected commas between columns",),
    "ragged": ("row 2 ('gaddafi86'): 46 cells - expected 45",),
    "column_twice": (
        "header: column armed_rebels is missing",
        "header: column patron_support is there 2 times",
    ),
    "open_quote": ("not a CSV table",),
    "several": (
        "row 1 ('shah78'), column patron_support: '2'",
        "row 1 ('shah78'), column outcome: unknown outcome 'gone'",
        "row 2 ('gaddafi86'), column start_date: 'x'",
        "row 2 ('gaddafi86'), column armed_rebels: '?'",
    ),
}


def text_of(**changes: str) -> str:
    """A file with one case: Shah 1978 with some cells changed; a column set to "-" is left out."""
    with (seeds_folder() / "cases.csv").open(encoding="utf-8", newline="") as file:
        row = next(iter(csv.DictReader(file))) | changes
    row = {key: value for key, value in row.items() if value != "-"}
    out = io.StringIO()
    table = csv.DictWriter(out, list(row))
    table.writeheader()
    table.writerow(row)
    return out.getvalue()


def one(**changes: str) -> Case:
    return parse_cases(text_of(**changes))[0]


# ---- the shipped file


def test_the_shipped_cases_are_as_documented():
    cases = read_cases()
    splits = [case.split for case in cases]
    assert (splits.count("calibration"), splits.count("development"), splits.count("live")) == (
        44,
        11,
        1,
    )
    assert sum(case.observed.out for case in cases if case.observed) == 35
    assert [case.id for case in cases if not case.scored] == ["cuba26"]
    assert len({case.id for case in cases}) == 56
    for case in cases:
        assert set(case.codes) == set(CODINGS) == set(case.confidence)
        blank = {name for name, value in case.codes.items() if value is None}
        assert blank <= {"outside_power_domestic_opposition"}
        assert blank == {name for name, sure in case.confidence.items() if sure is None}
        assert case.observed is not None and (case.observed.week is not None) == (
            case.observed.out or not case.scored
        )


def test_every_coding_has_a_reason_of_a_few_words():
    with (seeds_folder() / "cases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for name in CODINGS:
                assert 0 < len(row[f"{name}_why"].split()) <= 14, (row["case_id"], name)


# ---- words


def test_every_outcome_word_has_its_ways():
    assert {way for ways in OUTCOME_WAYS.values() for way in ways} == set(WAYS)
    for way in WAYS:
        assert way in ways_of(way)
    assert [way for _, ways in CATEGORIES for way in ways].sort() == list(WAYS).sort()
    assert set().union(*(ways for _, ways in CATEGORIES)) == set(WAYS)


@pytest.mark.parametrize(
    ("text", "regime"),
    [
        ("ended", "falls"),
        ("continues (son, CMT)", "stands"),
        ("partly continues (SCAF)", "stands"),
        ("tutelage", "tutelage"),
        ("", None),
        ("who knows", None),
    ],
)
def test_the_regime_is_read_by_its_first_word(text, regime):
    assert regime_of(text) == regime


@pytest.mark.parametrize(
    ("text", "fate"),
    [
        ("in office", "in_office"),
        ("ok (jailed 2001)", "home"),
        ("jailed, executed", "jail"),
        ("fled", "exile"),
        ("killed", "dead"),
        ("?", None),
    ],
)
def test_the_fate_is_what_came_first(text, fate):
    assert fate_of(text) == fate
    assert fate is None or fate in FATES


# ---- what a file may leave out


def test_columns_may_stand_in_any_order_with_others_between():
    rows = list(csv.reader(io.StringIO(text_of())))
    turned = [[*reversed(row), "x"] for row in rows]
    out = io.StringIO()
    csv.writer(out).writerows(turned)
    assert parse_cases(out.getvalue()) == parse_cases(text_of())


def test_a_missing_confidence_column_counts_as_middling():
    case = one(armed_rebels_conf="-", rents_to_elite_conf="", patron_support_conf="h")
    assert [
        case.confidence[name] for name in ("armed_rebels", "rents_to_elite", "patron_support")
    ] == ["M", "M", "H"]


def test_a_blank_coding_is_not_known():
    case = one(home_public_opposition="", exile_offer="NA")
    assert case.codes["home_public_opposition"] is None and case.codes["exile_offer"] is None
    assert case.confidence["exile_offer"] is None


@pytest.mark.parametrize("blank", ["", "-"])
def test_without_an_outcome_a_case_is_there_to_be_predicted(blank):
    case = one(outcome=blank, outcome_date=blank, weeks_to_outcome=blank, split=blank, leader=blank)
    assert (case.observed, case.scored, case.split) == (None, False, "given")


def test_the_week_is_that_of_the_date_and_else_of_the_weeks():
    assert one().observed.week == 19
    assert one(outcome_date="1978-09-08").observed.week == 1
    assert one(outcome_date="1978-09-15").observed.week == 1
    assert one(outcome_date="1978-09-16").observed.week == 2
    assert one(outcome_date="").observed.week == 19
    assert one(outcome_date="", weeks_to_outcome="").observed.week is None


def test_an_exit_after_the_horizon_is_a_survival_within_it():
    seen = one(horizon_weeks="10").observed
    assert (seen.out, seen.leader, seen.week, seen.regime, seen.fate) == (
        False,
        "survived",
        None,
        "stands",
        "in_office",
    )


def test_the_models_own_words_are_read():
    assert one(outcome="seized").observed.ways == ("seized",)
    assert one(outcome="Assassinated").observed.leader == "assassinated"
    assert (
        one(outcome="leader_removed_regime_continues").observed.leader
        == "leader_removed_regime_continues"
    )
    assert not one(outcome="censored").scored


def test_a_byte_order_mark_and_windows_lines_do_no_harm(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(
        b"\xef\xbb\xbf" + text_of().encode().replace(b"\n", b"\r\n").replace(b"\r\r", b"\r")
    )
    assert read_cases(path)[0].start == date(1978, 9, 8)


# ---- mistakes


def test_every_bad_file_has_its_complaints():
    assert {path.stem for path in BAD.glob("*.csv")} == set(COMPLAINTS)


@pytest.mark.parametrize("name", COMPLAINTS)
def test_every_mistake_names_its_row_and_column(name):
    path = BAD / f"{name}.csv"
    with pytest.raises(CaseFileError) as caught:
        read_cases(path)
    lines = str(caught.value).splitlines()
    assert len(lines) == len(COMPLAINTS[name])
    for line, expected in zip(lines, COMPLAINTS[name], strict=True):
        assert line.startswith(f"{path}:") and expected in line
    assert isinstance(caught.value, RegimeSimError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_what_is_no_file_says_so(tmp_path):
    big, blob = tmp_path / "big.csv", tmp_path / "blob.csv"
    big.write_bytes(b"x" * (10 * 1024 * 1024 + 1))
    blob.write_bytes(b"case_id\n\xff\xfe")
    for path, words in (
        (tmp_path / "none.csv", "no such file"),
        (tmp_path, "not a file"),
        (big, "larger than 10 MB"),
        (blob, "not UTF-8"),
    ):
        with pytest.raises(CaseFileError, match=words):
            read_cases(path)


def test_a_thousand_mistakes_are_not_all_listed():
    text = text_of(patron_support="7")
    header, row = text.splitlines()
    many = "\n".join([header, *(row.replace("shah78", f"c{k}", 1) for k in range(500))])
    with pytest.raises(CaseFileError) as caught:
        parse_cases(many)
    assert len(str(caught.value).splitlines()) == 101
    assert len(caught.value.problems) == 500
