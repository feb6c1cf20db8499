"""Which windows are heard a second time, with how much around them, and which hearing is kept."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from trikal.media.audio import read_audio
from trikal.serving.backends.whisper_again import (
    SecondHearing,
    contenders,
    is_believed,
    is_doubted,
    is_kept,
    is_said_once,
    likeliest,
    surroundings,
)
from trikal.serving.backends.whisper_decoding import Heard, Window, heard_in_turn
from trikal.serving.backends.whisper_languages import Detected
from trikal.serving.models import Models
from trikal.serving.roles import Word

RATE = 16_000
CLEAR = Heard(tokens=[1], text="नमस्ते दुनिया", log_probability=-0.3, silence=0.0)
JFK = "Ask not what your country can do for you, ask what you can do for your country."
UNLIKELY = replace(CLEAR, log_probability=-1.2)


@every(("text", "log_probability", "code", "probability", "doubted"), [
    ("नमस्ते", -0.3, "hi", 0.95, False), ("नमस्ते", -0.3, "hi", None, False),
    ("नमस्ते", -0.3, "hi", 0.79, True), ("namaste", -0.3, "hi", 0.95, True),
    ("نمستے", -0.3, "hi", None, True), ("नमस्ते", -0.6, "hi", 0.95, True),
    ("Hello.", -0.9, "en", 0.95, False), ("Hello.", -0.9, "en", None, False),
    ("Hello.", -0.2, "en", 0.5, True), ("", -2.0, "hi", 0.3, False),
])
def test_what_may_be_in_another_language_is_doubted(
    text: str, log_probability: float, code: str, probability: float | None, doubted: bool
) -> None:
    heard = replace(CLEAR, text=text, log_probability=log_probability)
    assert is_doubted(heard, Detected(code=code, probability=probability)) is doubted


def words(*probabilities: float) -> list[Word]:
    return [Word(start_ms=0, end_ms=100, text="a", probability=each) for each in probabilities]


@every(("first", "second", "kept"), [
    ((0.7, 0.9), (0.7,), True), ((0.7,), (0.7,), False), ((0.7,), (0.69,), True),
    ((0.5,), (0.1,), False), ((0.65,), (), True), ((), (), False), ((), (0.1,), False),
])
def test_a_first_hearing_is_kept_where_its_words_are_clear_and_both_they_and_its_text_surer(
    first: tuple[float, ...], second: tuple[float, ...], kept: bool
) -> None:
    surer = replace(CLEAR, log_probability=-0.2)
    assert is_kept(surer, CLEAR, words(*first), words(*second)) is kept
    assert not is_kept(CLEAR, surer, words(*first), words(*second))


def test_an_unlikely_text_is_said_once_though_it_is_not_believed() -> None:
    assert (is_said_once(UNLIKELY), is_believed(UNLIKELY)) == (True, False)
    silent = replace(UNLIKELY, silence=0.9)
    assert not is_said_once(silent)


@pytest.mark.parametrize(("first", "found", "kept"), [
    (-0.6, {"ta": -0.5, "te": -0.7}, "ta"), (-0.4, {"ta": -0.5, "te": -0.7}, None),
    (-1.2, {"ta": -0.9, "te": -0.8}, "te"), (-1.2, {"ta": -1.1, "te": -1.3}, None),
    (-0.6, {}, None),
])
def test_where_no_language_is_sure_the_likeliest_text_counts(
    first: float, found: dict[str, float], kept: str | None
) -> None:
    several = [(replace(CLEAR, log_probability=each), Detected(code=code, probability=0.2))
               for code, each in found.items()]
    best = likeliest(several, replace(CLEAR, log_probability=first))
    assert (best and best[1].code) == kept


def test_of_several_texts_none_that_repeats_itself_or_is_silence_counts() -> None:
    looped = replace(CLEAR, text="thank you " * 30, log_probability=-0.1)
    silent = replace(CLEAR, text="", log_probability=-0.1)
    language = Detected(code="ta", probability=0.2)
    assert likeliest([(looped, language), (silent, language)], UNLIKELY) is None
    assert likeliest([(looped, language), (CLEAR, language)], UNLIKELY) == (CLEAR, language)


@every(("text", "believed"), [
    ("कल सुबह दस बजे हमारी बैठक होगी।", True), ("ആൽമരവും മുളകളും", True),
    ("பின்னும் போயின்னும் போயின்னும் போயின்னும் போயின்னும்", False), ("", False),
    ("no no no no no no no no no no", False), (JFK, True),
    ("आल्मरेवम मूलाँब आल्मरेवम मूलाँब आल्मरेवम", False), ("very very good", True),
])
def test_a_text_that_says_the_same_again_is_not_believed_in_doubt(
    text: str, believed: bool
) -> None:
    assert is_believed(replace(CLEAR, text=text)) is believed


@pytest.mark.parametrize(("found", "codes"), [
    ({"ta": 0.2, "ml": 0.5, "te": 0.1, "kn": 0.15}, ["ml", "ta"]),
    ({"ar": 0.36, "en": 0.06}, ["ar"]),
    ({"ja": 0.15, "kn": 0.13, "ar": 0.12, "te": 0.11}, ["ja", "kn", "ar"]),
])
def test_languages_far_behind_the_likeliest_are_not_tried(
    found: dict[str, float], codes: list[str]
) -> None:
    tried = contenders(found)
    assert [(each.code, each.probability) for each in tried] == [(c, found[c]) for c in codes]


@st.composite
def rows(draw: st.DrawFn) -> tuple[list[Window], int]:
    """Draw windows of at most twenty seconds, one behind the other, and the length of the sound."""
    edges = sorted(draw(st.lists(st.integers(0, 100 * RATE), min_size=2, max_size=12,
                                 unique=True)))
    windows = [Window(start=start, end=min(end, start + 20 * RATE))
               for start, end in list(pairwise(edges))[::2]]
    return windows, edges[-1] + draw(st.integers(0, 40 * RATE))


@given(rows())
def test_a_window_gets_the_pauses_around_it_and_none_of_its_neighbours(
    row: tuple[list[Window], int]
) -> None:
    windows, end = row
    spans = [surroundings(windows, place, end) for place in range(len(windows))]
    for window, span in zip(windows, spans, strict=True):
        assert 0 <= span.start <= window.start < window.end <= span.end <= end
        assert span.end - span.start <= 30 * RATE
    for (one, _), (_, other) in zip(pairwise(spans), pairwise(windows), strict=True):
        assert one.end <= other.start
    if end <= 30 * RATE and len(windows) == 1:
        assert spans == [Window(start=0, end=end)]


def hearing(
    models: Models, path: Path, found: Sequence[Detected]
) -> tuple[SecondHearing, list[tuple[Window, Detected]]]:
    samples = np.concatenate([each.samples for each in read_audio(path)])
    window = Window(start=0, end=len(samples))
    noted = [(window, each) for each in found]
    model: Any = models.transcriber()
    return SecondHearing(model=model._load(), samples=samples, windows=[window],
                         found=noted), noted


@pytest.mark.models
def test_a_wrong_language_is_put_right_by_the_whole_sound(
    models: Models, shared_media: Path
) -> None:
    second, noted = hearing(models, shared_media / "jfk" / "jfk.flac",
                            [Detected(code="hi", probability=0.3)])
    again = second.of(0, UNLIKELY, [])
    assert again is not None
    assert again.detected.code == noted[0][1].code == "en"
    assert "fellow Americans" in "".join(word.text for word in again.words)
    assert all(one.start_ms <= other.start_ms for one, other in pairwise(again.words))
    assert again.words[-1].end_ms <= 11_000


@pytest.mark.models
def test_what_is_not_doubted_is_not_heard_again(models: Models, shared_media: Path) -> None:
    sure = Detected(code="hi", probability=0.95)
    second, noted = hearing(models, shared_media / "jfk" / "jfk.flac", [sure])
    assert second.of(0, CLEAR, []) is None
    assert noted[0][1] is sure


@pytest.mark.models
def test_what_was_said_before_is_held_against_a_text_with_a_penalty(
    models: Models, shared_media: Path
) -> None:
    samples = np.concatenate([
        each.samples for each in read_audio(shared_media / "jfk" / "jfk.flac")])
    model: Any = models.transcriber()
    plain, penalised = (
        heard_in_turn(model._load(), samples, "en", repetition_penalty=each) for each in (1.0, 5.0))
    assert plain is not None
    assert penalised is not None
    assert "ask what you can do" in plain.text
    assert "ask what you can do" not in penalised.text


@pytest.mark.models
def test_noise_is_not_believed_however_often_it_is_heard(models: Models) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 5 * RATE).astype(np.float32)
    model: Any = models.transcriber()
    heard = heard_in_turn(model._load(), noise, "ml")
    assert heard is None or not is_believed(heard)
