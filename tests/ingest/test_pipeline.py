"""The pipeline over real files, with fake models: what is stored, and what survives."""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.factories import make_tone, make_video, make_wav, plain, slide
from tests.fakes import (
    DIMENSIONS,
    FakeDescriber,
    FakeEmbedder,
    FakeImageEmbedder,
    FakeModels,
    FakeScreenReader,
    FakeTranscriber,
)
from tests.indexes_lent import lent_index
from trikal.catalogue import Catalogue
from trikal.errors import ArchiveError, BackendFailed, EmbeddingMismatch
from trikal.indexes.protocol import EVERYTHING, MomentFilter, MomentIndex, MomentQuery
from trikal.ingest.events import Event, FileReport, StageProgress, Status
from trikal.ingest.pipeline import Pipeline
from trikal.moments import Moment, Track, Unit
from trikal.serving.roles import TextBox

SRT = "1\n00:00:00,500 --> 00:00:01,500\nThe bridge is green.\n"


class House:
    """An archive, and a pipeline into it."""

    def __init__(self, folder: Path, index: MomentIndex) -> None:
        self.catalogue = Catalogue.open(folder / "catalogue.db")
        self.index = index
        self.events: list[Event] = []

    def ingest(self, *paths: Path, models: FakeModels | None = None, **options: Any) -> list[Any]:
        chosen = models or FakeModels(transcriber=FakeTranscriber(),
                                      screen_reader=FakeScreenReader())
        pipeline = Pipeline(self.catalogue, self.index, chosen, on_event=self.events.append,
                            **options)
        return pipeline.run(list(paths))

    def moments(self, report: FileReport, track: Track) -> list[Moment]:
        assert report.media_id
        return self.catalogue.moments(report.media_id, tracks=[track], unit=Unit.OBSERVATION)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with lent_index(DIMENSIONS) as index:
        house = House(tmp_path, index)
        yield house
        house.catalogue.close()


@pytest.fixture(scope="module")
def film_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of a slide, then two of a plain ground, with sound from 1 s on."""
    def paint(frame: int) -> NDArray[np.uint8]:
        return slide("HELLO") if frame < 20 else plain((90, 90, 90), (640, 360))

    return make_video(tmp_path_factory.mktemp("film") / "film.mkv", fps=10, duration=4,
                      size=(640, 360), pictures=paint, sound=make_tone(3), audio_offset=1,
                      audio_codec="flac")


@pytest.fixture
def film(film_file: Path, tmp_path: Path) -> Path:
    """The film in a file that the test may do away with."""
    return Path(shutil.copy(film_file, tmp_path))


def seeing(**models: Any) -> FakeModels:
    """Models for everything that is heard and seen."""
    given = {"transcriber": FakeTranscriber(), "screen_reader": FakeScreenReader(),
             "describer": FakeDescriber(), "image_embedder": FakeImageEmbedder(), **models}
    return FakeModels(**given)


def test_speech_is_stored_on_the_media_clock(house: House, film: Path) -> None:
    (report,) = house.ingest(film)
    (spoken,) = house.moments(report, Track.SPEECH)
    assert report.status is Status.DONE
    assert abs(spoken.start_ms - 1000) <= 25
    assert spoken.source == "fake-whisper/1"


def test_screen_text_stands_for_as_long_as_it_is_shown(house: House, film: Path) -> None:
    (report,) = house.ingest(film)
    (shown,) = house.moments(report, Track.SCREEN)
    assert shown.text == "READ ME"
    assert shown.start_ms <= 500
    assert abs(shown.end_ms - 2000) <= 500


def test_every_moment_is_in_the_index_once(house: House, film: Path) -> None:
    (report,) = house.ingest(film)
    indexed = house.index.in_window(EVERYTHING, 100)
    assert {m.id for m in indexed} == {m.id for m in house.catalogue.moments(report.media_id)}
    assert house.catalogue.count_moments(indexed=False) == 0


def test_a_vision_model_describes_every_shot(house: House, film: Path) -> None:
    models = FakeModels(transcriber=FakeTranscriber(), screen_reader=FakeScreenReader(),
                        describer=FakeDescriber())
    (report,) = house.ingest(film, models=models)
    first, second = house.moments(report, Track.CAPTION)
    assert abs(first.end_ms - 2000) <= 200
    assert first.end_ms == second.start_ms
    assert second.text.startswith("A picture that is mostly")


def test_what_could_not_be_described_is_described_when_a_model_comes(
    house: House, film: Path
) -> None:
    (first,) = house.ingest(film)
    assert any("TRIKAL_VISION_URL" in note for note in first.notes)
    models = FakeModels(describer=FakeDescriber())
    (second,) = house.ingest(film, models=models)
    assert second.status is Status.DONE
    assert set(second.stage_seconds) >= {"describe", "store"}
    assert "listen" not in second.stage_seconds


def test_again_is_nothing_to_do(house: House, film: Path) -> None:
    house.ingest(film)
    before = house.index.count()
    (again,) = house.ingest(film)
    assert again.status is Status.UNCHANGED
    assert house.index.count() == before


def test_a_sidecar_is_used_instead_of_the_model_and_named(house: House, film: Path) -> None:
    film.with_suffix(".srt").write_text(SRT)
    (report,) = house.ingest(film)
    (spoken,) = house.moments(report, Track.SPEECH)
    assert (spoken.start_ms, spoken.end_ms) == (500, 1500)
    assert spoken.source == "file:film.srt"
    assert any("film.srt" in note for note in report.notes)


def test_embedded_subtitles_are_used_and_named(house: House, tmp_path: Path) -> None:
    path = make_video(tmp_path / "titled.mkv", duration=2, subtitles=[(0.5, 1.5, "It is green.")])
    (report,) = house.ingest(path)
    (spoken,) = house.moments(report, Track.SPEECH)
    assert spoken.text == "It is green."
    assert spoken.source.startswith("stream:")


def test_the_model_listens_anyway_when_told_to(house: House, film: Path) -> None:
    film.with_suffix(".srt").write_text(SRT)
    (report,) = house.ingest(film, transcribe_anyway=True)
    assert [m.source for m in house.moments(report, Track.SPEECH)] == ["fake-whisper/1"]


def test_a_language_given_reaches_the_model(house: House, film: Path) -> None:
    transcriber = FakeTranscriber()
    house.ingest(film, models=FakeModels(transcriber=transcriber), language="hi")
    assert {language for _, language in transcriber.heard} == {"hi"}


def test_a_film_without_sound_is_no_error(house: House, tmp_path: Path) -> None:
    (report,) = house.ingest(make_video(tmp_path / "mute.mp4", duration=1))
    assert report.status is Status.DONE
    assert "no sound" in report.notes


def test_sound_without_speech_is_said(house: House, tmp_path: Path) -> None:
    path = make_wav(tmp_path / "silence.wav", np.zeros(16_000, np.float32))
    (report,) = house.ingest(path)
    assert report.status is Status.DONE
    assert "no speech heard" in report.notes


def test_a_fifth_of_a_second_of_sound_is_no_error(house: House, tmp_path: Path) -> None:
    (report,) = house.ingest(make_wav(tmp_path / "click.wav", make_tone(0.2)))
    assert report.status is Status.DONE


def test_a_broken_file_is_reported_and_the_rest_go_on(house: House, tmp_path: Path) -> None:
    (tmp_path / "bad.mp4").write_bytes(b"nonsense" * 100)
    (tmp_path / "good.srt").write_text(SRT)
    bad, good = house.ingest(tmp_path / "bad.mp4", tmp_path / "good.srt")
    assert bad.status is Status.FAILED
    assert bad.error
    assert "bad.mp4" in bad.error
    assert good.status is Status.DONE


class _FailsOnce(FakeScreenReader):
    def read(self, picture: NDArray[np.uint8]) -> list[TextBox]:
        if not self.seen:
            self.seen.append(picture.shape)
            raise BackendFailed("The reader stumbled.")
        return super().read(picture)


def test_a_run_that_failed_goes_on_at_the_stage_where_it_stopped(house: House, film: Path) -> None:
    transcriber = FakeTranscriber()
    models = FakeModels(transcriber=transcriber, screen_reader=_FailsOnce())
    (failed,) = house.ingest(film, models=models)
    (finished,) = house.ingest(film, models=models)
    assert failed.status is Status.FAILED
    assert finished.status is Status.DONE
    assert len(transcriber.heard) == 1
    assert house.moments(finished, Track.SCREEN)


class _Killed(Exception):
    pass


def test_a_run_killed_between_batches_is_finished_without_loss_or_doubles(
    house: House, tmp_path: Path
) -> None:
    cues = "".join(
        f"{n}\n00:{n // 60:02d}:{n % 60:02d},000 --> 00:{n // 60:02d}:{n % 60:02d},900\n"
        f"Cue number {n}.\n\n" for n in range(1, 601)
    )
    path = tmp_path / "long.srt"
    path.write_text(cues)

    def die(event: Event) -> None:
        if isinstance(event, StageProgress) and event.stage == "store" and event.done:
            raise _Killed

    pipeline = Pipeline(house.catalogue, house.index, FakeModels(), on_event=die)
    with pytest.raises(_Killed):
        pipeline.run([path])
    assert 0 < house.catalogue.count_moments(indexed=True) < house.catalogue.count_moments()
    (report,) = house.ingest(path)
    assert report.status is Status.DONE
    assert house.catalogue.count_moments(indexed=False) == 0
    assert house.index.count() == report.moments > 600


def test_a_cue_without_words_is_kept_but_not_searched(house: House, tmp_path: Path) -> None:
    (tmp_path / "dots.srt").write_text(SRT + "\n2\n00:00:02,000 --> 00:00:03,000\n...\n")
    (report,) = house.ingest(tmp_path / "dots.srt")
    assert len(house.moments(report, Track.SPEECH)) == 2
    assert "..." not in {m.text for m in house.index.in_window(EVERYTHING, 10)}


def test_the_same_bytes_under_another_name_are_not_observed_again(
    house: House, tmp_path: Path
) -> None:
    (tmp_path / "one.srt").write_text(SRT)
    (tmp_path / "two.srt").write_text(SRT)
    one, two = house.ingest(tmp_path / "one.srt", tmp_path / "two.srt")
    assert one.media_id == two.media_id
    assert two.status is Status.UNCHANGED


def test_progress_is_told_on_the_media_clock(house: House, film: Path) -> None:
    house.ingest(film)
    heard = [e for e in house.events if isinstance(e, StageProgress) and e.stage == "listen"]
    assert heard[-1].done <= heard[-1].total + 100
    assert heard[-1].done >= 3_900


class _FailsToEmbed(FakeEmbedder):
    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise BackendFailed("The embedder broke.")


def test_what_could_not_be_embedded_waits_and_is_not_observed_again(
    house: House, film: Path
) -> None:
    transcriber = FakeTranscriber()
    (failed,) = house.ingest(film, models=FakeModels(
        transcriber=transcriber, screen_reader=FakeScreenReader(), embedder=_FailsToEmbed()))
    assert (failed.status, failed.error) == (Status.FAILED, "The embedder broke.")
    assert house.catalogue.count_moments(indexed=False) == failed.moments > 0
    (finished,) = house.ingest(film, models=FakeModels(transcriber=transcriber))
    assert finished.status is Status.DONE
    assert "store" in finished.stage_seconds
    assert "listen" not in finished.stage_seconds
    assert len(transcriber.heard) == 1
    assert house.catalogue.count_moments(indexed=False) == 0


def test_a_screen_without_a_reader_is_noted_and_read_when_one_comes(
    house: House, film: Path
) -> None:
    (first,) = house.ingest(film, models=FakeModels(transcriber=FakeTranscriber()))
    assert any(note.startswith("screen not read") for note in first.notes)
    assert house.moments(first, Track.SCREEN) == []
    (second,) = house.ingest(film, models=FakeModels(screen_reader=FakeScreenReader()))
    assert house.moments(second, Track.SCREEN)


def test_a_report_tells_what_was_done_and_how_long_it_took(house: House, film: Path) -> None:
    (report,) = house.ingest(film, models=seeing())
    assert report.path == film
    assert report.duration_ms == 4_000
    assert list(report.stage_seconds) == [
        "identify", "listen", "watch", "read", "describe", "embed", "store"]
    assert 0 < sum(report.stage_seconds.values()) <= report.seconds
    assert report.moments == house.catalogue.count_moments(report.media_id)
    assert report.error is None
    assert [event for event in house.events if isinstance(event, FileReport)] == [report]


def test_a_file_that_failed_is_not_part_of_the_archive(house: House, tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    (report,) = house.ingest(tmp_path / "empty.mp4")
    assert (report.media_id, report.moments, report.duration_ms) == (None, 0, 0)
    assert house.catalogue.media() == []


def test_a_file_that_vanishes_on_the_way_is_reported(house: House, film: Path) -> None:
    (failed,) = house.ingest(film, models=FakeModels())
    assert failed.status is Status.FAILED  # nothing listens, but the medium is known by now
    film.unlink()
    (gone,) = house.ingest(film)
    assert gone.status is Status.FAILED
    assert gone.error
    assert "does not exist" in gone.error


def test_new_bytes_under_an_old_path_are_a_new_medium_and_the_old_moments_stay(
    house: House, tmp_path: Path
) -> None:
    path = tmp_path / "talk.srt"
    path.write_text(SRT)
    (before,) = house.ingest(path)
    path.write_text(SRT.replace("green", "made of stone"))
    (after,) = house.ingest(path)
    assert after.media_id != before.media_id
    assert [m.text for m in house.moments(before, Track.SPEECH)] == ["The bridge is green."]
    assert house.index.count() == 2


def test_an_archive_that_cannot_be_written_ends_the_run(house: House, tmp_path: Path) -> None:
    (tmp_path / "talk.srt").write_text(SRT)
    with closing(sqlite3.connect(tmp_path / "catalogue.db")) as other:
        other.execute("DROP TABLE stages")
    with pytest.raises(ArchiveError, match="cannot be used"):
        house.ingest(tmp_path / "talk.srt")


def frames_in(house: House) -> list[Moment]:
    return house.index.in_window(MomentFilter(tracks=(Track.FRAME,)), 100)


def test_frames_are_found_by_what_they_look_like(house: House, film: Path) -> None:
    (report,) = house.ingest(film, models=seeing())
    frames = house.moments(report, Track.FRAME)
    assert frames[0].start_ms == 0
    assert frames[-1].end_ms == pytest.approx(4_000, abs=100)
    assert [m.id for m in frames_in(house)] == [m.id for m in frames]
    embedder = FakeImageEmbedder()
    (grey,) = embedder.embed_pictures([plain((90, 90, 90))])
    (hits,) = house.index.search([MomentQuery(image=grey)])
    assert hits[0].moment.start_ms == pytest.approx(2_000, abs=200)
    assert hits[0].score == pytest.approx(1.0, abs=0.01)


class _TagsThenFails(FakeDescriber):
    """Describes one shot, and then no more."""

    def describe(self, picture: NDArray[np.uint8], *, ask: str | None = None) -> str:
        if self.asked:
            raise BackendFailed("The describer broke.")
        return super().describe(picture, ask=ask)


def test_a_describer_that_fails_in_the_middle_costs_nothing_else(
    house: House, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trikal.ingest.seen.CAPTIONS_A_PART", 1)
    (first,) = house.ingest(film, models=seeing(describer=_TagsThenFails()))
    assert first.status is Status.DONE
    assert any("stage describe stopped at 0:0" in note and "The describer broke." in note
               for note in first.notes)
    assert house.moments(first, Track.SPEECH)
    assert frames_in(house)
    (kept,) = house.moments(first, Track.CAPTION)
    assert kept.start_ms == 0
    assert kept in house.index.in_window(EVERYTHING, 100)
    resumed = FakeDescriber()
    (second,) = house.ingest(film, models=seeing(describer=resumed))
    assert len(resumed.asked) == 1
    assert [m.start_ms for m in house.moments(second, Track.CAPTION)][0] == 0
    assert len(house.moments(second, Track.CAPTION)) == 2
    (third,) = house.ingest(film, models=seeing())
    assert third.status is Status.UNCHANGED


class _Tagger(FakeDescriber):
    name = "colours/tags"


def test_captions_take_the_place_of_tags_when_a_model_comes(house: House, film: Path) -> None:
    (tagged,) = house.ingest(film, models=seeing(describer=_Tagger()))
    assert {m.source for m in house.moments(tagged, Track.CAPTION)} == {"colours/tags"}
    (again,) = house.ingest(film, models=seeing(describer=_Tagger()))
    assert again.status is Status.UNCHANGED
    (captioned,) = house.ingest(film, models=seeing())
    assert captioned.status is Status.DONE
    indexed = house.index.in_window(MomentFilter(tracks=(Track.CAPTION,)), 100)
    assert {m.source for m in indexed} == {"fake-vision/1"}
    assert len(indexed) == len(house.moments(captioned, Track.CAPTION)) == 2
    (kept,) = house.ingest(film, models=seeing(describer=_Tagger()))
    assert kept.status is Status.UNCHANGED


def test_frames_of_another_model_are_refused_before_any_work(
    house: House, film: Path, tmp_path: Path
) -> None:
    house.ingest(film, models=seeing())
    other = FakeImageEmbedder()
    other.fingerprint = "other-colours/1"
    transcriber = FakeTranscriber()
    path = make_video(tmp_path / "second.mp4", duration=1, sound=make_tone(1))
    with pytest.raises(EmbeddingMismatch, match=r"fake-colours/1.*other-colours/1.*reindex"):
        house.ingest(path, models=seeing(image_embedder=other, transcriber=transcriber))
    assert transcriber.heard == []


def test_sound_alone_asks_no_model_that_sees(house: House, tmp_path: Path) -> None:
    models = seeing()
    (report,) = house.ingest(make_wav(tmp_path / "a.wav", make_tone(1)), models=models)
    assert report.status is Status.DONE
    assert models.describer().asked == []
    assert models.image_embedder().seen == []


def test_an_archive_without_frames_is_ingested_again_for_them(house: House, film: Path) -> None:
    (before,) = house.ingest(film)
    assert house.moments(before, Track.FRAME) == []
    (after,) = house.ingest(film, models=seeing())
    assert "listen" not in after.stage_seconds
    assert frames_in(house) == house.moments(after, Track.FRAME) != []
