"""A scenario file -> a checked scenario, with every problem of the file reported at once.

Order: read, apply the variant and then the user's overrides, fill in defaults, check against the schema,
then what must hold between the parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scenario.errors import DataError, Problem, SpecError
from scenario.spec import check, check_numbers
from scenario.spec.complaints import Places, shown, translate, validate
from scenario.spec.defaults import fill
from scenario.spec.document import Document, dotted, parse
from scenario.spec.files import find, list_scenarios, read, shipped_configs, within
from scenario.spec.json_schema import json_schema
from scenario.spec.ledger import Ledger, complaints
from scenario.spec.names import did_you_mean
from scenario.spec.overrides import Editor, Override, from_user
from scenario.spec.register import Entry, numbers
from scenario.spec.repair import is_doubtful, refused, repaired
from scenario.spec.scenario import Scenario
from scenario.spec.schema import DEFAULTS, ScenarioSpec
from scenario.spec.shape import root

BASE = "base"
"""The variant that overrides nothing; every file has it."""

Overrides = Mapping[str, object] | Sequence[str]


def load(
    path: str | Path, *, variant: str = BASE, overrides: Overrides = (), without: Sequence[str] = ()
) -> Scenario:
    """Load a scenario.

    Parameters
    ----------
    path
        A file, or the name of a shipped scenario such as "iran-russia-missiles-2024".
    variant
        Name of a variant of the file; "base" for none.
    overrides
        Path to value, or texts "path=value"; applied after the variant, in order.
    without
        Ids of evidence items to switch off.

    Raises
    ------
    SpecError
        With every problem of the file, the variant and the overrides.
    DataError
        With every problem of the evidence ledger.
    """
    file = find(path)
    document = read(file)
    return _build(document, [file.parent, shipped_configs()], variant, overrides, without)


def load_text(
    text: str | bytes,
    *,
    file: str,
    variant: str = BASE,
    overrides: Overrides = (),
    without: Sequence[str] = (),
) -> Scenario:
    """Load a scenario from text, such as an upload; its ledger must be one of the shipped ones.

    Parameters
    ----------
    text
        What a scenario file holds, at most 1 MB.
    file
        The name to report problems under; nothing is read from it.
    variant, overrides, without
        As in `load`.

    Raises
    ------
    SpecError, DataError
        As `load` does.
    """
    return _build(parse(text, file=file), [shipped_configs()], variant, overrides, without)


def check_all_variants(path: str | Path) -> tuple[str, ...]:
    """Check a file's base and each of its variants, and return their names.

    Parameters
    ----------
    path
        As in `load`.

    Raises
    ------
    SpecError, DataError
        With every problem of the base, and of each variant what the base does not have.
    """
    file = find(path)
    document = read(file)
    declared = document.data.get("variants")
    names = (BASE, *declared) if isinstance(declared, dict) else (BASE,)
    found: dict[Problem, None] = {}
    for name in names:
        try:
            _build(document, [file.parent, shipped_configs()], name, (), ())
        except SpecError as error:
            found |= dict.fromkeys(error.problems)
    if found:
        raise SpecError(list(found))
    return names


def _build(
    document: Document, folders: list[Path], variant: str, overrides: Overrides, without: Sequence[str]
) -> Scenario:
    """Build a scenario from a document, or raise with all problems."""
    given = from_user(overrides, file=document.file)
    editor = Editor(data=document.data, lines=document.lines, file=document.file)
    for override in [*_variant(document, variant), *given]:
        editor.apply(override)
    filled, inherited = fill(editor.data)
    places = Places(file=document.file, lines=editor.lines_after(), inherited=inherited)
    problems = [*editor.problems, *_defaults(editor.data, places)]
    spec = _spec(filled, places, problems)
    ledger = _ledger(spec.evidence, folders, places, problems)
    if ledger is not None and ledger.as_of > spec.as_of:
        rule = f"must be a ledger read on or before as_of, {spec.as_of}"
        problems.append(places.problem(("evidence",), rule, str(ledger.as_of), code="E138"))
    entries = numbers(spec)
    _check(spec, entries, ledger, places, problems)
    switched_off = _switched_off(without, ledger, document.file)
    return Scenario(
        spec=spec,
        ledger=ledger,
        variant=variant,
        overrides=tuple((override.path, override.value) for override in given),
        without=switched_off,
        data=filled,
        declared_at=_declared_at(entries, places),
        file=document.file,
        written=editor.data,
    )


def _variant(document: Document, name: str) -> list[Override]:
    """Return the overrides of a variant of the file."""
    if name == BASE:
        return []
    declared = document.data.get("variants")
    variants = declared if isinstance(declared, dict) else {}
    if name not in variants:
        hint = did_you_mean(str(name), [BASE, *variants])
        rule = "the variant must be one that the file declares"
        raise SpecError(Problem(rule=rule, got=str(name), file=document.file, hint=hint, code="E144"))
    entry = variants[name]
    settings = entry.get("set") if isinstance(entry, dict) else None
    where = ("variants", name, "set")
    return [
        Override(path=path, value=value, by=f"variant {name}", line=document.lines.get((*where, path), 0))
        for path, value in (settings.items() if isinstance(settings, dict) else ())
    ]


def _defaults(data: dict[str, Any], places: Places) -> list[Problem]:
    """Return what is wrong with the key `defaults` itself."""
    defaults = data.get("defaults", {})
    if not isinstance(defaults, dict):
        rule = "must be a mapping of keys to values"
        return [places.problem(("defaults",), rule, defaults, code="E123")]
    problems = []
    for kind, base in defaults.items():
        path = ("defaults", kind)
        if kind not in DEFAULTS:
            rule, hint = "must be a key that defaults can have", did_you_mean(kind, DEFAULTS)
            problems.append(places.problem(path, rule, kind, code="E120", hint=hint))
        elif not isinstance(base, dict):
            problems.append(places.problem(path, "must be a mapping of keys to values", base, code="E123"))
    return problems


def _spec(filled: dict[str, Any], places: Places, problems: list[Problem]) -> ScenarioSpec:
    """Return the specification, or raise with the problems so far and those of the schema."""
    try:
        spec = validate(ScenarioSpec, filled)
    except ValidationError as error:
        found = translate(error, start=root(ScenarioSpec), places=places)
        raise SpecError([*problems, *found, *_beyond(filled, error, places)]) from None
    except ArithmeticError:
        rule = "must hold no number so large that sums overflow"
        problem = places.problem((), rule, "an overflow", code="E122")
        raise SpecError([*problems, problem]) from None
    if not isinstance(spec, ScenarioSpec):
        raise TypeError(f"expected a ScenarioSpec (got {type(spec).__name__})")
    return spec


def _beyond(filled: dict[str, Any], error: ValidationError, places: Places) -> list[Problem]:
    """Return what does not hold between the parts, besides what the schema refused and what stands beside that."""
    try:
        spec = validate(ScenarioSpec, repaired(filled, error, start=root(ScenarioSpec)))
    except (ValidationError, ArithmeticError):
        return []
    if not isinstance(spec, ScenarioSpec):
        return []
    wrong = refused(error)
    return [
        places.problem(f.path, f.rule, shown(f.got), code=f.code, hint=f.hint)
        for f in check.findings(spec)
        if not is_doubtful(f.path, f.code, wrong)
    ]


def _check(
    spec: ScenarioSpec, entries: list[Entry], ledger: Ledger | None, places: Places, problems: list[Problem]
) -> None:
    """Raise where something does not hold between the parts."""
    found = [*check.findings(spec), *check_numbers.findings(entries, ledger)]
    made = [places.problem(f.path, f.rule, shown(f.got), code=f.code, hint=f.hint) for f in found]
    everything = list(dict.fromkeys([*problems, *made]))
    if everything:
        raise SpecError(everything)


def _ledger(
    name: str | None, folders: Iterable[Path], places: Places, problems: list[Problem]
) -> Ledger | None:
    """Return the ledger that a scenario names, from the first folder that holds it."""
    if name is None:
        return None
    found = next(filter(None, (within(folder, name) for folder in folders)), None)
    if found is None:
        rule = "must be a file inside the folder of the scenario or among those shipped"
        hint = "for example evidence/iran-russia-missiles-2024.yaml"
        missing = places.problem(("evidence",), rule, name, code="E150", hint=hint)
        raise SpecError([*problems, missing])
    return read_ledger(found, file=name)


def read_ledger(path: Path, *, file: str = "") -> Ledger:
    """Read and check an evidence ledger.

    Parameters
    ----------
    path
        A regular file.
    file
        The name to report problems under.

    Raises
    ------
    DataError
        With every problem of the ledger.
    """
    try:
        document = read(path, file=file)
    except SpecError as error:
        raise DataError(error.problems) from None
    places = Places(file=document.file, lines=document.lines)
    try:
        ledger = validate(Ledger, document.data)
    except ValidationError as error:
        raise DataError(translate(error, start=root(Ledger), places=places)) from None
    except ArithmeticError:
        rule = "must hold no number so large that sums overflow"
        raise DataError(places.problem((), rule, "an overflow", code="E122")) from None
    if not isinstance(ledger, Ledger):
        raise TypeError(f"expected a Ledger (got {type(ledger).__name__})")
    found = [places.problem(where, rule, shown(got), code="E138") for where, rule, got in complaints(ledger)]
    if found:
        raise DataError(found)
    return ledger


def _switched_off(without: Sequence[str], ledger: Ledger | None, file: str) -> tuple[str, ...]:
    """Return the ids of the items switched off, sorted, each once."""
    known = [item.id for item in ledger.items] if ledger else []
    problems = [
        Problem(
            rule="an evidence item to leave out must be in the ledger",
            got=str(name),
            file=file,
            hint=did_you_mean(str(name), known),
            code="E145",
        )
        for name in without
        if name not in known
    ]
    if problems:
        raise SpecError(problems)
    return tuple(sorted(set(without)))


def _declared_at(entries: list[Entry], places: Places) -> dict[str, str]:
    """Return, of every inherited number, its path and the path under `defaults`."""
    declared = {}
    for entry in entries:
        path = tuple(entry.path.split("."))
        origin = places.declared(path)
        if origin != path:
            declared[entry.path] = dotted(origin)
    return declared


__all__ = [
    "BASE",
    "check_all_variants",
    "json_schema",
    "list_scenarios",
    "load",
    "load_text",
    "read_ledger",
    "shipped_configs",
]
