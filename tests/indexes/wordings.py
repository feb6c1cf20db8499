"""Questions in many wordings, and what each of them asks: the rules' own phrase book, filled in."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from string import Formatter
from typing import Any

from trikal.indexes.rules import Vocabulary, read_question
from trikal.indexes.temporal import Absolute, Ambiguous, Anchored, Ask, Part, TemporalQuery

TABLES: Mapping[str, Any] = tomllib.loads(
    Path(__file__).with_name("wordings_en.toml").read_text(encoding="utf-8"))
NAMES = Vocabulary(speakers=("CC", "Jim", "Mary Lou"))

_BESIDE = re.compile(r"(?:first|last|next|previous|\{o\}) \{P\}", re.IGNORECASE)
THE_LENGTH = re.compile(r"(?:the|its|'s)(?: \w+)? \{d\}")
"""Where no "an hour" can stand: nobody types "the last an hour"."""

MINUTE, HOUR = 60_000, 3_600_000

_EVENTS = {
    "quoted": {"A": ('"we have a problem here"', "we have a problem here"),
               "B": ("“the booster is safe”", "the booster is safe")},
    "single": {"A": ("'hand controller looks good'", "hand controller looks good"),
               "B": ('"there\'s nothing but clouds"', "there's nothing but clouds")},
    "bare": {"A": ("our cabin pressure holds steady", "our cabin pressure holds steady"),
             "B": ('"thank you, Joe"', "thank you, Joe")},
    "told": {"A": ("the crew reported a loud bang", "crew reported a loud bang"),
             "B": ("the camera showed only clouds", "camera showed only clouds")},
}
_PHRASES = ({"T": '"fuel cell"', "P": "'main bus'", "R": '"star tracker"'},
            {"T": "fuel cell", "P": "main bus", "R": "star tracker"})
_TIMES = (("3:25:40", "3:26:10", 12_340_000, 12_370_000),
          ("3 hours 25 minutes 40 seconds", "3 hours 26 minutes", 12_340_000, 12_360_000),
          ("3h25m40s", "3h26m", 12_340_000, 12_360_000), ("75:15", "76:20", 4_515_000, 4_580_000),
          ("2 hours, 5 minutes and 10 seconds", "2 hours, 6 minutes and 1 second", 7_510_000,
           7_561_000), ("35 hours", "36 hours", 126_000_000, 129_600_000),
          ("0:45", "1:10", 45_000, 70_000))
_LENGTHS = (("5 minutes", 5 * MINUTE), ("two hours", 2 * HOUR), ("a minute", MINUTE),
            ("30 seconds", 30_000), ("an hour", HOUR))
_ORDINALS = (("first", 1), ("second", 2), ("third", 3), ("last", -1), ("4th", 4))


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question, and what was put into its blanks.

    Attributes:
        relation: What kind of question it is.
        wording: Before it was filled in.
        question: As somebody types it.
        given: What the blanks hold, as the rules should read it.
    """

    relation: str
    wording: str
    question: str
    given: Mapping[str, Any]


def asked(relation: str) -> Iterator[Asked]:
    """Yield all questions of one kind."""
    fills = cycle(_fills())
    for wording in _wordings(relation):
        used = {name for _, name, _, _ in Formatter().parse(wording) if name}
        kinds = 1 + 3 * bool(used & {"A", "AN", "AQ", "AS", "B", "BN", "BQ", "T", "P"}) + 3 * (
            bool(used & {"t", "d"})) + 2 * bool(used & {"o"})
        made = 0
        while made < kinds:
            fill = next(fills)
            if fill["form"] == "told" and used & {"AQ", "BQ"}:
                continue
            # "The first main bus" is a bus, "the last an hour" is nothing: nobody types them.
            if _BESIDE.search(wording) and not fill["blanks"]["P"].startswith("'"):
                continue
            if THE_LENGTH.search(wording) and fill["blanks"]["d"].startswith("a"):
                continue
            made += 1
            question = wording.format(**fill["blanks"])
            yield Asked(relation=relation, wording=wording, given=fill["given"],
                        question=question[0].upper() + question[1:])


def _wordings(relation: str) -> Iterator[str]:
    yield from _composed(relation)
    words = TABLES["words"]
    if relation.endswith("mention") and relation.split()[0] in ("first", "last"):
        yield from words[relation]
    elif relation == "nth mention":
        yield from words[relation]
    elif relation == "count window":
        for wording in words["count"]:
            text = wording.rstrip("?.")
            if not text.startswith("{P}") and "." not in text:
                yield f"{text} after {{A}}?"
                yield f"Before {{A}}, {text[0].lower()}{text[1:]}?"
                yield f"{text} between {{t}} and {{u}}?"
    else:
        yield from words.get(relation, ())


def _composed(relation: str) -> Iterator[str]:
    clauses = TABLES["with"].get(relation, ())
    questions, orders = TABLES["topics"]["asked"], TABLES["topics"]["told"]
    shift = sum(map(ord, relation))
    for n, clause in enumerate(clauses):
        for m in range(3):
            topic = questions[(shift + 7 * n + 23 * m) % len(questions)]
            yield f"{topic} {clause}?"
            topic = questions[(shift + 11 * n + 29 * m) % len(questions)]
            yield f"{clause}, {topic}?"
        yield f"{orders[(shift + n) % len(orders)]} {clause}"
    if clauses:
        for n, topic in enumerate((*questions, *orders)):
            yield f"{topic} {clauses[n % 6]}"
            if n % 3 == 0:
                yield f"{clauses[n % 6]}, {topic}"


def _fills() -> Iterator[dict[str, Any]]:
    n = 0
    while n < 840:
        form = list(_EVENTS)[n % 4]
        events, phrases = _EVENTS[form], _PHRASES[n // 4 % 2]
        t, u, start, end = _TIMES[n % 7]
        d, length = _LENGTHS[n % 5]
        o, ordinal = _ORDINALS[(n // 2) % 5]
        blanks = {"t": t, "u": u, "d": d, "o": o, "S": NAMES.speakers[n % 3], **phrases}
        given: dict[str, Any] = {"t": start, "u": end, "d": length, "o": ordinal,
                                 "S": blanks["S"], "form": form}
        given |= {name: text.strip("\"'") for name, text in phrases.items()}
        for name, (text, read) in events.items():
            noun = f"the moment when {text}" if form == "told" else text
            quote = noun if text[0] in "\"“'" or form == "told" else f'"{text}"'
            blanks |= {name: text, f"{name}N": quote, f"{name}Q": quote,
                       f"{name}S": text[0].upper() + text[1:]}
            given[name] = read
        yield {"blanks": blanks, "given": given, "form": form}
        n += 1


def read(each: Asked) -> TemporalQuery:
    return read_question(each.question, NAMES).query


def wrong(each: Asked) -> str:
    """Say what is wrong with the reading of a question; nothing when it is right."""
    query = read(each)
    problems = [words for words, holds in _expected(each, query) if not holds]
    return f"{each.question!r} → {query.words()}: {'; '.join(problems)}" if problems else ""


def _expected(each: Asked, query: TemporalQuery) -> Iterator[tuple[str, bool]]:
    given, relation = each.given, each.relation
    used = {name for _, name, _, _ in Formatter().parse(each.wording) if name}
    target = given["T"] if "T" in used else given["P"] if "P" in used and (
        relation != "until next") else ""
    if relation != "how long":
        yield f"target {query.target!r} is not {target!r}", _same(query.target, target)
    if relation in _ANCHORED:
        yield from _hung(each, query, _ANCHORED[relation])
    else:
        events = [c for c in query.constraints if isinstance(c, Anchored)]
        if relation == "count window" and "{A}" in each.wording:
            yield from _hung(each, query, ("after", "before"))
        else:
            yield "hangs on an event", not events
    yield from _windowed(relation, given, query, used)
    yield from _asks(relation, given, query)


_ANCHORED = {
    "before": ("before",), "after": ("after",), "from on": ("from", "after"),
    "between": ("between",), "within": ("around",), "within after": ("after", "right after"),
    "within before": ("before", "right before"), "until next": ("until the next", "between"),
    "right before": ("right before",), "right after": ("right after",),
    "during": ("during", "overlapping"), "offset after": ("after",), "offset before": ("before",),
    "next mention": ("after", "from", "right after"), "how long": ("between", "after", "before"),
    "previous mention": ("before", "right before"), "speaker next": ("after", "right after"),
}


def _hung(
    each: Asked, query: TemporalQuery, relations: tuple[str, ...]
) -> Iterator[tuple[str, bool]]:
    given = each.given
    hung = [c for c in query.constraints if isinstance(c, Anchored)]
    if each.relation in ("between", "how long") and len(hung) == 2:
        names = [c.anchor.target for c in hung]
        sides = {str(c.relation).removeprefix("right ") for c in hung}
        yield f"events {names}", sorted(map(_plain, names)) == sorted(
            _plain(given[n]) for n in "AB")
        yield f"relations {sides}", sides in ({"after", "before"}, {"from", "before"})
        return
    yield f"{len(hung)} events", len(hung) == 1
    for c in hung[:1]:
        if each.relation == "how long":
            yield from _long(given, query, c)
            continue
        # Where nothing particular is looked for, what is nearest comes first either way.
        is_open = not query.target and query.ordinal is None
        said = f"right {c.relation}" if is_open else c.relation
        yield f"relation {c.relation}", c.relation in relations or said in relations
        if each.relation == "between":
            both = {_plain(c.anchor.target), _plain(c.other.target if c.other else "")}
            yield f"events {both}", both == {_plain(given["A"]), _plain(given["B"])}
            continue
        yield f"event {c.anchor.target!r}", _same(c.anchor.target, given["A"])
        yield "its event hangs on another", not c.anchor.constraints
        if each.relation == "until next":
            yield f"until {c.other}", c.other is not None and _same(c.other.target, given["P"])
        if each.relation.startswith("within"):
            yield f"at most {c.at_most_ms}", c.at_most_ms == given["d"] and not c.at_least_ms
        elif each.relation.startswith("offset"):
            off = max(15_000, given["d"] // 5)
            yield f"{c.at_least_ms} to {c.at_most_ms}", (
                abs(c.at_least_ms - given["d"]) <= off and c.at_most_ms is not None
                and given["d"] <= c.at_most_ms <= given["d"] + off)
        else:
            yield "a length", c.at_most_ms is None and not c.at_least_ms


def _long(given: Mapping[str, Any], query: TemporalQuery, c: Anchored) -> Iterator[
        tuple[str, bool]]:
    texts = [c.anchor.target, c.other.target if c.other else query.target]
    yield f"events {texts}", sorted(map(_plain, texts)) == sorted(
        _plain(given[name]) for name in "AB")


def _windowed(
    relation: str, given: Mapping[str, Any], query: TemporalQuery, used: set[str]
) -> Iterator[tuple[str, bool]]:
    parts = [c for c in query.constraints if isinstance(c, Part)]
    clocks = [c.readings[0] if isinstance(c, Ambiguous) else c for c in query.constraints
              if isinstance(c, Absolute | Ambiguous)]
    if relation in _PARTS:
        spans = [(round(c.start, 2), round(c.end, 2)) for c in parts]
        yield f"parts {spans}", len(spans) == 1 and spans[0] in _PARTS[relation]
    else:
        yield f"parts {parts}", not parts
    wanted = _CLOCKS.get(relation, lambda g: None)(given)
    if relation == "count window" and "t" in used:
        wanted = (given["t"], given["u"], False)
    spans = [(c.start_ms, c.end_ms, c.from_end) for c in clocks]
    if wanted and len(spans) == 2:
        spans = [(max(s[0] or 0 for s in spans), min(s[1] or 10**12 for s in spans), False)]
    yield f"windows {spans}", spans == ([] if wanted is None else [wanted])


_PARTS = {"beginning": [(0.0, 0.2)], "middle": [(0.4, 0.6), (0.33, 0.67)], "end": [(0.8, 1.0)]}
_CLOCKS = {
    "at": lambda g: (g["t"], g["t"], False), "since": lambda g: (g["t"], None, False),
    "until": lambda g: (None, g["t"], False), "clock between": lambda g: (g["t"], g["u"], False),
    "first stretch": lambda g: (None, g["d"], False),
    "last stretch": lambda g: (g["d"], None, True),
}


def _asks(
    relation: str, given: Mapping[str, Any], query: TemporalQuery
) -> Iterator[tuple[str, bool]]:
    wanted = {"every mention": Ask.EVERY, "count": Ask.COUNT, "count window": Ask.COUNT,
              "how long": Ask.DURATION}.get(relation, Ask.MOMENTS)
    yield f"asks {query.ask}", query.ask is wanted
    ordinal = {"nth mention": given["o"], "first mention": 1, "last mention": -1,
               "next mention": 1, "previous mention": -1}.get(relation)
    right = ordinal is None or query.ordinal == ordinal or (
        relation in ("next mention", "previous mention") and query.anchored is not None
        and query.anchored.relation.startswith("right"))
    yield f"ordinal {query.ordinal}", right if ordinal is not None or (
        relation == "speaker next" and query.ordinal == 1) else query.ordinal is None
    if relation.startswith("speaker"):
        yield f"speakers {query.scope.speakers}", query.scope.speakers == (given["S"],)


def _same(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    plain = " ".join(text.casefold().strip(" .,?!").split())
    return plain.removeprefix("the ").removeprefix("words ")


RELATIONS = tuple(dict.fromkeys((*TABLES["with"], *TABLES["words"], "count window")))
