"""Colours and spacing of the app beyond Streamlit's theme. No numbers, no words."""

from __future__ import annotations

from scenario.charts.style import Theme
from scenario.ui.vega import colour_of

DARKER = {"#D55E00": "#B04C00", "#009E73": "#00714F", "#CC79A7": "#A34A7E"}
"""Colours of a series that text needs darker to reach 4.5:1 on its paper."""

VIOLET = {False: "#7A5BB5", True: "#B79CF0"}
"""Colour of belief by whether the paper is dark."""

_RULES = """
[data-testid="stMainBlockContainer"] {padding: 4rem 2.2rem 2rem; max-width: 1280px}
[data-testid="stSidebarContent"] [data-testid="stVerticalBlock"] {gap: .55rem}
[data-testid="stSidebarUserContent"] {padding: .25rem 0 2rem}
[data-testid="stSidebarHeader"] {height: 2.4rem; padding-bottom: 0}
[data-testid="stSidebar"] [data-testid="stWidgetLabel"] p {font-size: .82rem}
.st-key-a [data-testid="stWidgetLabel"] p::first-letter {color: var(--a); font-weight: 700}
.st-key-b [data-testid="stWidgetLabel"] p::first-letter {color: var(--b-text); font-weight: 700}
.st-key-c [data-testid="stWidgetLabel"] p::first-letter {color: var(--c-text); font-weight: 700}
.st-key-d [data-testid="stWidgetLabel"] p::first-letter {color: var(--d-text); font-weight: 700}
[data-testid="stSidebar"] [data-testid="stCaptionContainer"] {margin-bottom: -.2rem}
[data-testid="stSidebar"] .stSlider {margin-bottom: -.35rem}
[data-testid="stMain"] h3 {font-size: 1.12rem; padding: .7rem 0 .1rem; font-weight: 650}
[data-testid="stSliderThumbValue"], [data-baseweb="tab"][aria-selected="true"] p {color: var(--link)}
.question {color: var(--quiet); font-size: .92rem; margin: 0 0 .3rem}
.sentence {font-size: 1.34rem; line-height: 1.36; font-weight: 600; letter-spacing: -.01em; margin: 0;
  padding: 0; text-wrap: pretty}
.sentence .a, .legend .a {color: var(--a)}
.sentence .b, .legend .b {color: var(--b-text)}
.further .a {color: var(--a)} .further .b {color: var(--b-text)}
.further .c, .legend .c, .card .c {color: var(--c-text)}
.further .d, .legend .d, .card .d {color: var(--d-text)}
.further {font-size: 1rem; line-height: 1.4; margin: .3rem 0 0; text-wrap: pretty}
.note {color: var(--quiet); font-size: .84rem; margin: .35rem 0 .2rem}
.cards {display: grid; grid-template-columns: repeat(auto-fit, minmax(215px, 1fr)); gap: .75rem; margin: .35rem 0 0}
.card {border: 1px solid var(--faint); border-radius: .6rem; padding: .6rem .85rem .65rem; background: var(--paper)}
.card h3 {font-size: .84rem; font-weight: 600; color: var(--quiet); margin: 0 0 .25rem; padding: 0}
.card .pair {display: flex; gap: 1.2rem; align-items: baseline; flex-wrap: wrap}
.card .value {font-size: 1.55rem; font-weight: 680; line-height: 1.15; font-variant-numeric: tabular-nums}
.card .value small {font-size: .8rem; font-weight: 500}
.card .b {color: var(--b-text)} .card .a {color: var(--a)}
.card .a .value {font-size: 1.1rem}
.card .line {display: grid; grid-template-columns: minmax(6.6rem, auto) 1fr; gap: .1rem .7rem; align-items: baseline;
  padding: .12rem 0}
.card .line .value {font-size: 1.05rem; white-space: nowrap}
.card .line p.change {margin: 0; font-size: .76rem}
.card p {margin: .28rem 0 0; font-size: .8rem; line-height: 1.35; color: var(--quiet)}
.card p.change {color: var(--ink); font-weight: 550}
.card.noise p.change, .card p.change.noise {color: var(--quiet); font-weight: 400}
.card.noise {border-style: dashed}
.tag {display: inline-block; font-size: .72rem; font-weight: 700; border-radius: .25rem; padding: 0 .32rem;
  margin-right: .35rem; vertical-align: 12%; color: var(--paper); line-height: 1.35}
.tag.c {background: var(--c-text)} .tag.d {background: var(--d-text)}
.tag.a {background: var(--a)} .tag.b {background: var(--b-text); outline: 1px dashed var(--b); outline-offset: 1px}
.card .tag, .legend .tag, .card .c .tag, .card .d .tag, .legend .c.tag {color: var(--paper)}
.headline {font-size: .98rem; font-weight: 620; line-height: 1.35; margin: 0; text-wrap: pretty}
.under {color: var(--quiet); font-size: .82rem; margin: 0}
.legend {font-size: .84rem; margin: .1rem 0 0; display: flex; gap: 1.1rem; flex-wrap: wrap}
.legend.key {gap: .15rem 1rem; font-size: .8rem}
.swatch {display: inline-block; width: 1.1rem; height: .55rem; border-radius: 2px; opacity: .6; margin-right: .15rem}
.table-wrap {overflow-x: auto}
table.plain {border-collapse: collapse; width: 100%; font-size: .88rem; font-variant-numeric: tabular-nums}
table.plain th {text-align: left; font-weight: 600; color: var(--quiet); border-bottom: 1px solid var(--rule);
  padding: .3rem .7rem .3rem 0; vertical-align: bottom}
table.plain td {border-bottom: 1px solid var(--faint); padding: .32rem .7rem .32rem 0; vertical-align: top}
table.plain tr.noise td, table.plain td.noise {color: var(--quiet)}
table.plain td.wide {min-width: 15rem}
table.plain td.long {min-width: 7rem}
table.plain td.num {white-space: nowrap}
table.plain td.when {white-space: nowrap; color: var(--quiet)}
table.plain td .cause {color: var(--quiet); font-size: .82rem}
.foot {border-top: 1px solid var(--faint); color: var(--quiet); font-size: .78rem; padding-top: .6rem;
  margin-top: 1.2rem; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem}
.foot strong {color: var(--ink); font-weight: 600}
.foot code {font-size: .76rem; background: none; color: inherit; padding: 0}
.stale {border-left: 3px solid var(--b); padding: .1rem .7rem; font-size: .86rem; color: var(--quiet)}
.parting {border-left: 3px solid var(--ink); padding: .1rem .8rem; margin: .2rem 0 .5rem; font-size: .9rem;
  line-height: 1.5}
.parting .tag {margin-left: .2rem}
.realms {flex-direction: column; gap: .25rem}
.realms .realm {display: flex; flex-wrap: wrap; gap: .1rem 1rem; align-items: baseline}
.realms .realm b {font-weight: 600; min-width: 9rem}
.realms .swatch {box-sizing: border-box; vertical-align: -5%}
.realm-tag {font-size: .72rem; border-radius: .3rem; padding: .05rem .4rem; white-space: nowrap; color: var(--quiet);
  border: 1px solid var(--faint)}
.realm-tag.truth {border: 1px dashed var(--ink); color: var(--ink)}
.realm-tag.belief {border-color: var(--violet); color: var(--violet)}
.realm-tag.decision {background: var(--ink); border-color: var(--ink); color: var(--paper)}
ol.chain {list-style: none; margin: .2rem 0 0; padding: 0 0 0 .45rem; font-size: .92rem}
ol.chain li {position: relative; border-left: 2px solid var(--rule); margin: 0; padding: 0 0 .8rem 1.1rem;
  line-height: 1.45}
ol.chain li::before {content: ""; position: absolute; left: -.44rem; top: .3rem; width: .62rem; height: .62rem;
  border-radius: 50%; background: var(--ink); border: 2px solid var(--paper)}
ol.chain li.truth::before {background: var(--paper); border: 2px dashed var(--ink)}
ol.chain li.belief::before {background: var(--violet)}
ol.chain li.chosen {border-left-color: transparent; font-weight: 620; padding-bottom: .1rem}
ol.chain .when, ul.effects .when {color: var(--quiet); font-size: .82rem; font-weight: 400}
ol.chain .cause {color: var(--quiet); font-size: .82rem; font-weight: 400}
ul.effects {margin: .3rem 0 0; padding-left: 1.1rem; font-size: .88rem; line-height: 1.5}
table.events tr.current td {background: var(--faint)}
table.events td.who {min-width: 6.5rem}
.limits {display: grid; grid-template-columns: 2fr 3fr; gap: 2.2rem; margin-top: .3rem}
.limits h2 {font-size: .98rem; padding: 0; margin: 0 0 .3rem; font-weight: 650; letter-spacing: 0}
h2.headline {padding: 0; letter-spacing: 0}
.limits ul {margin: 0; padding-left: 1.05rem; font-size: .92rem; line-height: 1.5}
.limits li {margin-bottom: .3rem}
figure.model {margin: .4rem 0 .6rem}
img.tall-only {display: none}
figure.model img {max-width: 100%; height: auto}
table.grounds td.bar {min-width: 5rem; width: 40%} table.scales td.scale {min-width: 10rem; width: 60%}
table.grounds td.bar span, table.scales td.scale span {display: block; height: .7rem; border-radius: 2px;
  background: var(--a); margin-top: .28rem}
table.grounds td.bar span.inferred {opacity: .6} table.grounds td.bar span.assumed {opacity: .3}
dl.glossary {columns: 2; column-gap: 2.2rem; margin: .2rem 0 0 !important; padding: 0; font-size: .9rem;
  line-height: 1.45}
dl.glossary div {break-inside: avoid; padding-bottom: .6rem}
dl.glossary dt {font-weight: 650} dl.glossary dd {margin: 0 !important; padding: 0}
dl.glossary .cause {color: var(--quiet); font-size: .82rem}
[class*="st-key-paper-"] {background: #fff; overflow-x: auto}
[data-variant="segmented_control"][data-selected="true"] p, [data-variant="pills"][data-selected="true"] p {
  color: var(--ink); font-weight: 600}
[role="tab"][aria-selected="true"] p {color: var(--link)}
@media (max-width: 640px) {
  .sentence {font-size: 1.15rem}
  [data-testid="stMainBlockContainer"] {padding-left: 1rem; padding-right: 1rem}
  .card .pair {gap: .8rem}
  table.plain td.wide {min-width: 9rem}
  .realms .realm b {min-width: 100%}
  .limits {grid-template-columns: 1fr; gap: 1rem} dl.glossary {columns: 1}
  img.wide-only {display: none} img.tall-only {display: block}
}
"""


def style(theme: Theme) -> str:
    """Return the style sheet of a theme as HTML.

    Parameters
    ----------
    theme
        Colours of the charts; the page uses the same.
    """
    names = {
        "a": theme.series["A"],
        "b": theme.series["B"],
        "c": colour_of("C", theme),
        "d": colour_of("D", theme),
        "ink": theme.ink,
        "quiet": theme.quiet,
        "rule": theme.rule,
        "faint": theme.faint,
        "paper": theme.background,
        "link": theme.series["A"],
        "violet": violet(theme),
        **{f"{side.lower()}-text": DARKER.get(c, c) for side in "BCD" for c in [colour_of(side, theme)]},
    }
    variables = "; ".join(f"--{name}: {value}" for name, value in names.items())
    return f"<style>:root {{{variables}}}\n{_RULES}</style>"


def violet(theme: Theme) -> str:
    """Return the colour of belief, on the one page that keeps it apart from truth and decision.

    Parameters
    ----------
    theme
        Colours of the charts.
    """
    return VIOLET[int(theme.background[1:3], 16) < 128]
