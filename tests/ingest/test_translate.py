"""Stage translate: a track of its own, where speech is foreign, the model can, and it is wanted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factories import make_tone, make_wav
from tests.fakes import DIMENSIONS, FakeModels, FakeTranscriber, FakeTranslator, utterance
from tests.indexes_lent import lent_index
from trikal.catalogue import Catalogue
from trikal.errors import BackendFailed
from trikal.indexes.edge import EdgeIndex
from trikal.indexes.protocol import MomentFilter
from trikal.ingest.events import FileReport, Stage
from trikal.ingest.pipeline import Pipeline
from trikal.ingest.translate import STRETCHES_A_PART
from trikal.moments import Moment, Track, Unit

HINDI = tuple(utterance(2_000 * n, 2_000 * n + 800, f"नमस्ते {word}", language="hi")
              for n, word in enumerate("दुनिया भारत दिल्ली पुणे मुंबई नाव पुल घर नदी राम".split()))
ENGLISH = (utterance(0, 800, "Hello world.", language="en"),)


class House:
    """An archive, an index, and a recording of twenty seconds."""

    def __init__(self, folder: Path, index: EdgeIndex) -> None:
        self.catalogue = Catalogue.open(folder / "catalogue.db")
        self.index = index
        self.talk = make_wav(folder / "talk.wav", make_tone(20))

    def ingest(self, model: Any, **options: Any) -> FileReport:
        models = FakeModels(transcriber=model)
        (report,) = Pipeline(self.catalogue, self.index, models, **options).run([self.talk])
        return report

    def translations(self) -> list[Moment]:
        (medium,) = self.catalogue.media()
        return self.catalogue.moments(medium.id, tracks=[Track.TRANSLATION])


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with lent_index(DIMENSIONS) as index:
        house = House(tmp_path, index)
        yield house
        house.catalogue.close()


def test_foreign_speech_gets_a_track_in_english_beside_its_own(house: House) -> None:
    report = house.ingest(FakeTranslator(HINDI, ["Hello to the world."]))
    assert "translate" in report.stage_seconds
    found = house.translations()
    assert [(each.start_ms, each.end_ms) for each in found] == [
        (each.start_ms, each.end_ms) for each in HINDI]
    assert {(each.text, each.language, each.source, each.unit) for each in found} == {
        ("Hello to the world.", "en", "fake-whisper/1:translate", Unit.OBSERVATION)}
    assert house.index.count(MomentFilter(tracks=(Track.TRANSLATION,))) == len(HINDI)
    assert house.index.count(MomentFilter(tracks=(Track.SPEECH,), languages=("hi",))) >= len(HINDI)


@pytest.mark.parametrize(("model", "options"), [
    (FakeTranslator(ENGLISH), {}), (FakeTranscriber(HINDI), {}),
    (FakeTranslator(HINDI), {"translates": False}),
])
def test_nothing_is_translated_that_need_not_or_cannot_be(
    house: House, model: Any, options: dict[str, Any]
) -> None:
    report = house.ingest(model, **options)
    assert house.translations() == []
    assert "translate" not in report.stage_seconds
    assert report.notes == ()


def test_an_archive_of_before_is_translated_when_its_files_are_ingested_again(
    house: House,
) -> None:
    house.ingest(FakeTranscriber(HINDI))
    again = house.ingest(FakeTranslator(HINDI))
    assert len(house.translations()) == len(HINDI)
    assert "listen" not in again.stage_seconds
    third = FakeTranslator(HINDI)
    assert house.ingest(third).stage_seconds.keys() == {"identify"}
    assert third.translated == []


class Breaking(FakeTranslator):
    def translate(self, samples: Any, *, language: str) -> Any:
        if len(self.translated) == STRETCHES_A_PART + 1:
            raise BackendFailed("the model broke")
        return super().translate(samples, language=language)


def test_a_stopped_translation_keeps_what_it_has_and_goes_on_there(house: House) -> None:
    report = house.ingest(Breaking(HINDI))
    assert report.error is None
    assert "stage translate stopped" in report.notes[0]
    assert len(house.translations()) == STRETCHES_A_PART
    rest = FakeTranslator(HINDI)
    house.ingest(rest)
    assert len(rest.translated) == len(HINDI) - STRETCHES_A_PART
    assert [each.start_ms for each in house.translations()] == [each.start_ms for each in HINDI]
    (medium,) = house.catalogue.media()
    assert house.catalogue.stage(medium.id, Stage.TRANSLATE) is not None
