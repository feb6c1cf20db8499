"""What kind of thing a question asks for, and whether a text has such a thing at all.

What is about the right thing does not always tell the right thing about it: the width of a mirror
is no answer to how heavy it is. Where a question says what its answer must look like (a price, a
weight, an age, a number, a colour, a name), a text without one cannot be the answer: answer typing
as in question answering since Li and Roth (2002), kept to the few kinds that words alone tell.
Only English is read; of any other question nothing is said.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from trikal.tools.counting import counted_thing
from trikal.tools.stems import SMALL_WORDS, WORD, is_figure, stem, stems

_NEAR: Final = 3

_MONEY: Final = re.compile(
    r"(?:rupee|paise|paisa|dollar|buck|cent|euro|pound|pence|penny|yen|yuan|franc|peso|ruble|"
    r"crown|shilling|dirham|riyal|rs|usd|eur|inr|gbp|lakh|crore)s?", re.IGNORECASE)
_SYMBOL: Final = re.compile(r"[$€£¥₹]\s*\d|\d\s*[$€£¥₹]|\bfree\b|\bfor nothing\b", re.IGNORECASE)
_SOLD: Final = re.compile(
    r"\b(?:costs?|costing|priced?|prices|sells?|sold|pa(?:y|ys|id))\b", re.IGNORECASE)
_CHARGE: Final = re.compile(r"\bcharge[sd]?\b", re.IGNORECASE)
_WEIGHT: Final = re.compile(
    r"(?:kilo(?:gram)?(?:me)?|gram(?:me)?|ton(?:ne)?|pound|ounce|kg|lb|stone)s?", re.IGNORECASE)
_DISTANCE: Final = re.compile(
    r"(?:(?:kilo|centi|milli)?met(?:re|er)|(?:nautical )?mile|inch|foot|feet|yard|fathom|block|"
    r"light-?year|km|cm|mm|ft|nmi?|[km])(?:e?s)?", re.IGNORECASE)
_AGE: Final = re.compile(r"(?:years?|months?|weeks?|days?|old|aged?|born|birthday|turn(?:s|ed)?)",
                         re.IGNORECASE)
_UNIT: Final = re.compile(
    r"\b(?:an?|half|quarter|several|few|couple|dozens?|hundreds|thousands|millions)"
    r"(?: of)?(?: an?)? (?:second|minute|hour|day|night|week|month|year|mile|inch|foot|feet|yard|"
    r"degree|(?:kilo|centi|milli)?met(?:re|er))s?\b", re.IGNORECASE)
_SOME: Final = re.compile(
    r"\b(?:none|nobody|both|pair|couple|few|several|many|dozens?|hundreds|thousands|millions)\b",
    re.IGNORECASE)
_COLOUR: Final = re.compile(
    r"\b(?:colou?rless|red|reddish|orange|yellow(?:ish)?|green(?:ish)?|blue|bluish|"
    r"purple|violet|pink|brown(?:ish)?|black|white|whitish|gr[ae]y(?:ish)?|gold(?:en)?|silver|"
    r"beige|turquoise|crimson|scarlet|tan|transparent)\b", re.IGNORECASE)
_DAY: Final = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekdays?|weekends?|every day|daily|today|"
    r"tonight|tomorrow|yesterday)\b", re.IGNORECASE)
_MONTH: Final = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?i:(?:this|last|next|every) month|monthly))\b")
_YEAR: Final = re.compile(r"\b[12]\d{3}\b|\b(?:this|last|next|every) year\b|\byears? ago\b|"
                          r"\b(?:nineteen|twenty)[ -](?:\w+teen|\w+ty|oh)\b", re.IGNORECASE)
_CODE: Final = re.compile(r"(?:\d[ -]?){4,}")
_PERSON: Final = re.compile(
    r"\b(?:i|me|my|we|us|our|you|your|he|him|his|she|her|they|them|their|who|"
    r"some(?:body|one)|any(?:body|one)|every(?:body|one)|no(?:body| one)|people|persons?|m[ae]n|"
    r"wom[ae]n|boys?|girls?|guys?|fellows?|lad(?:y|ies)|gentlem[ae]n|child(?:ren)?|kids?|bab(?:y|ies)|"
    r"wi(?:fe|ves)|husbands?|(?:grand)?(?:fa|mo)thers?|parents?|brothers?|sisters?|sons?|daughters?|"
    r"uncles?|aunts?|friends?|neighbou?rs?|kings?|queens?|princes?|princess(?:es)?|presidents?|"
    r"ministers?|mayors?|judges?|doctors?|nurses?|captains?|crews?|teams?|staff|compan(?:y|ies)|"
    r"councils?|committees?|boards?|governments?|parliament|congress|senate|court|polic\w+|army|navy|"
    r"bands?|groups?|clubs?|famil(?:y|ies)|members?|workers?|engineers?|teachers?|students?|"
    r"drivers?|players?|owners?|leaders?|managers?|speakers?|narrators?|presenters?|writers?|"
    r"authors?|painters?|singers?|dancers?|keepers?|builders?|farmers?|controllers?|officers?|"
    r"soldiers?|lawyers?|bakers?|agents?|guests?|strangers?|visitors?|tourists?|researchers?|"
    r"\w{3,}(?:ists|ist|ians|ian|eers|eer|nauts|naut|m[ae]n))\b", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"(?:^|[.?!:“\"(]|--?)\s*\W*$")
_NAMED: Final = re.compile(r"[^\W\d_][\w'’]+")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of thing that is asked for.

    Attributes:
        name: What it is called.
        asks: Finds questions for it.
        has: Tells whether a text has one, given the question too.
    """

    name: str
    asks: re.Pattern[str]
    has: Callable[[str, str], bool]


def kind_asked(question: str) -> Kind | None:
    """Return what kind of thing a question asks for, if its words tell.

    Args:
        question: The question; only one that asks one thing is read.
    """
    return next((kind for kind in _KINDS if kind.asks.search(question)), None)


def asks_for_person(question: str) -> bool:
    """Tell whether somebody is asked for, and not who speaks."""
    kind = kind_asked(question)
    return kind is not None and kind.has is _person


def could_answer(question: str, text: str) -> bool:
    """Tell whether a text has what a question asks for; where that is not known, it may have.

    Args:
        question: The question.
        text: What may answer it.
    """
    kind = kind_asked(question)
    return kind is None or kind.has(text, question)


def _figure(text: str, question: str) -> bool:
    return any(map(is_figure, WORD.findall(text))) or bool(_UNIT.search(text))


def _number(text: str, question: str) -> bool:
    words = [stem(word) for word in WORD.findall(text)]
    thing = stem(counted_thing(question))
    ones = [n for n, word in enumerate(words) if word in ("1", "singl", "no")]
    return (_figure(text, question) or bool(_SOME.search(text))
            or any(thing in words[n + 1:n + 1 + _NEAR] for n in ones))


def _amount_of(unit: re.Pattern[str]) -> Callable[[str, str], bool]:
    """Tell whether a text has a figure with a unit just before or behind it."""
    def has(text: str, question: str) -> bool:
        words = WORD.findall(text)
        return any(unit.fullmatch(near) for n, word in enumerate(words) if is_figure(word)
                   for near in words[max(n - 1, 0):n + 1 + _NEAR])
    return has


def _distance(text: str, question: str) -> bool:
    return _amount_of(_DISTANCE)(text, question) or bool(_UNIT.search(text))


def _price(text: str, question: str) -> bool:
    return (_amount_of(_MONEY)(text, question) or bool(_SYMBOL.search(text))
            or bool(_SOLD.search(text)) and _figure(text, question) or _charges(text))


def _charges(text: str) -> bool:
    """Tell whether so much is charged: what is charged may be a battery."""
    behind = (WORD.findall(text[match.end():])[:_NEAR] for match in _CHARGE.finditer(text))
    return any(is_figure(word) for words in behind for word in words)


def _name(text: str, question: str) -> bool:
    """Tell whether a text names more than the question does: "Silver Lake Observatory"."""
    asked = stems(question)
    return any(not stems(word[0]) & asked and not _SENTENCE.search(text[:word.start()])
               for name in _names(text) for word in name)


def names_another(text: str, question: str) -> bool:
    """Tell whether a text names somebody or something that the question does not name.

    What stands together is one name: "Custom Speech Portal" is what a question about the speech
    portal names. A capital that opens a sentence tells no name.
    """
    asked = stems(question)
    return any(
        not any(stems(word[0]) & asked for word in name)
        and any(not _SENTENCE.search(text[:word.start()]) for word in name)
        for name in _names(text))


def _names(text: str) -> list[list[re.Match[str]]]:
    """Return the capitalised words of a text, those together that nothing but a blank parts."""
    names: list[list[re.Match[str]]] = []
    for word in _NAMED.finditer(text):
        if not word[0][0].isupper() or word[0].casefold() in SMALL_WORDS:
            continue
        if names and not text[names[-1][-1].end():word.start()].strip(" -"):
            names[-1].append(word)
        else:
            names.append([word])
    return names


def _person(text: str, question: str) -> bool:
    undated = _MONTH.sub(" ", _DAY.sub(" ", text))
    return bool(_PERSON.search(text)) or names_another(undated, question)


def _holds(pattern: re.Pattern[str]) -> Callable[[str, str], bool]:
    """Tell whether a text has what a pattern finds."""
    return lambda text, question: bool(pattern.search(text))


_ONE_THING: Final = r"(?!.*[,;] (?:and |or )?(?:\w+ )?(?:what|which|how|when|where|who|why)\b)"
"""What asks for a second thing too may be answered by a text without the first."""

_COST: Final = (r"(?:how much|what) (?:does|do|did|will|would) .+ (?:cost|charge|pay)"
                r"(?: (?:for|per|to|in|at|a|an)\b.*)?\W*$")
_PRICE: Final = r"(?:how much|what) (?:is|are|was|were) the (?:price|fare|fee|cost)s?\b"
_WEIGHS: Final = r"(?:how much|what) (?:does|do|did) .+ weigh\b|what (?:is|was) the weight\b"
_FAR: Final = r"how far (?:away|off|apart|out|from|to|is|are|was|were)\b"
_LARGE: Final = r"how (?:wide|tall|high|deep|thick|far|fast|cold|hot|long)\b(?! (?:along|ago)\b)"
_QUANTITY: Final = (
    r"(?:at |to |of )?(?:what|which)(?: (?:is|was|are|were) the)?(?: \w+){0,2} "
    r"(?:temperature|speed|velocity|altitude|height|depth|width|length|distance|voltage|rate|"
    r"percentage|frequency|amount)s?"
    r"\b(?= (?:of|is|was|are|were|do|does|did|has|have|had|will|would|can|could)\b|\W*$)")
_CALLED: Final = (r"what(?:['’]s| is| was| are| were) the (?:full )?names?\b"
                  r"|what (?:is|was|are|were) .+ (?:called|named)\W*$")

_SPEAKS: Final = (
    r"(?:(?:is|was|are|were) )?(?:said|says?|saying|spoke|speaks?|speaking|talks?|talked|talking|"
    r"tells?|told|telling|mentions?|mentioned|asks?|asked|asking|answers?|answered|repl(?:y|ies|ied)|"
    r"reports?|reported|announces?|announced|warns?|warned|complains?|complained|remarks?|remarked|"
    r"(?:is|was|are|were) (?:it|that|this|there|he|she|they))")
"""Who speaks is known from a transcript's labels, and hardly ever said."""

_KINDS: Final = tuple(
    Kind(name=name, asks=re.compile(rf"^{_ONE_THING}(?:and )?(?:{asks})", re.IGNORECASE), has=has)
    for name, asks, has in (
        ("price", f"{_COST}|{_PRICE}", _price),
        ("weight", rf"how heavy\b|{_WEIGHS}", _amount_of(_WEIGHT)),
        ("age", r"how old\b|what (?:is|was) the age\b", _amount_of(_AGE)),
        ("distance", _FAR, _distance),
        ("measure", _LARGE, _figure),
        ("quantity", _QUANTITY, _figure),
        ("number", r"how many\b", _number),
        ("colour", r"(?:of |in )?(?:what|which) colou?rs?\b", _holds(_COLOUR)),
        ("name", _CALLED, _name),
        ("person", rf"who(?! {_SPEAKS}\b)\b", _person),
        ("day", r"(?:on )?(?:what|which) (?:day of the week|weekday)\b", _holds(_DAY)),
        ("month", r"(?:in )?(?:what|which) month\b", _holds(_MONTH)),
        ("year", r"(?:in )?(?:what|which) year\b", _holds(_YEAR)),
        ("code", r"(?:what|which)(?:['’]s| is| was| are| were) (?:the |his |her |their )?"
                 r"(?:(?:tele)?phone|mobile|fax|serial|account|registration|post(?:al)?|zip|area) "
                 r"(?:number|code)s?\b", _holds(_CODE)),
    ))
