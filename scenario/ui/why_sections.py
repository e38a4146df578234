"""The sections of the Why page: what drives it, tipping values, chance, policies, worth. Each is drawn when opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import streamlit as st

from scenario.errors import DataError
from scenario.spec.outcomes import Outcome
from scenario.ui import cards, why_questions, why_sizes, why_worlds
from scenario.ui.selection import Selection
from scenario.ui.why_asked import Asked
from scenario.ui.why_choices import (
    better_choice,
    folder_choice,
    number_choice,
    numbers,
    policies_choice,
    size_choice,
    source_choice,
)
from scenario.ui.why_draw import draw_answer, keep, kept
from scenario.ui.why_live import answer_of, sentence
from scenario.ui.why_plan import Policies, shared_numbers

if TYPE_CHECKING:
    from scenario.experiment.run import Progress
    from scenario.experiment.sweep_view import SweepView
    from scenario.questions.answer import Answer

DIFFERENCE = "B − A"


def drives(selection: Selection, outcome: Outcome) -> None:
    """Draw the tornado of B or of B - A, or what a sweep folder says.

    Parameters
    ----------
    selection, outcome
        What is on the screen, and what is asked about.
    """
    _lead(
        "Every uncertain number is moved from its 5 % to its 95 % point, one at a time, under the same luck. "
        "A bar inside the noise floor says nothing."
    )
    with _row():
        is_folder = source_choice(key="why_drives")
        if not is_folder:
            kept("why_of")
            whose = st.segmented_control(
                "Of", ["B", DIFFERENCE], default="B", required=True, key="why_of", width="content"
            )
            keep("why_of")
            n = size_choice("Runs at each end", why_sizes.END_RUNS, key="why_ends")
    if is_folder:
        _from_folder("why_drives", selection, "drives-folder", outcome, _drives_of)
        return
    is_difference = whose == DIFFERENCE
    if is_difference:
        _differing(selection)
    asked = why_questions.tornado_asked(selection, outcome.name, is_difference=is_difference, n=n)
    _draw(asked, selection, "drives")


def _row() -> Any:
    """Return a row of controls, which breaks where the screen is narrow."""
    return st.container(horizontal=True, vertical_alignment="bottom", gap="medium")


def _lead(text: str) -> None:
    """Draw what a section does."""
    st.html(cards.paragraph(text))


def _differing(selection: Selection) -> None:
    """Say which numbers are not moved because A and B differ in them."""
    from scenario.experiment.factors import spread_numbers, title_of

    _, differing = shared_numbers({"A": selection.a, "B": selection.b})
    if differing:
        entries = spread_numbers(selection.a)
        titles = list(dict.fromkeys(title_of(path, entries[path], selection.a) for path in differing))
        shown = "; ".join(titles[:4]) + (f"; and {len(titles) - 4} more" if len(titles) > 4 else "")
        _lead(f"Not moved, because A and B differ in them: {shown}.")


def _draw(asked: Asked, selection: Selection, key: str, *, verb: str = "Compute") -> None:
    """Draw the answer to a question where there is one."""
    answer: Answer | None = answer_of(asked, place=selection.case.name, verb=verb)
    if answer is not None:
        draw_answer(answer, key=key)


# ---- from a folder -----------------------------------------------------------------------------------


def _from_folder(
    key: str,
    selection: Selection,
    question: str,
    outcome: Outcome,
    told: Callable[[SweepView, str], Answer],
) -> None:
    """Answer a question from a sweep that is on this machine."""
    from scenario.ui.why_folder import about, read_folder, stamp

    folder = folder_choice(key=key)
    if folder is None:
        st.info("Name a folder that `scenario sweep -o` wrote.")
        return
    try:
        view = read_folder(folder)
    except DataError as error:
        st.error(sentence(error).replace("$", "\\$"))
        return
    _lead(f"{about(view)}.")
    if view.about["scenario"] != selection.b.spec.name:
        st.warning("This sweep is of another case than the one in the bar.")
    known = view.about["outcomes"]
    if outcome.name not in known:
        st.info(f"The sweep did not keep “{outcome.meaning}”; it kept: {', '.join(list(known)[:12])}.")
        return

    def work(_: Progress) -> Answer:
        return told(view, outcome.name)

    choices = (str(folder), stamp(folder), outcome.name, getattr(told, "choices", ()))
    asked = Asked(question=question, hashes=(), choices=choices, n_runs=0, work=work)
    found: Answer | None = answer_of(asked, place=f"{folder}", is_live=True, verb="Try again")
    if found is not None:
        draw_answer(found, key=question)


def _drives_of(view: SweepView, outcome: str) -> Answer:
    """Read what drives an outcome off a sweep of any design."""
    from scenario.questions.drivers import sensitivity, tornado_of

    if view.about["kind"] == "one-at-a-time":
        return tornado_of(view, outcome)
    return sensitivity(view, outcome)


class _Told:
    """A question to a sweep, with the choices that belong to its answer."""

    def __init__(self, ask: Callable[[SweepView, str], Answer], *choices: object) -> None:
        self.ask, self.choices = ask, choices

    def __call__(self, view: SweepView, outcome: str) -> Answer:
        return self.ask(view, outcome)


# ---- what would have to be true ----------------------------------------------------------------------


def tips(selection: Selection, outcome: Outcome) -> None:
    """Draw where B stops beating A, over one number and over two.

    Parameters
    ----------
    selection, outcome
        What is on the screen, and what is asked about.
    """
    if selection.a.hash == selection.b.hash:
        _lead("A and B are the same scenario: no difference by design, so nothing can tip it.")
        return
    _lead("How far would a number have to lie elsewhere for B to stop beating A? A and B share their luck.")
    better = better_choice(outcome)
    titles = numbers(selection)
    first = number_choice("Number", titles, selection, key="why_first", at=0)
    second = number_choice("Second number", titles, selection, key="why_second", at=1, is_optional=True)
    if first is None:
        return
    asked = why_questions.tipping_asked(
        selection,
        outcome.name,
        dict([first]),
        better=better,
        levels=why_sizes.TIP_LEVELS,
        n=why_sizes.TIP_RUNS,
    )
    _draw(asked, selection, "tips")
    if second is None or second[0] == first[0]:
        _lead("Pick a second, other number for a map over both.")
        return
    st.divider()
    asked = why_questions.tipping_asked(
        selection,
        outcome.name,
        dict([first, second]),
        better=better,
        levels=why_sizes.MAP_LEVELS,
        n=why_sizes.MAP_RUNS,
    )
    _draw(asked, selection, "map", verb="Compute the map")


# ---- chance against ignorance ------------------------------------------------------------------------


def chance(selection: Selection, outcome: Outcome) -> None:
    """Draw the shares of numbers, hidden fact and luck, and what to learn first.

    Parameters
    ----------
    selection, outcome
        What is on the screen, and what is asked about.
    """
    _lead(
        "How much of the spread of B comes from numbers that study can narrow, from whether the allegation is true, "
        "and from luck that would stay even if both were known?"
    )
    n = size_choice("Runs", why_sizes.CHANCE_RUNS, key="why_chance_runs")
    _draw(why_questions.chance_asked(selection, outcome.name, n=n), selection, "chance")


# ---- policies and worth ------------------------------------------------------------------------------


def policies(selection: Selection, outcome: Outcome) -> None:
    """Draw which policy holds up over many worlds.

    Parameters
    ----------
    selection, outcome
        What is on the screen, and what is asked about.
    """
    _lead(
        "Policies meet the same worlds: draws of all numbers that none of them sets. Regret is what a policy loses "
        "against the best one in that world; good enough is the median of the first policy."
    )
    with _row():
        is_folder = source_choice(key="why_policy")
        better = better_choice(outcome)
        points = 0 if is_folder else size_choice("Worlds", why_sizes.WORLDS, key="why_worlds")
    if is_folder:
        from scenario.questions.policies import holds_up

        told = _Told(lambda view, name: holds_up(view, name, better=better), better)
        _from_folder("why_policy", selection, "policies-folder", outcome, told)
        return
    chosen = policies_choice(selection)
    if _is_enough(chosen):
        asked = why_worlds.policies_asked(
            chosen, outcome.name, better=better, threshold=None, points=points, n=why_sizes.WORLD_RUNS
        )
        _draw(asked, selection, "policies")


def _is_enough(chosen: Policies) -> bool:
    """Ask for two policies where there are fewer."""
    if len(chosen) > 1:
        return True
    st.info("Pick two policies at least.")
    return False


def worth(selection: Selection, outcome: Outcome) -> None:
    """Draw what it is worth to know before choosing among policies.

    Parameters
    ----------
    selection, outcome
        What is on the screen, and the objective.
    """
    _lead(
        "The decision is which policy to take; the objective is the outcome above. What would be gained on average by "
        "knowing a number, or whether the allegation is true, before choosing?"
    )
    with _row():
        is_folder = source_choice(key="why_worth")
        better = better_choice(outcome)
        points = 0 if is_folder else size_choice("Worlds", why_sizes.WORLDS, key="why_worlds")
    if is_folder:
        told = _Told(lambda view, name: why_worlds.worth_of(view, name, better=better), better)
        _from_folder("why_worth", selection, "worth-folder", outcome, told)
        return
    chosen = policies_choice(selection)
    if _is_enough(chosen):
        asked = why_worlds.worth_asked(chosen, outcome, better=better, points=points, n=why_sizes.WORLD_RUNS)
        _draw(asked, selection, "worth")
