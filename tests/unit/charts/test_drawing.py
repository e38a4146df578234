"""What a drawing must not do: lose text over the edge, set text on text, draw what is not in its table."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import combinations
from types import ModuleType

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from scenario.charts.data import FigureData
from scenario.charts.drawing import draw
from scenario.charts.style import SIZES
from scenario.charts.swimlane import swimlane_figure
from scenario.errors import DataError

LONG = "A coalition that waits for every capital, says nothing until then, and acts"


def texts(figure: Figure) -> list[tuple[Text, Bbox]]:
    """Return every visible text with its place in pixels."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    found = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    axes_off = {id(t) for axes in figure.axes if not axes.axison for t in axes.findobj(Text)}
    return [(t, t.get_window_extent(renderer)) for t in found if id(t) not in axes_off]


def outside(figure: Figure) -> list[str]:
    """Return the texts that leave the canvas by more than half a pixel at 300 dpi."""
    width, height = figure.get_size_inches() * figure.dpi
    return [
        t.get_text()
        for t, box in texts(figure)
        if box.x0 < -0.5 or box.y0 < -0.5 or box.x1 > width + 0.5 or box.y1 > height + 0.5
    ]


def overlapping(figure: Figure) -> list[tuple[str, str]]:
    """Return pairs of texts that cover each other by more than a sliver (line boxes hold empty air)."""
    pairs = []
    for (a, first), (b, second) in combinations(texts(figure), 2):
        wide = min(first.x1, second.x1) - max(first.x0, second.x0)
        high = min(first.y1, second.y1) - max(first.y0, second.y0)
        if wide > 1 and high > 0.3 * min(first.height, second.height):
            pairs.append((a.get_text(), b.get_text()))
    return pairs


@pytest.mark.parametrize("size", SIZES)
def test_no_text_leaves_the_sheet_or_covers_another(data: FigureData, size: str) -> None:
    """Every text lies within the sheet and no two share more than a sliver, in every size."""
    figure = draw(data, size=size)
    assert outside(figure) == []
    assert overlapping(figure) == []


@pytest.mark.parametrize("size", ["half", "slide"])
def test_long_names_stay_on_the_sheet(data: FigureData, size: str) -> None:
    """Variant names of 76 letters and a title of 300 neither leave the sheet nor cover each other."""
    names = dict.fromkeys(data.context.names, LONG)
    stretched = replace(data, title=f"{LONG}, " * 4, context=replace(data.context, names=names))
    if "name" in stretched.table:
        stretched = replace(stretched, table=stretched.table.assign(name=LONG))
    figure = draw(stretched, size=size)
    assert outside(figure) == []
    assert overlapping(figure) == []


@pytest.mark.parametrize(("size", "width"), [("report", 6.5), ("half", 3.15), ("slide", 12.0)])
def test_sheets_are_as_wide_as_promised(data: FigureData, size: str, width: float) -> None:
    """A report figure is 6.5 in wide, half 3.15, a slide 12 x 6."""
    found = draw(data, size=size).get_size_inches()
    assert found[0] == width
    assert size != "slide" or found[1] == 6.0


def test_markup_stays_text(figures: dict[str, FigureData]) -> None:
    """Tags, mathematics and formulas in a title are drawn as they are written."""
    odd = r"<b>bold</b> $x^2$ =1+1 \frac & 100 %"
    drawn = [t.get_text() for t, _ in texts(draw(replace(figures["incidence"], title=odd)))]
    assert odd in drawn


def test_title_and_source_stand_at_the_left_edge(data: FigureData) -> None:
    """The finding opens and the source line closes the sheet, both flush left."""
    by_text = {t.get_text(): box for t, box in texts(draw(data))}
    source = next(box for text, box in by_text.items() if text.startswith("Model output, not a forecast."))
    title = next(box for text, box in by_text.items() if data.title.startswith(text))
    assert abs(source.x0 - title.x0) < 6
    assert title.y0 == max(box.y0 for box in by_text.values())


def test_all_text_is_horizontal(data: FigureData) -> None:
    """No text is turned."""
    assert {t.get_rotation() for t, _ in texts(draw(data))} == {0.0}


def test_incidence_draws_its_table(figures: dict[str, FigureData]) -> None:
    """The points of every curve are the rows of the table, unrounded."""
    data = figures["incidence"]
    lines = {line.get_gid(): line for line in draw(data).axes[0].lines}
    for (variant, cause), part in data.table.groupby(["variant", "cause"]):
        assert lines[f"{variant}-{cause}"].get_xydata().tolist() == part[["day", "share"]].to_numpy().tolist()


def test_difference_draws_its_table(figures: dict[str, FigureData]) -> None:
    """Each dot of the table is drawn once, at its place and in its stack."""
    data = figures["difference"]
    dots = [d for c in draw(data).axes[0].collections for d in c.get_offsets().tolist()]
    rows = data.table[["drawn_at", "height"]].to_numpy().tolist()
    assert sorted(dots) == sorted([x, height - 0.5] for x, height in rows)


def test_actors_draw_their_medians(figures: dict[str, FigureData]) -> None:
    """The marks are the medians of the table; a median never reached has no mark."""
    data = figures["actors"]
    marks = [d[0] for c in draw(data).axes[0].collections for d in c.get_offsets().tolist()]
    assert sorted(marks) == sorted(data.table["q50"].dropna())


def test_run_draws_every_mark_on_its_day(figures: dict[str, FigureData]) -> None:
    """The marks of a run stand at the days of its table."""
    data = figures["run"]
    days = sorted(line.get_xdata()[0] for line in draw(data).axes[0].lines)
    assert days == sorted(data.table.loc[data.table["form"] == "mark", "start_day"])


def test_a_and_b_differ_without_colour(figures: dict[str, FigureData]) -> None:
    """A is a solid line and B a dashed one."""
    styles = {line.get_gid(): line.is_dashed() for line in draw(figures["incidence"]).axes[0].lines}
    assert (styles["A-attributed"], styles["B-attributed"]) == (False, True)


def test_noise_is_grey_and_said(figures: dict[str, FigureData]) -> None:
    """What the runs cannot tell from none carries no colour and says n."""
    figure = draw(figures["difference-noise"])
    colours = {tuple(c.get_edgecolor()[0]) for c in figure.axes[0].collections if len(c.get_offsets())}
    assert len(colours) == 1
    assert "not distinguishable at n = 400" in [t.get_text() for t, _ in texts(figure)]


def test_never_share_stands_beside_the_curve(figures: dict[str, FigureData]) -> None:
    """The runs without the event are named beside the curve, as a count of 100."""
    data = figures["incidence"]
    shown = {t.get_text() for t, _ in texts(draw(data, size="slide"))}
    attributed = data.table[data.table["cause"] == "attributed"]
    for _, part in attributed.groupby("variant"):
        never = round(100 * (1 - part["share"].iloc[-1]))
        assert f"not within 365 days: {never} of 100" in shown


def test_dark_theme_is_light_on_dark(figures: dict[str, FigureData]) -> None:
    """In the dark theme every text is lighter than the paper."""
    figure = draw(figures["actors"], theme="dark")
    paper = sum(figure.get_facecolor()[:3])
    assert all(sum(to_rgb(t.get_color())) > paper + 1 for t, _ in texts(figure))


def test_each_sender_has_its_lane(synthetic: ModuleType) -> None:
    """A file with one sender gives five lanes: act, channels, the sender, forums, target."""
    data = swimlane_figure(
        synthetic.events(), synthetic.context(), run=(12, 3), senders={"us": "US"}, target="Iran"
    )
    assert data.lanes == ("Act", "Channels", "US", "Forums", "Iran")
    assert overlapping(draw(data)) == []


def test_letters_the_font_lacks_become_boxes(figures: dict[str, FigureData]) -> None:
    """A title in letters that the bundled font does not have is drawn without a warning."""
    drawn = [t.get_text() for t, _ in texts(draw(replace(figures["flow"], title="Sanctions 制裁 Санкции")))]
    assert "Sanctions □□ Санкции" in drawn


def test_unknown_size_is_refused(data: FigureData) -> None:
    """A size that is not declared is named, with those that are."""
    with pytest.raises(DataError, match=r"size must be one of report, half, slide .got 'poster'"):
        draw(data, size="poster")


def test_unknown_theme_is_refused(figures: dict[str, FigureData]) -> None:
    """A theme that is not declared is named, with those that are."""
    with pytest.raises(DataError, match=r"theme must be one of light, dark .got 'sepia'"):
        draw(figures["flow"], theme="sepia")


def test_bare_description_is_refused(figures: dict[str, FigureData]) -> None:
    """A description of no kind cannot be drawn."""
    full = figures["flow"]
    bare = FigureData(name="x", title="", measure="", unit="", note="", alt="", table=full.table,
                      context=full.context)  # fmt: skip
    with pytest.raises(DataError, match=r"data must be one of .* .got FigureData"):
        draw(bare)


def test_pyplot_is_never_imported() -> None:
    """Drawing leaves pyplot, which mixes figures between threads, unloaded."""
    code = "import sys, scenario.charts.export; print('matplotlib.pyplot' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
