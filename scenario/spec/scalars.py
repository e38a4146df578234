"""Plain scalars by the core schema of YAML 1.2: `NO` is a string, 010 is ten, 1e3 is a number.

Only plain (unquoted) scalars come here; a quoted one is always a string.
"""

from __future__ import annotations

import math
import re

Scalar = None | bool | int | float | str

_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN")

_MOST_DIGITS = 400
"""More digits than any finite float has before the point."""


class NotFiniteError(ValueError):
    """A scalar that reads as a number but is infinite, not a number, or too large for one."""


def resolve(text: str) -> Scalar:
    """Return the value of a plain scalar.

    Raises
    ------
    NotFiniteError
        For `.inf`, `.nan`, and for numbers beyond the range of a float.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _NOT_FINITE.fullmatch(text):
        raise NotFiniteError(text)
    for pattern, base in ((_DECIMAL, 10), (_OCTAL, 8), (_HEXADECIMAL, 16)):
        if pattern.fullmatch(text):
            return _integer(text, base)
    if _FLOAT.fullmatch(text):
        return _finite(text)
    return text


def _integer(text: str, base: int) -> int:
    """Read an integer; `010` is ten because the base is always given."""
    if len(text) > _MOST_DIGITS:
        raise NotFiniteError(text)
    value = int(text if base == 10 else text[2:], base)
    try:
        float(value)
    except OverflowError:
        raise NotFiniteError(text) from None
    return value


def _finite(text: str) -> float:
    """Read a float and refuse one that overflows."""
    value = float(text)
    if not math.isfinite(value):
        raise NotFiniteError(text)
    return value
