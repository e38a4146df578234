"""Columns, bases and the penalised regression against least squares, means and splines written out anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.interpolate import BSpline

from scenario.analysis.clusters import Floats
from scenario.analysis.conditional_mean import (
    Basis,
    Column,
    basis_of,
    bins_of,
    check_points,
    coded,
    folds_of,
    named,
    posterior_means,
    power_of,
    regress,
)
from scenario.errors import DataError


def number(values: Any) -> Column:
    """A column of numbers."""
    return Column(numbers=np.asarray(values, dtype=np.float64), n_levels=0)


def kinds(codes: Any, n_levels: int) -> Column:
    """A column of categories by their codes."""
    return Column(numbers=np.asarray(codes, dtype=np.float64), n_levels=n_levels)


def normals(n: int, *, seed: int) -> Floats:
    """Standard normal numbers."""
    return np.random.default_rng(seed).normal(size=n)


def held_by(basis: Basis, target: Floats) -> tuple[float, float]:
    """How far a target lies from the span of a basis, and the penalty it costs there."""
    weights = np.linalg.lstsq(basis.matrix, target, rcond=None)[0]
    return float(np.abs(basis.matrix @ weights - target).max()), float(weights @ basis.penalty @ weights)


# ---- columns -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n_values", "n_levels"), [(12, 12), (13, 0)])
def test_at_most_twelve_different_numbers_are_categories(n_values: int, n_levels: int) -> None:
    """Twelve different numbers are categories 0 to 11, thirteen stay numbers."""
    values = 10.0 * np.tile(np.arange(n_values), 5)
    found = coded("x", values, n=len(values))
    assert found.n_levels == n_levels
    assert found.numbers.tolist() == (values / 10 if n_levels else values).tolist()


def test_text_and_truth_values_are_categories_in_order() -> None:
    """Text is coded by the alphabet, however many texts there are; false comes before true."""
    texts = [f"k{i:02d}" for i in range(20)][::-1]
    assert coded("x", texts, n=20).numbers.tolist() == list(range(20))[::-1]
    assert coded("x", texts, n=20).n_levels == 20
    assert coded("x", [True, False, True], n=3).numbers.tolist() == [1, 0, 1]


def test_a_table_and_a_mapping_are_read_alike() -> None:
    """Columns come by name, as text, whether from a table or from a mapping."""
    read = [named(pd.DataFrame({1: [2.0, 3.0]})), named({1: [2.0, 3.0]})]  # type: ignore[dict-item]
    assert [{name: column.tolist() for name, column in one.items()} for one in read] == [
        {"1": [2.0, 3.0]}
    ] * 2


@pytest.mark.parametrize(
    ("column", "match"),
    [
        ([1.0, 2.0], r"x must have one entry per row, 3 in all \(got shape \(2,\)\)"),
        ([[1.0], [2.0], [3.0]], r"x must have one entry per row, 3 in all \(got shape \(3, 1\)\)"),
        ([1.0, np.inf, 2.0], r"x must be finite numbers \(got inf\)"),
        (["a", None, "b"], r"x must have no gaps \(got None\)"),
        (np.array(["a", float("nan"), "b"], dtype=object), r"x must have no gaps \(got nan\)"),
    ],
)
def test_a_column_with_gaps_or_of_another_length_is_refused(column: Any, match: str) -> None:
    """Shapes, infinity, None and NaN are refused with what was got."""
    with pytest.raises(DataError, match=match):
        coded("x", column, n=3)


def test_forty_points_are_enough() -> None:
    """40 outer points pass, 39 are refused."""
    check_points(40)
    with pytest.raises(DataError, match=r"at least 40 outer points \(got 39\).*A162|got 39"):
        check_points(39)


def test_folds_are_ten_and_as_even_as_can_be() -> None:
    """Of 43 points three folds have five and seven have four; the order of the points tells nothing of them."""
    folds = folds_of(43)
    assert sorted(np.bincount(folds).tolist()) == [4] * 7 + [5] * 3
    assert folds.tolist() != (np.arange(43) % 10).tolist()
    assert folds.tolist() == folds_of(43).tolist()


# ---- bases ---------------------------------------------------------------------------------------


def test_categories_are_indicators_without_penalty() -> None:
    """Three categories: the intercept and one indicator for each but the first."""
    found = basis_of([kinds([0, 1, 2, 1], 3)])
    assert found.matrix.tolist() == [[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 0]]
    assert not found.penalty.any()


@pytest.mark.parametrize(("n", "n_columns"), [(40, 4), (39, 3)])
def test_categories_are_crossed_where_every_cell_can_hold_ten(n: int, n_columns: int) -> None:
    """Two by two categories over 40 rows make four cells, over 39 rows an additive basis."""
    one, other = np.arange(n) % 2, np.arange(n) // 2 % 2
    found = basis_of([kinds(one, 2), kinds(other, 2)])
    assert found.matrix.shape == (n, n_columns)
    both = np.where((one == 1) & (other == 1), 1.0, 0.0)
    assert (held_by(found, both)[0] < 1e-9) == (n_columns == 4)


def test_crossed_categories_keep_every_cell_apart() -> None:
    """Two by three categories over 60 rows span the indicator of each of the six cells."""
    one, other = np.arange(60) % 2, np.arange(60) // 2 % 3
    found = basis_of([kinds(other, 3), kinds(one, 2)])
    assert found.matrix.shape == (60, 6)
    cells = [1.0 * (one == i) * (other == j) for i in range(2) for j in range(3)]
    assert max(held_by(found, cell)[0] for cell in cells) < 1e-9


def test_a_number_and_categories_are_added() -> None:
    """A spline of nine functions, two indicators and the intercept; only the spline is penalised."""
    x = normals(60, seed=1)
    found = basis_of([number(x), kinds(np.arange(60) % 3, 3)])
    assert found.matrix.shape == (60, 12)
    assert found.penalty[1:10, 1:10].any()
    assert not found.penalty[10:].any()
    assert not found.penalty[0].any()


def test_a_spline_holds_cubics_and_one_kink_at_each_of_six_quantiles() -> None:
    """Its span is that of 1, x, x^2, x^3 and (x - q)^3 right of q, q the quantiles at 1/7 to 6/7."""
    x = normals(80, seed=2)
    found = basis_of([number(x)])
    assert found.matrix.shape == (80, 10)
    knots = np.quantile(x, [k / 7 for k in range(1, 7)])
    targets = [x**power for power in range(4)] + [np.maximum(x - knot, 0) ** 3 for knot in knots]
    assert max(held_by(found, target)[0] for target in targets) < 1e-8
    assert np.linalg.matrix_rank(found.matrix) == 10
    assert held_by(found, np.maximum(x - np.median(x) - 0.05, 0) ** 3)[0] > 1e-4


def test_a_pile_at_an_end_has_no_knot() -> None:
    """Where a third of the values is the least and a third the largest, two knots are left: six functions."""
    x = np.clip(np.linspace(-3, 3, 90), -1, 1)
    found = basis_of([number(x)])
    inside = [q for q in np.quantile(x, np.arange(1, 7) / 7) if -1 < q < 1]
    assert found.matrix.shape == (90, 4 + len(inside))
    assert len(inside) == 2
    assert np.isfinite(found.penalty).all()


def test_straight_lines_are_free_and_bends_are_not() -> None:
    """The penalty of 3 x - 1 is 0; that of x^2 is the sum of squared changes of slope at the Greville points."""
    x = normals(80, seed=3)
    found, z = basis_of([number(x)]), (x - x.mean()) / x.std()
    assert held_by(found, 3 * x - 1)[1] == pytest.approx(0.0, abs=1e-9)
    inner = np.quantile(z, np.arange(1, 7) / 7)
    t = np.concatenate([[z.min()] * 4, inner, [z.max()] * 4])
    spots = np.array([t[i + 1 : i + 4].mean() for i in range(10)])
    blossom = (
        np.array([t[i + 1] * t[i + 2] + t[i + 1] * t[i + 3] + t[i + 2] * t[i + 3] for i in range(10)]) / 3
    )
    assert pytest.approx(z**2) == BSpline(t, blossom, 3)(z)
    bends = np.diff(np.diff(blossom) / np.diff(spots))
    assert held_by(found, z**2)[1] == pytest.approx(float(bends @ bends), rel=1e-6)


@pytest.mark.parametrize(("n_columns", "n_products"), [(1, 0), (2, 1), (6, 15), (7, 0)])
def test_up_to_six_numbers_gain_the_products_of_pairs(n_columns: int, n_products: int) -> None:
    """D numbers have 9 D + 1 functions, and D (D - 1) / 2 products up to D = 6, each penalised by its size."""
    table = np.random.default_rng(4).normal(size=(100, n_columns))
    found = basis_of([number(column) for column in table.T])
    assert found.matrix.shape == (100, 1 + 9 * n_columns + n_products)
    last = found.penalty[1 + 9 * n_columns :]
    assert last.tolist() == np.eye(len(found.penalty))[1 + 9 * n_columns :].tolist()
    if n_products == 1:
        z = (table - table.mean(axis=0)) / table.std(axis=0)
        assert found.matrix[:, -1] == pytest.approx(z[:, 0] * z[:, 1])


@pytest.mark.parametrize(("n", "n_bins"), [(60, 4), (1000, 10), (12_000, 20)])
def test_bins_are_about_the_cube_root_and_hold_equally_many(n: int, n_bins: int) -> None:
    """1,000 rows fall into 10 bins of 100; there are never fewer than 4 bins, nor more than 20."""
    found = bins_of(number(normals(n, seed=5)))
    assert found.matrix.shape == (n, n_bins)
    sizes = [n - found.matrix[:, 1:].sum(), *found.matrix[:, 1:].sum(axis=0)]
    assert np.ptp(sizes) <= 2
    assert not found.penalty.any()


def test_bins_of_categories_are_the_categories() -> None:
    """A column with three categories keeps them."""
    assert bins_of(kinds(np.arange(30) % 3, 3)).matrix.shape == (30, 3)


# ---- regression ----------------------------------------------------------------------------------


def test_categories_are_fitted_by_their_means_and_crosswise_by_those_of_the_other_folds() -> None:
    """Fit, crossed fit and their error are those of the means of the categories: G of them, G / n."""
    codes, folds = np.arange(200) % 4, folds_of(200)
    targets = np.random.default_rng(6).normal(size=(200, 2)) + codes[:, None] + 5
    found = regress(targets, basis_of([kinds(codes, 4)]), folds)
    table = pd.DataFrame(targets)
    assert found.fitted == pytest.approx(table.groupby(codes).transform("mean").to_numpy(), abs=1e-6)
    for fold in range(10):
        rest = folds != fold
        means = table[rest].groupby(codes[rest]).mean().to_numpy()
        assert found.crossed[~rest] == pytest.approx(means[codes[~rest]], abs=1e-6)
        assert found.inflation[~rest] == pytest.approx(4 / rest.sum(), rel=1e-6)


def test_without_a_penalty_the_spread_is_that_of_least_squares() -> None:
    """F F' = (X' X)^-1, the covariance of least squares per unit of residual variance."""
    basis = basis_of([kinds(np.arange(60) % 3, 3)])
    found = regress(normals(60, seed=7)[:, None], basis, folds_of(60))
    gram = basis.matrix.T @ basis.matrix
    assert found.spread @ found.spread.T == pytest.approx(np.linalg.inv(gram), rel=1e-6, abs=1e-9)


def preferred(rows: Floats, y: Floats, penalty: Floats) -> tuple[Floats, float, int]:
    """Coefficients, tr(H H) and place of the penalty of the least RSS / (n - 1.4 tr H)^2, written out."""
    fits, scores = [], []
    for weight in 10 ** np.linspace(-6, 8, 43):
        solved = np.linalg.solve(rows.T @ rows + weight * penalty, rows.T)
        hat = rows @ solved
        fits.append((solved @ y, float(np.trace(hat @ hat))))
        scores.append(((y - hat @ y) ** 2).sum() / (len(y) - 1.4 * np.trace(hat)) ** 2)
    best = int(np.argmin(scores))
    return *fits[best], best


def test_the_penalty_is_the_one_that_cross_validation_prefers() -> None:
    """Of 43 penalties from 1e-6 to 1e8 both fits take that of the least RSS / (n - 1.4 tr H)^2."""
    x, folds = normals(90, seed=8), folds_of(90)
    y = np.sin(2 * x) + 0.4 * normals(90, seed=9)
    basis = basis_of([number(x)])
    found = regress(y[:, None], basis, folds)
    beta, _, place = preferred(basis.matrix, y - y.mean(), basis.penalty)
    assert 0 < place < 42
    assert found.fitted[:, 0] == pytest.approx(y.mean() + basis.matrix @ beta, abs=1e-5)
    for fold in range(10):
        rest = folds != fold
        beta, free, _ = preferred(basis.matrix[rest], y[rest] - y.mean(), basis.penalty)
        assert found.crossed[~rest, 0] == pytest.approx(y.mean() + basis.matrix[~rest] @ beta, abs=1e-4)
        assert found.inflation[~rest] == pytest.approx(free / rest.sum(), rel=1e-4)


def test_a_straight_line_is_fitted_exactly_also_crosswise() -> None:
    """2 x - 1 costs no penalty: both fits return it, and the error of the crossed one is about 2 / n."""
    x = normals(100, seed=10)
    found = regress((2 * x - 1)[:, None], basis_of([number(x)]), folds_of(100))
    assert found.fitted[:, 0] == pytest.approx(2 * x - 1, abs=1e-5)
    assert found.crossed[:, 0] == pytest.approx(2 * x - 1, abs=1e-4)


def test_noise_is_not_followed() -> None:
    """On pure noise the crossed fit errs hardly more than the mean would; it has two to six free numbers."""
    x, y = normals(400, seed=11), normals(400, seed=12)
    found = regress(y[:, None], basis_of([number(x)]), folds_of(400))
    assert ((y - found.crossed[:, 0]) ** 2).mean() == pytest.approx(y.var(), rel=0.02)
    assert (found.inflation * 360 < 6).all()
    assert (found.inflation * 360 > 1.99).all()


@pytest.mark.parametrize("n_copies", [1, 2])
def test_drawn_means_spread_like_the_means_of_the_points(n_copies: int) -> None:
    """Over 200 draws a category's mean keeps its place and has variance s^2 / n_points, however often repeated."""
    codes = np.repeat(np.arange(40) % 2, n_copies)
    y = np.repeat(normals(40, seed=13) + 3, n_copies)[:, None] + codes[:, None]
    basis = basis_of([kinds(codes, 2)])
    found = regress(y, basis, np.repeat(folds_of(40), n_copies))
    draws = np.array([means[:, 0] for means in posterior_means(y, basis, found, n_points=40)])
    assert draws.shape == (200, 40 * n_copies)
    for code in (0, 1):
        own = y[codes == code, 0]
        expected = np.sqrt(((y - found.fitted) ** 2).mean() / 20)
        assert draws[:, codes == code][:, 0].mean() == pytest.approx(own.mean(), abs=4 * expected / 200**0.5)
        assert draws[:, codes == code][:, 0].std() == pytest.approx(expected, rel=0.2)


def test_drawn_means_of_two_targets_move_together_as_their_residuals_do() -> None:
    """Targets with residuals that correlate by 0.9 have means whose draws correlate by about 0.9."""
    rng = np.random.default_rng(14)
    common = rng.normal(size=(300, 1))
    y = common + rng.normal(size=(300, 2)) / 3
    basis = basis_of([kinds(np.arange(300) % 2, 2)])
    found = regress(y, basis, folds_of(300))
    draws = np.array([means[0] for means in posterior_means(y, basis, found, n_points=300)])
    assert np.corrcoef(draws.T)[0, 1] == pytest.approx(0.9, abs=0.05)


# ---- powers --------------------------------------------------------------------------------------


def test_powers_of_a_matrix_leave_out_what_has_no_spread() -> None:
    """The root squared is the matrix, the inverse is the pseudo-inverse, also where one direction is empty."""
    half = np.random.default_rng(15).normal(size=(3, 2))
    matrix = half @ half.T
    root = power_of(matrix, 0.5)
    assert root @ root == pytest.approx(matrix, abs=1e-12)
    assert power_of(matrix, -1.0) == pytest.approx(np.linalg.pinv(matrix, rcond=1e-10), abs=1e-9)
    assert power_of(np.zeros((2, 2)), -1.0).tolist() == [[0.0, 0.0], [0.0, 0.0]]
