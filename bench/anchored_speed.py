"""How long anchored questions take through the whole temporal search, their embedding excluded.

An archive of as many moments as are asked for: 384 dimensions, 20 Zipf-like words each, 50 media;
every fourth moment is a passage over the three utterances before it. Vectors lie in 500 clusters,
as embeddings do. 200 questions a kind: an event and a target in one medium, the target within the
hour after its event, each asked for by four of its words and a vector near its own. What is timed
is :meth:`TemporalSearch.run`, with the vectors looked up instead of computed; *right* is the share
of questions whose target is the first thing found.

Usage: ``python -m bench anchored_speed [--moments N …] [--folder DIR] [--kind KIND …]
[--answers FILE]``. A folder keeps the archives, so that a second run need not make them. A file
keeps what was found; where it is there already, what is found now is compared with it instead, so
that a change made for speed can be seen to change nothing else.
"""

import argparse
import hashlib
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench._kept import Answer, compared, read_answers, write_answers
from bench._unit import unit
from trikal.indexes.edge import EdgeIndex
from trikal.indexes.edge_folder import has_files
from trikal.indexes.media_facts import MediumFacts
from trikal.indexes.protocol import MomentIndex
from trikal.indexes.temporal import Anchored, Relation, TemporalQuery
from trikal.indexes.temporal_search import TemporalSearch
from trikal.moments import Moment, Track, Unit

DIMENSIONS = 384
MEDIA = 50
WORDS = 20
STEP_MS = 4_000
ROUNDS = 200
HOUR_MS = 3_600_000

_BATCH = 10_000
_CLUSTERS = 500
_VOCABULARY = 50_000
_WARM = 10

Vectors = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Consecutive moments of the archive with their vectors, shape ``(n, 384)``."""

    moments: list[Moment]
    vectors: Vectors


@dataclass(frozen=True, kw_only=True)
class Pair:
    """An event, the target that follows it within the hour, and one that follows both."""

    anchor: str
    target: str
    later: str
    wanted: str


def batches(size: int) -> Iterator[Batch]:
    """Make the archive of a size, a batch at a time; the same each time."""
    centres = np.random.default_rng(7).normal(size=(_CLUSTERS, DIMENSIONS)).astype(np.float32)
    for first in range(0, size, _BATCH):
        yield _batch(first, min(_BATCH, size - first), centres)


def _batch(first: int, count: int, centres: Vectors) -> Batch:
    rng = np.random.default_rng(first)
    noise = rng.standard_normal((count, DIMENSIONS), np.float32)
    vectors = unit(centres[rng.integers(_CLUSTERS, size=count)] + noise)
    words = rng.zipf(1.1, size=(count, WORDS)) % _VOCABULARY
    return Batch(moments=[_moment(first + place, row) for place, row in enumerate(words)],
                 vectors=vectors)


def _moment(number: int, words: Sequence[int]) -> Moment:
    place = number // MEDIA  # of its medium; every fourth is a passage over those before it
    is_passage = place % 4 == 3
    start = place * STEP_MS
    return Moment(
        media_id=media_id(number % MEDIA), track=Track.SPEECH, source="bench", language="en",
        unit=Unit.PASSAGE if is_passage else Unit.OBSERVATION,
        text=" ".join(f"word{word}" for word in words),
        start_ms=start - 3 * STEP_MS if is_passage else start, end_ms=start + 3_500,
    )


def media_id(number: int) -> str:
    """Return the id of one of the media."""
    return hashlib.sha256(str(number).encode()).hexdigest()


def pairs(size: int) -> tuple[list[Pair], dict[str, Vectors]]:
    """Draw what is asked, and the vectors of its texts."""
    rng = np.random.default_rng(1)
    span = min(size, 2 * _BATCH)  # of moments, from the archive's middle on
    batch = _middle(size, span)
    per_hour = HOUR_MS // STEP_MS * MEDIA
    reach = min(per_hour, span // 4)
    known: dict[str, Vectors] = {}
    found: list[Pair] = []
    while len(found) < ROUNDS:
        first = int(rng.integers(span - 2 * reach))
        steps = np.sort(rng.integers(1, reach // MEDIA, size=2)) * MEDIA
        places = [first, first + int(steps[0]), first + int(steps[1])]
        moments = [batch.moments[place] for place in places]
        if places[1] == places[2] or any(each.unit is Unit.PASSAGE for each in moments):
            continue
        texts = [_asked(each, rng) for each in moments]
        for place, text in zip(places, texts, strict=True):
            known[text] = _near(batch.vectors[place], rng)
        found.append(Pair(anchor=texts[0], target=texts[1], later=texts[2], wanted=moments[1].id))
    return found, known


def _middle(size: int, span: int) -> Batch:
    made = list(batches_from(size, (size - span) // 2 // _BATCH * _BATCH, span))
    return Batch(moments=[each for batch in made for each in batch.moments],
                 vectors=np.concatenate([batch.vectors for batch in made]))


def batches_from(size: int, first: int, count: int) -> Iterator[Batch]:
    """Make some of an archive's batches again."""
    centres = np.random.default_rng(7).normal(size=(_CLUSTERS, DIMENSIONS)).astype(np.float32)
    for start in range(first, min(first + count, size), _BATCH):
        yield _batch(start, min(_BATCH, size - start), centres)


def _asked(moment: Moment, rng: np.random.Generator) -> str:
    words = moment.text.split()
    start = int(rng.integers(len(words) - 4))
    return " ".join([*words[start:start + 3], words[-1 - start]])


def _near(vector: Vectors, rng: np.random.Generator) -> Vectors:
    return unit((vector + rng.normal(size=DIMENSIONS) / DIMENSIONS ** 0.5)[np.newaxis])[0]


def _after(pair: Pair) -> TemporalQuery:
    return _hung(pair.target, Anchored(relation=Relation.AFTER, anchor=_event(pair.anchor)))


def _within(pair: Pair) -> TemporalQuery:
    return _hung(pair.target, Anchored(relation=Relation.AFTER, anchor=_event(pair.anchor),
                                       at_most_ms=HOUR_MS))


def _between(pair: Pair) -> TemporalQuery:
    return _hung(pair.target, Anchored(relation=Relation.BETWEEN, anchor=_event(pair.anchor),
                                       other=_event(pair.later)))


def _nested(pair: Pair) -> TemporalQuery:
    inner = Anchored(relation=Relation.BEFORE, anchor=_event(pair.later), at_most_ms=HOUR_MS)
    anchor = TemporalQuery(target=pair.anchor, constraints=(inner,))
    return _hung(pair.target, Anchored(relation=Relation.AFTER, anchor=anchor))


def _right_after(pair: Pair) -> TemporalQuery:
    return _hung("", Anchored(relation=Relation.RIGHT_AFTER, anchor=_event(pair.anchor)))


def _event(text: str) -> TemporalQuery:
    return TemporalQuery(target=text)


def _hung(target: str, constraint: Anchored) -> TemporalQuery:
    return TemporalQuery(target=target, constraints=(constraint,))


KINDS: Mapping[str, Callable[[Pair], TemporalQuery]] = {
    "after": _after, "within the hour after": _within, "between": _between,
    "after, nested twice": _nested, "right after, no target": _right_after,
}


def make(folder: Path, size: int) -> None:
    """Make an archive's index and say what it took."""
    began = time.perf_counter()
    with closing(EdgeIndex.open(folder, dimensions=DIMENSIONS)) as index:
        for batch in batches(size):
            index.upsert(batch.moments, batch.vectors)
        index.flush()
        stored = time.perf_counter() - began
        index.optimize()
    took = time.perf_counter() - began
    used = sum(each.stat().st_blocks * 512 for each in folder.rglob("*") if each.is_file())
    print(f"{size:,} moments: stored in {stored:.0f} s, optimized in {took - stored:.0f} s more, "
          f"{used / 1e9:.1f} GB on disk, peak memory {_peak_gb():.1f} GB", flush=True)


def measure(
    index: MomentIndex, size: int, kinds: Sequence[str], answers: dict[str, Answer]
) -> Iterator[str]:
    """Ask every kind of question; yield the table's rows, and keep the answers by question."""
    asked, known = pairs(size)
    longest = (size // MEDIA + 1) * STEP_MS
    media = {media_id(number): MediumFacts(duration_ms=longest, name=f"{number}.mp4")
             for number in range(MEDIA)}
    search = TemporalSearch(index, lambda texts: np.stack([known[text] for text in texts]), media)
    for kind in kinds:
        queries = [KINDS[kind](pair) for pair in asked]
        for query in queries[:_WARM]:
            search.run(query)
        times, right = [], 0
        for number, (query, pair) in enumerate(zip(queries, asked, strict=True)):
            began = time.perf_counter()
            found = search.run(query)
            times.append((time.perf_counter() - began) * 1_000)
            answers[f"{size}, {kind}, {number}"] = Answer.of(found)
            right += bool(found.evidence) and found.evidence[0].moment.id == pair.wanted
        share = f"{right / len(asked):.2f}" if queries[0].target else "–"
        cells = [f"{np.percentile(times, each):.1f}" for each in (10, 50, 95)]
        yield f"| {size:,} | {kind} | {' | '.join(cells)} | {share} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench anchored_speed")
    parser.add_argument("--moments", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--folder", type=Path, help="where archives are kept between runs")
    parser.add_argument("--kind", nargs="+", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--answers", type=Path, help="keeps what is found, or is compared with it")
    options = parser.parse_args()
    answers: dict[str, Answer] = {}
    with ExitStack() as stack:
        home = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for size in options.moments:
            if not has_files(home / str(size)):
                make(home / str(size), size)
        print(f"\n{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}\n")
        print("| moments | question | p10 ms | p50 | p95 | right |")
        print("| --- | --- | --- | --- | --- | --- |", flush=True)
        for size in options.moments:
            with closing(EdgeIndex.open(home / str(size), dimensions=DIMENSIONS)) as index:
                for row in measure(index, size, options.kind, answers):
                    print(row, flush=True)
    if options.answers and options.answers.exists():
        print(f"\n{compared(read_answers(options.answers), answers)}")
    elif options.answers:
        write_answers(options.answers, answers)


def _peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
