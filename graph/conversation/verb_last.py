"""Requests in languages whose verb stands last: their words, put together as in English's table.

"इसे हिंदी में बताओ", "तूफान का सारांश दो", "अनिता और बो ने नौका के बारे में क्या कहा?": what is meant
stands first, what is to be done last. Questions that take two searches are put together here too.
The words are data, one table a language; how they follow each other is the same in all nine.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

_NEVER: Final = "(?!)"
_KINDS: Final = ("summary", "brief", "script", "quiz", "chapters")
_BREAK: Final = r"(?:^|[\s,;.?!।–-]+)"
_FILE: Final = (r"(?:^|(?<=[\s,]))(?P<file>[\w.~/\\:-]*[\w~-]\."
                r"(?:mp4|mov|m4a|wav|md|txt|srt|vtt|edl|otio|psc|ffmeta|jpe?g|png))")
_SUBTITLES: Final = {"vtt": "(?:web ?)?vtt", "srt": "(?:srt|subrip)"}
_LISTS: Final = {"edl": "edl", "otio": "(?:otio|open ?timeline(?: ?io)?)"}


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
        "file": {"pattern": f"{_FILE}{w['named']}(?P<rest> (?:{w['save']}|{w['make']}))$"},
        "clip": {"many": w["many"], "patterns": [
            *_made(w, w["clip"]), f"{it}(?:{w['again']} )?{w['show']}(?: {w['again']})?"]},
        "stills": {"numbers": [], "patterns": _made(w, rf"(?:(?P<count>\d+) )?{w['still']}")},
        "export": {"verb": "", "kinds": list(_exports(w))},
        "compose": [{"kind": kind, "patterns": _made(w, w[kind])} for kind in _KINDS],
        "observe": [{"do": do, "patterns": each} for do, each in _observations(w).items()],
        "written": _written(w),
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
    ends = (spelled(words[name]) for name in ("say", "make", "show", "again", "aloud", "in", "save",
                                              "read", "listen", "look", "give", "write"))
    asked = f"{spelled(words['answer'])} {spelled(words['give'])}"  # a question may stand behind it
    return f"(?:{'|'.join(each.replace('?P<language>', '?:') for each in ends)})$|{asked}"


def _made(w: Mapping[str, str], noun: str) -> list[str]:
    """Return how something is asked for that is to be made: of something, or of what was shown."""
    return [f"(?P<about>.+?){w['of']} {w['short']}{noun} {w['make']}",
            f"{w['short']}{noun} {w['make']}"]


def _written(w: Mapping[str, str]) -> dict[str, Any]:
    """Return how the language of an answer is named that is to be read, and not said."""
    it = f"(?:{w['it']} )?"
    told = f"{it}{w['in']} {w['answer']} {w['give']}"
    return {"lead": _BREAK + w["polite"],
            "behind": [told, f"{w['answer']} {w['in']} {w['give']}", f"{it}{w['in']} {w['write']}"],
            "before": f"{told} ?[:,;–-] ?(?P<about>.+)"}


def _exports(w: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield how files for other programs are asked for, the narrower wordings first."""
    about, do = "(?P<about>.+?)", f"(?:{w['save']}|{w['make']})"
    titles = f"{about}{w['of']} {w['subtitles']}{w['object']}"
    for name, called in _SUBTITLES.items():
        yield _kind(name, f"{titles} {called}{w['into']} {do}",
                    f"{about}{w['of']} {called} {w['subtitles']}{w['object']} {do}")
    yield _kind("srt", f"{titles} {w['save']}")
    parts = f"{about}{w['of']} {w['chapters']}{w['object']}"
    for name, called in (("ffmetadata", "(?:ff ?metadata|ffmpeg)"), ("podlove", w["podcast"]),
                         ("youtube", w["youtube"])):
        yield _kind(name, f"{parts} {called}(?:{w['into']}|{w['for']}) {do}")
    yield _kind("youtube", f"{parts} {w['save']}")
    for name, called in (("markdown", w["markdown"]), *_LISTS.items()):
        yield _kind(name, f"{about}{w['object']} {called}{w['into']} {w['save']}")


def _kind(format_: str, *patterns: str) -> dict[str, Any]:
    return {"format": format_, "as": "", "patterns": patterns}


def _observations(w: Mapping[str, str]) -> dict[str, list[str]]:
    """Return how a second look is asked for: where, then what is to be done there."""
    again = f"(?: {w['again']})?"
    return {
        "read": [f"(?P<about>.+?) {w['screen']}{again} {w['read']}", f"{w['screen']} {w['read']}"],
        "listen": [f"(?P<about>.+?){w['object']}{again} {w['listen']}"],
        "look": [f"(?P<about>.+?){w['object']}{again} {w['look']}"],
    }


def compare_patterns(words: Mapping[str, Any], spelled: Callable[[str], str]) -> list[str]:
    """Put together how what two people, or two media, say is compared.

    Args:
        words: The section ``compare`` of a language's table.
        spelled: Writes a phrase of it as a regular expression.

    Returns:
        Patterns with the groups ``one``, ``other`` and ``about``; the last holds the words behind
        the topic, which the language's rules take off.
    """
    w = {name: spelled(each) for name, each in words.items()}
    about, asked = f"(?P<about>.+?{w['about']})", f"{w['said']}(?:,?(?: {w['that']})? {w['do']})?"
    # What stands behind names tells where the last of them ends.
    pairs = (w["pair"] + w["behind"], w["pair"])
    return [*(f"{two} {about} {asked}" for two in pairs),
            *(f"{about} {two} {asked}" for two in pairs),
            f"{about} {w['pair']}{w['their']} {w['do']}",
            f"{w['pair']}{w['their']} {about} {w['do']}"]


def next_patterns(
    words: Mapping[str, Any], compared: Mapping[str, Any], spelled: Callable[[str], str]
) -> dict[str, list[str]]:
    """Put together how who spoke next to whom is asked, and what somebody says who is known so.

    Args:
        words: The section ``next`` of a language's table.
        compared: Its section ``compare``, for what is said about what.
        spelled: Writes a phrase of them as a regular expression.

    Returns:
        Patterns under the names of English's table: ``beside`` with the groups ``about``,
        ``where``, ``after`` and ``before``, ``speaker`` with ``first`` and ``about`` (with the
        words behind the topic), ``who`` and ``other``.
    """
    w = {name: spelled(each) for name, each in words.items()}
    said = spelled(compared["about"]), spelled(compared["said"])
    where, asked = f"(?:(?P<where>{w['other']}) )?", f",? (?:{w['who']}|{w['what']})"
    about = f" (?P<about>.+?{said[0]}) {said[1]}"
    beside = [f"{where}(?P<about>.+?){w['one']}{_side(w['after'], w['before'])}{asked}"]
    speaker = [f"(?P<first>.+?){w['one']}{w['of']}{about}"]
    if "lead" in w:  # "who mentioned X, after them": a clause that not every language has
        known = f"{w['lead']} (?P<KNOWN>.+?){w['mentioned']},? "
        side = _side(w["that_after"], w["that_before"])
        beside.append(f"{where}{known.replace('KNOWN', 'about')}{side}{asked}")
        speaker.append(f"{known.replace('KNOWN', 'first')}{w['that']}{about}")
    return {"beside": beside, "speaker": speaker, "who": [f"(?:.*[ ,])?{w['who']}$"],
            "other": [w["other"]]}


def _side(after: str, before: str) -> str:
    return f"(?:(?P<after>{after})|(?P<before>{before}))"
