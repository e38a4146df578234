"""What mkdocstrings is told about docstrings: an example that stands in running text goes into a section of its own."""

from __future__ import annotations

import inspect
import re
from typing import Any

import griffe

_DOCTEST = re.compile(r"\n*((?:^>>> .*\n?)(?:^\S.*\n?)*)", re.MULTILINE)


class Doctests(griffe.Extension):
    """Moves examples out of the text, where markdown would read `>>>` as a quotation."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite the docstring of one function, class or module."""
        if obj.docstring is not None:
            obj.docstring.value = with_section(obj.docstring.value)


def with_section(text: str) -> str:
    """Return a docstring whose examples stand under the heading Examples, at its end."""
    clean = inspect.cleandoc(text)
    if ">>> " not in clean or "\nExamples\n" in clean:
        return clean
    examples = "\n\n".join(found[1].strip() for found in _DOCTEST.finditer(clean))
    rest = re.sub(r"\n{3,}", "\n\n", _DOCTEST.sub("\n\n", clean)).strip()
    return f"{rest}\n\nExamples\n--------\n{examples}\n"
