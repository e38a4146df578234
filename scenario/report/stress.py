"""The STRESS-DES checklist, filled with what the program knows; what only people can state is marked.

Monks, Currie, Onggo, Robinson, Kunc and Taylor (2019), Strengthening the reporting of empirical simulation studies:
introducing the STRESS guidelines, Journal of Simulation 13(1), 55-67: items 1.1 to 6.1 for discrete-event simulation.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from scenario import __version__
from scenario.charts.wording import date_text, joined
from scenario.experiment.store import PACKAGES
from scenario.report.blocks import OPEN, Briefing, Paragraph, Section, Table
from scenario.report.findings import CONSEQUENCES, EVENTS, band_outcomes

if TYPE_CHECKING:
    from scenario.report.briefing import Writer

Row = tuple[str, str, str]

HEAD = ("Item", "what is asked", "answer")


def checklist(writer: Writer) -> Briefing:
    """Return the checklist of a study.

    Parameters
    ----------
    writer
        Of the briefing of the same study.
    """
    parts = {
        "1 Objectives": _objectives(writer),
        "2 Logic": _logic(writer),
        "3 Data": _data(writer),
        "4 Experimentation": _experimentation(writer),
        "5 Implementation": _implementation(writer),
        "6 Code access": _access(),
    }
    how = (
        "Filled from the scenario, the settings and the program. Cells that begin with “"
        f"{OPEN.strip()}” are open: only the people who make and use the study can state them."
    )
    source = (
        "Items after Monks, Currie, Onggo, Robinson, Kunc and Taylor (2019), Strengthening the reporting of empirical "
        "simulation studies: introducing the STRESS guidelines, Journal of Simulation 13(1)."
    )
    sections = [Section("How to read this", (Paragraph(how), Paragraph(source, is_quiet=True)))]
    sections += [Section(title, (Table("", HEAD, rows, wide=(1, 2)),)) for title, rows in parts.items()]
    n_open = sum(row[2].startswith(OPEN) for rows in parts.values() for row in rows)
    n_items = sum(len(rows) for rows in parts.values())
    return Briefing(
        kind="Checklist",
        title="STRESS-DES checklist",
        subtitle=writer.spec.title,
        facts=(
            ("Items", f"{n_items}, of which {n_open} are for people to state"),
            ("Runs", f"{writer.sides.n:,} of each variant; seed {writer.sides.seed}"),
            ("Model", f"sanctions-scenario {__version__}"),
        ),
        sections=tuple(sections),
    )


def _objectives(writer: Writer) -> tuple[Row, ...]:
    """Return section 1."""
    declared = writer.sides.results["A"].declared
    told = [event.noun for event in EVENTS] + [
        declared[name].meaning for name in (*CONSEQUENCES, *band_outcomes(writer.sides)) if name in declared
    ]
    names = joined([f"“{name}”" for key, name in writer.sides.names.items() if key != "A"])
    return (
        ("1.1", "Purpose of the model", writer.spec.question),
        ("1.1", "Who it is for, and what is decided with it", f"{OPEN}readers, decision, and why a model."),
        (
            "1.2",
            "Model outputs",
            f"{len(declared)} outcomes per run (tables/outcomes.csv, bands.csv); reported: {'; '.join(told)}.",
        ),
        (
            "1.3",
            "Aims of experimentation",
            f"To compare {names} with the baseline “{writer.sides.names['A']}” run by run under the same luck, and to "
            "see which numbers the difference depends on.",
        ),
    )


def _logic(writer: Writer) -> tuple[Row, ...]:
    """Return section 2."""
    n_changes = {key: len(comparison.changed) for key, comparison in writer.sides.comparisons.items()}
    variants = "; ".join(
        f"{key}, “{writer.sides.names[key]}”: {count} assumptions differ" for key, count in n_changes.items()
    )
    return (
        ("2.1", "Overview diagram", "docs/model.md, section 3: process overview and scheduling."),
        (
            "2.2",
            "Logic of the base model",
            "docs/model.md, section 7: every mechanism with its equation, its parameters and what it leaves out, from "
            "reports over belief, attribution and response to measures, pressure and the target’s answer.",
        ),
        (
            "2.3",
            "Logic of the scenarios",
            f"{variants}; tables/changes.csv lists each with its value in both.",
        ),
        (
            "2.4",
            "Algorithms",
            "Next-event scheduling with a declared order of simultaneous events; bars on beliefs for senders, random "
            "utility for the target (docs/model.md). Two engines, a readable and a compiled one, give the same rows.",
        ),
        *_components(writer),
    )


def _components(writer: Writer) -> tuple[Row, ...]:
    """Return items 2.5.1 to 2.5.5."""
    spec = writer.spec
    senders = joined([one.title for one in spec.senders.values()])
    return (
        (
            "2.5.1",
            "Entities",
            f"One allegation about {spec.act.title}; {len(spec.channels)} channels of reports in {len(spec.groups)} "
            f"origin groups; senders {senders}; {len(spec.forums)} forums; the target {spec.target.title}.",
        ),
        (
            "2.5.2",
            "Activities",
            "Reports, warnings, findings, attribution, consultation, waiting for partners, adoption, entry into force, "
            "reviews of the target, talks, retaliation, batches and their replacement.",
        ),
        ("2.5.3", "Resources", f"{len(spec.measures)} kinds of measures; the contract and stock of the act."),
        (
            "2.5.4",
            "Queues",
            "Drafting, consultation and the calendars of forums hold adoption back; no queue competes.",
        ),
        (
            "2.5.5",
            "Entry and exit points",
            "A run starts at the as-of date with what is known then and ends at the horizon; flows can end earlier.",
        ),
    )


def _data(writer: Writer) -> tuple[Row, ...]:
    """Return section 3."""
    ledger, known = writer.sides.scenarios["A"].ledger, writer.registers["A"].assumptions
    if ledger is None:
        documents, steps = "No evidence ledger: numbers give their reasons in the scenario file.", "None."
    else:
        documents = "; ".join(
            f"{name}: {one.file}, {one.kind}, graded {one.grade}" for name, one in ledger.documents.items()
        )
        steps = (
            f"{len(ledger.items)} items are read from the documents; each moves a prior on its own scale, discounted "
            "within its origin group (scenario derive)."
        )
    counts = {
        status: sum(one.status == status for one in known.values())
        for status in ("stated", "inferred", "assumed")
    }
    shares = ", ".join(f"{count} {status}" for status, count in counts.items())
    return (
        (
            "3.1",
            "Data sources",
            f"{documents} Historical rates and episodes: the tables that ship with the program.",
        ),
        (
            "3.1",
            "How the documents were chosen, and access to them",
            f"{OPEN}selection, date of reading, access.",
        ),
        ("3.2", "Pre-processing", steps),
        (
            "3.3",
            "Input parameters",
            f"{len(known)} numbers with unit, distribution and source: tables/assumptions.csv.",
        ),
        ("3.4", "Assumptions", f"{shares} numbers, each with its reason; the limits stand in the briefing."),
        ("3.4", "Who judged the assumed numbers", f"{OPEN}names, expertise, how they were asked, interests."),
    )


def _experimentation(writer: Writer) -> tuple[Row, ...]:
    """Return section 4."""
    settings, context = writer.sides.results["A"].settings, writer.sides.context()
    return (
        (
            "4.1",
            "Initialisation",
            f"Terminating simulation, no warm-up: a run starts on {date_text(context.as_of, 0)} with the state that "
            "the scenario declares.",
        ),
        ("4.2", "Run length", f"{context.days}: {context.period}; continuous time in days."),
        (
            "4.3",
            "Estimation",
            f"{writer.sides.n:,} runs of each variant: {settings.outer:,} draws of the uncertain numbers with "
            f"{settings.inner} replications each; common random numbers; 95 % intervals clustered by draw (Wilson for "
            "shares, Student otherwise, bootstrap where few pairs differ).",
        ),
        (
            "4.3",
            "Failed runs",
            f"{writer.sides.n_failed} failed; failed runs are left out under every variant.",
        ),
    )


def _implementation(writer: Writer) -> tuple[Row, ...]:
    """Return section 5."""
    versions = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    streams = "Philox4x32-10, counter-based; every decision has a named stream, so no draw moves another"
    return (
        ("5.1", "Software", f"sanctions-scenario {__version__}; Python 3.11 or newer; {versions}."),
        ("5.2", "Random sampling", f"{streams}; root seed {writer.sides.seed}; inverse distributions."),
        (
            "5.3",
            "Model execution",
            "Event after event; runs spread over threads, the rows do not depend on their number. Twins of every run, "
            "with words only and in silence, under the same luck.",
        ),
        ("5.3", "Time that it took", f"{OPEN}it differs between machines and is not part of the files."),
        ("5.4", "System specification", f"{OPEN}processor, memory, operating system."),
    )


def _access() -> tuple[Row, ...]:
    """Return section 6."""
    return (
        (
            "6.1",
            "Sharing of the model",
            "The program is under the MIT licence (see CITATION.cff for how to cite it); the scenarios and their "
            "evidence lie in the folder scenarios, and manifest.json holds the command that makes all files again.",
        ),
        ("6.1", "Where this study is kept, and who answers for it", f"{OPEN}address, contact, conditions."),
    )
