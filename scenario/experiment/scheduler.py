"""The scheduler of a Dask cluster: reached, or refused in a sentence.

What does not live here: what its workers are given (cluster).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from scenario.errors import Problem, SpecError

Client = Any
"""Dask declares its types by halves only."""

CONNECT_SECONDS = 10.0
"""How long a scheduler may take to answer."""

_CLOSE_SECONDS = 1.5
"""Time for telling the scheduler that all is over."""

_LOGGERS = ("distributed", "distributed.client")


def require_scheduler(address: str) -> None:
    """Refuse an address at which no scheduler answers, before anything is begun.

    Parameters
    ----------
    address
        As in `cluster_chunks`.

    Raises
    ------
    SpecError
        Nobody answers, or somebody else; the package `distributed` is missing.
    """
    try:
        import distributed  # noqa: F401  (its parts may be there where it is not)
        from distributed.utils import LoopRunner
    except ImportError:
        rule = "a sweep on a cluster must have the package distributed"
        hint = "pip install 'sanctions-scenario[cluster]'"
        raise SpecError(Problem(rule=rule, got="none", hint=hint, code="E330")) from None
    runner: Any = LoopRunner(asynchronous=False)
    with _silence():
        try:
            runner.run_sync(_asked, address)
        except (OSError, TimeoutError, TypeError, ValueError):  # TypeError: TLS without its files
            raise _unreachable(address) from None


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """Connect to a scheduler and leave it at the end; it takes back what was given out and not begun."""
    require_scheduler(address)
    import distributed

    connect: Any = distributed.Client
    with _silence():
        try:
            client = connect(address, timeout=CONNECT_SECONDS, set_as_default=False, direct_to_workers=False)
        except (OSError, TimeoutError, TypeError, ValueError):  # TypeError: TLS without its files
            raise _unreachable(address) from None
        try:
            yield client
        finally:
            with suppress(OSError, TimeoutError):
                client.close(timeout=_CLOSE_SECONDS)


async def _asked(address: str) -> None:
    """Ask who is at an address: a client would wait for ever for one that takes a call and says nothing."""
    import distributed

    dask: Any = distributed
    arguments = dask.Security().get_connection_args("client")
    async with dask.rpc(address, timeout=CONNECT_SECONDS, connection_args=arguments) as scheduler:
        who = await asyncio.wait_for(scheduler.identity(), CONNECT_SECONDS)
    if who["type"] != "Scheduler":
        raise ValueError(f"a scheduler must be at {address} (got {who['type']})")


@contextmanager
def _silence() -> Iterator[None]:
    """Keep Dask from writing to the screen what is told here in a sentence."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _unreachable(address: str) -> SpecError:
    """Return what to say of an address at which nobody answers."""
    rule = f"the cluster must be the address of a Dask scheduler that answers within {CONNECT_SECONDS:g} s"
    hint = "`dask scheduler` starts one and tells its address, `dask worker ADDRESS` a worker."
    return SpecError(Problem(rule=rule, got=address or "none", hint=hint, code="E331"))
