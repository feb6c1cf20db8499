"""Joining pieces of media into one film, each to the frame, with captions to switch on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from heapq import merge
from operator import itemgetter
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame
from PIL import Image

from trikal.errors import BadInput
from trikal.media.audio import Samples
from trikal.media.clip import DEFAULT_RATE, checked_end, heard, shown, silence
from trikal.media.encode import Film, film, holds_pictures
from trikal.media.frames import Picture, to_picture
from trikal.media.probe import MediaInfo, VideoStream

_SOUND_RATE = 48_000
_BLACK_MS = 1_000

_Timed = tuple[Fraction, Callable[[], None]]


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch ``[start_ms, end_ms)`` of a medium."""

    info: MediaInfo
    start_ms: int
    end_ms: int


@dataclass(frozen=True, kw_only=True)
class Caption:
    """A text that is shown over ``[start_ms, end_ms)`` of the reel."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, kw_only=True)
class _Form:
    """What every piece is brought into: the size of the pictures and the kind of sound."""

    size: tuple[int, int] | None
    channels: int | None


def join(pieces: Sequence[Piece], target: Path, captions: Sequence[Caption] = ()) -> None:
    """Encode pieces one after the other, each from its very first frame to its last.

    Pictures of other shapes are fitted into the largest with black bars; where a piece has no
    picture the reel is black, where it has no sound it is silent. Captions are soft subtitles
    (``mov_text``): a player shows them when asked, and no pixel is lost to them.

    Args:
        pieces: What to join, in order.
        target: The film (.mp4, .mov), or sound alone (.m4a, .wav).
        captions: In order, on the reel's clock; a file of sound alone holds none.

    Raises:
        BadInput: A piece is empty or not inside its medium, nothing can be put into such a file,
            or the target cannot be written.
        MediumUnreadable: A medium cannot be read.
    """
    exact = [Piece(info=each.info, start_ms=each.start_ms,
                   end_ms=checked_end(each.info, each.start_ms, each.end_ms)) for each in pieces]
    form, rate = _form(exact, target)
    if form.size is None and form.channels is None:
        raise BadInput(f"{target.name} would be empty: no piece has what such a file holds.")
    with film(
        target, size=form.size, rate=rate, channels=form.channels or 1,
        sound_rate=_SOUND_RATE if form.channels else None,
        captioned=bool(captions) and form.size is not None,
    ) as reel:
        said = captions if form.size else ()
        written: Iterator[_Timed] = ((Fraction(each.start_ms, 1000), partial(
            reel.caption, each.text, each.start_ms, each.end_ms)) for each in said)
        for _, write in merge(written, _copied(reel, exact, form), key=itemgetter(0)):
            write()


def _form(pieces: Sequence[Piece], target: Path) -> tuple[_Form, Fraction]:
    videos = [each.info.main_video for each in pieces if each.info.main_video]
    sounds = [each.info.main_audio for each in pieces if each.info.main_audio]
    size = max(((v.width, v.height) for v in videos), key=lambda s: s[0] * s[1], default=None)
    return _Form(
        size=size if holds_pictures(target) else None,
        channels=max((min(each.channels, 2) for each in sounds), default=None),
    ), next((each.rate for each in videos if each.rate), DEFAULT_RATE)


def _copied(reel: Film, pieces: Sequence[Piece], form: _Form) -> Iterator[_Timed]:
    """Give every picture and every bit of sound with its time on the reel, in order of time."""
    begins_ms = 0
    for piece in pieces:
        begins = Fraction(begins_ms, 1000)
        until_ms = begins_ms + piece.end_ms - piece.start_ms
        pictures = _pictures(reel, piece, begins, form.size) if form.size else iter(())
        count = _samples(until_ms) - _samples(begins_ms)
        sounds = _sounds(reel, piece, begins, form.channels, count) if form.channels else iter(())
        yield from merge(pictures, sounds, key=itemgetter(0))
        begins_ms = until_ms


def _samples(time_ms: int) -> int:
    return time_ms * _SOUND_RATE // 1000


def _pictures(
    reel: Film, piece: Piece, begins: Fraction, size: tuple[int, int]
) -> Iterator[_Timed]:
    video = piece.info.main_video
    length = Fraction(piece.end_ms - piece.start_ms, 1000)
    if video is None:
        black = np.zeros((size[1], size[0], 3), np.uint8)
        yield begins, partial(reel.show, black, begins, begins + length)
        return
    fits = (video.width, video.height) == size and not video.rotation
    for at, until, frame in shown(piece.info.path, video, piece.start_ms, piece.end_ms):
        picture = frame if fits else _boxed(frame, video, size)
        yield begins + at, partial(reel.show, picture, begins + at, begins + until)


def _boxed(
    frame: Picture | VideoFrame, video: VideoStream, size: tuple[int, int]
) -> Picture:
    """Fit a picture into another shape, with black bars."""
    picture = to_picture(frame, video) if isinstance(frame, VideoFrame) else frame
    height, width = picture.shape[:2]
    scale = min(size[0] / width, size[1] / height)
    wide, high = max(round(width * scale), 1), max(round(height * scale), 1)
    canvas = Image.new("RGB", size)
    canvas.paste(Image.fromarray(picture).resize((wide, high), Image.Resampling.LANCZOS),
                 ((size[0] - wide) // 2, (size[1] - high) // 2))
    return np.asarray(canvas)


def _sounds(
    reel: Film, piece: Piece, begins: Fraction, channels: int, count: int
) -> Iterator[_Timed]:
    """Give exactly ``count`` samples of a piece, so that no piece is pushed out of step."""
    left = count
    chunks = iter(()) if piece.info.main_audio is None else heard(
        piece.info, piece.start_ms, piece.end_ms, rate=_SOUND_RATE, channels=channels)
    for at, samples in chunks:
        kept = samples[:left]
        left -= len(kept)
        if len(kept):
            yield begins + at, partial(reel.play, kept)
    while left > 0:
        part: Samples = silence(min(left, _SOUND_RATE * _BLACK_MS // 1000), channels)
        yield begins + Fraction(count - left, _SOUND_RATE), partial(reel.play, part)
        left -= len(part)
