"""The beta distribution over arrays, against exact fractions and SciPy."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from math import comb

import numpy as np
import pytest
import scipy.special

from scenario.draws import beta, plain
from scenario.draws.points import point_uniforms, sample
from scenario.spec.number import Number

U = np.linspace(0.001, 0.999, 999)
TAILS = np.array([2.0**-53, 1e-12, 1e-4, 0.4999, 0.5, 0.5001, 0.9999, 1 - 1e-12, 1 - 2.0**-53])


def number(**settings):
    """A number with a reason."""
    return Number(why="a test", **settings)


def exact_beta(x, a, b):
    """I_x(a, b) for whole shapes as an exact fraction: the chance of a or more heads in a + b - 1 tosses."""
    n, x = a + b - 1, Fraction(x)
    return sum(comb(n, heads) * x**heads * (1 - x) ** (n - heads) for heads in range(a, n + 1))


@pytest.mark.parametrize(("a", "b"), [(1, 1), (2, 2), (9, 5), (1, 20), (20, 1), (3, 40), (60, 50)])
def test_beta_is_exact_to_the_last_digits(a, b):
    """The exact distribution reaches u within 1e-14 of the quantile, on either side, in both tails."""
    u = np.concatenate([TAILS, point_uniforms(0, "beta", 40)])
    x, step = sample(number(beta=(float(a), float(b))), u), Fraction(1, 10**14)
    for level, found in zip(u.tolist(), map(Fraction, x.tolist()), strict=True):
        assert exact_beta(found * (1 - step), a, b) < Fraction(level) < exact_beta(found * (1 + step), a, b)


@pytest.mark.parametrize(
    "shapes",
    [
        (0.5, 0.5),
        (0.25, 0.25),
        (0.05, 2.0),
        (0.1, 0.1),
        (0.3, 1000.0),
        (1.5, 40.25),
        (5.0, 0.1),
        (200.5, 300.25),
        (5e3, 3e3),
    ],
)
def test_beta_agrees_with_scipy_for_any_shapes(shapes):
    """Quantiles agree with scipy's within 1e-12, whatever the shapes, in both tails."""
    u = np.concatenate([TAILS, point_uniforms(0, "beta", 400)])
    oracle = scipy.special.betaincinv(*shapes, u)
    seen = oracle > 1e-250
    assert sample(number(beta=shapes), u)[seen] == pytest.approx(oracle[seen], rel=1e-12)


@pytest.mark.parametrize(
    "shapes", [(1e-3, 1e-3), (1e-8, 3.0), (3.0, 1e-8), (1e9, 1e9), (1e-3, 1e5), (1e9, 0.3)]
)
def test_extreme_shapes_stay_within_0_and_1(shapes):
    """Shapes beyond all reason give probabilities, in rising order but for the last bit."""
    x = sample(number(beta=shapes), np.sort(np.concatenate([U, TAILS])))
    assert np.all((x >= 0) & (x <= 1))
    assert np.all(np.diff(x) >= -3e-16 * x[1:])


@pytest.mark.parametrize("shapes", [(9.0, 5.0), (0.1, 0.1)])
def test_a_beta_value_does_not_depend_on_its_neighbours(shapes):
    """Each u alone gives the bits that it gives among others."""
    u = np.concatenate([TAILS, point_uniforms(0, "beta", 40)])
    alone = [sample(number(beta=shapes), [level]).item() for level in u]
    assert sample(number(beta=shapes), u).tolist() == alone


@pytest.mark.parametrize("given", [(9.0, 5.0), (0.1, 0.2), (200.0, 0.7)])
def test_plain_beta_has_the_bits_of_the_compiled_one(given):
    """Newton's method, the fraction and the series give the same bits in Python and compiled."""
    a, b = given
    ratio = [function(a, b, 0.9 * a / b) for function in (beta._tail_ratio, plain(beta._tail_ratio))]
    solve = [function(a, b, -1.0, 0.01, a / b) for function in (beta._solve, plain(beta._solve))]
    terms = np.zeros((2, 16))
    beta._expand(a, b, 0.3, 0.2, terms[0])
    plain(beta._expand)(a, b, 0.3, 0.2, terms[1])
    assert (ratio[0], solve[0], terms[0].tolist()) == (ratio[1], solve[1], terms[1].tolist())


@pytest.mark.parametrize("shapes", [(2.0, 3.0), (9.0, 20.0), (60.0, 80.0), (200.0, 300.0), (5e3, 8e3)])
def test_the_logarithm_of_the_density_is_exact_on_both_sides_of_half_the_mean(shapes):
    """From a thousandth of the mean odds to beyond them ln x^a (1 - x)^b is within six last bits of a of the exact."""
    a, b = shapes
    with localcontext(prec=60):
        for share in (1e-3, 0.02, 0.1, 0.3, 0.49, 0.51, 0.9, 1.0001, 1.5):
            odds = share * a / b
            beyond = Decimal(b) * Decimal(odds) - Decimal(a)
            rise = Decimal(a) * (1 + beyond / Decimal(a)).ln()
            exact = rise - Decimal(a + b) * (1 + beyond / Decimal(a + b)).ln()
            assert abs(Decimal(beta._decline(a, b, odds)) - exact) <= 6 * Decimal(a) * Decimal(2) ** -53
