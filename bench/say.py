"""What `trikal say` sounds like: loudness, pace, a round trip through Whisper, word times, delay.

``python -m bench say [pace] [round-trip] [delay]`` measures all, or what is named. The natural pace
is taken from the recordings in ../shared/media, in syllables a second of speech that Whisper's VAD
finds: English from azure and austen, Malayalam from its 40 sentences. No recording with a
reference is there for the other eight; they are held against the Malayalam pace, for all nine are
written by syllables.
"""

import csv
import re
import subprocess
import sys
import time
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import chain
from pathlib import Path
from statistics import median
from typing import Any

import jiwer
import numpy as np
from numpy.typing import NDArray

from bench.speech import MEDIA, references
from trikal.media.audio import read_audio
from trikal.serving.backends.faster_whisper import speech_windows
from trikal.serving.models import Models
from trikal.serving.roles import Sound, Voice, Word
from trikal.settings import load_settings
from trikal.tools.say import speech, stream
from trikal.tools.spoken.pieces import said
from trikal.tools.spoken.reading import tokens

TEXTS: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("say_texts.toml").read_text(encoding="utf-8"))
RATE = 16_000
_ROUNDS = 5
_VOWEL_GROUP = re.compile(r"[aeiouy]+")
_VIRAMAS = frozenset("्্੍્்్್്")


def syllables(text: str, language: str) -> int:
    """Count syllables as they are written: vowel groups in English, aksharas in Indic scripts."""
    spoken = said(tokens(text, language))
    if language == "en":
        return sum(max(len(_VOWEL_GROUP.findall(word.rstrip("e") or word)), 1)
                   for word in re.findall(r"[a-z]+", spoken.lower()))
    letters = [each for each in unicodedata.normalize("NFC", spoken)
               if unicodedata.category(each) == "Lo"]
    return len(letters) - sum(each in _VIRAMAS for each in spoken)


def heard_at(sound: Sound) -> NDArray[np.float32]:
    """Return a sound's samples at the rate of speech models."""
    at = np.arange(0, len(sound.samples), sound.sample_rate / RATE)
    return np.interp(at, np.arange(len(sound.samples)), sound.samples).astype(np.float32)


def spoken_s(samples: NDArray[np.float32]) -> float:
    """Return how many seconds of samples at 16 kHz lie between the first speech and the last."""
    windows = speech_windows(samples)
    return (windows[-1].end - windows[0].start) / RATE if windows else 0.0


def natural_pace() -> dict[str, float]:
    """Return syllables a second of English and Malayalam as people speak them."""
    english = list(chain.from_iterable(pairs for name, pairs in references().items()
                                       if name != "jfk"))
    with (MEDIA / "malayalam" / "references.tsv").open(encoding="utf-8") as file:
        malayalam = [(MEDIA / "malayalam" / row["file"], row["reference"])
                     for row in csv.DictReader(file, delimiter="\t")]
    return {"en": _pace(english, "en"), "ml": _pace(malayalam, "ml")}


def _pace(pairs: Sequence[tuple[Path, str]], language: str) -> float:
    sounds = [np.concatenate([chunk.samples for chunk in read_audio(path, rate=RATE)])
              for path, _ in pairs]
    return sum(syllables(text, language) for _, text in pairs) / sum(map(spoken_s, sounds))


def pace(models: Models) -> None:
    natural = natural_pace()
    print(f"\nnatural pace: {natural['en']:.2f} syllables a second in English, "
          f"{natural['ml']:.2f} in Malayalam\n\n| language | voice | seconds | RMS (dB) | "
          "syllables a second | duration / natural |\n| --- | --- | --- | --- | --- | --- |")
    for language, text in TEXTS["paragraphs"].items():
        voice = models.voice(language)
        sound = speech(text, voice, language, others=models.voice)
        seconds, count = spoken_s(heard_at(sound)), syllables(text, language)
        wanted = count / natural["en" if language == "en" else "ml"]
        level = 20 * np.log10(np.sqrt(np.mean(np.square(sound.samples))))
        print(f"| {language} | {voice.name} | {seconds:.1f} | {level:.1f} | "
              f"{count / max(seconds, 0.1):.2f} | {seconds / wanted:.2f} |")


def plain(text: str) -> str:
    """Write figures out and leave marks and case away, as both sides of a comparison are read."""
    return " ".join(re.findall(r"[a-z']+", said(tokens(text, "en")).lower()))


def round_trip(models: Models) -> None:
    voice, wanted, heard, starts, ends = models.voice("en"), [], [], [], []
    for sentence in TEXTS["english"]["sentences"]:
        sound = speech(sentence, voice, "en")
        found = list(models.transcriber().transcribe(heard_at(sound), language="en"))
        wanted.append(plain(sentence))
        heard.append(plain(" ".join(each.text for each in found)))
        if wanted[-1] != heard[-1]:
            print(f"  {wanted[-1]!r} heard as {heard[-1]!r}")
        for own, other in matched(sound.words, [word for each in found for word in each.words]):
            starts.append(abs(own.start_ms - other.start_ms))
            ends.append(abs(own.end_ms - other.end_ms))
    print(f"\n{voice.name}, {len(wanted)} sentences: word error rate of the round trip "
          f"{100 * jiwer.wer(wanted, heard):.1f} %\nword times against Whisper's, {len(starts)} "
          f"words: starts {median(starts):.0f} ms, ends {median(ends):.0f} ms (median of absolute "
          f"differences; 90 % of the starts within {np.percentile(starts, 90):.0f} ms)")


class Timeless:
    """A voice that keeps to itself when it says what."""

    def __init__(self, voice: Voice) -> None:
        self.name, self.languages = voice.name, voice.languages
        self.told: list[Sound] = []
        self._voice = voice

    def speak(self, text: str, *, language: str | None = None) -> Iterator[Sound]:
        for sound in self._voice.speak(text, language=language):
            self.told.append(sound)
            yield sound.model_copy(update={"words": (), "phones": ()})


def alignment(models: Models) -> None:
    """Hold the aligned words of a voice that tells no times against the times that it did not tell.
    """
    found: list[tuple[int, int]] = []
    for sentence in TEXTS["english"]["sentences"]:
        voice = Timeless(models.voice("en"))
        words = speech(sentence, voice, "en").words
        if len(voice.told) == 1 and len(words) == len(voice.told[0].words):
            found += [(abs(one.start_ms - other.start_ms), abs(one.end_ms - other.end_ms))
                      for one, other in zip(words, voice.told[0].words, strict=True)]
    starts, ends = np.array(found).T
    print(f"\naligned words against the voice's own times, {len(starts)} words: starts "
          f"{np.median(starts):.0f} ms, ends {np.median(ends):.0f} ms (median of absolute "
          f"differences; 90 % of the starts within {np.percentile(starts, 90):.0f} ms)")


def matched(own: Sequence[Word], other: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
    """Pair the words that both lists have, in order."""
    one, two = ([plain(word.text) for word in words] for words in (own, other))
    for block in SequenceMatcher(None, one, two, autojunk=False).get_matching_blocks():
        yield from zip(own[block.a: block.a + block.size], other[block.b: block.b + block.size],
                       strict=True)


def delay(models: Models) -> None:
    text = TEXTS["english"]["paragraph"]
    print("\n| first sound of a paragraph | median | least | most |\n| --- | --- | --- | --- |")
    for language, paragraph in {"en": text, "hi": TEXTS["paragraphs"]["hi"]}.items():
        voice = models.voice(language)
        list(stream("One." if language == "en" else "एक।", voice, language))
        times = [_until_sound(stream(paragraph, voice, language)) for _ in range(_ROUNDS)]
        print(_row(f"{language}, {voice.name}, warm", times))
    print(_row("en, fresh process: trikal say … --out -",
               [_until_byte(text) for _ in range(_ROUNDS)]))


def _until_sound(sounds: Iterator[Sound]) -> float:
    started = time.perf_counter()
    next(sounds)
    return time.perf_counter() - started


def _until_byte(text: str) -> float:
    command = [str(Path(sys.executable).with_name("trikal")), "say", text, "--out", "-"]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.read(45)  # the header, and the first of the sound
        taken = time.perf_counter() - started
        process.stdout.read()
    return taken


def _row(name: str, times: Sequence[float]) -> str:
    return f"| {name} | {median(times):.2f} s | {min(times):.2f} s | {max(times):.2f} s |"


def main() -> None:
    measures = {"pace": pace, "round-trip": round_trip, "alignment": alignment, "delay": delay}
    with Models(load_settings()) as models:
        for name in sys.argv[1:] or measures:
            measures[name](models)
