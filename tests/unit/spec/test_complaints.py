"""The sentences in which a schema error is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import scenario.spec
from scenario.errors import Problem
from scenario.spec.names import did_you_mean, is_name

CASES = [
    ("horizon_days: 365", "horizon_dais: 365", "E120", "hint: did you mean 'horizon_days'?"),
    ("kind: flow", "kind: flw", "E124", "act.kind must be one of one_shot, flow, ongoing (got flw)."),
    ("gravity: 1", "gravity: 4", "E122", "act.gravity must be a whole number >= 0 and <= 3 (got 4)."),
    ("gravity: 1", "gravity: 1.5", "E122", "act.gravity must be a whole number >= 0 and <= 3 (got 1.5)."),
    ("is_leaked: true", "is_leaked: yes", "E123", "disclosure.is_leaked must be true or false (got yes)."),
    ("unit: units", "unit: 3", "E123", "act.unit must be text (got 3)."),
    ("unit: units", f"unit: {'u' * 41}", "E125", "act.unit must have at most 40 characters"),
    ("name: minimal", "name: Minimal", "E125", "name must match ^[a-z0-9][a-z0-9-]{0,63}$ (got Minimal)."),
    ("as_of: 2024-09-09", "as_of: 2024-02-30", "E126", "as_of must be a date such as 2024-09-09"),
    (
        "as_of: 2024-09-09",
        "as_of: 20240909",
        "E126",
        "as_of must be a date such as 2024-09-09 (got 20240909).",
    ),
    ("members: [us, them]", "members: us", "E123", "forums.club.members must be a list (got us)."),
    (
        "members: [us, them]",
        "members: []",
        "E125",
        "forums.club.members must have at least 1 entries (got []).",
    ),
    ("{point: 0.1, why: made up}", "0.1", "E122", "hint: write {point: 0.1, status: assumed, why: ...}"),
    (
        "{point: 0.1, why: made up}",
        "{point: 0.1}",
        "E127",
        "must name its evidence or say why (got neither).",
    ),
    ("{point: 0.1, why: made up}", "{why: x}", "E127", "must hold exactly one of point, uniform"),
    ("{point: 0.1, why: made up}", "{uniform: [1, 0], why: x}", "E127", "rising order (got [1.0, 0.0])."),
    (
        "{point: 0.1, why: made up}",
        "{beta: [a, 1], why: x}",
        "E122",
        "beta.0 must be a finite number (got a).",
    ),
    (
        "{point: 0.1, why: made up}",
        "{uniform: [x, 1], why: x}",
        "E122",
        "finite number >= 0 and <= 1, unit: prob",
    ),
    ("{point: 0.1, why: made up}", "{point: 0.1, whi: x}", "E120", "did you mean 'why'?"),
]


@pytest.mark.parametrize(("old", "new", "code", "words"), CASES)
def test_schema_error_is_one_sentence(
    refused: Callable[..., tuple[Problem, ...]], old: str, new: str, code: str, words: str
) -> None:
    """Each class of error has its code and a sentence with path, rule, value got and a line."""
    problems = [problem for problem in refused(old, new) if problem.code == code]
    assert len(problems) == 1
    assert words in str(problems[0])
    assert problems[0].line > 1


def test_missing_key_is_told_with_its_meaning(refused: Callable[..., tuple[Problem, ...]]) -> None:
    """A missing key is named with what it means."""
    (problem,) = refused("  finding_exists: false\n  partner_correlation", "  x_correlation")[-1:]
    missing = [p for p in refused("    title: newspapers\n", "") if p.code == "E121"]
    assert [p.path for p in missing] == ["channels.press.title"]
    assert problem.hint == "did you mean 'partner_correlation'?"


def test_nearest_name_ignores_case() -> None:
    """A slip in case or a swapped letter finds its name; nothing near lists what there is."""
    assert did_you_mean("EU", ["us", "eu"]) == "did you mean 'eu'?"
    assert did_you_mean("ue", ["us", "eu", "uk"]) == "did you mean 'eu'?"
    assert did_you_mean("horzon", ["horizon", "act"]) == "did you mean 'horizon'?"
    assert did_you_mean("zzz", ["us", "eu"]) == "known here: us, eu"
    assert did_you_mean("zzz", []) == "nothing is declared there"


@pytest.mark.parametrize("name", ["us", "UK-2", "a_b", "x" * 40])
def test_plain_names_are_names(name: str) -> None:
    """Letters, digits, - and _ make a name."""
    assert is_name(name)


@pytest.mark.parametrize(
    "name", ["", "a.b", "*", "2x", "a b", "ü", "../x", "x" * 41, "a\n", "all", "point", "<b>"]
)
def test_other_texts_are_no_names(name: str) -> None:
    """What could not stand in a path, a column or a file name is no name."""
    assert not is_name(name)


def test_every_code_is_in_the_table() -> None:
    """The table of codes in the package's docstring holds each code that is used, and no other."""
    folder = Path(scenario.spec.__file__).parent
    sources = [path.read_text(encoding="utf-8") for path in folder.glob("*.py") if path.name != "__init__.py"]
    used = {code for source in sources for code in re.findall(r'"(E1\d\d)"', source)}
    assert used == set(re.findall(r"E1\d\d", scenario.spec.__doc__ or ""))
