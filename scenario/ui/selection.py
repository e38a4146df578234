"""Choices of the user -> the scenarios that are compared, A to D. No Streamlit here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from scenario.spec.files import Listed, find, list_scenarios
from scenario.spec.load import BASE, load, load_text
from scenario.spec.scenario import Scenario
from scenario.ui import settings

LETTERS = "ABCD"

Sets = tuple[str, ...]
"""Overrides as texts "PATH=VALUE", as `--set` takes them."""

MAX_TITLE = 60
"""Letters of the name of a saved variant."""

MAX_TEXT = 20_000
"""Letters of a saved variant in a link."""


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
class Saved:
    """A variant that the user made and named: a variant of a file, changed.

    Parameters
    ----------
    title
        Its name, at most 60 letters.
    of
        The variant of the file that it began with.
    sets, without
        What was changed.
    """

    title: str
    of: str
    sets: Sets = ()
    without: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the variant as a link holds it."""
        return json.dumps([self.title, self.of, list(self.sets), list(self.without)], ensure_ascii=False)


def saved_from(text: str) -> Saved:
    """Return the variant that a link holds.

    Raises
    ------
    ValueError
        The text holds none.
    """
    if len(text) > MAX_TEXT:
        raise ValueError(f"a saved variant must have at most {MAX_TEXT:,} letters (got {len(text):,})")
    try:
        found = json.loads(text)
    except RecursionError:
        found = None
    match found:
        case [str(title), str(of), list(sets), list(without)] if title.strip() and _are_texts(sets, without):
            return Saved(title=title[:MAX_TITLE], of=of, sets=tuple(sets), without=tuple(without))
    raise ValueError("a saved variant must be a list of title, variant, changes and evidence left out")


def _are_texts(*lists: list[object]) -> bool:
    """Return whether lists hold texts only."""
    return all(isinstance(entry, str) for entries in lists for entry in entries)


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What is compared: two to four scenarios of one case, and what the first screen is about.

    Parameters
    ----------
    case
        The file they come from.
    sides
        "A" (the baseline), "B" (what levers act on), perhaps "C" and "D" -> scenario.
    names
        The same letters -> what it is called on the screen.
    changes
        Levers and other numbers of B that were changed, as texts "PATH=VALUE".
    world
        Numbers that were changed for all sides.
    focus, day
        The time outcome in focus, and by when it is counted.
    saved
        The user's own variants of this case.
    """

    case: Case
    sides: dict[str, Scenario]
    names: dict[str, str]
    focus: settings.Focus
    day: int
    changes: Sets = ()
    world: Sets = ()
    saved: tuple[Saved, ...] = ()

    @property
    def a(self) -> Scenario:
        """Return the baseline."""
        return self.sides["A"]

    @property
    def b(self) -> Scenario:
        """Return what levers act on."""
        return self.sides["B"]

    @property
    def key(self) -> str:
        """Return what tells this comparison from others: the hashes of its sides."""
        return " ".join(scenario.hash for scenario in self.sides.values())

    @property
    def others(self) -> list[str]:
        """Return the letters of all that is compared with the baseline."""
        return [letter for letter in self.sides if letter != "A"]


@lru_cache(maxsize=1)
def shipped() -> tuple[Case, ...]:
    """Return the shipped cases, the default first."""
    cases = [_case(listed) for listed in list_scenarios()]
    return tuple(sorted(cases, key=lambda case: case.name != settings.DEFAULT_CASE))


def _case(listed: Listed) -> Case:
    """Return a shipped case."""
    return Case(name=listed.name, title=listed.title, variants=listed.variants)


@lru_cache(maxsize=32)
def scenario_of(case: Case, variant: str = BASE, sets: Sets = (), without: tuple[str, ...] = ()) -> Scenario:
    """Load a scenario of a case; the last 32 are kept.

    Parameters
    ----------
    case
        Where it comes from.
    variant, sets, without
        As in `scenario.load`.

    Raises
    ------
    SpecError, DataError
        As `scenario.load` does.
    """
    if case.text is None:
        return load(case.name, variant=variant, overrides=sets, without=without)
    return load_text(case.text, file=case.name, variant=variant, overrides=sets, without=without)


def file_text(case: Case) -> str:
    """Return the scenario file of a case, as it stands."""
    return find(case.name).read_text(encoding="utf-8") if case.text is None else case.text


@lru_cache(maxsize=16)
def presets(case: Case, saved: tuple[Saved, ...] = ()) -> dict[str, Saved]:
    """Return what can be chosen as A to D, by the title on the screen; the file as it stands is "Base case".

    Parameters
    ----------
    case
        The variants of its file come first.
    saved
        The user's own variants of this case.
    """
    declared = scenario_of(case).spec.variants
    titles = {BASE: "Base case"} | {name: variant.title for name, variant in declared.items()}
    texts = list(titles.values())
    shown = {name: f"{title} ({name})" if texts.count(title) > 1 else title for name, title in titles.items()}
    return {title: Saved(title=title, of=name) for name, title in shown.items()} | {
        own.title: own for own in saved
    }


def default_b(known: Mapping[str, Saved]) -> str:
    """Return the title of what is B where nothing is picked: the first variant, or the base where there is none."""
    titles = list(known)
    return titles[min(1, len(titles) - 1)]


def picked_b(known: Mapping[str, Saved], title: str) -> Saved:
    """Return what is picked as B by its title; the default where that is none of these."""
    return known.get(title, known[default_b(known)])


def free_title(title: str, case: Case) -> str:
    """Return a title for a saved variant, with a number behind it where a variant of the file is called so."""
    taken = set(presets(case))
    plain, number = title.strip()[:MAX_TITLE] or "My variant", 2
    found = plain
    while found in taken:
        found, number = f"{plain} {number}", number + 1
    return found


def identity(scenario: Scenario) -> str:
    """Return the sha256 of everything of a scenario that a user can read; what holds words is kept under it.

    `Scenario.hash` names what decides the numbers and leaves out titles, questions, reasons and status.

    Parameters
    ----------
    scenario
        As it was loaded.
    """
    ledger = None if scenario.ledger is None else scenario.ledger.model_dump(mode="json")
    told = (scenario.file, scenario.variant, scenario.overrides, scenario.without)
    whole = [scenario.hash, told, scenario.written or scenario.data, ledger]
    return hashlib.sha256(json.dumps(whole, default=str).encode()).hexdigest()


def scenario_from(
    case: Case, preset: Saved, sets: Sets = (), without: Sequence[str] | None = None
) -> Scenario:
    """Load a preset, with further changes.

    Parameters
    ----------
    case, preset
        The file, and what of it.
    sets
        Changes on top of the preset's.
    without
        Evidence left out in place of what the preset leaves out.
    """
    off = preset.without if without is None else without
    return scenario_of(case, preset.of, (*preset.sets, *sets), tuple(sorted(off)))


def changed_name(title: str, *, n_changed: int, n_without: int) -> str:
    """Return what a variant is called, with what was changed on the screen.

    Parameters
    ----------
    title
        Its title.
    n_changed, n_without
        Numbers changed, and evidence items left out.
    """
    extras = []
    if n_changed:
        extras.append(f"{n_changed} number{'s' if n_changed > 1 else ''} changed")
    if n_without:
        extras.append(f"without {n_without} item{'s' if n_without > 1 else ''} of evidence")
    return f"{title} ({', '.join(extras)})" if extras else title


def overrides_of(chosen: Scenario) -> list[str]:
    """Return what was changed of a variant as texts "PATH=VALUE", as `--set` takes them."""
    return [f"{path}={json.dumps(value, ensure_ascii=False)}" for path, value in chosen.overrides]
