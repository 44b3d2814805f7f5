"""One general's week: belief, response, status. The only part of the law that runs once per general; arithmetic and selection only."""

from __future__ import annotations

from .loyalty import loyalty
from .plotting import belief, reconsider, response

# status codes add up over at most seven peers within one byte: the low four bits count plotters, the high four alarm (a purge alarms twice as a flight)
PLOTTING = 1
FLED = 16
PURGED = 32


def answer(
    peers: float, alarmed: float, rent_share: float, complicity: float, tie: float, private: float,
    rent: float, k_rent: float, half: float, k_complicity: float, k_tie: float, common: float, spread: float,
    gain: float, signal: float, prize: float, cost: float, alarm: float, beta: float,
) -> float:  # fmt: skip
    """Odds against this general's plotting if he reconsiders now; `peers` and `alarmed` are shares of his trusted peers."""
    loyal = loyalty(rent * rent_share, complicity, tie, private, k_rent, half, k_complicity, k_tie, common, spread)
    return response(belief(peers, gain, signal), loyal, alarm * alarmed, prize, cost, beta)


__all__ = ["FLED", "PLOTTING", "PURGED", "answer", "reconsider"]
