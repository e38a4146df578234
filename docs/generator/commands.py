"""Every command with its arguments and options, from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer.main

from docs.generator.markdown import page, table
from scenario.cli import app
from scenario.errors import EXIT_BUG, EXIT_FAILED_RUNS, EXIT_INPUT, EXIT_INTERRUPTED, EXIT_STORE

EXITS = (
    (0, "it went well"),
    (EXIT_FAILED_RUNS, "it ended, and some runs failed; they are in the table of failures"),
    (EXIT_INPUT, "the input is wrong; every problem is named with its place, rule and code"),
    (EXIT_INTERRUPTED, "it was stopped; a sweep can be gone on with"),
    (EXIT_STORE, "a folder cannot be written, or what is in it is damaged"),
    (EXIT_BUG, "a bug of ours"),
)


def commands_page() -> str:
    """Return the page of commands."""
    group: Any = typer.main.get_command(app)
    exits = table(("exit code", "meaning"), [(str(number), meaning) for number, meaning in EXITS])
    return page(
        "Commands",
        f"{(group.help or '').strip()} `scenario COMMAND --help` prints the same in the terminal.",
        table(("command", "what it does"), ((_link(name), one.help) for name, one in group.commands.items())),
        *(part for name, one in group.commands.items() for part in _command(name, one)),
        f"## Exit codes\n\n{exits}",
    )


def _link(name: str) -> str:
    """Return a link to a command's section."""
    return f"[`{name}`](#{name})"


def _command(name: str, command: Any) -> Iterator[str]:
    """Yield heading, usage and options of a command."""
    positional = [one for one in command.params if one.param_type_name == "argument"]
    words = " ".join(["scenario", name, *(one.metavar for one in positional)])
    yield f"## {name}\n\n{command.help}\n\n```text\n{words} [OPTIONS]\n```"
    rows = [(f"`{one.metavar}`", one.help or "", "required", "") for one in positional]
    rows += [_option(one) for one in command.params if one.param_type_name == "option"]
    yield table(("option", "meaning", "default", "range"), rows)


def _option(option: Any) -> tuple[str, str, str, str]:
    """Return an option's names, meaning, default and range."""
    metavar = "" if option.is_flag else f" {option.metavar}"
    names = ", ".join(f"`{name}{metavar}`" for name in option.opts)
    low, high = option.min, option.max
    span = " to ".join(f"{bound:,}" for bound in (low, high) if bound is not None)
    return names, option.help or "", _default(option), f"≥ {span}" if span and high is None else span


def _default(option: Any) -> str:
    """Return an option's default in words."""
    if option.required:
        return "required"
    value = option.default() if callable(option.default) else option.default
    if option.is_flag:
        return "off"
    if isinstance(value, list | tuple) or value in (None, ""):
        return ""
    return f"`{value:,}`" if isinstance(value, int) else f"`{value}`"
