"""Events of one run -> places on lanes: which lane, how high in it, which shape. No colours, no Streamlit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scenario.charts.swimlane import ACT, CHANNELS, FORUMS, OTHER_MARKS, SENDER_MARKS, lane_of
from scenario.charts.wording import date_text
from scenario.engine.trajectory import Event
from scenario.spec.schema import ScenarioSpec
from scenario.ui.run_log import BELIEF, Told, realm_of

ABOVE, ON, BELOW = -0.3, 0.0, 0.3
"""Heights within a lane: words above its bars, belief on them, deeds below."""

SHAPES = {
    "attribution": "diamond",
    "public warning": "triangle-up",
    "retraction": "triangle-left",
    "statement": "triangle-up",
    "finding (not public)": "circle",
    "file closed": "cross",
    "report that supports": "circle",
    "report that contradicts": "cross",
    "measure announced": "triangle-right",
    "measure adopted": "square",
    "measure lifted": "triangle-left",
    "veto": "cross",
    "batch shipped": "triangle-down",
    "used": "circle",
    "second act": "diamond",
    "flow stopped": "square",
}
"""Label of a mark -> its shape; all others are arrows."""

OTHER_SHAPE = "arrow"

_WORDS = frozenset({"attribution", "public warning", "retraction", "statement", "report that supports"})
_DEEDS = frozenset(
    {"measure announced", "measure adopted", "measure lifted", "expulsion", "retaliation", "veto", "strike"}
    | {"used", "report that contradicts"}
)
_RANK = {
    label: rank for rank, label in enumerate([*SENDER_MARKS.values(), *(m[1] for m in OTHER_MARKS.values())])
}
_OF_ACT = frozenset({"start", "usable", "contract_completed", "alternative_delivery", "listing", "shock"})


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One mark: an event that is drawn, together with those of its lane, height and day.

    Parameters
    ----------
    sequence
        Number of the event that a click selects.
    day, lane, height
        Day; index of the lane from the top; height within it.
    label, realm, shape
        What it is; one of `run_log.REALMS`; shape in Vega's words.
    text, date
        All its events in words; the date.
    """

    sequence: int
    day: float
    lane: int
    height: float
    label: str
    realm: str
    shape: str
    text: str
    date: str

    @property
    def y(self) -> float:
        """Return the place from the top, in lanes."""
        return self.lane + self.height


class Places:
    """Where the events of a scenario stand.

    Parameters
    ----------
    spec
        The scenario.
    """

    def __init__(self, spec: ScenarioSpec) -> None:
        self.spec = spec
        self.senders: Mapping[str, str] = {name: sender.title for name, sender in spec.senders.items()}
        self.lanes = (ACT, CHANNELS, *self.senders.values(), FORUMS, spec.target.title)

    def drawn(self, event: Event) -> tuple[int, str] | None:
        """Return lane and label of an event that has a mark, None for all others."""
        found = lane_of(
            event.kind, event.actor, event.value, senders=self.senders, target=self.spec.target.title
        )
        return None if found is None else (self._index(found[0]), found[1])

    def lane(self, event: Event) -> int:
        """Return the lane of any event."""
        drawn = self.drawn(event)
        if drawn is not None:
            return drawn[0]
        if event.actor in self.senders:
            return self._index(self.senders[event.actor])
        if event.actor in self.spec.channels:
            return self._index(CHANNELS)
        if event.actor in self.spec.forums or event.actor == "coalition":
            return self._index(FORUMS)
        return self._index(ACT) if event.kind in _OF_ACT else len(self.lanes) - 1

    def y(self, event: Event) -> float:
        """Return the place of any event from the top, in lanes."""
        drawn = self.drawn(event)
        return self.lane(event) + (height_of(drawn[1]) if drawn is not None else ON)

    def _index(self, lane: str) -> int:
        """Return the index of a lane, the last one of its title: a target called like a sender comes last."""
        return len(self.lanes) - 1 - self.lanes[::-1].index(lane)


def height_of(label: str) -> float:
    """Return how high in its lane a mark stands."""
    return ABOVE if label in _WORDS else BELOW if label in _DEEDS else ON


def marks(run: Told, places: Places) -> list[Mark]:
    """Return the marks of a run; of several on one lane, height and day the weightiest gives the shape.

    Parameters
    ----------
    run, places
        The run, and where its events stand.
    """
    groups: dict[tuple[int, float, int], list[tuple[Event, str]]] = {}
    for event in run.events:
        drawn = places.drawn(event)
        if drawn is not None and event.time >= 0:
            lane, label = drawn
            groups.setdefault((lane, height_of(label), int(event.time)), []).append((event, label))
    return [
        _mark(run, places, found, lane=lane, height=height) for (lane, height, _), found in groups.items()
    ]


def _mark(run: Told, places: Places, found: list[tuple[Event, str]], *, lane: int, height: float) -> Mark:
    """Return the mark of one or more events."""
    event, label = max(found, key=lambda pair: (_RANK.get(pair[1], 0), -pair[0].sequence))
    return Mark(
        sequence=event.sequence,
        day=event.time,
        lane=lane,
        height=height,
        label=label,
        realm=BELIEF if label.startswith("report") else realm_of(event.kind),
        shape=SHAPES.get(label, OTHER_SHAPE),
        text=_texts(run.lines[other.sequence].text for other, _ in found),
        date=date_text(places.spec.as_of, event.time),
    )


def _texts(texts: Iterable[str]) -> str:
    """Join sentences, at most four."""
    told = list(dict.fromkeys(texts))
    return " ".join(told[:4]) + (f" ({len(told) - 4} more)" if len(told) > 4 else "")


def path(events: Iterable[Event], places: Places) -> list[dict[str, float]]:
    """Return the way of a cause chain over the lanes: day and place from the top, in order.

    Parameters
    ----------
    events, places
        The chain, origin first, and where events stand.
    """
    return [{"day": event.time, "y": places.y(event), "step": step} for step, event in enumerate(events)]
