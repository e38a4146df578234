"""What must hold between the parts of a scenario: one planted fault each, found once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scenario.errors import Problem
from scenario.spec.load import load_text

Refused = Callable[..., tuple[Problem, ...]]

REFERENCES = [
    ("group: leak", "group: leek", "channels.press.group", "did you mean 'leak'?"),
    ("received_by: [all]", "received_by: [usa]", "groups.leak.received_by", "did you mean 'us'?"),
    ("corroboration: 1", "within: eu", "senders.us.within", "another sender"),
    ("corroboration: 1", "within: us", "senders.us.within", "another sender"),
    ("corroboration: 1", "waits_for: [us]", "senders.us.waits_for", "another sender"),
    ("corroboration: 1", "follows: {uk: {point: 1, why: x}}", "senders.us.follows.uk", "another sender"),
    ("corroboration: 1", "burns: pres", "senders.us.burns", "did you mean 'press'?"),
    ("adopts: {designations:", "adopts: {designation:", "senders.us.adopts.designation", "'designations'?"),
    (": national", ": nation", "senders.us.adopts.designations", "did you mean 'national'?"),
    ("exposure: trade", "exposure: trad", "measures.designations.exposure", "did you mean 'trade'?"),
    ("at_once_for: [us]", "at_once_for: [uk]", "measures.designations.at_once_for", "did you mean 'us'?"),
    ("coverage: {us:", "coverage: {uk:", "exposures.trade.coverage.uk", "did you mean 'us'?"),
    ("sender: us", "sender: uk", "tracks.envoys.sender", "did you mean 'us'?"),
    ("rule: statement", "rule: statement\n    leader: uk", "forums.club.leader", "did you mean 'us'?"),
]


@pytest.mark.parametrize(("old", "new", "path", "hint"), REFERENCES)
def test_name_that_leads_nowhere_is_found(refused: Refused, old: str, new: str, path: str, hint: str) -> None:
    """A name of something that is not declared is reported at its path."""
    (problem,) = refused(old, new)
    assert (problem.path, problem.code) == (path, "E130")
    assert hint in str(problem)


RULES = [
    (": national", ": club", "senders.us.adopts.designations", "E134", "legal_force is binding"),
    ("rule: statement", "rule: leader", "forums.club.leader", "E121", "must be given for rule leader"),
    ("rule: statement", "rule: quorum\n    quorum: 3", "forums.club.quorum", "E133", "number of members, 2"),
    ("members: [us, them]", "members: [us, us]", "forums.club.members", "E130", "each member once"),
    ("corroboration: 1", "physical: 2", "senders.us.physical", "E133", "at most corroboration"),
    ("2024-10-01, 2024-11-01", "2024-11-01, 2024-10-01", "forums.club.slots.1", "E132", "later than"),
    ("2024-10-01, 2024-11-01", "2024-09-08", "forums.club.slots.0", "E132", "before as_of"),
    ("date: 2024-11-05", "date: 2024-09-08", "shocks.election.date", "E132", "before as_of"),
    ("corroboration: 1", "anchor: 2024-01-01", "senders.us.anchor", "E132", "before as_of"),
    ("warn: {point: 0.7", "warn: {point: 0.05", "senders.us.bars.dismiss", "E133", "< warn"),
    ("warn: {point: 0.7", "warn: {point: 0.95", "senders.us.bars.warn", "E133", "<= attribute"),
    ("target: [1, 20,", "target: [30, 20,", "costs.target", "E133", "must rise"),
    ("path: senders.us.bars.attribute", "path: act.kind", "levers.0.path", "E135", "number with a unit"),
    ("path: senders.us.bars.attribute", "path: senders.uk.will", "levers.0.path", "E135", "number"),
    ("path: senders.us.bars.attribute", "path: act.p_true.point", "levers.0.path", "E135", "number"),
    ("low: 0.5, high: 0.99", "low: 0.5, high: 1.5", "levers.0", "E135", "within 0 and 1"),
    ("low: 0.5, high: 0.99", "low: 0.5, high: 0.5", "levers.0", "E135", "low < high"),
    ("  other:\n", "  'other one':\n", "suppliers.other one", "E131", "letters, digits"),
    ("  other:\n", "  point:\n", "suppliers.point", "E131", "reserved"),
    ("  patient:\n", "  base:\n", "variants.base", "E131", "reserved"),
    ("as_of: 2024-09-09", "as_of: 0001-01-01", "as_of", "E126", "1900 and 2200"),
]


@pytest.mark.parametrize(("old", "new", "path", "code", "words"), RULES)
def test_rule_between_parts_is_checked(
    refused: Refused, old: str, new: str, path: str, code: str, words: str
) -> None:
    """Each rule between two parts finds its planted fault, and nothing else."""
    (problem,) = refused(old, new)
    assert (problem.path, problem.code) == (path, code)
    assert words in str(problem)


SUPPORTS = [
    ("{point: 0.1, why: made up}", "{uniform: [0.5, 1.01], why: made up}", "a uniform on [0.5, 1.01]"),
    ("{point: 0.1, why: made up}", "{normal: {mean: 0.5, sd: 0.5}, why: made up}", "a normal with 99.8 % in"),
    ("{point: 0.1, why: made up}", "{lognormal: {median: 0.5, sigma: 1}, why: made up}", "99.8 %"),
    ("{point: 0.1, why: made up}", "{discrete: {values: [0, 2], weights: [1, 0]}, why: made up}", "[0, 2]"),
    ("{point: 0.1, why: made up}", "{empirical: [0.5, -0.5], why: made up}", "[-0.5, 0.5]"),
    ("{point: 0.1, why: made up}", "{beta: [1.0e-9, 1], why: made up}", "beta shapes"),
    ("{point: 60, why: made up}", "{lognormal: {median: 60, sigma: 900}, why: made up}", "sigma <= 10"),
    ("{point: 60, why: made up}", "{normal: {mean: 60, sd: 1.0e308}, why: made up}", "3650, unit: day"),
]


@pytest.mark.parametrize(("old", "new", "words"), SUPPORTS)
def test_distribution_beyond_its_bounds_is_found(refused: Refused, old: str, new: str, words: str) -> None:
    """A distribution that leaves the bounds of its quantity is refused with the interval that holds it."""
    (problem,) = refused(old, new)
    assert problem.code == "E128"
    assert words in str(problem)


def test_beta_reaches_both_ends_of_a_probability(minimal: str) -> None:
    """A beta distribution fits a probability whatever its shapes."""
    text = minimal.replace("p_other_class: {point: 0.1,", "p_other_class: {beta: [0.5, 0.5],")
    assert load_text(text, file="case.yaml").spec.act.p_other_class.beta == (0.5, 0.5)


def test_circle_of_territories_is_found(minimal: str, refused: Refused) -> None:
    """Two senders that lie within each other are reported."""
    us = minimal[minimal.index("  us:\n") : minimal.index("forums:")].rstrip()
    uk = us.replace("  us:", "  uk:", 1).replace("corroboration: 1", "within: us")
    problems = refused(us, us.replace("corroboration: 1", "within: uk") + "\n" + uk)
    assert [problem.path for problem in problems] == ["senders.us.within", "senders.uk.within"]
    assert "us in uk" in str(problems[0])


def test_problems_come_in_line_order(refused: Refused) -> None:
    """Several faults of one file are reported together, by line."""
    problems = refused("horizon_days: 365", "unknown: 1\nhorizon_days: 0\ntitles: x")
    assert [(problem.line, problem.path) for problem in problems] == [
        (6, "unknown"),
        (7, "horizon_days"),
        (8, "titles"),
    ]
