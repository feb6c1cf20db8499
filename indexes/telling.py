"""Events told in somebody's own words: the vector that such an event is looked for by.

A model that embeds questions and passages apart (E5 by two prefixes) puts a question near the
passage that answers it. A told event is no question, it is the passage in other words, and often a
report of it: "Houston asked whether they were warm", of which nobody said more than "are we warm?".
So four embeddings are joined: of the whole text and of what it reports, put back into the words of
who spoke, each as a question and, counted half as much, as a passage. ``bench/RESULTS.md`` has the
figures ("anchors told in other words"); no search is added, for a sum of vectors is one vector.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trikal.indexes.moment_search import Embed
from trikal.indexes.rules import as_said

_AS_PASSAGE = 0.5


def telling(embed_queries: Embed, embed_passages: Embed) -> Embed:
    """Return an embedding for told events, made of a model's two.

    Args:
        embed_queries: Gives the embeddings of what is asked, float32 of shape ``(n, dimensions)``.
        embed_passages: The same of what is to be found.

    Returns:
        A function of texts that gives float32 vectors, L2-normalised, of the same shape.
    """
    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        said = [as_said(text) for text in texts]
        each = list(dict.fromkeys([*texts, *said]))
        joined = embed_queries(each) + _AS_PASSAGE * embed_passages(each)
        vectors = np.stack([joined[each.index(text)] + joined[each.index(clause)]
                            for text, clause in zip(texts, said, strict=True)])
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)

    return embed
