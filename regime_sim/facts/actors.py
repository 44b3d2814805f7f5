"""The actors of a future and the numbers that are their state: each declared here once, for both
engines; computes nothing.

The order of actors and fields is the order of the flat state (`STATE_NAMES`). A new actor needs a
row here, a file in `law/` and its calls in `law/week.py`; see CONTRIBUTING.md.
"""

from __future__ import annotations

from .declare import Actor
from .levers import GIFTS, HOLDS, PATRON_SLOTS, PRINCIPAL_SLOTS, UNIT_HAS, UNIT_SLOTS
from .outcomes import OBSERVABLES, WAYS


def _actor(name: str, meaning: str, fields: str) -> Actor:
    return Actor(name, meaning, tuple(fields.split()))


ACTOR_ROWS = (
    _actor(
        "sender",
        "the power that presses: its rung, posture, resolve, sunk cost, word, and the "
        "instruments it has in force",
        "first escalation posture sunk weeks dead resolve deployment airspace blockade "
        "strikes raid invasion sanctions seizures bounty ultimatum pressure "
        "base_deployment base_airspace base_blockade base_strikes base_raid base_invasion "
        "credibility waited temper step_down step_up settles",
    ),
    _actor(
        "outside",
        "the pressing power's public: opposition to intervention, approval of its leader",
        "drift rally dead opposition approval",
    ),
    _actor(
        "court",
        "what the palace has to work with this week: patrons' gifts added up, guards, and how "
        "large a coalition it feeds",
        "buyers finance arms troops lent guards number dilution exit_cost coordination roundup "
        "coup_hazard failure_hazard bond adapted felt rescue lost_guards",
    ),
    _actor(
        "treasury",
        "streams, reserves, and the rents that are paid",
        "bite exports gold illicit economy income customary reserves rents arrears",
    ),
    _actor(
        "army",
        "the rank and file: pay, anger, ranks, strength in the field, what has changed sides, dead",
        "pay anger usual ranks strength split dead",
    ),
    _actor(
        "street",
        "the home public: grievance, fear, the crowd in the streets, the campaign behind it, and "
        "whether soldiers stand aside",
        "crowd mood fear grievance refusal hazard tired campaign",
    ),
    _actor(
        "opposition",
        "the opposition at home: its leader, how far it acts as one, what a vote would give it",
        "leader unity share stolen",
    ),
    _actor(
        "rebels",
        "armed rebels, if there are any: strength, front, and how likely a new war is made by "
        "what went before",
        "strength front hazard legacy",
    ),
    _actor(
        "plot",
        "the officer corps as a whole: how many plot, what all can see, what all remember",
        "plotting command purged fled memory defection weak attempts",
    ),
    _actor(
        "leader",
        "the ruler: personal power, tenure, age, what he sees and believes, what he chooses, and "
        "what no observer sees of those around him",
        "personalism tenure age culpability belief danger gamble exile repression purge "
        "rescued hidden_army hidden_coup hidden_rebels",
    ),
    _actor(
        "circle",
        "the principals together: what still stands by him, what has left, and a palace coup in "
        "the making",
        "army party police gone hazard best failure",
    ),
    _actor(
        "regime",
        "the regime: standing or fallen, tutelage, concessions, how many rulers it has had",
        "fallen tutelage concession relief rulers fate after heir",
    ),
    _actor(
        "force",
        "the use of force: capacity destroyed, a build-up, and this week's hazards of seizure "
        "and invasion",
        "damage built share seizure raid_fails invasion",
    ),
    _actor("exits", "the exit modes and their hazards this week", " ".join(WAYS[1:])),
)
# actor: the names of its numbers
ACTORS: dict[str, tuple[str, ...]] = {row.name: row.fields for row in ACTOR_ROWS}
# of each patron: what the scenario says of its support, its gifts, and its commitment now
PATRON_FIELDS = ("support", *GIFTS, "commitment", "left")
# of each principal: what the scenario says of him, how loyal he is, and whether he is still there
PRINCIPAL_FIELDS = (*HOLDS, "loyalty", "there")
# of each branch or region: what the scenario says of it, and the share that still obeys
UNIT_FIELDS = (*UNIT_HAS, "loyal")
STATE_NAMES: tuple[str, ...] = (
    *(f"{actor}.{field}" for actor, fields in ACTORS.items() for field in fields),
    *(f"{slot}.{field}" for slot in PATRON_SLOTS for field in PATRON_FIELDS),
    *(f"{slot}.{field}" for slot in PRINCIPAL_SLOTS for field in PRINCIPAL_FIELDS),
    *(f"{slot}.{field}" for slot in UNIT_SLOTS for field in UNIT_FIELDS),
)
# of each observable: its place in the flat state, and whether it is ln(1 + state)
OBSERVED_AT: tuple[int, ...] = tuple(STATE_NAMES.index(row.reads) for row in OBSERVABLES)
OBSERVED_LOG: tuple[bool, ...] = tuple(row.log for row in OBSERVABLES)
