"""Edit one number of B: how it stands, its distribution beside it, and what it should be instead; or a setting."""

from __future__ import annotations

from typing import Any

import streamlit as st

from scenario.spec.number import Number
from scenario.spec.register import Entry, plain, plain_settings
from scenario.spec.scenario import Scenario
from scenario.ui import cards, edit, vega
from scenario.ui.edit_apply import apply_buttons, changed_b, field_key, problem_of
from scenario.ui.edit_setting import setting_panel
from scenario.ui.levers import derivation_of, plain_text, status_of
from scenario.ui.register import limit_text
from scenario.ui.selection import Selection
from scenario.ui.vega_sketch import sketch_alt, sketch_colours, sketch_spec

PROPOSED = "proposed"


def edit_panel(selection: Selection, path: str) -> None:
    """Draw a number of B with its sketch, its source, and the form to change it; or a setting.

    Parameters
    ----------
    selection
        What is compared; the edit acts on B.
    path
        Where the number is declared, or the path of a setting: as in the register.
    """
    entry = edit.entry_at(selection.b, path)
    if entry is None:
        setting = next(one for one in plain_settings(selection.b.spec) if one.path == path)
        setting_panel(selection, setting)
        return
    left, right = st.columns([5, 4], gap="large")
    with left:
        st.html(cards.paragraph(f"{entry.meaning}", "headline") + cards.paragraph(path))
        text = _form(selection, entry, path)
    with right:
        _sketch(selection, entry, path, text)
        _source(selection.b, entry)


def _form(selection: Selection, entry: Entry, path: str) -> str | None:
    """Draw the fields and the buttons; return the proposed text, None where it is no number."""
    quantity = entry.quantity
    kinds = list(edit.FORMS)
    known = edit.kind_of(entry)
    kind = str(
        st.selectbox(
            "Distribution",
            kinds,
            index=kinds.index(known),
            format_func=lambda name: edit.FORMS[name].title,
            key=field_key("kind", path, plain(entry.number)),
        )
    )
    st.caption(f"Unit: {quantity.unit}. May be {limit_text(quantity.low)} to {limit_text(quantity.high)}.")
    values = edit.values_of(selection.b, entry.path)
    at_first = edit.first_fields(kind, entry, values)
    fields = _fields(kind, path, plain(entry.number), at_first)
    why = st.text_input(
        "Reason (goes into the file)",
        key=field_key("why", path, plain(entry.number)),
        max_chars=300,
        placeholder="why this value",
    )
    if fields is None:
        return None
    text = edit.text_of(kind, fields, why)
    problem = problem_of(selection, path, text)
    is_new = fields != at_first or kind != entry.number.kind
    apply_buttons(path, text, is_choice=entry.quantity.lever, can_apply=is_new and not problem)
    return None if problem else text


def _fields(kind: str, path: str, stands: object, at_first: list[Any]) -> list[Any] | None:
    """Draw the fields of a form; None where a list holds something else than numbers."""
    form = edit.FORMS[kind]
    if form.lists:
        found: list[Any] = []
        for name, value in zip(form.lists, at_first, strict=True):
            shown = ", ".join(f"{entry:g}" for entry in value)
            key = field_key(f"{kind}-{name}", path, stands)
            typed = st.text_input(name.capitalize(), value=shown, key=key)
            try:
                found.append(edit.listed(typed))
            except ValueError as error:
                st.error(f"{name.capitalize()}: {error}")
                return None
        return found
    columns = st.columns(len(form.fields))
    return [
        float(
            column.number_input(
                name.capitalize(),
                value=float(value),
                format="%g",
                step=_step(value),
                key=field_key(f"{kind}-{name}", path, stands),
            )
        )
        for column, name, value in zip(columns, form.fields, at_first, strict=True)
    ]


def _step(value: float) -> float:
    """Return by how much a click moves a number: about a twentieth, in round figures."""
    size = abs(value) / 20
    for step in (0.001, 0.01, 0.1, 1.0, 10.0, 100.0):
        if size < step * 5:
            return step
    return 1000.0


def _sketch(selection: Selection, entry: Entry, path: str, text: str | None) -> None:
    """Draw the distribution: under A, under B, and as proposed where that differs."""
    sides = {"B, as it stands": edit.values_of(selection.b, entry.path)}
    base = edit.entry_at(selection.a, path)
    if base is not None:
        sides = {"A, baseline": edit.values_of(selection.a, base.path)} | sides
    theme = vega.theme_of(st.context.theme.type)
    colours = dict(zip(("A, baseline", "B, as it stands", PROPOSED), sketch_colours(theme), strict=True))
    if text is not None:
        proposed = edit.values_of(changed_b(selection, path, text), entry.path)
        if not (proposed == sides["B, as it stands"]).all():
            sides[PROPOSED] = proposed
    unit = entry.quantity.unit
    st.html(cards.key_html([("", colours[name], name) for name in sides]))
    spec = sketch_spec(sides, [colours[name] for name in sides], theme, unit=unit)
    st.vega_lite_chart(spec=spec, alt=sketch_alt(sides, unit), key="sketch")
    st.caption(
        f"{edit.N_SKETCH:,} draws, as the runs use them, each as high as its own peak; dashed: median."
    )


def _source(chosen: Scenario, entry: Entry) -> None:
    """Draw where the number comes from."""
    number = entry.number
    rows = [
        ("Value in B", plain_text(plain(entry.number), chosen)),
        ("Status", status_of(number, chosen)),
        ("Evidence", ", ".join(_evidence(chosen, number)) or "none named"),
        ("Reason", number.why or ("from the evidence" if number.derived else "none given")),
    ]
    st.html(cards.table_html(("", "Where it comes from"), rows, wide=1))
    if number.derived and chosen.ledger is not None:
        from scenario.evidence.words import derivation_lines

        with st.expander(f"How {number.derived} was derived"):
            lines = derivation_lines(derivation_of(chosen), number.derived)
            st.html(cards.table_html(("", "Step"), [(str(i), line) for i, line in enumerate(lines)], wide=1))


def _evidence(chosen: Scenario, number: Number) -> list[str]:
    """Return the evidence of a number: what it names, or the items that move its parameter of the ledger."""
    if number.derived is None or chosen.ledger is None:
        return list(number.evidence)
    items = derivation_of(chosen).parameters[number.derived].items
    return [item.id for item in items if item.applied and item.place is not None]
