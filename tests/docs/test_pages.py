"""What README and docs tell people to type works, and what they show is what comes out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.docs.blocks import MARKS, PAGES, RUN, blocks_of, name_of
from tests.docs.story import outputs

TEXTS = {name_of(path): path.read_text(encoding="utf-8") for path in PAGES}
BLOCKS = {name: list(blocks_of(text, name)) for name, text in TEXTS.items()}
SKIPPED = {
    "README.md": ["the one serves until it is stopped, the other runs these tests"],
    "docs/tutorial/browser.md": ["starts a server that runs until it is stopped"],
    "docs/tutorial/command-line.md": ["changes the shell of the reader"],
    "docs/how-to/many-machines.md": [
        "installs from a package index",
        "servers that run until they are stopped",
        "needs the servers above; make dask-demo is tested instead",
    ],
}
"""Every block that is not run, with its reason. Nothing else may be skipped."""


@pytest.mark.parametrize(
    "page", [name for name, blocks in BLOCKS.items() if any(one.language in RUN for one in blocks)]
)
def test_the_blocks_of_a_page_do_what_it_says(page: str, tmp_path: Path) -> None:
    """Each command, script and file of the page works, in order, and prints what the page shows."""
    found = outputs(TEXTS[page], page, tmp_path)
    refill = f"write it anew with: python -m tests.docs.story {page}"
    for block, told in found:
        assert block.text == told, f"{block.place}: {refill}"


def test_no_block_is_skipped_that_is_not_named_here() -> None:
    """The blocks with a skip mark are the listed ones; each gives its reason."""
    skipped = {
        name: reasons
        for name, blocks in BLOCKS.items()
        if (reasons := [one.marks["skip"] for one in blocks if "skip" in one.marks])
    }
    assert skipped == SKIPPED
    assert sum(map(len, skipped.values())) == 6


def test_most_blocks_are_run() -> None:
    """Of all blocks in a language that can be run, at least nine in ten are."""
    kinds = Counter(
        "skip" in one.marks for blocks in BLOCKS.values() for one in blocks if one.language in RUN
    )
    assert kinds[False] >= 60
    assert kinds[True] <= kinds[False] / 9


def test_every_comment_above_a_block_is_a_mark() -> None:
    """A misspelt mark would silently change nothing: every comment right above a block is known."""
    wrong = [
        f"{name}: {line}"
        for name, text in TEXTS.items()
        for line, below in zip(text.split("\n"), text.split("\n")[1:], strict=False)
        if line.startswith("<!--") and below.startswith("```") and not line[5:].startswith(MARKS)
    ]
    assert wrong == []


def test_an_output_block_follows_a_block_that_prints() -> None:
    """Above every output block stands a command or a script."""
    for blocks in BLOCKS.values():
        for above, block in zip([None, *blocks], blocks, strict=False):
            if "output" in block.marks:
                assert above is not None, block.place
                assert above.language in ("sh", "python"), block.place
