"""What the README tells people to type works."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

from scenario.cli import main

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, flags=re.DOTALL)
COMMANDS = [
    line.removeprefix(".venv/bin/scenario ")
    for language, block in BLOCKS
    if language == "sh"
    for line in block.splitlines()
    if line.startswith(".venv/bin/scenario ")
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_works(command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each scenario command of the README ends well (with fewer runs, and figures in a folder of the test)."""
    words = [word.replace("reports/mine", str(tmp_path)) for word in shlex.split(command)]
    words = ["8" if word == "200" else word for word in words]
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", ["scenario", *words])
    main_ended_well = True
    try:
        main()
    except SystemExit as end:
        main_ended_well = end.code in (0, None)
    assert main_ended_well


def test_the_python_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The Python example prints a table of differences that stand out of the noise."""
    (code,) = [block for language, block in BLOCKS if language == "python"]
    namespace: dict[str, object] = {}
    runner = compile(code.replace("100, seed=0", "24, seed=0"), "README.md", "exec")
    exec(runner, namespace)  # noqa: S102  (the README is ours)
    assert "outcome" in capsys.readouterr().out


def test_make_targets_of_the_readme_exist() -> None:
    """Every make target that the README names is a target of the Makefile."""
    named = set(re.findall(r"`?make ([a-z]+)", README))
    targets = set(
        re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    assert {"app", "test", "demo", "check", "proof"} <= named <= targets


def test_files_that_the_readme_names_exist() -> None:
    """Each path under configs, docs or reports that the README names is there, but for what programs write."""
    named = set(re.findall(r"`((?:configs|docs)/[\w./-]*)`", README)) | set(
        re.findall(r"\]\((docs/[\w./-]+)\)", README)
    )
    assert {name for name in named if not (ROOT / name).exists()} == set()
