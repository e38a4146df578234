"""Columns of ones and zeros."""

from __future__ import annotations

import numpy as np


def share(k: int, n: int) -> np.ndarray:
    """K ones and n - k zeros, spread evenly."""
    return (np.arange(n) * k // n != (np.arange(n) + 1) * k // n).astype(float)
