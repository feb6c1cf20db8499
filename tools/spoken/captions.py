"""What is said as captions, and when each word is said."""

import json
from collections.abc import Iterator, Sequence
from html import escape

from trikal.serving.roles import Word
from trikal.tools.timed_text import cue_time

LONGEST_CHARACTERS = 84
"""Two lines of 42, as broadcasters have it."""

LONGEST_MS = 6_000
PAUSE_MS = 600
BREATH_MS = 120
"""Less than this behind a full stop, and it is an abbreviation's."""

_ENDS = (".", "?", "!", "…", "।", "॥")


def cues(words: Sequence[Word]) -> Iterator[tuple[Word, ...]]:
    """Group words into captions: to the end of a sentence, a pause, or what can be read at once."""
    held: list[Word] = []
    for word in words:
        if held and _full(held, word):
            yield tuple(held)
            held = []
        held.append(word)
    if held:
        yield tuple(held)


def vtt(words: Sequence[Word], notes: Sequence[str] = ()) -> str:
    """Write words as WebVTT captions in which every word has its time.

    Args:
        words: The words.
        notes: What stands above them for who reads the file; players show none of it.
    """
    told = [f"NOTE {' '.join(_plain(each).split())}\n" for each in notes]
    blocks = [
        f"{cue_time(cue[0].start_ms)} --> {cue_time(max(cue[-1].end_ms, cue[0].start_ms + 1))}\n"
        f"{_timed_line(cue)}\n"
        for cue in cues(words)
    ]
    return "\n".join(["WEBVTT\n", *told, *blocks])


def as_json(words: Sequence[Word]) -> str:
    """Write words as a JSON list of objects with start_ms, end_ms and text."""
    rows = [{"start_ms": each.start_ms, "end_ms": each.end_ms, "text": each.text}
            for each in words]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def _full(held: Sequence[Word], word: Word) -> bool:
    text = " ".join(each.text for each in held)
    return (
        (text.rstrip("\"'”’)]").endswith(_ENDS) and word.start_ms - held[-1].end_ms >= BREATH_MS)
        or len(text) + 1 + len(word.text) > LONGEST_CHARACTERS
        or word.end_ms - held[0].start_ms > LONGEST_MS
        or word.start_ms - held[-1].end_ms > PAUSE_MS
    )


def _timed_line(cue: Sequence[Word]) -> str:
    # A time in a cue must lie behind the one before it.
    latest, parts = cue[0].start_ms, [_text(cue[0])]
    for word in cue[1:]:
        tag = f"<{cue_time(word.start_ms)}>" if latest < word.start_ms < cue[-1].end_ms else ""
        latest = max(latest, word.start_ms)
        parts.append(f"{tag}{_text(word)}")
    return " ".join(parts)


def _text(word: Word) -> str:
    return escape(_plain(word.text), quote=False)


def _plain(text: str) -> str:
    return text.replace("-->", "→")
