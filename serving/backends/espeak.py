"""Role tts on espeak-ng: robotic, but it speaks more than a hundred languages at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import langcodes
import numpy as np

from trikal.errors import BackendFailed
from trikal.serving.backends.espeak_library import Begun, Synthesised, espeak_library
from trikal.serving.backends.spoken_sentences import spoken_sentences
from trikal.serving.roles import Phone, Sound, Word

_WORD = re.compile(r"\S+")
_MARKS = re.compile(r"[ˈˌ]")
_PACE = 140
"""Words a minute. At 160 Marathi took 0.59 of the time that people take for as many syllables."""

_VOICES: Mapping[str, str] = MappingProxyType({"en": "en-us", "zh": "cmn", "no": "nb"})


class Espeak:
    """Voice on the espeak-ng library.

    Args:
        name: The model's name in the catalogue.
        languages: BCP-47 tags that it speaks; the first one where no language is told.
    """

    def __init__(self, name: str, *, languages: Sequence[str]) -> None:
        self._name = name
        self._languages = tuple(languages)

    @property
    def name(self) -> str:
        """Model and backend."""
        return f"{self._name}/espeak"

    @property
    def languages(self) -> frozenset[str]:
        """BCP-47 tags that it speaks."""
        return frozenset(self._languages)

    def speak(self, text: str, *, language: str | None = None) -> Iterator[Sound]:
        """Say a text, sentence by sentence, with the times of words and phones.

        Args:
            text: Plain text.
            language: BCP-47 tag of the text.

        Raises:
            ModelUnavailable: The library is not there.
            BackendFailed: It does not know the language, or failed.
        """
        for sentence in spoken_sentences(text):
            made = self._synthesised(sentence, language or self._languages[0])
            if made.samples.size:
                yield _sound(sentence, made)

    def _synthesised(self, text: str, language: str) -> Synthesised:
        tag = langcodes.get(language).language or language
        if not any(langcodes.get(each).language == tag for each in self._languages):
            raise BackendFailed(
                f"{self.name} does not speak {language}. It speaks: {', '.join(self._languages)}.",
                of_request=True)
        return espeak_library().synthesise(text, _VOICES.get(tag, tag), words_per_minute=_PACE)


def example_of(text: str, language: str) -> Sound:
    """Return a text as espeak-ng says it, at once, with the times of its words and phones.

    Raises:
        ModelUnavailable: The library is not there.
        BackendFailed: It does not know the language.
    """
    tag = langcodes.get(language).language or language
    made = espeak_library().synthesise(text, _VOICES.get(tag, tag), words_per_minute=_PACE)
    return _sound(text, made)


def _sound(text: str, made: Synthesised) -> Sound:
    return Sound(
        samples=(made.samples / 32768).astype(np.float32), sample_rate=made.rate,
        words=_words(text, made), phones=_phones(made),
    )


def _phones(made: Synthesised) -> tuple[Phone, ...]:
    ends = [*(each.sample for each in made.phones[1:]), len(made.samples)]
    return tuple(
        Phone(start_ms=_ms(each.sample, made), end_ms=_ms(max(end, each.sample), made),
              ipa=_MARKS.sub("", each.ipa))
        for each, end in zip(made.phones, ends, strict=True)
    )


def _words(text: str, made: Synthesised) -> tuple[Word, ...]:
    """Give every word its time; one that has none of its own shares that of the one before.

    A word lasts to the pause behind it, or to the next word.
    """
    spelled = [(found.start(), found.group()) for found in _WORD.finditer(text)]
    groups = _grouped(spelled, made.words)
    words: list[Word] = []
    for number, (begun, members) in enumerate(groups):
        following = groups[number + 1][0].sample if number + 1 < len(groups) else len(made.samples)
        words += _shared(members, begun.sample, _spoken_until(begun, following, made), made)
    return tuple(words)


def _grouped(
    spelled: Sequence[tuple[int, str]], begun: Sequence[Begun]
) -> list[tuple[Begun, list[str]]]:
    """Put each word to the last event at or before its end; what has no sound goes along."""
    groups: list[tuple[Begun, list[str]]] = []
    events = list(begun) or [Begun(0, 0)]
    at = 0
    for start, word in spelled:
        inside = [event for event in events[at:] if event.position < start + len(word)]
        if inside or not groups:
            groups.append((inside[0] if inside else events[0], [word]))
            at += len(inside)
        else:
            groups[-1][1].append(word)
    return groups


def _spoken_until(begun: Begun, following: int, made: Synthesised) -> int:
    pauses = [each.sample for each in made.phones
              if not each.ipa and begun.sample < each.sample < following]
    return pauses[0] if pauses else following


def _shared(members: Sequence[str], start: int, end: int, made: Synthesised) -> list[Word]:
    letters = np.cumsum([0, *(max(sum(map(str.isalnum, each)), 1) for each in members)])
    edges = [start + round(int(n) * (end - start) / int(letters[-1])) for n in letters]
    return [
        Word(start_ms=_ms(edges[n], made), end_ms=_ms(edges[n + 1], made), text=each,
             probability=1.0)
        for n, each in enumerate(members)
    ]


def _ms(sample: int, made: Synthesised) -> int:
    return sample * 1000 // made.rate
