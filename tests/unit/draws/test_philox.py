"""Keys, addresses and uniform numbers."""

from __future__ import annotations

import numpy as np
import pytest

from scenario.draws import philox4x32, stream_key, uniform, uniform_pair, unit_interval
from scenario.draws.philox import LAST_ADDRESS

SEED = 11
N_RANDOM = 100_000


def random_words(n_columns, n_rows=N_RANDOM):
    """Random 32-bit words as rows of Python integers."""
    rng = np.random.default_rng(SEED)
    return rng.integers(0, 2**32, (n_rows, n_columns), dtype=np.uint64).tolist()


def test_plain_and_compiled_words_are_equal(plain_philox):
    """The generator gives the same four words plain and compiled for 100,000 random inputs."""
    differing = [w for w in random_words(6) if philox4x32(*w) != plain_philox.philox4x32(*w)]
    assert differing == []


def test_plain_and_compiled_uniforms_are_equal(plain_philox):
    """The uniform number is the same to the bit for 100,000 random keys and addresses."""
    addresses = [(high << 32 | low, *rest) for high, low, *rest in random_words(5)]
    differing = [a for a in addresses if uniform(*a) != plain_philox.uniform(*a)]
    assert differing == []


def test_plain_and_compiled_pairs_are_equal(plain_philox):
    """Both halves of a block are the same to the bit, plain and compiled."""
    rows = random_words(5, 5_000)
    addresses = [(high << 32 | low, block >> 1, n, m) for high, low, block, n, m in rows]
    differing = [a for a in addresses if uniform_pair(*a) != plain_philox.uniform_pair(*a)]
    assert differing == []


def test_pair_holds_two_consecutive_indices():
    """Block b holds the uniforms of indices 2b and 2b + 1, up to the last block."""
    key = stream_key(SEED, "pair")
    for block in (0, 1, 2, 1000, 2**31 - 1):
        expected = uniform(key, 2 * block, 5, 6), uniform(key, 2 * block + 1, 5, 6)
        assert uniform_pair(key, block, 5, 6) == expected


@pytest.mark.parametrize(
    ("high", "low", "u"),
    [
        (0, 0, 2.0**-53),
        (0xFFFFFFFF, 0xFFFFFFFF, 1 - 2.0**-53),
        (0x80000000, 0, 0.5 + 2.0**-53),
        (0x7FFFFFFF, 0xFFFFFFFF, 0.5 - 2.0**-53),
        (0, 0xFFF, 2.0**-53),
        (0, 0x1000, 3 * 2.0**-53),
    ],
)
def test_unit_interval_is_the_middle_of_a_cell_of_width_2_to_minus_52(plain_philox, high, low, u):
    """The ends are 2^-53 and 1 - 2^-53, never 0 or 1, and the lower 12 bits do not count."""
    assert unit_interval(high, low) == u
    assert plain_philox.unit_interval(high, low) == u


@pytest.mark.parametrize("place", [1, 2, 3])
@pytest.mark.parametrize("value", [-1, 2**32, 2**62, -(2**40)])
def test_address_outside_32_bits_is_refused(plain_philox, place, value):
    """An index, n or m below 0 or above 2^32 - 1 raises, plain and compiled."""
    address = [1, 0, 0, 0]
    address[place] = value
    for function in (uniform, plain_philox.uniform):
        with pytest.raises(ValueError, match="whole numbers from 0 to 2\\^32 - 1"):
            function(*address)


@pytest.mark.parametrize("address", [(1, 2**31, 0, 0), (1, -1, 0, 0), (1, 0, 2**32, 0), (1, 0, 0, -1)])
def test_pair_outside_its_range_is_refused(plain_philox, address):
    """A block above 2^31 - 1, or an n or m outside 32 bits, raises, plain and compiled."""
    for function in (uniform_pair, plain_philox.uniform_pair):
        with pytest.raises(ValueError, match="from 0 to 2\\^32 - 1"):
            function(*address)


def test_last_address_is_allowed():
    """2^32 - 1 is an index, a replication and an outer point."""
    assert 0 < uniform(2**64 - 1, LAST_ADDRESS, LAST_ADDRESS, LAST_ADDRESS) < 1


def test_each_part_of_an_address_changes_the_draw():
    """Key (either half), index, n and m each lead to another number."""
    base = (2**40 + 1, 4, 5, 6)
    changed = [(2**40 + 2, 4, 5, 6), (2**41 + 1, 4, 5, 6), (2**40 + 1, 5, 5, 6)]
    changed += [(2**40 + 1, 6, 5, 6), (2**40 + 1, 4, 6, 6), (2**40 + 1, 4, 5, 7)]
    swapped = [(2**40 + 1, 4, 6, 5), (2**40 + 1, 5, 4, 6)]
    assert len({uniform(*address) for address in [base, *changed, *swapped]}) == 9


def n_keys(key_of):
    """Count the keys that the first three seeds give."""
    return len({key_of(seed, "truth") for seed in (0, 1, 2)})


def test_seed_zero_is_a_seed():
    """Seed 0 gives a key of its own; where it is taken for no seed, the count falls short."""
    assert n_keys(stream_key) == 3
    assert n_keys(lambda seed, name: stream_key(seed or 1, name)) == 2


@pytest.mark.parametrize(
    ("one", "other"), [((1, "2x"), (12, "x")), ((1, "0"), (10, "")), ((0, "\0a"), (0, "a"))]
)
def test_seed_and_name_do_not_run_together(one, other):
    """Moving a character between seed, separator and name changes the key."""
    keys = {stream_key(seed, name) for seed, name in (one, other) if name}
    assert len(keys) == len([name for _, name in (one, other) if name])


def test_name_in_any_script_has_a_key():
    """A name is UTF-8: accents and other scripts are told apart."""
    assert len({stream_key(3, name) for name in ("Zurich", "Zürich", "Цюрих")}) == 3


@pytest.mark.parametrize("seed", [-1, True])
def test_seed_that_is_no_whole_number_from_zero_is_refused(seed):
    """A negative seed or a truth value is refused with the value shown."""
    with pytest.raises(ValueError, match=f"seed must be a whole number >= 0 \\(got {seed}\\)"):
        stream_key(seed, "truth")


@pytest.mark.parametrize("seed", [1.0, "1", None])
def test_seed_of_another_type_is_refused(seed):
    """A float, a text or nothing is not a seed."""
    with pytest.raises(TypeError, match="integer"):
        stream_key(seed, "truth")


def test_empty_name_is_refused():
    """A stream must have a name."""
    with pytest.raises(ValueError, match="at least one character \\(got ''\\)"):
        stream_key(0, "")


def count_equal_keys(n_seeds, n_names):
    """Count how many keys of seeds x names are not their own."""
    keys = np.empty(n_seeds * n_names, dtype=np.uint64)
    for seed in range(n_seeds):
        start = seed * n_names
        keys[start : start + n_names] = [stream_key(seed, f"stream {i}") for i in range(n_names)]
    return keys.size - np.unique(keys).size


def test_a_million_streams_never_collide():
    """1,000 seeds x 1,000 names give a million different keys."""
    assert count_equal_keys(1_000, 1_000) == 0


@pytest.mark.proof
def test_ten_million_streams_never_collide():
    """1,000 seeds x 10,000 names give ten million different keys."""
    assert count_equal_keys(1_000, 10_000) == 0
