"""Where chance comes from: Philox4x32-10, a generator without state, and the addresses into it.

    key      64 bits   from (root seed, stream name)          which decision
    counter  128 bits  (index >> 1, n, m, 0), 32 bits each     which thing, replication, outer point
    half     index & 1                                        which half of the block of 128 bits

Two consecutive indices share a block: index 0 reads words 0 and 1 of block 0, index 1 words 2 and
3, index 2 words 0 and 1 of block 1. For one key no two addresses read the same bits.

The functions use masked integers below 2^32 and products whose low 64 bits are all that matters, so
Python's integers and Numba's int64 (which wraps) give the same words.

What does not live here: distributions (`inverse`), named streams (`streams`).

Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw (2011), Parallel random numbers: as easy
as 1, 2, 3. SC'11, doi:10.1145/2063384.2063405, section 3.3.
"""

from __future__ import annotations

import hashlib
import operator

from scenario.draws.compile import compiled

MASK32 = 0xFFFFFFFF
LAST_ADDRESS = MASK32  # of an index, a replication, an outer point

N_ROUNDS = 10
MULTIPLIER_0 = 0xD2511F53
MULTIPLIER_1 = 0xCD9E8D57
WEYL_0 = 0x9E3779B9  # golden ratio
WEYL_1 = 0xBB67AE85  # sqrt(3) - 1

STEP = 2.0**-52


def stream_key(seed: int, name: str) -> int:
    """Derive the key of a named stream from the root seed.

    The first 8 bytes, read big-endian, of the 64-byte BLAKE2b digest (RFC 7693) of the seed in
    decimal digits, one zero byte, and the name in UTF-8. Digits hold no zero byte, so two different
    pairs never spell the same text.

    Parameters
    ----------
    seed
        Root seed, any whole number >= 0; 0 is one of them.
    name
        Stream name, at least one character.

    Returns
    -------
    A whole number, 0 <= key < 2^64 (Numba's uint64).

    Raises
    ------
    ValueError
        The seed is negative or the name empty.
    TypeError
        The seed is not a whole number.

    Examples
    --------
    >>> hex(stream_key(0, "truth"))
    '0xa1c33887beadc87a'
    """
    if isinstance(seed, bool) or operator.index(seed) < 0:
        raise ValueError(f"seed must be a whole number >= 0 (got {seed!r}).")
    if not name:
        raise ValueError(f"stream name must have at least one character (got {name!r}).")
    text = str(operator.index(seed)).encode("ascii") + b"\0" + name.encode("utf-8")
    return int.from_bytes(hashlib.blake2b(text).digest()[:8], "big")


@compiled("UniTuple(int64, 4)(int64, int64, int64, int64, int64, int64)")
def philox4x32(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Scramble a counter of four words with a key of two words, in ten rounds.

    Parameters
    ----------
    c0, c1, c2, c3
        Counter words, each 0 <= c < 2^32 (not checked).
    k0, k1
        Key words, each 0 <= k < 2^32 (not checked).

    Returns
    -------
    Four words, each 0 <= w < 2^32.

    Examples
    --------
    >>> [f"{word:08x}" for word in philox4x32(0, 0, 0, 0, 0, 0)]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    for _ in range(N_ROUNDS):
        product_0 = MULTIPLIER_0 * c0
        product_1 = MULTIPLIER_1 * c2
        c0 = ((product_1 >> 32) & MASK32) ^ c1 ^ k0
        c1 = product_1 & MASK32
        c2 = ((product_0 >> 32) & MASK32) ^ c3 ^ k1
        c3 = product_0 & MASK32
        k0 = (k0 + WEYL_0) & MASK32
        k1 = (k1 + WEYL_1) & MASK32
    return c0, c1, c2, c3


@compiled("float64(int64, int64)")
def unit_interval(high: int, low: int) -> float:
    """Turn two words into a number strictly between 0 and 1.

    u = (k + 1/2) 2^-52 with k = the 32 bits of `high` followed by the upper 20 bits of `low`. With
    53 bits the largest k + 1/2 would round to 2^53 and u to 1; with 52 every u is exact, the
    smallest is 2^-53, the largest 1 - 2^-53, and 1 - u is exact too.

    Parameters
    ----------
    high, low
        Words, each 0 <= w < 2^32 (not checked).

    Returns
    -------
    u, 2^-53 <= u <= 1 - 2^-53.
    """
    return (((high << 20) | (low >> 12)) + 0.5) * STEP


@compiled("float64(uint64, int64, int64, int64)")
def uniform_at(key: int, index: int, n: int, m: int) -> float:
    """Draw the uniform number of an address that is known to be in range; see `uniform`, which checks it."""
    w0, w1, w2, w3 = philox4x32(index >> 1, n, m, 0, key & MASK32, key >> 32)
    if index & 1:
        return unit_interval(w2, w3)
    return unit_interval(w0, w1)


@compiled("float64(uint64, int64, int64, int64)")
def uniform(key: int, index: int, n: int, m: int) -> float:
    """Draw the uniform number that belongs to an address.

    Parameters
    ----------
    key
        Of the stream, 0 <= key < 2^64; see `stream_key`.
    index
        Number of the thing within the stream, 0 <= index < 2^32.
    n
        Inner replication, 0 <= n < 2^32; 0 for what belongs to the outer point.
    m
        Outer point, 0 <= m < 2^32.

    Returns
    -------
    u, strictly between 0 and 1.

    Raises
    ------
    ValueError
        An index, n or m outside its range.

    Examples
    --------
    >>> uniform(0, 0, 0, 0) == ((0x6627E8D5E169C58D >> 12) + 0.5) / 2**52
    True
    """
    if (index | n | m) >> 32:
        raise ValueError("index, n and m of a draw must be whole numbers from 0 to 2^32 - 1.")
    return uniform_at(key, index, n, m)


@compiled("UniTuple(float64, 2)(uint64, int64, int64, int64)")
def uniform_pair_at(key: int, block: int, n: int, m: int) -> tuple[float, float]:
    """Draw both numbers of a block that is known to be in range; see `uniform_pair`, which checks it."""
    w0, w1, w2, w3 = philox4x32(block, n, m, 0, key & MASK32, key >> 32)
    return unit_interval(w0, w1), unit_interval(w2, w3)


@compiled("UniTuple(float64, 2)(uint64, int64, int64, int64)")
def uniform_pair(key: int, block: int, n: int, m: int) -> tuple[float, float]:
    """Draw the two uniform numbers of a block: those of indices 2 block and 2 block + 1.

    For loops that need both: half the work of two calls of `uniform`.

    Parameters
    ----------
    key, n, m
        As in `uniform`.
    block
        Half of the even index, 0 <= block < 2^31.

    Returns
    -------
    The pair, each strictly between 0 and 1.

    Raises
    ------
    ValueError
        A block, n or m outside its range.
    """
    if (block << 1 | n | m) >> 32:
        raise ValueError("2 block, n and m of a draw must be whole numbers from 0 to 2^32 - 1.")
    return uniform_pair_at(key, block, n, m)
