# %% [markdown]
# # What would have to be true
# Where does a staged joint announcement bring measures forward? Over two numbers that nobody knows for certain.

# %%
from scenario.charts.export import export
from scenario.questions.tipping import tip

CASE = "iran-russia-missiles-2024"
N = 300  # pairs of runs in each cell
RANGES = {"response.consult.median": (1, 40), "forums.eu-council.p_veto": (0.0, 0.8)}

# %%
answer = tip(
    CASE,
    a="base",
    b="staged-joint",
    outcome="first_adopted_day",
    better="lower",
    ranges=RANGES,
    levels=7,
    n=N,
)
print(*answer.sentences, sep="\n")

# %%
export(answer.figures[0], "gallery", formats=("png",))
