"""Spans: from scored moments to "the part about X", with a start and an end.

What people mean by a part is rarely one utterance, and no one size fits: it lasts half a minute or
half a day. :func:`surprising` takes scored moments, observations and passages alike, and returns
spans that do not overlap, best first. What it was compared with is made of the same pieces
(``bench/span_selections.py``; figures in ``bench/RESULTS.md``, ``spans``).
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trikal.indexes.intervals import Interval
from trikal.moments import Moment, Track, Unit

MARGIN_MS = 15_000
"""Every run of moments counts as this much longer than it is, in milliseconds: one word alone must
not be infinitely dense."""

LEANING = 0.8
"""Exponent of a span's share of the whole score; below 1 it leans towards shorter spans."""

_Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A moment on a time line, and how well it answers.

    Attributes:
        moment: The moment.
        interval: The part of its time that may be chosen.
        score: How well it answers, not negative.
        dense: Cosine to what was searched for, where there was one.
        stretch: Tells apart the stretches of one medium that no span may join.
    """

    moment: Moment
    interval: Interval
    score: float
    dense: float | None = None
    stretch: int = 0


@dataclass(frozen=True, kw_only=True)
class Span:
    """A part of a medium that answers a question.

    Attributes:
        media_id: The medium.
        track: The track whose moments speak for it.
        interval: From where to where.
        score: What spans are ordered by; comparable within one answer only.
        found: What was found inside, best first: the observations, or, where there are none, the
            passages.
    """

    media_id: str
    track: Track
    interval: Interval
    score: float
    found: tuple[Scored, ...]

    @property
    def moments(self) -> tuple[Moment, ...]:
        """The moments found inside, best first."""
        return tuple(each.moment for each in self.found)


@dataclass(frozen=True, kw_only=True)
class Line:
    """The scored moments of one stretch in time order, as arrays of shape ``(n,)``.

    Attributes:
        scored: The moments.
        starts: Where each starts, in ms.
        ends: The first millisecond that is free again behind each.
        scores: The score of each.
    """

    scored: tuple[Scored, ...]
    starts: _Array
    ends: _Array
    scores: _Array

    @property
    def length_ms(self) -> float:
        """From the first start to the last end, in ms."""
        return float(self.ends.max() - self.starts[0])


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """Possible spans of one line, as arrays of shape ``(n,)``.

    Attributes:
        line: The line.
        starts: Where each starts, in ms.
        ends: Where each ends, in ms.
        scores: How good each is; none is chosen that is not positive.
    """

    line: Line
    starts: _Array
    ends: _Array
    scores: _Array


def surprising(scored: Sequence[Scored], limit: int) -> list[Span]:
    """Choose the spans that hold far more of the score than their share of the time.

    This is Kulldorff's scan statistic (1997) over all runs of moments: with ``q`` the run's share
    of the score and ``p`` its share of the time, ``q log(q / p) + (1 - q) log((1 - q) / (1 - p))``.
    It needs no length to be set beforehand: one excellent minute and an hour that comes back to
    the matter again and again both stand out. The first ``q`` is raised to `LEANING`.
    """
    lines = lines_of(scored)
    whole = sum(float(line.scores.sum()) for line in lines)
    time_ms = sum(line.length_ms + 2 * MARGIN_MS for line in lines)
    if not whole:
        return []
    return apart([_surprise(line, whole, time_ms) for line in lines], limit)


def _surprise(line: Line, whole: float, time_ms: float) -> Candidates:
    first, last, sums = runs_of(line)
    starts, ends = line.starts[first], np.maximum.accumulate(line.ends)[last]
    share = np.minimum(sums / whole, 1.0)
    expected = (ends - starts + MARGIN_MS) / time_ms
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = share**LEANING * np.log(share / expected)
        outside = (1 - share) * np.log((1 - share) / (1 - expected))
    scores = np.where(share > expected, inside + np.nan_to_num(outside, nan=0.0), 0.0)
    return Candidates(line=line, starts=starts, ends=ends, scores=scores)


def lines_of(scored: Sequence[Scored]) -> list[Line]:
    """Return a line for every stretch of a medium's track on which something is found."""
    grouped: dict[tuple[str, Track, int], list[Scored]] = defaultdict(list)
    for each in scored:
        if each.score > 0:
            grouped[each.moment.media_id, each.moment.track, each.stretch].append(each)
    return [_line(sorted(group, key=lambda each: (each.interval, each.moment.id)))
            for group in grouped.values()]


def _line(group: Sequence[Scored]) -> Line:
    starts, ends, scores = np.array(
        [(each.interval.start_ms, each.interval.until_ms, each.score) for each in group], np.float64
    ).T
    return Line(scored=tuple(group), starts=starts, ends=ends, scores=scores)


def runs_of(line: Line) -> tuple[NDArray[np.intp], NDArray[np.intp], _Array]:
    """Return every run's first and last moment and its sum of scores."""
    first, last = np.triu_indices(len(line.scores))
    until = np.concatenate([[0.0], np.cumsum(line.scores)])
    return first, last, until[last + 1] - until[first]


def apart(candidates: Sequence[Candidates], limit: int) -> list[Span]:
    """Take the best candidates, each without those that overlap a better one."""
    chosen = [(score, start, end, each.line) for each in candidates
              for start, end, score in _best_apart(each, limit)]
    chosen.sort(key=lambda one: -one[0])
    return [_span(line, Interval(math.floor(start), math.ceil(end)), score)
            for score, start, end, line in chosen[:limit]]


def _best_apart(found: Candidates, limit: int) -> Iterator[tuple[float, float, float]]:
    left = np.where(found.scores > 0, found.scores, -np.inf)
    for _ in range(limit):
        best = int(left.argmax())
        if left[best] == -np.inf:
            return
        start, end = float(found.starts[best]), float(found.ends[best])
        yield start, end, float(left[best])
        left[(found.starts < end) & (found.ends > start)] = -np.inf


def _span(line: Line, interval: Interval, score: float) -> Span:
    inside = sorted((each for each in line.scored if interval.overlaps(each.interval)),
                    key=lambda each: -each.score)
    observed = tuple(each for each in inside if each.moment.unit is Unit.OBSERVATION)
    first = line.scored[0].moment
    return Span(media_id=first.media_id, track=first.track, interval=interval, score=score,
                found=observed or tuple(inside))
