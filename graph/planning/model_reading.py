"""What the chat model may add to the rules' reading of a question, and when it is believed.

The model is held to the JSON schema of a :class:`trikal.indexes.temporal.TemporalQuery`, as far as
it may fill one: a target, and the events that it hangs on, nested as deep as the engine follows.
It is asked where it can help: where a question asks for something beside an event, and where the
rules are not sure of their reading. A small model plans poorly, so of what it says only this is
believed, in this order:

1. It must be a valid query within the schema's bounds; anything else is no answer.
2. Every text in it must stand word for word in the question, and say more than a time. What the
   model invents, or was told to say by a text, has no way in.
3. Times, tracks, speakers, media, ordinals and counts are the rules' alone: they are exact, and the
   model is not even asked for them.
4. Where both found events, the rules' relation and nesting stand. If the model's differ, it is not
   believed at all; if they agree, its texts replace the rules' texts, as long as its event keeps
   three quarters of the rules' words for it and its target keeps clear of them.
5. Where the rules were unsure and found no event, the model's is taken if its relation is one that
   the question names in words that the rules know.

Otherwise, and without a model, the rules' reading stands.
"""

import json
from typing import Any, Final

from langchain_core.language_models import BaseChatModel

from trikal.graph.held import held_reply
from trikal.graph.prompts import plan_messages
from trikal.indexes.phrases import says
from trikal.indexes.rules import Reading, language_of, read_question, relations_named
from trikal.indexes.temporal import (
    MAX_CONSTRAINTS,
    MAX_DEPTH,
    Anchored,
    Ask,
    Relation,
    TemporalQuery,
)
from trikal.tools.stems import content_words
from trikal.tools.verification import carried_share

_LONGEST_TEXT: Final = 200
_LONGEST_REPLY: Final = 10_000
_MAX_TOKENS: Final = 160
_SIBLINGS: Final = 2
_KEPT: Final = 0.75
_SHARED: Final = 0.5


def chat_schema() -> dict[str, Any]:
    """Return the JSON schema that the chat model is held to.

    What fits it is a temporal query but for the kind of its constraints, which goes without saying
    as there is only one; a laptop writes thirty tokens a second.
    """
    query = _event(MAX_DEPTH)
    return {**query, "required": ["target", "constraints"]}


def _event(depth: int) -> dict[str, Any]:
    fields: dict[str, Any] = {"target": {"type": "string", "maxLength": _LONGEST_TEXT}}
    if depth:
        fields["constraints"] = {"type": "array", "maxItems": _SIBLINGS,
                                 "items": _constraint(depth)}
    return _object(fields, ["target"])


def _constraint(depth: int) -> dict[str, Any]:
    return _object({
        "relation": {"enum": [str(each) for each in Relation]},
        "anchor": _event(depth - 1), "other": _event(0),
    }, ["relation", "anchor"])


def _object(fields: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": required,
            "additionalProperties": False}


def is_worth_asking(reading: Reading) -> bool:
    """Tell whether the model could say anything about a question that would be believed."""
    query = reading.query
    if reading.problem or not _is_plain(query):
        return False
    anchored = query.anchored
    if anchored is None:
        return not reading.sure
    return bool(query.target) and query.depth == 1 and anchored.other is None


def ask_for_query(question: str, chat: BaseChatModel) -> TemporalQuery | None:
    """Let the chat model read a question; ``None`` when what it says is no query.

    Raises:
        BackendFailed: The model's server failed.
    """
    text = held_reply(chat, plan_messages(question), "query", chat_schema(),
                      max_tokens=_MAX_TOKENS)
    if len(text) > _LONGEST_REPLY:
        return None
    try:
        return TemporalQuery.model_validate(json.loads(text, object_hook=_with_kind))
    except (ValueError, RecursionError):
        return None


def _with_kind(each: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "anchored", **each} if "relation" in each else each


def reconciled(
    proposal: TemporalQuery, reading: Reading, question: str
) -> TemporalQuery | None:
    """Join the model's reading of a question with the rules'; ``None`` where theirs stands alone.

    Args:
        proposal: What the model read.
        reading: What the rules read.
        question: The question.
    """
    theirs, ours = proposal.anchored, reading.query.anchored
    if theirs is None or not _is_plain(proposal) or not _is_quoted(proposal, question):
        return None
    if ours is None:
        named = relations_named(question)
        return None if reading.sure or theirs.relation not in named else _hung(reading.query,
                                                                               proposal, theirs)
    if (theirs.relation, theirs.other, proposal.depth) != (ours.relation, None, 1):
        return None
    target, anchor = _without_event(proposal.target, question), theirs.anchor.target
    if not _keeps(anchor, target, ours.anchor.target):
        return None
    event = ours.anchor.model_copy(update={"target": anchor})
    hung = ours.model_copy(update={"anchor": event})
    others = tuple(each for each in reading.query.constraints if each is not ours)
    return reading.query.model_copy(update={
        "target": target or reading.query.target, "constraints": (*others, hung)})


def _is_plain(query: TemporalQuery) -> bool:
    """Tell whether nothing but texts and relations would be lost with another query's texts."""
    return not any(part.verbatim or part.ordinal is not None or part.ask is not Ask.MOMENTS
                   for part in query.parts())


def _is_quoted(proposal: TemporalQuery, question: str) -> bool:
    parts = list(proposal.parts())
    only_events = all(isinstance(each, Anchored) for part in parts for each in part.constraints)
    return only_events and bool(proposal.target) and all(
        says(question, part.target) and any(map(str.isalpha, part.target)) for part in parts)


def _without_event(target: str, question: str) -> str:
    """Cut the event off a target that still drags it along, as small models leave it."""
    query = read_question(target, code=language_of(question)).query
    return query.target if query.anchored else target


def _keeps(anchor: str, target: str, rules_anchor: str) -> bool:
    apart = not target or carried_share(target, [rules_anchor]) < _SHARED
    return apart and carried_share(rules_anchor, [anchor]) >= _KEPT


def _hung(
    query: TemporalQuery, proposal: TemporalQuery, constraint: Anchored
) -> TemporalQuery | None:
    """Hang the rules' query on the model's events, if they do not say the target once more."""
    events = [part.target for each in constraint.events for part in each.parts()]
    if not all(map(content_words, events)):
        return None  # "while he was talking" is whenever he is heard
    if (any(says(proposal.target, each) or says(each, proposal.target) for each in events)
            or len(query.constraints) >= MAX_CONSTRAINTS):
        return None
    return query.model_copy(update={
        "target": proposal.target, "constraints": (*query.constraints, constraint)})
