"""The folder of a sweep: begun, held, filled chunk by chunk, and gone on with after whatever happened.

    manifest.json     which sweep it is (sweep_manifest)
    design.parquet    the table of experiments
    chunks/           one file per chunk, named by index and digest (chunk_file)
    lock              who writes here, while somebody does

There is no log: a chunk is complete where a valid file is there. Nothing else in the folder is touched.

What does not live here: how chunks are computed (sweep), and reading results (sweep_read).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from scenario.errors import ScenarioError, StoreError
from scenario.experiment.chunk_file import (
    NAME,
    Damage,
    Survey,
    chunk_name,
    encode,
    survey,
    sweeps_in,
)
from scenario.experiment.durable import (
    PARTIAL,
    listed,
    make_folder,
    refusal,
    release_lock,
    store_error,
    sync_folder,
    take_lock,
    write_durably,
)
from scenario.experiment.sweep_manifest import (
    DESIGN,
    MANIFEST,
    Manifest,
    design_bytes,
    design_damage,
    manifest_of,
    numbered,
    read_manifest,
)

if TYPE_CHECKING:
    import pandas as pd

    from scenario.experiment.chunk_file import Failure
    from scenario.experiment.plain import AnyTable

CHUNKS = "chunks"
DAMAGED = ".damaged"
"""Ending of a file that was found damaged and moved out of the way."""


_MOST_TOLD = 12
"""Differences between two sweeps that a message tells one by one."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A chunk that is there: its file, and how many of its runs failed."""

    path: Path
    n_failed: int


class SweepFolder:
    """A folder that this process holds and fills; a context manager, which gives the folder free at its end.

    Parameters
    ----------
    path
        The folder.
    manifest
        Which sweep it is.
    design
        The table of experiments.
    lock
        What `take_lock` gave.
    """

    def __init__(self, path: Path, manifest: Manifest, *, design: pd.DataFrame, lock: int) -> None:
        self.path, self.manifest, self.design = path, manifest, design
        self.sweep_id = manifest.sweep_id  # what every chunk bears
        self._lock = lock
        self._complete: dict[int, Held] | None = None

    def __enter__(self) -> SweepFolder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the folder free; what was written stays."""
        release_lock(self._lock)

    def missing(self) -> list[int]:
        """Return the chunks without a valid file, in order, after a check of every byte that is there."""
        found = self._survey().complete
        return [index for index in range(self.manifest.n_chunks) if index not in found]

    def damaged(self) -> list[Damage]:
        """Return the files of the sweep that are not what they must be, after a check of every byte."""
        return [*design_damage(self.path, self.manifest), *self._survey().damaged]

    def repair(self) -> list[Damage]:
        """Move damaged files out of the way and return what they were; `missing` then names their chunks.

        They get the ending `.damaged`. A damaged design is written anew.

        Raises
        ------
        StoreError
            A file cannot be moved or written.
        """
        found = self.damaged()
        move_aside(found)
        self._complete = None
        self.manifest = _write_design(self.path, self.manifest, self.design)
        return found

    def write(self, index: int, table: AnyTable, failures: Sequence[Failure], first: int, last: int) -> Path:
        """Write one chunk, whole and for good, and return its file; one that is there already stays as it is.

        Parameters
        ----------
        index
            Its number, >= 0 and below the number of chunks.
        table
            Its rows, with a column `experiment` and, where there is one row per run, `replication`; a
            `pyarrow.Table` or a `pandas.DataFrame`, in any order.
        failures
            (experiment, replication, error) of the runs that failed.
        first, last
            Its experiments: from first to last, both included.

        Raises
        ------
        StoreError
            The disk failed; or a valid file with other bytes is there, so that the sweep is not reproducible.
        ScenarioError
            The table cannot be that of this chunk.
        """
        if not 0 <= index < self.manifest.n_chunks:
            raise ScenarioError(f"a chunk must be one of {self.manifest.n_chunks} (got number {index}).")
        data = encode(table, sweep=self.sweep_id, index=index, failures=failures, first=first, last=last)
        if self._complete is None:
            self._complete = self._survey().complete
        path = self.path / CHUNKS / chunk_name(index, data)
        there = self._complete.get(index)
        if there is not None and there.path != path:
            raise _not_the_same(there.path, path)
        if there is None:
            write_durably(path, data)
            self._complete[index] = Held(path=path, n_failed=len(failures))
        return path

    @property
    def n_failed(self) -> int:
        """Return the number of runs that failed, over all chunks that are there."""
        held = self._survey().complete if self._complete is None else self._complete
        return sum(one.n_failed for one in held.values())

    def _survey(self) -> Survey[Held]:
        """Check every chunk file, and remember those that are valid."""
        found = survey_chunks(self.path, self.manifest)
        self._complete = dict(found.complete)
        return found


def open_sweep(
    folder: Path, identity: Mapping[str, Any], design: pd.DataFrame, *, resume: bool, n_chunks: int
) -> SweepFolder:
    """Take a folder for a sweep: begin it there, or go on with the one that is there.

    Parameters
    ----------
    folder
        Made where missing. One without a sweep is begun, also with `resume`.
    identity
        Plain JSON that tells this sweep from every other: whatever changes a byte of its results.
    design
        The table of experiments. Without a column `experiment` it gets one, counted from 0.
    resume
        Whether to go on with a sweep that is there.
    n_chunks
        Number of chunks, >= 1.

    Raises
    ------
    StoreError
        Another process holds the folder; it holds a sweep and `resume` is not set; it holds another sweep (the
        message tells each difference); a file is in the way; the manifest is damaged; the disk failed.
    """
    if n_chunks < 1:
        raise ScenarioError(f"a sweep must have at least one chunk (got {n_chunks}).")
    design = numbered(design)
    new = manifest_of(identity, design, n_chunks=n_chunks)
    make_folder(folder)
    lock = take_lock(folder)
    try:
        _remove_leftovers(folder)
        manifest = _settle(folder, new, resume=resume)
        manifest = _write_design(folder, manifest, design)
    except BaseException:
        release_lock(lock)
        raise
    return SweepFolder(folder, manifest, design=design, lock=lock)


def survey_chunks(folder: Path, manifest: Manifest) -> Survey[Held]:
    """Check every chunk file of a sweep to the last byte."""
    return survey(
        folder / CHUNKS,
        sweep=manifest.sweep_id,
        n_chunks=manifest.n_chunks,
        keep=lambda chunk: Held(path=chunk.path, n_failed=len(chunk.head.failures)),
    )


def move_aside(damaged: Sequence[Damage]) -> None:
    """Give damaged files the ending `.damaged`, or `.damaged-1` and so on where that is taken.

    Raises
    ------
    StoreError
        A file cannot be moved.
    """
    for path in (one.path for one in damaged):
        endings = (DAMAGED, *(f"{DAMAGED}-{n}" for n in range(1, 10_000)))
        aside = (path.with_name(path.name + ending) for ending in endings)
        try:
            path.rename(next(one for one in aside if not one.exists()))
        except FileNotFoundError:
            continue
        except OSError as error:
            raise refusal(path, error) from error
    for folder in {one.path.parent for one in damaged}:
        sync_folder(folder)


def _settle(folder: Path, new: Manifest, *, resume: bool) -> Manifest:
    """Begin a sweep or agree to go on with the one that is there; return its manifest."""
    chunks = folder / CHUNKS
    if chunks.is_symlink() or (chunks.exists() and not chunks.is_dir()):
        raise _in_the_way(chunks)
    old = read_manifest(folder)
    holds_chunks = any(NAME.fullmatch(path.name) for path in listed(chunks))
    if not resume and (old is not None or holds_chunks):
        raise store_error(
            folder,
            "a new sweep must have a folder of its own",
            "one that holds a sweep",
            hint="--resume goes on with it; or name another folder.",
            code="E405",
        )
    _one_held(folder, old, [new])
    if old is None and not holds_chunks and design_damage(folder, new) and (folder / DESIGN).exists():
        raise _in_the_way(folder / DESIGN)
    make_folder(chunks)
    sync_folder(chunks)
    if old is None:
        write_durably(folder / MANIFEST, new.as_bytes())
    return old or new


def _write_design(folder: Path, manifest: Manifest, design: pd.DataFrame) -> Manifest:
    """Write the table of experiments where there is none; return the manifest that goes with it."""
    if (folder / DESIGN).exists():
        return manifest
    data = design_bytes(design)
    written = hashlib.sha256(data).hexdigest()
    if written != manifest.design_file:  # another version of the library that writes Parquet
        manifest = replace(manifest, design_file=written)
        write_durably(folder / MANIFEST, manifest.as_bytes())
    write_durably(folder / DESIGN, data)
    return manifest


def _remove_leftovers(folder: Path) -> None:
    """Remove what was being written when a process ended."""
    inside = [] if (folder / CHUNKS).is_symlink() else listed(folder / CHUNKS)
    leftovers = [folder / (name + PARTIAL) for name in (MANIFEST, DESIGN)]
    leftovers += [
        path for path in inside if path.suffix == PARTIAL and NAME.fullmatch(path.name.removesuffix(PARTIAL))
    ]
    for path in leftovers:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise refusal(path, error) from error


def manifest_held(folder: Path, plans: Sequence[Manifest]) -> Manifest:
    """Return which of some sweeps a folder holds; one whose manifest is lost or damaged is told by its chunks.

    Raises
    ------
    StoreError
        It holds another one; the message tells how it differs from the first.
    """
    try:
        old = read_manifest(folder)
    except StoreError:
        old = None
    return _one_held(folder, old, plans)


def _one_held(folder: Path, old: Manifest | None, plans: Sequence[Manifest]) -> Manifest:
    """Return the first of some sweeps that a manifest, or without one the chunks, are of; else refuse."""
    if old is not None:
        differences = [old.differences(new) for new in plans]
        if all(differences):
            raise _another_sweep(folder, min(differences, key=len))
        return plans[differences.index([])]
    others = sweeps_in(folder / CHUNKS)
    for new in plans:
        if not others or new.sweep_id in others:
            return new
    told = ", ".join(sorted(one[:8] for one in others))
    raise _another_sweep(folder, [f"sweep of the chunks: was {told}, is {plans[0].sweep_id[:8]}"])


def _another_sweep(folder: Path, differences: Sequence[str]) -> StoreError:
    """Return what to say of a folder that holds another sweep than is to be gone on with."""
    n = len(differences)
    rule = "a sweep must go on as it was begun"
    got = f"{n} {'difference' if n == 1 else 'differences'}"
    lines = "".join(f"\n  {line}" for line in differences[:_MOST_TOLD])
    lines += f"\n  and {n - _MOST_TOLD:,} more" if n > _MOST_TOLD else ""
    hint = "name another folder for the new sweep, or take back what changed."
    return StoreError(f"{folder}: {rule} (got {got}).{lines}\n  hint: {hint}  [E406]")


def _in_the_way(path: Path) -> StoreError:
    """Return what to say of a file that is not ours and has the name of one of ours."""
    return store_error(
        path,
        "a sweep must not write over what it did not write",
        "another file or folder",
        hint="move it away, or name another folder.",
        code="E409",
    )


def _not_the_same(there: Path, new: Path) -> StoreError:
    """Return what to say of a chunk that came out differently when computed again."""
    return store_error(
        there,
        "a chunk must have the same bytes whenever it is computed",
        new.name,
        hint="the sweep is not reproducible: please report this.",
        code="E413",
    )
