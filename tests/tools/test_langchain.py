"""The toolbox as LangChain tools: schemas that let nothing unknown in, errors as sentences."""

import inspect
import json
from typing import Any

import pytest
from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool

from trikal.catalogue import Medium
from trikal.tools.langchain import langchain_tools
from trikal.tools.results import Frames
from trikal.tools.toolbox import Toolbox


@pytest.fixture
def tools(toolbox: Toolbox) -> dict[str, BaseTool]:
    return {tool.name: tool for tool in langchain_tools(toolbox)}


def called(tool: BaseTool, **arguments: Any) -> ToolMessage:
    message = tool.invoke({"type": "tool_call", "id": "1", "name": tool.name, "args": arguments})
    assert isinstance(message, ToolMessage)
    return message


def test_every_tool_has_a_description_and_a_closed_schema(tools: dict[str, BaseTool]) -> None:
    for tool in tools.values():
        schema = tool.get_input_jsonschema()
        assert schema["additionalProperties"] is False
        assert len(tool.description) > 30
        json.dumps(schema)


def test_what_a_schema_lets_in_its_tool_takes(tools: dict[str, BaseTool], toolbox: Toolbox) -> None:
    for name, tool in tools.items():
        taken = inspect.signature(getattr(toolbox, name)).parameters
        assert set(tool.args) <= set(taken), name
        required = {each for each, given in taken.items() if given.default is given.empty}
        assert required <= set(tool.get_input_jsonschema().get("required", ())), name


def test_without_a_portrait_nobody_is_shown_and_that_is_told(tools: dict[str, BaseTool]) -> None:
    message = called(tools["show"], text="Hello.", language="en", file="face.mp4")
    assert message.status == "error"
    assert "TRIKAL_PORTRAIT" in str(message.content)


def test_numbers_texts_and_lists_are_bounded(tools: dict[str, BaseTool]) -> None:
    def unbounded(schema: Any, path: str = "") -> list[str]:
        if isinstance(schema, list):
            return [each for part in schema for each in unbounded(part, path)]
        if not isinstance(schema, dict):
            return []
        wants = {"integer": {"maximum", "exclusiveMaximum"}, "number": {"maximum"},
                 "string": {"maxLength", "pattern", "enum", "const"}, "array": {"maxItems"}}
        found = [path] if wants.get(schema.get("type", ""), schema.keys()).isdisjoint(
            schema) and schema.get("type") in wants else []
        return found + [each for key, part in schema.items()
                        for each in unbounded(part, f"{path}/{key}")]

    for tool in tools.values():
        loose = unbounded(tool.get_input_jsonschema())
        assert [path for path in loose if not path.endswith("/ordinal/anyOf")] == [], tool.name


def test_a_tool_answers_with_json_and_the_typed_result(
    tools: dict[str, BaseTool], talk: Medium
) -> None:
    message = called(tools["frames"], medium="talk", times_ms=[1_000], file="a.png")
    assert isinstance(message.artifact, Frames)
    assert message.artifact.frames[0].path.is_file()
    assert json.loads(str(message.content))["frames"][0]["shown_ms"] == 1_000


@pytest.mark.parametrize(("name", "arguments", "says"), [
    ("frames", {"medium": "none"}, "No medium is called 'none'"),
    ("frames", {"medium": "talk", "times_ms": [9_000]}, "runs from 0:00"),
    ("frames", {"medium": "talk", "file": "../../a.png"}, "Nothing is written"),
    ("frames", {"medium": "talk", "file": "a.sh"}, "must end in"),
    ("frames", {"medium": "talk", "shell": "rm"}, "shell: Extra inputs"),
    ("frames", {"medium": "talk", "count": 10_000}, "less than or equal to 100"),
    ("listen", {"medium": "talk", "start_ms": 5, "end_ms": 5}, "ends (5) before"),
    ("listen", {"medium": "talk", "language": "../x"}, "language: "),
    ("neighbours", {"moment_id": "1 OR 1=1"}, "moment_id: "),
    ("find", {"query": {"target": "x", "ordinal": 0}}, "query"),
    ("search", {"text": ""}, "at least 1 character"),
])
def test_what_is_wrong_comes_back_as_a_sentence(
    tools: dict[str, BaseTool], talk: Medium, name: str, arguments: dict[str, Any], says: str
) -> None:
    message = called(tools[name], **arguments)
    assert message.status == "error"
    assert says in str(message.content)
    assert message.artifact is None


def test_a_reel_is_cut_from_plain_data(tools: dict[str, BaseTool], talk: Medium) -> None:
    spans = [{"medium": "talk", "start_ms": 0, "end_ms": 400}]
    message = called(tools["clip"], spans=spans)
    assert message.artifact.duration_ms == 400
