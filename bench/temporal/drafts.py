"""What every relation's questions are made from: anchors, windows and phrases, drawn at random."""

import random
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Literal

import numpy as np

from bench.temporal.anchors import Anchor, Anchors, Event, Form, Mention
from bench.temporal.transcript import Phrase, Transcript
from trikal.indexes.intervals import EARLIEST_MS, LATEST_MS, Interval

_PAIRS = 0.7
"""How often two words are looked for rather than one: they sound more like a topic."""


NUMBERED: Final = {"second": 1, "third": 2, "last": -1}
"""Which of several mentions a question may name by its number, as an index."""

_SHORTEST, _LONGEST = 4, 60
"""How many utterances something may last that goes on for a while."""

_COMPARED = 4
_NEAR = 20
"""One utterance of so many is near a limit, on either side of it."""


class Unlucky(Exception):
    """What was drawn makes no question whose truth is beyond doubt; draw again."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A question before it is worded.

    Attributes:
        gold: Positions of the utterances that answer it.
        anchors: By blank.
        phrases: By blank.
        times: By blank, in ms.
        plain: Other blanks.
        value: The number that answers it, if one does: a count, or ms.
        form: Which of a relation's tables of wordings fit.
    """

    gold: Sequence[int]
    anchors: Mapping[str, Event] = field(default_factory=dict)
    phrases: dict[str, str] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)
    plain: dict[str, str] = field(default_factory=dict)
    value: int | None = None
    form: str = ""


class Drawer:
    """Draws parts of questions.

    Args:
        transcript: Where from.
        anchors: The half's anchors.
        form: How anchors are named.
        rng: The only source of chance.
        only: The one anchor to make questions from, where each is asked about in turn.
    """

    def __init__(
        self, transcript: Transcript, anchors: Anchors, form: Form, rng: random.Random, *,
        only: Anchor | None = None,
    ) -> None:
        self.transcript = transcript
        self.form = form
        self.rng = rng
        self._anchors = anchors.all(form) if only is None else [only]
        self._owns = anchors.owns
        self._starts = np.array([span.start_ms for span in transcript.spans])
        self._ends = np.array([span.until_ms for span in transcript.spans])
        self._is_small = len(transcript.cues) < 100
        self._taken: set[str] = set()

    def span(self, anchor: Event) -> Interval:
        """Return where an anchor lies."""
        return self.transcript.spans[anchor.at]

    def anchor(self) -> Anchor:
        """Draw an anchor."""
        if not self._anchors:
            raise Unlucky
        return self.rng.choice(self._anchors)

    def mention(self) -> Mention:
        """Draw one of several utterances with the same words: by its number, or by who speaks."""
        phrase = self.phrase(2)
        if self.rng.random() < 0.5:
            which = self.rng.choice(list(NUMBERED))
            if len(phrase.at) <= NUMBERED[which]:
                raise Unlucky
            found = Mention(phrase.at[NUMBERED[which]], phrase.text, which)
        else:
            cues = self.transcript.cues
            said = [cues[n].speaker for n in phrase.at]
            once = [n for n in phrase.at if said.count(cues[n].speaker) == 1
                    and cues[n].speaker in self.transcript.speakers]
            if not once:
                raise Unlucky
            at = self.rng.choice(once)
            found = Mention(at, phrase.text, "by", cues[at].speaker or "")
        if not self._owns(found.at):
            raise Unlucky
        return found

    def stretch(self) -> tuple[Anchor, Anchor]:
        """Draw the first and the last utterance of something that goes on for a while."""
        first, last = self.two_anchors()
        if not _SHORTEST <= last.at - first.at <= _LONGEST:
            raise Unlucky
        return first, last

    def two_anchors(self) -> tuple[Anchor, Anchor]:
        """Draw two anchors that do not overlap, in time order; half the time they lie close."""
        count = len(self._anchors)
        if count < 2:
            raise Unlucky
        one = self.rng.randrange(count)
        reach = count if self.rng.random() < 0.5 else 20
        other = one + self.rng.randint(-reach, reach)
        if other == one or not 0 <= other < count:
            raise Unlucky
        first, second = (self._anchors[n] for n in sorted((one, other)))
        if self.span(second).start_ms < self.span(first).end_ms:
            raise Unlucky
        return first, second

    def time(self, *, round_to_ms: int = 1000) -> int:
        """Draw a time on the medium's clock."""
        steps = max(2, self.transcript.duration_ms // round_to_ms)
        return self.rng.randrange(1, steps) * round_to_ms

    def one_of(self, options: Sequence[int]) -> int:
        """Draw a length that is shorter than the medium."""
        fitting = [each for each in options if each < self.transcript.duration_ms]
        if not fitting:
            raise Unlucky
        return self.rng.choice(fitting)

    def inside(self, window: Interval, speaker: str | None = None) -> list[int]:
        """Return the positions of the utterances that overlap a window."""
        found = np.flatnonzero((self._starts < window.until_ms) & (self._ends > window.start_ms))
        return [n for n in map(int, found)
                if speaker is None or self.transcript.cues[n].speaker == speaker]

    def target(
        self, windows: Iterable[Interval], *, avoiding: Collection[int] = (),
        avoiding_phrases: Collection[str] = (), speaker: str | None = None, rare: bool = False,
    ) -> tuple[Phrase, list[int]]:
        """Draw a phrase that is said inside the windows, and at least as often outside.

        Args:
            windows: Any of which a moment may overlap.
            avoiding: Utterances that must not hold the phrase.
            avoiding_phrases: Phrases that stand for something else in the question.
            speaker: Who must say it inside.
            rare: Of a few such phrases take the one that is said least often inside, and most
                often outside.

        Returns:
            The phrase and the utterances inside that hold it.
        """
        inside = {n for window in windows for n in self.inside(window, speaker)}
        some = self.rng.sample(sorted(inside), min(len(inside), 200))
        found = self._fitting(some, inside, avoiding, avoiding_phrases)
        return _rarest(islice(found, _COMPARED if rare else 1))

    def target_beside(
        self, window: Interval, *, straddling: bool = False
    ) -> tuple[Phrase, list[int]]:
        """Draw a phrase that is said on both sides of a window's limits, and close to them.

        Of a few the one that is said least often inside, and of these most often outside, so that
        the limit has to be minded; each once, as long as there are others.

        Args:
            window: Where it must be said.
            straddling: A limit lies in the only utterance inside that says it.
        """
        limits = [each for each in (window.start_ms, window.end_ms)
                  if EARLIEST_MS < each < LATEST_MS]
        away = np.min([np.maximum(0, np.maximum(self._starts - each, each - self._ends))
                       for each in limits], axis=0)
        inside = set(self.inside(window))
        nearest = [int(n) for n in np.argsort(away, kind="stable")]
        reach = max(20, len(nearest) // _NEAR)
        near = [n for n in nearest if n in inside][:reach]
        beyond = set([n for n in nearest if n not in inside][:reach])
        if straddling:
            near = [n for n in near if any(map(self._holds(n), limits))]
        found = (each for each in self._fitting(near, inside)
                 if (len(each[1]) == 1 if straddling else beyond & set(each[0].at))
                 and each[0].text not in self._taken)
        try:
            phrase, gold = _rarest(islice(found, _COMPARED))
        except Unlucky:
            if not straddling:
                self._taken.clear()
            raise
        self._taken.add(phrase.text)
        return phrase, gold

    def held(self, times: Iterable[int]) -> list[int]:
        """Return those times at which an utterance has begun and not ended."""
        return [each for each in times
                if np.any((self._starts < each) & (self._ends > each))]

    def _holds(self, n: int) -> Callable[[int], bool]:
        return lambda time: bool(self._starts[n] < time < self._ends[n])

    def _fitting(
        self, some: Sequence[int], inside: Collection[int], avoiding: Collection[int] = (),
        avoiding_phrases: Collection[str] = (),
    ) -> Iterator[tuple[Phrase, list[int]]]:
        """Yield the phrases of some utterances that are said at least as often outside."""
        # Each phrase once, so that what is said all the time is not asked for all the time.
        held = list(dict.fromkeys(phrase for n in some
                                  for phrase in self.transcript.phrases_of.get(n, ())))
        apart = {word for text in avoiding_phrases for word in text.casefold().split()}
        self.rng.shuffle(held)
        if self.rng.random() < _PAIRS:
            held.sort(key=lambda each: " " not in each.text)
        for phrase in held:
            gold = [n for n in phrase.at if n in inside]
            outside = len(phrase.at) - len(gold)
            if (len(gold) <= outside >= (1 if self._is_small else 2)
                    and not apart & set(phrase.text.casefold().split())
                    and not set(avoiding) & set(phrase.at)):
                yield phrase, gold

    def phrase(self, least: int, most: int = 30, *, avoiding: Collection[int] = ()) -> Phrase:
        """Draw a phrase that so many utterances hold, rather two words than one."""
        fitting = [each for each in self._phrases_said(least, most)
                   if not set(avoiding) & set(each.at)]
        pairs = [each for each in fitting if " " in each.text]
        chosen = pairs if pairs and self.rng.random() < _PAIRS else fitting
        if not chosen:
            raise Unlucky
        return self.rng.choice(chosen)

    def _phrases_said(self, least: int, most: int) -> list[Phrase]:
        return [each for each in self.transcript.phrases if least <= len(each.at) <= most]

    def neighbours(self, at: int, side: Literal["before", "after"]) -> list[int]:
        """Return what lies nearest to an utterance on one side; several when they tie."""
        span = self.transcript.spans[at]
        if side == "after":
            return nearest(np.flatnonzero(self._starts >= span.until_ms), self._starts, min)
        return nearest(np.flatnonzero(self._ends <= span.start_ms), self._ends, max)


def _rarest(found: Iterable[tuple[Phrase, list[int]]]) -> tuple[Phrase, list[int]]:
    """Return what is said least often inside, and of these most often outside."""
    compared = list(found)
    if not compared:
        raise Unlucky
    return min(compared, key=lambda each: (len(each[1]), -len(each[0].at)))


def nearest(
    positions: Iterable[int], edges: np.ndarray, best: Callable[[Iterable[int]], int]
) -> list[int]:
    """Return the positions whose edge is the best.

    Raises:
        Unlucky: There are none.
    """
    found = {int(n): int(edges[n]) for n in positions}
    if not found:
        raise Unlucky
    edge = best(found.values())
    return [n for n, each in found.items() if each == edge]
