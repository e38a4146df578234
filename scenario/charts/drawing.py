"""One door to all drawings: `draw(data, size=..., theme=...)` gives a matplotlib Figure, without pyplot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from scenario.charts.actors import Bars
from scenario.charts.boxes import DiscoveryBox
from scenario.charts.canvas import Canvas
from scenario.charts.crossing import Crossing
from scenario.charts.data import FigureData
from scenario.charts.difference import Difference
from scenario.charts.draw_bars import draw_bars
from scenario.charts.draw_boxes import draw_boxes
from scenario.charts.draw_crossing import draw_crossing
from scenario.charts.draw_difference import draw_difference
from scenario.charts.draw_halfwidth import draw_halfwidth
from scenario.charts.draw_heat import draw_heat
from scenario.charts.draw_incidence import draw_incidence, draw_senders
from scenario.charts.draw_indices import draw_indices
from scenario.charts.draw_objectives import draw_objectives
from scenario.charts.draw_pareto import draw_pareto
from scenario.charts.draw_policies import draw_policies
from scenario.charts.draw_shares import draw_shares
from scenario.charts.draw_swimlane import draw_swimlane
from scenario.charts.draw_tornado import draw_tornado
from scenario.charts.halfwidth import HalfWidth
from scenario.charts.heat import Heat
from scenario.charts.incidence import Incidence, SenderIncidence
from scenario.charts.indices import Indices
from scenario.charts.objectives import Objectives
from scenario.charts.policies import Pareto, Policies
from scenario.charts.shares import Shares
from scenario.charts.style import RC, size_named, theme_named
from scenario.charts.swimlane import Swimlane
from scenario.charts.tornado import Tornado
from scenario.errors import DataError, Problem

PAINTERS: dict[type[FigureData], Callable[[Any, Any, Any], Canvas]] = {
    Incidence: draw_incidence,
    SenderIncidence: draw_senders,
    Difference: draw_difference,
    Bars: draw_bars,
    Swimlane: draw_swimlane,
    Tornado: draw_tornado,
    Heat: draw_heat,
    Indices: draw_indices,
    DiscoveryBox: draw_boxes,
    Policies: draw_policies,
    Pareto: draw_pareto,
    Objectives: draw_objectives,
    Shares: draw_shares,
    HalfWidth: draw_halfwidth,
    Crossing: draw_crossing,
}
"""Kind of figure -> what draws it."""


def draw(data: FigureData, *, size: str = "report", theme: str = "light") -> Figure:
    """Draw a figure.

    Parameters
    ----------
    data
        A description made by one of the builders.
    size
        "report" (6.5 in wide), "half" (3.15 in) or "slide" (12 x 6 in).
    theme
        "light" or "dark".

    Raises
    ------
    DataError
        If size, theme or the kind of figure is not known.
    """
    painter = PAINTERS.get(type(data))
    if painter is None:
        kinds = ", ".join(kind.__name__ for kind in PAINTERS)
        raise DataError(Problem(rule=f"data must be one of {kinds}", got=type(data).__name__, code="E624"))
    format_, colours = size_named(size), theme_named(theme)
    with matplotlib.rc_context(dict(RC)):
        return painter(data, format_, colours).figure
