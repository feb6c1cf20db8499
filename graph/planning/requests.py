"""What is to be done with the answer: cut it, write it up, compare it, say it aloud.

The rules read the request off a question and leave what it is about, which is then read as any
other question. The wordings are data (one table a language), read once.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from trikal.graph.conversation.tables import folded, language_names, loaded, tried, wordings
from trikal.graph.conversation.verb_last import closing, request_patterns
from trikal.graph.phrases import ENGLISH
from trikal.tools.composition import Kind
from trikal.tools.export import SUBTITLES, SUFFIXES, Format

MOST_STILLS: Final = 20
"""So many still pictures are saved at once, whatever is asked for."""

_EDGES: Final = " \t?!.…,;:।"


@dataclass(frozen=True, kw_only=True)
class Request:
    """A question, and what is to be done with its answer.

    Attributes:
        about: The question without the request; empty where the moment shown last is meant.
        kind: What is to be composed; ``None`` for a plain answer.
        clip: Whether a reel is to be cut.
        many: Whether it is to show more than the one best moment.
        aloud: Whether the answer is to be said aloud.
        avatar: Whether an avatar is to say it.
        language: BCP-47 tag of the language that is named for that.
        written: BCP-47 tag of the language that the answer itself is wanted in, where it is named.
        file: What the file is to be called, where that is said.
        last: Whether it is about the moment shown last.
        export: What is to be written for other programs; ``None`` for nothing.
        stills: How many still pictures are to be saved.
        observe: ``look``, ``read`` or ``listen``, where that is asked for in so many words.
        named: Whether the question has words of a request that the rules could not place.
        code: The language that the request is put in, as its tables are called.
    """

    about: str
    kind: Kind | None = None
    clip: bool = False
    many: bool = False
    aloud: bool = False
    avatar: bool = False
    language: str | None = None
    written: str = ""
    file: str | None = None
    last: bool = False
    export: Format | None = None
    stills: int = 0
    observe: str = ""
    named: bool = False
    code: str = ENGLISH

    @property
    def makes(self) -> bool:
        """Whether something is to be made of what the question is about."""
        return bool(self.kind or self.clip or self.export or self.stills)

    @property
    def asks(self) -> bool:
        """Whether anything is to be done beside answering."""
        return bool(self.makes or self.aloud or self.avatar or self.observe or self.written)


def read_request(question: str, media: Collection[str] = ()) -> Request:
    """Read what is to be done off a question, in whichever language it is asked.

    Args:
        question: What is asked.
        media: The names of the archive's media: no file that is written is called like one.
    """
    known = frozenset(name.casefold() for name in media)
    text = " ".join(question.split())
    read = [_table(ENGLISH, latin=True).read(text, known)]
    for code, latin in tried(text):
        if read[-1].asks:
            return read[-1]
        if code != ENGLISH and _closing(code, latin=latin).search(text.strip(_EDGES)):
            read.append(replace(_table(code, latin=latin).read(text, known), code=code))
    return read[-1] if read[-1].asks else read[0]


class _Table:
    """The wordings of one language."""

    def __init__(self, raw: dict[str, Any], code: str) -> None:
        lead = raw["lead"]["pattern"]
        self._spoken = [_tail(lead, each) for each in raw["spoken"]["patterns"]]
        self._avatar = [_tail(lead, each) for each in raw["avatar"]["patterns"]]
        written = loaded(f"written_{ENGLISH}.toml") if code == ENGLISH else raw["written"]
        self._written = [_tail(written["lead"], each) for each in written["behind"]]
        self._file = re.compile(raw["file"]["pattern"], re.IGNORECASE)
        polite = raw["polite"]["pattern"]
        self._in_language = _whole(polite, [written["before"]])
        self._clip = _whole(polite, raw["clip"]["patterns"])
        self._many = re.compile(raw["clip"]["many"], re.IGNORECASE)
        self._stills = _whole(polite, raw["stills"]["patterns"])
        self._numbers: list[str] = raw["stills"]["numbers"]
        self._export = _formats(polite, raw["export"])
        self._compose = [(Kind(each["kind"]), _whole(polite, each["patterns"]))
                         for each in raw["compose"]]
        self._observe = [(each["do"], _whole(polite, each["patterns"])) for each in raw["observe"]]
        self._last = re.compile(raw["last"]["pattern"], re.IGNORECASE)
        self._topic = re.compile(raw["topic"]["pattern"], re.IGNORECASE)
        self._part = re.compile(raw["part"]["pattern"], re.IGNORECASE)
        self._hints = re.compile(raw["hints"]["pattern"], re.IGNORECASE)
        own = {folded(name): tag for name, tag in raw["languages"].items()}
        self._languages = language_names(ENGLISH) | language_names(code) | own

    def read(self, question: str, media: frozenset[str]) -> Request:
        plain = self._worded(self._presented(Request(about=question.strip())))
        request = self._made(self._in_file(plain, media))
        asked = request.asks
        if not asked:  # what is not written is written into no file
            request = plain
        bare = request.about.strip(_EDGES)
        if asked and self._last.fullmatch(bare):
            return replace(request, about="", last=True)
        if request.makes:
            request = replace(request, about=self._topic.sub("", request.about, count=1))
        return replace(request, named=not asked and bool(self._hints.search(bare)))

    def _presented(self, request: Request) -> Request:
        for name, patterns in (("avatar", self._avatar), ("aloud", self._spoken)):
            for pattern in patterns:
                match = pattern.search(request.about.rstrip(_EDGES))
                spoken = match and self._spoken_in(match)
                if match and spoken is not None:
                    return replace(request, about=request.about[:match.start()].strip(),
                                   language=spoken or None, avatar=name == "avatar",
                                   aloud=name == "aloud")
        return request

    def _worded(self, request: Request) -> Request:
        """Take away in which language the answer is wanted: "Answer in Hindi."."""
        text = request.about.rstrip(_EDGES)
        match = _first(self._in_language, request.about)
        if match and (tag := self._spoken_in(match)):
            return replace(request, about=match["about"].strip(), written=tag)
        for pattern in self._written:
            match = pattern.search(text)
            if match and (tag := self._spoken_in(match)):
                return replace(request, about=request.about[:match.start()].strip(), written=tag)
        return request

    def _spoken_in(self, match: re.Match[str]) -> str | None:
        """Return the language that is named, an empty text for none, ``None`` for no language."""
        named = match.groupdict().get("language")
        return self._languages.get(folded(named)) if named else ""

    def _in_file(self, request: Request, media: frozenset[str]) -> Request:
        match = self._file.search(request.about.rstrip(_EDGES))
        if match is None or _is_medium(match["file"].strip("\"'“”").casefold(), media):
            return request
        # Where the verb stands last it belongs to what is to be made.
        about = request.about[:match.start()].strip() + (match.groupdict().get("rest") or "")
        return replace(request, about=about, file=match["file"].strip("\"'“”"))

    def _made(self, request: Request) -> Request:
        text = request.about.rstrip(_EDGES)
        if match := _first(self._stills, text):
            return replace(request, about=_about(match), stills=self._number(match))
        for format_, patterns in self._export:
            if match := _first(patterns, text):
                return replace(request, about=_about(match), export=_fitting(format_, request.file))
        if match := _first(self._clip, text):
            return replace(request, about=_about(match), clip=True,
                           many=bool(self._many.search(text)))
        for kind, patterns in self._compose:
            match = _first(patterns, text)
            if match and not self._part.match(_about(match)):
                return replace(request, about=_about(match), kind=kind)
        for do, patterns in self._observe:
            if match := _first(patterns, text):
                return replace(request, about=_about(match), observe=do)
        return request

    def _number(self, match: re.Match[str]) -> int:
        """Return how many are asked for: one, where no number is said."""
        said = (match.groupdict().get("count") or "").strip().casefold()
        if said in self._numbers:
            return self._numbers.index(said) + 1
        return min(max(int(said), 1), MOST_STILLS) if said.isdecimal() else 1


def _is_medium(file: str, media: frozenset[str]) -> bool:
    """Tell whether a name is a medium's, or ends in "… in harbour.mp4"."""
    return file in media or any(file.endswith(f" in {name}") for name in media)


def _formats(polite: str, raw: dict[str, Any]) -> list[tuple[Format, list[re.Pattern[str]]]]:
    """Return the wordings of each export, with the words that name what is written put in."""
    return [(Format(each["format"]), _whole(polite, [
        pattern.replace("VERB", raw["verb"]).replace("AS", each["as"])
        for pattern in each["patterns"]])) for each in raw["kinds"]]


def _fitting(format_: Format, file: str | None) -> Format:
    """Return the format of subtitles that a file's name asks for, where it asks for one."""
    named = next((each for each in SUBTITLES if file and file.lower().endswith(SUFFIXES[each])),
                 format_)
    return named if format_ in SUBTITLES else format_


def _about(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return (groups.get("about") or groups.get("rest") or "").strip()


def _first(patterns: list[re.Pattern[str]], text: str) -> re.Match[str] | None:
    return next((match for each in patterns if (match := each.fullmatch(text))), None)


def _tail(lead: str, pattern: str) -> re.Pattern[str]:
    return re.compile(f"{lead}(?:{pattern})$", re.IGNORECASE)


def _whole(polite: str, patterns: list[str]) -> list[re.Pattern[str]]:
    return [re.compile(f"{polite}(?:{each})", re.IGNORECASE) for each in patterns]


@cache
def _closing(code: str, *, latin: bool) -> re.Pattern[str]:
    """Return what every request ends in whose verb stands last."""
    language = wordings(code, latin=latin)
    return re.compile(closing(language.raw["requests"], language.spelled), re.IGNORECASE)


@cache
def _table(code: str, *, latin: bool) -> _Table:
    if code == ENGLISH:
        return _Table(loaded(f"requests_{code}.toml"), code)
    language = wordings(code, latin=latin)
    return _Table(request_patterns(language.raw["requests"], language.spelled), code)
