"""Notices: one line each, heard by whoever listens around them and by nobody else."""

import asyncio
import logging
import threading

import pytest

from trikal.serving.notices import LOGGER, hearing, notice


def test_a_notice_is_one_line_and_heard_once() -> None:
    with hearing() as heard:
        notice("a server \n is\tdown")
        notice("a server is down")
        notice("another")
    assert heard == ["a server is down", "another"]


def test_who_listens_further_out_hears_it_too_and_who_left_does_not() -> None:
    with hearing() as outer:
        with hearing() as inner:
            notice("one")
        notice("two")
    notice("three")
    assert (outer, inner) == (["one", "two"], ["one"])


def test_listening_ends_with_an_error_too() -> None:
    with hearing() as outer:
        with pytest.raises(ValueError, match="x"), hearing() as heard:
            raise ValueError("x")
        notice("late")
    assert (heard, outer) == ([], ["late"])


def test_what_another_thread_says_is_not_mine() -> None:
    with hearing() as heard:
        other = threading.Thread(target=notice, args=("of another caller",))
        other.start()
        other.join()
        notice("mine")
    assert heard == ["mine"]


def test_tasks_at_the_same_time_hear_their_own() -> None:
    async def ask(name: str) -> list[str]:
        with hearing() as heard:
            for _ in range(3):
                notice(name)
                await asyncio.sleep(0)
        return heard

    async def both() -> list[list[str]]:
        return list(await asyncio.gather(ask("a"), ask("b")))

    assert asyncio.run(both()) == [["a"], ["b"]]


def test_every_notice_is_logged_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, LOGGER):
        notice("100 % is %s")
        notice("100 % is %s")
    assert [record.getMessage() for record in caplog.records] == ["100 % is %s"] * 2
