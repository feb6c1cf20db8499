"""Cutting a clip out of a medium, to the frame."""

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from heapq import merge
from itertools import chain, pairwise
from operator import itemgetter
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame

from trikal.errors import BadInput
from trikal.media.audio import Samples, read_audio
from trikal.media.container import open_medium
from trikal.media.encode import Film, film, holds_pictures
from trikal.media.frames import Picture, frames_between, to_picture
from trikal.media.probe import AudioStream, MediaInfo, VideoStream, probe
from trikal.timecode import format_timecode

_DEFAULT_RATE = Fraction(25)
_SOUND_CHUNK_MS = 500

# Sound that was padded by its codec is heard a little behind the end that the header tells.
_SLACK_MS = 1_000

_Shown = tuple[Fraction, Fraction, Picture | VideoFrame]


def cut(
    path: Path,
    start_ms: int,
    end_ms: int,
    target: Path,
    *,
    info: MediaInfo | None = None,
) -> None:
    """Encode ``[start_ms, end_ms)`` of a medium anew, so that it begins on the very frame.

    The clip starts at 0 with the picture that was on the screen at the start, and is as long as
    the interval to within a frame. Times between pictures stay as they are, at any rate.

    Args:
        path: The medium.
        start_ms: Start on its clock.
        end_ms: End on its clock.
        target: The file to write: .mp4, .mov, or .m4a and .wav for the sound alone.
        info: The medium's probe, when it is at hand.

    Raises:
        BadInput: The interval is empty or not inside the medium, the medium has nothing to put
            into such a file, or the target cannot be written.
        MediumUnreadable: The medium cannot be read.
    """
    info = info or probe(path)
    end_ms = _checked_end(info, start_ms, end_ms)
    video = info.main_video if holds_pictures(target) else None
    sound = info.main_audio
    if video is None and sound is None:
        raise BadInput(f"{path} has no sound, so {target.name} would be empty. Cut to .mp4.")
    channels = min(sound.channels, 2) if sound else 1
    with film(
        target, size=(video.width, video.height) if video else None, channels=channels,
        rate=(video.rate if video else None) or _DEFAULT_RATE,
        sound_rate=sound.sample_rate if sound else None,
    ) as reel:
        _copy(reel, info, start_ms, end_ms, video, sound)


def _checked_end(info: MediaInfo, start_ms: int, end_ms: int) -> int:
    asked = f"{format_timecode(start_ms, millis=True)} to {format_timecode(end_ms, millis=True)}"
    if end_ms <= start_ms:
        raise BadInput(f"No clip lies from {asked}: the end must be later than the start.")
    if start_ms < 0 or start_ms >= info.duration_ms or end_ms > info.duration_ms + _SLACK_MS:
        length = format_timecode(info.duration_ms, millis=True)
        raise BadInput(f"{info.path} has no clip from {asked}: it runs from 0:00 to {length}.")
    return min(end_ms, info.duration_ms)


def _copy(
    reel: Film,
    info: MediaInfo,
    start_ms: int,
    end_ms: int,
    video: VideoStream | None,
    sound: AudioStream | None,
) -> None:
    shown = _shown(info.path, video, start_ms, end_ms) if video else iter(())
    heard = _heard(info, sound, start_ms, end_ms) if sound else iter(())
    pictures = ((at, partial(reel.show, picture, at, until)) for at, until, picture in shown)
    sounds = ((at, partial(reel.play, samples)) for at, samples in heard)
    for _, write in merge(pictures, sounds, key=itemgetter(0)):
        write()


def _shown(path: Path, video: VideoStream, start_ms: int, end_ms: int) -> Iterator[_Shown]:
    """Pictures with the time from and until which each is shown in the clip."""
    start, length = Fraction(start_ms, 1000), Fraction(end_ms - start_ms, 1000)
    with open_medium(path) as container:
        frames = frames_between(container, video, start_ms, end_ms)
        timed = ((time - start, frame) for time, frame in frames)
        first = next(timed)
        opened = chain([(Fraction(0), first[1])], timed, [(length, None)])
        for (at, frame), (until, _) in pairwise(opened):
            if frame is not None:
                picture = to_picture(frame, video) if video.rotation else frame
                yield at, until, picture


def _heard(
    info: MediaInfo, sound: AudioStream, start_ms: int, end_ms: int
) -> Iterator[tuple[Fraction, Samples]]:
    """Sound with the time at which it begins in the clip, from 0 without a gap."""
    channels = min(sound.channels, 2)
    chunks = read_audio(
        info.path, rate=sound.sample_rate, channels=channels, chunk_ms=_SOUND_CHUNK_MS,
        start_ms=start_ms, end_ms=end_ms, info=info)
    for number, chunk in enumerate(chunks):
        at = Fraction(chunk.start_ms - start_ms, 1000)
        if number == 0 and at > 0:
            yield Fraction(0), _silence(at, sound.sample_rate, channels)
        yield at, chunk.samples


def _silence(length: Fraction, rate: int, channels: int) -> Samples:
    n = round(length * rate)
    return np.zeros(n if channels == 1 else (n, channels), np.float32)
