"""Run a sweep on a Dask cluster, kill a worker in the middle, and get the same result as without a cluster.

    python examples/dask_demo.py

It starts what you would start on your machines, here all on 127.0.0.1:

    dask scheduler                      once; it tells its address
    dask worker tcp://HOST:8786         on every machine, with this package installed

and then runs `configs/sweeps/smoke.yaml`, with fewer points, as `scenario sweep smoke -o DIR --dask ADDRESS`
does. It takes under a minute and leaves nothing behind.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from scenario.experiment.plan import Plan, plan_of
from scenario.experiment.sweep import sweep
from scenario.experiment.sweep_digest import digest
from scenario.spec.files import find_sweep
from scenario.spec.sweep import load_sweep

POINTS = 40
HERE = ["--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0"]


def main() -> int:
    """Run the sweep on a cluster and on this machine, and compare; 1 if the results differ."""
    plan = smaller_sweep()
    say(f"The sweep: {plan.n} experiments, {plan.n_runs:,} runs in {plan.n_chunks} chunks.")
    with tempfile.TemporaryDirectory(prefix="dask-demo-") as name, ExitStack() as processes:
        home = Path(name)
        address = start_scheduler(home, processes)
        workers = [start_worker(home, address, processes, number=number) for number in (1, 2)]
        say(f"A scheduler at {address}, workers with the process ids {[worker.pid for worker in workers]}.")

        def progress(done: int, total: int) -> None:
            victim = workers[0]
            if done >= total // 2 and victim.poll() is None:
                victim.kill()  # SIGKILL: no last words
                victim.wait()
                say(f"After {done:,} of {total:,} runs: killed worker {victim.pid}.")

        began = time.perf_counter()
        sweep(plan, home / "cluster", cluster=address, progress=progress)
        on_cluster = digest(home / "cluster")
        say(f"On the cluster    {on_cluster}  {time.perf_counter() - began:.0f} s")

        began = time.perf_counter()
        sweep(plan, home / "here")
        here = digest(home / "here")
        say(f"On this machine   {here}  {time.perf_counter() - began:.0f} s")
    say("The same digest: every row is the same." if on_cluster == here else "The digests must be the same.")
    return int(on_cluster != here)


def smaller_sweep() -> Plan:
    """Return the shipped sweep `smoke` with fewer points."""
    spec, folder = load_sweep(find_sweep("smoke"))
    design = spec.design.model_copy(update={"points": POINTS})
    return plan_of(spec.model_copy(update={"design": design}), folder=folder)


def start_scheduler(home: Path, processes: ExitStack) -> str:
    """Start a scheduler on a free port and return its address."""
    told = home / "scheduler.json"
    words = ["scheduler", *HERE, "--port", "0", "--scheduler-file", str(told), "--idle-timeout", "60s"]
    scheduler = processes.enter_context(running(words, home / "scheduler.log"))
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and scheduler.poll() is None:
        try:
            return str(json.loads(told.read_text(encoding="utf-8"))["address"])
        except (OSError, ValueError):  # not written yet
            time.sleep(0.1)
    raise SystemExit((home / "scheduler.log").read_text(encoding="utf-8"))


def start_worker(home: Path, address: str, processes: ExitStack, *, number: int) -> subprocess.Popen[bytes]:
    """Start a worker process with one thread; it ends by itself when its scheduler has gone."""
    place = ["--local-directory", str(home), "--name", f"worker-{number}"]
    words = ["worker", address, *HERE, *place, "--nthreads", "1", "--no-nanny", "--death-timeout", "20"]
    return processes.enter_context(running(words, home / f"worker-{number}.log"))


@contextmanager
def running(words: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command of Dask, its messages in a file, until the end of the block."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *words],
            stdout=file,
            stderr=file,
            env={**os.environ, "DASK_TEMPORARY_DIRECTORY": str(log.parent)},
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def say(line: str) -> None:
    """Write a line now."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
