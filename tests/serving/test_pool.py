"""The loaded models of a process: each built once, shared, and gone with its last holder."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from trikal.serving import pool as pool_module
from trikal.serving.pool import Pool


class Loaded:
    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


@pytest.fixture(autouse=True)
def trims(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    seen: list[int] = []
    monkeypatch.setattr(pool_module, "give_memory_back", lambda: seen.append(1))
    return seen


def test_a_model_is_built_once_and_shared(trims: list[int]) -> None:
    pool, built = Pool(), []
    first = pool.hold("a", lambda: built.append(1) or Loaded())  # type: ignore[func-returns-value]
    second = pool.hold("a", lambda: built.append(2) or Loaded())  # type: ignore[func-returns-value]
    assert first is second
    assert built == [1]
    pool.release("a")
    assert (first.closed, trims) == (0, [])
    pool.release("a")
    assert (first.closed, trims) == (1, [1])


def test_a_model_that_nobody_holds_is_built_anew() -> None:
    pool = Pool()
    first = pool.hold("a", Loaded)
    pool.release("a")
    assert pool.hold("a", Loaded) is not first


def test_models_of_other_keys_are_other_models() -> None:
    pool = Pool()
    assert pool.hold(("a", 1), Loaded) is not pool.hold(("a", 2), Loaded)


def test_a_model_that_cannot_be_built_is_held_by_nobody() -> None:
    pool = Pool()

    def broken() -> Loaded:
        raise ValueError("no weights")

    with pytest.raises(ValueError, match="no weights"):
        pool.hold("a", broken)
    with pytest.raises(KeyError):
        pool.release("a")
    assert pool.hold("a", Loaded).closed == 0


def test_what_has_nothing_to_close_is_let_go_of_quietly() -> None:
    pool = Pool()
    pool.hold("a", lambda: "a plain text")
    pool.release("a")
    assert pool.hold("a", lambda: "another") == "another"


def test_many_threads_build_one_model() -> None:
    pool, built, start = Pool(), [], threading.Barrier(8)

    def build() -> Loaded:
        built.append(1)
        return Loaded()

    def hold(_: int) -> Loaded:
        start.wait()
        loaded: Loaded = pool.hold("a", build)
        return loaded

    with ThreadPoolExecutor(8) as threads:
        held = set(map(id, threads.map(hold, range(8))))
    assert (len(held), built) == (1, [1])


def test_two_models_are_built_side_by_side() -> None:
    pool, meeting = Pool(), threading.Barrier(2, timeout=5)

    def build() -> Loaded:
        meeting.wait()  # breaks unless the other is being built too
        return Loaded()

    with ThreadPoolExecutor(2) as threads:
        assert len(list(threads.map(lambda key: pool.hold(key, build), "ab"))) == 2


def test_one_that_waits_builds_where_the_first_failed() -> None:
    pool, entered, go = Pool(), threading.Event(), threading.Event()

    def failing() -> Loaded:
        entered.set()
        go.wait(5)
        raise ValueError("first")

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(pool.hold, "a", failing)
        entered.wait(5)
        second = threads.submit(pool.hold, "a", Loaded)
        go.set()
        with pytest.raises(ValueError, match="first"):
            first.result(5)
        assert second.result(5).closed == 0
    pool.release("a")
    with pytest.raises(KeyError):
        pool.release("a")


def test_memory_is_given_back_on_any_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    pool_module.give_memory_back()
    monkeypatch.setattr(pool_module.sys, "platform", "darwin")
    pool_module.give_memory_back()
