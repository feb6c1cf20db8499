"""Passages: consecutive utterances joined to the size that people mean by "the part about X"."""

from collections.abc import Iterable, Iterator, Sequence

from trikal.moments import Moment, Unit

WORDS = 60
"""A passage stops growing at this many words: about 25 seconds of talk, well inside what small
embedding models read."""

MAX_MS = 90_000
"""A passage never spans more than this, in milliseconds."""

MAX_GAP_MS = 20_000
"""A silence longer than this, in milliseconds, ends a passage: what follows is another matter."""


def passages(utterances: Sequence[Moment]) -> Iterator[Moment]:
    """Join a medium's utterances into overlapping passages.

    Each passage begins halfway into the one before it, so that no train of thought is cut in
    every passage. A passage of one utterance would say the same thing twice and is left out.

    Args:
        utterances: Observations of one track of one medium, in time order.

    Yields:
        Passages in time order, with the utterances' language, source and, if all agree, speaker.
    """
    first, last_end = 0, 0
    while first < len(utterances):
        end = _end(utterances, first)
        if end - first > 1 and end > last_end:
            yield _joined(utterances[first:end])
            last_end = end
        first = max(first + 1, first + (end - first) // 2)


def _end(utterances: Sequence[Moment], first: int) -> int:
    start_ms, end_ms = utterances[first].start_ms, utterances[first].end_ms
    words = len(utterances[first].text.split())
    for position in range(first + 1, len(utterances)):
        this = utterances[position]
        words += len(this.text.split())
        # Where voices overlap, it is not always the latest to begin that ends last.
        gap_ms, end_ms = this.start_ms - end_ms, max(end_ms, this.end_ms)
        if words > WORDS or gap_ms > MAX_GAP_MS or end_ms - start_ms > MAX_MS:
            return position
    return len(utterances)


def _joined(parts: Sequence[Moment]) -> Moment:
    known = [part.confidence for part in parts if part.confidence is not None]
    return Moment(
        media_id=parts[0].media_id, track=parts[0].track, unit=Unit.PASSAGE,
        start_ms=parts[0].start_ms, end_ms=max(part.end_ms for part in parts),
        text=" ".join(part.text for part in parts), language=_agreed(p.language for p in parts),
        speaker=_agreed(part.speaker for part in parts),
        confidence=sum(known) / len(known) if known else None, source=parts[0].source,
        recorded_at=parts[0].recorded_at,
    )


def _agreed(values: Iterable[str | None]) -> str | None:
    different = set(values)
    return different.pop() if len(different) == 1 else None
