"""What of a medium's sound cannot be heard, in a sentence for a person."""

from collections.abc import Iterator
from pathlib import Path

from trikal.media.coverage import lacks_its_end, silent_from_ms, unread_sound_ms
from trikal.media.finite import share_not_finite
from trikal.media.probe import MediaInfo
from trikal.timecode import format_length, format_timecode


def unheard(path: Path, info: MediaInfo) -> str | None:
    """Tell how much of the sound is lost to damage, or where a film goes on without sound.

    Args:
        path: The media file.
        info: Its probe.

    Returns:
        A sentence with the remedy; ``None`` where nothing is missing.

    Raises:
        MediumUnreadable: The file cannot be opened.
    """
    return "; ".join(_told(path, info)) or None


def not_numbers(path: Path, info: MediaInfo) -> str | None:
    """Tell how many of the samples are no numbers, in a sentence with the remedy.

    Raises:
        MediumUnreadable: The file cannot be opened.
    """
    share = share_not_finite(path, info)
    return None if not share else (
        f"{_percent(float(share))} of its samples are no numbers, and are filled in from those "
        "around them. Export it again, with another program perhaps")


def _told(path: Path, info: MediaInfo) -> Iterator[str]:
    if wrong := not_numbers(path, info):
        yield wrong
    if unread := unread_sound_ms(path, info):
        yield (f"{format_length(unread)} of its sound cannot be read: the file is damaged or was "
               "cut off. Copy or export it again")
    elif lacks_its_end(path, info):
        yield ("its end is missing: it was cut off, and how much is gone cannot be told. Copy or "
               "export it again")
    if (end := silent_from_ms(info)) is not None:
        yield (f"its sound ends at {format_timecode(end)}, its pictures at "
               f"{format_timecode(info.duration_ms)}. Export it again if people go on talking")


def _percent(share: float) -> str:
    return "less than 0.1 %" if share < 0.001 else f"{100 * share:.1f} %"
