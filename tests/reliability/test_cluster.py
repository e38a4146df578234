"""A sweep on a Dask cluster of real processes on loopback; each test starts what it needs on free ports."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

import scenario
from scenario.errors import RunError, SpecError
from scenario.experiment import cluster, scheduler
from scenario.experiment.cluster import ClusterError, cluster_chunks
from scenario.experiment.plan import Plan, plan_of
from scenario.experiment.sweep import sweep
from scenario.experiment.sweep_digest import digest
from scenario.spec.sweep import sweep_of

TESTS = Path(__file__).parents[1]
PACKAGE = Path(scenario.__file__).parent
QUIET = ["--no-dashboard", "--dashboard-address", "127.0.0.1:0"]  # its port serves more than the dashboard
SLOW = {"SECONDS": "0.1"}

# What workers load at their start: they write down each chunk that they begin, take longer, and die on demand.
JOURNAL = """
import os, signal, time
from pathlib import Path
from scenario.experiment import sweep_chunk

begun = []
plain = globals().get("plain", sweep_chunk.Runs.chunk)  # the file is loaded twice, into the same module

def chunk(self, index, stop=None):
    begun.append(index)
    with Path(os.environ["JOURNAL"]).open("a") as file:
        file.write(f"{os.getpid()} {index}\\n")
    time.sleep(float(os.environ.get("SECONDS", "0")))
    if str(len(begun)) == os.environ.get("DIES_AT") or str(index) == os.environ.get("DEADLY"):
        os.kill(os.getpid(), signal.SIGKILL)
    return plain(self, index, stop)

sweep_chunk.Runs.chunk = chunk
"""


class Dask:
    """A scheduler and its workers, in processes of their own."""

    def __init__(self, home: Path, processes: ExitStack) -> None:
        self.home, self._processes = home, processes
        self.journal, self.preload = home / "journal", home / "journal_of_chunks.py"
        self.journal.touch()
        self.preload.write_text(JOURNAL, encoding="utf-8")
        told = home / "scheduler.json"
        self.scheduler = self._start(
            ["scheduler", "--port", "0", "--scheduler-file", str(told), "--idle-timeout", "120s"], {}
        )
        wait_until(lambda: told.exists() and told.read_text(encoding="utf-8").endswith("}"))
        self.address: str = json.loads(told.read_text(encoding="utf-8"))["address"]

    def worker(self, **variables: str) -> subprocess.Popen[bytes]:
        """Start a worker with one thread."""
        words = ["worker", self.address, "--nthreads", "1", "--no-nanny", "--death-timeout", "20"]
        words += ["--local-directory", str(self.home), "--preload", str(self.preload)]
        return self._start(words, {"JOURNAL": str(self.journal), **variables})

    def begun(self) -> list[tuple[int, int]]:
        """Return process id and number of each chunk that a worker began, in order."""
        lines = self.journal.read_text(encoding="utf-8").splitlines()
        return [(int(pid), int(index)) for pid, index in (line.split() for line in lines)]

    def _start(self, words: list[str], variables: dict[str, str]) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", *words, "--host", "127.0.0.1", *QUIET]
        process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.home,  # not the checkout, which would come before PYTHONPATH
            env={**os.environ, "DASK_TEMPORARY_DIRECTORY": str(self.home), **variables},
        )
        self._processes.callback(process.wait)
        self._processes.callback(process.kill)
        return process


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Dask]:
    """A scheduler without workers."""
    with ExitStack() as processes:
        yield Dask(tmp_path, processes)


def plan(n_chunks: int = 12) -> Plan:
    """Return a sweep of some chunks with 20 runs each."""
    spec = sweep_of(
        {
            "name": "tiny",
            "title": "A few runs",
            "scenario": "minimal.yaml",
            "replications": 20,
            "design": {"kind": "latin-hypercube", "points": n_chunks},
            "factors": {"act.p_true": {"range": [0.2, 0.9]}, "act.stock": {"range": [600.0, 1900.0]}},
        }
    )
    return plan_of(spec, folder=TESTS, chunk_runs=20)


def wait_until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something, and fail where it does not come."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "must come in time"
        time.sleep(0.02)


def test_a_worker_killed_in_the_middle_changes_no_byte(dask: Dask, tmp_path: Path) -> None:
    """Two workers, one of which dies in its third chunk, give the digest of threads and of the reference."""
    victim, survivor = dask.worker(DIES_AT="3", **SLOW), dask.worker(**SLOW)
    work = plan(24)
    done = sweep(work, tmp_path / "cluster", cluster=dask.address)
    assert victim.wait(10) == -signal.SIGKILL
    assert done.n_chunks == work.n_chunks == 24
    begun = dask.begun()
    taken = [index for pid, index in begun if pid == victim.pid]
    assert len(taken) == 3
    assert (survivor.pid, taken[-1]) in begun
    # Beside the chunk it died in, one at most: finished there and not yet fetched.
    assert len(begun) - work.n_chunks in (1, 2)
    wanted = digest(tmp_path / "cluster")
    for i, (engine, workers) in enumerate((("compiled", 1), ("compiled", 2), ("reference", 1))):
        sweep(work, tmp_path / str(i), engine=engine, workers=workers)
        assert digest(tmp_path / str(i)) == wanted, (engine, workers)


def test_a_worker_that_comes_late_gets_chunks_and_closing_takes_the_rest_back(dask: Dask) -> None:
    """A second worker takes part as soon as it is there; after closing, no further chunk begins."""
    first = dask.worker(**SLOW)
    with closing(cluster_chunks(plan(2000), range(2000), engine="compiled", address=dask.address)) as coming:
        next(coming)
        second = dask.worker(**SLOW)
        for _ in coming:
            if second.pid in {pid for pid, _ in dask.begun()}:
                break
        began = time.monotonic()
    assert time.monotonic() - began < 2
    assert {pid for pid, _ in dask.begun()} == {first.pid, second.pid}
    time.sleep(0.3)  # what was already on its way
    n_begun = len(dask.begun())
    assert n_begun < 2000
    time.sleep(0.7)
    assert len(dask.begun()) == n_begun


def test_ctrl_c_ends_a_sweep_on_a_cluster_within_two_seconds(dask: Dask) -> None:
    """A process that is interrupted after its first chunk ends soon, and the workers with what it gave out."""
    dask.worker(**SLOW)
    code = (
        "import sys; from pathlib import Path; from tests.reliability.test_cluster import plan\n"
        "from scenario.experiment.sweep import sweep\n"
        "sweep(plan(500), Path(sys.argv[1]), cluster=sys.argv[2])"
    )
    words = [sys.executable, "-W", "error", "-c", code, str(dask.home / "out"), dask.address]
    process = subprocess.Popen(words, cwd=TESTS.parent, stderr=subprocess.PIPE)
    wait_until(lambda: len(dask.begun()) > 5)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=20)
    assert time.monotonic() - began < 2
    assert told.decode().splitlines()[-1] == "KeyboardInterrupt"
    assert "Warning" not in told.decode()


def test_a_worker_with_another_model_is_refused(dask: Dask, tmp_path: Path) -> None:
    """One more line in a rule of the engine, and the worker gets no chunk; both digests are told."""
    other = tmp_path / "other"
    shutil.copytree(PACKAGE, other / "scenario")  # with what is compiled, which saves time
    with (other / "scenario" / "engine" / "rules.py").open("a") as file:
        file.write("# edited\n")
    dask.worker(PYTHONPATH=str(other))
    ours = cluster.told()["model"]
    with pytest.raises(
        SpecError, match=rf"must have what this machine has, model {ours} \(got model [0-9a-f]{{12}}\)"
    ):
        list(cluster_chunks(plan(), range(12), engine="compiled", address=dask.address))
    assert dask.begun() == []


def test_a_chunk_that_kills_three_workers_ends_the_sweep(dask: Dask) -> None:
    """The error names the experiment with which the chunk begins; no other chunk is blamed."""
    workers = [dask.worker(DEADLY="5") for _ in range(3)]
    told = (
        r"run e0005-r000: the chunk that begins here must leave its workers alive \(got 3 workers that died"
    )
    with pytest.raises(RunError, match=told):
        list(cluster_chunks(plan(), range(12), engine="compiled", address=dask.address))
    assert [index for _, index in dask.begun()].count(5) == cluster.MAX_DEATHS
    assert [worker.wait(10) for worker in workers] == 3 * [-signal.SIGKILL]


def test_a_lost_scheduler_is_told_in_a_sentence(dask: Dask) -> None:
    """A scheduler that is killed ends the sweep with a sentence that tells how to go on."""
    dask.worker(**SLOW)
    coming = cluster_chunks(plan(500), range(500), engine="compiled", address=dask.address)
    with closing(coming):
        next(coming)
        dask.scheduler.kill()
        with pytest.raises(ClusterError, match=r"must stay within reach \(got a lost connection\)"):
            list(coming)


def test_a_scheduler_without_workers_is_told_in_a_sentence(
    dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sweep does not wait for ever for the first worker."""
    monkeypatch.setattr(cluster, "WORKER_SECONDS", 0.5)
    with pytest.raises(ClusterError, match=r"must have a worker \(got none for 0.5 s\)"):
        list(cluster_chunks(plan(), range(12), engine="compiled", address=dask.address))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:{port}", "127.0.0.1", "", "tls://127.0.0.1:{port}"])
def test_nobody_at_the_address_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """An address at which no scheduler listens, or that is none, gives one sentence with the address."""
    monkeypatch.setattr(scheduler, "CONNECT_SECONDS", 1.0)
    where = address.format(port=free_port())
    with pytest.raises(SpecError, match=r"scheduler that answers within 1 s \(got ") as caught:
        list(cluster_chunks(plan(), range(12), engine="compiled", address=where))
    assert (where or "none") in str(caught.value)
    assert "`dask scheduler` starts one" in str(caught.value)


def test_a_wrong_address_leaves_no_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The scheduler is asked before anything is made."""
    monkeypatch.setattr(scheduler, "CONNECT_SECONDS", 1.0)
    with pytest.raises(SpecError, match="scheduler that answers within 1 s"):
        sweep(plan(), tmp_path / "out", cluster=f"tcp://127.0.0.1:{free_port()}")
    assert not (tmp_path / "out").exists()


def test_a_listener_that_says_nothing_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port at which something takes the call and is silent does not hold the sweep for ever."""
    monkeypatch.setattr(scheduler, "CONNECT_SECONDS", 1.0)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        where = f"tcp://127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(SpecError, match=r"scheduler that answers within 1 s \(got tcp://127"):
            list(cluster_chunks(plan(), range(12), engine="compiled", address=where))


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without distributed the sentence tells what to install."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SpecError, match=r"must have the package distributed(.|\n)*\[cluster\]"):
        list(cluster_chunks(plan(), range(12), engine="compiled", address="tcp://127.0.0.1:1"))


def free_port() -> int:
    """Return a port at which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
