"""Assumptions as texts: what a number is called, its value, range, status and source, and what a variant changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from scenario.charts.wording import number, value_text
from scenario.evidence.derive import derive
from scenario.experiment.factors import title_of
from scenario.spec.register import Entry, difference, plain
from scenario.spec.schema import ScenarioSpec
from scenario.spec.shape import root, slot_at

if TYPE_CHECKING:
    from scenario.evidence.derivation import Derivation
    from scenario.spec.scenario import Scenario

KINDS: Mapping[str, str] = {
    "uniform": "even between {0} and {1}",
    "triangular": "triangular, {0} to {2}, mode {1}",
    "pert": "PERT, {0} to {2}, mode {1}",
    "beta": "beta({0}, {1})",
    "normal": "normal, mean {mean}, sd {sd}",
}
"""Kind of distribution -> how it is told."""


UNREASONED = ("set by ", "set in the app")
"""How the reason of a number begins that was changed without one."""


@dataclass(frozen=True, kw_only=True)
class Assumption:
    """One number of a scenario as texts.

    Parameters
    ----------
    path, title, meaning, unit
        Where it is declared, what it is called, what it means and in what.
    value
        Its distribution.
    low, high
        Ends of its range: of a derived one the 5 and 95 % points, of others the bounds of the distribution (99.8 %
        where it has none).
    role, status
        "lever" or "uncertainty"; "stated", "inferred" or "assumed".
    source
        Evidence items, the ledger's parameter, or the reason.
    """

    path: str
    title: str
    meaning: str
    unit: str
    value: str
    low: float
    high: float
    role: str
    status: str
    source: str

    @property
    def range_text(self) -> str:
        """Return the range as text."""
        return "fixed" if self.low == self.high else f"{number(self.low)} to {number(self.high)}"


class Register:
    """The assumptions of one scenario.

    Parameters
    ----------
    scenario
        Whose numbers are told.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    @cached_property
    def derivation(self) -> Derivation | None:
        """Return how the ledger's parameters come about, or None without a ledger."""
        ledger = self.scenario.ledger
        return None if ledger is None else derive(ledger, without=self.scenario.without)

    @cached_property
    def assumptions(self) -> dict[str, Assumption]:
        """Return every number once, by the path where it is declared."""
        found: dict[str, Assumption] = {}
        for entry in self.scenario.numbers:
            path = self.scenario.declared_at.get(entry.path, entry.path)
            if path not in found:
                found[path] = self._assumption(path, entry)
        return found

    def _assumption(self, path: str, entry: Entry) -> Assumption:
        """Return one number as texts."""
        one, (low, high) = entry.number, self._range(entry)
        return Assumption(
            path=path,
            title=title_of(path, entry, self.scenario),
            meaning=entry.meaning,
            unit=entry.quantity.unit,
            value=self.value_text(plain(one)),
            low=low,
            high=high,
            role="lever" if entry.quantity.lever else "uncertainty",
            status=self._status(entry),
            source=self._source(entry),
        )

    def _range(self, entry: Entry) -> tuple[float, float]:
        """Return the range of a number."""
        name = entry.number.derived
        if name is None or self.derivation is None:
            return entry.number.bounds()
        points = self.derivation.parameters[name].posterior
        return points.low, points.high

    def _status(self, entry: Entry) -> str:
        """Return the status of a number: of a derived one that of its parameter."""
        name = entry.number.derived
        if name is None or self.derivation is None:
            return str(entry.number.status.value)
        return self.derivation.parameters[name].status

    def _source(self, entry: Entry) -> str:
        """Return where a number comes from."""
        one = entry.number
        parts = [", ".join(one.evidence), one.why]
        if one.derived is not None and self.derivation is not None:
            found = self.derivation.parameters[one.derived]
            items = [item.id for item in found.items if item.applied and item.place is not None]
            told = f", moved by {', '.join(items)}" if items else ""
            parts.append(f"ledger, {one.derived}{told}: {found.why or found.source}")
        return "; ".join(part for part in parts if part)

    def value_text(self, value: Any) -> str:
        """Return a value of the register as text: a number, a distribution, a list, a word."""
        if value is None:
            return "not set"
        if isinstance(value, Mapping) and "derived" in value:
            return self._derived(str(value["derived"]))
        return distribution_text(value)

    def _derived(self, name: str) -> str:
        """Return the posterior of a parameter of the ledger."""
        if self.derivation is None:
            return name
        found = self.derivation.parameters[name].posterior
        return f"{number(found.middle)} ({number(found.low)} to {number(found.high)}), from the evidence"


def changes_of(a: Register, b: Register) -> list[tuple[str, str, str, str, str, str]]:
    """Return what differs between two scenarios: path, what it is called, value in A, value in B, unit, reason."""
    titles = {path: found.title for register in (a, b) for path, found in register.assumptions.items()}
    entries = {entry.path: entry for side in (b, a) for entry in side.scenario.numbers}
    reasons = _reasons(b.scenario)
    rows = []
    for change in difference(a.scenario, b.scenario):
        entry, title = entries.get(change.path), titles.get(change.path)
        if title is None and entry is not None:
            title = title_of(change.path, entry, b.scenario)
        told = title or setting_title(change.path, b.scenario)
        values = a.value_text(change.a), b.value_text(change.b)
        rows.append((change.path, told, *values, change.unit, reasons.get(change.path, "")))
    return rows


def _reasons(scenario: Scenario) -> dict[str, str]:
    """Return the reason of every number, under its own path and under that where it is declared."""
    found: dict[str, str] = {}
    for entry in scenario.numbers:
        if not entry.number.why.startswith(UNREASONED):
            found[entry.path] = found[scenario.declared_at.get(entry.path, entry.path)] = entry.number.why
    return found


def setting_title(path: str, scenario: Scenario) -> str:
    """Return what a setting that is no number is called: whose it is, and what it means.

    Parameters
    ----------
    path
        As `spec.register.difference` gives it.
    scenario
        Where it stands.
    """
    if path == "without":
        return "Evidence items switched off"
    section, *rest = path.split(".")
    meaning = slot_at(root(ScenarioSpec), tuple(path.split(".")))[-1].meaning
    told = re.split(r"[,;(:]", meaning)[0].strip()
    held = getattr(scenario.spec, section, None)
    if isinstance(held, Mapping) and rest and rest[0] in held:
        whose = str(getattr(held[rest[0]], "title", rest[0]))
        return f"{whose}: {told or _spaced(rest[1:])}"
    return f"{section.capitalize()}: {told or _spaced(rest)}" if rest else told or section.replace("_", " ")


def _spaced(parts: Iterable[str]) -> str:
    """Return the parts of a path as words."""
    return " ".join(parts).replace("_", " ")


def distribution_text(value: Any) -> str:
    """Return a value of the register as text, but for one that the evidence derives.

    Parameters
    ----------
    value
        As `spec.register` gives it: a mapping from the kind of a distribution to its parameters, or a single value.
    """
    if not isinstance(value, Mapping):
        return value_text(value)
    (kind, inner), *_ = value.items()
    if kind == "lognormal":
        return _lognormal(inner)
    if kind not in KINDS:
        return f"{kind}: {value_text(inner)}"
    if isinstance(inner, Mapping):
        return KINDS[kind].format(**{name: value_text(v) for name, v in inner.items()})
    return KINDS[kind].format(*map(value_text, inner))


def _lognormal(inner: Mapping[str, Any]) -> str:
    """Return a lognormal distribution as text."""
    if "sigma" in inner:
        return f"lognormal, median {number(inner['median'])}, sigma {number(inner['sigma'])}"
    if "q05" in inner:
        return f"lognormal, 90 % of it {number(inner['q05'])} to {number(inner['q95'])}"
    low, high = inner["range90"]
    return f"lognormal, median {number(inner['median'])}, 90 % of it {number(low)} to {number(high)}"
