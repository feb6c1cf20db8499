"""When a Piper voice says what: phoneme durations laid beside the words of the text."""

from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np

from trikal.serving.backends.piper_times import timed

RATE = 1_000  # so that a sample is a millisecond
ALONE = {"of": ["ʌ", "v"], "the": ["ð", "ə"], "bay": ["b", "eɪ"], "3": ["θ", "ɹ", "iː"], "—": []}


def chunk(*phonemes: tuple[str, int]) -> SimpleNamespace:
    return SimpleNamespace(
        audio_float_array=np.zeros(sum(length for _, length in phonemes), np.float32),
        sample_rate=RATE,
        phoneme_alignments=[SimpleNamespace(phoneme=each, num_samples=length)
                            for each, length in phonemes])


def words(sentence: str, *chunks: SimpleNamespace) -> Sequence[tuple[str, int, int]]:
    sound = timed(sentence, chunks, lambda word: ALONE[word])
    return [(each.text, each.start_ms, each.end_ms) for each in sound.words]


def test_words_that_are_said_as_one_begin_where_their_first_phoneme_does() -> None:
    said = chunk(("^", 10), ("ʌ", 20), ("v", 20), ("ð", 10), ("ə", 30), (" ", 10), ("b", 40),
                 ("eɪ", 60), ("$", 10))
    assert words("of the bay", said) == [
        ("of", 10, 50), ("the", 50, 90), ("bay", 90, 200)]


def test_a_word_said_otherwise_than_alone_lies_between_its_neighbours() -> None:
    said = chunk(("b", 40), ("eɪ", 60), (" ", 10), ("t", 20), ("uː", 30), (" ", 10), ("b", 40),
                 ("eɪ", 60))
    (_, first_end), (begin, end), (last, _) = [
        each[1:] for each in words("bay 3 bay", said)]
    assert first_end <= begin <= end <= last


def test_what_has_no_sound_takes_no_time() -> None:
    said = chunk(("b", 40), ("eɪ", 60))
    assert [each for each in words("bay —", said) if each[0] == "—"] == [("—", 100, 100)]


def test_a_second_chunk_goes_on_where_the_first_ended() -> None:
    both = words("bay bay", chunk(("b", 40), ("eɪ", 60)), chunk(("b", 40), ("eɪ", 60)))
    assert both == [("bay", 0, 100), ("bay", 100, 200)]


def test_marks_of_stress_are_no_phones_and_length_is_part_of_one() -> None:
    sound = timed("3", [chunk(("θ", 10), ("ˈ", 0), ("i", 20), ("ː", 30), (",", 40))],
                  lambda word: ALONE[word])
    assert [(each.ipa, each.start_ms, each.end_ms) for each in sound.phones] == [
        ("θ", 0, 10), ("iː", 10, 60), ("", 60, 100)]


def test_a_voice_without_times_still_sounds() -> None:
    silent = chunk(("b", 5))
    silent.phoneme_alignments = None
    sound = timed("bay", [silent], lambda word: ALONE[word])
    assert (len(sound.samples), sound.words, sound.phones) == (5, (), ())


def test_a_pause_belongs_to_no_word_and_a_bare_space_to_the_word_behind_it() -> None:
    said = chunk(("^", 10), ("e", 20), (",", 50), (" ", 10), ("b", 40), (" ", 10), ("d", 30),
                 (".", 20), ("$", 10))
    sound = timed("A, b d.", [said], lambda word: [{"A,": "e", "b": "b", "d.": "d"}[word]])
    assert [(each.text, each.start_ms, each.end_ms) for each in sound.words] == [
        ("A,", 10, 30), ("b", 90, 130), ("d.", 130, 170)]
