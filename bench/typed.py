"""Hindi questions about English speech: in Devanagari, in Latin letters, and put into its own.

Both ways of writing were written by hand; the passages are what the demo's film and memo say. The
rank of the passage that answers is counted, by meaning alone.
"""

import csv
from pathlib import Path

import numpy as np

from trikal.serving.models import Models
from trikal.serving.roles import Embedder
from trikal.settings import load_settings
from trikal.tools.own_letters import in_own_letters

QUESTIONS = Path(__file__).with_name("typed_questions.tsv")
PASSAGES = (
    "This is a note to myself about the visit.",
    "The cafe next to the Observatory sells ginger tea for 30 rupees.",
    "The last bus back to the city leaves at 9 in the evening.",
    "Welcome to the Silver Lake Observatory.",
    "It stands on a quiet hill, far away from the lights of the city.",
    "The main mirror is 2.4 meters wide.", "Four people polished it by hand for 11 months.",
    "The budget for this year is 42 million rupees.",
    "The council approved it in March, after a long debate.",
    "Last summer, a heavy storm damaged the dome.",
    "Because of the repairs, the opening was moved to November.",
)


def line(name: str, questions: list[str], answers: list[int], embedder: Embedder) -> str:
    """Return how well one way of writing finds the passages, as a row of a table."""
    cosines = embedder.embed_queries(questions) @ embedder.embed_passages(PASSAGES).T
    ranks = np.array([int((row > row[wanted]).sum()) + 1
                      for row, wanted in zip(cosines, answers, strict=True)])
    return (f"| {name} | {len(ranks)} | {(ranks == 1).sum()} | {(ranks <= 3).sum()} | "
            f"{(1 / ranks).mean():.2f} |")


def main() -> None:
    with QUESTIONS.open(encoding="utf-8") as file:
        rows = list(csv.reader((row for row in file if not row.startswith("#")), delimiter="\t"))
    native, typed, wanted = map(list, zip(*rows, strict=True))
    answers = [int(each) for each in wanted]
    print("| written | questions | first | among three | MRR |\n| --- | --- | --- | --- | --- |")
    with Models(load_settings()) as models:
        embedder = models.embedder()
        for name, questions in (("in Devanagari", native), ("in Latin letters", typed),
                                ("these put into Devanagari",
                                 [in_own_letters(each, "hi") for each in typed])):
            print(line(name, questions, answers, embedder))
