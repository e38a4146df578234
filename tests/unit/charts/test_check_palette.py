"""Check 38: the colours of A to D under simulated colour blindness, and their contrast to the paper.

Expected values come from outside: the matrices are those of Machado, Oliveira and Fernandes (2009), "A
physiologically-based model for simulation of color vision deficiency", table at severity 1.0.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from scenario.charts.style import DASHES, MARKERS, THEMES

MACHADO = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
D65 = np.array([0.95047, 1.0, 1.08883])
SRGB = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
APART = 10.0
"""Least distance in CIELAB: about four times what is just noticeable for a line beside another."""

SIGHTS = ("none", *MACHADO)


def _linear(colour: str) -> np.ndarray:
    """Return a colour "#rrggbb" as linear RGB."""
    channels = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def _lab(colour: str, sight: str) -> np.ndarray:
    """Return a colour in CIELAB as an eye of that sight has it."""
    linear = _linear(colour)
    if sight != "none":
        linear = np.clip(np.array(MACHADO[sight]) @ linear, 0, 1)
    x, y, z = (
        np.cbrt(part) if part > (6 / 29) ** 3 else part / (3 * (6 / 29) ** 2) + 4 / 29
        for part in SRGB @ linear / D65
    )
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_lab_of_known_colours() -> None:
    """White, black and pure red have the CIELAB values of the textbooks."""
    for colour, expected in (
        ("#ffffff", (100, 0, 0)),
        ("#000000", (0, 0, 0)),
        ("#ff0000", (53.24, 80.09, 67.20)),
    ):
        assert _lab(colour, "none") == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("theme", THEMES)
def test_check_38_series_stay_apart_for_every_sight(theme: str, sight: str) -> None:
    """Any two of A, B, C and D are at least 10 apart in CIELAB, whatever the sight, in both themes."""
    series = THEMES[theme].series
    apart = {
        one + other: float(np.linalg.norm(_lab(series[one], sight) - _lab(series[other], sight)))
        for one, other in combinations("ABCD", 2)
    }
    assert min(apart.values()) >= APART, apart


@pytest.mark.parametrize("theme", THEMES)
def test_check_38_every_series_has_a_second_cue(theme: str) -> None:
    """No two of A to D share a dash or a mark, so that colour never tells them apart alone."""
    sides = list(THEMES[theme].series)
    assert sides == list("ABCD")
    assert len({str(DASHES[side]) for side in sides}) == 4
    assert len({MARKERS[side] for side in sides}) == 4


@pytest.mark.parametrize("theme", THEMES)
def test_check_37_lines_have_contrast_to_the_paper(theme: str) -> None:
    """Every colour of a line reaches 3:1 to its paper, every text 4.5:1 (WCAG 2.2, 1.4.11 and 1.4.3)."""
    found = THEMES[theme]
    light = {colour: float(SRGB[1] @ _linear(colour)) for colour in (*found.series.values(), *found.further)}
    paper = float(SRGB[1] @ _linear(found.background))

    def contrast(one: float) -> float:
        return (max(one, paper) + 0.05) / (min(one, paper) + 0.05)

    assert all(contrast(value) >= 3 for value in light.values()), light
    assert all(contrast(float(SRGB[1] @ _linear(ink))) >= 4.5 for ink in (found.ink, found.quiet))
