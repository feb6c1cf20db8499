"""Export: what an archive knows, in the formats that other programs read."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from trikal.errors import BadInput
from trikal.tools.chapter_text import ffmetadata, podlove, youtube
from trikal.tools.outputs import Outputs, written
from trikal.tools.results import Chapter, Cited, Span, Written
from trikal.tools.timed_text import srt, vtt


class Format(StrEnum):
    """What can be written."""

    SRT = "srt"
    VTT = "vtt"
    FFMETADATA = "ffmetadata"
    YOUTUBE = "youtube"
    PODLOVE = "podlove"
    EDL = "edl"
    OTIO = "otio"
    MARKDOWN = "markdown"


SUFFIXES: Final[Mapping[Format, str]] = MappingProxyType({
    Format.SRT: ".srt", Format.VTT: ".vtt", Format.FFMETADATA: ".ffmeta", Format.YOUTUBE: ".txt",
    Format.PODLOVE: ".psc", Format.EDL: ".edl", Format.OTIO: ".otio", Format.MARKDOWN: ".md",
})

SUBTITLES: Final[Mapping[Format, Callable[[Sequence[Cited]], str]]] = MappingProxyType({
    Format.SRT: srt, Format.VTT: vtt,
})
CHAPTERS: Final[Mapping[Format, Callable[[Sequence[Chapter]], str]]] = MappingProxyType({
    Format.FFMETADATA: ffmetadata, Format.YOUTUBE: youtube, Format.PODLOVE: podlove,
})


def format_of(file: str) -> Format:
    """Return the format that a file's suffix stands for.

    Raises:
        BadInput: None.
    """
    for format_, suffix in SUFFIXES.items():
        if file.lower().endswith(suffix):
            return format_
    known = ", ".join(f"{suffix} ({format_})" for format_, suffix in SUFFIXES.items())
    raise BadInput(f"{file!r} has no suffix of a format to export: {known}.")


def write(
    text: str, format_: Format, outputs: Outputs, file: str | None, spans: Sequence[Span]
) -> Written:
    """Write an export into a file, UTF-8 with line feeds.

    Raises:
        BadInput: There is nothing to write, or the file cannot be written.
    """
    if not spans:
        raise BadInput(f"There is nothing to write as {format_}: no moment was given or found.")
    suffix = SUFFIXES[format_]
    target = outputs.place(file or suffix, [suffix])
    with written(target, force=outputs.force) as part:
        # A text may hold halves of characters, which no file takes.
        part.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    return Written(path=target, format=str(format_), entries=len(spans), spans=tuple(
        Span(media_id=each.media_id, name=each.name, start_ms=each.start_ms, end_ms=each.end_ms)
        for each in spans))
