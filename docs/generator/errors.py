"""Every code of a problem with its rules, read from the places that raise them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import scenario
import scenario.spec
from docs.generator.markdown import page, table

PACKAGE = Path(scenario.__file__).parent
CODE = re.compile(r"[AE][1-9]\d\d")
NO_CODE = "E100"
"""The code of a problem made without one: none is."""

FAMILIES = (
    ("E1", "Files: scenarios, ledgers, sweeps, overrides"),
    ("E3", "Commands, runs, sweeps and questions"),
    ("E4", "Folders of results"),
    ("E6", "Charts"),
    ("A1", "Numbers from tables (for scripts that call `scenario.analysis`)"),
)

Named = list[tuple[int, str, str]]
"""Line, name and text."""


def errors_page() -> str:
    """Return the page of error codes."""
    rules = rules_of_codes()
    parts = []
    for start, title in FAMILIES:
        rows = [(f"`{code}`", "; ".join(rules[code])) for code in sorted(rules) if code.startswith(start)]
        parts.append(f"## {title}\n\n{table(('code', 'what must hold'), rows)}")
    return page(
        "Error codes",
        "Every complaint is one sentence: the place, what must hold, the value got, a hint where there is one, and a "
        "code in square brackets. A file reports all its problems at once, in the order of its lines. "
        "In the rules, … stands for a name, a bound or a value.",
        *parts,
    )


def rules_of_codes() -> dict[str, list[str]]:
    """Return, for each code in the package, the rules that carry it, after its short name where it has one."""
    short = dict(re.findall(r"(E\d{3}) (\S.*?)(?=\s{2,}|\s+E\d{3}|\n)", scenario.spec.__doc__ or ""))
    found = {code: {f"**{short[code]}**": None} if code in short else {} for code in _every_code()}
    for path in sorted(PACKAGE.rglob("*.py")):
        for code, rule in _raised(ast.parse(path.read_text(encoding="utf-8"))):
            found[code][rule] = None
    return {code: list(rules) for code, rules in found.items()}


def _every_code() -> Iterator[str]:
    """Yield every code that stands in the package as a text of its own."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and CODE.fullmatch(text) and text != NO_CODE:
                yield text


def _raised(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield code and rule of every call or pair of values that holds both, or whose function is given the rule."""
    callers: dict[str, list[str]] = {}
    helpers: dict[str, set[str]] = {}
    for function, nodes in _functions(tree):
        texts = _assigned(function)
        for node in nodes:
            parts = _parts(node)
            codes = [text for part in parts if CODE.fullmatch(text := _text(part, []))]
            rules = [text for part in parts if "must" in (text := _text(part, texts, before=node.lineno))]
            yield from zip(codes, rules, strict=False)
            if codes and any(argument.arg == "rule" for argument in function.args.args):
                helpers.setdefault(function.name, set()).update(codes)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not codes:
                callers.setdefault(node.func.id, []).extend(rules)
    for name, known in helpers.items():
        yield from ((code, rule) for code in known for rule in callers.get(name, []))


def _parts(node: ast.Call | ast.Tuple) -> list[ast.expr]:
    """Return the values of a call or of several values together."""
    return (
        list(node.elts)
        if isinstance(node, ast.Tuple)
        else [*node.args, *(one.value for one in node.keywords)]
    )


def _functions(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, list[ast.Call | ast.Tuple]]]:
    """Yield every function with its calls and values, those of inner functions left out."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            inner = {
                id(part)
                for one in ast.walk(function)
                if isinstance(one, ast.FunctionDef) and one is not function
                for part in ast.walk(one)
            }
            nodes = [part for part in ast.walk(function) if isinstance(part, ast.Call | ast.Tuple)]
            yield function, [node for node in nodes if id(node) not in inner]


def _assigned(function: ast.FunctionDef) -> Named:
    """Return line, name and text of every text that a function gives a name."""
    found = []
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            target = node.targets[0]
            several = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
            names = target.elts if several and isinstance(target, ast.Tuple) else [target]
            values = node.value.elts if several and isinstance(node.value, ast.Tuple) else [node.value]
            for name, value in zip(names, values, strict=False):
                if isinstance(name, ast.Name) and (text := _text(value, [])):
                    found.append((node.lineno, name.id, text))
    return sorted(found)


def _text(node: ast.expr, texts: Named, *, before: int = 0) -> str:
    """Return a literal text, an f-string with … for its gaps, or the text that a name holds; else nothing."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        parts = (str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        return "".join(parts)
    if isinstance(node, ast.IfExp):
        return _text(node.body, texts, before=before)
    if isinstance(node, ast.Name):
        held = [text for line, name, text in texts if name == node.id and line <= before]
        return held[-1] if held else ""
    return ""
