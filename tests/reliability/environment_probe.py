"""Run, sweep and answer a little, in a process of its own, and write what came out, digest by digest.

`python environment_probe.py FOLDER [hash-order]`: FOLDER/digests.json holds the sha256 of every table and every file.
With `hash-order` the outcomes of the run are put in the order of a set first: the fault that must be seen.
"""

from __future__ import annotations

import hashlib
import json
import sys
import warnings
from dataclasses import replace
from pathlib import Path

if sys.flags.warn_default_encoding:
    # Numba opens /proc/cpuinfo without an encoding; of our own files none may.
    warnings.filterwarnings("ignore", category=EncodingWarning)
    warnings.filterwarnings("error", category=EncodingWarning, module=r"scenario(\.|$)")

import scenario
from scenario.experiment.store import digest, write_result
from scenario.experiment.sweep import sweep
from scenario.experiment.sweep_digest import digest as sweep_digest
from scenario.experiment.sweep_view import view_of
from scenario.questions.drivers import sensitivity
from scenario.spec.sweep import sweep_of

MINIMAL = Path(__file__).resolve().parents[1] / "minimal.yaml"
SWEEP = {
    "name": "probe",
    "title": "A probe – très petit",
    "scenario": "iran-russia-missiles-2024",
    "replications": 5,
    "luck": "own",
    "design": {"kind": "latin-hypercube", "points": 32},
    "factors": {
        "act.p_true": {"range": [0.1, 0.9], "title": "Vérité"},
        "response.p_execute": {"own": True, "title": "Go-ahead"},
        "policy.demarche": {"values": [False, True], "title": "Talks"},
    },
    "policies": {"base": {"title": "As declared"}, "words": {"variant": "words-only", "title": "Words"}},
    "outcomes": ["is_true", "responded", "first_adopted_day"],
}


def probe(home: Path, fault: str = "") -> dict[str, str]:
    """Return the digests of a run, a sweep and an answer, and of every file that they write."""
    result = scenario.run(scenario.load(MINIMAL), outer=12, inner=2, seed=3, events=True, workers=2)
    if fault == "hash-order":
        result = replace(result, outcomes=result.outcomes[list(set(result.outcomes.columns))])
    write_result(result, home / "run", command="probe")
    sweep(sweep_of(SWEEP), home / "sweep", workers=2)
    sensitivity(view_of(home / "sweep"), "is_true", method="pawn").write(home / "answer")
    found = {name: digest(result, name) for name in ("outcomes", "events")}
    found["sweep"] = sweep_digest(home / "sweep")
    for path in sorted(home.rglob("*")):
        if path.is_file():
            found[path.relative_to(home).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


if __name__ == "__main__":
    place = Path(sys.argv[1])
    (place / "digests.json").write_text(json.dumps(probe(place, *sys.argv[2:])), encoding="utf-8")
