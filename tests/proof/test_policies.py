"""Coverage of the intervals about policies, over 1,000 synthetic studies each: 95 -/+ 2 %.

Tipping points and maps, every metric of robustness, means on the front, and the stopping rule for shares of 0.5,
0.05 and 0.005 and for paired differences, rare ones included. True values are closed forms. `make proof` writes
the figures.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from scenario.analysis.pareto import pareto
from scenario.analysis.robustness import robustness
from scenario.analysis.stopping import Stopping
from scenario.analysis.tipping import tipping, tipping_grid
from tests.proof.conftest import Check
from tests.proof.record import recorded

pytestmark = pytest.mark.proof

STUDIES, SEED = 1000, 20240911
Draw = Callable[[np.random.Generator, int], np.ndarray]


@pytest.fixture
def figures(request: pytest.FixtureRequest, assert_none_failed: Check) -> Iterator[dict[str, object]]:
    """The figures of a test, written as a record of its own: tests may run in several processes, or a few of them."""
    name = re.sub(r"[^a-z0-9.]+", "-", request.node.name.removeprefix("test_")).strip("-")
    with recorded(f"policies-{name}", size={"studies": STUDIES}, seed=SEED) as found:
        yield found
        assert_none_failed(request)
        assert found
        missed = [name for name, one in found.items() if isinstance(one, dict) and not is_covered(one)]
        assert not missed


def is_covered(one: dict[str, float]) -> bool:
    """Return whether a recorded coverage lies within 95 -/+ 2 %."""
    return abs(one["covered"] - 95.0) <= 2.0


def assert_covers(figures: dict[str, object], name: str, hits: list[bool], **more: float) -> None:
    """Record a coverage in per cent and hold it against 95 -/+ 2."""
    covered = 100 * sum(hits) / len(hits)
    figures[name] = {"covered": round(covered, 1), "of": len(hits)} | more
    assert covered == pytest.approx(95.0, abs=2.0)


@pytest.mark.parametrize("n_worlds", [20, 60])
def test_interval_of_a_tipping_point(figures: dict[str, object], n_worlds: int) -> None:
    """B - A = slope (23 - x) with slope, level and luck by world: the interval of the crossing holds 23."""
    rng = np.random.default_rng([SEED, n_worlds])
    x, hits = np.linspace(5, 60, 9), []
    for _ in range(STUDIES):
        slope, level = rng.normal(1, 0.3, n_worlds), rng.normal(0, 5, n_worlds)
        table = slope * (23 - x[:, None]) + level + rng.normal(0, 5, (9, n_worlds))
        told = [one for one in tipping(x, table).crossings if not one.is_noise]
        hits.append(any(one.interval[0] <= 23 <= one.interval[1] for one in told))
    assert_covers(figures, f"tipping-line-{n_worlds}-worlds", hits)


def test_interval_of_a_tipping_point_of_shares(figures: dict[str, object]) -> None:
    """P(B) falls as a logistic curve through P(A) = 1/2 at 31; each world is one run under common luck."""
    rng = np.random.default_rng([SEED, 3])
    x, hits = np.linspace(1, 61, 13), []
    for _ in range(STUDIES):
        a, b = rng.random((2, 400))
        table = (b < 1 / (1 + np.exp((x[:, None] - 31) / 6))).astype(float) - (a < 0.5)
        told = [one for one in tipping(x, table).crossings if not one.is_noise]
        hits.append(any(one.interval[0] <= 31 <= one.interval[1] for one in told))
    assert_covers(figures, "tipping-logistic-400-worlds", hits)


@pytest.mark.parametrize(("n_worlds", "k"), [(50, 8), (120, 16)])
def test_intervals_of_robustness(figures: dict[str, object], n_worlds: int, k: int) -> None:
    """Policies 0 and d ~ N(0, 1): mean regret 1 / sqrt(2 pi); d meets 1/2 in 30.9 % of worlds, is best in half.

    Against the mean of d as baseline nothing is lost, and a tenth of the worlds has a regret above 1.28.
    """
    rng = np.random.default_rng([SEED, n_worlds])
    true = {
        "mean": 0.0,
        "regret_mean": 1 / math.sqrt(math.tau),
        "regret_baseline": 0.0,
        "satisficing": 0.5 * math.erfc(0.5 / math.sqrt(2)),
        "best": 0.5,
        "regret_90": 1.2815515655446004,
    }
    hits: dict[str, list[bool]] = {name: [] for name in true}
    plain = []
    for _ in range(STUDIES):
        d = rng.normal(0, 1, (n_worlds, 1))
        runs = np.stack([np.zeros((n_worlds, k)), d + rng.normal(0, 1, (n_worlds, k))], axis=1)
        found = robustness(runs, policies=["a", "d"], direction="higher", threshold=0.5, baseline="a")
        for name, truth in true.items():
            low, high = found.policies[1].measures[name].interval
            hits[name].append(low <= truth <= high)
        one = found.policies[1].measures["regret_mean"]
        plain.append(one.estimate - one.correction - true["regret_mean"])
    for name in true:
        assert_covers(figures, f"{name}-{n_worlds}-worlds-{k}-replications", hits[name])
    figures[f"bias-of-plain-regret-{n_worlds}-worlds"] = round(float(np.mean(plain)), 4)


@pytest.mark.parametrize("luck", [0.0, 0.5])
def test_the_worst_world_is_not_told_worse_than_it_is(figures: dict[str, object], luck: float) -> None:
    """Policies 0 and d ~ Uniform(-1, 1): the largest regret of either is 1, the worst of d is -1.

    The finite end of the interval does not lie beyond it in 97.5 % of studies and more, the estimate not on average.
    Worlds worse than the worst one seen are at most the share that is told in 95 -/+ 2 % of studies without luck.
    """
    n_worlds, k = 60, 8
    rng = np.random.default_rng([SEED, 60, int(10 * luck)])
    ends, estimates, beyond = [], [], []
    for _ in range(STUDIES):
        d = rng.uniform(-1, 1, (n_worlds, 1))
        runs = np.stack([np.zeros((n_worlds, k)), d + luck * rng.normal(size=(n_worlds, k))], axis=1)
        found = robustness(runs, policies=["a", "d"], direction="higher")
        a, b = (one.measures for one in found.policies)
        told = [a["regret_max"], b["regret_max"], b["worst"]]
        ends.append([told[0].interval[0] <= 1, told[1].interval[0] <= 1, told[2].interval[1] >= -1])
        estimates.append([one.estimate for one in told])
        beyond.append((1 + b["worst"].estimate) / 2 <= found.beyond)
    figures["finite end not beyond, %"] = (100 * np.mean(ends, axis=0)).tolist()
    figures["mean estimates (1, 1, -1)"] = np.mean(estimates, axis=0).round(3).tolist()
    if not luck:
        assert_covers(figures, "share-of-worlds-beyond-the-worst", beyond)
    assert (np.mean(ends, axis=0) >= 0.96).all()
    assert (np.abs(np.mean(estimates, axis=0)) <= 1.0).all()


@pytest.mark.parametrize("n_worlds", [20, 60, 200])
def test_intervals_of_means_on_the_front(figures: dict[str, object], n_worlds: int) -> None:
    """Two policies, worlds shared: days N(100, 11), a share of 16 runs of 0.2 and 0.25, and a skewed cost.

    Days and shares are covered. The mean of a lognormal cost with sigma 1 is recorded without a band: 88 % with
    20 worlds, 94 % with 200.
    """
    rng = np.random.default_rng([SEED, 7, n_worlds])
    true = {"days": (100.0, 105.0), "share": (0.2, 0.25), "cost": (math.exp(0.5), math.exp(0.5))}
    hits: dict[str, list[bool]] = {name: [] for name in true}
    for _ in range(STUDIES):
        world = rng.normal(0, 10, (n_worlds, 1))
        found = pareto(
            {
                "days": np.array(true["days"]) + world + rng.normal(0, 5, (n_worlds, 2)),
                "share": (rng.random((16, n_worlds, 2)) < np.array(true["share"])).mean(axis=0),
                "cost": rng.lognormal(0, 1, (n_worlds, 2)),
            },
            directions=dict.fromkeys(true, "lower"),
            policies=["a", "b"],
        )
        for name, means in true.items():
            for one, mean in zip(found.policies, means, strict=True):
                hits[name].append(one.intervals[name][0] <= mean <= one.intervals[name][1])
    figures["lognormal cost, %"] = 100 * float(np.mean(hits["cost"]))
    for name in ("days", "share"):
        assert_covers(figures, f"{name}-{n_worlds}-worlds", hits[name])


@pytest.mark.parametrize("n_worlds", [20, 60, 200])
def test_cells_of_a_tipping_map(figures: dict[str, object], n_worlds: int) -> None:
    """5 x 4 cells under common luck: each interval holds its mean; where no cell differs none stands out in 95 %."""
    rng = np.random.default_rng([SEED, 8, n_worlds])
    x, y = np.linspace(0, 1, 5), np.linspace(0, 1, 4)
    true = np.add.outer(2 * x - 1, 0.5 * y)
    hits, quiet = np.zeros_like(true), []
    for _ in range(STUDIES):
        luck = rng.normal(0, 2, n_worlds) + rng.normal(0, 1, (5, 4, n_worlds))
        found = tipping_grid(x, y, true[:, :, None] + luck)
        hits += (found.lower <= true) & (true <= found.upper)
        quiet.append(bool(tipping_grid(x, y, luck).is_noise.all()))
    shares = 100 * hits / STUDIES
    figures["of each cell, from and to, %"] = [shares.min(), shares.max()]
    figures[f"all-cells-{n_worlds}-worlds"] = {"covered": round(shares.mean(), 1), "of": STUDIES * hits.size}
    assert_covers(figures, f"no-cell-stands-out-{n_worlds}-worlds", quiet)
    assert (np.abs(shares - 95) <= 2).all()


def stopped(rule: Stopping, draw: Draw, rng: np.random.Generator, batch: int) -> Stopping:
    """Feed batches until the rule says stop."""
    while rule.decision == "continue":
        rule = rule.add(draw(rng, batch))
    return rule


def assert_stopping(
    figures: dict[str, object], name: str, rule: Stopping, draw: Draw, *, truth: float, batch: int
) -> None:
    """Run the rule 1,000 times; record coverage and the mean number of points."""
    rng = np.random.default_rng([SEED, len(name), batch])
    ended = [stopped(rule, draw, rng, batch) for _ in range(STUDIES)]
    hits = [one.interval[0] <= truth <= one.interval[1] for one in ended]
    assert_covers(figures, name, hits, points=float(np.mean([one.n_points for one in ended])))


@pytest.mark.parametrize("batch", [20, 100])
@pytest.mark.parametrize(("p", "half_width"), [(0.5, 0.05), (0.05, 0.02), (0.005, 0.002)])
def test_stopping_rule_for_a_share(
    figures: dict[str, object], p: float, half_width: float, batch: int
) -> None:
    """Independent runs with share p, stopped at the wanted half-width: the interval holds p."""

    def draw(rng: np.random.Generator, n: int) -> np.ndarray:
        return rng.random(n) < p

    rule = Stopping(half_width=half_width)
    assert_stopping(figures, f"stopping-share-{p}-batch-{batch}", rule, draw, truth=p, batch=batch)


@pytest.mark.parametrize(("a", "b", "half_width"), [(2.0, 2.0, 0.05), (1.0, 19.0, 0.02)])
def test_stopping_rule_for_a_share_of_replicated_points(
    figures: dict[str, object], a: float, b: float, half_width: float
) -> None:
    """Four replications of points with p ~ Beta(a, b): the interval holds a / (a + b)."""

    def draw(rng: np.random.Generator, n: int) -> np.ndarray:
        return rng.random((n, 4)) < rng.beta(a, b, (n, 1))

    rule = Stopping(half_width=half_width)
    assert_stopping(figures, f"stopping-share-beta-{a}-{b}", rule, draw, truth=a / (a + b), batch=20)


@pytest.mark.parametrize(
    ("up", "down", "half_width"), [(0.1, 0.05, 0.03), (0.02, 0.01, 0.01), (0.005, 0.002, 0.003)]
)
def test_stopping_rule_for_a_paired_difference(
    figures: dict[str, object], up: float, down: float, half_width: float
) -> None:
    """Pairs that differ by +1, -1 or not at all: the interval holds the mean difference."""

    def draw(rng: np.random.Generator, n: int) -> np.ndarray:
        u = rng.random(n)
        return (u < up).astype(float) - (u > 1 - down)

    rule = Stopping(half_width=half_width, kind="difference", largest=1.0)
    name = f"stopping-difference-{up}-{down}"
    assert_stopping(figures, name, rule, draw, truth=up - down, batch=50)


def test_stopping_rule_for_a_difference_of_days(figures: dict[str, object]) -> None:
    """Restricted times, B half as slow: E min(T / 2, 1) - E min(T, 1) for T ~ Exp(1), in one unit of horizon."""

    def draw(rng: np.random.Generator, n: int) -> np.ndarray:
        t = rng.exponential(1.0, n)
        return np.minimum(t / 2, 1) - np.minimum(t, 1)

    rule = Stopping(half_width=0.02, kind="difference", largest=1.0)
    truth = (1 - math.exp(-2)) / 2 - (1 - math.exp(-1))
    assert_stopping(figures, "stopping-difference-days", rule, draw, truth=truth, batch=20)
