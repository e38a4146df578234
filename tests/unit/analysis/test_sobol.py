from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import qmc, t

from scenario.analysis.sobol import sobol_indices
from scenario.errors import DataError

Blocks = tuple[np.ndarray, np.ndarray, np.ndarray]
NAMES = ("a", "b", "c", "d")

# Ishigami with 7 and 0.1: Saltelli et al. 2008, sec. 4.6; variances by integration.
V1 = 0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2
V2 = 7**2 / 8
V13 = 0.1**2 * np.pi**8 * 8 / 225
ISHIGAMI = V1 + V2 + V13

# Sobol' G: V_i = 1 / (3 (1 + a_i)^2), V = prod(1 + V_i) - 1 (Saltelli et al. 2010, eq. 33).
A = np.array([0.0, 1.0, 4.5, 9.0])
V_I = 1 / (3 * (1 + A) ** 2)
G_VARIANCE = np.prod(1 + V_I) - 1
G_TOTAL = np.array([V_I[i] * np.prod(np.delete(1 + V_I, i)) for i in range(4)]) / G_VARIANCE


def ishigami(x: np.ndarray) -> np.ndarray:
    """Ishigami and Homma 1990 on the unit cube."""
    z = np.pi * (2 * x - 1)
    return np.asarray(np.sin(z[:, 0]) + 7 * np.sin(z[:, 1]) ** 2 + 0.1 * z[:, 2] ** 4 * np.sin(z[:, 0]))


def sobol_g(x: np.ndarray) -> np.ndarray:
    """Sobol' G on the unit cube."""
    return np.asarray(np.prod((np.abs(4 * x - 2) + A) / (1 + A), axis=1))


def blocks(model: Callable[[np.ndarray], np.ndarray], d: int, n: int, *, seed: int = 1) -> Blocks:
    """The outcome of A, B and AB_i over a scrambled Sobol' sequence."""
    both = qmc.Sobol(2 * d, rng=np.random.default_rng(seed)).random(n)
    a, b = both[:, :d], both[:, d:]
    mixed = [np.where(np.arange(d) == i, b, a) for i in range(d)]
    return model(a), model(b), np.array([model(x) for x in mixed])


def with_luck(n: int, seed: int, *, interacts: bool = False) -> Blocks:
    """3 x_1 + 2 x_2 (or x_1 times luck): A and AB_i share their luck, B has its own."""
    rng = np.random.default_rng(seed)
    a, b = rng.uniform(-(3**0.5), 3**0.5, (2, n, 3))
    luck_a, luck_b = rng.normal(0, 2.0, (2, n))
    slope = np.array([3.0, 2.0, 0.0])

    def model(x: np.ndarray, luck: np.ndarray) -> np.ndarray:
        return np.asarray(x[:, 0] * luck if interacts else x @ slope + luck)

    mixed = [np.where(np.arange(3) == i, b, a) for i in range(3)]
    return model(a, luck_a), model(b, luck_b), np.array([model(x, luck_a) for x in mixed])


def test_ishigami_is_found() -> None:
    """First and total order of Ishigami come out within 0.02 of the closed form with 8,192 rows."""
    found = sobol_indices(*blocks(ishigami, 3, 8192), names=NAMES[:3], seed=0)
    assert found.first == pytest.approx(np.array([V1, V2, 0]) / ISHIGAMI, abs=0.02)
    assert found.total == pytest.approx(np.array([V1 + V13, V2, V13]) / ISHIGAMI, abs=0.02)
    assert found.variance == pytest.approx(ISHIGAMI, rel=0.01)
    assert found.doubts == ()


def test_sobol_g_is_found() -> None:
    """First and total order of the G function come out within 0.01 of the closed form."""
    found = sobol_indices(*blocks(sobol_g, 4, 8192), names=NAMES, seed=0)
    assert found.first == pytest.approx(V_I / G_VARIANCE, abs=0.01)
    assert found.total == pytest.approx(G_TOTAL, abs=0.01)


def test_first_order_is_right_under_shared_luck() -> None:
    """Slopes 3 and 2 and luck of variance 4: first orders 9/17, 4/17 and 0; the totals equal them."""
    found = sobol_indices(*with_luck(50_000, 2), names=NAMES[:3], seed=0)
    assert found.first == pytest.approx(np.array([9, 4, 0]) / 17, abs=0.02)
    assert found.total == pytest.approx(np.array([9, 4, 0]) / 17, abs=0.02)


def test_total_counts_the_interaction_with_luck() -> None:
    """A factor that only multiplies the luck has first order 0 and total 1."""
    found = sobol_indices(*with_luck(50_000, 3, interacts=True), names=NAMES[:3], seed=0)
    assert (found.first[0], found.total[0]) == pytest.approx((0.0, 1.0), abs=0.03)
    assert found.interaction.startswith("including interaction with luck")


def test_an_inert_factor_is_noise() -> None:
    """A factor that changes nothing has both indices 0 with intervals (0, 0), and is noise."""
    found = sobol_indices(*with_luck(256, 4), names=NAMES[:3], seed=0)
    assert found.is_noise.tolist() == [False, False, True]
    assert [*found.first_interval[2], *found.total_interval[2]] == [0.0] * 4


def test_a_factor_that_acted_in_one_row_is_noise() -> None:
    """In one of 2,048 rows the factor changed the outcome: both intervals reach below 0, and above."""
    a, b = np.random.default_rng(6).normal(size=(2, 2048))
    ab = np.stack([b, a])
    ab[1, 7] += 3.0
    found = sobol_indices(a, b, ab, names=NAMES[:2], seed=0)
    assert found.is_noise.tolist() == [False, True]
    for low, high in (found.first_interval[1], found.total_interval[1]):
        assert low < 0 < high


def test_intervals_hold_the_estimates() -> None:
    """Each interval lies around its estimate."""
    found = sobol_indices(*blocks(ishigami, 3, 128), names=NAMES[:3], seed=0)
    assert (found.first_interval[:, 0] < found.first).all()
    assert (found.first < found.first_interval[:, 1]).all()
    assert (found.total_interval[:, 0] < found.total).all()
    assert (found.total < found.total_interval[:, 1]).all()


def test_bootstrap_intervals_are_symmetric_for_the_first_order_alone() -> None:
    """With 128 rows each first order lies in the middle of its interval, and no total does."""
    found = sobol_indices(*blocks(ishigami, 3, 128), names=NAMES[:3], seed=0)
    middles = found.first_interval.mean(axis=1), found.total_interval.mean(axis=1)
    assert found.first == pytest.approx(middles[0], abs=1e-12)
    assert (np.abs(found.total - middles[1]) > 1e-3).all()


@pytest.mark.parametrize("n", [1024, 2048])
def test_intervals_are_as_wide_as_salib_says(n: int) -> None:
    """With 1,024 rows (bootstrap) and 2,048 (Student's) half-widths agree with SALib's within 15 %."""
    from SALib.analyze import sobol

    a, b, ab = blocks(ishigami, 3, n)
    found = sobol_indices(a, b, ab, names=NAMES[:3], seed=0)
    problem = {"num_vars": 3, "names": list(NAMES[:3]), "bounds": [[0, 1]] * 3}
    rows = np.concatenate([a[None], ab, b[None]]).T.ravel()
    theirs = sobol.analyze(problem, rows, calc_second_order=False, num_resamples=500, seed=5)
    assert np.ptp(found.first_interval, axis=1) / 2 == pytest.approx(theirs["S1_conf"], rel=0.15)
    assert np.ptp(found.total_interval, axis=1) / 2 == pytest.approx(theirs["ST_conf"], rel=0.15)


def test_errors_are_those_of_the_delta_method() -> None:
    """Above 1,024 rows: t standard errors of the mean of (z - r (q - 2 p_mean p)) / v, at any level."""
    rng, n = np.random.default_rng(9), 1100
    a, b = rng.normal(size=(2, n)) ** 2
    ab = np.stack([a + 3 * b, 2 * a])
    centre, variance = np.concatenate([a[None], b[None], ab]).mean(), np.concatenate([a, b]).var()
    found = sobol_indices(a, b, ab, names=NAMES[:2], seed=0)
    p, q = (a + b) / 2 - centre, ((a - centre) ** 2 + (b - centre) ** 2) / 2
    numerators = [*((b - centre) * (ab - a)), *((a - ab) ** 2 / 2)]
    halves = np.ptp(np.concatenate([found.first_interval, found.total_interval]), axis=1) / 2
    for z, half in zip(numerators, halves, strict=True):
        parts = (z - z.mean() / variance * (q - 2 * p.mean() * p)) / variance
        assert half == pytest.approx(t.ppf(0.975, n - 1) * parts.std(ddof=1) / np.sqrt(n), rel=1e-9)
    half_level = sobol_indices(a, b, ab, names=NAMES[:2], seed=0, level=0.5)
    ratio = np.ptp(found.total_interval, axis=1) / np.ptp(half_level.total_interval, axis=1)
    assert ratio == pytest.approx(np.full(2, t.ppf(0.975, n - 1) / t.ppf(0.75, n - 1)), rel=1e-10)


def test_a_shift_and_a_scale_change_nothing() -> None:
    """An outcome in other units far from zero has the same indices."""
    a, b, ab = blocks(ishigami, 3, 256)
    here = sobol_indices(a, b, ab, names=NAMES[:3], seed=0)
    there = sobol_indices(1e6 + 100 * a, 1e6 + 100 * b, 1e6 + 100 * ab, names=NAMES[:3], seed=0)
    assert there.first == pytest.approx(here.first, abs=1e-6)
    assert there.total_interval == pytest.approx(here.total_interval, abs=1e-6)


def test_the_same_seed_gives_the_same_bounds() -> None:
    """Seed 0 is a seed: bounds repeat, another seed moves them, and the global generator stays."""
    before = np.random.get_state()[1].copy()  # noqa: NPY002 (it is the global generator that is watched)
    one, again, other = (
        sobol_indices(*blocks(ishigami, 3, 64), names=NAMES[:3], seed=seed) for seed in (0, 0, 1)
    )
    assert (one.first_interval == again.first_interval).all()
    assert (one.first_interval != other.first_interval).any()
    assert (before == np.random.get_state()[1]).all()  # noqa: NPY002


@pytest.mark.parametrize(("n", "is_drawn"), [(1024, True), (1025, False)])
def test_bounds_are_drawn_up_to_1024_rows(n: int, is_drawn: bool) -> None:
    """Up to 1,024 rows another seed moves the bounds, beyond it does not."""
    part = [block[..., :n] for block in blocks(ishigami, 3, 2048)]
    one, other = (sobol_indices(*part, names=NAMES[:3], seed=seed) for seed in (0, 1))
    assert (one.total_interval != other.total_interval).any() == is_drawn


def test_a_small_base_sample_is_doubted_in_words() -> None:
    """With 50 rows of Ishigami three sentences say why: few, wide, no power of two."""
    rng = np.random.default_rng(5)
    a, b = rng.random((2, 50, 3))
    mixed = np.array([ishigami(np.where(np.arange(3) == i, b, a)) for i in range(3)])
    found = sobol_indices(ishigami(a), ishigami(b), mixed, names=NAMES[:3], seed=0)
    assert len(found.doubts) == 3
    assert found.doubts[0] == "The base sample is too small: 50 rows, at least 64 are needed."
    assert "the widest interval of a total is" in found.doubts[1]
    assert "no power of two" in found.doubts[2]


@pytest.mark.parametrize("n", [64, 100])
def test_the_rows_that_would_do_narrow_the_widest_interval_to_a_fifth(n: int) -> None:
    """Intervals shrink with the root of n: n (widest / 0.2)^2 rows, rounded up to a power of two, are named."""
    rng = np.random.default_rng(8)
    a, b = rng.random((2, n, 3))
    mixed = np.array([ishigami(np.where(np.arange(3) == i, b, a)) for i in range(3)])
    found = sobol_indices(ishigami(a), ishigami(b), mixed, names=NAMES[:3], seed=0)
    needed, rows = n * (np.ptp(found.total_interval, axis=1).max() / 0.2) ** 2, 64
    while rows < needed:
        rows *= 2
    assert found.doubts[0].endswith(f"about {rows} rows would do.")
    assert len(found.doubts) == (1 if n == 64 else 2)


def test_the_table_has_a_row_for_each_factor() -> None:
    """The table is indexed by factor and holds the totals."""
    found = sobol_indices(*blocks(ishigami, 3, 64), names=NAMES[:3], seed=0)
    assert found.table()["total"].to_dict() == dict(zip(NAMES, found.total, strict=False))


def test_an_outcome_without_variance_is_refused() -> None:
    """A constant outcome of A and B is refused, whatever AB holds."""
    with pytest.raises(DataError, match=r"y_a and y_b must vary \(got 1 everywhere\)"):
        sobol_indices(np.ones(64), np.ones(64), np.ones((2, 64)), names=("a", "b"), seed=0)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("block", [0, 1, 2])
def test_values_that_are_not_finite_are_refused(block: int, bad: float) -> None:
    """NaN or infinity in any block is refused with its name."""
    data = [part.copy() for part in blocks(ishigami, 3, 64)]
    data[block][..., 7] = bad
    name = "y_ab" if block == 2 else "y_a and y_b"
    with pytest.raises(DataError, match=rf"{name} must hold finite numbers \(got {bad} at"):
        sobol_indices(*data, names=NAMES[:3], seed=0)


def test_blocks_that_do_not_match_are_refused() -> None:
    """Two factors against three blocks are refused with the shapes."""
    with pytest.raises(DataError, match=r"y_ab \[2, N\] \(got shapes \(64,\), \(64,\), \(3, 64\)\)"):
        sobol_indices(*blocks(ishigami, 3, 64), names=("a", "b"), seed=0)


def test_a_level_of_one_is_refused() -> None:
    """A level must lie between 0 and 1."""
    with pytest.raises(DataError, match=r"level must lie between 0 and 1 \(got 1.0\)"):
        sobol_indices(*blocks(ishigami, 3, 64), names=NAMES[:3], seed=0, level=1.0)
