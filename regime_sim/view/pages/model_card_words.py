"""The words of the model card that no run changes: what the model is for, what it is not for, how
far hindsight reaches, why known misses are missed; holds no figure that a run makes.
"""

from __future__ import annotations

HEAD = """# Model card

{mark}
Written by `{command}`, which runs everything below anew; do not edit it by hand. Model `{model}`, written with version {version}.

regime_sim simulates whether a personalist ruler under outside pressure stays in office, how he goes, and whether his regime goes with him. It is a model for asking *what would change if*, and
its skill at saying *what will happen* is what this page measures. Read the section on hindsight before the scores.
"""

PURPOSE = """## What it is for, and what it must not be used for

For: comparing what levers do under stated assumptions, with the same luck on both sides; seeing which unknown numbers an answer hangs on; teaching; writing a forecast down before its question is answered.

Not for:

- deciding on force, sanctions, exile or anybody's safety. The sizes of what levers do are judgement more than measurement, and a wrong law is not in any interval shown here;
- a point forecast. A probability from here without its interval, its n and its base rate is misuse;
- timing. Such systems rank countries well and time nothing; the weeks below are as wide as they are for that reason;
- regimes that are not personalist (party, military and royal rule follow other logics), and episodes without acute pressure, for which the yearly base rate does as well;
- persons below the ruler. Its generals are a distribution of loyalties, and nobody in particular;
- the chance of a raid. No calibration episode ended in one, so that it rests on a prior.
"""

WHY_NOT = """## Why what is not reached is not

Judgement, from the misses below and from what the fit could and could not move.

- *Timid on these cases.* Where nearly all went the model says somewhat less, where none did somewhat more. Every coding is drawn with its coder's uncertainty and every unknown number
  from the sample, and both pull to the middle; the codings themselves are clearer than the world was, because whoever wrote them knew the end. A model that honours both must look timid on them: a slope
  above 1. Sharpening it to fit 44 well-known cases would be easy, and would be paid for on cases that nobody remembers; it was not done.
- *The way out.* A crowd, a deal and officers who step in end the same crises, days apart and by one another's doing. The law gives each its share, and the likeliest is wrong where history took the second.
- *Single misses weigh much.* With 44 cases as with 11, the two worst alone cost more Brier score than the whole distance to the goal: two risings put down within weeks and a palace coup, a
  battlefield death and a guard's night, for which no coding has a sign.
"""

HINDSIGHT = """## How far the codings carry hindsight

- One coder coded all cases, knowing how each ended. A logit on those codings tells exits from survivals almost perfectly, and nobody has such skill: that is hindsight in the codings, and the model reads the same ones.
- Three codings are contaminated by the outcome: `exile_offer` and `exile_credibility` (offers are made to falling men) and `home_public_opposition`. The reference logit is shown with and without them; the law reads
  them too, and the tables above give its scores where it may not.
- **Neither set is out of sample for the form of the law.** The law's mechanisms, its map from codings and the centres of its priors were written while looking at the {calibration} calibration cases, and the
  {development} development cases were scored about three times during early work. Out of fold means that the *parameters* have not seen a case; whoever wrote the law had.
- What the map takes for a raid's precision goes by the year. That is hindsight on technology.
- Cases repeat rulers and their heirs, so that bootstrap intervals are somewhat too narrow.
- Exits are over-sampled. The re-weighted columns give the scores where half of all episodes end in an exit, as among episodes picked by a rule and not by fame.

Only forecasts that were frozen before their question was answered are free of all this: `regime-sim score`.
"""

# Why a case is missed, where something is known; judgement, from its codings and its record.
REASONS = {
    "stroessner87": (
        "a palace coup over blocked promotions, a year and a half in; no coding shows it coming"
    ),
    "saddam90": (
        "two risings after a lost war, which the guard put down within weeks; the codings show"
        " rebels and an air war, not that the one was no support for the other"
    ),
    "saleh11": (
        "an agreement after ten months of bargaining by a ruler whose kin held the guard; the"
        " codings look like one who can wait"
    ),
    "ortega18": (
        "a large crowd that was shot down and faded; for the law a crowd of that size mostly wins"
    ),
    "nkurunziza15": (
        "barricades that were shot down, and a coup beaten; for the law they win more often"
    ),
    "mugabe08": (
        "a lost vote and no crowd: the grievance is coded, the fear that kept people home is not"
    ),
    "khamenei09": "a crowd of hundreds of thousands that guards without pity dispersed",
    "khamenei22": "risings in many cities that the guards put down one by one",
    "bashir09": "rebels far from the capital, whom the law brings nearer than they came",
    "milosevic99": (
        "an outside war and rebels who were not one force; the coding says half joined, and the law"
        " lets them win"
    ),
    "bongo23": (
        "his own guard, on the night of the count; that its chief was slighted is in no coding the"
        " law reads"
    ),
    "deby21": (
        "killed at the front in the second week, beside a regime that stood: the luck of a battle"
    ),
    "deby08": "a patron's troops on the spot turned a lost battle within days",
    "shah78": (
        "a patron that wavered and an army that melted; both were coded as firmer than they proved"
    ),
    "noriega88": (
        "an invasion a year and ten months in, after the pressure had long seemed to come to"
        " nothing"
    ),
    "marcos85": "a crowd that gathered only once officers had broken away",
    "suharto98": (
        "insiders moved him out from under a crowd; the law counts that as an uprising as often"
        " as not"
    ),
    "boutef19": "insiders moved him out from under a crowd; the law counts that as an uprising",
    "nimeiri85": "officers took over from a crowd; the law splits between the two",
    "doe89": "caught between rebels, a landing and a rising; the law splits among them",
    "omar01": (
        "an invasion that was mostly other people's army; the law sees the rebels who did the"
        " fighting"
    ),
    "gbagbo10": "rebels, a foreign force and an unpaid army at once",
    "somoza78": "a deal over an exit that rebels had already forced",
    "mobutu96": "rebels behind whom a neighbour's army marched; the law splits between the two",
    "taylor03": "several ways at once: rebels at the gates, and a deal",
    "mengistu90": "a deal while rebels were winning; the law splits between the two",
}

__all__ = ["HEAD", "HINDSIGHT", "PURPOSE", "REASONS"]
