"""The figures of a comparison and of one run: from results through `analysis` to figure descriptions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from scenario import __version__
from scenario.analysis.flows import flow_against_twins
from scenario.analysis.incidence import cumulative_incidence
from scenario.analysis.paired import Paired, dots, paired_difference, paired_values
from scenario.analysis.timing import who_acts
from scenario.charts.actors import actors_figure, flow_figure
from scenario.charts.data import Context, FigureData
from scenario.charts.difference import difference_figure
from scenario.charts.export import export
from scenario.charts.incidence import incidence_figure, sender_incidence_figure
from scenario.charts.swimlane import swimlane_figure
from scenario.experiment.chunk import event_table
from scenario.experiment.compare import Comparison
from scenario.experiment.run import replay
from scenario.spec.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

HEADLINE = "first_adopted_day"
"""The outcome whose paired difference is drawn unless another is named."""


def context_of(comparison: Comparison) -> Context:
    """Return where the numbers of a comparison come from."""
    sides = {"A": comparison.a.scenario, "B": comparison.b.scenario}
    spec = comparison.a.scenario.spec
    return Context(
        place=spec.title,
        as_of=spec.as_of,
        horizon_days=float(spec.horizon_days),
        n=comparison.n,
        seed=comparison.a.settings.seed,
        version=__version__,
        names={key: title_of(side) for key, side in sides.items()},
        hashes={key: side.hash for key, side in sides.items()},
    )


def title_of(scenario: Scenario) -> str:
    """Return the title of a scenario's variant, marked where the user changed numbers as well."""
    variant = scenario.spec.variants.get(scenario.variant)
    title = variant.title if variant is not None else "Base case"
    changed = len(scenario.overrides) + len(scenario.without)
    return f"{title} ({changed} changed)" if changed else title


def figures_of(comparison: Comparison, *, outcome: str = HEADLINE) -> list[FigureData]:
    """Return the figures of a comparison.

    Parameters
    ----------
    comparison
        With twins, or the flow figure is left out.
    outcome
        The outcome whose paired difference is drawn as 20 dots.
    """
    context = context_of(comparison)
    tables = dict(zip("AB", comparison.paired_runs(), strict=True))
    figures: list[FigureData] = [
        _attribution(comparison, tables, context),
        _senders(comparison, tables, context),
        _difference(comparison, tables, context, outcome),
        _actors(comparison, tables, context),
    ]
    if comparison.a.settings.twins and comparison.b.settings.twins:
        figures.append(_flow(comparison, tables, context))
    return figures


def run_figure(scenario: Scenario, *, experiment: int, replication: int, seed: int) -> FigureData:
    """Return the swimlanes of one run, replayed."""
    _, events = replay(scenario, experiment=experiment, replication=replication, seed=seed)
    spec = scenario.spec
    context = Context(
        place=spec.title,
        as_of=spec.as_of,
        horizon_days=float(spec.horizon_days),
        n=1,
        seed=seed,
        version=__version__,
        names={"A": title_of(scenario)},
        hashes={"A": scenario.hash},
    )
    return swimlane_figure(
        event_table([(experiment, replication, events)]),
        context,
        run=(experiment, replication),
        senders={name: sender.title for name, sender in spec.senders.items()},
        target=spec.target.title,
    )


def write_figures(comparison: Comparison, folder: Path, *, size: str = "report") -> list[Path]:
    """Write all figures of a comparison, and the run that stands in the middle of it; return the paths."""
    figures = [*figures_of(comparison), _typical_run(comparison)]
    return [path for figure in figures for path in export(figure, folder, size=size)]


def middle_run(outcomes: pd.DataFrame, outcome: str = HEADLINE) -> tuple[int, int]:
    """Return the run whose value of an outcome is the median one (never counts as largest), the first in order."""
    values = outcomes[outcome].fillna(np.inf)
    middle = values.sort_values(kind="stable").index[(len(values) - 1) // 2]
    row = outcomes.loc[middle]
    return int(row["experiment"]), int(row["replication"])


# ---- one figure each ---------------------------------------------------------------------------------


def _attribution(comparison: Comparison, tables: dict[str, pd.DataFrame], context: Context) -> FigureData:
    """Describe the cumulative incidence of attribution; dismissed where no attribution ever came."""
    return incidence_figure(
        {key: attribution_curves(table, horizon=context.horizon_days) for key, table in tables.items()},
        context,
        paired=comparison.outcomes["attributed"],
    )


def attribution_curves(table: pd.DataFrame, *, horizon: float) -> pd.DataFrame:
    """Return the cumulative incidence of attribution, of dismissal without attribution, and of nothing."""
    attributed = table["attribution_day"].to_numpy()
    dismissed = np.where(np.isnan(attributed), table["dismissal_day"].to_numpy(), np.nan)
    return cumulative_incidence(
        {"attributed": attributed, "dismissed": dismissed},
        horizon=horizon,
        experiment=table["experiment"].to_numpy(),
    )


def _senders(comparison: Comparison, tables: dict[str, pd.DataFrame], context: Context) -> FigureData:
    """Describe each sender's first measure."""
    return sender_incidence_figure(
        {
            sender.title: {
                key: cumulative_incidence(
                    {"adopted": table[f"adopted_day.{name}"].to_numpy()},
                    horizon=context.horizon_days,
                    experiment=table["experiment"].to_numpy(),
                )
                for key, table in tables.items()
            }
            for name, sender in comparison.a.scenario.spec.senders.items()
        },
        context,
    )


def _difference(
    comparison: Comparison, tables: dict[str, pd.DataFrame], context: Context, outcome: str
) -> FigureData:
    """Describe the paired difference of one outcome."""
    declared = comparison.a.declared[outcome]
    values = paired_values(
        tables["A"][outcome].to_numpy(),
        tables["B"][outcome].to_numpy(),
        kind=declared.kind,
        horizon=context.horizon_days,
    )
    return difference_figure(
        dots(values),
        comparison.outcomes[outcome],
        context,
        outcome=declared.meaning,
        unit=declared.unit,
        kind=declared.kind,
    )


def _actors(comparison: Comparison, tables: dict[str, pd.DataFrame], context: Context) -> FigureData:
    """Describe who acts when."""
    columns = {
        sender.title: f"adopted_day.{name}" for name, sender in comparison.a.scenario.spec.senders.items()
    }
    return actors_figure({key: who_acts(table, columns) for key, table in tables.items()}, context)


def _flow(comparison: Comparison, tables: dict[str, pd.DataFrame], context: Context) -> FigureData:
    """Describe the net flow in fact and in the twins."""
    return flow_figure(
        {key: flow_against_twins(table) for key, table in tables.items()},
        context,
        unit=comparison.a.scenario.spec.act.unit,
        paired={key: _against_silence(table, context) for key, table in tables.items()},
    )


def _against_silence(table: pd.DataFrame, context: Context) -> Paired:
    """Return the paired difference of the net flow, in fact minus in the silent twin."""
    return paired_difference(
        table["net_silent"].to_numpy(),
        table["quantity_net"].to_numpy(),
        table["experiment"].to_numpy(),
        kind="quantity",
        horizon=context.horizon_days,
    )


def _typical_run(comparison: Comparison) -> FigureData:
    """Describe the run of B in the middle of the headline outcome."""
    experiment, replication = middle_run(comparison.b.outcomes)
    seed = comparison.b.settings.seed
    return run_figure(comparison.b.scenario, experiment=experiment, replication=replication, seed=seed)
