"""Evidence in the order of a reranker, and with the scores that later steps go by.

What is believed does not hang on the reranker: its scores are no probabilities, and every
threshold was chosen on the search's own signals. So these are weighed before, on the search's own
order, and what they were weighed on stays among what may be cited. Scores go with the places: the
first has the highest, whichever moment it is, so that what ranks as high as the best is as much as
ever.
"""

from collections.abc import Sequence

from trikal.graph.evidence import EvidenceItem
from trikal.tools.by_reranker import Order, RerankerSource, order_of


def by_model(
    question: str, evidence: Sequence[EvidenceItem], source: RerankerSource, *, limit: int
) -> tuple[list[EvidenceItem], Order | None]:
    """Return the best evidence as a reranker orders it, with what the reranker did.

    Args:
        question: What it is to answer.
        evidence: What a search found and is believed, best first.
        source: Gives the reranker.
        limit: How much evidence is wanted.
    """
    order = order_of(
        question, [(item["text"], item.get("language")) for item in evidence], source)
    if order is None:
        return list(evidence[:limit]), None
    ordered = [_placed(evidence[n], evidence[place]["score"], order.scores.get(n))
               for place, n in enumerate(order.places)]
    believed = order.places.index(0)
    kept = [*ordered[:limit - 1], ordered[believed]] if believed >= limit else ordered[:limit]
    return kept, order


def _placed(item: EvidenceItem, score: float, rerank: float | None) -> EvidenceItem:
    placed = EvidenceItem(**{**item, "score": score})
    if rerank is not None:
        placed["rerank"] = round(rerank, 6)
    return placed
