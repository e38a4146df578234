"""The arithmetic of evidence."""

from __future__ import annotations

import math

import numpy as np
import pytest

from scenario.evidence.rule import Size, move, places, size_of, total, weight
from scenario.spec.ledger import Effect, Operation, Scale


def sized(item, median, origin="A"):
    """A size without spread."""
    return Size(item=item, origin=origin, median=median, sd=0.0)


def test_strongest_comes_first_whatever_its_sign():
    """Items of a group are placed by the absolute size of their median."""
    assert places([sized("E1", 0.2), sized("E2", -0.9), sized("E3", 0.5)]) == {"E2": 0, "E3": 1, "E1": 2}


def test_ties_go_by_id():
    """A ratio and its reciprocal are equally strong although their logarithms differ in the last bit."""
    up, down = math.log(1.25), math.log(0.8)
    assert abs(up) != abs(down)
    assert places([sized("E2", up), sized("E1", down)]) == {"E1": 0, "E2": 1}
    assert places([sized("E1", up), sized("E2", down)]) == {"E1": 0, "E2": 1}


def test_groups_are_placed_apart():
    """Items of different origin groups do not discount each other."""
    assert places([sized("E1", 0.2), sized("E2", 0.9, "B")]) == {"E1": 0, "E2": 0}


def test_order_comes_from_medians_never_from_draws():
    """An item whose draw happens to be larger keeps its place."""
    sizes = [sized("E1", 1.0), sized("E2", 0.5)]
    drawn = {"E1": np.array([0.1]), "E2": np.array([3.0])}
    assert total(sizes, drawn, discount=np.array([0.5])) == pytest.approx([0.1 + 0.5 * 3.0])


def test_third_item_counts_the_square():
    """The k-th strongest item of a group counts (1 - c)^k."""
    sizes = [sized("E1", 3.0), sized("E2", 2.0), sized("E3", 1.0)]
    drawn = {size.item: np.array([size.median]) for size in sizes}
    assert total(sizes, drawn, discount=np.array([0.75])) == pytest.approx([3 + 2 / 4 + 1 / 16])


def test_full_discount_keeps_the_first_item_whole():
    """With c = 1 the strongest item counts fully and the others not at all."""
    sizes = [sized("E1", 3.0), sized("E2", 2.0)]
    drawn = {size.item: np.array([size.median]) for size in sizes}
    assert total(sizes, drawn, discount=np.array([1.0])) == pytest.approx([3.0])


def test_ratio_becomes_a_logarithm_with_the_spread_of_its_range():
    """A likelihood ratio of 2 with range 1 to 4 has ln 2 as median and ln 4 / 3.29 as deviation."""
    effect = Effect(parameter="p", op=Operation.LIKELIHOOD_RATIO, median=2.0, range90=(1.0, 4.0), reason="x")
    size = size_of(effect, item="E1", origin="A")
    assert (size.median, size.sd) == pytest.approx((0.6931471805599453, 0.4214036), abs=1e-7)


def test_shift_keeps_its_size():
    """A logit shift of 0.5 with range 0.1 to 0.9 has deviation 0.8 / 3.29."""
    effect = Effect(parameter="p", op=Operation.LOGIT_SHIFT, median=0.5, range90=(0.1, 0.9), reason="x")
    size = size_of(effect, item="E1", origin="A")
    assert (size.median, size.sd) == pytest.approx((0.5, 0.2431827), abs=1e-7)


def test_context_has_no_size():
    """Context moves no number."""
    effect = Effect(parameter="p", op=Operation.CONTEXT, reason="x")
    assert size_of(effect, item="E1", origin="A") is None


@pytest.mark.parametrize(
    ("scale", "prior", "shift", "expected"),
    [
        (Scale.ODDS, 0.5, math.log(3), 0.75),
        (Scale.LOGIT, 0.75, -math.log(3), 0.5),
        (Scale.LOG, 5.0, math.log(0.8), 4.0),
        (Scale.UTILITY, -1.2, -0.4, -1.6),
        (Scale.NONE, 7.0, 3.0, 7.0),
    ],
)
def test_each_scale_moves_its_own_way(scale, prior, shift, expected):
    """Odds multiply, medians multiply, utilities add, and scale none stays."""
    assert move(scale, np.array([prior]), np.array([shift])) == pytest.approx([expected])


def test_certainty_stays_certain():
    """No finite evidence moves a prior drawn as exactly 0 or 1."""
    assert move(Scale.ODDS, np.array([0.0, 1.0]), np.array([2.0, -2.0])).tolist() == [0.0, 1.0]


def test_overwhelming_evidence_is_certain_in_the_limit():
    """A shift of 800 on the log odds takes one half to 1, and -800 to 0, without a warning."""
    assert move(Scale.LOGIT, np.array([0.5, 0.5]), np.array([800.0, -800.0])).tolist() == [1.0, 0.0]


def test_no_evidence_leaves_a_probability_as_it_is():
    """A sum of 0 moves a probability by one last bit at most."""
    prior = np.linspace(0.0, 1.0, 101)
    assert move(Scale.ODDS, prior, np.zeros(101)) == pytest.approx(prior, rel=3e-16)


def test_odds_multiply_exactly():
    """Log odds after minus log odds before are the shift, for small and large probabilities."""
    prior, shift = np.array([1e-12, 0.2, 0.7, 0.999]), np.array([1.5, -2.0, 0.25, 3.0])
    moved = move(Scale.ODDS, prior, shift)
    odds = moved / (1 - moved)
    assert odds == pytest.approx(prior / (1 - prior) * [math.exp(value) for value in shift], rel=1e-12)


def test_weights_are_products():
    """The weight at place 3 is (1 - c) multiplied three times, from the left."""
    kept = 1 - 0.7
    assert weight(3, discount=np.array([0.7])).tolist() == [kept * kept * kept]
