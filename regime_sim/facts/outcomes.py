"""The fixed words for what can happen, and the weekly variables that are recorded; holds no number
of the model.
"""

from __future__ import annotations

from .declare import Observable

WAYS = (
    "survived",
    "coup",
    "uprising",
    "rebellion",
    "negotiated_exit",
    "foreign_removal",
    "seized",
    "assassinated",
    "died",
    "regular",
    "palace_coup",
)
WAY_WORDS = {
    "survived": "still in office",
    "coup": "coup",
    "uprising": "uprising",
    "rebellion": "rebels win",
    "negotiated_exit": "negotiated exit",
    "foreign_removal": "invasion",
    "seized": "seized in a raid",
    "assassinated": "assassinated",
    "died": "died",
    "regular": "vote or succession",
    "palace_coup": "palace coup",
}
REGIME = ("stands", "tutelage", "falls")
FATES = ("in_office", "home", "exile", "jail", "dead")

# reads: the actor's state that a variable is (see `actors`)
OBSERVABLES = (
    Observable(
        "plotting", "plot.plotting", "share of generals", 0.0, 1.0, "generals who are plotting"
    ),
    Observable(
        "plotting_command",
        "plot.command",
        "share of troops",
        0.0,
        1.0,
        "troops under generals who are plotting",
    ),
    Observable(
        "purged",
        "plot.purged",
        "share of generals",
        0.0,
        1.0,
        "generals found and purged this week",
    ),
    Observable("fled", "plot.fled", "share of generals", 0.0, 1.0, "generals who fled this week"),
    Observable(
        "rents",
        "treasury.rents",
        "share",
        0.0,
        1.5,
        "rents paid to the generals, reserves included",
        unbounded=True,
    ),
    Observable(
        "income",
        "treasury.income",
        "share",
        0.0,
        1.5,
        "rents that came in this week, before reserves",
        unbounded=True,
    ),
    Observable(
        "exports",
        "treasury.exports",
        "share",
        0.0,
        1.0,
        "oil exports, as a share of what could be sold unpressed",
    ),
    Observable("reserves", "treasury.reserves", "weeks of rents", 0.0, 200.0, "reserves left"),
    Observable("russia", "russia.commitment", "share", 0.0, 1.0, "Russia's commitment"),
    Observable("china", "china.commitment", "share", 0.0, 1.0, "China's commitment"),
    Observable("cuba", "cuba.commitment", "share", 0.0, 1.0, "Cuba's commitment"),
    Observable(
        "guards", "court.guards", "share", 0.0, 1.0, "guards and counter-intelligence, own and lent"
    ),
    Observable("pay", "army.pay", "share of a living wage", 0.0, 1.0, "soldiers' pay"),
    Observable("ranks_anger", "army.anger", "share", 0.0, 1.0, "soldiers who are angry"),
    Observable("ranks", "army.ranks", "share", 0.0, 1.0, "soldiers still with the colours"),
    Observable(
        "army",
        "army.strength",
        "share",
        0.0,
        2.0,
        "strength of the army in the field",
        unbounded=True,
    ),
    Observable("grievance", "street.grievance", "share", 0.0, 1.0, "grievance of the home public"),
    Observable(
        "fear", "street.fear", "share", 0.0, 1.0, "fear of the home public and the officers"
    ),
    Observable(
        "crowd", "street.crowd", "share of the mobilisable", 0.0, 1.0, "crowd in the streets"
    ),
    Observable(
        "rebels", "rebels.strength", "share of the army's", 0.0, 1.0, "strength of armed rebels"
    ),
    Observable(
        "front", "rebels.front", "share of the way", 0.0, 1.0, "how far the rebels' front has come"
    ),
    Observable(
        "us_opposition",
        "outside.opposition",
        "share",
        0.0,
        1.0,
        "outside public opposed to military action",
    ),
    Observable(
        "us_approval",
        "outside.approval",
        "share",
        0.0,
        1.0,
        "approval of the pressing power's leader",
    ),
    Observable("pressure", "sender.pressure", "share", 0.0, 1.0, "military pressure in force"),
    Observable("sanctions", "treasury.bite", "share", 0.0, 1.0, "sanctions in force, as they bite"),
    Observable("strikes", "sender.strikes", "share", 0.0, 1.0, "air and missile strikes in force"),
    Observable("damage", "force.damage", "share", 0.0, 1.0, "military capacity destroyed"),
    Observable(
        "casualties",
        "outside.dead",
        "ln(1 + dead)",
        0.0,
        10.0,
        "casualties of the pressing power so far, as opinion feels them",
        log=True,
    ),
    Observable(
        "belief",
        "leader.belief",
        "probability",
        0.0,
        1.0,
        "the ruler's own belief that he will still be in office",
    ),
    Observable(
        "personalism", "leader.personalism", "share", 0.0, 1.0, "personal power of the ruler"
    ),
    Observable(
        "repression", "leader.repression", "share", 0.0, 1.0, "repression, as he chooses it"
    ),
    Observable(
        "opposition_leader",
        "opposition.leader",
        "share",
        0.0,
        1.0,
        "the opposition's leader: 0 jailed, 1 free and followed",
    ),
    Observable(
        "principals_gone",
        "circle.gone",
        "share",
        0.0,
        1.0,
        "of the regime, what principals who left held and no new man has grown into yet",
    ),
    Observable("split", "army.split", "share", 0.0, 1.0, "troops that have changed sides"),
    Observable(
        "credibility",
        "sender.credibility",
        "share",
        0.0,
        1.0,
        "what the pressing power's word is worth",
    ),
    Observable(
        "concession", "regime.concession", "share", 0.0, 1.0, "what has been conceded in deals"
    ),
    Observable(
        "tutelage",
        "regime.tutelage",
        "share",
        0.0,
        1.0,
        "how far an outside power directs the regime",
    ),
)
