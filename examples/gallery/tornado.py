# %% [markdown]
# # What drives it
# Every uncertain number from its 5 % to its 95 % point, one at a time; grey is what cannot be told from noise.

# %%
from scenario.charts.export import export
from scenario.questions.drivers import tornado

CASE = "iran-russia-missiles-2024"
N = 300  # runs of each end of each bar

# %%
answer = tornado(CASE, outcome="first_adopted_day", n=N)
print(*answer.sentences, sep="\n")

# %%
export(answer.figures[0], "gallery", formats=("png",))
