"""Sound that damage takes away is told, and a whole recording of any kind is whole."""

import struct
from pathlib import Path

import pytest

from tests.factories import make_noise, make_tone, make_video
from trikal.media.coverage import lacks_its_end, silent_from_ms, unread_sound_ms
from trikal.media.probe import probe


@pytest.mark.parametrize(("name", "codec"), [
    ("a.opus", "libopus"), ("a.mp3", "libmp3lame"), ("a.m4a", "aac"), ("a.aac", "aac"),
    ("a.flac", "flac"), ("a.webm", "libopus"),
    ("a.wav", "pcm_s16le"), ("double.wav", "pcm_f64le"), ("phone.wav", "pcm_mulaw"),
])
def test_a_whole_recording_is_whole(tmp_path: Path, name: str, codec: str) -> None:
    path = make_noise(tmp_path / name, codec)
    info = probe(path)
    assert unread_sound_ms(path, info) == 0
    assert not lacks_its_end(path, info)


def _pages(content: bytes) -> list[int]:
    """Return where each page of an Ogg file begins."""
    found, at = [], 0
    while at < len(content):
        found.append(at)
        count = content[at + 26]
        at += 27 + count + sum(content[at + 27:at + 27 + count])
    return found


def test_an_ogg_file_that_was_cut_off_lacks_its_end(tmp_path: Path) -> None:
    path = make_noise(tmp_path / "a.opus", "libopus")
    whole = path.read_bytes()
    pages = _pages(whole)
    for end in (len(whole) // 2, pages[-1], pages[-1] + 10, pages[-1] + 28, len(whole) - 1):
        path.write_bytes(whole[:end])
        assert lacks_its_end(path, probe(path)), end


def test_only_an_ogg_file_has_pages_to_end_with(tmp_path: Path) -> None:
    path = make_noise(tmp_path / "a.flac", "flac")
    path.write_bytes(path.read_bytes()[:20_000])
    assert not lacks_its_end(path, probe(path))


def test_pages_that_are_damaged_are_counted(tmp_path: Path) -> None:
    path = make_noise(tmp_path / "a.opus", "libopus")
    whole = bytearray(path.read_bytes())
    third = len(whole) // 3
    whole[third:2 * third] = bytes(third)
    path.write_bytes(whole)
    assert 2_000 <= unread_sound_ms(path, probe(path)) <= 6_000


def test_where_hardly_anything_is_left_hardly_anything_is_read(tmp_path: Path) -> None:
    path = make_noise(tmp_path / "a.opus", "libopus")
    whole = bytearray(path.read_bytes())
    for at in range(1_000, len(whole), 1_000):
        whole[at] ^= 1
    path.write_bytes(whole)
    assert unread_sound_ms(path, probe(path)) > 9_000


def test_a_header_that_promises_more_than_there_is(tmp_path: Path) -> None:
    path = make_noise(tmp_path / "a.flac", "flac")
    whole = path.read_bytes()
    path.write_bytes(whole[:len(whole) // 2])
    assert unread_sound_ms(path, probe(path)) == pytest.approx(5_000, abs=300)


def test_in_a_film_sound_may_end_early(tmp_path: Path) -> None:
    path = make_video(tmp_path / "film.mkv", duration=3, sound=make_tone(1))
    assert unread_sound_ms(path, probe(path)) == 0


@pytest.mark.parametrize("codec", ["pcm_s16le", "pcm_f64le"])
def test_a_wav_that_was_cut_short_is_told_by_its_header(tmp_path: Path, codec: str) -> None:
    path = make_noise(tmp_path / "a.wav", codec)
    whole = path.read_bytes()
    path.write_bytes(whole[:len(whole) * 3 // 10])
    assert unread_sound_ms(path, probe(path)) == pytest.approx(7_000, abs=50)


@pytest.mark.parametrize("length", [0, 0xFFFF_FFFF, 0x7FFF_F000])
def test_a_wav_that_was_written_into_a_pipe_is_whole(tmp_path: Path, length: int) -> None:
    path = make_noise(tmp_path / "a.wav", "pcm_s16le")
    whole = bytearray(path.read_bytes())
    place = whole.index(b"data") + 4
    whole[place:place + 4] = struct.pack("<I", length)
    path.write_bytes(whole)
    assert unread_sound_ms(path, probe(path)) == 0


@pytest.mark.parametrize(("sound", "end"), [(2, 2_000), (9, None)])
def test_where_a_film_goes_on_without_sound(
    tmp_path: Path, sound: float, end: int | None
) -> None:
    path = make_video(tmp_path / "film.mp4", duration=10, sound=make_tone(sound))
    found = silent_from_ms(probe(path))
    assert found == (end if end is None else pytest.approx(end, abs=100))


def test_a_recording_alone_is_silent_nowhere(tmp_path: Path) -> None:
    assert silent_from_ms(probe(make_noise(tmp_path / "a.flac", "flac"))) is None
