"""Who a told event names: a question says "Houston" or "the commander", an archive "CC" or "CDR".

Labels of speakers are codes as often as names ("CDR", "S1"). Two signs tell which of them is meant:

* a label can be short for the words: "CDR" for "commander", "LMP" for "lunar module pilot";
* who is called by a name answers. Whoever speaks next after the others say it bears it, where that
  is so in more than half of all cases, by the lower bound of Wilson's interval (Wilson, 1927),
  so that a few cases prove little. That names in a transcript tell who speaks next is from
  Canseco-Rodriguez, Lamel and Gauvain (2004).

Both only make likely who spoke, so they help a moment and never keep one out.
"""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from trikal.indexes.intervals import Interval
from trikal.indexes.payload import time_order
from trikal.indexes.protocol import MomentFilter, MomentIndex
from trikal.moments import Moment, Track, Unit

Spoke = Callable[[Moment], bool]
"""Tells whether a moment was probably spoken by whom an event names."""

_CALLS: Final = 100
"""So many calls of a name are looked at: more hardly tell more."""

_LEAST_CALLS: Final = 4  # fewer never pass `_SURE`
_NEAR: Final = 1_000

_PROMPT_MS: Final = 15_000
"""Who answers speaks no later than this after the call, in milliseconds."""

_SURE: Final = 0.5
_Z: Final = 1.96  # of a two-sided 95 % interval
_REMEMBERED: Final = 1_000


class Speakers:
    """Finds out whom told events name.

    Args:
        index: The moments; what was found out of them is kept.
    """

    def __init__(self, index: MomentIndex) -> None:
        self._index = index
        self._called = lru_cache(maxsize=_REMEMBERED)(self._who_is_called)

    def named(self, text: str, scopes: Sequence[MomentFilter]) -> Spoke | None:
        """Return what tells whether a moment was spoken by whom an event names.

        Args:
            text: The event.
            scopes: Where it is looked for; names are looked up in the same media.

        Returns:
            ``None`` where nobody is named, or it cannot be told who that is.
        """
        # Imported here because commands that search for no told event need no rules.
        from trikal.indexes.rules import teller_of
        from trikal.indexes.rules.labels import may_mean

        teller = teller_of(text)
        if teller is None:
            return None
        if not teller.is_name:
            return lambda moment: may_mean(moment.speaker or "", teller.words)
        media = {each for scope in scopes for each in scope.media_ids}
        everywhere = not all(scope.media_ids for scope in scopes)
        labels = self._called(teller.words, () if everywhere else tuple(sorted(media)))
        return (lambda moment: moment.speaker is not None
                and labels.get(moment.media_id) == moment.speaker) if labels else None

    def _who_is_called(self, name: str, media_ids: tuple[str, ...]) -> Mapping[str, str]:
        """Return who bears a name, by medium: voices are often numbered anew in each."""
        spoken = MomentFilter(media_ids=media_ids, tracks=(Track.SPEECH,),
                              units=(Unit.OBSERVATION,))
        calls = self._index.in_window(replace(spoken, phrase=name), _CALLS)
        if len(calls) < _LEAST_CALLS:
            return {}
        prompt = tuple(Interval(call.start_ms, call.end_ms + _PROMPT_MS) for call in calls)
        near = self._index.in_window(replace(
            spoken, media_ids=tuple({call.media_id for call in calls}), starts=prompt), _NEAR)
        labels = {medium: bearer(_turns(calls, near, medium))
                  for medium in {call.media_id for call in calls}}
        return {medium: label for medium, label in labels.items() if label}


def _turns(
    calls: Sequence[Moment], near: Sequence[Moment], medium: str
) -> Iterator[tuple[str, str]]:
    """Yield who calls and who speaks next in a medium, where somebody does soon."""
    later = sorted((each for each in near if each.media_id == medium), key=time_order)
    for call in calls:
        if call.media_id != medium:
            continue
        place = bisect_right(later, time_order(call), key=time_order)
        if place == len(later) or later[place].start_ms > call.end_ms + _PROMPT_MS:
            continue
        if call.speaker and (answer := later[place].speaker):
            yield call.speaker, answer


def bearer(turns: Iterable[tuple[str, str]]) -> str:
    """Return who bears a name, given who said it and who spoke next, time after time.

    Args:
        turns: The labels of both; turns of one speaker tell nothing.

    Returns:
        The label of whoever speaks next after the others the oftenest, and in more than half of all
        cases; empty where that is nobody, or two alike.
    """
    answered = Counter((caller, next_) for caller, next_ in turns if caller != next_)
    shares = {next_: _least_share(answered, next_) for _, next_ in answered}
    most = max(shares.values(), default=0.0)
    oftenest = [label for label, share in shares.items() if share == most]
    return oftenest[0] if most > _SURE and len(oftenest) == 1 else ""


def _least_share(answered: Counter[tuple[str, str]], label: str) -> float:
    """Return how often a label answers the others, at the least."""
    others = {pair: count for pair, count in answered.items() if pair[0] != label}
    count = sum(others.values())
    answers = sum(each for (_, next_), each in others.items() if next_ == label)
    return _wilson(answers, count)


def _wilson(hits: int, count: int) -> float:
    """Return the lower bound of Wilson's interval for a share."""
    if not count:
        return 0.0
    share, spread = hits / count, _Z * _Z / count
    middle = share + spread / 2
    return (middle - math.sqrt(spread * (share * (1 - share) + spread / 4))) / (1 + spread)
