"""Questions about the archive itself: what it holds, how long that is, who speaks in it.

No moment answers these and no model: the catalogue knows.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from trikal.catalogue import Medium
from trikal.graph.context import Resources
from trikal.graph.conversation.called import one_of_kind
from trikal.graph.conversation.tables import loaded
from trikal.graph.evidence import EvidenceItem, of_found
from trikal.graph.phrases import ENGLISH
from trikal.indexes.moment_search import Evidence
from trikal.indexes.temporal import Scope, TemporalQuery
from trikal.moments import Track, Unit
from trikal.timecode import format_length
from trikal.tools.verification import quoted

_EDGES: Final = " \t?!.…,;:"
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
    """Read a question in English as one about the archive; ``None`` where it asks for moments."""
    bare = question.strip(_EDGES)
    for name, patterns in _asks().items():
        for pattern in patterns:
            if match := pattern.fullmatch(bare):
                said = match.groupdict().get("medium")
                found = meant(said, media) if said else tuple(media)
                if found:
                    return AboutArchive(fact=ArchiveFact(name), media=_by_name(found))
    return None


def meant(words: str, media: Collection[Medium]) -> tuple[Medium, ...]:
    """Return the media that words mean as wholes ("the film", "this archive"); else none."""
    bare = words.strip(_EDGES)
    called = _called()
    if called["all"].fullmatch(bare):
        return tuple(media)
    if match := called["named"].fullmatch(bare):
        name = match["name"].casefold()
        if found := [each for each in media if name in _names(each)]:
            return _by_name(found)
    for kind in ("video", "audio"):
        if one_of_kind(kind).fullmatch(bare):
            return _by_name([each for each in media if each.kind == kind])
    return _by_name(media) if one_of_kind("any").fullmatch(bare) else ()


def only_film(question: str, query: TemporalQuery, media: Collection[Medium]) -> TemporalQuery:
    """Look for "the end of the film" in the one film there is, and in no other recording.

    Args:
        question: What is asked.
        query: What the rules read in it; where it still looks for the words, they name no medium.
        media: The archive's media.
    """
    named = one_of_kind("video").pattern
    films = [each for each in media if each.kind == "video"]
    is_named = re.search(rf"\b{named}\b", question, re.IGNORECASE) and not any(
        re.search(rf"\b{named}\b", part.target, re.IGNORECASE) for part in query.parts())
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


def told_of(asked: AboutArchive, evidence: Sequence[EvidenceItem], speakers: Sequence[str]) -> str:
    """Return the answer; empty where the catalogue has none.

    Args:
        asked: The question.
        evidence: How the media begin, as far as that is to be told.
        speakers: Who speaks in the archive.
    """
    if asked.fact is ArchiveFact.SPEAKERS:
        return f"{_count(len(speakers), 'speaker')}: {_listed(speakers)}." if speakers else ""
    if asked.fact is ArchiveFact.LENGTH:
        lengths = [f"{each.name} is {format_length(each.duration_ms)} long"
                   for each in asked.media]
        return f"{_listed(lengths, '; ')}."
    begins = {item["media_id"]: f", begins {quoted(item)}" for item in evidence}
    known = [f"{_told(each)}{begins.get(each.id, '')}" for each in asked.media]
    return f"{_count(len(known), 'recording')}: {_listed(known, '; ')}."


def _told(medium: Medium) -> str:
    return f"{medium.name} ({medium.kind}, {format_length(medium.duration_ms)})"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _listed(names: Sequence[str], joint: str = ", ") -> str:
    more = len(names) - _LISTED
    return joint.join([*names[:_LISTED], *([f"and {more} more"] if more > 0 else [])])


def _names(medium: Medium) -> frozenset[str]:
    name = medium.name.casefold()
    return frozenset({name, name.rpartition(".")[0] or name})


def _by_name(media: Collection[Medium]) -> tuple[Medium, ...]:
    return tuple(sorted(media, key=lambda each: each.name))


@cache
def _asks() -> Mapping[str, list[re.Pattern[str]]]:
    return {name: [re.compile(each, re.IGNORECASE) for each in patterns]
            for name, patterns in loaded(f"archive_{ENGLISH}.toml")["asks"].items()}


@cache
def _called() -> Mapping[str, re.Pattern[str]]:
    return {name: re.compile(each, re.IGNORECASE)
            for name, each in loaded(f"archive_{ENGLISH}.toml")["media"].items()}
