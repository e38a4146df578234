"""Curves against lifelines and scipy: programs that share no code with ours."""

from __future__ import annotations

import numpy as np
import pytest
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from lifelines.utils import qth_survival_time
from scipy import stats

from scenario.analysis.incidence import cumulative_incidence
from scenario.analysis.quantities import quantiles, summary

HORIZON = 365.0


def competing(seed: int, n: int = 400) -> dict[str, np.ndarray]:
    """Two latent exponential times per run; NaN beyond the horizon."""
    rng = np.random.default_rng(seed)
    times = {"attributed": rng.exponential(200, n), "dismissed": rng.exponential(400, n)}
    return {cause: np.where(column < HORIZON, column, np.nan) for cause, column in times.items()}


@pytest.mark.parametrize("seed", range(10))
def test_incidence_equals_aalen_johansen(seed: int) -> None:
    """On random competing times without ties both curves equal Aalen-Johansen's to 1e-12."""
    times = competing(seed)
    table = np.stack(list(times.values()))
    first = np.where(np.isnan(table), np.inf, table).min(axis=0)
    which = np.where(np.isfinite(first), np.nanargmin(np.where(np.isnan(table), 1e9, table), axis=0) + 1, 0)
    grid = np.unique(np.append(first[np.isfinite(first)], HORIZON))
    ours = cumulative_incidence(times, horizon=HORIZON, grid=grid)
    for number, cause in enumerate(times, start=1):
        fitter = AalenJohansenFitter(calculate_variance=False)
        fitter.fit(np.minimum(first, HORIZON), which, event_of_interest=number)
        theirs = fitter.cumulative_density_.iloc[:, 0]
        expected = theirs.to_numpy()[np.searchsorted(theirs.index.to_numpy(), grid, side="right") - 1]
        share = ours.loc[ours["cause"] == cause, "share"].to_numpy()
        np.testing.assert_allclose(share, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_single_cause_equals_kaplan_meier_with_ties(seed: int) -> None:
    """With one cause and days rounded to whole ones the curve is 1 - Kaplan-Meier to 1e-12."""
    days = np.floor(competing(seed)["attributed"])
    is_seen = ~np.isnan(days)
    fitter = KaplanMeierFitter().fit(np.where(is_seen, days, HORIZON), is_seen)
    grid = np.arange(0.0, HORIZON)
    ours = cumulative_incidence({"a": days}, horizon=HORIZON, grid=grid)
    share = ours.loc[ours["cause"] == "a", "share"].to_numpy()
    expected = 1 - fitter.survival_function_at_times(grid).to_numpy()
    np.testing.assert_allclose(share, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("level", [0.05, 0.25, 0.5, 0.75])
def test_quantile_with_never_equals_kaplan_meier(level: float) -> None:
    """A quantile that counts the never is Kaplan-Meier's percentile; unreached ones are infinite there."""
    days = competing(3, 399)["dismissed"]
    is_seen = ~np.isnan(days)
    fitter = KaplanMeierFitter().fit(np.where(is_seen, days, HORIZON), is_seen)
    found = quantiles(days, [level], never=True)[0]
    assert (np.inf if found is None else found) == qth_survival_time(1 - level, fitter.survival_function_)


def test_restricted_mean_equals_the_area_under_kaplan_meier() -> None:
    """The mean of min(T, horizon) is the area under Kaplan-Meier's curve up to the horizon."""
    days = competing(4)["attributed"]
    is_seen = ~np.isnan(days)
    fitter = KaplanMeierFitter().fit(np.where(is_seen, days, HORIZON), is_seen)
    steps = fitter.survival_function_.iloc[:, 0]
    knots = np.append(steps.index.to_numpy(), HORIZON)
    area = float((np.diff(knots) * steps.to_numpy()).sum())
    found = summary(days, np.arange(len(days)), kind="time", unit="day", horizon=HORIZON)
    assert found.estimate == pytest.approx(area, rel=1e-12)


def test_competing_causes_win_in_proportion_to_their_rates() -> None:
    """Exponential causes with rates 1/200 and 1/400: F_1(t) = 2/3 (1 - exp(-3t/400)), within |z| < 5."""
    n = 200_000
    table = cumulative_incidence(competing(11, n), horizon=HORIZON, grid=[30, 180, 365])
    share = table.loc[table["cause"] == "attributed", "share"].to_numpy()
    exact = 2 / 3 * (1 - np.exp(-3 * np.array([30, 180, 365]) / 400))
    assert (np.abs(share - exact) < 5 * np.sqrt(exact * (1 - exact) / n)).all()


def test_all_causes_and_none_add_up_to_one() -> None:
    """At every day the shares of the causes and of none sum to 1."""
    table = cumulative_incidence(competing(12), horizon=HORIZON)
    np.testing.assert_allclose(table.groupby("time")["share"].sum().to_numpy(), 1.0, rtol=0, atol=1e-12)


def test_quantiles_equal_scipys_inverse_of_the_empirical_distribution() -> None:
    """Quantiles are the smallest value with enough of the empirical distribution function below."""
    values = np.random.default_rng(6).normal(size=101)
    cdf = stats.ecdf(values).cdf
    expected = [
        float(cdf.quantiles[np.searchsorted(cdf.probabilities, p)]) for p in (0.05, 0.25, 0.5, 0.75, 0.95)
    ]
    assert quantiles(values, [0.05, 0.25, 0.5, 0.75, 0.95]) == expected
