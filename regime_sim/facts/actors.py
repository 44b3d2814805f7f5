"""The actors of a future and the numbers that are their state: each declared here once, for both
engines; computes nothing.

The order of actors and fields is the order of the flat state (`STATE_NAMES`). A new actor needs a
row here, a file in `law/` and its calls in `law/week.py`; see CONTRIBUTING.md.
"""

from __future__ import annotations

from .declare import Actor
from .levers import GIFTS, PATRON_SLOTS
from .outcomes import OBSERVABLES, WAYS


def _actor(name: str, meaning: str, fields: str) -> Actor:
    return Actor(name, meaning, tuple(fields.split()))


ACTOR_ROWS = (
    _actor(
        "sender",
        "the power that presses: its rung, posture, resolve, sunk cost, and the instruments "
        "it has in force",
        "first escalation posture sunk weeks dead resolve deployment airspace blockade "
        "strikes raid invasion sanctions seizures bounty ultimatum pressure",
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
        "buyers finance arms troops guards dilution exit_cost coordination roundup "
        "coup_hazard failure_hazard",
    ),
    _actor(
        "treasury",
        "streams, reserves, and the rents that are paid",
        "bite exports gold illicit economy income customary reserves rents arrears",
    ),
    _actor(
        "army",
        "the rank and file: pay, anger, ranks, strength in the field",
        "pay anger usual ranks strength",
    ),
    _actor(
        "street",
        "the home public: grievance, fear, the crowd in the streets, and whether soldiers "
        "stand aside",
        "crowd mood fear grievance refusal hazard",
    ),
    _actor("rebels", "armed rebels, if there are any: strength and front", "strength front hazard"),
    _actor(
        "plot",
        "the officer corps as a whole: how many plot, what all can see, what all remember",
        "plotting command purged fled memory defection weak attempts",
    ),
    _actor(
        "leader",
        "the ruler: personal power, tenure, age, what he believes, and what no observer sees "
        "of those around him",
        "personalism tenure age culpability belief danger gamble exile hidden_army "
        "hidden_coup hidden_rebels",
    ),
    _actor(
        "regime",
        "the regime: standing or fallen, tutelage, concessions, how many rulers it has had",
        "fallen tutelage concession rulers fate after",
    ),
    _actor(
        "force",
        "the use of force: capacity destroyed, a build-up, and this week's hazards of seizure "
        "and invasion",
        "damage built seizure raid_fails invasion",
    ),
    _actor("exits", "the nine exit modes and their hazards this week", " ".join(WAYS[1:])),
)
# actor: the names of its numbers
ACTORS: dict[str, tuple[str, ...]] = {row.name: row.fields for row in ACTOR_ROWS}
# of each patron: what the scenario says of its support, its gifts, and its commitment now
PATRON_FIELDS = ("support", *GIFTS, "commitment")
STATE_NAMES: tuple[str, ...] = (
    *(f"{actor}.{field}" for actor, fields in ACTORS.items() for field in fields),
    *(f"{slot}.{field}" for slot in PATRON_SLOTS for field in PATRON_FIELDS),
)
# of each observable: its place in the flat state, and whether it is ln(1 + state)
OBSERVED_AT: tuple[int, ...] = tuple(STATE_NAMES.index(row.reads) for row in OBSERVABLES)
OBSERVED_LOG: tuple[bool, ...] = tuple(row.log for row in OBSERVABLES)
