# %% [markdown]
# # First comparison
# Does a staged joint announcement bring the official attribution forward, and how often does none come at all?

# %%
import scenario
from scenario.charts.export import export
from scenario.report.figures import figures_of

CASE = "iran-russia-missiles-2024"
N = 2000  # runs of each variant

# %%
base = scenario.load(CASE)
joint = scenario.load(CASE, variant="staged-joint")
result = scenario.compare(base, joint, N, seed=0)

# %%
export(figures_of(result)[0], "gallery", formats=("png",))
