"""Step 1 of the fit: what leader-years and observed rates say of the parameters, by emulators of
what the model counts; simulates nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..history.panel import LeaderYear
from ..statistics.emulator import Linear, Reals, better, binomial, elliptical_slice, joined, poisson
from .design import CAUSES, COUNTED, LEARNED, OF_KINDS, OF_ROWS, RATES, Ints, Runs, Target
from .rows import Group, RowRuns, counts, groups_to, personalist_figures, targets_to

CHAINS, BURN, THIN = 256, 2400, 40
IRREGULAR_CAUSES = ("coup", "rebellion", "uprising", "foreign_removal")
OTHER_RATE = 0.014  # a year: deaths and the rarest causes, which hardly move


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """What n settings did: log-rate columns first, then log-odds columns.

    names (columns,); events and exposure (n, columns); rates: how many columns are rates.
    """

    z: Reals
    names: tuple[str, ...]
    events: Reals
    exposure: Reals
    rates: int

    def part(self, which: NDArray[np.bool_]) -> Counted:
        """Some of the settings."""
        return Counted(
            self.z[which], self.names, self.events[which], self.exposure[which], self.rates
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """Which figures are fitted: groups of the panel's rows up to a year; `all`: and the rest."""

    groups: tuple[Group, ...]
    targets: tuple[Target, ...]
    last: int
    all: bool

    @classmethod
    def of(cls, panel: Sequence[LeaderYear], last: int, everything: bool) -> Asked:
        """What the panel says up to a year."""
        groups = groups_to(panel, last)
        targets = targets_to(panel, groups, last)
        return cls(
            groups, (*targets, *OF_ROWS, *OF_KINDS) if everything else targets, last, everything
        )


def counted(runs: Runs, rows: RowRuns, asked: Asked) -> Counted:
    """Everything that is asked for, as counts."""
    events, exposure = counts(rows, asked.groups, asked.last)
    names = tuple(f"{group.way}_{group.name}" for group in asked.groups)
    if not asked.all:
        return Counted(runs.z, names, events, exposure, len(names))
    r = len(RATES)
    own_events, own_exposure = personalist_figures(rows, asked.last)
    return Counted(
        runs.z,
        (*names, "breakdown", "attempts", *RATES, "success", *COUNTED[r:]),
        np.hstack(
            [events, own_events[:, :2], runs.events[:, :r], own_events[:, 2:], runs.events[:, r:]]
        ),
        np.hstack(
            [
                exposure,
                own_exposure[:, :2],
                runs.exposure[:, :r],
                own_exposure[:, 2:],
                runs.exposure[:, r:],
            ]
        ),
        len(names) + 2 + r,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Emulated:
    """Emulators: log rates of the causes of exit (None where they are not asked for); log rates and
    log odds of all that is counted, given those too.

    A sum of rates that are each a product of effects is no product of effects: hence what is
    counted is fitted on z and on the logs of the causes' sums.
    """

    causes: Linear | None
    counted: Linear
    plus: Ints
    minus: Ints

    def figures(self, z: Reals) -> Reals:
        """The targets' figures (n, targets) at z (n, d)."""
        found = self.counted.at(features(self.causes, z))
        return found[:, self.plus] - np.where(self.minus >= 0, found[:, self.minus], 0.0)


def features(causes: Linear | None, z: Reals) -> Reals:
    """z (n, d) and the logs of two sums over the causes' rates: (n, d + 2)."""
    if causes is None:
        return z
    rate = np.exp(causes.at(z))
    irregular = rate[:, [CAUSES.index(one) for one in IRREGULAR_CAUSES]].sum(axis=1)
    return np.column_stack([z, np.log(rate.sum(axis=1) + OTHER_RATE), np.log(irregular)])


def _fit(x: Reals, seen: Counted) -> Linear:
    r = seen.rates
    rates = poisson(x, seen.events[:, :r], seen.exposure[:, :r])
    if r == len(seen.names):
        return rates
    return joined(rates, binomial(x, seen.events[:, r:], seen.exposure[:, r:]))


def places(seen: Counted, targets: Sequence[Target]) -> tuple[Ints, Ints]:
    """Columns whose difference is each target's figure; -1 where nothing is taken off."""
    plus = [seen.names.index(t.plus) for t in targets]
    minus = [seen.names.index(t.minus) if t.minus else -1 for t in targets]
    return np.array(plus, np.int64), np.array(minus, np.int64)


def emulate(seen: Counted, targets: Sequence[Target]) -> Emulated:
    """Fit each emulator with or without the sums, whichever misses less at held-out settings."""
    plus, minus = places(seen, targets)
    if not set(CAUSES) <= set(seen.names):
        return Emulated(None, _fit(seen.z, seen), plus, minus)
    cause = [seen.names.index(one) for one in CAUSES]
    causes = poisson(seen.z, seen.events[:, cause], seen.exposure[:, cause])
    plain = np.column_stack([seen.z, np.zeros((len(seen.z), 2))])
    fits = [_fit(x, seen) for x in (plain, features(causes, seen.z))]
    return Emulated(causes, better(*fits), plus, minus)


def figures_of(seen: Counted, plus: Ints, minus: Ints) -> Reals:
    """The targets' figures (n, targets) by direct counting."""
    events, rest = seen.events + 0.5, seen.exposure - seen.events + 0.5
    share = np.arange(len(seen.names)) >= seen.rates
    value = np.where(
        share,
        np.log(events / np.where(share, rest, 1.0)),
        np.log(events / (seen.exposure + 1e-9)),
    )
    return np.asarray(value[:, plus] - np.where(minus >= 0, value[:, minus], 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class Likelihood:
    """Log likelihood of figures: normal about the emulators, with history's own uncertainty and the
    covariance of what the emulators miss.

    observed, sd (targets,); level (targets,): what the emulators miss on average; weight (targets,
    targets): inverse of the covariance. `sharpen` above 1 pretends to more data than there are.
    """

    emulated: Emulated
    observed: Reals
    sd: Reals
    level: Reals
    weight: Reals

    def __call__(self, z: Reals, seen: Reals | None = None, sharpen: float = 1.0) -> Reals:
        """(n,) at z (n, d), of figures `seen` (n, targets), else those that were observed."""
        off = self.emulated.figures(z) + self.level - (self.observed if seen is None else seen)
        return np.asarray(-0.5 * sharpen * ((off @ self.weight) * off).sum(axis=1))


def likelihood_of(
    emulated: Emulated, held: Counted, targets: Sequence[Target], level: bool = False
) -> Likelihood:
    """The likelihood, with the emulators' errors at held-out settings (counting error included);
    level: their mean is taken off.
    """
    missed = figures_of(held, emulated.plus, emulated.minus) - emulated.figures(held.z)
    sd = np.array([t.sd for t in targets])
    return Likelihood(
        emulated,
        np.array([t.value for t in targets]),
        sd,
        missed.mean(axis=0) if level else np.zeros(len(targets)),
        np.linalg.inv(np.diag(sd**2) + np.cov(missed.T)),
    )


def rates_sample(likelihood: Likelihood, number: int, seed: int) -> tuple[Reals, float]:
    """Draws z (number, d) given the figures; largest split R-hat over the best-seen directions."""
    rng = np.random.default_rng(seed)
    chains = min(CHAINS, number)
    start = rng.standard_normal((chains, len(LEARNED)))
    states = elliptical_slice(likelihood, start, max(8, -(-number // chains)), rng, BURN, THIN)
    along = states @ directions(likelihood).T
    return states.reshape(-1, len(LEARNED))[-number:], max(
        r_hat(along[:, :, k]) for k in range(along.shape[2])
    )


def directions(likelihood: Likelihood, number: int = 8) -> Reals:
    """Orthogonal unit vectors of z that the figures see best, by slopes at the prior's centre."""
    d = len(LEARNED)
    slope = (
        likelihood.emulated.figures(0.1 * np.eye(d)) - likelihood.emulated.figures(-0.1 * np.eye(d))
    ).T / 0.2
    whitened = np.linalg.cholesky(likelihood.weight).T @ slope
    return np.asarray(np.linalg.svd(whitened, full_matrices=False)[2][:number])


def r_hat(chains: Reals) -> float:
    """Gelman-Rubin R-hat of chains (steps, chains), each split in halves."""
    half = len(chains) // 2
    parts = np.concatenate([chains[:half], chains[half : 2 * half]], axis=1)
    within, between = parts.var(axis=0, ddof=1).mean(), parts.mean(axis=0).var(ddof=1)
    return float(np.sqrt((half - 1) / half + between / within))


def check_rates(
    likelihood: Likelihood, held: Counted, pool: Reals, sharpen: float = 1.0, seed: int = 5
) -> float:
    """P-value that the ranks of settings in their own posteriors are uniform, on synthetic
    histories of settings `held` that no emulator saw.

    Settings and `pool` (m, d) are drawn alike, from the first answer, which is the prior here:
    the pool, weighed by the likelihood, is the posterior. A synthetic history is a setting's own
    figures, with noise as large as history's.
    """
    rng = np.random.default_rng(seed)
    figures = figures_of(held, likelihood.emulated.plus, likelihood.emulated.minus)
    seen = figures + likelihood.sd * rng.standard_normal(figures.shape)
    along = directions(likelihood).T
    at, truth = pool @ along, held.z @ along
    off = likelihood.emulated.figures(pool) + likelihood.level
    ranks = np.empty_like(truth)
    for k, one in enumerate(seen):
        missed = off - one
        log = -0.5 * sharpen * ((missed @ likelihood.weight) * missed).sum(axis=1)
        weight = np.exp(log - log.max())
        ranks[k] = (weight[:, None] * (at < truth[k])).sum(axis=0) / weight.sum()
    return uniform_p(ranks)


def uniform_p(ranks: Reals) -> float:
    """P-value that ranks (datasets, quantities) are uniform: chi-square in 10 bins, Bonferroni."""
    from scipy.stats import chisquare  # takes a second to load

    counts_ = (np.histogram(column, bins=10, range=(0.0, 1.0))[0] for column in ranks.T)
    worst = min(chisquare(one).pvalue for one in counts_)
    return float(min(1.0, worst * ranks.shape[1]))
