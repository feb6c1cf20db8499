"""A text cut into what is said in one breath: sentences, and parts of those that are too long."""

import re
from collections.abc import Iterable, Iterator, Sequence

from trikal.tools.spoken.reading import Token

LONGEST = 260
"""Characters that are said at once; voices slur what is longer."""

FIRST = 70
"""Characters of the first piece, where a clause ends early enough: it is heard the sooner."""

_SENTENCE_END = re.compile(r"[.!?।॥…。！？][\"'”’)\]»]*$")
_CLAUSE_END = re.compile(r"[,;:—–،、][\"'”’)\]»]*$")
_INITIAL = re.compile(r"^(?:[A-Z]\.|(?:[^\s.]{1,4}\.){2,})$")
"""Of a name, or of several words: "A.", "U.S.A.", "आई.आई.टी." """

Piece = tuple[Token, ...]


def pieces(tokens: Iterable[Token]) -> Iterator[Piece]:
    """Yield sentences, the first one cut short where it can be; what has no words is left out."""
    waiting: Iterator[Piece] = (
        part for sentence in _sentences(tokens) for part in _short(sentence, LONGEST))
    first = next(waiting, None)
    if first is not None:
        yield from _opened(first)
        yield from waiting


def said(piece: Sequence[Token]) -> str:
    """Return the words of a piece with single spaces."""
    return " ".join(each.said for each in piece if each.said)


def _sentences(tokens: Iterable[Token]) -> Iterator[Piece]:
    held: list[Token] = []
    for token in tokens:
        held.append(token)
        if _ends(token):
            yield from _worth(held)
            held = []
    yield from _worth(held)


def _ends(token: Token) -> bool:
    shown = token.said or token.written
    return bool(_SENTENCE_END.search(shown)) and not _INITIAL.match(token.written)


def _worth(tokens: Sequence[Token]) -> Iterator[Piece]:
    if said(tokens):
        yield tuple(tokens)


def _short(piece: Piece, longest: int) -> Iterator[Piece]:
    """Cut a piece that is too long, behind the last clause that fits or else the last word."""
    while len(said(piece)) > longest:
        fitting = max(_fitting(piece, longest), 1)
        ends = [n for n in range(fitting // 2, fitting) if _CLAUSE_END.search(piece[n].said)]
        cut = ends[-1] + 1 if ends else fitting
        yield from _worth(piece[:cut])
        piece = piece[cut:]
    yield from _worth(piece)


def _fitting(piece: Piece, longest: int) -> int:
    length, count = 0, 0
    for token in piece:
        length += len(token.said) + 1
        if length > longest:
            break
        count += 1
    return count


def _opened(piece: Piece) -> Iterator[Piece]:
    """Cut the first piece behind a clause near its beginning, if it is long and there is one."""
    ends = [n for n in range(_fitting(piece, FIRST)) if _CLAUSE_END.search(piece[n].said)]
    cut = ends[-1] + 1 if ends and len(said(piece)) > FIRST else len(piece)
    yield from _worth(piece[:cut])
    yield from _worth(piece[cut:])
