"""The digest of all that a sweep found, without ever holding all of it.

Columns are read one after the other, or several at once where they are short; of each chunk only those. What a
digest covers says `store.table_digest`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenario.experiment.chunk_file import Chunk, Head
from scenario.experiment.store import column_head, content_of, table_digest
from scenario.experiment.sweep_read import failures_of, open_sweep_whole, read_sweep
from scenario.spec.canonical import sha256

if TYPE_CHECKING:
    import pandas as pd

HELD_BYTES = 64 * 2**20
"""How much is held at once beside a chunk; more of it takes fewer passes over the files."""


def digest(folder: Path) -> str:
    """Return the sha256 of the whole result, whatever the chunk size, the order of work, or what wrote the files.

    It covers the content of the design, the rows and the failures, each by `store.table_digest`.

    Raises
    ------
    StoreError
        As `read_sweep`.
    """
    found = open_sweep_whole(folder, lambda chunk: chunk.column_names)
    try:
        rows = _streamed(folder, found.heads, found.kept)
    except _NotAlikeError:
        rows = table_digest(read_sweep(folder).rows)
    failures = table_digest(failures_of(found.heads))
    return sha256({"design": table_digest(found.design), "rows": rows, "failures": failures})


class _NotAlikeError(Exception):
    """Chunks hold a column in different types, or runs in no common order: together they read otherwise than apart."""


def _streamed(folder: Path, heads: Sequence[Head], names: Sequence[list[str]]) -> str:
    """Return the digest of the rows from chunks that follow each other."""
    n = sum(head.n_rows for head in heads)
    follow = all(one.last < other.first for one, other in pairwise(heads))
    if n == 0 or not follow or any(other != names[0] for other in names):
        raise _NotAlikeError
    found, step = hashlib.sha256(), max(1, HELD_BYTES // (8 * n))
    for start in range(0, len(names[0]), step):
        first, *others = names[0][start : start + step]
        columns = [_Column(first, n, found), *(_Column(name, n, None) for name in others)]
        open_sweep_whole(folder, partial(_add, columns))
        for column in columns:
            for part in column.parts:
                found.update(part)
    return found.hexdigest()


def _add(columns: Sequence[_Column], chunk: Chunk) -> None:
    """Add what a chunk holds of some columns."""
    if chunk.head.n_rows:
        table = chunk.table([column.name for column in columns]).to_pandas()
        for column in columns:
            column.add(table[column.name])


class _Column:
    """The content of a column, chunk by chunk: given to a digest at once, or kept for later."""

    def __init__(self, name: str, n_rows: int, sink: Any | None) -> None:
        self.name, self.parts = name, list[bytes]()
        self._n_rows, self._kind = n_rows, ""
        self._put = self.parts.append if sink is None else sink.update

    def add(self, values: pd.Series[Any]) -> None:
        """Add the values of one chunk."""
        kind, content = content_of(values)
        if not self._kind:
            self._kind = kind
            self._put(column_head(self.name, kind, self._n_rows))
        elif kind != self._kind:
            raise _NotAlikeError
        self._put(content)
