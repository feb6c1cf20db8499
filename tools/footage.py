"""A medium that is at hand: its file, found and probed, and stretches of it."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from trikal.catalogue import Medium
from trikal.errors import BadInput, MediumUnreadable
from trikal.media.probe import MediaInfo, probe
from trikal.timecode import format_timecode

# Sound that was padded by its codec is heard a little behind the end that the header tells.
_SLACK_MS = 1_000


@dataclass(frozen=True, kw_only=True)
class Footage:
    """A medium whose file is there.

    Attributes:
        medium: The medium.
        path: Its file.
    """

    medium: Medium
    path: Path

    @cached_property
    def info(self) -> MediaInfo:
        """The file's probe, as ingest kept it where it did."""
        if self.medium.info:
            return MediaInfo.model_validate({**self.medium.info, "path": self.path})
        return probe(self.path)

    def checked(self, start_ms: int, end_ms: int | None) -> tuple[int, int]:
        """Return a stretch of the medium; without an end it runs to the medium's.

        Raises:
            BadInput: It is empty or not inside the medium.
        """
        length = self.info.duration_ms
        until = length if end_ms is None else end_ms
        if start_ms < 0 or start_ms >= length or until > length + _SLACK_MS:
            last = "" if end_ms is None else f" to {format_timecode(until)}"
            raise BadInput(f"{self.medium.name} has nothing at {format_timecode(start_ms)}{last}: "
                           f"it runs from 0:00 to {format_timecode(length)}.")
        if until <= start_ms:
            raise BadInput(f"No span lies from {format_timecode(start_ms, millis=True)} to "
                           f"{format_timecode(until, millis=True)}: the end must be later than "
                           "the start.")
        return start_ms, min(until, length)

    def need_picture(self) -> None:
        """Refuse a medium without a moving picture.

        Raises:
            BadInput: There is none.
        """
        if self.info.main_video is None:
            raise BadInput(f"{self.medium.name} has no picture. Choose a video.")

    def need_sound(self) -> None:
        """Refuse a medium without sound.

        Raises:
            BadInput: There is none.
        """
        if self.info.main_audio is None:
            raise BadInput(f"{self.medium.name} has no sound. Choose another medium.")


def footage(medium: Medium) -> Footage:
    """Find a medium's file.

    Raises:
        BadInput: It is timed text, which has neither picture nor sound.
        MediumUnreadable: The file is gone.
    """
    if medium.kind == "text":
        raise BadInput(f"{medium.name} is a text with times, without picture or sound. Choose a "
                       "video or a recording.")
    there = next((path for path in map(Path, medium.paths) if path.is_file()), None)
    if there is None:
        raise MediumUnreadable(f"{medium.path or medium.name} is gone. Put the file back, or "
                               "ingest it at its new place.")
    return Footage(medium=medium, path=there)
