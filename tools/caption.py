"""Say what is seen: of a span of a video, of one frame, or in answer to a question about it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from trikal.errors import BadInput
from trikal.media.frames import Frame, frames_at
from trikal.media.probe import MediaInfo, probe
from trikal.serving.roles import Describer

STRETCH_MS = 15_000
"""A shot longer than this is described in parts: one caption cannot hold what happens in a
minute."""

MOST_FRAMES = 4
"""How many frames of one stretch are looked at, at most."""

_FRAME_EVERY_MS = 4_000


@dataclass(frozen=True, kw_only=True)
class Caption:
    """What is seen over ``[start_ms, end_ms)``; empty when the model had no words for it.

    Attributes:
        start_ms: Start of the stretch that it was sampled for, on the media clock.
        end_ms: Its end.
        text: What is seen.
        source: What saw it.
        opens: Whether a shot begins with it.
    """

    start_ms: int
    end_ms: int
    text: str
    source: str = ""
    opens: bool = True


def stretches(
    shots_ms: Iterable[Sequence[int]], longest_ms: int = STRETCH_MS
) -> Iterator[tuple[int, int, bool]]:
    """Cut shots into equal parts that are not too long.

    Args:
        shots_ms: Start and end of each shot, in ms.
        longest_ms: No part is longer than this, in ms.

    Yields:
        Start, end, and whether the shot begins there; all time of the shots, in order.
    """
    for start, end in shots_ms:
        parts = max(-(-(end - start) // longest_ms), 1)
        bounds = [start + (end - start) * part // parts for part in range(parts + 1)]
        for part in range(parts):
            yield bounds[part], bounds[part + 1], part == 0


def sample_times(start_ms: int, end_ms: int, most: int = MOST_FRAMES) -> list[int]:
    """Return the middles of equal parts of a span: one for a short span, more for a longer one."""
    count = min(max((end_ms - start_ms) // _FRAME_EVERY_MS, 1), most)
    return [start_ms + (end_ms - start_ms) * (2 * place + 1) // (2 * count)
            for place in range(count)]


def captions(
    path: Path,
    shots_ms: Sequence[Sequence[int]],
    describer: Describer,
    *,
    info: MediaInfo | None = None,
    from_ms: int | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Iterator[Caption]:
    """Describe a video shot by shot, long shots in stretches.

    Args:
        path: The video file.
        shots_ms: Start and end of each shot, in ms.
        describer: What describes.
        info: The file's probe, when it is at hand.
        from_ms: Leave out what begins before this time.
        on_progress: Called with the media time reached, in ms.

    Yields:
        One caption a stretch, in time order, those without words too.

    Raises:
        MediumUnreadable: The pictures cannot be decoded.
        ModelError: The describer failed.
    """
    wanted = [each for each in stretches(shots_ms) if from_ms is None or each[0] >= from_ms]
    times = [sample_times(start, end) for start, end, _ in wanted]
    frames = frames_at(path, [time for each in times for time in each], info=info)
    for (start, end, opens), sampled in zip(wanted, times, strict=True):
        text = _said(list(islice(frames, len(sampled))), describer)
        yield Caption(start_ms=start, end_ms=end, text=text, source=describer.name, opens=opens)
        if on_progress:
            on_progress(end)


def joined(seen: Iterable[Caption]) -> Iterator[Caption]:
    """Join captions that follow each other in one shot and say the same; drop empty ones."""
    held: Caption | None = None
    for caption in seen:
        if held and not caption.opens and (caption.text, caption.source) == (held.text,
                                                                             held.source):
            held = replace(held, end_ms=caption.end_ms)
            continue
        if held and held.text:
            yield held
        held = caption
    if held and held.text:
        yield held


def look(
    path: Path,
    start_ms: int,
    describer: Describer,
    *,
    end_ms: int | None = None,
    ask: str | None = None,
    info: MediaInfo | None = None,
) -> str:
    """Say what is seen at a time or over a short span, or answer a question about it.

    Args:
        path: The video file.
        start_ms: The time on the media clock, or the start of the span, in ms.
        describer: What looks.
        end_ms: End of the span; only the picture at ``start_ms`` when not given.
        ask: A question about what is seen.
        info: The file's probe, when it is at hand.

    Raises:
        BadInput: The medium has no moving picture, or the span is none.
        MediumUnreadable: The pictures cannot be decoded.
        ModelError: The describer failed.
    """
    info = info or probe(path)
    if info.main_video is None:
        raise BadInput(f"{path} has no picture to look at. Choose a video.")
    if end_ms is not None and end_ms <= start_ms:
        raise BadInput(f"A span cannot end ({end_ms} ms) before it begins ({start_ms} ms).")
    times = [start_ms] if end_ms is None else sample_times(start_ms, end_ms)
    return _said(list(frames_at(path, times, info=info)), describer, ask)


def _said(frames: Sequence[Frame], describer: Describer, ask: str | None = None) -> str:
    pictures = [frame.picture for frame in frames]
    if len(pictures) == 1:
        return describer.describe(pictures[0], ask=ask).strip()
    return describer.describe_run(pictures, ask=ask).strip()
