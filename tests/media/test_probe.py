from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.every import every
from tests.factories import Sound, Subtitles, make_tone, make_video, make_wav, plain
from trikal.errors import MediumUnreadable
from trikal.media.probe import MediaInfo, bcp47, probe, shown_size


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


def test_a_forbidden_file_is_said_to_be_forbidden(tmp_path: Path, as_nobody) -> None:
    path = make_video(tmp_path / "secret.mp4", duration=0.2)
    path.chmod(0)
    with as_nobody(), pytest.raises(MediumUnreadable, match="may not be read"):
        probe(path)


def test_a_colon_in_a_name_is_no_protocol(tmp_path: Path, monkeypatch) -> None:
    make_wav(tmp_path / "at 10.wav", make_tone(0.2)).rename(tmp_path / "10:30.wav")
    monkeypatch.chdir(tmp_path)
    assert probe(Path("10:30.wav")).duration_ms == 200


@every(("tag", "expected"), [
    ("eng", "en"), ("ger", "de"), ("pt_BR", "pt-BR"), ("und", None), ("", None), (None, None),
    ("final", None), ("2", None),
])
def test_container_languages_become_bcp47(tag: str | None, expected: str | None) -> None:
    assert bcp47(tag) == expected


@given(st.integers(1, 4_000), st.integers(1, 4_000), st.sampled_from([0, 90, 180, 270]))
def test_turning_keeps_the_sides_of_a_picture(width: int, height: int, rotation: int) -> None:
    shown = shown_size(width, height, None, rotation)
    assert sorted(shown) == sorted((width, height))
    assert (shown == (width, height)) == (rotation % 180 == 0 or width == height)


@pytest.mark.parametrize(("shape", "shown"), [
    (None, (720, 576)), (Fraction(1), (720, 576)), (Fraction(16, 15), (768, 576)),
    (Fraction(64, 45), (1_024, 576)), (Fraction(0), (720, 576)),
])
def test_pixels_that_are_not_square_are_stretched(
    shape: Fraction | None, shown: tuple[int, int]
) -> None:
    assert shown_size(720, 576, shape, 0) == shown
    assert shown_size(720, 576, shape, 90) == shown[::-1]


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 30), st.sampled_from([5, 25, Fraction(30_000, 1_001)]),
       st.sampled_from([".mp4", ".mkv", ".mov", ".webm"]), st.integers(0, 3))
def test_a_film_is_as_long_as_its_pictures_wherever_its_clock_begins(
    tmp_path_factory: pytest.TempPathFactory, count: int, rate: Fraction | int, suffix: str,
    start: int,
) -> None:
    rate = Fraction(rate)
    path = make_video(tmp_path_factory.mktemp("film") / f"a{suffix}", fps=rate,
                      duration=count / rate, start=start if suffix == ".mkv" else 0)
    info = probe(path)
    assert info.duration_ms == pytest.approx(count / rate * 1000, abs=42)
    assert info.video[0].start_ms == 0
    assert info.start == (start if suffix == ".mkv" else 0)


def test_what_is_marked_is_watched_and_heard_and_else_the_first(tmp_path: Path) -> None:
    info = probe(make_video(tmp_path / "a.mkv", duration=0.4, sound=[
        Sound(samples=make_tone(0.4), language="eng"),
        Sound(samples=make_tone(0.4), language="hin")]))
    first, second = (stream.model_copy(update={"default": False}) for stream in info.audio)
    unmarked = info.model_copy(update={"audio": (first, second)})
    assert unmarked.main_audio == first
    marked = second.model_copy(update={"default": True})
    assert info.model_copy(update={"audio": (first, marked)}).main_audio == marked
    empty = info.model_copy(update={"audio": (), "video": ()})
    assert empty.main_audio is empty.main_video is None


def test_what_was_probed_survives_json(tmp_path: Path) -> None:
    info = probe(make_video(tmp_path / "a.mkv", duration=0.4, fps=Fraction(30_000, 1_001),
                            sound=make_tone(0.4), subtitles=[(0, 0.2, "hi")]))
    assert MediaInfo.model_validate_json(info.model_dump_json()) == info


@pytest.mark.parametrize(("stamp", "year"), [
    ("2020-01-02T03:04:05Z", 2020), ("2020-01-02T03:04:05.000000Z", 2020),
    ("1970-01-01T00:00:00Z", None), ("1904-01-01T00:00:00Z", None),
])
def test_a_camera_with_a_dead_battery_knows_no_time(
    tmp_path: Path, stamp: str, year: int | None
) -> None:
    path = make_video(tmp_path / "a.mkv", duration=0.2, metadata={"creation_time": stamp})
    recorded = probe(path).recorded_at
    assert (recorded and recorded.year) == year


@pytest.mark.parametrize("name", ["a.mkv", "a.mp4", "a.webm", "a.mov"])
def test_a_date_without_a_zone_is_taken_for_utc_and_nonsense_for_none(
    tmp_path: Path, name: str
) -> None:
    path = make_video(tmp_path / name, duration=0.2, metadata={"date": "2021-05-06"})
    assert probe(path).recorded_at == datetime(2021, 5, 6, tzinfo=UTC)
    path = make_video(tmp_path / name, duration=0.2, metadata={"date": "last summer"})
    assert probe(path).recorded_at is None


def test_subtitles_that_are_text_are_told(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mkv", duration=1, subtitles=[
        Subtitles(cues=[(0, 1, "hi")], codec="ass", language="ger"),
        Subtitles(cues=[(0, 1, "hi")], codec="subrip")])
    assert [(each.codec, each.language, each.is_text) for each in probe(path).subtitles] == [
        ("ass", "de", True), ("subrip", None, True)]


@given(st.text(max_size=12))
def test_any_text_is_a_language_or_none(tag: str) -> None:
    found = bcp47(tag)
    assert found is None or bcp47(found) == found
