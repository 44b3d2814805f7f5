"""Events of the timeline: how far an event has moved its target in a given week. Source: the
scenario's own timeline.
"""

from __future__ import annotations


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


def apply(week: int, base, table, fired, seen, out) -> None:  # type: ignore[no-untyped-def]
    """Step 1: the inputs of this week, from the scenario's own and every event under way, in file
    order.

    `table` is the event table's columns (target, value, share, over, lasts, variable, above,
    threshold); `fired` holds the first week of each row, not a number until its condition has held;
    `seen` is last week's observables; `out` takes the inputs. All are sequences.
    """
    target, value, share, over, lasts, variable, above, threshold = table
    for i in range(len(base)):
        out[i] = base[i]
    for row in range(len(target)):
        if fired[row] != fired[row] and variable[row] >= 0 and week > 0:
            level = seen[variable[row]]
            holds = level > threshold[row] if above[row] else level < threshold[row]
            if holds:
                fired[row] = float(week)
        if fired[row] == fired[row]:
            reached = reach(float(week), fired[row], over[row], lasts[row])
            out[target[row]] = moved(out[target[row]], value[row], share[row], reached)
