"""The evidence ledger: documents, what they say, and which numbers it may move. Data only.

What the operations do to a parameter lives in `evidence`; what the numbers of a scenario mean, in `schema`.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from enum import StrEnum

from pydantic import Field, model_validator

from scenario.spec.number import Model, Number


class Role(StrEnum):
    """Whether a parameter is sampled, or is a historical rate that must emerge."""

    INPUT = "input"
    TARGET = "target"


class Scale(StrEnum):
    """The scale on which items move a parameter."""

    ODDS = "odds"
    LOGIT = "logit"
    LOG = "log"
    UTILITY = "utility"
    NONE = "none"


class Operation(StrEnum):
    """What an item does to a parameter; context fixes a stage or an actor and moves no number."""

    LIKELIHOOD_RATIO = "likelihood_ratio"
    LOGIT_SHIFT = "logit_shift"
    MEDIAN_FACTOR = "median_factor"
    UTILITY_SHIFT = "utility_shift"
    CONTEXT = "context"


SCALES = {
    Operation.LIKELIHOOD_RATIO: Scale.ODDS,
    Operation.LOGIT_SHIFT: Scale.LOGIT,
    Operation.MEDIAN_FACTOR: Scale.LOG,
    Operation.UTILITY_SHIFT: Scale.UTILITY,
}
"""The scale that an operation needs."""

_RATIOS = (Operation.LIKELIHOOD_RATIO, Operation.MEDIAN_FACTOR)


class Source(Model):
    """A document: its file, its kind and its Admiralty grade."""

    file: str = Field(max_length=120)
    kind: str = Field(default="", max_length=60)
    grade: str = Field(pattern=r"^[A-F][1-6]$", description="Admiralty grade: source A-F, content 1-6")
    why: str = Field(default="", max_length=600)
    paragraphs: int | None = Field(default=None, ge=0, le=100_000)


class Parameter(Model):
    """A parameter that the evidence speaks about, with its reference prior."""

    role: Role
    unit: str = Field(max_length=60)
    meaning: str = Field(max_length=600)
    scale: Scale = Scale.NONE
    prior: Number
    source: str = Field(default="", max_length=800)

    @model_validator(mode="after")
    def _check_prior(self) -> Parameter:
        """Refuse a prior that is itself derived or that leaves the support of its scale."""
        if self.prior.derived is not None:
            raise ValueError(f"must have a prior of its own, not a derived one (got {self.prior.derived!r})")
        low, high = self.prior.bounds()
        if self.scale in (Scale.ODDS, Scale.LOGIT) and not 0 <= low <= high <= 1:
            raise ValueError(f"must have a prior within 0 and 1 on scale {self.scale} (got [{low}, {high}])")
        if self.scale is Scale.LOG and not low > 0:
            raise ValueError(f"must have a prior above 0 on scale log (got [{low}, {high}])")
        return self


class Effect(Model):
    """What one item does to one parameter: an operation, its size with a 90 % range, and the reason."""

    parameter: str = Field(max_length=80)
    op: Operation
    median: float | None = None
    range90: tuple[float, float] | None = None
    reason: str = Field(min_length=1, max_length=600)

    @model_validator(mode="after")
    def _check_size(self) -> Effect:
        """Refuse a context with a size, a move without one, and a range that does not hold its median."""
        if self.op is Operation.CONTEXT:
            if self.median is not None or self.range90 is not None:
                raise ValueError(f"must have no median and no range90 for op context (got {self.median})")
            return self
        if self.median is None or self.range90 is None:
            raise ValueError(
                f"must have median and range90 for op {self.op} (got {self.median}, {self.range90})"
            )
        low, high = self.range90
        if not low <= self.median <= high:
            raise ValueError(f"must have its median within range90 (got {self.median}, [{low}, {high}])")
        if self.op in _RATIOS and low <= 0:
            raise ValueError(f"must have range90 above 0 for op {self.op} (got [{low}, {high}])")
        return self


class Item(Model):
    """One evidence item: where it stands, what it says in our words, whose word it is, what it moves."""

    id: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,19}$")
    document: str = Field(max_length=60)
    line: int = Field(ge=1, le=1_000_000)
    says: str = Field(min_length=1, max_length=600)
    origin: str = Field(max_length=60)
    alternative_to: str | None = Field(
        default=None, description="applies only while that item is switched off"
    )
    caution: str = Field(default="", max_length=600)
    informs: tuple[Effect, ...] = ()


class Conflict(Model):
    """Two items that do not agree, and how the model handles it."""

    id: str = Field(max_length=20)
    between: tuple[str, ...] = Field(min_length=2)
    issue: str = Field(max_length=600)
    handling: str = Field(max_length=600)


class Ledger(Model):
    """The root of a ledger file."""

    as_of: datetime.date
    discount: str | None = Field(
        default=None, description="the parameter that discounts within an origin group"
    )
    documents: dict[str, Source]
    origins: dict[str, str]
    parameters: dict[str, Parameter]
    items: tuple[Item, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    absent: tuple[str, ...] = Field(default=(), description="what the documents do not contain")

    def item(self, name: str) -> Item | None:
        """Return the item of that id, or None."""
        return next((item for item in self.items if item.id == name), None)


Complaint = tuple[tuple[str | int, ...], str, object]
"""Where in the file, what must hold (without the path), and the value got."""


def complaints(ledger: Ledger) -> Iterator[Complaint]:
    """Yield what does not hold between the parts of a ledger, in file order."""
    yield from _discount(ledger)
    for name, parameter in ledger.parameters.items():
        if not all(math.isfinite(bound) for bound in parameter.prior.bounds()):
            yield ("parameters", name, "prior"), "must have finite 99.8 % bounds", parameter.prior.kind
    seen: set[str] = set()
    for index, item in enumerate(ledger.items):
        if item.id in seen:
            yield ("items", index, "id"), "must be used once", item.id
        seen.add(item.id)
        yield from _item(ledger, item, index)
    for index, conflict in enumerate(ledger.conflicts):
        for name in conflict.between:
            if ledger.item(name) is None:
                yield ("conflicts", index, "between"), "must name items", name


def _discount(ledger: Ledger) -> Iterator[Complaint]:
    """Yield a complaint where the discount is not an input probability."""
    if ledger.discount is None:
        return
    parameter = ledger.parameters.get(ledger.discount)
    if parameter is None or parameter.role is not Role.INPUT:
        yield ("discount",), "must name an input parameter", ledger.discount
    elif not 0 <= parameter.prior.bounds()[0] <= parameter.prior.bounds()[1] <= 1:
        yield ("discount",), "must name a parameter within 0 and 1", ledger.discount


def _item(ledger: Ledger, item: Item, index: int) -> Iterator[Complaint]:
    """Yield what an item refers to that does not exist or does not fit."""
    where = ("items", index)
    if item.document not in ledger.documents:
        yield (*where, "document"), "must name a document", item.document
    if item.origin not in ledger.origins:
        yield (*where, "origin"), "must name an origin", item.origin
    other = item.alternative_to
    if other is not None and (other == item.id or ledger.item(other) is None):
        yield (*where, "alternative_to"), "must name another item", other
    for number, effect in enumerate(item.informs):
        yield from _effect(ledger, effect, (*where, "informs", number))


def _effect(ledger: Ledger, effect: Effect, where: tuple[str | int, ...]) -> Iterator[Complaint]:
    """Yield a complaint where an operation does not fit its parameter; context may name anything."""
    if effect.op is Operation.CONTEXT:
        return
    parameter = ledger.parameters.get(effect.parameter)
    if parameter is None:
        yield (*where, "parameter"), "must name a parameter of the ledger", effect.parameter
    elif parameter.role is not Role.INPUT:
        yield (*where, "parameter"), "must name an input: a target is never moved", effect.parameter
    elif parameter.scale is not SCALES[effect.op]:
        yield (*where, "op"), f"must fit the scale of its parameter, {parameter.scale}", effect.op.value
