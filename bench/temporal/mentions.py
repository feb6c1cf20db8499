"""Drafts about mentions of a phrase (which one, how many, how far apart) and about who speaks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bench.temporal.anchors import Anchor
from bench.temporal.clock import window
from bench.temporal.drafts import Draft, Drawer, Unlucky
from bench.temporal.transcript import Phrase
from trikal.indexes.intervals import Interval

_FEW = 8
"""How many mentions a question for all of them may have, so that a short list can hold them."""


def first(draw: Drawer) -> Draft:
    return _nth(draw, 0)


def second(draw: Drawer) -> Draft:
    return _nth(draw, 1)


def third(draw: Drawer) -> Draft:
    return _nth(draw, 2)


def last(draw: Drawer) -> Draft:
    return _nth(draw, -1)


def next_mention(draw: Drawer) -> Draft:
    anchor = draw.anchor()
    phrase = draw.phrase(3, avoiding=[anchor.at])
    return Draft(gold=[following(draw, phrase, anchor.at)], anchors={"A": anchor},
                 phrases={"P": phrase.text})


def previous_mention(draw: Drawer) -> Draft:
    anchor = draw.anchor()
    phrase = draw.phrase(3, avoiding=[anchor.at])
    return Draft(gold=[preceding(draw, phrase, anchor.at)], anchors={"A": anchor},
                 phrases={"P": phrase.text})


def every(draw: Drawer) -> Draft:
    phrase = draw.phrase(2, _FEW)
    return Draft(gold=phrase.at, phrases={"P": phrase.text})


def count(draw: Drawer) -> Draft:
    phrase = draw.phrase(2)
    return Draft(gold=phrase.at, phrases={"P": phrase.text}, value=len(phrase.at))


def count_window(draw: Drawer) -> Draft:
    """Count in a window whose edges no mention straddles."""
    form = draw.rng.choice(("clock", "after", "before"))
    drawn = _windowed(draw, form)
    phrase = draw.phrase(2, avoiding=[anchor.at for anchor in drawn.anchors.values()])
    spans = {n: draw.transcript.spans[n] for n in phrase.at}
    gold = [n for n, span in spans.items() if drawn.window.contains(span)]
    touched = [n for n, span in spans.items() if drawn.window.overlaps(span)]
    if not gold or touched != gold or len(gold) == len(phrase.at):
        raise Unlucky
    return Draft(gold=gold, anchors=drawn.anchors, times=drawn.times,
                 phrases={"P": phrase.text}, value=len(gold), form=form)


def how_long(draw: Drawer) -> Draft:
    """From the end of the earlier to the start of the later, in whichever order they are named."""
    one, other = draw.two_anchors()
    value = draw.span(other).start_ms - draw.span(one).end_ms
    named = [one, other] if draw.rng.random() < 0.7 else [other, one]
    return Draft(gold=[one.at, other.at], anchors=dict(zip("AB", named, strict=True)), value=value)


def speaker_next(draw: Drawer) -> Draft:
    anchor = draw.anchor()
    following = [n for n in range(anchor.at + 1, min(anchor.at + 20, len(draw.transcript.cues)))
                 if draw.transcript.spans[n].start_ms >= draw.span(anchor).end_ms]
    heard = sorted({draw.transcript.cues[n].speaker or "" for n in following}
                   & set(draw.transcript.speakers))
    if not heard:
        raise Unlucky
    name = draw.rng.choice(heard)
    gold = next(n for n in following if draw.transcript.cues[n].speaker == name)
    if [draw.transcript.spans[n].start_ms for n in following].count(
            draw.transcript.spans[gold].start_ms) > 1:
        raise Unlucky
    return Draft(gold=[gold], anchors={"A": anchor}, plain={"S": name})


def speaker_window(draw: Drawer) -> Draft:
    """What one speaker says about something in a window."""
    if not draw.transcript.speakers:
        raise Unlucky
    form = draw.rng.choice(("clock", "after", "before"))
    drawn = _windowed(draw, form)
    name = draw.rng.choice(sorted(draw.transcript.speakers))
    phrase, gold = draw.target([drawn.window], speaker=name, rare=draw.form == "quoted",
                               avoiding=[anchor.at for anchor in drawn.anchors.values()])
    return Draft(gold=gold, anchors=drawn.anchors, times=drawn.times,
                 phrases={"T": phrase.text}, plain={"S": name}, form=form)


def following(draw: Drawer, phrase: Phrase, at: int) -> int:
    """Return the first mention that starts when an utterance has ended, or later."""
    end_ms = draw.transcript.spans[at].end_ms
    return _chosen([n for n in phrase.at if draw.transcript.spans[n].start_ms >= end_ms], min)


def preceding(draw: Drawer, phrase: Phrase, at: int) -> int:
    """Return the last mention that has ended when an utterance starts."""
    start_ms = draw.transcript.spans[at].start_ms
    return _chosen([n for n in phrase.at if draw.transcript.spans[n].end_ms <= start_ms], max)


def _chosen(found: list[int], best: Callable[[list[int]], int]) -> int:
    if not found:
        raise Unlucky
    return best(found)


def _nth(draw: Drawer, n: int) -> Draft:
    phrase = draw.phrase(max(3, n + 1))
    return Draft(gold=[phrase.at[n]], phrases={"P": phrase.text})


@dataclass(frozen=True, kw_only=True)
class _Window:
    """A window, and how a question names it."""

    window: Interval
    anchors: Mapping[str, Anchor] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)


def _windowed(draw: Drawer, form: str) -> _Window:
    if form == "clock":
        drawn, times = window(draw)
        return _Window(window=drawn, times=times)
    anchor = draw.anchor()
    span = draw.span(anchor)
    open_window = (Interval.since(span.until_ms) if form == "after"
                   else Interval.until(span.start_ms))
    return _Window(window=open_window, anchors={"A": anchor})


DRAFTS = {
    "first mention": first, "second mention": second, "third mention": third,
    "last mention": last, "next mention": next_mention, "previous mention": previous_mention,
    "every mention": every, "count": count, "count window": count_window, "how long": how_long,
    "speaker next": speaker_next, "speaker window": speaker_window,
}
