"""The speech sounds of a recording: its words, laid sound by sound on the recording.

A recording tells no phones. Its words are told, or a speech model hears them and about when they
are said; forced alignment tells when each of their sounds is, and where lips shut is looked for in
the sound itself.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from trikal.errors import BadInput, ModelError
from trikal.serving.faces.closures import shut_where_quiet
from trikal.serving.forced_alignment import aligned
from trikal.serving.notices import notice
from trikal.serving.roles import Phone, Sound, Transcriber, Utterance, Word
from trikal.tools.recorded import Recording
from trikal.tools.spoken.pieces import said
from trikal.tools.spoken.reading import tokens
from trikal.tools.transcribe import transcribe
from trikal.writing import language_of

LONGEST_KNOWN_S: Final = 40
"""Seconds of a recording that a text is laid on: time and memory grow with the square."""


def with_phones(
    recording: Recording, path: Path, transcriber: Transcriber, *, language: str | None = None
) -> Sound:
    """Return a recording's sound with the words and phones that are heard in it.

    Where none can be heard, the sound comes as it is, and a notice says why: loudness and
    brightness alone move the mouth then.

    Args:
        recording: The recording as it was read.
        path: Its file.
        transcriber: What listens; it must tell when each word is said.
        language: BCP-47 tag of the speech; detected when not given.
    """
    sound = recording.sound
    try:
        heard = [_moved(each, recording.start_ms)
                 for each in transcribe(path, transcriber, language=language)]
        phones = shut_where_quiet(tuple(_phones(sound, heard)), sound)
    except ModelError as exc:
        notice(f"the mouth follows the loudness alone: {exc}")
        return sound
    if not phones:
        notice(f"the mouth follows the loudness alone: no words with times are heard in {path}")
        return sound
    words = tuple(word for each in heard for word in each.words)
    return sound.model_copy(update={"words": words, "phones": phones})


def with_known_words(sound: Sound, text: str, language: str) -> Sound:
    """Return a recording's sound with the words and phones of what is said in it.

    Args:
        sound: The recording.
        text: What is said, all of it; figures are read as ``say`` reads them.
        language: BCP-47 tag of the text.

    Raises:
        BadInput: The recording is too long, or much longer or shorter than the text takes.
        ModelError: espeak-ng is not there, or does not know the language.
    """
    if sound.duration_ms > LONGEST_KNOWN_S * 1000:
        raise BadInput(f"A text is laid on a recording of up to {LONGEST_KNOWN_S} seconds, and "
                       "this one is longer. Cut it, or leave --text out.")
    spoken = said(tokens(text, language))
    words, phones = aligned(sound, spoken, language_of(spoken, language))
    if not phones:
        raise BadInput("The recording is much longer or shorter than people take for the text. "
                       "Give the words that are said in it, or leave --text out.")
    return sound.model_copy(
        update={"words": words, "phones": shut_where_quiet(phones, sound)})


def _phones(sound: Sound, heard: list[Utterance]) -> Iterator[Phone]:
    for each in heard:
        words = [word for word in each.words if word.text.strip()]
        if words and words[0].start_ms < sound.duration_ms:
            text = " ".join(word.text for word in words)
            # Hindi may be heard in Urdu's letters, which a voice of Hindi would spell out.
            yield from aligned(sound, text, language_of(text, each.language), words).phones


def _moved(heard: Utterance, start_ms: int) -> Utterance:
    """Put the words of an utterance on the clock of the sound's first sample."""
    return heard.model_copy(update={"words": tuple(_word(each, start_ms) for each in heard.words)})


def _word(word: Word, start_ms: int) -> Word:
    return word.model_copy(update={"start_ms": max(word.start_ms - start_ms, 0),
                                   "end_ms": max(word.end_ms - start_ms, 0)})
