"""A screen picks on half of the points and judges on the other half."""

from __future__ import annotations

import numpy as np

from scenario.analysis.clusters import Floats
from scenario.analysis.screening import Screened, screened_shares, strongest

M, D, MOST = 200, 30, 4


def table(seed: int) -> tuple[Floats, dict[str, Floats]]:
    """Two replications of luck alone, and numbers that do nothing."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(M, 2)), {f"x{d}": rng.random(M) for d in range(D)}


def names(found: Screened) -> set[str]:
    """Return the numbers that were picked."""
    return {one.name for one in found.found.ranked}


def test_the_second_half_has_no_say_in_what_is_picked() -> None:
    """Where the outcome of the second half is turned into one number itself, that number is not picked for it."""
    values, columns = table(1)
    before = screened_shares(values, columns, most=MOST)
    idle = next(name for name in columns if name not in names(before))
    moved = values.copy()
    moved[M // 2 :] = 100 * columns[idle][M // 2 :, None]
    assert names(screened_shares(moved, columns, most=MOST)) == names(before)


def test_the_first_half_has_no_say_in_the_judgement() -> None:
    """Twice as large an outcome at the first half picks the same numbers and leaves their shares as they are."""
    values, columns = table(2)
    before = screened_shares(values, columns, most=MOST)
    moved = values.copy()
    moved[: M // 2] *= 2.0
    assert screened_shares(moved, columns, most=MOST).found.ranked == before.found.ranked
    assert (before.n_screened, before.n_judged, before.found.n) == (100, 100, 100)


def test_a_number_that_matters_is_picked_and_has_its_share() -> None:
    """Y = 2 a + luck with a uniform on 0 to 1: the share is (4 / 12) / (4 / 12 + 1) = 1/4, held by the interval."""
    rng = np.random.default_rng(3)
    columns = {f"x{d}": rng.random(2000) for d in range(D)}
    values = 2 * columns["x7"][:, None] + rng.normal(size=(2000, 2))
    first = screened_shares(values, columns, most=MOST).found.ranked[0]
    assert first.name == "x7"
    assert first.interval[0] <= 0.25 <= first.interval[1]


def test_a_number_that_matters_at_both_ends_is_picked() -> None:
    """A valley has no rank correlation; its distance from the middle has."""
    rng = np.random.default_rng(4)
    columns = {f"x{d}": rng.random(500) for d in range(D)}
    assert strongest((columns["x9"] - 0.5) ** 2, columns, most=1) == ["x9"]


def test_a_line_and_a_valley_are_measured_alike() -> None:
    """Numbers come by their correlation with the outcome, of their ranks or of the squares of these from the middle."""
    rng = np.random.default_rng(5)
    columns = {f"x{d}": rng.random(400) for d in range(6)}
    valley = (columns["x4"] - 0.5) ** 2
    values = (
        0.5 * columns["x1"] / 0.29
        + 0.7 * valley / 0.075
        + 0.3 * columns["x2"] / 0.29
        + rng.normal(size=400) / 2
    )
    expected = {}
    for name, column in columns.items():
        ranks = (np.argsort(np.argsort(column)) + 1) / 400 - 0.5
        expected[name] = max(abs(np.corrcoef(shape, values)[0, 1]) for shape in (ranks, ranks**2))
    assert strongest(values, columns, most=6) == sorted(columns, key=lambda name: -expected[name])
    assert strongest(values, columns, most=2) == ["x4", "x1"]


def test_a_number_that_never_moves_is_picked_last() -> None:
    """A constant goes with nothing; equals keep their order."""
    columns = {"fixed": np.ones(50), "x": np.arange(50.0), "twin": np.arange(50.0)}
    assert strongest(np.arange(50.0), columns, most=3) == ["x", "twin", "fixed"]
