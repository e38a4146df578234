"""From a ledger to numbers: posterior points for the simulation, a derivation for the reader.

Each prior, each size and the discount has its own stream and is drawn once per outer point:
"ledger:<parameter>" and "ledger:<parameter>:<item>". Monte Carlo is the definition of a posterior.

What does not live here: the arithmetic (`rule`), the words (`words`).
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

import numpy as np

from scenario.draws.points import point_uniforms, sample, standard_normal
from scenario.errors import DataError, Problem
from scenario.evidence.derivation import Derivation, DerivedItem, ParameterDerivation, Quantiles
from scenario.evidence.rule import FloatArray, Size, move, places, size_of, total, weight
from scenario.spec.ledger import Effect, Item, Ledger, Operation, Parameter, Role
from scenario.spec.names import did_you_mean
from scenario.spec.number import Status

LEVELS = (0.05, 0.5, 0.95)
SWITCHED_OFF = "switched off"


def posterior_points(
    ledger: Ledger, *, without: Collection[str] = (), seed: int, n_points: int, first: int = 0
) -> dict[str, FloatArray]:
    """Draw every input parameter of a ledger at every outer point.

    Parameters
    ----------
    ledger
        The evidence.
    without
        Ids of items to switch off.
    seed
        Root seed, a whole number >= 0.
    n_points
        Number M of outer points.
    first
        The first of them, >= 0.

    Returns
    -------
    Parameter name to array of shape (M,), in the unit of the parameter.

    Raises
    ------
    DataError
        `without` names an item that the ledger does not hold.
    """
    draws = Draws(ledger, without=without, seed=seed, n_points=n_points, first=first)
    return {
        name: draws.posterior(name)
        for name, parameter in ledger.parameters.items()
        if parameter.role is Role.INPUT
    }


def derive(
    ledger: Ledger, *, without: Collection[str] = (), seed: int = 0, n_points: int = 20_000
) -> Derivation:
    """Derive every parameter of a ledger, with the steps in between.

    Parameters
    ----------
    ledger, without, seed
        As in `posterior_points`.
    n_points
        Draws behind the posterior quantiles of the parameters that items move; priors are exact.

    Raises
    ------
    DataError
        `without` names an item that the ledger does not hold.
    """
    draws = Draws(ledger, without=without, seed=seed, n_points=n_points)
    named = dict.fromkeys(effect.parameter for item in ledger.items for effect in item.informs)
    return Derivation(
        parameters={name: _derive_one(draws, name) for name in ledger.parameters},
        discount=ledger.discount,
        without=tuple(without),
        context={name: _items(draws, name) for name in named if name not in ledger.parameters},
    )


class Draws:
    """A ledger with its switched-off items, and the draws of its priors and sizes, each made when asked for.

    Parameters
    ----------
    ledger, without, seed, n_points, first
        As in `posterior_points`.

    Raises
    ------
    DataError
        `without` names an item that the ledger does not hold, or an item moves a parameter twice.
    """

    def __init__(
        self, ledger: Ledger, *, without: Collection[str], seed: int, n_points: int, first: int = 0
    ) -> None:
        _refuse_doubles(ledger)
        self.ledger, self.seed, self.n_points, self.first = ledger, seed, n_points, first
        self.off = _switched_off(ledger, without)

    @cached_property
    def discount(self) -> FloatArray:
        """Draw c; items that move c itself are discounted by its prior."""
        name = self.ledger.discount
        if name is None:
            return np.zeros(self.n_points)
        return self._moved(name, discount=self.prior(name))

    def prior(self, name: str) -> FloatArray:
        """Draw the prior of a parameter at every outer point."""
        u = point_uniforms(self.seed, f"ledger:{name}", self.n_points, first=self.first)
        return sample(self.ledger.parameters[name].prior, u)

    def posterior(self, name: str) -> FloatArray:
        """Draw a parameter at every outer point and move it by its evidence."""
        return self.discount if name == self.ledger.discount else self._moved(name, discount=self.discount)

    def essence(self, name: str) -> str:
        """Return all that decides the posterior of a parameter, beside seed and points, as one text.

        Two ledgers give a parameter the same text if and only if they give it the same prior, evidence that
        applies, and discount; other texts, reasons and parameters of the ledgers may differ.
        """
        names = (name,) if self.ledger.discount in (None, name) else (name, self.ledger.discount)
        parts = [(one, self.ledger.parameters[one], self.sizes(one)) for one in names]
        return repr(
            [
                (one, p.scale.value, p.prior.kind, getattr(p.prior, p.prior.kind), sizes)
                for one, p, sizes in parts
            ]
        )

    def _moved(self, name: str, *, discount: FloatArray) -> FloatArray:
        """Move the prior by the items that apply, discounted by c."""
        prior, sizes = self.prior(name), self.sizes(name)
        if not sizes:
            return prior
        drawn = {size.item: self._drawn(name, size) for size in sizes}
        return move(self.ledger.parameters[name].scale, prior, total(sizes, drawn, discount=discount))

    def sizes(self, name: str) -> list[Size]:
        """List the sizes of the items that apply to a parameter."""
        found = (
            size_of(effect, item=item.id, origin=item.origin)
            for item, effect in _effects(self.ledger, name)
            if item.id not in self.off
        )
        return [size for size in found if size is not None]

    def _drawn(self, name: str, size: Size) -> FloatArray:
        """Draw the size of one item for one parameter at every outer point."""
        u = point_uniforms(self.seed, f"ledger:{name}:{size.item}", self.n_points, first=self.first)
        return size.median + size.sd * standard_normal(u)


def _effects(ledger: Ledger, name: str) -> list[tuple[Item, Effect]]:
    """List the items that speak about a parameter, with what they do to it, in the order of the ledger."""
    return [(item, effect) for item in ledger.items for effect in item.informs if effect.parameter == name]


def _switched_off(ledger: Ledger, without: Collection[str]) -> dict[str, str]:
    """Tell which items do not apply, and why: switched off, or standing in for one that applies."""
    known = [item.id for item in ledger.items]
    problems = [_unknown(name, known) for name in without if name not in known]
    if problems:
        raise DataError(problems)
    off = {name: SWITCHED_OFF for name in known if name in without}
    for item in ledger.items:
        stands_in_for = item.alternative_to
        if item.id not in off and stands_in_for is not None and stands_in_for not in without:
            off[item.id] = f"applies only when {stands_in_for} is switched off"
    return off


def _refuse_doubles(ledger: Ledger) -> None:
    """Refuse an item that moves one parameter twice: it would be a second observation."""
    problems = []
    for item in ledger.items:
        moved = [effect.parameter for effect in item.informs if effect.op is not Operation.CONTEXT]
        twice = sorted({name for name in moved if moved.count(name) > 1})
        rule = f"item {item.id} must move a parameter once"
        problems += [Problem(rule=rule, got=f"{name} twice", code="E160") for name in twice]
    if problems:
        raise DataError(problems)


def _unknown(name: str, known: list[str]) -> Problem:
    """Complain about an id that no item has, with the nearest one that exists."""
    hint = did_you_mean(name, known)
    return Problem(rule="without must name an item of the ledger", got=repr(name), hint=hint, code="E145")


def _derive_one(draws: Draws, name: str) -> ParameterDerivation:
    """Derive one parameter."""
    parameter = draws.ledger.parameters[name]
    prior = _exact(parameter)
    is_moved = bool(draws.sizes(name))
    return ParameterDerivation(
        name=name,
        unit=parameter.unit,
        meaning=parameter.meaning,
        role=parameter.role.value,
        scale=parameter.scale.value,
        source=parameter.source,
        why=parameter.prior.why,
        status=(Status.INFERRED if is_moved else parameter.prior.status).value,
        prior=prior,
        items=_items(draws, name),
        posterior=_quantiles(np.quantile(draws.posterior(name), LEVELS)) if is_moved else prior,
    )


def _exact(parameter: Parameter) -> Quantiles:
    """Compute the quantiles of a prior without draws."""
    return _quantiles(sample(parameter.prior, LEVELS))


def _quantiles(values: FloatArray) -> Quantiles:
    """Name three numbers."""
    low, middle, high = (float(value) for value in values)
    return Quantiles(low=low, middle=middle, high=high)


def _items(draws: Draws, name: str) -> tuple[DerivedItem, ...]:
    """Tell what each item did to a parameter."""
    place_of = places(draws.sizes(name))
    return tuple(
        _derived_item(draws, item, effect, place_of.get(item.id))
        for item, effect in _effects(draws.ledger, name)
    )


def _derived_item(draws: Draws, item: Item, effect: Effect, place: int | None) -> DerivedItem:
    """Tell what one item did."""
    return DerivedItem(
        id=item.id,
        op=effect.op.value,
        origin=item.origin,
        reason=effect.reason,
        size=effect.median,
        range90=effect.range90,
        applied=item.id not in draws.off,
        off=draws.off.get(item.id, ""),
        place=place,
        weight=None if place is None else float(np.median(weight(place, discount=draws.discount))),
    )
