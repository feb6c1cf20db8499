"""A standard baseline: the model calls the same tools in a loop until it answers.

The prompt holds every tool with its whole JSON schema, as a chat template would write them. Left
out is ``find``: its nested temporal query alone is as long as all the others together, and the
small models go on nesting until they are cut off. ``look`` and ``show`` have no model here. The
small models here write bare JSON instead of a tool call's tags, so that each step is asked for
with structured output: one of the tools with arguments that fit its schema, or the answer. The
last step may only answer, so that no question is lost to a loop.
"""

import json
from functools import reduce
from operator import or_
from typing import Any, Final, Literal

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.tools import BaseTool
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, create_model

from bench.agent.rag import NOTHING, Witnessed, answered, numbered
from bench.agent.score import Answered
from trikal.app.session import Session
from trikal.errors import BackendFailed
from trikal.tools.langchain import langchain_tools
from trikal.tools.results import Cited as Found
from trikal.tools.results import Moments

_LEFT_OUT: Final = frozenset({"find", "look", "show"})
STEPS: Final = 4
_MAX_TOKENS: Final = 160
_LONGEST: Final = 1_000
_KEPT: Final = 8
"""So many messages of a dialogue are sent: more would not fit beside the schemas."""

_TOLD: Final = (
    "You answer questions about an archive of recordings with tools. Each reply is one JSON "
    'object: {"tool": NAME, "arguments": {…}} calls a tool, {"tool": "answer", "arguments": '
    '{"text": "…"}} ends. Cite the numbered moments that tools found, like [1], in the answer. '
    f"If the archive does not tell, answer: {NOTHING}.\n"
    'Example: {"tool": "search", "arguments": {"text": "the ferry leaves", "limit": 5}} finds '
    '"[1] (harbour.mp4, 5 s) The ferry leaves every hour.", and then {"tool": "answer", '
    '"arguments": {"text": "It leaves every hour. [1]"}}.\n\nTools:\n'
)


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=600)


class _Step(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ToolLoop:
    """Calls tools until the model answers; its last step can only answer.

    Args:
        session: The open archive.
        witnessed: Turns a moment into a citation.
    """

    def __init__(self, session: Session, witnessed: Witnessed) -> None:
        self._tools = {tool.name: tool for tool in langchain_tools(session.toolbox())
                       if tool.name not in _LEFT_OUT}
        self._witnessed = witnessed
        arguments = {name: _arguments(tool) for name, tool in self._tools.items()}
        self._any = _held(session.models.chat(), {**arguments, "answer": _Answer})
        self._last = _held(session.models.chat(), {"answer": _Answer})
        self._told = SystemMessage(_TOLD + "\n".join(map(_described, self._tools.values())))
        self._messages: list[BaseMessage] = []
        self._found: list[Found] = []

    def ask(self, question: str) -> Answered:
        """Answer a question."""
        self._messages.append(HumanMessage(question))
        for n in range(STEPS):
            chat = self._last if n == STEPS - 1 else self._any
            text = _said(chat, [self._told, *self._messages[-_KEPT:]])
            self._messages.append(AIMessage(text))
            name, arguments = _step(text)
            if name == "answer":
                return answered(str(arguments.get("text", "")), self._found, self._witnessed)
            self._messages.append(HumanMessage(self._called(name, arguments)))
        return Answered(text="", found=False, error="the answer was cut off")

    def _called(self, name: str, arguments: dict[str, Any]) -> str:
        tool = self._tools.get(name)
        if tool is None:
            return "That was no whole call of a tool. Call one with fewer arguments, or answer."
        call = {"name": name, "args": arguments, "id": "1", "type": "tool_call"}
        message = tool.invoke(call)
        if isinstance(message.artifact, Moments):
            return self._numbered(message.artifact)
        return str(message.text)[:_LONGEST]

    def _numbered(self, moments: Moments) -> str:
        """Number what was found after what was found before."""
        start = len(self._found)
        new = [each.model_copy(update={"n": start + n})
               for n, each in enumerate(moments.moments[:5], start=1)]
        self._found += new
        said = "" if moments.value is None else f"value: {moments.value}\n"
        return said + (numbered(new) or moments.absent or "nothing was found")


def step_schema(calls: dict[str, type[BaseModel]]) -> dict[str, Any]:
    """Return the JSON schema of one step: a call of any of these, with its own arguments."""
    kinds = [create_model(f"call_{name}", __base__=_Step, tool=(Literal[name], ...),
                          arguments=(arguments, ...)) for name, arguments in calls.items()]
    return TypeAdapter(reduce(or_, kinds)).json_schema()


def _held(chat: BaseChatModel, calls: dict[str, type[BaseModel]]) -> Any:
    schema = {"name": "step", "schema": step_schema(calls)}
    return chat.bind(response_format={"type": "json_schema", "json_schema": schema},
                     max_tokens=_MAX_TOKENS)


def _said(chat: Any, messages: list[BaseMessage]) -> str:
    """Return the model's reply, empty where it was cut off: that is a step too."""
    try:
        return str(chat.invoke(messages).text)
    except BackendFailed as exc:
        if "cut off" in str(exc):
            return ""
        raise


def _step(text: str) -> tuple[str, dict[str, Any]]:
    try:
        step = json.loads(text)
        return str(step["tool"]), dict(step["arguments"])
    except (ValueError, KeyError, TypeError):  # cut off in the middle
        return "", {}


def _described(tool: BaseTool) -> str:
    schema = _untitled(_arguments(tool).model_json_schema())
    return json.dumps({"name": tool.name, "description": tool.description, "parameters": schema},
                      ensure_ascii=False)


def _arguments(tool: BaseTool) -> type[BaseModel]:
    schema = tool.args_schema
    assert isinstance(schema, type)
    assert issubclass(schema, BaseModel)
    return schema


def _untitled(schema: Any) -> Any:
    """Leave out pydantic's titles, which repeat the names and would take a sixth of the prompt."""
    if isinstance(schema, dict):
        return {key: _untitled(value) for key, value in schema.items()
                if key != "title" or not isinstance(value, str)}
    return [_untitled(each) for each in schema] if isinstance(schema, list) else schema
