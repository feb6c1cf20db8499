"""The end of an Ogg file: FFmpeg takes a file that was cut off for a shorter one, without a word.

Layout: RFC 3533, "The Ogg Encapsulation Format Version 0", section 6.
"""

from pathlib import Path
from typing import Final

_CAPTURE: Final = b"OggS"
_HEAD: Final = 27
_LONGEST_PAGE: Final = _HEAD + 255 + 255 * 255
_LAST: Final = 0x04


def has_end(path: Path) -> bool:
    """Tell whether the last page of an Ogg file is whole, and marked as the last one.

    Args:
        path: The file.

    Returns:
        Whether it is; also where the file has no pages at its end, and so tells nothing.

    Raises:
        OSError: The file cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(size - 2 * _LONGEST_PAGE, 0))
        tail = file.read()
    at = tail.rfind(_CAPTURE)
    if at < 0:
        return True
    head, segments = tail[at:at + _HEAD], b""
    if len(head) == _HEAD:
        segments = tail[at + _HEAD:at + _HEAD + head[-1]]
    is_whole = (len(head) == _HEAD and len(segments) == head[-1]
                and at + _HEAD + len(segments) + sum(segments) <= len(tail))
    return is_whole and bool(head[5] & _LAST)
