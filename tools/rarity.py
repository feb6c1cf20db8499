"""Which of a question's words are rare in an archive: they tell most about what answers it.

A moment that has a question's one rare word ("gravy") is likelier to answer it than one that has
three common ones, and a word that none of thousands of moments has ("mortgage") tells that they are
about something else. How rare a word is, is its inverse document frequency (Spärck Jones, 1972), as
BM25 has it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from trikal.indexes.protocol import EVERYTHING, MomentFilter
from trikal.tools.find import Finder
from trikal.tools.initials import initials_said, spelled_out
from trikal.tools.stems import content_words, folded, stem, stems

_CLASS: Final = re.compile(
    r"\b(?:what|which|whose|how much)(?: (?:kind|sort|type)s? of)? [^\W\d_]+",
    re.IGNORECASE)
_RARE: Final = 8.0
"""About the BM25 score of a word that one of some ten thousand moments has."""


@dataclass(frozen=True, kw_only=True)
class RareWords:
    """A question's content words, and how rare each is.

    Attributes:
        rarity: By word, the higher the rarer; zero for a word that no moment has, ``None`` for one
            that is so common that searches do not heed it.
        asked: The words for what is asked for: "which song" of "Which song was played?".
        initials: Phrases of the question, each with the capitals that the archive says for it: a
            text that has the capitals has the phrase's words.
    """

    rarity: Mapping[str, float | None]
    asked: frozenset[str] = frozenset()
    initials: Mapping[str, str] = field(default_factory=dict)

    def share(self, text: str) -> float:
        """Return the share of the words that a text has, each by its rarity, in ``[0, 1]``.

        What no moment has makes no difference between them, and is left out.
        """
        has = stems(" ".join((text, *spelled_out(text, self.initials))))
        whole = sum(self._weights.values())
        return sum(weight for word, weight in self._weights.items() if word in has) / whole if (
            whole) else 0.0

    def carried(self, text: str) -> float:
        """Return the share of all words that a text has, by their rarity, in ``[0, 1]``.

        Those that no moment has count as much as the rarest.
        """
        known = sum(self._weights.values())
        unknown = len(self.unknown) * max(*self._weights.values(), _RARE, 0.0)
        return self.share(text) * known / (known + unknown) if known else 0.0

    @property
    def unknown(self) -> tuple[str, ...]:
        """The words that no moment has, but for those of what is asked for."""
        return tuple(word for word, rarity in self.rarity.items()
                     if rarity == 0.0 and word not in self.asked)

    @cached_property
    def _weights(self) -> dict[str, float]:
        return {stem(word): rarity for word, rarity in self.rarity.items() if rarity}


def rare_words(
    target: str, finder: Finder, scope: MomentFilter = EVERYTHING, *, question: str = ""
) -> RareWords:
    """Look up how rare the words are that are searched for.

    Args:
        target: What is searched for, in any language.
        finder: Finds moments.
        scope: Which moments are looked through.
        question: The whole question that it is a part of.
    """
    words = list(dict.fromkeys(content_words(target)))
    asked = _CLASS.search(question or target)
    return RareWords(rarity=dict(zip(words, finder.rarity(words, scope), strict=True)),
                     asked=frozenset(folded(asked[0]).split()) if asked else frozenset(),
                     initials=initials_said(target, finder, scope))
