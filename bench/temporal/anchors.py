"""Anchors: utterances that a question can name beyond doubt, by quote or by paraphrase."""

import json
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from bench.temporal.transcript import Transcript, is_filler, words

Form = Literal["quoted", "paraphrased"]
Half = Literal["dev", "test"]

HALVES: tuple[Half, Half] = ("dev", "test")

_LONGEST_QUOTE = 12
_SENTENCE = re.compile(r"[^.?!;]+")
_UNQUOTABLE = re.compile(r"[\[\]<>\"“”«»…]|\.\.|--|- -")
_UNSAFE_BARE = re.compile(
    r"[,;:.?!()\"]|\d|\b(?:after|before|when|while|until|till|since|once|as|during|between|first|"
    r"second|third|last|next|then|following|what|who|whom|which|where|why|how|that|in|at|from|time|times|"
    r"now|minutes?|hours?|seconds?|again|later|earlier|ago|middle|beginning|end|every|each)\b",
    re.IGNORECASE)


@dataclass(frozen=True)
class Anchor:
    """One utterance, as a question names it.

    Attributes:
        at: Which utterance, by position.
        words: Some of its words that are said nowhere else, or a clause that tells what it says.
        form: Which of the two.
        bare: Whether the words can stand in a question without quotes.
    """

    at: int
    words: str
    form: Form
    bare: bool = False


@dataclass(frozen=True)
class Mention:
    """One of several utterances with the same words, and what tells it from the others.

    Attributes:
        at: Which utterance, by position.
        words: The words that all of them hold.
        which: Its number among them ("second", "last"), or ``by`` when it is told by who speaks.
        speaker: Who says the words there and nowhere else, where that tells it.
    """

    at: int
    words: str
    which: str
    speaker: str = ""

    @property
    def form(self) -> Literal["mention"]:
        """How it is named."""
        return "mention"


Event = Anchor | Mention
"""What a question may hang on."""


class Anchors:
    """The anchors of one half of the benchmark: no utterance is an anchor in both.

    Args:
        transcript: The transcript.
        half: Which half.
        paraphrases: Utterances' texts and their paraphrases, in the order of the file; every other
            one belongs to the other half.
        is_whole: All of them belong to this half; of a file that is asked in one half only.
    """

    def __init__(
        self, transcript: Transcript, half: Half, paraphrases: Mapping[str, str], *,
        is_whole: bool = False,
    ) -> None:
        self._transcript = transcript
        self._half = HALVES.index(half)
        told = list(paraphrases.items())
        self._told = told if is_whole else told[self._half::2]

    def all(self, form: Form) -> list[Anchor]:
        """Return all anchors of a form, in time order."""
        return self._quoted if form == "quoted" else self._paraphrased

    def owns(self, at: int) -> bool:
        """Whether an utterance may be named in this half by words that it says."""
        return at % 2 == self._half

    @cached_property
    def _quoted(self) -> list[Anchor]:
        positions = range(self._half, len(self._transcript.cues), 2)
        return [anchor for at in positions if (anchor := self._quote(at))]

    @cached_property
    def _paraphrased(self) -> list[Anchor]:
        where: dict[str, list[int]] = {}
        for at, cue in enumerate(self._transcript.cues):
            where.setdefault(cue.text, []).append(at)
        return sorted((Anchor(where[text][0], paraphrase, "paraphrased")
                       for text, paraphrase in self._told if len(where.get(text, ())) == 1),
                      key=lambda anchor: anchor.at)

    def _quote(self, at: int) -> Anchor | None:
        text = self._transcript.cues[at].text
        if len(words(text)) <= _LONGEST_QUOTE:
            candidates = [text]
        else:
            candidates = [sentence[0] for sentence in _SENTENCE.finditer(text)]
        for candidate in candidates:
            quote = self._shortened(candidate)
            if self._is_distinctive(quote) and self._transcript.holding(quote) == [at]:
                bare = len(words(quote)) <= 9 and not _UNSAFE_BARE.search(quote)
                return Anchor(at, quote, "quoted", bare)
        return None

    def _shortened(self, text: str) -> str:
        """Keep a text's first words, up to one that does not leave the reader hanging."""
        parts = text.split()
        kept = parts[:_LONGEST_QUOTE]
        while len(parts) > len(kept) > 4 and all(map(is_filler, words(kept[-1]))):
            kept.pop()
        return " ".join(kept).strip(" .,;:-–—")

    def _is_distinctive(self, quote: str) -> bool:
        said = words(quote)
        telling = {word for word in said if word.isalpha() and not self._transcript.is_common(word)}
        return len(said) >= 4 and len(telling) >= 2 and not _UNQUOTABLE.search(quote)


def read_paraphrases(path: Path) -> dict[str, str]:
    """Read a file of paraphrases: JSON lines with ``text`` and ``paraphrase``."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {row["text"]: row["paraphrase"] for row in rows}


def sampled(anchors: list[Anchor], rng: random.Random, count: int) -> list[Anchor]:
    """Draw different anchors, in time order."""
    return sorted(rng.sample(anchors, count), key=lambda anchor: anchor.at)
