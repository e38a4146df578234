"""Ten million streams and ten million addresses (`make proof`): no two give the same 64 bits.

Words are compared, not keys: that finds a key that was cut, and a part of the address that is not read. Of 10^7
random words of 64 bits two are equal by chance with probability 3e-6. Each check is then made on generators with a
planted fault, and must count collisions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import numba
import numpy as np
import pytest

from scenario.draws.philox import MASK32, philox4x32, stream_key, uniform_at, unit_interval
from tests.proof.record import recorded

pytestmark = pytest.mark.proof

N_SEEDS, N_NAMES = 1_000, 10_000
N_STREAMS, N_INDICES, N_INNER, N_OUTER = 100, 10, 100, 100
BLOCK = 500_000
N_BLOCKS = 16
Words = np.ndarray[tuple[int], np.dtype[np.uint64]]


@numba.njit
def words_at(keys: Words, index: int, n: int, m: int) -> Words:
    """Return the 64 bits of one address in each of some streams: those of which `uniform_at` makes its number."""
    found = np.empty(len(keys), np.uint64)
    for i, key in enumerate(keys):
        w = philox4x32(index >> 1, n, m, 0, np.int64(key & MASK32), np.int64(key >> np.uint64(32)))
        high, low = (w[2], w[3]) if index & 1 else (w[0], w[1])
        if unit_interval(high, low) != uniform_at(key, index, n, m):
            raise ValueError("a uniform number must come from the words of its address.")
        found[i] = np.uint64(high) << np.uint64(32) | np.uint64(low)
    return found


def n_equal(blocks: Iterator[Words]) -> tuple[int, int]:
    """Return how many words there are and how many are not their own; sorted by parts, by their upper bits."""
    parts: list[list[Words]] = [[] for _ in range(N_BLOCKS)]
    for block in blocks:
        part = block >> np.uint64(60)
        for i in range(N_BLOCKS):
            parts[i].append(block[part == i])
    n = n_same = 0
    for part in parts:
        ordered = np.sort(np.concatenate(part))
        n += len(ordered)
        n_same += int((ordered[1:] == ordered[:-1]).sum())
    return n, n_same


def streams(cut: int = 64, none: int = 0) -> Iterator[Words]:
    """Yield the first word of every stream, 1,000 seeds x 10,000 names.

    Of a key only `cut` bits are used; seed 0 counts as no seed, in place of which stands `none`.
    """
    keys = (stream_key(seed or none, f"stream {i}") for seed in range(N_SEEDS) for i in range(N_NAMES))
    mask = np.uint64((1 << cut) - 1)
    while len(block := np.fromiter(islice(keys, BLOCK), dtype=np.uint64)):
        yield words_at(block & mask, 0, 0, 0)


def addresses(seen: Callable[[int, int, int], tuple[int, int, int]]) -> Iterator[Words]:
    """Yield the words of 100 streams at 10 indices x 100 replications x 100 points; `seen` is what is read of one."""
    keys = np.array([stream_key(0, f"stream {i}") for i in range(N_STREAMS)], dtype=np.uint64)
    for index in range(N_INDICES):
        for n in range(N_INNER):
            yield np.concatenate([words_at(keys, *seen(index, n, m)) for m in range(N_OUTER)])


def test_ten_million_streams_give_words_of_their_own() -> None:
    """No two of 10^7 streams begin with the same word; with keys cut to 40 bits some of 4 million do.

    Where `if seed:` takes seed 0 for none and 1 in its place, all streams of seed 0 are those of seed 1.
    """
    with recorded("streams", size={"streams": N_SEEDS * N_NAMES}, seed=0) as figure:
        n, figure["collisions"] = n_equal(streams())
        cut = n_equal(islice(streams(cut=40), 8))
        _, taken = n_equal(islice(streams(none=1), 1))
        figure["planted"] = {"keys cut to 40 bits": cut[1], "streams": cut[0], "seed 0 taken for none": taken}
        assert n == N_SEEDS * N_NAMES
        assert figure["collisions"] == 0
        # Of N keys of b bits N^2 / 2^(b+1) pairs are equal: 7.3 of 4 million.
        assert 0 < cut[1] < 30
        assert taken == N_NAMES


PLANTED: dict[str, Callable[[int, int, int], tuple[int, int, int]]] = {
    "both halves of a block are the first": lambda index, n, m: (index & ~1, n, m),
    "the replication is not read": lambda index, _n, m: (index, 0, m),
    "replication and point are added": lambda index, n, m: (index, n + m, 0),
}


def test_ten_million_addresses_give_words_of_their_own() -> None:
    """No two of 10^7 addresses read the same word; where a part of the address is not read, many do."""
    n_each = N_STREAMS * N_INDICES * N_INNER * N_OUTER
    with recorded("addresses", size={"addresses": n_each}, seed=0) as figure:
        n, figure["collisions"] = n_equal(addresses(lambda *address: address))
        figure["planted"] = {name: n_equal(addresses(fault))[1] for name, fault in PLANTED.items()}
        assert n == n_each
        assert figure["collisions"] == 0
        assert min(figure["planted"].values()) > 0
