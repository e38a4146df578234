"""Act early and alone, or late and together? Five policies over 300 worlds, and where one overtakes the other."""

from __future__ import annotations

from study import swept, write_page

from scenario.questions.enough import enough
from scenario.questions.policies import holds_up
from scenario.questions.tipping import tip

CASE = "iran-russia-missiles-2024"
ALONE, TOGETHER = "washington-alone", "staged-joint"
INTRO = """
A is Washington alone, B a staged joint announcement. Over 300 worlds five ways of responding are compared under equal
luck: by measures that turn out justified, and on the front of speed, false alarms, misses, cost and cohesion. Then two
numbers are moved to see where acting together overtakes acting alone.
"""


def main() -> None:
    """Run the sweep and write the page."""
    view = swept("alone-or-together")
    front = dict.fromkeys(("first_adopted_day", "false_alarm", "missed", "cost_senders"), "lower")
    front |= {"joint_adoption": "higher"}
    ranges = {"act.p_true": (0.1, 0.95), "forums.eu-council.p_veto": (0.0, 0.8)}
    write_page(
        "alone_or_together",
        "Act early and alone, or late and together",
        INTRO,
        [
            holds_up(view, "justified", better="higher", objectives=front),
            holds_up(view, "false_alarm", better="lower"),
            tip(CASE, a=ALONE, b=TOGETHER, outcome="justified", ranges=ranges, levels=7, n=600),
            enough(CASE, outcome="justified", half_width=0.01, a=ALONE, b=TOGETHER),
        ],
    )


if __name__ == "__main__":
    main()
