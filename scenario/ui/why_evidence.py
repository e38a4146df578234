"""What each item of evidence moves: B without it against B as it is, run by run. No Streamlit here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenario.experiment.run import Progress
from scenario.spec.outcomes import outcomes_of
from scenario.ui import settings
from scenario.ui.cards import decimals_for, noise_text, signed
from scenario.ui.engine import N_THREADS
from scenario.ui.levers import derivation_of
from scenario.ui.selection import Selection
from scenario.ui.why_asked import Asked
from scenario.ui.why_questions import changed, hashes_of

if TYPE_CHECKING:
    import pandas as pd

    from scenario.analysis.paired import Paired
    from scenario.evidence.derivation import ParameterDerivation
    from scenario.spec.scenario import Scenario


@dataclass(frozen=True, kw_only=True)
class Effect:
    """A paired difference in words and as numbers.

    Parameters
    ----------
    difference, lower, upper
        Mean and 95 % interval, shares of 100 runs.
    is_noise
        Whether it cannot be told from none.
    text
        In words.
    """

    difference: float
    lower: float
    upper: float
    is_noise: bool
    text: str


@dataclass(frozen=True, kw_only=True)
class ItemEffect:
    """What switching one item off moves.

    Parameters
    ----------
    id, says
        The item, paraphrased as in the ledger.
    parameters
        Names of the parameters whose derivation changes.
    outcome, within, net
        Effects on the outcome asked about, on the share within the days of the bar, and on what is delivered.
    """

    id: str
    says: str
    parameters: tuple[str, ...]
    outcome: Effect
    within: Effect
    net: Effect


@dataclass(frozen=True, kw_only=True)
class EvidenceAnswer:
    """What every item moves, the strongest first.

    Parameters
    ----------
    title
        The finding.
    meaning, unit
        The outcome asked about, and its unit.
    within
        What is counted by the day of the bar, in words.
    net_unit
        Unit of what is delivered.
    items
        The effects.
    n
        Pairs of runs.
    """

    title: str
    meaning: str
    unit: str
    within: str
    net_unit: str
    items: tuple[ItemEffect, ...]
    n: int

    @property
    def alt(self) -> str:
        """Return the takeaway and the numbers for someone who cannot see the picture."""
        told = "; ".join(f"without {item.id} {item.outcome.text}" for item in self.items)
        return f"Dots with intervals for {len(self.items)} items of evidence. {self.title}. {told}."


def evidence_asked(selection: Selection, outcome: str, *, n: int) -> Asked:
    """Ask what B does without each of its items, one at a time.

    Parameters
    ----------
    selection, outcome
        What is on the screen; the outcome's name.
    n
        Paired runs for each item.
    """
    ledger = selection.b.ledger
    items = [item for item in ledger.items if item.id not in selection.b.without] if ledger else []

    def work(progress: Progress) -> EvidenceAnswer:
        total = n * (1 + len(items))
        before, found = _table(selection.b, n, 0, total, progress), list[ItemEffect]()
        for place, item in enumerate(items, start=1):
            without = changed(selection, selection.b, without=(*selection.b.without, item.id))
            parameters = moved_by(selection.b, without)
            after = _table(without, n, place * n, total, progress) if parameters else before
            progress((1 + place) * n, total)
            effects = _effects(selection, outcome, before, after)
            found.append(ItemEffect(id=item.id, says=item.says, parameters=parameters, **effects))
        return _answer(selection, outcome, found, n)

    return Asked(
        question="evidence",
        hashes=hashes_of({"B": (selection.names["B"], selection.b)}),
        choices=(outcome, selection.focus.column, selection.day, n),
        n_runs=n * (1 + len(items)),
        work=work,
    )


def _table(scenario: Scenario, n: int, done_before: int, total: int, progress: Progress) -> pd.DataFrame:
    """Return runs of a scenario, one scenario of several."""
    from scenario.experiment.run import run

    def told(done: int, _: int) -> None:
        progress(done_before + done, total)

    return run(scenario, n, seed=settings.SEED, twins=False, workers=N_THREADS, progress=told).outcomes


def moved_by(before: Scenario, after: Scenario) -> tuple[str, ...]:
    """Return the parameters of the ledger that are drawn otherwise in one scenario than in the other."""
    old, new = derivation_of(before).parameters, derivation_of(after).parameters
    return tuple(name for name in new if name not in old or _drawn(old[name]) != _drawn(new[name]))


def _drawn(found: ParameterDerivation) -> tuple[object, ...]:
    """Return what decides how a parameter is drawn: its range, and the items that count with their places."""
    counted = tuple((item.id, item.place) for item in found.items if item.applied and item.place is not None)
    return found.posterior, counted


def _effects(
    selection: Selection, outcome: str, before: pd.DataFrame, after: pd.DataFrame
) -> dict[str, Effect]:
    """Return the three effects of one item."""
    from scenario.analysis.paired import paired_difference
    from scenario.analysis.sentence import happened_by

    keys = ["experiment", "replication"]
    if len(before) != len(after):  # a run that failed on one side is left out on both
        kept = before[keys].merge(after[keys])
        before, after = before.merge(kept), after.merge(kept)
    experiment = before["experiment"].to_numpy()
    horizon, column = float(selection.b.spec.horizon_days), selection.focus.column
    declared = outcomes_of(selection.b.spec, twins=False)

    def effect(name: str) -> Effect:
        kind, unit = declared[name].kind, declared[name].unit
        old, new = before[name].to_numpy(), after[name].to_numpy()
        return effect_of(paired_difference(old, new, experiment, kind=kind, horizon=horizon), kind, unit)

    old, new = (happened_by(table[column].to_numpy(), selection.day) for table in (before, after))
    within = paired_difference(old, new, experiment, kind="probability", horizon=1.0)
    return {
        "outcome": effect(outcome),
        "within": effect_of(within, "probability", ""),
        "net": effect("quantity_net"),
    }


def effect_of(paired: Paired, kind: str, unit: str) -> Effect:
    """Return a paired difference in words, marked where it is noise.

    Parameters
    ----------
    paired
        The difference.
    kind, unit
        As declared for the outcome.
    """
    from scenario.questions.answer import scale_of

    scale, what = scale_of(kind, unit)
    middle, low, high = (scale * value for value in (paired.difference, *paired.interval))
    if paired.differ == 0:
        return Effect(difference=0.0, lower=0.0, upper=0.0, is_noise=True, text="the same in all pairs")
    decimals = decimals_for(high - low)
    text = f"{signed(middle, decimals)} {what.removesuffix(' runs')}"
    if paired.noise:
        text = noise_text(paired.n)
    if low != low:
        low = high = middle
    return Effect(difference=middle, lower=low, upper=high, is_noise=paired.noise, text=text)


def _answer(selection: Selection, outcome: str, found: list[ItemEffect], n: int) -> EvidenceAnswer:
    """Return the answer, the strongest item first."""
    from scenario.questions.answer import scale_of

    declared = outcomes_of(selection.b.spec, twins=False)[outcome]
    _, unit = scale_of(declared.kind, declared.unit)
    ordered = sorted(found, key=lambda one: (one.outcome.is_noise, -abs(one.outcome.difference)))
    told = [one for one in ordered if not one.outcome.is_noise]
    head = declared.meaning[:1].upper() + declared.meaning[1:]
    title = f"{head}: no single item of evidence moves it beyond noise"
    if told:
        title = (
            f"{head}: without {told[0].id} {told[0].outcome.text}, the largest change; "
            f"{len(told)} of {len(found)} items move it beyond noise"
        )
    return EvidenceAnswer(
        title=title,
        meaning=declared.meaning,
        unit=unit,
        within=f"{selection.focus.event} within {selection.day} days",
        net_unit=selection.b.spec.act.unit,
        items=tuple(ordered),
        n=n,
    )
