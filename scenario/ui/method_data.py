"""What the page Method says: glossary, limits, validation, citation, read from the package. No Streamlit."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import scenario
from scenario.spec.scenario import Scenario
from scenario.ui.levers import status_of

FOLDER = Path(__file__).resolve().parent
STATUSES = ("stated", "inferred", "assumed")


@dataclass(frozen=True, kw_only=True)
class Term:
    """A word of the glossary.

    Parameters
    ----------
    name, meaning, see
        The word, what is meant by it, and another word to look up ("" where there is none).
    """

    name: str
    meaning: str
    see: str


@lru_cache(maxsize=1)
def glossary() -> tuple[Term, ...]:
    """Return the words of the project in the order of the alphabet."""
    return tuple(
        Term(name=name, meaning=entry["meaning"], see=entry.get("see", ""))
        for name, entry in _read("glossary.toml").items()
    )


@lru_cache(maxsize=1)
def method() -> Mapping[str, Any]:
    """Return limits, validation, citation and data sources."""
    return _read("method.toml")


def _read(name: str) -> dict[str, Any]:
    """Return a data file of the package."""
    with (FOLDER / name).open("rb") as stream:
        return tomllib.load(stream)


def citation() -> str:
    """Return how to cite this version in one line."""
    cite = method()["cite"]
    author = cite["authors"][0].upper() + cite["authors"][1:]
    return f"{author}. {cite['title']}. Version {scenario.__version__}. Licence {cite['license']}."


def bibtex() -> str:
    """Return the same as a BibTeX entry."""
    cite = method()["cite"]
    lines = {
        "author": f"{{{cite['authors']}}}",
        "title": f"{{{cite['title']}}}",
        "version": scenario.__version__,
        "note": f"Licence {cite['license']}",
    }
    body = "".join(f"  {name} = {{{text}}},\n" for name, text in lines.items())
    return f"@software{{sanctions-scenario,\n{body}}}"


def statuses(chosen: Scenario) -> dict[tuple[str, str], int]:
    """Return how many numbers of a scenario are stated, inferred and assumed, for levers and uncertainties.

    Parameters
    ----------
    chosen
        The scenario. A number that several places inherit is counted once, where it is declared.

    Returns
    -------
    dict
        (role, status) -> count; roles "lever" and "uncertainty".
    """
    kinds = {
        chosen.declared_at.get(entry.path, entry.path): (
            "lever" if entry.quantity.lever else "uncertainty",
            status_of(entry.number, chosen),
        )
        for entry in chosen.numbers
    }
    return dict(Counter(kinds.values()))
