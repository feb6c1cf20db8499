"""How a moment lies in Qdrant: its payload, whole, and which fields of it are indexed.

Besides the moment's own fields the payload holds ``until_ms``, the end of the milliseconds that the
moment occupies, which differs from ``end_ms`` for instants only and makes overlap one pair of
ranges; and ``words``, its plain words, in which phrases are looked up.
"""

from collections.abc import Mapping
from typing import Any, Final

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
KEYWORD_FIELDS: Final = (MEDIUM, "track", "unit", "language", "speaker")
TIME_FIELDS: Final = (START, UNTIL)

LAYOUT: Final = 3
"""Counts up whenever an index made before can no longer be searched as it should be."""


def to_payload(moment: Moment) -> dict[str, Any]:
    """Return the moment as plain data."""
    return {**moment.model_dump(mode="json", exclude_none=True),
            UNTIL: Interval.of(moment).until_ms, PHRASES: plain_words(moment.text)}


def from_payload(payload: Mapping[str, Any]) -> Moment:
    """Return the moment that :func:`to_payload` was given."""
    return Moment.model_validate(payload)


def time_order(moment: Moment) -> tuple[int, int, str]:
    """Sort key of time order: start, then end, then id."""
    return moment.start_ms, moment.end_ms, moment.id
