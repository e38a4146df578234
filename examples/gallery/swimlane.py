# %% [markdown]
# # One run
# Who learns what, and who does what, in the run in the middle: half of all runs act earlier, half later or never.

# %%
import scenario
from scenario.charts.export import export
from scenario.report.figures import middle_run, run_figure

N = 500  # runs among which the middle one is looked for

# %%
joint = scenario.load("iran-russia-missiles-2024", variant="staged-joint")
experiment, replication = middle_run(scenario.run(joint, N, seed=0).outcomes)
print(f"e{experiment:04}-r{replication:03}")

# %%
chart = run_figure(joint, experiment=experiment, replication=replication, seed=0)
export(chart, "gallery", formats=("png",))
