"""Verdicts: what the judge says of a state, case by case, and what it asks of a model."""

from pathlib import Path
from typing import Any

import pytest

from tests.every import every
from tests.fakes import FakeChat, FakeEmbedder
from tests.graph.makers import MEDIA, found, item, plan, state
from trikal.errors import BackendFailed
from trikal.graph.acts import act
from trikal.graph.budget import Limits, Spent
from trikal.graph.collating import collated
from trikal.graph.context import Resources
from trikal.graph.nodes.judge import MOST_ASKED_BACK, MOST_ROUNDS, _Case, left_out
from trikal.graph.weighing.model_check import tells
from trikal.graph.weighing.support import NOTHING_NEAR
from trikal.serving.notices import hearing
from trikal.tools.relevance import Relevance

FIND = {"id": "s1", "do": "find", "query": plan()["query"]}
FIND2 = {**FIND, "id": "s2"}
TEXT = {"id": "text", "do": "answer", "after": ["s1"]}
CLIP = {"id": "reel", "do": "clip", "after": ["s1"]}
YES, NO = {"answer": "yes"}, {"answer": "no"}
DOUBT = {"words": "Which one is meant?", "choices": ["one", "two"], "queries": [{}, {}]}


def resources(*replies: Any, **more: Any) -> Resources:
    chat = FakeChat(replies=list(replies) or [BackendFailed("It must not be asked.")])
    given: Any = {"finder": None, "relevance": Relevance(FakeEmbedder(), Path("no/such.npy")),
                  "media": MEDIA, "chat": lambda: chat, "chat_name": "fake"}
    return Resources(**{**given, **more})


def verdict(made: Any, *replies: Any, asks: bool = False, **more: Any) -> tuple[str, str]:
    case = _Case(made, resources(*replies, **more), asks=asks)
    said = case.verdict()
    return said["verdict"], said["why"]


def judged(*acts: Any, steps: Any = (FIND, TEXT), **more: Any) -> Any:
    made = state(steps, acts, **more)
    return {**made, **collated(made), **more}


def nearly(certainty: float | None, text: str = "The ferry leaves on the hour.") -> Any:
    return judged(found("s1", item(text=text), lacking=NOTHING_NEAR, certainty=certainty))


def test_what_answers_is_enough() -> None:
    assert verdict(judged(found("s1", item()))) == ("enough", "")


def test_what_lacks_is_given_up_and_the_nearest_is_offered() -> None:
    case = _Case(judged(found("s1", item(), lacking="nothing is like it")), resources(), asks=False)
    assert case.verdict() == {"verdict": "give up", "why": "nothing is like it"}
    assert [each["start_ms"] for each in case.update["nearest"]] == [5_000]


@every(("replies", "says"), [
    ((YES, NO), "enough"), ((YES, YES), "give up"), ((NO, NO), "give up"),
    ((BackendFailed("It is down."),), "give up"), (("rubbish",), "give up"),
    (({"answer": "maybe"}, NO), "give up"), (("[]",), "give up"),
])
def test_just_below_the_threshold_a_model_that_can_tell_has_a_say(
    replies: tuple[Any, ...], says: str
) -> None:
    assert verdict(nearly(-0.01), *replies)[0] == says


@pytest.mark.parametrize(("certainty", "text"), [
    (-0.03, "The ferry leaves on the hour."), (None, "The ferry leaves on the hour."),
    (-0.01, "Bread is baked before dawn."),
])
def test_far_below_it_or_about_something_else_no_model_is_asked(
    certainty: float | None, text: str
) -> None:
    assert verdict(nearly(certainty, text), YES, NO)[0] == "give up"


def test_two_searches_that_just_missed_are_given_up_together() -> None:
    made = judged(found("s1", item(0), lacking=NOTHING_NEAR, certainty=-0.01),
                  found("s2", item(9_000), lacking=NOTHING_NEAR, certainty=-0.01),
                  steps=(FIND, FIND2, {**TEXT, "after": ["s1", "s2"]}))
    assert made["evidence"] == []
    assert verdict(made, YES, NO) == ("give up", NOTHING_NEAR)


def test_without_tokens_left_no_model_is_asked() -> None:
    made = {**nearly(-0.01), "spent": Spent(steps=1, tokens=99, seconds=0.0)}
    assert verdict(made, YES, NO, limits=Limits(tokens=99))[0] == "give up"


def test_steps_that_wait_for_nothing_are_gone_on_with() -> None:
    look = {"id": "o1", "do": "look", "after": ["s1"]}
    made = judged(found("s1", item()), steps=(FIND, look, {**TEXT, "after": ["o1"]}))
    assert verdict(made) == ("go on", "look")


@pytest.mark.parametrize(("asks", "asked_back", "says"), [
    (True, 0, "ask"), (True, MOST_ASKED_BACK - 1, "ask"), (True, MOST_ASKED_BACK, "enough"),
    (False, 0, "enough"),
])
def test_a_doubt_is_asked_about_where_the_reader_can_be(
    asks: bool, asked_back: int, says: str
) -> None:
    made = judged(found("s1", item()), doubts=[DOUBT], asked_back=["x"] * asked_back)
    assert verdict(made, asks=asks)[0] == says


def failed(step: str, do: str, **more: Any) -> Any:
    return act(step, do, "", status="failed", why=f"The step {do} did not work.", **more)


def test_a_step_with_a_way_out_is_planned_anew() -> None:
    steps = (FIND, TEXT, {"id": "avatar", "do": "show"})
    made = judged(found("s1", item()), failed("avatar", "show"), steps=steps)
    with hearing() as notices:
        assert verdict(made) == ("replan", "The step show did not work.")
    assert notices == ["the step show failed: The step show did not work."]


@pytest.mark.parametrize("more", [
    {"rounds": MOST_ROUNDS}, {"spent": Spent(steps=1, tokens=0, seconds=999.0)},
])
def test_a_plan_is_not_made_anew_for_ever(more: dict[str, Any]) -> None:
    steps = (FIND, TEXT, {"id": "avatar", "do": "show"})
    made = judged(found("s1", item()), failed("avatar", "show"), steps=steps, **more)
    assert verdict(made)[0] == "enough"


def test_what_has_no_way_out_is_told_once() -> None:
    made = judged(found("s1", item()), failed("reel", "clip"), steps=(FIND, TEXT, CLIP))
    case = _Case(made, resources(), asks=False)
    with hearing() as notices:
        assert case.verdict()["verdict"] == "enough"
        assert [each["told"] for each in case.update["acts"]] == [True]
        again = _Case({**made, "acts": case.state["acts"]}, resources(), asks=False)
        again.verdict()
    assert len(notices) == 1


def test_once_it_is_written_only_what_waits_is_left() -> None:
    written = act("text", "answer", "written")
    made = judged(found("s1", item()), written, steps=(FIND, TEXT, CLIP))
    assert verdict(made) == ("go on", "clip")
    done = judged(found("s1", item()), written, act("reel", "clip", ""), steps=(FIND, TEXT, CLIP))
    assert verdict(done) == ("done", "")


@every(("limits", "spent", "gone"), [
    (Limits(steps=3), None, []),
    (Limits(steps=2), Spent(steps=1, tokens=0, seconds=0.0), ["voice"]),
    (Limits(steps=1), Spent(steps=1, tokens=0, seconds=0.0), ["reel", "voice"]),
    (Limits(seconds=1.0), Spent(steps=1, tokens=0, seconds=1.0), ["reel", "voice"]),
    (Limits(tokens=1), Spent(steps=1, tokens=5, seconds=0.0), []),
    (Limits(steps=1), Spent(steps=9, tokens=0, seconds=0.0), ["reel", "voice"]),
])
def test_the_budget_leaves_out_what_comes_last(
    limits: Limits, spent: Spent | None, gone: list[str]
) -> None:
    steps = (FIND, TEXT, CLIP, {"id": "voice", "do": "say", "after": ["text"]})
    made = judged(found("s1", item()), steps=steps, **({"spent": spent} if spent else {}))
    left = left_out(made, resources(limits=limits))
    assert [each["step"] for each in left] == gone
    assert all(each["why"].startswith("the budget of ") for each in left)


def test_what_a_person_allowed_is_not_left_out() -> None:
    made = judged(found("s1", item()), steps=(FIND, TEXT, {**CLIP, "granted": True}))
    assert left_out(made, resources(limits=Limits(steps=0))) == []


@every(("replies", "told"), [
    ((YES, NO), True), ((YES, YES), False), ((NO, NO), False), ((NO, YES), False),
    (("yes",), False), (({"answer": "YES"}, NO), False),
])
def test_a_model_is_believed_only_where_it_tells_apart(
    replies: tuple[Any, ...], told: bool
) -> None:
    assert tells("Task?", "subject", "text", FakeChat(replies=list(replies))) is told
