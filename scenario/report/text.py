"""Tables for the terminal: what Typer's commands print when nobody asked for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scenario.analysis.counted import QUANTILE_ERROR, Counted
from scenario.analysis.paired import Paired
from scenario.analysis.quantities import Summary
from scenario.experiment.compare import Comparison
from scenario.experiment.narrative import Line
from scenario.experiment.stream_summary import NOT_AVAILABLE, StreamSummary
from scenario.experiment.summary import ResultSummary
from scenario.spec.register import Change

if TYPE_CHECKING:
    from scenario.questions.answer import Answer

HEADLINES = (
    "attributed",
    "attribution_day",
    "first_warning_day",
    "responded",
    "first_announced_day",
    "first_adopted_day",
    "first_in_force_day",
    "joint_adoption",
    "acted_within_30d",
    "measures",
    "justified",
    "premature",
    "false_alarm",
    "missed",
    "rightly_held_back",
    "peak_pressure",
    "days_pausing",
    "quantity_shipped",
    "quantity_net",
    "averted_by_measures_net",
    "averted_by_words_net",
    "behavioural_stop",
    "retaliations",
    "cost_target",
    "cost_senders",
)
"""The outcomes a first look shows; `--all` shows the others as well."""

BAND = "band"
"""The unit of ordinal outcomes."""

DISCLAIMER = "Model output under the stated assumptions, not a forecast of what any state will do."


def show_answer(console: Console, answer: Answer, *, n_rows: int = 15) -> None:
    """Print an answer: its sentences, then the first rows of its table."""
    console.print(f"[bold]{escape(answer.question)}[/]")
    for sentence in answer.sentences:
        console.print(escape(sentence))
    columns = [str(name) for name in answer.table.columns if name != "path"]
    table = _table(*columns)
    for row in answer.table[columns].head(n_rows).to_dict("records"):
        table.add_row(*(escape(_cell(value)) for value in row.values()))
    console.print(table)
    if len(answer.table) > n_rows:
        console.print(f"{len(answer.table) - n_rows} more rows with -o DIR or --json.")
    console.print(DISCLAIMER)


def _cell(value: Any) -> str:
    """Return a cell as text: three figures of a number."""
    if isinstance(value, bool) or not isinstance(value, float):
        return str(value)
    return "-" if value != value else f"{value:.3g}"


def show_summary(console: Console, summary: ResultSummary, *, everything: bool = False) -> None:
    """Print a result: outcomes, rates beside history, and where the spread comes from."""
    result = summary.result
    console.print(
        f"[bold]{escape(result.scenario.spec.title)}[/] - variant {escape(result.scenario.variant)}"
    )
    table = _table(
        "outcome", "estimate", "95 % interval", "5 / 50 / 95 %", "never", "unit", "parameters / fact / luck"
    )
    for name in _shown(summary.outcomes, everything):
        found = summary.outcomes[name]
        share = summary.variance.get(name)
        table.add_row(
            *_estimate(name, found, found.quantiles, unit=found.unit),
            escape(found.unit),
            ""
            if share is None
            else " / ".join(percent(x) for x in (share.parameters, share.fact, share.luck)),
        )
    console.print(table)
    console.print(
        "[dim]Shares of variance are estimates: below 0 or above 100 % is the estimator's noise.[/]"
    )
    _show_rates(console, summary)
    console.print(_footer(result.n, result.settings.seed, result.scenario.hash, len(result.failures)))


def show_stream(console: Console, summary: StreamSummary, *, everything: bool = False) -> None:
    """Print what the runs say that were counted but not kept: outcomes, and how exact the quantiles are."""
    scenario = summary.scenario
    console.print(f"[bold]{escape(scenario.spec.title)}[/] - variant {escape(scenario.variant)}")
    table = _table("outcome", "estimate", "95 % interval", "5 / 50 / 95 %", "never", "unit")
    for name in _shown(summary.outcomes, everything):
        found = summary.outcomes[name]
        quantiles = {level: None if q is None else q.value for level, q in found.quantiles.items()}
        unit = summary.declared[name].unit
        table.add_row(*_estimate(name, found, quantiles, unit=unit), escape(unit))
    console.print(table)
    console.print(f"[dim]{QUANTILE_ERROR}\n{NOT_AVAILABLE}[/]")
    console.print(_footer(summary.n, summary.settings.seed, scenario.hash, len(summary.failures)))


def _estimate(
    name: str, found: Summary | Counted, quantiles: Mapping[str, float | None], *, unit: str
) -> list[str]:
    """Return the cells that say how an outcome is distributed; a band has quantiles but no mean."""
    return [
        name,
        *(("-", "-") if unit == BAND else (number(found.estimate), _interval(found.interval))),
        " / ".join(number(quantiles[level], never="never") for level in ("5", "50", "95")),
        "" if found.never is None else percent(found.never),
    ]


def _show_rates(console: Console, summary: ResultSummary) -> None:
    """Print implied rates beside historical ones."""
    table = _table("implied rate", "implied", "history", "bounds", "inside", "n")
    for rate in summary.rates.values():
        if rate.implied is not None:
            inside = "yes" if rate.inside else "no"
            table.add_row(
                rate.title,
                number(rate.implied),
                number(rate.historical),
                _interval(rate.bounds),
                inside,
                str(rate.n),
            )
    console.print(table)
    console.print(
        "[dim]Rates outside their bounds are explained, with what was tuned, in docs/validation.md.[/]"
    )


def show_changes(console: Console, changed: Sequence[Change]) -> None:
    """Print what differs between two scenarios."""
    table = _table("changed", "A", "B", "unit")
    for change in changed:
        table.add_row(change.path, escape(plain(change.a)), escape(plain(change.b)), escape(change.unit))
    console.print(table if changed else "No difference by design: A and B are the same scenario.")


def show_comparison(
    console: Console, comparison: Comparison, names: tuple[str, str], *, everything: bool = False
) -> None:
    """Print a comparison: what changed, and the paired differences."""
    console.print(f"[bold]{escape(comparison.a.scenario.spec.title)}[/]\nA = {names[0]}, B = {names[1]}")
    show_changes(console, comparison.changed)
    table = _table("outcome", "A", "B", "B - A", "95 % interval", "differ", "unit", "")
    for name in _shown(comparison.outcomes, everything):
        paired, unit = comparison.outcomes[name], comparison.a.declared[name].unit
        note = (
            "[dim]same in every run[/]"
            if paired.differ == 0
            else "[dim]not distinguishable[/]"
            if paired.noise and unit != BAND
            else ""
        )
        table.add_row(name, *_difference(paired, unit), percent(paired.differ), escape(unit), note)
    console.print(table)
    failures = len(comparison.a.failures) + len(comparison.b.failures)
    hashes = f"{comparison.a.scenario.hash[:12]} / {comparison.b.scenario.hash[:12]}"
    console.print(_footer(comparison.n, comparison.a.settings.seed, hashes, failures))


def _difference(paired: Paired, unit: str) -> tuple[str, str, str, str]:
    """Return A, B, the difference and its interval; bands have an order but no distance, so only how many moved."""
    if unit == BAND:
        return "-", "-", f"{percent(paired.higher)} up", f"{percent(paired.lower)} down"
    ends = _interval(paired.interval)
    return number(paired.a), number(paired.b), number(paired.difference, sign=True), ends


def show_trace(console: Console, lines: Iterable[Line], *, everything: bool = False) -> None:
    """Print one run in words."""
    for line in lines:
        if everything or not line.is_routine:
            console.print(f"[cyan]{line.date}[/] day {line.time:6.1f}  {escape(line.text)}", highlight=False)
            if line.cause:
                console.print(f"{'':23}[dim]because: {escape(line.cause)}[/]", highlight=False)


# ---- cells -------------------------------------------------------------------------------------------


def number(value: float | None, *, sign: bool = False, never: str = "-") -> str:
    """Return a number with three digits that matter; "-" (or `never`) where there is none."""
    if value is None or value != value:
        return never
    if value == 0:
        return "0"
    text = f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"
    return f"+{text}" if sign and value > 0 else text


def percent(share: float) -> str:
    """Return a share in per cent."""
    if share != share:
        return "-"
    return "<1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


def plain(value: Any) -> str:
    """Return a parameter value as short text."""
    if isinstance(value, Mapping):
        return ", ".join(
            f"{key} {plain(item)}" for key, item in value.items() if key not in ("why", "status", "evidence")
        )
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(plain(item) for item in value) + "]"
    return number(value) if isinstance(value, float) else str(value)


def _interval(ends: tuple[float, float]) -> str:
    """Return an interval as text."""
    return f"{number(ends[0])} to {number(ends[1])}"


def _shown(names: Iterable[str], everything: bool) -> list[str]:
    """Return the outcomes to print, those of a first look unless everything is asked for."""
    known = list(names)
    return known if everything else [name for name in HEADLINES if name in known]


def _table(*columns: str) -> Table:
    """Return an empty table in the house look: no box, numbers to the right."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for index, column in enumerate(columns):
        table.add_column(column, justify="left" if index == 0 or column in ("unit", "") else "right")
    return table


def _footer(n: int, seed: int, scenario_hash: str, failures: int) -> str:
    """Return the line that says how much simulation stands behind the numbers."""
    failed = f", {failures} runs failed" if failures else ""
    return f"[dim]n = {n:,} runs{failed}, seed {seed}, scenario {scenario_hash[:27]}. {DISCLAIMER}[/]"
