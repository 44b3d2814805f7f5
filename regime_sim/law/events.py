"""Events of the timeline: how far an event has moved its target in a given week. Source: the
scenario's own timeline.

An event moves an input to a value, by a factor or by a step; a whole lever slides its parts
together (`slid`). Stocks (see `facts.stocks`) are moved once, all others for as long as the event
lasts.
"""

from __future__ import annotations

from .arithmetic import within

TO, MULTIPLY, ADD, SLIDE, SHIFT, BEGIN = 0, 1, 2, 3, 4, 5


def reach(week: float, first: float, over: float, lasts: float) -> float:
    """Share of the way to its value that an event has moved its target: a ramp of `over` weeks from
    week `first`, nothing after `lasts` weeks (all in weeks; `over` 0 at once).
    """
    since = week - first + 1.0
    if since <= 0.0 or since > lasts:
        return 0.0
    if over <= 1.0:
        return 1.0
    share = since / over
    return 1.0 if share > 1.0 else share


def moved(value: float, target: float, share: float, reached: float) -> float:
    """The input after the event: value + share * reached * (target - value)."""
    return value + share * reached * (target - value)


def wanted(how: int, value: float, now: float, least: float, most: float) -> float:
    """Where an event wants an input that stands at `now`: at a value (TO), at so many times what it
    is (MULTIPLY), at so much more (ADD), inside its range.
    """
    if how == MULTIPLY:
        return within(now * value, least, most)
    if how == ADD:
        return within(now + value, least, most)
    return value


def slid(own: float, lever: float, stands: float, at_zero: float, at_one: float) -> float:
    """A part when its whole lever, which stands at `stands`, is set to `lever`: on the straight way
    from its own value to that of the lever's map at 0 or at 1, never against the lever's direction;
    its own value, bit for bit, where the lever stands.
    """
    if lever < stands:
        low = min(at_zero, own) if at_one >= at_zero else max(at_zero, own)
        return own + (1.0 - lever / stands) * (low - own)
    if lever > stands:
        high = max(at_one, own) if at_one >= at_zero else min(at_one, own)
        return own + (lever - stands) / (1.0 - stands) * (high - own)
    return own


def stock(
    week: float,
    first: float,
    over: float,
    how: int,
    value: float,
    share: float,
    now: float,
    least: float,
    most: float,
) -> float:
    """A stock after this week's step, of equal steps over `over` weeks from week `first` on: by the
    last it has come the share of the way. Week 0 takes all steps so far at once. Nothing is given
    back.
    """
    steps = over if over > 1.0 else 1.0
    before = week - first  # steps taken in earlier weeks
    taken = 1.0
    if week == 0.0:
        taken = before + 1.0 if before + 1.0 < steps else steps
        before = 0.0
    if before < 0.0 or taken < 1.0 or before >= steps:
        return now
    if how == ADD:
        return within(now + value * taken / steps, least, most)
    if how == MULTIPLY:
        step = now * (value - 1.0) * taken / (steps + before * (value - 1.0))
        return within(now + step, least, most)
    return now + share * taken / (steps - before * share) * (value - now)


def apply(week: int, table, fired, seen, drawn, own, out) -> None:  # type: ignore[no-untyped-def]
    """Step 1: the inputs of this week, from what stands in `out` (the scenario's own inputs; from
    week 1 on a stock's present state) and every event under way, in file order.

    `table` is the event table's columns (target, value, share, over, lasts, variable, above,
    threshold, how, place, least, most, stock); `fired` holds the first week of each row, not a
    number until its condition has held; `seen` is last week's observables; `drawn` the world's
    drawn numbers, of which `place` is one (-1: the row's own value); `own` is room for each input
    as it would stand with no lever moved as a whole. All are sequences. For SLIDE, SHIFT and BEGIN
    the value is the lever's, `share` where it stands, `least` and `most` are the part at 0 and 1.
    SLIDE is from what would stand without, SHIFT and BEGIN from what does.
    """
    target, value, share, over, lasts, variable, above, threshold, how, place, least, most, kept = (
        table
    )
    for row in range(len(target)):
        own[target[row]] = out[target[row]]
    for row in range(len(target)):
        if fired[row] != fired[row] and variable[row] >= 0 and week > 0:
            level = seen[variable[row]]
            holds = level > threshold[row] if above[row] else level < threshold[row]
            if holds:
                fired[row] = float(week)
        if fired[row] == fired[row]:
            at = target[row]
            to = drawn[place[row]] if place[row] >= 0 else value[row]
            now = out[at]
            reached = reach(float(week), fired[row], over[row], lasts[row])
            if kept[row]:
                out[at] = stock(
                    float(week),
                    fired[row],
                    over[row],
                    how[row],
                    to,
                    share[row],
                    now,
                    least[row],
                    most[row],
                )
                own[at] = out[at]
            elif how[row] == SLIDE:
                way = slid(own[at], to, share[row], least[row], most[row])
                out[at] = moved(now, way, 1.0, reached)
            elif how[row] == SHIFT:
                way = slid(now, to, share[row], least[row], most[row])
                out[at] = moved(now, way, 1.0, reached)
            elif how[row] == BEGIN:
                out[at] = slid(now, to, share[row], least[row], most[row])
                own[at] = slid(own[at], to, share[row], least[row], most[row])
            else:
                aim = wanted(how[row], to, now, least[row], most[row])
                out[at] = moved(now, aim, share[row], reached)
                aim = wanted(how[row], to, own[at], least[row], most[row])
                own[at] = moved(own[at], aim, share[row], reached)
