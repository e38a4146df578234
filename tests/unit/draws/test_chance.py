"""Draws behave like independent uniform numbers, whichever part of the address moves."""

from __future__ import annotations

import math

import numpy as np
import pytest

from scenario.draws import draw_normal, stream_key, uniform

SEED = 13
N_DRAWS = 400_000
LIMIT = 5.0


def along(part, size=N_DRAWS):
    """Uniforms along one part of the address, the others fixed."""
    key = stream_key(SEED, "chance")
    if part == "index":
        return np.array([uniform(key, i, 3, 4) for i in range(size)])
    if part == "n":
        return np.array([uniform(key, 7, n, 4) for n in range(size)])
    if part == "m":
        return np.array([uniform(key, 7, 3, m) for m in range(size)])
    if part == "name":
        return np.array([uniform(stream_key(SEED, f"stream {i}"), 7, 3, 4) for i in range(size)])
    return np.array([uniform(stream_key(seed, "chance"), 7, 3, 4) for seed in range(size)])


@pytest.fixture(scope="module", params=["index", "n", "m", "name", "seed"])
def draws(request):
    """Uniforms along each part of the address in turn."""
    return along(request.param)


def chi_square_z(counts):
    """How many standard deviations the chi-square statistic of equal cells is off."""
    counts = np.asarray(counts, dtype=float).ravel()
    expected = counts.sum() / counts.size
    n_free = counts.size - 1
    return ((counts - expected) ** 2 / expected).sum() / math.sqrt(2 * n_free) - math.sqrt(n_free / 2)


def correlation_z(x, y):
    """How many standard deviations the correlation of two uniform samples is off 0."""
    return 12 * np.mean((x - 0.5) * (y - 0.5)) * math.sqrt(x.size)


def test_draws_fill_the_unit_interval_evenly(draws):
    """Chi-square over 1,000 equal cells stays within 5 standard deviations."""
    counts, _ = np.histogram(draws, bins=1_000, range=(0, 1))
    assert abs(chi_square_z(counts)) < LIMIT


def test_mean_and_variance_are_those_of_the_uniform(draws):
    """Mean 1/2 and variance 1/12 within 5 standard errors (0.2 % at this size)."""
    mean_z = (draws.mean() - 0.5) * math.sqrt(12 * draws.size)
    variance_z = (np.mean((draws - 0.5) ** 2) - 1 / 12) * math.sqrt(180 * draws.size)
    assert abs(mean_z) < LIMIT
    assert abs(variance_z) < LIMIT


@pytest.mark.parametrize("lag", [1, 2, 3, 4, 64, 256, 1024])
def test_neighbours_are_uncorrelated(draws, lag):
    """Draws a lag apart have correlation 0 within 5 standard errors."""
    assert abs(correlation_z(draws[:-lag], draws[lag:])) < LIMIT


def test_neighbouring_pairs_fill_the_square_evenly(draws):
    """Chi-square over 32 x 32 cells of disjoint pairs stays within 5 standard deviations."""
    counts, _, _ = np.histogram2d(draws[0::2], draws[1::2], bins=32, range=[(0, 1), (0, 1)])
    assert abs(chi_square_z(counts)) < LIMIT


def test_every_bit_is_one_half_of_the_time(draws):
    """Each of the 52 bits is 1 in half of the draws, within 5 standard errors."""
    cells = (draws * 2.0**52).astype(np.uint64)
    shares = np.array([((cells >> np.uint64(bit)) & np.uint64(1)).mean() for bit in range(52)])
    assert np.abs(shares - 0.5).max() * 2 * math.sqrt(draws.size) < LIMIT


def test_no_two_draws_are_equal(draws):
    """400,000 draws along one part of the address are all different."""
    assert np.unique(draws).size == draws.size


@pytest.mark.parametrize(
    ("one", "other"), [("index", "n"), ("index", "m"), ("n", "m"), ("name", "seed"), ("index", "name")]
)
def test_parts_of_the_address_are_uncorrelated(one, other):
    """Draws along two parts of the address, taken in step, have correlation 0 (but for the origin)."""
    x, y = along(one, 100_000)[10:], along(other, 100_000)[10:]
    assert abs(correlation_z(x, y)) < LIMIT


def test_normal_draws_have_the_moments_of_the_normal():
    """Mean 0, variance 1, third moment 0 and fourth 3 within 5 standard errors."""
    key = stream_key(SEED, "normal")
    z = np.array([draw_normal(key, i, 0, 0) for i in range(N_DRAWS)])
    # Variances of z, z^2, z^3, z^4 are 1, 2, 15, 96 (double factorials).
    for power, (moment, variance) in enumerate([(0, 1), (1, 2), (0, 15), (3, 96)], start=1):
        assert abs(np.mean(z**power) - moment) < LIMIT * math.sqrt(variance / N_DRAWS)
