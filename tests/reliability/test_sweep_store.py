"""The store of sweeps under bad disks, power cuts, kills, races and damage; and faults planted in the store itself."""

from __future__ import annotations

import errno
import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from scenario.errors import StoreError
from scenario.experiment import chunk_file, durable, sweep_store
from scenario.experiment.sweep_read import verify_sweep
from tests.reliability.sweep_cases import (
    ERRORS,
    N_FEW,
    Disk,
    check_fault,
    check_power_cuts,
    contents,
    count_calls,
    fill,
    opened,
)
from tests.reliability.sweep_damage import KINDS, Patient, check_blow
from tests.reliability.sweep_writer import Nursery, check_kills, check_races, nursery

SEED = 20240909


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of the small sweep where nothing went wrong."""
    folder = tmp_path_factory.mktemp("whole") / "sweep"
    fill(folder, n_chunks=N_FEW)
    return contents(folder)


@pytest.fixture(scope="module")
def places() -> Iterator[list[Nursery]]:
    """Two processes that fork writers."""
    with ExitStack() as stack:
        yield [stack.enter_context(nursery()) for _ in range(2)]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there can be one: these tests wait for a disk some thousand times."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with TemporaryDirectory(dir=memory, prefix="sweep-") as place:
        yield Path(place)


@pytest.fixture
def patient(home: Path) -> Patient:
    """A finished sweep to be damaged."""
    return Patient(home)


# The disk


@pytest.mark.parametrize("n_before", [0, 1], ids=["begun", "resumed"])
@pytest.mark.parametrize("error", ERRORS, ids=os.strerror)
def test_any_call_to_the_disk_may_fail_and_the_sweep_goes_on(
    home: Path, whole: dict[str, bytes], error: int, n_before: int
) -> None:
    """Whichever call fails, the message names the fault and --resume; resuming gives the same bytes, none twice."""
    folder = home / "sweep"
    counts = count_calls(folder, n_before=n_before)
    for call, n in counts.items():
        for nth in range(n):
            disk = Disk(place=folder, call=call, nth=nth, error=error)
            check_fault(folder, disk, whole, n_before=n_before)
    # each of these was there to fail for two chunks or more
    assert min(counts[f"os.{call}"] for call in ("open", "write", "fsync", "replace")) >= 2


@pytest.mark.parametrize("keeps_names", [True, False])
def test_what_was_said_to_be_written_survives_a_power_cut(
    home: Path, whole: dict[str, bytes], keeps_names: bool
) -> None:
    """Cut at any call, with new names lost or kept: each chunk that `write` returned is whole, and no half one is."""
    assert check_power_cuts(home / "sweep", whole, keeps_names=keeps_names) >= 36


# Kills and races


def test_a_killed_writer_loses_nothing(places: list[Nursery], tmp_path: Path) -> None:
    """After 20 or more kills at random moments the bytes are those of a sweep that nobody killed."""
    found = check_kills(places[0], tmp_path, n_kills=20, n_sweeps=1, seed=SEED)
    assert found.kills >= 20


def test_two_sweeps_racing_for_a_folder_have_one_winner(places: list[Nursery], tmp_path: Path) -> None:
    """In 20 races of two processes one begins, and the other is told the winner's process id."""
    check_races(places, tmp_path, 20)


def test_a_child_that_outlives_its_killed_parent_does_not_keep_the_lock(
    places: list[Nursery], tmp_path: Path
) -> None:
    """A forked worker that is left over after a kill does not hold the folder."""
    folder, told = tmp_path / "sweep", tmp_path / "child.pid"
    parent = places[0].start(f"orphan {folder}")
    deadline = time.monotonic() + 30
    while not told.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    child = int(told.read_text(encoding="utf-8"))
    try:
        with pytest.raises(StoreError, match=f"process {parent} on"):
            opened(folder)
        os.kill(parent, signal.SIGKILL)
        assert places[0].end() == -signal.SIGKILL
        os.kill(child, 0)  # it is alive
        assert len(fill(folder)) == 5
    finally:
        os.kill(child, signal.SIGKILL)


# Damage


def test_random_damages_are_all_found_and_named(patient: Patient) -> None:
    """Of 300 damages none passes: each is named, refused, repaired, and only what was hit is written again."""
    rng = np.random.default_rng(SEED)
    seen = Counter(check_blow(patient, rng, list(KINDS)) for _ in range(300))
    assert seen.keys() == KINDS.keys()


# Faults planted in the store: each turns a check red


def straight(path: Path, data: bytes) -> None:
    """Write under the final name at once."""
    try:
        path.unlink(missing_ok=True)
        durable._write_new(path, data)
    except OSError as error:
        raise durable.refusal(path, error) from error
    durable.sync_folder(path.parent)


def unsynced(path: Path, data: bytes) -> None:
    """Write a chunk without waiting for the disk to have the bytes."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    durable._write_all(descriptor, data)
    if path.parent.name != "chunks":
        os.fsync(descriptor)
    os.close(descriptor)


def last_of(files: dict[int, list[Path]]) -> dict[int, list[Path]]:
    """One file of each chunk."""
    return {index: same[-1:] for index, same in files.items()}


def check_blows(patient: Patient, kind: str, n: int) -> None:
    """Some damages of one kind."""
    rng = np.random.default_rng(SEED)
    for _ in range(n):
        check_blow(patient, rng, [kind])


class Agreeing(str):
    """A digest that is equal to any other."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False


def test_writing_under_the_final_name_is_seen(
    home: Path, whole: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without `.partial` and rename, a disk that fills up leaves half a chunk under its name: the check is red."""
    monkeypatch.setattr(sweep_store, "write_durably", straight)
    disk = Disk(place=home, call="os.write", nth=4, error=errno.ENOSPC)
    with pytest.raises(AssertionError, match=r"os\.write 4 No space left"):
        check_fault(home / "sweep", disk, whole)


@pytest.mark.parametrize(
    ("name", "fault"),
    [("_write_new", unsynced), ("sync_folder", lambda _: None)],
    ids=["of-the-file", "of-the-folder"],
)
def test_a_skipped_fsync_is_seen(
    home: Path,
    whole: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    fault: Callable[..., None],
) -> None:
    """Without either fsync a power cut loses a chunk that `write` had returned: the check is red."""
    monkeypatch.setattr(durable, name, fault)
    with pytest.raises(AssertionError, match="lost after cut"):
        check_power_cuts(home / "sweep", whole, keeps_names=False)


@pytest.mark.parametrize(
    ("name", "fault", "kind"),
    [
        ("digest_of", lambda data, real=chunk_file.digest_of: Agreeing(real(data)), "flip"),
        ("_misplaced", lambda *_, **__: "", "swap-named"),
        ("_misplaced", lambda *_, **__: "", "other-sweep-instead"),
        ("_misplaced", lambda *_, **__: "", "older-version-beside"),
        ("_by_index", lambda folder, real=chunk_file._by_index: last_of(real(folder)), "double"),
    ],
    ids=["digest", "swapped", "other-sweep", "older-version", "double"],
)
def test_a_skipped_check_is_seen(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, name: str, fault: Callable[..., object], kind: str
) -> None:
    """Without a check of bytes, place or number, its kind of damage passes: the test of damages is red."""
    monkeypatch.setattr(chunk_file, name, fault)
    with pytest.raises((AssertionError, pytest.fail.Exception), match=r"Blow|DID NOT RAISE"):
        check_blows(patient, kind, 20)


def test_a_missing_lock_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody locks, two sweeps begin in one folder; with the lock the second is refused."""
    with opened(tmp_path), pytest.raises(StoreError, match="one sweep at a time"):
        opened(tmp_path)
    monkeypatch.setattr("fcntl.flock", lambda *_: None)
    with opened(tmp_path) as one, opened(tmp_path) as two:
        assert one.missing() == two.missing()


def test_the_lock_file_tells_who_holds_it_and_is_empty_afterwards(tmp_path: Path) -> None:
    """While a sweep runs the lock names process and host; when it has ended nothing of a machine is left."""
    with opened(tmp_path):
        told = json.loads((tmp_path / "lock").read_text(encoding="utf-8"))["sweep held by"]
        assert told["pid"] == os.getpid()
        assert told.keys() == {"pid", "host", "since"}
    assert (tmp_path / "lock").read_bytes() == b""
    assert verify_sweep(tmp_path).sentence == "0 of 5 chunks; missing: 0, 1, 2, 3, 4"
