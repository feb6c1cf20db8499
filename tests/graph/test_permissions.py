"""What must be allowed first: writing outside, and work that the budget has no room for."""

from pathlib import Path
from typing import Any

import pytest

from tests.fakes import FakeModels
from tests.graph.conftest import FILM
from tests.graph.makers import MEDIA, found, item, state
from trikal.graph.budget import Limits, Spent
from trikal.graph.context import Resources
from trikal.graph.nodes.judge import settled
from trikal.graph.permissions import permissions
from trikal.tools.outputs import Fenced
from trikal.tools.toolbox import Toolbox


def resources(home: Path, **more: Any) -> Resources:
    toolbox = Toolbox(catalogue=None, finder=None, models=FakeModels(),  # type: ignore[arg-type]
                      outputs=Fenced(home))
    given: Any = {"finder": None, "relevance": None, "media": MEDIA, "chat": None,
                  "chat_name": "fake", "toolbox": toolbox}
    return Resources(**{**given, **more})


def asked(home: Path, step: dict[str, Any], *acts: Any, **more: Any) -> list[Any]:
    spent = more.pop("spent", None)
    made = state([step], acts, **({"spent": spent} if spent else {}))
    return permissions(made, resources(home, **more))


@pytest.mark.parametrize("file", ["reel.mp4", "a/b/reel.mp4", None])
def test_what_stays_inside_needs_no_permission(tmp_path: Path, file: str | None) -> None:
    assert asked(tmp_path, {"id": "reel", "do": "clip", "file": file, "after": ["s1"]},
                 found("s1", item())) == []


@pytest.mark.parametrize("file", [
    "/elsewhere/reel.mp4", "../reel.mp4", "~/reel.mp4", "~nobody-at-all/reel.mp4", "a/../../x.mp4",
])
def test_what_leads_outside_is_asked_about_and_may_be_kept_inside(
    tmp_path: Path, file: str
) -> None:
    step = {"id": "reel", "do": "clip", "file": file, "after": ["s1"]}
    (doubt,) = asked(tmp_path, step, found("s1", item()))
    assert doubt["kind"] == "outside"
    inside, outside = doubt["becomes"]
    assert inside["file"] == Path(file).name
    assert Path(outside["file"]).is_absolute()
    assert outside["granted"] is True
    assert "granted" not in inside
    assert doubt["choices"][1] == f"write {outside['file']}"


def test_a_name_that_is_none_anywhere_is_chosen_anew(tmp_path: Path) -> None:
    (doubt,) = asked(tmp_path, {"id": "reel", "do": "clip", "file": "/else/.hidden.mp4"})
    assert doubt["choices"][0] == "keep it in the archive"
    assert "file" not in doubt["becomes"][0]


def test_what_was_allowed_or_is_done_is_not_asked_again(tmp_path: Path) -> None:
    step = {"id": "reel", "do": "clip", "file": "/else/reel.mp4"}
    assert asked(tmp_path, {**step, "granted": True}) == []
    assert asked(tmp_path, step, found("reel")) == []
    assert asked(tmp_path, {**step, "do": "find"}) == []
    assert asked(tmp_path, step, toolbox=None) == []


def long_talk() -> Any:
    return found("s1", item(0, end_ms=2_000_000))


@pytest.mark.parametrize(("step", "second"), [
    ({"id": "o1", "do": "listen", "after": ["s1"]}, None),
    ({"id": "reel", "do": "clip", "after": ["s1"]}, None),
    ({"id": "o1", "do": "look", "after": ["s1"]}, None),
    ({"id": "avatar", "do": "show"}, None),
    ({"id": "text", "do": "compose", "kind": "summary", "medium": "memo.wav"}, {"by_model": False}),
])
def test_what_takes_longer_than_is_left_is_asked_about(
    tmp_path: Path, step: dict[str, Any], second: dict[str, Any] | None
) -> None:
    spent = Spent(steps=1, tokens=0, seconds=299.0)
    (doubt,) = asked(tmp_path, step, long_talk(), spent=spent)
    less, all_of_it = doubt["becomes"]
    assert doubt["kind"] == "cost"
    assert "more than the 1 s that are left" in doubt["words"]
    assert all_of_it == {**step, "granted": True}
    assert (less is None) if second is None else (less == {**step, **second, "granted": True})


def test_what_there_is_time_for_is_not_asked_about(tmp_path: Path) -> None:
    step = {"id": "o1", "do": "listen", "after": ["s1"]}
    assert asked(tmp_path, step, found("s1", item())) == []
    assert asked(tmp_path, step, long_talk(), limits=Limits(seconds=3_000.0)) == []
    assert asked(tmp_path, {"id": "s2", "do": "find"}, spent=Spent(
        steps=1, tokens=0, seconds=299.99)) == []


@pytest.mark.parametrize(("n", "status"), [(0, "left out"), (1, "")])
def test_a_choice_is_followed(tmp_path: Path, n: int, status: str) -> None:
    step = {"id": "o1", "do": "look", "after": ["s1"]}
    made = state([step], [long_talk()], spent=Spent(steps=1, tokens=0, seconds=299.0))
    (doubt,) = permissions(made, resources(tmp_path))
    plan, acts = settled(made, doubt, n)
    if status:
        assert [(each["step"], each["status"], each["why"]) for each in acts] == [
            ("o1", status, "it was not allowed")]
        assert plan["steps"] == [step]
    else:
        assert acts == []
        assert plan["steps"] == [{**step, "granted": True}]


def test_the_film_of_the_tests_is_known() -> None:
    assert MEDIA[FILM.id] is FILM
