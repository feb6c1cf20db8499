"""Events: what a clause looks for, once its words about time are taken away."""

import re
from functools import cache
from typing import Any, Final

from trikal.indexes.rules.language import EDGES, LONG, Language, without
from trikal.indexes.rules.scopes import Scopes
from trikal.indexes.rules.things import Things
from trikal.indexes.rules.topics import Topics
from trikal.indexes.temporal import Ask, Scope, TemporalQuery
from trikal.moments import Track


class EventWords:
    """The words of events in one language, which are the same whatever an archive holds.

    Args:
        language: The words that say nothing about what is looked for.
    """

    def __init__(self, language: Language) -> None:
        table: dict[str, Any] = language.table["ordinals"]
        amounts = language.amounts
        self.topics: Final = Topics(language)
        self.things: Final = Things(language)
        saying = "|".join(language.table["topics"]["saying"])
        self.somebody: Final = re.compile(rf"[A-Z][\w'’.]*(?: [A-Z][\w'’.]*)? (?:{saying})")
        self.leading: Final = [language.words_at_start(phrase) for phrase in table["leading"]]
        self.suffix: Final = [
            re.compile(rf"(?<!\w){amounts.filled(phrase, capturing=True)}(?!\w)", re.IGNORECASE)
            for phrase in table["anywhere"]
        ]
        self.counting: Final = re.compile(table["counting"], re.IGNORECASE)
        self.beside_verb: Final = re.compile(
            rf"(?<!\w)(?:{table['beside_verb']})(?!\w)", re.IGNORECASE)
        self.every: Final = [language.words_at_start(phrase)
                             for phrase in language.table["every"]["leading"]]


class Events:
    """Reads the text of an event.

    Args:
        language: The words that say nothing about what is looked for.
        scopes: Knows the speakers.
    """

    def __init__(self, language: Language, scopes: Scopes) -> None:
        self._language = language
        self._scopes = scopes
        self._words = _words(language)

    def read(self, text: str, *, words: str = "", is_target: bool = False,
             is_mention: bool = False) -> TemporalQuery:
        """Read a clause's text.

        Args:
            text: The text.
            is_target: It is what is asked for, not what that hangs on.
            is_mention: Its mentions are asked for.
            words: The words that hang it on something; they tell the track of an empty text.
        """
        if not is_target:
            text = without(self._language.moment, text.strip(EDGES)) or text
        is_told = not is_target and bool(self._language.reported.match(text))
        tracks = self._language.track(text or words)
        if is_told and tracks == (Track.SCREEN,):
            tracks = ()  # "he asked what was on the display" was said
        text, speakers = self._scopes.speakers(text)
        if not speakers and words:
            _, speakers = self._scopes.speakers(words)
        text, ask = self._asked_every(text.strip(EDGES))
        is_sentence = not is_target and len(text.split()) >= LONG
        text, ordinal = self._ordinal(text, is_sentence=is_sentence)
        thing = None if Track.SPEECH in tracks else self._words.things.read(text)
        if thing is not None:
            target, verbatim, track = thing
            return TemporalQuery(target=target, verbatim=verbatim, tracks=(track,),
                                 ordinal=ordinal, ask=ask)
        is_mention = is_mention or ordinal is not None or ask is not Ask.MOMENTS
        found = self._words.topics.read(
            text, is_target=is_target or is_mention, is_mention=is_mention)
        is_telling = not is_target and Track.SCREEN not in tracks
        target, verbatim = found or (self._named(text, is_telling=is_telling), False)
        if is_target and not verbatim and self._words.somebody.fullmatch(target):
            target = ""  # whoever that is, no transcript has the name beside the words
        if speakers:
            tracks = (Track.SPEECH,)
        return TemporalQuery(target=target, verbatim=verbatim, tracks=tracks, ordinal=ordinal,
                             scope=Scope(speakers=speakers), ask=ask)

    def _named(self, text: str, *, is_telling: bool) -> str:
        """Return what is looked for where that is no topic of talk."""
        if is_telling and (match := self._language.hearing.match(text)):
            return text[match.end():]
        return self._language.bare(text, is_telling=is_telling)

    def among(self, event: TemporalQuery, *, earlier: bool) -> TemporalQuery:
        """Read "the last bell" of "the last bell before the goal" as the last time of a bell.

        Alone "the last bell" may be the name of something; not where it hangs on an event on the
        side that its number counts towards.

        Args:
            event: As it was read.
            earlier: Whether it lies before the event that it hangs on, or else after it.
        """
        counted = self._language.counted_first(event.target)
        if counted is None or event.ordinal is not None or event.verbatim:
            return event
        number, target = counted
        if (number < 0) is not earlier:
            return event
        return event.model_copy(update={"target": target, "ordinal": number})

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
        read = self.read(rest, is_target=True, is_mention=not whole)
        if timed and self._words.topics.read(rest, is_target=True) is not None:
            return read
        if not whole or read.verbatim or read.ordinal is not None or read.scope.speakers:
            return read
        if self._words.things.read(rest):
            return read
        is_anything = read.target or (not timed and self._language.bare(rest))
        return read.model_copy(update={"target": question if is_anything else ""})

    def _ordinal(self, text: str, *, is_sentence: bool) -> tuple[str, int | None]:
        """Take an ordinal away: "the third time", "for the last time", "first mentions".

        Args:
            text: The text.
            is_sentence: It tells an event in many words, whose numbers count something else.
        """
        masked = self._language.masked(text)
        amounts = self._language.amounts
        for pattern in self._words.suffix:
            if (match := pattern.search(masked)) and (
                    not is_sentence or self._words.counting.search(match[0])):
                number = next(group for group in match.groups() if group)
                return (f"{text[:match.start()]} {text[match.end():]}".strip(),
                        amounts.ordinal(number))
        if not is_sentence and (match := self._words.beside_verb.search(masked)):
            name = next(name for name, word in match.groupdict().items() if word)
            return (f"{text[:match.start(name)]} {text[match.end(name):]}".strip(),
                    amounts.ordinal(match[name]))
        start = self._skipped(masked)
        for pattern in self._words.leading:
            if match := pattern.match(masked, start):
                number = next((group for group in match.groups() if group), "")
                rest = f"{text[:start]} {text[match.end():]}".strip()
                return rest, amounts.ordinal(number)
        return text, None

    def _skipped(self, masked: str) -> int:
        """Return where a text begins once its filler words are passed, ordinals excepted."""
        match = self._language.opening.match(masked)
        return match.end() if match else 0

    def _asked_every(self, text: str) -> tuple[str, Ask]:
        for pattern in self._words.every:
            if match := pattern.match(text):
                rest = text[match.end():].strip(EDGES)
                if rest:
                    return rest, Ask.EVERY
        return text, Ask.MOMENTS


@cache
def _words(language: Language) -> EventWords:
    return EventWords(language)
