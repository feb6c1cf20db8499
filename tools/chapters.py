"""Chapters of a medium, by code: where the words change, with a title from the medium itself.

Borders by TextTiling (Hearst, 1997): between two utterances the words before are compared with the
words behind, and the deepest valleys of likeness divide. What is long silent divides too.
"""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

from trikal.catalogue import Medium
from trikal.moments import Moment, Track
from trikal.tools.results import Chapter
from trikal.tools.stems import content_stems

SHORTEST_MS: Final = 10_000
"""A chapter is no shorter than this; so YouTube wants it."""

_AIMED_MS = 180_000
_MOST = 20
_WINDOW = 6
_SILENCE_MS = 10_000
_TITLE_WORDS = 8
_SHORTEST_HEADING = 4  # what is shorter is more often a misreading than a heading


def chapters(medium: Medium, moments: Sequence[Moment]) -> tuple[Chapter, ...]:
    """Divide a medium into chapters.

    Args:
        medium: The medium.
        moments: Its observations in time order.

    Returns:
        Chapters that follow each other from the medium's beginning to its end; none where nothing
        was said or shown.
    """
    spoken = [each for each in moments if each.track is Track.SPEECH and each.text.strip()]
    shown = [each for each in moments if each.track is Track.SCREEN and each.text.strip()]
    told = spoken or shown
    if not told:
        return ()
    first = min(0, told[0].start_ms)
    end = max(medium.duration_ms, max(each.end_ms for each in told), first + 1)
    starts = [first, *_borders(told, first, end)]
    bounds = list(zip(starts, [*starts[1:], end], strict=True))
    rarity = _rarity(told)
    return tuple(
        Chapter(media_id=medium.id, name=medium.name, start_ms=start, end_ms=until,
                title=_title([e for e in told if start <= max(e.start_ms, first) < until],
                             _slides(shown, start, until), rarity))
        for start, until in bounds
    )


def _borders(told: Sequence[Moment], first: int, end: int) -> list[int]:
    """Return where chapters begin, but for the first."""
    wanted = min(max(round((end - first) / _AIMED_MS), 2), _MOST) - 1
    depth = sorted(((_depth(told, n), -n) for n in range(1, len(told))), reverse=True)
    chosen: list[int] = []
    for _, minus in depth:
        start = told[-minus].start_ms
        apart = min(abs(start - each) for each in [first, end, *chosen])
        if apart >= max(SHORTEST_MS, (end - first) // (4 * (wanted + 1))):
            chosen.append(start)
        if len(chosen) == wanted:
            break
    return sorted(chosen)


def _depth(told: Sequence[Moment], n: int) -> float:
    """Tell how different what stands before utterance ``n`` is from what follows, and how far."""
    before = Counter(w for each in told[max(n - _WINDOW, 0):n] for w in content_stems(each.text))
    behind = Counter(w for each in told[n:n + _WINDOW] for w in content_stems(each.text))
    silence = max(told[n].start_ms - told[n - 1].end_ms, 0) / _SILENCE_MS
    return 1 - _cosine(before, behind) + min(silence, 1.0)


def _cosine(one: Counter[str], other: Counter[str]) -> float:
    product = sum(count * other[word] for word, count in one.items())
    norm = math.sqrt(sum(c * c for c in one.values()) * sum(c * c for c in other.values()))
    return product / norm if norm else 0.0


def _rarity(told: Sequence[Moment]) -> dict[str, float]:
    """Weigh each word by how few utterances have it (inverse document frequency)."""
    held = Counter(word for each in told for word in set(content_stems(each.text)))
    return {word: math.log(1 + len(told) / count) for word, count in held.items()}


def _slides(shown: Sequence[Moment], start: int, end: int) -> list[Moment]:
    inside = [each for each in shown if each.start_ms < end and each.end_ms > start]
    return sorted(inside, key=lambda m: max(start, m.start_ms) - min(end, m.end_ms))


def _title(told: Sequence[Moment], slides: Sequence[Moment], rarity: dict[str, float]) -> str:
    """Take the heading that stands on the screen longest, else the most telling utterance."""
    headings = [line for each in slides for line in each.text.splitlines()[:1]
                if sum(map(str.isalnum, line)) >= _SHORTEST_HEADING]
    if headings:
        return _short(headings[0])
    if not told:
        return "…"
    return _short(max(told, key=lambda m: _weight(m.text, rarity)).text)


def _weight(text: str, rarity: dict[str, float]) -> float:
    words = content_stems(text)
    return sum(rarity.get(word, 0.0) for word in words) / math.sqrt(len(words) + 8)


def _short(text: str) -> str:
    words = text.split()
    kept = " ".join(words[:_TITLE_WORDS])
    return f"{kept} …" if len(words) > _TITLE_WORDS else kept.rstrip(" .,;:") or "…"
