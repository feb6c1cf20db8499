"""Drafts whose anchor is itself found through another: two and three levels deep."""

from bench.temporal.drafts import Draft, Drawer, Unlucky
from bench.temporal.mentions import following, preceding
from trikal.indexes.intervals import Interval


def after_next(draw: Drawer) -> Draft:
    """Right after the first P after A."""
    anchor = draw.anchor()
    phrase = draw.phrase(3, avoiding=[anchor.at])
    mention = following(draw, phrase, anchor.at)
    return Draft(gold=draw.neighbours(mention, "after"), anchors={"A": anchor},
                 phrases={"P": phrase.text}, form="after next")


def before_previous(draw: Drawer) -> Draft:
    """Right before the last P before A."""
    anchor = draw.anchor()
    phrase = draw.phrase(3, avoiding=[anchor.at])
    mention = preceding(draw, phrase, anchor.at)
    return Draft(gold=draw.neighbours(mention, "before"), anchors={"A": anchor},
                 phrases={"P": phrase.text}, form="before previous")


def first_between(draw: Drawer) -> Draft:
    """The first P between A and B."""
    one, other = draw.two_anchors()
    phrase = draw.phrase(3, avoiding=[one.at, other.at])
    mention = following(draw, phrase, one.at)
    if draw.transcript.spans[mention].end_ms > draw.span(other).start_ms:
        raise Unlucky
    return Draft(gold=[mention], anchors={"A": one, "B": other}, phrases={"P": phrase.text},
                 form="first between")


def after_second(draw: Drawer) -> Draft:
    """T after the second P."""
    marker = draw.phrase(3)
    mention = marker.at[1]
    window = Interval.since(draw.transcript.spans[mention].until_ms)
    phrase, gold = draw.target([window], avoiding=[mention], avoiding_phrases=[marker.text])
    return Draft(gold=gold, phrases={"T": phrase.text, "P": marker.text}, form="after second")


def chain(draw: Drawer) -> Draft:
    """The first P after the last R before A."""
    anchor = draw.anchor()
    first, texts = _chained(draw, anchor.at)
    return Draft(gold=[first], anchors={"A": anchor}, phrases=texts, form="chain")


def after_chain(draw: Drawer) -> Draft:
    """Right after the first P after the last R before A."""
    anchor = draw.anchor()
    first, texts = _chained(draw, anchor.at)
    return Draft(gold=draw.neighbours(first, "after"), anchors={"A": anchor}, phrases=texts,
                 form="after chain")


def before_chain(draw: Drawer) -> Draft:
    """Right before the last P before the first R after A."""
    anchor = draw.anchor()
    inner = draw.phrase(3, avoiding=[anchor.at])
    middle = following(draw, inner, anchor.at)
    outer = draw.phrase(3, avoiding=[anchor.at, middle, *inner.at])
    mention = preceding(draw, outer, middle)
    return Draft(gold=draw.neighbours(mention, "before"), anchors={"A": anchor},
                 phrases={"P": outer.text, "R": inner.text}, form="before chain")


def target_chain(draw: Drawer) -> Draft:
    """T after the first P after the second R."""
    inner = draw.phrase(3)
    outer = draw.phrase(3, avoiding=inner.at)
    mention = following(draw, outer, inner.at[1])
    window = Interval.since(draw.transcript.spans[mention].until_ms)
    phrase, gold = draw.target([window], avoiding=[mention, inner.at[1]],
                               avoiding_phrases=[inner.text, outer.text])
    return Draft(gold=gold, form="target chain",
                 phrases={"T": phrase.text, "P": outer.text, "R": inner.text})


def _chained(draw: Drawer, at: int) -> tuple[int, dict[str, str]]:
    """Find the first P after the last R before an utterance."""
    inner = draw.phrase(3, avoiding=[at])
    middle = preceding(draw, inner, at)
    outer = draw.phrase(3, avoiding=[at, middle, *inner.at])
    return following(draw, outer, middle), {"P": outer.text, "R": inner.text}


def two_levels(draw: Drawer) -> Draft:
    return draw.rng.choice((after_next, before_previous, first_between, after_second, chain))(draw)


def three_levels(draw: Drawer) -> Draft:
    return draw.rng.choice((after_chain, before_chain, target_chain))(draw)


DRAFTS = {"nested 2": two_levels, "nested 3": three_levels}
