"""A page run as a story: its blocks in order, in a folder of their own; what they print.

`python -m tests.docs.story PAGE ...` writes the printed output into the blocks marked for it.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

from scenario.cli import main
from scenario.evidence.derive import derive
from scenario.spec.document import parse
from scenario.spec.files import find, find_sweep, shipped_configs
from scenario.spec.load import load, load_text, read_ledger
from scenario.spec.number import DISTRIBUTIONS
from scenario.spec.sweep import load_sweep, sweep_of
from tests.docs.blocks import ROOT, RUN, Block, blocks_of, commands_of, name_of

BASE, SWEEP = "iran-russia-missiles-2024", "smoke"
"""The case of all examples; the shipped sweep that pages name, which a smaller one of that name stands in for."""
LINKED = ("configs", "examples", "docs", "Makefile", "pyproject.toml")
"""What a page's commands find beside them, as in a checkout."""


class Story:
    """Runs the blocks of one page.

    Parameters
    ----------
    home
        The folder in which everything happens.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.names: dict[str, Any] = {"__name__": "story"}
        self.printed = ""
        for name in LINKED:
            (home / name).symlink_to(ROOT / name)
        smaller = find_sweep(SWEEP).read_text(encoding="utf-8").replace("points: 400", "points: 40")
        (home / SWEEP).write_text(smaller.replace("replications: 600", "replications: 60"), encoding="utf-8")

    def run(self, block: Block) -> None:
        """Run a block; raise AssertionError with its place where it does not do what the page says."""
        if "skip" in block.marks:
            return
        if "same as" in block.marks:
            whole = (ROOT / block.marks["same as"]).read_text(encoding="utf-8")
            assert block.text in whole, f"{block.place} must be a part of {block.marks['same as']}"
        elif "file" in block.marks:
            (self.home / block.marks["file"]).write_text(block.text, encoding="utf-8")
            self._check_file(block)
        elif block.language == "yaml":
            check_part(block)
        elif block.language == "sh":
            self._shell(block)
        elif block.language == "python":
            self._python(block)

    def _check_file(self, block: Block) -> None:
        """Check a file that the page has written: Python compiles, YAML holds as what it is."""
        path = self.home / block.marks["file"]
        if block.language == "python":
            compile(block.text, block.place, "exec")
        elif block.language == "yaml":
            keys = parse(block.text, file=block.place).data
            with contextlib.chdir(self.home):
                _ = (
                    load_sweep(path)
                    if "design" in keys
                    else read_ledger(path)
                    if "items" in keys
                    else load(path)
                )

    def _shell(self, block: Block) -> None:
        """Run the commands of a block; each must end well, the last as the page says."""
        wanted = int(block.marks.get("exit", "0"))
        commands = [shrunk(command, block) for command in commands_of(block)]
        for i, command in enumerate(commands):
            code, out, err = self.command(command)
            expected = wanted if i == len(commands) - 1 else 0
            assert code == expected, (
                f"{block.place}: {command}\nmust end with {expected} (got {code})\n{out}{err}"
            )
            self.printed = out if expected == 0 else out + err

    def command(self, line: str) -> tuple[int, str, str]:
        """Run one command; `scenario` in this process, whose engine is ready."""
        words = shlex.split(line)
        if Path(words[0]).name != "scenario" or any(sign in words for sign in ("|", ">", "&&")):
            path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
            words, environment = ["/bin/sh", "-c", line], os.environ | {"PATH": path}
            done = subprocess.run(
                words, cwd=self.home, env=environment, capture_output=True, text=True, check=False
            )
            return done.returncode, done.stdout, done.stderr
        out, err = io.StringIO(), io.StringIO()
        with (
            contextlib.chdir(self.home),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            mock.patch.object(sys, "argv", ["scenario", *words[1:]]),
        ):
            try:
                main()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
        return code, out.getvalue(), err.getvalue()

    def _python(self, block: Block) -> None:
        """Run Python; the blocks of a page share their names."""
        out, code = io.StringIO(), compile(shrunk(block.text, block), block.place, "exec")
        with contextlib.chdir(self.home), contextlib.redirect_stdout(out), warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # other tools warn of what they lack; the tests turn warnings into errors
            exec(code, self.names)  # noqa: S102  (the page is ours)
        self.printed = out.getvalue()

    def told(self, block: Block) -> str:
        """Return what an output block must hold."""
        printed = self.printed.replace(f"{ROOT}/", "").rstrip("\n")
        lines = [line.rstrip() for line in printed.split("\n")]
        asked = block.marks["output"]
        if first := re.fullmatch(r"first (\d+)", asked):
            lines = [*lines[: int(first[1])], "..."]
        elif asked:
            wanted = tuple(part.strip() for part in asked.split(","))
            lines = [line for line in lines if line.startswith(wanted)]
        return "".join(f"{line}\n" for line in lines)


def shrunk(text: str, block: Block) -> str:
    """Return a text with the words replaced that the block says, so that it takes less time."""
    for pair in filter(None, block.marks.get("smaller", "").split(", ")):
        old, _, new = pair.partition("=")
        text, n = re.subn(rf"(?<![\w.-]){re.escape(old)}(?![\w.-])", new, text)
        assert n or block.language == "sh", f"{block.place} must hold {old}, which is to be made smaller"
    return text


def check_part(block: Block) -> None:
    """Check YAML that is a part of a file, laid over a shipped one; YAML without a mark only has to be YAML."""
    part, kind = parse(block.text, file=block.place).data, block.marks.get("part of")
    if kind == "scenario":
        whole = overlaid(parse(find(BASE).read_bytes(), file=BASE).data, part)
        load_text(json.dumps(whole), file=block.place)
    elif kind == "sweep":
        sweep_of(overlaid(parse(find_sweep(SWEEP).read_bytes(), file=SWEEP).data, part))
    elif kind == "ledger":
        path = shipped_configs() / "evidence" / f"{BASE}.yaml"
        with tempfile.TemporaryDirectory() as folder:
            written = Path(folder) / "ledger.yaml"
            written.write_text(json.dumps(overlaid(parse(path.read_bytes(), file=BASE).data, part)))
            derive(read_ledger(written), seed=0)
    else:
        assert kind is None, f"{block.place}: part of must be scenario, sweep or ledger (got {kind})"


def overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping with another laid over it: mappings merge unless they hold a number, lists grow."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        is_number = isinstance(value, Mapping) and set(DISTRIBUTIONS) & {*value}
        if isinstance(value, Mapping) and isinstance(old, Mapping) and not is_number:
            merged[key] = overlaid(old, value)
        elif isinstance(value, list) and isinstance(old, list) and key == "items":
            merged[key] = [*old, *value]
        else:
            merged[key] = value
    return merged


def outputs(text: str, page: str, home: Path) -> list[tuple[Block, str]]:
    """Run a page and return each output block with what it must hold."""
    story, found = Story(home), []
    for block in blocks_of(text, page):
        if "output" in block.marks:
            found.append((block, story.told(block)))
        elif block.language in RUN:
            story.run(block)
    return found


def fill(page: Path) -> None:
    """Write what a page's commands print into its output blocks."""
    text = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        for block, told in reversed(outputs(text, name_of(page), Path(folder))):
            text = text[: block.span[0]] + told + text[block.span[1] :]
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        fill(Path(name).resolve())
