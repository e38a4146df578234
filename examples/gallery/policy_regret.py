# %% [markdown]
# # Which policy holds up
# Five policies over the same worlds: how far each stays behind the best one of that world, its regret.

# %%
from scenario.charts.export import export
from scenario.experiment.sweep import run_sweep
from scenario.experiment.sweep_view import view_of_run
from scenario.questions.policies import holds_up
from scenario.spec.sweep import load_sweep

N = 60  # runs of every policy in every world

# %%
asked, _ = load_sweep("alone-or-together")  # five policies in 300 worlds
view = view_of_run(*run_sweep(asked.model_copy(update={"replications": N})))

# %%
answer = holds_up(view, "justified", better="higher")
print(*answer.sentences, sep="\n")
export(answer.figures[0], "gallery", formats=("png",))
