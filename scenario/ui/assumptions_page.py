"""Assumptions: every number with its source, how the evidence moves it, switches, and the scenario file."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import Any

import streamlit as st

import scenario
from scenario.charts.export import guarded
from scenario.charts.wording import number as number_text
from scenario.spec.number import Number
from scenario.spec.register import Entry, difference, plain
from scenario.spec.scenario import Scenario
from scenario.ui import cards, settings
from scenario.ui.evidence_page import derivations, switches
from scenario.ui.levers import MARKS, plain_text, status_of
from scenario.ui.selection import Selection, file_text


@dataclass(frozen=True, kw_only=True)
class Row:
    """One number of the register, as texts.

    Parameters
    ----------
    path, meaning, value, unit, limits, role, status, reason
        As on the screen; `value` holds the distribution.
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


def assumptions_page(selection: Selection) -> None:
    """Draw the register, the evidence, the derivations and the files.

    Parameters
    ----------
    selection
        What is compared; the register is that of B, with A beside it where they differ.
    """
    st.session_state["n_shown"] = settings.FEW
    st.html(
        cards.title_html("What the model assumes, and on what grounds")
        + cards.paragraph(
            f"All numbers of B, “{selection.names['B']}”. A lever is what a coalition can choose; an uncertainty is "
            "what nobody can, and it is drawn anew for each of the outer points."
        )
    )
    opened = st.tabs(["Register", "Evidence", "Derivation", "Files"], on_change="rerun", key="assumption")
    for tab, draw in zip(opened, (_register, switches, derivations, _files), strict=True):
        if tab.open:
            with tab:
                draw(selection)


# ---- register ----------------------------------------------------------------------------------------


def register(b: Scenario, a: Scenario) -> list[Row]:
    """Return every number of B once, where it is declared.

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
    return [Row(**(vars(row) | {"n_places": counts[path]})) for path, row in rows.items()]


def _row(path: str, entry: Entry, chosen: Scenario, base: Scenario, changed: dict[str, Any]) -> Row:
    """Return one number as texts."""
    number, quantity = entry.number, entry.quantity
    before = path if path in changed else entry.path
    status = status_of(number, chosen)
    return Row(
        path=path,
        meaning=entry.meaning,
        value=distribution_text(number, chosen),
        unit=quantity.unit,
        limits=f"{_limit(quantity.low)} to {_limit(quantity.high)}",
        role="lever" if quantity.lever else "uncertainty",
        status=f"{MARKS[status]} {status}",
        reason="; ".join(filter(None, [", ".join(number.evidence), number.why, _ledger_note(number)])),
        baseline=plain_text(changed[before], base) if before in changed else "",
        n_places=1,
    )


def _limit(value: float) -> str:
    """Return a bound of a field."""
    return "∞" if value == float("inf") else "−∞" if value == float("-inf") else number_text(value)


def _ledger_note(number: Number) -> str:
    """Name the parameter of the ledger that a derived number comes from."""
    return f"from the evidence: {number.derived}" if number.derived else ""


def distribution_text(number: Number, chosen: Scenario) -> str:
    """Return a number as a short text: the point, or the distribution; for a derived one its 5 / 50 / 95 %.

    Parameters
    ----------
    number
        A number of the scenario.
    chosen
        Whose ledger a derived number comes from.
    """
    return plain_text(plain(number), chosen)


def matching(rows: list[Row], words: str, roles: list[str], statuses: list[str]) -> list[Row]:
    """Return the rows that hold every word and have one of the roles and statuses (all where none is named)."""
    wanted = words.lower().split()
    return [
        row
        for row in rows
        if all(word in " ".join(map(str, vars(row).values())).lower() for word in wanted)
        and (not roles or row.role in roles)
        and (not statuses or row.status.split()[-1] in statuses)
    ]


def _register(selection: Selection) -> None:
    """Draw the register with its search box."""
    rows = register(selection.b, selection.a)
    search, role, status = st.columns([4, 3, 4])
    words = search.text_input(
        "Search", key="register_search", placeholder="words in path, meaning or reason, for example: veto"
    )
    roles = role.pills("Role", ["lever", "uncertainty"], selection_mode="multi", key="register_role")
    statuses = status.pills(
        "Status", ["stated", "inferred", "assumed"], selection_mode="multi", key="register_status"
    )
    shown = matching(rows, words, list(roles), list(statuses))
    st.caption(f"{len(shown)} of {len(rows)} numbers")
    heads = {
        "path": "Path",
        "meaning": "Meaning",
        "value": "Value in B",
        "unit": "Unit",
        "status": "Status",
        "reason": "Evidence or reason",
        "baseline": "Value in A, where it differs",
        "role": "Role",
        "limits": "May be",
        "n_places": "Places",
    }
    st.dataframe(
        [{title: getattr(row, name) for name, title in heads.items()} for row in shown],
        hide_index=True,
        height=520,
        column_config={"Meaning": st.column_config.TextColumn(width="medium")},
        alt="Every number of scenario B with value, unit, range, role, status and reason",
    )


# ---- files -------------------------------------------------------------------------------------------


def _files(selection: Selection) -> None:
    """Draw the downloads of the scenario and the command that gives the same numbers."""
    st.markdown("**Scenario files**")
    left, right, rest = st.columns(3)
    left.download_button(
        "The file, with all variants (YAML)",
        data=lambda: file_text(selection.case),
        file_name=f"{selection.b.spec.name}.yaml",
        mime="application/yaml",
        on_click="ignore",
        width="stretch",
    )
    right.download_button(
        "B as it is now (JSON)",
        data=lambda: as_file(selection.b),
        file_name=f"{selection.b.spec.name}-b.json",
        mime="application/json",
        on_click="ignore",
        width="stretch",
        help="A complete scenario file with the variant and the levers written in; it can be uploaded again",
    )
    rest.download_button(
        "Register (CSV)",
        data=lambda: register_csv(selection),
        file_name="register.csv",
        mime="text/csv",
        on_click="ignore",
        width="stretch",
    )
    st.markdown("**The same comparison in the terminal**")
    st.code(command(selection), language="bash", wrap_lines=True)
    if selection.b.without or selection.b.overrides:
        st.caption("--set and --without act on B alone.")
    st.caption(f"sanctions-scenario {scenario.__version__}; scenario B has the hash {selection.b.hash}.")


def as_file(chosen: Scenario) -> str:
    """Return a scenario as a file that can be loaded again: JSON, which YAML 1.2 includes."""
    return json.dumps(dict(chosen.written), indent=1, ensure_ascii=False, default=str) + "\n"


def register_csv(selection: Selection) -> str:
    """Return the register as CSV."""
    import pandas as pd

    rows = [{k: guarded(v) for k, v in vars(row).items()} for row in register(selection.b, selection.a)]
    return str(pd.DataFrame(rows).to_csv(index=False))


def command(selection: Selection) -> str:
    """Return the command that makes the comparison on the screen; moved levers and switches act on B."""
    sets = " ".join(f"--set {shlex.quote(text)}" for text in overrides_of(selection.b))
    off = " ".join(f"--without {name}" for name in selection.b.without)
    sides = f"--a {selection.a.variant} --b {selection.b.variant}"
    size = f"-n {settings.FEW} --seed {settings.SEED} --no-twins"
    return " ".join(
        part for part in (f"scenario compare {selection.case.name}", sides, sets, off, size) if part
    )


def overrides_of(chosen: Scenario) -> list[str]:
    """Return what was changed of a variant as texts "PATH=VALUE", as `--set` takes them."""
    return [f"{path}={json.dumps(value, ensure_ascii=False)}" for path, value in chosen.overrides]
