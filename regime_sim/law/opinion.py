"""The pressing power's public: opposition drifts with duration and the logarithm of casualties, and
rallies when force is first used and after a success.

S(t) = S0 + drift * weeks under pressure + beta ln(1 + K) - rally exp(-t / tau) (Mueller 1973;
Gelpi, Feaver & Reifler 2006; Eichenberg 2005). Opinion binds on long and bloody options, hardly on
short and cheap ones: see the ladder's expected costs.
"""

from __future__ import annotations

from .arithmetic import log, within


def log_dead(dead: float) -> float:
    """ln(1 + K): the part of casualties that opinion feels (Mueller 1973)."""
    return log(1.0 + dead)


def start(outside, x) -> None:  # type: ignore[no-untyped-def]
    """The outside public at the start."""
    outside.drift = 0.0
    outside.rally = 0.0
    outside.dead = 0.0
    outside.opposition = x.public_opinion_us_opposition
    outside.approval = x.public_opinion_us_approval


def week(outside, sender, x, p) -> None:  # type: ignore[no-untyped-def]
    """One week: duration adds, casualties add by their logarithm, a rally fades."""
    outside.dead = outside.dead + p.opinion_strike_dead * sender.strikes
    outside.rally = outside.rally + p.opinion_rally * sender.step_up * sender.pressure
    sender.dead = log_dead(outside.dead)
    outside.drift = within(outside.drift + p.opinion_drift * sender.pressure, 0.0, 1.0)
    outside.rally = (
        outside.rally * (1.0 - 1.0 / p.opinion_rally_weeks) + p.opinion_rally * x.shock_rally
    )
    outside.opposition = within(
        x.public_opinion_us_opposition
        + outside.drift
        + p.opinion_casualties * sender.dead
        - outside.rally,
        0.0,
        1.0,
    )
    outside.approval = within(
        x.public_opinion_us_approval
        + p.opinion_approval_rally * outside.rally
        - p.opinion_casualties * sender.dead,
        0.0,
        1.0,
    )
