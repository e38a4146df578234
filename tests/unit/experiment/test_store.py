"""Results as files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import scenario
from scenario.errors import StoreError
from scenario.experiment.run import Result
from scenario.experiment.store import canonical_command, digest, write_comparison, write_result


def test_what_is_written_reads_back_the_same(small: Result, tmp_path: Path) -> None:
    """Outcomes and events read back from Parquet equal the tables of the result."""
    write_result(small, tmp_path, command="c")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "outcomes.parquet"), small.outcomes)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "events.parquet"), small.events)


def test_the_same_result_gives_the_same_manifest(
    base: scenario.Scenario, small: Result, tmp_path: Path
) -> None:
    """Running again and writing elsewhere gives a manifest with the same bytes."""
    again = scenario.run(base, outer=10, inner=2, seed=7, events=True)
    write_result(small, tmp_path / "one", command="c")
    write_result(again, tmp_path / "two", command="c")
    one, two = ((tmp_path / name / "manifest.json").read_bytes() for name in ("one", "two"))
    assert one == two


def test_a_changed_cell_changes_the_digest(small: Result) -> None:
    """The digest of a table sees one changed value."""
    changed = small.outcomes.copy()
    changed.loc[3, "quantity_net"] += 1e-9
    assert digest(replace(small, outcomes=changed), "outcomes") != digest(small, "outcomes")


def test_a_comparison_writes_both_sides_and_the_differences(base: scenario.Scenario, tmp_path: Path) -> None:
    """A comparison leaves two outcome tables, two manifests, the differences and the comparison."""
    found = scenario.compare(base, scenario.load(base.file, variant="silent"), 4, seed=0)
    names = {path.name for path in write_comparison(found, tmp_path, command="c")}
    sides = {f"{side}-{name}" for side in "ab" for name in ("outcomes.parquet", "manifest.json")}
    assert names == sides | {"differences.csv", "comparison.json"}
    told = json.loads((tmp_path / "comparison.json").read_text(encoding="utf-8"))
    table = pd.read_csv(tmp_path / "differences.csv").set_index("outcome")
    assert table.loc["measures", "difference"] == told["outcomes"]["measures"]["difference"]


def test_a_folder_that_cannot_be_written_is_a_store_error(small: Result, tmp_path: Path) -> None:
    """A file where the folder should be is refused in one sentence."""
    place = tmp_path / "taken"
    place.write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match="the output must be a folder that can be written"):
        write_result(small, place, command="c")


def test_the_canonical_command_quotes_what_a_shell_would_split(small: Result) -> None:
    """A value with a space is quoted; empty options are left out; sizes and seed are spelt out."""
    options = {"variant": "base", "set": ["a.b=c d"], "without": [], "no-twins": True, "events": False}
    command = canonical_command("run", small.scenario, options, small.settings)
    start, sizes = f"scenario run {small.scenario.spec.name} --variant base", "--outer 10 --inner 2 --seed 7"
    assert command == f"{start} --set 'a.b=c d' --no-twins {sizes}"
