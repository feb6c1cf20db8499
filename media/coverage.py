"""How much of a recording's sound is there: damage is passed over, but not in silence."""

from fractions import Fraction
from pathlib import Path
from typing import Final

import av

from trikal.media.container import open_medium, packets
from trikal.media.ogg_end import has_end
from trikal.media.probe import GUESSED_DURATION, MediaInfo
from trikal.media.wav_header import wav_data

_SHARE: Final = Fraction(1, 50)
_LEAST: Final = Fraction(1)  # a second
_EARLY_SHARE: Final = Fraction(1, 10)
_EARLY: Final = Fraction(5)  # seconds: films often end in silence


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
    cut_off = _cut_off(path, info) if info.container == "wav" else Fraction(0)
    unread = cut_off or _undecodable(path, info)
    whole = Fraction(info.duration_ms, 1000) + cut_off
    return round(unread * 1000) if unread > max(_LEAST, whole * _SHARE) else 0


def lacks_its_end(path: Path, info: MediaInfo) -> bool:
    """Whether a recording of sound alone was cut off, so that nothing in it tells how much is gone.

    Args:
        path: A media file.
        info: Its probe.

    Raises:
        OSError: The file cannot be read.
    """
    return info.container == "ogg" and not info.video and not has_end(path)


def silent_from_ms(info: MediaInfo) -> int | None:
    """Return where a film's sound ends, if its pictures go on without it for long.

    Args:
        info: A medium's probe.

    Returns:
        Milliseconds on the media clock; ``None`` where pictures and sound end together, nearly.
    """
    if not info.video or not info.audio:
        return None
    end = max(stream.start_ms + stream.duration_ms for stream in info.audio)
    left = Fraction(info.duration_ms - end, 1000)
    return end if left > max(_EARLY, Fraction(info.duration_ms, 1000) * _EARLY_SHARE) else None


def _cut_off(path: Path, info: MediaInfo) -> Fraction:
    """Return the seconds that a WAV's header promises behind the end of the file."""
    found = wav_data(path)
    if found is None or not found.there:
        return Fraction(0)
    return Fraction(info.duration_ms, 1000) * (found.promised - found.there) / found.there


def _undecodable(path: Path, info: MediaInfo) -> Fraction:
    """Return the seconds for which no packets come, by how long packets say that they are."""
    with open_medium(path) as container:
        stream = container.streams.audio[0]
        promised = Fraction(container.duration or 0, av.time_base)
        read = Fraction(0)
        for packet in packets(container, stream):
            if packet.size and not packet.duration:
                return Fraction(0)  # its format does not say how long a packet is
            read += (packet.duration or 0) * packet.time_base if packet.size else 0
    known = Fraction(info.duration_ms, 1000)
    promised = known if info.container in GUESSED_DURATION else max(promised, known)
    return promised - read
