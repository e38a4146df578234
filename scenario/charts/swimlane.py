"""Figure 4 before drawing: one run as lanes (actors), bars (states) and marks (events)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenario.charts.data import Context, FigureData
from scenario.charts.wording import date_text
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

POLICIES = ("persists", "pauses", "escalates")
"""What the target does, by the value of its policy events."""

OTHER_CLASS = "another class"
"""Subject of a shipment that is not what the allegation is about."""

ACT, CHANNELS, FORUMS = "Act", "Channels", "Forums"

SENDER_MARKS = {
    "warning": "public warning",
    "finding": "finding (not public)",
    "dismissal": "file closed",
    "attribution": "attribution",
    "retraction": "retraction",
    "announced": "measure announced",
    "adopted": "measure adopted",
    "lifted": "measure lifted",
    "expulsion": "expulsion",
}
"""Kinds drawn on a sender's lane, and their names in the key."""

OTHER_MARKS = {
    "shipped": (ACT, "batch shipped"),
    "used": (ACT, "used"),
    "second_act": (ACT, "second act"),
    "flow_stopped": (ACT, "flow stopped"),
    "strike": (ACT, "strike"),
    "statement": (FORUMS, "statement"),
    "vetoed": (FORUMS, "veto"),
    "retaliation": ("target", "retaliation"),
    "relief": ("target", "relief"),
    "shock": (ACT, "outside shock"),
}
"""Other kinds: lane and name in the key."""

SUPPORTS, CONTRADICTS = "report that supports", "report that contradicts"


@dataclass(frozen=True, kw_only=True, eq=False)
class Swimlane(FigureData):
    """One run.

    Parameters
    ----------
    lanes
        Lane titles from top to bottom, as in column `lane` of the table.
    run
        The run's id ("e0012-r003").
    """

    lanes: tuple[str, ...]
    run: str

    @property
    def subtitles(self) -> tuple[str, str]:
        """Which run; where, when, and that it is one of many."""
        return f"{self.measure}.", f"{self.place}, {self.period}, 1 of {self.n:,} runs."


def swimlane_figure(
    events: pd.DataFrame,
    context: Context,
    *,
    run: tuple[int, int],
    senders: Mapping[str, str],
    target: str,
    variant: str = "A",
    picked: str = "",
    name: str = "run",
) -> Swimlane:
    """Describe one run from the events table.

    Parameters
    ----------
    events
        The event log: experiment, replication, sequence, time, kind, actor, subject, cause, value.
    context
        Where the numbers come from.
    run
        (experiment, replication).
    senders
        Sender's name in the log -> its title, in the order of the lanes.
    target
        The target's title.
    variant
        Which variant the log belongs to, "A" or "B".
    picked
        Why this run ("50th percentile of the first attribution"), or "".
    name
        File name.

    Raises
    ------
    DataError
        If the log holds no event of that run.
    """
    log = _of_run(events, run)
    run_id = f"e{run[0]:04d}-r{run[1]:03d}"
    rows = [
        *_target_bars(log, context, target),
        *_act_bars(log, context),
        *(
            bar
            for key, title in senders.items()
            for bar in _sender_bars(log[log["actor"] == key], context, title)
        ),
        *_marks(log, senders, target),
    ]
    lanes = (ACT, CHANNELS, *senders.values(), FORUMS, target)
    title = _title(log, context, senders)
    return Swimlane(
        name=name,
        title=title,
        measure=f"Run {run_id} of “{context.names[variant]}”{f', {picked}' if picked else ''}",
        unit="days from as-of date",
        note="Bars: states; marks: events. One run shows how the model moves, not what will happen.",
        alt=f"Timeline of one run with {len(lanes)} lanes. {title}.",
        table=_table(rows, context),
        context=context,
        lanes=lanes,
        run=run_id,
    )


def _of_run(events: pd.DataFrame, run: tuple[int, int]) -> pd.DataFrame:
    """Return one run's events in order."""
    log = events[(events["experiment"] == run[0]) & (events["replication"] == run[1])]
    if log.empty:
        raise DataError(
            Problem(rule="run must be in the event log", got=f"e{run[0]:04d}-r{run[1]:03d}", code="E623")
        )
    return log.sort_values("sequence")


Row = tuple[str, str, str, float, float, int]


def _bar(lane: str, label: str, start: float, end: float) -> Row:
    """Return a bar's row."""
    return lane, "bar", label, max(start, 0.0), end, 1


def _alleged(log: pd.DataFrame) -> pd.DataFrame:
    """Return the log without shipments of another class than the alleged one."""
    return log[(log["kind"] != "shipped") | (log["subject"] != OTHER_CLASS)]


def _first(log: pd.DataFrame, *kinds: str) -> float:
    """Return the day of the first event of these kinds, infinity where there is none."""
    days = log.loc[log["kind"].isin(kinds), "time"]
    return float(days.min()) if len(days) else float("inf")


def _target_bars(log: pd.DataFrame, context: Context, target: str) -> Iterable[Row]:
    """Return what the target does, from one policy change to the next."""
    changes = log.loc[log["kind"] == "policy", ["time", "value"]]
    steps = [(0.0, 0), *((max(float(t), 0.0), int(v)) for t, v in changes.itertuples(index=False))]
    ends = [*(start for start, _ in steps[1:]), context.horizon_days]
    for (start, code), end in zip(steps, ends, strict=True):
        if end > start:
            yield _bar(target, POLICIES[code], start, end)


def _act_bars(log: pd.DataFrame, context: Context) -> Iterable[Row]:
    """Return the span from the first batch of the alleged class to the end of the flow."""
    start = _first(_alleged(log), "shipped")
    if start < context.horizon_days:
        yield _bar(ACT, "deliveries", start, min(_first(log, "flow_stopped"), context.horizon_days))


def _sender_bars(log: pd.DataFrame, context: Context, title: str) -> Iterable[Row]:
    """Return a sender's states: holding a finding, waiting when ready, measures in force."""
    horizon = context.horizon_days
    spans = (
        ("finding held", _first(log, "finding"), min(_first(log, "attribution", "dismissal"), horizon)),
        ("waiting", _first(log, "ready"), min(_first(log, "adopted"), horizon)),
        ("in force", _first(log, "in_force"), min(_first(log, "lifted"), horizon)),
    )
    yield from (_bar(title, label, start, end) for label, start, end in spans if start < end)


def _marks(log: pd.DataFrame, senders: Mapping[str, str], target: str) -> Iterable[Row]:
    """Return the important events, those of one kind, lane and day counted as one mark."""
    counts: dict[tuple[str, str, float], int] = {}
    for time, kind, actor, value in log[["time", "kind", "actor", "value"]].itertuples(index=False):
        found = lane_of(kind, actor, value, senders=senders, target=target)
        if found is not None and time >= 0:
            counts[(*found, float(time))] = counts.get((*found, float(time)), 0) + 1
    return [(lane, "mark", label, day, day, count) for (lane, label, day), count in counts.items()]


def lane_of(
    kind: str, actor: str, value: float, *, senders: Mapping[str, str], target: str
) -> tuple[str, str] | None:
    """Return lane and label of an event, None where it is not drawn.

    Parameters
    ----------
    kind, actor, value
        As in the log.
    senders, target
        As in `swimlane_figure`.
    """
    if kind == "item":
        return CHANNELS, SUPPORTS if value > 0 else CONTRADICTS
    if kind in SENDER_MARKS and actor in senders:
        return senders[actor], SENDER_MARKS[kind]
    if kind in OTHER_MARKS:
        lane, label = OTHER_MARKS[kind]
        return (target if lane == "target" else lane), label
    return None


def _table(rows: Iterable[Row], context: Context) -> pd.DataFrame:
    """Return the rows as a table, with dates."""
    import pandas as pd

    columns = ["lane", "form", "label", "start_day", "end_day", "count"]
    table = pd.DataFrame(rows, columns=columns)
    table["start_date"] = [date_text(context.as_of, day) for day in table["start_day"]]
    return table


def _title(log: pd.DataFrame, context: Context, senders: Mapping[str, str]) -> str:
    """Say what happens in this run."""
    of_senders = log[log["actor"].isin(list(senders))]
    named, acted = _first_actor(of_senders, "attribution"), _first_actor(of_senders, "adopted")
    if named and acted and (named[0], int(named[1])) == (acted[0], int(acted[1])):
        clauses = [
            f"{senders[named[0]]} attributes and adopts first, on {date_text(context.as_of, named[1])}"
        ]
    else:
        clauses = [
            _clause(named, "attributes", "nobody attributes", context, senders),
            _clause(acted, "adopts first", "nobody adopts a measure", context, senders),
        ]
    alleged = _alleged(log)
    n_batches = int(((alleged["kind"] == "shipped") & (alleged["time"] >= 0)).sum())
    left = {0: "no batch leaves", 1: "1 batch leaves"}.get(n_batches, f"{n_batches} batches leave")
    return f"One run: {'; '.join([*clauses, left])}"


def _first_actor(log: pd.DataFrame, kind: str) -> tuple[str, float] | None:
    """Return who does it first and on which day, None where nobody does."""
    first = log[log["kind"] == kind].head(1)
    return None if first.empty else (str(first["actor"].iloc[0]), float(first["time"].iloc[0]))


def _clause(
    found: tuple[str, float] | None, verb: str, none: str, context: Context, senders: Mapping[str, str]
) -> str:
    """Say who does it first and when."""
    return none if found is None else f"{senders[found[0]]} {verb} on {date_text(context.as_of, found[1])}"
