"""What memories change about a question, before the rules read it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from trikal.graph.memory import Memories
from trikal.indexes.rules import Vocabulary
from trikal.indexes.scripts import as_matched

_QUOTE = re.compile(r'"[^"]*"|“[^”]*”|«[^»]*»|„[^“]*“')


@dataclass(frozen=True, kw_only=True)
class Understood:
    """A question in the archive's own names.

    Attributes:
        question: The question; what stands in quotes is left as it is.
        vocabulary: The archive's names, with the speakers that memories know.
        replaced: By what was written in the question, what was put in its place.
    """

    question: str
    vocabulary: Vocabulary
    replaced: Mapping[str, str]


def understood(question: str, vocabulary: Vocabulary, memories: Memories) -> Understood:
    """Put what is meant in the place of what is said.

    An alias gives way to its meaning, and a person's name to what the transcripts call that
    speaker, so that "what did Jim Lovell say?" is a question about the speaker ``CDR``. A first or
    a last name alone is enough where only one person that is remembered has it.

    Args:
        question: What a person asks.
        vocabulary: The archive's names.
        memories: What is remembered.
    """
    meanings = {**_people(memories), **memories.aliases}
    by_name = {as_matched(key): means for key, means in meanings.items()}
    speakers = tuple(dict.fromkeys([*vocabulary.speakers, *memories.speakers]))
    known = replace(vocabulary, speakers=speakers) if memories.speakers else vocabulary
    replaced: dict[str, str] = {}
    if not meanings:
        return Understood(question=question, vocabulary=known, replaced=replaced)

    def put(match: re.Match[str]) -> str:
        means = by_name[as_matched(match[0])]
        replaced[match[0]] = means
        return means

    pattern = _pattern(tuple(meanings))
    pieces, position = [], 0
    for quote in _QUOTE.finditer(question):
        pieces += [pattern.sub(put, question[position:quote.start()]), quote[0]]
        position = quote.end()
    pieces.append(pattern.sub(put, question[position:]))
    return Understood(question="".join(pieces), vocabulary=known, replaced=replaced)


def named(speaker: str, memories: Memories) -> str:
    """Return a speaker for a reader: ``CDR`` becomes ``Jim Lovell (CDR)`` where that is known."""
    known = {key.casefold(): name for key, name in memories.speakers.items()}
    name = known.get(speaker.casefold())
    return f"{name} ({speaker})" if name else speaker


def _people(memories: Memories) -> dict[str, str]:
    """Return whole names, and parts of names that only one person has, as they are written."""
    found: dict[str, set[str]] = {}
    written: dict[str, str] = {}
    for speaker, name in memories.speakers.items():
        for part in (name, *(each for each in name.split() if len(each) > 2)):
            written[part] = as_matched(part)
            found.setdefault(written[part], set()).add(speaker)
    return {part: next(iter(found[key])) for part, key in written.items() if len(found[key]) == 1}


@lru_cache(maxsize=32)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
