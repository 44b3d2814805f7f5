"""Troops: pay feeds morale, the unpaid grow angry, the angry leave, and the army that is left is
weaker and less angry.

anger' = inflow (1 - pay)(1 - anger) - desertion (1 - anger) - anger * usual desertion; desertion =
rate (floor + 1 - pay) anger. Who deserts beyond the usual takes his anger with him; the usual loss
is made good by recruits who are calm yet, so that an army paid as ever stays as it is. Strength =
ranks * (floor + pay) * (1 - coup-proofing's toll) * patrons' arms, less damage and what has changed
sides, and a patron's own troops beside it: an army made safe for its ruler fights worse (Talmadge
2015; article facts soldier_pay, military_is_key: the low ranks who were angry have fled; Barany
2016). Once he has learned to be poor, the ranks wait before the generals do.
"""

from __future__ import annotations

from .arithmetic import within


def pay(base: float, arrears: float, floor: float) -> float:
    """Soldiers' pay (share of a living wage): a floor that is always found, the rest in step with
    the rents paid above them.
    """
    return within(base * (floor + (1.0 - floor) * (1.0 - arrears)), 0.0, 1.0)


def desertion(angry: float, paid: float, rate: float, floor: float) -> float:
    """Share of soldiers who leave this week: the angry go, the sooner the worse the pay."""
    return rate * (floor + 1.0 - paid) * angry


def at_rest(paid: float, inflow: float, rate: float, floor: float) -> float:
    """Share of angry soldiers at which anger gained equals the angry lost, at this pay."""
    gained = inflow * (1.0 - paid)
    moved = gained + rate * (floor + 1.0 - paid)
    return gained / moved if moved > 0.0 else 0.0  # nobody is angry where nothing moves


def strength(  # type: ignore[no-untyped-def]
    paid: float, proofing: float, arms: float, allied: float, ranks: float, damage: float, p
) -> float:
    """Strength of the army in the field (1 a full army): ranks * (floor + pay) * what coup-proofing
    leaves of it * patrons' arms, less damage; a patron's troops beside it.
    """
    own = (
        ranks
        * (p.troops_strength + p.troops_paid * paid)
        * (1.0 - p.troops_proofing * proofing)
        * (1.0 + p.troops_arms * arms)
        * (1.0 - damage)
    )
    return own + p.troops_allied * allied


def field(army, court, damage: float, x, p) -> float:  # type: ignore[no-untyped-def]
    """The army's strength now: what still obeys, less what hit-and-run war ties down."""
    whole = strength(
        army.pay,
        x.regime_coup_proofing,
        court.arms,
        court.troops,
        army.ranks * (1.0 - army.split),
        damage,
        p,
    )
    return whole * (1.0 - p.troops_tied * x.rebels_guerrilla)


def waiting(arrears: float, adapted: float, k_last: float) -> float:
    """Arrears that the ranks bear (share): more than the generals', and still more once he has
    learned to be poor.
    """
    return within(arrears * (1.0 + k_last * (0.5 + adapted)), 0.0, 1.0)


def start(army, treasury, court, x, p) -> None:  # type: ignore[no-untyped-def]
    """Soldiers at the start: at rest at the pay that the scenario gives them."""
    owed = waiting(treasury.arrears, court.adapted, p.troops_last)
    army.pay = pay(x.troops_pay, owed, p.troops_floor)
    army.anger = at_rest(army.pay, p.troops_anger, p.troops_desertion, p.troops_leave)
    army.usual = desertion(army.anger, army.pay, p.troops_desertion, p.troops_leave)
    army.ranks = 1.0
    army.dead = 0.0
    army.strength = field(army, court, 0.0, x, p)


def week(army, treasury, court, damage: float, x, p) -> None:  # type: ignore[no-untyped-def]
    """One week: pay, anger, desertion beyond what recruiting makes good, strength."""
    owed = waiting(treasury.arrears, court.adapted, p.troops_last)
    army.pay = pay(x.troops_pay, owed, p.troops_floor)
    left = desertion(army.anger, army.pay, p.troops_desertion, p.troops_leave)
    gained = p.troops_anger * (1.0 - army.pay) * (1.0 - army.anger)
    army.anger = within(
        army.anger + gained - left * (1.0 - army.anger) - army.anger * army.usual, 0.0, 1.0
    )
    army.ranks = within(
        army.ranks * (1.0 - left + army.usual) + p.troops_recruit * (1.0 - army.ranks),
        p.troops_least,
        1.0,
    )
    army.strength = field(army, court, damage, x, p)
