import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.factories import Sound, make_clicks, make_tone, make_video, make_wav
from trikal.errors import BadInput, MediumUnreadable
from trikal.media.audio import AudioChunk, Samples, read_audio, write_wav
from trikal.media.probe import probe


def _clicks_ms(chunks: list[AudioChunk], rate: int = 16_000) -> list[float]:
    """Times at which clicks begin, from each chunk's own start time."""
    found: list[float] = []
    for chunk in chunks:
        for first in np.flatnonzero(np.abs(chunk.samples) > 0.3):
            time = chunk.start_ms + first * 1000 / rate
            if not found or time - found[-1] > 100:
                found.append(time)
    return found


def _joined(chunks: list[AudioChunk]) -> Samples:
    return np.concatenate([chunk.samples for chunk in chunks])


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.mp3", "a.m4a", "a.ogg", "a.mkv", "a.mp4"])
def test_a_click_is_heard_when_it_was_made(tmp_path: Path, name: str) -> None:
    path = make_wav(tmp_path / name, make_clicks(4, [0.5, 1.25, 3]))
    assert _clicks_ms(list(read_audio(path))) == pytest.approx([500, 1250, 3000], abs=2)


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv"])
def test_sound_that_begins_two_seconds_late_is_heard_two_seconds_late(
    tmp_path: Path, name: str
) -> None:
    path = make_video(tmp_path / name, sound=make_clicks(3, [0.5, 2]), audio_offset=2)
    chunks = list(read_audio(path, chunk_ms=700))
    assert 2000 - 64 <= chunks[0].start_ms <= 2000
    assert _clicks_ms(chunks) == pytest.approx([2500, 4000], abs=2)


def test_a_clock_that_does_not_begin_at_zero_is_set_to_zero(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mkv", sound=make_clicks(2, [0.5]), start=Fraction(7, 2))
    assert _clicks_ms(list(read_audio(path))) == pytest.approx([500], abs=1)


def test_sound_that_begins_before_the_picture_sets_the_zero(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mkv", times=[3, 3.5], sound=make_clicks(2, [0.5]))
    chunks = list(read_audio(path))
    assert chunks[0].start_ms == 0
    assert _clicks_ms(chunks) == pytest.approx([500], abs=1)


def test_chunks_follow_each_other_and_are_never_longer_than_asked(tmp_path: Path) -> None:
    path = make_wav(tmp_path / "a.wav", make_tone(10, rate=22_050), rate=22_050)
    chunks = list(read_audio(path, chunk_ms=333))
    assert [chunk.start_ms for chunk in chunks] == list(range(0, 10_000, 333))
    assert max(len(chunk.samples) for chunk in chunks) <= 333 * 16
    assert len(_joined(chunks)) == 160_000
    assert all(chunk.samples.dtype == np.float32 for chunk in chunks)


@pytest.mark.thorough
def test_an_hour_does_not_drift(tmp_path: Path) -> None:
    clicks = make_clicks(3_700, [10, 3_600], rate=1_000, width=0.02)
    path = make_wav(tmp_path / "hour.flac", clicks, rate=1_000)
    longest, heard = 0, []
    for chunk in read_audio(path, rate=700):
        longest = max(longest, len(chunk.samples))
        heard += _clicks_ms([chunk], rate=700)
    assert heard == pytest.approx([10_000, 3_600_000], abs=2)
    assert longest <= 30 * 700


def _joined_recordings(folder: Path, *sounds: Sound) -> Path:
    """Transport streams may be joined byte by byte, whatever their clocks say."""
    parts = [make_video(folder / f"{number}.ts", fps=0, sound=sound, start=1)
             for number, sound in enumerate(sounds)]
    path = folder / "joined.ts"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


def _recording(seconds: float, clicks: list[float], *, offset: float = 0) -> Sound:
    return Sound(samples=make_clicks(seconds, clicks, rate=48_000), rate=48_000, offset=offset)


@pytest.mark.parametrize("offset", [1.05, 4])
def test_a_hole_in_the_stream_becomes_silence(tmp_path: Path, offset: float) -> None:
    path = _joined_recordings(tmp_path, _recording(1, [0.5]), _recording(1, [0.1], offset=offset))
    chunks = list(read_audio(path, chunk_ms=1_000))
    assert [chunk.start_ms for chunk in chunks] == list(range(0, 1_000 * len(chunks), 1_000))
    first, second = _clicks_ms(chunks)
    assert second - first == pytest.approx(offset * 1_000 - 400, abs=2)


def test_times_that_jitter_do_not_tear_the_sound(tmp_path: Path) -> None:
    steady = make_video(tmp_path / "a.mkv", fps=0, sound=make_tone(4), audio_codec="aac")
    path = tmp_path / "jitter.mkv"
    with av.open(str(steady)) as source, av.open(str(path), "w") as target:
        stream = target.add_stream_from_template(source.streams.audio[0])
        for number, packet in enumerate(source.demux(audio=0)):
            if packet.dts is not None:
                packet.pts = packet.dts = packet.pts + (number % 2) * 25
                packet.stream = stream
                target.mux(packet)
    assert np.array_equal(_joined(list(read_audio(path))), _joined(list(read_audio(steady))))


def test_overlapping_frames_are_cut_off(tmp_path: Path) -> None:
    path = _joined_recordings(tmp_path, _recording(2, [0.5]), _recording(2, [1.7], offset=1))
    chunks = list(read_audio(path))
    first, second = _clicks_ms(chunks)
    assert second - first == pytest.approx(2_200, abs=2)
    assert len(_joined(chunks)) == pytest.approx(3 * 16_000, abs=1_000)


def test_a_clock_that_restarts_loses_nothing(tmp_path: Path) -> None:
    path = _joined_recordings(tmp_path, _recording(12, [1, 11.5]), _recording(12, [1, 11.5]))
    clicks = _clicks_ms(list(read_audio(path)))
    assert np.diff(clicks) == pytest.approx([10_500, 1_500, 10_500], abs=30)


def test_damage_in_the_middle_does_not_end_the_sound(tmp_path: Path) -> None:
    path = make_wav(tmp_path / "a.mp3", make_clicks(20, [1, 19]) + 0.1 * make_tone(20))
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle: middle + 4000] = bytes(np.random.default_rng(7).integers(0, 256, 4000, np.uint8))
    path.write_bytes(data)
    chunks = list(read_audio(path))
    assert _clicks_ms(chunks)[0] == pytest.approx(1000, abs=3)
    assert len(_joined(chunks)) > 17 * 16_000


def test_damage_keeps_the_clock_where_packets_carry_times(tmp_path: Path) -> None:
    path = make_video(
        tmp_path / "a.mkv", fps=0, audio_codec="aac",
        sound=make_clicks(20, [1, 19]) + 0.1 * make_tone(20))
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle: middle + 2000] = bytes(np.random.default_rng(7).integers(0, 256, 2000, np.uint8))
    path.write_bytes(data)
    clicks = _clicks_ms(list(read_audio(path)))
    assert clicks[0] == pytest.approx(1000, abs=20)
    assert clicks[-1] == pytest.approx(19_000, abs=20)


def test_no_sound_gives_nothing(tmp_path: Path) -> None:
    assert list(read_audio(make_video(tmp_path / "silent.mp4"))) == []


def test_each_of_several_tracks_can_be_heard(tmp_path: Path) -> None:
    tracks = [Sound(samples=make_clicks(2, [0.5])), Sound(samples=make_clicks(2, [1.5]))]
    path = make_video(tmp_path / "a.mkv", sound=tracks)
    assert _clicks_ms(list(read_audio(path))) == pytest.approx([500], abs=1)
    assert _clicks_ms(list(read_audio(path, stream=2))) == pytest.approx([1500], abs=1)
    with pytest.raises(BadInput, match="audio streams are: 1, 2"):
        list(read_audio(path, stream=0))


@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.mkv", "a.m4a"])
def test_a_part_is_what_the_whole_has_there(tmp_path: Path, name: str) -> None:
    path = make_wav(tmp_path / name, make_clicks(8, [1, 5.2, 7]))
    chunks = list(read_audio(path, start_ms=5_000, end_ms=5_500))
    assert chunks[0].start_ms == 5_000
    assert len(_joined(chunks)) == 8_000
    assert _clicks_ms(chunks) == pytest.approx([5_200], abs=2)


def test_a_part_behind_the_end_is_empty(tmp_path: Path) -> None:
    path = make_wav(tmp_path / "a.wav", make_tone(1))
    assert list(read_audio(path, start_ms=5_000)) == []
    assert list(read_audio(path, end_ms=0)) == []


def test_stereo_keeps_its_sides_and_mono_mixes_them(tmp_path: Path) -> None:
    sides = np.stack([make_tone(1), np.zeros(16_000, np.float32)], axis=1)
    path = make_wav(tmp_path / "a.wav", sides)
    stereo = next(iter(read_audio(path, channels=2))).samples
    mono = next(iter(read_audio(path))).samples
    assert stereo.shape == (16_000, 2)
    assert np.abs(stereo[:, 1]).max() == 0
    assert np.allclose(mono, stereo[:, 0] / 2, atol=1e-3)


def test_written_wav_is_read_back(tmp_path: Path) -> None:
    samples = np.concatenate([make_tone(1), np.array([2, -2], np.float32)])
    write_wav(tmp_path / "out.wav", samples, 16_000)
    back = _joined(list(read_audio(tmp_path / "out.wav")))
    assert np.allclose(back, np.clip(samples, -1, 1), atol=1e-3)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second and a half of noise, in which every sample is its own."""
    noise = np.random.default_rng(1).uniform(-0.9, 0.9, 24_000).astype(np.float32)
    path = tmp_path_factory.mktemp("audio") / "noise.wav"
    write_wav(path, noise, 16_000)
    return path


@given(st.integers(1, 2_000), st.sampled_from([8_000, 16_000, 44_100]))
def test_however_it_is_cut_into_chunks_the_sound_is_the_same(
    clip: Path, chunk_ms: int, rate: int
) -> None:
    chunks = list(read_audio(clip, chunk_ms=chunk_ms, rate=rate))
    assert [chunk.start_ms for chunk in chunks] == list(range(0, 1_500, chunk_ms))
    assert np.array_equal(_joined(chunks), _joined(list(read_audio(clip, rate=rate))))
    assert all(len(chunk.samples) <= -(-chunk_ms * rate // 1000) for chunk in chunks)


@given(st.integers(-100, 1_600), st.integers(1, 1_000))
def test_a_part_is_what_the_whole_holds_there(clip: Path, start: int, length: int) -> None:
    whole = _joined(list(read_audio(clip)))
    chunks = list(read_audio(clip, start_ms=start, end_ms=start + length))
    expected = whole[max(start, 0) * 16: max(start + length, 0) * 16]
    if len(expected):
        assert chunks[0].start_ms == max(start, 0)
        assert np.array_equal(_joined(chunks), expected)
    else:
        assert chunks == []


@settings(deadline=None)
@given(
    arrays(np.float32, st.integers(1, 300), elements=st.floats(-2, 2, width=32)),
    st.sampled_from([8_000, 22_050, 48_000]),
)
def test_what_is_written_is_read_back_to_a_step_of_sixteen_bits(
    tmp_path_factory: pytest.TempPathFactory, samples: Samples, rate: int
) -> None:
    path = tmp_path_factory.mktemp("wav") / "a.wav"
    write_wav(path, samples, rate)
    with wave.open(str(path), "rb") as written:
        assert (written.getframerate(), written.getnframes()) == (rate, len(samples))
        back = np.frombuffer(written.readframes(len(samples)), "<i2") / 32_767
    assert np.abs(back - np.clip(samples, -1, 1)).max() <= 1 / 32_767


def test_sides_are_written_beside_each_other(tmp_path: Path) -> None:
    sides = np.stack([np.full(100, 0.5), np.full(100, -0.25)], axis=1).astype(np.float32)
    write_wav(tmp_path / "a.wav", sides, 8_000)
    back = _joined(list(read_audio(tmp_path / "a.wav", channels=2, rate=8_000)))
    assert np.allclose(back, sides, atol=1e-3)


def test_no_samples_are_a_file_without_sound(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", np.empty(0, np.float32), 16_000)
    with wave.open(str(tmp_path / "a.wav"), "rb") as written:
        assert written.getnframes() == 0


def test_a_folder_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        write_wav(tmp_path / "none" / "a.wav", make_tone(0.1), 16_000)


@pytest.mark.parametrize("seconds", [0.0125, 0.2])
def test_the_shortest_sound_is_read_whole(tmp_path: Path, seconds: float) -> None:
    path = make_wav(tmp_path / "a.wav", make_tone(seconds))
    (chunk,) = read_audio(path)
    assert (chunk.start_ms, len(chunk.samples)) == (0, round(seconds * 16_000))


@pytest.mark.parametrize(("stream", "known"), [(0, "1, 2"), (7, "1, 2"), (-1, "1, 2")])
def test_a_stream_that_is_no_sound_is_refused_with_those_that_are(
    tmp_path: Path, stream: int, known: str
) -> None:
    path = make_video(tmp_path / "a.mkv", duration=0.4, sound=[
        Sound(samples=make_tone(0.4)), Sound(samples=make_tone(0.4))])
    with pytest.raises(BadInput, match=f"streams are: {known}"):
        list(read_audio(path, stream=stream))


def test_a_stream_of_a_silent_film_is_refused(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", duration=0.4)
    assert list(read_audio(path)) == []
    with pytest.raises(BadInput, match="streams are: none"):
        list(read_audio(path, stream=1))


def test_a_probe_at_hand_spares_another(tmp_path: Path) -> None:
    path = make_wav(tmp_path / "a.wav", make_tone(0.5))
    info = probe(path)
    with_info, without = (_joined(list(read_audio(path, info=given))) for given in (info, None))
    assert np.array_equal(with_info, without)


@pytest.mark.parametrize("rate", [16_000, 22_050, 48_000])
def test_what_is_no_number_is_filled_in_and_what_is_too_loud_is_clipped(
    tmp_path: Path, rate: int
) -> None:
    samples = np.full(2 * rate, 0.25, np.float32)
    samples[rate // 4:rate // 2:10], samples[rate // 4 + 5:rate // 2:10] = np.nan, -np.inf
    samples[rate:rate + rate // 4] = 30_000
    path = make_video(tmp_path / "a.wav", fps=0, sound=Sound(samples=samples, rate=rate),
                      audio_codec="pcm_f32le")
    heard = _joined(list(read_audio(path)))
    np.testing.assert_allclose(heard[200:15_800], 0.25, atol=1e-3)
    np.testing.assert_array_equal(heard[16_200:19_800], 1)


@pytest.mark.parametrize("rate", [1, 999])
def test_a_header_with_a_rate_that_no_sound_has_is_told(tmp_path: Path, rate: int) -> None:
    path = tmp_path / "a.wav"
    write_wav(path, make_tone(1), rate)
    with pytest.raises(MediumUnreadable, match=f"{rate} samples a second"):
        list(read_audio(path))


def test_a_length_in_the_header_that_is_not_there_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    write_wav(path, make_tone(1), 16_000)
    content = bytearray(path.read_bytes())
    content[40:44] = (4 * 3600 * 32_000).to_bytes(4, "little")
    path.write_bytes(content)
    assert len(_joined(list(read_audio(path)))) == 16_000
    assert probe(path).duration_ms == 1_000
