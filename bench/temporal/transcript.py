"""A timed transcript as the generator sees it: utterances in order, and which phrases they hold."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from trikal.indexes.intervals import Interval
from trikal.media.timedtext import Cue, read_timed_text

COMMON = 0.01
"""A word in a larger share of the utterances than this says little about one of them."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ENDINGS = re.compile(r"(?:['’]s|s['’]|ies|es|s|ing|ed|ation|e|y)$")
_STOP = frozenset("""
a about above after again against all also am an and any are around as at back be because been
before being below between both but by call came can come could day did do does done down during
each else end ever every few first for from get give go goes going gone good got had has have having
he her here him his how i if in into is it its just keep know last left let like little long look
made make many may me might mine minute more most much must my need next no not now of off on once
one only or other our out over own part people place please put quite really right roger said same
say see seem seen she should show since so some something soon still such sure take tell than thank
that the their them then there these they thing think this those though three through time to
together told too two under until up us very want was way we well went were what when where which
while who whole why will with word work would yes yet you your ago maybe okay though whether while
whenever till later earlier previously afterwards beginning middle start second seconds minutes hour
hours third half percent quarter mention mentions mentioned
""".split())


@dataclass(frozen=True)
class Phrase:
    """Words that stand together in some utterances, at most once in each.

    Attributes:
        text: As the transcript writes it.
        at: Which utterances hold it, by position, in time order.
    """

    text: str
    at: tuple[int, ...]


def words(text: str) -> list[str]:
    """Split a text into its words, in lower case."""
    return [word.replace("’", "'") for word in _WORD.findall(text.casefold())]


def content(text: str) -> set[str]:
    """Return the stems of the words of a text that say what it is about."""
    return {stem(word) for word in words(text) if word not in _STOP and "'" not in word}


def is_filler(word: str) -> bool:
    """Tell whether a word says nothing of what a text is about, in any text."""
    return word in _STOP


def stem(word: str) -> str:
    """Cut a word's ending off, so that forms of one word agree; crude, and the same for all."""
    stemmed = _ENDINGS.sub("", word)
    return stemmed if len(stemmed) >= 3 else word


class Transcript:
    """Utterances in time order.

    Args:
        cues: Timed text.
        media: What the medium is called.
    """

    def __init__(self, cues: Sequence[Cue], media: str) -> None:
        self.cues = sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms))
        self.media = media
        self.spans = [Interval(cue.start_ms, cue.end_ms) for cue in self.cues]
        self.duration_ms = max(cue.end_ms for cue in self.cues)
        self._words = [words(cue.text) for cue in self.cues]

    @classmethod
    def read(cls, path: Path) -> "Transcript":
        """Read a .jsonl, .srt or .vtt file."""
        return cls(read_timed_text(path), path.name)

    def holding(self, phrase: str) -> list[int]:
        """Return the positions of the utterances that hold a phrase as whole words."""
        sought = words(phrase)
        rarest = min((self._having.get(word, []) for word in sought), key=len, default=[])
        return [n for n in rarest if _occurrences(sought, self._words[n])]

    def overlapping(self, window: Interval) -> list[int]:
        """Return the positions of the utterances that overlap a window."""
        return [n for n, span in enumerate(self.spans) if span.overlaps(window)]

    def is_common(self, word: str) -> bool:
        """Tell whether a word stands in too many utterances to mark one of them."""
        return word in _STOP or (len(self.cues) > 100
                                 and len(self._having.get(word, ())) > COMMON * len(self.cues))

    @cached_property
    def phrases(self) -> list[Phrase]:
        """Distinctive words and pairs of words that several utterances hold, none of them twice.

        Left out are phrases whose count one could doubt: those that are also said in another form
        ("fuel cell" beside "fuel cells") or at one time by two.
        """
        exact: dict[tuple[str, ...], list[int]] = defaultdict(list)
        stems: Counter[tuple[str, ...]] = Counter()
        surface: dict[tuple[str, ...], str] = {}
        for n, cue in enumerate(self.cues):
            for key, text in _grams(cue.text):
                stems[tuple(map(stem, key))] += 1
                if not any(map(self.is_common, key)) and all(map(_is_plain, key)):
                    exact[key].append(n)
                    surface.setdefault(key, text)
        return [
            Phrase(surface[key], tuple(at)) for key, at in sorted(exact.items())
            if len(at) > 1 and stems[tuple(map(stem, key))] == len(at) == len(set(at))
            and len({self.cues[n].start_ms for n in at}) == len(at)
            and self.holding(surface[key]) == at
        ]

    @cached_property
    def phrases_of(self) -> dict[int, list[Phrase]]:
        """The phrases that each utterance holds."""
        held: dict[int, list[Phrase]] = defaultdict(list)
        for phrase in self.phrases:
            for n in phrase.at:
                held[n].append(phrase)
        return held

    @cached_property
    def speakers(self) -> dict[str, list[int]]:
        """The utterances of every speaker who is heard more than now and then."""
        spoken: dict[str, list[int]] = defaultdict(list)
        for n, cue in enumerate(self.cues):
            if cue.speaker:
                spoken[cue.speaker].append(n)
        least = max(3, len(self.cues) // 200)
        return {name: said for name, said in spoken.items() if len(said) >= least}

    @cached_property
    def _having(self) -> dict[str, list[int]]:
        having: dict[str, list[int]] = defaultdict(list)
        for n, said in enumerate(self._words):
            for word in dict.fromkeys(said):
                having[word].append(n)
        return having


def _occurrences(sought: Sequence[str], said: Sequence[str]) -> int:
    return sum(list(said[at:at + len(sought)]) == list(sought)
               for at in range(len(said) - len(sought) + 1))


def _is_plain(word: str) -> bool:
    return len(word) >= 4 and word.isalpha()


def _grams(text: str) -> Iterable[tuple[tuple[str, ...], str]]:
    """Yield a text's single words and its pairs of words with nothing but a space between."""
    found = list(_WORD.finditer(text))
    for match in found:
        yield (match[0].casefold(),), match[0]
    for one, two in zip(found, found[1:], strict=False):
        between = text[one.end():two.start()]
        if between == " ":
            yield (one[0].casefold(), two[0].casefold()), text[one.start():two.end()]
