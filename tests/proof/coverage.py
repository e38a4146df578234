"""Whether intervals hold the truth, and how often they should: what the proofs of coverage share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

SHORT = 1.6448536269514722 / 1.959963984540054
"""What makes a 95 % interval a 90 % one: the planted fault, which must fall out of the band."""

SLACK = 1e-9
"""Below it is rounding: a value of 0 may come as 1e-17."""


def holds(bounds: ArrayLike, truth: ArrayLike, scale: float = 1.0) -> Any:
    """Return whether intervals, so much shortened about their middle, hold their true values.

    Parameters
    ----------
    bounds
        Shape [..., 2]; what is infinite above is not shortened.
    truth
        Shape [...].
    scale
        1 for the intervals as they are.
    """
    low, high = np.moveaxis(np.asarray(bounds, dtype=np.float64), -1, 0)
    cut = (1.0 - scale) * np.subtract(high, low, out=np.zeros(high.shape), where=np.isfinite(high)) / 2
    return (low + cut <= np.asarray(truth) + SLACK) & (np.asarray(truth) - SLACK <= high - cut)


def is_close(shares: ArrayLike) -> bool:
    """Return whether all shares lie within 93 and 97 %."""
    return bool((np.abs(np.asarray(shares) - 0.95) <= 0.02 + SLACK).all())
