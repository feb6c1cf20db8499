"""The words of a language for what is written in figures and signs."""

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import langcodes
from pydantic import BaseModel, ConfigDict

_CENTURIES = range(1_100, 2_000)
_NUKTA = "\u093c"
_LARGEST = 10**9  # the words of the Indian languages go no further
_INDIAN = frozenset({"hi", "ta", "te", "bn", "mr", "gu", "kn", "ml", "pa"})
# Of Kannada indic_numtowords 1.1 reads 83 as 82 and 110 as 120; num2words spells the tens worse.
_KANNADA = frozenset(range(100)) - {83}
_ONE_LAKH, _LAKH = " ಒಂದು ಲಕ್ಷ", " ಲಕ್ಷ"  # num2words says "two one lakh" for two


class Oclock(BaseModel):
    """How a language says a time before its "o'clock": half past, a quarter past, a quarter to.

    Attributes:
        word: What stands behind the figures, a regular expression.
        half: ``{h}`` is the hour in words.
        half_one: Half past one.
        half_two: Half past two.
        quarter: A quarter past.
        to: A quarter to the hour ``{h}``.
        minutes: ``{m}`` are the minutes in words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    word: str
    half: str
    half_one: str
    half_two: str
    quarter: str
    to: str
    minutes: str


class Vocabulary(BaseModel):
    """How a language reads figures and signs; see ``words.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    point: str
    minus: str
    percent: str
    to: str
    and_: str
    at: str
    degrees: str
    hour: tuple[str, str]
    minute: tuple[str, str]
    second: tuple[str, str]
    currency: Mapping[str, str]
    currency_one: Mapping[str, str] = {}
    subunits: Mapping[str, str] = {}
    scales: str = ""
    over: str = ""
    century: str = ""
    suffixes: str = ""
    oclock: Oclock | None = None
    abbreviations: Mapping[str, str]


def vocabulary(language: str) -> Vocabulary | None:
    """Return the words of a language by its BCP-47 tag; ``None`` where none are known."""
    return _all().get(base(language))


def scales() -> str:
    """Return a pattern of the words behind an amount that multiply it, in any language."""
    return "|".join(each.scales for each in _all().values() if each.scales)


def oclocks() -> str:
    """Return a pattern of the words that stand behind a time of day, in any language."""
    return "|".join(each.oclock.word for each in _all().values() if each.oclock)


def base(language: str) -> str:
    """Return the primary subtag of a language."""
    return langcodes.get(language).language or language


def number(value: int, language: str) -> str:
    """Read a number from 0 on aloud; too large a one digit by digit."""
    tag = base(language)
    if value >= _LARGEST:
        return digits(str(value), language)
    if tag in _INDIAN and (tag != "kn" or value in _KANNADA):
        # Imported here because most of what is said has no figures in it.
        from indic_numtowords import num2words as indian_words

        words = " ".join(str(indian_words(value, lang=tag)).split())
        # Marathi's thousand has no dot, as the library writes it after Hindi.
        return unicodedata.normalize("NFC", words.replace(_NUKTA, "") if tag == "mr" else words)
    said = unicodedata.normalize("NFC", _in_words(value, tag))
    return said.replace(_ONE_LAKH, _LAKH) if tag == "kn" else said


def ordinal(value: int) -> str:
    """Read an English ordinal aloud."""
    return _in_words(value, "en", to="ordinal")


def year(value: int, language: str) -> str:
    """Read a year aloud: "nineteen fifty", "उन्नीस सौ पचास"."""
    if base(language) == "en":
        return _in_words(value, "en", to="year")
    words = vocabulary(language)
    if words is None or not words.century or value not in _CENTURIES:
        return number(value, language)
    hundreds, rest = divmod(value, 100)
    said = words.century.format(c=number(hundreds, language))
    return f"{said} {number(rest, language)}" if rest else said


def decade(value: int, language: str) -> str:
    """Read the years of a decade aloud, in English as one word: "nineteen nineties"."""
    said = year(value, language)
    if base(language) != "en":
        return said
    return f"{said[:-1]}ies" if said.endswith("y") else f"{said}s"


def share(top: int, under: int, language: str) -> str:
    """Read a fraction aloud; as two numbers where a language has no words for it."""
    if base(language) != "en":
        words = vocabulary(language)
        over = (words.over if words else "") or "/"
        return f"{number(top, language)} {over} {number(under, language)}"
    part = {2: "half", 4: "quarter"}.get(under) or ordinal(under)
    parts = part if top == 1 else "halves" if under == 2 else f"{part}s"
    return f"{number(top, language)} {parts}"


def digits(figures: str, language: str) -> str:
    """Read figures aloud one by one."""
    return " ".join(number(int(each), language) for each in figures)


def _in_words(value: int, tag: str, *, to: str = "cardinal") -> str:
    from num2words import num2words

    return str(num2words(value, lang=tag, to=to)).replace("-", " ").replace(",", "")


@cache
def _all() -> Mapping[str, Vocabulary]:
    text = files("trikal.tools.spoken").joinpath("words.toml").read_text(encoding="utf-8")
    return {tag: Vocabulary(**table) for tag, table in tomllib.loads(text).items()}
