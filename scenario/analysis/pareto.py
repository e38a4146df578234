"""Which policies are not dominated over several objectives, and how surely; worlds drawn anew.

A policy is dominated if another is at least as good in every objective and better in one. One objective at a
time is `robustness`, which draws its worlds here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from scenario.analysis.clusters import LEVEL, Floats, Hits, t_quantile
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

RESAMPLES = 2_000
"""Number of times that worlds are drawn anew."""

DIRECTIONS = ("higher", "lower")
"""Which performance is better."""

_SEED = 20240910
_CELLS = 2_000_000


@dataclass(frozen=True, kw_only=True)
class FrontPolicy:
    """Where one policy stands.

    Parameters
    ----------
    policy
        Name.
    means, intervals
        Objective -> mean over worlds and its 95 % interval (percentiles over resampled worlds).
    is_front
        Whether no other policy dominates its means.
    share
        Share of resamples of the worlds in which it stays on the front.
    verdict
        "on" or "off" the front in at least 95 % of resamples, else "undecided".
    dominated_by
        Names of the policies whose means dominate it.
    """

    policy: str
    means: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    is_front: bool
    share: float
    verdict: str
    dominated_by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Front:
    """The Pareto front of policies over several objectives.

    Parameters
    ----------
    policies
        One entry per policy.
    directions
        Objective -> "higher" or "lower".
    n_worlds, n_resamples
        Number of worlds, and of times they were drawn anew.
    text
        One sentence.
    """

    policies: tuple[FrontPolicy, ...]
    directions: dict[str, str]
    n_worlds: int
    n_resamples: int
    text: str

    def table(self) -> pd.DataFrame:
        """Return policy, objective, mean, lower, upper, is_front, share, verdict, one row per objective."""
        import pandas as pd

        return pd.DataFrame(
            [
                (one.policy, name, mean, *one.intervals[name], one.is_front, one.share, one.verdict)
                for one in self.policies
                for name, mean in one.means.items()
            ],
            columns=["policy", "objective", "mean", "lower", "upper", "is_front", "share", "verdict"],
        )


def pareto(
    objectives: Mapping[str, ArrayLike], *, directions: Mapping[str, str], policies: Sequence[str]
) -> Front:
    """Return the policies that no other dominates, and how often each stays so when worlds are drawn anew.

    Policies that agree in every objective do not dominate each other. All objectives and policies are drawn
    with the same worlds, so that what they share cancels. Replications need no correction: means are compared.

    Parameters
    ----------
    objectives
        Name -> performance, shape [W, P] (means over replications per world), finite; at least one.
    directions
        Name -> "higher" or "lower", for every objective.
    policies
        P different names.
    """
    table = _objectives(objectives, directions, policies)
    n, signs = len(table), np.array([1.0 if directions[name] == "higher" else -1.0 for name in objectives])
    means = table.mean(axis=0)
    draws = resampled(n, lambda counts: np.tensordot(counts, table, axes=1) / n)
    low, high = percentile_interval(draws, n)
    dominates = _dominates((means * signs)[None])[0]
    shares = (~_dominates(draws * signs).any(axis=1)).mean(axis=0)
    found = tuple(
        FrontPolicy(
            policy=name,
            means=dict(zip(objectives, means[p].tolist(), strict=True)),
            intervals={key: (float(low[p, o]), float(high[p, o])) for o, key in enumerate(objectives)},
            is_front=not dominates[:, p].any(),
            share=float(shares[p]),
            verdict=_verdict(float(shares[p]), n),
            dominated_by=tuple(other for q, other in enumerate(policies) if dominates[q, p]),
        )
        for p, name in enumerate(policies)
    )
    chosen = {name: directions[name] for name in objectives}
    return Front(
        policies=found,
        directions=chosen,
        n_worlds=n,
        n_resamples=RESAMPLES,
        text=_text(found, len(chosen), n),
    )


def resampled(n_worlds: int, statistic: Callable[[Floats], Floats]) -> Floats:
    """Return a statistic of worlds drawn anew with replacement, `RESAMPLES` times, fixed seed.

    Parameters
    ----------
    n_worlds
        Number of worlds W >= 1.
    statistic
        From how often each world was drawn, shape [B, W], to values of shape [B, ...].

    Returns
    -------
    Values, shape [RESAMPLES, ...]; the same draws for every statistic of as many worlds.
    """
    if n_worlds <= _CELLS // RESAMPLES:
        return statistic(_few(n_worlds))
    return np.concatenate([statistic(counts) for counts in _blocks(n_worlds)])


@lru_cache(maxsize=4)
def _few(n_worlds: int) -> Floats:
    """Return how often each world is drawn, shape [RESAMPLES, W], kept because many tables ask for it."""
    counts = next(_blocks(n_worlds))
    counts.flags.writeable = False
    return counts


def _blocks(n_worlds: int) -> Iterator[Floats]:
    """Yield how often each world is drawn, shape [B, W], a block of resamples at a time."""
    rng = np.random.default_rng(_SEED)
    block = max(1, min(RESAMPLES, _CELLS // n_worlds))
    for start in range(0, RESAMPLES, block):
        size = min(block, RESAMPLES - start)
        picks = rng.integers(n_worlds, size=(size, n_worlds)) + n_worlds * np.arange(size)[:, None]
        counts = np.bincount(picks.ravel(), minlength=size * n_worlds).reshape(size, n_worlds)
        yield counts.astype(np.float64)


def percentile_interval(draws: Floats, n_worlds: int) -> tuple[Floats, Floats]:
    """Return the 95 % interval over the first axis of resampled values, shapes [B, ...] to [...].

    Percentiles at Phi(-/+ sqrt(n / (n - 1)) t(n - 1)): wider than 2.5 and 97.5, because those are too narrow
    for few worlds (Hesterberg 2015, The American Statistician 69(4)). NaN with fewer than two worlds.
    """
    from scipy.special import ndtr

    if n_worlds < 2:
        unknown = np.full(draws.shape[1:], np.nan)
        return unknown, unknown
    wide = t_quantile(n_worlds) * math.sqrt(n_worlds / (n_worlds - 1))
    low, high = np.quantile(draws, [float(ndtr(-wide)), float(ndtr(wide))], axis=0)
    return low, high


def check_policies(policies: Sequence[str], n: int) -> None:
    """Refuse names that are not n different ones."""
    if len(policies) != n or len(set(policies)) != n:
        got = f"{', '.join(policies)} for {n}"
        raise DataError(Problem(rule="policies must be one different name per column", got=got, code="A154"))


def check_direction(direction: str) -> None:
    """Refuse a direction that is none."""
    if direction not in DIRECTIONS:
        raise DataError(
            Problem(rule="direction must be 'higher' or 'lower'", got=repr(direction), code="A154")
        )


def _dominates(values: Floats) -> Hits:
    """Return whether policy q dominates policy p where higher is better, shapes [B, P, O] to [B, P, P]."""
    found = np.zeros((len(values), values.shape[1], values.shape[1]), dtype=bool)
    for q in range(values.shape[1]):
        one = values[:, q : q + 1]
        found[:, q] = (one >= values).all(axis=2) & (one > values).any(axis=2)
    return found


def _verdict(share: float, n_worlds: int) -> str:
    """Return whether a policy is on or off the front, or undecided (always, with one world)."""
    if n_worlds < 2 or 1 - LEVEL < share < LEVEL:
        return "undecided"
    return "on" if share >= LEVEL else "off"


def _text(found: Sequence[FrontPolicy], n_objectives: int, n_worlds: int) -> str:
    """Return who is on the front, off it and undecided, in one sentence."""
    said = []
    for verdict, words in (("on", "on the front"), ("off", "dominated"), ("undecided", "undecided")):
        names = [one.policy for one in found if one.verdict == verdict]
        said += [f"{words}: {', '.join(names)}"] if names else []
    objectives = f"{n_objectives} objective{'s' if n_objectives != 1 else ''}"
    return f"Over {objectives} and {n_worlds:,} worlds, {'; '.join(said)}."


def _objectives(
    objectives: Mapping[str, ArrayLike], directions: Mapping[str, str], policies: Sequence[str]
) -> Floats:
    """Return the objectives as floats, shape [W, P, O]; refuse what does not fit."""
    tables = [np.asarray(values, dtype=np.float64) for values in objectives.values()]
    shapes = {table.shape for table in tables}
    if len(shapes) != 1 or len(next(iter(shapes))) != 2 or tables[0].size == 0:
        got = f"shapes {', '.join(map(str, sorted(shapes)))}" if shapes else "no objective"
        raise DataError(Problem(rule="objectives must be [W, P], all of one shape", got=got, code="A156"))
    check_policies(policies, tables[0].shape[1])
    for name, table in zip(objectives, tables, strict=True):
        if not np.isfinite(table).all():
            got = "NaN or infinity"
            raise DataError(Problem(rule=f"objective {name} must hold finite numbers", got=got, code="A156"))
        check_direction(directions.get(name, "nothing"))
    return np.stack(tables, axis=2)
