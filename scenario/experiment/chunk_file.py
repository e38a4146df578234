"""The runs of one chunk as a Parquet file that says itself what it is, and can be shown to be whole.

The file's name holds its index and the sha256 of its bytes; its bytes hold sweep, index, experiments, number of
rows and failures. So a changed byte shows, and so does a whole file in a wrong place.

What does not live here: which chunks a sweep has, and when they are written (sweep_store); the types of
a table (plain).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from scenario.errors import ScenarioError
from scenario.experiment.durable import listed
from scenario.experiment.plain import plain_table
from scenario.spec.canonical import canonical_json

if TYPE_CHECKING:
    import pyarrow as pa

    from scenario.experiment.plain import AnyTable

KEYS = ("experiment", "replication")
"""The id of a run. A table without replications has one row or several per experiment."""

NAME = re.compile(r"(?P<index>[0-9]{6,})-(?P<digest>[0-9a-f]{16})\.parquet")
"""The name of a chunk file, to be matched in full."""

_ENTRY = b"scenario.chunk"
_FORMAT = 1

Failure = tuple[int, int, str]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Head:
    """What a chunk file says of itself.

    Parameters
    ----------
    sweep
        Id of its sweep, 64 hexadecimal digits.
    index
        Its number, >= 0.
    first, last
        Its experiments: from first to last, both included.
    n_rows
        Rows of its table.
    failures
        (experiment, replication, error) of the runs that failed, in this order.
    """

    sweep: str
    index: int
    first: int
    last: int
    n_rows: int
    failures: tuple[Failure, ...]


@dataclass(frozen=True, kw_only=True)
class Damage:
    """A file that is not what it must be.

    Parameters
    ----------
    path
        The file.
    index
        The chunk that its name gives; None for a file that is no chunk.
    why
        What is wrong, in words.
    """

    path: Path
    index: int | None
    why: str

    def __str__(self) -> str:
        return f"{self.path.name} {self.why}"


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """A chunk file whose bytes were checked.

    Parameters
    ----------
    path
        The file.
    head
        What it says of itself.
    data
        Its bytes: those that were checked, not those that may be there by now.
    """

    path: Path
    head: Head
    data: bytes

    @property
    def column_names(self) -> list[str]:
        """Return the columns of its table."""
        names: list[str] = _parquet(self.data).schema_arrow.names
        return names

    def table(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Return its rows; the columns named, or all."""
        found = _parquet(self.data).read(columns=None if columns is None else list(columns))
        return found.replace_schema_metadata(None)


@dataclass(frozen=True, kw_only=True)
class Survey(Generic[T]):
    """What a folder of chunk files holds.

    Parameters
    ----------
    complete
        Index -> what was kept of the valid file of that chunk, by index.
    damaged
        The files that are not valid, by name.
    """

    complete: dict[int, T]
    damaged: list[Damage]


def survey(folder: Path, *, sweep: str, n_chunks: int, keep: Callable[[Chunk], T]) -> Survey[T]:
    """Check every chunk file of a folder to the last byte; files with other names are none of ours.

    Two valid files for one chunk are both damaged: nobody can tell which is right.

    Parameters
    ----------
    folder
        Where the chunk files are; one that is not there holds none.
    sweep, n_chunks
        Id and number of chunks of the sweep that they must belong to.
    keep
        What to keep of a valid file; its bytes are let go.
    """
    complete: dict[int, T] = {}
    damaged: list[Damage] = []
    for same in _by_index(folder).values():
        found = [check(path, sweep=sweep, n_chunks=n_chunks) for path in same]
        damaged += [one for one in found if isinstance(one, Damage)]
        valid = [one for one in found if isinstance(one, Chunk)]
        if len(valid) == 1:
            complete[valid[0].head.index] = keep(valid[0])
        else:
            damaged += [_doubled(one) for one in valid]
    return Survey(complete=complete, damaged=sorted(damaged, key=lambda one: one.path.name))


def check(path: Path, *, sweep: str, n_chunks: int) -> Chunk | Damage:
    """Return a chunk file with its bytes where it is whole and in its place, and else what is wrong."""
    found = _read(path)
    if isinstance(found, Damage):
        return found
    data, head, n_rows = found
    why = _misplaced(path.name, head, n_rows, sweep=sweep, n_chunks=n_chunks)
    return (
        Damage(path=path, index=_told_by(path.name)[0], why=why)
        if why
        else Chunk(path=path, head=head, data=data)
    )


def sweeps_in(folder: Path) -> set[str]:
    """Return the ids of the sweeps that the sound chunk files of a folder belong to, whatever it should hold."""
    every = (_read(path) for same in _by_index(folder).values() for path in same)
    return {found[1].sweep for found in every if not isinstance(found, Damage)}


def _read(path: Path) -> tuple[bytes, Head, int] | Damage:
    """Return bytes, head and number of rows of a file that is as it was written, and else what is wrong."""
    index, digest = _told_by(path.name)
    try:
        data = path.read_bytes()
    except OSError as error:
        return Damage(path=path, index=index, why=f"cannot be read ({error.strerror})")
    if digest_of(data) != digest:
        return Damage(path=path, index=index, why="has other bytes than were written")
    try:
        return data, *_read_head(data)
    except _unreadable() as error:
        return Damage(path=path, index=index, why=f"is not a chunk file ({type(error).__name__})")


def encode(
    table: AnyTable, *, sweep: str, index: int, failures: Iterable[Failure], first: int, last: int
) -> bytes:
    """Return the bytes of a chunk file: the same for the same table, whatever kind of table it came as.

    Rows are sorted by run, text is UTF-8, a NaN is written as a missing value (DuckDB's averages leave those
    out), categories are written as their values.

    Raises
    ------
    ScenarioError
        The table has no experiments, or runs that are not of this chunk, or a run twice.
    """
    listed = tuple(sorted((int(m), int(k), _utf8(error)) for m, k, error in failures))
    rows = _sorted(plain_table(table))
    _check_runs(rows, listed, first=first, last=last, index=index)
    head = Head(sweep=sweep, index=index, first=first, last=last, n_rows=rows.num_rows, failures=listed)
    return parquet_bytes(rows, entries={_ENTRY: canonical_json({"format": _FORMAT, **vars(head)}).encode()})


def chunk_name(index: int, data: bytes) -> str:
    """Return the name that a chunk file must bear."""
    return f"{index:06d}-{digest_of(data)}.parquet"


def digest_of(data: bytes) -> str:
    """Return the first 16 hexadecimal digits of the sha256 of some bytes."""
    return hashlib.sha256(data).hexdigest()[:16]


def parquet_bytes(table: pa.Table, *, entries: dict[bytes, bytes]) -> bytes:
    """Return a plain table as the bytes of a Parquet file with some entries of our own."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = [field.name for field in table.schema if pa.types.is_string(field.type)]
    sink = pa.BufferOutputStream()
    keys = [name for name in table.column_names if name in KEYS]  # what readers look runs up by
    options = {"compression": "lz4", "use_dictionary": texts, "write_statistics": keys}
    with pq.ParquetWriter(sink, table.schema, store_schema=False, **options) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata(entries)
    return bytes(sink.getvalue())


def in_order(experiments: Any, replications: Any | None) -> Any:
    """Return the order of rows by run (rows of equal id stay as they are), or None where they are in it."""
    ids = (experiments,) if replications is None else (replications, experiments)
    order = np.lexsort(ids)
    return None if np.array_equal(order, np.arange(len(order))) else order


def _by_index(folder: Path) -> dict[int, list[Path]]:
    """Return the files that have the name of a chunk, by index."""
    found: dict[int, list[Path]] = {}
    for path in listed(folder):
        if NAME.fullmatch(path.name):
            found.setdefault(_told_by(path.name)[0], []).append(path)
    return dict(sorted(found.items()))


def _told_by(name: str) -> tuple[int, str]:
    """Return index and digest that the name of a chunk file tells."""
    index, digest = name.removesuffix(".parquet").split("-")
    return int(index), digest


def _read_head(data: bytes) -> tuple[Head, int]:
    """Return what a chunk file says of itself, and the number of rows that Parquet says it has."""
    metadata = _parquet(data).metadata
    told = json.loads(metadata.metadata[_ENTRY])
    if told.pop("format") != _FORMAT:
        raise ValueError("another format")
    failures = tuple((int(m), int(k), str(error)) for m, k, error in told.pop("failures"))
    return Head(failures=failures, **told), metadata.num_rows


def _misplaced(name: str, head: Head, n_rows: int, *, sweep: str, n_chunks: int) -> str:
    """Return what a chunk file with sound bytes is in the wrong place for, or nothing."""
    index, digest = _told_by(name)
    if head.sweep != sweep:
        return f"belongs to another sweep ({head.sweep[:8]}, not {sweep[:8]})"
    if head.index != index or name != f"{index:06d}-{digest}.parquet":
        return f"holds chunk {head.index}"
    if index >= n_chunks:
        return f"is one too many (the sweep has {n_chunks} chunks)"
    if head.n_rows != n_rows or not 0 <= head.first <= head.last:
        return "says of itself what is not so"
    return ""


def _doubled(chunk: Chunk) -> Damage:
    """Return what to say of one of several files for the same chunk."""
    return Damage(path=chunk.path, index=chunk.head.index, why="is one of several files for this chunk")


def _parquet(data: bytes) -> Any:
    """Return bytes as an open Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    return pq.ParquetFile(pa.BufferReader(data))


def _unreadable() -> tuple[type[Exception], ...]:
    """Return what a file that is no chunk can raise."""
    import pyarrow as pa

    return (pa.ArrowException, OSError, ValueError, TypeError, KeyError, AttributeError)


def _sorted(table: pa.Table) -> pa.Table:
    """Return a table sorted by run."""
    experiments, replications = _ids(table)
    order = in_order(experiments, replications)
    return table if order is None else table.take(order)


def _ids(table: pa.Table) -> tuple[Any, Any | None]:
    """Return experiments and replications of a table's rows, int64[R] each; None where there are no replications."""
    import pyarrow as pa

    found: list[Any] = []
    for name in KEYS:
        if name not in table.column_names:
            found.append(None)
            continue
        column = table.column(name)
        if column.null_count or not (pa.types.is_integer(column.type) or not len(column)):
            raise ScenarioError(f"column {name} of a chunk must hold whole numbers (got {column.type}).")
        found.append(column.cast(pa.int64()).to_numpy())
    if found[0] is None:
        raise ScenarioError(f"a chunk must have a column experiment (got {', '.join(table.column_names)}).")
    return found[0], found[1]


def _check_runs(rows: pa.Table, failures: Sequence[Failure], *, first: int, last: int, index: int) -> None:
    """Refuse runs that are not of this chunk, and a run that is there twice."""
    experiments, replications = _ids(rows)
    failed = np.array([failure[:2] for failure in failures], dtype=np.int64).reshape(-1, 2)
    every = np.concatenate([experiments, failed[:, 0]])
    if (
        index < 0
        or not 0 <= first <= last
        or (len(every) and not first <= every.min() <= every.max() <= last)
    ):
        got = f"{every.min()} to {every.max()}" if len(every) else "none"
        raise ScenarioError(f"chunk {index} must hold experiments from {first} to {last} (got {got}).")
    if replications is not None:
        twice = first_twice(every, np.concatenate([replications, failed[:, 1]]))
        if twice:
            raise ScenarioError(f"chunk {index} must hold every run once (got {twice} twice).")


def first_twice(experiments: Any, replications: Any) -> str:
    """Return the first run that is there twice ("e0012-r003"), or nothing."""
    order = np.lexsort((replications, experiments))
    m, k = experiments[order], replications[order]
    same = np.flatnonzero((m[1:] == m[:-1]) & (k[1:] == k[:-1]))
    return f"e{m[same[0]]:04d}-r{k[same[0]]:03d}" if len(same) else ""


def _utf8(text: str) -> str:
    """Return a text that UTF-8 can hold."""
    return str(text).encode("utf-8", "backslashreplace").decode("utf-8")
