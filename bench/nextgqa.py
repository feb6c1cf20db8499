"""``python -m bench nextgqa``: what the rules read in questions that nobody here wrote (NExT-GQA).

How often they find a relation, by type of question; and how well they split target from anchor, by
a careful reader's verdicts on 150 questions: ``nextgqa_verdicts.tsv`` holds ids, verdicts and a
digest of the reading that was judged, none of the texts. A reading that has changed since is named,
and counts for nothing until it is judged again. ``nextgqa_no_order.tsv`` holds the ids of questions
of the types of time that, read carefully, name no order and no place in time.
``nextgqa_causal.tsv`` holds the ids of 150 questions of the causal types and, labelled without
sight of the readings, whether they name an event before, after or during which something happens; a
part of the video ("at the end", "after the middle") is no such event.
"""

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.apollo13 import UTTERANCES
from trikal.indexes.rules import read_question
from trikal.indexes.temporal import TemporalQuery

HERE = Path(__file__).parent
QUESTIONS = UTTERANCES.parents[1] / "nextgqa" / "val.csv"
TIMED, CAUSAL = ("TN", "TP", "TC"), ("CW", "CH")


def digest(query: TemporalQuery) -> str:
    """Return a short digest of a reading."""
    return hashlib.sha256(query.model_dump_json().encode()).hexdigest()[:12]


def identity(row: dict[str, str]) -> str:
    """Return a question's id: its medium's and its own."""
    return f"{row['video_id']}_{row['qid']}"


def main() -> None:
    with QUESTIONS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    readings = {identity(row): read_question(row["question"]).query for row in rows}
    unordered = {row["id"] for row in _table("nextgqa_no_order.tsv")}
    asked, found, ordered = Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        query = readings[identity(row)]
        is_found = bool(query.constraints) if row["type"] in TIMED else bool(query.anchored)
        asked[row["type"]] += 1
        found[row["type"]] += is_found
        ordered[row["type"]] += is_found or identity(row) not in unordered
    print("| type | questions | relation found | of those that name one |\n"
          "| --- | --- | --- | --- |")
    for kind in (*TIMED, *CAUSAL):
        of_named = f"{found[kind] / ordered[kind]:.1%}" if kind in TIMED else "–"
        print(f"| {kind} | {asked[kind]} | {found[kind]} ({found[kind] / asked[kind]:.1%}) "
              f"| {of_named} |")
    verdicts = _table("nextgqa_verdicts.tsv")
    changed = [row["id"] for row in verdicts if digest(readings[row["id"]]) != row["reading"]]
    right = sum(row["verdict"] == "right" and row["id"] not in changed for row in verdicts)
    print(f"\ntarget and anchor split as a careful reader would: {right} of {len(verdicts)}; "
          f"{len(changed)} readings changed since they were judged: {', '.join(changed) or 'none'}")
    _report_causal(readings)


def _report_causal(readings: dict[str, TemporalQuery]) -> None:
    labels = _table("nextgqa_causal.tsv")
    orderly, plain = ([row["id"] for row in labels if row["order"] == each]
                      for each in ("yes", "no"))
    false = [each for each in plain if readings[each].anchored]
    missed = [each for each in orderly if not readings[each].anchored]
    print(f"of {len(labels)} causal questions {len(plain)} name no order: {len(false)} of them are "
          f"given an anchor ({len(false) / len(plain):.1%}): {', '.join(false) or 'none'}; of the "
          f"{len(orderly)} that name one {len(missed)} are given none: "
          f"{', '.join(missed) or 'none'}")


def _table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8") as file:
        return list(_rows(file))


def _rows(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    return iter(csv.DictReader(lines, delimiter="\t"))
