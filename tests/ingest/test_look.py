"""What is read: screen text for as long as it stands."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.factories import make_tone, make_video, make_wav, plain, slide
from tests.fakes import FakeScreenReader
from trikal.catalogue import Medium
from trikal.errors import BackendFailed
from trikal.ingest.look import read
from trikal.media.probe import probe
from trikal.moments import Track, Unit
from trikal.serving.roles import TextBox

MEDIUM = Medium(id="cd" * 32, name="film.mp4", kind="video", size_bytes=1, duration_ms=3_000,
                recorded_at="2026-01-02T03:04:05Z")
COLOURS = ((200, 30, 30), (30, 200, 30), (30, 30, 200))


class _ColourReader:
    """Reads the name of the strongest colour; green says nothing."""

    name = "colours/1"

    def read(self, picture: NDArray[np.uint8]) -> list[TextBox]:
        strongest = int(picture.reshape(-1, 3).sum(axis=0).argmax())
        if strongest == 1:
            return []
        return [TextBox(text=("red", "", "blue")[strongest], confidence=0.75,
                        left=0, top=0, right=1, bottom=1)]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A second of red, one of green, one of blue."""
    return make_video(tmp_path / "film.mp4", fps=10, duration=3,
                      pictures=lambda frame: plain(COLOURS[frame // 10]))


def test_a_text_stands_until_the_picture_changes(film: Path) -> None:
    red, blue = read(film, probe(film), MEDIUM, [0, 1_000, 2_000], _ColourReader())
    assert (red.text, red.start_ms, red.end_ms) == ("red", 0, 1_000)
    assert (blue.text, blue.start_ms, blue.end_ms) == ("blue", 2_000, 3_000)


def test_what_was_read_is_a_moment_of_the_screen(film: Path) -> None:
    found = read(film, probe(film), MEDIUM, [0], _ColourReader())
    (moment,) = found
    assert (moment.track, moment.unit) == (Track.SCREEN, Unit.OBSERVATION)
    assert (moment.media_id, moment.source) == (MEDIUM.id, "colours/1")
    assert (moment.confidence, moment.recorded_at) == (0.75, MEDIUM.recorded_at)
    assert moment.language is None


def test_nothing_changed_is_nothing_read(film: Path) -> None:
    reader = FakeScreenReader()
    assert read(film, probe(film), MEDIUM, [], reader) == []
    assert reader.seen == []


def test_lines_of_a_slide_stay_lines(tmp_path: Path) -> None:
    path = make_video(tmp_path / "slide.mp4", fps=5, duration=1, size=(640, 360),
                      pictures=lambda _: slide("Budget", "42 million"))
    (moment,) = read(path, probe(path), MEDIUM, [0], FakeScreenReader(("Budget", "42 million")))
    assert moment.text == "Budget\n42 million"


def test_progress_of_reading_is_told_at_each_change(film: Path) -> None:
    told: list[int] = []
    read(film, probe(film), MEDIUM, [0, 2_000], _ColourReader(), on_progress=told.append)
    assert told == [0, 2_000]


class _Broken:
    name = "broken/1"

    def read(self, picture: Any) -> Any:
        raise BackendFailed("The reader broke.")


def test_a_model_that_fails_is_not_taken_for_an_empty_screen(film: Path) -> None:
    with pytest.raises(BackendFailed, match="reader"):
        read(film, probe(film), MEDIUM, [0], _Broken())


def test_sound_alone_has_no_picture_to_read(tmp_path: Path) -> None:
    path = make_wav(tmp_path / "a.wav", make_tone(1))
    assert read(path, probe(path), MEDIUM, [], FakeScreenReader()) == []
