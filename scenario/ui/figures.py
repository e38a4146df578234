"""A comparison -> figure descriptions: their titles, texts and numbers serve the screen and the export alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from scenario.analysis.flows import flow_against_twins
from scenario.analysis.incidence import cumulative_incidence
from scenario.analysis.paired import Paired, dots, paired_difference, paired_values
from scenario.analysis.sentence import Finding, compare_by_day
from scenario.analysis.timing import who_acts
from scenario.charts.actors import Bars, actors_figure, flow_figure
from scenario.charts.data import Context
from scenario.charts.difference import Difference, difference_figure
from scenario.charts.incidence import Incidence, SenderIncidence, incidence_figure, sender_incidence_figure
from scenario.charts.swimlane import Swimlane, swimlane_figure
from scenario.experiment.compare import RUN, Comparison
from scenario.questions.contexts import context_of_scenarios
from scenario.spec.scenario import Scenario
from scenario.ui import settings
from scenario.ui.selection import Selection

if TYPE_CHECKING:
    import pandas as pd

EVENT = "event"
"""Name of the one cause of a curve."""

Comparisons = Mapping[str, Comparison]
"""Letter of a side -> its comparison with the baseline."""


def context_of(selection: Selection, n: int, letters: Sequence[str] | None = None) -> Context:
    """Return where the numbers of a comparison come from.

    Parameters
    ----------
    selection
        What is compared.
    n
        Number of paired runs.
    letters
        The sides that are drawn; all of them unless told.
    """
    letters = list(selection.sides) if letters is None else letters
    sides = {letter: (selection.names[letter], selection.sides[letter]) for letter in letters}
    return context_of_scenarios(sides, n=n, seed=settings.SEED)


def tables_of(comparisons: Comparisons) -> dict[str, pd.DataFrame]:
    """Return the outcomes of the runs that finished on every side, by letter, in order.

    Parameters
    ----------
    comparisons
        Letter -> comparison with the baseline.
    """
    first = next(iter(comparisons.values()))
    results = {"A": first.a} | {letter: found.b for letter, found in comparisons.items()}
    if all(result.failures.empty for result in results.values()):
        return {letter: result.outcomes for letter, result in results.items()}
    runs = first.a.outcomes[RUN]
    for result in results.values():
        runs = runs.merge(result.outcomes[RUN])
    return {letter: runs.merge(result.outcomes, on=RUN) for letter, result in results.items()}


def finding(selection: Selection, comparison: Comparison, letter: str = "B") -> Finding:
    """Return the first sentence: how often the focus comes by the day, in one side against A.

    Parameters
    ----------
    selection, comparison
        What is compared, and that side's comparison with the baseline.
    letter
        The side.
    """
    table_a, table_b = comparison.paired_runs()
    column = selection.focus.column
    return compare_by_day(
        table_a[column].to_numpy(),
        table_b[column].to_numpy(),
        table_a["experiment"].to_numpy(),
        day=selection.day,
        event=selection.focus.clause,
        labels=(f"“{selection.names['A']}”", f"“{selection.names[letter]}”"),
        identical=selection.a.hash == selection.sides[letter].hash,
    )


def incidence(selection: Selection, comparisons: Comparisons) -> Incidence:
    """Return the cumulative incidence of the focus, a curve for every side."""
    tables, column = tables_of(comparisons), selection.focus.column
    return incidence_figure(
        {key: _curve(table, column, selection) for key, table in tables.items()},
        context_of(selection, len(tables["A"])),
        cause=EVENT,
        event=selection.focus.event,
        paired=_came(tables, column),
    )


def _curve(table: pd.DataFrame, column: str, selection: Selection) -> pd.DataFrame:
    """Return the cumulative incidence of one time column."""
    return cumulative_incidence(
        {EVENT: table[column].to_numpy()},
        horizon=float(selection.b.spec.horizon_days),
        experiment=table["experiment"].to_numpy(),
    )


def _came(tables: Mapping[str, pd.DataFrame], column: str) -> Paired:
    """Return the paired difference of "it came within the horizon"."""
    came = {key: table[column].notna().to_numpy() for key, table in tables.items()}
    points = tables["A"]["experiment"].to_numpy()
    return paired_difference(came["A"], came["B"], points, kind="probability", horizon=1.0)


def senders(selection: Selection, comparisons: Comparisons) -> SenderIncidence:
    """Return the cumulative incidence of each sender's first measure."""
    tables = tables_of(comparisons)
    curves = {
        sender.title: {
            key: _curve(table, f"adopted_day.{name}", selection).replace({"cause": {EVENT: "adopted"}})
            for key, table in tables.items()
        }
        for name, sender in selection.b.spec.senders.items()
    }
    return sender_incidence_figure(curves, context_of(selection, len(tables["A"])))


def difference(selection: Selection, comparison: Comparison, column: str, letter: str = "B") -> Difference:
    """Return the paired difference of an outcome, one side minus A, as 20 dots.

    Parameters
    ----------
    selection, comparison, letter
        As in `finding`.
    column
        The outcome.
    """
    table_a, table_b = comparison.paired_runs()
    declared = comparison.a.declared[column]
    values = paired_values(
        table_a[column].to_numpy(),
        table_b[column].to_numpy(),
        kind=declared.kind,
        horizon=float(selection.b.spec.horizon_days),
    )
    return difference_figure(
        dots(values),
        comparison.outcomes[column],
        context_of(selection, comparison.n, ["A", letter]),
        outcome=declared.meaning,
        unit=declared.unit,
        kind=declared.kind,
    )


def actors(selection: Selection, comparisons: Comparisons) -> Bars:
    """Return who acts when, A above the others."""
    columns = {sender.title: f"adopted_day.{name}" for name, sender in selection.b.spec.senders.items()}
    tables = {key: who_acts(table, columns) for key, table in tables_of(comparisons).items()}
    n = next(iter(comparisons.values())).n
    return actors_figure(tables, context_of(selection, n))


def flow(selection: Selection, comparisons: Comparisons) -> Bars:
    """Return the flow against its twins; the twins must have been run."""
    tables = tables_of(comparisons)
    against = {
        key: paired_difference(
            table["net_silent"].to_numpy(),
            table["quantity_net"].to_numpy(),
            table["experiment"].to_numpy(),
            kind="quantity",
            horizon=float(selection.b.spec.horizon_days),
        )
        for key, table in tables.items()
    }
    return flow_figure(
        {key: flow_against_twins(table) for key, table in tables.items()},
        context_of(selection, len(tables["A"])),
        unit=selection.b.spec.act.unit,
        paired=against,
    )


def swimlane(
    events: pd.DataFrame, selection: Selection, *, side: str, run: tuple[int, int], of: int
) -> Swimlane:
    """Return one run as lanes.

    Parameters
    ----------
    events
        Its event log as a table.
    selection, side
        What is compared, and which side the run belongs to.
    run, of
        (experiment, replication), and how many runs it was picked from.
    """
    chosen: Scenario = selection.sides[side]
    return swimlane_figure(
        events,
        context_of(selection, of),
        run=run,
        senders={name: sender.title for name, sender in chosen.spec.senders.items()},
        target=chosen.spec.target.title,
        variant=side,
    )
