"""Numbers from tables: what a table of runs says, with its uncertainty. Never imports an engine.

    clusters     means and ratios with intervals that respect the outer points
    quantities   estimate, interval, quantiles and never-share of one outcome or of a whole table
    paired       the difference between two variants, run by run, of one outcome or of all; its quantile dots
    incidence    cumulative incidence with competing events
    variance     shares of parameters, hidden fact and luck
    timing       who acts when
    flows        the flow against its twins
    conditions   conditions on runs, written as data
    rates        implied rates beside historical ones
    words        likelihood words with their ranges
    sentence     the first sentence of a comparison
    streaming    any number of runs as counts and exact sums (bins, moments, counted, pair_tally)
    factors      the columns of a design, and the checks that sensitivity measures share
    sobol, morris, shapley, given_data   what drives an outcome (given_data: PAWN)
    first_order, screening   which number to learn first;  conditional_mean   regressions of given data
    worlds, prim, cart, discovery, discovery_words   when an outcome is frequent: boxes
    tipping, crossings       where B stops beating A
    robustness, world_metrics, pareto   which policy holds up
    decision, value_of_information, noisy_maximum   what it is worth to know
    precision, stopping, needed      how many runs are enough

NaN in an estimate, an interval or a share means "cannot be told"; in a time column it means "never
within the horizon". Pictures live in `charts`, files in `experiment`.
"""
