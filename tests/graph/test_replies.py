"""Replies: what is told by code alone, with its proof, and how what is not there is told."""

from pathlib import Path
from typing import Any

import pytest

from tests.every import every
from tests.fakes import FakeChat, FakeEmbedder
from tests.graph.makers import MEDIA, item, plan, state
from trikal.graph.context import Resources
from trikal.graph.conversation.turns import Turn
from trikal.graph.nodes.verify import _ended, _turn, reply_of
from trikal.graph.planning.plans import TOLD
from trikal.graph.planning.understanding import AGAIN
from trikal.graph.running_on import ANSWERS, RUNS_ON
from trikal.graph.verbatim import is_told_by_code, moments_cut, moments_to_quote
from trikal.indexes.temporal import Absolute, Ambiguous, Anchored, Ask, Relation, TemporalQuery
from trikal.moments import Track
from trikal.tools.relevance import Relevance

NOT_TOLD, NOBODY_NOTED = "The archive does not tell", "Nothing notes who speaks here"
FIND, TEXT = {"id": "s1", "do": "find"}, {"id": "text", "do": "answer", "after": ["s1"]}
EVENT = TemporalQuery(target="the storm")
AT = Absolute(start_ms=5_000, end_ms=5_000)


def resources(*replies: Any) -> Resources:
    chat = FakeChat(replies=list(replies) or ["Nothing."])
    given: Any = {"finder": None, "relevance": Relevance(FakeEmbedder(), Path("no/such.npy")),
                  "media": MEDIA, "chat": lambda: chat, "chat_name": "fake"}
    return Resources(**given)


def reply(*evidence: Any, query: TemporalQuery | None = None, **more: Any) -> dict[str, Any]:
    planned = plan(FIND, TEXT, query=query, **more.pop("planned", {}))
    return reply_of(state(evidence=list(evidence), **{"plan": planned, **more}), resources())


def hung(relation: Relation, other: TemporalQuery | None = None) -> TemporalQuery:
    return TemporalQuery(constraints=(Anchored(relation=relation, anchor=EVENT, other=other),))


@every(("value", "ask", "answer"), [
    (3, Ask.COUNT, "3 times."), (1, Ask.COUNT, "1 time."), (0, Ask.COUNT, "0 times."),
    (1_234, Ask.COUNT, "1,234 times."), (65_000, Ask.DURATION, "1 min 5 s."),
    (0, Ask.DURATION, "0 s."), (900, Ask.DURATION, "0.9 s."),
    (90_061_000, Ask.DURATION, "1 d 1 h 1 min 1 s."),
])
def test_a_number_is_said_by_code(value: int, ask: Ask, answer: str) -> None:
    told = reply(query=TemporalQuery(target="x", verbatim=True, ask=ask), value=value)
    assert told["answer"] == answer
    assert told["found"] is True


def test_a_number_is_proven_by_the_first_of_what_was_counted() -> None:
    counted = [item(n * 5_000, n=n) for n in range(1, 15)]
    told = reply(*counted, query=TemporalQuery(target="x", ask=Ask.COUNT), value=14)
    assert told["answer"] == "14 times. " + "".join(f"[{n}]" for n in range(1, 11))
    assert {each["n"] for each in told["citations"]} >= set(range(1, 11))


@pytest.mark.parametrize(("fact", "answer", "found"), [
    ("speaker", "Anita: “The ferry leaves.” [1]", True),
    ("time", "At 0:05: “The ferry leaves.” [1]", True),
    ("medium", "harbour.mp4: “The ferry leaves.” [1]", True),
])
def test_a_fact_about_the_last_moment_is_told(fact: str, answer: str, found: bool) -> None:
    told = reply(item(speaker="Anita"), planned={"fact": fact})
    assert (told["answer"], told["found"]) == (answer, found)
    assert [each["start_ms"] for each in told["citations"]] == [5_000]


def test_a_speaker_whom_nobody_noted_is_not_told() -> None:
    told = reply(item(), planned={"fact": "speaker"})
    assert told["answer"] == (
        f"{NOT_TOLD}: nothing notes who speaks in “The ferry leaves.” [1].")
    assert told["found"] is False


FERRY = item(text="The ferry leaves at noon.", step="s1", share=1.0)
BOAT = item(20_000, "The ferry boat is green.", step="s1", share=0.9, n=2)


def test_what_a_search_put_first_is_quoted_beside_what_a_model_tells_from_something_else() -> None:
    told = reply(FERRY, BOAT, draft="The ferry boat is green. [2]",
                 question="Which ferry boat leaves?")
    assert told["answer"] == "The ferry boat is green. [2] “The ferry leaves at noon.” [1]"
    assert [each["n"] for each in told["citations"]] == [1, 2]


def test_the_time_is_that_of_what_is_told_and_not_of_what_is_quoted_beside_it() -> None:
    told = reply(FERRY, BOAT, draft="The ferry boat is green. [2]",
                 question="Which ferry boat leaves?", planned={"asks_when": True})
    assert told["answer"] == (
        "At 0:20: The ferry boat is green. [2] “The ferry leaves at noon.” [1]")


@pytest.mark.parametrize(("first", "second"), [
    (FERRY, {**BOAT, "why": RUNS_ON, "start_ms": 9_000}),  # it is the same sentence
    (item(text="The ferry leaves at noon.", step="s1"), BOAT),  # not put in order by words
])
def test_what_belongs_to_the_first_or_was_not_put_in_order_stands_alone(
    first: Any, second: Any
) -> None:
    told = reply(first, second, draft="The ferry boat is green. [2]",
                 question="Which ferry boat leaves?")
    assert told["answer"] == "The ferry boat is green. [2]"


def test_of_two_that_rank_alike_both_are_quoted() -> None:
    told = reply(FERRY, BOAT, {**BOAT, "n": 3, "score": 0.5}, draft="",
                 question="Which ferry boat leaves?")
    assert [each["n"] for each in told["citations"]] == [1, 2]


@pytest.mark.parametrize("support", ["nothing is like it", "nothing is like it."])
def test_what_is_not_there_is_told_with_the_reason_and_the_nearest(support: str) -> None:
    near = {"name": "harbour.mp4", "start_ms": 65_000}
    told = reply(item(), support=support, nearest=[near, {**near, "start_ms": 0}])
    assert told["answer"] == (f"{NOT_TOLD}: nothing is like it. Nearest to it, but no answer: "
                              "harbour.mp4 at 1:05, harbour.mp4 at 0:00.")
    assert (told["citations"], told["found"]) == ([], False)


def test_the_last_answer_is_given_once_more_with_its_proof() -> None:
    turns = [Turn(question="", answer="Every hour. [1]", query={}, shown=[item()]),
             Turn(question="", answer="It does not tell.", query={}, shown=[])]
    told = reply(planned={"fact": AGAIN}, turns=turns)
    assert told["answer"] == "Every hour. [1]"
    assert len(told["citations"]) == 1


def test_who_speaks_is_named_where_it_is_noted() -> None:
    asked = {"asks_who": True}
    query = hung(Relation.RIGHT_AFTER)
    assert reply(item(speaker="Anita"), query=query, planned=asked)["answer"] == (
        "Anita: “The ferry leaves.” [1]")
    assert reply(item(), query=query, planned=asked)["answer"] == (
        f"{NOBODY_NOTED}: “The ferry leaves.” [1]")
    assert reply(item(track="screen"), query=query, planned=asked)["answer"] == (
        "“The ferry leaves.” [1]")


def test_what_is_made_of_a_named_medium_is_announced() -> None:
    export = {"id": "export", "do": "export", "format": "srt", "medium": "harbour.mp4"}
    planned = plan({"id": "text", "do": "answer"}, export)
    told = reply_of(state(plan=planned), resources())
    assert told["answer"] == "The subtitles of harbour.mp4 as srt."
    assert (told["citations"], told["found"]) == ([], True)


def test_where_nothing_was_found_nothing_is_cut() -> None:
    steps = [FIND, TEXT, {"id": "reel", "do": "clip", "after": ["s1"]},
             {"id": "stills", "do": "stills", "medium": "harbour.mp4"}]
    made = state(steps)
    gone = _ended(made, {"found": False, "citations": []}, 5.0)
    assert [(each["step"], each["status"]) for each in gone] == [
        ("text", "done"), ("reel", "left out")]
    kept = _ended(made, {"found": True, "citations": [1]}, 5.0)
    assert [each["step"] for each in kept] == ["text"]


def test_a_turn_keeps_what_was_cited_and_no_other() -> None:
    made = state([FIND, TEXT], evidence=[item(n=1), item(9_000, n=2)])
    turn = _turn(made, {"answer": "Yes. [2]", "citations": [{"n": 2}]})
    assert [each["n"] for each in turn["shown"]] == [2]
    assert turn["query"] == made["plan"]["query"]


@pytest.mark.parametrize(("question", "quoted"), [
    ("Which windows are covered?", "All windows are wet."),
    ("What did Anita ask about the windows?", "Which windows are covered?"),
])
def test_what_only_asks_is_quoted_for_an_answer_only_where_asking_is_asked_for(
    question: str, quoted: str
) -> None:
    asked, said = "Which windows are covered?", "All windows are wet."
    told = reply(item(0, asked, n=1), item(5_000, said, n=2), query=EVENT, question=question)
    assert told["answer"].startswith(f"“{quoted}”")


def test_where_all_evidence_only_asks_the_best_is_quoted() -> None:
    told = reply(item(0, "Is it wet?", n=1), query=EVENT, question="Which windows are wet?")
    assert told["answer"] == "“Is it wet?” [1]"


@every(("query", "count"), [
    (hung(Relation.RIGHT_AFTER), 1), (hung(Relation.RIGHT_BEFORE), 1), (hung(Relation.DURING), 2),
    (hung(Relation.AFTER), 2), (hung(Relation.BETWEEN, EVENT), 0), (EVENT, 0),
    (TemporalQuery(constraints=(AT,)), 3),
    (TemporalQuery(constraints=(Absolute(start_ms=0, end_ms=5),)), 0),
    (TemporalQuery(constraints=(Absolute(end_ms=5),)), 0), (TemporalQuery(), 0),
    (TemporalQuery(constraints=(Ambiguous(text="5", readings=(AT, Absolute(end_ms=9))),)), 3),
    (TemporalQuery(target="x", ordinal=2), 1), (TemporalQuery(target="x", verbatim=True), 3),
    (TemporalQuery(target="x", ask=Ask.COUNT), 100),
    (TemporalQuery(target="x", ask=Ask.EVERY), 100),
    (TemporalQuery(target="x", ask=Ask.SPANS), 0),
])
def test_how_many_moments_answer_as_they_stand(query: TemporalQuery, count: int) -> None:
    planned: Any = plan(FIND, TEXT, query=query)
    assert moments_to_quote(planned) == count
    assert is_told_by_code(state(plan=planned)) is bool(count)


@pytest.mark.parametrize(("inside", "count"), [(1, 1), (4, 4), (5, 0)])
def test_a_stretch_that_holds_little_is_quoted_whole(inside: int, count: int) -> None:
    query = TemporalQuery(constraints=(Absolute(start_ms=0, end_ms=50_000),))
    found = [item(1_000 * n, n=n, why="in the window") for n in range(1, inside + 1)]
    planned: Any = plan(FIND, TEXT, query=query)
    assert moments_to_quote(planned, found) == count
    # What another event left room for is no part of it.
    assert moments_to_quote(planned, [*found, item(n=9, why="elsewhere")]) == count


def test_who_speaks_next_is_one() -> None:
    query = hung(Relation.AFTER)
    assert moments_to_quote(plan(FIND, TEXT, query=query, asks_who=True)) == 1  # type: ignore[arg-type]


def test_moments_of_a_place_are_quoted_in_time_order() -> None:
    query = hung(Relation.BEFORE)
    found = [item(9_000, "The last.", n=1), item(5_000, "The one before.", n=2),
             item(1_000, "Long ago.", n=3)]
    assert reply(*found, query=query)["answer"] == "“The one before.” [2] “The last.” [1]"


def test_when_a_slide_is_shown_is_said_by_what_can_be_read_on_it() -> None:
    query = TemporalQuery(target="budget", tracks=(Track.SCREEN,))
    assert moments_to_quote(plan(FIND, TEXT, query=query, asks_when=True)) == 1  # type: ignore[arg-type]
    assert moments_to_quote(plan(FIND, TEXT, query=query)) == 0  # type: ignore[arg-type]


def test_where_a_part_is_needs_its_best_moment_only() -> None:
    query = TemporalQuery(target="x", ask=Ask.SPANS)
    assert moments_to_quote(plan(FIND, TEXT, query=query, asks_when=True)) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(("step", "count"), [
    ({"do": "clip"}, 1), ({"do": "clip", "most": 7}, 7), ({"do": "stills"}, 1),
    ({"do": "export"}, 100), ({"do": "say"}, 0),
])
def test_what_a_file_shows_is_the_answer(step: dict[str, Any], count: int) -> None:
    assert moments_cut(plan(FIND, TEXT, {"id": "out", **step})) == count  # type: ignore[arg-type]


def test_what_is_composed_is_never_quoted() -> None:
    text = {"id": "text", "do": "compose", "kind": "summary"}
    planned = plan(FIND, text, query=TemporalQuery(constraints=(AT,)))
    assert is_told_by_code(state(plan=planned)) is False


@pytest.mark.parametrize(("evidence", "by_code"), [
    (item(speaker="Anita"), True), (item(), True),
    (item(text="I heard that Bo spoke of the ferry."), False),  # it may be told who did
    (item(track="screen"), False),
])
def test_who_speaks_is_told_by_code_even_where_nobody_is_noted(
    evidence: Any, by_code: bool
) -> None:
    asked = plan(FIND, TEXT, asks_who=True)
    made = state(plan=asked, evidence=[evidence], question="Who talks about the ferry?")
    assert is_told_by_code(made) is by_code


def test_what_answers_a_question_that_was_asked_there_is_quoted_with_it() -> None:
    asks = item(text="The ferry came at noon. Is it late?", step="s1", share=1.0)
    reply_ = item(10_000, "No, it is early.", step="s1", n=2, why=ANSWERS)
    told = reply(asks, reply_, draft="The ferry came at noon. [1]", question="Is the ferry late?")
    assert told["answer"] == "The ferry came at noon. [1] “No, it is early.” [2]"
    quoted = reply(asks, reply_, draft="", question="Is the ferry late?")
    assert [each["n"] for each in quoted["citations"]] == [1, 2]


OTHER, BOTH = {"id": "s2", "do": "find"}, {"id": "text", "do": "answer", "after": ["s1", "s2"]}
SIDES = [item(text="The ferry leaves at nine.", n=1, step="s1"),
         item(9_000, "Bread costs two euros.", n=2, step="s2"),
         item(15_000, "Bread is sold out.", n=3, step="s2")]


@pytest.mark.parametrize(("draft", "answer"), [
    ("The ferry leaves at nine. [1]", "The ferry leaves at nine. [1] “Bread costs two euros.” [2]"),
    ("Bread is sold out. [3]", "Bread is sold out. [3] “The ferry leaves at nine.” [1]"),
    ("The ferry leaves at nine. [1] Bread is sold out. [3]",
     "The ferry leaves at nine. [1] Bread is sold out. [3]"),
    ("", "“The ferry leaves at nine.” [1] “Bread costs two euros.” [2]"),
])
def test_what_was_searched_for_side_by_side_is_told_from_each_side(draft: str, answer: str) -> None:
    told = reply_of(state(plan=plan(FIND, OTHER, BOTH), evidence=SIDES, draft=draft,
                          question="When does the ferry leave, and what does bread cost?"),
                    resources())
    assert told["answer"] == answer
    assert [each["n"] for each in told["citations"]] == sorted(
        int(n) for n in answer if n.isdigit())


def test_a_length_that_somebody_tells_is_told_by_that_alone() -> None:
    told_first = [item(text="It took eleven months.", n=1, step=TOLD),
                  item(9_000, "Four people polished the bell.", n=2, step="s1")]
    text = {"id": "text", "do": "answer", "after": [TOLD, "s1"]}
    told = reply_of(state(plan=plan(FIND, {"id": TOLD, "do": "find"}, text), evidence=told_first,
                          draft="It took eleven months. [1]",
                          question="How long did the polishing take?"), resources())
    assert told["answer"] == "It took eleven months. [1]"
