"""Say a text: speech into a sound file."""

import secrets
from pathlib import Path

import numpy as np

from trikal.errors import BackendFailed, BadInput
from trikal.media.audio import write_wav
from trikal.serving.roles import Sound, Voice

_PAUSE_MS = 200


def speech(text: str, voice: Voice) -> Sound:
    """Say a text, with a short pause between sentences.

    Args:
        text: What to say.
        voice: Who says it.

    Returns:
        Mono sound at the voice's own rate.

    Raises:
        BadInput: There is nothing to say.
        ModelError: The voice failed.
    """
    check_text(text)
    sounds = list(voice.speak(text))
    if not sounds:
        raise BackendFailed(
            f"The voice {voice.name} made no sound of {text[:40]!r}. Choose a voice of its "
            "language."
        )
    rate = sounds[0].sample_rate
    pause = np.zeros(rate * _PAUSE_MS // 1000, np.float32)
    pieces = [piece for sound in sounds for piece in (sound.samples, pause)][:-1]
    return Sound(samples=np.concatenate(pieces), sample_rate=rate)


def check_sayable(text: str, target: Path) -> None:
    """Refuse what could not be said or written, before a voice is loaded.

    Raises:
        BadInput: There is nothing to say, or the file cannot be written.
    """
    check_text(text)
    if target.suffix.lower() != ".wav":
        raise BadInput(f"{target} must end in .wav.")
    if not target.parent.is_dir():
        raise BadInput(f"{target} cannot be written (no such folder). Choose another place.")


def check_text(text: str) -> None:
    """Refuse a text without words.

    Raises:
        BadInput: It has none.
    """
    if not any(character.isalnum() for character in text):
        raise BadInput("There is nothing to say: the text has no words.")


def say(text: str, voice: Voice, target: Path) -> Sound:
    """Say a text into a WAV file; nothing half-written is left behind.

    Raises:
        BadInput: There is nothing to say, or the file cannot be written.
        ModelError: The voice failed.
    """
    check_sayable(text, target)
    sound = speech(text, voice)
    temporary = target.with_name(f".{secrets.token_hex(4)}-{target.name}")
    try:
        write_wav(temporary, sound.samples, sound.sample_rate)
        temporary.replace(target)
    except OSError as exc:
        raise BadInput(
            f"{target} cannot be written ({exc.strerror}). Choose another place."
        ) from exc
    finally:
        temporary.unlink(missing_ok=True)
    return sound
