"""Which start and end is "the part about X": ways to choose spans, compared on Apollo 13.

Four sets of questions over the whole air-to-ground transcript, each with the span that is right:

* *scenes*: the 17 scenes that people marked, acts of minutes to days and key scenes of a minute or
  two; asked by title and description.
* *conversations*, by construction: runs of at least eight utterances between silences of 90 s;
  asked by the six words of the run with the highest TF-IDF (weighed against the other runs).
* *chapters*, by construction: stretches of ten minutes to twelve hours (log-uniform, from one
  silence to another, 200 drawn with a fixed seed); asked by eight such words.
* *paraphrases*: 200 single utterances, each asked in other words (``bench/temporal``).

The ways were compared, and their few numbers set, on conversations between silences of 120 s, on
chapters drawn with another seed, and with the scenes in view.

Runs on ../shared/data/apollo13: ``python -m bench spans [ARCHIVE]``, where ARCHIVE holds that
transcript and nothing else; without it the transcript is ingested first, which takes minutes.
"""

import json
import math
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.apollo13 import UTTERANCES
from bench.span_selections import Selection, crowded, grown, heaviest, single
from trikal.app.session import Session, open_session
from trikal.indexes.intervals import Interval
from trikal.indexes.moment_search import MomentSearch, TextQuery
from trikal.indexes.protocol import MomentFilter, MomentIndex, MomentQuery
from trikal.indexes.spans import surprising
from trikal.ingest.pipeline import Pipeline
from trikal.moments import Moment, Unit
from trikal.settings import load_settings

LIMIT = 5
SILENCE_MS = 90_000
SEED = 14

_WORD = re.compile(r"[^\W\d_]{3,}")
_MARKUP = re.compile(r"<[^>]+>|\[glossary:|\]")
_SELECTIONS: dict[str, Selection] = {
    "growing from a seed": grown,
    "kernel density": crowded,
    "maximal sum": heaviest,
    "scan statistic (kept)": surprising,
}


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked, and the right span."""

    text: str
    gold: Interval


@dataclass(frozen=True)
class Run:
    """Utterances between two silences, as positions ``[first, end)``."""

    first: int
    end: int


class Transcript:
    """Utterances in time order, and the runs that silences part them into."""

    def __init__(self, utterances: Sequence[Moment], silence_ms: int) -> None:
        self._utterances = utterances
        self._words = [_WORD.findall(_MARKUP.sub(" ", each.text.casefold()))
                       for each in utterances]
        self.runs = list(self._parted(silence_ms))
        self._runs_with = Counter(word for run in self.runs for word in set(self._said(run)))

    def conversations(self) -> list[Question]:
        return [self._question(run, 6) for run in self.runs if run.end - run.first >= 8]

    def chapters(self, count: int, seed: int) -> list[Question]:
        rng = np.random.default_rng(seed)
        found: list[Question] = []
        while len(found) < count:
            length_ms = math.exp(rng.uniform(math.log(600e3), math.log(12 * 3_600e3)))
            first = int(rng.integers(len(self.runs)))
            last = first
            while last + 1 < len(self.runs) and self._span(first, last).duration_ms < length_ms:
                last += 1
            run = Run(self.runs[first].first, self.runs[last].end)
            if run.end - run.first >= 20:
                found.append(self._question(run, 8))
        return found

    def _question(self, run: Run, count: int) -> Question:
        said = Counter(self._said(run))
        twice = Counter(word for words in self._words[run.first:run.end] for word in set(words))
        weights = {word: (1 + math.log(times)) * math.log(len(self.runs) / self._runs_with[word])
                   for word, times in said.items() if twice[word] > 1}
        best = sorted(weights, key=lambda word: (-weights[word], word))[:count]
        ends = [each.end_ms for each in self._utterances[run.first:run.end]]
        return Question(text=" ".join(best),
                        gold=Interval(self._utterances[run.first].start_ms, max(ends)))

    def _span(self, first: int, last: int) -> Interval:
        return Interval(self._utterances[self.runs[first].first].start_ms,
                        self._utterances[self.runs[last].end - 1].end_ms)

    def _said(self, run: Run) -> list[str]:
        return [word for words in self._words[run.first:run.end] for word in words]

    def _parted(self, silence_ms: int) -> Iterator[Run]:
        first, end_ms = 0, self._utterances[0].end_ms
        for position, each in enumerate(self._utterances):
            if each.start_ms - end_ms > silence_ms:
                yield Run(first, position)
                first = position
            end_ms = max(end_ms, each.end_ms)
        yield Run(first, len(self._utterances))


Answers = dict[str, list[Interval]]


def scenes() -> dict[str, list[Question]]:
    """Read the scenes, by kind."""
    rows = _rows(UTTERANCES.with_name("scenes.jsonl"))
    sets: dict[str, list[Question]] = {"scenes": [], "act": [], "key_scene": []}
    for row in rows:
        text = _MARKUP.sub("", f"{row['title']}. {row['description']}").strip(" .")
        gold = Interval(int(1000 * row["start"]), int(1000 * row["end"]))
        for name in ("scenes", row["kind"]):
            sets[name].append(Question(text=text, gold=gold))
    return {"scenes": sets["scenes"], "acts alone": sets["act"],
            "key scenes alone": sets["key_scene"]}


def paraphrases(utterances: Sequence[Moment]) -> list[Question]:
    said = {each.text: each for each in utterances}
    rows = _rows(Path(__file__).parent / "temporal" / "paraphrases_apollo13.jsonl")
    return [Question(text=row["paraphrase"], gold=Interval.of(said[row["text"]]))
            for row in rows if row["text"] in said]


def answers(question: Question, session: Session) -> Answers:
    """Answer one question in every way."""
    embed = session.models.embedder().embed_queries
    search = MomentSearch(session.index, embed)
    (hybrid,) = search.search([TextQuery(text=question.text, scopes=(MomentFilter(),))], LIMIT)
    scored = search.scored(question.text)
    passages = [each for each in scored if each.moment.unit is Unit.PASSAGE]
    (vector,) = embed([question.text])
    plain = {
        "BM25": MomentQuery(text=question.text, limit=LIMIT),
        "dense": MomentQuery(vector=vector, limit=LIMIT),
    }
    found: Answers = {
        f"{name}, {unit}s": _found(session.index, query, unit)
        for unit in Unit for name, query in plain.items()
    }
    found["hybrid, observations"] = [Interval.of(each.moment) for each in hybrid]
    found["hybrid, passages, apart"] = [each.interval for each in single(passages, LIMIT)]
    found.update({name: [each.interval for each in select(scored, LIMIT)]
                  for name, select in _SELECTIONS.items()})
    return found


def figures(found: Sequence[Sequence[Interval]], golds: Sequence[Interval], whole_ms: int) -> str:
    """Return a row's cells: overlap and what chance gives, then the stricter figures."""
    ious = np.array([max((iou(each, gold) for each in spans_), default=0.0)
                     for spans_, gold in zip(found, golds, strict=True)])
    firsts = [iou(spans_[0], gold) if spans_ else 0.0
              for spans_, gold in zip(found, golds, strict=True)]
    chances = [_chance(spans_, gold, whole_ms)
               for spans_, gold in zip(found, golds, strict=True)]
    minutes = float(np.median([each.duration_ms / 60_000 for spans_ in found for each in spans_]))
    cells = [np.mean(ious > 0), np.mean(chances), np.mean(ious), np.mean(ious >= 0.1),
             np.mean(ious >= 0.3), np.mean(firsts)]
    return " | ".join([*(f"{cell:.3f}" for cell in cells), f"{minutes:.1f}"])


def iou(one: Interval, other: Interval) -> float:
    """Return the share of the time of both that is common to both."""
    common = one.intersection(other)
    if not common:
        return 0.0
    start, end = min(one.start_ms, other.start_ms), max(one.until_ms, other.until_ms)
    return (common.until_ms - common.start_ms) / (end - start)


def main() -> None:
    with _session(sys.argv[1:]) as session:
        utterances = session.index.in_window(MomentFilter(units=(Unit.OBSERVATION,)), 1_000_000)
        whole_ms = max(each.end_ms for each in utterances) - utterances[0].start_ms
        transcript = Transcript(utterances, SILENCE_MS)
        sets = {**scenes(), "conversations": transcript.conversations(),
                "chapters": transcript.chapters(200, SEED),
                "paraphrases": paraphrases(utterances)}
        for name, questions in sets.items():
            print(f"\n{name}: {len(questions)}\n")
            print("| five best by | overlap | by chance | mean IoU | IoU ≥ 0.1 | IoU ≥ 0.3 "
                  "| IoU of the first | median minutes |")
            print("| --- | --- | --- | --- | --- | --- | --- | --- |")
            found = [answers(each, session) for each in questions]
            golds = [each.gold for each in questions]
            for way in found[0]:
                cells = figures([each[way] for each in found], golds, whole_ms)
                print(f"| {way} | {cells} |", flush=True)


@contextmanager
def _session(arguments: Sequence[str]) -> Iterator[Session]:
    if arguments:
        with open_session(load_settings(archive=Path(arguments[0]))) as session:
            yield session
        return
    with (tempfile.TemporaryDirectory() as folder,
          open_session(load_settings(archive=Path(folder)), create=True) as session):
        Pipeline(session.archive.catalogue, session.index, session.models).run([UTTERANCES])
        yield session


def _found(index: MomentIndex, query: MomentQuery, unit: Unit) -> list[Interval]:
    only = MomentQuery(vector=query.vector, text=query.text, limit=query.limit,
                       filter=MomentFilter(units=(unit,)))
    return [Interval.of(hit.moment) for hit in index.search([only])[0]]


def _chance(found: Sequence[Interval], gold: Interval, whole_ms: int) -> float:
    """Return how likely spans of these lengths, put anywhere, would overlap the right one."""
    missed = 1.0
    for each in found:
        room = max(1, whole_ms - each.duration_ms)
        missed *= 1 - min(1.0, (each.duration_ms + gold.duration_ms) / room)
    return 1 - missed


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
