"""Counting runs as they come: no trace of cut or order, and the numbers that the rows themselves give."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from scenario.analysis.counted import Quantile, incidence, quantile, read
from scenario.analysis.incidence import cumulative_incidence
from scenario.analysis.quantities import Summary, summaries
from scenario.analysis.streaming import Frame, Tally, merge
from scenario.errors import DataError

NEVER = float("nan")
HORIZON = 90
KINDS = {
    "arrival": "time",
    "spell": "duration",
    "hit": "probability",
    "meeting": "time",
    "events": "count",
    "flow": "quantity",
    "pressure": "index",
    "cost": "band",
}
FRAME = Frame(kinds=KINDS, horizon=HORIZON)
SEEDS = range(8)

Study = tuple[np.ndarray, np.ndarray]


def study(seed: int, *, n_points: int = 60, inner: int = 4, failed: float = 0.1) -> Study:
    """Return runs [R, 2] and rows [R, C] of every kind: ties, never, clusters, and runs missing because they failed."""
    rng = np.random.default_rng(seed)
    runs = np.stack(np.divmod(np.arange(n_points * inner), inner), axis=1)
    level = rng.uniform(0.5, 1.5, n_points)[runs[:, 0]]
    n = len(runs)
    arrival = np.where(rng.random(n) < 0.3, rng.integers(0, HORIZON + 1, n), rng.uniform(0, 120, n) * level)
    arrival[(arrival > HORIZON) | (rng.random(n) < 0.1)] = NEVER
    meeting = np.where(rng.random(n) < 0.5, rng.integers(0, 20, n) / 8, NEVER)
    flow = rng.normal(size=n) * 10.0 ** rng.integers(-6, 9, n)
    columns = {
        "arrival": arrival,
        "spell": np.clip(rng.normal(40, 60, n) * level, 0, HORIZON),
        "hit": (rng.random(n) < 0.3 * level).astype(float),
        "meeting": meeting,
        "events": np.rint(rng.exponential(200, n) * level),
        "flow": np.where(rng.random(n) < 0.4, rng.integers(-5, 5, n), flow),
        "pressure": rng.exponential(0.01, n) * level,
        "cost": rng.integers(0, 5, n).astype(float),
    }
    finished = rng.random(n) >= failed
    return runs[finished], np.stack([columns[name] for name in KINDS], axis=1)[finished]


def tally_of(runs: np.ndarray, rows: np.ndarray) -> Tally:
    """Return the tally of a study, taken in at once."""
    tally = Tally(FRAME)
    tally.add(runs, rows)
    return tally


def parts(runs: np.ndarray, rows: np.ndarray, rng: np.random.Generator) -> Iterator[Study]:
    """Cut a study into parts of whole outer points at random, shuffled among and within themselves."""
    label = rng.integers(0, rng.integers(1, 30), runs[:, 0].max() + 1)[runs[:, 0]]
    for one in rng.permutation(np.unique(label)):
        chosen = rng.permutation(np.flatnonzero(label == one))
        yield runs[chosen], rows[chosen]


def column(rows: np.ndarray, name: str) -> np.ndarray:
    """Return one outcome of a study."""
    return rows[:, list(KINDS).index(name)]


def single(values: list[float], kind: str, *, inner: int = 1) -> Tally:
    """Return the tally of one outcome, named x."""
    runs = np.stack(np.divmod(np.arange(len(values)), inner), axis=1)
    tally = Tally(Frame(kinds={"x": kind}, horizon=HORIZON))
    tally.add(runs, np.array(values)[:, None])
    return tally


# ---- no trace of cut or order --------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_neither_cut_nor_order_leaves_a_trace(seed: int) -> None:
    """Any cut of the outer points, in any order, has the digest of the whole."""
    runs, rows = study(seed)
    pieces = Tally(FRAME)
    for part in parts(runs, rows, np.random.default_rng(seed)):
        pieces.add(*part)
    assert pieces.digest() == tally_of(runs, rows).digest()


@pytest.mark.parametrize("seed", SEEDS)
def test_merging_is_associative(seed: int) -> None:
    """(a + b) + c and a + (b + c) have the digest of the whole."""
    runs, rows = study(seed)
    cut = [runs[:, 0] % 3 == k for k in range(3)]
    a, b, c = (tally_of(runs[one], rows[one]) for one in cut)
    whole = tally_of(runs, rows).digest()
    assert merge(merge(a, b), c).digest() == whole
    assert merge(a, merge(b, c)).digest() == whole


@pytest.mark.parametrize("seed", SEEDS)
def test_merging_is_commutative(seed: int) -> None:
    """a + b and b + a have the same digest."""
    runs, rows = study(seed)
    even = runs[:, 0] % 2 == 0
    a, b = tally_of(runs[even], rows[even]), tally_of(runs[~even], rows[~even])
    assert merge(a, b).digest() == merge(b, a).digest()


def test_merging_leaves_both_as_they_are() -> None:
    """After a + b, a has the digest it had."""
    a, b = tally_of(*study(0)), tally_of(*study(1))
    before = a.digest()
    merge(a, b)
    assert a.digest() == before


def test_nothing_is_neutral() -> None:
    """A tally merged with an empty one has the digest it had."""
    a = tally_of(*study(0))
    assert merge(Tally(FRAME), a).digest() == a.digest()


def test_adding_no_run_changes_nothing() -> None:
    """A chunk of which every run failed leaves the digest as it was."""
    runs, rows = study(0)
    tally = tally_of(runs, rows)
    tally.add(runs[:0], rows[:0])
    assert tally.digest() == tally_of(runs, rows).digest()


@pytest.mark.parametrize("name", KINDS)
def test_another_value_is_another_digest(name: str) -> None:
    """One run with one other value of any kind changes the digest."""
    runs, rows = study(0)
    other = rows.copy()
    at = list(KINDS).index(name), int(np.flatnonzero(column(rows, name) > 0)[0])
    other[at[1], at[0]] *= 1 - 1e-9
    assert tally_of(runs, other).digest() != tally_of(runs, rows).digest()


def test_never_is_another_digest_than_the_horizon() -> None:
    """A time at the horizon is no never, although their means agree."""
    assert single([HORIZON, 1.0], "time").digest() != single([NEVER, 1.0], "time").digest()


def test_the_sign_of_zero_leaves_no_trace() -> None:
    """0 and -0 are one value."""
    assert single([0.0, 1.0], "quantity").digest() == single([-0.0, 1.0], "quantity").digest()


def test_memory_does_not_depend_on_the_number_of_runs() -> None:
    """After ten times as many runs the arrays of counts have the size they had."""
    sizes = []
    for n_points in (10, 100):
        tally = tally_of(*study(0, n_points=n_points))
        sizes.append(
            [part.counts.nbytes + part.pairs.nbytes + part.sizes.nbytes for part in tally.parts.values()]
        )
    assert sizes[0] == sizes[1]


# ---- the numbers of the rows ---------------------------------------------------------------------------


@pytest.fixture(
    scope="module", params=[(0, 4), (1, 1), (2, 20), (3, 3)], ids=lambda p: f"seed {p[0]}, {p[1]} each"
)
def known(request: pytest.FixtureRequest) -> Study:
    """A study with 4, 1, 20 or 3 runs per outer point, some of which failed."""
    seed, inner = request.param
    return study(seed, inner=inner, n_points=200)


def of_rows(runs: np.ndarray, rows: np.ndarray) -> dict[str, Summary]:
    """Return what the rows themselves say."""
    table = {name: column(rows, name) for name in KINDS}
    return summaries(table, runs[:, 0], kinds=KINDS, units=dict.fromkeys(KINDS, ""), horizon=HORIZON)


def test_means_are_those_of_the_rows(known: Study) -> None:
    """The mean of every outcome agrees to 1e-12."""
    found = {name: told.estimate for name, told in read(tally_of(*known)).items()}
    expected = {name: told.estimate for name, told in of_rows(*known).items()}
    assert found == pytest.approx(expected, rel=1e-12, abs=0)


def test_intervals_are_those_of_the_rows(known: Study) -> None:
    """Both ends of the interval of every outcome agree to 1e-9."""
    found = read(tally_of(*known))
    for name, told in of_rows(*known).items():
        assert found[name].interval == pytest.approx(told.interval, rel=1e-9, abs=0)


def test_never_shares_and_sizes_are_exact(known: Study) -> None:
    """The share of never and the number of runs are those of the rows, to the last bit."""
    found = {name: (told.never, told.n) for name, told in read(tally_of(*known)).items()}
    assert found == {name: (told.never, told.n) for name, told in of_rows(*known).items()}


def test_quantiles_of_the_rows_lie_within_their_ends(known: Study) -> None:
    """Every quantile of the rows lies between the ends told; where it is never, never is told."""
    found = read(tally_of(*known))
    for name, summary in of_rows(*known).items():
        for level, value in summary.quantiles.items():
            told = found[name].quantiles[level]
            assert (told is None) == (value is None)
            assert told is None or value is None or told.low <= value <= told.high


def test_the_error_told_of_a_quantile_holds(known: Study) -> None:
    """No quantile of the rows is farther from the one told than its error."""
    found = read(tally_of(*known))
    for name, summary in of_rows(*known).items():
        for level, value in summary.quantiles.items():
            told = found[name].quantiles[level]
            assert told is None or value is None or abs(told.value - value) <= told.error


@pytest.mark.parametrize("name", ["arrival", "meeting"])
def test_incidence_by_day_agrees_with_the_rows(name: str, known: Study) -> None:
    """Shares by day are exact, their clustered intervals agree to 1e-9."""
    runs, rows = known
    expected = cumulative_incidence({name: column(rows, name)}, horizon=HORIZON, experiment=runs[:, 0])
    found = incidence(tally_of(runs, rows), name)
    assert found.columns.equals(expected.columns)
    assert found["cause"].equals(expected["cause"])
    assert found["time"].equals(expected["time"])
    assert found["share"].equals(expected["share"])
    assert np.allclose(found[["lower", "upper"]], expected[["lower", "upper"]], rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", ["hit", "cost"])
def test_quantiles_of_whole_numbers_are_exact(name: str, known: Study) -> None:
    """Indicators and bands have no quantile error."""
    told = read(tally_of(*known))[name].quantiles.values()
    assert all(one is not None and one.error == 0 for one in told)


@pytest.mark.parametrize(
    ("name", "most"), [("arrival", 1 / 16), ("spell", 1 / 16), ("events", 2.0), ("pressure", 1e-3)]
)
def test_quantile_errors_stay_within_what_is_said(name: str, most: float, known: Study) -> None:
    """Times within a sixteenth of a day; counts up to 512 exact, to 1,024 within 1; small indices within 0.4 %."""
    told = [one for one in read(tally_of(*known))[name].quantiles.values() if one is not None]
    assert max(one.error for one in told) <= most
    assert all(one.error <= max(one.value / 256, 1 / 16) for one in told)


def test_a_quantile_on_an_edge_is_exact() -> None:
    """The median of days 2, 2.5 and 7 is 2.5 and nothing else."""
    assert quantile(single([2.0, 2.5, 7.0], "time"), "x", 50) == Quantile(value=2.5, low=2.5, high=2.5)


def test_a_quantile_in_a_gap_is_its_middle() -> None:
    """The median of 1, 2.3 and 7 lies between 2.25 and 2.375 days."""
    assert quantile(single([1.0, 2.3, 7.0], "time"), "x", 50) == Quantile(value=2.3125, low=2.25, high=2.375)


def test_the_smallest_value_narrows_the_gap() -> None:
    """The lowest quantile lies above the smallest value, not only above the edge."""
    told = quantile(single([2.3, 5.0, 7.0], "time"), "x", 5)
    assert told is not None
    assert (told.low, told.high) == (2.3, 2.375)


def test_ties_share_a_quantile() -> None:
    """Of nine runs at day 4 and one at day 8, every quantile up to 90 % is day 4."""
    tally = single([4.0] * 9 + [8.0], "time")
    assert [quantile(tally, "x", level).value for level in (1, 50, 90, 91)] == [4.0, 4.0, 4.0, 8.0]


def test_a_quantile_beyond_those_who_came_is_never() -> None:
    """Two of four runs never: the median is a day, the 51 % quantile is never reached."""
    tally = single([3.0, 5.0, NEVER, NEVER], "time")
    assert quantile(tally, "x", 50) == Quantile(value=5.0, low=5.0, high=5.0)
    assert quantile(tally, "x", 51) is None


def test_what_never_came_has_no_smallest_value() -> None:
    """A time that came in no run has neither a smallest nor a largest value, and a never-share of 1."""
    found = read(single([NEVER, NEVER], "time"))["x"]
    assert (found.low, found.high, found.never, found.estimate) == (None, None, 1.0, HORIZON)


def test_one_day_is_a_horizon() -> None:
    """A horizon of 1 day counts; 0 days, half a day and a truth value are refused."""
    assert Frame(kinds={"x": "time"}, horizon=1).horizon == 1
    for horizon in (0, 0.5, True):
        with pytest.raises(DataError, match=rf"\(got {horizon}\)"):
            Frame(kinds={"x": "time"}, horizon=horizon)  # type: ignore[arg-type]


def test_a_time_beyond_the_horizon_is_no_never() -> None:
    """It counts as the horizon in the mean and is not reached by it, as in `quantities` and `incidence`."""
    tally = single([HORIZON + 10.0, 0.0], "time")
    assert read(tally)["x"].never == 0.0
    assert read(tally)["x"].estimate == HORIZON / 2
    assert incidence(tally, "x")["share"].iloc[HORIZON] == 0.5


def test_values_beyond_all_edges_keep_a_quantile() -> None:
    """Below the first and above the last edge the smallest and the largest value are the ends."""
    told = quantile(single([1e12, 2e12, 3e12], "quantity"), "x", 50)
    assert told == Quantile(value=2e12, low=1e12, high=3e12)


def test_the_standard_error_is_told() -> None:
    """Points with totals 3 and 5 of two runs each: mean 2, standard error 0.5."""
    found = read(single([1.0, 2.0, 3.0, 2.0], "count", inner=2))["x"]
    assert (found.estimate, found.error) == (2.0, 0.5)


@pytest.mark.parametrize("kind", ["count", "probability"])
def test_one_outer_point_tells_no_interval(kind: str) -> None:
    """With a single outer point the interval is NaN."""
    low, high = read(single([1.0, 0.0], kind, inner=2))["x"].interval
    assert np.isnan([low, high]).all()


# ---- what is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [NEVER, np.inf, -np.inf, 1e61])
def test_a_value_that_is_no_number_is_refused(bad: float) -> None:
    """NaN, infinity and numbers beyond 1e60 are refused outside times."""
    with pytest.raises(DataError, match="values must be finite numbers below"):
        single([1.0, bad], "quantity")


def test_an_infinite_time_is_refused() -> None:
    """Never is NaN, not infinity."""
    with pytest.raises(DataError, match=r"values must be finite numbers below .* \(got 1.0 to inf\)"):
        single([1.0, np.inf], "time")


def test_rows_of_another_shape_are_refused() -> None:
    """A row has one value per outcome."""
    runs, rows = study(0)
    with pytest.raises(DataError, match=r"rows must have one line per run and 8 columns \(got shape"):
        Tally(FRAME).add(runs, rows[:, 1:])


@pytest.mark.parametrize(
    "other", [Frame(kinds={"x": "time"}, horizon=HORIZON), Frame(kinds=KINDS, horizon=91)]
)
def test_tallies_of_other_outcomes_are_not_merged(other: Frame) -> None:
    """Outcomes and horizon must be the same."""
    with pytest.raises(
        DataError, match=r"tallies must count the same outcomes and horizon \(got 8 outcomes in 90"
    ):
        merge(Tally(FRAME), Tally(other))


def test_a_refused_merge_changes_nothing() -> None:
    """A tally that cannot take in another is as it was."""
    tally = tally_of(*study(0))
    before = tally.digest()
    with pytest.raises(DataError, match="tallies must count the same"):
        tally.absorb(Tally(Frame(kinds=KINDS, horizon=91)))
    assert tally.digest() == before


def test_nothing_says_nothing() -> None:
    """An empty tally has no numbers."""
    with pytest.raises(DataError, match=r"a tally must hold at least one run \(got none\)"):
        read(Tally(FRAME))


def test_only_times_have_an_incidence() -> None:
    """A count does not come on a day."""
    with pytest.raises(DataError, match=r"the outcome must be of kind time \(got events: count\)"):
        incidence(tally_of(*study(0)), "events")


def test_an_unknown_outcome_is_named() -> None:
    """A name that was not counted is refused."""
    with pytest.raises(DataError, match=r"name must be one of the outcomes that were counted \(got arival\)"):
        incidence(tally_of(*study(0)), "arival")


@pytest.mark.parametrize("horizon", [0, 1.5, -3])
def test_a_horizon_is_whole_days(horizon: int) -> None:
    """A horizon of no or of broken days is refused."""
    with pytest.raises(DataError, match="horizon must be a whole number of days >= 1"):
        Frame(kinds=KINDS, horizon=horizon)
