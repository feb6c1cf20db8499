"""How much of a recording's sound can be read: damage is passed over, but not in silence."""

from fractions import Fraction
from pathlib import Path
from typing import Final

import av

from trikal.media.container import open_medium, packets
from trikal.media.probe import GUESSED_DURATION, MediaInfo

_SHARE: Final = Fraction(1, 50)
_LEAST: Final = Fraction(1)  # a second


def unread_sound_ms(path: Path, info: MediaInfo) -> int:
    """Return how much of the sound that a file promises cannot be read.

    Only recordings of sound alone are looked through: where there are pictures, sound may end
    early or pause for good reasons.

    Args:
        path: A media file.
        info: Its probe.

    Returns:
        Milliseconds; 0 where it is less than a second or than a fiftieth, or cannot be told.

    Raises:
        MediumUnreadable: The file cannot be opened.
    """
    if info.video or len(info.audio) != 1:
        return 0
    with open_medium(path) as container:
        stream = container.streams.audio[0]
        promised = Fraction(container.duration or 0, av.time_base)
        read = Fraction(0)
        for packet in packets(container, stream):
            if packet.size and not packet.duration:
                return 0  # its format does not say how long a packet is
            read += (packet.duration or 0) * packet.time_base if packet.size else 0
    known = Fraction(info.duration_ms, 1000)
    promised = known if info.container in GUESSED_DURATION else max(promised, known)
    unread = promised - read
    return round(unread * 1000) if unread > max(_LEAST, promised * _SHARE) else 0
