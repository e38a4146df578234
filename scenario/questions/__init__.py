"""The questions that analysts ask, each answered with a table, a figure and a sentence.

    drivers     what drives it?                    (tornado, Sobol', Morris, Shapley, PAWN)
    boxes       when does it happen?               (scenario discovery)
    tipping     what would have to be true?        (where B stops beating A)
    policies    which policy holds up?             (regret, satisficing, Pareto front)
    worth       what is it worth to know?          (perfect and sample information)
    chance      how much is chance, how much ignorance?
    enough      how many runs are enough?

What runs lives in `experiment`, what reads tables in `analysis`; here the two meet and become an `Answer`.
"""
