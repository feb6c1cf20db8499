"""Code's own sentences: every language has all of them, in its own script, with the same places."""

import string

import pytest

from trikal.graph.phrases import (
    ENGLISH,
    has_phrases,
    languages,
    length_in,
    phrase,
    reason,
    retold,
)
from trikal.graph.weighing.support import NOTHING_NEAR
from trikal.writing import LATIN, own_letters, own_share

PHRASES = ("not_told", "nearest", "place", "at", "from_to", "once", "times", "nobody", "unmade",
           "in_english", "recording", "recordings", "speaker", "speakers",
           "language", "languages", "no_language", "video", "audio",
           "text", "long", "begins", "more", "comes_before", "both_at", "apart", "yes", "no")
REASONS = ("nothing_near", "nothing_like", "nothing_there", "no_speaker", "lost")
PLACES = {name: f"⟦{n}⟧" for n, name in enumerate(
    ("why", "places", "name", "time", "answer", "start", "end", "count", "text", "quoted",
     "said", "length", "one", "other", "one_time", "other_time", "one_name", "other_name"))}


def places_in(template: str) -> set[str]:
    return {mark for mark in PLACES.values() if mark in template}


@pytest.mark.parametrize("tag", ["hi", "ta", "te", "bn", "mr", "gu", "kn", "ml", "pa"])
def test_every_sentence_is_in_the_language_s_script_with_the_places_of_the_english(
    tag: str
) -> None:
    for say, names in ((phrase, PHRASES), (reason, REASONS)):
        for name in names:
            said = say(name, tag, language="X", **PLACES)
            english = say(name, ENGLISH, language="X", **PLACES)
            assert said != english
            assert places_in(said) == places_in(english), (tag, name)
            assert LATIN not in own_letters(tag)
            assert own_share(said, tag) == 1.0, (tag, name)
            assert said.strip() == said


def test_lengths_are_told_in_words_of_the_language() -> None:
    assert length_in(3_905_000, "hi") == "1 घंटा 5 मिनट 5 सेकंड"
    assert length_in(41_200, "hi-IN") == "41.2 सेकंड"
    assert length_in(3_905_000, "en") == length_in(3_905_000, "fr") == "1 h 5 min 5 s"
    for tag in set(languages()) - {ENGLISH}:
        assert own_share(length_in(93_784_000, tag), tag) == 1.0, tag
        assert phrase("whole", tag, said="X")[:-1] == "X"


def test_ten_languages_have_a_table_and_others_get_english() -> None:
    assert set(languages()) == {"en", "hi", "ta", "te", "bn", "mr", "gu", "kn", "ml", "pa"}
    assert has_phrases("hi-IN")
    assert not has_phrases("fr")
    for tag in ("fr", "??", ""):
        assert phrase("times", tag, count=3) == "3 times."
    fields = [name for _, name, _, _ in string.Formatter().parse(phrase("nobody", "ta")) if name]
    assert fields == []


@pytest.mark.parametrize(("why", "tag", "told"), [
    (NOTHING_NEAR, "en", NOTHING_NEAR), (NOTHING_NEAR, "fr", NOTHING_NEAR),
    (NOTHING_NEAR, "hi", "संग्रह में कुछ भी प्रश्न के पर्याप्त निकट नहीं है"),
    ("nothing in the archive is like “the {x} storm”", "hi", "संग्रह में “the {x} storm” जैसा कुछ नहीं है"),
    ("there is nothing at that place; there is nothing at that place", "mr",
     "त्या जागी काहीही नाही; त्या जागी काहीही नाही"),
    ("the disk is full", "ta", "the disk is full"),
])
def test_reasons_are_told_as_far_as_the_table_has_them(why: str, tag: str, told: str) -> None:
    assert retold(why, tag) == told
