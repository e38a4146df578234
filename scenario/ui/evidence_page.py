"""The evidence of a case: each item as a switch, and how each parameter came about."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from scenario.charts.wording import number as number_text
from scenario.evidence.derivation import ParameterDerivation, Quantiles
from scenario.evidence.words import derivation_lines
from scenario.spec.ledger import Item, Ledger
from scenario.ui import cards
from scenario.ui.levers import derivation_of
from scenario.ui.selection import Selection


def switches(selection: Selection) -> None:
    """Draw every item with its text, document and line, and a switch.

    Parameters
    ----------
    selection
        What is compared; a switch acts on B.
    """
    ledger = selection.b.ledger
    if ledger is None:
        st.info("This case names no evidence ledger; every number says its reason itself.")
        return
    st.caption(
        "Switch an item off and B is derived and run again without it; A stays the baseline. What moves stands "
        "under “What the switches move” and on the pages Compare and Why."
    )
    _moved(selection)
    for item in ledger.items:
        _switch(item, ledger, is_off=item.id in selection.b.without)


def _switch(item: Item, ledger: Ledger, *, is_off: bool) -> None:
    """Draw one item."""
    document = ledger.documents[item.document]
    key = f"item-{item.id}"
    st.session_state[key] = not is_off
    with st.container(border=True, gap="small"):
        st.toggle(
            f"**{item.id}** · {cards.markdown(item.says)}", key=key, on_change=_toggled, args=(item.id,)
        )
        moves = ", ".join(
            f"{effect.parameter} ({effect.op.value.replace('_', ' ')})" for effect in item.informs
        )
        alternative = f" Counts only when {item.alternative_to} is off." if item.alternative_to else ""
        caution = f" Caution: {item.caution}" if item.caution else ""
        st.caption(
            f"{document.file}, line {item.line} · {document.kind}, graded {document.grade} · "
            f"{cards.markdown(ledger.origins[item.origin])} · moves {moves or 'nothing'}.{alternative}"
            f"{cards.markdown(caution)}"
        )


def _toggled(name: str) -> None:
    """Carry a switch over to the list in the bar, which the link holds."""
    off = set(st.session_state.get("without", []))
    off ^= {name}
    st.session_state["without"] = sorted(off)


def _moved(selection: Selection) -> None:
    """Draw the parameters that the switched-off items move."""
    rows = moved_rows(selection)
    if not rows:
        return
    st.markdown("**What the switches move**")
    st.html(cards.table_html(("Parameter", "Unit", "With all evidence", "Without"), rows))
    st.caption("Medians with 5–95 % range.")


def moved_rows(selection: Selection) -> list[tuple[str, str, str, str]]:
    """Return each parameter of the ledger whose derivation differs between A and B."""
    if selection.a.ledger is None or selection.b.ledger is None or not selection.b.without:
        return []
    before, after = derivation_of(selection.a).parameters, derivation_of(selection.b).parameters
    return [
        (_title(found), found.unit, _range(before[name].posterior), _range(found.posterior))
        for name, found in after.items()
        if name in before and before[name].posterior != found.posterior
    ]


def _title(found: ParameterDerivation) -> str:
    """Return the name and meaning of a parameter."""
    return f"{found.name}: {found.meaning}"


def _range(points: Quantiles) -> str:
    """Return a median with its 5-95 % range."""
    return f"{number_text(points.middle)} ({number_text(points.low)}–{number_text(points.high)})"


def derivations(selection: Selection) -> None:
    """Draw how a parameter of the ledger came about.

    Parameters
    ----------
    selection
        What is compared; the derivation is that of B.
    """
    if selection.b.ledger is None:
        st.info("This case names no evidence ledger; every number says its reason itself.")
        return
    derivation = derivation_of(selection.b)
    name = str(st.selectbox("How this parameter came about", list(derivation.parameters), key="parameter"))
    lines = derivation_lines(derivation, name)
    st.html(cards.table_html(("", "Step"), [(str(step), line) for step, line in enumerate(lines)], wide=1))
    rows = overview(derivation.parameters)
    moved, rest = [row for row in rows if row[-1] != "0"], [row for row in rows if row[-1] == "0"]
    head = ("Parameter", "Unit", "Before", "After", "Items")
    st.subheader("All parameters that the evidence moves", anchor=False)
    st.html(cards.table_html(head, moved))
    with st.expander(f"{len(rest)} parameters that no item moves"):
        st.html(cards.table_html(head, rest))


def overview(parameters: Mapping[str, ParameterDerivation]) -> list[tuple[str, str, str, str, str]]:
    """Return one row per parameter: name, unit, prior, posterior, number of items that count."""
    rows = []
    for found in parameters.values():
        n_items = sum(item.applied and item.place is not None for item in found.items)
        after = "target, never fed in" if found.role == "target" else _range(found.posterior)
        rows.append((_title(found), found.unit, _range(found.prior), after, str(n_items)))
    return rows
