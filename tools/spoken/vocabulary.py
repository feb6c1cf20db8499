"""The words of a language for what is written in figures and signs."""

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import langcodes
from pydantic import BaseModel, ConfigDict

_LARGEST = 10**9  # the words of the Indian languages go no further
_INDIAN = frozenset({"hi", "ta", "te", "bn", "mr", "gu", "kn", "ml", "pa"})
# Of Kannada indic_numtowords 1.1 reads 83 as 82 and 110 as 120; num2words spells the tens worse.
_KANNADA = frozenset(range(100)) - {83}
_ONE_LAKH, _LAKH = " ಒಂದು ಲಕ್ಷ", " ಲಕ್ಷ"  # num2words says "two one lakh" for two


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
    abbreviations: Mapping[str, str]


def vocabulary(language: str) -> Vocabulary | None:
    """Return the words of a language by its BCP-47 tag; ``None`` where none are known."""
    return _all().get(base(language))


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
        return unicodedata.normalize("NFC", words)
    said = unicodedata.normalize("NFC", _in_words(value, tag))
    return said.replace(_ONE_LAKH, _LAKH) if tag == "kn" else said


def ordinal(value: int) -> str:
    """Read an English ordinal aloud."""
    return _in_words(value, "en", to="ordinal")


def year(value: int, language: str) -> str:
    """Read a year aloud."""
    if base(language) != "en":
        return number(value, language)
    return _in_words(value, "en", to="year")


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
