"""The chunks of a sweep on the workers of a Dask cluster.

Each worker is greeted by a task of its own: it tells which model and versions it has, and gets the plan once. A
chunk is given to one named worker, so that it is known which chunks a worker took with it when it died.

The plan travels as the result of a task, not as scattered data: what a dead worker held is then made again by
the scheduler, where scattered data would be lost (github.com/dask/distributed/issues/3149). Workers hand it on
to each other.

What does not live here: how a scheduler is reached (scheduler), how a chunk is computed (sweep_chunk), and what becomes
of it (sweep).
"""

from __future__ import annotations

import importlib.metadata
import pickle
import platform
from collections import Counter, deque
from collections.abc import Generator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

from scenario import __version__
from scenario.errors import EXIT_INTERRUPTED, InputError, Problem, RunError, ScenarioError, SpecError
from scenario.experiment import scheduler
from scenario.experiment.plan import Plan, model_digest
from scenario.experiment.sweep_chunk import Runs, SweepChunk

Client = Any
Future = Any
"""Dask declares its types by halves only."""

MAX_DEATHS = 3
"""Workers that may die under a chunk; with the last of them the sweep ends."""

WORKER_SECONDS = 30.0
"""How long there may be no worker, at the start or after all have died."""

_AHEAD = 2
"""Chunks given out for every thread of a worker."""

_LOOK_SECONDS = 0.5
"""Time between two looks at which workers there are."""

_FETCH_SECONDS = 2.0
"""Time for fetching a result before a look at whether its worker lives; doubled each time it did not do."""


class ClusterError(ScenarioError):
    """A cluster got lost in the middle of a sweep, which can be gone on with."""

    exit_code = EXIT_INTERRUPTED


def cluster_chunks(
    plan: Plan, indices: Sequence[int], *, engine: str, address: str
) -> Generator[SweepChunk, None, None]:
    """Yield chunks as they end on the workers of a Dask cluster, in any order; the same tables as on this machine.

    A worker runs one chunk per thread. Workers may come at any time. When one dies, its chunks run again
    elsewhere; one that two workers died under runs alone on the third. Closing the generator takes back what was
    given out and leaves the cluster; chunks that have begun run to their end there, unread.

    Parameters
    ----------
    plan, indices
        The sweep, and the chunks to run.
    engine
        "compiled" or "reference".
    address
        Of the scheduler: "tcp://host:8786". Whoever can reach a scheduler without TLS can run code on it, and
        its answers are trusted: use your own.

    Raises
    ------
    SpecError
        No scheduler answers at the address; the package `distributed` is missing; a worker has another model,
        another version of this package, of Python, NumPy or Numba, so that its bytes could differ.
    RunError
        A chunk lost three workers.
    ClusterError
        The scheduler was lost, or all workers for longer than `WORKER_SECONDS`.
    """
    if indices:
        with scheduler.connected(address) as client:
            yield from _Crew(client, plan, engine, address).chunks(indices)


# ---- on the worker -----------------------------------------------------------------------------------


def told() -> dict[str, str]:
    """Return what must be the same everywhere so that bytes are: the model and the versions it runs on."""
    return {
        "model": model_digest()[:12],
        "version": __version__,
        "python": ".".join(platform.python_version_tuple()[:2]),
        "numpy": importlib.metadata.version("numpy"),
        "numba": importlib.metadata.version("numba"),
    }


class Held:
    """A plan as a worker holds it, with the engines that its threads share; travels without them."""

    def __init__(self, payload: bytes, engine: str) -> None:
        self._given = payload, engine
        self.runs = Runs(pickle.loads(payload), engine)  # noqa: S301  (the bytes that `_Crew` made)

    def __reduce__(self) -> tuple[type[Held], tuple[bytes, str]]:
        return Held, self._given


def run_chunk(held: Held, index: int) -> SweepChunk | tuple[Problem, ...]:
    """Run one chunk, or return what is wrong with the sweep: errors about input do not survive a journey."""
    try:
        return held.runs.chunk(index)
    except InputError as error:
        return error.problems


# ---- here --------------------------------------------------------------------------------------------


@dataclass(kw_only=True, eq=False)
class _Place:
    """A worker: its threads, what it tells of itself, the plan that it holds once that is right, and its chunks."""

    n_threads: int
    told: Future
    held: Future | None = None
    given: dict[str, tuple[int, Future]] = field(default_factory=dict)
    is_watched: bool = False

    @property
    def load(self) -> float:
        """Return the chunks given out per thread."""
        return len(self.given) / self.n_threads


class _Crew:
    """The workers of a cluster, and which chunk is where."""

    def __init__(self, client: Client, plan: Plan, engine: str, address: str) -> None:
        self._client, self._plan, self._engine, self._address = client, plan, engine, address
        self._ours = told()
        self._payload = _sent(client, plan)
        self._places: dict[str, _Place] = {}
        self._waiting: deque[int] = deque()
        self._suspects: deque[int] = deque()
        self._deaths: Counter[int] = Counter()
        self._ended: SimpleQueue[tuple[str, str]] = SimpleQueue()
        self._looked, self._manned, self._patience = 0.0, monotonic(), _FETCH_SECONDS

    def chunks(self, indices: Sequence[int]) -> Generator[SweepChunk, None, None]:
        """Yield chunks as they end."""
        self._waiting.extend(indices)
        n_left = len(indices)
        while n_left:
            if monotonic() - self._looked >= _LOOK_SECONDS:
                self._look()
            self._give()
            chunk = self._next()
            if chunk is not None:
                n_left -= 1
                yield chunk

    # ---- who is there --------------------------------------------------------------------------------

    def _look(self) -> None:
        """Find out which workers have come and which have died."""
        if self._client.status != "running":
            raise self._lost()
        try:
            found = self._client.nthreads(callback_timeout=scheduler.CONNECT_SECONDS)
        except (OSError, TimeoutError):
            raise self._lost() from None
        now = self._looked = monotonic()
        for worker in self._places.keys() - found.keys():
            self._bury(self._places.pop(worker))
        for worker in found.keys() - self._places.keys():
            future = self._submit(worker, told)
            self._places[worker] = _Place(n_threads=max(1, found[worker]), told=future)
        if found:
            self._manned = now
        elif now - self._manned > WORKER_SECONDS:
            rule = f"the scheduler at {self._address} must have a worker"
            raise _broken(rule, f"none for {WORKER_SECONDS:g} s", f"`dask worker {self._address}` starts one")

    def _bury(self, place: _Place) -> None:
        """Take the chunks of a worker that died back, first those that were given out first."""
        for index, _ in reversed(place.given.values()):
            self._deaths[index] += 1
            if self._deaths[index] >= MAX_DEATHS:
                raise self._deadly(index)
            is_suspect = self._deaths[index] == MAX_DEATHS - 1
            (self._suspects if is_suspect else self._waiting).appendleft(index)

    def _greet(self, worker: str, place: _Place) -> None:
        """Give the plan to a worker whose model and versions are ours."""
        if place.told.status == "error":
            error = place.told.exception()
            rule = f"the worker {worker} and its scheduler must have this package"
            raise _refused(rule, f"{type(error).__name__}: {' '.join(str(error).split())}")
        theirs = self._result(place.told)
        if theirs is None:
            self._ended.put((worker, place.told.key))
            return
        unlike = [name for name, value in self._ours.items() if theirs.get(name) != value]
        if unlike:
            must, got = (
                ", ".join(f"{name} {side.get(name, 'unknown')}" for name in unlike)
                for side in (self._ours, theirs)
            )
            raise _refused(f"the worker {worker} must have what this machine has, {must}", got)
        place.held = self._submit(worker, Held, self._payload, self._engine)

    # ---- what is given out ---------------------------------------------------------------------------

    def _give(self) -> None:
        """Give chunks to the workers that have least, while some have room."""
        while self._suspects or self._waiting:
            ready = [item for item in self._places.items() if item[1].held and not item[1].is_watched]
            if not ready:
                return
            worker, place = min(ready, key=lambda item: item[1].load)
            # While a suspect waits, nothing else is given out: some worker will soon be free for it alone.
            if place.load >= _AHEAD or (self._suspects and place.given):
                return
            place.is_watched = bool(self._suspects)
            index = (self._suspects or self._waiting).popleft()
            future = self._submit(worker, run_chunk, place.held, index)
            place.given[future.key] = index, future

    def _submit(self, worker: str, function: Any, *arguments: Any) -> Future:
        """Give a task to one worker and no other; its end is told by `_ended`."""
        future = self._client.submit(function, *arguments, workers=[worker], pure=False)
        future.add_done_callback(lambda ended: self._ended.put((worker, ended.key)))
        return future

    def _next(self) -> SweepChunk | None:
        """Wait a moment for something to end; return it if it is a chunk."""
        try:
            worker, key = self._ended.get(timeout=_LOOK_SECONDS)
        except Empty:
            return None
        place = self._places.get(worker)
        if place is not None and key == place.told.key and place.held is None:
            self._greet(worker, place)
        if place is None or key not in place.given:
            return None
        index, future = place.given[key]
        chunk = self._chunk(index, future)
        if chunk is None:
            self._ended.put((worker, key))
            return None
        del place.given[key]
        place.is_watched = False
        return chunk

    def _chunk(self, index: int, future: Future) -> SweepChunk | None:
        """Return a chunk that has ended; None where it cannot be had."""
        from distributed import KilledWorker

        try:
            found = self._result(future)
        except (
            KilledWorker
        ):  # a new worker at the address of a dead one takes over what that had, and died too
            raise self._deadly(index) from None
        if isinstance(found, tuple):
            raise SpecError(found)
        if found is not None and not isinstance(found, SweepChunk):
            raise TypeError(f"chunk {index} must be a SweepChunk (got {type(found).__name__})")
        return found

    def _result(self, future: Future) -> Any:
        """Return what a task gave; None where it does not come in time, as when its worker has just died."""
        try:
            return future.result(timeout=self._patience)
        except CancelledError:  # not by us
            raise self._lost() from None
        except TimeoutError:
            self._patience, self._looked = 2 * self._patience, 0.0
            return None

    # ---- what can go wrong ---------------------------------------------------------------------------

    def _lost(self) -> ClusterError:
        """Return what to say when the scheduler does not answer any more."""
        rule = f"the scheduler at {self._address} must stay within reach"
        return _broken(rule, "a lost connection", "look at why it ended")

    def _deadly(self, index: int) -> RunError:
        """Return what to say of a chunk that workers do not survive."""
        first, _ = self._plan.span(index)
        rule = "the chunk that begins here must leave its workers alive"
        hint = "workers may have too little memory (`dask worker --memory-limit`); their logs say more."
        return RunError(f"e{first:04d}-r000", rule, f"{MAX_DEATHS} workers that died", hint)


def _sent(client: Client, plan: Plan) -> Future:
    """Give a plan to the cluster, once; workers get it from each other."""
    import dask

    # What is large is sent once, on purpose.
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TiB"}):
        return client.submit(bytes, pickle.dumps(plan, protocol=5), pure=False)


def _refused(rule: str, got: str) -> SpecError:
    """Return what to say of a worker that cannot take part."""
    hint = "install the same there, or stop it; `scenario sweep --resume` then goes on."
    return SpecError(Problem(rule=rule, got=got, hint=hint, code="E332"))


def _broken(rule: str, got: str, hint: str) -> ClusterError:
    """Return what to say when a cluster ended before the sweep."""
    hint = f"{hint}; `scenario sweep --resume` then goes on, nothing is lost."
    return ClusterError(str(Problem(rule=rule, got=got, hint=hint, code="E333")))
