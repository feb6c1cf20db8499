from itertools import combinations

import numpy as np

from tests.every import every
from trikal.serving.backends.espeak import example_of
from trikal.serving.faces.visemes import VISEMES, visemes_of

SPOKEN = {
    "en": "The quick brown fox jumps over the lazy dog; she sells vast blue thoughts.",
    "hi": "नमस्ते, आप कैसे हैं? झंडा ऊँचा रहे हमारा।", "ta": "வணக்கம், எப்படி இருக்கிறீர்கள்?",
    "te": "నమస్కారం, మీరు ఎలా ఉన్నారు?", "bn": "আপনি কেমন আছেন?", "mr": "तुम्ही कसे आहात?",
    "gu": "તમે કેમ છો?", "kn": "ನೀವು ಹೇಗಿದ್ದೀರಿ?", "ml": "സുഖമാണോ?", "pa": "ਤੁਸੀਂ ਕਿਵੇਂ ਹੋ?",
}


@every(("ipa", "names"), [
    ("m", ("closed",)), ("b", ("closed",)), ("p", ("closed",)), ("bʱ", ("closed",)),
    ("f", ("bite",)), ("v", ("bite",)), ("ʋ", ("bite",)), ("ɑː", ("a",)), ("ã", ("a",)),
    ("ɛ", ("e",)), ("iː", ("i",)), ("oː", ("o",)), ("w", ("u",)), ("θ", ("tongue",)),
    ("s", ("hiss",)), ("ʈ", ("hiss",)), ("ʃ", ("hush",)), ("ɹ", ("r",)), ("k", ("back",)),
    ("aɪ", ("a", "i")), ("oʊ", ("o", "u")), ("dʒ", ("hiss", "hush")), ("tʃʰ", ("hiss", "hush")),
    ("", ("rest",)), ("ː", ("rest",)), ("ʘ", ("back",)), ("ʲ", ("i",)),
])
def test_a_sound_goes_through_its_shapes(ipa: str, names: tuple[str, ...]) -> None:
    assert visemes_of(ipa) == names


def test_the_shapes_can_be_told_apart() -> None:
    assert len(VISEMES) >= 8
    for (one, first), (two, second) in combinations(VISEMES.items(), 2):
        if {one, two} != {"rest", "closed"}:
            assert np.linalg.norm(np.subtract(first[:5], second[:5])) > 0.15, (one, two)


def test_only_shut_shapes_are_shut() -> None:
    assert {name for name, shape in VISEMES.items() if shape.open == 0} == {"rest", "closed"}


@every("language", SPOKEN)
def test_what_is_spoken_takes_several_shapes(language: str) -> None:
    phones = [each.ipa for each in example_of(SPOKEN[language], language).phones]
    assert len({name for ipa in phones for name in visemes_of(ipa)}) >= 5


@every("language", SPOKEN)
def test_no_pause_is_taken_for_a_sound(language: str) -> None:
    for phone in example_of(SPOKEN[language], language).phones:
        assert (visemes_of(phone.ipa) == ("rest",)) == (not any(map(str.isalpha, phone.ipa)))
