"""Whether what was found answers the question at all: "not in the archive" is an answer too.

Two signals are added, because each fails alone: by how much the best evidence is nearer in meaning
to the question than unrelated sentences are, and how many of the question's own content words the
evidence carries. Where question and evidence are written in different scripts no word can be
shared, and meaning decides alone. Weight and thresholds were chosen on labelled questions
(``python -m bench support``).

The best of many moments that have nothing to do with a question is nearer to it than the best of a
few: of ``n`` values that scatter normally the largest lies about ``sqrt(2 ln n)`` deviations above
the mean (Gumbel, 1958). The threshold rises with it; by how much was chosen on the questions of the
agent benchmark's dev half, over 11,200 observations. Across scripts it does not, for want of
labelled questions over a large archive.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from trikal.graph.evidence import EvidenceItem
from trikal.indexes.found import Found
from trikal.indexes.moment_search import Evidence
from trikal.indexes.phrases import says
from trikal.indexes.temporal import Ask, TemporalQuery
from trikal.tools.kinds import asks_for_person, could_answer
from trikal.tools.relevance import Relevance
from trikal.tools.verification import carried_share
from trikal.writing import main_letters

SHARE_WEIGHT = 0.08
THRESHOLD = 0.09
NOTHING_NEAR = "nothing in the archive is near enough to the question"
CROSS_SCRIPT_THRESHOLD = 0.02
NEARLY = 0.02
"""So far below its threshold evidence is believed that leaves all others far behind."""

STANDS_OUT = 0.5
"""Others have at most that share of its score; of 29 questions of the agent benchmark that nothing
answers the second had two thirds and more."""

FEW = 20
"""In so many observations ``THRESHOLD`` was chosen; among fewer it is no lower."""

GROWTH = 0.0175
"""What each deviation adds that the best of unrelated moments lies higher in a larger archive."""


def threshold(among: int) -> float:
    """Return what is asked of the best of so many observations.

    Args:
        among: How many observations could have been found.
    """
    return THRESHOLD + growth(among)


def growth(among: int) -> float:
    """Return how much more is asked of the best of so many observations than of that of a few."""
    return GROWTH * (_highest(max(among, FEW)) - _highest(FEW))


def _highest(among: int) -> float:
    return math.sqrt(2 * math.log(among))


@dataclass(frozen=True, kw_only=True)
class Support:
    """How well evidence answers a question.

    Attributes:
        score: The two signals together.
        threshold: What the score must reach.
    """

    score: float
    threshold: float

    @property
    def certainty(self) -> float:
        """By how much the score is above the threshold; below zero where it is not enough."""
        return self.score - self.threshold

    @property
    def enough(self) -> bool:
        """Whether the evidence answers the question."""
        return self.score >= self.threshold


def support(
    question: str, evidence: Sequence[EvidenceItem], relevance: Relevance, *, among: int = FEW
) -> Support:
    """Weigh evidence against the question it was found for.

    Args:
        question: What was searched for.
        evidence: What was found, best first, with cosines where there are any.
        relevance: Measures the cosines.
        among: How many observations could have been found.
    """
    return _weighed(question, [(item["dense"], item["text"]) for item in evidence], relevance,
                    among)


def lacking(
    query: TemporalQuery, found: Found, evidence: Sequence[EvidenceItem], relevance: Relevance,
    *, among: int = FEW, best: Support | None = None,
) -> tuple[str, float | None]:
    """Say why the evidence does not answer a query, and how certain that is.

    Args:
        query: What was searched for.
        found: What the search gave.
        evidence: The same as evidence.
        relevance: Measures the cosines.
        among: How many observations there are to search; a target that has its place in time is
            one of few, whatever that is.
        best: How well the best evidence bears the query, where that was weighed by itself.

    Returns:
        The reason, empty when it answers; and by how much the support is above what is asked of
        it, ``None`` where that cannot be doubted.
    """
    for taken in found.taken:
        if taken.text and not resembles(
                taken.text, taken.evidence, relevance, among=among):
            return f"nothing in the archive is like “{taken.text}”", None
    if found.absent:
        return found.absent, None
    if not evidence:
        return "" if found.value is not None else "there is nothing at that place", None
    if query.verbatim or not query.target:
        return "", None
    texts = [item["text"] for item in evidence]
    if query.ordinal is not None or query.ask is Ask.COUNT:
        return _unlike(query.target, evidence, relevance), None
    if found.value is not None:
        return "", None
    if query.ask is Ask.EVERY and carried_share(query.target, texts) == 1.0:
        return "", None  # what is listed is a mention, and has its words
    weighed = best or support(query.target, evidence, relevance,
                              among=FEW if query.constraints else among)
    if weighed.enough or says(texts[0], query.target) or (
            best is None and weighed.certainty >= -NEARLY and _stands_out(evidence)):
        return "", weighed.certainty
    return NOTHING_NEAR, weighed.certainty


def _unlike(
    target: str, evidence: Sequence[EvidenceItem], relevance: Relevance
) -> str:
    """Say why what was put in order, or counted, is not what was asked for.

    Where nobody says the very words the most similar moments stand in for them, however far they
    are: of a few recordings something is always the first that is like "penguins".
    """
    if any(says(item["text"], target) or carried_share(target, [item["text"]]) == 1.0
           for item in evidence):
        return ""
    is_near = support(target, evidence, relevance).certainty >= -NEARLY
    return "" if is_near else f"nothing in the archive is like “{target}”"


def _stands_out(evidence: Sequence[EvidenceItem]) -> bool:
    """Tell whether the first leaves all others far behind: what answers nothing is a flat list."""
    first, *others = evidence
    return bool(others) and first["dense"] is not None and (
        others[0]["score"] <= STANDS_OUT * first["score"])


def answering(query: TemporalQuery, evidence: Sequence[EvidenceItem]) -> list[EvidenceItem]:
    """Return the evidence that has the kind of thing that is asked for; none where none has.

    Args:
        query: What was searched for.
        evidence: What was found; of what is in another language or script nothing is known.
    """
    if query.verbatim or query.ordinal is not None or query.ask is not Ask.MOMENTS:
        return list(evidence)
    read = [_is_read(query.target, item) for item in evidence]
    able = [not known or _has(query.target, item)
            for known, item in zip(read, evidence, strict=True)]
    if any(read) and not any(known and yes for known, yes in zip(read, able, strict=True)):
        return []
    return [item for item, yes in zip(evidence, able, strict=True) if yes]


def _has(question: str, item: EvidenceItem) -> bool:
    """Tell whether evidence has what is asked for; whose words are labelled has somebody in it."""
    return could_answer(question, item["text"]) or bool(
        item["speaker"] and asks_for_person(question))


def _is_read(question: str, item: EvidenceItem) -> bool:
    language = (item.get("language") or "en").partition("-")[0]
    return language == "en" and main_letters(question) == main_letters(item["text"])


def observation_lacks(
    about: str, observed: Sequence[EvidenceItem], relevance: Relevance
) -> tuple[str, list[EvidenceItem]]:
    """Say why what was observed does not tell about something, and sort it by how near it is.

    Args:
        about: What it is to tell about; where that is empty, anything will do.
        observed: What was observed.
        relevance: Measures the cosines.
    """
    if not about or not observed:
        return "", list(observed)
    cosines = relevance.cosines(about, [item["text"] for item in observed])
    weighed = [EvidenceItem(**{**item, "dense": cosine})
               for item, cosine in zip(observed, cosines, strict=True)]
    weighed.sort(key=lambda item: -(item["dense"] or 0.0))
    enough = support(about, weighed, relevance).enough
    return "" if enough else NOTHING_NEAR, weighed


def resembles(
    text: str, found: Sequence[Evidence], relevance: Relevance, *, among: int = FEW
) -> bool:
    """Tell whether what was found for a text is really like it, or says it in its words.

    Args:
        text: What was searched for: an event, or a target.
        found: What was found, best first.
        relevance: Measures the cosines.
        among: How many observations could have been found.
    """
    if found and says(found[0].moment.text, text):
        return True
    pairs = [(each.dense, each.moment.text) for each in found]
    return _weighed(text, pairs, relevance, among).enough


def _weighed(
    question: str, found: Sequence[tuple[float | None, str]], relevance: Relevance, among: int
) -> Support:
    cosines = [dense for dense, _ in found if dense is not None]
    if not cosines:
        return Support(score=0.0, threshold=threshold(among))
    margin = relevance.margin(question, max(cosines))
    texts = [text for _, text in found]
    if main_letters(question) != main_letters(" ".join(texts)):
        return Support(score=margin, threshold=CROSS_SCRIPT_THRESHOLD)
    return Support(score=margin + SHARE_WEIGHT * carried_share(question, texts),
                   threshold=threshold(among))
