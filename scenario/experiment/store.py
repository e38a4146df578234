"""Write results to a folder: outcomes, events, failures and a manifest that says how to get them again."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario import __version__
from scenario.errors import StoreError
from scenario.experiment.chunk import Settings
from scenario.experiment.compare import Comparison
from scenario.experiment.run import Result
from scenario.spec.load import shipped_configs
from scenario.spec.scenario import Scenario

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
        raise refusal(folder, error) from error
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
        raise refusal(folder, error) from error


def manifest(result: Result, *, command: str, files: Sequence[Path] = ()) -> dict[str, Any]:
    """Return what is needed to get a result again, and to see whether one has the same."""
    tables = {path.name: digest(result, path.stem) for path in files if path.suffix == ".parquet"}
    head = origin(
        result.scenario, result.settings, n=result.n, n_failed=len(result.failures), command=command
    )
    return head | {"tables": tables}


def origin(scenario: Scenario, settings: Settings, *, n: int, n_failed: int, command: str) -> dict[str, Any]:
    """Return what every manifest says: what ran, how often, with what, and how to run it again."""
    return {
        "scenario": scenario.spec.name,
        "variant": scenario.variant,
        "overrides": dict(scenario.overrides),
        "without": list(scenario.without),
        "hash": scenario.hash,
        "seed": settings.seed,
        "outer": settings.outer,
        "inner": settings.inner,
        "n": n,
        "failures": n_failed,
        "twins": settings.twins,
        "command": command,
        "versions": {"sanctions-scenario": __version__} | {package: version(package) for package in PACKAGES},
    }


def digest(result: Result, stem: str) -> str:
    """Return the `table_digest` of the outcomes of a result or of its events; "" for events that were not kept."""
    table = result.events if stem.endswith("events") else result.outcomes
    return "" if table is None else table_digest(table)


def table_digest(table: pd.DataFrame) -> str:
    """Return the sha256 of a table's content, whatever engine, process count or file format gave it.

    Column after column: the name in UTF-8 and the byte 0xFF, which UTF-8 never holds; the kind of values (b, i,
    u, f, or t for text); the number of rows, in 8 bytes; and the values. Truth values take one byte, numbers 8,
    little-endian, with one NaN and no -0.0; a text is UTF-8 and ends with 0xFF, one that is missing is 0xFE.
    """
    found = hashlib.sha256()
    for name, column in table.items():
        kind, content = content_of(column)
        found.update(column_head(str(name), kind, len(column)))
        found.update(content)
    return found.hexdigest()


def column_head(name: str, kind: str, n_rows: int) -> bytes:
    """Return what stands before the values of a column in a digest: name, kind of values, number of rows."""
    return name.encode() + b"\xff" + kind.encode() + n_rows.to_bytes(8, "little")


def content_of(column: pd.Series[Any]) -> tuple[str, bytes]:
    """Return kind and bytes of a column's values, as `table_digest` describes them; parts of one join to the whole."""
    kind = column.dtype.kind
    if kind not in _WIDTHS:
        codes, texts = column.factorize()
        cells = [*(str(text).encode() + b"\xff" for text in texts), b"\xfe\xff"]
        return "t", b"".join([cells[code] for code in codes.tolist()])
    values = column.to_numpy().astype(_WIDTHS[kind])
    if kind == "f":
        values += 0.0  # turns -0.0 into 0.0
        values[np.isnan(values)] = np.nan
    return kind, values.tobytes()


def canonical_command(verb: str, scenario: Scenario, options: Mapping[str, Any], settings: Settings) -> str:
    """Return the command line that gives the same numbers: fixed order, no folder, time or host.

    A shipped case stands by its name, another by the name of its file.
    """
    name = scenario.spec.name if is_shipped(scenario) else Path(scenario.file).name
    words = ["scenario", verb, name]
    for name, value in options.items():
        if value is True:
            words.append(f"--{name}")
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if not isinstance(one, bool) and one is not None and one != "":
                words += [f"--{name}", str(one)]
    words += ["--outer", str(settings.outer), "--inner", str(settings.inner), "--seed", str(settings.seed)]
    return shlex.join(words)


def is_shipped(scenario: Scenario) -> bool:
    """Return whether a scenario was read from the cases that come with the package."""
    return Path(scenario.file).resolve() == (shipped_configs() / f"{scenario.spec.name}.yaml").resolve()


def refusal(folder: Path, error: OSError) -> StoreError:
    """Return what to say of a folder that cannot be written."""
    rule = "the output must be a folder that can be written"
    return StoreError(
        f"{folder}: {rule} (got {error.strerror}).\n  hint: name a new or an empty folder.  [E401]"
    )


def _write_table(table: pd.DataFrame, path: Path) -> Path:
    """Write one table as Parquet."""
    table.to_parquet(path, index=False, compression="zstd")
    return path


def _write_json(path: Path, data: Mapping[str, Any]) -> Path:
    """Write plain data as JSON with sorted keys."""
    path.write_text(json.dumps(data, indent=2, sort_keys=True) + "\n", encoding="utf-8", newline="\n")
    return path


_WIDTHS = {"b": "u1", "i": "<i8", "u": "<u8", "f": "<f8"}
"""Kind of values to the form in which a digest reads them."""
