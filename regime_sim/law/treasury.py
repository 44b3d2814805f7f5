"""Treasury: what comes in, what pressure takes, what patrons and reserves make up, and so the
pool of rents.

R = hard currency * exports + mining * gold channel + illicit * open routes + enterprises *
economy + aid; exports lose what sanctions close and patrons do not buy under another label, and
what is stopped at sea. He goes on wanting the customary level: patrons fill part of a gap,
reserves pay the rest until they are gone; in the end officers get used to less. That
substitution is what makes waiting possible (article facts waiting_game, china_oil_share,
russia_aid; Escriba-Folch & Wright 2010 for the route from sanctions to personalist rents).
"""

from __future__ import annotations

from .arithmetic import within


def exports(
    bite: float,
    buyers: float,
    blockade: float,
    k_bite: float,
    k_relabel: float,
    k_blockade: float,
    k_evade: float,
) -> float:
    """Share of oil that still sells: (1 - sanctions not undone by patrons' purchases) * (1 -
    stopped at sea, less evasion).
    """
    sold = 1.0 - k_bite * bite * (1.0 - k_relabel * buyers)
    return within(sold * (1.0 - k_blockade * blockade * (1.0 - k_evade)), 0.0, 1.0)


def cut_off(closed: float, k_closed: float) -> float:
    """Share of trade by air and of domestic business that a closed sky leaves."""
    return 1.0 - k_closed * closed


def gold(bite: float, finance: float, k_bite: float, k_channel: float) -> float:
    """Share of mined gold that still sells: sanctions bite unless a patron's channel is open (gold
    for euros).
    """
    return 1.0 - k_bite * bite * (1.0 - within(k_channel * finance, 0.0, 1.0))


def illicit(strikes: float, blockade: float, k_interdiction: float) -> float:
    """Share of illicit trade that gets through strikes at sea and a blockade."""
    return 1.0 - k_interdiction * max(strikes, blockade)


def economy(base: float, bite: float, damage: float, k_bite: float, k_damage: float) -> float:
    """Domestic economy (1 as usual) under sanctions and bombs."""
    return base * (1.0 - k_bite * bite) * (1.0 - k_damage * damage)


def income(x, t, finance: float, p) -> float:  # type: ignore[no-untyped-def]
    """Rents that come in this week (share of boundless): the four streams by weight, and patrons'
    aid.
    """
    rest = 1.0 - p.treasury_oil_weight - p.treasury_mining_weight - p.treasury_illicit_weight
    return (
        p.treasury_oil_weight * x.rents_hard_currency * t.exports
        + p.treasury_mining_weight * x.rents_mining * t.gold
        + p.treasury_illicit_weight * x.rents_illicit * t.illicit
        + rest * x.rents_enterprises * t.economy
        + p.treasury_aid * finance
    )


def prospect(x, p) -> float:  # type: ignore[no-untyped-def]
    """Rents that the state would bring in were the pressure gone (share): what whoever takes over
    could expect.
    """
    rest = 1.0 - p.treasury_oil_weight - p.treasury_mining_weight - p.treasury_illicit_weight
    return (
        p.treasury_oil_weight * x.rents_hard_currency
        + p.treasury_mining_weight * x.rents_mining
        + p.treasury_illicit_weight * x.rents_illicit
        + rest * x.rents_enterprises * x.treasury_economy
    )


def streams(t, sender, court, damage: float, x, p) -> None:  # type: ignore[no-untyped-def]
    """How open each stream is under this week's pressure."""
    t.exports = exports(
        t.bite,
        court.buyers,
        sender.blockade,
        p.treasury_bite,
        p.treasury_relabel,
        p.treasury_blockade,
        p.treasury_evasion,
    )
    t.gold = gold(t.bite, court.finance, p.treasury_gold_bite, p.treasury_gold_channel)
    open_sky = cut_off(sender.airspace, p.treasury_airspace)
    t.gold = t.gold * open_sky
    t.illicit = illicit(sender.strikes, sender.blockade, p.treasury_interdiction) * open_sky
    t.economy = (
        economy(x.treasury_economy, t.bite, damage, p.treasury_decay, p.treasury_war_damage)
        * open_sky
    )
    t.income = within(income(x, t, court.finance, p), 0.0, p.treasury_most)


def start(t, sender, court, x, p) -> None:  # type: ignore[no-untyped-def]
    """The treasury at the start: sanctions already bite in full, and the customary level is the
    scenario's or today's.
    """
    t.bite = sender.sanctions
    streams(t, sender, court, 0.0, x, p)
    t.customary = max(
        x.treasury_customary if x.treasury_customary > 0.0 else t.income, p.treasury_least
    )
    t.reserves = x.treasury_reserves
    t.rents = t.income
    pay_out(t, court, p)


def pay_out(t, court, p) -> None:  # type: ignore[no-untyped-def]
    """Rents paid: income, what patrons fill of the gap, what reserves can bear of the rest; a
    surplus is saved in part.
    """
    gap = max(0.0, t.customary - t.income)
    filled = within(p.treasury_backfill * court.finance, 0.0, 1.0) * gap
    wanted = p.treasury_spend * (gap - filled)
    drawn = min(wanted, t.reserves * t.customary)
    saved = p.treasury_save * max(0.0, t.income - t.customary)
    t.reserves = within(t.reserves + (saved - drawn) / t.customary, 0.0, p.treasury_cap)
    t.rents = within(t.income - saved + filled + drawn, 0.0, p.treasury_most)
    t.arrears = within(1.0 - t.rents / t.customary, 0.0, 1.0)


def week(t, sender, court, damage: float, x, p) -> None:  # type: ignore[no-untyped-def]
    """One week: sanctions ramp in, streams flow, seizures cut reserves, rents are paid."""
    t.bite = t.bite + (sender.sanctions - t.bite) / p.treasury_ramp
    streams(t, sender, court, damage, x, p)
    t.reserves = t.reserves * (1.0 - p.treasury_seizure * sender.seizures) * (1.0 - x.shock_freeze)
    pay_out(t, court, p)
    less = within(t.customary - t.rents, 0.0, 1.0)
    t.customary = max(t.customary - p.treasury_habit * less, p.treasury_least)
