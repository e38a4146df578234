"""Sobol' indices of first and total order from the blocks of a Saltelli design, with intervals.

What does not live here: drawing the design and running it (`experiment`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenario.analysis.clusters import LEVEL, Floats
from scenario.analysis.factors import check_settings, check_varies, checked_names
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

WIDE = 0.2
"""A widest interval of the totals above this says that the base sample is too small."""

FEW = 64
"""A base sample below this number of rows is too small."""

INTERACTION = (
    "including interaction with luck: the total of a factor counts its interactions with the other "
    "factors and with the luck that A and AB share; the first order counts the factor alone"
)

_RESAMPLES = 1000
_MANY = 1024
"""Above this number of rows the bootstrap tells nothing that Student's t does not, and costs more."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SobolIndices:
    """What Sobol' indices say about one outcome.

    Parameters
    ----------
    names
        D names of factors.
    first, total
        Shape [D], shares of the variance of y_a and y_b (luck left in them included); they may lie
        slightly outside 0 to 1.
    first_interval, total_interval
        Shape [D, 2], lower and upper bound.
    is_noise
        Shape [D], whether both intervals reach down to 0.
    level
        Level of the intervals.
    variance
        Variance of the outcome over y_a and y_b, in its unit squared.
    n
        Base sample N; the design has (D + 2) N rows.
    doubts
        Why the base sample is too small, one sentence each; empty where it is large enough.
    interaction
        What the total means for a model with luck.
    """

    names: tuple[str, ...]
    first: Floats
    first_interval: Floats
    total: Floats
    total_interval: Floats
    is_noise: NDArray[np.bool_]
    level: float
    variance: float
    n: int
    doubts: tuple[str, ...]
    interaction: str = INTERACTION

    def table(self) -> pd.DataFrame:
        """Return one row per factor: both indices with their bounds, and whether it is noise."""
        import pandas as pd

        columns = {
            "first": self.first,
            "first_lower": self.first_interval[:, 0],
            "first_upper": self.first_interval[:, 1],
            "total": self.total,
            "total_lower": self.total_interval[:, 0],
            "total_upper": self.total_interval[:, 1],
            "noise": self.is_noise,
        }
        return pd.DataFrame(columns, index=pd.Index(self.names, name="factor"))


def sobol_indices(
    y_a: ArrayLike,
    y_b: ArrayLike,
    y_ab: ArrayLike,
    *,
    names: tuple[str, ...],
    seed: int,
    level: float = LEVEL,
) -> SobolIndices:
    """Estimate first and total order indices.

    First: mean(B (AB_i - A)) / Var (Saltelli et al. 2010, table 2b, centred). Total:
    mean((A - AB_i)^2) / (2 Var) (Jansen 1999). Var is taken over A and B. Both through SALib. Intervals
    are studentised bootstraps over the rows (Efron and Tibshirani 1993, ch. 12.5), symmetric for the
    first order; above 1,024 rows Student's t with the same standard errors. They take
    rows as independent: with a Sobol' sequence as base they are too wide, not too narrow.

    Parameters
    ----------
    y_a, y_b
        Shape [N], outcome of base samples A and B; means over replications, finite.
    y_ab
        Shape [D, N], outcome of AB_i: A with column i from B. For a model with luck, AB_i must have the
        luck of A, and B its own.
    names
        D names of factors.
    seed
        Seed of the bootstrap, >= 0.
    level
        Level of the intervals, in (0, 1).

    Raises
    ------
    DataError
        Shapes that do not match, NaN or infinity, an outcome without variance.
    """
    check_settings(seed=seed, level=level)
    blocks = _checked(y_a, y_b, y_ab, names=checked_names(names))
    first, total = _through_salib(*blocks, names=names)
    terms = _terms(*blocks)
    bounds = _bounds(terms, np.concatenate([first, total]), seed=seed, level=level)
    n_factors = len(names)
    widest = float(np.ptp(bounds[n_factors:], axis=1).max())
    return SobolIndices(
        names=tuple(names),
        first=first,
        first_interval=bounds[:n_factors],
        total=total,
        total_interval=bounds[n_factors:],
        is_noise=(bounds[:n_factors, 0] <= 0) & (bounds[n_factors:, 0] <= 0),
        level=level,
        variance=float(np.concatenate(blocks[:2]).var()),
        n=len(blocks[0]),
        doubts=_doubts(len(blocks[0]), widest),
    )


def _checked(
    y_a: ArrayLike, y_b: ArrayLike, y_ab: ArrayLike, *, names: tuple[str, ...]
) -> tuple[Floats, Floats, Floats]:
    """Return the blocks as floats; refuse wrong shapes, NaN, and no variance in A and B."""
    a, b, ab = (np.asarray(block, dtype=np.float64) for block in (y_a, y_b, y_ab))
    if a.ndim != 1 or len(a) < 2 or b.shape != a.shape or ab.shape != (len(names), len(a)):
        rule = f"y_a and y_b must be [N] with N >= 2, and y_ab [{len(names)}, N]"
        raise DataError(Problem(rule=rule, got=f"shapes {a.shape}, {b.shape}, {ab.shape}", code="A134"))
    for name, block in (("y_ab", ab), ("y_a and y_b", np.stack([a, b]))):
        if name != "y_ab" or not np.isfinite(block).all():
            check_varies(block, name=name)
    return a, b, ab


def _through_salib(a: Floats, b: Floats, ab: Floats, *, names: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Return first and total order from SALib, shape [D] each.

    Its layout is A, AB_1, .., AB_D, B for each base row. Its own intervals are not used (normal, too
    narrow for small samples); a seed other than 0 keeps it off the global generator.
    """
    from SALib.analyze import sobol

    rows = np.concatenate([a[None], ab, b[None]]).T.ravel()
    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    found = sobol.analyze(problem, rows, calc_second_order=False, num_resamples=2, seed=1)
    return np.asarray(found["S1"], dtype=np.float64), np.asarray(found["ST"], dtype=np.float64)


def _terms(a: Floats, b: Floats, ab: Floats) -> Floats:
    """Return what the indices are ratios of, per base row, shape [2 D + 2, N].

    Rows: D numerators of the first order, D of the total, the mean of A and B, the mean of their squares.
    """
    centre, scale = np.concatenate([a[None], b[None], ab]).mean(), np.concatenate([a, b]).std()
    a, b, ab = (a - centre) / scale, (b - centre) / scale, (ab - centre) / scale
    return np.concatenate([b * (ab - a), (a - ab) ** 2 / 2, [(a + b) / 2], [(a**2 + b**2) / 2]])


def _bounds(terms: Floats, estimates: Floats, *, seed: int, level: float) -> Floats:
    """Return the studentised bootstrap intervals, shape [2 D, 2]."""
    from scipy.special import stdtrit

    error = _errors(terms, np.full((1, terms.shape[1]), 1 / terms.shape[1]))[1][:, 0]
    if terms.shape[1] > _MANY:
        reach = float(stdtrit(terms.shape[1] - 1, 0.5 + level / 2)) * error
        return np.stack([estimates - reach, estimates + reach], axis=1)
    again, errors = _errors(terms, _resamples(terms.shape[1], seed=seed))
    apart = again - estimates[:, None]
    pivots = np.divide(apart, errors, out=np.zeros_like(apart), where=errors > 0)
    half = len(estimates) // 2
    wide = np.quantile(np.abs(pivots[:half]), level, axis=1)
    low, high = np.quantile(pivots[half:], [(1 - level) / 2, (1 + level) / 2], axis=1)
    below, above = np.concatenate([wide, high]) * error, np.concatenate([wide, -low]) * error
    return np.stack([estimates - below, estimates + above], axis=1)


def _resamples(n: int, *, seed: int) -> Floats:
    """Return how much each row weighs in each resample, shape [resamples, N], adding up to 1."""
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=_RESAMPLES)
    return np.asarray(drawn / n, dtype=np.float64)


def _errors(terms: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return indices and standard errors (delta method) of weighted rows, shapes [2 D, batch].

    r = z / v with v = q - p^2: the error is that of the mean of (z - r (q - 2 p_mean p)) / v.
    """
    means = terms @ weights.T
    p, q = means[-2], means[-1]
    v = q - p**2
    safe = np.where(v > 0, v, 1.0)
    indices = np.where(v > 0, means[:-2] / safe, 0.0)
    tail = _covariances(terms[-2:], terms[-2:], means[-2:], means[-2:], weights)
    errors = np.empty_like(indices)
    for j, ratio in enumerate(indices):
        cross = _covariances(terms[j : j + 1], terms[-2:], means[j : j + 1], means[-2:], weights)[0]
        own = _covariances(terms[j : j + 1], terms[j : j + 1], means[j : j + 1], means[j : j + 1], weights)
        slope_p, slope_q = 2 * p * ratio, -ratio
        square = own[0, 0] + 2 * (slope_p * cross[0] + slope_q * cross[1])
        square += slope_p**2 * tail[0, 0] + 2 * slope_p * slope_q * tail[0, 1] + slope_q**2 * tail[1, 1]
        errors[j] = np.sqrt(np.maximum(square, 0) / (terms.shape[1] - 1)) / safe
    return indices, errors


def _covariances(one: Floats, other: Floats, mean_one: Floats, mean_other: Floats, weights: Floats) -> Floats:
    """Return weighted covariances of rows of two tables, shape [a, b, batch]."""
    products = (one[:, None] * other[None, :]) @ weights.T
    return np.asarray(products - mean_one[:, None] * mean_other[None, :])


def _doubts(n: int, widest: float) -> tuple[str, ...]:
    """Return why a base sample is too small or unbalanced, in sentences."""
    found = []
    if n < FEW:
        found.append(f"The base sample is too small: {n} rows, at least {FEW} are needed.")
    if widest > WIDE:
        enough = 2 ** int(np.ceil(np.log2(n * (widest / WIDE) ** 2)))
        found.append(
            f"The base sample is too small: the widest interval of a total is {widest:.2f} wide, "
            f"above {WIDE}; about {enough} rows would do."
        )
    if n & (n - 1):
        found.append(f"The base sample of {n} rows is no power of two: a Sobol' sequence loses its balance.")
    return tuple(found)
