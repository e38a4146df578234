"""The bundle that leaves the program: figures, their numbers, scenarios, tables, briefing, manifest.

A bundle is a mapping of names to bytes: a folder on disk, or one archive in memory. Same request, same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from scenario import __version__
from scenario.charts.export import csv_text, guarded_csv, json_text, picture
from scenario.errors import StoreError
from scenario.experiment.store import PACKAGES, refusal
from scenario.report.briefing import DISCLAIMER, Writer
from scenario.report.findings import BANDS, band_outcomes
from scenario.report.html import page
from scenario.report.register import changes_of

if TYPE_CHECKING:
    import pandas as pd

    from scenario.charts.data import FigureData
    from scenario.report.request import Request
    from scenario.report.study import Study
    from scenario.spec.scenario import Scenario

MANIFEST = "manifest.json"

Files = dict[str, bytes]


def bundle(study: Study) -> Files:
    """Return every file of a report by its name inside the bundle, the manifest last.

    Parameters
    ----------
    study
        A request with its results.

    Raises
    ------
    StoreError
        The briefing is wanted for Word and PowerPoint, and what writes them is not installed.
    """
    writer, request = Writer(study), study.request
    briefing, files = writer.briefing(), Files()
    for figures in study.figures.values():
        for figure in figures:
            files |= figure_files(figure, request.sizes, request.formats)
    foot = f"{DISCLAIMER} sanctions-scenario {__version__}."
    files["briefing.html"] = page(briefing, note=foot, files=files).encode()
    if request.office:
        from scenario.report.office import document, slides

        files |= {"briefing.docx": document(briefing), "slides.pptx": slides(briefing)}
    if request.stress:
        from scenario.report.stress import checklist

        files["stress-des.html"] = page(checklist(writer), note=foot).encode()
    files |= scenario_files(study.sides.scenarios)
    files |= {f"tables/{name}.csv": guarded_csv(table).encode() for name, table in _tables(writer).items()}
    files = dict(sorted(files.items()))
    return files | {MANIFEST: _json(manifest(study, files))}


def figure_files(figure: FigureData, sizes: tuple[str, ...], formats: tuple[str, ...]) -> Files:
    """Return a figure in sizes and formats, with its numbers and what it is."""
    files = {
        f"figures/{figure.name}-{size}.{kind}": picture(figure, kind, size=size)
        for size in sizes
        for kind in formats
    }
    words = {f"figures/{figure.name}.csv": csv_text(figure), f"figures/{figure.name}.json": json_text(figure)}
    return files | {name: text.encode() for name, text in words.items()}


def scenario_files(scenarios: Mapping[str, Scenario]) -> Files:
    """Return each variant as a complete file, and their ledgers where those files look for them.

    The files are JSON, which YAML 1.2 includes; what was switched off is not part of a scenario file and stands in
    the manifest.
    """
    files: Files = {}
    for key, scenario in scenarios.items():
        whole = {name: value for name, value in scenario.written.items() if name != "variants"}
        files[f"scenarios/{key.lower()}.json"] = _json(whole)
        place = scenario.spec.evidence
        if place is not None and scenario.ledger is not None:
            ledger = scenario.ledger.model_dump(mode="json", exclude_none=True)
            files[str(PurePosixPath("scenarios") / place)] = _json(ledger)
    return files


def manifest(study: Study, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return what makes the bundle again and shows whether one has the same: command, hashes, versions, digests."""
    sides = study.sides
    return {
        "what": DISCLAIMER,
        "command": study.request.command,
        "scenario": sides.scenarios["A"].spec.name,
        "scenarios": {
            key: {
                "title": sides.names[key],
                "variant": scenario.variant,
                "overrides": dict(scenario.overrides),
                "without": list(scenario.without),
                "hash": scenario.hash,
                "file": f"scenarios/{key.lower()}.json",
            }
            for key, scenario in sides.scenarios.items()
        },
        "seed": sides.seed,
        "n": sides.n,
        "failures": sides.n_failed,
        "versions": {"sanctions-scenario": __version__}
        | {package: version(package) for package in (*PACKAGES, "matplotlib")},
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }


def require(request: Request, folder: Path | None = None) -> None:
    """Refuse a request that could not be written, before anything is run.

    Raises
    ------
    SpecError
        The extra `office` is wanted and not installed.
    StoreError
        The folder holds files that no report made.
    """
    if request.office:
        from scenario.report.office import require_office

        require_office()
    if folder is not None:
        _former(folder)


def write(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Write a bundle to a folder; files of an earlier report in it are replaced, others refused.

    Raises
    ------
    StoreError
        The folder cannot be written, or holds files that no report made.
    """
    former = _former(folder)
    try:
        for name in former:
            (folder / name).unlink(missing_ok=True)
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as error:
        raise refusal(folder, error) from error
    return [folder / name for name in files]


def _former(folder: Path) -> list[str]:
    """Return the files of an earlier report in a folder; refuse a folder that holds others and no report."""
    if not folder.is_dir() or not any(folder.iterdir()):
        return []
    try:
        names = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        inside = [str(name) for name in names if (folder / name).resolve().is_relative_to(folder.resolve())]
    except (OSError, ValueError, KeyError, TypeError):
        rule = "the output must be a new or an empty folder, or one of an earlier report"
        raise StoreError(
            f"{folder}: {rule} (got other files).\n  hint: name another folder.  [E424]"
        ) from None
    return [*inside, MANIFEST]


def _tables(writer: Writer) -> dict[str, pd.DataFrame]:
    """Return the tables beside the figures: outcomes, bands, changes, assumptions, evidence."""
    import pandas as pd

    sides, registers = writer.sides, writer.registers
    outcomes = []
    for key, comparison in sides.comparisons.items():
        table = comparison.table().rename(columns={"b": "value"})
        table = table[[comparison.a.declared[name].kind != "band" for name in table["outcome"]]]
        table.insert(0, "variant", key)
        table.insert(2, "meaning", [comparison.a.declared[name].meaning for name in table["outcome"]])
        outcomes.append(table)
    changes = [(key, *row) for key in sides.comparisons for row in changes_of(registers["A"], registers[key])]
    found = {
        "outcomes": pd.concat(outcomes, ignore_index=True),
        "bands": _bands(writer),
        "changes": pd.DataFrame(changes, columns=["variant", "path", "title", "a", "value", "unit", "why"]),
        "assumptions": pd.DataFrame(
            [{"variant": key} | vars(one) for key, r in registers.items() for one in r.assumptions.values()]
        ),
    }
    evidence = _evidence(writer)
    return found if evidence is None else found | {"evidence": evidence}


def _bands(writer: Writer) -> pd.DataFrame:
    """Return how many runs of each variant fall into each band of each cost: bands are ordinal and have no mean."""
    import pandas as pd

    rows = [
        {
            "variant": key,
            "outcome": name,
            "band": band,
            "word": word,
            "share": float((table[name] == band).mean()),
        }
        for key, table in writer.sides.tables.items()
        for name in band_outcomes(writer.sides)
        for band, word in enumerate(BANDS)
    ]
    return pd.DataFrame(rows)


def _evidence(writer: Writer) -> pd.DataFrame | None:
    """Return every item of the ledger: its document, what it does to which number, who goes without; or None."""
    import pandas as pd

    sides = writer.sides.scenarios
    scenario = sides["B"]
    if scenario.ledger is None:
        return None
    rows = []
    for item in scenario.ledger.items:
        document = scenario.ledger.documents[item.document]
        head = {"item": item.id, "file": document.file, "line": item.line, "kind": document.kind}
        head |= {"grade": document.grade, "origin": scenario.ledger.origins[item.origin], "says": item.says}
        head |= {"switched_off": " ".join(key for key, one in sides.items() if item.id in one.without)}
        for effect in item.informs:
            low, high = effect.range90 or (None, None)
            size = {"median": effect.median, "low": low, "high": high, "reason": effect.reason}
            rows.append(head | {"parameter": effect.parameter, "operation": effect.op.value} | size)
    return pd.DataFrame(rows)


def _json(data: Mapping[str, Any]) -> bytes:
    """Return plain data as the bytes of a JSON file, in the order given."""
    return (json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()
