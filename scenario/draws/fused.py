"""One call per draw: the address goes in, the value comes out.

Each function joins `philox.uniform` and one function of `inverse`, so that a call from Python
crosses into compiled code once. Arguments are positional, because Numba is slower with names.
Common to all: `key`, `index`, `n`, `m` as in `philox.uniform`, which also says what is refused.

What does not live here: names of streams (`streams`).
"""

from __future__ import annotations

from scenario.draws import inverse, philox
from scenario.draws.compile import compiled


@compiled("float64(uint64, int64, int64, int64, float64)")
def draw_exponential(key: int, index: int, n: int, m: int, mean: float) -> float:
    """Draw an exponential waiting time; see `inverse.exponential`."""
    return inverse.exponential(philox.uniform(key, index, n, m), mean)


@compiled("float64(uint64, int64, int64, int64)")
def draw_normal(key: int, index: int, n: int, m: int) -> float:
    """Draw a standard normal number; see `inverse.normal`."""
    return inverse.normal(philox.uniform(key, index, n, m))


@compiled("float64(uint64, int64, int64, int64, float64, float64)")
def draw_lognormal(key: int, index: int, n: int, m: int, median: float, sigma: float) -> float:
    """Draw a lognormal number; see `inverse.lognormal`."""
    return inverse.lognormal(philox.uniform(key, index, n, m), median, sigma)


@compiled("float64(uint64, int64, int64, int64)")
def draw_gumbel(key: int, index: int, n: int, m: int) -> float:
    """Draw a standard Gumbel number; see `inverse.gumbel`."""
    return inverse.gumbel(philox.uniform(key, index, n, m))


@compiled("boolean(uint64, int64, int64, int64, float64)")
def draw_bernoulli(key: int, index: int, n: int, m: int, p: float) -> bool:
    """Draw whether an event of probability p happens; see `inverse.bernoulli`."""
    return inverse.bernoulli(philox.uniform(key, index, n, m), p)
