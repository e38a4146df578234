"""The levers of a case as sliders: where they stand, what they may be, where the value comes from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from scenario.charts.wording import number as number_text
from scenario.charts.wording import plural
from scenario.evidence.derivation import Derivation
from scenario.evidence.derive import derive
from scenario.report.register import distribution_text
from scenario.spec.number import Number
from scenario.spec.register import Entry
from scenario.spec.scenario import Scenario
from scenario.spec.schema import Lever

MARKS = {"stated": "●", "inferred": "◐", "assumed": "○"}
"""Status of a number -> its mark."""


@dataclass(frozen=True, kw_only=True)
class LeverState:
    """A lever as a slider shows it.

    Parameters
    ----------
    path, title, unit
        As declared.
    low, high, step, default
        Range, step and where it stands unless moved; whole numbers are int.
    status, why
        Status of the number, and its reason or evidence.
    """

    path: str
    title: str
    unit: str
    low: float
    high: float
    step: float
    default: float
    status: str
    why: str

    @property
    def label(self) -> str:
        """Return the label of the slider: source mark, title, range and unit."""
        unit = "" if self.unit in ("probability", "share") else f" {plural(self.unit)}"
        return f"{MARKS[self.status]} {self.title} ({self.low:g}–{self.high:g}{unit})"


def lever_states(scenario: Scenario) -> list[LeverState]:
    """Return the levers of a scenario that stand for a number in it.

    Parameters
    ----------
    scenario
        The variant whose values are the defaults.
    """
    entries: dict[str, Entry] = {}
    for entry in scenario.numbers:
        entries.setdefault(entry.path, entry)
        entries.setdefault(scenario.declared_at.get(entry.path, entry.path), entry)
    return [
        _state(lever, entries[lever.path], scenario)
        for lever in scenario.spec.levers
        if lever.path in entries
    ]


def _state(lever: Lever, entry: Entry, scenario: Scenario) -> LeverState:
    """Return one lever."""
    is_whole = all(float(value).is_integer() for value in (lever.low, lever.high, lever.step))
    kind = int if is_whole else float
    steps = round((middle(entry.number, scenario) - lever.low) / lever.step)
    at = min(max(lever.low + steps * lever.step, lever.low), lever.high)
    number = entry.number
    return LeverState(
        path=lever.path,
        title=lever.title,
        unit=entry.quantity.unit,
        low=kind(lever.low),
        high=kind(lever.high),
        step=kind(lever.step),
        default=kind(round(at, 6)),
        status=status_of(number, scenario),
        why=number.why or ", ".join(number.evidence) or f"derived from the ledger: {number.derived}",
    )


def middle(number: Number, scenario: Scenario) -> float:
    """Return the median of a number, for a slider to stand at.

    Parameters
    ----------
    number
        A number of the scenario.
    scenario
        Whose ledger a derived number comes from.
    """
    from scenario.draws.points import sample

    if number.derived is not None:
        return derivation_of(scenario).parameters[number.derived].posterior.middle
    return float(sample(number, [0.5])[0])


def status_of(number: Number, scenario: Scenario) -> str:
    """Return the status of a number: its own, or that of the ledger's parameter where it is derived.

    Parameters
    ----------
    number, scenario
        As in `middle`.
    """
    if number.derived is not None and scenario.ledger is not None:
        return derivation_of(scenario).parameters[number.derived].status
    return str(number.status.value)


def plain_text(value: object, scenario: Scenario) -> str:
    """Return a plain value as text; a derived number as its median and 5-95 % range.

    Parameters
    ----------
    value
        As `spec.register` gives it.
    scenario
        Whose ledger a derived number comes from.
    """
    if not isinstance(value, dict) or "derived" not in value or scenario.ledger is None:
        return distribution_text(value)
    found = derivation_of(scenario).parameters[value["derived"]].posterior
    low, middle_, high = (number_text(point) for point in (found.low, found.middle, found.high))
    return f"{middle_} ({low} to {high}), from the evidence"


def derivation_of(scenario: Scenario) -> Derivation:
    """Return the derivation of a scenario's ledger with its switched-off items; the last eight are kept.

    Parameters
    ----------
    scenario
        A scenario with a ledger.
    """
    return _derivation(_ByHash(scenario))


class _ByHash:
    """A scenario as a cache key: two with the same hash are the same."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    def __hash__(self) -> int:
        return hash(self.scenario.hash)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByHash) and other.scenario.hash == self.scenario.hash


@lru_cache(maxsize=8)
def _derivation(key: _ByHash) -> Derivation:
    """Derive once per hash."""
    ledger = key.scenario.ledger
    if ledger is None:
        raise TypeError("a scenario with derived numbers must have a ledger (got none)")
    return derive(ledger, without=key.scenario.without)
