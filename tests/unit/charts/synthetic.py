"""Plausible tables of 400 runs in the contract's columns: no engine, closed rules, a fixed seed."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from scenario.analysis.flows import flow_against_twins
from scenario.analysis.incidence import cumulative_incidence
from scenario.analysis.paired import dots, paired_difference, paired_values
from scenario.analysis.timing import who_acts
from scenario.charts.actors import actors_figure, flow_figure
from scenario.charts.data import Context, FigureData
from scenario.charts.difference import difference_figure
from scenario.charts.incidence import incidence_figure, sender_incidence_figure
from scenario.charts.swimlane import swimlane_figure

HORIZON = 365.0
SENDERS = {
    "us": "United States",
    "uk": "United Kingdom",
    "france": "France",
    "germany": "Germany",
    "eu": "European Union",
    "canada": "Canada",
    "ukraine": "Ukraine",
}
SLOWNESS = {
    "us": 2.0,
    "uk": 4.0,
    "france": 34.0,
    "germany": 36.0,
    "eu": 38.0,
    "canada": 14.0,
    "ukraine": 60.0,
}
EAGERNESS = {
    "us": 0.92,
    "uk": 0.88,
    "france": 0.7,
    "germany": 0.68,
    "eu": 0.72,
    "canada": 0.8,
    "ukraine": 0.2,
}


def context(**changes: object) -> Context:
    """Return where the synthetic numbers come from."""
    given = {
        "place": "Iran and Russia",
        "as_of": datetime.date(2024, 9, 9),
        "horizon_days": HORIZON,
        "n": 400,
        "seed": 1,
        "version": "0.1.0",
        "names": {"A": "Baseline", "B": "Staged joint announcement"},
        "hashes": {"A": "3f2a91c0d4" + "0" * 54, "B": "81be02f577" + "0" * 54},
    }
    return Context(**(given | changes))  # type: ignore[arg-type]


def outcomes(*, haste: float = 1.0, n_points: int = 100, n_inner: int = 4) -> pd.DataFrame:
    """Return one row per run; the same luck for every haste, faster and surer with more of it."""
    rng = np.random.default_rng(7)
    n = n_points * n_inner
    luck, lag, size, quits = (rng.uniform(size=n) for _ in range(4))
    attributed = np.where(luck < 0.63 * haste**0.35, -60 * np.log(1 - lag) / haste**1.5, np.nan)
    attributed[attributed >= HORIZON] = np.nan
    closed = np.where(np.isnan(attributed) & (quits < 0.4), 60 + 300 * lag, np.nan)
    closed[closed >= HORIZON] = np.nan
    shipped = np.round(30 + 300 * size**1.5)
    table = {
        "experiment": np.repeat(np.arange(n_points), n_inner),
        "replication": np.tile(np.arange(n_inner), n_points),
        "attribution_day": attributed,
        "dismissal_day": closed,
        "attributed": ~np.isnan(attributed),
        "quantity_net": np.where(attributed < 100, shipped * 0.85, shipped),
        "net_words": np.where(attributed < 60, shipped * 0.95, shipped),
        "net_silent": shipped,
    }
    for name in SENDERS:
        willing, wait = rng.uniform(size=n), rng.exponential(size=n)
        adopted = np.where(willing < EAGERNESS[name], attributed + wait * SLOWNESS[name] / haste, np.nan)
        table[f"adopted_day.{name}"] = np.where(adopted < HORIZON, adopted, np.nan)
    return pd.DataFrame(table)


def shuffled(table: pd.DataFrame) -> pd.DataFrame:
    """Return the same runs with their flows dealt anew: differences everywhere, none on average."""
    order = np.random.default_rng(5).permutation(len(table))
    return table.assign(quantity_net=table["quantity_net"].to_numpy()[order])


def events(*, crowded: bool = True) -> pd.DataFrame:
    """Return the log of run e0012-r003: attribution by the US on day 1, the EU at a Council on day 35."""
    rows = [(0.0, "start", "", "", 1.0), (3.2, "retaliation", "target", "us", 1.0)]
    rng = np.random.default_rng(3)
    n_items = 60 if crowded else 5
    rows += [
        (float(t), "item", "press", "", 1.0 if u < 0.7 else -1.0)
        for t, u in zip(rng.uniform(0, 364, n_items), rng.uniform(size=n_items), strict=True)
    ]
    for name, found, first in (
        ("us", 0.4, 1.0),
        ("uk", 0.6, 1.0),
        ("france", 0.9, 1.2),
        ("germany", 1.1, 1.2),
    ):
        rows += [(found, "finding", name, "", 0.9), (first, "attribution", name, "", 2.0)]
        rows += [(first, "announced", name, "aviation", 1.0), (first + 40, "received", name, "press", 0.9)]
    rows += [(1.0, "adopted", "us", kind, 1.0) for kind in ("designations", "aviation", "shipping")]
    rows += [(1.0, "in_force", "us", "designations", 1.0), (1.0, "adopted", "uk", "designations", 1.0)]
    rows += [(2.0, "in_force", "uk", "designations", 1.0), (12.0, "ready", "eu", "", 1.0)]
    rows += [(35.0, "adopted", "eu", "designations", 1.0), (36.0, "in_force", "eu", "designations", 1.0)]
    rows += [
        (20.0, "adopted", "canada", "designations", 1.0),
        (21.0, "in_force", "canada", "designations", 1.0),
    ]
    rows += [(12.5, "vetoed", "eu_council", "hungary", 1.0), (4.8, "statement", "g7", "", 1.0)]
    rows += [(150.0, "warning", "ukraine", "", 1.0), (200.0, "dismissal", "canada", "", 0.1)]
    rows += [(float(t), "shipped", "target", "", 40.0) for t in (8, 31, 58, 90, 121)]
    rows += [(130.0, "policy", "target", "", 1.0), (205.0, "policy", "target", "", 0.0)]
    rows += [(300.0, "policy", "target", "", 2.0), (57.0, "shock", "", "us_election", 1.0)]
    rows.sort(key=lambda row: row[0])
    table = pd.DataFrame(rows, columns=["time", "kind", "actor", "subject", "value"])
    return table.assign(experiment=12, replication=3, sequence=range(len(table)), cause=-1)


def curves(table: pd.DataFrame) -> pd.DataFrame:
    """Return attribution with its competitor."""
    times = {"attributed": table["attribution_day"], "dismissed": table["dismissal_day"]}
    return cumulative_incidence(times, horizon=HORIZON, experiment=table["experiment"])


def difference(a: pd.DataFrame, b: pd.DataFrame, column: str, **words: str) -> FigureData:
    """Return the paired difference of one column."""
    given = {"kind": words["kind"], "horizon": HORIZON}
    paired = paired_difference(a[column], b[column], a["experiment"], **given)  # type: ignore[arg-type]
    values = paired_values(a[column], b[column], **given)  # type: ignore[arg-type]
    return difference_figure(dots(values), paired, context(), **words)  # type: ignore[arg-type]


def figures() -> dict[str, FigureData]:
    """Return every kind of figure, filled."""
    a, b, where = outcomes(), outcomes(haste=1.6), context()
    columns = {title: f"adopted_day.{name}" for name, title in SENDERS.items()}
    by_sender = {
        title: {
            key: cumulative_incidence({"adopted": table[column]}, horizon=HORIZON)
            for key, table in (("A", a), ("B", b))
        }
        for title, column in columns.items()
    }
    paired = paired_difference(
        a["attributed"], b["attributed"], a["experiment"], kind="probability", horizon=HORIZON
    )
    made = [
        incidence_figure({"A": curves(a), "B": curves(b)}, where, paired=paired),
        sender_incidence_figure(by_sender, where),
        difference(a, b, "attribution_day", outcome="first official attribution", unit="day", kind="time"),
        difference(a, shuffled(a), "quantity_net", outcome="shipped plus replaced",
                   unit="missiles", kind="quantity", name="difference-noise"),
        difference(a, b, "attributed", outcome="some sender attributes the act in public", unit="probability",
                   kind="probability", name="difference-probability"),
        difference(a, b, "quantity_net", outcome="shipped plus replaced", unit="missiles", kind="quantity",
                   name="difference-flow"),
        actors_figure({"A": who_acts(a, columns), "B": who_acts(b, columns)}, where),
        swimlane_figure(events(), where, run=(12, 3), senders=SENDERS, target="Iran", picked="median"),
        flow_figure({"A": flow_against_twins(a), "B": flow_against_twins(b)}, where, unit="missiles"),
    ]  # fmt: skip
    return {figure.name: figure for figure in made}
