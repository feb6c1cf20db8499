"""What the catalogue tells of the archive itself, in the words of the language that is wanted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from trikal.catalogue import Medium
from trikal.graph.context import Resources
from trikal.graph.evidence import EvidenceItem, of_found
from trikal.graph.phrases import ENGLISH, language_in, length_in, phrase
from trikal.graph.planning.archive_facts import AboutArchive, ArchiveFact
from trikal.indexes.moment_search import Evidence
from trikal.moments import Track, Unit
from trikal.tools.verification import quoted

_LISTED: Final = 20
_BEGUN: Final = 5  # of so many media it is told how they begin
_WORDED: Final = (Track.SPEECH, Track.SCREEN)


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


def languages_heard(media: Sequence[Medium], resources: Resources) -> dict[str, list[str]]:
    """Return the languages that are spoken in media, by the medium's id, the most heard first."""
    if resources.toolbox is None:
        return {}
    catalogue = resources.toolbox.catalogue
    return {each.id: catalogue.languages(each.id) for each in media}


def untold(fact: ArchiveFact, language: str) -> str:
    """Return why the catalogue cannot tell something, in a language."""
    return phrase("no_language" if fact is ArchiveFact.LANGUAGES else "nobody", language)


def told_of(
    asked: AboutArchive, evidence: Sequence[EvidenceItem], speakers: Sequence[str],
    language: str = ENGLISH, *, heard: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """Return the answer; empty where the catalogue has none.

    Args:
        asked: The question.
        evidence: How the media begin, as far as that is to be told.
        speakers: Who speaks in the archive.
        language: BCP-47 tag of the language to tell it in.
        heard: The languages that are spoken, by the medium's id.
    """
    if asked.fact is ArchiveFact.LANGUAGES:
        return _languages(asked.media, heard or {}, language)
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


def _languages(
    media: Sequence[Medium], heard: Mapping[str, Sequence[str]], language: str
) -> str:
    """Name the languages, each with its media where there are several to choose from."""
    spoken: dict[str, list[str]] = defaultdict(list)
    for medium in media:
        for tag in heard.get(medium.id, ()):
            spoken[tag].append(medium.name)
    named = {tag: language_in(tag, language) for tag in spoken}
    several = len(media) > 1 and len(spoken) > 1
    said = [f"{named[tag]} ({_listed(names, ', ', language)})" if several else named[tag]
            for tag, names in spoken.items()]
    return _count("language", said, ", ", language) if said else ""


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
