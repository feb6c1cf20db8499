import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from trikal.catalogue import Catalogue, Medium, StagePart
from trikal.errors import ArchiveError, UnknownMedium
from trikal.indexes.intervals import Interval
from trikal.moments import Moment, Track, Unit

ONE, TWO = "aa11" * 16, "aabb22" + "0" * 58


def medium(media_id: str = ONE, name: str = "talk.mp4", **fields: Any) -> Medium:
    given = {"kind": "video", "size_bytes": 5, "duration_ms": 60_000, **fields}
    return Medium(id=media_id, name=name, **given)


def moment(start_ms: int = 0, end_ms: int | None = None, **fields: Any) -> Moment:
    given = {"media_id": ONE, "track": Track.SPEECH, "text": f"at {start_ms}", "source": "test",
             **fields}
    return Moment(start_ms=start_ms, end_ms=start_ms + 1_000 if end_ms is None else end_ms, **given)


def place(catalogue: Catalogue, media_id: str, path: str, mtime_ns: int = 1) -> None:
    catalogue.add_location(media_id, Path(path), size_bytes=5, mtime_ns=mtime_ns)


def test_a_medium_comes_back_whole(catalogue: Catalogue) -> None:
    whole = medium(info={"streams": [{"codec": "h264"}], "fps": None},
                   recorded_at=datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC))
    catalogue.add_medium(whole)
    assert catalogue.medium(ONE) == whole
    assert catalogue.media() == [whole]
    assert catalogue.medium(TWO) is None


def test_a_medium_that_is_added_again_stays_as_it_was(catalogue: Catalogue) -> None:
    catalogue.add_medium(medium())
    catalogue.finish_stage(ONE, "listen", source="w", moments=[moment()])
    catalogue.add_medium(medium(name="copy.mp4", duration_ms=1))
    assert catalogue.media() == [medium()]
    assert catalogue.count_moments(ONE) == 1


def test_media_keep_the_order_in_which_they_were_added(catalogue: Catalogue) -> None:
    ids = [f"{number:064x}" for number in (9, 3, 7)]
    for media_id in ids:
        catalogue.add_medium(medium(media_id))
    assert [each.id for each in catalogue.media()] == ids


def test_two_files_of_one_name_are_two_media(catalogue: Catalogue) -> None:
    for media_id, folder in ((ONE, "/monday"), (TWO, "/tuesday")):
        catalogue.add_medium(medium(media_id))
        place(catalogue, media_id, f"{folder}/talk.mp4")
    assert [each.id for each in catalogue.find_media("talk.mp4")] == [ONE, TWO]
    assert [each.id for each in catalogue.find_media("/tuesday/talk.mp4")] == [TWO]


def test_one_file_under_two_names_is_one_medium(catalogue: Catalogue) -> None:
    catalogue.add_medium(medium())
    place(catalogue, ONE, "/a/talk.mp4")
    place(catalogue, ONE, "/b/speech.mp4")
    (found,) = catalogue.media()
    assert found.paths == ("/a/talk.mp4", "/b/speech.mp4")
    for name in ("talk", "speech", "SPEECH.MP4", "/b/speech.mp4", ONE, ONE[:6], ONE[:9].upper()):
        assert [each.id for each in catalogue.find_media(name)] == [ONE], name


def test_a_path_in_the_working_folder_may_be_relative(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for media_id, folder in ((ONE, "a"), (TWO, "b")):
        catalogue.add_medium(medium(media_id))
        place(catalogue, media_id, str(tmp_path / folder / "talk.mp4"))
    assert [each.id for each in catalogue.find_media("b/talk.mp4")] == [TWO]


@pytest.mark.parametrize("name", ["lecture", "aa11", "/nowhere/talk.mp4", "", "talk.mkv", "%"])
def test_an_unknown_name_is_refused_and_told_what_there_is(
    catalogue: Catalogue, name: str
) -> None:
    catalogue.add_medium(medium())
    with pytest.raises(UnknownMedium, match=r"talk\.mp4") as unknown:
        catalogue.find_media(name)
    assert repr(name) in str(unknown.value)


def test_in_an_empty_archive_every_name_is_unknown(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownMedium, match="nothing yet"):
        catalogue.find_media("talk")


def test_an_unchanged_file_is_known_and_a_changed_one_is_not(catalogue: Catalogue) -> None:
    catalogue.add_medium(medium())
    place(catalogue, ONE, "/a/talk.mp4", mtime_ns=7)
    path = Path("/a/talk.mp4")
    assert catalogue.known_id(path, size_bytes=5, mtime_ns=7) == ONE
    assert catalogue.known_id(path, size_bytes=6, mtime_ns=7) is None
    assert catalogue.known_id(path, size_bytes=5, mtime_ns=8) is None
    assert catalogue.known_id(Path("/b/talk.mp4"), size_bytes=5, mtime_ns=7) is None


def test_a_path_with_new_bytes_belongs_to_the_new_medium_only(catalogue: Catalogue) -> None:
    for media_id in (ONE, TWO):
        catalogue.add_medium(medium(media_id))
        place(catalogue, media_id, "/a/talk.mp4", mtime_ns=len(media_id))
    assert [each.paths for each in catalogue.media()] == [(), ("/a/talk.mp4",)]


def test_a_location_of_an_unknown_medium_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        place(catalogue, ONE, "/a/talk.mp4")


def test_a_finished_stage_is_recorded_with_its_moments(catalogue: Catalogue) -> None:
    catalogue.add_medium(medium(recorded_at=datetime(2026, 1, 1, tzinfo=UTC)))
    assert catalogue.stage(ONE, "listen") is None
    heard = moment(5, language="hi", speaker="A", confidence=0.5, unit=Unit.PASSAGE)
    catalogue.finish_stage(ONE, "listen", source="whisper", moments=[heard], detail={"gaps": [1]})
    record = catalogue.stage(ONE, "listen")
    assert record is not None
    assert (record.source, record.detail) == ("whisper", {"gaps": [1]})
    assert abs((datetime.now(UTC) - record.finished_at).total_seconds()) < 60
    recorded_at = datetime(2026, 1, 1, tzinfo=UTC)
    assert catalogue.moments(ONE) == [heard.model_copy(update={"recorded_at": recorded_at})]


def test_stages_come_in_the_order_in_which_they_finished(catalogue: Catalogue) -> None:
    catalogue.add_medium(medium())
    for name in ("listen", "look", "identify", "listen"):
        catalogue.finish_stage(ONE, name, source=name)
        time.sleep(0.001)
    assert [each.stage for each in catalogue.stages(ONE)] == ["look", "identify", "listen"]


def test_a_stage_that_fails_while_it_observes_changes_nothing(catalogue: Catalogue) -> None:
    def observed() -> Iterator[Moment]:
        yield moment(1)
        raise RuntimeError("killed")

    catalogue.add_medium(medium())
    catalogue.finish_stage(ONE, "look", source="old", moments=[moment(0)])
    with pytest.raises(RuntimeError):
        catalogue.finish_stage(ONE, "look", source="new", moments=observed())
    assert [each.start_ms for each in catalogue.moments(ONE)] == [0]
    record = catalogue.stage(ONE, "look")
    assert record is not None
    assert record.source == "old"


def test_a_stage_that_fails_while_it_is_written_leaves_neither_moments_nor_record(
    catalogue: Catalogue
) -> None:
    catalogue.add_medium(medium())
    good = [moment(start_ms) for start_ms in range(5_000)]
    foreign = moment(0, media_id=TWO)
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        catalogue.finish_stage(ONE, "listen", source="w", moments=[*good, foreign])
    assert catalogue.count_moments() == 0
    assert catalogue.stage(ONE, "listen") is None


def test_a_stage_that_runs_again_replaces_its_moments_and_no_others(catalogue: Catalogue) -> None:
    catalogue.add_medium(medium())
    catalogue.finish_stage(ONE, "look", source="ocr", moments=[moment(9, track=Track.SCREEN)])
    catalogue.finish_stage(ONE, "listen", source="base", moments=[moment(1), moment(2)])
    catalogue.finish_stage(ONE, "listen", source="small", moments=[moment(2), moment(3)])
    assert [each.start_ms for each in catalogue.moments(ONE)] == [2, 3, 9]
    record = catalogue.stage(ONE, "listen")
    assert record is not None
    assert record.source == "small"


def test_a_moment_observed_twice_is_stored_once(catalogue: Catalogue) -> None:
    catalogue.add_medium(medium())
    catalogue.finish_stage(ONE, "listen", source="w", moments=[moment(1), moment(1), moment(2)])
    catalogue.finish_stage(ONE, "captions", source="w", moments=[moment(1)])
    assert catalogue.count_moments(ONE) == 2


def test_moments_come_in_time_order_and_as_asked(catalogue: Catalogue) -> None:
    catalogue.add_medium(medium())
    a, b, c = moment(5), moment(-3), moment(1, track=Track.SCREEN)
    d = moment(0, 9_000, unit=Unit.PASSAGE)
    catalogue.finish_stage(ONE, "all", source="x", moments=[a, b, c, d])
    assert catalogue.moments(ONE) == [b, d, c, a]
    assert catalogue.moments(ONE, tracks=[Track.SCREEN]) == [c]
    assert catalogue.moments(ONE, tracks=[Track.SCREEN, Track.SOUND]) == [c]
    assert catalogue.moments(ONE, unit=Unit.PASSAGE) == [d]
    assert catalogue.moments(TWO) == []


def test_languages_come_by_how_long_each_is_heard(catalogue: Catalogue) -> None:
    catalogue.add_medium(medium())
    catalogue.finish_stage(ONE, "all", source="x", moments=[
        moment(0, 1_000, language="en"), moment(1_000, 4_000, language="hi"),
        moment(4_000, 5_000, language="en"), moment(5_000),
        moment(5_000, 5_500, language="mr", confidence=0.2),
        moment(6_000, 6_400, language="mr", confidence=0.3), moment(
            0, 60_000, language="fr", track=Track.SCREEN),
        moment(0, 60_000, language="ta", unit=Unit.PASSAGE)])
    heard = catalogue.languages(ONE)
    assert list(heard) == ["hi", "en", "mr"]
    assert heard == {"hi": 1.0, "en": 1.0, "mr": 0.3}
    assert catalogue.languages(TWO) == {}


@pytest.mark.parametrize(("window", "found"), [
    ((0, 10_000), True), ((10_000, 20_000), True), ((7_000, 8_000), True), ((0, 30_000), True),
    ((0, 5_000), False), ((15_000, 20_000), False), ((14_999, 15_000), True),
])
def test_a_moment_across_a_boundary_is_found_from_both_sides(
    catalogue: Catalogue, window: tuple[int, int], found: bool
) -> None:
    catalogue.add_medium(medium())
    catalogue.finish_stage(ONE, "listen", source="w", moments=[moment(5_000, 15_000)])
    assert bool(catalogue.moments(ONE, overlapping=window)) is found


def test_moments_are_unindexed_until_they_are_marked(catalogue: Catalogue) -> None:
    for media_id in (ONE, TWO):
        catalogue.add_medium(medium(media_id))
        moments = [moment(start_ms, media_id=media_id) for start_ms in range(3)]
        catalogue.finish_stage(media_id, "listen", source="w", moments=moments)
    assert len(catalogue.unindexed(limit=10)) == 6
    assert len(catalogue.unindexed(limit=2)) == 2
    first = catalogue.unindexed(ONE, limit=10)
    assert {each.media_id for each in first} == {ONE}
    catalogue.mark_indexed(each.id for each in first)
    assert {each.media_id for each in catalogue.unindexed(limit=10)} == {TWO}
    assert catalogue.count_moments(indexed=True) == 3
    assert catalogue.count_moments(TWO, indexed=True) == 0
    assert catalogue.count_moments(indexed=False) == 3
    catalogue.mark_all_unindexed()
    assert catalogue.count_moments(indexed=False) == catalogue.count_moments() == 6


def test_a_stage_that_runs_again_is_to_be_indexed_again(catalogue: Catalogue) -> None:
    catalogue.add_medium(medium())
    for _ in range(2):
        catalogue.finish_stage(ONE, "listen", source="w", moments=[moment(1)])
        assert catalogue.unindexed(limit=10) == [moment(1)]
        catalogue.mark_indexed([moment(1).id])


def test_removing_a_medium_removes_all_of_it_and_nothing_else(catalogue: Catalogue) -> None:
    for media_id in (ONE, TWO):
        catalogue.add_medium(medium(media_id))
        place(catalogue, media_id, f"/{media_id}/talk.mp4")
        catalogue.finish_stage(media_id, "listen", source="w", moments=[moment(media_id=media_id)])
    catalogue.remove_medium(ONE)
    assert [each.id for each in catalogue.media()] == [TWO]
    assert catalogue.moments(ONE) == catalogue.stages(ONE) == []
    assert catalogue.known_id(Path(f"/{ONE}/talk.mp4"), size_bytes=5, mtime_ns=1) is None
    assert catalogue.count_moments() == catalogue.count_moments(TWO) == 1
    catalogue.remove_medium("unknown")


def test_facts_are_kept_and_replaced(catalogue: Catalogue) -> None:
    assert catalogue.fact("model") is None
    catalogue.set_fact("model", "e5")
    catalogue.set_fact("model", "minilm")
    assert catalogue.fact("model") == "minilm"


def test_everything_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    with closing(Catalogue.open(path)) as first:
        first.add_medium(medium())
        place(first, ONE, "/a/talk.mp4")
        first.finish_stage(ONE, "listen", source="w", moments=[moment(text="नमस्ते 🎉")])
        first.set_fact("model", "e5")
    with closing(Catalogue.open(path)) as again:
        assert again.media() == [medium(paths=("/a/talk.mp4",))]
        assert again.moments(ONE) == [moment(text="नमस्ते 🎉")]
        assert again.fact("model") == "e5"
        assert [each.stage for each in again.stages(ONE)] == ["listen"]


@pytest.mark.parametrize("content", [b"this is no database, whatever its name" * 40, b"\0" * 9])
def test_a_file_that_is_no_database_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "catalogue.db"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match="catalogue.db cannot be opened"):
        Catalogue.open(path)
    assert path.read_bytes() == content


def test_a_folder_in_the_place_of_the_database_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot be opened"):
        Catalogue.open(tmp_path)


@pytest.mark.thorough
def test_fifty_thousand_moments_are_committed_and_marked(catalogue: Catalogue) -> None:
    catalogue.add_medium(medium())
    moments = [moment(start_ms) for start_ms in range(50_000)]
    catalogue.finish_stage(ONE, "listen", source="w", moments=moments)
    assert catalogue.count_moments(ONE) == 50_000
    catalogue.mark_indexed(each.id for each in moments)
    assert catalogue.count_moments(indexed=False) == 0


def test_a_catalogue_that_lost_a_table_is_told_and_not_taken_for_empty(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    with closing(Catalogue.open(path)) as opened, closing(sqlite3.connect(path)) as other:
        opened.add_medium(medium())
        other.execute("DROP TABLE moments")
        with pytest.raises(ArchiveError, match=r"catalogue\.db cannot be used .*moments") as told:
            opened.count_moments()
        assert "run the same command again" in str(told.value)
        with pytest.raises(ArchiveError, match="cannot be used"):
            opened.finish_stage(ONE, "listen", source="w", moments=[moment()])
        assert opened.stage(ONE, "listen") is None


_MOMENTS = [moment(start, start + length, text=f"{start}+{length}")
            for start in range(-3, 12, 3) for length in (0, 1, 2, 5, 20)]


@pytest.fixture(scope="module")
def timeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    path = tmp_path_factory.mktemp("timeline") / "catalogue.db"
    with closing(Catalogue.open(path)) as opened:
        opened.add_medium(medium())
        opened.finish_stage(ONE, "listen", source="w", moments=_MOMENTS)
        yield opened


@given(st.integers(-10, 40), st.integers(0, 30))
def test_overlap_is_the_law_of_half_open_intervals(
    timeline: Catalogue, start: int, length: int
) -> None:
    found = timeline.moments(ONE, overlapping=(start, start + length))
    assert {each.id for each in found} == {
        each.id for each in _MOMENTS
        if Interval.of(each).overlaps(Interval(start, start + length))}
    assert found == sorted(found, key=lambda each: (each.start_ms, each.end_ms, each.id))


def a_frame(start_ms: int) -> Moment:
    return Moment(media_id=ONE, track=Track.FRAME, start_ms=start_ms, end_ms=start_ms + 500,
                  text="", source="lens/1")


def kept_in_parts(catalogue: Catalogue) -> list[Moment]:
    catalogue.add_medium(medium())
    frames = [a_frame(0), a_frame(500)]
    for frame, value in zip(frames, (0.25, -1.0), strict=True):
        catalogue.keep_part(ONE, "embed", source="lens/1", reached_ms=frame.end_ms,
                            moments=[frame], vectors=np.full((1, 4), value, np.float32))
    return frames


def test_a_stage_stopped_in_the_middle_says_how_far_it_came(catalogue: Catalogue) -> None:
    frames = kept_in_parts(catalogue)
    assert catalogue.part(ONE, "embed") == StagePart(source="lens/1", reached_ms=1_000)
    assert catalogue.stage(ONE, "embed") is None
    assert catalogue.moments(ONE) == frames
    catalogue.finish_stage(ONE, "embed", source="lens/1", goes_on=True)
    assert catalogue.part(ONE, "embed") is None
    assert catalogue.moments(ONE) == frames
    assert catalogue.stage(ONE, "embed")


def test_image_vectors_come_back_and_go_with_their_frames(catalogue: Catalogue) -> None:
    first, second = kept_in_parts(catalogue)
    assert catalogue.has_image_vectors()
    kept = catalogue.image_vectors([first.id, second.id, "unknown"])
    assert {id_: vector.tolist() for id_, vector in kept.items()} == {
        first.id: [0.25] * 4, second.id: [-1.0] * 4}
    assert {vector.dtype for vector in kept.values()} == {np.dtype(np.float32)}
    catalogue.forget_stage(ONE, "embed")
    assert not catalogue.has_image_vectors()
    assert catalogue.moments(ONE) == []
    assert catalogue.part(ONE, "embed") is None


def test_half_precision_keeps_cosines_to_three_digits(catalogue: Catalogue) -> None:
    catalogue.add_medium(medium())
    vectors = np.random.default_rng(1).normal(size=(2, 1_280)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    frames = [a_frame(0), a_frame(500)]
    catalogue.keep_part(ONE, "embed", source="lens/1", reached_ms=1_000, moments=frames,
                        vectors=vectors)
    kept = catalogue.image_vectors(frame.id for frame in frames)
    for frame, vector in zip(frames, vectors, strict=True):
        assert float(kept[frame.id] @ vector) == pytest.approx(1.0, abs=1e-3)


def test_moments_can_be_marked_as_gone_from_the_index(catalogue: Catalogue) -> None:
    frames = kept_in_parts(catalogue)
    catalogue.mark_indexed(catalogue.stage_ids(ONE, "embed"))
    catalogue.mark_unindexed([frames[0].id])
    assert catalogue.unindexed(limit=9) == [frames[0]]
