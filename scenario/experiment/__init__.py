"""What is run, how often, and what is kept.

run         outer points x replications, in chunks, with either engine
chunk       what an engine is asked for and gives back
threads     the compiled engine on threads, and what a lever touches
processes   the reference engine on processes
pending     work given out to either, taken as it ends
sweep       many points: plan (with design and factors), sweep_chunk, sweep_store, cluster; sweep_view reads
chunk_file  one file of a sweep, of a table in few types (plain), on a disk that may fail (durable)
exchange    the same for users of EMA Workbench and SALib
stream      any number of runs, counted and not kept (with stream_summary)
compare     two variants under the same luck
summary     outcomes, implied rates, shares of variance of one result
narrative   one run in words
store       results as files with a manifest
"""
