"""Write results to a folder: outcomes, events, failures and a manifest that says how to get them again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenario import __version__
from scenario.errors import StoreError
from scenario.experiment.compare import Comparison
from scenario.experiment.run import Result, Settings
from scenario.spec.canonical import sha256

if TYPE_CHECKING:
    import pandas as pd

PACKAGES = ("numpy", "pandas", "scipy", "simpy", "numba", "pyarrow", "pydantic")


def write_result(result: Result, folder: Path, *, command: str, name: str = "") -> list[Path]:
    """Write one result; return the files written.

    Parameters
    ----------
    folder
        Created where missing.
    command
        The canonical command, without folder, time or host.
    name
        A prefix for the files where a folder holds several results ("a-", "b-").

    Raises
    ------
    StoreError
        The folder cannot be written.
    """
    tables = {f"{name}outcomes": result.outcomes}
    if result.events is not None:
        tables[f"{name}events"] = result.events
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = [_write_table(table, folder / f"{stem}.parquet") for stem, table in tables.items()]
        if not result.failures.empty:
            path = folder / f"{name}failures.csv"
            path.write_text(
                result.failures.to_csv(index=False, lineterminator="\n"), encoding="utf-8", newline=""
            )
            written.append(path)
        written.append(
            _write_json(folder / f"{name}manifest.json", manifest(result, command=command, files=written))
        )
    except OSError as error:
        raise StoreError(f"{folder}: the folder must be writable (got {error.strerror}).") from error
    return written


def write_comparison(comparison: Comparison, folder: Path, *, command: str) -> list[Path]:
    """Write both results of a comparison, their differences as CSV, and the comparison as JSON.

    Raises
    ------
    StoreError
        The folder cannot be written.
    """
    written = [
        path
        for name, result in (("a-", comparison.a), ("b-", comparison.b))
        for path in write_result(result, folder, command=command, name=name)
    ]
    try:
        differences = folder / "differences.csv"
        text = comparison.table().to_csv(index=False, lineterminator="\n")
        differences.write_text(text, encoding="utf-8", newline="")
        return [
            *written,
            differences,
            _write_json(folder / "comparison.json", comparison.as_dict() | {"command": command}),
        ]
    except OSError as error:
        raise StoreError(f"{folder}: the folder must be writable (got {error.strerror}).") from error


def manifest(result: Result, *, command: str, files: Sequence[Path] = ()) -> dict[str, Any]:
    """Return what is needed to get a result again, and to see whether one has the same."""
    scenario, settings = result.scenario, result.settings
    return {
        "scenario": scenario.spec.name,
        "variant": scenario.variant,
        "overrides": dict(scenario.overrides),
        "without": list(scenario.without),
        "hash": scenario.hash,
        "seed": settings.seed,
        "outer": settings.outer,
        "inner": settings.inner,
        "n": result.n,
        "failures": len(result.failures),
        "twins": settings.twins,
        "command": command,
        "versions": {"sanctions-scenario": __version__} | {package: version(package) for package in PACKAGES},
        "tables": {path.name: digest(result, path.stem) for path in files if path.suffix == ".parquet"},
    }


def digest(result: Result, stem: str) -> str:
    """Return the sha256 of a table's content, whatever engine, process count or file format gave it."""
    table = result.events if stem.endswith("events") else result.outcomes
    if table is None:
        return ""
    columns = {column: [_plain(value) for value in table[column]] for column in table.columns}
    return sha256({"columns": list(table.columns), "values": columns})


def canonical_command(verb: str, scenario: str, options: Mapping[str, Any], settings: Settings) -> str:
    """Return the command line that gives the same numbers: fixed order, no folder, time or host."""
    words = ["scenario", verb, scenario]
    for name, value in options.items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is not None and one != "":
                words += [f"--{name}", str(one)]
    words += ["--outer", str(settings.outer), "--inner", str(settings.inner), "--seed", str(settings.seed)]
    return shlex.join(words)


def _write_table(table: pd.DataFrame, path: Path) -> Path:
    """Write one table as Parquet."""
    table.to_parquet(path, index=False, compression="zstd")
    return path


def _write_json(path: Path, data: Mapping[str, Any]) -> Path:
    """Write plain data as JSON with sorted keys."""
    path.write_text(json.dumps(data, indent=2, sort_keys=True) + "\n", encoding="utf-8", newline="\n")
    return path


def _plain(value: Any) -> Any:
    """Return a cell as plain data; NaN (never) as null."""
    plain = value.item() if hasattr(value, "item") else value
    return None if plain != plain else plain
