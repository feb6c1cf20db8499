"""How far from an event, or from an end of the recording, something may lie: in more wordings."""

import tomllib
from collections.abc import Iterator, Mapping
from itertools import cycle
from pathlib import Path
from typing import Final

from tests.every import every
from tests.indexes.wordings import HOUR, MINUTE, THE_LENGTH, Asked, wrong
from tests.sampling import one_of_each

_WORDINGS: Final[Mapping[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("distances_en.toml").read_text(encoding="utf-8"))
_EVENTS: Final = {
    "quoted": ({"A": "“the booster is safe now”", "B": '"our cabin pressure holds steady"'},
               {"A": "the booster is safe now", "B": "our cabin pressure holds steady"}),
    "single": ({"A": "'hand controller looks good'", "B": '"thank you, Joe"'},
               {"A": "hand controller looks good", "B": "thank you, Joe"}),
    "told": ({"A": "the crew reported a loud bang", "B": "the camera showed only clouds"},
             {"A": "crew reported a loud bang", "B": "camera showed only clouds"}),
}
_PHRASES: Final = ({"T": '"fuel cell"', "P": "'main bus'"}, {"T": "fuel cell", "P": "main bus"})
# Alone, before a noun, and in ms.
_LENGTHS: Final = (
    ("2 min", "2-min", 2 * MINUTE), ("90 seconds", "90-second", 90_000),
    ("ten minutes", "ten-minute", 10 * MINUTE), ("half a minute", "half-minute", 30_000),
    ("1.5 minutes", "1.5-minute", 90_000), ("an hour", "one-hour", HOUR),
    ("a couple of minutes", "two-minute", 2 * MINUTE), ("90s", "90 second", 90_000),
    ("twenty-five minutes", "twenty-five-minute", 25 * MINUTE),
    ("a minute and a half", "90-second", 90_000), ("half an hour", "half-hour", 30 * MINUTE),
    ("2 mins", "two minute", 2 * MINUTE), ("a minute", "one-minute", MINUTE),
    ("45 secs", "45-sec", 45_000), ("3 hrs", "three-hour", 3 * HOUR),
    ("a quarter of an hour", "15-minute", 15 * MINUTE), ("thirty seconds", "thirty-second", 30_000),
)
_TIMES: Final = (("3:25:40", 12_340_000), ("75:15", 4_515_000), ("2h5m10s", 7_510_000),
                 ("3 hours 25 minutes 40 seconds", 12_340_000), ("35 hours", 35 * HOUR))


def filled() -> Iterator[Asked]:
    """Yield every wording with its events quoted and told, lengths and times in turns."""
    events, phrases = cycle(_EVENTS.items()), cycle(_PHRASES)
    lengths, times = cycle(_LENGTHS), cycle(_TIMES)
    for relation, wordings in _WORDINGS.items():
        for wording in wordings:
            for _ in _EVENTS:
                (form, (named, given)), (t, time) = next(events), next(times)
                d, before_noun, length = next(lengths)
                while THE_LENGTH.search(wording) and d.startswith(("a ", "an ", "half ")):
                    d, before_noun, length = next(lengths)
                if form == "told" and "{AQ}" in wording:
                    continue
                # "The next main bus" is a bus: nobody types it without quotes.
                is_beside = "next {P}" in wording or "following {P}" in wording
                looked_for = _PHRASES[0] if is_beside else next(phrases)
                blanks = {**looked_for, "d": d, "D": before_noun, "t": t, **_forms(named, form)}
                question = wording.format(**blanks)
                plain = {name: text.strip("'\"") for name, text in looked_for.items()}
                yield Asked(relation=relation, wording=wording,
                            question=question[0].upper() + question[1:],
                            given={**given, **plain, "d": length, "t": time, "o": 0})


def _forms(events: Mapping[str, str], form: str) -> dict[str, str]:
    """Return the events as they stand behind a connective, as a noun, quoted, as a sentence."""
    blanks = {}
    for name, text in events.items():
        noun = f"the moment when {text}" if form == "told" else text
        blanks |= {name: text, f"{name}N": noun, f"{name}Q": noun,
                   f"{name}S": text[0].upper() + text[1:]}
    return blanks


@every("each", one_of_each(filled(), of=lambda each: each.wording),
       of=lambda each: each.relation)
def test_a_distance_is_read_whatever_words_it_is_put_in(each: Asked) -> None:
    assert not wrong(each)
