"""How figures, dates, times, amounts and abbreviations are read aloud, word by word.

Rules only, and only what is sure: everything else stays as it is written, for the voice to read.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

from pydantic import BaseModel, ConfigDict

from trikal.tools.spoken.clock import clock
from trikal.tools.spoken.vocabulary import (
    Vocabulary,
    decade,
    digits,
    number,
    oclocks,
    ordinal,
    scales,
    share,
    vocabulary,
    year,
)

_UNITS = {
    "km": "length-kilometer", "m": "length-meter", "cm": "length-centimeter",
    "mm": "length-millimeter", "kg": "mass-kilogram", "g": "mass-gram", "l": "volume-liter",
    "km/h": "speed-kilometer-per-hour", "GB": "digital-gigabyte", "MB": "digital-megabyte",
    "min": "duration-minute", "ms": "duration-millisecond",
}
_YEAR = re.compile(r"1[1-9]\d\d|20[1-9]\d")  # four figures alone: most often a year
_MOST_DIGITS = 11

_RUPEES = r"(?<!\w)(?:Rs\.?|INR|रु\.|ரூ\.|రూ\.|રૂ\.|ರೂ\.|രൂ\.|ਰੁ\.)"
_RUPEE = "₹"
_FIGURE = r"(?:(?<!\S)[-−])?\d+(?:,\d+)*(?:\.\d+)?"
_PATTERNS = (
    ("iso_date", r"(?P<y>\d{4})-(?P<mo>0[1-9]|1[0-2])-(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"),
    ("date", r"(?P<d2>0?[1-9]|[12]\d|3[01])[/.](?P<mo2>0?[1-9]|1[0-2])[/.](?P<y2>\d{4})(?!\d)"),
    ("share", r"(?<![\d/])(?P<top>[1-9])/(?P<under>[2-9]|10)(?![\d/])"),
    ("decade", r"(?P<decade>1[1-9]\d0|20[1-9]0)['’]?s\b"),
    ("phone", r"\+\d{1,3}(?:[ -]?\d{2,5}){2,4}(?!\d)"
     r"|(?<![\d,.])[6-9]\d{4}[ -]?\d{5}(?![\d,.]\d|\d)"),
    ("clock", r"(?P<h>\d{1,3}):(?P<mi>[0-5]\d)(?::(?P<s>[0-5]\d))?(?:\.\d+)?(?![\d:])"
     rf"(?:\s?(?P<oclock>{oclocks()})(?![^\W_]))?"),
    ("money", rf"(?P<sign>[₹$€£]|{_RUPEES})\s?(?P<sum>{_FIGURE})"
     rf"(?:\s(?P<scale>{scales()})(?!\w))?"),
    ("percent", rf"(?P<share>{_FIGURE})\s?%"),
    ("celsius", rf"(?P<heat>{_FIGURE})\s?°\s?C?"),
    ("unit", rf"(?P<size>{_FIGURE})\s?(?P<unit>km/h|km|cm|mm|kg|GB|MB|min|ms|m|g|l)(?![\w/])"),
    ("ordinal", r"(?P<nth>\d{1,4})(?:st|nd|rd|th)\b"),
    ("range", rf"(?P<low>{_FIGURE})\s?[–—]\s?(?P<high>{_FIGURE})"),
    ("figure", rf"(?P<n>{_FIGURE})"),
)
_READABLE = re.compile("|".join(f"(?P<as_{name}>{pattern})" for name, pattern in _PATTERNS))
_LINK = re.compile(r"https?://(?:www\.)?|www\.", re.IGNORECASE)
_MARKUP = re.compile(r"[*_#`~|<>\[\]{}\\^=]+")
_MARKS_FROM = 0xF0000  # for private use: no cleaned text has them
_MARK = re.compile(r"[\U000F0000-\U000FFFFD]")
_KEEP_JOINED = "\u200c\u200d"  # they belong to the spelling of Indian words


class Token(BaseModel):
    """A stretch of a text without a space around it, and what is said for it.

    Attributes:
        written: As it stands in the text; it may hold a space, as "5 km".
        said: Words with single spaces; empty for what is not said.
    """

    model_config = ConfigDict(frozen=True)

    written: str
    said: str


def tokens(text: str, language: str) -> tuple[Token, ...]:
    """Cut a text into what is read aloud together, with the words for it.

    Args:
        text: Any text; control characters, emoji and markup are left out.
        language: BCP-47 tag of the text.
    """
    clean = cleaned(text)
    words = vocabulary(language)
    if words is None:
        return tuple(Token(written=each, said=each) for each in clean.split())
    return tuple(_tokens(clean, language, words))


def cleaned(text: str) -> str:
    """Return a text without what no voice can say; what is written right to left stays."""
    whole = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    sayable = "".join(each if _sayable(each) else " " for each in whole)
    return " ".join(_MARKUP.sub(" ", _LINK.sub("", sayable)).split())


def _sayable(character: str) -> bool:
    kind = unicodedata.category(character)
    if character in _KEEP_JOINED or character in "°%₹$€£&@+−":
        return True
    return kind[0] not in "CS" or character in "=<>|^`~"


def _tokens(text: str, language: str, words: Vocabulary) -> Iterator[Token]:
    written: list[str] = []
    said: list[str] = []

    def marked(found: re.Match[str]) -> str:
        if _inside_word(text, found):
            return text[found.start():found.end()]
        written.append(text[found.start():found.end()])
        # "5वाँ" is one word.
        is_glued = words.suffixes and re.match(rf"(?:{words.suffixes})(?![^\W_])",
                                               text[found.end():])
        said.append(f" {_read(found, language, words)}{'' if is_glued else ' '}")
        return chr(_MARKS_FROM + len(written) - 1)

    for piece in _READABLE.sub(marked, _western(text)).split():
        spelled = _MARK.sub(lambda mark: written[ord(mark[0]) - _MARKS_FROM], piece)
        spoken = _MARK.sub(lambda mark: said[ord(mark[0]) - _MARKS_FROM], piece)
        yield Token(written=spelled, said=_worded(spoken, words))


def _western(text: str) -> str:
    """Write the digits of every script as 0 to 9, each in its place."""
    return "".join(str(unicodedata.digit(each)) if each.isdecimal() else each for each in text)


def _inside_word(text: str, found: re.Match[str]) -> bool:
    """Whether figures are a part of a name like B12 or mp3."""
    before = text[found.start() - 1] if found.start() else " "
    after = text[found.end()] if found.end() < len(text) else " "
    latin = re.compile(r"[A-Za-z_]")
    return bool(latin.match(before) or latin.match(after))


def _worded(spoken: str, words: Vocabulary) -> str:
    """Put words for a sign or an abbreviation; keep the marks that shape a sentence."""
    bare = spoken.strip()
    bare = {"&": words.and_, "@": words.at, "+": "", "%": words.percent}.get(bare, bare)
    said = " ".join(_written_out(each, words) for each in bare.split())
    said = re.sub(r"(?<=\w)&(?=\w)", f" {words.and_} ", said)
    # A mark that stood behind figures comes back to the last word.
    said = re.sub(r"([(\"'“‘])\s+(?=\w)", r"\1", said)
    said = re.sub(r"\s+([.,;:!?।॥)\"'”’])", r"\1", " ".join(said.split()))
    return said if any(map(str.isalnum, said)) else ""


def _written_out(word: str, words: Vocabulary) -> str:
    """Return an abbreviation's words, with the marks around it."""
    bare = word.strip("(\"'“‘,;:!?।॥)”’")
    known = words.abbreviations.get(bare.lower()) if bare else None
    return word.replace(bare, known, 1) if known else word


def _read(found: re.Match[str], language: str, words: Vocabulary) -> str:
    kind = next(name for name, _ in _PATTERNS if found[f"as_{name}"] is not None)
    return _READERS[kind](found, language, words)


def _figure(text: str, language: str, words: Vocabulary) -> str:
    if text[0] in "-−":
        return f"{words.minus} {_figure(text[1:], language, words)}"
    whole, _, part = text.replace(",", "").partition(".")
    if len(whole) > _MOST_DIGITS or (len(whole) > 1 and whole.startswith("0")):
        said = digits(whole, language)
    else:
        said = number(int(whole), language)
    return f"{said} {words.point} {digits(part, language)}" if part else said


def _money(found: re.Match[str], language: str, words: Vocabulary) -> str:
    sign, whole, scale = found["sign"], found["sum"], found["scale"]
    sign = sign if sign in words.currency else _RUPEE
    named = words.currency[sign]
    if scale:
        return f"{_figure(whole, language, words)} {scale} {named}"
    units, _, parts = whole.partition(".")
    if len(parts) == 2 and int(parts) and sign in words.subunits:
        smaller = f"{number(int(parts), language)} {words.subunits[sign]}"
        return f"{_sum(units, sign, language, words)} {smaller}"
    return _sum(whole, sign, language, words)


def _sum(whole: str, sign: str, language: str, words: Vocabulary) -> str:
    named = words.currency[sign]
    if whole.replace(",", "") == "1":
        named = words.currency_one.get(sign, named)
    return f"{_figure(whole, language, words)} {named}"


def _phone(found: re.Match[str], language: str, words: Vocabulary) -> str:
    return ", ".join(digits(each, language) for each in re.findall(r"\d+", found[0]))


def _date(day: str, month: str, when: str, language: str) -> str:
    from babel.dates import get_month_names  # few texts have a date, or a unit

    name = get_month_names("wide", locale=language.replace("-", "_"))[int(month)]
    first = ordinal(int(day)) if language.startswith("en") else number(int(day), language)
    return f"{first} {name} {year(int(when), language)}"


def _unit(found: re.Match[str], language: str, words: Vocabulary) -> str:
    from babel.units import format_unit

    size = found["size"]
    shown = format_unit(2 if size != "1" else 1, _UNITS[found["unit"]], length="long",
                        locale=language.replace("-", "_"))
    name = " ".join(re.sub(r"[\d\u200c]", "", shown).split())
    return f"{_figure(size, language, words)} {name}"


_READERS: dict[str, Callable[[re.Match[str], str, Vocabulary], str]] = {
    "iso_date": lambda f, lang, w: _date(f["d"], f["mo"], f["y"], lang),
    "date": lambda f, lang, w: _date(f["d2"], f["mo2"], f["y2"], lang),
    "share": lambda f, lang, w: share(int(f["top"]), int(f["under"]), lang),
    "decade": lambda f, lang, w: decade(int(f["decade"]), lang),
    "phone": _phone,
    "clock": lambda f, lang, w: clock(f["h"], f["mi"], f["s"], f["oclock"], lang, w),
    "money": _money,
    "percent": lambda f, lang, w: f"{_figure(f['share'], lang, w)} {w.percent}",
    "celsius": lambda f, lang, w: f"{_figure(f['heat'], lang, w)} {w.degrees}",
    "unit": _unit,
    "ordinal": lambda f, lang, w: ordinal(int(f["nth"])),
    "range": lambda f, lang, w: (
        f"{_figure(f['low'], lang, w)} {w.to} {_figure(f['high'], lang, w)}"),
    "figure": lambda f, lang, w: (
        year(int(f["n"]), lang) if _YEAR.fullmatch(f["n"]) else _figure(f["n"], lang, w)),
}
