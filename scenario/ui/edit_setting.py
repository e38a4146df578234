"""Edit one setting of B: a count, a switch, a date, a choice from a list. It has no distribution to draw."""

from __future__ import annotations

import datetime
import json

import streamlit as st

from scenario.charts.wording import value_text
from scenario.spec.register import Setting
from scenario.ui import cards
from scenario.ui.edit_apply import PLACES, apply_buttons, field_key, problem_of
from scenario.ui.register import setting_limits
from scenario.ui.selection import Selection
from scenario.ui.state import COMMON

CHOSEN = ("senders", "forums", "measures", "tracks", "policy")
"""Sections whose settings a coalition can choose."""


def setting_panel(selection: Selection, setting: Setting) -> None:
    """Draw a setting of B with its source, and the field to change it.

    Parameters
    ----------
    selection
        What is compared.
    setting
        A setting of B.
    """
    left, right = st.columns([5, 4], gap="large")
    with left:
        st.html(cards.paragraph(setting.meaning, "headline") + cards.paragraph(setting.path))
        st.caption(f"Unit: {setting.unit}. May be: {setting_limits(setting)}.")
        text = json.dumps(_field(setting), default=str)
        problem = problem_of(selection, setting.path, text)
        is_new = text != json.dumps(setting.value, default=str)
        apply_buttons(
            setting.path,
            text,
            is_choice=setting.path.partition(".")[0] in CHOSEN,
            can_apply=is_new and not problem,
            places=PLACES[:1] if setting.path in COMMON else PLACES,
        )
    with right:
        rows = [
            ("Value in B", value_text(setting.value)),
            ("Status", "a setting: the same in all runs"),
            ("Reason", setting.why or "none given"),
        ]
        st.html(cards.table_html(("", "Where it comes from"), rows, wide=1))


def _field(setting: Setting) -> object:
    """Draw the field of a setting and return what it holds, as plain data."""
    key, value = field_key("setting", setting.path, setting.value), setting.value
    if isinstance(value, bool):
        return st.toggle("Yes", value=value, key=key)
    if setting.choices:
        return st.selectbox("Choice", setting.choices, index=setting.choices.index(str(value)), key=key)
    if isinstance(value, datetime.date):
        return st.date_input("Date", value=value, key=key)
    if isinstance(value, int):
        return st.number_input("Value", value=value, step=1, key=key)
    return st.number_input("Value", value=float(str(value)), format="%g", key=key)
