"""When the picture became something new and settled, so that only then it need be read.

Pictures are compared block by block: a line of text changes a few blocks a lot, while noise and
recompression change all of them a little.
"""

from collections import deque

import numpy as np
from numpy.typing import NDArray

Thumbnail = NDArray[np.uint8]

# A block is about a word of body text on a slide scaled to 320 pixels. The threshold, in grey
# levels, is above what the fresh quantisation of a keyframe does to a block.
_BLOCK_WIDTH, _BLOCK_HEIGHT = 16, 8
_NEW = 10.0

_SAMPLE_MS = 250
_SETTLED_GAP_MS = 1_000
_MOVING_GAP_MS = 2_000


class ChangeFinder:
    """Watches thumbnails go by and notes when a new picture stands still.

    A picture that never stands still is noted now and then.

    Attributes:
        changes: Times found so far, on the media clock in ms, ascending.
    """

    def __init__(self) -> None:
        self.changes: list[int] = []
        self._noted: Thumbnail | None = None
        self._noted_ms = 0
        self._sample: Thumbnail | None = None
        self._sample_ms = 0
        self._onset_ms = 0
        self._recent: deque[tuple[int, Thumbnail]] = deque()

    def feed(self, time_ms: int, picture: Thumbnail) -> None:
        """Look at the next picture.

        Args:
            time_ms: When it appears, on the media clock.
            picture: Grey, uint8 of shape ``(height, width)``, the same for every picture.
        """
        self.hold(time_ms)
        self._recent.append((time_ms, picture))
        if self._sample is None:
            self._sample, self._sample_ms = picture, time_ms
            self._onset_ms = self._noted_ms = time_ms
        elif time_ms >= self._sample_ms + _SAMPLE_MS:
            self._look(time_ms, picture)

    def hold(self, until_ms: int) -> None:
        """Take note that the last picture stayed on the screen until a time."""
        if self._recent and until_ms - self._recent[-1][0] > _SAMPLE_MS:
            last_ms, picture = self._recent[-1]
            self._look(last_ms, picture)
            self._look(until_ms - 1, picture)

    def _look(self, time_ms: int, picture: Thumbnail) -> None:
        moving = self._sample is not None and differ(picture, self._sample)
        if moving:
            self._onset_ms = next(t for t, seen in self._recent if not differ(seen, picture))
        gap_ms = _MOVING_GAP_MS if moving else _SETTLED_GAP_MS
        if self._noted is None or differ(picture, self._noted):
            if not self.changes or time_ms - self._noted_ms >= gap_ms:
                self._note(time_ms, time_ms if moving else self._onset_ms, picture)
        self._sample, self._sample_ms = picture, time_ms
        self._recent = deque([(time_ms, picture)])

    def _note(self, time_ms: int, change_ms: int, picture: Thumbnail) -> None:
        # What changed too slowly to be seen moving has no onset of its own.
        fresh = not self.changes or change_ms > self.changes[-1]
        self.changes.append(change_ms if fresh else time_ms)
        self._noted, self._noted_ms = picture, time_ms


def differ(one: Thumbnail, other: Thumbnail) -> bool:
    """Whether two pictures of one size show something different in any block."""
    height, width = (one.shape[0] // _BLOCK_HEIGHT or 1), (one.shape[1] // _BLOCK_WIDTH or 1)
    change = np.abs(one.astype(np.int16) - other)
    blocks = change[:height * _BLOCK_HEIGHT, :width * _BLOCK_WIDTH]
    if blocks.size < height * width * _BLOCK_HEIGHT * _BLOCK_WIDTH:
        return bool(change.mean() >= _NEW)
    means = blocks.reshape(height, _BLOCK_HEIGHT, width, _BLOCK_WIDTH).mean(axis=(1, 3))
    return bool(means.max() >= _NEW)
