"""The sweep file: what it may say, and what it is refused for, with file, line and path."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scenario.errors import Problem, SpecError
from scenario.experiment.plan import plan_of
from scenario.spec.document import parse
from scenario.spec.files import find_sweep, shipped_configs
from scenario.spec.sweep import (
    DesignKind,
    Keep,
    Luck,
    Others,
    Role,
    SweepSpec,
    check_together,
    load_sweep,
    located,
    sweep_from,
    sweep_of,
)

SWEEP = """\
name: small
title: A small sweep
scenario: iran-russia-missiles-2024
replications: 10
design: {kind: latin-hypercube, points: 32, levels: 4}
factors:
  act.p_true: {range: [0.2, 0.9]}
  response.p_execute: {range: [0.2, 1.0]}
  policy.demarche: {values: [false, true]}
policies:
  base: {title: As declared}
  alone: {set: {senders.us.patience_days: 0}}
"""
"""Valid; the line of every key is known: 5 is the design, 7 to 9 are the factors, 12 is the second policy."""

SHARES = """\
  act.p_true: {share: pie}
  response.p_execute: {share: pie}
"""

FREE = "  act.p_true: {range: [0.2, 0.9]}\n  response.p_execute: {range: [0.2, 1.0]}\n"
TWO = "{between: [act.p_true, response.p_execute], rank: 0.5}"


def refused(*changes: tuple[str, str], more: str = "") -> tuple[Problem, ...]:
    """Return the problems of the small sweep after some changes of its text."""
    text = SWEEP
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(SpecError, match="got") as caught:
        sweep_from(parse(text + more, file="small.yaml"))
    return caught.value.problems


def test_the_small_sweep_says_what_it_says() -> None:
    """Every value of a valid file is in the specification; what is left out has its default."""
    spec = sweep_from(parse(SWEEP, file="small.yaml"))
    assert (spec.name, spec.replications, spec.seed, spec.variant) == ("small", 10, 0, "base")
    assert (spec.design.kind, spec.design.points) == (DesignKind.LATIN_HYPERCUBE, 32)
    assert (spec.others, spec.luck, spec.keep, spec.twins) == (Others.DRAWN, Luck.COMMON, Keep.ROWS, False)
    assert list(spec.factors) == ["act.p_true", "response.p_execute", "policy.demarche"]
    assert spec.factors["act.p_true"].range == (0.2, 0.9)
    assert spec.factors["act.p_true"].role is Role.UNCERTAINTY
    assert spec.factors["policy.demarche"].values == (False, True)
    assert spec.policies["alone"].set == {"senders.us.patience_days": 0}


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("range: [0, 1]", "range"),
        ("integer: [0, 3]", "integer"),
        ("values: [a, b]", "values"),
        ("own: true", "own"),
    ],
)
def test_a_factor_knows_its_form(form: str, kind: str) -> None:
    """The kind of a factor is the one key that it uses."""
    text = SWEEP.replace("range: [0.2, 0.9]", form)
    assert sweep_from(parse(text, file="small.yaml")).factors["act.p_true"].kind == kind


ONE_VALUE = [
    # what is changed, line, path, rule, value got, hint
    (("name: small", "name: Small One"), 1, "name", "must match", "Small One", ""),
    (
        ("replications: 10", "replication: 10"),
        4,
        "replication",
        "must be a key",
        "replication",
        "'replications'",
    ),
    (("replications: 10", "replications: 0"), 4, "replications", "must be a whole number >= 1", "0", ""),
    (("replications: 10", "replications: 2.5"), 4, "replications", "must be a whole number", "2.5", ""),
    (
        ("latin-hypercube", "latin-hypercub"),
        5,
        "design.kind",
        "must be one of",
        "latin-hypercub",
        "'latin-hypercube'",
    ),
    (("latin-hypercube", "sobel"), 5, "design.kind", "must be one of", "sobel", "'sobol'"),
    (("points: 32", "points: 0"), 5, "design.points", "must be a whole number >= 1", "0", ""),
    (("points: 32", "points: 10000001"), 5, "design.points", "<= 10000000", "10000001", ""),
    (("levels: 4", "levels: 1"), 5, "design.levels", "must be a whole number >= 2", "1", ""),
    (("points: 32", "point: 32"), 5, "design.point", "must be a key", "point", "'points'"),
    (
        ("range: [0.2, 0.9]", "rnage: [0, 1]"),
        7,
        "factors.act.p_true.rnage",
        "must be a key",
        "rnage",
        "'range'",
    ),
    (("range: [0.2, 0.9]", "range: [0.9, 0.2]"), 7, "factors.act.p_true", "low < high", "[0.9, 0.2]", ""),
    (("range: [0.2, 0.9]", "range: [0.9, 0.9]"), 7, "factors.act.p_true", "low < high", "[0.9, 0.9]", ""),
    (("range: [0.2, 0.9]", "integer: [3, 3]"), 7, "factors.act.p_true", "low < high", "[3, 3]", ""),
    (
        ("range: [0.2, 0.9]", "integer: [0, 2.5]"),
        7,
        "factors.act.p_true.integer.1",
        "whole number",
        "2.5",
        "",
    ),
    (("range: [0.2, 0.9]", "range: [0.2]"), 7, "factors.act.p_true.range.1", "must be given", "nothing", ""),
    (("range: [0.2, 0.9]", "range: [0, 1, 2]"), 7, "factors.act.p_true.range", "at most 2", "[0, 1, 2]", ""),
    (("range: [0.2, 0.9]", "range: [low, 1]"), 7, "factors.act.p_true.range.0", "finite number", "low", ""),
    (("range: [0.2, 0.9]", "title: T"), 7, "factors.act.p_true", "exactly one of range", "none", ""),
    (("range: [0.2, 0.9]", "own: false"), 7, "factors.act.p_true", "exactly one of range", "none", ""),
    (
        ("range: [0.2, 0.9]", "range: [0, 1], own: true"),
        7,
        "factors.act.p_true",
        "exactly one of",
        "['range', 'own']",
        "",
    ),
    (("range: [0.2, 0.9]", "share: ''"), 7, "factors.act.p_true.share", "at least 1 characters", "''", ""),
    (
        ("range: [0.2, 0.9]", "range: [0, 1], role: leaver"),
        7,
        "factors.act.p_true.role",
        "must be one of",
        "leaver",
        "'lever'",
    ),
    (("range: [0.2, 0.9]", "range: [0, 1], levels: 1"), 7, "factors.act.p_true.levels", ">= 2", "1", ""),
    (
        ("values: [false, true]", "values: [a]"),
        9,
        "factors.policy.demarche.values",
        "at least 2 entries",
        '["a"]',
        "",
    ),
    (
        ("values: [false, true]", "values: [a, b, a]"),
        9,
        "factors.policy.demarche",
        "each value once",
        "['a', 'b', 'a']",
        "",
    ),
    (
        ("values: [false, true]", "values: [1, 1.0]"),
        9,
        "factors.policy.demarche",
        "each value once",
        "[1, 1.0]",
        "",
    ),
    (
        ("values: [false, true]", "values: [true, 1]"),
        9,
        "factors.policy.demarche",
        "each value once",
        "[True, 1]",
        "",
    ),
    (
        ("values: [false, true]", "values: [1, '1']"),
        9,
        "factors.policy.demarche",
        "each value once",
        "[1, '1']",
        "",
    ),
    (
        ("values: [false, true]", "values: [[1], [2]]"),
        9,
        "factors.policy.demarche",
        "must list numbers, texts",
        "[[1], [2]]",
        "",
    ),
    (
        ("values: [false, true]", "values: [a, null]"),
        9,
        "factors.policy.demarche",
        "must list numbers, texts",
        "['a', None]",
        "",
    ),
    (
        ("values: [false, true]", "values: [a, b], levels: 2"),
        9,
        "factors.policy.demarche",
        "no levels beside values",
        "2",
        "",
    ),
    (("{title: As declared}", "null"), 11, "policies.base", "must be a mapping", "null", ""),
    (
        ("{title: As declared}", "{varaint: base}"),
        11,
        "policies.base.varaint",
        "must be a key",
        "varaint",
        "'variant'",
    ),
]


@pytest.mark.parametrize(("change", "line", "path", "rule", "got", "hint"), ONE_VALUE)
def test_a_wrong_value_is_refused_with_its_place(
    change: tuple[str, str], line: int, path: str, rule: str, got: str, hint: str
) -> None:
    """What the schema does not take is told with file, line, path, rule, value and the nearest valid word."""
    (problem,) = refused(change)
    assert (problem.file, problem.line, problem.path) == ("small.yaml", line, path)
    assert rule in problem.rule
    assert problem.got == got
    assert hint in problem.hint


TOGETHER = [
    # what is changed, what is added, line, path, rule, value got
    ([("latin-hypercube", "table")], "", 5, "design.table", "must name a table", "none"),
    ([("levels: 4", "table: a.csv")], "", 5, "design.table", "for no other", "a.csv"),
    ([("latin-hypercube", "sobol"), ("32", "33")], "", 5, "design.points", "power of two", "33"),
    (
        [("latin-hypercube", "morris"), ("levels: 4", "levels: 5")],
        "",
        5,
        "design.levels",
        "must be even",
        "5",
    ),
    ([("latin-hypercube", "sobol")], "luck: own\n", 13, "luck", "must be common in a sobol", "own"),
    ([("latin-hypercube", "morris")], "luck: own\n", 13, "luck", "must be common in a morris", "own"),
    (
        [],
        "correlations: [{between: [act.p_tru, act.p_true], rank: 0.5}]\n",
        13,
        "correlations.0.between",
        "must be two factors",
        '["act.p_tru", "act.p_true"]',
    ),
    (
        [],
        "correlations: [{between: [act.p_true, act.p_true], rank: 0.5}]\n",
        13,
        "correlations.0.between",
        "must be two factors",
        '["act.p_true", "act.p_true"]',
    ),
    (
        [],
        "correlations:\n  - " + TWO + "\n  - " + TWO + "\n",
        15,
        "correlations.1.between",
        "each pair once",
        '["act.p_true", "response.p_execute"]',
    ),
    (
        [("latin-hypercube", "sobol")],
        f"correlations: [{TWO}]\n",
        13,
        "correlations",
        "left out of a sobol design",
        "1",
    ),
    (
        [("latin-hypercube", "full-factorial")],
        f"correlations: [{TWO}]\n",
        13,
        "correlations",
        "independent",
        "1",
    ),
    (
        [("latin-hypercube", "one-at-a-time")],
        f"correlations: [{TWO}]\n",
        13,
        "correlations",
        "independent",
        "1",
    ),
    ([("points: 32", "points: 15")], f"correlations: [{TWO}]\n", 5, "design.points", "must be >= 16", "15"),
    (
        [("range: [0.2, 0.9]", "share: pie")],
        "",
        7,
        "factors.act.p_true.share",
        "two factors at least",
        "one in pie",
    ),
    (
        [(FREE, SHARES)],
        f"correlations: [{TWO}]\n",
        13,
        "correlations.0.between",
        "must be no shares",
        '["act.p_true", "response.p_execute"]',
    ),
    ([(FREE, SHARES), ("latin-hypercube", "sobol")], "", 7, "factors.act.p_true.share", "independent", "pie"),
    (
        [(FREE, SHARES), ("latin-hypercube", "morris")],
        "",
        7,
        "factors.act.p_true.share",
        "independent",
        "pie",
    ),
    (
        [("patience_days: 0", "patience_days: 0, act.p_true: 0.5")],
        "",
        12,
        "policies.alone.set.act.p_true",
        "must not set what a factor moves",
        "0.5",
    ),
]


@pytest.mark.parametrize(("changes", "more", "line", "path", "rule", "got"), TOGETHER)
def test_parts_that_do_not_fit_are_refused_with_their_place(
    changes: list[tuple[str, str]], more: str, line: int, path: str, rule: str, got: str
) -> None:
    """What is right in itself and wrong together is told with the line of the part to change."""
    problem = refused(*changes, more=more)[0]
    assert (problem.file, problem.line, problem.path) == ("small.yaml", line, path)
    assert rule in problem.rule
    assert problem.got == got


@pytest.mark.parametrize("kind", ["table, table: points.csv", "latin-hypercube"])
def test_factors_stand_in_the_file_or_in_the_table(kind: str) -> None:
    """A table beside factors is refused, and so is a design with neither."""
    has_table = "table:" in kind
    data: dict[str, Any] = {"name": "a", "title": "A", "scenario": "minimal"}
    data["design"] = {"kind": "table", "table": "points.csv"} if has_table else {"kind": kind}
    data["factors"] = {"act.p_true": {"range": [0, 1]}} if has_table else {}
    rule = (
        r"factors must have no factors beside a table.*got act\.p_true"
        if has_table
        else "at least one factor"
    )
    with pytest.raises(SpecError, match=rule):
        sweep_of(data)


def test_everything_that_does_not_fit_is_told_at_once() -> None:
    """Two contradictions in one file are two problems, in the order of lines."""
    change = [("latin-hypercube", "sobol"), ("32", "12"), ("range: [0.2, 0.9]", "share: pie")]
    paths = [problem.path for problem in refused(*change)]
    assert paths == ["design.points", "factors.act.p_true.share", "factors.act.p_true.share"]


@pytest.mark.parametrize("rank", ["1", "-1", "1.5", ".nan"])
def test_a_rank_correlation_lies_inside_minus_one_and_one(rank: str) -> None:
    """A correlation of one would make two factors into one; what is no number is refused."""
    with pytest.raises(SpecError, match=rf"got {rank}"):
        sweep_from(parse(SWEEP + f"correlations: [{TWO.replace('0.5', rank)}]\n", file="small.yaml"))


def test_a_policy_may_set_what_is_moved_one_at_a_time() -> None:
    """One at a time a factor mostly stands as the policy has it, so that its setting is followed."""
    text = SWEEP.replace("latin-hypercube", "one-at-a-time").replace(
        "patience_days: 0", "patience_days: 0, act.p_true: 0.5"
    )
    assert sweep_from(parse(text, file="small.yaml")).policies["alone"].set["act.p_true"] == 0.5


def test_a_specification_changed_in_a_script_is_checked_again() -> None:
    """A copy with other points is held against the rules of its design."""
    spec = sweep_from(parse(SWEEP.replace("latin-hypercube", "sobol"), file="small.yaml"))
    wrong = spec.model_copy(update={"design": spec.design.model_copy(update={"points": 33})})
    with pytest.raises(
        SpecError, match=r"design\.points must be a power of two in a sobol design \(got 33\)"
    ):
        check_together(wrong)
    with pytest.raises(SpecError, match=r"power of two in a sobol design \(got 33\)"):
        plan_of(wrong)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), {1, 2}, object()])
def test_a_script_that_gives_what_no_file_can_hold_is_told_so(wrong: object) -> None:
    """Not-a-number, infinity and things that are no plain data are refused with a sentence, not a traceback."""
    data = {"name": "a", "title": "A", "scenario": "minimal", "design": {"kind": "sobol", "points": wrong}}
    with pytest.raises(SpecError, match="a sweep must be plain data with finite numbers"):
        sweep_of(data)


def test_a_problem_of_the_scenario_gets_the_line_of_the_nearest_key() -> None:
    """A path below a key of the file has the key's line; a problem that has a file keeps it."""
    document = parse(SWEEP, file="small.yaml")
    told = [
        Problem(rule="r", got="g", path="factors.response.p_execute"),
        Problem(rule="r", got="g", path="policies.alone.set.senders.us.patience_days"),
        Problem(rule="r", got="g", path="nowhere"),
        Problem(rule="r", got="g", path="act", file="case.yaml", line=77),
    ]
    places = [(problem.file, problem.line) for problem in located(told, document)]
    assert places == [("small.yaml", 8), ("small.yaml", 12), ("small.yaml", 1), ("case.yaml", 77)]


def test_a_sweep_is_found_by_name_and_by_path(tmp_path: Path) -> None:
    """A file is loaded with the folder in which it looks for others; an unknown name gets the nearest."""
    path = tmp_path / "small.yaml"
    path.write_text(SWEEP, encoding="utf-8")
    spec, folder = load_sweep(path)
    assert (spec.name, folder) == ("small", tmp_path)
    assert find_sweep("smoke") == shipped_configs() / "sweeps" / "smoke.yaml"
    with pytest.raises(SpecError, match=r"shipped names \(got smoky\).\n  hint: did you mean 'smoke'"):
        load_sweep("smoky")


@pytest.mark.parametrize("path", sorted((shipped_configs() / "sweeps").glob("*.yaml")), ids=lambda p: p.stem)
def test_every_shipped_sweep_loads_and_plans(path: Path) -> None:
    """A shipped sweep bears the name of its file, and every policy meets every point once."""
    plan = plan_of(path)
    assert isinstance(plan.spec, SweepSpec)
    assert plan.spec.name == path.stem
    assert plan.n == plan.design.n * len(plan.spec.policies)
    assert not plan.experiments()[["policy", "point"]].duplicated().any()
