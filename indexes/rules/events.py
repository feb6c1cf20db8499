"""Events: what a clause looks for, once its words about time are taken away."""

import re
from typing import Any, Final

from trikal.indexes.rules.language import EDGES, QUOTED, Language
from trikal.indexes.rules.scopes import Scopes
from trikal.indexes.temporal import Ask, Scope, TemporalQuery
from trikal.moments import Track

_WORD = re.compile(r"\w+(?:['’]\w+)*")


class Events:
    """Reads the text of an event.

    Args:
        language: The words that say nothing about what is looked for.
        scopes: Knows the speakers.
    """

    def __init__(self, language: Language, scopes: Scopes) -> None:
        table: dict[str, Any] = language.table["ordinals"]
        amounts = language.amounts
        self._language = language
        self._scopes = scopes
        self._leading: Final = [language.words_at_start(phrase) for phrase in table["leading"]]
        self._suffix: Final = [
            re.compile(rf"(?<!\w){amounts.filled(phrase, capturing=True)}(?!\w)", re.IGNORECASE)
            for phrase in table["anywhere"]
        ]
        self._beside_verb: Final = re.compile(
            rf"(?<!\w)(?:{table['beside_verb']})(?!\w)", re.IGNORECASE)
        self._every: Final = [language.words_at_start(phrase)
                              for phrase in language.table["every"]["leading"]]

    def read(self, text: str, *, words: str = "") -> TemporalQuery:
        """Read a clause's text.

        Args:
            text: The text.
            words: The words that hang it on something; they tell the track of an empty text.
        """
        tracks = self._language.track(text or words)
        text, speakers = self._scopes.speakers(text)
        if not text and words:
            _, speakers = self._scopes.speakers(words)
        text, ask = self._asked_every(text.strip(EDGES))
        text, ordinal = self._ordinal(text)
        target, verbatim = self._target(text)
        if speakers:
            tracks = (Track.SPEECH,)
        return TemporalQuery(target=target, verbatim=verbatim, tracks=tracks, ordinal=ordinal,
                             scope=Scope(speakers=speakers), ask=ask)

    def plain(
        self, question: str, rest: str, *, whole: bool = True, timed: bool = False
    ) -> TemporalQuery:
        """Read a question that hangs on nothing.

        Args:
            question: What to search for when nothing particular is found in it.
            rest: The question without its windows.
            whole: A question is searched for as it stands: its words carry meaning that a search
                by meaning can use. Not where occurrences are counted.
            timed: It names a window; then a topic alone is looked for there.
        """
        read = self.read(rest)
        if timed and read.tracks and read.target and self._language.mentioning.search(rest):
            return read
        if not whole or read.verbatim or read.ordinal is not None or read.scope.speakers:
            return read
        return read.model_copy(update={"target": question if read.target else ""})

    def _target(self, text: str) -> tuple[str, bool]:
        """Return what is looked for, and whether its very words are."""
        quotes = re.findall(QUOTED, text)
        if len(quotes) == 1:
            around = text.replace(quotes[0], " ")
            if all(word.casefold() in self._language.empty_words for word in
                   _WORD.findall(around)) and quotes[0][1:-1].strip(EDGES):
                return quotes[0][1:-1].strip(), True
        return self._language.bare(text), False

    def _ordinal(self, text: str) -> tuple[str, int | None]:
        """Take an ordinal away: "the third time", "for the last time", "first mentions"."""
        masked = self._language.masked(text)
        amounts = self._language.amounts
        for pattern in self._suffix:
            if match := pattern.search(masked):
                number = next(group for group in match.groups() if group)
                return (f"{text[:match.start()]} {text[match.end():]}".strip(),
                        amounts.ordinal(number))
        start = self._skipped(masked)
        for pattern in self._leading:
            if match := pattern.match(masked, start):
                number = next((group for group in match.groups() if group), "")
                rest = f"{text[:start]} {text[match.end():]}".strip()
                return rest, amounts.ordinal(number)
        if match := self._beside_verb.search(masked):
            return (f"{text[:match.start('n')]} {text[match.end('n'):]}".strip(),
                    amounts.ordinal(match["n"]))
        return text, None

    def _skipped(self, masked: str) -> int:
        """Return where a text begins once its filler words are passed, ordinals excepted."""
        match = self._language.opening.match(masked)
        return match.end() if match else 0

    def _asked_every(self, text: str) -> tuple[str, Ask]:
        for pattern in self._every:
            if match := pattern.match(text):
                rest = text[match.end():].strip(EDGES)
                if rest:
                    return rest, Ask.EVERY
        return text, Ask.MOMENTS
