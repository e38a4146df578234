"""The event log of one run: what happened, when, to whom, because of which earlier event.

Both engines write it; `docs/model.md` says what each kind means. Words for people live in
`experiment.narrative`.
"""

from __future__ import annotations

from typing import NamedTuple

NO_CAUSE = -1

Row = dict[str, float | bool]
"""The outcomes of one run, by name; NaN in a time means never."""

KINDS = (
    "start",
    "shock",
    "mood",
    "review",
    "policy",
    "item",
    "received",
    "heard",
    "warning",
    "finding",
    "dismissal",
    "reopening",
    "disclosure",
    "attribution",
    "retraction",
    "source_closed",
    "execution",
    "participation",
    "follow",
    "ready",
    "released",
    "announced",
    "adopted",
    "in_force",
    "lifted",
    "considered",
    "vetoed",
    "statement",
    "shipped",
    "usable",
    "used",
    "second_act",
    "contract_completed",
    "flow_stopped",
    "retaliation",
    "talks",
    "relief",
    "alternative_delivery",
    "listing",
    "expulsion",
    "strike",
    "inspection",
    "credibility",
)
"""Every kind of event, in the order of the code that a compiled engine gives it."""


class Event(NamedTuple):
    """One event of a run.

    Parameters
    ----------
    sequence
        Number in the run, from 0.
    time
        Days from as_of, 0 <= time < horizon.
    kind, actor, subject
        One of `KINDS`; who; on what (a measure, a channel, a partner), or "".
    cause
        Sequence number of the event that brought this one about; -1 where there is none.
    value
        A number that belongs to the kind (a belief, a quantity, a gravity level).
    """

    sequence: int
    time: float
    kind: str
    actor: str
    subject: str
    cause: int
    value: float


class Log:
    """Collect the events of one run, in the order in which they happen."""

    __slots__ = ("events",)

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(
        self,
        time: float,
        kind: str,
        actor: str,
        *,
        subject: str = "",
        cause: int = NO_CAUSE,
        value: float = 0.0,
    ) -> int:
        """Record one event and return its sequence number."""
        sequence = len(self.events)
        self.events.append(Event(sequence, time, kind, actor, subject, cause, value))
        return sequence
