from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from scenario.analysis.prim import Rules, _wider, choose, prim, prim_of, quasi_p_values
from scenario.analysis.worlds import Step, read_worlds
from scenario.errors import DataError


@pytest.fixture(scope="module")
def workbench() -> Any:
    """EMA Workbench's PRIM; its imports warn of parts that are not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ema_workbench.analysis.prim as module
    return module


def cube(seed: int, m: int = 1000, p: int = 5) -> pd.DataFrame:
    """Points uniform in the unit cube."""
    points = np.random.default_rng(seed).random((m, p))
    return pd.DataFrame(points, columns=list("abcdefgh")[:p])


def hypercube(seed: int, m: int = 882) -> tuple[pd.DataFrame, np.ndarray]:
    """A case in the style of Bryant & Lempert (2010): 882 worlds, 9 numbers, a costly tenth of them."""
    rng = np.random.default_rng(seed)
    x = pd.DataFrame({f"u{k}": (rng.permutation(m) + rng.random(m)) / m * 10 ** (k - 4) for k in range(9)})
    ranks = x.rank(pct=True)
    cost = 2 * ranks.u1 - ranks.u4 + 0.5 * ranks.u7 * ranks.u1 + rng.normal(0, 0.2, m)
    return x, (cost > cost.quantile(0.9)).to_numpy().astype(int)


@pytest.mark.parametrize(
    ("limits", "expected"), [((3.0, 9.0), (2.0, 9.0)), ((0.0, 6.0), (0.0, 7.0)), ((1.0, 9.0), (0.0, 9.0))]
)
def test_a_paste_of_a_whole_number_takes_in_one_more_value(
    limits: tuple[float, float], expected: tuple[float, float]
) -> None:
    """A box of whole numbers that lacks several values gets one of them back at a time."""
    hops = np.repeat(np.arange(10), 20)
    worlds = read_worlds(pd.DataFrame({"hops": hops}), np.ones(len(hops)))
    assert list(_wider(worlds, "hops", limits, worlds.columns["hops"], 0.05)) == [expected]


def assert_same_path(module: Any, x: pd.DataFrame, y: np.ndarray) -> None:
    """Compare every step and every quasi-p-value with the workbench's, first to last."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        oracle = module.Prim(x, y, threshold=0.1).find_box()
    found, path = prim(x, y), oracle.peeling_trajectory
    assert [step.n for step in found.steps] == path.n.tolist()
    for name in ("mass", "coverage", "density"):
        assert [getattr(step, name) for step in found.steps] == pytest.approx(path[name].tolist(), rel=1e-12)
    worlds, widest = read_worlds(x, y), oracle.box_lims[0]
    for step, limits, quasi in zip(found.steps, oracle.box_lims, oracle.qp, strict=True):
        numbers = {
            name: limits[name].tolist() for name in x if limits[name].tolist() != widest[name].tolist()
        }
        assert set(step.limits) == set(numbers)
        told = quasi_p_values(worlds, step)
        for name, limit in step.limits.items():
            if isinstance(limit, frozenset):
                assert limit == numbers[name][0]
                assert told[name][0] == pytest.approx(quasi[name][0], rel=1e-9)
                continue
            for face in (0, 1):
                edge = limit[face] if np.isfinite(limit[face]) else widest[name][face]
                assert edge == pytest.approx(numbers[name][face], rel=1e-12)
                p = -1.0 if np.isnan(told[name][face]) else told[name][face]
                assert p == pytest.approx(quasi[name][face], rel=1e-9)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_step_of_a_known_box_is_the_workbenchs(workbench: Any, seed: int) -> None:
    """On a box in the unit cube, mass, coverage, density, limits and quasi-p are EMA Workbench's, step by step."""
    x = cube(seed)
    assert_same_path(workbench, x, ((x.a < 0.5) & (x.b > 0.4)).to_numpy().astype(int))


def test_every_step_of_a_noisy_box_is_the_workbenchs(workbench: Any) -> None:
    """The same where the outcome is a coin of 0.8 inside and 0.1 outside."""
    x = cube(3)
    chance = np.where((x.a < 0.5) & (x.b > 0.4), 0.8, 0.1)
    assert_same_path(workbench, x, (np.random.default_rng(4).random(len(x)) < chance).astype(int))


def test_every_step_of_a_published_style_case_is_the_workbenchs(workbench: Any) -> None:
    """The same on a Latin hypercube of 882 worlds and 9 factors, as large as Bryant & Lempert's."""
    assert_same_path(workbench, *hypercube(5))


def test_every_step_with_levels_is_the_workbenchs(workbench: Any) -> None:
    """The same where a factor with levels matters beside a number."""
    x, rng = cube(6, p=2), np.random.default_rng(7)
    x["mode"] = pd.Series(rng.choice(["joint", "alone", "late"], len(x)), dtype=object)
    chance = np.where((x.a > 0.6) & (x["mode"] != "late"), 0.9, 0.05)
    assert_same_path(workbench, x, (rng.random(len(x)) < chance).astype(int))


def test_a_known_box_is_found_within_one_peel() -> None:
    """The limits 0.5 and 0.4 come back within the width of one peel, 0.05 of the factor inside."""
    x = cube(8, m=4000)
    box = prim(x, (x.a < 0.5) & (x.b > 0.4)).box
    assert set(box.limits) == {"a", "b"}
    (low_a, high_a), (low_b, high_b) = box.limits["a"], box.limits["b"]
    assert (low_a, high_b) == (-np.inf, np.inf)
    assert high_a == pytest.approx(0.5, abs=0.05 * 0.5 / 0.95)
    assert low_b == pytest.approx(0.4, abs=0.05 * 0.6 / 0.95)


def test_the_first_peel_of_a_hand_case() -> None:
    """Of 20 worlds with 5 % peels, one goes: the highest one, where nothing happened, with its edge half-way."""
    x = pd.DataFrame({"a": np.arange(20.0)})
    step = prim(x, np.arange(20) < 10).steps[1]
    assert step == Step(limits={"a": (-np.inf, 18.5)}, mass=19 / 20, coverage=1.0, density=10 / 19, n=19)


def test_a_whole_number_is_peeled_by_whole_values() -> None:
    """Levels 0 to 3 of an integer factor: the box is 2 and above, its limit a value that occurs."""
    x = pd.DataFrame({"hops": np.tile(np.arange(4), 50)})
    assert prim(x, x.hops >= 2).box.limits == {"hops": (2.0, np.inf)}


def test_a_boolean_is_a_set_of_two() -> None:
    """A boolean factor is restricted to {True}."""
    x = pd.DataFrame({"hold": np.tile([True, False], 50)})
    assert prim(x, x.hold).box.limits == {"hold": frozenset({True})}


def test_a_categorical_keeps_the_levels_in_which_it_happens() -> None:
    """Levels that do not lead to the outcome are peeled off; unused categories play no part."""
    kinds = pd.Categorical(["eu", "uk", "us", "un"] * 50, categories=["us", "uk", "eu", "un", "none"])
    x = pd.DataFrame({"first": kinds})
    found = prim(x, x["first"].isin(["us", "uk"]))
    assert found.box.limits == {"first": frozenset({"us", "uk"})}
    assert (found.box.density, found.box.coverage, found.box.n) == (1.0, 1.0, 100)


def test_pasting_takes_back_worlds_and_cases() -> None:
    """After the last peel, each paste makes the box larger and denser."""
    found = prim(*hypercube(5))
    pastes = found.steps[found.n_peels :]
    assert len(pastes) > 5
    assert (np.diff([step.mass for step in pastes]) > 0).all()
    assert (np.diff([step.density for step in pastes]) > 0).all()


def test_shares_are_read_as_their_replications() -> None:
    """A world with share 3/4 of 4 replications counts as four worlds of which three are cases."""
    x, rng = cube(10, m=200, p=2), np.random.default_rng(11)
    share = rng.binomial(4, np.where(x.a < 0.4, 0.8, 0.2)) / 4
    limits = {"a": (-np.inf, 0.4)}
    step = read_worlds(x, share, weights=np.full(200, 4)).measure(limits)
    cases = np.repeat(x.a <= 0.4, 4), np.array([k < 4 * s for s in share for k in range(4)])
    assert step.density == pytest.approx(cases[1][cases[0]].mean())
    assert step.coverage == pytest.approx((cases[0] & cases[1]).sum() / cases[1].sum())


def test_a_quasi_p_value_is_the_tail_of_a_binomial() -> None:
    """With outcomes 0 and 1 it is scipy's one-sided binomial test against the density without the limit."""
    x = cube(12, m=300, p=2)
    y = np.random.default_rng(13).random(300) < np.where(x.a < 0.5, 0.6, 0.4)
    worlds = read_worlds(x, y)
    told = quasi_p_values(worlds, worlds.measure({"a": (0.1, 0.5)}))["a"]
    inside, wider = (x.a >= 0.1) & (x.a <= 0.5), [x.a <= 0.5, x.a >= 0.1]
    for face in (0, 1):
        test = binomtest(
            int(y[inside].sum()), int(inside.sum()), y[wider[face]].mean(), alternative="greater"
        )
        assert told[face] == pytest.approx(test.pvalue, rel=1e-9)


def test_limits_by_chance_are_dropped() -> None:
    """A factor that plays no part is peeled on the way, and not kept in the box."""
    x = cube(14, m=400, p=8)
    y = np.random.default_rng(15).random(400) < np.where(x.a < 0.4, 0.9, 0.1)
    found = prim(x, y)
    assert len(found.steps[found.chosen].limits) > 1
    assert set(found.box.limits) == {"a"}


def step(density: float, coverage: float, *names: str) -> Step:
    """A box with some numbers."""
    limits: dict[str, Any] = dict.fromkeys(names, (0.0, 1.0))
    return Step(limits=limits, mass=0.5, coverage=coverage, density=density, n=10)


STEPS = (
    step(0.2, 1.0),
    step(0.5, 0.8, "a"),
    step(0.7, 0.6, "a", "b"),
    step(0.7, 0.6, "a"),
    step(0.9, 0.3, "a"),
)


@pytest.mark.parametrize(
    ("rules", "place"),
    [
        (Rules(min_coverage=0.5), 3),
        (Rules(min_coverage=0.7), 1),
        (Rules(min_coverage=0.2), 4),
        (Rules(min_density=0.4), 1),
        (Rules(min_density=0.95), 4),
    ],
)
def test_the_densest_box_with_enough_coverage_is_chosen(rules: Rules, place: int) -> None:
    """The rule picks by hand what a reader of the table would pick; of equals the one with fewer factors."""
    assert choose(STEPS, rules) == place


@pytest.mark.parametrize("happened", [0.0, 1.0])
def test_an_outcome_without_variation_has_no_box(happened: float) -> None:
    """Where it never (always) happens nothing is peeled."""
    found = prim(cube(16, m=50), np.full(50, happened))
    assert (len(found.steps), found.box.limits, found.box.density) == (1, {}, happened)


def test_worlds_in_another_order_give_the_same_box() -> None:
    """The order of the rows does not matter."""
    x = cube(17, m=300)
    y = (x.a + x.b > 1.2).to_numpy()
    mixed = np.random.default_rng(18).permutation(300)
    assert prim(x.iloc[mixed], y[mixed]).box == prim(x, y).box


def test_no_world_is_lost_below_the_least_mass() -> None:
    """No step holds less than the least mass, also where a peel of a level would take more."""
    x = pd.DataFrame({"kind": ["rare"] * 10 + ["common"] * 90, "a": np.arange(100.0)})
    found = prim(x, x.kind == "rare", rules=Rules(min_mass=0.2))
    assert min(each.mass for each in found.steps) >= 0.2


NAN = float("nan")


@pytest.mark.parametrize(
    ("x", "happened", "weights", "match"),
    [
        (pd.DataFrame({"a": []}), [], None, r"at least one world .*got 0 rows.*A140"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), [1], None, r"named once \(got 1 rows, columns a, a\).*"),
        (
            pd.DataFrame({"a": [1.0, NAN]}),
            [0, 1],
            None,
            r"factor a must have a value.*got nan in row 1.*A141",
        ),
        (pd.DataFrame({"a": [1.0, np.inf]}), [0, 1], None, r"factor a must.*got inf in row 1.*A141"),
        (pd.DataFrame({"a": ["x", None]}), [0, 1], None, r"factor a must.*in row 1.*A141"),
        (pd.DataFrame({"a": [1.0, 2.0]}), [0, 1, 1], None, r"one value per world \(got shapes \(3,\).*A142"),
        (
            pd.DataFrame({"a": [1.0, 2.0]}),
            [0, 1.5],
            None,
            r"shares within 0 and 1 \(got 1.5 in row 1\).*A143",
        ),
        (
            pd.DataFrame({"a": [1.0, 2.0]}),
            [NAN, 1],
            None,
            r"shares within 0 and 1 \(got nan in row 0\).*A143",
        ),
        (pd.DataFrame({"a": [1.0, 2.0]}), [0, 1], [1, 0], r"weights must be .*got 0.0 in row 1.*A144"),
    ],
)
def test_tables_that_are_none_are_refused(x: pd.DataFrame, happened: Any, weights: Any, match: str) -> None:
    """One sentence names the rule, the value and its row."""
    with pytest.raises(DataError, match=match):
        prim(x, happened, weights=weights)


@pytest.mark.parametrize("settings", [{"alpha": 0.0}, {"alpha": 0.5}, {"min_mass": 1.0}, {"chance": NAN}])
def test_settings_out_of_range_are_refused(settings: dict[str, float]) -> None:
    """Alphas lie between 0 and 0.5, the rest between 0 and 1, both exclusive."""
    with pytest.raises(DataError, match=rf"{next(iter(settings))} must lie between 0 and .*A145"):
        Rules(**settings)


def test_a_limit_of_an_unknown_factor_is_refused() -> None:
    """A box of another table is not measured in silence."""
    worlds = read_worlds(cube(19, m=10, p=2), np.zeros(10))
    with pytest.raises(DataError, match=r"limits must name factors .*'z', the table has a, b.*A146"):
        worlds.measure({"z": (0.0, 1.0)})


def test_random_state_of_numpy_is_left_alone() -> None:
    """Finding a box does not touch the global generator."""
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    x = cube(20, m=100)
    prim_of(read_worlds(x, x.a < 0.5))
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002
