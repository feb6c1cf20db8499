"""A task's models in order: who is tried, who is left, what is told, and what is never mixed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from trikal.errors import (
    AnswerBrokenOff,
    BackendFailed,
    BadInput,
    ModelError,
    ModelUnavailable,
    WeightsCorrupt,
)
from trikal.serving import desk as desk_module
from trikal.serving.breaker import FIRST_REST_S, Breakers
from trikal.serving.calls import Call, Gates, Outcome, reporting
from trikal.serving.catalog import Backend
from trikal.serving.desk import Desk
from trikal.serving.notices import hearing
from trikal.serving.roles import Role
from trikal.serving.tasks import Choice

OF_REQUEST = BackendFailed("It refused the request.", of_request=True)
DOWN = BackendFailed("It is down.")
BUSY = BackendFailed("It is busy.", may_pass=True, retry_after_s=0.0)


def choice(model: str, **more: Any) -> Choice:
    return Choice(role=Role.OCR, model=model, backend=Backend.RAPIDOCR, why="a test", **more)


class Scene:
    """A desk over some models, of which each does or raises what it is told to."""

    def __init__(self, **does: Any) -> None:
        self.does = does
        self.breakers = Breakers()
        self.asked: list[str] = []
        self.ranked = 0
        self.desk: Desk[Callable[[], str]] = Desk(
            self._rank, self._build, self.breakers, Gates())

    def _rank(self) -> list[Choice]:
        self.ranked += 1
        return [choice(name) for name in self.does]

    def _build(self, chosen: Choice) -> Callable[[], str]:
        def work() -> str:
            self.asked.append(chosen.model)
            told = self.does[chosen.model]
            if isinstance(told, list):
                told = told.pop(0)
            if isinstance(told, Exception):
                raise told
            return str(told)

        if self.does[chosen.model] is ModelUnavailable:
            raise ModelUnavailable(f"{chosen.model} cannot be built.")
        return work

    def work(self) -> str:
        for attempt in self.desk.attempts("read"):
            with attempt as model:
                return model()
        raise AssertionError("neither returned nor raised")


@pytest.fixture
def calls() -> Iterator[list[Call]]:
    seen: list[Call] = []
    with reporting(sink=seen.append):
        yield seen


@pytest.fixture(autouse=True)
def impatient() -> None:
    """How long is waited is told here; nobody waits so long."""


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr(desk_module.time, "sleep", slept.append)
    return slept


def test_the_first_model_works_and_no_other_is_asked(calls: list[Call]) -> None:
    scene = Scene(one="read", two="unasked")
    assert scene.work() == "read"
    assert scene.asked == ["one"]
    assert [(call.model, call.does, call.outcome) for call in calls] == [
        ("one", "read", Outcome.DONE)]


@pytest.mark.parametrize("error", [DOWN, OF_REQUEST, WeightsCorrupt("damaged"),
                                   ModelUnavailable("gone")])
def test_whatever_fails_is_left_for_the_next(error: ModelError, calls: list[Call]) -> None:
    scene = Scene(one=error, two="read")
    with hearing() as notices:
        assert scene.work() == "read"
    assert scene.asked == ["one", "two"]
    assert [call.outcome for call in calls] == [Outcome.FAILED, Outcome.DONE]
    assert calls[0].error == type(error).__name__
    assert len(notices) == 1
    assert str(error) in notices[0]
    assert "two/rapidocr does its work" in notices[0]


def test_what_failed_rests_and_a_bad_request_makes_nothing_rest() -> None:
    failing, refusing = Scene(one=DOWN, two="read"), Scene(one=OF_REQUEST, two="read")
    for scene in (failing, refusing):
        scene.work()
        scene.work()
    assert failing.asked == ["one", "two", "two"]
    assert refusing.asked == ["one", "two", "one", "two"]
    assert failing.breakers.resting()["one/rapidocr"] == pytest.approx(FIRST_REST_S, abs=1)
    assert refusing.breakers.resting() == {}


def test_what_cannot_be_built_is_left_too() -> None:
    scene = Scene(one=ModelUnavailable, two="read")
    assert scene.work() == "read"
    assert scene.desk.choice().model == "two"


def test_the_last_one_s_error_is_told_when_all_fail() -> None:
    scene = Scene(one=DOWN, two=WeightsCorrupt("The weights of two are damaged."))
    with pytest.raises(WeightsCorrupt, match="of two are damaged"):
        scene.work()
    assert scene.asked == ["one", "two"]


def test_none_that_can_be_built_is_the_last_one_s_error() -> None:
    with pytest.raises(ModelUnavailable, match="two cannot be built"):
        Scene(one=ModelUnavailable, two=ModelUnavailable).work()
    with pytest.raises(ModelUnavailable, match="one cannot be built"):
        Scene(one=ModelUnavailable).desk.warm()


def test_what_is_no_fault_of_a_model_is_raised_at_once(calls: list[Call]) -> None:
    scene = Scene(one=BadInput("The picture has no pixels."), two="unasked")
    with pytest.raises(BadInput):
        scene.work()
    assert scene.asked == ["one"]
    assert scene.breakers.resting() == {}
    assert [call.outcome for call in calls] == [Outcome.FAILED]


def test_the_last_one_gets_a_second_chance_where_it_may_pass(no_waiting: list[float]) -> None:
    scene = Scene(one=[BUSY, "read"])
    assert scene.work() == "read"
    assert scene.asked == ["one", "one"]
    assert no_waiting == [0.0]


@pytest.mark.parametrize(("asked", "waits"), [(0.0, [0.0]), (5.0, [5.0]), (5.1, []), (60.0, [])])
def test_a_server_that_asks_for_a_long_wait_is_not_waited_for(
    no_waiting: list[float], asked: float, waits: list[float]
) -> None:
    busy = BackendFailed("It is busy.", may_pass=True, retry_after_s=asked)
    scene = Scene(one=[busy, "read"])
    if waits:
        assert scene.work() == "read"
    else:
        with pytest.raises(BackendFailed):
            scene.work()
    assert no_waiting == waits


def test_where_no_wait_is_asked_for_each_caller_waits_another(no_waiting: list[float]) -> None:
    for _ in range(5):
        Scene(one=[BackendFailed("busy", may_pass=True), "read"]).work()
    assert all(0.5 <= each <= 1.5 for each in no_waiting)
    assert len(set(no_waiting)) > 1


def test_a_second_failure_of_the_last_one_is_told() -> None:
    scene = Scene(one=[BUSY, DOWN])
    with pytest.raises(BackendFailed, match="It is down"):
        scene.work()


def test_an_answer_is_never_put_together_from_two() -> None:
    scene = Scene(one="half", two="whole")
    attempt = next(scene.desk.attempts("chat"))
    attempt.told()
    with pytest.raises(AnswerBrokenOff, match="one broke off"), attempt:
        raise DOWN
    assert scene.work() == "whole"


def test_what_broke_off_with_nothing_told_goes_on_with_the_next() -> None:
    scene = Scene(one="half", two="whole")
    done = []
    for attempt in scene.desk.attempts("chat"):
        with attempt as model:
            if attempt.choice.model == "one":
                raise DOWN
            done.append(model())
            break
    assert done == ["whole"]


def test_a_caller_that_stops_listening_has_stopped_the_call(calls: list[Call]) -> None:
    scene = Scene(one="read")
    with pytest.raises(KeyboardInterrupt), next(scene.desk.attempts("chat")):
        raise KeyboardInterrupt
    assert [(call.outcome, call.error) for call in calls] == [(Outcome.STOPPED, "")]
    assert scene.breakers.resting() == {}


def test_the_router_is_asked_again_as_long_as_anything_rests() -> None:
    scene = Scene(one="read", two="read")
    scene.work()
    scene.work()
    assert scene.ranked == 1
    scene.breakers.failed("two/rapidocr")
    scene.work()
    scene.work()
    assert scene.ranked == 3


def test_when_all_rest_the_first_is_tried_all_the_same() -> None:
    scene = Scene(one="read", two="read")
    for name in ("one/rapidocr", "two/rapidocr"):
        scene.breakers.failed(name)
    assert scene.work() == "read"
    assert scene.asked == ["one"]


def test_a_model_that_stands_in_is_told_of() -> None:
    made: Desk[str] = Desk(
        lambda: [choice("two", instead_of="one/rapidocr")], lambda _: "two", Breakers(), Gates())
    with hearing() as notices:
        made.warm()
    assert notices == ["a test; two/rapidocr does its work."]
