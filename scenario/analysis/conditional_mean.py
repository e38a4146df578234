"""Conditional means from given data: a penalised additive spline, fitted crosswise.

Here live columns, bases, folds and the regression that `first_order` and `value_of_information` share.
What is made of the means lives there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenario.analysis.clusters import Floats
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    from scenario.analysis.quantities import Table

N_FOLDS = 10
"""Number of parts of the outer points; each part is predicted by a fit to the others."""

FEWEST_POINTS = 40
"""Below this number of outer points nothing is estimated."""

N_LEVELS = 12
"""A column with at most this number of different values counts as categorical."""

_SEED = 20240917
_N_DRAWS = 200
_N_KNOTS = 6
_MOST_PAIRED = 6
_PENALTIES = np.logspace(-6, 8, 43)
_CAUTION = 1.4  # Kim and Gu (2004): a degree of freedom counts 1.4 times, against following noise


@dataclass(frozen=True, kw_only=True, eq=False)
class Column:
    """A column ready for a basis.

    Parameters
    ----------
    numbers
        Shape [R]: values, or codes 0..n_levels - 1 of categories.
    n_levels
        Number of categories; 0 for a number.
    """

    numbers: Floats
    n_levels: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Basis:
    """A linear basis with a roughness penalty.

    Parameters
    ----------
    matrix
        Shape [R, P], the intercept first.
    penalty
        Shape [P, P], zero for what is free.
    """

    matrix: Floats
    penalty: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Regression:
    """A conditional mean, fitted to all rows and crosswise.

    Parameters
    ----------
    fitted, crossed
        Shape [R, A]: predictions of the fit to all rows; of the fit to the other folds.
    coefficients, spread
        Shape [P, A], and a factor F of shape [P, P] with F F' the coefficients' covariance per unit of
        residual variance, of the fit to all rows.
    inflation
        Shape [R]: expected squared error of `crossed` over the residual variance (degrees of freedom / n).
    """

    fitted: Floats
    crossed: Floats
    coefficients: Floats
    spread: Floats
    inflation: Floats


def folds_of(n: int) -> NDArray[np.int64]:
    """Return a fold 0..9 for each of n outer points, by a fixed shuffle (a designed order means nothing)."""
    return np.asarray(np.random.default_rng(_SEED).permutation(n) % N_FOLDS)


def check_finite(name: str, numbers: Floats) -> None:
    """Refuse NaN and infinity."""
    if not np.isfinite(numbers).all():
        got = f"{numbers[~np.isfinite(numbers)][0]}"
        raise DataError(Problem(rule=f"{name} must be finite numbers", got=got, code="A161"))


def check_points(n: int) -> None:
    """Refuse too few outer points."""
    if n < FEWEST_POINTS:
        rule = f"there must be at least {FEWEST_POINTS} outer points"
        raise DataError(Problem(rule=rule, got=str(n), hint="run more points", code="A162"))


def named(columns: Table) -> dict[str, NDArray[Any]]:
    """Return the columns of a table or mapping by name."""
    return {str(name): np.asarray(column) for name, column in columns.items()}


def coded(name: str, column: ArrayLike, *, n: int) -> Column:
    """Return a column of n entries as numbers or as codes of its categories.

    Parameters
    ----------
    name
        What an error calls it.
    column
        Shape [R]. Text, truth values and at most 12 different numbers count as categories.
    n
        The number of entries it must have.
    """
    entries = np.asarray(column)
    if entries.shape != (n,):
        rule = f"{name} must have one entry per row, {n} in all"
        raise DataError(Problem(rule=rule, got=f"shape {entries.shape}", code="A160"))
    is_number = entries.dtype.kind in "fiu"
    if is_number:
        check_finite(name, entries.astype(np.float64))
    else:
        entries = _as_text(name, entries)
    levels, codes = np.unique(entries, return_inverse=True)
    if is_number and len(levels) > N_LEVELS:
        return Column(numbers=entries.astype(np.float64), n_levels=0)
    return Column(numbers=codes.astype(np.float64), n_levels=len(levels))


def basis_of(columns: list[Column]) -> Basis:
    """Return an additive basis: cubic splines of numbers, indicators of categories.

    Categories alone are crossed where every cell can hold ten rows; numbers gain the products of pairs
    up to six columns. The penalty of a spline is that of the general P-spline (Li and Cao 2022): second
    divided differences at the Greville points, so that straight lines are free.

    Parameters
    ----------
    columns
        Columns of shape [R] each, at least one.
    """
    n = len(columns[0].numbers)
    n_cells = np.prod([max(column.n_levels, 1) for column in columns])
    if all(column.n_levels for column in columns) and n_cells * 10 <= n:
        columns = [_crossed(columns)]
    parts = [_indicators(c) if c.n_levels else _spline(c.numbers) for c in columns]
    parts += _products([c for c in columns if not c.n_levels])
    matrix = np.hstack([np.ones((n, 1)), *(matrix for matrix, _ in parts)])
    penalty, place = np.zeros((matrix.shape[1],) * 2), 1
    for _, part in parts:
        penalty[place : place + len(part), place : place + len(part)] = part
        place += len(part)
    return Basis(matrix=matrix, penalty=penalty)


def bins_of(column: Column) -> Basis:
    """Return indicators of quantile bins, about R^(1/3) of them (of the categories, if it has them)."""
    if column.n_levels:
        return basis_of([column])
    n_bins = int(np.clip(round(len(column.numbers) ** (1 / 3)), 4, 20))
    edges = np.quantile(column.numbers, np.arange(1, n_bins) / n_bins)
    levels, codes = np.unique(np.searchsorted(edges, column.numbers), return_inverse=True)
    return basis_of([Column(numbers=codes.astype(np.float64), n_levels=len(levels))])


def regress(targets: Floats, basis: Basis, folds: NDArray[np.int64]) -> Regression:
    """Fit conditional means by penalised least squares, the penalty by generalised cross-validation.

    Parameters
    ----------
    targets
        Shape [R, A].
    basis
        Basis of R rows.
    folds
        Shape [R], 0..9: rows that belong together have one fold.
    """
    rows, origin = basis.matrix, targets.mean(axis=0)
    apart = targets - origin
    gram, moment = rows.T @ rows, rows.T @ apart
    squares, n = float((apart**2).sum()), len(rows)
    coefficients, spread, _ = _solved(gram, moment, basis.penalty, squares=squares, n=n)
    crossed, inflation = np.empty_like(targets), np.empty(n)
    for held in (folds == fold for fold in range(N_FOLDS)):
        out, out_apart = rows[held], apart[held]
        left, n_left = squares - float((out_apart**2).sum()), n - len(out)
        beta, _, free = _solved(
            gram - out.T @ out, moment - out.T @ out_apart, basis.penalty, squares=left, n=n_left
        )
        crossed[held], inflation[held] = origin + out @ beta, free / n_left
    fitted = origin + rows @ coefficients
    return Regression(
        fitted=fitted, crossed=crossed, coefficients=coefficients, spread=spread, inflation=inflation
    )


def posterior_means(targets: Floats, basis: Basis, found: Regression, *, n_points: int) -> Iterator[Floats]:
    """Give conditional means with coefficients drawn from their normal posterior, 200 times, shape [R, A].

    Parameters
    ----------
    targets, basis, found
        What was fitted, and the fit.
    n_points
        Number of outer points M; the rows stand point by point, R / M of each, and share what is not fitted.
    """
    left = targets - found.fitted
    sums = left.reshape(n_points, -1, left.shape[1]).sum(axis=1)
    root, origin = power_of(sums.T @ sums / len(left), 0.5), targets.mean(axis=0)
    for luck in np.random.default_rng(_SEED).standard_normal((_N_DRAWS, *found.coefficients.shape)):
        yield origin + basis.matrix @ (found.coefficients + found.spread @ luck @ root)


def power_of(matrix: Floats, power: float) -> Floats:
    """Return a power of a symmetric matrix >= 0, leaving out directions without spread.

    Parameters
    ----------
    matrix
        Shape [A, A].
    power
        0.5 for the root, -1 for the inverse.
    """
    sizes, axes = np.linalg.eigh(matrix)
    kept = sizes > 1e-12 * max(float(sizes.max()), 1e-300)
    powers = np.where(kept, np.where(kept, sizes, 1.0) ** power, 0.0)
    return np.asarray((axes * powers) @ axes.T)


def _as_text(name: str, entries: NDArray[Any]) -> NDArray[np.str_]:
    """Return categories as text; refuse gaps."""
    missing = [entry for entry in entries.tolist() if entry is None or entry != entry]
    if missing:
        raise DataError(Problem(rule=f"{name} must have no gaps", got=str(missing[0]), code="A161"))
    return entries.astype(str)


def _solved(
    gram: Floats, moment: Floats, penalty: Floats, *, squares: float, n: int
) -> tuple[Floats, Floats, float]:
    """Return coefficients, the factor of their covariance and tr(H H), at the penalty GCV prefers."""
    from scipy.linalg import eigh

    ridge = 1e-9 * np.trace(gram) / len(gram) * np.eye(len(gram))
    rough, axes = eigh(penalty, gram + ridge)
    kept = 1 / (1 + _PENALTIES[:, None] * np.maximum(rough, 0)[None, :])
    power = ((axes.T @ moment) ** 2).sum(axis=1)
    left = squares - (2 * kept - kept**2) @ power
    free = np.maximum(n - _CAUTION * kept.sum(axis=1), 1.0)
    best = kept[int(np.argmin(left / free**2))]
    return axes @ (best[:, None] * (axes.T @ moment)), axes * np.sqrt(best), float((best**2).sum())


def _crossed(columns: list[Column]) -> Column:
    """Return categories of several columns as one."""
    cell = np.zeros(len(columns[0].numbers))
    for column in columns:
        cell = cell * column.n_levels + column.numbers
    levels, codes = np.unique(cell, return_inverse=True)
    return Column(numbers=codes.astype(np.float64), n_levels=len(levels))


def _indicators(column: Column) -> tuple[Floats, Floats]:
    """Return indicators of all categories but the first, free of penalty."""
    rest = np.arange(1, column.n_levels)
    return (column.numbers[:, None] == rest).astype(np.float64), np.zeros((len(rest),) * 2)


def _spline(numbers: Floats) -> tuple[Floats, Floats]:
    """Return a cubic B-spline with quantile knots, without its first function, and its penalty."""
    from scipy.interpolate import BSpline

    x = (numbers - numbers.mean()) / numbers.std()
    low, high = x.min(), x.max()
    inner = np.unique(np.quantile(x, np.arange(1, _N_KNOTS + 1) / (_N_KNOTS + 1)))
    knots = np.concatenate([[low] * 4, inner[(inner > low) & (inner < high)], [high] * 4])
    n = len(knots) - 4
    greville = (knots[1 : n + 1] + knots[2 : n + 2] + knots[3 : n + 3]) / 3
    slopes = np.diff(np.eye(n), axis=0) / np.diff(greville)[:, None]
    bends = np.diff(slopes, axis=0)[:, 1:]
    return BSpline.design_matrix(x, knots, 3).toarray()[:, 1:], bends.T @ bends


def _products(columns: list[Column]) -> list[tuple[Floats, Floats]]:
    """Return the products of pairs of up to six columns of numbers, each penalised by its size."""
    if not 1 < len(columns) <= _MOST_PAIRED:
        return []
    x = np.column_stack([(c.numbers - c.numbers.mean()) / c.numbers.std() for c in columns])
    first, second = np.triu_indices(x.shape[1], k=1)
    return [(x[:, first] * x[:, second], np.eye(len(first)))]
