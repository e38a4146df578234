"""Numbers with a distribution and a source: the form in which every judged quantity is written.

A field of the schema declares unit, bounds and meaning once (`quantity`); the file gives the value or
the distribution, its status, and its evidence or reason. Sampling does not live here (see `draws`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

DISTRIBUTIONS = (
    "point",
    "uniform",
    "triangular",
    "pert",
    "beta",
    "normal",
    "lognormal",
    "discrete",
    "empirical",
    "derived",
)
"""The keys of which a number holds exactly one."""

Z95 = 1.6448536269514722
"""The 95 % quantile of the standard normal distribution."""


class Model(BaseModel):
    """Base of everything a file can hold: frozen, unknown keys refused, NaN and infinity refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)


class Status(StrEnum):
    """How sure a number is: read in a document, inferred from evidence, or assumed by us."""

    STATED = "stated"
    INFERRED = "inferred"
    ASSUMED = "assumed"


class Normal(Model):
    """A normal distribution by mean and standard deviation."""

    mean: float
    sd: float = Field(ge=0)


class Lognormal(Model):
    """A lognormal distribution by median and sigma, by median and 90 % range, or by two quantiles."""

    median: float | None = Field(default=None, gt=0)
    sigma: float | None = Field(default=None, ge=0)
    range90: tuple[float, float] | None = None
    q05: float | None = Field(default=None, gt=0)
    q95: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _check_form(self) -> Lognormal:
        """Refuse anything but one of the three forms."""
        given = {
            name for name in ("median", "sigma", "range90", "q05", "q95") if getattr(self, name) is not None
        }
        if given not in ({"median", "sigma"}, {"median", "range90"}, {"q05", "q95"}):
            raise ValueError(
                f"must hold median and sigma, median and range90, or q05 and q95 (got {sorted(given)})"
            )
        low, high = self._range()
        if not 0 < low <= high:
            raise ValueError(f"must have a 90 % range with 0 < low <= high (got [{low}, {high}])")
        return self

    def _range(self) -> tuple[float, float]:
        """Return the stated 90 % range, or a dummy where sigma is stated."""
        if self.range90 is not None:
            return self.range90
        return (self.q05, self.q95) if self.q05 is not None and self.q95 is not None else (1.0, 1.0)

    @property
    def mu_sigma(self) -> tuple[float, float]:
        """Return mean and standard deviation of the logarithm."""
        if self.median is not None and self.sigma is not None:
            return math.log(self.median), self.sigma
        low, high = self._range()
        sigma = (math.log(high) - math.log(low)) / (2 * Z95)
        middle = math.log(self.median) if self.median is not None else (math.log(low) + math.log(high)) / 2
        return middle, sigma


class Discrete(Model):
    """A discrete distribution: values with weights (scaled to sum to one)."""

    values: tuple[float, ...] = Field(min_length=1)
    weights: tuple[float, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_weights(self) -> Discrete:
        """Refuse weights that do not match the values."""
        if (
            len(self.values) != len(self.weights)
            or min(self.weights) < 0
            or not 0 < sum(self.weights) < math.inf
        ):
            raise ValueError(f"must have one weight >= 0 per value, not all zero (got {list(self.weights)})")
        return self


class Number(Model):
    """One judged quantity: a distribution, its status, and its evidence or the reason for it."""

    point: float | None = Field(default=None, description="a single value")
    uniform: tuple[float, float] | None = Field(default=None, description="[low, high]")
    triangular: tuple[float, float, float] | None = Field(default=None, description="[low, mode, high]")
    pert: tuple[float, float, float] | None = Field(default=None, description="[low, mode, high]")
    beta: tuple[float, float] | None = Field(default=None, description="[a, b], on 0 to 1")
    normal: Normal | None = None
    lognormal: Lognormal | None = None
    discrete: Discrete | None = None
    empirical: tuple[float, ...] | None = Field(
        default=None, min_length=1, description="equally likely values"
    )
    derived: str | None = Field(default=None, description="name of a parameter of the evidence ledger")
    status: Status = Field(default=Status.ASSUMED, strict=False)
    evidence: tuple[str, ...] = Field(default=(), description="ids of evidence items or sources")
    why: str = Field(default="", max_length=600, description="the reason for the number")

    @model_validator(mode="after")
    def _check_form(self) -> Number:
        """Refuse a number without exactly one distribution, or without evidence and reason."""
        given = [name for name in DISTRIBUTIONS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"must hold exactly one of {', '.join(DISTRIBUTIONS)} (got {given or 'none'})")
        if not (self.evidence or self.why or self.derived):
            raise ValueError("must name its evidence or say why (got neither)")
        self._check_order()
        return self

    def _check_order(self) -> None:
        """Refuse bounds in the wrong order and shape parameters that are not positive."""
        ordered = self.uniform or self.triangular or self.pert
        if ordered is not None and list(ordered) != sorted(ordered):
            raise ValueError(f"must have its bounds in rising order (got {list(ordered)})")
        if self.beta is not None and min(self.beta) <= 0:
            raise ValueError(f"must have beta shapes > 0 (got {list(self.beta)})")

    @property
    def kind(self) -> str:
        """Return which of `DISTRIBUTIONS` the number uses."""
        return next(name for name in DISTRIBUTIONS if getattr(self, name) is not None)

    def bounds(self) -> tuple[float, float]:
        """Return the interval that holds the number (for unbounded ones: 99.8 % of it)."""
        if self.point is not None:
            return self.point, self.point
        ordered = self.uniform or self.triangular or self.pert or self.empirical
        if ordered is not None:
            return min(ordered), max(ordered)
        if self.discrete is not None:
            return min(self.discrete.values), max(self.discrete.values)
        return self._unbounded()

    def _unbounded(self) -> tuple[float, float]:
        """Return the 0.1 and 99.9 % points of a normal or lognormal; [0, 1] for a beta."""
        z = 3.090232306167813
        if self.normal is not None:
            return self.normal.mean - z * self.normal.sd, self.normal.mean + z * self.normal.sd
        if self.lognormal is not None:
            mu, sigma = self.lognormal.mu_sigma
            return math.exp(mu - z * sigma), math.exp(mu + z * sigma)
        return 0.0, 1.0


@dataclass(frozen=True)
class Quantity:
    """What the schema says about a field that holds a `Number`: declared once, used everywhere.

    Parameters
    ----------
    unit
        Unit in words ("day", "probability", "logit", "share", "missiles").
    low, high
        Bounds that hold for every value of the number; samples beyond are set to the bound.
    lever
        True for what a coalition can choose, False for what it cannot (an uncertainty).
    """

    unit: str
    low: float
    high: float
    lever: bool


def quantity(
    unit: str, meaning: str, *, low: float = 0.0, high: float = math.inf, lever: bool = False, **default: Any
) -> Any:
    """Declare a field that holds a number: unit, meaning, bounds, and whether it is a lever.

    Pass `default=None` for a number that may be left out.
    """
    extra: dict[str, Any] = {"unit": unit, "role": "lever" if lever else "uncertainty"}
    extra |= {name: value for name, value in (("low", low), ("high", high)) if math.isfinite(value)}
    return Field(description=meaning, json_schema_extra=extra, **default)


def quantity_of(extra: dict[str, Any]) -> Quantity:
    """Return the declaration behind a field's `json_schema_extra`."""
    return Quantity(
        unit=extra["unit"],
        low=extra.get("low", -math.inf),
        high=extra.get("high", math.inf),
        lever=extra["role"] == "lever",
    )


def probability(meaning: str, *, lever: bool = False, **default: Any) -> Any:
    """Declare a field that holds a probability or share between 0 and 1."""
    return quantity("probability", meaning, high=1.0, lever=lever, **default)


def days(meaning: str, *, lever: bool = False, low: float = 0.0, **default: Any) -> Any:
    """Declare a field that holds a number of days (at most ten years)."""
    return quantity("day", meaning, low=low, high=3650.0, lever=lever, **default)
