"""What the worked studies share: a folder for the sweep, and a page written from answers alone."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from scenario.experiment.sweep import sweep
from scenario.experiment.sweep_view import SweepView, view_of
from scenario.questions.answer import Answer

HERE = Path(__file__).resolve().parent


def swept(name: str) -> SweepView:
    """Run a shipped sweep into a temporary folder and read it."""
    with tempfile.TemporaryDirectory() as folder:
        sweep(name, Path(folder) / name)
        return view_of(Path(folder) / name)


def write_page(name: str, title: str, intro: str, answers: Sequence[Answer]) -> Path:
    """Write the page of a study with its pictures; every number on it comes out of an answer."""
    lines, asked = [f"# {title}", "", intro.strip(), ""], Counter[str]()
    for answer in answers:
        asked[answer.name] += 1  # a question that is asked again gets a folder of its own
        folder = HERE / name / (str(asked[answer.name]) if asked[answer.name] > 1 else "")
        lines += [f"## {answer.question}", "", *(f"- {sentence}" for sentence in answer.sentences), ""]
        written = answer.write(folder, formats=("svg",))
        pictures = [path for path in written if path.suffix == ".svg"]
        lines += [
            line
            for path, figure in zip(pictures, answer.figures, strict=True)
            for line in (f"![{figure.alt}]({path.relative_to(HERE).as_posix()})", "")
        ]
    lines += [f"Made by `python docs/studies/{name}.py`. Model output, not a forecast."]
    page = HERE / f"{name}.md"
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return page
