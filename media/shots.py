"""Shots and settled changes of a video, found in one pass over its pictures."""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.container import InputContainer
from av.video.reformatter import VideoReformatter

from trikal.media.changes import ChangeFinder, Thumbnail
from trikal.media.container import clock_zero, open_medium, to_ms, video_frames
from trikal.media.probe import MediaInfo, VideoStream, probe

_WIDTH = 320
_PROGRESS_MS = 1_000

# Measured on 47 cuts of a film, a concert and a broadcast with fast motion and keyframe pumping:
# 45 are found with three false ones; PySceneDetect's defaults in HSV give seven times as many,
# because hue means nothing in the dark.
_RATIO, _MIN_CHANGE, _NEIGHBOURS = 2.0, 12.0, 3
_MIN_SHOT_MS = 300

# Mean greys. Below dark a fade out may have ended; it did when it went down to black, where a
# logo may still stand. Dark for long is no fade but a picture of its own (a slide in dark mode),
# and has an edge where the light comes or goes steeply, not where it hovers about the threshold.
_BLACK, _DARK, _DIM = 4, 12, 24
_MAX_FADE_MS = 3_000
_STEEP_MS = 500
_NEAR_FADE_MS = 500


@dataclass(frozen=True, kw_only=True)
class Shot:
    """What lies between two cuts: ``[start_ms, end_ms)`` on the media clock."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What watching a video found.

    Attributes:
        shots: They follow each other without a gap, from the first picture to the end.
        changes: Times in ms, ascending, at which the picture had become something new; at least
            one in every shot.
    """

    shots: tuple[Shot, ...]
    changes: tuple[int, ...]


def watch(
    path: Path,
    *,
    info: MediaInfo | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Watched:
    """Find the shots of a video and the times at which its picture is worth reading.

    Memory does not grow with the length: every picture is looked at once, as a thumbnail.

    Args:
        path: A video file.
        info: The file's probe, when it is at hand.
        on_progress: Called about once a second of video with the media time reached, in ms.

    Returns:
        Shots and changes; both empty when the medium has no moving picture.

    Raises:
        MediumUnreadable: The file cannot be opened.
    """
    info = info or probe(path)
    video = info.main_video
    if video is None:
        return Watched(shots=(), changes=())
    cuts, changes = _CutFinder(), ChangeFinder()
    first_ms = last_ms = reported_ms = video.start_ms
    with open_medium(path) as container:
        for last_ms, picture in _thumbnails(container, video):
            cuts.feed(last_ms, picture)
            changes.feed(last_ms, picture)
            if on_progress and last_ms - reported_ms >= _PROGRESS_MS:
                on_progress(last_ms)
                reported_ms = last_ms
    end_ms = max(video.start_ms + video.duration_ms, last_ms + 1)
    changes.hold(end_ms)
    shots = tuple(_shots(cuts.finish(last_ms), first_ms, end_ms))
    return Watched(shots=shots, changes=tuple(_one_in_every(shots, changes.changes)))


def _thumbnails(
    container: InputContainer, video: VideoStream
) -> Iterator[tuple[int, Thumbnail]]:
    zero = clock_zero(container)
    stream = cast(av.VideoStream, container.streams[video.index])
    # One reformatter for all frames: each new one would set up its tables again.
    reformatter = VideoReformatter()
    width = min(_WIDTH, stream.width)
    height = max(round(stream.height * width / stream.width), 1)
    for frame in video_frames(container, stream):
        if frame.pts is not None and frame.time_base is not None:
            small = reformatter.reformat(frame, width, height, "gray", interpolation="AREA")
            yield to_ms(frame.pts * frame.time_base - zero), cast(Thumbnail, small.to_ndarray())


@dataclass(frozen=True, kw_only=True)
class _Spell:
    """A spell of darkness, and whether it went down to black."""

    out_ms: int
    in_ms: int
    black: bool


class _CutFinder:
    """PySceneDetect's detectors, fed with the exact time of each picture.

    One of its frames is one of our milliseconds, which keeps its arithmetic exact at any rate.
    """

    def __init__(self) -> None:
        # Imported here because it brings in OpenCV, which the command line starts faster without.
        from scenedetect.common import FrameTimecode
        from scenedetect.detectors import AdaptiveDetector, ThresholdDetector

        self._timecode = FrameTimecode
        self._adaptive = AdaptiveDetector(
            adaptive_threshold=_RATIO, min_content_val=_MIN_CHANGE, window_width=_NEIGHBOURS,
            min_scene_len=_MIN_SHOT_MS, luma_only=True)
        self._dark, self._dim = (
            ThresholdDetector(threshold=grey, min_scene_len=_MIN_SHOT_MS, fade_bias=-1.0)
            for grey in (_DARK, _DIM))
        self._cuts: list[int] = []
        self._darkest = math.inf
        self._spells: list[_Spell] = []
        self._dim_edges: list[int] = []

    def feed(self, time_ms: int, picture: Thumbnail) -> None:
        """Look at the next picture."""
        timecode = self._timecode(max(time_ms, 0), fps=1000.0)
        # Half a thumbnail finds the same cuts in a quarter of the time.
        small = picture[::2, ::2, None]
        self._cuts += [cut.frame_num for cut in self._adaptive.process_frame(
            timecode, np.repeat(small, 3, axis=2))]
        for out in self._dim.process_frame(timecode, small):
            self._dim_edges += [out.frame_num, time_ms]
        for out in self._dark.process_frame(timecode, small):
            self._spells.append(_Spell(
                out_ms=out.frame_num, in_ms=time_ms, black=self._darkest < _BLACK))
        grey = float(small.mean())
        self._darkest = min(self._darkest, grey) if grey < _DARK else math.inf

    def finish(self, last_ms: int) -> list[int]:
        """Return all cuts in ms, ascending; a fade through black is one cut in its middle."""
        timecode = self._timecode(max(last_ms, 0), fps=1000.0)
        self._cuts += [cut.frame_num for cut in self._adaptive.post_process(timecode)]
        for spell in self._spells:
            if spell.in_ms - spell.out_ms > _MAX_FADE_MS:
                self._add_edges(spell)
            elif spell.black:
                self._put_one_cut(spell)
        return sorted(self._cuts)

    def _put_one_cut(self, spell: _Spell) -> None:
        begin, end = spell.out_ms - _NEAR_FADE_MS, spell.in_ms + _NEAR_FADE_MS
        self._cuts = [cut for cut in self._cuts if not begin <= cut <= end]
        self._cuts.append((spell.out_ms + spell.in_ms) // 2)

    def _add_edges(self, spell: _Spell) -> None:
        for edge_ms in (spell.out_ms, spell.in_ms):
            steep = spell.black or _near(edge_ms, self._dim_edges, _STEEP_MS)
            if steep and not _near(edge_ms, self._cuts, _NEAR_FADE_MS):
                self._cuts.append(edge_ms)


def _near(time_ms: int, others: Iterable[int], distance_ms: int) -> bool:
    return any(abs(other - time_ms) <= distance_ms for other in others)


def _shots(cuts: Iterable[int], start_ms: int, end_ms: int) -> Iterator[Shot]:
    bounds = [start_ms]
    for cut in cuts:
        if cut - bounds[-1] >= _MIN_SHOT_MS and cut < end_ms:
            bounds.append(cut)
    for begin, end in pairwise([*bounds, end_ms]):
        yield Shot(start_ms=begin, end_ms=end)


def _one_in_every(shots: Iterable[Shot], changes: list[int]) -> list[int]:
    """Add the middle of each shot in which no change was noted."""
    missed = []
    for shot in shots:
        index = bisect_left(changes, shot.start_ms)
        if index == len(changes) or changes[index] >= shot.end_ms:
            missed.append((shot.start_ms + shot.end_ms) // 2)
    return sorted([*changes, *missed])
