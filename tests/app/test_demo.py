"""The demo: a film whose truth is known, asked with real models."""

from pathlib import Path

import pytest

from tests.app.conftest import Trikal
from tests.fakes import FakeVoice
from trikal.app.film import Scene, draw_slide, make_film, make_recording
from trikal.media.audio import read_audio
from trikal.media.frames import frames_at
from trikal.media.probe import probe

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
        assert abs(inside).max() > 0.3
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
