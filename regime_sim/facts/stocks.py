"""Which inputs are stocks: levels of the start that the world carries on by itself from then on;
computes nothing.

An input that is no stock says how things are in every week. A stock's input says where a state
starts; from week 1 on it shows where that state stands, and a timeline that moves it moves the
state, once (see `law.events` and `law.stocks`).
"""

from __future__ import annotations

# input: the state that it is, as `actor.field`
STOCKS: dict[str, str] = {
    "leader.personalism": "leader.personalism",
    "leader.tenure": "leader.tenure",
    "leader.age": "leader.age",
    "leader.culpability": "leader.culpability",
    "generals.number": "court.number",
    "treasury.reserves": "treasury.reserves",
    "treasury.customary": "treasury.customary",
    "street.crowd": "street.crowd",
    "street.campaign": "street.campaign",
    "rebels.strength": "rebels.strength",
    "rebels.front": "rebels.front",
    "sender.sunk": "sender.sunk",
    "sender.weeks": "sender.weeks",
    "tutelage.start": "regime.tutelage",
    "tutelage.concession": "regime.concession",
    "opposition.leader": "opposition.leader",
}
