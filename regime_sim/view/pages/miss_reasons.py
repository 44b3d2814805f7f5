"""Why the model card's known misses are missed, as judgement from the case; holds no figure."""

from __future__ import annotations

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
        "killed at the front in the second week, beside a regime that stood: the chance of a battle"
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
