"""Likelihood words of ICD 203 with their ranges; a word never stands without its range.

A word says how often something happens in the model given its assumptions. It is not the probability
of the event in the world, and it never shares a sentence with a word of confidence.
"""

from __future__ import annotations

from dataclasses import dataclass

from scenario.errors import DataError, Problem


@dataclass(frozen=True)
class Likelihood:
    """A word for a probability.

    Parameters
    ----------
    word
        For example "likely".
    low, high
        Its range, as probabilities.
    range_text
        The range in words: "55-80 %".
    """

    word: str
    low: float
    high: float
    range_text: str

    def __str__(self) -> str:
        return f"{self.word} ({self.range_text})"


def _band(word: str, low: int, high: int) -> Likelihood:
    """Return a word of the scale from its range in per cent."""
    return Likelihood(word, low / 100, high / 100, f"{low}-{high} %")


SCALE = (
    _band("almost no chance", 1, 5),
    _band("very unlikely", 5, 20),
    _band("unlikely", 20, 45),
    _band("roughly even chance", 45, 55),
    _band("likely", 55, 80),
    _band("very likely", 80, 95),
    _band("almost certain", 95, 99),
)
"""The seven words of ICD 203, rising; a shared edge belongs to the higher word."""

BELOW = Likelihood("practically never", 0.0, 0.01, "below 1 %")
ABOVE = Likelihood("practically always", 0.99, 1.0, "above 99 %")
"""Beyond the scale, where ICD 203 has no word."""


def likelihood(p: float) -> Likelihood:
    """Return the word whose range holds a probability.

    Parameters
    ----------
    p
        Probability, 0 to 1. Below 0.01 and above 0.99 the scale has no word and `BELOW` or `ABOVE` is
        returned.
    """
    if not 0 <= p <= 1:
        raise DataError(Problem(rule="p must be a probability within 0 and 1", got=str(p), code="A116"))
    if p < SCALE[0].low:
        return BELOW
    return ABOVE if p > SCALE[-1].high else next(band for band in reversed(SCALE) if p >= band.low)
