"""Answering a temporal query: anchors by search, windows by algebra, targets inside them.

Nothing here asks a language model. An anchor that could be several events keeps several
candidates; each leaves a window of its own, and all windows are searched in one batch.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trikal.indexes.intervals import Interval
from trikal.indexes.protocol import Hit, MomentFilter, MomentIndex, MomentQuery
from trikal.indexes.temporal import Anchored, Relation, TemporalQuery
from trikal.indexes.windows import (
    BACKWARD,
    intersection,
    nearness,
    window_of,
    window_on_clock,
)
from trikal.moments import Moment, Unit
from trikal.timecode import format_timecode

ANCHORS = 3
"""How many candidates an anchor keeps."""

_NEIGHBOURS = 3
_COSINE_SCALE = 0.03
_LIKELY = 0.8
_AT_TOLERANCE_MS = 5_000


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A moment that answers a temporal query.

    Attributes:
        moment: The moment.
        score: What evidence is ordered by, best first; comparable within one answer only.
        dense: Cosine to the target's text, where there was one.
        bm25: BM25 score of the target's words, where they matched.
        anchor: The moment that it was placed against, if any.
        why: In words: how it was found.
    """

    moment: Moment
    score: float
    dense: float | None = None
    bm25: float | None = None
    anchor: Moment | None = None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a temporal query found.

    Attributes:
        evidence: Best first.
        trace: What was done, a sentence a step, for a person to read.
        anchors: The moments that the query's anchor was taken to be, best first.
    """

    evidence: tuple[Evidence, ...]
    trace: tuple[str, ...]
    anchors: tuple[Evidence, ...] = ()


class TemporalSearch:
    """Executes temporal queries over one index.

    Args:
        index: The moments.
        embed: Gives the embeddings of query texts, float32 of shape ``(n, dimensions)``.
        durations: Length of every medium in ms, by id: what "the last minute" counts back from.
    """

    def __init__(
        self,
        index: MomentIndex,
        embed: Callable[[Sequence[str]], NDArray[np.float32]],
        durations: Mapping[str, int],
    ) -> None:
        self._index = index
        self._embed = embed
        self._durations = durations

    def run(
        self, query: TemporalQuery, *, scope: MomentFilter | None = None, limit: int = 8
    ) -> Found:
        """Find the evidence for a query.

        Args:
            query: What is asked.
            scope: Where to look at all; everywhere when not given.
            limit: How much evidence at most.

        Returns:
            Evidence without doubles, best first, and how it was found.
        """
        trace: list[str] = []
        scope = _narrowed(scope or MomentFilter(), query)
        constraint = query.anchored
        anchors: list[Evidence] = []
        if constraint is None:
            found = self._unanchored(query, scope, limit, trace)
        else:
            anchors = self._anchors(constraint.anchor, scope, trace)
            found = self._anchored(query, constraint, anchors, scope, limit, trace)
        return Found(evidence=tuple(without_doubles(found)[:limit]), trace=tuple(trace),
                     anchors=tuple(anchors))

    def _unanchored(
        self, query: TemporalQuery, scope: MomentFilter, limit: int, trace: list[str]
    ) -> list[Evidence]:
        scopes = self._on_the_clock(query, scope, trace)
        if query.target:
            trace.append(f"searched for “{query.target}”")
            found = self._search(query.target, scopes, 3 * limit)
            return self._sharpened(query.target, found[: 2 * limit], scopes)
        listed = [m for each in scopes for m in self._listed(each, limit, trace)]
        return [Evidence(moment=moment, score=1 / (1 + position), why="in the window")
                for position, moment in enumerate(listed)]

    def _anchored(
        self, query: TemporalQuery, constraint: Anchored, anchors: list[Evidence],
        scope: MomentFilter, limit: int, trace: list[str],
    ) -> list[Evidence]:
        scopes = self._on_the_clock(query, scope, trace)
        found: list[Evidence] = []
        for anchor in anchors if query.target else _likely(anchors):
            window = window_of(constraint.relation, Interval.of(anchor.moment))
            trace.append(f"{constraint.relation} {_place(anchor.moment)} leaves {_span(window)}")
            inside = [each for each in (_within(s, anchor.moment, window) for s in scopes) if each]
            targets = self._targets(query.target, constraint, anchor, inside, limit)
            found += [_placed(target, anchor, constraint) for target in targets]
        return sorted(found, key=lambda evidence: -evidence.score)

    def _anchors(
        self, query: TemporalQuery, scope: MomentFilter, trace: list[str]
    ) -> list[Evidence]:
        scope = replace(scope, tracks=query.tracks, units=(Unit.OBSERVATION,), windows=())
        found = without_doubles(self._search(query.target, [scope], 4 * ANCHORS))[:ANCHORS]
        for anchor in found[:1]:
            trace.append(f"took “{query.target}” to be {_place(anchor.moment)}")
        if not found:
            trace.append(f"found nothing like “{query.target}”")
        return sorted(_weighed(found), key=lambda anchor: -anchor.score)

    def _targets(
        self, target: str, constraint: Anchored, anchor: Evidence, scopes: list[MomentFilter],
        limit: int,
    ) -> list[Evidence]:
        if target:
            return _weighed(self._sharpened(target, self._search(target, scopes, limit), scopes))
        moments = [m for scope in scopes for m in self._nearest(constraint, anchor, scope)]
        return [Evidence(moment=moment, score=1.0 - position / 10)
                for position, moment in enumerate(moments)]

    def _nearest(
        self, constraint: Anchored, anchor: Evidence, scope: MomentFilter
    ) -> list[Moment]:
        """List what lies nearest to the anchor in the window, nearest first.

        Where the question names no track, the anchor's own is meant: what was said after
        something that was said.
        """
        scope = replace(scope, units=(Unit.OBSERVATION,))
        if constraint.relation is Relation.DURING:
            return self._index.in_window(scope, _NEIGHBOURS)
        step = (self._index.previous if constraint.relation in BACKWARD
                else self._index.following)
        found = [
            moment for track in scope.tracks or (anchor.moment.track,)
            for moment in step(anchor.moment.model_copy(update={"track": track}), _NEIGHBOURS,
                               filter=scope)
        ]
        return sorted(found, key=lambda m: abs(m.start_ms - anchor.moment.start_ms))[:_NEIGHBOURS]

    def _listed(self, scope: MomentFilter, limit: int, trace: list[str]) -> list[Moment]:
        """List what stands in the scope's windows, or, in a silence, right beside them."""
        observations = replace(scope, units=(Unit.OBSERVATION,))
        listed = self._index.in_window(observations, limit)
        wider = tuple(Interval(window.start_ms - _AT_TOLERANCE_MS, window.end_ms + _AT_TOLERANCE_MS)
                      for window in scope.windows if _bounded(window))
        if listed or not wider:
            return listed
        trace.append("nothing there; looked up to five seconds to each side")
        return self._index.in_window(replace(observations, windows=wider), limit)

    def _search(
        self, text: str, scopes: Sequence[MomentFilter], limit: int
    ) -> list[Evidence]:
        if not scopes:
            return []
        vector = self._embed([text])[0]
        queries = [MomentQuery(vector=vector, text=text, filter=s, limit=limit) for s in scopes]
        hits = [hit for found in self._index.search(queries) for hit in found]
        # The best hits of several scopes all have the same fused rank: the cosine decides.
        ranked = sorted(hits, key=lambda hit: (-hit.score, -(hit.dense or 0.0)))
        return [_evidence(hit) for hit in ranked]

    def _sharpened(
        self, text: str, found: list[Evidence], scopes: Sequence[MomentFilter]
    ) -> list[Evidence]:
        """Replace each passage by its best observation, so that a citation is exact.

        A passage may reach out of the scopes' windows; what it is replaced by does not.
        """
        passages = [each for each in found if each.moment.unit is Unit.PASSAGE]
        inside = {
            each.moment.id: MomentFilter(
                media_ids=(each.moment.media_id,), tracks=(each.moment.track,),
                units=(Unit.OBSERVATION,), windows=_open_inside(each.moment, scopes))
            for each in passages
        }
        sharp = self._search_each(text, list(inside.values()))
        best = dict(zip(inside, sharp, strict=True))
        return [replace(best.get(each.moment.id) or each, score=each.score) for each in found]

    def _search_each(self, text: str, scopes: Sequence[MomentFilter]) -> list[Evidence | None]:
        """Return the best moment in each scope."""
        if not scopes:
            return []
        vector = self._embed([text])[0]
        found = self._index.search([MomentQuery(vector=vector, text=text, filter=scope, limit=1)
                                    for scope in scopes])
        return [_evidence(hits[0]) if hits else None for hits in found]

    def _on_the_clock(
        self, query: TemporalQuery, scope: MomentFilter, trace: list[str]
    ) -> list[MomentFilter]:
        """Turn absolute windows into filters: one, or one a medium where its length matters."""
        absolutes = query.absolutes
        if not absolutes:
            return [scope]
        media = scope.media_ids or tuple(self._durations)
        groups: list[tuple[tuple[str, ...], int]] = [(scope.media_ids, 0)]
        if any(absolute.from_end for absolute in absolutes):
            groups = [((media_id,), self._durations.get(media_id, 0)) for media_id in media]
        filters = []
        for media_ids, duration in groups:
            window = intersection(
                [window_on_clock(absolute, duration) for absolute in absolutes]
            )
            open_windows = _shared(scope.windows, window) if window else ()
            if window is None or not open_windows:
                trace.append("the times given leave no window open")
            else:
                trace.append(f"looked only at {_span(window)}")
                filters.append(replace(scope, media_ids=media_ids, windows=open_windows))
        return filters


def without_doubles(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Drop evidence that says again, on the same track, what better evidence says.

    A passage and its utterances overlap in time; whichever ranks first stands for both.
    """
    kept: list[Evidence] = []
    for candidate in evidence:
        if not any(_doubles(better.moment, candidate.moment) for better in kept):
            kept.append(candidate)
    return kept


def _doubles(better: Moment, other: Moment) -> bool:
    if better.id == other.id:
        return True
    same = (better.media_id, better.track) == (other.media_id, other.track)
    nested = better.unit is Unit.PASSAGE or other.unit is Unit.PASSAGE
    return same and nested and Interval.of(better).overlaps(Interval.of(other))


def _weighed(found: Sequence[Evidence]) -> list[Evidence]:
    """Score evidence by how far it falls behind the best, in ``[0, 1]``.

    Fused ranks tell the order but not the distance: the second of two equals and the second far
    behind score alike. Here a cosine that falls behind by 0.03, a wide margin for the embedding
    models in use, loses two thirds, and words count for as much as meaning.
    """
    cosine = max((each.dense or 0.0 for each in found), default=0.0)
    words = max((each.bm25 or 0.0 for each in found), default=0.0)
    return [
        replace(each, score=(
            math.exp(((each.dense or 0.0) - cosine) / _COSINE_SCALE)
            + ((each.bm25 or 0.0) / words if words else 0.0)
        ) / 2)
        for each in found
    ]


def _likely(anchors: Sequence[Evidence]) -> list[Evidence]:
    """Keep the anchors that may well be meant, where no target can decide between them."""
    return [anchor for anchor in anchors if anchor.score >= _LIKELY * anchors[0].score]


def _narrowed(scope: MomentFilter, query: TemporalQuery) -> MomentFilter:
    return replace(scope, tracks=query.tracks) if query.tracks and not scope.tracks else scope


def _within(scope: MomentFilter, anchor: Moment, window: Interval) -> MomentFilter | None:
    if scope.media_ids and anchor.media_id not in scope.media_ids:
        return None
    open_windows = _shared(scope.windows, window)
    if not open_windows:
        return None
    return replace(scope, media_ids=(anchor.media_id,), windows=open_windows)


def _shared(windows: Sequence[Interval], window: Interval) -> tuple[Interval, ...]:
    """Return what is open in both; no windows at all stand for all of time."""
    return tuple(w for each in windows or (window,) if (w := each.intersection(window)))


def _open_inside(passage: Moment, scopes: Sequence[MomentFilter]) -> tuple[Interval, ...]:
    return tuple(
        window for scope in scopes
        if not scope.media_ids or passage.media_id in scope.media_ids
        for window in _shared(scope.windows, Interval.of(passage))
    )


def _placed(target: Evidence, anchor: Evidence, constraint: Anchored) -> Evidence:
    near = nearness(constraint.relation, Interval.of(anchor.moment), Interval.of(target.moment))
    return replace(
        target, score=anchor.score * target.score * near, anchor=anchor.moment,
        why=f"{constraint.relation} {_place(anchor.moment)}",
    )


def _evidence(hit: Hit) -> Evidence:
    return Evidence(moment=hit.moment, score=hit.score, dense=hit.dense, bm25=hit.bm25,
                    why="search")


def _bounded(window: Interval) -> bool:
    return abs(window.start_ms) < 2**52 and abs(window.end_ms) < 2**52


def _place(moment: Moment) -> str:
    text = " ".join(moment.text.split())
    short = text if len(text) <= 60 else text[:57] + "…"
    return f"“{short}” at {format_timecode(moment.start_ms)}"


def _span(window: Interval) -> str:
    start = format_timecode(window.start_ms) if abs(window.start_ms) < 2**52 else "the beginning"
    end = format_timecode(window.end_ms) if abs(window.end_ms) < 2**52 else "the end"
    return f"the instant {start}" if window.is_instant else f"{start} to {end}"
