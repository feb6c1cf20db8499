"""Scored moments to choose spans from."""

from collections.abc import Callable, Sequence

from tests.indexes.makers import moment
from trikal.indexes.intervals import Interval
from trikal.indexes.spans import Scored, Span

Selection = Callable[[Sequence[Scored], int], list[Span]]

MINUTE = 60_000


def scored(start_ms: int, score: float = 1.0, *, length_ms: int = 5_000, stretch: int = 0,
           **fields: object) -> Scored:
    found = moment(start_ms, start_ms + length_ms, **fields)
    return Scored(moment=found, interval=Interval.of(found), score=score, stretch=stretch)


def talk(*bursts: range, score: float = 1.0) -> list[Scored]:
    return [scored(start, score) for burst in bursts for start in burst]


def places(spans: Sequence[Span]) -> list[Interval]:
    return [span.interval for span in spans]
