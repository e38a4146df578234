"""What runs: a scenario becomes tables, tables become trajectories.

tables        scenario -> sampled numbers per experiment, calendars, the order rule
rules         the decisions, as pure functions
reference/    the model in SimPy: the readable one, the definition
trajectory    the event log of a run
twins         a run beside itself without measures, and without words
"""
