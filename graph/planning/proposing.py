"""Plans that the chat model proposes where the rules cannot read what is to be done.

The model is asked only where a question uses words of a request (a clip, a summary, aloud …) that
the rules could not place. It fills in a small schema, and of what it says only this is believed:

1. What is to be done, if the question itself has a word for it: nothing is cut, written or said
   that the question does not name.
2. What it is about, if that stands word for word in the question.
3. Steps, their order, files, times and languages are code's alone; the model is not asked for them.

It is shown the question and nothing else: no text out of media has a way in.
"""

import re
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from trikal.graph.held import held_reply
from trikal.graph.planning.requests import Request
from trikal.graph.prompts import request_messages
from trikal.indexes.phrases import says
from trikal.serving.backends.openai_errors import map_errors
from trikal.tools.composition import Kind

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_MAX_TOKENS: Final = 80
_NAMED: Final = {
    "clip": r"\b(?:clips?|reel|supercut|montage|highlights?|cut)\b",
    "summary": r"\b(?:summar\w+|recap)\b", "brief": r"\bbrief(?:ing)?\b",
    "script": r"\bscript\b", "quiz": r"\bquiz\b", "chapters": r"\bchapters?\b",
    "say": r"\b(?:aloud|out loud|say|speak|read)\b",
}


class Proposal(BaseModel):
    """What the model makes of a request."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    do: list[str] = Field(max_length=3)
    about: str = Field(max_length=300)


def proposal_schema() -> dict[str, Any]:
    """Return the JSON schema that the chat model is held to."""
    return {
        "type": "object", "additionalProperties": False, "required": ["do", "about"],
        "properties": {
            "do": {"type": "array", "maxItems": 3, "items": {"enum": ["answer", *_NAMED]}},
            "about": {"type": "string", "maxLength": 300},
        },
    }


def proposed(question: str, chat: "BaseChatModel") -> Request | None:
    """Let the chat model read a request; ``None`` where nothing of it can be believed.

    Raises:
        ModelError: The model or its server failed.
    """
    with map_errors("the chat model"):
        text = held_reply(chat, request_messages(question), "request", proposal_schema(),
                          max_tokens=_MAX_TOKENS)
    try:
        proposal = Proposal.model_validate_json(text)
    except ValidationError:
        return None
    return believed(proposal, question)


def believed(proposal: Proposal, question: str) -> Request | None:
    """Return what of a proposal the question itself bears out, or ``None``."""
    named = [each for each in dict.fromkeys(proposal.do)
             if each in _NAMED and re.search(_NAMED[each], question, re.IGNORECASE)]
    about = " ".join(proposal.about.split())
    if not named or not about or not says(question, about):
        return None
    kinds = [Kind(each) for each in named if each in set(Kind)]
    return Request(about=about, kind=kinds[0] if kinds else None, clip="clip" in named,
                   aloud="say" in named)
