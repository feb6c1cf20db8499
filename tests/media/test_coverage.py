"""Sound that damage takes away is told, and a whole recording of any kind is whole."""

from pathlib import Path

import pytest

from tests.factories import make_noise, make_tone, make_video
from trikal.media.coverage import unread_sound_ms
from trikal.media.probe import probe


@pytest.mark.parametrize(("name", "codec"), [
    ("a.opus", "libopus"), ("a.mp3", "libmp3lame"), ("a.m4a", "aac"), ("a.aac", "aac"),
    ("a.flac", "flac"), ("a.webm", "libopus"),
])
def test_a_whole_recording_is_whole(tmp_path: Path, name: str, codec: str) -> None:
    path = make_noise(tmp_path / name, codec)
    assert unread_sound_ms(path, probe(path)) == 0


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
