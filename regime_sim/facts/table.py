"""The structural parameters: every number of the law, once, by mechanism, with range, prior and source; reads nothing, computes nothing.

A default is the centre of the prior. A row without a prior is a definition or a convention; rows whose source is "judgement" are ours and say so.
"""

from __future__ import annotations

from .declare import Kind, Parameter, Prior

_ACTS_IN = {"hidden.coup": "coup", "hidden.army": "street", "hidden.rebels": "rebels", "fate": "aftermath", "successor": "aftermath", "tutelage": "aftermath", "generals": "patronage", "time": "week"}


def ln(median: float, sigma: float) -> Prior:
    """Lognormal by median and log standard deviation."""
    return Prior("lognormal", (median, sigma))


def no(mean: float, sd: float) -> Prior:
    """Normal by mean and standard deviation."""
    return Prior("normal", (mean, sd))


def un(low: float, high: float) -> Prior:
    """Uniform."""
    return Prior("uniform", (low, high))


def be(a: float, b: float) -> Prior:
    """Beta."""
    return Prior("beta", (a, b))


def _centre(prior: Prior) -> float:
    a, b = prior.args[0], prior.args[1]
    return {"lognormal": a, "normal": a, "uniform": (a + b) / 2, "beta": a / (a + b)}[prior.family]


def s(name: str, symbol: str, unit: str, low: float, high: float, centre: float | Prior, source: str, meaning: str) -> Parameter:
    """One structural row; `centre` is a number, or a prior whose centre is the default."""
    prior = centre if isinstance(centre, Prior) else None
    default = _centre(centre) if isinstance(centre, Prior) else float(centre)
    room = name.split(".")[0]
    return Parameter(name, symbol, unit, low, high, default, prior, Kind.STRUCTURAL, _ACTS_IN.get(name, _ACTS_IN.get(room, room)), tuple(source.split()), meaning)


J = "judgement"

STRUCTURAL = [
    s("time.weeks_a_year", "Y", "weeks", 52.0, 52.3, 52.1786, J, "weeks in a year"),
    s("time.days_a_week", "D", "days", 7, 7, 7, J, "days in a week: the clock of a crisis"),
    # ---- the officer corps as it is built
    s("generals.reference", "N_0", "generals", 100, 10000, 2000, "generals", "number of generals at which dilution, selectorate and coordination are 1"),
    s("generals.peers", "n_p", "generals", 2, 7, 6, J, "trusted peers of each general"),
    s("generals.command_slope", "z_c", "exponent", 0, 2, 1.0, "singh2014", "how unequal command is: troops fall as (rank + offset)^-slope"),
    s("generals.command_offset", "z_o", "share", 0.001, 1, 0.02, J, "offset of that rank, as a share of the corps"),
    s("generals.posting_power", "z_p", "exponent", 0, 1, 0.5, "border_postings", "a posting pays as troops commanded to this power"),
    s("generals.complicity", "z_x", "share", 0, 1, 0.55, "military_is_key", "mean complicity"),
    s("generals.complicity_spread", "z_s", "share", 0, 0.5, 0.18, J, "standard deviation of complicity"),
    s("generals.complicity_posting", "z_m", "share", 0, 0.5, 0.15, "drug_bribes", "more complicity in the better half of the postings"),
    s("generals.favour", "z_f", "share", 0, 2, 0.6, "loyalty_bought_years", "extra rent for a close tie to the ruler, as he sees it"),
    s("generals.near", "z_n", "share", 0, 1, 0.7, "granovetter1978", "share of trusted peers who are near in command; the rest are anywhere"),
    # ---- ladder of the pressing power
    s("ladder.reached", "e_0", "share", 0.1, 1, 0.5, J, "strength from which an instrument counts as a rung reached"),
    s("ladder.fresh_rung", "e_1", "share", 0.1, 1, un(0.4, 0.8), J, "strength of an instrument that is newly reached by climbing"),
    s("ladder.climb", "h_u", "a year", 0, 6, ln(1.6, 0.4), J, "climbs a year at full resolve and no cost"),
    s("ladder.aversion", "k_u", "log per share", 0, 8, un(1.0, 3.0), "gelpi2006", "how a costly next rung deters where the public is opposed"),
    s("ladder.cost_deployment", "g_1", "share of an invasion", 0, 1, 0.05, J, "expected cost of deploying"),
    s("ladder.cost_airspace", "g_2", "share of an invasion", 0, 1, 0.03, J, "expected cost of closing the airspace"),
    s("ladder.cost_blockade", "g_3", "share of an invasion", 0, 1, 0.12, J, "expected cost of a blockade"),
    s("ladder.cost_strikes", "g_4", "share of an invasion", 0, 1, 0.3, J, "expected cost of strikes on land"),
    s("ladder.cost_raid", "g_5", "share of an invasion", 0, 1, 0.25, "ipsos2026", "expected cost of a raid: short and cheap if it works"),
    s("ladder.weight_deployment", "m_d", "share", 0, 1, 0.5, J, "military pressure of a full deployment, an invasion force being 1"),
    s("ladder.weight_airspace", "m_a", "share", 0, 1, 0.5, J, "military pressure of a closed airspace"),
    s("ladder.weight_blockade", "m_b", "share", 0, 1, 0.65, J, "military pressure of a full blockade"),
    s("ladder.weight_strikes", "m_s", "share", 0, 1, 0.85, J, "military pressure of a full air campaign"),
    s("ladder.weight_raid", "m_r", "share", 0, 1, 0.85, J, "military pressure of raids"),
    s("ladder.blink", "h_d", "a year", 0, 3, ln(0.35, 0.4), "waiting_game", "steps down a year at opposition one half, no dead, nothing sunk"),
    s("ladder.blink_opposition", "k_do", "log per share", 0, 8, un(2.0, 4.0), "us_opposition mueller1973", "opposition speeds a step down"),
    s("ladder.blink_years", "k_dt", "log per year", 0, 2, un(0.1, 0.5), "hendricks_weiss_wilson1988", "duration speeds a step down"),
    s("ladder.blink_dead", "k_dk", "log per log dead", 0, 2, un(0.1, 0.4), "mueller1973", "casualties speed a step down"),
    s("ladder.blink_sunk", "k_ds", "log per share", 0, 6, un(0.5, 2.0), "fearon1994", "sunk audience cost holds it back"),
    s("ladder.blink_step", "d_b", "share", 0.1, 1, 0.6, J, "share of military pressure and of sunk cost that one step down takes away"),
    s("ladder.sink", "a_1", "share a week", 0, 0.1, 0.01, "fearon1994", "audience cost sunk per week of full pressure"),
    s("ladder.resolve_sunk", "k_rs", "share", 0, 1, 0.2, "fearon1994", "sunk cost stiffens resolve"),
    s("ladder.resolve_approval", "k_ra", "share per share", 0, 2, 0.4, "us_approval", "an approved leader has more licence"),
    s("ladder.resolve_concession", "k_rc", "share", 0, 1, 0.6, "tutelage2026", "concessions weaken resolve"),
    s("ladder.relief", "l", "share", 0, 1, un(0.6, 1.0), "tutelage2026", "share of the pressure that full concession lifts"),
    # ---- the outside public
    s("opinion.drift", "o_t", "share a week", 0, 0.02, 0.0015, "mueller1973", "opposition gained per week of full pressure"),
    s("opinion.casualties", "o_k", "share per log dead", 0, 0.2, un(0.01, 0.04), "mueller1973 gelpi2006", "opposition per unit of ln(1 + dead)"),
    s("opinion.rally", "o_r", "share", 0, 0.3, un(0.03, 0.08), "eichenberg2005 ipsos2026", "rally after a success"),
    s("opinion.rally_weeks", "o_w", "weeks", 1, 52, 8, "eichenberg2005", "time in which a rally fades by two thirds"),
    s("opinion.approval_rally", "o_a", "share per share", 0, 2, 0.6, "ipsos2026", "part of a rally that goes to approval of the leader"),
    s("opinion.strike_dead", "o_s", "dead a week", 0, 20, 0.5, J, "own dead per week of full strikes"),
    # ---- patrons
    s("patrons.speed", "c_v", "share a week", 0.005, 0.5, 0.06, J, "how fast commitment moves to where it is going"),
    s("patrons.distraction", "c_d", "share", 0, 1, un(0.3, 0.7), "russia_distracted", "commitment lost at full distraction"),
    s("patrons.loser", "c_l", "share", 0, 1, un(0.2, 0.6), J, "commitment lost when he looks wholly weak: nobody backs a loser"),
    s("patrons.defiance", "c_b", "share", 0, 1, un(0.1, 0.5), "blockade2025", "commitment lost under a full blockade"),
    s("patrons.fade", "c_f", "share a week", 0, 0.2, un(0.005, 0.02), "continuity2026", "commitment lost per week of full strikes that it did not answer"),
    s("patrons.noise", "c_n", "share", 0, 0.1, 0.01, J, "weekly noise in commitment, at full support"),
    # ---- treasury
    s("treasury.oil_weight", "y_1", "share", 0.1, 0.7, 0.45, "rent_streams", "share of rents at full streams that is oil and hard currency"),
    s("treasury.mining_weight", "y_2", "share", 0, 0.4, 0.12, "rent_streams", "share that is mining"),
    s("treasury.illicit_weight", "y_3", "share", 0, 0.4, 0.18, "drug_bribes", "share that is illicit trade; the rest is domestic enterprises"),
    s("treasury.aid", "y_4", "share", 0, 0.5, un(0.04, 0.14), "russia_aid", "rents that fully committed financiers add"),
    s("treasury.bite", "y_b", "share", 0.1, 0.95, un(0.45, 0.85), "escriba_wright2010", "oil exports that full sanctions stop before evasion"),
    s("treasury.relabel", "y_r", "share", 0, 1, un(0.75, 0.98), "china_oil_share", "share of that which patrons' purchases under another label undo"),
    s("treasury.blockade", "y_s", "share", 0, 1, un(0.5, 0.9), "blockade2025", "exports that a full blockade stops before evasion"),
    s("treasury.evasion", "y_v", "share", 0, 1, un(0.1, 0.5), J, "share of a blockade that is evaded"),
    s("treasury.gold_bite", "y_g", "share", 0, 1, un(0.4, 0.9), "russia_aid", "gold that sanctions leave unsold without a patron's channel"),
    s("treasury.gold_channel", "y_h", "per share of finance", 0, 2, un(0.6, 1.4), "russia_aid", "how far a patron's finance reopens it: gold for euros"),
    s("treasury.interdiction", "y_i", "share", 0, 1, un(0.2, 0.6), "boat_strikes", "illicit trade stopped by full strikes at sea or a blockade"),
    s("treasury.decay", "y_d", "share", 0, 0.9, un(0.1, 0.4), "escriba_wright2010", "domestic enterprises lost under sanctions in full bite"),
    s("treasury.war_damage", "y_w", "share", 0, 1, un(0.2, 0.6), J, "domestic enterprises lost when all military capacity is destroyed"),
    s("treasury.ramp", "y_t", "weeks", 2, 104, un(10, 30), "marinov2005", "time in which sanctions come to bite"),
    s("treasury.backfill", "y_f", "per share of finance", 0, 2, un(0.2, 1.0), "russia_aid", "part of a gap in rents that fully committed financiers fill"),
    s("treasury.spend", "y_p", "share a week", 0, 1, un(0.6, 0.95), "waiting_game", "part of the gap left that he pays from reserves"),
    s("treasury.save", "y_q", "share", 0, 1, 0.5, J, "part of a surplus that is saved"),
    s("treasury.seizure", "y_z", "share a week", 0, 0.2, un(0.005, 0.03), "assets_seized", "reserves lost per week of full seizures"),
    s("treasury.least", "y_l", "share", 0.001, 0.2, 0.05, J, "least customary level, so that arrears have a meaning"),
    s("treasury.most", "y_m", "share", 1, 3, 1.5, J, "most rents that can be paid"),
    s("treasury.cap", "y_c", "weeks of rents", 50, 200, 200, J, "most reserves that are kept"),
    # ---- patronage and loyalty
    s("patronage.dilution", "r_n", "exponent", 0, 1, un(0.3, 0.7), "generals bueno_de_mesquita2003", "how the number of generals dilutes the pool"),
    s("patronage.selectorate", "r_s", "utility", 0, 1, un(0.0, 0.12), "bueno_de_mesquita2003", "what leaving the coalition costs per e-fold of the selectorate"),
    s("loyalty.rent", "l_r", "utility", 0, 6, ln(2.1, 0.2), "wright_frantz_geddes2015", "weight of saturated rents"),
    s("loyalty.half", "l_h", "share", 0.05, 1, un(0.45, 0.75), J, "rents at half their effect"),
    s("loyalty.complicity", "l_x", "utility", 0, 2, un(0.3, 0.9), "military_is_key", "complicity binds"),
    s("loyalty.tie", "l_t", "utility", 0, 2, un(0.1, 0.5), "quinlivan1999", "tie to the ruler"),
    s("loyalty.grievance", "l_g", "utility", 0, 3, un(0.5, 1.2), "casper_tyson2014", "grievance of the public felt in the army"),
    s("loyalty.bounty", "l_b", "utility", 0, 2, un(0.05, 0.4), "bounty", "bounty, on men with clean hands"),
    s("loyalty.threat", "l_f", "utility", 0, 2, un(0.0, 0.3), "us_strategy", "outside threat, on men with clean hands"),
    s("loyalty.spread", "l_s", "utility", 0.1, 3, un(0.3, 0.55), "granovetter1978", "spread of private loyalty, hidden from all"),
    # ---- plotting
    s("plotting.prize", "p_w", "utility", 0.5, 5, un(1.6, 2.4), J, "prize of a coup that carries"),
    s("plotting.cost", "p_c", "utility", 0.2, 5, un(1.2, 1.8), "goemans2008", "punishment of one that fails"),
    s("plotting.fear", "p_f", "utility", 0, 3, un(0.3, 0.9), "sudduth2017", "fear adds to the cost"),
    s("plotting.beta", "p_b", "per utility", 0.3, 6, un(2.1, 3.1), "mckelvey_palfrey1995", "sharpness of the quantal response"),
    s("plotting.base", "p_0", "log odds", -5, 2, no(-1.1, 0.1), "singh2014", "belief that a coup would carry with no sign of weakness and no peer in"),
    s("plotting.gain", "p_g", "log odds per share", 0, 8, un(0.5, 2.0), "granovetter1978 kuran1991", "what trusted peers add in quiet times (slope below 1)"),
    s("plotting.break", "p_k", "factor", 0, 5, un(0.5, 2.5), "kuran1991 lohmann1994", "how much more peers matter once an event is seen by all"),
    s("plotting.signal", "p_s", "log odds", 0, 5, un(0.8, 1.8), "casper_tyson2014", "what public signs of weakness add"),
    s("plotting.crowd", "q_s", "share", 0, 2, 0.5, "casper_tyson2014", "sign of weakness: a full crowd"),
    s("plotting.front", "q_f", "share", 0, 2, 0.8, J, "sign of weakness: rebels at the capital"),
    s("plotting.damage", "q_d", "share", 0, 2, 0.4, "pape1996", "sign of weakness: all capacity destroyed"),
    s("plotting.arrears", "q_a", "share", 0, 2, un(0.2, 0.7), "military_is_key", "sign of weakness: all rents unpaid"),
    s("plotting.memory", "q_m", "share", 0, 3, un(0.45, 0.9), "powell_thyne_recent", "sign of weakness: a coup has just been tried"),
    s("plotting.memory_weeks", "q_w", "weeks", 4, 260, 60, "powell_thyne_recent", "time in which that memory fades by two thirds"),
    s("plotting.defection", "q_u", "share", 0, 3, 1.0, "kuran1991", "sign of weakness: a unit has changed sides in public"),
    s("plotting.defection_weeks", "q_v", "weeks", 1, 52, 6, J, "time in which that impression fades"),
    s("plotting.defection_rate", "q_r", "a week", 0, 2, 0.4, "navco21", "units that change sides a week at full crowd and full refusal"),
    s("plotting.rate", "p_r", "share a week", 0.02, 0.6, 0.25, "blume1993", "generals who reconsider in a week"),
    # ---- counter-intelligence
    s("counterintelligence.rate", "f_r", "a week", 0, 0.3, un(0.01, 0.05), "quinlivan1999", "weekly chance that a plotter is found, per unit of guards"),
    s("counterintelligence.base", "f_0", "share", 0, 1, 0.2, J, "agencies' reach without guards"),
    s("counterintelligence.lent", "f_l", "share", 0, 1, 0.5, "cuban_guards", "how far patrons' agents cover the gaps of his own"),
    s("counterintelligence.plot", "f_p", "per share", 0, 10, 2.0, "singh2014", "a larger plot leaks more"),
    s("counterintelligence.purge", "f_u", "factor", 0, 10, 3.0, "sudduth2017", "how much harsher a purge on his own motion is"),
    s("counterintelligence.roundup", "f_f", "share", 0, 0.6, un(0.2, 0.5), "singh2014", "plotters found in the week after a coup has failed"),
    s("counterintelligence.most", "f_m", "share", 0, 0.65, 0.6, J, "most plotters that a week's search can find"),
    s("counterintelligence.flight", "f_e", "a week", 0, 0.1, 0.004, J, "weekly chance that a plotter flees, at full fear"),
    s("counterintelligence.alarm", "f_a", "utility", 0, 5, un(0.5, 2.0), "sudduth2017", "cost added when all trusted peers have been purged or have fled"),
    # ---- coup
    s("coup.reference", "o_0", "share", 0.01, 0.5, 0.10, J, "share of troops under plotters at which the rates below are stated"),
    s("coup.launch", "x_r", "a year", 0, 3, ln(0.88, 0.3), "pt_attempts", "launches a year at the reference share"),
    s("coup.steepness", "x_p", "exponent", 0.5, 5, un(1.5, 2.1), "singh2014", "how steeply launches rise with the share"),
    s("coup.saturation", "x_t", "share", 0, 1, 0.02, J, "launches level off in a corps that plots as one"),
    s("coup.coordination", "x_n", "share", 0, 2, un(0.65, 1.15), "generals", "cost of bringing in more men where generals are many"),
    s("coup.young", "x_y", "factor", 0, 8, un(1.5, 3.5), "svolik2012", "extra launches while a ruler is new"),
    s("coup.young_years", "x_z", "years", 0.5, 15, 3.0, "svolik2012", "time in which that fades by two thirds"),
    s("coup.entrenched", "x_e", "share", 0, 1, un(0.2, 0.6), "svolik2009", "launches lost to full personal power"),
    s("coup.success_odds", "o_c", "odds", 0.05, 8, ln(1.1, 0.35), "coup_success singh2014", "odds of success at the reference share, no coup-proofing, no guards"),
    s("coup.share", "o_h", "log odds per share", 0, 15, un(2, 6), "singh2014", "a larger plot succeeds more often"),
    s("coup.proofing", "o_p", "log odds", 0, 5, un(0.8, 1.8), "debruin2018 quinlivan1999", "coup-proofing against success"),
    s("coup.guards", "o_g", "log odds", 0, 5, un(0.3, 1.1), "debruin2018", "guards against success"),
    s("coup.crowd", "o_m", "log odds", 0, 5, un(0.4, 1.4), "koehler_albrecht2021", "a full crowd for success"),
    s("coup.days", "o_d", "days", 1, 14, 3, "singh2014", "days in which a coup is settled"),
    s("coup.pace", "o_v", "share a day", 0, 1, 0.4, "singh2014", "part that is settled each day by the forces joined so far"),
    s("coup.bandwagon", "o_b", "a day", 0, 4, un(0.4, 1.6), "singh2014 morris_shin1998", "how fast the rest drift to the side that leads"),
    s("hidden.coup", "s_c", "log odds", 0, 2, un(0.4, 0.9), J, "what no observer sees of his officers (standard deviation)"),
    s("hidden.army", "s_a", "log odds", 0, 3, un(0.6, 1.2), J, "what no observer sees of soldiers' will to shoot (standard deviation)"),
    s("hidden.rebels", "s_b", "log strength", 0, 1.5, un(0.2, 0.45), J, "what no observer sees of the rebels (standard deviation)"),
    # ---- troops
    s("troops.floor", "w_f", "share", 0, 1, 0.2, "soldier_pay", "part of pay that is always found"),
    s("troops.anger", "w_a", "a week", 0, 0.3, 0.06, J, "inflow of the angry at no pay"),
    s("troops.desertion", "w_d", "a week", 0, 0.3, un(0.02, 0.06), "military_is_key", "desertion of the angry at no pay"),
    s("troops.leave", "w_l", "share", 0, 2, 0.2, J, "desertion of the angry even when paid, in proportion"),
    s("troops.recruit", "w_r", "a week", 0, 0.2, 0.01, J, "part of the gaps in the ranks that is filled"),
    s("troops.least", "w_m", "share", 0.05, 1, 0.2, J, "ranks that always stay"),
    s("troops.strength", "w_s", "share", 0.05, 1, un(0.08, 0.28), J, "strength of an army unpaid and without cohesion"),
    s("troops.paid", "w_p", "share", 0, 2, un(0.3, 0.6), "barany2016", "strength that full pay adds"),
    s("troops.cohesion", "w_c", "share", 0, 2, un(0.2, 0.5), "bellin2012", "strength that kin, sect and guards add"),
    s("troops.arms", "w_g", "share", 0, 3, un(0.3, 1.0), "russia_aid", "factor that fully committed patrons' arms add"),
    s("troops.allied", "w_t", "share", 0, 2, un(0.3, 0.8), "bahrain2011", "strength that a patron's troops on the ground add"),
    # ---- street
    s("street.arrears", "g_r", "share", 0, 1, un(0.1, 0.4), "escriba_wright2010", "grievance when no rents are paid"),
    s("street.economy", "g_e", "share", 0, 1, un(0.1, 0.5), "marinov2005", "grievance when the economy has stopped"),
    s("street.mood", "g_m", "share", 0, 0.1, 0.018, J, "weekly noise of grievance"),
    s("street.mood_fade", "g_f", "a week", 0, 1, 0.05, J, "part of a mood that fades each week"),
    s("street.rally", "g_b", "share", 0, 0.5, un(0.05, 0.15), "pape1996 serbia_iran_rally", "grievance lost under foreign bombs"),
    s("street.fear", "v_u", "share", 0, 1, 0.2, J, "usual fear"),
    s("street.fear_fade", "v_f", "a week", 0, 1, 0.04, J, "how fast fear returns to its usual level"),
    s("street.fear_coup", "v_c", "share", 0, 1, 0.2, J, "fear after a coup has failed"),
    s("street.fear_purge", "v_p", "share per share", 0, 5, 1.0, "sudduth2017", "fear per share of generals purged or fled"),
    s("street.fear_shots", "v_s", "share a week", 0, 0.5, 0.03, J, "fear gained in a week in which soldiers shoot"),
    s("street.onset", "n_0", "a year", 0, 0.5, ln(0.069, 0.3), "navco21", "campaigns that begin in a year at grievance one half"),
    s("street.onset_grievance", "n_g", "log per share", 0, 10, un(2.5, 5.0), "navco21", "how onsets rise with grievance"),
    s("street.quiet", "n_q", "share", 0, 0.2, 0.04, J, "crowd below which the street counts as quiet"),
    s("street.first", "n_1", "share", 0, 1, 0.12, J, "smallest crowd with which a campaign begins"),
    s("street.first_spread", "n_2", "share", 0, 1, 0.38, J, "spread of that first crowd"),
    s("street.growth", "n_r", "a day", 0, 2, ln(0.42, 0.15), "granovetter1978", "daily growth of a small crowd at full grievance"),
    s("street.wane", "n_w", "a day", 0, 1, ln(0.11, 0.2), J, "daily loss to fatigue, doubled at full fear"),
    s("street.shoot", "n_x", "a day", 0, 1, un(0.08, 0.2), "bellin2012", "daily loss where the army obeys"),
    s("street.noise", "n_e", "a day", 0, 0.5, 0.06, J, "daily noise of the crowd's growth"),
    s("street.refusal", "u_b", "log odds", -6, 4, no(-2.3, 0.3), "security_defection", "that the army stands aside: no crowd, no anger, middling coup-proofing"),
    s("street.refusal_crowd", "u_s", "log odds", 0, 6, un(1.2, 2.8), "security_defection", "a full crowd"),
    s("street.refusal_anger", "u_a", "log odds", 0, 8, un(1.5, 4.0), "bellin2012 barany2016", "soldiers all angry"),
    s("street.refusal_proofing", "u_k", "log odds", 0, 8, un(1.8, 3.5), "quinlivan1999 bellin2012", "kin and sect at the guns"),
    s("street.refusal_plot", "u_p", "log odds", 0, 8, 2.0, "casper_tyson2014", "all troops under plotters"),
    s("street.refusal_troops", "u_t", "log odds", 0, 15, un(5, 9), "bahrain2011", "a patron's troops on the ground: close to a veto"),
    s("street.exit", "u_r", "a day", 0, 1, ln(0.25, 0.25), "crisis_weeks", "hazard that he goes, at full crowd and full refusal"),
    s("street.exit_power", "u_e", "exponent", 0.5, 4, 1.5, J, "power of the crowd in that hazard"),
    s("street.endgame", "u_g", "share", 0, 0.5, un(0.05, 0.2), "koehler_albrecht2021", "part of crowd-driven exits in which officers act, at middling coup-proofing"),
    # ---- rebels
    s("rebels.onset", "b_u", "a year", 0, 0.6, ln(0.28, 0.3), "archigos_rebels", "rebellions that begin in a year at grievance one half"),
    s("rebels.onset_grievance", "b_g", "log per share", 0, 8, 2.0, J, "how onsets rise with grievance"),
    s("rebels.least", "b_m", "share", 0, 0.5, 0.08, J, "strength below which there is no rebellion"),
    s("rebels.first", "b_1", "share", 0, 1, 0.2, J, "smallest strength with which one begins"),
    s("rebels.first_spread", "b_2", "share", 0, 1, 0.5, J, "spread of that strength"),
    s("rebels.decisiveness", "b_d", "exponent", 0.2, 6, un(1.5, 3.5), "hirshleifer1989", "decisiveness of the contest"),
    s("rebels.defence", "b_h", "share", 0, 1, un(0.38, 0.5), J, "share in the contest that defence holds without losing ground"),
    s("rebels.speed", "b_v", "a week", 0, 0.5, ln(0.12, 0.3), "crisis_weeks", "how fast the front moves at full superiority"),
    s("rebels.noise", "b_n", "a week", 0, 0.1, 0.02, J, "weekly noise of the front"),
    s("rebels.growth", "b_r", "a week", 0, 0.2, 0.01, J, "strength gained per week with the front beyond the point below"),
    s("rebels.fade", "b_q", "share", 0, 1, 0.15, J, "front below which rebels melt away"),
    s("rebels.air", "b_x", "factor", 0, 4, un(0.6, 1.8), "pape1996 gaddafi_offer", "what full outside strikes add to the rebels they fly for"),
    s("rebels.win", "b_w", "a week", 0, 1, ln(0.10, 0.3), "crisis_weeks", "hazard that they win with the front at the capital"),
    s("rebels.win_power", "b_e", "exponent", 0.5, 6, 2.5, J, "how that hazard rises with the front"),
    # ---- force
    s("force.damage", "d_1", "a week", 0, 0.5, un(0.015, 0.045), "cruise_missiles_cripple pape1996", "capacity destroyed per week of full strikes"),
    s("force.repair", "d_2", "a week", 0, 0.2, 0.01, J, "damage repaired in a week"),
    s("force.raid_rate", "z_r", "a year", 0, 20, ln(4.0, 0.5), "jones_olken2009", "serious attempts a year: fully authorised, resolved and capable"),
    s("force.raid_base", "z_0", "log odds", -5, 3, no(-1.1, 0.45), "decapitation jones_olken2009", "success of one attempt at middling guards and air defence"),
    s("force.raid_insider", "z_i", "log odds", 0, 5, un(0.8, 2.0), "raid2026", "an insider talks"),
    s("force.raid_bounty", "z_b", "log odds", 0, 3, un(0.1, 0.7), "bounty", "a full bounty"),
    s("force.raid_plot", "z_q", "log odds per share", 0, 8, un(1.0, 4.0), J, "officers who plot talk"),
    s("force.raid_guards", "z_g", "log odds", 0, 5, un(0.5, 1.5), "cuban_guards", "guards"),
    s("force.raid_defence", "z_d", "log odds", 0, 5, un(0.5, 1.5), "raid2026", "air defence that still stands"),
    s("force.raid_dead", "z_k", "dead", 0, 500, 20, J, "own dead in a raid that fails"),
    s("force.seizure_dead", "z_l", "dead", 0, 100, 1, "raid2026", "own dead in a raid that succeeds"),
    s("force.invasion_rate", "z_v", "a year", 0, 20, ln(2.6, 0.3), "exile_cases", "removals a year by a fully credible ground force that is built up"),
    s("force.invasion_power", "z_w", "exponent", 0.5, 6, un(2.4, 3.6), J, "how steeply that rises with credibility"),
    s("force.build_up", "z_t", "weeks", 1, 52, 9, "saddam_troops", "time in which an invasion force is built up"),
    s("force.background", "z_h", "a year", 0, 0.02, ln(0.0015, 0.5), "archigos_foreign", "removals by some outside force that no lever shows"),
    # ---- the ruler
    s("leader.horizon", "i_w", "weeks", 1, 52, 13, J, "how far ahead he looks"),
    s("leader.bias", "i_b", "share", 0, 0.95, un(0.2, 0.6), "edmond2013", "part of the danger that flatterers hide at full personal power"),
    s("leader.fall", "i_f", "share of office", -1, 0.7, 0.4, "goemans2008", "value of falling for a man with nothing to answer for"),
    s("leader.exile", "i_e", "share of office", 0.3, 2, un(0.95, 1.15), "exile_cases", "value of a wholly credible exile"),
    s("leader.doubt", "i_d", "share", 0.02, 1, un(0.3, 0.5), "exile_cases", "doubt in his own survival from which he feels the end near"),
    s("leader.culpable", "i_x", "share", 0, 0.95, un(0.4, 0.8), "krcmaric2018", "value of exile lost to the fully culpable"),
    s("leader.exile_rate", "i_r", "a week", 0, 1, ln(0.5, 0.3), "exile_cases", "departures a week with the gate open"),
    s("leader.sharpness", "i_k", "per share", 2, 60, un(20, 40), J, "sharpness of the gate"),
    s("leader.gamble", "i_g", "share", 0, 2, un(0.2, 0.8), "goemans2000 downs_rocke1994", "extra fire on crowds when every exit is punished"),
    s("leader.growth", "i_t", "a year", 0, 0.5, 0.03, "svolik2012", "personal power gained in a year of survival"),
    s("leader.coup_growth", "i_c", "share", 0, 1, 0.1, "svolik2012", "personal power gained by beating a coup"),
    # ---- calendar and nature
    s("exits.regular", "t_r", "a year", 0, 0.5, ln(0.038, 0.15), "archigos_regular", "lawful exits a year at middling personal power"),
    s("exits.crisis", "t_c", "share", 0, 1, 0.7, J, "lawful exits lost in a crisis"),
    s("exits.power", "t_p", "log per share", 0, 6, un(1.0, 2.5), "power_terciles", "lawful exits fall with personal power"),
    s("exits.vote", "t_v", "hazard", 0, 3, 0.4, J, "hazard of losing a vote in the week that it is held"),
    s("exits.assassin", "t_a", "a year", 0, 0.02, ln(0.0015, 0.4), "jones_olken2009", "assassinations a year from within"),
    s("exits.assassin_plot", "t_q", "per share", 0, 20, 4.0, J, "how they rise with plotting"),
    s("exits.middle_age", "A_1", "years", 40, 60, 50, "natural_death", "age from which the next rate holds"),
    s("exits.old_age", "A_2", "years", 60, 70, 65, "natural_death", "age from which the next rate holds"),
    s("exits.great_age", "A_3", "years", 70, 90, 75, "natural_death", "age from which the last rate holds"),
    s("exits.death_young", "m_1", "a year", 0, 0.1, 0.0051, "natural_death", "natural deaths before middle age"),
    s("exits.death_middle", "m_2", "a year", 0, 0.1, 0.0037, "natural_death", "natural deaths in middle age"),
    s("exits.death_old", "m_3", "a year", 0, 0.1, 0.0137, "natural_death", "natural deaths in old age"),
    s("exits.death_great", "m_4", "a year", 0, 0.3, 0.0536, "natural_death", "natural deaths in great age"),
    # ---- what follows
    s("aftermath.coup", "k_1", "share", 0.01, 0.99, 0.42, "regime_survives_irregular", "regime goes on after a coup"),
    s("aftermath.uprising", "k_2", "share", 0.01, 0.99, 0.2, "regime_survives_irregular", "after an uprising"),
    s("aftermath.rebellion", "k_3", "share", 0.01, 0.99, 0.06, "regime_survives_irregular", "after a rebels' victory"),
    s("aftermath.negotiated_exit", "k_4", "share", 0.01, 0.99, 0.25, "regime_survives_irregular", "after a negotiated exit"),
    s("aftermath.foreign_removal", "k_5", "share", 0.01, 0.99, be(1.5, 8.5), "continuity_invasion", "after an invasion"),
    s("aftermath.seized", "k_6", "share", 0.01, 0.99, be(4, 2), "continuity_decapitation", "after he is seized or killed by an outside power, without occupation"),
    s("aftermath.assassinated", "k_7", "share", 0.01, 0.99, 0.7, "jones_olken2009", "after an assassination"),
    s("aftermath.died", "k_8", "share", 0.01, 0.99, 0.83, "continuity_death", "after a natural death"),
    s("aftermath.regular", "k_9", "share", 0.01, 0.99, 0.65, "regime_survives_exit", "after a lawful exit"),
    s("aftermath.institutions", "k_n", "log odds", 0, 5, un(0.5, 2.0), "gwf2018", "institutions that can go on without him"),
    s("aftermath.power", "k_p", "log odds", 0, 5, un(0.2, 1.0), "gwf2018", "personal power that dies with him"),
    s("aftermath.crowd", "k_s", "log odds", 0, 5, un(0.3, 1.3), J, "a full crowd"),
    s("tutelage.chance", "u_h", "share", 0.01, 1, un(0.2, 0.8), "tutelage2026", "that a regime left standing after an outside removal accepts direction (one of two in 2026)"),
    s("tutelage.level", "u_l", "share", 0, 1, 0.5, "tutelage2026", "how much direction it accepts"),
    s("tutelage.spread", "u_v", "share", 0, 1, 0.4, J, "spread of that"),
    s("tutelage.weeks", "u_w", "weeks", 10, 1000, 150, J, "time in which tutelage and concessions wear off by two thirds"),
    s("tutelage.least", "u_m", "share", 0.01, 1, 0.15, J, "tutelage from which a regime is said to stand under it"),
    s("successor.power", "j_p", "share", 0, 1, 0.6, "svolik2012", "personal power of a successor, relative to his predecessor's, on average"),
    s("successor.age", "j_a", "years", 30, 80, 57, J, "age of a successor"),
    s("successor.age_spread", "j_b", "years", 0, 20, 8, J, "spread of that age"),
    s("successor.age_least", "j_c", "years", 18, 50, 30, J, "youngest successor"),
    s("successor.guilt", "j_g", "share", 0, 1, 0.6, J, "culpability of a successor, relative to his predecessor's"),
    s("successor.crowd", "j_s", "share", 0, 1, 0.3, "koehler_albrecht2021", "crowd that stays out when he is gone and the regime is not"),
    s("successor.front", "j_f", "share", 0, 1, 0.8, J, "what is left of the rebels' advance"),
    s("successor.shock", "j_m", "share", 0, 1, un(0.2, 0.6), "downes2021", "how far the change of ruler works like a recent attempt"),
    # ---- fates: shares at middling personal power; what is left over goes home unharmed
    s("fate.coup_exile", "q_ce", "share", 0, 1, 0.39, "fate_given_mode", "exile after a coup"),
    s("fate.coup_jail", "q_cj", "share", 0, 1, 0.23, "fate_given_mode", "jail after a coup"),
    s("fate.coup_dead", "q_cd", "share", 0, 1, 0.26, "fate_given_mode", "death after a coup"),
    s("fate.uprising_exile", "q_ue", "share", 0, 1, 0.54, "fate_given_mode", "exile after an uprising"),
    s("fate.uprising_jail", "q_uj", "share", 0, 1, 0.23, "fate_given_mode", "jail after an uprising"),
    s("fate.uprising_dead", "q_ud", "share", 0, 1, 0.08, "fate_given_mode", "death after an uprising"),
    s("fate.rebellion_exile", "q_re", "share", 0, 1, 0.69, "fate_given_mode", "exile after a rebels' victory"),
    s("fate.rebellion_jail", "q_rj", "share", 0, 1, 0.0, "fate_given_mode", "jail after a rebels' victory"),
    s("fate.rebellion_dead", "q_rd", "share", 0, 1, 0.25, "fate_given_mode", "death after a rebels' victory"),
    s("fate.foreign_exile", "q_fe", "share", 0, 1, 0.43, "fate_given_mode", "exile after an invasion"),
    s("fate.foreign_jail", "q_fj", "share", 0, 1, 0.43, "fate_given_mode", "jail after an invasion"),
    s("fate.foreign_dead", "q_fd", "share", 0, 1, 0.0, "fate_given_mode", "death after an invasion"),
    s("fate.negotiated_exile", "q_ne", "share", 0, 1, 0.8, "exile_cases", "exile after a negotiated exit, the rest stay at home"),
    s("fate.regular_exile", "q_le", "share", 0, 1, 0.15, "fate_given_mode", "exile after a lawful exit"),
    s("fate.regular_jail", "q_lj", "share", 0, 1, 0.06, "fate_given_mode", "jail after a lawful exit"),
    s("fate.seized_dead", "q_sd", "share", 0, 1, un(0.3, 0.7), "raid2026 khamenei2026", "killed rather than taken when an outside power reaches him (one of two in 2026)"),
    s("fate.power", "q_p", "log per share", 0, 8, 2.6, "power_terciles", "how death at exit rises with personal power (6% to 28% over the terciles)"),
]
