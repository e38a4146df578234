"""A random scenario as plain data: the schema is walked, references and what must agree are filled in.

A field that the schema gains is built from its declaration alone, unless it refers to something.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable
from enum import Enum
from typing import Any

from scenario.spec.defaults import is_number
from scenario.spec.schema import DEFAULTS, ScenarioSpec
from scenario.spec.shape import Slot, fields
from tests.identity.numbers import Numbers
from tests.identity.plan import OUTSIDERS, Plan
from tests.identity.temperaments import CHOICES, GIVEN, pick

LEAVE_OUT = object()
Data = dict[str, Any]


class Builder:
    """Builds one scenario.

    Parameters
    ----------
    plan
        Its names and what they refer to.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan, self.rng = plan, plan.rng
        self.numbers = Numbers(plan.rng, plan.temperament, plan.horizon)
        self.references: dict[str, Callable[[str], Any]] = {
            "name": lambda _: "random",
            "as_of": lambda _: self.plan.date(0),
            "horizon_days": lambda _: self.plan.horizon,
            "evidence": lambda _: LEAVE_OUT,
            "levers": lambda _: self._levers(),
            "variants": lambda _: self._variants(),
            "costs.target": lambda _: self._bounds(),
            "costs.senders": lambda _: self._bounds(),
            "groups.*.received_by": lambda _: self._receivers(),
            "channels.*.group": lambda _: self.rng.choice(self.plan.names["groups"]),
            "senders.*.within": lambda name: self.plan.unions.get(name, LEAVE_OUT),
            "senders.*.burns": lambda _: self._one_of("channels", "senders.*.burns"),
            "senders.*.waits_for": self._awaited,
            "senders.*.follows": self._followed,
            "senders.*.adopts": lambda _: self._routes(),
            "forums.*.members": lambda _: self._members(),
            "forums.*.legal_force": lambda name: self.plan.forces[name],
            "forums.*.leader": lambda _: self._one_of("senders", "forums.*.leader"),
            "forums.*.slots": lambda _: self._slots(),
            "measures.*.exposure": lambda _: self._one_of("exposures", "measures.*.exposure"),
            "measures.*.at_once_for": lambda _: self.plan.some(self.plan.names["senders"], most=2),
            "exposures.*.coverage": lambda _: self._coverage(),
            "tracks.*.sender": lambda _: self.rng.choice(self.plan.names["senders"]),
        }
        self.agreements: dict[str, Callable[[Data], None]] = {
            "senders.*": _agree_sender,
            "senders.*.bars": _agree_bars,
            "forums.*": self._agree_forum,
        }

    def build(self) -> Data:
        """Return the whole scenario."""
        data = self._model(fields(ScenarioSpec), "", "")
        for kind, section in DEFAULTS.items():
            entries = list(data[section].values())
            if len(entries) > 1 and self.rng.random() < 0.3:
                data.setdefault("defaults", {})[kind] = self._shared(entries)
        return data

    def _shared(self, entries: list[Data]) -> Data:
        """Return a number that all entries of a section have, moved to where they inherit it from."""
        common = [key for key in entries[0] if all(is_number(entry.get(key)) for entry in entries)]
        key = self.rng.choice(common)
        values = [entry.pop(key) for entry in entries]
        return {key: values[0]}

    # ---- by the schema -------------------------------------------------------------------------------

    def _model(self, slots: Any, pattern: str, name: str) -> Data:
        """Return a mapping with fixed keys; what is left out is not there."""
        data = {}
        for key, slot in slots.items():
            made = self._value(slot, f"{pattern}.{key}" if pattern else key, name)
            if made is not LEAVE_OUT:
                data[key] = made
        if pattern in self.agreements:
            self.agreements[pattern](data)
        return data

    def _value(self, slot: Slot, pattern: str, name: str) -> Any:
        """Return what stands at one place; `name` is the entry of a section that the place belongs to."""
        if pattern in self.references:
            return self.references[pattern](name)
        if slot.is_optional and not self._is_given(pattern):
            return LEAVE_OUT
        if slot.is_number and slot.quantity is not None:
            return self.numbers.number(pattern, slot.quantity)
        if slot.model is not None:
            return self._model(fields(slot.model), pattern, name)
        if slot.entries is not None:
            entries = self.plan.names[pattern]
            return {key: self._value(slot.entries, f"{pattern}.*", key) for key in entries}
        if slot.elements:
            return [self._value(element, f"{pattern}.*", name) for element in slot.elements]
        return self._single(slot, pattern)

    def _is_given(self, pattern: str) -> bool:
        """Return whether an optional field is given."""
        chance = pick("given", pattern, self.plan.temperament, GIVEN)
        return bool(self.rng.random() < (0.5 if chance is None else chance))

    def _single(self, slot: Slot, pattern: str) -> Any:
        """Return a value that is no number with a distribution."""
        choices = pick("choices", pattern, self.plan.temperament, CHOICES)
        if choices is not None:
            return self.rng.choice(choices)
        if slot.type is bool:
            return self.rng.random() < 0.5
        if slot.type is int:
            low = slot.limits["ge"]
            return self.rng.randint(low, min(slot.limits["le"], low + 3))
        if slot.type is datetime.date:
            return self.plan.day()
        if isinstance(slot.type, type) and issubclass(slot.type, Enum):
            return self.rng.choice([str(member) for member in slot.type])
        if slot.type is str:
            return "made up"
        raise TypeError(f"{pattern} must have a type that can be made up (got {slot.type}).")

    # ---- references ----------------------------------------------------------------------------------

    def _one_of(self, section: str, pattern: str) -> Any:
        """Return one name of a section, or nothing."""
        names = self.plan.names[section]
        return self.rng.choice(names) if names and self._is_given(pattern) else LEAVE_OUT

    def _receivers(self) -> list[str]:
        """Return who hears a group: all, some, one or nobody."""
        some = self.plan.some(self.plan.names["senders"], most=3)
        return self.rng.choice([["all"], ["all"], some, [*some, "all"]])

    def _awaited(self, sender: str) -> list[str]:
        """Return whom a sender waits for: often nobody, at times one of them named twice."""
        awaited = self.plan.some(self.plan.others(sender), most=3) if self.rng.random() < 0.7 else []
        return awaited + awaited[:1] if self.rng.random() < 0.1 else awaited

    def _followed(self, sender: str) -> Data:
        """Return whom a sender follows."""
        slot = fields(ScenarioSpec)["senders"].entries.child("follows").entries
        leaders = self.plan.some(self.plan.others(sender), most=3)
        return {name: self._value(slot, "senders.*.follows.*", name) for name in leaders}

    def _coverage(self) -> Data:
        """Return how much of an exposure lies within reach of each sender."""
        slot = fields(ScenarioSpec)["exposures"].entries.child("coverage").entries
        names = self.plan.some(self.plan.names["senders"], most=12)
        return {name: self._value(slot, "exposures.*.coverage.*", name) for name in names}

    def _routes(self) -> dict[str, str]:
        """Return what a sender may adopt, and by which route."""
        usual = self.rng.random() < 0.7
        measures = self.plan.names["measures"]
        can = measures if self.rng.random() < 0.7 else self.plan.some(measures, most=len(measures))
        return {measure: self._route(measure, is_usual=usual) for measure in can}

    def _route(self, measure: str, *, is_usual: bool) -> str:
        """Return the route of a measure: the usual forum, or any that can adopt, or none."""
        if is_usual and measure in self.plan.routes:
            return self.plan.routes[measure]
        return self.rng.choice(
            ["national", *(f for f, force in self.plan.forces.items() if force == "binding")]
        )

    def _members(self) -> list[str]:
        """Return who sits in a forum: senders, others, or both; now and then a hundred."""
        if self.rng.random() < 0.06:
            return [f"member {number}" for number in range(100)]
        some = self.plan.some(self.plan.names["senders"], most=6) + self.plan.some(list(OUTSIDERS), most=2)
        return list(dict.fromkeys(some)) or [self.rng.choice(OUTSIDERS)]

    def _slots(self) -> list[str]:
        """Return the listed meetings of a forum, in order; the first days are shared with other forums."""
        shared = [0, 1, 3, 7, 14, self.plan.horizon - 1, self.plan.horizon]
        others = [self.rng.randint(0, self.plan.horizon) for _ in range(self.rng.randint(0, 2))]
        days = {*self.plan.some(shared, most=3), *others}
        listed = sorted(days) if self.rng.random() < 0.7 else []
        return [self.plan.date(day) for day in listed]

    def _bounds(self) -> list[float]:
        """Return four rising bounds."""
        steps = [self.rng.choice([0, 1]), *(self.rng.choice([0.5, 1, 10]) for _ in range(3))]
        return list(itertools.accumulate(steps))

    def _levers(self) -> list[Data]:
        """Return some sliders."""
        lever = {"path": "response.hold_days", "title": "made up", "low": 0, "high": 10, "step": 1}
        return [lever] * self.rng.randint(0, 2)

    def _variants(self) -> Data:
        """Return some variants that set nothing, one thing or two."""
        settings = {"policy.demarche": True, "response.hold_days": 3}
        return {
            f"v{size}": {
                "title": "made up",
                "why": "made up",
                "set": dict(itertools.islice(settings.items(), size)),
            }
            for size in range(self.rng.randint(0, 3))
        }

    # ---- what must agree -----------------------------------------------------------------------------

    def _agree_forum(self, forum: Data) -> None:
        """Give a forum a leader where its rule asks for one, a quorum it can reach, the end of a blockade."""
        if forum["rule"] == "leader":
            forum.setdefault("leader", self.rng.choice(self.plan.names["senders"]))
        forum["quorum"] = min(forum["quorum"], len(forum["members"]))
        forum.pop("blockade_until", None)
        if "p_blockade" in forum:
            ahead = self.rng.choice([-30, 0, 1, self.plan.horizon // 2, self.plan.horizon + 30])
            forum["blockade_until"] = self.plan.date(ahead)


def _agree_sender(sender: Data) -> None:
    """Ask for no more physical groups than groups."""
    sender["physical"] = min(sender["physical"], sender["corroboration"])


def _agree_bars(bars: Data) -> None:
    """Spread out a bar that would stand in the wrong order as a point."""
    for low, high in (
        ("dismiss", "warn"),
        ("warn", "attribute"),
        ("dismiss", "attribute"),
        ("dismiss", "early"),
    ):
        below, above = bars[low].get("point"), bars.get(high, {}).get("point")
        is_wrong = below is not None and above is not None and below >= above
        if is_wrong and not (below == above and low == "warn"):
            bars[high] = {"uniform": [above, 1.0], "why": "made up"}
