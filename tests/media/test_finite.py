"""Samples that are no finite numbers, in every way that samples are laid out."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from av.audio.frame import AudioFrame
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from tests.factories import make_noise, make_tone, make_video
from trikal.media.finite import made_finite, share_not_finite
from trikal.media.probe import probe

ROWS = arrays(np.float64, st.tuples(st.integers(1, 2), st.integers(1, 60)), elements=st.one_of(
    st.floats(-1, 1, width=32), st.sampled_from([np.nan, np.inf, -np.inf, 1e300])))


def frame_of(channels: NDArray[np.float64], form: str) -> AudioFrame:
    """Lay samples of shape ``(channels, n)`` out in one of FFmpeg's forms."""
    kind = np.float32 if form.startswith("flt") else np.float64
    with np.errstate(over="ignore"):
        given = channels.astype(kind)
    laid = given if form.endswith("p") else np.ascontiguousarray(given.T).reshape(1, -1)
    frame = AudioFrame.from_ndarray(laid, form, ("mono", "stereo")[len(channels) - 1])
    frame.sample_rate, frame.pts, frame.time_base = 8_000, 7, Fraction(1, 8_000)
    return frame


def channels_of(frame: AudioFrame, count: int) -> NDArray[np.float64]:
    samples = frame.to_ndarray()
    laid = samples if frame.format.is_planar else samples.reshape(-1, count).T
    return laid.astype(np.float64)


@given(ROWS, st.sampled_from(["flt", "fltp", "dbl", "dblp"]))
def test_every_sample_becomes_finite_and_what_was_stays(
    rows: NDArray[np.float64], form: str
) -> None:
    frame = made_finite(frame_of(rows, form))
    made = channels_of(frame, len(rows))
    good = np.abs(rows) <= 1
    assert np.abs(made).max() <= 1
    np.testing.assert_array_equal(made[good], rows[good])
    assert (frame.sample_rate, frame.pts, frame.time_base) == (8_000, 7, Fraction(1, 8_000))


def test_what_is_missing_lies_on_the_line_between_its_neighbours() -> None:
    rows = np.array([[0.0, np.nan, -np.inf, 0.75, 1e300], [np.inf] * 5])
    made = channels_of(made_finite(frame_of(rows, "dblp")), 2)
    np.testing.assert_allclose(made, [[0, 0.25, 0.5, 0.75, 0.75], [0] * 5])


@pytest.mark.parametrize("codec", ["pcm_f32le", "pcm_f64le"])
def test_they_are_counted_in_the_file(tmp_path: Path, codec: str) -> None:
    samples = make_tone(1)
    samples[:100], samples[200] = np.nan, np.inf
    path = make_video(tmp_path / "a.wav", fps=0, sound=samples, audio_codec=codec)
    assert share_not_finite(path, probe(path)) == Fraction(101, 16_000)


def test_other_codecs_and_other_files_hold_none(tmp_path: Path) -> None:
    path = make_noise(tmp_path / "a.wav", "pcm_s16le")
    assert share_not_finite(path, probe(path)) == 0
    film = make_video(tmp_path / "a.mp4", duration=1)
    assert share_not_finite(film, probe(film)) == 0
