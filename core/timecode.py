"""Times for people: integer milliseconds to and from timecodes.

Everything inside Trikal is an integer number of milliseconds on a medium's clock; it may be
negative (a countdown before zero) and may exceed a day.
"""

import re

_TIMECODE = re.compile(
    r"(?P<sign>-)?(?:(?P<hours>\d+):)?(?P<minutes>\d{1,3}):(?P<seconds>[0-5]?\d)"
    r"(?:[.,](?P<fraction>\d{1,3}))?"
)
_SHORT = {"day": "d", "hour": "h", "minute": "min", "second": "s"}
_SECONDS = re.compile(r"(?P<sign>-)?(?P<seconds>\d+)(?:[.,](?P<fraction>\d{1,3}))?s?")


def format_timecode(ms: int, *, millis: bool = False) -> str:
    """Render milliseconds as ``M:SS``, ``H:MM:SS`` or ``-M:SS``.

    Args:
        ms: Time on the media clock, in milliseconds.
        millis: Add ``.mmm``; without it the time is truncated toward the past, so that a player
            which seeks there never starts after the moment.

    Returns:
        The shortest unambiguous timecode: hours appear only when there are any.
    """
    if millis:
        sign, whole, rest = ("-" if ms < 0 else ""), *divmod(abs(ms), 1000)
        tail = f".{rest:03d}"
    else:
        seconds = ms // 1000
        sign, whole, tail = ("-" if seconds < 0 else ""), abs(seconds), ""
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    if hours:
        return f"{sign}{hours}:{minute:02d}:{second:02d}{tail}"
    return f"{sign}{minute}:{second:02d}{tail}"


def parse_timecode(text: str) -> int:
    """Read ``H:MM:SS.mmm``, ``M:SS``, ``90`` or ``90.5s`` as milliseconds.

    Args:
        text: One timecode and nothing else; a comma may stand for the decimal point.

    Returns:
        Milliseconds on the media clock.

    Raises:
        ValueError: The text is no timecode; the message shows the accepted forms.
    """
    stripped = text.strip()
    match = _TIMECODE.fullmatch(stripped) or _SECONDS.fullmatch(stripped)
    if match is None:
        raise ValueError(f"{text!r} is no time; write it like 1:05, 1:02:03.5 or 65 (seconds).")
    parts = match.groupdict()
    hours, minutes = int(parts.get("hours") or 0), int(parts.get("minutes") or 0)
    if parts.get("hours") is not None and minutes > 59:
        raise ValueError(f"{text!r} is no time: {minutes} minutes in an hour.")
    seconds = (hours * 60 + minutes) * 60 + int(parts["seconds"])
    ms = seconds * 1000 + int((parts["fraction"] or "").ljust(3, "0"))
    return -ms if parts["sign"] else ms


def format_length(ms: int) -> str:
    """Render a length of time in words: "2 h 5 min 3 s", "41.2 s", "0 s".

    Args:
        ms: Milliseconds, not negative. Below a minute tenths of a second are kept.
    """
    return " ".join(f"{number:g} {_SHORT[unit]}" for number, unit in length_parts(ms))


def length_parts(ms: int) -> list[tuple[float, str]]:
    """Take a length of time apart: days, hours, minutes and seconds, those that it has.

    Args:
        ms: Milliseconds, not negative. Below a minute tenths of a second are kept.

    Returns:
        Numbers with their units, the greatest first; at least one.
    """
    if ms < 60_000:
        return [(float(f"{ms / 1000:.1f}"), "second")]
    minutes, seconds = divmod(round(ms / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "day"), (hours, "hour"), (minutes, "minute"), (seconds, "second"))
    return [(number, unit) for number, unit in parts if number]
