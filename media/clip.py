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

DEFAULT_RATE = Fraction(25)
_SOUND_CHUNK_MS = 500

# Sound that was padded by its codec is heard a little behind the end that the header tells.
_SLACK_MS = 1_000

Shown = tuple[Fraction, Fraction, Picture | VideoFrame]
"""From when and until when, in seconds, a picture is shown in a clip."""


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
    end_ms = checked_end(info, start_ms, end_ms)
    video = info.main_video if holds_pictures(target) else None
    sound = info.main_audio
    if video is None and sound is None:
        raise BadInput(f"{path} has no sound, so {target.name} would be empty. Cut to .mp4.")
    channels = min(sound.channels, 2) if sound else 1
    with film(
        target, size=(video.width, video.height) if video else None, channels=channels,
        rate=(video.rate if video else None) or DEFAULT_RATE,
        sound_rate=sound.sample_rate if sound else None,
    ) as reel:
        _copy(reel, info, start_ms, end_ms, video, sound)


def checked_end(info: MediaInfo, start_ms: int, end_ms: int) -> int:
    """Return where a clip ends, at the medium's end at the latest.

    Raises:
        BadInput: It is empty or not inside the medium.
    """
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
    seen = shown(info.path, video, start_ms, end_ms) if video else iter(())
    listened = iter(()) if sound is None else heard(
        info, start_ms, end_ms, rate=sound.sample_rate, channels=min(sound.channels, 2))
    pictures = ((at, partial(reel.show, picture, at, until)) for at, until, picture in seen)
    sounds = ((at, partial(reel.play, samples)) for at, samples in listened)
    for _, write in merge(pictures, sounds, key=itemgetter(0)):
        write()


def shown(path: Path, video: VideoStream, start_ms: int, end_ms: int) -> Iterator[Shown]:
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


def heard(
    info: MediaInfo, start_ms: int, end_ms: int, *, rate: int, channels: int
) -> Iterator[tuple[Fraction, Samples]]:
    """Sound with the time at which it begins in the clip, from 0 without a gap."""
    chunks = read_audio(
        info.path, rate=rate, channels=channels, chunk_ms=_SOUND_CHUNK_MS,
        start_ms=start_ms, end_ms=end_ms, info=info)
    for number, chunk in enumerate(chunks):
        at = Fraction(chunk.start_ms - start_ms, 1000)
        if number == 0 and at > 0:
            yield Fraction(0), silence(round(at * rate), channels)
        yield at, chunk.samples


def silence(count: int, channels: int) -> Samples:
    """Return ``count`` samples of nothing."""
    return np.zeros(count if channels == 1 else (count, channels), np.float32)
