"""Parts: what "the part about X" is, with a start, an end and the moments that speak for it."""

from collections.abc import Sequence
from typing import Final

from trikal.indexes.found import Part
from trikal.indexes.moment_search import Evidence, MomentSearch
from trikal.indexes.placing import Place
from trikal.indexes.protocol import MomentFilter, MomentIndex
from trikal.indexes.spans import Span, surprising
from trikal.indexes.targets import within
from trikal.indexes.trace import Trace, place_words, span_words
from trikal.moments import Unit

MOST_PARTS: Final = 5
"""How many parts are offered; they do not overlap, and more are seldom about one thing."""

SPEAKING: Final = 8
"""How many observations speak for a part."""


class Parts:
    """Finds parts of media; how their ends are chosen stands in :mod:`trikal.indexes.spans`.

    Args:
        index: The moments.
        texts: Searches them.
        trace: Told what was found.
    """

    def __init__(self, index: MomentIndex, texts: MomentSearch, trace: Trace) -> None:
        self._index = index
        self._texts = texts
        self._trace = trace

    def find(
        self, text: str, scopes: Sequence[MomentFilter], spots: Sequence[Place], limit: int
    ) -> list[Part]:
        """Find the parts that are about a text, at the best place that has any.

        Args:
            text: What they are about.
            scopes: Where to look, as far as scope and clock say; no part reaches out of a window.
            spots: Where to look, as far as anchors say, the best first.
            limit: How many at most.
        """
        for spot in spots:
            inside = within(scopes, [spot])
            scored = self._texts.scored(text, inside) if inside else []
            spans = surprising(scored, min(limit, MOST_PARTS))
            if spans:
                return [self._part(span, inside) for span in spans]
        return []

    def _part(self, span: Span, scopes: Sequence[MomentFilter]) -> Part:
        evidence = [
            Evidence(moment=each.moment, score=each.score, dense=each.dense, why="in the part")
            for each in span.found[:SPEAKING] if each.moment.unit is Unit.OBSERVATION
        ] or self._said_in(span, scopes)
        part = Part(media_id=span.media_id, interval=span.interval, score=span.score,
                    evidence=tuple(evidence))
        count = sum(each.moment.unit is Unit.OBSERVATION for each in span.found)
        self._trace.note(f"a part from {span_words(span.interval)}: {count} moments found in it, "
                         f"the best {place_words(part.best.moment)}")
        return part

    def _said_in(self, span: Span, scopes: Sequence[MomentFilter]) -> list[Evidence]:
        """Let what a passage is made of speak for a part in which only passages were found."""
        wanted = MomentFilter(media_ids=(span.media_id,), tracks=(span.track,),
                              units=(Unit.OBSERVATION,), windows=(span.interval,),
                              any_of=tuple(scopes))
        found = self._index.in_window(wanted, SPEAKING) or span.moments
        dense = max((each.dense or 0.0 for each in span.found), default=0.0)
        return [Evidence(moment=each, score=span.score, dense=dense, why="in the part")
                for each in found]
