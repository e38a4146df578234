"""What happened in a run, by name: kinds of event, their subjects from fixed lists, and what fell together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from scenario.engine.trajectory import KINDS, Event

SUBJECTS = {
    "review": ("scheduled", "warning", "attribution", "adoption"),
    "policy": ("persist", "pause", "escalate"),
    "disclosure": ("prepared", "slow", "never"),
    "released": ("partners", "patience"),
    "flow_stopped": ("contract", "stock", "denial", "shock"),
}
"""Kinds whose subject comes from a fixed list."""

VALUES = {
    "start": {1.0: "true", 0.0: "false"},
    "item": {1.0: "supports", -1.0: "contradicts"},
    "warning": {1.0: "specific", 0.0: "vague"},
    "execution": {1.0: "goes ahead", 0.0: "does not"},
    "participation": {0.0: "without a package", 1.0: "with one measure", 2.0: "with two measures"},
    "inspection": {1.0: "supports", -1.0: "contradicts"},
    **{
        kind: {float(level): f"level {level}" for level in range(4)}
        for kind in ("attribution", "adopted", "statement")
    },
}
"""Kinds whose value comes from a fixed list, as far as it is listed."""

REPEATED = (
    "warning",
    "finding",
    "dismissal",
    "reopening",
    "attribution",
    "retraction",
    "disclosure",
    "relief",
)
"""Kinds that the same actor can bring about again."""

TOGETHER = ("received", "finding", "attribution", "released", "adopted", "in_force", "considered", "review")
"""Kinds of which two may fall on one instant after the start."""

NOON, NINE = 0.5, 0.375
"""When meetings are held, and when a Monday's work begins, as a part of the day."""

SPECIAL = (
    "shipped: another class",
    "shipped: before as_of",
    "shipped: nothing",
    "received: inspection",
    "usable: at the start",
    "used: at the start",
    "adopted: after a meeting",
    "adopted: joined",
    "adopted: on a Monday at nine",
    "adopted: waited for the day",
    "considered: between meetings",
    "vetoed: between meetings",
    "statement: between meetings",
    "statement: at a meeting",
    "lifted: with its union",
    "considered: at a meeting",
    "vetoed: at a meeting",
)
"""What takes more than a kind with a subject or value to tell."""


def traits_of(events: Sequence[Event]) -> set[str]:
    """Return the names of what happened in a run.

    Parameters
    ----------
    events
        The event log of a run.
    """
    found = {event.kind for event in events}
    for event in events:
        found.update(_plain(event))
        found.update(_special(event, events))
    return found | set(_repeated(events)) | set(_together(events))


def all_traits() -> set[str]:
    """Return the names of all that can happen."""
    subjects = {f"{kind}: {subject}" for kind, names in SUBJECTS.items() for subject in names}
    values = {f"{kind}: {word}" for kind, words in VALUES.items() for word in words.values()}
    repeated = {f"{kind}: again" for kind in REPEATED}
    together = {f"{kind}: two at once" for kind in TOGETHER}
    return {*KINDS, *SPECIAL} | subjects | values | repeated | together


def _plain(event: Event) -> Iterator[str]:
    """Yield what kind with subject or value tells."""
    if event.subject in SUBJECTS.get(event.kind, ()):
        yield f"{event.kind}: {event.subject}"
    if event.value in VALUES.get(event.kind, {}):
        yield f"{event.kind}: {VALUES[event.kind][event.value]}"


def _special(event: Event, events: Sequence[Event]) -> Iterator[str]:
    """Yield what takes the event's time or cause to tell."""
    cause = events[event.cause] if event.cause >= 0 else None
    names: dict[str, bool] = {}
    if event.kind == "shipped":
        names = {
            "another class": cause is None,
            "before as_of": cause is not None and event.time == 0.0,
            "nothing": cause is not None and event.value == 0.0,
        }
    elif event.kind in ("usable", "used"):
        names = {"at the start": event.time == 0.0}
    elif event.kind in ("considered", "vetoed", "statement"):
        names = {"at a meeting": event.time % 1.0 == NOON, "between meetings": event.time % 1.0 != NOON}
    elif cause is not None:
        names = _caused(event, cause)
    yield from (f"{event.kind}: {name}" for name, holds in names.items() if holds)


def _caused(event: Event, cause: Event) -> dict[str, bool]:
    """Return what the cause of an event tells about it."""
    if event.kind == "received":
        return {"inspection": cause.kind == "inspection"}
    if event.kind == "lifted":
        return {"with its union": cause.actor != event.actor}
    if event.kind == "adopted":
        return {
            "joined": cause.kind == "adopted",
            "after a meeting": event.time % 1.0 == NOON and cause.time < event.time,
            "on a Monday at nine": event.time % 1.0 == NINE,
            "waited for the day": cause.kind == "announced" and cause.time < event.time,
        }
    return {}


def _repeated(events: Sequence[Event]) -> Iterator[str]:
    """Yield what the same actor has brought about twice."""
    seen = set()
    for event in events:
        if event.kind in REPEATED and (event.kind, event.actor) in seen:
            yield f"{event.kind}: again"
        seen.add((event.kind, event.actor))


def _together(events: Sequence[Event]) -> Iterator[str]:
    """Yield what has happened twice at one time after the start."""
    for time, group in groupby(events, key=lambda event: event.time):
        kinds = [event.kind for event in group if time > 0.0]
        yield from (f"{kind}: two at once" for kind in TOGETHER if kinds.count(kind) > 1)
