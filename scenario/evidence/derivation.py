"""What a derivation holds: parameters with prior, items and posterior. Data only.

What does not live here: how it comes about (`derive`), how it is told (`words`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Quantiles:
    """The 5, 50 and 95 % points of a parameter, in its unit."""

    low: float
    middle: float
    high: float

    def as_dict(self) -> dict[str, float]:
        """Return plain data with the keys "5", "50" and "95"."""
        return {"5": self.low, "50": self.middle, "95": self.high}


@dataclass(frozen=True, kw_only=True)
class DerivedItem:
    """What one item did to one parameter.

    Parameters
    ----------
    id, op, origin, reason
        As in the ledger.
    size, range90
        Stated median and 90 % range of the operation (a ratio, a factor or a shift); None for context.
    applied
        False if the item is switched off or stands in for one that applies; `off` then says why.
    place, weight
        Place k within the origin group (0 is the strongest) and median of (1 - c)^k over the outer
        points; None where the item moves nothing.
    """

    id: str
    op: str
    origin: str
    reason: str
    size: float | None
    range90: tuple[float, float] | None
    applied: bool
    off: str
    place: int | None
    weight: float | None

    def as_dict(self) -> dict[str, object]:
        """Return plain data."""
        return {
            "id": self.id,
            "op": self.op,
            "size": self.size,
            "range90": list(self.range90) if self.range90 else None,
            "applied": self.applied,
            "off": self.off,
            "origin": self.origin,
            "place": self.place,
            "weight": self.weight,
            "reason": self.reason,
        }


@dataclass(frozen=True, kw_only=True)
class ParameterDerivation:
    """How one parameter came about: prior, items, posterior.

    Parameters
    ----------
    name, unit, meaning, role, scale, source, why
        As in the ledger; `why` is the reason for the prior.
    status
        inferred where an item moves the parameter, else the status of the prior.
    prior, posterior
        Quantiles in the unit of the parameter; equal where nothing moves it (always for a target).
    items
        In the order of the ledger.
    """

    name: str
    unit: str
    meaning: str
    role: str
    scale: str
    source: str
    why: str
    status: str
    prior: Quantiles
    items: tuple[DerivedItem, ...]
    posterior: Quantiles

    def as_dict(self) -> dict[str, object]:
        """Return plain data, for `--json`."""
        return {
            "role": self.role,
            "status": self.status,
            "unit": self.unit,
            "meaning": self.meaning,
            "scale": self.scale,
            "source": self.source,
            "why": self.why,
            "prior": self.prior.as_dict(),
            "items": [item.as_dict() for item in self.items],
            "posterior": self.posterior.as_dict(),
        }


@dataclass(frozen=True, kw_only=True)
class Derivation:
    """All parameters of a ledger, derived.

    Parameters
    ----------
    parameters
        By name, in the order of the ledger.
    discount
        Name of the parameter c; None if items of one origin group count fully.
    without
        Ids of the items that were switched off.
    context
        What items fix that is no parameter of the ledger (a stage, an actor): name to items.
    """

    parameters: Mapping[str, ParameterDerivation]
    discount: str | None
    without: tuple[str, ...]
    context: Mapping[str, tuple[DerivedItem, ...]]

    def as_dict(self) -> dict[str, object]:
        """Return plain data, for `--json`."""
        return {
            "discount": self.discount,
            "without": list(self.without),
            "parameters": {name: derived.as_dict() for name, derived in self.parameters.items()},
            "context": {name: [item.as_dict() for item in items] for name, items in self.context.items()},
        }
