"""One run in words as HTML: sentences, cause chain, table of events. Every text is escaped here; no Streamlit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from scenario.charts.wording import date_text
from scenario.charts.wording import number as number_text
from scenario.engine.trajectory import Event
from scenario.experiment.narrative import Line
from scenario.ui.run_log import BELIEF, DECISION, OUTSIDE, REALMS, TRUTH, Parting, Told, effects, realm_of

SHORT = {TRUTH: "truth · hidden", BELIEF: "belief", DECISION: "decision", OUTSIDE: "outside"}
"""What stands beside an event."""

MAX_EFFECTS = 6


def realm_tag(kind: str) -> str:
    """Return the mark that tells truth, belief and decision apart."""
    realm = realm_of(kind)
    return f'<span class="realm-tag {realm}" title="{escape(REALMS[realm])}">{escape(SHORT[realm])}</span>'


def head_html(side: str, name: str, finding: str) -> str:
    """Return the line above the lanes of a side: its letter, its name, what happens."""
    return (
        f'<h2 class="headline"><span class="tag {side.lower()}">{side}</span>{escape(name)}'
        f'<span class="under"> · {escape(finding)}</span></h2>'
    )


def truth_html(run: Told) -> str:
    """Return the hidden fact of a run, marked as known in the simulation only."""
    start = next(event for event in run.events if event.kind == "start")
    return (
        f'<p class="note">{realm_tag("start")} {escape(run.words.sentence(start))} '
        "Those in it have their beliefs; the fact is known in the simulation only.</p>"
    )


def parting_html(found: Parting | None, steps: Parting | None, runs: Sequence[Told], *, is_same: bool) -> str:
    """Say where two runs part, and what their first different decision is.

    Parameters
    ----------
    found, steps
        From `run_log.parting` and `run_log.parting_of_decisions`.
    runs
        The two runs, in the order of the partings' left and right.
    is_same
        Whether both scenarios are the same.
    """
    left, right = runs
    if found is None:
        why = (
            "both are the same scenario"
            if is_same
            else "what differs between them is never reached in this run"
        )
        return _callout(
            f"<strong>{left.side} and {right.side} never part.</strong> Same trajectory by design, all "
            f"{len(left.events):,} events: {why}."
        )
    as_of = left.words.spec.as_of
    first = (
        f"<strong>{left.side} and {right.side} part on {escape(date_text(as_of, found.day))}</strong>, "
        f"{_after(found.n_same)}. {_pair(found, runs)}"
    )
    if steps is None:
        return _callout(f"{first} No decision differs in this run.")
    is_told = {found.left, found.right} & {steps.left, steps.right} - {None}
    if is_told or _both_texts(found, runs) == _both_texts(steps, runs):
        return _callout(first)
    return _callout(f"{first}<br>First decision that differs: {_pair(steps, runs)}")


def _callout(html: str) -> str:
    """Return a paragraph with a line at its left."""
    return f'<p class="parting">{html}</p>'


def _after(n_same: int) -> str:
    """Say how much is the same before."""
    return (
        "from the first event on"
        if n_same == 0
        else f"after {n_same:,} equal event{'s' if n_same > 1 else ''}"
    )


def _pair(found: Parting, runs: Sequence[Told]) -> str:
    """Say what happens in each run at a parting."""
    texts = _both_texts(found, runs)
    is_alike = texts[0] == texts[1] and found.left is not None and found.right is not None
    parts = []
    for run, event, text in zip(runs, (found.left, found.right), texts, strict=True):
        what = escape(text[:-1] if text.endswith(".") else text)
        day = "" if event is None else f", {escape(date_text(run.words.spec.as_of, event.time))}"
        exact = f" ({_exact(event, found)})" if is_alike and event is not None else ""
        parts.append(f'In <span class="tag {run.side.lower()}">{run.side}</span>{what}{day}{exact}')
    return f"{'; '.join([parts[0], parts[1][0].lower() + parts[1][1:]])}."


def _both_texts(found: Parting, runs: Sequence[Told]) -> list[str]:
    """Return what happens in each run at a parting, in words."""
    return [
        "nothing more happens" if event is None else run.words.sentence(event)
        for run, event in zip(runs, (found.left, found.right), strict=True)
    ]


def _exact(event: Event, found: Parting) -> str:
    """Return the number in which two events of the same words differ."""
    other = found.right if event is found.left else found.left
    if other is not None and event.time != other.time:
        return (
            f"day {event.time:.4g}" if f"{event.time:.4g}" != f"{other.time:.4g}" else f"day {event.time!r}"
        )
    if other is not None and event.value != other.value:
        short = number_text(event.value)
        return short if short != number_text(other.value) else repr(event.value)
    return "brought about by something else"


# ---- causes ------------------------------------------------------------------------------------------


def chain_html(run: Told, events: Sequence[Event]) -> str:
    """Return a cause chain as a list: the origin first, what was chosen last.

    Parameters
    ----------
    run, events
        The run, and the chain from `run_log.chain`.
    """
    last = len(events) - 1
    items = []
    for step, event in enumerate(events):
        note = _origin_note(event) if step == 0 else ""
        kind = "chosen" if step == last else ""
        items.append(
            f'<li class="{kind} {realm_of(event.kind)}"><span class="when">'
            f"{escape(date_text(run.words.spec.as_of, event.time))}</span> {realm_tag(event.kind)}<br>"
            f"{escape(run.words.sentence(event))}{note}</li>"
        )
    return f'<ol class="chain">{"".join(items)}</ol>'


def _origin_note(event: Event) -> str:
    """Say that nothing in the run brought an event about."""
    why = "the run starts with it" if event.kind == "start" else "nothing in this run brought it about"
    return f' <span class="cause">Origin: {why}.</span>'


def effects_html(run: Told, sequence: int) -> str:
    """Return what an event brought about directly, as a short list.

    Parameters
    ----------
    run, sequence
        The run, and the number of the event.
    """
    found = effects(run.events, sequence)
    if not found:
        return '<p class="note">It led to nothing further within this run.</p>'
    items = "".join(
        f'<li><span class="when">{escape(date_text(run.words.spec.as_of, event.time))}</span> '
        f"{escape(run.words.sentence(event))}</li>"
        for event in found[:MAX_EFFECTS]
    )
    more = f'<p class="note">and {len(found) - MAX_EFFECTS} more</p>' if len(found) > MAX_EFFECTS else ""
    return f'<ul class="effects">{items}</ul>{more}'


# ---- table -------------------------------------------------------------------------------------------


def events_html(run: Told, lines: Iterable[Line], *, chosen: int | None = None) -> str:
    """Return events as a table: time, who, what happens and what brought it about, and which kind it is.

    Parameters
    ----------
    run, lines
        The run, and those of its lines that are shown.
    chosen
        Number of the event that is looked at.
    """
    rows = "".join(
        f'<tr{_current(line, chosen)}><td class="when">{escape(date_text(run.words.spec.as_of, line.time))}</td>'
        f'<td class="num">{line.time:.1f}</td><td class="who">{escape(run.actor(line.sequence))}</td>'
        f'<td class="wide">{escape(line.text)}'
        + (f'<br><span class="cause">because: {escape(line.cause)}</span>' if line.cause else "")
        + f"</td><td>{realm_tag(line.kind)}</td></tr>"
        for line in lines
    )
    head = "".join(
        f'<th scope="col">{title}</th>' for title in ("Date", "Day", "Who", "What happens", "Kind")
    )
    return (
        '<div class="table-wrap" tabindex="0" role="region" aria-label="Events of this run">'
        f'<table class="plain events"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _current(line: Line, chosen: int | None) -> str:
    """Mark the row of the chosen event."""
    return ' class="current" aria-current="true"' if line.sequence == chosen else ""


def place_text(percentile: int, title: str, name: str, n: int) -> str:
    """Say which of many a run is ("1 of 10,000, 50th percentile of official attribution in “Base case”").

    Parameters
    ----------
    percentile, title
        Its rank, 1 to 100, and the outcome.
    name, n
        Name of the scenario; number of runs.
    """
    return f"1 of {n:,}, {ordinal(percentile)} percentile of “{title}” in “{name}”"


def ordinal(number: int) -> str:
    """Return a number as a rank ("1st", "2nd", "11th")."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
