"""One run: who does what and when, as lanes and in words, picked by number."""

from __future__ import annotations

import random
from html import escape

import streamlit as st

from scenario.engine.trajectory import Event
from scenario.errors import RunError
from scenario.experiment.chunk import event_table, sized
from scenario.experiment.narrative import Line, narrate
from scenario.experiment.run import replay
from scenario.spec.scenario import Scenario
from scenario.ui import cards, downloads, figures, settings, vega, vega_run
from scenario.ui.selection import Selection

FREQUENT = frozenset({"item", "listing", "considered"})
"""Kinds that fill the log of every run and are left out of a first reading too."""


def run_page(selection: Selection) -> None:
    """Draw one run of A or B.

    Parameters
    ----------
    selection
        What is compared.
    """
    st.session_state["n_shown"] = settings.FEW
    side, number = _pick()
    run = divmod(number - 1, sized(settings.FEW).inner)
    chosen = selection.a if side == "A" else selection.b
    try:
        _, log = replay(chosen, experiment=run[0], replication=run[1], seed=settings.SEED)
    except RunError:
        st.warning("This run ends with an error and is left out of every number; pick another one.")
        return
    _lanes(selection, side, run, number, log)
    _log(chosen, log)


def _pick() -> tuple[str, int]:
    """Let the user pick A or B and a run."""
    left, middle, right, rest = st.columns([2, 2, 2, 4], vertical_alignment="bottom")
    side = left.segmented_control(
        "Variant", ["A", "B"], default="B", required=True, key="side", bind="query-params"
    )
    number = middle.number_input(
        f"Run, 1 to {settings.FEW}", 1, settings.FEW, step=1, key="run", bind="query-params"
    )
    right.button("Another run", on_click=_another, width="stretch")
    rest.html(
        cards.paragraph(
            f"{number} of {settings.FEW}. A and B have the same luck in a run of the same number: change the variant "
            "to see what it alone does."
        )
    )
    return str(side or "B"), int(number)


def _another() -> None:
    """Pick another run."""
    before = st.session_state.get("run", 1)
    others = [number for number in range(1, settings.FEW + 1) if number != before]
    st.session_state["run"] = random.choice(others or [1])


def _lanes(selection: Selection, side: str, run: tuple[int, int], number: int, log: list[Event]) -> None:
    """Draw the lanes with their finding."""
    table = event_table([(*run, log)])
    data = figures.swimlane(table, selection, side=side, run=run, of=settings.FEW)
    theme = vega.theme_of(st.context.theme.type)
    st.html(
        cards.title_html(data.title)
        + cards.paragraph(f"{data.measure}; 1 of {settings.FEW}, not what will happen.")
    )
    st.vega_lite_chart(spec=vega_run.swimlane_spec(data, theme), alt=data.alt, key="lanes")
    st.html(cards.key_html(vega_run.keys_of(data, theme)))
    with st.popover("Download", icon=":material/download:"):
        downloads.figure_buttons(lambda: data, key="run")
        st.download_button(
            "Event log (CSV)",
            data=lambda: table.to_csv(index=False).encode(),
            file_name=f"events-{data.run}-{side}-{number}.csv",
            mime="text/csv",
            on_click="ignore",
        )


def _log(chosen: Scenario, log: list[Event]) -> None:
    """Draw the events in words, with their causes."""
    st.subheader("In words", anchor=False)
    has_all = st.toggle("Show routine events too (reports, reviews, moods, unlinked listings)", key="routine")
    told = narrate(log, chosen.spec)
    lines = [line for line in told if has_all or not (line.is_routine or line.kind in FREQUENT)]
    shown = lines[:400]
    with st.container(height=460, border=False):
        st.html(events_html(shown))
    if len(lines) > len(shown):
        st.caption(f"The first {len(shown)} of {len(lines)} events; the download holds all.")


def events_html(lines: list[Line]) -> str:
    """Return events as a table: date, what happened, what brought it about."""
    rows = "".join(
        f'<tr><td class="when">{line.date:%-d %b %Y}</td><td class="wide">{escape(line.text)}'
        + (f'<br><span class="cause">because: {escape(line.cause)}</span>' if line.cause else "")
        + "</td></tr>"
        for line in lines
    )
    head = '<tr><th scope="col">Date</th><th scope="col">What happens</th></tr>'
    return (
        f'<div class="table-wrap" tabindex="0"><table class="plain"><thead>{head}</thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
