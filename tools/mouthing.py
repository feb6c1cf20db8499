"""The speech sounds of a recording: what is heard in it, spelt by espeak-ng, laid on its words.

A recording tells no phones. A speech model with word times hears its words; each word's phones, as
espeak-ng would say it, are stretched over the time in which the word was heard.
"""

from collections.abc import Iterator
from pathlib import Path

from trikal.errors import ModelError
from trikal.serving.backends.espeak import phones_of
from trikal.serving.notices import notice
from trikal.serving.roles import Phone, Sound, Transcriber, Word
from trikal.tools.recorded import Recording
from trikal.tools.transcribe import transcribe


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
    try:
        heard = [(word, each.language) for each in transcribe(path, transcriber, language=language)
                 for word in each.words]
        phones = tuple(_phones(heard, recording.start_ms))
    except ModelError as exc:
        notice(f"the mouth follows the loudness alone: {exc}")
        return recording.sound
    if not phones:
        notice(f"the mouth follows the loudness alone: no words with times are heard in {path}")
        return recording.sound
    words = tuple(_moved(word, recording.start_ms) for word, _ in heard)
    return recording.sound.model_copy(update={"words": words, "phones": phones})


def _phones(heard: list[tuple[Word, str]], start_ms: int) -> Iterator[Phone]:
    for word, language in heard:
        spoken = [each for each in phones_of(word.text, language) if each.ipa]
        if spoken and word.end_ms > word.start_ms:
            yield from _stretched(spoken, _moved(word, start_ms))


def _stretched(spoken: list[Phone], word: Word) -> Iterator[Phone]:
    first, last = spoken[0].start_ms, max(spoken[-1].end_ms, spoken[0].start_ms + 1)
    scale = (word.end_ms - word.start_ms) / (last - first)
    for each in spoken:
        yield Phone(start_ms=word.start_ms + round((each.start_ms - first) * scale),
                    end_ms=word.start_ms + round((each.end_ms - first) * scale), ipa=each.ipa)


def _moved(word: Word, start_ms: int) -> Word:
    return word.model_copy(update={"start_ms": max(word.start_ms - start_ms, 0),
                                   "end_ms": max(word.end_ms - start_ms, 0)})
