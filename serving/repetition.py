"""Texts that repeat themselves: models fall into loops where they hear, or know, little."""

import re
import zlib
from typing import Final

LOOP_TIMES: Final = 5
"""A unit said so many times in a row is a loop …"""

LOOP_LETTERS: Final = 20
"""… if the loop is so many characters long: "no no no no no" is what people say."""

TOO_REPETITIVE: Final = 2.4
"""Whisper's own bound (Radford et al., section 4.5): nobody talks so that deflate saves more."""

_LONGEST_UNIT: Final = 80
_UNIT: Final = rf"\S(?:.{{0,{_LONGEST_UNIT - 1}}}?\S)??"
_LOOP: Final = re.compile(rf"({_UNIT})(?:[\s,.;!?।…-]*\1){{{LOOP_TIMES - 1},}}")


def compression(text: str) -> float:
    """Return how much shorter deflate makes a text, counting characters.

    Bytes would not do: UTF-8 spends three on a letter of Devanagari, and deflate takes that back.
    """
    letters = {letter: index % 256 for index, letter in enumerate(dict.fromkeys(text))}
    plain = bytes(letters[letter] for letter in text)
    return len(plain) / len(zlib.compress(plain))


def loops(text: str) -> list[tuple[int, int, int]]:
    """Find what is repeated over and over: sounds, words or phrases.

    Returns:
        Of each loop where it begins, where its first unit ends, and where it ends.
    """
    return [(found.start(), found.end(1), found.end()) for found in _LOOP.finditer(text)
            if found.end() - found.start() >= LOOP_LETTERS]


def without_loops(text: str) -> str:
    """Return a text in which everything that goes on and on is said once."""
    for start, once, end in reversed(loops(text)):
        text = text[:start] + text[start:once] + text[end:]
    return text.strip()
