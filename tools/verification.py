"""Nothing that the evidence does not carry reaches the reader.

A model's draft is read sentence by sentence. Numbers of evidence that do not exist are removed,
times written by the model are removed, and a sentence is kept only if the evidence it cites
carries its quotes, its figures, its names and most of its words. Code, not the model, has the
last word; where nothing is left, the evidence speaks for itself.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NotRequired, TypedDict, TypeVar

from trikal.tools.stems import (
    SMALL_WORDS,
    WORD,
    content_stems,
    content_words,
    folded,
    is_figure,
    plain,
    stem,
    stems,
)

SUPPORT = 0.6
"""Share of a sentence's content words that its evidence, or the question, must carry."""

_MARK = re.compile(r"\[\s*(\d+(?:\s*,\s*\d+)*)\s*\]")
_TIMECODE = re.compile(r"(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?![\d:])")
_QUOTE = re.compile(r"[\"“]([^\"“”]{3,})[\"”]")
_MARKS = r"(?:\s*\[\s*\d+(?:\s*,\s*\d+)*\s*\][.]?)*"
_SENTENCE_END = re.compile(rf"(?<=[.!?।])[\"”’)]*{_MARKS}\s+(?=[^\s\[])")
_QUESTION = re.compile(r"[^.!?…]*\?")
_ALIKE = 3  # letters that "metres" and "meters" share, and "rupees" and "rubles" do not
_ASKING = r"\b(?:ask|asks|asked|asking|wonder\w*|questions?|questioned|want\w*)\b"
_OF_ASKING = re.compile(_ASKING, re.IGNORECASE)
_ASKS = re.compile(rf"{_ASKING}|\?", re.IGNORECASE)
_EITHER = re.compile(r",? or ", re.IGNORECASE)
_FILE = re.compile(r"\b[\w-]*[^\W\d][\w-]*\.\w{2,5}\b")  # a file that is asked about is no figure
_LETTERS = re.compile(r"[^\W\d_]\w+")
_PART = re.compile(r"[^\W\d_]{3,}")
# A sentence may begin with these without naming anybody.
_OPENERS = frozenset(
    "about after all although approximately around because before both currently during each every "
    "finally first if last later many most nearly next now only over several since some still "
    "then today until while yes yet".split()
)


class NumberedText(TypedDict):
    """A text that may be cited by its number; more may be known of it.

    Attributes:
        n: The number, unlike any other's.
        text: The text.
        original: What was really said, of a text that translates it; quotations are held against
            this. ``None``, or missing, of a text that is no translation.
    """

    n: int
    text: str
    original: NotRequired[str | None]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What became of one sentence.

    Attributes:
        text: The sentence with its citations, or an empty string when it was removed.
        cited: The evidence numbers that it rests on.
        removed: What was taken away and why; empty when nothing was.
    """

    text: str
    cited: tuple[int, ...] = ()
    removed: tuple[str, ...] = ()


def sentences(draft: str) -> Iterator[str]:
    """Split a draft into sentences, each with the citations that follow it."""
    position = 0
    for match in _SENTENCE_END.finditer(draft):
        yield draft[position:match.end()].strip()
        position = match.end()
    if rest := draft[position:].strip():
        yield rest


Item = TypeVar("Item", bound=NumberedText)


def verify_sentence(
    sentence: str, evidence: Sequence[NumberedText], question: str
) -> Verdict:
    """Keep a sentence only as far as the evidence carries it.

    Args:
        sentence: One sentence of the model's draft, perhaps with marks like ``[2]``.
        evidence: The evidence of this answer.
        question: The question; its own words need no proof.

    Returns:
        The sentence with true citations, or nothing and the reason.
    """
    claim, cited, missing = _read_marks(sentence, evidence)
    unknown = [f"[{n}] does not exist" for n in missing]
    if not content_words(claim):
        return Verdict(text="", removed=tuple(unknown))
    if timed := _unproven_time(claim, evidence):
        return Verdict(text="", removed=(*unknown, f"“{claim}”: the time {timed} is the model's"))
    reason = _fault(claim, cited, question) if cited else "cites nothing"
    if reason:
        cited = _carriers(claim, evidence, question)
        if not cited:
            return Verdict(text="", removed=(*unknown, f"“{claim}”: {reason}"))
    numbers = tuple(item["n"] for item in cited)
    return Verdict(text=_marked(claim, numbers), cited=numbers, removed=tuple(unknown))


def citing(sentence: str, evidence: Sequence[Item]) -> tuple[str, list[Item]]:
    """Return a sentence without its marks, and the evidence that it cites.

    The claim is empty where it tells a time: times are never the model's to tell.
    """
    claim, cited, _ = _read_marks(sentence, evidence)
    return ("" if _unproven_time(claim, evidence) else claim), cited


def _read_marks(
    sentence: str, evidence: Sequence[Item]
) -> tuple[str, list[Item], list[int]]:
    """Return a sentence without its marks, the evidence they name, and the numbers of none."""
    by_number = {item["n"]: item for item in evidence}
    marks = [int(n) for group in _MARK.findall(sentence) for n in group.split(",")]
    return (_tidy(_MARK.sub("", sentence)),
            [by_number[n] for n in dict.fromkeys(marks) if n in by_number],
            [n for n in marks if n not in by_number])


def without_marks(text: str) -> str:
    """Return a text without its citations: what is said aloud."""
    return _tidy(_MARK.sub("", text))


def marks_of(text: str) -> str:
    """Return the citations of a text."""
    return "".join(mark[0] for mark in _MARK.finditer(text))


def without_quotes(text: str) -> str:
    """Return what of a text is not quoted, and cites nothing."""
    return _tidy(_QUOTE.sub(" ", _MARK.sub("", text)))


def quoted(item: NumberedText) -> str:
    """Let evidence speak for itself: its own words, cited; a translation is called one."""
    text, original = _one_line(item["text"]), item.get("original")
    if original is None:
        return f"“{text}” [{item['n']}]"
    said = f" (said: “{_one_line(original)}”)" if original else ""
    return f"In translation: {text}{said} [{item['n']}]"


def quotable(item: NumberedText) -> str:
    """Return the words that may be quoted of evidence: those that were really said or shown."""
    original = item.get("original")
    return item["text"] if original is None else original


def _one_line(text: str) -> str:
    return " ".join(text.replace("\n", " · ").split())


def carried_share(text: str, carriers: Sequence[str]) -> float:
    """Return the share of a text's content words that other texts carry, in ``[0, 1]``."""
    words = content_words(text)
    if not words:
        return 1.0
    carried = {stem for carrier in carriers for stem in stems(carrier)}
    return sum(stem(word) in carried for word in words) / len(words)


def only_asks(claim: str) -> bool:
    """Tell whether a sentence is a question: then it tells nothing."""
    return claim.rstrip("\"”’'>) ").endswith("?")


def could_tell(question: str, text: str) -> bool:
    """Tell whether a text can answer a question at all: what only asks answers none but what asks.

    Args:
        question: The question.
        text: What may answer it.
    """
    return bool(_OF_ASKING.search(question) or not _QUESTION.search(text)
                or content_words(_QUESTION.sub(" ", text)))


def foreign(
    claim: str, carriers: Sequence[str], asked: str = "", *, said: Sequence[str] | None = None
) -> str | None:
    """Say which quote, figure or name of a claim its evidence does not have, or ``None``.

    Args:
        claim: What is said.
        carriers: The texts of its evidence.
        asked: The question; names in it, of people and of files, need no proof.
        said: What may be quoted, where that is not the same.
    """
    joined = plain(" ".join(carriers if said is None else said))
    for quote in _QUOTE.findall(claim):
        if plain(quote) not in joined:
            return "quotes what its evidence does not say"
    carried = {stem for text in carriers for stem in stems(text)}
    named = _files_of(asked)
    for word in WORD.findall(claim):
        if is_figure(word) and stem(word) not in carried and plain(word) not in named:
            return f"the figure {word} is not in its evidence"
    known = {each[:_ALIKE] for each in carried | stems(asked)}
    for figure, thing in _counted_things(claim):
        if stem(thing)[:_ALIKE] not in known:
            return f"{figure} {thing} are not in its evidence"
    for name in _names(claim):
        if stem(name) not in carried | stems(asked) and not named & {plain(name), stem(name)}:
            return f"the name {name} is not in its evidence"
    return None


def _files_of(question: str) -> set[str]:
    """Return how the files that a question is about may be called: whole or in part."""
    files = {plain(name) for name in _FILE.findall(question)}
    bare = {name.rpartition(".")[0] for name in files}
    return files | bare | {stem(part) for name in bare for part in _PART.findall(name)}


def _fault(claim: str, cited: Sequence[NumberedText], question: str) -> str | None:
    """Say what in a claim its evidence does not carry, or ``None``."""
    if only_asks(claim):
        return "asks and tells nothing"
    texts = [_asserted(f"{item['text']} {item.get('original') or ''}", claim) for item in cited]
    if reason := foreign(claim, texts, question, said=[quotable(item) for item in cited]):
        return reason
    asked = stems(question)
    carried = {stem for text in texts for stem in stems(text)}
    new = [word for word in content_words(claim) if stem(word) not in asked]
    if not new:
        return None if _chooses(claim, question, carried) else (
            "says nothing that the question does not")
    if sum(stem(word) in carried for word in new) / len(new) < SUPPORT:
        return "its evidence does not carry it"
    return None


def _chooses(claim: str, question: str, carried: set[str]) -> bool:
    """Tell whether a claim is one of the alternatives that a question offers, and is carried.

    "By a machine or by hand?" is answered in the question's own words.
    """
    *others, last = [content_stems(part) for part in _EITHER.split(question)]
    if not others or not last or not all(others):
        return False
    told = set(content_stems(claim))
    ends = [{part[-1]} for part in others] + [set(last)]
    chosen = [told & end for end in ends if told & end]
    return (len(chosen) == 1 and chosen[0] <= carried
            and len(told & carried) >= SUPPORT * len(told))


def _asserted(text: str, claim: str) -> str:
    """Return what a text says without what it only asks: "who won?" does not tell who won."""
    return text if _ASKS.search(claim) else _QUESTION.sub(" ", text)


def _carriers(
    claim: str, evidence: Sequence[NumberedText], question: str
) -> list[NumberedText]:
    """Find the one piece of evidence that carries a claim whose citation was wrong or missing."""
    able = [item for item in evidence if _fault(claim, [item], question) is None]
    return sorted(able, key=lambda item: -carried_share(claim, [item["text"]]))[:1]


def _unproven_time(claim: str, evidence: Sequence[NumberedText]) -> str | None:
    joined = " ".join(item["text"] for item in evidence)
    return next((time for time in _TIMECODE.findall(claim) if time not in joined), None)


def _marked(claim: str, numbers: Sequence[int]) -> str:
    return f"{claim} {''.join(f'[{n}]' for n in numbers)}"


def _tidy(text: str) -> str:
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))
    return re.sub(r"^[\s:;,.–—-]+", "", text)


def _counted_things(claim: str) -> Iterator[tuple[str, str]]:
    """Yield each figure with the word behind it, if that says what is counted: "million euros"."""
    words = WORD.findall(claim)
    for figure, thing in pairwise(words):
        if is_figure(figure) and not is_figure(thing) and not thing[0].isupper() and (
                folded(thing) not in SMALL_WORDS | _OPENERS):
            yield figure, thing


def _names(claim: str) -> list[str]:
    """Return capitalised words: names, as far as spelling can tell.

    The first word of a sentence is one too, unless it commonly opens a sentence: that costs a
    true sentence now and then, but no invented name.
    """
    capitalised = [match for match in _LETTERS.finditer(claim) if match.group()[0].isupper()
                   and match.group().lower() not in SMALL_WORDS]
    return [match.group() for match in capitalised
            if match.start() > 0 or match.group().lower() not in _OPENERS]
