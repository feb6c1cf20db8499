"""Files that are asked for by name: subtitles, chapters, stills, and stretches of a medium."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.graph.films import Film, archived
from tests.graph.test_acting import SAID, Talk
from trikal.media.probe import probe


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Film]:
    with archived(tmp_path_factory.mktemp("film"), SAID) as made:
        yield made


@pytest.mark.parametrize(("question", "suffix", "holds"), [
    ("Save the subtitles of harbour.mp4 as VTT", ".vtt", "WEBVTT"),
    ("Export the subtitles of harbour.mp4 as SRT", ".srt", "00:00:05,000 --> 00:00:09,000"),
    ("Export the chapters of harbour.mp4 for YouTube", ".txt", "0:00 "),
    ("Export harbour.mp4 as an EDL", ".edl", "TITLE"),
])
def test_a_medium_is_written_for_other_programs(
    film: Film, tmp_path: Path, question: str, suffix: str, holds: str
) -> None:
    ask = Talk(film, tmp_path)
    reply = ask(question)
    (file,) = reply["files"]
    assert file["kind"] == "export"
    assert Path(file["path"]).suffix == suffix
    assert holds in Path(file["path"]).read_text(encoding="utf-8")
    assert reply["found"] is True
    assert "harbour.mp4" in reply["answer"]
    assert ask.chat.prompts == []


def test_the_moments_that_were_found_are_written_and_cited(film: Film, tmp_path: Path) -> None:
    reply = Talk(film, tmp_path)(
        "Export what was said about the storm that closed the lighthouse as Markdown")
    text = Path(reply["files"][0]["path"]).read_text(encoding="utf-8")
    assert "A storm closed the lighthouse" in text
    assert 10_000 in [each["start_ms"] for each in reply["citations"]]


def test_what_is_not_found_is_not_written(film: Film, tmp_path: Path) -> None:
    ask = Talk(film, tmp_path)
    reply = ask("Export what was said about the football match in Munich as Markdown")
    assert reply["found"] is False
    assert ("export", "left out") in ask.done(reply)
    assert ask.files() == []


@pytest.mark.parametrize(("question", "count"), [
    ("Give me a still of harbour.mp4 at 0:05", 1), ("Save three stills of harbour.mp4", 3),
    ("Take a picture of the storm that closed the lighthouse", 1),
])
def test_stills_are_saved(film: Film, tmp_path: Path, question: str, count: int) -> None:
    reply = Talk(film, tmp_path)(question)
    paths = [Path(each["path"]) for each in reply["files"]]
    assert len(set(paths)) == count
    for path in paths:
        with Image.open(path) as picture:
            assert picture.size == (64, 48)


def test_stills_are_called_as_asked(film: Film, tmp_path: Path) -> None:
    ask = Talk(film, tmp_path)
    reply = ask("Save two stills of harbour.mp4 as bridge.png")
    assert [Path(each["path"]).name for each in reply["files"]] == ["bridge-1.png", "bridge-2.png"]


def test_a_stretch_that_is_named_is_cut_whatever_is_said_there(
    film: Film, tmp_path: Path
) -> None:
    reply = Talk(film, tmp_path)("Cut harbour.mp4 from 0:02 to 0:06 for me")
    (file,) = reply["files"]
    assert probe(Path(file["path"])).duration_ms == pytest.approx(4_000, abs=150)
    assert "0:02 to 0:06" in reply["answer"]


def test_doing_it_again_makes_no_second_file(film: Film, tmp_path: Path) -> None:
    ask = Talk(film, tmp_path)
    for _ in range(2):
        ask("Save the subtitles of harbour.mp4 as VTT")
        ask("Give me a still of harbour.mp4 at 0:05")
    assert len(ask.files()) == 2


def test_what_cannot_be_made_is_said_to_be_so(film: Film, tmp_path: Path) -> None:
    ask = Talk(film, tmp_path)
    reply = ask("Give me a still of harbour.mp4 at 9:59")
    assert reply["found"] is False
    assert "could not be made" in reply["answer"]
    assert ask.files() == []
