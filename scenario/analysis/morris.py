"""Morris screening: mean, mean size and spread of elementary effects along trajectories.

What does not live here: drawing the trajectories and running them (`experiment`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenario.analysis.clusters import LEVEL, Floats, Z, t_quantile
from scenario.analysis.factors import Factors, check_settings, outputs
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

_RESAMPLES = 2000
_SAME = 1e-9
"""A step up to this share of a range is no step."""


@dataclass(frozen=True, kw_only=True, eq=False)
class MorrisEffects:
    """What elementary effects say about one outcome, in the outcome's unit over the whole range of a factor.

    Parameters
    ----------
    names
        D names of factors.
    mu, mu_interval
        Shapes [D] and [D, 2], mean effect with its 95 % interval; NaN for a categorical factor, whose
        levels have no order.
    mu_star, mu_star_interval
        Shapes [D] and [D, 2], mean size of the effect. For a categorical factor: of a change of level.
    sigma
        Shape [D], standard deviation of the effect: large where a factor bends or interacts.
    is_noise
        Shape [D], whether the interval of mu_star reaches down to 0.
    n
        Number of trajectories N; the design has (D + 1) N rows.
    """

    names: tuple[str, ...]
    mu: Floats
    mu_interval: Floats
    mu_star: Floats
    mu_star_interval: Floats
    sigma: Floats
    is_noise: NDArray[np.bool_]
    n: int

    def table(self) -> pd.DataFrame:
        """Return one row per factor: mu, mu_star with its bounds, sigma, and whether it is noise."""
        import pandas as pd

        columns = {
            "mu": self.mu,
            "mu_star": self.mu_star,
            "mu_star_lower": self.mu_star_interval[:, 0],
            "mu_star_upper": self.mu_star_interval[:, 1],
            "sigma": self.sigma,
            "noise": self.is_noise,
        }
        return pd.DataFrame(columns, index=pd.Index(self.names, name="factor"))


def morris_effects(
    x: ArrayLike, y: ArrayLike, *, factors: Factors, n_levels: int, seed: int
) -> MorrisEffects:
    """Estimate elementary effects: (change of y) / (step as a share of the range) (Morris 1991).

    mu and sigma are their mean and standard deviation, mu_star the mean of their size (Campolongo,
    Cariboni and Saltelli 2007). Through SALib, which divides each change by the nominal step
    p / (2 (p - 1)); changes are scaled first, so that a factor with another step (whole numbers) is
    right too. Intervals: SALib's bootstrap for mu_star, widened from the normal to Student's t for few
    trajectories; Student's t for mu.

    Parameters
    ----------
    x
        Shape [(D + 1) N, D]: N >= 2 trajectories of D + 1 rows one below the other, each step changing
        one factor and each factor once.
    y
        Shape [(D + 1) N], finite; means over replications, the whole trajectory with the same luck.
    factors
        The columns, with finite ranges.
    n_levels
        Number of grid levels p, even, >= 2.
    seed
        Seed of the bootstrap, >= 0.
    """
    from SALib.analyze import morris

    check_settings(seed=seed, level=LEVEL)
    steps = _steps(x, factors, n_levels=n_levels)
    n, n_factors = len(steps), len(factors.names)
    rows = outputs(y, n_points=n * (n_factors + 1)).mean(axis=1).reshape(n, n_factors + 1)
    delta = n_levels / (2 * (n_levels - 1))
    found = morris.analyze(
        {"num_vars": n_factors, "names": list(factors.names), "bounds": [[0.0, 1.0]] * n_factors},
        _summed(steps).reshape(-1, n_factors),
        _summed(np.diff(rows, axis=1) * delta / _shares(steps, factors)).ravel(),
        num_levels=n_levels,
        num_resamples=_RESAMPLES,
        conf_level=LEVEL,
        seed=np.random.default_rng(seed),
    )
    mu, star, sigma, half = (
        np.array(found[name], dtype=np.float64) for name in ("mu", "mu_star", "sigma", "mu_star_conf")
    )
    half *= t_quantile(n) / Z * np.sqrt(n / (n - 1))
    mu = np.where(factors.is_categorical, np.nan, mu)
    reach = t_quantile(n) * sigma / np.sqrt(n)
    return MorrisEffects(
        names=factors.names,
        mu=mu,
        mu_interval=np.stack([mu - reach, mu + reach], axis=1),
        mu_star=star,
        mu_star_interval=np.stack([star - half, star + half], axis=1),
        sigma=sigma,
        is_noise=star - half <= 0,
        n=n,
    )


def _shares(steps: Floats, factors: Factors) -> Floats:
    """Return the size of each step as a share of its factor's range, shape [N, D]; 1 for a change of level."""
    shares = np.abs(steps) / (factors.high - factors.low)
    shares[..., factors.is_categorical] = steps[..., factors.is_categorical] != 0
    return np.asarray(shares.sum(axis=2))


def _summed(steps: Floats) -> Floats:
    """Return the path that makes these steps from 0, one longer along the second axis."""
    start = np.zeros((len(steps), 1, *steps.shape[2:]))
    return np.concatenate([start, np.cumsum(steps, axis=1)], axis=1)


def _steps(x: ArrayLike, factors: Factors, *, n_levels: int) -> Floats:
    """Return the change of each factor in each step, shape [N, D, D]; refuse what is no trajectory."""
    table, n_factors = factors.design(x), len(factors.names)
    if n_levels < 2 or n_levels % 2:
        rule = "n_levels must be an even number >= 2"
        raise DataError(Problem(rule=rule, got=str(n_levels), code="A138"))
    if not np.isfinite(factors.high - factors.low).all():
        name = factors.names[int(np.flatnonzero(~np.isfinite(factors.high - factors.low))[0])]
        rule = "every factor must have a finite range: an effect is over the range"
        raise DataError(Problem(rule=rule, got=f"none for {name}", code="A137"))
    if len(table) % (n_factors + 1) or len(table) < 2 * (n_factors + 1):
        rule = f"x must hold at least 2 trajectories of {n_factors + 1} rows"
        raise DataError(Problem(rule=rule, got=f"{len(table)} rows", code="A137"))
    steps = np.diff(table.reshape(-1, n_factors + 1, n_factors), axis=1)
    moved = np.abs(steps) > _SAME * (factors.high - factors.low)
    wrong = (moved.sum(axis=2) != 1).any(axis=1) | (moved.sum(axis=1) != 1).any(axis=1)
    if wrong.any():
        rule = "each step of a trajectory must change one factor, and each factor once"
        got = f"trajectory {int(np.flatnonzero(wrong)[0])}"
        raise DataError(Problem(rule=rule, got=got, code="A137"))
    return np.where(moved, steps, 0.0)
