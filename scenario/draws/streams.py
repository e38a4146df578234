"""Named streams: every random decision has a name, every draw an address.

`Streams` knows the root seed; `Stream` is one name; `RunDraws` is one run. None of them has a
state: asking twice gives the same number, and what is not asked for moves nothing.

What does not live here: the generator (`philox`), the distributions (`inverse`).
"""

from __future__ import annotations

from functools import lru_cache

from scenario.draws.fused import (
    draw_bernoulli,
    draw_exponential,
    draw_gumbel,
    draw_lognormal,
    draw_normal,
)
from scenario.draws.philox import LAST_ADDRESS, stream_key, uniform


class Streams:
    """Give the streams of one root seed.

    Parameters
    ----------
    seed
        Root seed, any whole number >= 0; 0 is one of them.

    Raises
    ------
    ValueError
        The seed is negative.
    TypeError
        The seed is not a whole number.

    Examples
    --------
    >>> draws = Streams(0).run(n=0, m=0)
    >>> draws.uniform("truth", 0) == draws.uniform("truth", 0)
    True
    """

    __slots__ = ("_keys", "seed")

    def __init__(self, seed: int) -> None:
        stream_key(seed, "checks the seed")
        self.seed = int(seed)
        self._keys = _Keys(self.seed)

    def key(self, name: str) -> int:
        """Return the key of a stream, remembered after the first time; see `stream_key`."""
        return self._keys[name]

    def stream(self, name: str) -> Stream:
        """Return one stream, its key already found."""
        return Stream(name, self._keys[name])

    def run(self, *, n: int, m: int) -> RunDraws:
        """Return the draws of one run.

        Parameters
        ----------
        n
            Inner replication, 0 <= n < 2^32.
        m
            Outer point, 0 <= m < 2^32.

        Raises
        ------
        ValueError
            n or m outside its range.
        """
        return RunDraws(self._keys, n=n, m=m)


class Stream:
    """Draw from one stream. All methods take (index, n, m) first; see `philox.uniform`.

    Parameters
    ----------
    name
        Stream name.
    key
        Its key, 0 <= key < 2^64.

    Raises
    ------
    ValueError
        (every method) An index, n or m outside 0 to 2^32 - 1.
    TypeError
        (every method) An index, n or m that is not a whole number.
    """

    __slots__ = ("key", "name")

    def __init__(self, name: str, key: int) -> None:
        self.name = name
        self.key = key

    def uniform(self, index: int, n: int, m: int) -> float:
        """Draw a uniform number strictly between 0 and 1."""
        if (index | n | m) >> 32:
            raise _address_error(index, n, m)
        return uniform(self.key, index, n, m)

    def exponential(self, index: int, n: int, m: int, mean: float) -> float:
        """Draw an exponential waiting time of a mean (days, >= 0)."""
        if (index | n | m) >> 32:
            raise _address_error(index, n, m)
        return draw_exponential(self.key, index, n, m, mean)

    def normal(self, index: int, n: int, m: int) -> float:
        """Draw a standard normal number."""
        if (index | n | m) >> 32:
            raise _address_error(index, n, m)
        return draw_normal(self.key, index, n, m)

    def lognormal(self, index: int, n: int, m: int, median: float, sigma: float) -> float:
        """Draw a lognormal number of a median (days, >= 0) and sigma of the logarithm (0 to 80)."""
        if (index | n | m) >> 32:
            raise _address_error(index, n, m)
        return draw_lognormal(self.key, index, n, m, median, sigma)

    def gumbel(self, index: int, n: int, m: int) -> float:
        """Draw a standard Gumbel number."""
        if (index | n | m) >> 32:
            raise _address_error(index, n, m)
        return draw_gumbel(self.key, index, n, m)

    def bernoulli(self, index: int, n: int, m: int, p: float) -> bool:
        """Draw whether an event of probability p (0 to 1) happens."""
        if (index | n | m) >> 32:
            raise _address_error(index, n, m)
        return draw_bernoulli(self.key, index, n, m, p)


class RunDraws:
    """Draw for one run. All methods take (name, index) first. Made by `Streams.run`.

    Raises
    ------
    ValueError
        (every method) An index outside 0 to 2^32 - 1, or an empty name.
    TypeError
        (every method) An index that is not a whole number.
    """

    __slots__ = ("_keys", "m", "n")

    def __init__(self, keys: _Keys, *, n: int, m: int) -> None:
        if (n | m) >> 32:
            raise _address_error(0, n, m)
        self._keys = keys
        self.n = int(n)
        self.m = int(m)

    def uniform(self, name: str, index: int) -> float:
        """Draw a uniform number strictly between 0 and 1."""
        if index >> 32:
            raise _address_error(index, self.n, self.m)
        return uniform(self._keys[name], index, self.n, self.m)

    def exponential(self, name: str, index: int, mean: float) -> float:
        """Draw an exponential waiting time of a mean (days, >= 0)."""
        if index >> 32:
            raise _address_error(index, self.n, self.m)
        return draw_exponential(self._keys[name], index, self.n, self.m, mean)

    def normal(self, name: str, index: int) -> float:
        """Draw a standard normal number."""
        if index >> 32:
            raise _address_error(index, self.n, self.m)
        return draw_normal(self._keys[name], index, self.n, self.m)

    def lognormal(self, name: str, index: int, median: float, sigma: float) -> float:
        """Draw a lognormal number of a median (days, >= 0) and sigma of the logarithm (0 to 80)."""
        if index >> 32:
            raise _address_error(index, self.n, self.m)
        return draw_lognormal(self._keys[name], index, self.n, self.m, median, sigma)

    def gumbel(self, name: str, index: int) -> float:
        """Draw a standard Gumbel number."""
        if index >> 32:
            raise _address_error(index, self.n, self.m)
        return draw_gumbel(self._keys[name], index, self.n, self.m)

    def bernoulli(self, name: str, index: int, p: float) -> bool:
        """Draw whether an event of probability p (0 to 1) happens."""
        if index >> 32:
            raise _address_error(index, self.n, self.m)
        return draw_bernoulli(self._keys[name], index, self.n, self.m, p)


class _Keys(dict[str, int]):
    """Keys by stream name, each derived when first asked for."""

    __slots__ = ("seed",)

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed = seed

    def __missing__(self, name: str) -> int:
        key = self[name] = _remembered(self.seed, name)
        return key


# A scenario asks for some 450 keys, every variant of it for the same: 20 microseconds each.
_remembered = lru_cache(maxsize=1 << 13)(stream_key)


def _address_error(index: int, n: int, m: int) -> ValueError:
    """Say which of the three numbers of an address is out of range."""
    for word, value in (("index", index), ("n", n), ("m", m)):
        if not 0 <= value <= LAST_ADDRESS:
            return ValueError(f"{word} of a draw must be from 0 to 2^32 - 1 (got {value}).")
    raise AssertionError(f"address ({index}, {n}, {m}) is in range")
