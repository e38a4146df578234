"""A derivation in words."""

from __future__ import annotations

import pytest

from scenario.evidence import context_lines, derivation_lines, derive

RATIO = "likelihood_ratio"


def test_lines_tell_prior_items_discount_and_posterior(small):
    """Each step has its line, strongest item uncounted down, the weaker at (1 - c)^1."""
    ledger = small(("E04", "A", RATIO, 1.2), ("E05", "A", RATIO, 1.3, 1.0, 2.2))
    lines = derivation_lines(derive(ledger, without=[], n_points=64), "p")
    assert lines[0] == "p (1, input, inferred): a test"
    assert lines[1].startswith("prior 0.6 / 0.6 / 0.6 (5 / 50 / 95 %); a test")
    assert lines[2].startswith("E04 odds ×1.20 (5-95 %: 1.2 to 1.2), counts (1 - c)^1 = 0.30 in A")
    assert lines[3].startswith("E05 odds ×1.30 (5-95 %: 1 to 2.2), counts (1 - c)^0 = 1.00 in A")
    assert lines[4] == "discount c = c 0.7 / 0.7 / 0.7 (5 / 50 / 95 %)"
    assert lines[5].startswith("posterior ")


def test_line_says_why_an_item_does_not_apply(small):
    """A switched-off item and a waiting alternative each give their reason."""
    ledger = small(("E1", "A", RATIO, 2.0), ("E2", "B", RATIO, 0.5, None, None, {"alternative_to": "E1"}))
    on = derivation_lines(derive(ledger, n_points=8), "p")
    off = derivation_lines(derive(ledger, without=["E1"], n_points=8), "p")
    assert on[3] == "E2 not applied (applies only when E1 is switched off): a test"
    assert off[2] == "E1 not applied (switched off): a test"


def test_target_says_that_it_is_not_fed_in(shipped):
    """The last line of a target says that it is shown, not used."""
    derivation = derive(shipped("iran-russia-missiles-2024"), n_points=8)
    assert derivation_lines(derivation, "coord.eu_lag_days")[-1].endswith("never fed in")


def test_context_lines_name_what_is_fixed(shipped):
    """Items that fix a stage or an actor are told apart from numbers."""
    lines = context_lines(derive(shipped("iran-russia-missiles-2024"), n_points=8))
    assert any(line.startswith("stage: E18 context, moves no number") for line in lines)


def test_unknown_parameter_is_refused(small):
    """Asking for a parameter that the ledger does not hold is an error."""
    with pytest.raises(KeyError, match="nothing"):
        derivation_lines(derive(small(), n_points=8), "nothing")
