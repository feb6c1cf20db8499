import threading

import pytest

from trikal.serving.breaker import FIRST_REST_S, LONGEST_REST_S, Breakers


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def breakers(hand: Hand) -> Breakers:
    return Breakers(hand)


def test_what_never_failed_is_let_through(breakers: Breakers) -> None:
    assert breakers.admit("a")
    assert breakers.resting() == {}


def test_what_failed_rests_and_then_one_caller_tries_it(breakers: Breakers, hand: Hand) -> None:
    assert breakers.failed("a") == FIRST_REST_S
    assert not breakers.admit("a")
    assert breakers.resting() == {"a": FIRST_REST_S}
    hand.now += FIRST_REST_S
    assert breakers.resting() == {}
    assert [breakers.admit("a") for _ in range(3)] == [True, False, False]


def test_each_failure_in_a_row_doubles_the_rest_up_to_a_bound(breakers: Breakers) -> None:
    rests = [breakers.failed("a") for _ in range(20)]
    assert rests[:3] == [FIRST_REST_S, 2 * FIRST_REST_S, 4 * FIRST_REST_S]
    assert rests[-1] == LONGEST_REST_S


def test_success_forgets_the_failures(breakers: Breakers) -> None:
    breakers.failed("a")
    breakers.failed("a")
    breakers.worked("a")
    assert breakers.admit("a")
    assert breakers.failed("a") == FIRST_REST_S


@pytest.mark.parametrize(("asked", "rest"), [(1.0, FIRST_REST_S), (40.0, 40.0), (1e9, 600.0)])
def test_a_server_may_ask_for_a_longer_rest(
    breakers: Breakers, asked: float, rest: float
) -> None:
    assert breakers.failed("a", rest_s=asked) == rest


def test_one_fails_alone(breakers: Breakers) -> None:
    breakers.failed("a")
    assert breakers.admit("b")


def test_of_many_threads_one_tries_again(breakers: Breakers, hand: Hand) -> None:
    breakers.failed("a")
    hand.now += FIRST_REST_S
    let: list[bool] = []
    threads = [threading.Thread(target=lambda: let.append(breakers.admit("a"))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(let) == 1
