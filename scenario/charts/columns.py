"""What a table must hold before a figure is made of it: columns, finite numbers, intervals in order.

No statistics here, and no words of a figure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd


def checked(
    table: pd.DataFrame, *, what: str, text: Sequence[str] = (), numbers: Sequence[str] = ()
) -> pd.DataFrame:
    """Return the named columns of a table, in that order, rows counted from 0.

    Parameters
    ----------
    table
        Any table of at least one row; further columns are left out.
    what
        Whose table it is, for the message ("tornado").
    text
        Columns of any content.
    numbers
        Columns of finite numbers.

    Raises
    ------
    DataError
        E630 for a missing column, E631 for no row, E632 for a number that is not finite.
    """
    wanted = [*text, *numbers]
    missing = [column for column in wanted if column not in table]
    if missing:
        raise DataError(
            Problem(
                rule=f"{what} table must have the columns {', '.join(wanted)}",
                got=f"no {', '.join(missing)}",
                code="E630",
            )
        )
    if len(table) == 0:
        raise DataError(Problem(rule=f"{what} table must have a row", got="0 rows", code="E631"))
    kept = table[wanted].reset_index(drop=True)
    return kept.assign(**{column: _finite(kept[column], f"{what} table: {column}") for column in numbers})


def _finite(values: pd.Series[float], what: str) -> pd.Series[float]:
    """Return a column as finite numbers, or name the first value that is none."""
    for value in values:
        if not _is_finite(value):
            raise DataError(Problem(rule=f"{what} must be a finite number", got=repr(value), code="E632"))
    return values.astype(float)


def _is_finite(value: object) -> bool:
    """Say whether a cell is a finite number."""
    try:
        return math.isfinite(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


def require_order(table: pd.DataFrame, low: str, high: str, *, what: str) -> None:
    """Require that one column is nowhere above another; cells that are NaN are left alone (`DataError` E633)."""
    for first, second in zip(table[low], table[high], strict=True):
        if first > second:
            raise DataError(
                Problem(
                    rule=f"{what} table: {low} must be at most {high}",
                    got=f"{first:g} and {second:g}",
                    code="E633",
                )
            )


def require_distinct(values: Sequence[object], *, what: str) -> None:
    """Require that no value comes twice (`DataError` E634)."""
    for i, value in enumerate(values):
        if value in values[:i]:
            raise DataError(Problem(rule=f"{what} must come once each", got=repr(value), code="E634"))


def require_finite(value: float, *, what: str) -> float:
    """Return a finite number (`DataError` E635)."""
    return _required(value, math.isfinite(value), f"{what} must be a finite number")


def require_not_negative(value: float, *, what: str) -> float:
    """Return a finite number >= 0 (`DataError` E635)."""
    return _required(value, 0 <= value < math.inf, f"{what} must be a finite number >= 0")


def require_positive(value: float, *, what: str) -> float:
    """Return a finite number > 0 (`DataError` E635)."""
    return _required(value, 0 < value < math.inf, f"{what} must be a finite number > 0")


def _required(value: float, holds: bool, rule: str) -> float:
    """Return a number for which the rule holds."""
    if not holds:
        raise DataError(Problem(rule=rule, got=f"{value:g}", code="E635"))
    return value


def require_one_of(value: str, known: Sequence[str], *, what: str) -> str:
    """Return a value that is one of the known ones (`DataError` E636)."""
    if value not in known:
        names = ", ".join(repr(name) for name in known)
        raise DataError(Problem(rule=f"{what} must be one of {names}", got=repr(value), code="E636"))
    return value


def as_flags(values: pd.Series[bool], *, what: str) -> pd.Series[bool]:
    """Return a column of true and false (`DataError` E637 for anything else)."""
    for value in values:
        if value not in (True, False):
            raise DataError(Problem(rule=f"{what} must be true or false", got=repr(value), code="E637"))
    return values.astype(bool)
