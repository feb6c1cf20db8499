import numpy as np
import pytest

from tests.fakes import utterance
from trikal.serving.roles import Utterance
from trikal.tools.phantoms import Cut, Fault, is_silent, without_phantoms


def sieve(*utterances: Utterance) -> tuple[list[Utterance], list[Cut]]:
    cuts: list[Cut] = []
    return list(without_phantoms(utterances, cuts.append)), cuts


def row(text: str, times: int, from_ms: int = 0) -> list[Utterance]:
    return [utterance(from_ms + n * 2_000, from_ms + n * 2_000 + 1_500, text)
            for n in range(times)]


def test_true_speech_passes_unchanged() -> None:
    said = [utterance(0, 3_000, "Ask not what your country can do for you."),
            *row("Yes.", 3, 4_000), utterance(12_000, 14_000, "यह सच है।", language="hi")]
    assert sieve(*said) == (said, [])


def test_a_loop_inside_an_utterance_is_said_once_and_doubted() -> None:
    (kept,), (cut,) = sieve(utterance(0, 15_000, "We begin. " + "Thank you. " * 9 + "Then"))
    assert (kept.text, kept.confidence, kept.words) == ("We begin. Thank you. Then", 0.3, ())
    assert (cut.fault, cut.start_ms, cut.end_ms) == (Fault.LOOP, 0, 15_000)


def test_the_same_utterance_many_times_in_a_row_is_kept_once_and_doubted() -> None:
    before, after = utterance(0, 900, "Now."), utterance(3_700_000, 3_701_000, "And?")
    loop = row("Please subscribe!", 1_800, 1_000)
    kept, cuts = sieve(before, *loop, after)
    assert [each.text for each in kept] == ["Now.", "Please subscribe!", "And?"]
    assert [each.confidence for each in kept] == [0.9, 0.3, 0.9]
    assert len(cuts) == 1_799
    assert {cut.fault for cut in cuts} == {Fault.LOOP}


def test_equal_but_for_stops_and_capitals_is_the_same_again() -> None:
    kept, cuts = sieve(*(utterance(n * 1_000, n * 1_000 + 900, text) for n, text in
                         enumerate(["Okay.", "okay", "OKAY!", "Okay…"])))
    assert (len(kept), len(cuts)) == (1, 3)


def test_a_loop_that_is_not_quite_equal_is_found_by_its_compression() -> None:
    text = " ".join(f"and then we go to the river {letter}" for letter in "abcdefghijkl")
    kept, (cut,) = sieve(utterance(0, 15_000, text))
    assert (kept, cut.fault, cut.text) == ([], Fault.LOOP, text)


@pytest.mark.parametrize(("length_ms", "kept"), [(300, 0), (2_000, 1)])
def test_nobody_says_a_sentence_in_a_third_of_a_second(length_ms: int, kept: int) -> None:
    found, cuts = sieve(utterance(0, length_ms, "Thank you very much for watching."))
    assert len(found) == kept
    assert [cut.fault for cut in cuts] == [Fault.SPEED] * (1 - kept)


def test_marks_without_letters_are_no_loop_of_utterances() -> None:
    assert len(sieve(*row("…", 6))[0]) == 6


@pytest.mark.parametrize(("peak", "silent"), [(0.0, True), (0.0005, True), (0.05, False)])
def test_words_in_silence_are_told(peak: float, silent: bool) -> None:
    samples = np.full(16_000, 0.5, np.float32)
    samples[4_000:12_000] = peak
    assert is_silent(utterance(300, 700, "Thanks."), samples) is silent


def test_words_behind_the_end_of_the_sound_are_in_silence() -> None:
    assert is_silent(utterance(5_000, 6_000, "Thanks."), np.ones(16_000, np.float32))
