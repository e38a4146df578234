"""Method: what the tool can tell and what not, the model, the words, where numbers come from, how to cite."""

from __future__ import annotations

from html import escape

import streamlit as st

import scenario
from scenario.analysis.words import ABOVE, BELOW, SCALE
from scenario.ui import cards, method_data, settings
from scenario.ui.levers import MARKS
from scenario.ui.method_diagram import diagram_html
from scenario.ui.run_log import BELIEF, DECISION, REALMS, TRUTH
from scenario.ui.selection import Selection
from scenario.ui.vega import theme_of

GROUNDS = {
    "stated": "it stands in a document of the evidence",
    "inferred": "derived from past cases or from the evidence",
    "assumed": "a judgement, with its reason in the file",
}


def method_page(selection: Selection) -> None:
    """Draw the page.

    Parameters
    ----------
    selection
        What is on the screen; the numbers of B are counted.
    """
    st.html(cards.title_html("What this tool can tell, and what it cannot"))
    st.html(limits_html())
    st.subheader("The model", anchor=False)
    st.html(diagram_html(theme_of(st.context.theme.type)) + realms_html())
    st.subheader("How the numbers come about", anchor=False)
    st.html(grounds_html(selection))
    st.subheader("How far it has been checked", anchor=False)
    st.html(validation_html())
    st.subheader("Words for how likely", anchor=False)
    st.html(likelihood_html())
    st.subheader("Words used here", anchor=False)
    _glossary()
    st.subheader("Data, licence, how to cite", anchor=False)
    st.html(data_html())
    st.code(method_data.citation(), language=None, wrap_lines=True)
    with st.expander("BibTeX"):
        st.code(method_data.bibtex(), language="bibtex")


def limits_html() -> str:
    """Return what the tool can tell beside what it cannot."""
    said = method_data.method()
    can = "".join(f"<li>{escape(text)}</li>" for text in said["can"])
    cannot = "".join(
        f"<li><strong>{escape(item['what'])}</strong> {escape(item['why'])}</li>" for item in said["cannot"]
    )
    return (
        f'<div class="limits"><section><h2>It can tell, given what is assumed</h2><ul>{can}</ul></section>'
        f"<section><h2>It cannot</h2><ul>{cannot}</ul></section></div>"
    )


def realms_html() -> str:
    """Return the three looks of the diagram and what they mean."""
    shown = "".join(
        f'<span><span class="realm-tag {realm}">{realm}</span> {escape(REALMS[realm])}</span>'
        for realm in (TRUTH, BELIEF, DECISION)
    )
    return f'<div class="legend key">{shown}<span>┄ goes beside the main way</span></div>'


def grounds_html(selection: Selection) -> str:
    """Return how many numbers of B are stated, inferred and assumed, and how runs follow from them.

    Parameters
    ----------
    selection
        What is on the screen.
    """
    counts = method_data.statuses(selection.b)
    total = sum(counts.values())
    rows = []
    for status in method_data.STATUSES:
        levers, others = (counts.get((role, status), 0) for role in ("lever", "uncertainty"))
        share = 100 * (levers + others) / total
        rows.append(
            f'<tr><td class="wide">{MARKS[status]} {status}<br>'
            f'<span class="cause">{escape(GROUNDS[status])}</span></td>'
            f'<td class="num">{levers + others}</td>'
            f'<td class="bar"><span class="{status}" style="width: {share:.1f}%"></span></td>'
            f'<td class="num">{levers}</td><td class="num">{others}</td></tr>'
        )
    titles = ("Ground", "Numbers", "Share", "Levers", "Uncertainties")
    head = "".join(f'<th scope="col">{title}</th>' for title in titles)
    return (
        f'<p class="note">{escape(_ledger_text(selection))}</p><div class="table-wrap" tabindex="0">'
        f'<table class="plain grounds"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
        f'<p class="note">{escape(_runs_text(total))}</p>'
    )


def _ledger_text(selection: Selection) -> str:
    """Say what stands behind the numbers of B."""
    ledger = selection.b.ledger
    head = f"B, “{selection.names['B']}”."
    if ledger is None:
        return f"{head} No evidence ledger stands behind this file."
    n_off = len(selection.b.without)
    off = f", {n_off} of them left out" if n_off else ""
    n_documents = len(ledger.documents)
    return (
        f"{head} Its evidence: {n_documents} document{'s' if n_documents > 1 else ''}, "
        f"{len(ledger.items)} items{off}. Assumptions shows each number with its reason."
    )


def _runs_text(total: int) -> str:
    """Say how runs follow from numbers."""
    return (
        f"From these {total} numbers each experiment draws one set, draws whether the "
        f"allegation is true, and plays the case several times with other luck. {settings.FEW:,} runs follow a lever, "
        f"seed {settings.SEED}. Variants meet the same numbers, the same hidden fact and the same luck."
    )


def validation_html() -> str:
    """Return which kinds of validation hold."""
    said = method_data.method()["validation"]
    rows = [(kind["kind"], kind["holds"], kind["why"]) for kind in said["kinds"]]
    text = (
        f"For {said['of']}: {said['bands_met']} of {said['bands']} plausibility bands met, "
        f"{said['rates_inside']} of {said['rates']} implied rates inside what history bears. Those outside are kept "
        "outside: nothing was tuned to meet them. docs/validation.md has the tables."
    )
    return cards.table_html(("Kind", "Holds", "What it rests on"), rows, wide=2) + cards.paragraph(text)


def likelihood_html() -> str:
    """Return the words of ICD 203 with their ranges, as the program uses them."""
    rows = "".join(
        f'<tr><td class="num">{escape(band.word)}</td><td class="num">{escape(band.range_text)}</td>'
        f'<td class="scale"><span style="margin-left: {100 * band.low:.0f}%; '
        f'width: {max(100 * (band.high - band.low), 1):.0f}%"></span></td></tr>'
        for band in (BELOW, *SCALE, ABOVE)
    )
    note = (
        "The seven words of ICD 203; below 1 and above 99 of 100 it has none and we say “practically”. A word tells "
        "how often something happens in the model given its assumptions. It stands with its range and its count."
    )
    head = "".join(f'<th scope="col">{title}</th>' for title in ("Word", "Range", "0 to 100 %"))
    return (
        f'{cards.paragraph(note)}<div class="table-wrap" tabindex="0"><table class="plain scales"><thead><tr>{head}'
        f"</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _glossary() -> None:
    """Draw the glossary with a search."""
    words = str(st.text_input("Search the words", key="word_search", placeholder="lever, never, luck ..."))
    terms = matching(words)
    st.html(glossary_html(terms) if terms else cards.paragraph("No word holds that."))


def matching(words: str) -> list[method_data.Term]:
    """Return the terms that hold every word.

    Parameters
    ----------
    words
        Words in any order; case does not matter.
    """
    wanted = words.lower().split()
    return [
        term
        for term in method_data.glossary()
        if all(word in f"{term.name} {term.meaning}".lower() for word in wanted)
    ]


def glossary_html(terms: list[method_data.Term]) -> str:
    """Return terms as a list in columns."""
    entries = "".join(
        f"<div><dt>{escape(term.name)}</dt><dd>{escape(term.meaning)}"
        + (f' <span class="cause">See also {escape(term.see)}.</span>' if term.see else "")
        + "</dd></div>"
        for term in terms
    )
    return f'<dl class="glossary">{entries}</dl>'


def data_html() -> str:
    """Return the data that stand behind numbers, the licence and the version."""
    rows = [(d["name"], d["covers"], d["use"], d["reference"]) for d in method_data.method()["data"]]
    text = (
        f"sanctions-scenario {scenario.__version__}, licence {method_data.method()['cite']['license']}. The figures "
        "here are aggregates of our own; the three data sets are not openly licensed and not part of the project."
    )
    return cards.table_html(("Data", "Covers", "Used for", "Source"), rows, wide=2) + cards.paragraph(text)
