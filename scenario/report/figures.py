"""The figures of a comparison and of one run: from results through `analysis` to figure descriptions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from scenario.analysis.flows import flow_against_twins
from scenario.analysis.incidence import cumulative_incidence
from scenario.analysis.paired import Paired, dots, paired_difference, paired_values
from scenario.analysis.timing import who_acts
from scenario.charts.actors import actors_figure, flow_figure
from scenario.charts.data import FigureData
from scenario.charts.difference import difference_figure
from scenario.charts.export import export
from scenario.charts.incidence import incidence_figure, sender_incidence_figure
from scenario.charts.swimlane import swimlane_figure
from scenario.experiment.chunk import event_table
from scenario.experiment.compare import Comparison
from scenario.experiment.run import replay
from scenario.questions.contexts import context_of_scenarios, title_of
from scenario.report.sides import Sides, sides_of
from scenario.spec.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

HEADLINE = "first_adopted_day"
"""The outcome whose paired difference is drawn unless another is named."""

CHOICES: Mapping[str, str] = MappingProxyType(
    {
        "incidence": "Official attribution, by day",
        "senders": "Each sender’s first measure, by day",
        "difference": "Paired difference of the first measure’s day",
        "actors": "Who acts when",
        "flow": "Net flow against its twins",
        "drivers": "What drives the difference",
        "run": "One run, the one in the middle",
    }
)
"""Name of a figure, or of one figure per further variant -> what it shows."""


def figures_of(comparison: Comparison, *, outcome: str = HEADLINE) -> list[FigureData]:
    """Return the figures of a comparison.

    Parameters
    ----------
    comparison
        With twins, or the flow figure is left out.
    outcome
        The outcome whose paired difference is drawn as 20 dots.
    """
    sides = sides_of({"A": comparison.a, "B": comparison.b})
    names = ("incidence", "senders", "difference", "actors", "flow")
    return [figure for name in names for figure in drawn(sides, name, outcome=outcome)]


def drawn(sides: Sides, name: str, *, outcome: str = HEADLINE) -> list[FigureData]:
    """Return the figures of one name: one, or one per variant that is compared with A.

    Parameters
    ----------
    sides
        The results. Without twins there is no flow figure.
    name
        One of `CHOICES` but "drivers", which needs runs of its own (see `report.drivers`).
    outcome
        The outcome whose paired difference is drawn.
    """
    if name == "difference":
        return [_difference(sides, key, outcome) for key in sides.comparisons]
    if name == "flow" and not sides.has_twins:
        return []
    return [_ONE[name](sides)]


def run_figure(
    scenario: Scenario,
    *,
    experiment: int,
    replication: int,
    seed: int,
    variant: str = "A",
    n: int = 1,
    picked: str = "",
) -> FigureData:
    """Return the swimlanes of one run, replayed.

    Parameters
    ----------
    scenario, experiment, replication, seed
        Which run.
    variant
        Letter of the scenario in a comparison.
    n, picked
        From how many runs it was picked, and how.
    """
    _, events = replay(scenario, experiment=experiment, replication=replication, seed=seed)
    spec = scenario.spec
    context = context_of_scenarios({variant: (title_of(scenario), scenario)}, n=n, seed=seed)
    return swimlane_figure(
        event_table([(experiment, replication, events)]),
        context,
        run=(experiment, replication),
        senders={name: sender.title for name, sender in spec.senders.items()},
        target=spec.target.title,
        variant=variant,
        picked=picked,
    )


def write_figures(comparison: Comparison, folder: Path, *, size: str = "report") -> list[Path]:
    """Write all figures of a comparison, and the run that stands in the middle of it; return the paths."""
    figures = [*figures_of(comparison), _typical_run(sides_of({"A": comparison.a, "B": comparison.b}))]
    return [path for figure in figures for path in export(figure, folder, size=size)]


def middle_run(outcomes: pd.DataFrame, outcome: str = HEADLINE) -> tuple[int, int]:
    """Return the run whose value of an outcome is the median one (never counts as largest), the first in order."""
    values = outcomes[outcome].fillna(np.inf)
    middle = values.sort_values(kind="stable").index[(len(values) - 1) // 2]
    row = outcomes.loc[middle]
    return int(row["experiment"]), int(row["replication"])


# ---- one figure each ---------------------------------------------------------------------------------


def _attribution(sides: Sides) -> FigureData:
    """Describe the cumulative incidence of attribution; dismissed where no attribution ever came."""
    return incidence_figure(
        {key: attribution_curves(table, horizon=sides.horizon) for key, table in sides.tables.items()},
        sides.context(),
        paired=sides.comparisons["B"].outcomes["attributed"],
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


def _senders(sides: Sides) -> FigureData:
    """Describe each sender's first measure."""
    return sender_incidence_figure(
        {
            sender.title: {
                key: cumulative_incidence(
                    {"adopted": table[f"adopted_day.{name}"].to_numpy()},
                    horizon=sides.horizon,
                    experiment=table["experiment"].to_numpy(),
                )
                for key, table in sides.tables.items()
            }
            for name, sender in sides.scenarios["A"].spec.senders.items()
        },
        sides.context(),
    )


def _difference(sides: Sides, key: str, outcome: str) -> FigureData:
    """Describe the paired difference of one outcome between a variant and A."""
    declared, tables = sides.results["A"].declared[outcome], sides.tables
    values = paired_values(
        tables["A"][outcome].to_numpy(),
        tables[key][outcome].to_numpy(),
        kind=declared.kind,
        horizon=sides.horizon,
    )
    return difference_figure(
        dots(values),
        sides.comparisons[key].outcomes[outcome],
        sides.context("A", key),
        outcome=declared.meaning,
        unit=declared.unit,
        kind=declared.kind,
        name="difference" if key == "B" else f"difference-{key.lower()}",
    )


def _actors(sides: Sides) -> FigureData:
    """Describe who acts when."""
    senders = sides.scenarios["A"].spec.senders
    columns = {sender.title: f"adopted_day.{name}" for name, sender in senders.items()}
    return actors_figure(
        {key: who_acts(table, columns) for key, table in sides.tables.items()}, sides.context()
    )


def _flow(sides: Sides) -> FigureData:
    """Describe the net flow in fact and in the twins."""
    return flow_figure(
        {key: flow_against_twins(table) for key, table in sides.tables.items()},
        sides.context(),
        unit=sides.scenarios["A"].spec.act.unit,
        paired={key: _against_silence(table, sides.horizon) for key, table in sides.tables.items()},
    )


def _against_silence(table: pd.DataFrame, horizon: float) -> Paired:
    """Return the paired difference of the net flow, in fact minus in the silent twin."""
    return paired_difference(
        table["net_silent"].to_numpy(),
        table["quantity_net"].to_numpy(),
        table["experiment"].to_numpy(),
        kind="quantity",
        horizon=horizon,
    )


def _typical_run(sides: Sides) -> FigureData:
    """Describe the run of B in the middle of the headline outcome."""
    experiment, replication = middle_run(sides.tables["B"])
    return run_figure(
        sides.scenarios["B"],
        experiment=experiment,
        replication=replication,
        seed=sides.seed,
        variant="B",
        n=sides.n,
        picked="the middle one by its first measure",
    )


_ONE: Mapping[str, Callable[[Sides], FigureData]] = {
    "incidence": _attribution,
    "senders": _senders,
    "actors": _actors,
    "flow": _flow,
    "run": _typical_run,
}
