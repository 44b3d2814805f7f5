"""The ruler's weekly choices under a budget: how hard to repress, whom to purge, how many to
promote, and whom to pay last.

He sees what all can see (crowds, fronts, build-ups, men who leave) and what flatterers leave of
it (`leader.belief`), never the model's own hazards. He represses as far as he can pay for it;
purges from strength, when he is sure of himself and there was cause (Sudduth 2017); promotes
when he feels threatened and can pay, since more men find it harder to agree (article fact
generals); when money runs short he learns within months to feed fewer and to let the ranks wait
(Bueno de Mesquita et al. 2003; Escriba-Folch & Wright 2010).
"""

from __future__ import annotations

from .arithmetic import within


def repression(usual: float, threat: float, means: float, k_threat: float, k_poor: float) -> float:
    """Repression that he orders and can pay for (share): his usual level and more under threat,
    less where the money is gone.
    """
    return within((usual + k_threat * threat) * (1.0 - k_poor * (1.0 - means)), 0.0, 1.0)


def purge(rate: float, personalism: float, sure: float, cause: float) -> float:
    """How far he purges of his own accord this week (share): as he is strong, sure and has cause
    (Sudduth 2017).
    """
    return within(rate * personalism * sure * cause, 0.0, 1.0)


def growth(threat: float, means: float, poor: float, k_promote: float, k_retire: float) -> float:
    """Growth a year of the number of generals: promotions under threat as far as he can pay, less
    those retired when poor.
    """
    return k_promote * threat * means - k_retire * poor


def start(leader, court, x) -> None:  # type: ignore[no-untyped-def]
    """Nothing chosen yet."""
    leader.repression = x.regime_repression
    leader.purge = 0.0
    court.number = x.generals_number
    court.adapted = 0.0


def week(leader, court, treasury, plot, street, x, p) -> None:  # type: ignore[no-untyped-def]
    """One week's choices, from what he believed last week and what the treasury has."""
    threat = within(1.0 - leader.belief + p.choice_crowd * street.crowd, 0.0, 1.0)
    means = 1.0 - treasury.arrears
    court.adapted = court.adapted + (treasury.arrears - court.adapted) / p.choice_weeks
    leader.repression = repression(
        x.regime_repression, threat, means, p.choice_repress, p.choice_poor
    )
    cause = within(p.choice_suspicion + plot.memory + p.choice_found * plot.purged, 0.0, 1.0)
    sure = leader.belief * (1.0 - within(plot.weak, 0.0, 1.0))
    leader.purge = purge(p.choice_purge, leader.personalism, sure, cause)
    grown = growth(threat, means, court.adapted, p.choice_promote, p.choice_retire)
    court.number = within(
        court.number * (1.0 + grown / p.time_weeks_a_year), p.generals_least, p.generals_most
    )
