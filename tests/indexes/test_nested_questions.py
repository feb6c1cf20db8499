"""Questions whose event hangs on another event, in the wordings of people."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.every import every
from tests.sampling import one_of_each
from trikal.indexes.rules import read_question
from trikal.indexes.temporal import Anchored, TemporalQuery

_WORDINGS: dict[str, list[str]] = {
    kind: table["wordings"] for kind, table in tomllib.loads(
        Path(__file__).with_name("nested_en.toml").read_text(encoding="utf-8")).items()}
_QUOTED = {"A": "“the booster is safe now”", "B": '"our cabin pressure holds steady"'}
_LOOSE = {"A": "our cabin pressure holds steady", "B": "the booster is safe now"}
_TOLD = {"A": "the crew reported a loud bang", "B": "the camera showed clouds"}
_PHRASES = {"T": "fuel cell", "P": "main bus", "R": "star tracker"}


def _filled() -> list[Any]:
    """Every wording with its events quoted, loose and told, other phrases in quotes and without."""
    cases = []
    for kind, wordings in _WORDINGS.items():
        for wording in wordings:
            for name, events in (("quoted", _QUOTED), ("loose", _LOOSE), ("told", _TOLD)):
                for quote in ("'{}'", "{}"):
                    # "From … to …" is a way wherever nothing says that it is a time.
                    blanks = {key: quote.format(each) for key, each in _PHRASES.items()}
                    for key, event in events.items():
                        noun = (event if name == "quoted" else f'"{event}"' if name == "loose"
                                else f"the moment when {event}")
                        blanks |= {key: event, f"{key}N": noun,
                                   f"{key}S": event[0].upper() + event[1:]}
                    question = wording.format(**blanks)
                    cases.append((wording, kind, question[0].upper() + question[1:], events))
    return one_of_each(cases, of=lambda case: case[0])


@every(("wording", "kind", "question", "events"), _filled(), of=lambda _, kind, *__: kind)
def test_an_event_hangs_on_the_event_that_is_named_with_it(
    wording: str, kind: str, question: str, events: dict[str, str]
) -> None:
    filled = {key: _plain(each) for key, each in {**events, **_PHRASES}.items()}
    assert _shape(read_question(question).query) in _wanted(kind, filled)


def _wanted(kind: str, filled: dict[str, str]) -> set[str]:
    a, b, p, r, t = (filled[key] for key in "ABPRT")
    return {
        "right after the first P after A": {f"right after [1 {p} after [{a}]]"},
        "right before the last P before A": {f"right before [-1 {p} before [{a}]]"},
        "the first P between A and B": {
            f"1 {p} between [{a} {b}]", f"1 {p} after [{a}] before [{b}]"},
        "T after the second P": {f"{t} after [2 {p}]"},
        # The first of all that lies after something is the first of what lies right after it.
        "the first P after the last R before A": {
            f"1 {p} {side} [-1 {r} before [{a}]]" for side in ("after", "right after")},
    }[kind]


def _shape(query: TemporalQuery) -> str:
    """Write down what hangs on what, with numbers, and nothing else."""
    hung = (f"{each.relation} [{' '.join(_shape(event) for event in each.events)}]"
            for each in query.constraints if isinstance(each, Anchored))
    number = "" if query.ordinal is None else str(query.ordinal)
    return " ".join(filter(None, (number, _plain(query.target), *hung)))


def _plain(text: str) -> str:
    return text.strip("“”\"' .").casefold().removeprefix("the ")


@pytest.mark.parametrize("question", [
    "What happens after the second man before the goal?",
    "What does the man do after the last bus?", "What does she do before the last bus?",
    "Where is the first lady before the dinner?",
])
def test_a_number_that_counts_the_other_way_or_alone_may_be_part_of_a_name(question: str) -> None:
    query = read_question(question).query
    assert all(part.ordinal is None for part in query.parts())


@pytest.mark.parametrize(("question", "event"), [
    ("What was said before We're going to vent the tunnel?", "We're going to vent the tunnel"),
    ("What was said after we’ll see the moon?", "we’ll see the moon"),
    ("What was said right after they'd closed it?", "they'd closed it"),
])
def test_no_word_of_an_event_is_cut_at_its_apostrophe(question: str, event: str) -> None:
    (constraint,) = read_question(question).query.constraints
    assert isinstance(constraint, Anchored)
    assert constraint.anchor.target == event
