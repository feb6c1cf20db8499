"""What Whisper hears in recordings that nobody here made."""

import csv
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from tests.factories import make_wav
from trikal.errors import ModelUnavailable
from trikal.serving.backends.espeak import Espeak
from trikal.serving.backends.faster_whisper import (
    FasterWhisper,
    speech_windows,
)
from trikal.serving.backends.whisper_decoding import Heard, _word
from trikal.serving.models import Models
from trikal.tools.language_alarm import DOUBTED_CONFIDENCE, alarmed
from trikal.tools.transcribe import transcribe

RATE = 16_000
JFK = "And so my fellow Americans, ask not what your country can do for you, "
JFK += "ask what you can do for your country."

Samples = np.ndarray[Any, np.dtype[np.float32]]


def decode(path: Path) -> Samples:
    from faster_whisper import decode_audio

    return np.asarray(decode_audio(str(path)), dtype=np.float32)


def hear(models: Models, samples: Samples, language: str | None = None) -> str:
    return " ".join(one.text for one in models.transcriber().transcribe(samples, language=language))


def words(text: str) -> list[str]:
    plain = text.lower().replace("-", " ").replace("mister", "mr").replace("dataset", "data set")
    return re.findall(r"[\w']+", plain)


def errors(reference: str, heard: str) -> int:
    """Count the word errors by Levenshtein distance."""
    wanted, found = words(reference), words(heard)
    row = list(range(len(found) + 1))
    for index, word in enumerate(wanted, start=1):
        above, row = row, [index]
        for column, other in enumerate(found, start=1):
            row.append(
                min(above[column] + 1, row[-1] + 1, above[column - 1] + (word != other))
            )
    return row[-1]


def references(folder: Path) -> list[tuple[str, str]]:
    with (folder / "references.tsv").open(encoding="utf-8") as stream:
        return [(row["file"], row["reference"]) for row in csv.DictReader(stream, delimiter="\t")]


@every(("text", "repeats"), [
    ("", False), ("Yes.", False), (JFK, False), ("thank you " * 30, True), ("हाँ " * 60, True),
    ("Ask not what your country can do for you. " * 8, True),
])
def test_a_text_that_repeats_itself_is_doubted(text: str, repeats: bool) -> None:
    heard = Heard(tokens=[1], text=text, log_probability=-0.2, silence=0.0)
    assert heard.repeats is repeats
    assert heard.is_doubtful is repeats


@pytest.mark.parametrize(("text", "log_probability", "silence", "silent", "doubtful"), [
    ("Hello.", -0.2, 0.1, False, False), ("Hello.", -1.5, 0.1, False, True),
    ("Hello.", -1.5, 0.9, True, True), ("Hello.", -0.2, 0.9, False, False),
    ("", -0.2, 0.1, True, False),
])
def test_silence_must_be_sure_and_the_text_unlikely(
    text: str, log_probability: float, silence: float, silent: bool, doubtful: bool
) -> None:
    heard = Heard(tokens=[1], text=text, log_probability=log_probability, silence=silence)
    assert (heard.is_silence, heard.is_doubtful) == (silent, doubtful)


@given(st.floats(0, 7_200), st.floats(-1, 5))
def test_a_word_is_never_empty_and_its_times_are_whole(start: float, length: float) -> None:
    word = _word({"start": np.float64(start), "end": np.float64(start + length), "word": " a",
                  "probability": np.float64(0.5)})
    assert type(word.start_ms) is type(word.end_ms) is int
    assert word.end_ms - word.start_ms >= 20
    assert word.start_ms == round(start * 1000)


@pytest.mark.parametrize("samples", [
    np.zeros(0, np.float32), np.zeros(100, np.float32), np.zeros(5 * RATE, np.float32),
])
def test_silence_has_no_windows(samples: Samples) -> None:
    assert speech_windows(samples) == []


def test_windows_follow_each_other_inside_the_sound_and_are_not_too_long(
    shared_media: Path
) -> None:
    speech = decode(shared_media / "jfk" / "jfk.flac")
    samples = np.concatenate([speech, np.zeros(2 * RATE, np.float32)] * 4)
    windows = speech_windows(samples)
    assert len(windows) >= 3
    for window in windows:
        assert 0 <= window.start < window.end <= len(samples)
        assert window.end - window.start <= 20.5 * RATE
        assert window.frames == (window.end - window.start) * 100 // RATE
    assert all(one.end <= other.start for one, other in pairwise(windows))


class _Knows:
    """A model that knows some languages by Whisper's codes."""

    supported_languages = ("en", "hi", "no", "tl", "jw", "id", "he", "zh")


@pytest.mark.parametrize(("tag", "code"), [
    (None, None), ("en", "en"), ("en-GB", "en"), ("hi-Deva-IN", "hi"), ("nb", "no"),
    ("fil", "tl"), ("jv", "jw"), ("id", "id"), ("iw", "he"), ("cmn", "zh"), ("zh-Hant", "zh"),
])
def test_tags_become_whispers_codes(tmp_path: Path, tag: str | None, code: str | None) -> None:
    assert FasterWhisper("w", tmp_path)._whisper_language(_Knows(), tag) == code


@pytest.mark.parametrize("tag", ["ckb", "xx", "not a tag!", "??"])
def test_a_language_that_is_not_known_or_none_is_a_model_error(tmp_path: Path, tag: str) -> None:
    with pytest.raises(ModelUnavailable, match="does not know the language") as told:
        FasterWhisper("w", tmp_path)._whisper_language(_Knows(), tag)
    assert repr(tag) in str(told.value)
    assert "Leave the language out" in str(told.value)


def test_a_transcriber_is_named_and_loads_nothing_for_it(tmp_path: Path) -> None:
    whisper = FasterWhisper("whisper-base", tmp_path)
    assert whisper.name == "whisper-base/faster-whisper"
    assert whisper.folder == tmp_path
    assert whisper._loaded is None


@pytest.mark.models
def test_a_famous_sentence_is_heard_without_error(models: Models, shared_media: Path) -> None:
    heard = list(models.transcriber().transcribe(decode(shared_media / "jfk" / "jfk.flac")))
    assert errors(JFK, " ".join(one.text for one in heard)) == 0
    assert {one.language for one in heard} == {"en"}


@pytest.mark.models
def test_readings_are_heard_within_six_percent(models: Models, shared_media: Path) -> None:
    known = [reference for _, reference in references(shared_media / "azure")]
    wrong = total = 0
    for name in ("training1.wav", "testing.wav"):
        heard = hear(models, decode(shared_media / "azure" / name))
        reference = min(known, key=lambda text: errors(text, heard))
        wrong, total = wrong + errors(reference, heard), total + len(words(reference))
    assert wrong / total <= 0.06


@pytest.mark.models
def test_a_novel_is_heard_within_four_percent(models: Models, shared_media: Path) -> None:
    folder = shared_media / "austen"
    pairs = [(text, hear(models, decode(folder / name))) for name, text in references(folder)]
    wrong = sum(errors(text, heard) for text, heard in pairs)
    assert wrong / sum(len(words(text)) for text, _ in pairs) <= 0.04


@pytest.mark.models
def test_words_stand_where_people_put_their_subtitles(models: Models, shared_media: Path) -> None:
    samples = decode(shared_media / "nasa" / "nasa_13013.mp4")
    first = next(iter(models.transcriber().transcribe(samples)))
    assert first.words[0].text == "This"
    assert abs(first.start_ms - 210) < 500
    (at,) = [word for word in first.words if word.text == "at"]
    assert abs(at.start_ms - 8350) < 500


@pytest.mark.models
@pytest.mark.parametrize("kind", ["noise", "tone", "click", "fragment"])
def test_what_is_no_speech_says_nothing(models: Models, shared_media: Path, kind: str) -> None:
    clock = np.arange(10 * RATE)
    sounds: dict[str, Samples] = {
        "noise": np.random.default_rng(0).normal(0, 0.1, len(clock)).astype(np.float32),
        "tone": np.sin(clock * 0.1).astype(np.float32),
        "click": (clock % RATE == 0).astype(np.float32),
        "fragment": decode(shared_media / "jfk" / "jfk.flac")[RATE : RATE + RATE // 5],
    }
    assert hear(models, sounds[kind]) == ""


@pytest.mark.models
def test_the_same_sound_gives_the_same_text(models: Models, shared_media: Path) -> None:
    sound = decode(next((shared_media / "hindi").glob("143_*.wav")))
    assert hear(models, sound) == hear(models, sound)


@pytest.mark.models
def test_times_are_those_of_the_samples_that_were_given(
    models: Models, shared_media: Path
) -> None:
    sound = decode(shared_media / "jfk" / "jfk.flac")
    late = np.concatenate([np.zeros(40 * RATE, dtype=np.float32), sound])
    (first, *_), (moved, *_) = (list(models.transcriber().transcribe(s)) for s in (sound, late))
    assert abs(moved.start_ms - 40_000 - first.start_ms) < 400


@pytest.mark.models
def test_the_language_may_be_given_as_a_tag(models: Models, shared_media: Path) -> None:
    sound = decode(shared_media / "jfk" / "jfk.flac")[: 4 * RATE]
    found = list(models.transcriber().transcribe(sound, language="en-GB"))
    assert {one.language for one in found} == {"en"}


@pytest.mark.models
def test_a_language_that_whisper_does_not_know_is_said(models: Models) -> None:
    with pytest.raises(ModelUnavailable, match="'ckb'"):
        list(models.transcriber().transcribe(np.zeros(RATE, dtype=np.float32), language="ckb"))


@pytest.mark.models
def test_two_languages_in_one_medium_are_each_heard_in_their_own(
    models: Models, shared_media: Path
) -> None:
    english = decode(shared_media / "jfk" / "jfk.flac")
    hindi = decode(next((shared_media / "hindi").glob("13_*.wav")))
    pause = np.zeros(15 * RATE, dtype=np.float32)  # longer than a window may bridge
    found = list(models.transcriber().transcribe(np.concatenate([english, pause, hindi])))
    assert {one.language for one in found} == {"en", "hi"}
    assert {one.language for one in found if one.end_ms < 11_000} == {"en"}
    assert all(one.language_probability and one.language_probability > 0.5 for one in found)


@pytest.mark.models
@pytest.mark.parametrize("sentence", [
    "यह वाक्य बताता है कि मौसम आज अच्छा है।", "इस किताब में तीन सौ पन्ने हैं।",
    "डॉक्टर ने उसे आराम करने को कहा।", "दिल्ली भारत की राजधानी है।",
])
def test_espeaks_hindi_is_alarmed_and_not_stored_as_truth(
    models: Models, tmp_path: Path, sentence: str
) -> None:
    voice = Espeak("espeak", languages=("hi",))
    said = list(voice.speak(sentence, language="hi"))
    path = make_wav(tmp_path / "hindi.wav", np.concatenate([one.samples for one in said]),
                    rate=said[0].sample_rate)
    found = alarmed(list(transcribe(path, models.transcriber())))
    assert found.note is not None
    assert all(one.confidence <= DOUBTED_CONFIDENCE for one in found.utterances)
