"""What a sweep will run: experiments in order, the scenario behind each, chunks, and what identifies it all."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario.errors import Problem, SpecError
from scenario.experiment.design import Design, design_of, refuse_too_many
from scenario.experiment.factors import Factor, factors_of, moved
from scenario.spec.canonical import sha256
from scenario.spec.files import find, find_sweep, read
from scenario.spec.load import load
from scenario.spec.names import did_you_mean
from scenario.spec.outcomes import OF_TWINS, Outcome, outcomes_of
from scenario.spec.scenario import Scenario
from scenario.spec.sweep import Keep, SweepSpec, check_together, located, sweep_from

if TYPE_CHECKING:
    import pandas as pd

CHUNK_RUNS = {Keep.ROWS: 4000, Keep.SUMMARY: 10_000}
"""Runs of a chunk, where a sweep has enough for eight chunks: large beside what it costs to write one durably."""

LEAST_RUNS = 1000
"""Runs of a chunk in any case: some 80 ms of work."""

MAX_CHUNKS = 2000
"""Chunks of a sweep, so that a folder stays readable."""

BLOCK_RUNS = 4000
"""Runs whose numbers lie in memory at once; sums over replications are taken block by block."""

_PACKAGE = Path(__file__).resolve().parents[1]
_MODEL = ("draws", "evidence", "engine", "engine/reference", "engine/compiled")
_SWEEP = ("factors", "sweep_chunk", "sweep_table")
"""Folders whose sources decide what a run gives, and files that decide what a sweep makes of it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """A sweep ready to run.

    Parameters
    ----------
    spec, design
        What the file says, and its points.
    scenarios
        The scenarios that experiments run: one per policy and setting of the structural factors.
    group
        int64[X]: which of `scenarios` each experiment runs. Experiments are policies x points, points fastest.
    declared
        Name -> declaration of the outcomes that are kept.
    per_chunk
        Experiments of a chunk.
    """

    spec: SweepSpec
    design: Design
    scenarios: tuple[Scenario, ...]
    group: np.ndarray[Any, np.dtype[np.int64]]
    declared: Mapping[str, Outcome]
    per_chunk: int

    @property
    def n(self) -> int:
        """Return the number of experiments."""
        return len(self.group)

    @property
    def n_runs(self) -> int:
        """Return the number of runs."""
        return self.n * self.spec.replications

    @property
    def n_chunks(self) -> int:
        """Return the number of chunks."""
        return -(-self.n // self.per_chunk)

    def span(self, index: int) -> tuple[int, int]:
        """Return the experiments [first, stop) of a chunk."""
        return index * self.per_chunk, min((index + 1) * self.per_chunk, self.n)

    def points(self, first: int, stop: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the points of the experiments first <= e < stop."""
        return np.arange(first, stop) % self.design.n

    def experiments(self) -> pd.DataFrame:
        """Return the table of experiments: experiment, policy, point, luck, part, and one column per factor."""
        import pandas as pd

        points = self.design.table()
        table = pd.concat([points] * len(self.spec.policies), ignore_index=True)
        policies = [name for name in self.spec.policies for _ in range(self.design.n)]
        table.insert(0, "policy", policies)
        table.insert(0, "experiment", np.arange(self.n))
        for factor in self.design.factors:
            if factor.is_structural:
                table[factor.path] = [None if v is None else str(v) for v in table[factor.path]]
        return table

    @cached_property
    def identity(self) -> dict[str, Any]:
        """Return what decides the rows of the sweep, as plain data: two sweeps with the same one have the same rows."""
        spec = self.spec
        points = {path: _plain(values) for path, values in self.design.values.items()}
        return {
            "scenarios": [
                sha256({"hash": scenario.hash, "inherited": dict(scenario.declared_at)})
                for scenario in self.scenarios
            ],
            "policies": {
                name: policy.model_dump(mode="json", exclude={"title"})
                for name, policy in spec.policies.items()
            },
            "design": sha256(
                {"values": points, "luck": self.design.luck.tolist(), "group": self.group.tolist()}
            ),
            "points": self.design.n,
            "levels": spec.design.levels,
            "replications": spec.replications,
            "seed": spec.seed,
            "others": spec.others.value,
            "keep": spec.keep.value,
            "twins": spec.twins,
            "outcomes": list(self.declared),
            "model": model_digest(),
            "experiments_per_chunk": self.per_chunk,
            "about": self.about,
        }

    @cached_property
    def about(self) -> dict[str, Any]:
        """Return what a reader of the rows must know, as plain data: titles, units, kinds, and where they come from."""
        first = self.scenarios[0].spec
        return {
            "title": self.spec.title,
            "question": self.spec.question,
            "scenario": first.name,
            "place": first.title,
            "as_of": first.as_of.isoformat(),
            "horizon_days": first.horizon_days,
            "kind": self.design.kind.value,
            "policies": {name: policy.title or name for name, policy in self.spec.policies.items()},
            "factors": {factor.path: factor.about() for factor in self.design.factors},
            "outcomes": {
                name: {"kind": outcome.kind, "unit": outcome.unit, "meaning": outcome.meaning}
                for name, outcome in self.declared.items()
            },
        }


def plan_of(
    sweep: str | Path | SweepSpec,
    *,
    folder: Path | None = None,
    chunk_runs: int | None = None,
    keep: str | None = None,
) -> Plan:
    """Return what a sweep will run, checked as a whole.

    Parameters
    ----------
    sweep
        A sweep file, the name of a shipped one, or a checked `SweepSpec`.
    folder
        Where other files are looked for; the file's own by default.
    chunk_runs
        Runs of a chunk at least, >= 1; by default as many as suit what is kept. The rows do not depend on it.
    keep
        "rows" or "summary", in place of what the sweep says.

    Raises
    ------
    SpecError, DataError
        With everything that is wrong with the file, its scenarios, factors and policies.
    """
    if isinstance(sweep, SweepSpec):
        check_together(sweep)
        return _plan(_keeping(sweep, keep), folder or Path(), chunk_runs)
    file = find_sweep(sweep)
    document = read(file)
    try:
        return _plan(_keeping(sweep_from(document), keep), folder or file.parent, chunk_runs)
    except SpecError as error:
        raise SpecError(located(error.problems, document)) from None


def _keeping(spec: SweepSpec, keep: str | None) -> SweepSpec:
    """Return a sweep that keeps what is asked for; as it stands where nothing is."""
    if keep is None:
        return spec
    if keep not in list(Keep):
        rule = f"keep must be one of {', '.join(Keep)}"
        raise SpecError(Problem(rule=rule, got=keep, hint=did_you_mean(keep, Keep), code="E308"))
    return spec.model_copy(update={"keep": Keep(keep)})


def _plan(spec: SweepSpec, home: Path, chunk_runs: int | None) -> Plan:
    """Return what a checked sweep will run."""
    case = _case(spec.scenario, home)
    base = _policies(spec, case, {})
    first = next(iter(base.values()))
    design = design_of(spec, factors_of(spec, first), first, home)
    refuse_too_many(design.n * len(base))
    _check_ends(spec, case, design, base)
    scenarios, group = _scenarios(spec, case, design, base)
    some = len(group) * spec.replications // 8
    runs = chunk_runs or max(min(CHUNK_RUNS[spec.keep], some), LEAST_RUNS)
    return Plan(
        spec=spec,
        design=design,
        scenarios=scenarios,
        group=group,
        declared=_declared(spec, scenarios),
        per_chunk=max(1, -(-runs // spec.replications), -(-len(group) // MAX_CHUNKS)),
    )


def model_digest() -> str:
    """Return a digest of the sources that decide what a sweep gives, of both engines."""
    found = hashlib.sha256()
    files = [path for folder in _MODEL for path in sorted((_PACKAGE / folder).glob("*.py"))]
    for path in [*files, *(_PACKAGE / "experiment" / f"{name}.py" for name in _SWEEP)]:
        content = path.read_bytes()
        found.update(f"{path.relative_to(_PACKAGE).as_posix()}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


# ---- scenarios ---------------------------------------------------------------------------------------


def _case(name: str, folder: Path) -> Path:
    """Return the scenario file: beside the sweep, or shipped."""
    beside = folder / name
    is_beside = beside.is_file() and beside.resolve().is_relative_to(folder.resolve())
    return beside if is_beside else find(name)


def _policies(spec: SweepSpec, case: Path, settings: Mapping[str, Any]) -> dict[str, Scenario]:
    """Return the scenario of every policy, with some settings on top."""
    return {name: _policy(spec, case, name, settings) for name in spec.policies}


def _policy(spec: SweepSpec, case: Path, name: str, settings: Mapping[str, Any]) -> Scenario:
    """Return the scenario of one policy; what is wrong with a setting is told of the sweep file."""
    policy = spec.policies[name]
    layers = {"set": spec.set, f"policies.{name}.set": policy.set, "factors": settings}
    given: dict[str, Any] = {}
    for layer in layers.values():  # what comes last is applied last, even where an earlier layer names it too
        given = {path: value for path, value in given.items() if path not in layer} | dict(layer)
    try:
        return load(case, variant=policy.variant or spec.variant, overrides=given)
    except SpecError as error:
        raise SpecError([_told_of(one, layers, name) for one in error.problems]) from None


def _told_of(one: Problem, layers: Mapping[str, Mapping[str, Any]], policy: str) -> Problem:
    """Return a problem of a scenario with its place in the sweep file, where a setting of that is behind it."""
    for where, layer in reversed(list(layers.items())):
        for path in layer:
            if one.path == path or (one.line == 0 and f"{one.path}.".startswith(f"{path}.")):
                return replace(one, file="", line=0, path=f"{where}.{path}")
    if one.code == "E144":  # no such variant
        return replace(one, file="", line=0, path=f"policies.{policy}.variant")
    return one


def _scenarios(
    spec: SweepSpec, case: Path, design: Design, base: Mapping[str, Scenario]
) -> tuple[tuple[Scenario, ...], np.ndarray[Any, np.dtype[np.int64]]]:
    """Return the scenarios of all experiments, each once, and which of them each experiment runs."""
    structural = [factor for factor in design.factors if factor.is_structural]
    columns = [design.values[factor.path].tolist() for factor in structural]
    settings = list(zip(*columns, strict=True)) if columns else [()] * design.n
    distinct = list(dict.fromkeys(settings))
    place = {setting: i for i, setting in enumerate(distinct)}
    by_setting = []
    for setting in distinct:
        given = {f.path: v for f, v in zip(structural, setting, strict=True) if v is not None}
        by_setting.append(_policies(spec, case, given) if given else base)
        _refuse_moved(design, base, by_setting[-1], given)
    scenarios = [by_setting[i][name] for name in spec.policies for i in range(len(distinct))]
    of_point = np.array([place[setting] for setting in settings], dtype=np.int64)
    group = np.concatenate([p * len(distinct) + of_point for p in range(len(spec.policies))])
    return tuple(scenarios), group


def _refuse_moved(
    design: Design, base: Mapping[str, Scenario], found: Mapping[str, Scenario], given: Mapping[str, Any]
) -> None:
    """Refuse settings that change a number which a factor moves: the factor would hide what they do."""
    for name, before in base.items():
        after = found[name]
        for factor in design.factors:
            numbers = (path for path in factor.paths if before.flat.get(path) != after.flat.get(path))
            changed = next(numbers, None) if after is not before else None
            if changed is not None:
                rule = f"factors.{factor.path} must not move a number that another factor sets"
                got = f"{changed} by {', '.join(given)}"
                raise SpecError(Problem(rule=rule, got=got, path=f"factors.{factor.path}", code="E311"))


def _check_ends(spec: SweepSpec, case: Path, design: Design, base: Mapping[str, Scenario]) -> None:
    """Refuse a number that some policy does not have, and ends of a range that its scenario cannot hold.

    A factor that follows the scenario's own distribution goes nowhere that the scenario does not go by itself.
    """
    for name, scenario in base.items():
        for factor in design.factors:
            if factor.is_structural:
                continue
            if not moved(scenario, factor):
                rule = f"factors.{factor.path} must be a number of policy {name} too"
                raise SpecError(Problem(rule=rule, got="none", path=f"factors.{factor.path}", code="E317"))
            if factor.kind not in ("own", "share"):
                _check_end(spec, case, name, factor, factor.low)
                _check_end(spec, case, name, factor, factor.high)


def _check_end(spec: SweepSpec, case: Path, name: str, factor: Factor, value: float) -> None:
    """Refuse an end of a range that the scenario of a policy cannot hold."""
    try:
        _policy(spec, case, name, {factor.path: value})
    except SpecError as error:
        told = error.problems[0]
        rule = f"factors.{factor.path} must leave policy {name} a scenario that holds: {told.rule}"
        got, path = f"{told.got} with {factor.path} at {value:g}", f"factors.{factor.path}"
        raise SpecError(Problem(rule=rule, got=got, path=path, hint=told.hint, code="E317")) from None


def _declared(spec: SweepSpec, scenarios: tuple[Scenario, ...]) -> dict[str, Outcome]:
    """Return the outcomes that are kept; every scenario has them."""
    declared = outcomes_of(scenarios[0].spec, twins=spec.twins)
    for scenario in scenarios[1:]:
        other = outcomes_of(scenario.spec, twins=spec.twins)
        declared = {name: outcome for name, outcome in declared.items() if name in other}
    unknown = [name for name in spec.outcomes if name not in declared]
    if unknown:
        rule, hint = "outcomes must be those of the scenario", did_you_mean(unknown[0], declared)
        if unknown[0] in OF_TWINS:
            hint = "`twins: true` runs what it is measured against"
        raise SpecError(Problem(rule=rule, got=unknown[0], path="outcomes", hint=hint, code="E318"))
    if spec.twins and spec.outcomes and set(spec.outcomes).isdisjoint(OF_TWINS):
        rule = "twins must be run for an outcome that is kept"
        hint = f"list {', '.join(OF_TWINS)} among `outcomes` too, or take `twins` away"
        got = f"outcomes {', '.join(spec.outcomes)}"
        raise SpecError(Problem(rule=rule, got=got, path="twins", hint=hint, code="E334"))
    return {name: declared[name] for name in spec.outcomes} if spec.outcomes else dict(declared)


def _plain(values: np.ndarray[Any, Any]) -> list[Any]:
    """Return a column as plain data; numbers by their bits, so that NaN has a place."""
    if values.dtype == object:
        return [None if value is None else repr(value) for value in values.tolist()]
    return [float(value).hex() for value in values.tolist()]


# ---- memory ------------------------------------------------------------------------------------------

_BASE_BYTES, _SCENARIO_BYTES = 320 * 2**20, 2**20
"""What the program itself takes with the compiled engine loaded, and a scenario ready to run."""


def memory_bytes(plan: Plan, workers: int) -> int:
    """Return about how much memory a sweep takes at most: the program, the design, and what runs at once."""
    runs = min(BLOCK_RUNS, plan.per_chunk * plan.spec.replications)
    rows = plan.per_chunk * (plan.spec.replications if plan.spec.keep is Keep.ROWS else 5)
    n_outcomes = len(outcomes_of(plan.scenarios[0].spec, twins=True))  # an engine fills all of them
    a_block = 8 * runs * (2 * len(plan.scenarios[0].numbers) + n_outcomes + len(plan.declared))
    a_chunk = a_block + 4 * 8 * rows * (len(plan.declared) + 2)
    a_design = 8 * plan.n * (len(plan.design.factors) + 6) * 4
    a_scenario = _SCENARIO_BYTES + 8 * runs * len(
        plan.scenarios[0].numbers
    )  # with its numbers, kept for all points
    return _BASE_BYTES + a_design + len(plan.scenarios) * a_scenario + (workers + 1) * a_chunk
