"""What a sweep will run: factors against the scenario, policies, identity, and memory."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import scenario
from scenario.errors import Problem, SpecError
from scenario.experiment import plan as plan_module
from scenario.experiment.plan import MAX_CHUNKS, Plan, memory_bytes, plan_of
from scenario.experiment.sweep import sweep
from scenario.spec.sweep import sweep_of

MINIMAL = Path(__file__).resolve().parents[2] / "minimal.yaml"
TWO_SENDERS = Path(__file__).resolve().parents[3] / "configs" / "iran-russia-missiles-2024.yaml"

X, BAR, AWARE = "act.p_true", "senders.us.bars.attribute", "defaults.sender.awareness"


def _data(**more: Any) -> dict[str, Any]:
    """Return the data of a small sweep."""
    base: dict[str, Any] = {
        "name": "test",
        "title": "T",
        "scenario": str(MINIMAL),
        "replications": 5,
        "design": {"kind": "latin-hypercube", "points": 8},
        "factors": {X: {"range": [0.2, 0.9]}},
    }
    return base | more


def _plan(**more: Any) -> Plan:
    """Return the plan of a small sweep."""
    return plan_of(sweep_of(_data(**more)))


def _refused(**more: Any) -> Problem:
    """Return the first problem of a sweep that cannot be planned."""
    with pytest.raises(SpecError, match="got") as caught:
        _plan(**more)
    return caught.value.problems[0]


def _one_factor(path: str, **form: Any) -> dict[str, Any]:
    """Return the factors of a sweep with a single one."""
    return {"factors": {path: form}}


# ---- factors against the scenario --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "form", "hint"),
    [
        ("act.p_tru", {"range": [0, 1]}, "'act.p_true'"),
        ("senders.us.bar.attribute", {"own": True}, "'senders.us.bars.attribute'"),
        ("defaults.sender.awarenes", {"range": [0, 1]}, "'defaults.sender.awareness'"),
        ("response.holddays", {"integer": [0, 9]}, "'response.hold_days'"),
        ("act.p_tru", {"values": [0.1, 0.9]}, "'p_true'"),
        ("policy.demarch", {"values": [True, False]}, "'demarche'"),
        ("senders.uk.participates", {"values": [0.1, 0.2]}, "us"),
    ],
)
def test_an_unknown_path_gets_the_nearest_one(path: str, form: dict[str, Any], hint: str) -> None:
    """A slip in a path is told with the path of the sweep and the nearest path or key that exists."""
    problem = _refused(**_one_factor(path, **form))
    assert problem.path == f"factors.{path}"
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("path", "form", "rule", "got"),
    [
        (X, {"range": [0.2, 1.2]}, "must lie within 0 to 1 probability", "0.2 to 1.2"),
        (X, {"range": [-0.1, 0.5]}, "must lie within 0 to 1 probability", "-0.1 to 0.5"),
        (X, {"integer": [0, 2]}, "must lie within 0 to 1 probability", "0 to 2"),
        (X, {"values": [0.5, 1.5]}, "must lie within 0 to 1 probability", "0.5 to 1.5"),
        ("response.hold_days", {"range": [-1, 5]}, "must lie within 0 to 3650 day", "-1 to 5"),
        (X, {"values": [0.5, True]}, "must list numbers", "[0.5, True]"),
        (X, {"values": ["low", "high"]}, "must list numbers", "['low', 'high']"),
        ("response.hold_days", {"own": True}, "must have a distribution to be its own", "0"),
        (
            "policy.demarche",
            {"range": [0, 1]},
            "must be a number of the scenario to vary by range",
            "policy.demarche",
        ),
        (
            "horizon_days",
            {"integer": [90, 365]},
            "must be a number of the scenario to vary by integer",
            "horizon_days",
        ),
    ],
)
def test_a_factor_that_the_number_cannot_follow_is_refused(
    path: str, form: dict[str, Any], rule: str, got: str
) -> None:
    """Bounds and kind of a number are told with the range or value that does not fit."""
    problem = _refused(**_one_factor(path, **form))
    assert problem.rule.startswith(f"factors.{path} {rule}")
    assert (problem.got, problem.path) == (got, f"factors.{path}")


@pytest.mark.parametrize("value", ["maybe", 3])
def test_a_setting_takes_only_values_that_the_scenario_takes(value: object) -> None:
    """A value of a structural factor is held against the schema of the scenario."""
    problem = _refused(**_one_factor("policy.demarche", values=[True, value]))
    assert problem.path == "factors.policy.demarche"
    assert "policy.demarche must be true or false" in problem.rule


@pytest.mark.parametrize(("path", "code"), [("as_of", "E142"), ("name", "E142")])
def test_what_no_override_may_set_no_factor_may_move(path: str, code: str) -> None:
    """The name and the date of a scenario are its own."""
    problem = _refused(**_one_factor(path, values=["2024-01-01", "2024-02-01"]))
    assert (problem.path, problem.code) == (f"factors.{path}", code)


def test_two_factors_that_move_one_number_are_refused() -> None:
    """A place under `defaults` moves what inherits from it, which then can have no factor of its own."""
    both = {AWARE: {"range": [0.2, 0.9]}, "senders.us.awareness": {"range": [0.1, 0.5]}}
    problem = _refused(factors=both)
    assert problem.rule == f"factors.senders.us.awareness must not move a number that factors.{AWARE} moves"
    assert (problem.got, problem.path) == ("senders.us.awareness", "factors.senders.us.awareness")


def test_a_setting_that_changes_a_number_of_a_factor_is_refused() -> None:
    """Settings of all senders at once and a range of one would hide each other."""
    both = {
        "senders.us.patience_days": {"range": [5, 20]},
        "senders.*.patience_days": {"values": [0, 30]},
    }
    problem = _refused(factors=both)
    assert problem.rule == "factors.senders.us.patience_days must not move a number that another factor sets"
    assert problem.got == "senders.us.patience_days by senders.*.patience_days"


def test_all_wrong_factors_are_told_at_once() -> None:
    """Three slips are three problems."""
    wrong = {"act.x": {"range": [0, 1]}, X: {"range": [0, 2]}, "act.y": {"own": True}}
    with pytest.raises(SpecError, match="got") as caught:
        _plan(factors=wrong)
    assert [one.path for one in caught.value.problems] == [f"factors.{path}" for path in wrong]


@pytest.mark.parametrize(("low", "high", "value"), [(0.5, 0.95, "0.5"), (0.05, 0.95, "0.05")])
def test_ends_that_break_an_order_of_numbers_are_refused(low: float, high: float, value: str) -> None:
    """The bar to attribute cannot go below the bar to warn, 0.7."""
    problem = _refused(**_one_factor(BAR, range=[low, high]))
    assert problem.rule.startswith(
        f"factors.{BAR} must leave policy base a scenario that holds: senders.us.bars."
    )
    assert problem.got.endswith(f"with {BAR} at {value}")
    assert (problem.path, problem.code) == (f"factors.{BAR}", "E317")


def test_ends_are_held_against_every_policy() -> None:
    """A range that the base can hold and another policy cannot is refused with the name of that policy."""
    policies = {"base": {}, "wary": {"set": {"senders.us.bars.warn": 0.85}}}
    factors = _one_factor(BAR, range=[0.8, 0.95])
    assert _plan(**factors).n == 8
    assert "must leave policy wary a scenario" in _refused(**factors, policies=policies).rule


def test_a_number_that_one_policy_does_not_have_is_refused() -> None:
    """A factor under `defaults` must move something in every policy."""
    policies = {"base": {}, "own": {"set": {"senders.us.awareness": 0.5}}}
    problem = _refused(**_one_factor(AWARE, range=[0.2, 0.9]), policies=policies)
    assert problem.rule == f"factors.{AWARE} must be a number of policy own too"


def test_a_problem_that_only_the_scenario_shows_has_file_and_line(tmp_path: Path) -> None:
    """What a file gets wrong about its scenario is told with the line of the sweep file."""
    text = f"""\
name: wrong
title: T
scenario: {MINIMAL}
design: {{kind: latin-hypercube, points: 4}}
factors:
  act.p_true: {{range: [0, 1]}}
  act.p_tru: {{range: [0, 1]}}
"""
    odd = "policies:\n  odd:\n"
    cases = {
        "": (7, "factors.act.p_tru"),
        f"{odd}    set:\n      senders.usa.will: 3\n": (11, "policies.odd.set.senders.usa.will"),
        f"{odd}    set:\n      senders.us.patience_days: -3\n": (
            11,
            "policies.odd.set.senders.us.patience_days",
        ),
        f"{odd}    variant: patiently\n": (10, "policies.odd.variant"),
        "set:\n  senders.us.patience_days: -3\n": (9, "set.senders.us.patience_days"),
    }
    path = tmp_path / "wrong.yaml"
    for more, (line, place) in cases.items():
        path.write_text(text + more, encoding="utf-8")
        with pytest.raises(SpecError, match="got") as caught:
            plan_of(path)
        problem = caught.value.problems[0]
        assert (Path(problem.file).name, problem.line, problem.path) == ("wrong.yaml", line, place)


def test_unknown_outcomes_get_the_nearest() -> None:
    """An outcome must be one of the scenario; those of the twins ask for twins."""
    problem = _refused(outcomes=["attributed", "attribution_dy"])
    assert (problem.path, problem.got, problem.hint) == (
        "outcomes",
        "attribution_dy",
        "did you mean 'attribution_day'?",
    )
    problem = _refused(outcomes=["averted_by_words"])
    assert (problem.path, problem.hint) == ("outcomes", "`twins: true` runs what it is measured against")
    assert list(_plan(outcomes=["averted_by_words", "missed"], twins=True).declared) == [
        "averted_by_words",
        "missed",
    ]


def test_twins_that_nothing_would_be_kept_of_are_refused() -> None:
    """Twins cost runs: with outcomes listed one must be theirs; with none listed all are kept, theirs too."""
    problem = _refused(outcomes=["missed"], twins=True)
    assert (problem.path, problem.got) == ("twins", "outcomes missed")
    assert "averted_by_words" in problem.hint
    assert {"averted_by_words", "missed"} <= set(_plan(outcomes=[], twins=True).declared)


def test_a_scenario_beside_the_sweep_goes_before_a_shipped_one(tmp_path: Path) -> None:
    """The name of a file in the folder of the sweep is that file."""
    (tmp_path / "case.yaml").write_bytes(MINIMAL.read_bytes())
    assert plan_of(sweep_of(_data(scenario="case.yaml")), folder=tmp_path).scenarios[0].spec.name == "minimal"
    with pytest.raises(SpecError, match="must be a file, or one of the shipped names"):
        plan_of(sweep_of(_data(scenario="case.yaml")))


# ---- what a factor moves -----------------------------------------------------------------------------


def test_a_place_under_defaults_moves_all_that_inherit() -> None:
    """The factor moves the number of every sender that has none of its own, and of no other."""
    case = scenario.load(TWO_SENDERS)
    path = "defaults.sender.bars.attribute"
    heirs = [f"senders.{name}.bars.attribute" for name in case.spec.senders]
    heirs = [one for one in heirs if case.declared_at.get(one) == path]
    assert len(heirs) >= 2
    plan = _plan(scenario=str(TWO_SENDERS), **_one_factor(path, range=[0.75, 0.97]))
    assert list(plan.design.factors[0].paths) == heirs


# ---- policies and structural factors -----------------------------------------------------------------


def test_a_policy_is_a_variant_a_set_or_both() -> None:
    """Settings lie on top of the policy's variant, that on top of the file; `set` of the sweep is for all."""
    policies = {
        "base": {},
        "patient": {"variant": "patient"},
        "hasty": {"set": {"senders.us.patience_days": 1}},
        "both": {"variant": "patient", "set": {"senders.us.participates": 0.25}},
    }
    plan = _plan(policies=policies, set={"senders.us.patience_days": 12, "target.reward": 3})
    numbers = [{e.path: e.number.point for e in one.numbers} for one in plan.scenarios]
    assert [one["senders.us.patience_days"] for one in numbers] == [12, 12, 1, 12]
    assert [one["senders.us.participates"] for one in numbers] == [0.9, 0.9, 0.9, 0.25]
    assert {one["target.reward"] for one in numbers} == {3}
    plain = _plan(policies=policies)
    patience = [
        {e.path: e.number.point for e in one.numbers}["senders.us.patience_days"] for one in plain.scenarios
    ]
    assert patience == [10, 45, 1, 45]


def test_experiments_are_policies_times_points_the_points_fastest() -> None:
    """Row e of the table is policy e // points at point e % points, with the luck of the point."""
    plan = _plan(policies={"a": {}, "b": {"variant": "patient"}}, luck="own")
    table = plan.experiments()
    assert table["experiment"].tolist() == list(range(16))
    assert table["policy"].tolist() == ["a"] * 8 + ["b"] * 8
    assert table["point"].tolist() == list(range(8)) * 2
    assert table["luck"].tolist() == list(range(8)) * 2
    assert table[X].tolist() == plan.design.values[X].tolist() * 2
    assert plan.group.tolist() == [0] * 8 + [1] * 8


def test_structural_factors_give_one_scenario_for_each_setting() -> None:
    """Two switches and two policies make eight scenarios, each with the settings of its experiments."""
    factors = {
        "policy.demarche": {"values": [False, True]},
        "horizon_days": {"values": [100, 200]},
        X: {"range": [0, 1]},
    }
    design = {"kind": "full-factorial", "levels": 3}
    plan = _plan(factors=factors, design=design, policies={"a": {}, "b": {"variant": "patient"}})
    assert len(plan.scenarios) == 8
    for experiment in plan.experiments().itertuples(index=False, name=None):
        spec = plan.scenarios[plan.group[experiment[0]]].spec
        assert (str(spec.policy.demarche), str(spec.horizon_days)) == experiment[5:7]
        assert spec.senders["us"].patience_days.point == {"a": 10, "b": 45}[experiment[1]]


def test_a_setting_of_a_factor_comes_after_everything_that_a_policy_sets() -> None:
    """A policy that sets a whole section does not undo the switch that the factor sets in it."""
    policies = {"all": {"set": {"policy": {"mode": "factual", "demarche": False}}}}
    factors = _one_factor("policy.demarche", values=[False, True])
    plan = _plan(
        **factors, policies=policies, set={"policy.demarche": False}, design={"kind": "full-factorial"}
    )
    assert [one.spec.policy.demarche for one in plan.scenarios] == [False, True]


def test_a_table_may_leave_a_setting_as_declared(tmp_path: Path) -> None:
    """A blank cell of a switch runs the scenario of the policy itself."""
    (tmp_path / "t.csv").write_text(f"{X},policy.demarche\n0.5,true\n0.6,\n", encoding="utf-8")
    design = {"kind": "table", "table": "t.csv"}
    plan = plan_of(sweep_of(_data(design=design, factors={})), folder=tmp_path)
    assert [plan.scenarios[g].spec.policy.demarche for g in plan.group] == [True, False]
    settings = plan.experiments()["policy.demarche"]
    assert (settings[0], settings.isna().tolist()) == ("True", [False, True])


# ---- chunks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("replications", "chunk_runs", "per_chunk"), [(5, 1, 1), (5, 11, 3), (5, 1000, 200), (3000, 1000, 1)]
)
def test_chunks_have_as_many_runs_as_asked_for_and_cover_everything_once(
    replications: int, chunk_runs: int, per_chunk: int
) -> None:
    """Chunks are whole experiments, and one after the other they hold each once."""
    plan = plan_of(sweep_of(_data(replications=replications)), chunk_runs=chunk_runs)
    assert plan.per_chunk == per_chunk
    spans = [plan.span(i) for i in range(plan.n_chunks)]
    assert [e for first, stop in spans for e in range(first, stop)] == list(range(plan.n))
    assert plan.n_runs == 8 * replications


def test_a_large_sweep_has_a_bounded_number_of_chunks() -> None:
    """Chunks grow where there would be more than a folder should hold."""
    plan = plan_of(sweep_of(_data(design={"kind": "latin-hypercube", "points": 4500})), chunk_runs=1)
    assert plan.n_chunks == 1500 <= MAX_CHUNKS


def test_policies_times_points_are_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound is on experiments, not on points alone."""
    monkeypatch.setattr("scenario.experiment.design.MAX_POINTS", 10)
    assert _plan().n == 8
    with pytest.raises(SpecError, match=r"at most 10 points \(got 16\)"):
        _plan(policies={"a": {}, "b": {}})


# ---- identity ----------------------------------------------------------------------------------------


def _deciding(plan: Plan) -> Mapping[str, Any]:
    """Return the identity without the words that are kept beside it for the reader."""
    return {key: value for key, value in plan.identity.items() if key != "about"}


POLICIES: dict[str, Any] = {"base": {}, "hasty": {"set": {"senders.us.patience_days": 1}}}


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"replications": 6},
        {"others": "median"},
        {"keep": "summary"},
        {"twins": True},
        {"luck": "own"},
        {"outcomes": ["missed"]},
        {"set": {"target.reward": 2.5}},
        {"variant": "patient"},
        {"scenario": str(TWO_SENDERS)},
        {"design": {"kind": "latin-hypercube", "points": 9}},
        {"design": {"kind": "full-factorial", "levels": 8}},
        {"factors": {X: {"range": [0.2, 0.91]}}},
        {"factors": {"act.p_planned": {"range": [0.2, 0.9]}}},
        {"factors": {X: {"own": True}}},
        {"policies": {"base": {}}},
        {"policies": {"base": {}, "hasty": {"set": {"senders.us.patience_days": 2}}}},
        {"policies": {"hasty": POLICIES["hasty"], "base": {}}},
    ],
    ids=lambda change: json.dumps(change)[:60],
)
def test_identity_changes_with_what_decides_the_rows(change: dict[str, Any]) -> None:
    """Another seed, size, scenario, policy, factor, point or way to keep makes another sweep."""
    if change.get("variant") or "scenario" in change:
        change = {"policies": {"base": {}}} | change
        assert _deciding(_plan(**change)) != _deciding(_plan(policies={"base": {}}))
    assert _deciding(_plan(**({"policies": POLICIES} | change))) != _deciding(_plan(policies=POLICIES))


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another title"},
        {"name": "renamed"},
        {"question": "Why?"},
        {"factors": {X: {"range": [0.2, 0.9], "title": "Truth", "role": "lever"}}},
        {"policies": {name: policy | {"title": f"So called {name}"} for name, policy in POLICIES.items()}},
    ],
    ids=lambda change: json.dumps(change)[:60],
)
def test_identity_does_not_change_with_words(change: dict[str, Any]) -> None:
    """Titles, the question, the name and roles decide no row."""
    assert _deciding(_plan(**({"policies": POLICIES} | change))) == _deciding(_plan(policies=POLICIES))


def test_identity_is_the_same_whenever_it_is_made() -> None:
    """Two plans of one file have one identity, plain data that JSON can hold."""
    first, second = (_plan(policies=POLICIES).identity for _ in range(2))
    assert json.dumps(first, allow_nan=False) == json.dumps(second, allow_nan=False)


def test_identity_knows_from_where_a_number_is_inherited(tmp_path: Path) -> None:
    """The same numbers, written at the sender in place of under `defaults`, are drawn from other streams."""
    text = MINIMAL.read_text(encoding="utf-8").replace(
        "awareness: {point: 1,", "awareness: {uniform: [0, 1],", 1
    )
    own = text.replace(
        "    partner: true\n", "    partner: true\n    awareness: {uniform: [0, 1], why: made up}\n", 1
    )
    found = []
    for name, content in (("a.yaml", text), ("b.yaml", own)):
        (tmp_path / name).write_text(content, encoding="utf-8")
        found.append(_deciding(plan_of(sweep_of(_data(scenario=name)), folder=tmp_path)))
    assert found[0]["design"] == found[1]["design"]
    assert found[0] != found[1]


def test_identity_changes_with_the_sources_of_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One byte more in a file of the engine or of the sweep makes another sweep; a picture makes none."""
    before, package = _plan().identity["model"], plan_module._PACKAGE
    copy = tmp_path / "scenario"
    for name in ("draws", "evidence", "engine", "experiment", "charts"):
        for path in (package / name).rglob("*.py"):
            place = copy / path.relative_to(package)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())
    monkeypatch.setattr(plan_module, "_PACKAGE", copy)
    assert _plan().identity["model"] == before
    (copy / "charts" / "style.py").write_bytes(b"# other\n")
    assert _plan().identity["model"] == before
    seen = {before}
    for name in (
        "engine/compiled/kernel.py",
        "engine/rules.py",
        "draws/philox.py",
        "experiment/sweep_table.py",
    ):
        with (copy / name).open("ab") as stream:
            stream.write(b"#")
        seen.add(_plan().identity["model"])
    assert len(seen) == 5


# ---- memory ------------------------------------------------------------------------------------------

MEASURED = """
import json, resource, sys, tempfile
from scenario.experiment.plan import memory_bytes, plan_of
from scenario.experiment.sweep import sweep
from scenario.spec.sweep import sweep_of
plan = plan_of(sweep_of(json.loads(sys.argv[1])))
with tempfile.TemporaryDirectory() as folder:
    sweep(plan, folder, workers=2)
print(memory_bytes(plan, 2), 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.parametrize(
    "more",
    [
        {"replications": 6000, "design": {"kind": "latin-hypercube", "points": 3}},
        {"replications": 1, "keep": "summary", "design": {"kind": "latin-hypercube", "points": 5000}},
        {
            "replications": 300,
            "design": {"kind": "full-factorial"},
            "factors": {"horizon_days": {"values": list(range(30, 90))}},
        },
    ],
    ids=["large chunks of rows", "many points", "many scenarios"],
)
def test_the_memory_that_a_sweep_takes_is_known_within_a_factor_of_two(more: dict[str, Any]) -> None:
    """The estimate lies between half and twice the peak that the system measures, in a process of its own."""
    scenario.run(
        scenario.load("iran-russia-missiles-2024"), 1, seed=0, twins=False
    )  # compiled by now: compiling takes more memory than any sweep
    command = [sys.executable, "-c", MEASURED, json.dumps(_data(**more))]
    # A small shell in between: the kernel counts into a child's peak what its parent held when it parted.
    small = ["sh", "-c", f"{shlex.join(command)}; exit $?"]
    done = subprocess.run(small, capture_output=True, text=True, check=True)
    estimate, peak = map(int, done.stdout.split())
    assert peak / 2 < estimate < 2 * peak


def test_a_sweep_that_needs_more_memory_than_it_may_is_refused_before_it_starts(tmp_path: Path) -> None:
    """One byte less than the estimate is refused with both numbers and a way out; the folder stays away."""
    plan = _plan(replications=50)
    folder = tmp_path / "out"
    with pytest.raises(
        SpecError, match=r"must fit into [0-9,]+ MiB \(got [0-9,]+ MiB\).\n  hint: keep: summary"
    ):
        sweep(plan, folder, workers=1, max_memory=memory_bytes(plan, 1) - 1)
    assert not folder.exists()
    assert sweep(plan, folder, workers=1, max_memory=memory_bytes(plan, 1)).n_chunks == plan.n_chunks


@pytest.mark.parametrize("more", [{"replications": 100_000}, {"keep": "summary", "replications": 100_000}])
def test_memory_does_not_grow_with_runs_where_only_summaries_are_kept(more: dict[str, Any]) -> None:
    """Beyond a block of runs, a summary takes the same memory for any number of them, and rows take more."""
    few, many = (memory_bytes(_plan(**(more | {"replications": n})), 2) for n in (10_000, 100_000))
    assert (many == few) is (more.get("keep") == "summary")


def test_every_scenario_of_a_plan_is_counted() -> None:
    """Each setting of a switch is an engine of its own, with a megabyte at least."""
    few, many = (
        _plan(
            factors={"horizon_days": {"values": list(range(30, 30 + n))}}, design={"kind": "full-factorial"}
        )
        for n in (2, 60)
    )
    assert memory_bytes(many, 1) - memory_bytes(few, 1) > 58 * 2**20


def test_points_of_a_plan_repeat_for_every_policy() -> None:
    """Experiment e stands at point e % points."""
    plan = _plan(policies={"a": {}, "b": {}})
    np.testing.assert_array_equal(plan.points(6, 11), [6, 7, 0, 1, 2])
