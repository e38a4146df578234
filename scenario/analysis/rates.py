"""Implied rates beside historical ones: what the runs say, what the record says, and its bounds.

A historical rate is a target: it is shown, never fed in. The rates are data (`configs/rates.yaml`): the
conditions there name columns of the outcome table, so another case needs another table, not another
program.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from scenario.analysis.clusters import Floats, ratio, score_interval, t_quantile, wilson
from scenario.analysis.conditions import Condition, Place, calendar_lag, number, read_condition
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

_KEYS = {"title", "given", "event", "median_days", "history", "source", "caution"}


@dataclass(frozen=True, kw_only=True)
class History:
    """A historical rate.

    Parameters
    ----------
    estimate
        Share or median in days.
    bounds
        Wilson 95 % for a count, order statistics for a median, else the stated 90 % range.
    basis
        What the bounds are, in words.
    """

    estimate: float
    bounds: tuple[float, float]
    basis: str


@dataclass(frozen=True, kw_only=True)
class Rate:
    """One historical rate and how to find its counterpart in a table of runs.

    Parameters
    ----------
    name, title, source, caution
        Key; a line; where history comes from; where the two differ in what they measure, or "".
    unit
        "share" or "day".
    given
        Which runs count; None for all.
    event
        Whose share is asked for; None for a median.
    median
        (column,) or (from, to) for a median in days; () for a share.
    history
        What the record says.
    """

    name: str
    title: str
    unit: str
    given: Condition | None
    event: Condition | None
    median: tuple[str, ...]
    history: History
    source: str
    caution: str

    @property
    def columns(self) -> frozenset[str]:
        """Return the columns of the outcome table that the rate reads."""
        parts = [part.columns for part in (self.given, self.event) if part is not None]
        return frozenset(self.median).union(*parts)

    @property
    def days(self) -> float:
        """Return how many days a run must last at least for the rate to make sense."""
        return max((part.days for part in (self.given, self.event) if part is not None), default=0.0)


@dataclass(frozen=True, kw_only=True)
class Implied:
    """An implied rate beside the historical one.

    Parameters
    ----------
    name, title, unit, source, caution
        As in `Rate`.
    implied
        What the runs say; None where it does not apply.
    interval
        Its 95 % interval (simulation error only); None where it does not apply.
    historical, bounds, basis
        What the record says, its bounds, and what they are.
    inside
        Whether the implied rate lies within the bounds; None where it does not apply.
    n
        Number of runs that count.
    reason
        Why it does not apply, or "".
    """

    name: str
    title: str
    unit: str
    implied: float | None
    interval: tuple[float, float] | None
    historical: float
    bounds: tuple[float, float]
    basis: str
    inside: bool | None
    n: int
    source: str
    caution: str
    reason: str


def load_rates(path: Path | None = None, *, senders: Mapping[str, str] | None = None) -> tuple[Rate, ...]:
    """Read the historical rates.

    Parameters
    ----------
    path
        A rates file; default the one that comes with the program.
    senders
        Name in the file -> name of the sender in the scenario, replacing the file's own
        ({"us": "washington"}).

    Raises
    ------
    DataError
        The file breaks a rule; all complaints together.
    """
    source = path or _shipped()
    return parse_rates(source.read_text(encoding="utf-8"), file=source.name, senders=senders)


def parse_rates(text: str, *, file: str, senders: Mapping[str, str] | None = None) -> tuple[Rate, ...]:
    """Read historical rates from text, as `load_rates` does from a file."""
    from scenario.spec.document import parse

    document = parse(text, file=file)
    place = Place(file, document.lines)
    data = document.data
    if set(data) != {"senders", "rates"} or not all(isinstance(part, dict) for part in data.values()):
        raise place.error("a rates file must hold the mappings senders and rates", sorted(data))
    names = data["senders"] | dict(senders or {})
    rates: list[Rate] = []
    problems: list[Problem] = []
    for name, entry in data["rates"].items():
        try:
            rates.append(_read_rate(name, _named(entry, names), place.at("rates", name)))
        except DataError as error:
            problems.extend(error.problems)
    if problems:
        raise DataError(problems)
    return tuple(rates)


def implied_rates(rates: Sequence[Rate], outcomes: pd.DataFrame, *, horizon: float) -> dict[str, Implied]:
    """Compute each rate from a table of runs and lay it beside history.

    Parameters
    ----------
    rates
        As read by `load_rates`.
    outcomes
        One row per run, with experiment and the columns that the rates read.
    horizon
        Last day of a run, > 0.

    Returns
    -------
    Name -> result, in the order of the rates. A rate does not apply (implied None, reason given) when a
    column is missing, the runs are too short, or no run meets its condition.
    """
    return {rate.name: _implied(rate, outcomes, horizon) for rate in rates}


def median_interval(values: ArrayLike) -> tuple[float, float]:
    """Return the 95 % interval of a median from order statistics.

    x_(k) to x_(n + 1 - k) with the largest k for which P(Binomial(n, 1/2) < k) <= 0.025 (Conover 1999,
    section 3.2); the whole range where n is too small for any k.

    Parameters
    ----------
    values
        Shape [n], finite, n >= 1.
    """
    from scipy.special import bdtr

    ordered = np.sort(np.asarray(values, dtype=np.float64))
    n = len(ordered)
    k = max(int(np.sum(bdtr(np.arange(n), n, 0.5) <= 0.025)), 1)
    return float(ordered[k - 1]), float(ordered[n - k])


def _shipped() -> Path:
    """Return the rates file that comes with the program."""
    from scenario.spec.load import shipped_configs

    return shipped_configs() / "rates.yaml"


def _implied(rate: Rate, outcomes: pd.DataFrame, horizon: float) -> Implied:
    """Return one rate's result."""
    missing = sorted(column for column in rate.columns if column not in outcomes)
    if missing:
        return _result(rate, reason=f"the scenario has no {missing[0]}")
    if rate.days > horizon:
        return _result(rate, reason=f"needs runs of {rate.days:g} days (the horizon is {horizon:g})")
    every = np.ones(len(outcomes), dtype=bool)
    counted = every if rate.given is None else rate.given.holds(outcomes, horizon)
    if not counted.any():
        return _result(rate, reason=f"none of {len(outcomes):,} runs meets its condition")
    points = outcomes["experiment"].to_numpy()
    if rate.event is None:
        estimate, interval = _median(_lengths(rate, outcomes)[counted], points[counted])
    else:
        found = ratio(rate.event.holds(outcomes, horizon) & counted, counted, points)
        low, high = score_interval(found)
        estimate, interval = float(found.estimate), (float(low), float(high))
    return _result(rate, implied=estimate, interval=interval, n=int(counted.sum()))


def _result(
    rate: Rate,
    *,
    implied: float | None = None,
    interval: tuple[float, float] | None = None,
    n: int = 0,
    reason: str = "",
) -> Implied:
    """Lay an implied rate beside history."""
    low, high = rate.history.bounds
    return Implied(
        name=rate.name,
        title=rate.title,
        unit=rate.unit,
        implied=implied,
        interval=interval,
        historical=rate.history.estimate,
        bounds=rate.history.bounds,
        basis=rate.history.basis,
        inside=None if implied is None else low <= implied <= high,
        n=n,
        source=rate.source,
        caution=rate.caution,
        reason=reason,
    )


def _lengths(rate: Rate, outcomes: pd.DataFrame) -> Floats:
    """Return the days whose median is asked for, shape [R]."""
    if len(rate.median) == 2:
        return calendar_lag(outcomes, rate.median[0], rate.median[1])
    return np.asarray(outcomes[rate.median[0]], dtype=np.float64)


def _median(values: Floats, experiment: ArrayLike) -> tuple[float, tuple[float, float]]:
    """Return a median and its interval, the quantiles at 1/2 -/+ t se(F(median)) (Woodruff 1952)."""
    middle = float(np.median(values))
    found = ratio(values <= middle, np.ones(len(values)), experiment)
    half = t_quantile(found.n_clusters) * float(found.error)
    if not np.isfinite(half):
        return middle, (float(values.min()), float(values.max()))
    low, high = np.quantile(values, np.clip([0.5 - half, 0.5 + half], 0.0, 1.0))
    return middle, (min(float(low), middle), max(float(high), middle))


def _named(data: Any, names: Mapping[str, str]) -> Any:
    """Return data with {us} and the like replaced by the names of senders."""
    if isinstance(data, dict):
        return {key: _named(value, names) for key, value in data.items()}
    if isinstance(data, list):
        return [_named(value, names) for value in data]
    if isinstance(data, str):
        for short, name in names.items():
            data = data.replace(f"{{{short}}}", name)
    return data


def _read_rate(name: str, entry: Any, place: Place) -> Rate:
    """Turn plain data into a rate."""
    if not isinstance(entry, dict) or not {"title", "history", "source"} <= set(entry) <= _KEYS:
        raise place.error(
            f"must hold title, history, source, and else only {', '.join(sorted(_KEYS))}", entry
        )
    if ("event" in entry) == ("median_days" in entry):
        raise place.error("must hold either event or median_days", sorted(entry))
    parts = {
        key: read_condition(entry[key], place.at(key)) if key in entry else None for key in ("given", "event")
    }
    median = _read_median(entry["median_days"], place.at("median_days")) if "median_days" in entry else ()
    return Rate(
        name=name,
        title=str(entry["title"]),
        unit="day" if median else "share",
        given=parts["given"],
        event=parts["event"],
        median=median,
        history=_read_history(entry["history"], place.at("history"), is_share=not median),
        source=str(entry["source"]),
        caution=str(entry.get("caution", "")),
    )


def _read_median(data: Any, place: Place) -> tuple[str, ...]:
    """Read `{column: X}` or `{from: X, to: Y}`."""
    if not isinstance(data, dict) or list(data) not in (["column"], ["from", "to"]):
        raise place.error("must hold column, or from and to", data)
    return tuple(str(column) for column in data.values())


def _read_history(data: Any, place: Place, *, is_share: bool) -> History:
    """Read a count, observed days, or a stated range."""
    keys = set(data) if isinstance(data, dict) else set()
    if keys == {"k", "n"} and is_share:
        return _count(data, place)
    if keys == {"values"} and not is_share:
        return _observed(data["values"], place.at("values"))
    if keys == {"estimate", "range90"}:
        return _stated(data, place)
    raise place.error("must hold k and n (a share), values (a median), or estimate and range90", data)


def _count(data: Mapping[str, Any], place: Place) -> History:
    """Read `{k, n}`."""
    k, n = (int(number(data[key], place.at(key))) for key in ("k", "n"))
    if not 0 <= k <= n or n == 0:
        raise place.error("must have 0 <= k <= n and n >= 1", f"{k} of {n}")
    return History(estimate=k / n, bounds=wilson(k, n), basis=f"Wilson 95 %, {k} of {n}")


def _observed(data: Any, place: Place) -> History:
    """Read the list behind `values`."""
    if not isinstance(data, list) or not data:
        raise place.error("must be a list of at least one number of days", data)
    days = [number(value, place.at(i)) for i, value in enumerate(data)]
    return History(
        estimate=float(np.median(days)), bounds=median_interval(days), basis=f"95 %, n = {len(days)}"
    )


def _stated(data: Mapping[str, Any], place: Place) -> History:
    """Read `{estimate, range90}`."""
    estimate = number(data["estimate"], place.at("estimate"))
    ends = data["range90"]
    if not isinstance(ends, list) or len(ends) != 2:
        raise place.error("must have a range90 of two numbers", ends)
    low, high = (number(end, place.at("range90", i)) for i, end in enumerate(ends))
    if not low <= estimate <= high:
        raise place.error("must have its estimate within range90", f"{estimate} and [{low}, {high}]")
    return History(estimate=estimate, bounds=(low, high), basis="stated 90 % range")
