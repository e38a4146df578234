"""Everything that can happen to the files of a finished sweep, and the check that all of it is found and named."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from scenario.errors import StoreError
from scenario.experiment.chunk_file import chunk_name, encode
from scenario.experiment.sweep_read import read_sweep, repair_sweep, verify_sweep
from tests.reliability.sweep_cases import (
    IDENTITY,
    N_CHUNKS,
    contents,
    fill,
    opened,
    rows,
    span,
    stamps,
    write_chunk,
)


@dataclass
class Blow:
    """What was done to a sweep, and what must be found.

    Parameters
    ----------
    kind
        What was done.
    lost
        Chunks that are no more valid.
    named
        Files that must be named as damaged.
    """

    kind: str
    lost: set[int] = field(default_factory=set)
    named: set[str] = field(default_factory=set)


class Patient:
    """A finished sweep that is damaged and healed again and again.

    Parameters
    ----------
    home
        A folder of the test's own.
    """

    def __init__(self, home: Path) -> None:
        self.folder = home / "sweep"
        self.sweep_id = ""
        fill(self.folder)
        self.whole = contents(self.folder)
        self.ours = _by_index(self.folder)
        self.others = []
        for change in ({"seed": 1}, {"engine": "e0"}):
            place = home / str(change)
            fill(place, IDENTITY | change)
            self.others.append(_by_index(place))
        self.sweep_id = opened_id(self.folder)

    @property
    def chunks(self) -> Path:
        """Where its chunk files are."""
        return self.folder / "chunks"

    def heal(self) -> None:
        """Put back every byte, and take away what was added."""
        for name in contents(self.folder).keys() - self.whole.keys():
            (self.folder / name).unlink()
        there = contents(self.folder)
        for name, data in self.whole.items():
            if there.get(name) != data:
                (self.folder / name).write_bytes(data)

    def double(self, index: int) -> tuple[str, bytes]:
        """Another valid file for a chunk of this very sweep."""
        first, last = span(index)
        data = encode(
            rows(first, last, "e9"), sweep=self.sweep_id, index=index, failures=[], first=first, last=last
        )
        return chunk_name(index, data), data


def check_blow(patient: Patient, rng: np.random.Generator, kinds: Sequence[str]) -> str:
    """Do one random damage; it is found and named, only what was hit is written again, and all is as it was."""
    kind = str(rng.choice(kinds))
    blow = KINDS[kind](patient, rng)
    case = f"{blow}"
    found = verify_sweep(patient.folder)
    assert {one.path.name for one in found.damaged} == blow.named, case
    assert set(found.missing) == blow.lost, case
    with pytest.raises(StoreError) as refused:
        read_sweep(patient.folder)
    text = str(refused.value)
    assert all(name in text for name in blow.named), case
    assert all(str(index) in text for index in blow.lost), case
    before = stamps(patient.folder)
    if "manifest.json" in blow.named:
        repair_sweep(patient.folder)
    with opened(patient.folder) as sweep:
        sweep.repair()
        assert set(sweep.missing()) == blow.lost, case
        for index in blow.lost:
            write_chunk(sweep, index)
    kept = {name: stamp for name, stamp in before.items() if name not in blow.named | {"notes.parquet"}}
    assert kept.items() <= stamps(patient.folder).items(), case
    assert patient.whole.items() <= contents(patient.folder).items(), case
    patient.heal()
    return kind


def opened_id(folder: Path) -> str:
    """The id of a sweep."""
    with opened(folder) as sweep:
        return sweep.sweep_id


def _by_index(folder: Path) -> list[tuple[str, bytes]]:
    """Names and bytes of the chunk files of a finished sweep."""
    return [(path.name, path.read_bytes()) for path in sorted((folder / "chunks").iterdir())]


def _changed(change: Callable[[bytes, np.random.Generator], bytes], kind: str) -> Callable[..., Blow]:
    """A damage that changes the bytes of one chunk file."""

    def damage(patient: Patient, rng: np.random.Generator) -> Blow:
        index = int(rng.integers(N_CHUNKS))
        name, data = patient.ours[index]
        (patient.chunks / name).write_bytes(change(data, rng))
        return Blow(kind, {index}, {name})

    return damage


def _flip(data: bytes, rng: np.random.Generator) -> bytes:
    """One bit turned."""
    place, bit = int(rng.integers(len(data))), int(rng.integers(8))
    return data[:place] + bytes([data[place] ^ (1 << bit)]) + data[place + 1 :]


def _truncate(data: bytes, rng: np.random.Generator) -> bytes:
    """The end cut off, by one byte or by all."""
    return data[: int(rng.integers(len(data)))]


def _extend(data: bytes, rng: np.random.Generator) -> bytes:
    """Some bytes more."""
    return data + rng.bytes(int(rng.integers(1, 5000)))


def _blank(data: bytes, rng: np.random.Generator) -> bytes:
    """Zeros to the end from some place on, as after a power cut."""
    place = int(rng.integers(len(data)))
    return data[:place] + bytes(len(data) - place)


def _two(rng: np.random.Generator) -> tuple[int, int]:
    """Two different chunks."""
    first, second = rng.choice(N_CHUNKS, 2, replace=False)
    return int(first), int(second)


def _swap(patient: Patient, rng: np.random.Generator) -> Blow:
    """Two chunk files change their contents."""
    i, j = _two(rng)
    (a, x), (b, y) = patient.ours[i], patient.ours[j]
    (patient.chunks / a).write_bytes(y)
    (patient.chunks / b).write_bytes(x)
    return Blow("swap", {i, j}, {a, b})


def _swap_named(patient: Patient, rng: np.random.Generator) -> Blow:
    """Two chunk files change their numbers; each still has the digest of its bytes in its name."""
    i, j = _two(rng)
    (a, x), (b, y) = patient.ours[i], patient.ours[j]
    names = {f"{j:06d}-{a[7:]}": x, f"{i:06d}-{b[7:]}": y}
    for name in (a, b):
        (patient.chunks / name).unlink()
    for name, data in names.items():
        (patient.chunks / name).write_bytes(data)
    return Blow("swap-named", {i, j}, set(names))


def _foreign(which: int, place: str) -> Callable[..., Blow]:
    """A chunk of another sweep (0) or of an older version (1): in place of ours, under our name, or beside it."""

    def damage(patient: Patient, rng: np.random.Generator) -> Blow:
        index = int(rng.integers(N_CHUNKS))
        mine, (name, data) = patient.ours[index][0], patient.others[which][index]
        if place != "beside":
            (patient.chunks / mine).unlink()
        name = mine if place == "under" else name
        (patient.chunks / name).write_bytes(data)
        return Blow(f"foreign-{which}-{place}", set() if place == "beside" else {index}, {name})

    return damage


def _double(patient: Patient, rng: np.random.Generator) -> Blow:
    """A second valid file for a chunk: which is right?"""
    index = int(rng.integers(N_CHUNKS))
    name, data = patient.double(index)
    (patient.chunks / name).write_bytes(data)
    return Blow("double", {index}, {name, patient.ours[index][0]})


def _rename(target: str) -> Callable[..., Blow]:
    """A chunk file gets another name: another number, a number too high, one more zero, a name of no chunk."""

    def damage(patient: Patient, rng: np.random.Generator) -> Blow:
        i, j = _two(rng)
        name = patient.ours[i][0]
        names = {
            "other": f"{j:06d}-{name[7:]}",
            "high": f"{99:06d}-{name[7:]}",
            "zero": f"0{name}",
            "none": "notes.parquet",
        }
        (patient.chunks / name).rename(patient.chunks / names[target])
        return Blow(f"rename-{target}", {i}, {names[target]} - {"notes.parquet"})

    return damage


def _copy(patient: Patient, rng: np.random.Generator) -> Blow:
    """A chunk file is there a second time under another number."""
    i, j = _two(rng)
    name = f"{j:06d}-{patient.ours[i][0][7:]}"
    shutil.copy(patient.chunks / patient.ours[i][0], patient.chunks / name)
    return Blow("copy", set(), {name})


def _delete(patient: Patient, rng: np.random.Generator) -> Blow:
    """A chunk file is gone."""
    index = int(rng.integers(N_CHUNKS))
    (patient.chunks / patient.ours[index][0]).unlink()
    return Blow("delete", {index})


def _beside(name: str) -> Callable[..., Blow]:
    """Bytes of the manifest or of the design are changed."""

    def damage(patient: Patient, rng: np.random.Generator) -> Blow:
        change = (_flip, _truncate, _extend)[int(rng.integers(3))]
        path = patient.folder / name
        path.write_bytes(change(path.read_bytes(), rng))
        return Blow(name, set(), {name})

    return damage


KINDS: dict[str, Callable[[Patient, np.random.Generator], Blow]] = {
    "flip": _changed(_flip, "flip"),
    "truncate": _changed(_truncate, "truncate"),
    "extend": _changed(_extend, "extend"),
    "blank": _changed(_blank, "blank"),
    "swap": _swap,
    "swap-named": _swap_named,
    **{
        f"{('other-sweep', 'older-version')[which]}-{place}": _foreign(which, place)
        for which in (0, 1)
        for place in ("instead", "under", "beside")
    },
    "double": _double,
    **{f"rename-{target}": _rename(target) for target in ("other", "high", "zero", "none")},
    "copy": _copy,
    "delete": _delete,
    "manifest": _beside("manifest.json"),
    "design": _beside("design.parquet"),
}
