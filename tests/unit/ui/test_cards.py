from __future__ import annotations

import numpy as np
import pytest

from scenario.analysis.paired import Paired
from scenario.ui import cards


def _paired(
    difference: float, low: float, high: float, *, noise: bool = False, differ: float = 0.5
) -> Paired:
    """Return a paired difference of 300 pairs."""
    return Paired(
        a=0.25,
        b=0.25 + difference,
        difference=difference,
        interval=(low, high),
        differ=differ,
        higher=differ,
        lower=0.0,
        equal=1 - differ,
        noise=noise,
        n=300,
    )


def test_change_has_sign_unit_and_simulation_error() -> None:
    """A change of a share is told in runs of 100, with digits that its error bears."""
    text = cards.change_text(_paired(0.2, 0.15, 0.25), kind="probability", unit="", n=300)
    assert text == "+20 of 100 on average (95 % simulation interval +15 to +25)"


def test_an_end_beside_zero_does_not_look_like_zero() -> None:
    """An interval that leaves 0 out by a little gets the digits to show it."""
    text = cards.change_text(_paired(-0.5, -1.1, -0.004), kind="quantity", unit="missiles", n=300)
    assert text.endswith("−1.100 to −0.004)")


def test_noise_is_named_with_n() -> None:
    """A difference inside the noise is no number, but the words with n."""
    text = cards.change_text(_paired(0.01, -0.1, 0.1, noise=True), kind="time", unit="day", n=300)
    assert text == "not distinguishable at n = 300"


def test_no_pair_differs() -> None:
    """Pairs that are all equal are called the same, not noise."""
    text = cards.change_text(_paired(0, 0, 0, noise=True, differ=0), kind="time", unit="day", n=300)
    assert text == "the same in all 300 pairs"


def test_never_share_stands_beside_a_median() -> None:
    """A day's card counts runs that never get there, in the median and beside it."""
    a, b = np.array([10.0, 20.0, np.nan, np.nan]), np.array([5.0, np.nan, np.nan, np.nan])
    card = cards.time_card("x", {"A": a, "B": b}, {"B": _paired(1, 0.5, 1.5)}, horizon=365, n=4)
    assert card.values == {"A": "day 20", "B": "never"}
    assert card.beside == "not within 365 days, of 100: A 50 · B 75; the mean counts them as day 365"


def test_noise_card_is_marked() -> None:
    """A card whose difference is noise carries the class that greys it."""
    card = cards.share_card("x", {"B": _paired(0, -0.1, 0.1, noise=True)}, n=300)
    assert '<section class="card noise">' in cards.cards_html([card])


def test_one_of_two_sides_is_noise() -> None:
    """With two further sides each change names its side, and only the one that is noise is greyed."""
    paired = {"B": _paired(0.2, 0.15, 0.25), "C": _paired(0, -0.1, 0.1, noise=True)}
    html = cards.cards_html([cards.share_card("x", paired, n=300)])
    assert '<section class="card">' in html
    assert '<p class="change noise">not distinguishable at n = 300</p>' in html
    assert '<p class="change">+20 of 100 on average' in html


def test_text_is_escaped() -> None:
    """Text of a scenario file never becomes markup."""
    text = "<script>alert(1)</script>"
    made = cards.paragraph(text) + cards.table_html([text], [[text]]) + cards.legend_html({"A": text})
    assert "<script>" not in made
    assert made.count("&lt;script&gt;") == 4


def test_sentence_colours_each_name_once() -> None:
    """A and B stand in their colours, also where one name holds the other."""
    html = cards.sentence_html("In “Base case”, x against y in “Base”.", {"A": "Base", "B": "Base case"})
    assert '<span class="b">“Base case”</span>' in html
    assert '<span class="a">“Base”</span>' in html


@pytest.mark.parametrize(("width", "decimals"), [(10.0, 0), (9.99, 1), (0.9, 2), (0.0, 2), (float("nan"), 2)])
def test_decimals_follow_the_interval(width: float, decimals: int) -> None:
    """An interval of width 10 bears no decimal, below 10 one, below 1 two."""
    assert cards.decimals_for(width) == decimals
