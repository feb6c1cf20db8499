"""Whether what was found answers the question at all: "not in the archive" is an answer too.

Two signals are added, because each fails alone: by how much the best evidence is nearer in meaning
to the question than unrelated sentences are, and how many of the question's own content words the
evidence carries. Where question and evidence are written in different scripts no word can be
shared, and meaning decides alone. Weight and thresholds were chosen on labelled questions
(``python -m bench support``).
"""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from trikal.graph.evidence import EvidenceItem
from trikal.indexes.moment_search import Evidence
from trikal.indexes.phrases import says
from trikal.tools.relevance import Relevance
from trikal.tools.verification import carried_share

SHARE_WEIGHT = 0.08
THRESHOLD = 0.09
CROSS_SCRIPT_THRESHOLD = 0.02


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
    def enough(self) -> bool:
        """Whether the evidence answers the question."""
        return self.score >= self.threshold


def support(question: str, evidence: Sequence[EvidenceItem], relevance: Relevance) -> Support:
    """Weigh evidence against the question it was found for.

    Args:
        question: What was searched for.
        evidence: What was found, best first, with cosines where there are any.
        relevance: Measures the cosines.
    """
    return _weighed(question, [(item["dense"], item["text"]) for item in evidence], relevance)


def resembles(text: str, found: Sequence[Evidence], relevance: Relevance) -> bool:
    """Tell whether what was found for a text is really like it, or says it in its words.

    Args:
        text: What was searched for: an event, or a target.
        found: What was found, best first.
        relevance: Measures the cosines.
    """
    if found and says(found[0].moment.text, text):
        return True
    pairs = [(each.dense, each.moment.text) for each in found]
    return _weighed(text, pairs, relevance).enough


def _weighed(
    question: str, found: Sequence[tuple[float | None, str]], relevance: Relevance
) -> Support:
    cosines = [dense for dense, _ in found if dense is not None]
    if not cosines:
        return Support(score=0.0, threshold=THRESHOLD)
    margin = relevance.margin(question, max(cosines))
    texts = [text for _, text in found]
    if _script(question) != _script(" ".join(texts)):
        return Support(score=margin, threshold=CROSS_SCRIPT_THRESHOLD)
    return Support(score=margin + SHARE_WEIGHT * carried_share(question, texts),
                   threshold=THRESHOLD)


def _script(text: str) -> str:
    """Return the script that most letters of a text are written in, by its Unicode name."""
    letters = Counter(unicodedata.name(c, "?").split()[0] for c in text if c.isalpha())
    return letters.most_common(1)[0][0] if letters else ""
