"""The runner of the pages notices what is wrong on a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenario.errors import SpecError
from tests.docs.blocks import blocks_of, commands_of
from tests.docs.story import outputs


def _page(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def test_a_command_that_fails_is_a_failure(tmp_path: Path) -> None:
    """A block whose command ends with 2 fails unless the page says so."""
    page = _page("```sh", "scenario list --no-such-option", "```")
    with pytest.raises(AssertionError, match=r"x.md:1: scenario list --no-such-option"):
        outputs(page, "x.md", tmp_path)


def test_a_scenario_fragment_that_breaks_a_rule_is_a_failure(tmp_path: Path) -> None:
    """A share above 1 on a page is refused as it would be in a file."""
    page = _page(
        "<!-- part of: scenario -->", "```yaml", "response:", "  p_execute: {point: 1.5, why: no}", "```"
    )
    with pytest.raises(SpecError, match=r"response\.p_execute must be a finite number >= 0 and <= 1"):
        outputs(page, "x.md", tmp_path)


def test_an_output_is_what_the_block_above_prints(tmp_path: Path) -> None:
    """The text that a page must show is what its Python printed, cut as the page asks."""
    page = _page(
        "```python", "print('one', 'two', sep='\\n')", "```", "<!-- output: two -->", "```text", "old", "```"
    )
    ((block, told),) = outputs(page, "x.md", tmp_path)
    assert (block.text, told) == ("old\n", "two\n")


def test_commands_are_read_as_a_shell_reads_them() -> None:
    """Continued lines are one command; comments are none."""
    (block,) = blocks_of(_page("```sh", "# a comment", "ls \\", "  -l   # all", "", "pwd", "```"), "x.md")
    assert commands_of(block) == ["ls    -l", "pwd"]
