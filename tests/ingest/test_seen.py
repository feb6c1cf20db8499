"""What is seen: a caption a shot, and frames that can be looked up, in parts."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.factories import make_video, plain
from tests.fakes import FakeDescriber, FakeImageEmbedder
from trikal.catalogue import Medium
from trikal.errors import BackendFailed
from trikal.ingest import seen
from trikal.ingest.seen import Part, describe, embed_frames
from trikal.media.probe import probe
from trikal.moments import Moment, Track

MEDIUM = Medium(id="cd" * 32, name="film.mp4", kind="video", size_bytes=1, duration_ms=3_000,
                recorded_at="2026-01-02T03:04:05Z")
COLOURS = ((200, 30, 30), (30, 200, 30), (30, 30, 200))
SHOTS = [(0, 1_000), (1_000, 2_000), (2_000, 3_000)]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A second of red, one of green, one of blue."""
    return make_video(tmp_path / "film.mp4", fps=10, duration=3,
                      pictures=lambda frame: plain(COLOURS[frame // 10]))


class _Silent(FakeDescriber):
    """Has no words for green."""

    def describe(self, picture: NDArray[np.uint8], *, ask: str | None = None) -> str:
        said = super().describe(picture, ask=ask)
        return " \n" if "green" in said else f"  {said}\n"


def moments(parts: list[Part]) -> list[Moment]:
    return [moment for part in parts for moment in part.moments]


def described(film: Path, describer: Any, shots: Any = SHOTS, **options: Any) -> list[Part]:
    return list(describe(film, probe(film), MEDIUM, shots, describer, **options))


def embedded(film: Path, shots: Any = SHOTS, **options: Any) -> list[Part]:
    return list(embed_frames(film, probe(film), MEDIUM, shots, FakeImageEmbedder(), **options))


def test_each_shot_is_described_by_its_middle(film: Path) -> None:
    found = moments(described(film, FakeDescriber()))
    assert [(each.start_ms, each.end_ms) for each in found] == SHOTS
    assert [each.text.split()[-1] for each in found] == ["red.", "green.", "blue."]


def test_a_caption_is_a_moment_in_english_of_its_model(film: Path) -> None:
    (moment,) = moments(described(film, FakeDescriber(), [(0, 900)]))
    assert (moment.track, moment.language) == (Track.CAPTION, "en")
    assert (moment.source, moment.media_id) == ("fake-vision/1", MEDIUM.id)
    assert moment.recorded_at == MEDIUM.recorded_at


def test_a_shot_without_words_is_left_out_and_the_rest_are_stripped(film: Path) -> None:
    told: list[int] = []
    (part,) = described(film, _Silent(), on_progress=told.append)
    assert [each.start_ms for each in part.moments] == [0, 2_000]
    assert all(each.text == each.text.strip() for each in part.moments)
    assert told == [1_000, 2_000, 3_000]
    assert part.reached_ms == 3_000


def test_no_shots_are_no_captions_and_no_frames(film: Path) -> None:
    describer = FakeDescriber()
    assert described(film, describer, []) == embedded(film, []) == []
    assert describer.asked == []


def test_a_stage_goes_on_where_it_was_stopped(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen, "CAPTIONS_A_PART", 1)
    monkeypatch.setattr(seen, "FRAMES_A_PART", 1)
    assert [part.reached_ms for part in described(film, FakeDescriber())] == [1_000, 2_000, 3_000]
    rest = described(film, FakeDescriber(), from_ms=1_000)
    assert [each.start_ms for each in moments(rest)] == [1_000, 2_000]
    assert [each.start_ms for each in moments(embedded(film, from_ms=2_000))] == [2_000]


def test_every_shot_has_a_frame_and_a_still_one_no_more(film: Path) -> None:
    (part,) = embedded(film)
    assert [(each.start_ms, each.end_ms) for each in part.moments] == SHOTS
    assert part.vectors is not None
    assert part.vectors.argmax(axis=1).tolist() == [0, 1, 2]
    assert {(m.track, m.text, m.source) for m in part.moments} == {
        (Track.FRAME, "", "fake-colours/1")}


def test_a_long_shot_is_seen_every_two_seconds_where_it_changes(tmp_path: Path) -> None:
    path = make_video(tmp_path / "long.mp4", fps=5, duration=12,
                      pictures=lambda frame: plain(COLOURS[frame // 30]))
    (part,) = embedded(path, [(0, 12_000)])
    assert [(each.start_ms, each.end_ms) for each in part.moments] == [(0, 6_000), (6_000, 12_000)]


class _Broken(FakeDescriber):
    def describe(self, picture: Any, *, ask: str | None = None) -> Any:
        raise BackendFailed("The describer broke.")


def test_a_model_that_fails_is_not_taken_for_nothing_to_see(film: Path) -> None:
    with pytest.raises(BackendFailed, match="describer"):
        described(film, _Broken())
