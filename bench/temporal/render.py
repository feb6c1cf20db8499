"""From a wording with blanks to a question as somebody types it."""

import random
import re
from collections.abc import Mapping
from string import Formatter

from bench.temporal.anchors import Event, Mention

_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
            "eleven", "twelve")
_UNITS = ((3_600_000, "hour"), (60_000, "minute"), (1000, "second"))
_QUOTES = ('"{}"', '"{}"', '"{}"', "“{}”", "'{}'")
Namings = Mapping[str, Mapping[str, list[str]]]
"""Wordings by what tells a mention (``ordinal``, ``speaker``), and as ``clause`` or ``noun``."""

_APOSTROPHES = re.compile("['’]")


def blanks(wording: str) -> set[str]:
    """Return the names of a wording's blanks."""
    return {name for _, name, _, _ in Formatter().parse(wording) if name}


def fits(wording: str, anchors: Mapping[str, Event]) -> bool:
    """Tell whether a wording suits its anchors: only what is named by its words alone is quoted."""
    quoted_only = {"A": "AQ" in blanks(wording), "B": "BQ" in blanks(wording)}
    return all(anchor.form == "quoted" or not quoted_only.get(name, False)
               for name, anchor in anchors.items())


def rendered(
    wording: str, rng: random.Random, *, anchors: Mapping[str, Event], phrases: dict[str, str],
    times: dict[str, int], plain: dict[str, str], mentions: Namings | None = None,
) -> str:
    """Fill a wording in.

    Args:
        wording: With blanks in braces.
        rng: Chooses quotes, forms of times, and whether a question mark ends it.
        anchors: Anchors for the blanks that begin with their names.
        phrases: Phrases to look for.
        times: Times and lengths in ms: ``d`` is a length, the others are times.
        plain: Everything else.
        mentions: How one of several utterances with the same words is named.
    """
    filled = dict(plain)
    for name, anchor in anchors.items():
        filled |= _anchor_forms(name, anchor, rng, mentions or {})
    filled |= {name: _phrase(text, rng) for name, text in phrases.items()}
    # "Between an hour and a minute and an hour and two minutes" is what nobody types.
    forms = (_clock, _clock, _units, _letters) if "u" in times else _FORMS
    form = rng.choice(forms)
    for name, ms in times.items():
        filled[name] = length(ms, rng) if name == "d" else form(ms)
    question = wording.format(**filled)
    if wording.startswith("{AS}") and question[0].islower():
        question = question[0].upper() + question[1:]
    if question.endswith("?") and rng.random() < 0.3:
        question = question[:-1]
    if not wording.startswith("{") and rng.random() < 0.2:
        question = question[0].lower() + question[1:]
    return question


def length(ms: int, rng: random.Random) -> str:
    """Write a length of time in its largest unit."""
    for size, name in _UNITS:
        if ms == size and size > 1000 and rng.random() < 0.3:
            return f"an {name}" if name == "hour" else f"a {name}"
        if ms % size == 0 or size == 1000:
            number = ms // size
            word = _NUMBERS[number] if number < len(_NUMBERS) and rng.random() < 0.5 else number
            return f"{word} {name}{'s' if number != 1 else ''}"
    raise AssertionError(ms)


def _anchor_forms(
    name: str, anchor: Event, rng: random.Random, mentions: Namings
) -> dict[str, str]:
    if isinstance(anchor, Mention):
        return _mention_forms(name, anchor, rng, mentions)
    if anchor.form == "paraphrased":
        noun = rng.choice(("the moment", "the point where", "the moment when"))
        return {name: anchor.words, f"{name}N": f"{noun} {anchor.words}",
                f"{name}S": anchor.words[0].upper() + anchor.words[1:]}
    quoted = _quoted(anchor.words, rng)
    loose = anchor.words if anchor.bare and rng.random() < 0.35 else quoted
    return {name: loose, f"{name}N": quoted, f"{name}S": loose, f"{name}Q": quoted}


def _mention_forms(
    name: str, mention: Mention, rng: random.Random, mentions: Namings
) -> dict[str, str]:
    tables = mentions["speaker" if mention.speaker else "ordinal"]
    said = {"P": _quoted(mention.words, rng), "O": mention.which, "S": mention.speaker}
    clause, noun = (rng.choice(tables[kind]).format(**said) for kind in ("clause", "noun"))
    return {name: clause, f"{name}N": noun, f"{name}S": clause[0].upper() + clause[1:]}


def _quoted(text: str, rng: random.Random) -> str:
    quotes = rng.choice(_QUOTES)
    return f'"{text}"' if _APOSTROPHES.search(text) else quotes.format(text)


def _phrase(text: str, rng: random.Random) -> str:
    return text if " " in text and rng.random() < 0.3 else _quoted(text, rng)


def _split(ms: int) -> tuple[int, int, int]:
    minutes, seconds = divmod(ms // 1000, 60)
    return *divmod(minutes, 60), seconds


def _clock(ms: int) -> str:
    hours, minutes, seconds = _split(ms)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def _units(ms: int) -> str:
    return " ".join(_parts(ms, ("hour", "minute", "second"), plural=True))


def _words(ms: int) -> str:
    *most, last = _parts(ms, ("hour", "minute", "second"), plural=True)
    return f"{', '.join(most)} and {last}" if most else last


def _letters(ms: int) -> str:
    return "".join(part.replace(" ", "") for part in _parts(ms, ("h", "m", "s"), plural=False))


def _parts(ms: int, names: tuple[str, str, str], *, plural: bool) -> list[str]:
    parts = [f"{number} {name}{'s' if plural and number != 1 else ''}"
             for number, name in zip(_split(ms), names, strict=True) if number]
    return parts or [f"0 {names[2]}{'s' if plural else ''}"]


_FORMS = (_clock, _clock, _units, _words, _letters)
