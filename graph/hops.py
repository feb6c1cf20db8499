"""Questions that take more than one search: compared, or hung on what the first one found.

A question that order in time alone can say ("after X") is one temporal query. Here are those for
which the first search must be known before the second can be put: who spoke, or in which recording.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from trikal.graph.plans import Find, Take, Use
from trikal.indexes.rules import Vocabulary, read_question
from trikal.indexes.temporal import Relation, Scope, TemporalQuery
from trikal.moments import Track

_EDGES: Final = " \t?!.…,;:"
_NEAREST: Final = {"after": Relation.RIGHT_AFTER, "before": Relation.RIGHT_BEFORE}


def several(
    question: str, vocabulary: Vocabulary, shown_in: str | None = None, *, code: str = "en"
) -> list[Find]:
    """Return the searches that a question takes, the last one last; none where one is enough.

    Args:
        question: What is asked.
        vocabulary: The archive's names.
        shown_in: The name of the medium that was shown last, if there is one.
        code: Language of the question, as its tables are called.
    """
    table, bare = _table(code), question.strip(_EDGES)
    for name, made in (("compare", _compared), ("beside", _beside), ("speaker", _of_speaker),
                       ("medium", _in_medium)):
        for pattern in table[name]:
            if match := pattern.fullmatch(bare):
                found = made(match, vocabulary, shown_in, table)
                if found:
                    return found
    return []


def asks_who(question: str, *, code: str = "en") -> bool:
    """Tell whether the answer that a question wants is who speaks."""
    return bool(_table(code)["who"][0].match(question.strip(_EDGES)))


def is_compared(searches: Sequence[Find]) -> bool:
    """Tell whether searches stand beside each other."""
    return len(searches) > 1 and not any(each.uses for each in searches)


def _compared(
    match: re.Match[str], vocabulary: Vocabulary, shown_in: str | None, table: Any
) -> list[Find]:
    """Search for each side on its own, if both are names that the archive knows."""
    scopes = [_scope_of(match[name], vocabulary) for name in ("one", "other")]
    target = read_question(match["about"], vocabulary).query
    return [Find(id=f"s{n}", query=target.model_copy(update={"scope": scope}))
            for n, scope in enumerate(scopes, start=1) if scope] if all(scopes) else []


def _beside(
    match: re.Match[str], vocabulary: Vocabulary, shown_in: str | None, table: Any
) -> list[Find]:
    first = read_question(match["about"], vocabulary).query
    where = match.groupdict().get("where")
    if where and table["other"][0].fullmatch(where):
        others = [name for name in vocabulary.media if name != shown_in]
        if shown_in is None or len(others) != 1:
            return []
        first = first.model_copy(update={"scope": Scope(media=(others[0],))})
    elif where and (scope := _scope_of(where, vocabulary)):
        first = first.model_copy(update={"scope": scope})
    side = match["side"].split()[-1].lower()
    use = Use(step="s1", take=Take.MOMENT, relation=_NEAREST[side])
    return [Find(id="s1", query=first),
            Find(id="s2", query=TemporalQuery(tracks=(Track.SPEECH,)), uses=(use,))]


def _of_speaker(
    match: re.Match[str], vocabulary: Vocabulary, shown_in: str | None, table: Any
) -> list[Find]:
    return _hung(match, vocabulary, Take.SPEAKER)


def _in_medium(
    match: re.Match[str], vocabulary: Vocabulary, shown_in: str | None, table: Any
) -> list[Find]:
    return _hung(match, vocabulary, Take.MEDIUM)


def _hung(match: re.Match[str], vocabulary: Vocabulary, take: Take) -> list[Find]:
    return [Find(id="s1", query=read_question(match["first"], vocabulary).query),
            Find(id="s2", query=read_question(match["about"], vocabulary).query,
                 uses=(Use(step="s1", take=take),))]


def _scope_of(name: str, vocabulary: Vocabulary) -> Scope | None:
    """Return where a name of the archive leads, or ``None``."""
    bare = name.strip(_EDGES).casefold()
    speakers = [each for each in vocabulary.speakers
                if bare == each.casefold() or bare in each.casefold().split()]
    if len(speakers) == 1:
        return Scope(speakers=(speakers[0],))
    media = [each for each in vocabulary.media
             if bare in (each.casefold(), each.casefold().rpartition(".")[0])]
    return Scope(media=(media[0],)) if len(media) == 1 else None


@cache
def _table(code: str) -> dict[str, list[re.Pattern[str]]]:
    text = (files("trikal.graph.conversation") / f"hops_{code}.toml").read_text(encoding="utf-8")
    return {name: [re.compile(each, re.IGNORECASE)
                   for each in raw.get("patterns", [raw.get("pattern")])]
            for name, raw in tomllib.loads(text).items()}
