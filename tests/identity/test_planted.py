"""A fault planted in either engine turns the comparison red, and the difference says where."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.identity.comparing import Tally, compare_generated
from tests.identity.planted import COMPILED, GUARDS, REFERENCE, check_guards_with, compare_with

N_SCENARIOS = 120


@pytest.mark.parametrize("fault", REFERENCE)
def test_a_fault_in_the_reference_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first differing event is named with run, number and both sides."""
    REFERENCE[fault](monkeypatch)
    tally = Tally()
    for _ in compare_generated(0, N_SCENARIOS, tally):
        if tally.differences:
            break
    assert tally.differences
    assert "run e000" in tally.differences[0]
    assert "reference" in tally.differences[0]
    assert "compiled" in tally.differences[0]


def _find(fault: str, folder: Path, n_scenarios: int) -> None:
    """Compare with a fault and demand that it is found."""
    found = compare_with(fault, folder, n_scenarios)
    assert found.returncode == 1, found.stdout + found.stderr[-2000:]
    assert "reference" in found.stdout
    assert "run e000" in found.stdout


def test_a_fault_in_the_compiled_engine_is_found(tmp_path: Path) -> None:
    """An edited line of the compiled engine acts at once, and is found."""
    _find("a redrawn clock", tmp_path, N_SCENARIOS)


@pytest.mark.proof
@pytest.mark.parametrize("fault", COMPILED)
def test_every_fault_in_the_compiled_engine_is_found(fault: str, tmp_path: Path) -> None:
    """Each of the planted lines is found within 1,000 random scenarios."""
    _find(fault, tmp_path, 1000)


@pytest.mark.proof
@pytest.mark.parametrize("fault", GUARDS)
def test_every_fault_of_the_guards_is_found(fault: str, tmp_path: Path) -> None:
    """Each reading that is not noted turns the test of the guards red."""
    found = check_guards_with(fault, tmp_path)
    assert found.returncode == 1, found.stdout[-2000:] + found.stderr[-2000:]
    assert "AssertionError" in found.stdout
