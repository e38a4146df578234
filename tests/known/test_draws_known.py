"""Draws against answers from outside: published vectors, RFC 7693's tool, Wichura, scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from scenario.draws import inverse, philox4x32, plain, stream_key, uniform, uniform_pair

# Random123, file tests/kat_vectors, lines "philox4x32 10": counter, key, expected words.
# https://github.com/DEShawResearch/random123/blob/main/tests/kat_vectors
KAT_VECTORS = """
00000000 00000000 00000000 00000000 00000000 00000000 6627e8d5 e169c58d bc57ac4c 9b00dbd8
ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 408f276d 41c83b0e a20bc7c6 6d5451fd
243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0 d16cfe09 94fdcceb 5001e420 24126ea1
"""
KAT = [[int(word, 16) for word in line.split()] for line in KAT_VECTORS.split("\n") if line]


@pytest.mark.parametrize("words", KAT, ids=["zeros", "ones", "pi"])
def test_compiled_philox_matches_the_published_vectors(words):
    """The compiled generator gives the published words."""
    assert list(philox4x32(*words[:6])) == words[6:]


@pytest.mark.parametrize("words", KAT, ids=["zeros", "ones", "pi"])
def test_plain_philox_matches_the_published_vectors(words):
    """The plain generator gives the published words."""
    assert list(plain(philox4x32)(*words[:6])) == words[6:]


def test_even_index_reads_the_first_64_bits_of_the_published_block():
    """Index 0 of the zero key is the first half of the zero vector, upper 52 bits, mid-cell."""
    assert uniform(0, 0, 0, 0) == ((0x6627E8D5E169C58D >> 12) + 0.5) / 2**52


def test_odd_index_reads_the_last_64_bits_of_the_published_block():
    """Index 1 of the zero key is the second half of the zero vector, upper 52 bits, mid-cell."""
    assert uniform(0, 1, 0, 0) == ((0xBC57AC4C9B00DBD8 >> 12) + 0.5) / 2**52


def test_pair_is_both_halves_of_the_published_block():
    """Block 0 of the zero key holds indices 0 and 1 in that order."""
    halves = (0x6627E8D5E169C58D, 0xBC57AC4C9B00DBD8)
    assert uniform_pair(0, 0, 0, 0) == tuple(((half >> 12) + 0.5) / 2**52 for half in halves)


@pytest.mark.parametrize(
    ("seed", "name", "digits"),
    [
        (0, "truth", "a1c33887beadc87a"),
        (20240909, "veto/EU Council", "0ea85b0b081ca06f"),
        (1, "2x", "60e9202a43a262e4"),
    ],
)
def test_stream_key_is_the_head_of_the_blake2b_digest(seed, name, digits):
    """The key is what coreutils prints: printf '0\\0truth' | b2sum | cut -c1-16."""
    assert stream_key(seed, name) == int(digits, 16)


@pytest.mark.parametrize(
    ("u", "z"),
    [(0.25, -0.6744897501960817), (0.001, -3.090232306167814), (1e-20, -9.262340089798408)],
)
def test_normal_matches_the_published_check_values(u, z):
    """Wichura (1988, doi:10.2307/2347330) gives these quantiles to check PPND16 with."""
    assert inverse.normal(u) == pytest.approx(z, rel=1e-15, abs=0)


RNG = np.random.default_rng(20240909)
U = np.concatenate([RNG.random(20_000), 2.0 ** -RNG.uniform(0.001, 53, 5_000), 1 - 2.0 ** -np.arange(1, 53)])

QUANTILES = {
    "exponential": ((12.5,), lambda u: stats.expon.ppf(u, scale=12.5)),
    "normal": ((), stats.norm.ppf),
    "lognormal": ((40.0, 0.8), lambda u: stats.lognorm.ppf(u, 0.8, scale=40.0)),
    "gumbel": ((), stats.gumbel_r.ppf),
}


@pytest.mark.parametrize("name", QUANTILES)
def test_inverse_matches_scipy(name):
    """Every inverse function agrees with scipy's quantile to 1e-12, tails included."""
    parameters, quantile = QUANTILES[name]
    function = getattr(inverse, name)
    ours = [function(u, *parameters) for u in U.tolist()]
    np.testing.assert_allclose(ours, quantile(U), rtol=1e-12, atol=1e-14)


def test_exponential_median_is_mean_times_ln_2():
    """Half of the waits of mean 10 are shorter than 10 ln 2 = 6.9314718..."""
    assert inverse.exponential(0.5, 10.0) == pytest.approx(6.931471805599453, rel=1e-15, abs=0)


def test_gumbel_median_is_minus_ln_ln_2():
    """The median of the standard Gumbel distribution is 0.36651292058..."""
    assert inverse.gumbel(0.5) == pytest.approx(0.36651292058166432, rel=1e-15, abs=0)
