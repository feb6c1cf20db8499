"""Ways to choose spans from scored moments, which the product's own was compared with.

As :func:`trikal.indexes.spans.surprising` does, each takes observations and passages alike, and
returns spans that do not overlap, best first.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from trikal.indexes.spans import Candidates, Line, Scored, Span, apart, lines_of, runs_of

Selection = Callable[[Sequence[Scored], int], list[Span]]
_Array = NDArray[np.float64]

_BANDWIDTH_MS = 60_000
_SHARE = 0.3
_GAP_MS = 240_000
_COST_PER_MINUTE = 0.1


def single(scored: Sequence[Scored], limit: int) -> list[Span]:
    """Choose the best moments as they are, each a span."""
    return apart([Candidates(line=line, starts=line.starts, ends=line.ends, scores=line.scores)
                  for line in lines_of(scored)], limit)


def heaviest(scored: Sequence[Scored], limit: int) -> list[Span]:
    """Choose the runs of the highest sum of scores, less a cost for every minute they last.

    The maximal scoring segments of Ruzzo and Tompa (1999), as all runs are compared.
    """
    lines = lines_of(scored)
    best = max((float(line.scores.max()) for line in lines), default=0.0)
    cost = _COST_PER_MINUTE * best / 60_000
    found = []
    for line in lines:
        first, last, sums = runs_of(line)
        starts, ends = line.starts[first], np.maximum.accumulate(line.ends)[last]
        found.append(Candidates(line=line, starts=starts, ends=ends,
                                scores=sums - cost * (ends - starts)))
    return apart(found, limit)


def grown(scored: Sequence[Scored], limit: int) -> list[Span]:
    """Grow spans from the best moments while near neighbours keep a share of the seed's score.

    A moment that a better seed has taken is no seed of its own.
    """
    return apart([_grown_from_all(line) for line in lines_of(scored)], limit)


def crowded(scored: Sequence[Scored], limit: int) -> list[Span]:
    """Choose the peaks of the scores' Gaussian density over time, down to a share of the peak."""
    return apart([_peaks(line) for line in lines_of(scored)], limit)


def _grown_from_all(line: Line) -> Candidates:
    free = np.ones(len(line.scores), bool)
    runs = []
    for seed in np.argsort(-line.scores, kind="stable"):
        if free[seed]:
            run = _grown(line, int(seed), free)
            free[run] = False
            runs.append(run)
    return Candidates(
        line=line, starts=line.starts[[run.start for run in runs]],
        ends=np.array([line.ends[run].max() for run in runs]),
        scores=np.array([line.scores[run].sum() for run in runs]),
    )


def _grown(line: Line, seed: int, free: NDArray[np.bool_]) -> slice:
    first = last = seed
    strong = free & (line.scores >= _SHARE * line.scores[seed])
    while first > 0 and strong[first - 1] and (
            line.starts[first] - line.ends[first - 1] <= _GAP_MS):
        first -= 1
    while last + 1 < len(strong) and strong[last + 1] and (
            line.starts[last + 1] - line.ends[last] <= _GAP_MS):
        last += 1
    return slice(first, last + 1)


def _peaks(line: Line) -> Candidates:
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
    return Candidates(line=line, starts=grid[[first for first, _ in reach]],
                       ends=grid[[last for _, last in reach]], scores=density[tops])


def _reach(density: _Array, top: int) -> tuple[int, int]:
    low = np.flatnonzero(density < _SHARE * density[top])
    before, after = low[low < top], low[low > top]
    first = int(before[-1]) + 1 if len(before) else 0
    last = int(after[0]) - 1 if len(after) else len(density) - 1
    return first, last
