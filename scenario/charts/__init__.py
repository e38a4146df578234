"""Figures for reports: tables -> description (`FigureData`) -> drawing -> files.

    data           what every figure is before drawing; where its numbers come from
    incidence      1  cumulative incidence, A and B, and per sender
    difference     2  paired difference as 20 dots
    actors         3  who acts when;  5  flow against its twins
    swimlane       4  one run from its event log
    tornado, heat, indices, boxes, policies, shares, halfwidth   the answers to questions
    rows, columns  rows with names and number axes; checks of tables
    drawing        the door to all drawings (draw_*.py draw one kind each)
    canvas, labels, style, wording   sheet, labels that do not overlap, looks, words
    export         PNG, SVG, PDF, CSV, JSON; the same bytes every time

matplotlib is imported here and nowhere else, and never pyplot. Charts on the screen are the app's.
"""
