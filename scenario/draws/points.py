"""Outer points: one uniform number per experiment for a named stream, and distributions over arrays.

What belongs to an experiment (a prior, the size of an evidence item, the discount) is drawn at index
0, n = 0, m = 0 .. n_points - 1, so its value at point m does not depend on how many points there are.

What does not live here: what the engines draw within a run (`streams`), how evidence moves a number
(`scenario.evidence`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenario.draws.compile import compiled
from scenario.draws.philox import LAST_ADDRESS, stream_key, uniform

FloatArray = NDArray[np.float64]


class Distribution(Protocol):
    """A number of the scenario file: `kind` names the attribute that holds its settings."""

    @property
    def kind(self) -> str:
        """Return the name of the distribution."""


def point_uniforms(seed: int, name: str, n_points: int, *, first: int = 0) -> FloatArray:
    """Draw the uniform number of every outer point for one stream.

    Parameters
    ----------
    seed
        Root seed, a whole number >= 0.
    name
        Stream name, at least one character.
    n_points
        Number of outer points, 0 to 2^32.
    first
        The first of them, >= 0.

    Returns
    -------
    Array of shape (n_points,), strictly between 0 and 1.

    Raises
    ------
    ValueError
        A negative seed, an empty name or a number of points out of range.
    """
    if not (n_points >= 0 and first >= 0 and first + n_points <= LAST_ADDRESS + 1):
        raise ValueError(f"n_points must be from 0 to 2^32 (got {n_points}, the first {first}).")
    uniforms = np.empty(n_points)
    _fill(stream_key(seed, name), first, uniforms)
    return uniforms


def sample(number: Distribution, u: ArrayLike) -> FloatArray:
    """Turn uniform numbers into values of a declared number, by inverse transform.

    Parameters
    ----------
    number
        A number of any distribution but `derived`.
    u
        Array of any shape, strictly between 0 and 1.

    Returns
    -------
    Array of the shape of u, non-decreasing in u, in the unit of the number.

    Raises
    ------
    ValueError
        The number is derived: its values come from the ledger.
    """
    if number.kind not in _INVERSES:
        raise ValueError(f"a number to sample must have one of {', '.join(_INVERSES)} (got {number.kind!r}).")
    inverse = _INVERSES[number.kind]
    return inverse(getattr(number, number.kind), np.asarray(u, dtype=np.float64))


@compiled("void(uint64, int64, float64[::1])")
def _fill(key: int, first: int, uniforms: FloatArray) -> None:
    """Write the uniform number of outer point first + i at place i."""
    for i in range(uniforms.size):
        uniforms[i] = uniform(key, 0, 0, first + i)


def _point(value: float, u: FloatArray) -> FloatArray:
    """Repeat the value."""
    return np.full(u.shape, float(value))


def _uniform(bounds: tuple[float, float], u: FloatArray) -> FloatArray:
    """Spread u evenly between the bounds."""
    low, high = bounds
    return low + (high - low) * u


def _triangular(bounds: tuple[float, float, float], u: FloatArray) -> FloatArray:
    """Invert the triangular distribution, on either side of its mode."""
    low, mode, high = bounds
    width = high - low
    left = low + np.sqrt(u * width * (mode - low))
    right = high - np.sqrt((1 - u) * width * (high - mode))
    return np.where(u * width < mode - low, left, right)


def _pert(bounds: tuple[float, float, float], u: FloatArray) -> FloatArray:
    """Invert the PERT distribution: a beta between the bounds with 4 as the weight of the mode."""
    low, mode, high = bounds
    if low == high:
        return _point(low, u)
    rise = 4 * (mode - low) / (high - low)
    return low + (high - low) * _beta((1 + rise, 5 - rise), u)


def _beta(shapes: tuple[float, float], u: FloatArray) -> FloatArray:
    """Invert the beta distribution."""
    from scipy.special import betaincinv

    return np.asarray(betaincinv(*shapes, u))


def _normal(settings: Any, u: FloatArray) -> FloatArray:
    """Invert the normal distribution."""
    return np.asarray(settings.mean + settings.sd * standard_normal(u))


def _lognormal(settings: Any, u: FloatArray) -> FloatArray:
    """Invert the lognormal distribution."""
    mu, sigma = settings.mu_sigma
    return np.asarray(np.exp(mu + sigma * standard_normal(u)))


def _discrete(settings: Any, u: FloatArray) -> FloatArray:
    """Choose, in rising order of the values, the first whose cumulative weight exceeds u times the total."""
    order = np.argsort(settings.values, kind="stable")
    values, weights = np.array(settings.values)[order], np.array(settings.weights)[order]
    cumulative = np.cumsum(weights)
    place = np.searchsorted(cumulative, u * cumulative[-1], side="right")
    return np.asarray(values[np.minimum(place, np.flatnonzero(weights)[-1])], dtype=np.float64)


def _empirical(values: tuple[float, ...], u: FloatArray) -> FloatArray:
    """Choose one of the sorted values, each equally likely."""
    place = np.minimum((u * len(values)).astype(np.int64), len(values) - 1)
    return np.sort(np.asarray(values, dtype=np.float64))[place]


def standard_normal(u: ArrayLike) -> FloatArray:
    """Invert the standard normal distribution.

    Parameters
    ----------
    u
        Array of any shape, strictly between 0 and 1.

    Returns
    -------
    Array of the shape of u, finite.
    """
    from scipy.special import ndtri

    return np.asarray(ndtri(u))


_INVERSES: dict[str, Callable[[Any, FloatArray], FloatArray]] = {
    "point": _point,
    "uniform": _uniform,
    "triangular": _triangular,
    "pert": _pert,
    "beta": _beta,
    "normal": _normal,
    "lognormal": _lognormal,
    "discrete": _discrete,
    "empirical": _empirical,
}
