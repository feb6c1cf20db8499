"""The agent benchmark's scorer and its tasks."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bench.agent.gold import Line, Sources
from bench.agent.loop import _step
from bench.agent.main import _chosen
from bench.agent.rag import answered as read_answer
from bench.agent.report import report
from bench.agent.score import Answered, Cited, numbers_in, scored
from bench.agent.tasks import Task, Turn, read_tasks
from tests.every import every
from tests.factories import make_wav
from trikal.errors import BadInput
from trikal.moments import Track
from trikal.tools.results import Cited as Found

SOURCES = Sources({
    "talk.mp4": [Line(track="speech", start_ms=0, end_ms=2_000, text="The bridge is green.",
                      speaker="A"),
                 Line(track="speech", start_ms=2_000, end_ms=4_000, text="Two bridges are blue.",
                      speaker="B"),
                 Line(track="screen", start_ms=1_000, end_ms=9_000, text="Bridges of 1932")],
    "song.wav": [Line(track="", start_ms=0, end_ms=5_000, text="")],
})


def cite(start_ms: int, *, name: str = "talk.mp4", track: str = "speech", exists: bool = True,
         text: str = "The bridge is green.") -> Cited:
    return Cited(name=name, track=track, start_ms=start_ms, end_ms=start_ms + 1_000, text=text,
                 exists=exists)


def lacks(turn: dict[str, Any], **answered: Any) -> str:
    given = Answered(**{"text": "Green. [1]", "found": True, **answered})
    return "; ".join(scored(Turn.model_validate({"ask": "?", **turn}), given, SOURCES).lacks)


@every(("turn", "answered", "why"), [
    ({"cites": ["talk: green"]}, {"cited": [cite(1_500)]}, ""),
    ({"cites": ["talk: green"]}, {"cited": [cite(2_000)]}, "no gold moment"),
    ({"cites": ["talk: green"]}, {"cited": [cite(1_500, name="song.wav")]}, "no gold moment"),
    ({"cites": ["talk/screen: 1932"]}, {"cited": [cite(1_500)]}, "no gold moment"),
    ({"cites": ["talk/screen: 1932"]}, {"cited": [cite(8_000, track="screen")]}, ""),
    ({"cites": ["song: *"]}, {"cited": [cite(4_000, name="song.wav")]}, ""),
    ({"cites": ["talk: bridge"], "first": True}, {"cited": [cite(3_000)]}, "no gold moment"),
    ({"cites": ["talk: bridge"], "last": True}, {"cited": [cite(8_500, track="screen")]},
     "no gold moment"),
    ({"cites": ["talk: #2"]}, {"cited": [cite(3_000)]}, ""),
    ({"all": ["talk", "song"]}, {"cited": [cite(0)]}, "nothing of song"),
    ({"cites": ["talk: green"], "least": 2}, {"cited": [cite(0)]}, "fewer than 2"),
    ({"says": ["green"]}, {}, ""),
    ({"says": ["red|blue"]}, {}, "does not say"),
    ({"absent": True}, {"found": False}, ""),
    ({"absent": True}, {}, "does not tell"),
    ({"says": ["green"]}, {"found": False}, "refused"),
    ({"says": ["green"]}, {"error": "BadInput: no"}, "it failed"),
    ({"count": ["talk", "bridge"]}, {"text": "Once. [7]"}, ""),
    ({"count": ["talk", "bridge"]}, {"text": "2 times."}, ""),  # with the plural
    ({"count": ["talk", "bridge", "B"]}, {"text": "2 times."}, "it is not"),
    ({"count": ["talk", "bridge"]}, {"text": "It is said at 0:01. [1]"}, "it is not"),
])
def test_what_is_lacking(turn: dict[str, Any], answered: dict[str, Any], why: str) -> None:
    found = lacks(turn, **answered)
    assert (why in found) if why else found == ""


def test_a_file_must_be_there_and_play_as_long_as_it_should(tmp_path: Path) -> None:
    wav = make_wav(tmp_path / "a.wav", np.zeros(32_000, np.float32))
    asked = {"file": {"suffixes": [".wav"], "least_s": 1.5, "most_s": 2.5}}
    assert lacks(asked, files=[wav]) == ""
    assert "0 written" in lacks(asked)
    assert "plays 2.0 s" in lacks(
        {"file": {"suffixes": [".wav"], "least_s": 3.0}}, files=[wav])
    (tmp_path / "a.srt").write_text("no tea")
    assert "does not hold" in lacks(
        {"file": {"suffixes": [".srt"], "holds": "ginger"}}, files=[tmp_path / "a.srt"])


def test_what_must_never_happen_is_counted() -> None:
    turn = Turn.model_validate({"ask": "?", "cites": ["talk: green"]})
    score = scored(turn, Answered(
        text="“The bridge is green.” “The bridge is red.” [1]", found=True,
        cited=[cite(0), cite(0, exists=False)]), SOURCES)
    assert (score.nowhere, score.misquoted, score.gold_cited) == (1, 1, True)


def test_an_answer_that_claims_nothing_is_not_asked_for_its_gold() -> None:
    turn = Turn.model_validate({"ask": "?", "cites": ["talk: green"]})
    score = scored(turn, Answered(text="Not told.", found=False), SOURCES)
    assert (score.gold_cited, score.refused, score.absent_said) == (None, True, None)


@every(("text", "numbers"), [
    ("6 times. [1][2]", [6]), ("Twice, at 1:02:03 [9]", [2]), ("1,204 times", [1204]),
    ("never", [0]), ("twelve", [12]), ("no number", []),
])
def test_numbers_are_read_without_marks_and_times(text: str, numbers: list[int]) -> None:
    assert numbers_in(text) == numbers


def test_a_turn_about_which_nothing_can_be_checked_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing can be checked"):
        Turn(ask="Hello?")


def test_a_gold_that_is_nowhere_is_refused() -> None:
    with pytest.raises(BadInput, match="nowhere in talk.mp4"):
        SOURCES.spans("talk: yellow")
    with pytest.raises(BadInput, match="No medium"):
        SOURCES.spans("walk: green")


def test_there_are_tasks_enough_of_every_kind() -> None:
    tasks = read_tasks()
    kinds = {task.kind for task in tasks}
    assert len(tasks) >= 120
    assert kinds >= {"lookup", "temporal", "multi-hop", "counting", "dialogue", "compose", "clip",
                     "tool", "unanswerable", "near-miss"}
    assert sum(task.kind == "dialogue" and len(task.turns) in (2, 3) for task in tasks) >= 60
    assert sum(task.kind == "unanswerable" for task in tasks) >= 25
    assert {task.half for task in tasks} == {
        "dev", "test", "more", "blind", "unseen", "fresh", "newest", "stranger",
        "visitor"}
    assert len({task.id for task in tasks}) == len(tasks)
    questions = [task.turns[0].ask for task in tasks if len(task.turns) == 1]
    assert len(set(questions)) == len(questions)
    for task in tasks:
        for pattern in (each for turn in task.turns for each in turn.says):
            re.compile(pattern)


def test_the_halves_of_a_folder_take_turns_and_leave_other_folders_as_they_are(
    tmp_path: Path
) -> None:
    (tmp_path / "more").mkdir()
    for folder, asks in ((tmp_path, "abc"), (tmp_path / "more", "de")):
        (folder / "lookup.toml").write_text("kind = 'lookup'\n" + "\n".join(
            f"[[task]]\nask = '{ask}?'\nsays = ['x']" for ask in asks))
    assert [(task.id, task.half, task.turns[0].ask) for task in read_tasks(tmp_path)] == [
        ("lookup-01", "dev", "a?"), ("lookup-02", "test", "b?"), ("lookup-03", "dev", "c?"),
        ("more-lookup-01", "more", "d?"), ("more-lookup-02", "blind", "e?")]


def test_a_model_s_answer_is_read_with_its_marks() -> None:
    moment = Found(n=1, moment_id="m", media_id="f", name="talk.mp4", track=Track.SPEECH,
                   start_ms=0, end_ms=1_000, text="The bridge is green.")
    told = read_answer("Green [1] and more [4].", [moment],
                       lambda each: cite(each["start_ms"]))
    assert [each.exists for each in told.cited] == [True, False]
    assert told.found is True
    assert read_answer("It is Not in the Archive.", [], lambda each: cite(0)).found is False


@pytest.mark.parametrize(("text", "step"), [
    ('{"tool": "search", "arguments": {"text": "a"}}', ("search", {"text": "a"})),
    ('{"tool": "search", "argum', ("", {})), ('{"tool": "search", "arguments": 3}', ("", {})),
])
def test_a_step_that_was_cut_off_is_none(text: str, step: tuple[str, dict[str, Any]]) -> None:
    assert _step(text) == step


def test_parts_and_samples_divide_the_tasks() -> None:
    tasks = read_tasks()
    options = SimpleNamespace(half=["dev", "test"], kind=None, sample=2, part="1/1")
    sampled = _chosen(tasks, options)  # type: ignore[arg-type]
    assert len(sampled) == 2 * 2 * len({task.kind for task in tasks})
    parts = []
    for part in ("1/3", "2/3", "3/3"):
        options.part = part
        parts += _chosen(tasks, options)  # type: ignore[arg-type]
    assert sorted(task.id for task in parts) == sorted(task.id for task in sampled)


def test_the_report_counts_by_kind() -> None:
    turn = Turn(ask="?", says=("green",))
    tasks = [Task(id=f"lookup-{n}", kind="lookup", half="dev", turns=(turn,)) for n in (1, 2)]
    right = scored(turn, Answered(text="Green.", found=True), SOURCES).as_data()
    wrong = scored(turn, Answered(text="Red.", found=True), SOURCES).as_data()
    text = report(tasks, {"trikal": {"lookup-1": [right], "lookup-2": [wrong]}, "rag": {}})
    assert "| lookup | 1/2 (50 %) | – |" in text
    assert "| all | 1/2 (50 %) | – |" in text
