"""What runs: a scenario becomes tables, tables become trajectories.

tables        scenario -> sampled numbers per experiment, calendars, the order rule
rules         the decisions, as pure functions
reference/    the model in SimPy: the readable one, the definition
compiled/     the same event logs, to the last bit, as machine code
preparation   whether the compiled engine lies ready
faults        what can go wrong in a run, in words
trajectory    the event log of a run
twins         a run beside itself without measures, and without words
"""
