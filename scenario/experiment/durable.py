"""Files that are whole or not there: written durably, in a folder that one process holds.

What does not live here: what is in the files (chunk_file, sweep_store).
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from scenario.errors import Problem, StoreError

PARTIAL = ".partial"
"""Ending of a file that is being written; what bears it was never complete."""

LOCK = "lock"

_MARK = b'{"sweep held by": '
_PATIENCE, _TURNS = 0.05, 40
"""How often, and how many seconds apart, one looks whether the holder has given its name."""

_UNSUPPORTED = (errno.EINVAL, errno.ENOTSUP)
"""What some network disks answer when asked to make a folder durable."""

_HELD: set[int] = set()
"""Descriptors of the locks of this process. A forked child closes its copies, or it would keep the lock of a
parent that was killed."""


def write_durably(path: Path, data: bytes) -> None:
    """Write a file that is there whole and for good when this returns, or not there under its name.

    `.partial` -> fsync -> rename -> fsync of the folder. What was there under the name is replaced.

    Raises
    ------
    StoreError
        A call to the disk failed (no room, a bad disk, no permission). What was there under the name still
        is, unless only the last fsync failed.
    """
    partial = path.with_name(path.name + PARTIAL)
    try:
        partial.unlink(missing_ok=True)
        _write_new(partial, data)
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise refusal(path, error) from error
    sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder, and those it lies in, where there is none; the newest is durable.

    Raises
    ------
    StoreError
        It cannot be made, or a file has its name.
    """
    if folder.is_dir():
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refusal(folder, error) from error
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable.

    Raises
    ------
    StoreError
        The disk failed.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise refusal(folder, error) from error


def listed(folder: Path) -> list[Path]:
    """Return what is in a folder, by name; nothing where there is no folder.

    Raises
    ------
    StoreError
        It cannot be read.
    """
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise refusal(folder, error) from error


def room(folder: Path, n_bytes: int) -> None:
    """Refuse to begin what the disk has no room for; say nothing where that cannot be known.

    Parameters
    ----------
    folder
        Where it is to be written; need not be there yet.
    n_bytes
        Bytes that will be written, >= 0.

    Raises
    ------
    StoreError
        Less is free than is needed.
    """
    place = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.is_dir())
    try:
        free = shutil.disk_usage(place).free
    except OSError:
        return
    if free < n_bytes:
        raise store_error(
            folder,
            f"the disk must have room for {n_bytes / 1e6:,.1f} MB",
            f"{free / 1e6:,.1f} MB free",
            hint="free some room, name a folder on another disk, or keep less.",
            code="E403",
        )


def take_lock(folder: Path) -> int:
    """Take a folder for this process and write into its lock file who holds it; return the lock.

    The lock is the system's (`flock`): it ends with the process that took it, however that ends.

    Raises
    ------
    StoreError
        Another process holds the folder; or the lock file is not ours, or cannot be written.
    """
    path = folder / LOCK
    try:
        if path.is_symlink():
            raise _foreign_lock(path)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise refusal(path, error) from error
    _HELD.add(descriptor)
    try:
        _claim(descriptor, path)
    except OSError as error:
        release_lock(descriptor, is_clear=False)
        raise refusal(path, error) from error
    except BaseException:
        release_lock(descriptor, is_clear=False)
        raise
    return descriptor


def release_lock(descriptor: int, *, is_clear: bool = True) -> None:
    """Give a folder free; nothing happens where this process does not hold it (any more).

    Parameters
    ----------
    is_clear
        Whether the holder's name is removed from the file.
    """
    if descriptor not in _HELD:
        return
    _HELD.remove(descriptor)
    with suppress(OSError):
        if is_clear:
            os.ftruncate(descriptor, 0)
    with suppress(OSError):
        os.close(descriptor)


def refusal(path: Path, error: OSError) -> StoreError:
    """Return what to say where the disk did not do what was asked."""
    hints = {
        errno.ENOSPC: "free some room",
        errno.EDQUOT: "free some room",
        errno.EIO: "look after the disk",
    }
    first = hints.get(error.errno or 0, "see to it that the folder can be written")
    return store_error(
        path,
        "the files of a sweep must be read and written without fault",
        error.strerror or str(error),
        hint=f"{first}, then go on with --resume: what is complete stays.",
        code="E402",
    )


def store_error(place: Path, rule: str, got: str, *, hint: str, code: str) -> StoreError:
    """Return an error with the bones that every message has."""
    return StoreError(str(Problem(file=str(place), rule=rule, got=got, hint=hint, code=code)))


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet and wait until the disk has it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        _write_all(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    """Write all bytes, in as many turns as the system wants."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def _claim(descriptor: int, path: Path) -> None:
    """Lock an open file and write into it who holds it."""
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise _held(descriptor, path) from None
    if not _is_ours(os.pread(descriptor, len(_MARK), 0)):
        raise _foreign_lock(path)
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": since}
    os.ftruncate(descriptor, 0)
    _write_all(descriptor, _MARK + json.dumps(holder).encode() + b"}\n")


def _is_ours(head: bytes) -> bool:
    """Return whether a lock file is empty or begins as ours do; a kill may have cut it."""
    return _MARK.startswith(head)


def _held(descriptor: int, path: Path) -> StoreError:
    """Return what to say of a folder that another process holds."""
    return store_error(
        path.parent,
        "a folder must take one sweep at a time",
        _holder(descriptor),
        hint="wait until that one has ended, or name another folder.",
        code="E404",
    )


def _holder(descriptor: int) -> str:
    """Return who holds a lock, in words."""
    for _ in range(_TURNS):
        time.sleep(_PATIENCE)
        with suppress(ValueError, KeyError, TypeError, OSError):
            told = json.loads(os.pread(descriptor, 4096, 0))["sweep held by"]
            return f"process {told['pid']} on {told['host']} since {told['since']}"
    return "another process holds it"


def _foreign_lock(path: Path) -> StoreError:
    """Return what to say of a file that has the name of ours and is not."""
    return store_error(
        path,
        "the lock file of a sweep must be one that a sweep wrote",
        "another file",
        hint="move it away, or name another folder.",
        code="E409",
    )


def _forget_locks() -> None:
    """Close, in a forked child, its copies of the locks."""
    for descriptor in _HELD:
        with suppress(OSError):
            os.close(descriptor)
    _HELD.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_locks)
