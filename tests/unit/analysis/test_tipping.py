from __future__ import annotations

import re

import numpy as np
import pytest
from scipy.optimize import isotonic_regression

from scenario.analysis.tipping import tipping, tipping_grid
from scenario.errors import DataError

DAYS = np.arange(5.0, 61.0, 5.0)


def falling(tip: float, *, n: int = 60, noise: float = 4.0, seed: int = 1) -> np.ndarray:
    """B - A = tip - x plus luck of the world (the same at all x) and luck of the cell."""
    rng = np.random.default_rng(seed)
    return tip - DAYS[:, None] + rng.normal(0, noise, n) + rng.normal(0, noise, (len(DAYS), n))


def test_the_crossing_of_a_line_is_its_zero() -> None:
    """Means 3, 1, -1 at 10, 20, 30 cross zero at 25 - 1 / 2 x 10 = 25, halfway between 20 and 30."""
    rng = np.random.default_rng(0)
    worlds = rng.normal(0, 0.5, 40)
    table = np.array([3.0, 1.0, -1.0])[:, None] + (worlds - worlds.mean())
    (found,) = tipping([10, 20, 30], table).crossings
    assert found.value == pytest.approx(25.0)
    assert (found.between, found.is_rising) == ((20.0, 30.0), False)


def test_interval_of_a_shift_is_that_of_the_mean() -> None:
    """Where worlds only shift a line of slope -1 the interval is Student's interval of the mean shift."""
    rng = np.random.default_rng(2)
    shift = rng.normal(23.0, 6.0, 80)
    (found,) = tipping(DAYS, shift - DAYS[:, None]).crossings
    half = 1.9904502102301287 * shift.std(ddof=1) / np.sqrt(80)  # t(79) at 97.5 %
    assert found.value == pytest.approx(shift.mean(), abs=1e-9)
    assert found.interval == pytest.approx((shift.mean() - half, shift.mean() + half), abs=0.1 * half)


def test_a_known_tipping_point_is_told_in_words() -> None:
    """B beats A below 23 days: verdict, interval and sentence say so."""
    found = tipping(DAYS, falling(23.0), unit="days")
    (one,) = found.crossings
    assert found.verdict == "crosses"
    assert not one.is_noise
    assert one.interval[0] < 23.0 < one.interval[1]
    assert found.text.startswith("B is better than A below 2")
    assert found.text.endswith("worse above (n = 60 worlds).")


def test_a_logistic_model_tips_where_its_curve_does() -> None:
    """P(B wins) - P(A wins) = 1 / (1 + exp((x - 31) / 6)) - 1 / 2 is zero at 31."""
    rng = np.random.default_rng(4)
    luck = rng.random((1, 600))
    table = (luck < 1 / (1 + np.exp((DAYS[:, None] - 31) / 6))).astype(float) - (rng.random((1, 600)) < 0.5)
    (one,) = (crossing for crossing in tipping(DAYS, table).crossings if not crossing.is_noise)
    assert one.interval[0] < 31 < one.interval[1]
    assert one.interval[1] - one.interval[0] < 6


@pytest.mark.parametrize(("better", "verdict"), [("higher", "better"), ("lower", "worse")])
def test_better_over_the_whole_range(better: str, verdict: str) -> None:
    """A difference above zero everywhere is better or worse, as the direction says."""
    found = tipping(DAYS, falling(100.0), better=better)
    assert (found.verdict, found.crossings) == (verdict, ())
    assert f"B is {verdict} than A over the whole range, 5 to 60" in found.text


@pytest.mark.parametrize(("shift", "verdict"), [(0.5, "better"), (-0.5, "worse")])
def test_a_small_difference_everywhere_is_a_difference(shift: float, verdict: str) -> None:
    """Half a unit above (below) zero, beyond luck, is better (worse) over the whole range."""
    table = shift + np.random.default_rng(13).normal(0, 0.1, (len(DAYS), 60))
    assert tipping(DAYS, table).verdict == verdict


def test_noise_alone_tells_no_crossing() -> None:
    """In 60 tables of pure noise with 12 independent values at most 3 tell a crossing (5 %)."""
    rng = np.random.default_rng(5)
    tables = rng.normal(size=(60, 12, 30))
    verdicts = [tipping(np.arange(12.0), table).verdict for table in tables]
    assert sum(verdict == "crosses" for verdict in verdicts) <= 3


def test_a_crossing_in_noise_is_marked() -> None:
    """Where nothing is told, crossings are noise with open ends and the sentence says no crossing."""
    rng = np.random.default_rng(6)
    found = tipping(np.arange(6.0), rng.normal(size=(6, 30)))
    assert found.verdict == "none told"
    assert found.crossings
    assert all(one.is_noise for one in found.crossings)
    assert found.text.startswith("No distinguishable crossing between 0 and 5")


def test_two_crossings_are_both_found() -> None:
    """(x - 15)(x - 45) / 10 crosses at 15, falling, and at 45, rising."""
    rng = np.random.default_rng(7)
    table = (DAYS[:, None] - 15) * (DAYS[:, None] - 45) / 10 + rng.normal(0, 2, 50)
    found = [one for one in tipping(DAYS, table).crossings if not one.is_noise]
    assert [one.is_rising for one in found] == [False, True]
    assert [one.value for one in found] == pytest.approx([15, 45], abs=1.0)


@pytest.mark.parametrize(("noise", "decimals"), [(4.0, 1), (0.04, 3), (100.0, 0)])
def test_a_crossing_has_the_decimals_that_its_interval_deserves(noise: float, decimals: int) -> None:
    """The interval is about 0.5 noise wide; its quarter is 0.5, 0.005 or 12: 1, 3 or no decimals."""
    luck = np.random.default_rng(15).normal(0, noise, 60)
    found = tipping(
        np.arange(-300.0, 301.0, 50.0), 7 + luck - luck.mean() - np.arange(-300.0, 301.0, 50.0)[:, None]
    )
    number = r"-?\d+" + (rf"\.\d{{{decimals}}}" if decimals else "")
    assert re.fullmatch(
        rf"B is better than A below {number} \({number} to {number}\), worse above .*", found.text
    )


def test_target_moves_the_crossing() -> None:
    """tip - x = 10 at x = tip - 10."""
    plain, moved = (tipping(DAYS, falling(33.0, noise=0.5), target=t).crossings[0].value for t in (0.0, 10.0))
    assert plain - moved == pytest.approx(10.0, abs=0.3)


def test_means_and_bounds_are_told_with_the_target_in_them() -> None:
    """Means are those of the differences whatever the target, and lie within their bounds."""
    table = falling(33.0)
    found = tipping(DAYS, table, target=10.0)
    assert found.means == pytest.approx(table.mean(axis=1))
    assert (found.lower < found.means).all()
    assert (found.means < found.upper).all()


def test_two_crossings_are_told_in_one_sentence() -> None:
    """Two told crossings are listed, each with its interval."""
    rng = np.random.default_rng(7)
    table = (DAYS[:, None] - 15) * (DAYS[:, None] - 45) / 10 + rng.normal(0, 0.2, 50)
    text = tipping(DAYS, table, unit="days").text
    number = r"[\d.]+"
    spots = rf"1[45]{number} days \({number} to {number}\), 4[45]{number} days \({number} to {number}\)"
    assert re.fullmatch(rf"B - A crosses 0 at {spots} \(n = 50 worlds\)\.", text)


def test_where_a_difference_is_told_without_a_crossing_its_values_are_named() -> None:
    """Told at 1 alone, and at 4 and 5: a single value by itself, neighbours as a span."""
    noise = np.random.default_rng(12).normal(size=(6, 60))
    noise -= noise.mean(axis=1, keepdims=True)
    table = noise + np.array([0.0, 5.0, 0.0, 0.0, 5.0, 5.0])[:, None]
    found = tipping(np.arange(6.0), table, unit="days")
    assert found.text == (
        "No distinguishable crossing between 0 and 5 days: B is better than A at 1 days, "
        "B is better than A at 4 to 5 days, elsewhere it cannot be told (n = 60 worlds)."
    )


def test_equal_policies_at_one_value_are_no_crossing_unless_the_sign_changes() -> None:
    """x |x| is exactly zero at 0 and crosses there; x^2 touches and does not."""
    x, worlds = np.array([-2.0, -1.0, 0.0, 1.0, 2.0]), np.random.default_rng(8).uniform(0.5, 1.5, 30)
    (one,) = tipping(x, (x * np.abs(x))[:, None] * worlds).crossings
    assert one.value == 0.0
    assert not one.is_noise
    assert tipping(x, (x**2)[:, None] * worlds).crossings == ()


def test_few_worlds_that_differ_tell_nothing() -> None:
    """Five of 100 worlds that differ by much are fewer than six: not better over the whole range."""
    table = np.zeros((3, 100))
    table[:, :5] = 9.0
    assert tipping([1, 2, 3], table).verdict == "none told"


def test_replications_are_no_worlds() -> None:
    """Each column four times over, named as four replications, changes nothing."""
    table = falling(23.0, n=20)
    one = tipping(DAYS, table)
    four = tipping(DAYS, np.repeat(table, 4, axis=1), experiment=np.repeat(np.arange(20), 4))
    assert four.n_worlds == 20
    assert four.crossings[0].interval == pytest.approx(one.crossings[0].interval, rel=1e-6)


def test_monotone_smoothing_is_isotonic_regression() -> None:
    """Smoothed means are those of scipy's isotonic regression; without asking they are the plain means."""
    table = falling(30.0, n=8, noise=15.0, seed=9)
    found = tipping(DAYS, table, monotone="falling")
    expected = isotonic_regression(table.mean(axis=1), increasing=False).x
    assert found.means == pytest.approx(expected)
    assert tipping(DAYS, table).means == pytest.approx(table.mean(axis=1))
    assert not np.allclose(expected, table.mean(axis=1))


def test_the_contour_of_a_plane_is_its_line() -> None:
    """x + y - 5 + luck: along x the contour lies at 5 - y in every row."""
    rng = np.random.default_rng(10)
    x, y = np.arange(0.0, 7.0), np.array([1.0, 2.5, 4.0])
    luck = rng.normal(0, 0.2, 40)
    found = tipping_grid(x, y, x[:, None, None] + y[None, :, None] - 5 + luck - luck.mean())
    assert [row.crossings[0].value for row in found.rows] == pytest.approx([4.0, 2.5, 1.0])
    table = found.table()
    assert list(table.columns) == ["x", "y", "mean", "lower", "upper", "is_noise"]
    assert np.allclose(table["mean"], table["x"] + table["y"] - 5)
    assert (table["is_noise"] == np.isclose(table["mean"], 0)).all()


def test_cells_of_noise_stay_grey() -> None:
    """Of 20 grids of 36 noise cells at most 4 have a cell that stands out (5 % each)."""
    rng = np.random.default_rng(11)
    grids = [tipping_grid(np.arange(6), np.arange(6), rng.normal(size=(6, 6, 40))) for _ in range(20)]
    assert sum(not grid.is_noise.all() for grid in grids) <= 4


def test_one_world_has_no_interval() -> None:
    """With one column the crossing has open ends and is noise."""
    found = tipping([1, 2], [[1.0], [-1.0]])
    assert np.isnan(found.lower).all()
    assert found.crossings[0].is_noise
    assert found.crossings[0].interval == (-np.inf, np.inf)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: tipping([2, 1], np.ones((2, 3))), r"values must be at least two rising numbers .*A150"),
        (lambda: tipping([1, 2], np.ones((3, 3))), r"one row per value \(got shape \(3, 3\) .*A151"),
        (lambda: tipping([1, 2], [[1.0, np.nan], [1.0, 1.0]]), r"must be finite numbers(.|\n)*A151"),
        (lambda: tipping([1, 2], np.ones((2, 3)), target=np.nan), r"target must be .* \(got nan\)"),
        (lambda: tipping([1, 2], np.ones((2, 3)), monotone="up"), r"monotone must be .* \(got 'up'\)"),
        (lambda: tipping([1, 2], np.ones((2, 3)), better="more"), r"direction must be .* \(got 'more'\)"),
        (lambda: tipping_grid([1, 2], [1, 2], np.ones((2, 3, 4))), r"\[X, Y, R\].*\(got shape \(2, 3, 4\)"),
    ],
)
def test_what_does_not_fit_is_refused(call: object, match: str) -> None:
    """Wrong tables are refused with the rule and what was got."""
    with pytest.raises(DataError, match=match):
        call()  # type: ignore[operator]
