"""Opening media, refusing what is none, and reading on behind damage."""

import os
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_tone, make_video, make_wav, plain, read_number
from trikal.errors import MediumUnreadable
from trikal.media.container import (
    audio_frames,
    clock_zero,
    open_medium,
    packets,
    rewind,
    to_ms,
    video_frames,
)


@given(st.fractions(min_value=-10**6, max_value=10**6))
def test_rounding_is_off_by_half_a_millisecond_at_most(seconds: Fraction) -> None:
    assert abs(Fraction(to_ms(seconds), 1000) - seconds) <= Fraction(1, 2000)


@given(st.integers(-10**12, 10**12))
def test_whole_milliseconds_stay_as_they_are(ms: int) -> None:
    assert to_ms(Fraction(ms, 1000)) == ms


@pytest.mark.parametrize("start", [0, 5, Fraction(7, 2)])
def test_the_clocks_zero_is_where_players_begin(tmp_path: Path, start: Fraction) -> None:
    path = make_video(tmp_path / "a.mkv", duration=0.2, start=start)
    with open_medium(path) as container:
        assert clock_zero(container) == start


def test_a_container_is_closed_on_leaving(tmp_path: Path) -> None:
    path = make_wav(tmp_path / "a.wav", make_tone(0.2))
    with open_medium(path) as container:
        pass
    with pytest.raises((AssertionError, ValueError, av.FFmpegError)):
        list(container.demux())


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.mp4")
    return folder / "pipe.mp4"


def _device(_: Path) -> Path:
    return Path("/dev/zero")


def _png(folder: Path) -> Path:
    with av.open(str(folder / "a.png"), "w", format="image2", options={"update": "1"}) as target:
        stream = target.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "rgb24"
        frame = av.VideoFrame.from_ndarray(plain((255, 0, 0)), format="rgb24")
        target.mux([*stream.encode(frame), *stream.encode(None)])
    return folder / "a.png"


def _picture_named_mp4(folder: Path) -> Path:
    return _png(folder).rename(folder / "picture.mp4")


def _list_of_files(folder: Path) -> Path:
    make_video(folder / "part.mp4", duration=0.2)
    (folder / "list.ffconcat").write_text("ffconcat version 1.0\nfile part.mp4\n")
    return folder / "list.ffconcat"


def _playlist(folder: Path) -> Path:
    make_video(folder / "part.ts", duration=0.4)
    (folder / "list.m3u8").write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\npart.ts\n#EXT-X-ENDLIST\n")
    return folder / "list.m3u8"


def _through_a_file(folder: Path) -> Path:
    (folder / "file").touch()
    return folder / "file" / "a.mp4"


def _nothing_but_zeros(folder: Path) -> Path:
    (folder / "zeros.mp4").write_bytes(bytes(10_000))
    return folder / "zeros.mp4"


@pytest.mark.parametrize(("make", "says"), [
    (_pipe, "no regular file"), (_device, "no regular file"), (_png, "picture"),
    (_picture_named_mp4, "picture"), (_list_of_files, "list"), (_playlist, "playlist|record"),
    (_through_a_file, "cannot be read"), (_nothing_but_zeros, "not a recording"),
])
def test_what_is_no_recording_is_refused_with_its_name(
    tmp_path: Path, make: Callable[[Path], Path], says: str
) -> None:
    path = make(tmp_path)
    with pytest.raises(MediumUnreadable, match=says) as refused:
        with open_medium(path):
            pass
    assert str(path) in str(refused.value)
    assert str(refused.value).endswith(".")


def test_a_name_may_begin_with_a_dash_or_hold_any_letters(tmp_path: Path) -> None:
    path = make_wav(tmp_path / "a.wav", make_tone(0.2))
    for name in ("-i.wav", "पुल 🎉.wav", "50%d.wav", "a?b#c.wav", "file:x.wav"):
        copy = Path(shutil.copy(path, tmp_path / name))
        with open_medium(copy) as container:
            assert container.streams.audio


def test_a_link_to_a_medium_is_that_medium(tmp_path: Path) -> None:
    make_wav(tmp_path / "a.wav", make_tone(0.2))
    (tmp_path / "b.wav").symlink_to(tmp_path / "a.wav")
    with open_medium(tmp_path / "b.wav") as container:
        assert container.streams.audio


def test_an_error_inside_the_block_is_the_callers_own(tmp_path: Path) -> None:
    path = make_wav(tmp_path / "a.wav", make_tone(0.2))
    with pytest.raises(RuntimeError, match="mine"), open_medium(path):
        raise RuntimeError("mine")


def test_only_the_streams_asked_for_are_read(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mkv", duration=1, sound=make_tone(1))
    with open_medium(path) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        for stream in (video, audio):
            read = [packet for packet in packets(container, stream) if packet.size]
            assert {packet.stream_index for packet in read} == {stream.index}
            rewind(container)


def test_the_last_packet_is_empty_and_flushes(tmp_path: Path) -> None:
    with open_medium(make_video(tmp_path / "a.mp4", duration=0.4)) as container:
        *read, last = packets(container, container.streams.video[0])
    assert last.size == 0
    assert len(read) == 10


def test_a_rewound_container_gives_the_same_pictures_again(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mkv", duration=1, start=4)
    with open_medium(path) as container:
        stream = container.streams.video[0]
        first = [frame.pts for frame in video_frames(container, stream)]
        rewind(container)
        assert [frame.pts for frame in video_frames(container, stream)] == first
        assert len(first) == 25


def test_a_format_that_cannot_be_rewound_goes_on_from_where_it_is(tmp_path: Path) -> None:
    path = make_wav(tmp_path / "a.aac", make_tone(0.5))
    with open_medium(path) as container:
        rewind(container)
        assert list(audio_frames(container, container.streams.audio[0]))


def test_damaged_pictures_are_left_out_and_the_others_keep_their_order(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.ts", duration=4)
    data = bytearray(path.read_bytes())
    third = len(data) // 3
    data[third: third + 6_000] = b"\xff" * 6_000
    path.write_bytes(data)
    with open_medium(path) as container:
        frames = list(video_frames(container, container.streams.video[0]))
    numbers = [read_number(frame.to_ndarray(format="rgb24")) for frame in frames]
    times = [frame.pts for frame in frames if frame.pts is not None]
    assert times == sorted(times)
    assert numbers[0] == 0
    assert numbers[-1] == 99
    assert 60 < len(frames) <= 100


def test_sound_that_is_cut_off_gives_what_is_left(tmp_path: Path) -> None:
    path = make_wav(tmp_path / "a.flac", make_tone(4))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with open_medium(path) as container:
        frames = list(audio_frames(container, container.streams.audio[0]))
    assert 16_000 < sum(frame.samples for frame in frames) < 64_000
