"""Dots with intervals before drawing: sensitivity indices, Shapley effects, PAWN, shares, value of information.

The numbers come from `analysis`; here they get an order, a finding and a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenario.charts.columns import as_flags, checked, require_not_negative, require_one_of, require_order
from scenario.charts.data import Context, FigureData
from scenario.charts.wording import number
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

MOST = (20, 14)
"""Largest number of rows with one and with two series; the rest are counted."""

KINDS = ("sensitivity", "information")
"""What the dots are: how strongly an input drives the outcome, or what knowing it is worth."""

SECOND = ("second", "second_lower", "second_upper")


@dataclass(frozen=True, kw_only=True, eq=False)
class Indices(FigureData):
    """Rows of one or two dots with intervals, largest first.

    Parameters
    ----------
    series
        Name of the first series and, where there is one, of the second.
    noise_floor
        Value below which a dot cannot be told from noise; NaN where none is known.
    """

    series: tuple[str, ...]
    noise_floor: float


def indices_figure(
    table: pd.DataFrame,
    context: Context,
    *,
    measure: str,
    unit: str,
    outcome: str,
    kind: str = "sensitivity",
    series: tuple[str, ...] = ("index",),
    noise_floor: float | None = None,
    name: str = "indices",
) -> Indices:
    """Describe indices of several items.

    Parameters
    ----------
    table
        One row per item: item, value, lower, upper (95 %), is_noise; with two series also second,
        second_lower, second_upper.
    context
        Where the numbers come from.
    measure, unit
        What the dots are ("Sobol' indices", "share of variance").
    outcome
        The outcome in words ("first official attribution").
    kind
        "sensitivity" or "information" (value of knowing an item).
    series
        Names of the series: one, or two ("first order", "total including interaction with luck").
    noise_floor
        Value that noise alone reaches, >= 0; None where it is not known.
    name
        File name.

    Raises
    ------
    DataError
        E630 to E637 for a table or number that breaks this, E644 unless there are one or two series.
    """
    require_one_of(kind, KINDS, what="kind")
    if len(series) not in (1, 2):
        raise DataError(
            Problem(rule="series must be one or two names", got=f"{len(series)} names", code="E644")
        )
    columns = ("value", "lower", "upper", *(SECOND if len(series) > 1 else ()))
    rows = checked(table, what="indices", text=("item", "is_noise"), numbers=columns)
    require_order(rows, "lower", "upper", what="indices")
    if len(series) > 1:
        require_order(rows, "second_lower", "second_upper", what="indices")
    rows = rows.assign(is_noise=as_flags(rows["is_noise"], what="indices table: is_noise"))
    rows = rows.sort_values("value", ascending=False, kind="stable").reset_index(drop=True)
    shown = rows[["item", *columns, "is_noise"]].iloc[: MOST[len(series) - 1]]
    title = _title(rows, outcome=outcome, unit=unit, kind=kind)
    floor = float("nan") if noise_floor is None else require_not_negative(noise_floor, what="noise_floor")
    return Indices(
        name=name,
        title=title,
        measure=f"{measure}: {outcome}",
        unit=unit,
        note=_note(rows, series=series, floor=floor),
        alt=f"Dots with intervals for {len(shown)} items. {title}. {_sentence(shown, series)}",
        table=shown,
        context=context,
        series=series,
        noise_floor=floor,
    )


def _title(rows: pd.DataFrame, *, outcome: str, unit: str, kind: str) -> str:
    """Say which item leads, by how much, and how many are noise."""
    n_noise, head = int(rows["is_noise"].sum()), outcome[:1].upper() + outcome[1:]
    if n_noise == len(rows):
        none = "drives it" if kind == "sensitivity" else "is worth knowing"
        return f"{head}: none of {len(rows)} items {none} beyond noise"
    first = rows[~rows["is_noise"]].iloc[0]
    amount = f"{number(first['value'])}{'' if kind == 'sensitivity' else f' {unit}'}"
    lead = (
        f"{first['item']} drives it most ({amount})"
        if kind == "sensitivity"
        else f"knowing {first['item']} is worth most, {amount}"
    )
    rest = f"; {n_noise} of {len(rows)} cannot be told from noise" if n_noise else ""
    return f"{head}: {lead}{rest}"


def _note(rows: pd.DataFrame, *, series: tuple[str, ...], floor: float) -> str:
    """Say how to read the dots."""
    marks = f"Circle: {series[0]}" + (f"; diamond: {series[1]}" if len(series) > 1 else "")
    line = "" if floor != floor else f" Dotted line: noise floor, {number(floor)}."
    n_shown = MOST[len(series) - 1]
    n_more = len(rows) - n_shown
    more = (
        f" Not drawn: {n_more} more items, none above {number(rows['value'].iloc[n_shown])}."
        if n_more > 0
        else ""
    )
    return f"{marks}. Lines: 95 % simulation error. Grey: cannot be told from noise.{line}{more}"


def _sentence(rows: pd.DataFrame, series: tuple[str, ...]) -> str:
    """List the dots."""
    parts = [
        f"{row['item']} {number(row['value'])} ({number(row['lower'])} to {number(row['upper'])})"
        + (f", {series[1]} {number(row['second'])}" if len(series) > 1 else "")
        + (", noise" if row["is_noise"] else "")
        for row in rows.to_dict("records")
    ]
    return f"{series[0][:1].upper()}{series[0][1:]}: {'; '.join(parts)}."
