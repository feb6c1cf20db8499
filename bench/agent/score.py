"""Whether an answer is right: by code alone."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from bench.agent.gold import Sources, Span
from bench.agent.tasks import FileGold, Turn
from trikal.errors import MediumUnreadable
from trikal.indexes.phrases import says
from trikal.media.probe import probe

_NUMBERS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
                   "ten", "eleven", "twelve")
_ONCE_TWICE: Final = {"once": 1, "twice": 2, "never": 0}
_QUOTED: Final = re.compile(r"“([^”]+)”")


@dataclass(frozen=True, kw_only=True)
class Cited:
    """A moment that an answer cites; ``exists`` tells whether the archive has it."""

    name: str
    track: str
    start_ms: int
    end_ms: int
    text: str
    exists: bool


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What a system answered in one turn.

    Attributes:
        text: The answer.
        found: Whether it says that the archive tells.
        cited: What it cites.
        files: What it wrote.
        seconds: How long it took.
        error: Why it failed, if it did.
    """

    text: str
    found: bool
    cited: Sequence[Cited] = ()
    files: Sequence[Path] = ()
    seconds: float = 0.0
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class TurnScore:
    """What code says about one turn.

    Attributes:
        right: Whether all that is checked holds.
        lacks: What does not.
        gold_cited: Whether a gold moment is cited; ``None`` where none is wanted or the answer
            claims nothing.
        absent_said: For an unanswerable turn, whether it was said to be so.
        refused: For an answerable one, whether it was refused.
        nowhere: Citations that point to no moment of the archive.
        misquoted: Quotes that stand in no moment that the answer cites.
        seconds: How long it took.
        answer: The answer's text.
    """

    right: bool
    lacks: Sequence[str]
    gold_cited: bool | None
    absent_said: bool | None
    refused: bool | None
    nowhere: int
    misquoted: int
    seconds: float
    answer: str = field(default="")

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


def scored(turn: Turn, answered: Answered, sources: Sources) -> TurnScore:
    """Score one turn."""
    lacks = list(_lacking(turn, answered, sources))
    wanted = [span for place in turn.cites for span in _places(place, turn, sources)]
    hit = any(_hits(span, each) for span in wanted for each in answered.cited)
    claims = answered.found and not answered.error
    return TurnScore(
        right=not lacks, lacks=lacks, gold_cited=hit if wanted and claims else None,
        absent_said=not answered.found if turn.absent else None,
        refused=None if turn.absent else not answered.found,
        nowhere=sum(not each.exists for each in answered.cited),
        misquoted=_misquoted(answered), seconds=answered.seconds, answer=answered.text[:500],
    )


def _lacking(turn: Turn, answered: Answered, sources: Sources) -> Any:
    if answered.error:
        yield f"it failed: {answered.error}"
    if turn.absent:
        if answered.found:
            yield "the archive does not tell this"
        return
    if not answered.found:
        yield "it was refused"
    wanted = _ends([span for place in turn.cites for span in _places(place, turn, sources)], turn)
    if wanted and not any(_hits(span, each) for span in wanted for each in answered.cited):
        yield "no gold moment is cited"
    for stem in turn.all:
        if not any(each.name == sources.name(stem) for each in answered.cited):
            yield f"nothing of {stem} is cited"
    if len(answered.cited) < turn.least and turn.least > 1:
        yield f"fewer than {turn.least} moments are cited"
    yield from (f"the answer does not say {pattern!r}" for pattern in turn.says
                if not re.search(pattern, answered.text, re.IGNORECASE))
    if turn.count:
        right = sources.times_said(*turn.count)
        if not right.intersection(numbers_in(answered.text)[:1]):
            yield f"it is not {' or '.join(map(str, sorted(right)))}"
    if turn.file and (why := _file_lacking(turn.file, answered.files)):
        yield why


def _places(place: str, turn: Turn, sources: Sources) -> list[Span]:
    return [span for each in place.split("|") for span in sources.spans(each)]


def _ends(spans: list[Span], turn: Turn) -> list[Span]:
    if turn.first or turn.last:
        chosen = (min if turn.first else max)(spans, key=lambda span: span.start_ms)
        return [chosen]
    return spans


def _hits(span: Span, cited: Cited) -> bool:
    return span.overlaps(cited.name, cited.track, cited.start_ms, cited.end_ms)


def numbers_in(text: str) -> list[int]:
    """Return the whole numbers that a text says, in digits or words, without citation marks."""
    bare = re.sub(r"\[\d+\]|\d[\d,]*:\d+(?::\d+)*", " ", text)
    found = []
    for word in re.findall(r"\d[\d,]*|[a-z]+", bare.lower()):
        if word[0].isdigit():
            found.append(int(word.replace(",", "")))
        elif word in _ONCE_TWICE or word in _NUMBERS:
            found.append(_ONCE_TWICE.get(word, _NUMBERS.index(word) if word in _NUMBERS else 0))
    return found


def _misquoted(answered: Answered) -> int:
    texts = [each.text for each in answered.cited]
    return sum(not any(_stands_in(quote, text) for text in texts)
               for quote in _QUOTED.findall(answered.text)) if answered.found else 0


def _stands_in(quote: str, text: str) -> bool:
    pieces = [piece.strip() for piece in quote.split("…") if piece.strip()]
    return all(says(text, piece) or piece in " ".join(text.split()) for piece in pieces)


def _file_lacking(gold: FileGold, files: Sequence[Path]) -> str:
    fitting = [path for path in files if path.suffix.lower() in gold.suffixes]
    if len(fitting) < gold.count:
        return f"{gold.count} of {'/'.join(gold.suffixes)} wanted, {len(fitting)} written"
    return next((why for path in fitting[:gold.count] if (why := _unlike(gold, path))), "")


def _unlike(gold: FileGold, path: Path) -> str:
    if gold.holds and gold.holds.casefold() not in path.read_text(encoding="utf-8").casefold():
        return f"{path.name} does not hold {gold.holds!r}"
    if gold.least_s is None and gold.most_s is None:
        return ""
    try:
        seconds = probe(path).duration_ms / 1000
    except MediumUnreadable as exc:
        return str(exc)
    low, high = gold.least_s or 0.0, gold.most_s or float("inf")
    return "" if low <= seconds <= high else f"{path.name} plays {seconds:.1f} s"


def share(values: Sequence[bool | None]) -> tuple[int, int]:
    """Return how many are true, and how many say anything."""
    telling = [value for value in values if value is not None]
    return sum(telling), len(telling)


def as_scores(rows: Sequence[Mapping[str, Any]]) -> list[TurnScore]:
    """Return the scores that were kept as plain data."""
    return [TurnScore(**row) for row in rows]
