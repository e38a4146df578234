"""A figure says which policy and which scenario it is about."""

from __future__ import annotations

import hashlib
import json

import pytest

from scenario.experiment.sweep_view import SweepView
from scenario.questions.boxes import when
from scenario.questions.contexts import context_of_sweep, title_of
from scenario.questions.drivers import sensitivity
from scenario.questions.policies import holds_up
from scenario.spec.load import load
from tests.unit.questions.conftest import CASE, small


@pytest.fixture(scope="module")
def plain() -> SweepView:
    """Return a sweep without settings among its factors: one scenario per policy."""
    return small(
        factors={"act.p_true": {"range": [0.02, 0.98]}},
        design={"kind": "latin-hypercube", "points": 60},
        replications=4,
    )


def test_a_figure_names_the_policy_that_was_asked_for(plain: SweepView) -> None:
    """Name and hash are those of the second policy, not of the first."""
    second = plain.identity["scenarios"][1]
    for answer in (
        sensitivity(plain, "is_true", policy="words"),
        when(plain, "is_true", policy="words"),
    ):
        context = answer.figures[0].context
        assert (context.names, context.hashes) == ({"A": "Words"}, {"A": second})
        assert answer.extra["policy"] == "words"


def test_the_first_policy_is_the_default(plain: SweepView) -> None:
    """Without a word about it the figure is about the first."""
    context = sensitivity(plain, "is_true").figures[0].context
    assert (context.names["A"], context.hashes["A"]) == ("As declared", plain.identity["scenarios"][0])


def test_a_policy_of_several_scenarios_has_one_hash_over_them(spread: SweepView) -> None:
    """Where a factor is a setting each policy runs two scenarios: the hash is over the two of that policy."""
    every = spread.identity["scenarios"]
    assert len(set(every)) == 4
    text = json.dumps(every[2:4], separators=(",", ":"))
    expected = hashlib.sha256(text.encode()).hexdigest()
    assert context_of_sweep(spread, n=1, sides={"A": "words"}).hashes["A"] == expected


def test_all_policies_together_have_one_hash_over_all(plain: SweepView) -> None:
    """A figure of all policies does not bear the hash of one of them."""
    context = holds_up(plain, "responded").figures[0].context
    assert context.names == {"A": "2 policies"}
    assert context.hashes["A"] not in plain.identity["scenarios"]


def test_a_scenario_is_called_by_its_variant_and_its_changes() -> None:
    """The base case has no title of its own; changed numbers are counted."""
    assert title_of(load(CASE)) == "Base case"
    assert title_of(load(CASE, variant="words-only", overrides=["act.p_true=0.5"])).endswith("(1 changed)")
