"""The tool-calling loop that the agent is compared with: the same tools, really called."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from langchain_core.tools import BaseTool

from bench.agent.loop import STEPS, ToolLoop, step_schema
from bench.agent.score import Cited
from bench.agent.tool_schemas import bounded, signature
from tests.fakes import FakeChat, FakeModels, FakeScreenReader, FakeVoice
from tests.graph.films import Film, archived
from trikal.errors import BackendFailed
from trikal.moments import Track
from trikal.tools.langchain import langchain_tools
from trikal.tools.outputs import Fenced
from trikal.tools.toolbox import Toolbox

SAID = ((Track.SPEECH, 0, 4_000, "The harbour bridge was painted green in April."),
        (Track.SPEECH, 4_000, 8_000, "Bread rose to two euros."),
        (Track.SPEECH, 8_000, 12_000, "The ferry leaves every hour."))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Film]:
    with archived(tmp_path_factory.mktemp("film"), SAID) as made:
        yield made


@pytest.fixture
def tools(film: Film, tmp_path: Path) -> list[BaseTool]:
    models = FakeModels(voice=FakeVoice(), screen_reader=FakeScreenReader(["GATE SEVEN"]))
    return langchain_tools(Toolbox(
        catalogue=film.catalogue, finder=lambda: film.finder, models=models,
        outputs=Fenced(tmp_path / "outputs")))


def witnessed(cited: Mapping[str, Any]) -> Cited:
    return Cited(name=cited["name"], track=cited["track"], start_ms=cited["start_ms"],
                 end_ms=cited["end_ms"], text=cited["text"], exists=True)


def call(tool: str, **arguments: Any) -> dict[str, Any]:
    return {"tool": tool, "arguments": arguments}


def told(chat: FakeChat) -> str:
    """What the model was told last."""
    return str(chat.prompts[-1][-1].content)


def test_it_has_every_tool_that_the_agent_has(tools: list[BaseTool]) -> None:
    chat = FakeChat(replies=[call("answer", text="Nothing.")])
    ToolLoop(chat, tools, witnessed).ask("What?")
    system = str(chat.prompts[0][0].content)
    schema = chat.bound[0]["response_format"]["json_schema"]["schema"]
    offered = {each["properties"]["tool"]["const"] for each in schema["anyOf"]}
    assert offered == {each.name for each in tools} | {"answer"}
    assert {"find", "look", "show", "clip", "export"} <= offered
    assert all(f"\n{each.name}(" in system for each in tools)


def test_what_is_found_is_numbered_shown_and_cited(tools: list[BaseTool]) -> None:
    chat = FakeChat(replies=[call("search", text="painted bridge"),
                             call("answer", text="In April. [1]")])
    answer = ToolLoop(chat, tools, witnessed).ask("When was the bridge painted?")
    assert told(chat).startswith(
        "[1] harbour.mp4, 0 to 4000 ms, speech: The harbour bridge was painted green in April.")
    assert (answer.text, answer.found) == ("In April. [1]", True)
    assert [each.text for each in answer.cited] == [SAID[0][3]]


def test_a_query_in_time_reaches_the_time_algebra(tools: list[BaseTool]) -> None:
    query = {"target": "", "constraints": [{
        "kind": "anchored", "relation": "right after", "anchor": {"target": "bread rose"}}]}
    chat = FakeChat(replies=[call("find", query=query), call("answer", text="The ferry. [1]")])
    answer = ToolLoop(chat, tools, witnessed).ask("What was said right after bread rose?")
    assert [each.start_ms for each in answer.cited] == [8_000]


def test_a_number_stands_for_the_id_of_a_moment(tools: list[BaseTool], tmp_path: Path) -> None:
    chat = FakeChat(replies=[
        call("search", text="painted bridge", limit=1), call("neighbours", moment_id="1"),
        call("export", format="srt", moment_ids=["1", "3"], file="two.srt"),
        call("answer", text="Written. [3]")])
    answer = ToolLoop(chat, tools, witnessed).ask("Write the subtitles of the bridge.")
    written = (tmp_path / "outputs" / "two.srt").read_text(encoding="utf-8")
    assert "painted green" in written
    assert "Bread rose" in written
    assert [each.start_ms for each in answer.cited] == [4_000]


def test_numbers_run_on_through_a_dialogue(tools: list[BaseTool]) -> None:
    chat = FakeChat(replies=[
        call("search", text="painted bridge", limit=1), call("answer", text="Green. [1]"),
        call("search", text="ferry leaves", limit=1), call("answer", text="Hourly. [2]")])
    loop = ToolLoop(chat, tools, witnessed)
    loop.ask("Which colour?")
    assert [each.start_ms for each in loop.ask("And the ferry?").cited] == [8_000]
    assert "Green. [1]" in str([each.content for each in chat.prompts[-1]])


@pytest.mark.parametrize(("reply", "says"), [
    (call("neighbours", moment_id="9"), "arguments are wrong"),
    (call("read", medium="nothing.mp4", start_ms=0), "nothing.mp4"),
    (call("say"), "arguments are wrong"),
    ('{"tool": "search", "argum', "no whole call"),
    (BackendFailed("The answer was cut off after 200 tokens."), "no whole call"),
])
def test_a_wrong_call_is_told_and_the_loop_goes_on(
    tools: list[BaseTool], reply: Any, says: str
) -> None:
    chat = FakeChat(replies=[reply, call("answer", text="not in the archive")])
    answer = ToolLoop(chat, tools, witnessed).ask("What?")
    assert says in told(chat)
    assert not answer.found


def test_the_last_step_can_only_answer(tools: list[BaseTool]) -> None:
    chat = FakeChat(replies=[call("search", text="bridge")])
    answer = ToolLoop(chat, tools, witnessed).ask("What?")
    assert len(chat.prompts) == STEPS
    last = chat.bound[-1]["response_format"]["json_schema"]["schema"]
    assert [each["properties"]["tool"]["const"] for each in last["anyOf"]] == ["answer"]
    assert answer.text == ""


def test_what_a_schema_allows_fits_the_tool(tools: list[BaseTool]) -> None:
    """What a held model may write is a part of what the tool takes: names, and no more depth."""
    for tool in tools:
        made, whole = bounded(tool), tool.args_schema.model_json_schema()  # type: ignore[union-attr]
        assert set(made["properties"]) == set(whole["properties"])
        assert set(whole.get("required", ())) <= set(made["required"])
        assert "$ref" not in json.dumps(made)
        assert len(signature(tool)) < 1_400
    anchored = json.dumps(bounded(next(each for each in tools if each.name == "find")))
    assert anchored.count('"anchored"') == 1


def test_a_step_is_a_call_of_one_tool_with_its_own_arguments(tools: list[BaseTool]) -> None:
    known = {each.name: bounded(each) for each in tools}
    steps = step_schema(known)["anyOf"]
    assert {each["properties"]["tool"]["const"]: each["properties"]["arguments"]
            for each in steps} == known
    assert all(each["required"] == ["tool", "arguments"] and not each["additionalProperties"]
               for each in steps)
