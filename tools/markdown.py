"""Write Markdown whose links open the moment: media fragments (W3C, ``#t=start,end``)."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from trikal.timecode import format_timecode
from trikal.tools.results import Cited, Span

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~-])")


def markdown(moments: Sequence[Cited], paths: Mapping[str, str], title: str) -> str:
    """Write moments as a list with links.

    Args:
        moments: What to list, in order.
        paths: Where each medium lies, by id.
        title: The heading.
    """
    lines = [f"{each.n}. {link(each, paths.get(each.media_id, ''))} {_said(each)}"
             for each in moments]
    return "\n".join([f"# {escaped(title)}", "", *lines, ""])


def link(span: Span, path: str) -> str:
    """Return a link to a stretch of a medium; only its label where no file is known."""
    label = f"{escaped(span.name)} {format_timecode(span.start_ms)}–{format_timecode(span.end_ms)}"
    if not path:
        return label
    start, end = max(span.start_ms, 0), max(span.end_ms, 0)
    fragment = f"#t={_seconds(start)},{_seconds(end)}" if end > start else f"#t={_seconds(start)}"
    return f"[{label}]({Path(path).absolute().as_uri()}{fragment})"


def escaped(text: str) -> str:
    """Return a text as one line in which nothing is markup."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _said(moment: Cited) -> str:
    text = escaped(moment.text)
    return f"**{escaped(moment.speaker)}:** {text}" if moment.speaker else text


def _seconds(ms: int) -> str:
    return f"{ms // 1000}.{ms % 1000:03d}".rstrip("0").rstrip(".")
