"""One general's week: loyalty, belief, response, status. The only part of the law that runs once
per general; arithmetic and selection only.

The kernel takes the parts of `answer` one after another over many generals, since a long chain of
operations leaves a vector unit waiting.
"""

from __future__ import annotations

from .loyalty import loyalty
from .plotting import belief, reconsider, response

# status codes add up over at most seven peers within one byte: the low four bits count plotters,
# the high four alarm (a purge alarms twice as a flight)
PLOTTING = 1
FLED = 16
PURGED = 32


def answer(
    peers: float,
    alarmed: float,
    rent_share: float,
    complicity: float,
    tie: float,
    private: float,
    rent: float,
    k_rent: float,
    half: float,
    k_complicity: float,
    k_tie: float,
    common: float,
    spread: float,
    gain: float,
    signal: float,
    prize: float,
    cost: float,
    alarm: float,
    beta: float,
) -> float:
    """Odds against this general's plotting if he reconsiders now; `peers` and `alarmed` are shares
    of his trusted peers.
    """
    loyal = loyalty(
        rent * rent_share,
        complicity,
        tie,
        private,
        k_rent,
        half,
        k_complicity,
        k_tie,
        common,
        spread,
    )
    return response(belief(peers, gain, signal), loyal, alarm * alarmed, prize, cost, beta)


def fate(
    uniform: float, plots: float, against: float, rate: float, kept: float, stays: float
) -> float:
    """Status code of one general after this week. Of a plotter's uniform the part from `kept` on is
    found, and that from `stays` to `kept` flees; else the lowest `rate` reconsiders, at odds
    `against` plotting.
    """
    now = reconsider(uniform, plots, against, rate)
    lost = float(PURGED) if uniform >= kept else float(FLED)
    lost = lost if plots > 0.0 else now
    return lost if uniform >= stays else now
