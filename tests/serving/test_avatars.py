"""The contract of the role avatar, on Trikal's own renderer and on a program of one's own."""

import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr

from tests.every import every
from tests.serving.avatars import film_of, program, spoken
from tests.serving.portraits import Picture, portrait
from tests.serving.servers import serving
from trikal.errors import BackendFailed, BadInput, ModelUnavailable
from trikal.serving.backends.avatar_command import CommandAvatar
from trikal.serving.backends.avatar_url import UrlAvatar
from trikal.serving.backends.face_warp import FaceWarp
from trikal.serving.carriers import place_weights
from trikal.serving.catalog import load_catalog
from trikal.serving.faces.motion import shut_frames
from trikal.serving.models import Models
from trikal.serving.roles import Avatar, Performance, Role
from trikal.settings import Settings


def built_in(folder: Path) -> FaceWarp:
    pytest.importorskip("ai_edge_litert")
    entry = load_catalog().get("face-warp")
    try:
        return FaceWarp(entry.name, place_weights(entry, folder))
    except ModelUnavailable as exc:
        pytest.skip(str(exc))


@pytest.fixture(params=["built-in", "command", "url"])
def avatar(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Avatar]:
    if request.param == "built-in":
        yield built_in(tmp_path)
    elif request.param == "command":
        yield CommandAvatar(program(tmp_path), timeout_s=60)
    else:
        with serving({"/talk": film_of}, kind="video/mp4") as served:
            yield UrlAvatar(f"{served.url}/talk", key=None, timeout_s=60)


def played(avatar: Avatar, picture: Picture, seconds: float = 1.2) -> list[Picture]:
    return list(avatar.play(Performance(portrait=picture, sound=spoken(seconds))))


@pytest.mark.parametrize("size", [(320, 320), (300, 220), (161, 203)])
def test_there_is_a_picture_of_the_portraits_size_for_each_frame(
    avatar: Avatar, size: tuple[int, int]
) -> None:
    picture = portrait(*size)
    frames = played(avatar, picture)
    assert len(frames) == Performance(portrait=picture, sound=spoken(1.2)).frames == 30
    assert {frame.shape for frame in frames} == {picture.shape}
    assert {frame.dtype for frame in frames} == {np.dtype(np.uint8)}


def test_something_moves_and_the_portrait_is_left_as_it_was(avatar: Avatar) -> None:
    picture = portrait()
    before = picture.copy()
    frames = played(avatar, picture)
    assert len({frame.tobytes() for frame in frames}) > 10
    assert np.array_equal(picture, before)
    assert avatar.name


def test_the_shortest_sound_has_a_picture(avatar: Avatar) -> None:
    assert len(played(avatar, portrait(), 0.01)) == 1


def dark_rows(frame: Picture) -> int:
    """How high the dark is between the drawn lips, in pixels."""
    column = frame[215:265, 150:170].astype(int).sum(axis=2).mean(axis=1)
    return int((column < 200).sum())


def test_the_mouth_opens_on_a_and_shuts_on_m(tmp_path: Path) -> None:
    frames = played(built_in(tmp_path), portrait(320, 320, size=0.3))
    (shut,) = shut_frames(spoken().phones, 25, len(frames))
    opened = [dark_rows(frame) for frame in frames]
    assert opened[shut] == 0
    assert max(opened) >= 4


def test_what_is_far_from_the_face_stays(tmp_path: Path) -> None:
    picture = portrait(640, 400, size=0.15)
    frames = played(built_in(tmp_path), picture)
    for frame in frames:
        assert np.array_equal(frame[:, :150], picture[:, :150])


@pytest.mark.parametrize(("picture", "says"), [
    (np.full((200, 200, 3), 128, np.uint8), "No face was found"),
    (np.random.default_rng(3).integers(0, 255, (300, 300, 3), np.uint8), "No face was found"),
    (portrait(640, 320, faces=2), "shows 2 faces"),
    (portrait(640, 300, faces=3), "shows 3 faces"),
    (portrait(200, 200, size=0.07), "pixels large|No face"),
])
def test_a_portrait_without_one_clear_face_is_refused(
    tmp_path: Path, picture: Picture, says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        played(built_in(tmp_path), picture)


@pytest.mark.parametrize(("mode", "says"), [
    ("fail", "code 1: out of memory on the device"), ("silent", "wrote no film"),
    ("garbage", "cannot be decoded"), ("short", "shorter than what is said"),
])
def test_what_a_program_does_wrong_is_told(tmp_path: Path, mode: str, says: str) -> None:
    with pytest.raises(BackendFailed, match=says):
        played(CommandAvatar(program(tmp_path, mode), timeout_s=60), portrait())


def test_a_film_of_another_size_is_brought_to_the_portraits(tmp_path: Path) -> None:
    frames = played(CommandAvatar(program(tmp_path, "small"), timeout_s=60), portrait(200, 200))
    assert {frame.shape for frame in frames} == {(200, 200, 3)}


def test_a_program_that_is_not_there_or_hangs_is_told() -> None:
    places = ("{portrait}", "{sound}", "{out}")
    with pytest.raises(ModelUnavailable, match="cannot be started"):
        played(CommandAvatar(("/no/such/program", *places), timeout_s=5), portrait())
    hanging = ("/bin/sh", "-c", "sleep 60", *places)
    with pytest.raises(BackendFailed, match="took longer than"):
        played(CommandAvatar(hanging, timeout_s=0.3), portrait())


def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    command = (*program(tmp_path), f"; touch {mark}", f"$(touch {mark})")
    played(CommandAvatar(command, timeout_s=60), portrait())
    assert not mark.exists()


Answer = Callable[[bytes], bytes]


@every(("answer", "kind", "status", "says"), [
    (functools.partial(film_of, share=0.3), "video/mp4", 200, "shorter than what is said"),
    (functools.partial(film_of, share=12.0), "video/mp4", 200, "lasts 14 s where 1 s are said"),
    (functools.partial(film_of, size=(4112, 16)), "video/mp4", 200, "4112 x 16 pixels"),
    (lambda _: b"no film at all", "video/mp4", 200, "cannot be decoded"),
    (lambda _: b"", "video/mp4", 200, "cannot be decoded"),
    (lambda _: b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "video/mp4", 200,
     "cannot be decoded"),
    (lambda _: b'{"error": "out of memory"}', "application/json", 200, "out of memory"),
    (lambda _: b"<html>", "text/html; charset=utf-8", 200, "no film"),
    (lambda _: b"the queue is full", "text/plain", 503, "HTTP 503.*the queue is full"),
    (lambda _: b"who are you, s3cret?", "text/plain", 401, "TRIKAL_AVATAR_KEY"),
])
def test_what_a_server_does_wrong_is_told(
    answer: Answer, kind: str, status: int, says: str
) -> None:
    with serving({"/talk": answer}, kind=kind, status=status) as served:
        wrong = UrlAvatar(f"{served.url}/talk", key="s3cret", timeout_s=60)
        with pytest.raises(BackendFailed, match=says) as told:
            played(wrong, portrait(96, 96))
    assert "s3cret" not in str(told.value)
    assert served.keys == ["Bearer s3cret"]


def test_a_server_that_is_down_late_or_sends_too_much_is_told() -> None:
    with pytest.raises(BackendFailed, match="cannot be reached|broke off"):
        played(UrlAvatar("http://127.0.0.1:9/talk", key=None, timeout_s=5), portrait(96, 96))
    with serving({"/talk": film_of}, kind="video/mp4", delay_s=0.3) as served:
        with pytest.raises(BackendFailed, match="did not answer in time"):
            played(UrlAvatar(f"{served.url}/talk", key=None, timeout_s=0.1), portrait(96, 96))
    with serving({"/talk": film_of}, kind="video/mp4") as served:
        small = UrlAvatar(f"{served.url}/talk", key=None, timeout_s=60, largest_bytes=100)
        with pytest.raises(BackendFailed, match="sent more than"):
            played(small, portrait(96, 96))


def test_a_film_of_others_keeps_its_background(tmp_path: Path) -> None:
    matte = np.full((96, 96), 255, np.uint8)
    wanted = Performance(portrait=portrait(96, 96), sound=spoken(), alone=True, matte=matte)
    for avatar in (CommandAvatar(program(tmp_path), timeout_s=60),
                   UrlAvatar("http://127.0.0.1:9/talk", key=None, timeout_s=5)):
        with pytest.raises(BadInput, match="films its own background"):
            next(iter(avatar.play(wanted)))


def test_the_matte_moves_with_the_head(tmp_path: Path) -> None:
    picture = portrait()
    matte = np.zeros(picture.shape[:2], np.uint8)
    matte[:, 100:220] = 255
    frames = list(built_in(tmp_path).play(
        Performance(portrait=picture, sound=spoken(2.0), alone=True, matte=matte)))
    assert {frame.shape for frame in frames} == {(*picture.shape[:2], 4)}
    alphas = {frame[..., 3].tobytes() for frame in frames}
    assert len(alphas) > 10
    plain = played(built_in(tmp_path), picture, 2.0)
    assert np.array_equal(frames[20][..., :3], plain[20])


def test_a_command_without_places_is_refused() -> None:
    with pytest.raises(BadInput, match=r"lacks \{sound\} and \{out\}"):
        CommandAvatar(("moves", "{portrait}"), timeout_s=5)


def test_models_hand_out_the_command_of_the_settings_else_the_built_in(tmp_path: Path) -> None:
    built_in(tmp_path)
    with Models(Settings(cache_dir=tmp_path)) as models:
        assert models.avatar().name == "face-warp/builtin"
        assert models.choice(Role.AVATAR).model == "face-warp"
    with Models(Settings(avatar_command=program(tmp_path))) as models:
        assert models.avatar().name.endswith("/command")
    both = Settings(avatar_command=program(tmp_path), avatar_url="http://127.0.0.1:9/talk",
                    avatar_key=SecretStr("k"))
    with Models(both) as models:
        assert models.avatar().name == "127.0.0.1/url"
