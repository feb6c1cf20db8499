"""What of a medium's sound cannot be heard, in a sentence for a person."""

from pathlib import Path

from trikal.media.coverage import silent_from_ms, unread_sound_ms
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
    unread = unread_sound_ms(path, info)
    if unread:
        return (f"{format_length(unread)} of its sound cannot be read: the file is damaged or was "
                "cut off. Copy or export it again")
    end = silent_from_ms(info)
    return None if end is None else (
        f"its sound ends at {format_timecode(end)}, its pictures at "
        f"{format_timecode(info.duration_ms)}. Export it again if people go on talking")
