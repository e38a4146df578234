"""The pages of the documents that nobody writes by hand. `python -m docs.generator` writes them.

    pages       every generated page: where it goes, and what makes it
    fields      keys of scenario files, ledgers and sweep files, from the schema
    outcomes    what a run reports, from its declaration
    commands    the command line, from the commands themselves
    errors      codes of problems, from the places that raise them
    functions   public functions and classes: the list that mkdocstrings fills from the docstrings
    decisions   the list of decision records
    gallery     the scripts of examples/gallery with their pictures
    markdown    tables and headings

A test compares the committed pages with what is made here.
"""
