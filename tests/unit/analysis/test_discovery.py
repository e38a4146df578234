from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from scenario.analysis.discovery import Box, Discovery, Found, HeldOut, Stability, discover
from scenario.analysis.discovery_words import in_words
from scenario.analysis.prim import Rules
from scenario.errors import DataError

EVENT = "nobody acts within 90 days"


def study(seed: int, m: int = 400, inside: float = 0.8) -> tuple[pd.DataFrame, np.ndarray]:
    """Two numbers that matter, one that does not, and levels that do not."""
    rng = np.random.default_rng(seed)
    x = pd.DataFrame({name: rng.random(m) for name in "abd"})
    x["mode"] = rng.choice(["joint", "alone", "late"], m)
    chance = np.where((x.a < 0.5) & (x.b > 0.4), inside, 0.1)
    return x, rng.random(m) < chance


@pytest.fixture(scope="module")
def found() -> Discovery:
    """The discovery of one clear study."""
    return discover(*study(1), seed=0, n_resamples=30)


def test_the_numbers_of_a_box_are_counts(found: Discovery) -> None:
    """Density, coverage, mass and n are what pandas counts inside the limits; the interval is scipy's Wilson."""
    x, y = study(1)
    (_, high), (low, _) = found.prim.box.limits["a"], found.prim.box.limits["b"]
    held = ((x.a <= high) & (x.b >= low)).to_numpy()
    box = found.prim.box
    assert set(box.limits) == {"a", "b"}
    assert (box.n, box.mass, box.density, box.coverage) == pytest.approx(
        (held.sum(), held.mean(), y[held].mean(), (y & held).sum() / y.sum())
    )
    for interval, k, n in (
        (box.density_interval, (y & held).sum(), held.sum()),
        (box.coverage_interval, (y & held).sum(), y.sum()),
    ):
        wilson = binomtest(int(k), int(n)).proportion_ci(method="wilson")
        assert interval == pytest.approx((wilson.low, wilson.high), abs=0.002)


@pytest.mark.parametrize("method", ["prim", "cart"])
def test_held_out_numbers_come_from_the_other_folds_box(found: Discovery, method: str) -> None:
    """Each world is counted by the box of its own fold; the pooled counts are density and coverage."""
    x, y = study(1)
    held = getattr(found, method).held_out
    inside = np.zeros(len(x), dtype=bool)
    for k, limits in enumerate(held.limits):
        kept = held.fold == k
        for name, limit in limits.items():
            kept &= x[name].isin(limit) if isinstance(limit, frozenset) else x[name].between(*limit)
        inside |= kept
    assert np.bincount(held.fold).tolist() == [80] * 5
    assert (held.n, held.density, held.coverage) == pytest.approx(
        (inside.sum(), y[inside].mean(), (y & inside).sum() / y.sum())
    )
    assert not held.noise


def test_a_searched_box_is_told_too_high_and_the_held_out_density_is_not() -> None:
    """Where nothing matters, boxes that were searched for look denser than 0.5; on other worlds they do not."""
    rng, searched, held = np.random.default_rng(3), [], []
    for seed in range(20):
        x = pd.DataFrame(rng.random((150, 5)), columns=list("abcde"))
        one = discover(x, rng.random(150) < 0.5, seed=seed, n_resamples=1, rules=Rules(chance=0.99))
        searched.append(one.prim.box.density - 0.5)
        held.append(one.prim.held_out.density - 0.5)
    error = np.std(held, ddof=1) / np.sqrt(20)
    assert np.mean(searched) > 0.1
    assert abs(np.mean(held)) < 4 * error < 0.1


def test_pure_chance_is_called_noise() -> None:
    """A box of an outcome that no factor moves is not distinguishable, and the sentence says so."""
    rng = np.random.default_rng(4)
    x = pd.DataFrame(rng.random((200, 6)), columns=list("abcdef"))
    one = discover(x, rng.random(200) < 0.5, seed=0, n_resamples=20, rules=Rules(chance=0.99))
    assert one.prim.held_out.noise
    text = in_words(one, EVENT, method="prim")
    assert "not distinguishable from the overall share" in text
    assert "The box is unstable" in text


def test_replications_are_told_from_single_runs() -> None:
    """Outcomes 0 and 1 are single runs; one share between them is a share of replications."""
    x, y = study(5, m=120)
    share = y.astype(float)
    assert not discover(x, share, seed=0, n_resamples=1).is_replicated
    share[3] = 0.5
    assert discover(x, share, seed=0, n_resamples=1).is_replicated


def test_factors_that_matter_come_back(found: Discovery) -> None:
    """In resamples a and b are nearly always restricted, the others seldom; edges lie around the truth."""
    stability = found.prim.stability
    assert min(stability.restricted["a"], stability.restricted["b"]) > 0.9
    assert max(stability.restricted["d"], stability.restricted["mode"]) < 0.5
    assert stability.is_stable
    low, high = stability.edges["a"][1]
    assert low - 0.05 < 0.5 < high + 0.05
    assert np.isnan(stability.edges["a"][0]).all()


def test_the_same_seed_gives_the_same_discovery() -> None:
    """Folds and resamples come from the seed alone; the global generator is left as it was."""
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    first, second, third = (discover(*study(5, m=120), seed=seed, n_resamples=5) for seed in (0, 0, 1))
    assert first.prim.stability == second.prim.stability
    assert (first.cart.held_out.fold == second.cart.held_out.fold).all()
    assert (first.cart.held_out.fold != third.cart.held_out.fold).any()
    assert first.prim.stability.edges != third.prim.stability.edges
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


def test_replications_narrow_the_interval_and_never_beyond_their_number() -> None:
    """Eight replications a world give the interval of up to eight times as many runs."""
    x, _ = study(6)
    rng = np.random.default_rng(7)
    share = rng.binomial(8, np.where((x.a < 0.5) & (x.b > 0.4), 0.8, 0.1)) / 8
    one = discover(x, share, seed=0, weights=np.full(len(x), 8), n_resamples=1)
    low, high = one.prim.box.density_interval
    k = one.prim.box.density * one.prim.box.n
    runs = binomtest(round(8 * k), 8 * one.prim.box.n).proportion_ci(method="wilson")
    worlds = binomtest(round(k), one.prim.box.n).proportion_ci(method="wilson")
    assert runs.high - runs.low <= (high - low) * 1.02
    assert high - low < worlds.high - worlds.low
    assert one.is_replicated
    assert "runs in such worlds" in in_words(one, EVENT)


def by_hand(**limits: Any) -> Discovery:
    """A discovery with round numbers: 78 of 100 inside, 31 of 100 overall, 64 of 100 covered."""
    pair = (0.7, 0.85)
    box = Box(
        limits=limits,
        n=200,
        mass=0.25,
        coverage=0.7,
        density=0.82,
        coverage_interval=pair,
        density_interval=pair,
        quasi_p={},
    )
    held = HeldOut(
        density=0.78,
        coverage=0.64,
        density_interval=pair,
        coverage_interval=pair,
        n=190,
        noise=False,
        limits=(),
        fold=np.zeros(0, dtype=np.intp),
    )
    firm = Stability(
        n_resamples=100, restricted={}, restricted_intervals={}, same=0.9, same_interval=pair, edges={}
    )
    one = Found(box=box, held_out=held, stability=firm, steps=())
    return Discovery(
        n=800,
        overall=0.31,
        overall_interval=pair,
        is_replicated=False,
        ranges={
            "delay": (0.0, 90.0),
            "hops": (0.0, 9.0),
            "share": (0.0, 1.0),
            "first": ("eu", "uk", "us"),
            "hold": (False, True),
        },
        whole=frozenset({"hops"}),
        prim=one,
        cart=one,
    )


INF = float("inf")


def test_the_sentence_counts() -> None:
    """The sentence has the conditions with labels and units, then three counts of 100 from held-out worlds."""
    one = by_hand(delay=(30.04, INF), hold=frozenset({True}))
    assert in_words(
        one, EVENT, labels={"delay": "the delay", "hold": "waiting"}, units={"delay": "days"}
    ) == (
        "Nobody acts within 90 days mostly happens when the delay is above 30 days and waiting is yes: "
        "78 of 100 such worlds, against 31 of 100 overall; covers 64 of 100 of its cases."
    )


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"delay": (-INF, 12.34)}, "delay is below 12.3:"),
        ({"delay": (3.0, 9.96)}, "delay lies between 3 and 10:"),
        ({"share": (0.104, INF)}, "share is above 0.1:"),
        ({"hops": (-INF, 4.0)}, "hops is at most 4:"),
        ({"hops": (3.0, INF)}, "hops is at least 3:"),
        ({"hops": (3.0, 5.0)}, "hops is 3 to 5:"),
        ({"hops": (3.0, 3.0)}, "hops is 3:"),
        ({"first": frozenset({"us", "eu"})}, "first is eu or us:"),
        ({"hold": frozenset({False})}, "hold is no:"),
    ],
)
def test_every_kind_of_limit_has_words(limits: dict[str, Any], words: str) -> None:
    """Numbers, whole numbers, levels and booleans each read as a person would say them."""
    assert f"happens when {words}" in in_words(by_hand(**limits), EVENT)


def test_a_small_share_is_not_rounded_away() -> None:
    """A rare outcome overall is told as fewer than 1 of 100."""
    assert "against fewer than 1 of 100 overall" in in_words(
        replace(by_hand(hops=(3, INF)), overall=0.004), EVENT
    )


def test_a_box_with_less_than_half_of_the_cases_is_not_called_mostly() -> None:
    """Below half of the cases the sentence says more often, not mostly."""
    one = by_hand(hops=(3.0, INF))
    few = replace(one.prim, held_out=replace(one.prim.held_out, coverage=0.4))
    assert "days happens more often when" in in_words(replace(one, prim=few, cart=few), EVENT)


def test_an_unstable_box_says_so() -> None:
    """Where the same factors come back in 23 of 100 resamples the sentence ends with that."""
    one = by_hand(hops=(3.0, INF))
    shaky = replace(one.prim, stability=replace(one.prim.stability, same=0.23))
    text = in_words(replace(one, prim=shaky, cart=shaky), EVENT)
    assert text.endswith(" The box is unstable: in 23 of 100 resamples the same factors come back.")


def test_a_box_that_no_held_out_world_enters_says_so() -> None:
    """Where no world was left to judge the box there is no density to tell."""
    one = by_hand(hops=(3.0, INF))
    empty = replace(one.prim, held_out=replace(one.prim.held_out, n=0, density=np.nan, coverage=np.nan))
    assert "no world was left to tell how often, against 31 of 100" in in_words(
        replace(one, prim=empty, cart=empty), EVENT
    )


@pytest.mark.parametrize(
    ("happened", "words"),
    [(0.0, "this never happened in 60 worlds"), (1.0, "this happened in all 60 worlds")],
)
def test_never_and_always_are_said(happened: float, words: str) -> None:
    """Where it never (always) happened there is no box, and the sentence says which of the two it is."""
    x, _ = study(8, m=60)
    one = discover(x, np.full(60, happened), seed=0, n_resamples=2)
    assert one.prim.box.limits == {}
    assert in_words(one, EVENT) == f"Nobody acts within 90 days: {words}, so no box can say when."


def test_an_outcome_that_no_factor_tells_has_no_conditions() -> None:
    """Without a restriction the overall share is told with the number of worlds."""
    assert in_words(by_hand(), EVENT) == (
        "Nobody acts within 90 days in 31 of 100 worlds; no box of the size asked for tells when (n = 800 worlds)."
    )


@pytest.mark.parametrize("n_folds", [1, 41])
def test_folds_that_cannot_be_are_refused(n_folds: int) -> None:
    """There are at least two folds and at most one per world."""
    with pytest.raises(
        DataError, match=rf"n_folds must lie between 2 .*got {n_folds} folds of 40 worlds.*A147"
    ):
        discover(*study(9, m=40), seed=0, n_folds=n_folds)


def test_no_resample_is_refused() -> None:
    """Stability needs at least one draw."""
    with pytest.raises(DataError, match=r"n_resamples must be at least 1 \(got 0\).*A148"):
        discover(*study(9, m=40), seed=0, n_resamples=0)
