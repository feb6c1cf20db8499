"""Write chapters: FFmpeg metadata, YouTube's lines, and Podlove Simple Chapters."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from trikal.timecode import format_timecode
from trikal.tools.results import Chapter

_FFMETA_SPECIAL = re.compile(r"([=;#\\\n])")
_PODLOVE = "http://podlove.org/simple-chapters"


def ffmetadata(chapters: Sequence[Chapter]) -> str:
    """Write chapters as FFmpeg reads them: ``ffmpeg -i talk.mp4 -i talk.ffmeta -map_chapters 1``.

    Source: the section "Metadata" of FFmpeg's formats documentation.
    """
    blocks = (
        f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={each.start_ms}\nEND={each.end_ms}\n"
        f"title={_escaped(each.title)}\n"
        for each in chapters
    )
    return "".join([";FFMETADATA1\n", *blocks])


def youtube(chapters: Sequence[Chapter]) -> str:
    """Write chapters as lines for a description, the first at 0:00, as YouTube wants it."""
    lines = [f"{format_timecode(0 if n == 0 else each.start_ms)} {printable_line(each.title)}"
             for n, each in enumerate(chapters)]
    return "\n".join(lines) + "\n"


def podlove(chapters: Sequence[Chapter]) -> str:
    """Write chapters as Podlove Simple Chapters 1.2, for podcast feeds."""
    ElementTree.register_namespace("psc", _PODLOVE)
    root = ElementTree.Element(f"{{{_PODLOVE}}}chapters", {"version": "1.2"})
    for each in chapters:
        ElementTree.SubElement(root, f"{{{_PODLOVE}}}chapter", {
            "start": _npt(each.start_ms), "title": printable_line(each.title)})
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _escaped(title: str) -> str:
    return _FFMETA_SPECIAL.sub(r"\\\1", printable_line(title))


def printable_line(text: str) -> str:
    """Return one printable line: a name may hold what would begin another line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _npt(ms: int) -> str:
    seconds, rest = divmod(max(ms, 0), 1000)
    minutes, second = divmod(seconds, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}.{rest:03d}"
