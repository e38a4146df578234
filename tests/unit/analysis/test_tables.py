"""Whole tables at once give the numbers that one column after the other gave, to the last bit.

The expected values come from the column functions as they were before tables were read at once
(`former_*`: sort, sum and compare one column), kept here as the oracle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtrit

from scenario.analysis.clusters import clusters_of
from scenario.analysis.incidence import cumulative_incidences
from scenario.analysis.paired import paired_differences
from scenario.analysis.quantities import summaries
from scenario.analysis.variance import variance_shares_by_outcome
from scenario.errors import DataError

HORIZON = 40.0
LEVELS = (5, 25, 50, 75, 95)
KINDS = {
    "day": "time",
    "whole_day": "time",
    "never_day": "time",
    "hit": "probability",
    "miss": "probability",
    "events": "count",
    "flow": "quantity",
    "same": "quantity",
    "pressure": "index",
    "cost": "band",
}
UNITS = {name: f"unit of {name}" for name in KINDS}

DESIGNS: dict[str, np.ndarray] = {
    "four runs per point": np.repeat(np.arange(60), 4),
    "one run per point": np.arange(90),
    "two runs per point, numbers with gaps": np.repeat(np.arange(50) * 3 + 7, 2),
    "nine runs per point": np.repeat(np.arange(20), 9),
    "lost runs": np.delete(np.repeat(np.arange(60), 4), [0, 5, 6, 7, 100, 238, 239]),
    "one experiment": np.full(50, 3),
    "one run": np.array([0]),
    "out of order": np.random.default_rng(12).permutation(np.repeat(np.arange(40), 4)),
}


def table(experiment: np.ndarray, seed: int) -> pd.DataFrame:
    """Return a column of every kind: ties, never, constants, and a spread between points."""
    rng = np.random.default_rng(seed)
    n = len(experiment)
    theta = rng.normal(size=int(experiment.max()) + 1)[experiment]
    days = rng.exponential(20.0, n) * np.exp(theta / 3)
    return pd.DataFrame(
        {
            "day": np.where(days <= HORIZON, days, np.nan),
            "whole_day": np.where(days <= HORIZON, np.floor(days), np.nan),
            "never_day": np.full(n, np.nan),
            "hit": rng.random(n) < 0.4,
            "miss": np.zeros(n, dtype=bool),
            "events": rng.poisson(3.0, n),
            "flow": rng.normal(100.0, 30.0, n) + 10 * theta,
            "same": np.full(n, 0.1),
            "pressure": np.round(rng.random(n), 1),
            "cost": rng.integers(0, 5, n),
        }
    )


def moved(before: pd.DataFrame, seed: int, share: float) -> pd.DataFrame:
    """Return the table with a share of its runs drawn anew."""
    rng = np.random.default_rng(seed)
    other = table(np.arange(len(before)), seed)
    return other.where(pd.Series(rng.random(len(before)) < share), before).astype(before.dtypes.to_dict())


def former_totals(values: np.ndarray, experiment: np.ndarray) -> np.ndarray:
    """Sum by experiment: sort, then add each stretch; with one experiment the runs as they are."""
    order = np.argsort(experiment, kind="stable")
    _, starts = np.unique(experiment[order], return_index=True)
    return values if len(starts) < 2 else np.add.reduceat(values[order], starts)


def former_mean(values: np.ndarray, experiment: np.ndarray) -> tuple[float, float, int]:
    """Return the mean, its clustered standard error, and the number of units."""
    top, sizes = (former_totals(column, experiment) for column in (values, np.ones(len(values))))
    weight, m = sizes.sum(), len(sizes)
    mean = top.sum() / weight
    squares = ((top - sizes * mean) ** 2).sum()
    return mean, np.sqrt(squares * m / (m - 1)) / weight if m > 1 else np.nan, m


def former_student(values: np.ndarray, experiment: np.ndarray) -> tuple[float, float]:
    """Return the mean -/+ t standard errors."""
    mean, error, m = former_mean(values, experiment)
    half = stdtrit(m - 1, 0.975) * error if m > 1 else np.nan
    return float(mean - half), float(mean + half)


def former_wilson(values: np.ndarray, experiment: np.ndarray) -> tuple[float, float]:
    """Return Wilson's interval of a share with the effective sample size of the clusters."""
    share, error, m = former_mean(values, experiment)
    spread, size = share * (1 - share), float(m)
    if spread > 0 and np.isfinite(error):
        size = spread / max(error**2, spread / len(values))
    scale = (stdtrit(m - 1, 0.975) if m > 1 else 1.959963984540054) ** 2 / size
    centre = (share + scale / 2) / (1 + scale)
    half = np.sqrt(scale * share * (1 - share) + scale**2 / 4) / (1 + scale)
    low, high = max(centre - half, 0.0), min(centre + half, 1.0)
    return (0.0 if share <= 0 else float(low)), (1.0 if share >= 1 else float(high))


def former_numbers(values: np.ndarray, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Return a column for ranks (never as infinity) and for means (never as the horizon)."""
    column = np.asarray(values, dtype=float)
    ranked = np.where(np.isnan(column), np.inf, column)
    return ranked, np.minimum(ranked, HORIZON) if kind == "time" else ranked


def former_summary(values: np.ndarray, experiment: np.ndarray, kind: str) -> dict[str, Any]:
    """Summarise one column."""
    ranked, numbers = former_numbers(values, kind)
    ordered, n = np.sort(ranked), len(ranked)
    levels = {str(p): ordered[max(int(np.ceil(p / 100 * n - 1e-9)), 1) - 1] for p in LEVELS}
    interval = former_wilson if kind == "probability" else former_student
    return {
        "kind": kind,
        "estimate": float(former_mean(numbers, experiment)[0]),
        "interval": interval(numbers, experiment),
        "quantiles": {p: float(value) if np.isfinite(value) else None for p, value in levels.items()},
        "never": float(np.isnan(values).mean()) if kind == "time" else None,
        "n": n,
    }


def former_bootstrap(totals: np.ndarray, n: int) -> tuple[float, float]:
    """Return percentiles of the mean over 10,000 resamples of the clusters."""
    weights, m = totals[totals != 0], len(totals)
    shares = np.append(np.full(len(weights), 1 / m), (m - len(weights)) / m)
    counts = np.random.default_rng(20240909).multinomial(m, shares, size=10_000)
    low, high = np.quantile(counts[:, :-1] @ weights / n, [(1 - 0.95) / 2, (1 + 0.95) / 2])
    return float(low), float(high)


def former_paired(a: np.ndarray, b: np.ndarray, experiment: np.ndarray, kind: str) -> dict[str, Any]:
    """Compare one pair of columns."""
    (ranked_a, numbers_a), (ranked_b, numbers_b) = (former_numbers(values, kind) for values in (a, b))
    change = numbers_b - numbers_a
    totals, n_changed = former_totals(change, experiment), np.count_nonzero(change)
    interval = former_student(change, experiment)
    if n_changed == 0:
        interval = (0.0, 0.0)
    elif n_changed < 30 and len(totals) > 1:
        interval = former_bootstrap(totals, len(change))
    above, below = ranked_b > ranked_a, ranked_b < ranked_a
    return {
        "a": float(numbers_a.mean()),
        "b": float(numbers_b.mean()),
        "difference": float(change.mean()),
        "interval": interval,
        "differ": float((above | below).mean()),
        "higher": float(above.mean()),
        "lower": float(below.mean()),
        "equal": float((~above & ~below).mean()),
        "noise": not (np.count_nonzero(totals) >= 6 and (interval[0] > 0 or interval[1] < 0)),
        "n": len(change),
    }


def as_text(found: Mapping[str, Any]) -> str:
    """Return numbers with all their digits, so that NaN equals NaN."""
    return repr({key: value for key, value in found.items() if key != "unit"})


@pytest.mark.parametrize("design", DESIGNS)
def test_summaries_are_those_of_the_columns(design: str) -> None:
    """Every number of every summary is the former one, digit by digit."""
    experiment = DESIGNS[design]
    runs = table(experiment, seed=1)
    found = summaries(runs, experiment, kinds=KINDS, units=UNITS, horizon=HORIZON)
    for name, kind in KINDS.items():
        expected = former_summary(runs[name].to_numpy(), experiment, kind)
        assert as_text(asdict(found[name])) == as_text(expected), name


@pytest.mark.parametrize("share", [0.0, 0.06, 0.15, 0.9])
@pytest.mark.parametrize("design", DESIGNS)
def test_paired_differences_are_those_of_the_columns(design: str, share: float) -> None:
    """Every number of every difference is the former one: none, few (bootstrap) or many pairs differ."""
    experiment = DESIGNS[design]
    a = table(experiment, seed=2)
    b = moved(a, seed=3, share=share)
    found = paired_differences(a, b, experiment, kinds=KINDS, horizon=HORIZON)
    for name, kind in KINDS.items():
        expected = former_paired(a[name].to_numpy(), b[name].to_numpy(), experiment, kind)
        assert as_text(asdict(found[name])) == as_text(expected), name


def test_a_time_that_moves_beyond_the_horizon_changes_no_mean() -> None:
    """Day 50 against never with a horizon of 40: the runs differ, the difference is 0 with interval (0, 0)."""
    a, b = {"day": np.full(10, 50.0)}, {"day": np.full(10, np.nan)}
    found = paired_differences(a, b, np.arange(10), kinds={"day": "time"}, horizon=HORIZON)["day"]
    assert (found.higher, found.difference, found.interval) == (1.0, 0.0, (0.0, 0.0))
    back = paired_differences(b, a, np.arange(10), kinds={"day": "time"}, horizon=HORIZON)["day"]
    assert (back.lower, back.equal) == (1.0, 0.0)


def test_hits_are_ranked_after_misses() -> None:
    """With 7 hits in 8 runs the lowest run is a miss (5 %), the second lowest a hit (25 %)."""
    runs = {"hit": np.arange(8) > 0}
    kinds, units = {"hit": "probability"}, {"hit": "probability"}
    found = summaries(runs, np.arange(8), kinds=kinds, units=units, horizon=HORIZON)["hit"].quantiles
    assert (found["5"], found["25"]) == (0.0, 1.0)


def test_results_follow_the_order_of_the_kinds() -> None:
    """Outcomes come as asked for, whatever the order of the columns; others are left alone."""
    runs = table(np.arange(9), seed=4)
    kinds = {"flow": "quantity", "day": "time"}
    assert list(summaries(runs, np.arange(9), kinds=kinds, units=UNITS, horizon=HORIZON)) == ["flow", "day"]


def test_nothing_asked_for_is_nothing_said() -> None:
    """Without outcomes or curves the results are empty."""
    runs = table(np.arange(9), seed=4)
    assert summaries(runs, np.arange(9), kinds={}, units={}, horizon=HORIZON) == {}
    assert paired_differences(runs, runs, np.arange(9), kinds={}, horizon=HORIZON) == {}
    assert cumulative_incidences({}, horizon=HORIZON) == {}


def test_one_bad_column_is_refused() -> None:
    """A NaN in a count among good columns is refused with its row."""
    runs = {"flow": np.ones(3), "events": np.array([1.0, np.nan, 2.0])}
    with pytest.raises(DataError, match=r"must be finite numbers \(got nan in row 1\)"):
        summaries(
            runs, [0, 1, 2], kinds=dict.fromkeys(runs, "count"), units=dict.fromkeys(runs, ""), horizon=1.0
        )


def test_a_wide_range_of_whole_numbers_is_ranked_all_the_same() -> None:
    """The median of -10^18, 0 and 10^18 is 0: numbers far apart are not counted one by one."""
    runs = {"events": np.array([10**18, -(10**18), 0])}
    found = summaries(runs, [0, 1, 2], kinds={"events": "count"}, units={"events": "events"}, horizon=1.0)[
        "events"
    ]
    assert (found.quantiles["5"], found.quantiles["50"], found.quantiles["95"]) == (-1e18, 0.0, 1e18)


@pytest.mark.parametrize("n_per_unit", range(1, 13))
def test_totals_are_added_in_one_order(n_per_unit: int) -> None:
    """Totals of equal units have the bits of `np.add.reduceat`, for one column and for several."""
    values = np.random.default_rng(n_per_unit).normal(size=(3, 50 * n_per_unit))
    starts = np.arange(50) * n_per_unit
    found = clusters_of(np.repeat(np.arange(50), n_per_unit)).totals(values)
    assert (found == np.add.reduceat(values, starts, axis=1)).all()


def test_an_experiment_of_two_dimensions_is_refused() -> None:
    """Experiments must be one entry per run, not a table."""
    with pytest.raises(DataError, match=r"experiment must have one entry per run \(got shape \(1, 2\)\)"):
        clusters_of([[0, 1]])


def bands_from_arrays(
    times: Mapping[str, np.ndarray], days: np.ndarray, experiment: np.ndarray
) -> dict[str, np.ndarray]:
    """Return share, lower, upper by cause and day from the array of runs x days, shape [3, T] each."""
    stacked = np.stack([np.where(np.isnan(column), np.inf, column) for column in times.values()])
    winner = stacked.argmin(axis=0)
    hits = {cause: (stacked[k][:, None] <= days) & (winner == k)[:, None] for k, cause in enumerate(times)}
    hits["none"] = ~np.any(list(hits.values()), axis=0)
    wilson = former_wilson
    return {
        cause: np.array(
            [(hit.mean(), *wilson(hit.astype(float), experiment)) for hit in columns.T], dtype=float
        ).T
        for cause, columns in hits.items()
    }


@pytest.mark.parametrize("grid", [None, [0.0, 0.5, 3.0, 17.25, 39.0]])
@pytest.mark.parametrize("design", DESIGNS)
def test_incidences_are_those_of_runs_by_days(design: str, grid: list[float] | None) -> None:
    """Shares are equal and bounds agree to 1e-12 with those from the array of runs x days, for all labels."""
    experiment = DESIGNS[design]
    runs = table(experiment, seed=5)
    curves = {
        "two": {"whole": runs["whole_day"].to_numpy(), "exact": runs["day"].to_numpy()[::-1]},
        ("one", "A"): {"exact": runs["day"].to_numpy()},
        "never": {"never": runs["never_day"].to_numpy()},
    }
    found = cumulative_incidences(curves, horizon=HORIZON, grid=grid, experiment=experiment)
    days = np.arange(HORIZON + 1) if grid is None else np.array(grid)
    for label, times in curves.items():
        expected = bands_from_arrays(times, days, experiment)
        assert found[label]["cause"].tolist() == [cause for cause in expected for _ in days]
        bands = found[label][["share", "lower", "upper"]].to_numpy().T
        assert (bands[0] == np.concatenate([part[0] for part in expected.values()])).all()
        np.testing.assert_allclose(bands, np.concatenate(list(expected.values()), axis=1), rtol=0, atol=1e-12)


@pytest.mark.parametrize("horizon", [10.0, 9.5])
def test_a_time_on_the_last_day_counts_and_one_after_does_not(horizon: float) -> None:
    """Of runs at the horizon and just after it, the last day of the daily grid shows the first only."""
    times = {"x": [horizon, np.nextafter(horizon, 99.0)]}
    curve = cumulative_incidences({"": times}, horizon=horizon)[""].query("cause == 'x'")
    assert curve["share"].tolist()[-2:] == [0.0, 0.5]


def test_curves_over_other_runs_are_refused() -> None:
    """A label with two runs beside one with three is refused with the lengths."""
    with pytest.raises(DataError, match=r"one time per run \(got lengths \[3, 2\]\)"):
        cumulative_incidences({"x": {"a": [1.0, 2.0, 3.0]}, "y": {"a": [1.0, 2.0]}}, horizon=10.0)


def former_shares(numbers: np.ndarray, truth: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Return parameters, fact and luck from within-point variances and pairs, point by point."""
    k = numbers.shape[1]
    luck = []
    for values, facts, chance in zip(numbers, truth, p, strict=True):
        pairs = [(i, j) for i in range(k) for j in range(i + 1, k)]
        weights = [
            (facts[i] and facts[j]) / chance + (not facts[i] and not facts[j]) / (1 - chance)
            for i, j in pairs
        ]
        halves = [(values[i] - values[j]) ** 2 / 2 for i, j in pairs]
        luck.append(sum(w * half for w, half in zip(weights, halves, strict=True)) / len(pairs))
    within = numbers.var(axis=1, ddof=1).mean()
    above = numbers.mean(axis=1).var(ddof=1) - within / k
    return np.array([above, within - np.mean(luck), np.mean(luck)]) / (above + within)


@pytest.mark.parametrize("design", ["four runs per point", "lost runs", "nine runs per point"])
def test_variance_shares_of_a_table_are_those_of_the_points(design: str) -> None:
    """Shares of each outcome agree to 1e-12 with those worked out point by point, full points only."""
    experiment = DESIGNS[design]
    rng = np.random.default_rng(6)
    p = rng.uniform(0.2, 0.8, int(experiment.max()) + 1)
    truth = rng.random(len(experiment)) < p[experiment]
    runs = table(experiment, seed=7)
    found = variance_shares_by_outcome(runs, experiment, truth=truth, p=p, kinds=KINDS, horizon=HORIZON)
    points, sizes = np.unique(experiment, return_counts=True)
    rows = np.stack([np.flatnonzero(experiment == point) for point in points[sizes == sizes.max()]])
    for name, kind in KINDS.items():
        values = former_numbers(runs[name].to_numpy(), kind)[1][rows]
        if np.ptp(values) > 0:
            expected = former_shares(values, truth[rows], p[points[sizes == sizes.max()]])
            shares = (found[name].parameters, found[name].fact, found[name].luck)
            assert shares == pytest.approx(tuple(expected), abs=1e-12), name


def test_truth_that_its_probability_rules_out_is_refused_for_a_table() -> None:
    """A true run of point 1 where p is 0 is refused."""
    with pytest.raises(DataError, match=r"truth must be possible under p \(got p = 0 and 1 of 2 true"):
        variance_shares_by_outcome(
            {"flow": np.arange(4.0)}, [0, 0, 1, 1], truth=[True, False, True, False], p=[0.5, 0.0],
            kinds={"flow": "quantity"}, horizon=1.0,
        )  # fmt: skip
