"""The app: what an analyst sees. Streamlit is imported here and nowhere else.

    shell          the frame of every page: bar, navigation, error boundary, footer
    bar, levers    the scenario bar: case, A, B, levers, focus, evidence, share
    links          what a link may hold; names what is ignored
    selection      choices -> scenarios A and B
    uploads        a scenario file of the user's own
    engine         made ready in the background; threads for every run
    results        runs of A and B, kept in a bounded store
    jobs           the long run, in a thread that can be cancelled
    figures        comparison -> figure descriptions (`charts`), which also give titles and texts
    vega           figure description -> picture on the screen
    cards, look    words and numbers as HTML; colours and spacing
    compare_page, details, run_page, assumptions_page, evidence_page, downloads   the pages

No statistics here: numbers come from `analysis`, figures from `charts`.
"""
