"""Plausible tables of the experiments laboratory, made by closed rules, and what looks at a drawing."""

from __future__ import annotations

import io
from itertools import combinations

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from scenario.charts.boxes import boxes_figure
from scenario.charts.data import Context, FigureData
from scenario.charts.drawing import draw
from scenario.charts.export import csv_text, picture
from scenario.charts.halfwidth import halfwidth_figure
from scenario.charts.heat import heat_figure
from scenario.charts.indices import indices_figure
from scenario.charts.policies import pareto_figure, policies_figure
from scenario.charts.shares import shares_figure
from scenario.charts.tornado import tornado_figure

FACTORS = (
    ("patience of the EU Council", "days", 5.0, 90.0),
    ("bite of aviation measures", "per day", 0.01, 0.3),
    ("lag of the first sighting", "days", 1.0, 40.0),
    ("access of the press", "1", 0.1, 0.9),
    ("bar of the United States", "1", 0.55, 0.95),
    ("substitution", "1", 0.0, 1.0),
    ("echo between channels", "1", 0.0, 0.6),
    ("relief", "1", 0.0, 0.5),
    ("cost of being wrong", "points", 1.0, 12.0),
)

OUTCOME = "days to coordinated sanctions"
"""The outcome of most figures, in words."""


def tornado_table(n: int = 9) -> pd.DataFrame:
    """Return a tornado round a baseline of 62 days: wide bars, one on one side only, five within noise."""
    names = [*FACTORS, *((f"further factor {k}", "1", 0.0, 1.0) for k in range(len(FACTORS), n))]
    moves = [(-18.0, 31.0), (14.0, -9.5), (6.0, 9.0), (-3.0, 4.4), (0.4, -0.2)]
    moves += [(0.1 * k, -0.15 * k) for k in range(n)]
    rows = [
        {"factor": f, "unit": u, "low_value": a, "high_value": b, "at_low": 62 + low, "at_high": 62 + high}
        for (f, u, a, b), (low, high) in zip(names[:n], moves, strict=False)
    ]
    table = pd.DataFrame(rows)
    for end in ("at_low", "at_high"):
        table[f"{end}_lower"], table[f"{end}_upper"] = table[end] - 1.4, table[end] + 1.4
    return table.assign(is_noise=False)


def heat_table(n_x: int = 8, n_y: int = 6) -> pd.DataFrame:
    """Return a plane that is zero on the line y = x / 10, hatched near it."""
    xs, ys = np.linspace(10, 80, n_x), np.linspace(0.5, 8.5, n_y)
    cells = [{"x": x, "y": y, "mean": 3.0 * y - 0.3 * x} for y in ys for x in xs]
    table = pd.DataFrame(cells)
    return table.assign(is_noise=table["mean"].abs() < 2.0)


def indices_table(*, has_second: bool = True) -> pd.DataFrame:
    """Return first-order and total indices of the nine factors."""
    values = [0.41, 0.22, 0.09, 0.05, 0.012, 0.01, 0.004, -0.002, 0.0]
    table = pd.DataFrame({"item": [f[0] for f in FACTORS], "value": values})
    table = table.assign(lower=table["value"] - 0.03, upper=table["value"] + 0.03)
    if has_second:
        table = table.assign(second=table["value"] * 1.2 + 0.05)
        table = table.assign(second_lower=table["second"] - 0.04, second_upper=table["second"] + 0.05)
    return table.assign(is_noise=table["value"] < 0.03)


def limits_table() -> pd.DataFrame:
    """Return a box over four of six factors: one-sided, two-sided, narrow at the edge, categories."""
    numbers = (
        ("patience of the EU Council", "days", 5.0, 90.0, 48.0, 90.0),
        ("bite of aviation measures", "per day", 0.01, 0.3, 0.06, 0.21),
        ("access of the press", "1", 0.1, 0.9, 0.1, 0.9),
        ("relief", "1", 0.0, 0.5, 0.01, 0.03),
        ("echo between channels", "1", 0.0, 0.6, 0.0, 0.6),
    )
    names = ("factor", "unit", "low", "high", "box_low", "box_high")
    rows: list[dict[str, object]] = [
        dict(zip(names, row, strict=True)) | {"categories": (), "kept": (), "is_noise": row[0] == "relief"}
        for row in numbers
    ]
    rules = {
        "categories": ("unanimity", "qualified majority", "coalition"),
        "kept": ("unanimity", "coalition"),
    }
    return pd.DataFrame([*rows, {"factor": "rule of the Council", "unit": "-", "is_noise": False} | rules])


def trajectory_table() -> pd.DataFrame:
    """Return a peeling from everything to a small dense box, the tenth step chosen."""
    step = np.arange(16)
    mass, coverage = 0.86**step, 1 - (step / 17) ** 2
    table = pd.DataFrame({"coverage": coverage, "density": 0.21 * coverage / mass, "mass": mass})
    table = table.assign(density=table["density"].clip(upper=0.95), is_chosen=step == 9)
    for share in ("coverage", "density"):
        table[f"{share}_lower"], table[f"{share}_upper"] = table[share] - 0.05, table[share] + 0.05
    return table


POLICIES = (
    "as declared", "act early and alone", "late and together", "wait for the EU",
    "staged joint announcement", "proof first", "quiet diplomacy", "name and shame",
)  # fmt: skip


def policies_table() -> pd.DataFrame:
    """Return regrets of eight policies; the second best cannot be told from the best."""
    mean = np.array([21.0, 3.2, 14.5, 30.0, 3.9, 17.0, 44.0, 9.0])
    share = np.array([0.4, 0.91, 0.55, 0.2, 0.93, 0.46, 0.02, 0.7])
    table = pd.DataFrame({"policy": POLICIES, "mean_regret": mean, "lower": mean - 1.1, "upper": mean + 1.1})
    table = table.assign(
        max_regret=mean * 2 + 11,
        satisficing=share,
        satisficing_lower=(share - 0.04).clip(0),
        satisficing_upper=(share + 0.04).clip(max=1),
    )
    return table.assign(is_noise=table["policy"] == "staged joint announcement")


def pareto_table(*, shift: float = 1.0) -> pd.DataFrame:
    """Return eight policies over speed and false alarms (lower is better in both); four are dominated."""
    x = np.array([62.0, 12.0, 80.0, 95.0, 30.0, 64.0, 130.0, 33.0])
    y = np.array([4.0, 14.0, 2.0, 3.0, 6.5, 5.0, 1.0, 9.0])
    x, y = x.mean() + shift * (x - x.mean()), y.mean() + shift * (y - y.mean())
    table = pd.DataFrame({"policy": POLICIES, "x": x, "x_lower": x - 2, "x_upper": x + 2, "y": y})
    table = table.assign(y_lower=y - 0.5, y_upper=y + 0.5)
    dominated = [any((x <= x[i]) & (y <= y[i]) & ((x < x[i]) | (y < y[i]))) for i in range(len(x))]
    return table.assign(is_dominated=dominated)


def shares_table() -> pd.DataFrame:
    """Return shares of three outcomes, one of them slightly below zero."""
    table = pd.DataFrame(
        {
            "outcome": ["some sender attributes", OUTCOME, "flow averted"],
            "parameters": [0.22, 0.48, -0.01],
            "fact": [0.61, 0.07, 0.35],
            "luck": [0.17, 0.45, 0.66],
        }
    )
    for source in ("parameters", "fact", "luck"):
        table[f"{source}_lower"], table[f"{source}_upper"] = table[source] - 0.05, table[source] + 0.06
    return table


def halfwidth_table(*, n_last: int = 3200) -> pd.DataFrame:
    """Return half-widths 40 / sqrt(n), projected beyond 400 runs."""
    n = np.array([k for k in (25, 50, 100, 200, 400, 800, 1600, 3200) if k <= n_last])
    return pd.DataFrame({"n": n, "half_width": 40 / np.sqrt(n), "is_projected": n > 400})


def figures(context: Context) -> dict[str, FigureData]:
    """Return every figure of the laboratory, filled."""
    made: list[FigureData] = [
        tornado_figure(tornado_table(), context, outcome=OUTCOME, unit="days", baseline=62.0, noise_floor=2.0),
        heat_figure(heat_table(), context, outcome=OUTCOME, unit="days", x="patience of the Council, days",
                    y="satellite passes, per day", better="lower"),
        indices_figure(indices_table(), context, measure="Sobol' indices", unit="share of variance",
                       outcome=OUTCOME, series=("first order", "total, including interaction with luck"),
                       noise_floor=0.03),
        indices_figure(indices_table(has_second=False), context, measure="Value of knowing", unit="days",
                       outcome=OUTCOME, kind="information", series=("value of perfect information",),
                       name="information"),
        boxes_figure(limits_table(), trajectory_table(), context, case="nobody acts within 90 days",
                     base_rate=0.21),
        policies_figure(policies_table(), context, outcome=OUTCOME, unit="days", goal="sanctions within 90 days"),
        pareto_figure(pareto_table(), context, x="Days to sanctions, days", y="False alarms, of 100 runs",
                      better=("lower", "lower")),
        shares_figure(shares_table(), context),
        halfwidth_figure(halfwidth_table(), context, outcome=OUTCOME, unit="days", wanted=1.0, n_needed=1600),
    ]  # fmt: skip
    return {figure.name: figure for figure in made}


def texts(figure: Figure) -> list[str]:
    """Return every visible text of a drawing."""
    return [t.get_text() for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]


def marks(figure: Figure, gid: str) -> list[Artist]:
    """Return the marks that carry a name, in drawing order."""
    return [found for axes in figure.axes for found in axes.findobj(lambda a: a.get_gid() == gid)]


def color_of(mark: Artist) -> str:
    """Return the colour of a bar, line or dot as #rrggbb."""
    value = mark.get_edgecolor() if hasattr(mark, "get_edgecolor") else mark.get_color()  # type: ignore[attr-defined]
    return to_hex(np.asarray(value).reshape(-1, 4)[0] if not isinstance(value, str) else value)


def faults(data: FigureData, *, size: str, theme: str = "light") -> list[str]:
    """Return texts outside the sheet, pairs that cover each other, turned texts, texts too like the paper."""
    figure = draw(data, size=size, theme=theme)
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    off = {id(t) for axes in figure.axes if not axes.axison for t in axes.findobj(Text)}
    found = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip() and id(t) not in off]
    boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in found]
    width, height = figure.get_size_inches() * figure.dpi
    bad = [f"outside: {text}" for text, b in boxes
           if b.x0 < -0.5 or b.y0 < -0.5 or b.x1 > width + 0.5 or b.y1 > height + 0.5]  # fmt: skip
    for (first, a), (second, b) in combinations(boxes, 2):
        wide, high = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        if wide > 1 and high > 0.3 * min(a.height, b.height):
            bad.append(f"overlap: {first} / {second}")
    return bad + [f"turned: {t.get_text()}" for t in found if t.get_rotation() != 0]


def bytes_of(data: FigureData) -> tuple[bytes, bytes, str]:
    """Return PNG, SVG and CSV of a figure."""
    return picture(data, "png", size="half"), picture(data, "svg"), csv_text(data)


def read_back(data: FigureData) -> pd.DataFrame:
    """Return the table as its CSV gives it back."""
    return pd.read_csv(io.StringIO(csv_text(data)))
