"""A small archive to put temporal questions to, on the real embedded engine."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.indexes import makers
from trikal.indexes.media_facts import MediumFacts
from trikal.indexes.protocol import MomentIndex, Vectors
from trikal.indexes.rules import Vocabulary, read_question
from trikal.indexes.temporal import TemporalQuery
from trikal.indexes.temporal_search import Found, TemporalSearch
from trikal.moments import Moment

DIMENSIONS = 64
_HOUR = 3_600_000


def embed(texts: Sequence[str]) -> Vectors:
    """Texts that share words lie near each other."""
    return makers.embed(texts, DIMENSIONS)


@dataclass
class Archive:
    """An index, what is in it, and a search over it."""

    index: MomentIndex
    durations: dict[str, int] = field(default_factory=lambda: {"medium-a": _HOUR})
    recorded: dict[str, datetime] = field(default_factory=dict)

    def hold(self, *moments: Moment) -> None:
        self.index.upsert(list(moments), embed([each.text for each in moments]))

    def run(self, query: TemporalQuery | str, **options: Any) -> Found:
        names = Vocabulary(media=tuple(f"{each}.mp4" for each in self.durations))
        asked = read_question(query, names).query if isinstance(query, str) else query
        media = {each: MediumFacts(duration_ms=ms, name=f"{each}.mp4",
                                   recorded_at=self.recorded.get(each))
                 for each, ms in self.durations.items()}
        return TemporalSearch(self.index, embed, media).run(asked, **options)

    def starts(self, query: TemporalQuery | str, **options: Any) -> list[tuple[str, int]]:
        return [(each.moment.media_id, each.moment.start_ms)
                for each in self.run(query, **options).evidence]

    def texts(self, query: TemporalQuery | str, **options: Any) -> list[str]:
        return [each.moment.text for each in self.run(query, **options).evidence]
