"""What evidence says by itself: its central pieces, and questions with a gap."""

import math
import re
from collections import Counter
from collections.abc import Sequence

from trikal.tools.composition import Line
from trikal.tools.results import Cited
from trikal.tools.stems import content_stems

_WORD = re.compile(r"[^\W_]+(?:['’.,:-][^\W_]+)*")
_GAP = "____"
_LONGEST_QUESTION = 200


def central(items: Sequence[Cited], count: int) -> list[Cited]:
    """Choose the pieces of evidence that say most of what all say, in their own order.

    Greedy choice of the sentence whose words weigh most, each word losing weight once it was said
    (SumBasic; Nenkova and Vanderwende, 2005).
    """
    stems = {item.n: content_stems(item.text) for item in items}
    weight = Counter(word for words in stems.values() for word in set(words))
    share = {word: number / len(items) for word, number in weight.items()}
    left = list(items)
    chosen: list[Cited] = []
    while left and len(chosen) < count:
        best = max(left, key=lambda item: _weight(stems[item.n], share))
        left.remove(best)
        if stems[best.n]:
            chosen.append(best)
        for word in stems[best.n]:
            share[word] **= 2
    chosen = chosen or list(items[:1])
    return [item for item in items if item in chosen]


def cloze(item: Cited, items: Sequence[Cited]) -> list[Line]:
    """Turn a piece of evidence into a question with a gap; none where no word is worth asking."""
    text = " ".join(item.text.split())
    held = Counter(word for each in items for word in set(content_stems(each.text)))
    words = [match for match in _WORD.finditer(text) if content_stems(match.group())]
    if len(words) < 2 or len(text) > _LONGEST_QUESTION:
        return []
    gap = max(words, key=lambda match: (_telling(match.group(), match.start()),
                                        -held[content_stems(match.group())[0]],
                                        len(match.group())))
    question = f"{text[:gap.start()]}{_GAP}{text[gap.end():]}"
    return [Line(text=question, answer=gap.group(), cited=(item.n,))]


def _telling(word: str, position: int) -> int:
    """Prefer figures, then names, then any word."""
    if any(character.isdigit() for character in word):
        return 2
    return 1 if position > 0 and word[0].isupper() else 0


def _weight(words: Sequence[str], share: dict[str, float]) -> float:
    return sum(share[word] for word in set(words)) / math.sqrt(len(words) + 4)
