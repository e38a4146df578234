"""The points of a sweep: an ordered table of factor values, made from the unit cube.

Every design is a pure function of its file, its factors and its seed. A point also has a number of its
*luck*: runs of points with the same number draw the same random numbers.
"""

from __future__ import annotations

import csv
import itertools
import math
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario.errors import Problem, SpecError
from scenario.experiment.factors import Factor, Floats, Values, table_factors
from scenario.spec.files import within
from scenario.spec.scalars import NotFiniteError, resolve
from scenario.spec.scenario import Scenario
from scenario.spec.sweep import MAX_POINTS, DesignKind, Luck, SweepSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Design:
    """The points of a sweep.

    Parameters
    ----------
    kind
        How they were laid.
    factors
        What varies, in the order of the columns.
    values
        Path -> values of shape [M]: floats (NaN for "as declared") for a numeric factor, objects (None for
        "as declared") for a structural one.
    luck
        int64[M]: the number of each point's luck.
    part
        str[M]: what the point is in its design: A, B and AB:path in a Sobol' design, base, path:low and so on
        one at a time, "" elsewhere.
    """

    kind: DesignKind
    factors: tuple[Factor, ...]
    values: dict[str, Values]
    luck: np.ndarray[Any, np.dtype[np.int64]]
    part: tuple[str, ...]

    @property
    def n(self) -> int:
        """Return the number of points."""
        return len(self.luck)

    def table(self) -> pd.DataFrame:
        """Return the points as a table: point, luck, part, and one column per factor."""
        import pandas as pd

        columns: dict[str, Any] = {"point": np.arange(self.n), "luck": self.luck, "part": list(self.part)}
        return pd.DataFrame(columns | {factor.path: self.values[factor.path] for factor in self.factors})

    def unit(self) -> Floats:
        """Return the points as float64[M, D] for analysis: numbers as they are, categories by their place.

        "As declared" is NaN.
        """
        found = np.full((self.n, len(self.factors)), np.nan)
        for i, factor in enumerate(self.factors):
            values = self.values[factor.path]
            if factor.is_structural:
                found[:, i] = [math.nan if v is None else factor.values.index(v) for v in values.tolist()]
            else:
                found[:, i] = values
        return found


def design_of(spec: SweepSpec, factors: Sequence[Factor], scenario: Scenario, folder: Path) -> Design:
    """Return the points of a sweep.

    Parameters
    ----------
    spec
        The sweep.
    factors
        Its factors; those of a table design come from the table.
    scenario
        The scenario of the first policy.
    folder
        Where a table is looked for.

    Raises
    ------
    SpecError
        The design has more points than it may, or its table cannot be used.
    """
    kind = spec.design.kind
    if kind is DesignKind.TABLE:
        return _from_table(spec, scenario, folder)
    if kind is DesignKind.ONE_AT_A_TIME:
        return _one_at_a_time(spec, tuple(factors))
    refuse_too_many(_n_points(spec, len(factors)))
    unit, parts, luck = _LAID[kind](spec, factors)
    unit = _together(unit, spec, factors)
    values = {
        factor.path: factor.on_grid(unit[:, i]) if kind in _GRIDS else factor.at(unit[:, i])
        for i, factor in enumerate(factors)
    }
    values |= _shares(unit, factors)
    own = np.arange(len(unit)) if spec.luck is Luck.OWN else np.zeros(len(unit), dtype=np.int64)
    return Design(
        kind=kind,
        factors=tuple(factors),
        values=values,
        luck=np.asarray(own if luck is None else luck, dtype=np.int64),
        part=tuple(parts) if parts else ("",) * len(unit),
    )


# ---- places in the unit cube -------------------------------------------------------------------------

Laid = tuple[Floats, list[str], Values | None]


def _latin_hypercube(spec: SweepSpec, factors: Sequence[Factor]) -> Laid:
    """Lay a Latin hypercube: every factor has one point in each of M slices."""
    from scipy.stats import qmc

    sampler = qmc.LatinHypercube(len(factors), rng=np.random.default_rng(spec.seed))
    return np.asarray(sampler.random(spec.design.points)), [], None


def _sobol(spec: SweepSpec, factors: Sequence[Factor]) -> Laid:
    """Lay Saltelli's blocks over a scrambled Sobol' sequence: of every base row A, AB of each factor, and B.

    A and all AB of a row share their luck and B has its own, so that luck counts as one more input: then first order
    is right, and the total of a factor holds its interaction with luck.
    """
    from scipy.stats import qmc

    n, d = spec.design.points, len(factors)
    base = qmc.Sobol(2 * d, rng=np.random.default_rng(spec.seed)).random(n)
    a, b = base[:, :d], base[:, d:]
    rows = np.repeat(a[:, None, :], d + 2, axis=1)
    for i in range(d):
        rows[:, 1 + i, i] = b[:, i]
    rows[:, d + 1] = b
    names = ["A", *(f"AB:{factor.path}" for factor in factors), "B"]
    luck = np.repeat(2 * np.arange(n)[:, None], d + 2, axis=1)
    luck[:, d + 1] += 1
    return rows.reshape(-1, d), names * n, luck.reshape(-1)


def _morris(spec: SweepSpec, factors: Sequence[Factor]) -> Laid:
    """Lay Morris's trajectories on a grid; the points of a trajectory share their luck."""
    from SALib.sample import morris

    names = [factor.path for factor in factors]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    with _global_generator_kept():
        found = morris.sample(problem, spec.design.points, num_levels=spec.design.levels, seed=spec.seed)
    luck = np.repeat(np.arange(spec.design.points), len(names) + 1)
    steps = spec.design.levels - 1
    return np.rint(np.asarray(found) * steps) / steps, [], luck  # the library is off the grid by a last bit


@contextmanager
def _global_generator_kept() -> Iterator[None]:
    """Put NumPy's global generator back: the library seeds it."""
    state = np.random.get_state()  # noqa: NPY002  (this is what is kept from harm)
    try:
        yield
    finally:
        np.random.set_state(state)  # noqa: NPY002


def _full_factorial(spec: SweepSpec, factors: Sequence[Factor]) -> Laid:
    """Lay every combination of levels: the last factor changes fastest."""
    levels = [_levels(factor, spec.design.levels) for factor in factors]
    refuse_too_many(math.prod(map(len, levels)))
    return np.array(list(itertools.product(*levels))), [], None


def _levels(factor: Factor, n_asked: int) -> list[float]:
    """Return the places of a factor's levels: all categories, or evenly spread with both ends."""
    n = factor.n_levels or math.inf
    if factor.values or n <= (factor.levels or n_asked):
        return [(i + 0.5) / int(n) for i in range(int(n))]
    count = factor.levels or n_asked
    return [i / (count - 1) for i in range(count)]


_LAID: dict[DesignKind, Callable[[SweepSpec, Sequence[Factor]], Laid]] = {
    DesignKind.LATIN_HYPERCUBE: _latin_hypercube,
    DesignKind.SOBOL: _sobol,
    DesignKind.MORRIS: _morris,
    DesignKind.FULL_FACTORIAL: _full_factorial,
}


_GRIDS = (DesignKind.FULL_FACTORIAL, DesignKind.MORRIS)
"""Designs on a grid whose ends belong to it."""


def _n_points(spec: SweepSpec, n_factors: int) -> int:
    """Return the number of points that a design will have; a factorial counts its own."""
    each = {DesignKind.SOBOL: n_factors + 2, DesignKind.MORRIS: n_factors + 1, DesignKind.FULL_FACTORIAL: 0}
    return spec.design.points * each.get(spec.design.kind, 1)


def refuse_too_many(n: int) -> None:
    """Refuse a design that nobody could run."""
    if n > MAX_POINTS:
        rule, hint = f"a design must have at most {MAX_POINTS:,} points", "fewer levels, or a latin-hypercube"
        raise SpecError(Problem(rule=rule, got=f"{n:,}", path="design", hint=hint, code="E314"))


# ---- what goes together ------------------------------------------------------------------------------


def _together(unit: Floats, spec: SweepSpec, factors: Sequence[Factor]) -> Floats:
    """Reorder the columns so that they have the rank correlations asked for; every column keeps its values.

    Spearman's correlations come out within 1.3 / sqrt(points) of those asked for, half of the time within 0.5.
    Iman & Conover (1982), A distribution-free approach to inducing rank correlation among input variables.
    """
    if not spec.correlations:
        return unit
    from scipy.special import ndtri
    from scipy.stats import rankdata

    names = [factor.path for factor in factors]
    wanted = np.eye(len(names))
    for correlation in spec.correlations:
        i, j = (names.index(name) for name in correlation.between)
        wanted[i, j] = wanted[j, i] = 2.0 * math.sin(math.pi * correlation.rank / 6.0)
    try:
        target = np.linalg.cholesky(wanted)
    except np.linalg.LinAlgError:
        rule = "the correlations must be possible together (a positive definite matrix)"
        got = ", ".join(f"{'~'.join(c.between)} {c.rank:g}" for c in spec.correlations)
        raise SpecError(Problem(rule=rule, got=got, path="correlations", code="E315")) from None
    rng = np.random.default_rng([spec.seed, 1])
    scores = ndtri(np.arange(1, len(unit) + 1) / (len(unit) + 1))
    drawn = np.column_stack([rng.permutation(scores) for _ in names])
    have = np.linalg.cholesky(np.corrcoef(drawn, rowvar=False))
    mixed = drawn @ np.linalg.solve(have, np.eye(len(names))).T @ target.T
    places = rankdata(mixed, axis=0, method="ordinal").astype(np.int64) - 1
    return np.take_along_axis(np.sort(unit, axis=0), places, axis=0)


def _shares(unit: Floats, factors: Sequence[Factor]) -> dict[str, Values]:
    """Return the values of shares: of every group evenly spread over all that sum to one (a flat Dirichlet)."""
    found: dict[str, Values] = {}
    for group in dict.fromkeys(factor.group for factor in factors if factor.group):
        columns = [i for i, factor in enumerate(factors) if factor.group == group]
        waits = -np.log1p(-unit[:, columns])
        parts = waits / waits.sum(axis=1, keepdims=True)
        found |= {factors[i].path: parts[:, k] for k, i in enumerate(columns)}
    return found


# ---- designs that name their values ------------------------------------------------------------------


def _one_at_a_time(spec: SweepSpec, factors: tuple[Factor, ...]) -> Design:
    """Return the scenario as declared, and then each factor alone at its ends or at each of its values."""
    moves: list[tuple[int, Any, str]] = [(-1, None, "base")]
    for i, factor in enumerate(factors):
        if factor.values:
            moves += [(i, value, f"{factor.path}:{value}") for value in factor.values]
        elif factor.levels:
            u = np.array(_levels(factor, factor.levels))
            moves += [(i, value, f"{factor.path}:{value:g}") for value in factor.on_grid(u).tolist()]
        else:
            ends = factor.on_grid(np.array([0.0, 1.0])).tolist()
            moves += [
                (i, value, f"{factor.path}:{name}") for value, name in zip(ends, ("low", "high"), strict=True)
            ]
    values: dict[str, Values] = {
        factor.path: np.full(len(moves), None if factor.is_structural else np.nan) for factor in factors
    }
    for row, (i, value, _) in enumerate(moves):
        if i >= 0:
            values[factors[i].path][row] = value
    luck = np.arange(len(moves)) if spec.luck is Luck.OWN else np.zeros(len(moves), dtype=np.int64)
    parts = tuple(part for _, _, part in moves)
    return Design(kind=spec.design.kind, factors=factors, values=values, luck=luck, part=parts)


def _from_table(spec: SweepSpec, scenario: Scenario, folder: Path) -> Design:
    """Return the rows of a CSV file as points: a column per path; a blank cell is "as declared"."""
    columns = _read_table(spec.design.table or "", folder)
    factors = table_factors(columns, scenario)
    n = len(next(iter(columns.values())))
    values: dict[str, Values] = {
        factor.path: np.array(columns[factor.path], dtype=object)
        if factor.is_structural
        else np.array([math.nan if cell is None else cell for cell in columns[factor.path]], dtype=np.float64)
        for factor in factors
    }
    luck = np.arange(n) if spec.luck is Luck.OWN else np.zeros(n, dtype=np.int64)
    return Design(kind=spec.design.kind, factors=factors, values=values, luck=luck, part=("",) * n)


def _read_table(name: str, folder: Path) -> dict[str, list[Any]]:
    """Read a CSV file inside a folder: a header of paths, then one point per line."""
    path = within(folder, name)
    if path is None:
        raise _bad_table("design.table must be a CSV file in the folder of the sweep file or below", name)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            lines = [(reader.line_num, line) for line in reader if len(line) > 1 or "".join(line).strip()]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _bad_table("a table must be CSV in UTF-8", f"{name}: {error}") from None
    header = [cell.strip() for cell in lines[0][1]] if lines else []
    if not all(header) or len(set(header)) < len(header) or len(lines) < 2:
        rule = "a table must have a header of different paths, and a line below it"
        raise _bad_table(rule, f"{', '.join(header) or 'nothing'}, {max(len(lines) - 1, 0)} lines below")
    for number, line in lines:
        if len(line) != len(header):
            rule = f"a table must have as many cells in every line, {len(header)}"
            raise _bad_table(rule, f"{len(line)} in line {number} of {name}")
    refuse_too_many(len(lines) - 1)
    return {path: [_cell(line[i]) for _, line in lines[1:]] for i, path in enumerate(header)}


def _bad_table(rule: str, got: str) -> SpecError:
    """Return the error for a table that cannot be used."""
    return SpecError(Problem(rule=rule, got=got, path="design.table", code="E316"))


def _cell(text: str) -> Any:
    """Return a cell as a number, true, false, text, or None for a blank, by the rules of a scenario file."""
    word = text.strip()
    if not word:
        return None
    if word.lower() in ("true", "false"):  # in any case, as spreadsheets write them
        return word.lower() == "true"
    try:
        value = resolve(word)
    except NotFiniteError:
        return word
    return word if value is None else value
