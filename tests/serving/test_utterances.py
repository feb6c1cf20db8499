from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from trikal.serving.roles import Utterance, Word
from trikal.serving.utterances import LONGEST_MS, PAUSE_MS, group_words


def spoken(text: str, *, start_ms: int = 0, word_ms: int = 300, gap_ms: int = 0) -> list[Word]:
    words = []
    for word in text.split():
        words.append(
            Word(start_ms=start_ms, end_ms=start_ms + word_ms, text=f" {word}", probability=0.5)
        )
        start_ms += word_ms + gap_ms
    return words


def grouped(words: list[Word], language: str = "en") -> list[Utterance]:
    return list(group_words((language, word) for word in words))


def test_an_utterance_is_a_sentence() -> None:
    found = grouped(spoken('He left. "Why?" she asked! Nobody knew'))
    assert [one.text for one in found] == ["He left.", '"Why?"', "she asked!", "Nobody knew"]


def test_sentences_end_in_other_scripts_too() -> None:
    assert len(grouped(spoken("वह गया। वह आया।"), "hi")) == 2


def test_titles_and_initials_do_not_end_a_sentence() -> None:
    found = grouped(spoken("And Mr. John F. Kennedy spoke. Then he left."))
    assert [one.text for one in found] == ["And Mr. John F. Kennedy spoke.", "Then he left."]


def test_a_long_pause_ends_an_utterance() -> None:
    words = spoken("before the") + spoken("pause ends", start_ms=600 + PAUSE_MS)
    assert [one.text for one in grouped(words)] == ["before the", "pause ends"]


def test_a_change_of_language_ends_an_utterance() -> None:
    first, second = spoken("one two")
    found = list(group_words([("en", first), ("hi", second)]))
    assert [one.language for one in found] == ["en", "hi"]


def test_a_long_sentence_is_cut_at_a_clause() -> None:
    text = " ".join(["word"] * 24 + ["clause,"] + ["word"] * 30)
    first, second = grouped(spoken(text, word_ms=400))
    assert first.text.endswith("clause,")
    assert second.text.startswith("word")


def test_times_text_and_confidence_come_from_the_words() -> None:
    (found,) = grouped(spoken("Hello there.", start_ms=500))
    assert (found.start_ms, found.end_ms, found.confidence) == (500, 1100, 0.5)
    assert [word.text for word in found.words] == ["Hello", "there."]


def test_scripts_without_spaces_are_joined_without_them() -> None:
    words = [word.model_copy(update={"text": word.text.strip()}) for word in spoken("今天 很 好。")]
    assert grouped(words, "zh")[0].text == "今天很好。"


def test_no_words_are_no_utterances() -> None:
    assert grouped([]) == []
    assert grouped(spoken("x")[:0]) == []


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3_000), st.integers(1, 2_000), st.sampled_from(["a", "b,", "c.", "Mr."])
        ),
        max_size=80,
    )
)
def test_every_word_is_kept_once_in_order_and_nothing_is_too_long(
    steps: list[tuple[int, int, str]],
) -> None:
    words, clock = [], 0
    for gap, length, text in steps:
        start = clock + gap
        clock = start + length
        words.append(Word(start_ms=start, end_ms=clock, text=f" {text}", probability=1.0))
    found = grouped(words)
    assert [word.start_ms for one in found for word in one.words] == [w.start_ms for w in words]
    assert all(one.end_ms - one.start_ms <= LONGEST_MS or len(one.words) == 1 for one in found)


@st.composite
def talks(draw: st.DrawFn) -> list[tuple[str, Word]]:
    """Words of one or two languages in time order."""
    clock, words = 0, []
    for _ in range(draw(st.integers(0, 60))):
        clock += draw(st.integers(0, 2_500))
        length = draw(st.integers(1, 1_500))
        text = draw(st.sampled_from(
            [" a", " b,", " c.", " Mr.", " J.", " d?”", "今", "。", " हाँ।"]))
        words.append((draw(st.sampled_from(["en", "en", "en", "hi"])), Word(
            start_ms=clock, end_ms=clock + length, text=text,
            probability=draw(st.floats(0, 1)))))
        clock += length
    return words


@given(talks())
def test_utterances_follow_each_other_and_span_their_words(
    words: list[tuple[str, Word]]
) -> None:
    found = list(group_words(words))
    for one in found:
        assert one.start_ms == one.words[0].start_ms
        assert one.end_ms == max(word.end_ms for word in one.words)
        assert 0 <= one.confidence <= 1
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(found))


@given(talks())
def test_no_letter_is_lost_and_none_is_added(words: list[tuple[str, Word]]) -> None:
    said = "".join(one.text for one in group_words(words))
    assert "".join(said.split()) == "".join("".join(word.text.split()) for _, word in words)


@given(talks())
def test_an_utterance_is_of_one_language_and_holds_no_long_pause(
    words: list[tuple[str, Word]]
) -> None:
    spoken_in = {(word.start_ms, word.end_ms): language for language, word in words}
    for one in group_words(words):
        assert {spoken_in[word.start_ms, word.end_ms] for word in one.words} == {one.language}
        assert all(later.start_ms - earlier.end_ms < PAUSE_MS
                   for earlier, later in pairwise(one.words))


def test_a_pause_just_short_of_a_second_holds_an_utterance_together() -> None:
    words = spoken("before the") + spoken("pause", start_ms=600 + PAUSE_MS - 1)
    assert len(grouped(words)) == 1


def test_one_word_may_be_longer_than_an_utterance() -> None:
    (found,) = grouped(spoken("Goooooal", word_ms=LONGEST_MS + 5_000))
    assert found.end_ms - found.start_ms == LONGEST_MS + 5_000


def test_words_without_letters_of_their_own_are_no_utterance() -> None:
    assert grouped([Word(start_ms=0, end_ms=9, text="  ", probability=1)]) == []


def test_an_abbreviation_before_a_pause_ends_a_sentence_after_all() -> None:
    words = spoken("He met Dr.") + spoken("Then he left.", start_ms=1_300)
    assert [one.text for one in grouped(words)] == ["He met Dr.", "Then he left."]


def test_words_keep_their_times_and_lose_their_spaces() -> None:
    (found,) = grouped(spoken("one two", gap_ms=50))
    assert [(word.text, word.start_ms, word.end_ms) for word in found.words] == [
        ("one", 0, 300), ("two", 350, 650)]


def test_a_long_talk_without_any_mark_is_cut_at_its_longest_pause() -> None:
    words = spoken(" ".join(["word"] * 25), word_ms=400)
    words += spoken(" ".join(["more"] * 25), start_ms=words[-1].end_ms + 500, word_ms=400)
    first, second = grouped(words)
    assert set(first.text.split()) == {"word"}
    assert set(second.text.split()) == {"more"}
