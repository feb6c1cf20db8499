"""Media of usual and unusual frame rates, really ingested, and asked what stood where."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.factories import Seconds, make_video, slide
from tests.fakes import FakeModels
from tests.ingest.test_pipeline import House, house  # noqa: F401
from trikal.indexes.rules import read_question
from trikal.indexes.temporal_search import TemporalSearch
from trikal.serving.roles import TextBox
from trikal.tools.find import media_facts

SLIDES = ("ALPHA", "BRAVO", "CHARLIE")
CUES = ((Fraction(1, 2), Fraction(3, 2), "the harbour opens at dawn"),
        (Fraction(29, 10), Fraction(39, 10), "a ferry leaves for the island"),
        (Fraction(9, 2), Fraction(11, 2), "the lighthouse stays closed"))
NTSC = Fraction(30_000, 1001)


class SlideReader:
    """Tells the slides apart by where their ink is, as a reader would by their letters."""

    name = "slides/1"

    def __init__(self) -> None:
        self._known = {text: slide(text).astype(np.int32) for text in SLIDES}

    def read(self, picture: NDArray[np.uint8]) -> list[TextBox]:
        def distance(text: str) -> float:
            return float(np.abs(self._known[text] - picture).mean())

        text = min(SLIDES, key=distance)
        return [TextBox(text=text, confidence=0.9, left=0.1, top=0.1, right=0.9, bottom=0.2)]


def _times(rate: Fraction) -> list[Seconds]:
    return [index / rate for index in range(int(6 * rate))]


def _variable() -> list[Seconds]:
    """Two seconds at 25 fps, two at 5 fps, then frames at irregular distances."""
    dense = [Fraction(index, 25) for index in range(50)]
    sparse = [2 + Fraction(index, 5) for index in range(10)]
    uneven, at = [], Fraction(4)
    while at < 6:
        uneven.append(at)
        at += Fraction(7 + 13 * (len(uneven) % 3), 100)
    return [*dense, *sparse, *uneven]


@pytest.mark.parametrize("times", [
    pytest.param(_times(Fraction(25)), marks=pytest.mark.thorough), _times(NTSC), _variable(),
], ids=["25 fps", "29.97 fps", "variable"])
def test_what_stands_where_is_exact_at_every_frame_rate(
    house: House, tmp_path: Path, times: Sequence[Seconds]  # noqa: F811
) -> None:
    film = make_video(
        tmp_path / "talk.mkv", fps=25, times=times, size=(640, 360), subtitles=CUES,
        pictures=lambda index: slide(SLIDES[min(2, int(times[index] // 2))]))
    (report,) = house.ingest(film, models=FakeModels(screen_reader=SlideReader()))
    assert report.error is None
    search = TemporalSearch(house.index, FakeModels().embedder().embed_queries,
                            media_facts(house.catalogue.media()))

    def texts(question: str) -> list[str]:
        found = search.run(read_question(question).query)
        return [each.moment.text for each in found.evidence]

    assert texts("What was said right after the harbour opens at dawn?")[0] == CUES[1][2]
    assert texts("What was said right before the lighthouse stays closed?")[0] == CUES[1][2]
    for at, text in (("0:01", "ALPHA"), ("0:03", "BRAVO"), ("0:05", "CHARLIE")):
        assert texts(f"What is on the screen at {at}?")[0] == text, at
    assert texts("What is on the screen when the ferry leaves for the island?")[0] == "BRAVO"
    for n, (start, end, text) in enumerate(CUES):
        (cue,) = [each for each in house.catalogue.moments(report.media_id)
                  if each.text == text and each.unit == "observation"]
        assert (cue.start_ms, cue.end_ms) == (round(start * 1000), round(end * 1000)), n
