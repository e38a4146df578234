"""A small sweep, and what can befall it: faults of the disk, power cuts, damaged files."""

from __future__ import annotations

import errno
import fcntl
import io
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from scenario.errors import StoreError
from scenario.experiment.sweep_store import SweepFolder, open_sweep

IDENTITY: dict[str, Any] = {
    "scenario": {"hash": "ab" * 32, "name": "small"},
    "seed": 0,
    "replications": 3,
    "kept": "rows",
    "engine": "e1",
    "chunk": 2,
}
N_CHUNKS = 5
N_FEW = 3
"""Chunks of a sweep that is filled some hundred times."""

PER_CHUNK, N_REPLICATIONS = 2, 3
ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES)


def design(n_chunks: int = N_CHUNKS) -> pd.DataFrame:
    """The table of experiments of a small sweep."""
    points = np.arange(n_chunks * PER_CHUNK)
    return pd.DataFrame({"experiment": points, "delay": points / 7, "policy": [f"p{m % 3}" for m in points]})


def rows(first: int, last: int, engine: str = "e1") -> pd.DataFrame:
    """The runs of some experiments: numbers, times that may never come, text, truth values."""
    pairs = [(m, k) for m in range(first, last + 1) for k in range(N_REPLICATIONS) if (m, k) != (3, 1)]
    ids = np.array(pairs)
    luck = np.random.default_rng([first, len(engine), ord(engine[-1])]).random(len(ids))
    return pd.DataFrame(
        {
            "experiment": ids[:, 0],
            "replication": ids[:, 1],
            "day": np.where(luck < 0.3, np.nan, 100 * luck),
            "n": np.floor(9 * luck).astype(int),
            "who": np.where(luck < 0.5, "us", "eu"),
            "is_over": luck < 0.8,
        }
    )


def span(index: int) -> tuple[int, int]:
    """First and last experiment of a chunk."""
    return index * PER_CHUNK, (index + 1) * PER_CHUNK - 1


def failures(first: int, last: int) -> list[tuple[int, int, str]]:
    """The runs that failed: one, in chunk 1."""
    return [(3, 1, "an event before its cause")] if first <= 3 <= last else []


def write_chunk(sweep: SweepFolder, index: int, engine: str = "e1") -> Path:
    """Write one chunk of the small sweep."""
    first, last = span(index)
    return sweep.write(index, rows(first, last, engine), failures(first, last), first, last)


def opened(folder: Path, identity: Mapping[str, Any] = IDENTITY, *, n_chunks: int = N_CHUNKS) -> SweepFolder:
    """The small sweep, begun or gone on with."""
    return open_sweep(folder, identity, design(n_chunks), resume=True, n_chunks=n_chunks)


def fill(
    folder: Path,
    identity: Mapping[str, Any] = IDENTITY,
    *,
    n_chunks: int = N_CHUNKS,
    done: list[int] | None = None,
) -> list[int]:
    """Begin or go on with the small sweep until it is whole; return the chunks written, also in `done`."""
    done = [] if done is None else done
    with opened(folder, identity, n_chunks=n_chunks) as sweep:
        for index in sweep.missing():
            write_chunk(sweep, index, identity["engine"])
            done.append(index)
    return done


def contents(folder: Path) -> dict[str, bytes]:
    """All files below a folder with their bytes."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """Inode and time of change of every chunk file that bears a final name."""
    found = [(path.name, path.stat()) for path in (folder / "chunks").glob("*.parquet")]
    return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in found}


# Faults of the disk -----------------------------------------------------------------------------------------

CALLS: dict[str, Any] = {
    **{f"os.{name}": os for name in ("open", "write", "fsync", "replace", "mkdir", "unlink", "listdir")},
    **{f"os.{name}": os for name in ("pread", "ftruncate", "close")},
    "fcntl.flock": fcntl,
    "io.open": io,
}
"""Every call by which the store touches the disk, and the module that a test replaces it in."""


@dataclass
class Disk:
    """Counts calls to the disk, and lets the nth of one kind fail.

    Parameters
    ----------
    place
        Calls with a path elsewhere are not counted.
    call, nth, error
        Which call fails, counted from 0, and how (errno).
    """

    place: Path
    call: str = ""
    nth: int = -1
    error: int = errno.EIO
    counts: dict[str, int] = field(default_factory=dict)
    has_failed: bool = False

    def replaced(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        """The call that counts, and fails where it is its turn."""

        def call(*arguments: Any, **options: Any) -> Any:
            first = arguments[0]
            if not isinstance(first, int) and not str(first).startswith(str(self.place)):
                return real(*arguments, **options)
            n = self.counts.get(name, 0)
            self.counts[name] = n + 1
            if (name, n) != (self.call, self.nth):
                return real(*arguments, **options)
            self.has_failed = True
            if name == "os.write":  # a full disk takes what it can
                real(first, bytes(arguments[1])[: len(arguments[1]) // 2])
            if name == "os.close":  # the descriptor is gone all the same
                real(first)
            raise OSError(self.error, os.strerror(self.error))

        return call


@contextmanager
def failing(disk: Disk) -> Iterator[Disk]:
    """Let the calls to the disk go through `disk` for a while."""
    with pytest.MonkeyPatch.context() as patch:
        for name, module in CALLS.items():
            attribute = name.split(".")[1]
            patch.setattr(module, attribute, disk.replaced(name, getattr(module, attribute)))
        yield disk


def count_calls(folder: Path, *, n_before: int = 0) -> dict[str, int]:
    """How often a sweep that has some chunks already makes each kind of call until it is whole."""
    begin(folder, n_before)
    with failing(Disk(place=folder)) as disk:
        fill(folder, n_chunks=N_FEW)
    shutil.rmtree(folder)
    return disk.counts


def begin(folder: Path, n_before: int) -> None:
    """Write the first chunks of a sweep; none leaves no folder."""
    if n_before:
        with opened(folder, n_chunks=N_FEW) as sweep:
            for index in range(n_before):
                write_chunk(sweep, index)


def check_fault(folder: Path, disk: Disk, whole: Mapping[str, bytes], *, n_before: int = 0) -> None:
    """Let one call fail while a sweep is filled: a clear message, no half file counts, and resuming ends the same.

    Some calls may fail without a word, for nothing is lost: the last ones, by which the lock is let go, and a look
    at a file, which then counts as damaged and is written again.
    """
    begin(folder, n_before)
    before, done, told = stamps(folder), list[int](), ""
    with failing(disk):
        try:
            fill(folder, n_chunks=N_FEW, done=done)
        except StoreError as error:
            told = str(error)
    assert disk.has_failed
    case = f"{disk.call} {disk.nth} {os.strerror(disk.error)}: {told}"
    if told:
        assert os.strerror(disk.error) in told, case
        assert "--resume" in told, case
    else:
        assert disk.call in ("os.ftruncate", "os.close", "io.open"), case
        assert contents(folder).keys() == whole.keys(), case
    before = stamps(folder) | (before if disk.call != "io.open" else {})
    with opened(folder, n_chunks=N_FEW) as sweep:
        assert sweep.damaged() == [], case
        assert {*range(n_before), *done}.isdisjoint(sweep.missing()), case
    fill(folder, n_chunks=N_FEW)
    assert before.items() <= stamps(folder).items(), case
    assert contents(folder) == whole, case
    shutil.rmtree(folder)


# Power cuts -------------------------------------------------------------------------------------------------


class PowerCut(BaseException):
    """The machine stops here."""


class Volatile:
    """A disk that forgets, at a power cut, what was not made durable.

    What was written to a file and not fsynced is lost; a new name in a folder that was not fsynced is lost too, or
    stays (`keeps_names`): both happen.
    """

    def __init__(self, place: Path, *, cut: int, keeps_names: bool) -> None:
        self.place, self.cut, self.keeps_names = place, cut, keeps_names
        self.n = 0
        self.paths: dict[int, Path] = {}
        self.unsynced: set[Path] = set()
        self.names: dict[Path, Callable[[], None]] = {}

    def tick(self) -> None:
        """Count a call, and cut the power when it is time."""
        self.n += 1
        if self.n - 1 == self.cut:
            raise PowerCut

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Put this disk in the place of the real one."""
        real = {name: getattr(os, name) for name in ("open", "write", "fsync", "replace", "mkdir")}

        def open_(path: Any, *arguments: Any, **options: Any) -> int:
            self.tick()
            descriptor: int = real["open"](path, *arguments, **options)
            self.paths[descriptor] = Path(path)
            return descriptor

        def write(descriptor: int, data: Any) -> int:
            self.tick()
            self.unsynced.add(self.paths[descriptor])
            size: int = real["write"](descriptor, data)
            return size

        def fsync(descriptor: int) -> None:
            self.tick()
            path = self.paths[descriptor]
            self.unsynced.discard(path)
            for name in [name for name in self.names if name.parent == path]:
                del self.names[name]
            real["fsync"](descriptor)

        def replace(source: Any, target: Any) -> None:
            self.tick()
            old, new = Path(source), Path(target)
            before = new.read_bytes() if new.exists() else None
            real["replace"](old, new)
            if old in self.unsynced:
                self.unsynced.remove(old)
                self.unsynced.add(new)
            self.names[new] = lambda: new.unlink() if before is None else self._restore(new, before)

        def mkdir(path: Any, *arguments: Any, **options: Any) -> None:
            self.tick()
            real["mkdir"](path, *arguments, **options)
            self.names[Path(path)] = lambda: shutil.rmtree(path)

        for name, call in (("open", open_), ("write", write), ("fsync", fsync)):
            patch.setattr(os, name, call)
        patch.setattr(os, "replace", replace)
        patch.setattr(os, "mkdir", mkdir)

    def forget(self) -> None:
        """Lose what was not durable."""
        for path in self.unsynced:
            if path.exists():
                path.write_bytes(b"")
        for undo in [] if self.keeps_names else reversed(self.names.values()):
            undo()

    @staticmethod
    def _restore(path: Path, data: bytes) -> None:
        """Put back what a lost rename had replaced."""
        path.write_bytes(data)


def check_power_cuts(folder: Path, whole: Mapping[str, bytes], *, keeps_names: bool) -> int:
    """Cut the power at every call in turn: what was said to be written is there. Return the number of cuts."""
    for cut in range(10_000):
        disk, done = Volatile(folder, cut=cut, keeps_names=keeps_names), []
        with pytest.MonkeyPatch.context() as patch:
            disk.install(patch)
            try:
                fill(folder, n_chunks=N_FEW, done=done)
                disk.n = -1
            except PowerCut:
                pass
        if disk.n == -1:
            shutil.rmtree(folder)
            return cut
        disk.forget()
        with opened(folder, n_chunks=N_FEW) as sweep:
            assert set(done).isdisjoint(sweep.missing()), f"lost after cut {cut}"
            assert sweep.damaged() == [], f"damaged after cut {cut}"
        fill(folder, n_chunks=N_FEW)
        assert contents(folder) == whole, f"cut {cut}"
        shutil.rmtree(folder)
    raise AssertionError("the sweep never ended")
