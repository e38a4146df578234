"""Reading the folder of a sweep: tables, digest, DuckDB."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from scenario.errors import DataError, StoreError
from scenario.experiment import sweep_digest
from scenario.experiment.chunk_file import Chunk
from scenario.experiment.store import table_digest
from scenario.experiment.sweep_digest import digest
from scenario.experiment.sweep_read import connect, read_sweep, repair_sweep, verify_sweep
from scenario.experiment.sweep_store import open_sweep
from scenario.spec.canonical import sha256
from tests.unit.experiment.sweeps import DESIGN, FAILED, IDENTITY, RUNS, begin, fill


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a finished sweep."""
    with begin(tmp_path / "sweep") as sweep:
        fill(sweep)
    return tmp_path / "sweep"


def test_a_sweep_that_is_not_whole_is_not_read(tmp_path: Path) -> None:
    """Missing and damaged chunks are named, exit code 4; part of it is read on request, and says so."""
    with begin(tmp_path, step=1) as sweep:
        fill(sweep, step=1)
    second, third = sorted((tmp_path / "chunks").iterdir())[1:3]
    second.unlink()
    third.write_bytes(b"")
    told = f"2 of 4 chunks; missing: 1, 2; damaged: {third.name} has other bytes"
    with pytest.raises(StoreError, match=told) as refused:
        read_sweep(tmp_path)
    assert refused.value.exit_code == 4
    for read in (digest, connect):
        with pytest.raises(StoreError, match=told):
            read(tmp_path)
    found = read_sweep(tmp_path, allow_partial=True)
    assert found.rows["experiment"].tolist() == [0, 0, 3]
    assert found.condition.missing == (1, 2)
    assert found.sentence.startswith(told)
    assert found.sentence.endswith("3 rows, 1 failed runs")


def test_nothing_at_all_is_read_as_an_empty_table(tmp_path: Path) -> None:
    """A sweep without a chunk has no rows."""
    begin(tmp_path).close()
    assert len(read_sweep(tmp_path, allow_partial=True).rows) == 0


def test_a_folder_without_a_sweep_is_refused(tmp_path: Path) -> None:
    """The message says what is missing."""
    for read in (read_sweep, digest, connect, verify_sweep, repair_sweep):
        with pytest.raises(StoreError, match=r"must have a manifest.json \(got none\).*\n.*E407"):
            read(tmp_path)


def test_some_columns_come_with_the_id_of_the_run(folder: Path) -> None:
    """Columns asked for are read in the order of the file; another is refused."""
    assert list(read_sweep(folder, ["is_over", "day"]).rows) == [
        "experiment",
        "replication",
        "day",
        "is_over",
    ]
    with pytest.raises(DataError, match=r"\(experiment, replication, day, who, is_over\) \(got days\).*E414"):
        read_sweep(folder, ["days"])


def test_a_finished_sweep_can_be_read_while_another_process_holds_it(folder: Path) -> None:
    """Reading takes no lock."""
    with begin(folder, resume=True):
        assert len(read_sweep(folder).rows) == 7


def test_a_run_in_two_chunks_is_refused(tmp_path: Path) -> None:
    """Valid chunks that hold the same run do not go together."""
    with begin(tmp_path) as sweep:
        sweep.write(0, RUNS, [], 0, 3)
        sweep.write(1, RUNS.iloc[4:], [], 2, 3)
    with pytest.raises(StoreError, match=r"hold every run once \(got e0002-r000 twice\).*\n.*E411"):
        read_sweep(tmp_path)


def test_an_experiment_in_no_chunk_is_refused(tmp_path: Path) -> None:
    """Chunks that are all there must cover the design."""
    with begin(tmp_path) as sweep:
        sweep.write(0, RUNS.iloc[:2], [], 0, 0)
        sweep.write(1, RUNS.iloc[4:], [], 2, 3)
    with pytest.raises(StoreError, match=r"hold every experiment \(got none with experiment 1\).*\n.*E411"):
        read_sweep(tmp_path)


def test_chunks_with_other_columns_are_refused(tmp_path: Path) -> None:
    """A column that only some chunks have is not filled with nothing."""
    with begin(tmp_path) as sweep:
        sweep.write(0, RUNS.iloc[:4], [], 0, 1)
        sweep.write(1, RUNS.iloc[4:].drop(columns="who"), [], 2, 3)
    with pytest.raises(StoreError, match=r"same columns \(got different ones\).*\n.*E411"):
        read_sweep(tmp_path)


# Digest


def test_the_digest_does_not_depend_on_the_size_of_chunks(tmp_path: Path) -> None:
    """One, two or four chunks, written in any order, have the digest of the tables by hand."""
    found = set()
    for step in (1, 2, 4):
        with begin(tmp_path / str(step), step=step, chunk=step) as sweep:
            fill(sweep, step=step)
        found.add(digest(tmp_path / str(step)))
    failed = pd.DataFrame([FAILED], columns=["experiment", "replication", "error"])
    tables = {"design": DESIGN, "rows": RUNS.iloc[:-1], "failures": failed}
    assert found == {sha256({name: table_digest(table) for name, table in tables.items()})}


def test_a_column_that_is_all_missing_in_one_chunk_keeps_its_kind(tmp_path: Path) -> None:
    """Text, and times that never come in a whole chunk, give the same digest whatever the chunks."""
    table = RUNS.assign(who=pd.Series([None] * 4 + ["us"] * 4, dtype=object), day=[np.nan] * 4 + [1.0] * 4)
    found = set()
    for step in (2, 4):
        with begin(tmp_path / str(step), step=step) as sweep:
            for index in range(4 // step):
                first, last = index * step, index * step + step - 1
                sweep.write(index, table[table["experiment"].between(first, last)], [], first, last)
        found.add(digest(tmp_path / str(step)))
        counted = connect(tmp_path / str(step)).sql("select count(who), count(day) from runs").fetchall()
        assert counted == [(4, 4)]
    assert len(found) == 1


@pytest.mark.parametrize("held", [1, 8 * 7 * 2, 2**20])
def test_the_digest_reads_no_more_at_once_than_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    """One column, two, or all at once: the digest is that of the whole table, which is not read as one."""
    with begin(tmp_path, step=1, chunk=1) as sweep:
        fill(sweep, step=1)
    expected = digest(tmp_path)
    read = list[int]()

    def counted(self: Chunk, columns: list[str] | None = None) -> pa.Table:
        read.append(len(self.column_names) if columns is None else len(columns))
        return whole(self, columns)

    whole = Chunk.table
    monkeypatch.setattr(Chunk, "table", counted)
    monkeypatch.setattr(sweep_digest, "HELD_BYTES", held)
    assert digest(tmp_path) == expected
    assert max(read) == {1: 1, 8 * 7 * 2: 2, 2**20: 5}[held]


def test_chunks_of_other_types_have_the_digest_of_the_whole(tmp_path: Path) -> None:
    """Whole numbers in one chunk and a missing one in the next make numbers of both, as in one table."""
    table = RUNS.drop(columns="who").assign(n=[1, 2, 3, 4, 5, None, 7, 8])
    for step in (2, 4):
        with begin(tmp_path / str(step), step=step) as sweep:
            for index in range(4 // step):
                first, last = index * step, index * step + step - 1
                part = table[table["experiment"].between(first, last)]
                plain = part.astype({"n": "int64"}) if part["n"].notna().all() else part
                sweep.write(index, plain, [], first, last)
    assert digest(tmp_path / "2") == digest(tmp_path / "4")


@pytest.mark.parametrize("what", ["row", "failure", "design"])
def test_the_digest_sees_every_table(folder: Path, tmp_path: Path, what: str) -> None:
    """A changed row, failure or experiment changes the digest."""
    design = DESIGN.assign(policy="a") if what == "design" else DESIGN
    rows = RUNS.iloc[:-1].assign(day=1.0) if what == "row" else RUNS.iloc[:-1]
    failed = (3, 1, "another") if what == "failure" else FAILED
    with open_sweep(tmp_path / "other", IDENTITY, design, resume=False, n_chunks=1) as sweep:
        sweep.write(0, rows, [failed], 0, 3)
    assert digest(tmp_path / "other") != digest(folder)


# DuckDB


def test_duckdb_sees_runs_experiments_and_failures(folder: Path) -> None:
    """A query over the three views gives what pandas gives; a time that never came is NULL."""
    connection = connect(folder)
    query = "select policy, count(*), count(day) from runs join experiments using (experiment) group by 1 order by 1"
    assert connection.sql(query).fetchall() == [("a", 4, 3), ("b", 3, 3)]
    assert connection.sql("from failures").fetchall() == [FAILED]
    assert connection.sql("select max(day) from runs").fetchall() == [(np.inf,)]


def test_duckdb_reads_a_folder_with_any_name(tmp_path: Path) -> None:
    """Brackets, stars, quotes and spaces in a path stand for themselves."""
    place = tmp_path / "it's [a] * sweep?"
    with begin(place) as sweep:
        fill(sweep)
    assert connect(place).sql("select count(*) from runs").fetchall() == [(7,)]


def test_duckdb_says_that_no_run_failed(tmp_path: Path) -> None:
    """Without failures the view is there and empty."""
    with open_sweep(tmp_path, IDENTITY, DESIGN, resume=False, n_chunks=1) as sweep:
        sweep.write(0, RUNS, [], 0, 3)
    assert connect(tmp_path).sql("select count(*) from failures").fetchall() == [(0,)]
