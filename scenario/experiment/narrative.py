"""One run in words: every event with its date and its cause."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from scenario.engine.trajectory import Event

if TYPE_CHECKING:
    import pandas as pd

    from scenario.spec.schema import ScenarioSpec

ROUTINE = frozenset({"received", "mood", "review", "alternative_delivery", "start"})
"""Kinds that a first reading leaves out."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One event in words.

    Parameters
    ----------
    sequence, time, date
        Number in the run; days from as_of; calendar date.
    text, cause
        What happened; what brought it about, in words, or "".
    kind
        The event's kind.
    is_routine
        Whether a first reading leaves it out.
    """

    sequence: int
    time: float
    date: datetime.date
    text: str
    cause: str
    kind: str
    is_routine: bool


class Words:
    """Turns the events of one scenario into sentences."""

    def __init__(self, spec: ScenarioSpec) -> None:
        self.spec = spec
        self.titles = {
            "target": spec.target.title,
            "recipient": "The recipient",
            "coalition": "The coalition",
        }
        for section in (spec.senders, spec.channels, spec.groups, spec.forums, spec.measures, spec.suppliers):
            self.titles |= {name: entry.title for name, entry in section.items()}
        for dated in (spec.shocks, spec.tracks, spec.background):
            self.titles |= {name: entry.title for name, entry in dated.items()}

    def title(self, name: str) -> str:
        """Return the title of an actor or subject."""
        return self.titles.get(name, name)

    def sentence(self, event: Event) -> str:
        """Return one event as a sentence without its cause."""
        actor, subject = self.title(event.actor), self.title(event.subject)
        text = _SENTENCES[event.kind](actor, subject, event, self.spec.act.unit)
        return text[0].upper() + text[1:]

    def short(self, event: Event) -> str:
        """Return an event as the cause of another."""
        return self.sentence(event).rstrip(".")


_Sentence = Callable[[str, str, Event, str], str]


def _belief(event: Event) -> str:
    """Return a belief as a rounded share."""
    return f"{100 * event.value:.0f} %"


_SENTENCES: dict[str, _Sentence] = {
    "start": lambda _a, _s, e, _u: f"The allegation is {'true' if e.value else 'false'} in this run.",
    "shock": lambda a, _s, _e, _u: f"Event: {a}.",
    "mood": lambda a, _s, _e, _u: f"{a}: the mood of the leadership changes.",
    "review": lambda a, _s, e, _u: f"{a} reviews its policy ({e.subject}).",
    "policy": lambda a, _s, e, _u: f"{a} decides to {e.subject}.",
    "item": lambda a, _s, e, _u: (
        f"{a}: a report {'supports' if e.value > 0 else 'contradicts'} the allegation."
    ),
    "received": lambda a, s, e, _u: f"{a} takes in a report ({s}); belief {_belief(e)}.",
    "heard": lambda a, s, e, _u: f"{a} hears the attribution by {s}; belief {_belief(e)}.",
    "warning": lambda a, _s, e, _u: (
        f"{a} warns in public, {'naming measures' if e.value else 'without naming measures'}."
    ),
    "finding": lambda a, _s, e, _u: f"{a} reaches a finding at belief {_belief(e)}.",
    "dismissal": lambda a, _s, e, _u: f"{a} closes the file at belief {_belief(e)}.",
    "reopening": lambda a, _s, e, _u: f"{a} reopens the file at belief {_belief(e)}.",
    "disclosure": lambda a, _s, e, _u: (
        f"{a} decides never to disclose the finding."
        if e.subject == "never"
        else f"{a} chooses a {e.subject} disclosure, in {e.value:.0f} days."
    ),
    "attribution": lambda a, _s, e, _u: f"{a} attributes the act in public (gravity {e.value:.0f}).",
    "retraction": lambda a, _s, _e, _u: f"{a} withdraws its attribution.",
    "source_closed": lambda a, _s, _e, _u: f"The source falls silent: {a}.",
    "execution": lambda _a, _s, e, _u: f"The case {'goes ahead' if e.value else 'does not go ahead'}.",
    "participation": lambda a, _s, e, _u: (
        f"{a} takes part with {e.value:.0f} kinds of measure." if e.value else f"{a} does not take part."
    ),
    "follow": lambda a, s, _e, _u: f"{a} follows {s}.",
    "ready": lambda a, _s, _e, _u: f"{a} has its package ready.",
    "released": lambda a, s, _e, _u: f"{a} stops waiting ({s}).",
    "announced": lambda a, _s, _e, _u: f"{a} announces measures.",
    "adopted": lambda a, s, _e, _u: f"{a} adopts {s}.",
    "in_force": lambda a, s, _e, _u: f"In force, {a}: {s}.",
    "lifted": lambda a, s, _e, _u: f"{a} lifts {s}.",
    "considered": lambda a, _s, _e, _u: f"{a} considers the measures.",
    "vetoed": lambda a, s, _e, _u: f"{a}: blocked by {s.replace('-', ' ').title()}.",
    "statement": lambda a, _s, _e, _u: f"{a} makes a statement.",
    "shipped": lambda a, _s, e, u: (
        f"{a}: a batch of {e.value:.0f} {u}."
        if e.subject != "another class"
        else f"{a}: a batch of something else than alleged."
    ),
    "usable": lambda _a, _s, e, u: f"{e.value:.0f} {u} become usable.",
    "used": lambda _a, _s, e, u: f"{e.value:.0f} {u} are used, net of what aid denies.",
    "second_act": lambda a, _s, _e, _u: f"{a} begins deliveries that the allegation had not been about.",
    "contract_completed": lambda _a, _s, e, u: f"The contract is complete after {e.value:.0f} {u}.",
    "flow_stopped": lambda _a, _s, e, _u: f"Deliveries end ({e.subject}).",
    "retaliation": lambda a, s, _e, _u: f"{a} retaliates against {s}.",
    "talks": lambda _a, _s, _e, _u: "A private channel is open.",
    "relief": lambda _a, _s, e, _u: (
        f"The coalition lifts {100 * e.value:.0f} % of the pressure for verified restraint."
    ),
    "alternative_delivery": lambda a, _s, e, u: f"{a} delivers {e.value:.0f} {u}.",
    "listing": lambda a, _s, _e, _u: f"Anyway: {a}.",
    "expulsion": lambda a, s, _e, _u: f"{a}: {s}.",
    "strike": lambda a, s, e, _u: f"{a}: {s}; {100 * e.value:.0f} % of what is left is lost.",
    "inspection": lambda a, s, e, _u: (
        f"{a}: {s} {'supports' if e.value > 0 else 'contradicts'} the allegation."
    ),
    "credibility": lambda a, s, _e, _u: (
        f"{a} believes threats less: nothing has followed the warning by {s}."
    ),
}


def narrate(events: Iterable[Event] | pd.DataFrame, spec: ScenarioSpec) -> list[Line]:
    """Return a run in words, in order.

    Parameters
    ----------
    events
        The log of one run: events, or the rows of one run of the events table.
    spec
        The scenario it belongs to.
    """
    log = list(_events(events))
    words = Words(spec)
    by_number = {event.sequence: event for event in log}
    return [
        Line(
            sequence=event.sequence,
            time=event.time,
            date=spec.as_of + datetime.timedelta(days=int(event.time)),
            text=words.sentence(event),
            cause=words.short(by_number[event.cause]) if event.cause in by_number and event.cause > 0 else "",
            kind=event.kind,
            is_routine=event.kind in ROUTINE,
        )
        for event in log
    ]


def _events(events: Iterable[Event] | pd.DataFrame) -> Iterable[Event]:
    """Yield events from either form."""
    if not hasattr(events, "itertuples"):
        return events
    table = cast("pd.DataFrame", events)[list(Event._fields)]
    return (Event(*row) for row in table.itertuples(index=False))
