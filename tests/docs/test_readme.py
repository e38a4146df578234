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


SWEEP = "reports/mine/smoke"


@pytest.mark.parametrize("command", [command for command in COMMANDS if SWEEP not in command])
def test_a_command_of_the_readme_works(command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each scenario command of the README ends well (with fewer runs, and figures in a folder of the test)."""
    fewer = "8" if command.startswith(("run", "compare")) else "40"
    words = [word.replace("reports/mine", str(tmp_path)) for word in shlex.split(command)]
    monkeypatch.chdir(ROOT)
    assert _ends_well([fewer if word == "200" else word for word in words], monkeypatch)


def test_the_sweep_of_the_readme_answers_its_questions(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The sweep runs into a folder, and each command that reads it ends well."""
    monkeypatch.chdir(ROOT)
    commands = [command for command in COMMANDS if SWEEP in command]
    assert [command.split()[0] for command in commands] == ["sweep", "verify", "discover", "policies"]
    for command in commands:
        words = [word.replace("reports/mine", str(tmp_path)) for word in shlex.split(command)]
        assert _ends_well(words, monkeypatch), command


def _ends_well(words: list[str], monkeypatch: pytest.MonkeyPatch) -> bool:
    """Run a command and return whether its exit code is 0."""
    monkeypatch.setattr(sys, "argv", ["scenario", *words])
    try:
        main()
    except SystemExit as end:
        return end.code in (0, None)
    return True


def test_the_python_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The Python example prints a table of differences that stand out of the noise."""
    (code,) = [block for language, block in BLOCKS if language == "python"]
    namespace: dict[str, object] = {}
    runner = compile(code.replace("100, seed=0", "24, seed=0"), "README.md", "exec")
    exec(runner, namespace)  # noqa: S102  (the README is ours)
    assert "outcome" in capsys.readouterr().out


def test_make_targets_of_the_readme_exist() -> None:
    """Every make target that the README names is a target of the Makefile."""
    named = set(re.findall(r"`?make ([a-z-]+)", README))
    targets = set(
        re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    assert {"app", "test", "demo", "check", "proof"} <= named <= targets


def test_files_that_the_readme_names_exist() -> None:
    """Each path under configs, docs or reports that the README names is there, but for what programs write."""
    named = set(re.findall(r"`((?:configs|docs)/[\w./-]*)`", README)) | set(
        re.findall(r"\]\((docs/[\w./-]+)\)", README)
    )
    assert {name for name in named if not (ROOT / name).exists()} == set()
