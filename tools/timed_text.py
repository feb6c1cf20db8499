"""Write subtitles: SRT and WebVTT.

Not by pysubs2, which cannot write a time behind a hundred hours, and takes braces and angle
brackets of the text for markup.
"""

from collections.abc import Iterable, Iterator
from html import escape

from trikal.tools.results import Cited


def srt(moments: Iterable[Cited]) -> str:
    """Write moments as SubRip; what lies before zero is cut off, for it knows no such time."""
    blocks = (
        f"{n}\n{cue_time(start, ',')} --> {cue_time(end, ',')}\n{_spoken(moment)}\n"
        for n, (start, end, moment) in enumerate(_shown(moments), start=1)
    )
    return "\n".join(blocks)


def vtt(moments: Iterable[Cited]) -> str:
    """Write moments as WebVTT, with who speaks as a voice tag."""
    blocks = (
        f"{cue_time(start)} --> {cue_time(end)}\n{_voiced(moment)}\n"
        for start, end, moment in _shown(moments)
    )
    return "\n".join(["WEBVTT\n", *blocks])


def _shown(moments: Iterable[Cited]) -> Iterator[tuple[int, int, Cited]]:
    for moment in moments:
        start = max(moment.start_ms, 0)
        end = max(moment.end_ms, start + 1)
        if moment.end_ms > 0 or moment.start_ms == moment.end_ms == 0:
            yield start, end, moment


def cue_time(ms: int, point: str = ".") -> str:
    """Return a time as subtitles have it, ``HH:MM:SS.mmm``; hours are as many as there are."""
    seconds, rest = divmod(ms, 1000)
    minutes, second = divmod(seconds, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}{point}{rest:03d}"


def _spoken(moment: Cited) -> str:
    text, name = _lines(moment.text), _name(moment)
    return f"{name.upper()}: {text}" if name else text


def _voiced(moment: Cited) -> str:
    text = escape(_lines(moment.text), quote=False)
    name = escape(_name(moment), quote=False)
    return f"<v {name}>{text}" if name else text


def _name(moment: Cited) -> str:
    """Return who speaks, on one line: a name comes out of media and may try to begin a cue."""
    return " ".join((moment.speaker or "").split()).replace("-->", "→")


def _lines(text: str) -> str:
    """Keep lines apart but let no empty one end the cue, nor an arrow begin another."""
    kept = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in kept if line).replace("-->", "→")
