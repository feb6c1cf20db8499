"""Drafts that hang a target on one or two events."""

from bench.temporal.anchors import Anchor, Event
from bench.temporal.clock import HOUR, MINUTE, SECOND
from bench.temporal.drafts import Draft, Drawer, Unlucky
from trikal.indexes.intervals import Interval

_REACHES = (30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 20 * MINUTE,
            HOUR, 2 * HOUR, 3 * HOUR)
_OFFSETS = (2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE, 45 * MINUTE, HOUR,
            2 * HOUR, 3 * HOUR, 6 * HOUR)
TOLERANCE_MS = 15_000
"""How far "ten minutes after" may be off, in ms."""


def before(draw: Drawer) -> Draft:
    anchor = draw.anchor()
    phrase, gold = draw.target([Interval.until(draw.span(anchor).start_ms)], avoiding=[anchor.at])
    return Draft(gold=gold, anchors={"A": anchor}, phrases={"T": phrase.text})


def after(draw: Drawer) -> Draft:
    anchor = draw.anchor()
    phrase, gold = draw.target([Interval.since(draw.span(anchor).until_ms)], avoiding=[anchor.at])
    return Draft(gold=gold, anchors={"A": anchor}, phrases={"T": phrase.text})


def right_before(draw: Drawer) -> Draft:
    event = _one_of_several(draw)
    return Draft(gold=draw.neighbours(event.at, "before"), anchors={"A": event})


def right_after(draw: Drawer) -> Draft:
    event = _one_of_several(draw)
    return Draft(gold=draw.neighbours(event.at, "after"), anchors={"A": event})


def during(draw: Drawer) -> Draft:
    """While something goes on: from the start of its first words to the end of its last."""
    first, last = draw.stretch()
    window = Interval(draw.span(first).start_ms, draw.span(last).until_ms)
    phrase, gold = draw.target([window], avoiding_phrases=[first.words, last.words])
    return Draft(gold=gold, anchors={"A": first, "B": last}, phrases={"T": phrase.text})


def between(draw: Drawer) -> Draft:
    one, other = draw.two_anchors()
    start, end = draw.span(one).until_ms, draw.span(other).start_ms
    phrase, gold = draw.target([Interval(start, end)], avoiding=[one.at, other.at])
    return Draft(gold=gold, anchors={"A": one, "B": other}, phrases={"T": phrase.text})


def within(draw: Drawer) -> Draft:
    return _within(draw, before=True, after=True)


def within_after(draw: Drawer) -> Draft:
    return _within(draw, before=False, after=True)


def within_before(draw: Drawer) -> Draft:
    return _within(draw, before=True, after=False)


def offset_after(draw: Drawer) -> Draft:
    anchor, length = draw.anchor(), draw.one_of(_OFFSETS)
    return _around(draw, anchor, length, draw.span(anchor).end_ms + length)


def offset_before(draw: Drawer) -> Draft:
    anchor, length = draw.anchor(), draw.one_of(_OFFSETS)
    return _around(draw, anchor, length, draw.span(anchor).start_ms - length)


def until_next(draw: Drawer) -> Draft:
    """From an event until a phrase is said again."""
    anchor = draw.anchor()
    stop = draw.phrase(2, avoiding=[anchor.at])
    following = [n for n in stop.at
                 if draw.transcript.spans[n].start_ms >= draw.span(anchor).end_ms]
    if not following:
        raise Unlucky
    window = Interval(draw.span(anchor).end_ms, draw.transcript.spans[following[0]].start_ms)
    phrase, gold = draw.target([window], avoiding=[anchor.at, following[0]],
                               avoiding_phrases=[stop.text])
    return Draft(gold=gold, anchors={"A": anchor}, phrases={"T": phrase.text, "P": stop.text})


def from_on(draw: Drawer) -> Draft:
    anchor = draw.anchor()
    phrase, gold = draw.target([Interval.since(draw.span(anchor).start_ms)])
    return Draft(gold=gold, anchors={"A": anchor}, phrases={"T": phrase.text})


def _one_of_several(draw: Drawer) -> Event:
    """Draw an event whose words alone do not tell it: what is told is one anyway."""
    return draw.mention() if draw.form == "quoted" else draw.anchor()


def _within(draw: Drawer, *, before: bool, after: bool) -> Draft:
    anchor, length = draw.anchor(), draw.one_of(_REACHES)
    span = draw.span(anchor)
    windows = []
    if before:
        windows.append(Interval(span.start_ms - length, span.start_ms))
    if after:
        windows.append(Interval(span.until_ms, span.until_ms + length))
    phrase, gold = draw.target(windows, avoiding=[anchor.at])
    gaps = [span.gap_ms(draw.transcript.spans[n]) for n in phrase.at]
    if any(abs(gap - length) <= 1 for gap in gaps):
        raise Unlucky  # whether "within a minute" holds the last millisecond is open to doubt
    return Draft(gold=gold, anchors={"A": anchor}, phrases={"T": phrase.text},
                 times={"d": length})


def _around(draw: Drawer, anchor: Anchor, length: int, time: int) -> Draft:
    gold = draw.inside(Interval(time - TOLERANCE_MS, time + TOLERANCE_MS))
    if not gold:
        raise Unlucky
    return Draft(gold=gold, anchors={"A": anchor}, times={"d": length})


DRAFTS = {
    "before": before, "after": after, "right before": right_before, "right after": right_after,
    "during": during, "between": between, "within": within, "within after": within_after,
    "within before": within_before, "offset after": offset_after, "offset before": offset_before,
    "until next": until_next, "from on": from_on,
}
