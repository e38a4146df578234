"""Start a command, wait, and print what it took as one line of JSON (run by `processes`; standard library only).

The kernel counts into a child's peak memory what its parent held when it parted. A small parent keeps that out.
"""

from __future__ import annotations

import json
import os
import sys
import time

UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes per unit of ru_maxrss."""


def main(output: str, command: list[str]) -> int:
    """Run a command with its output in a file; print seconds, CPU seconds, peak bytes and exit code."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [(os.POSIX_SPAWN_OPEN, 1, output, flags, 0o600), (os.POSIX_SPAWN_DUP2, 1, 2)]
    start = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    _, status, usage = os.wait4(child, 0)
    took = {
        "wall": time.perf_counter() - start,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss * UNIT,
        "code": os.waitstatus_to_exitcode(status),
    }
    sys.stdout.write(json.dumps(took) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], sys.argv[2:]))
