"""The points of a sweep: how each design lays them, against counting, definitions, SALib and SciPy."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SALib.analyze.morris
import SALib.analyze.sobol
from scipy import stats

import scenario
from scenario.errors import SpecError
from scenario.experiment.design import Design, design_of
from scenario.experiment.factors import Factor, factors_of
from scenario.spec.sweep import Role, SweepSpec, sweep_of

MINIMAL = Path(__file__).resolve().parents[2] / "minimal.yaml"

X, Y, Z = "act.p_true", "act.p_planned", "act.p_other_class"
DAYS, GAP = "response.hold_days", "background.listings.gap_days"
LAWS = ("latin-hypercube", "sobol", "morris", "full-factorial", "one-at-a-time")

Lay = Callable[..., Design]


@pytest.fixture(scope="module")
def case() -> scenario.Scenario:
    """Return a small scenario."""
    return scenario.load(MINIMAL)


@pytest.fixture
def lay(case: scenario.Scenario, tmp_path: Path) -> Lay:
    """Return a function that lays the points of a design over some factors."""

    def _lay(kind: str, factors: dict[str, dict[str, Any]] | None = None, **more: Any) -> Design:
        design = {"kind": kind} | {key: more.pop(key) for key in ("points", "levels", "table") if key in more}
        spec = sweep_of(_data(design=design, factors=factors or {}, **more))
        return design_of(spec, factors_of(spec, case), case, tmp_path)

    return _lay


def _data(**more: Any) -> dict[str, Any]:
    """Return the data of a sweep."""
    return {"name": "test", "title": "T", "scenario": str(MINIMAL)} | more


def _u(design: Design, path: str, low: float, high: float) -> np.ndarray[Any, Any]:
    """Return the places in a range at which the values of a factor lie."""
    return np.asarray((design.values[path] - low) / (high - low))


UNIT = {"range": [0.0, 1.0]}


# ---- full factorial ----------------------------------------------------------------------------------


def test_a_full_factorial_holds_every_combination_once_the_last_factor_fastest(lay: Lay) -> None:
    """Levels of a range with both ends, all whole numbers of a short range, and all categories, in order."""
    factors = {
        X: {"range": [0.2, 0.9], "levels": 3},
        DAYS: {"integer": [1, 3]},
        "policy.demarche": {"values": [False, True]},
    }
    design = lay("full-factorial", factors, levels=5)
    expected = list(itertools.product([0.2, 0.55, 0.9], [1.0, 2.0, 3.0], [False, True]))
    assert list(zip(*(design.values[path].tolist() for path in factors), strict=True)) == expected
    assert design.table().columns.tolist() == ["point", "luck", "part", *factors]


@pytest.mark.parametrize(("low", "high"), [(0.1, 0.7), (0.3, 0.9), (1 / 3, 0.7), (0.0, 1.0), (0.05, 0.95)])
@pytest.mark.parametrize("kind", ["full-factorial", "morris", "one-at-a-time"])
def test_the_ends_of_a_range_are_met_to_the_last_bit(lay: Lay, kind: str, low: float, high: float) -> None:
    """A grid reaches both ends of a range exactly and never leaves it."""
    values = lay(kind, {X: {"range": [low, high]}, Y: UNIT}, levels=4).values[X]
    assert (np.nanmin(values), np.nanmax(values)) == (low, high)


def test_many_whole_numbers_are_thinned_out_evenly_with_both_ends(lay: Lay) -> None:
    """Four levels of 0 to 30 are 0, 10, 20 and 30."""
    assert lay("full-factorial", {DAYS: {"integer": [0, 30]}}).values[DAYS].tolist() == [0, 10, 20, 30]


def test_a_number_can_be_given_by_its_values(lay: Lay) -> None:
    """Listed numbers are all levels, as floats, in the order of the file."""
    values = lay("full-factorial", {DAYS: {"values": [14, 0, 7.5]}}, levels=2).values[DAYS]
    assert values.dtype == np.float64
    assert values.tolist() == [14.0, 0.0, 7.5]


@pytest.mark.parametrize("levels", [2, 3, 4, 21, 41])
def test_levels_of_an_own_distribution_rise_evenly_in_probability(lay: Lay, levels: int) -> None:
    """Levels of a beta lie at its quantiles from 5 % to 95 %, evenly spread."""
    found = lay("full-factorial", {X: {"own": True}}, levels=levels).values[X]
    expected = stats.beta(9, 5).ppf(np.linspace(0.05, 0.95, levels))
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("full-factorial", {"levels": 1000}),
        ("sobol", {"points": 2**21}),
        ("morris", {"points": 3_000_000}),
    ],
)
def test_a_design_that_nobody_could_run_is_refused_before_it_is_laid(
    lay: Lay, kind: str, more: dict[str, int]
) -> None:
    """More than ten million points are refused with their number, whatever the design makes of `points`."""
    with pytest.raises(SpecError, match=r"at most 10,000,000 points \(got [0-9,]{10,}\)"):
        lay(kind, {X: UNIT, Y: UNIT, Z: UNIT}, **more)


# ---- Latin hypercube ---------------------------------------------------------------------------------


@pytest.mark.parametrize("points", [1, 7, 250])
def test_a_latin_hypercube_has_one_point_in_every_slice(lay: Lay, points: int) -> None:
    """Cut into as many slices as there are points, every factor has one point in each."""
    design = lay(
        "latin-hypercube", {X: UNIT, Y: {"range": [0.25, 0.75]}, DAYS: {"range": [0, 8]}}, points=points
    )
    for path, low, high in ((X, 0, 1), (Y, 0.25, 0.75), (DAYS, 0, 8)):
        slices = np.floor(_u(design, path, low, high) * points).astype(int)
        assert sorted(slices.tolist()) == list(range(points))


def test_whole_numbers_are_equally_frequent_both_ends_too(lay: Lay) -> None:
    """310 points over 0 to 30 give each of the 31 numbers ten times."""
    values = lay("latin-hypercube", {DAYS: {"integer": [0, 30]}, X: UNIT}, points=310).values[DAYS]
    assert np.bincount(values.astype(int)).tolist() == [10] * 31


def test_categories_are_equally_frequent(lay: Lay) -> None:
    """Thirty points over three modes of a policy give each ten times."""
    modes = ["factual", "words-only", "silent"]
    values = lay("latin-hypercube", {"policy.mode": {"values": modes}, X: UNIT}, points=30).values[
        "policy.mode"
    ]
    assert sorted(values.tolist()) == sorted(modes * 10)


OWN = {
    X: stats.beta(9, 5),
    "act.shipped_days_before": stats.uniform(5, 15),
    "act.batch_size": stats.lognorm(np.log(80 / 20) / 2 / stats.norm.ppf(0.95), scale=40),
    "act.contract": stats.triang(1 / 3, 200, 300),
    "act.stock": stats.beta(1 + 4 / 3, 1 + 4 * 2 / 3, 500, 1500),
    "senders.us.will": stats.norm(0.5, 0.5),
}
"""Numbers of the small scenario with a distribution, as SciPy has it (a PERT is a beta with its mode a third up)."""


@pytest.mark.parametrize("path", OWN)
def test_an_own_factor_follows_the_distribution_of_the_scenario(lay: Lay, path: str) -> None:
    """The points of a Latin hypercube stay within a slice of SciPy's distribution (Kolmogorov's distance)."""
    values = lay("latin-hypercube", {path: {"own": True}, DAYS: {"range": [0, 9]}}, points=500).values[path]
    assert stats.kstest(values, OWN[path].cdf).statistic < 1 / 500 + 1 / 4001


def test_an_own_factor_takes_the_values_of_a_discrete_distribution_and_no_others(lay: Lay) -> None:
    """Of values 20 and 30 with weights 1 and 2, 300 points take 20 a hundred times and 30 the rest."""
    values = lay("latin-hypercube", {GAP: {"own": True}, X: UNIT}, points=300).values[GAP]
    found, counts = np.unique(values, return_counts=True)
    assert found.tolist() == [20.0, 30.0]
    assert abs(counts[0] - 100) <= 1


# ---- what goes together ------------------------------------------------------------------------------


@pytest.mark.parametrize("points", [20, 100, 1000])
@pytest.mark.parametrize("seed", range(5))
def test_rank_correlations_are_reached_and_no_margin_moves(lay: Lay, points: int, seed: int) -> None:
    """Spearman's correlations are those asked for within 1.3 / sqrt(points), and every slice keeps its point."""
    wanted = {(X, Y): 0.7, (Y, Z): -0.4, (X, Z): 0.0, (X, DAYS): 0.0}
    correlations = [{"between": list(pair), "rank": rank} for pair, rank in wanted.items() if rank]
    factors = {X: UNIT, Y: UNIT, Z: UNIT, DAYS: {"range": [0, 1]}}
    design = lay("latin-hypercube", factors, points=points, correlations=correlations, seed=seed)
    for path in factors:
        slices = np.floor(_u(design, path, 0, 1) * points).astype(int)
        assert sorted(slices.tolist()) == list(range(points))
    for (a, b), rank in wanted.items():
        found = stats.spearmanr(design.values[a], design.values[b]).statistic
        assert abs(found - rank) < 1.3 / np.sqrt(points), (a, b)


def test_correlations_that_cannot_be_together_are_refused(lay: Lay) -> None:
    """Two factors cannot both go with a third and against each other."""
    correlations = [
        {"between": [a, b], "rank": rank} for a, b, rank in ((X, Y, 0.9), (Y, Z, 0.9), (X, Z, -0.9))
    ]
    with pytest.raises(SpecError, match=r"possible together .*got act\.p_true~act\.p_planned 0\.9"):
        lay("latin-hypercube", {X: UNIT, Y: UNIT, Z: UNIT}, correlations=correlations)


def test_shares_sum_to_one_and_are_uniform_on_the_simplex(lay: Lay) -> None:
    """Three shares have the moments of Dirichlet(1, 1, 1): means 1/3, variances 1/18, covariances -1/36."""
    n = 20_000
    design = lay("latin-hypercube", {path: {"share": "pie"} for path in (X, Y, Z)}, points=n)
    shares = np.column_stack([design.values[path] for path in (X, Y, Z)])
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=0, atol=1e-15)
    assert shares.min() >= 0
    np.testing.assert_allclose(shares.mean(axis=0), 1 / 3, atol=5 / np.sqrt(18 * n))
    expected = np.full((3, 3), -1 / 36) + np.diag([3 / 36] * 3)
    np.testing.assert_allclose(np.cov(shares.T), expected, atol=5 * 0.1 / np.sqrt(n))
    for i in range(3):  # the margin of Dirichlet(1, 1, 1), and of two shares among themselves
        assert stats.kstest(shares[:, i], stats.beta(1, 2).cdf).pvalue > 1e-6
    assert stats.kstest(shares[:, 0] / (shares[:, 0] + shares[:, 1]), "uniform").pvalue > 1e-6


def test_two_groups_of_shares_each_sum_to_one_beside_other_factors(lay: Lay) -> None:
    """Groups know nothing of each other, and a factor outside keeps its slices."""
    pies = {X: "a", Y: "a", Z: "b", "response.p_execute": "b"}
    factors = {path: {"share": group} for path, group in pies.items()} | {DAYS: {"range": [0, 1]}}
    design = lay("latin-hypercube", factors, points=100)
    v = design.values
    np.testing.assert_allclose(v[X] + v[Y], 1, rtol=0, atol=1e-15)
    np.testing.assert_allclose(v[Z] + v["response.p_execute"], 1, rtol=0, atol=1e-15)
    assert sorted(np.floor(v[DAYS] * 100).astype(int).tolist()) == list(range(100))
    assert stats.kstest(v[X], "uniform").pvalue > 1e-6


# ---- Sobol' ------------------------------------------------------------------------------------------


def _problem(n: int) -> dict[str, Any]:
    """Return a problem of SALib in the unit cube."""
    names = [X, Y, Z][:n]
    return {"num_vars": n, "names": names, "bounds": [[0, 1]] * n}


def test_a_sobol_design_holds_saltelli_s_blocks(lay: Lay) -> None:
    """Of every base row come A, A with one column of B for each factor, and B, in the order of the factors."""
    design = lay("sobol", {X: UNIT, Y: UNIT, Z: UNIT}, points=8)
    rows = np.column_stack([design.values[path] for path in (X, Y, Z)]).reshape(8, 5, 3)
    a, b = rows[:, 0], rows[:, 4]
    for i in range(3):
        expected = a.copy()
        expected[:, i] = b[:, i]
        np.testing.assert_array_equal(rows[:, 1 + i], expected)
    assert design.part == ("A", f"AB:{X}", f"AB:{Y}", f"AB:{Z}", "B") * 8
    assert len(np.unique(a)) == 24
    assert not np.isin(a, b).any()


def test_a_sobol_sequence_fills_every_elementary_interval(lay: Lay) -> None:
    """The first 16 points of A and of B have one point in each sixteenth of every factor, as a (t, m, s) net has."""
    design = lay("sobol", {X: UNIT, Y: UNIT}, points=16)
    for part in ("A", "B"):
        chosen = np.array(design.part) == part
        for path in (X, Y):
            assert sorted(np.floor(design.values[path][chosen] * 16).astype(int).tolist()) == list(range(16))


def test_a_and_ab_share_their_luck_and_b_has_its_own(lay: Lay) -> None:
    """Luck 2i is that of row i of A and its AB, luck 2i + 1 that of row i of B."""
    design = lay("sobol", {X: UNIT, Y: UNIT}, points=4)
    assert design.luck.tolist() == [0, 0, 0, 1, 2, 2, 2, 3, 4, 4, 4, 5, 6, 6, 6, 7]


def test_salib_reads_the_indices_of_a_linear_model_off_the_design(lay: Lay) -> None:
    """Of 2x + y + 0z the first-order indices are 4/5, 1/5 and 0, in SALib's reading of the rows."""
    design = lay("sobol", {X: UNIT, Y: UNIT, Z: UNIT}, points=512)
    found = SALib.analyze.sobol.analyze(
        _problem(3), 2 * design.values[X] + design.values[Y], calc_second_order=False, num_resamples=2, seed=0
    )
    np.testing.assert_allclose(found["S1"], [0.8, 0.2, 0.0], atol=0.01)
    np.testing.assert_allclose(found["ST"], [0.8, 0.2, 0.0], atol=0.01)


# ---- Morris ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("levels", [2, 4, 10])
def test_every_step_of_a_trajectory_moves_one_factor_by_morris_s_delta(lay: Lay, levels: int) -> None:
    """Each of D steps moves another factor by p / (2 (p - 1)) on the grid of p levels; all share their luck."""
    design = lay("morris", {X: UNIT, Y: UNIT, Z: UNIT}, points=20, levels=levels)
    rows = np.column_stack([design.values[path] for path in (X, Y, Z)]).reshape(20, 4, 3)
    steps = np.diff(rows, axis=1)
    assert ((steps != 0).sum(axis=2) == 1).all()
    assert ((steps != 0).sum(axis=1) == 1).all()
    np.testing.assert_allclose(np.abs(steps[steps != 0]), levels / (2 * (levels - 1)), rtol=1e-12)
    grid = np.arange(levels) / (levels - 1)
    assert np.isin(rows, grid).all()
    assert design.luck.tolist() == np.repeat(np.arange(20), 4).tolist()


@pytest.mark.parametrize("levels", [2, 4, 6, 10])
@pytest.mark.parametrize("n_values", [2, 3, 5, 8])
def test_a_step_of_a_trajectory_moves_categories_too(lay: Lay, levels: int, n_values: int) -> None:
    """However many categories a factor has, no step leaves it where it is."""
    factors = {DAYS: {"values": list(range(n_values))}, X: UNIT}
    values = lay("morris", factors, points=50, levels=levels).values[DAYS].reshape(50, 3)
    assert (np.diff(values, axis=1) != 0).sum(axis=1).tolist() == [1] * 50


def test_salib_reads_the_effects_of_a_linear_model_off_the_design(lay: Lay) -> None:
    """Of 2x - 3y + 0z every elementary effect is the slope."""
    design = lay("morris", {X: UNIT, Y: UNIT, Z: UNIT}, points=10)
    rows = np.column_stack([design.values[path] for path in (X, Y, Z)])
    found = SALib.analyze.morris.analyze(
        _problem(3), rows, 2 * rows[:, 0] - 3 * rows[:, 1], num_levels=4, num_resamples=2, seed=0
    )
    np.testing.assert_allclose(np.asarray(found["mu"], dtype=float), [2, -3, 0], atol=1e-12)
    np.testing.assert_allclose(np.asarray(found["sigma"], dtype=float), 0, atol=1e-12)


# ---- one at a time -----------------------------------------------------------------------------------


def test_one_at_a_time_moves_each_factor_alone_from_the_scenario_as_declared(lay: Lay) -> None:
    """First everything as declared, then each factor at both ends, at its levels, or at its values."""
    factors = {
        X: {"range": [0.2, 0.9]},
        DAYS: {"integer": [0, 2], "levels": 9},
        Y: {"range": [0, 1], "levels": 3},
        "policy.mode": {"values": ["factual", "silent"]},
    }
    design = lay("one-at-a-time", factors)
    expected = [
        ("base", None),
        (f"{X}:low", 0.2),
        (f"{X}:high", 0.9),
        (f"{DAYS}:0", 0.0),
        (f"{DAYS}:1", 1.0),
        (f"{DAYS}:2", 2.0),
        (f"{Y}:0", 0.0),
        (f"{Y}:0.5", 0.5),
        (f"{Y}:1", 1.0),
        ("policy.mode:factual", "factual"),
        ("policy.mode:silent", "silent"),
    ]
    moved = [
        [value for path in factors if (value := design.values[path][row]) is not None and value == value]
        for row in range(design.n)
    ]
    assert list(design.part) == [part for part, _ in expected]
    assert moved == [[] if value is None else [value] for _, value in expected]
    assert not design.luck.any()


def test_one_at_a_time_an_own_factor_goes_from_its_5_to_its_95_percent_point(lay: Lay) -> None:
    """The ends of a beta are its quantiles, as SciPy has them."""
    values = lay("one-at-a-time", {X: {"own": True}}).values[X]
    assert np.isnan(values[0])
    np.testing.assert_allclose(values[1:], stats.beta(9, 5).ppf([0.05, 0.95]), atol=1e-6)


# ---- a table -----------------------------------------------------------------------------------------


def _table(lay: Lay, folder: Path, content: str | bytes, name: str = "points.csv") -> Design:
    """Lay the points of a CSV file."""
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return lay("table", table=name)


def test_a_table_gives_points_as_they_stand(lay: Lay, tmp_path: Path) -> None:
    """Numbers, true and false in any case, whole numbers and texts are read as such; a blank is as declared."""
    rows = f"{X}, policy.demarche ,senders.us.corroboration,policy.mode\n"
    rows += '0.5,true,2,silent\n1e-1, FALSE ,1,\n\n,,,\n"0.25",True,,factual\n'
    design = _table(lay, tmp_path, rows)
    np.testing.assert_array_equal(design.values[X], [0.5, 0.1, np.nan, 0.25])
    assert design.values["policy.demarche"].tolist() == [True, False, None, True]
    assert [type(v) for v in design.values["senders.us.corroboration"]] == [int, int, type(None), type(None)]
    assert design.values["policy.mode"].tolist() == ["silent", None, None, "factual"]
    assert [factor.is_structural for factor in design.factors] == [False, True, True, True]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_table_may_come_from_any_spreadsheet(lay: Lay, tmp_path: Path, end: str, mark: str) -> None:
    """A byte order mark, any line end and no line end at all make no difference."""
    design = _table(lay, tmp_path, mark + end.join([X, "0.25", "0.75"]))
    assert design.values[X].tolist() == [0.25, 0.75]


HOSTILE = [
    ("", r"a header of different paths, and a line below it \(got nothing, 0 lines below\)"),
    ("\n \n\n", r"got nothing, 0 lines below"),
    (X + "\n", r"got act\.p_true, 0 lines below"),
    (f"{X},{Y}\n0.1,0.2\n\n0.3\n", r"as many cells in every line, 2 \(got 1 in line 4 of points\.csv\)"),
    (f"{X},{Y}\n0.1,0.2,0.3\n", r"got 3 in line 2"),
    (f"{X},{X}\n0.1,0.2\n", r"header of different paths.*got act\.p_true, act\.p_true"),
    (f"{X}, {X} \n0.1,0.2\n", r"header of different paths"),
    (f"{X},\n0.1,0.2\n", r"header of different paths"),
    (f"{X},{Y}\n0.1,\n0.2,\n", r"the column act\.p_planned must hold a value.*got blanks"),
    (f"{X}\n0.1\nnan\n", r"the column act\.p_true must hold numbers \(got nan\)"),
    (f"{X}\nNaN\n0.5\n", r"must hold numbers \(got NaN\)"),
    (f"{X}\n.nan\n0.5\n", r"must hold numbers \(got \.nan\)"),
    (f"{X}\n-inf\n0.5\n", r"must hold numbers \(got -inf\)"),
    (f"{X}\nInfinity\n", r"must hold numbers \(got Infinity\)"),
    (f"{X}\n1e999\n", r"must hold numbers \(got 1e999\)"),
    (f"{X}\n1_0\n", r"must hold numbers \(got 1_0\)"),
    (f"{X}\nnull\n", r"must hold numbers \(got null\)"),
    (f"{X}\ntrue\n", r"must hold numbers \(got True\)"),
    (f'{X}\n"0,5"\n', r"must hold numbers \(got 0,5\)"),
    (f"{X}\n-0.1\n0.5\n", r"must lie within 0 to 1 probability \(got -0\.1 to 0\.5\)"),
    (f"{X},{X}.x\n0.1,\n", r"column act\.p_true\.x must hold a value"),
    ("senders.us.corroboration\n1\n1.0\n", r"write each in one way \(got \['1', '1\.0'\]\)"),
    ("policy.demarche\n1\ntrue\n", r"write each in one way \(got \['1', 'True'\]\)"),
    (f'{X}\n"0.5\n', r"must be CSV in UTF-8 \(got points\.csv: unexpected end of data\)"),
    (X.encode() + b"\n0.5\xff\n", r"must be CSV in UTF-8 \(got points\.csv: .utf-8. codec"),
    (b"\xff\xfe" + X.encode("utf-16-le"), r"must be CSV in UTF-8"),
    (f"{X}\n{'9' * 200_000}\n", r"must be CSV in UTF-8 \(got points\.csv: field larger than field limit"),
    (f"{X}\n{'9' * 1000}\n", r"must hold numbers"),
]


@pytest.mark.parametrize(("content", "rule"), HOSTILE)
def test_a_table_that_is_not_sound_is_refused(
    lay: Lay, tmp_path: Path, content: str | bytes, rule: str
) -> None:
    """Whatever stands in the file, it is read as points or refused with a sentence."""
    with pytest.raises(SpecError, match=rule) as caught:
        _table(lay, tmp_path, content)
    assert {problem.path for problem in caught.value.problems} == {"design.table"}


def test_two_columns_of_a_table_that_move_one_number_are_refused(lay: Lay, tmp_path: Path) -> None:
    """A place under `defaults` and a sender that inherits from it cannot both have a column."""
    with pytest.raises(
        SpecError, match=r"must not move a number that factors\.defaults\.sender\.awareness moves"
    ):
        _table(lay, tmp_path, "defaults.sender.awareness,senders.us.awareness\n0.5,0.6\n")


@pytest.mark.parametrize(
    "name", ["../points.csv", "/etc/hostname", "missing.csv", ".", "a\0b.csv", "inner/../../points.csv"]
)
def test_a_table_outside_the_folder_is_refused(lay: Lay, tmp_path: Path, name: str) -> None:
    """No way leads out of the folder of the sweep file."""
    (tmp_path.parent / "points.csv").write_text(f"{X}\n0.5\n", encoding="utf-8")
    with pytest.raises(SpecError, match=r"must be a CSV file in the folder of the sweep file or below \(got"):
        lay("table", table=name)


def test_a_link_out_of_the_folder_is_refused(lay: Lay, tmp_path: Path) -> None:
    """A link is followed before it is judged where the table lies."""
    folder = tmp_path / "inner"
    folder.mkdir()
    (tmp_path.parent / "far.csv").write_text(f"{X}\n0.5\n", encoding="utf-8")
    (tmp_path / "near.csv").symlink_to(tmp_path.parent / "far.csv")
    with pytest.raises(SpecError, match=r"must be a CSV file in the folder"):
        lay("table", table="near.csv")


# ---- every design ------------------------------------------------------------------------------------

MIXED: dict[str, dict[str, Any]] = {
    X: {"range": [0.2, 0.9]},
    "act.stock": {"own": True},
    DAYS: {"integer": [0, 5]},
    "policy.demarche": {"values": [False, True]},
}


@pytest.mark.parametrize("kind", LAWS)
def test_the_same_seed_gives_the_same_points(lay: Lay, kind: str) -> None:
    """A design is a function of its file and seed; zero and a seed of 63 bits are seeds like others."""
    for seed in (0, 1, 2**63 - 1):
        first, second = (lay(kind, MIXED, points=16, seed=seed).table() for _ in range(2))
        assert first.equals(second)


@pytest.mark.parametrize("kind", ["latin-hypercube", "sobol", "morris"])
def test_another_seed_gives_other_points(lay: Lay, kind: str) -> None:
    """Seeds 0 and 1 lay the points of a random design elsewhere."""
    first, second = (lay(kind, MIXED, points=16, seed=seed).values[X] for seed in (0, 1))
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("kind", LAWS)
def test_laying_points_leaves_numpy_s_global_generator_alone(lay: Lay, kind: str) -> None:
    """The global generator gives the same numbers as if no design had been laid."""
    np.random.seed(7)  # noqa: NPY002  (what is watched)
    expected = np.random.random(3)  # noqa: NPY002
    np.random.seed(7)  # noqa: NPY002
    correlations = [{"between": [X, DAYS], "rank": 0.5}] if kind == "latin-hypercube" else []
    lay(kind, MIXED, points=32, correlations=correlations)
    np.testing.assert_array_equal(np.random.random(3), expected)  # noqa: NPY002


@pytest.mark.parametrize("kind", ["latin-hypercube", "full-factorial", "one-at-a-time"])
def test_all_points_share_their_luck_unless_each_is_to_have_its_own(lay: Lay, kind: str) -> None:
    """Luck is number 0 at every point, or the number of the point."""
    common, own = (lay(kind, MIXED, points=8, luck=luck) for luck in ("common", "own"))
    assert not common.luck.any()
    assert own.luck.tolist() == list(range(own.n))


def test_for_analysis_categories_are_numbered_and_as_declared_is_nan(lay: Lay) -> None:
    """A setting becomes its place among the values; a listed number stays what it is."""
    factors = {"policy.mode": {"values": ["silent", "factual"]}, DAYS: {"values": [14, 7]}}
    unit = lay("one-at-a-time", factors).unit()
    nan = np.nan
    np.testing.assert_array_equal(unit, [[nan, nan], [0, nan], [1, nan], [nan, 14], [nan, 7]])


@pytest.mark.parametrize("u", [0.0, 0.25, 0.5, 1.0])
def test_a_factor_reaches_both_ends_of_its_range(u: float) -> None:
    """The value at place u of the range -3 to 5 is -3 + 8u."""
    factor = Factor(
        path="x",
        title="x",
        role=Role.LEVER,
        kind="range",
        paths=("x",),
        low=-3.0,
        high=5.0,
        quantiles=np.zeros(0),
    )
    assert factor.at(np.array([u])).tolist() == [-3 + 8 * u]
    assert factor.n_levels is None


def test_specs_of_these_tests_are_checked() -> None:
    """What the tests lay went through the same door as a user's file."""
    assert isinstance(sweep_of(_data(design={"kind": "sobol"}, factors={X: UNIT})), SweepSpec)
