"""What is verification worth before acting? One more report of each channel, and waiting two weeks or six."""

from __future__ import annotations

from study import swept, write_page

from scenario.questions.tipping import tip
from scenario.questions.worth import worth_knowing, worth_of_signals

CASE = "iran-russia-missiles-2024"
WEIGHTS = {"justified": 1.0, "false_alarm": -4.0, "premature": -2.0}
ACTIONS = {"respond": "base", "words only": "words-only", "proof first": "proof-first"}
INTRO = """
The decision: respond with measures as declared, with words only, or ask for proof first. The objective, which the
reader should change: a justified measure counts 1, a false alarm -4, a premature measure -2. What a signal is worth
depends on these weights as much as on the model.
"""


def main() -> None:
    """Run the questions and write the page."""
    write_page(
        "verification",
        "What verification is worth before acting",
        INTRO,
        [
            worth_of_signals(CASE, actions=ACTIONS, weights=WEIGHTS, days=[14, 42], n=8000),
            worth_knowing(swept("verification"), WEIGHTS),
            tip(
                CASE,
                a="words-only",
                b="base",
                outcome="false_alarm",
                better="lower",
                ranges={"act.p_true": (0.05, 0.95)},
                n=2000,
            ),
        ],
    )


if __name__ == "__main__":
    main()
