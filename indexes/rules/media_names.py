"""How media are called by a part of their file names: "the NASA clip" is nasa_13013.mp4.

Two words that follow one another in a name call it ("in Tears of Steel"); one word does where it
stands with the word for a recording ("the Steel film"). A word that stands in many names calls
none of them.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Final

from trikal.indexes.rules.language import language
from trikal.indexes.scripts import as_matched

MOST_CALLED: Final = 8
"""So many media at most are called by one name."""

_LONGEST: Final = 6
_WORDS: Final = 12
_LETTERS: Final = 3
_BORDER: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PART: Final = re.compile(r"[^\W\d_]+|\d+")
_WORD: Final = re.compile(r"[^\W_]+")
_RUN: Final = re.compile(rf"[^\W_]+(?:[ -][^\W_]+){{0,{_LONGEST - 1}}}")


class MediaNames:
    """Finds media by what they are called.

    Args:
        media: The file names of an archive's media.
        common: Words that call no medium; folded as patterns without regard to case match.
        joining: Words that only join others ("of"), folded likewise.
    """

    def __init__(self, media: Sequence[str], common: Set[str], joining: Set[str]) -> None:
        self._media = media
        self._common = common
        self._joining = joining

    def called(self, words: str, *, alone: bool) -> tuple[str, ...]:
        """Return the media that words call; none where they call none, or too many.

        Args:
            words: The words: "tears of steel".
            alone: Whether they stand alone, without a word like "film".
        """
        run = _parts(words)
        found = self._by_run.get(run, ())
        is_called = len(found) <= MOST_CALLED and not (alone and self._telling(run) < 2)
        return tuple(found) if is_called else ()

    @cached_property
    def _by_run(self) -> Mapping[tuple[str, ...], list[str]]:
        found: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for name in self._media:
            parts = _parts(_BORDER.sub(" ", name.rpartition(".")[0] or name))[:_WORDS]
            runs = {parts[start:end] for start in range(len(parts))
                    for end in range(start + 1, min(start + _LONGEST, len(parts)) + 1)}
            for run in filter(self._is_name, runs):
                found[run].append(name)
        return found

    def _is_name(self, run: tuple[str, ...]) -> bool:
        return any(part.isalpha() and len(part) >= _LETTERS and part not in self._common
                   and part not in self._joining for part in run)

    def _telling(self, run: tuple[str, ...]) -> int:
        return sum(part not in self._joining for part in run)


@dataclass(frozen=True)
class Call:
    """Where a text calls media.

    Attributes:
        start: Where that begins.
        end: Where it ends.
        media: The file names.
    """

    start: int
    end: int
    media: tuple[str, ...]


class Called:
    """Finds where questions call media by a part of their names.

    Args:
        table: How a language does that: what stands ``before``, with its ``article``; the words for
            a recording behind (``kind``); ``joining`` words; what calls none in part (``common``).
        media: The file names of an archive's media.
        common: Words that call no medium.
    """

    def __init__(
        self, table: Mapping[str, Any], media: Sequence[str], common: Set[str]
    ) -> None:
        self.names = MediaNames(media, common | set(table["common"]), frozenset(table["joining"]))
        self._before = re.compile(rf"\b(?:{table['before']})", re.IGNORECASE)
        self._kind = re.compile(rf" (?:{table['kind']})\b", re.IGNORECASE)

    def first(self, text: str) -> Call | None:
        """Return the first place where a text calls media, or ``None``."""
        return next((call for match in self._before.finditer(text)
                     if (call := self._call(match, text))), None)

    def _call(self, match: re.Match[str], text: str) -> Call | None:
        for end in _ends(text, match.end()):
            words, kind = text[match.end():end], self._kind.match(text, end)
            # "of the bridge" is a bridge, whatever a file is called.
            if not kind and match.groupdict().get("article"):
                continue
            if media := self.names.called(words, alone=not kind):
                return Call(match.start(), kind.end() if kind else end, media)
        return None


def media_called(words: str, media: Sequence[str], *, alone: bool) -> tuple[str, ...]:
    """Return the media that words call, by English's words that call none.

    Args:
        words: The words: "tears of steel".
        media: The file names of an archive's media.
        alone: Whether they stand alone, without a word like "film".
    """
    return _english(tuple(media)).names.called(words, alone=alone)


def called_first(text: str, media: Sequence[str]) -> Call | None:
    """Return the one medium that an English text calls at its beginning: "the NASA clip at 0:04".

    Args:
        text: The text.
        media: The file names of an archive's media.
    """
    lead = "in "  # what stands first is said as the place it is
    call = _english(tuple(media)).first(lead + text)
    if call is None or call.start or len(call.media) != 1:
        return None
    return replace(call, end=call.end - len(lead))


@lru_cache(maxsize=2)
def _english(media: tuple[str, ...]) -> Called:
    table = language("en").table["scopes"]
    return Called(table["called"], media, frozenset(table["common"]))


def _ends(text: str, start: int) -> Iterator[int]:
    """Yield where the next words end, the most words first."""
    words = _RUN.match(text, start)
    ends = [each.end() for each in _WORD.finditer(text, start, words.end())] if words else []
    return reversed(ends)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(as_matched(part) for part in _PART.findall(text))
