from pathlib import Path

import pytest

from trikal.errors import BadInput
from trikal.ingest.sources import expand


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of media, subtitles and other things; also the working folder."""
    for name in ("b.mp4", "a.MP3", "a.txt", "talks/c.mkv", "talks/c.srt", "talks/c.hi.vtt",
                 "talks/alone.srt", "talks/deep/d.wav", ".hidden.mp4", ".cache/e.mp4",
                 "talks/.trash/f.mp4", "notes.jsonl"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(paths: list[Path], folder: Path) -> list[str]:
    assert all(path.is_absolute() for path in paths)
    return [str(path.relative_to(folder)) for path in paths]


def test_a_folder_is_searched_to_the_bottom_for_media_and_timed_text(folder: Path) -> None:
    assert names(expand([folder]), folder) == [
        "a.MP3", "b.mp4", "notes.jsonl", "talks/alone.srt", "talks/c.mkv", "talks/deep/d.wav"]


def test_hidden_files_and_folders_are_skipped_in_a_folder(folder: Path) -> None:
    found = names(expand([folder]), folder)
    assert not [name for name in found if "/." in f"/{name}"]


def test_a_folder_that_is_itself_hidden_is_searched_when_named(folder: Path) -> None:
    assert names(expand([folder / ".cache"]), folder) == [".cache/e.mp4"]


def test_a_sidecar_is_no_medium_of_its_own(folder: Path) -> None:
    assert names(expand(["talks/*"]), folder) == ["talks/alone.srt", "talks/c.mkv"]
    assert names(expand(["talks/c.mkv", "talks"]), folder) == [
        "talks/c.mkv", "talks/alone.srt", "talks/deep/d.wav"]


def test_a_sidecar_that_is_named_outright_is_taken(folder: Path) -> None:
    assert names(expand(["talks/c.srt", "talks/c.mkv"]), folder) == ["talks/c.srt", "talks/c.mkv"]


@pytest.mark.parametrize(("pattern", "found"), [
    ("*.mp4", ["b.mp4"]), ("**/*.wav", ["talks/deep/d.wav"]), ("[ab].*", ["a.MP3", "b.mp4"]),
])
def test_a_pattern_stands_for_the_media_that_match(
    folder: Path, pattern: str, found: list[str]
) -> None:
    assert names(expand([pattern]), folder) == found


def test_a_file_that_is_named_outright_may_have_any_suffix(folder: Path) -> None:
    assert names(expand(["a.txt", ".hidden.mp4"]), folder) == ["a.txt", ".hidden.mp4"]


def test_a_file_that_does_not_exist_is_left_to_fail_on_its_own(folder: Path) -> None:
    assert names(expand(["gone.mp4", "b.mp4"]), folder) == ["gone.mp4", "b.mp4"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(folder: Path) -> None:
    (folder / "part [1].mp4").write_bytes(b"x")
    assert names(expand(["part [1].mp4"]), folder) == ["part [1].mp4"]


def test_every_file_is_listed_once(folder: Path) -> None:
    given = ["b.mp4", folder, "*.mp4", folder / "b.mp4", str(folder)]
    found = names(expand(given), folder)
    assert found[0] == "b.mp4"
    assert len(found) == len(set(found)) == 6


def test_the_home_folder_is_known(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.chdir(folder / "talks")
    assert names(expand(["~/b.mp4"]), folder) == ["b.mp4"]
    assert names(expand(["~/*.mp4"]), folder) == ["b.mp4"]


def test_a_pattern_that_matches_nothing_is_told(folder: Path) -> None:
    with pytest.raises(BadInput, match=r"Nothing matches '\*\.avi'"):
        expand(["b.mp4", "*.avi"])


def test_a_pattern_that_matches_no_media_is_told(folder: Path) -> None:
    with pytest.raises(BadInput, match=r"'\*\.txt'"):
        expand(["*.txt"])


def test_a_folder_without_media_is_told(folder: Path) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(BadInput, match="empty"):
        expand(["empty"])


def test_nothing_given_is_nothing() -> None:
    assert expand([]) == []


def test_a_name_that_no_file_can_have_is_left_to_fail_on_its_own(folder: Path) -> None:
    name = "x" * 300
    assert names(expand([name, "b.mp4"]), folder) == [name, "b.mp4"]


def test_a_link_that_leads_nowhere_is_no_medium_of_a_folder(folder: Path) -> None:
    (folder / "talks" / "lost.mp4").symlink_to(folder / "gone.mp4")
    assert "talks/lost.mp4" not in names(expand([folder]), folder)
    assert names(expand(["talks/lost.mp4"]), folder) == ["talks/lost.mp4"]
