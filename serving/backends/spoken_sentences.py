"""A text cut into sentences, as voices say them: one at a time, each as soon as it is made."""

import re
from collections.abc import Iterator

_BETWEEN = re.compile(r"(?<=[.!?।॥。！？])\s+|\n+")


def spoken_sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text that have words, with single spaces."""
    for written in _BETWEEN.split(text):
        sentence = " ".join(written.split())
        if any(map(str.isalnum, sentence)):
            yield sentence
