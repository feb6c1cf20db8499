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
from trikal.tools.language_alarm import DOUBTED_CONFIDENCE
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


def languages_heard(
    media: Sequence[Medium], resources: Resources
) -> dict[str, dict[str, bool]]:
    """Return the languages that are spoken in media, by the medium's id, the most heard first.

    Of each it is told whether it is sure: the wrong language may have been heard.
    """
    if resources.toolbox is None:
        return {}
    catalogue = resources.toolbox.catalogue
    return {each.id: {tag: confidence > DOUBTED_CONFIDENCE
                      for tag, confidence in catalogue.languages(each.id).items()}
            for each in media}


def untold(fact: ArchiveFact, language: str) -> str:
    """Return why the catalogue cannot tell something, in a language."""
    return phrase("no_language" if fact is ArchiveFact.LANGUAGES else "nobody", language)


def told_of(
    asked: AboutArchive, evidence: Sequence[EvidenceItem], speakers: Sequence[str],
    language: str = ENGLISH, *, heard: Mapping[str, Mapping[str, bool]] | None = None,
) -> str:
    """Return the answer; empty where the catalogue has none.

    Args:
        asked: The question.
        evidence: How the media begin, as far as that is to be told.
        speakers: Who speaks in the archive.
        language: BCP-47 tag of the language to tell it in.
        heard: The languages that are spoken, by the medium's id, and whether each is sure.
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
    media: Sequence[Medium], heard: Mapping[str, Mapping[str, bool]], language: str
) -> str:
    """Name the languages, each with its media where there are several to choose from."""
    spoken: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for medium in media:
        for each in heard.get(medium.id, {}).items():
            spoken[each].append(medium.name)
    several = len(media) > 1 and len(spoken) > 1
    said = [_spoken(each, language) + (f" ({_listed(names, ', ', language)})" if several else "")
            for each, names in sorted(spoken.items(), key=lambda one: not one[0][1])]
    count = len({tag for tag, _ in spoken})
    return _count("language", said, ", ", language, count=count) if said else ""


def _spoken(heard: tuple[str, bool], language: str) -> str:
    tag, is_sure = heard
    name = language_in(tag, language)
    return name if is_sure else phrase("perhaps", language, what=name)


def _told(medium: Medium, language: str) -> str:
    kind = phrase(medium.kind, language)
    return f"{medium.name} ({kind}, {length_in(medium.duration_ms, language)})"


def _count(
    thing: str, names: Sequence[str], joint: str, language: str, *, count: int | None = None
) -> str:
    number = len(names) if count is None else count
    said = f"{phrase(thing if number == 1 else f'{thing}s', language, count=number)}: "
    return phrase("whole", language, said=said + _listed(names, joint, language))


def _listed(names: Sequence[str], joint: str, language: str) -> str:
    more = len(names) - _LISTED
    rest = [phrase("more", language, count=more)] if more > 0 else []
    return joint.join([*names[:_LISTED], *rest])
