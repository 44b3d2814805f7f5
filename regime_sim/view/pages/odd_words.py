"""The prose of the ODD page, what no table can say: purpose, concepts and order; holds no number of
the model.
"""

from __future__ import annotations

PURPOSE = """\
A ruler who has gathered power in his own person stands under outside pressure. Over the next weeks: does he leave, does the
regime fall, how, and which levers change that? The model answers with distributions. It is made to compare scenarios and to show what an
answer depends on; it is not made to name a date, and it never gives one future as the forecast.

Two clocks run and are never merged: the **leader's** (in office or out, and how he went) and the **regime's** (stands, stands under
tutelage, has fallen). A ruler can be taken and his regime go on under a successor. What became of the man is a third fact, kept apart."""

PATTERNS = """\
The model is judged by patterns, each with a test of its own: threats alone change little while rents and patrons hold; a personalist
whose army is loyal hardly ever takes exile; isolation and an army cut off from its rents do more together than the sum of each apart;
opposition at home shortens the pressing power's patience and reserves lengthen the ruler's; strikes alone rarely remove; more generals are not simply
safer; unpaid soldiers desert rather than rebel; guards make coups and seizures fail but heal no grievance; and with no pressure at all the
yearly rates of exit, coup and breakdown lie inside the intervals observed in history."""

ENTITIES = """\
| entity | kind | state |
|---|---|---|
| generals | agents | posting and command weight, rents, complicity, loyalty, belief, status (loyal, plotting, purged, fled), trusted peers |
| ruler | one agent | belief in his own survival, reserves, exile as he sees it, age, personal power |
| troops | one cohort | pay, anger, desertion, strength |
| home public | aggregate | grievance, fear, crowd in the streets |
| patrons | up to six agents | commitment, distraction, and what each gives |
| pressing power | one agent | rung of the ladder, resolve, sunk cost, casualties |
| its public | aggregate | opposition to the intervention, approval of its leader |
| armed rebels | aggregate, may be absent | strength, front, outside air support |

Space is not modelled: generals differ by posting and are tied to trusted peers. One step is one week; a crisis that lasts days is
resolved inside the week it breaks out in. A run ends at the scenario's horizon."""

CONCEPTS = {
    "Basic principles": (
        "Patronage and loyalty bought by rents; complicity that binds; coordination under falsified"
        " preferences; competing risks of leaving office; a ladder of pressure with audience costs;"
        " patrons who back only a ruler whom they believe in."
    ),
    "Emergence": (
        "Coup rates, waves of defection, exile and collapse emerge from the week's events. "
        "Hazard ratios known from the literature are targets of tests, never factors of the law."
    ),
    "Adaptation": (
        "Generals choose between loyalty and plotting by a softened best reply; the pressing power"
        " climbs, holds or steps down; patrons move their commitment; the ruler chooses between"
        " staying and a negotiated exit."
    ),
    "Objectives": (
        "A general weighs a share in what would follow against what failure costs and what loyalty"
        " pays. The ruler weighs staying, by his own belief, against exile as far as its promise"
        " can be believed."
    ),
    "Learning": (
        "None that changes a rule. A failed coup is a public event: it teaches and it purges."
    ),
    "Prediction": (
        "The ruler's belief in his survival is a running estimate biased upwards by flatterers;"
        " others use present signals."
    ),
    "Sensing": (
        "Generals see public signals and trusted peers, not the state of the world. Outsiders see"
        " loyalty until it breaks."
    ),
    "Interaction": "Generals through ties of trust; all others through money, force and belief.",
    "Stochasticity": (
        "Every draw is keyed by seed, replicate, week, agent and channel: the same week of the same"
        " replicate sees the same chance in every scenario, on any number of workers. Uncertain"
        " parameters are drawn once per group of sixteen replicates, so that luck and ignorance can"
        " be told apart."
    ),
    "Collectives": (
        "Plots (the weighted share of plotting generals), the crowd, the troops and the rebels."
    ),
    "Observation": (
        "Per replicate: week and way of leaving, what became of the regime and of the man. Per"
        " week: the variables listed under Scales, as mean and quantiles over the worlds in which"
        " he still holds office. Estimates carry intervals and n."
    ),
}

SCHEDULE = """\
A week runs in this order: events of the timeline; the pressing power; patrons; the treasury; patronage; loyalty; belief and plotting;
counter-intelligence; a coup; the street; force; the ruler's own choice; exits, where all hazards of the week compete and one uniform draw
picks. `regime_sim/law/week.py` is that order and nothing else."""

INITIALISATION = """\
A scenario file gives the start date, the horizon, the levers, other inputs, what is uncertain, and a timeline. What it leaves out stands at the default of
the parameter table. The shipped scenarios:"""

INPUT = """\
No series is read from outside. What changes during a run is written in the scenario's timeline: events by week, by date, or by a
condition on the simulated state, drawn from the list below or given as values of parameters. The figures behind defaults and
priors are kept as facts, works and observed rates with their sources; `regime-sim cite SCENARIO` prints those that a run rests on."""
