"""espeak-ng by its library: all ten languages, with the times of words and phones."""

import threading

import numpy as np
import pytest

from tests.every import every
from trikal.errors import BackendFailed, ModelUnavailable
from trikal.serving.backends import espeak_library
from trikal.serving.backends.espeak import Espeak, example_of
from trikal.serving.catalog import load_catalog
from trikal.serving.roles import Sound

GREETINGS = {
    "en": "Hello world, this works.", "hi": "नमस्ते दुनिया।", "ta": "வணக்கம் உலகம்.",
    "te": "నమస్కారం ప్రపంచం.", "bn": "নমস্কার পৃথিবী।", "mr": "नमस्कार जग.",
    "gu": "નમસ્તે દુનિયા.", "kn": "ನಮಸ್ಕಾರ ಪ್ರಪಂಚ.", "ml": "നമസ്കാരം ലോകം.", "pa": "ਸਤ ਸ੍ਰੀ ਅਕਾਲ।",
}


def said(text: str, language: str) -> list[Sound]:
    return list(Espeak("espeak-ng", languages=tuple(GREETINGS)).speak(text, language=language))


@every("language", GREETINGS)
def test_each_language_is_audible_and_every_word_has_its_time(language: str) -> None:
    text = GREETINGS[language]
    (sound,) = said(text, language)
    assert np.abs(sound.samples).max() > 0.1
    assert [word.text for word in sound.words] == text.split()
    starts = [word.start_ms for word in sound.words]
    assert starts == sorted(set(starts))
    assert all(word.end_ms > word.start_ms for word in sound.words)
    assert sound.words[-1].end_ms <= sound.duration_ms


def test_words_that_are_run_together_share_their_time() -> None:
    (sound,) = said("Hello of the world", "en")
    of, the, world = sound.words[1:]
    assert of.start_ms < of.end_ms == the.start_ms < the.end_ms == world.start_ms


def test_phones_follow_each_other_without_a_hole() -> None:
    (sound,) = said("My mother bought papers.", "en")
    assert all(one.end_ms == two.start_ms
               for one, two in zip(sound.phones, sound.phones[1:], strict=False))
    assert [phone.ipa for phone in sound.phones].count("m") == 2
    assert not any(mark in phone.ipa for phone in sound.phones for mark in "ˈˌ")


def test_latin_words_in_hindi_are_read_as_english() -> None:
    (sound,) = said("यह budget है", "hi")
    assert "dʒ" in [phone.ipa for phone in sound.phones]


@pytest.mark.parametrize("text", ["", "…", "\x00"])
def test_nothing_is_said_of_no_words(text: str) -> None:
    assert said(text, "en") == []


def test_a_text_with_a_zero_byte_is_said_to_its_end() -> None:
    (sound,) = said("one\x00two", "en")
    assert len(sound.words) == 1
    assert sound.duration_ms > said("one", "en")[0].duration_ms


def test_a_language_that_it_does_not_speak_is_told() -> None:
    with pytest.raises(BackendFailed, match="does not speak tlh"):
        said("qapla", "tlh")


def test_many_threads_get_their_own_sound() -> None:
    # Its breath is drawn at random, so that samples differ; what it says does not.
    def heard(tag: str) -> list[str]:
        return [phone.ipa for phone in said(GREETINGS[tag], tag)[0].phones]

    expected = {tag: heard(tag) for tag in GREETINGS}
    wrong: list[str] = []

    def check(tag: str) -> None:
        for _ in range(5):
            if heard(tag) != expected[tag]:
                wrong.append(tag)

    threads = [threading.Thread(target=check, args=(tag,)) for tag in GREETINGS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_every_language_of_the_catalogue_is_one_of_the_librarys() -> None:
    tags = load_catalog().get("espeak-ng").languages
    assert set(GREETINGS) <= set(tags)
    for tag in tags:
        assert example_of("a", tag).phones


def test_without_the_library_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    espeak_library.espeak_library.cache_clear()
    monkeypatch.setattr(espeak_library, "installed", lambda: None)
    with pytest.raises(ModelUnavailable, match="pip install espeakng-loader"):
        said("Hello", "en")
    monkeypatch.undo()
    espeak_library.espeak_library.cache_clear()
