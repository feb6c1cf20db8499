"""An answer said into one file, by a voice or by a face, with its captions beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from trikal.errors import ModelUnavailable
from trikal.serving.notices import notice
from trikal.serving.roles import Avatar, Performance, Sound, Voice
from trikal.tools.outputs import written
from trikal.tools.recorded import check_length
from trikal.tools.say import speech, write_sound
from trikal.tools.show import Picture, Scene, write_show
from trikal.tools.spoken.captions import vtt
from trikal.tools.spoken.speaking import in_turn


class Speakers(Protocol):
    """The models that say something."""

    def voice(self, language: str = "en") -> Voice:
        """Give a voice for a language."""

    def avatar(self) -> Avatar:
        """Give the avatar model."""


class Part(NamedTuple):
    """What is said in one language.

    Attributes:
        text: The words.
        language: BCP-47 tag.
    """

    text: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where an answer goes, and who is seen saying it.

    Attributes:
        target: The file of sound, or the film.
        captions: The WebVTT file.
        portrait: Whose face says it, RGB; ``None`` for a voice alone.
        labelled: Whether "synthetic" stands on the picture.
        scene: What stands behind the face; its own background when not given.
        force: Whether files that are there are replaced.
    """

    target: Path
    captions: Path
    portrait: Picture | None = None
    labelled: bool = True
    scene: Scene | None = None
    force: bool = False


def rehearse(portrait: Picture, avatar: Avatar) -> None:
    """Let an avatar play a single picture, so that a portrait is refused before the work is done.

    Raises:
        BadInput: The portrait does not show just one face.
        ModelError: The avatar failed.
    """
    silence = Sound(samples=np.zeros(1, np.float32), sample_rate=16_000)
    next(iter(avatar.play(Performance(portrait=portrait, sound=silence))))


def voiced(parts: Sequence[Part], models: Speakers) -> tuple[Sound, str]:
    """Say parts one behind the other, each by a voice of its language.

    Returns:
        The sound, and who speaks the last part.

    Raises:
        BadInput: There is nothing to say, or too much.
        ModelError: A voice failed, or none is here at all.
    """
    sounds, name = [], ""
    for text, language in parts:
        voice = _voice(language, models)
        name = voice.name
        sounds.append(speech(text, voice, language, others=models.voice))
    return in_turn(sounds), name


def write_talk(
    sound: Sound, stage: Stage, models: Speakers, *, voice: str, notes: Sequence[str] = ()
) -> str:
    """Write an answer and its captions; neither is left where one of them fails.

    Args:
        sound: What is said, with its words.
        stage: Where it goes.
        models: Gives the avatar.
        voice: Who speaks.
        notes: What the captions' file tells besides.

    Returns:
        The avatar's name; empty without one.

    Raises:
        BadInput: A file cannot be written or is there already, or the portrait does not show just
            one face.
        ModelError: The avatar failed.
    """
    with (written(stage.captions, force=stage.force) as text,
          written(stage.target, force=stage.force) as part):
        text.write_text(vtt(sound.words, notes), encoding="utf-8", errors="replace",
                        newline="\n")
        if stage.portrait is None:
            write_sound([sound], part, voice=voice)
            return ""
        check_length(sound)
        avatar = models.avatar()
        write_show(avatar, stage.portrait, sound, part, labelled=stage.labelled,
                   scene=stage.scene)
        return avatar.name


def _voice(language: str, models: Speakers) -> Voice:
    try:
        return models.voice(language)
    except ModelUnavailable as exc:
        notice(f"an English voice says it: {exc}")
        return models.voice("en")
