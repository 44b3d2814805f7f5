"""A case of one's own: the form can be read back, two coders are compared as they should be, a
question may be about an exit mode, and open forecasts go out in the columns of platforms.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

import regime_sim as rs
from regime_sim.facts.outcomes import WAYS
from regime_sim.history.cases import CODINGS, parse_cases, read_cases
from regime_sim.history.registered import forecast, freeze, score
from regime_sim.history.second_coder import ALL, two_coders
from regime_sim.scenario.schema import Answer
from regime_sim.statistics.agreement import agreement
from regime_sim.view.tables.forecast_export import export_rows

QUESTION = """schema: 1
id: {id}
title: A question
extends: isolation-and-rents-cut
start: 2199-01-07
horizon: 30 weeks
resolve: {{question: "Is it so, {id}?", by: 2199-07-01, of: {of}}}
"""


def test_the_form_is_read_once_its_codings_are_filled_in(cli: Callable[..., Any]) -> None:
    rows = list(csv.DictReader(io.StringIO(cli("coding").out)))
    assert len(rows) == 1 and {f"{name}_why" for name in CODINGS} <= set(rows[0])
    filled = rows[0] | dict.fromkeys(CODINGS, "0.25") | {"rents_to_elite": ""}
    text = ",".join(filled) + "\n" + ",".join(filled.values()) + "\n"
    (case,) = parse_cases(text)
    assert case.codes["patron_support"] == 0.25 and case.codes["rents_to_elite"] is None
    assert case.observed is None
    assert "crowd_in_streets" in cli("coding", "--rules").out


def test_alpha_is_krippendorffs() -> None:
    """Against the coincidences written out: every pair of codings, within things and anywhere."""
    rng = np.random.default_rng(4)
    first = rng.random(12).round(1).tolist()
    second = (np.array(first) + rng.normal(0, 0.1, 12)).clip(0, 1).round(1).tolist()
    pooled = np.array([*first, *second])
    within = np.mean((np.array(first) - second) ** 2)
    pairs = [(a - b) ** 2 for k, a in enumerate(pooled) for b in np.delete(pooled, k)]
    found = agreement([*first, None], [*second, 0.5])
    assert found.n == 12 and found.alpha == pytest.approx(1 - within / np.mean(pairs))
    assert found.difference == pytest.approx(np.abs(np.array(first) - second).mean())
    assert agreement(first, first).alpha == 1.0 and agreement(first, first).near == 1.0
    assert abs(agreement(rng.random(4000).tolist(), rng.random(4000).tolist()).alpha) < 0.06
    assert math.isnan(agreement([0.5], [0.5]).alpha) and agreement([None], [0.1]).n == 0
    assert agreement([0.2, 0.4], [0.3, 0.6]).bias == pytest.approx(0.15)


def test_two_codings_of_the_shipped_cases(root: Path, cli: Callable[..., Any]) -> None:
    first, second = (root / "seeds" / f"cases_rule{name}.csv" for name in ("", "_second"))
    ended = cli("coding", first, second, "--format", "csv")
    rows = {row["coding"]: row for row in csv.DictReader(io.StringIO(ended.out))}
    assert set(rows) == {*CODINGS, ALL} and int(rows[ALL]["n"]) > 50
    one = two_coders(read_cases(first), read_cases(first))
    assert dict(one.codings)[ALL].difference == 0.0 and not one.alone and not one.other_end
    ended = cli("coding", first, root / "seeds" / "cases.csv")
    assert ended.status == 2 and "no case_id in common" in ended.err
    assert cli("coding", first).status == 2


def test_every_exit_mode_may_be_asked_for() -> None:
    literal = get_args(Answer)[0]
    assert set(get_args(literal)) == {"leader_out", "regime_falls", "tutelage", *WAYS[1:]}


def test_a_question_about_a_way_counts_that_way_alone(tmp_path: Path) -> None:
    made = {}
    for of in ("leader_out", "coup", "negotiated_exit"):
        file = tmp_path / f"{of}.yaml"
        file.write_text(QUESTION.format(id=of.replace("_", "-"), of=of))
        made[of] = forecast(rs.load(file), replicates=320)
    for of in ("coup", "negotiated_exit"):
        ways = dict(made["leader_out"].outcomes)
        assert made[of].probability == pytest.approx(ways[of], abs=1e-4)
    assert sum(dict(made["coup"].outcomes).values()) == pytest.approx(
        made["leader_out"].probability, abs=2e-3
    )
    assert 0 < made["coup"].probability < made["leader_out"].probability


def test_open_forecasts_go_out_in_the_columns_of_platforms(
    tmp_path: Path, cli: Callable[..., Any]
) -> None:
    for of in ("coup", "died"):
        file = tmp_path / f"{of}.yaml"
        file.write_text(QUESTION.format(id=of, of=of))
        freeze(file, replicates=64)
    card = score([tmp_path])
    rows = export_rows(card, "metaculus")
    assert len(rows) == 2 and all(0.001 <= row["probability_yes"] <= 0.999 for row in rows)
    answers = export_rows(card, "gjopen")
    for question in {row["question"] for row in answers}:
        own = {row["answer"]: row["percent"] for row in answers if row["question"] == question}
        assert set(own) == {"Yes", "No"} and sum(own.values()) == 100
        assert 1 <= own["Yes"] <= 99
    ended = cli("score", tmp_path, "--export", "gjopen")
    assert ended.status == 0 and ended.out.startswith("question,closes,answer,percent,rationale")
    assert "no base rate" in cli("score", tmp_path).out
    assert cli("score", tmp_path, "--export", "betfair").status == 2
    for of in ("coup", "died"):
        file = tmp_path / f"{of}.yaml"
        file.write_text(
            file.read_text() + "resolved: {on: 2199-07-01, happened: false, source: judgement}\n"
        )
    ended = cli("score", tmp_path, "--export", "gjopen")
    assert ended.status == 2 and "no forecast here is open" in ended.err
