"""Breakers and pool over long histories, each against a model that is plain to read."""

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from trikal.serving import pool as pool_module
from trikal.serving.breaker import FIRST_REST_S, LONGEST_REST_S, Breakers
from trikal.serving.pool import Pool

names = st.sampled_from("abc")


class BreakerHistory(RuleBasedStateMachine):
    """What fails, works and is asked for in turn, on a clock that is moved by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.breakers = Breakers(lambda: self.now)
        self.until: dict[str, float] = {}
        self.failures: dict[str, int] = {}

    @rule(name=names, asked=st.sampled_from([None, 0.0, 40.0, 9_999.0]))
    def it_fails(self, name: str, asked: float | None) -> None:
        rest = min(max(FIRST_REST_S * 2 ** self.failures.get(name, 0), asked or 0), LONGEST_REST_S)
        assert self.breakers.failed(name, rest_s=asked) == rest
        self.failures[name] = self.failures.get(name, 0) + 1
        self.until[name] = self.now + rest

    @rule(name=names)
    def it_works(self, name: str) -> None:
        self.breakers.worked(name)
        self.failures.pop(name, None)
        self.until.pop(name, None)

    @rule(name=names)
    def it_is_asked_for(self, name: str) -> None:
        may = name not in self.until or self.now >= self.until[name]
        assert self.breakers.admit(name) is may
        if may and name in self.until:
            self.until[name] = self.now + FIRST_REST_S  # one tries, the others wait for it

    @rule(seconds=st.sampled_from([1.0, FIRST_REST_S, 100.0, LONGEST_REST_S]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @invariant()
    def what_rests_is_what_failed_lately(self) -> None:
        assert self.breakers.resting() == {
            name: until - self.now for name, until in self.until.items() if until > self.now}


class Model:
    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


class PoolHistory(RuleBasedStateMachine):
    """Models that are held and let go of, or that cannot be built."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(pool_module, "give_memory_back", lambda: None)
        self.pool = Pool()
        self.held: dict[str, list[Model]] = {}
        self.gone: list[Model] = []

    def teardown(self) -> None:
        self.patch.undo()

    @rule(key=names)
    def hold(self, key: str) -> None:
        built: list[Model] = []

        def build() -> Model:
            built.append(Model())
            return built[0]

        model = self.pool.hold(key, build)
        assert bool(built) is not bool(self.held.get(key))
        self.held.setdefault(key, []).append(model)

    @rule(key=names)
    def hold_what_cannot_be_built(self, key: str) -> None:
        def build() -> Any:
            raise MemoryError(key)

        if self.held.get(key):
            self.held[key].append(self.pool.hold(key, build))
            return
        with pytest.raises(MemoryError, match=key):
            self.pool.hold(key, build)

    @precondition(lambda self: any(self.held.values()))
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(key for key, each in self.held.items() if each)))
        self.pool.release(key)
        model = self.held[key].pop()
        if not self.held[key]:
            self.gone.append(model)

    @rule(key=names)
    def release_what_nobody_holds(self, key: str) -> None:
        if not self.held.get(key):
            with pytest.raises(KeyError):
                self.pool.release(key)

    @invariant()
    def each_model_is_shared_and_closed_once_at_the_end(self) -> None:
        for models in self.held.values():
            assert len(set(map(id, models))) <= 1
            assert all(model.closed == 0 for model in models)
        assert [model.closed for model in self.gone] == [1] * len(self.gone)


BreakerHistory.TestCase.settings = settings(stateful_step_count=30)
PoolHistory.TestCase.settings = settings(stateful_step_count=25)
TestBreakerHistory = BreakerHistory.TestCase
TestPoolHistory = PoolHistory.TestCase
