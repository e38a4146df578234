"""Inverse distribution functions: shape, ends, and equality of the plain and compiled versions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from scenario.draws import inverse

SEED = 12
N_RANDOM = 100_000
SMALLEST, LARGEST = 2.0**-53, 1 - 2.0**-53


def parameters_of(name, rng, size):
    """Random parameters of a distribution, one column each."""
    a, b = rng.uniform(0.01, 50, (2, size))
    return {
        "exponential": (a,),
        "normal": (),
        "lognormal": (a, b / 25),
        "gumbel": (),
        "bernoulli": (a / 50,),
    }[name]


NAMES = ["exponential", "normal", "lognormal", "gumbel", "bernoulli"]
RISING = {
    "exponential": (30.0,),
    "normal": (),
    "lognormal": (20.0, 1.5),
    "gumbel": (),
}


def grid(rng, size):
    """Numbers such as the generator gives: odd multiples of 2^-53."""
    return (rng.integers(0, 2**52, size) + 0.5) * 2.0**-52


@pytest.mark.parametrize("name", NAMES)
def test_plain_and_compiled_are_equal(name, plain_inverse):
    """Plain and compiled agree to the bit for 100,000 random u and parameters."""
    rng = np.random.default_rng(SEED)
    u = np.concatenate([grid(rng, N_RANDOM - 52), 2.0 ** -np.arange(1.0, 53.0)])
    columns = (u, *parameters_of(name, rng, N_RANDOM))
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    compiled, plain = getattr(inverse, name), getattr(plain_inverse, name)
    ours = np.array([compiled(*row) for row in rows], dtype=float).view(np.int64)
    theirs = np.array([plain(*row) for row in rows], dtype=float).view(np.int64)
    assert np.flatnonzero(ours != theirs).tolist() == []


@pytest.mark.parametrize("name", RISING)
def test_inverse_never_falls_with_u(name):
    """A larger u never gives a smaller value, from the smallest u to the largest."""
    u = np.sort(np.concatenate([grid(np.random.default_rng(SEED), N_RANDOM), [SMALLEST, LARGEST]]))
    values = np.array([getattr(inverse, name)(x, *RISING[name]) for x in u.tolist()])
    assert (np.diff(values) >= 0).all()


@pytest.mark.parametrize("change", [0.075, 0.925])
def test_normal_never_falls_where_its_formula_changes(change):
    """Over 4,000 neighbouring u around each change of formula, no value falls by more than a last digit."""
    cell = round(change * 2**52)
    u = (np.arange(cell - 2_000, cell + 2_000) + 0.5) * 2.0**-52
    values = [inverse.normal(x) for x in u.tolist()]
    assert np.diff(values).min() > -1e-15 * abs(values[0])


@pytest.mark.parametrize("name", RISING)
@pytest.mark.parametrize("u", [SMALLEST, 0.5, LARGEST])
def test_inverse_is_finite_at_the_ends(name, u):
    """The smallest and the largest number of the generator give finite values."""
    assert math.isfinite(getattr(inverse, name)(u, *RISING[name]))


def test_the_normal_mirrors_at_one_half():
    """u and 1 - u give opposite values."""
    values = np.concatenate([grid(np.random.default_rng(SEED), 10_000), [SMALLEST]]).tolist()
    worst = max(abs(inverse.normal(u) + inverse.normal(1 - u)) for u in values)
    assert worst <= 1e-14


def test_lognormal_ends_are_finite_at_the_widest_sigma():
    """With sigma 80, the widest documented, no number of the generator overflows."""
    assert 0 < inverse.lognormal(SMALLEST, 1.0, 80.0) < inverse.lognormal(LARGEST, 1.0, 80.0) < math.inf


def test_probability_zero_never_fires():
    """An event of probability 0 does not happen even for the smallest u."""
    assert inverse.bernoulli(SMALLEST, 0.0) is False


def test_probability_one_always_fires():
    """An event of probability 1 happens even for the largest u."""
    assert inverse.bernoulli(LARGEST, 1.0) is True


def test_event_happens_when_u_is_below_p():
    """u = 0.29 fires at p = 0.3; u = 0.3 and 0.31 do not."""
    assert [inverse.bernoulli(u, 0.3) for u in (0.29, 0.3, 0.31)] == [True, False, False]


def test_mean_zero_waits_zero():
    """An exponential of mean 0 is over at once."""
    assert inverse.exponential(LARGEST, 0.0) == 0


def test_mean_scales_the_exponential():
    """A clock of three times the mean waits three times as long for the same u."""
    assert inverse.exponential(0.7, 30.0) == pytest.approx(
        3 * inverse.exponential(0.7, 10.0), rel=1e-15, abs=0
    )


def test_sigma_zero_gives_the_median():
    """A lognormal without spread is its median."""
    assert inverse.lognormal(LARGEST, 17.0, 0.0) == 17
