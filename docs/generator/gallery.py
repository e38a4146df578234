"""The scripts of examples/gallery on one page: what each asks, its picture, its code."""

from __future__ import annotations

import hashlib
import json
import runpy
import tempfile
from contextlib import chdir
from io import BytesIO
from pathlib import Path

from PIL import Image

from docs.generator.markdown import page

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "examples" / "gallery"
PICTURES = ROOT / "docs" / "pictures" / "gallery"
RECORD = PICTURES / "made-from.json"
ORDER = (
    "first_comparison",
    "lever_sweep",
    "tornado",
    "scenario_box",
    "tipping_heat_map",
    "evidence_off",
    "swimlane",
    "policy_regret",
)
WIDTH, COLOURS = 1300, 256
"""Pixels and colours of a picture on the page: sharp on a wide screen, small in the repository."""


def gallery_page() -> str:
    """Return the page of the gallery."""
    return page(
        "Gallery",
        "One question, one script of about twenty lines, one chart. The scripts stand in `examples/gallery/` with the "
        "cell marks of notebooks (`# %%`): editors run them cell by cell, and `python examples/gallery/tornado.py` "
        "runs one whole and writes its chart into `gallery/`.",
        *(_entry(name) for name in ORDER),
        "All pictures are model output under stated assumptions, not forecasts.",
    )


def _entry(name: str) -> str:
    """Return a script's title, question, picture and code."""
    path = SCRIPTS / f"{name}.py"
    title, intro, code = parts_of(path.read_text(encoding="utf-8"))
    return (
        f"## {title}\n\n{intro}\n\n![{title}: {intro}](pictures/gallery/{name}.png)\n\n"
        f"<!-- same as: examples/gallery/{name}.py -->\n```python\n{code}```"
    )


def parts_of(text: str) -> tuple[str, str, str]:
    """Return title, question and code of a script."""
    first, _, code = text.partition("\n# %%\n")
    lines = [line.removeprefix("#").strip() for line in first.splitlines()[1:]]
    title, *intro = (line for line in lines if line)
    return title.lstrip("# "), " ".join(intro), code


def digest(name: str) -> str:
    """Return what tells one text of a script from another."""
    return hashlib.sha256((SCRIPTS / f"{name}.py").read_bytes()).hexdigest()


def recorded() -> dict[str, str]:
    """Return what each picture was made from: script -> digest."""
    found: dict[str, str] = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.is_file() else {}
    return found


def make_pictures(*, anew: bool = False) -> None:
    """Run every script that has changed (or all) at its full size, and keep its picture, small.

    A change of the model alone leaves the scripts as they are: then ask for all.
    """
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name in ORDER:
        if not anew and recorded().get(name) == digest(name):
            continue
        with tempfile.TemporaryDirectory() as folder, chdir(folder):
            runpy.run_path(str(SCRIPTS / f"{name}.py"))
            (made,) = Path("gallery").glob("*.png")
            (PICTURES / f"{name}.png").write_bytes(smaller(made.read_bytes()))
        RECORD.write_text(json.dumps(recorded() | {name: digest(name)}, indent=2) + "\n", encoding="utf-8")


def smaller(raw: bytes) -> bytes:
    """Return a picture at the width and with the colours of the page."""
    picture = Image.open(BytesIO(raw)).convert("RGB")
    height = round(picture.height * WIDTH / picture.width)
    buffer = BytesIO()
    picture.resize((WIDTH, height), Image.Resampling.LANCZOS).quantize(
        COLOURS, Image.Quantize.FASTOCTREE
    ).save(buffer, "png", optimize=True)
    return buffer.getvalue()
