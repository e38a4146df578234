"""The scripts of the gallery run, each to one chart."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from docs.generator.gallery import ORDER, SCRIPTS

FEWER = {"scenario_box": 12, "policy_regret": 6}
"""Runs of scripts with many worlds; 30 for the others."""


@pytest.mark.parametrize("name", ORDER)
def test_a_script_draws_one_chart(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With few runs the script ends well and leaves one picture that is not empty."""
    text = (SCRIPTS / f"{name}.py").read_text(encoding="utf-8")
    small, n = re.subn(r"^N = \d+", f"N = {FEWER.get(name, 30)}", text, flags=re.MULTILINE)
    assert n == 1
    monkeypatch.chdir(tmp_path)
    exec(compile(small, f"{name}.py", "exec"), {"__name__": "gallery"})  # noqa: S102  (the script is ours)
    (made,) = Path("gallery").glob("*.png")
    with Image.open(made) as picture:
        assert picture.width == 1950  # 6.5 inches at 300 dpi
        assert len(picture.convert("L").getcolors(256) or ()) > 10
