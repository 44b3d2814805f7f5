"""Counter-intelligence: plotters are found, more so with guards, patrons' agents and a larger plot;
some flee first.

Those found are purged and replaced by the next loyal promotion; fear rises near them (Quinlivan
1999; De Bruin 2018; Sudduth 2017; article fact cuban_guards). The top of a general's uniform
decides (`general.fate`).
"""

from __future__ import annotations

from .arithmetic import within


def guards(own: float, lent: float, k_lent: float) -> float:
    """Guards and counter-intelligence (share): the regime's own coup-proofing and what patrons
    lend, each covering the other's gaps.
    """
    return 1.0 - (1.0 - own) * (1.0 - k_lent * lent)


def found(guarded: float, plot: float, purge: float, p) -> float:  # type: ignore[no-untyped-def]
    """Weekly probability that a plotter is found: rate * (base + guards) * (1 + size of the plot),
    harsher in a purge; at most `most`.
    """
    return within(
        p.counterintelligence_rate
        * (p.counterintelligence_base + guarded)
        * (1.0 + p.counterintelligence_plot * plot)
        * (1.0 + p.counterintelligence_purge * purge),
        0.0,
        p.counterintelligence_most,
    )


def flees(rate: float, fear: float) -> float:
    """Weekly probability that a plotter flees before he is found."""
    return rate * fear


def promoted(private: float) -> float:
    """Private loyalty of the man promoted into the place: as loyal as the one who went was
    disloyal.
    """
    return private if private > 0.0 else -private
