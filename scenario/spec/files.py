"""Where scenario files and ledgers are: paths, names of shipped scenarios, and reading within a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scenario.errors import Problem, SpecError
from scenario.spec.document import MAX_BYTES, Document, parse
from scenario.spec.names import did_you_mean

_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One shipped scenario: its path as a command takes it, name, title, and variants with base first."""

    path: str
    name: str
    title: str
    variants: tuple[str, ...]


def shipped_configs() -> Path:
    """Return the folder of the shipped scenarios: inside the package, or `configs` of a checkout."""
    packed = _PACKAGE / "_configs"
    return packed if packed.is_dir() else _PACKAGE.parent / "configs"


def list_scenarios() -> list[Listed]:
    """Return the shipped scenarios, by file name.

    Raises
    ------
    SpecError
        If a shipped file cannot be read.
    """
    listed = []
    for path in sorted(shipped_configs().glob("*.yaml")):
        document = read(path)
        if "act" in document.data:
            listed.append(_listed(path, document))
    return listed


def _listed(path: Path, document: Document) -> Listed:
    """Return the entry of one file."""
    data, variants = document.data, document.data.get("variants")
    names = tuple(str(name) for name in variants) if isinstance(variants, dict) else ()
    return Listed(
        path=shown_path(path),
        name=str(data.get("name", path.stem)),
        title=str(data.get("title", "")),
        variants=("base", *names),
    )


def shown_path(path: Path) -> str:
    """Return a path relative to the working folder where it lies inside it."""
    absolute, here = path.absolute(), Path.cwd()
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(path)


def find(scenario: str | Path) -> Path:
    """Return the file behind a path or the name of a shipped scenario.

    Raises
    ------
    SpecError
        If there is neither.
    """
    given = str(scenario)
    if _is_file(Path(given)):
        return Path(given)
    names = {path.stem: path for path in sorted(shipped_configs().glob("*.yaml"))}
    if given in names:
        return names[given]
    known = [listed.name for listed in list_scenarios()]
    rule = "the scenario must be a file, or one of the shipped names"
    hint = did_you_mean(Path(given[:200]).stem, known)
    raise SpecError(Problem(rule=rule, got=given, hint=hint, code="E152"))


def find_sweep(sweep: str | Path) -> Path:
    """Return the file behind a path or the name of a shipped sweep.

    Raises
    ------
    SpecError
        If there is neither.
    """
    given = str(sweep)
    if _is_file(Path(given)):
        return Path(given)
    names = {path.stem: path for path in sorted((shipped_configs() / "sweeps").glob("*.yaml"))}
    if given in names:
        return names[given]
    rule, hint = "the sweep must be a file, or one of the shipped names", did_you_mean(given[:200], names)
    raise SpecError(Problem(rule=rule, got=given, hint=hint, code="E310"))


def read(path: Path, *, file: str = "") -> Document:
    """Read a file of at most 1 MB into plain data.

    Parameters
    ----------
    path
        A regular file.
    file
        The name to report problems under; the path as shown to the user where left out.

    Raises
    ------
    SpecError
        If it cannot be read or is no YAML that we take.
    """
    name = file or shown_path(path)
    try:
        if not path.is_file():
            raise _unreadable(name, "no regular file")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(name, getattr(error, "strerror", None) or "a path that cannot be opened") from None
    return parse(raw, file=name)


def _unreadable(name: str, got: str) -> SpecError:
    """Make the error for a file that cannot be opened."""
    return SpecError(Problem(rule="the file must be a readable file", got=got, file=name, code="E151"))


def _is_file(path: Path) -> bool:
    """Return whether a path names a regular file; a path that no system takes names none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def within(folder: Path, relative: str) -> Path | None:
    """Return the regular file at a relative path inside a folder, links resolved; None if there is none.

    Parameters
    ----------
    folder
        The folder that must not be left.
    relative
        A relative path as a file gives it; absolute paths and ways out of the folder find nothing.
    """
    try:
        inside = folder.resolve()
        path = (inside / relative).resolve()
    except (OSError, ValueError, RuntimeError):
        return None
    is_inside = not Path(relative).is_absolute() and path.is_relative_to(inside)
    return path if is_inside and _is_file(path) else None
