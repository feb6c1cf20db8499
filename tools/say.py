"""Say a text: speech into a sound file, with the times of its words."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from trikal.errors import BackendFailed, BadInput, ModelError
from trikal.serving.roles import Sound, Voice
from trikal.tools.outputs import written
from trikal.tools.spoken.reading import cleaned

SOUND_SUFFIXES: Final = (".wav", ".mp3", ".opus", ".ogg", ".m4a")
"""What speech is written as."""

TIMING_SUFFIXES: Final = (".vtt", ".json")
"""What the times of words are written as."""

LONGEST_TEXT: Final = 100_000
"""Characters that are said at once: about two hours of speech."""


def speech(
    text: str,
    voice: Voice,
    language: str = "en",
    *,
    others: Callable[[str], Voice] | None = None,
) -> Sound:
    """Say a text, with a short pause between sentences.

    Args:
        text: What to say.
        voice: Who says it.
        language: BCP-47 tag of the text.
        others: Gives voices for words in scripts that the first one does not read.

    Returns:
        Mono sound at the voice's own rate, with the times of the words as they are written.

    Raises:
        BadInput: There is nothing to say, or too much.
        ModelError: The voice failed.
    """
    from trikal.tools.spoken.speaking import joined

    return joined(list(stream(text, voice, language, others=others)))


def stream(
    text: str,
    voice: Voice,
    language: str = "en",
    *,
    others: Callable[[str], Voice] | None = None,
) -> Iterator[Sound]:
    """Say a text piece by piece as it is made; see :func:`speech`.

    Raises:
        BadInput: There is nothing to say, or too much.
        ModelError: The voice failed, or made no sound.
    """
    from trikal.tools.spoken.speaking import speaking  # while a voice may be loading

    check_text(text)
    silent = True
    for sound in speaking(text, voice, language, others=others):
        silent = False
        yield sound
    if silent:
        raise BackendFailed(
            f"The voice {voice.name} made no sound of {text[:40]!r}. Choose a voice of its "
            "language."
        )


def load_ahead(voice: Voice) -> None:
    """Let a voice begin to load where it takes its time, beside what else is to be done."""
    with suppress(ModelError):  # told, or another takes its place, when something is said
        begin = getattr(voice, "load_ahead", None)  # what stands for a voice looks for it there
        if begin is not None:
            begin()


def check_text(text: str) -> None:
    """Refuse a text without words, or with more than can be meant to be said.

    Raises:
        BadInput: It is one.
    """
    if len(text) > LONGEST_TEXT:
        raise BadInput(
            f"The text has {len(text):,} characters; {LONGEST_TEXT:,} can be said at once, which "
            "takes about two hours. Say it chapter by chapter."
        )
    if not any(character.isalnum() for character in cleaned(text)):
        raise BadInput("There is nothing to say: the text has no words.")


def write_sound(sounds: Iterable[Sound], target: Path, *, voice: str) -> Sound:
    """Write sounds into one file as they come; its suffix chooses the format.

    The file tells that the speech in it is synthetic.

    Args:
        sounds: At least one, all of one rate.
        target: The file; it appears when all of it is written.
        voice: Who speaks.

    Returns:
        All of it.

    Raises:
        BadInput: The file cannot be written.
    """
    # Imported here because codecs are not needed to say something into a pipe.
    from trikal.media.encode import film
    from trikal.tools.spoken.speaking import joined

    coming = iter(sounds)
    first = next(coming)
    kept = [first]
    said = {"comment": f"Synthetic speech, made with Trikal by the voice {voice}"}
    with film(target, size=None, sound_rate=first.sample_rate, metadata=said) as reel:
        reel.play(first.samples)
        for sound in coming:
            reel.play(sound.samples)
            kept.append(sound)
    return joined(kept)


def write_timings(sound: Sound, target: Path, *, force: bool = False) -> None:
    """Write when each word is said: WebVTT captions, or JSON by the file's suffix.

    Raises:
        BadInput: The file cannot be written.
    """
    from trikal.tools.spoken.captions import as_json, vtt

    text = as_json(sound.words) if target.suffix.lower() == ".json" else vtt(sound.words)
    with written(target, force=force) as part:
        part.write_text(text, encoding="utf-8", errors="replace", newline="\n")
