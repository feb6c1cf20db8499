"""Filters of moments as Qdrant conditions.

Qdrant's two Python libraries name their condition classes differently and build them alike, so one
translation serves both.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from trikal.indexes.intervals import EARLIEST_MS, LATEST_MS, Interval, union
from trikal.indexes.payload import MEDIUM, PHRASES, PLACE, START, UNTIL, places
from trikal.indexes.phrases import plain_words
from trikal.indexes.protocol import EVERYTHING, MomentFilter
from trikal.moments import Moment

_FIELDS = {
    "media_ids": MEDIUM, "tracks": "track", "units": "unit", "languages": "language",
    "speakers": "speaker",
}


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """The condition classes of one Qdrant library.

    Attributes:
        all_of: Make a filter from ``must=``, ``should=`` or both.
        field: Make a condition on a payload field from ``key`` and ``match=`` or ``range=``.
        value: Make a match from one value.
        any_value: Make a match from ``any=``, a list of values.
        phrase: Make a match from a phrase of whole words.
        span: Make a range from ``lt=``, ``gt=``, ``gte=`` and ``lte=``.
        ids: Make a condition from a list of point ids.
        places: Whether moments can be looked up by their places; an older index has none.
    """

    all_of: Callable[..., Any]
    field: Callable[..., Any]
    value: Callable[[str], Any]
    any_value: Callable[..., Any]
    phrase: Callable[[str], Any]
    span: Callable[..., Any]
    ids: Callable[[list[str]], Any]
    places: bool = True

    def matching(self, filter: MomentFilter, *also: Any) -> Any:
        """Translate a filter, joined by *and* with further conditions; ``None`` if there are none.

        Windows that touch are joined first: fewer ranges to test, and the same moments. What stands
        alone is not wrapped: a filter inside another costs the embedded library 20 µs, a condition
        less than one.
        """
        must = [*self._conditions(filter), *also]
        return self.all_of(must=must) if must else None

    def _conditions(self, filter: MomentFilter) -> list[Any]:
        """Translate a filter into conditions that must all hold."""
        must = [self._one_of(key, values) for name, key in _FIELDS.items()
                if (values := getattr(filter, name))]
        if filter.windows:
            must += self._any_of([self._during(each) for each in union(filter.windows)])
        if filter.starts:
            starts = union(filter.starts)
            if self.places and (named := places(filter.media_ids, starts)):
                must.append(self._one_of(PLACE, named))
            must += self._any_of([[self.starting(gte=each.start_ms, lt=each.until_ms)]
                                  for each in starts])
        if filter.phrase:
            words = plain_words(filter.phrase)
            must.append(self.field(key=PHRASES, match=self.phrase(words)))
        if filter.any_of and EVERYTHING not in filter.any_of:
            must += _alternatives(self, filter.any_of)
        return must

    def _any_of(self, alternatives: Sequence[list[Any]]) -> list[Any]:
        """Return what must hold where all conditions of one alternative at least do."""
        if not all(alternatives):
            return []
        if len(alternatives) == 1:
            return alternatives[0]
        return [self.all_of(should=[each[0] if len(each) == 1 else self.all_of(must=each)
                                    for each in alternatives])]

    def beside(self, moment: Moment) -> Any:
        """Same medium, track and unit as the moment."""
        return self.matching(MomentFilter(
            media_ids=(moment.media_id,), tracks=(moment.track,), units=(moment.unit,)
        ))

    def starting(self, **span: int) -> Any:
        """Bound the start with ``lt``, ``lte``, ``gt`` or ``gte``, in milliseconds."""
        return self.field(key=START, range=self.span(**span))

    def _one_of(self, key: str, values: Sequence[str]) -> Any:
        return _one_of(self, key, tuple(values))

    def _during(self, window: Interval) -> list[Any]:
        bounds: list[Any] = []
        if window.until_ms < LATEST_MS:
            bounds.append(self.starting(lt=window.until_ms))
        if window.start_ms > EARLIEST_MS:
            bounds.append(self.field(key=UNTIL, range=self.span(gt=window.start_ms)))
        return bounds


@lru_cache(maxsize=1_000)
def _one_of(dialect: Dialect, key: str, values: tuple[str, ...]) -> Any:
    """Make a condition once: a question asks for the same media and units again and again."""
    # A list of one is answered alike, and makes a scan of 25,000 moments 1.7 times as long.
    match = (dialect.value(str(values[0])) if len(values) == 1
             else dialect.any_value(any=[str(value) for value in values]))
    return dialect.field(key=key, match=match)


@lru_cache(maxsize=100)
def _alternatives(dialect: Dialect, filters: tuple[MomentFilter, ...]) -> tuple[Any, ...]:
    """Translate filters of which one must pass, once: a question asks in the same places again."""
    return tuple(dialect._any_of([dialect._conditions(each) for each in filters]))
