from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from scenario.analysis.cart import cart
from scenario.analysis.prim import Rules
from scenario.analysis.worlds import read_worlds
from scenario.errors import DataError


@pytest.fixture(scope="module")
def workbench() -> Any:
    """EMA Workbench's CART; its imports warn of parts that are not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ema_workbench.analysis.cart as module
    return module


def cube(seed: int, m: int = 1000, p: int = 4) -> pd.DataFrame:
    """Points uniform in the unit cube, at values that single precision holds exactly."""
    points = np.random.default_rng(seed).random((m, p), dtype=np.float32).astype(np.float64)
    return pd.DataFrame(points, columns=list("abcdef")[:p])


@pytest.mark.parametrize("seed", [1, 2])
def test_the_leaves_are_the_workbenchs(workbench: Any, seed: int) -> None:
    """Every leaf has the limits, coverage, density and mass of EMA Workbench's, on a noisy box of numbers."""
    x = cube(seed)
    chance = np.where((x.a < 0.5) & (x.b > 0.4), 0.8, 0.1)
    y = (np.random.default_rng(seed).random(len(x)) < chance).astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        oracle = workbench.CART(x, y)
        oracle.build_tree()
        boxes, stats = oracle.boxes, oracle.stats
    found = cart(x, y)
    leaves = [found.steps[place] for place in found.leaves]
    assert len(leaves) == len(boxes)
    for leaf, box, stat in zip(leaves, boxes, stats, strict=True):
        assert (leaf.coverage, leaf.density, leaf.mass) == pytest.approx(
            (stat["coverage"], stat["density"], stat["mass"]), rel=1e-12
        )
        for name in x:
            low, high = leaf.limits.get(name, (-np.inf, np.inf))
            edges = [max(low, x[name].min()), min(high, x[name].max())]
            assert edges == pytest.approx(box[name].tolist(), abs=1e-7)


def test_a_hand_case() -> None:
    """Twelve worlds, it happens at 1 to 4 of 12: one split, half-way between 4 and 5."""
    x = pd.DataFrame({"a": np.arange(1.0, 13.0)})
    found = cart(x, x.a <= 4)
    assert [step.limits for step in found.steps] == [
        {},
        {"a": (-np.inf, 4.5)},
        {"a": (np.nextafter(4.5, 5), np.inf)},
    ]
    assert [step.density for step in found.steps] == [4 / 12, 1.0, 0.0]
    assert (found.leaves, found.chosen, found.box) == ((1, 2), 1, found.steps[1])


def test_levels_are_split_one_against_the_rest() -> None:
    """One of three levels matters: its leaf keeps it alone, the other leaf keeps the rest."""
    x = pd.DataFrame({"mode": ["joint", "alone", "late"] * 20})
    found = cart(x, x["mode"] == "late")
    leaves = [found.steps[place].limits for place in found.leaves]
    assert leaves == [{"mode": frozenset({"joint", "alone"})}, {"mode": frozenset({"late"})}]
    assert found.box.limits == {"mode": frozenset({"late"})}


def test_the_first_of_three_levels_is_asked_for_like_the_others() -> None:
    """Where the first level matters one split tells it: a root and two leaves."""
    x = pd.DataFrame({"mode": ["alone", "joint", "late"] * 20})
    found = cart(x, x["mode"] == "alone")
    assert found.leaves == (1, 2)
    assert found.box.limits == {"mode": frozenset({"alone"})}


def test_a_boolean_and_a_whole_number() -> None:
    """Limits of a boolean are sets, those of an integer whole numbers that never overlap."""
    x = pd.DataFrame({"hold": np.tile([True, False], 40), "hops": np.repeat([0, 3], 40)})
    found = cart(x, x.hold & (x.hops == 3))
    assert found.box.limits == {"hops": (2.0, np.inf), "hold": frozenset({True})}
    assert [found.steps[place].n for place in found.leaves] == [40, 20, 20]


@pytest.mark.parametrize("seed", range(3))
def test_the_leaves_hold_every_world_once(seed: int) -> None:
    """With numbers, whole numbers, levels and repeated values no world is lost or counted twice."""
    rng = np.random.default_rng(seed)
    x = cube(seed, m=300, p=2)
    x["hops"], x["kind"] = rng.integers(0, 6, 300), rng.choice(["p", "q", "r", "s"], 300)
    x["b"] = 1e9 + x.b.round(2)
    share = rng.binomial(5, np.where((x.a < 0.5) & (x.kind != "q") & (x.hops > 2), 0.9, 0.2)) / 5
    found, worlds = cart(x, share), read_worlds(x, share)
    held = sum(worlds.inside(found.steps[place].limits).astype(int) for place in found.leaves)
    assert (np.asarray(held) == 1).all()
    assert min(found.steps[place].n for place in found.leaves) >= 15


def test_weights_count_like_worlds_that_stand_there_as_often() -> None:
    """A world of weight 3 splits the tree like three worlds: same limits, densities and coverages."""
    x, rng = cube(5, m=120, p=2), np.random.default_rng(6)
    y, weight = x.a + 0.2 * rng.random(120) < 0.5, rng.integers(1, 4, 120)
    weighted, repeated = cart(x, y, weights=weight), cart(x.loc[x.index.repeat(weight)], np.repeat(y, weight))
    assert [step.limits for step in weighted.steps] == [step.limits for step in repeated.steps]
    for name in ("density", "coverage", "mass"):
        ours, theirs = ([getattr(step, name) for step in tree.steps] for tree in (weighted, repeated))
        assert ours == pytest.approx(theirs, rel=1e-12)


def test_weights_decide_which_factor_splits_first() -> None:
    """Four heavy worlds follow a, twelve light ones follow b: a splits first with weights, b without."""
    heavy = pd.DataFrame({"a": [1, 0, 1, 0], "b": [0, 1, 1, 0]})
    x = pd.concat([heavy, heavy, heavy, heavy], ignore_index=True)
    y = np.concatenate([x.a[:4], x.b[4:]])
    weights = np.repeat([9, 1], [4, 12])
    assert set(cart(x, y, weights=weights).steps[1].limits) == {"a"}
    assert set(cart(x, y).steps[1].limits) == {"b"}


def test_a_leaf_need_not_hold_more_than_half() -> None:
    """A least mass of 0.8 acts like 0.5: twenty worlds are split into ten and ten, or not at all."""
    x = pd.DataFrame({"a": np.arange(20.0)})
    assert [step.n for step in cart(x, x.a < 10, rules=Rules(min_mass=0.8)).steps] == [20, 10, 10]


def test_neighbouring_floats_are_told_apart() -> None:
    """Half-way between two neighbouring floats rounds to the upper one: the edge is then the lower one."""
    low = np.nextafter(1.0, 2.0)
    high = np.nextafter(low, 2.0)
    assert (low + high) / 2 == high
    x = pd.DataFrame({"a": np.repeat([low, high], 10)})
    found = cart(x, x.a == low)
    assert [step.n for step in found.steps] == [20, 10, 10]
    assert found.box.limits == {"a": (-np.inf, low)}


def test_a_known_box_is_found_between_its_worlds() -> None:
    """Without noise each limit lies between the two worlds next to it (here within 0.01 of the truth)."""
    x = cube(7, m=2000)
    box = cart(x, (x.a < 0.5) & (x.b > 0.4), rules=Rules(min_mass=0.02)).box
    assert (box.limits["a"][1], box.limits["b"][0]) == pytest.approx((0.5, 0.4), abs=0.01)  # type: ignore[index]
    assert (box.density, box.coverage) == pytest.approx((1.0, 1.0), abs=0.01)


def test_the_tree_is_the_same_every_time() -> None:
    """Two factors that say the same are a tie; it is settled alike in every call, and in any generator state."""
    x = cube(8, m=200, p=1)
    x["twin"] = x.a
    first = cart(x, x.a < 0.3)
    np.random.seed(123)  # noqa: NPY002
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    assert cart(x, x.a < 0.3) == first
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


@pytest.mark.parametrize("happened", [0, 1])
def test_an_outcome_without_variation_has_no_split(happened: int) -> None:
    """Where it never (always) happens the tree is its root."""
    found = cart(cube(9, m=50), np.full(50, happened))
    assert (len(found.steps), found.leaves, found.box.limits) == (1, (0,), {})


def test_a_table_with_gaps_is_refused() -> None:
    """A missing value is refused, not sent down one side."""
    with pytest.raises(DataError, match=r"factor a must have a value in every world.*got nan in row 1.*A141"):
        cart(pd.DataFrame({"a": [1.0, float("nan")]}), [0, 1])
