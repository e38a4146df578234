"""The beta distribution over arrays, with the same bits on every processor.

SciPy's depends on the math library of the platform, and takes seven times as long. For p = I_x(a, b) up to 1/2
(beyond: the shapes swapped) the odds r = x / (1 - x) are found by cells, four to an octave of p. With
t = (p - p0) / p0 from the middle of a cell, |t| <= 1/9, and r0 from Newton's method,

    ln r = ln r0 + L(t),  L' = h,  h' = h^2 ((a + b) x - a),  x' = h x (1 - x),  h(0) = p0 B / (x^a (1 - x)^b).

The nearest singularity of the power series of L is p = 0, so that 16 terms give every bit. A cell depends on the
shapes alone, never on what is drawn. The continued fraction: A. R. DiDonato, A. H. Morris (1992), Algorithm 708,
ACM Trans. Math. Softw. 18(3), 360-373, doi:10.1145/131766.131776.

What does not live here: the other distributions (`points`). Imported when a first beta is drawn: compiling it takes a
while, and `engine.preparation` has a second process do it.
"""

from __future__ import annotations

from math import sqrt, tau

import numpy as np
from numpy.typing import NDArray

from scenario.draws.compile import compiled
from scenario.draws.portable import SMALLEST_NORMAL, bits_of, double_of, exp, log

FloatArray = NDArray[np.float64]

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
def beta_each(a: float, b: float, values: FloatArray) -> None:
    """Put the quantile of each u in its place, from the nearer end."""
    lower, upper = _cells(a, b, values), _cells(b, a, 1.0 - values)
    for i in range(values.size):
        if values[i] < 0.5:
            odds = _odds(a, b, values[i], lower)
            values[i] = odds / (1.0 + odds)
        else:
            values[i] = 1.0 / (1.0 + _odds(b, a, 1.0 - values[i], upper))
