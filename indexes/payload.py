"""How a moment lies in Qdrant: its payload, whole, and which fields of it are indexed.

Besides the moment's own fields the payload holds ``until_ms``, the end of the milliseconds that the
moment occupies, which differs from ``end_ms`` for instants only and makes overlap one pair of
ranges; ``words``, its plain words, in which phrases are looked up; and ``place``, the medium and
the minute in which it starts, as one word: the few moments inside a passage are found by it at
once, where the index of media and that of times each leave hundreds to look through.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import TypeAdapter

from trikal.indexes.intervals import Interval
from trikal.indexes.phrases import plain_words
from trikal.moments import Moment

TEXT_VECTOR: Final = "text"
WORDS_VECTOR: Final = "bm25"
IMAGE_VECTOR: Final = "image"
PASSAGE_VECTOR: Final = "passage"
"""A passage's dense vector once more, in the embedded engine: passages by themselves."""

MEDIUM: Final = "media_id"
START: Final = "start_ms"
UNTIL: Final = "until_ms"
PHRASES: Final = "words"
PLACE: Final = "place"
KEYWORD_FIELDS: Final = (MEDIUM, "track", "unit", "language", "speaker", PLACE)
TIME_FIELDS: Final = (START, UNTIL)
ASIDE: Final = (UNTIL, PHRASES, PLACE)
"""What only filters need: an engine need not send it with what it found."""

_MOMENT: Final = TypeAdapter(Moment).validator  # 4 µs a moment, and 6 by `model_validate`
_MINUTE_MS: Final = 60_000
_MOST_PLACES: Final = 64
_TOLD_APART: Final = 16  # letters of a hash; two media in one place would only be slower

LAYOUT: Final = 4
"""Counts up whenever an index made before can no longer be searched as it should be."""


def to_payload(moment: Moment) -> dict[str, Any]:
    """Return the moment as plain data."""
    return {**moment.model_dump(mode="json", exclude_none=True),
            UNTIL: Interval.of(moment).until_ms, PHRASES: plain_words(moment.text),
            PLACE: _place(moment.media_id, moment.start_ms // _MINUTE_MS)}


def places(media_ids: Sequence[str], starts: Sequence[Interval]) -> tuple[str, ...]:
    """Return the places at which moments of some media start inside some intervals.

    Returns:
        The places; none of them where they are so many that naming them gains nothing.
    """
    minutes = [range(each.start_ms // _MINUTE_MS, (each.until_ms - 1) // _MINUTE_MS + 1)
               for each in starts]
    if len(media_ids) * sum(map(len, minutes)) > _MOST_PLACES:
        return ()
    named = {_place(medium, minute): None
             for medium in media_ids for each in minutes for minute in each}
    return tuple(named)


def _place(media_id: str, minute: int) -> str:
    return f"{media_id[:_TOLD_APART]}/{minute}"


def from_payload(payload: Mapping[str, Any]) -> Moment:
    """Return the moment that :func:`to_payload` was given."""
    moment: Moment = _MOMENT.validate_python(payload)
    return moment


def time_order(moment: Moment) -> tuple[int, int, str]:
    """Sort key of time order: start, then end, then id."""
    return moment.start_ms, moment.end_ms, moment.id
