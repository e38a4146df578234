"""docs/validation.md shows what the proofs found."""

from __future__ import annotations

import pytest

import scenario
from tests.docs.validation_page import PAGE, SECTIONS, proof, section

TEXT = PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SECTIONS)
def test_a_generated_section_equals_the_proofs(name: str) -> None:
    """Each table of the page is the one that the committed proofs give."""
    assert section(TEXT, name) == SECTIONS[name](), "write it with: python -m tests.docs.validation_page"


def test_the_numbers_are_those_of_the_present_base_case() -> None:
    """The recorded base case has the hash of the file as it stands: no stale numbers on the page."""
    assert proof("base-case")["figure"]["hash"] == scenario.load("iran-russia-missiles-2024").hash


def test_no_committed_proof_failed() -> None:
    """Every proof in reports/proofs passed."""
    folder = PAGE.parents[1] / "reports" / "proofs"
    assert {path.stem for path in folder.glob("*.json") if proof(path.stem)["verdict"] != "passed"} == set()
