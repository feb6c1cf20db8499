"""The chat model's yes or no, where code cannot tell.

The model is asked twice: about the evidence, and about a text that has nothing to do with it. Only
a model that tells the two apart is believed; a small one that says yes to everything, or a text
that tells it to, has no say.
"""

import json
from typing import TYPE_CHECKING, Any, Final

from trikal.graph.held import held_reply
from trikal.graph.prompts import check_messages
from trikal.serving.backends.openai_errors import map_errors

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

BAND: Final = 0.02
"""So far below the threshold the model may still say that the evidence answers."""

LEAST_SHARED: Final = 0.5
"""Evidence that carries less of a question's content words is not even shown to the model."""

_MAX_TOKENS: Final = 24  # some models put spaces and line ends between
_SCHEMA: Final[dict[str, Any]] = {
    "type": "object", "properties": {"answer": {"enum": ["yes", "no"]}}, "required": ["answer"],
    "additionalProperties": False,
}
_UNRELATED: Final = "The shop on the corner sells blue umbrellas on rainy Tuesdays."


def tells(task: str, subject: str, text: str, chat: "BaseChatModel") -> bool:
    """Tell whether a text answers a question, or carries a claim, as far as a model can.

    Args:
        task: What the model is asked about the two, as a question to be answered yes or no.
        subject: The question, or the claim.
        text: The evidence: data, and fenced.
        chat: The chat model.

    Raises:
        ModelError: The model or its server failed.
    """
    return (_says_yes(task, subject, text, chat)
            and not _says_yes(task, subject, _UNRELATED, chat))


def _says_yes(task: str, subject: str, text: str, chat: "BaseChatModel") -> bool:
    with map_errors("the chat model"):
        said = held_reply(chat, check_messages(task, subject, text), "check", _SCHEMA,
                          max_tokens=_MAX_TOKENS)
    try:
        return bool(json.loads(said)["answer"] == "yes")
    except (ValueError, KeyError, TypeError):
        return False


ANSWERS: Final = "Does the text tell the answer to the question?"
FOLLOWS: Final = "Does the text say the same as the claim?"
