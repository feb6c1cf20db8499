"""Answering a temporal query: anchors by search, windows by algebra, targets inside them.

Nothing here asks a language model. An anchor that could be several events keeps several
candidates; each leaves a window of its own, and all windows are searched in one batch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from trikal.indexes.intervals import Interval
from trikal.indexes.moment_search import Embed, Evidence, MomentSearch, TextQuery, shared
from trikal.indexes.protocol import MomentFilter, MomentIndex
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
_LIKELY = 0.8
_AT_TOLERANCE_MS = 5_000


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
        embed: Embed,
        durations: Mapping[str, int],
    ) -> None:
        self._index = index
        self._texts = MomentSearch(index, embed)
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
            Evidence, each moment once, best first, and how it was found.
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
        return Found(evidence=tuple(_each_once(found)[:limit]), trace=tuple(trace),
                     anchors=tuple(anchors))

    def _unanchored(
        self, query: TemporalQuery, scope: MomentFilter, limit: int, trace: list[str]
    ) -> list[Evidence]:
        scopes = self._on_the_clock(query, scope, trace)
        if query.target:
            trace.append(f"searched for “{query.target}”")
            return self._search(query.target, scopes, limit)
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
        scope = replace(scope, tracks=query.tracks, windows=())
        found = self._search(query.target, [scope], ANCHORS)
        for anchor in found[:1]:
            trace.append(f"took “{query.target}” to be {_place(anchor.moment)}")
        if not found:
            trace.append(f"found nothing like “{query.target}”")
        return _against_best(found)

    def _targets(
        self, target: str, constraint: Anchored, anchor: Evidence, scopes: list[MomentFilter],
        limit: int,
    ) -> list[Evidence]:
        if target:
            return _against_best(self._search(target, scopes, limit))
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
        (found,) = self._texts.search([TextQuery(text=text, scopes=tuple(scopes))], limit)
        return found

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
            open_windows = shared(scope.windows, window) if window else ()
            if window is None or not open_windows:
                trace.append("the times given leave no window open")
            else:
                trace.append(f"looked only at {_span(window)}")
                filters.append(replace(scope, media_ids=media_ids, windows=open_windows))
        return filters


def _against_best(found: Sequence[Evidence]) -> list[Evidence]:
    """Scale scores so that the best is 1: how far the others fall behind is kept."""
    best = max((each.score for each in found), default=1.0)
    return [replace(each, score=each.score / best) for each in found]


def _each_once(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Keep each moment once, at its best place."""
    best: dict[str, Evidence] = {}
    for each in evidence:
        best.setdefault(each.moment.id, each)
    return list(best.values())


def _likely(anchors: Sequence[Evidence]) -> list[Evidence]:
    """Keep the anchors that may well be meant, where no target can decide between them."""
    return [anchor for anchor in anchors if anchor.score >= _LIKELY * anchors[0].score]


def _narrowed(scope: MomentFilter, query: TemporalQuery) -> MomentFilter:
    return replace(scope, tracks=query.tracks) if query.tracks and not scope.tracks else scope


def _within(scope: MomentFilter, anchor: Moment, window: Interval) -> MomentFilter | None:
    if scope.media_ids and anchor.media_id not in scope.media_ids:
        return None
    open_windows = shared(scope.windows, window)
    if not open_windows:
        return None
    return replace(scope, media_ids=(anchor.media_id,), windows=open_windows)


def _placed(target: Evidence, anchor: Evidence, constraint: Anchored) -> Evidence:
    near = nearness(constraint.relation, Interval.of(anchor.moment), Interval.of(target.moment))
    return replace(
        target, score=anchor.score * target.score * near, anchor=anchor.moment,
        why=f"{constraint.relation} {_place(anchor.moment)}",
    )


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
