"""An answer said into one file: by which voices, with its captions, and wholly or not at all."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.serving.portraits import portrait
from trikal.errors import BackendFailed, BadInput, ModelUnavailable
from trikal.serving.notices import hearing
from trikal.serving.roles import Performance, Sound, Word
from trikal.tools.talk import Part, Stage, rehearse, voiced, write_talk

RATE = 16_000


class Humming:
    """A voice of some languages that hums one level for each text."""

    def __init__(self, name: str, level: float) -> None:
        self.name, self.level = name, level
        self.languages = frozenset({"en", "hi"})
        self.said: list[tuple[str, str | None]] = []

    def speak(self, text: str, *, language: str | None = None) -> Iterator[Sound]:
        self.said.append((text, language))
        yield Sound(samples=np.full(RATE // 4, self.level, np.float32), sample_rate=RATE)


class Playing:
    """An avatar that shows the portrait as it is, or fails after some pictures."""

    name = "still"

    def __init__(self, fails_after: int | None = None) -> None:
        self.fails_after = fails_after
        self.shown = 0

    def play(self, performance: Performance) -> Iterator[np.ndarray]:
        for _ in range(performance.frames):
            if self.shown == self.fails_after:
                raise BackendFailed("the face froze")
            self.shown += 1
            yield performance.portrait


class Cast:
    """The models that are here."""

    def __init__(self, avatar: Any = None, **voices: Humming) -> None:
        self._avatar, self._voices = avatar, voices

    def voice(self, language: str = "en") -> Humming:
        if language not in self._voices:
            raise ModelUnavailable(f"No voice speaks {language}.")
        return self._voices[language]

    def avatar(self) -> Any:
        return self._avatar


@pytest.fixture
def english() -> Humming:
    return Humming("joe", 0.2)


@pytest.fixture
def sound() -> Sound:
    return Sound(samples=np.full(RATE, 0.2, np.float32), sample_rate=RATE, words=(
        Word(start_ms=0, end_ms=400, text="Hello", probability=1.0),
        Word(start_ms=400, end_ms=900, text="there.", probability=1.0)))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(target=tmp_path / "answer.wav", captions=tmp_path / "answer.vtt")


def test_each_part_is_said_by_a_voice_of_its_language(english: Humming) -> None:
    hindi = Humming("devi", 0.4)
    models: Any = Cast(en=english, hi=hindi)
    made, name = voiced([Part("It rained.", "en"), Part("बारिश हुई।", "hi")], models)
    assert name == "devi"
    assert [language for _, language in english.said] == ["en"]
    assert [language for _, language in hindi.said] == ["hi"]
    assert made.duration_ms > 500
    first, last = made.samples[RATE // 8], made.samples[-RATE // 8]
    assert first != 0
    assert last != 0


def test_where_no_voice_speaks_a_language_an_english_one_does_and_it_is_told(
    english: Humming
) -> None:
    models: Any = Cast(en=english)
    with hearing() as heard:
        _, name = voiced([Part("Ha uguaglianza.", "it")], models)
    assert name == "joe"
    assert heard == ["an English voice says it: No voice speaks it."]


def test_without_any_voice_nothing_is_said() -> None:
    models: Any = Cast()
    with pytest.raises(ModelUnavailable, match="No voice speaks en"):
        voiced([Part("It rained.", "hi")], models)


def test_a_part_without_words_is_refused(english: Humming) -> None:
    models: Any = Cast(en=english)
    with pytest.raises(BadInput):
        voiced([Part("", "en")], models)


def test_sound_and_captions_are_written_side_by_side(sound: Sound, stage: Stage) -> None:
    models: Any = Cast()
    assert write_talk(sound, stage, models, voice="joe", notes=["said by joe"]) == ""
    captions = stage.captions.read_text("utf-8")
    assert captions.startswith("WEBVTT")
    assert "00:00:00.000 --> 00:00:00.900\nHello <00:00:00.400>there." in captions
    assert "NOTE said by joe" in captions
    with av.open(str(stage.target)) as made:
        assert made.streams.audio
        assert not made.streams.video


def test_what_was_there_is_replaced_where_that_is_wanted(sound: Sound, stage: Stage) -> None:
    stage.target.write_bytes(b"old")
    stage.captions.write_bytes(b"old")
    models: Any = Cast()
    with pytest.raises(BadInput, match="exists"):
        write_talk(sound, stage, models, voice="joe")
    assert {stage.target.read_bytes(), stage.captions.read_bytes()} == {b"old"}
    write_talk(sound, replace(stage, force=True), models, voice="joe")
    assert stage.target.read_bytes()[:4] == b"RIFF"
    assert stage.captions.read_text("utf-8").startswith("WEBVTT")


def test_a_face_says_it_where_there_is_one(sound: Sound, stage: Stage, tmp_path: Path) -> None:
    shown = replace(stage, target=tmp_path / "answer.mp4", portrait=portrait(96, 96))
    models: Any = Cast(avatar=Playing())
    assert write_talk(sound, shown, models, voice="joe") == "still"
    with av.open(str(shown.target)) as made:
        assert made.streams.video
        assert made.streams.audio


def test_of_an_avatar_that_fails_neither_film_nor_captions_are_left(
    sound: Sound, stage: Stage, tmp_path: Path
) -> None:
    shown = replace(stage, target=tmp_path / "answer.mp4", portrait=portrait(96, 96))
    models: Any = Cast(avatar=Playing(fails_after=5))
    with pytest.raises(BackendFailed, match="the face froze"):
        write_talk(sound, shown, models, voice="joe")
    assert list(tmp_path.iterdir()) == []


def test_a_rehearsal_asks_for_one_picture_and_tells_what_is_wrong() -> None:
    avatar: Any = Playing()
    rehearse(portrait(96, 96), avatar)
    assert avatar.shown == 1
    broken: Any = Playing(fails_after=0)
    with pytest.raises(BackendFailed, match="the face froze"):
        rehearse(portrait(96, 96), broken)
