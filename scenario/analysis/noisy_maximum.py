"""The expected maximum over actions of means that are known only with noise.

Here lives what `value_of_information` needs for perfect information from few replications: cases (points,
or points with the same hidden fact), the spread between them without the noise, and the best action of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenario.analysis.clusters import Floats
from scenario.analysis.conditional_mean import power_of
from scenario.errors import DataError, Problem


@dataclass(frozen=True, kw_only=True, eq=False)
class Stratum:
    """The runs with one hidden fact, point by point; utilities less their mean over actions.

    Parameters
    ----------
    mask
        Shape [M, K]: which runs belong here.
    sizes, means
        Shape [M] and [M, A]: how many runs of each point, and their means (0 where there are none).
    squares
        Shape [M, A, A]: sums of squares and products within each point.
    """

    mask: NDArray[np.bool_]
    sizes: Floats
    means: Floats
    squares: Floats


def split_by_fact(utilities: Floats, fact: ArrayLike | None) -> list[Stratum]:
    """Split runs by hidden fact.

    Parameters
    ----------
    utilities
        Shape [M, K, A], finite.
    fact
        Shape [M, K], true or false; None for a single stratum.

    Raises
    ------
    DataError
        A160 shape of fact, A163 no two runs share point and fact.
    """
    facts = np.zeros(utilities.shape[:2], dtype=bool) if fact is None else np.asarray(fact)
    if facts.shape != utilities.shape[:2]:
        rule = f"fact must have one truth value per run, shape {utilities.shape[:2]}"
        raise DataError(Problem(rule=rule, got=f"shape {facts.shape}", code="A160"))
    facts = facts.astype(bool)
    apart = utilities - utilities.mean(axis=2, keepdims=True)
    strata = [_stratum(apart, facts == level) for level in np.unique(facts)]
    if not any((stratum.sizes > 1).any() for stratum in strata):
        rule = "some point must have two replications with the same fact"
        raise DataError(Problem(rule=rule, got=f"{utilities.shape[1]} per point", code="A163"))
    return strata


def expected_maximum(strata: list[Stratum], weights: Floats) -> float:
    """Return E[max_a] of the means without their noise, over all runs.

    Parameters
    ----------
    strata
        As from `split_by_fact`.
    weights
        Shape [M], >= 0: how often each point counts.
    """
    total = n_runs = 0.0
    for stratum in strata:
        for cases, drawn in _drawn_together(stratum, weights):
            counts = weights[cases] * stratum.sizes[cases]
            total += float((counts * drawn.max(axis=1)).sum())
            n_runs += float(counts.sum())
    return total / n_runs


def gains_and_spread(strata: list[Stratum], means: Floats, weights: Floats) -> Floats:
    """Return what knowing the case gains over each action, and last the variance between cases.

    Parameters
    ----------
    strata
        As from `split_by_fact`.
    means
        Shape [M, A], point means of the utilities less their mean over actions.
    weights
        Shape [M], >= 0: how often each point counts.

    Returns
    -------
    Shape [A + 1].
    """
    gains = expected_maximum(strata, weights) - weights @ means / weights.sum()
    return np.append(gains, variance_between(strata, weights))


def variance_between(strata: list[Stratum], weights: Floats) -> float:
    """Return the variance between cases, summed over actions, without the noise of their means.

    Parameters
    ----------
    strata
        As from `split_by_fact`.
    weights
        Shape [M], >= 0: how often each point counts.

    Returns
    -------
    An unbiased estimate (but for a term of 1 / M), negative where the cases differ less than by chance.
    """
    counts = [weights * stratum.sizes for stratum in strata]
    n_runs = float(sum(count.sum() for count in counts))
    centre = (
        sum((count @ s.means for count, s in zip(counts, strata, strict=True)), start=np.zeros(1)) / n_runs
    )
    seen = sum(float(c @ ((s.means - centre) ** 2).sum(axis=1)) for c, s in zip(counts, strata, strict=True))
    noise = 0.0
    for stratum in strata:
        n_cases = float(weights[stratum.sizes > 0].sum())
        noise += n_cases * float(np.trace(_moments(stratum, weights)[2]))
    return (seen - noise) / n_runs


def share_changed(strata: list[Stratum], best: int) -> float:
    """Return the share of runs in whose case another action than `best` is the best, noise taken out."""
    changed = n_runs = 0.0
    for stratum in strata:
        for cases, drawn in _drawn_together(stratum, np.ones(len(stratum.sizes))):
            changed += float((stratum.sizes[cases] * (drawn.argmax(axis=1) != best)).sum())
            n_runs += float(stratum.sizes[cases].sum())
    return changed / n_runs


def choices_elsewhere(stratum: Stratum, utilities: Floats, *, held: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return for each run of the held points the best action by its case's other runs and the other points.

    The other runs' mean is drawn together to the posterior mean m + B (B + W / (n - 1))^-1 (v - m), with m,
    B and W of the points that are not held. A case without other runs takes the best action of m.

    Parameters
    ----------
    stratum
        As from `split_by_fact`.
    utilities
        Shape [H, K, A]: all runs of the H held points.
    held
        Shape [M], which points are held out.

    Returns
    -------
    Shape [H, K]; entries outside the stratum mean nothing.
    """
    centre, between, within = _moments(stratum, (~held).astype(np.float64))
    sizes, means = stratum.sizes[held], stratum.means[held]
    apart = utilities - utilities.mean(axis=2, keepdims=True)
    chosen = np.full(apart.shape[:2], centre.argmax())
    for size in np.unique(sizes[sizes > 1]):
        cases = sizes == size
        others = (size * means[cases][:, None, :] - apart[cases]) / (size - 1)
        pull = between @ power_of(between + within / (size - 1), -1.0)
        chosen[cases] = (centre + (others - centre) @ pull.T).argmax(axis=2)
    return chosen


def _stratum(apart: Floats, mask: NDArray[np.bool_]) -> Stratum:
    """Return the runs of a mask."""
    sizes = mask.sum(axis=1).astype(np.float64)
    kept = apart * mask[:, :, None]
    means = kept.sum(axis=1) / np.maximum(sizes, 1.0)[:, None]
    left = (apart - means[:, None, :]) * mask[:, :, None]
    squares = np.einsum("mka,mkb->mab", left, left)
    return Stratum(mask=mask, sizes=sizes, means=means, squares=squares)


def _moments(stratum: Stratum, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the mean over runs [A], the covariance between cases and that within them [A, A]."""
    counts = weights * stratum.sizes
    n_runs, n_cases = float(counts.sum()), float(weights[stratum.sizes > 0].sum())
    free = n_runs - n_cases
    nothing = np.zeros(stratum.squares.shape[1:])
    if n_runs == 0:
        return nothing[0], nothing, nothing
    centre = counts @ stratum.means / n_runs
    if free < 1 or n_cases < 2:
        return centre, nothing, nothing  # too few runs to tell this fact's cases apart
    within = np.tensordot(weights, stratum.squares, axes=1) / free
    left = stratum.means - centre
    seen = (counts[:, None] * left).T @ left / n_runs * n_cases / (n_cases - 1)
    sizes, axes = np.linalg.eigh(seen - within * n_cases / n_runs)
    return centre, np.asarray((axes * np.maximum(sizes, 0.0)) @ axes.T), within


def _drawn_together(stratum: Stratum, weights: Floats) -> Iterator[tuple[NDArray[np.bool_], Floats]]:
    """Give the cases of each size with their means, drawn together until they spread as without noise."""
    centre, between, within = _moments(stratum, weights)
    for size in np.unique(stratum.sizes[stratum.sizes > 0]):
        cases = stratum.sizes == size
        pull = _map(between + within / size, between)
        yield cases, centre + (stratum.means[cases] - centre) @ pull


def _map(seen: Floats, wanted: Floats) -> Floats:
    """Return the symmetric matrix C with C seen C = wanted that moves least."""
    root, inverse = power_of(seen, 0.5), power_of(seen, -0.5)
    return inverse @ power_of(root @ wanted @ root, 0.5) @ inverse
