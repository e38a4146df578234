"""The evidence section of the Why page: switches, what they move, and every item left out one at a time."""

from __future__ import annotations

import streamlit as st

from scenario.experiment.compare import Comparison
from scenario.experiment.run import Progress
from scenario.spec.outcomes import Outcome
from scenario.ui import cards, results, settings, vega, why_sizes
from scenario.ui.evidence_page import switches
from scenario.ui.selection import Selection
from scenario.ui.why_asked import Asked
from scenario.ui.why_draw import numbers
from scenario.ui.why_evidence import Effect, EvidenceAnswer, effect_of, evidence_asked
from scenario.ui.why_live import answer_of
from scenario.ui.why_questions import changed, hashes_of
from scenario.ui.why_tables import Table


def evidence(selection: Selection, outcome: Outcome) -> None:
    """Draw what the switched-off items move, every item left out one at a time, and the switches.

    Parameters
    ----------
    selection, outcome
        What is on the screen, and what is asked about.
    """
    if selection.b.ledger is None:
        st.info("This case names no evidence ledger; every number says its reason itself.")
        return
    if selection.b.without:
        _switched(selection, outcome)
    st.subheader("Without each item, one at a time", anchor=False)
    asked = evidence_asked(selection, outcome.name, n=why_sizes.ITEM_RUNS)
    answer: EvidenceAnswer | None = answer_of(asked, place=selection.case.name)
    if answer is not None:
        _items(answer)
    st.subheader("The switches", anchor=False)
    switches(selection)


def _switched(selection: Selection, outcome: Outcome) -> None:
    """Draw the leading outcomes of B as it is now, against B with all its evidence."""
    off = ", ".join(selection.b.without)
    st.subheader(f"B without {off}", anchor=False)
    whole = changed(selection, selection.b, without=())

    def work(progress: Progress) -> Comparison:
        return results.compared(whole, selection.b, settings.FEW, twins=False, progress=progress)

    asked = Asked(
        question="switched",
        hashes=hashes_of({"whole": ("", whole), "B": (selection.names["B"], selection.b)}),
        choices=(settings.FEW,),
        n_runs=2 * settings.FEW,
        work=work,
    )
    found: Comparison | None = answer_of(asked, place=selection.case.name, is_live=True)
    if found is not None:
        rows, quiet = _rows(found, outcome)
        head = ("Outcome", "With all evidence", "Now", "Change")
        st.html(cards.table_html(head, rows, quiet=quiet))
        st.caption(f"Means over n = {found.n:,} paired runs; grey: cannot be told from no change.")


def _rows(found: Comparison, outcome: Outcome) -> tuple[list[tuple[str, ...]], list[bool]]:
    """Return the outcome asked about and the leading ones, before and after, and which changes are noise."""
    from scenario.charts.wording import number
    from scenario.questions.answer import scale_of

    rows, quiet = list[tuple[str, ...]](), list[bool]()
    names = dict.fromkeys(
        [outcome.name, "attributed", "responded", "joint_adoption", "false_alarm", "quantity_net"]
    )
    for name in names:
        declared, paired = found.a.declared[name], found.outcomes[name]
        scale, unit = scale_of(declared.kind, declared.unit)
        told: Effect = effect_of(paired, declared.kind, declared.unit)
        title = f"{declared.meaning[:1].upper()}{declared.meaning[1:]} ({unit})"
        rows.append((title, number(scale * paired.a), number(scale * paired.b), told.text))
        quiet.append(told.is_noise)
    return rows, quiet


def _items(answer: EvidenceAnswer) -> None:
    """Draw the effect of each item as dots, and all effects as a table."""
    from scenario.ui.vega_why_dots import Dot, dots_spec

    theme = vega.theme_of(st.context.theme.type)
    told = [item for item in answer.items if not item.outcome.is_noise]
    drawn = answer.items[: max(len(told), 6)]
    rows = [
        Dot(
            label=f"without {item.id}: {shortened(item.says)}",
            value=item.outcome.difference,
            lower=item.outcome.lower,
            upper=item.outcome.upper,
            is_noise=item.outcome.is_noise,
        )
        for item in drawn
    ]
    st.html(
        cards.paragraph(f"{answer.title}.", "headline")
        + cards.paragraph(
            f"Change of the mean when one more item is switched off: {answer.meaning}, {answer.unit}; "
            f"n = {answer.n:,} paired runs each.",
            "under",
        )
        + cards.key_html([("●", theme.series["B"], "change, 95 %"), ("○", theme.noise, "noise")])
    )
    spec = dots_spec(rows, theme, title=f"change without the item, {answer.unit}")
    st.vega_lite_chart(spec=spec, alt=answer.alt, key="why-items")
    numbers(_table(answer))


def shortened(text: str, most: int = 84) -> str:
    """Return a text cut at a word."""
    import textwrap

    return textwrap.shorten(text, most, placeholder=" …")


def _table(answer: EvidenceAnswer) -> Table:
    """Return the effects as texts."""
    return Table(
        head=(
            "Without",
            "What it says",
            "Parameters that move",
            f"{answer.meaning}, {answer.unit}",
            answer.within,
            f"delivered, {answer.net_unit}",
        ),
        rows=[
            (
                item.id,
                item.says,
                ", ".join(item.parameters) or "none",
                item.outcome.text,
                item.within.text,
                item.net.text,
            )
            for item in answer.items
        ],
        quiet=[item.outcome.is_noise for item in answer.items],
    )
