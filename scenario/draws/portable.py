"""exp and log in plain arithmetic: the same bits on every processor, in Python and compiled.

The C library's functions choose other code on other processors and change between versions; NumPy's
differ from both. Here only +, -, x, /, comparisons and the bits of a double are used, all of which IEEE
754 fixes, and nothing is fused or reordered (no `fastmath`). Errors stay below one unit in the last place.

What does not live here: square roots, floors and ceilings, which IEEE 754 or their definition fix already.

Source: W. J. Cody and W. Waite (1980), Software manual for the elementary functions, Prentice-Hall, for
the reductions; the polynomials are Taylor's.
"""

from __future__ import annotations

import math
import struct
from typing import Any

from numba import types
from numba.extending import intrinsic, overload

from scenario.draws.compile import compiled

LN2_HIGH = 0.6931471803691238
"""ln 2 with the last 21 bits zero, so that k x LN2_HIGH is exact for |k| < 2^20."""

LN2_LOW = 1.9082149292705877e-10
"""What is missing to ln 2."""

LOG2_E = 1.4426950408889634
LARGEST, SMALLEST = 709.782712893384, -745.1332191019412
"""Beyond these exp is infinite, or 0."""

SQRT_HALF = 0.7071067811865476
TWO_54, SMALLEST_NORMAL = 18014398509481984.0, 2.2250738585072014e-308
MANTISSA, ONE, BIAS, WIDTH = 0x000FFFFFFFFFFFFF, 0x3FF0000000000000, 1023, 52

E2, E3, E4, E5, E6, E7 = 1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040
E8, E9, E10, E11, E12, E13 = (
    1 / 40320,
    1 / 362880,
    1 / 3628800,
    1 / 39916800,
    1 / 479001600,
    1 / 6227020800,
)

L3, L5, L7, L9, L11 = 2 / 3, 2 / 5, 2 / 7, 2 / 9, 2 / 11
L13, L15, L17, L19, L21 = 2 / 13, 2 / 15, 2 / 17, 2 / 19, 2 / 21


def bits_of(x: float) -> int:
    """Return the 64 bits of a double as a signed integer."""
    return int(struct.unpack("<q", struct.pack("<d", x))[0])


def double_of(bits: int) -> float:
    """Return the double with the given 64 bits (a signed integer)."""
    return float(struct.unpack("<d", struct.pack("<q", bits))[0])


@intrinsic
def _as_integer(_context: Any, _x: Any) -> Any:
    """Reinterpret a double as an integer, in a register."""
    return types.int64(types.float64), _bitcast


@intrinsic
def _as_double(_context: Any, _n: Any) -> Any:
    """Reinterpret an integer as a double, in a register."""
    return types.float64(types.int64), _bitcast


def _bitcast(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Emit the instruction that keeps the bits and changes the type."""
    return builder.bitcast(arguments[0], context.get_value_type(signature.return_type))


@overload(bits_of)
def _compile_bits_of(x: Any) -> Any:  # noqa: ARG001  (Numba matches the names)
    """Let compiled code do without `struct`."""

    def bits(x: Any) -> Any:
        return _as_integer(x)  # type: ignore[call-arg]

    return bits


@overload(double_of)
def _compile_double_of(bits: Any) -> Any:  # noqa: ARG001  (Numba matches the names)
    """Let compiled code do without `struct`."""

    def double(bits: Any) -> Any:
        return _as_double(bits)  # type: ignore[call-arg]

    return double


@compiled("float64(float64)")
def exp(x: float) -> float:
    """Return e^x, within one unit in the last place.

    x = k ln 2 + r, |r| <= ln 2 / 2; e^r is a polynomial of degree 13, its terms paired (Estrin), what
    the difference has lost is added, and 2^k goes into the exponent.

    Parameters
    ----------
    x
        Any double. Infinite above 709.78, 0 below -745.13, NaN for NaN: never an error.

    Examples
    --------
    >>> exp(0.0), exp(-1000.0)
    (1.0, 0.0)
    """
    if not x <= LARGEST:
        return math.inf if x > LARGEST else x
    if x < SMALLEST:
        return 0.0
    k = int(x * LOG2_E + (0.5 if x > 0.0 else -0.5))
    high, rest = x - k * LN2_HIGH, k * LN2_LOW
    r = high - rest
    lost = (high - r) - rest
    r2 = r * r
    r4 = r2 * r2
    first = (E2 + r * E3) + r2 * (E4 + r * E5)
    middle = (E6 + r * E7) + r2 * (E8 + r * E9)
    last = (E10 + r * E11) + r2 * (E12 + r * E13)
    value = 1.0 + (r + (lost + r2 * (first + r4 * (middle + r4 * last))))
    if k < -1021:  # the result is subnormal: the last step rounds once
        return value * double_of((k + 1000 + BIAS) << WIDTH) * double_of((BIAS - 1000) << WIDTH)
    if k > 1023:
        return value * 2.0 * double_of((k - 1 + BIAS) << WIDTH)
    return value * double_of((k + BIAS) << WIDTH)


@compiled("float64(float64)")
def log(x: float) -> float:
    """Return ln x, within one unit in the last place.

    x = 2^k (1 + f), 1 + f between sqrt(1/2) and sqrt(2); with s = f / (2 + f) the series of ln(1 + f)
    is 2 s (1 + s^2 / 3 + s^4 / 5 + ...).

    Parameters
    ----------
    x
        Any double. -inf for 0, NaN below 0, infinite for infinity: never an error.

    Examples
    --------
    >>> log(1.0), log(2.0), log(0.0)
    (0.0, 0.6931471805599453, -inf)
    """
    if not x > 0.0:
        return -math.inf if x == 0.0 else math.nan
    if x == math.inf:
        return x
    shift = 0
    if x < SMALLEST_NORMAL:
        x, shift = x * TWO_54, 54
    bits = bits_of(x)
    k = (bits >> WIDTH) - BIAS - shift
    f = double_of((bits & MANTISSA) | ONE)
    if f > 2.0 * SQRT_HALF:
        f, k = 0.5 * f, k + 1
    f -= 1.0
    s = f / (2.0 + f)
    z = s * s
    z2 = z * z
    z4 = z2 * z2
    low = (L3 + z * L5) + z2 * (L7 + z * L9)
    high = (L11 + z * L13) + z2 * (L15 + z * L17) + z4 * (L19 + z * L21)
    rest = z * (low + z4 * high)
    half = 0.5 * f * f
    return k * LN2_HIGH - ((half - (s * (half + rest) + k * LN2_LOW)) - f)


@compiled("float64(float64, int64)")
def power(x: float, n: int) -> float:
    """Return x^n by multiplying, x^0 = 1.

    Parameters
    ----------
    x
        Any double.
    n
        Whole number >= 0, small: as many multiplications are done.
    """
    product = 1.0
    for _ in range(n):
        product *= x
    return product
