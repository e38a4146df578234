"""What a link may hold, and one sentence for each part of it that is ignored. No Streamlit here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from scenario.spec.names import did_you_mean
from scenario.ui.levers import LeverState

IGNORED = frozenset({"embed", "embed_options"})
"""Parameters that belong to Streamlit."""


def complaints(
    params: Mapping[str, list[str]],
    *,
    choices: Mapping[str, Iterable[str]],
    levers: Iterable[LeverState],
    version: str,
) -> list[str]:
    """Return a sentence for everything in a link that is not taken.

    Parameters
    ----------
    params
        The link's parameters.
    choices
        Parameter -> the texts that it may hold.
    levers
        The levers of B; each path is a parameter.
    version
        Version of this model.
    """
    ranges = {lever.path: lever for lever in levers}
    known = {name: [str(text) for text in texts] for name, texts in choices.items()}
    found = []
    for name, values in params.items():
        if name in IGNORED:
            continue
        if name == "v":
            found += [_other_version(value, version) for value in values if value != version]
        elif name in known:
            found += [_not_a_choice(name, value, known[name]) for value in values if value not in known[name]]
        elif name in ranges:
            found += [text for text in (_out_of_range(ranges[name], value) for value in values) if text]
        else:
            hint = did_you_mean(name, [*known, *ranges])
            found.append(f"“{_short(name)}” is no setting of this case; {hint}.".replace("?.", "?"))
    return found


def _other_version(value: str, version: str) -> str:
    """Say that the link is from another version."""
    return f"The link was made with version {_short(value)} of the model; this is {version}, so numbers can differ."


def _not_a_choice(name: str, value: str, known: Iterable[str]) -> str:
    """Say that a value is none of the choices."""
    hint = did_you_mean(value, list(known))
    return f"“{_short(value)}” is no choice for “{name}” and was ignored; {hint}.".replace("?.", "?")


def _out_of_range(lever: LeverState, value: str) -> str | None:
    """Say that a lever's value is no number within its range."""
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if lever.low <= number <= lever.high:
        return None
    return (
        f"“{_short(value)}” for “{lever.path}” was ignored: {lever.title} must be a number "
        f"from {lever.low:g} to {lever.high:g}."
    )


def _short(text: str) -> str:
    """Cut a text to what fits a sentence."""
    return text if len(text) <= 60 else f"{text[:57]}..."


def link(base: str, params: Mapping[str, list[str]], *, version: str) -> str:
    """Return the link to what is on the screen, with the version of the model.

    Parameters
    ----------
    base
        Address of the page, without parameters.
    params
        Its parameters; values at their default are absent.
    version
        Version of this model.
    """
    kept = {name: values for name, values in params.items() if name not in IGNORED and name != "v"}
    return f"{base}?{urlencode(kept | {'v': [version]}, doseq=True)}"
