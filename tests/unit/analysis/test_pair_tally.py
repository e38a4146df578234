"""Counting pairs of runs as they come: no trace of cut or order, and the differences that the rows give."""

from __future__ import annotations

import numpy as np
import pytest

from scenario.analysis.pair_tally import PairTally, merge_pairs, read_pairs
from scenario.analysis.paired import Paired, paired_differences
from scenario.analysis.streaming import Frame
from scenario.errors import DataError

NEVER = float("nan")
HORIZON = 90
KINDS = {
    "arrival": "time",
    "events": "count",
    "rare": "time",
    "hit": "probability",
    "same": "quantity",
    "flow": "quantity",
}
FRAME = Frame(kinds=KINDS, horizon=HORIZON)
SEEDS = range(6)

Study = tuple[np.ndarray, np.ndarray, np.ndarray]


def study(seed: int, *, inner: int = 4, n_points: int = 60) -> Study:
    """Return runs and the rows of A and B: most pairs equal, some differ, in `rare` only a few, in `same` none."""
    rng = np.random.default_rng(seed)
    runs = np.stack(np.divmod(np.arange(n_points * inner), inner), axis=1)
    runs = runs[rng.random(len(runs)) < 0.9]
    n = len(runs)
    arrival = np.where(rng.random(n) < 0.2, NEVER, rng.uniform(0, HORIZON, n))
    moved = np.where(rng.random(n) < 0.1, NEVER, rng.uniform(0, HORIZON, n))
    is_moved = rng.random(n) < 0.4
    a = {
        "arrival": arrival,
        "events": rng.integers(0, 9, n),
        "rare": arrival,
        "hit": rng.random(n) < 0.5,
        "same": rng.normal(size=n),
        "flow": rng.normal(size=n) * 1e6,
    }
    b = a | {
        "arrival": np.where(is_moved, moved, arrival),
        "events": a["events"] + (rng.integers(-1, 3, n) * is_moved),
        "rare": np.where(np.arange(n) % (n // 9) == 0, moved, arrival),
        "hit": a["hit"] | (rng.random(n) < 0.2),
        "flow": a["flow"] * np.where(is_moved, 0.99, 1.0),
    }
    return runs, *(np.stack([side[name] for name in KINDS], axis=1).astype(float) for side in (a, b))


def tally_of(runs: np.ndarray, a: np.ndarray, b: np.ndarray) -> PairTally:
    """Return the tally of a study, taken in at once."""
    tally = PairTally(FRAME)
    tally.add(runs, a, b)
    return tally


def of_rows(runs: np.ndarray, a: np.ndarray, b: np.ndarray) -> dict[str, Paired]:
    """Return what the rows themselves say."""
    tables = [{name: side[:, i] for i, name in enumerate(KINDS)} for side in (a, b)]
    return paired_differences(*tables, runs[:, 0], kinds=KINDS, horizon=HORIZON)


def single(a: list[float], b: list[float], kind: str) -> Paired:
    """Return what pairs of one outcome say, an outer point each."""
    runs = np.stack([np.arange(len(a)), np.zeros(len(a), np.int64)], axis=1)
    tally = PairTally(Frame(kinds={"x": kind}, horizon=HORIZON))
    tally.add(runs, np.array(a)[:, None], np.array(b)[:, None])
    return read_pairs(tally)["x"]


@pytest.mark.parametrize("seed", SEEDS)
def test_neither_cut_nor_order_leaves_a_trace(seed: int) -> None:
    """Any cut of the outer points, in any order, has the digest of the whole."""
    runs, a, b = study(seed)
    rng = np.random.default_rng(seed)
    label = rng.integers(0, 12, 60)[runs[:, 0]]
    pieces = PairTally(FRAME)
    for one in rng.permutation(12):
        chosen = rng.permutation(np.flatnonzero(label == one))
        pieces.add(runs[chosen], a[chosen], b[chosen])
    assert pieces.digest() == tally_of(runs, a, b).digest()


@pytest.mark.parametrize("n", [29, 30, 31])
def test_the_cut_leaves_no_trace_where_few_become_many(n: int) -> None:
    """29, 30 and 31 changed pairs have the digest of the whole, counted in two parts or merged."""
    runs = np.stack([np.arange(60), np.zeros(60, np.int64)], axis=1)
    a = np.zeros((60, 1))
    b = np.where(np.arange(60) < n, 1.0, 0.0)[:, None]
    parts = [PairTally(Frame(kinds={"x": "quantity"}, horizon=HORIZON)) for _ in range(4)]
    whole, cut, first, second = parts
    whole.add(runs, a, b)
    for part in (slice(0, 15), slice(15, None)):
        cut.add(runs[part], a[part], b[part])
    first.add(runs[:15], a[:15], b[:15])
    second.add(runs[15:], a[15:], b[15:])
    assert cut.digest() == whole.digest()
    assert merge_pairs(first, second).digest() == whole.digest()


@pytest.mark.parametrize("seed", SEEDS)
def test_merging_knows_no_order(seed: int) -> None:
    """(a + b) + c and c + (b + a) have the digest of the whole."""
    runs, *rows = study(seed)
    cut = [runs[:, 0] % 3 == k for k in range(3)]
    a, b, c = (tally_of(runs[one], *(side[one] for side in rows)) for one in cut)
    whole = tally_of(runs, *rows).digest()
    assert merge_pairs(merge_pairs(a, b), c).digest() == whole
    assert merge_pairs(c, merge_pairs(b, a)).digest() == whole


def test_merging_leaves_both_as_they_are() -> None:
    """After a + b, a has the digest it had."""
    a, b = tally_of(*study(0)), tally_of(*study(1))
    before = a.digest()
    merge_pairs(a, b)
    assert a.digest() == before


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("inner", [1, 4])
def test_shares_are_exact(inner: int, seed: int) -> None:
    """Shares that differ, lie higher, lower or are equal are those of the rows, to the last bit."""
    found, expected = read_pairs(tally_of(*study(seed, inner=inner))), of_rows(*study(seed, inner=inner))
    for name, told in expected.items():
        assert (found[name].differ, found[name].higher, found[name].lower, found[name].equal) == (
            *(told.differ, told.higher, told.lower, told.equal),
        )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("field", ["a", "b", "difference"])
def test_means_are_those_of_the_rows(field: str, seed: int) -> None:
    """Means of both sides and of the difference agree to 1e-12."""
    found = {name: getattr(told, field) for name, told in read_pairs(tally_of(*study(seed))).items()}
    expected = {name: getattr(told, field) for name, told in of_rows(*study(seed)).items()}
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", KINDS)
def test_intervals_are_those_of_the_rows(name: str, seed: int) -> None:
    """Student's where many pairs differ, the bootstrap where few do, (0, 0) where none does."""
    found, expected = read_pairs(tally_of(*study(seed)))[name], of_rows(*study(seed))[name]
    assert found.interval == pytest.approx(expected.interval, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("seed", SEEDS)
def test_noise_is_told_as_from_the_rows(seed: int) -> None:
    """The same differences cannot be told from none."""
    found = {name: told.noise for name, told in read_pairs(tally_of(*study(seed))).items()}
    assert found == {name: told.noise for name, told in of_rows(*study(seed)).items()}


def test_few_changes_survive_a_merge() -> None:
    """Where fewer than 30 pairs changed in all, the bootstrap of the merged tally is the one of the rows."""
    runs, *rows = study(0)
    even = runs[:, 0] % 2 == 0
    both = merge_pairs(*(tally_of(runs[one], *(side[one] for side in rows)) for one in (even, ~even)))
    expected = of_rows(runs, *rows)["rare"]
    assert expected.differ * expected.n < 30
    assert read_pairs(both)["rare"].interval == pytest.approx(expected.interval, rel=1e-9)


def test_many_changes_are_not_kept() -> None:
    """From 30 changed pairs on, no totals of outer points are kept."""
    tally = tally_of(*study(0))
    kept = dict(zip([list(KINDS)[i] for i in FRAME.order], tally.few, strict=True))
    assert kept["arrival"] == {}
    assert 0 < len(kept["rare"]) < 30


def test_never_lies_above_every_day() -> None:
    """A side that never comes is higher, and later by what is left to the horizon."""
    told = single([10.0, NEVER, NEVER], [NEVER, 20.0, NEVER], "time")
    assert (told.higher, told.lower, told.equal) == (1 / 3, 1 / 3, 1 / 3)
    assert told.difference == pytest.approx((80 - 70) / 3)


def test_never_instead_of_the_last_day_differs_without_a_difference() -> None:
    """A time at the horizon against never differs, yet its mean difference is 0, the interval (0, 0)."""
    told = single([HORIZON, 1.0], [NEVER, 1.0], "time")
    assert (told.differ, told.difference, told.interval, told.noise) == (0.5, 0.0, (0.0, 0.0), True)


@pytest.mark.parametrize(("n_points", "is_noise"), [(5, True), (6, False)])
def test_fewer_than_six_points_that_moved_tell_nothing(n_points: int, is_noise: bool) -> None:
    """Eight runs per point, each one event more in B: five points are no evidence, six are."""
    runs = np.stack(np.divmod(np.arange(8 * n_points), 8), axis=1)
    tally = PairTally(Frame(kinds={"x": "count"}, horizon=HORIZON))
    tally.add(runs, np.zeros((len(runs), 1)), np.ones((len(runs), 1)))
    assert read_pairs(tally)["x"].noise is is_noise


def test_both_sides_are_counted() -> None:
    """The tallies of A and B are those of their rows."""
    runs, a, b = study(0)
    tally = tally_of(runs, a, b)
    assert tally.b.digest() == tally_of(runs, b, b).a.digest()
    assert tally.a.digest() == tally_of(runs, a, a).b.digest()


def test_another_difference_is_another_digest() -> None:
    """The same two sides paired otherwise have another digest."""
    runs, a, b = study(0)
    swapped = b[::-1] if len(b) % 2 else np.roll(b, 1, axis=0)
    assert tally_of(runs, a, swapped).digest() != tally_of(runs, a, b).digest()


def test_sides_of_different_size_are_refused() -> None:
    """A pair has two runs."""
    runs, a, b = study(0)
    with pytest.raises(DataError, match="rows must have one line per run"):
        PairTally(FRAME).add(runs, a, b[1:])


def test_nothing_says_nothing() -> None:
    """An empty tally of pairs has no numbers."""
    with pytest.raises(DataError, match=r"a tally must hold at least one pair of runs \(got none\)"):
        read_pairs(PairTally(FRAME))
