"""Patronage: how the pool of rents reaches a general, and what the number of generals does to
it.

He pays a coalition that he can make smaller when he is poor. Each gets pool * (N0 / N)^dilution
* his share by posting and by loyalty as the ruler sees it (the tie; article facts
border_postings, generals). More generals dilute the pool and raise what an officer loses outside
the coalition, S / W (Bueno de Mesquita et al. 2003).
"""

from __future__ import annotations

from .arithmetic import log, power


def dilution(number: float, reference: float, exponent: float) -> float:
    """What one general's rents are multiplied by when `number` share a pool that was meant for
    `reference`.
    """
    return power(reference / number, exponent)


def share(posting: float, tie: float, favour: float) -> float:
    """A general's share of the mean rent: his posting, more where his tie to the ruler is seen to
    be close.
    """
    return posting * (1.0 + favour * (tie - 0.5))


def felt(rents: float, enough: float, surplus: float) -> float:
    """Rents as they bind: in full up to what is enough, in part beyond (diminishing returns)."""
    more = rents - enough
    return rents if more <= 0.0 else enough + surplus * more


def concentrated(rents: float, adapted: float, shrink: float) -> float:
    """What those who stay get when a poor ruler has learned to feed fewer: most at half his
    customary rents, nothing extra at none (Bueno de Mesquita et al. 2003).
    """
    return rents * (1.0 + shrink * adapted * (1.0 - adapted))


def exit_cost(number: float, reference: float, selectorate: float) -> float:
    """What leaving the coalition costs beyond rents: it grows with the logarithm of the selectorate
    (S / W).
    """
    return selectorate * log(number / reference)


def coordination(number: float, reference: float, cost: float) -> float:
    """What the launch of a coup is multiplied by when more must be brought in, each a chance of
    betrayal: 1 at the reference.
    """
    return (1.0 + cost) / (1.0 + cost * number / reference)
