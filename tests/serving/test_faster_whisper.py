"""What Whisper hears in recordings that nobody here made."""

import csv
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trikal.errors import ModelUnavailable
from trikal.serving.backends.faster_whisper import _compression
from trikal.serving.models import Models

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


def test_repetition_is_measured_alike_in_every_script() -> None:
    assert _compression("ab " * 40) == pytest.approx(_compression("कख " * 40), rel=0.05)
    assert _compression("") == 0


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
