"""Known words found again in speech: another voice's times against its own, which are exact."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trikal.errors import BackendFailed
from trikal.serving.backends.espeak import _sound
from trikal.serving.backends.espeak_library import espeak_library
from trikal.serving.forced_alignment import Aligned, aligned, at_rate
from trikal.serving.mel import RATE
from trikal.serving.roles import Sound, Word
from trikal.serving.time_warping import FRAME_MS, frame_count, warped

TEXTS = {
    "en": "The council met again in May and approved a budget of four thousand pounds.",
    "hi": "मेरी माँ ने पापा को बताया कि आज बाज़ार बंद है।",
    "ta": "நாளை காலை பத்து மணிக்கு நமது கூட்டம் நடைபெறும்.",
    "ml": "നാളെ രാവിലെ പത്തു മണിക്ക് യോഗം ഉണ്ട്.",
}


def spoken(language: str, *, voice: str = "", pace: int = 190) -> Sound:
    text = TEXTS[language]
    name = voice or {"en": "en-us"}.get(language, language)
    return _sound(text, espeak_library().synthesise(text, name, words_per_minute=pace))


def bare(sound: Sound) -> Sound:
    return Sound(samples=sound.samples, sample_rate=sound.sample_rate)


def off_ms(found: Aligned, truth: Sound) -> float:
    return float(np.median([abs(one.start_ms - other.start_ms)
                            for one, other in zip(found.words, truth.words, strict=True)]))


@pytest.mark.parametrize("language", TEXTS)
def test_the_words_of_faster_speech_are_found_in_every_script(language: str) -> None:
    truth = spoken(language)
    found = aligned(bare(truth), TEXTS[language], language)
    assert [each.text for each in found.words] == TEXTS[language].split()
    assert off_ms(found, truth) <= 25


def test_another_voice_in_noise_is_followed_too() -> None:
    truth = spoken("en", voice="en-us+f3", pace=175)
    noise = np.random.default_rng(3).normal(size=len(truth.samples)) * 0.01
    noisy = Sound(samples=(truth.samples + noise).astype(np.float32),
                  sample_rate=truth.sample_rate)
    assert off_ms(aligned(noisy, TEXTS["en"], "en"), truth) <= 40


def test_its_sounds_are_laid_with_the_words() -> None:
    truth = spoken("en")
    found = aligned(bare(truth), TEXTS["en"], "en").phones
    named = [each for each in truth.phones if each.ipa]
    assert [each.ipa for each in found] == [each.ipa for each in named]
    off = [abs(one.start_ms - other.start_ms) for one, other in zip(found, named, strict=True)]
    assert np.median(off) <= 20


def test_rough_times_of_words_lead_where_the_text_is_a_part_of_the_sound() -> None:
    truth = spoken("en")
    before = np.random.default_rng(5).normal(size=3 * truth.sample_rate) * 0.05
    whole = Sound(samples=np.concatenate([before, truth.samples, before]).astype(np.float32),
                  sample_rate=truth.sample_rate)
    heard = [word.model_copy(update={"start_ms": word.start_ms + 2_950 + n % 3 * 50,
                                     "end_ms": word.end_ms + 2_950 + n % 3 * 50})
             for n, word in enumerate(truth.words)]
    found = aligned(whole, TEXTS["en"], "en", heard)
    off = [abs(one.start_ms - 3_000 - other.start_ms)
           for one, other in zip(found.words, truth.words, strict=True)]
    assert np.median(off) <= 25


@pytest.mark.parametrize("samples", [
    np.zeros(0, np.float32), np.zeros(RATE, np.float32), np.full(RATE // 10, 0.3, np.float32),
    np.full(60 * RATE, 0.3, np.float32),
])
def test_what_cannot_be_the_text_has_no_words(samples: np.ndarray) -> None:
    assert aligned(Sound(samples=samples, sample_rate=RATE), TEXTS["en"], "en") == ((), ())


def test_words_behind_the_sound_s_end_have_no_times() -> None:
    late = [Word(start_ms=90_000, end_ms=91_000, text="late", probability=1)]
    sound = Sound(samples=np.full(RATE, 0.2, np.float32), sample_rate=RATE)
    assert aligned(sound, "late", "en", late) == ((), ())


def test_a_language_that_nobody_speaks_is_told() -> None:
    with pytest.raises(BackendFailed, match="no voice"):
        aligned(bare(spoken("en")), "xyz", "tlh")


@given(st.integers(800, 40_000), st.integers(800, 40_000), st.integers(0, 99))
def test_a_way_goes_forward_from_end_to_end(own: int, other: int, seed: int) -> None:
    draws = np.random.default_rng(seed)
    example, recording = (draws.normal(size=size).astype(np.float32) for size in (own, other))
    count = frame_count(example)
    places = warped(example, recording, np.linspace(0, other * 1000 / RATE, count))
    assert places.shape == (count,)
    assert (np.diff(places) >= 0).all()
    assert places[0] >= 0
    assert places[-1] <= frame_count(recording) * FRAME_MS


def test_the_same_sound_is_its_own_place() -> None:
    samples = at_rate(spoken("en"), RATE)
    expected = np.arange(frame_count(samples)) * FRAME_MS
    assert np.array_equal(warped(samples, samples, expected.astype(float)), expected)


def test_another_rate_keeps_the_length() -> None:
    sound = Sound(samples=np.zeros(22_050, np.float32), sample_rate=22_050)
    assert len(at_rate(sound, RATE)) == RATE
    assert at_rate(sound, 22_050) is sound.samples
