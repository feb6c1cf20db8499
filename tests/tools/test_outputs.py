"""Where tools may write: inside the fence whatever a name tries, and never over what exists."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trikal.errors import BadInput
from trikal.tools.outputs import Anywhere, Fenced, written

SRT = (".srt",)


def test_a_plain_name_goes_into_the_home_folder_which_is_made(
    fenced: Fenced, tmp_path: Path
) -> None:
    assert fenced.place("talk.srt", SRT) == tmp_path / "outputs" / "talk.srt"
    assert (tmp_path / "outputs").is_dir()


def test_folders_below_are_made(fenced: Fenced, tmp_path: Path) -> None:
    assert fenced.place("a/b/talk.srt", SRT).parent == tmp_path / "outputs" / "a" / "b"
    assert (tmp_path / "outputs" / "a" / "b").is_dir()


def test_an_absolute_path_may_lead_into_an_allowed_folder(fenced: Fenced, tmp_path: Path) -> None:
    wanted = tmp_path / "allowed" / "talk.srt"
    assert fenced.place(str(wanted), SRT) == wanted


@pytest.mark.parametrize("name", [
    "../talk.srt", "a/../../talk.srt", "/etc/talk.srt", "~/talk.srt", "~root/talk.srt",
    "a/./../../talk.srt", "..\\talk.srt", "C:talk.srt", "C:\\talk.srt", "\\\\host\\share\\a.srt",
    ".hidden.srt", "a/.git/talk.srt", "-rf.srt", "talk\n.srt", "talk\x00.srt", "ta\u202elk.srt",
    "talk|cat.srt", "talk?.srt", "talk:stream.srt", "CON.srt", "nul.srt", "com1.srt", " talk.srt",
    "a /talk.srt", "a./talk.srt", "a/b/c/d/e/talk.srt", "x" * 200 + ".srt", "\udc80.srt",
])
def test_names_that_climb_hide_or_deceive_are_refused(
    fenced: Fenced, tmp_path: Path, name: str
) -> None:
    with pytest.raises(BadInput, match="Nothing is written"):
        fenced.place(name, SRT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["talk.sh", "talk", "", "srt", "talk.srt.sh", "a/.srt", "srt."])
def test_only_suffixes_of_the_tool_are_taken(fenced: Fenced, name: str) -> None:
    with pytest.raises(BadInput, match=r"\.srt"):
        fenced.place(name, SRT)


def test_a_path_beside_an_allowed_folder_is_refused(fenced: Fenced, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="may be written below"):
        fenced.place(str(tmp_path / "allowed-not" / "talk.srt"), SRT)
    with pytest.raises(BadInput, match="may not be a part"):
        fenced.place(str(tmp_path / "allowed" / ".." / "talk.srt"), SRT)


def test_a_linked_folder_that_leads_out_is_refused(fenced: Fenced, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs" / "door").symlink_to(tmp_path / "outside")
    for name in ("door/talk.srt", "door/new/talk.srt"):
        with pytest.raises(BadInput, match="leads out"):
            fenced.place(name, SRT)
    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.parametrize("there", [True, False])
def test_a_link_in_the_place_of_the_file_is_refused(
    fenced: Fenced, tmp_path: Path, there: bool
) -> None:
    victim = tmp_path / "victim"
    if there:
        victim.write_text("precious")
    fenced.place("other.srt", SRT)
    (tmp_path / "outputs" / "talk.srt").symlink_to(victim)
    with pytest.raises(BadInput, match="no plain file"):
        fenced.place("talk.srt", SRT)
    assert victim.exists() is there


def test_a_fence_whose_own_folder_is_a_link_still_stands(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "outputs").symlink_to(tmp_path / "disk")
    with written(Fenced(tmp_path / "outputs").place("talk.srt", SRT)) as part:
        part.write_text("1")
    assert (tmp_path / "disk" / "talk.srt").read_text() == "1"


def test_what_exists_is_not_overwritten(fenced: Fenced, tmp_path: Path) -> None:
    fenced.place("talk.srt", SRT).write_text("first")
    with pytest.raises(BadInput, match="exists"):
        fenced.place("talk.srt", SRT)


def test_a_suffix_alone_asks_for_a_free_name(fenced: Fenced) -> None:
    first = fenced.place(".srt", SRT)
    first.touch()
    assert (first.name, fenced.place(".srt", SRT).name) == ("srt-001.srt", "srt-002.srt")


def test_names_of_other_scripts_are_fine(fenced: Fenced) -> None:
    assert fenced.place("भाषण/पहला.srt", SRT).name == "पहला.srt"


@settings(max_examples=3 * settings.default.max_examples,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["..", ".", "/", "//", "\\", "a", "~", "\x00", "C:", " ", "link",
                                 "allowed", "outputs", "b.srt", ".srt"]), max_size=8))
def test_no_name_ever_leads_out(tmp_path: Path, parts: list[str]) -> None:
    link = tmp_path / "outputs" / "link"
    link.parent.mkdir(exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(tmp_path)
    fence = Fenced(tmp_path / "outputs", [tmp_path / "allowed"])
    try:
        placed = fence.place("/".join(parts) + ".srt", SRT)
    except BadInput:
        return
    assert placed.parent.resolve().is_relative_to(tmp_path / "outputs")


def test_a_person_may_write_anywhere_but_not_over_a_file_unasked(tmp_path: Path) -> None:
    target = tmp_path / "talk.srt"
    assert Anywhere().place(str(target), SRT) == target
    target.write_text("first")
    with pytest.raises(BadInput, match="--force"):
        Anywhere().place(str(target), SRT)
    assert Anywhere(force=True).place(str(target), SRT) == target
    with pytest.raises(BadInput, match="no such folder"):
        Anywhere().place(str(tmp_path / "none" / "talk.srt"), SRT)


def test_force_does_not_replace_folders_or_links(tmp_path: Path) -> None:
    (tmp_path / "folder.srt").mkdir()
    (tmp_path / "link.srt").symlink_to(tmp_path / "folder.srt")
    for name in ("folder.srt", "link.srt"):
        with pytest.raises(BadInput, match="no plain file"):
            Anywhere(force=True).place(str(tmp_path / name), SRT)


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "talk.srt"
    def interrupted() -> None:
        with written(target) as part:
            part.write_text("half")
            assert not target.exists()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_what_came_in_the_meantime_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "talk.srt"
    def overtaken() -> None:
        with written(target) as part:
            part.write_text("ours")
            target.write_text("theirs")

    with pytest.raises(BadInput, match="exists"):
        overtaken()
    assert [path.name for path in tmp_path.iterdir()] == ["talk.srt"]
    assert target.read_text() == "theirs"


def test_with_force_the_old_file_stands_until_the_new_one_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "talk.srt"
    target.write_text("old")
    with written(target, force=True) as part:
        part.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"


def test_a_folder_that_may_not_be_written_is_told(
    tmp_path: Path, as_nobody: Callable[[], AbstractContextManager[None]]
) -> None:
    tmp_path.chmod(0o555)
    with as_nobody(), pytest.raises(BadInput, match="cannot be written"):
        Fenced(tmp_path / "outputs").place("talk.srt", SRT)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(("name", "allowed"), [
    ("reel.mp4", True), ("talks/reel.mp4", True), ("/etc/reel.mp4", False), ("../reel.mp4", False),
    ("~/reel.mp4", False), ("a\\b.mp4", False), (".hidden.mp4", False),
])
def test_what_is_allowed_can_be_asked_without_touching_anything(
    tmp_path: Path, name: str, allowed: bool
) -> None:
    outputs = Fenced(tmp_path / "outputs")
    assert outputs.allows(name) == allowed
    assert not (tmp_path / "outputs").exists()


def test_a_file_that_was_written_already_is_there(tmp_path: Path) -> None:
    outputs = Fenced(tmp_path)
    assert outputs.there("reel.mp4") is None
    (tmp_path / "reel.mp4").write_text("x")
    (tmp_path / "link.mp4").symlink_to(tmp_path / "reel.mp4")
    assert outputs.there("reel.mp4") == tmp_path / "reel.mp4"
    assert outputs.there("link.mp4") is None
    assert Anywhere().there(str(tmp_path / "reel.mp4")) == tmp_path / "reel.mp4"
    assert Anywhere().allows("/etc/reel.mp4")


@pytest.mark.parametrize("name", [
    "../reel.mp4", "a/../../reel.mp4", "/etc/hostname", "..", ".", "", ".hidden.mp4", "\\reel.mp4",
])
def test_what_lies_outside_is_not_there(fenced: Fenced, tmp_path: Path, name: str) -> None:
    (tmp_path / "outputs").mkdir()
    for place in ("reel.mp4", "outputs/.hidden.mp4", "outputs/\\reel.mp4"):
        (tmp_path / place).touch()
    assert fenced.there(name) is None


def test_what_a_link_leads_to_is_not_there(fenced: Fenced, tmp_path: Path) -> None:
    (tmp_path / "outputs").mkdir()
    (tmp_path / "reel.mp4").touch()
    (tmp_path / "outputs" / "away").symlink_to(tmp_path)
    assert fenced.there("away/reel.mp4") is None


def test_what_lies_in_an_allowed_folder_is_there(fenced: Fenced, tmp_path: Path) -> None:
    wanted = tmp_path / "allowed" / "deep" / "reel.mp4"
    assert fenced.there(str(wanted)) is None
    wanted.parent.mkdir(parents=True)
    wanted.touch()
    assert fenced.there(str(wanted)) == wanted
    assert fenced.there(str(wanted.parent)) is None


def test_what_fails_in_writing_is_told_of_the_file_that_was_wanted(tmp_path: Path) -> None:
    target = tmp_path / "a.wav"
    with pytest.raises(BadInput, match=r"/a\.wav cannot be written: no codec\."), \
            written(target) as part:
        raise BadInput(f"{part} cannot be written: no codec.")
    with pytest.raises(BadInput, match="^The text is empty"), written(target):
        raise BadInput("The text is empty.")
    assert list(tmp_path.iterdir()) == []
