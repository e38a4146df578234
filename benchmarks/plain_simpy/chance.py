"""Chance: a `random.Random` with the distributions of the model."""

from __future__ import annotations

import math
import random
from typing import Any


class Chance(random.Random):
    """Draw the next number."""

    def yes(self, p: float) -> bool:
        """Return whether an event of probability p happens."""
        return self.random() < p

    def wait(self, mean: float) -> float:
        """Return an exponential waiting time."""
        return self.expovariate(1.0 / mean) if mean > 0.0 else 0.0

    def lag(self, lag: Any) -> float:
        """Return a lognormal delay."""
        return self.size(lag.median, lag.sigma)

    def size(self, median: float, sigma: float) -> float:
        """Return a lognormal number."""
        return float(median * math.exp(sigma * self.gauss(0.0, 1.0)))

    def normal(self) -> float:
        """Return a standard normal number."""
        return self.gauss(0.0, 1.0)

    def gumbel(self) -> float:
        """Return a standard Gumbel number."""
        return -math.log(-math.log(self.random() or 0.5))
