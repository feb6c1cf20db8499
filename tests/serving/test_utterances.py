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
