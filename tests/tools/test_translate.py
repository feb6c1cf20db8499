"""What was said in another language is told in English, stretch by stretch."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.every import every
from tests.factories import make_tone, make_wav
from tests.fakes import FakeTranslator
from tests.tools.conftest import moment
from trikal.moments import Moment
from trikal.serving.models import Models
from trikal.serving.roles import Utterance
from trikal.settings import load_settings
from trikal.tools.language_alarm import DOUBTED_CONFIDENCE, alarmed
from trikal.tools.transcribe import transcribe
from trikal.tools.translate import is_foreign, together, translate
from trikal.tools.verification import carried_share
from trikal.writing import main_letters


def said(start_ms: int, end_ms: int, **fields: Any) -> Moment:
    given = {"text": "कुछ", "language": "hi", "confidence": 0.9, "end_ms": end_ms, **fields}
    return moment(start_ms, **given)


def spans(spoken: Sequence[Moment]) -> list[tuple[int, int]]:
    return [(each[0].start_ms, each[-1].end_ms) for each in together(spoken)]


@every(("fields", "foreign"), [
    ({}, True), ({"language": "en"}, False), ({"language": "en-IN"}, False),
    ({"language": None}, False), ({"language": "und"}, False), ({"language": "?"}, False),
    ({"confidence": None}, False), ({"confidence": DOUBTED_CONFIDENCE}, False),
    ({"language": "ml", "confidence": 0.31}, True),
    ({"confidence": 0.2, "text": "یا پھر ہم"}, True), ({"confidence": 0.2, "text": "ya"}, False),
])
def test_only_what_a_model_surely_heard_in_another_language_is_translated(
    fields: dict[str, Any], foreign: bool
) -> None:
    assert is_foreign(said(0, 1_000, **fields)) is foreign


@every(("spoken", "expected"), [
    ([], []),
    ([said(0, 2_000), said(2_500, 4_000)], [(0, 4_000)]),
    ([said(0, 2_000), said(3_000, 4_000)], [(0, 2_000), (3_000, 4_000)]),  # a pause
    ([said(0, 6_000), said(6_100, 8_000)], [(0, 6_000), (6_100, 8_000)]),  # enough by itself
    ([said(0, 4_000), said(4_100, 21_000)], [(0, 4_000), (4_100, 21_000)]),  # too much
    ([said(0, 2_000), said(2_100, 4_000, language="ta")], [(0, 2_000), (2_100, 4_000)]),
    ([said(0, 2_000, speaker="Ann"), said(2_100, 4_000)], [(0, 2_000), (2_100, 4_000)]),
])
def test_utterances_are_translated_together_where_they_belong_together(
    spoken: list[Moment], expected: list[tuple[int, int]]
) -> None:
    assert spans(spoken) == expected


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    return make_wav(tmp_path / "talk.wav", make_tone(12))


def told(talk: Path, lines: Sequence[str | None], **options: Any) -> list[
    tuple[int, Utterance | None]
]:
    spoken = [said(0, 5_000), said(6_000, 11_000, confidence=0.5)]
    return list(translate(talk, spoken, FakeTranslator(lines=lines), **options))


def test_a_translation_lasts_as_long_as_what_it_stands_for(talk: Path) -> None:
    translator, reached = FakeTranslator(lines=["One.", "Two."]), list[int]()
    found = list(translate(talk, [said(0, 5_000), said(6_000, 11_000, confidence=0.5)],
                           translator, on_progress=reached.append))
    assert [(end, each and (each.start_ms, each.end_ms, each.text, each.language))
            for end, each in found] == [(5_000, (0, 5_000, "One.", "en")),
                                        (11_000, (6_000, 11_000, "Two.", "en"))]
    assert [each.confidence for _, each in found if each] == [0.8, 0.5]  # never surer than heard
    assert [language for _, language in translator.translated] == ["hi", "hi"]
    assert [length for length, _ in translator.translated] == [5_100, 5_200]
    assert reached == [5_000, 11_000]


def test_what_is_done_is_not_done_again(talk: Path) -> None:
    assert [end for end, _ in told(talk, ["One."], from_ms=5_000)] == [11_000]


@pytest.mark.parametrize("line", [None, "  ", "x" * 300 + " y"])
def test_what_is_no_speech_is_no_translation(talk: Path, line: str | None) -> None:
    (end_ms, found), (_, second) = told(talk, [line, "Two."])
    assert end_ms == 5_000
    assert found is None or found.confidence <= DOUBTED_CONFIDENCE
    assert found is None or len(found.text) < 10
    assert second is not None


@pytest.mark.models
def test_whisper_tells_in_english_what_a_hindi_lecture_says(shared_media: Path) -> None:
    path = next((shared_media / "hindi").glob("13_*.wav"))
    model: Any = Models(load_settings()).transcriber()
    heard = alarmed(list(transcribe(path, model))).utterances
    spoken = [said(each.start_ms, each.end_ms, text=each.text, language=each.language,
                   confidence=each.confidence) for each in heard]
    foreign = [each for each in spoken if is_foreign(each)]
    found = [each for _, each in translate(path, foreign, model) if each]
    assert model.translates
    assert foreign == spoken
    assert [(each.start_ms, each.end_ms) for each in found] == [
        (each[0].start_ms, each[-1].end_ms) for each in together(foreign)]
    assert all(main_letters(each.text) == "LATIN" for each in found)
    # What is said is that one society after the other can be joined to it.
    assert carried_share("we can connect", [each.text for each in found]) == 1.0
