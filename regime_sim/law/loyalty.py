"""Loyalty of one general: what he would lose by turning, whatever others do.

L = a r / (r + h) + b complicity + c tie - d grievance - e (bounty, threat) (1 - complicity) +
spread * private. Rents saturate; complicity binds unless an amnesty can be believed; bounty and
threat bite on the less complicit (article facts military_is_key, bounty; Svolik 2012; Goemans 2008
for fear of what follows).
"""

from __future__ import annotations


def loyalty(
    rent: float,
    complicity: float,
    tie: float,
    private: float,
    k_rent: float,
    half: float,
    k_complicity: float,
    k_tie: float,
    common: float,
    spread: float,
) -> float:
    """Loyalty of one general this week (utility); arithmetic only, for it runs once per general and
    week.
    """
    return (
        k_rent * rent / (rent + half)
        + k_complicity * complicity
        + k_tie * tie
        + common
        + spread * private
    )


def personal(weight: float, personalism: float, k_personal: float) -> float:
    """Weight of rents by how personal the rule is: a man's coalition hangs on what he pays, a
    party's on more than that (Escriba-Folch & Wright 2010).
    """
    return weight * (1.0 + k_personal * (personalism - 0.6))


def complicity_binds(weight: float, amnesty: float, lure: float) -> float:
    """Weight of complicity: what binds him, less what an amnesty undoes, and his deafness to bounty
    and threat.
    """
    return weight * (1.0 - amnesty) + lure


def lure(bounty: float, threat: float, k_bounty: float, k_threat: float) -> float:
    """What bounty and threat take from the loyalty of a man with clean hands."""
    return k_bounty * bounty + k_threat * threat


def common(grievance: float, lured: float, k_grievance: float) -> float:
    """The part of loyalty that is the same for all: grievance felt in the army, and the lure before
    complicity.
    """
    return -k_grievance * grievance - lured


def office(
    weight: float, personalism: float, k_personal: float, usual: float, half: float
) -> float:
    """What binds officers apart from rents, where rule is less personal: at ordinary rents
    (`usual`) it makes up for their lower weight, and it stays when they are not paid.
    """
    return -weight * k_personal * (personalism - 0.6) * usual / (usual + half)
