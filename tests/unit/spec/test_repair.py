"""Problems of the schema and problems between the parts are reported together."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenario.errors import SpecError
from scenario.spec.load import load_text

MINIMAL = (Path(__file__).parents[2] / "minimal.yaml").read_text(encoding="utf-8")


def problems_of(text: str) -> dict[str, str]:
    """Return path and code of every problem of a text."""
    with pytest.raises(SpecError, match=r"case\.yaml") as caught:
        load_text(text, file="case.yaml")
    return {problem.path: problem.code for problem in caught.value.problems}


def test_an_unknown_key_does_not_hide_an_unknown_partner() -> None:
    """An unknown key, a number out of bounds and a partner that does not exist are all named at once."""
    text = MINIMAL.replace(
        "    title: United States\n", "    title: United States\n    waits_for: [ukk]\n    tittle: x\n"
    )
    text = text.replace("  p_planned: {point: 0.4, why: made up}", "  p_planned: {point: .inf, why: made up}")
    found = problems_of(text.replace("{point: .inf", "{uniform: [0.9, 0.1]"))
    assert found["senders.us.tittle"] == "E120"
    assert found["act.p_planned"] == "E127"
    assert any(path.startswith("senders.us.waits_for") for path in found)


def test_a_misspelt_required_key_does_not_hide_an_unknown_partner() -> None:
    """A required key misspelt is named with its right name, and so is the partner that does not exist."""
    text = MINIMAL.replace("horizon_days: 365", "horizon_day: 365")
    text = text.replace("    title: United States\n", "    title: United States\n    waits_for: [ukk]\n")
    found = problems_of(text)
    assert found["horizon_day"] == "E120"
    assert any(path.startswith("senders.us.waits_for") for path in found)


def test_a_missing_part_is_reported_alone() -> None:
    """Where a required part is missing, no complaint is made up about what hangs on it."""
    found = problems_of(MINIMAL.replace("  kind: flow\n", "", 1))
    assert found == {"act.kind": "E121"}
