"""Spans: from scored moments to "the part about X", with a start and an end.

What people mean by a part is rarely one utterance, and no one size fits: it lasts half a minute or
half a day. Every function here takes scored moments, observations and passages alike, and returns
spans that do not overlap, best first. :func:`surprising` is the product's; the others are what it
was compared with (``bench/RESULTS.md``, ``spans``).
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
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

_BANDWIDTH_MS = 60_000
_SHARE = 0.3
_GAP_MS = 240_000
_COST_PER_MINUTE = 0.1

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


Selection = Callable[[Sequence[Scored], int], list[Span]]


@dataclass(frozen=True, kw_only=True)
class _Line:
    """The scored moments of one stretch in time order, as arrays of shape ``(n,)``."""

    scored: tuple[Scored, ...]
    starts: _Array
    ends: _Array
    scores: _Array

    @property
    def length_ms(self) -> float:
        return float(self.ends.max() - self.starts[0])


@dataclass(frozen=True, kw_only=True)
class _Candidates:
    """Possible spans of one line, as arrays of shape ``(n,)``."""

    line: _Line
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
    lines = _lines(scored)
    whole = sum(float(line.scores.sum()) for line in lines)
    time_ms = sum(line.length_ms + 2 * MARGIN_MS for line in lines)
    if not whole:
        return []
    return _apart([_surprise(line, whole, time_ms) for line in lines], limit)


def single(scored: Sequence[Scored], limit: int) -> list[Span]:
    """Choose the best moments as they are, each a span."""
    return _apart([_Candidates(line=line, starts=line.starts, ends=line.ends, scores=line.scores)
                   for line in _lines(scored)], limit)


def heaviest(scored: Sequence[Scored], limit: int) -> list[Span]:
    """Choose the runs of the highest sum of scores, less a cost for every minute they last.

    The maximal scoring segments of Ruzzo and Tompa (1999), as all runs are compared.
    """
    lines = _lines(scored)
    best = max((float(line.scores.max()) for line in lines), default=0.0)
    cost = _COST_PER_MINUTE * best / 60_000
    found = []
    for line in lines:
        first, last, sums = _runs(line)
        starts, ends = line.starts[first], np.maximum.accumulate(line.ends)[last]
        found.append(_Candidates(line=line, starts=starts, ends=ends,
                                 scores=sums - cost * (ends - starts)))
    return _apart(found, limit)


def grown(scored: Sequence[Scored], limit: int) -> list[Span]:
    """Grow spans from the best moments while near neighbours keep a share of the seed's score.

    A moment that a better seed has taken is no seed of its own.
    """
    return _apart([_grown_from_all(line) for line in _lines(scored)], limit)


def crowded(scored: Sequence[Scored], limit: int) -> list[Span]:
    """Choose the peaks of the scores' Gaussian density over time, down to a share of the peak."""
    return _apart([_peaks(line) for line in _lines(scored)], limit)


def _surprise(line: _Line, whole: float, time_ms: float) -> _Candidates:
    first, last, sums = _runs(line)
    starts, ends = line.starts[first], np.maximum.accumulate(line.ends)[last]
    share = np.minimum(sums / whole, 1.0)
    expected = (ends - starts + MARGIN_MS) / time_ms
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = share**LEANING * np.log(share / expected)
        outside = (1 - share) * np.log((1 - share) / (1 - expected))
    scores = np.where(share > expected, inside + np.nan_to_num(outside, nan=0.0), 0.0)
    return _Candidates(line=line, starts=starts, ends=ends, scores=scores)


def _grown_from_all(line: _Line) -> _Candidates:
    free = np.ones(len(line.scores), bool)
    runs = []
    for seed in np.argsort(-line.scores, kind="stable"):
        if free[seed]:
            run = _grown(line, int(seed), free)
            free[run] = False
            runs.append(run)
    return _Candidates(
        line=line, starts=line.starts[[run.start for run in runs]],
        ends=np.array([line.ends[run].max() for run in runs]),
        scores=np.array([line.scores[run].sum() for run in runs]),
    )


def _grown(line: _Line, seed: int, free: NDArray[np.bool_]) -> slice:
    first = last = seed
    strong = free & (line.scores >= _SHARE * line.scores[seed])
    while first > 0 and strong[first - 1] and (
            line.starts[first] - line.ends[first - 1] <= _GAP_MS):
        first -= 1
    while last + 1 < len(strong) and strong[last + 1] and (
            line.starts[last + 1] - line.ends[last] <= _GAP_MS):
        last += 1
    return slice(first, last + 1)


def _peaks(line: _Line) -> _Candidates:
    middles = (line.starts + line.ends) / 2
    steps = np.arange(-3, 3.01, 0.25) * _BANDWIDTH_MS
    grid = np.unique(middles[:, np.newaxis] + steps)
    distances = (grid[:, np.newaxis] - middles) / _BANDWIDTH_MS
    density = np.exp(-0.5 * distances**2) @ line.scores
    is_top = np.ones(len(grid), bool)
    is_top[1:] &= density[1:] >= density[:-1]
    is_top[:-1] &= density[:-1] >= density[1:]
    tops = np.flatnonzero(is_top)
    reach = [_reach(density, int(top)) for top in tops]
    return _Candidates(line=line, starts=grid[[first for first, _ in reach]],
                       ends=grid[[last for _, last in reach]], scores=density[tops])


def _reach(density: _Array, top: int) -> tuple[int, int]:
    low = np.flatnonzero(density < _SHARE * density[top])
    before, after = low[low < top], low[low > top]
    first = int(before[-1]) + 1 if len(before) else 0
    last = int(after[0]) - 1 if len(after) else len(density) - 1
    return first, last


def _lines(scored: Sequence[Scored]) -> list[_Line]:
    grouped: dict[tuple[str, Track, int], list[Scored]] = defaultdict(list)
    for each in scored:
        if each.score > 0:
            grouped[each.moment.media_id, each.moment.track, each.stretch].append(each)
    return [_line(sorted(group, key=lambda each: (each.interval, each.moment.id)))
            for group in grouped.values()]


def _line(group: Sequence[Scored]) -> _Line:
    starts, ends, scores = np.array(
        [(each.interval.start_ms, each.interval.until_ms, each.score) for each in group], np.float64
    ).T
    return _Line(scored=tuple(group), starts=starts, ends=ends, scores=scores)


def _runs(line: _Line) -> tuple[NDArray[np.intp], NDArray[np.intp], _Array]:
    """Return every run's first and last moment and its sum of scores."""
    first, last = np.triu_indices(len(line.scores))
    until = np.concatenate([[0.0], np.cumsum(line.scores)])
    return first, last, until[last + 1] - until[first]


def _apart(candidates: Sequence[_Candidates], limit: int) -> list[Span]:
    """Take the best candidates, each without those that overlap a better one."""
    chosen = [(score, start, end, each.line) for each in candidates
              for start, end, score in _best_apart(each, limit)]
    chosen.sort(key=lambda one: -one[0])
    return [_span(line, Interval(math.floor(start), math.ceil(end)), score)
            for score, start, end, line in chosen[:limit]]


def _best_apart(found: _Candidates, limit: int) -> Iterator[tuple[float, float, float]]:
    left = np.where(found.scores > 0, found.scores, -np.inf)
    for _ in range(limit):
        best = int(left.argmax())
        if left[best] == -np.inf:
            return
        start, end = float(found.starts[best]), float(found.ends[best])
        yield start, end, float(left[best])
        left[(found.starts < end) & (found.ends > start)] = -np.inf


def _span(line: _Line, interval: Interval, score: float) -> Span:
    inside = sorted((each for each in line.scored if interval.overlaps(each.interval)),
                    key=lambda each: -each.score)
    observed = tuple(each for each in inside if each.moment.unit is Unit.OBSERVATION)
    first = line.scored[0].moment
    return Span(media_id=first.media_id, track=first.track, interval=interval, score=score,
                found=observed or tuple(inside))
