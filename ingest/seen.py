"""Stages describe and embed: the picture becomes captions, and frames that can be looked up.

Both are long where the model is large, so they observe in parts that are committed one by one.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from trikal.catalogue import Medium
from trikal.media.frames import frames_at
from trikal.media.probe import MediaInfo
from trikal.moments import Moment, Track
from trikal.serving.roles import Describer, ImageEmbedder
from trikal.tools.caption import Caption, captions, joined, stretches

T = TypeVar("T")

CAPTIONS_A_PART = 8
"""Stretches described before they are committed: what a stopped run does again at most."""

FRAMES_A_PART = 32
"""Frames embedded before they are committed, likewise."""

FRAME_MS = 1_000
"""A shot is seen by one frame for every so many milliseconds, and by one at least."""

STILL = 0.98
"""Frames of one shot that follow each other with at least this cosine are one: a slide that stands
for an hour is one moment."""

_WIDTH = 640
"""Pixels: no image model looks at more of a frame."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """What was observed of everything that begins before ``reached_ms``.

    Attributes:
        reached_ms: Up to where on the media clock this part reaches, in ms.
        moments: What was observed.
        vectors: Their image vectors, float32 of shape ``(n, dimensions)``, for frames.
    """

    reached_ms: int
    moments: tuple[Moment, ...]
    vectors: NDArray[np.float32] | None = None


def describe(
    path: Path,
    info: MediaInfo,
    medium: Medium,
    shots_ms: Sequence[Sequence[int]],
    describer: Describer,
    *,
    from_ms: int | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Iterator[Part]:
    """Describe every shot, long ones in stretches.

    Args:
        path: The video file.
        info: Its probe.
        medium: The medium.
        shots_ms: Start and end of each shot, in ms.
        describer: What describes.
        from_ms: Leave out what begins before this time.
        on_progress: Called with the media time reached, in ms.

    Yields:
        Moments of the caption track, each over the stretch it was sampled for, a part at a time.
    """
    seen = captions(path, shots_ms, describer, info=info, from_ms=from_ms, on_progress=on_progress)
    for part in _batches(seen, CAPTIONS_A_PART):
        yield Part(reached_ms=part[-1].end_ms,
                   moments=tuple(_captioned(medium, caption) for caption in joined(part)))


def embed_frames(
    path: Path,
    info: MediaInfo,
    medium: Medium,
    shots_ms: Sequence[Sequence[int]],
    embedder: ImageEmbedder,
    *,
    from_ms: int | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Iterator[Part]:
    """Embed frames at even distances of every shot; otherwise as :func:`describe`.

    Yields:
        Moments of the frame track with their vectors, each over the time that its frame stands for.
    """
    slices = [each for each in stretches(shots_ms, FRAME_MS) if from_ms is None
              or each[0] >= from_ms]
    frames = frames_at(path, [(start + end) // 2 for start, end, _ in slices], info=info,
                       max_width=_WIDTH)
    for part in _batches(iter(slices), FRAMES_A_PART):
        pictures = [frame.picture for frame in islice(frames, len(part))]
        vectors = embedder.embed_pictures(pictures)
        kept = list(_still_joined(part, vectors))
        yield Part(
            reached_ms=part[-1][1], vectors=vectors[[place for _, _, place in kept]],
            moments=tuple(_framed(medium, start, end, embedder.name) for start, end, _ in kept))
        if on_progress:
            on_progress(part[-1][1])


def _still_joined(
    slices: Sequence[tuple[int, int, bool]], vectors: NDArray[np.float32]
) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and the place of the first frame of each still run."""
    run = 0
    runs = [run := run + 1 if opens or float(vectors[place - 1] @ vectors[place]) < STILL else run
            for place, (_, _, opens) in enumerate(slices)]
    for _, group in groupby(range(len(slices)), lambda place: runs[place]):
        places = list(group)
        yield slices[places[0]][0], slices[places[-1]][1], places[0]


def _captioned(medium: Medium, caption: Caption) -> Moment:
    return Moment(media_id=medium.id, track=Track.CAPTION, start_ms=caption.start_ms,
                  end_ms=caption.end_ms, text=caption.text, language="en", source=caption.source,
                  recorded_at=medium.recorded_at)


def _framed(medium: Medium, start_ms: int, end_ms: int, source: str) -> Moment:
    return Moment(media_id=medium.id, track=Track.FRAME, start_ms=start_ms, end_ms=end_ms, text="",
                  source=source, recorded_at=medium.recorded_at)


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
