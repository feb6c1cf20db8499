"""The wrong-language alarm: speech that was heard in a language it is perhaps not in."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from trikal.serving.roles import Utterance
from trikal.timecode import format_timecode
from trikal.writing import own_share

SURE: Final = 0.8
"""Of 43 short Hindi and Malayalam recordings whisper-base took 19 for another language, never
with a probability above 0.792, and doubted 11 more; English ones had 0.955 or more."""

DOUBTED_CONFIDENCE: Final = 0.3
"""The most confidence that alarmed speech is stored with: low enough to be listened to again."""

CLEAR: Final = 0.6
"""Words of another language than English that are less sure than this may be in none: whisper-base
hears espeak-ng's Hindi as Thai with a language probability of 0.98, and words of 0.50."""

_ENGLISH: Final = "en"
_OWN_LETTERS: Final = 0.5
_FLIP_SHARE: Final = 0.1


class Doubt(StrEnum):
    """Why a language is doubted."""

    UNSURE = "the language is doubtful"
    SCRIPT = "the script does not fit it"
    UNCLEAR = "hardly a word is clear in it"
    FLIP = "it appears only for a moment"


@dataclass(frozen=True, kw_only=True)
class Alarmed:
    """What was heard, the doubtful with little confidence, and what a person should know."""

    utterances: tuple[Utterance, ...]
    doubts: tuple[Doubt | None, ...]
    note: str | None


def alarmed(utterances: Sequence[Utterance], *, named: bool = False) -> Alarmed:
    """Doubt what was heard in a language that it is perhaps not in.

    Args:
        utterances: A medium's speech, in time order.
        named: Whether the language was named, so that only its script can be wrong.

    Returns:
        The utterances, doubtful ones with ``DOUBTED_CONFIDENCE`` at most, and a note with the
        remedy where there are any.
    """
    rare = frozenset() if named else _rare(utterances)
    doubts = tuple(_doubt(each, rare) for each in utterances)
    return Alarmed(
        utterances=tuple(_less_sure(each) if doubt else each
                         for each, doubt in zip(utterances, doubts, strict=True)),
        doubts=doubts, note=_note(utterances, doubts, named=named) if any(doubts) else None)


def _doubt(utterance: Utterance, rare: frozenset[str]) -> Doubt | None:
    if own_share(utterance.text, utterance.language) < _OWN_LETTERS:
        return Doubt.SCRIPT
    probability = utterance.language_probability
    if probability is None:
        return None
    if probability < SURE:
        return Doubt.UNSURE
    if utterance.language != _ENGLISH and utterance.confidence < CLEAR:
        return Doubt.UNCLEAR
    return Doubt.FLIP if utterance.language in rare else None


def _rare(utterances: Sequence[Utterance]) -> frozenset[str]:
    """Return languages that a medium is in for so short that they are likelier misheard."""
    spoken: Counter[str] = Counter()
    for each in utterances:
        spoken[each.language] += each.end_ms - each.start_ms
    return frozenset(language for language, length_ms in spoken.items()
                     if length_ms < _FLIP_SHARE * spoken.total())


def _less_sure(utterance: Utterance) -> Utterance:
    return utterance.model_copy(
        update={"confidence": min(utterance.confidence, DOUBTED_CONFIDENCE)})


def _note(
    utterances: Sequence[Utterance], doubts: Sequence[Doubt | None], *, named: bool
) -> str:
    doubted = [each for each, doubt in zip(utterances, doubts, strict=True) if doubt]
    heard = ", ".join(tag for tag, _ in Counter(each.language for each in doubted).most_common())
    reasons = ", ".join(f"{doubt} ({count})" for doubt, count in Counter(filter(None, doubts))
                        .most_common())
    first = doubted[0]
    say = ("" if named else "name it (--language hi, for instance; after trikal media remove), or ")
    return (f"perhaps the wrong language: {len(doubted)} of {len(utterances)} utterances, heard as "
            f"{heard}, first at {format_timecode(first.start_ms)}: {reasons}; {say}"
            "choose a better model (trikal models)")
