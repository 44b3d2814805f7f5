"""What the outcome words of a file of cases mean in the model's terms: the one place where that is
written down; reads no file.

| word in the file | the leader's clock | remark |
|---|---|---|
| `survived` | survived | in office at the horizon |
| `insider_coup` | coup | officers or palace |
| `uprising_army_defection` | uprising | a crowd, and an army that stood aside |
| `rebel_victory` | rebellion | |
| `negotiated_exit` | negotiated_exit | left under an agreement or an ultimatum |
| `foreign_removal` | foreign_removal or seized | the file says who removed him, not by what force |
| `leader_removed_regime_continues` | seized, assassinated or rebellion | he alone is gone |
| `censored` | none | not known yet: predicted, never scored |
| a model word (`coup`, `uprising`, ...) | that way | |

Where a word stands for several ways, the model is judged by the sum of their probabilities. Regime:
`ended` is falls; `continues ...` and `partly continues ...` are stands (partly: the ruler's party,
army or kin kept the state, as after Suharto and Mubarak; a judgement that favours `stands`); a
ruler who survived has a regime that stands. Other words for the regime are kept as not known.
"""

from __future__ import annotations

from ..facts.outcomes import REGIME, WAYS

CENSORED = "censored"
OUTCOME_WAYS: dict[str, tuple[str, ...]] = {
    "survived": ("survived",),
    "insider_coup": ("coup",),
    "uprising_army_defection": ("uprising",),
    "rebel_victory": ("rebellion",),
    "negotiated_exit": ("negotiated_exit",),
    "foreign_removal": ("foreign_removal", "seized"),
    "leader_removed_regime_continues": ("seized", "assassinated", "rebellion"),
    CENSORED: (),
    **{
        way: (way,) for way in WAYS if way not in ("survived", "negotiated_exit", "foreign_removal")
    },
}
# first words of the regime's outcome, in lower case
_REGIME_STARTS = {
    "ended": "falls",
    "ends": "falls",
    "fell": "falls",
    "falls": "falls",
    "collapsed": "falls",
    "continues": "stands",
    "continued": "stands",
    "partly": "stands",
    "partially": "stands",
    "stands": "stands",
    "survived": "stands",
    "tutelage": "tutelage",
}
_FATE_STARTS = {
    "in": "in_office",
    "in_office": "in_office",
    "ok": "home",
    "home": "home",
    "exile": "exile",
    "fled": "exile",
    "jail": "jail",
    "jailed": "jail",
    "killed": "dead",
    "dead": "dead",
    "died": "dead",
    "executed": "dead",
}

# categories that the ways are scored by, in the order of the ranked probability score: from the
# palace outwards, who ends his rule.
# The order is a convention; the category Brier and log scores do not depend on it.
CATEGORIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("in office", ("survived",)),
    ("law or nature", ("regular", "died")),
    ("negotiated", ("negotiated_exit",)),
    ("coup", ("coup", "palace_coup")),
    ("uprising", ("uprising",)),
    ("rebels", ("rebellion",)),
    ("he alone struck", ("seized", "assassinated")),
    ("invasion", ("foreign_removal",)),
)


def ways_of(word: str) -> tuple[str, ...]:
    """Ways that an outcome word may mean; () for a censored case. Raises KeyError: no such word."""
    return OUTCOME_WAYS[word]


def regime_of(text: str) -> str | None:
    """`stands`, `tutelage` or `falls` by the text's first word; None if blank or another."""
    first = _first(text)
    return _REGIME_STARTS.get(first) if first else None


def fate_of(text: str) -> str | None:
    """The fate by the text's first word (`ok (jailed 2001)` is home); None if that says nothing."""
    return _FATE_STARTS.get(_first(text))


def _first(text: str) -> str:
    words = text.strip().lower().replace(",", " ").replace("(", " ").split()
    return words[0] if words else ""


__all__ = [
    "CATEGORIES",
    "CENSORED",
    "OUTCOME_WAYS",
    "REGIME",
    "WAYS",
    "fate_of",
    "regime_of",
    "ways_of",
]
