"""What the time algebra must know of each medium: length, names, and when it was recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from trikal.indexes.intervals import EARLIEST_MS, LATEST_MS, Interval

_DAY_MS = 86_400_000


@dataclass(frozen=True, kw_only=True)
class MediumFacts:
    """One medium, as far as time and scope are concerned.

    Attributes:
        duration_ms: Length on the media clock, in milliseconds; 0 when unknown.
        name: Its file name.
        series: Name of the folder it lies in.
        recorded_at: Wall-clock time of the medium's zero, if known.
    """

    duration_ms: int = 0
    name: str = ""
    series: str = ""
    recorded_at: datetime | None = None

    def extent(self) -> Interval | None:
        """The medium's own time, or ``None`` when its length is unknown."""
        return Interval(0, self.duration_ms) if self.duration_ms > 0 else None

    def on_wall_clock(self, start_ms: int | None, end_ms: int | None) -> list[Interval]:
        """Return when, on the media clock, the wall clock stands between two times of day.

        Args:
            start_ms: Milliseconds after midnight, or ``None`` for midnight.
            end_ms: Milliseconds after midnight, or ``None`` for the next midnight; equal to the
                start for an instant, and more than a day where the window goes on past midnight.

        Returns:
            A window for each day on which the medium was recorded, in time order; none when it is
            not known when that was. Times of day are those of this machine's time zone.
        """
        if self.recorded_at is None:
            return []
        began = self.recorded_at.astimezone()
        midnight = began.replace(hour=0, minute=0, second=0, microsecond=0)
        to_midnight_ms = (midnight - began) // timedelta(milliseconds=1)
        days = (self.duration_ms - to_midnight_ms) // _DAY_MS + 1
        start = start_ms or 0
        end = (start // _DAY_MS + 1) * _DAY_MS if end_ms is None else end_ms
        first = -max(0, max(end - 1, start) // _DAY_MS)  # what began on a day before may go on
        return [Interval(base + start, base + end) for base in
                (to_midnight_ms + day * _DAY_MS for day in range(first, days))]

    def was_recorded_on(self, day: date) -> bool:
        """Whether any of the medium was recorded on a day."""
        if self.recorded_at is None:
            return False
        began = self.recorded_at.astimezone()
        ended = began + timedelta(milliseconds=self.duration_ms)
        return began.date() <= day <= ended.date()


def parallel(media: Mapping[str, MediumFacts], media_id: str) -> dict[str, int]:
    """Return the media that were recorded at the same time as one, other cameras say.

    Returns:
        For each of them, what to add to a time on the clock of ``media_id`` to get the same moment
        on its own clock, in milliseconds.
    """
    this = media.get(media_id)
    if this is None or this.recorded_at is None or not (extent := this.extent()):
        return {}
    shifts = {}
    for other_id, other in media.items():
        if other_id == media_id or other.recorded_at is None or not (theirs := other.extent()):
            continue
        shift = (this.recorded_at - other.recorded_at) // timedelta(milliseconds=1)
        if shifted(extent, shift).overlaps(theirs):
            shifts[other_id] = shift
    return shifts


def shifted(interval: Interval, by_ms: int) -> Interval:
    """Move an interval; open ends stay open."""
    start, end = interval.start_ms, interval.end_ms
    return Interval(EARLIEST_MS if start == EARLIEST_MS else max(start + by_ms, EARLIEST_MS),
                    LATEST_MS if end == LATEST_MS else min(end + by_ms, LATEST_MS))
