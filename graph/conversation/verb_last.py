"""Requests in languages whose verb stands last: their words, put together as in English's table.

"इसे हिंदी में बताओ", "तूफान का सारांश दो": what is meant stands first, what is to be done last. The
words are data, one table a language; how they follow each other is the same in all nine.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

_NEVER: Final = "(?!)"
_KINDS: Final = ("summary", "brief", "script", "quiz", "chapters")
_BREAK: Final = r"(?:^|[\s,;.?!।–-]+)"


def request_patterns(
    words: Mapping[str, Any], spelled: Callable[[str], str]
) -> dict[str, Any]:
    """Put a language's words of requests together.

    Args:
        words: The section ``requests`` of its table.
        spelled: Writes a phrase of it as a regular expression.

    Returns:
        Patterns under the names of English's table of requests.
    """
    w = {name: spelled(each) for name, each in words.items() if isinstance(each, str)}
    it, tongue, say = f"(?:{w['it']} )?", w["in"], w["say"]
    return {
        "lead": {"pattern": _BREAK + w["polite"]},
        "polite": {"pattern": w["polite"]},
        "spoken": {"patterns": [
            f"{it}{tongue}(?:,? {w['aloud']})?,? {say}", f"{it}{w['aloud']} {say}",
            f"{it}{tongue},? {w['aloud']}", f"{w['aloud']},? {tongue}", w["aloud"]]},
        "avatar": {"patterns": [
            f"{w['avatar']}{w['by']}(?: {w['it']})?(?: {tongue})? {say}",
            f"{it}(?:{tongue} )?{w['avatar']}{w['by']} {say}"]},
        "file": {"pattern": _NEVER},
        "clip": {"many": w["many"], "patterns": [
            *_made(w, w["clip"]), f"{it}(?:{w['again']} )?{w['show']}(?: {w['again']})?"]},
        "stills": {"numbers": [], "patterns": _made(w, rf"(?:(?P<count>\d+) )?{w['still']}")},
        "export": {"verb": "", "kinds": []},
        "compose": [{"kind": kind, "patterns": _made(w, w[kind])} for kind in _KINDS],
        "observe": [],
        "last": {"pattern": f"(?:{w['it']})?"},
        "topic": {"pattern": _NEVER}, "part": {"pattern": _NEVER}, "hints": {"pattern": _NEVER},
        "languages": words["languages"],
    }


def closing(words: Mapping[str, Any], spelled: Callable[[str], str]) -> str:
    """Return a pattern of the words that every request ends in, cheap to look for.

    Args:
        words: The section ``requests`` of its table.
        spelled: Writes a phrase of it as a regular expression.
    """
    ends = (spelled(words[name]) for name in ("say", "make", "show", "again", "aloud", "in"))
    return f"(?:{'|'.join(each.replace('?P<language>', '?:') for each in ends)})$"


def _made(w: Mapping[str, str], noun: str) -> list[str]:
    """Return how something is asked for that is to be made: of something, or of what was shown."""
    return [f"(?P<about>.+?){w['of']} {w['short']}{noun} {w['make']}",
            f"{w['short']}{noun} {w['make']}"]
