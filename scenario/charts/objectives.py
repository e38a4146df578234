"""Policies over several objectives before drawing: every objective a panel, every policy a row.

Two objectives against each other are a scatter (`policies.pareto_figure`). Dominance comes from `analysis`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenario.charts.columns import as_flags, checked, require_distinct, require_one_of, require_order
from scenario.charts.data import Context, FigureData
from scenario.charts.policies import BETTER
from scenario.charts.wording import joined, number
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

MOST = 6
"""Largest number of objectives that a sheet has room for."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Objectives(FigureData):
    """Rows of policies over panels of objectives, those that no other dominates first.

    Parameters
    ----------
    policies, objectives
        Names in drawing order.
    """

    policies: tuple[str, ...]
    objectives: tuple[str, ...]


def objectives_figure(table: pd.DataFrame, context: Context, *, name: str = "pareto") -> Objectives:
    """Describe policies over several objectives.

    Parameters
    ----------
    table
        One row per policy and objective: policy, objective (its meaning), unit, better ("higher" or "lower"), mean,
        lower, upper (95 %), is_dominated (another policy is at least as good in every objective and better in one).
    context
        Where the numbers come from; n counts the runs of one policy.
    name
        File name.

    Raises
    ------
    DataError
        E630 to E637 for a table that breaks this, E655 for too few or too many objectives, or a policy without one.
    """
    rows = checked(
        table,
        what="objectives",
        text=("policy", "objective", "unit", "better", "is_dominated"),
        numbers=("mean", "lower", "upper"),
    )
    require_order(rows, "lower", "upper", what="objectives")
    for way in rows["better"]:
        require_one_of(way, BETTER, what="better")
    rows = rows.assign(is_dominated=as_flags(rows["is_dominated"], what="objectives table: is_dominated"))
    objectives = tuple(dict.fromkeys(rows["objective"]))
    require_distinct([f"{row.policy} / {row.objective}" for row in rows.itertuples()], what="rows")
    first = rows[rows["objective"] == objectives[0]].sort_values("is_dominated", kind="stable")
    policies = tuple(first["policy"])
    _require_full(rows, policies, objectives)
    rows = (
        rows.set_index(["policy", "objective"])
        .loc[[(p, o) for p in policies for o in objectives]]
        .reset_index()
    )
    front = [f"“{policy}”" for policy in first["policy"][~first["is_dominated"]]]
    title = _title(front, len(policies), len(objectives))
    return Objectives(
        name=name,
        title=title,
        measure="Means over all runs of a policy, objective by objective",
        unit="each objective in its own unit",
        note=(
            "A panel per objective, its scale in its own unit; the arrow points to the better side. Colour: policies "
            "that no other beats in all objectives. Grey: dominated (another is at least as good in all). Lines: 95 % "
            "simulation error; who dominates whom is not certain within it."
        ),
        alt=f"Dots with intervals for {len(policies)} policies in {len(objectives)} panels. {title}. {_points(rows)}",
        table=rows,
        context=context,
        policies=policies,
        objectives=objectives,
    )


def _require_full(rows: pd.DataFrame, policies: tuple[str, ...], objectives: tuple[str, ...]) -> None:
    """Refuse a table in which a policy lacks an objective, and more objectives than there is room for."""
    if not 2 <= len(objectives) <= MOST:
        rule = f"objectives must be 2 to {MOST}"
        raise DataError(Problem(rule=rule, got=str(len(objectives)), code="E655"))
    if len(rows) != len(policies) * len(objectives):
        rule = "objectives must have one row per policy and objective"
        got = f"{len(rows)} rows for {len(policies)} policies and {len(objectives)} objectives"
        raise DataError(Problem(rule=rule, got=got, code="E655"))


def _title(front: list[str], n_policies: int, n_objectives: int) -> str:
    """Say how many policies no other beats, and which."""
    if len(front) == 1:
        return f"Of {n_policies} policies {front[0]} is best in all {n_objectives} objectives"
    names = joined(front) if len(front) <= 3 else f"{', '.join(front[:2])} and {len(front) - 2} more"
    return f"{len(front)} of {n_policies} policies are not dominated over {n_objectives} objectives: {names}"


def _points(rows: pd.DataFrame) -> str:
    """List the policies with their means."""
    parts = []
    for policy, some in rows.groupby("policy", sort=False):
        told = ", ".join(
            f"{row['objective']} {number(row['mean'])} {row['unit']}" for row in some.to_dict("records")
        )
        parts.append(f"{policy}{' (dominated)' if some['is_dominated'].iloc[0] else ''}: {told}")
    return f"{'; '.join(parts)}."
