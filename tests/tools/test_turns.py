"""Who says what: cut where the voice changes, and nothing lost."""

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import utterance
from trikal.serving.roles import Turn, Utterance
from trikal.tools.turns import LEAST_WORDS, with_speakers

ANN, BEN = "voice 1", "voice 2"


def turn(start_ms: int, end_ms: int, speaker: str) -> Turn:
    return Turn(start_ms=start_ms, end_ms=end_ms, speaker=speaker)


def said(utterances: list[Utterance], *turns: Turn) -> list[tuple[str | None, str]]:
    return [(each.speaker, each.text) for each in with_speakers(utterances, turns)]


def test_an_utterance_of_two_people_is_cut_between_words() -> None:
    heard = utterance(0, 6_000, "How are you? I am fine.")
    ann, ben = with_speakers([heard], [turn(0, 2_900, ANN), turn(3_000, 6_000, BEN)])
    assert (ann.text, ann.speaker, ann.start_ms, ann.end_ms) == ("How are you?", ANN, 0, 3_000)
    assert (ben.text, ben.speaker, ben.start_ms, ben.end_ms) == ("I am fine.", BEN, 3_000, 6_000)
    assert [word.text for word in ben.words] == ["I", "am", "fine."]


def test_a_single_word_beyond_a_turn_s_edge_stays_with_its_neighbours() -> None:
    heard = utterance(0, 6_000, "How are you? I am fine.")
    assert said([heard], turn(0, 900, BEN), turn(900, 6_000, ANN)) == [
        (ANN, "How are you? I am fine.")]


def test_what_lies_in_no_turn_is_the_nearest_voice_s() -> None:
    early, late = utterance(0, 400, "Well"), utterance(9_000, 9_500, "yes")
    assert said([early, late], turn(1_000, 2_000, ANN), turn(8_000, 8_500, BEN)) == [
        (ANN, "Well"), (BEN, "yes")]


def test_an_utterance_without_words_is_whose_most_of_it_is() -> None:
    heard = utterance(0, 5_000, "All of it together").model_copy(update={"words": ()})
    assert said([heard], turn(0, 1_000, ANN), turn(1_000, 5_000, BEN)) == [
        (BEN, "All of it together")]


def test_without_turns_nothing_changes() -> None:
    heard = [utterance(0, 1_000, "One two three four.")]
    assert list(with_speakers(heard, [])) == heard


def test_languages_without_spaces_keep_their_spelling() -> None:
    heard = utterance(0, 4_000, "今 日 は 良").model_copy(update={"text": "今日は良"})
    assert said([heard], turn(0, 2_000, ANN), turn(2_000, 4_000, BEN)) == [
        (ANN, "今日"), (BEN, "は良")]


@given(st.integers(1, 12), st.lists(st.tuples(st.integers(0, 5_000), st.sampled_from([ANN, BEN])),
                                    max_size=6))
def test_no_word_is_lost_or_doubled(count: int, edges: list[tuple[int, str]]) -> None:
    heard = utterance(0, 5_000, " ".join(f"word{n}" for n in range(count)))
    bounds = sorted(edges)
    turns = [turn(at, min([each for each, _ in bounds if each > at], default=5_001), who)
             for at, who in bounds]
    cut = list(with_speakers([heard], turns))
    assert " ".join(each.text for each in cut) == heard.text
    assert tuple(word for each in cut for word in each.words) == heard.words
    assert all(len(each.words) >= LEAST_WORDS for each in cut) or len(cut) == 1
    assert all(one.end_ms <= other.start_ms for one, other in zip(cut, cut[1:], strict=False))
