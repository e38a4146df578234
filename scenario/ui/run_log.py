"""The log of one run, read: truth, belief or decision; causes; where two runs part; search; CSV. No Streamlit here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenario.charts.export import guarded_csv
from scenario.engine.trajectory import NO_CAUSE, Event
from scenario.experiment.narrative import Line, Words, narrate

if TYPE_CHECKING:
    from scenario.spec.schema import ScenarioSpec

TRUTH, BELIEF, DECISION, OUTSIDE = "truth", "belief", "decision", "outside"

REALMS = {
    TRUTH: "what is so, known in the simulation only",
    BELIEF: "what is reported and believed",
    DECISION: "what somebody decides and does",
    OUTSIDE: "what happens anyway",
}
"""The four kinds of event that are kept apart, and what each is."""

_OF_TRUTH = frozenset(
    {"start", "mood", "shipped", "usable", "used", "second_act", "contract_completed", "flow_stopped"}
)
_OF_BELIEF = frozenset(
    {"item", "received", "heard", "finding", "dismissal", "reopening", "inspection", "credibility"}
    | {"source_closed"}
)
_OF_OUTSIDE = frozenset({"shock", "listing", "alternative_delivery"})

FREQUENT = frozenset({"item", "listing", "considered"})
"""Kinds that fill the log of every run; a first reading leaves them out beside the routine ones."""


def realm_of(kind: str) -> str:
    """Return which of `REALMS` a kind of event belongs to."""
    if kind in _OF_TRUTH:
        return TRUTH
    if kind in _OF_BELIEF:
        return BELIEF
    return OUTSIDE if kind in _OF_OUTSIDE else DECISION


@dataclass(frozen=True, kw_only=True, eq=False)
class Told:
    """One run of one scenario, with its words.

    Parameters
    ----------
    side
        Letter of the scenario.
    events, lines
        The log, and the same in words; both in order, both numbered by `sequence`.
    words
        Turns events into sentences.
    """

    side: str
    events: Sequence[Event]
    lines: Sequence[Line]
    words: Words

    def actor(self, sequence: int) -> str:
        """Return the title of who acts in an event."""
        actor = self.events[sequence].actor
        return "The case" if actor == "case" else self.words.title(actor)


def told(side: str, log: Sequence[Event], spec: ScenarioSpec) -> Told:
    """Return a log with its words.

    Parameters
    ----------
    side, log, spec
        Letter of the scenario, one run of it, and what it declares.
    """
    return Told(side=side, events=log, lines=narrate(log, spec), words=Words(spec))


def is_first_reading(line: Line) -> bool:
    """Return whether a first reading holds an event."""
    return line.kind == "start" or not (line.is_routine or line.kind in FREQUENT)


def chain(events: Sequence[Event], sequence: int) -> list[Event]:
    """Return an event and what brought it about, the origin first.

    Parameters
    ----------
    events
        The log of one run.
    sequence
        Number of the event.
    """
    found = [events[sequence]]
    while found[-1].cause != NO_CAUSE:
        found.append(events[found[-1].cause])
    return found[::-1]


def effects(events: Sequence[Event], sequence: int) -> list[Event]:
    """Return what an event brought about directly, in order."""
    return [event for event in events[sequence + 1 :] if event.cause == sequence]


# ---- where two runs part -----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Parting:
    """Where two runs with the same luck part.

    Parameters
    ----------
    n_same
        Number of events that are the same, from the start on.
    left, right
        The first events that differ; None where a log has ended.
    """

    n_same: int
    left: Event | None
    right: Event | None

    @property
    def day(self) -> float:
        """Return the day from which the two are no longer the same."""
        return min(event.time for event in (self.left, self.right) if event is not None)


def parting(left: Sequence[Event], right: Sequence[Event]) -> Parting | None:
    """Return the first point where two logs differ, None where they never do.

    Parameters
    ----------
    left, right
        Two logs in order.
    """
    shorter = min(len(left), len(right))
    n_same = next((i for i in range(shorter) if left[i] != right[i]), shorter)
    if n_same == len(left) == len(right):
        return None
    return Parting(n_same=n_same, left=_at(left, n_same), right=_at(right, n_same))


def parting_of_decisions(left: Sequence[Event], right: Sequence[Event]) -> Parting | None:
    """Return the first decision, public or not, that differs in date, actor or content; None where none does.

    Parameters
    ----------
    left, right
        Two logs in order.
    """
    kept = [[event for event in log if _is_step(event)] for log in (left, right)]
    return parting([_bare(event) for event in kept[0]], [_bare(event) for event in kept[1]])


def _is_step(event: Event) -> bool:
    """Return whether an event is a decision that a first reading holds."""
    return realm_of(event.kind) == DECISION and event.kind not in FREQUENT | {"review"}


def _bare(event: Event) -> Event:
    """Return an event without its number and without that of its cause."""
    return event._replace(sequence=0, cause=NO_CAUSE)


def _at(log: Sequence[Event], index: int) -> Event | None:
    """Return an event of a log, None beyond its end."""
    return log[index] if index < len(log) else None


# ---- search and files --------------------------------------------------------------------------------


def matching(run: Told, *, words: str, realms: Iterable[str], has_routine: bool) -> list[Line]:
    """Return the lines that hold every word and belong to one of the realms (to any where none is named).

    Parameters
    ----------
    run
        The run.
    words
        Words that the line, its cause or its actor must hold, in any order; case does not matter.
    realms
        Names of `REALMS`.
    has_routine
        Whether routine events are among them.
    """
    wanted, kinds = words.lower().split(), set(realms)
    return [
        line
        for line in run.lines
        if (has_routine or is_first_reading(line))
        and (not kinds or realm_of(line.kind) in kinds)
        and all(word in _searched(run, line) for word in wanted)
    ]


def _searched(run: Told, line: Line) -> str:
    """Return the text that a search looks into."""
    return f"{line.text} {line.cause} {run.actor(line.sequence)} {line.kind}".lower()


def log_csv(run: Told, run_id: str) -> str:
    """Return a run as CSV, in numbers and in words; no cell is taken for a formula.

    Parameters
    ----------
    run, run_id
        The run, and its id ("e0012-r003").
    """
    import pandas as pd

    rows = [
        {
            "variant": run.side,
            "run": run_id,
            "event": event.sequence,
            "day": event.time,
            "date": line.date.isoformat(),
            "realm": realm_of(event.kind),
            "kind": event.kind,
            "actor": event.actor,
            "subject": event.subject,
            "value": event.value,
            "cause": event.cause if event.cause != NO_CAUSE else None,
            "what happens": line.text,
            "because": line.cause,
        }
        for event, line in zip(run.events, run.lines, strict=True)
    ]
    return guarded_csv(pd.DataFrame(rows).astype({"cause": "Int64"}))
