"""The app: `streamlit run app.py`. Only the list of pages; what they are lives in `scenario.ui`."""


def main() -> None:
    """Draw the page that is asked for."""
    from scenario.ui.assumptions_page import assumptions_page
    from scenario.ui.compare_page import compare_page
    from scenario.ui.method_page import method_page
    from scenario.ui.report_page import report_page
    from scenario.ui.run_page import run_page
    from scenario.ui.shell import PageEntry, run_app
    from scenario.ui.why_page import why_page

    run_app(
        [
            PageEntry(title="Compare", path="", draw=compare_page),
            PageEntry(title="Why", path="why", draw=why_page),
            PageEntry(title="One run", path="one-run", draw=run_page),
            PageEntry(title="Assumptions", path="assumptions", draw=assumptions_page),
            PageEntry(title="Report", path="report", draw=report_page),
            PageEntry(title="Method", path="method", draw=method_page),
        ]
    )


# Worker processes import this file under another name and must not draw.
if __name__ == "__main__":
    main()
