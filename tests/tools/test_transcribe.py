from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.factories import make_clicks, make_wav
from tests.fakes import FakeTranscriber, utterance
from trikal.media.audio import AudioChunk
from trikal.serving.roles import Utterance, Word
from trikal.tools.phantoms import Cut, Fault
from trikal.tools.transcribe import RATE, stretches, transcribe

Samples = NDArray[np.float32]


class ClickTranscriber:
    """Hears each loud burst as an utterance of one word."""

    name = "clicks"

    def __init__(self, language: str = "hi") -> None:
        self.asked: list[str | None] = []
        self._language = language

    def transcribe(self, samples: Samples, *, language: str | None = None) -> Iterator[Utterance]:
        self.asked.append(language)
        loud = np.abs(samples) > 0.5
        for start in np.flatnonzero(loud & ~np.roll(loud, 1)):
            word = Word(start_ms=int(start) // 16, end_ms=int(start) // 16 + 4, text="click",
                        probability=0.9)
            yield Utterance(start_ms=word.start_ms, end_ms=word.end_ms, text="click",
                            language=language or self._language, confidence=0.9, words=(word,))


def chunks_of(samples: Samples, lengths: list[int], start_ms: int = 0) -> Iterator[AudioChunk]:
    """Cut samples into chunks of so many milliseconds, the rest into one."""
    position = 0
    for length in [*lengths, len(samples)]:
        part = samples[position: position + length * RATE // 1000]
        if len(part):
            yield AudioChunk(start_ms=start_ms + position * 1000 // RATE, samples=part)
        position += len(part)


@settings(deadline=None)
@given(
    st.integers(0, 40_000), st.lists(st.integers(1, 3_000), max_size=6),
    st.integers(500, 2_000), st.integers(-5_000, 10**9), st.integers(0, 2**32 - 1),
)
def test_no_sample_is_lost_and_the_times_join_up(
    count: int, lengths: list[int], stretch_ms: int, start_ms: int, seed: int
) -> None:
    samples = np.random.default_rng(seed).uniform(-1, 1, count).astype(np.float32)
    found = list(stretches(chunks_of(samples, lengths, start_ms), stretch_ms=stretch_ms))
    np.testing.assert_array_equal(
        np.concatenate([np.empty(0, np.float32), *(part for _, part in found)]), samples)
    expected_ms = start_ms
    for start, part in found:
        assert start == expected_ms
        assert 0 < len(part) <= stretch_ms * RATE // 1000
        expected_ms += len(part) * 1000 // RATE


def test_a_stretch_is_cut_where_it_is_quiet() -> None:
    samples = np.random.default_rng(0).uniform(-1, 1, 30 * RATE).astype(np.float32)
    samples[int(16.4 * RATE):int(17.0 * RATE)] = 0.0
    (start, first), (second, _) = stretches(chunks_of(samples, []), stretch_ms=20_000)
    assert start == 0
    assert 16_400 <= len(first) * 1000 // RATE <= 17_000
    assert second == len(first) * 1000 // RATE


def test_the_quiet_place_nearest_to_the_end_is_looked_for_in_the_last_fifteen_seconds() -> None:
    samples = np.full(60 * RATE, 0.5, np.float32)
    samples[10 * RATE:11 * RATE] = 0.0
    samples[50 * RATE:51 * RATE] = 0.1
    first = next(stretches(chunks_of(samples, []), stretch_ms=60_000))[1]
    assert 50_000 <= len(first) * 1000 // RATE <= 51_000


def test_no_sound_is_no_stretch() -> None:
    assert list(stretches([])) == []


def test_words_and_utterances_are_moved_to_the_mediums_clock(tmp_path: Path) -> None:
    times = (0.5, 7.25, 19.5)  # a fourth equal word would be a loop
    path = make_wav(tmp_path / "clicks.wav", make_clicks(20, times))
    listener = ClickTranscriber()
    heard = list(transcribe(path, listener, stretch_ms=6_000))
    assert len(listener.asked) > 2
    assert [each.start_ms for each in heard] == pytest.approx([500, 7_250, 19_500], abs=20)
    for each in heard:
        assert (each.words[0].start_ms, each.words[0].end_ms) == (each.start_ms, each.end_ms)


def test_a_short_medium_is_heard_in_one_piece(tmp_path: Path) -> None:
    listener = ClickTranscriber()
    path = make_wav(tmp_path / "clicks.wav", make_clicks(20, (1,)))
    assert len(list(transcribe(path, listener))) == 1
    assert listener.asked == [None]


def test_every_stretch_is_heard_in_its_own_language_when_none_is_named(tmp_path: Path) -> None:
    listener = ClickTranscriber("ta")
    path = make_wav(tmp_path / "clicks.wav", make_clicks(20, (8, 15)))
    list(transcribe(path, listener, stretch_ms=6_000))
    assert len(listener.asked) > 2
    assert set(listener.asked) == {None}


def test_a_loop_over_stretches_and_words_in_silence_are_cut_and_told(tmp_path: Path) -> None:
    path = make_wav(tmp_path / "clicks.wav", make_clicks(20, (1, 4, 8, 12, 16)))
    cuts: list[Cut] = []
    (kept,) = transcribe(path, ClickTranscriber(), stretch_ms=6_000, on_cut=cuts.append)
    assert kept.start_ms == pytest.approx(1_000, abs=20)
    assert [cut.start_ms for cut in cuts] == pytest.approx([4_000, 8_000, 12_000, 16_000], abs=20)
    made_up = FakeTranscriber((utterance(5_000, 6_000, "Thanks for watching."),))
    cuts.clear()
    assert list(transcribe(path, made_up, on_cut=cuts.append)) == []
    assert [(cut.fault, cut.start_ms) for cut in cuts] == [(Fault.SILENCE, 5_000)]


def test_a_language_that_is_given_is_kept(tmp_path: Path) -> None:
    listener = ClickTranscriber()
    path = make_wav(tmp_path / "clicks.wav", make_clicks(2, (1,)))
    assert [each.language for each in transcribe(path, listener, language="ml")] == ["ml"]
    assert listener.asked == ["ml"]


def test_progress_never_goes_back_and_reaches_the_end(tmp_path: Path) -> None:
    told: list[int] = []
    path = make_wav(tmp_path / "clicks.wav", make_clicks(20, (1, 8, 15)))
    list(transcribe(path, ClickTranscriber(), stretch_ms=6_000, on_progress=told.append))
    assert told == sorted(told)
    assert told[-1] == pytest.approx(20_000, abs=1)
