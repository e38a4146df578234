"""What must hold between the parts of a scenario: names that exist, dates in order, bars in order.

What must hold of one value alone is declared in the schema; what must hold of numbers against their
bounds and against the ledger lives in `check_numbers`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scenario.spec.coalition import Forum, LegalForce, Rule, Sender
from scenario.spec.document import Path
from scenario.spec.names import did_you_mean, is_name
from scenario.spec.number import Number
from scenario.spec.schema import DEFAULTS, Lever, ScenarioSpec
from scenario.spec.shape import root, slot_at

SECTIONS = (
    *("groups", "channels", "senders", "forums", "measures", "exposures", "tracks", "suppliers"),
    *("shocks", "background", "variants"),
)
"""The sections whose keys are names that the file gives."""

_YEARS = (1900, 2200)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that does not hold: where, what must hold (without the path), the value, a code, a hint."""

    path: Path
    rule: str
    got: Any
    code: str
    hint: str = ""


def findings(spec: ScenarioSpec) -> Iterator[Finding]:
    """Yield everything that does not hold between the parts of a scenario.

    Parameters
    ----------
    spec
        A scenario that passed the schema.
    """
    yield from _names(spec)
    yield from _dates(spec)
    yield from _verification(spec)
    for name, sender in spec.senders.items():
        yield from _sender(spec, name, sender)
    for name, forum in spec.forums.items():
        yield from _forum(spec, name, forum)
    yield from _measures(spec)
    yield from _bands(spec)
    for index, lever in enumerate(spec.levers):
        yield from _lever(spec, lever, ("levers", index))


def _missing(path: Path, what: str, name: str, known: Iterable[str]) -> Iterator[Finding]:
    """Yield a finding where a name is not among those known."""
    names = list(known)
    if name not in names:
        hint = did_you_mean(name, names)
        yield Finding(path=path, rule=f"must name {what}", got=name, code="E130", hint=hint)


def _names(spec: ScenarioSpec) -> Iterator[Finding]:
    """Yield names that could not stand in a path, a column or a file name, or mean something else."""
    for section in SECTIONS:
        for name in getattr(spec, section):
            if not is_name(name):
                rule = "must have a name of letters, digits, - and _, at most 40, no reserved word"
                yield Finding(path=(section, name), rule=rule, got=name, code="E131")


def _dates(spec: ScenarioSpec) -> Iterator[Finding]:
    """Yield dates that are out of range or before the scenario begins."""
    if not _YEARS[0] <= spec.as_of.year <= _YEARS[1]:
        rule = f"must lie between the years {_YEARS[0]} and {_YEARS[1]}"
        yield Finding(path=("as_of",), rule=rule, got=spec.as_of, code="E126")
    dated: list[tuple[Path, datetime.date | None]] = [
        *((("shocks", name, "date"), shock.date) for name, shock in spec.shocks.items()),
        *((("senders", name, "anchor"), sender.anchor) for name, sender in spec.senders.items()),
    ]
    for name, forum in spec.forums.items():
        dated += [(("forums", name, "slots", index), slot) for index, slot in enumerate(forum.slots)]
    for path, date in dated:
        if date is not None and date < spec.as_of:
            hint = "what is known at as_of belongs in the evidence"
            rule = f"must not lie before as_of, {spec.as_of}"
            yield Finding(path=path, rule=rule, got=date, code="E132", hint=hint)


def _verification(spec: ScenarioSpec) -> Iterator[Finding]:
    """Yield references of groups, channels and tracks that lead nowhere."""
    for name, group in spec.groups.items():
        for receiver in group.received_by:
            path: Path = ("groups", name, "received_by")
            yield from _missing(path, "a sender, or all", receiver, ["all", *spec.senders])
    for name, channel in spec.channels.items():
        yield from _missing(("channels", name, "group"), "a group", channel.group, spec.groups)
    for name, track in spec.tracks.items():
        yield from _missing(("tracks", name, "sender"), "a sender", track.sender, spec.senders)


def _sender(spec: ScenarioSpec, name: str, sender: Sender) -> Iterator[Finding]:
    """Yield what does not hold of one sender."""
    here: Path = ("senders", name)
    others = [other for other in spec.senders if other != name]
    for key, named in (("waits_for", sender.waits_for), ("follows", tuple(sender.follows))):
        for other in named:
            path = (*here, key) if key == "waits_for" else (*here, key, other)
            yield from _missing(path, "another sender", other, others)
    if sender.burns is not None:
        yield from _missing((*here, "burns"), "a channel", sender.burns, spec.channels)
    if sender.physical > sender.corroboration:
        rule = f"must be at most corroboration, {sender.corroboration}"
        yield Finding(path=(*here, "physical"), rule=rule, got=sender.physical, code="E133")
    yield from _within(spec, name, others)
    yield from _adopts(spec, sender, here)
    yield from _bars(sender, (*here, "bars"))


def _within(spec: ScenarioSpec, name: str, others: list[str]) -> Iterator[Finding]:
    """Yield a sender that lies within nobody known, or within itself by a detour."""
    path: Path = ("senders", name, "within")
    above, passed = spec.senders[name].within, [name]
    if above is not None:
        yield from _missing(path, "another sender", above, others)
    while above in spec.senders and above not in passed:
        passed.append(above)
        above = spec.senders[above].within
    if above in passed[:1] and len(passed) > 1:
        yield Finding(path=path, rule="must not lead back to itself", got=" in ".join(passed), code="E130")


def _adopts(spec: ScenarioSpec, sender: Sender, here: Path) -> Iterator[Finding]:
    """Yield measures and routes of a sender that do not exist or cannot adopt."""
    routes = ["national", *(name for name in spec.forums)]
    for measure, route in sender.adopts.items():
        path = (*here, "adopts", measure)
        yield from _missing(path, "a measure as its key", measure, spec.measures)
        yield from _missing(path, "national or a forum", route, routes)
        forum = spec.forums.get(route)
        if forum is not None and forum.legal_force is not LegalForce.BINDING:
            rule = "must name a forum whose legal_force is binding"
            yield Finding(path=path, rule=rule, got=route, code="E134")


def _point(number: Number | None) -> float | None:
    """Return the value of a number without a spread."""
    return number.point if number is not None else None


def _bars(sender: Sender, here: Path) -> Iterator[Finding]:
    """Yield bars that stand in the wrong order, as far as they are points."""
    bars = sender.bars
    dismiss, warn, early = _point(bars.dismiss), _point(bars.warn), _point(bars.early)
    attribute = _point(bars.attribute)
    if dismiss is not None and warn is not None and not dismiss < warn:
        yield Finding(path=(*here, "dismiss"), rule=f"must be < warn, {warn:g}", got=dismiss, code="E133")
    if warn is not None and attribute is not None and not warn <= attribute:
        yield Finding(
            path=(*here, "warn"), rule=f"must be <= attribute, {attribute:g}", got=warn, code="E133"
        )
    if dismiss is not None and attribute is not None and not dismiss < attribute:
        rule = f"must be < attribute, {attribute:g}"
        yield Finding(path=(*here, "dismiss"), rule=rule, got=dismiss, code="E133")
    if dismiss is not None and early is not None and not dismiss < early:
        yield Finding(path=(*here, "early"), rule=f"must be > dismiss, {dismiss:g}", got=early, code="E133")


def _forum(spec: ScenarioSpec, name: str, forum: Forum) -> Iterator[Finding]:
    """Yield what does not hold of one forum."""
    here: Path = ("forums", name)
    if forum.leader is not None:
        yield from _missing((*here, "leader"), "a sender", forum.leader, spec.senders)
    elif forum.rule is Rule.LEADER:
        yield Finding(
            path=(*here, "leader"), rule="must be given for rule leader", got="nothing", code="E121"
        )
    if len(set(forum.members)) != len(forum.members):
        yield Finding(
            path=(*here, "members"), rule="must name each member once", got=forum.members, code="E130"
        )
    if forum.quorum > len(forum.members):
        rule = f"must be at most the number of members, {len(forum.members)}"
        yield Finding(path=(*here, "quorum"), rule=rule, got=forum.quorum, code="E133")
    if (forum.p_blockade is None) != (forum.blockade_until is None):
        yield Finding(
            path=(*here, "blockade_until"),
            rule="must be given together with p_blockade",
            got=f"p_blockade {'missing' if forum.p_blockade is None else 'given'}",
            code="E121",
        )
    for index, (before, after) in enumerate(zip(forum.slots, forum.slots[1:], strict=False), start=1):
        if after <= before:
            path = (*here, "slots", index)
            yield Finding(path=path, rule=f"must be later than {before}", got=after, code="E132")


def _measures(spec: ScenarioSpec) -> Iterator[Finding]:
    """Yield references of measures and exposures that lead nowhere."""
    for name, measure in spec.measures.items():
        here: Path = ("measures", name)
        if measure.exposure is not None:
            yield from _missing((*here, "exposure"), "an exposure", measure.exposure, spec.exposures)
        for sender in measure.at_once_for:
            yield from _missing((*here, "at_once_for"), "a sender", sender, spec.senders)
    for name, exposure in spec.exposures.items():
        for sender in exposure.coverage:
            yield from _missing(("exposures", name, "coverage", sender), "a sender", sender, spec.senders)


def _bands(spec: ScenarioSpec) -> Iterator[Finding]:
    """Yield cost bands whose bounds do not rise."""
    for key in ("target", "senders"):
        bounds = list(getattr(spec.costs, key))
        if bounds != sorted(set(bounds)) or bounds[0] < 0:
            rule = "must rise from a bound >= 0"
            yield Finding(path=("costs", key), rule=rule, got=bounds, code="E133")


def _lever(spec: ScenarioSpec, lever: Lever, here: Path) -> Iterator[Finding]:
    """Yield a lever whose path leads to no number, or whose range leaves the number's bounds."""
    parts: tuple[str, ...] = tuple(lever.path.split("."))
    if parts[0] == "defaults":
        parts = _below_defaults(parts)
    met = slot_at(root(ScenarioSpec), parts)
    quantity = met[-1].quantity
    if len(met) != len(parts) + 1 or quantity is None or not _exists(spec, parts):
        hint = "for example senders.us.bars.attribute"
        rule = "must lead to a number with a unit"
        yield Finding(path=(*here, "path"), rule=rule, got=lever.path, code="E135", hint=hint)
        return
    if not quantity.low <= lever.low < lever.high <= quantity.high:
        rule = f"must have low < high within {quantity.low:g} and {quantity.high:g}"
        yield Finding(path=here, rule=rule, got=[lever.low, lever.high], code="E135")


def _below_defaults(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the path `senders.*.x` behind `defaults.sender.x`."""
    section = DEFAULTS.get(parts[1]) if len(parts) > 2 else None
    return (section, "*", *parts[2:]) if section else parts


def _exists(spec: ScenarioSpec, parts: tuple[str, ...]) -> bool:
    """Return whether the entry that a path goes through is declared; `*` stands for all."""
    section = getattr(spec, parts[0], None)
    return not isinstance(section, dict) or parts[1] == "*" or parts[1] in section
