"""The evidence: read twice and compared, complete in its sources, consistent in its intervals, and
clear in its errors.
"""

from __future__ import annotations

import csv
import math
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from regime_sim.errors import RegimeSimError, UnknownName
from regime_sim.facts import evidence, levers
from regime_sim.facts.declare import Lever, NamedEvent, Parameter
from regime_sim.facts.evidence import (
    Fact,
    PriorRow,
    Rate,
    Work,
    facts,
    priors,
    rates,
    source,
    works,
)
from regime_sim.facts.outcomes import WAYS
from regime_sim.facts.parameters import PARAMETERS
from regime_sim.facts.places import seeds_folder

Z95 = 1.959964
# rates counted by machine from a table of leader-years; each is recomputed from its counts below
COUNTED = "panel."


def numbers(row: Fact | Rate | PriorRow) -> Iterator[tuple[str, float, str]]:
    """Every number of a row as (field, value, unit)."""
    for field in ("value", "low", "high", "n", "events"):
        value = getattr(row, field, None)
        if value is not None and not isinstance(value, bool):
            yield field, float(value), row.unit
    for group in ("table", "also", "args"):
        for name, cell in getattr(row, group, {}).items():
            yield f"{group}.{name}", cell, row.unit


def all_numbers() -> dict[tuple[str, str], tuple[float, str]]:
    rows: list[Fact | Rate | PriorRow] = [*measured(), *priors().values()]
    return {(row.id, field): (value, unit) for row in rows for field, value, unit in numbers(row)}


def second_reading() -> list[dict[str, str]]:
    with (seeds_folder() / "second_reading.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ---- two readings
# --------------------------------------------------------------------------------------------------


def test_both_readings_hold_the_same_numbers() -> None:
    second = [(row["id"], row["field"]) for row in second_reading() if row["field"] != "date"]
    assert len(second) == len(set(second))
    assert set(second) == {key for key in all_numbers() if not key[0].startswith(COUNTED)}


def test_both_readings_agree() -> None:
    first = all_numbers()
    for row in second_reading():
        if row["field"] == "date":
            assert facts()[row["id"]].date == row["value"], row
            continue
        value, unit = first[row["id"], row["field"]]
        assert float(row["value"]) == pytest.approx(value, rel=1e-9, abs=0), row
        assert row["unit"] in ("", unit), row


def test_every_value_is_read_twice_with_its_unit() -> None:
    without = [row for row in second_reading() if row["field"] == "value" and not row["unit"]]
    assert without == []


# ---- consistency
# --------------------------------------------------------------------------------------------------


def measured() -> list[Fact | Rate]:
    return [*facts().values(), *rates().values()]


def test_ids_are_unique_across_files() -> None:
    rows: list[Fact | Work | Rate] = [*facts().values(), *works().values(), *rates().values()]
    names = [name for row in rows for name in (row.id, *row.alias)]
    assert len(names) == len(set(names))
    assert not set(priors()) & {*facts(), *works(), *rates()}


def test_intervals_contain_their_values() -> None:
    for row in measured():
        if row.low is not None and row.high is not None and row.value is not None:
            assert row.low <= row.value <= row.high, row.id
    for prior in priors().values():
        if prior.low is not None and prior.high is not None:
            assert prior.low <= centre(prior) <= prior.high, prior.id


def centre(prior: PriorRow) -> float:
    """Mean of a beta, the stated mean or median of the others, the middle of a bare interval."""
    args = prior.args
    if prior.family == "beta":
        return args["a"] / (args["a"] + args["b"])
    assert prior.low is not None and prior.high is not None
    return args.get("mean", args.get("median", (prior.low + prior.high) / 2))


def test_counts_are_possible() -> None:
    for rate in rates().values():
        if rate.n is not None:
            assert rate.n > 0, rate.id
            assert rate.events is None or 0 <= rate.events <= rate.n, rate.id
        cells = [*rate.table.values(), *([rate.value] if rate.value is not None else [])]
        assert cells, rate.id
        if rate.unit == "share":
            assert all(0 <= cell <= 1 for cell in cells), rate.id


def counted(interval_by: str) -> list[Rate]:
    return [rate for rate in rates().values() if rate.interval_by == interval_by]


@pytest.mark.parametrize("rate", counted("wilson"), ids=lambda rate: rate.id)
def test_wilson_intervals_can_be_recomputed(rate: Rate) -> None:
    assert (
        rate.events is not None
        and rate.n is not None
        and rate.low is not None
        and rate.high is not None
    )
    share, n = rate.events / rate.n, rate.n
    middle = (share + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 * math.sqrt(share * (1 - share) / n + Z95**2 / (4 * n * n)) / (1 + Z95**2 / n)
    assert rate.value == pytest.approx(share, abs=6e-5)
    assert (rate.low, rate.high) == pytest.approx((middle - half, middle + half), abs=1e-4)


@pytest.mark.parametrize("rate", counted("poisson"), ids=lambda rate: rate.id)
def test_poisson_intervals_can_be_recomputed(rate: Rate) -> None:
    from scipy.stats import chi2

    assert rate.events is not None and rate.n is not None and rate.value is not None
    # a ratio of observed to expected counts over the expected number, which is not shipped
    exposure = rate.events / rate.value if rate.unit == "ratio" else rate.n
    low = chi2.ppf(0.025, 2 * rate.events) / (2 * exposure)
    high = chi2.ppf(0.975, 2 * rate.events + 2) / (2 * exposure)
    assert rate.value == pytest.approx(rate.events / exposure, abs=6e-5)
    assert (rate.low, rate.high) == pytest.approx((low, high), abs=2e-4)


def test_every_interval_says_how_it_was_made() -> None:
    for rate in rates().values():
        assert (rate.low is None) == (rate.interval_by == ""), rate.id


def test_fates_add_up() -> None:
    fates = source("fate_given_mode")
    assert isinstance(fates, Rate)
    for way in ("coup", "rebels", "uprising", "foreign", "regular"):
        assert sum(
            value for name, value in fates.table.items() if name.startswith(f"{way}.")
        ) == pytest.approx(1, abs=0.0101)
    assert dict(priors()["fate_given_mode"].table) == dict(fates.table)


# ---- sources
# --------------------------------------------------------------------------------------------------


def test_facts_and_rates_rest_on_works() -> None:
    for row in measured():
        assert row.source, row.id
        for name in row.source:
            assert isinstance(source(name), Work), (row.id, name)


def test_priors_rest_on_something() -> None:
    for prior in priors().values():
        assert prior.source, prior.id
        for name in prior.source:
            source(name)


def declared_sources() -> list[tuple[str, str]]:
    rows: list[Parameter | Lever | NamedEvent] = [
        *levers.INPUTS,
        *levers.LEVERS.values(),
        *levers.EVENTS.values(),
    ]
    return [(row.name, name) for row in rows for name in row.source if name != "judgement"]


@pytest.mark.parametrize(("owner", "name"), declared_sources())
def test_every_source_of_the_inputs_exists(owner: str, name: str) -> None:
    assert source(name).citation, owner


def test_every_source_of_the_parameter_table_exists() -> None:
    for parameter in PARAMETERS.values():
        assert parameter.source, parameter.name
        for name in parameter.source:
            if name != "judgement":
                source(name)


def test_facts_bear_on_things_that_exist() -> None:
    known = {*PARAMETERS, *levers.LEVERS, *(row.acts_in for row in PARAMETERS.values()), *WAYS}
    for fact in facts().values():
        assert fact.bears_on, fact.id
        for name in fact.bears_on:
            assert name in known or name.startswith(("cases.", "pattern.")), (fact.id, name)


def test_articles_facts_name_their_paragraph() -> None:
    for fact in facts().values():
        if "forbes2025" in fact.source:
            assert fact.where.startswith("par. "), fact.id


def test_works_from_memory_say_so() -> None:
    assert "from memory" in works()["kuran1991"].citation
    assert "from memory" not in works()["pape1996"].citation
    for work in works().values():
        assert not work.verified or work.checked, work.id


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("natural_death", "gwf.natural_death.year.personalist"),
        ("exile_cases", "cases.voluntary_departure_given_outside_ultimatum.all"),
        ("decapitation", "own.decapitation_without_invasion.episodes_1986_2026"),
        ("random123", "salmon2011"),
    ],
)
def test_aliases(name: str, full: str) -> None:
    assert source(name).id == full


# ---- errors and loading
# --------------------------------------------------------------------------------------------------


def test_unknown_source_names_the_nearest() -> None:
    with pytest.raises(
        UnknownName, match=r"unknown source 'kurann1991' - did you mean kuran1991\?"
    ):
        source("kurann1991")


GOOD = "  - {id: a, statement: s, unit: u, value: 1, source: x}\n"
BAD_SEEDS = {
    "a key that nobody knows": (
        GOOD + "  - id: b\n    statement: s\n    unit: u\n    valeu: 1\n",
        6,
        "unknown key 'valeu' - did you mean value",
    ),
    "text for a number": (
        GOOD + "  - id: b\n    statement: s\n    unit: u\n    value: much\n",
        6,
        "value must be a number, got 'much' in b",
    ),
    "no statement": (GOOD + "  - id: b\n    unit: u\n", 3, "statement is missing in b"),
    "interval of three": (
        GOOD + "  - id: b\n    statement: s\n    unit: u\n    interval: [1, 2, 3]\n",
        6,
        r"interval must be \[low, high\]",
    ),
    "interval that falls": (
        GOOD + "  - id: b\n    statement: s\n    unit: u\n    interval: [2, 1]\n",
        6,
        "interval must not fall",
    ),
    "unknown interval": (
        GOOD + "  - id: b\n    statement: s\n    unit: u\n    interval_by: wilsn\n",
        6,
        "did you mean wilson",
    ),
    "the same id": (GOOD + GOOD, 3, "the id 'a' is used twice"),
    "the same key": (GOOD + "  - id: b\n    id: c\n", 4, "not valid YAML"),
    "a row without keys": (GOOD + "  - b\n", 3, "each row must be a mapping"),
    "half an event": (
        GOOD + "  - id: b\n    statement: s\n    unit: u\n    events: 1.5\n",
        6,
        "events must be a whole number",
    ),
    "sources that are numbers": (
        GOOD + "  - id: b\n    statement: s\n    unit: u\n    source: [1]\n",
        6,
        "source must be a name or a list",
    ),
}


@pytest.mark.parametrize("name", BAD_SEEDS)
def test_a_bad_seed_is_named_with_its_line(name: str, tmp_path: Path) -> None:
    rows, line, message = BAD_SEEDS[name]
    file = tmp_path / "rates.yaml"
    file.write_text("rates:\n" + rows, encoding="utf-8")
    with pytest.raises(evidence.BadSeed, match=message) as caught:
        evidence._read(file, "rates", evidence._rate)
    assert str(caught.value).startswith(f"{file}:{line}: ")


@pytest.mark.parametrize("text", ["", "- 1\n", "facts: []\n", "rates: 3\n"])
def test_a_seed_without_its_list(text: str, tmp_path: Path) -> None:
    file = tmp_path / "rates.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RegimeSimError, match="must hold one list under the key 'rates'"):
        evidence._read(file, "rates", evidence._rate)


def test_a_missing_seed_says_so(tmp_path: Path) -> None:
    with pytest.raises(evidence.BadSeed, match="cannot be read"):
        evidence._read(tmp_path / "rates.yaml", "rates", evidence._rate)


def test_records_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        facts()["x"] = facts()["bounty"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        facts()["bounty"].value = 1  # type: ignore[misc]


def test_importing_reads_nothing() -> None:
    code = (
        "import sys; read = []; sys.addaudithook(lambda what, about: what == 'open' and"
        " read.append(str(about[0]))); import regime_sim.facts.evidence, regime_sim.scenario;"
        " assert read and not any(name.endswith(('.yaml', '.csv')) for name in read), read"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
