"""What the doctor finds about faces that speak, from the settings alone."""

import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.serving.portraits import portrait
from trikal.app.findings import Finding, avatar_findings
from trikal.errors import ModelUnavailable
from trikal.serving.catalog import load_catalog
from trikal.serving.models import Models
from trikal.serving.roles import Role
from trikal.settings import Settings

COMMAND = ("{portrait}", "{sound}", "{out}")


def found(settings: Settings, models: Any = None) -> dict[str, Finding]:
    with Models(settings) as real:
        return {each.what: each for each in avatar_findings(settings, models or real)}


class Nothing:
    """Models of which none can be an avatar."""

    def choice(self, role: Role) -> Any:
        raise ModelUnavailable(f"No model for {role} is ready: install one.")


def test_without_a_model_both_are_missing_and_say_what_would_help(tmp_path: Path) -> None:
    told = found(Settings(cache_dir=tmp_path), Nothing())
    assert {each.state for each in told.values()} == {"missing"}
    assert "install one" in told["avatar"].detail
    assert set(told) == {"avatar", "faces"}


def test_the_built_in_avatar_is_told_with_what_finds_faces(tmp_path: Path) -> None:
    settings = Settings(cache_dir=tmp_path)
    try:
        with Models(settings) as models:
            chosen = models.choice(Role.AVATAR)
    except ModelUnavailable:
        pytest.skip("no avatar is ready here")
    told = found(settings)
    assert told["avatar"].state == told["faces"].state == "ok"
    assert chosen.model in told["avatar"].detail
    assert load_catalog().get(chosen.model).architecture in told["faces"].detail


def test_a_server_is_not_asked(tmp_path: Path) -> None:
    told = found(Settings(cache_dir=tmp_path, avatar_url="http://127.0.0.1:9/talk"))
    assert (told["avatar"].state, "not asked" in told["avatar"].detail) == ("ok", True)


@pytest.mark.parametrize(("program", "state"), [
    (sys.executable, "ok"), ("/no/such/program", "broken"), ("no-such-program-anywhere", "broken"),
])
def test_a_program_must_be_there(tmp_path: Path, program: str, state: str) -> None:
    told = found(Settings(cache_dir=tmp_path, avatar_command=(program, *COMMAND)))["avatar"]
    assert told.state == state
    assert program in told.detail


@pytest.mark.parametrize(("content", "state"), [
    ("picture", "ok"), (b"no picture", "broken"), (b"", "broken"), (None, "broken"),
])
def test_the_portrait_of_the_settings_is_looked_at(
    tmp_path: Path, content: str | bytes | None, state: str
) -> None:
    path = tmp_path / "face.png"
    if content == "picture":
        Image.fromarray(portrait(120, 90)).save(path)
    elif isinstance(content, bytes):
        path.write_bytes(content)
    settings = Settings(cache_dir=tmp_path, portrait=path, portrait_is="drawn")
    told = found(settings)["portrait"]
    assert told.state == state
    assert state == "broken" or "120 x 90" in told.detail
