"""What English calls media by, whatever their names: "the film", "the memo"."""

import re
from functools import cache

from trikal.graph.conversation.tables import loaded
from trikal.graph.phrases import ENGLISH


@cache
def one_of_kind(kind: str) -> re.Pattern[str]:
    """Return a pattern for words that mean a certain medium of a kind: "the whole film".

    Args:
        kind: ``video``, ``audio``, or ``any`` for what may be either.
    """
    table = loaded(f"media_{ENGLISH}.toml")
    return re.compile(f"{table['one']['before']}(?:{table['nouns'][kind]})", re.IGNORECASE)


def kinds_called(noun: str) -> tuple[str, ...]:
    """Return the kinds that a noun, one or many, calls media by where one is set beside another.

    Beside a film a recording is one of sound alone; what may be either is no kind.
    """
    return tuple(kind for kind, pattern in _nouns().items() if pattern.fullmatch(noun))


@cache
def _nouns() -> dict[str, re.Pattern[str]]:
    table = loaded(f"media_{ENGLISH}.toml")
    kinds = {kind: [words] for kind, words in table["nouns"].items() if kind != "any"}
    for kind, words in table["beside"].items():
        kinds[kind].append(words)
    return {kind: re.compile(f"(?:{'|'.join(each)})s?", re.IGNORECASE)
            for kind, each in kinds.items()}
