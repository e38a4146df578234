"""The written briefing of a study: question, assumptions, findings, drivers, limits, sources, how to reproduce."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from scenario import __version__
from scenario.charts.wording import date_text, joined, number
from scenario.report.blocks import Block, Briefing, Bullets, Command, Paragraph, Picture, Section, Table
from scenario.report.findings import (
    bands_table,
    differences_table,
    events_table,
    first_sentences,
    flow_sentence,
    never_sentence,
)
from scenario.report.register import Assumption, Register, changes_of

if TYPE_CHECKING:
    from scenario.report.study import Study
    from scenario.spec.ledger import Ledger

DISCLAIMER = (
    "Model output under stated assumptions. Not a forecast of what any state will do, not an intelligence "
    "assessment, not legal advice."
)

WORDS = (
    "Words of likelihood follow ICD 203 and carry their range in brackets. They say how often something happens in the "
    "model given its assumptions; they are not the probability of the event in the world."
)

LIMITS = (
    "The probability that the allegation is true is an analyst’s number, not an intelligence assessment.",
    "Whether an action was justified, premature or a false alarm is known in the simulation only.",
    "Flow averted is a difference inside the model, not an effect measured in the world.",
    "Identified, weakly, by history: the share attributed, the lags to attribution and to measures, joint action. "
    "Bars, access, echo, patience, bite, saturation, utilities, relief, substitution and cost are judgement.",
    "Intervals are simulation error: they shrink with more runs and say nothing about wrong assumptions.",
    "Governments act on bars and readiness, the target on the present alone; nobody learns how the others decide.",
    "Drivers were looked for one number at a time; what shows only when several move together is not seen.",
)

N_ASSUMED = 12
"""Assumed numbers that are listed; all of them stand in the file of assumptions."""

N_CHANGES = 40
"""Changed assumptions that are listed per variant; all of them stand in the file of changes."""


class Writer:
    """Writes the briefing of one study.

    Parameters
    ----------
    study
        Its runs and figures.
    """

    def __init__(self, study: Study) -> None:
        self.study, self.sides = study, study.sides
        self.spec = study.sides.scenarios["A"].spec

    @cached_property
    def registers(self) -> dict[str, Register]:
        """Return the assumptions of every variant."""
        return {key: Register(scenario) for key, scenario in self.sides.scenarios.items()}

    def briefing(self) -> Briefing:
        """Return the whole."""
        sides, context = self.sides, self.sides.context()
        others = joined([f"“{name}”" for key, name in sides.names.items() if key != "A"])
        return Briefing(
            title=self.spec.title,
            subtitle=f"{others} against “{sides.names['A']}”",
            facts=(
                ("As of", date_text(context.as_of, 0)),
                ("Period", f"{context.period} ({context.days})"),
                ("Runs", f"{sides.n:,} of each variant, under the same luck; seed {sides.seed}"),
                ("Model", f"sanctions-scenario {__version__}"),
            ),
            sections=(
                self._short(),
                self._question(),
                self._changed(),
                self._found(),
                self._drivers(),
                self._assumed(),
                self._limits(),
                self._sources(),
                self._again(),
            ),
        )

    def _short(self) -> Section:
        """Return the findings in a few sentences."""
        flows = [flow_sentence(self.sides, key) for key in self.sides.comparisons if self.sides.has_twins]
        sentences = [
            *first_sentences(self.sides),
            never_sentence(self.sides),
            *flows,
            self._driver_sentence(),
        ]
        return Section(
            "In short", (Bullets(tuple(sentences)), Paragraph(f"{WORDS} {DISCLAIMER}", is_quiet=True))
        )

    def _question(self) -> Section:
        """Return the question and how it is put to the model."""
        told = []
        for key, name in self.sides.names.items():
            variant = self.spec.variants.get(self.sides.scenarios[key].variant)
            why = f" {variant.why}" if variant is not None else ""
            role = "the baseline" if key == "A" else "compared with A"
            told.append(f"{key}, “{name}”, {role}.{why}")
        how = (
            "Every variant is run on the same draws of the uncertain numbers, with the same hidden fact and the same "
            "luck, so that a difference between two runs is due to what was changed and to nothing else."
        )
        return Section("The question", (Paragraph(self.spec.question), Bullets(tuple(told)), Paragraph(how)))

    def _changed(self) -> Section:
        """Return what each variant changes."""
        blocks: list[Block] = []
        for key in self.sides.comparisons:
            rows = changes_of(self.registers["A"], self.registers[key])
            if not rows:
                blocks.append(Paragraph(f"{key} and A are the same scenario: no difference by design."))
                continue
            # A variant has one reason for all it sets; an edit has its own.
            is_reasoned = any(row[-1] for row in rows[:N_CHANGES])
            shown = tuple(row[1:] if is_reasoned else row[1:-1] for row in rows[:N_CHANGES])
            head = ("Assumption", "A", key, "unit", *(["reason"] if is_reasoned else []))
            more = (
                f" {len(rows) - N_CHANGES} more stand in tables/changes.csv." if len(rows) > N_CHANGES else ""
            )
            caption = f"Everything in which {key}, “{self.sides.names[key]}”, differs from A.{more}"
            blocks.append(Table(caption, head, shown, wide=(0, 1, 2, 4)[: len(head) - 1]))
        return Section("What was changed", tuple(blocks))

    def _found(self) -> Section:
        """Return tables and figures of the findings."""
        names = [name for name in self.study.figures if name != "drivers"]
        pictures = [Picture(figure) for name in names for figure in self.study.figures[name]]
        tables = [differences_table(self.sides, key) for key in self.sides.comparisons]
        failed = self.sides.n_failed
        note = [Paragraph(f"{failed:,} runs failed and are left out under every variant.")] if failed else []
        tables.append(bands_table(self.sides))
        return Section("What the runs say", (events_table(self.sides), *note, *pictures, *tables))

    def _drivers(self) -> Section:
        """Return what moves the result."""
        drivers, pictures = self.study.drivers, self.study.figures.get("drivers", [])
        n_tried, runs = len(drivers.table), int(drivers.extra["n"])
        how = (
            f"{n_tried} numbers were moved one at a time, from the 5 to the 95 % point of their distribution, with "
            f"{runs:,} runs at each end under equal luck: those that go with it most in the {self.sides.n:,} runs, of "
            f"{drivers.extra['n_known']} that A and B leave to chance alike. One at a time leaves out what only shows "
            "when several numbers move together."
        )
        words = (Paragraph(self._driver_sentence()), Paragraph(how))
        return Section("What drives it", (*words, *map(Picture, pictures)))

    def _driver_sentence(self) -> str:
        """Return what moves the headline most, with its range, and how many numbers moved nothing."""
        drivers, table = self.study.drivers, self.study.drivers.table
        what = "the day of the first linked measure"
        about = (
            f"The difference B − A in {what}"
            if len(drivers.figures[0].context.names) > 1
            else what.capitalize()
        )
        n_noise, runs = int(table["is_noise"].sum()), f"{int(drivers.extra['n']):,} runs"
        if n_noise == len(table):
            return f"{about}: none of the {len(table)} numbers tried moves it beyond the noise of {runs}."
        top = table[~table["is_noise"]].iloc[0]
        low, high = (
            number(top[end], sign=len(drivers.figures[0].context.names) > 1) for end in ("at_low", "at_high")
        )
        ends = f"from {number(top['low_value'])} to {number(top['high_value'])}"
        return (
            f"{about} depends most on “{top['factor']}”: it goes from {low} to {high} days as that goes {ends} (its 5 "
            f"and 95 % points); {n_noise} of the {len(table)} numbers tried are within the noise of {runs}."
        )

    def _assumed(self) -> Section:
        """Return how many numbers rest on what, and the assumed ones that matter most."""
        known = self.registers["B"].assumptions
        counts = Counter(found.status for found in known.values())
        shares = [
            f"{counts[status]} {status}" for status in ("stated", "inferred", "assumed") if counts[status]
        ]
        text = (
            f"B holds {len(known)} numbers: {joined(shares)}. Stated: read in a document. Inferred: derived from "
            "evidence or history. Assumed: judgement of this project, with its reason. All of them stand in "
            "tables/assumptions.csv."
        )
        rows = tuple(
            (found.title, found.value, found.unit, found.range_text, found.status, found.source)
            for found in self._weighty(known)
        )
        caption = (
            "Numbers that are assumed and matter most here: first those of the chart above in its order, then the "
            "levers. Range: bounds of the distribution; of unbounded ones 99.8 %."
        )
        head = ("Number", "value", "unit", "range", "status", "source or reason")
        return Section("What is assumed", (Paragraph(text), Table(caption, head, rows, wide=(0, 1, 5))))

    def _weighty(self, known: dict[str, Assumption]) -> list[Assumption]:
        """Return the assumed numbers that matter most."""
        moved = [str(path) for path in self.study.drivers.table["path"]]
        levers = [lever.path for lever in self.spec.levers]
        assumed = [known[path] for path in dict.fromkeys([*moved, *levers]) if path in known]
        return [found for found in assumed if found.status == "assumed"][:N_ASSUMED]

    def _limits(self) -> Section:
        """Return what the model cannot say."""
        ledger = self.sides.scenarios["A"].ledger
        absent = (
            [f"The documents do not say: {'; '.join(ledger.absent)}."] if ledger and ledger.absent else []
        )
        return Section("Limits", (Bullets((*LIMITS, *absent)),))

    def _sources(self) -> Section:
        """Return documents and items of the ledger, in our words, with file and line."""
        ledger = self.sides.scenarios["B"].ledger
        if ledger is None:
            text = (
                "This case names no evidence ledger; every number gives its reason in tables/assumptions.csv."
            )
            return Section("Sources", (Paragraph(text),))
        note = "".join(
            f" Switched off under {key}: {', '.join(sorted(set(scenario.without)))}."
            for key, scenario in self.sides.scenarios.items()
            if scenario.without
        )
        text = (
            "What the documents say is paraphrased. Grades are Admiralty grades: the source (A to F), then the "
            f"content (1 to 6).{note} Priors rest on the historical rates and episodes that the register names."
        )
        return Section("Sources", (Paragraph(text), _documents(ledger), _items(ledger)))

    def _again(self) -> Section:
        """Return how to make the same files."""
        hashes = "; ".join(f"{key} {scenario.hash}" for key, scenario in self.sides.scenarios.items())
        return Section(
            "How to reproduce",
            (
                Paragraph(
                    "This command makes the same files, byte for byte, with the same versions of its libraries:"
                ),
                Command(self.study.request.command),
                Paragraph(
                    "manifest.json names every file with its sha256 and the versions; scenarios/ holds each variant as "
                    "a complete file that loads again, with its evidence."
                ),
                Paragraph(f"Scenario hashes: {hashes}.", is_quiet=True),
            ),
        )


def _documents(ledger: Ledger) -> Table:
    """Return the documents of a ledger."""
    rows = tuple((name, one.file, one.kind, one.grade, one.why) for name, one in ledger.documents.items())
    return Table("Documents", ("", "file", "kind", "grade", "why this grade"), rows, wide=(4,))


def _items(ledger: Ledger) -> Table:
    """Return the items of a ledger."""
    rows = tuple(
        (
            item.id,
            f"{item.document}, line {item.line}",
            item.says,
            _moves(effect.parameter for effect in item.informs),
        )
        for item in ledger.items
    )
    return Table(
        "What they say, in our words, and what it informs",
        ("", "where", "what", "informs"),
        rows,
        wide=(2, 3),
    )


def _moves(names: Iterable[str]) -> str:
    """Return what an item informs."""
    return ", ".join(dict.fromkeys(names)) or "nothing"


def briefing_of(study: Study) -> Briefing:
    """Return the written briefing of a study."""
    return Writer(study).briefing()
