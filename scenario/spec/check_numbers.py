"""What must hold of every number: within its bounds, of a workable shape, and with evidence that exists."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from scenario.spec.check import Finding
from scenario.spec.document import Path
from scenario.spec.ledger import Ledger, Role
from scenario.spec.names import did_you_mean
from scenario.spec.number import Number
from scenario.spec.register import Entry, plain

_BETA_SHAPES = (0.01, 1e6)
_MOST_SIGMA = 10.0
_SLACK = 1e-9


def findings(entries: Iterable[Entry], ledger: Ledger | None) -> Iterator[Finding]:
    """Yield every number that leaves its bounds or names evidence that does not exist.

    Parameters
    ----------
    entries
        The numbers of a scenario that passed the schema.
    ledger
        Its evidence ledger, or None where the file names none.
    """
    for entry in entries:
        path: Path = tuple(entry.path.split("."))
        yield from _support(entry, path)
        yield from _derived(entry.number, path, ledger)
        yield from _evidence(entry.number, path, ledger)


def _support(entry: Entry, path: Path) -> Iterator[Finding]:
    """Yield a number whose distribution is unworkable or leaves the bounds of its quantity."""
    number, quantity = entry.number, entry.quantity
    shape = _shape(number)
    if shape:
        yield Finding(path=path, rule=shape, got=plain(number), code="E128")
        return
    if number.derived is not None:
        return
    low, high = _bounds(number)
    slack = _SLACK * max(abs(low), abs(high)) if math.isfinite(low) and math.isfinite(high) else 0.0
    if low < quantity.low - slack or high > quantity.high + slack or not math.isfinite(high):
        limits = [f">= {quantity.low:g}"] + (
            [f"<= {quantity.high:g}"] if math.isfinite(quantity.high) else []
        )
        rule = f"must be a finite number {' and '.join(limits)}, unit: {quantity.unit}"
        yield Finding(path=path, rule=rule, got=_got(number, low, high), code="E128")


def _got(number: Number, low: float, high: float) -> object:
    """Return a point as it is, and another number with the interval that holds it."""
    if number.point is not None:
        return number.point
    share = "with 99.8 % in" if number.kind in ("normal", "lognormal") else "on"
    return f"a {number.kind} {share} [{low:g}, {high:g}]"


def _bounds(number: Number) -> tuple[float, float]:
    """Return a number's bounds; infinite ones where they overflow."""
    try:
        return number.bounds()
    except OverflowError:
        return -math.inf, math.inf


def _shape(number: Number) -> str:
    """Return what must hold of a distribution's parameters and does not, or an empty text."""
    if (
        number.beta is not None
        and not _BETA_SHAPES[0] <= min(number.beta) <= max(number.beta) <= _BETA_SHAPES[1]
    ):
        return f"must have beta shapes >= {_BETA_SHAPES[0]:g} and <= {_BETA_SHAPES[1]:g}"
    if number.lognormal is not None and number.lognormal.mu_sigma[1] > _MOST_SIGMA:
        return f"must have a lognormal sigma <= {_MOST_SIGMA:g}"
    if number.discrete is not None and not math.isfinite(sum(number.discrete.weights)):
        return "must have weights with a finite sum"
    return ""


def _derived(number: Number, path: Path, ledger: Ledger | None) -> Iterator[Finding]:
    """Yield a derived number without an input parameter of the ledger behind it."""
    name = number.derived
    if name is None:
        return
    where = (*path, "derived")
    if ledger is None:
        rule = "must have a ledger to be derived from: name it under `evidence`"
        yield Finding(path=where, rule=rule, got=name, code="E136")
    elif name not in ledger.parameters:
        hint = did_you_mean(name, ledger.parameters)
        yield Finding(
            path=where, rule="must name a parameter of the ledger", got=name, code="E136", hint=hint
        )
    elif ledger.parameters[name].role is not Role.INPUT:
        rule = "must name an input: a target emerges and is never fed in"
        yield Finding(path=where, rule=rule, got=name, code="E136")


def _evidence(number: Number, path: Path, ledger: Ledger | None) -> Iterator[Finding]:
    """Yield ids of evidence that the ledger does not hold."""
    if not number.evidence:
        return
    where = (*path, "evidence")
    if ledger is None:
        rule = "must have a ledger behind it: name it under `evidence`, or give a reason under `why`"
        yield Finding(path=where, rule=rule, got=list(number.evidence), code="E137")
        return
    known = [*(item.id for item in ledger.items), *ledger.documents]
    for name in number.evidence:
        if name not in known:
            rule = "must name items or documents of the ledger"
            hint = did_you_mean(name, known)
            yield Finding(path=where, rule=rule, got=name, code="E137", hint=hint)
