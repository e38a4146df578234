"""From the fixed part of a scenario and a root seed to the tables of facts that compiled code reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from scenario.draws.streams import Streams
from scenario.engine.compiled import codes, records
from scenario.engine.tables import NATIONAL, RULES, SIGN, Cast
from scenario.spec.coalition import LegalBasis, LegalForce, Procedure, TrackKind
from scenario.spec.outcomes import outcomes_of
from scenario.spec.verification import ActKind, Opening

Table = np.ndarray[Any, Any]

MOST_PLACES = 1 << 22
"""Places in the order rule for which a rank, place x 2^40 + sequence, stays a whole number of 64 bits."""

_ACT = {ActKind.ONE_SHOT: codes.ONE_SHOT, ActKind.FLOW: codes.FLOW, ActKind.ONGOING: codes.ONGOING}
_OPENS = {
    Opening.AS_OF: codes.OPENS_AS_OF,
    Opening.SHIPMENT: codes.OPENS_SHIPMENT,
    Opening.USE: codes.OPENS_USE,
}
_BASIS = {LegalBasis.EXISTS: 0, LegalBasis.AMEND: 1, LegalBasis.NEW: 2}
_REACTIONS = ("warning", "attribution", "adoption")
_TRACK = {
    TrackKind.EXPULSION: codes.EXPULSION_TRACK,
    TrackKind.STRIKE: codes.STRIKE_TRACK,
    TrackKind.INSPECTION: codes.INSPECTION_TRACK,
}


class Facts:
    """The facts of one scenario under one root seed.

    Parameters
    ----------
    cast
        The fixed part of the scenario.
    streams
        The streams of the root seed.
    """

    def __init__(self, cast: Cast, streams: Streams) -> None:
        self.cast, self._streams = cast, streams
        spec = cast.spec
        self.names = {section: list(getattr(spec, section)) for section in ("groups", *records.MANY)}
        self.stream_of: dict[int, str] = {}
        self.place_of = {number: place for place, number in cast.slots.items()}
        self.words: list[str] = []
        self._wait_edges = [
            (name, partner) for name, sender in spec.senders.items() for partner in sender.waits_for
        ]
        self._slots = {name: self._slot_times(name) for name in spec.forums}
        self.tables = self._tables()
        if max(self.place_of) >= MOST_PLACES:
            raise ValueError(
                f"a scenario must have fewer than {MOST_PLACES} places (got {max(self.place_of)})."
            )

    @property
    def dimensions(self) -> dict[str, int]:
        """Return how many there are of everything that a table is sized by."""
        spec = self.cast.spec
        return {section: len(names) for section, names in self.names.items()} | {
            "wait_edges": len(self._wait_edges),
            "slots": sum(len(times) for times in self._slots.values()),
            "members": sum(len(forum.members) for forum in spec.forums.values()),
            "columns": len(self.cast.outcomes),
        }

    def equal(self, other: Facts) -> bool:
        """Return whether two scenarios differ by nothing but numbers, under the same seed."""
        same_words = self.words == other.words and self.place_of == other.place_of
        return same_words and all(
            np.array_equal(table, other.tables[name]) for name, table in self.tables.items()
        )

    # ---- what the tables are made of -------------------------------------------------------------------

    def _place(self, family: str, name: str = "") -> int:
        """Return the place in the order rule."""
        return self.cast.slots[family, name]

    def _keys(self, **streams: str) -> dict[str, int]:
        """Return the keys of streams, and remember whose they are."""
        found = {f"key_{field}": self._streams.key(name) for field, name in streams.items()}
        self.stream_of |= dict(zip(found.values(), streams.values(), strict=True))
        return found

    def _index(self, section: str, name: str | None) -> int:
        """Return the number of a thing in the file, -1 for none."""
        return -1 if name is None else self.names[section].index(name)

    def _slot_times(self, forum: str) -> list[float]:
        """Return the times of a forum's meetings, two beyond the first at or after the horizon."""
        calendar = self.cast.calendars[forum]
        n_slots = calendar.next_slot(float(self.cast.spec.horizon_days)) + 2
        return [calendar.slot(number) for number in range(n_slots)]

    def _tables(self) -> dict[str, Table]:
        """Return all tables by the name of their field in the head of a run."""
        return {
            "case": _filled(records.CASE_FACTS, [self._case()]),
            "group": _filled(records.GROUP_FACTS, self._groups()),
            "hearing": _filled(records.HEARING_FACTS, self._hearings()),
            "wait": np.array(
                [self._index("senders", partner) for _, partner in self._wait_edges], dtype="i8"
            ),
            "pair": _filled(records.PAIR_FACTS, self._pairs()),
            "slot": np.array([time for times in self._slots.values() for time in times], dtype="f8"),
            "member": _filled(records.MEMBER_FACTS, self._members()),
            "competence": _filled(records.COMPETENCE_FACTS, self._competences()),
            "column": _filled(records.COLUMN_FACTS, self._columns()),
            "channels": _filled(records.CHANNEL_FACTS, self._channels()),
            "senders": _filled(records.SENDER_FACTS, self._senders()),
            "forums": _filled(records.FORUM_FACTS, self._forums()),
            "measures": _filled(records.MEASURE_FACTS, self._measures()),
            "tracks": _filled(records.TRACK_FACTS, self._tracks()),
            "suppliers": _filled(records.SUPPLIER_FACTS, self._suppliers()),
            "shocks": _filled(records.SHOCK_FACTS, self._shocks()),
            "background": _filled(records.BACKGROUND_FACTS, self._background()),
        }

    def _case(self) -> dict[str, Any]:
        """Return what belongs to the case as a whole."""
        spec = self.cast.spec
        streams = {name: name.replace("_", "-") for name in records.CASE_KEYS}
        streams |= {f"mood_{option}": f"mood:{option}" for option in ("persist", "pause", "escalate")}
        costs = {"target": spec.costs.target, "senders": spec.costs.senders}
        return {
            "horizon": float(spec.horizon_days),
            "max_events": spec.max_events,
            "weekday": self.cast.weekday,
            "act_kind": _ACT[spec.act.kind],
            "gravity": spec.act.gravity,
            "is_leaked": spec.disclosure.is_leaked,
            "finding_exists": spec.belief.finding_exists,
            "has_p_start": spec.belief.p_start is not None,
            "has_demarche": spec.policy.demarche,
            **{f"cost_{who}_{i}": bound for who, bounds in costs.items() for i, bound in enumerate(bounds)},
            **{f"n_{name}": n for name, n in self.dimensions.items()},
            **self._word_numbers(),
            **{f"place_{family}": self._place(family) for family in records.CASE_PLACES},
            **self._keys(**streams),
        }

    def _word_numbers(self) -> dict[str, int]:
        """Number the words that an event can name, and return where those of each section begin."""
        spec = self.cast.spec
        self.words = [*codes.WORDS, spec.act.unit]
        found = {"unit_word": len(codes.WORDS)}
        members = [member for forum in spec.forums.values() for member in forum.members]
        for section, names in (self.names | {"members": members}).items():
            found[f"word_{section}"] = len(self.words)
            self.words += names
        return found

    def _groups(self) -> Iterable[dict[str, Any]]:
        """Yield what belongs to each origin group."""
        for group in self.cast.spec.groups.values():
            yield {"last_verdict": SIGN[group.last_verdict]}

    def _hearings(self) -> Iterable[dict[str, Any]]:
        """Yield what belongs to each pair (sender, group)."""
        for sender in self.names["senders"]:
            for group in self.names["groups"]:
                yield {
                    "receives": sender in self.cast.receivers[group],
                    "place": self._place("arrival", f"{group}:{sender}"),
                }

    def _pairs(self) -> Iterable[dict[str, Any]]:
        """Yield what belongs to each pair (sender, leader)."""
        for name, sender in self.cast.spec.senders.items():
            for leader in self.names["senders"]:
                yield {"follows": leader in sender.follows} | self._keys(
                    follow=f"follow:{name}:{leader}", follow_lag=f"follow-lag:{name}:{leader}"
                )

    def _competences(self) -> Iterable[dict[str, Any]]:
        """Yield what belongs to each pair (sender, measure)."""
        for name, sender in self.cast.spec.senders.items():
            for kind, measure in self.cast.spec.measures.items():
                route = sender.adopts.get(kind)
                is_national = route == NATIONAL
                yield {
                    "route": codes.NO_ROUTE
                    if route is None
                    else codes.NATIONAL_ROUTE
                    if is_national
                    else self._index("forums", route),
                    "place": self._place("in_force", f"{name}:{kind}"),
                    "at_once": name in measure.at_once_for,
                } | self._keys(content=f"content:{name}:{kind}", in_force=f"in-force:{name}:{kind}")

    def _columns(self) -> Iterable[dict[str, Any]]:
        """Yield what belongs to each outcome that does not compare a run with its twins."""
        places = {name: place for place, name in enumerate(outcomes_of(self.cast.spec))}
        for name, outcome in self.cast.outcomes.items():
            yield {"place": places[name], "is_time": outcome.kind == "time"}

    def _channels(self) -> Iterable[dict[str, Any]]:
        """Yield what belongs to each channel."""
        for name, channel in self.cast.spec.channels.items():
            yield {
                "group": self._index("groups", channel.group),
                "opens": _OPENS[channel.opens],
                "place": self._place("channel", name),
                "is_physical": channel.physical,
            } | self._keys(
                access=f"access:{name}",
                report_gap=f"report-gap:{name}",
                echo=f"echo:{name}",
                verdict=f"verdict:{name}",
                report_lag=f"report-lag:{name}",
            )

    def _senders(self) -> Iterable[dict[str, Any]]:
        """Yield what belongs to each sender."""
        first_wait = 0
        for name, sender in self.cast.spec.senders.items():
            streams = {field: f"{field.replace('_', '-')}:{name}" for field in records.SENDER_KEYS}
            streams |= {f"reaction_{cause}": f"reaction:{cause}:{name}" for cause in _REACTIONS}
            yield {
                "anchor": self.cast.anchors.get(name, -1.0),
                "within": self._index("senders", sender.within),
                "corroboration": sender.corroboration,
                "physical": sender.physical,
                "burns": self._index("channels", sender.burns),
                "legal_basis": _BASIS[sender.legal_basis],
                "first_wait": first_wait,
                "n_waits": len(sender.waits_for),
                "is_partner": sender.partner,
                "has_early": sender.bars.early is not None,
                "retracts": sender.retracts,
                **{f"place_{family}": self._place(family, name) for family in records.SENDER_PLACES},
                **self._keys(**streams),
            }
            first_wait += len(sender.waits_for)

    def _forums(self) -> Iterable[dict[str, Any]]:
        """Yield what belongs to each forum."""
        first_member, first_slot = 0, 0
        for name, forum in self.cast.spec.forums.items():
            members = list(forum.members)
            yield {
                "rule": RULES[forum.rule],
                "quorum": forum.quorum,
                "leader_member": members.index(forum.leader) if forum.leader in members else -1,
                "first_member": first_member,
                "n_members": len(members),
                "first_slot": first_slot,
                "blockade_end": self.cast.blockade_ends[name],
                "is_binding": forum.legal_force is LegalForce.BINDING,
                "has_procedure": forum.off_calendar is not Procedure.CLOSED,
                "place": self._place("forum", name),
                **self._keys(forum_lag=f"forum-lag:{name}"),
            }
            first_member += len(members)
            first_slot += len(self._slots[name])

    def _members(self) -> Iterable[dict[str, Any]]:
        """Yield what belongs to each member of each forum."""
        senders = self.names["senders"]
        for name, forum in self.cast.spec.forums.items():
            for member in forum.members:
                place = senders.index(member) if member in senders else -1
                yield {"sender": place} | self._keys(veto=f"veto:{name}:{member}")

    def _measures(self) -> Iterable[dict[str, Any]]:
        """Yield what belongs to each measure."""
        for measure in self.cast.spec.measures.values():
            exposure = self._index("exposures", measure.exposure)
            yield {"exposure": exposure, "enabled": measure.enabled, "binds_all": measure.binds_all}

    def _tracks(self) -> Iterable[dict[str, Any]]:
        """Yield what belongs to each other track."""
        for name, track in self.cast.spec.tracks.items():
            yield {
                "kind": _TRACK[track.kind],
                "sender": self._index("senders", track.sender),
                "min_gravity": track.min_gravity,
                "place": self._place("track", name),
            } | self._keys(
                track=f"track:{name}", track_lag=f"track-lag:{name}", track_verdict=f"track-verdict:{name}"
            )

    def _suppliers(self) -> Iterable[dict[str, Any]]:
        """Yield what belongs to each alternative supplier."""
        for name in self.names["suppliers"]:
            keys = self._keys(delivery_gap=f"delivery-gap:{name}", delivery_size=f"delivery-size:{name}")
            yield {"place": self._place("supplier", name)} | keys

    def _shocks(self) -> Iterable[dict[str, Any]]:
        """Yield what belongs to each dated shock."""
        for name, shock in self.cast.spec.shocks.items():
            day, place = self.cast.shock_days[name], self._place("shock", name)
            yield {"day": day, "place": place, "stops_flow": shock.stops_flow} | self._keys(
                shock=f"shock:{name}"
            )

    def _background(self) -> Iterable[dict[str, Any]]:
        """Yield what belongs to each kind of unlinked listing."""
        for name in self.names["background"]:
            yield {"place": self._place("background", name)} | self._keys(listing=f"listing:{name}")


def _filled(dtype: np.dtype[Any], rows: Iterable[Mapping[str, Any]]) -> Table:
    """Return a table with one record per mapping; every field must be given."""
    names = dtype.names or ()
    return np.array([tuple(row[name] for name in names) for row in rows], dtype=dtype)
