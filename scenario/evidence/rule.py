"""The arithmetic of evidence: pure functions of numbers and arrays.

    odds, logit   logit p    = logit p0  + S        sizes: ln of a ratio; a shift
    log           ln median  = ln median0 + S       sizes: ln of a factor
    utility       utility    = utility0  + S        sizes: a shift

    S = sum over origin groups of sum over k of (1 - c)^k size_(k)

Within a group the strongest item comes first (k = 0), by the size of its stated median and never by a
draw, ties by id; c is the discount for having one source. Switching the strongest off promotes the next.
Like the draws, a result has the same bits on every processor.

What does not live here: the ledger and its draws (`derive`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenario.draws.points import exp_each
from scenario.draws.portable import log
from scenario.spec.ledger import Effect, Operation, Scale
from scenario.spec.number import Z95

FloatArray = NDArray[np.float64]

RATIOS = (Operation.LIKELIHOOD_RATIO, Operation.MEDIAN_FACTOR)
_TIE_DIGITS = 12  # ln 0.8 and ln 1.25 differ in the last bit only: that is a tie


@dataclass(frozen=True, kw_only=True)
class Size:
    """What one item adds to one parameter, on the scale on which sizes add up.

    Parameters
    ----------
    item, origin
        Ids of the item and of its origin group.
    median, sd
        Median and standard deviation (sd >= 0) of a normal distribution.
    """

    item: str
    origin: str
    median: float
    sd: float


def size_of(effect: Effect, *, item: str, origin: str) -> Size | None:
    """Put an effect on the additive scale: the logarithm of a ratio or factor, a shift as it is.

    Parameters
    ----------
    effect
        Operation with median and 90 % range; the range gives the standard deviation,
        (high - low) / (2 x 1.645), on the additive scale.
    item, origin
        Ids that go into the result.

    Returns
    -------
    The size; None for context, which moves no number.
    """
    if effect.op is Operation.CONTEXT or effect.median is None or effect.range90 is None:
        return None
    low, high = effect.range90
    middle = effect.median
    if effect.op in RATIOS:
        middle, low, high = log(middle), log(low), log(high)
    return Size(item=item, origin=origin, median=middle, sd=(high - low) / (2 * Z95))


def places(sizes: Iterable[Size]) -> dict[str, int]:
    """Tell which place each item takes within its origin group.

    Parameters
    ----------
    sizes
        The items that apply to one parameter, in any order.

    Returns
    -------
    Item id to place k, 0 for the strongest median of a group; the item counts (1 - c)^k. In the
    order of summation: origin, then place.
    """
    ordered = sorted(sizes, key=lambda size: (size.origin, -round(abs(size.median), _TIE_DIGITS), size.item))
    seen: dict[str, int] = {}
    result: dict[str, int] = {}
    for size in ordered:
        result[size.item] = seen.get(size.origin, 0)
        seen[size.origin] = result[size.item] + 1
    return result


def total(sizes: Iterable[Size], drawn: Mapping[str, FloatArray], *, discount: FloatArray) -> FloatArray:
    """Add up what the items do: S = sum of (1 - c)^k size.

    Parameters
    ----------
    sizes
        The items that apply to one parameter.
    drawn
        Item id to its drawn sizes on the additive scale, shape (M,).
    discount
        c at every outer point, shape (M,), 0 to 1.

    Returns
    -------
    Array of shape (M,).
    """
    result = np.zeros_like(discount)
    for item, place in places(sizes).items():
        result += weight(place, discount=discount) * drawn[item]
    return result


def weight(place: int, *, discount: FloatArray) -> FloatArray:
    """Tell how much an item counts at its place within its origin group: (1 - c)^k, by multiplication.

    Parameters
    ----------
    place
        k >= 0.
    discount
        c at every outer point, shape (M,), 0 to 1.

    Returns
    -------
    Array of shape (M,), 0 to 1.
    """
    result = np.ones_like(discount)
    for _ in range(place):
        result *= 1 - discount
    return result


def move(scale: Scale, prior: FloatArray, shift: FloatArray) -> FloatArray:
    """Move a parameter by the sum of its evidence.

    On the scales odds and logit p becomes p / (p + (1 - p) e^-S).

    Parameters
    ----------
    scale
        odds and logit: prior in [0, 1]; log: prior > 0; utility: any; none: nothing moves.
    prior, shift
        Arrays of shape (M,).

    Returns
    -------
    Array of shape (M,), in the unit of the prior. A probability of exactly 0 or 1 stays.
    """
    if scale in (Scale.ODDS, Scale.LOGIT):
        is_open = (prior > 0) & (prior < 1)
        odds_against = np.where(is_open, 1 - prior, 0.5) * exp_each(-shift)
        return np.where(is_open, prior / (np.where(is_open, prior, 0.5) + odds_against), prior)
    if scale is Scale.LOG:
        return prior * exp_each(shift)
    if scale is Scale.UTILITY:
        return prior + shift
    return prior
