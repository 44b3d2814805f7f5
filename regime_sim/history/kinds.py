"""Kinds of regimes that patterns are shown on and that calibration counts events in; runs none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ..scenario import load

if TYPE_CHECKING:
    from ..scenario import Scenario

# weeks: past 13.72 years, the upper end of the observed interval of a regime's median life
FOLLOWED = 730


TOLD: dict[str, object] = {
    "us_pressure.ultimatum": 1.0,
    "us_pressure.deployment": 0.4,
    "exile.offer": 0.95,
    "leader.culpability": 0.4,
}
FALLING: dict[str, object] = {
    "rents": 0.3,
    "foreign_support": 0.15,
    "public_opinion.home_opposition": 0.8,
    "regime.coup_proofing": 0.5,
    "rebels.strength": 0.95,
    "rebels.front": 0.6,
    "street.crowd": 0.3,
}


def ordinary(settings: Mapping[str, object] | None = None, horizon: int = 52) -> Scenario:
    """A middling personalist regime that nobody presses; patterns 1, 2, 5, 8 and 10-12 vary it."""
    middling: dict[str, object] = {
        "rents": 0.65,
        "foreign_support": 0.45,
        "public_opinion.home_opposition": 0.45,
        "regime.coup_proofing": 0.65,
    }
    return load("no-pressure").vary(middling | dict(settings or {})).with_(horizon=horizon)


def new_regime() -> Scenario:
    """The first day of a personalist regime, for longer than a user's scenario may last."""
    return replace(
        load("no-pressure").vary(
            {
                "leader.tenure": 0.0,
                "leader.personalism": {"normal": {"mean": 0.4, "sd": 0.2}},
                "regime.coup_proofing": {"normal": {"mean": 0.42, "sd": 0.16}},
            }
        ),
        horizon=FOLLOWED,
    )


def falling_with_a_way_out() -> Scenario:
    """Told to go, defeat imminent, a credible exile on offer."""
    return ordinary(TOLD | FALLING | {"exile.credibility": 0.85})


def of_power() -> tuple[Scenario, Scenario]:
    """Rulers in the lowest and in the highest third of personal power."""
    low, high = (
        load("no-pressure")
        .vary({"leader.personalism": k, "regime.coup_proofing": c, "leader.tenure": t})
        .with_(horizon=208)
        for k, c, t in ((0.25, 0.45, 4.0), (0.85, 0.75, 14.0))
    )
    return low, high


def of_type(name: str, settings: Mapping[str, object] | None = None, horizon: int = 52) -> Scenario:
    """A world of a regime type: personalist, party, military or monarchy, nobody pressing it."""
    types: dict[str, dict[str, object]] = {
        "personalist": {"regime.party": 0.2, "regime.institutions": 0.35},
        "party": {
            "regime.party": 0.85,
            "regime.institutions": 0.75,
            "leader.personalism": 0.4,
        },
        "military": {
            "regime.military": 1.0,
            "regime.party": 0.05,
            "regime.institutions": 0.45,
            "leader.personalism": 0.3,
            "leader.tenure": {"lognormal": {"median": 3, "sigma": 0.8}, "bounds": [0.1, 20]},
        },
        "monarchy": {
            "regime.monarchy": 1.0,
            "regime.party": 0.1,
            "regime.institutions": 0.7,
            "leader.personalism": 0.5,
            "leader.tenure": {"lognormal": {"median": 14, "sigma": 0.8}, "bounds": [0.1, 45]},
        },
    }
    return load("no-pressure").vary(types[name] | dict(settings or {})).with_(horizon=horizon)


__all__ = ["falling_with_a_way_out", "new_regime", "of_power", "of_type", "ordinary"]
