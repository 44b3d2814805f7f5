"""The table of what is made from the law, the priors and the seeds: its files, what it rests on,
how it is made; makes nothing itself.

A part rests on marks by meaning (`provenance`, `history.marks`): a reworded docstring or a moved
function leaves them, a number changes them. A page that is written in a second has no marks: it is
written and compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..engine.native import build
from ..engine.native.targets import TARGETS
from ..history import episodes, model_card, said
from ..history.marks import cases_mark, code_mark, map_mark, rates_mark, samples_mark, scenario_mark
from ..previews.preview import key_of
from ..provenance import PACKAGE, model_mark, sha256
from ..scenario import load
from ..scenario.json_schema import schema_text
from ..view.pages.odd import odd_page

ROOT = PACKAGE.parent
CLI = ("-m", "regime_sim.cli")
PINNED = ("venezuela-2025", "venezuela-2026", "waiting-game", "raid", "exile-offer")
ARTICLE = ("isolation", "rents-cut", "isolation-and-rents-cut")
COURT = ("iraq-2003", "yemen-2011", "panama-1989", "cuba-2026", "iran-2026", "zimbabwe-2017")
OF_PATTERNS = ("no-pressure", "venezuela-2025", *ARTICLE, *COURT)
# whose answers ship: the article's four; those of others are kept once somebody has asked
ANSWERED = ("venezuela-2025", "isolation", "rents-cut", "isolation-and-rents-cut")
ASKED = ("claim", "tipping", "drives", "futures")  # by the dashboard's tabs, of each scenario
POSTERIOR = (
    *("rates.npy", "rates.json", "cases.npy", "cases.json"),
    *("cases-folds.npz", "panel-windows.npz"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """Something that is made. words: what it is; files: from the root of the checkout; command: the
    arguments to Python that make it; takes: how long on two cores.

    rests_on: marks by name (none for a page that `written` gives in a second, and none where
    `stale` says itself what is out of date, a line each). needs: a module without which the part is
    skipped; such a part is never an error. carries: the marks by name that each of its files says
    of itself; remade: its files are kept under keys that nothing else knows, so that a new mark
    means to make them again.
    """

    name: str
    words: str
    files: tuple[str, ...]
    command: tuple[str, ...]
    takes: str
    rests_on: Callable[[], Mapping[str, str]] = dict
    written: Callable[[], str] | None = None
    stale: Callable[[], list[str]] | None = None
    needs: str = ""
    carries: Callable[[], Mapping[str, str]] = dict
    remade: bool = False

    @property
    def recorded(self) -> bool:
        """Whether it is recorded from what it was made."""
        return self.written is None and self.stale is None


def _samples() -> dict[str, str]:
    fit = (
        *(f"calibration/{one}.py" for one in ("design", "fit", "likelihood", "rows", "smoother")),
        *("statistics/emulator.py", "history/panel_map.py", "history/regime_types.py"),
    )
    return {
        "model": model_mark(),
        "coding map": map_mark(),
        "fit": code_mark(*fit, "history/kinds.py"),
        "cases": cases_mark(),
        "seeds": said.seeds_mark(),
        "scenarios": scenario_mark("no-pressure"),
    }


def _model() -> dict[str, str]:
    return {"model": model_mark()}


def _card() -> dict[str, str]:
    return {"card": model_card.fingerprint(), "model": model_mark()[:16]}  # as the page says it


def _page_of_episodes() -> dict[str, str]:
    return {"page": episodes.fingerprint()}


def _golden() -> dict[str, str]:
    return _run_marks(*PINNED)


def _patterns() -> dict[str, str]:
    files = ("patterns.py", "court_patterns.py", "lab.py", "kinds.py", "rates.py", "population.py")
    code = tuple(f"history/{one}" for one in files)
    return _run_marks(*OF_PATTERNS) | {"patterns": code_mark(*code), "rates": rates_mark()}


def _episodes() -> dict[str, str]:
    told = sha256(repr(episodes.EPISODES).encode())
    return _run_marks(*(name for name, _, _ in episodes.EPISODES)) | {"episodes": told}


def _emulator() -> dict[str, str]:
    return {"model, sample and scenario": key_of(load("venezuela-2025"))}


def _answers() -> dict[str, str]:
    rooms = ("questions", "statistics", "ensemble", "history")
    code = [f"{room}/{one.name}" for room in rooms for one in sorted((PACKAGE / room).glob("*.py"))]
    return _run_marks(*ANSWERED) | {"cases": cases_mark(), "questions": code_mark(*code)}


def _pictures() -> dict[str, str]:
    return _run_marks("venezuela-2025")


def _run_marks(*scenarios: str) -> dict[str, str]:
    """What runs of these scenarios rest on."""
    marks = {"model": model_mark(), "samples": samples_mark()}
    return marks | {"scenarios": scenario_mark(*scenarios)}


def _odd() -> str:
    return odd_page()


def _schema() -> str:
    return schema_text()


# in the order in which they are made: what later parts rest on comes first
PARTS: tuple[Part, ...] = (
    Part(
        "engine",
        "the engine's built modules",
        tuple(f"regime_sim/engine/native/built/{one.file}" for one in TARGETS),
        ("-m", "regime_sim.engine.native.build"),
        "5 seconds",
        stale=build.stale,
    ),
    Part(
        "samples",
        "calibrated samples, and those without a part of the cases",
        tuple(f"seeds/posterior/{name}" for name in POSTERIOR),
        (*CLI, "calibrate"),
        "40 minutes",
        _samples,
        carries=_model,
    ),
    Part(
        "history",
        "what the law says of the shipped leader-years and episodes",
        (f"seeds/posterior/{said.FILE}",),
        ("-m", "regime_sim.history.keep_said"),
        "4 minutes",
        said.marks,
        carries=said.marks,
    ),
    Part(
        "golden",
        "digests and probabilities that tests compare",
        ("tests/golden.json", "tests/golden_worlds.json"),
        ("-m", "tests.renew_golden"),
        "1 minute",
        _golden,
    ),
    Part(
        "odd",
        "the ODD page",
        ("docs/ODD.md",),
        (*CLI, "odd", "-o", "docs/ODD.md"),
        "1 second",
        written=_odd,
    ),
    Part(
        "schema",
        "the JSON Schema of scenario files",
        ("schema/scenario-1.json",),
        (*CLI, "schema", "-o", "schema/scenario-1.json"),
        "1 second",
        written=_schema,
    ),
    Part(
        "patterns",
        "the page of patterns",
        ("docs/PATTERNS.md",),
        (*CLI, "patterns", "-o", "docs/PATTERNS.md"),
        "2 minutes",
        _patterns,
    ),
    Part(
        "episodes",
        "the page of episodes",
        ("docs/EPISODES.md",),
        (*CLI, "episodes", "-o", "docs/EPISODES.md"),
        "1 minute",
        _episodes,
        carries=_page_of_episodes,
    ),
    Part(
        "card",
        "the model card and its picture",
        ("docs/MODEL_CARD.md", "docs/MODEL_CARD-reliability.svg"),
        (*CLI, "backtest", "--card", "docs/MODEL_CARD.md", "--replicates", "1024"),
        "4 minutes",
        model_card.rests_on,
        carries=_card,
    ),
    Part(
        "emulator",
        "the emulator behind the dashboard's dragged levers",
        ("seeds/preview/venezuela-2025.npz",),
        (*CLI, "preview", "venezuela-2025", "--settings", "1024", "-o", "seeds/preview"),
        "6 minutes",
        _emulator,
        carries=_emulator,
    ),
    Part(
        "answers",
        "the dashboard's answers to its long questions",
        (*(f"seeds/answers/{asked}-{name}.npz" for name in ANSWERED for asked in ASKED),),
        ("-m", "dashboard.prepare", "seeds/answers", *ANSWERED),
        "3 minutes",
        _answers,
        needs="streamlit",
        remade=True,
    ),
    Part(
        "pictures",
        "pictures of the dashboard",
        ("docs/dashboard.png", "docs/dashboard-dark.png", "docs/dashboard-phone.png"),
        (*CLI, "dashboard", "--pictures", "docs"),
        "1 minute",
        _pictures,
        needs="playwright",
    ),
)

__all__ = ["PARTS", "ROOT", "Part"]
