"""Which sweep a folder holds: the manifest, and the table of experiments that it vouches for.

What does not live here: taking, filling and resuming the folder (sweep_store).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenario.experiment.chunk_file import Damage, parquet_bytes
from scenario.experiment.durable import refusal, store_error
from scenario.experiment.plain import plain_table
from scenario.experiment.store import table_digest
from scenario.spec.canonical import canonical_json, sha256

if TYPE_CHECKING:
    import pandas as pd

MANIFEST, DESIGN = "manifest.json", "design.parquet"
EXPERIMENT = "experiment"

_FORMAT = "sanctions-scenario sweep 1"
_WIDTH = 60


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """Which sweep a folder holds.

    Parameters
    ----------
    identity
        What was given to `open_sweep`, in canonical form.
    n_chunks
        Number of chunks, >= 1.
    design
        sha256 of the content of the design, whatever wrote its file.
    design_file
        sha256 of the bytes of `design.parquet`.
    """

    identity: Mapping[str, Any]
    n_chunks: int
    design: str
    design_file: str

    @property
    def sweep_id(self) -> str:
        """Return the sha256 of the canonical JSON of the identity: what every chunk bears."""
        return sha256(dict(self.identity))

    def as_bytes(self) -> bytes:
        """Return the bytes of `manifest.json`; the last word is a digest over all the others."""
        content = {"format": _FORMAT, "sweep_id": self.sweep_id, **vars(self)}
        whole = {"content": content, "digest": sha256(content)}
        text = json.dumps(json.loads(canonical_json(whole)), indent=2, sort_keys=True, ensure_ascii=False)
        return text.encode("utf-8") + b"\n"

    def differences(self, other: Manifest) -> list[str]:
        """Return, key by key, what another manifest has that is not the same: "seed: was 3, is 4"."""
        old, new = (
            dict(_leaves(one.identity)) | {"n_chunks": str(one.n_chunks), "design": one.design}
            for one in (self, other)
        )
        nothing = "not there"
        return [
            f"{key}: was {_short(old.get(key, nothing))}, is {_short(new.get(key, nothing))}"
            for key in dict.fromkeys([*old, *new])
            if old.get(key) != new.get(key)
        ]


def manifest_of(identity: Mapping[str, Any], design: pd.DataFrame, *, n_chunks: int) -> Manifest:
    """Return the manifest of a new sweep; the design has a column `experiment`."""
    plain = plain_table(design)
    return Manifest(
        identity=json.loads(canonical_json(dict(identity))),
        n_chunks=n_chunks,
        design=table_digest(plain.to_pandas()),
        design_file=hashlib.sha256(design_bytes(design)).hexdigest(),
    )


def read_manifest(folder: Path) -> Manifest | None:
    """Return which sweep a folder holds, or None where it has no manifest.

    Raises
    ------
    StoreError
        The manifest is damaged, or is not that of a sweep.
    """
    path = folder / MANIFEST
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise refusal(path, error) from error
    manifest = _parsed(data)
    if manifest is None:
        raise store_error(
            path,
            "the manifest of a sweep must be as it was written",
            "one that is damaged, or is not a sweep's",
            hint="move it away; --resume then writes it anew and keeps the chunks that are the sweep's.",
            code="E408",
        )
    return manifest


def read_design(folder: Path, manifest: Manifest) -> bytes | Damage:
    """Return the bytes of the table of experiments where they are as they were written, and else what is wrong."""
    path = folder / DESIGN
    try:
        data = path.read_bytes()
    except OSError as error:
        return Damage(path=path, index=None, why=f"cannot be read ({error.strerror})")
    if hashlib.sha256(data).hexdigest() != manifest.design_file:
        return Damage(path=path, index=None, why="has other bytes than were written")
    return data


def design_damage(folder: Path, manifest: Manifest) -> list[Damage]:
    """Return what is wrong with the table of experiments: nothing, or one damage."""
    found = read_design(folder, manifest)
    return [found] if isinstance(found, Damage) else []


def design_bytes(design: pd.DataFrame) -> bytes:
    """Return the table of experiments as a Parquet file."""
    return parquet_bytes(plain_table(design), entries={})


def numbered(design: pd.DataFrame) -> pd.DataFrame:
    """Return a design with a column `experiment`."""
    if EXPERIMENT in design.columns:
        return design.reset_index(drop=True)
    if design.index.name == EXPERIMENT:
        return design.reset_index()
    numbered = design.reset_index(drop=True)
    numbered.insert(0, EXPERIMENT, range(len(design)))
    return numbered


def _parsed(data: bytes) -> Manifest | None:
    """Return a manifest from its bytes, or None where they are not those that were written."""
    try:
        content = json.loads(data)["content"]
        fields = {name: content[name] for name in ("identity", "n_chunks", "design", "design_file")}
        manifest = Manifest(**fields)
        return manifest if manifest.as_bytes() == data else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every value of nested plain data as (dotted path, canonical JSON)."""
    if isinstance(value, Mapping) and value:
        for key, entry in sorted(value.items()):
            yield from _leaves(entry, f"{path}.{key}" if path else str(key))
    else:
        yield path, canonical_json(value)


def _short(text: str) -> str:
    """Return a text that fits on a line."""
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."
