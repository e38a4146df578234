"""A record of a proof tells the truth about its verdict."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.proof import record

CASE = """
import pytest
from tests.proof import record
from tests.proof.record import recorded
from pathlib import Path

record.FOLDER = Path(__file__).parent

@pytest.fixture(scope="module")
def figures(request, assert_none_failed):
    with recorded("made-up", size={"runs": 1}, seed=0) as found:
        yield found
        assert_none_failed(request)

def test_one(figures):
    figures["one"] = 1
    assert VALUE

def test_two(figures):
    figures["two"] = 2
"""


@pytest.mark.parametrize(("value", "verdict"), [("True", "passed"), ("False", "failed")])
def test_a_record_written_by_a_fixture_fails_with_its_tests(tmp_path: Path, value: str, verdict: str) -> None:
    """Where one of the tests fails, the record that all of them share says so."""
    case = tmp_path / "test_case.py"
    case.write_text(CASE.replace("VALUE", value), encoding="utf-8")
    words = [
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.proof.conftest",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
    ]
    subprocess.run([sys.executable, *words, str(case)], cwd=record.PROJECT, capture_output=True, check=False)
    assert json.loads((tmp_path / "made-up.json").read_text(encoding="utf-8"))["verdict"] == verdict
