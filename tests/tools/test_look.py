"""Looking at a span: what is seen is a moment that is not in the archive."""

import pytest

from tests.fakes import FakeDescriber
from trikal.catalogue import Medium
from trikal.errors import BadInput
from trikal.moments import Track
from trikal.tools.footage import footage
from trikal.tools.look import look
from trikal.tools.toolbox import Toolbox


def test_what_is_seen_has_its_place_and_its_source(talk: Medium) -> None:
    seen = look(footage(talk), FakeDescriber(), start_ms=1_000, end_ms=3_000)
    (moment,) = seen.moments
    assert (moment.track, moment.start_ms, moment.end_ms) == (Track.CAPTION, 1_000, 3_000)
    assert moment.source == "fake-vision/1"
    assert "0:01–0:03" in seen.words


def test_a_question_reaches_the_model(talk: Medium) -> None:
    eyes = FakeDescriber()
    look(footage(talk), eyes, start_ms=1_000, ask="Which colour?")
    assert eyes.asked == ["Which colour?"]


def test_a_model_without_words_sees_nothing_sure(talk: Medium) -> None:
    class Silent(FakeDescriber):
        def describe(self, picture: object, *, ask: str | None = None) -> str:
            return " "

    seen = look(footage(talk), Silent(), start_ms=0)
    assert seen.moments == ()
    assert "nothing sure is seen" in seen.absent


def test_what_is_not_inside_the_film_is_refused(toolbox: Toolbox, talk: Medium) -> None:
    with pytest.raises(BadInput, match="runs from 0:00"):
        toolbox.look(talk.name, start_ms=60_000)
    assert toolbox.look(talk.name, start_ms=0).moments
