"""A text said piece by piece, in more than one voice where it needs them."""

from collections.abc import Iterator

import numpy as np

from trikal.serving.backends.espeak import Espeak, _sound
from trikal.serving.backends.espeak_library import espeak_library
from trikal.serving.roles import Phone, Sound, Word
from trikal.tools.spoken.captions import cues, vtt
from trikal.tools.spoken.speaking import BREATH_MS, PAUSE_MS, in_turn, joined, speaking


class Teller:
    """A voice that tells when it says each word: a tenth of a second each."""

    def __init__(self, *languages: str, rate: int = 8_000) -> None:
        self.name = "/".join(languages)
        self.languages = frozenset(languages)
        self.said: list[tuple[str, str | None]] = []
        self._rate = rate

    def speak(self, text: str, *, language: str | None = None) -> Iterator[Sound]:
        self.said.append((text, language))
        words = text.split()
        samples = np.full(len(words) * self._rate // 10, 0.1, np.float32)
        yield Sound(samples=samples, sample_rate=self._rate, words=tuple(
            Word(start_ms=n * 100, end_ms=n * 100 + 100, text=word, probability=1)
            for n, word in enumerate(words)))


def test_the_voices_own_times_are_kept_and_gathered_to_what_is_written() -> None:
    sound = joined(list(speaking("It costs $25. Good", Teller("en"))))
    assert [(each.text, each.start_ms, each.end_ms) for each in sound.words] == [
        ("It", 0, 100), ("costs", 100, 200), ("$25.", 200, 500), ("Good", 700, 800)]
    assert sound.duration_ms == 800


def test_words_in_another_script_go_to_a_voice_that_reads_it() -> None:
    english, hindi = Teller("en-US"), Teller("hi", rate=16_000)
    sounds = list(speaking("He said नमस्ते दुनिया 5 and left", english, others=lambda tag: hindi))
    assert english.said == [("He said", "en"), ("five and left", "en")]
    assert hindi.said == [("नमस्ते दुनिया", "hi")]
    assert {each.sample_rate for each in sounds} == {8_000}
    assert [word.text for word in joined(sounds).words][2] == "नमस्ते"


def test_a_voice_that_reads_both_scripts_says_all_of_it() -> None:
    both = Teller("hi", "en")
    list(speaking("यह budget है", both, "hi", others=lambda tag: Teller(tag)))
    assert both.said == [("यह budget है", "hi")]


def test_a_voice_of_many_languages_says_each_script_in_its_own() -> None:
    many = Teller("hi", "en", "te", "ru")
    sounds = list(speaking("यह నమస్కారం budget है Привет", many, "hi",
                           others=lambda tag: Teller(tag)))
    assert many.said == [("यह", "hi"), ("నమస్కారం", "te"), ("budget है", "hi"), ("Привет", "ru")]
    assert joined(sounds).words[1].start_ms == 100 + BREATH_MS


def test_espeak_says_a_telugu_word_in_hindi_and_does_not_spell_it() -> None:
    voice = Espeak("espeak-ng", languages=("hi", "te", "ur", "en"))
    for word in ("నమస్కారం", "مرحبا"):
        sound = joined(list(speaking(f"यह {word} है", voice, "hi")))
        said = "".join(each.ipa for each in sound.phones)
        assert "tɛluɡu" not in said
        assert "ʌɾbi" not in said
        assert sound.duration_ms < 2_500


def test_with_one_voice_alone_what_it_does_not_speak_is_left_to_it() -> None:
    one = Teller("hi", "te")
    list(speaking("यह నమస్కారం வணக்கம் है", one, "hi"))
    assert one.said == [("यह", "hi"), ("నమస్కారం", "te"), ("வணக்கம் है", "hi")]


def test_marathi_is_not_taken_for_hindi_though_they_share_a_script() -> None:
    marathi = Teller("mr")
    list(speaking("नमस्कार जग", marathi, "mr", others=lambda tag: Teller(tag)))
    assert marathi.said == [("नमस्कार जग", "mr")]


def test_captions_end_with_sentences_and_hold_what_can_be_read() -> None:
    words = joined(list(speaking("One two three. " * 20, Teller("en")))).words
    grouped = list(cues(words))
    assert [word for cue in grouped for word in cue] == list(words)
    assert all(cue[-1].text == "three." for cue in grouped)


def test_markup_in_a_text_is_no_markup_in_captions() -> None:
    words = [Word(start_ms=0, end_ms=10, text="<b>&-->", probability=1),
             Word(start_ms=5, end_ms=20, text="x", probability=1)]
    assert vtt(words) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:00.020\n&lt;b&gt;&amp;→ <00:00:00.005>x\n")


def test_sounds_of_two_rates_follow_each_other_on_one_clock() -> None:
    def sound(rate: int) -> Sound:
        return Sound(samples=np.full(rate, 0.5, np.float32), sample_rate=rate, words=(
            Word(start_ms=100, end_ms=900, text="on", probability=1),), phones=(
            Phone(start_ms=100, end_ms=900, ipa="o"),))

    both = in_turn([sound(16_000), sound(22_050)])
    assert (both.sample_rate, both.duration_ms) == (16_000, 2_000 + PAUSE_MS)
    assert [each.start_ms for each in both.words] == [100, 1_100 + PAUSE_MS]
    assert [each.end_ms for each in both.phones] == [900, 1_900 + PAUSE_MS]
    assert both.samples[16_000 + 10] == 0


def test_notes_stand_above_the_captions_and_cannot_be_taken_for_one() -> None:
    word = Word(start_ms=0, end_ms=900, text="on", probability=1)
    written = vtt([word], ["[1] a.mp4 0:01–0:02", "00:01 --> 00:02\n\nfalse"])
    assert written.startswith("WEBVTT\n\nNOTE [1] a.mp4 0:01–0:02\n\nNOTE 00:01 → 00:02 false\n\n")
    assert written.count("-->") == 1


class Timeless:
    """espeak-ng in another voice, which keeps to itself when it says what."""

    name, languages = "timeless", frozenset({"en", "xx"})

    def __init__(self) -> None:
        self.told: list[Sound] = []

    def speak(self, text: str, *, language: str | None = None) -> Iterator[Sound]:
        made = espeak_library().synthesise(text, "en-us+f3", words_per_minute=170)
        self.told.append(_sound(text, made))
        yield self.told[-1].model_copy(update={"words": (), "phones": ()})


SENTENCE = "The extraordinary committee met on a day in May, and I approved it."


def test_a_voice_that_tells_no_times_gets_them_by_alignment() -> None:
    voice = Timeless()
    sound = joined(list(speaking(SENTENCE, voice, "en")))
    (told,) = voice.told
    assert [each.text for each in sound.words] == SENTENCE.split()
    off = [abs(one.start_ms - other.start_ms)
           for one, other in zip(sound.words, told.words, strict=True)]
    assert np.median(off) <= 40
    assert [each.ipa for each in sound.phones] == [each.ipa for each in told.phones if each.ipa]


def test_a_language_that_cannot_be_aligned_has_times_in_proportion() -> None:
    sound = joined(list(speaking("Ab cdef. Gh", Timeless(), "xx")))
    assert [each.text for each in sound.words] == ["Ab", "cdef.", "Gh"]
    assert sound.phones == ()
    assert all(one.end_ms <= other.start_ms
               for one, other in zip(sound.words, sound.words[1:], strict=False))
