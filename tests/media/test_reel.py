"""Reels, decoded again: length, first and last pictures, sound in step, captions."""

from pathlib import Path

import numpy as np
import pytest

from tests.factories import make_clicks, make_tone, make_video, make_wav, plain, read_number
from trikal.errors import BadInput
from trikal.media.audio import read_audio
from trikal.media.frames import frames_at
from trikal.media.probe import probe
from trikal.media.reel import Caption, Piece, join
from trikal.media.timedtext import read_embedded_subtitles


def piece(path: Path, start_ms: int, end_ms: int) -> Piece:
    return Piece(info=probe(path), start_ms=start_ms, end_ms=end_ms)


def numbers(path: Path, times_ms: list[int]) -> list[int]:
    return [read_number(frame.picture) for frame in frames_at(path, times_ms)]


def clicks_ms(path: Path) -> list[float]:
    samples = np.concatenate([chunk.samples for chunk in read_audio(path)])
    loud = np.flatnonzero(np.abs(samples) > 0.2) / 16
    return [float(time) for time in loud[np.r_[True, np.diff(loud) > 100]]]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Four seconds of numbered pictures with a click at every full second."""
    sound = make_clicks(4, [1, 2, 3])
    return make_video(tmp_path / "film.mkv", duration=4, sound=sound)


def test_every_piece_begins_and_ends_on_its_very_frame(film: Path, tmp_path: Path) -> None:
    target = tmp_path / "reel.mp4"
    join([piece(film, 3_000, 3_400), piece(film, 1_000, 2_000), piece(film, 20, 60)], target)
    assert probe(target).video[0].duration_ms == 1_440
    assert numbers(target, [0, 399, 400, 1_399, 1_400, 1_439]) == [75, 84, 25, 49, 0, 1]


def test_the_sound_stays_in_step_over_many_pieces(film: Path, tmp_path: Path) -> None:
    target = tmp_path / "reel.mp4"
    join([piece(film, 833, 1_167)] * 12, target)
    assert clicks_ms(target) == pytest.approx([167 + 334 * n for n in range(12)], abs=4)
    assert probe(target).audio[0].duration_ms == pytest.approx(12 * 334, abs=45)


def test_other_shapes_are_fitted_in_with_black_bars(film: Path, tmp_path: Path) -> None:
    wide = make_video(tmp_path / "wide.mp4", duration=1, size=(192, 64),
                      pictures=lambda n: plain((250, 250, 250), (192, 64)))
    target = tmp_path / "reel.mp4"
    join([piece(wide, 0, 1_000), piece(film, 0, 1_000)], target)
    full, boxed = (frame.picture for frame in frames_at(target, [500, 1_500]))
    assert full.shape == boxed.shape == (64, 192, 3)
    assert full.min() > 200
    assert boxed[:, :40].max() < 30
    assert boxed[:, -40:].max() < 30
    assert read_number(np.ascontiguousarray(boxed[:, 48:144])) == 12


def test_sound_alone_is_black_and_a_silent_film_silent(film: Path, tmp_path: Path) -> None:
    clicks = make_wav(tmp_path / "a.wav", make_clicks(2, [0.5]))
    silent = make_video(tmp_path / "silent.mp4", duration=1,
                        pictures=lambda n: plain((250, 250, 250)))
    target = tmp_path / "reel.mp4"
    join([piece(clicks, 0, 1_000), piece(silent, 0, 1_000), piece(film, 900, 1_100)], target)
    assert probe(target).video[0].duration_ms == 2_200
    assert clicks_ms(target) == pytest.approx([500, 2_100], abs=4)
    black, white = (frame.picture for frame in frames_at(target, [500, 1_500]))
    assert black.max() < 20
    assert white.min() > 200


@pytest.mark.parametrize("suffix", [".wav", ".m4a"])
def test_the_sound_alone_can_be_joined(film: Path, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"reel{suffix}"
    join([piece(film, 1_500, 2_500), piece(film, 500, 1_500)], target,
         [Caption(start_ms=0, end_ms=500, text="none here")])
    info = probe(target)
    assert (info.video, info.subtitles) == ((), ())
    assert info.duration_ms == pytest.approx(2_000, abs=2)
    assert clicks_ms(target) == pytest.approx([500, 1_500], abs=4)


def test_captions_are_there_to_the_millisecond(film: Path, tmp_path: Path) -> None:
    said = [Caption(start_ms=100, end_ms=900, text="Good evening."),
            Caption(start_ms=1_500, end_ms=2_250, text="नमस्ते\nदुनिया"),
            Caption(start_ms=2_250, end_ms=3_000, text="{\\an8}1 < 2 & \\N")]
    for suffix in (".mp4", ".mov"):
        target = tmp_path / f"reel{suffix}"
        join([piece(film, 0, 3_000)], target, said)
        cues = read_embedded_subtitles(target, probe(target).subtitles[0].index)
        assert [(c.start_ms, c.end_ms) for c in cues] == [
            (100, 900), (1_500, 2_250), (2_250, 3_000)]
        assert [c.text for c in cues[:2]] == ["Good evening.", "नमस्ते दुनिया"]
        assert "an8" in cues[2].text
        assert "1 < 2 &" in cues[2].text
        assert numbers(target, [0, 2_999]) == [0, 74]


def test_stereo_and_mono_are_joined_as_stereo(tmp_path: Path) -> None:
    sides = np.stack([make_tone(1), np.zeros(16_000, np.float32)], axis=1)
    stereo, mono = make_wav(tmp_path / "s.wav", sides), make_wav(tmp_path / "m.wav", make_tone(1))
    join([piece(stereo, 0, 500), piece(mono, 0, 500)], tmp_path / "reel.wav")
    samples = np.concatenate([c.samples for c in read_audio(tmp_path / "reel.wav", channels=2)])
    assert samples.shape[1] == 2
    assert np.abs(samples[800:7_200, 1]).max() < 0.01
    assert np.abs(samples[8_800:15_200, 1]).max() > 0.3


def test_what_cannot_be_joined_is_refused_and_leaves_nothing(film: Path, tmp_path: Path) -> None:
    silent = make_video(tmp_path / "silent.mp4", duration=1)
    before = set(tmp_path.iterdir())
    with pytest.raises(BadInput, match="would be empty"):
        join([piece(silent, 0, 500)], tmp_path / "reel.wav")
    with pytest.raises(BadInput, match="runs from"):
        join([piece(film, 0, 500), piece(film, 4_000, 4_500)], tmp_path / "reel.mp4")
    assert set(tmp_path.iterdir()) == before
