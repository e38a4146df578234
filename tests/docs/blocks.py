"""The code blocks of a page, and what the comments above them ask for.

A comment stands on the lines directly above a block:

    <!-- skip: REASON -->            the block is not run; test_skips lists every one
    <!-- file: NAME -->              the block is written to a file, which the following commands read
    <!-- part of: KIND -->           YAML that is laid over the base case (scenario), the smoke sweep (sweep) or ledger
    <!-- same as: PATH -->           the block is a file of the project, which has a test of its own
    <!-- output -->                  what the command above prints, to the letter
    <!-- output: first 8 -->         its first 8 lines
    <!-- output: a, b -->            its lines that begin with a or b
    <!-- exit: 2 -->                 the last command of the block ends so; its errors count as output
    <!-- smaller: 400=30, a=b -->    words that are replaced when the block is run, so that it takes less time
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
RUN = ("sh", "python", "yaml")
MARKS = ("skip", "file", "part of", "same as", "output", "exit", "smaller")

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)[^\n]*\n(?P<text>.*?)^(?P=indent)```$", re.M | re.S)
_MARK = re.compile(r"<!-- ([a-z ]+?)(?:: (.*?))? -->$")


@dataclass(frozen=True, kw_only=True)
class Block:
    """One code block: its page, its line, its language, its text, and its marks with their values."""

    page: str
    line: int
    language: str
    text: str
    marks: dict[str, str]
    span: tuple[int, int]

    @property
    def place(self) -> str:
        """Return page and line."""
        return f"{self.page}:{self.line}"


def name_of(page: Path) -> str:
    """Return a page's path inside the project."""
    return page.relative_to(ROOT).as_posix()


def blocks_of(text: str, page: str) -> Iterator[Block]:
    """Yield the code blocks of a page's text, in order."""
    for found in _FENCE.finditer(text):
        indent = len(found["indent"])
        lines = [line[indent:] for line in found["text"].splitlines()]
        yield Block(
            page=page,
            line=text.count("\n", 0, found.start()) + 1,
            language=found["language"],
            text="".join(f"{line}\n" for line in lines),
            marks=dict(_marks(text[: found.start()])),
            span=found.span("text"),
        )


def _marks(before: str) -> Iterator[tuple[str, str]]:
    """Yield the comments directly above a block."""
    for line in reversed(before.rstrip("\n").split("\n")):
        found = _MARK.match(line.strip())
        if found is None or found[1] not in MARKS:
            return
        yield found[1], found[2] or ""


def commands_of(block: Block) -> list[str]:
    """Return the commands of a shell block: continued lines joined, comments and empty lines left out."""
    joined = block.text.replace("\\\n", " ")
    lines = (re.sub(r"\s+#\s.*$", "", line).strip() for line in joined.splitlines())
    return [line for line in lines if line and not line.startswith("#")]
