"""Outer points and distributions over arrays."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from scenario.draws import inverse, stream_key, uniform
from scenario.draws.points import exp_each, point_uniforms, sample, standard_normal
from scenario.draws.portable import exp
from scenario.spec.number import Number

U = np.linspace(0.001, 0.999, 999)


def number(**settings):
    """A number with a reason."""
    return Number(why="a test", **settings)


def test_point_uniforms_are_the_addresses():
    """Point m reads index 0, replication 0, outer point m of the stream."""
    key = stream_key(7, "ledger:verif.p_true")
    expected = [uniform(key, 0, 0, m) for m in range(5)]
    assert point_uniforms(7, "ledger:verif.p_true", 5).tolist() == expected


@pytest.mark.parametrize("name", ["truth", "ledger:verif.p_true", "parameter:act.p_true", "a"])
def test_many_points_at_once_are_the_addresses(name):
    """The loop that draws several points at a time reads each address, up to the last."""
    first = 2**32 - 37
    expected = [uniform(stream_key(3, name), 0, 0, m) for m in range(first, 2**32)]
    assert point_uniforms(3, name, 37, first=first).tolist() == expected


@pytest.mark.parametrize("n_points", [-1, 2**32 + 1])
def test_number_of_points_has_bounds(n_points):
    """A negative number of points and one beyond the addresses are refused."""
    with pytest.raises(ValueError, match=r"n_points must be from 0 to 2\^32 \(got "):
        point_uniforms(0, "x", n_points)


@pytest.mark.parametrize(
    ("declared", "oracle"),
    [
        (number(uniform=(2.0, 6.0)), scipy.stats.uniform(2, 4)),
        (number(triangular=(1.0, 2.0, 5.0)), scipy.stats.triang(0.25, 1, 4)),
        (number(pert=(1.0, 2.0, 5.0)), scipy.stats.beta(2, 4, 1, 4)),
        (number(beta=(9.0, 5.0)), scipy.stats.beta(9, 5)),
        (number(normal={"mean": -1.2, "sd": 0.5}), scipy.stats.norm(-1.2, 0.5)),
        (number(lognormal={"median": 5.0, "sigma": 0.9}), scipy.stats.lognorm(0.9, scale=5)),
        (number(lognormal={"q05": 1.0, "q95": 9.0}), scipy.stats.lognorm(np.log(9) / 3.289707, scale=3)),
    ],
    ids=["uniform", "triangular", "pert", "beta", "normal", "lognormal", "lognormal-by-quantiles"],
)
def test_inverse_agrees_with_scipy(declared, oracle):
    """Each distribution has the quantiles that scipy gives."""
    assert sample(declared, U) == pytest.approx(oracle.ppf(U), rel=1e-6)


def test_point_repeats_its_value():
    """A point has the same value everywhere."""
    assert sample(number(point=3.0), U[:3]).tolist() == [3.0, 3.0, 3.0]


def test_discrete_takes_values_by_weight_in_rising_order():
    """Values 2 and 1 with weights 1 and 3 give 1 below u = 0.75 and 2 above."""
    declared = number(discrete={"values": (2.0, 1.0), "weights": (1.0, 3.0)})
    assert sample(declared, [0.0001, 0.7499, 0.7501, 0.9999]).tolist() == [1.0, 1.0, 2.0, 2.0]


def test_discrete_never_takes_a_value_without_weight():
    """The largest u gives the last value that has weight."""
    declared = number(discrete={"values": (1.0, 2.0), "weights": (0.1, 0.0)})
    assert sample(declared, [1 - 2.0**-53]).tolist() == [1.0]


def test_empirical_values_are_equally_likely():
    """Three values each take a third of u, in rising order."""
    declared = number(empirical=(30.0, 10.0, 20.0))
    assert sample(declared, [0.33, 0.34, 0.66, 0.67, 1 - 2.0**-53]).tolist() == [10, 20, 20, 30, 30]


@pytest.mark.parametrize(
    "declared", [number(triangular=(2.0, 2.0, 2.0)), number(pert=(2.0, 2.0, 2.0)), number(uniform=(2.0, 2.0))]
)
def test_equal_bounds_give_that_value(declared):
    """A distribution without width is its value."""
    assert set(sample(declared, U).tolist()) == {2.0}


def test_derived_number_is_not_sampled():
    """A derived number has no distribution of its own."""
    with pytest.raises(ValueError, match=r"a number to sample must have one of point, .* \(got 'derived'\)"):
        sample(Number(derived="verif.p_true"), U)


# ---- functions over arrays ---------------------------------------------------------------------------


def test_normal_over_an_array_is_the_normal_of_each():
    """The array function has the bits of the scalar one, which engines use."""
    assert standard_normal(U).tolist() == [inverse.normal(u) for u in U.tolist()]


def test_exp_over_an_array_is_the_exp_of_each():
    """The array function has the bits of the portable scalar one."""
    x = np.linspace(-800.0, 800.0, 201)
    assert exp_each(x).tolist() == [exp(value) for value in x.tolist()]


@pytest.mark.parametrize("kind", [{"beta": (2.0, 3.0)}, {"lognormal": {"median": 2.0, "sigma": 1.0}}])
def test_shape_and_order_of_an_array_do_not_matter(kind):
    """A read-only table laid out by columns gives the values of its elements, and stays as it is."""
    flat = np.linspace(0.1, 0.9, 6)
    table = np.asfortranarray(flat.reshape(2, 3))
    table.setflags(write=False)
    assert sample(number(**kind), table).ravel().tolist() == sample(number(**kind), flat).tolist()


def test_lognormal_without_spread_is_its_median():
    """Sigma 0 gives the stated median to the last bit."""
    declared = number(lognormal={"median": 5.3, "sigma": 0.0})
    assert set(sample(declared, U).tolist()) == {5.3}


def test_quantiles_of_a_lognormal_are_as_declared():
    """A lognormal given by its 5 and 95 % points has them, and their geometric mean as median."""
    declared = number(lognormal={"q05": 2.0, "q95": 18.0})
    assert sample(declared, [0.05, 0.5, 0.95]) == pytest.approx([2.0, 6.0, 18.0], rel=1e-14)
