"""Twenty environments (`make proof`): a run, a sweep and an answer have the same bytes in all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.proof.record import recorded
from tests.reliability.environments import FIRST, OTHERS, Environment, changed, outcome

pytestmark = pytest.mark.proof


def test_no_environment_changes_a_byte(tmp_path: Path) -> None:
    """Tables and files of 20 further environments are those of the first; what hangs on hashes is seen to change."""
    with recorded("environments", size={"environments": len(OTHERS)}, seed=3) as figure:
        first = outcome(tmp_path / "first", FIRST)
        figure["digests"] = len(first)
        found = {}
        for number, (name, environment) in enumerate(OTHERS.items()):
            found[name] = changed(first, outcome(tmp_path / str(number), environment))
        figure["changed"] = {name: files for name, files in found.items() if files}
        spoiled = [
            outcome(
                tmp_path / f"spoiled-{seed}", Environment(variables={"PYTHONHASHSEED": seed}), "hash-order"
            )
            for seed in ("1", "2")
        ]
        figure["planted"] = {"outcomes in the order of a set": changed(*spoiled)}
        assert len(OTHERS) == 20
        assert figure["changed"] == {}
        assert "outcomes" in figure["planted"]["outcomes in the order of a set"]
        assert "sweep" not in figure["planted"]["outcomes in the order of a set"]
