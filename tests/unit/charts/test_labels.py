"""Labels, lines and words: what the sheet is made of."""

from __future__ import annotations

import datetime
import doctest
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenario.charts import labels, wording
from scenario.charts.canvas import text_width, wrapped
from scenario.charts.labels import day_ticks, month_ticks, spread
from scenario.charts.style import THEMES

HEIGHTS = st.lists(st.tuples(st.floats(0, 10), st.floats(0.1, 2)), min_size=1, max_size=8)


@given(HEIGHTS)
def test_spread_blocks_never_overlap(blocks: list[tuple[float, float]]) -> None:
    """Whatever they wish, no block reaches into the next, and none above the top."""
    wanted, heights = zip(*blocks, strict=True)
    tops = spread(wanted, heights, low=0.0, high=10.0)
    spans = sorted((top - height, top) for top, height in zip(tops, heights, strict=True))
    assert all(below[1] <= above[0] + 1e-9 for below, above in pairwise(spans))
    assert max(tops) <= 10.0 + 1e-9


@given(st.text(max_size=200), st.floats(0.5, 6))
def test_wrapped_lines_fit(text: str, width: float) -> None:
    """No line is wider than asked, and no letter is lost."""
    printable = "".join(c for c in text if c.isascii())
    lines = wrapped(printable, 8, width)
    assert all(text_width(line, 8) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == wording.plain(printable).replace(" ", "")


def test_ticks_end_at_the_horizon() -> None:
    """The horizon is a tick and none crowds it."""
    assert day_ticks(365, n=6) == [0, 90, 180, 270, 365]
    assert day_ticks(100, n=6) == [0, 30, 60, 100]


def test_months_carry_their_year_once() -> None:
    """The first month and each January carry the year."""
    ticks = month_ticks(datetime.date(2024, 9, 9), 150, every=1)
    assert ticks == [(22.0, "Oct\n2024"), (53.0, "Nov"), (83.0, "Dec"), (114.0, "Jan\n2025"), (145.0, "Feb")]


@pytest.mark.parametrize("module", [wording, labels])
def test_examples_hold(module: object) -> None:
    """The examples in the docstrings give what they say, and there are some."""
    found = doctest.testmod(module)  # type: ignore[arg-type]
    assert found.failed == 0
    assert found.attempted > 0


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", THEMES)
def test_colours_reach_their_contrast(name: str) -> None:
    """Series and states reach 3:1 on their paper, secondary text 7:1 (WCAG 2)."""
    theme = THEMES[name]
    paper = luminance(theme.background)

    def contrast(colour: str) -> float:
        low, high = sorted((paper, luminance(colour)))
        return (high + 0.05) / (low + 0.05)

    assert min(map(contrast, [*theme.series.values(), *theme.further, theme.noise])) >= 3
    assert contrast(theme.quiet) >= 7
