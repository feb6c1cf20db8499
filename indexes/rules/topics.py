"""Topics: of a question in many words about something said, the something."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from trikal.indexes.rules.language import EDGES, QUOTED, Language

_TOKEN = re.compile(rf"{QUOTED}|\w+(?:[-'’]\w+)*")
_CROSSED: Final = 4
"""How many words of who speaks, "the flight director", may stand before what is spoken of."""


@dataclass(frozen=True, kw_only=True)
class _Token:
    start: int
    end: int
    is_quote: bool
    is_empty: bool
    is_talk: bool


class Topics:
    """Finds what a clause about speech is about.

    The words of talk are a closed class ("what did anyone say about", "is mentioned", "find the
    remark"), in whatever order they come; what they leave in the middle is the topic.

    Args:
        language: The words.
    """

    def __init__(self, language: Language) -> None:
        table: dict[str, Any] = language.table["topics"]
        self._language = language
        self._talk: Final = language.talk
        self._empty: Final = language.empty_words | self._talk
        self._plain: Final = frozenset(table["determiners"])
        self._adjoining: Final = frozenset(table["adjoining"])
        self._adjoining_marked: Final = self._adjoining | frozenset(table["adjoining_marked"])
        self._never: Final = frozenset(table["never"])
        self._saying: Final = frozenset(table["saying"])
        self._occurring: Final = language.words(table["occurring"])
        self._passive: Final = [re.compile(rf"(?<!\w)(?:{phrase})(?!\w)", re.IGNORECASE)
                                for phrase in table["passive"]]
        self._marker: Final = language.words(table["markers"])

    def read(
        self, text: str, *, is_target: bool, is_mention: bool = False
    ) -> tuple[str, bool] | None:
        """Find the topic.

        Args:
            text: The clause.
            is_target: It asks for something, so that whoever speaks in it is no part of the topic.
            is_mention: It asks for mentions, whatever its words are.

        Returns:
            The topic and whether its very words are wanted; ``None`` when the clause is not about
            anything said.
        """
        tokens = self._tokens(text)
        if not tokens:
            return None
        if quote := self._quote(tokens, is_target=is_target):
            return text[quote.start + 1:quote.end - 1].strip(EDGES), True
        if is_target and all(token.is_empty for token in tokens):
            return self._last_resort(text, tokens)
        first, last = self._bounds(text, tokens, is_target=is_target, is_mention=is_mention)
        if first >= last:
            return None
        topic = text[tokens[first].start:tokens[last - 1].end]
        if re.fullmatch(QUOTED, topic):
            return topic[1:-1].strip(EDGES), True
        return topic.strip(EDGES), False

    def _quote(self, tokens: Sequence[_Token], *, is_target: bool) -> _Token | None:
        """Return the only quotation, when all around it says nothing of what is looked for."""
        quotes = [token for token in tokens if token.is_quote]
        if len(quotes) != 1 or quotes[0].end - quotes[0].start < 3:
            return None
        full = [token for token in tokens if not token.is_empty and not token.is_quote]
        is_about_talk = any(token.is_talk for token in tokens)
        return quotes[0] if len(full) <= (
            _CROSSED if is_target and is_about_talk else 0) else None

    def _bounds(
        self, text: str, tokens: Sequence[_Token], *, is_target: bool, is_mention: bool
    ) -> tuple[int, int]:
        after = self._after_marker(text, tokens, is_target=is_target)
        is_talk = any(token.is_talk for token in tokens) or self._occurring.search(
            self._language.masked(text))
        if not after and not is_mention and not (
                is_target and is_talk and self._is_of_topic(text, tokens)):
            return 0, 0
        first = _skipped(tokens, after)
        last = len(tokens)
        while last > first and tokens[last - 1].is_empty:
            last -= 1
        if first < last:
            return self._adjoined(text, tokens, first, last, after=after)
        if not after:
            return first, last
        # What is talked about is itself a word of talk: "mentions of the call".
        is_place = text[tokens[after].start:tokens[-1].end].casefold() in self._never
        return (0, 0) if is_place else (after, len(tokens))

    def _adjoined(
        self, text: str, tokens: Sequence[_Token], first: int, last: int, *, after: int
    ) -> tuple[int, int]:
        """Widen the bounds of a topic to words that say nothing elsewhere: "the gray tape"."""
        nouns = self._adjoining_marked if after else self._adjoining
        while last < len(tokens) and _joins(text, tokens, last, nouns):
            last += 1
        while 0 < after < first and _joins(text, tokens, first, nouns, back=1):
            first -= 1
        return first, last

    def _last_resort(self, text: str, tokens: Sequence[_Token]) -> tuple[str, bool]:
        """Of words that all say nothing, keep what is marked as the topic: "about the call".

        So is what is said to be mentioned: "is a voice mentioned".
        """
        for pattern in self._passive:
            if match := pattern.search(text):
                return match["topic"], False
        after = self._after_marker(text, tokens, is_target=True)
        topic = text[tokens[after].start:tokens[-1].end] if after else ""
        return ("" if topic.casefold() in self._never else topic), False

    def _is_of_topic(self, text: str, tokens: Sequence[_Token]) -> bool:
        """Tell "where do they mention taxes" from "what does the captain mention"."""
        return text[tokens[-1].start:tokens[-1].end].casefold() not in self._saying

    def _after_marker(
        self, text: str, tokens: Sequence[_Token], *, is_target: bool
    ) -> int:
        """Return the token behind the words that a topic follows: "said something about"."""
        for match in self._marker.finditer(self._language.masked(text)):
            before = [token for token in tokens if token.start < match.end()]
            full = sum(not token.is_empty for token in before)
            if full > (_CROSSED if is_target else 0):
                return 0
            if all(token.is_empty for token in tokens[len(before):]) and full:
                continue  # "the bus is mentioned again"
            while len(before) < len(tokens) and self._is_plain(text, tokens[len(before)]):
                before.append(tokens[len(before)])
            return len(before) if len(before) < len(tokens) else 0
        return 0

    def _is_plain(self, text: str, token: _Token) -> bool:
        return text[token.start:token.end].casefold() in self._plain

    def _tokens(self, text: str) -> list[_Token]:
        found = []
        mixed = not text.isupper()
        for match in _TOKEN.finditer(text):
            word = match[0].casefold().removesuffix("'s").removesuffix("’s")
            is_quote = bool(re.fullmatch(QUOTED, match[0]))
            is_label = mixed and len(word) > 1 and match[0].isupper()  # the switch "TAPE RECORDER"
            found.append(_Token(start=match.start(), end=match.end(), is_quote=is_quote,
                                is_empty=word in self._empty and not is_label,
                                is_talk=word in self._talk))
        return found


def _skipped(tokens: Sequence[_Token], first: int) -> int:
    while first < len(tokens) and tokens[first].is_empty:
        first += 1
    return first


def _joins(
    text: str, tokens: Sequence[_Token], at: int, nouns: frozenset[str], *, back: int = 0
) -> bool:
    """Whether the token behind a topic, or before it, is one of some nouns and adjoins it."""
    token = tokens[at - back]
    is_beside = text[tokens[at - 1].end:tokens[at].start] == " "
    return is_beside and text[token.start:token.end].casefold() in nouns
