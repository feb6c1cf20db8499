"""From a stream of words to utterances of about a sentence each."""

from collections.abc import Iterable, Iterator, Sequence

from trikal.serving.roles import Utterance, Word

LONGEST_MS = 15_000
PAUSE_MS = 1_000

_ENDS_SENTENCE = (".", "?", "!", "…", "。", "？", "！", "।", "॥", "؟", "۔")
_ENDS_CLAUSE = (",", ";", ":", "，", "、", "；", "：", "،", "—")
_CLOSERS = "\"'”’)]}»」』"
_ABBREVIATION_LETTERS = 3
_ABBREVIATION_PAUSE_MS = 300


def group_words(words: Iterable[tuple[str, Word]]) -> Iterator[Utterance]:
    """Cut words into utterances at sentence ends and long pauses, and where they grow too long.

    Args:
        words: BCP-47 tag and word, in time order; a word's text keeps the space before it where
            its script puts one.

    Yields:
        Utterances of at most ``LONGEST_MS``, unless a single word is longer.
    """
    held: list[Word] = []
    spoken = ""
    for language, word in words:
        if held and (language != spoken or _is_end(held[-1], word)):
            yield from _utterances(spoken, held)
            held = []
        spoken = language
        held.append(word)
    yield from _utterances(spoken, held)


def _is_end(last: Word, following: Word) -> bool:
    pause = following.start_ms - last.end_ms
    bare = last.text.strip().rstrip(_CLOSERS)
    if pause >= PAUSE_MS:
        return True
    return bare.endswith(_ENDS_SENTENCE) and not (
        pause < _ABBREVIATION_PAUSE_MS and _looks_abbreviated(bare)
    )


def _looks_abbreviated(word: str) -> bool:
    """Whether a word reads like "Mr." or "J." and so need not end a sentence."""
    letters = word.removesuffix(".")
    return letters != word and letters.istitle() and len(letters) < _ABBREVIATION_LETTERS


def _utterances(language: str, words: Sequence[Word]) -> Iterator[Utterance]:
    for piece in _pieces(words):
        text = "".join(word.text for word in piece).strip()
        if text:
            yield Utterance(
                start_ms=piece[0].start_ms,
                end_ms=max(word.end_ms for word in piece),
                text=text,
                language=language,
                confidence=sum(word.probability for word in piece) / len(piece),
                words=tuple(_bare(word) for word in piece),
            )


def _bare(word: Word) -> Word:
    return word.model_copy(update={"text": word.text.strip()})


def _pieces(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Halve what is too long, where a clause ends or else at the longest pause."""
    if not words:
        return
    if len(words) == 1 or words[-1].end_ms - words[0].start_ms <= LONGEST_MS:
        yield words
        return
    cut = max(range(1, len(words)), key=lambda index: _cut_value(words, index))
    yield from _pieces(words[:cut])
    yield from _pieces(words[cut:])


def _cut_value(words: Sequence[Word], index: int) -> tuple[bool, bool, int, int]:
    """Rank a cut before ``words[index]``: not near an edge, at a clause, at a pause, central."""
    before, after = words[index - 1], words[index]
    length = words[-1].end_ms - words[0].start_ms
    here = after.start_ms - words[0].start_ms
    return (
        length // 5 <= here <= length - length // 5,
        before.text.strip().endswith(_ENDS_CLAUSE),
        after.start_ms - before.end_ms,
        -abs(here - length // 2),
    )
