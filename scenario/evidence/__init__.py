"""From the evidence ledger to the parameters: how documents move numbers.

    rule        the arithmetic: sizes on a scale, order and discount within an origin group
    derive      a ledger -> posterior points for the simulation, and the derivation for the reader
    derivation  what a derivation holds
    words       a derivation -> lines that a person can follow

What does not live here: the form of a ledger file (`scenario.spec.ledger`), chance (`scenario.draws`).
"""

from scenario.evidence.derivation import Derivation, DerivedItem, ParameterDerivation, Quantiles
from scenario.evidence.derive import derive, posterior_points
from scenario.evidence.words import context_lines, derivation_lines

__all__ = [
    "Derivation",
    "DerivedItem",
    "ParameterDerivation",
    "Quantiles",
    "context_lines",
    "derivation_lines",
    "derive",
    "posterior_points",
]
