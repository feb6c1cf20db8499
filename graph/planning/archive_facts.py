"""Questions about the archive itself: what it holds, how long that is, who speaks in it.

No moment answers these and no model: the catalogue knows.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final

from trikal.catalogue import Medium
from trikal.graph.context import Resources
from trikal.graph.conversation.called import kind_of_all, names_kind, one_of_kind
from trikal.graph.conversation.tables import loaded, tried, wordings
from trikal.graph.evidence import EvidenceItem, of_found
from trikal.graph.phrases import ENGLISH, length_in, phrase
from trikal.indexes.moment_search import Evidence
from trikal.indexes.rules import media_called
from trikal.indexes.temporal import Scope, TemporalQuery
from trikal.moments import Track, Unit
from trikal.tools.verification import quoted

_EDGES: Final = " \t?!.…,;:।"
_ARTICLE: Final = re.compile(r"(?:(?:the|this|that|my|our) )?", re.IGNORECASE)
_LISTED: Final = 20
_MOST_FILMS: Final = 8
_BEGUN: Final = 5  # of so many media it is told how they begin
_WORDED: Final = (Track.SPEECH, Track.SCREEN)


class ArchiveFact(StrEnum):
    """What can be asked about the archive itself."""

    MEDIA = "media"
    LENGTH = "length"
    SPEAKERS = "speakers"
    OVERVIEW = "overview"


@dataclass(frozen=True, kw_only=True)
class AboutArchive:
    """A question about the archive.

    Attributes:
        fact: What is asked.
        media: The media that it is asked about, by name.
    """

    fact: ArchiveFact
    media: tuple[Medium, ...]


def about_archive(question: str, media: Collection[Medium]) -> AboutArchive | None:
    """Read a question as one about the archive; ``None`` where it asks for moments."""
    bare = " ".join(question.split()).strip(_EDGES)
    for code, latin in _tongues(bare):
        for name, patterns in _asks(code, latin=latin).items():
            for pattern in patterns:
                if match := pattern.fullmatch(bare):
                    said = match.groupdict().get("medium")
                    things = match.groupdict().get("things")
                    found = meant(said, media, code) if said else _of_kind(things, media)
                    if found:
                        return AboutArchive(fact=ArchiveFact(name), media=_by_name(found))
    return None


def meant(words: str, media: Collection[Medium], code: str = ENGLISH) -> tuple[Medium, ...]:
    """Return the media that words mean as wholes ("the film", "this archive"); else none.

    Args:
        words: The words.
        media: The archive's media.
        code: Language of the words, as its tables are called.
    """
    bare = words.strip(_EDGES)
    ways = [way for way in ((code, True), (code, False)) if _has_words(*way)]
    return next((found for each, latin in ways
                 if (found := _meant(bare, media, each, latin=latin))), ())


def _meant(
    bare: str, media: Collection[Medium], code: str, *, latin: bool
) -> tuple[Medium, ...]:
    called = _called(code, latin=latin)
    if called["all"].fullmatch(bare):
        return tuple(media)
    if match := called["named"].fullmatch(bare):
        name = match["name"].casefold()
        if found := [each for each in media if name in _names(each)]:
            return _by_name(found)
        around = bare[:match.start("name")] + bare[match.end("name"):]
        alone = code != ENGLISH or bool(_ARTICLE.fullmatch(around))
        parts = media_called(match["name"], [each.name for each in media], alone=alone)
        if parts:
            return _by_name([each for each in media if each.name in parts])
    for kind in ("video", "audio"):
        if one_of_kind(kind, code, latin=latin).fullmatch(bare):
            return _by_name([each for each in media if each.kind == kind])
    return _by_name(media) if one_of_kind("any", code, latin=latin).fullmatch(bare) else ()


def _of_kind(things: str | None, media: Collection[Medium]) -> tuple[Medium, ...]:
    """Return the media that are called so; all where there are none, each told with its kind."""
    kind = kind_of_all(things) if things else None
    return tuple(each for each in media if each.kind == kind) or tuple(media)


def only_film(question: str, query: TemporalQuery, media: Collection[Medium]) -> TemporalQuery:
    """Look for "the end of the film" in the one film there is, and in no other recording.

    Args:
        question: What is asked.
        query: What the rules read in it; where it still looks for the words, they name no medium.
        media: The archive's media.
    """
    films = [each for each in media if each.kind == "video"]
    is_named = any(
        names_kind(question, "video", code, latin=latin) and not any(
            names_kind(part.target, "video", code, latin=latin) for part in query.parts())
        for code, latin in _tongues(question))
    if not is_named or query.scope != Scope() or len(films) != 1 or len(media) == 1:
        return query
    return query.model_copy(update={"scope": Scope(media=(films[0].name,))})


def on_films(query: TemporalQuery, media: Collection[Medium]) -> TemporalQuery:
    """Look for what is on the screen while something is said in films alone.

    What is said in a recording of sound alone is nowhere beside a slide, however near it is.

    Args:
        query: What the rules read in a question.
        media: The archive's media.
    """
    films = tuple(each.name for each in media if each.kind == "video")
    if query.tracks != (Track.SCREEN,) or query.anchored is None or query.scope != Scope() or (
            not 0 < len(films) <= min(_MOST_FILMS, len(media) - 1)):
        return query
    return query.model_copy(update={"scope": Scope(media=films)})


def beginnings(media: Sequence[Medium], resources: Resources) -> list[EvidenceItem]:
    """Return the first words of each medium, numbered, as evidence; of many media none."""
    if resources.toolbox is None or len(media) > _BEGUN:
        return []
    known = {each.id: each for each in media}
    catalogue = resources.toolbox.catalogue
    firsts = [next((moment for track in _WORDED for moment in catalogue.moments(
        each.id, tracks=(track,), unit=Unit.OBSERVATION) if moment.text.strip()), None)
        for each in media]
    found = [of_found(Evidence(moment=each, score=1.0, why="how it begins"), known)
             for each in firsts if each]
    return [{**item, "n": n} for n, item in enumerate(found, start=1)]


def told_of(
    asked: AboutArchive, evidence: Sequence[EvidenceItem], speakers: Sequence[str],
    language: str = ENGLISH,
) -> str:
    """Return the answer; empty where the catalogue has none.

    Args:
        asked: The question.
        evidence: How the media begin, as far as that is to be told.
        speakers: Who speaks in the archive.
        language: BCP-47 tag of the language to tell it in.
    """
    if asked.fact is ArchiveFact.SPEAKERS:
        return _count("speaker", speakers, ", ", language) if speakers else ""
    if asked.fact is ArchiveFact.LENGTH:
        lengths = [phrase("long", language, name=each.name,
                          length=length_in(each.duration_ms, language)) for each in asked.media]
        return phrase("whole", language, said=_listed(lengths, "; ", language))
    begins = {item["media_id"]: phrase("begins", language, quoted=quoted(item))
              for item in evidence}
    known = [", ".join(filter(None, (_told(each, language), begins.get(each.id))))
             for each in asked.media]
    return _count("recording", known, "; ", language)


def _told(medium: Medium, language: str) -> str:
    kind = phrase(medium.kind, language)
    return f"{medium.name} ({kind}, {length_in(medium.duration_ms, language)})"


def _count(thing: str, names: Sequence[str], joint: str, language: str) -> str:
    said = f"{phrase(thing if len(names) == 1 else f'{thing}s', language, count=len(names))}: "
    return phrase("whole", language, said=said + _listed(names, joint, language))


def _listed(names: Sequence[str], joint: str, language: str) -> str:
    more = len(names) - _LISTED
    rest = [phrase("more", language, count=more)] if more > 0 else []
    return joint.join([*names[:_LISTED], *rest])


def _names(medium: Medium) -> frozenset[str]:
    name = medium.name.casefold()
    return frozenset({name, name.rpartition(".")[0] or name})


def _by_name(media: Collection[Medium]) -> tuple[Medium, ...]:
    return tuple(sorted(media, key=lambda each: each.name))


def _tongues(text: str) -> list[tuple[str, bool]]:
    """Return the languages to read a text in that have words for the archive."""
    return [tongue for tongue in tried(text) if _has_words(*tongue)]


@cache
def _has_words(code: str, latin: bool) -> bool:  # noqa: FBT001
    return latin if code == ENGLISH else "archive" in wordings(code, latin=latin).raw


@cache
def _asks(code: str, *, latin: bool) -> Mapping[str, list[re.Pattern[str]]]:
    return {name: [_compiled(each, code, latin=latin) for each in patterns]
            for name, patterns in _words(code)["asks"].items()}


@cache
def _called(code: str, *, latin: bool) -> Mapping[str, re.Pattern[str]]:
    return {name: _compiled(each, code, latin=latin)
            for name, each in _words(code)["media"].items()}


def _words(code: str) -> Mapping[str, Any]:
    table = loaded(f"archive_{code}.toml") if code == ENGLISH else loaded(f"{code}.toml")["archive"]
    return dict(table)


def _compiled(pattern: str, code: str, *, latin: bool) -> re.Pattern[str]:
    spelled = pattern if code == ENGLISH else wordings(code, latin=latin).spelled(pattern)
    return re.compile(spelled, re.IGNORECASE)
