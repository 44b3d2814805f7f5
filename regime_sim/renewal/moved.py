"""What a renewed file says otherwise than the one before, in a few lines; changes nothing."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .checking import numbers

_FIGURE = re.compile(r"[-+−]?\d")
SHOWN = 5  # of the rows or parameters that moved most
ALWAYS = "Brier"  # rows that are shown whether they moved most or not


def moved(name: str, before: bytes, after: bytes) -> list[str]:
    """Lines on what moved in the file `name`; one line where nothing did."""
    if before == after:
        return [f"{name}: the same, byte for byte"]
    if not before:
        return [f"{name}: new"]
    ending = name.rpartition(".")[2]
    if ending == "md":
        lines = list(_page(before.decode(), after.decode()))
    elif ending == "npy":
        rows = (np.load(io.BytesIO(one), allow_pickle=False) for one in (before, after))
        lines = list(_sample(*rows))
    elif ending == "npz":
        lines = list(_arrays(before, after))
    elif ending == "json":
        lines = list(_json(json.loads(before), json.loads(after)))
    elif ending in ("png", "svg"):
        lines = ["another picture"]
    else:
        lines = [f"{len(before):,} bytes -> {len(after):,}"]
    return [f"{name}: {line}" for line in lines or ["only words moved"]]


def _page(before: str, after: str) -> Iterator[str]:
    """Rows of tables whose numbers moved: how many, and those that moved most."""
    old, new = _rows(before), _rows(after)
    both = [key for key in old if key in new]
    other = [(key, old[key], new[key]) for key in both if numbers(old[key]) != numbers(new[key])]
    only = len(old) + len(new) - 2 * len(both)
    if not other and not only:
        return
    yield f"{len(other)} of {len(new)} rows moved, {only} are in one edition only"
    other.sort(key=lambda row: (ALWAYS not in row[0], -_shift(row[1], row[2])))
    named = sum(ALWAYS in key for key, _, _ in other)
    for key, was, now in other[: max(SHOWN, min(named, 2 * SHOWN))]:
        yield f"  {key}: {was} -> {now}"


def _rows(text: str) -> dict[str, str]:
    """Rows of tables: the leading cells without a figure, and the first cell with one."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line[:1] == "|" else []
        at = next((k for k in range(1, len(cells)) if _FIGURE.match(cells[k])), None)
        if at is not None:
            key = " ".join(cells[:at])
            while key in found:
                key += " again"
            found[key] = cells[at]
    return found


def _shift(was: str, now: str) -> float:
    """By how much the first number moved, as a share of the larger one."""
    ends = [float(numbers(one)[0].replace(",", "").replace("−", "-")) for one in (was, now)]
    return abs(ends[1] - ends[0]) / max(abs(ends[0]), abs(ends[1]), 1e-12)


def _sample(before: NDArray[np.float64], after: NDArray[np.float64]) -> Iterator[str]:
    """Columns of a sample whose mean moved, in standard deviations of the one before."""
    if before.shape[-1] != after.shape[-1]:
        yield f"{before.shape[-1]} parameters -> {after.shape[-1]}"
        return
    old, new = (one.reshape(-1, one.shape[-1]) for one in (before, after))
    shift = (new.mean(axis=0) - old.mean(axis=0)) / (old.std(axis=0) + 1e-12)
    k = int(np.argmax(np.abs(shift)))
    yield (
        f"means moved by {np.abs(shift).mean():.2f} standard deviations on average, at most by"
        f" {abs(shift[k]):.2f} (column {k}: {old[:, k].mean():.4g} -> {new[:, k].mean():.4g})"
    )


def _arrays(before: bytes, after: bytes) -> Iterator[str]:
    """Samples by fold, and errors of an emulator."""
    with (
        np.load(io.BytesIO(before), allow_pickle=False) as old,
        np.load(io.BytesIO(after), allow_pickle=False) as new,
    ):
        if "rows" in old and "rows" in new:
            yield from _sample(old["rows"], new["rows"])
        elif "errors" in old and "errors" in new:
            means = [100.0 * float(one["errors"].mean()) for one in (old, new)]
            yield f"mean error on movements not seen {means[0]:.2f} -> {means[1]:.2f} points"


def _json(before: Any, after: Any) -> Iterator[str]:
    """Numbers by name that differ, the largest shift first; texts are counted."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    other = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    figures = [
        (key, was, now)
        for key in other
        if isinstance(was := old.get(key), float) and isinstance(now := new.get(key), float)
    ]
    yield f"{len(other)} of {len(new)} entries moved"
    for key, was, now in sorted(figures, key=lambda row: -abs(row[2] - row[1]))[:SHOWN]:
        yield f"  {key}: {was:.4g} -> {now:.4g}"


def _leaves(node: Any, path: str = "") -> Iterator[tuple[str, object]]:
    pairs = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in pairs:
        here = f"{path}.{key}" if path else str(key)
        if isinstance(value, dict | list):
            yield from _leaves(value, here)
        else:
            yield here, value


__all__ = ["moved"]
