"""Make mutants: small changes of the code, one at a time, found in the syntax tree.

Comparisons are turned, operators exchanged, numbers moved by one, `and` and `or` exchanged, conditions negated and
statements dropped. Sentences, annotations, decorators and assertions (`assert`, `raise`, `strict=`) are left alone.

What does not live here: what becomes of them (`judging`).
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PARTS = ("engine", "draws", "analysis")


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One change of one file.

    Parameters
    ----------
    file
        Path below `scenario`, with slashes.
    line
        Where, counted from 1.
    kind
        Which rule made it.
    start, end
        Bytes of the source that are replaced.
    instead
        By what.
    before, after
        The lines that it changes, as they stand and as they become, on one line each.
    """

    file: str
    line: int
    kind: str
    start: int
    end: int
    instead: str
    before: str
    after: str

    @property
    def key(self) -> str:
        """What names it while the lines that it changes stay the same, wherever in the file they stand."""
        return f"{self.file}: {self.before} -> {self.after}"

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.kind}: {self.before} -> {self.after}"

    def applied(self, source: bytes) -> bytes:
        """Return the source with the change."""
        return source[: self.start] + self.instead.encode() + source[self.end :]


# ---- making mutants ----------------------------------------------------------------------------------

COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}
ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
    ast.FloorDiv: "*",
    ast.Mod: "*",
    ast.LShift: ">>",
    ast.RShift: "<<",
    ast.BitAnd: "|",
    ast.BitOr: "&",
    ast.BitXor: "|",
    ast.Pow: "*",
}
SKIPPED_CALLS = {"compiled", "TypeVar", "Problem", "DataError", "RunError", "ValueError", "TypeError"}
"""Calls whose arguments are texts, types or signatures: what is changed inside them is no arithmetic."""


class _Finder(ast.NodeVisitor):
    """Collects the mutants of one file."""

    def __init__(self, file: str, source: bytes) -> None:
        self.file, self.source = file, source
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.found: list[Mutant] = []
        self.depth = 0

    def _at(self, line: int, column: int) -> int:
        return self.starts[line - 1] + column

    def _span(self, node: ast.AST) -> tuple[int, int]:
        start = self._at(node.lineno, node.col_offset)  # type: ignore[attr-defined]
        return start, self._at(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    def _text(self, node: ast.AST) -> str:
        start, end = self._span(node)
        return self.source[start:end].decode()

    def _note(self, node: ast.AST, kind: str, instead: str) -> None:
        """Replace a node."""
        self._replace(kind, *self._span(node), instead)

    def _replace(self, kind: str, start: int, end: int, instead: str) -> None:
        """Note a change of some bytes, with the lines on which they stand."""
        first = self.source.rfind(b"\n", 0, start) + 1
        last = self.source.find(b"\n", end) % (len(self.source) + 1)
        before, after = (
            self.source[first:last],
            self.source[first:start] + instead.encode() + self.source[end:last],
        )
        self.found.append(
            Mutant(
                file=self.file,
                line=self.source.count(b"\n", 0, start) + 1,
                kind=kind,
                start=start,
                end=end,
                instead=instead,
                before=" ".join(before.decode().split()),
                after=" ".join(after.decode().split()),
            )
        )

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Look into a function's body, not at its annotations and decorators."""
        self.depth += 1
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self.visit(default)
        for statement in node.body:
            self._statement(statement)
        self.depth -= 1

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Look at what a class holds, not at its decorators."""
        for statement in node.body:
            self.visit(statement)

    def _statement(self, node: ast.stmt) -> None:
        """Drop a statement that does something and returns nothing, then look inside."""
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if isinstance(node, ast.Expr | ast.AugAssign | ast.Continue | ast.Break) and not is_docstring:
            self._note(node, "statement dropped", "pass")
        if not isinstance(node, ast.Raise | ast.Assert) and not is_docstring:
            self.visit(node)

    def generic_visit(self, node: ast.AST) -> None:
        """Look below, statement by statement."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt) and self.depth:
                self._statement(child)
            else:
                self.visit(child)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Look at the value, not at the annotation."""
        if node.value is not None:
            self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        """Look into a call unless it makes a message."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in SKIPPED_CALLS:
            return
        self.visit(node.func)
        for part in (*node.args, *node.keywords):
            if (
                name != "reshape" or ast.unparse(part) != "-1"
            ):  # any negative length is the length that is left
                self.visit(part)

    def visit_keyword(self, node: ast.keyword) -> None:
        """Leave `strict=` alone: it only asserts that two lengths agree."""
        if node.arg != "strict":
            self.visit(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Leave sentences alone."""

    def visit_Compare(self, node: ast.Compare) -> None:
        """Flip each comparison."""
        operands = [node.left, *node.comparators]
        for i, operator in enumerate(node.ops):
            new = COMPARISONS.get(type(operator))
            if new is None:
                continue
            start, end = self._span(operands[i])[1], self._span(operands[i + 1])[0]
            self._between("comparison", start, end, new)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        """Turn an operator into another."""
        new = ARITHMETIC.get(type(node.op))
        is_text = isinstance(node.left, ast.Constant | ast.JoinedStr) and not isinstance(
            getattr(node.left, "value", ""), int | float
        )
        if new is not None and not is_text and self.depth:
            start, end = self._span(node.left)[1], self._span(node.right)[0]
            self._between("operator", start, end, new)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        """Turn `and` into `or`."""
        new = "or" if isinstance(node.op, ast.And) else "and"
        parts = [f"({self._text(part)})" for part in node.values]
        self._note(node, "and/or", "(" + f" {new} ".join(parts) + ")")
        self.generic_visit(node)

    def _between(self, kind: str, start: int, end: int, new: str) -> None:
        """Replace the operator that stands between two operands, brackets kept."""
        middle = self.source[start:end].decode()
        stripped = re.sub(r"#[^\n]*", lambda m: " " * len(m[0]), middle)
        found = re.search(r"not\s+in|is\s+not|\bin\b|\bis\b|[<>=!]=|<<|>>|//|\*\*|[-+*/%<>&|^]", stripped)
        if found is not None:
            first, last = (start + len(middle[:place].encode()) for place in found.span())
            self._replace(kind, first, last, new)

    def visit_If(self, node: ast.If) -> None:
        """Negate a condition; what only a type checker reads is left alone."""
        if self._text(node.test) == "TYPE_CHECKING":
            return
        self._note(node.test, "condition negated", f"(not ({self._text(node.test)}))")
        self.generic_visit(node)

    visit_While = visit_If  # type: ignore[assignment]  # noqa: N815

    def visit_IfExp(self, node: ast.IfExp) -> None:
        """Negate the condition of an expression."""
        self._note(node.test, "condition negated", f"(not ({self._text(node.test)}))")
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        """Drop a `not` or a sign."""
        if (
            self.depth
            and isinstance(node.op, ast.Not | ast.USub)
            and not isinstance(node.operand, ast.Constant)
        ):
            self._note(node, "sign or not dropped", f"({self._text(node.operand)})")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        """Move a number by one, and turn a truth value."""
        if isinstance(node.value, bool):
            self._note(node, "constant", str(not node.value))
        elif isinstance(node.value, int | float) and self.depth:
            self._note(node, "constant", repr(node.value + 1))


def mutants_of(file: str) -> list[Mutant]:
    """Return every mutant of a file below `scenario`; those that do not compile are left out."""
    source = (PROJECT / "scenario" / file).read_bytes()
    finder = _Finder(file, source)
    finder.visit(ast.parse(source))
    return [mutant for mutant in finder.found if _compiles(mutant.applied(source))]


def _compiles(source: bytes) -> bool:
    """Return whether a source is Python."""
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def sources() -> list[str]:
    """Return the files of which mutants are made, below `scenario`."""
    home = PROJECT / "scenario"
    paths = (path for part in PARTS for path in sorted((home / part).rglob("*.py")))
    return [path.relative_to(home).as_posix() for path in paths]


def sample(files: Iterable[str], n: int, *, seed: int) -> list[Mutant]:
    """Return a random sample of the mutants of some files, in the order of files.

    Those with the least hash of seed and key are drawn: an edit of one file leaves the others' in their place.
    """
    every = [mutant for file in files for mutant in mutants_of(file)]
    every.sort(key=lambda mutant: hashlib.sha256(f"{seed} {mutant.key}".encode()).digest())
    return sorted(every[:n], key=lambda mutant: (mutant.file, mutant.start))
