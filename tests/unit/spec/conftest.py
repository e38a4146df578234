"""The minimal scenario as text, a small ledger beside it, and what a text is refused for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scenario.errors import Problem, SpecError
from scenario.spec.load import load_text

MINIMAL = Path(__file__).resolve().parents[2] / "minimal.yaml"

LEDGER = """\
as_of: 2024-09-09
discount: verif.same_source
documents: {S0: {file: report.txt, kind: news report, grade: C3, why: made up}}
origins: {O1: one leak}
parameters:
  verif.p_true:
    {role: input, unit: probability, meaning: made up, scale: odds, prior: {beta: [9, 5], why: made up}}
  verif.same_source:
    {role: input, unit: probability, meaning: made up, scale: none, prior: {beta: [7, 3], why: made up}}
  eu.lag:
    {role: target, unit: day, meaning: made up, prior: {lognormal: {median: 42, sigma: 0.7}, why: made up}}
items:
  - id: E01
    document: S0
    line: 3
    says: officials said so
    origin: O1
    informs:
      - {parameter: verif.p_true, op: likelihood_ratio, median: 1.2, range90: [0.9, 1.8], reason: made up}
      - {parameter: stage, op: context, reason: made up}
  - {id: E02, document: S0, line: 4, says: others said no, origin: O1, alternative_to: E01}
conflicts: [{id: X1, between: [E01, E02], issue: made up, handling: made up}]
absent: [any number]
"""


@pytest.fixture
def minimal() -> str:
    """Return the text of the minimal scenario."""
    return MINIMAL.read_text(encoding="utf-8")


@pytest.fixture
def ledger_text() -> str:
    """Return the text of a small ledger."""
    return LEDGER


@pytest.fixture
def with_ledger(tmp_path: Path, minimal: str) -> Path:
    """Return the path of a minimal scenario that names a ledger in a folder beside it."""
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "case.yaml").write_text(LEDGER, encoding="utf-8")
    path = tmp_path / "case.yaml"
    text = minimal.replace("horizon_days: 365", "horizon_days: 365\nevidence: evidence/case.yaml")
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def refused(minimal: str) -> Callable[..., tuple[Problem, ...]]:
    """Return a function that edits the minimal scenario and returns what it is refused for."""

    def refuse(old: str = "", new: str = "", **options: Any) -> tuple[Problem, ...]:
        assert old in minimal
        text = minimal.replace(old, new, 1) if old else minimal + new
        with pytest.raises(SpecError, match="got") as caught:
            load_text(text, file="case.yaml", **options)
        return caught.value.problems

    return refuse
