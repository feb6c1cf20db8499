"""What evidence says by itself: its central pieces, questions with a gap, and how it is shown."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.conftest import moment
from trikal.tools.compose import MOST_EVIDENCE, thinned
from trikal.tools.composition import Composition, Kind, Line
from trikal.tools.drafting import messages
from trikal.tools.extract import central, cloze
from trikal.tools.fences import fenced
from trikal.tools.results import Chapter, Cited, cited
from trikal.tools.stems import content_stems

TEXTS = st.lists(st.text("abcdefgh 123.,é", max_size=40), min_size=1, max_size=10)


def of(*texts: str, name: str = "talk.mp4") -> list[Cited]:
    return [cited(n, moment(n * 10_000, text), name) for n, text in enumerate(texts, start=1)]


def test_what_says_most_of_what_all_say_is_central() -> None:
    items = of("The ferry leaves the harbour.", "Bread is cheap.", "The harbour ferry is late.",
               "The late ferry left the harbour of the island.")
    assert [each.n for each in central(items, 1)] in ([1], [3], [4])
    assert 2 not in [each.n for each in central(items, 2)]


@given(TEXTS, st.integers(1, 12))
def test_central_pieces_are_some_of_all_each_once_and_in_order(
    texts: list[str], count: int
) -> None:
    items = of(*texts)
    chosen = central(items, count)
    numbers = [each.n for each in chosen]
    assert numbers == sorted(set(numbers))
    assert 1 <= len(chosen) <= count
    assert set(numbers) <= {each.n for each in items}
    if any(content_stems(text) for text in texts):
        assert any(content_stems(each.text) for each in chosen)


@given(TEXTS)
def test_a_question_with_a_gap_is_the_text_without_one_word(texts: list[str]) -> None:
    items = of(*texts)
    for item in items:
        for line in cloze(item, items):
            assert line.text.count("____") == 1
            assert line.text.replace("____", line.answer) == " ".join(item.text.split())
            assert line.cited == (item.n,)


@pytest.mark.parametrize(("text", "answer"), [
    ("The bridge was painted green in 1932.", "1932"),
    ("The keeper is called Anita Rao.", "Anita"),
    ("In April the ferry was painted.", "April"),
    ("Tickets cost 4.50 euros in Kochi.", "4.50"),
])
def test_a_gap_asks_for_figures_before_names_and_names_before_words(
    text: str, answer: str
) -> None:
    (line,) = cloze(of(text)[0], of(text))
    assert line.answer == answer


@pytest.mark.parametrize("text", ["", "Roger.", "It is so.", "word " * 60])
def test_what_is_not_worth_asking_is_no_question(text: str) -> None:
    assert cloze(of(text)[0], of(text)) == []


@given(st.integers(1, 400))
def test_thinning_keeps_no_more_than_can_be_written_from_and_numbers_anew(count: int) -> None:
    kept = thinned(of(*(f"harbour ferry number {n}" for n in range(count))))
    assert [each.n for each in kept] == list(range(1, min(count, MOST_EVIDENCE) + 1))
    starts = [each.start_ms for each in kept]
    assert starts == sorted(set(starts))


def test_nothing_thinned_is_nothing() -> None:
    assert thinned([]) == []


def composed(kind: Kind, *lines: Line, **more: Any) -> str:
    return Composition(kind=kind, lines=lines, **more).text()


@pytest.mark.parametrize(("kind", "text"), [
    (Kind.SUMMARY, "One. [1] Two. [2]"), (Kind.BRIEF, "- One. [1]\n- Two. [2]"),
    (Kind.QUIZ, "Q: One. [1]\nA:  [1]\nQ: Two. [2]\nA:  [2]"),
])
def test_each_kind_is_shown_in_its_way(kind: Kind, text: str) -> None:
    assert composed(kind, Line(text="One. [1]", cited=(1,)),
                    Line(text="Two. [2]", cited=(2,))) == text


def test_a_script_says_what_is_shown_meanwhile() -> None:
    (item,) = of("The ferry leaves.")
    text = composed(Kind.SCRIPT, Line(text="One. [1]", cited=(1,)), citations=(item,))
    assert text == "(talk.mp4 0:10–0:15)\nOne. [1]"


def test_sections_are_headed_only_where_there_are_several() -> None:
    lines = [Line(text="One.", cited=(1,), heading="a.mp4"),
             Line(text="Two.", cited=(2,), heading="b.mp4")]
    assert composed(Kind.BRIEF, *lines) == "a.mp4\n- One.\n\nb.mp4\n- Two."
    assert composed(Kind.BRIEF, lines[0]) == "- One."
    assert composed(Kind.SUMMARY) == ""


def test_chapters_are_shown_with_their_times() -> None:
    chapters = tuple(Chapter(media_id="m", name="a.mp4", start_ms=start, end_ms=start + 1,
                             title=title) for start, title in ((0, "One"), (3_661_000, "Two")))
    assert composed(Kind.CHAPTERS, chapters=chapters) == "0:00 One\n1:01:01 Two"


@given(st.text(max_size=900))
def test_evidence_is_one_line_inside_its_fence(text: str) -> None:
    made = fenced(text)
    assert "\n" not in made
    assert "<<" not in made
    assert ">>" not in made
    assert len(made) <= 322


@given(TEXTS, st.sampled_from([each for each in Kind if each is not Kind.CHAPTERS]))
def test_a_model_is_shown_every_piece_by_its_number_and_nothing_else(
    texts: list[str], kind: Kind
) -> None:
    items = of(*texts)
    last = str(messages(kind, items, "the ferry")[-1].text).split("\n")
    assert [line.split(" ")[0] for line in last[:len(items)]] == [
        f"[{item.n}]" for item in items]
    assert last[-1].endswith("It is about: the ferry")
