"""What the runs say, in words and tables: how often, how likely, when, how often never, and what differs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenario.analysis.paired import Paired, paired_difference
from scenario.analysis.quantities import Summary, quantiles, summary
from scenario.analysis.sentence import compare_by_day, happened_by, per_hundred
from scenario.analysis.words import likelihood
from scenario.charts.wording import date_text, number, of_hundred
from scenario.report.blocks import Table

if TYPE_CHECKING:
    from scenario.report.sides import Sides

DAY = 90
"""Day by which the first sentences count, or the horizon where that is earlier."""


@dataclass(frozen=True)
class Event:
    """A time outcome that a briefing tells: its column, a clause in the present tense, and a noun."""

    column: str
    clause: str
    noun: str


EVENTS = (
    Event("attribution_day", "the act is officially attributed", "official attribution"),
    Event("first_announced_day", "linked measures are announced", "first measure announced"),
    Event("first_adopted_day", "linked measures are adopted", "first measure adopted"),
    Event("first_in_force_day", "linked measures are in force", "first measure in force"),
    Event("first_pause_day", "the target pauses", "first pause by the target"),
)

CONSEQUENCES = (
    *("joint_adoption", "acted_within_30d", "measures", "false_alarm", "missed", "rightly_held_back"),
    *("days_pausing", "quantity_shipped", "quantity_net", "averted_by_measures_net", "averted_by_words_net"),
    *("behavioural_stop", "retaliations"),
)
"""Outcomes told beside the events."""

BANDS = ("none", "low", "moderate", "high", "severe")
"""Words for the bands 0 to 4 of a cost."""


def first_sentences(sides: Sides) -> list[str]:
    """Return the finding for attribution and for the first measure, by an early day."""
    day = min(DAY, sides.horizon)
    if len(sides.names) > 2:
        return [_row_sentence(sides, event, day) for event in (EVENTS[0], EVENTS[2])]
    return [
        _sentence(sides, event, key, day) for event in (EVENTS[0], EVENTS[2]) for key in sides.comparisons
    ]


def _sentence(sides: Sides, event: Event, key: str, day: float) -> str:
    """Return one finding with its count, word, range and simulation error."""
    a, b = sides.tables["A"], sides.tables[key]
    if not any(np.isfinite(table[event.column]).any() for table in (a, b)):
        who = f"“{sides.names[key]}” and “{sides.names['A']}”"
        return f"In no run of {who} does it happen that {event.clause} within {sides.horizon:g} days."
    found = compare_by_day(
        a[event.column].to_numpy(),
        b[event.column].to_numpy(),
        a["experiment"].to_numpy(),
        day=day,
        event=event.clause,
        labels=(f"“{sides.names['A']}”", f"“{sides.names[key]}”"),
        identical=sides.scenarios["A"].hash == sides.scenarios[key].hash,
    )
    return f"{found.text} ({signed(found.note)})"


def _row_sentence(sides: Sides, event: Event, day: float) -> str:
    """Return one finding over several variants: count, word and range of each, and its difference from A."""
    came = {key: happened_by(table[event.column].to_numpy(), day) for key, table in sides.tables.items()}
    experiment, parts = sides.tables["A"]["experiment"].to_numpy(), []
    for key, hits in came.items():
        share = float(hits.mean())
        told = f"{key}, “{sides.names[key]}”: {per_hundred(share)} runs, {likelihood(share)}"
        if key != "A":
            found = paired_difference(came["A"], hits, experiment, kind="probability", horizon=day)
            told += f", {_points(found)}"
        parts.append(told)
    return f"How often {event.clause} within {day:g} days: {'; '.join(parts)}."


def _points(found: Paired) -> str:
    """Return a difference of shares from A in points, or that it cannot be told."""
    if found.differ == 0:
        return "the same as A in every run"
    if found.noise:
        return f"not distinguishable from A at n = {found.n:,}"
    middle, low, high = (f"{100 * value:+.1f}" for value in (found.difference, *found.interval))
    return signed(f"{middle} points against A (95 % simulation interval {low} to {high})")


def signed(text: str) -> str:
    """Return a text whose negative numbers carry a true minus.

    >>> signed("twenty-one, -1.5 to +2.0")
    'twenty-one, −1.5 to +2.0'
    """
    return re.sub(r"(?<![\w\d])-(?=\d)", "−", text)


def never_sentence(sides: Sides) -> str:
    """Return how often no measure comes at all, under every variant."""
    parts = []
    for key, table in sides.tables.items():
        share = float(np.isnan(table["first_adopted_day"].to_numpy()).mean())
        parts.append(f"{per_hundred(share)} runs under {key}, {likelihood(share)}")
    return f"No linked measure is adopted within {sides.horizon:g} days in {'; '.join(parts)}."


def events_table(sides: Sides) -> Table:
    """Return how often each event comes, the word for it, when, and how often it never comes."""
    rows = [
        (
            event.noun,
            key,
            *_event_cells(sides, table[event.column].to_numpy(), table["experiment"].to_numpy()),
        )
        for event in EVENTS
        for key, table in sides.tables.items()
    ]
    head = (
        *("Event", "", f"within {sides.horizon:g} days, of 100 runs (95 % interval)"),
        *("in words", "median day (5–95 %)", "never, of 100 runs"),
    )
    return Table(
        f"How often, how likely and when. Days after {date_text(sides.context().as_of, 0)}; runs in which the "
        "event never comes count in the median and in the range. Intervals: simulation error.",
        head,
        tuple(rows),
        wide=(),
    )


def _event_cells(sides: Sides, days: np.ndarray, experiment: np.ndarray) -> tuple[str, str, str, str]:
    """Return count, word, quantiles and never-share of one event under one variant."""
    hits = happened_by(days, sides.horizon)
    share = summary(hits, experiment, kind="probability", unit="probability", horizon=sides.horizon)
    low, middle, high = (_day(day) for day in quantiles(days, [0.05, 0.5, 0.95], never=True))
    return (
        _share(share),
        str(likelihood(share.estimate)),
        f"{middle} ({low}–{high})",
        of_hundred(1 - share.estimate),
    )


def _share(found: Summary) -> str:
    """Return a share of 100 runs with its interval."""
    low, high = (f"{100 * end:.0f}" if end == end else "?" for end in found.interval)
    return f"{of_hundred(found.estimate)} ({low}–{high})"


def _day(day: float | None) -> str:
    """Return a day, or never."""
    return "never" if day is None else f"{day:.0f}"


def differences_table(sides: Sides, key: str, outcomes: Sequence[str] = ()) -> Table:
    """Return the paired differences of a variant from A, noise marked as such; bands have none (`bands_table`)."""
    comparison, rows = sides.comparisons[key], []
    for name in outcomes or (*(event.column for event in EVENTS), *CONSEQUENCES):
        if name not in comparison.outcomes or comparison.a.declared[name].kind == "band":
            continue
        declared, found = comparison.a.declared[name], comparison.outcomes[name]
        scale = 100 if declared.kind == "probability" else 1
        unit = (
            "of 100 runs"
            if declared.kind == "probability"
            else "days"
            if declared.unit == "day"
            else declared.unit
        )
        a, b = (number(scale * value) for value in (found.a, found.b))
        meaning = (
            f"{declared.meaning}{' (mean, never counts as the horizon)' if declared.kind == 'time' else ''}"
        )
        rows.append((meaning, a, b, _change(found, scale), of_hundred(found.differ), unit))
    return Table(
        f"{key} against A, run by run under the same luck. In brackets: 95 % simulation interval of the mean.",
        ("Outcome", "A", key, f"{key} − A", "runs of 100 that differ", "unit"),
        tuple(rows),
    )


def _change(found: Paired, scale: float) -> str:
    """Return a difference with its interval, or that it cannot be told."""
    if found.differ == 0:
        return "the same in every run"
    if found.noise:
        return f"not distinguishable at n = {found.n:,}"
    low, high = (number(scale * end, sign=True) for end in found.interval)
    return f"{number(scale * found.difference, sign=True)} ({low} to {high})"


def bands_table(sides: Sides) -> Table:
    """Return in how many runs of 100 each cost falls into each band, and in how many it is another than under A."""
    declared = sides.results["A"].declared
    rows = [
        (declared[name].meaning.split(",")[0].capitalize(), key, *_band_cells(sides, name, key))
        for name in band_outcomes(sides)
        for key in sides.tables
    ]
    head = [f"{band} {word}" for band, word in enumerate(BANDS)]
    return Table(
        "Costs by band, runs of 100. Bands order and do not add up: no mean of them is told.",
        ("Cost", "", *head, "higher than under A", "lower than under A"),
        tuple(rows),
    )


def band_outcomes(sides: Sides) -> list[str]:
    """Return the names of the outcomes that are bands."""
    return [name for name, declared in sides.results["A"].declared.items() if declared.kind == "band"]


def _band_cells(sides: Sides, name: str, key: str) -> tuple[str, ...]:
    """Return the share of each band of one cost under one variant, and of the runs above and below A."""
    a, bands = (sides.tables[side][name].to_numpy() for side in ("A", key))
    shares = [of_hundred(float((bands == band).mean())) for band in range(len(BANDS))]
    against = ["–"] * 2 if key == "A" else [of_hundred(float(part.mean())) for part in (bands > a, bands < a)]
    return (*shares, *against)


def flow_sentence(sides: Sides, key: str) -> str:
    """Return what a variant changes in the net flow."""
    found = sides.comparisons[key].outcomes["quantity_net"]
    unit = sides.scenarios["A"].spec.act.unit
    who = f"“{sides.names[key]}”"
    if found.differ == 0:
        return f"The net flow by the horizon is the same in every run of {who} and of A."
    if found.noise:
        return (
            f"The net flow by the horizon, {number(found.b)} {unit} on average under {who}, is not distinguishable "
            f"from A’s {number(found.a)} at n = {found.n:,}; it differs in {per_hundred(found.differ)} runs."
        )
    low, high = (number(end, sign=True) for end in found.interval)
    return (
        f"The net flow by the horizon, {number(found.a)} {unit} on average under A, changes by "
        f"{number(found.difference, sign=True)} under {who} (95 % simulation interval {low} to {high}): a difference "
        "inside the model, not a measured effect."
    )
