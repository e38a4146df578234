"""Numbers of random scenarios: a value or a distribution within the bounds that the schema declares."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

from scenario.spec.number import Quantity, Status
from tests.identity.temperaments import RANGES, SPANS, UNITS, Temperament, pick

MOST_GAPS = 1000
"""No gap between events is so short that a run holds more of them."""

POINTS = 0.6
"""Share of the numbers without a spread."""

LAG_SPAN = (0.0, 0.08)
GAP_SPAN = (0.04, 0.6)
"""Usual days as shares of the horizon: of a lag, which may be 0, and of a gap, which may not."""

WHOLE = {
    "day": (0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 5, 7, 14),
    "log": (0,),
    "unit of the act": (10, 10, 20, 30, 60),
}
"""In a scenario of whole days: what a number is chosen from, by its unit."""

STATUSES = tuple(str(status) for status in Status)
Interval = tuple[float, float]


class Numbers:
    """Makes numbers for one scenario.

    Parameters
    ----------
    rng
        The scenario's generator.
    temperament
        Its temperament.
    horizon
        Its horizon in days.
    """

    def __init__(self, rng: random.Random, temperament: Temperament, horizon: int) -> None:
        self.rng, self.temperament, self.horizon = rng, temperament, horizon

    def number(self, pattern: str, quantity: Quantity) -> dict[str, Any]:
        """Return a number for a field as plain data."""
        made = self._bound(quantity) or self._inside(pattern, quantity)
        return made | {"why": "made up", "status": self.rng.choice(STATUSES)}

    def _bound(self, quantity: Quantity) -> dict[str, Any]:
        """Return a number at one of its bounds, at times, or nothing."""
        if self.rng.random() >= self.temperament.at_bounds:
            return {}
        value = self.rng.choice([bound for bound in (quantity.low, quantity.high) if math.isfinite(bound)])
        if quantity.unit == "day" and 0.0 < value == quantity.low and self.horizon > MOST_GAPS * value:
            return {}
        return {"point": value}

    def _inside(self, pattern: str, quantity: Quantity) -> dict[str, Any]:
        """Return a number in its usual range."""
        if self.temperament.is_whole and quantity.unit in WHOLE:
            return self._whole(quantity)
        low, high = self._range(pattern, quantity)
        if self.rng.random() < POINTS or low == high:
            return {"point": self._between(low, high)}
        below, above = sorted((self._between(low, high), self._between(low, high)))
        return self._spread(below, above, quantity)

    def _range(self, pattern: str, quantity: Quantity) -> Interval:
        """Return the usual range of a field's numbers, within its bounds."""
        span = pick("spans", pattern, self.temperament, SPANS)
        if quantity.unit == "day":
            shares = span or (GAP_SPAN if quantity.low > 0.0 else LAG_SPAN)
            low, high = shares[0] * self.horizon, shares[1] * self.horizon
        else:
            start = quantity.low if math.isfinite(quantity.low) else 0.0
            usual = UNITS.get(quantity.unit, (start, start + 10.0))
            low, high = pick("ranges", pattern, self.temperament, RANGES) or usual
        return _clipped(low, quantity), _clipped(high, quantity)

    def _between(self, low: float, high: float) -> float:
        """Return a value between two others, at times rounded."""
        value = low + (high - low) * self.rng.random()
        rounded = round(value, 1)
        return rounded if low <= rounded <= high and self.rng.random() < 0.5 else value

    def _whole(self, quantity: Quantity) -> dict[str, Any]:
        """Return a whole number, of days now and then just the horizon."""
        ends = (self.horizon - 1, self.horizon) if quantity.unit == "day" else ()
        values = (*WHOLE[quantity.unit], *ends)
        allowed = [value for value in values if quantity.low <= value <= quantity.high]
        if self.rng.random() < POINTS:
            return {"point": self.rng.choice(allowed)}
        return {"empirical": [self.rng.choice(allowed) for _ in range(self.rng.randint(1, 3))]}

    def _spread(self, low: float, high: float, quantity: Quantity) -> dict[str, Any]:
        """Return a distribution between two values."""
        makers: list[Callable[[float, float], dict[str, Any]]] = [
            *(self._uniform, self._triangular, self._pert, self._normal, self._discrete, self._empirical)
        ]
        if quantity.low <= 0.0 <= low and high <= 1.0 <= quantity.high:
            makers.append(self._beta)
        if 0.0 < low < high:
            makers.append(self._lognormal)
        return self.rng.choice(makers)(low, high)

    def _uniform(self, low: float, high: float) -> dict[str, Any]:
        """Return a uniform distribution."""
        return {"uniform": [low, high]}

    def _triangular(self, low: float, high: float) -> dict[str, Any]:
        """Return a triangular distribution."""
        return {"triangular": [low, min(max(self._between(low, high), low), high), high]}

    def _pert(self, low: float, high: float) -> dict[str, Any]:
        """Return a PERT distribution, at times with its mode at a bound."""
        return {"pert": [low, self.rng.choice([low, 0.5 * (low + high), high]), high]}

    def _normal(self, low: float, high: float) -> dict[str, Any]:
        """Return a normal distribution with all but 2 in 10,000 of it between two values."""
        return {"normal": {"mean": 0.5 * (low + high), "sd": (high - low) / 8.0}}

    def _beta(self, low: float, high: float) -> dict[str, Any]:
        """Return a beta distribution around the middle of two values."""
        size, middle = self.rng.uniform(2.0, 40.0), 0.5 * (low + high)
        return {"beta": [max(0.01, size * middle), max(0.01, size * (1.0 - middle))]}

    def _lognormal(self, low: float, high: float) -> dict[str, Any]:
        """Return a lognormal distribution between two values, in one of its three forms."""
        median, sigma = math.sqrt(low * high), math.log(high / low) / 8.0
        inner = [median * math.exp(-1.6 * sigma), median * math.exp(1.6 * sigma)]
        forms: list[dict[str, Any]] = [
            {"median": median, "sigma": sigma},
            {"median": median, "range90": inner},
            {"q05": inner[0], "q95": inner[1]},
        ]
        return {"lognormal": self.rng.choice(forms)}

    def _discrete(self, low: float, high: float) -> dict[str, Any]:
        """Return one to three values with weights."""
        values = [high, low, self._between(low, high)][: self.rng.randint(1, 3)]
        weights = [1.0, *(self.rng.choice([0.0, 0.5, 2.0]) for _ in values[1:])]
        return {"discrete": {"values": values, "weights": weights}}

    def _empirical(self, low: float, high: float) -> dict[str, Any]:
        """Return one to four equally likely values."""
        return {"empirical": [self._between(low, high) for _ in range(self.rng.randint(1, 4))]}


def _clipped(value: float, quantity: Quantity) -> float:
    """Return a value held within the bounds of a quantity."""
    return min(max(value, quantity.low), quantity.high)
