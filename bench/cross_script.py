"""Whether a word is found however it is written: nine Indic scripts and Latin letters, both ways.

The words and their romanisations were written by hand, as people write them, names of places in
their English form among them; those of ``cross_script_unseen.tsv`` after the rules of sounds were
shaped on the others, and before these were mended. A word that several languages share, or
spell alike in Latin letters, is one word here: whichever of them is found first is right. Besides,
how meaning alone finds them where what is typed in Latin letters is first put into its own
(``trikal.tools.own_letters``), as it is in a question whose language can be told.
"""

import csv
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trikal.indexes import bm25
from trikal.indexes.edge import EdgeIndex
from trikal.indexes.moment_search import MomentSearch, TextQuery
from trikal.indexes.protocol import EVERYTHING, MomentQuery
from trikal.moments import Moment, Track
from trikal.serving.models import Models
from trikal.settings import load_settings
from trikal.tools.own_letters import in_own_letters

SETS = {"seen": Path(__file__).with_name("cross_script_words.tsv"),
        "unseen": Path(__file__).with_name("cross_script_unseen.tsv")}
BATCH = 64
OWN = "dense, in its letters"


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A word and its spellings in Latin letters."""

    language: str
    native: str
    latin: tuple[str, ...]


def pairs(of: str) -> list[Pair]:
    with SETS[of].open(encoding="utf-8") as file:
        rows = csv.reader((line for line in file if not line.startswith("#")), delimiter="\t")
        return [Pair(language=row[0], native=row[1], latin=tuple(row[2:])) for row in rows]


def groups(words: Sequence[Pair]) -> dict[str, str]:
    """Join spellings of one word: return for each spelling the first one of its group."""
    first: dict[str, str] = {}

    def root(text: str) -> str:
        while first.setdefault(text, text) != text:
            text = first[text]
        return text

    for pair in words:
        for spelling in pair.latin:
            first[root(spelling)] = root(pair.native)
    return {text: root(text) for text in list(first)}


def ranked(texts: Sequence[str], queries: Sequence[str], embedder: object) -> Mapping[
        str, list[str]]:
    """Return, for each system, the text that each query finds first."""
    passages, asked = _vectors(embedder, texts, queries)
    moments = [Moment(media_id="0" * 64, track=Track.SPEECH, start_ms=1000 * n,
                      end_ms=1000 * n + 900, text=text, source="bench")
               for n, text in enumerate(texts)]
    found: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        index = EdgeIndex.open(Path(folder) / "index", dimensions=passages.shape[1])
        index.upsert(moments, passages)
        found["dense"] = _first(index, [MomentQuery(vector=v, limit=1) for v in asked])
        found["words and sounds"] = _first(index, [MomentQuery(text=q, limit=1) for q in queries])
        vectors = dict(zip(queries, asked, strict=True))
        search = MomentSearch(index, lambda given: np.stack([vectors[text] for text in given]))
        hits = [hit for start in range(0, len(queries), BATCH) for hit in search.search(
            [TextQuery(text=q, scopes=(EVERYTHING,)) for q in queries[start:start + BATCH]], 1)]
        found["Trikal's search"] = [each[0].moment.text if each else "" for each in hits]
        index.close()
    found["BM25"] = [_exact(texts, query) for query in queries]
    return found


def _vectors(embedder: object, texts: Sequence[str], queries: Sequence[str]) -> tuple[
        np.ndarray, np.ndarray]:
    passages: Callable[..., np.ndarray] = embedder.embed_passages  # type: ignore[attr-defined]
    asked: Callable[..., np.ndarray] = embedder.embed_queries  # type: ignore[attr-defined]
    return passages(list(texts)), asked(list(queries))


def _first(index: EdgeIndex, queries: Sequence[MomentQuery]) -> list[str]:
    return [hits[0].moment.text if hits else "" for hits in index.search(queries)]


def _by_meaning(texts: Sequence[str], queries: Sequence[str], embedder: object) -> list[str]:
    passages, asked = _vectors(embedder, texts, queries)
    return [texts[int(place)] for place in (asked @ passages.T).argmax(axis=1)]


def _exact(texts: Sequence[str], query: str) -> str:
    """Return what plain BM25 finds first: among single words, the one that is the same word."""
    wanted = set(bm25.written_words(query).indices)
    return next((text for text in texts if wanted & set(bm25.written_words(text).indices)), "")


def table(words: Sequence[Pair], embedder: object) -> Iterable[str]:
    group = groups(words)
    natives = list(dict.fromkeys(pair.native for pair in words))
    latins = list(dict.fromkeys(text for pair in words for text in pair.latin))
    systems = ("BM25", "dense", OWN, "words and sounds", "Trikal's search")
    yield f"| direction | language | queries | {' | '.join(systems)} |"
    yield "|" + " --- |" * (3 + len(systems))
    for direction, texts, asked in (
        ("Latin to native", natives, [(p.language, q) for p in words for q in p.latin]),
        ("native to Latin", latins, [(p.language, p.native) for p in words]),
    ):
        found = dict(ranked(texts, [query for _, query in asked], embedder))
        found[OWN] = _by_meaning(
            texts, [in_own_letters(query, language) for language, query in asked], embedder)
        rights: dict[str, list[list[bool]]] = defaultdict(list)
        for n, (language, query) in enumerate(asked):
            right = [group.get(found[name][n]) == group[query] for name in systems]
            rights[language].append(right)
            rights["all"].append(right)
            if not right[-1]:
                print(f"missed: {query} ({language}) found {found[systems[-1]][n]!r}")
        for language, rows in rights.items():
            cells = " | ".join(f"{share:.3f}" for share in np.mean(rows, axis=0))
            yield f"| {direction} | {language} | {len(rows)} | {cells} |"


def main() -> None:
    with Models(load_settings()) as models:
        embedder = models.embedder()
        for name in SETS:
            print(f"\nWords {name}:\n")
            print("\n".join(table(pairs(name), embedder)))
        print("\nAll words in one index:\n")
        print("\n".join(table([pair for name in SETS for pair in pairs(name)], embedder)))
