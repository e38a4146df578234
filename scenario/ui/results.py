"""Runs of a scenario, kept in a bounded store that all sessions read. No Streamlit here.

A result is kept by scenario hash, size and twins. What is handed out is a copy on write, so that no session
can change what another one sees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from scenario.analysis.paired import Paired
from scenario.experiment.compare import Comparison, paired
from scenario.experiment.run import Progress, Result, run_again
from scenario.report.sides import told_by
from scenario.spec.register import difference
from scenario.spec.scenario import Scenario
from scenario.ui import settings
from scenario.ui.engine import N_THREADS
from scenario.ui.jobs import Turns
from scenario.ui.recent import Recent

if TYPE_CHECKING:
    from scenario.experiment.threads import Trail

Key = tuple[str, int, bool]
MAX_KEPT = 16
"""Results kept; one of 10,000 runs takes about 12 MB."""


class Store:
    """The most recently used results, at most `size` of them."""

    def __init__(self, size: int = MAX_KEPT) -> None:
        self._kept: Recent[Result] = Recent(size)

    def get(self, key: Key) -> Result | None:
        """Return what is kept under a key, or None."""
        found = self._kept.get(key)
        return None if found is None else _copied(found)

    def put(self, key: Key, result: Result) -> None:
        """Keep a result; the one that was not used for longest goes."""
        result.p_true.flags.writeable = False
        self._kept.put(key, _copied(result))

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()


STORE = Store()

MAX_TRAILS = 24
"""Trails kept, to run only what a lever touches; one of 10,000 runs takes about 25 MB. A session keeps one of each
variant, so that the next move of the same lever finds it, however many others are at work."""

_TRAILS: Recent[Trail] = Recent(MAX_TRAILS)
_TURNS = Turns(1)
"""Comparisons of all sessions at once: they use every core, and two of them would both come as late as the second."""

_PAIRS: Recent[Mapping[str, Paired]] = Recent(MAX_KEPT)


def _copied(result: Result) -> Result:
    """Return a result whose tables are copied when one side writes."""
    return replace(
        result, outcomes=result.outcomes.copy(deep=False), failures=result.failures.copy(deep=False)
    )


def key_of(scenario: Scenario, n: int, *, twins: bool) -> Key:
    """Return the key under which a result is kept."""
    return scenario.hash, n, twins


def kept(a: Scenario, b: Scenario, n: int, *, twins: bool) -> Comparison | None:
    """Return a comparison both of whose results are kept, else None.

    Parameters
    ----------
    a, b
        The scenarios.
    n, twins
        Size, and whether twins were run.
    """
    keys = key_of(a, n, twins=twins), key_of(b, n, twins=twins)
    first, second = STORE.get(keys[0]), STORE.get(keys[1])
    if first is None or second is None:
        return None
    first, second = told_by(first, a), told_by(second, b)
    outcomes = _PAIRS.get(keys)
    if outcomes is not None:
        return Comparison(a=first, b=second, changed=difference(a, b), outcomes=dict(outcomes))
    comparison = paired(first, second)
    _PAIRS.put(keys, dict(comparison.outcomes))
    return comparison


def compared(
    a: Scenario,
    b: Scenario,
    n: int,
    *,
    twins: bool,
    progress: Progress,
    owner: str = "",
) -> Comparison:
    """Compare two scenarios, running only what is not kept.

    Parameters
    ----------
    a, b, n, twins
        As in `kept`.
    progress
        Called with (runs done, runs in all) of both scenarios; raising an exception cancels the rest.
    owner
        As in `run_all`.
    """
    with _TURNS.taken(progress, n):
        found = run_all([a, b], n, twins=twins, progress=progress, owner=owner)
    comparison = kept(a, b, n, twins=twins)
    if comparison is None:  # other sessions needed the room
        comparison = paired(told_by(found[a.hash], a), told_by(found[b.hash], b))
    return comparison


def run_all(
    scenarios: Sequence[Scenario], n: int, *, twins: bool, progress: Progress, owner: str = ""
) -> dict[str, Result]:
    """Return the results of scenarios by their hash, running only what is not kept.

    Parameters
    ----------
    scenarios, n, twins
        What to run, as in `kept`.
    progress
        Called with (runs done, runs in all); raising an exception cancels the rest.
    owner
        Whose work it is: of each owner and variant the last trail is kept.
    """
    found = {s.hash: STORE.get(key_of(s, n, twins=twins)) for s in scenarios}
    missing = {s.hash: s for s in scenarios if found[s.hash] is None}
    total = n * len(missing)
    for index, scenario in enumerate(missing.values()):
        progress(index * n, total)
        found[scenario.hash] = _run(scenario, n, twins, _shifted(progress, index * n, total), owner)
    return {key: result for key, result in found.items() if result is not None}


def _shifted(progress: Progress, before: int, total: int) -> Progress:
    """Return a progress function for one scenario of several."""
    return lambda done, _: progress(before + done, total)


def _run(scenario: Scenario, n: int, twins: bool, progress: Progress, owner: str) -> Result:
    """Run what differs of one scenario from those run before, keep the result and return it."""
    result = run_again(
        scenario, _TRAILS.values(), n, seed=settings.SEED, twins=twins, workers=N_THREADS, progress=progress
    )
    key = key_of(scenario, n, twins=twins)
    if result.trail is not None:
        _TRAILS.put((owner, scenario.variant, n, twins), result.trail)
    result = replace(result, trail=None)
    STORE.put(key, result)
    return result
