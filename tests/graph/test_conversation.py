"""Follow-ups: what a question means after another one."""

from collections.abc import Callable
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from tests.every import every
from trikal.graph.build import build_graph
from trikal.graph.context import Context
from trikal.graph.conversation.followups import Fact, FollowUp, understand
from trikal.graph.conversation.turns import (
    KEPT,
    KEPT_SHORT,
    KEPT_WHOLE,
    Turn,
    last_shown,
    with_turn,
)
from trikal.graph.evidence import EvidenceItem
from trikal.graph.planning.session_scope import ELSEWHERE, HERE
from trikal.indexes.rules import NO_NAMES
from trikal.indexes.temporal import Absolute, Anchored, Relation, TemporalQuery
from trikal.moments import Track

MakeContext = Callable[..., Context]
MEDIUM = "a" * 64


def shown(text: str = "The ferry leaves.", **more: Any) -> EvidenceItem:
    item = {"n": 2, "media_id": MEDIUM, "name": "harbour.mp4", "path": "/films/harbour.mp4",
            "track": "speech", "start_ms": 5_000, "end_ms": 9_000, "text": text, "speaker": "Anita",
            "score": 1.0, "dense": None, "why": ""}
    return EvidenceItem(**{**item, **more})


def turn(*items: EvidenceItem, query: TemporalQuery | None = None) -> Turn:
    asked = query or TemporalQuery(target="the ferry")
    return Turn(question="When does the ferry leave?", answer="Every hour. [2]",
                query=asked.model_dump(mode="json"), shown=list(items))


def follow(question: str, *turns: Turn) -> FollowUp:
    return understand(question, NO_NAMES, turns or (turn(shown()),))


@every(("question", "relation"), [
    ("And after that?", Relation.RIGHT_AFTER),
    ("and then", Relation.RIGHT_AFTER),
    ("Next?", Relation.RIGHT_AFTER),
    ("Go on.", Relation.RIGHT_AFTER),
    ("What happened next?", Relation.RIGHT_AFTER),
    ("What's next?", Relation.RIGHT_AFTER),
    ("What did she say next?", Relation.RIGHT_AFTER),
    ("So what came after that?", Relation.RIGHT_AFTER),
    ("What followed?", Relation.RIGHT_AFTER),
    ("And what was the reply?", Relation.RIGHT_AFTER),
    ("What did he answer to that?", Relation.RIGHT_AFTER),
    ("What was said right after that?", Relation.RIGHT_AFTER),
    ("Who spoke right after this?", Relation.RIGHT_AFTER),
    ("And before that?", Relation.RIGHT_BEFORE),
    ("And before?", Relation.RIGHT_BEFORE),
    ("What came before?", Relation.RIGHT_BEFORE),
    ("What was said just before it?", Relation.RIGHT_BEFORE),
    ("What was on the screen then?", Relation.DURING),
    ("What was on the slide at that moment?", Relation.DURING),
    ("What was visible at the same time?", Relation.DURING),
    ("After this, what was shown on the screen?", Relation.AFTER),
    ("What did he say after that remark?", Relation.AFTER),
    ("Until then, who spoke?", Relation.BEFORE),
    ("What was said two minutes later?", Relation.AFTER),
    ("What was said 30 seconds earlier?", Relation.BEFORE),
    ("What was said within ten seconds of that?", Relation.NEAR),
    ("What came between that and the landing?", Relation.BETWEEN),
])
def test_that_is_the_moment_shown_last(question: str, relation: Relation) -> None:
    understood = follow(question)
    anchored = understood.reading.query.anchored
    assert anchored is not None
    assert anchored.relation is relation
    assert anchored.anchor.scope.media == (MEDIUM,)
    assert anchored.anchor.constraints == (Absolute(start_ms=5_000, end_ms=9_000),)
    assert understood.reading.query.scope.media == (MEDIUM,)


@every("question", [
    "What did they discuss after that meeting?",
    "What was said after the ferry had left?",
    "Is the bridge older than that of the island?",
    "What was said at 0:12?",
    "What is said about the time before the war?",
    "Then what is the harbour called?",
    "Where did the foam come from that drifted past the bridge?",
    "The harbour bridge was painted green; what came next?",
    "After the bell rings, what is said next?",
    "She opened the door. What did he say then?",
    "The bell rings. What is said two minutes later?",
])
def test_a_question_that_leans_on_nothing_is_left_alone(question: str) -> None:
    assert follow(question).leans_on is None
    assert follow(question).fact is None


@every(("question", "fact"), [
    ("Who said it?", Fact.SPEAKER), ("who said that", Fact.SPEAKER),
    ("And who was it?", Fact.SPEAKER), ("Whose voice was that?", Fact.SPEAKER),
    ("When was that?", Fact.TIME), ("When exactly was it said?", Fact.TIME),
    ("At what time did he say that?", Fact.TIME),
    ("Which film was that?", Fact.MEDIUM), ("Where is that from?", Fact.MEDIUM),
    ("In which recording is that said?", Fact.MEDIUM),
    ("In what film does she say so?", Fact.MEDIUM),
])
def test_a_fact_about_it_needs_no_search(question: str, fact: Fact) -> None:
    understood = follow(question)
    assert understood.fact is fact
    assert understood.leans_on == shown()
    assert str(fact) in understood.words(understood.reading.query)


def test_an_event_of_the_session_is_the_moment_that_was_shown() -> None:
    ferry = turn(shown("The ferry leaves.", start_ms=1_000, end_ms=2_000))
    understood = follow("And after the ferry?", ferry, turn(shown("The bell rings.")))
    anchored = understood.reading.query.anchored
    assert anchored is not None
    assert anchored.relation is Relation.RIGHT_AFTER
    assert anchored.anchor.constraints == (Absolute(start_ms=1_000, end_ms=2_000),)
    assert understood.reading.query.scope.media == (MEDIUM,)
    before = follow("What was said before the bell?", turn(shown("The bell rings.")))
    assert before.leans_on is not None


@pytest.mark.parametrize("question", [
    "And after the storm?",  # nothing of it was shown
    "And after the red ferry?",  # nor of this one
    "And after “the ferry”?",  # words are looked for, not what was shown
    "What did Bo say about bread after the ferry?",  # it asks for something itself
])
def test_other_events_are_searched_for(question: str) -> None:
    assert follow(question).leans_on is None


def test_who_said_something_else_is_searched_for() -> None:
    assert follow("Who said that the bridge was green?").fact is None


def test_what_about_asks_the_last_question_anew() -> None:
    before = TemporalQuery(target="ferry", tracks=(Track.SPEECH,),
                           constraints=(Absolute(start_ms=0, end_ms=60_000),))
    understood = follow("And what about the lighthouse?", turn(shown(), query=before))
    assert understood.reading.query == before.model_copy(update={"target": "the lighthouse"})


def test_a_reference_with_nothing_shown_is_asked_back() -> None:
    understood = understand("And after that?", NO_NAMES, [])
    assert "Nothing was shown yet" in understood.reading.problem


def test_the_words_of_a_plan_quote_the_moment() -> None:
    understood = follow("And after that?")
    assert understood.words(understood.reading.query) == (
        "find whatever is there on speech right after (“The ferry leaves.” at 0:05)")


def test_other_tracks_may_be_asked_for() -> None:
    query = follow("What was on the screen then?").reading.query
    anchored = query.anchored
    assert query.tracks == (Track.SCREEN,)
    assert isinstance(anchored, Anchored)
    assert anchored.anchor.tracks == (Track.SPEECH,)


def test_an_unproven_answer_leaves_the_last_proven_moment() -> None:
    assert last_shown([turn(shown()), turn()]) == shown()


@pytest.mark.thorough
def test_old_turns_shrink_but_keep_their_proof() -> None:
    turns: list[Turn] = []
    for n in range(KEPT + 200):
        turns = with_turn(turns, Turn(question=f"{n}?", answer="word " * 400, query={"target": "x"},
                                      shown=[shown(n=1, start_ms=n)]))
    assert len(turns) == KEPT
    assert [each["shown"][0]["start_ms"] for each in turns] == list(range(200, KEPT + 200))
    assert len(turns[0]["answer"]) < len(turns[-KEPT_SHORT]["answer"])
    assert all(each["query"] for each in turns[-KEPT_WHOLE:])
    assert all(not each["query"] and len(each["answer"]) <= 162 for each in turns[:-KEPT_WHOLE])


class Talk:
    """A session with the agent over the small archive."""

    def __init__(self, context: Context) -> None:
        self._agent, self._context = build_graph(InMemorySaver()), context

    def __call__(self, question: str) -> dict[str, Any]:
        return self._agent.invoke({"question": question},
                                  {"configurable": {"thread_id": "talk"}}, context=self._context)


def test_a_follow_up_is_searched_for_in_the_session_s_medium_first(context: MakeContext) -> None:
    talk = Talk(context("The ferry leaves every hour. [1]", "The keeper is Anita Rao. [1]"))
    talk("How often does the ferry to the island leave?")
    reply = talk("And who is the keeper of the lighthouse?")
    assert [each["step"] for each in reply["acts"] if each["do"] == "find"] == [HERE]
    assert reply["citations"][0]["start_ms"] == 15_000
    reply = talk("And who won the race on Sunday?")
    assert [each["step"] for each in reply["acts"] if each["do"] == "find"] == [HERE, ELSEWHERE]
    assert not reply["found"]


def test_and_after_that_goes_on_from_the_answer(context: MakeContext) -> None:
    talk = Talk(context("The ferry leaves every hour. [1]"))
    first = talk("How often does the ferry to the island leave?")
    assert first["citations"][0]["start_ms"] == 5_000
    assert talk("And after that?")["citations"][0]["start_ms"] == 10_000
    assert talk("And after that?")["citations"][0]["start_ms"] == 15_000
    reply = talk("And after that?")
    assert reply["found"] is False
    assert talk("And before that?")["citations"][0]["start_ms"] == 10_000


def test_the_screen_of_the_last_answer(context: MakeContext) -> None:
    talk = Talk(context())
    talk("What was said right after the storm closed the lighthouse?")
    reply = talk("What was on the screen then?")
    assert [each["text"] for each in reply["citations"]] == ["Lighthouse"]


def test_facts_about_the_last_answer(context: MakeContext) -> None:
    talk = Talk(context())
    talk("What was said right after the storm closed the lighthouse?")
    assert talk("When was that?")["answer"].startswith("At 0:15: “The keeper")
    assert talk("Which film was that?")["answer"].startswith("harbour.mp4: ")
    unknown = talk("Who said it?")
    assert unknown["found"] is False
    assert "nothing notes who speaks" in unknown["answer"]
    assert talk("And before that?")["citations"][0]["start_ms"] == 10_000


def test_sessions_do_not_know_of_each_other(context: MakeContext) -> None:
    agent, shared = build_graph(InMemorySaver()), context()
    def ask(thread: str, question: str) -> dict[str, Any]:
        return agent.invoke({"question": question}, {"configurable": {"thread_id": thread}},
                            context=shared)
    ask("one", "What was said right after the storm closed the lighthouse?")
    assert "Nothing was shown yet" in ask("two", "And after that?")["answer"]
