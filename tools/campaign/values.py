"""Values of wrong and of neighbouring types, for every argument."""

from __future__ import annotations

import datetime
import decimal
import fractions
import io
import random
import threading
from pathlib import Path
from typing import Any

import doors
import numpy as np
import pandas as pd

import regime_sim as rs

ARTICLE = doors.ARTICLE


def neighbours(rng: random.Random) -> list[Any]:
    """Values of wrong and of neighbouring types, none of them shared between calls."""
    return [*_numbers(), *_texts(), *_collections(), *_of_libraries(), *_objects(rng)]


def _numbers() -> list[Any]:
    """Plain numbers, and none."""
    return [
        None,
        True,
        False,
        0,
        1,
        -1,
        2,
        7,
        8,
        16,
        64,
        2**31,
        2**32,
        2**64,
        -(2**63),
        0.0,
        0.3,
        1.0,
        1.5,
        -0.1,
        1.0000000000000004,
        float("nan"),
        float("inf"),
        1j,
    ]


def _texts() -> list[Any]:
    """Plain text: names, dates, and what is neither."""
    return [
        "",
        "x",
        "7",
        "0.3",
        "rents",
        "leader",
        "regime",
        "coup",
        "leader_out",
        "survival",
        "plotting",
        "prior",
        "mesa",
        "kernel",
        "typical",
        "levers",
        "parameters",
        "dark",
        "exit",
        ARTICLE,
        "isolation",
        "mine.yaml",
        "nothing.yaml",
        "x.svg",
        "a\0b",
        "\x1b[31m",
        "é",
        "x" * 300,
        "0.2 to 0.4",
        "2026-01-05",
    ]


def _collections() -> list[Any]:
    """Bytes, lists and mappings."""
    return [
        b"x",
        bytearray(b"x"),
        (),
        [],
        {},
        set(),
        (0.2, 0.8),
        [8, 16],
        ["rents"],
        {"rents": 0.3},
        {"rents": (0.2, 0.8)},
        {"rentz": 1},
        {3: 4},
        {"normal": {"mean": 0.5, "sd": 0.1}},
        range(3),
        iter((0.2, 0.4)),
    ]


def _of_libraries() -> list[Any]:
    """Values of NumPy, pandas and the standard library."""
    return [
        np.int64(8),
        np.float32(0.3),
        np.float64(1.0),
        np.array(8),
        np.array([0.2, 0.8]),
        np.array([]),
        np.str_("rents"),
        np.bool_(True),
        np.datetime64("2026-01-05"),
        np.datetime64("NaT", "D"),
        pd.Timestamp("2026-01-05"),
        pd.NaT,
        pd.NA,
        pd.Series({"rents": 0.3}),
        pd.Series([0.2, 0.8]),
        pd.DataFrame({"a": [1]}),
        datetime.date(2026, 1, 5),
        datetime.datetime(2026, 1, 5, 3),
        datetime.timedelta(3),
        decimal.Decimal("0.3"),
        fractions.Fraction(1, 3),
        Path("mine.yaml"),
        Path("nothing"),
    ]


def _objects(rng: random.Random) -> list[Any]:
    """Things of no type that is asked for, and records of ours."""
    return [
        object(),
        object,
        len,
        lambda *_: None,
        threading.Event(),
        rs,
        rs.Scenario,
        doors.small(),
        doors.armed(),
        doors.record("Ensemble"),
        doors.record("Comparison"),
        doors.record("Estimate"),
        rs.PARAMETERS,
        rs.WAYS,
        Ellipsis,
        NotImplemented,
        io.StringIO("x"),
        rng,
    ]
