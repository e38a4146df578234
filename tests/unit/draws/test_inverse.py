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
    a, b, c = rng.uniform(0.01, 50, (3, size))
    return {
        "uniform": (a, a + b),
        "triangular": (a, a + b, a + b + c),
        "exponential": (a,),
        "normal": (),
        "lognormal": (a, b / 25),
        "gumbel": (),
        "bernoulli": (a / 50,),
        "logit": (),
    }[name]


NAMES = ["uniform", "triangular", "exponential", "normal", "lognormal", "gumbel", "bernoulli", "logit"]
RISING = {
    "uniform": (-2.0, 7.0),
    "triangular": (1.0, 2.0, 9.0),
    "exponential": (30.0,),
    "normal": (),
    "lognormal": (20.0, 1.5),
    "gumbel": (),
    "logit": (),
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


def test_plain_and_compiled_expit_are_equal(plain_inverse):
    """The logistic function agrees to the bit for 100,000 numbers from -745 to 745."""
    values = np.random.default_rng(SEED).uniform(-745, 745, N_RANDOM).tolist()
    assert [x for x in values if inverse.expit(x) != plain_inverse.expit(x)] == []


def test_plain_and_compiled_categories_are_equal(plain_inverse):
    """The chosen category is the same for 20,000 random u and weights."""
    rng = np.random.default_rng(SEED)
    cumulative = np.cumsum(rng.integers(0, 3, (20_000, 5)) * rng.random((20_000, 5)), axis=1)
    cumulative[:, -1] += 0.1
    pairs = list(zip(grid(rng, 20_000).tolist(), cumulative, strict=True))
    differing = [(u, c) for u, c in pairs if inverse.categorical(u, c) != plain_inverse.categorical(u, c)]
    assert differing == []


@pytest.mark.parametrize("name", RISING)
def test_inverse_never_falls_with_u(name):
    """A larger u never gives a smaller value, from the smallest u to the largest."""
    u = np.sort(np.concatenate([grid(np.random.default_rng(SEED), N_RANDOM), [SMALLEST, LARGEST]]))
    values = np.array([getattr(inverse, name)(x, *RISING[name]) for x in u.tolist()])
    assert (np.diff(values) >= 0).all()


@pytest.mark.parametrize("name", ["triangular", "normal", "logit"])
def test_inverse_never_falls_where_its_formula_changes(name):
    """Over 4,000 neighbouring u around each change of formula, no value falls."""
    changes = {"triangular": [1 / 8], "normal": [0.075, 0.925], "logit": [0.3, 0.65]}[name]
    for change in changes:
        cell = round(change * 2**52)
        u = (np.arange(cell - 2_000, cell + 2_000) + 0.5) * 2.0**-52
        values = [getattr(inverse, name)(x, *RISING[name]) for x in u.tolist()]
        assert np.diff(values).min() > -1e-15 * abs(values[0])


@pytest.mark.parametrize("name", RISING)
@pytest.mark.parametrize("u", [SMALLEST, 0.5, LARGEST])
def test_inverse_is_finite_at_the_ends(name, u):
    """The smallest and the largest number of the generator give finite values."""
    assert math.isfinite(getattr(inverse, name)(u, *RISING[name]))


@pytest.mark.parametrize("name", ["normal", "logit"])
def test_symmetric_distributions_mirror_at_one_half(name):
    """u and 1 - u give opposite values."""
    values = np.concatenate([grid(np.random.default_rng(SEED), 10_000), [SMALLEST]]).tolist()
    function = getattr(inverse, name)
    worst = max(abs(function(u) + function(1 - u)) for u in values)
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


def test_bounds_hold_the_uniform_and_the_triangle():
    """No u leaves the bounds."""
    for u in (SMALLEST, 0.5, LARGEST):
        assert 0.1 <= inverse.uniform(u, 0.1, 0.3) <= 0.3
        assert 0.1 <= inverse.triangular(u, 0.1, 0.2, 0.3) <= 0.3


def test_three_equal_bounds_give_that_value():
    """A triangle without width is its mode."""
    assert inverse.triangular(0.4, 5.0, 5.0, 5.0) == 5


@pytest.mark.parametrize(
    ("lo", "mode", "hi", "x"), [(0, 0, 1, 1 - math.sqrt(0.5)), (0, 1, 1, math.sqrt(0.5))]
)
def test_triangle_may_have_its_mode_at_a_bound(lo, mode, hi, x):
    """The median of a right triangle on [0, 1] is sqrt(1/2) away from the thin end."""
    assert inverse.triangular(0.5, lo, mode, hi) == pytest.approx(x, rel=1e-15, abs=0)


def test_category_is_the_first_whose_running_sum_exceeds_u():
    """Weights 1, 0, 2, 1 split [0, 1) at 1/4 and 3/4; weight 0 is never chosen."""
    cumulative = np.array([1.0, 1.0, 3.0, 4.0])
    chosen = [inverse.categorical(u, cumulative) for u in (SMALLEST, 0.2499, 0.25, 0.7499, 0.75, LARGEST)]
    assert chosen == [0, 0, 2, 2, 3, 3]


def test_category_of_weight_zero_is_never_chosen_at_the_ends():
    """Leading and trailing zero weights stay out at the smallest and largest u."""
    cumulative = np.array([0.0, 0.1, 0.3, 0.3])
    assert [inverse.categorical(u, cumulative) for u in (SMALLEST, LARGEST)] == [1, 2]


@pytest.mark.parametrize("u", [1.0, 7.0, math.nan])
def test_category_of_a_u_out_of_range_stays_inside(u):
    """A u that no generator gives ends in the last category, not past the end of the array."""
    assert inverse.categorical(u, np.array([1.0, 2.0])) == 1


def test_category_reads_a_frozen_array():
    """A read-only array is as good as another."""
    cumulative = np.array([0.5, 1.0])
    cumulative.flags.writeable = False
    assert inverse.categorical(0.6, cumulative) == 1


@pytest.mark.parametrize("cumulative", [[], [0.0], [0.0, math.nan], [1.0, math.inf], [-1.0]])
def test_weights_without_a_positive_finite_total_are_refused(cumulative, plain_inverse):
    """No category, total 0, NaN, infinite or negative raises, plain and compiled."""
    for function in (inverse.categorical, plain_inverse.categorical):
        with pytest.raises(ValueError, match="finite total > 0"):
            function(0.5, np.array(cumulative))


def test_expit_ends_in_zero_and_one():
    """Infinite log odds are certainty; no finite ones overflow."""
    values = [inverse.expit(x) for x in (-math.inf, -1e308, 0.0, 1e308, math.inf)]
    assert values == [0, 0, 0.5, 1, 1]


def test_expit_keeps_probabilities_below_the_normal_range():
    """Log odds of -720 are a probability of exp(-720) = 2.03e-313, not 0."""
    assert inverse.expit(-720.0) == pytest.approx(2.0322308e-313, rel=1e-6, abs=0)


def test_logit_keeps_its_digits_near_one_half():
    """ln((1/2 + d) / (1/2 - d)) is 4d + 16 d^3 / 3 + ..., so 2^-28 to the last digit for d = 2^-30."""
    assert inverse.logit(0.5 + 2.0**-30) == pytest.approx(2.0**-28, rel=1e-15, abs=0)


def test_expit_undoes_logit():
    """Log odds and back give the probability to 13 digits."""
    for p in (1e-300, 1e-9, 0.3, 0.5, 0.5000001, 0.9):
        assert inverse.expit(inverse.logit(p)) == pytest.approx(p, rel=2e-13, abs=0)
