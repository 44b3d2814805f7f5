"""The inputs of the model: the levers' parts, what a scenario may set besides, and its events."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .declare import Kind, Lever, LeverPart, NamedEvent, Parameter

PATRON_SLOTS = ("russia", "china", "cuba", "patron4", "patron5", "patron6")
PRINCIPAL_SLOTS = tuple(f"principal{k}" for k in range(1, 13))
UNIT_SLOTS = ("land", "guard", "air", "navy", "police", "region")
JUDGEMENT = ("judgement",)


@dataclass(frozen=True, slots=True)
class _Scale:
    """What an input is measured in, and its range."""

    unit: str
    low: float
    high: float


_SHARE = _Scale("share", 0.0, 1.0)


def _part(
    name: str,
    symbol: str,
    default: float,
    acts_in: str,
    source: str,
    meaning: str,
    *anchors: tuple[float, str],
) -> Parameter:
    part = _given(name, symbol, _SHARE, default, acts_in, source, meaning)
    return replace(part, kind=Kind.LEVER, anchors=anchors)


def _given(
    name: str,
    symbol: str,
    scale: _Scale,
    default: float,
    acts_in: str,
    source: str,
    meaning: str,
) -> Parameter:
    return Parameter(
        name,
        symbol,
        scale.unit,
        scale.low,
        scale.high,
        default,
        None,
        Kind.EXOGENOUS,
        acts_in,
        tuple(source.split()),
        meaning,
    )


# tables of inputs, anchors and events
# fmt: off
RENTS = [
    _part("rents.enterprises", "r_e", 0.65, "treasury", "rent_streams military_is_key",
        "rents from firms, food and raw-material distribution that officers control",
        (0.1, "no firm left in military hands"), (0.5, "some firms, little profit"),
        (0.9, "officers run the profitable economy")),
    _part("rents.hard_currency", "r_h", 0.65, "treasury", "rent_streams china_oil_share",
        "rents from oil dollars handed out at preferential rates, and preferential loans",
        (0.1, "no dollars to hand out"), (0.5, "rationed dollars"), (0.9, "dollars at will")),
    _part("rents.illicit", "r_i", 0.5, "treasury", "drug_bribes loose_network",
        "rents from smuggling and drug transit that are tolerated", (0.1, "routes closed"),
        (0.5, "routes contested"), (0.9, "routes open and protected")),
    _part("rents.mining", "r_m", 0.5, "treasury", "rent_streams russia_aid",
        "rents from gold and other mines under military control", (0.1, "mines idle or unsold"),
        (0.5, "some gold finds a buyer"), (0.9, "gold sold freely for euros")),
]

SUPPORT = [
    _part("foreign_support.russia", "c_ru", 0.3, "patrons",
        "russia_aid russia_partnership russia_distracted",
        "Russia's commitment: finance, arms, gold bought outside regulated markets",
        (0.1, "words only"), (0.5, "credit and arms"), (0.9, "a blank cheque")),
    _part("foreign_support.china", "c_cn", 0.4, "patrons", "china_oil_share",
        "China's commitment: it buys the oil, direct or re-labelled", (0.1, "buyers step back"),
        (0.5, "some oil at a discount"), (0.9, "buys nearly all of it")),
    _part("foreign_support.cuba", "c_cu", 0.3, "patrons", "cuban_guards",
        "Cuba's commitment: bodyguards and counter-intelligence", (0.1, "advisers go home"),
        (0.5, "advisers in the agencies"), (0.9, "it guards the ruler himself")),
    *(
        _part(f"foreign_support.{slot}", f"c_{slot[-1]}", 0.0, "patrons", "judgement",
            f"commitment of a further patron that a scenario names (slot {slot[-1]})")
        for slot in PATRON_SLOTS[3:]
    ),
]

PRESSURE = [
    _part("us_pressure.ultimatum", "i_ult", 0.0, "ladder", "ordered_to_leave saddam_ultimatum",
        "he is told to go, in public", (0.5, "told to negotiate"),
        (1.0, "ordered to leave by a date")),
    _part("us_pressure.sanctions", "i_san", 0.0, "treasury", "escriba_wright2010 china_oil_share",
        "sanctions on trade and finance", (0.5, "persons and firms"),
        (1.0, "oil, gold, banks, ships")),
    _part("us_pressure.seizures", "i_sei", 0.0, "treasury", "assets_seized",
        "his assets abroad are seized", (0.5, "some accounts"), (1.0, "all that is found")),
    _part("us_pressure.bounty", "i_bou", 0.0, "loyalty", "bounty",
        "a price on his head and impunity for who delivers him", (0.3, "15 million dollars"),
        (1.0, "50 million dollars")),
    _part("us_pressure.deployment", "i_dep", 0.0, "ladder", "deployment_weeks carrier",
        "forces deployed within reach", (0.5, "a naval build-up"), (0.8, "a carrier group"),
        (1.0, "an invasion force")),
    _part("us_pressure.airspace", "i_air", 0.0, "ladder", "airspace_closed",
        "his airspace is declared closed", (0.5, "warnings to airlines"),
        (1.0, "closed and patrolled")),
    _part("us_pressure.blockade", "i_blo", 0.0, "treasury", "blockade2025",
        "tankers are stopped, trade at sea interdicted", (0.5, "sanctioned ships"),
        (1.0, "every ship")),
    _part("us_pressure.strikes", "i_str", 0.0, "force",
        "boat_strikes land_strike_threat cruise_missiles_cripple pape1996",
        "air and missile strikes", (0.15, "boats at sea"), (0.5, "targets on land"),
        (1.0, "a full air campaign")),
    _part("us_pressure.raid", "i_rai", 0.0, "force", "jones_olken2009 raid2026",
        "raids meant to seize or kill him are authorised and tried", (0.5, "if the chance comes"),
        (1.0, "as soon as it can be done")),
    _part("us_pressure.invasion", "i_inv", 0.0, "force", "saddam_troops downes2021",
        "a ground force that would enter to remove him, as seen then", (0.25, "not ruled out"),
        (0.6, "one stands ready"), (1.0, "it is going in")),
]

OPINION = [
    _part("public_opinion.us_opposition", "o", 0.5, "opinion", "us_opposition",
        "share of the outside public opposed to military action", (0.3, "a popular war"),
        (0.7, "7 in 10 opposed")),
    _part("public_opinion.us_approval", "a", 0.45, "opinion", "us_approval ipsos2026",
        "approval of the pressing power's own leader at home", (0.4, "a record low"),
        (0.6, "a strong leader")),
    _part("public_opinion.home_opposition", "g", 0.4, "street", "military_is_key",
        "share of his own public that is against him", (0.2, "quiet or cowed"), (0.5, "divided"),
        (0.85, "nearly all")),
]

LEVERS = {
    lever.name: lever
    for lever in (
        Lever("rents", "loyalty rents of the generals: how rich the streams are that feed them",
            tuple(LeverPart(p.name) for p in RENTS),
            ((0.1, "unpaid"), (0.3, "bonuses stop, some contracts flow"),
            (0.7, "rich and exclusive"), (0.9, "boundless")),
            ("military_is_key", "loyalty_bought_years", "rent_streams")),
        Lever("foreign_support", "how far patrons are committed to him",
            tuple(LeverPart(p.name) for p in SUPPORT[:3]),
            ((0.1, "isolated"), (0.4, "buyers, few friends"), (0.7, "credit, arms and guards"),
            (0.95, "troops or a blank cheque")),
            ("waiting_game", "russia_aid", "china_oil_share", "cuban_guards")),
        Lever("us_pressure", "how far the pressing power has climbed its ladder of instruments",
            (LeverPart("us_pressure.ultimatum", start=0.05, end=0.3),
            LeverPart("us_pressure.sanctions", start=0.0, end=0.4),
            LeverPart("us_pressure.seizures", start=0.1, end=0.4),
            LeverPart("us_pressure.bounty", start=0.1, end=0.5),
            LeverPart("us_pressure.deployment", start=0.2, end=0.8),
            LeverPart("us_pressure.airspace", start=0.4, end=0.6),
            LeverPart("us_pressure.blockade", start=0.45, end=0.8),
            LeverPart("us_pressure.strikes", start=0.55, end=1.0),
            LeverPart("us_pressure.raid", start=0.7, end=1.0),
            LeverPart("us_pressure.invasion", start=0.8, end=1.0)),
            ((0.0, "none"), (0.25, "sanctions and words"),
            (0.5, "a naval build-up, airspace closed"), (0.75, "blockade and strikes"),
            (1.0, "invasion")), ("us_strategy", "deployment_weeks")),
        Lever("public_opinion",
            "how far the publics, outside and at home, stand in the way of removing him",
            (LeverPart("public_opinion.us_opposition", 0.0, 1.0),
            LeverPart("public_opinion.us_approval", 0.65, 0.25),
            LeverPart("public_opinion.home_opposition", 0.9, 0.3)),
            ((0.2, "a popular intervention against a hated man"),
            (0.7, "7 in 10 Americans opposed"), (0.9, "a war nobody wants")),
            ("us_opposition", "us_approval")),
    )
}

# what a patron of whom a scenario says nothing more gives at full commitment: a judgement,
# the same for all, so that a file of four levers stands on no country's friends
_GIVES = (0.3, 0.3, 0.3, 0.2, 0.0, 0.2)
GIFTS = {
    "oil": "share of oil exports it buys when fully committed",
    "finance": "loans, aid and gold channels when fully committed, against a full gap in rents",
    "arms": "arms and spares when fully committed",
    "guards": "bodyguards and counter-intelligence when fully committed",
    "troops": "its own troops on the ground when fully committed",
    "distraction": "share of its attention that another war or crisis takes",
}
PATRONS = [
    _given(f"patron.{slot}.{give}", f"{give[0]}_{slot[:2]}{slot[6:]}", _SHARE,
        _GIVES[k], "patrons", "judgement", f"{slot}: {meaning}")
    for slot in PATRON_SLOTS
    for k, (give, meaning) in enumerate(GIFTS.items())
]

# what a principal holds and is, in the order in which the law's record has it
HOLDS = {
    "army": "share of the armed forces that obeys him",
    "party": "share of the ruling party and the state that answers to him",
    "police": "share of the police and the informers that answers to him",
    "heir": "how far he stands in line to follow",
    "tie": "how close he is to the ruler",
    "complicity": "how much he would have to answer for himself",
    "ambition": "how much he wants the first place",
    "exit": "how safe a way out of his own he has: an amnesty, a deal, money abroad",
    "turns": "he changes sides in public this week, and takes what he holds",
}
# role: army, party, police, heir, tie, complicity, ambition, exit (judgements)
ROLES = {
    "vice_president": (0.0, 0.25, 0.05, 0.8, 0.6, 0.5, 0.5, 0.4),
    "party": (0.0, 0.35, 0.05, 0.4, 0.5, 0.5, 0.5, 0.3),
    "defence": (0.2, 0.05, 0.0, 0.2, 0.6, 0.6, 0.4, 0.3),
    "interior": (0.03, 0.1, 0.4, 0.2, 0.6, 0.7, 0.5, 0.2),
    "intelligence": (0.03, 0.05, 0.25, 0.05, 0.7, 0.8, 0.4, 0.2),
    "kin": (0.05, 0.1, 0.05, 0.4, 0.95, 0.7, 0.2, 0.2),
    "guard": (0.12, 0.0, 0.05, 0.05, 0.85, 0.6, 0.2, 0.2),
    "region": (0.08, 0.08, 0.05, 0.1, 0.4, 0.6, 0.5, 0.3),
    "other": (0.0, 0.1, 0.0, 0.1, 0.5, 0.5, 0.4, 0.3),
}
# the court of a scenario that names nobody: the first seven roles, one man each
USUAL_COURT = tuple(ROLES)[:7]
_NOBODY = (0.0,) * (len(HOLDS) - 1)
PRINCIPALS = [
    _given(f"principal.{slot}.{held}", f"{held[:2]}_p{slot[9:]}", _SHARE,
        (*(ROLES[USUAL_COURT[place]] if place < len(USUAL_COURT) else _NOBODY), 0.0)[k],
        "principals", "judgement", f"{slot}: {meaning}")
    for place, slot in enumerate(PRINCIPAL_SLOTS)
    for k, (held, meaning) in enumerate(HOLDS.items())
]

# what a branch or region is: troops, rents, tie (the last one is an event)
UNIT_HAS = {
    "troops": "weight among the armed forces, the six together being the whole",
    "rents": "its officers' rents, against the mean of 1",
    "tie": "how much closer its officers are to the ruler than the mean",
    "turns": "it changes sides in public this week, with its troops",
}
_UNITS = {
    "land": (0.5, 1.0, 0.0),
    "guard": (0.12, 1.3, 0.3),
    "air": (0.08, 1.0, 0.0),
    "navy": (0.07, 1.0, 0.0),
    "police": (0.15, 0.9, 0.1),
    "region": (0.08, 0.9, -0.1),
}
_UNIT_RANGE = {"troops": (0.0, 1.0), "rents": (0.0, 3.0), "tie": (-0.5, 0.5), "turns": (0.0, 1.0)}
UNITS = [
    _given(f"unit.{slot}.{has}", f"{has[:2]}_{slot[:3]}", _Scale("share", *_UNIT_RANGE[has]),
        (*_UNITS[slot], 0.0)[k], "units", "judgement", f"{slot}: {meaning}")
    for slot in UNIT_SLOTS
    for k, (has, meaning) in enumerate(UNIT_HAS.items())
]

GIVEN = [
    _given("leader.personalism", "k_0", _SHARE, 0.6, "leader", "personalist gwf2018",
        "personal power at the start: 0 collegial, 1 he is the state"),
    _given("leader.tenure", "T_0", _Scale("years", 0.0, 50.0), 10.0, "leader", "svolik2012",
        "years in office at the start"),
    _given("leader.age", "A_0", _Scale("years", 25.0, 95.0), 60.0, "exits", "natural_death",
        "his age at the start"),
    _given("leader.culpability", "x_0", _SHARE, 0.5, "leader", "krcmaric2018",
        "how far an indictment or record of crimes closes a safe retirement"),
    _given("exile.offer", "f", _SHARE, 0.1, "leader", "exile_chance saddam_ultimatum",
        "an offer to leave unharmed: 0 none, 1 firm, with a host"),
    _given("exile.credibility", "chi", _SHARE, 0.45, "leader",
        "krcmaric2018 exile_cases", "how far the promise of safety abroad can be believed"),
    _given("amnesty.credibility", "m", _SHARE, 0.0, "loyalty", "judgement",
        "how far officers can believe that they would be spared afterwards"),
    _given("regime.coup_proofing", "k_c", _SHARE, 0.6, "coup",
        "quinlivan1999 debruin2018",
        "own coup-proofing: kin, split commands, parallel forces, agencies that watch each other"),
    _given("regime.institutions", "k_i", _SHARE, 0.4, "aftermath",
        "gwf2018 continuity2026",
        "party, family or collective security command that could go on without him"),
    _given("regime.military", "k_m", _SHARE, 0.0, "coup", "gwf2018",
        "how far officers rule as a body: 1 a junta"),
    _given("regime.monarchy", "k_r", _SHARE, 0.0, "coup", "gwf2018",
        "how far a ruling family rules as a body"),
    _given("regime.party", "k_y", _SHARE, 0.3, "principals", "gwf2018",
        "how far a ruling party could remove and replace him by its own rules"),
    _given("coup.condemnation", "k_cn", _SHARE, 0.5, "coup",
        "marinov_goemans2014 pt.coup_attempts.rate.personalist.by_period",
        "how surely the world would withhold aid and recognition from a government that came by a"
         " coup: 0.2 in the Cold War, 0.6 since, 0.8 in the 2010s"),
    _given("regime.repression", "k_q", _SHARE, 0.5, "choice", "davenport2007",
        "repression at the start; from then on he chooses it"),
    _given("generals.number", "N", _Scale("generals", 8.0, 20000.0), 500.0, "patronage",
        "judgement",
        "officers of general rank who share the rents at the start; he promotes and retires"),
    _given("treasury.reserves", "q_0", _Scale("weeks of rents", 0.0, 200.0), 15.0, "treasury",
        "assets_seized", "reserves at the start, in weeks of full customary rents"),
    _given("treasury.customary", "y_0", _Scale("share", 0.0, 1.2), 0.0, "treasury", "waiting_game",
        "level of rents that the generals are used to and he wants to go on paying; 0 means the"
         " level at the start"),
    _given("treasury.economy", "y_e", _Scale("share", 0.0, 1.5), 1.0, "treasury",
        "loyalty_bought_years", "state of the domestic economy, 1 as usual"),
    _given("troops.pay", "w_0", _Scale("share of a living wage", 0.0, 1.0), 0.6, "troops",
        "soldier_pay", "pay of soldiers when rents are as customary"),
    _given("street.crowd", "s_0", _Scale("share of the mobilisable", 0.0, 1.0), 0.0, "street",
        "navco21", "crowd in the streets at the start"),
    _given("street.campaign", "s_n", _SHARE, 0.0, "street", "navco21",
        "an organised campaign against him at the start: 0.3 has gone on for months, 1 everybody"),
    _given("rebels.strength", "b_0", _Scale("share of the army's", 0.0, 1.0), 0.0, "rebels",
        "gaddafi_offer", "armed rebels at the start, against the army's full strength"),
    _given("rebels.front", "b_f", _Scale("share of the way", 0.0, 1.0), 0.0, "rebels", "judgement",
        "how far their front has come at the start, 1 at the capital"),
    _given("rebels.air_support", "b_a", _SHARE, 0.0, "rebels", "gaddafi_offer pape1996",
        "share of the outside strikes that are flown for the rebels"),
    _given("force.air_defence", "d", _SHARE, 0.4, "force", "raid2026",
        "air defence around the ruler"),
    _given("force.insider", "n", _SHARE, 0.0, "force", "raid2026",
        "a source close to the ruler"),
    _given("force.precision", "z", _SHARE, 0.5, "force", "decapitation",
        "capability of the pressing power to reach one man by raid or strike"),
    _given("sender.resolve", "v_0", _SHARE, 0.5, "ladder", "fearon1994",
        "how much the pressing power wants him gone"),
    _given("sender.sunk", "a_0", _SHARE, 0.0, "ladder", "fearon1994 deployment_weeks",
        "audience cost already sunk at the start"),
    _given("sender.weeks", "t_0", _Scale("weeks", 0.0, 500.0), 0.0, "ladder", "deployment_weeks",
        "weeks that the pressure has lasted at the start"),
    _given("tutelage.start", "u_0", _SHARE, 0.0, "aftermath", "tutelage2026",
        "tutelage at the start: how far an outside power directs the regime"),
    _given("tutelage.concession", "u_c", _SHARE, 0.0, "aftermath", "tutelage2026",
        "policy conceded at the start: oil terms, prisoners, recognition"),
    _given("rebels.guerrilla", "b_u", _SHARE, 0.0, "rebels", "judgement",
        "hit-and-run war that wears the army down and takes no ground"),
    _given("opposition.leader", "l_0", _SHARE, 0.4, "opposition", "judgement",
        "the opposition's leader: 0 none or jailed, 0.4 abroad or hiding, 1 free and followed"),
    _given("opposition.unity", "l_u", _SHARE, 0.5, "opposition", "judgement",
        "how far the opposition acts as one"),
    _given("vote.fraud", "e_f", _SHARE, 0.5, "vote", "hyde_marinov2012",
        "how much of a lost vote he could falsify or forbid"),
    _given("sender.terms", "v_t", _SHARE, 0.4, "deal", "judgement",
        "what the pressing power would settle for: 0 only his exit, 1 any paper"),
    _given("deal.terms", "d_t", _SHARE, 0.0, "deal", "tutelage2026",
        "a deal in force: what he concedes under it"),
    _given("deal.relief", "d_r", _SHARE, 0.0, "deal", "tutelage2026",
        "a deal in force: the share of the pressure that is lifted for it"),
    _given("calendar.vote", "e", _SHARE, 0.0, "vote", "hyde_marinov2012",
        "a vote or term limit due this week that could end his rule lawfully"),
    _given("calendar.midterms", "e_m", _SHARE, 0.0, "ladder", "gaubatz1991",
        "elections in the pressing power are near"),
    _given("calendar.war_powers", "e_w", _SHARE, 0.0, "ladder", "howell_pevehouse2007",
        "its parliament votes this week on ending the use of force"),
    _given("calendar.new_president", "e_n", _SHARE, 0.0, "ladder", "wolford2012",
        "a new leader takes office there this week"),
    # shocks: nothing in an ordinary week; a timeline's event sets them for the weeks that it lasts
    _given("shock.failed_coup", "e_c", _SHARE, 0.0, "plotting", "judgement",
        "a coup has just failed"),
    _given("shock.defection", "e_d", _SHARE, 0.0, "plotting", "kuran1991",
        "a named unit has just changed sides in public"),
    _given("shock.crowd", "e_s", _SHARE, 0.0, "street", "kuran1991",
        "a crowd comes out for a reason of its own"),
    _given("shock.rebellion", "e_b", _SHARE, 0.0, "rebels", "judgement",
        "an armed rebellion breaks out at this strength"),
    _given("shock.indictment", "e_i", _SHARE, 0.0, "leader", "krcmaric2018",
        "he is indicted: what he would have to answer for grows"),
    _given("shock.freeze", "e_z", _SHARE, 0.0, "treasury", "assets_seized",
        "share of his reserves that is frozen this week"),
    _given("shock.evacuation", "e_v", _SHARE, 0.0, "patrons", "judgement",
        "a patron sends an aircraft for him this week"),
    _given("shock.arrest", "e_o", _SHARE, 0.0, "opposition", "judgement",
        "the opposition's leader is arrested this week"),
    _given("shock.rally", "e_r", _SHARE, 0.0, "opinion", "mueller1973",
        "the outside public rallies behind its leader"),
    _given("shock.purge", "e_p", _SHARE, 0.0, "counterintelligence", "sudduth2017",
        "he purges on his own motion: detection is this much harsher"),
]

INPUTS = [*RENTS, *SUPPORT, *PRESSURE, *OPINION, *PATRONS, *PRINCIPALS, *UNITS, *GIVEN]
_MILITARY = ("deployment", "airspace", "blockade", "strikes", "raid", "invasion")
FOREVER = float("inf")


def _event(name: str, meaning: str, lasts: float, source: str, **sets: float) -> NamedEvent:
    rows = tuple((key.replace("__", "."), 0.0, value) for key, value in sets.items())
    return NamedEvent(name, meaning, rows, lasts, tuple(source.split()))


EVENTS = {
    event.name: event
    for event in (
        _event("ultimatum", "he is ordered to leave by a date", 8,
            "ordered_to_leave saddam_ultimatum", us_pressure__ultimatum=1),
        _event("sanctions", "sanctions are imposed", FOREVER, "escriba_wright2010",
            us_pressure__sanctions=1),
        _event("seizure", "his assets abroad are seized", 26, "assets_seized",
            us_pressure__seizures=1),
        _event("bounty", "a price is put on his head", FOREVER, "bounty", us_pressure__bounty=1),
        _event("deployment", "forces are deployed within reach", FOREVER,
            "deployment_weeks carrier", us_pressure__deployment=1),
        _event("airspace_closed", "the airspace is declared closed", FOREVER, "airspace_closed",
            us_pressure__airspace=1),
        _event("blockade", "tankers are stopped at sea", FOREVER, "blockade2025",
            us_pressure__blockade=1),
        _event("strikes", "air and missile strikes", 4, "boat_strikes pape1996",
            us_pressure__strikes=1),
        _event("raid", "a raid to seize or kill him is authorised", 8, "raid2026 jones_olken2009",
            us_pressure__raid=1),
        _event("invasion", "a ground force stands ready to go in", FOREVER, "saddam_troops",
            us_pressure__invasion=1),
        NamedEvent(
            "withdraw",
            "the pressing power goes home (intensity 1: nothing military is left)",
            tuple((f"us_pressure.{part}", float("nan"), 0.0) for part in _MILITARY),
            FOREVER,
            ("waiting_game",),
        ),
        _event("exile_offer", "he is offered exile with a host and guarantees", FOREVER,
            "exile_chance", exile__offer=1, exile__credibility=1),
        _event("amnesty", "officers are offered an amnesty that can be believed", FOREVER,
            "judgement", amnesty__credibility=1),
        _event("rebel_air_support", "outside aircraft fly for the rebels", FOREVER, "gaddafi_offer",
            rebels__air_support=1),
        _event("rebellion", "an armed rebellion breaks out", 1, "gaddafi_offer",
            shock__rebellion=1),
        _event("crowd", "a crowd comes out", 1, "navco21", shock__crowd=1),
        _event("failed_coup", "a coup has just failed", 1, "singh2014", shock__failed_coup=1),
        _event("defection", "a named unit changes sides in public", 1, "kuran1991",
            shock__defection=1),
        _event("deal", "a deal: he concedes terms, the pressing power lifts pressure", FOREVER,
            "tutelage2026", deal__terms=1, deal__relief=1),
        _event("indictment", "he is indicted abroad", 1, "krcmaric2018", shock__indictment=1),
        _event("freeze", "his funds abroad are frozen", 1, "assets_seized", shock__freeze=1),
        _event("guerrilla", "a hit-and-run war begins", FOREVER, "judgement",
            rebels__guerrilla=1),
        _event("amnesty_offer", "an amnesty is offered: to all officers, or to the one named by"
            " `of`", FOREVER, "judgement", amnesty__credibility=1),
        _event("evacuation", "a patron sends an aircraft for him", 2, "judgement",
            shock__evacuation=1),
        _event("midterms", "elections in the pressing power are near", 12, "gaubatz1991",
            calendar__midterms=1),
        _event("war_powers_vote", "its parliament votes on ending the use of force", 1,
            "howell_pevehouse2007", calendar__war_powers=1),
        _event("new_president", "a new leader takes office in the pressing power", 1,
            "wolford2012", calendar__new_president=1),
        _event("opposition_arrest", "the opposition's leader is arrested", 1, "judgement",
            shock__arrest=1),
        _event("rally", "the outside public rallies behind its leader", 1, "mueller1973",
            shock__rally=1),
        _event("purge", "he purges the officer corps", 4, "sudduth2017", shock__purge=1),
        _event("insider", "a source close to him talks", FOREVER, "raid2026", force__insider=1),
        _event("vote", "a vote that could end his rule lawfully", 1, "judgement", calendar__vote=1),
        NamedEvent(
            "patrons_leave",
            "all three patrons step back (intensity 1: completely)",
            tuple((f"foreign_support.{slot}", float("nan"), 0.0) for slot in PATRON_SLOTS[:3]),
            FOREVER,
            ("waiting_game",),
        ),
    )
}
# fmt: on
