"""Outer points: one uniform number per experiment for a named stream, and distributions over arrays.

What belongs to an experiment (a prior, the size of an evidence item, the discount) is drawn at index
0, n = 0, m = 0 .. n_points - 1, so its value at point m does not depend on how many points there are.

Only arithmetic that IEEE 754 fixes is used, with `portable` and `inverse` in place of NumPy's and SciPy's
functions, so that a value has the same bits on every processor.

What does not live here: the beta distribution (`beta`), what the engines draw within a run (`streams`), how evidence
moves a number (`scenario.evidence`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import sqrt
from typing import Any, Protocol

import numpy as np
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from scenario.draws import inverse
from scenario.draws.compile import compiled, plain
from scenario.draws.philox import LAST_ADDRESS, MASK32, philox4x32, stream_key, unit_interval
from scenario.draws.portable import exp, log

FloatArray = NDArray[np.float64]

_Z95 = 1.6448536269514722  # the 95 % quantile of the standard normal: a 90 % range gives sigma


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
    key = stream_key(seed, name)
    _fill(key & MASK32, key >> 32, first, uniforms)
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
    Array of the shape of u, non-decreasing in u (but for a last bit), in the unit of the number.

    Raises
    ------
    ValueError
        The number is derived: its values come from the ledger.
    """
    if number.kind not in _INVERSES:
        raise ValueError(f"a number to sample must have one of {', '.join(_INVERSES)} (got {number.kind!r}).")
    inverse = _INVERSES[number.kind]
    return inverse(getattr(number, number.kind), np.asarray(u, dtype=np.float64))


# Written out where they are called, so that a loop of them works on several points at a time.
_words = register_jitable(inline="always")(plain(philox4x32))
_unit = register_jitable(inline="always")(plain(unit_interval))


@compiled("void(int64, int64, int64, float64[::1])")
def _fill(low: int, high: int, first: int, uniforms: FloatArray) -> None:
    """Write the uniform number of outer point first + i at place i; the key comes in halves."""
    for i in range(uniforms.size):
        words = _words(0, 0, first + i, 0, low, high)
        uniforms[i] = _unit(words[0], words[1])


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
    """Invert the beta distribution: within 1e-14 of the value for shapes of 1/2 to 1,000, less close by 1 / a below."""
    from scenario.draws.beta import beta_each

    return _each(partial(beta_each, *shapes), u)


def _normal(settings: Any, u: FloatArray) -> FloatArray:
    """Invert the normal distribution."""
    return np.asarray(settings.mean + settings.sd * standard_normal(u))


def _lognormal(settings: Any, u: FloatArray) -> FloatArray:
    """Invert the lognormal distribution: median exp(sigma z)."""
    median, sigma = settings.median, settings.sigma
    if sigma is None:
        low, high = settings.range90 or (settings.q05, settings.q95)
        sigma = (log(high) - log(low)) / (2 * _Z95)
        median = sqrt(low) * sqrt(high) if median is None else median
    return np.asarray(median * exp_each(sigma * standard_normal(u)))


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
    """Invert the standard normal distribution; see `inverse.normal`.

    Parameters
    ----------
    u
        Array of any shape, strictly between 0 and 1.

    Returns
    -------
    Array of the shape of u, finite.
    """
    return _each(_normal_each, u)


def exp_each(x: ArrayLike) -> FloatArray:
    """Return e^x of every element of an array of any shape; see `portable.exp`."""
    return _each(_exp_each, x)


def _each(change: Callable[[FloatArray], None], x: ArrayLike) -> FloatArray:
    """Return a copy of an array of any shape, changed in place as a flat one."""
    values = np.array(x, dtype=np.float64, order="C")
    change(values.reshape(-1))
    return values


@compiled("void(float64[::1])")
def _normal_each(values: FloatArray) -> None:
    """Put the standard normal number of each u in its place."""
    for i in range(values.size):
        values[i] = inverse.normal(values[i])


@compiled("void(float64[::1])")
def _exp_each(values: FloatArray) -> None:
    """Put e^x in the place of each x."""
    for i in range(values.size):
        values[i] = exp(values[i])


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
