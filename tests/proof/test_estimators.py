"""Coverage of the intervals that every summary shows, over 4,000 synthetic studies each: 95 -/+ 2 %.

Shares of parameters, fact and luck; cumulative incidence; implied medians; paired differences of which few pairs
differ; how many runs are needed. True values are closed forms or integrals. Intervals shortened to 90 % are the
planted fault: they must fall out of the band. `make proof` writes the figures.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from scenario.analysis.incidence import cumulative_incidence
from scenario.analysis.needed import runs_needed
from scenario.analysis.paired import paired_difference
from scenario.analysis.precision import cost_to_resolve
from scenario.analysis.rates import implied_rates, parse_rates
from scenario.analysis.variance import variance_shares
from tests.proof.coverage import SHORT, holds, is_close
from tests.proof.record import recorded

pytestmark = pytest.mark.proof

STUDIES, SEED = 4000, 20240912
Z = 1.959963984540054
"""The 97.5 % quantile of the normal distribution."""

Told = dict[str, tuple[tuple[float, float], float]]
"""Name -> an interval, and the truth that it should hold."""


def assert_covered(
    name: str,
    size: dict[str, int],
    study: Callable[[np.random.Generator], Told],
    *,
    loose: tuple[str, ...] = (),
) -> None:
    """Run the studies, record how many intervals held the truth, and ask for 95 -/+ 2 % but of the loose ones."""
    with recorded(f"coverage-{name}", size={"studies": STUDIES} | size, seed=SEED) as figure:
        rng = np.random.default_rng([SEED, len(name), *size.values()])
        told = [study(rng) for _ in range(STUDIES)]
        figure["covered"], figure["planted, 90 % intervals"] = (
            shares_held(told, 1.0),
            shares_held(told, SHORT),
        )
        bound = [key for key in told[0] if key not in loose]
        assert bound or loose
        assert all(is_close(figure["covered"][key]) for key in bound)
        assert not bound or np.mean([figure["planted, 90 % intervals"][key] for key in bound]) < 0.93


def shares_held(told: list[Told], scale: float) -> dict[str, float]:
    """Return how often each interval, so much shortened about its middle, holds its truth."""
    return {key: float(np.mean([holds(one[key][0], one[key][1], scale) for one in told])) for key in told[0]}


# ---- shares of parameters, fact and luck -------------------------------------------------------------

CHANCE = 0.4
"""With which probability the allegation is true."""


@pytest.mark.parametrize("m", [100, 300, 1000])
@pytest.mark.parametrize("kind", ["quantity", "probability"])
def test_shares_of_variance(kind: str, m: int) -> None:
    """2 theta + 3 truth + 1.5 luck; and something that happens with 0.1 + 0.3 theta + 0.4 truth. M points of 4."""
    if kind == "quantity":
        parts = np.array([4.0, 9 * CHANCE * (1 - CHANCE), 2.25])
    else:  # theta uniform: E q (1 - q) with q = c + 0.3 theta is c (1 - c) + 0.15 (1 - 2 c) - 0.03
        luck = [c * (1 - c) + 0.15 * (1 - 2 * c) - 0.03 for c in (0.5, 0.1)]
        parts = np.array([0.09 / 12, 0.16 * CHANCE * (1 - CHANCE), CHANCE * luck[0] + (1 - CHANCE) * luck[1]])
    true = dict(zip(("parameters", "fact", "luck"), (parts / parts.sum()).tolist(), strict=True))

    def study(rng: np.random.Generator) -> Told:
        truth = rng.random((m, 4)) < CHANCE
        if kind == "quantity":
            values = 2 * rng.normal(size=(m, 1)) + 3 * truth + 1.5 * rng.normal(size=(m, 4))
        else:
            values = np.float64(rng.random((m, 4)) < 0.1 + 0.3 * rng.random((m, 1)) + 0.4 * truth)
        found = variance_shares(values, truth, np.full(m, CHANCE)).intervals
        return {name: (found[name], value) for name, value in true.items()}

    assert_covered(f"variance-shares-{kind}-{m}", {"points": m, "replications": 4}, study)


# ---- incidence, and implied medians ------------------------------------------------------------------

DAYS = np.array([10.0, 30.0, 90.0, 300.0])


@pytest.mark.parametrize(("m", "k"), [(60, 4), (500, 4), (500, 1)])
def test_incidence_by_day(m: int, k: int) -> None:
    """Two exponential causes compete, the first at a rate that the points differ in; shares by day, and none.

    By day 300 none is left in 3 of 10,000 runs: that interval is recorded without a band.
    """
    slow, fast = 1 / 100, (0.5 + (np.arange(20_000) + 0.5) / 20_000)[:, None] / 50
    gone = 1 - np.exp(-(fast + slow) * DAYS)
    shares = {
        "a": (fast / (fast + slow) * gone).mean(axis=0),
        "b": (slow / (fast + slow) * gone).mean(axis=0),
    }
    shares["none"] = 1 - shares["a"] - shares["b"]
    points = np.repeat(np.arange(m), k)

    def study(rng: np.random.Generator) -> Told:
        times = {
            "a": rng.exponential(50 / np.repeat(rng.uniform(0.5, 1.5, m), k)),
            "b": rng.exponential(100.0, m * k),
        }
        told = {name: np.where(days <= 365, days, np.nan) for name, days in times.items()}
        table = cumulative_incidence(told, horizon=365, grid=DAYS, experiment=points)
        bounds = table[["lower", "upper"]].to_numpy().reshape(3, len(DAYS), 2)
        return {
            f"{cause} by day {day:g}": ((bounds[i, j, 0], bounds[i, j, 1]), shares[cause][j])
            for i, cause in enumerate(shares)
            for j, day in enumerate(DAYS)
        }

    assert_covered(f"incidence-{m}-{k}", {"points": m, "replications": k}, study, loose=("none by day 300",))


RATES = parse_rates(
    """
senders: {us: us}
rates:
  measure:
    title: A measure, given attribution
    given: {time_within: [attributed, horizon]}
    event: {is: responded}
    history: {k: 1, n: 2}
    source: synthetic
  days:
    title: Days to the first warning, median
    median_days: {column: warned}
    history: {values: [1, 2]}
    source: synthetic
""",
    file="rates.yaml",
)


@pytest.mark.parametrize(("m", "k"), [(60, 4), (500, 4), (500, 1)])
def test_implied_rates(m: int, k: int) -> None:
    """A share of some of the runs, where points with more of them have it less often; a median over points.

    Attributed with 0.3 + 0.5 u, then a measure with 0.9 - 0.6 u: 0.305 of 0.55. Days are lognormal, the median 30.
    """
    points = np.repeat(np.arange(m), k)

    def study(rng: np.random.Generator) -> Told:
        u = np.repeat(rng.random(m), k)
        days = 30 * np.exp(0.7 * np.repeat(rng.normal(size=m), k) + 0.7 * rng.normal(size=m * k))
        runs = pd.DataFrame(
            {
                "experiment": points,
                "attributed": np.where(rng.random(m * k) < 0.3 + 0.5 * u, 1.0, np.nan),
                "responded": rng.random(m * k) < 0.9 - 0.6 * u,
                "warned": days,
            }
        )
        found = implied_rates(RATES, runs, horizon=365.0)
        held: Told = {}
        for name, truth in (("measure", 0.305 / 0.55), ("days", 30.0)):
            interval = found[name].interval
            assert interval is not None
            held[name] = (interval, truth)
        return held

    assert_covered(f"implied-rates-{m}-{k}", {"points": m, "replications": k}, study)


# ---- paired differences of which few pairs differ ----------------------------------------------------


@pytest.mark.parametrize(
    ("n", "up", "down"),
    [(500, 0.03, 0.0), (500, 0.06, 0.0), (1000, 0.01, 0.005), (4000, 0.004, 0.0), (4000, 0.002, 0.001)],
)
def test_differences_that_are_rare(n: int, up: float, down: float) -> None:
    """Pairs that differ by +1, by -1 or, nearly all, not at all: from 12 to 30 of them differ."""
    assert_covered(f"rare-differences-{n}-{up}-{down}", {"pairs": n}, rare(n, up, down))


@pytest.mark.parametrize("expected", [1, 2, 3, 6])
def test_differences_that_are_hardly_there(expected: int) -> None:
    """Where so many of 1,000 pairs differ the interval may be short; recorded without a band.

    With fewer than six pairs that differ no difference is called told, whatever its interval.
    """
    n, p = 1000, expected / 1000

    def study(rng: np.random.Generator) -> Told:
        change = (rng.random(n) < p).astype(float)
        found = paired_difference(np.zeros(n), change, np.arange(n), kind="quantity", horizon=1.0)
        return {"difference": (found.interval, p)}

    loose = ("difference",)
    assert_covered(f"hardly-there-{expected}", {"pairs": n}, study, loose=loose)


def rare(n: int, up: float, down: float) -> Callable[[np.random.Generator], Told]:
    """Return a study of pairs that differ by +1 or -1 with these chances."""

    def study(rng: np.random.Generator) -> Told:
        u = rng.random(n)
        change = (u < up).astype(float) - (u > 1 - down)
        found = paired_difference(np.zeros(n), change, np.arange(n), kind="quantity", horizon=1.0)
        return {"difference": (found.interval, up - down)}

    return study


# ---- how many runs are needed ------------------------------------------------------------------------

WIDTH = 0.02
SHIFT = 0.5


@pytest.mark.parametrize(("m", "k"), [(60, 4), (300, 4), (300, 1)])
def test_runs_that_are_needed(m: int, k: int) -> None:
    """What a pilot says of a mean, a share, a rare difference, and of the runs to tell a difference of 0.5.

    By the true spreads: normal points of variance 1 with luck of variance 4; p ~ Beta(2, 6); +1 in 6 and -1 in 3 of
    100 points.
    """
    points, squares = np.repeat(np.arange(m), k), k * (Z / WIDTH) ** 2
    luck = 1 + 4 / k
    share = 0.25 * 0.75 / k * (1 + (k - 1) / 9)
    true = {
        "mean": squares * luck,
        "share": squares * share,
        "difference": squares * (0.09 - 0.03**2),
        "to tell": k * (Z / SHIFT) ** 2 * luck,
    }

    def study(rng: np.random.Generator) -> Told:
        normal = np.repeat(rng.normal(size=m), k) + 2 * rng.normal(size=m * k)
        u = rng.random(m)
        values = {
            "mean": normal,
            "share": rng.random(m * k) < np.repeat(rng.beta(2, 6, m), k),
            "difference": np.repeat((u < 0.06).astype(float) - (u > 0.97), k),
        }
        needed: dict[str, tuple[float, float]] = {
            kind: runs_needed(column, points, kind=kind, half_width=WIDTH).interval
            for kind, column in values.items()
        }
        needed["to tell"] = cost_to_resolve(normal + SHIFT, points).runs_interval
        return {name: ((low - k, high + k), true[name]) for name, (low, high) in needed.items()}

    assert_covered(f"runs-needed-{m}-{k}", {"points": m, "replications": k}, study)
