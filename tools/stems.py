"""Words compared by their stems: crude, but enough to tell whether one text carries another's."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

WORD = re.compile(r"\w+(?:['’.,:]\w+)*")
SMALL_WORDS = frozenset(
    "a an the this that these those is are was were be been being am do does did has have had of "
    "in on at to for from by with about as into and or but not no so it its he she they we you i "
    "his her their our your my me him them us who whom which what when where why how will would "
    "can could may might shall should must there here then than also very just only says said say "
    "states stated mentions mentioned shows shown evidence according one two "
    "talk talks talked talking speak speaks spoke speaking "
    "narrator narrators presenter presenters commentator commentators lecturer lecturers".split()
)
"""These carry nothing: what stands in a text beside them is what it is about."""

_FIGURES = {
    word: str(number) for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {
    word: str(10 * tens) for tens, word in enumerate(
        "thirty forty fifty sixty seventy eighty ninety".split(), start=3
    )
}
# "One" is left out: it is a pronoun more often than a figure.
_NUMBER_WORDS = (_FIGURES.keys() - {"one"}) | set(
    "hundred thousand million billion trillion lakh crore".split()
)

_WORDS_KEPT: Final = 1 << 14
"""So many words keep their stem: a question's and its evidence's are compared again and again."""

_OWNER = re.compile(r"['’]s$")
_SOFT = re.compile(r"(?:ies|ied|ie)$")
"""Endings of words that end in "y" or "ie" alone: cities, carried, movies."""

_DOUBLED = re.compile(r"[^aeiou][aeiou]([bdgmnprt])\1$")
_DOUBLING = frozenset({"ings", "ing", "ed"})
"""Before these a short verb's last letter is written twice: rigging, stopped."""

_IRREGULAR = {
    form: verb for verb, *forms in map(str.split, (
        "begin began begun,break broke broken,bring brought,build built,buy bought,catch caught,"
        "choose chose chosen,come came,drive drove driven,eat ate eaten,fall fell fallen,"
        "find found,fly flew flown,forget forgot forgotten,get got gotten,give gave given,"
        "go went gone,grow grew grown,hear heard,hold held,keep kept,know knew known,"
        "lose lost,make made,mean meant,meet met,pay paid,ring rang,run ran,see saw seen,"
        "sell sold,send sent,sing sang sung,sleep slept,speak spoke spoken,spend spent,stand stood,"
        "steal stole stolen,swim swam swum,take took taken,teach taught,tell told,think thought,"
        "throw threw thrown,use used using,wear wore worn,win won,write wrote written"
    ).split(",")) for form in forms
}
"""Forms of common verbs that no ending tells."""


def content_words(text: str) -> list[str]:
    """Return a text's content words, in order."""
    return [word for word in WORD.findall(folded(text)) if word not in SMALL_WORDS]


def content_stems(text: str) -> list[str]:
    """Return the stems of a text's content words, in order."""
    return [stem(word) for word in content_words(text)]


def stems(text: str) -> set[str]:
    """Return the stems of all of a text's words."""
    return {stem(word) for word in WORD.findall(text)}


@lru_cache(maxsize=_WORDS_KEPT)
def stem(word: str) -> str:
    """Return a crude stem that makes forms of one word equal: enough to compare, not to show."""
    word = folded(word).rstrip(".,:")
    word = _OWNER.sub("", word).replace(",", "")
    word = _FIGURES.get(word, word)
    word = _IRREGULAR.get(word, word)
    if not word.isascii() or len(word) < 4 or is_figure(word):
        return word
    if len(word) > 4 and (match := _SOFT.search(word)):
        return f"{word[:match.start()]}y"
    for ending in ("ations", "ation", "ings", "ing", "edly", "ed", "es", "ly", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            cut = word[: -len(ending)]
            left = cut if len(cut.rstrip("e")) < 3 else cut.rstrip("e")  # of "uses" it is "use"
            return left[:-1] if ending in _DOUBLING and _DOUBLED.search(left) else left
    return word.rstrip("e")


@lru_cache(maxsize=_WORDS_KEPT)
def is_figure(word: str) -> bool:
    """Tell whether a word is a number, in digits or in letters."""
    return any(character.isdigit() for character in word) or folded(word) in _NUMBER_WORDS


def folded(text: str) -> str:
    """Return a text without regard to case and to how its letters are put together."""
    return unicodedata.normalize("NFKC", text).casefold()


def plain(text: str) -> str:
    """Return a text's words alone, to compare quotations."""
    return " ".join(WORD.findall(folded(text)))
