"""Outer points: one uniform number per experiment for a named stream, and distributions over arrays.

What belongs to an experiment (a prior, the size of an evidence item, the discount) is drawn at index
0, n = 0, m = 0 .. n_points - 1, so its value at point m does not depend on how many points there are.

Only arithmetic that IEEE 754 fixes is used, with `portable` and `inverse` in place of NumPy's and SciPy's
functions, so that a value has the same bits on every processor.

What does not live here: what the engines draw within a run (`streams`), how evidence moves a number
(`scenario.evidence`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import sqrt, tau
from typing import Any, Protocol

import numpy as np
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from scenario.draws import inverse
from scenario.draws.compile import compiled, plain
from scenario.draws.philox import LAST_ADDRESS, MASK32, philox4x32, stream_key, unit_interval
from scenario.draws.portable import SMALLEST_NORMAL, bits_of, double_of, exp, log

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
    return _each(partial(_beta_each, *shapes), u)


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


# ---- the beta distribution -----------------------------------------------------------------------------
#
# SciPy's depends on the math library of the platform, and takes seven times as long. For p = I_x(a, b) up to
# 1/2 (beyond: the shapes swapped) the odds r = x / (1 - x) are found by cells, four to an octave of p. With
# t = (p - p0) / p0 from the middle of a cell, |t| <= 1/9, and r0 from Newton's method,
#
#     ln r = ln r0 + L(t),  L' = h,  h' = h^2 ((a + b) x - a),  x' = h x (1 - x),  h(0) = p0 B / (x^a (1 - x)^b).
# The nearest singularity of the power series of L is p = 0, so that 16 terms give every bit. A cell depends on
# the shapes alone, never on what is drawn. The continued fraction: A. R. DiDonato, A. H. Morris (1992),
# Algorithm 708, ACM Trans. Math. Softw. 18(3), 360-373, doi:10.1145/131766.131776.

_N_TERMS = 16
_CELL = 50  # the bits of p below its exponent and two more, which number its cell
_TOP = (bits_of(0.5) >> _CELL) - 1
_LEAST, _MOST = 1e-290, 1e290  # odds beyond are set to these
_SMOOTH = 0.5  # for a smaller a + b, p has a singularity close by, at x = infinity: each p is solved for


@compiled("float64(float64)")
def _stirling(z: float) -> float:
    """Return ln Gamma(z) - (z - 1/2) ln z + z - ln(2 pi) / 2 for z > 0: steps up to 12, then Stirling's series."""
    correction = 0.0
    while z < 12.0:
        if z < 1.0:
            correction += (z + 0.5) * log(1.0 + 1.0 / z) - 1.0
        else:
            power, k = 1.0, 1.0
            while power > 1e-18:
                power, k = power / ((2.0 * z + 1.0) * (2.0 * z + 1.0)), k + 2.0
                correction += power / k
        z += 1.0
    w = 1.0 / (z * z)
    series = 1 / 1260 - w * (1 / 1680 - w * (1 / 1188 - w * (691 / 360360 - w / 156)))
    return correction + (1 / 12 - w * (1 / 360 - w * series)) / z


@compiled("float64(float64)")
def _log_1p(x: float) -> float:
    """Return ln(1 + x), exact for small x too."""
    above = 1.0 + x
    return x if above == 1.0 else log(above) * (x / (above - 1.0))


@compiled("float64(float64, float64, float64)")
def _decline(a: float, b: float, odds: float) -> float:
    """Return the logarithm of x^a (1 - x)^b by its value at the mean, for a <= b (else swap both: nothing cancels)."""
    beyond = b * odds - a
    rise = _log_1p(beyond / a) if b * odds > 0.5 * a else log(b * odds / a)
    return a * rise - (a + b) * _log_1p(beyond / (a + b))


@compiled("float64(float64, float64, float64)")
def _tail_ratio(a: float, b: float, odds: float) -> float:
    """Return I_x(a, b) B / (x^a (1 - x)^b) for x up to the mean, by a continued fraction."""
    x, y = odds / (1.0 + odds), 1.0 / (1.0 + odds)
    lead = (a - b * odds) * y + 1.0
    value = a * lead / (a + 1.0)
    c, d, n, change = value, 0.0, 0.0, 0.0
    while abs(change - 1.0) > 3e-16 and n < 1e6:
        n += 1.0
        wide = a + 2.0 * n - 1.0
        share = n * (b - n) * x / wide
        above = (a + n - 1.0) * (a + b + n - 1.0) * x / wide * share
        below = n + share + (a + n) * (lead + n * (1.0 + y)) / (wide + 2.0)
        c, d = below + above / c, 1.0 / (below + above * d)
        change = c * d
        value *= change
    return 1.0 / value


@compiled("UniTuple(float64, 2)(float64, float64, float64, float64, float64)")
def _solve(a: float, b: float, scale: float, p: float, odds: float) -> tuple[float, float]:
    """Return the odds at which I_x(a, b) = p, and p B / (x^a (1 - x)^b) there, by Newton's method.

    ln I is a concave function of ln odds: steps from anywhere lead to the root. `scale` is that of `_scale`.
    """
    slope, enough = 0.0, 1e-8 / (1.0 + sqrt(a + b))
    for _ in range(200):
        x, y = odds / (1.0 + odds), 1.0 / (1.0 + odds)
        front = scale + (_decline(a, b, odds) if a <= b else _decline(b, a, 1.0 / odds))
        if b * odds <= a:
            slope = _tail_ratio(a, b, odds)
        else:
            weight = exp(front)
            slope = max(1.0 - weight * _tail_ratio(b, a, 1.0 / odds), 1e-17) / weight
        step = min(max((log(p) - front - log(slope)) * slope, -600.0), 600.0)
        moved = min(max(odds * exp(step), _LEAST), _MOST)
        if abs(step) <= enough or moved == odds:
            return moved, slope + step * (1.0 - slope * (a * y - b * x))
        odds = moved
    return odds, slope


@compiled("void(float64, float64, float64, float64, float64[::1])")
def _expand(a: float, b: float, odds: float, slope: float, terms: FloatArray) -> None:
    """Write the terms of L(t) / t: h, its square, x and x (1 - x) are built up power by power."""
    h, square, x, spread = np.zeros((4, _N_TERMS))
    h[0], x[0] = slope, odds / (1.0 + odds)
    for k in range(_N_TERMS):
        terms[k] = h[k] / (k + 1)
        spread[k] = x[k] if k > 0 else x[0] / (1.0 + odds)
        for i in range(k + 1):
            square[k] += h[i] * h[k - i]
            spread[k] -= x[i] * x[k - i] if k > 0 else 0.0
        if k + 1 < _N_TERMS:
            bend, rise = square[k] * (b * odds - a) / (1.0 + odds), h[k] * spread[0]
            for i in range(k):
                bend += (a + b) * square[i] * x[k - i]
                rise += h[i] * spread[k - i]
            h[k + 1], x[k + 1] = bend / (k + 1), rise / (k + 1)


@compiled("float64(float64, float64[::1])")
def _odds_within(p: float, row: FloatArray) -> float:
    """Return the odds at p from the row of its cell or of the one before: p0, r0, and the terms of L(t) / t."""
    t = (p - row[0]) / row[0]
    rise = 0.0
    for k in range(_N_TERMS + 1, 1, -1):
        rise = rise * t + row[k]
    return float(min(max(row[1] * exp(t * rise), _LEAST), _MOST))


@compiled("int64(float64)")
def _cell(p: float) -> int:
    """Return the number of the cell of p, 0 for the one next to 1/2."""
    return max(0, _TOP - (bits_of(p) >> _CELL))


@compiled("float64(float64, float64)")
def _scale(a: float, b: float) -> float:
    """Return the logarithm of x^a (1 - x)^b / B(a, b) at the mean."""
    return 0.5 * log(a / (a + b) * b / tau) + _stirling(a + b) - _stirling(a) - _stirling(b)


@compiled("float64[:, ::1](float64, float64, float64[::1])")
def _cells(a: float, b: float, p: FloatArray) -> FloatArray:
    """Return the rows of the cells from 1/2 down to the least p, as `_odds_within` takes them."""
    least = 0.5
    for value in p:
        least = value if SMALLEST_NORMAL <= value < least else least
    table, scale = np.zeros((_cell(least) + 1, _N_TERMS + 2)), _scale(a, b)
    for i in range(len(table)):
        p0, odds = double_of(((_TOP - i) << _CELL) | (1 << (_CELL - 1))), a / b
        if i > 0 and _LEAST < table[i - 1, 1] < _MOST:
            odds = _odds_within(p0, table[i - 1])
        table[i, 0] = p0
        table[i, 1], slope = _solve(a, b, scale, p0, odds)
        if a + b >= _SMOOTH and _LEAST < table[i, 1] < _MOST:
            _expand(a, b, table[i, 1], slope, table[i, 2:])
    return table


@compiled("float64(float64, float64, float64, float64[:, ::1])")
def _odds(a: float, b: float, p: float, cells: FloatArray) -> float:
    """Return the odds at p <= 1/2; 0 for the very smallest, NaN for NaN."""
    if not p >= SMALLEST_NORMAL:
        return 0.0 * p
    odds = _odds_within(p, cells[_cell(p)])
    return odds if a + b >= _SMOOTH else _solve(a, b, _scale(a, b), p, odds)[0]


@compiled("void(float64, float64, float64[::1])")
def _beta_each(a: float, b: float, values: FloatArray) -> None:
    """Put the quantile of each u in its place, from the nearer end."""
    lower, upper = _cells(a, b, values), _cells(b, a, 1.0 - values)
    for i in range(values.size):
        if values[i] < 0.5:
            odds = _odds(a, b, values[i], lower)
            values[i] = odds / (1.0 + odds)
        else:
            values[i] = 1.0 / (1.0 + _odds(b, a, 1.0 - values[i], upper))
