import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import av
import pytest

from tests.factories import Sound, Subtitles, make_tone, make_video, make_wav, plain
from trikal.errors import MediumUnreadable
from trikal.media.probe import bcp47, probe


def test_a_film_with_sound_and_subtitles_is_described(tmp_path: Path) -> None:
    path = make_video(
        tmp_path / "film.mkv", fps=Fraction(30000, 1001), duration=2, size=(96, 64),
        sound=[Sound(samples=make_tone(2), language="hin"),
               Sound(samples=make_tone(2, rate=48000), rate=48000, language="ger")],
        subtitles=Subtitles(cues=[(0, 1, "hi")], language="eng"),
        metadata={"creation_time": "2020-01-02T03:04:05Z"},
    )
    info = probe(path)
    assert (info.video[0].width, info.video[0].height) == (96, 64)
    assert info.video[0].rate == Fraction(30000, 1001)
    assert [(s.sample_rate, s.language) for s in info.audio] == [(16000, "hi"), (48000, "de")]
    assert [(s.codec, s.language, s.is_text) for s in info.subtitles] == [("subrip", "en", True)]
    assert info.duration_ms == pytest.approx(2000, abs=10)
    assert info.recorded_at == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_the_clock_begins_where_the_container_begins(tmp_path: Path) -> None:
    info = probe(make_video(tmp_path / "late.mkv", start=5, sound=make_tone(2)))
    assert info.start == 5
    assert (info.video[0].start_ms, info.audio[0].start_ms) == (0, 0)
    assert info.duration_ms == 2000


@pytest.mark.parametrize("suffix", [".mkv", ".mov", ".mp4"])
def test_sound_that_begins_later_starts_later(tmp_path: Path, suffix: str) -> None:
    info = probe(make_video(tmp_path / f"late{suffix}", sound=make_tone(1), audio_offset=2))
    assert info.video[0].start_ms == 0
    # AAC begins with up to a frame of priming that the edit list counts in.
    assert 2000 - 64 <= info.audio[0].start_ms <= 2000


@pytest.mark.parametrize(("rotation", "size"), [(90, (64, 96)), (180, (96, 64)), (270, (64, 96))])
def test_rotation_is_applied_to_the_size(
    tmp_path: Path, rotation: int, size: tuple[int, int]
) -> None:
    video = probe(make_video(tmp_path / "turned.mp4", rotation=rotation, duration=0.5)).video[0]
    assert (video.rotation, (video.width, video.height)) == (rotation, size)


def test_cover_art_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    with av.open(str(path), "w") as container:
        sound = container.add_stream("libmp3lame", rate=16000)
        cover = container.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 96, 64, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        picture = av.VideoFrame.from_ndarray(plain((255, 0, 0)), format="rgb24")
        container.mux([*cover.encode(picture), *cover.encode(None)])
        frame = av.AudioFrame.from_ndarray(make_tone(1).reshape(1, -1), "flt", "mono")
        frame.sample_rate = 16000
        container.mux([*sound.encode(frame), *sound.encode(None)])
    info = probe(path)
    assert info.video == ()
    assert info.audio[0].codec == "mp3"


def test_a_recording_without_a_length_in_its_header_is_counted(tmp_path: Path) -> None:
    path = make_video(tmp_path / "stream.webm", duration=3, format_options={"live": "1"})
    with av.open(str(path)) as container:
        assert container.duration is None
    info = probe(path)
    assert info.duration_ms == pytest.approx(3000, abs=40)
    assert info.video[0].duration_ms == info.duration_ms


def test_a_file_cut_off_in_the_middle_is_as_long_as_what_is_left(tmp_path: Path) -> None:
    path = make_video(tmp_path / "torn.mkv", duration=20)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert 5_000 < probe(path).duration_ms < 15_000


def test_raw_aac_is_counted_rather_than_guessed_from_its_first_bits(tmp_path: Path) -> None:
    info = probe(make_wav(tmp_path / "raw.aac", make_tone(7)))
    assert info.duration_ms == pytest.approx(7000, abs=130)


def _missing(folder: Path) -> Path:
    return folder / "none.mp4"


def _folder(folder: Path) -> Path:
    return folder


def _empty(folder: Path) -> Path:
    path = folder / "empty.mp4"
    path.touch()
    return path


def _text(folder: Path) -> Path:
    path = folder / "letter.mp4"
    path.write_text("Dear reader,\n" * 100)
    return path


def _plain_text(folder: Path) -> Path:
    path = folder / "letter.txt"
    path.write_text("Dear reader,\n" * 100)
    return path


def _picture(folder: Path) -> Path:
    path = folder / "cover.mjpeg"
    with av.open(str(path), "w", format="image2", options={"update": "1"}) as container:
        stream = container.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuvj420p"
        frame = av.VideoFrame.from_ndarray(plain((255, 0, 0)), format="rgb24")
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return path.rename(folder / "cover.jpg")


def _no_index(folder: Path) -> Path:
    path = make_video(folder / "torn.mp4")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def _playlist(folder: Path) -> Path:
    path = folder / "list.mp4"
    path.write_text("#EXTM3U\n#EXTINF:2,\nhttp://192.0.2.1/a.ts\n#EXT-X-ENDLIST\n")
    return path


def _subtitles_only(folder: Path) -> Path:
    return make_video(folder / "text.mkv", fps=0, subtitles=[(0, 1, "hi")])


@pytest.mark.parametrize(("make", "words"), [
    (_missing, "does not exist"), (_folder, "is a folder"), (_empty, "empty"),
    (_text, "not a recording"), (_plain_text, "text"), (_picture, "picture"),
    (_no_index, "cut off before its index"), (_playlist, "record"),
    (_subtitles_only, "neither sound nor moving pictures"),
])
def test_what_is_no_recording_is_refused_with_a_reason(tmp_path: Path, make, words) -> None:
    path = make(tmp_path)
    with pytest.raises(MediumUnreadable, match=words) as caught:
        probe(path)
    assert str(path) in str(caught.value)


@contextmanager
def _as_nobody() -> Iterator[None]:
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_a_forbidden_file_is_said_to_be_forbidden(tmp_path: Path) -> None:
    path = make_video(tmp_path / "secret.mp4", duration=0.2)
    path.chmod(0)
    with _as_nobody(), pytest.raises(MediumUnreadable, match="may not be read"):
        probe(path)


def test_a_colon_in_a_name_is_no_protocol(tmp_path: Path, monkeypatch) -> None:
    make_wav(tmp_path / "at 10.wav", make_tone(0.2)).rename(tmp_path / "10:30.wav")
    monkeypatch.chdir(tmp_path)
    assert probe(Path("10:30.wav")).duration_ms == 200


@pytest.mark.parametrize(("tag", "expected"), [
    ("eng", "en"), ("ger", "de"), ("pt_BR", "pt-BR"), ("und", None), ("", None), (None, None),
    ("final", None), ("2", None),
])
def test_container_languages_become_bcp47(tag: str | None, expected: str | None) -> None:
    assert bcp47(tag) == expected
