"""A box of scenario discovery before drawing: which part of each factor's range the box keeps.

The box and its peeling trajectory come from `analysis`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scenario.charts.columns import as_flags, checked, require_order
from scenario.charts.data import Context, FigureData
from scenario.charts.wording import joined, number, of_hundred
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

BOUNDS = ("low", "high", "box_low", "box_high")
SHARES = ("coverage", "density", "mass")
ERRORS = ("coverage_lower", "coverage_upper", "density_lower", "density_upper")
NONE = "none"
"""A text cell that does not apply; no dash, which a spreadsheet would take for a formula."""

NO_UNIT = ("", "-", "1", NONE)
"""What stands for a number without a unit."""

APART = " | "
"""What parts the categories of a factor in a cell of the table."""


@dataclass(frozen=True, kw_only=True, eq=False)
class DiscoveryBox(FigureData):
    """One box: the limits of each restricted factor, and the trajectory that led to it.

    Parameters
    ----------
    summary
        Coverage, density and mass in a sentence.
    """

    summary: str

    @property
    def limits(self) -> pd.DataFrame:
        """Rows of the table that are factors."""
        return self.table[self.table["part"] == "factor"]

    @property
    def trajectory(self) -> pd.DataFrame:
        """Rows of the table that are steps of the peeling."""
        return self.table[self.table["part"] == "step"]


def boxes_figure(
    limits: pd.DataFrame,
    trajectory: pd.DataFrame,
    context: Context,
    *,
    case: str,
    base_rate: float,
    name: str = "box",
) -> DiscoveryBox:
    """Describe one box of scenario discovery.

    Parameters
    ----------
    limits
        One row per factor: factor, unit, low, high (its full range), box_low, box_high (the part kept; an
        unlimited side repeats the range), categories and kept (tuples of words; empty for a number, whose
        four bounds are then needed), is_noise (the limit may be there by chance). Factors that the box
        leaves as they are are counted, not drawn.
    trajectory
        One row per step of the peeling: coverage, density, mass (0 to 1), is_chosen (exactly one); where
        known the 95 % intervals coverage_lower, coverage_upper, density_lower, density_upper (else NaN).
    context
        Where the numbers come from.
    case
        What the box explains, in words that follow "in which" ("nobody acts within 90 days").
    base_rate
        Share of all runs in which it happens, 0 to 1.
    name
        File name.

    Raises
    ------
    DataError
        E630 to E637 for tables that break this, E642 if the box restricts nothing or keeps no category, E643
        unless exactly one step is chosen.
    """
    factors, n_free = _restricted(limits)
    given = trajectory.assign(**{c: float("nan") for c in ERRORS if c not in trajectory})
    steps = checked(given, what="trajectory", text=("is_chosen", *ERRORS), numbers=SHARES)
    for share in SHARES[:2]:
        require_order(steps, f"{share}_lower", f"{share}_upper", what="trajectory")
    steps = steps.assign(is_chosen=as_flags(steps["is_chosen"], what="trajectory table: is_chosen"))
    if steps["is_chosen"].sum() != 1:
        got = str(int(steps["is_chosen"].sum()))
        raise DataError(Problem(rule="trajectory must have one chosen step", got=got, code="E643"))
    chosen = steps[steps["is_chosen"]].iloc[0]
    title = _title(factors, case)
    summary = _summary(chosen, base_rate)
    return DiscoveryBox(
        name=name,
        title=title,
        measure=f"Box that explains when {case}",
        unit="each factor in its own unit",
        note=_note(n_free, is_any_noise=bool(factors["is_noise"].any())),
        alt=f"Ranges of {len(factors)} factors and a peeling trajectory of {len(steps)} steps. {title}. {summary}",
        table=_long(factors, steps),
        context=context,
        summary=summary,
    )


def _restricted(limits: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the factors that the box restricts, checked, and the number of the others."""
    import pandas as pd

    text = ("factor", "unit", "categories", "kept", "is_noise")
    given = checked(limits, what="limits", text=(*text, *BOUNDS))
    given = given.assign(is_noise=as_flags(given["is_noise"], what="limits table: is_noise"))
    is_number = given["categories"].map(len) == 0
    numeric = given[is_number]
    if len(numeric):
        numeric = checked(numeric, what="limits", text=text, numbers=BOUNDS)
        for low, high in (("low", "box_low"), ("box_low", "box_high"), ("box_high", "high")):
            require_order(numeric, low, high, what="limits")
    words = given[~is_number].assign(**dict.fromkeys(BOUNDS, float("nan")))
    parts = [part for part in (numeric, words) if len(part)]
    rows = pd.concat(parts, ignore_index=True)
    keep = rows[[_is_restricted(row) for row in rows.to_dict("records")]].reset_index(drop=True)
    if len(keep) == 0 or not (keep["kept"].map(len) + (keep["categories"].map(len) == 0)).all():
        got = "no restricted factor" if len(keep) == 0 else "a factor without a kept category"
        raise DataError(Problem(rule="box must restrict a factor and leave something", got=got, code="E642"))
    return keep, len(rows) - len(keep)


def _is_restricted(row: dict[Any, Any]) -> bool:
    """Say whether the box keeps less than all of a factor."""
    if len(row["categories"]):
        return set(row["kept"]) != set(row["categories"])
    return bool(row["box_low"] > row["low"] or row["box_high"] < row["high"])


def _long(factors: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """Return factors and steps under each other; a cell that does not apply is NaN, or "none" where it is text."""
    import pandas as pd

    units = [NONE if unit in NO_UNIT else str(unit) for unit in factors["unit"]]
    texts = {
        column: [APART.join(map(str, v)) or NONE for v in factors[column]]
        for column in ("categories", "kept")
    }
    above = factors.assign(
        part="factor", unit=units, is_chosen=False, **dict.fromkeys((*SHARES, *ERRORS), float("nan")), **texts
    )
    words = dict.fromkeys(("factor", "unit", "categories", "kept"), NONE)
    below = steps.assign(part="step", is_noise=False, **words, **dict.fromkeys(BOUNDS, float("nan")))
    columns = [
        "part",
        "factor",
        "unit",
        *BOUNDS,
        "categories",
        "kept",
        "is_noise",
        *SHARES,
        *ERRORS,
        "is_chosen",
    ]
    return pd.concat([above[columns], below[columns]], ignore_index=True)


def condition(row: dict[Any, Any], *, kept: Sequence[str]) -> str:
    """Return a limit in words ("bite is under 0.12 per day").

    Parameters
    ----------
    row
        A factor of the table.
    kept
        Its kept categories; empty for a number.
    """
    if len(kept):
        return f"{row['factor']} is {' or '.join(map(str, kept))}"
    unit = "" if row["unit"] in NO_UNIT else f" {row['unit']}"
    has_low, has_high = row["box_low"] > row["low"], row["box_high"] < row["high"]
    if has_low and has_high:
        return f"{row['factor']} is {number(row['box_low'])} to {number(row['box_high'])}{unit}"
    return (
        f"{row['factor']} is over {number(row['box_low'])}{unit}"
        if has_low
        else f"{row['factor']} is under {number(row['box_high'])}{unit}"
    )


def _title(factors: pd.DataFrame, case: str) -> str:
    """Say when it mostly happens; limits that may be there by chance are only counted."""
    sure = factors[~factors["is_noise"]] if not factors["is_noise"].all() else factors
    parts = [condition(row, kept=row["kept"]) for row in sure.to_dict("records")]
    n_more = len(factors) - (len(parts) if len(parts) <= 3 else 2)
    more = [f"{n_more} more condition{'s hold' if n_more > 1 else ' holds'}"] if n_more else []
    shown = [*(parts if len(parts) <= 3 else parts[:2]), *more]
    return f"{case[:1].upper()}{case[1:]} mostly when {joined(shown)}"


def _summary(chosen: pd.Series[float], base_rate: float) -> str:
    """Say coverage, density and mass, with intervals where they are known."""
    return (
        f"Coverage: {of_hundred(chosen['coverage'])} of 100 such runs lie in the box{_error(chosen, 'coverage')}. "
        f"Density: it happens in {of_hundred(chosen['density'])} of 100 runs in the box"
        f"{_error(chosen, 'density')}, against {of_hundred(base_rate)} overall. "
        f"Mass: {of_hundred(chosen['mass'])} of 100 runs lie in the box."
    )


def _error(chosen: pd.Series[float], share: str) -> str:
    """Return the 95 % interval of a share in brackets, nothing where it is not known."""
    low, high = chosen[f"{share}_lower"], chosen[f"{share}_upper"]
    return "" if low != low or high != high else f" (95 %: {of_hundred(low)} to {of_hundred(high)})"


def _note(n_free: int, *, is_any_noise: bool) -> str:
    """Say how to read the box."""
    rest = f" {n_free} more factors are not restricted." if n_free > 1 else ""
    rest = " One more factor is not restricted." if n_free == 1 else rest
    noise = " Grey: the limit may be there by chance." if is_any_noise else ""
    return (
        "Thin line: full range of a factor; thick: the part in the box; filled chips: categories in the box."
        f"{noise}{rest} Small panel: steps of the peeling, coverage against density; ringed: this box. Shares "
        "are of the runs that found the box and flatter it somewhat."
    )
