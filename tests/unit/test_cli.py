"""The command line: fixed forms, exit codes, one sentence per mistake."""

from __future__ import annotations

import io
import json
import re
import signal
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scenario.cli import main

BASE = "iran-russia-missiles-2024"
MINIMAL = str(Path(__file__).parent.parent / "minimal.yaml")


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def call(*words: str) -> Done:
    """Run the command line inside this process."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["scenario", *words])
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Done(code, out.getvalue(), err.getvalue())


def answer(*words: str) -> Any:
    """Return what a command prints with --json."""
    done = call(*words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def run_answer() -> Any:
    """One small run of the base case."""
    return answer("run", BASE, "--outer", "6", "--inner", "4", "--seed", "0", "--workers", "1")


def test_list_names_every_shipped_case_and_its_variants() -> None:
    """`list --json` holds path, name, title and variants of the shipped cases, base among them."""
    listed = {entry["name"]: entry for entry in answer("list")["scenarios"]}
    assert {BASE, "missiles-unconfirmed-feb2024", "belarus-2020"} <= set(listed)
    assert {"base", "staged-joint", "silent"} <= set(listed[BASE]["variants"])
    assert set(listed[BASE]) == {"path", "name", "title", "variants"}


def test_run_prints_the_fixed_form(run_answer: Any) -> None:
    """`run --json` has the fixed keys, at least 25 outcomes, ten rates, and shares of variance."""
    fixed = {
        "scenario",
        "variant",
        "hash",
        "seed",
        "n",
        "outer",
        "inner",
        "failures",
        "outcomes",
        "rates",
        "variance",
    }
    assert fixed <= set(run_answer)
    assert (run_answer["n"], run_answer["outer"], run_answer["inner"], run_answer["seed"]) == (24, 6, 4, 0)
    assert len(run_answer["outcomes"]) >= 25
    assert len([rate for rate in run_answer["rates"].values() if rate["source"]]) >= 10
    for outcome in run_answer["outcomes"].values():
        assert set(outcome) == {"unit", "kind", "estimate", "interval", "quantiles", "never"}
        assert set(outcome["quantiles"]) == {"5", "25", "50", "75", "95"}
    for share in run_answer["variance"].values():
        assert {"parameters", "fact", "luck"} <= set(share)


def test_a_quantile_that_is_never_reached_is_null(run_answer: Any) -> None:
    """Relief never comes in this small run, so all its quantiles are null and never is 1."""
    relief = run_answer["outcomes"]["relief_day"]
    assert relief["never"] == 1
    assert set(relief["quantiles"].values()) == {None}


def test_compare_prints_the_fixed_form() -> None:
    """`compare --json` has a, b, the changed paths with their unit, and paired differences."""
    found = answer("compare", BASE, "--a", "base", "--b", "words-only", "-n", "8", "--workers", "1")
    assert (found["a"], found["b"]) == ("base", "words-only")
    assert found["changed"] == [{"path": "policy.mode", "a": "factual", "b": "words", "unit": ""}]
    keys = {"a", "b", "difference", "interval", "differ", "higher", "lower", "equal", "noise"}
    assert all(keys <= set(outcome) for outcome in found["outcomes"].values())
    assert found["outcomes"]["measures"]["b"] == 0


def test_identical_variants_differ_in_nothing() -> None:
    """Comparing base with base gives no change, difference 0 and noise for every outcome."""
    found = answer("compare", BASE, "--a", "base", "--b", "base", "-n", "4", "--workers", "1")
    assert found["changed"] == []
    assert {(o["difference"], o["differ"], o["noise"]) for o in found["outcomes"].values()} == {(0, 0, True)}


def test_without_an_item_moves_the_derivation_and_the_run() -> None:
    """Switching E04 off lowers the posterior of the act and is part of the scenario's hash."""
    full, cut = answer("derive", BASE), answer("derive", BASE, "--without", "E04")
    p = "verif.p_true"
    assert cut["parameters"][p]["posterior"]["50"] < full["parameters"][p]["posterior"]["50"]
    applied = {item["id"]: item["applied"] for item in cut["parameters"][p]["items"]}
    assert applied["E04"] is False
    assert applied["E05"] is True
    hashes = {answer("run", BASE, "-n", "1", *extra)["hash"] for extra in ((), ("--without", "E04"))}
    assert len(hashes) == 2


def test_changes_lists_what_a_variant_overrides() -> None:
    """`changes --json` of words-only has one row, and of the base none."""
    assert [c["path"] for c in answer("changes", BASE, "--variant", "words-only")["changed"]] == [
        "policy.mode"
    ]
    assert answer("changes", BASE)["changed"] == []


def test_trace_tells_one_run_in_order() -> None:
    """`trace --json` lists the events of one run with dates, times rising."""
    told = answer("trace", BASE, "--run", "e0003-r001")
    times = [event["time"] for event in told["events"]]
    assert times == sorted(times)
    assert told["events"][0]["text"].startswith("The allegation is")
    assert {"kind", "actor", "cause", "value", "date"} <= set(told["events"][0])


def test_schema_is_a_json_schema_that_knows_the_sections() -> None:
    """`schema` prints a JSON Schema with the sections of a scenario file."""
    schema = answer("schema")
    assert {"act", "channels", "senders", "forums", "measures", "variants"} <= set(schema["properties"])


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("run", "nowhere.yaml"), "nowhere.yaml"),
        (("run", BASE, "--variant", "staged-join"), "staged-joint"),
        (("run", BASE, "--set", "act.p_treu=0.5"), "did you mean 'p_true'"),
        (("run", BASE, "--set", "act.p_true=1.5"), "act.p_true must be"),
        (("run", BASE, "--set", "act.p_true"), "PATH=VALUE"),
        (("run", BASE, "--without", "E99"), "E99"),
        (("run", BASE, "-n", "0"), "n must be"),
        (("run", BASE, "--seed", "-1"), "seed must be"),
        (("run", BASE, "--engine", "warp"), "engine must be one of"),
        (("run", BASE, "-n", "4", "--outer", "2"), "n must not be given together"),
        (("run", BASE, "-n", "4", "--events"), "-o DIR"),
        (("trace", BASE, "--run", "12"), "e0012-r003"),
        (("derive", MINIMAL), "evidence ledger"),
    ],
)
def test_a_wrong_call_is_one_sentence_and_exit_code_2(words: tuple[str, ...], part: str) -> None:
    """A mistake ends with exit code 2, names what is wrong, and shows no traceback."""
    done = call(*words)
    assert done.returncode == 2
    assert part in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_mistake_with_json_is_one_object() -> None:
    """With --json a mistake prints its problems as one JSON object on stdout."""
    done = call("run", BASE, "--set", "act.p_true=2", "--json")
    assert done.returncode == 2
    problem = json.loads(done.stdout)["errors"][0]
    assert problem["path"] == "act.p_true"
    assert float(problem["got"]) == 2


def test_failed_runs_give_exit_code_1_and_are_counted() -> None:
    """A run beyond the event limit fails alone: exit code 1, the others are reported."""
    done = call("run", BASE, "-n", "8", "--set", "max_events=1000", "--json", "--workers", "1")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert 0 < found["failures"] < 8
    assert found["n"] == 8 - found["failures"]
    assert "failed" in done.stderr


def test_import_is_light() -> None:
    """`import scenario` loads neither numpy nor pandas nor numba."""
    heavy = {"numpy", "pandas", "numba", "scipy", "matplotlib", "streamlit"}
    code = f"import sys, scenario; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stdout.strip() == "[]"


def test_output_folder_holds_rows_events_and_a_manifest(tmp_path: Path) -> None:
    """`run -o DIR --events` writes rows sorted by run, event logs, and a manifest without folder, time or host."""
    import pandas as pd

    folder = tmp_path / "out"
    done = call("run", BASE, "-n", "8", "--seed", "5", "-o", str(folder), "--events", "--workers", "1")
    assert done.returncode == 0, done.stderr
    rows = pd.read_parquet(folder / "outcomes.parquet")
    assert list(zip(rows["experiment"], rows["replication"], strict=True)) == [
        (m, n) for m in (0, 1) for n in range(4)
    ]
    events = pd.read_parquet(folder / "events.parquet")
    assert list(events.columns)[:5] == ["experiment", "replication", "sequence", "time", "kind"]
    assert {"actor", "cause", "value"} <= set(events.columns)
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(text)
    assert manifest["command"] == f"scenario run {BASE} --variant base --events --outer 2 --inner 4 --seed 5"
    assert str(tmp_path) not in text


def test_an_interruption_is_one_sentence_and_exit_code_3() -> None:
    """Ctrl-C in the middle of a long run ends it with one sentence, exit code 3 and no traceback."""
    command = [sys.executable, "-c", "from scenario.cli import main; main()", "run", BASE, "-n", "40000"]
    with subprocess.Popen(
        [*command, "--workers", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        time.sleep(6)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "Interrupted; nothing was written." in err
    assert "Traceback" not in err
    assert out == ""


def test_bands_have_no_mean_in_the_terminal() -> None:
    """Ordinal bands show their quantiles and how many runs moved up or down, never a mean or its difference."""
    lines = call(
        "compare", BASE, "--a", "base", "--b", "words-only", "-n", "40", "--workers", "1"
    ).stdout.splitlines()
    cost = next(line for line in lines if line.startswith("cost_target"))
    assert re.search(r"cost_target\s+-\s+-\s+\S+ % up\s+\S+ % down", cost)
    alone = call("run", BASE, "-n", "40", "--workers", "1").stdout.splitlines()
    cost = next(line for line in alone if line.startswith("cost_senders"))
    assert re.search(r"cost_senders\s+-\s+-\s+\d / \d / \d", cost)
