"""Sweeps on this machine that questions can be answered from. No Streamlit here.

Only the app's own user can name a folder, because the server listens on 127.0.0.1. Nothing but a sweep is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenario.errors import DataError, Problem, StoreError
from scenario.ui.why_asked import VIEWS

if TYPE_CHECKING:
    from scenario.experiment.sweep_view import SweepView

ROOT, DEPTH = "reports", 3
"""Where sweeps are looked for, and how many folders deep."""

MAX_LISTED = 40
MAX_ROWS = 3_000_000
"""Rows of a sweep that are read into memory at most."""


@dataclass(frozen=True, kw_only=True)
class SweepFolder:
    """A sweep that was found.

    Parameters
    ----------
    path
        Its folder.
    name
        As it is listed.
    """

    path: Path
    name: str


def listed_sweeps(root: Path | None = None) -> list[SweepFolder]:
    """Return the sweeps under the folder of reports, in the order of their names.

    Parameters
    ----------
    root
        Where to look; `reports` in the working folder by default.
    """
    from scenario.experiment.sweep_manifest import MANIFEST

    home = Path(ROOT) if root is None else root
    found: list[SweepFolder] = []
    for depth in range(DEPTH):
        for manifest in sorted(home.glob("*/" * depth + f"*/{MANIFEST}")):
            if len(found) < MAX_LISTED and _is_sweep(manifest.parent):
                found.append(
                    SweepFolder(path=manifest.parent, name=str(manifest.parent.relative_to(home.parent)))
                )
    return found


def _is_sweep(folder: Path) -> bool:
    """Return whether a folder says of itself that it holds a sweep."""
    from scenario.experiment.sweep_manifest import read_manifest

    try:
        return read_manifest(folder) is not None
    except (StoreError, OSError, ValueError):
        return False


def stamp(folder: Path) -> int:
    """Return when the manifest of a folder was written, in nanoseconds; 0 where there is none."""
    from scenario.experiment.sweep_manifest import MANIFEST

    try:
        return (folder / MANIFEST).stat().st_mtime_ns
    except (OSError, ValueError):
        return 0


def read_folder(folder: Path) -> SweepView:
    """Return the sweep of a folder, after a check of every byte; the last few are kept.

    Parameters
    ----------
    folder
        As the user named it.

    Raises
    ------
    DataError
        The folder holds no sweep, one that is not whole, or one that is too large; in one sentence without a path.
    """
    key = ("folder", (str(folder),), (stamp(folder),))
    view = VIEWS.get(key)
    if view is None:
        view = _read(folder)
        VIEWS.put(key, view)
    found: SweepView = view
    return found


def _read(folder: Path) -> SweepView:
    """Read a sweep."""
    from scenario.experiment.sweep_manifest import read_manifest
    from scenario.experiment.sweep_view import view_of

    name = folder.name or "the folder"
    if not _is_folder(folder):
        raise _refused(name, "must be a folder on this machine", "none", "E420")
    try:
        manifest = read_manifest(folder)
    except StoreError:
        raise _refused(name, "must hold a sweep", "another manifest, or a damaged one", "E421") from None
    if manifest is None:
        raise _refused(name, "must hold a sweep", "no manifest", "E421")
    n = _n_rows(manifest.identity)
    if n > MAX_ROWS:
        raise _refused(
            name, f"must hold a sweep of at most {MAX_ROWS:,} rows for the screen", f"{n:,}", "E422"
        )
    try:
        return view_of(folder)
    except StoreError as error:
        got = str(error).partition("(got ")[2].partition(").")[0] or "damage"
        hint = "`scenario verify` tells what is wrong with it"
        raise _refused(
            name, "must hold a sweep that is whole", got.replace(str(folder), name), "E423", hint
        ) from None


def _is_folder(folder: Path) -> bool:
    """Return whether there is a folder; a name that cannot be one is none."""
    try:
        return folder.is_dir()
    except (OSError, ValueError):
        return False


def _n_rows(identity: Mapping[str, Any]) -> int:
    """Return how many rows a sweep has."""
    points, policies = int(str(identity["points"])), identity["policies"]
    n = points * (len(policies) if isinstance(policies, dict) else 1)
    return n * (int(str(identity["replications"])) if identity["keep"] == "rows" else 1)


def _refused(name: str, rule: str, got: str, code: str, hint: str = "") -> DataError:
    """Return the error of a folder."""
    hint = hint or "name the folder that `scenario sweep -o` wrote"
    return DataError(Problem(rule=f"“{name}” {rule}", got=got, hint=hint, code=code))


def about(view: SweepView) -> str:
    """Return what a sweep is, in one line."""
    n, k = view.n_points, view.n_replications
    return (
        f"{view.about['title']}: {view.about['scenario']}, {len(view.policies)} "
        f"{'policies' if len(view.policies) > 1 else 'policy'}, {n:,} points ({view.about['kind']}), "
        f"{k:,} runs of each, seed {view.seed}"
    )
