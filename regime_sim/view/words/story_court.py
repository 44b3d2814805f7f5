"""Sentences for what the circle, the branches, the ruler himself, the opposition, the pressing
power and the patrons do in a story; computes no result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...facts.pressing import Power
from .phrases import listed, of_hundred, percent, upper, weeks

N = Mapping[str, Any]  # the numbers of a happening, and `power`: who presses from outside
RUNGS = (
    "forces within reach",
    "a closed airspace",
    "a blockade",
    "strikes",
    "a raid to seize him",
    "a ground force",
)
SIGNS = {
    "crowd": "the crowd in the streets",
    "front": "the rebels' advance",
    "damage": "what the bombs have destroyed",
    "arrears": "rents that go unpaid",
    "memory": "the last attempt to remove him",
    "defection": "those who have already left him",
}
UNITS = {
    "land": "The land forces",
    "guard": "The ruler's guard",
    "air": "The air force",
    "navy": "The navy",
    "police": "The police",
    "region": "The garrisons of a region",
}
HELD = {
    "army": "of the army",
    "party": "of the party and the state",
    "police": "of the police",
}


def patron(n: N) -> str:
    """A patron's name as a sentence begins with it; initials in capitals."""
    name = str(n["patron"]).replace("_", " ")
    return name.upper() if len(name) < 4 else upper(name)


def signs(n: N) -> str:
    """What all can see that speaks against him, or that there is nothing to see."""
    if not n["seen"]:
        return "the ruler shows hardly a sign of weakness"
    share = f" ({percent(n['size'])})" if n["seen"] not in ("memory", "defection") else ""
    return f"the plainest sign of the ruler's weakness is {SIGNS[str(n['seen'])]}{share}"


def rung(number: Any) -> str:
    """A rung of the ladder in words."""
    return RUNGS[min(5, max(0, round(float(number)) - 1))]


def _leaves(n: N) -> tuple[str, str]:
    parts = [f"{percent(n[what])} {words}" for what, words in HELD.items() if n[what] > 0.0]
    held = f"That place held {listed(parts)}" if parts else "That place held no power (0%)"
    bold = f"The ruler loses {n['who']}, in public"
    if n["again"]:
        return f"Whoever followed {n['who']} leaves too", f"{held}; {signs(n)}."
    if n["ordered"]:
        return bold, f"{held}. The timeline has it so."
    return (
        bold,
        (
            f"{held}; {of_hundred(n['rents'])} of 100 of the rents is paid, grievance is at"
            f" {of_hundred(n['grievance'])} of 100, and {signs(n)}."
        ),
    )


def _replaced(n: N) -> tuple[str, str]:
    return (
        f"The place of {n['who']} is filled again",
        f"After {weeks(round(n['since']))} it does {percent(n['there'])} of what it did.",
    )


def _unit(n: N) -> tuple[str, str]:
    if n["ordered"]:
        why = "The timeline has it so"
    elif n["front"] > n["refusal"] * n["crowd"]:
        why = f"The rebels' front has come {percent(n['front'])} of the way"
    else:
        why = (
            f"The chance that soldiers refuse to shoot at the crowd is {percent(n['refusal'])}, and"
            f" {percent(n['crowd'])} of all who might are out"
        )
    split = "turn" if str(n["unit"]) in ("land", "region", "police") else "turns"
    return (
        f"{UNITS[str(n['unit'])]} {split} against him",
        (
            f"{why}. {percent(n['troops'])} of the army changes sides;"
            f" {percent(n['split'])} of it stands against him now."
        ),
    )


def _failed(n: N) -> tuple[str, str]:
    again = f" It is attempt {n['number']:.0f} against this ruler." if n["number"] > 1 else ""
    return (
        f"A palace coup led by {n['who']} fails",
        (
            f"{'A successor is in office. ' if n['after'] else ''}{upper(signs(n))}; his personal"
            f" power is {of_hundred(n['personalism'])} of 100. Those found are rounded up.{again}"
        ),
    )


def _climb(n: N) -> tuple[str, str]:
    """A step up: which rungs it leaves out, and what made it likely."""
    power: Power = n["power"]
    its = power.verb("its", "their")
    if not n["own"]:
        return (
            f"{upper(power.does('stands', 'stand'))} on a higher rung: {rung(n['rung'])}",
            f"The timeline has it so. {_public(n)}",
        )
    over = [rung(k) for k in range(round(n["before"]) + 1, round(n["rung"]))]
    bold = f"{upper(power.does('climbs', 'climb'))}: {rung(n['rung'])}"
    if over:
        bold += f", instead of {' or '.join(over[-2:])}"
    why = [
        f"{upper(its)} resolve is {of_hundred(n['resolve'])} of 100",
        f"{power.verb('it sees', 'they see')} odds of {percent(n['odds'])} that this ends his rule",
    ]
    if n["ultimatum"] >= 0.5:
        why.append(f"{its} ultimatum binds {power.verb('it', 'them')} to act")
    if over and n["deployment"] > 0.5:
        why.append(f"with {its} forces in place a leap costs {power.verb('it', 'them')} less")
    despite = f", although {its} elections are near" if n["elections"] else ""
    return bold, f"{listed(why)}{despite}. {_public(n)}"


def _public(n: N) -> str:
    return f"{percent(n['opposition'])} of {_its(n)} public is opposed."


def _its(n: N) -> str:
    """What belongs to the pressing power: `its`, or `their` where it is several."""
    power: Power = n["power"]
    return power.verb("its", "their")


def _blink(n: N) -> tuple[str, str]:
    """A step down and what made it likely."""
    power: Power = n["power"]
    its, has, why = _its(n), power.verb("it has", "they have"), []
    if n["voted"]:
        why.append(f"{its} parliament votes on the use of force")
    if n["elections"]:
        why.append(f"{its} elections are near")
    if n["killed"] >= 1.0:
        why.append(f"{has} lost about {n['killed']:.0f} of {its} own")
    why.append(f"{has} pressed for {weeks(round(n['weeks']))}")
    why.append(f"{percent(n['opposition'])} of {its} public is opposed")
    return (
        f"{upper(power.does('steps', 'step'))} down a rung",
        (f"{upper(listed(why))}. Military pressure is {of_hundred(n['pressure'])} of 100 now."),
    )


def _ultimatum(n: N) -> tuple[str, str]:
    until = f", until week {n['deadline']:.0f}" if n["deadline"] else ", with no date"
    return (
        f"He is ordered to leave{until}",
        (
            f"The ultimatum's strength is {of_hundred(n['level'])} of 100, and {n['power'].of}"
            f" word is worth {of_hundred(n['credibility'])} of 100."
        ),
    )


def _lapsed(n: N) -> tuple[str, str]:
    return (
        "The ultimatum lapses and nothing was done",
        (
            f"It stood for {weeks(round(n['stood']))}. {upper(n['power'].of)} word is worth"
            f" {of_hundred(n['credibility'])} of 100, from {of_hundred(n['before'])}."
        ),
    )


def _kept(n: N) -> tuple[str, str]:
    return (
        f"The ultimatum ends, and {n['power'].does('has', 'have')} acted on it",
        (
            f"It stood for {weeks(round(n['stood']))}. {upper(_its(n))} word is worth"
            f" {of_hundred(n['credibility'])} of 100, from {of_hundred(n['before'])}."
        ),
    )


def _deal(n: N) -> tuple[str, str]:
    return (
        f"He and {n['power'].called} strike a deal",
        (
            f"He concedes {of_hundred(n['concession'])} of 100 for relief from"
            f" {percent(n['relief'])} of the pressure. He gives himself"
            f" {of_hundred(n['belief'])} of 100 to last eight weeks; {percent(n['opposition'])} of"
            f" {_its(n)} public is opposed, and {n['power'].verb('it', 'they')} would settle for"
            f" {of_hundred(n['settles'])} of 100 of terms short of his exit."
        ),
    )


def _broken(n: N) -> tuple[str, str]:
    return (
        "A deal breaks, and what was conceded is taken back",
        (
            f"Of {of_hundred(n['before'])} of 100 conceded, {of_hundred(n['concession'])} is left;"
            f" nobody enforces it, and {n['power'].of} resolve is"
            f" {of_hundred(n['resolve'])} of 100."
        ),
    )


def _gives_up(n: N) -> tuple[str, str]:
    others = (
        f" {n['others']:.0f} of the others {'has' if n['others'] == 1 else 'have'} gone before."
        if n["others"]
        else ""
    )
    return (
        f"{patron(n)} gives the ruler up",
        (
            f"Military pressure is at {of_hundred(n['pressure'])} of 100, and"
            f" {signs(n)}.{others} Its commitment is {percent(n['commitment'])} now and will sink."
        ),
    )


def _aircraft(n: N) -> tuple[str, str]:
    who = patron(n) if n["patron"] else "A patron"
    return (
        f"{who} stands ready to fly him out",
        (
            f"The chance of it is {percent(n['rescued'])} a week; he gives himself"
            f" {of_hundred(n['belief'])} of 100 to last eight weeks."
        ),
    )


def _represses(n: N) -> tuple[str, str]:
    crowd = f"{percent(n['crowd'])} of all who might are in the streets, and "
    return (
        f"He orders harder repression: {of_hundred(n['repression'])} of 100",
        upper(
            f"{crowd if n['crowd'] > 0.0 else ''}he gives himself {of_hundred(n['belief'])} of 100"
            f" to last eight weeks. It was {of_hundred(n['before'])} at the start; grievance is at"
            f" {of_hundred(n['grievance'])} of 100."
        ),
    )


def _purges(n: N) -> tuple[str, str]:
    cause = (
        f"the last attempt is not forgotten ({of_hundred(n['memory'])} of 100)"
        if n["memory"] > 0.1
        else "he needs no more than suspicion"
    )
    return (
        "He purges the officer corps from strength",
        (
            f"He gives himself {of_hundred(n['belief'])} of 100 to last eight weeks, and {cause};"
            f" his personal power is {of_hundred(n['personalism'])} of 100."
        ),
    )


def _arrest(n: N) -> tuple[str, str]:
    out = f" {percent(n['crowd'])} of all who might are out." if n["crowd"] > 0.0 else ""
    return (
        "The opposition's leader is arrested",
        (
            f"What he can call out falls to {of_hundred(n['leader'])} of 100, from"
            f" {of_hundred(n['before'])}; grievance is at {of_hundred(n['grievance'])} of"
            f" 100.{out}"
        ),
    )


def _stolen(n: N) -> tuple[str, str]:
    return (
        "The vote is stolen, and a crowd comes out for it",
        (
            f"{percent(n['share'])} were against the ruler; the chance that it was lost and"
            f" falsified was {percent(n['stolen'])}. {percent(n['crowd'])} of all who might are"
            " out."
        ),
    )


def _vote(n: N) -> tuple[str, str]:
    stolen = (
        f" The chance that it was lost and falsified was {percent(n['stolen'])}; nobody came out"
        " for it."
        if n["stolen"] >= 0.05
        else ""
    )
    against = f"{percent(n['share'])} were against the ruler."
    return "A vote is held, and the ruler stays", against + stolen


WORDS: Mapping[str, Callable[[N], tuple[str, str]]] = {
    "principal_leaves": _leaves,
    "replaced": _replaced,
    "unit_turns": _unit,
    "failed_palace_coup": _failed,
    "climb": _climb,
    "blink": _blink,
    "ultimatum": _ultimatum,
    "ultimatum_lapsed": _lapsed,
    "ultimatum_kept": _kept,
    "deal": _deal,
    "deal_broken": _broken,
    "patron_gives_up": _gives_up,
    "aircraft": _aircraft,
    "represses": _represses,
    "represses_less": lambda n: (
        f"He can pay for less repression: {of_hundred(n['repression'])} of 100",
        (
            f"It was {of_hundred(n['before'])} at the start; {percent(n['arrears'])} of the"
            " customary rents goes unpaid."
        ),
    ),
    "chooses_purge": _purges,
    "promotes": lambda n: (
        f"He promotes: {n['number']:,.0f} generals, from {n['before']:,.0f}",
        (
            "More men find it harder to agree; he gives himself"
            f" {of_hundred(n['belief'])} of 100 to last eight weeks."
        ),
    ),
    "retires": lambda n: (
        f"He retires generals: {n['number']:,.0f} are left, from {n['before']:,.0f}",
        f"{percent(n['arrears'])} of the customary rents goes unpaid.",
    ),
    "pays_few": lambda n: (
        "He pays a few first and lets the ranks wait",
        (
            f"{percent(n['arrears'])} of the customary rents goes unpaid. Soldiers get"
            f" {percent(n['pay'])} of a living wage."
        ),
    ),
    "arrest": _arrest,
    "silenced": lambda n: (
        "The opposition's leader is worn down",
        (
            f"What he can call out is {of_hundred(n['leader'])} of 100, from"
            f" {of_hundred(n['before'])} at the start, with repression at"
            f" {of_hundred(n['repression'])} of 100."
        ),
    ),
    "freed": lambda n: (
        "The opposition's leader is free to act again",
        (
            f"What he can call out is {of_hundred(n['leader'])} of 100, from"
            f" {of_hundred(n['before'])} at the start; {of_hundred(n['concession'])} of 100 has"
            " been conceded in deals."
        ),
    ),
    "stolen_vote": _stolen,
    "vote_held": _vote,
}
