"""What the chat model is told: short, and with text out of media behind its fences."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from trikal.graph.prompts import answer_messages, plan_messages
from trikal.tools.fences import LONGEST_FENCED, fenced

HOSTILE = st.text(st.sampled_from("<>[] \n\r\tab.\u2028"), max_size=120)


def item(n: int, text: str) -> Any:
    return {"n": n, "text": text}


@given(HOSTILE)
def test_no_text_can_open_or_close_a_fence_or_begin_a_line(text: str) -> None:
    safe = fenced(text)
    assert "<<" not in safe
    assert ">>" not in safe
    assert len(safe.splitlines()) <= 1


@given(st.text(max_size=1_000))
def test_evidence_is_never_longer_than_allowed(text: str) -> None:
    assert len(fenced(text)) <= LONGEST_FENCED + len(" …")


@given(st.lists(st.text("abc", min_size=1, max_size=12), max_size=120))
def test_what_is_too_long_is_cut_between_words(words: list[str]) -> None:
    safe = fenced(" ".join(words))
    kept = safe.removesuffix(" …").split()
    assert kept == words[:len(kept)]
    assert (len(kept) < len(words)) == safe.endswith("…")


def test_a_short_text_stays_as_it_is_but_for_its_white_space() -> None:
    assert fenced("Budget 2026\n  42 million") == "Budget 2026 42 million"
    assert fenced("") == ""


def test_a_text_of_exactly_the_length_allowed_is_not_cut() -> None:
    assert fenced("x" * LONGEST_FENCED) == "x" * LONGEST_FENCED


def test_the_evidence_stands_numbered_before_the_question() -> None:
    *_, asked = answer_messages("Who sang?", [item(1, "Anita sang."), item(3, "Bo danced.")])
    assert asked.content == "[1] <<Anita sang.>>\n[3] <<Bo danced.>>\n\nQuestion: Who sang?"


@given(st.lists(HOSTILE, min_size=1, max_size=5))
def test_whatever_the_media_say_there_is_one_line_and_one_fence_for_each(
    texts: list[str]
) -> None:
    evidence = [item(n, text) for n, text in enumerate(texts, start=1)]
    content = str(answer_messages("Why?", evidence)[-1].content)
    lines, question = content.rsplit("\n\n", 1)
    assert question == "Question: Why?"
    assert content.count("<<") == content.count(">>") == len(texts)
    assert [line.partition(" ")[0] for line in lines.split("\n")] == [
        f"[{n}]" for n in range(1, len(texts) + 1)]


def test_the_model_is_shown_an_example_before_it_is_asked() -> None:
    for messages in (plan_messages("When?"), answer_messages("When?", [item(1, "Now.")])):
        assert [type(each) for each in messages] == [
            SystemMessage, HumanMessage, AIMessage, HumanMessage]


def test_an_example_answer_cites_its_example_evidence() -> None:
    _, example, answer, _ = answer_messages("When?", [item(1, "Now.")])
    assert "[2] <<The bridge opened in 1932.>>" in str(example.content)
    assert str(answer.content).endswith("[2]")


def test_to_plan_the_model_is_given_the_question_alone() -> None:
    assert plan_messages("What came after the storm?")[-1].content == "What came after the storm?"
