"""Inverse distribution functions: one uniform number in, one value out.

Each function is non-decreasing in u (`bernoulli` reads "u is small enough") and finite for every u
that `philox` gives. They use `portable` and square roots only, so that the compiled and the plain
version agree to the last bit on every processor. Parameters are not checked here: their ranges are
declared, and checked, where the user writes them.

What does not live here: the source of u (`philox`), the two joined (`fused`).
"""

from __future__ import annotations

from math import sqrt

from scenario.draws.compile import compiled
from scenario.draws.portable import exp, log

# Wichura's AS241, routine PPND16. Three ratios of polynomials, coefficients in rising powers.
SPLIT_CENTRE, SHIFT_CENTRE = 0.425, 0.180625
SPLIT_TAIL, SHIFT_TAIL = 5.0, 1.6

A0, A1, A2, A3 = (
    3.3871328727963666080,
    133.14166789178437745,
    1971.5909503065514427,
    13731.693765509461125,
)
A4, A5, A6, A7 = (
    45921.953931549871457,
    67265.770927008700853,
    33430.575583588128105,
    2509.0809287301226727,
)
B1, B2, B3, B4 = (
    42.313330701600911252,
    687.18700749205790830,
    5394.1960214247511077,
    21213.794301586595867,
)
B5, B6, B7 = 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610

C0, C1, C2, C3 = (
    1.42343711074968357734,
    4.63033784615654529590,
    5.76949722146069140550,
    3.64784832476320460504,
)
C4, C5, C6, C7 = (
    1.27045825245236838258,
    0.241780725177450611770,
    0.0227238449892691845833,
    7.74545014278341407640e-4,
)
D1, D2, D3, D4 = (
    2.05319162663775882187,
    1.67638483018380384940,
    0.689767334985100004550,
    0.148103976427480074590,
)
D5, D6, D7 = 0.0151986665636164571966, 5.47593808499534494600e-4, 1.05075007164441684324e-9

E0, E1, E2, E3 = (
    6.65790464350110377720,
    5.46378491116411436990,
    1.78482653991729133580,
    0.296560571828504891230,
)
E4, E5, E6, E7 = (
    0.0265321895265761230930,
    1.24266094738807843860e-3,
    2.71155556874348757815e-5,
    2.01033439929228813265e-7,
)
F1, F2, F3, F4 = (
    0.599832206555887937690,
    0.136929880922735805310,
    0.0148753612908506148525,
    7.86869131145613259100e-4,
)
F5, F6, F7 = 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15


@compiled("float64(float64, float64)")
def exponential(u: float, mean: float) -> float:
    """Invert the exponential distribution: -mean ln(1 - u); 1 - u is exact for the numbers of `philox`.

    Parameters
    ----------
    u
        0 < u < 1.
    mean
        In the unit of the result (days), finite, >= 0. Mean 0 gives 0.

    Returns
    -------
    x >= 0; at most 36.8 mean.

    Examples
    --------
    >>> exponential(0.5, 10.0)
    6.931471805599453
    """
    return -mean * log(1.0 - u)


@compiled("float64(float64)")
def _normal_centre(q: float) -> float:
    """Invert the standard normal for q = u - 1/2, |q| <= 0.425."""
    r = SHIFT_CENTRE - q * q
    above = ((((((A7 * r + A6) * r + A5) * r + A4) * r + A3) * r + A2) * r + A1) * r + A0
    below = ((((((B7 * r + B6) * r + B5) * r + B4) * r + B3) * r + B2) * r + B1) * r + 1.0
    return q * above / below


@compiled("float64(float64)")
def _normal_tail(tail: float) -> float:
    """Invert the upper tail of the standard normal, 0 < tail < 0.075."""
    r = sqrt(-log(tail))
    if r <= SPLIT_TAIL:
        r -= SHIFT_TAIL
        above = ((((((C7 * r + C6) * r + C5) * r + C4) * r + C3) * r + C2) * r + C1) * r + C0
        below = ((((((D7 * r + D6) * r + D5) * r + D4) * r + D3) * r + D2) * r + D1) * r + 1.0
    else:
        r -= SPLIT_TAIL
        above = ((((((E7 * r + E6) * r + E5) * r + E4) * r + E3) * r + E2) * r + E1) * r + E0
        below = ((((((F7 * r + F6) * r + F5) * r + F4) * r + F3) * r + F2) * r + F1) * r + 1.0
    return above / below


@compiled("float64(float64)")
def normal(u: float) -> float:
    """Invert the standard normal distribution.

    Relative error about 1e-16 for min(u, 1 - u) > 1e-316.

    Parameters
    ----------
    u
        0 < u < 1.

    Returns
    -------
    z, |z| <= 8.3 for the numbers that `philox` gives.

    Source: M. J. Wichura (1988), Algorithm AS 241: the percentage points of the normal
    distribution. Applied Statistics 37(3), 477-484, doi:10.2307/2347330, routine PPND16.

    Examples
    --------
    >>> normal(0.5), round(normal(0.975), 12)
    (0.0, 1.95996398454)
    """
    q = u - 0.5
    if abs(q) <= SPLIT_CENTRE:
        return _normal_centre(q)
    if q < 0.0:
        return -_normal_tail(u)
    return _normal_tail(1.0 - u)


@compiled("float64(float64, float64, float64)")
def lognormal(u: float, median: float, sigma: float) -> float:
    """Invert the lognormal distribution: median exp(sigma z), z the standard normal of u.

    Parameters
    ----------
    u
        0 < u < 1.
    median
        In the unit of the result (days), finite, >= 0.
    sigma
        Standard deviation of the logarithm, no unit, 0 <= sigma <= 80 (beyond, exp overflows).

    Returns
    -------
    x >= 0.
    """
    if sigma == 0.0:
        return median
    return median * exp(sigma * normal(u))


@compiled("float64(float64)")
def gumbel(u: float) -> float:
    """Invert the standard Gumbel distribution of maxima: -ln(-ln u).

    Mean 0.5772 (Euler's constant), variance pi^2 / 6. The option with the largest utility + Gumbel
    is chosen with the probability of the multinomial logit.

    Parameters
    ----------
    u
        0 < u < 1.

    Returns
    -------
    g; between -3.7 and 36.8 for the numbers that `philox` gives.
    """
    return -log(-log(u))


@compiled("boolean(float64, float64)")
def bernoulli(u: float, p: float) -> bool:
    """Tell whether an event of probability p happens: u < p.

    Raising p only adds events, for the same u.

    Parameters
    ----------
    u
        0 < u < 1.
    p
        Probability, 0 <= p <= 1. 0 never happens, 1 always.
    """
    return u < p
