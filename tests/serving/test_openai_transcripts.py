"""Transcripts of servers at their seams: no word is lost, and none of silence is kept."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from trikal.serving.backends.openai_speech import _utterances

QUIET = {"avg_logprob": -1.5, "no_speech_prob": 0.9}
LOUD = {"avg_logprob": -0.1, "no_speech_prob": 0.01}


def transcript(words: list[tuple[str, float]], segments: list[dict[str, Any]]) -> dict[str, Any]:
    return {"language": "en", "text": " ".join(word for word, _ in words), "segments": segments,
            "words": [{"word": word, "start": start, "end": start + 0.2}
                      for word, start in words]}


def segment(start: float, end: float, **more: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "text": "…", **LOUD, **more}


def heard(answer: dict[str, Any]) -> list[str]:
    return " ".join(each.text for each in _utterances(answer, None)).split()


@every("start", [0.0, 0.99, 1.0, 1.2, 1.49, 1.5, 1.99, 2.0, 2.4])
def test_a_word_beside_or_between_segments_is_kept(start: float) -> None:
    answer = transcript([("word", start)], [segment(0.5, 1.0), segment(1.5, 2.0)])
    assert heard(answer) == ["word"]


@pytest.mark.parametrize(("start", "kept"), [(0.2, True), (1.0, False), (1.6, False), (2.0, True)])
def test_a_word_of_a_silent_segment_is_dropped(start: float, kept: bool) -> None:
    answer = transcript([("first", 0.1), ("word", start)],
                        [segment(0.0, 1.0), segment(1.0, 2.0, **QUIET), segment(2.0, 3.0)])
    assert heard(answer) == (["first", "word"] if kept else ["first"])


def test_where_silence_and_speech_overlap_speech_is_believed() -> None:
    answer = transcript([("word", 0.5)], [segment(0.0, 2.0, **QUIET), segment(0.4, 1.0)])
    assert heard(answer) == ["word"]


@every(("more", "silent"), [
    (QUIET, True), ({"no_speech_prob": 0.9, "avg_logprob": -0.2}, False),
    ({"no_speech_prob": 0.9, "avg_logprob": None}, True), ({"no_speech_prob": 0.6}, False),
    ({"no_speech_prob": None, "avg_logprob": -9.0}, False), ({}, False),
])
def test_silence_is_told_by_both_of_whisper_s_signs(more: dict[str, Any], silent: bool) -> None:
    answer = transcript([], [{"start": 0.0, "end": 1.0, "text": "Thanks.", **more}])
    assert (heard(answer) == []) is silent


@pytest.mark.parametrize(("likelihood", "confidence"), [
    (None, 0.5), (0.0, 1.0), (0.3, 1.0), (-0.6931471805599453, 0.5), (-1_000.0, 0.0),
])
def test_a_likelihood_becomes_a_confidence_between_0_and_1(
    likelihood: float | None, confidence: float
) -> None:
    answer = transcript([], [segment(0.0, 1.0, text="Hello.", avg_logprob=likelihood)])
    (said,) = _utterances(answer, None)
    assert said.confidence == pytest.approx(confidence)


@pytest.mark.parametrize(("start", "end", "kept"), [
    (1.0, 1.0, False), (1.0, 0.5, False), (1.0, 1.001, True), (0.0, 3_600.0, True),
])
def test_a_segment_without_length_is_none(start: float, end: float, kept: bool) -> None:
    answer = transcript([], [segment(start, end, text="Hello.")])
    assert (heard(answer) == ["Hello."]) is kept


def test_a_word_without_length_lasts_a_little() -> None:
    answer = {**transcript([], [segment(0.0, 2.0)]), "text": "now",
              "words": [{"word": "now", "start": 1.0, "end": 1.0}]}
    ((said,), ) = [each.words for each in _utterances(answer, None)]
    assert (said.start_ms, said.end_ms) == (1_000, 1_020)


@every(("told", "tag"), [
    ("english", "en"), ("EN", "en"), ("en-US", "en"), ("chinese", "zh"), ("Bengali", "bn"),
    ("maori", "mi"), ("myanmar", "my"), ("sinhalese", "si"), ("haitian creole", "ht"),
    ("mandarin", "zh"), ("tamil", "ta"),
    ("", "und"), ("??", "und"), (None, "und"), ("norwegian", "no"), ("zh-Hant", "zh"),
])
def test_a_server_s_word_for_a_language_becomes_a_tag(told: str | None, tag: str) -> None:
    answer = {**transcript([("hm", 0.1)], [segment(0.0, 1.0)]), "language": told}
    assert {each.language for each in _utterances(answer, None)} == {tag}


@given(st.lists(st.tuples(st.text("abc", min_size=1, max_size=3),
                          st.floats(0, 50, allow_nan=False)), max_size=12),
       st.lists(st.tuples(st.floats(0, 50), st.floats(0, 5)), max_size=6))
def test_every_word_outside_silence_is_heard_whatever_the_segments(
    words: list[tuple[str, float]], spans: list[tuple[float, float]]
) -> None:
    ordered = sorted(words, key=lambda word: word[1])
    segments = [segment(start, start + length) for start, length in spans]
    answer = transcript(ordered, segments)
    if words:
        assert heard(answer) == [word for word, _ in ordered]
