"""Factors of a sweep as the scenario knows them: which numbers or settings each moves, and its values.

A *numeric* factor moves one number, or all that inherit it from `defaults`; a *structural* one sets anything
else (a switch, a kind, a name), and each of its settings is a scenario of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from scenario.draws.points import sample
from scenario.engine.tables import draw_points
from scenario.errors import Problem, SpecError
from scenario.spec.names import did_you_mean
from scenario.spec.number import Number
from scenario.spec.register import Entry
from scenario.spec.scenario import Scenario
from scenario.spec.schema import DEFAULTS, Lag, ScenarioSpec
from scenario.spec.shape import root, slot_at
from scenario.spec.sweep import FactorSpec, Role, SweepSpec

Floats = np.ndarray[Any, np.dtype[np.float64]]
Values = np.ndarray[Any, Any]

N_QUANTILES = 4001
"""Points at which a derived number is drawn to know its distribution; odd, so that its median is one of them."""

INNER = (0.05, 0.95)
"""Where the ends of a design fall in a distribution without ends."""


@dataclass(frozen=True, kw_only=True)
class Factor:
    """What varies.

    Parameters
    ----------
    path, title, role
        Dotted path, what it is called, and whether it is an uncertainty or a lever.
    kind
        range, integer, values, share or own, as in the file.
    unit
        Of the number; "" for a setting.
    paths
        The numbers that it moves; none for a structural factor.
    low, high
        Ends of its range; NaN where it has none.
    values
        Its categories; empty for a continuous factor.
    group
        The group of shares it belongs to, or "".
    quantiles
        float64[N]: its own distribution, sorted; empty without one.
    """

    path: str
    title: str
    role: Role
    kind: str
    unit: str = ""
    paths: tuple[str, ...] = ()
    low: float = float("nan")
    high: float = float("nan")
    values: tuple[Any, ...] = ()
    group: str = ""
    quantiles: Floats
    levels: int | None = None

    @property
    def is_structural(self) -> bool:
        """Return whether each value is a scenario of its own."""
        return not self.paths

    @property
    def n_levels(self) -> int | None:
        """Return how many values the factor can take, or None for any number of them."""
        if self.values:
            return len(self.values)
        return int(self.high - self.low) + 1 if self.kind == "integer" else None

    def about(self) -> dict[str, Any]:
        """Return what a reader of the rows must know of the factor, as plain data."""
        ends = None if self.low != self.low else [self.low, self.high]
        values = [str(value) if self.is_structural else value for value in self.values]
        told = {"title": self.title, "role": self.role.value, "kind": self.kind, "unit": self.unit}
        return told | {"range": ends, "values": values, "is_structural": self.is_structural}

    def at(self, u: Floats) -> Values:
        """Return the values at places u of the unit interval, both ends allowed; see `on_grid` for a grid.

        Parameters
        ----------
        u
            float64[M], 0 to 1. A share has its place in the group instead (see `design`).
        """
        if self.values:
            place = np.minimum((u * len(self.values)).astype(np.int64), len(self.values) - 1)
            kept = np.array(self.values, dtype=np.float64 if self.paths else object)
            return np.asarray(kept[place])
        if self.kind == "integer":
            n = self.high - self.low + 1
            return np.asarray(np.minimum(self.low + np.floor(u * n), self.high))
        if self.kind == "own":
            is_stepped = 2 * len(np.unique(self.quantiles)) < N_QUANTILES
            return np.quantile(self.quantiles, u, method="inverted_cdf" if is_stepped else "hazen")
        return np.asarray(np.clip(self.low * (1.0 - u) + self.high * u, self.low, self.high))

    def on_grid(self, u: Floats) -> Values:
        """Return the values at places u of a grid with both ends: those of a distribution lie at `INNER`."""
        low, high = INNER
        return self.at(low + (high - low) * u if self.kind == "own" else u)


def factors_of(spec: SweepSpec, scenario: Scenario) -> tuple[Factor, ...]:
    """Return the factors of a sweep, checked against the scenario.

    Parameters
    ----------
    spec
        The sweep.
    scenario
        The scenario of its first policy.

    Raises
    ------
    SpecError
        With every factor that the scenario does not have, or whose range its numbers do not allow.
    """
    known = _known(scenario)
    problems: list[Problem] = []
    found = [
        _factor(path, given, scenario, known, problems, spec.seed) for path, given in spec.factors.items()
    ]
    twice = _moved_twice(found)
    problems += twice
    if problems:
        raise SpecError(problems)
    return tuple(found)


def table_factors(columns: Mapping[str, list[Any]], scenario: Scenario) -> tuple[Factor, ...]:
    """Return the factors of a table: one per column, with the values that stand in it.

    Parameters
    ----------
    columns
        Path -> values, None where a cell is blank.
    """
    known = _known(scenario)
    problems: list[Problem] = []
    found: list[Factor] = []
    for path, cells in columns.items():
        entries = known.get(path, ())
        values = [cell for cell in cells if cell is not None]
        distinct = tuple(dict.fromkeys(values))
        if len(distinct) < max(1, len(set(map(repr, values)))):
            rule = f"the column {path} must hold a value, and write each in one way"
            problems.append(_table_problem(rule, sorted(set(map(repr, values))) or "blanks", "E316"))
            continue
        told: dict[str, Any] = {
            "path": path,
            "title": path,
            "role": Role.UNCERTAINTY,
            "quantiles": np.zeros(0),
        }
        if entries:
            wrong = [v for v in values if isinstance(v, bool) or not isinstance(v, (int, float))]
            if wrong:
                problems.append(_table_problem(f"the column {path} must hold numbers", wrong[0], "E312"))
                continue
            low, high = float(min(values)), float(max(values))
            problems += [replace(one, path="design.table") for one in _beyond(path, low, high, entries)]
            paths = tuple(entry.path for entry in entries)
            found.append(
                Factor(**told, kind="range", unit=entries[0].quantity.unit, paths=paths, low=low, high=high)
            )
        else:
            found.append(Factor(**told, kind="values", values=distinct))
    problems += [replace(one, path="design.table") for one in _moved_twice(found)]
    if problems:
        raise SpecError(problems)
    return tuple(found)


def title_of(path: str, entry: Entry, scenario: Scenario) -> str:
    """Return what a number is called: the title of its lever where it has one, else whose it is and what it means.

    What tells it from others of the same name stands behind it in brackets: "France: probability of following
    this leader without a finding (United States)".
    """
    levers = {lever.path: lever.title for lever in scenario.spec.levers}
    if path in levers:
        return levers[path]
    section, name, *_ = (*path.split("."), "")
    named = getattr(scenario.spec, section, None)
    owner, n_owner = section.capitalize(), 1
    if section == "defaults":
        owner, n_owner = f"All {DEFAULTS[name]}", 2
    elif isinstance(named, dict) and name in named:
        owner, n_owner = str(getattr(named[name], "title", name)), 2
    return f"{owner}: {_short(entry.meaning)}{_detail(path, entry, scenario, n_owner=n_owner)}"


@cache
def _short(meaning: str) -> str:
    """Return the beginning of what a number means."""
    return re.split(r"[,;(]", meaning)[0].strip()


def _detail(path: str, entry: Entry, scenario: Scenario, *, n_owner: int) -> str:
    """Return in brackets the parts of a path in which it differs from numbers of the same owner and name, or nothing.

    What belongs to a delay always says to which: "NATO: median delay (off calendar lag)".

    Parameters
    ----------
    path, entry, scenario
        As in `title_of`.
    n_owner
        How many parts of the path name the owner.
    """
    parts = path.split(".")
    start, meaning = ".".join(parts[:n_owner]) + ".", _short(entry.meaning)
    alike = {
        scenario.declared_at.get(other.path, other.path)
        for other in scenario.numbers
        if _short(other.meaning) == meaning
    }
    others = [other.split(".") for other in alike if other.startswith(start) and other != path]
    if not others:
        is_of_lag = slot_at(root(ScenarioSpec), tuple(entry.path.split(".")))[-2].model is Lag
        return f" ({parts[-2].replace('_', ' ')})" if is_of_lag else ""
    is_even = all(len(other) == len(parts) for other in others)
    places = [i for i in range(n_owner, len(parts)) if not is_even or any(o[i] != parts[i] for o in others)]
    words = [
        scenario.spec.senders[parts[i]].title
        if parts[i] in scenario.spec.senders
        else parts[i].replace("_", " ")
        for i in places
    ]
    return f" ({' '.join(words)})"


def spread_numbers(scenario: Scenario) -> dict[str, Entry]:
    """Return the numbers that have a distribution, by the path where each is declared: an inherited one once."""
    found: dict[str, Entry] = {}
    for entry in scenario.numbers:
        if entry.number.point is None:
            found.setdefault(scenario.declared_at.get(entry.path, entry.path), entry)
    return found


def moved(scenario: Scenario, factor: Factor) -> tuple[str, ...]:
    """Return the numbers of a scenario that a factor moves: policies may inherit other numbers than the first one."""
    return tuple(entry.path for entry in _known(scenario).get(factor.path, ()))


def medians(scenario: Scenario, seed: int) -> dict[str, float]:
    """Return the median of every number of a scenario; of a derived one over draws of the ledger."""
    drawn: Mapping[str, Floats] = {}
    found: dict[str, float] = {}
    for entry in scenario.numbers:
        if entry.number.derived is None:
            middle = float(_quantile(entry.number, np.array([0.5]))[0])
        else:
            drawn = drawn or draw_points(scenario, seed=seed, n_points=N_QUANTILES).values
            middle = float(np.median(drawn[entry.path]))
        found[entry.path] = min(max(middle, entry.quantity.low), entry.quantity.high)
    return found


def _known(scenario: Scenario) -> dict[str, tuple[Entry, ...]]:
    """Return the numbers behind every path that names some: a number, or a place under `defaults`."""
    known: dict[str, tuple[Entry, ...]] = {}
    for entry in scenario.numbers:
        for path in {entry.path, scenario.declared_at.get(entry.path, entry.path)}:
            known[path] = (*known.get(path, ()), entry)
    return known


def _factor(
    path: str,
    given: FactorSpec,
    scenario: Scenario,
    known: Mapping[str, tuple[Entry, ...]],
    problems: list[Problem],
    seed: int,
) -> Factor:
    """Return one factor; what is wrong with it is noted."""
    entries = known.get(path, ())
    told: dict[str, Any] = {
        "path": path,
        "title": given.title or (title_of(path, entries[0], scenario) if entries else path),
        "role": given.role,
        "kind": given.kind,
        "group": given.share or "",
        "levels": given.levels,
        "quantiles": np.zeros(0),
    }
    if not entries:
        if given.kind != "values":
            hint = did_you_mean(path, known)
            rule = f"factors.{path} must be a number of the scenario to vary by {given.kind}"
            problems.append(_problem(path, rule, path, "E311", hint))
        return Factor(**told, values=given.values or ())
    told |= {"unit": entries[0].quantity.unit, "paths": tuple(entry.path for entry in entries)}
    if given.kind == "own":
        told["quantiles"] = _own(path, entries[0], scenario, problems, seed)
        ends = (0.0, 0.0)
        if len(told["quantiles"]):
            ends = tuple(np.quantile(told["quantiles"], INNER).tolist())
    elif given.values is not None:
        numbers = [value for value in given.values if isinstance(value, (int, float)) and value is not True]
        if len(numbers) < len(given.values) or any(value is False for value in given.values):
            rule = f"factors.{path} must list numbers"
            problems.append(_problem(path, rule, list(given.values), "E312"))
            return Factor(**told)
        told["values"], ends = tuple(map(float, numbers)), (min(numbers), max(numbers))
    else:
        ends = given.range or given.integer or (0.0, 1.0)
    problems += _beyond(path, *ends, entries)
    return Factor(**told, low=float(ends[0]), high=float(ends[1]))


def _own(path: str, entry: Entry, scenario: Scenario, problems: list[Problem], seed: int) -> Floats:
    """Return the distribution of a number, sorted."""
    number = entry.number
    if number.point is not None:
        hint = "give it a range here, or a distribution in the scenario"
        rule = f"factors.{path} must have a distribution to be its own"
        problems.append(_problem(path, rule, f"{number.point:g}", "E313", hint))
        return np.zeros(0)
    if number.derived is not None:
        drawn = draw_points(scenario, seed=seed, n_points=N_QUANTILES).values[entry.path]
    else:
        drawn = _quantile(number, (np.arange(N_QUANTILES) + 0.5) / N_QUANTILES)
    return np.sort(np.clip(drawn, entry.quantity.low, entry.quantity.high))


def _quantile(number: Number, u: Floats) -> Floats:
    """Return the quantiles of a number that has a distribution of its own."""
    return sample(number, u)


def _beyond(path: str, low: float, high: float, entries: tuple[Entry, ...]) -> list[Problem]:
    """Return a problem where a range leaves the bounds of the number."""
    quantity = entries[0].quantity
    if quantity.low <= low and high <= quantity.high:
        return []
    rule = f"factors.{path} must lie within {quantity.low:g} to {quantity.high:g} {quantity.unit}".rstrip()
    return [_problem(path, rule, f"{low:g} to {high:g}", "E312")]


def _moved_twice(factors: Sequence[Factor]) -> list[Problem]:
    """Return a problem for every factor that moves a number of an earlier one."""
    owner: dict[str, str] = {}
    problems = []
    for factor in factors:
        shared = [path for path in factor.paths if path in owner]
        if shared:
            rule = f"factors.{factor.path} must not move a number that factors.{owner[shared[0]]} moves"
            problems.append(_problem(factor.path, rule, shared[0], "E311"))
        owner |= dict.fromkeys(factor.paths, factor.path)
    return problems


def _problem(path: str, rule: str, got: object, code: str, hint: str = "") -> Problem:
    """Return a problem of a factor of the file."""
    return Problem(rule=rule, got=str(got), path=f"factors.{path}", hint=hint, code=code)


def _table_problem(rule: str, got: object, code: str) -> Problem:
    """Return a problem of a column of a table."""
    return Problem(rule=rule, got=str(got), path="design.table", code=code)
