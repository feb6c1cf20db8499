"""Files of a plan: made once, named as asked, and never over what somebody else made."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from tests.graph.conftest import FILM
from tests.graph.makers import MEDIA, MEMO, item
from trikal.errors import BadInput
from trikal.graph.announcing import announced, files_made, unmade
from trikal.graph.costs import length_ms, seconds_of
from trikal.graph.exporting import _one_of, _times
from trikal.graph.files import content_name, made_once, named
from trikal.tools.outputs import Fenced

PLAIN = st.recursive(st.none() | st.integers() | st.text(max_size=8), lambda inner: st.lists(
    inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3), max_leaves=8)


@pytest.fixture
def outputs(tmp_path: Path) -> Fenced:
    return Fenced(tmp_path / "outputs", [tmp_path / "allowed"])


def make(outputs: Fenced, name: str, content: bytes = b"film") -> Path:
    target = outputs.place(name, (Path(name).suffix,))
    target.write_bytes(content)
    return target


@given(PLAIN, PLAIN)
def test_a_name_tells_what_is_in_the_file(one: Any, other: Any) -> None:
    names = [content_name("reel", each, ".mp4") for each in (one, other)]
    assert (names[0] == names[1]) == (one == other or repr(one) == repr(other))
    assert all(len(name) == len("reel-.mp4") + 16 for name in names)


def test_the_order_of_keys_makes_no_other_file() -> None:
    assert content_name("a", {"x": 1, "y": 2}, ".b") == content_name("a", {"y": 2, "x": 1}, ".b")


def test_a_file_is_made_once(outputs: Fenced) -> None:
    made: list[str] = []

    def write(name: str) -> int:
        made.append(name)
        make(outputs, name)
        return 1_500

    path, length = made_once("reel-1.mp4", outputs, write)
    assert (path.name, length) == ("reel-1.mp4", 1_500)
    assert made_once("reel-1.mp4", outputs, write) == (path, None)
    assert made == ["reel-1.mp4"]


def test_a_file_that_is_not_there_after_it_was_made_is_told(outputs: Fenced) -> None:
    with pytest.raises(BadInput, match="is not there"):
        made_once("reel-1.mp4", outputs, lambda name: 5)


@pytest.mark.parametrize(("file", "name"), [
    (None, "reel-1.mp4"), ("", "reel-1.mp4"), ("storm.mp4", "storm.mp4"), ("storm", "storm.mp4"),
    ("a/storm.mp4", "a/storm.mp4"), ("STORM.MP4", "STORM.MP4"),
])
def test_a_file_gets_the_name_that_was_asked_for(
    outputs: Fenced, tmp_path: Path, file: str | None, name: str
) -> None:
    made = make(outputs, "reel-1.mp4")
    path = named(made, file, outputs, granted=False)
    assert path == tmp_path / "outputs" / name
    assert path.read_bytes() == b"film"
    assert made.exists()


def test_the_same_content_keeps_its_name_and_other_content_is_left_alone(outputs: Fenced) -> None:
    made = make(outputs, "reel-1.mp4")
    first = named(made, "storm.mp4", outputs, granted=False)
    assert named(made, "storm.mp4", outputs, granted=False) == first
    other = make(outputs, "reel-2.mp4", b"another")
    with pytest.raises(BadInput, match="exists"):
        named(other, "storm.mp4", outputs, granted=False)
    assert first.read_bytes() == b"film"


@pytest.mark.parametrize("file", ["../storm.mp4", "/elsewhere/storm.mp4", "storm.exe", "~/s.mp4"])
def test_a_name_that_leads_elsewhere_is_refused(outputs: Fenced, file: str) -> None:
    with pytest.raises(BadInput):
        named(make(outputs, "reel-1.mp4"), file, outputs, granted=False)


def test_a_copy_elsewhere_is_not_taken_for_the_file(outputs: Fenced, tmp_path: Path) -> None:
    (tmp_path / "storm.mp4").write_bytes(b"film")
    with pytest.raises(BadInput, match="Nothing is written"):
        named(make(outputs, "reel-1.mp4"), "../storm.mp4", outputs, granted=False)


def test_where_a_person_allowed_it_a_file_may_lie_elsewhere(
    outputs: Fenced, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, wanted = make(outputs, "reel-1.mp4"), tmp_path / "elsewhere" / "storm.mp4"
    wanted.parent.mkdir()
    assert named(made, str(wanted), outputs, granted=True) == wanted

    def other_system(*_: Any) -> None:
        raise OSError("another file system")

    monkeypatch.setattr(os, "link", other_system)
    wanted.unlink()
    with pytest.raises(BadInput, match="cannot be written"):
        named(made, str(wanted), outputs, granted=True)
    assert not wanted.exists()
    with pytest.raises(BadInput, match="no such folder"):
        named(made, str(tmp_path / "gone" / "storm.mp4"), outputs, granted=True)


@every(("start", "end", "count", "times"), [
    (5_000, 5_001, 1, [5_000]), (5_000, 6_000, 1, [5_000]), (5_000, 6_001, 1, [5_500]),
    (0, 9_000, 3, [1_500, 4_500, 7_500]), (0, 2, 3, [0, 1]), (7, 8, 5, [7]),
])
def test_pictures_are_taken_evenly_and_each_time_once(
    start: int, end: int, count: int, times: list[int]
) -> None:
    assert _times(start, end, count) == times


@pytest.mark.parametrize(("file", "count", "name"), [
    ("storm.jpg", 1, "storm.jpg"), ("storm.jpg", 3, "storm-2.jpg"), ("a/storm", 3, "a/storm-2"),
    (None, 3, None),
])
def test_pictures_that_are_to_be_called_alike_are_numbered(
    file: str | None, count: int, name: str | None
) -> None:
    assert _one_of(file, 2, count) == name


@pytest.mark.parametrize("file", ["/", ".", "./", "//"])
def test_a_name_of_no_picture_is_refused(file: str) -> None:
    with pytest.raises(BadInput, match="names no file"):
        _one_of(file, 2, 3)


@every(("step", "words"), [
    ({"do": "clip", "medium": FILM.id}, "A cut of harbour.mp4."),
    ({"do": "clip", "medium": FILM.id, "start_ms": 5_000}, "A cut of harbour.mp4 from 0:05."),
    ({"do": "clip", "medium": "x.mp4", "start_ms": 5_000, "end_ms": 65_000},
     "A cut of x.mp4 from 0:05 to 1:05."),
    ({"do": "stills", "medium": FILM.id, "count": 3}, "3 pictures of harbour.mp4."),
    ({"do": "stills", "medium": FILM.id, "start_ms": 5_000, "end_ms": 6_000},
     "A picture of harbour.mp4 at 0:05."),
    ({"do": "export", "medium": FILM.id, "format": "youtube"},
     "The chapters of harbour.mp4 as youtube."),
    ({"do": "export", "medium": FILM.id, "format": "edl"}, "The moments of harbour.mp4 as edl."),
])
def test_what_is_made_is_said_in_words(step: dict[str, Any], words: str) -> None:
    plan: Any = {"steps": [{"id": "text", "do": "answer"}, {"id": "out", **step}]}
    assert announced(plan, MEDIA) == words


def test_where_something_is_searched_for_that_is_the_answer() -> None:
    steps = [{"id": "s1", "do": "find"}, {"id": "out", "do": "clip", "medium": FILM.id}]
    assert files_made({"steps": steps}) == []  # type: ignore[typeddict-item]
    assert announced({"steps": []}, MEDIA) == ""  # type: ignore[typeddict-item]


@pytest.mark.parametrize(("status", "answer"), [
    ("failed", "It could not be made: The film is gone."), ("done", None), ("left out",
     "It could not be made: The film is gone."),
])
def test_what_could_not_be_made_is_told(status: str, answer: str | None) -> None:
    from trikal.graph.acts import act

    plan = {"steps": [{"id": "out", "do": "clip", "medium": FILM.id}]}
    made: Any = act("out", "clip", "", status=status, why="The film is gone.")
    update = unmade({"plan": plan}, [made])  # type: ignore[typeddict-item]
    assert update == ({} if answer is None else {"answer": answer, "found": False})


@every(("step", "ms"), [
    ({"medium": FILM.name}, 60_000), ({"medium": FILM.name, "start_ms": 50_000}, 10_000),
    ({"medium": FILM.name, "start_ms": 5_000, "end_ms": 4_000}, 0), ({"medium": "gone"}, 0),
    ({"medium": MEMO.id, "end_ms": 7}, 7), ({}, 8_000),
])
def test_how_much_of_media_a_step_works_on(step: dict[str, Any], ms: int) -> None:
    given_ = [item(0), item(9_000), item(20_000, end_ms=10_000)]
    assert length_ms(step, given_, MEDIA) == ms


@every(("step", "seconds"), [
    ({"do": "listen"}, 1.0), ({"do": "read"}, 2.8), ({"do": "look"}, 15.0), ({"do": "clip"}, 0.4),
    ({"do": "compose", "kind": "summary"}, 1.5), ({"do": "compose", "kind": "chapters"}, 0.0),
    ({"do": "say"}, 3.0), ({"do": "show"}, 60.0), ({"do": "find"}, 0.1), ({"do": "answer"}, 0.0),
    ({"do": "read", "medium": MEMO.name}, 42.0),
    ({"do": "compose", "kind": "brief", "medium": MEMO.name}, 180.0),
])
def test_what_a_step_will_take(step: dict[str, Any], seconds: float) -> None:
    given_ = [] if step.get("medium") else [item()]
    assert seconds_of(step, given_, MEDIA) == pytest.approx(seconds)
