"""A process is killed at any moment of its questions, and another one goes on."""

import multiprocessing
import random
import shutil
from collections import Counter
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from tests.graph.dying import QUESTIONS, Left, left, make_archive, run

TRIES_A_KILL = 10  # a draw may miss the talk's middle on a machine that became quicker meanwhile


@pytest.fixture(scope="module")
def context() -> ForkServerContext:
    """Processes that have imported everything, so that they begin at once."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["tests.graph.dying"])
    return made


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("killed")
    make_archive(folder)
    return folder


@pytest.fixture(scope="module")
def unkilled(
    archive: Path, tmp_path_factory: pytest.TempPathFactory, context: ForkServerContext
) -> tuple[Left, float]:
    """What a process leaves that nobody kills, and how many seconds it takes."""
    folder = copied(archive, tmp_path_factory.mktemp("unkilled") / "place")
    seconds = run(context, folder, None)
    return left(folder), seconds


def copied(archive: Path, folder: Path) -> Path:
    shutil.copytree(archive, folder)
    return folder


def check(whole: Left, ended: Left, kills: int) -> None:
    """Nothing is missing and nothing was done twice; only a step that was cut off is done anew."""
    assert whole.session is not None
    assert ended.session is not None
    assert ended.session.unfinished == ""
    assert [turn["question"] for turn in ended.session.turns] == list(QUESTIONS)
    assert [(turn["answer"], turn["shown"]) for turn in ended.session.turns] == [
        (turn["answer"], turn["shown"]) for turn in whole.session.turns]
    assert ended.files == whole.files
    asked, needed = _by_prompt(ended), _by_prompt(whole)
    assert set(asked) == set(needed)
    assert sum(asked.values()) <= sum(needed.values()) + kills


def _by_prompt(what: Left) -> Counter[str]:
    return Counter(line.split(" ", 1)[1] for line in what.calls)


def is_done(what: Left) -> bool:
    """Tell whether all is answered, and the last answer's run has come to its end."""
    session = what.session
    return bool(session) and len(session.turns) == len(QUESTIONS) and not session.unfinished


def killed_and_resumed(
    kills: int, seed: int, archive: Path, folder: Path, context: ForkServerContext,
    unkilled: tuple[Left, float],
) -> int:
    """Kill so many in the middle, each at a random point; return how many were gone on with.

    Each is another process with a session of its own, which a second one finishes. A process that
    was done before its kill counts for nothing, but tells how soon the next one must be killed.
    """
    whole, seconds = unkilled
    draw, resumed = random.Random(seed), 0
    for n in range(TRIES_A_KILL * kills):
        place = copied(archive, folder / str(n))
        took = run(context, place, draw.uniform(0.0, seconds))
        if not is_done(left(place)):
            run(context, place, None)
            resumed += 1
        else:
            seconds = min(seconds, took)
        check(whole, left(place), kills=1)
        shutil.rmtree(place)
        if resumed == kills:
            break
    return resumed


@pytest.mark.slow
def test_a_killed_process_is_gone_on_with(
    archive: Path, tmp_path: Path, context: ForkServerContext, unkilled: tuple[Left, float]
) -> None:
    assert killed_and_resumed(3, 1, archive, tmp_path, context, unkilled) == 3


@pytest.mark.thorough
def test_a_process_that_is_killed_again_and_again_comes_to_its_end(
    archive: Path, tmp_path: Path, context: ForkServerContext, unkilled: tuple[Left, float]
) -> None:
    whole, seconds = unkilled
    place = copied(archive, tmp_path / "place")
    for share in (0.2, 0.2, 0.2):
        run(context, place, share * seconds)
    run(context, place, None)
    check(whole, left(place), kills=3)


@pytest.mark.slow
def test_thirty_of_thirty_killed_processes_are_gone_on_with(
    archive: Path, tmp_path: Path, context: ForkServerContext, unkilled: tuple[Left, float]
) -> None:
    assert killed_and_resumed(30, 2, archive, tmp_path, context, unkilled) == 30
