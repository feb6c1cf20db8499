"""Files become media: known by their bytes, whatever their names."""

import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.factories import make_tone, make_video, make_wav
from trikal.catalogue import Catalogue
from trikal.errors import BadInput, MediumUnreadable
from trikal.ingest.identify import identify
from trikal.media.probe import MediaInfo, probe

SRT = "1\n00:00:00,500 --> 00:00:01,500\nThe bridge is green.\n"
AsNobody = Callable[[], AbstractContextManager[None]]


def subtitles(path: Path, text: str = SRT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_film_is_known_by_its_kind_length_and_streams(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    path = make_video(tmp_path / "film.mkv", duration=2, sound=make_tone(2),
                      metadata={"creation_time": "2020-01-02T03:04:05Z"})
    medium = identify(path, catalogue)
    assert (medium.kind, medium.name, medium.duration_ms) == ("video", "film.mkv", 2_000)
    assert medium.size_bytes == path.stat().st_size
    assert medium.recorded_at == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert medium.paths == (str(path),)


def test_what_probing_found_can_be_read_back_whole(catalogue: Catalogue, tmp_path: Path) -> None:
    path = make_video(tmp_path / "film.mkv", duration=1, sound=make_tone(1), start=3,
                      subtitles=[(0, 1, "hi")])
    medium = identify(path, catalogue)
    assert MediaInfo.model_validate({**medium.info, "path": path}) == probe(path)


def test_sound_is_audio_and_subtitles_are_text(catalogue: Catalogue, tmp_path: Path) -> None:
    sound = identify(make_wav(tmp_path / "a.wav", make_tone(0.2)), catalogue)
    text = identify(subtitles(tmp_path / "a.srt"), catalogue)
    assert (sound.kind, sound.duration_ms) == ("audio", 200)
    assert (text.kind, text.duration_ms, text.info) == ("text", 1_500, {"cues": 1})


def test_the_suffix_of_timed_text_may_be_in_capitals(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    assert identify(subtitles(tmp_path / "A.SRT"), catalogue).kind == "text"


def test_an_unchanged_file_is_not_read_again(catalogue: Catalogue, tmp_path: Path) -> None:
    path = subtitles(tmp_path / "a.srt")
    first, stamp = identify(path, catalogue), path.stat().st_mtime_ns
    path.write_text(SRT.replace("green", "brown"))
    os.utime(path, ns=(stamp, stamp))  # only reading the bytes could tell the difference now
    assert identify(path, catalogue) == first


def test_a_changed_file_is_another_medium_and_takes_the_path_over(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    path = subtitles(tmp_path / "a.srt")
    before = identify(path, catalogue)
    path.write_text(SRT.replace("green", "of stone"))
    after = identify(path, catalogue)
    assert after.id != before.id
    assert after.paths == (str(path),)
    kept = catalogue.medium(before.id)
    assert kept is not None
    assert (kept.paths, kept.path) == ((), "")


def test_a_touched_file_stays_the_same_medium(catalogue: Catalogue, tmp_path: Path) -> None:
    path = subtitles(tmp_path / "a.srt")
    before = identify(path, catalogue)
    os.utime(path, ns=(1, 1))
    assert identify(path, catalogue) == before
    assert len(catalogue.media()) == 1


def test_a_copy_gains_a_location_and_keeps_the_first_name(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    path = subtitles(tmp_path / "first.srt")
    copy = Path(shutil.copy(path, tmp_path / "second.srt"))
    identify(path, catalogue)
    medium = identify(copy, catalogue)
    assert medium.name == "first.srt"
    assert medium.paths == (str(path), str(copy))
    assert medium.path == str(path)


def test_a_file_that_was_moved_is_found_at_its_new_place(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    path = subtitles(tmp_path / "a.srt")
    before = identify(path, catalogue)
    moved = path.rename(tmp_path / "b.srt")
    assert identify(moved, catalogue).id == before.id
    assert len(catalogue.media()) == 1


def test_two_files_of_one_name_are_two_media(catalogue: Catalogue, tmp_path: Path) -> None:
    one = identify(subtitles(tmp_path / "one" / "a.srt"), catalogue)
    other = identify(subtitles(tmp_path / "two" / "a.srt", SRT * 2), catalogue)
    assert one.id != other.id
    assert one.name == other.name == "a.srt"


def _missing(folder: Path) -> Path:
    return folder / "none.mp4"


def _empty(folder: Path) -> Path:
    (folder / "empty.mp4").touch()
    return folder / "empty.mp4"


def _prose(folder: Path) -> Path:
    return subtitles(folder / "letter.mp4", "Dear reader,\n" * 50)


def _cut_off(folder: Path) -> Path:
    whole = make_video(folder / "torn.mp4", duration=2)
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 3])
    return whole


def _unknown(folder: Path) -> Path:
    return subtitles(folder / "numbers.xyz", "1 2 3\n" * 50)


def _no_cues(folder: Path) -> Path:
    return subtitles(folder / "empty.srt", "")


def _bad_json(folder: Path) -> Path:
    return subtitles(folder / "talk.jsonl", '{"start": 0}\n')


def _folder(folder: Path) -> Path:
    return folder


def _too_long(folder: Path) -> Path:
    return folder / ("x" * 300)


def _strange_bytes(folder: Path) -> Path:
    return subtitles(folder / os.fsdecode(b"\xff.srt"))


@pytest.mark.parametrize(("make", "says"), [
    (_missing, "does not exist"), (_empty, "empty"), (_prose, "not a recording"),
    (_cut_off, "cut off"), (_unknown, "numbers.xyz"), (_no_cues, "no cue"),
    (_bad_json, "line 1"), (_folder, "directory"), (_too_long, "too long"),
    (_strange_bytes, "not UTF-8. Rename"),
])
def test_what_is_no_medium_is_refused_with_its_name_and_leaves_no_trace(
    catalogue: Catalogue, tmp_path: Path, make: Callable[[Path], Path], says: str
) -> None:
    (tmp_path / "files").mkdir()
    path = make(tmp_path / "files")
    with pytest.raises(BadInput, match=says) as refused:
        identify(path, catalogue)
    message = str(refused.value)
    assert message.encode("utf-8")
    assert path.stem.encode("utf-8", "backslashreplace").decode() in message
    assert message.endswith((".", "seconds."))
    assert catalogue.media() == []


def test_a_forbidden_file_is_refused_and_taken_once_it_is_allowed(
    catalogue: Catalogue, tmp_path: Path, as_nobody: AsNobody
) -> None:
    path = subtitles(tmp_path / "a.srt")
    path.chmod(0)
    with as_nobody(), pytest.raises(MediumUnreadable, match="Change its permissions"):
        identify(path, catalogue)
    assert catalogue.media() == []
    path.chmod(0o600)
    assert identify(path, catalogue).kind == "text"


def test_a_copy_that_was_cut_off_is_taken_when_it_is_whole(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    whole = make_video(tmp_path / "whole.mp4", duration=1).read_bytes()
    path = tmp_path / "copy.mp4"
    path.write_bytes(whole[: len(whole) // 3])
    with pytest.raises(MediumUnreadable):
        identify(path, catalogue)
    path.write_bytes(whole)
    assert identify(path, catalogue).duration_ms == 1_000
