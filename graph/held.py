"""The chat model held to a JSON schema: it fills in what is asked for, and can say nothing else."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage


def held_reply(
    chat: "BaseChatModel", messages: Sequence["BaseMessage"], name: str, schema: dict[str, Any], *,
    max_tokens: int,
) -> str:
    """Return what the chat model writes under a schema: JSON, if the model keeps to it.

    Args:
        chat: The chat model.
        messages: What it is asked.
        name: What the schema is called.
        schema: The schema.
        max_tokens: How much it may write.
    """
    held = chat.bind(
        response_format={"type": "json_schema", "json_schema": {"name": name, "schema": schema}},
        max_tokens=max_tokens)
    return str(held.invoke(list(messages)).text)
