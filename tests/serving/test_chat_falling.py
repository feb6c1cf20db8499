"""The chat model that everybody is given: schemas, tools and streams, each falling back whole."""

import asyncio
from typing import Any

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage
from langchain_core.outputs import ChatGenerationChunk
from pydantic import BaseModel

from tests.fakes import FakeChat
from trikal.errors import AnswerBrokenOff, BackendFailed
from trikal.serving.breaker import Breakers
from trikal.serving.calls import Call, Gates, Outcome, reporting
from trikal.serving.catalog import Backend
from trikal.serving.chat import FallbackChat
from trikal.serving.desk import Desk
from trikal.serving.roles import Role
from trikal.serving.tasks import Choice

DOWN = BackendFailed("It is down.")


class Yes(BaseModel):
    answer: str


class Breaking(FakeChat):
    """Dies after its first piece."""

    def _stream(self, *args: Any, **kwargs: Any) -> Any:
        yield next(iter(super()._stream(*args, **kwargs)))
        raise DOWN


class Counting(FakeChat):
    """Tells what it read and wrote, as servers do at the end of a stream."""

    def _stream(self, *args: Any, **kwargs: Any) -> Any:
        yield from super()._stream(*args, **kwargs)
        yield ChatGenerationChunk(message=AIMessageChunk(content="", usage_metadata={
            "input_tokens": 7, "output_tokens": 2, "total_tokens": 9}))


class Tooled(FakeChat):
    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        return self.bind(tools=list(tools), **kwargs)


def over(*chats: FakeChat) -> FallbackChat:
    known = {f"m{n}": chat for n, chat in enumerate(chats)}
    choices = [Choice(role=Role.CHAT, model=name, backend=Backend.LLAMACPP, why="a test")
               for name in known]
    return FallbackChat(desk=Desk(lambda: choices, lambda each: known[each.model], Breakers(),
                                  Gates()))


def recorded(work: Any) -> list[Call]:
    seen: list[Call] = []
    with reporting(sink=seen.append):
        work()
    return seen


def test_an_answer_is_the_first_one_s_that_gives_any() -> None:
    chat = over(FakeChat(replies=[DOWN]), FakeChat(replies=["Here."]))
    assert chat.invoke("Where?").text == "Here."
    assert chat.model_name == "m1"
    assert chat._llm_type == "trikal"
    assert chat._get_ls_params()["ls_model_name"] == "m1"


def test_a_stream_is_told_piece_by_piece_and_counted() -> None:
    chat = over(FakeChat(replies=["One two three."]))
    told: list[str] = []
    (call,) = recorded(lambda: told.extend(str(each.text) for each in chat.stream("Count.")))
    assert "".join(told) == "One two three."
    assert (call.tokens_out, call.outcome) == (3, Outcome.DONE)
    assert call.first_ms is not None


def test_a_server_s_own_count_is_believed() -> None:
    chat = over(Counting(replies=["One two three."]))
    (call,) = recorded(lambda: list(chat.stream("Count.")))
    assert (call.tokens_in, call.tokens_out) == (7, 2)


def test_a_stream_that_dies_is_never_gone_on_with() -> None:
    chat = over(Breaking(replies=["One two."]), FakeChat(replies=["Three four."]))
    with pytest.raises(AnswerBrokenOff, match="m0 broke off"):
        list(chat.stream("Count."))
    assert "".join(str(each.text) for each in chat.stream("Count.")) == "Three four."


def test_a_listener_who_leaves_has_stopped_the_call() -> None:
    chat = over(FakeChat(replies=["One two three."]))

    def leave() -> None:
        stream = chat.stream("Count.")
        next(stream)
        stream.close()  # type: ignore[attr-defined]

    (call,) = recorded(leave)
    assert call.outcome is Outcome.STOPPED


@pytest.mark.parametrize("first", [DOWN, "no JSON", '{"question": 1}', "[]"])
def test_an_answer_outside_its_schema_is_left_for_the_next(first: Any) -> None:
    chat = over(FakeChat(replies=[first]), FakeChat(replies=[Yes(answer="yes")]))
    calls = recorded(lambda: chat.with_structured_output(Yes).invoke("Well?"))
    assert [(call.model, call.does, call.outcome) for call in calls] == [
        ("m0", "structured", Outcome.FAILED), ("m1", "structured", Outcome.DONE)]


def test_where_nobody_keeps_to_the_schema_it_is_told() -> None:
    chat = over(FakeChat(replies=["no JSON"]))
    with pytest.raises(BackendFailed, match="m0/llamacpp"):
        chat.with_structured_output(Yes).invoke("Well?")


def test_with_raw_answers_a_misfit_is_the_caller_s_to_judge() -> None:
    chat = over(FakeChat(replies=["no JSON"]), FakeChat(replies=["unasked"]))
    reply = chat.with_structured_output(Yes, include_raw=True).invoke("Well?")
    assert reply["parsed"] is None
    assert reply["raw"].text == "no JSON"
    assert reply["parsing_error"] is not None


def test_a_schema_s_answer_is_given_as_it_was_asked_for() -> None:
    chat = over(FakeChat(replies=[{"answer": "yes"}]))
    assert chat.with_structured_output(Yes).invoke("Well?") == Yes(answer="yes")
    schema = {"title": "yes", "type": "object", "properties": {"answer": {"type": "string"}}}
    assert chat.with_structured_output(schema).invoke("Well?") == {"answer": "yes"}


def test_tools_are_bound_on_whichever_answers() -> None:
    second = Tooled(replies=["Looked."])
    chat = over(Tooled(replies=[DOWN]), second)
    said = chat.bind_tools([{"name": "look"}]).invoke([HumanMessage("Look.")])
    assert isinstance(said, AIMessage)
    assert said.text == "Looked."
    assert second.bound[0]["tools"] == [{"name": "look"}]


def test_it_may_be_awaited() -> None:
    chat = over(FakeChat(replies=[DOWN]), FakeChat(replies=["Here."]))
    assert asyncio.run(chat.ainvoke("Where?")).text == "Here."


def test_stops_and_options_reach_the_model() -> None:
    model = FakeChat(replies=["Here."])
    over(model).invoke("Where?", max_tokens=5)
    assert model.bound[0]["max_tokens"] == 5
