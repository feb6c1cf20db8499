"""A search drawn on a time line: which anchors were taken, what windows they left, what was found.

One drawing a medium, the media with the best evidence first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trikal.indexes.intervals import Interval
from trikal.timecode import format_timecode

WIDTH = 60
"""Columns that a medium's whole length takes."""

_LABELS = 10


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the drawing."""

    label: str
    mark: str
    intervals: Sequence[Interval]


def drawn(
    steps: Sequence[Mapping[str, Any]], evidence: Sequence[Mapping[str, Any]],
    durations: Mapping[str, int], names: Mapping[str, str], *, width: int = WIDTH,
) -> list[str]:
    """Draw what a search did.

    Args:
        steps: The steps, as plain data: ``kind``, ``media_id`` and ``intervals`` in ms.
        evidence: What was found, best first: ``media_id``, ``start_ms`` and ``end_ms``.
        durations: Length of every medium in ms, by id.
        names: Name of every medium, by id.
        width: Columns of the time axis.

    Returns:
        Lines of text; none when there is nothing to draw.
    """
    lines = []
    for media_id in dict.fromkeys(item["media_id"] for item in evidence):
        rows = _rows(steps, [item for item in evidence if item["media_id"] == media_id], media_id)
        extent = _extent(rows, durations.get(media_id, 0))
        if len(rows) > 1 and extent.duration_ms > 0:
            lines += [names.get(media_id, media_id[:12]), *_lines(rows, extent, width)]
    return lines


def _rows(
    steps: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]], media_id: str
) -> list[Row]:
    rows = [
        Row(label=label, mark=mark, intervals=[Interval(*each) for each in step["intervals"]])
        for step in steps
        if (drawing := _DRAWN.get(step["kind"])) and step["media_id"] in (media_id, "")
        and step["intervals"] for label, mark in [drawing]
    ]
    spans = [Interval(item["start_ms"], item["end_ms"]) for item in found]
    return [*_each_once(rows), Row(label="found", mark="█", intervals=spans)]


_DRAWN = {"anchor": ("event", "▲"), "window": ("window", "░")}


def _each_once(rows: Sequence[Row]) -> list[Row]:
    return list({(row.label, tuple(row.intervals)): row for row in rows}.values())


def _extent(rows: Sequence[Row], duration_ms: int) -> Interval:
    """Show the whole medium, or more where something lies before its zero."""
    starts = [each.start_ms for row in rows if row.mark != "░" for each in row.intervals]
    ends = [each.until_ms for row in rows if row.mark != "░" for each in row.intervals]
    return Interval(min([0, *starts]), max([duration_ms, 1, *ends]))


def _lines(rows: Sequence[Row], extent: Interval, width: int) -> list[str]:
    start, end = format_timecode(extent.start_ms), format_timecode(extent.end_ms)
    axis = f"{'':{_LABELS}}{start}{' ' * max(1, width - len(start) - len(end))}{end}"
    return [axis, *(f"{row.label:<{_LABELS}}{_bar(row, extent, width)}" for row in rows)]


def _bar(row: Row, extent: Interval, width: int) -> str:
    cells = ["·"] * width
    for interval in row.intervals:
        first, last = (_column(time, extent, width)
                       for time in (interval.start_ms, interval.until_ms - 1))
        cells[first:last + 1] = [row.mark] * (last - first + 1)
    return "".join(cells)


def _column(time_ms: int, extent: Interval, width: int) -> int:
    share = (time_ms - extent.start_ms) / extent.duration_ms
    return min(width - 1, max(0, int(share * width)))
