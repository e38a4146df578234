"""The sweep file: what is varied, how, and how often each point is run. Data only.

Words as in the EMA Workbench: an *uncertainty* is not ours to choose, a *lever* is; a *policy* is a named
setting of levers; an *experiment* is a policy at one point of the factors, run with some *replications*.
"""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from pydantic import Field, ValidationError, model_validator

from scenario.errors import Problem, SpecError
from scenario.spec.complaints import Places, translate, validate
from scenario.spec.document import Document, Path, dotted
from scenario.spec.files import find_sweep, read
from scenario.spec.number import Model
from scenario.spec.shape import root

MAX_POINTS = 10_000_000
"""Experiments of a design."""


class Role(StrEnum):
    """Whether a factor is unknown, or ours to choose."""

    UNCERTAINTY = "uncertainty"
    LEVER = "lever"


class DesignKind(StrEnum):
    """How the points are laid."""

    FULL_FACTORIAL = "full-factorial"
    LATIN_HYPERCUBE = "latin-hypercube"
    SOBOL = "sobol"
    MORRIS = "morris"
    ONE_AT_A_TIME = "one-at-a-time"
    TABLE = "table"


class Others(StrEnum):
    """What the numbers do that are no factor: follow their distributions, or stand at their medians."""

    DRAWN = "drawn"
    MEDIAN = "median"


class Luck(StrEnum):
    """Whether all experiments share their luck, or each has its own."""

    COMMON = "common"
    OWN = "own"


class Keep(StrEnum):
    """What is kept of an experiment: every run, or a summary."""

    ROWS = "rows"
    SUMMARY = "summary"


class FactorSpec(Model):
    """What varies: a range, whole numbers, a list of values, a share of a group, or the scenario's own distribution."""

    role: Role = Field(default=Role.UNCERTAINTY, strict=False)
    title: str = Field(default="", max_length=80)
    range: tuple[float, float] | None = Field(default=None, description="[low, high]")
    integer: tuple[int, int] | None = Field(default=None, description="[low, high], whole numbers")
    values: tuple[Any, ...] | None = Field(
        default=None, min_length=2, max_length=200, description="categories, or true and false"
    )
    share: str | None = Field(
        default=None, min_length=1, max_length=60, description="name of a group of factors that sum to one"
    )
    own: bool = Field(default=False, description="follow the scenario's own distribution")
    levels: int | None = Field(default=None, ge=2, le=1000, description="levels in a full factorial design")

    @property
    def kind(self) -> str:
        """Return which of range, integer, values, share and own the factor uses."""
        return next(name for name in _KINDS if getattr(self, name))

    @model_validator(mode="after")
    def _check(self) -> FactorSpec:
        """Refuse a factor without exactly one form, or with an empty range."""
        given = [name for name in _KINDS if getattr(self, name)]
        if len(given) != 1:
            raise ValueError(f"must hold exactly one of {', '.join(_KINDS)} (got {given or 'none'})")
        ends = self.range or self.integer
        if ends is not None and not ends[0] < ends[1]:
            raise ValueError(f"must have low < high (got {list(ends)})")
        values = list(self.values or ())
        if not all(isinstance(value, bool | int | float | str) for value in values):
            raise ValueError(f"must list numbers, texts, true or false (got {values})")
        if min(len(set(values)), len(set(map(str, values)))) < len(values):  # 1, 1.0 and true are one value
            raise ValueError(f"must name each value once (got {values})")
        if self.levels is not None and (values or self.share):
            raise ValueError(f"must have no levels beside values or a share (got {self.levels})")
        return self


_KINDS = ("range", "integer", "values", "share", "own")


class DesignSpec(Model):
    """How the points are laid, and how many there are."""

    kind: DesignKind = Field(strict=False)
    points: int = Field(
        default=64,
        ge=1,
        le=MAX_POINTS,
        description="points; base sample of a Sobol' design (a power of two); trajectories of a Morris design",
    )
    levels: int = Field(default=4, ge=2, le=1000, description="levels of a full factorial or Morris design")
    table: str | None = Field(default=None, max_length=200, description="CSV file of a table design")


class PolicySpec(Model):
    """A named setting of levers: a variant of the scenario, overrides, or both."""

    title: str = Field(default="", max_length=80)
    variant: str | None = Field(default=None, max_length=64)
    set: dict[str, Any] = Field(default_factory=dict, description="path to value")


class Correlation(Model):
    """Two factors that go together: their rank correlation."""

    between: tuple[str, str]
    rank: float = Field(gt=-1, lt=1)


class SweepSpec(Model):
    """The root of a sweep file."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    title: str = Field(max_length=120)
    question: str = Field(default="", max_length=400)
    scenario: str = Field(max_length=200, description="a shipped scenario, or a file beside this one")
    variant: str = Field(default="base", max_length=64)
    set: dict[str, Any] = Field(default_factory=dict, description="overrides of every policy")
    seed: int = Field(default=0, ge=0, lt=2**63)
    replications: int = Field(default=100, ge=1, le=1_000_000, description="runs of every experiment")
    others: Others = Field(default=Others.DRAWN, strict=False)
    luck: Luck = Field(default=Luck.COMMON, strict=False)
    keep: Keep = Field(default=Keep.ROWS, strict=False)
    twins: bool = Field(default=False, description="whether twins are run, for the averted flow")
    design: DesignSpec
    factors: dict[str, FactorSpec] = Field(default_factory=dict, max_length=1000)
    correlations: tuple[Correlation, ...] = ()
    policies: dict[str, PolicySpec] = Field(default_factory=lambda: {"base": PolicySpec()}, min_length=1)
    outcomes: tuple[str, ...] = Field(default=(), description="names of outcomes to keep; all where left out")


def load_sweep(path: str | pathlib.Path) -> tuple[SweepSpec, pathlib.Path]:
    """Load a sweep file.

    Parameters
    ----------
    path
        A file, or the name of a shipped sweep such as "smoke".

    Returns
    -------
    What it says, and the folder in which it looks for other files.

    Raises
    ------
    SpecError
        With every problem of the file.
    """
    file = find_sweep(path)
    return sweep_from(read(file)), file.parent


def sweep_from(document: Document) -> SweepSpec:
    """Check a document against the schema of sweep files, and what must hold between its parts."""
    places = Places(file=document.file, lines=document.lines)
    try:
        spec = validate(SweepSpec, document.data)
    except ValidationError as error:
        raise SpecError(translate(error, start=root(SweepSpec), places=places)) from None
    if not isinstance(spec, SweepSpec):
        raise TypeError(f"expected a SweepSpec (got {type(spec).__name__})")
    check_together(spec, places)
    return spec


def sweep_of(data: Mapping[str, Any], *, name: str = "sweep") -> SweepSpec:
    """Check plain data, such as a script makes, against the schema of sweep files."""
    try:
        json.dumps(data, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        rule = "a sweep must be plain data with finite numbers"
        raise SpecError(Problem(rule=rule, got=str(error), file=name, code="E143")) from None
    return sweep_from(Document(data=dict(data), lines={}, file=name))


def located(problems: Sequence[Problem], document: Document) -> list[Problem]:
    """Return problems that only the scenario could find with the place in the sweep file; others as they are."""
    lines = {dotted(path): line for path, line in document.lines.items()}

    def _line(path: str) -> int:
        above = [known for known in lines if path == known or path.startswith(f"{known}.")]
        return lines[max(above, key=len)] if above else 1

    return [one if one.file else replace(one, file=document.file, line=_line(one.path)) for one in problems]


# ---- what must hold between the parts ----------------------------------------------------------------

Wrong = tuple[Path, str, object]
"""Where, what must hold, and the value got."""

_LAYS_FREELY = DesignKind.LATIN_HYPERCUBE
"""The one design whose columns may be put together anew."""

_DEALS_LUCK = (DesignKind.SOBOL, DesignKind.MORRIS)
"""Designs that say themselves which points share their luck."""


def check_together(spec: SweepSpec, places: Places | None = None) -> None:
    """Refuse what does not fit together in a sweep.

    Parameters
    ----------
    spec
        A sweep that passed the schema.
    places
        Lines of its file, where it has one.

    Raises
    ------
    SpecError
        With everything that does not fit.
    """
    where = Places(file="", lines={}) if places is None else places
    wrong = [*_wrong_design(spec), *_wrong_correlations(spec), *_wrong_shares(spec), *_wrong_policies(spec)]
    if wrong:
        raise SpecError([where.problem(path, rule, got, code="E127") for path, rule, got in wrong])


def _wrong_design(spec: SweepSpec) -> Iterator[Wrong]:
    """Yield what is wrong between design and factors."""
    design, kind = spec.design, spec.design.kind
    if (kind is DesignKind.TABLE) != (design.table is not None):
        rule = "must name a table for the design `table` and for no other"
        yield ("design", "table"), rule, design.table or "none"
    if kind is DesignKind.TABLE and spec.factors:
        rule = "must have no factors beside a table, whose columns they are"
        yield ("factors",), rule, ", ".join(spec.factors)
    if kind not in (DesignKind.TABLE, DesignKind.ONE_AT_A_TIME) and not spec.factors:
        yield (
            ("factors",),
            "must have at least one factor, but for one-at-a-time (the scenario as declared)",
            "none",
        )
    if kind is DesignKind.SOBOL and design.points & (design.points - 1):
        yield ("design", "points"), "must be a power of two in a sobol design", design.points
    if kind is DesignKind.MORRIS and design.levels % 2:
        yield ("design", "levels"), "must be even in a morris design", design.levels
    if kind in _DEALS_LUCK and spec.luck is not Luck.COMMON:
        yield ("luck",), f"must be common in a {kind.value} design, which deals luck itself", spec.luck.value


def _wrong_correlations(spec: SweepSpec) -> Iterator[Wrong]:
    """Yield what is wrong with the correlations."""
    seen = set[frozenset[str]]()
    for i, correlation in enumerate(spec.correlations):
        where, pair = ("correlations", i, "between"), frozenset(correlation.between)
        got = list(correlation.between)
        if not pair <= set(spec.factors) or len(pair) < 2:
            yield where, "must be two factors of the file", got
        elif any(spec.factors[name].share for name in pair):
            yield where, "must be no shares, which go together by summing to one", got
        if pair in seen:
            yield where, "must name each pair once", got
        seen.add(pair)
    if spec.correlations and spec.design.kind is not _LAYS_FREELY:
        yield ("correlations",), _independent(spec), len(spec.correlations)
    least = 10 + 2 * len(spec.factors)
    if spec.correlations and spec.design.points < least:
        yield ("design", "points"), f"must be >= {least} for ranks to be put together", spec.design.points


def _wrong_shares(spec: SweepSpec) -> Iterator[Wrong]:
    """Yield what is wrong with groups of shares."""
    groups: dict[str, list[str]] = {}
    for name, factor in spec.factors.items():
        if factor.share:
            groups.setdefault(factor.share, []).append(name)
    for group, names in groups.items():
        where = ("factors", names[0], "share")
        if len(names) < 2:
            yield where, "must have two factors at least in its group", f"one in {group}"
        if spec.design.kind is not _LAYS_FREELY:
            yield where, _independent(spec), group


def _independent(spec: SweepSpec) -> str:
    """Say why a design takes neither correlations nor shares."""
    return f"must be left out of a {spec.design.kind.value} design, which needs independent factors"


def _wrong_policies(spec: SweepSpec) -> Iterator[Wrong]:
    """Yield titles that stand twice, and settings that a factor moves everywhere, so that nothing follows them."""
    titles: dict[str, str] = {}
    for name, policy in spec.policies.items():
        title = policy.title or name
        if title in titles:
            yield ("policies", name, "title"), f"must differ from that of policy {titles[title]}", title
        titles[title] = name
    if spec.design.kind is DesignKind.ONE_AT_A_TIME:  # where the factor mostly stands as the policy has it
        return
    for name, policy in spec.policies.items():
        for path in policy.set:
            if path in spec.factors:
                yield ("policies", name, "set", path), "must not set what a factor moves", policy.set[path]
