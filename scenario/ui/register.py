"""The register: every number and setting of a scenario as a row of texts, searched, and as CSV. No Streamlit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenario.charts.export import guarded
from scenario.charts.wording import number as number_text
from scenario.charts.wording import value_text
from scenario.spec.number import Number
from scenario.spec.register import Change, Entry, Setting, difference, plain, plain_settings
from scenario.spec.scenario import Scenario
from scenario.ui.levers import MARKS, plain_text, status_of
from scenario.ui.selection import Selection

INF = float("inf")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One number or setting of the register, as texts.

    Parameters
    ----------
    path, meaning, value, unit, limits, role, status, reason
        As on the screen; `value` holds the distribution. A setting has no status.
    baseline
        The value under A where it differs, else "".
    n_places
        Number of places that inherit it.
    """

    path: str
    meaning: str
    value: str
    unit: str
    limits: str
    role: str
    status: str
    reason: str
    baseline: str
    n_places: int


def register(b: Scenario, a: Scenario) -> list[Row]:
    """Return every number of B once, where it is declared, and then every setting.

    Parameters
    ----------
    b, a
        The scenario, and the baseline whose differing values stand beside.
    """
    changed = {change.path: change.a for change in difference(a, b)}
    rows: dict[str, Row] = {}
    counts: dict[str, int] = {}
    for entry in b.numbers:
        path = b.declared_at.get(entry.path, entry.path)
        counts[path] = counts.get(path, 0) + 1
        rows.setdefault(path, _row(path, entry, b, a, changed))
    found = [Row(**(vars(row) | {"n_places": counts[path]})) for path, row in rows.items()]
    before = {setting.path: value_text(setting.value) for setting in plain_settings(a.spec)}
    return found + [_setting_row(setting, before) for setting in plain_settings(b.spec)]


def _row(path: str, entry: Entry, chosen: Scenario, base: Scenario, changed: dict[str, Any]) -> Row:
    """Return one number as texts."""
    number, quantity = entry.number, entry.quantity
    before = path if path in changed else entry.path
    status = status_of(number, chosen)
    return Row(
        path=path,
        meaning=entry.meaning,
        value=plain_text(plain(number), chosen),
        unit=quantity.unit,
        limits=f"{limit_text(quantity.low)} to {limit_text(quantity.high)}",
        role="lever" if quantity.lever else "uncertainty",
        status=f"{MARKS[status]} {status}",
        reason="; ".join(filter(None, [", ".join(number.evidence), number.why, _ledger_note(number)])),
        baseline=plain_text(changed[before], base) if before in changed else "",
        n_places=1,
    )


def _setting_row(setting: Setting, before: Mapping[str, str]) -> Row:
    """Return one setting as texts; `before` holds those of A by path."""
    value = value_text(setting.value)
    base = before.get(setting.path, "not set")
    return Row(
        path=setting.path,
        meaning=setting.meaning,
        value=value,
        unit=setting.unit,
        limits=setting_limits(setting),
        role="setting",
        status="",
        reason=setting.why,
        baseline="" if base == value else base,
        n_places=1,
    )


def setting_limits(setting: Setting) -> str:
    """Return what a setting may be: a range, a list, or what kind of value."""
    limits = setting.slot.limits
    if limits:
        return " to ".join(limit_text(limits.get(name, end)) for name, end in (("ge", -INF), ("le", INF)))
    return ", ".join(setting.choices) or {"number": "any number"}.get(setting.unit, setting.unit)


def limit_text(value: float) -> str:
    """Return a bound of a field."""
    return "∞" if value == INF else "−∞" if value == -INF else number_text(value)


def _ledger_note(number: Number) -> str:
    """Name the parameter of the ledger that a derived number comes from."""
    return f"from the evidence: {number.derived}" if number.derived else ""


def matching(rows: list[Row], words: str, roles: list[str], statuses: list[str]) -> list[Row]:
    """Return the rows that hold every word and have one of the roles and statuses (all where none is named)."""
    wanted = words.lower().split()
    return [
        row
        for row in rows
        if all(word in " ".join(map(str, vars(row).values())).lower() for word in wanted)
        and (not roles or row.role in roles)
        and (not statuses or any(row.status.endswith(status) for status in statuses))
    ]


def register_csv(selection: Selection) -> str:
    """Return the register of B as CSV."""
    import pandas as pd

    rows = [{k: guarded(v) for k, v in vars(row).items()} for row in register(selection.b, selection.a)]
    return str(pd.DataFrame(rows).to_csv(index=False))


def changed_rows(
    selection: Selection, changes: Mapping[str, list[Change]] | None = None
) -> list[tuple[str, ...]]:
    """Return a row for everything in which a side differs from A: path, meaning, a value per side, unit.

    Parameters
    ----------
    selection
        What is compared.
    changes
        Letter -> what differs from A, where it is known already.
    """
    from scenario.experiment.factors import title_of
    from scenario.report.register import setting_title

    if changes is None:
        changes = {side: difference(selection.a, selection.sides[side]) for side in selection.others}
    found = {change.path: change for side in changes for change in changes[side]}
    values = {side: {change.path: change.b for change in listed} for side, listed in changes.items()}
    entries = {
        side.declared_at.get(entry.path, entry.path): (entry, side)
        for side in selection.sides.values()
        for entry in side.numbers
    }
    entries |= {entry.path: (entry, side) for side in selection.sides.values() for entry in side.numbers}
    return [
        (
            path,
            title_of(path, *entries[path]) if path in entries else setting_title(path, selection.b),
            plain_text(change.a, selection.a),
            *(
                plain_text(values[side].get(path, change.a), selection.sides[side])
                for side in selection.others
            ),
            change.unit,
        )
        for path, change in found.items()
    ]
