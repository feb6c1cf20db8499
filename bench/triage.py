"""Small chat model, large one, or triage: how many answers are right, and what they take.

``python -m bench triage DEMO_ARCHIVE APOLLO_ARCHIVE [OUT.jsonl]``: archives made by
``trikal demo --keep`` and by ingesting ../shared/data/apollo13. A reply is right when it holds all
parts of the gold. Each question is asked with triage off on both models and then with triage on.
"""

import csv
import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trikal.app.asking import Asker
from trikal.app.session import open_session
from trikal.settings import load_settings

QUESTIONS = Path(__file__).with_name("triage_questions.tsv")
SMALL, LARGE = "qwen2.5-coder-0.5b-instruct", "qwen2.5-coder-1.5b-instruct"
WAYS: dict[str, dict[str, Any]] = {
    "always small": {"triage": False, "models": {"chat": SMALL}},
    "always large": {"triage": False, "models": {"chat": LARGE}},
    "triage": {"triage": True, "models": {}},
}


def main() -> None:
    archives = {"demo": Path(sys.argv[1]), "apollo": Path(sys.argv[2])}
    rows = [row for name, way in WAYS.items() for row in _asked(name, way, archives)]
    if len(sys.argv) > 3:
        lines = (json.dumps(row, ensure_ascii=False) for row in rows)
        Path(sys.argv[3]).write_text("\n".join(lines) + "\n", encoding="utf-8")
    _table(rows)


def questions() -> list[dict[str, str]]:
    with QUESTIONS.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def right(answer: str, gold: str) -> bool:
    """Tell whether an answer holds every part of the gold."""
    return all(re.search(part, answer, re.IGNORECASE) for part in gold.split("&&"))


def _asked(
    name: str, way: dict[str, Any], archives: dict[str, Path]
) -> Iterator[dict[str, Any]]:
    for archive, path in archives.items():
        with open_session(load_settings(archive=path, **way)) as session:
            asker = Asker(session.resources())
            asker.ask("What is this about?")  # loads the models
            for asked in questions():
                if asked["archive"] == archive:
                    yield _one(name, asker, asked)


def _one(name: str, asker: Asker, asked: dict[str, str]) -> dict[str, Any]:
    started = time.perf_counter()
    reply = asker.ask(asked["question"])
    seconds = time.perf_counter() - started
    row = {"way": name, **asked, "seconds": seconds, "right": right(reply["answer"], asked["gold"]),
           "answer": reply["answer"], "found": reply["found"], "triage": reply.get("triage"),
           "timings_ms": reply["timings_ms"], "removed": reply["removed"]}
    print(json.dumps(row, ensure_ascii=False), file=sys.stderr, flush=True)
    return row


def _table(rows: list[dict[str, Any]]) -> None:
    by: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by[row["way"], row["kind"]].append(row)
        by[row["way"], "all"].append(row)
    print("| way | kind | right | seconds, all | median |\n| --- | --- | --- | --- | --- |")
    for (way, kind), group in sorted(by.items()):
        seconds = sorted(row["seconds"] for row in group)
        print(f"| {way} | {kind} | {sum(row['right'] for row in group)} of {len(group)} | "
              f"{sum(seconds):.0f} | {seconds[len(seconds) // 2]:.2f} |")
