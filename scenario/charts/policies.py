"""Policies before drawing: regret and satisficing in rows; two objectives against each other.

Regret, shares and dominance come from `analysis`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scenario.charts.columns import as_flags, checked, require_distinct, require_one_of, require_order
from scenario.charts.data import Context, FigureData
from scenario.charts.wording import joined, number, of_hundred

if TYPE_CHECKING:
    import pandas as pd

REGRETS = ("mean_regret", "lower", "upper", "max_regret")
SATISFICING = ("satisficing", "satisficing_lower", "satisficing_upper")
BETTER = ("higher", "lower")


@dataclass(frozen=True, kw_only=True, eq=False)
class Policies(FigureData):
    """Rows of policies, least mean regret first.

    Parameters
    ----------
    goal
        What counts as satisfying, in words.
    """

    goal: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Pareto(FigureData):
    """Policies over two objectives.

    Parameters
    ----------
    axes
        Caption of the horizontal and of the vertical axis, unit included.
    better
        Which way each is better: "higher" or "lower".
    """

    axes: tuple[str, str]
    better: tuple[str, str]


def policies_figure(
    table: pd.DataFrame,
    context: Context,
    *,
    outcome: str,
    unit: str,
    goal: str,
    against: str = "the best policy in each world",
    name: str = "policies",
) -> Policies:
    """Describe which policies hold up over many worlds.

    Parameters
    ----------
    table
        One row per policy: policy, mean_regret, lower, upper (95 %), max_regret (regret in the worst world, in
        `unit`; an estimate, which noise may put below the mean), satisficing, satisficing_lower,
        satisficing_upper (share of worlds, 0 to 1), is_noise (mean regret cannot be told from the least one;
        the first policy itself and those that tie with it are not noise).
    context
        Where the numbers come from; n counts the runs of one policy.
    outcome, unit
        Meaning in words and unit of the objective.
    goal
        What counts as satisfying, in words ("attributed within 90 days").
    against
        What regret is measured against.
    name
        File name.

    Raises
    ------
    DataError
        E630 to E634 and E637 for a table that breaks this.
    """
    columns = (*REGRETS, *SATISFICING)
    rows = checked(table, what="policies", text=("policy", "is_noise"), numbers=columns)
    require_distinct(list(rows["policy"]), what="policies")
    for low, high in (("lower", "upper"), SATISFICING[1:]):
        require_order(rows, low, high, what="policies")
    rows = rows.assign(is_noise=as_flags(rows["is_noise"], what="policies table: is_noise"))
    rows = rows.sort_values(["mean_regret", "is_noise", "max_regret"], kind="stable").reset_index(drop=True)
    title = _title(rows, outcome=outcome, unit=unit)
    return Policies(
        name=name,
        title=title,
        measure=f"Regret against {against}: {outcome}",
        unit=unit,
        note=(
            "Left, regret: dot, mean over worlds, with its 95 % simulation error; tall tick, largest in any world "
            "(estimated apart; none where noise puts it below the mean). Right: share of worlds with "
            f"{goal}. Grey: mean regret cannot be told from the smallest. Equal luck for all policies."
        ),
        alt=f"Dots with intervals for {len(rows)} policies. {title}. {_sentence(rows, unit)}",
        table=rows[["policy", *columns, "is_noise"]],
        context=context,
        goal=goal,
    )


def _title(rows: pd.DataFrame, *, outcome: str, unit: str) -> str:
    """Say which policies have the smallest mean regret, and which the smallest worst-case one; ties are ties."""
    least, smallest = rows["mean_regret"].iloc[0], rows["max_regret"].min()
    is_first = (rows["mean_regret"] == least) & ~rows["is_noise"]
    is_first.iloc[0] = True
    first, worst = list(rows["policy"][is_first]), list(rows["policy"][rows["max_regret"] == smallest])
    doubt = list(rows["policy"][rows["is_noise"] & ~is_first])
    amount = f"smallest mean regret, {number(least)} {unit}"
    lead = f"{_some(first)} {'has the' if len(first) == 1 else 'have the same'} {amount}"
    tie = f", not told apart from {_some(doubt)}" if doubt else ""
    also = "it also has" if len(first) == 1 else "they also have"
    lost = [row["policy"] for row in rows.to_dict("records") if not is_worst_told(row)]
    if lost:
        hidden = f"the worst world of {_some(lost)} is lost in the noise at this size"
        return f"{outcome[:1].upper()}{outcome[1:]}: {lead}{tie}; {hidden}"
    rest = (
        "all have the same worst-case regret"
        if len(worst) == len(rows)
        else (
            f"{also} the smallest worst-case regret"
            if worst == first
            else f"the smallest worst-case regret {'has' if len(worst) == 1 else 'have'} {_some(worst)}"
        )
    )
    return f"{outcome[:1].upper()}{outcome[1:]}: {lead}{tie}; {rest}"


def is_worst_told(row: Mapping[Any, Any]) -> bool:
    """Return whether a policy's worst world is told from noise: no worst case lies below the mean."""
    return bool(row["max_regret"] >= row["mean_regret"])


def worst_text(row: Mapping[Any, Any]) -> str:
    """Return the regret of a policy in its worst world as text, or that noise hides it."""
    return number(row["max_regret"]) if is_worst_told(row) else "lost in noise"


def _some(policies: list[str]) -> str:
    """Return the names of the first two policies, and how many more there are."""
    more = f" and {len(policies) - 2} more" if len(policies) > 2 else ""
    return f"{joined([f'“{policy}”' for policy in policies[:2]])}{more}"


def _sentence(rows: pd.DataFrame, unit: str) -> str:
    """List the policies."""
    parts = [
        f"{row['policy']}: mean regret {number(row['mean_regret'])} ({number(row['lower'])} to "
        f"{number(row['upper'])}), worst case {worst_text(row)}, satisfied in "
        f"{of_hundred(row['satisficing'])} of 100 worlds"
        for row in rows.to_dict("records")
    ]
    return f"In {unit}: {'; '.join(parts)}."


def pareto_figure(
    table: pd.DataFrame,
    context: Context,
    *,
    x: str,
    y: str,
    better: tuple[str, str],
    name: str = "pareto",
) -> Pareto:
    """Describe policies over two objectives.

    Parameters
    ----------
    table
        One row per policy: policy, x, x_lower, x_upper, y, y_lower, y_upper (means with 95 % intervals),
        is_dominated (another policy is at least as good in both and better in one).
    context
        Where the numbers come from; n counts the runs of one policy.
    x, y
        Captions of the objectives, unit included.
    better
        Which way x and y are better: "higher" or "lower".
    name
        File name.

    Raises
    ------
    DataError
        E630 to E637 for a table or word that breaks this.
    """
    for way in better:
        require_one_of(way, BETTER, what="better")
    columns = ("x", "x_lower", "x_upper", "y", "y_lower", "y_upper")
    rows = checked(table, what="Pareto", text=("policy", "is_dominated"), numbers=columns)
    require_distinct(list(rows["policy"]), what="policies")
    for axis in ("x", "y"):
        require_order(rows, f"{axis}_lower", f"{axis}_upper", what="Pareto")
    rows = rows.assign(is_dominated=as_flags(rows["is_dominated"], what="Pareto table: is_dominated"))
    rows = rows.sort_values(["is_dominated", "x"], kind="stable").reset_index(drop=True)
    title = _front_title(rows, x, y)
    return Pareto(
        name=name,
        title=title,
        measure="Means over all runs of a policy",
        unit="each objective in its own unit",
        note=(
            "Colour and line: policies that no other beats in both objectives. Grey: dominated (another is at "
            "least as good in both). Crosses: 95 % simulation error; order within it is not certain. A "
            "dominated policy without room for its name is named in the table only."
        ),
        alt=f"Scatter of {len(rows)} policies. {title}. {_points(rows, x, y)}",
        table=rows[["policy", *columns, "is_dominated"]],
        context=context,
        axes=(x, y),
        better=better,
    )


def _lower_first(text: str) -> str:
    """Return text with a small first letter."""
    return text[:1].lower() + text[1:]


def _front_title(rows: pd.DataFrame, x: str, y: str) -> str:
    """Say how many policies no other beats, and which."""
    front = [f"“{policy}”" for policy in rows["policy"][~rows["is_dominated"]]]
    about = f"{_lower_first(x).split(',')[0]} and {_lower_first(y).split(',')[0]}"
    if len(front) == 1:
        return f"Of {len(rows)} policies {front[0]} is best in both {about}"
    names = joined(front) if len(front) <= 3 else f"{', '.join(front[:2])} and {len(front) - 2} more"
    return f"{len(front)} of {len(rows)} policies are not dominated in {about}: {names}"


def _points(rows: pd.DataFrame, x: str, y: str) -> str:
    """List the policies."""
    parts = [
        f"{row['policy']} ({number(row['x'])}, {number(row['y'])}){', dominated' if row['is_dominated'] else ''}"
        for row in rows.to_dict("records")
    ]
    return f"({x}; {y}): {'; '.join(parts)}."
