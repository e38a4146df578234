"""Why: what drives the outcome, what would tip it, which evidence carries it, and what to learn first."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from scenario.spec.outcomes import Outcome
from scenario.ui import cards
from scenario.ui.selection import Selection
from scenario.ui.why_sizes import SECTIONS

KEY = "why"

Section = Callable[[Selection, Outcome], None]


def why_page(selection: Selection) -> None:
    """Draw the section that is open.

    Parameters
    ----------
    selection
        What is compared.
    """
    from scenario.ui.why_choices import outcome_choice
    from scenario.ui.why_draw import keep, kept

    st.html(
        cards.title_html("Why does it come out so, and what would change it?")
        + cards.legend_html({side: selection.names[side] for side in ("A", "B")})
    )
    kept(KEY)
    opened = st.segmented_control(
        "Question",
        SECTIONS,
        required=True,
        key=KEY,
        bind="query-params",
        label_visibility="collapsed",
        default=SECTIONS[0],
    )
    keep(KEY)
    outcome = outcome_choice(selection)
    _sections()[str(opened or SECTIONS[0])](selection, outcome)


def _sections() -> dict[str, Section]:
    """Return what draws each section; imported here, so that no other page pays for it."""
    from scenario.ui import why_sections
    from scenario.ui.why_evidence_section import evidence

    drawn = (
        why_sections.drives,
        why_sections.tips,
        evidence,
        why_sections.chance,
        why_sections.policies,
        why_sections.worth,
    )
    return dict(zip(SECTIONS, drawn, strict=True))
