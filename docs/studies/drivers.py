"""What drives the time to coordinated sanctions? One number at a time, then a dozen together."""

from __future__ import annotations

from study import swept, write_page

from scenario.questions.boxes import when
from scenario.questions.chance import shares
from scenario.questions.drivers import sensitivity, tornado

CASE = "iran-russia-missiles-2024"
INTRO = """
The question is asked three ways: each uncertain number moved alone; a dozen numbers moved together (a Latin hypercube
of 1,024 points with 40 runs each); and Sobol' indices of the five that matter most. Times that never come count with
the horizon.
"""


def main() -> None:
    """Run the sweeps and write the page."""
    together, sobol = swept("drivers"), swept("drivers-sobol")
    write_page(
        "drivers",
        "What drives the time to coordinated sanctions",
        INTRO,
        [
            tornado(CASE, outcome="first_adopted_day", n=1000),
            sensitivity(together, "first_adopted_day", method="shapley"),
            sensitivity(sobol, "first_adopted_day"),
            when(together, "joint_adoption", event="senders adopt on one day"),
            shares(CASE, learn="first_adopted_day", n=8000, workers=2),
        ],
    )


if __name__ == "__main__":
    main()
