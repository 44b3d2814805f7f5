"""From the law to C: every translated function against Python's own, bit for bit, and what is
refused. Traces of whole worlds do not see the last bit of a general's odds; these do.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from native_side_by_side import library, probe

from regime_sim.engine.native import header, modules, quantiles
from regime_sim.engine.native.kinds import REAL, WHOLE, Array, Kind, Record, c_number
from regime_sim.engine.native.refusal import Refused
from regime_sim.engine.native.targets import WASM
from regime_sim.engine.native.translate import Translation
from regime_sim.facts.declare import LeverPart, Prior

# ---- every function of plain numbers


def plain_functions() -> list[tuple[object, str, int]]:
    """The translated functions that take real numbers and give one: Python's, C's name,
    arguments.
    """
    known = header.translation().known
    return [
        (code, found[0], len(kinds))
        for (code, kinds), found in known.items()
        if found and found[1] == REAL and set(kinds) == {REAL}
    ]


def probe_source() -> str:
    cases = "".join(
        f"    case {k}: return {name}({', '.join(f'a[{j}]' for j in range(many))});\n"
        for k, (_, name, many) in enumerate(plain_functions())
    )
    head = "EXPORT double probe(uint32_t which, const double *a) {\n    switch (which) {\n"
    return f"{head}{cases}    }}\n    return 0;\n}}\n"


def arguments(rng: np.random.Generator, name: str, many: int) -> np.ndarray:
    """Plain, small, large, negative and odd numbers; where they count a loop's turns, few."""
    scale = rng.choice([0.01, 1.0, 1.0, 30.0, 1000.0])
    a = rng.random(many) * scale if rng.random() < 0.7 else rng.normal(size=many) * scale
    odd = rng.choice([0.0, 1.0, -0.0, 1e-9, 0.5, 5e-324, 1e-310, 1e300, -700.5, 2.0**31], many)
    a = np.where(rng.random(many) < 0.08, odd, a)
    return np.minimum(a, 60.0) if name == "coup_success" else a


def test_every_function_of_numbers_has_pythons_bits() -> None:
    """The native code of any processor; Python's errors (a zero divisor) have no counterpart."""
    target = modules.own_target()
    if target is None:
        pytest.skip("no native module for this system")
    one = library(
        probe(
            probe_source(),
            type(target)(target.file, target.platform, target.levels[:1], target.link),
        )
    )
    one.probe.restype, one.probe.argtypes = ctypes.c_double, [ctypes.c_uint32, ctypes.c_void_p]
    assert len(plain_functions()) > 60
    rng, compared = np.random.default_rng(1), 0
    for which, (code, name, many) in enumerate(plain_functions()):
        for _ in range(400):
            a = arguments(rng, name, many)
            try:
                want = float(code(*a.tolist()))  # type: ignore[operator]
            except (ZeroDivisionError, ValueError, OverflowError):
                continue
            found = one.probe(which, a.ctypes.data)
            same = np.float64(want).tobytes() == np.float64(found).tobytes()
            assert same or want != want != found, f"{name}{tuple(a.tolist())}: {found!r}, {want!r}"
            compared += 1
    assert compared > 20_000


def test_every_function_of_numbers_has_pythons_bits_in_webassembly() -> None:
    wasmtime = pytest.importorskip("wasmtime")
    export = "-Wl,--export=probe"
    module = probe(
        probe_source(), type(WASM)(WASM.file, WASM.platform, WASM.levels, (*WASM.link, export))
    )
    store = wasmtime.Store()
    found = wasmtime.Instance(store, wasmtime.Module(store.engine, module), []).exports(store)
    found["memory"].grow(store, 1)
    at = (found["__heap_base"].value(store) + 7) // 8 * 8
    rng = np.random.default_rng(2)
    for which, (code, name, many) in enumerate(plain_functions()):
        for _ in range(60):
            a = arguments(rng, name, many)
            try:
                want = float(code(*a.tolist()))  # type: ignore[operator]
            except (ZeroDivisionError, ValueError, OverflowError):
                continue
            found["memory"].write(store, a.tobytes(), at)
            got = found["probe"](store, which, at)
            same = np.float64(want).tobytes() == np.float64(got).tobytes()
            assert same or want != want != got, f"{name}{tuple(a.tolist())}: {got!r}, {want!r}"


@pytest.mark.parametrize(
    ("value", "text"), [(0.1, "0.1"), (-0.0, "(-0.0)"), (5e-324, "5e-324"), (3, "INT64_C(3)")]
)
def test_a_number_in_c_has_the_bits_of_pythons(value: float, text: str) -> None:
    assert c_number(value) == text
    with pytest.raises(ValueError, match="no plain text"):
        c_number(float("inf"))


# ---- what is refused

REFUSED = {
    "math.exp is not translated": "return math.exp(a)",
    "the operator Pow is not translated": "return a ** 2.0",
    "the operator FloorDiv is not translated": "return a // 2.0",
    "the operator Mod is not translated": "return a % 2.0",
    "While is not translated": "while a > 0.0:\n        a = a - 1.0\n    return a",
    "List is not translated": "b = [a]\n    return b[0]",
    "the record street has no field 'nothing'": "return world.street.nothing",
    "'b' was a whole number and now is a real number": "b = 1\n    b = 0.5\n    return b",
    "AugAssign is not translated": "a += 1.0\n    return a",
    "a is a real number, not a truth": "if a:\n        return 1.0\n    return 0.0",
    "returns a real number or a whole number": "if a > 0.0:\n        return 1\n    return 0.0",
    "divided by a whole number": "return float(3 / 2)",
    "abs() is not translated": "return abs(a)",
    "takes no a whole number": "x.street_crowd = 1\n    return 0.0",
    "calls itself": "return one(world, x, u, a)",
    "max of other than two": "return max(a, 1.0, 2.0)",
    "'b' may have no value here": "if a > 0.0:\n        b = 1.0\n    return b",
    "returns a value on some ways only": "if a > 0.0:\n        return 1.0",
    "a call with keywords or stars": "return max(a, b=1.0)",
    "'nobody' is not known here": "return nobody",
    "gives a real number or a whole number": "return a if a > 0.0 else 1",
    "a loop over (1, 2)": "for k in (1, 2):\n        a = a + 1.0\n    return a",
    "cannot be unpacked": "b, c = a\n    return b",
    "a chain of comparisons": "return 1.0 if 0.0 < a + 1.0 < 2.0 else 0.0",
    "In is not translated": "return 1.0 if a in (1.0, 2.0) else 0.0",
    "'text' is no number": "return 'text'",
    "inf has no plain text in C": "return INFINITE",
    "only a constant place": "return TABLE[int(a)]",
    "Delete is not translated": "del a\n    return 1.0",
    "lambda b: b() is not translated": "return (lambda b: b)(a)",
    "nested functions": "def inner(b):\n        return b\n    return inner(a)",
    "an assignment to Starred": "b = c = a\n    return b",
    "not to be written": "u[0] = a\n    return a",
}
TEXTS = {"nested functions": "FunctionDef is not translated", "an assignment to Starred": "Assign"}


@pytest.fixture
def law_of(tmp_path: Path) -> Iterator[object]:
    """Writes a law function into a file and translates it."""

    def translated(body: str) -> Translation:
        path = tmp_path / "refused_case.py"
        head = "import math\nTABLE = (1.0, 2.0)\nINFINITE = float('inf')\n\n\n"
        path.write_text(f"{head}def one(world, x, u, a: float):\n    {body}\n", encoding="utf-8")
        name = "regime_sim.law.refused_case"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        made = Translation(header.fields(), header.ROOMS)
        kinds: tuple[Kind, ...] = (Record("world"), Record("inputs"), Array(REAL, "32"), REAL)
        made.function(module.one, kinds)
        return made

    yield translated
    sys.modules.pop("regime_sim.law.refused_case", None)


@pytest.mark.parametrize("why", REFUSED)
def test_what_has_no_counterpart_is_refused_by_file_line_and_name(law_of: object, why: str) -> None:
    from regime_sim.engine.native import translate

    translate._tree.cache_clear()
    with pytest.raises(Refused) as refused:
        law_of(REFUSED[why])  # type: ignore[operator]
    said = str(refused.value)
    assert TEXTS.get(why, why) in said, said
    place, line, function, _ = said.split(":", 3)
    assert place.endswith("refused_case.py") and 6 <= int(line) <= 9 and function == " one"


def test_what_is_like_it_and_has_a_counterpart_is_translated(law_of: object) -> None:
    """The twin of the refusals: the same mechanisms used as the law uses them."""
    from regime_sim.engine.native import translate

    translate._tree.cache_clear()
    body = (
        "if a > 0.0:\n        b = TABLE[1]\n    else:\n        b = math.sqrt(1.0 - a)\n"
        "    for k in range(3):\n        b = b + u[k] * float(k)\n"
        "    world.street.crowd = max(b, 1.0)\n    return world.street.crowd"
    )
    made = law_of(body)  # type: ignore[operator]
    text = "\n".join(made.lines)
    assert "world->street.crowd = law_max(b, 1.0);" in text.replace(
        "(&world->street)->", "world->street."
    )
    assert "b = 2.0;" in text and "for (" in text


# ---- priors, written once more as scalar functions

PRIORS = [
    Prior("normal", (0.4, 0.2)),
    Prior("lognormal", (0.4, 0.5)),
    Prior("uniform", (0.1, 0.9)),
    Prior("loguniform", (0.1, 0.9)),
    Prior("triangular", (0.1, 0.3, 0.9)),
    Prior("beta", (2.0, 3.5)),
    Prior("pert", (0.1, 0.3, 0.9)),
    Prior("trapezoid", (0.0, 0.2, 0.5, 1.0)),
    Prior("halfnormal", (0.4,)),
    Prior("logitnormal", (0.3, 0.7)),
    Prior("exponential", (2.5,)),
    Prior("weibull", (2.0, 1.5)),
]


@pytest.mark.parametrize("prior", PRIORS, ids=[prior.family for prior in PRIORS])
def test_a_quantile_has_the_bits_of_the_one_over_arrays(prior: Prior) -> None:
    from regime_sim.engine import distributions as families
    from regime_sim.engine import parameter_draws as worlds

    u = np.random.default_rng(5).random(2000)
    u[:4] = 1e-12, 1.0 - 1e-12, 0.5, 0.25
    as_beta = families.beta_of(prior) if prior.family == "pert" else prior
    table = worlds._beta_table(*as_beta.args[:2]) if as_beta.family == "beta" else (0.0,)
    args = (*prior.args, 0.0, 0.0, 0.0)[:4]
    family = quantiles.FAMILIES.index(prior.family)
    found = [quantiles.quantile(family, one, *args, table) for one in u.tolist()]
    assert np.array(found).tobytes() == worlds.quantile(prior, u).tobytes()


def test_every_family_of_priors_is_drawn() -> None:
    from regime_sim.engine import distributions as families

    plain = {"normal", "lognormal", "uniform", "loguniform", "triangular", "beta"}
    assert set(quantiles.FAMILIES) == plain | set(families.RARER)
    assert [prior.family for prior in PRIORS] == list(quantiles.FAMILIES)


def test_a_levers_part_is_the_tables_own() -> None:
    rng = np.random.default_rng(6)
    for at_zero, at_one, start, width, lever in rng.random((200, 5)).tolist():
        part = LeverPart("a", at_zero, at_one, start, start + width)
        given = (at_zero, at_one, start, start + width)
        assert quantiles.lever_part(lever, *given) == part.value(lever)


def test_roots_are_functions_of_the_law_with_their_kinds() -> None:
    assert WHOLE in {kind for _, _, kinds in header.ROOTS for kind in kinds}
    for module, name, kinds in header.ROOTS:
        code = getattr(importlib.import_module(module), name)
        assert code.__code__.co_argcount == len(kinds)
