"""The built-in avatar, measured on the decoded film: lips against sound, m b p, and speed.

``python -m bench avatar [text] [known] [heard] [loudness] [LANGUAGE …]`` measures all, or what is
named: texts that are said, and recordings whose words are told, or heard, or that only loudness is
taken from. A recording is speech written to a file and read back, so that its sounds are known, and
not told: Piper's in English, else that of another of espeak-ng's speakers than the one that
alignment says its example with, at another pace. Its language is named, as with ``--language``.

The mouth is measured on pixels alone: how high the dark is in the middle of the mouth's box, which
was marked by hand on ../shared/media/portrait/astronaut.png. The sound is the film's own.
"""

import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from bench.say import TEXTS as SAID
from trikal.media.audio import read_audio, write_wav
from trikal.serving.backends.espeak import _sound
from trikal.serving.backends.espeak_library import espeak_library
from trikal.serving.faces.visemes import visemes_of
from trikal.serving.models import Models
from trikal.serving.roles import Sound
from trikal.settings import load_settings
from trikal.tools.mouthing import with_known_words, with_phones
from trikal.tools.recorded import read_recording
from trikal.tools.say import speech
from trikal.tools.show import RATE, Portrayed, Presenter, read_portrait, write_show

PORTRAIT = Path(__file__).resolve().parents[2] / "shared" / "media" / "portrait" / "astronaut.png"
_TEXTS = tomllib.loads(Path(__file__).with_name("avatar_texts.toml").read_text(encoding="utf-8"))
_FIRST: dict[str, str] = _TEXTS["first"]
_SECOND: dict[str, str] = {**SAID["paragraphs"], **_TEXTS["second"]}
_WAYS = ("text", "known", "heard", "loudness")
_SPEAKER, _PACE = "+f3", 115
_COLUMNS, _ROWS = slice(213, 237), slice(134, 178)
_DARK = 62
_SHUT = 1.0
_STEP_S = 0.01


def opening(frame: NDArray[np.uint8]) -> float:
    """How high the dark is in the middle of the mouth, in pixels."""
    light = frame[_ROWS, _COLUMNS].astype(float) @ (0.299, 0.587, 0.114)
    return float((light < _DARK).sum(axis=0).mean())


def openings(film: Path) -> NDArray[np.float64]:
    with av.open(str(film)) as container:
        return np.array([opening(frame.to_ndarray(format="rgb24"))
                         for frame in container.decode(video=0)])


def loudness(film: Path, frames: int, lag_s: float) -> NDArray[np.float64]:
    """RMS of 80 ms of the film's sound around the middle of each frame, moved by a lag."""
    chunks = list(read_audio(film, rate=16_000))
    samples = np.pad(np.concatenate([each.samples for each in chunks]), 16_000)
    middles = ((np.arange(frames) + 0.5) / RATE - lag_s + chunks[0].start_ms / 1000 + 1) * 16_000
    return np.array([np.sqrt(np.mean(np.square(samples[int(at) - 640:int(at) + 640])))
                     for at in middles])


def shut(sound: Sound, opened: NDArray[np.float64]) -> tuple[int, int]:
    """How many of the m, b and p are shut in the frame at their middle, of how many."""
    middles = [(each.start_ms + each.end_ms) / 2000 for each in sound.phones
               if "closed" in visemes_of(each.ipa)]
    frames = [min(int(middle * RATE), len(opened) - 1) for middle in middles]
    return sum(opened[at] < _SHUT for at in frames), len(frames)


def other_speaker(text: str, language: str) -> Sound:
    """Return a text said by a woman's voice of espeak-ng, more slowly than Trikal has it speak."""
    made = espeak_library().synthesise(
        text, f"{'en-us' if language == 'en' else language}{_SPEAKER}", words_per_minute=_PACE)
    return _sound(text, made)


def read_back(sound: Sound, text: str, folder: Path, models: Models, language: str, way: str
              ) -> Sound:
    """Read a sound from a file, as a recording that tells nothing, and find its phones or not."""
    path = folder / "recording.wav"
    write_wav(path, sound.samples, sound.sample_rate)
    recording = read_recording(path)
    if way == "known":
        return with_known_words(recording.sound, text, language)
    if way == "heard":
        return with_phones(recording, path, models.transcriber(language), language=language)
    return recording.sound


def measured(language: str, voice: str, which: str, text: str, way: str) -> str:
    pins = {"tts": voice} if voice else {}
    with tempfile.TemporaryDirectory() as folder, Models(load_settings(models=pins)) as models:
        speaker, avatar = models.voice(language), models.avatar()
        backend = speaker.name.partition("/")[2]
        other = way != "text" and backend == "espeak"
        sound = other_speaker(text, language) if other else speech(text, speaker, language)
        portrait = read_portrait(Presenter(PORTRAIT, Portrayed.CONSENTING))
        film = Path(folder) / "talk.mp4"
        shown = sound if way == "text" else read_back(
            sound, text, Path(folder), models, language, way)
        begun = time.perf_counter()
        write_show(avatar, portrait, shown, film)
        seconds = time.perf_counter() - begun
        opened = openings(film)
        lags = np.arange(-0.2, 0.2 + _STEP_S / 2, _STEP_S)
        scores = [np.corrcoef(opened, loudness(film, len(opened), lag))[0, 1] for lag in lags]
        at_once = np.corrcoef(opened, loudness(film, len(opened), 0.0))[0, 1]
        closed, of = shut(sound, opened)
        return (f"| {way} | {language} | {backend}, {which} | "
                f"{sound.duration_ms / 1000:.1f} | {at_once:.3f} | "
                f"{lags[int(np.argmax(scores))] * 1000:+.0f} | {closed} of {of} | "
                f"{np.percentile(opened, 95):.1f} | {sound.duration_ms / 1000 / seconds:.1f} |")


def _cases(way: str, languages: set[str]) -> Iterator[tuple[str, str, str, str]]:
    """Yield language, voice, which text, and text; of what is long to hear only first texts."""
    texts = {"first": _FIRST, "second": _SECOND}
    for which in ("first",) if way in ("heard", "loudness") else texts:
        for language, text in texts[which].items():
            if not languages or language in languages:
                yield language, "", which, text
                if language == "en":
                    yield language, "espeak-ng", which, text


def main() -> None:
    ways = [way for way in _WAYS if way in sys.argv[1:]] or list(_WAYS)
    languages = set(sys.argv[1:]) - set(_WAYS)
    print("| way | language | voice, text | seconds | correlation | best lag (ms) | shut on m b p "
          "| 95th percentile of opening (px) | times real time |")
    print("| --- " * 9 + "|")
    for way in ways:
        for case in _cases(way, languages):
            print(measured(*case, way), flush=True)


if __name__ == "__main__":
    main()
