from __future__ import annotations

import numpy as np
import pytest

from scenario.analysis.bins import AMOUNT, INDICATOR, PER_DAY, WHOLE, Bins, Even, ends

DAYS = Even(365, PER_DAY)
ALL = {"days": DAYS, "indicator": INDICATOR, "whole": WHOLE, "amount": AMOUNT}


def values_around(bins: Bins, seed: int) -> np.ndarray:
    """Return edges, their nearest neighbours on both sides, and values of every size and sign."""
    rng = np.random.default_rng(seed)
    edges = rng.choice(bins.edges, 2000)
    sizes = rng.normal(size=1000) * 10.0 ** rng.integers(-12, 12, 1000)
    special = [0.0, -0.0, 5e-324, -5e-324, 1e300, -1e300, np.inf, -np.inf]
    near = [np.nextafter(edges, np.inf), np.nextafter(edges, -np.inf)]
    return np.concatenate([edges, *near, sizes, special, rng.integers(-10, 600, 500)])


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", ALL)
def test_a_bin_is_what_searching_the_edges_finds(name: str, seed: int) -> None:
    """The place worked out from the bits of a value is the one that a search among the edges gives."""
    bins = ALL[name]
    values = values_around(bins, seed)
    expected = np.searchsorted(bins.edges, values, "left") + np.searchsorted(bins.edges, values, "right")
    assert np.array_equal(bins.places(values), expected)


@pytest.mark.parametrize("name", ALL)
def test_a_value_lies_between_the_ends_of_its_bin(name: str) -> None:
    """Every value lies within its bin: on the edge that is the bin, or inside the gap."""
    bins = ALL[name]
    values = values_around(bins, 2)[::20]
    values = values[np.isfinite(values)]
    for value, place in zip(values.tolist(), bins.places(values).tolist(), strict=True):
        low, high = ends(bins, place)
        assert low == value == high or low < value < high


@pytest.mark.parametrize("name", ALL)
def test_there_are_as_many_bins_as_places(name: str) -> None:
    """The last bin is the one of values beyond the last edge."""
    bins = ALL[name]
    assert bins.places(np.array([1e300, -1e300])).tolist() == [bins.n_bins - 1, 0]


def test_every_whole_day_is_an_edge() -> None:
    """Days 0 to 365 have bins of their own, so that incidence by day is exact."""
    assert set(range(366)) <= set(DAYS.edges.tolist())


def test_gaps_between_times_are_an_eighth_of_a_day() -> None:
    """No gap is wider than 3 hours."""
    assert np.diff(DAYS.edges).max() == 1 / 8


def test_counts_up_to_512_have_bins_of_their_own() -> None:
    """Whole numbers from 0 to 512 are edges."""
    assert set(range(513)) <= set(WHOLE.edges.tolist())


def test_gaps_between_large_counts_are_a_256th_at_most() -> None:
    """Beyond 1 the relative width of a gap is 1/256 at most."""
    edges = WHOLE.edges[WHOLE.edges >= 1]
    assert (np.diff(edges) / edges[:-1]).max() <= 1 / 256


def test_gaps_between_amounts_are_a_128th_at_most() -> None:
    """Beyond 2^-14 the relative width of a gap is 1/128 at most."""
    edges = AMOUNT.edges[AMOUNT.edges >= 2.0**-14]
    assert (np.diff(edges) / edges[:-1]).max() <= 1 / 128


def test_negative_amounts_mirror_the_positive_ones() -> None:
    """The edges below zero are those above it, with the other sign."""
    assert np.array_equal(AMOUNT.edges, -AMOUNT.edges[::-1])
