# %% [markdown]
# # A lever sweep
# How long Washington waits for its partners, against the share of runs in which senders act on one day.

# %%
from pathlib import Path

from matplotlib.figure import Figure

from scenario.experiment.sweep import run_sweep
from scenario.experiment.sweep_view import view_of_run
from scenario.spec.sweep import sweep_of

N = 1000  # runs of every setting
LEVER = "senders.us.patience_days"

# %%
asked = {"name": "waiting", "title": "How long Washington waits", "scenario": "iran-russia-missiles-2024"}
asked |= {"replications": N, "design": {"kind": "full-factorial"}, "outcomes": ["joint_adoption"]}
view = view_of_run(*run_sweep(sweep_of(asked | {"factors": {LEVER: {"range": [0, 60], "levels": 13}}})))

# %%
share = 100 * view.means("joint_adoption")
error = 1.96 * (share * (100 - share) / N) ** 0.5  # settings share their luck: neighbours move together
figure = Figure(figsize=(6.5, 3), layout="constrained")
axes = figure.subplots()
axes.errorbar(view.points()[LEVER], share, yerr=error, fmt="o-", color="#0072B2", capsize=2)
axes.spines[["top", "right"]].set_visible(False)
axes.set(xlabel="days that Washington waits", ylabel="of 100 runs", ylim=(0, None))
axes.set_title(
    f"Senders adopt on one day (base case, n = {N:,} each, 95 % intervals)", loc="left", fontsize=10
)
Path("gallery").mkdir(exist_ok=True)
figure.savefig("gallery/lever-sweep.png", dpi=300)
