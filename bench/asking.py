"""``python -m bench asking``: what the rules read in questions in the languages of India.

The questions are the phrase books of the tests, ``tests/indexes/rules_*.toml``: in the language's
own script and in Latin letters, with what each asks. *Relation right* holds where the relation,
lengths, windows, ordinals, counts and tracks are all as the book says; *split right* where the
texts of the target and of its events are.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from trikal.indexes.rules import read_question
from trikal.indexes.temporal import Absolute, Ambiguous, Ask, Part, TemporalQuery

FOLDER = Path(__file__).parents[1] / "tests" / "indexes"
BOOKS = sorted(each.stem.removeprefix("rules_") for each in FOLDER.glob("rules_*.toml"))


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What is wrong with the reading of a question, empty where nothing is.

    Attributes:
        question: The question.
        relation: What differs in relation, lengths, windows, ordinals, counts.
        split: What differs in the texts of target and events.
    """

    question: str
    relation: str
    split: str


@cache
def book(code: str) -> Mapping[str, Any]:
    return tomllib.loads((FOLDER / f"rules_{code}.toml").read_text(encoding="utf-8"))


def checked(wanted: Mapping[str, Any]) -> Checked:
    """Compare a reading with what a phrase book says, the language told by the rules."""
    query = read_question(wanted["q"]).query
    return Checked(
        question=wanted["q"], relation=_differing(_relation(query), _wanted_relation(wanted)),
        split=_differing(_texts(query), _wanted_texts(wanted)))


def hangs(question: str) -> str:
    """Say on what a question without order was made to hang; nothing when on nothing."""
    query = read_question(question).query
    return "" if query == TemporalQuery(target=question, tracks=query.tracks) else query.words()


def _differing(read: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    return "; ".join(f"{name} {read[name]!r} is not {wanted[name]!r}" for name in wanted
                     if read[name] != wanted[name])


def _relation(query: TemporalQuery) -> dict[str, Any]:
    hung = query.anchored
    windows = [each.readings[0] if isinstance(each, Ambiguous) else each
               for each in query.constraints if isinstance(each, Absolute | Ambiguous)]
    return {
        "relation": str(hung.relation) if hung else "",
        "least": hung.at_least_ms / 1000 if hung else 0,
        "most": hung.at_most_ms / 1000 if hung and hung.at_most_ms is not None else None,
        "window": [_seconds(each) for each in windows],
        "part": [[each.start, each.end] for each in query.constraints if isinstance(each, Part)],
        "ordinal": query.ordinal, "ask": str(query.ask),
        "anchor_ordinal": hung.anchor.ordinal if hung else None,
        "anchor_ask": str(hung.anchor.ask) if hung else str(Ask.MOMENTS),
        "track": [str(each) for each in query.tracks],
    }


def _seconds(window: Absolute) -> list[float | str]:
    ends: list[float | str] = ["" if ms is None else ms / 1000
                               for ms in (window.start_ms, window.end_ms)]
    return [*ends, "from the end"] if window.from_end else ends


def _wanted_relation(wanted: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "relation": wanted.get("relation", ""), "least": wanted.get("least", 0),
        "most": wanted.get("most"), "window": [wanted["window"]] if "window" in wanted else [],
        "part": [wanted["part"]] if "part" in wanted else [], "ordinal": wanted.get("ordinal"),
        "ask": wanted.get("ask", Ask.MOMENTS), "anchor_ordinal": wanted.get("anchor_ordinal"),
        "anchor_ask": wanted.get("anchor_ask", Ask.MOMENTS),
        "track": [wanted["track"]] if "track" in wanted else [],
    }


def _texts(query: TemporalQuery) -> dict[str, str]:
    hung = query.anchored
    return {"target": query.target, "anchor": hung.anchor.target if hung else "",
            "other": hung.other.target if hung and hung.other else ""}


def _wanted_texts(wanted: Mapping[str, Any]) -> dict[str, str]:
    return {name: wanted.get(name, "") for name in ("target", "anchor", "other")}


def named(value: object) -> str:
    """Return what a parametrised question is called."""
    return str(value.get("q")) if isinstance(value, Mapping) else str(value)


def main() -> None:
    print("| language | set | questions | relation right | split right |\n"
          "| --- | --- | --- | --- | --- |")
    wrong = []
    for code in BOOKS:
        questions = book(code)["questions"]
        for name in dict.fromkeys(each.get("set", "dev") for each in questions):
            found = [checked(each) for each in questions if each.get("set", "dev") == name]
            wrong += [each for each in found if each.relation or each.split]
            print(f"| {code} | {name} | {len(found)} | {sum(not each.relation for each in found)} "
                  f"| {sum(not each.split for each in found)} |")
        plain = book(code)["plain"]["questions"]
        print(f"| {code} | without order | {len(plain)} | {sum(not hangs(q) for q in plain)} | |")
    print("\n".join(f"{each.question}: {each.relation} {each.split}" for each in wrong))


if __name__ == "__main__":
    main()
