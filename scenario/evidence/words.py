"""A derivation as lines that a person can follow: prior, each item and what it did, discount, posterior.

What does not live here: the numbers (`derive`).
"""

from __future__ import annotations

from scenario.evidence.derivation import Derivation, DerivedItem, ParameterDerivation, Quantiles
from scenario.spec.ledger import Operation

_SIGNS = {
    Operation.LIKELIHOOD_RATIO.value: "odds ×{:.2f}",
    Operation.LOGIT_SHIFT.value: "logit {:+.2f}",
    Operation.MEDIAN_FACTOR.value: "median ×{:.2f}",
    Operation.UTILITY_SHIFT.value: "utility {:+.2f}",
}


def derivation_lines(derivation: Derivation, name: str) -> list[str]:
    """Tell in words how a parameter came about.

    Parameters
    ----------
    derivation
        Result of `derive`.
    name
        Name of a parameter of the ledger.

    Returns
    -------
    Lines: the parameter, its prior, each item with what it did and how much it counts, the discount
    (where an item is discounted), the posterior.

    Raises
    ------
    KeyError
        The ledger has no such parameter.
    """
    parameter = derivation.parameters[name]
    return [
        f"{name} ({parameter.unit}, {parameter.role}, {parameter.status}): {parameter.meaning}",
        f"prior {_points(parameter.prior)}; {parameter.why}",
        *[item_line(item) for item in parameter.items],
        *_discount_line(derivation, parameter),
        _last_line(parameter),
    ]


def item_line(item: DerivedItem) -> str:
    """Tell in one line what an item did, for example "E04 odds ×1.20, counts (1 - c)^1 = 0.29: ...".

    Parameters
    ----------
    item
        One item of a derivation.
    """
    if not item.applied:
        return f"{item.id} not applied ({item.off}): {item.reason}"
    if item.size is None:
        return f"{item.id} context, moves no number: {item.reason}"
    low, high = item.range90 or (item.size, item.size)
    weight = f"counts (1 - c)^{item.place} = {item.weight:.2f} in {item.origin}"
    size = f"{_SIGNS[item.op].format(item.size)} (5-95 %: {low:g} to {high:g})"
    return f"{item.id} {size}, {weight}: {item.reason}"


def context_lines(derivation: Derivation) -> list[str]:
    """Tell in words what the items fix that is no number: a stage, an actor.

    Parameters
    ----------
    derivation
        Result of `derive`.

    Returns
    -------
    One line per item and thing, "stage: E01 context, moves no number: ...".
    """
    return [f"{name}: {item_line(item)}" for name, items in derivation.context.items() for item in items]


def _discount_line(derivation: Derivation, parameter: ParameterDerivation) -> list[str]:
    """Tell the discount, where some item of the parameter is discounted."""
    if derivation.discount is None or not any(item.place for item in parameter.items):
        return []
    discount = derivation.parameters[derivation.discount]
    return [f"discount c = {discount.name} {_points(discount.posterior)}"]


def _last_line(parameter: ParameterDerivation) -> str:
    """Tell the posterior, or that a target is never fed in."""
    if parameter.role == "target":
        return f"target {_points(parameter.posterior)}; shown beside the implied rate, never fed in"
    return f"posterior {_points(parameter.posterior)}"


def _points(quantiles: Quantiles) -> str:
    """Write three quantiles."""
    return f"{quantiles.low:.3g} / {quantiles.middle:.3g} / {quantiles.high:.3g} (5 / 50 / 95 %)"
