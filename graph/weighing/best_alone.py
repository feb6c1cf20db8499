"""Whether the best piece of evidence answers on its own, by meaning and by rare words.

:mod:`trikal.graph.weighing.support` takes the nearness from one piece of evidence and the words
from all of them. Among thousands of moments there is always one that is near in meaning and another
that has the words, and neither answers: "Which brand of razor did Fred use?" So here one piece, the
best, must have both, and the words count by how rare they are. A word that nothing in the archive
has counts as the rarest, and once more by itself: something else is likelier asked then; twice more
where its number is asked for. The word for what is asked for ("which song") need not be there, but
then the evidence has to name something that the question does not. The words of a recording's name
count as words of what is said in it: "Approved in March" of ``observatory.mp4`` is about it.

The weights were fitted on the plain questions of four sets of the agent benchmark, 77 answerable
and 47 not. Fitted on three sets and held against the fourth, 9 of these 124 were judged wrongly.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from trikal.graph.evidence import EvidenceItem
from trikal.graph.phrases import ENGLISH
from trikal.graph.weighing.support import Support, growth
from trikal.indexes.rules import language_of
from trikal.tools.counting import counted_thing
from trikal.tools.kinds import names_another
from trikal.tools.rarity import RareWords
from trikal.tools.relevance import Relevance
from trikal.tools.stems import stem
from trikal.writing import main_letters

MANY: Final = 1_000
"""In so many observations it tells something how rare a word is; a few do not have most words."""

THRESHOLD: Final = 0.1175
"""What is asked of the best, as a difference of cosines and what its words add, of ``AMONG``."""

AMONG: Final = 11_400
"""In so many observations it was chosen."""

WORDS: Final = 0.12
"""What a piece of evidence gains that has all of the question's words."""

UNKNOWN: Final = 0.025
"""What each word of a question costs that nothing in the archive has."""


_NAME_WORDS: Final = re.compile(r"[^\W\d_]{3,}")


def named_by(item: EvidenceItem) -> str:
    """Return a piece of evidence's text with the words of its recording's name."""
    return " ".join((item["text"], *_NAME_WORDS.findall(Path(item["name"]).stem)))


def _counts_unknown(target: str, words: RareWords) -> bool:
    """Tell whether the number of a thing is asked for that nothing in the archive has."""
    thing = stem(counted_thing(target))
    return bool(thing) and thing in map(stem, words.unknown)


def support_of_best(
    target: str, best: EvidenceItem, words: RareWords, relevance: Relevance, *, among: int
) -> Support | None:
    """Weigh the best evidence against what was searched for.

    Args:
        target: What was searched for.
        best: The evidence that comes first.
        words: The words of the target, and how rare they are.
        relevance: Measures the cosine.
        among: How many observations could have been found.

    Returns:
        The support; ``None`` where this cannot tell: in a small archive, in another language than
        English, whose words are not compared by their stems, or of what was found by words alone.
    """
    if among < MANY or best["dense"] is None or language_of(target) != ENGLISH or (
            main_letters(target) != main_letters(best["text"])):
        return None
    if not names_another(best["text"], target):
        words = replace(words, asked=frozenset())
    score = (relevance.margin(target, best["dense"]) + WORDS * words.carried(named_by(best))
             - UNKNOWN * (len(words.unknown) + _counts_unknown(target, words)))
    return Support(score=score, threshold=THRESHOLD + growth(among) - growth(AMONG))
