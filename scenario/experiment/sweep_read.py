"""Read the folder of a sweep: checked to the last byte before a number is given.

What does not live here: writing and resuming (sweep_store), the digest of it all (sweep_digest), and what the numbers
say (analysis).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from scenario.errors import DataError, Problem, StoreError
from scenario.experiment.chunk_file import KEYS, Chunk, Damage, Head, first_twice, in_order, survey
from scenario.experiment.durable import release_lock, store_error, take_lock
from scenario.experiment.sweep_manifest import (
    DESIGN,
    EXPERIMENT,
    MANIFEST,
    Manifest,
    design_damage,
    read_design,
    read_manifest,
)
from scenario.experiment.sweep_store import CHUNKS, move_aside, survey_chunks

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa

T = TypeVar("T")

_SHOWN = 5
"""So many chunks or files are named in a message."""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Whether a sweep is whole.

    Parameters
    ----------
    n_chunks
        Number of chunks of the sweep; 0 where the manifest is damaged.
    missing
        The chunks without a valid file, in order.
    damaged
        The files that are not what they must be.
    """

    n_chunks: int
    missing: tuple[int, ...]
    damaged: tuple[Damage, ...]

    @property
    def is_whole(self) -> bool:
        """Return whether every chunk is there and no file is damaged."""
        return not self.missing and not self.damaged

    @property
    def sentence(self) -> str:
        """Return the condition in words: "38 of 40 chunks; missing: 3, 17; damaged: ..."."""
        parts = [f"{self.n_chunks - len(self.missing)} of {self.n_chunks} chunks"]
        if self.missing:
            parts.append(f"missing: {_first(self.missing)}")
        if self.damaged:
            parts.append(f"damaged: {_first(self.damaged)}")
        return "; ".join(parts)


@dataclass(frozen=True, kw_only=True)
class SweepTable:
    """What a sweep found.

    Parameters
    ----------
    design
        One row per experiment.
    rows
        The chunks' rows, sorted by (experiment, replication): R runs, or rows per experiment where only those
        were kept.
    failures
        experiment, replication, error; the runs that failed, in order.
    manifest
        Which sweep it is.
    condition
        Whether that is all of it.
    """

    design: pd.DataFrame
    rows: pd.DataFrame
    failures: pd.DataFrame
    manifest: Manifest
    condition: Condition

    @property
    def sentence(self) -> str:
        """Return how much there is: "40 of 40 chunks; 997 rows, 3 failed runs"."""
        return f"{self.condition.sentence}; {len(self.rows):,} rows, {len(self.failures):,} failed runs"


@dataclass(frozen=True, kw_only=True)
class OpenSweep(Generic[T]):
    """A sweep whose bytes were checked, and what was kept of each chunk.

    Parameters
    ----------
    manifest, condition, design
        As in `SweepTable`.
    heads, kept
        What each chunk says of itself, and what was kept of it, in the order of chunks.
    """

    manifest: Manifest
    condition: Condition
    design: pd.DataFrame
    heads: list[Head]
    kept: list[T]


def read_sweep(
    folder: Path, columns: Sequence[str] | None = None, *, allow_partial: bool = False
) -> SweepTable:
    """Return all that a sweep found, after a check of every byte.

    Parameters
    ----------
    columns
        Columns of the rows to read, beside those of the run's id; None for all.
    allow_partial
        Whether to read what is there where chunks are missing or damaged; `condition` then says how much.

    Raises
    ------
    StoreError
        There is no sweep; chunks or the design are missing or damaged (without `allow_partial`; a damaged design
        is always refused); a run is there twice, or an experiment is in no chunk.
    DataError
        There is no such column.
    """
    found = open_sweep_whole(folder, lambda chunk: _rows(chunk, columns), allow_partial=allow_partial)
    return SweepTable(
        design=found.design,
        rows=_joined(folder, found.kept),
        failures=failures_of(found.heads),
        manifest=found.manifest,
        condition=found.condition,
    )


def open_sweep_whole(
    folder: Path, keep: Callable[[Chunk], T], *, allow_partial: bool = False
) -> OpenSweep[T]:
    """Return a sweep with what is wanted of each chunk, after a check of every byte.

    Parameters
    ----------
    keep
        What is wanted of a chunk; its bytes are let go. Chunks come in order.
    allow_partial
        As in `read_sweep`.

    Raises
    ------
    StoreError
        As `read_sweep`.
    """
    manifest = _manifest(folder)
    found = survey(
        folder / CHUNKS,
        sweep=manifest.sweep_id,
        n_chunks=manifest.n_chunks,
        keep=lambda chunk: (chunk.head, keep(chunk)),
    )
    condition = _condition(folder, manifest, complete=found.complete, damaged=found.damaged)
    data = read_design(folder, manifest)
    if isinstance(data, Damage) or not (condition.is_whole or allow_partial):
        raise _not_whole(folder, condition)
    heads, design = [head for head, _ in found.complete.values()], _table_of(data)
    if condition.is_whole:
        _check_cover(folder, design, heads)
    kept = [one for _, one in found.complete.values()]
    return OpenSweep(manifest=manifest, condition=condition, design=design, heads=heads, kept=kept)


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB connection with the views `runs`, `experiments` and `failures`, after a check of every byte.

    The files are read as queries need them. A value that is missing (a time that never came) is NULL: count()
    and avg() leave it out.

    Raises
    ------
    StoreError
        As `read_sweep`.

    Examples
    --------
    ``connect(folder).sql("select experiment, avg(measures) from runs group by experiment").df()``
    """
    import duckdb

    found = open_sweep_whole(folder, lambda chunk: chunk.path)
    connection = duckdb.connect(
        config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    )
    runs = ", ".join(map(_quoted, found.kept))
    connection.execute(f"CREATE VIEW runs AS SELECT * FROM read_parquet([{runs}])")
    design = _quoted(folder / DESIGN)
    connection.execute(f"CREATE VIEW experiments AS SELECT * FROM read_parquet([{design}])")
    connection.register("failures", _arrow_failures(found.heads))
    return connection


def verify_sweep(folder: Path) -> Condition:
    """Return whether a sweep is whole, after a check of every byte; a running sweep can be looked at too.

    Raises
    ------
    StoreError
        There is no sweep.
    """
    try:
        manifest = _manifest(folder)
    except StoreError:
        if not (folder / MANIFEST).exists():
            raise
        bad = Damage(path=folder / MANIFEST, index=None, why="has other bytes than were written")
        return Condition(n_chunks=0, missing=(), damaged=(bad,))
    found = survey_chunks(folder, manifest)
    return _condition(folder, manifest, complete=found.complete, damaged=found.damaged)


def repair_sweep(folder: Path) -> list[Damage]:
    """Move the damaged files of a sweep out of the way and return what they were; `sweep(resume=True)` computes them.

    Raises
    ------
    StoreError
        There is no sweep, another process holds the folder, or the disk failed.
    """
    verify_sweep(folder)
    lock = take_lock(folder)
    try:
        found = list(verify_sweep(folder).damaged)
        move_aside([one for one in found if one.path.exists()])
    finally:
        release_lock(lock)
    return found


def _manifest(folder: Path) -> Manifest:
    """Return the manifest of a folder that must hold a sweep."""
    manifest = read_manifest(folder)
    if manifest is None:
        raise store_error(
            folder,
            f"a folder of a sweep must have a {MANIFEST}",
            "none",
            hint="name the folder that `scenario sweep -o` wrote.",
            code="E407",
        )
    return manifest


def _condition(
    folder: Path, manifest: Manifest, *, complete: dict[int, Any], damaged: list[Damage]
) -> Condition:
    """Return the condition of a sweep from a survey of its chunks."""
    missing = tuple(index for index in range(manifest.n_chunks) if index not in complete)
    every = (*design_damage(folder, manifest), *damaged)
    return Condition(n_chunks=manifest.n_chunks, missing=missing, damaged=every)


def _not_whole(folder: Path, condition: Condition) -> StoreError:
    """Return what to say of a sweep that is not whole."""
    hint = "`scenario verify DIR --repair --from FILE` computes what is missing or damaged, and nothing else"
    return StoreError(
        f"{folder}: a sweep must be whole to be read (got {condition.sentence}).\n  hint: {hint}.  [E410]"
    )


def _rows(chunk: Chunk, columns: Sequence[str] | None) -> pa.Table:
    """Return the rows of a chunk: id and the columns asked for."""
    if columns is None:
        return chunk.table()
    names = chunk.column_names
    for name in columns:
        if name not in names:
            known = ", ".join(names)
            raise DataError(
                Problem(
                    rule=f"columns must be among those of the sweep ({known})",
                    got=name,
                    file=str(chunk.path),
                    code="E414",
                )
            )
    return chunk.table([name for name in names if name in {*KEYS, *columns}])


def _joined(folder: Path, tables: list[pa.Table]) -> pd.DataFrame:
    """Return the rows of all chunks as one table in the order of runs."""
    import pandas as pd
    import pyarrow as pa

    if not tables:
        return pd.DataFrame({name: np.array([], dtype=np.int64) for name in KEYS})
    if any(table.column_names != tables[0].column_names for table in tables):
        raise _contradiction(folder, "have the same columns", "different ones")
    rows: pd.DataFrame = pa.concat_tables(tables, promote_options="permissive").to_pandas()
    experiments, replications = (rows[name].to_numpy() if name in rows else None for name in KEYS)
    order = in_order(experiments, replications)
    if order is not None:
        rows = rows.iloc[order].reset_index(drop=True)
    if replications is not None and (twice := first_twice(experiments, replications)):
        raise _contradiction(folder, "hold every run once", f"{twice} twice")
    return rows


def _check_cover(folder: Path, design: pd.DataFrame, heads: Sequence[Head]) -> None:
    """Refuse a whole sweep in which an experiment is in no chunk."""
    spans = np.array(sorted((head.first, head.last) for head in heads))
    experiments = design[EXPERIMENT].to_numpy()
    furthest = np.maximum.accumulate(spans[:, 1])
    place = np.searchsorted(spans[:, 0], experiments, side="right") - 1
    lost = experiments[(place < 0) | (experiments > furthest[place])]
    if len(lost):
        raise _contradiction(folder, "hold every experiment", f"none with experiment {lost[0]}")


def _contradiction(folder: Path, rule: str, got: str) -> StoreError:
    """Return what to say of valid chunks that do not go together."""
    return store_error(
        folder / CHUNKS,
        f"the chunks of a sweep must {rule}",
        got,
        hint="the sweep was written wrongly: please report this.",
        code="E411",
    )


def _table_of(data: bytes) -> pd.DataFrame:
    """Return the table of experiments from bytes that were checked."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    design: pd.DataFrame = pq.ParquetFile(pa.BufferReader(data)).read().to_pandas()
    return design


def _arrow_failures(heads: Sequence[Head]) -> pa.Table:
    """Return the failures of all chunks as one table, in the order of runs."""
    import pyarrow as pa

    listed = sorted(failure for head in heads for failure in head.failures)
    experiments, replications, errors = zip(*listed, strict=True) if listed else ((), (), ())
    types = (pa.int64(), pa.int64(), pa.string())
    cells = zip((experiments, replications, errors), types, strict=True)
    return pa.table(dict(zip((*KEYS, "error"), (pa.array(list(c), t) for c, t in cells), strict=True)))


def failures_of(heads: Sequence[Head]) -> pd.DataFrame:
    """Return the failures of all chunks as a table."""
    failures: pd.DataFrame = _arrow_failures(heads).to_pandas()
    return failures


def _first(things: Sequence[Any]) -> str:
    """Return the first few of some things as text, and how many more there are."""
    more = len(things) - _SHOWN
    shown = ", ".join(str(thing) for thing in things[:_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown


def _quoted(path: Path) -> str:
    """Return a path as DuckDB's SQL wants it: a text, in which no character stands for others."""
    literal = re.sub(r"([\[*?])", r"[\1]", str(path.absolute()))
    return "'" + literal.replace("'", "''") + "'"
