"""Questions about the archive itself: what it holds, how long, who speaks, and in which language.

No moment answers these and no model: the catalogue knows (:mod:`archive_telling`).
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final

from trikal.catalogue import Medium
from trikal.graph.conversation.called import kind_of_all, names_kind, one_of_kind
from trikal.graph.conversation.tables import folded, language_names, loaded, tried, wordings
from trikal.graph.phrases import ENGLISH
from trikal.indexes.rules import media_called
from trikal.indexes.temporal import Scope, TemporalQuery
from trikal.moments import Track

_EDGES: Final = " \t?!.…,;:।"
_ARTICLE: Final = re.compile(r"(?:(?:the|this|that|my|our) )?", re.IGNORECASE)
_MOST_FILMS: Final = 8


class ArchiveFact(StrEnum):
    """What can be asked about the archive itself."""

    MEDIA = "media"
    LENGTH = "length"
    SPEAKERS = "speakers"
    LANGUAGES = "languages"
    OVERVIEW = "overview"


@dataclass(frozen=True, kw_only=True)
class AboutArchive:
    """A question about the archive.

    Attributes:
        fact: What is asked.
        media: The media that it is asked about, by name.
        code: The language that it was read in, as its tables are called.
    """

    fact: ArchiveFact
    media: tuple[Medium, ...]
    code: str = ENGLISH


def about_archive(question: str, media: Collection[Medium]) -> AboutArchive | None:
    """Read a question as one about the archive; ``None`` where it asks for moments."""
    bare = " ".join(question.split()).strip(_EDGES)
    for code, latin in _tongues(bare):
        for name, patterns in _asks(code, latin=latin).items():
            for pattern in patterns:
                if (match := pattern.fullmatch(bare)) and _names_tongue(match, code):
                    said = match.groupdict().get("medium")
                    things = match.groupdict().get("things")
                    found = meant(said, media, code) if said else _of_kind(things, media)
                    if found:
                        return AboutArchive(
                            fact=ArchiveFact(name), media=_by_name(found), code=code)
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
        if found := [each for each in media if name in names_of(each)]:
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


def _names_tongue(match: re.Match[str], code: str) -> bool:
    """Tell whether a language is named where one must be."""
    said = match.groupdict().get("tongue")
    return said is None or folded(said) in language_names(code)


def _of_kind(things: str | None, media: Collection[Medium]) -> tuple[Medium, ...]:
    """Return the media that are called so; all where there are none, each told with its kind."""
    kind = kind_of_all(things) if things else None
    return tuple(each for each in media if each.kind == kind) or tuple(media)


def meant_first(text: str, media: Collection[Medium]) -> tuple[Medium, str] | None:
    """Return the one medium that an English text means by its first words, and what follows them.

    "The film from 0:04 to 0:08" means the only film there is.

    Args:
        text: The text.
        media: The archive's media.
    """
    for kind in ("video", "audio", "any"):
        called = re.match(rf"(?:{one_of_kind(kind).pattern})(?![\w'’-])", text, re.IGNORECASE)
        found = [each for each in media if kind in (each.kind, "any")]
        if called and len(found) == 1:
            return found[0], text[called.end():]
    return None


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


def names_of(medium: Medium) -> frozenset[str]:
    """Return what a medium is called, in lower case: its name, and that without its ending."""
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
