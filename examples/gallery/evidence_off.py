# %% [markdown]
# # Evidence switched off
# Each item that speaks about the truth of the report, left out in turn: what happens to official attribution?

# %%
from pathlib import Path

from matplotlib.figure import Figure

import scenario

CASE = "iran-russia-missiles-2024"
N = 2000  # runs of each side

# %%
base = scenario.load(CASE)
about = [item for item in base.ledger.items if any(one.parameter == "verif.p_true" for one in item.informs)]
print(*(f"{item.id} {item.says}" for item in about), sep="\n")
found = {
    name: scenario.compare(base, scenario.load(CASE, without=[name]), N, twins=False).outcomes["attributed"]
    for name in (item.id for item in about)
}

# %%
figure = Figure(figsize=(6.5, 2.6), layout="constrained")
axes = figure.subplots()
for row, one in enumerate(found.values()):
    colour = "#8a8a8a" if one.noise else "#D55E00"  # grey: not distinguishable from noise
    axes.plot([100 * end for end in one.interval], [row, row], color=colour)
    axes.plot(100 * one.difference, row, "D", color=colour)
axes.spines[["top", "right", "left"]].set_visible(False)
axes.axvline(0, color="#8c8c8c", linewidth=0.8)
axes.set_yticks(range(len(found)), [f"without {name}" for name in found])
axes.set(xlabel=f"difference to the base case, of 100 runs (n = {N:,} pairs, 95 % intervals)")
axes.invert_yaxis()
axes.set_title("Official attribution when one item of evidence is left out", loc="left", fontsize=10)
Path("gallery").mkdir(exist_ok=True)
figure.savefig("gallery/evidence-off.png", dpi=300)
