"""A vote: lost or won by how many are against him, falsified as far as he can, and a theft may
bring people out.

P(more votes against him) is a logit in the share against him; fraud and repression turn part of
the losses into wins on paper (Hyde & Marinov 2012; Knutsen, Nygard & Wig 2017); a stolen vote
starts a crowd more often than anything else does (Tucker 2007; Beaulieu 2014). Sizes are a
judgement.
"""

from __future__ import annotations

from .arithmetic import log, logistic, within


def lost(against: float, even: float, slope: float) -> float:
    """Probability that more votes are cast against him than for him."""
    return logistic(slope * (against - even))


def falsified(fraud: float, repressed: float) -> float:
    """Share of lost votes that he turns into wins: as far as he can falsify, and as far as nobody
    dares to say so.
    """
    return within(fraud * (0.6 + 0.4 * repressed), 0.0, 0.98)


def week(world, u: float, x, p) -> float:  # type: ignore[no-untyped-def]
    """Hazard that a vote of this week ends his rule; with one uniform, whether one that he stole
    brings people out.
    """
    if x.calendar_vote <= 0.0:
        return 0.0
    opposition, street, leader = world.opposition, world.street, world.leader
    q = lost(opposition.share, p.vote_even, p.vote_slope)
    stolen = falsified(x.vote_fraud, leader.repression)
    opposition.stolen = x.calendar_vote * q * stolen
    if u < p.vote_outrage * opposition.stolen:
        street.crowd = max(street.crowd, p.vote_crowd * opposition.share)
    return -log(1.0 - within(x.calendar_vote * q * (1.0 - stolen), 0.0, 0.999))
