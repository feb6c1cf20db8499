from typing import Any

from tests.every import every
from tests.fakes import utterance
from trikal.serving.roles import Utterance
from trikal.tools.language_alarm import SURE, Alarmed, Doubt, alarmed


def said(
    text: str, language: str, probability: float | None = 0.95, start_ms: int = 0,
    length_ms: int = 2_000,
) -> Utterance:
    return utterance(start_ms, start_ms + length_ms, text, language=language).model_copy(
        update={"language_probability": probability})


def alarm(*utterances: Utterance, **options: Any) -> Alarmed:
    return alarmed(utterances, **options)


@every("each", [
    said("And so, my fellow Americans", "en"), said("यह सच है।", "hi"),
    said("यह laptop बहुत अच्छा है", "hi"), said("anything", "hi-Latn", None), said("12:30", "ml"),
    said("یہ سچ ہے", "ur", SURE),
])
def test_sure_speech_in_its_own_script_is_left_alone(each: Utterance) -> None:
    assert alarm(each) == Alarmed(utterances=(each,), doubts=(None,), note=None)


@every(("each", "doubt"), [
    (said("ये सबी पाशा है", "ne", 0.359), Doubt.UNSURE),
    (said("یا پھر ہم", "hi", 0.863), Doubt.SCRIPT),
    (said("நீ வருமிலே", "ml", 0.99), Doubt.SCRIPT),
    (said("Poovan Kodium, Vajra Kallum", "ml", 0.947), Doubt.SCRIPT),
    (said("அம்மானே மரங்கையிடம்", "ta", 0.747), Doubt.UNSURE),
    (said("ตรงจริงเสียกำเขาเล็กโอเคค่ะ", "th", 0.98).model_copy(update={"confidence": 0.5}),
     Doubt.UNCLEAR),
])
def test_what_whisper_misheard_is_doubted(each: Utterance, doubt: Doubt) -> None:
    found = alarm(each)
    assert found.doubts == (doubt,)
    assert found.utterances[0].confidence == 0.3
    assert found.utterances[0].text == each.text


def test_the_note_says_what_where_why_and_what_to_do() -> None:
    note = alarm(said("Fine.", "en"), said("ये सबी", "ne", 0.359, 65_000)).note
    assert note is not None
    for part in ("1 of 2 utterances", "heard as ne", "1:05", "doubtful (1)", "--language",
                 "trikal models"):
        assert part in note


def test_a_language_for_a_moment_is_a_flip_and_one_for_long_is_not() -> None:
    long = [said("यह सच है।", "hi", start_ms=n * 3_000) for n in range(12)]
    flip = said("Das ist gut.", "de", start_ms=40_000)
    found = alarm(*long, flip)
    assert found.doubts == (None,) * 12 + (Doubt.FLIP,)
    assert alarm(*long[:3], flip).doubts == (None,) * 4


def test_a_named_language_is_doubted_for_its_script_alone() -> None:
    wrong, right = said("یا پھر ہم", "hi", None), said("यह", "hi", None)
    found = alarm(wrong, right, named=True)
    assert found.doubts == (Doubt.SCRIPT, None)
    assert found.note is not None
    assert "--language" not in found.note


def test_less_confidence_than_that_stays_as_it_is() -> None:
    low = said("ये", "ne", 0.3).model_copy(update={"confidence": 0.1})
    assert alarm(low).utterances[0].confidence == 0.1


def test_nothing_heard_is_no_alarm() -> None:
    assert alarm() == Alarmed(utterances=(), doubts=(), note=None)
