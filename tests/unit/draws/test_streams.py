"""Streams and runs: what engines in Python draw with."""

from __future__ import annotations

import numpy as np
import pytest

from scenario.draws import Streams, inverse, stream_key, uniform

SEED = 0
CALLS = {
    "uniform": (),
    "exponential": (12.0,),
    "normal": (),
    "lognormal": (30.0, 0.6),
    "gumbel": (),
    "bernoulli": (0.4,),
}
# Forty more, so that two-valued draws cannot agree by luck.
ADDRESSES = [(0, 0, 0), (1, 0, 0), (7, 3, 2499), (2**32 - 1, 1, 2), *((i, i + 3, 90 - i) for i in range(40))]


def expected(method, name, index, n, m):
    """The draw made in two steps: the plain generator's number, then the inverse function."""
    u = uniform(stream_key(SEED, name), index, n, m)
    return u if method == "uniform" else getattr(inverse, method)(u, *CALLS[method])


@pytest.mark.parametrize("method", CALLS)
def test_run_draws_are_the_inverse_of_the_uniform_at_the_address(method):
    """Every method of a run gives, to the bit, what generator and inverse give in two steps."""
    streams = Streams(SEED)
    drawn = [
        getattr(streams.run(n=n, m=m), method)("veto/eu", index, *CALLS[method]) for index, n, m in ADDRESSES
    ]
    assert drawn == [expected(method, "veto/eu", *address) for address in ADDRESSES]


@pytest.mark.parametrize("method", CALLS)
def test_stream_draws_are_the_inverse_of_the_uniform_at_the_address(method):
    """Every method of a stream gives, to the bit, what generator and inverse give in two steps."""
    stream = Streams(SEED).stream("veto/eu")
    drawn = [getattr(stream, method)(*address, *CALLS[method]) for address in ADDRESSES]
    assert drawn == [expected(method, "veto/eu", *address) for address in ADDRESSES]


def test_key_is_that_of_seed_and_name():
    """A key asked for twice is the key of seed and name."""
    streams = Streams(5)
    assert [streams.key("truth"), streams.key("truth")] == [stream_key(5, "truth")] * 2


def test_another_stream_moves_no_draw():
    """Drawing from 100 new streams in between leaves the draws of the old ones as they were."""
    alone = Streams(3).run(n=1, m=2)
    crowded = Streams(3).run(n=1, m=2)
    before = [alone.uniform("echo", i) for i in range(20)]
    after = []
    for i in range(20):
        for other in range(5):
            crowded.normal(f"new actor {other}", i)
        after.append(crowded.uniform("echo", i))
    assert before == after


def test_order_of_asking_moves_no_draw():
    """Asked backwards, the draws of a stream are the same."""
    draws = Streams(3).run(n=0, m=0)
    forward = [draws.uniform("echo", i) for i in range(50)]
    backward = [draws.uniform("echo", i) for i in reversed(range(50))]
    assert forward == backward[::-1]


def test_seeds_replications_and_points_differ():
    """Another seed, replication or outer point is another draw."""
    runs = [Streams(0).run(n=0, m=0), Streams(1).run(n=0, m=0)]
    runs += [Streams(0).run(n=1, m=0), Streams(0).run(n=0, m=1)]
    assert len({run.uniform("truth", 0) for run in runs}) == 4


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize("index", [-1, 2**32, 2**70])
def test_run_refuses_an_index_outside_32_bits(method, index):
    """A negative index or one above 2^32 - 1 is refused by every method, with its value."""
    draws = Streams(SEED).run(n=0, m=0)
    with pytest.raises(ValueError, match=f"index of a draw must be from 0 to 2\\^32 - 1 \\(got {index}\\)"):
        getattr(draws, method)("truth", index, *CALLS[method])


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize(("place", "word"), [(0, "index"), (1, "n"), (2, "m")])
@pytest.mark.parametrize("value", [-1, 2**32, 2**70])
def test_stream_refuses_an_address_outside_32_bits(method, place, word, value):
    """An index, n or m outside its range is refused by every method, with its value."""
    address = [0, 0, 0]
    address[place] = value
    stream = Streams(SEED).stream("truth")
    with pytest.raises(ValueError, match=f"^{word} of a draw must be .* \\(got {value}\\)"):
        getattr(stream, method)(*address, *CALLS[method])


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize("index", [2.5, 2.0, "2", None])
def test_index_that_is_not_whole_is_refused(method, index):
    """A float is not cut to a whole number, and a text is not read as one."""
    streams = Streams(SEED)
    with pytest.raises(TypeError, match="unsupported operand"):
        getattr(streams.run(n=0, m=0), method)("truth", index, *CALLS[method])
    with pytest.raises(TypeError, match="unsupported operand"):
        getattr(streams.stream("truth"), method)(index, 0, 0, *CALLS[method])


@pytest.mark.parametrize(("n", "m", "word"), [(-1, 0, "n"), (0, -1, "m"), (2**32, 0, "n"), (0, 2**32, "m")])
def test_run_outside_32_bits_is_refused(n, m, word):
    """A replication or outer point outside its range is refused when the run is made."""
    with pytest.raises(ValueError, match=f"^{word} of a draw must be from 0 to 2\\^32 - 1"):
        Streams(SEED).run(n=n, m=m)


def test_numpy_index_draws_the_same():
    """A NumPy whole number is the same address as Python's."""
    draws = Streams(SEED).run(n=np.int64(2), m=np.uint32(3))
    assert draws.uniform("truth", np.int64(9)) == uniform(stream_key(SEED, "truth"), 9, 2, 3)


@pytest.mark.parametrize(("seed", "error", "text"), [(-1, ValueError, "got -1"), (0.5, TypeError, "integer")])
def test_streams_refuse_what_is_not_a_seed(seed, error, text):
    """A root seed that is negative or not whole is refused at once."""
    with pytest.raises(error, match=text):
        Streams(seed)


def test_run_refuses_an_empty_name():
    """A draw without a stream name is refused."""
    with pytest.raises(ValueError, match="at least one character"):
        Streams(SEED).run(n=0, m=0).uniform("", 0)


def test_whole_parameters_draw_like_floats():
    """A mean of 3 and a mean of 3.0 give the same wait."""
    draws = Streams(SEED).run(n=0, m=0)
    assert draws.exponential("gap", 1, 3) == draws.exponential("gap", 1, 3.0)
