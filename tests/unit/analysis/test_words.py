from __future__ import annotations

import pytest

from scenario.analysis.words import likelihood
from scenario.errors import DataError


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0, "practically never (below 1 %)"),
        (0.01, "almost no chance (1-5 %)"),
        (0.0499, "almost no chance (1-5 %)"),
        (0.05, "very unlikely (5-20 %)"),
        (0.20, "unlikely (20-45 %)"),
        (0.45, "roughly even chance (45-55 %)"),
        (0.55, "likely (55-80 %)"),
        (0.62, "likely (55-80 %)"),
        (0.80, "very likely (80-95 %)"),
        (0.95, "almost certain (95-99 %)"),
        (0.99, "almost certain (95-99 %)"),
        (1.0, "practically always (above 99 %)"),
    ],
)
def test_word_and_range_follow_icd_203(p: float, text: str) -> None:
    """Each probability gets the word of its band, its range in brackets."""
    assert str(likelihood(p)) == text


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(p: float) -> None:
    """Values outside 0 to 1 and NaN are refused with the value."""
    with pytest.raises(DataError, match=rf"p must be a probability within 0 and 1 \(got {p}\)"):
        likelihood(p)
