"""The demo film: slides and a voice, made so that the truth about it is known by construction."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from trikal.media.audio import write_wav
from trikal.media.encode import encode, hold
from trikal.serving.roles import Sound, Voice
from trikal.tools.say import speech

_SIZE = (1280, 720)
_RATE = 10
_SENTENCE_PAUSE_MS = 1_500
_SCENE_PAUSE_MS = 500
_GROUNDS = ((18, 32, 60), (60, 26, 30), (20, 54, 40), (54, 44, 16))


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One slide and what is said over it, sentence by sentence."""

    slide: tuple[str, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A sentence and when it is said, in ms on the film's clock."""

    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A slide's text and when it stands on the screen, in ms on the film's clock."""

    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What is said and shown in a film, and when."""

    spoken: tuple[Spoken, ...]
    shown: tuple[Shown, ...]

    def sentence(self, part: str) -> Spoken:
        """Return the sentence that contains ``part``."""
        return next(each for each in self.spoken if part in each.text)

    def slide(self, part: str) -> Shown:
        """Return the slide that contains ``part``."""
        return next(each for each in self.shown if part in each.text)


def make_film(target: Path, scenes: Sequence[Scene], voice: Voice) -> Truth:
    """Narrate slides into a film.

    Args:
        target: The film to write.
        scenes: What is shown and said.
        voice: Who says it.

    Returns:
        When everything is said and shown.
    """
    spoken, shown, sounds, rate = _narrated(scenes, voice)
    slides = [
        (draw_slide(scene.slide, _GROUNDS[number % len(_GROUNDS)]), slide.end_ms - slide.start_ms)
        for number, (scene, slide) in enumerate(zip(scenes, shown, strict=True))
    ]
    encode(target, hold(slides, _RATE), rate=_RATE, sound=np.concatenate(sounds), sound_rate=rate)
    return Truth(spoken=tuple(spoken), shown=tuple(shown))


def make_recording(target: Path, sentences: Sequence[str], voice: Voice) -> Truth:
    """Record sentences into a WAV file."""
    spoken, _, sounds, rate = _narrated([Scene(slide=(), sentences=tuple(sentences))], voice)
    write_wav(target, np.concatenate(sounds), rate)
    return Truth(spoken=tuple(spoken), shown=())


def draw_slide(lines: Sequence[str], ground: tuple[int, int, int]) -> NDArray[np.uint8]:
    """Draw a slide: a heading and lines below it, RGB of shape ``(720, 1280, 3)``."""
    picture = Image.new("RGB", _SIZE, ground)
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        size = 84 if number == 0 else 56
        pen.text((100, 110 + number * 130), line, fill="white",
                 font=ImageFont.load_default(size))
    return np.asarray(picture)


def _narrated(
    scenes: Sequence[Scene], voice: Voice
) -> tuple[list[Spoken], list[Shown], list[NDArray[np.float32]], int]:
    spoken: list[Spoken] = []
    shown: list[Shown] = []
    sounds: list[NDArray[np.float32]] = []
    position, rate = 0, 0
    for scene in scenes:
        began = position
        for text in scene.sentences:
            sound = speech(text, voice)
            rate = sound.sample_rate
            start, length = position, len(sound.samples)
            spoken.append(Spoken(text=text, start_ms=start * 1000 // rate,
                                 end_ms=(start + length) * 1000 // rate))
            position += _append(sounds, sound, _SENTENCE_PAUSE_MS)
        position += _append(sounds, _silence(rate), _SCENE_PAUSE_MS)
        shown.append(Shown(text="\n".join(scene.slide), start_ms=began * 1000 // rate,
                           end_ms=position * 1000 // rate))
    return spoken, shown, sounds, rate


def _append(sounds: list[NDArray[np.float32]], sound: Sound, pause_ms: int) -> int:
    pause = np.zeros(sound.sample_rate * pause_ms // 1000, np.float32)
    sounds += [sound.samples, pause]
    return len(sound.samples) + len(pause)


def _silence(rate: int) -> Sound:
    return Sound(samples=np.empty(0, np.float32), sample_rate=rate)
