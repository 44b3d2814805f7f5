"""The grammar of a value: a number, "a to b" or a distribution, with its source; never draws."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ..errors import RegimeSimError, nearest
from ..facts.declare import Prior
from ..given import as_mapping, as_number, exact, within
from .experts import FORMS, Expert, Mixture, Quantiles, narrow
from .frozen import from_scipy
from .problems import Path, show

BETA_MOST = 500.0
FAMILIES: dict[str, tuple[str, ...]] = {
    "uniform": ("low", "high"),
    "normal": ("mean", "sd"),
    "lognormal": ("median", "sigma"),
    "beta": ("a", "b"),
    "triangular": ("low", "mode", "high"),
    "loguniform": ("low", "high"),
    "pert": ("low", "mode", "high"),
    "trapezoid": ("low", "left", "right", "high"),
    "halfnormal": ("sd",),
    "logitnormal": ("median", "sigma"),
    "exponential": ("mean",),
    "weibull": ("scale", "shape"),
}  # the whole list: a file can name no other, and none is looked up anywhere else
Z95 = 1.6448536269514722  # a normal holds 90% within this many standard deviations
JUDGEMENT = "judgement"
EXPECTED = (
    'a number, an interval such as "0.4 to 0.6", or a distribution such as {normal: {mean: 0.5, sd:'
    " 0.1}}"
)

_NUMBER = r"[-+]?(?:\.\d{1,300}|\d{1,300}(?:\.\d{0,300})?)(?:[eE][-+]?\d{1,3})?"
LONGEST_NUMBER = 40  # characters
_MEANT = re.compile(rf"\s*({_NUMBER})\s*(%?)\s*\Z")
_INTERVAL = re.compile(rf"\s*({_NUMBER})\s+to\s+({_NUMBER})\s*\Z")
DRAWN = (*FAMILIES, *FORMS)  # every key that stands for a distribution
MOST_EXPERTS, MOST_QUANTILES = 20, 50
OUTERMOST = (
    0.1  # what lies beyond the outermost quantile is a guess: at most so much on either side
)
_KEYS = ("value", "source", "bounds", *DRAWN)


class BadValue(RegimeSimError, ValueError):
    """A value that does not fit; `path` leads to the part at fault, `out_of_range`: a number."""

    def __init__(self, text: str, path: Path = (), out_of_range: bool = False) -> None:
        super().__init__(text)
        self.path = path
        self.out_of_range = out_of_range


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a scenario, in the unit of what it is set for.

    point: the value of a run that draws nothing: the number itself, or the median of the
    distribution (its mean for beta, triangular, pert and trapezoid). prior: the spread, None for a
    plain number; truncated to `bounds`, or to the range of the parameter. interval: the 90%
    interval as written, where the prior is the normal with these 5% and 95% points. source: ids of
    facts, works or the file's own sources. where: `file:line`, "" if it was set in Python.
    """

    point: float
    prior: Prior | None = None
    bounds: tuple[float, float] | None = None
    interval: tuple[float, float] | None = None
    source: tuple[str, ...] = ()
    where: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Move:
    """What an entry does to an input that is more than a plain number: to a value (`to`), so many
    times what it is (`multiply`), so much more (`add`); certain or not.
    """

    how: str
    value: Value

    def applied(self, point: float, low: float, high: float) -> float:
        """Where it moves an input that stands at `point`, by its point value, inside the range."""
        value = self.value.point
        aim = {"to": value, "multiply": point * value, "add": point + value}[self.how]
        return min(high, max(low, aim))


RELATIVE = ("multiply", "add")
MOST_TIMES = 10.0  # an input may be multiplied by 0 to so much


def read_change(raw: object, low: float, high: float) -> Move | None:
    """A change relative to what is there, `{multiply: 0.5}` or `{add: -0.2}`; None if it is none.
    Raises BadValue.
    """
    cells = as_mapping(raw)
    if cells is None or not any(key in RELATIVE for key in cells):
        return None
    for key in cells:
        if key not in (*RELATIVE, "source"):
            hint = nearest(str(key)[:80], (*RELATIVE, "source"))
            raise BadValue(
                f"unknown key of a change{hint or ' - multiply, add, source'}", (str(key),)
            )
    hows = [key for key in cells if key in RELATIVE]
    if len(hows) > 1:
        raise BadValue("multiply and add together - expected only one of them")
    range_ = (0.0, MOST_TIMES) if hows[0] == "multiply" else (low - high, high - low)
    try:
        value = read_value(cells[hows[0]], *range_)
    except BadValue as error:
        raise BadValue(str(error), (hows[0], *error.path), error.out_of_range) from None
    source = read_sources(cells["source"]) if "source" in cells else value.source
    return Move(hows[0], replace(value, source=source))


def read_value(raw: object, low: float, high: float) -> Value:
    """Read one value for a parameter in [low, high]. Raises BadValue for the first thing wrong.

    In Python also a tuple (a, b), which is "a to b", and a frozen distribution of scipy.
    """
    if hasattr(raw, "ppf") or hasattr(raw, "icdf"):
        raw = _of_scipy(raw, low, high)
    if isinstance(raw, tuple):
        return _read_pair(raw, low, high)
    if (cells := as_mapping(raw)) is not None:
        return _read_mapping(cells, low, high)
    if isinstance(raw, str):
        return _read_interval(raw, low, high)
    return Value(number(raw, low, high))


def number(raw: object, low: float, high: float, path: Path = ()) -> float:
    """A number in [low, high], rounding forgiven. Raises BadValue; not true, text, nan or inf."""
    value = as_number(raw)
    if value is None:
        hint = _without_sign(raw) if isinstance(raw, str) else ""
        expected = EXPECTED if not path else "a number"
        raise BadValue(f"got {show(raw)} - expected {expected}{hint}", path)
    if not math.isfinite(value):
        raise BadValue(f"got {show(raw)} - expected a finite number", path)
    found = within(value, low, high)
    if found is None:
        said = f"{exact(value)} is out of range - expected {low:g} to {high:g}"
        raise BadValue(said, path, out_of_range=True)
    return found


def _without_sign(raw: str) -> str:
    """A hint for text that was meant as a number: quoted, or in percent."""
    # a long text is no number, and looking for one in 100 kB would take minutes
    match = _MEANT.match(raw) if len(raw) <= LONGEST_NUMBER else None
    if not match:
        return ""
    text, percent = match.groups()
    return f"; write {exact(float(text) / 100) if percent else text} without quotes"


def looks_like_value(raw: Mapping[str, object]) -> bool:
    """Whether a mapping is a value and not a set of parts: it uses a word of the grammar."""
    return any(key in _KEYS or key in RELATIVE for key in raw)


def read_sources(raw: object) -> tuple[str, ...]:
    """The ids under `source`: one, or a list of them. Raises BadValue."""
    ids = raw if isinstance(raw, list | tuple) else [raw]
    if not ids or not all(isinstance(one, str) and one.strip() for one in ids):
        raise BadValue(
            f"got {show(raw)} - expected the id of a source, or a list of them", ("source",)
        )
    return tuple(dict.fromkeys(str(one) for one in ids))


def _read_mapping(raw: Mapping[str, object], low: float, high: float) -> Value:
    for key in raw:
        if key not in _KEYS:
            hint = nearest(str(key)[:80], _KEYS) or f" - one of {', '.join(_KEYS)}"
            raise BadValue(f"unknown key of a value{hint}", (str(key),))
    source = read_sources(raw["source"]) if "source" in raw else ()
    chosen = [key for key in raw if key == "value" or key in DRAWN]
    if len(chosen) != 1:
        got = f"two values: {' and '.join(chosen)}" if chosen else "no value"
        raise BadValue(f"{got} - expected {EXPECTED}")
    bounds = _read_bounds(raw["bounds"], low, high) if "bounds" in raw else None
    least, most = bounds or (low, high)
    if chosen[0] in FORMS:
        read = _read_quantiles if chosen[0] == "quantiles" else _read_mixture
        return replace(read(raw[chosen[0]], least, most), bounds=bounds, source=source)
    if chosen[0] != "value":
        prior, point = _read_family(chosen[0], raw[chosen[0]], least, most)
        return Value(point, prior, bounds, None, source)
    inner = raw["value"]
    if isinstance(inner, Mapping) and (
        "value" in inner or "source" in inner or ("bounds" in inner and bounds)
    ):
        raise BadValue(f"got a value inside a value - expected {EXPECTED}", ("value",))
    try:
        value = read_value(inner, least, most)
    except BadValue as error:
        raise BadValue(str(error), ("value", *error.path), error.out_of_range) from None
    if bounds and value.prior is None:
        raise BadValue(
            "bounds have no meaning for a plain number - expected an interval or a distribution",
            ("bounds",),
        )
    return Value(value.point, value.prior, bounds or value.bounds, value.interval, source)


def _read_interval(raw: str, low: float, high: float) -> Value:
    """ "a to b": the normal whose 5% and 95% points are a and b, truncated to the range."""
    a, b = read_range(raw, low, high)
    if a == b:
        raise BadValue(f"got {show(raw)} - expected the lower end first")
    return _interval(a, b)


def _read_pair(raw: tuple[object, ...], low: float, high: float) -> Value:
    """(a, b) of Python: "a to b"."""
    ends = [as_number(one) for one in raw]
    if len(ends) != 2 or None in ends:
        raise BadValue(f"got {show(raw)} - expected {EXPECTED}, or two numbers (low, high)")
    a, b = (number(one, low, high) for one in ends)
    if a >= b:
        raise BadValue(f"got ({a:g}, {b:g}) - expected the lower end first")
    return _interval(a, b)


def _of_scipy(raw: object, low: float, high: float) -> object:
    """A frozen distribution of scipy as a mapping of the grammar."""
    try:
        return from_scipy(raw, low, high)
    except ValueError as error:
        raise BadValue(str(error)) from None


def _interval(a: float, b: float) -> Value:
    return Value((a + b) / 2, Prior("normal", ((a + b) / 2, (b - a) / (2 * Z95))), None, (a, b))


def read_range(raw: str, low: float, high: float) -> tuple[float, float]:
    """The two numbers of "a to b", a not above b, both in [low, high]. Raises BadValue."""
    match = _INTERVAL.match(raw)
    if not match:
        raise BadValue(f"got {show(raw)} - expected {EXPECTED}{_without_sign(raw)}")
    a, b = (number(float(text), low, high) for text in match.groups())
    if a > b:
        raise BadValue(f"got {show(raw)} - expected the lower end first")
    return a, b


def _read_bounds(raw: object, low: float, high: float) -> tuple[float, float]:
    if not isinstance(raw, list | tuple) or len(raw) != 2:
        raise BadValue(
            f"got {show(raw)} - expected two numbers such as [{low:g}, {high:g}]", ("bounds",)
        )
    a, b = (number(one, low, high, ("bounds",)) for one in raw)
    if a >= b:
        raise BadValue(f"got [{a:g}, {b:g}] - expected the lower bound first", ("bounds",))
    return a, b


def _read_family(family: str, raw: object, low: float, high: float) -> tuple[Prior, float]:
    """A distribution with named arguments and its point value, both sensible in [low, high]."""
    wanted = FAMILIES[family]
    form = f"{{{', '.join(f'{name}: ...' for name in wanted)}}}"
    if not isinstance(raw, Mapping):
        raise BadValue(f"got {show(raw)} - expected {form}", (family,))
    for key in raw:
        if key not in wanted:
            raise BadValue(f"unknown argument{nearest(str(key), wanted)}", (family, str(key)))
    missing = [name for name in wanted if name not in raw]
    if missing:
        raise BadValue(f"{missing[0]} is missing - expected {form}", (family,))
    args = tuple(_argument(family, name, raw[name], low, high) for name in wanted)
    places = ("low", "left", "mode", "right", "high")
    ends = [value for name, value in zip(wanted, args, strict=True) if name in places]
    if ends != sorted(ends) or (ends and ends[0] == ends[-1]):
        got = ", ".join(f"{value:g}" for value in ends)
        raise BadValue(f"got {got} - expected {' < '.join(wanted)}", (family,))
    prior = Prior(family, args)
    point = middle(prior)
    if not low <= point <= high:
        said = f"its middle {point:g} is out of range - expected {low:g} to {high:g}"
        raise BadValue(said, (family,), out_of_range=True)
    return prior, point


def _read_quantiles(raw: object, low: float, high: float) -> Value:
    """Shares below, each with its value, both rising; the outermost not far from 0 and 1."""
    cells = as_mapping(raw)
    if not cells or not 2 <= len(cells) <= MOST_QUANTILES:
        said = "a mapping of shares below to values, such as {0.05: 0.1, 0.5: 0.3, 0.95: 0.6}"
        raise BadValue(f"got {show(raw)} - expected {said}", ("quantiles",))
    points: dict[float, float] = {}
    for key, cell in cells.items():
        path: Path = ("quantiles", str(key))
        share = _share(key, path)
        if share in points:
            raise BadValue(f"the share {share:g} is given twice", path)
        points[share] = number(cell, low, high, path)
    given = tuple(sorted(points.items()))
    for (p, a), (q, b) in pairwise(given):
        if a >= b:
            said = f"{a:g} at {p:g} and {b:g} at {q:g} - expected values that rise with the shares"
            raise BadValue(said, ("quantiles",))
    if given[0][0] > OUTERMOST or given[-1][0] < 1.0 - OUTERMOST:
        said = (
            f"from {given[0][0]:g} to {given[-1][0]:g} - expected shares from {OUTERMOST:g} or less"
            f" to {1.0 - OUTERMOST:g} or more (0 and 1 are the least and the greatest value)"
        )
        raise BadValue(said, ("quantiles",))
    prior = Quantiles.of(given, low, high)
    _not_narrow(prior)
    return Value(prior.at(0.5), prior)


def _share(raw: object, path: Path) -> float:
    """A share below, as a number or as the text of a key."""
    if isinstance(raw, str):
        match = _MEANT.match(raw) if len(raw) <= LONGEST_NUMBER else None
        if match and not match[2]:
            raw = float(match[1])
    value = as_number(raw)
    if value is None or not 0.0 <= value <= 1.0:
        raise BadValue(f"got {show(raw)} - expected a share from 0 to 1, such as 0.05", path)
    return value


def _read_mixture(raw: object, low: float, high: float) -> Value:
    """A list of distributions, each with a `weight` (1 if it has none)."""
    cells = list(raw) if isinstance(raw, list | tuple) else []
    if not 2 <= len(cells) <= MOST_EXPERTS:
        said = f"a list of 2 to {MOST_EXPERTS} distributions, each with a weight"
        raise BadValue(f"got {show(raw)} - expected {said}", ("mixture",))
    read = [_read_expert(cell, low, high, ("mixture", k)) for k, cell in enumerate(cells)]
    total = math.fsum(one.weight for one, _ in read)
    point = math.fsum(one.weight * middle_ for one, middle_ in read) / total
    prior = Mixture("mixture", (low, high), tuple(one for one, _ in read))
    _not_narrow(prior)
    return Value(point, prior)


def _read_expert(raw: object, low: float, high: float, path: Path) -> tuple[Expert, float]:
    """One expert of a mixture, and the middle of what he says."""
    weight, cells = 1.0, as_mapping(raw)
    for key in cells or ():
        if key not in (known := (*_KEYS, "weight")):
            hint = nearest(str(key)[:80], known) or f" - one of {', '.join(known)}"
            raise BadValue(f"unknown key of an expert{hint}", (*path, str(key)))
    if cells is not None and "weight" in cells:
        weight = number(cells["weight"], 0.0, 1e6, (*path, "weight"))
        raw = {key: cell for key, cell in cells.items() if key != "weight"}
    if weight < 1e-6:
        raise BadValue(f"got {weight:g} - expected a number above 0", (*path, "weight"))
    if cells is not None and ("source" in cells or "mixture" in cells):
        key = "source" if "source" in cells else "mixture"
        said = {"source": "the source of a mixture stands beside it", "mixture": "one in another"}
        raise BadValue(f"{said[key]} - expected a distribution and a weight", (*path, key))
    try:
        value = read_value(raw, low, high)
    except BadValue as error:
        raise BadValue(str(error), (*path, *error.path), error.out_of_range) from None
    if value.prior is None or isinstance(value.prior, Mixture):
        raise BadValue("expected an interval or a distribution, not a plain number", path)
    return Expert(weight, value.prior, value.bounds, value.interval), value.point


def _not_narrow(prior: Quantiles | Mixture) -> None:
    said = narrow(prior)
    if said:
        wider = "a lognormal or loguniform, or narrower bounds"
        raise BadValue(f"{said} to be drawn well - expected {wider}", (prior.family,))


def _argument(family: str, name: str, raw: object, low: float, high: float) -> float:
    """One argument: a place within the range, or a size above 0."""
    path = (family, name)
    sizes = ("sd", "sigma", "a", "b", "shape", "scale")
    if name in sizes or path == ("exponential", "mean"):
        value = number(raw, -math.inf, math.inf, path)
        if not 1e-9 <= value <= 1e9:
            raise BadValue(f"got {value:g} - expected a number above 0", path)
        if name == "shape" and not 0.1 <= value <= 100.0:
            raise BadValue(f"got {value:g} - expected a number from 0.1 to 100", path)
        if family == "beta" and not 1.0 <= value <= BETA_MOST:
            raise BadValue(
                f"got {value:g} - expected a number from 1 to {BETA_MOST:g} (a beta with one peak)",
                path,
            )
        return value
    value = number(raw, low, high, path)
    if family in ("lognormal", "loguniform") and value <= 0:
        raise BadValue(f"got {value:g} - expected a number above 0", path)
    if family == "logitnormal" and not 0.0 < value < 1.0:
        raise BadValue(f"got {value:g} - expected a number between 0 and 1", path)
    return value


def _trapezoid_mean(low: float, left: float, right: float, high: float) -> float:
    top, bottom = high * high + high * right + right * right, left * left + left * low + low * low
    return (top - bottom) / (3.0 * ((high - low) + (right - left)))


_MIDDLE: dict[str, Callable[..., float]] = {
    "pert": lambda low, mode, high: (low + 4.0 * mode + high) / 6.0,
    "trapezoid": _trapezoid_mean,
    "halfnormal": lambda sd: 0.6744897501960817 * sd,
    "exponential": lambda mean: math.log(2.0) * mean,
    "weibull": lambda scale, shape: float(scale * math.log(2.0) ** (1.0 / shape)),
}


def middle(prior: Prior) -> float:
    """The median before truncation; the mean for beta, triangular, pert and trapezoid."""
    first, last = prior.args[0], prior.args[-1]
    if prior.family in _MIDDLE:
        return _MIDDLE[prior.family](*prior.args)
    if prior.family == "uniform":
        return (first + last) / 2
    if prior.family == "loguniform":
        return math.sqrt(first) * math.sqrt(last)
    if prior.family == "beta":
        return first / (first + last)
    if prior.family == "triangular":
        return sum(prior.args) / 3
    return first  # normal: the mean; lognormal: the median
