"""A standard baseline: the model calls the same tools in a loop until it answers.

The small models here write bare JSON instead of a tool call's tags, so that each step is asked for
with structured output: a tool with its arguments, or the answer.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.tools import BaseTool
from pydantic import BaseModel

from bench.agent.rag import NOTHING, Witnessed, answered, numbered
from bench.agent.score import Answered
from trikal.app.session import Session
from trikal.tools.langchain import langchain_tools
from trikal.tools.results import Cited as Found
from trikal.tools.results import Moments

STEPS: Final = 4
_MAX_TOKENS: Final = 200
_LONGEST: Final = 1_200
_ANSWER: Final = "answer"
_TOLD: Final = (
    "You answer questions about an archive of recordings with tools. Each reply is one JSON "
    'object: {{"tool": NAME, "arguments": {{…}}}} calls a tool, {{"tool": "answer", "arguments": '
    '{{"text": "… [1]"}}}} ends. Cite the numbered moments that tools found, like [1]. If the '
    f"archive does not tell, answer: {NOTHING}.\n\nTools:\n{{tools}}"
)


class ToolLoop:
    """Calls tools until the model answers, or the steps are used up.

    Args:
        session: The open archive.
        witnessed: Turns a moment into a citation.
    """

    def __init__(self, session: Session, witnessed: Witnessed) -> None:
        self._tools = {tool.name: tool for tool in langchain_tools(session.toolbox())}
        self._witnessed = witnessed
        schema = {"name": "step", "schema": self._schema()}
        self._chat = session.models.chat().bind(
            response_format={"type": "json_schema", "json_schema": schema}, max_tokens=_MAX_TOKENS)
        told = _TOLD.format(tools="\n".join(map(_signature, self._tools.values())))
        self._messages: list[BaseMessage] = [SystemMessage(told)]
        self._found: list[Found] = []

    def ask(self, question: str) -> Answered:
        """Answer a question."""
        self._messages.append(HumanMessage(question))
        for _ in range(STEPS):
            text = str(self._chat.invoke(self._messages).text)
            self._messages.append(AIMessage(text))
            name, arguments = _step(text)
            if name == _ANSWER:
                return answered(str(arguments.get("text", "")), self._found, self._witnessed)
            self._messages.append(HumanMessage(self._called(name, arguments)))
        return Answered(text="", found=False, error="the steps were used up without an answer")

    def _called(self, name: str, arguments: dict[str, Any]) -> str:
        tool = self._tools.get(name)
        if tool is None:
            return f"There is no tool {name!r}."
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

    def _schema(self) -> dict[str, Any]:
        names = [*self._tools, _ANSWER]
        return {"type": "object", "required": ["tool", "arguments"], "additionalProperties": False,
                "properties": {"tool": {"enum": names}, "arguments": {"type": "object"}}}


def _step(text: str) -> tuple[str, dict[str, Any]]:
    try:
        step = json.loads(text)
        return str(step["tool"]), dict(step["arguments"])
    except (ValueError, KeyError, TypeError):  # cut off in the middle
        return "", {}


def _signature(tool: BaseTool) -> str:
    schema = tool.args_schema
    assert isinstance(schema, type)
    assert issubclass(schema, BaseModel)
    return f"{tool.name}({', '.join(_arguments(schema))}): {tool.description}"


def _arguments(schema: type[BaseModel]) -> Iterator[str]:
    for name, field in schema.model_fields.items():
        yield name if field.is_required() else f"{name}?"
