"""Questions that take more than one search: compared, or hung on what the first one found.

A question that order in time alone can say ("after X") is one temporal query. Here are those for
which the first search must be known before the second can be put: who spoke, or in which recording.
"""

import re
from functools import cache
from mimetypes import guess_type
from typing import Any, Final

from trikal.graph.conversation.called import kinds_called
from trikal.graph.conversation.tables import loaded, tried, wordings
from trikal.graph.conversation.verb_last import compare_patterns, next_patterns
from trikal.graph.phrases import ENGLISH
from trikal.graph.planning.plans import Find, Take, Use
from trikal.indexes.rules import Vocabulary, read_question, topic_of
from trikal.indexes.sounds import keys
from trikal.indexes.temporal import Ask, Relation, Scope, TemporalQuery
from trikal.moments import Track
from trikal.tools.stems import content_stems
from trikal.writing import main_letters

_EDGES: Final = " \t?!.…,;:।"
_ARTICLE: Final = re.compile(r"(?:the|this|that) (?=\S)", re.IGNORECASE)
_MOST_ALIKE: Final = 8
_NEW: Final = 2  # so many words of its own make a second question one
_NEW_IF_LEANING: Final = 1


def several(
    question: str, vocabulary: Vocabulary, shown_in: str | None = None
) -> list[Find]:
    """Return the searches that a question takes, the last one last; none where one is enough.

    Args:
        question: What is asked, in whichever language.
        vocabulary: The archive's names.
        shown_in: The name of the medium that was shown last, if there is one.
    """
    bare = question.strip(_EDGES)
    for code, latin in tried(bare):
        table = _table(code, latin=latin)
        for name, made in _READ.items():
            for pattern in table.get(name, ()):
                if match := pattern.fullmatch(bare):
                    found = made(match, vocabulary, shown_in, table)
                    if found:
                        return found
    return []


def asks_who(question: str) -> bool:
    """Tell whether the answer that a question wants is who speaks."""
    bare = question.strip(_EDGES)
    return any(_table(code, latin=latin)["who"][0].match(bare) for code, latin in tried(bare))


def _compared(
    match: re.Match[str], vocabulary: Vocabulary, shown_in: str | None, table: Any
) -> list[Find]:
    """Search for each side on its own, if both are names that the archive knows."""
    scopes = _apart([_scope_of(match[name], vocabulary, table) for name in ("one", "other")])
    about = topic_of(match["about"], table["code"])
    target = read_question(about, vocabulary, code=table["code"]).query
    return [Find(id=f"s{n}", query=target.model_copy(update={"scope": scope}))
            for n, scope in enumerate(scopes, start=1) if scope] if all(scopes) else []


def _apart(scopes: list[Scope | None]) -> list[Scope | None]:
    """Leave what one side names out of the other, of which it is only one of its kind.

    "The film and webb.mp4" are two films, and one of them is no side of its own.
    """
    named = {each.media[0] for each in scopes if each and len(each.media) == 1}
    return [Scope(media=left) if each and len(each.media) > 1 and (
        left := tuple(name for name in each.media if name not in named)) else each
        for each in scopes]


def _beside(
    match: re.Match[str], vocabulary: Vocabulary, shown_in: str | None, table: Any
) -> list[Find]:
    first = read_question(match["about"], vocabulary, code=table["code"]).query
    where = match.groupdict().get("where")
    if where and table["other"][0].fullmatch(where):
        others = [name for name in vocabulary.media if name != shown_in]
        if shown_in is None or len(others) != 1:
            return []
        first = first.model_copy(update={"scope": Scope(media=(others[0],))})
    elif where and (scope := _scope_of(where, vocabulary, table)):
        first = first.model_copy(update={"scope": scope})
    side = Relation.RIGHT_BEFORE if match["before"] else Relation.RIGHT_AFTER
    use = Use(step="s1", take=Take.MOMENT, relation=side)
    return [Find(id="s1", query=first),
            Find(id="s2", query=TemporalQuery(tracks=(Track.SPEECH,)), uses=(use,))]


def _of_speaker(
    match: re.Match[str], vocabulary: Vocabulary, shown_in: str | None, table: Any
) -> list[Find]:
    return _hung(match, vocabulary, Take.SPEAKER, table["code"])


def _of_quoted(
    match: re.Match[str], vocabulary: Vocabulary, shown_in: str | None, table: Any
) -> list[Find]:
    """Search what a speaker says who is known by a quotation, for all that is asked of him."""
    asked = TemporalQuery(target=f"{match['ask']}{match['about']}", tracks=(Track.SPEECH,))
    return [Find(id="s1", query=read_question(match["first"], vocabulary).query),
            Find(id="s2", query=asked, uses=(Use(step="s1", take=Take.SPEAKER),))]


def _in_medium(
    match: re.Match[str], vocabulary: Vocabulary, shown_in: str | None, table: Any
) -> list[Find]:
    return _hung(match, vocabulary, Take.MEDIUM, table["code"])


def _hung(
    match: re.Match[str], vocabulary: Vocabulary, take: Take, code: str
) -> list[Find]:
    first, about = match["first"], topic_of(match["about"], code)
    return [Find(id="s1", query=read_question(first, vocabulary, code=code).query),
            Find(id="s2", query=read_question(about, vocabulary, code=code).query,
                 uses=(Use(step="s1", take=take),))]


def _of_one(
    match: re.Match[str], vocabulary: Vocabulary, shown_in: str | None, table: Any
) -> list[Find]:
    """Search in the medium that is named, where rules would take its name for words."""
    scope = _scope_of(match["one"], vocabulary, table)
    target = read_question(match["about"], vocabulary).query
    if scope is None or not scope.media or target.scope != Scope():
        return []
    return [Find(id="s1", query=target.model_copy(update={"scope": scope}))]


def _both(
    match: re.Match[str], vocabulary: Vocabulary, shown_in: str | None, table: Any
) -> list[Find]:
    """Search for two questions in one; what the second only says again takes no search."""
    one, other = (_told(read_question(match[name], vocabulary).query) for name in ("one", "other"))
    if not one.target:
        return []
    new = set(content_stems(match["other"])) - set(content_stems(match["one"]))
    lean = table["leaning"][0].search(match["other"])
    if lean:
        thing = table["thing"][0].search(match["one"])
        meant = (f"{match['other'][:lean.start()]}{thing[0]}{match['other'][lean.end():]}"
                 if thing else match[0])
        other = other.model_copy(update={"target": meant})
    if len(new) >= (_NEW_IF_LEANING if lean else _NEW):
        return [Find(id="s1", query=one), Find(id="s2", query=other)]
    is_set_apart = match[0][match.end("one"):].startswith(",")
    return [Find(id="s1", query=one)] if is_set_apart else []


def _told(query: TemporalQuery) -> TemporalQuery:
    """Ask who tells a length of time, beside another question, for a length is no evidence."""
    return query.model_copy(update={"ask": Ask.MOMENTS}) if query.ask is Ask.DURATION else query


def _on_slide(
    match: re.Match[str], vocabulary: Vocabulary, shown_in: str | None, table: Any
) -> list[Find]:
    first = read_question(match["first"], vocabulary).query
    if not first.target:
        return []
    use = Use(step="s1", take=Take.MOMENT, relation=Relation.DURING)
    # Slides are in films alone, and what is said elsewhere is nowhere beside one.
    films = [each for each in vocabulary.media if (guess_type(each)[0] or "").startswith("video")]
    scope = Scope(media=tuple(films)) if (
        first.scope == Scope() and 0 < len(films) <= _MOST_ALIKE) else first.scope
    said = first.model_copy(update={"tracks": (Track.SPEECH,), "scope": scope})
    return [Find(id="s1", query=said),
            Find(id="s2", query=TemporalQuery(tracks=(Track.SCREEN,)), uses=(use,))]


def _scope_of(name: str, vocabulary: Vocabulary, table: Any) -> Scope | None:
    """Return where a name of the archive leads, or ``None``.

    A medium may be called by its name, without its suffix, or by what it is, where it is the only
    kind of its sort or all of them are meant: "the film".
    """
    bare = _ARTICLE.sub("", name.strip(_EDGES)).casefold()
    speakers = [each for each in vocabulary.speakers
                if bare == each.casefold() or bare in each.casefold().split()]
    speakers = speakers or [each for each in vocabulary.speakers if _sounds_alike(bare, each)]
    if len(speakers) == 1:
        return Scope(speakers=(speakers[0],))
    media = [each for each in vocabulary.media
             if bare in (each.casefold(), each.casefold().rpartition(".")[0])]
    if len(media) == 1:
        return Scope(media=(media[0],))
    kinds = kinds_called(bare) if table["code"] == ENGLISH else ()
    alike = [each for each in vocabulary.media if (guess_type(each)[0] or "").startswith(kinds)]
    return Scope(media=tuple(alike)) if 0 < len(alike) <= _MOST_ALIKE else None


def _sounds_alike(said: str, name: str) -> bool:
    """Tell whether a name is another's, or a part of it, in another script: half of it is enough.

    Case endings are glued to last words, and राव is Rao.
    """
    if main_letters(said) == main_letters(name):
        return False
    heard, spoken = [_sounds(word) for word in name.split()], said.split()
    alike = sum(any(_sounds(word) & each for each in heard) for word in spoken)
    return 2 * alike >= len(spoken) > 0


def _sounds(word: str) -> set[str]:
    return {*keys(word).close, *keys(word).loose}


_READ: Final = {
    "compare": _compared, "told": _compared, "of": _of_one, "slide": _on_slide,
    "beside": _beside, "speaker": _of_speaker, "said": _of_quoted, "medium": _in_medium,
    "both": _both,
}
"""By the name of a table of wordings: what is made of a question that one of them fits."""


@cache
def _table(code: str, *, latin: bool) -> dict[str, Any]:
    if code != ENGLISH:
        language = wordings(code, latin=latin)
        raw, spelled = language.raw, language.spelled
        named = {"compare": compare_patterns(raw["compare"], spelled),
                 **next_patterns(raw["next"], raw["compare"], spelled)}
        return {"code": code, **{
            name: [_compiled(each) for each in patterns] for name, patterns in named.items()}}
    return {"code": code, **{
        name: [_compiled(each) for each in table.get("patterns", [table.get("pattern")])]
        for name, table in loaded(f"hops_{code}.toml").items()}}


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
