"""The folder of a sweep: begun, filled, resumed, repaired."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scenario.errors import ScenarioError, StoreError
from scenario.experiment.durable import room
from scenario.experiment.sweep_read import read_sweep, repair_sweep, verify_sweep
from scenario.experiment.sweep_store import open_sweep
from scenario.spec.canonical import sha256
from tests.unit.experiment.sweeps import DESIGN, FAILED, IDENTITY, RUNS, begin, fill


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a finished sweep."""
    with begin(tmp_path / "sweep") as sweep:
        fill(sweep)
    return tmp_path / "sweep"


# Files


def test_what_is_written_reads_back(folder: Path) -> None:
    """Rows, failures and design are those that were given."""
    found = read_sweep(folder)
    pd.testing.assert_frame_equal(found.rows, RUNS.iloc[:-1], check_dtype=False)
    assert found.failures.to_numpy().tolist() == [list(FAILED)]
    pd.testing.assert_frame_equal(found.design, DESIGN, check_dtype=False)
    assert found.sentence == "2 of 2 chunks; 7 rows, 1 failed runs"
    assert dict(found.manifest.identity) == IDENTITY


def test_a_chunk_file_bears_the_digest_of_its_bytes(folder: Path) -> None:
    """The name is the index in six digits and 16 digits of the sha256 of the file."""
    for index, path in enumerate(sorted((folder / "chunks").iterdir())):
        assert path.name == f"{index:06d}-{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}.parquet"


def test_a_chunk_file_says_itself_what_it_is(folder: Path) -> None:
    """Sweep, index, experiments, rows and failures lie in the Parquet file, and so inside its digest."""
    path = sorted((folder / "chunks").iterdir())[1]
    told = json.loads(pq.ParquetFile(path).metadata.metadata[b"scenario.chunk"])
    assert told == {
        "format": 1,
        "sweep": sha256(IDENTITY),
        "index": 1,
        "first": 2,
        "last": 3,
        "n_rows": 3,
        "failures": [list(FAILED)],
    }


def test_any_reader_of_parquet_reads_a_chunk(folder: Path) -> None:
    """pandas alone reads a chunk file, compressed by LZ4."""
    path = sorted((folder / "chunks").iterdir())[0]
    pd.testing.assert_frame_equal(pd.read_parquet(path), RUNS.iloc[:4], check_dtype=False)
    day = pq.ParquetFile(path).metadata.row_group(0).column(2)
    assert day.compression == "LZ4"


@pytest.mark.parametrize(
    "same",
    [
        RUNS.sample(frac=1, random_state=1),
        RUNS.assign(who=pd.Categorical(RUNS["who"])),
        RUNS.astype({"who": object}),
        RUNS.set_index(np.arange(8) + 100),
        pa.Table.from_pandas(RUNS, preserve_index=False),
        pa.Table.from_batches(pa.Table.from_pandas(RUNS, preserve_index=False).to_batches(max_chunksize=3)),
    ],
    ids=["rows", "categories", "objects", "index", "arrow", "arrow-in-pieces"],
)
def test_the_same_rows_give_the_same_bytes(tmp_path: Path, same: pd.DataFrame | pa.Table) -> None:
    """Order of rows, kind of table and of text, and pieces of memory do not show in the file's name."""
    names = set()
    for n, table in enumerate((RUNS, same)):
        with open_sweep(tmp_path / str(n), IDENTITY, DESIGN, resume=False, n_chunks=1) as sweep:
            names.add(sweep.write(0, table, [], 0, 3).name)
    assert len(names) == 1


def test_another_value_gives_other_bytes(tmp_path: Path) -> None:
    """A changed cell, failure or span of experiments changes the name."""
    given = [
        (RUNS, [], 0, 3),
        (RUNS.assign(day=RUNS["day"] + 1e-9), [], 0, 3),
        (RUNS, [(0, 2, "x")], 0, 3),
        (RUNS, [], 0, 4),
    ]
    names = set()
    for n, arguments in enumerate(given):
        with open_sweep(tmp_path / str(n), IDENTITY, DESIGN, resume=False, n_chunks=1) as sweep:
            names.add(sweep.write(0, *arguments).name)
    assert len(names) == 4


def test_an_error_text_that_utf8_cannot_hold_is_kept_readable(tmp_path: Path) -> None:
    """A lone surrogate in a failure is written as an escape."""
    with open_sweep(tmp_path, IDENTITY, DESIGN, resume=False, n_chunks=1) as sweep:
        sweep.write(0, RUNS, [(3, 2, "bad \ud800")], 0, 3)
    assert read_sweep(tmp_path).failures["error"].tolist() == ["bad \\ud800"]


def test_a_chunk_of_failures_only_is_complete(tmp_path: Path) -> None:
    """A chunk in which every run failed has no rows, and is there."""
    with open_sweep(tmp_path, IDENTITY, DESIGN, resume=False, n_chunks=1) as sweep:
        sweep.write(0, RUNS.iloc[:0], [(m, 0, "x") for m in range(4)], 0, 3)
        assert sweep.missing() == []
    found = read_sweep(tmp_path)
    assert (len(found.rows), len(found.failures)) == (0, 4)


def test_rows_per_experiment_need_no_replication(tmp_path: Path) -> None:
    """Where only summaries are kept, rows are sorted by experiment and keep their order within one."""
    table = pd.DataFrame({"experiment": [1, 0, 1], "outcome": ["b", "a", "a"], "mean": [3.0, 1.0, 2.0]})
    with open_sweep(tmp_path, IDENTITY, DESIGN, resume=False, n_chunks=1) as sweep:
        sweep.write(0, table, [], 0, 3)
    assert read_sweep(tmp_path).rows["mean"].tolist() == [1.0, 3.0, 2.0]


@pytest.mark.parametrize(
    ("table", "failed", "first", "rule"),
    [
        (RUNS.drop(columns="experiment"), [], 0, "must have a column experiment"),
        (RUNS, [], 1, r"experiments from 1 to 3 \(got 0 to 3\)"),
        (RUNS, [(9, 0, "x")], 0, r"experiments from 0 to 3 \(got 0 to 9\)"),
        (RUNS, [(2, 1, "x")], 0, r"every run once \(got e0002-r001 twice\)"),
        (pd.concat([RUNS, RUNS.iloc[:1]]), [], 0, r"every run once \(got e0000-r000 twice\)"),
        (RUNS.assign(experiment=RUNS["experiment"] / 1), [], 0, "must hold whole numbers"),
    ],
)
def test_rows_that_are_not_of_the_chunk_are_refused(
    tmp_path: Path, table: pd.DataFrame, failed: list[tuple[int, int, str]], first: int, rule: str
) -> None:
    """A table without experiments, with others, or with a run twice is our own bug: exit code 70."""
    with open_sweep(tmp_path, IDENTITY, DESIGN, resume=False, n_chunks=1) as sweep:
        with pytest.raises(ScenarioError, match=rule) as refused:
            sweep.write(0, table, failed, first, 3)
        assert sweep.missing() == [0]
    assert refused.value.exit_code == 70


def test_a_chunk_beyond_the_last_is_refused(tmp_path: Path) -> None:
    """Indices count from 0."""
    with begin(tmp_path) as sweep, pytest.raises(ScenarioError, match=r"one of 2 \(got number 2\)"):
        sweep.write(2, RUNS, [], 0, 3)


def test_a_sweep_has_a_chunk(tmp_path: Path) -> None:
    """No chunks are refused."""
    with pytest.raises(ScenarioError, match=r"at least one chunk \(got 0\)"):
        open_sweep(tmp_path, IDENTITY, DESIGN, resume=False, n_chunks=0)


def test_a_complete_chunk_is_not_written_again(folder: Path) -> None:
    """Writing the same rows again leaves the file alone; other rows are refused: the sweep is not reproducible."""
    before = {path: path.stat().st_mtime_ns for path in (folder / "chunks").iterdir()}
    with begin(folder, resume=True) as sweep:
        sweep.write(0, RUNS.iloc[:4], [], 0, 1)
        with pytest.raises(StoreError, match=r"the same bytes whenever it is computed.*\n.*E413"):
            sweep.write(0, RUNS.iloc[:3], [], 0, 1)
    assert {path: path.stat().st_mtime_ns for path in (folder / "chunks").iterdir()} == before


# Beginning and resuming


@pytest.mark.parametrize("resume", [True, False])
@pytest.mark.parametrize("exists", [True, False])
def test_an_empty_folder_starts_afresh(tmp_path: Path, resume: bool, exists: bool) -> None:
    """A folder that is new or empty is begun, also with resume."""
    place = tmp_path / "a" / "b"
    if exists:
        place.mkdir(parents=True)
    with begin(place, resume=resume) as sweep:
        assert sweep.missing() == [0, 1]


def test_a_folder_with_a_sweep_is_refused_without_resume(folder: Path) -> None:
    """The message says how to go on with it; nothing changes."""
    with pytest.raises(StoreError, match=r"holds a sweep.*\n.*--resume goes on with it.*E405"):
        begin(folder)
    assert verify_sweep(folder).is_whole


def test_resume_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Only the chunk that is not there is missing."""
    with begin(tmp_path) as sweep:
        sweep.write(1, RUNS.iloc[4:], [], 2, 3)
        assert sweep.missing() == [0]
    with begin(tmp_path, resume=True) as sweep:
        assert sweep.missing() == [0]
        sweep.write(0, RUNS.iloc[:4], [], 0, 1)
        assert sweep.missing() == []


def test_resuming_another_sweep_is_refused_key_by_key(folder: Path) -> None:
    """Every key that differs is told with its old and its new value; a whole float equals its integer."""
    with pytest.raises(StoreError, match="as it was begun") as refused:
        begin(folder, resume=True, seed=3, scenario={"hash": "cd"}, engine="e2", chunk=2.0)
    lines = str(refused.value).splitlines()
    assert lines[0].endswith("(got 3 differences).")
    assert lines[1:4] == [
        f'  scenario.hash: was "{"ab" * 28}..., is "cd"',
        "  seed: was 0, is 3",
        '  engine: was not there, is "e2"',
    ]
    assert lines[-1].endswith("[E406]")


def test_resuming_with_another_design_or_size_is_refused(folder: Path) -> None:
    """The table of experiments and the number of chunks are part of what must be the same."""
    with pytest.raises(StoreError, match=r"\n  n_chunks: was 2, is 4"):
        begin(folder, resume=True, step=1)
    with pytest.raises(StoreError, match=r'\n  design: was "?[0-9a-f]+'):
        open_sweep(folder, IDENTITY, DESIGN.assign(delay=0.0), resume=True, n_chunks=2)


def test_leftovers_are_removed_and_other_files_left_alone(folder: Path) -> None:
    """Half-written files of ours go; notes, pictures and other people's .partial stay."""
    ours = [folder / "manifest.json.partial", folder / "chunks" / f"000001-{'0' * 16}.parquet.partial"]
    others = [folder / "notes.partial", folder / "chunks" / "readme.txt", folder / "fig.png.partial"]
    for path in (*ours, *others):
        path.write_text("mine", encoding="utf-8")
    with begin(folder, resume=True) as sweep:
        assert (sweep.missing(), sweep.damaged()) == ([], [])
    assert [path.exists() for path in ours] == [False, False]
    assert [path.read_text(encoding="utf-8") for path in others] == ["mine"] * 3


@pytest.mark.parametrize("name", ["manifest.json", "design.parquet", "lock", "chunks"])
def test_a_file_of_somebody_else_is_not_overwritten(tmp_path: Path, name: str) -> None:
    """Where a name of ours is taken by a file that is not ours, the folder is refused and the file stays."""
    (tmp_path / name).write_text('{"a": 1}', encoding="utf-8")
    with pytest.raises(StoreError, match=r"E40[89]"):
        begin(tmp_path)
    assert (tmp_path / name).read_text(encoding="utf-8") == '{"a": 1}'


@pytest.mark.parametrize("name", ["chunks", "lock"])
def test_nothing_is_written_through_a_link(tmp_path: Path, name: str) -> None:
    """A link in place of the folder of chunks or of the lock, to somewhere else, is refused."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "sweep").mkdir()
    (tmp_path / "sweep" / name).symlink_to(tmp_path / "elsewhere" / "x" if name == "lock" else "../elsewhere")
    with pytest.raises(StoreError, match="E409"):
        begin(tmp_path / "sweep")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    """The message names the path and the reason."""
    (tmp_path / "sweep").write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match=r"sweep: .*File exists.*\n.*E402"):
        begin(tmp_path / "sweep")


def test_a_second_sweep_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    """While a sweep has a folder, another is refused; when it has ended, not."""
    with begin(tmp_path), pytest.raises(StoreError, match=rf"process {os.getpid()} on .*\n.*E404"):
        begin(tmp_path, resume=True)
    begin(tmp_path, resume=True).close()


def test_a_refused_sweep_gives_the_folder_free(folder: Path) -> None:
    """A refusal leaves no lock behind in this very process."""
    with pytest.raises(StoreError, match="E406"):
        begin(folder, resume=True, seed=1)
    begin(folder, resume=True).close()


def test_a_design_without_numbers_gets_them(tmp_path: Path) -> None:
    """Experiments are counted from 0; an index of that name is taken."""
    for n, given in enumerate((DESIGN.drop(columns="experiment"), DESIGN.set_index("experiment"))):
        with open_sweep(tmp_path / str(n), IDENTITY, given, resume=False, n_chunks=1) as sweep:
            sweep.write(0, RUNS, [], 0, 3)
        assert read_sweep(tmp_path / str(n)).design["experiment"].tolist() == [0, 1, 2, 3]


def test_a_design_of_mixed_values_is_written_as_text(tmp_path: Path) -> None:
    """A column with truth values, texts and lists keeps the texts and spells the others as JSON."""
    mixed = pd.DataFrame({"what": pd.Series([True, "eu", [1, 2.0], None], dtype=object)})
    with open_sweep(tmp_path, IDENTITY, mixed, resume=False, n_chunks=1) as sweep:
        sweep.write(0, RUNS, [], 0, 3)
    assert read_sweep(tmp_path).design["what"].tolist()[:3] == ["true", "eu", "[1,2]"]


# Damage and repair


def test_damage_is_named_and_only_that_chunk_is_missing_after_repair(folder: Path) -> None:
    """A flipped bit is found; repair moves the file away, and only its chunk is to be computed again."""
    path = sorted((folder / "chunks").iterdir())[1]
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    with begin(folder, resume=True) as sweep:
        assert [str(one) for one in sweep.damaged()] == [f"{path.name} has other bytes than were written"]
        assert [one.index for one in sweep.repair()] == [1]
        assert (sweep.missing(), sweep.damaged()) == ([1], [])
        assert path.with_name(path.name + ".damaged").exists()
        assert fill(sweep) == [path]
    assert verify_sweep(folder).is_whole


def test_a_file_moved_away_before_is_kept(folder: Path) -> None:
    """The same chunk damaged twice leaves both damaged files."""
    path = sorted((folder / "chunks").iterdir())[0]
    for data in (b"one", b"two"):
        path.write_bytes(data)
        repair_sweep(folder)
    aside = [path.with_name(path.name + ending).read_bytes() for ending in (".damaged", ".damaged-1")]
    assert aside == [b"one", b"two"]


def test_a_damaged_design_is_written_anew(folder: Path) -> None:
    """The design is named as damaged, and repair puts back its bytes."""
    path = folder / "design.parquet"
    data = path.read_bytes()
    path.write_bytes(data + b"\0")
    with pytest.raises(StoreError, match=r"damaged: design.parquet has other bytes"):
        read_sweep(folder, allow_partial=True)
    with begin(folder, resume=True) as sweep:
        assert [one.path for one in sweep.repair()] == [path]
        assert (sweep.missing(), path.read_bytes()) == ([], data)


def test_a_damaged_manifest_is_moved_away_and_written_anew(folder: Path) -> None:
    """Chunks outlive their manifest: it is refused, moved away by repair, and written again by resume."""
    data = (folder / "manifest.json").read_bytes()
    (folder / "manifest.json").write_bytes(data.replace(b'"seed": 0', b'"seed": 1'))
    with pytest.raises(StoreError, match=r"must be as it was written.*\n.*E408"):
        begin(folder, resume=True)
    assert [one.path.name for one in repair_sweep(folder)] == ["manifest.json"]
    with pytest.raises(StoreError, match="E405"):
        begin(folder)
    with begin(folder, resume=True) as sweep:
        assert sweep.missing() == []
    assert (folder / "manifest.json").read_bytes() == data


def test_chunks_without_a_manifest_do_not_pass_for_another_sweep(folder: Path) -> None:
    """A folder with chunks of another sweep alone is refused, and they stay."""
    (folder / "manifest.json").unlink()
    before = sorted(path.name for path in (folder / "chunks").iterdir())
    with pytest.raises(StoreError, match=r"sweep of the chunks: was [0-9a-f]{8}, is [0-9a-f]{8}"):
        begin(folder, resume=True, seed=5)
    assert sorted(path.name for path in (folder / "chunks").iterdir()) == before


def test_a_design_file_of_another_library_version_is_written_with_its_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sweep that stopped before its design was written goes on where Parquet files are written differently."""
    begin(tmp_path).close()
    (tmp_path / "design.parquet").unlink()
    real = pq.ParquetWriter
    monkeypatch.setattr(pq, "ParquetWriter", lambda *a, **k: real(*a, **k | {"compression": "snappy"}))
    with begin(tmp_path, resume=True) as sweep:
        assert sweep.damaged() == []
    assert verify_sweep(tmp_path).damaged == ()


# Room


def test_too_little_room_is_told_before_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is free and what is needed are told; a folder that is not there yet is on the disk of its parent."""
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=2_000_000))
    room(tmp_path / "a" / "b", 2_000_000)
    with pytest.raises(StoreError, match=r"room for 3.0 MB \(got 2.0 MB free\).*\n.*E403"):
        room(tmp_path / "a" / "b", 3_000_000)


def test_room_that_cannot_be_known_is_not_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system does not tell what is free, nothing is refused."""

    def untold(_: Path) -> None:
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr("shutil.disk_usage", untold)
    room(tmp_path, 10**18)
