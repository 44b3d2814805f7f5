"""The ruler: he sees what all can see, flatterers make light of it, exile is an AND-gate, and he
gambles when every exit is punished.

He leaves only if credibility * V_exile > p V_stay + (1 - p) V_fall, p his own belief, and only once
he feels the end near: an offer must exist, be credible, and defeat be imminent (0 of 6, 0 of 4, 9
of 12 in the case table; Krcmaric 2018 for culpability; Goemans 2000 and Downs & Rocke 1994 for
gambling; Debs & Goemans 2010). Personal power grows with survival (Svolik 2012).
"""

from __future__ import annotations

from .arithmetic import exp, logistic, normal, power, within


def sees_crowd(street, p) -> float:  # type: ignore[no-untyped-def]
    """Danger that he sees in the street: large crowds, and above all those that are not shot at."""
    return p.leader_sees_crowd * street.crowd * street.crowd * (0.25 + street.refusal)


def sees_front(rebels, p) -> float:  # type: ignore[no-untyped-def]
    """Danger that he sees in a front that comes near."""
    return p.leader_sees_front * rebels.front * rebels.front


def sees_rest(plot, circle, force, sender, p) -> float:  # type: ignore[no-untyped-def]
    """Danger that he sees elsewhere: a force that stands ready and would win, men and units that
    have left, and the pressing power's word for as much as it is worth. What plotters keep from him
    is not in it.
    """
    return (
        p.leader_sees_force * power(force.built, p.leader_sees_power) * force.share
        + p.leader_sees_losses * within(plot.defection + circle.gone, 0.0, 1.0)
        + p.leader_sees_word * sender.ultimatum * sender.credibility * sender.pressure
    )


def believed(danger: float, bias: float, personalism: float) -> float:
    """His own belief that he will still be in office: exp(-danger), danger made light of by
    flatterers, the more so the more personal his rule.
    """
    return exp(-danger * (1.0 - bias * personalism))


def fall_value(worst: float, culpability: float) -> float:
    """Value of falling (office = 1): less the more there is to answer for."""
    return worst * (1.0 - culpability)


def exile_value(credibility: float, culpability: float, k_culpable: float, value: float) -> float:
    """Value of exile (office = 1): its credibility, cut for the culpable, who are six times less
    likely to go (Krcmaric 2018).
    """
    return value * credibility * (1.0 - k_culpable * culpability)


def felt(belief: float, enough: float) -> float:
    """How near he feels the end (share): the doubt in his own survival against the doubt that is
    enough to make him think of leaving.
    """
    return within((1.0 - belief) / enough, 0.0, 1.0)


def exile_hazard(
    offer: float, go: float, stay: float, near: float, rate: float, sharpness: float
) -> float:
    """Weekly hazard of a negotiated exit: an offer AND exile worth more than staying AND the end
    felt to be near (all must hold).
    """
    return rate * offer * near * near * logistic(sharpness * (go - stay))


def gamble(danger: float, best_exit: float, k_gamble: float) -> float:
    """How far he gambles (0 none): danger felt times how badly the best way out is punished
    (Goemans 2000; Downs & Rocke 1994).
    """
    return k_gamble * within(danger, 0.0, 1.0) * (1.0 - within(best_exit, 0.0, 1.0))


def start(leader, x, u, army: int, coup: int, rebels: int) -> None:  # type: ignore[no-untyped-def]
    """The ruler at the start, with what no observer sees of his army, officers and rebels (normals
    from three uniforms).
    """
    leader.personalism = x.leader_personalism
    leader.tenure = x.leader_tenure
    leader.age = x.leader_age
    leader.culpability = x.leader_culpability
    leader.belief = 1.0
    leader.danger = 0.0
    leader.gamble = 0.0
    leader.exile = 0.0
    leader.rescued = 0.0
    leader.hidden_army = normal(u[army])
    leader.hidden_coup = normal(u[coup])
    leader.hidden_rebels = normal(u[rebels])


def week(leader, danger: float, word: float, x, p) -> None:  # type: ignore[no-untyped-def]
    """One week: what he believes, whether he would go, whether he gambles, and how his power
    grows. `word`: what the pressing power's word is worth now (share).
    """
    leader.culpability = leader.culpability + x.shock_indictment * (1.0 - leader.culpability)
    leader.danger = danger
    leader.belief = believed(danger, p.leader_bias, leader.personalism)
    fall = fall_value(p.leader_fall, leader.culpability)
    stay = leader.belief + (1.0 - leader.belief) * fall
    safe = within(x.exile_credibility * (1.0 + p.leader_word * (word - 0.6)), 0.0, 1.0)
    go = exile_value(safe, leader.culpability, p.leader_culpable, p.leader_exile)
    leader.exile = exile_hazard(
        x.exile_offer,
        go,
        stay,
        felt(leader.belief, p.leader_doubt),
        p.leader_exile_rate,
        p.leader_sharpness,
    )
    leader.gamble = gamble(1.0 - leader.belief, x.exile_offer * go, p.leader_gamble)
    leader.personalism = within(
        leader.personalism + p.leader_growth * (1.0 - leader.personalism) / p.time_weeks_a_year,
        0.0,
        1.0,
    )
    leader.tenure = leader.tenure + 1.0 / p.time_weeks_a_year
    leader.age = leader.age + 1.0 / p.time_weeks_a_year
