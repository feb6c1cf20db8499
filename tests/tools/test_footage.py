from pathlib import Path

import pytest

from tests.factories import make_tone, make_wav
from trikal.catalogue import Catalogue, Medium
from trikal.errors import BadInput, MediumUnreadable
from trikal.ingest.identify import identify
from trikal.tools.footage import footage


def test_a_medium_is_found_where_it_still_lies(talk: Medium, tmp_path: Path) -> None:
    moved = tmp_path / "moved.mp4"
    Path(talk.path).rename(moved)
    two = talk.model_copy(update={"paths": (*talk.paths, str(moved))})
    assert footage(two).path == moved
    assert footage(two).info.path == moved


def test_a_medium_that_is_gone_is_told_with_its_place(talk: Medium) -> None:
    Path(talk.path).unlink()
    with pytest.raises(MediumUnreadable, match=r"talk\.mp4 is gone"):
        footage(talk)


def test_a_text_has_no_footage(talk: Medium) -> None:
    with pytest.raises(BadInput, match="without picture or sound"):
        footage(talk.model_copy(update={"kind": "text"}))


def test_a_medium_of_which_no_probe_was_kept_is_probed(talk: Medium) -> None:
    assert footage(talk.model_copy(update={"info": {}})).info.duration_ms == 4_000


def test_a_span_without_an_end_runs_to_the_medium_s(talk: Medium) -> None:
    assert footage(talk).checked(1_000, None) == (1_000, 4_000)
    assert footage(talk).checked(1_000, 4_500) == (1_000, 4_000)


@pytest.mark.parametrize(("start", "end", "says"), [
    (2_000, 2_000, "later than the start"), (3_000, 2_000, "later than the start"),
    (-1, 500, "runs from 0:00 to 0:04"), (4_000, 4_500, "runs from"), (0, 9_000, "0:00 to 0:09"),
])
def test_spans_that_are_not_in_the_medium_are_refused(
    talk: Medium, start: int, end: int, says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        footage(talk).checked(start, end)


def test_what_a_medium_lacks_is_told(tmp_path: Path, catalogue: Catalogue) -> None:
    sound = identify(make_wav(tmp_path / "a.wav", make_tone(1)), catalogue)
    with pytest.raises(BadInput, match=r"a\.wav has no picture"):
        footage(sound).need_picture()
    footage(sound).need_sound()
