"""Choices of the user -> scenarios A and B. No Streamlit here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from scenario.spec.files import Listed, find, list_scenarios
from scenario.spec.load import BASE, load, load_text
from scenario.spec.scenario import Scenario
from scenario.ui import settings

Overrides = tuple[tuple[str, float], ...]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A scenario file to choose from.

    Parameters
    ----------
    name, title, variants
        As in the file; base comes first.
    text
        The file itself where it was uploaded, else None.
    """

    name: str
    title: str
    variants: tuple[str, ...]
    text: str | None = None


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What is compared: two scenarios of one case, and what the first screen is about.

    Parameters
    ----------
    case
        The file both come from.
    a, b
        The baseline, and what is compared with it.
    names
        "A" and "B" -> what it is called on the screen.
    n_changed
        Number of levers of B that were moved.
    focus, day
        The time outcome in focus, and by when it is counted.
    """

    case: Case
    a: Scenario
    b: Scenario
    names: dict[str, str]
    n_changed: int
    focus: settings.Focus
    day: int

    @property
    def sides(self) -> dict[str, Scenario]:
        """Return all that is compared, by letter; A, the baseline, comes first."""
        return {"A": self.a, "B": self.b}


@lru_cache(maxsize=1)
def shipped() -> tuple[Case, ...]:
    """Return the shipped cases, the default first."""
    cases = [_case(listed) for listed in list_scenarios()]
    return tuple(sorted(cases, key=lambda case: case.name != settings.DEFAULT_CASE))


def _case(listed: Listed) -> Case:
    """Return a shipped case."""
    return Case(name=listed.name, title=listed.title, variants=listed.variants)


@lru_cache(maxsize=32)
def scenario_of(
    case: Case, variant: str = BASE, overrides: Overrides = (), without: tuple[str, ...] = ()
) -> Scenario:
    """Load a scenario of a case; the last 32 are kept.

    Parameters
    ----------
    case
        Where it comes from.
    variant, overrides, without
        As in `scenario.load`.

    Raises
    ------
    SpecError, DataError
        As `scenario.load` does.
    """
    options = {"variant": variant, "overrides": dict(overrides), "without": without}
    if case.text is None:
        return load(case.name, **options)  # type: ignore[arg-type]
    return load_text(case.text, file=case.name, **options)  # type: ignore[arg-type]


def file_text(case: Case) -> str:
    """Return the scenario file of a case, as it stands."""
    return find(case.name).read_text(encoding="utf-8") if case.text is None else case.text


@lru_cache(maxsize=16)
def variant_titles(case: Case) -> dict[str, str]:
    """Return the variants of a case and what they are called; the file as it stands is "Base case"."""
    declared = scenario_of(case).spec.variants
    titles = {BASE: "Base case"} | {name: variant.title for name, variant in declared.items()}
    doubles = {title for title in titles.values() if list(titles.values()).count(title) > 1}
    return {name: f"{title} ({name})" if title in doubles else title for name, title in titles.items()}


def names_of(case: Case, a: str, b: str, *, n_changed: int, n_without: int) -> dict[str, str]:
    """Return what A and B are called.

    Parameters
    ----------
    case, a, b
        The case and the names of two of its variants.
    n_changed, n_without
        Levers moved and evidence items left out under B.
    """
    titles = variant_titles(case)
    extras = []
    if n_changed:
        extras.append(f"{n_changed} lever{'s' if n_changed > 1 else ''} moved")
    if n_without:
        extras.append(f"without {n_without} item{'s' if n_without > 1 else ''} of evidence")
    tail = f" ({', '.join(extras)})" if extras else ""
    return {"A": titles[a], "B": f"{titles[b]}{tail}"}
