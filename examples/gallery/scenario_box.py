# %% [markdown]
# # When does it happen
# Announcing together: in which worlds do senders really act on one day? Few conditions, found by PRIM or CART.

# %%
from scenario.charts.export import export
from scenario.experiment.sweep import run_sweep
from scenario.experiment.sweep_view import view_of_run
from scenario.questions.boxes import when
from scenario.spec.sweep import load_sweep, sweep_of

N = 60  # runs of every point

# %%
shipped, _ = load_sweep("smoke")  # its five factors, laid over 400 points
asked = {
    "name": "together",
    "title": "Acting on one day",
    "scenario": shipped.scenario,
    "variant": "staged-joint",
}
asked |= {"factors": {path: one.model_dump(exclude_none=True) for path, one in shipped.factors.items()}}
asked |= {"design": {"kind": "latin-hypercube", "points": 400}, "luck": "own", "replications": N}
view = view_of_run(*run_sweep(sweep_of(asked | {"outcomes": ["joint_adoption"]})))

# %%
answer = when(view, "joint_adoption", event="senders adopt on one day")
print(*answer.sentences, sep="\n")
export(answer.figures[0], "gallery", formats=("png",))
