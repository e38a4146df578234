"""Results as files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
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


TABLE = {
    "run": np.array([0, 1, 2]),
    "is_over": np.array([True, False, True]),
    "day": np.array([0.5, np.nan, 0.0]),
    "kind": ["start", "", "end"],
}


def digest_of(small: Result, **columns: object) -> str:
    """The digest of a small table with some columns replaced."""
    return digest(replace(small, outcomes=pd.DataFrame(TABLE | columns)), "outcomes")


def test_equal_tables_have_equal_digests(small: Result) -> None:
    """A table made again from the same values has the same digest."""
    copied = {name: column.copy() for name, column in TABLE.items()}
    assert digest_of(small, **copied) == digest_of(small)


@pytest.mark.parametrize(
    "changed",
    [
        {"run": np.array([0, 1, 3])},
        {"is_over": np.array([True, True, True])},
        {"day": np.array([0.5, 0.0, 0.0])},
        {"day": np.array([0.5, np.nan, 5e-324])},
        {"kind": ["start", "end", ""]},
        {"kind": ["start", None, "end"]},
        {"kind": ["starte", "", "nd"]},
        {"is_over": np.array([1, 0, 1])},
        {"run": np.array([0.0, 1.0, 2.0])},
        {"run": np.array([0, 1, 2], dtype="uint64")},
        {"more": np.array([0, 0, 0])},
    ],
    ids=[
        "number",
        "truth-value",
        "NaN-to-0",
        "smallest-float",
        "text-order",
        "text-missing",
        "text-border",
        "truth-to-number",
        "number-to-float",
        "sign-of-type",
        "new-column",
    ],
)
def test_every_kind_of_change_changes_the_digest(small: Result, changed: dict[str, object]) -> None:
    """A digest sees values, missing values, borders between texts, kinds of values and columns."""
    assert digest_of(small, **changed) != digest_of(small)


@pytest.mark.parametrize(
    "reordered",
    [
        pd.DataFrame(TABLE).iloc[[1, 0, 2]],
        pd.DataFrame(TABLE)[["is_over", "run", "day", "kind"]],
        pd.DataFrame(TABLE).rename(columns={"run": "is_over", "is_over": "run"}),
        pd.DataFrame(TABLE).iloc[:2],
    ],
    ids=["rows", "columns", "names", "fewer-rows"],
)
def test_order_and_names_change_the_digest(small: Result, reordered: pd.DataFrame) -> None:
    """A digest sees the order of rows and columns, their names and their number."""
    assert digest(replace(small, outcomes=reordered), "outcomes") != digest_of(small)


def test_one_nan_and_one_zero(small: Result) -> None:
    """Payload and sign of a NaN, and the sign of zero, do not show in the digest."""
    odd = np.array([0x3FE0000000000000, 0xFFF8000000000123, 0x8000000000000000], dtype="uint64").view(
        "float64"
    )
    assert digest_of(small, day=odd) == digest_of(small)


def test_the_digest_does_not_depend_on_the_machine(small: Result) -> None:
    """Another byte order, or a width that holds the same values, gives the same digest."""
    other = {
        "run": TABLE["run"].astype(">i4"),
        "day": TABLE["day"].astype(">f8"),
        "kind": pd.Categorical(TABLE["kind"]),
    }
    assert digest_of(small, **other) == digest_of(small)


def test_the_digest_is_the_sha256_of_the_bytes_it_tells_of(small: Result) -> None:
    """A table of two columns and two rows, written out by hand."""
    table = pd.DataFrame({"n": np.array([1, -1]), "t": ["a", None]})
    told = b"n\xffi" + b"\2" + bytes(7) + b"\1" + bytes(7) + b"\xff" * 8
    told += b"t\xfft" + b"\2" + bytes(7) + b"a\xff\xfe\xff"
    assert digest(replace(small, outcomes=table), "outcomes") == hashlib.sha256(told).hexdigest()


def test_a_table_read_back_has_its_digest(small: Result, tmp_path: Path) -> None:
    """The digests in the manifest are those of the Parquet files beside it."""
    write_result(small, tmp_path, command="c")
    told = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["tables"]
    for stem in ("outcomes", "events"):
        table = pd.read_parquet(tmp_path / f"{stem}.parquet")
        assert digest(replace(small, outcomes=table), "outcomes") == told[f"{stem}.parquet"]


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
