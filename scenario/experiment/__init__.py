"""What is run, how often, and what is kept.

run         outer points x replications, in chunks, on one or more processes
compare     two variants under the same luck
summary     outcomes, implied rates, shares of variance of one result
narrative   one run in words
store       results as files with a manifest
"""
