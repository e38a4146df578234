"""Overrides by path: where they act, what they make of a plain number, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scenario.errors import Problem, SpecError
from scenario.spec.load import load_text
from scenario.spec.scenario import Scenario


def _load(text: str, *overrides: str, variant: str = "base") -> Scenario:
    """Load text with overrides."""
    return load_text(text, file="case.yaml", variant=variant, overrides=overrides)


def test_plain_number_becomes_an_assumed_point(minimal: str) -> None:
    """A number set by the user is a point, assumed, with the user as its reason."""
    number = _load(minimal, "act.p_true=0.25").spec.act.p_true
    assert (number.point, number.beta, number.status, number.why) == (
        0.25,
        None,
        "assumed",
        "set by the user",
    )


def test_variant_signs_its_numbers(minimal: str) -> None:
    """A number set by a variant names the variant as its reason."""
    number = _load(minimal, variant="patient").spec.senders["us"].patience_days
    assert (number.point, number.why) == (45.0, "set by variant patient")


def test_user_overrides_the_variant(minimal: str) -> None:
    """The user's overrides come after the variant's, and later ones win."""
    options = ["senders.us.patience_days=7", "senders.us.patience_days=8"]
    scenario = _load(minimal, *options, variant="patient")
    assert scenario.spec.senders["us"].patience_days.point == 8.0
    assert scenario.overrides == (("senders.us.patience_days", 7), ("senders.us.patience_days", 8))


def test_default_is_a_path_and_an_entry_overrides_it(minimal: str) -> None:
    """`defaults.sender.x` sets every sender that inherits x; `senders.us.x` sets one."""
    assert _load(minimal, "defaults.sender.awareness=0").spec.senders["us"].awareness.point == 0.0
    both = _load(minimal, "defaults.sender.awareness=0", "senders.us.awareness=0.5")
    assert both.spec.senders["us"].awareness.point == 0.5


def test_part_of_an_inherited_number_can_be_set(minimal: str) -> None:
    """Setting one key of an inherited number keeps the others."""
    number = _load(minimal, "senders.us.awareness.point=0.5").spec.senders["us"].awareness
    assert (number.point, number.why) == (0.5, "made up")


def test_star_matches_every_entry(minimal: str) -> None:
    """A star stands for every entry of a section or every element of a list."""
    scenario = _load(minimal, "senders.*.bars.warn=0.6", "response.templates.*=0")
    assert scenario.spec.senders["us"].bars.warn.point == 0.6
    assert [number.point for number in scenario.spec.response.templates] == [0, 0, 0, 0]


def test_absent_optional_field_can_be_set(minimal: str) -> None:
    """A number that the file leaves out can be set, and so can a key of a free mapping."""
    scenario = _load(minimal, "senders.us.bars.early=0.65", "exposures.trade.coverage.us=0.9")
    early = scenario.spec.senders["us"].bars.early
    assert early is not None
    assert early.point == 0.65
    assert scenario.spec.exposures["trade"].coverage["us"].point == 0.9


def test_mapping_replaces_what_was_there(minimal: str) -> None:
    """A mapping set at a number replaces its distribution."""
    number = _load(minimal, "act.p_true={uniform: [0.2, 0.4], why: made up}").spec.act.p_true
    assert (number.uniform, number.beta) == ((0.2, 0.4), None)


def test_whole_entry_can_be_added(minimal: str) -> None:
    """A new entry can be set as a whole."""
    scenario = _load(minimal, "groups.other={title: another, last_verdict: none}")
    assert list(scenario.spec.groups) == ["leak", "other"]


def test_python_values_are_taken(minimal: str) -> None:
    """From Python, values are given as they are; a text is a text there."""
    overrides = {"act.p_true": 0.5, "forums.club.slots": ("2024-12-01",), "act.title": "3"}
    spec = load_text(minimal, file="case.yaml", overrides=overrides).spec
    assert (spec.act.p_true.point, str(spec.forums["club"].slots[0]), spec.act.title) == (
        0.5,
        "2024-12-01",
        "3",
    )


@pytest.mark.parametrize(
    ("override", "code", "words"),
    [
        ("horizon_days", "E140", "PATH=VALUE"),
        ("=3", "E140", "PATH=VALUE"),
        ("", "E140", "PATH=VALUE"),
        ("act.p_true=[1", "E105", "YAML"),
        ("act.p_true=.nan", "E114", "finite number"),
        ("act.p_true=*x", "E107", "alias"),
        ("name=other", "E142", "must not be overridden"),
        ("as_of=2024-01-01", "E142", "must not be overridden"),
        ("variants.patient.why=x", "E142", "must not be overridden"),
        ("senders.us.awarness=1", "E141", "did you mean 'awareness'?"),
        ("senders.uss.awareness=1", "E141", "did you mean 'us'?"),
        ("senders.uss=1", "E141", "did you mean 'us'?"),
        ("defaults.sender=1", "E141", "defaults"),
        ("defaults.sendr.x=1", "E141", "did you mean 'sender'?"),
        ("defaults.sender.awarness=1", "E141", "did you mean 'awareness'?"),
        ("horizon_days.x=1", "E141", "single value"),
        ("response.templates.4=0", "E141", "known here: 0, 1, 2, 3"),
        ("response.templates.-1=0", "E141", "did you mean '1'?"),
        ("channels.*.nothing=0", "E141", "nothing"),
        ("*.x=1", "E141", "known here"),
        ("act.=1", "E141", "known here"),
    ],
)
def test_bad_override_is_refused(
    refused: Callable[..., tuple[Problem, ...]], override: str, code: str, words: str
) -> None:
    """An override that is ill-formed or leads nowhere is refused, with the nearest valid key."""
    (problem,) = refused(overrides=[override])
    assert problem.code == code
    assert words in str(problem)


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), object(), {1: 2}, b"x", {"a": {1, 2}}])
def test_python_value_that_no_file_can_hold_is_refused(minimal: str, value: object) -> None:
    """NaN, objects, bytes and keys that are no text are refused."""
    with pytest.raises(SpecError, match=r"plain data with finite numbers \(got"):
        load_text(minimal, file="case.yaml", overrides={"act.p_true": value})


def test_bad_value_of_a_variant_has_its_line(refused: Callable[..., tuple[Problem, ...]]) -> None:
    """A value of a variant that breaks the schema is reported on the variant's line."""
    (problem,) = refused("patience_days: 45}", "patience_days: -45}", variant="patient")
    assert problem.path == "senders.us.patience_days"
    assert problem.line == 222
    assert "must be a finite number >= 0 and <= 3650, unit: day (got -45" in str(problem)


def test_unknown_variant_gets_the_nearest(refused: Callable[..., tuple[Problem, ...]]) -> None:
    """An unknown variant is refused with the nearest name."""
    (problem,) = refused(variant="patiant")
    assert (problem.code, problem.hint) == ("E144", "did you mean 'patient'?")


def test_override_into_a_broken_section_is_a_problem(refused: Callable[..., tuple[Problem, ...]]) -> None:
    """An override under a list where a mapping belongs ends in problems, not in a crash."""
    problems = refused("policy: {mode: factual, demarche: false}", "policy: [1]", overrides=["policy.mode=x"])
    assert [problem.path for problem in problems] == ["policy.mode"]
