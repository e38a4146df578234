"""What a scenario may hold beyond what the schema declares: references, dates and names that meet."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterator

from scenario.spec.check import SECTIONS
from scenario.spec.coalition import LegalForce, Rule
from scenario.spec.schema import ScenarioSpec

NATIONAL = "national"


def _awaits_itself(spec: ScenarioSpec) -> bool:
    """Return whether a chain of three or more that wait for each other leads back to its start."""
    return any(
        first != third and second != third and first in spec.senders[third].waits_for
        for first, sender in spec.senders.items()
        for second in sender.waits_for
        for third in spec.senders[second].waits_for
    )


def _await_each_other(spec: ScenarioSpec) -> bool:
    """Return whether two senders wait for each other."""
    senders = spec.senders
    return any(a in senders[b].waits_for for a, sender in senders.items() for b in sender.waits_for)


def _routes(spec: ScenarioSpec) -> Iterator[tuple[str, str]]:
    """Yield sender and route of everything that may be adopted."""
    for name, sender in spec.senders.items():
        yield from ((name, route) for route in sender.adopts.values())


def _lies_within_twice(spec: ScenarioSpec) -> bool:
    """Return whether a member's union is a member itself."""
    return any(
        s.within is not None and spec.senders[s.within].within is not None for s in spec.senders.values()
    )


def _has_mixed_routes(spec: ScenarioSpec) -> bool:
    """Return whether a sender adopts some measures alone and some through two forums."""
    return any(NATIONAL in s.adopts.values() and len({*s.adopts.values()}) > 2 for s in spec.senders.values())


def _shocks(spec: ScenarioSpec, low: int, high: int) -> bool:
    """Return whether a shock lies a number of days after the first, low <= days < high."""
    return any(low <= (shock.date - spec.as_of).days < high for shock in spec.shocks.values())


def _anchors(spec: ScenarioSpec) -> list[datetime.date]:
    """Return the anchors of all senders."""
    return [sender.anchor for sender in spec.senders.values() if sender.anchor is not None]


def _shares_a_slot(spec: ScenarioSpec) -> bool:
    """Return whether two forums meet on one day of their lists."""
    days = Counter(day for forum in spec.forums.values() for day in forum.slots)
    return any(n > 1 for n in days.values())


def _names(spec: ScenarioSpec) -> list[str]:
    """Return the names that sections give, each as often as it is given."""
    return [name for section in SECTIONS for name in getattr(spec, section)]


def _lists(names: dict[str, object], *wanted: str) -> bool:
    """Return whether a section has an entry of one of the names."""
    return any(name in names for name in wanted)


Situation = Callable[[ScenarioSpec], bool]

SITUATIONS: dict[str, Situation] = {
    "two senders wait for each other": _await_each_other,
    "three senders wait in a circle": _awaits_itself,
    "a partner is named twice": lambda s: any(
        len(set(x.waits_for)) < len(x.waits_for) for x in s.senders.values()
    ),
    "ten senders": lambda s: len(s.senders) >= 10,
    "a union with a member": lambda s: any(x.within is not None for x in s.senders.values()),
    "a union within a union": _lies_within_twice,
    "a member adopts through a forum": lambda s: any(
        route != NATIONAL and s.senders[name].within is not None for name, route in _routes(s)
    ),
    "a measure adopted alone": lambda s: any(route == NATIONAL for _, route in _routes(s)),
    "a measure adopted by a forum": lambda s: any(route != NATIONAL for _, route in _routes(s)),
    "one alone and through two forums": _has_mixed_routes,
    "a group that all hear": lambda s: any("all" in g.received_by for g in s.groups.values()),
    "a group that one hears": lambda s: any(
        "all" not in g.received_by and len(g.received_by) == 1 for g in s.groups.values()
    ),
    "a group that some hear": lambda s: any(
        "all" not in g.received_by and len(g.received_by) > 1 for g in s.groups.values()
    ),
    "a forum member that is no sender": lambda s: any({*f.members} - {*s.senders} for f in s.forums.values()),
    "a forum of senders": lambda s: any({*f.members} <= {*s.senders} for f in s.forums.values()),
    "a forum without a sender": lambda s: any(not {*f.members} & {*s.senders} for f in s.forums.values()),
    "a leader that is no member": lambda s: any(
        f.rule is Rule.LEADER and f.leader not in f.members for f in s.forums.values()
    ),
    **{
        f"a forum: {force}, {rule}": lambda s, force=force, rule=rule: any(
            f.legal_force is force and f.rule is rule for f in s.forums.values()
        )
        for force in LegalForce
        for rule in Rule
    },
    "a blockade that is over": lambda s: any(
        f.blockade_until is not None and f.blockade_until < s.as_of for f in s.forums.values()
    ),
    "a blockade that lasts": lambda s: any(
        f.blockade_until is not None and f.blockade_until > s.as_of for f in s.forums.values()
    ),
    "two forums meet on one day": _shares_a_slot,
    "a shock on the first day": lambda s: _shocks(s, 0, 1),
    "a shock on the way": lambda s: _shocks(s, 1, s.horizon_days),
    "a shock at the horizon": lambda s: _shocks(s, s.horizon_days, s.horizon_days + 1),
    "a shock beyond the horizon": lambda s: _shocks(s, s.horizon_days + 1, 10_000),
    "an anchor on the first day": lambda s: s.as_of in _anchors(s),
    "an anchor beyond the horizon": lambda s: any((a - s.as_of).days >= s.horizon_days for a in _anchors(s)),
    "a name that means two things": lambda s: max(Counter(_names(s)).values()) > 1,
    "names out of order": lambda s: list(s.senders) != sorted(s.senders),
    "a sender named as an actor of the log": lambda s: _lists(
        s.senders, "target", "coalition", "case", "recipient"
    ),
    "a channel named inspection": lambda s: "inspection" in s.channels,
    "a group named inspection": lambda s: "inspection" in s.groups,
    "a sender named inspection": lambda s: "inspection" in s.senders,
    "a unit that reads as another class": lambda s: s.act.unit == "another class",
}
"""Name of a situation to whether it holds in a scenario."""
