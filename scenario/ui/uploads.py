"""A scenario file of the user's own: read in memory, never written to disk. No Streamlit here."""

from __future__ import annotations

from pathlib import PurePosixPath

from scenario.errors import InputError, Problem, SpecError
from scenario.spec.load import BASE, load_text
from scenario.ui import settings
from scenario.ui.selection import Case


def case_of(name: str, raw: bytes) -> Case:
    """Return the case behind an uploaded file, with every one of its variants checked.

    Parameters
    ----------
    name
        Name of the file, for messages only.
    raw
        Its content, at most 1 MB.

    Raises
    ------
    SpecError, DataError
        With every problem of the file and its variants.
    """
    file = PurePosixPath(name.replace("\\", "/")).name[:80] or "upload.yaml"
    if len(raw) > settings.MAX_UPLOAD:
        rule = f"the file must hold at most {settings.MAX_UPLOAD:,} bytes"
        raise SpecError(Problem(rule=rule, got=f"{len(raw):,} bytes", file=file, code="E101"))
    base = load_text(raw, file=file)
    names = (BASE, *base.spec.variants)
    problems: dict[Problem, None] = {}
    for variant in names[1:]:
        try:
            load_text(raw, file=file, variant=variant)
        except InputError as error:
            problems |= dict.fromkeys(error.problems)
    if problems:
        raise SpecError(list(problems))
    text = raw.decode("utf-8-sig")
    return Case(name=file, title=base.spec.title, variants=names, text=text)


def sentences(error: InputError) -> list[str]:
    """Return each problem as one plain sentence with file, line, field and what was found.

    Parameters
    ----------
    error
        What reading the file gave.
    """
    return [_sentence(problem) for problem in error.problems]


def _sentence(problem: Problem) -> str:
    """Return one problem in words; of a file only the name, never where it lies."""
    place = [PurePosixPath(problem.file.replace("\\", "/")).name] if problem.file else []
    place += [f"line {problem.line}"] if problem.line else []
    place += [f"field {problem.path}"] if problem.path else []
    shown = problem.as_dict()
    hint = f" {problem.hint[0].upper()}{problem.hint[1:]}" if problem.hint else ""
    return f"{', '.join(place)}: {problem.rule} (got {shown['got']}).{hint}"
