"""A number that is edited: its forms as fields, its values as the runs use them, its text for `--set`. No Streamlit."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenario.spec.number import Z95
from scenario.spec.register import Entry
from scenario.spec.scenario import Scenario
from scenario.ui import settings

N_SKETCH = 2000
"""Outer points whose values are drawn."""

Z999 = 3.090232306167813
"""The 99.9 % quantile of the standard normal distribution."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Form:
    """A distribution as fields to fill in.

    Parameters
    ----------
    title
        What it is called.
    fields
        Names of the fields, one number each; empty where lists are typed.
    lists
        Names of the fields that take a list of numbers.
    proposed
        From values and the bounds of the number -> what the fields hold at first.
    written
        From the fields -> the value as a scenario file holds it.
    read
        From a number of this kind -> what the fields hold.
    """

    title: str
    fields: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    proposed: Callable[[Floats, float, float], list[Any]]
    written: Callable[[Sequence[Any]], Any]
    read: Callable[[Any], list[Any]]


def _levels(*levels: float) -> Callable[[Floats, float, float], list[Any]]:
    """Return what proposes quantiles of values."""
    return lambda values, _low, _high: [float(value) for value in np.quantile(values, levels)]


def _normal_for(values: Floats, low: float, high: float) -> list[Any]:
    """Return mean and standard deviation of values, the latter so small that 99.8 % lie within the bounds."""
    mean = float(values.mean())
    return [mean, min(float(values.std()), 0.99 * (mean - low) / Z999, 0.99 * (high - mean) / Z999)]


def _lognormal_for(values: Floats, _low: float, high: float) -> list[Any]:
    """Return median and 90 % range of values, the latter so narrow that 99.8 % lie below the upper bound."""
    median = max(float(np.median(values)), 1e-6)
    sigma = float(np.log(max(float(np.quantile(values, 0.95)), 1.01 * median) / median)) / Z95
    sigma = min(sigma, 0.99 * float(np.log(high / median)) / Z999)
    return [median, median * float(np.exp(-Z95 * sigma)), median * float(np.exp(Z95 * sigma))]


def _beta_for(values: Floats, _low: float, _high: float) -> list[Any]:
    """Return beta shapes with the mean and variance of values."""
    mean, variance = float(values.mean()), max(float(values.var()), 1e-6)
    mean = min(max(mean, 0.01), 0.99)
    size = min(max(mean * (1 - mean) / variance - 1, 2.0), 1000.0)
    return [mean * size, (1 - mean) * size]


def _lognormal_of(settings_: Any) -> list[Any]:
    """Return median and 90 % range of a lognormal distribution in any of its forms."""
    mu, sigma = settings_.mu_sigma
    return [float(np.exp(mu + z * sigma)) for z in (0.0, -Z95, Z95)]


FORMS: Mapping[str, Form] = {
    "point": Form(
        title="a single value",
        fields=("value",),
        proposed=_levels(0.5),
        written=lambda fields: fields[0],
        read=lambda value: [value],
    ),
    "uniform": Form(
        title="uniform", fields=("low", "high"), proposed=_levels(0.05, 0.95), written=list, read=list
    ),
    "triangular": Form(
        title="triangular",
        fields=("low", "mode", "high"),
        proposed=_levels(0.02, 0.5, 0.98),
        written=list,
        read=list,
    ),
    "pert": Form(
        title="PERT",
        fields=("low", "mode", "high"),
        proposed=_levels(0.01, 0.5, 0.99),
        written=list,
        read=list,
    ),
    "beta": Form(title="beta", fields=("shape a", "shape b"), proposed=_beta_for, written=list, read=list),
    "normal": Form(
        title="normal",
        fields=("mean", "standard deviation"),
        proposed=_normal_for,
        written=lambda fields: {"mean": fields[0], "sd": fields[1]},
        read=lambda value: [value.mean, value.sd],
    ),
    "lognormal": Form(
        title="lognormal",
        fields=("median", "5 % point", "95 % point"),
        proposed=_lognormal_for,
        written=lambda fields: {"median": fields[0], "range90": [fields[1], fields[2]]},
        read=_lognormal_of,
    ),
    "discrete": Form(
        title="a few values with weights",
        lists=("values", "weights"),
        proposed=lambda values, low, high: [_levels(0.1, 0.5, 0.9)(values, low, high), [1.0, 2.0, 1.0]],
        written=lambda fields: {"values": fields[0], "weights": fields[1]},
        read=lambda value: [list(value.values), list(value.weights)],
    ),
    "empirical": Form(
        title="equally likely values",
        lists=("values",),
        proposed=lambda values, low, high: [_levels(0.1, 0.3, 0.5, 0.7, 0.9)(values, low, high)],
        written=lambda fields: fields[0],
        read=lambda value: [list(value)],
    ),
}
"""Kind of a number -> its form; what the evidence derives has none of its own."""


def entry_at(scenario: Scenario, declared: str) -> Entry | None:
    """Return the first number that is declared at a path, or None.

    Parameters
    ----------
    scenario
        Where it stands.
    declared
        Path where the number is declared, under `defaults` where it is inherited.
    """
    for entry in scenario.numbers:
        if scenario.declared_at.get(entry.path, entry.path) == declared:
            return entry
    return None


def values_of(scenario: Scenario, path: str) -> Floats:
    """Return the values that runs use for a number, shape [2000]: one per outer point, within its bounds.

    Parameters
    ----------
    scenario, path
        The scenario, and the full path of one of its numbers.
    """
    from scenario.engine.tables import draw_points

    return draw_points(scenario, seed=settings.SEED, n_points=N_SKETCH).values[path]


def kind_of(entry: Entry) -> str:
    """Return the form that a number opens with: its own, or for a derived one what its bounds suggest."""
    if entry.number.kind in FORMS:
        return entry.number.kind
    if (entry.quantity.low, entry.quantity.high) == (0.0, 1.0):
        return "beta"
    return "lognormal" if entry.quantity.low >= 0 else "normal"


def first_fields(kind: str, entry: Entry, values: Floats) -> list[Any]:
    """Return what the fields of a form hold at first: the number as it stands, or what lies near its values.

    Parameters
    ----------
    kind
        One of `FORMS`.
    entry, values
        The number, and its values in the runs.
    """
    form, number, bounds = FORMS[kind], entry.number, entry.quantity
    is_own = number.kind == kind
    found = form.read(getattr(number, kind)) if is_own else form.proposed(values, bounds.low, bounds.high)
    return [_rounded(entry) for entry in found]


def _rounded(entry: Any) -> Any:
    """Return a number, or a list of numbers, with six digits."""
    return [_rounded(one) for one in entry] if isinstance(entry, list) else float(f"{entry:.6g}")


def text_of(kind: str, fields: Sequence[Any], why: str) -> str:
    """Return an edited number as text, as it stands behind `PATH=` for `--set`.

    Parameters
    ----------
    kind, fields
        One of `FORMS`, and what its fields hold.
    why
        The reason; it goes into the file.
    """
    number = {kind: FORMS[kind].written(fields), "status": "assumed", "why": why.strip() or "set in the app"}
    return json.dumps(number, ensure_ascii=False)


def listed(text: str) -> list[float]:
    """Return the numbers of a text such as "0, 3, 7".

    Raises
    ------
    ValueError
        A part is no number; the message names it.
    """
    found = []
    for part in text.replace(";", ",").split(","):
        try:
            found.append(float(part))
        except ValueError:
            raise ValueError(f"every entry must be a number (got “{part.strip()[:40]}”)") from None
    return found


def histogram(values: Floats, *, low: float, high: float, n_bins: int = 40) -> list[dict[str, float]]:
    """Return shares of values in equal bins: `from`, `to`, `share` each.

    Parameters
    ----------
    values
        Shape [M], within [low, high].
    low, high, n_bins
        Ends of the axis, and number of bins.
    """
    high = high if high > low else low + 1.0
    counts, edges = np.histogram(values, bins=n_bins, range=(low, high))
    return [
        {"from": float(edges[i]), "to": float(edges[i + 1]), "share": float(count) / len(values)}
        for i, count in enumerate(counts)
        if count
    ]
