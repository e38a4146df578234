"""Outer points drawn again: what is remembered shows in the time taken and in nothing else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

import scenario
from scenario.engine import tables
from scenario.engine.tables import Columns, draw_points
from scenario.spec.load import check_all_variants
from scenario.spec.register import numbers

BASE = "iran-russia-missiles-2024"
CASES = ("belarus-2020", BASE, "missiles-unconfirmed-feb2024")
SHIPPED = [(case, variant) for case in CASES for variant in check_all_variants(case)]


@pytest.fixture
def columns(monkeypatch):
    """Columns of our own, empty at first."""
    own = Columns(64 * 2**20)
    monkeypatch.setattr(tables, "_COLUMNS", own)
    return own


@pytest.fixture
def drawn(monkeypatch):
    """The names of the streams drawn, in order; columns are empty at first."""
    names = []

    def listed(seed, name, n_points, *, first=0):
        names.append(name)
        return original(seed, name, n_points, first=first)

    original = tables.point_uniforms
    monkeypatch.setattr(tables, "point_uniforms", listed)
    monkeypatch.setattr(tables, "_COLUMNS", Columns(64 * 2**20))
    return names


def bits(points):
    """Every path with the bytes of its column."""
    return {path: column.tobytes() for path, column in points.values.items()}


def without_memory(loaded, **place):
    """The bits drawn when nothing is kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "_COLUMNS", Columns(0))
        return bits(draw_points(loaded, **place))


@pytest.mark.parametrize(("case", "variant"), SHIPPED)
def test_remembered_points_have_the_bits_of_fresh_ones(case, variant):
    """Seeds, sizes and offsets drawn in turn and again, among all other cases, never mix."""
    loaded = scenario.load(case, variant=variant)
    places = [
        {"seed": seed, "n_points": n_points, "first": first}
        for seed in (0, 1, 2**40)
        for n_points, first in ((5, 0), (5, 3), (2, 0))
    ]
    for place in [*places, *places]:
        assert bits(draw_points(loaded, **place)) == without_memory(loaded, **place)


@pytest.mark.parametrize("case", CASES)
def test_switching_evidence_off_is_not_forgotten(case, columns):
    """Points without an item, drawn after those with it, have the bits of fresh ones."""
    whole = scenario.load(case)
    draw_points(whole, seed=0, n_points=5)
    for item in whole.ledger.items:
        loaded = scenario.load(case, without=[item.id])
        found = bits(draw_points(loaded, seed=0, n_points=5))
        assert found == without_memory(loaded, seed=0, n_points=5), item.id
    assert columns.n_bytes > 0


def test_a_moved_number_is_the_only_one_drawn(drawn):
    """After the base case a changed distribution draws its own stream and no other."""
    draw_points(scenario.load(BASE), seed=0, n_points=5)
    drawn.clear()
    moved = scenario.load(
        BASE, overrides={"belief.attribution_ratio": {"uniform": [2.0, 3.0], "why": "a test"}}
    )
    draw_points(moved, seed=0, n_points=5)
    assert drawn == ["parameter:belief.attribution_ratio"]


def test_the_same_scenario_loaded_again_draws_nothing(drawn):
    """What decides a column is its content, not the object that holds it."""
    first = draw_points(scenario.load(BASE), seed=0, n_points=5)
    drawn.clear()
    second = draw_points(scenario.load(BASE), seed=0, n_points=5)
    assert drawn == []
    assert all(second.values[path] is column for path, column in first.values.items())


@pytest.mark.usefixtures("columns")
def test_columns_cannot_be_written():
    """A caller cannot change what others are given."""
    points = draw_points(scenario.load(BASE), seed=0, n_points=5)
    with pytest.raises(ValueError, match="read-only"):
        points.values["act.p_true"][0] = 0.0


@pytest.mark.usefixtures("columns")
def test_a_true_seed_is_refused_after_seed_1():
    """True is no seed, although it compares equal to one that was drawn before."""
    loaded = scenario.load(BASE)
    draw_points(loaded, seed=1, n_points=5)
    with pytest.raises(ValueError, match=r"seed must be a whole number >= 0 \(got True\)"):
        draw_points(loaded, seed=True, n_points=5)


def test_bytes_are_bounded():
    """Columns beyond the bound push those out that were not asked for longest."""
    columns = Columns(3 * (80 + 1000))
    for key in (0, 1, 2, 0, 3):
        columns.get(key, lambda: np.zeros(10))
    assert columns.n_bytes == 3 * (80 + 1000)
    asked = []
    for key in (0, 2, 3, 1):
        columns.get(key, lambda key=key: asked.append(key) or np.zeros(10))
    assert asked == [1]


def test_a_column_larger_than_the_bound_is_given_and_not_kept():
    """What does not fit leaves the others where they are."""
    columns = Columns(2000)
    small = columns.get("small", lambda: np.zeros(10))
    assert columns.get("large", lambda: np.ones(1000)).tolist() == [1.0] * 1000
    assert columns.get("small", lambda: np.ones(10)) is small


@pytest.mark.usefixtures("columns")
def test_threads_get_the_same_bits():
    """Threads that draw the same and other points at once get what one thread gets alone."""
    loaded = scenario.load(BASE)
    expected = [without_memory(loaded, seed=seed, n_points=50) for seed in range(3)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda i: bits(draw_points(loaded, seed=i % 3, n_points=50)), range(24)))
    assert all(points == expected[i % 3] for i, points in enumerate(found))


def test_a_column_drawn_twice_at_once_counts_once():
    """When another thread has kept the column meanwhile, its bytes are taken once."""
    columns = Columns(10_000)
    columns.get("a", lambda: columns.get("a", lambda: np.zeros(10)).copy())
    assert columns.n_bytes == 80 + 1000


@pytest.mark.usefixtures("columns")
def test_other_bounds_are_another_column():
    """One number at two places of the schema is cut at the bounds of each."""
    loaded = scenario.load(BASE)
    entry = next(entry for entry in numbers(loaded.spec) if entry.path == "act.p_true")
    draw = tables._Draw(loaded, seed=0, n_points=50, first=0, memory=Columns(2**20))
    cut = replace(entry, quantity=replace(entry.quantity, high=0.1))
    assert [draw.column(one, "act.p_true").max() > 0.1 for one in (entry, cut, entry)] == [True, False, True]
